"""Vector files as they come: what GDAL opens becomes ids, geometries and columns. The only file that reads vectors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FieldError
from pyogrio.raw import read as read_ogr

from ..errors import BadInput
from ..profile import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["RawLayer", "read_vector"]

# One character a byte: what GDAL takes a Shapefile for that says nothing of its encoding.
_BYTES = "ISO-8859-1"


@dataclass(frozen=True)
class RawLayer:
    """One layer as read.

    Attributes
    ----------
    path : Path
    layer : str
    crs : str or None
        As the file says it.
    encoding : str
    feature_id : (n,) int64
    geometry : (n,) object
        2-D shapely geometries, None where null.
    columns : mapping of str to (n,) arrays
        Field names without stray white space.
    had_z : bool
        Z or M values were dropped.
    guessed : bool
        The encoding was found by the texts, for want of one that is stated and fits.
    """

    path: Path
    layer: str
    crs: str | None
    encoding: str
    feature_id: NDArray[np.int64]
    geometry: NDArray[np.object_]
    columns: Mapping[str, NDArray[Any]]
    had_z: bool
    guessed: bool = False


def choose_layer(path: Path, layer: str, words: tuple[str, ...]) -> str:
    """Choose the layer to read: the one named, the only one, or the one whose name is a word of the role.

    Raises
    ------
    BadInput
        Missing or unreadable file, no such layer, several layers and none named.
    """
    if not path.exists():
        raise BadInput("file not found", where=str(path), wanted="an existing vector file")
    try:
        layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    except (DataSourceError, UnicodeDecodeError) as error:
        what = f"cannot be read as a vector file ({_brief(error)})"
        wanted = "a whole file in a vector format, such as GeoPackage or Shapefile"
        raise BadInput(what, where=str(path), wanted=wanted) from error
    if not layers:
        raise BadInput("no layer with geometry", where=str(path), wanted="a vector file with a layer of polygons")
    if layer:
        if layer not in layers:
            raise BadInput(f"no layer '{layer}'", where=str(path), wanted=nearest(layer, layers))
        return layer
    if len(layers) == 1:
        return layers[0]
    known = {word.lower() for word in words}
    named = [name for name in layers if name.lower() in known]
    if len(named) == 1:
        return named[0]
    raise BadInput(
        f"{len(layers)} layers and none named",
        where=str(path),
        wanted=f"layer = … in a case, FILE|layername=… elsewhere, with one of {', '.join(layers)}",
    )


def read_vector(
    path: Path,
    *,
    layer: str = "",
    words: tuple[str, ...] = (),
    where: str = "",
    encoding: str = "",
    columns: bool = True,
) -> RawLayer:
    """Read a layer whole.

    Parameters
    ----------
    path : Path
    layer : str, optional
    words : tuple of str, optional
        Names under which the layer may be found in a file of several.
    where : str, optional
        SQL condition on features.
    encoding : str, optional
        Overrides what the file says.
    columns : bool
        False reads ids and geometry only.

    Raises
    ------
    BadInput
        Unreadable file or layer, bad condition, text that no encoding fits.
    """
    name = choose_layer(path, layer, words)
    place, stated = f"{path}|{name}", encoding
    try:
        meta, fids, wkb, data = read_ogr(
            path, layer=name, where=where or None, encoding=encoding or None, return_fids=True,
            columns=None if columns else [],
        )  # fmt: skip
        if not encoding and meta["encoding"] == _BYTES and not path.with_suffix(".cpg").exists():
            meta, fids, wkb, data, encoding = _decoded(path, name, where, place)
    except UnicodeDecodeError:
        meta, fids, wkb, data, encoding = _decoded(path, name, where, place)
    except (DataSourceError, DataLayerError, FieldError, ValueError, LookupError) as error:
        wanted = f'a condition on its fields instead of "{where}"' if where else "a readable layer"
        raise BadInput(f"cannot be read ({_brief(error)})", where=place, wanted=wanted) from error
    if wkb is None:
        raise BadInput("layer has no geometry", where=place, wanted="a layer of polygons")
    try:
        # A coordinate that is no number is refused where the geometry is checked, with its feature.
        with np.errstate(invalid="ignore"):
            geometry = shapely.from_wkb(wkb)
    except shapely.errors.GEOSException as error:
        raise BadInput(f"geometry cannot be read ({_brief(error)})", where=place, wanted="polygons") from error
    # A layer of unknown type may hold Z where its type does not say so; M is dropped while reading.
    measured = any(mark in str(meta.get("geometry_type") or "") for mark in (" Z", "2.5D", " M", "ZM"))
    solid = bool(shapely.has_z(geometry).any())
    return RawLayer(
        path=path,
        layer=name,
        crs=meta["crs"],
        encoding=str(encoding or meta["encoding"] or ""),
        feature_id=np.asarray(fids, dtype=np.int64),
        geometry=shapely.force_2d(geometry) if solid else geometry,
        columns={str(field).strip(): values for field, values in zip(meta["fields"], data, strict=True)},
        had_z=measured or solid,
        guessed=encoding not in ("", stated, _BYTES),
    )


def _decoded(path: Path, layer: str, where: str, place: str) -> tuple[Any, Any, Any, Any, str]:
    """Read a layer whose stated encoding fits not, or that states none: as UTF-8 where all values are, else GB18030."""
    try:
        meta, fids, wkb, data = read_ogr(path, layer=layer, where=where or None, encoding=_BYTES, return_fids=True)
        texts = [values for values in data if values.dtype == object]
        said = {text for values in texts for text in values.tolist() if isinstance(text, str)}
        if all(map(str.isascii, (*said, *meta["fields"].tolist()))):
            return meta, fids, wkb, data, _BYTES
        encoding = "UTF-8" if all(_fits(text, "UTF-8") for text in said) else "GB18030"
        read = {text: text.encode(_BYTES).decode(encoding) for text in said}
    except (UnicodeError, DataSourceError, DataLayerError, ValueError) as error:
        raise BadInput(
            "texts fit neither the encoding the file states nor GB18030",
            where=place,
            wanted='encoding = "…" in its [[source]]',
        ) from error
    for values in texts:
        values[:] = [read.get(text, text) for text in values.tolist()]
    # A field's name has ten bytes, and a character of three may be cut by its end.
    fields = [name.encode(_BYTES).decode(encoding, errors="ignore") for name in meta["fields"].tolist()]
    return {**meta, "fields": np.array(fields, dtype=object)}, fids, wkb, data, encoding


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(_BYTES).decode(encoding)
    except UnicodeError:
        return False
    return True


def _brief(error: Exception) -> str:
    """Say what GDAL or GEOS says, without its advice, its SQL and the path, which stand elsewhere in the sentence."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    said = lines[0].split(". ")[0].rpartition(" failed: ")[2]
    return re.sub(r"^'[^']*' (?=not |does )", "", said).rstrip(".;")

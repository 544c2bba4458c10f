"""Vector files as they come: what GDAL opens becomes ids, geometries and columns. The only file that reads vectors."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

from ...core.connections import is_database, without_password
from ...core.errors import BadInput
from ...core.findings import Finding
from ...core.messages import Message, at, foreign
from ...core.text import json_table
from .. import gate
from ..encoding.codepages import named_encoding
from ..encoding.reading import Stated, TextReading, reading_findings
from ..encoding.texts import BYTES, clean_names, read_texts, settle, speaks_utf8
from ..references import refuse_condition, refuse_sql
from .containers import brief, by_its_name
from .opening import OpenDataset, heard, open_vector, worth_saying
from .wkb import Decoded, decode, wkb_of_texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ...core.arrays import Ints, Objects

_TYPES = {"i": "integer", "u": "integer", "f": "number", "O": "text"}
_ERRORS = (DataSourceError, DataLayerError, FieldError, FeatureError, GeometryError, ValueError, LookupError)


@dataclass(frozen=True)
class RawLayer:
    """One layer as read.

    Attributes
    ----------
    path : Path
    layer : str
    crs : str or None
        As the file says it.
    reading : TextReading
        The encoding of its texts, and why.
    feature_id : (n,) int64
    geometry : (n,) object
        2-D shapely geometries, None where null.
    columns : mapping of str to (n,) arrays
        Field names without stray white space, each once.
    types : mapping of str to str
        Field → ``text``, ``integer``, ``number`` or ``other``, as the file declares it.
    titles : mapping of str to str
        Field → its name as the file writes it.
    had_z : bool
        Z or M values were dropped.
    findings : tuple of Finding
        What opening it said; ``raw_findings`` has them all.
    decoded : Decoded or None
        What had to be done to read the geometry.
    unread : str
        What the .prj beside it says, where that cannot be read; "" where it can or there is none.
    """

    path: Path
    layer: str
    crs: str | None
    reading: TextReading
    feature_id: Ints
    geometry: Objects
    columns: Mapping[str, NDArray[Any]]
    had_z: bool
    types: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    decoded: Decoded | None = None
    unread: str = ""

    @property
    def encoding(self) -> str:
        """Encoding that the texts were read with."""
        return self.reading.encoding


@dataclass
class _Read:
    """What GDAL handed out, texts included."""

    meta: Any
    ids: Ints
    wkb: Any
    data: list[NDArray[Any]]
    names: list[str]
    reading: TextReading


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
        File, folder, archive or connection to a database.
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
    refuse_condition(where, at(path), served=is_database(path))
    if not is_database(path):
        refuse_sql(where, at(path))
    try:
        with open_vector(path, layer=layer, words=words) as opened:
            place = f"{path}|{opened.layer}"
            try:
                with heard(opened.said):
                    read = _read(opened, where, encoding, columns, place)
                    promised = -1 if where else _promised(opened)
                    keyed = not is_database(path) or bool(_info(opened)["fid_column"])
                    copied_from = copy_findings(opened.dataset, opened.layer)
            except UnboundLocalError:
                # So the reader fails where it finds a CRS and no text of it.
                raise BadInput(
                    Message("the name of its CRS is not in UTF-8"),
                    where=place,
                    wanted=Message("the layer as a Shapefile, with a .prj"),
                ) from None
            except _ERRORS as error:
                wanted = (
                    Message('a valid condition on its fields instead of "{where}"', where=where)
                    if where
                    else Message("a readable layer")
                )
                raise BadInput(
                    Message("cannot be read ({error})", error=foreign(_shown(brief(error), opened, path))),
                    where=place,
                    wanted=wanted,
                ) from None
    except BadInput as error:
        raise by_its_name(error, path) from error.__cause__
    except OSError as error:
        raise BadInput(
            Message("cannot be read ({error})", error=foreign(error)),
            where=error.filename or path,
            wanted=Message("a file that this user may read"),
        ) from error
    if opened.wkt >= 0:
        _from_wkt(read, opened.wkt, place)
    if read.wkb is None:
        raise BadInput(Message("layer has no geometry"), where=place, wanted=Message("a layer of polygons"))
    if promised > len(read.ids):
        raise BadInput(
            Message("only {count} of {promised} features can be read", count=len(read.ids), promised=promised),
            where=place,
            wanted=Message("the whole file, copied once more"),
        )
    if is_database(path):
        _in_order(read, keyed)
    decoded = decode(read.wkb, read.ids, place)
    names, renamed = clean_names(read.names)
    findings = [*opened.findings, *copied_from]
    if renamed:
        fields = tuple(f"“{before}” → “{after}”" for before, after in renamed)
        findings.append(Finding("S24", {"count": len(renamed), "fields": fields}, value=float(len(renamed))))
    findings += [Finding("S26", {"said": _shown(text, opened, path)}) for text in worth_saying(opened.said)]
    # A layer of unknown type may hold Z where its type does not say so; M is dropped while reading.
    measured = any(mark in str(read.meta.get("geometry_type") or "") for mark in (" Z", "2.5D", " M", "ZM"))
    measured = measured or any("Measured (M)" in text for text in opened.said)
    kinds = (_TYPES.get(np.dtype(kind).kind, "other") for kind in read.meta["dtypes"])
    return RawLayer(
        path=path,
        layer=opened.layer,
        crs=opened.crs or read.meta["crs"],
        reading=read.reading,
        feature_id=read.ids,
        geometry=decoded.geometry,
        columns=dict(zip(names, read.data, strict=True)),
        had_z=measured or decoded.has_z,
        types=dict(zip(names, kinds, strict=True)),
        titles=dict(zip(names, read.names, strict=True)),
        findings=tuple(findings),
        decoded=decoded,
        unread=opened.unread,
    )


def raw_findings(raw: RawLayer, place: str) -> list[Finding]:
    """All that opening and reading a layer said, under the name that messages call it."""
    found = [Finding(item.id, {**item.facts, "source": place}, item.value) for item in raw.findings]
    return reading_findings(raw.reading, place) + found


def _shown(text: str, opened: OpenDataset, path: Path) -> str:
    """Free what GDAL says of passwords and of the places of copies."""
    folder = str(Path(opened.dataset).parent)
    return without_password(text).replace(opened.dataset, path.name).replace(f"{folder}{os.sep}", "")


def _ogr(opened: OpenDataset, encoding: str, where: str = "", **more: Any) -> tuple[Any, Any, Any, list[NDArray[Any]]]:
    meta, ids, wkb, data = gate.read(
        opened.dataset,
        layer=opened.layer,
        where=where or None,
        encoding=encoding or None,
        return_fids=True,
        **opened.options,
        **more,
    )
    return meta, ids, wkb, list(data)


def _read(opened: OpenDataset, where: str, given: str, columns: bool, place: str) -> _Read:
    """Read a layer, its texts under the encoding that they are in."""
    if not columns:
        # Names may be in any encoding, and nobody asks for them.
        kept: dict[str, Any] = {} if opened.wkt >= 0 else {"columns": []}
        meta, ids, wkb, data = _ogr(opened, BYTES if opened.loose else "", where, **kept)
        names = meta["fields"].tolist()
        said = next((item.encoding for item in opened.stated if item.encoding), "")
        reading = TextReading(opened.written or (said if opened.loose else str(meta["encoding"] or "")))
        return _Read(meta, np.asarray(ids, dtype=np.int64), wkb, data, names, reading)
    if opened.written:
        if given and not re.fullmatch(r"utf[-_ ]?16.*|unicode", given.strip(), re.IGNORECASE):
            raise BadInput(
                Message("is in {written} by its first bytes, not in {given}", written=opened.written, given=given),
                where=place,
                wanted=Message(
                    'its [[source]] without encoding = "…", or with "{written}" there', written=opened.written
                ),
            )
        copied = _as_stated(opened, "UTF-8", where, opened.stated[0])
        copied.reading = replace(copied.reading, encoding=opened.written)
        return copied
    if not opened.loose and not given:
        try:
            return _as_stated(opened, "", where, Stated("format", "", ""))
        except UnicodeDecodeError:
            # The format says UTF-8; the bytes say something else.
            opened.stated = [Stated("format", "UTF-8", "UTF-8")]
    elif not given and (opened.stated or opened.table is None) and all(i.encoding == "UTF-8" for i in opened.stated):
        try:
            read = _as_stated(opened, "UTF-8", where, next(iter(opened.stated), Stated("format", "", "")))
        except UnicodeDecodeError:
            read = None
        if read is not None and speaks_utf8(read.data, read.names):
            return read
    return _tried(opened, where, given, place)


def _as_stated(opened: OpenDataset, encoding: str, where: str, stated: Stated) -> _Read:
    meta, ids, wkb, data = _ogr(opened, encoding, where)
    reading = TextReading(encoding or str(meta["encoding"] or ""), stated.basis, tuple(filter(None, [stated.said])))
    return _Read(meta, np.asarray(ids, dtype=np.int64), wkb, data, meta["fields"].tolist(), reading)


def _tried(opened: OpenDataset, where: str, given: str, place: str) -> _Read:
    """Read texts as bytes, and settle by all of them what they are."""
    stated = [*([Stated("case", given, _known(given, place))] if given else []), *opened.stated]
    settled = None
    if where:
        # A condition must not choose the witnesses, and has to be put in their bytes.
        meta, ids, _, data = _ogr(opened, BYTES, read_geometry=False)
        settled = settle(meta["fields"].tolist(), data, stated, opened.table, place, ids)
        where = where.encode(settled[1].encoding, errors="replace").decode(BYTES)
    meta, ids, wkb, data = _ogr(opened, BYTES, where)
    names, ids = meta["fields"].tolist(), np.asarray(ids, dtype=np.int64)
    trial, reading = settled or settle(names, data, stated, opened.table, place, ids)
    if trial is not None:
        names, reading = read_texts(names, data, ids, trial, reading, opened.table)
    return _Read(meta, ids, wkb, data, names, reading)


def _known(given: str, place: str) -> str:
    name = named_encoding(given)
    if not name:
        raise BadInput(
            Message("unknown encoding '{given}'", given=given),
            where=place,
            wanted=Message("a name such as UTF-8, GBK or GB18030"),
        )
    return name


def _promised(opened: OpenDataset) -> int:
    """How many features the file says it has, where it says so without being read; −1 where it does not."""
    if opened.lines:
        return opened.lines
    if opened.dataset.startswith("PG:") or opened.wkt >= 0:
        return -1
    info = _info(opened)
    fast = info.get("capabilities", {}).get("fast_feature_count", False)
    return int(info["features"]) if fast else -1


def _info(opened: OpenDataset) -> dict[str, Any]:
    return gate.read_info(opened.dataset, layer=opened.layer, encoding=BYTES if opened.loose else None)


def _in_order(read: _Read, keyed: bool) -> None:
    """Put features of a database in order of their ids: a server hands them out in any.

    Ids of a table without a key are only places in that order; there the shapes decide.
    """
    shapes = [body or b"" for body in read.wkb.tolist()]
    order = np.argsort(read.ids, kind="stable") if keyed else sorted(range(len(shapes)), key=shapes.__getitem__)
    read.ids, read.wkb = read.ids[order] if keyed else np.sort(read.ids), read.wkb[order]
    read.data = [values[order] for values in read.data]


def _from_wkt(read: _Read, at: int, place: str) -> None:
    """Make geometry of the column of texts that hold it."""
    texts, field = read.data.pop(at), read.names.pop(at)
    read.meta["dtypes"] = np.delete(read.meta["dtypes"], at)
    read.wkb = wkb_of_texts(texts, read.ids, read.wkb, f"{place}, field {field}")


# ── Layers that are copies of what a program showed: the copy says in its description what it was taken from ──

_MARK = "control_units copy "  # begins the description of a layer in a GeoPackage
_FACTS = ("layer", "count", "of", "origin", "condition", "problem")


def copy_description(facts: Mapping[str, str | int]) -> str:
    """Word where a copy comes from, for the description of its layer.

    Parameters
    ----------
    facts : mapping
        ``layer`` (as the user knows it), ``count`` (features of the copy), ``of`` (features of the layer), ``origin``
        (file or kind of source), ``condition``, and ``problem``: ``selected``, ``filtered`` or ``shown``.
    """
    return _MARK + json.dumps({key: facts[key] for key in _FACTS if key in facts}, ensure_ascii=False)


def copy_findings(dataset: str, layer: str) -> list[Finding]:
    """Read that description (S47, with "" as source); nothing where the layer is no such copy."""
    if Path(dataset).suffix.lower() != ".gpkg":
        return []
    query = "SELECT description FROM gpkg_contents WHERE table_name = ?"
    try:
        with gate.database(Path(dataset)) as connection:
            row = connection.execute(query, (layer,)).fetchone()
        said = str(row[0]) if row else ""
        facts = json_table(said.removeprefix(_MARK)) if said.startswith(_MARK) else {}
    except sqlite3.Error:
        # The reader words what is wrong with the file; a description that was changed says nothing.
        return []
    if not {"layer", "count", "origin", "problem"} <= set(facts):
        return []
    return [Finding("S47", {"source": "", "of": 0, "condition": "", **facts}, value=float(facts["count"]))]

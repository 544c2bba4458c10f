"""Polygon layers as the ``partition`` verb reads them: feature ids and geometry, nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import shapely

from ..errors import BadInput
from ..findings import Finding
from ..sources.coordinates.candidates import looks_like_degrees, no_crs
from ..sources.coordinates.crs import parse_crs, short_name, to_crs
from ..sources.coordinates.datums import datum_finding
from ..sources.coordinates.placing import bounds_of, contradiction
from ..sources.coordinates.reach import fits
from ..sources.files import split_layer
from ..sources.layer import read_layer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray
    from pyproj import CRS

    from ..progress import Progress

__all__ = ["Layer", "read_layers"]

RESERVED = ("face",)  # ``face_id`` is a column of its own


@dataclass(frozen=True)
class Layer:
    """One input.

    Attributes
    ----------
    name : str
        As columns and tables call it, unique among the inputs.
    path : Path
    feature_id : (m,) int64
        The file's own.
    geometry : (m,) object
        Polygons and multipolygons, flat.
    crs : CRS or None
        As the file says it.
    unread : str
        What its .prj says, where that cannot be read.
    """

    name: str
    path: Path
    feature_id: NDArray[np.int64]
    geometry: NDArray[np.object_]
    crs: CRS | None
    unread: str = ""


def read_layers(
    specs: Sequence[str | Path], crs: str | None, progress: Progress
) -> tuple[list[Layer], CRS | None, list[Finding]]:
    """Read layers into one CRS.

    Parameters
    ----------
    specs : sequence of str or Path
        ``FILE`` or ``FILE|layername=L``.
    crs : str or None
        The common CRS; None: that of the first layer that states one.

    Raises
    ------
    BadInput
        Also where coordinates without a CRS cannot be in the common one, or, without any, in one and the same.
    """
    if not specs:
        raise BadInput("no layer", where="partition", wanted="one or more polygon layers")
    layers: list[Layer] = []
    findings: list[Finding] = []
    taken = set(RESERVED)
    for number, spec in enumerate(specs):
        progress(number / len(specs), f"reading {spec}")
        layer, found = _read(str(spec))
        name, repeat = layer.name, 1
        while name.lower() in taken:
            repeat += 1
            name = f"{layer.name}_{repeat}"
        taken.add(name.lower())
        layers.append(replace(layer, name=name))
        findings += found
    target = parse_crs(crs, "--crs") if crs else next((layer.crs for layer in layers if layer.crs is not None), None)
    if target is None:
        _alike(layers)
    return [_moved(layer, target, findings) for layer in layers], target, findings


def _read(spec: str) -> tuple[Layer, list[Finding]]:
    path, wanted = split_layer(spec)
    found = read_layer(path, layer=wanted, columns=False)
    layer = Layer(wanted or path.stem, path, found.feature_id, found.geometry, found.crs, found.raw.unread)
    return layer, list(found.findings)


def _moved(layer: Layer, target: CRS | None, findings: list[Finding]) -> Layer:
    """Bring a layer into the common CRS."""
    if target is None or layer.crs == target:
        return layer
    if layer.crs is None:
        bounds = bounds_of(layer.geometry)
        if bounds and (not fits(target, bounds) or contradiction(bounds, target, "")):
            what, _ = no_crs(bounds, (), unread=layer.unread)
            wanted = f"a .prj beside it: the common CRS, {target.name}, cannot have these coordinates"
            raise BadInput(what, where=str(layer.path), wanted=wanted)
        findings.append(Finding("S19", {"source": layer.name, "crs": short_name(target, named=True)}))
        return layer
    said = datum_finding(layer.name, layer.crs, target, tuple(shapely.total_bounds(layer.geometry).tolist()))
    findings += [said] if said else []
    return replace(layer, geometry=to_crs(layer.geometry, layer.crs, target, str(layer.path))[0])


def _alike(layers: Sequence[Layer]) -> None:
    """Refuse layers without a CRS of which one has degrees, by the size of its numbers, and another has not."""
    sized = [(layer, box) for layer in layers if (box := bounds_of(layer.geometry)) is not None]
    for layer, box in sized[1:]:
        if looks_like_degrees(box) != looks_like_degrees(sized[0][1]):
            what, _ = no_crs(box, (), unread=layer.unread)
            wanted = f"a .prj beside each layer: {sized[0][0].name} has coordinates of another size"
            raise BadInput(what, where=str(layer.path), wanted=wanted)

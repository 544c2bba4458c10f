"""Polygon layers as the ``partition`` verb reads them: feature ids and geometry, nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..errors import BadInput
from ..findings import Finding
from ..sources.crs import parse_crs, same_datum, short_name, to_crs
from ..sources.vectors import read_vector, split_layer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from pyproj import CRS

    from ..progress import Progress
    from ..sources.vectors import RawLayer

__all__ = ["Layer", "read_layers"]

POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
RESERVED = ("face",)  # ``face_id`` is a column of its own
LISTED = 20  # feature ids that a finding names


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
    """

    name: str
    path: Path
    feature_id: NDArray[np.int64]
    geometry: NDArray[np.object_]
    crs: CRS | None


def read_layers(
    specs: Sequence[str | Path], crs: str | None, progress: Progress
) -> tuple[list[Layer], CRS | None, list[Finding]]:
    """Read layers into one CRS.

    Parameters
    ----------
    specs : sequence of str or Path
        ``FILE`` or ``FILE|layername=L``.
    crs : str or None
        The common CRS; None: the first layer's.

    Raises
    ------
    BadInput
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
    target = parse_crs(crs, "--crs") if crs else layers[0].crs
    return [_moved(layer, target, findings) for layer in layers], target, findings


def _read(spec: str) -> tuple[Layer, list[Finding]]:
    path, wanted = split_layer(spec)
    raw = read_vector(path, layer=wanted, columns=False)
    return _polygons(spec, wanted or path.stem, raw)


def _polygons(spec: str, name: str, raw: RawLayer) -> tuple[Layer, list[Finding]]:
    """Keep the polygons, and say what else there was."""
    geometry, fids = raw.geometry, raw.feature_id
    absent = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    polygonal = np.isin(shapely.get_type_id(geometry), POLYGONS) & ~absent
    findings = []
    for number, rows in (("S04", absent), ("S06", ~polygonal & ~absent)):
        if count := int(rows.sum()):
            facts: dict[str, str | int | float] = {"source": name, "count": count, "features": _listed(fids[rows])}
            findings.append(Finding(number, facts, value=float(count)))
    if not polygonal.any():
        raise BadInput(f"none of {len(geometry)} features is a polygon", where=spec, wanted="a layer of polygons")
    crs = parse_crs(raw.crs, spec) if raw.crs else None
    return Layer(name, raw.path, fids[polygonal], geometry[polygonal], crs), findings


def _moved(layer: Layer, target: CRS | None, findings: list[Finding]) -> Layer:
    """Bring a layer into the common CRS."""
    if target is None or layer.crs == target:
        return layer
    if layer.crs is None:
        findings.append(Finding("S19", {"source": layer.name, "crs": short_name(target)}))
        return layer
    geometry, accuracy = to_crs(layer.geometry, layer.crs, target, str(layer.path))
    if not same_datum(layer.crs, target):
        stated = "unknown" if accuracy is None else f"{accuracy:g} m"
        facts = {"source": layer.name, "from": short_name(layer.crs), "to": short_name(target), "accuracy": stated}
        findings.append(Finding("S03", facts))
    return replace(layer, geometry=geometry)


def _listed(fids: NDArray[np.int64]) -> str:
    shown = ", ".join(str(fid) for fid in fids[:LISTED])
    return shown if len(fids) <= LISTED else f"{shown}, …"

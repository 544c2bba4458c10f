"""The shapes of a layer: which features are polygons to work with, and what is wrong with the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..errors import BadInput
from ..findings import Finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .vectors import RawLayer

__all__ = ["Shapes", "usable_shapes"]

_POLYGONS, _COLLECTION = (3, 6), 7
# Beyond every projection in metres, zone prefixes included (the Earth's girth is 4.0e7 m).
_FARTHEST = 1e8
_LISTED = 10  # feature ids that a finding names


@dataclass(frozen=True)
class Shapes:
    """The features of a layer that can be used.

    Attributes
    ----------
    row : (m,) int64
        Their rows in the layer.
    geometry : (m,) object
        Polygons and multipolygons, possibly invalid; lines and points where a buffer will follow. In the file's CRS.
    findings : tuple of Finding
    """

    row: NDArray[np.int64]
    geometry: NDArray[np.object_]
    findings: tuple[Finding, ...]


def usable_shapes(raw: RawLayer, place: str, *, buffered: bool = False, where: str = "") -> Shapes:
    """Take the polygons of a layer, or what a buffer will turn into polygons.

    Parameters
    ----------
    raw : RawLayer
    place : str
        What messages call the layer.
    buffered : bool
        Lines and points are wanted instead.
    where : str
        The condition that the layer was read with, for the message when nothing is left.

    Raises
    ------
    BadInput
        Nothing that can be used, or a coordinate that is no place on Earth.
    """
    geometry = raw.geometry.copy()
    kind = shapely.get_type_id(geometry)
    empty = (kind < 0) | shapely.is_empty(geometry)
    mixed = (kind == _COLLECTION) & ~empty
    geometry[mixed] = [_polygons_of(item) for item in geometry[mixed]]
    polygonal = np.isin(kind, _POLYGONS) | (mixed & ~shapely.is_empty(geometry))
    usable = ~empty & (~polygonal if buffered else polygonal)
    other = ~empty & ~usable
    if not usable.any():
        if buffered:
            raise BadInput("buffer on polygons", where=place, wanted="lines or points, or no buffer")
        if other.any():
            raise BadInput(
                f"none of {len(kind)} features is a polygon",
                where=place,
                wanted="a layer of polygons, or buffer = metres in its [[source]]",
            )
        what = f'where = "{where}" leaves no feature' if where and not len(kind) else "no features with a geometry"
        raise BadInput(what, where=place, wanted="at least one polygon")
    findings: list[Finding] = []
    if raw.had_z:
        findings.append(Finding("S05", {"source": place}))
    for number, rows in (("S04", empty), ("S06", other)):
        if rows.any():
            ids = _listed(raw.feature_id[rows])
            facts: dict[str, str | int | float] = {"source": place, "count": int(rows.sum()), "features": ids}
            findings.append(Finding(number, facts, value=float(rows.sum())))
    keep = np.flatnonzero(usable)
    _refuse_nowhere(geometry[keep], raw.feature_id[keep], place)
    return Shapes(keep, geometry[keep], tuple(findings))


def _refuse_nowhere(geometry: NDArray[np.object_], ids: NDArray[np.int64], place: str) -> None:
    """Refuse coordinates that are no numbers or lie nowhere on Earth, in degrees or in metres."""
    xy, row = shapely.get_coordinates(geometry, return_index=True)
    bad = np.flatnonzero(~(np.abs(xy) <= _FARTHEST).all(axis=1))
    if len(bad):
        x, y = xy[bad[0]]
        what = f"coordinate ({x:g}, {y:g}) of feature {ids[row[bad[0]]]} is no place on Earth"
        raise BadInput(what, where=place, wanted="coordinates in degrees or metres")


def _polygons_of(collection: shapely.GeometryCollection) -> shapely.MultiPolygon:
    parts = [shapely.get_parts(part) for part in shapely.get_parts(collection)]
    flat = np.concatenate(parts) if parts else np.empty(0, dtype=object)
    return shapely.MultiPolygon(list(flat[shapely.get_type_id(flat) == 3]))


def _listed(ids: NDArray[np.int64]) -> str:
    shown = ", ".join(str(item) for item in ids[:_LISTED])
    return shown + (f" … ({len(ids)})" if len(ids) > _LISTED else "")

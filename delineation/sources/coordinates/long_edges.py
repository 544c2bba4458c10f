"""Long edges of layers in degrees: what is straight there is bent on a map, and none can be drawn across the globe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from ...core.errors import BadInput
from ...core.findings import Facts, Finding
from ...core.messages import Message, at
from .crs import short_name, to_crs

if TYPE_CHECKING:
    from pyproj import CRS

    from ...core.arrays import Floats, Ints, Objects

_LONG = 0.1  # degrees; a chord of it strays a metre from its parallel
_HALF = 180.0  # degrees of longitude, from which nobody can say which way round an edge runs
_FRAME = 100  # vertices; a shoreline may close along the rim of the map, a frame is little else


def _edges(geometry: Objects, least: float) -> tuple[Ints, Floats]:
    """Find edges wider or higher than so many degrees: their feature, and (e, 2, 2) their ends."""
    xy, owner = shapely.get_coordinates(geometry, return_index=True)
    wide = (np.abs(np.diff(xy, axis=0)) >= least).any(axis=1) & (owner[1:] == owner[:-1])
    rows = np.unique(owner[:-1][wide])
    if not len(rows):
        return np.zeros(0, dtype=np.int64), np.zeros((0, 2, 2))
    # Only now is it worth telling an edge from the leap between two rings.
    parts, part = shapely.get_parts(geometry[rows], return_index=True)
    rings, of = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    at = np.flatnonzero((np.abs(np.diff(xy, axis=0)) >= least).any(axis=1) & (ring[1:] == ring[:-1]))
    return rows[part[of[ring[at]]]], np.stack((xy[at], xy[at + 1]), axis=1)


def refuse_frames(geometry: Objects, ids: Ints, crs: CRS, place: str) -> None:
    """Refuse a feature of few vertices that spans half the globe or more: a frame, or a shape across the date line.

    Parameters
    ----------
    geometry : (m,) object
    ids : (m,) int64
        Feature ids.
    crs : CRS
    place : str
        What messages call the layer.

    Raises
    ------
    BadInput
        With the feature and its span.
    """
    if not crs.is_geographic:
        return
    few = np.flatnonzero(shapely.get_num_coordinates(geometry) < _FRAME)
    row, ends = _edges(geometry[few], _HALF)
    span = np.abs(ends[:, 1, 0] - ends[:, 0, 0])
    wide = np.flatnonzero(span >= _HALF)
    if len(wide):
        raise BadInput(
            Message(
                "feature {feature} has an edge across {span:.10g}° of longitude",
                feature=ids[few[row[wide[0]]]],
                span=span[wide[0]],
            ),
            where=place,
            wanted=Message("a feature of the study area, not a frame of the globe, and cut at the date line"),
        )


def bent_edges(geometry: Objects, ids: Ints, crs: CRS, target: CRS, place: str, least: float) -> list[Finding]:
    """Tell edges that are straight in degrees and would bend on the map, where only their ends are transformed (S38).

    Parameters
    ----------
    geometry : (m,) object
        In ``crs``.
    ids : (m,) int64
    crs, target : CRS
    place : str
    least : float
        m that the middle of an edge strays at least.
    """
    if not crs.is_geographic or target.is_geographic:
        return []
    row, ends = _edges(geometry, _LONG)
    if not len(row):
        return []
    points = shapely.points(np.concatenate((ends[:, 0], ends.mean(axis=1), ends[:, 1])))
    first, middle, last = shapely.get_coordinates(to_crs(points, crs, target, at(place))[0]).reshape(3, -1, 2)
    stray = np.hypot(*((first + last) / 2 - middle).T)
    count = int((stray >= least).sum())
    if not count:
        return []
    worst = int(stray.argmax())
    facts: Facts = {
        "source": place,
        "count": count,
        "feature": int(ids[row[worst]]),
        "stray": float(stray[worst]),
        "length_km": float(np.hypot(*(last - first)[worst])) / 1e3,
        "crs": short_name(target, named=True),
    }
    return [Finding("S38", facts, value=float(stray[worst]), geometry=shapely.Point(middle[worst]))]

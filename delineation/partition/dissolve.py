"""Unions of faces and the lines between them, read off the arcs: no overlay, no new vertex."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.errors import GEOSException

from .arcs import group_of, groups, runs
from .build import build
from .faces import trace

if TYPE_CHECKING:
    from shapely import MultiPolygon, Polygon

    from ..core.arrays import Ints, Objects
    from .model import Lines, Partition


def dissolve(partition: Partition, label: Ints, count: int) -> Objects:
    """Union of the faces of each label.

    Only arcs with different labels on their two sides stay; the faces of what they bound are the unions, whatever
    touches itself in a point included.

    Parameters
    ----------
    partition : Partition
    label : (n,) int64
        0…count−1; faces with a negative label are left out.
    count : int

    Returns
    -------
    (count,) object
        Valid multipolygons, parts sorted by their lowest corner; an empty one for a label without faces.
    """
    of_side = np.append(label, -1)[partition.lines.side]
    of_side[of_side < 0] = -1
    return collected(*bounded(partition.lines, of_side), count)


def outline(partition: Partition, faces: Ints) -> MultiPolygon:
    """Union of some faces."""
    label = np.full(len(partition), -1, dtype=np.int64)
    label[faces] = 0
    return dissolve(partition, label, 1)[0]


def bounded(lines: Lines, of_side: Ints) -> tuple[Objects, Ints]:
    """Trace what the arcs between different labels bound.

    Parameters
    ----------
    lines : Lines
    of_side : (2a,) int64
        Label on each side of each arc, −1 for none.

    Returns
    -------
    (p,) object
        Polygons, those of lower arcs first.
    (p,) int64
        Label of each.
    """
    kept = np.flatnonzero(of_side[0::2] != of_side[1::2])
    traced = trace(lines.arcs.take(kept), lines.place)
    half = np.repeat(2 * kept[traced.kept], 2)
    half[1::2] += 1
    known = traced.side >= 0
    of_face = np.full(len(traced.polygons), -1, dtype=np.int64)
    of_face[traced.side[known]] = of_side[half[known]]
    labelled = np.flatnonzero(of_face >= 0)
    return traced.polygons[labelled], of_face[labelled]


def collected(polygons: Objects, label: Ints, count: int) -> Objects:
    """Put polygons of each label 0…count−1 together as a multipolygon, sorted by their lowest corner."""
    corner = shapely.bounds(polygons).reshape(-1, 4)
    order = np.lexsort((corner[:, 1], corner[:, 0], label))
    out = np.full(count, shapely.MultiPolygon(), dtype=object)
    if len(order):
        shapely.multipolygons(polygons[order], indices=label[order], out=out)
    return out


def unite(geometry: Objects) -> MultiPolygon | Polygon:
    """Union of polygons by noding, for those that are too large for an overlay; valid, whatever they are.

    Parameters
    ----------
    geometry : (m,) object
    """
    whole = build(geometry, snap=0.0)
    united = dissolve(whole, np.zeros(len(whole), dtype=np.int64), 1)[0]
    return united.geoms[0] if len(united.geoms) == 1 else united


def border_lines(partition: Partition) -> Objects:
    """Find the line each pair of neighbours shares, in the order of ``partition.borders``.

    Returns
    -------
    (b,) object
        Multilinestrings.
    """
    return shared_lines(partition.lines)


def shared_lines(lines: Lines) -> Objects:
    """Lines between the faces on the two sides of arcs, a multilinestring for each pair, sorted by the pairs."""
    low = np.minimum(lines.side[0::2], lines.side[1::2])
    high = np.maximum(lines.side[0::2], lines.side[1::2])
    inner = np.flatnonzero((low >= 0) & (low != high))
    order = inner[np.lexsort((inner, high[inner], low[inner]))]
    size = np.diff(lines.arcs.start)[order]
    points = lines.place[lines.arcs.vertex[runs(lines.arcs.start[:-1][order], size)]]
    parts = shapely.linestrings(points, indices=np.repeat(np.arange(len(order)), size))
    first = groups(low[order], high[order])
    pair = group_of(first, len(order))
    return shapely.multilinestrings(parts, indices=pair) if len(parts) else np.zeros(0, dtype=object)


def united(faces: Objects) -> Any:
    """Unite faces: fast as they fit each other, which those of a file that somebody else wrote into may not.

    Nor does GEOS manage with all that do: where holes between faces touch each other it takes them for overlaps.
    """
    try:
        return shapely.coverage_union_all(faces)
    except GEOSException:
        return shapely.union_all(shapely.make_valid(faces))

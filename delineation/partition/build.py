"""Build partitions, and narrow them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..core.messages import Message
from ..core.progress import Progress, silent, steps, within
from .arcs import Arcs, Strings, chain, groups, lengths, number, runs, sorting, sorting_pairs
from .coverage import cover, rings_of
from .faces import Faces, trace
from .grid import Grid
from .model import Borders, Coverage, Lines, Partition
from .noding import node

if TYPE_CHECKING:
    from ..core.arrays import Bools, Floats, Ints, Objects
    from .coverage import Rings


def build(geometry: Objects, *, snap: float = 0.001, progress: Progress = silent) -> Partition:
    """Node the boundaries of polygons once, into the faces they cover.

    Parameters
    ----------
    geometry : (m,) object
        Polygons and multipolygons; ``None`` and empty ones cover nothing. They need not be valid: within one ring
        the even-odd rule holds, the parts of a feature are united.
    snap : float
        Grid of the snap rounding, metres: vertices are rounded to it once, and where lines meet they are bent
        through its points, until none runs through the pixel of a vertex that it does not pass. 0 is floating-point
        noding: crossings go to the finest grid that is safe (about eight times the spacing of doubles, nanometres),
        vertices of the sources keep every bit, unless another line runs within two of its units.

    Returns
    -------
    Partition
        Its rows do not depend on the order of the geometry, except for the numbers in ``coverage.feature``, nor on
        the number of threads. Faces that no feature covers are left out.

    Raises
    ------
    BadInput
        Coordinates that are not finite, or too large for the grid.
    """
    progress(0.0, Message("noding"))
    step = steps(within(progress, 0.0, 0.1), Message("noding"), 4)
    rings = rings_of(np.asarray(geometry, dtype=object))
    step()
    grid = Grid.of(rings.xy, snap)
    units = grid.units(rings.xy)
    ids, first = number(units)
    step()
    boundary = chain(Strings(units[first], ids, rings.start))
    step()
    source = _unrounded(grid.scaled(rings.xy), ids, first)
    del units
    step()
    noded, tight = node(boundary.strings, source, progress=within(progress, 0.1, 0.5))
    del source
    arcs = chain(noded)
    progress(0.5, Message("faces"))
    place = grid.metres(noded.xy)
    if grid.floating:
        _restore(place, rings.xy, ids, first, tight)
    begin = ids[rings.start[:-1]]
    # What is needed no more is given back before the next step asks for as much.
    rings = rings.without_vertices()
    del ids, first, tight
    faces = trace(arcs.strings, place, progress=within(progress, 0.5, 0.8))
    progress(0.8, Message("coverage"))
    along = _rings_along(boundary, arcs, faces.kept)
    coverage = cover(rings, faces.side, *along, progress=within(progress, 0.8, 0.9))
    snapped = feature_areas(rings, len(geometry), boundary, noded, place, begin)
    del along, boundary, noded
    progress(0.9, Message("partition"))
    partition = _sorted(faces, coverage, snapped, arcs.strings.take(faces.kept), place, within(progress, 0.9, 1.0))
    progress(1.0, Message("partition"))
    return partition


def refine(whole: Partition, geometry: Objects, *, snap: float = 0.001, progress: Progress = silent) -> Partition:
    """Cut the faces of a partition along further polygons, as if their lines were already drawn when those come.

    Nothing moves where no new line comes. That is what keeps lines apart that were once taken from this partition:
    noded together with the lines that they were rounded from, they would run beside them by less than the grid.

    Parameters
    ----------
    whole : Partition
        Of m features.
    geometry : (u,) object
        Polygons and multipolygons.
    snap : float
        As of ``build``.

    Returns
    -------
    Partition
        Its coverage tells of the m features, and of the further ones as m … m + u − 1.
    """
    count, features = len(whole), len(whole.snapped)
    cut = build(np.concatenate([whole.faces, geometry]), snap=snap, progress=progress)
    own = cut.coverage.feature >= count
    face, parent = cut.coverage.face[~own], cut.coverage.feature[~own]
    first = np.searchsorted(whole.coverage.face, np.arange(count + 1))
    size = np.diff(first)
    inherited = whole.coverage.feature[runs(first[parent], size[parent])]
    face = np.concatenate([np.repeat(face, size[parent]), cut.coverage.face[own]])
    feature = np.concatenate([inherited, cut.coverage.feature[own] - count + features])
    order = np.lexsort((feature, face))
    # What bending a face's lines once more took from it or gave it, its features lose and gain.
    bent = (cut.snapped[:count] - whole.area)[whole.coverage.face]
    snapped = whole.snapped + np.bincount(whole.coverage.feature, bent, minlength=features)
    return replace(
        cut,
        coverage=Coverage(face[order], feature[order]),
        snapped=np.concatenate([snapped, cut.snapped[count:]]),
    )


def is_coverage(geometry: Objects) -> bool:
    """Whether valid polygons lie side by side: no two overlap, and common lines have the same vertices in both.

    Parameters
    ----------
    geometry : (m,) object
    """
    rings = rings_of(geometry)
    ids, first = number(rings.xy)
    boundary = chain(Strings(rings.xy[first], ids, rings.start))
    whole = build(geometry, snap=0.0)
    # A line of one that runs through a vertex of another is more segments after noding than before.
    before, after = (len(arcs.vertex) - len(arcs) for arcs in (boundary.strings, whole.lines.arcs))
    alone = np.bincount(whole.coverage.face, minlength=len(whole)) == 1
    return bool(alone.all()) and before == after


def select(partition: Partition, keep: Bools) -> Partition:
    """Leave out the faces that ``keep`` (n,) marks False; rows are renumbered in order."""
    row = np.where(keep, np.cumsum(keep) - 1, -1)
    borders, touches, coverage = partition.borders, partition.touches, partition.coverage
    both = keep[borders.left] & keep[borders.right]
    covering = keep[coverage.face]
    return Partition(
        faces=partition.faces[keep],
        area=partition.area[keep],
        point=partition.point[keep],
        borders=Borders(row[borders.left[both]], row[borders.right[both]], borders.length[both]),
        touches=row[touches[keep[touches].all(axis=1)]],
        coverage=Coverage(row[coverage.face[covering]], coverage.feature[covering]),
        snapped=partition.snapped,
        lines=Lines(partition.lines.arcs, partition.lines.place, np.append(row, -1)[partition.lines.side]),
    )


def _unrounded(xy: Floats, ids: Ints, first: Ints) -> Floats:
    """Where each vertex was before rounding; of several places that one grid point stands for, the lowest (x, y)."""
    place = xy[first].copy()
    several = np.flatnonzero((place[ids] != xy).any(axis=1))
    if len(several):
        rows = np.flatnonzero(np.isin(ids, ids[several]))
        order = rows[np.lexsort((xy[rows, 1], xy[rows, 0], ids[rows]))]
        lowest = order[groups(ids[order])]
        place[ids[lowest]] = xy[lowest]
    return place


def _restore(place: Floats, xy: Floats, ids: Ints, first: Ints, tight: Bools) -> None:
    """Give vertices of the sources their own coordinates back, where the arrangement stays the same by it."""
    own = xy[first]
    alone = (own[ids] == xy).all(axis=1)
    safe = ~tight[: len(first)]
    safe[ids[~alone]] = False
    place[: len(first)][safe] = own[safe]


def _rings_along(boundary: Arcs, arcs: Arcs, kept: Ints) -> tuple[Ints, Ints]:
    """Which source ring runs along which kept arc, a row for each time."""
    row = np.full(len(arcs), -1, np.int64)
    row[kept] = np.arange(len(kept))
    order = sorting(boundary.arc)
    ring = boundary.source[order]
    count = np.bincount(boundary.arc, minlength=len(boundary))
    first = np.cumsum(count) - count
    along = np.flatnonzero(row[arcs.arc] >= 0)
    string, arc = arcs.source[along], row[arcs.arc[along]]
    return ring[runs(first[string], count[string])], np.repeat(arc, count[string])


def _sorted(
    traced: Faces, coverage: Coverage, snapped: Floats, arcs: Strings, place: Floats, progress: Progress
) -> Partition:
    """Keep the covered faces, and give all rows their order."""
    step = steps(progress, Message("partition"), 3)
    covered = np.zeros(len(traced.polygons), bool)
    covered[coverage.face] = True
    old = np.flatnonzero(covered)
    faces = traced.polygons[old]
    point, bounds = inside(faces), shapely.bounds(faces).reshape(-1, 4)
    step()
    order = np.lexsort((point[:, 1], point[:, 0], bounds[:, 1], bounds[:, 0]))
    row = np.full(len(covered) + 1, -1, np.int64)  # one more, so that −1, the outside, stays −1
    row[old[order]] = np.arange(len(order))
    faces = faces[order]
    side = row[traced.side]
    face, feature = row[coverage.face], coverage.feature
    by = np.lexsort((feature, face))
    borders = borders_along(side, arcs, place)
    step()
    touches = _touches(side, traced.node)
    step()
    return Partition(
        faces=faces,
        area=shapely.area(faces),
        point=point[order],
        borders=borders,
        touches=touches,
        coverage=Coverage(face[by], feature[by]),
        snapped=snapped,
        lines=Lines(arcs, place, side),
    )


def inside(faces: Objects) -> Floats:
    """Find a point strictly inside each face, as (n, 2)."""
    points = shapely.point_on_surface(faces)
    for row in np.flatnonzero(~shapely.contains_properly(faces, points)):
        # in a face hardly wider than the spacing of doubles only some of its triangles hold a point
        triangles = shapely.get_parts(shapely.constrained_delaunay_triangles(faces[row]))
        centres = shapely.centroid(triangles[np.argsort(-shapely.area(triangles))])
        inner = centres[shapely.contains_properly(faces[row], centres)]
        points[row] = inner[0] if len(inner) else points[row]
    xy: Floats = shapely.get_coordinates(points).reshape(-1, 2)
    return xy


def borders_along(side: Ints, arcs: Strings, place: Floats) -> Borders:
    """Pairs of faces on the two sides (2a) of arcs, with the length of the arcs between them."""
    low, high = np.minimum(side[0::2], side[1::2]), np.maximum(side[0::2], side[1::2])
    inner = np.flatnonzero((low >= 0) & (low != high))
    low, high, length = low[inner], high[inner], _lengths(arcs, place)[inner]
    order = sorting_pairs(low, high)
    first = groups(low[order], high[order])
    total = np.add.reduceat(length[order], first) if len(first) else np.zeros(0)
    return Borders(low[order[first]], high[order[first]], total)


def _lengths(arcs: Strings, place: Floats) -> Floats:
    if not len(arcs):
        return np.zeros(0)
    points = place[arcs.vertex]
    step = np.hypot(*np.diff(points, axis=0, append=points[-1:]).T)
    step[arcs.start[1:] - 1] = 0
    return np.add.reduceat(step, arcs.start[:-1])


def _touches(side: Ints, node: Ints) -> Ints:
    """Pairs of faces that meet at a node; each face at a node is on the left of a half-edge that leaves it."""
    inner = np.flatnonzero(side >= 0)
    face, node = side[inner], node[inner]
    order = sorting_pairs(node, face)
    order = order[groups(node[order], face[order])]
    face, node = face[order], node[order]
    first = groups(node)
    size = lengths(first, len(node))
    ahead = np.repeat(first + size, size) - 1 - np.arange(len(node))
    left = np.repeat(face, ahead)
    right = face[runs(np.arange(1, len(face) + 1), ahead)]
    pair = sorting_pairs(left, right)
    pair = pair[groups(left[pair], right[pair])]
    return np.stack((left[pair], right[pair]), axis=1)


# ── What the sources measure after noding, by their own rings alone: the faces have to add up to it ─────────────────


def feature_areas(rings: Rings, count: int, boundary: Arcs, noded: Strings, place: Floats, first: Ints) -> Floats:
    """Area of each feature after noding: shells less holes, parts added up; no face is looked at.

    Where rings cross themselves, or parts of a feature overlap, this is not the area that the feature covers.

    Parameters
    ----------
    rings : Rings
    count : int
        Number of features.
    boundary : Arcs
        Strings that the rings were reduced to.
    noded : Strings
        The same strings, noded.
    place : (v, 2) float64
        Coordinates of the vertices.
    first : (r,) int64
        First vertex of each ring.
    """
    size = np.diff(noded.start)
    head, last = noded.vertex[noded.start[:-1]], noded.vertex[noded.start[1:] - 1]
    # all products are of short distances, from the string's own begin and from the ring's own first vertex
    x, y = (place[noded.vertex] - np.repeat(place[head], size, axis=0)).T
    bulge = np.append(x[:-1] * y[1:] - x[1:] * y[:-1], 0.0)
    bulge[noded.start[1:] - 1] = 0.0
    swept = np.add.reduceat(bulge, noded.start[:-1]) if len(size) else np.zeros(0)
    order = sorting(boundary.source)
    ring, string = boundary.source[order], boundary.arc[order]
    (ax, ay), (bx, by) = (place[head[string]] - place[first[ring]]).T, (place[last[string]] - place[first[ring]]).T
    term = np.where(boundary.forward[order], 1.0, -1.0) * (swept[string] + ax * by - bx * ay)
    area = np.abs(np.bincount(ring, term, minlength=len(first))) / 2
    feature = rings.feature[rings.part]
    return np.bincount(feature, np.where(rings.shell, area, -area), minlength=count).astype(np.float64)

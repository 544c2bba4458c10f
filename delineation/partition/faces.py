"""Faces: noded arcs → half-edges → cycles → polygons.

Half-edge 2a runs along arc a forward, 2a + 1 backward; each has its face on the left.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..core.arrays import number_of
from ..core.messages import Message
from ..core.progress import Progress, silent, steps, within
from .arcs import Strings, groups, runs
from .cycles import follow_on, labels, walk

if TYPE_CHECKING:
    from ..core.arrays import Floats, Ints, Objects

__all__ = ["Faces", "trace"]


BLOCK = 1 << 18  # vertices of rings looked at together


@dataclass(frozen=True)
class Faces:
    """All bounded faces of an arrangement, in no order that means anything.

    Attributes
    ----------
    polygons : (n,) object
        Valid polygons; every ring starts at its lowest (x, y) vertex.
    kept : (a,) int64
        Arcs that bound something; those with one face on both sides (collapsed spikes and corridors) are left out.
    side : (2a,) int64
        Face on the left of each half-edge of the kept arcs; −1 is the unbounded outside.
    node : (2a,) int64
        Vertex that each half-edge starts from.
    """

    polygons: Objects
    kept: Ints
    side: Ints
    node: Ints


@dataclass(frozen=True)
class _Rings:
    """Simple rings, stored end to end without their closing vertex, each from its lowest (x, y) vertex.

    ``cycle`` is the walk around one face that each ring is a loop of.
    """

    vertex: Ints
    start: Ints
    cycle: Ints
    area: Floats


def trace(arcs: Strings, place: Floats, *, progress: Progress = silent) -> Faces:
    """Find all bounded faces of fully noded arcs.

    Parameters
    ----------
    arcs : Strings
    place : (v, 2) float64
        Coordinates that the faces shall have, one for each vertex of the arcs; those of the arcs decide how they lie.
    """
    step = steps(progress, Message("faces"), 10)
    kept: Ints = np.arange(len(arcs))
    follow, node = follow_on(arcs)
    cycle = labels(follow)
    step()
    real = cycle[0::2] != cycle[1::2]
    if not real.all():
        kept = np.flatnonzero(real)
        arcs = arcs.take(kept)
        follow, node = follow_on(arcs)
        cycle = labels(follow)
    step()
    if not len(arcs):
        return Faces(np.zeros(0, object), kept, cycle, node)
    rings = _rings(arcs, place, follow, cycle, node, within(progress, 0.2, 0.6))
    shell, hole = np.flatnonzero(rings.area > 0), np.flatnonzero(rings.area < 0)
    face = np.full(number_of(cycle), -1, np.int64)
    face[rings.cycle[shell]] = np.arange(len(shell))
    first, size = rings.start[:-1], np.diff(rings.start)
    # a closed ring repeats its first vertex
    closed = runs(first, size + 1)
    last = np.cumsum(size + 1) - 1
    closed[last] = first
    progress(0.6, Message("faces"))
    linear = shapely.linearrings(place[rings.vertex[closed]], indices=np.repeat(np.arange(len(size)), size + 1))
    del closed, last
    outlines = shapely.polygons(linear[shell])
    progress(0.7, Message("faces"))
    owner = _owners(rings, place, hole, outlines, face[rings.cycle[hole]], rings.area[shell])
    progress(0.8, Message("faces"))
    face[rings.cycle[hole]] = owner
    polygons = _with_holes(outlines, linear, shell, hole, owner)
    del rings, linear, outlines
    progress(0.9, Message("faces"))
    return Faces(polygons, kept, face[cycle], node)


def _rings(arcs: Strings, place: Floats, follow: Ints, cycle: Ints, node: Ints, progress: Progress) -> _Rings:
    """Cut cycles into simple rings."""
    progress(0.0, Message("faces"))
    order = walk(follow, cycle)
    progress(0.2, Message("faces"))
    ring, order = _loops(follow, order, cycle, node)
    head = groups(ring[order])
    size = np.diff(arcs.start)[order >> 1] - 1  # the last vertex is the first of the next half-edge
    start = np.append((np.cumsum(size) - size)[head], size.sum())
    vertex, area = np.empty(start[-1], np.int64), np.empty(len(head))
    # some rings at a time: arrays that stay small are filled faster, and soon given back
    cuts = np.unique(np.searchsorted(start[:-1], np.arange(0, start[-1], BLOCK)))
    ends = np.append(head, len(order))
    for low, high in pairwise(np.append(cuts, len(head)).tolist()):
        progress(0.4 + 0.6 * low / len(head), Message("faces"))
        block = slice(start[low], start[high])
        own = start[low : high + 1] - start[low]
        vertex[block] = _turned(_along(arcs, order[ends[low] : ends[high]]), own, place)
        area[low:high] = _areas(vertex[block], own, arcs.xy)
    return _Rings(vertex, start, cycle[order[head]], area)


def _along(arcs: Strings, half: Ints) -> Ints:
    """Vertices along half-edges, each without its last."""
    arc, backward = half >> 1, (half & 1).astype(bool)
    size = np.diff(arcs.start)[arc] - 1
    row = np.where(backward, arcs.start[1:][arc] - 1, arcs.start[:-1][arc])
    step = np.repeat(np.where(backward, -1, 1), size)
    vertex: Ints = arcs.vertex[np.repeat(row, size) + runs(np.zeros(len(half), np.int64), size) * step]
    return vertex


def _loops(follow: Ints, order: Ints, cycle: Ints, node: Ints) -> tuple[Ints, Ints]:
    """Cut cycles that pass a node more than once into simple rings: (ring of each half-edge, walking order)."""
    n = len(follow)
    rank = np.empty(n, np.int64)
    rank[order] = np.arange(n)
    seen = np.lexsort((rank, node, cycle))
    first = groups(cycle[seen], node[seen])
    if len(first) == n:
        return cycle, order
    came = np.empty(n, np.int64)
    came[follow] = np.arange(n)
    follow = follow.copy()
    last = np.append(first[1:], n) - 1
    before = np.arange(n) - 1
    before[first] = last
    # visits do not cross in the plane, so each loop between two visits of a node closes on itself
    follow[came[seen]] = seen[before]
    ring = labels(follow)
    return ring, walk(follow, ring)


def _turned(vertex: Ints, start: Ints, place: Floats) -> Ints:
    """Turn each ring to start at its lowest (x, y) vertex."""
    first, size = start[:-1], np.diff(start)
    x, y = place[vertex, 0], place[vertex, 1]
    west = np.repeat(np.minimum.reduceat(x, first), size) == x
    y = np.where(west, y, np.inf)
    lowest = np.flatnonzero(np.repeat(np.minimum.reduceat(y, first), size) == y)
    turn = np.repeat(lowest, size) + runs(np.zeros(len(size), np.int64), size)
    over = turn >= np.repeat(start[1:], size)
    turn[over] -= np.repeat(size, size)[over]
    turned: Ints = vertex[turn]
    return turned


def _areas(vertex: Ints, start: Ints, xy: Floats) -> Floats:
    """Signed areas of rings, whose signs are right."""
    first, size = start[:-1], np.diff(start)
    x, y = (xy[vertex] - np.repeat(xy[vertex[first]], size, axis=0)).T
    following = np.arange(1, len(vertex) + 1)
    following[start[1:] - 1] = first
    area = np.add.reduceat(x * y[following] - x[following] * y, first) / 2
    extent = np.maximum.reduceat(np.maximum(np.abs(x), np.abs(y)), first)
    for ring in np.flatnonzero(np.abs(area) <= 1e-15 * size * extent**2):
        # Python's whole numbers have no limit, so this sum is exact
        points = [(int(px), int(py)) for px, py in xy[vertex[start[ring] : start[ring + 1]]]]
        turned = points[1:] + points[:1]
        area[ring] = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, turned, strict=True)) / 2
    return area


def _owners(rings: _Rings, place: Floats, hole: Ints, outlines: Objects, owner: Ints, area: Floats) -> Ints:
    """Face that each clockwise ring is a hole of; −1 for the outside.

    ``owner`` already knows the holes that touch their shell; the others are islands, held by the smallest shell
    around them.
    """
    free = np.flatnonzero(owner < 0)
    # the loops of one cycle touch each other, so one point stands for all of them
    cycles, one, back = np.unique(rings.cycle[hole[free]], return_index=True, return_inverse=True)
    points = shapely.points(place[rings.vertex[rings.start[hole[free[one]]]]])
    around, inner = shapely.STRtree(points).query(outlines, predicate="contains_properly")
    found = np.full(len(cycles), -1, np.int64)
    order = np.lexsort((area[around], inner))
    first = order[groups(inner[order])]
    found[inner[first]] = around[first]
    owner = owner.copy()
    owner[free] = found[back]
    return owner


def _with_holes(outlines: Objects, linear: Objects, shell: Ints, hole: Ints, owner: Ints) -> Objects:
    held = np.flatnonzero(owner >= 0)
    if not len(held):
        return outlines
    which, of = np.unique(owner[held], return_inverse=True)
    member = np.concatenate((np.arange(len(which)), of))
    ring = np.concatenate((shell[which], hole[held]))
    # the shell, lowest in x of all, comes first; holes follow from the lowest up
    corner = shapely.bounds(linear[ring])
    order = np.lexsort((corner[:, 1], corner[:, 0], np.arange(len(ring)) >= len(which), member))
    polygons = outlines.copy()
    # the first ring of each index is the shell
    polygons[which] = shapely.polygons(linear[ring[order]], indices=member[order])
    return polygons

"""Faces: noded arcs → half-edges → cycles → polygons, with the borders and touches that fall out of them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cmp_to_key

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from .arcs import Arcs, runs, vertex_ids

__all__ = ["Faces", "trace"]


@dataclass(frozen=True)
class Faces:
    """All bounded faces of an arrangement, unsorted.

    Attributes
    ----------
    polygons : (n,) object
        Valid polygons, rings starting at their lowest (x, y) vertex.
    side : (2a,) int64
        Face on the left of each half-edge (arc forward, arc backward, alternating); −1 is the unbounded outside.
    node : (2a,) int64
        Node each half-edge starts from.
    length : (a,) float64
        Length of each arc.
    """

    polygons: NDArray[np.object_]
    side: NDArray[np.int64]
    node: NDArray[np.int64]
    length: NDArray[np.float64]


def trace(arcs: Arcs) -> Faces:
    """Find all bounded faces of fully noded arcs.

    Arcs with the same face on both sides (collapsed spikes, corridors narrower than the snap grid) bound nothing and
    are dropped.
    """
    if not len(arcs):
        nothing = np.zeros(0, np.int64)
        return Faces(np.zeros(0, object), nothing, nothing, np.zeros(0))
    follow, node = _next(arcs)
    cycle = _components(follow)
    real = cycle[0::2] != cycle[1::2]
    if not real.all():
        arcs = _subset(arcs, real)
        if not len(arcs):
            return trace(arcs)
        follow, node = _next(arcs)
        cycle = _components(follow)
    order = _walk(follow, cycle)
    ring_of, order = _split(follow, order, cycle, node)
    return _assemble(arcs, node, cycle, ring_of, order)


def _subset(arcs: Arcs, keep: NDArray[np.bool_]) -> Arcs:
    size = np.diff(arcs.start)[keep]
    return Arcs(arcs.xy[runs(arcs.start[:-1][keep], size)], np.concatenate(([0], np.cumsum(size))))


def _next(arcs: Arcs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Successor of each half-edge around the face on its left, and the node it starts from."""
    n = 2 * len(arcs)
    origin = np.empty(n, np.int64)
    origin[0::2], origin[1::2] = arcs.start[:-1], arcs.start[1:] - 1
    toward = np.empty(n, np.int64)
    toward[0::2], toward[1::2] = arcs.start[:-1] + 1, arcs.start[1:] - 2
    node, _ = vertex_ids(arcs.xy[origin])
    dx, dy = (arcs.xy[toward] - arcs.xy[origin]).T
    # a monotone stand-in for the angle, 0…4, cheaper than arctan2
    slope = dy / (np.abs(dx) + np.abs(dy))
    turn = np.where(dx < 0, 2 - slope, np.where(dy < 0, 4 + slope, slope))
    order = np.lexsort((turn, node))
    same = node[order[1:]] == node[order[:-1]]
    close = same & (np.diff(turn[order]) < 1e-9)
    if close.any():
        _sort_exactly(arcs, order, node, np.unique(node[order[1:][close]]), origin, toward)
    first = np.flatnonzero(np.concatenate(([True], ~same)))
    size = np.diff(np.append(first, n))
    before = np.empty(n, np.int64)
    before[order[1:]] = order[:-1]
    before[order[first]] = order[first + size - 1]
    return before[np.arange(n) ^ 1], node


def _sort_exactly(
    arcs: Arcs,
    order: NDArray[np.int64],
    node: NDArray[np.int64],
    doubtful: NDArray[np.int64],
    origin: NDArray[np.int64],
    toward: NDArray[np.int64],
) -> None:
    """Sort the half-edges of nodes with nearly equal angles by exact arithmetic, in place."""
    sorted_node = node[order]
    for begin, end in zip(
        np.searchsorted(sorted_node, doubtful), np.searchsorted(sorted_node, doubtful, side="right"), strict=True
    ):
        edges = order[begin:end].tolist()
        delta = {}
        for edge in edges:
            (x0, y0), (x1, y1) = arcs.xy[origin[edge]].tolist(), arcs.xy[toward[edge]].tolist()
            delta[edge] = (Fraction(x1) - Fraction(x0), Fraction(y1) - Fraction(y0))

        def compare(left: int, right: int, delta: dict[int, tuple[Fraction, Fraction]] = delta) -> int:
            (ax, ay), (bx, by) = delta[left], delta[right]
            lower_a, lower_b = ay < 0 or (ay == 0 and ax < 0), by < 0 or (by == 0 and bx < 0)
            if lower_a != lower_b:
                return 1 if lower_a else -1
            cross = ax * by - ay * bx
            return -1 if cross > 0 else int(cross < 0)

        order[begin:end] = sorted(edges, key=cmp_to_key(compare))


def _components(follow: NDArray[np.int64]) -> NDArray[np.int64]:
    n = len(follow)
    graph = csr_array((np.ones(n, np.int8), follow.astype(np.int32), np.arange(n + 1, dtype=np.int32)), shape=(n, n))
    return connected_components(graph, directed=True, connection="weak")[1].astype(np.int64)


def _walk(follow: NDArray[np.int64], cycle: NDArray[np.int64]) -> NDArray[np.int64]:
    """Half-edges in walking order, cycle after cycle."""
    n = len(follow)
    head = np.unique(cycle, return_index=True)[1]
    came = np.empty(n, np.int64)
    came[follow] = np.arange(n)
    # joining the end of each cycle to the head of the next one makes a single path, which one search walks along
    path = follow.astype(np.int32)
    path[came[head[:-1]]] = head[1:]
    graph = csr_array((np.ones(n, np.int8), path, np.arange(n + 1, dtype=np.int32)), shape=(n, n))
    return breadth_first_order(graph, int(head[0]), return_predecessors=False).astype(np.int64)


def _split(
    follow: NDArray[np.int64], order: NDArray[np.int64], cycle: NDArray[np.int64], node: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Cut cycles that pass a node more than once into simple rings: (ring of each half-edge, walking order)."""
    n = len(follow)
    rank = np.empty(n, np.int64)
    rank[order] = np.arange(n)
    key = cycle * (int(node.max()) + 1) + node
    by = np.lexsort((rank, key))
    again = key[by[1:]] == key[by[:-1]]
    if not again.any():
        return cycle, order
    came = np.empty(n, np.int64)
    came[follow] = np.arange(n)
    follow = follow.copy()
    first = np.flatnonzero(np.concatenate(([True], ~again)))
    last = np.append(first[1:], n) - 1
    # visits do not cross in the plane, so each loop between two visits of a node closes on itself
    follow[came[by[1:][again]]] = by[:-1][again]
    follow[came[by[first]]] = by[last]
    ring = _components(follow)
    return ring, _walk(follow, ring)


def _assemble(
    arcs: Arcs,
    node: NDArray[np.int64],
    cycle: NDArray[np.int64],
    ring_of: NDArray[np.int64],
    order: NDArray[np.int64],
) -> Faces:
    size = np.diff(arcs.start)[order >> 1] - 1  # the last vertex is the next half-edge's first
    backward = (order & 1).astype(bool)
    step = np.where(backward, -1, 1)
    begin = np.where(backward, arcs.start[1:][order >> 1] - 1, arcs.start[:-1][order >> 1])
    within = runs(np.zeros(len(order), np.int64), size)
    xy = arcs.xy[np.repeat(begin, size) + within * np.repeat(step, size)]
    ring_sorted = ring_of[order]
    head = np.flatnonzero(np.concatenate(([True], ring_sorted[1:] != ring_sorted[:-1])))
    offset = np.append(np.cumsum(size) - size, len(xy))
    first = offset[head]
    count = np.diff(np.append(first, len(xy)))
    xy, area = _canonical(xy, first, count)
    ring_cycle = cycle[order[head]]
    shell = np.flatnonzero(area > 0)
    hole = np.flatnonzero(area < 0)
    face_of_cycle = np.full(int(cycle.max()) + 1, -1, np.int64)
    face_of_cycle[ring_cycle[shell]] = np.arange(len(shell))
    linear = shapely.linearrings(xy, indices=np.repeat(np.arange(len(count)), count))
    outlines = shapely.polygons(linear[shell])
    owner = _owner(xy, first, ring_cycle, shell, hole, area, outlines, face_of_cycle)
    held = owner >= 0
    polygons = outlines
    if held.any():
        ragged = np.argsort(owner[held], kind="stable")
        holes, of = hole[held][ragged], owner[held][ragged]
        which = np.unique(of)
        position = np.searchsorted(which, of)
        rings = np.concatenate((linear[shell[which]], linear[holes]))
        group = np.concatenate((np.arange(len(which)), position))
        by = np.argsort(group, kind="stable")
        polygons = outlines.copy()
        # not from_ragged_array: shapely 2.1.0 writes past its buffer there when a polygon has many holes
        polygons[which] = shapely.polygons(rings[by], indices=group[by])
    side_of_cycle = face_of_cycle.copy()
    side_of_cycle[ring_cycle[hole]] = owner
    delta = np.hypot(*np.diff(arcs.xy, axis=0).T)
    delta = np.append(delta, 0.0)
    delta[arcs.start[1:] - 1] = 0
    length = np.add.reduceat(delta, arcs.start[:-1])
    return Faces(polygons, side_of_cycle[cycle], node, length)


def _canonical(
    xy: NDArray[np.float64], first: NDArray[np.int64], count: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Turn each ring to start at its lowest (x, y) vertex; signed areas relative to that vertex."""
    ring = np.repeat(np.arange(len(first)), count)
    left = np.minimum.reduceat(xy[:, 0], first)
    y = np.where(xy[:, 0] == left[ring], xy[:, 1], np.inf)
    low = np.minimum.reduceat(y, first)
    at = np.flatnonzero(y == low[ring])
    turn = at[np.unique(ring[at], return_index=True)[1]] - first
    within = runs(np.zeros(len(first), np.int64), count) + np.repeat(turn, count)
    within -= np.where(within >= np.repeat(count, count), np.repeat(count, count), 0)
    xy = xy[np.repeat(first, count) + within]
    x, y = (xy - np.repeat(xy[first], count, axis=0)).T
    following = np.arange(1, len(xy) + 1)
    following[first + count - 1] = first
    return xy, np.add.reduceat(x * y[following] - x[following] * y, first) / 2


def _owner(
    xy: NDArray[np.float64],
    first: NDArray[np.int64],
    ring_cycle: NDArray[np.int64],
    shell: NDArray[np.int64],
    hole: NDArray[np.int64],
    area: NDArray[np.float64],
    outlines: NDArray[np.object_],
    face_of_cycle: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Face that each clockwise ring is a hole of; −1 for the outside."""
    owner = face_of_cycle[ring_cycle[hole]]
    free = np.flatnonzero(owner < 0)
    # the rings of one cycle touch each other, so one point stands for all of them
    cycles, one, back = np.unique(ring_cycle[hole[free]], return_index=True, return_inverse=True)
    points = shapely.points(xy[first[hole[free[one]]]])
    shapely.prepare(outlines)
    inside, point = shapely.STRtree(points).query(outlines, predicate="contains_properly")
    found = np.full(len(cycles), -1, np.int64)
    if len(point):
        by = np.lexsort((area[shell][inside], point))
        which, lowest = np.unique(point[by], return_index=True)
        found[which] = inside[by][lowest]
    owner[free] = found[back]
    return owner

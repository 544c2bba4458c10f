"""Half-edges: which follows which around a face, and permutations as walks."""

from __future__ import annotations

from functools import cmp_to_key
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from .arcs import Strings, groups

if TYPE_CHECKING:
    from ..core.arrays import Floats, Ints

__all__ = ["follow_on", "labels", "path_order", "walk"]


CLOSE = 1e-9  # angles (of 4 around a node) nearer than this are compared by exact arithmetic


def follow_on(arcs: Strings) -> tuple[Ints, Ints]:
    """Successor of each half-edge around the face on its left, and the vertex it starts from."""
    n = 2 * len(arcs)
    first, last = arcs.start[:-1], arcs.start[1:] - 1
    node: Ints = arcs.vertex[np.stack((first, last), axis=1).reshape(n)]
    toward: Ints = arcs.vertex[np.stack((first + 1, last - 1), axis=1).reshape(n)]
    if not n:
        return node, node
    dx, dy = (arcs.xy[toward] - arcs.xy[node]).T
    # a stand-in for the angle that rises with it, 0…4, cheaper than arctan2
    slope = dy / (np.abs(dx) + np.abs(dy))
    angle = np.where(dx < 0, 2 - slope, np.where(dy < 0, 4 + slope, slope))
    order = np.lexsort((angle, node))
    around = node[order]
    close = (around[1:] == around[:-1]) & (np.diff(angle[order]) < CLOSE)
    if close.any():
        _sort_exactly(order, around, np.unique(around[1:][close]), arcs.xy[node], arcs.xy[toward])
    first = groups(around)
    before: Ints = np.empty(n, np.int64)
    before[order[1:]] = order[:-1]
    before[order[first]] = order[np.append(first[1:], n) - 1]
    return before[np.arange(n) ^ 1], node


def _sort_exactly(order: Ints, around: Ints, doubtful: Ints, start: Floats, toward: Floats) -> None:
    """Sort the half-edges around some nodes anew, in place."""
    begins, ends = np.searchsorted(around, doubtful), np.searchsorted(around, doubtful, side="right")
    for begin, end in np.stack((begins, ends), axis=1):
        edges = order[begin:end]
        # Python's whole numbers have no limit, so the products are exact
        delta = (toward[edges] - start[edges]).astype(np.int64)
        ways = [(int(x), int(y), row) for row, (x, y) in enumerate(delta)]
        order[begin:end] = edges[[row for _, _, row in sorted(ways, key=cmp_to_key(_compare))]]


def _compare(a: tuple[int, int, int], b: tuple[int, int, int]) -> int:
    """Order of two directions (x, y, …) around a point, counter-clockwise from east."""
    lower_a, lower_b = a[:2] < (0, 0) if a[1] == 0 else a[1] < 0, b[:2] < (0, 0) if b[1] == 0 else b[1] < 0
    if lower_a != lower_b:
        return 1 if lower_a else -1
    cross = a[0] * b[1] - a[1] * b[0]
    return (cross < 0) - (cross > 0)


def labels(follow: Ints) -> Ints:
    """Find the cycle that each member of a permutation belongs to, numbered from 0."""
    n = len(follow)
    if not n:
        return np.zeros(0, np.int64)
    graph = csr_array((np.ones(n, np.int8), follow.astype(np.int32), np.arange(n + 1, dtype=np.int32)), shape=(n, n))
    cycle: Ints = connected_components(graph, directed=True, connection="weak")[1].astype(np.int64)
    return cycle


def walk(follow: Ints, cycle: Ints) -> Ints:
    """Members of a permutation in walking order, cycle after cycle."""
    if not len(follow):
        return np.zeros(0, np.int64)
    head = np.unique(cycle, return_index=True)[1]
    came = np.empty(len(follow), np.int64)
    came[follow] = np.arange(len(follow))
    # joining the end of each cycle to the head of the next makes one path of all
    path = follow.copy()
    path[came[head[:-1]]] = head[1:]
    path[came[head[-1]]] = -1
    return path_order(path, int(head[0]))


def path_order(follow: Ints, start: int) -> Ints:
    """Members in the order of a path from ``start``; −1 follows its last one."""
    n = len(follow)
    goes = follow >= 0
    pointer = np.concatenate((np.zeros(1, np.int32), np.cumsum(goes, dtype=np.int32)))
    target = follow[goes].astype(np.int32)
    graph = csr_array((np.ones(len(target), np.int8), target, pointer), shape=(n, n))
    # along a path breadth first is simply along it, in compiled code
    order: Ints = breadth_first_order(graph, start, return_predecessors=False).astype(np.int64)
    return order

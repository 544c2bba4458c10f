"""Where two nodes of a graph meet: by which merger, and below which node of a tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..core.arrays import number_of, places
from .spanning_trees import find, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..core.arrays import Ints
    from ..regions.problem import Graph
    from .spanning_trees import Tree


def joining(graph: Graph, merges: Ints, order: Ints) -> Ints:
    """Find the edge by which two regions that merge touch: the first in an order of all between them.

    The regions that merge lie side by side if the nodes are strung up as the mergers put them together; then two nodes
    are in one region from the last of the mergers on that closed a gap between them.

    Parameters
    ----------
    graph : Graph
    merges : (m, 2) int64
        A node of each of the two regions, in the order of merging; they are neighbours.
    order : (e,) int64
        Edges, the one to be preferred first.

    Returns
    -------
    (m,) int64
        An edge a merger.
    """
    count = graph.count
    parent, tail, after = list(range(count)), list(range(count)), [-1] * count
    closed = [len(merges)] * count  # by which merger the gap behind each node was closed
    for row, (a, b) in enumerate(rows_of(*merges.T)):
        one, other = find(parent, a), find(parent, b)
        # The representative is the head of its string.
        parent[other] = one
        after[tail[one]], closed[tail[one]] = other, row
        tail[one] = tail[other]
    string: list[int] = []
    for head in range(count):
        if parent[head] == head:
            node = head
            while node >= 0:
                string.append(node)
                node = after[node]
    place = places(string, count)
    gap = np.array(closed, dtype=np.int64)[string]
    left, right = place[graph.left[order]], place[graph.right[order]]
    when = _extremes(gap, np.minimum(left, right), np.maximum(left, right), np.maximum)
    which, first = np.unique(when, return_index=True)
    return order[first[which < len(merges)]]


def shared_ancestors(trees: Sequence[Tree], left: Ints, right: Ints) -> Ints:
    """Lowest node that both ends of each edge hang on (one of the two itself, if the other hangs on it).

    In preorder it is the parent of the highest node that comes after the first end, up to the second.

    Parameters
    ----------
    trees : sequence of Tree
        Of all nodes.
    left, right : (e,) int64
        Different nodes of one tree.
    """
    node = np.concatenate([tree.node for tree in trees])
    size = np.concatenate([tree.size for tree in trees])
    count = len(node)
    # Steps into subtrees less steps out of them; the parent is the last place before that is one step higher.
    start = np.arange(count)
    depth = np.cumsum(1 - np.bincount(start + size, minlength=count + 1)[:count]) - 1
    place = np.empty(number_of(node), dtype=np.int64)
    place[node] = start
    one, other = place[left], place[right]
    first, last = np.minimum(one, other), np.maximum(one, other)
    highest = _extremes(depth * count + start, first + 1, last + 1, np.minimum)
    return node[_parents(size)[highest % count]]


def _parents(size: Ints) -> Ints:
    """Place of each one's parent in preorder, its own for roots."""
    out: list[int] = []
    ends = [end for (end,) in rows_of(np.arange(len(size)) + size)]
    path: list[int] = []
    for place in range(len(ends)):
        while path and ends[path[-1]] <= place:
            path.pop()
        out.append(path[-1] if path else place)
        path.append(place)
    return np.array(out, dtype=np.int64)


def _extremes(values: Ints, start: Ints, stop: Ints, better: np.ufunc) -> Ints:
    """Best of ``values[start:stop]`` for each pair start < stop, from a table of the best of 2, 4, 8, … in a row."""
    level = np.frexp((stop - start).astype(np.float64))[1] - 1
    out = np.empty(len(start), dtype=np.int64)
    table, width = values, 1
    for step in range(number_of(level)):
        rows = np.flatnonzero(level == step)
        out[rows] = better(table[start[rows]], table[stop[rows] - width])
        table = better(table[:-width], table[width:])
        width *= 2
    return out

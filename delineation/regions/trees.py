"""Spanning forests: grown edge by edge, and rooted so that all that hangs on an edge is one slice of an array."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .problem import Graph, Problem

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

__all__ = [
    "SLACK", "Tree", "by_length", "grow", "joining", "parent_of", "rooted", "shared_ancestors", "shortest_forest",
    "split",
]  # fmt: skip

SLACK = 1e-12  # relative: what a sum of floats may miss a bound by, as in `feasible.check_bounds`
_WORD = 20_000  # edges between two words of progress


@dataclass(frozen=True)
class Tree:
    """A rooted tree in preorder: whatever hangs on the node in place i lies in places i … i + size − 1.

    Attributes
    ----------
    node : (m,) int64
        Nodes; the root is first.
    size : (m,) int64
        How many nodes hang on each, itself among them.
    rank : (m,) int64
        When the edge to the parent joined the forest, 0 first; −1 for the root.
    """

    node: Ints
    size: Ints
    rank: Ints


def by_length(problem: Problem) -> Ints:
    """Order the edges by length, the shortest first; of equal ones the first by left node, then by right.

    An edge between a and b is ``|x_a − x_b|² − price·(1/m_a + 1/m_b)`` long: with equal masses half of that is what
    joining the two nodes adds to the cost, so a border that is dear is late to be cut. Without prices this is the order
    of Euclidean distances.
    """
    graph, mass = problem.graph, problem.mass
    # Column by column, so that equal differences give equal sums whatever the number of columns.
    length = np.zeros(len(graph.left))
    for column in problem.values.T:
        length += (column[graph.left] - column[graph.right]) ** 2
    if problem.price.any():
        length -= problem.price * (1 / mass[graph.left] + 1 / mass[graph.right])
    return np.argsort(length, kind="stable")


def shortest_forest(problem: Problem, *, progress: Progress = silent) -> Ints:
    """Edges of the minimum spanning forest, the shortest first; see `grow` for cores and upper bounds."""
    order, count = by_length(problem), len(problem)
    sums = np.array([one.value for one in problem.bounds]).reshape(-1, count)
    most = np.array([one.most for one in problem.bounds])
    left, right = problem.graph.left[order], problem.graph.right[order]
    return order[grow(left, right, problem.core >= 0, sums, most, progress=progress)]


def grow(
    left: Ints,
    right: Ints,
    cored: NDArray[np.bool_],
    sums: Floats,
    most: Floats,
    *,
    progress: Progress = silent,
) -> Ints:
    """Grow a spanning forest: each edge in turn joins two trees, if it does not close a ring (Kruskal 1956).

    Edges that would put two cores, or more than an upper bound, into one tree wait until no other is left. So cutting
    the last edges alone gives every core a region of its own.

    Parameters
    ----------
    left, right : (e,) int64
        Nodes of the edges, in the order in which they are taken.
    cored : (n,) bool
    sums : (b, n) float64
        Additive values that are bounded.
    most : (b,) float64
        Their upper bounds; infinite where there is none.
    progress : callable

    Returns
    -------
    (n − components,) int64
        Rows of the edges taken, in the order of joining.
    """
    parent = list(range(len(cored)))
    has = cored.tolist()
    limited = [
        (values.tolist(), float(limit) * (1 + SLACK)) for values, limit in zip(sums, most, strict=True) if limit < np.inf
    ]
    free = not limited and not cored.any()
    taken: list[int] = []
    late: list[tuple[int, int, int]] = []
    for row, (a, b) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        if row % _WORD == 0:
            progress(row / len(left), "growing a spanning tree")
        one, other = _find(parent, a), _find(parent, b)
        if one == other:
            continue
        if not free and (
            (has[one] and has[other]) or any(held[one] + held[other] > limit for held, limit in limited)
        ):
            late.append((row, a, b))  # for good: trees only grow
            continue
        parent[other] = one
        has[one] = has[one] or has[other]
        for held, _ in limited:
            held[one] += held[other]
        taken.append(row)
    for row, a, b in late:
        one, other = _find(parent, a), _find(parent, b)
        if one != other:
            parent[other] = one
            taken.append(row)
    return np.array(taken, dtype=np.int64)


def _find(parent: list[int], node: int) -> int:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


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
    for row, (a, b) in enumerate(merges.tolist()):
        one, other = _find(parent, a), _find(parent, b)
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
    place = np.empty(count, dtype=np.int64)
    place[string] = np.arange(count)
    gap = np.array(closed, dtype=np.int64)[string]
    one, other = place[graph.left[order]], place[graph.right[order]]
    when = _extremes(gap, np.minimum(one, other), np.maximum(one, other), np.maximum)
    row, first = np.unique(when, return_index=True)
    return order[first[row < len(merges)]]


def rooted(graph: Graph, edges: Ints) -> list[Tree]:
    """Root the trees of a forest at their first nodes.

    Parameters
    ----------
    graph : Graph
    edges : (n − components,) int64
        In the order of joining.
    """
    count = graph.count
    near: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    for rank, (a, b) in enumerate(zip(graph.left[edges].tolist(), graph.right[edges].tolist(), strict=True)):
        near[a].append((b, rank))
        near[b].append((a, rank))
    parent, rank_of, size = [-1] * count, [-1] * count, [1] * count
    seen, order, roots = [False] * count, list[int](), list[int]()
    for root in range(count):
        if seen[root]:
            continue
        roots.append(len(order))
        stack = [root]
        while stack:
            node = stack.pop()
            seen[node] = True
            order.append(node)
            above = parent[node]
            for other, rank in near[node]:
                if other != above:
                    parent[other], rank_of[other] = node, rank
                    stack.append(other)
    for node in reversed(order):
        if parent[node] >= 0:
            size[parent[node]] += size[node]
    nodes = np.array(order, dtype=np.int64)
    pieces = [np.split(array, roots[1:]) for array in (nodes, np.array(size)[nodes], np.array(rank_of)[nodes])]
    return [Tree(*arrays) for arrays in zip(*pieces, strict=True)] if count else []


def split(tree: Tree, at: int) -> tuple[Tree, Tree]:
    """Cut the edge above the node in place ``at``: what hangs on it, and what stays with the root."""
    end = at + int(tree.size[at])
    below = Tree(tree.node[at:end], tree.size[at:end], np.append(-1, tree.rank[at + 1 : end]))
    size = tree.size.copy()
    size[_above(tree, at)] -= end - at
    keep = np.r_[0:at, end : len(size)]
    return below, Tree(tree.node[keep], size[keep], tree.rank[keep])


def _above(tree: Tree, at: int) -> Ints:
    """Places of all nodes that the one in place ``at`` hangs on, the root first and its parent last."""
    return np.flatnonzero(np.arange(at) + tree.size[:at] > at)


def parent_of(tree: Tree, at: int) -> int:
    """Node that the one in place ``at`` hangs on."""
    return int(tree.node[_above(tree, at)[-1]])


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
    place = np.empty(int(node.max()) + 1, dtype=np.int64)
    place[node] = start
    one, other = place[left], place[right]
    first, last = np.minimum(one, other), np.maximum(one, other)
    highest = _extremes(depth * count + start, first + 1, last + 1, np.minimum)
    return node[_parents(size)[highest % count]]


def _parents(size: Ints) -> Ints:
    """Place of each one's parent in preorder, its own for roots."""
    out: list[int] = []
    ends = (np.arange(len(size)) + size).tolist()
    path: list[int] = []
    for place, _ in enumerate(ends):
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
    for step in range(int(level.max(initial=-1)) + 1):
        rows = np.flatnonzero(level == step)
        out[rows] = better(table[start[rows]], table[stop[rows] - width])
        table = better(table[:-width], table[width:])
        width *= 2
    return out

"""Spanning forests: grown edge by edge, and rooted so that all that hangs on an edge is one slice of an array."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.messages import Message
from ..core.progress import Progress, silent
from .agglomeration import SLACK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..core.arrays import Bools, Floats, Ints
    from ..regions.problem import Graph, Problem


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


def by_length(problem: Problem, distance: str = "euclidean") -> Ints:
    """Order the edges by length, the shortest first; of equal ones the first by left node, then by right.

    An edge between a and b is ``|x_a − x_b|² − price·(1/m_a + 1/m_b)`` long: with equal masses half of that is what
    joining the two nodes adds to the cost, so a border that is dear is late to be cut. Without prices this is the order
    of Euclidean distances. With ``distance="manhattan"`` the first term is ``|x_a − x_b|₁``.
    """
    graph, mass = problem.graph, problem.mass
    # Column by column, so that equal differences give equal sums whatever the number of columns.
    length = np.zeros(len(graph.left))
    for column in problem.values.T:
        apart = column[graph.left] - column[graph.right]
        length += apart**2 if distance == "euclidean" else np.abs(apart)
    if problem.price.any():
        length -= problem.price * (1 / mass[graph.left] + 1 / mass[graph.right])
    return np.argsort(length, kind="stable")


def shortest_forest(problem: Problem, distance: str = "euclidean", *, progress: Progress = silent) -> Ints:
    """Edges of the minimum spanning forest, the shortest first; see `grow` for cores and upper bounds."""
    order, count = by_length(problem, distance), len(problem)
    sums = np.array([one.value for one in problem.bounds]).reshape(-1, count)
    most = np.array([one.most for one in problem.bounds])
    left, right = problem.graph.left[order], problem.graph.right[order]
    return order[grow(left, right, problem.core >= 0, sums, most, progress=progress)]


def grow(
    left: Ints,
    right: Ints,
    cored: Bools,
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
    has = [bool(one) for one in cored]
    limited = [
        (values.tolist(), float(limit) * (1 + SLACK))
        for values, limit in zip(sums, most, strict=True)
        if limit < np.inf
    ]
    free = not limited and not cored.any()
    taken: list[int] = []
    late: list[tuple[int, int, int]] = []
    for row, (a, b) in enumerate(rows_of(left, right)):
        if row % _WORD == 0:
            progress(row / len(left), Message("growing a spanning tree"))
        one, other = find(parent, a), find(parent, b)
        if one == other:
            continue
        if not free and ((has[one] and has[other]) or any(held[one] + held[other] > limit for held, limit in limited)):
            late.append((row, a, b))  # for good: trees only grow
            continue
        parent[other] = one
        has[one] = has[one] or has[other]
        for held, _ in limited:
            held[one] += held[other]
        taken.append(row)
    for row, a, b in late:
        one, other = find(parent, a), find(parent, b)
        if one != other:
            parent[other] = one
            taken.append(row)
    return np.array(taken, dtype=np.int64)


def rows_of(*arrays: Any) -> Iterator[tuple[Any, ...]]:
    """Give rows of Python's own numbers, which loops are quicker with, of arrays of one length."""
    return zip(*(array.tolist() for array in arrays), strict=True)


def find(parent: list[int], node: int) -> int:
    """Find the representative of a node, and halve the path to it."""
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


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
    for rank, (a, b) in enumerate(rows_of(graph.left[edges], graph.right[edges])):
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

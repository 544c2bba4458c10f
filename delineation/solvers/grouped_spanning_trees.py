"""Spanning trees of many groups of nodes at once, and what hangs below each of their edges."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

from ..core.arrays import firsts, number_of, places
from ..core.sums import sum_by
from ..partition.arcs import groups

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..core.arrays import Bools, Floats, Ints


@dataclass(frozen=True)
class Forest:
    """One rooted tree a group, level by level; a *place* is a position in that order.

    Attributes
    ----------
    node : (m,) int64
        Node at each place: first the root of group 0, of group 1, …, then their children, and so on.
    parent : (m,) int64
        Place of the parent, before the child's; children of one parent follow each other. −1 for roots.
    level : (d + 1,) tuple of int
        Place at which each level begins, and m.
    group : (m,) int64
        Group of the node at each place.
    """

    node: Ints
    parent: Ints
    level: tuple[int, ...]
    group: Ints

    @property
    def roots(self) -> int:
        """Number of trees."""
        return self.level[1] if len(self.level) > 1 else 0

    def gathered(self, values: Floats, passes: Callable[[Floats, int], None] | None = None) -> Floats:
        """Sum values over the subtree below each place, the place itself included.

        Parameters
        ----------
        values : (m, c) float64
            Of each place; not altered.
        passes : callable, optional
            Called with the finished sums of a level, a view, and its first place; what it sets to 0 goes no further up.

        Returns
        -------
        (m, c) float64
            Summed child by child, so that no large numbers cancel.
        """
        out = values.copy()
        for start, stop in reversed(list(pairwise(self.level))):
            here = out[start:stop]
            sums = here
            if passes is not None:
                sums = here.copy()
                passes(sums, start)
            if start == 0:
                break
            parent = self.parent[start:stop]
            first = groups(parent)
            out[parent[first]] += np.add.reduceat(sums, first, axis=0)
        return out

    def handed_down(self, values: Ints, heads: Bools) -> Ints:
        """Give each place the value of the nearest head at or above it; every root has to be one.

        Parameters
        ----------
        values : (m,) int64
            Of the heads; the others' mean nothing.
        heads : (m,) bool
        """
        out = values.copy()
        for start, stop in list(pairwise(self.level))[1:]:
            here = slice(start, stop)
            out[here] = np.where(heads[here], out[here], out[self.parent[here]])
        return out

    def severed(self, left: Ints, right: Ints, price: Floats, count: int) -> Floats:
        """Price of the edges that lead out of the subtree below each place, tree edges or not.

        Of the subtree's sum of prices an edge with both ends in it counts twice too often; both are in it where their
        lowest common ancestor is.

        Parameters
        ----------
        left, right : (e,) int64
            Nodes, both ends in one tree.
        price : (e,) float64
        count : int
            Number of nodes.
        """
        place = places(self.node, count)
        one, two = place[left], place[right]
        ends = sum_by(one, price, len(self.node)) + sum_by(two, price, len(self.node))
        apart = np.flatnonzero(one != two)
        while len(apart):
            # The later place is no ancestor of the earlier one: it may climb.
            low, high = np.minimum(one[apart], two[apart]), np.maximum(one[apart], two[apart])
            one[apart], two[apart] = low, self.parent[high]
            apart = apart[one[apart] != two[apart]]
        ends -= 2 * sum_by(one, price, len(self.node))
        return self.gathered(ends[:, None])[:, 0]


def spanning_forest(group: Ints, left: Ints, right: Ints, weight: Floats) -> Forest:
    """Grow a minimum spanning tree in each group, rooted at its first node.

    Parameters
    ----------
    group : (n,) int64
        0, 1, … numbered by first node; −1 for nodes of no group. Each group hangs together.
    left, right : (e,) int64
        Nodes; edges between groups, or to nodes of none, are passed over.
    weight : (e,) float64
        Of tree edges, above 0.
    """
    n, groups = len(group), number_of(group)
    inside = (group[left] == group[right]) & (group[left] >= 0)
    # scipy's graph routines want 32-bit indices.
    ends = left[inside].astype(np.int32), right[inside].astype(np.int32)
    tree = minimum_spanning_tree(csr_array((weight[inside], ends), shape=(n, n))).tocoo()
    members = np.flatnonzero(group >= 0)
    root = firsts(members, group)
    # One more node, a neighbour of all roots, makes one tree of all.
    rows = np.append(tree.row, np.full(groups, n)).astype(np.int32)
    columns = np.append(tree.col, root).astype(np.int32)
    joined = csr_array((np.ones(len(rows)), (rows, columns)), shape=(n + 1, n + 1))
    order, before = breadth_first_order(joined, n, directed=False)
    node = order[1:].astype(np.int64)
    place = places(node, n + 1)
    parent = place[before[node]]
    level = [0, groups] if groups else [0]
    while level[-1] < len(node):
        # Children of the level before last are over where a parent is of the last one.
        level.append(int(np.searchsorted(parent, level[-1])))
    return Forest(node, parent, tuple(level), group[node])

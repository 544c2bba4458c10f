"""Which regions each node touches: the table that local moves are read from, kept up move by move."""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ..core.arrays import Ints, listed
from ..core.sums import sum_by

if TYPE_CHECKING:
    from ..regions.problem import Problem


class Touches:
    """Rows (node, region): the node is not of the region and has a neighbour in it; each pair once.

    Parameters
    ----------
    problem : Problem
    labels : (n,) int64
    k : int
        Number of regions, which stays.

    Attributes
    ----------
    count : int
        Number of rows; what the columns hold beyond it means nothing.
    node_of, region_of : (≥ count,) int64
    gain_of : (≥ count,) float64
        Price of the node's edges to that region.
    change_of, when_of : (≥ count,) float64, int64
        For the owner of the table: what it last worked out for a row, and when; −1 in a new row.
    stay_of : (n,) float64
        Price of the node's edges to its own region.
    of : list of int
        Region of each node.
    near : list of lists of int
        Neighbours of each node.
    row : dict
        ``node·k + region`` → row.
    """

    def __init__(self, problem: Problem, labels: Ints, k: int) -> None:
        self.k, self._problem = k, problem
        graph, n = problem.graph, len(problem)
        ends, others = np.append(graph.left, graph.right), np.append(graph.right, graph.left)
        order = np.lexsort((others, ends))
        self._ends, self._others = ends[order], others[order]
        self._price = np.append(problem.price, problem.price)[order]
        start, flat = listed(np.searchsorted(self._ends, np.arange(n + 1))), listed(self._others)
        self.near = [flat[a:b] for a, b in pairwise(start)]
        price = listed(self._price)
        self._toll = [price[a:b] for a, b in pairwise(start)]
        self.node_of, self.region_of = np.empty(len(flat), dtype=np.int64), np.empty(len(flat), dtype=np.int64)
        self.gain_of, self.change_of = np.zeros(len(flat)), np.zeros(len(flat))
        self.when_of = np.empty(len(flat), dtype=np.int64)
        self.reset(labels)

    def reset(self, labels: Ints) -> None:
        """Take up another division into as many regions."""
        source, region = labels[self._ends], labels[self._others]
        out = source != region
        self.of: list[int] = listed(labels)
        self.stay_of = sum_by(self._ends[~out], self._price[~out], len(self._problem))
        key, which, links = np.unique(self._ends[out] * self.k + region[out], return_inverse=True, return_counts=True)
        self.count = len(key)
        self.node_of[: self.count], self.region_of[: self.count] = np.divmod(key, self.k)
        self.gain_of[: self.count] = sum_by(which.ravel(), self._price[out], self.count)
        self.when_of[: self.count] = -1
        self._keys: list[int] = listed(key)
        self._links: list[int] = listed(links)
        self.row = dict(zip(self._keys, range(self.count), strict=True))

    def move(self, node: int, region: int) -> None:
        """Take a node over to a region it touches: O(degree)."""
        of, k, source, links = self.of, self.k, self.of[node], 0
        for other, toll in zip(self.near[node], self._toll[node], strict=True):
            theirs = of[other]
            if theirs == source:
                links += 1
                self.stay_of[other] -= toll
            else:
                self._unlink(other * k + source, 1, toll)
            if theirs == region:
                self.stay_of[other] += toll
            else:
                self._link(other, region, 1, toll)
        row = self.row[node * k + region]
        stay, self.stay_of[node] = self.stay_of[node], self.gain_of[row]
        self._unlink(node * k + region, self._links[row], 0.0)
        if links:
            self._link(node, source, links, stay)
        of[node] = region

    def _link(self, node: int, region: int, links: int, gain: float) -> None:
        key = node * self.k + region
        row = self.row.get(key)
        if row is None:
            row = self.row[key] = self.count
            self.node_of[row], self.region_of[row], self.gain_of[row], self.when_of[row] = node, region, 0.0, -1
            self._keys.append(key)
            self._links.append(0)
            self.count += 1
        self._links[row] += links
        self.gain_of[row] += gain

    def _unlink(self, key: int, links: int, gain: float) -> None:
        row = self.row[key]
        self._links[row] -= links
        self.gain_of[row] -= gain
        if self._links[row]:
            return
        # The last row fills the gap.
        last = self.count = self.count - 1
        moved, kept = self._keys.pop(), self._links.pop()
        del self.row[key]
        if row != last:
            self._keys[row], self._links[row], self.row[moved] = moved, kept, row
            for column in (self.node_of, self.region_of, self.gain_of, self.change_of, self.when_of):
                column[row] = column[last]

    def piece_without(self, node: int) -> set[int] | None:
        """Find what falls off a node's region when the node leaves it: the smallest piece, or nearly; None if nothing.

        Walks from all its neighbours in the region at once, a step each in turn, until they have met or one has come
        to an end: exact, and no longer than the smaller pieces. A region of one node falls apart: an empty piece.
        """
        of, near = self.of, self.near
        region = of[node]
        starts = [other for other in near[node] if of[other] == region]
        if len(starts) < 2:
            return None if starts else set()
        fronts = [deque((start,)) for start in starts]
        owner = {start: number for number, start in enumerate(starts)}
        owner[node] = -1
        walk = list(range(len(starts)))  # the walk that each one has become a part of
        left = len(starts)
        while True:
            for number, front in enumerate(fronts):
                if walk[number] != number:
                    continue
                if not front:
                    return {one for one, own in owner.items() if own >= 0 and walk[own] == number}
                for other in near[front.popleft()]:
                    if of[other] != region:
                        continue
                    met = owner.get(other)
                    if met is None:
                        owner[other] = number
                        front.append(other)
                    elif met >= 0 and (met := walk[met]) != number:
                        front += fronts[met]
                        walk = [number if one == met else one for one in walk]
                        left -= 1
                        if left == 1:
                            return None

"""Agglomeration under contiguity: neighbouring regions merge, the nearest two first; exact, on any graph."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from ..core.arrays import Bools, Floats, Ints, firsts, listed, number_of
from ..core.connected import connected
from ..core.messages import Message
from ..core.progress import silent
from ..core.sums import sum_by
from ..regions.problem import numbered
from .linkage import LINKAGES

if TYPE_CHECKING:
    from ..core.progress import Progress
    from ..regions.problem import Problem
    from .linkage import Linkage

SLACK = 1e-12  # relative: what a sum of floats may miss a bound by, as in `feasibility.check_bounds`
_WORD, _WORD_S = 100, 0.1  # merges, or seconds, between two words of progress
_MESSAGE = Message("merging regions")

_Entry = tuple[float, int, int, int, int]


def merges(
    problem: Problem,
    start: Ints | None = None,
    *,
    linkage: str | type[Linkage] = "ward",
    stop: int = 1,
    short: bool = False,
    progress: Progress = silent,
) -> Ints:
    """List merges of neighbouring regions, each the one of least height among all that are allowed then.

    With m the masses, μ the means and d² the squared distance that the linkage states (see `linkage`), two regions
    A and B merge at the height ``d²(A, B) − (1/m_A + 1/m_B)·(price of the edges between them)``; for ward it is
    ``m_A·m_B/(m_A + m_B)·|μ_A − μ_B|²`` less that price, which is the change of `objective.cost`. (Ward is the first
    times ``m_A·m_B/(m_A + m_B)``: an edge's price counts alike in all linkages.) No merge joins two cores or goes
    above a bound. Equal heights: the pair whose younger region is older goes first, then the one whose older one is;
    nodes are as old as they are numbered, and merged regions younger than all before them. Components need no care:
    nothing ever merges across them, and heights are compared over all of the graph.

    Each pair belongs to the younger of its two regions, and a region waits in the heap with its nearest partner only.
    A region's own pairs can but vanish (the merger of a partner is younger and takes them along), so a partner that
    is no more is looked for anew only when its turn comes. O((n + e) log n) for degrees that stay small.

    Parameters
    ----------
    problem : Problem
    start : (n,) int64, optional
        Contiguous regions 0 … c − 1 to start from, each with one core at most; by default each node for itself.
    linkage : {"ward", "average", "complete", "single"} or class of Linkage
    stop : int
        End where so many regions are left; earlier where no merge is allowed.
    short : bool
        Merge only where one of the two is below a lower bound, so that in the end none is, if it can be.
    progress : callable

    Returns
    -------
    (m, 2) int64
        A node of each of the two regions, in the order of merging. See `cut`.
    """
    labels = np.arange(len(problem)) if start is None else np.asarray(start, dtype=np.int64)
    progress(0.0, _MESSAGE)
    state = _State(problem, labels, LINKAGES[linkage] if isinstance(linkage, str) else linkage, short)
    begin, todo = state.alive, max(state.alive - stop, 0)
    state.linkage.word = lambda: progress((begin - state.alive) / max(todo, 1), _MESSAGE)
    out = np.empty((todo, 2), dtype=np.int64)
    heap = state.first_entries()
    heapify(heap)
    age, done, due = state.age_of, 0, 0.0
    while done < todo and heap:
        entry = heappop(heap)
        _, younger, older, one, other = entry
        if age[one] != younger:
            continue  # it has merged since
        if age[other] != older:
            state.wait(heap, one)
            continue
        out[done] = state.node[one], state.node[other]
        state.wait(heap, state.merge(one, other))
        done += 1
        if done % _WORD == 0 or monotonic() > due:
            progress(done / todo, _MESSAGE)
            due = monotonic() + _WORD_S
    return out[:done]


def cut(labels: Ints, pairs: Ints) -> Ints:
    """Give the division that is left when the regions of each of these pairs of nodes are one.

    Parameters
    ----------
    labels : (n,) int64
        Regions to start from, 0 … c − 1.
    pairs : (m, 2) int64
        Nodes, as `merges` gives them.

    Returns
    -------
    (n,) int64
        Numbered by first node.
    """
    left, right = labels[pairs].T
    return numbered(connected(left, right, number_of(labels))[labels])


class _State:
    """Regions in slots: what they hold, who their neighbours are, how old they are."""

    def __init__(self, problem: Problem, labels: Ints, linkage: type[Linkage], short: bool) -> None:
        count = number_of(labels)
        self.alive, self.short = count, short
        self.node = np.unique(labels, return_index=True)[1]
        self.left, self.right, self.price = _contracted(problem, labels)
        self.priced = bool(problem.price.any())
        # Each region's neighbours with the price of the edges between them.
        self.near: list[dict[int, float]] = [{} for _ in range(count)]
        for a, b, price in zip(listed(self.left), listed(self.right), listed(self.price), strict=True):
            self.near[a][b] = price
            self.near[b][a] = price
        # −1 where a slot is free; the list is for single looks, the array for many.
        self.age_of = list(range(count))
        self.age = np.arange(count)
        self.next = count
        self.linkage = linkage(problem, labels, count)
        self.cored = np.zeros(count, dtype=bool)
        self.cored[labels[problem.core >= 0]] = True
        self.sums = np.array([sum_by(labels, one.value, count) for one in problem.bounds]).reshape(-1, count)
        self.least = np.array([one.least * (1 - SLACK) for one in problem.bounds])[:, None]
        self.most = np.array([one.most * (1 + SLACK) for one in problem.bounds])[:, None]
        self.lacks = np.asarray((self.sums < self.least).any(axis=0), dtype=np.bool_)
        self.free = not self.cored.any() and not np.isfinite(self.most).any() and not short

    def first_entries(self) -> list[_Entry]:
        """Each region with its nearest partner among the older ones."""
        old, young = self.left, self.right
        allowed = self.allowed(young, old)
        old, young, price = old[allowed], young[allowed], self.price[allowed]
        height = self.heights(young, old, self.linkage.first(young, old), price)
        order = np.lexsort((old, height, young))
        order = firsts(order, young)
        younger, older = listed(young[order]), listed(old[order])
        return list(zip(listed(height[order]), younger, older, younger, older, strict=True))

    def allowed(self, one: Ints | int, other: Ints) -> Bools:
        """Which pairs may merge; what may not will never be allowed to, as sums only grow."""
        out: Bools = ~(self.cored[one] & self.cored[other])
        if len(self.sums):
            both = (
                self.sums[:, one] + self.sums[:, other]
                if isinstance(one, np.ndarray)
                else (self.sums[:, one][:, None] + self.sums[:, other])
            )
            out &= (both <= self.most).all(axis=0)
        if self.short:
            out &= self.lacks[one] | self.lacks[other]
        return out

    def heights(
        self,
        one: Ints | int,
        other: Ints,
        distance: Floats,
        price: Floats,
    ) -> Floats:
        """Heights at which pairs merge."""
        if not self.priced:
            return distance
        mass = self.linkage.mass
        return distance - (price if self.linkage.is_cost else price * (1 / mass[one] + 1 / mass[other]))

    def wait(self, heap: list[_Entry], one: int) -> None:
        """Put a region into the heap with its nearest partner among the older ones, if there is one."""
        near, young = self.near[one], self.age_of[one]
        other = np.fromiter(near, np.int64, len(near))
        age = self.age[other]
        keep = age < young
        if not self.free:
            keep &= self.allowed(one, other)
        if not keep.all():
            other, age = other[keep], age[keep]
        if not len(other):
            return
        distance = self.linkage.distances(one, other)
        if self.priced:
            price = np.fromiter(near.values(), np.float64, len(near))[keep]
            distance = self.heights(one, other, distance, price)
        row = int(distance.argmin())
        height = float(distance[row])
        equal = np.flatnonzero(distance == height)
        if len(equal) > 1:
            row = int(equal[age[equal].argmin()])
        heappush(heap, (height, young, int(age[row]), one, int(other[row])))

    def merge(self, one: int, other: int) -> int:
        """Make one region of two, in the slot of that with more neighbours; give the slot."""
        near = self.near
        into, gone = (one, other) if len(near[one]) >= len(near[other]) else (other, one)
        self.linkage.merge(into, gone, near, self.age)
        mine = near[into]
        del mine[gone]
        for far, price in near[gone].items():
            if far != into:
                del near[far][gone]
                mine[far] = near[far][into] = mine.get(far, 0.0) + price
        near[gone] = {}
        self.cored[into] |= self.cored[gone]
        if len(self.sums):
            self.sums[:, into] += self.sums[:, gone]
            self.lacks[into] = (self.sums[:, into] < self.least[:, 0]).any()
        self.age_of[gone] = self.age[gone] = -1
        self.age_of[into] = self.age[into] = self.next
        self.next += 1
        self.alive -= 1
        return into


def _contracted(problem: Problem, labels: Ints) -> tuple[Ints, Ints, Floats]:
    """Pairs of neighbouring regions, left < right, with the price of the edges between them."""
    one, other = labels[problem.graph.left], labels[problem.graph.right]
    apart = one != other
    left, right = np.minimum(one, other)[apart], np.maximum(one, other)[apart]
    count = number_of(labels)
    pair, which = np.unique(left * count + right, return_inverse=True)
    return pair // count, pair % count, sum_by(which.ravel(), problem.price[apart], len(pair))

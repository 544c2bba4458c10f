"""Merging down to k regions where sums of regions are bounded: what agglomeration alone does not keep is mended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..core.arrays import Ints, listed, number_of
from ..core.errors import BadInput
from ..core.findings import Facts, Finding
from ..core.messages import Message
from ..core.progress import shared, silent, within
from ..core.sums import sum_by
from ..regions.feasibility import most_by_bounds
from ..regions.objective import cost
from ..regions.problem import Regions, numbered
from .agglomeration import SLACK, cut, merges
from .local_moves import MovableDivision
from .local_search import Watch, descend
from .recombination import mend, recombine
from .replicas import worlds_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..core.progress import Progress
    from ..regions.problem import Problem


_SWEEPS = 100  # of recombination before mending is given up
_SHARE = 8  # of the moves that mend, the part made before what they cost is worked out anew


def merged(
    problem: Problem,
    ks: Sequence[int],
    start: Ints | None = None,
    *,
    linkage: str = "ward",
    method: str,
    progress: Progress = silent,
) -> list[Regions]:
    """Merge neighbouring regions until k are left, none of them out of its bounds if that can be had.

    Where the k regions that `agglomeration.merges` gives without looking at bounds keep them, these are the answer; so
    bounds that do not bind change nothing. Else several divisions are made, and of those that keep all bounds the
    one is taken whose number of regions is nearest to k, of equal ones the one that costs least:

    * the k regions without bounds, mended node by node (`mended`);
    * for c = k, 2·k, 4·k, … up to all: c regions merged as far as upper bounds allow; of these, regions below a
      lower bound merge with neighbours until none is left, the least height first; then all do, until there are k.
      Where upper bounds leave more than k, the rest merges without them and is mended.

    Where none of these has k regions, numbers between are tried. (A k that the lower bounds have no room for is not.)
    In the end border nodes move within the bounds as long as one lowers the cost (`local_search.descend`).

    Parameters
    ----------
    problem : Problem
        Its bounds and k have passed `feasible`.
    ks : sequence of int
        Numbers of regions, rising.
    start : (n,) int64, optional
        Contiguous regions to start from, at least as many as the largest of ``ks``; by default each node for itself.
    linkage : {"ward", "average", "complete", "single"}
    method : str
        Name for the finding.
    progress : callable

    Returns
    -------
    list of Regions
        One for each of ``ks``. Where fewer (or more) regions than asked for were found, a finding S71 says so.

    Raises
    ------
    BadInput
        No division was found that keeps the bounds.
    """
    labels = np.arange(len(problem)) if start is None else start
    count = number_of(labels)
    room = int(most_by_bounds(problem, problem.graph.component()).sum())
    free = replace(problem, bounds=())
    # Where bounds stop it, fewer regions than asked for are looked at.
    stop = 1 if problem.bounds else ks[0]
    pairs = merges(free, labels, linkage=linkage, stop=stop, progress=within(progress, 0.0, 0.4))
    search = _Search(problem, free, labels, pairs, linkage)
    out = []
    for k, here in shared(within(progress, 0.4, 1.0), ks):
        found = cut(labels, pairs[: count - k])
        if not keeps_bounds(problem, found):
            found = search.within_bounds(min(k, room), here)
        out.append(Regions(found, _stopped(problem, k, found, method)))
    return out


def keeps_bounds(problem: Problem, labels: Ints) -> bool:
    """Whether every region keeps all bounds, up to rounding."""
    for bound in problem.bounds:
        sums = sum_by(labels, bound.value, number_of(labels))
        if (sums < bound.least * (1 - SLACK)).any() or (sums > bound.most * (1 + SLACK)).any():
            return False
    return True


def mended(problem: Problem, labels: Ints, *, thorough: bool, progress: Progress = silent) -> Ints | None:
    """Bring regions into their bounds without changing their number.

    Border nodes go over to a neighbouring region, of those moves that bring regions nearer to their bounds the one that
    costs least for what it brings, until none is left.

    Parameters
    ----------
    problem : Problem
    labels : (n,) int64
        Contiguous regions 0 … k − 1; not altered.
    thorough : bool
        Where moves get stuck, neighbouring regions are parted anew along random spanning trees (`recombination`, with a
        seed of its own): until none is out of its bounds, and then so that the cost falls.
    progress : callable

    Returns
    -------
    (n,) int64 or None
        Numbered by first node; None where no division was found that keeps the bounds.
    """
    division = MovableDivision(problem, labels, penalty=0.0)
    watch, moved = Watch(progress, Message("mending bounds")), True
    while moved and division.broken() > 0 and not watch.over():
        brings = -division.excess(division.node, division.target)
        rows = np.flatnonzero(brings > SLACK)
        price = division.changes(rows) / brings[rows]
        rows = rows[np.argsort(price, kind="stable")][: int(np.isfinite(price).sum())]
        moved = _moved(division, listed(division.node[rows]), listed(division.target[rows]), watch)
    found = numbered(division.labels)
    if thorough and not keeps_bounds(problem, found):
        found = _recombined(problem, found, progress)
    return found if keeps_bounds(problem, found) else None


def _moved(division: MovableDivision, nodes: list[int], targets: list[int], watch: Watch) -> bool:
    """Make some of the moves that bring regions nearer to their bounds, the first ones first; whether there was one."""
    most = left = len(nodes) // _SHARE + 1
    for node, target in zip(nodes, targets, strict=True):
        if not left or watch.over():
            break
        if division.has(node, target) and division.excess(np.array([node]), np.array([target]))[0] < -SLACK:
            change = division.change(node, target)
            if np.isfinite(change) and division.keeps(node):
                division.apply(node, target, change)
                left -= 1
    return left < most


def _recombined(problem: Problem, labels: Ints, progress: Progress) -> Ints:
    """Part neighbouring regions anew until none is out of its bounds or patience is at its end; then lower the cost."""
    rng = np.random.default_rng(1)
    worlds = worlds_of(problem, problem.graph.component(), 1)
    mending, cold = _SWEEPS, np.zeros(worlds.components)
    lowering = _SWEEPS
    while mending and lowering:
        progress(1 - (mending + lowering) / (2 * _SWEEPS), Message("mending bounds"))
        tally = worlds.tally(labels)
        active = worlds.by_world(tally, tally.missing) > 0
        if active.any():
            mending -= 1
            labels = mend(worlds, labels, tally, 0.0, active, rng)
        else:
            lowering -= 1
            labels = recombine(worlds, labels, tally, cold, rng)
    return numbered(labels)


def _lowered(problem: Problem, labels: Ints, progress: Progress) -> Ints:
    """Move border nodes within bounds as long as that lowers the cost."""
    division = MovableDivision(problem, labels)
    descend(division, np.random.default_rng(1), Watch(progress, Message("moving borders")))
    return numbered(division.labels)


@dataclass(frozen=True)
class _Search:
    """What divisions within bounds are made from.

    Attributes
    ----------
    problem, free : Problem
        With its bounds, and without.
    start : (n,) int64
    pairs : (m, 2) int64
        Merges from there that have not looked at bounds.
    linkage : str
    """

    problem: Problem
    free: Problem
    start: Ints
    pairs: Ints
    linkage: str

    @property
    def count(self) -> int:
        """Number of regions at the start."""
        return number_of(self.start)

    def within_bounds(self, k: int, progress: Progress) -> Ints:
        """Find k regions within bounds, or nearly as many."""
        best, rank = None, (np.inf, np.inf)
        for labels in self.candidates(k, within(progress, 0.0, 0.8)):
            if labels is not None and keeps_bounds(self.problem, labels):
                here = float(abs(number_of(labels) - k)), cost(self.problem, labels)
                if here < rank:
                    best, rank = labels, here
        if best is None:
            names = tuple(one.name for one in self.problem.bounds)
            raise BadInput(
                Message(
                    "no division into about {k} regions was found that keeps the bounds on {names:sum}",
                    k=k,
                    names=names,
                ),
                where=Message("[method]"),
                wanted=Message("a smaller lower bound, a greater upper bound, or another number of regions"),
            )
        # Between what was found and what was asked for: as near as mending gets, by halves.
        good, bad = number_of(best), k
        while abs(good - bad) > 1:
            middle = (good + bad) // 2
            labels = self.mended(middle, within(progress, 0.8, 0.9))
            if labels is None:
                bad = middle
            else:
                best, good = labels, middle
        return _lowered(self.problem, best, within(progress, 0.9, 1.0))

    def mended(self, k: int, progress: Progress) -> Ints | None:
        """Mend the k regions that come of merging without bounds."""
        labels = cut(self.start, self.pairs[: self.count - k])
        return mended(self.problem, labels, thorough=True, progress=progress)

    def candidates(self, k: int, progress: Progress) -> Iterator[Ints | None]:
        """Give divisions into k regions or nearly as many, some of them perhaps out of bounds."""
        yield self.mended(k, within(progress, 0.0, 0.2))
        pairs = self.pairs
        if any(np.isfinite(bound.most) for bound in self.problem.bounds):
            pairs = self.merges(self.start, within(progress, 0.2, 0.3), stop=k)
        floors = any(bound.least > 0 for bound in self.problem.bounds)
        # Without lower bounds all of these would merge to the same end.
        first = max(k, self.count - len(pairs))
        sizes = list(_sizes(first, self.count)) if floors else [first]
        for size, here in shared(within(progress, 0.3, 1.0), sizes):
            labels = cut(self.start, pairs[: self.count - size])
            labels = cut(labels, self.merges(labels, within(here, 0.0, 0.4), short=True))
            labels = cut(labels, self.merges(labels, within(here, 0.4, 0.7), stop=k))
            yield labels
            rest = within(here, 0.7, 1.0)
            if labels.max() >= k:
                labels = cut(labels, merges(self.free, labels, linkage=self.linkage, stop=k, progress=rest))
            if not keeps_bounds(self.problem, labels):
                yield mended(self.problem, labels, thorough=False, progress=rest)

    def merges(self, labels: Ints, progress: Progress, *, stop: int = 1, short: bool = False) -> Ints:
        """Merge as bounds allow."""
        return merges(self.problem, labels, linkage=self.linkage, stop=stop, short=short, progress=progress)


def _sizes(first: int, last: int) -> Iterator[int]:
    """Numbers of regions to start from: the first, each twice the one before, and the last."""
    while first < last:
        yield first
        first *= 2
    yield last


def _stopped(problem: Problem, k: int, labels: Ints, method: str) -> tuple[Finding, ...]:
    """Say where bounds left another number of regions than asked for."""
    got = number_of(labels)
    if got == k:
        return ()
    names = tuple(one.name for one in problem.bounds if (one.least > 0 if got < k else np.isfinite(one.most)))
    facts: Facts = {"method": method, "k": k, "got": got, "bound": names}
    return (Finding("S71", facts, value=float(got)),)

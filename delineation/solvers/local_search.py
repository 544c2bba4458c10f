"""Local searches over the moves of a division: descent, annealing, tabu. None ends worse than it began."""

from __future__ import annotations

from collections import deque
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from ..core.arrays import Floats, listed
from .spanning_trees import rows_of

if TYPE_CHECKING:
    from numpy.random import Generator

    from ..core.messages import Message
    from ..core.progress import Progress
    from .local_moves import MovableDivision

_WORD_S = 0.1  # seconds between two words of progress
_EVERY = 64  # moves tried between two looks at the watch
_BLOCK = 64  # moves drawn at a time in annealing: what they would cost is worked out in one go
_FEWEST, _OFTEN = 500, 10  # moves tried at each heat at least, in small graphs: so many, or each one so often
_COLD = 0.03  # share of the first heat at which annealing ends


class Watch:
    """The time that a search has, and its caller's wish that it goes on.

    Parameters
    ----------
    progress : callable
        Told how far it is at most ten times a second.
    message : Message
    limit_s : float
        Seconds from now on.
    """

    def __init__(self, progress: Progress, message: Message, limit_s: float = np.inf) -> None:
        self._progress, self._message = progress, message
        self._end, self._next = monotonic() + limit_s, 0.0
        self._span = (0.0, 1.0)
        self.fraction = 0.0
        self.late = False

    def part(self, start: float, stop: float) -> None:
        """Count what is done from here on as the part ``start``–``stop`` of the whole."""
        self._span, self.fraction = (start, stop), 0.0

    def over(self) -> bool:
        """Say how far it is, now and then, and whether the time is over."""
        now = monotonic()
        if now >= self._next:
            self._next = now + _WORD_S
            start, stop = self._span
            self._progress(start + (stop - start) * min(self.fraction, 1.0), self._message)
        self.late = self.late or now >= self._end
        return self.late


def descend(division: MovableDivision, rng: Generator, watch: Watch) -> None:
    """Make moves that lower the cost until none does, and mark the end.

    AZP's own search (Openshaw 1977; Openshaw & Rao 1995): the regions in random order; each takes in neighbouring
    nodes, tried in random order, as long as one lowers the cost; all over again until no region takes in any. Each
    move lowers the cost, so that it ends; moves of no change are not made.
    """
    searching = not watch.over()
    while searching:
        targets = np.unique(division.target[division.changes() < -division.grain])
        for region in listed(rng.permutation(targets)):
            while not watch.over() and _take_in(division, region, rng, watch):
                pass
        searching = len(targets) > 0 and not watch.over()
    _mark(division)


def _take_in(division: MovableDivision, region: int, rng: Generator, watch: Watch) -> bool:
    """Let a region take in what lowers the cost, in random order, from the moves there are now; False if nothing."""
    rows = np.flatnonzero(division.target == region)
    rows = rows[division.changes(rows) < -division.grain]
    taken = False
    for turn, node in enumerate(listed(rng.permutation(division.node[rows]))):
        if turn % _EVERY == _EVERY - 1 and watch.over():
            break
        taken |= _try(division, node, region, -division.grain)
    return taken


def _try(division: MovableDivision, node: int, target: int, limit: float) -> bool:
    """Make a move if there still is one, it changes the cost by less than ``limit`` and the region it leaves holds."""
    if not division.has(node, target):
        return False
    change = division.change(node, target)
    if not (change < limit and division.keeps(node)):
        return False
    division.apply(node, target, change)
    return True


def _mark(division: MovableDivision) -> bool:
    better = division.cost < division.best - division.grain
    if better:
        division.mark()
    return better


def anneal(
    division: MovableDivision,
    rng: Generator,
    watch: Watch,
    *,
    cooling: float = 0.97,
    sweeps: float = 1.0,
    heat: float = 1.0,
) -> None:
    """Make random moves, dearer ones ever more seldom; then descend from the best division that came up.

    Simulated annealing (Kirkpatrick, Gelatt & Vecchi 1983, for AZP Openshaw & Rao 1995): a move drawn at random that
    changes the cost by Δ is made with probability ``min(1, exp(−Δ/T))``. T starts at ``heat`` times the mean of all
    Δ > 0 and is multiplied by ``cooling`` after each ``sweeps`` times as many tries as there are moves, down to 3 %.

    Parameters
    ----------
    division : MovableDivision
    rng : numpy.random.Generator
    watch : Watch
    cooling : float
        Above 0, below 1.
    sweeps, heat : float
        Above 0.
    """
    change = division.changes()
    uphill = change[np.isfinite(change) & (change > 0)]
    first = heat * float(uphill.mean()) if len(uphill) else 0.0
    # Without a dearer move every local optimum is found by descent.
    levels = int(np.ceil(np.log(_COLD) / np.log(cooling))) if len(uphill) else 0
    for level in range(levels):
        watch.fraction = level / levels
        if watch.over():
            break
        tries = max(int(sweeps * division.count), min(_FEWEST, _OFTEN * division.count))
        _sweep(division, rng, watch, first * cooling**level, tries)
    division.rewind()
    descend(division, rng, watch)


def _sweep(division: MovableDivision, rng: Generator, watch: Watch, heat: float, tries: int) -> None:
    """Try so many random moves at one heat."""
    while tries > 0 and division.count and not watch.over():
        # In a small graph one move alters what many others cost.
        block = min(tries, max(min(_BLOCK, division.count // 8), 1))
        tries -= block
        rows = rng.integers(division.count, size=block)
        limit = -heat * np.log1p(-rng.random(block))
        # A cheap look at all of them first; those that pass are worked out again when their turn comes.
        good = division.changes(rows) < limit
        rows, limit = rows[good], limit[good]
        moves = rows_of(division.node[rows], division.target[rows], limit)
        for node, target, most in moves:
            if _try(division, node, target, most):
                _mark(division)


def tabu(division: MovableDivision, watch: Watch, *, length: int = 25, patience: int = 1000) -> None:
    """Make the best move there is, again and again, be it up or down, and go back to the best division that came up.

    Tabu search (Glover 1989, for AZP Openshaw & Rao 1995): a node that has left a region does not come back within
    the next ``length`` moves, except to a division better than all before. Ties: lowest node, then lowest region.

    Parameters
    ----------
    division : MovableDivision
    watch : Watch
    length : int
        0 or more.
    patience : int
        Ends after so many moves without a new best.
    """
    barred: deque[int] = deque(maxlen=length)
    idle = 0
    while idle < patience and not watch.over():
        watch.fraction = idle / patience
        change = division.changes()
        hope = division.best - division.cost - division.grain
        rows = division.rows(barred)
        change[rows[change[rows] >= hope]] = np.inf
        found = _best(division, change)
        if found is None:
            break
        node, target, best = found
        barred.append(division.key(node, int(division.labels[node])))
        division.apply(node, target, best)
        idle = 0 if _mark(division) else idle + 1
    division.rewind()


def _best(division: MovableDivision, change: Floats) -> tuple[int, int, float] | None:
    """Find the cheapest move that keeps its region in one piece; ``change`` is used up."""
    while len(change):
        least = change.min()
        if least == np.inf:
            break
        rows = np.flatnonzero(change == least)
        row = int(rows[np.lexsort((division.target[rows], division.node[rows]))[0]]) if len(rows) > 1 else int(rows[0])
        node = int(division.node[row])
        if division.keeps(node):
            return node, int(division.target[row]), float(least)
        change[division.node == node] = np.inf
    return None

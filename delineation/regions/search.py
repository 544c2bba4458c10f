"""Local searches over moves: descent, annealing, tabu; for any division that may move, never worse in the end."""

from __future__ import annotations

from collections import deque
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator

    from ..progress import Progress
    from .moves import MovableDivision

__all__ = ["Watch", "anneal", "descend", "tabu"]

_WORD_S = 0.1  # seconds between two words of progress
_BLOCK = 64  # moves drawn at a time in annealing, between an eighth of all and this many times as many
_EVERY = 128  # moves between two looks at the watch


class Watch:
    """Time a search has, and the caller's wish to go on.

    Parameters
    ----------
    progress : callable
    message : str
    limit_s : float
        Seconds from now.
    """

    def __init__(self, progress: Progress, message: str, limit_s: float = np.inf) -> None:
        self._progress, self._message = progress, message
        self._end = monotonic() + limit_s
        self._next = 0.0
        self.fraction = 0.0
        self.late = False

    def over(self) -> bool:
        """Say how far it is, at times, and whether the time is over."""
        now = monotonic()
        if now >= self._next:
            self._next = now + _WORD_S
            self._progress(self.fraction, self._message)
        self.late = self.late or now >= self._end
        return self.late


def descend(division: MovableDivision, random: Generator, watch: Watch) -> None:
    while not watch.over():
        change = division.changes()
        rows = np.flatnonzero(change < -division.grain)
        if not len(rows):
            break
        rank = random.permutation(division.k)
        rows = rows[np.lexsort((random.random(len(rows)), rank[division.target[rows]]))]
        for turn, (node, target) in enumerate(
            zip(division.node[rows].tolist(), division.target[rows].tolist(), strict=True)
        ):
            if turn % _EVERY == 0 and watch.over():
                break
            _try(division, node, target, -division.grain)
    _keep(division)


def _try(division: MovableDivision, node: int, target: int, limit: float) -> bool:
    if not division.has(node, target):
        return False
    change = division.change(node, target)
    if change < limit and division.keeps(node):
        division.apply(node, target, change)
        return True
    return False


def _keep(division: MovableDivision) -> bool:
    if division.cost < division.best - division.grain:
        division.mark()
        return True
    return False


def anneal(
    division: MovableDivision, random: Generator, watch: Watch, *, cooling: float = 0.9, sweeps: float = 4, start: float = 1.0, stop: float=1e-3
) -> None:
    change = division.changes()
    uphill = change[np.isfinite(change) & (change > 0)]
    heat = start * float(uphill.mean()) if len(uphill) else 0.0
    floor = heat * stop
    while heat > floor and not watch.over():
        left = sweeps * division.count
        while left > 0 and not watch.over():
            block = max(min(_BLOCK, division.count//8), 1)
            left -= block
            rows = random.integers(division.count, size=block)
            limit = -heat * np.log1p(-random.random(block))
            good = division.changes(rows) < limit
            rows, limit = rows[good], limit[good]
            for node, target, most in zip(division.node[rows].tolist(), division.target[rows].tolist(), limit.tolist(), strict=True):
                if _try(division, node, target, most):
                    _keep(division)
        heat *= cooling
    descend(division, random, watch)
    division.rewind()
    descend(division, random, watch)


def tabu(division: MovableDivision, watch: Watch, *, length: int = 10, patience: int = 1000) -> None:
    barred: deque[tuple[int, int]] = deque(maxlen=length)
    idle = turn = 0
    while idle < patience:
        turn += 1
        if turn % 16 == 0 and watch.over():
            break
        change = division.changes()
        hope = division.best - division.cost - division.grain
        for node, region in barred:
            row = division.row(node, region)
            if row is not None and change[row] >= hope:
                change[row] = np.inf
        while True:
            row = int(change.argmin())
            best = change[row]
            if best == np.inf:
                break
            node = int(division.node[row])
            if division.keeps(node):
                break
            change[division.node == node] = np.inf
        if best == np.inf:
            break
        target = int(division.target[row])
        source = int(division.labels[node])
        division.apply(node, target, best)
        barred.append((node, source))
        idle = 0 if _keep(division) else idle + 1
    division.rewind()

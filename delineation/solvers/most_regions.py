"""As many regions as bounds leave room for: too many at first, mended by recombination, given up one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..regions.problem import numbered
from .construction import dissolve, pack, relative_size, split
from .recombination import mend

if TYPE_CHECKING:
    from ..core.arrays import Bools, Ints
    from .local_search import Watch
    from .replicas import Worlds

_WINDOW = 100  # sweeps that a number of regions is tried for
_HEAT = 0.05  # shares of a bound that chance may move at first; later nothing may get worse
_PATIENT = 4  # windows after which ever more regions are given up at a time


def most_regions(
    worlds: Worlds,
    upper: Ints,
    lower: Ints,
    rng: np.random.Generator,
    watch: Watch,
) -> tuple[Ints, Ints]:
    """Find a division of each component into as many regions as can be, none out of its bounds.

    From above: ``upper`` regions are made whatever they lack, and recombined until none lacks anything in one of the
    copies. Where that fails, as many regions are dissolved as are lacking in all, and so on, down to what cutting a
    spanning tree gives at once, or to ``lower``.

    Parameters
    ----------
    worlds : Worlds
    upper, lower : (components,) int64
        Regions that a component has at most, and at least.
    rng : numpy.random.Generator
    watch : Watch
        When its time is over, what has no division at all yet goes on.

    Returns
    -------
    labels : (N,) int64
        Numbered by first node; every copy of a component has as many regions.
    count : (components,) int64
        Regions of each component; 0 where no division was found that keeps the bounds, and labels mean nothing there.
    """
    labels = _shrunk(worlds, pack(worlds, rng), upper)
    safe = _Safe(worlds, lower)
    safe.take(labels)
    target = upper.copy()
    labels = split(worlds, labels, np.tile(target, worlds.copies) - worlds.regions(worlds.tally(labels)), rng)
    tried = (target > 1) & ((target > safe.count) | (2 * safe.good.sum(axis=0) < worlds.copies))
    window = 0
    while tried.any():
        labels = _window(worlds, labels, tried, safe.count > 0, rng, watch, window)
        safe.take(labels)
        tried &= target > safe.count
        if not tried.any():
            break
        safe.take(_without_short(worlds, labels))
        if watch.over():
            tried &= safe.count == 0
        tally = worlds.tally(labels)
        lack = worlds.by_world(tally, tally.missing).reshape(safe.good.shape).min(axis=0)
        fewer = np.maximum(lack.astype(np.int64), 2 ** max(window - _PATIENT, 0))
        last = np.maximum(safe.count + 1, lower)
        tried &= target > last
        target = np.where(tried, np.maximum(target - fewer, last), target)
        labels = _shrunk(worlds, labels, target)
        window += 1
    return safe.everywhere(), safe.count


class _Safe:
    """Divisions of components that keep all bounds, with the most regions so far.

    Attributes
    ----------
    labels : (N,) int64
        Mean something where ``good`` only.
    good : (copies, components) bool
    count : (components,) int64
        Regions of each component; 0 where there is no division yet.
    """

    def __init__(self, worlds: Worlds, lower: Ints) -> None:
        self._worlds, self._lower = worlds, lower
        self.labels = worlds.world.copy()
        self.good: Bools = np.zeros((worlds.copies, worlds.components), dtype=bool)
        self.count: Ints = np.zeros(worlds.components, dtype=np.int64)

    def take(self, labels: Ints) -> None:
        """Take over what has more regions, or as many in more copies."""
        worlds = self._worlds
        tally = worlds.tally(labels)
        kept = (worlds.by_world(tally, tally.missing) == 0).reshape(self.good.shape)
        had = np.where(kept, worlds.regions(tally).reshape(self.good.shape), 0)
        most = had.max(axis=0)
        good = kept & (had == most)
        more = good.sum(axis=0) > self.good.sum(axis=0)
        better = (most >= self._lower) & ((most > self.count) | ((most == self.count) & more))
        self.labels = np.where(better[worlds.world % worlds.components], labels, self.labels)
        self.good = np.where(better, good, self.good)
        self.count = np.where(better, most, self.count)

    def everywhere(self) -> Ints:
        """Put a good division into every copy, the good ones of a component in turn; regions numbered by first node."""
        worlds = self._worlds
        copies = np.arange(worlds.copies)[:, None]
        order = np.argsort(~self.good, axis=0, kind="stable")
        turn = np.take_along_axis(order, copies % np.maximum(self.good.sum(axis=0), 1), axis=0)
        source = np.where(self.good, copies, turn).ravel()
        node = np.arange(len(worlds.world)) % worlds.size + worlds.size * source[worlds.world]
        return numbered(worlds.world * len(node) + self.labels[node])


def _without_short(worlds: Worlds, labels: Ints) -> Ints:
    """Dissolve all regions that something is missing in, until none is left or they are whole worlds."""
    while True:
        tally = worlds.tally(labels)
        short = np.flatnonzero(tally.missing > 0)
        fewer = dissolve(worlds, labels, tally, short)
        if fewer.max() == labels.max():
            return fewer
        labels = fewer


def _shrunk(worlds: Worlds, labels: Ints, count: Ints) -> Ints:
    """Dissolve the smallest regions of each world that has more than its component is to have."""
    while True:
        tally = worlds.tally(labels)
        spare = worlds.regions(tally) - np.tile(count, worlds.copies)
        if (spare <= 0).all():
            return labels
        order = np.lexsort((relative_size(worlds, tally), tally.world))
        world = tally.world[order]
        gone = np.arange(len(order)) - np.searchsorted(world, world) < spare[world]
        labels = dissolve(worlds, labels, tally, order[gone])


def _window(
    worlds: Worlds,
    labels: Ints,
    tried: Bools,
    safe: Bools,
    rng: np.random.Generator,
    watch: Watch,
    window: int,
) -> Ints:
    """Mend what is tried until half of its copies lack nothing, or the time is over and there is a safe division."""
    for sweep in range(_WINDOW):
        watch.fraction = 1 - 0.7 ** (window + sweep / _WINDOW)
        tally = worlds.tally(labels)
        lacks = worlds.by_world(tally, tally.missing).reshape(worlds.copies, worlds.components) > 0
        enough = (2 * lacks.sum(axis=0) <= worlds.copies) | (watch.over() & safe)
        active = lacks & tried & ~enough
        if not active.any():
            break
        heat = _HEAT * (1 - sweep / _WINDOW) if window == 0 else 0.0
        labels = mend(worlds, labels, tally, heat, active.ravel(), rng)
    return labels

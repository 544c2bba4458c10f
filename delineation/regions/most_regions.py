"""As many regions as bounds leave room for: too many at first, mended by recombination, given up one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .construction import dissolve, pack, relative_size, split
from .problem import numbered
from .recombination import mend

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from .worlds import Worlds

__all__ = ["most_regions"]

_WINDOW = 100  # sweeps that a number of regions is tried for
_HEAT = 0.05  # shares of a bound that chance may move at first; later nothing may get worse
_PATIENT = 4  # windows after which ever more regions are given up at a time


def most_regions(
    worlds: Worlds,
    upper: NDArray[np.int64],
    lower: NDArray[np.int64],
    random: np.random.Generator,
    over: Callable[[], bool],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find a division of each component into as many regions as can be, none out of its bounds.

    From above: ``upper`` regions are made whatever they lack, and recombined until none lacks anything in one of the
    copies. Where that fails, as many regions are dissolved as are lacking in all, and so on, down to what cutting a
    spanning tree gives at once, or to ``lower``.

    Parameters
    ----------
    worlds : Worlds
    upper, lower : (components,) int64
        Regions that a component has at most, and at least.
    random : numpy.random.Generator
    over : callable
        Called every sweep; whether the time is over. What has no division at all by then goes on.

    Returns
    -------
    labels : (N,) int64
        Numbered by first node; every copy of a component has as many regions.
    count : (components,) int64
        Regions of each component; 0 where no division was found that keeps the bounds, and labels mean nothing there.
    """
    shape = worlds.copies, worlds.components
    packed = _shrunk(worlds, pack(worlds, random), upper)
    tally = worlds.tally(packed)
    kept = worlds.by_world(tally, tally.missing).reshape(shape) == 0
    had = np.where(kept, np.bincount(tally.world, minlength=kept.size).reshape(shape), 0)
    sure = np.where(had.max(axis=0) >= lower, had.max(axis=0), 0)
    target = upper.copy()
    labels = split(worlds, packed, (target - np.bincount(tally.world, minlength=kept.size).reshape(shape)).ravel(), random)
    done = kept & (had == target)
    tried = (2 * done.sum(axis=0) < worlds.copies) & (target > 1)
    window = 0
    while tried.any():
        labels, got = _window(worlds, labels, tried, sure, random, over, _HEAT if window == 0 else 0.0)
        done |= got
        tried &= ~done.any(axis=0)
        if over():
            tried &= sure == 0
        tally = worlds.tally(labels)
        lack = worlds.by_world(tally, tally.missing).reshape(shape).min(axis=0)
        fewer = np.maximum(lack.astype(np.int64), 2 ** max(window - _PATIENT, 0))
        last = np.maximum(sure + 1, lower)
        tried &= target > last
        target = np.where(tried, np.maximum(target - fewer, last), target)
        labels = _shrunk(worlds, labels, target)
        window += 1
    found = done.any(axis=0)
    source = _sources(np.where(found, done, kept & (had == sure)))
    node = np.arange(len(worlds.world)) % worlds.size
    node += worlds.size * source.ravel()[worlds.world]
    at = np.where(found[worlds.world % worlds.components], labels[node], packed[node])
    return numbered(worlds.world * len(at) + at), np.where(found, target, sure)


def _shrunk(worlds: Worlds, labels: NDArray[np.int64], count: NDArray[np.int64]) -> NDArray[np.int64]:
    """Dissolve the smallest regions of each world that has more than its component is to have."""
    while True:
        tally = worlds.tally(labels)
        spare = np.bincount(tally.world, minlength=worlds.copies * worlds.components) - np.tile(count, worlds.copies)
        if (spare <= 0).all():
            return labels
        order = np.lexsort((relative_size(worlds, tally), tally.world))
        world = tally.world[order]
        gone = np.arange(len(order)) - np.searchsorted(world, world) < spare[world]
        labels = dissolve(worlds, labels, tally, order[gone])


def _window(
    worlds: Worlds,
    labels: NDArray[np.int64],
    tried: NDArray[np.bool_],
    sure: NDArray[np.int64],
    random: np.random.Generator,
    over: Callable[[], bool],
    heat: float,
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Mend until half of the copies of each component that is tried lack nothing; which copies do."""
    shape = worlds.copies, worlds.components
    done = np.zeros(shape, dtype=bool)
    for sweep in range(_WINDOW + 1):
        tally = worlds.tally(labels)
        done |= tried & (worlds.by_world(tally, tally.missing).reshape(shape) == 0)
        active = tried & ~done & (2 * done.sum(axis=0) < worlds.copies)
        if over():
            active &= (sure == 0) & ~done.any(axis=0)
        if sweep == _WINDOW or not active.any():
            break
        labels = mend(worlds, labels, tally, heat * (1 - sweep / _WINDOW), active.ravel(), random)
    return labels, done


def _sources(good: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Copy that each world is taken from: itself where it is good, else the good ones of its component in turn.

    Parameters
    ----------
    good : (copies, components) bool
    """
    copies = np.arange(len(good))[:, None]
    order = np.argsort(~good, axis=0, kind="stable")
    turn = np.take_along_axis(order, copies % np.maximum(good.sum(axis=0), 1), axis=0)
    return np.where(good, copies, turn)

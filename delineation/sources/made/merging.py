"""Labels on a grid that are too small, given to a neighbour: downstream, or where the border is longest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["downstream", "neighbourly"]

_ACROSS = ((0, 1), (1, 0))
_DIAGONAL = ((1, 1), (1, -1))

Ints = NDArray[np.int64]


def _sizes(label: Ints, weight: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    inside = label >= 0
    each = np.broadcast_to(weight, label.shape)[inside]
    return np.asarray(np.bincount(label[inside], weights=each, minlength=count), dtype=np.float64)


def _meetings(label: Ints, steps: tuple[tuple[int, int], ...]) -> list[tuple[int, int, int]]:
    """Pairs of labels side by side, the lower first, and how many cells meet."""
    count, keys = int(label.max(initial=-1)) + 1, []
    for down, right in steps:
        here = label[: label.shape[0] - down, max(-right, 0) : label.shape[1] - max(right, 0)]
        there = label[down:, max(right, 0) : label.shape[1] - max(-right, 0)]
        meet = (here >= 0) & (there >= 0) & (here != there)
        keys.append(np.minimum(here[meet], there[meet]) * count + np.maximum(here[meet], there[meet]))
    key, many = np.unique(np.concatenate(keys), return_counts=True)
    return [(int(one) // count, int(one) % count, int(number)) for one, number in zip(key, many, strict=True)]


def downstream(label: Ints, follows: Ints, order: Ints, weight: NDArray[np.float64], least: float) -> Ints:
    """Give each catchment that is too small to the one it runs into, from above, where the two touch.

    Parameters
    ----------
    label : (rows, columns) int64
        −1 outside; from ``len(follows)`` on no catchments of a link, which stay.
    follows : (k,) int64
        Link into which each runs, −1 where it leaves the grid.
    order : (k,) int64
        Links, every one before that into which it runs.
    weight : (rows, 1) float64
        m² of a cell.
    least : float
        m².

    Returns
    -------
    (rows, columns) int64
    """
    count = max(int(label.max(initial=-1)) + 1, len(follows))
    size = _sizes(label, weight, count)
    touch = {(one, other) for one, other, _ in _meetings(label, (*_ACROSS, *_DIAGONAL))}
    into = np.arange(count)
    above = [int(link) for link in order]
    for link in above:
        below = int(follows[link])
        if 0 < size[link] < least and below >= 0 and (min(link, below), max(link, below)) in touch:
            into[link] = below
            size[below] += size[link]
    # From below, so that each finds where the next one went.
    for link in reversed(above):
        into[link] = into[into[link]]
    return np.where(label >= 0, into[label], -1)


def neighbourly(label: Ints, weight: NDArray[np.float64], least: float) -> Ints:
    """Give each label that is too small to the neighbour with the longest common border, the smallest first.

    Of neighbours with equal borders the first takes it; what has no neighbour stays.

    Parameters
    ----------
    label, weight, least
        As of `downstream`.

    Returns
    -------
    (rows, columns) int64
    """
    count = int(label.max(initial=-1)) + 1
    size = _sizes(label, weight, count)
    beside: dict[int, dict[int, int]] = {}
    for one, other, many in _meetings(label, _ACROSS):
        beside.setdefault(one, {})[other] = many
        beside.setdefault(other, {})[one] = many
    into = np.arange(count)
    small = np.flatnonzero((size > 0) & (size < least))
    for one in map(int, small[np.argsort(size[small], kind="stable")]):
        mine = beside.get(one)
        # It may have grown by what came to it.
        if not mine or size[one] >= least:
            continue
        taker = min(mine, key=lambda other: (-mine[other], other))
        into[one] = taker
        size[taker] += size[one]
        theirs = beside[taker]
        del theirs[one]
        for other, many in beside.pop(one).items():
            if other != taker:
                theirs[other] = theirs.get(other, 0) + many
                beside[other][taker] = theirs[other]
                del beside[other][one]
    while not np.array_equal(into[into], into):
        into = into[into]
    return np.where(label >= 0, into[label], -1)

"""A column of labels beside a panel: each as near to the height of what it names as the others leave it room."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["named_together", "slots", "snapped", "spread"]

# Sums of floats in another order: values that differ by less, relatively to the largest, are equal.
_ROUNDING = 1e-9


def snapped(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Make values equal that differ by rounding alone, (n,): each becomes the least of those it is equal to."""
    out = value.copy()
    slack = _ROUNDING * float(np.abs(value).max(initial=0.0))
    order = np.argsort(value, kind="stable")
    for before, row in pairwise(order):
        if value[row] - out[before] <= slack:
            out[row] = out[before]
    return out


def spread(wanted: NDArray[np.float64], step: float, low: float, high: float) -> NDArray[np.float64]:
    """Move heights apart, by the least sum of squares, until neighbours are a step from each other.

    Without the steps that lie below each, heights have only to rise: that is isotonic regression, whose solution
    between limits is the one without them, cut off there (pool adjacent violators; Barlow et al. 1972, Statistical
    Inference under Order Restrictions).

    Parameters
    ----------
    wanted : (n,) float64
        Rising.
    step : float
        Where the column has no room for so many, it is made as small as it must be.
    low, high : float
        Between which all stay.

    Returns
    -------
    (n,) float64
        Rising.
    """
    count = len(wanted)
    if count == 0:
        return wanted
    step = min(step, (high - low) / max(count - 1, 1))
    below = step * np.arange(count)
    blocks: list[tuple[float, int]] = []
    for height in wanted - below:
        mean, size = float(height), 1
        while blocks and blocks[-1][0] > mean:
            above = blocks.pop()
            mean = (above[0] * above[1] + mean * size) / (above[1] + size)
            size += above[1]
        blocks.append((mean, size))
    level = np.repeat([mean for mean, _ in blocks], [size for _, size in blocks])
    out: NDArray[np.float64] = np.clip(level, low, max(high - below[-1], low)) + below
    return out


def slots(x: NDArray[np.float64], y: NDArray[np.float64], step: float, low: float, high: float) -> NDArray[np.float64]:
    """Give each point a height in the column at the right, (n,), in the order of the points' heights.

    Of points of one height the one next to the column gets the nearest place, and so on: the lines to the others
    then pass beside it, and none crosses another of them.

    Parameters
    ----------
    x, y : (n,) float64
        Points; heights in the unit of the column.
    step, low, high : float
        As of ``spread``.
    """
    order = np.lexsort((-x, y))
    height = spread(y[order], step, low, high)
    out = np.empty(len(y))
    for level in np.unique(y):
        run = np.flatnonzero(y[order] == level)
        # Rounded: of places as far above as below the lower comes first, whatever the last digits are.
        nearest = run[np.argsort(np.abs(height[run] - level).round(9), kind="stable")]
        out[order[run]] = height[nearest]
    return out


def named_together(numbers: Sequence[int]) -> str:
    """Write rising numbers in few letters: ``1,3``; three and more that follow each other ``4–7``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(f"{run[0]}–{run[-1]}" if len(run) > 2 else ",".join(map(str, run)) for run in runs)

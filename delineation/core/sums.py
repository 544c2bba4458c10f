"""Sums by label, to which areas, shares and lengths of faces come down; shares in % that sum to 100."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .arrays import Floats, Ints

__all__ = ["percents", "sum_by"]

_WHOLE = 10_000  # hundredths of a per cent


def sum_by(label: Ints, value: NDArray[Any], count: int) -> Floats:
    """Sum ``value`` over each label 0 … ``count`` − 1.

    Parameters
    ----------
    label : (n,) int64
        0 or more.
    value : (n,) float64 or bool
        m², m, or 1 for each of what is counted.
    count : int

    Returns
    -------
    (count,) float64
    """
    return np.asarray(np.bincount(label, weights=value, minlength=count), dtype=np.float64)


def percents(areas: Sequence[float]) -> list[float]:
    """Give shares in % with two digits that sum to exactly 100, each rounded down or up.

    By the largest remainder method (Hamilton 1792).

    Parameters
    ----------
    areas : sequence of float
        Not negative.

    Returns
    -------
    list of float
        All 0 where nothing has an area.

    Examples
    --------
    >>> percents([1, 1, 1])
    [33.34, 33.33, 33.33]
    """
    sizes = np.asarray(areas, dtype=np.float64)
    if not sizes.sum():
        return [0.0] * len(sizes)
    exact = sizes / sizes.sum() * _WHOLE
    parts = np.floor(exact).astype(np.int64)
    # What is left goes to the largest remainders; of equal ones to the first.
    more = np.argsort(-(exact - parts), kind="stable")[: _WHOLE - int(parts.sum())]
    parts[more] += 1
    return [round(float(part) / 100, 2) for part in parts]

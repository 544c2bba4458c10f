"""Sums by label: the one operation that areas, shares and lengths of faces come down to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["sum_by"]


def sum_by(label: NDArray[np.int64], value: NDArray[Any], count: int) -> NDArray[np.float64]:
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

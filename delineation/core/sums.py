"""Sums by label, to which areas, shares and lengths of faces come down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .arrays import Floats, Ints


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

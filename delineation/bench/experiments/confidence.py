"""Confidence of areas: between which limits the area of a category lies when sources err."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["AreaConfidence", "confidence"]

_LOW, _HIGH = 0.05, 0.95
_NAN = float("nan")


@dataclass(frozen=True)
class AreaConfidence:
    """What errors of the sources leave of the area of one category.

    Attributes
    ----------
    method : str
        Method string.
    category : int
        1–3.
    sea : bool
        Land and sea are tallied apart.
    area : float
        m², with the sources as they are.
    mean, spread : float
        Of the samples: mean and standard deviation (with n − 1; NaN of one sample), m².
    low, high : float
        Between which nine tenths of the samples lie: their 5 % and 95 % quantiles, m² (linear between samples; type 7
        of Hyndman & Fan 1996).
    samples : int
    """

    method: str
    category: int
    sea: bool
    area: float
    mean: float
    spread: float
    low: float
    high: float
    samples: int


def confidence(
    method: str, own: NDArray[np.float64], areas: NDArray[np.float64], *, sea: bool
) -> Iterator[AreaConfidence]:
    """Say what samples leave of the areas of categories.

    Parameters
    ----------
    method : str
    own : (2, 3) float64
        m² on land and at sea by category, undisturbed.
    areas : (s, 2, 3) float64
        Of the samples.
    sea : bool
        Whether there is any.
    """
    for row in range(1 + sea):
        for column in range(3):
            drawn = areas[:, row, column]
            yield AreaConfidence(
                method=method,
                category=column + 1,
                sea=bool(row),
                area=float(own[row, column]),
                mean=float(drawn.mean()) if len(drawn) else _NAN,
                spread=float(drawn.std(ddof=1)) if len(drawn) > 1 else _NAN,
                low=float(np.quantile(drawn, _LOW)) if len(drawn) else _NAN,
                high=float(np.quantile(drawn, _HIGH)) if len(drawn) else _NAN,
                samples=len(drawn),
            )

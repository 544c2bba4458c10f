"""Statistics of cell values per polygon, weighted, in pieces that can be put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Tally", "majority", "merge", "tally"]

# Shares of cells are of single precision: two values whose weights differ by less, relatively, tie.
_TIE = 1e-6
# Whole numbers within such a range are counted without sorting them, where each has a neighbour: below 2⁵³.
_RANGE, _WHOLE = 65_536, 2.0**53


@dataclass(frozen=True)
class Tally:
    """What the cells of one window sum up to.

    Attributes
    ----------
    total, weight : (n,) float64
        Weight of all cells of each polygon, and of those that have a value.
    mean, squares : (n,) float64
        Mean, and weighted sum of squared deviations from it.
    owner : (k,) int64
    value, size : (k,) float64
        How much weight each value has in each polygon, by polygon, then by value.
    """

    total: NDArray[np.float64]
    weight: NDArray[np.float64]
    mean: NDArray[np.float64]
    squares: NDArray[np.float64]
    owner: NDArray[np.int64]
    value: NDArray[np.float64]
    size: NDArray[np.float64]


def tally(
    polygon: NDArray[np.int64],
    cell: NDArray[np.int64],
    weight: NDArray[np.float64],
    values: NDArray[np.float64],
    count: int,
) -> Tally:
    """Sum up the cells of a window.

    Parameters
    ----------
    polygon : (k,) int64
        0 … count - 1, one entry for every cell of every polygon.
    cell : (k,) int64
        Index into ``values``.
    weight : (k,) float64
    values : (cells,) float64
        NaN is no value.
    count : int
        Number of polygons.
    """
    total = _per(polygon, weight, count)
    codes = _codes(values)
    value = values[cell]
    valid = ~np.isnan(value)
    if not valid.all():
        polygon, cell, weight, value = polygon[valid], cell[valid], weight[valid], value[valid]
    covered = _per(polygon, weight, count)
    divisor = np.where(covered > 0, covered, 1.0)
    # Deviations from one of a polygon's own values: where all are equal, the mean is that value and the spread 0,
    # to the last bit.
    origin = np.zeros(count)
    origin[polygon[::-1]] = value[::-1]
    with np.errstate(over="ignore", invalid="ignore"):
        apart = value - origin[polygon]
        drift = _per(polygon, weight * apart, count) / divisor
        squares = _per(polygon, weight * (apart - drift[polygon]) ** 2, count)
    key, size = _summed(polygon * codes.count + codes.code[cell], weight, count * codes.count)
    return Tally(total, covered, origin + drift, squares, key // codes.count, codes.value(key % codes.count), size)


def merge(one: Tally, other: Tally) -> Tally:
    """Put two windows together (Chan, Golub and LeVeque 1983, Algorithms for computing the sample variance)."""
    weight = one.weight + other.weight
    share = other.weight / np.where(weight > 0, weight, 1.0)
    with np.errstate(over="ignore", invalid="ignore"):
        apart = other.mean - one.mean
        mean, squares = one.mean + apart * share, one.squares + other.squares + apart**2 * one.weight * share
    codes = _codes(np.concatenate([one.value, other.value]))
    owner = np.concatenate([one.owner, other.owner])
    sizes = np.concatenate([one.size, other.size])
    key, size = _summed(owner * codes.count + codes.code, sizes, len(weight) * codes.count)
    return Tally(
        one.total + other.total,
        weight,
        mean,
        squares,
        key // codes.count,
        codes.value(key % codes.count),
        size,
    )


def majority(sums: Tally) -> NDArray[np.float64]:
    """Value of the largest weight per polygon, the greatest of those that tie; NaN where there is none."""
    answer = np.full(len(sums.total), np.nan)
    if len(sums.owner):
        start = np.flatnonzero(np.r_[True, sums.owner[1:] != sums.owner[:-1]])
        largest = np.maximum.reduceat(sums.size, start)
        most = sums.size >= np.repeat(largest, np.diff(np.r_[start, len(sums.owner)])) * (1 - _TIE)
        # Values ascend within a polygon, and the last assignment stays.
        answer[sums.owner[most]] = sums.value[most]
    return answer


def _per(group: NDArray[np.int64], weight: NDArray[np.float64], groups: int) -> NDArray[np.float64]:
    return np.asarray(np.bincount(group, weight, groups), dtype=np.float64)


@dataclass(frozen=True)
class _Codes:
    """Values as whole numbers 0 … count - 1 in the same order; the code of NaN means nothing."""

    code: NDArray[np.int64]
    count: int
    level: NDArray[np.float64] | None = None

    def value(self, code: NDArray[np.int64]) -> NDArray[np.float64]:
        return _float_of(code) if self.level is None else self.level[code]


def _codes(values: NDArray[np.float64]) -> _Codes:
    valid = ~np.isnan(values)
    some = values[valid]
    if not len(some):
        return _Codes(np.zeros(len(values), dtype=np.int64), 1, np.zeros(1))
    low, high = some.min(), some.max()
    if max(-low, high) < _WHOLE and high - low < _RANGE and (np.rint(some) == some).all():
        level = np.arange(low, high + 1)
        return _Codes(np.where(valid, values - low, 0).astype(np.int64), len(level), level)
    with np.errstate(over="ignore"):
        single = values.astype(np.float32)
    if (single[valid] == some).all():
        return _Codes(_code_of(single), 2**32)
    level, code = np.unique(values, return_inverse=True)
    return _Codes(code, len(level), level)


def _code_of(single: NDArray[np.float32]) -> NDArray[np.int64]:
    """Order of a single among all singles: its bits, those of negative ones turned round; -0 is 0."""
    bits = (single + np.float32(0)).view(np.int32)
    return (bits ^ ((bits >> 31) & np.int32(0x7FFFFFFF))).astype(np.int64) + 2**31


def _float_of(code: NDArray[np.int64]) -> NDArray[np.float64]:
    """Undo ``_code_of``."""
    bits = (code - 2**31).astype(np.int32)
    return (bits ^ ((bits >> 31) & np.int32(0x7FFFFFFF))).view(np.float32).astype(np.float64)


def _summed(
    key: NDArray[np.int64], weight: NDArray[np.float64], keys: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Keys that occur, ascending, and the weight of each."""
    if keys <= 4 * len(key):
        dense = _per(key, weight, keys)
        occurring: NDArray[np.int64] = np.flatnonzero(dense).astype(np.int64, copy=False)
        return occurring, dense[occurring]
    unique, inverse = np.unique(key, return_inverse=True)
    return unique, _per(inverse, weight, len(unique))

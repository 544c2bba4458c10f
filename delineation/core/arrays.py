"""What arrays hold: their types by name, and their numbers as Python's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Objects = NDArray[np.object_]
Sides = NDArray[np.int8]


def listed(values: NDArray[Any]) -> list[Any]:
    """Give the values of an array of one dimension as Python's own: quicker where each is looked at by itself."""
    return values.tolist()


def objects(values: Sequence[Any]) -> Objects:
    """Make an array that holds things as they are, lists and messages among them."""
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def number_of(labels: NDArray[Any]) -> int:
    """Count labels that are numbered from 0 on; -1 is none."""
    return int(labels.max(initial=-1)) + 1


def own_or(others: Ints) -> Ints:
    """Give each row's other row, itself where that is -1."""
    return np.where(others >= 0, others, np.arange(len(others)))


def places(rows: Ints | Sequence[int], count: int) -> Ints:
    """Say where each of 0 … ``count`` - 1 stands in ``rows``; -1 where it does not."""
    out = np.full(count, -1, dtype=np.int64)
    out[rows] = np.arange(len(rows))
    return out


def firsts(rows: Ints, key: NDArray[Any]) -> Ints:
    """Take of ``rows``, in their order, the first of each value of ``key``, by value."""
    return rows[np.unique(key[rows], return_index=True)[1]]

"""Which things pairs join, directly or over others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from .arrays import Bools, Ints


def connected(left: Ints, right: Ints, count: int, some: Bools | slice = slice(None)) -> Ints:
    """Say in which group each of ``count`` things is, by ``some`` of the pairs; groups are numbered by their first."""
    ends = left[some], right[some]
    graph = coo_array((np.ones(len(ends[0]), dtype=bool), ends), shape=(count, count))
    number: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return number

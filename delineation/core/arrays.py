"""What arrays hold: their types by name, and their numbers as Python's own."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bools", "Floats", "Ints", "Objects", "Sides", "listed"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Objects = NDArray[np.object_]
Sides = NDArray[np.int8]


def listed(values: NDArray[Any]) -> list[Any]:
    """Give the values of an array of one dimension as Python's own: quicker where each is looked at by itself."""
    out: list[Any] = values.tolist()
    return out

"""The grid that all noding is done on: whole numbers, so that it is exact and ends."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import BadInput
from ..core.messages import Message

if TYPE_CHECKING:
    from ..core.arrays import Floats

__all__ = ["Grid"]


LARGEST = 50  # binary digits of the largest coordinate, three fewer than a double has


@dataclass(frozen=True)
class Grid:
    """Where coordinates are rounded to.

    Attributes
    ----------
    per_metre, size : float
        Units per metre or size of a unit in metres: whichever is a whole number is used, the other is 0.
    floating : bool
        The grid is the finest there is, about eight times the spacing of doubles; sources need not stay on it.
    """

    per_metre: float
    size: float
    floating: bool

    @classmethod
    def of(cls, xy: Floats, snap: float) -> Grid:
        """Choose the grid of a snap distance; 0 is the finest that holds all coordinates.

        Raises
        ------
        BadInput
            Coordinates that are not finite, a snap distance that is negative or too small for the coordinates.
        """
        largest = float(np.abs(xy).max(initial=1.0))
        if not math.isfinite(largest):
            raise BadInput(
                Message("a coordinate is not a finite number"),
                where=Message("geometry"),
                wanted=Message("finite coordinates"),
            )
        finest = 2.0 ** (math.frexp(largest)[1] - LARGEST)
        if snap == 0:
            return cls(0.0, finest, True)
        if not finest <= snap < math.inf:
            raise BadInput(
                Message("snap = {snap!r}", snap=snap),
                where=Message("snap"),
                wanted=Message("0, or at least {finest:.3g} for coordinates as large as these", finest=finest),
            )
        per_metre = round(1 / snap)
        # dividing by a whole number gives the double nearest to the decimal, multiplying by 0.001 does not
        return cls(float(per_metre), 0.0, False) if abs(per_metre * snap - 1) < 1e-9 else cls(0.0, snap, False)

    def scaled(self, xy: Floats) -> Floats:
        """Metres → units, not rounded."""
        return np.multiply(xy, self.per_metre) if self.per_metre else np.divide(xy, self.size)

    def units(self, xy: Floats) -> Floats:
        """Metres → whole units."""
        return np.rint(self.scaled(xy)) + 0.0  # −0 becomes 0

    def metres(self, units: Floats) -> Floats:
        """Whole units → metres."""
        return np.divide(units, self.per_metre) if self.per_metre else np.multiply(units, self.size)

"""Units of measure in which areas and lengths are stated: how large each is, and the words that name it."""

from __future__ import annotations

import math
from collections.abc import Mapping  # noqa: TC003 - the tables have it
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MOST_DECIMALS = 12


class UnitOfMeasure(NamedTuple):
    """A unit of measure.

    Attributes
    ----------
    sign : str
        By which people are told of it: a key of ``[….measure]`` in the profile's ``names.toml``.
    size : float
        m² or m.
    words : tuple of str
        What files call it, as `core.column_names.folded` has them: ㎡ and m² are m2.
    """

    sign: str
    size: float
    words: tuple[str, ...]


# 15 mu are a hectare; bulletins count both by ten thousands: 12786.19 万公顷, 191792.79 万亩 in
# 第三次全国国土调查主要数据公报 (2021).
AREA_UNITS: Mapping[str, UnitOfMeasure] = {
    "m2": UnitOfMeasure("m²", 1.0, ("m2", "平方米")),
    "km2": UnitOfMeasure("km²", 1e6, ("km2", "平方公里", "平方千米")),
    "ha": UnitOfMeasure("hm²", 1e4, ("ha", "hm2", "公顷")),
    "mu": UnitOfMeasure("亩", 1e4 / 15, ("mu", "亩")),
    "wan_mu": UnitOfMeasure("万亩", 1e8 / 15, ("万亩",)),
    "wan_ha": UnitOfMeasure("万公顷", 1e8, ("万公顷",)),
}
LENGTH_UNITS: Mapping[str, UnitOfMeasure] = {
    "m": UnitOfMeasure("m", 1.0, ("m", "米")),
    "km": UnitOfMeasure("km", 1e3, ("km", "公里", "千米")),
}
UNITS: Mapping[str, UnitOfMeasure] = {**AREA_UNITS, **LENGTH_UNITS}
UNIT_CALLED: Mapping[str, str] = {word: key for key, unit in UNITS.items() for word in unit.words}
"""Word → the unit that it names."""


def nearest_unit(ratio: float) -> str:
    """Say in which unit areas are stated of which m² are so many times as much.

    Examples
    --------
    >>> nearest_unit(9_950.0), nearest_unit(670.0)
    ('ha', 'mu')
    """
    return min(AREA_UNITS, key=lambda key: abs(math.log(ratio / AREA_UNITS[key].size)))


def decimals_in(numbers: NDArray[np.float64]) -> int:
    """Say to how many digits behind the point numbers are given; 12 where they are as computed."""
    known = numbers[np.isfinite(numbers)]
    for digits in range(_MOST_DECIMALS):
        if np.all(np.abs(np.round(known, digits) - known) <= 1e-9 * np.maximum(np.abs(known), 1e-3)):
            return digits
    return _MOST_DECIMALS

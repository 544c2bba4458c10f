"""Units against townships: how many of the one there are to the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..scene.division import Division
    from ..scene.scene import Scene

__all__ = ["townships_per_unit", "units_per_township"]


def townships_per_unit(scene: Scene, division: Division) -> float:
    """Mean number of townships with a face in a unit: pairs of unit and township / units in any township.

    NaN without townships. Compare 1,824 townships with 2,358 land units in Shandong (domain facts 2.1, S8).
    """
    pairs, units, _ = _pairs(scene, division)
    return pairs / units if units else float("nan")


def units_per_township(scene: Scene, division: Division) -> float:
    """Mean number of units with a face in a township: pairs of unit and township / townships; NaN without townships.

    Compare the same figures of Shandong as for ``townships_per_unit`` (domain facts 2.1, S8).
    """
    pairs, _, townships = _pairs(scene, division)
    return pairs / townships if townships else float("nan")


def _pairs(scene: Scene, division: Division) -> tuple[int, int, int]:
    """Pairs of unit and township that share a face, units in any township, townships."""
    width = int(scene.township.max(initial=-1)) + 1
    if not width:
        return 0, 0, 0
    known = scene.township >= 0
    pair = np.unique(division.unit[known] * width + scene.township[known])
    return len(pair), len(np.unique(pair // width)), len(np.unique(pair % width))

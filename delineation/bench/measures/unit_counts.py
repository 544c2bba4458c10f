"""How many units a division has, and how much land each category takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...core.arrays import number_of

if TYPE_CHECKING:
    from ...core.arrays import Bools
    from ..scene.division import Division
    from ..scene.scene import Scene


def number_of_units(scene: Scene, division: Division) -> float:  # noqa: ARG001  (the form of every metric)
    """Count the units: k.

    Sets methods side by side as in domain facts 3.3; national counts of 2021 are counts of units as well.
    """
    return float(division.count)


def units_of_category(scene: Scene, division: Division, *, category: int, sea: bool = False) -> float:
    """Count the units of a category, on land or at sea (which are tallied apart).

    A unit lies at sea when all its faces do. Source: domain facts 3.3, counts by category.
    """
    mine = division.unit_category == category
    return float((mine & (_at_sea(scene, division) == sea)).sum())


def area_of_category(scene: Scene, division: Division, *, category: int, sea: bool = False) -> float:
    """Area of the faces of a category, on land or at sea: Σ a_i over faces of category c, m².

    Source: domain facts 3.3, where fitted and overlaid priority area are held against each other.
    """
    return float(scene.area[(division.category == category) & (scene.sea == sea)].sum())


def mean_unit_area(scene: Scene, division: Division) -> float:
    """Mean area of a unit: Σ a_i / k, m². Source: domain facts 3.3."""
    return float(scene.area.sum()) / division.count if division.count else float("nan")


def _at_sea(scene: Scene, division: Division) -> Bools:
    out = np.ones(division.count, dtype=bool)
    out[division.unit[~scene.sea]] = False
    return out


# ── Units against townships: how many of the one there are to the other ─────────────────────────────────────────────


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
    width = number_of(scene.township)
    if not width:
        return 0, 0, 0
    known = scene.township >= 0
    pair = np.unique(division.unit[known] * width + scene.township[known])
    return len(pair), len(np.unique(pair // width)), len(np.unique(pair % width))

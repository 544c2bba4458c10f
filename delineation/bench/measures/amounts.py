"""How many units a division has, and how much land each category takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..scene.division import Division
    from ..scene.scene import Scene

__all__ = ["area_of_category", "mean_unit_area", "number_of_units", "units_of_category"]


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


def _at_sea(scene: Scene, division: Division) -> NDArray[np.bool_]:
    out = np.ones(division.count, dtype=bool)
    out[division.unit[~scene.sea]] = False
    return out

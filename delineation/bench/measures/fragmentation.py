"""Parts: whether units hang together, and the crumbs among their parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.arrays import number_of
from ...core.sums import sum_by
from ...labelling.cleaning import groups

if TYPE_CHECKING:
    from ...core.arrays import Floats
    from ..scene.division import Division
    from ..scene.scene import Scene


def part_areas(scene: Scene, division: Division) -> Floats:
    """Area of each part, (parts,), m²: connected faces of one unit; faces that meet in a point alone are two parts.

    These are the polygons of the dissolved units.
    """
    part = groups(scene.borders, division.unit)
    return sum_by(part, scene.area, number_of(part))


def parts_per_unit(scene: Scene, division: Division) -> float:
    """Mean number of parts of a unit: parts / k, 1 where every unit hangs together.

    Source: domain facts 4.4: national acceptance checks allow no unit of several parts.
    """
    return len(part_areas(scene, division)) / division.count if division.count else float("nan")


def fragments(scene: Scene, division: Division) -> float:
    """Count the parts below the case's ``fragment_area``, parks and red-line patches included.

    NaN where the case sets none (0). Source: domain facts 2.4.
    """
    if scene.fragment_area <= 0:
        return float("nan")
    return float((part_areas(scene, division) < scene.fragment_area).sum())

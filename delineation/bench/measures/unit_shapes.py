"""The lines of a division: how compact the dissolved units are, how long their borders, and on which lines they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.sums import sum_by
from ...labelling.cleaning import thinness

if TYPE_CHECKING:
    from ...core.arrays import Bools, Floats
    from ..scene.division import Division
    from ..scene.scene import Scene


def perimeters(scene: Scene, division: Division) -> Floats:
    """Perimeter of each dissolved unit, all rings of all parts: Σ P_i − 2·Σ borders inside it, (k,), m."""
    unit, borders = division.unit, scene.borders
    of = unit[borders.left]
    inner = of == unit[borders.right]
    own = sum_by(unit, scene.perimeter, division.count)
    return own - 2 * sum_by(of[inner], borders.length[inner], division.count)


def polsby_popper_by_unit(scene: Scene, division: Division) -> Floats:
    """Compactness of each dissolved unit: 4π·A / P², (k,), 1 for a circle.

    A and P are those of the whole unit, all its parts and holes, in the plane: scattered units are not compact.
    Source: Polsby & Popper 1991 (Yale Law & Policy Review 9:301–353).
    """
    return thinness(sum_by(division.unit, scene.planar, division.count), perimeters(scene, division))


def polsby_popper(scene: Scene, division: Division) -> float:
    """Mean of ``polsby_popper_by_unit`` over the units, 0–1; Polsby & Popper 1991."""
    return float(polsby_popper_by_unit(scene, division).mean()) if division.count else float("nan")


def polsby_popper_by_area(scene: Scene, division: Division) -> float:
    """Mean of ``polsby_popper_by_unit`` weighted by the units' areas, 0–1; Polsby & Popper 1991."""
    size = sum_by(division.unit, scene.area, division.count)
    whole = float(size.sum())
    return float((size * polsby_popper_by_unit(scene, division)).sum()) / whole if whole > 0 else float("nan")


def boundary_length(scene: Scene, division: Division) -> float:
    """Length of the borders between units, each once: Σ l_ij over borders with u_i ≠ u_j, m.

    The cut length of the division; the outline of the study area, which every division has, is ``outline_length``.
    Source: domain facts 3.3.
    """
    return float(scene.borders.length[_crossing(scene, division)].sum())


def outline_length(scene: Scene, division: Division) -> float:
    """Length of the units' outlines that is no border between two units, m.

    (Σ perimeters − 2·``boundary_length``), the outline of the study area: the same for all divisions of it.
    Beside ``boundary_length`` (domain facts 3.3) it says how much of the units' outlines no method can choose.
    """
    return float(perimeters(scene, division).sum()) - 2 * boundary_length(scene, division)


def boundary_on_townships(scene: Scene, division: Division) -> float:
    """Share of the boundary length that lies on township lines: Σ l_ij on a township line / ``boundary_length``, 0–1.

    A township line parts two townships, or a township from land or sea of none. NaN without townships, or without a
    border between units. Source: domain facts 3.3.
    """
    if not (scene.township >= 0).any():
        return float("nan")
    cross = _crossing(scene, division)
    whole = float(scene.borders.length[cross].sum())
    return float(scene.borders.length[cross & scene.township_line].sum()) / whole if whole > 0 else float("nan")


def _crossing(scene: Scene, division: Division) -> Bools:
    unit, borders = division.unit, scene.borders
    crossing: Bools = unit[borders.left] != unit[borders.right]
    return crossing

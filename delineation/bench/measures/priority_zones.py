"""What a division keeps of red lines and priority zones, and what it adds to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...core.sums import sum_by

if TYPE_CHECKING:
    from ...core.arrays import Bools
    from ..scene.division import Division
    from ..scene.scene import Scene

_NAN = float("nan")


def red_line_capture(scene: Scene, division: Division) -> float:
    """Share of the red line that lies in priority units: A(red line ∩ 优先) / A(red line), 0–1.

    Anything below 1 is wrong. NaN without a red line. Source: domain facts 3.3, after Wang Zishu et al. 2022
    (环境工程技术学报 12(6)).
    """
    return _share(scene, division.category == 1, scene.red_line)


def omission_area(scene: Scene, division: Division) -> float:
    """Area of priority zones outside priority units: Σ a_i over faces judged 优先 in units of category 2 or 3, m².

    A priority zone is a face the case's rules make priority, whatever cleaning and method did with it. NaN without one.
    Source: domain facts 3.3.
    """
    if not scene.priority.any():
        return _NAN
    return float(scene.area[scene.priority & (division.category != 1)].sum())


def omission(scene: Scene, division: Division) -> float:
    """Share of the priority zones outside priority units: ``omission_area`` / A(priority zones), 0–1.

    Omission error of the class 优先: 1 − producer's accuracy (Story & Congalton 1986, Photogrammetric Engineering and
    Remote Sensing 52(3):397–399), by area. NaN without a priority zone.
    """
    return _share(scene, division.category != 1, scene.priority)


def commission_area(scene: Scene, division: Division) -> float:
    """Area inside priority units that no rule makes priority: Σ a_i over such faces, m². Source: domain facts 3.3."""
    return float(scene.area[~scene.priority & (division.category == 1)].sum())


def commission(scene: Scene, division: Division) -> float:
    """Share of the priority units that no rule makes priority: ``commission_area`` / A(优先 units), 0–1.

    Commission error of the class 优先: 1 − user's accuracy (Story & Congalton 1986), by area. NaN where there is no
    priority unit.
    """
    return _share(scene, ~scene.priority, division.category == 1)


def omission_of_source(scene: Scene, division: Division, *, source: int) -> float:
    """Share of what one source asks to be priority that lies outside priority units, 0–1; NaN where it asks for none.

    Omission error as of ``omission`` (Story & Congalton 1986), of one source.

    Parameters
    ----------
    scene : Scene
    division : Division
    source : int
        Row of ``scene.priority_zones``.
    """
    return _share(scene, division.category != 1, scene.priority_zones.face[source])


def commission_of_source(scene: Scene, division: Division, *, source: int) -> float:
    """Share of the priority units with land of one source that no source asks to be priority, 0–1.

    Of the priority units that hold any area of the source: A(no source asks for 优先 there) / A(these units). NaN where
    no priority unit holds any of it. Commission error as of ``commission`` (Story & Congalton 1986), of one source.
    """
    zones = scene.priority_zones.face
    inside = division.category == 1
    held = sum_by(division.unit, scene.area * zones[source], division.count) > 0
    return _share(scene, ~_asked(scene), held[division.unit] & inside)


def _asked(scene: Scene) -> Bools:
    return np.asarray(scene.priority_zones.face.any(axis=0))


def _share(scene: Scene, part: Bools, whole: Bools) -> float:
    """Share of the area of ``whole`` that is ``part`` as well, NaN where there is none of it."""
    area = scene.area[whole]
    size = float(area.sum())
    return float(area[part[whole]].sum()) / size if size > 0 else _NAN

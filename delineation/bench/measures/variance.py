"""How alike the faces of a unit are, and how unlike the units: sums of squares of the standardised evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...regions.objective import within_ss

if TYPE_CHECKING:
    from ..scene.division import Division
    from ..scene.scene import Scene

_NAN = float("nan")


def within_variance(scene: Scene, division: Division) -> float:
    """Variance within units: W / (m·p), W = Σ_i w_i |x_i − mean of its unit|².

    x are standardised values of p variables on the m faces where all are known, w areas scaled to mean 1: with one
    unit it is 1 where every face is known. NaN without evidence. Source: the decomposition T = W + B of Ward 1963
    (Journal of the American Statistical Association 58:236–244), by area.
    """
    within, _, points, variables = _squares(scene, division)
    return within / (points * variables) if points else _NAN


def between_variance(scene: Scene, division: Division) -> float:
    """Variance between units: B / (m·p), B = Σ_u W_u |mean of u − mean|² = T − W; see ``within_variance``."""
    within, total, points, variables = _squares(scene, division)
    return (total - within) / (points * variables) if points else _NAN


def variance_ratio(scene: Scene, division: Division) -> float:
    """Share of the variance that lies between units: B / T = 1 − W / T, 0–1; NaN where nothing varies.

    The ratio of between to total sum of squares by which regionalisations are compared in the literature (Assunção et
    al. 2006, International Journal of Geographical Information Science 20(7):797–811, report its complement).
    """
    within, total, _, _ = _squares(scene, division)
    return 1 - within / total if total > 0 else _NAN


def calinski_harabasz(scene: Scene, division: Division) -> float:
    """Calinski–Harabasz index: (B / (k − 1)) / (W / (m − k)), by area.

    k counts the units with a known face, m the known faces. NaN without evidence, with one unit, or with as many units
    as faces; infinite where W is 0. Source: Caliński & Harabasz 1974 (Communications in Statistics 3:1–27); with equal
    areas it is theirs.
    """
    within, total, points, _ = _squares(scene, division)
    count = _met(scene, division)
    if count < 2 or points <= count or total <= 0:
        return _NAN
    # What rounding leaves of zero is zero.
    if within <= 1e-13 * total:
        return float("inf")
    return (total - within) / (count - 1) / (within / (points - count))


def _squares(scene: Scene, division: Division) -> tuple[float, float, int, int]:
    """W, T, number of faces, number of variables."""
    space = scene.variables.space
    if not len(space.face):
        return _NAN, _NAN, 0, 0
    within = within_ss(space.point, space.weight, division.unit[space.face])
    return within, space.total, len(space.face), space.point.shape[1]


def _met(scene: Scene, division: Division) -> int:
    """Count the units with a face in the space."""
    return int(np.count_nonzero(np.bincount(division.unit[scene.variables.space.face])))

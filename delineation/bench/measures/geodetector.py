"""Geodetector q: how much of a variable's variance a division explains, and whether chance would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ncfdtr

from ...core.arrays import number_of
from ...core.sums import sum_by

if TYPE_CHECKING:
    from ...core.arrays import Floats, Ints
    from ..scene.division import Division
    from ..scene.scene import Scene

_NAN = float("nan")


@dataclass(frozen=True)
class Detected:
    """What the factor detector says.

    Attributes
    ----------
    q : float
        Share of the variance that the strata explain, 0–1; NaN where the variable does not vary.
    f, noncentrality : float
        F and λ; NaN where q is, with one stratum, or with no more samples than strata.
    samples : float
        N: how many values of equal weight the values are worth.
    strata : int
        L: strata that have values.
    """

    q: float
    f: float
    noncentrality: float
    samples: float
    strata: int

    @property
    def p(self) -> float:
        """Chance of an F as large: upper tail of the noncentral F(L − 1, N − L; λ), 0–1; NaN where F is."""
        if np.isnan(self.f):
            return _NAN
        if np.isinf(self.f):
            return 0.0
        below = ncfdtr(self.strata - 1.0, self.samples - self.strata, self.noncentrality, self.f)
        return float(np.clip(1.0 - below, 0.0, 1.0))


def detect(value: Floats, stratum: Ints, weight: Floats | None = None) -> Detected:
    """Apply the factor detector.

    q = 1 − Σ_h N_h σ_h² / (N σ²); F = q / (1 − q) · (N − L) / (L − 1) is noncentral F(L − 1, N − L; λ) with
    λ = (Σ_h ȳ_h² − (Σ_h √N_h ȳ_h)² / N) / s², s² the sample variance of y. N_h and N are numbers of values, or with
    weights Σw in stratum h and over all, scaled so that they add up to N = (Σw)²/Σw², the effective number of values
    (Kish 1965, Survey Sampling): a hundred slivers are no hundred samples. With equal weights that is their count.

    λ as published depends on where y has its zero: p is that of y as it is given.

    Source: Wang et al. 2010 (International Journal of Geographical Information Science 24(1):107–127) for q; Wang,
    Zhang & Fu 2016 (Ecological Indicators 67:250–256) for its distribution.

    Parameters
    ----------
    value : (n,) float64
        Finite.
    stratum : (n,) int64
        0 or more.
    weight : (n,) float64, optional
        Positive.
    """
    if not len(value):
        return Detected(_NAN, _NAN, _NAN, 0.0, 0)
    mass = np.ones(len(value)) if weight is None else weight
    samples = float(mass.sum()) ** 2 / float((mass**2).sum())
    mass = mass * (samples / float(mass.sum()))
    count = number_of(stratum)
    size = sum_by(stratum, mass, count)
    met = size > 0
    strata = int(met.sum())
    # Deviations from the overall mean first, so that nothing cancels.
    centre = float((mass * value).sum()) / samples
    apart = value - centre
    mean = sum_by(stratum, mass * apart, count) / np.where(met, size, 1.0)
    total = float((mass * apart**2).sum())
    if total <= samples * (1e-12 * centre) ** 2:
        return Detected(_NAN, _NAN, _NAN, samples, strata)
    within = float((mass * (apart - mean[stratum]) ** 2).sum())
    q = min(1.0, max(0.0, 1 - within / total))
    if strata < 2 or samples <= strata:
        return Detected(q, _NAN, _NAN, samples, strata)
    level = centre + mean[met]
    variance = total / (samples - 1)
    shift = (float((level**2).sum()) - float((np.sqrt(size[met]) * level).sum()) ** 2 / samples) / variance
    # What rounding leaves of zero within is zero.
    left = within / total
    f = float("inf") if left <= 1e-13 else q / left * (samples - strata) / (strata - 1)
    return Detected(q, f, max(shift, 0.0), samples, strata)


def q_of_variable(scene: Scene, division: Division, *, variable: int) -> float:
    """Share of a variable's variance that lies between units, q, by area; see ``detect``.

    Over the faces that have a value of it.

    Parameters
    ----------
    scene : Scene
    division : Division
    variable : int
        Column of ``scene.variables``.
    """
    return _detected(scene, division, variable).q


def p_of_variable(scene: Scene, division: Division, *, variable: int) -> float:
    """Chance of a q as large, p, by the noncentral F of the standardised variable; see ``detect``.

    Neighbouring faces are alike, which the test does not know: the null model's p is the one to trust. NaN with as many
    units as the faces are worth samples, or more.
    """
    return _detected(scene, division, variable).p


def mean_q(scene: Scene, division: Division) -> float:
    """Mean of ``q_of_variable`` over the variables that have values and vary, 0–1; NaN where none does.

    Where every variable is known on every face and varies this is ``variance_ratio``, as each has the same total.

    Source: Wang et al. 2010 for q (see ``detect``); the mean over variables is ours.
    """
    found = np.array([_detected(scene, division, number).q for number in range(len(scene.variables.name))])
    known = ~np.isnan(found)
    return float(found[known].mean()) if known.any() else _NAN


def _detected(scene: Scene, division: Division, variable: int) -> Detected:
    variables = scene.variables
    column = variables.value[:, variable]
    known = np.flatnonzero(np.isfinite(column) & (scene.area > 0))
    # Standardised, so that neither the unit of a raster nor its zero (elevation, temperature) decides on p.
    return detect(column[known], division.unit[known], scene.area[known])

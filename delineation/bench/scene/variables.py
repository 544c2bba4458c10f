"""Evidence as variables of a statistic: one column a raster, standardised by area, with what is unknown left out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ...basis.evidence import usable
from ...regions.objective import total_ss

if TYPE_CHECKING:
    from ...basis.build import Basis
    from ...case.model import Case
    from ...core.arrays import Floats, Ints


@dataclass(frozen=True)
class Space:
    """Faces on which every variable is known, as weighted points.

    Attributes
    ----------
    face : (m,) int64
        Rows of the faces.
    point : (m, p) float64
        Standardised values.
    weight : (m,) float64
        Areas, scaled so that they add up to m: with equal areas every face weighs 1.
    total : float
        Σ weight·|point − mean|².
    """

    face: Ints
    point: Floats
    weight: Floats
    total: float


@dataclass(frozen=True)
class Variables:
    """Evidence of the faces.

    Attributes
    ----------
    name : tuple of str
        Rasters of scores and grades in the case's order; the mean of a class (land cover, climate) means nothing.
    value : (n, p) float64
        (mean of the face − centre) / spread; 0 throughout where a variable does not vary; NaN where it is covered by
        less than the profile's share, or not at all.
    centre, spread : (p,) float64
        Area-weighted mean and standard deviation over the faces that have a value, in the raster's unit; NaN where
        none has.
    area : (n,) float64
        m², the weights.
    """

    name: tuple[str, ...]
    value: Floats
    centre: Floats
    spread: Floats
    area: Floats

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """Variables that no face has a value of: no metric rests on them."""
        return tuple(name for name, centre in zip(self.name, self.centre, strict=True) if np.isnan(centre))

    @cached_property
    def space(self) -> Space:
        """Faces that have a value of every variable but the unknown ones."""
        columns = self.value[:, ~np.isnan(self.centre)]
        known = np.isfinite(columns).all(axis=1) & (self.area > 0) if columns.shape[1] else np.zeros(len(columns), bool)
        face = np.flatnonzero(known)
        weight = self.area[face] / self.area[face].mean() if len(face) else np.zeros(0)
        # Fortran order: metrics go column by column.
        point = np.asfortranarray(columns[face])
        return Space(face, point, weight, total_ss(point, weight) if len(face) else 0.0)

    @property
    def share(self) -> float:
        """Share 0–1 of the area that lies in the space."""
        whole = float(self.area.sum())
        return float(self.area[self.space.face].sum()) / whole if whole else 0.0

    def on(self, face: Ints) -> Variables:
        """Take some faces alone, (m,), standardised anew: what lies elsewhere has no part in means and spreads."""
        with np.errstate(invalid="ignore"):
            raw = self.value[face] * self.spread + self.centre
        return standardise(self.name, raw, self.area[face])


def standardise(name: tuple[str, ...], raw: Floats, area: Floats) -> Variables:
    """Standardise values by area: z = (x − x̄)/s, x̄ = Σ a·x/Σ a, s² = Σ a·(x − x̄)²/Σ a over faces with a value.

    Parameters
    ----------
    name : tuple of str
    raw : (n, p) float64
        NaN where unknown.
    area : (n,) float64
        m².
    """
    known = np.isfinite(raw)
    weight = np.where(known, area[:, None], 0.0)
    size = weight.sum(axis=0)
    filled = np.where(known, raw, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = (weight * filled).sum(axis=0) / size
        spread = np.sqrt((weight * np.where(known, filled - centre, 0.0) ** 2).sum(axis=0) / size)
        # What rounding leaves of a constant is no spread.
        flat = spread <= 1e-12 * np.abs(centre)
        value = (raw - centre) / np.where(flat, np.inf, spread)
    value[~known] = np.nan
    return Variables(name, value, centre, np.where(flat, 0.0, spread), area)


def variables_of(case: Case, basis: Basis) -> Variables:
    """Take the rasters of scores and grades of a case as variables of its faces.

    Rasters for which evidence is missing altogether, as where the library that measures it is not installed, stay
    variables without values, so that the table says so.
    """
    names = tuple(raster.name for raster in case.rasters if raster.kind in ("score", "grade"))
    raw = np.full((len(basis.area), len(names)), np.nan)
    table = basis.evidence
    if len(table):
        trusted = usable(table, float(case.profile["evidence"]["covered_min"]))
        of_raster, face = table["raster"].to_numpy(), table["face_id"].to_numpy(dtype=np.int64) - 1
        mean = table["mean"].to_numpy(dtype=np.float64)
        for column, name in enumerate(names):
            rows = (of_raster == name) & trusted
            raw[face[rows], column] = mean[rows]
    return standardise(names, raw, basis.area)

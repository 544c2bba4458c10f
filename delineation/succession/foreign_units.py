"""Last year's units of others held against the ground: where they overlap, leave gaps, reach beyond, lie elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..core.findings import Facts, Finding
from ..core.sums import sum_by
from ..sources.unit_defects import LISTED
from .last_year import units_over_faces
from .predecessor import CODE

if TYPE_CHECKING:
    from ..basis.build import Basis
    from ..case.profile import Profile
    from ..sources.previous_units import PreviousUnits
    from .predecessor import FaceShares, Predecessor


def ground_findings(
    units: PreviousUnits, basis: Basis, before: Predecessor, profile: Profile, *, cut: bool
) -> list[Finding]:
    """Hold the units of a foreign layer against the faces (S82) and the counties (S68).

    Parameters
    ----------
    units : PreviousUnits
    basis : Basis
    before : Predecessor
        The same, held against the faces.
    profile : Profile
        Its ``transfer`` says what is not worth a word.
    cut : bool
        Their borders are among those of the faces: each pair counts, also where two units overlap.

    Returns
    -------
    list of Finding
    """
    if units.ours:
        return []
    face, unit, size = before.shares
    if cut:
        face, unit = units_over_faces(basis, units)
        size = basis.area[face]
    area, count = basis.area, len(basis.area)
    transfer = profile["transfer"]
    least = max(float(transfer["outside_min"]), float(transfer["outside_share"]) * float(area.sum()))
    covered = sum_by(face, size, count)
    over = np.maximum(covered - area, 0.0)
    bare = np.where(basis.partition.rounding, 0.0, np.maximum(area - covered, 0.0))
    findings = []
    for problem, left in (("overlap", over), ("gap", bare)):
        total = float(left.sum())
        if total > least:
            largest = np.argsort(-left, kind="stable")[:LISTED]
            largest = largest[left[largest] > 0]
            mine = tuple(units.code[row] for row in map(int, np.unique(unit[np.isin(face, largest)])))
            facts: Facts = {"source": units.place, "area": total, "problem": problem, "listed": mine[:LISTED]}
            over_units = mine if problem == "overlap" else ()
            place = shapely.MultiPoint(basis.partition.point[largest])
            findings.append(Finding("S82", facts, value=total, geometry=place, units=over_units))
    beyond = np.maximum(units.area - sum_by(unit, size, len(units)), 0.0)
    far = np.flatnonzero(beyond > np.maximum(1e-4 * units.area, 1.0))
    if float(beyond[far].sum()) > least:
        order = far[np.argsort(-beyond[far], kind="stable")]
        codes = tuple(units.code[row] for row in map(int, order))
        facts = {"source": units.place, "area": float(beyond[far].sum()), "count": len(far), "listed": codes[:LISTED]}
        findings.append(Finding("S82", facts | {"problem": "outside"}, value=float(beyond[far].sum()), units=codes))
    return [*findings, *_elsewhere(units, basis, before, (face, unit, size))]


def _elsewhere(
    units: PreviousUnits,
    basis: Basis,
    before: Predecessor,
    shared: FaceShares,
) -> list[Finding]:
    """Tell units most of whose land lies in another county than their code says."""
    face, unit, size = shared
    districts, sea = basis.ground.districts, basis.ground.sea
    width = len(districts)
    in_county = sum_by(unit * width + basis.ground.county[face], np.where(sea[face], 0.0, size), len(units) * width)
    in_county = in_county.reshape(len(units), width)
    wrong: list[str] = []
    listed: list[str] = []
    for row in map(int, np.flatnonzero(in_county.any(axis=1))):
        match = CODE.match(units.code[row])
        lies = districts[int(in_county[row].argmax())]
        if match and match[2] == "ZH" and lies not in (match[3], *before.counties_now(match[3])):
            wrong.append(units.code[row])
            listed.append(f"{units.code[row]} ({lies})")
    if not wrong:
        return []
    facts: Facts = {"source": units.place, "count": len(wrong), "listed": tuple(listed[:LISTED]), "problem": "county"}
    return [Finding("S68", facts, value=float(len(wrong)), units=tuple(wrong))]

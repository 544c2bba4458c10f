"""Last year's units on the faces of today: which had each face, and what the rules said there then."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import shapely

from ..core.arrays import firsts, places
from ..core.errors import BadInput
from ..core.findings import Facts, Finding
from ..core.messages import Message
from ..core.sums import sum_by
from ..methods.situation import HELD, LOCKED, LOWERED
from ..partition.dissolve import outline
from ..rules.rejudging import Rejudged
from ..sources.previous_units import previous_specs
from .administrative import counties_now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..basis.build import Basis
    from ..case.model import Case
    from ..core.arrays import Bools, Ints, Objects
    from ..labelling.label import Labelling
    from ..plan.file import Plan
    from ..sources.previous_units import PreviousPlan, PreviousUnits
    from .administrative import AdminChange


def units_to_update(case: Case, basis: Basis) -> PreviousUnits:
    """Give the units that the method ``update`` goes on from: of sources of role ``unit``, else of ``[previous]``.

    Raises
    ------
    BadInput
        The case names none, or the basis was laid for another method.
    """
    if not previous_specs(case):
        raise BadInput(
            Message("nothing to update"),
            where=Message("[method] name"),
            wanted=Message('last year\'s units: [previous] path = "…", or a [[source]] of role = "unit"'),
        )
    if "unit" not in basis.cutting:
        raise BadInput(
            Message("the borders of last year's units are not among the faces"),
            where=Message("[method] name"),
            wanted=Message("a new run of the case with the method update"),
        )
    return basis.cutting["unit"]


def unit_of_faces(basis: Basis, units: PreviousUnits, role: str = "unit") -> Ints:
    """Row of the unit that covers each face, −1 where none does; of several the strictest, then the first."""
    face, unit = units_over_faces(basis, units, role)
    unknown = units.category == 0
    order = np.lexsort((np.arange(len(units)), units.category, unknown))
    rank = places(order, len(units))
    best = np.full(len(basis.partition), len(units), dtype=np.int64)
    np.minimum.at(best, face, rank[unit])
    return np.append(order, -1)[best]


def units_over_faces(basis: Basis, units: PreviousUnits, role: str = "unit") -> tuple[Ints, Ints]:
    """Pairs of a face and a unit that covers it, whose borders are among those of the faces; each pair once."""
    features, coverage = basis.features, basis.partition.coverage
    row = {
        (int(source), int(number)): place
        for place, (source, number) in enumerate(zip(units.source, units.feature_id, strict=True))
    } | dict(units.more)
    mine = np.flatnonzero(features.of(role))
    of_feature = np.full(len(features) + 1, -1, dtype=np.int64)
    of_feature[mine] = [row.get((int(features.source[one]), int(features.feature_id[one])), -1) for one in mine]
    unit = of_feature[coverage.feature]
    pairs = np.unique(np.column_stack([coverage.face, unit])[unit >= 0], axis=0)
    return pairs[:, 0], pairs[:, 1]


def in_another_county(basis: Basis, units: PreviousUnits, unit: Ints, changes: Sequence[AdminChange]) -> Bools:
    """Which faces lie in another county by now than their unit, whose own goes on (domain facts 2.7).

    A county that was recoded, merged or split goes on as the change table says. Of one that is gone and that the table
    does not speak of nobody knows where it went: its units stay where their faces lie.
    """
    districts = basis.ground.districts
    place = {code: number for number, code in enumerate(districts)}
    at_home = np.ones((len(units) + 1, len(districts)), dtype=bool)
    for row, county in enumerate(units.county):
        now = [place[code] for code in counties_now(changes, county, districts) if code in place]
        if now:
            at_home[row] = np.isin(np.arange(len(districts)), now)
    strange: Bools = (unit >= 0) & ~at_home[unit, basis.ground.county]
    return strange


def rules_then(basis: Basis, plan: PreviousPlan | None, kinds: tuple[str, ...]) -> tuple[Ints, Ints]:
    """Category and kind that the rules gave each face last year, by the plan's own faces and rules.

    A face takes the answer of the face of then with the same outline, else the answer with which it shares most area.

    Returns
    -------
    category, kind : (n,) int64
        0 and −1 where it lies on no face of then, and all over for a foreign layer.
    """
    faces = basis.partition.faces
    if plan is None or not len(plan.faces):
        return np.zeros(len(faces), dtype=np.int64), np.full(len(faces), -1, dtype=np.int64)
    again = Rejudged(cast("Plan", plan))
    rule, roles = again.judgement.rule, [row.role for row in again.rules.rows]
    number = {kind: place for place, kind in enumerate(kinds)}
    # Kinds of then that no rule of today gives stand behind those that there are.
    of_rule = np.array([number.get(role, len(kinds)) for role in [*roles, "general"]], dtype=np.int64)
    category = plan.faces["rule_category"].to_numpy(dtype=np.int64)
    kind = of_rule[np.where((rule >= 0) & (category < 3), rule, len(roles))]
    kind = np.where(category == 3, number.get("general", -1), kind)
    width = len(kinds) + 1
    answer = _by_place(faces, plan.faces["geometry"].to_numpy(dtype=object), category * width + kind)
    return np.where(answer >= 0, answer // width, 0), np.where(answer >= 0, answer % width, -1)


def _by_place(faces: Objects, then: Objects, value: Ints) -> Ints:
    """Value of the shapes of then on each face: of the same shape, else the one that fills most of it; −1 for none."""
    known = {shape: int(number) for shape, number in zip(shapely.to_wkb(then).tolist(), value, strict=True)}
    out = np.array([known.get(shape, -1) for shape in shapely.to_wkb(faces).tolist()], dtype=np.int64)
    rest = np.flatnonzero(out < 0)
    if not len(rest):
        return out
    new, old = shapely.STRtree(then).query(faces[rest], predicate="intersects")
    # Where all say the same there is nothing to measure; what only touches shares nothing.
    low, high = np.full(len(rest), value.max() + 1), np.full(len(rest), -1)
    np.minimum.at(low, new, value[old])
    np.maximum.at(high, new, value[old])
    out[rest[low == high]] = low[low == high]
    differ = (low < high)[new]
    new, old = new[differ], old[differ]
    shared = shapely.area(shapely.intersection(faces[rest[new]], then[old]))
    pair, where = np.unique(np.column_stack([rest[new], value[old]]), axis=0, return_inverse=True)
    total = sum_by(where.ravel(), shared, len(pair))
    some = total > 0
    pair, total = pair[some], total[some]
    order = np.lexsort((pair[:, 1], -total, pair[:, 0]))
    best = firsts(order, pair[:, 0])
    out[pair[best, 0]] = pair[best, 1]
    return out


def looser_findings(
    basis: Basis, labelling: Labelling, units: PreviousUnits, codes: Sequence[str], document: str
) -> list[Finding]:
    """Tell, by unit of today, the land of which the rules say less now, kept all the same or not; and what locks keep.

    Parameters
    ----------
    basis : Basis
    labelling : Labelling
        Of an update.
    units : PreviousUnits
        Last year's.
    codes : sequence of str
        Of the units of today.
    document : str
        By which it may be lowered.
    """
    outcome, of_face = labelling.labels.outcome, labelling.units.of_face
    if outcome is None:
        return []
    then = np.append(units.category, 0)[unit_of_faces(basis, units)]
    now, findings = labelling.judgement.category, []
    for state, rule, problem in ((HELD, "S58", ""), (LOWERED, "S59", ""), (LOCKED, "S58", "locked")):
        for unit in np.unique(of_face[outcome == state]):
            faces = np.flatnonzero((outcome == state) & (of_face == unit))
            size = float(basis.area[faces].sum())
            facts: Facts = {
                "unit": codes[unit],
                "area_m2": size,
                "faces": len(faces),
                "category": int(sum_by(then[faces], basis.area[faces], 4).argmax()),
                "now": int(sum_by(now[faces], basis.area[faces], 4).argmax()),
                "document": document,
                **({"problem": problem} if problem else {}),
            }
            place = outline(basis.partition, faces)
            findings.append(Finding(rule, facts, value=size, geometry=place, units=(codes[unit],)))
    return findings

"""From a basis to units: rules, cleaning, method, grouping; run again when a rule or a switch changes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..core.arrays import firsts, own_or
from ..core.errors import BadInput
from ..core.findings import Finding
from ..core.messages import Message, counted, first_few
from ..core.progress import Progress, silent
from ..core.sums import sum_by
from ..methods import Labels, Situation, run_method, solvers
from ..methods.of_case import stated
from ..methods.registry import parameters
from ..methods.situation import UnitsThenAndNow
from ..partition.dissolve import united
from ..partition.ledger import Ledger
from ..rules.judging import Judgement, judge
from ..rules.table import GENERAL, RuleTable, rules_of
from ..rules.tester import test_case
from ..sources.rasters.raster import open_raster
from ..succession.administrative import changes_of, with_earlier
from ..succession.last_year import in_another_county, rules_then, unit_of_faces, units_to_update
from ..succession.upper import under_upper, upper_of_faces
from .cleaning import CleaningInput, fragments, groups, slivers, thinness
from .units import Units, form_units, told_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapely.geometry.base import BaseGeometry

    from ..basis.build import Basis
    from ..case.model import Case
    from ..case.profile import Profile
    from ..core.arrays import Bools, Ints
    from ..core.messages import Fact
    from ..partition import Borders
    from ..sources import Features
    from ..sources.previous_units import PreviousUnits
    from ..sources.rasters.raster import Raster


@dataclass(frozen=True)
class Labelling:
    """What was decided of each face.

    Attributes
    ----------
    rules : RuleTable
    judgement : Judgement
    kinds : tuple of str
        Kinds by precedence, ``general`` last.
    host : (n,) int64
        Row of the host face, −1 for none.
    labels : Labels
        Category and kind after the method.
    units : Units
    ledger : Ledger
        Rows of cleaning and method, on top of the basis's.
    findings : tuple of Finding
    updated : PreviousUnits or None
        Last year's units, where the method goes on from them.
    """

    rules: RuleTable
    judgement: Judgement
    kinds: tuple[str, ...]
    host: Ints
    labels: Labels
    units: Units
    ledger: Ledger
    findings: tuple[Finding, ...]
    updated: PreviousUnits | None = None

    @property
    def root(self) -> Ints:
        """Row of the face whose labels each face carries: its host, else itself."""
        return own_or(self.host)

    @property
    def division(self) -> str:
        """Digest of which faces make a unit, its category and its area: two that are shown alike have the same."""
        units = self.units
        told = (np.ascontiguousarray(one).tobytes() for one in (units.of_face, units.category, units.area))
        return hashlib.sha256(b"".join(told)).hexdigest()[:16]


def _quiet(stage: str) -> None:
    """Tell nobody."""


def label(
    case: Case,
    basis: Basis,
    *,
    divide: Callable[[Situation], Labels] | None = None,
    stage: Callable[[str], None] = _quiet,
    progress: Progress = silent,
) -> Labelling:
    """Label the faces of a basis by the case's rules, cleaning, method and grouping.

    Parameters
    ----------
    case : Case
    basis : Basis
    divide : callable, optional
        Divides in the method's place.
    stage : callable
        Told the name of each stage as it begins.
    progress : callable
        Called while the method works; the rest takes tenths of a second.

    Raises
    ------
    BadInput
        A rule table, method or parameter that cannot be used.
    Cancelled
        ``progress`` asked to stop.
    """
    partition, features, ground, area = basis.partition, basis.features, basis.ground, basis.area
    ledger = Ledger(list(basis.ledger.rows), basis.ledger.imbalance)
    parameters(case.method)  # loads it where another package offers it, and refuses it where none does
    case = stated(case)
    stage("rules")
    rules = rules_of(case)
    findings = [remark.finding() for remark in test_case(case, rules)]
    coverage = partition.coverage
    feature_area = sum_by(coverage.feature, area[coverage.face], len(features))
    judgement = judge(rules, features, coverage, area, feature_area)
    raises = np.array([row.effect in (1, 2) for row in rules.rows], dtype=bool)
    raising = np.bincount(judgement.reason_feature, raises[judgement.reason_rule], len(features)) > 0
    # A park of no grade that counts raises nothing, and is neither carved out nor asked about.
    parks = features.of("industrial_park") & raising
    findings += _grades(rules, raising, basis) + _parks_over_eco(parks, basis)
    stage("cleaning")
    kinds = kinds_of(rules)
    kind = _kind(judgement, rules, kinds)
    protected = protected_faces(features, basis, case.profile)
    park = _is(kinds, "industrial_park", kind) & (judgement.category == 2)
    above = upper_of_faces(case, basis)
    host, found = _clean(case, basis, judgement, kinds, kind, protected, park, above)
    findings += found
    # Parks are carved out whole, with what of them the rules hold to be priority.
    carved = protected | _covered(parks, basis)
    if divide is not None or case.method in solvers():
        # A region decides where ordinary faces go: what is protected goes with its own fixed unit, not with them.
        host = np.where((host >= 0) & protected & ~carved[host], -1, host)
    root = own_or(host)
    category = judgement.category[root]
    riding = int((host >= 0).sum())
    ledger.categories(
        "cleaning",
        area,
        judgement.category,
        category,
        counted(riding, "{n:,} small face merged with a neighbour", "{n:,} small faces merged with a neighbour"),
    )
    stage("method")
    # Methods see the contracted graph: what rides lies where its host lies.
    ground = replace(ground, township=ground.township[root])
    identity, subtype = told_by(features, judgement.feature[root])

    upper = basis.cutting.get("upper") if case.upper.path and case.upper.mode != "free" else None

    def grouped(labels: Labels) -> Units:
        borders = partition.borders
        within = above if upper is not None else None
        ruling = kind[root]
        return form_units(
            labels, kinds, identity, subtype, area, borders, ground, case.grouping, ruling, partition.rounding, within
        )

    def ruled() -> Units:
        return grouped(Labels(category, kind[root], np.full(len(area), -1, dtype=np.int64)))

    def fixed() -> Ints:
        return np.where(carved[root], ruled().of_face, -1)

    before: list[PreviousUnits] = []

    def last_year() -> UnitsThenAndNow:
        units = units_to_update(case, basis)
        before.append(units)
        held = units.columns.get("locked", [0] * len(units))
        number = {name: place for place, name in enumerate(kinds)}
        then_category, then_kind = rules_then(basis, units.plan, kinds)
        changes = with_earlier(changes_of(case), units.meta)
        had = unit_of_faces(basis, units)
        if (had < 0).all():
            raise BadInput(
                Message("none of last year's units lies in the study area"),
                where=units.place,
                wanted=Message("last year's units of this place"),
            )
        around = shapely.length(partition.faces)
        thin = (thinness(area, around) < case.cleaning.sliver_thinness) & (area < case.cleaning.sliver_area)
        return UnitsThenAndNow(
            unit=had,
            category=units.category,
            area=units.area,
            kind=np.array([number.get(name, -1) for name in units.kind], dtype=np.int64),
            then_category=then_category,
            then_kind=then_kind,
            now_category=judgement.category,
            now_kind=kind,
            protected=protected,
            # Narrower than a line is drawn true, whatever its shape: 2·area/perimeter is its mean width.
            sliver=thin | (2 * area < float(case.profile["cleaning"].get("update_width", 1.0)) * around),
            rounding=partition.rounding,
            strange=in_another_county(basis, units, had, changes),
            ruled=ruled().of_face,
            locked=(case.update.locked == "keep") & (np.asarray(held, dtype=object) == 1),
            follow=case.update.lower == "follow",
        )

    roles = dict.fromkeys(source.role for source in case.sources)
    lines = tuple(role for role in roles if case.profile.role(role).guide)
    situation = Situation(
        area=area,
        borders=partition.borders,
        category=category,
        kind=kind[root],
        kinds=kinds,
        carved=carved[root],
        sea=ground.sea,
        county=ground.county,
        township=ground.township,
        evidence=basis.evidence,
        grades={raster.name: raster.grades for raster in case.rasters},
        covered_min=float(case.profile["evidence"]["covered_min"]),
        root=root,
        perimeter=shapely.length(partition.faces),
        point=partition.point,
        rasters={raster.name: raster.kind for raster in case.rasters},
        roles=tuple(dict.fromkeys([*(role for role in roles if role not in lines), *features.role.tolist()])),
        extent=lambda role: basis.extent(role)[root],
        fixed=fixed,
        lines=lines,
        along=basis.along,
        cells=lambda name: basis.cells(_opened(case, name)),
        former_units=basis.former_units,
        last_year=last_year,
    )
    labels = (
        divide(situation)
        if divide is not None
        else run_method(case.method, situation, case.method_parameters, seed=case.seed, progress=progress)
    )
    findings += labels.findings
    if labels.outcome is None:
        labels = Labels(labels.category[root], labels.kind[root], labels.unit[root], labels.findings)
    # A host that the method put lower is none for what is protected: it goes on by itself.
    alone = (host >= 0) & protected & (labels.category > judgement.category)
    if alone.any():
        labels = replace(
            labels,
            category=np.where(alone, judgement.category, labels.category),
            kind=np.where(alone, kind, labels.kind),
            unit=np.where(alone, -1, labels.unit),
        )
        host = np.where(alone, -1, host)
        root = np.where(alone, np.arange(len(host)), root)
    if upper is not None:
        must = np.where(protected, judgement.category, GENERAL)
        labels = under_upper(case.upper.mode, upper, above, labels, kinds, area, must)
    ledger.categories(
        "method", area, category, labels.category, Message("divided by {method:method}", method=case.method)
    )
    stage("units")
    if alone.any():
        identity, subtype = told_by(features, judgement.feature[root])
    units = grouped(labels)
    if labels.outcome is not None or upper is not None:
        host = _hosts_within(partition.borders, host, units.of_face)
    updated = before[0] if before else None
    return Labelling(rules, judgement, kinds, host, labels, units, ledger, tuple(findings), updated)


def _hosts_within(borders: Borders, host: Ints, unit: Ints) -> Ints:
    """Let what rides with a face of another unit ride with its longest neighbour in its own; −1 where it has none."""
    strays = (host >= 0) & (unit[host] != unit)
    face, other, length = borders.both_ways()
    use = strays[face] & (host[other] < 0) & (unit[face] == unit[other])
    face, other, length = face[use], other[use], length[use]
    order = np.lexsort((other, -length, face))
    best = firsts(order, face)
    out = np.where(strays, -1, host)
    out[face[best]] = other[best]
    return out


def _opened(case: Case, name: str) -> Raster:
    """Open a raster of a case by its name."""
    spec = next(raster for raster in case.rasters if raster.name == name)
    return open_raster(case.file(spec.path), spec.band, crs=spec.crs)


def kinds_of(rules: RuleTable) -> tuple[str, ...]:
    """Kinds a unit can have: roles of the rows that decide 1 or 2, then ``general``.

    In the order of precedence of each role's last row: the rows above it are exceptions that a switch makes.
    """
    upwards = (rules.rows[number] for number in reversed(rules.order()))
    roles = list(dict.fromkeys(row.role for row in upwards if row.effect in (1, 2)))
    return (*reversed(roles), "general")


def _is(kinds: tuple[str, ...], name: str, kind: Ints) -> Bools:
    found: Bools = kind == (kinds.index(name) if name in kinds else -1)
    return found


def _kind(judgement: Judgement, rules: RuleTable, kinds: tuple[str, ...]) -> Ints:
    of_rule = np.array([kinds.index(row.role) if row.role in kinds else -1 for row in rules.rows], dtype=np.int64)
    decided = (judgement.rule >= 0) & (judgement.category != GENERAL)
    return np.where(decided, of_rule[judgement.rule], kinds.index("general"))


def protected_faces(features: Features, basis: Basis, profile: Profile) -> Bools:
    """Faces that no step may put under a lower category: red line, drinking water 一/二级, protected areas."""
    rows = np.zeros(len(features), dtype=bool)
    for role in profile.roles.values():
        if role.protected:
            mine = features.of(role.name)
            if role.protected_zones:
                mine &= np.isin(features.zone.astype(str), role.protected_zones)
            rows |= mine
    return _covered(rows, basis)


def _covered(rows: Bools, basis: Basis) -> Bools:
    """Faces that one of these features covers."""
    coverage = basis.partition.coverage
    out = np.zeros(len(basis.partition), dtype=bool)
    out[coverage.face[rows[coverage.feature]]] = True
    return out


def _clean(
    case: Case,
    basis: Basis,
    judgement: Judgement,
    kinds: tuple[str, ...],
    kind: Ints,
    protected: Bools,
    park: Bools,
    above: Ints,
) -> tuple[Ints, list[Finding]]:
    settings = case.profile["cleaning"]
    belts = [number for number, name in enumerate(kinds) if name in settings["belt_roles"]]
    subject = CleaningInput(
        area=basis.area,
        perimeter=shapely.length(basis.partition.faces),
        borders=basis.partition.borders,
        category=judgement.category,
        kind=kind,
        # Nothing rides across a county, nor out of a unit of the level above.
        district=basis.ground.county * (int(above.max(initial=-1)) + 2) + above + 1,
        protected=protected,
        pinned=park,
        belt=np.isin(kind, belts),
    )
    riding = slivers(subject, max_area=case.cleaning.sliver_area, max_thinness=case.cleaning.sliver_thinness)
    host, left, _ = fragments(
        subject,
        riding,
        max_area=case.cleaning.fragment_area,
        belt_thinness=float(settings["belt_thinness"]),
        speck_area=case.cleaning.sliver_area,
        may_lower=bool(settings["fragments_may_lower"]),
    )
    left[riding.homeless] |= host[riding.homeless] < 0
    if not left.any():
        return host, []
    size = float(basis.area[left].sum())
    parts = groups(subject.borders, left.astype(np.int64), subject.category, subject.kind, subject.district)
    count = len(np.unique(parts[left]))
    place = _place(basis, left)
    return host, [Finding("S11", {"count": count, "area": size}, value=size, geometry=place)]


def _place(basis: Basis, faces: Ints | Bools) -> BaseGeometry:
    """Give faces as one shape, the place of a finding; where two meet at a corner alone it is mended to be valid."""
    return shapely.make_valid(united(basis.partition.faces[faces]))


def _grades(rules: RuleTable, raising: Bools, basis: Basis) -> list[Finding]:
    """Tell features of a grade that no rule takes, and those of none that are taken all the same (S93)."""
    features, coverage, ground = basis.features, basis.partition.coverage, basis.ground
    findings = []
    for role in sorted({row.role for row in rules.rows if "*" not in row.grades}):
        of = features.of(role)
        for grade in sorted({*features.grade[of]}):
            rows = of & (features.grade == grade) & (~raising | (grade == ""))
            faces, there = _covered(rows, basis), np.unique(coverage.feature[rows[coverage.feature]])
            size = float(basis.area[faces].sum())
            if size:
                facts: dict[str, Fact] = {
                    "problem": "unknown" if raising[there].any() else "lower",
                    "role": role,
                    "grade": grade or Message("not stated"),
                    "count": len(there),
                    "area": size,
                    "names": first_few(features.called(row) for row in there),
                    "counties": tuple(sorted({ground.district_names[row] for row in ground.county[faces]})),
                }
                findings.append(Finding("S93", facts, value=size, geometry=_place(basis, faces)))
    return findings


def _parks_over_eco(parks: Bools, basis: Basis) -> list[Finding]:
    """One finding for each park that overlaps general ecological space, with the area (domain facts 2.3a)."""
    features, coverage = basis.features, basis.partition.coverage
    eco = _covered(features.of("general_eco_space"), basis)
    here = parks[coverage.feature] & eco[coverage.face]
    face, park = coverage.face[here], coverage.feature[here]
    findings = []
    for row in np.unique(park):
        faces = face[park == row]
        size = float(basis.area[faces].sum())
        name = str(features.name[row]) or str(features.feature_id[row])
        facts: dict[str, str | int | float] = {"park": name, "area": size, "feature": int(features.feature_id[row])}
        findings.append(Finding("S10", facts, value=size, geometry=_place(basis, faces)))
    return findings

"""From labels to a plan: codes and names, outlines, entry lists, the tables in the order of the flow, checks."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from ..case.names import Glossary
from ..checks import check, load_settings, load_texts, subject_from_plan
from ..core.arrays import listed
from ..core.findings import Facts, Finding
from ..core.messages import Message
from ..core.progress import Progress, silent, within
from ..labelling.causes import causes_of_change
from ..labelling.codes import assign_codes
from ..labelling.foreign_units import ground_findings
from ..labelling.last_year import unit_of_faces
from ..labelling.lineage import Previous, lineage_rows, previous_of_plan, previous_of_units, read_changes, shared_with
from ..labelling.lowered_land import lowered_land
from ..labelling.units import name_units
from ..labelling.upper import compared_with_upper, taken_codes
from ..labelling.zones import lay_zones
from ..lists.clause import CLAUSE_COLUMNS, Clause, clauses_of
from ..lists.draft import ClauseIndex, draft, least_share
from ..lists.following import as_in_library, followed
from ..lists.former import FormerLists, former_lists
from ..lists.kept_library import library_of_plan, library_table
from ..lists.library import read_libraries
from ..lists.touch import touches
from ..lists.wording import list_words
from ..methods.of_case import stated
from ..partition.dissolve import dissolve
from ..plan import assemble
from ..plan.assemble import capture
from ..plan.file import Plan, empty_table, make_table, read_meta, read_table
from ..plan.provenance import source_names, sources_table
from ..plan.tables import TABLES
from ..sources.previous_units import read_previous_units
from ..sources.unit_defects import UNIT_FINDINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from ..basis.build import Basis
    from ..case.model import Case
    from ..labelling.codes import Coded
    from ..labelling.label import Labelling
    from ..sources.previous_units import PreviousUnits

__all__ = ["conclude"]


def conclude(
    case: Case,
    basis: Basis,
    labelling: Labelling,
    *,
    former: Plan | None = None,
    stage: Callable[[str], None] = lambda _: None,
    progress: Progress = silent,
) -> Plan:
    """Make the plan of a basis and a labelling: codes, names, outlines, entry lists, checks; its journal is empty.

    Parameters
    ----------
    case : Case
    basis : Basis
    labelling : Labelling
        Of that case on that basis.
    former : Plan, optional
        The plan that this one takes the place of, where people have edited it: units that go on keep its codes, ids and
        names. Without it those of the case's previous version are kept. Lineage is told from the latter anyway.
    stage : callable
        Told the name of each step as it begins; "" at the end.
    progress : callable

    Raises
    ------
    BadInput
        The previous version, the clause library or the change table cannot be used.
    Cancelled
        ``progress`` asked to stop.
    """
    case = stated(case)
    units, ground, glossary = labelling.units, basis.ground, Glossary(case.profile)
    progress(0.0, Message("codes and names"))
    last, previous = _previous(case, basis, labelling)
    districts = [ground.districts[district] for district in units.district]
    before = previous if former is None else previous_of_plan(case, former, basis, units.of_face)
    coded = assign_codes(
        districts, units.category, units.sea, case.profile, before, recode=case.admin.on_recode == "recode"
    )
    kept = [before.name[row] if before is not None and row >= 0 else "" for row in coded.kept]
    upper = basis.cutting.get("upper")
    taken: NDArray[np.int64] = np.full(len(units), -1, dtype=np.int64)
    if upper is not None and case.upper.mode == "fixed":
        coded, taken = taken_codes(coded, units, labelling.labels.unit[units.first], upper, before)
        kept = [upper.name[row] if row >= 0 else name for row, name in zip(taken, kept, strict=True)]
    names, subtypes = name_units(units, labelling.kinds, ground, case.profile, former=kept)
    gone_on = _gone_on(case, labelling, last, coded if former is None else None, previous, districts)
    if last is not None and last.ours:
        subtypes = [last.subtype[row] if row >= 0 else own for row, own in zip(gone_on, subtypes, strict=True)]
    findings = [*basis.findings, *labelling.findings]
    if previous is not None:
        findings += previous.findings
    if case.upper.path and case.upper.mode == "free":
        x0, y0, x1, y1 = shapely.total_bounds(basis.partition.faces).tolist()
        freely = read_previous_units(case, basis.sources.crs, (x0, y0, x1, y1), spec=case.upper)
        findings += [*freely.findings, *compared_with_upper(freely, basis, units, coded.code)]
    if former is None:  # what edits take out of priority names its document in the journal
        findings += _lowered(basis, labelling, coded.code)
    if before is not None:
        findings += _former_names(names, coded.code, districts, before)
    sources = source_names(case)
    stage("element zones")
    zones = lay_zones(basis.features, basis.partition.coverage, ground, case.profile)
    progress(0.15, Message("dissolving"))
    stage("dissolve")
    locked = [int(row >= 0 or held) for row, held in zip(taken, _locked(last, gone_on), strict=True)]
    findings += _locked_changed(last, previous, gone_on, coded)
    causes = _causes(basis, labelling, last, coded)
    unit_table = assemble.units_table(basis, labelling, coded, names, subtypes, glossary, locked=locked, causes=causes)
    zone_table = assemble.zones_table(basis, zones)
    stage("entry lists")
    library = read_libraries(case.profile, [case.file(path) for path in case.lists.library])
    touched = assemble.unit_zones(basis, labelling, coded.unit_id)
    clauses = draft(unit_table, library, touched, least_share=least_share(case.profile))
    if last is not None and labelling.updated is not None:
        former_clauses = _former_clauses(case, last)
        findings += [*former_clauses.findings, *_clauses_lost(former_clauses, last, previous, gone_on, coded)]
        if former_clauses.whole:
            clauses = _clauses_follow(case, clauses, former_clauses.clauses, library, last, gone_on, coded)
        else:
            clauses = _clauses_kept(clauses, former_clauses, gone_on, coded)
    stage("tables")
    progress(0.5, Message("tables"))
    meta = (
        assemble.meta_of(
            case, basis, coded, _recoded(previous), labelling.ledger.imbalance, capture(basis, labelling, sources)
        )
        | assemble.update_meta(labelling)
        | _upper_meta(case, upper)
    )
    plan = Plan(
        crs=basis.sources.crs.to_wkt(),
        faces=assemble.faces_table(basis, labelling, coded.unit_id),
        borders=assemble.borders_table(basis),
        units=unit_table,
        element_zones=zone_table,
        findings=empty_table("findings"),
        coverage=assemble.coverage_table(basis, sources),
        evidence=assemble.evidence_table(case, basis),
        journal=empty_table("journal"),
        ledger=assemble.ledger_table(labelling, glossary),
        lineage=_lineage_table(case, previous, coded.code),
        sources=sources_table(case, basis, sources, previous),
        rules=assemble.rules_table(labelling),
        clauses=clauses,
        library=make_table("library", library_table(library)),
        meta=meta,
        features=assemble.features_table(basis, sources),
    )
    stage("checks")
    progress(0.65, Message("checks"))
    subject = subject_from_plan(plan, settings=load_settings(case.profile), outlines=assemble.outlines(basis))
    found, _ = check(subject, progress=within(progress, 0.65, 0.98))
    table = assemble.findings_table([*findings, *found], load_texts(case.profile), glossary)
    stage("")
    progress(1.0, Message("done"))
    return Plan(**{**plan.__dict__, "findings": table})


def _causes(basis: Basis, labelling: Labelling, last: PreviousUnits | None, coded: Coded) -> dict[int, list[Message]]:
    """Say what newer sources changed of last year's units; these are known by their ids, as codes may be new."""
    if last is None:
        return {}
    row = {unit_id: number for number, unit_id in enumerate(last.unit_id)}
    kept = np.array([row.get(unit_id, -1) for unit_id in coded.unit_id], dtype=np.int64)
    return causes_of_change(basis, last, labelling.units.of_face, kept)


def _previous(case: Case, basis: Basis, labelling: Labelling) -> tuple[PreviousUnits | None, Previous | None]:
    """Read last year's units, and measure what they share with those of today; None where the case names none."""
    changes = read_changes(case.file(case.admin.changes)) if case.admin.changes else ()
    last, had = labelling.updated, None
    if case.previous.path:
        read_meta(case.file(case.previous.path))  # a damaged plan, or one of a newer version, is refused
        if last is None or not case.previous_cuts:
            x0, y0, x1, y1 = shapely.total_bounds(basis.partition.faces).tolist()
            last = read_previous_units(case, basis.sources.crs, (x0, y0, x1, y1))
    elif last is not None:
        # What is wrong with its shapes is told with the sources.
        last = replace(last, findings=tuple(one for one in last.findings if one.id in UNIT_FINDINGS))
    if last is None:
        return None, None
    if labelling.updated is not None and (case.previous_cuts or not case.previous.path):
        had = unit_of_faces(basis, last)
    shared = None if had is not None else shared_with(basis.partition.faces, basis.area, last.geometry)
    previous = previous_of_units(last, basis, labelling.units.of_face, changes, had=had, shared=shared)
    told = ground_findings(last, basis, previous, shared, case.profile)
    return last, replace(previous, findings=(*previous.findings, *told))


def _gone_on(
    case: Case,
    labelling: Labelling,
    last: PreviousUnits | None,
    coded: Coded | None,
    previous: Previous | None,
    districts: Sequence[str],
) -> NDArray[np.int64]:
    """Row of last year's unit that goes on in each unit with its list, −1 for none: of an update, by code."""
    units = labelling.units
    if labelling.updated is None or last is None or previous is None:
        return np.full(len(units), -1, dtype=np.int64)
    if coded is None:  # codes are those of the plan that is replaced
        coded = assign_codes(districts, units.category, units.sea, case.profile, previous)
    return coded.kept


def _upper_meta(case: Case, upper: PreviousUnits | None) -> dict[str, str]:
    """Say to which scheme of the level above the plan keeps: the check Q23 asks for it."""
    if upper is None:
        return {}
    category = {code: int(upper.category[row]) for row, code in enumerate(upper.code)}
    said = {"mode": case.upper.mode, "file": upper.path.name, "category": category}
    return {"upper": json.dumps(said, ensure_ascii=False, sort_keys=True)}


def _locked(last: PreviousUnits | None, gone_on: NDArray[np.int64]) -> list[int]:
    """Whether each unit goes on locked."""
    held: Any = [] if last is None else last.columns.get("locked", [0] * len(last))
    return [int(row >= 0 and held[row] == 1) for row in gone_on]


def _locked_changed(
    last: PreviousUnits | None, previous: Previous | None, gone_on: NDArray[np.int64], coded: Coded
) -> list[Finding]:
    """Tell units that somebody had locked and that an update changed all the same: rules go before a lock."""
    if last is None or previous is None or not (gone_on >= 0).any():
        return []
    held: Any = last.columns.get("locked", [0] * len(last))
    now = {int(row): unit for unit, row in enumerate(gone_on) if row >= 0}
    findings = []
    for row in (row for row in range(len(last)) if held[row] == 1):
        unit = now.get(row, -1)
        mine = (previous.old == row) & (previous.new == unit)
        stays = float(previous.shared[mine].sum())
        lost = float(last.area[row]) - stays
        gained = float(previous.new_area[unit]) - stays if unit >= 0 else 0.0
        if max(lost, gained) <= max(1.0, 1e-6 * float(last.area[row])):
            continue
        code = coded.code[unit] if unit >= 0 else last.code[row]
        facts: Facts = {"unit": code, "lost": max(lost, 0.0), "gained": max(gained, 0.0)}
        findings.append(Finding("S87", facts, value=max(lost, gained), units=(code,)))
    return findings


def _former_clauses(case: Case, last: PreviousUnits) -> FormerLists:
    """Read last year's lists: of a plan of ours, of a workbook that the case names, else of the fields of the layer."""
    if case.previous.lists or last.plan is None:
        path = case.file(case.previous.lists) if case.previous.lists else None
        return former_lists(last, path, case.profile, list_words(case.profile))
    row = {unit_id: number for number, unit_id in enumerate(last.unit_id)}
    clauses = read_table(last.path, "clauses")
    return FormerLists(clauses.assign(row=[row.get(one, -1) for one in clauses["unit_id"]]), whole=True)


def _clauses_kept(drafted: pd.DataFrame, former: FormerLists, gone_on: NDArray[np.int64], coded: Coded) -> pd.DataFrame:
    """Give units of which others' lists of last year say something these; the others what was drafted."""
    now = {int(row): place for place, row in enumerate(gone_on) if row >= 0}
    then = former.clauses[former.clauses["row"].isin(list(now))]
    place = [now[int(one)] for one in then["row"]]
    then = then.assign(unit_id=[coded.unit_id[one] for one in place], code=[coded.code[one] for one in place])
    kept = {coded.unit_id[one] for one in place}
    both = pd.concat([drafted[~drafted["unit_id"].isin(list(kept))], then[list(drafted.columns)]], ignore_index=True)
    return both.sort_values("code", kind="stable", ignore_index=True)


def _clauses_follow(
    case: Case,
    drafted: pd.DataFrame,
    former: pd.DataFrame,
    library: pd.DataFrame,
    last: PreviousUnits,
    gone_on: NDArray[np.int64],
    coded: Coded,
) -> pd.DataFrame:
    """Let lists of a plan of ours go on: the library as drafted now, what people did to last year's list on top."""
    if last.plan is None:
        return drafted
    own = clauses_of(former)
    was: dict[str, tuple[Clause, ...]] = {}
    kept = read_table(last.path, "library")
    whole = len(kept) > 0
    index = ClauseIndex.of(library_of_plan(kept) if whole else library)
    rows = [int(row) for row in gone_on if row >= 0]
    if whole and rows:
        names = ("unit_id", "code", "category", "kind", "subtype", "county")
        then = pd.DataFrame({name: [getattr(last, name)[row] for row in rows] for name in names})
        touched, share = touches(last.plan), least_share(case.profile)
        was = clauses_of(draft(then, library_of_plan(kept), touched, least_share=share))
    now = clauses_of(drafted)
    for place, row in enumerate(listed(gone_on)):
        if row >= 0:
            key, code, before = coded.unit_id[place], coded.code[place], last.unit_id[row]
            had = [replace(one, unit_id=key, code=code) for one in own.get(before, ())]
            drafts = was.get(before, ()), now.get(key, ())
            old, new = ({one.clause_id: one for one in drafted_rows} for drafted_rows in drafts)
            now[key] = tuple(followed(had, old, new, lambda one: as_in_library(index, one, whole=whole)))
    clauses = [one.record() for rows_of_unit in now.values() for one in rows_of_unit]
    table = pd.DataFrame(clauses, columns=list(CLAUSE_COLUMNS), dtype=object)
    return table.sort_values("code", kind="stable", ignore_index=True)


def _clauses_lost(
    former: FormerLists,
    last: PreviousUnits,
    previous: Previous | None,
    gone_on: NDArray[np.int64],
    coded: Coded,
) -> list[Finding]:
    """Tell clauses of units that do not go on, with the unit that has most of their land now."""
    findings = []
    gone = former.clauses[~former.clauses["row"].isin([int(row) for row in gone_on if row >= 0])]
    for row, own in gone.groupby("row", sort=True):
        if int(row) < 0 or previous is None:
            continue
        mine = np.flatnonzero(previous.old == int(row))
        heir = coded.code[int(previous.new[mine[previous.shared[mine].argmax()]])] if len(mine) else ""
        told = {name: tuple(map(str, own[name].fillna(""))) for name in ("dimension", "effect", "text", "basis")}
        facts: Facts = {"unit": last.code[int(row)], "heir": heir, "count": len(own), **told}
        facts = {**facts, "problem": "gone" if heir else "gone_bare"}
        findings.append(Finding("S83", facts, value=float(len(own)), units=(heir,) if heir else ()))
    return findings


def _lineage_table(case: Case, previous: Previous | None, codes: tuple[str, ...]) -> pd.DataFrame:
    rows = lineage_rows(previous, codes, float(case.profile["codes"]["lineage_min_share"])) if previous else []
    name = dict(zip(previous.code, previous.name, strict=True)) if previous else {}
    rows = [{**row, "old_name": name.get(str(row["old"]), "")} for row in rows]
    return pd.DataFrame(rows, columns=list(TABLES["lineage"].names))


def _recoded(previous: Previous | None) -> dict[str, tuple[str, ...]]:
    """Superseded county codes with their successors of today."""
    if previous is None:
        return {}
    return {
        change.old_code: previous.counties_now(change.old_code)
        for change in previous.changes
        if change.level in ("county", "")
    }


def _lowered(basis: Basis, labelling: Labelling, codes: tuple[str, ...]) -> list[Finding]:
    """Tell what the method takes out of priority that the sources put there: by source and zone, with its place."""
    findings = []
    for land in lowered_land(basis, labelling):
        inside = np.full(len(labelling.units.of_face), -1, dtype=np.int64)
        inside[land.faces] = 0
        units = tuple(codes[unit] for unit in np.unique(labelling.units.of_face[land.faces]))
        facts: Facts = {"land": land.called, "area_m2": land.area, "share": land.share, "units": units}
        place = dissolve(basis.partition, inside, 1)[0]
        findings.append(Finding("S54", facts, value=land.area, geometry=place, units=units))
    return findings


def _former_names(
    names: list[str], codes: tuple[str, ...], districts: Sequence[str], previous: Previous
) -> list[Finding]:
    """Names that still hold a place name the change table retired where they lie, with the name proposed.

    Places of other counties may be called the same, and of a county that was split one part may keep the name.
    """
    findings = []
    for change in previous.changes:
        if not change.old_name or change.old_name == change.new_name:
            continue
        anywhere = not change.new_code or change.level not in ("county", "township", "")
        here = () if anywhere else previous.counties_now(change.new_code[:6])
        for name, code, district in zip(names, codes, districts, strict=True):
            if change.old_name in name and (anywhere or district in here):
                proposed = name.replace(change.old_name, change.new_name)
                facts = {"unit": code, "old": change.old_name, "proposed": proposed}
                findings.append(Finding("S14", facts, units=(code,)))
    return findings

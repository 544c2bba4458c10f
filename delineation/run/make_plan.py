"""From labels to a plan: codes, names, entry lists, the tables in the order of the flow, checks; no file is opened."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..case.names import Glossary
from ..checks import check, load_settings, load_texts, subject_from_plan
from ..core.arrays import listed
from ..core.findings import Facts, Finding
from ..core.messages import Message
from ..core.progress import Progress, silent, within
from ..labelling.codes import assign_codes, code_stems
from ..labelling.lowered_land import lowered_land
from ..labelling.units import name_units
from ..labelling.zones import lay_zones
from ..lists.draft import draft, least_share
from ..lists.kept_library import library_table
from ..methods.of_case import stated
from ..partition.dissolve import outline
from ..plan import assemble
from ..plan.assemble import capture
from ..plan.file import Plan, empty_table, make_table
from ..plan.tables import TABLES
from ..succession.causes import causes_of_change
from ..succession.changed_units import codes_now, locked_changed, of_units_now, previous_names
from ..succession.following_lists import followed_lists
from ..succession.last_year import looser_findings
from ..succession.predecessor import lineage_rows
from ..succession.upper import compared_with_upper, taken_codes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..basis.build import Basis
    from ..case.model import Case
    from ..core.arrays import Ints
    from ..labelling.label import Labelling
    from ..sources.previous_units import PreviousUnits
    from .materials import Materials


def make_plan(
    case: Case,
    basis: Basis,
    labelling: Labelling,
    read: Materials,
    *,
    stage: Callable[[str], None] = lambda _: None,
    progress: Progress = silent,
) -> Plan:
    """Make the plan of a basis and a labelling: codes → names → lists → tables → checks; its journal is empty.

    Units that go on keep codes, ids and names: of the plan that is replaced where there is one, else of last year's.
    Lists, locks and lineage go on from the latter in any case.

    Parameters
    ----------
    case : Case
    basis : Basis
    labelling : Labelling
        Of that case on that basis.
    read : Materials
        What else the plan is made of.
    stage : callable
        Told the name of each step as it begins; "" at the end.
    progress : callable

    Raises
    ------
    BadInput
        More units than there are codes, or a template of names that cannot be used.
    Cancelled
        ``progress`` asked to stop.
    """
    case = stated(case)
    units, ground, glossary = labelling.units, basis.ground, Glossary(case.profile)
    progress(0.0, Message("codes and names"))
    districts = [ground.districts[district] for district in units.district]
    stems = code_stems(districts, units.category, units.sea, case.profile)
    least = float(case.profile["codes"]["keep_code_iou"])
    last, replaced = (
        None
        if before is None
        else before.onto(units, stems, labelling.kinds, kept=labelling.labels.kept, least_iou=least)
        for before in (read.last, read.replaced)
    )
    coding = replaced or last
    coded = assign_codes(stems, *filter(None, (replaced, last)), recode=case.admin.on_recode == "recode")
    former = list(coded.name)
    upper = basis.cutting.get("upper")
    taken: Ints = np.full(len(units), -1, dtype=np.int64)
    if upper is not None and case.upper.mode == "fixed":
        before = coding.before if coding is not None else None
        coded, taken = taken_codes(coded, units, labelling.labels.unit[units.first], upper, before)
        former = [upper.name[row] if row >= 0 else name for row, name in zip(taken, former, strict=True)]
    names, subtypes = name_units(units, labelling.kinds, ground, case.profile, former=former)
    plain, _ = name_units(units, labelling.kinds, ground, case.profile)
    grouped, locked = list(units.grouped_by), [int(row >= 0) for row in taken]
    # What is said of units of last year's layer, or of the level above, is of those of this plan.
    now_called = {} if last is None else codes_now(last, coded.code)
    same = dict(zip(coded.code, coded.code, strict=True))
    findings = [Finding("S91", {"role": role}) for role in case.absent]
    findings += [*of_units_now(basis.findings, same), *labelling.findings, *of_units_now(read.findings, now_called)]
    if last is not None and labelling.updated is not None:
        # Lists, locks and what else is said of a unit go on in an update alone.
        for unit, row in enumerate(listed(last.kept)):
            if row >= 0:
                locked[unit] |= int(last.before.locked[row])
                grouped[unit] = last.before.grouped_by[row] or grouped[unit]
                if last.before.units is not None and last.before.units.ours:
                    subtypes[unit] = last.before.units.subtype[row]
        findings += locked_changed(last, coded.code)
        findings += looser_findings(basis, labelling, labelling.updated, coded.code, case.update.document)
    if read.freely is not None:
        findings += of_units_now(read.freely.findings, same)
        findings += compared_with_upper(read.freely, basis, units, coded.code)
    if read.replaced is None:  # what edits take out of priority names its document in the journal
        findings += _lowered(basis, labelling, coded.code)
    if coding is not None:
        features = basis.features
        places = {*features.name[~np.isin(features.role, ("unit", "upper"))], *units.identity}
        findings += previous_names(names, coded.code, units, ground, places, coding.before)
    sources = read.names
    stage("element zones")
    zones = lay_zones(basis, case)
    progress(0.15, Message("dissolving"))
    stage("dissolve")
    causes: dict[int, list[Message]] = {}
    if last is not None and last.before.units is not None:
        causes = causes_of_change(basis, last.before.units, units.of_face, last.kept)
    unit_table = assemble.units_table(
        basis, labelling, coded, names, subtypes, glossary, locked=locked, causes=causes, grouped_by=grouped
    )
    zone_table = assemble.zones_table(basis, zones)
    stage("entry lists")
    touched = assemble.unit_zones(basis, labelling, coded.unit_id)
    clauses = draft(unit_table, read.library, touched, least_share=least_share(case.profile), profile=case.profile)
    if read.lists is not None and last is not None:
        now = list(zip(coded.unit_id, coded.code, strict=True))
        clauses, found = followed_lists(clauses, read.library, read.lists, last, now, case.profile)
        findings += [*of_units_now(read.lists.findings, now_called), *found]
    stage("tables")
    progress(0.5, Message("tables"))
    least = float(case.profile["codes"]["lineage_min_share"])
    lineage = lineage_rows(last, coded.code, least) if last is not None else []
    meta = (
        assemble.meta_of(
            case,
            basis,
            coded,
            last.before.recoded() if last is not None else {},
            labelling.ledger.imbalance,
            capture(basis, labelling, sources),
            read.classification,
        )
        | assemble.update_meta(labelling)
        | _upper_meta(case, upper)
        | {"default_names": _called_otherwise(coded.unit_id, names, plain)}
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
        lineage=make_table("lineage", pd.DataFrame(lineage, columns=list(TABLES["lineage"].names))),
        sources=read.sources,
        rules=assemble.rules_table(labelling),
        clauses=clauses,
        library=make_table("library", library_table(read.library)),
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
    return replace(plan, findings=table)


def _upper_meta(case: Case, upper: PreviousUnits | None) -> dict[str, str]:
    """Say to which scheme of the level above the plan keeps: the check Q23 asks for it."""
    if upper is None:
        return {}
    category = {code: int(upper.category[row]) for row, code in enumerate(upper.code)}
    said = {"mode": case.upper.mode, "file": upper.path.name, "category": category}
    return {"upper": json.dumps(said, ensure_ascii=False, sort_keys=True)}


def _called_otherwise(unit_ids: Sequence[str], names: Sequence[str], plain: Sequence[str]) -> str:
    """Say of units with other names than the profile's templates give, but for numbers, what these would be."""
    rows = zip(unit_ids, names, plain, strict=True)
    said = {unit: own for unit, name, own in rows if re.sub(r"\d", "", name) != re.sub(r"\d", "", own)}
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def _lowered(basis: Basis, labelling: Labelling, codes: tuple[str, ...]) -> list[Finding]:
    """Tell what the method takes out of priority that the sources put there: by source and zone, with its place."""
    findings = []
    for land in lowered_land(basis, labelling):
        units = tuple(codes[unit] for unit in np.unique(labelling.units.of_face[land.faces]))
        facts: Facts = {"land": land.called, "area_m2": land.area, "share": land.share, "units": units}
        place = outline(basis.partition, land.faces)
        findings.append(Finding("S54", facts, value=land.area, geometry=place, units=units))
    return findings

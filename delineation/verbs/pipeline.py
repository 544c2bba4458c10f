"""The main job: from a case to a plan."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..basis.build import Basis, lay_basis
from ..case.reading import read_case
from ..checks import check, load_settings, load_texts, subject_from_plan
from ..core.findings import Finding
from ..core.geopackage import check_output
from ..core.progress import Progress, patiently, silent, within
from ..labelling.codes import assign_codes
from ..labelling.label import Labelling, label
from ..labelling.lineage import Previous, lineage_rows, previous_of_plan, read_previous
from ..labelling.units import name_units
from ..labelling.zones import lay_zones
from ..lists.draft import draft
from ..lists.library import read_library
from ..methods.registry import parameters
from ..methods.table import known_parameters
from ..plan import assemble
from ..plan.assemble import capture
from ..plan.file import TABLES, Plan, read_meta, write_plan
from ..plan.former import with_acceptances
from ..plan.journal import case_to_replay, keep_edits, plan_to_replay
from ..plan.provenance import source_names, sources_table
from ..plan.summary import summarise

if TYPE_CHECKING:
    from ..case.model import Case

__all__ = ["Stopwatch", "conclude", "delineate", "run"]


@dataclass
class Stopwatch:
    """Seconds a stage took, by name; ``start`` ends the stage before."""

    seconds: dict[str, float] = field(default_factory=dict)
    _name: str = ""
    _since: float = 0.0

    def start(self, name: str = "") -> None:
        """Begin a stage; no name ends the last one."""
        now = time.perf_counter()
        if self._name:
            self.seconds[self._name] = self.seconds.get(self._name, 0.0) + now - self._since
        self._name, self._since = name, now


def delineate(
    case: Case,
    *,
    workers: int = 1,
    former: Plan | None = None,
    watch: Stopwatch | None = None,
    progress: Progress = silent,
) -> Plan:
    """Divide a territory into control units.

    Sources → partition → evidence → rules → cleaning → method → units → entry lists → checks.

    Parameters
    ----------
    case : Case
    workers : int
        Threads; the plan does not depend on it.
    former : Plan, optional
        As of ``conclude``.
    watch : Stopwatch, optional
        Filled with the time of each stage.
    progress : callable

    Raises
    ------
    BadInput
        Whatever in the case cannot be used.
    Cancelled
        ``progress`` asked to stop.
    """
    watch = watch or Stopwatch()
    basis = lay_basis(case, workers=workers, stage=watch.start, progress=within(progress, 0.0, 0.6))
    progress(0.6, "rules, cleaning, units")
    labelling = label(case, basis, stage=watch.start, progress=within(progress, 0.6, 0.7))
    # Dissolving, and above all the checks, make calls that take their time where a polygon is huge.
    return patiently(
        lambda go_on: conclude(case, basis, labelling, former=former, watch=watch, progress=go_on),
        within(progress, 0.7, 1.0),
        "codes and names",
    )


def conclude(
    case: Case,
    basis: Basis,
    labelling: Labelling,
    *,
    former: Plan | None = None,
    watch: Stopwatch | None = None,
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
    watch : Stopwatch, optional
        Filled with the time of each stage.
    progress : callable

    Raises
    ------
    BadInput
        The previous version, the clause library or the change table cannot be used.
    Cancelled
        ``progress`` asked to stop.
    """
    watch = watch or Stopwatch()
    units, ground = labelling.units, basis.ground
    progress(0.0, "codes and names")
    meta = read_meta(case.file(case.previous.path)) if case.previous.path else {}
    previous = read_previous(case, basis.sources.crs, basis.partition.faces, basis.area, units.of_face, meta)
    districts = [ground.districts[district] for district in units.district]
    before = previous if former is None else previous_of_plan(case, former, basis, units.of_face)
    coded = assign_codes(
        districts, units.category, units.sea, case.profile, before, recode=case.admin.on_recode == "recode"
    )
    kept = [before.name[row] if before is not None and row >= 0 else "" for row in coded.kept]
    names, subtypes = name_units(units, labelling.kinds, ground, case.profile, former=kept)
    findings = [*basis.findings, *labelling.findings]
    if previous is not None:
        findings += previous.findings
    if before is not None:
        findings += _former_names(names, coded.code, before)
    sources = source_names(case)
    watch.start("element zones")
    zones = lay_zones(basis.features, basis.partition.coverage, ground, case.profile)
    progress(0.15, "dissolving")
    watch.start("dissolve")
    unit_table = assemble.units_table(basis, labelling, coded, names, subtypes)
    zone_table = assemble.zones_table(basis, zones)
    watch.start("entry lists")
    library = read_library(case.profile.folder / "clauses.csv", case.profile)
    clauses = draft(unit_table, library, assemble.unit_zones(basis, labelling, coded.unit_id))
    watch.start("tables")
    progress(0.5, "tables")
    meta = assemble.meta_of(
        case, basis, coded, _recoded(previous), labelling.ledger.imbalance, capture(basis, labelling, sources)
    )
    plan = Plan(
        crs=basis.sources.crs.to_wkt(),
        faces=assemble.faces_table(basis, labelling, coded.unit_id),
        borders=assemble.borders_table(basis),
        units=unit_table,
        element_zones=zone_table,
        findings=_empty_findings(),
        coverage=assemble.coverage_table(basis, sources),
        evidence=assemble.evidence_table(case, basis),
        journal=pd.DataFrame({column: [] for column, _ in TABLES["journal"]}),
        ledger=assemble.ledger_table(labelling),
        lineage=_lineage_table(case, previous, coded.code),
        sources=sources_table(case, basis, sources, previous),
        rules=assemble.rules_table(labelling),
        clauses=clauses,
        meta=meta,
    )
    watch.start("checks")
    progress(0.65, "checks")
    subject = subject_from_plan(plan, settings=load_settings(case.profile), outlines=assemble.outlines(basis))
    found, _ = check(subject, progress=within(progress, 0.65, 0.98))
    table = assemble.findings_table(
        [*findings, *found], load_texts(case.profile), str(case.profile.settings["language"])
    )
    watch.start()
    progress(1.0, "done")
    return Plan(**{**plan.__dict__, "findings": table})


def run(
    case_path: str | Path,
    output: str | Path,
    *,
    method: str | None = None,
    seed: int | None = None,
    workers: int = 1,
    replay: bool = False,
    discard_edits: bool = False,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Delineate a case file into a plan file.

    Parameters
    ----------
    case_path, output : path
    method : str, optional
        Method string in place of the case's.
    seed : int, optional
    workers : int
    replay, discard_edits : bool
        What to do with the edits in an existing plan; without either it is not overwritten. A plan whose edits are all
        ``relabel`` can be replayed: the last one that stands gives method and seed, on the sources as they are now,
        and units that go on keep their codes. What other programs have changed in the file is only ever discarded; the
        plan that held what was discarded stays beside the new one as ``NAME.before.gpkg``, once.
    progress : callable

    Returns
    -------
    dict
        As ``summarise``, with ``timings_s`` by stage.

    Raises
    ------
    BadInput
        The case cannot be used, the output cannot be written or is held open, or it holds edits.
    """
    target = Path(output)
    check_output(target)
    watch = Stopwatch()
    case = read_case(case_path, method=method, seed=seed)
    case.refuse_as_output(target)
    standing, former = plan_to_replay(
        target,
        replay=replay,
        discard_edits=discard_edits,
        wanted="--replay or --discard-edits",
        discarding=f"another output, or --discard-edits, which keeps it as {target.stem}.before.gpkg",
    )
    chosen = case_to_replay(case, former)
    known_parameters(chosen.method, parameters(chosen.method), chosen.method_parameters)
    plan = delineate(chosen, workers=workers, former=former, watch=watch, progress=within(progress, 0.0, 0.9))
    watch.start("write")
    plan, standing = with_acceptances(plan, standing)
    plan = keep_edits(plan, case, former)
    write_plan(plan, target, check=standing.check, styles=standing.styles, progress=within(progress, 0.9, 1.0))
    watch.start()
    progress(1.0, "done")
    return {**summarise(plan), "timings_s": {name: round(seconds, 3) for name, seconds in watch.seconds.items()}}


def _empty_findings() -> pd.DataFrame:
    return pd.DataFrame({column: [] for column in ("id", "severity", "message", "value", "units", "facts", "geometry")})


def _lineage_table(case: Case, previous: Previous | None, codes: tuple[str, ...]) -> pd.DataFrame:
    rows = lineage_rows(previous, codes, float(case.profile["codes"]["lineage_min_share"])) if previous else []
    return pd.DataFrame(rows, columns=[column for column, _ in TABLES["lineage"]])


def _recoded(previous: Previous | None) -> dict[str, tuple[str, ...]]:
    """Superseded county codes with their successors of today."""
    if previous is None:
        return {}
    return {
        change.old_code: previous.counties_now(change.old_code)
        for change in previous.changes
        if change.level in ("county", "")
    }


def _former_names(names: list[str], codes: tuple[str, ...], previous: Previous) -> list[Finding]:
    """Names that still hold a place name the change table retired, with the name proposed."""
    findings = []
    for change in previous.changes:
        if not change.old_name or change.old_name == change.new_name:
            continue
        for name, code in zip(names, codes, strict=True):
            if change.old_name in name:
                proposed = name.replace(change.old_name, change.new_name)
                facts = {"unit": code, "old": change.old_name, "proposed": proposed}
                findings.append(Finding("S14", facts, units=(code,)))
    return findings

"""Edits of a plan on a new run of its case: the plan as it was before them, and then with them again."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..case.finding_texts import load_texts
from ..case.names import Glossary
from ..core.findings import Finding
from ..plan.assemble import captured, findings_table
from ..revision.replaying import before_edits, replayed
from ..revision.state import state_of_plan
from ..revision.store import TableChange
from ..revision.tables import with_changes
from ..revision.timeline import timeline_of
from ..rules.rejudging import Rejudged
from .checking import checked_anew, joined_findings
from .measuring import measured_anew
from .trials import standing_of_plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..case.model import Case
    from ..plan.file import Plan
    from ..revision.state import State
    from ..revision.timeline import JournalEntry, Timeline
    from .trials import CurrentLabels


@dataclass(frozen=True)
class EditedPlan:
    """A plan with edits other than relabels.

    Attributes
    ----------
    before : Plan
        As it was before its edits.
    state : State
        The same, to be edited.
    line : Timeline
    entries : sequence of JournalEntry
        The edits that stand.
    """

    before: Plan
    state: State
    line: Timeline
    entries: Sequence[JournalEntry]

    def replayed_on(self, plan: Plan, *, case: Case | None = None, on: int | None = None) -> Plan:
        """Do the edits again on a new plan; its findings tell of those that do not fit.

        Parameters
        ----------
        plan : Plan
        case : Case, optional
            What it was made from: evidence of faces that edits cut is measured by its rasters.
        on : int, optional
            JournalEntry of its journal that gave its labels; that of the old one where not given.
        """
        head = self.line.bound_head() if on is None else on
        done = replayed(plan, self.state, self.line, self.entries, state_of_plan(plan), on=head)
        profile = self.state.setting.profile
        findings = [*done.findings, *_left_behind(self.line)]
        told = findings_table(findings, load_texts(profile), Glossary(profile))
        edited = done.plan
        if measured := measured_anew(edited, case):
            edited = with_changes(edited, [{"evidence": TableChange(key=("face_id", "raster"), changed=measured)}])
        done = replace(done, plan=edited)
        checked = checked_anew(done.plan)
        meta = {**done.plan.meta, "capture": captured_now(done.plan)}
        return replace(done.plan, findings=joined_findings(checked, told), meta=meta)


def edited_plan(plan: Plan) -> EditedPlan | None:
    """Take a plan whose edits are to be replayed; None where all of them are relabels, which a run does itself."""
    line = timeline_of(plan)
    if all(entry.bound and not entry.op.get("misfit") for entry in line.entries.values()):
        return None
    state = state_of_plan(plan)
    before, then, entries = before_edits(plan, state, line)
    return EditedPlan(before, then, line, entries)


def standing_beneath(plan: Plan) -> CurrentLabels:
    """Take a plan as it stands beneath its edits, which a run does again: what changed settings are compared with."""
    edited = edited_plan(plan)
    return replace(standing_of_plan(plan if edited is None else edited.before), cut=plan.cut)


def captured_now(plan: Plan) -> str:
    """Measure how well the units of an edited plan hold its sources, as ``meta.capture`` says it."""
    again = Rejudged(plan)
    of_unit = plan.units.set_index("unit_id").loc[plan.faces["unit_id"]]
    found = captured(
        again.judgement,
        again.rules,
        again.features,
        again.area,
        of_unit["category"].to_numpy(dtype=np.int64),
        of_unit["kind"].to_numpy(dtype=object),
        plan.sources["source"].tolist(),
    )
    return json.dumps(found, ensure_ascii=False, sort_keys=True)


def _left_behind(line: Timeline) -> list[Finding]:
    """Tell of scenarios that rest on the labels before the run."""
    return [
        Finding("S57", {"scenario": name, "head": head})
        for name, head in sorted(line.scenarios.items())
        if name != line.scenario and head != line.head
    ]

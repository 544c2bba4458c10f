"""Replaying the edits of a plan on a new run of its case: by place and by the unit that a face was taken from.

A face of the new plan is what an edit spoke of where more than half of it lies in the faces of then, and where it is in
the unit that these were taken from. What no longer fits is not dropped: the entry stays in the journal, undone, and a
finding says why, with a proposal.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from ..core.columns import plain_rows
from ..core.errors import BadInput
from ..core.findings import Finding
from ..core.messages import Message, counted
from ..core.sums import sum_by
from ..plan.entries import op_text, read_op
from .apply import Refused, apply
from .changes import (
    cut_by,
    cut_rows,
    inverse_of,
    label_rows,
    restored_rows,
    standing_rows,
    touched_outlines,
    undone,
    written_faces,
)
from .editor import again, as_document, base_rows, meta_of
from .fields import CLAUSE_ACTS
from .journal_words import edit_words
from .operation import units_of
from .operations import OPS
from .state import given_by
from .tables import with_changes
from .timeline import MAIN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set

    from numpy.typing import NDArray

    from ..core.arrays import Ints, Objects
    from ..plan.file import Plan
    from .operation import Edit
    from .state import State
    from .store import TableChange
    from .timeline import JournalEntry, Timeline

_HALF = 0.5  # share of a new face from which it is one of those of then
_CLEAR = 0.05  # nearer to none or all than this, a face lies there or not; in between it is told


@dataclass(frozen=True)
class Replayed:
    """A new plan with the edits of the one before.

    Attributes
    ----------
    plan : Plan
    findings : tuple of Finding
        ``S56``, one for each that is not, or not wholly.
    """

    plan: Plan
    findings: tuple[Finding, ...]


def before_edits(plan: Plan, state: State, line: Timeline) -> tuple[Plan, State, list[JournalEntry]]:
    """Give a plan as it was before its edits, its state then, and these: those since its labels were last made anew."""
    batches: list[dict[str, TableChange]] = []
    entries: list[JournalEntry] = []
    first = state
    for seq in reversed(line.path(line.head)):
        entry = line.entries[seq]
        if entry.bound:
            break
        kept = plan.retired[plan.retired["seq"] == seq] if "cut" in entry.inverse else None
        after = undone(state, entry.inverse, kept)
        if kept is not None:
            batches.append(restored_rows(state, after, kept, seq))
        entries.append(entry)
        state = after
    before = with_changes(plan, _all_rows(first, state, batches))
    # Codes and ids that people's units have, or had, are no new unit's of the run.
    live = {row.code for row in state.units.values()}
    used = sorted(state.counters.codes - live)
    meta = {
        **before.meta,
        "retired_codes": json.dumps(used, ensure_ascii=False),
        "last_unit_id": str(state.counters.unit),
    }
    return replace(before, meta=meta), state, entries[::-1]


def _all_rows(first: State, last: State, cuts: list[dict[str, TableChange]]) -> list[dict[str, TableChange]]:
    """Give the rows that differ between two states, after those of the cuts between them."""
    names = touched_outlines(first, last)
    places = np.array([last.counters.place[name] for name in names], dtype=np.int64)
    shapes: Sequence[Any] | NDArray[Any] = last.mesh.outlines(last.label, places) if names else []
    standing = standing_rows(last, written_faces(cuts, last))
    return [*cuts, standing, label_rows(first, last, dict(zip(names, shapes, strict=True)))]


def replayed(
    plan: Plan,
    former: State,
    line: Timeline,
    entries: Sequence[JournalEntry],
    state: State,
    *,
    on: int,
    dead: Set[str] = frozenset(),
) -> Replayed:
    """Do the edits of a plan again on a new one.

    Parameters
    ----------
    plan : Plan
        New, with ids of the units that went on; its journal holds acceptances at most.
    former : State
        The plan that was edited, as it was before its edits.
    line : Timeline
        Of its journal.
    entries : sequence of JournalEntry
        Its edits that stand.
    state : State
        Of the new plan.
    on : int
        JournalEntry of its journal that gave its labels, `BASE` for a run.
    dead : set of str
        Codes that edits gave which do not fit any more: retired before all others, so that undoing these keeps that.
    """
    given_state, first_former = state, former
    counters = replace(state.counters, unit_fid=len(plan.units), clause_fid=len(plan.clauses))
    # What edits gave is known by the journal; the run was told of it only so that it gives it to nobody else.
    # Nor is it free where an earlier run had retired it.
    given = set(given_by(plan.journal)["code"]) - dead - {*json.loads(former.status["retired_codes"] or "[]")}
    retired = [code for code in json.loads(state.status["retired_codes"] or "[]") if code not in given]
    status = {**state.status, "retired_codes": json.dumps(retired, ensure_ascii=False, sort_keys=True)}
    state = first = replace(state, counters=counters, status=status)
    head = on
    steps: list[tuple[State, State, int]] = []
    kept: dict[int, tuple[int, Mapping[str, Any], Mapping[str, Any]]] = {}
    findings: list[Finding] = []
    findings += [_told_again(one) for one in line.entries.values() if one.op.get("misfit")]
    misfits: dict[int, Finding] = {}
    for entry in entries:
        then = former
        edit = again(entry)
        try:
            former = apply(then, edit).after
            now, told = _fitted(state, then, former, entry, edit)
            applied = apply(state, now)
        except BadInput as refusal:
            proposal = refusal.wanted if isinstance(refusal, Refused) else _instead(entry, then, state)
            misfits[entry.seq] = _unapplied_edit(entry, refusal.what, proposal)
            findings.append(misfits[entry.seq])
            continue
        if told is not None:
            findings.append(told)
        kept[entry.seq] = head, applied.op, inverse_of(state, applied.after)
        steps.append((state, applied.after, entry.seq))
        state, head = applied.after, entry.seq
    batches: list[dict[str, TableChange]] = []
    for one, two, seq in steps:
        if one.mesh is not two.mesh:
            batches += [standing_rows(one, cut_by(one, two)), cut_rows(one, two, state, seq)]
    rows = _all_rows(first, state, batches)
    if kept:
        rows[-1]["base"] = base_rows(first)
    codes, live = ({row.code for row in one.units.values()} for one in (former, state))
    gone = codes - live - {*json.loads(state.status["retired_codes"] or "[]")}
    if gone - dead:
        return replayed(plan, first_former, line, entries, given_state, on=on, dead=dead | gone)
    meta = {**meta_of(state), "head": str(head), "scenario": line.scenario}
    new = replace(with_changes(plan, rows), journal=_journal(plan.journal, line, kept, misfits))
    # The main one, where another was current, stands at what the run gave.
    heads = {MAIN: on, line.scenario: head} if line.scenario != MAIN else {}
    scenarios = pd.DataFrame({"name": list(heads), "head": list(heads.values())}) if heads else plan.scenarios
    new = replace(new, meta={**new.meta, **{key: text for key, text in meta.items() if text}}, scenarios=scenarios)
    return Replayed(new, tuple(_by_codes(one, state) for one in findings))


# ── What an edit speaks of now ──────────────────────────────────────────────────────────────────────────────────────


def _fitted(state: State, then: State, after: State, entry: JournalEntry, edit: Edit) -> tuple[Edit, Finding | None]:
    """Say an edit of then in faces of now.

    Raises
    ------
    Refused
        Nothing of what it speaks of is there as it was.
    """
    made = _numbers_free(state, edit.made)
    if "rows" in edit.values:
        return _rows_that_fit(state, entry, replace(edit, made=made))
    operation = OPS[edit.op]
    if not operation.by_faces:
        return replace(edit, made=made), None
    rows = then.mesh.rows(edit.values["faces"]) if "faces" in edit.values else _moved(then, after)
    found, doubtful = _here(state, then.mesh.shape[rows])
    takers = {then.counters.ids[place] for place in np.unique(then.label[rows])}
    given = {state.counters.place[one] for one in takers if one in state.counters.place}
    target = edit.values.get("unit")
    if target in state.counters.place:
        given.add(state.counters.place[target])
    fits = np.isin(state.label[found], sorted(given))
    if not fits.any():
        what = Message("what it spoke of is in other units now") if len(found) else Message("no face lies there now")
        raise Refused(what, wanted=_proposal(entry, state, found))
    told = None
    if not fits.all() or doubtful:
        parts = []
        if not fits.all():
            parts.append(
                Message("{area:area} of it is in other units now", area=float(state.faces.area[found[~fits]].sum()))
            )
        if doubtful:
            parts.append(
                counted(
                    doubtful,
                    "{n} face lies there in part, and went where most of it lies",
                    "{n} faces lie there in part, and went where most of them lies",
                )
            )
        told = _unapplied_edit(entry, Message("{parts:apart}", parts=tuple(parts)), _proposal(entry, state, found))
    values = {**edit.values, "faces": state.mesh.face_id[found[fits]].tolist()}
    if operation.gives is not None:
        # As it was said where that means the same faces: giving these by their names takes along what rides with them.
        if target in state.units and np.array_equal(operation.gives(state, edit), found[fits]):
            return replace(edit, made=made), told
        return replace(edit, op="assign", values={"faces": values["faces"], "unit": values["unit"]}, made=made), told
    return replace(edit, values=values, made=made), told


def _rows_that_fit(state: State, entry: JournalEntry, edit: Edit) -> tuple[Edit, Finding | None]:
    """Leave of an edit of many clauses what can be done: units that are there, with the clauses that it speaks of."""

    def fits(row: Mapping[str, Any]) -> bool:
        (act,) = row.keys() & set(CLAUSE_ACTS)
        own = {one.clause_id for one in state.clauses.get(row["unit"], ())}
        return row["unit"] in state.units and (row[act]["id"] in own) == (act != "add")

    rows = [row for row in edit.values["rows"] if fits(row)]
    lost = len(edit.values["rows"]) - len(rows)
    if not lost:
        return edit, None
    what = counted(
        lost, "{n} clause of it is not in its list any more", "{n} clauses of it are not in their lists any more"
    )
    proposal = Message("a look at these lists; what still holds done again by hand")
    if not rows:
        raise Refused(what, wanted=proposal)
    return replace(edit, values={"rows": rows}), _unapplied_edit(entry, what, proposal)


def _numbers_free(state: State, made: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what an edit gave, without numbers of faces and rows that may be another's in the new plan by now."""
    counters = state.counters
    last = {"faces": counters.face, "clauses": counters.clause_fid, "fid": counters.unit_fid}
    first = {key: int(np.min(made[key])) for key in last if made.get(key)}
    return {key: value for key, value in made.items() if key not in last or first.get(key, 0) > last[key]}


def _moved(then: State, after: State) -> Ints:
    return np.flatnonzero(then.label != after.label)


def _here(state: State, shapes: Objects) -> tuple[Ints, int]:
    """Find the faces of now that lie where some faces of then lay, and how many lie there in part."""
    pair = state.mesh.tree.query(shapes, predicate="intersects")
    if not pair.shape[1]:
        return np.zeros(0, dtype=np.int64), 0
    one, other = shapes[pair[0]], state.mesh.shape[pair[1]]
    same = shapely.equals_identical(one, other)
    shared = np.where(same, shapely.area(other), 0.0)
    rest = np.flatnonzero(~same & ~np.isin(pair[1], pair[1][same]))
    shared[rest] = shapely.area(shapely.intersection(one[rest], other[rest]))
    rows = np.unique(pair[1])
    whole = state.mesh.area[rows]
    share = sum_by(np.searchsorted(rows, pair[1]), shared, len(rows)) / np.where(whole > 0, whole, 1.0)
    doubtful = (share > _CLEAR) & (share < 1 - _CLEAR)
    return rows[share > _HALF], int(doubtful.sum())


def _proposal(entry: JournalEntry, state: State, found: Ints) -> Message:
    """Say what could be done in place of an edit that does not fit."""
    if not len(found):
        return Message("nothing, if the place is not of this plan any more; else the edit done by hand")
    names = [state.units[state.counters.ids[place]].code for place in np.unique(state.label[found])]
    x, y = state.mesh.point[found[np.argmax(state.faces.area[found])]]
    return Message(
        "a look at {x:.0f},{y:.0f}, where units {units} lie now; entry {seq} done again by hand if it still holds",
        x=float(x),
        y=float(y),
        units=tuple(names[:4]),
        seq=entry.seq,
    )


def _instead(entry: JournalEntry, then: State, state: State) -> Message:
    """Propose what could be done in place of an edit whose units are no more: a look at what lies there now."""
    named = units_of(entry.op, made=False)
    gone = [one for one in named if one in then.units and one not in state.units]
    rows = np.concatenate([then.rows_of(one) for one in gone or named if one in then.units] or [np.zeros(0, np.int64)])
    found = _here(state, then.mesh.shape[rows])[0] if len(rows) else rows
    return _proposal(entry, state, found)


def _told_again(entry: JournalEntry) -> Finding:
    """Tell once more of an edit that did not fit an earlier run."""
    said = entry.op["misfit"]
    facts: dict[str, Any] = {"seq": entry.seq, "what": edit_words(entry.op)}
    facts |= {key: Message.read(said[key]) for key in ("why", "proposal")}
    points = entry.op.get("points") or []
    place = shapely.Point(points[0]) if points else None
    return Finding("S56", facts, geometry=place, units=tuple(units_of(entry.op, made=False)))


def _by_codes(finding: Finding, state: State) -> Finding:
    """Let a finding that has ids of units have their codes, as they are after all edits; of units that are there."""
    codes = tuple(state.units[one].code for one in finding.units if one in state.units)
    return replace(finding, units=codes, facts={**finding.facts, "units": codes})


def _unapplied_edit(entry: JournalEntry, why: Message, proposal: Message) -> Finding:
    points = entry.op.get("points") or []
    place = shapely.Point(points[0]) if points else None
    if place is None and entry.op.get("line"):
        place = shapely.from_wkt(entry.op["line"])
    facts: dict[str, Any] = {"seq": entry.seq, "what": edit_words(entry.op), "why": why, "proposal": proposal}
    return Finding("S56", facts, geometry=place, units=tuple(units_of(entry.op, made=False)))


def _journal(
    own: pd.DataFrame,
    line: Timeline,
    kept: Mapping[int, tuple[int, Mapping[str, Any], Mapping[str, Any]]],
    misfits: Mapping[int, Finding],
) -> pd.DataFrame:
    """Give the journal of the new plan: edits that are on it with what they change there; the others are undone."""
    rows = []
    for row in plain_rows(own):
        seq = int(row["seq"])
        if seq in kept:
            parent, op, inverse = kept[seq]
            row |= {"op": op_text(op), "inverse": as_document(inverse), "undone": 0, "parent": parent}
        elif seq in line.entries and not line.entries[seq].bound:
            op = {**(read_op(row["op"]) or {}), "before_run": True}
            if seq in misfits:
                # Told at each run until somebody accepts it: what was not done stays known.
                facts = misfits[seq].facts
                op["misfit"] = {key: Message("{said}", said=facts[key]).document() for key in ("why", "proposal")}
            row |= {"op": op_text(op), "undone": 1}
        rows.append(row)
    return pd.DataFrame(rows, columns=own.columns)

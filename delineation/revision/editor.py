"""The editor: a plan file claimed for editing; each edit is in the file, in one transaction, before it is told of."""

from __future__ import annotations

import contextlib
import itertools
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..core.arrays import listed
from ..core.columns import plain_rows
from ..core.errors import BadInput
from ..core.messages import Message, at
from ..core.progress import Progress, silent
from ..core.text import quoted_name, refuse_unfit
from ..plan.content import changed_tables, stated_content
from ..plan.entries import check_said, op_text
from ..plan.file import FINDINGS_AT, findings_at, plan_in, read_table, require_plan_file, required_plan
from ..plan.foreign import refuse_foreign
from ..plan.history import login_name, now_text
from ..plan.replaced import require_unchanged
from ..plan.tables import LAYERS, TABLES
from .apply import Applied, Refused, apply, require_unfiled
from .changes import (
    cut_by,
    cut_rows,
    inverse_of,
    label_rows,
    labels_before,
    restored_rows,
    standing_rows,
    touched_outlines,
    undone,
    written_faces,
)
from .operation import Edit
from .operations import OPS
from .state import State, state_of_plan
from .store import EntryThere, TableChange, claim, commit, settle
from .tables import with_changes
from .timeline import BASE, MAIN, REDO_TO, JournalEntry, Timeline, timeline_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from ..core.arrays import Ints
    from ..core.findings import Finding
    from ..plan.file import Plan

__all__ = ["Editor", "Followed", "again", "as_document", "base_rows", "editing", "meta_of", "open_state", "state_at"]

LONGEST_NAME = 60
"""Characters of a scenario's name: it stands in lists and in heads of columns."""

_NUMBERED = ("faces", "units", "clauses", "findings", "borders", "coverage", "evidence")


def open_state(
    path: Path, plan: Plan | None = None, *, unchanged: bool = False, progress: Progress = silent
) -> tuple[Plan, State, Timeline]:
    """Read a plan for its revision; nothing is claimed, and nothing may be written by it.

    Parameters
    ----------
    path : Path
    plan : Plan, optional
        As it was read before: not read again where the file says that it still holds the same.
    unchanged : bool
        Refuse a plan that other programs have changed.
    progress : callable
        May raise ``Cancelled``.

    Raises
    ------
    BadInput
        No plan, or one that cannot be read.
    """
    settle(path)
    progress(0.0, Message("reading the plan"))
    with required_plan(path) as connection:
        stated, changes = stated_content(connection), changed_tables(connection)
        if unchanged:
            require_unchanged(path, changes)
        if plan is None or stated is None or plan.stated != stated:
            plan = plan_in(connection, path, changes)
        plan = replace(plan, stated=stated, changes=changes)
        numbered: dict[str, Any] = {}
        for name in _NUMBERED:
            frame: pd.DataFrame = getattr(plan, name)
            numbered[name] = frame.assign(fid=_fids(connection, name, len(frame)))
    plan = replace(plan, **numbered)
    return plan, state_of_plan(plan, progress=progress), timeline_of(plan)


def _fids(connection: sqlite3.Connection, name: str, count: int) -> Ints:
    """Give the numbers of the rows of a table that has so many: mostly they are without a gap, and need not be read."""
    table = quoted_name(name)
    first, last = connection.execute(" ".join(("SELECT min(fid), max(fid) FROM", table))).fetchone()
    if count and last - first + 1 == count:
        return np.arange(first, last + 1)
    rows = connection.execute(" ".join(("SELECT fid FROM", table, "ORDER BY fid")))
    return np.fromiter((fid for (fid,) in rows), dtype=np.int64)


@contextlib.contextmanager
def editing(
    path: Path,
    *,
    author: str = "",
    break_lock: bool = False,
    follow: Callable[[Plan], Followed] | None = None,
    plan: Plan | None = None,
    progress: Progress = silent,
) -> Iterator[Editor]:
    """Claim a plan and give its editor.

    Parameters
    ----------
    path : Path
    author : str
        Who edits, for others who want to: the login name by default.
    break_lock : bool
        Take the plan from an owner on another computer, of whom nobody knows whether he is still at work.
    follow : callable, optional
        From the plan after edits to what follows from them, which is written in the same transaction. Without it the
        file says that its findings are of an earlier entry, until `Editor.follow_up`, or an editor that follows.
    plan : Plan, optional
        As it was read before; see `open_state`.
    progress : callable
        Of its reading; may raise ``Cancelled``.

    Raises
    ------
    BadInput
        Somebody else edits the plan, it is none, another program has changed it, or something of others works by itself
        in it.
    """
    require_plan_file(path)
    check_said(author)
    who = author or login_name()
    with claim(path, author=who, break_lock=break_lock) as claimed:
        with required_plan(path) as connection:
            refuse_foreign(connection, at(path))
        plan, state, timeline = open_state(path, plan, unchanged=True, progress=progress)
        yield Editor(path, plan, state, timeline, who, claimed.taken_over, follow)


def state_at(path: Path, state: State, line: Timeline, seq: int) -> State:
    """Give the state of a plan at another edit of its journal, in memory alone.

    Raises
    ------
    BadInput
        It cannot be reached.
    """
    back, ahead = line.way(seq)
    for number in back:
        entry = line.entries[number]
        state = undone(state, entry.inverse, _retired(path, number) if "cut" in entry.inverse else None)
    for number in ahead:
        state = apply(state, again(line.entries[number])).after
    return state


@dataclass(frozen=True)
class Followed:
    """What follows from edits, and is written with them.

    Attributes
    ----------
    plan : Plan
        With evidence, findings and ``meta.capture`` as they are after the edits.
    evidence : sequence of (tuple, mapping)
        Rows of table ``evidence`` that were measured: face and raster, values.
    """

    plan: Plan
    evidence: Sequence[tuple[tuple[Any, ...], Mapping[str, Any]]] = ()


class Editor:
    """Edits of one plan, in order; memory and file say the same after each.

    Attributes
    ----------
    path : Path
    state : State
    timeline : Timeline
    author : str
    taken_over : Finding or None
        The plan was still claimed by a program that is no more.
    stated : Content or None
        What the file said that it holds when it was read or written last.
    """

    def __init__(
        self,
        path: Path,
        plan: Plan,
        state: State,
        timeline: Timeline,
        author: str,
        taken_over: Finding | None,
        follow: Callable[[Plan], Followed] | None = None,
    ) -> None:
        self.path, self.state, self.timeline, self.author = path, state, timeline, author
        self.taken_over = taken_over
        self._plan = plan
        self._since: list[Mapping[str, TableChange]] = []
        self.follow = follow
        self.stated = plan.stated
        self._meta = dict(plan.meta)
        # As the file says: nothing where a division was adopted, though its labels are those of that entry.
        self._head = int(plan.meta.get("head", BASE))
        self._labels_kept = len(plan.base) > 0
        self._finding_fids = plan.findings["fid"].tolist()
        self._named = set(plan.scenarios["name"].astype(str))
        place = state.counters.place
        shapes = plan.units["geometry"]
        self._outlines = {place[key]: shape for key, shape in zip(plan.units["unit_id"], shapes, strict=True)}

    @property
    def plan(self) -> Plan:
        """The plan as the file holds it now."""
        if self._since:
            self._plan, self._since = with_changes(self._plan, self._since), []
        return self._plan

    @property
    def behind(self) -> int | None:
        """The entry of the journal that findings are of, where edits have been made since; None where none have."""
        return findings_at(self._meta)

    # ── what is done ──

    def do(self, edit: Edit) -> Applied:
        """Do one edit; it is in the file when this returns.

        Raises
        ------
        Refused
            It may not be done; nothing is changed.
        BadInput
            It cannot be written, or another program has changed the plan: nothing is changed.
        """
        return self.do_all([edit])[0]

    def do_all(self, edits: Sequence[Edit]) -> list[Applied]:
        """Do several edits in one transaction: all of them, or none.

        Raises
        ------
        Refused, BadInput
            As of `do`; ``args`` end with the place of the edit in the list, from 0.
        """
        state, done = self.state, []
        for number, edit in enumerate(edits):
            try:
                applied = apply(state, edit)
            except BadInput as refusal:
                refusal.number = number  # type: ignore[attr-defined]
                raise
            done.append(applied)
            state = applied.after
        self._write(done=done)
        return done

    def undo(self, count: int = 1) -> list[JournalEntry]:
        """Undo the last edits that stand, the newest first; fewer where there are no more.

        Raises
        ------
        BadInput
            There is none, or it cannot be undone.
        """
        require_unfiled(self.state)
        seq = self.timeline.head
        back: list[JournalEntry] = []
        while len(back) < count and (entry := self.timeline.entries.get(seq)) is not None:
            if back and entry.bound:
                break
            self.timeline.require_reachable(entry)
            back.append(entry)
            seq = entry.parent
        if not back:
            raise Refused(Message("there is nothing to undo"), where=at(self.path), wanted=Message("a plan with edits"))
        self._write(undo=back)
        return back

    def redo(self, count: int = 1) -> list[JournalEntry]:
        """Do again what was undone last, in its order; less where there is no more.

        Raises
        ------
        BadInput
            There is nothing.
        """
        require_unfiled(self.state)
        again: list[JournalEntry] = []
        line = self.timeline
        while len(again) < count and (entry := line.to_redo()) is not None:
            again.append(entry)
            line = replace(line, head=entry.seq)
        if not again:
            raise Refused(
                Message("there is nothing to redo"),
                where=at(self.path),
                wanted=Message("a plan whose last edit was undone"),
            )
        self._write(redo=again)
        return again

    def go(self, seq: int) -> int:
        """Bring the plan to any edit of its journal, `BASE` for the plan as it was made.

        Raises
        ------
        BadInput
            There is no such edit, or it cannot be reached.
        """
        if seq and seq not in self.timeline.entries:
            raise BadInput(
                Message("the journal has no edit {seq}", seq=seq),
                where=at(self.path),
                wanted=Message("the number of an edit (`log`)"),
            )
        require_unfiled(self.state)
        back, again = self.timeline.way(seq)
        entries = self.timeline.entries
        if back or again:
            self._write(undo=[entries[one] for one in back], redo=[entries[one] for one in again])
        return len(back) + len(again)

    def branch(self, name: str) -> None:
        """Begin a scenario here, and work on it from now on.

        Raises
        ------
        BadInput
            There is one of that name, or the name is empty, too long or cannot be printed.
        """
        require_unfiled(self.state)
        name = name.strip()
        if not name:
            raise BadInput(Message("no name"), where=Message("scenarios"), wanted=Message("a name for the scenario"))
        refuse_unfit(name, Message("scenarios"))
        if len(name) > LONGEST_NAME:
            raise BadInput(
                Message("this name of a scenario cannot be used"),
                where=Message("scenarios"),
                wanted=Message("a text of at most {most} characters", most=LONGEST_NAME),
            )
        if name in self.timeline.scenarios:
            raise Refused(
                Message("there is a scenario '{name}'", name=name),
                where=Message("scenarios"),
                wanted=Message("another name"),
            )
        self._write(scenario=name, scenarios={**self.timeline.scenarios, name: self.timeline.head})

    def switch(self, name: str) -> None:
        """Bring the plan to the head of another scenario, and work on that from now on.

        Raises
        ------
        BadInput
            There is none of that name, or it cannot be reached.
        """
        require_unfiled(self.state)
        back, again = self.timeline.way(self.timeline.head_of(name))
        entries = self.timeline.entries
        self._write(undo=[entries[one] for one in back], redo=[entries[one] for one in again], scenario=name)

    def adopt_scenario(self, name: str) -> str:
        """Make a scenario the main one: the plan stands at its head, and edits go to the main one from now on.

        The scenario keeps its name and head. Where the main one stood gets a name of its own, by which it can be
        adopted again; it is not named twice.

        Returns
        -------
        str
            The scenario that stands where the main one stood; "" where that is where it stands now.

        Raises
        ------
        BadInput
            There is none of that name, it is the main one, or it cannot be reached.
        """
        require_unfiled(self.state)
        line = self.timeline
        head, former = line.head_of(name), line.head_of(MAIN)
        if name == MAIN:
            raise Refused(
                Message("'{name}' is the main scenario", name=name),
                where=Message("scenarios"),
                wanted=Message("another scenario (`scenario list`)"),
            )
        back, again = line.way(head)
        heads = {one: at for one, at in {**line.scenarios, line.scenario: line.head}.items() if one != MAIN}
        named = next((one for one, at in heads.items() if at == former), "")
        if not named:
            title = self.state.setting.say(Message("main before {scenario}", scenario=name))
            named = next(one for one in _numbered(title) if one not in heads)
            heads[named] = former
        entries = self.timeline.entries
        self._write(
            undo=[entries[one] for one in back], redo=[entries[one] for one in again], scenario=MAIN, scenarios=heads
        )
        return "" if former == head else named

    # ── what is said beside it ──

    def accept(self, verb: Callable[[Path], pd.DataFrame]) -> Plan:
        """Have findings accepted, or acceptances withdrawn, in the file; edits get the numbers behind these entries.

        Parameters
        ----------
        verb : callable
            Of ``plan.acceptance``: from the plan file to its acceptances.

        Returns
        -------
        Plan
            With them, and with all edits.

        Raises
        ------
        BadInput
            As the verb does; nothing is changed.
        """
        accepted = verb(self.path)
        self._plan = replace(self.plan, accepted=accepted, journal=read_table(self.path, "journal"))
        self.timeline = replace(self.timeline, last=max(self.timeline.last, self._last_entry()))
        return self._plan

    # ── what follows, later ──

    def follow_up(self, follow: Callable[[Plan], Followed] | None = None) -> bool:
        """Write what follows from edits that were made without it; the journal and its head stay as they are.

        What takes long can be done elsewhere, while edits go on here: ``plan = editor.plan``, ``followed =
        follow(plan)``, and then `put_followed` here.

        Parameters
        ----------
        follow : callable, optional
            The editor's own by default.

        Returns
        -------
        bool
            Whether there was anything to write.

        Raises
        ------
        BadInput
            As of `do`.
        """
        follow = follow or self.follow
        if self.behind is None or follow is None:
            return False
        plan = self.plan
        return self.put_followed(follow(plan), of=plan)

    def put_followed(self, followed: Followed, *, of: Plan) -> bool:
        """Write what follows from edits, in a transaction of its own.

        Parameters
        ----------
        followed : Followed
        of : Plan
            The plan that it was made from, as `plan` gave it.

        Returns
        -------
        bool
            False where the plan is another one by now: nothing is written, and it is to be made again.

        Raises
        ------
        BadInput
            As of `do`.
        """
        if self._since or self._plan is not of:
            return False
        rows = self._follow_rows(followed)
        meta = {FINDINGS_AT: ""}
        told = self._meta_rows(meta)
        if "meta" in rows:
            told = replace(told, changed=[*told.changed, *rows["meta"].changed])
        self.stated = commit(self.path, {**rows, "meta": told}, seen=self._head, head=self._head, stated=self.stated)
        self._meta |= meta
        self._keep_followed(followed)
        return True

    # ── how it is written ──

    def _write(
        self,
        *,
        undo: Sequence[JournalEntry] = (),
        redo: Sequence[JournalEntry] = (),
        done: Sequence[Applied] = (),
        scenario: str = "",
        scenarios: Mapping[str, int] | None = None,
    ) -> None:
        """Undo, redo and do; put the rows that differ in the file; then, and only then, believe it."""
        line = self.timeline
        scenario = scenario or line.scenario
        state, head, seq = self.state, line.head, line.last
        cuts: list[tuple[State, State, int, pd.DataFrame | None]] = []
        marks: list[tuple[tuple[int], dict[str, Any]]] = []
        for entry in undo:
            kept = _retired(self.path, entry.seq) if "cut" in entry.inverse else None
            after = undone(state, entry.inverse, kept)
            if kept is not None:
                cuts.append((state, after, entry.seq, kept))
            state, head = after, entry.parent
            marks.append(((entry.seq,), {"undone": 1}))
        for entry in redo:
            after = apply(state, again(entry)).after
            if after.mesh is not state.mesh:
                cuts.append((state, after, entry.seq, None))
            state, head = after, entry.seq
            marks.append(((entry.seq,), {"undone": 0}))
        rows, entries = [], dict(line.entries)
        time = now_text()
        for one in done:
            seq += 1
            if one.after.mesh is not one.before.mesh:
                cuts.append((one.before, one.after, seq, None))
            entry = JournalEntry(
                seq,
                head,
                scenario,
                one.op,
                inverse_of(one.before, one.after),
                one.edit.author or self.author,
                time,
                one.edit.reason,
                one.edit.basis,
            )
            entries[seq] = entry
            rows.append(_journal_row(entry))
            state, head = one.after, seq
        final = replace(state, counters=_latest(self.state, state))
        heads = {**(scenarios or line.scenarios), scenario: head}
        outlines = self.outlined(final)
        batches: list[dict[str, TableChange]] = []
        several = len(undo) + len(redo) + len(done) > 1
        for before, after, number, kept in cuts:
            if kept is not None:
                batches.append(restored_rows(before, after, kept, number))
                continue
            if several:
                # The row that is kept is that of this moment, not of the one before all of them.
                batches.append(standing_rows(before, cut_by(before, after)))
            batches.append(cut_rows(before, after, final, number))
        if several and cuts:
            batches.append(standing_rows(final, written_faces(batches, final)))
        last = label_rows(self.state, final, {final.counters.ids[place]: one for place, one in outlines.items()})
        last["journal"] = TableChange(key=("seq",), new=rows, changed=marks)
        changes = bool(undo or redo or done)
        ahead = BASE if done or scenario != line.scenario else line.ahead_from(head)
        meta = {**meta_of(final), "scenario": scenario, REDO_TO: str(ahead or "")}
        if self.follow is not None:
            meta[FINDINGS_AT] = ""
        elif changes and self.behind is None:
            meta[FINDINGS_AT] = str(self._head)
        last["meta"] = self._meta_rows(meta)
        last |= self._scenario_rows(heads)
        if not self._labels_kept:
            last["base"] = base_rows(self.state)
        batches.append(last)
        followed: Followed | None = None
        if self.follow is not None and (changes or self.behind is not None):
            followed = self.follow(with_changes(self.plan, batches))
            batches.append(self._follow_rows(followed))
        try:
            self.stated = commit(self.path, *batches, seen=self._head, head=head, stated=self.stated)
        except EntryThere:
            # A finding was accepted beside this editor: what is done gets the numbers behind that.
            self.timeline = replace(line, last=self._last_entry())
            if self.timeline.last <= line.last:
                raise
            self._write(undo=undo, redo=redo, done=done, scenario=scenario, scenarios=scenarios)
            return
        self._head = head
        self._labels_kept = True
        if followed is None:
            self._since = [*_undrawn(self._since, outlines.keys(), final), *batches]
        else:
            self._keep_followed(followed)
        self._meta |= {key: text for key, text in meta.items() if text or key in self._meta}
        self._named = set(heads) if len(heads) > 1 else self._named
        self._outlines = {
            **{place: one for place, one in self._outlines.items() if final.counters.ids[place] in final.units},
            **outlines,
        }
        self.state = final
        self.timeline = Timeline(entries, head, scenario, heads, seq, ahead)

    def _keep_followed(self, followed: Followed) -> None:
        plan = followed.plan
        self._plan, self._since = replace(plan, meta={**plan.meta, FINDINGS_AT: ""}), []
        self._finding_fids = list(range(1, len(plan.findings) + 1))

    def _follow_rows(self, followed: Followed) -> dict[str, TableChange]:
        """Give the rows of what follows from edits: evidence of pieces, capture, findings."""
        out: dict[str, TableChange] = {}
        if followed.evidence:
            out["evidence"] = TableChange(key=("face_id", "raster"), changed=followed.evidence)
        capture = followed.plan.meta["capture"]
        if capture != self.plan.meta["capture"]:
            out["meta"] = TableChange(key=("key",), changed=[(("capture",), {"value": capture})])
        findings = followed.plan.findings
        if not _same_findings(findings, self.plan.findings):
            rows = plain_rows(findings[[*LAYERS["findings"].names, "geometry"]])
            out["findings"] = TableChange(
                key=("fid",),
                gone=[(fid,) for fid in self._finding_fids],
                new=[{"fid": number, **row} for number, row in enumerate(rows, 1)],
            )
        return out

    def _last_entry(self) -> int:
        """Give the highest number in the journal: findings are accepted beside the editor."""
        with required_plan(self.path) as connection:
            return int(connection.execute("SELECT max(seq) FROM journal").fetchone()[0] or 0)

    def drawn(self, unit_ids: Iterable[str]) -> dict[str, Any]:
        """Outlines of units as the file has them."""
        place = self.state.counters.place
        return {one: self._outlines[place[one]] for one in unit_ids if place.get(one) in self._outlines}

    def outlined(self, final: State) -> dict[int, Any]:
        """Outlines of the units whose faces, or whose faces' vertices, are others than in the file, by their places."""
        places = [final.counters.place[key] for key in touched_outlines(self.state, final)]
        if not places:
            return {}
        before = labels_before(self.state, final), self._outlines
        shapes = final.mesh.outlines(final.label, np.array(places, dtype=np.int64), before)
        return dict(zip(places, shapes, strict=True))

    def _meta_rows(self, meta: Mapping[str, str]) -> TableChange:
        other = {key: text for key, text in meta.items() if self._meta.get(key) != text}
        # A key that says nothing yet, and was not there, stays out.
        new = [{"key": key, "value": text} for key, text in other.items() if key not in self._meta and text]
        changed = [((key,), {"value": text}) for key, text in other.items() if key in self._meta]
        return TableChange(key=("key",), new=new, changed=changed)

    def _scenario_rows(self, heads: Mapping[str, int]) -> dict[str, TableChange]:
        if len(heads) < 2:
            return {}
        new = [{"name": name, "head": head} for name, head in heads.items() if name not in self._named]
        changed = [
            ((name,), {"head": head})
            for name, head in heads.items()
            if name in self._named and head != self.timeline.scenarios.get(name)
        ]
        return {"scenarios": TableChange(key=("name",), new=new, changed=changed)} if new or changed else {}


def _retired(path: Path, seq: int) -> pd.DataFrame:
    """Read what a cut has replaced."""
    query = "SELECT seq, layer, row, shape FROM retired WHERE seq = ?"
    with required_plan(path) as connection:
        rows = connection.execute(query, (seq,)).fetchall()
    return pd.DataFrame(rows, columns=list(TABLES["retired"].names))


def _undrawn(
    since: Sequence[Mapping[str, TableChange]], places: Collection[int], state: State
) -> list[Mapping[str, TableChange]]:
    """Leave out outlines of units that are drawn anew by now: of all that edits change they are the most."""
    anew = {state.counters.ids[place] for place in places}
    out: list[Mapping[str, TableChange]] = []
    for batch in since:
        units = batch.get("units")
        if units is not None and any(key in anew and "geometry" in told for (key,), told in units.changed):
            changed = [
                (key, {name: value for name, value in told.items() if name != "geometry" or key[0] not in anew})
                for key, told in units.changed
            ]
            batch = {**batch, "units": replace(units, changed=changed)}
        out.append(batch)
    return out


def _numbered(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name} {number}" for number in itertools.count(2))


def _same_findings(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    names = list(LAYERS["findings"].names)
    return len(one) == len(other) and bool(
        (one[names].astype(str).to_numpy() == other[names].astype(str).to_numpy()).all()
    )


def again(entry: JournalEntry) -> Edit:
    """Make the edit of an entry again, with what it gave."""
    operation = OPS[str(entry.op["op"])]
    values = {key: value for key, value in entry.op.items() if key in operation.fields}
    return Edit(operation.name, values, entry.author, entry.reason, entry.basis, dict(entry.op.get("made") or {}))


def _latest(before: State, after: State) -> Any:
    """Keep what was given once, whatever was undone."""
    old, new = before.counters, after.counters
    return replace(
        new,
        codes=old.codes | new.codes,
        unit=max(old.unit, new.unit),
        face=max(old.face, new.face),
        unit_fid=max(old.unit_fid, new.unit_fid),
        clause_fid=max(old.clause_fid, new.clause_fid),
    )


def _journal_row(entry: JournalEntry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "time": entry.time,
        "author": entry.author,
        "reason": entry.reason,
        "basis": entry.basis,
        "op": op_text(entry.op),
        "inverse": as_document(entry.inverse),
        "undone": 0,
        "parent": entry.parent,
        "scenario": entry.scenario,
    }


def as_document(inverse: Mapping[str, Any]) -> str:
    """Write column ``inverse``: short, as it may name thousands of faces."""
    return json.dumps(inverse, ensure_ascii=False, separators=(",", ":"))


def meta_of(state: State) -> dict[str, str]:
    """Give what table ``meta`` says of a state."""
    counters = state.counters
    return {**state.status, "last_unit_id": str(counters.unit), "last_face_id": str(counters.face)}


def base_rows(state: State) -> TableChange:
    """Keep the labels as they were before the first edit."""
    ids = state.counters.ids
    new = [
        {"face_id": face, "unit_id": ids[place]}
        for face, place in zip(listed(state.mesh.face_id), listed(state.label), strict=True)
    ]
    return TableChange(key=("face_id",), new=new)

"""Import of an entry list into a plan: what a workbook says beyond it, as rows of one edit (``clauses``).

Of our own workbooks the sheet by clause is read, where ids and all fields are exact, and the others as far as they are
not as they were printed; of workbooks of others what `foreign_lists` reads. What is not taken is told.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ..core.errors import BadInput
from ..core.filled_tables import read_cells
from ..core.messages import Message, counted, joined, word
from ..core.text import fitted, unfit
from .draft import APPROVED, BY_PEOPLE, PREVIOUS, PROPOSED, TO_REVIEW
from .foreign_lists import UnitFinder, list_entries, split_clauses
from .library import is_above
from .sheet_edits import (
    KEPT_FIELDS,
    NOT_READ,
    NOT_TAKEN,
    ImportRow,
    SaidClause,
    edited_sheets,
    fields_of,
    not_taken,
    plain,
)
from .terms import cells_of
from .workbook import CLAUSE_SHEET, HEADINGS, clause_sheet, is_record, printed_sheets, read_clause_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from ..case.profile import Profile
    from ..core.table_outline import CellGrid
    from ..plan.file import Plan
    from .terms import ClauseVocabulary
    from .wording import Wording
    from .workbook import SheetClause

__all__ = ["KINDS", "LONGEST", "ImportRow", "ListImport", "changes_of", "read_import"]

KINDS = {
    "added": Message("new"),
    "changed": Message("changed"),
    "approved": Message("approved"),
    "removed": Message("removed"),
    "kept": Message("stays as it is"),
    NOT_TAKEN: Message("not taken"),
}
"""What the kinds of differences are called, in their order."""

LONGEST = 2_000
"""Characters of a clause that an edit takes."""
_TERMS = {
    "industries": Message("industries {said:both}"),
    "applies_to": Message("projects: {said:both}"),
    "when": Message("where {said:both}"),
    "unless": Message("unless {said:both}"),
    "limit": Message("limit {said:both}"),
    "pollutant": Message("offset of {said:both}"),
    "ratio": Message("{said:both} times"),
    "law": Message("by {said:both}"),
    "from": Message("from {said:both}"),
    "to": Message("until {said:both}"),
}
_FREE = {"id", "status", "remark"}  # what lists may change of a clause of a level above theirs
_LEVEL = "市"  # of lists that do not say
_RANK = {PROPOSED: 0, TO_REVIEW: 1, APPROVED: 2}
_GUESSED = Message("effect guessed from the wording")
_SINCE = Message("the plan has changed it too since the workbook was printed; print it again and say it there")
_TAKEN_OUT = Message("it was taken out of the plan since the workbook was printed; to have it again, add it anew")


@dataclass(frozen=True)
class ListImport:
    """What a workbook says beyond a plan.

    Attributes
    ----------
    own : bool
        It is a workbook of ours.
    digest : str
        SHA-256 of the file.
    rows : list of dict
        Rows of an edit ``clauses``.
    preview : list of ImportRow
        All differences, in the order of the workbook.
    same, guessed : int
        Clauses that the plan has, and new ones whose effect was read off their words.
    """

    own: bool
    digest: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    preview: list[ImportRow] = field(default_factory=list)
    same: int = 0
    guessed: int = 0

    def count(self, kind: str) -> int:
        """Count the differences of a kind."""
        return sum(row.kind == kind for row in self.preview)


def read_import(
    plan: Plan, path: Path, profile: Profile, wording: Wording, *, remove_missing: bool = False
) -> ListImport:
    """Compare a workbook with a plan.

    Parameters
    ----------
    plan : Plan
    path : Path
    profile : Profile
    wording : Wording
        What dimensions and effects are called.
    remove_missing : bool
        Take out of the plan what was printed in the sheet by clause and stands there no more.

    Raises
    ------
    BadInput
        The workbook cannot be read, or holds no list.
    """
    grids = read_cells(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    record = printed_sheets(grids)
    own = record is not None or clause_sheet(grids) is not None
    found = _of_ours(plan, grids, record, profile, wording) if own else _of_others(grids, path, profile, wording)
    said: list[SaidClause] = []
    told: list[ImportRow] = []
    for one in found:
        if isinstance(one, ImportRow):
            told.append(one)
        elif why := _unfit(one):
            told.append(_told(NOT_TAKEN, one, "", reason=why))
        else:
            said.append(one)
    units = plan.units[["unit_id", "code", "name"]].fillna("").astype(str)
    ids = dict(zip(units["code"], units["unit_id"], strict=True))
    matched, unmatched = _matched(units, said, profile)
    consistent, contradictions = _without_contradictions(matched)
    # What was printed of another plan, or of one that has no lists any more, is new to this one.
    of_this = record is not None and record[0] == _name(plan) and not plan.clauses.empty
    rows, differences, count = _compared(plan, consistent, of_this=of_this, remove_missing=remove_missing)
    told = [*(replace(row, unit_id=ids.get(row.code, "")) for row in told), *unmatched, *contradictions, *differences]
    sheets = {title: number for number, title in enumerate(grids)}
    told.sort(key=lambda row: (sheets.get(row.sheet, -1), row.line))
    return ListImport(own, digest, rows, told, count["same"], count["guessed"])


def _of_others(
    grids: Mapping[str, CellGrid], path: Path, profile: Profile, wording: Wording
) -> Iterator[SaidClause | ImportRow]:
    for entry in list_entries(grids, path, profile, wording)[0]:
        for clause in split_clauses(entry, wording):
            fields = {
                "dimension": entry.dimension,
                "effect": clause.effect,
                "text": plain(clause.text),
                "basis": plain(clause.basis),
                "level": clause.level,
                "status": clause.status if clause.status in _RANK else "",
                "remark": word(_GUESSED, str(profile.settings["language"])) if clause.guessed else "",
            }
            yield SaidClause(entry.sheet, entry.line, entry.code, entry.name, fields, guessed=clause.guessed)


def _of_ours(
    plan: Plan,
    grids: Mapping[str, CellGrid],
    record: tuple[str, dict[str, CellGrid]] | None,
    profile: Profile,
    wording: Wording,
) -> Iterator[SaidClause | ImportRow]:
    """Read the sheet by clause, and what was edited there and on other sheets since they were printed."""
    own = clause_sheet(grids)
    name, printed = record or ("", {})
    if record is None:
        yield _of_file(
            Message("it keeps no record of what was printed: only sheet {sheet} is read", sheet=CLAUSE_SHEET)
        )
    elif name != _name(plan):
        yield _of_file(Message("it was printed from another plan, '{name}'; look at each row", name=name))
    kept = clause_sheet(printed)
    was = read_clause_rows(kept, wording) if kept else []
    first = {
        (code, row.clause_id): SaidClause(
            own[0] if own else "", 0, code, unit, fields_of(row) | {"status": state or row.status}, place, missing=True
        )
        for row in was
        for code, unit, place, state in row.units
    }
    made = {(code, row.clause_id): row.made for row in was for code, *_ in row.units}
    told: dict[tuple[str, str], SaidClause] = {}
    if own is None:
        yield _of_file(Message("sheet {sheet} is missing; only the other sheets are read", sheet=CLAUSE_SHEET))
    else:
        rows = read_clause_rows(own, wording)
        unread = [row for row in rows if row.wrong is not None]
        there = {(code, row.clause_id) for row in rows for code, *_ in row.units}
        # A row whose number was changed or emptied is still the clause in whose words it stands.
        lost = {(key[0], _said_of(one.clause)): key for key, one in first.items() if key not in there}
        for row in rows:
            at = ImportRow(NOT_TAKEN, own[0], row.line, clause_id=row.clause_id, text=row.text, effect=row.effect)
            if row.wrong is not None:
                yield replace(at, reason=row.wrong)
                continue
            if not row.units:
                yield replace(at, reason=Message("the clause names no unit that it stands in; write their codes there"))
            was_made = row.made
            for code, unit, place, state in row.units:
                said = SaidClause(own[0], row.line, code, unit, fields_of(row) | {"status": state or row.status}, place)
                clause_id = said.clause["clause_id"]
                seen = told.setdefault((code, clause_id), said) if clause_id else said
                if seen.clause != said.clause:  # else it would be taken for a change of the first
                    why = Message("id '{id}' is already used on line {seen}", id=clause_id, seen=seen.line)
                    yield replace(at, code=code, name=unit, reason=why)
                    unread.append(row)
                    continue
                key = (code, row.clause_id)
                if key not in first:
                    key = lost.pop((code, _said_of(said.clause)), key)
                before = first.pop(key, None)
                if before is not None:
                    was_made = made[key]
                    if place not in (0, before.place):
                        why = Message("its place there stays no. {number}; places are not read", number=before.place)
                        yield replace(at, code=code, name=unit, reason=why)
                    if row.clause_id not in ("", key[1]):
                        why = Message("a clause keeps its number; it is {id}", id=key[1])
                        yield replace(at, code=code, name=unit, reason=why)
                    said = replace(said, clause={**said.clause, "clause_id": key[1]})
                    was_so = {name: before.clause[name] for name in said.clause}
                    edited = {name: text for name, text in was_so.items() if not _alike(name, text, said.clause[name])}
                    said = replace(said, edited=edited)
                if said.edited and not said.clause["status"] and "status" in said.edited:
                    yield replace(at, code=code, name=unit, reason=Message("its state is empty; write 待审 or 已审"))
                yield said
            for head, text in row.made.items():
                if text != (printed_so := was_made.get(head, "")):
                    yield not_taken(own[0], row.line, NOT_READ.filled({"column": head}), was=printed_so, now=text)
        for row in unread:  # what stands in a row that is not read is not deleted
            for key in _meant(row, first):
                del first[key]
        yield from first.values()
    if record is not None:
        apart = {own[0] if own else "", kept[0] if kept else ""}
        now, then = (
            {title: grid for title, grid in one.items() if title not in apart and not is_record(title)}
            for one in (grids, printed)
        )
        yield from edited_sheets(now, then, was, profile, wording)


def _name(plan: Plan) -> str:
    return fitted(plan.meta.get("name", ""))


def _of_file(reason: Message) -> ImportRow:
    return ImportRow(NOT_TAKEN, "", 0, reason=reason)


def _meant(row: SheetClause, first: Mapping[tuple[str, str], SaidClause]) -> list[tuple[str, str]]:
    """Give the printed clauses that a row may be: those in its words, else of its number, else all of its units."""
    units = {code for code, *_ in row.units}
    own = [key for key in first if key[0] in units or not units]
    text = _said_of(fields_of(row))[1]
    same = [key for key in own if _said_of(first[key].clause)[1] == text]
    return same or [key for key in own if key[1] == row.clause_id] or (own if units else [])


def _unfit(said: SaidClause) -> Message | None:
    """Say what no list can hold of a clause."""
    for key, text in said.clause.items():
        if len(text) > LONGEST:
            return Message("{key} has more than {most} characters", key=HEADINGS.get(key, key), most=LONGEST)
        if why := unfit(text, lines=True):
            return why
    return None


def _matched(
    units: pd.DataFrame, said: Sequence[SaidClause], profile: Profile
) -> tuple[list[tuple[str, SaidClause]], list[ImportRow]]:
    """Match rows to units; each row that none answers to is told once."""
    finder = UnitFinder(units["code"].tolist(), units["name"].tolist(), profile)
    matched: list[tuple[str, SaidClause]] = []
    lost: dict[tuple[str, str], list[SaidClause]] = {}
    for code, one in zip(finder.whole_codes(one.code for one in said), said, strict=True):
        row = finder.by_code(one.code, code)
        row = finder.by_name(one.name) if row < 0 else row
        if row >= 0:
            matched.append((units["unit_id"].iloc[row], one))
        elif not one.missing:
            lost.setdefault((one.code, one.name), []).append(one)
    told = []
    for called, rows in lost.items():
        near = finder.nearest(*called)
        why = Message("no unit of the plan has this code or name; is it {nearest}?", nearest=near)
        why = why if near else Message("no unit of the plan has this code or name")
        told += [_told(NOT_TAKEN, one, "", reason=why) for one in rows]
    return matched, told


def _told(kind: str, said: SaidClause, unit_id: str, **facts: Any) -> ImportRow:
    clause = said.clause
    shown = {"clause_id": clause.get("clause_id", ""), "text": clause["text"], "effect": clause["effect"]}
    return ImportRow(kind, said.sheet, said.line, said.code, said.name, unit_id, **(shown | facts))


def _without_contradictions(
    matched: Sequence[tuple[str, SaidClause]],
) -> tuple[list[tuple[str, SaidClause]], list[ImportRow]]:
    """Leave out clauses of which two places were edited to say different things."""
    edits: dict[tuple[str, str], list[SaidClause]] = {}
    for unit_id, one in matched:
        if one.edited or one.missing:
            edits.setdefault((unit_id, one.clause["clause_id"]), []).append(one)
    told = []
    for (unit_id, _), both in edits.items():
        if not any(_contradict(one, other) for one in both for other in both):
            continue
        first, last = both[0], both[-1]
        why = Message(
            "row {line} of sheet {sheet} and row {other_line} of sheet {other_sheet} say different things of it; say "
            "the same on both",
            line=first.line,
            sheet=first.sheet,
            other_line=last.line,
            other_sheet=last.sheet,
        )
        why = (
            why
            if not first.missing
            else Message("it is deleted in sheet {sheet} and edited on another", sheet=first.sheet)
        )
        told += [_told(NOT_TAKEN, one, unit_id, reason=why, after={} if one.missing else _edits(one)) for one in both]
    left_out = {(row.unit_id, row.clause_id) for row in told}
    return [pair for pair in matched if (pair[0], pair[1].clause.get("clause_id", "")) not in left_out], told


def _contradict(one: SaidClause, other: SaidClause) -> bool:
    if one.missing or other.missing:
        return one.missing != other.missing
    shared = set(one.edited or ()) & set(other.edited or ())
    return any(not _alike(key, one.clause[key], other.clause[key]) for key in shared)


def _edits(said: SaidClause) -> dict[str, str]:
    return {key: said.clause[key] for key in sorted(said.edited or ())}


def _compared(
    plan: Plan, matched: Sequence[tuple[str, SaidClause]], *, of_this: bool, remove_missing: bool
) -> tuple[list[dict[str, Any]], list[ImportRow], Counter[str]]:
    """Say what the plan does not have yet, in the order that the lists have."""
    # What brought a clause of the library follows the land again; another one stays as it was imported.
    library = frozenset(plan.library["clause_id"]) if "clause_id" in plan.library else frozenset()
    level = str(plan.meta.get("list_level") or _LEVEL)
    lists = {str(unit): _UnitList(rows, library, level) for unit, rows in plan.clauses.groupby("unit_id", sort=False)}
    rows: list[dict[str, Any]] = []
    told: list[ImportRow] = []
    count: Counter[str] = Counter()
    # What is new goes behind what a unit has, in the order that it has in its dimension.
    for unit_id, one in sorted(matched, key=lambda pair: pair[1].place):
        there = lists.setdefault(unit_id, _UnitList(None, library, level))
        if of_this and one.edited is not None and one.clause["clause_id"] not in there.by_id:
            count["gone"] += not one.edited
            told += [_told(NOT_TAKEN, one, unit_id, reason=_TAKEN_OUT, after=_edits(one))] if one.edited else []
            continue
        row = there.compared(one, unit_id)
        if row is None:
            count["same"] += not one.missing
            continue
        told.append(row)
        count["guessed"] += one.guessed and row.kind == "added"
        if row.kind == "removed":
            rows += [{"unit": unit_id, "remove": row.clause_id}] if remove_missing else []
        elif row.kind not in ("kept", NOT_TAKEN):
            act = "add" if row.kind == "added" else "change"
            rows.append({"unit": unit_id, act: {"id": row.clause_id, **row.after}})
    if count["gone"]:
        why = counted(
            count["gone"],
            "{n} clause was taken out of the plan since the workbook was printed; it stays out",
            "{n} clauses were taken out of the plan since the workbook was printed; they stay out",
        )
        told.append(_of_file(why))
    return rows, told, count


class _UnitList:
    """The clauses of a unit while a workbook is compared with them."""

    def __init__(self, rows: pd.DataFrame | None, library: Collection[str], level: str) -> None:
        self.library, self.level = library, level
        self.by_id: dict[str, dict[str, str]] = {}
        self.by_text: dict[tuple[str, str], dict[str, str]] = {}
        for row in [] if rows is None else rows.to_dict("records"):
            self._keep({str(name): plain(value) for name, value in row.items()})

    def _keep(self, row: dict[str, str]) -> None:
        self.by_id.setdefault(row["clause_id"], row)
        self.by_text.setdefault(_said_of(row), row)

    def compared(self, one: SaidClause, unit_id: str) -> ImportRow | None:
        """Tell what an edit has to say of a clause; None where there is nothing to do."""
        said = one.clause
        there = self.by_id.get(said.get("clause_id", ""))
        edited = one.edited or {}
        if one.missing and there is None:
            return None
        if there is not None and (one.missing or one.edited is not None):
            # Who removes or approves a clause does so to what was printed of it.
            looked_at = KEPT_FIELDS if one.missing or "status" in edited else edited
            if not all(_stands(there, one, key) for key in looked_at):
                return self._changed(one, unit_id, there, _edits(one), NOT_TAKEN, _SINCE)
            if one.missing:
                return self._changed(one, unit_id, there, {}, "removed")
            if not edited:  # as it was printed: what the plan has changed since stays
                return None
        keys = KEPT_FIELDS if one.edited is None else [key for key in KEPT_FIELDS if key in edited]
        known = there is not None
        if not known and said.get("clause_id", "") not in self.library:
            # The library has clauses in the same words that hold in different places.
            there = self.by_text.get(_said_of(said))
            added = "clause_id" in said and one.edited is None
            keys = [key for key in KEPT_FIELDS if added and key != "text" and said[key]]
        if there is None:
            return self._added(one, unit_id)
        changed = {key: said[key] for key in keys if not _alike(key, said[key], there.get(key, ""))}
        if changed and not known:
            why = Message("the unit has a clause in these words, {id}; change that one", id=there["clause_id"])
            return self._changed(one, unit_id, there, changed, NOT_TAKEN, why)
        state, now = said.get("status", ""), there["status"]
        # Nobody takes an approval back but who edited the state.
        meant = _RANK.get(state, -1) > _RANK.get(now, 1) if one.edited is None else state and "status" in edited
        if state != now and meant:
            changed["status"] = state
        act = "approved" if changed == {"status": APPROVED} else "changed"
        return self._changed(one, unit_id, there, changed, act) if changed else None

    def _added(self, one: SaidClause, unit_id: str) -> ImportRow:
        said = one.clause
        # The same clause has the same number in all units, and at every import.
        made = hashlib.sha256("\n".join(_said_of(said)).encode()).hexdigest()[:8].upper()
        clause_id = said.get("clause_id") or f"P{made}"
        told = {key: text for key, text in said.items() if text and key != "clause_id"}
        kept = said.get("origin") in BY_PEOPLE or clause_id in self.library
        self._keep({**said, "clause_id": clause_id})
        told |= {"origin": (kept and said.get("origin")) or PREVIOUS}
        return _told("added", one, unit_id, clause_id=clause_id, after=told)

    def _changed(
        self,
        one: SaidClause,
        unit_id: str,
        there: dict[str, str],
        changed: dict[str, str],
        kind: str,
        reason: Message | None = None,
    ) -> ImportRow:
        """Tell of a change, or why it is not taken; of what a level above that of the lists says there is none."""
        level = there.get("level", "")
        above = is_above(level, self.level)
        facts: dict[str, Any] = {
            "clause_id": there["clause_id"],
            "before": {key: there.get(key, "") for key in changed} or {"text": there["text"]},
            "after": changed,
            "level": level,
            "reason": reason,
        }
        if reason is None and above and not (changed and changed.keys() <= _FREE):
            kind = "kept"
            facts["reason"] = Message(
                "the clause is of level {level}, above that of these lists, {own}: only state and remark change; add "
                "one of the own level beside it",
                level=level,
                own=self.level,
            )
        elif reason is None:
            there |= changed
        return _told(kind, one, unit_id, **facts)


def changes_of(row: ImportRow, wording: Wording, vocabulary: ClauseVocabulary) -> Message:
    """Say field by field what a difference is: what stands in the plan, and what in the workbook."""
    words = {"dimension": wording.dimensions, "effect": wording.effects, "subdimension": wording.subdimensions}

    def shown(key: str, side: Mapping[str, str]) -> Message | str:
        if key == "terms":
            return _terms_in_words(side.get(key, ""), vocabulary)
        return words.get(key, {}).get(side.get(key, ""), side.get(key, "")) or "–"

    keys = [key for key in (row.after or row.before) if key in HEADINGS]
    return joined(
        Message(
            "{column}: {before} → {after}",
            column=HEADINGS[key],
            before=shown(key, row.before),
            after=shown(key, row.after),
        )
        for key in keys
    )


def _terms_in_words(text: str, vocabulary: ClauseVocabulary) -> Message | str:
    """Say whom a clause binds; terms of a version that says more stay as they are kept."""
    try:
        terms = json.loads(text or "{}")
        cells = [cells_of(terms, words) for words in (vocabulary, None)]
    except (BadInput, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return text
    said = [
        template.filled({"said": tuple(one[key] for one in cells)}) for key, template in _TERMS.items() if cells[0][key]
    ]
    return joined(said) if said else "–"


def _stands(there: Mapping[str, str], one: SaidClause, key: str) -> bool:
    """Tell whether a field of the plan is as it was printed, or already as the workbook has it now."""
    now = there.get(key, "")
    said = one.clause[key]
    return _alike(key, now, (one.edited or {}).get(key, said)) or _alike(key, now, said)


def _said_of(row: Mapping[str, str]) -> tuple[str, str]:
    return row["dimension"], re.sub(r"\s", "", row["text"])


def _alike(key: str, one: str, other: str) -> bool:
    """Compare two values of a field; terms by what they say, however it is written."""
    if one == other or key != "terms":
        return one == other
    try:
        return bool(json.loads(one or "{}") == json.loads(other or "{}"))
    except (ValueError, RecursionError):
        return False

"""Operations on what is said of units and of the plan: names, serials, locks, clauses, status."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ...core.errors import BadInput
from ...core.messages import Message, at, counted, joined
from ...core.text import nearest
from ...lists.clause import HAND, PREVIOUS, Clause
from ...lists.draft import PROPOSED, TO_REVIEW
from ...lists.library import is_above
from ...lists.wording import DIMENSIONS, EFFECTS, SUBDIMENSIONS
from ...plan.status import STATUSES, is_filed
from ..fields import (
    CLAUSE,
    CLAUSE_ACTS,
    CLAUSE_FIELDS,
    CLAUSE_OR_ID,
    CLAUSE_ROWS,
    DATE,
    NAME,
    SERIAL,
    STATUS,
    UNIT,
    optional,
    words,
)
from ..label_rules import (
    NOTHING,
    NeedsDocument,
    Refused,
    code_again,
    require_free_name,
    require_unlocked,
    with_dead_codes,
)
from ..operation import Edit, operation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ...core.messages import Fact
    from ..state import State, UnitRow


_BESIDE = Message("status or remark alone changed, or a clause of the own level added beside it")
_BY_DOCUMENT = Message("title or number of the document by which it does not hold here (basis)")


_BEGIN = 16  # letters of a wording by which a clause is known
_CLAUSE_WORDS = {"add": Message("new clause"), "change": Message("changed clause"), "remove": Message("without clause")}


def _with_row(state: State, row: UnitRow) -> State:
    units = {**state.units, row.unit_id: row}
    after = replace(state, units=units)
    own = state.clauses.get(row.unit_id, ())
    if own and own[0].code != row.code:
        clauses = {**state.clauses, row.unit_id: tuple(replace(one, code=row.code) for one in own)}
        after = replace(after, clauses=clauses)
    return after


@operation(
    "rename",
    title=Message("give a unit another name"),
    about=Message("a unit is called otherwise, by a name that no other unit has"),
    fields={"unit": UNIT, "name": NAME},
    words=Message("{unit} is called {name}"),
    order=70,
)
def rename(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    """Give a unit another name."""
    row, name = state.unit(edit.values["unit"]), edit.values["name"]
    require_unlocked(row)
    if name == row.name:
        raise Refused(NOTHING, where=Message("rename"), wanted=Message("another name than it has"))
    require_free_name(state, name, where=Message("rename"))
    return _with_row(state, replace(row, name=name)), {"unit": row.unit_id, "name": name}


@operation(
    "renumber",
    title=Message("give a unit another serial number"),
    about=Message("another serial, one that was never used"),
    fields={"unit": UNIT, "serial": SERIAL},
    words=Message("{unit} has code {code}"),
    order=80,
)
def renumber(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    """Give a unit another serial, one that was never used."""
    row, serial = state.unit(edit.values["unit"]), edit.values["serial"]
    require_unlocked(row)
    code = f"{row.code[:-4]}{serial:04d}"
    if code == row.code:
        raise Refused(NOTHING, where=Message("renumber"), wanted=Message("another serial than it has"))
    if code_again(state, edit.made, code[:-4]) != code and code in state.counters.codes:
        raise Refused(
            Message("code {code} is, or was, in use", code=code),
            where=Message("renumber"),
            wanted=Message("a serial that was never used; the next free one is {code}", code=state.new_code(code[:-4])),
        )
    after = _with_row(state, replace(row, code=code))
    counters = replace(after.counters, codes=after.counters.codes | {code})
    after = replace(after, counters=counters, status=with_dead_codes(after, [row.code]))
    return after, {"unit": row.unit_id, "serial": serial, "made": {"code": code}}


@operation(
    "lock",
    title=Message("lock a unit"),
    about=Message("a locked unit takes part in no edit until it is unlocked"),
    fields={"unit": UNIT},
    words=Message("locked {unit}"),
    order=90,
)
@operation(
    "unlock",
    title=Message("unlock a unit"),
    about=Message("the unit takes part in edits again"),
    fields={"unit": UNIT},
    words=Message("unlocked {unit}"),
    order=100,
)
def lock(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    """Lock or unlock a unit."""
    row, locked = state.unit(edit.values["unit"]), int(edit.op == "lock")
    if row.locked == locked:
        where = Message("lock") if locked else Message("unlock")
        raise Refused(NOTHING, where=where, wanted=Message("a unit that is not so already"))
    return _with_row(state, replace(row, locked=locked)), {"unit": row.unit_id}


def _clause_words(op: Mapping[str, Any], unit: Callable[[Any], str]) -> Message | None:
    for key, said in _CLAUSE_WORDS.items():
        if isinstance(op.get(key), dict):
            return Message(
                "{unit}: {what}",
                unit=unit(op.get("unit")),
                what=Message("{what} {clause}", what=said, clause=_clause_called(op[key])),
            )
    return None


def _clause_called(said: Mapping[str, Any]) -> str:
    """Call a clause by the beginning of its wording where the edit says it, else by its id."""
    text = str(said.get("text") or "")
    return f"{text[:_BEGIN]}…" if len(text) > _BEGIN else text or str(said.get("id", "?"))


def _clauses_words(op: Mapping[str, Any], unit: Callable[[Any], str]) -> Message:
    rows = [row for row in op.get("rows") or () if isinstance(row, dict)]
    there = list(dict.fromkeys(row.get("unit") for row in rows))
    where: Fact = unit(there[0]) if len(there) == 1 else counted(len(there), "{n} unit", "{n} units")
    come, changed, gone = (sum(key in row for row in rows) for key in CLAUSE_ACTS)
    every = (
        counted(come, "{n} new clause", "{n} new clauses") if come else None,
        counted(changed, "{n} clause changed", "{n} clauses changed") if changed else None,
        counted(gone, "{n} clause removed", "{n} clauses removed") if gone else None,
    )
    parts = tuple(one for one in every if one is not None)
    return Message("{unit}: {what}", unit=where, what=Message("{parts:apart}", parts=parts))


@operation(
    "clause",
    title=Message("add, change or remove a clause"),
    about=Message(
        "an entry of the unit's list, of {fields}; of one of a level above the lists' only status and remark change, "
        "and it goes only with a basis document",
        fields=joined(CLAUSE_FIELDS),
    ),
    fields={
        "unit": UNIT,
        "add": optional(CLAUSE),
        "change": optional(CLAUSE),
        "remove": optional(CLAUSE_OR_ID),
    },
    words=_clause_words,
    order=120,
    one_of=CLAUSE_ACTS,
    own_desk=True,
)
def clause(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    """Add, change or remove a clause of a unit."""
    (act,) = edit.values.keys() & set(CLAUSE_ACTS)
    after, (row,) = _clauses_done(state, edit, [{"unit": edit.values["unit"], act: edit.values[act]}])
    return after, row


@operation(
    "clauses",
    title=Message("add, change or remove several clauses"),
    about=Message("many entries of many lists at once, all or none: one entry of the journal, and one to undo"),
    fields={"rows": CLAUSE_ROWS},
    words=_clauses_words,
    order=130,
    own_desk=True,
)
def clauses(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    """Add, change or remove several clauses, of one unit or of many, all or none."""
    after, rows = _clauses_done(state, edit, edit.values["rows"])
    return after, {"rows": rows}


def _clauses_done(state: State, edit: Edit, rows: Sequence[Mapping[str, Any]]) -> tuple[State, list[dict[str, Any]]]:
    """Do what some rows say, one after another; give them with the ids of their units."""
    lists: dict[str, _OwnClauses] = {}
    done: list[dict[str, Any]] = []
    fid = state.counters.clause_fid
    undocumented: list[Refused] = []
    for said in rows:
        (act,) = said.keys() & set(CLAUSE_ACTS)
        unit, told = state.unit(said["unit"]), {**said[act]}
        if unit.unit_id not in lists:
            require_unlocked(unit)
            lists[unit.unit_id] = _OwnClauses(state, unit)
        own = lists[unit.unit_id]
        _check_clause(told)
        if act == "add":
            fid += 1
            own.add(fid, told)
        elif act == "change":
            own.change(told)
        else:
            undocumented += own.remove(told["id"], edit.document)
        done.append({"unit": unit.unit_id, act: told})
    if undocumented:
        raise undocumented[0]  # all else that is in the way was said before
    after = dict(state.clauses)
    for unit_id, own in lists.items():
        if now := own.rows:
            after[unit_id] = now
        else:
            after.pop(unit_id, None)
    if all(after.get(unit_id, ()) == state.clauses.get(unit_id, ()) for unit_id in lists):
        raise Refused(NOTHING, where=Message("clause"), wanted=Message("another text than it has"))
    return replace(state, clauses=after, counters=replace(state.counters, clause_fid=fid)), done


def _check_clause(said: Mapping[str, str]) -> None:
    for key, known in (("dimension", DIMENSIONS), ("effect", EFFECTS)):
        if key in said and said[key] not in known:
            raise BadInput(
                Message("{key} = '{value}'", key=key, value=said[key][:40]),
                where=Message("clause"),
                wanted=nearest(said[key], list(known)),
            )


class _OwnClauses:
    """The list of one unit while an edit is done, by ids."""

    def __init__(self, state: State, unit: UnitRow) -> None:
        self._state, self._unit, self._setting, self._level = state, unit, state.setting, state.setting.level
        rows = state.clauses.get(unit.unit_id, ())
        self._by_id: dict[str, list[Clause]] = {}
        for one in rows:
            self._by_id.setdefault(one.clause_id, []).append(one)
        self._order = {one.fid: number for number, one in enumerate(rows)}

    @property
    def rows(self) -> tuple[Clause, ...]:
        """All of them, new ones behind the others."""
        every = [one for own in self._by_id.values() for one in own]
        return tuple(sorted(every, key=lambda one: self._order[one.fid]))

    def add(self, fid: int, said: Mapping[str, str]) -> None:
        if said["id"] in self._by_id:
            raise Refused(
                Message("unit {code} has a clause '{clause}'", code=self._unit.code, clause=said["id"]),
                where=Message("clauses"),
                wanted=Message("another id, or change"),
            )
        for key in ("text", "dimension"):
            if not said.get(key, "").strip():
                raise BadInput(
                    Message("a clause without '{key}'", key=key),
                    where=Message("clause"),
                    wanted=Message("id, dimension and text"),
                )
        given = {key: value for key, value in said.items() if key != "id"}
        usual = {"effect": "restrict", "basis": "", "level": self._level, "status": TO_REVIEW, "origin": HAND}
        unit = self._unit
        new = Clause(fid=fid, unit_id=unit.unit_id, code=unit.code, clause_id=said["id"], **{**usual, **given})
        wanted = self._drafted.get(new.clause_id) if new.clause_id in self._setting.clauses.row_of else None
        if wanted is not None and wanted.asks == new.asks:
            # Put back as the library says it, a clause follows the unit's land as if it had never been away.
            new = replace(new, origin=wanted.origin)
        elif wanted is None and not new.by_people:
            # What no scope brings here would be taken for the library's, and go with the next edit of the unit's land.
            new = replace(new, origin=PREVIOUS)
        _require_part_of_dimension(new, said)
        self._require_as_above(new)
        self._by_id[said["id"]] = [new]
        self._order[fid] = len(self._order)

    @cached_property
    def _drafted(self) -> dict[str, Clause]:
        return self._state.drafted(self._unit, self._state.rows_of(self._unit.unit_id))

    def _require_as_above(self, new: Clause) -> None:
        """Refuse other words under the number of a clause of a level above: where it holds they would stand for it."""
        library = self._setting.clauses
        row = library.row_of.get(new.clause_id)
        if row is None or not is_above(level := str(library.columns["level"][row]), self._level):
            return
        if any(library.columns[name][row] != getattr(new, name) for name in ("dimension", "effect", "text")):
            raise self._of_level_above(new.clause_id, level, _BESIDE)

    def _issuer(self, clause_id: str) -> str:
        """Give the issuing body that the library names."""
        library = self._setting.clauses
        return str(library.columns["issuer"][library.row_of[clause_id]])

    def _of_level_above(self, clause_id: str, level: str, wanted: Message, kind: type[Refused] = Refused) -> Refused:
        return kind(
            Message(
                "clause '{clause}' of {code} is of level {level}, above that of these lists, {own}",
                clause=clause_id,
                code=self._unit.code,
                level=level,
                own=self._level,
            ),
            where=Message("clauses"),
            wanted=wanted,
        )

    def change(self, said: Mapping[str, str]) -> None:
        told: dict[str, Any] = {key: value for key, value in said.items() if key != "id"}
        if not told.get("text", "-").strip():
            raise BadInput(
                Message("a clause without '{key}'", key="text"),
                where=Message("clause"),
                wanted=Message("id, dimension and text"),
            )
        if "origin" in told:
            raise BadInput(
                Message("what brought a clause is not changed"),
                where=Message("clause"),
                wanted=Message("origin only with add"),
            )
        changed = []
        for one in self._called(said["id"]):
            new = replace(one, **told)
            if new.subdimension and not new.subdimension.startswith(f"{new.dimension}_") and "subdimension" not in told:
                new = replace(new, subdimension="")
            _require_part_of_dimension(new, said)
            back = self._setting.as_in_library(new) and new.issuer == self._issuer(new.clause_id)
            if is_above(one.level, self._level) and new.asks != one.asks and not back:
                raise self._of_level_above(one.clause_id, one.level, _BESIDE)
            changed.append(new)
        self._by_id[said["id"]] = changed

    def remove(self, clause_id: str, document: str) -> list[Refused]:
        """Take a clause out; give what is in the way as long as no document allows it."""
        # What is only proposed does not stand in the list yet.
        above = [one for one in self._called(clause_id) if is_above(one.level, self._level) and one.status != PROPOSED]
        del self._by_id[clause_id]
        return (
            []
            if document
            else [self._of_level_above(clause_id, one.level, _BY_DOCUMENT, NeedsDocument) for one in above]
        )

    def _called(self, clause_id: str) -> list[Clause]:
        if clause_id not in self._by_id:
            raise BadInput(
                Message("unit {code} has no clause '{clause}'", code=self._unit.code, clause=clause_id),
                where=Message("clauses"),
                wanted=nearest(clause_id, list(self._by_id)),
            )
        return self._by_id[clause_id]


def _require_part_of_dimension(row: Clause, said: Mapping[str, str]) -> None:
    if row.subdimension and not row.subdimension.startswith(f"{row.dimension}_"):
        raise BadInput(
            Message("{key} = '{value}'", key="subdimension", value=said.get("subdimension", row.subdimension)),
            where=Message("clause"),
            wanted=joined([one for one in SUBDIMENSIONS if one.startswith(f"{row.dimension}_")]),
        )


@operation(
    "status",
    title=Message("put the plan into another status"),
    about=at(" → ".join(STATUSES)),
    fields={
        "to": STATUS,
        "date": optional(DATE),
        "document": optional(words(Message("title or number of the document"))),
    },
    words=lambda op, _: Message("status {status}", status=str(op.get("to", "?"))),
    order=140,
    of_filed=True,
    beforehand=lambda state: state.review.message(),
)
def status(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    """Put the plan into another status."""
    to = edit.values["to"]
    now = state.status["status"] or STATUSES[0]
    before, after = (STATUSES.index(one) if one in STATUSES else 0 for one in (now, to))
    if before == after:
        raise Refused(NOTHING, where=Message("status"), wanted=Message("another status than it has"))
    if is_filed(now) and after < before:
        raise Refused(
            Message("the plan has status {status}, and {to} comes before that", status=now, to=to),
            where=Message("status"),
            wanted=Message("a new version of it (`version`), which is a draft again"),
        )
    document = edit.values.get("document", "")
    if is_filed(to) and not document.strip():
        raise Refused(
            Message("status {to} without a document", to=to),
            where=Message("status"),
            wanted=Message("title or number of the document that it rests on (document)"),
        )
    told = {"status": to, "status_date": edit.values.get("date", ""), "status_document": document}
    op = {"to": to, "date": edit.values.get("date", ""), "document": document}
    return replace(state, status={**state.status, **told}), op

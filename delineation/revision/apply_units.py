"""Operations on what is said of units and of the plan: names, serials, locks, clauses, status."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..core.errors import BadInput
from ..core.messages import Message
from ..core.text import nearest
from ..lists.draft import TO_REVIEW
from ..lists.wording import DIMENSIONS, EFFECTS
from ..plan.status import STATUSES, is_filed
from .label_rules import NOTHING, Refused, code_again, require_unlocked, with_dead_codes
from .state import Clause

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .ops import Edit
    from .state import State, UnitRow

__all__ = ["clause", "lock", "rename", "renumber", "status"]

_HAND = "hand"  # origin of clauses that a person wrote


def _with_row(state: State, row: UnitRow) -> State:
    units = {**state.units, row.unit_id: row}
    after = replace(state, units=units)
    own = state.clauses.get(row.unit_id, ())
    if own and own[0].code != row.code:
        clauses = {**state.clauses, row.unit_id: tuple(replace(one, code=row.code) for one in own)}
        after = replace(after, clauses=clauses)
    return after


def rename(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    """Give a unit another name."""
    row, name = state.unit(edit.values["unit"]), edit.values["name"]
    require_unlocked(row)
    if name == row.name:
        raise Refused(NOTHING, where=Message("rename"), wanted=Message("another name than it has"))
    for other in state.units.values():
        if other.name == name:
            raise Refused(
                Message("unit {code} is called '{name}'", code=other.code, name=name),
                where=Message("rename"),
                wanted=Message("a name that no other unit has"),
            )
    return _with_row(state, replace(row, name=name)), {"unit": row.unit_id, "name": name}


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


def lock(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    """Lock or unlock a unit."""
    row, locked = state.unit(edit.values["unit"]), int(edit.op == "lock")
    if row.locked == locked:
        where = Message("lock") if locked else Message("unlock")
        raise Refused(NOTHING, where=where, wanted=Message("a unit that is not so already"))
    return _with_row(state, replace(row, locked=locked)), {"unit": row.unit_id}


def clause(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    """Add, change or remove a clause of a unit."""
    row = state.unit(edit.values["unit"])
    require_unlocked(row)
    (what,) = {"add", "change", "remove"} & edit.values.keys()
    said: Mapping[str, str] = edit.values[what]
    own = state.clauses.get(row.unit_id, ())
    there = [one for one in own if one.clause_id == said["id"]]
    _check_clause(said)
    if what == "add":
        new_state, rows = _added(state, row, own, there, said)
    else:
        if not there:
            raise BadInput(
                Message("unit {code} has no clause '{clause}'", code=row.code, clause=said["id"]),
                where=Message("clauses"),
                wanted=nearest(said["id"], [one.clause_id for one in own]),
            )
        if what == "remove":
            rows = tuple(one for one in own if one not in there)
        else:
            told: dict[str, Any] = {key: value for key, value in said.items() if key != "id"}
            rows = tuple(replace(one, **told) if one in there else one for one in own)
            if rows == own:
                raise Refused(NOTHING, where=Message("clause"), wanted=Message("another text than it has"))
        new_state = state
    clauses = {**state.clauses, row.unit_id: rows}
    if not rows:
        del clauses[row.unit_id]
    return replace(new_state, clauses=clauses), {"unit": row.unit_id, what: dict(said)}


def _check_clause(said: Mapping[str, str]) -> None:
    for key, known in (("dimension", DIMENSIONS), ("effect", EFFECTS)):
        if key in said and said[key] not in known:
            raise BadInput(
                Message("{key} = '{value}'", key=key, value=said[key][:40]),
                where=Message("clause"),
                wanted=nearest(said[key], list(known)),
            )


def _added(
    state: State, row: UnitRow, own: tuple[Clause, ...], there: list[Clause], said: Mapping[str, str]
) -> tuple[State, tuple[Clause, ...]]:
    if there:
        raise Refused(
            Message("unit {code} has a clause '{clause}'", code=row.code, clause=said["id"]),
            where=Message("clauses"),
            wanted=Message("another id, or change"),
        )
    for key in ("text", "dimension"):
        if not said.get(key):
            raise BadInput(
                Message("a clause without '{key}'", key=key),
                where=Message("clause"),
                wanted=Message("id, dimension and text"),
            )
    fid = state.counters.clause_fid + 1
    new = Clause(
        fid=fid,
        unit_id=row.unit_id,
        code=row.code,
        clause_id=said["id"],
        dimension=said["dimension"],
        effect=said.get("effect", "restrict"),
        text=said["text"],
        basis=said.get("basis", ""),
        level=said.get("level", ""),
        origin=_HAND,
        status=said.get("status", TO_REVIEW),
    )
    return replace(state, counters=replace(state.counters, clause_fid=fid)), (*own, new)


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

"""What every change of labels keeps to, and what follows from it for units, codes and entry lists.

Two rules stand above all operations: no unit crosses a county or the shore, and nothing under a red line gets a lower
category; land is lowered elsewhere only where the edit names the document that it rests on.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ..core.arrays import listed
from ..core.errors import BadInput
from ..core.messages import Message
from ..lists.redrafting import brought, followed, from_unit, taken_out, united
from ..plan.status import is_filed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..core.arrays import Ints
    from ..lists.clause import Clause
    from .operation import Edit
    from .state import State, UnitRow

NOTHING = Message("nothing changes by it")
_RED_LINE = "red_line"


class Refused(BadInput):
    """An edit that may not be done as things are (exit code 1); the plan is as it was."""


class NeedsDocument(Refused):
    """An edit that only a document allows, and none was named for it: nothing else is in its way."""


# ── What is refused ─────────────────────────────────────────────────────────────────────────────────────────────────


def require_unfiled(state: State) -> None:
    """Refuse to change a plan that is filed, published or void: its edits are not undone either.

    Raises
    ------
    Refused
        It is.
    """
    status = state.status["status"]
    if is_filed(status):
        raise Refused(
            Message("the plan has status {status}", status=status),
            where=Message("status"),
            wanted=Message("a new version of it (`version`), which is a draft again"),
        )


def require_unlocked(*rows: UnitRow) -> None:
    """Refuse to change units that are locked."""
    for row in rows:
        if row.locked:
            raise Refused(
                Message("unit {code} {name} is locked", code=row.code, name=row.name),
                where=Message("units"),
                wanted=Message("another unit, or this one unlocked first"),
            )


def require_free_name(state: State, name: str, row: UnitRow | None = None, *, where: Message) -> None:
    """Refuse a name that another unit has."""
    for other in state.units.values():
        if other.name == name and other is not row:
            raise Refused(
                Message("unit {code} is called '{name}'", code=other.code, name=name),
                where=where,
                wanted=Message("a name that no other unit has"),
            )


def _place(state: State, row: UnitRow) -> tuple[str, bool]:
    """Say where a unit lies: county, and whether at sea."""
    return row.county, state.setting.is_sea(row.code)


def require_one_place(state: State, rows: Sequence[UnitRow]) -> None:
    """Refuse to join what lies in several counties, or on land and at sea."""
    for row in rows[1:]:
        if row.county != rows[0].county:
            raise Refused(
                Message(
                    "{one} lies in county {county}, and {other} in {other_county}",
                    one=row.code,
                    county=row.county,
                    other=rows[0].code,
                    other_county=rows[0].county,
                ),
                where=Message("units"),
                wanted=Message("faces and units of one county: no unit crosses its border"),
            )
        if _place(state, row) != _place(state, rows[0]):
            raise Refused(
                Message("one of {one} and {other} lies at sea", one=row.code, other=rows[0].code),
                where=Message("units"),
                wanted=Message("land with land, and sea with sea"),
            )


def require_not_lowered(state: State, rows: Ints, category: int, edit: Edit) -> None:
    """Refuse to lower the category of land under a red line, and of other land without a basis document."""
    low = rows[state.category[rows] < category]
    if not len(low):
        return
    protected = state.setting.protected
    red = protected.get(_RED_LINE)
    under = low[red[state.faces.origin[low]]] if red is not None else low[:0]
    if len(under):
        worst = int(under[np.argmax(state.faces.area[under])])
        x, y = state.mesh.point[worst]
        raise Refused(
            Message(
                "{area:area} under an ecological red line would get a lower category, at {x:.0f},{y:.0f} (face {face})",
                area=float(state.faces.area[under].sum()),
                x=float(x),
                y=float(y),
                face=int(state.mesh.face_id[worst]),
            ),
            where=Message("red line"),
            wanted=Message("these faces left where they are; a red line is changed at its source only"),
        )
    if not edit.document:
        size = float(state.faces.area[low].sum())
        raise NeedsDocument(
            Message("{area:area} would get a lower category", area=size),
            where=Message("category"),
            wanted=Message("title or number of the document that allows it (basis)"),
        )


# ── What follows ────────────────────────────────────────────────────────────────────────────────────────────────────


def with_dead_codes(state: State, codes: Iterable[str]) -> dict[str, str]:
    """Note that codes are used no more."""
    retired = set(json.loads(state.status["retired_codes"] or "[]")) | set(codes)
    return {**state.status, "retired_codes": json.dumps(sorted(retired), ensure_ascii=False, sort_keys=True)}


def relabelled(state: State, label: Ints, units: Mapping[str, UnitRow]) -> State:
    """Give the state with other labels: units described anew, empty ones gone, lists following.

    Parameters
    ----------
    state : State
        Its mesh is already that of ``label``.
    label : (n,) int64
    units : mapping
        With new units, and rows that were changed; those without a face are left out here.
    """
    names = state.counters.ids
    changed = np.flatnonzero(label != state.label)
    touched = {names[one] for one in np.unique(np.append(state.label[changed], label[changed])) if one >= 0}
    touched |= {key for key, row in units.items() if state.units.get(key) is not row}
    return described_anew(state, label, units, touched)


def described_anew(state: State, label: Ints, units: Mapping[str, UnitRow], touched: set[str]) -> State:
    """Describe units anew, and let their lists follow."""
    place = state.counters.place
    wanted = np.array(sorted(place[one] for one in touched), dtype=np.int64)
    part = state.mesh.parts(label, wanted)
    out = dict(units)
    draft = replace(state, label=label, units=out)
    gone: list[UnitRow] = []
    for unit in listed(wanted):
        key = state.counters.ids[unit]
        faces = np.flatnonzero(label == unit)
        if key not in out:
            continue
        if not len(faces):
            gone.append(out.pop(key))
            continue
        row = draft.described(out[key], faces, int(part[faces].max()) + 1)
        before = state.units.get(key)
        out[key] = before if before == row and before is not None else row
    if gone:
        draft = replace(draft, status=with_dead_codes(state, [row.code for row in gone]))
    return _lists_followed(state, draft, [state.counters.ids[unit] for unit in listed(wanted)], gone)


def _lists_followed(before: State, after: State, touched: Sequence[str], gone: Sequence[UnitRow]) -> State:
    """Let the lists of units follow their land: what the library says is drafted anew, what people wrote goes along.

    Parameters
    ----------
    before, after : State
        Of the same mesh; ``after`` has the new labels and units, and the lists of before.
    touched : sequence of str
        Units whose land or description is another.
    gone : sequence of UnitRow
        Units without a face, whose list goes to the one that has most of their land.
    """
    clauses = dict(after.clauses)
    fid = after.counters.clause_fid
    heirs: dict[str, list[UnitRow]] = {}
    for row in gone:
        clauses.pop(row.unit_id, None)
        theirs = np.flatnonzero(before.label == before.counters.place[row.unit_id])
        if row.unit_id in before.units and len(theirs):
            most = int(np.bincount(after.label[theirs], before.faces.area[theirs]).argmax())
            heirs.setdefault(after.counters.ids[most], []).append(row)
    for key in sorted({*touched, *heirs} & after.units.keys()):
        rows = _followed(before, after, key, heirs.get(key, ()))
        if rows is None:
            continue
        numbered = []
        for one in rows:
            fid += not one.fid
            numbered.append(one if one.fid else replace(one, fid=fid))
        clauses[key] = tuple(numbered)
        if not numbered:
            del clauses[key]
    return replace(after, clauses=clauses, counters=replace(after.counters, clause_fid=fid))


def _followed(before: State, after: State, key: str, ended: Sequence[UnitRow]) -> list[Clause] | None:
    """Give the list of a unit on its land of now, new rows without a place in the file; None where it stays as it is.

    It follows as `followed` says. Of a unit that is new it is that of the one that it was part of; where it was part of
    several, and where others end in it, what people wrote there comes along, to be reviewed again.

    Parameters
    ----------
    before, after : State
    key : str
    ended : sequence of UnitRow
        Units that end in it.
    """
    row, faces = after.units[key], after.rows_of(key)
    own = before.clauses.get(key, ())
    givers: list[UnitRow] = list(ended)
    like = before.units.get(key)
    if like is None:
        places = np.unique(before.label[faces])
        every = [before.units[name] for name in (before.counters.ids[one] for one in places) if name in before.units]
        like, givers = (every[0], []) if len(every) == 1 else (None, every)
        if like is not None:
            own = tuple(_brought(before, one, like, row) for one in before.clauses.get(like.unit_id, ()))
    # What it answered to before is asked first: it is known from the last edit, until what it answers to now is.
    old_faces = before.rows_of(like.unit_id) if like is not None else faces[:0]
    old_scope = before.asked_of(like, old_faces) if like is not None else None
    scope = after.asked_of(row, faces)
    if like is not None and not givers and like.unit_id == key and scope == old_scope:
        if own and own[0].code != row.code:
            return [replace(one, code=row.code) for one in own]
        return None
    now = after.drafted(row, faces, scope)
    was = before.drafted(like, old_faces, old_scope) if like is not None else {}
    removed: set[str] = set()
    came: dict[str, Clause] = {}
    anew: dict[str, Clause] = {}
    for giver in givers:
        theirs = before.clauses.get(giver.unit_id, ())
        drafted = before.drafted(giver, before.rows_of(giver.unit_id))
        removed |= taken_out(drafted, theirs, now) - was.keys()
        for one in theirs:
            wanted, then = now.get(one.clause_id), drafted.get(one.clause_id)
            if wanted is not None and then is not None and before.setting.as_in_library(one):
                if (then.origin, then.status) == (wanted.origin, wanted.status):
                    came.setdefault(one.clause_id, one)
                else:
                    anew.setdefault(one.clause_id, replace(one, status=wanted.status))
        written = [_brought(before, one, giver, row) for one in theirs if not before.setting.as_in_library(one)]
        own = (*own, *united(own, written, giver.code))
    rows = followed(own, was, now, before.setting.as_in_library, came=anew | came, removed=removed)
    return [replace(one, code=row.code) for one in rows]


def _brought(state: State, one: Clause, source: UnitRow, unit: UnitRow) -> Clause:
    """Give a clause of a unit to another: what a person wrote is to be reviewed there, and says where it is from."""
    if state.setting.as_in_library(one):
        return replace(one, fid=0, unit_id=unit.unit_id, code=unit.code)
    return brought(one, unit.unit_id, unit.code, state.setting.say(from_unit(source.code, source.name)))


def faces_said(state: State, rows: Ints) -> dict[str, Any]:
    """Name faces for the journal: ids, and a point inside each for a plan whose faces are others."""
    points = shapely.point_on_surface(state.mesh.shape[rows])
    return {
        "faces": state.mesh.face_id[rows].tolist(),
        "points": [[round(one.x, 3), round(one.y, 3)] for one in points],
    }


def new_unit(
    state: State, edit: Edit, faces: Ints, like: UnitRow, category: int, name: str, *, kind: str = ""
) -> tuple[State, UnitRow]:
    """Give a new unit its id, code and name; those that the edit gave before, where it is done again."""
    made = edit.made if "unit_id" in edit.made else {}
    if made:
        unit_id, counters = str(made["unit_id"]), state.counters
        if unit_id not in counters.place:
            counters = replace(counters, ids=(*counters.ids, unit_id))
    else:
        unit_id, counters = state.new_unit_id()
    state = replace(state, counters=counters)
    stem = f"{like.code[:-5]}{category}"
    code = code_again(state, made, stem) or state.new_code(stem)
    fid = int(made["fid"]) if made.get("fid") else counters.unit_fid + 1
    counters = replace(state.counters, codes=state.counters.codes | {code}, unit_fid=max(counters.unit_fid, fid))
    state = replace(state, counters=counters)
    kind = kind or state.kind_for(faces, category)
    subtype = (
        like.subtype if (kind, category) == (like.kind, like.category) else state.setting.naming.subtype(kind, category)
    )
    return state, replace(
        like,
        fid=fid,
        unit_id=unit_id,
        code=code,
        name=state.new_name(str(made.get("name", name))),
        category=category,
        kind=kind,
        subtype=subtype,
        locked=0,
    )


def code_again(state: State, made: Mapping[str, Any], stem: str) -> str:
    """Give the code that an edit gave before; "" where it is another unit's, or of another category by now."""
    code = str(made.get("code") or "")
    return code if code.startswith(stem) and code not in state.by_code else ""


def made_unit(row: UnitRow, **more: Any) -> dict[str, Any]:
    """Say what an edit gave to a unit, for the journal: done again, it gives the same."""
    return {"unit_id": row.unit_id, "code": row.code, "name": row.name, "fid": row.fid, **more}

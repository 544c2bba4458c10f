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
from ..plan.status import is_filed
from .state import Clause

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from .ops import Edit
    from .state import State, UnitRow

__all__ = [
    "NOTHING",
    "Refused",
    "code_again",
    "described_anew",
    "faces_said",
    "made_unit",
    "new_unit",
    "relabelled",
    "require_not_lowered",
    "require_one_place",
    "require_unfiled",
    "require_unlocked",
    "with_dead_codes",
]

NOTHING = Message("nothing changes by it")
_RED_LINE = "red_line"
_SAID = ("clause_id", "dimension", "effect", "text")


class Refused(BadInput):
    """An edit that may not be done as things are (exit code 1); the plan is as it was."""


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


def require_not_lowered(state: State, rows: NDArray[np.int64], category: int, edit: Edit) -> None:
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
    if not edit.basis.strip():
        size = float(state.faces.area[low].sum())
        raise Refused(
            Message("{area:area} would get a lower category", area=size),
            where=Message("category"),
            wanted=Message("title or number of the document that allows it (basis)"),
        )


# ── What follows ────────────────────────────────────────────────────────────────────────────────────────────────────


def with_dead_codes(state: State, codes: Iterable[str]) -> dict[str, str]:
    """Note that codes are used no more."""
    retired = set(json.loads(state.status["retired_codes"] or "[]")) | set(codes)
    return {**state.status, "retired_codes": json.dumps(sorted(retired), ensure_ascii=False, sort_keys=True)}


def relabelled(state: State, label: NDArray[np.int64], units: Mapping[str, UnitRow]) -> State:
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


def described_anew(
    state: State,
    label: NDArray[np.int64],
    units: Mapping[str, UnitRow],
    touched: set[str],
    like: Mapping[str, str] | None = None,
) -> State:
    """Describe units anew; ``like`` names, of new ones, the unit whose list theirs was copied from."""
    place = state.counters.place
    wanted = np.array(sorted(place[one] for one in touched), dtype=np.int64)
    part = state.mesh.parts(label, wanted)
    out = dict(units)
    clauses = dict(state.clauses)
    draft = replace(state, label=label, units=out, clauses=clauses)
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
    fid = state.counters.clause_fid
    for row in gone:
        # What a person wrote goes along with most of the land; what the library says follows from the land itself.
        lost = clauses.pop(row.unit_id, ())
        theirs = np.flatnonzero(state.label == place[row.unit_id]) if row.unit_id in state.units else None
        if theirs is None or not len(theirs):
            continue
        heir = state.counters.ids[int(np.bincount(label[theirs], state.faces.area[theirs]).argmax())]
        drafted = {tuple(one[key] for key in _SAID) for one in state.drafted(row, theirs)}
        there = {one.said for one in clauses.get(heir, ())}
        for one in lost:
            if one.said not in drafted and one.said not in there and heir in out:
                fid += 1
                ids = {other.clause_id for other in clauses.get(heir, ())}
                # Two clauses of one id could not be told apart by whoever changes one of them.
                clause_id = f"{one.clause_id}@{row.code}" if one.clause_id in ids else one.clause_id
                moved = replace(one, fid=fid, unit_id=heir, code=out[heir].code, clause_id=clause_id)
                clauses[heir] = (*clauses.get(heir, ()), moved)
    draft = replace(draft, counters=replace(draft.counters, clause_fid=fid))
    for unit in listed(wanted):
        key = state.counters.ids[unit]
        if key in out:
            draft = _lists_follow(state, draft, key, (like or {}).get(key, key))
    return draft


def _lists_follow(before: State, after: State, key: str, like: str) -> State:
    """Let the list of a unit follow what its land and category ask for now; what people wrote stays.

    ``like`` is the unit whose list it had before: itself, or the one that it was part of.
    """
    row, faces = after.units[key], after.rows_of(key)
    own = after.clauses.get(key, ())
    old_row = before.units.get(like)
    wanted = after.drafted(row, faces) if _asked(before, after, key) else None
    if wanted is None:
        if own and own[0].code != row.code:
            clauses = {**after.clauses, key: tuple(replace(one, code=row.code) for one in own)}
            return replace(after, clauses=clauses)
        return after
    asked: list[dict[str, str]] = before.drafted(old_row, before.rows_of(like)) if old_row is not None else []
    was = {tuple(one[name] for name in _SAID) for one in asked}
    now = {tuple(one[name] for name in _SAID) for one in wanted}
    kept = [replace(one, code=row.code) for one in own if one.said not in was - now]
    fid = after.counters.clause_fid
    there = {one.clause_id for one in kept}
    for one in wanted:
        said = tuple(one[name] for name in _SAID)
        if said not in was and one["clause_id"] not in there:
            fid += 1
            kept.append(Clause(fid, **{**one, "unit_id": key, "code": row.code}))
    clauses = {**after.clauses, key: tuple(kept)}
    if not kept:
        del clauses[key]
    return replace(after, clauses=clauses, counters=replace(after.counters, clause_fid=fid))


def _asked(before: State, after: State, key: str) -> bool:
    """Tell whether a unit answers to other clauses of the library than before."""
    old, new = before.units.get(key), after.units[key]
    return old is None or before.asked_of(old, before.rows_of(key)) != after.asked_of(new, after.rows_of(key))


def faces_said(state: State, rows: NDArray[np.int64]) -> dict[str, Any]:
    """Name faces for the journal: ids, and a point inside each for a plan whose faces are others."""
    points = shapely.point_on_surface(state.mesh.shape[rows])
    return {
        "faces": state.mesh.face_id[rows].tolist(),
        "points": [[round(one.x, 3), round(one.y, 3)] for one in points],
    }


def new_unit(
    state: State, edit: Edit, faces: NDArray[np.int64], like: UnitRow, category: int, name: str, *, kind: str = ""
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
    subtype = like.subtype if (kind, category) == (like.kind, like.category) else state.usual_subtype(kind, category)
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

"""Applying operations to a state: each relabels faces, cuts them, or changes what is said of units; nothing is written.

Two rules stand above all operations: no unit crosses a county or the shore, and nothing under a red line gets a lower
category; land is lowered elsewhere only where the edit names the document that it rests on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ..core.arrays import listed
from ..core.errors import BadInput
from ..core.messages import Message, at, joined
from ..core.text import nearest
from ..lists.draft import TO_REVIEW
from ..lists.wording import DIMENSIONS, EFFECTS
from ..plan.status import STATUSES, is_filed
from .changes import zones_noded
from .cutting import reshape, split
from .state import Clause, FaceFacts, State, UnitRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from .cutting import Reshape, Split
    from .mesh import FaceCut
    from .ops import Edit

__all__ = ["Applied", "Refused", "apply", "require_unfiled"]

_RED_LINE = "red_line"
_HAND = "hand"  # origin of clauses that a person wrote
_NOTHING = Message("nothing changes by it")
_TOLERANCE_STEPS = 1.0  # m: what a line passes nearer than this, it is taken to run through
# m²: what is cut off is no less, and smaller pieces stay with what they are cut from. Most faces are smaller than the
# `sliver_area` of cleaning: by that the line would follow old faces in place of the drawing.
_LEAST_PIECE = 10.0


class Refused(BadInput):
    """An edit that may not be done as things are (exit code 1); the plan is as it was."""


@dataclass(frozen=True)
class Applied:
    """What an edit makes of a state.

    Attributes
    ----------
    before, after : State
    edit : Edit
    op : dict
        As the journal keeps it: ids and points in place of what was asked, and what it gave (``made``).
    """

    before: State
    after: State
    edit: Edit
    op: Mapping[str, Any]


def apply(state: State, edit: Edit) -> Applied:
    """Do one edit.

    Parameters
    ----------
    state : State
        Stays as it is.
    edit : Edit

    Returns
    -------
    Applied

    Raises
    ------
    Refused
        It may not be done: another county, a locked unit, land under a red line lowered, a line that does not cut …
    BadInput
        It names what is not there.
    """
    if edit.op != "status":
        require_unfiled(state)
    again = edit.made.get("clauses")
    last = state.counters.clause_fid
    start = last if again is None else int(again[0]) - 1
    after, op = _OPERATIONS[edit.op](_counting(state, start), edit)
    if (now := after.counters.clause_fid) > start:
        op = {**op, "made": {**op.get("made", {}), "clauses": [start + 1, now]}}
    return Applied(state, _counting(after, max(now, last)), edit, {"op": edit.op, **op, **_called(state, after, op)})


def _counting(state: State, clause_fid: int) -> State:
    """Let clauses be numbered from there: done again, an edit puts the same rows in the same places."""
    if state.counters.clause_fid == clause_fid:
        return state
    return replace(state, counters=replace(state.counters, clause_fid=clause_fid))


def _called(before: State, after: State, op: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what the units of an operation were called, for whoever reads the journal when they are no more."""
    named = [op.get("unit"), *(op.get("units") or ()), (op.get("made") or {}).get("unit_id")]
    rows = {one: before.units.get(one) or after.units.get(one) for one in named if one}
    called = {str(one): f"{row.code} {row.name}" for one, row in rows.items() if row is not None}
    return {"called": called} if called else {}


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


# ── What every change of labels keeps to ────────────────────────────────────────────────────────────────────────────


def _require_unlocked(*rows: UnitRow) -> None:
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


def _require_one_place(state: State, rows: Sequence[UnitRow]) -> None:
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


def _require_not_lowered(state: State, rows: NDArray[np.int64], category: int, edit: Edit) -> None:
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


def _dead(state: State, codes: Iterable[str]) -> dict[str, str]:
    """Note that codes are used no more."""
    retired = set(json.loads(state.status["retired_codes"] or "[]")) | set(codes)
    return {**state.status, "retired_codes": json.dumps(sorted(retired), ensure_ascii=False, sort_keys=True)}


def _relabelled(state: State, label: NDArray[np.int64], units: Mapping[str, UnitRow]) -> State:
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
    return _described(state, label, units, touched)


def _described(
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
        draft = replace(draft, status=_dead(state, [row.code for row in gone]))
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


_SAID = ("clause_id", "dimension", "effect", "text")


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


def _faces_said(state: State, rows: NDArray[np.int64]) -> dict[str, Any]:
    """Name faces for the journal: ids, and a point inside each for a plan whose faces are others."""
    points = shapely.point_on_surface(state.mesh.shape[rows])
    return {
        "faces": state.mesh.face_id[rows].tolist(),
        "points": [[round(one.x, 3), round(one.y, 3)] for one in points],
    }


def _new_unit(
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
    code = _code_again(state, made, stem) or state.new_code(stem)
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


def _code_again(state: State, made: Mapping[str, Any], stem: str) -> str:
    """Give the code that an edit gave before; "" where it is another unit's, or of another category by now."""
    code = str(made.get("code") or "")
    return code if code.startswith(stem) and code not in state.by_code else ""


def _made(row: UnitRow, **more: Any) -> dict[str, Any]:
    return {"unit_id": row.unit_id, "code": row.code, "name": row.name, "fid": row.fid, **more}


# ── Operations on faces ─────────────────────────────────────────────────────────────────────────────────────────────


def _assign(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    target = state.unit(edit.values["unit"])
    rows = state.with_riders(state.rows(edit.values["faces"]))
    return _given_to(state, edit, target, rows)


def _given_to(state: State, edit: Edit, target: UnitRow, rows: NDArray[np.int64]) -> tuple[State, dict[str, Any]]:
    place = state.counters.place[target.unit_id]
    rows = rows[state.label[rows] != place]
    if not len(rows):
        raise Refused(_NOTHING, where=Message("assign"), wanted=Message("faces of another unit than the one chosen"))
    givers = [state.units[state.counters.ids[one]] for one in np.unique(state.label[rows])]
    _require_unlocked(target, *givers)
    _require_one_place(state, [target, *givers])
    _require_not_lowered(state, rows, target.category, edit)
    label = state.label.copy()
    label[rows] = place
    return _relabelled(state, label, state.units), {**_faces_said(state, rows), "unit": target.unit_id}


def _create(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    rows = state.with_riders(state.rows(edit.values["faces"]))
    category = edit.values["category"]
    givers = [state.units[state.counters.ids[one]] for one in np.unique(state.label[rows])]
    _require_unlocked(*givers)
    _require_one_place(state, givers)
    _require_not_lowered(state, rows, category, edit)
    largest = int(np.bincount(state.label[rows], state.faces.area[rows]).argmax())
    like = state.units[state.counters.ids[largest]]
    said = _faces_said(state, rows)
    state_now, row = _new_unit(state, edit, rows, like, category, edit.values.get("name") or like.name)
    label = state.label.copy()
    label[rows] = state_now.counters.place[row.unit_id]
    after = _relabelled(state_now, label, {**state.units, row.unit_id: row})
    return after, {**said, "category": category, "name": row.name, "made": _made(row)}


def _merge(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    rows = [state.unit(one) for one in edit.values["units"]]
    if len({row.unit_id for row in rows}) != len(rows):
        raise Refused(_NOTHING, where=Message("merge"), wanted=Message("two or more different units"))
    _require_unlocked(*rows)
    _require_one_place(state, rows)
    categories = {row.category for row in rows}
    category = edit.values.get("category")
    if category is None:
        if len(categories) > 1:
            raise Refused(
                Message("units of categories {categories}", categories=joined(sorted(categories))),
                where=Message("merge"),
                wanted=Message("the category of the merged unit (category)"),
            )
        category = rows[0].category
    first, others = rows[0], rows[1:]
    place = state.counters.place
    label = state.label.copy()
    faces = np.flatnonzero(np.isin(label, [place[row.unit_id] for row in rows]))
    _require_not_lowered(state, faces, category, edit)
    label[np.isin(label, [place[row.unit_id] for row in others])] = place[first.unit_id]
    state_now, row = _in_category(state, edit, first, category, faces)
    after = _relabelled(state_now, label, {**state.units, first.unit_id: row})
    op: dict[str, Any] = {"units": [one.unit_id for one in rows], "category": category}
    if row.code != first.code:
        op["made"] = {"code": row.code}
        after = replace(after, status=_dead(after, [first.code]))
    return after, op


def _in_category(
    state: State, edit: Edit, row: UnitRow, category: int, faces: NDArray[np.int64]
) -> tuple[State, UnitRow]:
    """Put a unit into a category: one of another gets a code of its own there."""
    if category == row.category:
        return state, row
    kind = state.kind_for(faces, category)
    stem = f"{row.code[:-5]}{category}"
    code = _code_again(state, edit.made, stem) or state.new_code(stem)
    counters = replace(state.counters, codes=state.counters.codes | {code})
    changed = replace(row, code=code, category=category, kind=kind, subtype=state.usual_subtype(kind, category))
    return replace(state, counters=counters), changed


def _categorize(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    row, category = state.unit(edit.values["unit"]), edit.values["category"]
    _require_unlocked(row)
    if category == row.category:
        raise Refused(_NOTHING, where=Message("categorize"), wanted=Message("another category than it has"))
    faces = state.rows_of(row.unit_id)
    _require_not_lowered(state, faces, category, edit)
    state_now, changed = _in_category(state, edit, row, category, faces)
    after = _relabelled(state_now, state.label, {**state.units, row.unit_id: changed})
    after = replace(after, status=_dead(after, [row.code]))
    return after, {"unit": row.unit_id, "category": category, "made": {"code": changed.code}}


def _move(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    target, town = state.unit(edit.values["unit"]), edit.values["township"]
    here = (state.faces.township == town) & (state.faces.county == target.county)
    if not here.any():
        towns = sorted({str(one) for one in state.faces.township[state.faces.county == target.county]})
        raise BadInput(
            Message("no township '{town}' in county {county}", town=town, county=target.county),
            where=Message("move"),
            wanted=nearest(town, towns),
        )
    sea = np.array(
        [state.setting.is_sea(state.units[one].code) if one in state.units else False for one in state.counters.ids]
    )
    alike = (state.category == target.category) & (sea[state.label] == state.setting.is_sea(target.code))
    after, op = _given_to(state, edit, target, np.flatnonzero(here & alike))
    return after, {**op, "township": town}


# ── Operations that cut ─────────────────────────────────────────────────────────────────────────────────────────────


def _tolerance(state: State) -> float:
    return max(_TOLERANCE_STEPS, 2 * state.mesh.snap)


def _split(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    row = state.unit(edit.values["unit"])
    _require_unlocked(row)
    mine = state.label == state.counters.place[row.unit_id]
    line = shapely.from_wkt(edit.values["line"])
    found: Split = _asked_of(
        lambda: split(state.mesh, mine, line, least_piece=_LEAST_PIECE, tolerance=_tolerance(state))
    )
    cut_state, leaves = _cut(state, edit, found.cut, found.leaves, found.piece_leaves)
    name = edit.values.get("name") or row.name
    new_state, new = _new_unit(cut_state, edit, leaves, row, row.category, name, kind=row.kind)
    label = cut_state.label.copy()
    label[leaves] = new_state.counters.place[new.unit_id]
    new_state = replace(new_state, faces=_riding_within(new_state, found.cut, label))
    touched = _touched_by(state, found.cut) | {row.unit_id, new.unit_id}
    new_state = _with_list_of(new_state, row, new)
    after = _described(new_state, label, {**state.units, new.unit_id: new}, touched, like={new.unit_id: row.unit_id})
    op = {"unit": row.unit_id, "line": edit.values["line"], "name": new.name}
    return after, {**op, "made": _made(new, **_made_faces(state, after))}


def _with_list_of(state: State, row: UnitRow, new: UnitRow) -> State:
    """Give a new unit the list of the one that it was part of, as people have it."""
    own = state.clauses.get(row.unit_id, ())
    fid = state.counters.clause_fid
    copies = tuple(
        replace(one, fid=fid + number, unit_id=new.unit_id, code=new.code) for number, one in enumerate(own, 1)
    )
    if not copies:
        return state
    counters = replace(state.counters, clause_fid=fid + len(copies))
    return replace(state, clauses={**state.clauses, new.unit_id: copies}, counters=counters)


def _reshape(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    one, other = (state.unit(called) for called in edit.values["units"])
    if one.unit_id == other.unit_id:
        raise Refused(_NOTHING, where=Message("reshape"), wanted=Message("two different units"))
    _require_unlocked(one, other)
    _require_one_place(state, [one, other])
    place = state.counters.place
    of_one, of_other = (state.label == place[row.unit_id] for row in (one, other))
    line = shapely.from_wkt(edit.values["line"])
    found: Reshape = _asked_of(
        lambda: reshape(state.mesh, of_one, of_other, line, least_piece=_LEAST_PIECE, tolerance=_tolerance(state))
    )
    cut_state, to_other = _cut(state, edit, found.cut, found.to_b, found.piece_to_b)
    _, to_one = _cut_rows(state, found.cut, found.to_a, found.piece_to_a)
    _require_not_lowered(cut_state, to_other, other.category, edit)
    _require_not_lowered(cut_state, to_one, one.category, edit)
    label = cut_state.label.copy()
    label[to_other], label[to_one] = place[other.unit_id], place[one.unit_id]
    cut_state = replace(cut_state, faces=_riding_within(cut_state, found.cut, label))
    after = _described(cut_state, label, state.units, _touched_by(state, found.cut) | {one.unit_id, other.unit_id})
    op: dict[str, Any] = {"units": [one.unit_id, other.unit_id], "line": edit.values["line"]}
    made = _made_faces(state, after)
    return after, {**op, "made": made} if made else op


def _asked_of(geometry: Callable[[], Any]) -> Any:
    """Let a refusal of the geometry be one of the edit."""
    try:
        return geometry()
    except Refused:
        raise
    except BadInput as refusal:
        raise Refused(refusal.what, where=refusal.where, wanted=refusal.wanted) from refusal


def _made_faces(before: State, after: State) -> dict[str, Any]:
    last = before.counters.face
    new = after.mesh.face_id[after.mesh.face_id > last]
    first = after.mesh.face_id[~np.isin(after.mesh.face_id, before.mesh.face_id)]
    new = first if len(first) else new
    return {"faces": [int(new.min()), int(new.max())]} if len(new) else {}


def _touched_by(state: State, cut: FaceCut) -> set[str]:
    """Units whose outline has other vertices, or whose area another last digit, after a cut."""
    rows = np.append(cut.gone, cut.noded)
    return {state.counters.ids[one] for one in np.unique(state.label[rows])}


def _cut_rows(
    state: State, cut: FaceCut, whole: NDArray[np.bool_], pieces: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the rows that stay in a mesh after a cut, and where some whole faces and pieces are then."""
    stay = np.ones(len(state.mesh.face_id), dtype=bool)
    stay[cut.gone] = False
    kept = np.flatnonzero(stay)
    now = np.cumsum(stay) - 1
    return kept, np.append(now[np.flatnonzero(whole)], len(kept) + np.flatnonzero(pieces))


def _cut(
    state: State, edit: Edit, cut: FaceCut, whole: NDArray[np.bool_], pieces: NDArray[np.bool_]
) -> tuple[State, NDArray[np.int64]]:
    """Put the pieces of a cut into a state, each with all that its face had; and find some of both there."""
    kept, found = _cut_rows(state, cut, whole, pieces)
    if not len(cut.gone) and not len(cut.noded):
        return state, found
    first = int(edit.made["faces"][0]) if edit.made.get("faces") else state.counters.face + 1
    mesh = state.mesh.with_cut(cut, first)
    source = np.append(kept, cut.parent)
    facts = state.faces
    area = np.append(facts.area[kept], state.setting.areas(cut.pieces))
    if len(cut.noded):
        area[np.searchsorted(kept, cut.noded)] = state.setting.areas(cut.shapes)
    faces = FaceFacts(
        county=facts.county[source],
        township=facts.township[source],
        rule_category=facts.rule_category[source],
        rule=facts.rule[source],
        host=_hosts(state, cut, mesh.face_id, facts.host[source]),
        area=area,
        origin=facts.origin[source],
    )
    last = max(state.counters.face, int(mesh.face_id.max()))
    counters = replace(state.counters, face=last)
    after = replace(state, mesh=mesh, faces=faces, label=state.label[source], counters=counters)
    zones, nodes = zones_noded(state, after)
    anew = np.array([*(zones[code] for code in nodes), None], dtype=object)[:-1]
    zone_area = {**state.zone_area, **dict(zip(nodes, listed(state.setting.areas(anew)), strict=True))}
    return replace(after, zones=zones, zone_area=zone_area, zone_nodes=nodes), found


def _hosts(state: State, cut: FaceCut, ids: NDArray[np.int64], host: NDArray[np.int64]) -> NDArray[np.int64]:
    """Let what rode with a face that is cut ride with its largest piece."""
    out = host.copy()
    sizes = shapely.area(cut.pieces)
    first = len(ids) - len(cut.pieces)
    for row in np.unique(cut.parent):
        gone = int(state.mesh.face_id[row])
        riding = np.flatnonzero(host == gone)
        if len(riding):
            mine = np.flatnonzero(cut.parent == row)
            out[riding] = ids[first + mine[np.argmax(sizes[mine])]]
    return out


def _riding_within(state: State, cut: FaceCut, label: NDArray[np.int64]) -> FaceFacts:
    """Let what rides with a piece that is another unit's now ride with the largest one of its own, if there is one."""
    host, ids = state.faces.host.copy(), state.mesh.face_id
    first = len(ids) - len(cut.pieces)
    for rider in np.flatnonzero(np.isin(host, ids[first:])):
        now = int(np.searchsorted(ids, host[rider]))
        alike = (cut.parent == cut.parent[now - first]) & (label[first:] == label[rider])
        if label[now] != label[rider] and alike.any():
            mine = first + np.flatnonzero(alike)
            host[rider] = ids[mine[np.argmax(state.faces.area[mine])]]
    return replace(state.faces, host=host)


# ── Operations on units ─────────────────────────────────────────────────────────────────────────────────────────────


def _with_row(state: State, row: UnitRow) -> State:
    units = {**state.units, row.unit_id: row}
    after = replace(state, units=units)
    own = state.clauses.get(row.unit_id, ())
    if own and own[0].code != row.code:
        clauses = {**state.clauses, row.unit_id: tuple(replace(one, code=row.code) for one in own)}
        after = replace(after, clauses=clauses)
    return after


def _rename(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    row, name = state.unit(edit.values["unit"]), edit.values["name"]
    _require_unlocked(row)
    if name == row.name:
        raise Refused(_NOTHING, where=Message("rename"), wanted=Message("another name than it has"))
    for other in state.units.values():
        if other.name == name:
            raise Refused(
                Message("unit {code} is called '{name}'", code=other.code, name=name),
                where=Message("rename"),
                wanted=Message("a name that no other unit has"),
            )
    return _with_row(state, replace(row, name=name)), {"unit": row.unit_id, "name": name}


def _renumber(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    row, serial = state.unit(edit.values["unit"]), edit.values["serial"]
    _require_unlocked(row)
    code = f"{row.code[:-4]}{serial:04d}"
    if code == row.code:
        raise Refused(_NOTHING, where=Message("renumber"), wanted=Message("another serial than it has"))
    if _code_again(state, edit.made, code[:-4]) != code and code in state.counters.codes:
        raise Refused(
            Message("code {code} is, or was, in use", code=code),
            where=Message("renumber"),
            wanted=Message("a serial that was never used; the next free one is {code}", code=state.new_code(code[:-4])),
        )
    after = _with_row(state, replace(row, code=code))
    counters = replace(after.counters, codes=after.counters.codes | {code})
    after = replace(after, counters=counters, status=_dead(after, [row.code]))
    return after, {"unit": row.unit_id, "serial": serial, "made": {"code": code}}


def _lock(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    row, locked = state.unit(edit.values["unit"]), int(edit.op == "lock")
    if row.locked == locked:
        raise Refused(_NOTHING, where=at(edit.op), wanted=Message("a unit that is not so already"))
    return _with_row(state, replace(row, locked=locked)), {"unit": row.unit_id}


def _clause(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    row = state.unit(edit.values["unit"])
    _require_unlocked(row)
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
                raise Refused(_NOTHING, where=Message("clause"), wanted=Message("another text than it has"))
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


def _status(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    to = edit.values["to"]
    now = state.status["status"] or STATUSES[0]
    before, after = (STATUSES.index(one) if one in STATUSES else 0 for one in (now, to))
    if before == after:
        raise Refused(_NOTHING, where=Message("status"), wanted=Message("another status than it has"))
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


_OPERATIONS: Mapping[str, Callable[[State, Edit], tuple[State, dict[str, Any]]]] = {
    "assign": _assign,
    "create": _create,
    "merge": _merge,
    "split": _split,
    "reshape": _reshape,
    "categorize": _categorize,
    "rename": _rename,
    "renumber": _renumber,
    "lock": _lock,
    "unlock": _lock,
    "move": _move,
    "clause": _clause,
    "status": _status,
}

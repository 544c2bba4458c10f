"""Operations on whole faces and units: assign, create, merge, categorize, move a township."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.errors import BadInput
from ...core.messages import Message, joined
from ...core.text import nearest
from ..fields import CATEGORY, FACES, NAME, UNIT, UNITS, line_of_text, optional
from ..label_rules import (
    NOTHING,
    Refused,
    code_again,
    faces_said,
    made_unit,
    new_unit,
    relabelled,
    require_not_lowered,
    require_one_place,
    require_unlocked,
    with_dead_codes,
)
from ..operation import Edit, operation

if TYPE_CHECKING:
    from ...core.arrays import Bools, Ints
    from ..state import State, UnitRow

__all__ = ["assign", "categorize", "create", "merge", "move"]


@operation(
    "assign",
    title=Message("give faces to a unit"),
    about=Message("faces go to a unit; what rides with them (slivers) goes along"),
    fields={"faces": FACES, "unit": UNIT},
    words=Message("{faces} to {unit}"),
    order=10,
)
def assign(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    """Give faces, and what rides with them, to a unit."""
    target = state.unit(edit.values["unit"])
    rows = state.with_riders(state.rows(edit.values["faces"]))
    return _given_to(state, edit, target, rows)


def _given_to(state: State, edit: Edit, target: UnitRow, rows: Ints) -> tuple[State, dict[str, Any]]:
    place = state.counters.place[target.unit_id]
    rows = rows[state.label[rows] != place]
    if not len(rows):
        raise Refused(NOTHING, where=Message("assign"), wanted=Message("faces of another unit than the one chosen"))
    givers = [state.units[state.counters.ids[one]] for one in np.unique(state.label[rows])]
    require_unlocked(target, *givers)
    require_one_place(state, [target, *givers])
    require_not_lowered(state, rows, target.category, edit)
    label = state.label.copy()
    label[rows] = place
    return relabelled(state, label, state.units), {**faces_said(state, rows), "unit": target.unit_id}


@operation(
    "create",
    title=Message("make a new unit"),
    about=Message("a new unit of faces of one county"),
    fields={
        "faces": FACES,
        "category": CATEGORY,
        "name": optional(NAME),
    },
    words=Message("new unit {unit} of {faces}"),
    order=20,
)
def create(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    """Make a new unit of faces of one county."""
    rows = state.with_riders(state.rows(edit.values["faces"]))
    category = edit.values["category"]
    givers = [state.units[state.counters.ids[one]] for one in np.unique(state.label[rows])]
    require_unlocked(*givers)
    require_one_place(state, givers)
    require_not_lowered(state, rows, category, edit)
    largest = int(np.bincount(state.label[rows], state.faces.area[rows]).argmax())
    like = state.units[state.counters.ids[largest]]
    said = faces_said(state, rows)
    state_now, row = new_unit(state, edit, rows, like, category, edit.values.get("name") or like.name)
    label = state.label.copy()
    label[rows] = state_now.counters.place[row.unit_id]
    after = relabelled(state_now, label, {**state.units, row.unit_id: row})
    return after, {**said, "category": category, "name": row.name, "made": made_unit(row)}


@operation(
    "merge",
    title=Message("merge units"),
    about=Message("units become one, the first code stays; of several categories it says which"),
    fields={"units": UNITS, "category": optional(CATEGORY)},
    words=Message("merged {others} into {unit}"),
    order=30,
)
def merge(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    """Make one unit of several; the first code stays."""
    rows = [state.unit(one) for one in edit.values["units"]]
    if len({row.unit_id for row in rows}) != len(rows):
        raise Refused(NOTHING, where=Message("merge"), wanted=Message("two or more different units"))
    require_unlocked(*rows)
    require_one_place(state, rows)
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
    require_not_lowered(state, faces, category, edit)
    label[np.isin(label, [place[row.unit_id] for row in others])] = place[first.unit_id]
    state_now, row = _in_category(state, edit, first, category, faces)
    after = relabelled(state_now, label, {**state.units, first.unit_id: row})
    op: dict[str, Any] = {"units": [one.unit_id for one in rows], "category": category}
    if row.code != first.code:
        op["made"] = {"code": row.code}
        after = replace(after, status=with_dead_codes(after, [first.code]))
    return after, op


def _in_category(state: State, edit: Edit, row: UnitRow, category: int, faces: Ints) -> tuple[State, UnitRow]:
    """Put a unit into a category: one of another gets a code of its own there."""
    if category == row.category:
        return state, row
    kind = state.kind_for(faces, category)
    stem = f"{row.code[:-5]}{category}"
    code = code_again(state, edit.made, stem) or state.new_code(stem)
    counters = replace(state.counters, codes=state.counters.codes | {code})
    changed = replace(row, code=code, category=category, kind=kind, subtype=state.usual_subtype(kind, category))
    return replace(state, counters=counters), changed


@operation(
    "categorize",
    title=Message("put a unit into another category"),
    about=Message("another category, with a new serial; the old code is retired"),
    fields={"unit": UNIT, "category": CATEGORY},
    words=Message("{unit} becomes {category:category}"),
    order=60,
)
def categorize(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    """Put a unit into another category, with a new serial; the old code is retired."""
    row, category = state.unit(edit.values["unit"]), edit.values["category"]
    require_unlocked(row)
    if category == row.category:
        raise Refused(NOTHING, where=Message("categorize"), wanted=Message("another category than it has"))
    faces = state.rows_of(row.unit_id)
    require_not_lowered(state, faces, category, edit)
    state_now, changed = _in_category(state, edit, row, category, faces)
    after = relabelled(state_now, state.label, {**state.units, row.unit_id: changed})
    after = replace(after, status=with_dead_codes(after, [row.code]))
    return after, {"unit": row.unit_id, "category": category, "made": {"code": changed.code}}


def _faces_to_move(state: State, edit: Edit) -> Ints:
    """Find the faces of a township that may go to a unit: those of its county and category, on land or at sea as it."""
    target = state.unit(edit.values["unit"])
    sea = np.array(
        [state.setting.is_sea(state.units[one].code) if one in state.units else False for one in state.counters.ids]
    )
    alike = (state.category == target.category) & (sea[state.label] == state.setting.is_sea(target.code))
    others = state.label != state.counters.place[target.unit_id]
    return np.flatnonzero(_in_township(state, target, edit.values["township"]) & alike & others)


def _in_township(state: State, target: UnitRow, town: str) -> Bools:
    found: Bools = (state.faces.township == town) & (state.faces.county == target.county)
    return found


@operation(
    "move",
    title=Message("move a township to a unit"),
    about=Message("the faces of a township (its code) with the unit's category go to the unit"),
    fields={"township": line_of_text(Message("township (code)")), "unit": UNIT},
    words=Message("township {township} to {unit}"),
    order=110,
    gives=_faces_to_move,
)
def move(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    """Give the faces of a township that are of the category of a unit to it."""
    target, town = state.unit(edit.values["unit"]), edit.values["township"]
    if not _in_township(state, target, town).any():
        towns = sorted({str(one) for one in state.faces.township[state.faces.county == target.county]})
        raise BadInput(
            Message("no township '{town}' in county {county}", town=town, county=target.county),
            where=Message("move"),
            wanted=nearest(town, towns),
        )
    after, op = _given_to(state, edit, target, _faces_to_move(state, edit))
    return after, {**op, "township": town}

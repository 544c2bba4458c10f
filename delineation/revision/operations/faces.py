"""Operations on whole faces and units: assign, create, merge, categorize, move a township."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.errors import BadInput
from ...core.messages import Message, joined
from ...core.text import nearest
from ..fields import CATEGORY, FACES, KIND, NAME, UNIT, UNITS, line_of_text, optional
from ..label_rules import (
    NOTHING,
    Refused,
    code_again,
    faces_said,
    made_unit,
    new_unit,
    relabelled,
    require_free_name,
    require_not_lowered,
    require_one_place,
    require_unlocked,
    with_dead_codes,
)
from ..naming import grouping_of, require_kind, rule_name
from ..operation import Edit, operation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...core.arrays import Ints
    from ..state import State, UnitRow


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
    about=Message("a new unit of faces of one county; without a kind or a name it has those that a run would give it"),
    fields={
        "faces": FACES,
        "category": CATEGORY,
        "kind": optional(KIND),
        "name": optional(NAME),
    },
    words=Message("new unit {unit} of {faces}"),
    order=20,
)
def create(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    """Make a new unit of faces of one county."""
    rows = state.with_riders(state.rows(edit.values["faces"]))
    category = edit.values["category"]
    kind = edit.values.get("kind") or state.kind_for(rows, category)
    if "kind" in edit.values:
        require_kind(state, kind, category)
    givers = [state.units[state.counters.ids[one]] for one in np.unique(state.label[rows])]
    require_unlocked(*givers)
    require_one_place(state, givers)
    require_not_lowered(state, rows, category, edit)
    largest = int(np.bincount(state.label[rows], state.faces.area[rows]).argmax())
    like = state.units[state.counters.ids[largest]]
    state_now, row = new_unit(state, edit, rows, like, category, edit.values.get("name", ""), kind=kind)
    row = replace(row, grouped_by=grouping_of(state, rows, category, kind)[0])
    if not row.name:
        taken = {one.name for one in state.units.values()}
        row = replace(row, name=state.setting.naming.free(rule_name(state, row, rows), taken))
    label = state.label.copy()
    label[rows] = state_now.counters.place[row.unit_id]
    after = relabelled(state_now, label, {**state.units, row.unit_id: row})
    said = {key: edit.values[key] for key in ("kind",) if key in edit.values}
    return after, {**faces_said(state, rows), "category": category, **said, "name": row.name, "made": made_unit(row)}


@operation(
    "merge",
    title=Message("merge units"),
    about=Message(
        "units become one, the first code stays, and its name without another; of several categories it says which"
    ),
    fields={"units": UNITS, "category": optional(CATEGORY), "name": optional(NAME)},
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
    row, named = _renamed(state, edit, row, others)
    after = relabelled(state_now, label, {**state.units, first.unit_id: row})
    op: dict[str, Any] = {"units": [one.unit_id for one in rows], "category": category, **named}
    if row.code != first.code:
        op["made"] = {"code": row.code}
        after = replace(after, status=with_dead_codes(after, [first.code]))
    return after, op


def _renamed(state: State, edit: Edit, row: UnitRow, ended: Sequence[UnitRow] = ()) -> tuple[UnitRow, dict[str, str]]:
    """Call a unit as an edit of its land says, if it does; give what the journal keeps of that."""
    name = edit.values.get("name", row.name)
    if name == row.name:
        return row, {}
    if edit.made:  # done again, beside units that may have come since
        name = state.new_name(name)
    elif name not in {one.name for one in ended}:
        require_free_name(state, name, where=Message("merge") if edit.op == "merge" else Message("categorize"))
    return replace(row, name=name), {"name": name}


def _in_category(state: State, edit: Edit, row: UnitRow, category: int, faces: Ints) -> tuple[State, UnitRow]:
    """Put a unit into a category: one of another gets a code of its own there."""
    if category == row.category:
        return state, row
    kind = state.kind_for(faces, category)
    stem = f"{row.code[:-5]}{category}"
    code = code_again(state, edit.made, stem) or state.new_code(stem)
    counters = replace(state.counters, codes=state.counters.codes | {code})
    changed = replace(
        row, code=code, category=category, kind=kind, subtype=state.setting.naming.subtype(kind, category)
    )
    return replace(state, counters=counters), changed


@operation(
    "categorize",
    title=Message("put a unit into another category"),
    about=Message("another category, with a new serial; the old code is retired, the name stays without another"),
    fields={"unit": UNIT, "category": CATEGORY, "name": optional(NAME)},
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
    changed, named = _renamed(state, edit, changed)
    after = relabelled(state_now, state.label, {**state.units, row.unit_id: changed})
    after = replace(after, status=with_dead_codes(after, [row.code]))
    return after, {"unit": row.unit_id, "category": category, **named, "made": {"code": changed.code}}


def _faces_to_move(state: State, edit: Edit) -> Ints:
    """Find the faces of a township that go to a unit, on land or at sea as it.

    Of a giver that is named all; else those of the unit's category, whatever unit of the county they are in.
    """
    target = state.unit(edit.values["unit"])
    if "from" in edit.values:
        mine = state.label == state.counters.place.get(edit.values["from"], -1)
    else:
        sea = np.array(
            [state.setting.is_sea(state.units[one].code) if one in state.units else False for one in state.counters.ids]
        )
        mine = (state.category == target.category) & (sea[state.label] == state.setting.is_sea(target.code))
        mine &= state.label != state.counters.place[target.unit_id]
    here = state.faces.township == edit.values["township"]
    return np.flatnonzero(here & (state.faces.county == target.county) & mine)


def _township_called(state: State, called: str, target: UnitRow) -> str:
    """Find a township of the county of a unit by its code, or by its name there."""
    county = state.faces.county
    there = {str(one) for one in np.unique(state.faces.township[county == target.county].astype(str))} - {""}
    names = state.setting.town_names
    for code in sorted(there):
        if called in (code, names.get(code)):
            return code
    elsewhere = sorted({(str(one), str(town)) for one, town in zip(county, state.faces.township, strict=True)})
    for other, code in elsewhere:
        if called and called in (code, names.get(code)):
            raise Refused(
                Message(
                    "township {town} lies in county {county}, and {unit} in {other_county}",
                    town=f"{code} {names.get(code, '')}".strip(),
                    county=other,
                    unit=target.code,
                    other_county=target.county,
                ),
                where=Message("move"),
                wanted=Message("a unit of the township's own county: no unit crosses its border"),
            )
    raise BadInput(
        Message("no township '{town}' in county {county}", town=called, county=target.county),
        where=Message("move"),
        wanted=nearest(called, sorted(there)),
    )


@operation(
    "move",
    title=Message("move a township to a unit"),
    about=Message(
        "the faces of a township of the unit's category go to the unit; of one giver (from) all that it has there"
    ),
    fields={
        "township": line_of_text(Message("township (code, or name in the unit's county)")),
        "unit": UNIT,
        "from": optional(line_of_text(Message("unit that gives (code or id)"))),
    },
    words=Message("township {township} to {unit}"),
    order=110,
    gives=_faces_to_move,
)
def move(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    """Give the faces of a township to a unit."""
    target = state.unit(edit.values["unit"])
    said = {"township": _township_called(state, edit.values["township"], target)}
    if giver := edit.values.get("from"):
        said["from"] = state.unit(giver).unit_id
    rows = _faces_to_move(state, replace(edit, values={**edit.values, **said}))
    after, op = _given_to(state, edit, target, rows)
    return after, {**op, **said}

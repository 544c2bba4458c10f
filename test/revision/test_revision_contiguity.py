"""Units that an edit breaks are made whole by assigns: by hand for each kind of break, and after edits at random."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import Message
from control_units.delineation.plan.file import read_plan
from control_units.delineation.revision.apply import apply
from control_units.delineation.revision.consequences import consequences_of
from control_units.delineation.revision.contiguity import broken_units, repair, without_islands
from control_units.delineation.revision.ops import Edit, read_edit
from control_units.delineation.revision.state import state_of_plan
from hand import SOUTH, WEST, box
from revision_moves import any_edit
from revision_plan import GENERAL, OTHER_GENERAL, OTHER_PARK, PARK, RED, WATER, WEST_PARK, revision_plan

if TYPE_CHECKING:
    from control_units.delineation.revision.state import State

BASIS = "省政府〔2026〕3号"
VILLAGES = """
[[source]]
role = "village"
path = "hand.gpkg"
layer = "village"
fields = { code = "code", name = "name" }
"""


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    """A plan of squares of 500 m, whose units are each to be of one part."""
    squares = [box(x, y, 500, 500) for x in range(0, 10_000, 500) for y in range(0, 8_000, 500)]
    codes = [f"999901001{number:03d}" for number in range(len(squares))]
    path = revision_plan(
        tmp_path_factory.mktemp("squares"), VILLAGES, village=(squares, {"code": codes, "name": codes})
    )
    plan = read_plan(path)
    grouping = json.dumps(dict.fromkeys(("priority", "key", "general"), "part"))
    return state_of_plan(replace(plan, meta={**plan.meta, "grouping": grouping}))


def inside(state: State, unit: str, west: float, south: float, east: float, north: float) -> list[int]:
    """Faces of a unit that lie in a box, in metres from the county's corner."""
    x, y = (state.mesh.point - [WEST, SOUTH]).T
    here = (state.label == state.counters.place[unit]) & (west < x) & (x < east) & (south < y) & (y < north)
    return state.mesh.face_id[here].tolist()


def done(state: State, *edits: dict[str, Any] | Edit, basis: str = "") -> State:
    read = [one if isinstance(one, Edit) else read_edit(one, Message("here"), basis=basis) for one in edits]
    return reduce(lambda now, edit: apply(now, edit).after, read, state)


def across(state: State) -> dict[str, Any]:
    """A belt through the second county: what of the rest lies south of it is cut off."""
    belt = inside(state, OTHER_GENERAL, 6_000, 1_500, 10_000, 2_000)
    return {"op": "assign", "faces": belt, "unit": OTHER_PARK}


def test_what_falls_off_goes_to_the_unit_that_took_the_faces_between(state):
    after = done(state, across(state))
    assert broken_units(state, after) == [OTHER_GENERAL]
    (edit,) = repair(state, after)
    assert (edit.op, edit.values["unit"]) == ("assign", OTHER_PARK)
    assert set(edit.values["faces"]) >= set(inside(after, OTHER_GENERAL, 6_000, 0, 8_500, 1_500))
    whole = done(after, edit)
    assert broken_units(state, whole) == []
    assert whole.units[OTHER_GENERAL].parts == whole.units[OTHER_PARK].parts == 1
    assert inside(whole, OTHER_GENERAL, 6_000, 0, 10_000, 2_000) == []


def test_an_island_goes_back_to_where_it_was(state):
    island = inside(state, GENERAL, 500, 6_000, 1_000, 6_500)
    after = done(state, {"op": "assign", "faces": island, "unit": PARK})
    assert broken_units(state, after) == [PARK]
    assert repair(state, after, basis=BASIS) == (Edit("assign", {"faces": island, "unit": GENERAL}, basis=BASIS),)


def test_an_island_that_would_be_lowered_again_is_left_out_before(state):
    island, beside = (
        inside(state, GENERAL, 500, 6_000, 1_000, 6_500),
        inside(state, GENERAL, 1_500, 2_500, 2_000, 3_000),
    )
    paint = read_edit({"op": "assign", "faces": [*island, *beside], "unit": PARK, "reason": "园区"}, Message("here"))
    assert repair(state, done(state, paint)) == ()
    assert without_islands(state, paint) == replace(paint, values={"faces": beside, "unit": PARK})
    assert without_islands(state, replace(paint, values={"faces": beside, "unit": PARK})) is None
    assert without_islands(state, replace(paint, values={"faces": island, "unit": PARK})) is None


def test_islands_go_back_each_to_its_own_unit(state):
    first, second = inside(state, GENERAL, 500, 6_000, 1_000, 6_500), inside(state, WATER, 4_000, 4_000, 4_500, 4_500)
    after = done(state, {"op": "assign", "faces": [*first, *second], "unit": PARK}, basis=BASIS)
    found = {edit.values["unit"]: edit.values["faces"] for edit in repair(state, after, basis=BASIS)}
    assert found == {GENERAL: first, WATER: second}


def test_of_a_new_unit_in_several_parts_the_largest_stays(state):
    small, large = inside(state, GENERAL, 500, 6_000, 1_000, 6_500), inside(state, GENERAL, 2_000, 6_000, 3_000, 6_500)
    after = done(state, {"op": "create", "faces": [*small, *large], "category": 2, "name": "新"})
    assert repair(state, after, basis=BASIS) == (Edit("assign", {"faces": small, "unit": GENERAL}, basis=BASIS),)


def test_a_neighbour_of_the_same_category_takes_what_the_taker_may_not(state):
    """The unit that took the belt is locked by now; of two others the one with the shorter border has the category."""
    long, short = inside(state, OTHER_GENERAL, 6_000, 0, 8_000, 500), inside(state, OTHER_GENERAL, 8_000, 0, 8_500, 500)
    first = done(
        state,
        {"op": "create", "faces": long, "category": 2, "name": "长"},
        {"op": "create", "faces": short, "category": 3, "name": "短"},
    )
    alike = next(key for key, one in first.units.items() if one.name == "短")
    after = done(first, across(first), {"op": "lock", "unit": OTHER_PARK})
    (edit,) = repair(first, after)
    assert edit.values["unit"] == alike
    assert broken_units(first, done(after, edit)) == []


def test_nothing_is_mended_where_nobody_may_take_it(state):
    assert repair(state, done(state, across(state), {"op": "lock", "unit": OTHER_PARK})) == ()


def test_a_merge_of_what_does_not_touch_cannot_be_mended(state):
    after = done(state, {"op": "merge", "units": [PARK, WEST_PARK]})
    assert broken_units(state, after) == [PARK]
    assert repair(state, after) == ()


def test_no_red_line_is_lowered_whatever_document_there_is(state):
    middle = inside(state, RED, 1_000, 0, 1_500, 3_000)
    after = done(state, {"op": "create", "faces": middle, "category": 1, "name": "中"})
    (edit,) = repair(state, after)
    new = after.counters.ids[-1]
    assert edit.values["unit"] == new
    assert repair(state, done(after, {"op": "lock", "unit": new}), basis=BASIS) == ()


def test_land_is_lowered_by_a_document_alone(state):
    """A belt of the general unit through the water zone of the first county cuts a part off."""
    belt = inside(state, WATER, 2_990, 3_500, 5_000, 4_000)
    after = done(state, {"op": "assign", "faces": belt, "unit": GENERAL}, basis=BASIS)
    assert broken_units(state, after) == [WATER]
    assert repair(state, after) == ()
    (edit,) = repair(state, after, basis=BASIS)
    assert (edit.values["unit"], edit.basis) == (GENERAL, BASIS)


def test_what_was_in_parts_before_may_stay_so(state):
    assert state.units[WATER].parts == 2
    assert repair(state, done(state, {"op": "rename", "unit": WATER, "name": "水"})) == ()


@pytest.mark.parametrize("seed", range(6))
def test_after_edits_at_random_what_is_repaired_is_whole(state, seed):
    dice = random.Random(seed)  # noqa: S311 - no secret
    now, broken, mended = state, 0, 0
    while broken < 12:
        edit = any_edit(now, dice)
        if edit.op not in ("assign", "create", "split", "reshape"):
            continue
        try:
            after = apply(now, edit).after
        except BadInput:
            continue
        edits = repair(now, after, basis=BASIS)
        assert bool(broken_units(now, after)) == consequences_of(now, after).breaks
        if not broken_units(now, after):
            assert edits == ()
            now = after
            continue
        broken += 1
        if edits:
            mended += 1
            whole = done(after, *edits)
            assert not consequences_of(now, whole).breaks
            assert len({one.values["unit"] for one in edits}) == len(edits)
            area = (float(np.sum(one.faces.area)) for one in (after, whole))
            assert next(area) == pytest.approx(next(area), rel=1e-12)
            now = whole if dice.random() < 0.5 else after
        else:
            now = after
    assert mended > broken / 2

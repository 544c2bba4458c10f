"""What became of the land between two versions of a plan: each kind by hand, and areas and shapes after any edits."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import Message
from control_units.delineation.plan.file import read_plan
from control_units.delineation.revision.apply import apply
from control_units.delineation.revision.editor import editing
from control_units.delineation.revision.ops import read_edit
from control_units.delineation.revision.state import state_of_plan
from control_units.delineation.revision.version_changes import KINDS, version_changes, version_changes_of_plans
from hand import SOUTH, WEST, box
from revision_moves import any_edit
from revision_plan import (
    GENERAL,
    INTAKE,
    OTHER_GENERAL,
    OTHER_PARK,
    OTHER_WATER,
    PARK,
    SEA,
    WATER,
    WEST_PARK,
    line,
    revision_plan,
)

if TYPE_CHECKING:
    from control_units.delineation.revision.state import State
    from control_units.delineation.revision.version_changes import LandChange, UnitChange, VersionChanges

BASIS = "省政府〔2026〕3号"
FIELD = {"at": [WEST + 4_500.0, SOUTH + 4_000.0]}  # of the water zone, 3,592,206 m²


@pytest.fixture(scope="module")
def plan(made):
    return read_plan(made)


@pytest.fixture(scope="module")
def state(plan):
    return state_of_plan(plan)


def done(state: State, *edits: dict[str, Any]) -> State:
    read = [read_edit(one, Message("here"), basis=BASIS) for one in edits]
    return reduce(lambda now, edit: apply(now, edit).after, read, state)


def land(found: VersionChanges, before: str, after: str) -> LandChange:
    (row,) = [row for row in found.land if (row.unit_before, row.unit_after) == (before, after)]
    return row


def unit(found: VersionChanges, unit_id: str) -> UnitChange:
    (row,) = [row for row in found.units if unit_id in (row.unit_before, row.unit_after)]
    return row


def complaints(found: VersionChanges, total: float, shapes: Any) -> list[str]:
    """What does not hold of any changes: one kind a piece, areas that sum up, valid shapes that tile the plan."""
    out = [row.kind for row in found.land if row.kind not in KINDS]
    if len({(row.unit_before, row.unit_after) for row in found.land}) < len(found.land):
        out.append("a pair twice")
    areas = np.array([row.area_m2 for row in found.land])
    if abs(areas.sum() + found.dropped_m2 - total) > 1e-9 * total:
        out.append(f"areas sum to {areas.sum()}, not {total}")
    if abs(sum(found.areas.values()) - areas.sum()) > 1e-9 * total:
        out.append("areas by kind are others")
    drawn = found.shapes
    if not shapely.is_valid(drawn).all() or any(one.geom_type != "MultiPolygon" for one in drawn):
        out.append("not valid multipolygons")
    if not np.allclose(shapely.area(drawn), areas, rtol=1e-9, atol=0.01):
        out.append("a shape has another area than its row")
    if abs(shapely.area(shapely.union_all(drawn, grid_size=0.001)) - shapely.area(shapely.union_all(shapes))) > 1:
        out.append("the shapes do not cover the plan")
    return out


# ── Each kind by hand ───────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_is_changed_between_a_state_and_itself(state, plan):
    found = version_changes(state, state)
    assert {row.kind for row in (*found.land, *found.units)} == {"unchanged"}
    assert len(found.land) == len(found.units) == 12
    assert all(row.code_kept and row.name_kept for row in found.units)
    for row, shape in zip(found.land, found.shapes, strict=True):
        (own,) = plan.units.loc[plan.units["unit_id"] == row.unit_before, "geometry"]
        assert shapely.equals_identical(own, shape)


def test_land_that_another_unit_of_its_category_has_is_moved(state):
    found = version_changes(state, done(state, {"op": "assign", "faces": [FIELD], "unit": WEST_PARK}))
    row = land(found, WATER, WEST_PARK)
    assert (row.kind, row.category_before, row.category_after) == ("moved", 2, 2)
    # A sliver of 6,000 m² rides with the face.
    assert row.area_m2 == pytest.approx(3_592_206 + 6_000)
    assert [unit(found, one).kind for one in (WATER, WEST_PARK, PARK)] == ["moved", "moved", "unchanged"]
    assert unit(found, WEST_PARK).others == (state.units[WATER].code,)
    assert unit(found, WEST_PARK).area_after_m2 == pytest.approx(900_000 + 3_598_206)


def test_land_of_a_stricter_or_looser_category_is_up_or_down_whoever_has_it(state):
    field = {"at": [WEST + 500.0, SOUTH + 4_500.0]}
    found = version_changes(
        state,
        done(
            state,
            {"op": "assign", "faces": [field], "unit": PARK},
            {"op": "categorize", "unit": WEST_PARK, "category": 1},
            {"op": "categorize", "unit": OTHER_WATER, "category": 3},
        ),
    )
    assert land(found, GENERAL, PARK).kind == "up"
    assert land(found, WEST_PARK, WEST_PARK).kind == unit(found, WEST_PARK).kind == "up"
    assert land(found, OTHER_WATER, OTHER_WATER).kind == unit(found, OTHER_WATER).kind == "down"
    assert not unit(found, WEST_PARK).code_kept
    assert unit(found, WEST_PARK).name_kept
    assert found.areas["down"] == pytest.approx(2_000_000)


def test_a_part_that_is_a_unit_of_its_own_is_split_off(state):
    cut = {"op": "split", "unit": OTHER_PARK, "line": line((8_000, 2_500), (9_990, 2_600)), "name": "北片"}
    found = version_changes(state, done(state, cut))
    new = land(found, OTHER_PARK, "U000013")
    assert (new.kind, new.name_after) == ("split", "北片")
    assert land(found, OTHER_PARK, OTHER_PARK).kind == "unchanged"
    assert new.area_m2 + land(found, OTHER_PARK, OTHER_PARK).area_m2 == pytest.approx(2_998_000, rel=1e-6)
    assert [unit(found, one).kind for one in ("U000013", OTHER_PARK)] == ["split", "moved"]
    assert unit(found, "U000013").others == (state.units[OTHER_PARK].code,)


def test_a_unit_whose_whole_land_is_in_another_is_merged(state):
    found = version_changes(state, done(state, {"op": "merge", "units": [PARK, WEST_PARK]}))
    row = land(found, WEST_PARK, PARK)
    assert (row.kind, row.area_m2) == ("merged", pytest.approx(900_000))
    assert unit(found, WEST_PARK).kind == "merged"
    assert unit(found, WEST_PARK).others == (state.units[PARK].code,)
    assert unit(found, WEST_PARK).area_after_m2 == 0
    assert land(found, PARK, PARK).kind == "unchanged"


def test_a_unit_that_is_dealt_out_to_several_is_gone(state):
    part = done(state, {"op": "assign", "faces": [FIELD], "unit": WEST_PARK})
    rest = part.mesh.face_id[part.rows_of(WATER)].tolist()
    all_of_it = done(part, {"op": "assign", "faces": rest, "unit": PARK})
    found = version_changes(state, all_of_it)
    assert [land(found, WATER, one).kind for one in (PARK, WEST_PARK)] == ["gone"] * 2
    assert unit(found, WATER).kind == "gone"
    assert len(unit(found, WATER).others) == 2


def test_a_unit_of_land_of_several_or_of_another_category_is_new(state):
    faces = [FIELD, {"at": [WEST + 500.0, SOUTH + 4_500.0]}]
    of_two = version_changes(state, done(state, {"op": "create", "faces": faces, "category": 2, "name": "新"}))
    assert [land(of_two, one, "U000013").kind for one in (WATER, GENERAL)] == ["new"] * 2
    assert unit(of_two, "U000013").kind == "new"
    raised = version_changes(state, done(state, {"op": "create", "faces": [FIELD], "category": 1, "name": "新"}))
    assert land(raised, WATER, "U000013").kind == "new"
    alike = version_changes(state, done(state, {"op": "create", "faces": [FIELD], "category": 2, "name": "新"}))
    assert land(alike, WATER, "U000013").kind == "split"


def test_backwards_what_was_split_off_is_merged_and_what_was_merged_is_split_off(state):
    cut = {"op": "split", "unit": OTHER_PARK, "line": line((8_000, 2_500), (9_990, 2_600)), "name": "北片"}
    after = done(state, cut, {"op": "merge", "units": [PARK, WEST_PARK]})
    found = version_changes(after, state)
    assert land(found, "U000013", OTHER_PARK).kind == "merged"
    assert land(found, PARK, WEST_PARK).kind == "split"
    assert complaints(found, float(state.faces.area.sum()), state.mesh.shape) == []


def test_versions_that_are_cut_each_elsewhere_share_pieces_of_both(state):
    one = done(state, {"op": "split", "unit": OTHER_PARK, "line": line((8_000, 2_500), (9_990, 2_600)), "name": "北"})
    # No id is given twice, whatever is undone between.
    undone = replace(state, counters=replace(state.counters, face=one.counters.face, unit=one.counters.unit))
    other = done(undone, {"op": "split", "unit": OTHER_PARK, "line": line((9_000, 900), (9_050, 4_100)), "name": "东"})
    found = version_changes(one, other)
    assert complaints(found, float(state.faces.area.sum()), state.mesh.shape) == []
    assert len([row for row in found.land if row.unit_before in (OTHER_PARK, "U000013")]) == 4


def test_a_document_says_it_all(state):
    told = version_changes(state, done(state, {"op": "merge", "units": [PARK, WEST_PARK]})).document()
    assert list(told) == ["areas", "land", "units", "dropped_m2"]
    assert told["areas"]["merged"] == pytest.approx(900_000)


# ── Any edits ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seed", range(4))
def test_after_any_edits_areas_sum_up_and_shapes_tile_the_plan(state, seed):
    dice = random.Random(seed)  # noqa: S311 - no secret
    now, before, total = state, state, float(state.faces.area.sum())
    for step in range(40):
        try:
            now = apply(now, any_edit(now, dice)).after
        except BadInput:
            continue
        if step % 4 == 0:
            for pair in ((before, now), (now, before)):
                assert complaints(version_changes(*pair), total, state.mesh.shape) == []
        if step == 20:
            before = now
    assert now.mesh is not state.mesh


# ── Two plans ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_two_plans_on_the_same_faces_are_as_two_states(made, plan, state, tmp_path):
    import shutil

    copy = tmp_path / "plan.gpkg"
    shutil.copy(made, copy)
    edits = [
        {"op": "split", "unit": OTHER_PARK, "line": line((8_000, 2_500), (9_990, 2_600)), "name": "北片"},
        {"op": "merge", "units": [PARK, WEST_PARK]},
        {"op": "categorize", "unit": OTHER_WATER, "category": 3},
    ]
    with editing(copy) as editor:
        editor.do_all([read_edit(one, Message("here"), basis=BASIS) for one in edits])
        live = version_changes(state, editor.state)
    found = version_changes_of_plans(plan, read_plan(copy))
    assert [(row.kind, row.unit_before, row.unit_after) for row in found.land] == [
        (row.kind, row.unit_before, row.unit_after) for row in live.land
    ]
    assert found.units == live.units
    assert [row.area_m2 for row in found.land] == pytest.approx([row.area_m2 for row in live.land], rel=1e-7)
    assert complaints(found, float(state.faces.area.sum()), state.mesh.shape) == []


def test_a_plan_on_other_faces_is_matched_by_place_and_its_slivers_are_told(tmp_path, plan):
    """Next year's red line is half a kilometre longer, and the park a hair wider."""
    layers = {
        "red_line": (
            [box(500, 500, 2_500, 1_500), box(7_000, 5_000, 1_500, 1_500)],
            {"id": ["R1", "R2"]},
        ),
    }
    later = read_plan(revision_plan(tmp_path, **layers))
    found = version_changes_of_plans(plan, later)
    assert complaints(found, float(later.faces["area_m2"].sum()), later.faces["geometry"].to_numpy()) == []
    row = next(one for one in found.land if one.kind == "up" and one.name_after == "甲县生态保护红线优先保护单元")
    assert row.area_m2 > 500_000
    assert {one.kind for one in found.units} <= {"unchanged", "moved"}
    assert found.dropped_m2 < 10


def test_a_plan_that_is_all_recoded_goes_on_by_its_land(plan):
    units = plan.units.assign(
        unit_id=[f"V{number:06d}" for number in range(len(plan.units))],
        code=[code.replace("9999", "8888") for code in plan.units["code"]],
    )
    found = version_changes_of_plans(plan, replace(plan, units=units))
    assert {row.kind for row in found.land} == {"unchanged"}
    assert not any(row.code_kept for row in found.units)
    assert all(row.name_kept for row in found.units)


def test_a_recoded_unit_that_is_less_than_half_of_another_does_not_go_on_in_it(plan):
    """Three units have become one of a new code, of which each is less than half."""
    units = plan.units.set_index("unit_id")
    one = [INTAKE, PARK, WEST_PARK]
    areas = units.loc[one, "area_m2"]
    assert areas.max() < areas.sum() / 2
    whole = shapely.multipolygons(shapely.get_parts(shapely.union_all(units.loc[one, "geometry"].to_numpy(object))))
    recoded = plan.units[~plan.units["unit_id"].isin(one[1:])].reset_index(drop=True)
    row = recoded["unit_id"].tolist().index(INTAKE)
    recoded.loc[row, ["unit_id", "code", "area_m2"]] = ["V000001", "ZH99990119999", areas.sum()]
    recoded["geometry"] = [whole if number == row else shape for number, shape in enumerate(recoded["geometry"])]
    found = version_changes_of_plans(plan, replace(plan, units=recoded))
    assert [row.unit_before for row in found.units if row.unit_after == "V000001"] == [""]


def test_an_id_or_code_elsewhere_is_another_unit(plan):
    """Two units have changed their ids and codes: each goes on where its land is."""
    order = plan.units["unit_id"].tolist()
    one, other = order.index(OTHER_PARK), order.index(OTHER_GENERAL)
    swapped = plan.units.copy()
    for column in ("unit_id", "code"):
        values = swapped[column].tolist()
        values[one], values[other] = values[other], values[one]
        swapped[column] = values
    found = version_changes_of_plans(plan, replace(plan, units=swapped))
    assert land(found, OTHER_PARK, OTHER_GENERAL).kind == "unchanged"


def test_land_that_only_one_of_two_plans_has_is_new_or_gone(plan):
    units = plan.units[plan.units["unit_id"] != SEA].reset_index(drop=True)
    less = replace(plan, units=units)
    gone, new = version_changes_of_plans(plan, less), version_changes_of_plans(less, plan)
    assert (land(gone, SEA, "").kind, unit(gone, SEA).kind) == ("gone", "gone")
    assert (land(new, "", SEA).kind, unit(new, SEA).kind) == ("new", "new")
    assert land(new, "", SEA).category_before is None
    assert gone.areas["gone"] == new.areas["new"] == pytest.approx(10_000_000)

"""What an update would do to a plan is told before anything is done; the run then does that and nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from command import ask, refusal
from control_units.delineation.cli import main
from control_units.delineation.plan.file import read_plan
from control_units.delineation.publish.schemas import schema_files
from control_units.delineation.verbs.editing import edit
from control_units.delineation.verbs.impacts import Newer, impact
from control_units.delineation.verbs.running import run
from hand import CASE, RED_LINE, WATER, box, hand, write_layer
from jsonschema import Draft202012Validator

ROAD = '\n[[source]]\nrole = "road"\npath = "road.gpkg"\nlayer = "road"\n'
PREVIOUS = '\n[previous]\npath = "plan.gpkg"\nlayer = "units"\n'


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    folder = tmp_path_factory.mktemp("impact")
    write_layer(
        folder / "road.gpkg",
        "road",
        [shapely.LineString([box(0, 4_000, 1, 1).centroid.coords[0], box(9_999, 4_000, 1, 1).centroid.coords[0]])],
        {"name": ["甲路"]},
        kind="LineString",
    )
    path = hand(folder, CASE + ROAD)
    run(path, folder / "plan.gpkg")
    return path


@pytest.fixture(scope="module")
def plan(case):
    return case.with_name("plan.gpkg")


def layer(folder, name, shapes, fields):
    """Write a newer file of one layer."""
    return write_layer(folder / f"{name}_newer.gpkg", name, shapes, fields, kind="Unknown")


def test_the_same_file_touches_nothing(plan, case):
    found = impact(plan, {"red_line": case.with_name("hand.gpkg"), "water_zone": case.with_name("hand.gpkg")})
    assert (found.faces, found.units, found.area_m2, found.new, found.clauses) == (0, (), 0, (), ())
    assert [one.same_file for one in found.sources] == [True, True]
    assert np.array_equal(found.flow, np.diag(found.flow.diagonal()))


def test_a_newer_file_written_over_the_former_one_is_held_against_the_plan_itself(plan, case, tmp_path):
    for path in case.parent.iterdir():
        shutil.copy(path, tmp_path)
    here = tmp_path / "hand.gpkg"
    here.unlink()
    hand(tmp_path, case.read_text(encoding="utf-8"), red_line=([box(1_500, 1_000, 2_000, 2_000)], RED_LINE[1]))
    found = impact(tmp_path / plan.name, {"red_line": here})
    assert found.area_m2 == pytest.approx(2e6)
    (told,) = found.sources
    assert (told.same_file, told.change.counts["unchanged"]) == (False, 1)


def test_a_moved_feature_touches_what_it_lost_and_gained(plan, tmp_path):
    moved = box(1_500, 1_000, 2_000, 2_000)
    found = impact(plan, {"red_line": layer(tmp_path, "red_line", [moved], RED_LINE[1])}, update=False)
    lost, gained = RED_LINE[0][0].difference(moved), moved.difference(RED_LINE[0][0])
    assert found.area_m2 == pytest.approx(2e6)
    assert found.sources[0].change.counts["moved"] == 1
    priority, general = sorted(found.units, key=lambda one: one.category)
    assert (priority.category, general.category) == (1, 3)
    assert (priority.loses_m2, priority.gains_m2) == pytest.approx((1e6, 1e6))
    assert priority.to == {3: pytest.approx(1e6)}
    assert general.to == {1: pytest.approx(1e6)}
    assert found.shapes[priority.unit_id].equals(lost)
    assert found.shapes[general.unit_id].equals(gained)
    assert found.flow[0, 2] == pytest.approx(1e6)
    assert found.flow.sum() == pytest.approx(1e8)


def test_an_update_keeps_land_of_which_the_rules_say_less(plan, case, tmp_path):
    newer = layer(tmp_path, "red_line", [box(1_500, 1_000, 2_000, 2_000)], RED_LINE[1])
    found = impact(plan, {"red_line": newer})
    priority = next(one for one in found.units if one.category == 1)
    assert (priority.loses_m2, priority.held_m2, priority.gains_m2) == pytest.approx((0, 1e6, 1e6))
    assert found.flow[0, 2] == 0
    text = case.read_text(encoding="utf-8").replace('name = "overlay"', 'name = "update"')
    follow = case.with_name("follow.toml")
    follow.write_text(text + PREVIOUS + '\n[update]\nlower = "follow"\ndocument = "批复"\n', encoding="utf-8")
    lowered = impact(plan, {"red_line": newer}, case=follow)
    assert next(one for one in lowered.units if one.category == 1).loses_m2 == pytest.approx(1e6)


def test_a_copy_with_rounded_coordinates_touches_nothing(plan, tmp_path):
    shape = shapely.transform(RED_LINE[0][0], lambda xy: xy + 0.004)
    assert impact(plan, {"red_line": layer(tmp_path, "red_line", [shape], RED_LINE[1])}).faces == 0


def test_what_lies_beyond_the_plan_is_told_apart(plan, tmp_path):
    wide = box(-1_000, 1_000, 4_000, 2_000)
    found = impact(plan, {"red_line": layer(tmp_path, "red_line", [wide], RED_LINE[1])})
    assert found.area_m2 == pytest.approx(2e6)
    (outside,) = [one.message for one in found.findings("zh") if one.id == "S01"]
    assert "red_line_newer.gpkg|red_line：研究区以外的 2.0000 km²" in outside


def test_several_sources_are_told_together_and_each(plan, tmp_path):
    red = layer(tmp_path, "red_line", [box(1_000, 1_000, 2_500, 2_000)], RED_LINE[1])
    water = layer(tmp_path, "water", [box(3_400, 2_900, 3_600, 3_100)], WATER[1])
    found = impact(plan, {"red_line": red, "water_zone": water})
    first, second = found.sources
    assert (first.area_m2, second.area_m2) == pytest.approx((1e6, 5.16e6))
    # Where both change, the ground is counted once, and the red line decides.
    assert found.area_m2 == pytest.approx(6.16e6 - 100 * 100)
    priority = next(one for one in found.units if one.category == 1)
    assert priority.gains_m2 == pytest.approx(1e6)
    key = next(one for one in found.units if one.category == 2)
    assert key.gains_m2 == pytest.approx(5.16e6 - 100 * 100)


def test_a_plan_whose_faces_edits_have_cut_is_asked_as_well(plan, case, tmp_path):
    cut = Path(shutil.copy(plan, tmp_path / "plan.gpkg"))
    general = read_plan(cut).units.set_index("category").loc[3, "code"]
    line = shapely.LineString([box(0, 3_700, 0, 0).exterior.coords[0], box(10_000, 3_700, 0, 0).exterior.coords[0]])
    edit(cut, [{"op": "split", "unit": general, "line": line.wkt}])
    assert impact(cut, {"red_line": case.with_name("hand.gpkg")}, case=case).faces == 0
    found = impact(
        cut, {"red_line": layer(tmp_path, "red_line", [box(1_000, 1_000, 2_000, 3_000)], RED_LINE[1])}, case=case
    )
    assert found.area_m2 == pytest.approx(2e6)
    loses = sorted(one.loses_m2 for one in found.units if one.category == 3)
    assert loses == pytest.approx([2_000 * 300, 2_000 * 700])


def test_lines_that_guide_touch_no_face(plan, tmp_path):
    line = shapely.LineString(box(0, 0, 100, 100).exterior.coords[:2])
    newer = write_layer(tmp_path / "road.gpkg", "road", [line], {"name": ["甲路"]}, kind="LineString")
    found = impact(plan, {"road": newer})
    assert (found.sources[0].cuts, found.faces) == (False, 0)


def test_layer_and_columns_may_be_stated(plan, tmp_path):
    newer = tmp_path / "many.gpkg"
    write_layer(newer, "old", WATER[0], WATER[1])
    write_layer(newer, "latest", [box(4_000, 4_000, 3_000, 1_000)], {"zone": ["x"], "kind": ["工业污染重点管控区"]})
    found = impact(plan, {"water_zone": Newer(newer, "latest", {"zone": "kind"})})
    assert found.area_m2 == pytest.approx(3e6)


def test_the_verb_prints_what_its_schema_says_and_writes_a_layer(plan, tmp_path, capsys):
    newer = layer(tmp_path, "red_line", [box(1_500, 1_000, 2_000, 2_000)], RED_LINE[1])
    before = plan.read_bytes()
    answer = ask("impact", plan, f"red_line={newer}", "--layer", "red_line=red_line", "-o", tmp_path / "out.gpkg")
    assert answer.code == 0
    schema = json.loads(schema_files()["impact"].read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(answer.document)
    written = gpd.read_file(tmp_path / "out.gpkg", layer="touched")
    assert written.geometry.area.sum() == pytest.approx(answer.document["area_m2"])
    assert main(["impact", str(plan), f"red_line={newer}"]) == 0
    assert "touches 2 faces of 2 units" in capsys.readouterr().out
    assert plan.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["lake=x.gpkg"], "no source 'lake'"),
        (["red_line"], "'red_line' is no pair"),
        (["red_line=hand.gpkg", "red_line=other.gpkg"], "'red_line' is given twice"),
        (["red_line=hand.gpkg", "--layer", "red_line=a", "--layer", "red_line=b"], "'red_line' is given twice"),
        (["red_line=hand.gpkg", "--layer", "county=x"], "no newer file for source 'county'"),
        (["red_line=gone.gpkg"], "file not found"),
        (["red_line=HAND", "--field", "red_line:name=no"], "no field 'no'"),
        (["red_line=HAND", "hand.gpkg|red_line=HAND"], "two newer files for one source"),
        (["water_zone=HAND", "--layer", "water_zone=county"], "no zone"),
        ([], "no newer file"),
        (["--changes", "gone.csv"], "file not found"),
    ],
)
def test_what_cannot_be_asked_is_refused(plan, case, arguments, what):
    said = [text.replace("HAND", str(case.with_name("hand.gpkg"))) for text in arguments]
    assert what in refusal("impact", plan, *said)["what"]

"""What newer sources would touch in a plan is told before anything is done, and a run then changes nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from command import ask, refusal
from control_units.delineation import verbs
from control_units.delineation.cli import main
from control_units.delineation.core.errors import BadInput
from control_units.delineation.plan.file import read_plan
from control_units.delineation.publish.schemas import schema_files
from control_units.delineation.verbs.editing import edit
from control_units.delineation.verbs.impacts import Newer, impact
from control_units.delineation.verbs.running import run
from hand import CASE, RED_LINE, WATER, box, hand, write_layer
from jsonschema import Draft202012Validator

DEMO = Path(__file__).resolve().parent.parent / "resources" / "demo"
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
    assert (found.faces, found.units, found.area_m2, found.about) == (0, (), 0, False)
    assert [one.same_file for one in found.sources] == [True, True]
    assert np.array_equal(found.flow, np.diag(found.flow.diagonal()))


def test_a_newer_file_written_over_the_former_one_is_refused_and_not_said_to_touch_nothing(plan, case, tmp_path):
    for path in case.parent.iterdir():
        shutil.copy(path, tmp_path)
    here = tmp_path / "hand.gpkg"
    gpd.read_file(layer(tmp_path, "other", [box(0, 0, 10, 10)], {"id": ["X"]})).to_file(here, layer="other")
    with pytest.raises(BadInput, match="changed since the plan was made"):
        impact(tmp_path / plan.name, {"red_line": here})


def test_a_moved_feature_touches_what_it_lost_and_gained(plan, tmp_path):
    moved = box(1_500, 1_000, 2_000, 2_000)
    found = impact(plan, {"red_line": layer(tmp_path, "red_line", [moved], RED_LINE[1])})
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
    assert not found.about


def test_an_update_keeps_land_of_which_the_rules_say_less(plan, case, tmp_path):
    newer = layer(tmp_path, "red_line", [box(1_500, 1_000, 2_000, 2_000)], RED_LINE[1])
    found = impact(plan, {"red_line": newer}, update=True)
    priority = next(one for one in found.units if one.category == 1)
    assert (priority.loses_m2, priority.held_m2, priority.gains_m2) == pytest.approx((0, 1e6, 1e6))
    assert found.flow[0, 2] == 0
    text = case.read_text(encoding="utf-8").replace('name = "overlay"', 'name = "update"')
    follow = case.with_name("follow.toml")
    follow.write_text(text + PREVIOUS + '\n[update]\nlower = "follow"\ndocument = "批复"\n', encoding="utf-8")
    lowered = impact(plan, {"red_line": newer}, case=follow)
    assert next(one for one in lowered.units if one.category == 1).loses_m2 == pytest.approx(1e6)


def test_what_is_new_and_what_is_gone_is_told(plan, tmp_path):
    island = box(8_000, 8_000, 1_000, 1_000)
    newer = layer(tmp_path, "red_line", [island], {"id": ["R2"]})
    found = impact(plan, {"red_line": newer})
    assert (found.sources[0].change.counts["new"], found.sources[0].change.counts["gone"]) == (1, 1)
    priority = next(one for one in found.units if one.category == 1)
    assert (priority.area_m2, priority.loses_m2, priority.gains_m2) == pytest.approx((4e6, 4e6, 1e6))


def test_a_further_zone_of_a_kind_joins_its_unit(plan, tmp_path):
    """Only parks are units each by itself."""
    zones = ([*WATER[0], box(8_000, 4_000, 1_000, 1_000)], {"zone": 2 * WATER[1]["zone"]})
    found = impact(plan, {"water_zone": layer(tmp_path, "water", *zones)})
    key = next(one for one in found.units if one.category == 2)
    assert (key.gains_m2, found.new) == (pytest.approx(1e6), ())


def test_another_zone_of_the_same_shape_touches_it(plan, tmp_path):
    found = impact(plan, {"water_zone": layer(tmp_path, "water", WATER[0], {"zone": ["优先保护区"]})})
    key = next(one for one in found.units if one.category == 2)
    assert key.to == {1: pytest.approx(6e6)}
    assert found.area_m2 == pytest.approx(6e6)
    # No unit is there that holds priority land of this kind.
    assert [(one.category, one.kind, one.area_m2) for one in found.new] == [(1, "water_zone", pytest.approx(6e6))]
    assert found.about


def test_a_copy_with_rounded_coordinates_touches_nothing(plan, tmp_path):
    shape = shapely.transform(RED_LINE[0][0], lambda xy: xy + 0.004)
    assert impact(plan, {"red_line": layer(tmp_path, "red_line", [shape], RED_LINE[1])}).faces == 0


def test_what_lies_beyond_the_plan_is_told_apart(plan, tmp_path):
    wide = box(-1_000, 1_000, 4_000, 2_000)
    found = impact(plan, {"red_line": layer(tmp_path, "red_line", [wide], RED_LINE[1])})
    assert (found.area_m2, found.sources[0].outside_m2) == pytest.approx((2e6, 2e6))


def test_several_sources_are_told_together_and_each(plan, tmp_path):
    red = layer(tmp_path, "red_line", [box(1_000, 1_000, 2_500, 2_000)], RED_LINE[1])
    water = layer(tmp_path, "water", [box(3_000, 2_500, 4_000, 3_500)], WATER[1])
    found = impact(plan, {"red_line": red, "water_zone": water})
    first, second = found.sources
    assert (first.area_m2, second.area_m2) == pytest.approx((1e6, 8e6))
    # Where both change, the ground is counted once, and the red line decides.
    assert found.area_m2 == pytest.approx(9e6 - 500 * 500)
    priority = next(one for one in found.units if one.category == 1)
    assert priority.gains_m2 == pytest.approx(1e6)
    key = next(one for one in found.units if one.category == 2)
    assert key.gains_m2 == pytest.approx(8e6 - 500 * 500)


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


def test_land_that_changes_counties_leaves_its_unit(tmp_path):
    counties = (
        [box(0, 0, 5_000, 10_000), box(5_000, 0, 5_000, 10_000)],
        {"code": ["999901", "999902"], "name": ["甲县", "乙县"]},
    )
    path = hand(tmp_path, county=counties)
    run(path, tmp_path / "plan.gpkg")
    moved = [box(0, 0, 6_000, 10_000), box(6_000, 0, 4_000, 10_000)]
    found = impact(tmp_path / "plan.gpkg", {"county": layer(tmp_path, "county", moved, counties[1])})
    general = {one.county: one for one in found.units if one.category == 3}
    # The water zone takes 2 km² of the strip, in both counties as a key unit.
    assert (general["999902"].loses_m2, general["999901"].gains_m2) == pytest.approx((8e6, 8e6))
    key = {one.county: one for one in found.units if one.category == 2}
    assert (key["999902"].loses_m2, key["999901"].gains_m2) == pytest.approx((2e6, 2e6))


def test_units_beside_are_named(plan, tmp_path):
    smaller = layer(tmp_path, "red_line", [box(1_000, 1_000, 1_000, 1_000)], RED_LINE[1])
    found = impact(plan, {"red_line": smaller})
    # The rest of the county takes what the red line gives up; nobody else borders on that.
    assert found.neighbours == {}
    priority = next(one for one in found.units if one.category == 1)
    assert (priority.faces, priority.sources) == (1, ("red_line",))
    water = impact(plan, {"water_zone": layer(tmp_path, "water", [box(3_500, 4_000, 3_500, 2_000)], WATER[1])})
    # The strip is cut out of the rest of its township, in which the red line lies.
    assert list(water.neighbours.values()) == [priority.code]


def test_layer_and_columns_may_be_stated(plan, tmp_path):
    newer = tmp_path / "many.gpkg"
    write_layer(newer, "old", WATER[0], WATER[1])
    write_layer(newer, "latest", [box(4_000, 4_000, 3_000, 1_000)], {"zone": ["x"], "kind": ["工业污染重点管控区"]})
    found = impact(plan, {"water_zone": Newer(newer, "latest", {"zone": "kind"})})
    assert found.area_m2 == pytest.approx(3e6)
    assert found.sources[0].change.problem is None


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
        (["red_line=hand.gpkg", "--layer", "county=x"], "no newer file for source 'county'"),
        (["red_line=gone.gpkg"], "file not found"),
        (["red_line=HAND", "--field", "red_line:name=no"], "no field 'no'"),
        (["red_line=HAND", "hand.gpkg|red_line=HAND"], "two newer files for one source"),
    ],
)
def test_what_cannot_be_asked_is_refused(plan, case, arguments, what):
    said = [text.replace("HAND", str(case.with_name("hand.gpkg"))) for text in arguments]
    assert what in refusal("impact", plan, *said)["what"]


# ── what a run then changes ──────────────────────────────────────────────────────────────────────────────────────────


def told(units, clauses, code):
    """All that is said of a unit: what a reader would call the same unit unchanged."""
    row = units[units["code"] == code].iloc[0]
    own = clauses[clauses["code"] == code].drop(columns=["unit_id"])
    return shapely.to_wkb(row["geometry"]), row["name"], row["category"], row["townships"], own.to_csv(index=False)


def changed_units(before, after):
    """Codes of units that are not, byte for byte, what they were."""
    old, new = read_plan(before), read_plan(after)
    both = set(old.units["code"]) & set(new.units["code"])
    other = {code for code in both if told(old.units, old.clauses, code) != told(new.units, new.clauses, code)}
    return other | (set(old.units["code"]) ^ set(new.units["code"]))


def replaced(case, text, source, newer):
    """Write the case with another file for a source and the plan as the previous version; give the new plan."""
    name = newer.name
    shutil.copy(newer, case.with_name(name)) if newer.parent != case.parent else None
    start = text.index(source)
    path = case.with_name("updated.toml")
    end = text.index("path = ", start)
    line = text[end : text.index("\n", end)]
    path.write_text(text[:end] + f'path = "{name}"' + text[end + len(line) :] + PREVIOUS, encoding="utf-8")
    run(path, case.with_name("updated.gpkg"), discard_edits=True)
    return case.with_name("updated.gpkg")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(DEMO / "urumqi.gpkg", folder / "urumqi.gpkg")
    text = (DEMO / "case.toml").read_text(encoding="utf-8")
    text = text[: text.index("[[raster]]")] + text[text.index("[rules]") :]
    (folder / "case.toml").write_text(text, encoding="utf-8")
    run(folder / "case.toml", folder / "plan.gpkg")
    return folder / "case.toml"


# What happens to a park: where its own boundary, and whose ground.
MOVES = {
    "shrinks": lambda parks: parks.assign(geometry=[parks.geometry[0].buffer(-150, join_style=2), *parks.geometry[1:]]),
    "moves": lambda parks: parks.assign(
        geometry=[shapely.transform(parks.geometry[0], lambda xy: xy + 200.0), *parks.geometry[1:]]
    ),
    "is given up": lambda parks: parks.drop(index=2),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MOVES)
def test_a_park_changes_only_its_units_and_their_neighbours(demo, name):
    parks = MOVES[name](gpd.read_file(demo.with_name("urumqi.gpkg"), layer="industrial_park"))
    newer = demo.with_name("newer.gpkg")
    newer.unlink(missing_ok=True)
    parks.to_file(newer, layer="industrial_park")
    plan = demo.with_name("plan.gpkg")
    found = impact(plan, {"industrial_park": newer})
    updated = replaced(demo, demo.read_text(encoding="utf-8"), 'role = "industrial_park"', newer)
    changed = changed_units(plan, updated)
    assert changed
    assert changed <= {one.code for one in found.units} | set(found.neighbours.values())
    # What was told beforehand is what came: slivers are hosted by others, which the answer says.
    area = read_plan(updated).units.set_index("code")["area_m2"]
    for unit in found.units:
        assert unit.after_m2 == pytest.approx(area.get(unit.code, 0.0), abs=1_000 if unit.about else 1)


@pytest.mark.parametrize("method", ["overlay", "update"])
def test_a_park_of_the_hand_solved_county_changes_only_its_units(data, tmp_path, method):
    for name in ("case.toml", "hand.gpkg"):
        shutil.copyfile(data / "HAND" / name, tmp_path / name)
    case, plan = tmp_path / "case.toml", tmp_path / "plan.gpkg"
    run(case, plan)
    parks = gpd.read_file(tmp_path / "hand.gpkg", layer="park")
    parks.geometry = [parks.geometry[0].buffer(100, join_style=2), *parks.geometry[1:]]
    newer = tmp_path / "newer.gpkg"
    parks.to_file(newer, layer="park")
    found = verbs.impact(plan, {"industrial_park": newer}, update=method == "update")
    text = case.read_text(encoding="utf-8").replace('name = "overlay"', f'name = "{method}"')
    changed = changed_units(plan, replaced(case, text, 'role = "industrial_park"', newer))
    assert changed
    assert changed <= {one.code for one in found.units} | set(found.neighbours.values())


def test_a_county_that_goes_on_under_another_code_by_the_table_of_changes_loses_nothing(case, plan, tmp_path):
    table = tmp_path / "changes.csv"
    table.write_text(
        "old_code,new_code,old_name,new_name,level,kind,date,document\n"
        "999901,999951,试验县,试验区,county,recode,2026-01-01,民政函\n",
        encoding="utf-8",
    )
    county = layer(tmp_path, "county", [box(0, 0, 10_000, 10_000)], {"code": ["999951"], "name": ["试验区"]})
    asked = case.with_name("recoded.toml")
    asked.write_text(case.read_text("utf-8") + f'\n[admin]\nchanges = "{table.as_posix()}"\n', encoding="utf-8")
    unknown, known = (impact(plan, {"county": county}, case=one) for one in (case, asked))
    assert all(unit.loses_m2 == pytest.approx(unit.area_m2) for unit in unknown.units)
    assert known.units
    assert all(unit.loses_m2 == unit.gains_m2 == 0 for unit in known.units)

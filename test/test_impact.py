"""What an update would do to a plan is told before anything is done; the run then does that and nothing else."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from command import ask, refusal
from control_units.delineation.case.model import Previous
from control_units.delineation.case.reading import read_case
from control_units.delineation.case.writing import write_case_file
from control_units.delineation.cli import main
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


def test_what_is_new_and_what_is_gone_is_told(plan, tmp_path):
    island = box(8_000, 8_000, 1_000, 1_000)
    newer = layer(tmp_path, "red_line", [island], {"id": ["R2"]})
    found = impact(plan, {"red_line": newer})
    assert (found.sources[0].change.counts["new"], found.sources[0].change.counts["gone"]) == (1, 1)
    priority = next(one for one in found.units if one.category == 1)
    assert (priority.area_m2, priority.held_m2, priority.gains_m2) == pytest.approx((4e6, 4e6, 0))
    # It touches no land that is of the red line by now.
    assert [(one.category, one.area_m2) for one in found.new] == [(1, pytest.approx(1e6))]


def test_another_zone_of_the_same_shape_touches_it(plan, tmp_path):
    found = impact(plan, {"water_zone": layer(tmp_path, "water", WATER[0], {"zone": ["优先保护区"]})})
    key = next(one for one in found.units if one.category == 2)
    assert key.to == {1: pytest.approx(6e6)}
    assert found.area_m2 == pytest.approx(6e6)
    # No unit is there that holds priority land of this kind.
    assert [(one.category, one.kind, one.area_m2) for one in found.new] == [(1, "water_zone", pytest.approx(6e6))]
    assert (key.code_after, key.successor, key.why) == ("", found.new[0].code, "category")
    assert found.ends == (key,)


def test_a_copy_with_rounded_coordinates_touches_nothing(plan, tmp_path):
    shape = shapely.transform(RED_LINE[0][0], lambda xy: xy + 0.004)
    assert impact(plan, {"red_line": layer(tmp_path, "red_line", [shape], RED_LINE[1])}).faces == 0


def test_what_lies_beyond_the_plan_is_told_apart(plan, tmp_path):
    wide = box(-1_000, 1_000, 4_000, 2_000)
    found = impact(plan, {"red_line": layer(tmp_path, "red_line", [wide], RED_LINE[1])})
    assert found.area_m2 == pytest.approx(2e6)
    (outside,) = [one.message for one in found.findings if one.id == "S01"]
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


# ── what a run then does ─────────────────────────────────────────────────────────────────────────────────────────────

BY_TOWN = CASE.replace("[cleaning]", '[grouping]\ngeneral = "township"\n\n[cleaning]')
UPDATE = BY_TOWN.replace('name = "overlay"', 'name = "update"')
FOLLOW = '\n[update]\nlower = "follow"\ndocument = "批复"\n'
HEAD = "old_code,new_code,old_name,new_name,level,kind,date,document\n"
COUNTIES = (
    [box(0, 0, 5_000, 10_000), box(5_000, 0, 5_000, 10_000)],
    {"code": ["999901", "999902"], "name": ["甲县", "乙县"]},
)
TOWNS = (COUNTIES[0], {"code": ["999901001", "999902001"], "name": ["甲镇", "乙镇"]})
GROWN = ([box(1_000, 1_000, 5_000, 2_000)], RED_LINE[1])
ELSEWHERE = ([box(8_000, 8_000, 500, 500)], RED_LINE[1])
PRIORITY = (WATER[0], {"zone": ["优先保护区"]})
RECODED = (COUNTIES[0], {"code": ["999951", "999952"], "name": ["甲区", "乙区"]})
RECODES = "".join(
    f"99990{n},99995{n},{name}县,{name}区,county,recode,2026-01-01,民政函\n" for n, name in ((1, "甲"), (2, "乙"))
)
MERGED = ([box(0, 0, 10_000, 10_000)], {"code": ["999901"], "name": ["甲县"]})
MERGES = "999902,999901,乙县,甲县,county,merge,2026-01-01,民政函\n"
TOWNED = (TOWNS[0], {"code": ["999901001", "999902003"], "name": ["甲镇", "丙镇"]})
TOWNROW = "999902001,999902003,乙镇,丙镇,township,rename,2026-01-01,民政函\n"
SHIFTED = ([box(0, 0, 6_000, 10_000), box(6_000, 0, 4_000, 10_000)], COUNTIES[1])
WIDER = ([box(-1_000, 0, 6_000, 10_000), COUNTIES[0][1]], COUNTIES[1])
# What becomes newer; the table of changes; what a county's new code does; what the case says besides.
YEARS = {
    "a red line grows into another county": ({"red_line": GROWN}, "", "keep", ""),
    "a zone becomes priority": ({"water": PRIORITY}, "", "keep", ""),
    "a red line is given up and kept": ({"red_line": ELSEWHERE}, "", "keep", ""),
    "a red line is given up": ({"red_line": ELSEWHERE}, "", "keep", FOLLOW),
    "counties are recoded, codes stay": ({"county": RECODED}, RECODES, "keep", ""),
    "counties are recoded, codes too": ({"county": RECODED}, RECODES, "recode", ""),
    "counties merge": ({"county": MERGED}, MERGES, "keep", ""),
    "land changes counties": ({"county": SHIFTED}, "", "keep", ""),
    "a county grows": ({"county": WIDER}, "", "keep", ""),
    "a town is renamed": ({"township": TOWNED}, TOWNROW, "keep", ""),
    "a table alone": ({}, TOWNROW, "keep", ""),
    "several at once": (
        {"county": RECODED, "township": TOWNED, "red_line": GROWN, "water": PRIORITY},
        RECODES + TOWNROW,
        "recode",
        FOLLOW,
    ),
}
ROLES = {"water": "water_zone"}


@pytest.fixture(scope="module")
def last(tmp_path_factory):
    """Two counties of a town each; people have locked each unit of the first and written clauses for every one."""
    folder = tmp_path_factory.mktemp("last")
    case = hand(folder, BY_TOWN, county=COUNTIES, township=TOWNS)
    run(case, folder / "last.gpkg")
    codes = read_plan(folder / "last.gpkg").units.set_index("code")["county"]
    edits = []
    for number, (code, county) in enumerate(codes.items()):
        clause = {"id": f"h{number}", "dimension": "space", "text": f"禁止第{number}类活动。"}
        edits.append({"op": "clause", "unit": code, "add": clause})
        edits += [{"op": "lock", "unit": code}] if county == "999901" else []
    edit(folder / "last.gpkg", edits)
    return folder / "last.gpkg"


def column(plan, name):
    return dict(zip(plan.units["unit_id"], plan.units[name], strict=True))


def said(plan):
    """Every clause by the id of its unit."""
    clauses = plan.clauses
    return Counter(zip(clauses["unit_id"], clauses["dimension"], clauses["text"], strict=True))


def agree(found, before, after):
    """What was foretold is what a run did, as GEOS measures outlines and tables say; give heirs of people's clauses."""
    old, new = read_plan(before), read_plan(after)
    was, code = (column(old, name) for name in ("geometry", "code"))
    its, then, category = (column(new, name) for name in ("geometry", "code", "category"))
    assert {one.unit_id for one in found.ends} == set(was) - set(its)
    assert {one.code for one in found.new} == {then[key] for key in set(its) - set(was)}
    assert found.codes == {code[key]: then[key] for key in was if key in its and code[key] != then[key]}
    told = {one.unit_id: one for one in found.units}
    for key, shape in was.items():
        own = its.get(key, shapely.Polygon())
        loses, gains = shape.difference(own).area, shapely.intersection(own.difference(shape), shape_of(its)).area
        if key not in told:
            assert (loses, gains, code[key]) == (pytest.approx(0, abs=1), pytest.approx(0, abs=1), then[key])
            continue
        one = told[key]
        assert (one.loses_m2, one.gains_m2) == (pytest.approx(loses, abs=1), pytest.approx(gains, abs=1))
        assert one.after_m2 == pytest.approx(own.area if key in its else 0, abs=1)
        for number in (1, 2, 3):
            there = shapely.union_all([its[other] for other in its if other != key and category[other] == number])
            assert one.to.get(number, 0) == pytest.approx(shape.difference(own).intersection(there).area, abs=1)
        assert sum(one.to.values()) == pytest.approx(loses, abs=1)
        if one.successor:
            assert its[{code: other for other, code in then.items()}[one.successor]].intersection(shape).area > 1
    held = new.findings[new.findings["id"] == "S58"]["value"].sum()
    assert sum(one.held_m2 for one in found.units) == pytest.approx(held)
    facts = {
        key: [json.loads(one) for one in new.findings[new.findings["id"] == key]["facts"]] for key in ("S83", "S87")
    }
    lost = {one["unit"]: one["heir"] for one in facts["S83"] if one["problem"].startswith("gone")}
    assert lost.items() <= {one.code: one.successor for one in found.ends}.items()
    locked = {one["unit"] for one in facts["S87"]}
    assert {one.code_after or one.code for one in found.locked} == locked
    # Lists: of what was, take what goes, put what comes; a text that moves or is worded otherwise does both.
    key_now, key_then = ({code: key for key, code in codes.items()} for codes in (code, then))
    lists = said(old)
    for one in found.clauses:
        if one.kind in ("gone", "moved"):
            lists[key_now[one.code], one.dimension, one.text] -= 1
        if one.kind in ("new", "moved"):
            lists[key_then[one.code_after], one.dimension, one.text] += 1
    assert +lists == said(new)
    known = set(zip(old.findings["id"], old.findings["message"], strict=True))
    fresh = set(zip(new.findings["id"], new.findings["message"], strict=True)) - known
    assert {(one.id, one.message) for one in found.findings} == fresh
    return lost


def shape_of(units):
    return shapely.union_all(list(units.values()))


@pytest.mark.parametrize("name", YEARS)
def test_what_is_foretold_is_what_comes(last, tmp_path, name):
    layers, rows, how, besides = YEARS[name]
    table = tmp_path / "changes.csv"
    table.write_text(HEAD + rows, encoding="utf-8")
    here = last.with_name("now.toml")
    here.write_text(BY_TOWN + besides, encoding="utf-8")
    newer = {ROLES.get(key, key): layer(tmp_path, key, *shapes) for key, shapes in layers.items()}
    files = {path: path.read_bytes() for path in last.parent.iterdir()}
    found = impact(last, newer, case=here, changes=table if rows else "", on_recode=how)
    assert {path: path.read_bytes() for path in last.parent.iterdir()} == files
    admin = f'\n[admin]\nchanges = "{table.as_posix()}"\non_recode = "{how}"\n' if rows else ""
    text = UPDATE + f'\n[previous]\npath = "{last.as_posix()}"\n' + admin + besides
    run(hand(tmp_path / "now", text, **{"county": COUNTIES, "township": TOWNS, **layers}), tmp_path / "now.gpkg")
    assert set(agree(found, last, tmp_path / "now.gpkg")) == {one.code for one in found.ends}
    assert found.units or name == "a table alone"
    assert found.codes if how == "recode" else not found.codes


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
def test_what_becomes_of_a_park_is_foretold(demo, name):
    parks = MOVES[name](gpd.read_file(demo.with_name("urumqi.gpkg"), layer="industrial_park"))
    newer = demo.with_name("newer.gpkg")
    newer.unlink(missing_ok=True)
    parks.to_file(newer, layer="industrial_park")
    plan = demo.with_name("plan.gpkg")
    found = impact(plan, {"industrial_park": newer})
    case = read_case(demo)
    specs = [replace(one, path=newer.name) if one.role == "industrial_park" else one for one in case.sources]
    previous = Previous(path=plan.name, layer="units")
    updated = replace(case, sources=tuple(specs), method="update", previous=previous)
    write_case_file(updated, demo.with_name("updated.toml"))
    run(demo.with_name("updated.toml"), demo.with_name("updated.gpkg"), discard_edits=True)
    agree(found, plan, demo.with_name("updated.gpkg"))
    assert found.units

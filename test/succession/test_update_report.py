"""What of last year did not fit in an update is told with a proposal each, and codes and names as a table."""

from __future__ import annotations

import json

import pytest
from control_units.delineation.explain.update_report import KINDS, update_report
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs.editing import edit
from control_units.delineation.verbs.running import run
from hand import CASE, RED_LINE, WATER, box, hand, write_layer

PARK = '\n[[source]]\nrole = "industrial_park"\npath = "hand.gpkg"\nlayer = "park"\nfields = { name = "name" }\n'
BASE = CASE.replace("\n[rules]", PARK + "\n[rules]")
PARKS = ([box(6_000, 8_000, 1_000, 1_000), box(8_000, 8_000, 1_000, 1_000)], {"name": ["东园", "西园"]})
CHANGES = "old_code,new_code,old_name,new_name,level,kind,date,document\n,,甲镇,丙镇,township,rename,,\n"


def kinds(report):
    return [row.kind for row in report.rows]


def applies(folder, plan, row):
    """Whether what is proposed can be done, and then nobody says it again."""
    path = folder / "ops.jsonl"
    path.write_text(
        json.dumps({**row.proposal, "author": "甲", "reason": "更新"}, ensure_ascii=False), encoding="utf-8"
    )
    done = edit(plan, path)
    return done["applied"] == 1 and not done["refused"]


@pytest.fixture(scope="module")
def last(tmp_path_factory):
    folder = tmp_path_factory.mktemp("last")
    run(hand(folder, BASE, park=PARKS), folder / "last.gpkg")
    return folder / "last.gpkg"


def updated(folder, last, method="update", more="", **layers):
    text = BASE.replace('name = "overlay"', f'name = "{method}"') + f'\n[previous]\npath = "{last.as_posix()}"\n' + more
    run(hand(folder, text, **{"park": PARKS, **layers}), folder / "plan.gpkg")
    return folder / "plan.gpkg"


def test_where_all_goes_on_nothing_is_told_and_all_codes_and_names_are_kept(last, tmp_path):
    report = update_report(read_plan(updated(tmp_path, last)))
    assert report.rows == ()
    assert len(report.codes) == 5
    assert all(row.code_kept and row.name_kept and row.relation == "same" for row in report.codes)


def test_units_that_edits_after_the_update_gave_up_are_no_misfits(last, tmp_path):
    plan = updated(tmp_path, last)
    parks = [code for code, name in names(last).items() if "园" in name]
    edit(plan, [{"op": "merge", "units": parks}], author="甲", reason="合并")
    assert update_report(read_plan(plan)).rows == ()


def with_clauses(last, folder, code):
    """Last year's plan, with a clause that somebody wrote for a unit."""
    plan = folder / "written.gpkg"
    plan.write_bytes(last.read_bytes())
    add = {"id": "W1", "dimension": "space", "effect": "prohibit", "text": "夜间不得施工", "status": "已审"}
    edit(plan, [{"op": "clause", "unit": code, "add": add}], author="甲", reason="会商")
    return plan


def test_what_people_wrote_for_a_unit_that_is_gone_goes_to_whoever_has_its_land_to_be_reviewed(last, tmp_path):
    park = next(code for code, name in names(last).items() if "东园" in name)
    # The red line takes the eastern park.
    red = ([RED_LINE[0][0], PARKS[0][0]], {"id": ["R1", "R2"]})
    plan = updated(tmp_path, with_clauses(last, tmp_path, park), red_line=red)
    report = update_report(read_plan(plan))
    (code,) = [row for row in report.codes if row.old == park]
    assert (code.code_kept, code.relation) == (False, "merge")
    assert park in next(row.what for row in report.rows if row.kind == "code")
    ((unit, what),) = [(row.unit, row.what) for row in report.rows if row.kind == "clauses"]
    assert (unit, park in what, "1 条" in what) == (code.new, True, True)
    now = read_plan(plan).clauses.set_index("text").loc["夜间不得施工"]
    assert (now["code"], now["status"], now["origin"]) == (code.new, "待审", "hand")
    assert park in now["remark"]


def names(path):
    units = read_plan(path).units
    return dict(zip(units["code"], units["name"], strict=True))


def test_a_unit_outside_the_ground_of_today_has_no_heir(last, tmp_path):
    county = ([box(0, 0, 10_000, 7_500)], {"code": ["999901"], "name": ["试验县"]})
    park = ([box(8_000, 1_000, 1_000, 1_000)], {"name": ["南园"]})
    report = update_report(read_plan(updated(tmp_path, last, "overlay", county=county, park=park)))
    assert [row.unit for row in report.rows if row.kind == "no_heir"] == [
        code for code, name in names(last).items() if "园" in name
    ]
    gone = [row for row in report.codes if row.relation == "retired"]
    assert [(row.new, row.code_kept, row.area_m2) for row in gone] == [("", False, pytest.approx(1e6))] * 2


def test_a_name_with_a_place_that_is_called_otherwise_is_proposed_anew(tmp_path):
    folder = tmp_path / "then"
    text = BASE.replace("[method]", '[grouping]\ngeneral = "township"\n\n[method]')
    run(hand(folder, text, park=PARKS), folder / "last.gpkg")
    (tmp_path / "changes.csv").write_text(CHANGES, encoding="utf-8")
    more = f'\n[admin]\nchanges = "{(tmp_path / "changes.csv").as_posix()}"\n'
    plan = updated(tmp_path / "now", folder / "last.gpkg", more=more)
    rows = [row for row in update_report(read_plan(plan)).rows if row.kind == "name"]
    assert [row.proposal["name"].count("丙镇") for row in rows] == [1]
    assert applies(tmp_path, plan, rows[0])


def test_an_edit_that_cannot_be_done_again_is_told(last, tmp_path):
    plan = updated(tmp_path, last)
    park = next(code for code, name in names(plan).items() if "东园" in name)
    ops = tmp_path / "ops.jsonl"
    ops.write_text(json.dumps({"op": "rename", "unit": park, "name": "东部新园"}, ensure_ascii=False), encoding="utf-8")
    edit(plan, ops)
    write_layer(tmp_path / "parks.gpkg", "park", PARKS[0][1:], {"name": ["西园"]})
    case = tmp_path / "case.toml"
    text = case.read_text(encoding="utf-8").replace(
        'path = "hand.gpkg"\nlayer = "park"', 'path = "parks.gpkg"\nlayer = "park"'
    )
    case.write_text(text.replace('name = "update"', 'name = "overlay"'), encoding="utf-8")
    run(case, plan, replay=True)
    (row,) = [row for row in update_report(read_plan(plan)).rows if row.kind == "edit"]
    assert "东部新园" in row.what


def test_the_report_is_in_the_language_that_was_asked_for(last, tmp_path):
    red = ([RED_LINE[0][0], PARKS[0][0]], {"id": ["R1", "R2"]})
    water = ([box(4_000, 4_000, 2_000, 2_000)], WATER[1])
    park = next(code for code, name in names(last).items() if "东园" in name)
    plan = read_plan(updated(tmp_path, with_clauses(last, tmp_path, park), red_line=red, water=water))
    english = update_report(plan, "en")
    assert {row.kind for row in english.rows} == {"code", "clauses", "looser"}
    assert set(kinds(english)) <= set(KINDS)
    assert kinds(english) == sorted(kinds(english), key=list(KINDS).index)
    (held,) = [row for row in english.rows if row.kind == "looser"]
    assert "it stays key" in held.what
    (code,) = [row for row in english.rows if row.kind == "code"]
    assert "is not used any more" in code.what

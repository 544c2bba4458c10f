"""Findings are of units of this plan: a click zooms, whatever layer, run or edit a finding speaks of."""

from __future__ import annotations

import json

import openpyxl
import pytest
import shapely
from control_units.delineation.plan.acceptance import acceptance_of
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs.adopting import adopt
from control_units.delineation.verbs.editing import edit, redo, undo
from control_units.delineation.verbs.running import run
from hand import HEAD, box, write_layer
from rich import rich

WORDS = {1: "优先保护单元", 2: "重点管控单元", 3: "一般管控单元"}
COUNTY = ([box(0, 0, 10_000, 10_000)], {"code": ["999951"], "name": ["试验区"]})
RECODED = "999901,999951,试验县,试验区,county,recode,,\n"
RED = ([box(1_000, 1_000, 2_000, 2_000), box(4_000, 4_000, 1_000, 1_000)], {"id": ["R1", "R2"]})
NOTHING = ([box(9_800, 9_800, 100, 100)], {"zone": ["工业污染重点管控区"]})


@pytest.fixture(scope="module")
def last(tmp_path_factory):
    """Last year's plan: a layer for every role, one of its units locked."""
    folder = tmp_path_factory.mktemp("last")
    run(rich(folder), folder / "last.gpkg")
    edit(folder / "last.gpkg", [{"op": "lock", "unit": "ZH99990120003"}], author="甲", reason="锁定")
    return folder / "last.gpkg"


def foreign(folder, last):
    """The same units as others keep them, with all that can be wrong with such a layer, and their lists."""
    units = read_plan(last).units
    code, name = units["code"].tolist(), units["name"].tolist()
    words, area = [WORDS[one] for one in units["category"]], (units["area_m2"] / 1e6).tolist()
    shapes = units["geometry"].tolist()
    area[0] += 1.0
    words[1] = WORDS[2]
    code[3] = "ZH99990310001"  # of a county that is not here
    shapes[6] = shapes[6].buffer(200)
    shapes[7] = shapes[7].union(box(-2_000, 0, 2_000, 2_000)).difference(box(9_000, 9_000, 1_000, 1_000))
    west, east = (shapes[4].intersection(box(x, 0, 2_000, 10_000)) for x in (-200, 1_800))
    shapes[4:5], code[4:5], words[4:5] = [west, east], [code[4]] * 2, [words[4]] * 2
    name[4:5], area[4:5] = [name[4], "又一园"], [area[4]] * 2
    fields = {"HJGKDYBM": code, "HJGKDYMC": name, "ZHGKDYFL": words, "MJ": area}
    write_layer(folder / "last.gpkg", "单元", [shapely.multipolygons(shapely.get_parts(one)) for one in shapes], fields)
    book = openpyxl.Workbook()
    for row in (
        ["单元编码", "单元名称", "维度", "管控要求", "依据", "状态"],
        [code[0], name[0], "空间布局约束", "禁止采矿", "", ""],
        ["旧编码", units["name"][5], "空间布局约束", "禁止新建", "", ""],
    ):
        book.active.append(row)
    book.save(folder / "lists.xlsx")
    return f'path = "{(folder / "last.gpkg").as_posix()}"\n'


def astray(path):
    """Findings of units that the plan does not have."""
    plan = read_plan(path)
    there = {*plan.units["code"], ""}
    rows = zip(plan.findings["id"], plan.findings["units"].fillna(""), strict=True)
    return {(rule, units) for rule, units in rows if not {*units.split("、")} <= there}


def of_rule(path, rule, problem=None):
    """Units of the findings of a rule, and their facts."""
    found = read_plan(path).findings
    rows = [(row.units, json.loads(row.facts)) for row in found[found["id"] == rule].itertuples()]
    return [(tuple(filter(None, units.split("、"))), facts) for units, facts in rows if facts.get("problem") == problem]


def updated(folder, previous, more="", **layers):
    (folder / "changes.csv").write_text(HEAD + RECODED, encoding="utf-8")
    admin = f'\n[admin]\nchanges = "{(folder / "changes.csv").as_posix()}"\non_recode = "recode"\n'
    run(rich(folder / "now", "update", previous + admin + more, county=COUNTY, **layers), folder / "plan.gpkg")
    return folder / "plan.gpkg"


def test_what_is_said_of_a_layer_of_others_is_of_the_units_that_go_on_from_it(last, tmp_path):
    said = foreign(tmp_path, last)
    lists = f'lists = "{(tmp_path / "lists.xlsx").as_posix()}"\n'
    plan = updated(tmp_path, f"\n[previous]\n{said}{lists}", f"\n[upper]\n{said}", water=NOTHING)
    ids = set(read_plan(plan).findings["id"])
    assert {"S14", "S58", "S66", "S67", "S68", "S70", "S82", "S83"} <= ids
    assert astray(plan) == set()
    # Of this year's layer and of the level above, which is another file though it is the same here.
    own = [(units, facts) for units, facts in of_rule(plan, "S67", "differ") if units]
    ((units, facts),) = own
    assert "ZH99990110001" in facts["listed"]
    assert units == tuple(f"ZH999951{code[8:]}" for code in facts["listed"])
    assert [units for units, _ in of_rule(plan, "S68")] == [(), ("ZH99995110002",)]
    ((units, facts),) = [row for row in of_rule(plan, "S68", "county") if row[0]]
    assert (len(units), facts["listed"][0][:13]) == (1, "ZH99990310001")
    assert {units for units, _ in of_rule(plan, "S70", "names")} == {(), ("ZH99995120001",)}
    assert all(units for units, facts in of_rule(plan, "S83", "silent") + of_rule(plan, "S83", "named"))
    assert all(facts["unit"] in units for units, facts in of_rule(plan, "S58"))


def test_after_edits_a_replay_and_an_adoption_findings_have_the_codes_of_then(last, tmp_path):
    """What somebody accepted stays so; what is undone leaves all findings as they were."""
    plan = updated(tmp_path, f'\n[previous]\npath = "{last.as_posix()}"\n', water=NOTHING, red_line=RED)
    first = read_plan(plan).findings
    assert astray(plan) == set()
    (((held,), _),) = of_rule(plan, "S87")
    accepted = first[(first["id"] == "S58") & (first["units"] == held)].iloc[0]["geometry"]
    ops = [{"op": "accept", "rule": "S58", "at": [accepted.x, accepted.y], "reason": "如此"}]
    ops += [{"op": "unlock", "unit": held}, {"op": "renumber", "unit": held, "serial": 77}]
    for op in ops:
        edit(plan, [op], author="甲")
    code, now = f"{held[:-4]}0077", read_plan(plan)
    for rule in ("S14", "S58", "S87"):
        assert (code,) in [units for units, facts in of_rule(plan, rule) if facts["unit"] == code]
    answered = now.findings[acceptance_of(now.findings, now.accepted) >= 0]
    assert [(row.id, row.units, code in row.message) for row in answered.itertuples()] == [("S58", code, True)]
    edit(plan, [{"op": "categorize", "unit": code, "category": 1}], author="甲")
    assert astray(plan) == set()
    undo(plan, count=3)
    assert read_plan(plan).findings.drop(columns="geometry").equals(first.drop(columns="geometry"))
    redo(plan, count=3)
    for _ in range(2):
        run(tmp_path / "now" / "case.toml", plan, replay=True)
        assert astray(plan) == set()
        assert [units[0][:9] for units, _ in of_rule(plan, "S87")] == [f"{code[:8]}1"]
    adopt(plan, "update", case=tmp_path / "now" / "case.toml", reason="试")
    assert astray(plan) == set()

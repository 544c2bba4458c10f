"""Names of units that go on: with places called otherwise by now, or saying what the unit is not; what is proposed."""

from __future__ import annotations

import json

import pytest
from control_units.delineation.core.findings import Finding
from control_units.delineation.core.messages import facts_of
from control_units.delineation.explain.update_report import update_report
from control_units.delineation.lists.lint import mends
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs.checking import check_file
from control_units.delineation.verbs.editing import edit, undo
from control_units.delineation.verbs.running import run
from hand import CASE, HEAD, RED_LINE, TOWNS, TOWNSHIP, TWO, box, hand

PARK = '\n[[source]]\nrole = "industrial_park"\npath = "hand.gpkg"\nlayer = "park"\nfields = { name = "name" }\n'
BY_TOWN = CASE.replace("[cleaning]", '[grouping]\ngeneral = "township"\n\n[cleaning]').replace(
    "[rules]", PARK + "[rules]"
)
UPDATE = BY_TOWN.replace('name = "overlay"', 'name = "update"')
# One of them is called after a county that it does not lie in.
PARKS = ([box(1_000, 8_000, 1_000, 1_000), box(8_000, 8_000, 1_000, 1_000)], {"name": ["西园", "甲县东部产业园"]})
LAYERS = {"county": TWO, "township": TOWNS, "park": PARKS}
WEST, EAST = "甲县甲镇一般管控单元", "乙县乙镇一般管控单元"


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Two counties of a town and a park each."""
    folder = tmp_path_factory.mktemp("two")
    run(hand(folder, BY_TOWN, **LAYERS), folder / "two.gpkg")
    return folder / "two.gpkg"


def updated(folder, last, rows="", more="", **layers):
    """Update last year's plan by a table of changes; the plan."""
    folder.mkdir(exist_ok=True)
    if rows:
        (folder / "changes.csv").write_text(HEAD + rows, encoding="utf-8")
        more += f'\n[admin]\nchanges = "{(folder / "changes.csv").as_posix()}"\n'
    text = UPDATE + f'\n[previous]\npath = "{last.as_posix()}"\n' + more
    run(hand(folder, text, **{**LAYERS, **layers}), folder / "now.gpkg")
    return folder / "now.gpkg"


def renamed(folder, last, names):
    """Last year's plan, with units that somebody called otherwise then: name by name."""
    plan = folder / "renamed.gpkg"
    plan.write_bytes(last.read_bytes())
    code = {name: code for code, name in named(plan).items()}
    ops = [{"op": "rename", "unit": code[name], "name": other} for name, other in names.items()]
    assert edit(plan, ops, author="甲", reason="旧名")["refused"] == []
    return plan


def named(path):
    units = read_plan(path).units
    return dict(zip(units["code"], units["name"], strict=True))


def told(path, rule):
    found = read_plan(path).findings
    return [(row.units, json.loads(row.facts)) for row in found[found["id"] == rule].itertuples()]


def proposals(path):
    name = named(path)
    return {name[unit]: facts["proposed"] for unit, facts in told(path, "S14")}


def offered(path):
    return [row.proposal for row in update_report(read_plan(path)).rows if row.kind == "name" and row.proposal]


# ── places that are called otherwise ────────────────────────────────────────────────────────────────────────────────
ROWS = {
    "the old name within the new one": (
        "999901,999901,甲县,新甲县,county,rename,,\n",
        {WEST: "新甲县甲镇一般管控单元"},
    ),
    "the old name at the head of the new one": (
        "999901,999901,甲县,甲县新区,county,rename,,\n",
        {WEST: "甲县新区甲镇一般管控单元"},
    ),
    "from name to name": (
        "999902,999902,丁县,乙县,county,rename,,\n999902,999902,乙县,丙县,county,rename,,\n"
        "999902,999902,丙县,戊区,county,rename,,\n",
        {EAST: "戊区乙镇一般管控单元"},
    ),
    "there and back": ("999902,999902,乙县,丙县,county,rename,,\n999902,999902,丙县,乙县,county,rename,,\n", {}),
    "two names of one unit": (
        "999901,999901,甲县,丙区,county,rename,,\n999901001,999901001,甲镇,丁街道,township,rename,,\n",
        {WEST: "丙区丁街道一般管控单元"},
    ),
    "names that change places": (
        "999901001,999901001,甲镇,乙镇,township,rename,,\n999902001,999902001,乙镇,甲镇,township,rename,,\n",
        {WEST: "甲县乙镇一般管控单元", EAST: "乙县甲镇一般管控单元"},
    ),
    "of no known place": (",,乙镇,丁镇,township,rename,,\n", {EAST: "乙县丁镇一般管控单元"}),
    "nowhere": ("999903001,999903001,甲镇,丁镇,township,rename,,\n", {}),
}


@pytest.mark.parametrize("rows", ROWS)
def test_what_is_proposed_is_done_once(two, tmp_path, rows):
    """Parks, which keep their names, are left out here; what is done stays so in the next year, by the same table."""
    table, wanted = ROWS[rows]
    plan = updated(tmp_path / "first", two, table)
    general = {name: new for name, new in proposals(plan).items() if "一般管控" in name}
    assert general == wanted
    done = [*offered(plan)]
    assert len(done) == len(proposals(plan))
    if not done:
        return
    assert edit(plan, done, author="甲", reason="更名")["refused"] == []
    assert offered(plan) == []
    again = updated(tmp_path / "second", plan, table)
    assert proposals(again) == {}
    assert sorted(named(again).values()) == sorted(named(plan).values())
    undo(plan, count=len(done))
    assert offered(plan) == done


def test_a_name_that_is_a_part_of_a_longer_one_is_none(two, tmp_path):
    """The park keeps the county's former name, and a town of today is called after it."""
    plan = updated(
        tmp_path / "now",
        renamed(tmp_path, two, {EAST: "乙县甲县镇一般管控单元", WEST: "甲县、甲县镇一般管控单元"}),
        "999901,999901,甲县,丙区,county,rename,,\n999902,999902,甲县,丙区,county,rename,,\n",
        township=(TOWNSHIP[0], {"code": ["999901001", "999902001"], "name": ["甲县镇", "乙镇"]}),
    )
    found = proposals(plan)
    assert "甲县、甲县镇一般管控单元" in found
    assert found["甲县、甲县镇一般管控单元"] == "丙区、甲县镇一般管控单元"
    assert not {"乙县甲县镇一般管控单元", *(name for name in named(plan).values() if "东部产业园" in name)} & {*found}


# ── names that say what the unit is not ─────────────────────────────────────────────────────────────────────────────
RED = "甲县生态保护红线优先保护单元"
WRONG = {
    "category": (WEST, "甲县甲镇优先保护单元", ["优先保护"], WEST),
    "name": (WEST, "乙县甲镇一般管控单元", ["乙县"], WEST),
    "park": (RED, "甲县西园优先保护单元", ["西园"], RED),
    "kind": (RED, "甲县饮用水水源保护区优先保护单元", ["饮用水水源保护区"], RED),
}


@pytest.mark.parametrize("problem", WRONG)
def test_a_kept_name_that_says_otherwise_is_told_with_the_default_one(two, tmp_path, problem):
    name, wrong, words, proposed = WRONG[problem]
    last = renamed(tmp_path, two, {name: wrong})
    assert told(last, "Q29") == []  # somebody meant it, in this plan
    plan = updated(tmp_path / "now", last)
    ((unit, facts),) = told(plan, "Q29")
    assert named(plan)[unit] == wrong
    assert (facts["problem"], facts["places"]) == (problem.replace("park", "name"), words)
    assert facts["proposed"] == proposed
    (row,) = (row for row in check_file(str(plan)).rows if row["id"] == "Q29")
    assert all(text in row["message"] for text in (unit, wrong, *words, proposed))
    (op,) = offered(plan)
    assert edit(plan, [op], author="甲", reason="更名")["refused"] == []
    assert (named(plan)[unit], told(plan, "Q29"), offered(plan)) == (proposed, [], [])
    undo(plan)
    assert offered(plan) == [op]
    # A locked unit is not renamed by a button.
    edit(plan, [{"op": "lock", "unit": unit}], author="甲", reason="锁定")
    assert offered(plan) == []
    edit(plan, [{"op": "unlock", "unit": unit}, {"op": "rename", "unit": unit, "name": f"{wrong}（一）"}], author="甲")
    assert (told(plan, "Q29"), offered(plan)) == ([], [])


def test_names_that_two_units_hold_crosswise_are_numbered_and_the_desk_of_lists_mends_them(two, tmp_path):
    """Neither can be called as the other is called still."""
    water = next(name for name in named(two).values() if "甲县水环境" in name)
    last = renamed(tmp_path, two, {water: "旧名"})
    last = renamed(tmp_path, last, {WEST: water, "旧名": WEST})
    plan = updated(tmp_path / "now", last)
    assert {facts["proposed"] for _, facts in told(plan, "Q29")} == {f"{water}2", f"{WEST}2"}
    stored = [Finding("Q29", facts_of(facts), units=(unit,)) for unit, facts in told(plan, "Q29")]
    assert [mend.op for one in stored for mend in mends(read_plan(plan), one)] == offered(plan)
    assert edit(plan, offered(plan), author="甲", reason="更名")["refused"] == []
    assert told(plan, "Q29") == []


def test_a_name_that_the_product_made_is_never_an_error(tmp_path):
    """Places in one county that are called after the other: a red line, a park, a town; this year and the next."""
    named_lines = ('layer = "red_line"\n', 'layer = "red_line"\nfields = { name = "name" }\n')
    text = BY_TOWN.replace(*named_lines).replace("[grouping]\n", '[grouping]\npriority = "named"\n')
    layers = {
        **LAYERS,
        "red_line": (RED_LINE[0], {"name": ["乙县水库"]}),
        "township": (TOWNS[0], {"code": TOWNS[1]["code"], "name": ["乙县镇", "甲镇"]}),
    }
    run(hand(tmp_path, text, **layers), tmp_path / "last.gpkg")
    again = text.replace('name = "overlay"', 'name = "update"') + '\n[previous]\npath = "last.gpkg"\n'
    run(hand(tmp_path, again, **layers), tmp_path / "now.gpkg")
    for plan in (tmp_path / "last.gpkg", tmp_path / "now.gpkg"):
        names = " ".join(named(plan).values())
        assert all(text in names for text in ("甲县乙县水库", "乙县甲县东部产业园", "甲县乙县镇"))
        assert told(plan, "Q29") == []
        assert not [row for row in check_file(str(plan)).rows if row["id"] == "Q29"]

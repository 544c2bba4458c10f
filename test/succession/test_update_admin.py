"""Changes of the ground under an update: towns merged, a county recoded or split, a village moved."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from command import ask
from control_units.delineation.cli import main
from control_units.delineation.core.errors import BadInput
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs import edit, run
from hand import CASE, HEAD, TOWNS, TOWNSHIP, TWO, box, hand

BY_TOWN = CASE.replace("[cleaning]", '[grouping]\ngeneral = "township"\n\n[cleaning]')
UPDATE = BY_TOWN.replace('name = "overlay"', 'name = "update"')


def updated(folder, last, rows="", how="keep", **layers):
    """Update last year's plan by a table of changes."""
    admin = ""
    if rows:
        (folder / "changes.csv").write_text(HEAD + rows, encoding="utf-8")
        admin = f'\n[admin]\nchanges = "{(folder / "changes.csv").as_posix()}"\non_recode = "{how}"\n'
    text = UPDATE + f'\n[previous]\npath = "{last.as_posix()}"\n' + admin
    run(hand(folder / "now", text, **layers), folder / "now.gpkg")
    return read_plan(folder / "now.gpkg")


@pytest.fixture(scope="module")
def last(tmp_path_factory):
    """One county of two towns, general units by town."""
    folder = tmp_path_factory.mktemp("last")
    run(hand(folder, BY_TOWN), folder / "last.gpkg")
    return folder / "last.gpkg"


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Two counties of a town each."""
    folder = tmp_path_factory.mktemp("two")
    run(hand(folder, BY_TOWN, county=TWO, township=TOWNS), folder / "two.gpkg")
    return folder / "two.gpkg"


def proposals(plan):
    found = plan.findings.loc[plan.findings["id"] == "S14", "facts"]
    return {facts["unit"]: facts["proposed"] for facts in map(json.loads, found)}


def test_two_towns_become_one_and_their_units_go_on(last, tmp_path):
    """Rules and grouping would make one general unit of the new town; names with the old towns get a proposal."""
    rows = "999901001,999901003,甲镇,新镇,township,merge,2026-01-01,民政函\n"
    rows += "999901002,999901003,乙镇,新镇,township,merge,2026-01-01,民政函\n"
    town = ([box(0, 0, 10_000, 10_000)], {"code": ["999901003"], "name": ["新镇"]})
    before, after = read_plan(last), updated(tmp_path, last, rows, township=town)
    keys = ["unit_id", "code", "name", "category", "kind", "area_m2"]
    assert after.units[keys].to_numpy().tolist() == before.units[keys].to_numpy().tolist()
    assert set(after.units["townships"]) == {"新镇"}
    assert set(after.lineage["relation"]) == {"same"}
    named = dict(zip(after.units["code"], after.units["name"], strict=True))
    wanted = {
        code: name.replace("甲镇", "新镇").replace("乙镇", "新镇") for code, name in named.items() if "镇" in name
    }
    # Both would be called the same.
    first, second = sorted(wanted)
    assert wanted[first] == wanted[second]
    assert proposals(after) == {first: wanted[first], second: f"{wanted[second]}2"}


@pytest.mark.parametrize(("how", "prefix"), [("keep", "ZH999901"), ("recode", "ZH999951")])
def test_a_county_gets_another_code_and_serials_stay(last, tmp_path, how, prefix, capsys):
    county = ([box(0, 0, 10_000, 10_000)], {"code": ["999951"], "name": ["试验区"]})
    last = Path(shutil.copy(last, tmp_path))
    own = {"id": "H1", "text": "不得新建焦化", "dimension": "space"}
    edit(last, [{"op": "clause", "unit": code, "add": own} for code in read_plan(last).units["code"]])
    before = read_plan(last)
    after = updated(tmp_path, last, "999901,999951,试验县,试验区,county,recode,2026-01-01,民政函\n", how, county=county)
    assert after.units["code"].tolist() == [prefix + code[8:] for code in before.units["code"]]
    for key in ("unit_id", "name", "area_m2"):
        assert after.units[key].tolist() == before.units[key].tolist()
    assert set(after.lineage["relation"]) == {"same" if how == "keep" else "recode"}
    assert set(proposals(after)) == {row.code for row in after.units.itertuples() if "试验县" in row.name}
    said = [sorted(zip(plan.clauses["unit_id"], plan.clauses["text"], strict=True)) for plan in (before, after)]
    assert said[0] == said[1]
    assert (after.clauses["text"] == own["text"]).sum() == len(after.units)
    code_of = dict(zip(after.units["unit_id"], after.units["code"], strict=True))
    assert after.clauses["code"].tolist() == after.clauses["unit_id"].map(code_of).tolist()
    kept = len(after.units) if how == "keep" else 0
    assert ask("info", tmp_path / "now.gpkg").document["former_county_codes"] == kept
    assert main(["info", str(tmp_path / "now.gpkg"), "--lang", "en"]) == 0
    assert (f"{kept} codes keep their county of before" in capsys.readouterr().out) == (kept > 0)


def test_the_year_after_a_recoding_needs_no_table_of_it(last, tmp_path):
    """Codes with the superseded prefix, names and lists go on, and the check knows why they are as they are."""
    county = ([box(0, 0, 10_000, 10_000)], {"code": ["999951"], "name": ["试验区"]})
    (tmp_path / "next").mkdir()
    table = "999901,999951,试验县,试验区,county,recode,2026-01-01,民政函\n"
    before = updated(tmp_path, last, table, county=county)
    after = updated(tmp_path / "next", tmp_path / "now.gpkg", county=county)
    for key in ("code", "unit_id", "name"):
        assert after.units[key].tolist() == before.units[key].tolist()
    assert after.clauses["text"].tolist() == before.clauses["text"].tolist()
    assert not {"Q04", "S83"} & set(after.findings["id"])


def test_a_village_moves_to_another_county_and_its_land_joins_the_unit_there(two, tmp_path):
    """One square kilometre of open land: it belongs to the general unit beyond the new line."""
    village = box(4_000, 8_000, 1_000, 1_000)
    counties = ([TWO[0][0].difference(village), TWO[0][1].union(village)], TWO[1])
    towns = (counties[0], TOWNS[1])
    rows = "999901001001,999902001009,某村,某村,village,transfer,2026-01-01,民政函\n"
    before, after = read_plan(two), updated(tmp_path, two, rows, county=counties, township=towns)
    assert after.units["code"].tolist() == before.units["code"].tolist()
    moved = (after.units["area_m2"] - before.units["area_m2"]).round()
    general = after.units["category"] == 3
    assert moved[general].tolist() == [-1e6, 1e6]
    assert moved[~general].abs().sum() == 0
    assert [len(ids) for ids in json.loads(after.meta["update"])["faces"].values() if ids] == [1]
    relations = after.lineage.set_index(["old", "new"])["relation"].to_dict()
    one, other = after.units.loc[general, "code"]
    assert relations[(one, other)] == "rearranged"


def test_a_village_moves_to_another_town_of_the_county_and_no_code_changes(last, tmp_path):
    village = box(4_000, 8_000, 1_000, 1_000)
    towns = ([TOWNSHIP[0][0].difference(village), TOWNSHIP[0][1].union(village)], TOWNSHIP[1])
    rows = "999901001001,999901002009,某村,某村,village,transfer,2026-01-01,民政函\n"
    before, after = read_plan(last), updated(tmp_path, last, rows, township=towns)
    keys = ["unit_id", "code", "name", "area_m2"]
    assert after.units[keys].to_numpy().tolist() == before.units[keys].to_numpy().tolist()
    held = after.units.set_index("name")["townships"]
    assert held[[name for name in held.index if "甲镇" in name]].item() == "甲镇、乙镇"


def test_of_a_county_that_is_split_only_units_in_the_new_part_get_its_name_proposed(last, tmp_path):
    counties = (TWO[0], {"code": ["999901", "999902"], "name": ["试验县", "东县"]})
    rows = "999901,999901,试验县,试验县,county,split,2026-01-01,民政函\n"
    rows += "999901,999902,试验县,东县,county,split,2026-01-01,民政函\n"
    after = updated(tmp_path, last, rows, county=counties, township=TOWNS)
    lies = dict(zip(after.units["code"], after.units["county"], strict=True))
    assert proposals(after)
    assert {lies[code] for code in proposals(after)} == {"999902"}


def test_a_town_of_another_county_that_is_called_the_same_keeps_its_name(tmp_path):
    towns = (TOWNS[0], {"code": TOWNS[1]["code"], "name": ["城关镇", "城关镇"]})
    run(hand(tmp_path, BY_TOWN, county=TWO, township=towns), tmp_path / "two.gpkg")
    now = (TOWNS[0], {"code": TOWNS[1]["code"], "name": ["新城镇", "城关镇"]})
    rows = "999901001,999901001,城关镇,新城镇,township,rename,2026-01-01,民政函\n"
    after = updated(tmp_path, tmp_path / "two.gpkg", rows, county=TWO, township=now)
    lies = dict(zip(after.units["code"], after.units["county"], strict=True))
    assert {lies[code] for code in proposals(after)} == {"999901"}


def told(plan, rule="S88"):
    return {
        facts.get("problem"): facts
        for facts in map(json.loads, plan.findings.loc[plan.findings["id"] == rule, "facts"])
    }


NATURAL = "999901,999902,试验县,乙县,county,split,2026-01-01,民政函\n"


@pytest.mark.parametrize("kind", ["split", "transfer"])
def test_a_county_that_gave_up_a_part_is_its_own_heir_by_the_one_natural_row(last, tmp_path, kind):
    """All codes go on, also of the unit that lies beyond the new line; the part of another there gets a new one."""
    before = read_plan(last)
    after = updated(tmp_path, last, NATURAL.replace("split", kind), county=TWO, township=TOWNS)
    (added,) = set(after.units["code"]) - set(before.units["code"])
    assert added == "ZH99990220001"
    assert set(before.units["code"]) <= set(after.units["code"])
    lies = after.units.set_index("name")["county"]
    names = before.units["name"].tolist()
    assert {name: lies[name] for name in names} == {name: "999902" if "乙镇" in name else "999901" for name in names}
    assert told(after) == {}


def test_a_county_that_got_its_former_code_back_keeps_all_codes(last, tmp_path):
    there, back = (f"{one},{other},,,county,recode,,\n" for one, other in (("999901", "999902"), ("999902", "999901")))
    after = updated(tmp_path, last, there + back)
    assert after.units["code"].tolist() == read_plan(last).units["code"].tolist()


@pytest.mark.parametrize("kind", ["recode", "merge"])
def test_a_row_that_the_county_layer_contradicts_is_named_and_the_layer_followed(last, tmp_path, kind):
    before = read_plan(last)
    after = updated(tmp_path, last, NATURAL.replace("split", kind))
    assert after.units["code"].tolist() == before.units["code"].tolist()
    facts = told(after)["stands"]
    assert (facts["listed"], facts["count"]) == ([f"999901→999902 ({kind})"], len(before.units))


@pytest.mark.parametrize(
    ("rows", "problem", "listed"), [("", "silent", "999901"), (NATURAL, "absent", "999901→999902 (split)")]
)
def test_units_of_a_county_that_went_nobody_knows_where_go_on_where_their_land_lies(
    last, tmp_path, rows, problem, listed
):
    county = ([box(0, 0, 10_000, 10_000)], {"code": ["999951"], "name": ["试验区"]})
    before, after = read_plan(last), updated(tmp_path, last, rows, county=county)
    for key in ("code", "unit_id", "name"):
        assert after.units[key].tolist() == before.units[key].tolist()
    facts = told(after)[problem]
    assert (facts["listed"], facts["count"]) == ([listed], len(before.units))


def test_a_county_that_was_split_the_year_before_and_is_renamed_now_keeps_all_codes(last, tmp_path):
    """This year's row speaks of the county that stayed: of the part that left last year's plan knows."""
    (tmp_path / "next").mkdir()
    before = updated(tmp_path, last, NATURAL, county=TWO, township=TOWNS)
    counties = (TWO[0], {"code": TWO[1]["code"], "name": ["新县", "乙县"]})
    renamed = "999901,999901,甲县,新县,county,rename,2027-01-01,民政函\n"
    after = updated(tmp_path / "next", tmp_path / "now.gpkg", renamed, county=counties, township=TOWNS)
    assert after.units["code"].tolist() == before.units["code"].tolist()
    assert told(after) == {}


def test_counties_that_take_each_others_codes_keep_their_units(two, tmp_path):
    rows = "999901,999902,甲县,甲县,county,recode,2026-01-01,民政函\n"
    rows += "999902,999901,乙县,乙县,county,recode,2026-01-01,民政函\n"
    swapped = (TWO[0], {"code": ["999902", "999901"], "name": ["甲县", "乙县"]})
    towns = (TOWNS[0], {"code": ["999902001", "999901001"], "name": ["甲镇", "乙镇"]})
    before, after = read_plan(two), updated(tmp_path, two, rows, county=swapped, township=towns)
    keys = ["unit_id", "code", "name", "area_m2"]
    assert sorted(after.units[keys].to_numpy().tolist()) == sorted(before.units[keys].to_numpy().tolist())
    assert told(after) == {}


@pytest.mark.parametrize("row", ["abc,def,,,county,recode,,", "99990,999902,,,county,split,,"])
def test_a_code_of_another_form_is_refused_by_line_and_column(last, tmp_path, row):
    with pytest.raises(BadInput, match=r"line 2: old_code = '(abc|99990)'; wanted: a code of 6 digits"):
        updated(tmp_path, last, f"{row}\n")

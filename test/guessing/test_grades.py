"""Grades: levels of parks and control zones of protected areas, from a column to what makes a unit."""

from __future__ import annotations

import pandas as pd
import pytest
import shapely
from command import ask, refusal
from control_units.delineation.case.profile import read_profile
from control_units.delineation.cli import main
from control_units.delineation.guessing import guess_role
from control_units.delineation.plan.file import read_plan
from guess_samples import make
from hand import CASE, box, hand

LEVELS = ["国家级", "省级", "市级", "县级", ""]
PARKS = ["甲园", "乙园", "丙园", "丁园", "戊园"]
PLACES = [box(1_500 * number, 8_000, 1_000, 1_000 - 100 * number) for number in range(5)]
TRADES = {"名称": PARKS, "行业": ["化工", "电子", "食品", "建材", "物流"]}
# A national reserve of two control zones and a provincial one: its own level is no grade.
RESERVE = {
    "名称": ["峰山保护区", "峰山保护区", "河口保护区"],
    "类型": ["自然保护区"] * 3,
    "级别": ["国家级", "国家级", "省级"],
    "管控分区": ["核心保护区", "一般控制区", "一般控制区"],
}
SOURCE = '[[source]]\nrole = "{}"\npath = "hand.gpkg"\nlayer = "{}"\nfields = {{ name = "名称"{} }}\n\n'
GRADED = CASE.replace(
    "[rules]",
    SOURCE.format("industrial_park", "park", ', grade = "级别"')
    + SOURCE.format("protected_area", "reserve", ', zone = "类型", grade = "管控分区"')
    + "[rules]",
)


def county(folder, old="[cleaning]", new="[cleaning]", levels=LEVELS):
    """The county with five parks and three reserves; ``old`` in its case is ``new``."""
    reserves = [box(5_000, 1_000 * number, 1_000, 900) for number in range(3)]
    layers = {"park": (PLACES, {**TRADES, "级别": levels}), "reserve": (reserves, RESERVE)}
    return hand(folder, GRADED.replace(old, new), **layers)


def run(case):
    assert main(["run", str(case), "-o", str(case.with_name("plan.gpkg"))]) == 0
    return case.with_name("plan.gpkg")


def told(plan, finding="S93"):
    return read_plan(plan).findings.query(f"id == '{finding}'")["message"].tolist()


def why(plan, place, capsys):
    """The answer about a place, and its words."""
    where = f"{place.centroid.x},{place.centroid.y}"
    assert main(["why", str(plan), where, "--lang", "zh"]) == 0
    return ask("why", plan, where).document, capsys.readouterr().out


def keys(plan):
    """Which of the parks a key unit is called after."""
    return [name for name in PARKS if any(name in unit for unit in read_plan(plan).units["name"])]


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return run(county(tmp_path_factory.mktemp("grades")))


@pytest.mark.parametrize(("grade", "category"), [("一级", 1), ("二级", 1), ("准保护区", 3)])
def test_a_strip_of_a_source_zone_stays_priority_by_its_grade(tmp_path, grade, category):
    """Ten metres of ecological space ride with the land around it, but where a zone that is protected covers them."""
    strip = [box(6_000, 1_000, 10, 800)]
    more = SOURCE.format("drinking_water", "intake", ', grade = "级别"') + SOURCE.format("general_eco_space", "eco", "")
    case = hand(
        tmp_path,
        CASE.replace("[rules]", more + "[rules]"),
        intake=(strip, {"名称": ["甲水源"], "级别": [grade]}),
        eco=(strip, {"名称": ["南坡"]}),
    )
    faces = read_plan(run(case)).faces
    (face,) = faces[shapely.covers(faces["geometry"].to_numpy(), strip[0].centroid)].itertuples()
    assert (face.rule_category, face.category, pd.isna(face.host)) == (1, category, category == 1)


def test_coverage_says_the_kind_and_the_grade_apart(plan):
    table = read_plan(plan).coverage.drop_duplicates(["role", "feature_id"]).sort_values("feature_id")
    said = {role: rows[["zone", "grade"]].to_numpy().tolist() for role, rows in table.groupby("role")}
    assert said.pop("industrial_park") == [["", "national"], ["", "province"], ["", "city"], ["", "county"], ["", ""]]
    assert said.pop("protected_area") == [["nature_reserve", grade] for grade in ("core", "control", "control")]
    assert {grade for rows in said.values() for _, grade in rows} == {""}


LOWER = {
    "乙": "省级的产业园区共 1 个（“乙园”），位于试验县，合计 90.00 公顷",
    "丙": "市级的产业园区共 1 个（“丙园”），位于试验县，合计 80.00 公顷",
    "丁": "县级的产业园区共 1 个（“丁园”），位于试验县，合计 70.00 公顷",
    "戊": "未注明级别的产业园区共 1 个（“戊园”），位于试验县，合计 60.00 公顷",
}


@pytest.mark.parametrize(
    ("setting", "key", "lower"),
    [
        ("", "甲乙戊", "丙丁"),
        ("national", "甲戊", "乙丙丁"),
        ("national+province+city+county", "甲乙丙丁戊", ""),
    ],
)
def test_the_setting_says_which_levels_are_key_and_the_rest_is_told(tmp_path, setting, key, lower):
    """By itself it takes national and provincial ones; a park of no known level is a key unit, and told too."""
    switch = f'switches = {{ park_grades = "{setting}" }}\n\n' if setting else ""
    plan = run(county(tmp_path, "[cleaning]", f"{switch}[cleaning]"))
    assert keys(plan) == [f"{one}园" for one in key]
    assert sorted(said.partition("：")[0] for said in told(plan)) == sorted(LOWER[one] for one in f"{lower}戊")


@pytest.mark.parametrize(
    ("place", "rule", "effect", "grade", "zh"),
    [
        (PLACES[0], "R14", 2, "national", "产业园区（国家级）"),
        (PLACES[2], "R14a", "attribute", "city", "产业园区（市级）"),
        (PLACES[4], "R14", 2, "", "产业园区 戊园"),
        (box(5_000, 0, 1_000, 900), "R04", 1, "core", "自然保护地（自然保护区、核心保护区）"),
    ],
)
def test_why_says_the_grade(plan, capsys, place, rule, effect, grade, zh):
    answer, words = why(plan, place, capsys)
    (reason,) = answer["reasons"]
    assert (reason["rule"], reason["effect"], reason["grade"]) == (rule, effect, grade)
    assert zh in words
    if rule == "R14a":
        facts = answer["next_facts"]
        assert (facts["why"], facts["rule"], facts["area_m2"]) == ("grade", "R14", pytest.approx(800_000))


def test_an_unknown_value_is_refused_by_name_until_the_case_says_what_it_means(tmp_path):
    levels = ["国家级", "省重点", "市级", "县级", ""]
    found = refusal("run", county(tmp_path / "a", levels=levels), "-o", tmp_path / "plan.gpkg")
    assert found["what"] == "grade '省重点' is not known for role industrial park"
    assert "“乙园”" in found["where"]
    assert 'zones = { "省重点" = "…" } with one of national, province, city, county' in found["wanted"]
    fields = 'grade = "级别" }'
    mapped = county(tmp_path / "b", fields, f'{fields}\nzones = {{ "省重点" = "province" }}', levels)
    assert keys(run(mapped)) == ["甲园", "乙园", "戊园"]
    # Of a column that nobody named it is told, and all are parks as if there were none.
    plan = run(county(tmp_path / "c", ', grade = "级别"', "", levels))
    assert ["“级别”的值“省重点”不是已知的级别" in said for said in told(plan, "S12")] == [True]
    assert keys(plan) == PARKS


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('fields = { zone = "zone" }', 'fields = { zone = "zone", grade = "zone" }', "takes no grade"),
        ('"类型", grade = "管控分区"', '"管控分区"', "zone value '核心保护区' is not known for role protected area"),
        ("[cleaning]", 'switches = { park_grades = "province" }\n\n[cleaning]', "found 'province'"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path, old, new, what):
    assert refusal("run", county(tmp_path, old, new), "-o", tmp_path / "plan.gpkg")["what"].endswith(what)


def test_an_extra_row_takes_the_grade_it_names(tmp_path):
    case = county(tmp_path, "[cleaning]", 'extra = "extra.csv"\n\n[cleaning]')
    (tmp_path / "extra.csv").write_text("id,precedence,role,grade,effect\nX1,81,industrial_park,county,2\n")
    assert keys(run(case)) == ["甲园", "乙园", "丁园", "戊园"]


@pytest.mark.parametrize(
    ("name", "columns", "field", "zone"),
    [
        ("产业园区", {**TRADES, "备注": LEVELS}, "备注", None),
        ("产业园区", {**TRADES, "级别": ["省级", "重点", "", "", ""]}, None, None),
        ("自然保护地", RESERVE, "管控分区", "类型"),
        ("自然保护地", {"名称": ["峰山保护区", "河口保护区"], "级别": ["国家级", "省级"]}, None, None),
        ("饮用水水源保护区", {"名称": ["河口", "城关"], "级别": ["一级", "二级"]}, "级别", None),
    ],
)
def test_the_guess_proposes_a_column_of_known_words_alone(name, columns, field, zone):
    found = guess_role(make(name, columns), read_profile()).fields
    assert (found.get("grade"), found.get("zone")) == (field, zone)


def test_a_newer_file_that_raises_a_park_is_told(tmp_path):
    newer = county(tmp_path / "newer", levels=["国家级", "省级", "省级", "县级", ""]).with_name("hand.gpkg")
    found = ask("sources", county(tmp_path), "industrial_park", newer).document
    assert [(one["name"], one["differs"]) for one in found["changes"]] == [("丙园", {"grade": ["city", "province"]})]

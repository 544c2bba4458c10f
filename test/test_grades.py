"""Grades: levels of parks and control zones of protected areas, from a column to what makes a unit."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest
import shapely
from command import ask, refusal
from control_units.delineation import verbs
from control_units.delineation.case.profile import read_profile
from control_units.delineation.case.reading import read_case
from control_units.delineation.cli import main
from control_units.delineation.guessing import guess_role
from control_units.delineation.plan.file import read_plan
from control_units.delineation.sources.examine import examine
from guess_samples import make
from hand import CASE, SOUTH, WEST, box, hand

if TYPE_CHECKING:
    from pathlib import Path

PARKS = {
    # name: place and size, the level as the layer has it, the grade
    "甲园": ((500, 8_000, 1_000, 1_000), "国家级", "national"),
    "乙园": ((2_000, 8_000, 1_000, 900), "省级", "province"),
    "丙园": ((3_500, 8_000, 1_000, 800), "市级", "city"),
    "丁园": ((5_000, 8_000, 1_000, 700), "县级", "county"),
    "戊园": ((6_500, 8_000, 1_000, 600), "", ""),
    # One of each in general ecological space, and in a water priority zone.
    "己园": ((500, 6_000, 500, 500), "省级", "province"),
    "庚园": ((2_000, 6_000, 500, 500), "市级", "city"),
    "辛园": ((8_000, 1_000, 500, 500), "省级", "province"),
    "壬园": ((9_000, 1_000, 500, 500), "市级", "city"),
}
TRADES = ["化工", "电子", "食品", "建材", "物流", "化工", "电子", "食品", "建材"]
PARK = (
    [box(*place) for place, _, _ in PARKS.values()],
    {"园区名称": list(PARKS), "级别": [level for _, level, _ in PARKS.values()], "行业": TRADES},
)
# A national reserve of two control zones and a provincial one; its own level is no grade.
RESERVE = (
    [box(1_000, 1_000, 2_000, 1_000), box(1_000, 2_000, 2_000, 1_000), box(5_000, 500, 1_000, 1_000)],
    {
        "名称": ["峰山保护区", "峰山保护区", "河口保护区"],
        "类型": ["自然保护区"] * 3,
        "级别": ["国家级", "国家级", "省级"],
        "管控分区": ["核心保护区", "一般控制区", "一般控制区"],
    },
)
ECO = ([box(0, 5_500, 3_500, 1_500)], {"name": ["北部"]})
WATER = ([box(7_500, 500, 2_400, 1_500)], {"zone": ["优先保护区"]})
LAYERS = {"park": PARK, "reserve": RESERVE, "eco": ECO, "water": WATER}
SOURCE = '[[source]]\nrole = "{}"\npath = "hand.gpkg"\nlayer = "{}"\n{}\n'
MORE = (
    SOURCE.format("industrial_park", "park", 'fields = { name = "园区名称", grade = "级别" }')
    + SOURCE.format("protected_area", "reserve", 'fields = { name = "名称", zone = "类型", grade = "管控分区" }')
    + SOURCE.format("general_eco_space", "eco", "")
)
GRADED = CASE.replace("[rules]", f"{MORE}\n[rules]").replace('layer = "red_line"\n', 'layer = "red_line"\n', 1)


def county(folder: Path, text: str = GRADED, switches: str = "", **layers) -> Path:
    """The county with its parks and reserves; without the red line of the usual one, which lies on a reserve."""
    text = text.replace('profile = "national"', f'profile = "national"\nswitches = {{ {switches} }}')
    return hand(folder, text, **{**LAYERS, "red_line": ([box(9_000, 9_000, 900, 900)], {"id": ["R1"]}), **layers})


def run(case: Path, *options: str) -> Path:
    plan = case.parent / "plan.gpkg"
    assert main(["run", str(case), "-o", str(plan), *options]) == 0
    return plan


def at(place: tuple[float, float, float, float]) -> str:
    x, y, width, height = place
    return f"{WEST + x + width / 2},{SOUTH + y + height / 2}"


def face_of(plan: Path, name: str):
    """The face in the middle of a park."""
    faces = read_plan(plan).faces
    middle = shapely.Point(*map(float, at(PARKS[name][0]).split(",")))
    return faces[shapely.contains(faces["geometry"].to_numpy(dtype=object), middle)].iloc[0]


def categories(plan: Path) -> dict[str, int]:
    """Category of the land in the middle of each park."""
    return {name: int(face_of(plan, name)["category"]) for name in PARKS}


def told(plan: Path, finding: str) -> list[dict]:
    table = read_plan(plan).findings
    rows = table[table["id"] == finding].to_dict("records")
    return [{**json.loads(row["facts"]), "value": row["value"], "said": row["message"], "at": row} for row in rows]


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return run(county(tmp_path_factory.mktemp("grades")))


# ── from the column into the plan ─────────────────────────────────────────────────────────────────────────────────────


def test_coverage_says_the_grade_and_the_kind_apart(plan):
    table = read_plan(plan).coverage
    rows = table[table["role"] == "industrial_park"].drop_duplicates("feature_id").sort_values("feature_id")
    assert rows["grade"].tolist() == [grade for _, _, grade in PARKS.values()]
    assert set(rows["zone"]) == {""}
    rows = table[table["role"] == "protected_area"].drop_duplicates("feature_id").sort_values("feature_id")
    assert rows["grade"].tolist() == ["core", "control", "control"]
    assert set(rows["zone"]) == {"nature_reserve"}
    assert set(table.loc[~table["role"].isin(["industrial_park", "protected_area"]), "grade"]) == {""}


def test_the_same_bytes_whatever_the_number_of_workers(tmp_path):
    case = county(tmp_path)
    one, two = (run(case, "--workers", workers).read_bytes() for workers in ("1", "2"))
    assert one == two


def test_a_cut_face_keeps_the_grade_of_what_covers_it(tmp_path):
    plan = run(county(tmp_path))
    unit = next(row["unit_id"] for row in read_plan(plan).units.to_dict("records") if "乙园" in row["name"])
    line = f"LINESTRING ({WEST + 1_900} {SOUTH + 8_400}, {WEST + 3_100} {SOUTH + 8_500})"
    verbs.edit(plan, [{"op": "split", "unit": unit, "line": line, "name": "北片"}], author="甲", reason="按道路划分")
    table = read_plan(plan).coverage
    rows = table[(table["role"] == "industrial_park") & (table["feature_id"] == 2)]
    assert len(rows) == 2
    assert set(rows["grade"]) == {"province"}


@pytest.mark.parametrize(
    ("fields", "grades"),
    [
        ('fields = { name = "园区名称" }', [grade for _, _, grade in PARKS.values()]),
        ('fields = { name = "园区名称", grade = "级别" }', [grade for _, _, grade in PARKS.values()]),
    ],
)
def test_the_column_is_found_by_its_name_too(tmp_path, fields, grades):
    text = GRADED.replace('fields = { name = "园区名称", grade = "级别" }', fields)
    case = read_case(county(tmp_path, text))
    spec = next(one for one in case.sources if one.role == "industrial_park")
    seen = examine(case, spec)
    assert seen.used["grade"] == "级别"
    assert [row[3] for row in seen.rows] == grades[: len(seen.rows)]
    read = {(one.value, one.count, one.zone) for one in seen.zone_values if one.graded}
    counts = {"国家级": 1, "省级": 3, "市级": 3, "县级": 1, "": 1}
    assert read == {(level, counts[level], grade) for _, level, grade in PARKS.values()}


def test_a_reserve_s_own_level_is_no_control_zone(tmp_path):
    """Of two columns that may say it the one that holds control zones is taken, and the zone is the other."""
    text = GRADED.replace('fields = { name = "名称", zone = "类型", grade = "管控分区" }', "")
    case = read_case(county(tmp_path, text))
    seen = examine(case, next(one for one in case.sources if one.role == "protected_area"))
    assert (seen.used["zone"], seen.used["grade"]) == ("类型", "管控分区")
    assert [row[2:] for row in seen.rows] == [("nature_reserve", grade) for grade in ("core", "control", "control")]
    assert [one for one in seen.findings if one.id in ("S12", "S93")] == []
    reserve = {key: values for key, values in RESERVE[1].items() if key != "管控分区"}
    case = read_case(county(tmp_path / "own", text, reserve=(RESERVE[0], reserve)))
    seen = examine(case, next(one for one in case.sources if one.role == "protected_area"))
    assert seen.used["grade"] == ""
    assert {row[3] for row in seen.rows} == {""}


def test_a_general_control_zone_is_no_general_zone(tmp_path):
    """一般控制区 holds 一般, and is a grade all the same."""
    text = GRADED.replace('zone = "类型", grade = "管控分区"', 'zone = "管控分区"')
    found = refusal("run", county(tmp_path, text), "-o", tmp_path / "plan.gpkg")
    assert found["what"] == "zone value '核心保护区' is not known for role protected area"
    only = {**RESERVE[1], "管控分区": ["一般控制区"] * 3}
    found = refusal("run", county(tmp_path / "b", text, reserve=(RESERVE[0], only)), "-o", tmp_path / "plan.gpkg")
    assert found["what"] == "zone value '一般控制区' is not known for role protected area"


# ── values that are not known ─────────────────────────────────────────────────────────────────────────────────────────


def levels(*, of: dict[str, str]):
    return PARK[0], {**PARK[1], "级别": [of.get(name, level) for name, (_, level, _) in PARKS.items()]}


def test_an_unknown_value_of_a_column_that_is_named_is_refused_by_name(tmp_path):
    case = county(tmp_path, park=levels(of={"乙园": "省极"}))
    found = refusal("run", case, "-o", tmp_path / "plan.gpkg")
    assert found["what"] == "grade '省极' is not known for role industrial park"
    assert "“乙园”" in found["where"]
    assert "级别" in found["where"]
    assert found["wanted"].startswith("省; or a map")
    assert 'zones = { "省极" = "…" }' in found["wanted"]
    text = GRADED.replace('grade = "级别" }', 'grade = "级别" }\nzones = { "省极" = "province" }')
    plan = run(county(tmp_path / "mapped", text, park=levels(of={"乙园": "省极"})))
    assert categories(plan)["乙园"] == 2
    assert [one["grade"] for one in told(plan, "S93") if one["problem"] == "lower"] == ["city", "county"]


def test_a_column_that_is_none_by_one_value_is_left_alone_and_told(tmp_path):
    text = GRADED.replace(', grade = "级别"', "")
    plan = run(county(tmp_path, text, park=levels(of={"乙园": "重点"})), "--lang", "en")
    unread, unknown = sorted(told(plan, "S93"), key=lambda one: one["problem"] != "unread")
    assert (unread["problem"], unread["field"], unread["text"]) == ("unread", "级别", "重点")
    assert "字段“级别”的值“重点”不是产业园区的已知级别" in unread["said"]
    assert (unknown["problem"], unknown["count"]) == ("unknown", len(PARKS))
    # None has a grade then: all are parks as before.
    assert [categories(plan)[name] for name in FREE] == [2] * 5


@pytest.mark.parametrize("role", ["water_zone", "red_line"])
def test_a_role_without_grades_refuses_the_column(tmp_path, role):
    text = {
        "water_zone": GRADED.replace('fields = { zone = "zone" }', 'fields = { zone = "zone", grade = "zone" }'),
        "red_line": GRADED.replace('layer = "red_line"\n', 'layer = "red_line"\nfields = { grade = "id" }\n', 1),
    }[role]
    found = refusal("run", county(tmp_path, text), "-o", tmp_path / "plan.gpkg")
    assert found["what"].endswith("takes no grade")
    assert found["wanted"] == "its [[source]] without fields.grade"


def test_words_of_a_bureau_are_read(tmp_path):
    """A profile's table of words is the only place where they stand."""
    settings = (
        read_profile().path.read_text("utf-8").replace('tables = "national"', f'tables = "{read_profile().folder}"')
    )
    (tmp_path / "本局.toml").write_text(settings.replace('city = ["市级"', 'city = ["州级", "市级"'), encoding="utf-8")
    text = GRADED.replace('profile = "national"', 'profile = "本局.toml"')
    plan = run(hand(tmp_path, text, **LAYERS, red_line=([box(9_000, 9_000, 900, 900)], {"id": ["R1"]})))
    assert categories(plan)["丙园"] == 3
    layers = {**LAYERS, "park": levels(of={"丙园": "州级"})}
    (tmp_path / "hand.gpkg").unlink()
    plan = run(hand(tmp_path, text, **layers, red_line=([box(9_000, 9_000, 900, 900)], {"id": ["R1"]})))
    assert categories(plan)["丙园"] == 3


# ── which grades make a key unit ──────────────────────────────────────────────────────────────────────────────────────

FREE = list(PARKS)[:5]  # those that lie in nothing else


@pytest.mark.parametrize(
    ("setting", "wanted"),
    [
        ("", [2, 2, 3, 3, 2]),
        ('park_grades = "national"', [2, 3, 3, 3, 2]),
        ('park_grades = "national+province"', [2, 2, 3, 3, 2]),
        ('park_grades = "national+province+city"', [2, 2, 2, 3, 2]),
        ('park_grades = "national+province+city+county"', [2, 2, 2, 2, 2]),
    ],
)
def test_the_setting_says_which_parks_are_key(tmp_path, setting, wanted):
    plan = run(county(tmp_path, switches=setting))
    found = categories(plan)
    assert [found[name] for name in FREE] == wanted
    units = read_plan(plan).units
    named = {name for name in PARKS if any(name in unit for unit in units["name"])}
    assert named == {name for name, category in found.items() if category == 2}
    # What is not key is told by grade, with its number and area; what has no grade as well.
    findings = {(one["problem"], str(one["grade"])): one for one in told(plan, "S93")}
    kept = {"national", "province", "city", "county"} - {
        grade for name, (_, _, grade) in PARKS.items() if name in FREE and found[name] == 2
    }
    assert {grade for problem, grade in findings if problem == "lower"} == kept
    for grade in kept:
        mine = [box(*place) for place, _, its in PARKS.values() if its == grade]
        one = findings["lower", grade]
        assert one["count"] == len(mine)
        assert one["area"] == pytest.approx(sum(shape.area for shape in mine))
        assert one["value"] == one["area"]
        assert one["counties"] == ["试验县"]
        assert shapely.union_all(mine).buffer(1).contains(one["at"]["geometry"])
    (unknown,) = (one for (problem, _), one in findings.items() if problem == "unknown")
    assert (unknown["count"], unknown["area"]) == (1, pytest.approx(600_000))
    assert "未注明级别的产业园区共 1 个（“戊园”）" in unknown["said"]


def test_the_finding_names_grade_parks_area_and_county(plan, tmp_path, capsys):
    said = [one["said"] for one in told(plan, "S93")]
    assert any(
        text.startswith("市级的产业园区共 3 个（“丙园”、“庚园”、“壬园”），位于试验县，合计 1.3000 km²") for text in said
    )
    assert any(text.startswith("县级的产业园区共 1 个（“丁园”），位于试验县，合计 70.00 公顷") for text in said)
    run(county(tmp_path), "--lang", "en")
    said = capsys.readouterr().out
    assert "industrial park (city level): 3 (“丙园”, “庚园”, “壬园”) in 试验县, 1.3000 km²" in said


@pytest.mark.parametrize(
    ("switch", "high", "low", "default"),
    [("park_over_eco = true", "己园", "庚园", 1), ('built_up_in_water_priority = "key"', "辛园", "壬园", 1)],
)
def test_a_park_of_no_grade_that_counts_is_raised_by_no_other_rule(tmp_path, switch, high, low, default):
    plan = run(county(tmp_path, switches=switch))
    found = categories(plan)
    assert (found[high], found[low]) == (2, default)
    plan = run(county(tmp_path / "all", switches=f'{switch}, park_grades = "national+province+city"'))
    found = categories(plan)
    assert (found[high], found[low]) == (2, 2)


def test_only_parks_that_count_are_asked_about_in_ecological_space(plan):
    assert [one["park"] for one in told(plan, "S10")] == ["己园"]


def test_parks_that_do_not_count_are_not_carved_out_of_a_township(tmp_path):
    """Fitting takes parks out of a township's land; a park that is none of the setting's goes with its township."""
    plan = run(county(tmp_path, GRADED.replace('name = "overlay"', 'name = "fitting"')))
    units = read_plan(plan).units
    kind = dict(zip(units["unit_id"], units["kind"], strict=True))
    assert kind[face_of(plan, "甲园")["unit_id"]] == "industrial_park"
    assert kind[face_of(plan, "丙园")["unit_id"]] != "industrial_park"


def test_a_setting_of_no_known_value_is_refused(tmp_path):
    case = county(tmp_path, switches='park_grades = "province"')
    found = refusal("run", case, "-o", tmp_path / "plan.gpkg")
    assert found["where"].endswith("switches.park_grades")
    assert "national+province" in found["wanted"]


def test_titles_say_what_their_rows_take(plan):
    rows = read_plan(plan).rules.set_index("id")
    for rule in ("R05", "R07", "R14"):
        assert rows.loc[rule, "grade"] == "national|province|-"
        assert "设定级别及未注明级别" in rows.loc[rule, "title"]
    assert rows.loc["R14a", ["grade", "effect"]].tolist() == ["*", "attribute"]
    reasons = read_plan(plan).units.set_index("name")["reasons"]
    assert reasons["试验县甲园产业集聚重点管控单元"] == "R14 产业园区(设定级别及未注明级别的) 100.00%"


# ── why ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "rule", "effect", "zh", "en"),
    [
        ("甲园", "R14", 2, "产业园区（国家级）", "industrial park (national level)"),
        ("丙园", "R14a", "attribute", "产业园区（市级）", "industrial park (city level)"),
        ("戊园", "R14", 2, "产业园区 戊园", "industrial park 戊园"),
    ],
)
def test_why_says_the_grade(plan, capsys, name, rule, effect, zh, en):
    answer = ask("why", plan, at(PARKS[name][0])).document
    (reason,) = (one for one in answer["reasons"] if one["role"] == "industrial_park")
    assert (reason["rule"], reason["effect"], reason["grade"]) == (rule, effect, PARKS[name][2])
    for language, wanted in (("zh", zh), ("en", en)):
        assert main(["why", str(plan), at(PARKS[name][0]), "--lang", language]) == 0
        assert wanted in capsys.readouterr().out


def test_why_says_kind_and_control_zone_of_a_reserve(plan, capsys):
    reasons = ask("why", plan, at((1_000, 1_000, 2_000, 1_000))).document["reasons"]
    assert [(one["zone"], one["grade"]) for one in reasons if one["role"] == "protected_area"] == [
        ("nature_reserve", "core")
    ]
    assert main(["why", str(plan), at((1_000, 2_000, 2_000, 1_000)), "--lang", "zh"]) == 0
    said = capsys.readouterr().out
    assert "自然保护地（自然保护区、一般控制区）" in said
    assert "核心保护区" not in said


def test_why_names_the_rule_that_takes_other_grades(plan):
    answer = ask("why", plan, at(PARKS["丙园"][0])).document
    assert answer["next_facts"]["why"] == "grade"
    assert (answer["next_facts"]["rule"], answer["next_facts"]["category"]) == ("R14", 2)
    assert answer["next_category"]["distance"] == "80.00 ha under rule R14, which takes other grades"


# ── rule tables with a column of grades ───────────────────────────────────────────────────────────────────────────────


def extra(folder: Path, *rows: dict[str, str]) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "extra.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(key for row in rows for key in row)))
        writer.writeheader()
        writer.writerows(rows)
    return GRADED.replace('profile = "national"', 'profile = "national"\nextra = "extra.csv"')


COUNTY_ROW = {"id": "X1", "precedence": "81", "role": "industrial_park", "effect": "2", "title": "县级园区"}


def with_extra(folder: Path, *rows: dict[str, str]) -> Path:
    text = extra(folder, *rows)
    return hand(folder, text, **LAYERS, red_line=([box(9_000, 9_000, 900, 900)], {"id": ["R1"]}))


def test_an_extra_row_takes_the_grades_it_names(tmp_path):
    plan = run(with_extra(tmp_path, {**COUNTY_ROW, "grade": "county"}))
    found = categories(plan)
    assert [found[name] for name in FREE] == [2, 2, 3, 2, 2]
    assert {str(one["grade"]) for one in told(plan, "S93") if one["problem"] == "lower"} == {"city"}
    assert told(plan, "S13") == []


@pytest.mark.parametrize("every", ["", "*"])
def test_no_grade_is_every_grade(tmp_path, every):
    plan = run(with_extra(tmp_path, {**COUNTY_ROW, "id": "R14", "precedence": "80", "grade": every}))
    assert [categories(plan)[name] for name in FREE] == [2] * 5
    assert [one for one in told(plan, "S93") if one["problem"] == "lower"] == []


def test_a_table_that_leaves_out_the_unknown_says_so(tmp_path):
    plan = run(with_extra(tmp_path, {**COUNTY_ROW, "id": "R14", "precedence": "80", "grade": "national"}))
    assert categories(plan)["戊园"] == 3
    lower = [one for one in told(plan, "S93") if one["problem"] == "lower"]
    assert [one["count"] for one in lower] == [3, 3, 1, 1]
    assert any(one["said"].startswith("未说明的产业园区共 1 个（“戊园”）") for one in lower)


def remarks(folder: Path, *rows: dict[str, str]) -> list[tuple[str, str]]:
    plan = run(with_extra(folder, *rows))
    return [(one["problem"], one["said"]) for one in told(plan, "S13")]


def test_the_tester_knows_grades(tmp_path):
    ((problem, said),) = remarks(tmp_path / "a", {**COUNTY_ROW, "grade": "village"})
    assert (problem, "产业园区没有级别“village”" in said) == ("unknown", True)
    # At equal precedence, for one of the same grades.
    ((problem, said),) = remarks(tmp_path / "b", {**COUNTY_ROW, "precedence": "80", "effect": "1", "grade": "province"})
    assert problem == "contradictory"
    assert "R14、X1 对产业园区（省级）" in said
    # Of another grade they say nothing of each other.
    assert remarks(tmp_path / "c", {**COUNTY_ROW, "precedence": "80", "effect": "1", "grade": "county"}) == []
    # All of its grades are decided before it.
    ((problem, said),) = remarks(tmp_path / "d", {**COUNTY_ROW, "precedence": "70", "grade": "province|national"})
    assert problem == "unreachable"
    assert remarks(tmp_path / "e", {**COUNTY_ROW, "precedence": "70", "grade": "province|county"}) == []


def test_a_switch_that_is_not_there_is_refused(tmp_path):
    case = with_extra(tmp_path, {**COUNTY_ROW, "grade": "$park_levels"})
    found = refusal("run", case, "-o", tmp_path / "plan.gpkg")
    assert found["what"] == "unknown switch 'park_levels'"
    assert found["where"] == "rule X1, grade"


def test_the_red_line_stays_whole(tmp_path):
    """A row that takes one grade of the red line is none that makes it whole priority."""
    row = {"id": "R01", "precedence": "130", "role": "red_line", "effect": "1", "grade": "core"}
    found = refusal("run", with_extra(tmp_path, row), "-o", tmp_path / "plan.gpkg")
    assert found["what"] == "no unconditional row makes the whole red line priority"


# ── guessed, and found again in a newer file ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "columns", "field", "zone"),
    [
        ("产业园区", PARK[1], "级别", ""),
        ("产业园区", {"园区名称": list(PARKS), "备注二": ["省级"] * len(PARKS)}, "备注二", ""),
        ("产业园区", {"园区名称": list(PARKS), "级别": ["省级", "重点"] + [""] * 7}, "", ""),
        ("产业园区", {"园区名称": list(PARKS), "行业": TRADES}, "", ""),
        ("自然保护地", RESERVE[1], "管控分区", "类型"),
        ("自然保护地", {"名称": ["峰山保护区", "河口保护区"], "级别": ["国家级", "省级"]}, "", ""),
        ("饮用水水源保护区", {"名称": ["河口", "城关"], "级别": ["一级", "二级"]}, "级别", ""),
    ],
)
def test_the_guess_proposes_a_column_of_known_words_alone(name, columns, field, zone):
    found = guess_role(make(name, columns), read_profile())
    assert (found.fields.get("grade", ""), found.fields.get("zone", "")) == (field, zone)


def test_a_newer_file_that_raises_a_park_is_told(tmp_path):
    case = county(tmp_path)
    newer = hand(tmp_path / "newer", park=levels(of={"丙园": "省级"})).parent / "hand.gpkg"
    found = ask("sources", case, "industrial_park", newer).document
    assert [(one["name"], one["differs"]) for one in found["changes"]] == [("丙园", {"grade": ["city", "province"]})]
    assert {"key": "grade", "before": "级别", "after": "级别", "fit": "same"} in found["fields"]
    # Under another name it is found by its values.
    park = {("园区等次" if key == "级别" else key): values for key, values in PARK[1].items()}
    newer = hand(tmp_path / "other", park=(PARK[0], park)).parent / "hand.gpkg"
    found = ask("sources", case, "industrial_park", newer).document
    assert {"key": "grade", "before": "级别", "after": "园区等次", "fit": "values"} in found["fields"]

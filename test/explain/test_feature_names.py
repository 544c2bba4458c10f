"""Features go by their names wherever their layer has a field of them, and by their numbers only where it has none."""

from __future__ import annotations

import json

import pytest
from command import ask
from control_units.delineation.case.profile import read_profile
from control_units.delineation.cli import main
from control_units.delineation.core.messages import facts_of, word
from control_units.delineation.explain.why import why
from control_units.delineation.explain.why_words import word as card_of
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs.running import run
from hand import LAYERS, box, hand

PARK = "峰山国家级森林公园"
PLACE = "502000,3402000"


def planned(folder, names, shapes=None):
    shapes = shapes or [box(1_000, 1_000, 2_000, 2_000)]
    case = hand(folder, red_line=(shapes, {"name": names}))
    run(case, folder / "plan.gpkg")
    return folder / "plan.gpkg"


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return planned(tmp_path_factory.mktemp("named"), [PARK])


def test_a_plan_keeps_the_names_of_its_source_features(plan):
    named = read_plan(plan).features
    assert (named["source"] + "/" + named["name"]).tolist() == [
        "county/试验县",
        "township/甲镇",
        "township/乙镇",
        f"red_line/{PARK}",
    ]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", f"生态保护红线 {PARK} 占 100.00%（规则 R01，来源 red_line，数据时点未说明）"),
        ("en", f"ecological red line {PARK} 100.00% (rule R01, source red_line, date not stated)"),
    ],
)
def test_a_why_card_names_the_feature(plan, language, said):
    held = read_plan(plan)
    card = card_of(why(held, PLACE), read_profile(), language, journal=held.journal)
    assert card.because == (said,)


def test_the_command_line_names_the_feature(plan, capsys):
    assert [one["feature"] for one in ask("why", plan, PLACE).document["reasons"]] == [PARK]
    assert main(["why", str(plan), PLACE]) == 0
    filed, row = (line for line in capsys.readouterr().out.splitlines() if line.rstrip().endswith("%"))
    assert "R01" in filed
    assert PARK in row


def test_what_has_no_name_goes_by_its_number(tmp_path):
    held = read_plan(planned(tmp_path, [None]))
    card = card_of(why(held, PLACE), read_profile(), "zh", journal=held.journal)
    assert card.because == ("生态保护红线 占 100.00%（规则 R01，来源 red_line 要素 1，数据时点未说明）",)


def test_what_every_feature_of_a_layer_is_called_is_no_name(tmp_path):
    shapes = [box(1_000, 1_000, 2_000, 2_000), box(5_000, 1_000, 500, 2_000)]
    held = read_plan(planned(tmp_path, ["生态保护红线"] * 2, shapes))
    card = card_of(why(held, PLACE), read_profile(), "zh", journal=held.journal)
    assert card.because == ("生态保护红线 占 100.00%（规则 R01，来源 red_line 要素 1，数据时点未说明）",)


def test_several_features_are_named_each_once_and_then_counted(tmp_path):
    shapes = [box(1_000 + 200 * row, 1_000, 200, 2_000) for row in range(8)]
    held = read_plan(planned(tmp_path, ["甲", "甲", "乙", "丙", "丁", None, "乙", "丙"], shapes))
    code = held.units.loc[held.units["category"] == 1, "code"].iloc[0]
    card = card_of(why(held, code), read_profile(), "zh", journal=held.journal)
    assert card.because[0].startswith("生态保护红线 甲、乙、丙 等 8 处 占 100.00%")


def test_findings_name_the_features_they_are_of(tmp_path):
    shapes = [box(1_000, 1_000, 2_000, 2_000), box(2_500, 1_000, 2_000, 2_000), box(2_500, 1_000, 2_000, 2_000)]
    held = read_plan(planned(tmp_path, [PARK, "鹰嘴界自然保护区", None], shapes))
    said = dict(zip(held.findings["id"], held.findings["message"], strict=True))
    assert "要素 3 与要素 “鹰嘴界自然保护区” 图形完全相同" in said["S44"]
    overlaps = held.findings.loc[held.findings["id"] == "S45"].iloc[0]
    assert f"要素 “{PARK}” 与要素 3 相互重叠" in overlaps["message"]
    facts = facts_of(json.loads(overlaps["facts"]))
    assert word(facts["first"]) == f"“{PARK}”"


def test_features_of_one_name_are_told_apart_by_their_numbers(tmp_path):
    held = read_plan(planned(tmp_path, ["天然林"] * 2, [box(1_000, 1_000, 2_000, 2_000)] * 2))
    (said,) = held.findings.loc[held.findings["id"] == "S44", "message"]
    assert "要素 “天然林”（2） 与要素 “天然林”（1） 图形完全相同" in said


def test_a_list_in_a_finding_names_them_too(tmp_path):
    shapes = [box(1_000, 1_000, 2_000, 2_000), None, None]
    held = read_plan(planned(tmp_path, [PARK, "天然林", None], shapes))
    (said,) = held.findings.loc[held.findings["id"] == "S04", "message"]
    assert "要素 “天然林”、3" in said


def test_an_error_names_the_feature(tmp_path):
    case = hand(tmp_path, water=([box(0, 0, 10, 10)], {"name": ["东河水源地"], "zone": [None]}))
    with pytest.raises(Exception, match="东河水源地"):
        run(case, tmp_path / "plan.gpkg")


def test_names_keep_their_brackets_in_units_townships_and_subtypes(tmp_path):
    towns = ["祥云片区（飞地）", " 高新区(东区)"]
    shapes = [box(1_000, 1_000, 2_000, 2_000)]
    case = hand(
        tmp_path,
        township=(LAYERS["township"][0], {"code": ["999901001", "999901002"], "name": towns}),
        red_line=(shapes, {"name": ["云岭（飞地）"]}),
        water=(LAYERS["water"][0], {"zone": ["祥云片区（飞地）重点管控区"]}),
    )
    with case.open("a", encoding="utf-8") as text:
        text.write('[grouping]\npriority = "named"\n')
    run(case, tmp_path / "plan.gpkg")
    units = read_plan(tmp_path / "plan.gpkg").units
    assert "试验县云岭（飞地）生态保护红线优先保护单元" in set(units["name"])
    assert {one for row in units["townships"] for one in row.split("、")} == {"祥云片区（飞地）", "高新区(东区)"}

"""What made a source newer is asked once, and stands in the plan, in ``info`` and in the reasons of what it changed."""

from __future__ import annotations

import json

import pytest
from command import ask, refusal
from control_units.delineation.case.names import glossary
from control_units.delineation.case.reading import parse_case, read_case
from control_units.delineation.case.writing import case_text
from control_units.delineation.plan.file import read_plan
from control_units.delineation.plan.summary import reason_in_words
from control_units.delineation.verbs.running import run
from hand import CASE, RED_LINE, box, hand, write_layer

TRIGGER = 'layer = "red_line"\ntrigger = "{trigger}"\ndocument = "自然资发〔2025〕1号"'
PREVIOUS = '\n[previous]\npath = "plan.gpkg"\nlayer = "units"\n'


def with_trigger(text, trigger="red_line_adjusted"):
    return text.replace('layer = "red_line"', TRIGGER.format(trigger=trigger))


@pytest.fixture(scope="module")
def updated(tmp_path_factory):
    """A plan, and the one after its red line has moved by 500 m."""
    folder = tmp_path_factory.mktemp("trigger")
    run(hand(folder), folder / "plan.gpkg")
    write_layer(folder / "newer.gpkg", "red_line", [box(1_500, 1_000, 2_000, 2_000)], RED_LINE[1])
    at = CASE.index('path = "hand.gpkg"\nlayer = "red_line"')
    text = with_trigger(CASE[:at] + CASE[at:].replace("hand.gpkg", "newer.gpkg", 1)) + PREVIOUS
    (folder / "newer.toml").write_text(text, encoding="utf-8")
    run(folder / "newer.toml", folder / "newer_plan.gpkg")
    return folder / "newer_plan.gpkg"


@pytest.mark.parametrize("said", ["red_line_adjusted", "生态保护红线依法调整", "adjustment of the ecological red line"])
def test_a_trigger_is_said_by_id_or_in_words_and_written_by_id(tmp_path, said):
    path = hand(tmp_path, with_trigger(CASE, said))
    case = read_case(path)
    assert [one.trigger for one in case.sources] == ["", "", "red_line_adjusted", ""]
    assert parse_case(case_text(case), path).sources == case.sources


def test_a_trigger_that_nobody_knows_is_refused_with_the_list(tmp_path):
    error = refusal("run", hand(tmp_path, with_trigger(CASE, "whim")), "-o", tmp_path / "plan.gpkg")
    assert error["what"] == "trigger = 'whim'"
    assert "red_line_adjusted | protected_area_adjusted" in error["wanted"]


def test_every_trigger_has_a_name_in_both_languages():
    assert set(glossary().listed("trigger", "zh")) == set(glossary().listed("trigger", "en"))


def test_a_plan_and_info_say_what_made_a_source_newer(updated):
    plan = read_plan(updated)
    assert dict(zip(plan.sources["role"], plan.sources["trigger"], strict=True))["red_line"] == "red_line_adjusted"
    sources = {one["role"]: one for one in ask("info", updated).document["provenance"]}
    said = sources["red_line"]
    assert (said["trigger"], said["document"]) == ("red_line_adjusted", "自然资发〔2025〕1号")
    assert sources["county"]["trigger"] == ""


def test_units_that_a_newer_source_changed_say_so_and_no_others(updated):
    plan = read_plan(updated)
    reasons = dict(zip(plan.units["category"], plan.units["reasons"], strict=True))
    for category in (1, 3):
        assert "生态保护红线依法调整" in reasons[category]
        assert "自然资发〔2025〕1号" in reasons[category]
    assert "更新" not in reasons[2]
    assert "调整" not in reasons[2]
    facts = plan.units.loc[plan.units["category"] == 1, "facts"].iloc[0]
    told = json.dumps(json.loads(facts))
    assert '"gained": 1000000.0' in told
    assert '"lost": 1000000.0' in told
    english = reason_in_words(reasons[1], facts, "en", glossary())
    assert "updated (adjustment of the ecological red line, 自然资发〔2025〕1号)" in english


def test_a_county_that_is_recoded_as_well_makes_no_land_change_hands(tmp_path):
    """Units are known by their ids: with new codes the same land was gained and lost as with the old ones."""
    now = tmp_path / "now"
    now.mkdir()
    run(hand(tmp_path), now / "plan.gpkg")
    (now / "changes.csv").write_text(
        "old_code,new_code,old_name,new_name,level,kind,date,document\n999901,999951,试验县,试验区,county,recode,,\n",
        encoding="utf-8",
    )
    text = with_trigger(CASE) + PREVIOUS + '\n[admin]\nchanges = "changes.csv"\non_recode = "recode"\n'
    county = ([box(0, 0, 10_000, 10_000)], {"code": ["999951"], "name": ["试验区"]})
    red_line = ([box(1_500, 1_000, 2_000, 2_000)], RED_LINE[1])
    run(hand(now, text, county=county, red_line=red_line), tmp_path / "new.gpkg")
    facts = dict(read_plan(tmp_path / "new.gpkg").units[["category", "facts"]].itertuples(index=False))
    assert '"gained": 1000000.0' in json.dumps(json.loads(facts[1]))
    assert '"lost": 1000000.0' in json.dumps(json.loads(facts[1]))
    assert "gained" not in facts[2]

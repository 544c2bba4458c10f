"""Published unit numbers, explanations and the rule table in words: what the panel says beside the plan's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from control_units.delineation.case.explanations import explain, in_order, load_explanations
from control_units.delineation.case.model import LIMITS, Cleaning, Grouping, Rules
from control_units.delineation.case.profile import NATIONAL, read_profile
from control_units.delineation.case.reading import read_case
from control_units.delineation.cli import main
from control_units.delineation.core.errors import BadInput
from control_units.delineation.explain.rule_book import read_rulebook
from control_units.delineation.explain.why import why
from control_units.delineation.explain.why_words import word
from control_units.delineation.methods.registry import methods, parameters
from control_units.delineation.methods.settings import SETTINGS
from control_units.delineation.plan.file import read_plan, write_plan
from control_units.delineation.plan.published import bands, hint, level_of, read_published
from control_units.delineation.verbs.running import delineate
from hand import CASE, hand

PROFILE = read_profile()
LANGUAGES = ("zh", "en")


def test_published_shares_add_up_and_name_their_source():
    plans = read_published(PROFILE)
    assert len(plans) > 20
    for plan in plans:
        assert plan.source, plan.area
        if len(plan.share) == 3:
            assert sum(plan.share.values()) == pytest.approx(1, abs=2e-4), plan.area
        if len(plan.n) == 3:
            total = {row["area"] + row["ground"] + row["date"]: row["units"] for row in PROFILE.table("published.csv")}
            assert sum(plan.n.values()) == int(total[plan.area + plan.ground + plan.date])


@pytest.mark.parametrize(
    ("codes", "level"),
    [
        (["330824"], "county"),
        (["650102", "650121"], "city"),
        (["650102", "652301"], "province"),
        (["", "330824"], "county"),
    ],
)
def test_county_codes_tell_the_level(codes, level):
    assert level_of(codes) == level


def test_bands_are_the_range_of_plans_alike():
    county = bands(read_published(PROFILE), "county")
    # Yangquan's five counties and districts and Kaihua (domain facts 7).
    assert (county[1].low, county[1].high) == pytest.approx((0.0380, 0.7523))
    assert (county[2].low, county[2].high) == pytest.approx((0.0566, 0.9620))
    assert (county[3].low, county[3].high) == pytest.approx((0.0, 0.6269))
    assert len(county[1].areas) == 6
    province = bands(read_published(PROFILE), "province")
    assert (province[1].low, province[1].high) == pytest.approx((0.3033, 0.544))
    # One published sea plan is no range.
    assert bands(read_published(PROFILE), "province", "sea") == {}


def test_a_hint_says_where_a_share_lies():
    band = bands(read_published(PROFILE), "county")[1]
    assert "3.80%–75.23%" in hint(band, 0.5)
    assert hint(band, 0.5).endswith("在此范围内")
    assert "偏高" in hint(band, 0.8)
    assert "偏低" in hint(band, 0.01)
    assert "worth a look" in hint(band, 0.8, "en")


def test_a_bad_number_in_the_table_is_named(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "published.csv").write_text(
        "area,level,ground,date,units,priority_n,priority_share,key_n,key_share,general_n,general_share,source\n"
        "甲县,county,land,2024,3,1,130,1,0,1,0,x\n",
        encoding="utf-8",
    )
    profile = replace(PROFILE, path=tmp_path / "own.toml", settings={**PROFILE.settings, "tables": "own"})
    with pytest.raises(BadInput, match="line 2"):
        read_published(profile)
    assert read_published(replace(profile, settings={**PROFILE.settings, "tables": "none"})) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_switch_and_setting_is_explained(language):
    known = load_explanations(PROFILE)
    wanted = [("switch", name) for name in PROFILE["switches"]]
    wanted += [("cleaning", name) for name in Cleaning.__dataclass_fields__]
    wanted += [("grouping", name) for name in Grouping.__dataclass_fields__]
    for method in methods():
        wanted += [("method", method), *(("parameter", one.name) for one in parameters(method))]
    for group, name in wanted:
        told = explain(known, group, name, language)
        assert told.name != name.replace("_", " "), f"{group} {name} has no name"
        assert len(told.sentence) > 15, f"{group} {name} has no sentence"
    choices = {choice for key, limit in LIMITS.items() if key.startswith("grouping.") for choice in limit.choices}
    for choice in choices | set(PROFILE["switch_values"]["built_up_in_water_priority"]):
        assert explain(known, "choice", choice, language).name != choice


def test_every_setting_is_in_sight_or_about_something():
    known = load_explanations(PROFILE)
    for one in SETTINGS:
        told = explain(known, "parameter", one.name)
        assert told.in_sight or told.about in known["about"], one.name


def test_names_go_in_the_order_of_their_texts():
    known = load_explanations(PROFILE)
    assert in_order(known, "method", ["mine", "azp", "also_mine", "overlay"]) == ["overlay", "azp", "also_mine", "mine"]
    assert in_order({}, "method", ["b", "a"]) == ["a", "b"]


def test_an_explanation_nobody_wrote_is_the_bare_name():
    assert explain({}, "switch", "my_own_switch").name == "my own switch"


def test_a_bureau_words_its_own(tmp_path):
    (tmp_path / "own").mkdir()
    text = '[switch.soil_priority]\nname_zh = "本市口径"\nzh = "……"\n'
    (tmp_path / "own" / "explanations.toml").write_text(text, encoding="utf-8")
    profile = replace(PROFILE, path=tmp_path / "own.toml", settings={**PROFILE.settings, "tables": "own"})
    known = load_explanations(profile)
    assert explain(known, "switch", "soil_priority").name == "本市口径"
    # What it leaves out stays.
    assert explain(known, "switch", "soil_priority", "en").name == "farmland priority zones are priority protection"
    assert explain(known, "switch", "land_raises").name == "土地资源重点管控区按重点管控"


@pytest.mark.parametrize("language", LANGUAGES)
def test_rules_are_read_in_the_order_they_decide(tmp_path, language):
    book = read_rulebook(read_case(hand(tmp_path)), language)
    order = [(-row.precedence, row.effect) for row in book.rows]
    assert order == sorted(order)
    assert book.rows[0].id == "R01"
    park = next(row for row in book.rows if row.id == "R05")
    assert (park.switch, park.wanted, park.active) == ("park_over_eco", "true", False)
    town = next(row for row in book.rows if row.id == "R08")
    assert town.threshold == "udb_min_area"
    assert (
        town.condition
        == {"zh": "位于水环境优先保护区内", "en": "inside water environment zone (priority protection)"}[language]
    )
    assert not any(row.remarks for row in book.rows)
    wanted = {"zh": "2017 年编制技术指南；内蒙古 2020 年方案", "en": "2017 guide; Inner Mongolia 2020"}
    assert book.rows[0].source == wanted[language]
    if language == "zh":
        assert all(any(letter > "一" for letter in row.source) for row in book.rows)


def test_the_tester_speaks_on_the_row_it_means(tmp_path):
    case = hand(tmp_path, CASE.replace('profile = "national"', 'profile = "national"\nextra = "rules.csv"'))
    (tmp_path / "rules.csv").write_text("id,precedence,role,zone,effect\nX1,1,red_line,*,2\n", encoding="utf-8")
    book = read_rulebook(read_case(case))
    (row,) = [row for row in book.rows if row.remarks]
    assert row.id == "X1"
    assert "永远不会起作用" in row.remarks[0]
    assert book.remarks == ()


def test_a_switch_moves_rows(tmp_path):
    case = read_case(hand(tmp_path))
    on = replace(case, rules=Rules(switches={"soil_priority": True}))
    active = [{row.id for row in read_rulebook(one).rows if row.active} for one in (case, on)]
    assert active[1] - active[0] == {"R13"}
    assert active[0] - active[1] == {"R22"}


def test_the_why_card_in_both_languages(tmp_path):
    case = read_case(hand(tmp_path))
    plan = delineate(case)
    red = plan.units.loc[plan.units["kind"] == "red_line", "code"].iloc[0]
    card = word(why(plan, red), case.profile, method="overlay", journal=plan.journal)
    assert card.headline == "判为优先保护，因为："
    assert card.because == ("生态保护红线 占 100.00%（规则 R01，来源 red_line 要素 1，数据时点未说明）",)
    assert card.following == "假如此处没有生态保护红线，将有 4.0000 km²（占 100.00%）变为一般管控"
    assert card.edits == ()
    english = word(why(plan, red), case.profile, "en", method="overlay", journal=plan.journal)
    assert english.following == "Without the ecological red line, 4.0000 km² (100.00%) would be general control"
    rest = plan.units.loc[plan.units["category"] == 3, "code"].iloc[0]
    assert word(why(plan, rest), case.profile, method="overlay", journal=plan.journal).headline == (
        "没有适用于此处的规则，作为其余区域判为一般管控"
    )


@pytest.mark.parametrize(("language", "head"), [("zh", "判为优先保护，因为："), ("en", "priority protection, because")])
def test_the_card_of_a_plan_by_a_bureaus_own_profile(tmp_path, capsys, language, head):
    """A bureau's own profile lies with its case, and the plan beside it: the card is worded by it."""
    own = tmp_path / "own.toml"
    text = (NATIONAL.parent / "national.toml").read_text(encoding="utf-8")
    own.write_text(text.replace('tables = "national"', f'tables = "{NATIONAL}"'), encoding="utf-8")
    case = hand(tmp_path, CASE.replace('profile = "national"', 'profile = "own.toml"'))
    write_plan(delineate(read_case(case)), tmp_path / "plan.gpkg")
    plan = read_plan(tmp_path / "plan.gpkg")
    assert plan.meta["profile"] == "own"
    red = plan.units.loc[plan.units["kind"] == "red_line", "code"].iloc[0]
    assert main(["why", str(tmp_path / "plan.gpkg"), red, "--lang", language]) == 0
    assert head in capsys.readouterr().out


def test_the_why_card_under_fitting_names_the_threshold(tmp_path):
    text = CASE.replace('name = "overlay"', 'name = "fitting"\nthreshold_key = 0.03')
    case = read_case(hand(tmp_path, text))
    plan = delineate(case)
    key = plan.units.loc[plan.units["category"] == 2, "code"].tolist()
    cards = [word(why(plan, code), case.profile, method="fitting", journal=plan.journal) for code in key]
    assert cards, "a township passes the threshold"
    assert all("个百分点即低于阈值 3.00%，届时变为一般管控" in card.following for card in cards)


def test_an_edit_that_names_the_unit_is_on_its_card(tmp_path):
    case = read_case(hand(tmp_path))
    plan = delineate(case)
    code = str(plan.units["code"].iloc[0])
    entry = {"time": "2026-01-02", "author": "李四", "reason": "乡镇意见", "op": f'{{"unit": "{code}"}}'}
    for undone, wanted in ((0, ("2026-01-02 李四：乡镇意见",)), (1, ())):
        plan.journal.loc[0] = {**dict.fromkeys(plan.journal.columns, ""), **entry, "undone": undone}
        assert word(why(plan, code), case.profile, journal=plan.journal).edits == wanted


def test_paths_of_the_profile_ship():
    assert (Path(PROFILE.folder) / "published.csv").is_file()

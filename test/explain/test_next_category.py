"""The next category: of every unit and place one sentence says what would have to change."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from control_units.delineation.case.profile import read_profile
from control_units.delineation.case.reading import read_case
from control_units.delineation.explain.why import why
from control_units.delineation.explain.why_words import word
from control_units.delineation.rules.rejudging import Rejudged
from control_units.delineation.verbs.running import delineate
from hand import CASE, SOUTH, WEST, box, hand

MORE = (
    ("park", "industrial_park", 'fields = { name = "name" }'),
    ("urban", "urban_boundary", 'fields = { zone = "zone" }'),
    ("soil", "soil_zone", 'fields = { zone = "zone" }'),
)
# The park lies whole under the water zone; the urban area is 0.25 km² and its rule asks for 1 km².
LAYERS = {
    "park": ([box(5_500, 4_500, 1_000, 1_000)], {"name": ["东园区"]}),
    "urban": ([box(8_000, 8_000, 500, 500)], {"zone": ["城镇集中建设区"]}),
    "soil": ([box(500, 7_000, 2_000, 1_000)], {"zone": ["农用地优先保护区"]}),
}


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    text = CASE.replace("[rules]", "[rules]\nswitches = { udb_min_area = 1_000_000 }") + "".join(
        f'\n[[source]]\nrole = "{role}"\npath = "hand.gpkg"\nlayer = "{layer}"\n{fields}\n'
        for layer, role, fields in MORE
    )
    return delineate(read_case(hand(tmp_path_factory.mktemp("next"), text, **LAYERS)))


def card(plan, what: str) -> SimpleNamespace:
    answer = why(plan, what)
    said = {tongue: word(answer, read_profile(), tongue, journal=plan.journal).following for tongue in ("zh", "en")}
    return SimpleNamespace(facts=answer["next_facts"], next=answer["next_category"], **said)


def at(plan, x: float, y: float) -> SimpleNamespace:
    return card(plan, f"{WEST + x},{SOUTH + y}")


def test_a_red_line_would_have_to_go(plan):
    one = at(plan, 2_000, 2_000)
    assert (one.facts["why"], one.facts["role"], one.facts["others"]) == ("gone", "red_line", ())
    assert one.zh == "假如此处没有生态保护红线，将有 4.0000 km²（占 100.00%）变为一般管控"


def test_where_two_reasons_hold_both_would_have_to_go(plan):
    one = at(plan, 6_000, 5_000)
    assert (one.facts["role"], one.facts["others"]) == ("industrial_park", ("water_zone",))
    assert one.next["category"] == 3
    assert one.zh == (
        "假如此处没有产业园区，因为还有水环境管控分区，类别不变；"
        "假如这些都没有，将有 1.0000 km²（占 100.00%）变为一般管控"
    )
    assert one.en.startswith("Without the industrial park it stays what it is, because of water environment zone")


def test_a_feature_under_its_least_area_says_what_it_lacks(plan):
    one = at(plan, 8_250, 8_250)
    assert (one.facts["why"], one.facts["rule"], one.next["category"]) == ("area", "R15", 2)
    assert (one.facts["measured_m2"], one.facts["least_m2"]) == (pytest.approx(250_000), 1_000_000)
    assert "25.00 公顷" in one.zh
    assert "1.0000 km²" in one.zh
    assert "R15" in one.en


def test_a_rule_that_is_switched_off_is_named(plan):
    one = at(plan, 1_000, 7_500)
    assert (one.facts["why"], one.facts["rule"], one.next["category"]) == ("switch", "R13", 1)
    assert one.facts["area_m2"] == pytest.approx(2e6)
    assert "R13" in one.zh


def test_of_a_whole_unit_the_rule_that_would_change_most_is_named(plan):
    rest = plan.units.loc[plan.units["category"] == 3, "code"].iloc[0]
    assert card(plan, rest).facts["rule"] == "R13"


def test_a_place_that_nothing_covers_says_how_far_the_next_is(plan):
    one = at(plan, 9_900, 100)
    assert (one.facts["why"], one.next["category"]) == ("beside", 2 if one.facts["rule"] == "R19" else 1)
    assert one.facts["metres"] == 0  # the rest is one face around all else
    assert "紧邻" in one.zh


def test_where_nothing_decides_it_says_so(tmp_path):
    text = CASE.split('[[source]]\nrole = "red_line"')[0] + "[rules]" + CASE.split("[rules]")[1]
    plan = delineate(read_case(hand(tmp_path, text)))
    one = card(plan, plan.units["code"].iloc[0])
    assert (one.facts["why"], one.next) == ("none", None)
    assert one.zh == "没有接近成立的规则：此处没有参与判定的要素"


def test_every_unit_has_a_sentence(plan):
    for code in plan.units["code"]:
        one = card(plan, code)
        assert one.zh
        assert one.en


def test_judging_some_faces_is_judging_all(plan):
    again = Rejudged(plan)
    some = np.arange(0, len(plan.faces), 2)
    for without in ((), ("water_zone",), ("industrial_park", "water_zone")):
        whole, part = again.judge(without), again.judge(without, among=some)
        assert (whole.category[some] == part.category[some]).all()
        assert (whole.rule[some] == part.rule[some]).all()

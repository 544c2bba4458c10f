"""The rule table of the national profile row by row, its switches, and what a row can ask for."""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from control_units.delineation.core.errors import BadInput
from control_units.delineation.partition import Coverage
from control_units.delineation.rules.judging import judge
from control_units.delineation.rules.table import read_rules
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic import Row, basis_of, box, county, face_at, features_of, labelled, national

if TYPE_CHECKING:
    from pathlib import Path

SQUARE = box(0, 0, 1, 1)
PLAIN = ("priority", "key", "general")
BUILT_UP = {"built_up_in_water_priority": "key"}


def row_of(text: str) -> Row:
    told, _, grade = text.partition("@")
    role, _, zone = told.partition(":")
    return Row(role, SQUARE, zone, grade=grade)


def judged(*covering: str, size: float = 1.0, extra: Path | None = None, **switches):
    """Judge one face covered by features written ``role``, ``role:zone`` or ``role@grade``."""
    rows = [row_of(text) for text in covering]
    count = len(rows)
    coverage = Coverage(np.zeros(count, dtype=np.int64), np.arange(count))
    table = read_rules(national(), switches, extra)
    area = np.array([size])
    return table, judge(table, features_of(rows), coverage, area, np.full(count, size))


def category(*covering: str, **options) -> int:
    return int(judged(*covering, **options)[1].category[0])


def decided_by(*covering: str, **options) -> str:
    table, judgement = judged(*covering, **options)
    return table.rows[judgement.rule[0]].id if judgement.rule[0] >= 0 else ""


def rules_file(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "extra.csv"
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


# Domain facts 2.3a, in its order: the feature, its category under the defaults.
TABLE = [
    ("red_line", 1),
    ("drinking_water:1", 1),
    ("drinking_water:2", 1),
    ("drinking_water:3", 3),
    ("protected_area", 1),
    ("protected_area:national_park", 1),
    ("protected_area:nature_reserve", 1),
    ("protected_area:nature_park", 1),
    ("protected_area@core", 1),
    ("protected_area:nature_reserve@control", 1),
    ("general_eco_space", 1),
    ("water_zone:priority", 1),
    ("water_zone:catchment", 3),
    ("air_zone:priority", 1),
    ("industrial_park", 2),
    ("industrial_park@national", 2),
    ("industrial_park@province", 2),
    ("industrial_park@city", 3),
    ("industrial_park@county", 3),
    ("urban_boundary", 2),
    ("urban_boundary:concentrated", 2),
    ("urban_boundary:elastic", 3),
    ("urban_boundary:special", 3),
    ("water_zone:industrial", 2),
    ("water_zone:urban", 2),
    ("water_zone:agricultural", 2),
    ("air_zone:high_emission", 2),
    ("air_zone:layout_sensitive", 2),
    ("air_zone:weak_dispersion", 2),
    ("air_zone:receptor_sensitive", 2),
    ("resource_zone:ecological_flow", 2),
    ("soil_zone:farmland_priority", 3),
    ("farmland", 3),
    ("soil_zone:farmland_risk", 3),
    ("soil_zone:construction_risk", 3),
    ("resource_zone:fuel_ban", 3),
    ("resource_zone:land", 3),
    ("resource_zone:groundwater", 3),
    ("resource_zone:natural", 3),
    ("water_zone:general", 3),
    ("air_zone:general", 3),
    ("soil_zone:general", 3),
    ("resource_zone:general", 3),
]


@pytest.mark.parametrize(("feature", "wanted"), TABLE)
def test_each_row_alone(feature, wanted):
    assert category(feature) == wanted


def test_nothing_at_all_is_general():
    table, judgement = judged()
    assert (judgement.category[0], judgement.rule[0], len(judgement.reason_face)) == (3, -1, 0)
    assert judgement.feature[0] == -1
    assert category("county", "township", "catchment", "village") == 3
    assert len(table.rows) > 30


def test_precedence_is_the_order_of_the_table():
    """Of any two deciding rows of the table the upper decides, whatever its category."""
    role_of = [(feature, wanted) for feature, wanted in TABLE if wanted < 3]
    for number, (upper, wanted) in enumerate(role_of):
        for lower, _ in role_of[number + 1 :]:
            assert category(upper, lower) == wanted, (upper, lower)
            kind = decided_by(upper, lower)
            assert kind == decided_by(upper) or row_of(upper).role == row_of(lower).role, (upper, lower)


@pytest.mark.parametrize("role", ["water_zone", "air_zone", "sea", "shoreline", "spatial_plan"])
def test_plain_values_say_their_category(role):
    assert [category(f"{role}:{zone}") for zone in PLAIN] == [1, 2, 3]


@pytest.mark.parametrize(
    ("role", "wanted"),
    [
        ("drinking_water", [1, 3, 3]),
        ("protected_area", [1, 1, 1]),
        ("urban_boundary", [3, 2, 3]),
        ("soil_zone", [3, 3, 3]),
        ("resource_zone", [3, 3, 3]),
    ],
)
def test_plain_values_of_roles_with_a_row_of_their_own_follow_it(role, wanted):
    assert [category(f"{role}:{zone}") for zone in PLAIN] == wanted


SWITCHES = [
    # switch, value, what covers the face, category by default, category with the switch
    ("park_over_eco", True, ["industrial_park", "general_eco_space"], 1, 2),
    ("built_up_in_water_priority", "key", ["industrial_park", "water_zone:priority"], 1, 2),
    ("built_up_in_water_priority", "key", ["urban_boundary:concentrated", "water_zone:priority"], 1, 2),
    ("built_up_in_water_priority", "key", ["urban_boundary", "water_zone:priority"], 1, 2),
    ("built_up_in_water_priority", "key", ["urban_boundary:key", "water_zone:priority"], 1, 2),
    ("built_up_in_water_priority", "key", ["urban_boundary:special", "water_zone:priority"], 1, 1),
    ("water_catchment_priority", True, ["water_zone:catchment"], 3, 1),
    ("soil_priority", True, ["soil_zone:farmland_priority"], 3, 1),
    ("soil_priority", True, ["soil_zone:farmland_priority", "industrial_park"], 2, 1),
    ("soil_priority", True, ["farmland"], 3, 3),
    ("soil_risk_raises", True, ["soil_zone:farmland_risk"], 3, 2),
    ("soil_risk_raises", True, ["soil_zone:construction_risk"], 3, 2),
    ("elastic_raises", True, ["urban_boundary:elastic"], 3, 2),
    ("elastic_raises", True, ["urban_boundary:special"], 3, 3),
    ("park_grades", "national+province+city", ["industrial_park@city"], 3, 2),
    ("park_grades", "national", ["industrial_park@province"], 2, 3),
    ("park_grades", "national", ["industrial_park"], 2, 2),
    # A park of no grade that counts is raised by no other row.
    ("park_over_eco", True, ["industrial_park@city", "general_eco_space"], 1, 1),
    ("built_up_in_water_priority", "key", ["industrial_park@city", "water_zone:priority"], 1, 1),
    ("udb_min_area", 5.0, ["urban_boundary:concentrated"], 2, 3),
    ("fuel_ban_raises", True, ["resource_zone:fuel_ban"], 3, 2),
    ("land_raises", True, ["resource_zone:land"], 3, 2),
    ("groundwater_raises", True, ["resource_zone:groundwater"], 3, 2),
    ("natural_raises", True, ["resource_zone:natural"], 3, 2),
]


@pytest.mark.parametrize(("switch", "value", "covering", "default", "switched"), SWITCHES)
def test_each_switch_both_ways(switch, value, covering, default, switched):
    assert category(*covering) == default
    assert category(*covering, **{switch: value}) == switched
    # A switch moves its own rows and no others.
    for feature, wanted in TABLE:
        if feature not in covering:
            moved = {row[2][0]: row[4] for row in SWITCHES if row[:2] == (switch, value) and len(row[2]) == 1}
            expected = moved.get(feature, 3 if switch == "udb_min_area" and feature == "urban_boundary" else wanted)
            assert category(feature, **{switch: value}) == expected, feature


def test_every_switch_of_the_profile_is_tested_and_used():
    tested = {row[0] for row in SWITCHES}
    assert set(national()["switches"]) == tested


@pytest.mark.parametrize("above", ["red_line", "drinking_water:1", "drinking_water:2", "protected_area"])
def test_no_switch_carves_anything_out_of_what_is_protected(above):
    everything = {
        name: True if value is False else national()["switch_values"][name][-1] if isinstance(value, str) else 0.0
        for name, value in national()["switches"].items()
    }
    built = ["industrial_park", "urban_boundary:concentrated", "general_eco_space", "water_zone:priority"]
    assert category(above, *built, **everything) == 1
    assert decided_by(above, *built, **everything) == decided_by(above)


def test_the_built_up_answer_is_about_water_only():
    """A park in a water and in an air priority zone stays priority by the air zone."""
    for built in ("industrial_park", "urban_boundary:concentrated"):
        assert category(built, "water_zone:priority", **BUILT_UP) == 2
        assert category(built, "water_zone:priority", "air_zone:priority", **BUILT_UP) == 1
        assert category(built, "water_zone:priority", "general_eco_space", **BUILT_UP) == 1
        # Outside the water zone nothing has changed.
        assert category(built, "air_zone:priority", **BUILT_UP) == 1


def test_farmland_below_the_urban_minimum_keeps_both_attributes():
    table, judgement = judged("urban_boundary:concentrated", "farmland", udb_min_area=5.0)
    assert judgement.category[0] == 3
    assert [table.rows[rule].id for rule in judgement.reason_rule] == ["R16", "R23"]


def test_every_reason_stays():
    everything = [feature for feature, _ in TABLE]
    table, judgement = judged(*everything)
    assert set(judgement.reason_feature.tolist()) == set(range(len(everything)))
    # One reason a feature, in the order in which the rows decide.
    assert len(judgement.reason_feature) == len(everything)
    ranks = table.rank()[judgement.reason_rule]
    assert (np.diff(ranks) >= 0).all()
    assert table.rows[judgement.reason_rule[0]].id == "R01"


def plainly(table, rows: list[Row], covering: set[tuple[int, int]], count: int):
    """Category, rule and feature of each face and its reasons, read off the table one word after the other."""
    answers, reasons = [], []
    for face in range(count):
        here = [feature for feature in range(len(rows)) if (face, feature) in covering]
        answer, decided = None, set()
        for number in table.order():
            rule = table.rows[number]
            places = [(rule.inside, True), (rule.outside, False)]
            met = all(
                any(rows[one].role == place[0] and place[1] in ("", rows[one].zone) for one in here) is wanted
                for place, wanted in places
                if place
            )
            for feature in here if table.active[number] and met else ():
                fits = rows[feature].role == rule.role and (rule.zones == ("*",) or rows[feature].zone in rule.zones)
                fits = fits and (rule.grades == ("*",) or rows[feature].grade in rule.grades)
                if fits and (rule.effect or feature not in decided):
                    reasons.append((face, number, feature))
                if fits and rule.effect:
                    decided.add(feature)
                    answer = answer or (rule.effect, number, feature)
        answers.append((3, -1, -1) if answer is None or answer[0] == 3 else answer)
    return answers, reasons


@pytest.mark.parametrize("seed", range(8))
def test_faces_and_features_are_told_apart(tmp_path, seed):
    """Many features over many faces give what a plain reading of the table gives, reasons in their order."""
    rng = np.random.default_rng(seed)
    # On some faces the farmland decides before it is also told of; a general row decides, and is no kind.
    extra = rules_file(
        tmp_path,
        {"id": "X1", "precedence": "47", "role": "farmland", "effect": "key", "inside": "soil_zone:farmland_risk"},
        {"id": "X2", "precedence": "46", "role": "farmland", "effect": "general", "outside": "catchment"},
    )
    table = read_rules(national(), {}, extra)
    texts = [*(text for text, _ in TABLE), *["farmland"] * 8, *["soil_zone:farmland_risk"] * 3, "catchment"]
    rows = [row_of(text) for text in rng.permutation(texts)]
    count = 12
    covering = sorted({(int(rng.integers(count - 1)), int(rng.integers(len(rows)))) for _ in range(60)})
    face, feature = np.array(covering).T
    judgement = judge(table, features_of(rows), Coverage(face, feature), np.ones(count), np.ones(len(rows)))
    answers, reasons = plainly(table, rows, set(covering), count)
    found = zip(judgement.category.tolist(), judgement.rule.tolist(), judgement.feature.tolist(), strict=True)
    assert list(found) == answers
    told = (judgement.reason_face, judgement.reason_rule, judgement.reason_feature)
    assert list(zip(*(one.tolist() for one in told), strict=True)) == reasons


def test_attributes_never_decide(tmp_path):
    extra = rules_file(tmp_path, {"id": "X1", "precedence": "999", "role": "farmland", "effect": "attribute"})
    table, judgement = judged("farmland", "industrial_park", extra=extra)
    assert judgement.category[0] == 2
    assert table.rows[judgement.reason_rule[0]].id == "X1"
    # An attribute row ahead of a deciding row of the same feature keeps its word, and does not stop the other.
    extra = rules_file(tmp_path, {"id": "X1", "precedence": "999", "role": "industrial_park", "effect": "attribute"})
    table, judgement = judged("industrial_park", extra=extra)
    assert judgement.category[0] == 2
    assert [table.rows[rule].id for rule in judgement.reason_rule] == ["X1", "R14"]


def test_strictest_wins_only_at_equal_precedence(tmp_path):
    def two(first, second):
        rows = [
            {"id": f"X{n}", "precedence": precedence, "role": role, "effect": effect}
            for n, (role, (precedence, effect)) in enumerate([("farmland", first), ("catchment", second)])
        ]
        return category("farmland", "catchment", extra=rules_file(tmp_path, *rows))

    assert two(("50", "2"), ("50", "1")) == 1
    assert two(("50", "1"), ("50", "2")) == 1
    assert two(("50", "key"), ("50", "general")) == 2
    assert two(("51", "2"), ("50", "1")) == 2
    assert two(("51", "3"), ("50", "1")) == 3


def test_inside_and_outside(tmp_path):
    row = {"id": "X1", "precedence": "200", "role": "farmland", "effect": "1"}
    inside = rules_file(tmp_path, row | {"inside": "water_zone:urban"})
    assert category("farmland", extra=inside) == 3
    assert category("farmland", "water_zone:industrial", extra=inside) == 2
    assert category("farmland", "water_zone:urban", extra=inside) == 1
    anywhere = rules_file(tmp_path, row | {"inside": "water_zone"})
    assert category("farmland", "water_zone:industrial", extra=anywhere) == 1
    outside = rules_file(tmp_path, row | {"outside": "water_zone:urban"})
    assert category("farmland", extra=outside) == 1
    assert category("farmland", "water_zone:urban", extra=outside) == 2
    both = rules_file(tmp_path, row | {"inside": "water_zone", "outside": "air_zone"})
    assert category("farmland", "water_zone:general", extra=both) == 1
    assert category("farmland", "water_zone:general", "air_zone:general", extra=both) == 3


def test_a_minimum_area_is_that_of_the_whole_feature():
    rows = [county(0, 0, 100, 100), Row("urban_boundary", box(0, 0, 30, 10)), Row("red_line", box(0, 0, 10, 100))]
    for least, wanted in ((0.0, 2), (299.0, 2), (300.0, 2), (301.0, 3)):
        basis, labelling = labelled(rows, switches={"udb_min_area": least})
        assert labelling.judgement.category[face_at(basis, 20, 5)] == wanted
    # Cut into three faces whose areas do not sum up exactly, the feature still has its area.
    rows[1] = Row("urban_boundary", box(0, 0, 0.7, 1))
    rows[2:] = [Row("red_line", box(0, 0, 0.1, 1)), Row("farmland", box(0.1, 0, 0.2, 1))]
    basis = basis_of(rows)
    faces = basis.partition.coverage.face[basis.partition.coverage.feature == 1]
    _, labelling = labelled(rows, switches={"udb_min_area": 0.7})
    assert len(faces) == 3
    assert labelling.judgement.category[face_at(basis, 0.5, 0.5)] == 2


@pytest.mark.parametrize(("share", "wanted"), [("0.3", 2), ("0.4", 2), ("0.41", 3)])
def test_a_minimum_share_is_asked_of_the_whole_feature(tmp_path, share, wanted):
    """40 % of the land zone lie in the catchment: the condition holds for all of it or for none."""
    rows = [county(0, 0, 100, 100), Row("spatial_plan", box(0, 0, 10, 10), "x"), Row("catchment", box(0, 0, 4, 100))]
    row = {"id": "X", "precedence": "50", "role": "spatial_plan", "zone": "*", "effect": "2", "inside": "catchment"}
    basis, labelling = labelled(rows, extra=rules_file(tmp_path, row | {"min_share": share}))
    assert labelling.judgement.category[face_at(basis, 2, 5)] == wanted
    assert labelling.judgement.category[face_at(basis, 8, 5)] == wanted
    outside = row | {"inside": "", "outside": "catchment", "min_share": str(1 - float(share))}
    basis, labelling = labelled(rows, extra=rules_file(tmp_path, outside))
    assert labelling.judgement.category[face_at(basis, 2, 5)] == (2 if float(share) >= 0.4 else 3)


def test_a_share_that_is_the_threshold_but_for_rounding_passes(tmp_path):
    """Three tenths as a sum of floats are a little less, or more, than 0.3 of the whole."""
    rows = [county(0, 0, 2, 1), Row("spatial_plan", box(0, 0, 1, 1), "x"), Row("catchment", box(0, 0, 0.3, 1))]
    row = {"id": "X", "precedence": "50", "role": "spatial_plan", "zone": "*", "effect": "2", "inside": "catchment"}
    for share, wanted in (("0.3", 2), ("0.30000000000001", 2), ("0.30000001", 3)):
        _, labelling = labelled(rows, extra=rules_file(tmp_path, row | {"min_share": share}))
        assert (labelling.judgement.category == 2).any() == (wanted == 2), share


def test_an_extra_row_replaces_or_adds(tmp_path):
    extra = rules_file(
        tmp_path,
        {"id": "R23", "precedence": "45", "role": "farmland", "effect": "key", "title": "own"},
        {"id": "X1", "precedence": "10", "role": "catchment", "effect": "priority", "title": ""},
    )
    table, judgement = judged("farmland", extra=extra)
    assert judgement.category[0] == 2
    assert [row.title for row in table.rows if row.id == "R23"] == ["own"]
    assert category("catchment", extra=extra) == 1


R01 = {"id": "R01", "precedence": "130", "role": "red_line", "effect": "1"}
OVER = {"id": "X1", "precedence": "131", "role": "industrial_park", "effect": "2"}
NO_RED_LINE = "no unconditional row makes the whole red line priority"
ABOVE = r"rule X1 stands above the red line \(precedence 131 over 130\)"
TOUCHED = [
    # what an extra table says, what is said of it
    ([OVER], ABOVE),
    ([OVER | {"effect": "general"}], ABOVE),
    ([R01 | {"precedence": "5"}], "stands above the red line"),
    ([R01 | {"effect": "2"}], NO_RED_LINE),
    ([R01 | {"effect": "attribute"}], NO_RED_LINE),
    ([R01 | {"role": "farmland"}], NO_RED_LINE),
    ([R01 | {"zone": "priority"}], NO_RED_LINE),
    ([R01 | {"switch": "soil_priority"}], NO_RED_LINE),
    ([R01 | {"inside": "county"}], NO_RED_LINE),
    ([R01 | {"outside": "industrial_park"}], NO_RED_LINE),
    ([R01 | {"min_area": "10000"}], NO_RED_LINE),
    # Twins that touch nothing of it.
    ([OVER | {"effect": "1"}], ""),
    ([OVER | {"effect": "attribute"}], ""),
    ([OVER | {"precedence": "130"}], ""),
    ([OVER | {"switch": "soil_priority"}], ""),
    ([R01 | {"precedence": "200"}, OVER], ""),
    ([R01 | {"switch": "soil_priority=false"}], ""),
    # Of two rows of the red line the upper counts.
    ([R01 | {"id": "X2", "precedence": "50"}, OVER | {"precedence": "120"}], ""),
]


@pytest.mark.parametrize(("rows", "said"), TOUCHED)
def test_nothing_stands_above_the_red_line(tmp_path, rows, said):
    extra = rules_file(tmp_path, *rows)
    if said:
        with pytest.raises(BadInput, match=said):
            read_rules(national(), {}, extra)
    else:
        assert category("red_line", "industrial_park", "urban_boundary", extra=extra) == 1


def test_a_switch_that_drops_the_red_line_is_refused(tmp_path):
    extra = rules_file(tmp_path, R01 | {"switch": "soil_priority=false"})
    with pytest.raises(BadInput, match=NO_RED_LINE):
        read_rules(national(), {"soil_priority": True}, extra)


BAD_ROWS = [
    ({"effect": "forbid"}, "effect"),
    ({"precedence": "high"}, "number"),
    ({"precedence": "nan"}, "number"),
    ({"min_area": "$udb_min_are"}, "udb_min_are"),
    ({"switch": "soil_priorty=true"}, "soil_priorty"),
    ({"min_share": "1.5", "inside": "sea"}, "min_share"),
    ({"precedence": "95.7"}, "precedence"),
    ({"min_area": "-5"}, "min_area"),
    ({"min_area": "-0.5"}, "min_area"),
    ({"min_area": "much"}, "'much' is no number"),
    ({"min_area": "inf"}, "'inf' is no number"),
    ({"min_share": "0.5"}, "min_share"),
    ({"role": ""}, "without id or role"),
    ({"zones": "x"}, "unknown column"),
]


@pytest.mark.parametrize(("change", "said"), BAD_ROWS)
def test_bad_rows_are_refused(tmp_path, change, said):
    row = {"id": "X1", "precedence": "50", "role": "farmland", "effect": "2"}
    with pytest.raises(BadInput, match=said.replace("$", r"\$")):
        read_rules(national(), {}, rules_file(tmp_path, row | change))


@pytest.mark.parametrize(
    ("word", "number"),
    [("1", 1), ("priority", 1), ("2", 2), ("key", 2), ("3", 3), ("general", 3), ("attribute", 0)],
)
def test_what_each_effect_means(tmp_path, word, number):
    row = {"id": "X1", "precedence": "50", "role": "farmland", "effect": word}
    assert read_rules(national(), {}, rules_file(tmp_path, row)).rows[-1].effect == number


def test_a_switch_of_an_own_profile_may_be_any_word(tmp_path):
    profile = national()
    switches = {**profile["switches"], "reading": "GB"}
    own = replace(profile, settings={**profile.settings, "switches": switches})
    row = {"id": "X1", "precedence": "50", "role": "farmland", "effect": "2"}
    extra = rules_file(tmp_path, row | {"switch": "reading=GB"}, row | {"id": "X2", "switch": "reading=gb"})
    assert read_rules(own, {}, extra).active[-2:] == (True, False)
    assert read_rules(own, {"reading": "gb"}, extra).active[-2:] == (False, True)


def test_an_id_that_stands_twice_is_refused(tmp_path):
    row = {"id": "X1", "precedence": "50", "role": "farmland", "effect": "2"}
    with pytest.raises(BadInput, match="line 3: rule 'X1' occurs twice"):
        read_rules(national(), {}, rules_file(tmp_path, row, row | {"effect": "1"}))


@pytest.mark.parametrize(
    ("switches", "said"),
    [
        ({"soil_priorty": True}, "soil_priority"),
        ({"soil_priority": "yes"}, "true or false"),
        ({"built_up_in_water_priority": "general"}, r"priority \| key"),
        ({"udb_min_area": -1}, "0 or more"),
        ({"udb_min_area": float("nan")}, "0 or more"),
        ({"udb_min_area": True}, "0 or more"),
        ({"udb_min_area": float("inf")}, "0 or more"),
    ],
)
def test_bad_switches_are_refused(switches, said):
    with pytest.raises(BadInput, match=said):
        read_rules(national(), switches)


@pytest.mark.parametrize(
    ("role", "value", "zone", "subtype"),
    [
        ("water_zone", "优先保护区", "priority", ""),
        ("water_zone", "水环境工业污染重点管控区", "industrial", ""),
        ("water_zone", "控制单元", "catchment", ""),
        ("air_zone", " 布局敏感\n", "layout_sensitive", ""),
        ("air_zone", "一类区", "priority", ""),
        ("soil_zone", "农用地优先保护区", "farmland_priority", ""),
        ("resource_zone", "生态用水补给区", "ecological_flow", ""),
        ("resource_zone", "高污染燃料禁燃区", "fuel_ban", ""),
        ("urban_boundary", "城镇集中建设区", "concentrated", ""),
        ("drinking_water", "二级", "2", ""),
        ("drinking_water", "准保护区", "3", ""),
        ("protected_area", "国家公园", "national_park", ""),
        ("sea", "重点", "key", ""),
        ("sea", "优先保护区", "priority", ""),
        ("sea", "一般管控区", "general", ""),
        ("water_zone", "Priority", "priority", ""),
        # Exactly one of 优先, 重点, 一般: read as that, the rest is the subtype.
        ("water_zone", "港口重点管控区", "key", "港口"),
        ("spatial_plan", "水源涵养优先保护区", "priority", "水源涵养"),
        ("water_zone", "祥云片区（飞地）重点管控区", "key", "祥云片区(飞地)"),
        ("water_zone", "重点管控区（祥云片区（飞地））", "key", "祥云片区(飞地)"),
        ("water_zone", "重点管控单元（工业）", "key", "工业"),
        ("water_zone", "管控区-重点", "key", ""),
        ("water_zone", "重点管控区()", "key", ""),
    ],
)
def test_zone_values(role, value, zone, subtype):
    profile = national()
    assert profile.zone(profile.roles[role], value, {}, "here") == (zone, subtype)


@pytest.mark.parametrize(("role", "value"), [("water_zone", "工业区"), ("air_zone", "优先重点区"), ("sea", "x")])
def test_unknown_zone_values_are_refused(role, value):
    profile = national()
    with pytest.raises(BadInput, match="is not known for role"):
        profile.zone(profile.roles[role], value, {}, "here")


def test_a_map_reads_any_value():
    profile = national()
    role = profile.roles["water_zone"]
    assert profile.zone(role, "3", {"3": "industrial"}, "here") == ("industrial", "")
    assert profile.zone(role, "A", {"A": "优先"}, "here") == ("priority", "")
    with pytest.raises(BadInput):
        profile.zone(role, "A", {"A": "industry"}, "here")


def test_a_subtype_that_all_faces_of_a_unit_share_is_the_unit_s():
    rows = [
        county(0, 0, 100, 100),
        Row("spatial_plan", box(0, 0, 10, 10), "key", subtype="港口"),
        Row("water_zone", box(50, 0, 10, 10), "key", subtype="甲"),
        Row("water_zone", box(50, 50, 10, 10), "key", subtype="乙"),
    ]
    _, labelling = labelled(rows)
    kinds = [labelling.kinds[kind] for kind in labelling.units.kind]
    told = dict(zip(kinds, labelling.units.subtype, strict=True))
    assert told == {"spatial_plan": "港口", "water_zone": "", "general": ""}


PLAINLY = {f"{role}:{zone}" for role in ("sea", "shoreline", "soil_zone") for zone in PLAIN}
FEATURES = sorted({feature for feature, _ in TABLE} | PLAINLY)
CHOICES = {
    name: st.booleans() if isinstance(value, bool) else st.sampled_from(national()["switch_values"][name])
    for name, value in national()["switches"].items()
    if not isinstance(value, float)
}


@settings(max_examples=200)
@given(st.lists(st.sampled_from(FEATURES), max_size=8), st.fixed_dictionaries(CHOICES), st.sampled_from([0.0, 5.0]))
def test_a_red_line_never_lowers_a_category(covering, switches, least):
    """Invariant 3: raising nothing but a red line makes the face priority, and it is the red line that decides."""
    options = {**switches, "udb_min_area": least}
    table, judgement = judged(*covering, "red_line", **options)
    assert judgement.category[0] == 1 <= category(*covering, **options)
    assert table.rows[judgement.rule[0]].id == "R01"


@settings(max_examples=100)
@given(st.lists(st.sampled_from(FEATURES), min_size=1, max_size=8), st.fixed_dictionaries(CHOICES), st.randoms())
def test_the_order_of_features_does_not_matter(covering, switches, shuffler):
    once = decided_by(*covering, **switches)
    shuffled = list(covering)
    shuffler.shuffle(shuffled)
    assert decided_by(*shuffled, **switches) == once


def test_the_plan_s_rule_table_judges_the_same():
    from control_units.delineation.plan.assemble import rules_table
    from control_units.delineation.rules.table import rules_of_plan

    _, labelling = labelled([county(0, 0, 10, 10)], switches={"udb_min_area": 7.0, "soil_priority": True})
    table = rules_table(labelling)
    again = rules_of_plan({name: table[name].to_numpy() for name in table})
    assert again.active == labelling.rules.active
    keys = ("id", "precedence", "role", "zones", "effect", "inside", "outside", "min_area", "min_share")
    for one, other in zip(labelling.rules.rows, again.rows, strict=True):
        assert [getattr(one, key) for key in keys] == [getattr(other, key) for key in keys]
        assert one.conditional == other.conditional or one.min_area_text == "$udb_min_area"

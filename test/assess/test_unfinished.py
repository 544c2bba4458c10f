"""An element that is not delivered to its end: what is filled in says so wherever it is read, and answers nothing."""

from __future__ import annotations

import matplotlib.image
import pyogrio
import pytest
import shapely
from assess_plan import DAY, write_clauses
from command import child
from control_units.delineation import checks
from control_units.delineation.assess.answer import Assessor
from control_units.delineation.core.errors import BadInput
from control_units.delineation.export.map_png import tables_of
from control_units.delineation.export.map_sheet import MapOptions, sheets
from control_units.delineation.export.registry import export
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs import run, why
from control_units.delineation.verbs.checking import check_file
from control_units.delineation.verbs.editing import edit
from file_text import text_of
from hand import box
from other_program import restated
from own_profile import own_profile
from unfinished import AIR, COUNTIES, GENERAL, KEY, KM2, PRIORITY, SOURCES, WATER, case_of

HIGH = "高排放重点管控区"
MARK = "按未提供补足"
FILLED, DELIVERED, PROTECTED = (506_000, 3_408_000), (503_000, 3_400_500), (500_500, 3_400_500)
NONE_HERE = (
    *("general_eco_space", "protected_area", "drinking_water", "resource_zone", "industrial_park"),
    *("urban_boundary", "farmland"),
)


def plan_of(folder, text=SOURCES, **layers):
    run(case_of(folder, text, **layers), folder / "plan.gpkg")
    return folder / "plan.gpkg"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The plan of the two counties, for those who only read it; `plan` is a copy that a test may change."""
    return plan_of(tmp_path_factory.mktemp("unfinished"))


def said(*arguments):
    """What a verb prints."""
    return child(*arguments).communicate()[0]


def filled(plan, element):
    """(county, why its general zone was filled in) → km²; of the general zones of an element."""
    zones = read_plan(plan).element_zones
    rows = zones[(zones["zone"] == "general") & (zones["element"] == element)]
    return {(row.county, row.filled): pytest.approx(row.area_m2 / KM2) for row in rows.itertuples()}


def found_in(plan):
    """What Q31 finds, as a finding of the plan's own layers; the plan's file holds the same number as warnings."""
    findings, _ = checks.check(checks.subject_from_plan(read_plan(plan)), only=["Q31"])
    rows = [row for row in check_file(str(plan)).rows if row["id"] == "Q31"]
    assert [row["value"] for row in rows] == [one.value for one in findings]
    return findings


def told(plan):
    """(element, county) → share and m² that Q31 tells."""
    return {(one.facts["element"], one.facts["county"]): (one.value, one.facts["area_m2"]) for one in found_in(plan)}


# ── What is filled in, and what of it is a finding ──────────────────────────────────────────────────────────────────


def test_areas_and_shares_are_those_of_the_sources_by_bare_shapely(made):
    """County by county, what the layer leaves of the land; the place of the finding lies in it."""
    zones = read_plan(made).element_zones.query("filled == 'undelivered'").set_index("code")
    wanted = {"YS9999013310002": ("air", AIR, "999901"), "YS9999023210002": ("water", WATER, "999902")}
    assert set(zones.index) == set(wanted)
    findings = {one.facts["element"]: one for one in found_in(made)}
    for code, (element, layer, county) in wanted.items():
        left = COUNTIES[county] - shapely.union_all([shape for shape, _ in layer])
        assert (zones["element"][code], zones["county"][code]) == (element, county)
        assert shapely.equals(zones.geometry[code], left)
        assert shapely.contains(left, findings.pop(element).geometry)
        assert told(made)[element, county] == pytest.approx((left.area / COUNTIES[county].area, left.area))
    assert findings == {}


def test_an_element_is_judged_by_county_and_one_without_general_zones_is_filled_up_as_meant(made):
    county, other = COUNTIES
    assert filled(made, "air") == {(county, ""): 5, (county, "undelivered"): 91, (other, ""): 100}
    assert filled(made, "water") == {(county, ""): 94, (other, "undelivered"): 100}
    assert filled(made, "soil") == {(county, "remainder"): 99, (other, "remainder"): 100}
    zones = read_plan(made).element_zones
    assert zones.groupby(["element", "county"])["area_m2"].sum().to_numpy() == pytest.approx(100 * KM2)
    assert zones["code"].is_unique


def test_of_two_sources_each_speaks_for_the_county_that_it_draws(tmp_path):
    """甲县's own layer has key zones alone, and reaches 5 m into 乙县; 乙县's has general zones and leaves half."""
    own, half = [(box(0, 0, 10_005, 500), HIGH)], [(box(15_000, 0, 5_000, 10_000), GENERAL)]
    text = SOURCES.replace('layer = "soil"', 'layer = "half"').replace('role = "soil_zone"', 'role = "air_zone"')
    plan = plan_of(tmp_path, text, air=own, half=half)
    found = {("999901", "remainder"): 95, ("999902", ""): 50, ("999902", "undelivered"): 50 - 0.0025}
    assert filled(plan, "air") == found
    assert set(told(plan)) == {("air", "999902"), ("water", "999902")}


@pytest.mark.parametrize(
    ("holes", "sliver", "some"),
    [
        ([(2_000, 2_000, 99, 100)], 10_000, False),
        ([(2_000, 2_000, 100, 100)], 10_000, True),
        # Two that are slivers by themselves stay slivers; two that meet along a line are one piece.
        ([(2_000, 2_000, 99, 100), (3_000, 2_000, 99, 100)], 10_000, False),
        ([(2_000, 2_000, 99, 100), (2_099, 2_000, 99, 100)], 10_000, True),
        # Narrower than rounding, whatever its area.
        ([(0, 2_000, 10_000, 0.004)], 1, False),
        ([(0, 2_000, 10_000, 1)], 10_000, True),
    ],
)
def test_slivers_and_what_rounding_leaves_are_no_unfinished_land(tmp_path, holes, sliver, some):
    county, other = COUNTIES.values()
    air = [(county - shapely.union_all([box(*hole) for hole in holes]), GENERAL), (other, GENERAL)]
    text = SOURCES.replace("sliver_area = 10_000", f"sliver_area = {sliver}")
    # A line of another layer through the holes: pieces of it are looked at together.
    plan = plan_of(tmp_path, text, air=air, soil=[(box(0, 0, 2_050, 10_000), KEY)])
    assert (("air", "999901") in told(plan)) == (("999901", "undelivered") in filled(plan, "air")) == some


OWN = SOURCES.replace('profile = "national"', 'profile = "own.toml"')


def delivered(role, how):
    return f"[roles.{role}]\n", f'[roles.{role}]\ndelivered = "{how}"\n'


def test_a_profile_may_say_that_an_element_is_delivered_whole(tmp_path):
    own_profile(tmp_path, "own.toml", *delivered("soil_zone", "whole"))
    plan = plan_of(tmp_path, OWN)
    assert filled(plan, "soil") == {("999901", "undelivered"): 99, ("999902", "undelivered"): 100}
    assert told(plan)["soil", "999901"] == pytest.approx((0.99, 99 * KM2))


def test_another_word_of_delivery_is_refused_and_a_profile_may_call_it_an_error(tmp_path):
    own_profile(tmp_path / "a", "own.toml", *delivered("soil_zone", "all"))
    with pytest.raises(BadInput, match=r"delivered = 'all'.*whole"):
        plan_of(tmp_path / "a", OWN)
    words = (f'[Q31]\nseverity = "{one}"' for one in ("warning", "error"))
    own_profile(tmp_path / "b", "own/findings_checks.toml", *words)
    rows = check_file(str(plan_of(tmp_path / "b", OWN))).rows
    assert [row["severity"] for row in rows if row["id"] == "Q31"] == ["error", "error"]


@pytest.mark.parametrize(
    ("zone", "wanted"),
    [("一般管控区", {"undelivered": [75, 100], "": [25]}), ("高污染燃料禁燃区", {"": []})],
)
def test_an_element_that_tiles_nothing_is_filled_in_only_where_it_has_general_zones(tmp_path, zone, wanted):
    text = SOURCES.replace('layer = "soil"', 'layer = "resource"').replace("soil_zone", "resource_zone")
    found = filled(plan_of(tmp_path, text, resource=[(box(0, 0, 5_000, 5_000), zone)]), "resource")
    for why_, sizes in wanted.items():
        assert [size for (_, told_), size in found.items() if told_ == why_] == sizes


# ── An assessment: what nobody delivered permits nothing ────────────────────────────────────────────────────────────

CLAUSES = {
    "A-key": ("市", "prohibit", {"scope": ["role:air_zone:high_emission"], "industries": ["C26"]}),
    "A-first": ("市", "restrict", {"scope": ["role:air_zone:priority"], "industries": ["C26"]}),
    "A-tell": ("市", "inform", {"scope": ["role:air_zone:key"], "industries": ["C17"]}),
    "S-key": ("市", "prohibit", {"scope": ["role:soil_zone:farmland_risk"]}),
    "P-red": ("国家", "prohibit", {"scope": ["role:red_line"]}),
}


def answers(plan, *places, clauses=CLAUSES, unlisted="", industry="C2614", **more):
    """What a plan with these clauses, one of which somebody took off the lists, answers to a new project at places."""
    restated(write_clauses(plan, clauses), f"DELETE FROM clauses WHERE clause_id = '{unlisted}'")  # noqa: S608
    assessor = Assessor(plan, none_here=NONE_HERE, language="zh")
    project = assessor.project(industry=industry, nature="new")
    return [assessor.assess(assessor.site(f"{x},{y},50"), project, as_of=DAY, **more) for x, y in places]


def applied(answer):
    return {clause["id"]: clause["applies"] for clause in answer["clauses"]}


def test_clauses_on_an_unfinished_element_are_missing_on_the_land_that_was_filled_in(plan):
    bare, general, first = answers(plan, FILLED, DELIVERED, PROTECTED)
    assert applied(bare) == {"A-key": "missing", "A-first": "missing", "A-tell": "no"}
    assert bare["verdict"] == "not_assessed"
    assert [one["id"] for one in bare["clauses"] if one["decides"]] == ["A-key", "A-first"]
    assert [one["id"] for one in bare["not_checked"]] == ["unfinished:air_zone"]
    assert "大气环境管控分区图层未提供此处范围" in bare["not_checked"][0]["what"]
    assert bare["clauses"][0]["why"] == "成果在此处缺少大气环境管控分区图层，无法判断"
    zone = next(one for one in bare["zones"] if one["element"] == "air")
    said_ = {"code": "YS9999013310002", "name": f"大气环境一般管控区（{MARK}）", "filled": "undelivered"}
    assert said_.items() <= zone.items()
    # Delivered as general, and elements without general zones, as ever.
    assert (general["verdict"], applied(general), general["not_checked"]) == ("no_conflict", {}, [])
    assert {zone["filled"] for zone in general["zones"]} == {""}
    assert (first["verdict"], applied(first)) == ("restrict", {"A-first": "yes"})


def test_what_is_certain_stands_and_what_is_for_others_asks_for_no_layer(plan):
    # Of the red line the northern half lies where no air layer reaches.
    (red,) = answers(plan, (501_500, 3_402_500))
    assert (red["verdict"], applied(red)["A-key"]) == ("prohibit", "missing")
    (other,) = answers(plan, FILLED, industry="A0111")
    assert (other["verdict"], applied(other)["A-key"]) == ("no_conflict", "no")
    assert [one["id"] for one in other["not_checked"]] == ["unfinished:air_zone"]


@pytest.mark.parametrize(("x", "states"), [(504_500 - 60, None), (504_500 - 48, "missing")])
def test_a_site_within_reach_of_filled_land_is_not_permitted_by_it(plan, x, states):
    """The general zone ends at x = 504 500; a site of 50 m round a point reaches beyond it or not."""
    (found,) = answers(plan, (x, 3_400_500))
    assert applied(found).get("A-key") == states
    assert found["verdict"] == ("not_assessed" if states else "no_conflict")


def test_a_clause_that_is_on_no_list_is_missing_there_and_applies_nowhere_else(plan):
    """Where its zone was delivered a list without it stands; where not, nobody could have known."""
    bare, first = answers(plan, FILLED, PROTECTED, unlisted="A-first")
    assert applied(bare)["A-first"] == "missing"
    assert (first["verdict"], applied(first).get("A-first")) == ("no_conflict", None)


def test_a_plan_without_a_library_may_lack_any_clause_there(plan):
    verdicts = [one["verdict"] for one in answers(plan, FILLED, DELIVERED, clauses={})]
    assert verdicts == ["not_assessed", "no_conflict"]


def test_a_place_elsewhere_is_not_offered_on_filled_land(plan):
    (answer,) = answers(plan, (501_000, 3_401_000), where_else=3)
    good = [one["wkt"] for one in answer["where_else"] if one["verdict"] in ("no_conflict", "conditional")]
    delivered_ = shapely.union_all([shape for shape, zone in AIR if zone == GENERAL])
    assert good
    assert shapely.contains(delivered_, shapely.from_wkt(good)).all()


# ── Why, lists, edits, maps, packages ───────────────────────────────────────────────────────────────────────────────


def test_why_says_how_much_of_a_unit_or_place_nobody_delivered(made):
    """The red line's unit is 2 km by 2 km, of which the air layer covers the southern 2 km²."""
    red = read_plan(made).units.query("kind == 'red_line'").iloc[0]
    (row,) = why(made, red["code"])["filled"]
    assert (row["element"], row["area_m2"], row["share"]) == ("air", pytest.approx(2 * KM2), pytest.approx(0.5))
    assert why(made, "503000,3400500")["filled"] == []
    text = said("why", made, "506000,3408000", "--lang", "zh")
    assert f"大气环境一般管控区（{MARK}）：82.0000 km²（占 100.00%）" in text
    assert MARK not in said("why", made, "503000,3400500", "--lang", "zh")


def test_info_tells_what_was_filled_in_and_why(made):
    text = said("info", made, "--lang", "zh")
    assert f"水环境：{MARK}（100.0000 km²）" in text
    assert "土壤环境：未划一般管控区，其余补为一般管控区（199.0000 km²）" in text


def test_edits_keep_the_mark(plan, made):
    before = read_plan(plan)
    general = before.units.query("kind == 'general' and county == '999901'").iloc[0]["code"]
    line = "LINESTRING (498000 3405500, 511000 3407000)"
    edit(plan, [{"op": "split", "unit": general, "line": line}], author="a", reason="b")
    after = read_plan(plan)
    assert len(after.faces) > len(before.faces)
    assert after.element_zones["filled"].equals(before.element_zones["filled"])
    assert told(plan) == told(made)
    assert [row["share"] for row in why(plan, "506000,3409000")["filled"]] == [1]
    assert answers(plan, (506_000, 3_409_000))[0]["verdict"] == "not_assessed"


def test_a_layer_that_is_brought_to_its_end_takes_the_mark_away(tmp_path):
    plan = plan_of(tmp_path)
    rest = COUNTIES["999901"] - shapely.union_all([shape for shape, _ in AIR])
    (tmp_path / "hand.gpkg").unlink()
    plan_of(tmp_path, air=[*AIR, (rest, PRIORITY)], water=WATER[:1])
    assert told(plan) == {}
    assert "undelivered" not in set(read_plan(plan).element_zones["filled"])


def test_filled_land_is_hatched_on_a_map_and_named_in_its_legend(made, tmp_path):
    """乙县 is one unit, hatched where the water layer is missing; on a map of a whole water layer it is plain."""
    whole = plan_of(tmp_path / "whole", water=[*WATER, (COUNTIES["999902"], GENERAL)])
    for plan, hatched in ((made, True), (whole, False)):
        export("map-png", read_plan(plan), tmp_path / "map.png", {"dpi": "100", "drawn_by": "matplotlib"})
        picture = matplotlib.image.imread(tmp_path / "map.png")[..., :3]
        height, width, _ = picture.shape
        part = picture[int(0.35 * height) : int(0.45 * height), int(0.55 * width) : int(0.70 * width)]
        assert ((part.max(axis=2) < 0.6).mean() > 0.05) == hatched
    (sheet,) = sheets(tables_of(made), MapOptions())
    assert sheet.line_words()["undelivered"] == f"水环境、大气环境（{MARK}）"
    assert shapely.area(sheet.undelivered).sum() == pytest.approx(191 * KM2)


def test_lists_and_the_layer_of_zones_mark_it(made, tmp_path):
    """What a package says of it besides is recomputed by `prefecture_numbers`."""
    for kind in ("xlsx", "docx"):
        export(f"lists-{kind}", made, tmp_path / f"lists.{kind}")
        assert f"YS9999013310002（{MARK}）" in text_of(tmp_path / f"lists.{kind}")
    export("zones-gpkg", made, tmp_path / "zones.gpkg")
    layer = pyogrio.read_dataframe(tmp_path / "zones.gpkg", layer="HJYSGKFQ3", read_geometry=False)
    layer = layer.set_index("HJYSGKFQBM")
    assert layer.loc["YS9999013310002", ["HJYSGKFQMC", "BZQK"]].tolist() == [f"甲县大气环境一般管控区（{MARK}）", MARK]
    assert (layer["BZQK"] == MARK).sum() == 1  # water's other one is in water's layer
    assert layer.loc["YS9999013310001", "BZQK"] == "据来源图层"

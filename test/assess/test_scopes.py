"""Where national clauses hold on a plan: banks of rivers, grades of protected areas, classes of zones, farmland."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import shapely
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs import assess, run
from hand import CASE, COUNTY, SOUTH, TOWNSHIP, WEST, box, hand

if TYPE_CHECKING:
    from pathlib import Path

SOURCES = """
[[source]]
role = "main_river"
path = "hand.gpkg"
layer = "river"
buffer = 1000

[[source]]
role = "protected_area"
path = "hand.gpkg"
layer = "reserve"
fields = { zone = "zone", grade = "grade" }

[[source]]
role = "farmland"
path = "hand.gpkg"
layer = "farmland"
"""
LAYERS = {
    "river": ([shapely.LineString([(WEST, SOUTH + 9_500), (WEST + 10_000, SOUTH + 9_500)])], {"id": ["L1"]}),
    "reserve": (
        [box(7_500, 500, 1_000, 1_000), box(8_500, 500, 1_000, 1_000)],
        {"zone": ["自然保护区"] * 2, "grade": ["核心保护区", "一般控制区"]},
    ),
    "farmland": ([box(500, 6_500, 1_000, 1_000)], {"id": ["F1"]}),
}
NONE_HERE = (
    *("general_eco_space", "drinking_water", "air_zone", "soil_zone", "resource_zone"),
    *("urban_boundary", "industrial_park", "farmland", "protected_area"),
)


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scopes")
    run(hand(folder, CASE + SOURCES, **LAYERS), folder / "plan.gpkg")
    return folder / "plan.gpkg"


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bare")
    run(hand(folder), folder / "plan.gpkg")
    return folder / "plan.gpkg"


def asked(plan: Path, x: float, y: float, industry: str, **facts: str) -> dict[str, Any]:
    """Ask for a new project on a plot of 100 m, by its middle from the county's corner; what there is none of aside."""
    site = f"{WEST + x},{SOUTH + y},50"
    return assess(plan, site, industry=industry, nature="new", facts=facts, none_here=NONE_HERE)


def certain(found: dict[str, Any]) -> set[str]:
    return {one["id"] for one in found["clauses"] if one["applies"] == "yes"}


# The line is at 9,500 m: its buffer of 1 km begins at 8,500 m.
@pytest.mark.parametrize(("y", "near"), [(8_600, True), (8_400, False)])
def test_a_chemical_plant_keeps_one_kilometre_from_the_banks_of_the_yangtze(plan, y, near):
    found = asked(plan, 2_000, y, "C2614", in_park="yes")
    assert (found["verdict"] == "prohibit", "N-MR-S1" in certain(found)) == (near, near)


def test_a_river_decides_no_category(plan, bare):
    with_river, without = read_plan(plan), read_plan(bare)
    kinds = [set(one.units["kind"]) for one in (with_river, without)]
    assert kinds[0] - kinds[1] == {"protected_area"}
    assert with_river.units["area_m2"].sum() == pytest.approx(without.units["area_m2"].sum())


# Zhejiang has counties of the basin alone: the law names it only in part.
@pytest.mark.parametrize(("county", "missed"), [("420102", True), ("330824", False)])
def test_a_plan_without_the_river_lacks_it_only_where_the_law_names_the_whole_province(tmp_path, county, missed):
    layers = {"county": COUNTY, "township": TOWNSHIP}
    for name, (shapes, told) in layers.items():
        layers[name] = shapes, told | {"code": [code.replace("999901", county) for code in told["code"]]}
    run(hand(tmp_path, **layers), tmp_path / "plan.gpkg")
    found = asked(tmp_path / "plan.gpkg", 2_000, 9_000, "C2614")
    assert ("layer:main_river" in {one["id"] for one in found["not_checked"]}) == missed
    assert (found["verdict"] == "not_assessed") == missed


@pytest.mark.parametrize(("x", "core"), [(8_000, True), (9_000, False)])
def test_the_core_of_a_reserve_takes_no_road_and_the_rest_has_it_argued(plan, x, core):
    found = asked(plan, x, 1_000, "E4812", activity="infrastructure", outlet="no")
    assert (found["verdict"], "N-PA-S4" in certain(found)) == (("prohibit", True) if core else ("needs_review", False))
    assert asked(plan, x, 1_000, "K7010", outlet="no")["verdict"] == "prohibit"


def test_a_key_zone_that_has_a_type_keeps_what_is_asked_in_key_zones(plan):
    found = asked(plan, 5_500, 5_000, "C1411", outlet="yes", water_failing="yes")
    assert found["verdict"] == "restrict"
    assert {"N-WK-D1", "N-WZ-D1"} <= certain(found)
    listed = read_plan(plan).clauses
    assert set(listed.loc[listed["clause_id"] == "N-WK-D1", "origin"]) == {"water_zone:key"}


def test_farmland_heads_the_answer_with_the_law_and_who_is_competent(plan):
    found = asked(plan, 1_000, 7_000, "C1411", noise="no")
    assert found["verdict"] == "prohibit"
    assert "《生态环境法典》第四百四十五条" in found["notices"][0]
    assert "agriculture" in found["notices"][0]
    assert asked(plan, 1_000, 7_000, "A0111", land_take="no")["verdict"] != "needs_review"
    # Works that the law names may be approved; of others nobody asks, unless it is claimed.
    for approved, verdict in ({}, "needs_review"), ({"farmland_approved": "no"}, "prohibit"):
        assert asked(plan, 1_000, 7_000, "E4812", noise="no", **approved)["verdict"] == verdict

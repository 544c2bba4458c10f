"""The county solved by hand: units, areas, ledger and finding to the square metre, in memory and out of the file."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.messages import Message
from control_units.delineation.explain.why import why
from control_units.delineation.plan.file import read_plan, write_plan
from control_units.delineation.plan.summary import summarise
from control_units.delineation.verbs.running import delineate


@pytest.fixture(scope="module")
def expected(data):
    return json.loads((data / "HAND" / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def in_memory(data):
    return delineate(read_case(data / "HAND" / "case.toml"))


@pytest.fixture(scope="module")
def from_file(in_memory, tmp_path_factory):
    path = tmp_path_factory.mktemp("hand") / "plan.gpkg"
    write_plan(in_memory, path)
    return read_plan(path)


@pytest.fixture(params=["in_memory", "from_file"])
def plan(request):
    return request.getfixturevalue(request.param)


def category_of(card, plan):
    """Judge again by the card alone: of its reasons the one of the highest precedence, of equal ones the strictest."""
    precedence = dict(zip(plan.rules["id"], plan.rules["precedence"], strict=True))
    deciding = [r for r in card["reasons"] if r["effect"] not in ("attribute", "rides")]
    return min(((-precedence[r["rule"]], r["effect"]) for r in deciding), default=(0, 3))[1]


def test_units_are_those_solved_by_hand(plan, expected):
    found = []
    for unit in plan.units.to_dict("records"):
        park = unit["name"].removeprefix("试验县").removesuffix("产业集聚重点管控单元")
        row = {key: unit[key] for key in ("category", "kind", "parts")} | {"area_m2": round(unit["area_m2"], 6)}
        found.append(row | ({"park": park} if unit["kind"] == "industrial_park" else {}))
        assert unit["parts"] == shapely.get_num_geometries(unit["geometry"])
        assert shapely.area(unit["geometry"]) == pytest.approx(unit["area_m2"], rel=1e-12)
    assert found == [{key: unit[key] for key in unit if key != "why"} for unit in expected["units"]]


def test_faces_tile_the_county(plan, expected):
    faces = plan.faces["geometry"].to_numpy(dtype=object)
    assert shapely.coverage_is_valid(faces)
    assert plan.faces["area_m2"].sum() == pytest.approx(expected["county_area_m2"], rel=1e-12)
    by_unit = plan.faces.groupby("unit_id")["area_m2"].sum()
    assert by_unit.to_dict() == pytest.approx(dict(zip(plan.units["unit_id"], plan.units["area_m2"], strict=True)))


def test_shares_by_category(plan, expected):
    summary = summarise(plan)
    county = summary["by_county"]["999901"]
    assert summary["sea"] == {}
    for category, row in expected["by_category"].items():
        assert county[category] == pytest.approx(row, rel=1e-12)


def test_the_ledger_has_these_rows_and_no_others(plan, expected):
    rows = plan.ledger[["stage", "category", "from_m2", "to_m2"]].to_dict("records")
    assert [{**row, "category": int(row["category"])} for row in rows] == expected["ledger"]
    assert plan.ledger["role"].isna().all()
    assert float(plan.meta["imbalance"]) <= 1e-9
    # The transfers stand in the reason, and among its facts.
    said = plan.ledger["reason"].tolist()
    assert ["转为优先保护 8,000.00 m²" in said[0], "由一般管控转入 8,000.00 m²" in said[1]] == [True, True]
    moves = [Message.read(json.loads(text)).facts["moves"][0].facts for text in plan.ledger["facts"]]
    assert [(one["area"], one["category"]) for one in moves] == [(pytest.approx(8000), 1), (pytest.approx(8000), 3)]


def test_the_finding_is_there(plan, expected):
    found = plan.findings[plan.findings["id"] == "S10"]
    assert [json.loads(facts)["area"] for facts in found["facts"]] == [f["area_m2"] for f in expected["findings"]]
    assert json.loads(found["facts"].iloc[0])["park"] == "南园区"
    assert found["value"].tolist() == [expected["findings"][0]["area_m2"]]
    # Its place is on the overlap, the only face of that area.
    overlap = plan.faces.loc[np.isclose(plan.faces["area_m2"], 500_000), "geometry"].iloc[0]
    assert shapely.intersects(overlap, found["geometry"].iloc[0])
    assert (plan.findings["severity"] != "error").all()


def test_element_zones_sum_to_the_land(plan, expected):
    whole = plan.element_zones.groupby("element")["area_m2"].sum()
    assert whole.to_dict() == pytest.approx(dict.fromkeys(("ecology", "water"), expected["county_area_m2"]))
    assert plan.element_zones["code"].is_unique
    zones = dict(zip(plan.element_zones["zone"], plan.element_zones["area_m2"], strict=True))
    # 一般生态空间 as the source has it: the sliver in its notch is the unit's, not the zone's.
    assert zones["general_eco_space"] == pytest.approx(20_000_000 - 8_000)
    for row in plan.element_zones.to_dict("records"):
        assert shapely.area(row["geometry"]) == pytest.approx(row["area_m2"])


def test_the_sliver_rides_and_the_card_says_so(plan):
    rider = plan.faces[plan.faces["host"].notna()].iloc[0]
    host = plan.faces[plan.faces["face_id"] == rider["host"]].iloc[0]
    assert (rider["area_m2"], rider["rule_category"], rider["category"]) == (pytest.approx(8000), 3, 1)
    assert rider["unit_id"] == host["unit_id"]
    point = shapely.point_on_surface(rider["geometry"])
    for what in (f"{point.x},{point.y}", rider["unit_id"]):
        card = why(plan, what)
        assert card["merged_m2"] == pytest.approx(8000)
        assert card["rule"].startswith("R06 ")


def test_why_of_every_unit_judges_the_same(plan):
    for unit in plan.units.to_dict("records"):
        for what in (unit["code"], unit["unit_id"]):
            card = why(plan, what)
            assert (card["unit"], card["category"]) == (unit["code"], unit["category"])
            assert card["area_m2"] == pytest.approx(unit["area_m2"])
            assert category_of(card, plan) == unit["category"], unit["code"]
        assert all(0 < reason["share"] <= 1 + 1e-12 for reason in card["reasons"])


def test_why_of_every_face_judges_the_same(plan):
    codes = dict(zip(plan.units["unit_id"], plan.units["code"], strict=True))
    for face in plan.faces.to_dict("records"):
        point = shapely.point_on_surface(face["geometry"])
        card = why(plan, f"{point.x!r},{point.y!r}")
        assert (card["unit"], card["category"]) == (codes[face["unit_id"]], face["category"])
        assert category_of(card, plan) == face["category"], face["face_id"]


def test_a_card_names_features_shares_and_the_next_category(plan):
    park = plan.units[plan.units["name"].str.contains("南园区")].iloc[0]
    card = why(plan, park["code"])
    assert card["rule"].startswith("R14 ")
    reason = {key: card["reasons"][0][key] for key in ("role", "zone", "source", "feature_id", "share", "area_m2")}
    assert reason == {
        "role": "industrial_park",
        "zone": "",
        "source": "park",
        "feature_id": 2,
        "share": 1.0,
        "area_m2": 1_500_000.0,
    }
    assert card["next_category"]["category"] == 3
    assert card["next_category"]["distance"].startswith("1.5000 km² of industrial park (")
    rest = plan.units[plan.units["kind"] == "general"].iloc[0]
    card = why(plan, rest["code"])
    assert (card["rule"], card["next_category"]) == ("the rest", None)
    # Farmland is there and decides nothing.
    assert {(r["role"], r["effect"]) for r in card["reasons"]} == {("farmland", "attribute")}


def test_attributes_of_a_decided_feature_are_no_second_reason(plan):
    urban = plan.units[plan.units["kind"] == "urban_boundary"].iloc[0]
    rules = [reason["rule"] for reason in why(plan, urban["code"])["reasons"] if reason["role"] == "urban_boundary"]
    assert rules == ["R15"]


def test_a_plan_comes_back_from_its_file_as_it_was(in_memory, from_file):
    for layer in ("faces", "units", "element_zones", "borders"):
        before, after = getattr(in_memory, layer), getattr(from_file, layer)
        assert shapely.equals_exact(before["geometry"].to_numpy(object), after["geometry"].to_numpy(object)).all()
        np.testing.assert_array_equal(before.columns, after.columns)
    for unit in in_memory.units["code"]:
        assert why(in_memory, unit) == why(from_file, unit)

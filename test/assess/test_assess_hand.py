"""Five sites on the hand-solved county, and five on the demo: areas, shares and verdicts worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from assess_plan import DAY, plan_of
from control_units.delineation.assess.answer import Assessor

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "test" / "data" / "assess"
LACKING = ("protected_area", "drinking_water", "air_zone", "soil_zone", "resource_zone")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def county(data, tmp_path_factory):
    """The county of shared/data/HAND: 20 km square from (500000, 3400000)."""
    plan = plan_of(data / "HAND" / "case.toml", tmp_path_factory.mktemp("hand") / "plan.gpkg")
    return Assessor(plan, none_here=LACKING)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    plan = plan_of(ROOT / "resources" / "demo" / "case.toml", tmp_path_factory.mktemp("demo") / "plan.gpkg")
    return Assessor(plan)


def box(west: float, south: float, width: float, height: float) -> str:
    east, north = west + width, south + height
    return f"POLYGON (({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}))"


# Name: site, project; the verdict, the clauses that decide, unit (last six digits) → area m² or length m.
SITES: dict[str, tuple[str, dict[str, Any], str, list[str], dict[str, float]]] = {
    # 200 m × 100 m deep in 东园区 (511000–514000 × 3402000–3404000): fertiliser is C26, which that park does not take.
    "park": (box(511_100, 3_402_100, 200, 100), {"industry": "C2614"}, "prohibit", ["P-chem"], {"120001": 20_000.0}),
    # 200 m × 100 m, half in R1 (x < 503000), half in E1 around it; a plant is nothing that red lines allow.
    "red": (
        box(502_900, 3_402_000, 200, 100),
        {"industry": "C1713", "facts": {"activity": "factory"}},
        "prohibit",
        ["P-red"],
        {"110001": 10_000.0, "110002": 10_000.0},
    ),
    # 97 m × 100 m beyond R1 and 3 m × 100 m within it: no deeper than the tolerance of 5 m.
    "edge": (
        box(502_997, 3_402_000, 100, 100),
        {"industry": "C1713", "facts": {"activity": "factory"}},
        "needs_review",
        ["P-red"],
        {"110002": 9_700.0, "110001": 300.0},
    ),
    # y = 3416000 from x = 501000 to 515000: 1,000 m of the rest, 4,000 m urban (502000–506000), 2,000 m of E2 with its
    # notch's sliver (506000–508000), 6,000 m of water zone (508000–514000), 1,000 m of the rest again.
    "line": (
        "LINESTRING (501000 3416000, 515000 3416000)",
        {"industry": "C1713", "facts": {"water_use": "150 m3/d"}},
        "restrict",
        ["R-water"],
        {"120004": 6_000.0, "120003": 4_000.0, "110002": 2_000.0, "130001": 2_000.0},
    ),
    # 1 ha of farmland: a notice, no verdict, as a crop farm (A0111) meets no other clause.
    "farm": (box(517_000, 3_407_000, 100, 100), {"industry": "A0111"}, "no_conflict", [], {"130001": 10_000.0}),
}


@pytest.mark.parametrize("name", SITES)
def test_a_site_on_the_hand_solved_county_is_answered_as_by_hand(county, name):
    text, project, verdict, deciding, units = SITES[name]
    found = county.assess(county.site(text), county.project(**project), as_of=DAY)
    assert found["verdict"] == verdict
    assert [one["id"] for one in found["clauses"] if one["decides"]] == deciding
    measure = "length_m" if name == "line" else "area_m2"
    assert {one["code"][-6:]: one[measure] for one in found["units"]} == pytest.approx(units)
    assert sum(one["share"] for one in found["units"]) == pytest.approx(1.0)


def test_conflicts_are_told_with_their_area_whatever_clauses_say(county):
    areas = {}
    for name in ("red", "edge", "farm", "park"):
        found = county.assess(county.site(SITES[name][0]), county.project(), as_of=DAY)
        areas[name] = {one["role"]: (one["relation"], one["area_m2"]) for one in found["conflicts"]}
    assert areas["red"] == {"red_line": ("in", pytest.approx(10_000))}
    assert areas["edge"] == {"red_line": ("edge", pytest.approx(300))}
    assert areas["farm"] == {"farmland": ("in", pytest.approx(10_000))}
    assert areas["park"] == {}


def test_a_line_tells_how_often_it_crosses_each_unit(county):
    found = county.assess(county.site(SITES["line"][0]), county.project(), as_of=DAY)
    crossings = {one["code"][-6:]: one["crossings"] for one in found["units"]}
    assert crossings == {"120004": 1, "120003": 1, "110002": 1, "130001": 2}
    assert found["site"]["length_m"] == pytest.approx(14_000)


def test_a_line_with_a_buffer_keeps_the_lengths_of_the_line(county):
    found = county.assess(county.site(SITES["line"][0], buffer=10.0), county.project(), as_of=DAY)
    lengths = {one["code"][-6:]: one["length_m"] for one in found["units"]}
    assert lengths == pytest.approx({"120004": 6_000.0, "120003": 4_000.0, "110002": 2_000.0, "130001": 2_000.0})
    # 14,000 m × 20 m and a circle of 10 m radius, whose chords lose 0.16 % of it.
    assert found["site"]["area_m2"] == pytest.approx(280_000 + 314.16, rel=1e-5)


def test_the_greatest_ratio_of_offsets_is_told(county):
    found = county.assess(county.site(SITES["park"][0]), county.project(industry="C2614"), as_of=DAY)
    assert found["offsets"] == {"VOCs": 2}


# Sites of the demo are taken where its layers are, and looked at on the map: name → site, project.
DEMO: dict[str, tuple[str, dict[str, Any]]] = json.loads((GOLDEN / "demo_sites.json").read_text(encoding="utf-8"))


def plain(found: dict[str, Any]) -> dict[str, Any]:
    """An answer without what changes from day to day or with a file's bytes; numbers to the millimetre."""
    out = {key: value for key, value in found.items() if key != "time"}
    out["plan"] = {key: value for key, value in found["plan"].items() if key in ("name", "status", "tolerance_m")}
    return json.loads(json.dumps(out), parse_float=lambda text: round(float(text), 3))


def golden(name: str, found: dict[str, Any]) -> None:
    """Hold an answer against the one that was looked through; a new one is written where there is none."""
    path = GOLDEN / f"{name}.json"
    assert path.exists(), json.dumps(plain(found), ensure_ascii=False, indent=1)
    assert plain(found) == json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", SITES)
def test_the_report_of_a_site_on_the_hand_solved_county_stays(county, name):
    text, project, *_ = SITES[name]
    golden(f"hand_{name}", county.assess(county.site(text), county.project(**project), as_of=DAY))


@pytest.mark.uses("rasterio", "exactextract")
@pytest.mark.parametrize("name", DEMO)
def test_the_report_of_a_site_on_the_demo_stays(demo, name):
    text, project = DEMO[name]
    golden(f"demo_{name}", demo.assess(demo.site(text), demo.project(**project), as_of=DAY))

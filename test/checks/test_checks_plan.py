"""Planted faults in a plan: each gives exactly its rule's finding, with the right place, unit and value."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import shapely
from checks_plan import CODE, STEP, X0, Y0, box, changed, clean_plan, reshaped
from control_units.delineation import checks
from control_units.delineation.case.names import glossary
from control_units.delineation.core.errors import BadInput, Cancelled
from control_units.delineation.core.messages import word

if TYPE_CHECKING:
    from control_units.delineation.core.findings import Finding
    from control_units.delineation.plan.file import Plan

TEXTS = checks.load_texts()


def found(plan: Plan, **options: object) -> list[Finding]:
    return checks.check(checks.subject_from_plan(plan, **options))[0]


def only_one(plan: Plan, rule: str, problem: str = "", **options: object) -> Finding:
    """The single finding of a plan with a single fault."""
    findings = found(plan, **options)
    assert [(f.id, f.facts.get("problem", "")) for f in findings] == [(rule, problem)]
    for language in ("zh", "en"):
        assert "{" not in checks.message(findings[0], TEXTS, language)
    return findings[0]


def is_place(finding: Finding, want: shapely.Geometry) -> bool:
    return shapely.area(shapely.symmetric_difference(finding.geometry, want)) < 1e-6 * want.area


def unit(plan: Plan, name: str) -> np.ndarray:
    return (plan.units["unit_id"] == name).to_numpy()


def at(plan: Plan, column: int, row: int) -> np.ndarray:
    return shapely.contains_xy(plan.faces["geometry"].to_numpy(), X0 + (column + 0.5) * STEP, Y0 + (row + 0.5) * STEP)


def test_clean_plan_passes_every_rule():
    findings, not_checked = checks.check(checks.subject_from_plan(clean_plan()))
    assert findings == []
    assert not_checked == []


# ------------------------------------------------------------------ layers, fields, codes
def test_q02_names_another_datum_and_a_wrong_extent():
    plan = dataclasses.replace(clean_plan(), crs="EPSG:2437")
    assert only_one(plan, "Q02", "datum").facts["crs"] == "EPSG:2437"
    plan = dataclasses.replace(clean_plan(), crs="EPSG:4528")  # coordinates without the zone prefix its CRS has
    assert only_one(plan, "Q02", "extent").facts["layer"] == "units"


def test_q02_warns_of_another_projection_of_cgcs2000():
    albers = (
        'PROJCS["CGCS2000 Albers",GEOGCS["CGCS2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101]],'
        'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Albers_Conic_Equal_Area"],'
        'PARAMETER["longitude_of_center",110],PARAMETER["standard_parallel_1",25],PARAMETER["standard_parallel_2",47],'
        'PARAMETER["latitude_of_center",0],PARAMETER["false_easting",0],PARAMETER["false_northing",0],UNIT["metre",1]]'
    )
    finding = only_one(dataclasses.replace(clean_plan(), crs=albers), "Q02", "projection")
    assert finding.facts["crs"] == "CGCS2000 Albers"
    assert checks.severity(finding, TEXTS) == "warning"


def test_q02_wants_one_crs_in_all_layers():
    subject = checks.subject_from_plan(clean_plan())
    other = checks.LayerFacts("counties", "EPSG:4490", (120.0, 29.0, 120.2, 29.2))
    findings, _ = checks.check(dataclasses.replace(subject, layers=(*subject.layers, other)))
    assert [(f.id, f.facts["problem"], f.facts["layer"]) for f in findings] == [("Q02", "differs", "counties")]


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [("name", " ", "blank"), ("name", None, "blank"), ("name", "甲\n东园区", "space"), ("name", "甲" * 101, "length")],
    ids=["spaces", "null", "break", "long"],
)
def test_q03_reads_values(column, value, problem):
    plan = clean_plan()
    finding = only_one(changed(plan, "units", unit(plan, "u5"), column, value), "Q03", problem)
    assert finding.units == (CODE["u5"],)
    assert finding.value == 1.0
    assert box(1, 6, 3000, 3000).contains(finding.geometry)


def test_q04_pattern_category_and_county():
    plan = clean_plan()
    finding = only_one(changed(plan, "units", unit(plan, "u5"), "code", "ZH3301012001"), "Q04", "pattern")
    assert finding.units == ("ZH3301012001",)
    finding = only_one(changed(plan, "units", unit(plan, "u5"), "code", "ZH33010130002"), "Q04", "category")
    assert (finding.facts["digit"], finding.facts["category"]) == (3, 2)
    finding = only_one(changed(plan, "units", unit(plan, "u5"), "code", "ZH33010220009"), "Q04", "county")
    assert (finding.facts["county"], finding.facts["lies"], finding.value) == ("330102", "330101", 0.0)
    assert box(1, 6, 3000, 3000).contains(finding.geometry)


@pytest.mark.parametrize(("name", "code"), [("u3", "ZH33010120009"), ("u5", "ZH33010130009"), ("u1", "ZH33010110009")])
def test_q04_holds_units_of_every_category_to_their_digit(name, code):
    plan = clean_plan()
    assert only_one(changed(plan, "units", unit(plan, name), "code", code), "Q04", "category").units == (code,)


def test_q04_keeps_superseded_county_codes():
    plan = clean_plan()
    plan = changed(plan, "units", unit(plan, "u5"), "code", "ZH33019920001")
    assert only_one(plan, "Q04", "county").units == ("ZH33019920001",)
    heirs = {"recoded_counties": '{"330199": ["330101", "330102"]}'}
    assert found(dataclasses.replace(plan, meta={**plan.meta, **heirs})) == []


def test_q04_compares_leading_digits_at_sea():
    plan = clean_plan()
    assert found(changed(plan, "units", unit(plan, "u7"), "code", "HY33000030001")) == []
    finding = only_one(changed(plan, "units", unit(plan, "u7"), "code", "HY44000030001"), "Q04", "county")
    assert finding.units == ("HY44000030001",)


def test_q05_twice_and_retired():
    plan = clean_plan()
    finding = only_one(changed(plan, "units", unit(plan, "u4"), "code", CODE["u3"]), "Q05", "twice")
    assert finding.units == (CODE["u3"],)
    assert finding.value == 2.0
    assert len(finding.geometry.geoms) == 2
    finding = only_one(changed(plan, "units", unit(plan, "u5"), "code", "ZH33010120007"), "Q05", "retired")
    assert finding.units == ("ZH33010120007",)
    again = dataclasses.replace(plan, meta={**plan.meta, "retired_codes": f'["{CODE["u6"]}"]'})
    assert only_one(again, "Q05", "retired").units == (CODE["u6"],)


# ------------------------------------------------------------------ topology
def test_q06_null_empty_and_invalid():
    plan = clean_plan()
    rows = unit(plan, "u5")
    findings = found(changed(plan, "units", rows, "geometry", shapely.Polygon()))
    assert {(f.id, f.facts["problem"], f.units) for f in findings} >= {("Q06", "empty", (CODE["u5"],))}
    none = plan.units.copy()
    none.loc[rows, "geometry"] = None
    findings = found(dataclasses.replace(plan, units=none))
    assert {(f.id, f.facts["problem"], f.units) for f in findings} >= {("Q06", "null", (CODE["u5"],))}
    # A loop of no area on the unit's own line: only its validity is wrong.
    x, y = X0 + 1000, Y0 + 6000
    turn = [(0, 0), (3000, 0), (3000, 3000), (0, 3000), (0, 1000), (500, 1000), (0, 1000), (0, 0)]
    ring = [(x + dx, y + dy) for dx, dy in turn]
    finding = only_one(changed(plan, "units", rows, "geometry", shapely.Polygon(ring)), "Q06", "invalid")
    assert finding.units == (CODE["u5"],)
    assert finding.geometry.distance(shapely.Point(x, y + 1000)) < 501


def two_parts(plan: Plan) -> Plan:
    """Give a far face of the general unit of county 甲 to the park: both land and labels agree."""
    face = at(plan, 8, 8)
    plan = changed(plan, "faces", face, "unit_id", "u5")
    shape = plan.faces.loc[face, "geometry"].iloc[0]
    plan = reshaped(reshaped(plan, "u5", add=shape), "u1", cut=shape)
    plan = changed(plan, "units", unit(plan, "u5"), "area_m2", 10e6)
    return changed(plan, "units", unit(plan, "u1"), "area_m2", 75e6)


def test_q06_parts_only_where_the_grouping_says_so():
    plan = two_parts(clean_plan())
    assert found(plan) == []
    finding = only_one(plan, "Q06", "parts", grouping={1: "kind", 2: "part", 3: "county"})
    assert finding.units == (CODE["u5"],)
    assert finding.value == 2.0
    assert checks.severity(finding, TEXTS) == "error"


@pytest.mark.parametrize(("word", "told"), [("priority", False), ("key", True), ("general", False)])
def test_q06_takes_the_grouping_that_the_plan_states(word, told):
    plan = two_parts(clean_plan())
    grouping = {"priority": "kind", "key": "kind", "general": "county"} | {word: "part"}
    findings = found(dataclasses.replace(plan, meta={**plan.meta, "grouping": json.dumps(grouping)}))
    assert [(f.id, f.units) for f in findings] == [("Q06", (CODE["u5"],))] * told


def test_q06_parts_of_a_general_unit_are_a_warning():
    plan = clean_plan()
    ring = shapely.difference(box(0, 0, 10_000, 10_000), box(4, 0, 1000, 10_000))
    faces = plan.faces["geometry"].to_numpy()
    strip = shapely.within(shapely.centroid(faces), box(4, 0, 1000, 10_000))
    plan = changed(plan, "faces", strip, "unit_id", "u5")
    shape = box(4, 0, 1000, 10_000)
    plan = reshaped(reshaped(plan, "u5", add=shape), "u1", cut=shape)
    plan = changed(plan, "units", unit(plan, "u5"), "area_m2", 19e6)
    plan = changed(plan, "units", unit(plan, "u1"), "area_m2", 66e6)
    assert ring.geom_type == "MultiPolygon"
    finding = only_one(plan, "Q06", "parts_general", grouping={1: "kind", 2: "kind", 3: "part"})
    assert finding.units == (CODE["u1"],)
    assert checks.severity(finding, TEXTS) == "warning"


def test_q07_overlap():
    piece = box(4, 7, 50, 50)
    finding = only_one(reshaped(clean_plan(), "u5", add=piece), "Q07", "overlap")
    assert finding.units == (CODE["u1"], CODE["u5"])
    assert finding.value == pytest.approx(2500)
    assert is_place(finding, piece)


def test_q07_each_pair_of_a_threefold_overlap():
    piece = box(4, 7, 50, 50)
    plan = reshaped(reshaped(clean_plan(), "u5", add=piece), "u4", add=piece)
    findings = found(plan)
    assert [(f.id, f.value) for f in findings] == [("Q07", pytest.approx(2500))] * 3
    assert {frozenset(f.units) for f in findings} == {
        frozenset((CODE[a], CODE[b])) for a, b in (("u1", "u4"), ("u1", "u5"), ("u4", "u5"))
    }


def test_q07_geometry_and_labels_of_two_units_swapped():
    plan = clean_plan()
    a, b = (plan.units.loc[unit(plan, u), "geometry"].iloc[0] for u in ("u3", "u5"))
    plan = changed(changed(plan, "units", unit(plan, "u3"), "geometry", b), "units", unit(plan, "u5"), "geometry", a)
    findings = found(plan)
    assert [(f.id, f.facts["problem"], f.value) for f in findings] == [("Q07", "faces", pytest.approx(9e6))] * 2
    assert {f.units for f in findings} == {(CODE["u3"],), (CODE["u5"],)}


@pytest.mark.parametrize("name", ["u1", "u3"])
def test_q07_a_face_that_names_another_unit(name):
    plan = clean_plan()
    findings = found(changed(plan, "faces", at(plan, 2, 7), "unit_id", name))
    astray = [(f.facts["problem"], f.units, f.value, f.facts["n"]) for f in findings if f.id == "Q07"]
    assert astray == [("faces", (CODE[name],), pytest.approx(1e6), 1)]


def test_q08_gap_inside_and_at_the_boundary():
    piece = box(4, 7, 50, 50)
    finding = only_one(reshaped(clean_plan(), "u1", cut=piece), "Q08", "gap")
    assert set(finding.units) == {CODE["u1"], CODE["u5"]}
    assert finding.value == pytest.approx(2500)
    assert is_place(finding, piece)
    piece = box(0, 5, 20, 80)  # open to the outside
    finding = only_one(reshaped(clean_plan(), "u1", cut=piece), "Q08", "gap")
    assert finding.units == (CODE["u1"],)
    assert is_place(finding, piece)


def test_q08_face_without_unit():
    plan = clean_plan()
    findings = found(changed(plan, "faces", at(plan, 8, 8), "unit_id", None))
    assert [(f.facts["area_m2"], f.facts["n"], f.value) for f in findings if f.id == "Q08"] == [(1e6, 1, 1e6)]
    assert {f.id for f in findings} <= {"Q08", "Q10"}


def test_q09_excess():
    piece = shapely.box(X0 - 30, Y0 + 5000, X0, Y0 + 5100)
    finding = only_one(reshaped(clean_plan(), "u1", add=piece), "Q09")
    assert finding.units == (CODE["u1"],)
    assert finding.value == pytest.approx(3000)
    assert is_place(finding, piece)


def test_noise_below_the_tolerance_is_no_finding():
    thread = shapely.box(X0 - 0.0005, Y0, X0, Y0 + 10_000)
    assert found(reshaped(clean_plan(), "u1", add=thread)) == []
    assert found(reshaped(clean_plan(), "u1", cut=box(4, 6, 0.0005, 3000))) == []


def test_q14_sliver_tiny_part_and_spike():
    plan = clean_plan()
    sliver = box(8, 8, 2, 2000 - 1000)
    finding = only_one(reshaped(reshaped(plan, "u5", add=sliver), "u1", cut=sliver), "Q14", "sliver")
    assert finding.units == (CODE["u5"],)
    assert finding.value == pytest.approx(2000)
    assert is_place(finding, sliver)
    tiny = box(8, 8, 9, 9)
    finding = only_one(reshaped(reshaped(plan, "u5", add=tiny), "u1", cut=tiny), "Q14", "tiny")
    assert (finding.units, finding.value) == ((CODE["u5"],), pytest.approx(81))
    tip = (X0 + 4300, Y0 + 7500)
    spike = shapely.Polygon([(X0 + 4000, Y0 + 7499.5), tip, (X0 + 4000, Y0 + 7500.5)])
    finding = only_one(reshaped(reshaped(plan, "u5", add=spike), "u1", cut=spike), "Q14", "spike")
    assert (finding.units, finding.value) == ((CODE["u5"],), 1.0)
    assert finding.geometry.equals(shapely.Point(tip))


def test_spikes_are_found_wherever_a_ring_begins():
    """A tip of the shell and one that stands in a hole; a notch in the shell is its neighbour's tip."""
    ring = [(0, 0), (100, 0), (100, 40), (140, 40.5), (100, 41), (100, 100), (60, 100), (59.5, 60), (59, 100), (0, 100)]
    hole = [(20, 20), (20, 50), (24.5, 50), (25, 25), (25.5, 50), (30, 50), (30, 20)]
    for turn in range(len(ring)):
        shapes = [
            shapely.Polygon([*ring[turn:], *ring[:turn]]),
            shapely.Polygon([(0, 0), (50, 0), (50, 60), (0, 60)], [[*hole[turn % 7 :], *hole[: turn % 7]]]),
            shapely.Polygon([*ring[turn:], *ring[:turn]][::-1]),
        ]
        tips, part = checks.slivers.spikes(np.array(shapes, dtype=object), 5.0, 10.0)
        assert (tips.tolist(), part.tolist()) == ([[140, 40.5], [25, 25], [140, 40.5]], [0, 1, 2]), turn
        # Both edges have to be long enough, and the angle sharp enough.
        assert checks.slivers.spikes(np.array(shapes, dtype=object), 5.0, 30.0)[1].tolist() == [0, 2]
        assert checks.slivers.spikes(np.array(shapes, dtype=object), 2.0, 10.0)[1].tolist() == [0, 2]
        assert checks.slivers.spikes(np.array(shapes, dtype=object), 1.0, 10.0)[1].tolist() == []


@pytest.mark.parametrize(("width", "found"), [(0.009, 0), (0.011, 1)])
def test_lines_that_were_rounded_differently_make_no_spike(width, found):
    """Where its edges end a spike is a centimetre wide at least."""
    ring = [(0, 0), (100, 0), (100, 40), (140, 40), (100, 40 + width), (100, 100), (0, 100)]
    assert len(checks.slivers.spikes(np.array([shapely.Polygon(ring)], dtype=object), 0.5, 1.0)[1]) == found


def test_q14_small_alone_is_no_sliver():
    plan = clean_plan()
    plot = box(8, 8, 90, 90)
    assert found(reshaped(reshaped(plan, "u5", add=plot), "u1", cut=plot)) == []


# ------------------------------------------------------------------ areas
def test_q10_stated_area_of_a_unit():
    plan = clean_plan()
    finding = only_one(changed(plan, "units", unit(plan, "u5"), "area_m2", 9e6 + 2000), "Q10", "stated")
    assert finding.units == (CODE["u5"],)
    assert finding.value == pytest.approx(2000 / 9e6)
    assert box(1, 6, 3000, 3000).contains(finding.geometry)


def test_q10_sum_of_a_county():
    plan = clean_plan()
    plan = changed(plan, "units", unit(plan, "u5"), "area_m2", 9e6 + 20_000)
    findings = [f for f in found(plan) if f.facts["problem"] == "sum"]
    assert [(f.id, f.facts["county"], f.value) for f in findings] == [("Q10", "330101", pytest.approx(2e-4))]
    assert box(0, 0, 10_000, 10_000).contains(findings[0].geometry)


def test_q10_shares_without_a_category():
    plan = clean_plan()
    findings = found(changed(plan, "units", unit(plan, "u6"), "category", 0))
    assert {f.id for f in findings} == {"Q03", "Q10"}
    shares = next(f for f in findings if f.id == "Q10")
    assert (shares.facts["county"], shares.value, shares.units) == ("330102", 91.0, (CODE["u6"],))


def test_q21_zones_short_of_the_land_and_absent():
    plan = clean_plan()
    rows = ((plan.element_zones["element"] == "air") & (plan.element_zones["county"] == "330102")).to_numpy()
    finding = only_one(changed(plan, "element_zones", rows, "area_m2", 1e8 - 50_000), "Q21")
    assert (finding.facts["element"], finding.facts["county"]) == ("air", "330102")
    assert finding.value == pytest.approx(-5e-4)
    less = dataclasses.replace(plan, element_zones=plan.element_zones[plan.element_zones["element"] != "air"])
    findings, not_checked = checks.check(checks.subject_from_plan(less))
    assert (findings, [str(one) for one in not_checked]) == ([], ["Q21 (partly): zones of air"])


def test_q26_official_area_of_the_red_line():
    plan = clean_plan()
    rows = (plan.sources["role"] == "red_line").to_numpy()
    finding = only_one(changed(plan, "sources", rows, "official_area_m2", 9.1e6), "Q26")
    assert finding.value == pytest.approx(9 / 9.1 - 1)


# ------------------------------------------------------------------ coverage
def test_q11_unit_across_a_county_line():
    plan = clean_plan()
    face = at(plan, 10, 5)
    plan = changed(plan, "faces", face, "unit_id", "u1")
    shape = plan.faces.loc[face, "geometry"].iloc[0]
    plan = reshaped(reshaped(plan, "u1", add=shape), "u2", cut=shape)
    plan = changed(plan, "units", unit(plan, "u1"), "area_m2", 77e6)
    plan = changed(plan, "units", unit(plan, "u2"), "area_m2", 90e6)
    finding = only_one(plan, "Q11")
    assert (finding.units, finding.value) == ((CODE["u1"],), pytest.approx(1e6))
    assert (finding.facts["county"], finding.facts["others"]) == ("330101", ("330102",))
    assert is_place(finding, shape)


def red_line_at(plan: Plan, column: int, row: int, read: float) -> Plan:
    """Cover one more face with red line."""
    face_id = plan.faces.loc[at(plan, column, row), "face_id"].iloc[0]
    more = pd.DataFrame({"face_id": [face_id], "role": ["red_line"], "source": [3], "feature_id": [2], "zone": [""]})
    plan = dataclasses.replace(plan, coverage=pd.concat([plan.coverage, more], ignore_index=True))
    rows = (plan.sources["role"] == "red_line").to_numpy()
    return changed(changed(plan, "sources", rows, "area_m2", read), "sources", rows, "official_area_m2", 10e6)


def test_q12_red_line_in_a_lower_unit():
    finding = only_one(red_line_at(clean_plan(), 8, 8, 10e6), "Q12", "lower")
    assert (finding.units, finding.value, finding.facts["category"]) == ((CODE["u1"],), pytest.approx(1e6), 3)
    assert is_place(finding, box(8, 8, 1000, 1000))
    finding = only_one(red_line_at(clean_plan(), 2, 7, 10e6), "Q12", "lower")
    assert (finding.units, finding.facts["category"]) == ((CODE["u5"],), 2)


def test_q12_counts_overlapping_features_once():
    plan = red_line_at(clean_plan(), 8, 8, 10e6)
    plan = red_line_at(plan, 8, 8, 10e6)
    assert only_one(plan, "Q12", "lower").value == pytest.approx(1e6)


def test_q12_red_line_lost_by_clipping_is_a_warning():
    plan = clean_plan()
    rows = (plan.sources["role"] == "red_line").to_numpy()
    finding = only_one(changed(plan, "sources", rows, "area_m2", 9.5e6), "Q12", "clipped")
    assert finding.value == pytest.approx(5e5)
    assert finding.facts["share"] == pytest.approx(5 / 95)
    assert checks.severity(finding, TEXTS) == "warning"


def test_q12_red_line_in_no_unit():
    plan = clean_plan()
    findings = found(changed(plan, "faces", at(plan, 2, 2), "unit_id", ""))
    assert ("Q12", "uncovered", 1e6) in {(f.id, f.facts.get("problem"), f.value) for f in findings}


def test_q13_priority_zones_outside_priority_units():
    plan = clean_plan()
    rows = (plan.coverage["zone"] == "3").to_numpy()  # 准保护区 asks for nothing, 二级 does
    plan = changed(plan, "coverage", rows, "zone", "2")
    finding = only_one(plan, "Q13")
    assert finding.facts["role"] == "drinking_water"
    assert (finding.units, finding.value) == ((CODE["u5"],), pytest.approx(6 / 15))
    assert is_place(finding, box(1, 6, 3000, 3000))
    assert checks.severity(finding, TEXTS) == "warning"


def test_q13_names_only_units_that_there_are():
    plan = clean_plan()
    plan = changed(plan, "coverage", (plan.coverage["zone"] == "3").to_numpy(), "zone", "2")
    findings = found(changed(plan, "faces", at(plan, 2, 7), "unit_id", None))
    assert [(f.units, f.value) for f in findings if f.id == "Q13"] == [((CODE["u5"],), pytest.approx(6 / 15))]


def test_q22_codes_of_element_zones():
    plan = clean_plan()
    row = np.arange(len(plan.element_zones)) == 2  # water, general, county 甲

    def plant(code, problem):
        return only_one(changed(plan, "element_zones", row, "code", code), "Q22", problem)

    assert plant("YS33010134100011", "pattern").facts["code"] == "YS33010134100011"
    finding = plant("", "blank")
    assert finding.facts["zone"] == "general"
    assert "（水环境一般管控区）" in checks.message(finding, TEXTS, "zh")
    assert "(general control)" in checks.message(finding, TEXTS, "en")
    finding = plant("YS3301013310009", "digits")
    assert (finding.facts["found"], finding.facts["wanted"]) == ("33", "32")
    twice = changed(plan, "element_zones", row, "code", plan.element_zones["code"].iloc[3])
    finding = only_one(twice, "Q22", "twice")
    assert (finding.value, finding.facts["code"]) == (2.0, "YS3301023210001")


def test_q24_overlap_gap_and_wrong_side():
    plan = clean_plan()
    piece = box(20, 4, 40, 60)
    finding = only_one(reshaped(plan, "u2", add=piece), "Q24", "overlap")
    assert set(finding.units) == {CODE["u2"], CODE["u7"]}
    assert finding.value == pytest.approx(2400)
    assert is_place(finding, piece)
    finding = only_one(reshaped(plan, "u7", cut=piece), "Q24", "gap")
    assert (set(finding.units), finding.value) == ({CODE["u2"], CODE["u7"]}, pytest.approx(2400))
    # A sea face given to a land unit, geometry, label and areas alike.
    face = at(plan, 20, 5)
    moved = changed(plan, "faces", face, "unit_id", "u2")
    shape = moved.faces.loc[face, "geometry"].iloc[0]
    moved = reshaped(reshaped(moved, "u2", add=shape), "u7", cut=shape)
    moved = changed(moved, "units", unit(plan, "u2"), "area_m2", 92e6)
    moved = changed(moved, "units", unit(plan, "u7"), "area_m2", 19e6)
    findings = [f for f in found(moved) if f.id != "Q10"]
    assert [(f.id, f.facts["problem"], f.units, f.value) for f in findings] == [("Q24", "mixed", (CODE["u2"],), 1e6)]


# ------------------------------------------------------------------ the verb
def test_what_is_missing_is_listed_not_passed():
    plan = clean_plan()
    bare = dataclasses.replace(
        plan,
        coverage=plan.coverage[plan.coverage["role"].isin(["county", "sea"])],
        element_zones=plan.element_zones.iloc[:0],
        sources=plan.sources.iloc[:0],
    )
    findings, not_checked = checks.check(checks.subject_from_plan(bare))
    assert findings == []
    assert [word(one, "en", glossary()) for one in not_checked] == [
        "Q12: layer ecological red line",
        "Q13: priority zones other than the red line",
        "Q21 (partly): element zones, zones of air environment, zones of ecology, zones of soil environment, "
        "zones of water environment",
        "Q22: element zones",
        "Q26: layer ecological red line, official area of ecological red line",
        "Q31: which zones were filled in",
    ]


def test_a_plan_without_former_codes_is_checked():
    plan = dataclasses.replace(clean_plan(), lineage=pd.DataFrame())
    assert checks.check(checks.subject_from_plan(plan)) == ([], [])


@pytest.mark.parametrize("table", ["units", "faces"])
def test_a_plan_of_nothing_is_refused(table):
    plan = clean_plan()
    with pytest.raises(BadInput, match="no units or no faces"):
        checks.subject_from_plan(dataclasses.replace(plan, **{table: getattr(plan, table).iloc[:0]}))


def test_only_runs_the_rules_named_and_refuses_unknown_ones():
    subject = checks.subject_from_plan(reshaped(clean_plan(), "u5", add=box(4, 7, 50, 50)))
    assert checks.check(subject, only=["Q08"]) == ([], [])
    with pytest.raises(BadInput, match="no rule Q99"):
        checks.check(subject, only=["Q99"])


def test_progress_can_cancel():
    seen: list[float] = []

    def stop(fraction, _message):
        seen.append(fraction)
        if fraction > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        checks.check(checks.subject_from_plan(clean_plan()), progress=stop)
    assert seen == sorted(seen)


def test_inputs_are_not_mutated():
    plan = clean_plan()
    before = {name: getattr(plan, name).copy(deep=True) for name in ("faces", "units", "coverage", "element_zones")}
    found(plan)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(getattr(plan, name), frame)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_rows_are_what_json_prints(language):
    findings = found(reshaped(clean_plan(), "u5", add=box(4, 7, 50, 50)))
    rows = checks.to_rows(findings, TEXTS, language)
    assert [list(row) for row in rows] == [["id", "severity", "where", "units", "value", "message"]]
    row = rows[0]
    assert (row["id"], row["severity"], row["units"]) == ("Q07", "error", [CODE["u1"], CODE["u5"]])
    assert shapely.from_wkt(row["where"]).area == pytest.approx(2500, rel=1e-3)
    assert "2,500.00" in row["message"]

"""Foreign unit layers: aliases, encodings, codes stored as numbers, stray white space, surroundings."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from checks_plan import CODE, CRS, UNITS, X0, Y0, box, clean_plan, reshaped
from control_units.delineation import checks
from control_units.delineation.cli.tables import findings_text
from control_units.delineation.cli.voice import voice_for
from control_units.delineation.core.errors import BadInput
from control_units.delineation.verbs.checking import check_file

if TYPE_CHECKING:
    from pathlib import Path

    from control_units.delineation.core.findings import Finding
    from control_units.delineation.plan.file import Plan

WORDS = {1: "优先保护单元", 2: "重点管控单元", 3: "一般管控单元"}
COUNTIES = gpd.GeoDataFrame(
    {"code": ["330101", "330102"]}, geometry=[box(0, 0, 10_000, 10_000), box(10, 0, 10_000, 10_000)], crs=CRS
)
SEA = gpd.GeoDataFrame(geometry=[box(20, 0, 2000, 10_000)], crs=CRS)
RED_LINE = gpd.GeoDataFrame(geometry=[box(1, 1, 3000, 3000)], crs=CRS)


def foreign(plan: Plan | None = None) -> gpd.GeoDataFrame:
    """Units under the field names of an older platform: AREA is the county's name."""
    units = (plan or clean_plan()).units
    fields = {
        "HJZHGKDYBM": units["code"].to_list(),
        "HJZHGKDYMC": units["name"].to_list(),
        "ZHGKDYFL": [WORDS[c] for c in units["category"]],
        "PROV": "浙江省",
        "CITY": "某市",
        "AREA": ["甲县" if c == "330101" else "乙县" for c in units["county"]],
        "KJBJYS": "禁止新建、扩建三类工业项目。",
        "PWWPFGK": "污水全部收集处理。",
        "HJFXFK": "编制应急预案。",
        "ZYKFXLYQ": "节约用水。",
    }
    return gpd.GeoDataFrame(fields, geometry=units["geometry"].to_list(), crs=CRS)


def around(**more: object) -> checks.Surroundings:
    base = checks.Surroundings(
        counties=COUNTIES,
        sea=SEA,
        zones={"red_line": RED_LINE},
        official={"red_line": 9e6},
        retired=frozenset(),
        grouping={1: "kind", 2: "kind", 3: "county"},
    )
    return dataclasses.replace(base, **more)


def found(frame: gpd.GeoDataFrame, **more: object) -> list[Finding]:
    return checks.check(checks.subject_from_frame(frame, "units", around=around(**more)))[0]


def ids(findings: list[Finding]) -> list[tuple[str, object]]:
    return [(f.id, f.facts.get("problem")) for f in findings]


# ------------------------------------------------------------------ reading
def test_clean_shapefile_in_gbk(tmp_path):
    path = tmp_path / "管控单元.shp"
    foreign().to_file(path, encoding="GBK", engine="pyogrio")
    subject = checks.subject_from_layer(path, around=around())
    assert subject.units["name"].tolist() == [row[1] for row in UNITS.values()]
    assert subject.units["category"].tolist() == [row[2] for row in UNITS.values()]
    assert subject.fields.meanings["county_name"] == "AREA"
    findings, not_checked = checks.check(subject)
    assert findings == []
    library, day = "the clause library that the lists were made from", ", the day on which the plan was compiled"
    assert [str(one) for one in not_checked] == [
        *(f"L{n:02d}: {library}{day if n in (4, 5) else ''}" for n in (*range(1, 14), 15, *range(17, 21))),
        "Q13: priority zones other than the red line",
        "Q21 (partly): element zones, zones of air, zones of ecology, zones of soil, zones of water",
        "Q22: element zones",
        "Q31: which zones were filled in",
    ]


def test_element_zones_beside_a_layer_are_held_to_the_land():
    plan = clean_plan().element_zones
    zones = gpd.GeoDataFrame(plan.drop(columns="geometry"), geometry=plan["geometry"].to_list(), crs=CRS)
    short = (zones["element"] == "air") & (zones["county"] == "330102")
    subject = checks.subject_from_frame(foreign(), "units", around=around(element_zones=zones))
    findings, not_checked = checks.check(subject)
    assert (findings, [one.facts["rule"] for one in not_checked if str(one.facts["rule"])[0] == "Q"]) == (
        [],
        ["Q13", "Q31"],
    )
    # What is stated counts, what is not stated is measured.
    for value, told in ((1e8 - 50_000, [("Q21", pytest.approx(-5e-4))]), (np.nan, [])):
        findings = found(foreign(), element_zones=zones.assign(area_m2=zones["area_m2"].mask(short, value)))
        assert [(f.id, f.value) for f in findings] == told
    assert found(foreign(), element_zones=zones.drop(columns="area_m2")) == []
    assert ids(found(foreign(), element_zones=zones.assign(code=["", *zones["code"][1:]]))) == [("Q22", "blank")]


@pytest.mark.parametrize(("width", "told"), [(9.5, True), (5.0, True), (10.5, False)])
def test_without_counties_a_narrow_strip_between_units_is_a_gap(width, told):
    strip = box(10, 0, width, 10_000)
    findings = [f for f in found(foreign(reshaped(clean_plan(), "u2", cut=strip)), counties=None) if f.id == "Q08"]
    assert [(set(f.units), f.value) for f in findings] == [
        ({CODE["u1"], CODE["u2"]}, pytest.approx(width * 10_000, rel=1e-3))
    ] * told


def test_gbk_without_cpg(tmp_path):
    path = tmp_path / "units.shp"
    foreign().to_file(path, encoding="GBK", engine="pyogrio")
    path.with_suffix(".cpg").unlink()
    assert checks.subject_from_layer(path, encoding="GBK").units["name"].iloc[0] == "甲县一般管控单元"


def test_stray_newline_in_field_name_and_values(tmp_path):
    path = tmp_path / "units.geojson"
    frame = foreign()
    frame.loc[4, "HJZHGKDYMC"] = "甲县东园区\n"
    frame = frame.rename(columns={"HJZHGKDYMC": "HJZHGKDYMC\n", "KJBJYS": "空间布局约束\n"}).to_crs("EPSG:4490")
    frame.to_file(path, engine="pyogrio", driver="GeoJSON", RFC7946="NO", COORDINATE_PRECISION=11)
    subject = checks.subject_from_layer(path, crs="EPSG:4490", around=around())
    findings = checks.check(subject, only=["Q03"])[0]
    assert [(f.facts["problem"], f.facts["field"], f.units) for f in findings] == [
        ("field_space", "HJZHGKDYMC\\n", ()),
        ("field_space", "空间布局约束\\n", ()),
        ("space", "HJZHGKDYMC\\n", (CODE["u5"],)),
    ]
    assert subject.units["name"].iloc[4] == "甲县东园区"
    assert box(1, 6, 3000, 3000).contains(findings[2].geometry)


def test_codes_stored_as_numbers_are_restored_and_reported(tmp_path):
    frame = foreign().iloc[:6].rename(columns={"HJZHGKDYBM": "HJGKDYBM"})
    frame["HJGKDYBM"] = [float(code[2:]) for code in frame["HJGKDYBM"]]
    path = tmp_path / "units.gpkg"
    frame.to_file(path, engine="pyogrio")
    subject = checks.subject_from_layer(path, around=around(sea=SEA.iloc[:0]))
    assert subject.units["code"].tolist() == [CODE[f"u{n}"] for n in range(1, 7)]
    findings = checks.check(subject)[0]
    assert ids(findings) == [("Q03", "restored")]
    assert findings[0].value == 6.0


def test_leading_zero_of_a_numeric_code_comes_back():
    frame = foreign().iloc[:1]
    frame["HJZHGKDYBM"] = pd.Series([1010130001.0])
    assert checks.subject_from_frame(frame, "units").units["code"].iloc[0] == "ZH01010130001"


def test_number_under_the_name_area_is_no_county():
    frame = foreign().assign(AREA=[1.5] * 7)
    assert "county_name" not in checks.subject_from_frame(frame, "units").fields.meanings


def test_missing_field_and_category_read_from_the_code():
    findings = found(foreign().drop(columns=["HJZHGKDYMC"]))
    assert ids(findings) == [("Q03", "missing")]
    findings = found(foreign().drop(columns=["ZHGKDYFL"]))
    assert ids(findings) == [("Q03", "derived")]


def test_category_outside_the_domain():
    frame = foreign()
    frame.loc[5, "ZHGKDYFL"] = "优先保护或重点管控"
    findings = found(frame)
    assert ids(findings) == [("Q03", "domain"), ("Q10", "shares")]
    assert findings[0].units == findings[1].units == (CODE["u6"],)


def test_category_of_another_type_is_reported():
    frame = foreign().assign(ZHGKDYFL=[float(row[2]) for row in UNITS.values()])
    findings = found(frame)
    assert ids(findings) == [("Q03", "type")]
    assert findings[0].facts["type"] == "number"


def test_own_field_names_go_before_the_aliases():
    frame = foreign().rename(columns={"HJZHGKDYBM": "bm", "ZHGKDYFL": "lb"})
    fields = {"code": "bm", "category": "lb"}
    assert checks.subject_from_frame(frame, "units", fields=fields).units["code"].iloc[0] == CODE["u1"]
    with pytest.raises(BadInput, match="no field 'bn'"):
        checks.subject_from_frame(frame, "units", fields={"code": "bn"})
    with pytest.raises(BadInput, match=r"unknown field meaning 'cod'.*wanted: code"):
        checks.subject_from_frame(frame, "units", fields={"cod": "bm"})


def test_unknown_layers_are_bad_input(tmp_path):
    with pytest.raises(BadInput, match="file not found"):
        checks.subject_from_layer(tmp_path / "no.gpkg")
    roads = gpd.GeoDataFrame({"name": ["国道"]}, geometry=[shapely.LineString([(0, 0), (1, 1)])], crs=CRS)
    path = tmp_path / "roads.gpkg"
    roads.to_file(path, engine="pyogrio")
    with pytest.raises(BadInput, match=r"no field for a unit's code or category among name.*wanted: HJGKDYBM"):
        checks.subject_from_layer(path)
    with pytest.raises(BadInput, match="no layer 'units'"):
        checks.subject_from_layer(path, "units")
    with pytest.raises(BadInput, match="no polygons"):
        checks.subject_from_frame(roads.assign(code="ZH33010130001"), "roads")
    (tmp_path / "broken.gpkg").write_bytes(b"SQLite format 3\x00 and then nothing")
    with pytest.raises(BadInput, match=r"broken\.gpkg"):
        checks.subject_from_layer(tmp_path / "broken.gpkg")


def test_layer_of_units_is_found_among_others(tmp_path):
    path = tmp_path / "city.gpkg"
    COUNTIES.rename(columns={"code": "XZQDM"}).to_file(path, layer="county", engine="pyogrio")
    foreign().to_file(path, layer="dy", engine="pyogrio")
    assert checks.subject_from_layer(path).name == "city.gpkg|dy"
    COUNTIES.assign(lb=1).to_file(path, layer="zones", engine="pyogrio")  # a code alone is a weaker mark
    assert checks.subject_from_layer(path).name == "city.gpkg|dy"
    foreign().to_file(path, layer="dy2", engine="pyogrio")
    with pytest.raises(BadInput, match=r"2 of 4 layers have fields of units.*dy, dy2"):
        checks.subject_from_layer(path)


# ------------------------------------------------------------------ what reading says
def test_what_reading_a_layer_said_is_among_the_findings(tmp_path):
    path = tmp_path / "units.shp"
    foreign().to_file(path, encoding="GBK", engine="pyogrio")
    path.with_suffix(".cpg").unlink()
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    table[29] = 0  # the byte of the language, which states the encoding too
    path.with_suffix(".dbf").write_bytes(table)
    rows = check_file(str(path), language="en").rows
    said = [row for row in rows if row["id"] == "S02"]
    assert [row["severity"] for row in said] == ["warning"]
    assert said[0]["message"].startswith("units.shp|units: no encoding is stated")
    subject = checks.subject_from_layer(path)
    assert "S02" not in {finding.id for finding in checks.check(subject, only=["Q03"])[0]}


def test_swapped_axes_are_a_warning_and_what_is_measured_is_right(tmp_path):
    frame = foreign(reshaped(clean_plan(), "u1", cut=box(4, 7, 50, 50)))
    turned = [shapely.transform(shape, lambda xy: xy[:, ::-1]) for shape in frame.geometry]
    path = tmp_path / "units.gpkg"
    frame.set_geometry(gpd.GeoSeries(turned, crs=CRS)).to_file(path, engine="pyogrio")
    findings, _ = checks.check(checks.subject_from_layer(path))
    assert ids(findings) == [("S31", None), ("Q08", "hole")]
    assert findings[1].value == pytest.approx(2500)
    assert box(4, 7, 50, 50).contains(findings[1].geometry.centroid)


def test_features_without_a_shape_stay_features(tmp_path):
    frame = foreign()
    frame.loc[3, "geometry"] = None
    path = tmp_path / "units.gpkg"
    frame.to_file(path, engine="pyogrio")
    subject = checks.subject_from_layer(path)
    assert len(subject.units) == 7
    assert ("Q06", "null") in ids(checks.check(subject, only=["Q06"])[0])


def test_degrees_said_to_be_metres_are_refused_with_the_remedy(tmp_path):
    path = tmp_path / "units.gpkg"
    foreign().to_crs("EPSG:4490").set_crs(CRS, allow_override=True).to_file(path, engine="pyogrio")
    with pytest.raises(BadInput, match=r'coordinates are degrees.*crs = "EPSG:4490" in its layer'):
        checks.subject_from_layer(path)


def test_places_of_findings_are_in_the_crs_that_goes_with_them(tmp_path):
    path = tmp_path / "units.gpkg"
    foreign(reshaped(clean_plan(), "u1", cut=box(4, 7, 50, 50))).to_crs("EPSG:4490").to_file(path, engine="pyogrio")
    checked = check_file(str(path))
    assert checked.crs == "EPSG:4549"
    places = gpd.GeoSeries.from_wkt([row["where"] for row in checked.rows if row["where"]], crs=checked.crs)
    assert len(places)
    assert box(4, 7, 50, 50).buffer(1).contains(places.to_crs(CRS).iloc[0])


# ------------------------------------------------------------------ CRS
def test_degrees_are_measured_in_the_gauss_kruger_zone_of_their_middle():
    subject = checks.subject_from_frame(foreign().to_crs("EPSG:4490"), "units", around=around())
    assert subject.crs == "EPSG:4549"
    findings = checks.check(subject)[0]
    # Counties come in metres: the layers' CRS differ, and nothing else is wrong.
    assert ids(findings) == [("Q02", "differs")] * 3
    assert subject.units["geometry"].iloc[2].area == pytest.approx(9e6, rel=1e-9)


def test_other_datum_missing_crs_and_zone_prefix():
    assert ids(found(foreign().set_crs("EPSG:2437", allow_override=True)))[0] == ("Q02", "datum")
    bare = foreign().set_crs(None, allow_override=True)
    plain = checks.Surroundings(grouping={3: "county"})
    findings = checks.check(checks.subject_from_frame(bare, "units", around=plain))[0]
    assert ids(findings) == [("Q02", "missing")]
    prefixed = foreign()
    for shift in ((40e6, 0), (0, -3.2e6), (0, 3.2e6), (-6e6, 0), (2.5e6, 0)):
        prefixed["geometry"] = foreign().translate(*shift)
        findings = checks.check(checks.subject_from_frame(prefixed, "units", around=plain))[0]
        assert ids(findings) == [("Q02", "extent")]


# ------------------------------------------------------------------ held against the surroundings
@pytest.mark.parametrize(
    ("fault", "want", "units", "area"),
    [
        ({"unit": "u5", "add": box(4, 7, 50, 50)}, ("Q07", "overlap"), {"u1", "u5"}, 2500),
        ({"unit": "u1", "cut": box(4, 7, 50, 50)}, ("Q08", "gap"), {"u1", "u5"}, 2500),
        ({"unit": "u1", "cut": box(0, 5, 20, 80)}, ("Q08", "gap"), {"u1"}, 1600),
        ({"unit": "u2", "add": shapely.box(X0 + 12_000, Y0 - 30, X0 + 12_100, Y0)}, ("Q09", None), {"u2"}, 3000),
        ({"unit": "u2", "add": box(20, 4, 40, 60)}, ("Q24", "overlap"), {"u2", "u7"}, 2400),
        ({"unit": "u7", "cut": box(20, 4, 40, 40)}, ("Q24", "gap"), {"u2", "u7"}, 1600),
    ],
)
def test_topology(fault, want, units, area):
    piece = fault.get("add") or fault["cut"]
    findings = found(foreign(reshaped(clean_plan(), **fault)))
    assert ids(findings) == [want]
    assert {*findings[0].units} == {CODE[u] for u in units}
    assert findings[0].value == pytest.approx(area)
    assert shapely.area(shapely.symmetric_difference(findings[0].geometry, piece)) < 1e-3


def test_unit_across_a_county_line():
    piece = box(10, 5, 70, 80)
    plan = reshaped(reshaped(clean_plan(), "u1", add=piece), "u2", cut=piece)
    findings = found(foreign(plan))
    assert ids(findings) == [("Q11", None)]
    assert (findings[0].units, findings[0].value) == ((CODE["u1"],), pytest.approx(5600))


def test_red_line_lower_and_clipped():
    wide = gpd.GeoDataFrame(geometry=[box(1, 1, 3000, 3000), box(8, 8, 300, 100), box(-2, 5, 1000, 1000)], crs=CRS)
    findings = found(foreign(), zones={"red_line": wide}, official={"red_line": 9.03e6})
    assert ids(findings) == [("Q12", "lower"), ("Q12", "clipped")]
    assert (findings[0].units, findings[0].value) == ((CODE["u1"],), pytest.approx(30_000))
    assert findings[1].value == pytest.approx(1e6)
    assert findings[1].geometry.equals(box(-2, 5, 1000, 1000))


def test_a_priority_zone_in_no_unit_is_not_taken_for_land_of_the_last_which_is_a_priority_one():
    frame = foreign().sort_values("ZHGKDYFL", key=lambda words: words == "优先保护单元", ignore_index=True)
    assert frame["ZHGKDYFL"].iloc[-1] == "优先保护单元"
    water = gpd.GeoDataFrame({"zone": ["1", "1"]}, geometry=[box(5, 1, 2000, 3000), box(1, 6, 2000, 1000)], crs=CRS)
    for units, at in ((frame, (CODE["u5"],)), (frame[frame["HJZHGKDYBM"] != CODE["u5"]], ())):
        (finding,) = [one for one in found(units, zones={"drinking_water": water}) if one.id == "Q13"]
        assert (finding.value, finding.units) == (pytest.approx(6 / 8), at)
        assert finding.geometry.equals(box(1, 6, 2000, 1000))


def test_red_line_under_a_unit_without_category_is_found():
    frame = foreign()
    frame.loc[frame["HJZHGKDYBM"] == CODE["u5"], ["HJZHGKDYBM", "ZHGKDYFL"]] = ""
    wide = gpd.GeoDataFrame(geometry=[box(1, 1, 3000, 3000), box(1, 6, 2000, 1000)], crs=CRS)
    (finding,) = [one for one in found(frame, zones={"red_line": wide}) if one.id == "Q12"]
    assert (finding.facts["problem"], finding.facts["category"], finding.value) == ("lower", 0, pytest.approx(2e6))


def test_what_clipping_cost_counts_once_too():
    edge = box(-2, 5, 1000, 1000)
    for read in ({}, {"red_line": 10e6}):
        wide = gpd.GeoDataFrame(geometry=[box(1, 1, 3000, 3000), edge, edge], crs=CRS)
        (finding,) = found(foreign(), zones={"red_line": wide}, read_area=read)
        assert (finding.facts["problem"], finding.value) == ("clipped", pytest.approx(1e6))


def test_overlapping_red_lines_count_once():
    twice = gpd.GeoDataFrame(geometry=[box(1, 1, 3000, 3000), box(8, 8, 300, 100), box(8, 8, 100, 300)], crs=CRS)
    findings = found(foreign(), zones={"red_line": twice}, official={"red_line": 9.05e6})
    assert ids(findings) == [("Q12", "lower")]
    assert findings[0].value == pytest.approx(50_000)


def test_stated_area_in_the_layer():
    frame = foreign()
    frame["area_m2"] = shapely.area(np.asarray(frame.geometry))
    assert found(frame) == []
    frame.loc[5, "area_m2"] += 5_000
    findings = found(frame)
    assert ids(findings) == [("Q10", "stated")]
    assert findings[0].units == (CODE["u6"],)


def test_a_stated_area_is_off_by_more_than_rounding_and_more_than_its_share():
    """Both: 1 m² and 1/10,000 of the measured area."""
    frame = gpd.GeoDataFrame(
        {"code": ["ZH33010130001", "ZH33010130002"], "category": ["一般管控", "一般管控"], "area_m2": [2_500.0, 1e6]},
        geometry=[box(0, 0, 50, 50), box(2, 0, 1_000, 1_000)],
        crs=CRS,
    )
    for small, large, wanted in (
        (0.9, 0, []),
        (-0.9, 0, []),
        (1.1, 0, ["ZH33010130001"]),
        (-1.1, 0, ["ZH33010130001"]),
        (0, 99, []),
        (0, -99, []),
        (0, 101, ["ZH33010130002"]),
        (0, -101, ["ZH33010130002"]),
    ):
        stated = frame.assign(area_m2=frame["area_m2"] + [small, large])
        findings, _ = checks.check(checks.subject_from_frame(stated, "units"), only=["Q10"])
        assert [code for finding in findings for code in finding.units] == wanted, (small, large)


def test_without_a_boundary_holes_are_still_seen_and_the_rest_is_named():
    frame = foreign(reshaped(clean_plan(), "u1", cut=box(4, 7, 50, 50)))
    findings, not_checked = checks.check(checks.subject_from_frame(frame, "units"))
    assert ids(findings) == [("Q08", "hole")]
    assert findings[0].value == pytest.approx(2500)
    named = {str(entry).split(":")[0] for entry in not_checked}
    want = {"Q04 (partly)", "Q05 (partly)", "Q06 (partly)", "Q08 (partly)", "Q09", "Q10 (partly)", "Q11", "Q12", "Q13"}
    assert {name for name in named if name[0] == "Q"} == want | {"Q21 (partly)", "Q22", "Q24 (partly)", "Q26", "Q31"}


def test_inland_counties_without_a_sea_layer_leave_sea_units_alone():
    findings, not_checked = checks.check(
        checks.subject_from_frame(foreign(), "units", around=around(sea=None)), only=["Q08", "Q09", "Q10"]
    )
    assert findings == []
    said = [str(one) for one in not_checked]
    assert said == ["Q08 (partly): the sea area", "Q09: the sea area", "Q10 (partly): the sea area"]


# ------------------------------------------------------------------ real and messy data
def real_units(path: Path, field: str = "code") -> gpd.GeoDataFrame:
    frame = gpd.read_file(path, engine="pyogrio")
    codes = [f"ZH{c}3{n:04d}" for n, c in enumerate(frame[field].fillna("350200"), 1)]
    return frame.assign(HJGKDYBM=codes, HJGKDYMC=codes, HJGKDYFL="一般")


def test_planted_defects_of_a_real_county_layer(data):
    folder = data / "MESSY"
    frame = real_units(folder / "county_defects.gpkg")
    findings = checks.check(checks.subject_from_frame(frame, "county"), only=["Q06", "Q07", "Q14"])[0]
    problems = {(f.id, f.facts["problem"]) for f in findings}
    ledger = json.loads((folder / "county_defects.ledger.json").read_text(encoding="utf-8"))
    assert {row["defect"] for row in ledger} >= {"duplicate feature", "self-intersecting bow-tie"}
    assert {("Q06", "invalid"), ("Q06", "null"), ("Q06", "empty"), ("Q07", "overlap")} <= problems
    whole = {f.units for f in findings if f.id == "Q07"}
    shapes = frame.geometry
    for code in next(row["codes"] for row in ledger if row["defect"] == "duplicate feature"):
        rows = np.flatnonzero(frame["code"] == code)
        pair = tuple(frame["HJGKDYBM"].iloc[rows])
        assert pair in whole
        overlap = next(f for f in findings if f.id == "Q07" and f.units == pair)
        assert overlap.value == pytest.approx(shapes.iloc[rows[0]].area)


@pytest.mark.parametrize(("name", "rule"), [("county_gaps6m", "Q08"), ("county_overlap6m", "Q07")])
def test_six_metres_between_real_counties(data, name, rule):
    frame = real_units(data / "MESSY" / f"{name}.gpkg")
    findings, _ = checks.check(checks.subject_from_frame(frame, name), only=["Q07", "Q08"])
    mine = [f for f in findings if f.id == rule]
    assert mine
    widths = [2 * f.geometry.area / f.geometry.length for f in mine]
    assert 2 < max(widths) < 12


def test_open_gap_between_two_units_but_no_bay_of_one():
    shapes = [shapely.box(0, 0, 1000, 1000), shapely.box(1006, 0, 2000, 1000)]
    shapes[0] = shapes[0].difference(shapely.box(985, 0, 991, 400))
    frame = gpd.GeoDataFrame({"code": ["ZH33010130001", "ZH33010130002"]}, geometry=shapes, crs=CRS)
    findings, _ = checks.check(checks.subject_from_frame(frame, "units"), only=["Q08"])
    assert ids(findings) == [("Q08", "hole")]
    assert findings[0].value == pytest.approx(6000, rel=0.01)
    assert findings[0].units == ("ZH33010130001", "ZH33010130002")


@pytest.mark.parametrize(
    ("severities", "said"),
    [(["warning"], "Findings: 0 errors, 1 warning"), (["error", *["warning"] * 2], "Findings: 1 error, 2 warnings")],
)
def test_one_finding_is_no_plural(severities, said):
    rows = [{"id": "Q02", "severity": one, "message": "", "units": [], "value": 0, "where": ""} for one in severities]
    assert findings_text(rows, [], voice_for("en")).splitlines()[0] == said


# ------------------------------------------------------------------ entry lists in the fields of a layer
def test_lists_of_a_layer_are_filled_and_name_no_other_place():
    frame = foreign()
    frame.loc[4, "HJFXFK"] = " "
    frame.loc[5, "ZYKFXLYQ"] = f"参照甲县东园区产业集聚重点管控单元（{CODE['u5']}）执行。"
    findings = [one for one in found(frame) if one.id in ("Q15", "Q30")]
    assert [(one.id, one.facts.get("dimension", one.facts.get("name")), one.units) for one in findings] == [
        ("Q15", "risk", (CODE["u5"],)),
        ("Q30", "甲县东园区产业集聚重点管控单元", (CODE["u6"],)),
        ("Q30", CODE["u5"], (CODE["u6"],)),
    ]


def test_a_county_that_is_called_otherwise_than_its_code_says_is_found():
    frame = foreign()
    frame.loc[4, "AREA"] = "丙县"
    (finding,) = [one for one in found(frame) if one.id == "Q29"]
    assert (finding.facts["problem"], finding.facts["usual"], finding.units) == ("county", "甲县", (CODE["u5"],))
    frame = foreign()
    frame.loc[4, "HJZHGKDYMC"] = "乙县东园区重点管控单元"
    (finding,) = [one for one in found(frame) if one.id == "Q29"]
    assert (finding.facts["problem"], finding.facts["places"], finding.units) == ("name", ("乙县",), (CODE["u5"],))


def test_dimensions_without_a_field_are_named_and_not_missed():
    subject = checks.subject_from_frame(foreign().drop(columns=["PWWPFGK", "HJFXFK"]), "units", around=around())
    findings, not_checked = checks.check(subject)
    assert findings == []
    (told,) = [str(one) for one in not_checked if one.facts["rule"] == "Q15"]
    assert told == "Q15 (partly): a field of discharge, a field of risk"
    bare = foreign().drop(columns=["KJBJYS", "PWWPFGK", "HJFXFK", "ZYKFXLYQ"])
    _, not_checked = checks.check(checks.subject_from_frame(bare, "units", around=around()))
    assert {"Q15 (partly): lists of units", "Q29: lists of units"} <= {str(one) for one in not_checked}

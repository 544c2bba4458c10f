"""What sources say of themselves: each silent repair, choice or loss that the engine makes is a finding."""

from __future__ import annotations

import math

import numpy as np
import pyogrio
import pytest
import shapely
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.errors import BadInput
from control_units.delineation.explain.why import why
from control_units.delineation.sources import read_sources
from control_units.delineation.sources.coordinates.crs import parse_crs, to_crs
from control_units.delineation.sources.coordinates.ellipsoid import ellipsoidal_area
from control_units.delineation.verbs.running import delineate
from hand import CASE, COUNTY, RED_LINE, box, hand, write_layer
from raster_files import write as write_raster


def found(plan, number):
    """Findings of one id."""
    return plan.findings[plan.findings["id"] == number]


def test_a_clean_case_has_nothing_to_say(tmp_path):
    assert not delineate(read_case(hand(tmp_path))).findings["id"].str.startswith("S").any()


def test_text_in_another_encoding_than_stated_is_said(tmp_path):
    case = hand(tmp_path, CASE.replace('path = "hand.gpkg"\nlayer = "township"', 'path = "towns.shp"'))
    towns = [box(0, 0, 5_000, 10_000), box(5_000, 0, 5_000, 10_000)]
    fields = {"code": ["999901001", "999901002"], "name": ["甲镇", "乙镇"]}
    write_layer(tmp_path / "towns.shp", "towns", towns, fields, driver="ESRI Shapefile", encoding="GBK")
    (tmp_path / "towns.cpg").write_text("UTF-8", encoding="ascii")
    plan = delineate(read_case(case))
    assert len(found(plan, "S02")) == 1
    assert sorted(plan.units.loc[plan.units["category"] == 3, "townships"]) == ["乙镇、甲镇"]


def test_another_datum_is_said_and_areas_stand_in_the_ledger(tmp_path):
    moved, _ = to_crs(np.array(RED_LINE[0], dtype=object), parse_crs("EPSG:4547"), parse_crs("EPSG:4326"), "")
    case = hand(tmp_path)
    (tmp_path / "hand.gpkg").unlink()
    hand(tmp_path)
    write_layer(tmp_path / "wgs.gpkg", "red_line", list(moved), {"id": ["R1"]}, crs="EPSG:4326")
    text = CASE.replace('path = "hand.gpkg"\nlayer = "red_line"', 'path = "wgs.gpkg"\nlayer = "red_line"')
    case.write_text(text, encoding="utf-8")
    plan = delineate(read_case(case))
    assert "CGCS2000" in found(plan, "S03")["message"].item()
    row = plan.ledger[plan.ledger["stage"] == "transformation"]
    assert row["role"].tolist() == ["red_line"]
    # On the central meridian the projection keeps areas to some parts in ten thousand.
    assert row["from_m2"].item() == pytest.approx(4e6, rel=1e-3)
    assert row["to_m2"].item() == pytest.approx(4e6, rel=1e-6)


def test_overlapping_counties_are_said(tmp_path):
    fields = {"code": ["999901", "999902"], "name": ["甲县", "乙县"]}
    counties = [box(0, 0, 6_000, 10_000), box(5_000, 0, 5_000, 10_000)], fields
    plan = delineate(read_case(hand(tmp_path, county=counties)))
    assert found(plan, "S08")["value"].item() == pytest.approx(1e7)
    assert plan.units["area_m2"].sum() == pytest.approx(1e8)
    assert plan.faces.groupby("county")["area_m2"].sum().tolist() == pytest.approx([6e7, 4e7])


def test_land_without_a_township_is_said(tmp_path):
    half = [box(0, 0, 5_000, 10_000)], {"code": ["999901001"], "name": ["甲镇"]}
    plan = delineate(read_case(hand(tmp_path, township=half)))
    assert found(plan, "S09")["value"].item() == pytest.approx(5e7)


def test_a_field_that_only_looks_like_the_zone_is_said(tmp_path):
    text = CASE + '\n[[source]]\nrole = "protected_area"\npath = "hand.gpkg"\nlayer = "park"\n'
    text = text.replace("[rules]", "").replace('profile = "national"\n', "")
    plan = delineate(read_case(hand(tmp_path, text, park=([box(7_000, 7_000, 1_000, 1_000)], {"type": ["abc"]}))))
    assert "abc" in found(plan, "S12")["message"].item()
    assert (plan.units["kind"] == "protected_area").sum() == 1


def test_an_official_area_is_compared_and_nothing_rescaled(tmp_path):
    text = CASE.replace('layer = "red_line"', 'layer = "red_line"\nofficial_area = 4_100_000')
    plan = delineate(read_case(hand(tmp_path, text)))
    assert found(plan, "S16")["value"].item() == pytest.approx(-1e5)
    assert plan.units.loc[plan.units["kind"] == "red_line", "area_m2"].item() == 4e6
    assert len(found(plan, "Q26")) == 1
    agreed = CASE.replace('layer = "red_line"', 'layer = "red_line"\nofficial_area = 4_000_010')
    assert not len(found(delineate(read_case(hand(tmp_path / "agreed", agreed))), "S16"))


def test_what_snapping_takes_away_is_said(tmp_path):
    thread = shapely.box(505_000.0001, 3_401_000, 505_000.0003, 3_402_000)
    plan = delineate(read_case(hand(tmp_path, red_line=([*RED_LINE[0], thread], {"id": ["R1", "R2"]}))))
    assert found(plan, "S17")["value"].item() == pytest.approx(0.2, rel=1e-3)


def test_the_crs_of_the_case_is_the_zone_of_the_study_area(tmp_path):
    degrees, _ = to_crs(np.array(COUNTY[0], dtype=object), parse_crs("EPSG:4547"), parse_crs("EPSG:4490"), "")
    write_layer(tmp_path / "county.gpkg", "county", list(degrees), COUNTY[1], crs="EPSG:4490")
    case = tmp_path / "case.toml"
    case.write_text('[[source]]\nrole = "county"\npath = "county.gpkg"\n', encoding="utf-8")
    # 114° E is the central meridian of the county's three-degree zone.
    assert read_sources(read_case(case)).crs.to_epsg() == 4547


def test_ellipsoidal_area_is_that_of_the_ellipsoid(tmp_path):
    plan = delineate(read_case(hand(tmp_path, CASE.replace("seed = 1", 'seed = 1\narea = "ellipsoidal"'))))
    assert plan.meta["area_method"] == "ellipsoidal"
    # A degree cell by the closed formula for the authalic integral of GRS 80 would be circular here; the scale is not:
    # on the central meridian planar Gauss-Kruger has scale 1, and 20 km off it lengths grow by half of (20/6371)².
    whole = plan.faces["area_m2"].sum()
    east = 500_000 + 5_000
    scale = 1 + ((east - 500_000) / 6.371e6) ** 2 / 2
    assert whole == pytest.approx(1e8 / scale**2, rel=1e-5)
    assert whole != 1e8
    assert abs(plan.units["area_m2"].sum() - whole) <= 1e-9 * whole
    cell = shapely.box(114, 30, 115, 31)
    a, e2 = 6378137.0, 0.00669438002290

    def authalic(latitude):
        sine, e = math.sin(math.radians(latitude)), math.sqrt(e2)
        return (1 - e2) * (sine / (1 - e2 * sine**2) + math.atanh(e * sine) / e) / 2

    parallel = np.linspace(114, 115, 2001)
    ring = [*((x, 30.0) for x in parallel), *((x, 31.0) for x in parallel[::-1])]
    measured = ellipsoidal_area(np.array([shapely.Polygon(ring)], dtype=object), parse_crs("EPSG:4490"))[0]
    assert measured == pytest.approx(a**2 * math.radians(1) * (authalic(31) - authalic(30)), rel=1e-7)
    assert cell.area == 1


def test_lines_become_polygons_by_a_buffer(tmp_path):
    text = CASE + '\n[[source]]\nrole = "shoreline"\npath = "hand.gpkg"\nlayer = "shore"\n'
    text += 'buffer = 100\nzone = "priority"\n'
    shore = shapely.LineString([(500_000 + 6_000, 3_400_000 + 8_000), (500_000 + 9_000, 3_400_000 + 8_000)])
    plan = delineate(read_case(hand(tmp_path, text, shore=([shore], {"id": ["S1"]}))))
    unit = plan.units[plan.units["kind"] == "shoreline"]
    assert unit["category"].tolist() == [1]
    assert unit["area_m2"].item() == pytest.approx(3_000 * 200 + math.pi * 100**2, rel=1e-2)


def test_where_chooses_features(tmp_path):
    text = CASE.replace('layer = "red_line"', 'layer = "red_line"\nwhere = "id = \'R2\'"')
    layers = {"red_line": ([*RED_LINE[0], box(8_000, 8_000, 500, 500)], {"id": ["R1", "R2"]})}
    plan = delineate(read_case(hand(tmp_path, text, **layers)))
    assert plan.units.loc[plan.units["kind"] == "red_line", "area_m2"].item() == 250_000
    kept = plan.coverage.loc[plan.coverage["role"] == "red_line", "feature_id"].unique().tolist()
    fids = pyogrio.raw.read(tmp_path / "hand.gpkg", layer="red_line", return_fids=True)[1].tolist()
    assert kept == [fids[1]]


@pytest.mark.touches("rasterio", "exactextract")
def test_class_numbers_have_no_mean(tmp_path, absent):
    cover = np.where(np.arange(100).reshape(1, 10, 10) % 10 < 3, 10, 12).astype("int16")
    grid = (1_000.0, 0.0, 500_000.0, 0.0, -1_000.0, 3_410_000.0)
    write_raster(tmp_path / "cover.tif", cover, transform=grid, crs="EPSG:4547")
    text = CASE + '\n[[raster]]\nname = "cover"\npath = "cover.tif"\nkind = "class"\n'
    plan = delineate(read_case(hand(tmp_path, text)))
    if "exactextract" in absent:
        assert plan.evidence.empty
        assert "S62" in set(plan.findings["id"])
        return
    assert plan.evidence["mean"].isna().all()
    card = why(plan, plan.units.loc[plan.units["category"] == 3, "code"].item())
    assert [(row["mean"], row["majority"]) for row in card["evidence"]] == [(None, 12.0)]


def test_an_unknown_classification_is_refused(tmp_path):
    text = CASE.replace('date = "2025-01-31"\n\n', 'classification = "不对外"\n\n')
    with pytest.raises(BadInput, match="内部"):
        read_case(hand(tmp_path, text))


def test_a_condition_that_leaves_nothing_is_named(tmp_path):
    text = CASE.replace('layer = "red_line"', 'layer = "red_line"\nwhere = "id = \'none\'"')
    with pytest.raises(BadInput, match="leaves no feature"):
        read_sources(read_case(hand(tmp_path, text)))


def test_features_without_names_are_said(tmp_path):
    nameless = [box(0, 0, 5_000, 10_000), box(5_000, 0, 5_000, 10_000)], {"label": ["甲", "乙"]}
    text = CASE.replace('layer = "township"\nfields = { code = "code", name = "name" }', 'layer = "township"')
    plan = delineate(read_case(hand(tmp_path, text, township=nameless)))
    assert "label" in found(plan, "S20")["message"].item()

"""The demo case that ships: small, whole, readable, attributed."""

from __future__ import annotations

import tomllib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
from control_units.delineation.sources.rasters.raster import open_raster
from osgeo import gdal

DEMO = Path(__file__).resolve().parents[2] / "resources" / "demo"
PACKAGE = DEMO / "urumqi.gpkg"
LAYERS = sorted(str(name) for name, _ in pyogrio.list_layers(PACKAGE))
RASTERS = sorted(path.name for path in DEMO.glob("*.tif"))
OPEN = {"county", "water_osm"}
CASE = tomllib.loads((DEMO / "case.toml").read_text(encoding="utf-8"))


def layer(name: str) -> gpd.GeoDataFrame:
    return gpd.read_file(PACKAGE, layer=name)


def test_demo_is_small():
    assert sum(p.stat().st_size for p in DEMO.iterdir() if p.is_file()) <= 3_000_000


@pytest.mark.parametrize("name", LAYERS)
def test_layer_is_whole(name):
    frame = layer(name)
    assert len(frame) > 0
    assert frame.crs is not None
    assert frame.crs.to_epsg() in (4490, 4538)
    assert frame.geometry.notna().all()
    assert not frame.geometry.is_empty.any()
    assert frame.geometry.is_valid.all()
    assert set(frame.geom_type) <= {"Polygon", "MultiPolygon"}


@pytest.mark.parametrize("name", sorted(set(LAYERS) - OPEN))
def test_made_layers_say_so(name):
    assert layer(name)["note"].str.startswith("示意").all()


@pytest.mark.parametrize("name", RASTERS)
@pytest.mark.touches("rasterio")
def test_raster_is_whole(name):
    with gdal.ExceptionMgr():
        file = gdal.Open(str(DEMO / name))
        assert file.GetMetadataItem("COMPRESSION", "IMAGE_STRUCTURE") == "DEFLATE"
        assert file.GetRasterBand(1).GetBlockSize() == [128, 128], "tiled"
        del file
    values = open_raster(DEMO / name).read()
    known = values[~np.isnan(values)]
    assert known.size > 0.2 * values.size
    assert len(np.unique(known)) > 1


@pytest.mark.parametrize("name", LAYERS + RASTERS)
def test_attribution_names_every_layer(name):
    assert f"`{name}`" in (DEMO / "ATTRIBUTION.md").read_text(encoding="utf-8")


def test_counties_are_the_city():
    county = layer("county").to_crs(4538)
    assert len(county) == 8
    assert county.area.sum() / 1e6 == pytest.approx(13_781, abs=5)


@pytest.mark.parametrize("name", ["township", "water_zone", "air_zone"])
def test_full_cover_layers_tile_the_city(name):
    city = layer("county").to_crs(4538).union_all()
    parts = layer(name).to_crs(4538)
    assert parts.area.sum() == pytest.approx(city.area, rel=1e-6)
    assert city.difference(parts.union_all()).area < 1e-6 * city.area


@pytest.mark.parametrize("source", CASE["source"], ids=lambda s: s["role"])
def test_case_sources_exist(source):
    assert (DEMO / source["path"]).is_file()
    assert source["layer"] in LAYERS
    columns = set(layer(source["layer"]).columns)
    assert set(source["fields"].values()) <= columns
    assert source["classification"] == "公开"
    if "zones" in source:
        assert set(layer(source["layer"])[source["fields"]["zone"]]) == set(source["zones"])


def test_case_rasters_exist():
    assert {r["path"] for r in CASE["raster"]} == set(RASTERS)


def test_a_park_crosses_a_county_and_one_lies_in_ecological_space():
    park, county = layer("industrial_park"), layer("county").to_crs(4538)
    area = gpd.overlay(park, county).assign(area=lambda f: f.area)
    counties_of = area[area["area"] > 1e5].groupby("园区名称")["区县代码"].nunique()
    assert (counties_of > 1).any()
    assert (park.geometry.apply(lambda g: len(getattr(g, "geoms", [g]))) > 1).any()
    eco = layer("general_eco_space").union_all()
    assert (park.intersection(eco).area > 1e6).any()
    assert park.intersection(layer("red_line").union_all()).area.max() == 0

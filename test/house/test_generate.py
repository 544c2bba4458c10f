"""The synthetic county: the size asked for, the same for the same seed, valid, and mistaken by metres only."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from control_units.delineation.sources.rasters.raster import open_raster

sys.path.insert(0, str(Path(__file__).parents[1] / "speed"))
from generate import generate

VERTICES = 20_000
ROLES = [
    "county",
    "township",
    "red_line",
    "general_eco_space",
    "water_zone",
    "air_zone",
    "industrial_park",
    "urban_boundary",
    "farmland",
]


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return generate(tmp_path_factory.mktemp("county"), vertices=VERTICES)


@pytest.fixture(scope="module")
def layers(case):
    return read(case)


def read(case: Path) -> dict[str, gpd.GeoDataFrame]:
    path = case.parent / "county.gpkg"
    return {name: gpd.read_file(path, layer=name) for name in pyogrio.list_layers(path)[:, 0]}


def test_nine_valid_layers_of_the_wanted_size(layers):
    assert list(layers) == ROLES
    assert sum(shapely.get_num_coordinates(g.geometry.values).sum() for g in layers.values()) == pytest.approx(
        VERTICES, rel=0.15
    )
    for frame in layers.values():
        assert frame.crs.to_epsg() == 4547
        assert shapely.is_valid(frame.geometry.values).all()
        assert shapely.coverage_is_valid(frame.geometry.values)


def test_size_grows_the_territory_and_not_its_detail(case, tmp_path):
    larger = read(generate(tmp_path, vertices=3 * VERTICES, rasters=False))
    smaller = read(case)
    ratio = larger["county"].area.sum() / smaller["county"].area.sum()
    assert ratio == pytest.approx(3, rel=0.25)
    assert sum(shapely.get_num_coordinates(g.geometry.values).sum() for g in larger.values()) == pytest.approx(
        3 * VERTICES, rel=0.15
    )


def test_a_seed_gives_the_same_files_and_another_seed_others(case, tmp_path):
    again = generate(tmp_path / "again", vertices=VERTICES)
    other = generate(tmp_path / "other", vertices=VERTICES, seed=2)
    for file in sorted(case.parent.iterdir()):
        assert file.read_bytes() == (again.parent / file.name).read_bytes(), file.name
    one, two = read(case)["county"], read(other)["county"]
    assert not one.geometry.geom_equals(two.geometry).all()


def test_townships_lie_in_the_county_of_their_code_but_for_metres(layers):
    county, township = layers["county"].set_index("code"), layers["township"]
    assert county.index.str.fullmatch(r"9999\d{2}").all()
    assert township["code"].str.fullmatch(r"9999\d{5}").all()
    assert township["code"].is_unique
    home = county.geometry.loc[township["code"].str[:6]].values
    inside = shapely.area(shapely.intersection(township.geometry.values, home)) / township.area
    assert (inside > 0.95).all()
    assert not (inside == 1).all()
    assert shapely.covers(shapely.buffer(home, 40), township.geometry.values).all()


def test_full_cover_layers_cover_the_counties_but_for_metres(layers):
    land = shapely.coverage_union_all(layers["county"].geometry.values)
    for role in ("township", "water_zone", "air_zone"):
        other = shapely.coverage_union_all(layers[role].geometry.values)
        miss = shapely.area(shapely.symmetric_difference(land, other))
        assert 0 < miss < 0.01 * shapely.area(land), role


def test_borders_of_two_layers_cross_many_times(layers):
    red, eco = (shapely.union_all(layers[role].boundary.values) for role in ("red_line", "general_eco_space"))
    crossings = shapely.get_num_geometries(shapely.intersection(red, eco))
    assert crossings > 50


@pytest.mark.uses("rasterio")
def test_the_case_names_what_is_there(case, layers):
    wanted = tomllib.loads(case.read_text(encoding="utf-8"))
    assert wanted["case"]["crs"] == "EPSG:4547"
    assert [source["role"] for source in wanted["source"]] == ROLES
    for source in wanted["source"]:
        frame = layers[source["layer"]]
        assert set(source["fields"].values()) <= set(frame.columns)
        if "zones" in source:
            assert set(frame["zone"]) <= set(source["zones"])
    bounds = layers["county"].total_bounds
    for raster in wanted["raster"]:
        file = open_raster(case.parent / raster["path"])
        assert file.crs == "EPSG:4547"
        assert (file.transform[0], file.transform[4]) == (30, -30)
        assert (np.array(file.bounds) * (1, 1, -1, -1) <= bounds * (1, 1, -1, -1)).all()
        holes = np.mean(np.isnan(file.read()))
        assert (holes > 0.01) == (raster["name"] == "carrying_capacity")

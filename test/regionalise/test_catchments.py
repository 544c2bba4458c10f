"""Catchments as base units: they follow divides that are known, tile the outline, and say what the DEM lacks."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from base_samples import TENT, catchments_of, land, of, tent  # noqa: F401
from control_units.delineation.core.errors import BadInput
from control_units.delineation.regionalise.polygons import over_base, read_polygons
from control_units.delineation.sources.made import heights
from control_units.delineation.sources.rasters.raster import open_raster
from hand import CRS, write_layer
from raster_files import write as write_raster
from shapely import box

pytestmark = pytest.mark.touches("rasterio")


def test_catchments_follow_divides_that_are_known(land):  # noqa: F811
    found = over_base(read_polygons(land / "land.gpkg"), catchments_of(tent(land / "dem.tif")))
    assert [list(one.bounds) for one in found.geometry] == [
        [500_000 + 100 * start, 3_400_000, 500_000 + 100 * stop, 3_402_000]
        for start, stop in ((0, 9), (9, 20), (20, 29), (29, 40))
    ]
    assert [str(name) for name in found.names] == [f"catchment {number}" for number in (1, 2, 3, 4)]
    assert shapely.coverage_is_valid(found.geometry)
    assert shapely.area(found.geometry) / 2e6 == pytest.approx(np.array([9, 11, 9, 11]) / 10)
    assert found.findings == ()


def test_catchments_take_fields_over(land):  # noqa: F811
    found = over_base(
        read_polygons(land / "land.gpkg"),
        catchments_of(tent(land / "dem.tif")),
        means=["score"],
        sums=["people"],
        texts=["zone"],
    )
    # The townships meet at the divide between the second and the third.
    assert found.columns["score"].tolist() == [1.0, 1.0, 3.0, 3.0]
    assert found.columns["zone"].tolist() == ["甲", "甲", "乙", "乙"]
    assert found.sums["people"] == pytest.approx(np.array([45, 55, 135, 165]))


def test_a_dem_in_another_crs_gives_a_tiling_as_well(land):  # noqa: F811
    from pyproj import Transformer

    to = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True).transform
    (west, south), (east, north) = to(499_000, 3_399_000), to(505_000, 3_403_000)
    step = (east - west) / 60
    shape = int((north - south) / step) + 1, 60
    rng = np.random.default_rng(2)
    height = np.add.outer(np.arange(shape[0])[::-1], abs(np.arange(60) - 30)) + rng.random(shape) * 3
    write_raster(land / "d.tif", height, transform=(step, 0, west, 0, -step, north), crs="EPSG:4326")
    layer = read_polygons(land / "land.gpkg")
    found = over_base(layer, catchments_of(land / "d.tif", 1.5e5))
    assert len(found) > 5
    assert shapely.coverage_is_valid(found.geometry)
    assert shapely.is_valid(found.geometry).all()
    assert shapely.area(found.geometry).sum() == pytest.approx(8e6, rel=1e-12)
    assert shapely.area(found.geometry).min() > 0.5 * 0.1 * 1.5e5  # cells at the outline count whole or not at all


def test_what_the_dem_does_not_cover_is_told_and_small_parts_of_it_go_to_neighbours(land):  # noqa: F811
    layer = read_polygons(land / "land.gpkg")
    # Half the layer, and one cell within.
    dem = tent(land / "dem.tif", columns=20, hole=(slice(5, 6), slice(3, 4)))
    found = over_base(layer, catchments_of(dem))
    (said,) = found.findings
    assert said.id == "S84"
    assert said.facts["share"] == pytest.approx((400 + 1) / 800)
    assert said.facts["count"] == 1
    assert [one.area for one in found.geometry] == pytest.approx([1.8e6, 2.2e6, 4e6])
    assert shapely.area(found.geometry).sum() == pytest.approx(8e6)


def test_small_catchments_are_merged_as_far_as_is_asked(land):  # noqa: F811
    rng = np.random.default_rng(5)
    ground = rng.random((20, 40)) * 40 + np.add.outer(np.arange(20)[::-1], np.zeros(40))
    write_raster(land / "rough.tif", ground, transform=TENT, crs=CRS)
    layer = read_polygons(land / "land.gpkg")
    sizes = {}
    for least in (0.0, 0.5, 1.0):
        found = over_base(layer, catchments_of(land / "rough.tif", 1e5, least=least))
        sizes[least] = shapely.area(found.geometry)
        assert sizes[least].sum() == pytest.approx(8e6)
        # Remainders may be small only where they have no neighbour.
        assert sizes[least].min() >= least * 1e5 * (1 - 1e-12)
    assert len(sizes[0.0]) > len(sizes[0.5]) > len(sizes[1.0]) > 1


def test_a_layer_of_two_islands_is_covered_and_nothing_between(tmp_path):
    west, south = 500_000.0, 3_400_000.0
    shapes = [box(west + 310, south, west + 900, south + 2000), box(west + 3000, south, west + 3990, south + 2000)]
    write_layer(tmp_path / "two.gpkg", "two", shapes, {"a": [1, 2]})
    found = over_base(read_polygons(tmp_path / "two.gpkg"), catchments_of(tent(tmp_path / "dem.tif"), least=0.0))
    assert shapely.union_all(found.geometry).symmetric_difference(shapely.union_all(shapes)).area < 1e-6


@pytest.mark.parametrize(
    ("given", "what"),
    [({"area": 5e4}, "5 cells of the DEM"), ({"area": 1e9}, "no stream drains 1e"), ({"band": 2}, "band 2")],
)
def test_a_dem_that_does_not_do(land, given, what):  # noqa: F811
    layer = read_polygons(land / "land.gpkg")
    with pytest.raises(BadInput, match=what):
        over_base(layer, catchments_of(tent(land / "dem.tif"), **given))


def test_a_dem_elsewhere_without_values_or_missing(land):  # noqa: F811
    layer = read_polygons(land / "land.gpkg")
    with pytest.raises(BadInput, match="lies outside the area"):
        over_base(layer, catchments_of(tent(land / "far.tif", transform=(*TENT[:5], 3_500_000.0))))
    empty = tent(land / "empty.tif", hole=(slice(None), slice(None)))
    with pytest.raises(BadInput, match="no value over the area"):
        over_base(layer, catchments_of(empty))
    level = write_raster(land / "level.tif", np.full((20, 40), 7.0), transform=TENT, crs=CRS)
    with pytest.raises(BadInput, match="same height everywhere"):
        over_base(layer, catchments_of(level))
    with pytest.raises(BadInput, match="file not found"):
        over_base(layer, catchments_of(land / "nothing.tif"))
    write_layer(land / "none.gpkg", "none", [box(0, 0, 9, 9)], {"a": [1]}, crs=None)
    with pytest.raises(BadInput, match="no CRS"):
        over_base(read_polygons(land / "none.gpkg"), catchments_of(land / "far.tif"))


def test_a_dem_with_too_many_cells_is_averaged_and_told(land, monkeypatch):  # noqa: F811
    monkeypatch.setattr(heights, "MOST", 400)
    found = over_base(read_polygons(land / "land.gpkg"), catchments_of(tent(land / "dem.tif"), 4e5))
    (said,) = found.findings
    assert (said.id, said.facts["factor"]) == ("S85", 2)
    corners = shapely.get_coordinates(found.geometry) - (500_000, 3_402_000)
    assert (corners % 200 == 0).all()
    assert shapely.area(found.geometry).sum() == pytest.approx(8e6)


def test_the_sea_is_no_catchment_and_takes_water_in(land):  # noqa: F811
    """Four valleys that run south into a sea of height 0, half the layer; an island of one cell in it."""
    path = tent(land / "dem.tif")
    heights_of = open_raster(path).read()
    heights_of[10:] = 0.0
    heights_of[15, 20] = 3.0
    write_raster(path, heights_of, transform=TENT, crs=CRS)
    found = over_base(read_polygons(land / "land.gpkg"), catchments_of(path, 1.5e5, sea=0.0))
    assert [one.area for one in found.geometry] == pytest.approx([9e5, 1.1e6, 9e5, 1.1e6, 4e6])
    assert found.findings == ()  # the DEM has a value everywhere
    # Without the word for it the sea is land, and flat.
    assert len(over_base(read_polygons(land / "land.gpkg"), catchments_of(path, 1.5e5))) > 5


def test_a_layer_in_degrees_takes_catchments(tmp_path):
    """Areas are in m² there too: a valley of 20 by 20 cells of 0.01° at 60° north, half as wide as long."""
    height = np.add.outer(np.arange(20.0)[::-1], abs(np.arange(20) - 10.0) * 9)
    write_raster(tmp_path / "d.tif", height, transform=(0.01, 0, 110.0, 0, -0.01, 60.1), crs="EPSG:4490")
    write_layer(tmp_path / "d.gpkg", "d", [box(110, 59.9, 110.2, 60.1)], {"a": [1]}, crs="EPSG:4490")
    layer = read_polygons(tmp_path / "d.gpkg")
    cell = 0.62e6  # m²
    found = over_base(layer, catchments_of(tmp_path / "d.tif", 380 * cell))
    assert len(found) == 1
    with pytest.raises(BadInput, match=r"no stream drains .* the largest drains 2\.4"):
        over_base(layer, catchments_of(tmp_path / "d.tif", 420 * cell))

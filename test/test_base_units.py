"""Base units over an outline: they tile it, carry fields over by area, and take rasters."""

from __future__ import annotations

import numpy as np
import pyogrio
import pytest
import shapely
from control_units.delineation.checks import load_texts, to_rows
from control_units.delineation.errors import BadInput
from control_units.delineation.findings import Finding
from control_units.delineation.regionalise.base_units import cells, lay_base, parse_base
from control_units.delineation.regionalise.neighbours import neighbours
from control_units.delineation.regionalise.polygons import over_base, read_polygons, with_rasters
from control_units.delineation.regionalise.verb import regions
from control_units.delineation.sources.coordinates.crs import parse_crs, to_crs
from control_units.delineation.sources.made import heights
from control_units.delineation.sources.made.maker import Maker
from control_units.delineation.sources.rasters.raster import open_raster
from hand import CRS, write_layer
from region_samples import guerry_table
from shapely import Polygon, box
from test_rasters import write as write_raster

KILOMETRE = Maker("grid", size=1000.0)


def of(*shapes: shapely.Geometry) -> np.ndarray:
    return np.array(shapes, dtype=object)


@pytest.mark.parametrize("kind", ["grid", "hexagons"])
def test_cells_tile_the_outline(data, kind):
    shapes = guerry_table(data).geometry.to_numpy()
    laid = lay_base(shapes, kind, 40_000.0)
    assert shapely.coverage_is_valid(laid.geometry)
    assert shapely.area(laid.geometry).sum() == pytest.approx(shapely.area(shapes).sum(), rel=1e-12)
    values = np.arange(85.0)
    assert laid.sum(values).sum() == pytest.approx(values.sum(), rel=1e-12)
    # The mean of a cell by another way: intersections one by one.
    for row in range(0, len(laid.geometry), 97):
        shared = shapely.area(shapely.intersection(laid.geometry[row], shapes))
        assert laid.mean(values)[row] == pytest.approx((shared * values).sum() / shared.sum(), rel=1e-9)
    assert laid.share.min() > 0
    assert laid.share.max() == pytest.approx(1.0)


def test_squares_lie_at_multiples_of_their_size():
    laid = lay_base(of(box(5, 5, 25, 15)), "grid", 10.0)
    assert [one.bounds for one in laid.geometry] == [
        (5, 5, 10, 10), (10, 5, 20, 10), (20, 5, 25, 10), (5, 10, 10, 15), (10, 10, 20, 15), (20, 10, 25, 15),
    ]  # fmt: skip
    assert laid.share.tolist() == [0.25, 0.5, 0.25, 0.25, 0.5, 0.25]


def test_hexagons_are_regular_and_meet_six_others():
    laid = cells("hexagons", 10.0, (0.0, 0.0, 100.0, 100.0))
    assert shapely.area(laid) == pytest.approx(100 * np.sqrt(3) / 2)
    west, _, east, _ = shapely.bounds(laid).T
    assert east - west == pytest.approx(10.0)
    edges = shapely.length(laid) / 6
    assert edges == pytest.approx(10 / np.sqrt(3))
    graph = neighbours(laid, None, contiguity="queen").graph
    degree = np.bincount(np.concatenate((graph.left, graph.right)))
    assert degree.max() == 6
    assert (degree == 6).sum() > len(laid) / 2
    assert graph.border == pytest.approx(10 / np.sqrt(3))
    assert shapely.union_all(laid).area == pytest.approx(shapely.area(laid).sum())


def test_what_the_outline_leaves_of_a_cell_is_one_unit():
    comb = Polygon([(0, 0), (10, 0), (10, 10), (7, 10), (7, 2), (3, 2), (3, 10), (0, 10)])
    laid = lay_base(of(comb), "grid", 5.0)
    assert len(laid.geometry) == 4
    assert shapely.area(laid.geometry).sum() == pytest.approx(comb.area)


def test_overlapping_and_empty_fields_do_not_disturb():
    laid = lay_base(of(box(0, 0, 10, 10), box(5, 0, 15, 10)), "grid", 5.0)
    assert shapely.area(laid.geometry).sum() == pytest.approx(150)
    # Where two polygons lie over a cell both count.
    assert laid.mean(np.array([1.0, 3.0])).tolist() == [1.0, 2.0, 3.0, 1.0, 2.0, 3.0]
    assert laid.sum(np.array([100.0, 60.0])).sum() == pytest.approx(160)
    half = laid.mean(np.array([np.nan, 3.0]))
    assert np.isnan(half).tolist() == [True, False, False, True, False, False]
    assert half[1:3].tolist() == [3.0, 3.0]
    assert laid.majority(np.array(["b", "a"], dtype=object)).tolist() == ["b", "a", "a", "b", "a", "a"]


@pytest.mark.parametrize(
    ("text", "found"),
    [("grid:size=500", Maker("grid", size=500.0)), ("hexagons: size = 2.5e3", Maker("hexagons", size=2500.0)),
     ("hexagon:size=1", Maker("hexagons", size=1.0)),
     ("catchments:dem=高程, v2.tif,area=5e6", Maker("catchments", dem="高程, v2.tif", area=5e6)),
     ("catchment:area=1,dem=a=b.tif,band=2,least=0,sea=-1.5",
      Maker("catchments", dem="a=b.tif", area=1.0, band=2, least=0.0, sea=-1.5)),
     ("townships:field=镇", Maker("townships", field="镇")),
     ("townships:file=t.gpkg, layer=towns, field=code",
      Maker("townships", file="t.gpkg", layer="towns", field="code"))],
)  # fmt: skip
def test_base_is_read(text, found):
    assert parse_base(text) == found


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("", "grid"), ("grid", "grid"), ("grid:500", "grid"), ("grid:size=", "grid"), ("grid:size=0", "grid"),
     ("grid:size=inf", "number"), ("squares:size=5", "grid"), ("gird:size=5", "grid"), ("hexagon", "hexagons"),
     ("grid:sice=5", "size"), ("grid:size=5,size=6", "grid"), ("catchment:dem=a", "catchments:dem=FILE,area=5e6"),
     ("catchments:area=5", "catchments:dem"), ("catchments:dem=a,area=x", "number"), ("catchmints:dem=a", "catchments"),
     ("catchments:dem=a,area=-1", "catchments:dem"), ("catchments:dem=a,area=5,least=2", "from 0 to 1"),
     ("catchments:dem=a,area=5,band=1.5", "from 1"), ("catchments:dem=a,aria=5", "area"),
     ("townships", "townships:field"), ("townships:of=village,field=a", "townships:field"),
     ("townships:field=a,layer=b", "townships:field"),
     ("townships:file=PG:host=h password=geheim,field=a", "a file")],
)  # fmt: skip
def test_base_that_cannot_be_read(text, wanted):
    with pytest.raises(BadInput) as caught:
        parse_base(text)
    assert caught.value.where == "--base"
    assert wanted in caught.value.wanted


def test_too_many_cells_are_refused():
    with pytest.raises(BadInput, match=r"cells of size 0\.001"):
        lay_base(of(box(0, 0, 100, 100)), "grid", 0.001)


@pytest.fixture
def land(tmp_path):
    """Two townships side by side, 4 km by 2 km."""
    west, south = 500_000.0, 3_400_000.0
    shapes = [box(west, south, west + 2000, south + 2000), box(west + 2000, south, west + 4000, south + 2000)]
    columns = {"score": [1.0, 3.0], "people": [100, 300], "zone": ["甲", "乙"]}
    write_layer(tmp_path / "land.gpkg", "land", shapes, columns)
    return tmp_path


def test_cells_take_fields_over_by_what_they_are(land):
    found = read_polygons(land / "land.gpkg")
    laid = over_base(found, KILOMETRE, means=["score"], sums=["people"], texts=["zone"])
    assert len(laid) == laid.total == 8
    assert sorted(laid.columns["score"].tolist()) == [1.0] * 4 + [3.0] * 4
    assert sorted(laid.sums["people"].tolist()) == [25.0] * 4 + [75.0] * 4
    assert set(zip(laid.columns["zone"], laid.columns["score"], strict=True)) == {("甲", 1.0), ("乙", 3.0)}
    assert laid.additive("people", "floor")[0] == "people"
    with pytest.raises(BadInput, match="no field 'score'"):
        laid.additive("score", "floor")  # a mean does not add up
    with pytest.raises(BadInput, match="no field 'nothing'"):
        over_base(found, KILOMETRE, means=["nothing"])


@pytest.mark.needs("exactextract")
def test_cells_take_the_mean_of_a_raster_and_nothing_where_it_hardly_lies(land):
    found = over_base(read_polygons(land / "land.gpkg"), KILOMETRE)
    values = np.repeat(np.array([[1.0, 2.0, 5.0]]), 2, axis=0)  # three columns of cells of 1 km: the fourth has none
    write_raster(
        land / "r.tif", values, transform=(1000.0, 0.0, 500_000.0, 0.0, -1000.0, 3_402_000.0), crs=CRS
    )
    measured = with_rasters(found, {"r": str(land / "r.tif")})
    column = np.round((shapely.bounds(found.geometry)[:, 0] - 500_000) / 1000).astype(int)
    expected = np.array([1.0, 2.0, 5.0, np.nan])[column]
    assert measured.columns["r"] == pytest.approx(expected, nan_ok=True)
    assert [one.id for one in measured.findings] == ["S61"]
    with pytest.raises(BadInput, match="names a raster and a field"):
        with_rasters(read_polygons(land / "land.gpkg"), {"score": str(land / "r.tif")})


@pytest.mark.needs("exactextract")
def test_a_raster_under_polygons_that_are_not_valid(land):
    """A spike, a bow-tie and one without an area: mended they leave lines, which no raster is measured along."""
    west, south = 500_000, 3_400_000
    rings = [
        [(0, 0), (900, 0), (900, 900), (450, 900), (450, 1500), (450, 900), (0, 900)],
        [(1000, 0), (1900, 900), (1900, 0), (1000, 900)],
        [(2000, 0), (2000, 900), (2000, 450)],
    ]
    shapes = [shapely.Polygon([(west + x, south + y) for x, y in ring]) for ring in rings]
    write_layer(land / "odd.gpkg", "odd", shapes, {"a": [1, 2, 3]})
    write_raster(
        land / "three.tif", np.array([[1.0, 2.0, 5.0]]), transform=(1000.0, 0.0, west, 0.0, -1000.0, south + 1000.0),
        crs=CRS,
    )  # fmt: skip
    measured = with_rasters(read_polygons(land / "odd.gpkg"), {"r": str(land / "three.tif")})
    assert measured.columns["r"] == pytest.approx([1.0, 2.0, np.nan], nan_ok=True)


def test_a_layer_in_degrees_is_refused(tmp_path):
    write_layer(tmp_path / "d.gpkg", "d", [box(110, 30, 111, 31)], {"a": [1]}, crs="EPSG:4490")
    with pytest.raises(BadInput, match="degrees"):
        over_base(read_polygons(tmp_path / "d.gpkg"), KILOMETRE)


# --- catchments -------------------------------------------------------------------------------------------------------

TENT = (100.0, 0.0, 500_000.0, 0.0, -100.0, 3_402_000.0)  # cells of 100 m from the north-west of ``land``


def tent(path, *, rows=20, columns=40, crs=CRS, transform=TENT, hole=None):
    """Four valleys that run south, their divides at whole cells; 9, 11, 9 and 11 cells wide."""
    width = np.repeat([9, 11, 9, 11], [9, 11, 9, 11])
    within = np.concatenate([np.arange(number) for number in (9, 11, 9, 11)])
    across = abs(within - width // 2) / (width // 2) * 50.0
    height = across[None, :columns] + np.arange(rows)[::-1, None] * 1.0
    if hole is not None:
        height[hole] = np.nan
    return write_raster(path, height, transform=transform, crs=crs)


def catchments_of(path, area=2e5, **more):
    return Maker("catchments", dem=str(path), area=area, **more)


def test_catchments_follow_divides_that_are_known(land):
    found = over_base(read_polygons(land / "land.gpkg"), catchments_of(tent(land / "dem.tif")))
    assert [list(one.bounds) for one in found.geometry] == [
        [500_000 + 100 * start, 3_400_000, 500_000 + 100 * stop, 3_402_000]
        for start, stop in ((0, 9), (9, 20), (20, 29), (29, 40))
    ]
    assert list(found.names) == [f"catchment {number}" for number in (1, 2, 3, 4)]
    assert shapely.coverage_is_valid(found.geometry)
    assert found.mass == pytest.approx(np.array([9, 11, 9, 11]) / 10)
    assert found.findings == ()


def test_catchments_take_fields_over(land):
    found = over_base(
        read_polygons(land / "land.gpkg"), catchments_of(tent(land / "dem.tif")), means=["score"], sums=["people"],
        texts=["zone"],
    )  # fmt: skip
    # The townships meet at the divide between the second and the third.
    assert found.columns["score"].tolist() == [1.0, 1.0, 3.0, 3.0]
    assert found.columns["zone"].tolist() == ["甲", "甲", "乙", "乙"]
    assert found.sums["people"] == pytest.approx(np.array([45, 55, 135, 165]))


def test_a_dem_in_another_crs_gives_a_tiling_as_well(land):
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


def test_what_the_dem_does_not_cover_is_told_and_small_parts_of_it_go_to_neighbours(land):
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


def test_small_catchments_are_merged_as_far_as_is_asked(land):
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
    [({"area": 5e4}, "5 cells of the DEM"), ({"area": 1e9}, "no stream gathers 1e"), ({"band": 2}, "band 2")],
)
def test_a_dem_that_does_not_do(land, given, what):
    layer = read_polygons(land / "land.gpkg")
    with pytest.raises(BadInput, match=what):
        over_base(layer, catchments_of(tent(land / "dem.tif"), **given))


def test_a_dem_elsewhere_without_values_or_missing(land):
    layer = read_polygons(land / "land.gpkg")
    with pytest.raises(BadInput, match="lies off the area"):
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


def test_a_dem_with_too_many_cells_is_averaged_and_told(land, monkeypatch):
    monkeypatch.setattr(heights, "MOST", 400)
    found = over_base(read_polygons(land / "land.gpkg"), catchments_of(tent(land / "dem.tif"), 4e5))
    (said,) = found.findings
    assert (said.id, said.facts["factor"]) == ("S85", 2)
    corners = shapely.get_coordinates(found.geometry) - (500_000, 3_402_000)
    assert (corners % 200 == 0).all()
    assert shapely.area(found.geometry).sum() == pytest.approx(8e6)


def test_the_sea_is_no_catchment_and_takes_water_in(land):
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
    with pytest.raises(BadInput, match=r"no stream gathers .* the largest has 2\.4"):
        over_base(layer, catchments_of(tmp_path / "d.tif", 420 * cell))


# --- townships --------------------------------------------------------------------------------------------------------


@pytest.fixture
def villages(tmp_path):
    """Six villages of 1 km²; 乙 is in two parts that do not touch, one has no township."""
    west, south = 500_000.0, 3_400_000.0
    shapes = [box(west + 1000 * x, south, west + 1000 * (x + 1), south + 1000) for x in range(6)]
    columns = {
        "town": ["甲", "甲", "乙", None, "丙 ", "乙"], "score": [1.0, 3.0, 5.0, 7.0, 9.0, 11.0],
        "people": [10, 20, 30, 40, 50, 60],
    }  # fmt: skip
    write_layer(tmp_path / "villages.gpkg", "villages", shapes, columns)
    return tmp_path


def test_townships_of_a_field(villages):
    layer = read_polygons(villages / "villages.gpkg")
    found = over_base(layer, Maker("townships", field="Town"), means=["score"], sums=["people"])
    assert found.columns["town"].tolist() == list(found.names) == ["甲", "乙", "feature 4", "丙"]
    assert found.columns["score"].tolist() == [2.0, 8.0, 7.0, 9.0]
    assert found.sums["people"].tolist() == [30.0, 90.0, 40.0, 50.0]
    assert shapely.get_num_geometries(found.geometry).tolist() == [1, 2, 1, 1]
    assert [(one.id, one.facts.get("problem")) for one in found.findings] == [("S86", None), ("S86", "empty")]
    assert found.findings[0].facts["listed"] == "乙"
    # Only what was a border between two values is left of the lines.
    assert shapely.get_coordinates(found.geometry[0]).shape[0] <= 7
    with pytest.raises(BadInput, match="no field 'towns'"):
        over_base(layer, Maker("townships", field="towns"))


def test_overlapping_polygons_of_two_townships_are_told(tmp_path):
    shapes = [box(500_000, 0, 502_000, 1000), box(501_000, 0, 503_000, 1000)]
    write_layer(tmp_path / "o.gpkg", "o", shapes, {"town": ["甲", "乙"]})
    found = over_base(read_polygons(tmp_path / "o.gpkg"), Maker("townships", field="town"))
    assert shapely.area(found.geometry).tolist() == [2e6, 1e6]
    (said,) = found.findings
    assert said.facts["problem"] == "overlap"
    assert said.facts["share"] == pytest.approx(1 / 3)


def test_townships_of_another_layer_cut_the_outline(villages):
    west, south = 500_000.0, 3_400_000.0
    towns = [box(west - 500, south - 500, west + 1500, south + 5000), box(west + 1500, south, west + 4000, south + 500)]
    write_layer(villages / "towns.gpkg", "towns", towns, {"code": ["A", "B"]})
    write_layer(villages / "towns.gpkg", "far", [box(0, 0, 9, 9)], {"code": ["C"]})
    layer = read_polygons(villages / "villages.gpkg")
    maker = Maker("townships", file=str(villages / "towns.gpkg"), layer="towns", field="code")
    found = over_base(layer, maker, sums=["people"])
    # What no township covers: north of B and all east of it hang together.
    assert list(found.names) == ["A", "B", "rest 1"]
    assert shapely.area(found.geometry) == pytest.approx([1.5e6, 1.25e6, 3.25e6])
    assert found.sums["people"].sum() == pytest.approx(210)
    (said,) = found.findings
    assert (said.id, said.facts["problem"], said.facts["count"]) == ("S84", "file", 1)
    assert said.facts["area"] == pytest.approx(3.25e6)
    with pytest.raises(BadInput, match="no overlap with the layer"):
        over_base(layer, Maker("townships", file=str(villages / "towns.gpkg"), layer="far"))
    with pytest.raises(BadInput, match="no field 'nothing'"):
        over_base(layer, Maker("townships", file=str(villages / "towns.gpkg"), layer="towns", field="nothing"))


def test_slivers_along_a_border_drawn_twice_become_no_units(villages):
    """The townships in another CRS, and a little off: what they leave is shared out along its way."""
    layer = read_polygons(villages / "villages.gpkg")
    outline = shapely.union_all(layer.geometry)
    parts = [outline.intersection(box(500_000 + 2000 * x, 0, 502_000 + 2000 * x, 1e7)) for x in range(3)]
    towns = [shapely.segmentize(one, 90.0) for one in parts]
    towns = [
        shapely.transform(one, lambda xy, turn=turn: xy + 0.3 * np.sin(xy[:, ::-1] / 37 + turn))
        for turn, one in enumerate(towns)
    ]
    placed, _ = to_crs(np.array(towns, dtype=object), parse_crs(CRS), parse_crs("EPSG:4490"), "")
    write_layer(villages / "off.gpkg", "off", list(placed), {"name": ["甲", "乙", "丙"]}, crs="EPSG:4490")
    found = over_base(layer, Maker("townships", file=str(villages / "off.gpkg"), field="name"))
    assert list(found.names) == ["甲", "乙", "丙"]
    assert shapely.area(found.geometry) == pytest.approx(2e6, rel=0.01)
    assert shapely.union_all(found.geometry).symmetric_difference(outline).area < 1e-3
    said = next(one for one in found.findings if one.id == "S84")
    assert said.facts["count"] == 0
    assert 0 < said.facts["share"] < 0.01


def test_every_finding_has_its_words(land, villages, monkeypatch):
    monkeypatch.setattr(heights, "MOST", 400)
    dem = tent(land / "dem.tif", columns=20)
    found = [*over_base(read_polygons(land / "land.gpkg"), catchments_of(dem, 4e5)).findings]
    found += over_base(read_polygons(villages / "villages.gpkg"), Maker("townships", field="town")).findings
    found += [Finding("S84", {"path": "p", "area": 5.0, "share": 0.5, "count": 1, "problem": one}) for one in
              ("case", "file")]  # fmt: skip
    found.append(Finding("S86", {"source": "s", "field": "f", "share": 0.5, "problem": "overlap"}))
    assert {one.id for one in found} == {"S84", "S85", "S86"}
    for language in ("zh", "en"):
        for row in to_rows(found, load_texts(), language):
            assert row["severity"] == "warning"
            assert "{" not in row["message"]


def test_regions_over_catchments_and_townships(land, villages):
    dem = tent(land / "dem.tif")
    found = regions(land / "land.gpkg", method="skater", k=2, variables="score", base=f"catchments:dem={dem},area=2e5")
    assert found["labels"] == [0, 0, 1, 1]
    layer = villages / "villages.gpkg"
    found = regions(layer, villages / "o.gpkg", method="skater", k=2, variables="score", base="townships:field=town")
    assert found["k"] == 2
    assert pyogrio.read_dataframe(villages / "o.gpkg", layer="features")["town"].tolist()[:2] == ["甲", "乙"]

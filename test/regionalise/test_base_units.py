"""Base units over an outline: cells tile it, carry fields over by area, and take rasters."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from base_samples import KILOMETRE, land, of  # noqa: F401
from control_units.delineation.case.made_sources import Maker
from control_units.delineation.core.errors import BadInput
from control_units.delineation.regionalise.base_units import cells, lay_base, parse_base
from control_units.delineation.regionalise.neighbours import neighbours
from control_units.delineation.regionalise.polygons import over_base, read_polygons, with_rasters
from hand import CRS, write_layer
from raster_files import write as write_raster
from region_samples import guerry_table
from shapely import Polygon, box


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
    [
        ("grid:size=500", Maker("grid", size=500.0)),
        ("hexagons: size = 2.5e3", Maker("hexagons", size=2500.0)),
        ("hexagon:size=1", Maker("hexagons", size=1.0)),
        ("catchments:dem=高程, v2.tif,area=5e6", Maker("catchments", dem="高程, v2.tif", area=5e6)),
        (
            "catchment:area=1,dem=a=b.tif,band=2,least=0,sea=-1.5",
            Maker("catchments", dem="a=b.tif", area=1.0, band=2, least=0.0, sea=-1.5),
        ),
        ("townships:field=镇", Maker("townships", field="镇")),
        (
            "townships:file=t.gpkg, layer=towns, field=code",
            Maker("townships", file="t.gpkg", layer="towns", field="code"),
        ),
    ],
)
def test_base_is_read(text, found):
    assert parse_base(text) == found


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "grid"),
        ("grid", "grid"),
        ("grid:500", "grid"),
        ("grid:size=", "grid"),
        ("grid:size=0", "grid"),
        ("grid:size=inf", "number"),
        ("squares:size=5", "grid"),
        ("gird:size=5", "grid"),
        ("hexagon", "hexagons"),
        ("grid:sice=5", "size"),
        ("grid:size=5,size=6", "grid"),
        ("catchment:dem=a", "catchments:dem=FILE,area=5e6"),
        ("catchments:area=5", "catchments:dem"),
        ("catchments:dem=a,area=x", "number"),
        ("catchmints:dem=a", "catchments"),
        ("catchments:dem=a,area=-1", "catchments:dem"),
        ("catchments:dem=a,area=5,least=2", "from 0 to 1"),
        ("catchments:dem=a,area=5,band=1.5", "a whole number of 1 or more"),
        ("catchments:dem=a,aria=5", "area"),
        ("townships", "townships:field"),
        ("townships:of=village,field=a", "townships:field"),
        ("townships:field=a,layer=b", "townships:field"),
        ("townships:file=PG:host=h password=geheim,field=a", "a file"),
    ],
)
def test_base_that_cannot_be_read(text, wanted):
    with pytest.raises(BadInput) as caught:
        parse_base(text)
    assert str(caught.value.where) == "--base"
    assert wanted in str(caught.value.wanted)


def test_too_many_cells_are_refused():
    with pytest.raises(BadInput, match=r"cells of size 0\.001"):
        lay_base(of(box(0, 0, 100, 100)), "grid", 0.001)


def test_cells_take_fields_over_by_what_they_are(land):  # noqa: F811
    found = read_polygons(land / "land.gpkg")
    laid = over_base(found, KILOMETRE, means=["score"], sums=["people"], texts=["zone"])
    assert len(laid) == laid.total == 8
    assert sorted(laid.columns["score"].tolist()) == [1.0] * 4 + [3.0] * 4
    assert sorted(laid.sums["people"].tolist()) == [25.0] * 4 + [75.0] * 4
    assert set(zip(laid.columns["zone"], laid.columns["score"], strict=True)) == {("甲", 1.0), ("乙", 3.0)}
    assert laid.additive("people", "floor")[0] == "people"
    with pytest.raises(BadInput, match="no field 'score'"):
        laid.additive("score", "floor")  # a mean cannot be summed
    with pytest.raises(BadInput, match="no field 'nothing'"):
        over_base(found, KILOMETRE, means=["nothing"])


@pytest.mark.needs("exactextract")
@pytest.mark.touches("rasterio")
def test_cells_take_the_mean_of_a_raster_and_nothing_where_it_hardly_lies(land):  # noqa: F811
    found = over_base(read_polygons(land / "land.gpkg"), KILOMETRE)
    values = np.repeat(np.array([[1.0, 2.0, 5.0]]), 2, axis=0)  # three columns of cells of 1 km: the fourth has none
    write_raster(land / "r.tif", values, transform=(1000.0, 0.0, 500_000.0, 0.0, -1000.0, 3_402_000.0), crs=CRS)
    measured = with_rasters(found, {"r": str(land / "r.tif")})
    column = np.round((shapely.bounds(found.geometry)[:, 0] - 500_000) / 1000).astype(int)
    expected = np.array([1.0, 2.0, 5.0, np.nan])[column]
    assert measured.columns["r"] == pytest.approx(expected, nan_ok=True)
    assert [one.id for one in measured.findings] == ["S61"]
    with pytest.raises(BadInput, match="names a raster and a field"):
        with_rasters(read_polygons(land / "land.gpkg"), {"score": str(land / "r.tif")})


@pytest.mark.needs("exactextract")
@pytest.mark.touches("rasterio")
def test_a_raster_under_polygons_that_are_not_valid(land):  # noqa: F811
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
        land / "three.tif",
        np.array([[1.0, 2.0, 5.0]]),
        transform=(1000.0, 0.0, west, 0.0, -1000.0, south + 1000.0),
        crs=CRS,
    )
    measured = with_rasters(read_polygons(land / "odd.gpkg"), {"r": str(land / "three.tif")})
    assert measured.columns["r"] == pytest.approx([1.0, 2.0, np.nan], nan_ok=True)


def test_a_layer_in_degrees_is_refused(tmp_path):
    write_layer(tmp_path / "d.gpkg", "d", [box(110, 30, 111, 31)], {"a": [1]}, crs="EPSG:4490")
    with pytest.raises(BadInput, match="degrees"):
        over_base(read_polygons(tmp_path / "d.gpkg"), KILOMETRE)

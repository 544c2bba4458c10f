"""Cells over an outline: they tile it, carry fields over by area, and take rasters."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from control_units.delineation.errors import BadInput
from control_units.delineation.regionalise.base_units import cells, lay_base, parse_base
from control_units.delineation.regionalise.neighbours import neighbours
from control_units.delineation.regionalise.polygons import over_cells, read_polygons, with_rasters
from hand import CRS, write_layer
from region_samples import guerry_table
from shapely import Polygon, box
from test_rasters import write as write_raster


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
    [("grid:size=500", ("grid", 500.0)), ("hexagons: size = 2.5e3", ("hexagons", 2500.0)),
     ("hexagon:size=1", ("hexagons", 1.0))],
)  # fmt: skip
def test_base_is_read(text, found):
    assert parse_base(text) == found


@pytest.mark.parametrize(
    "text", ["", "grid", "grid:500", "grid:size=", "grid:size=0", "grid:size=inf", "squares:size=5"]
)
def test_base_that_cannot_be_read(text):
    with pytest.raises(BadInput) as caught:
        parse_base(text)
    assert "grid" in caught.value.wanted


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
    laid = over_cells(found, ("grid", 1000.0), means=["score"], sums=["people"], texts=["zone"])
    assert len(laid) == laid.total == 8
    assert sorted(laid.columns["score"].tolist()) == [1.0] * 4 + [3.0] * 4
    assert sorted(laid.sums["people"].tolist()) == [25.0] * 4 + [75.0] * 4
    assert set(zip(laid.columns["zone"], laid.columns["score"], strict=True)) == {("甲", 1.0), ("乙", 3.0)}
    assert laid.additive("people", "floor")[0] == "people"
    with pytest.raises(BadInput, match="no field 'score'"):
        laid.additive("score", "floor")  # a mean does not add up
    with pytest.raises(BadInput, match="no field 'nothing'"):
        over_cells(found, ("grid", 1000.0), means=["nothing"])


@pytest.mark.needs("exactextract")
def test_cells_take_the_mean_of_a_raster_and_nothing_where_it_hardly_lies(land):
    found = over_cells(read_polygons(land / "land.gpkg"), ("grid", 1000.0))
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


def test_a_layer_in_degrees_is_refused(tmp_path):
    write_layer(tmp_path / "d.gpkg", "d", [box(110, 30, 111, 31)], {"a": [1]}, crs="EPSG:4490")
    with pytest.raises(BadInput, match="degrees"):
        over_cells(read_polygons(tmp_path / "d.gpkg"), ("grid", 1000.0))

"""Grades as polygons: no staircase, no overlap, nothing moved more than a cell."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from control_units.delineation.core.errors import BadInput
from control_units.delineation.sources.rasters.gradezones import grade_polygons
from control_units.delineation.sources.rasters.raster import open_raster
from raster_files import BOTH, write

pytestmark = pytest.mark.touches("rasterio")

CRS = "EPSG:4549"
WEST, NORTH, CELL = 500_000.0, 4_000_000.0, 10.0


@pytest.fixture(params=BOTH)
def raster(request, tmp_path):
    def make(values, name="a", **profile):
        return open_raster(write(tmp_path / f"{name}.tif", np.asarray(values)[None], **profile), backend=request.param)

    return make


def relief(rows, columns, seed=1):
    """Five grades of a smooth surface."""
    from scipy.ndimage import gaussian_filter

    surface = gaussian_filter(np.random.default_rng(seed).normal(size=(rows, columns)), 8)
    return (1 + np.digitize(surface, np.quantile(surface, [0.2, 0.4, 0.6, 0.8]))).astype(np.uint8)


def squares(values, grade):
    cells = [(WEST + c * CELL, NORTH - r * CELL) for r, c in np.argwhere(values == grade)]
    return shapely.union_all([shapely.box(x, y - CELL, x + CELL, y) for x, y in cells])


@pytest.mark.parametrize("slope", [0.1, 0.37, 1.0, 3.0])
def test_a_straight_digital_line_becomes_straight(raster, slope):
    row, column = np.mgrid[0:60, 0:60]
    values = np.where(row + 0.5 > 30 + slope * (column - 29.5), 5, 1).astype(np.uint8)
    got = grade_polygons(raster(values), {"5": "eco_important"}, CRS)
    assert len(got.polygons) == 1
    # The corners of the raster, the two ends of the line and no more than one vertex between.
    assert shapely.get_num_coordinates(got.polygons[0]) <= 8
    assert got.zone.tolist() == ["eco_important"]
    assert got.grade.tolist() == ["5"]
    assert shapely.area(got.polygons).sum() == pytest.approx((values == 5).sum() * 100, rel=0.04)


def test_grades_tile_without_overlap_and_stay_within_a_cell(raster):
    values = relief(120, 150)
    zones = {"5": "a", "4": "b", "2": "a"}
    got = grade_polygons(raster(values), zones, CRS)
    assert shapely.is_valid(got.polygons).all()
    assert shapely.coverage_is_valid(got.polygons)
    assert got.grade.tolist() == sorted(got.grade.tolist())
    assert set(got.grade) == {"2", "4", "5"}
    assert not got.findings
    for grade in (2, 4, 5):
        before, after = squares(values, grade), shapely.union_all(got.polygons[got.grade == str(grade)])
        assert after.area == pytest.approx(before.area, rel=0.03)
        limit = CELL * 1.000001
        assert before.buffer(limit, join_style="mitre").covers(after)
        assert shapely.hausdorff_distance(before.boundary, after.boundary) <= limit
    was = shapely.get_num_coordinates([squares(values, grade) for grade in (2, 4, 5)]).sum()
    assert shapely.get_num_coordinates(got.polygons).sum() < was / 3


def test_same_input_same_output(raster):
    values = relief(60, 60, seed=4)
    one, other = (grade_polygons(raster(values), {"5": "a", "3": "b"}, CRS) for _ in range(2))
    assert [shape.wkb for shape in one.polygons] == [shape.wkb for shape in other.polygons]


def test_small_patches_keep_their_outline_and_corners_do_not_join(raster):
    values = np.ones((8, 8), np.uint8)
    values[2, 2] = values[3, 3] = values[6, 6] = 5
    got = grade_polygons(raster(values), {"5": "a"}, CRS)
    assert shapely.area(got.polygons).tolist() == [100, 100, 100]


def test_nodata_and_class_0(raster):
    values = np.zeros((6, 6), np.uint8)
    values[:, 3:] = 255
    a = raster(values, nodata=255)
    assert shapely.area(grade_polygons(a, {"0": "water"}, CRS).polygons).tolist() == [1800]
    assert len(grade_polygons(a, {"255": "none"}, CRS).polygons) == 0


def test_a_grade_without_cells_is_a_finding(raster):
    got = grade_polygons(raster(np.full((4, 4), 2, np.uint8)), {"2": "a", "5": "b"}, CRS)
    assert [(finding.id, finding.facts["grade"], finding.facts["zone"]) for finding in got.findings] == [
        ("S63", "5", "b")
    ]
    none = grade_polygons(raster(np.full((4, 4), 2, np.uint8)), {"5": "b"}, CRS)
    assert (len(none.polygons), len(none.zone), len(none.findings)) == (0, 0, 1)


def test_a_grade_is_a_number(raster):
    with pytest.raises(BadInput, match="grade 'high' is no number"):
        grade_polygons(raster(np.ones((2, 2), np.uint8)), {"high": "a"}, CRS)


def test_only_the_cells_within_bounds(raster):
    values = relief(120, 120)
    a = raster(values)
    bounds = (WEST + 300, NORTH - 700, WEST + 600, NORTH - 400)
    whole, part = (grade_polygons(a, {"5": "a", "4": "a"}, CRS, bounds=given) for given in (None, bounds))
    box = shapely.box(*bounds)
    assert shapely.get_num_coordinates(part.polygons).sum() < shapely.get_num_coordinates(whole.polygons).sum() / 4
    inside = [shapely.union_all(shapely.intersection(given.polygons, box)) for given in (whole, part)]
    assert shapely.symmetric_difference(*inside).area < 0.03 * inside[0].area
    with pytest.raises(BadInput, match="lies outside the study area"):
        grade_polygons(a, {"5": "a"}, CRS, bounds=(0, 0, 10, 10))


def test_into_another_crs_as_a_coverage(data):
    raster = open_raster(data / "CN-urumqi" / "koppen_30s.tif")
    classes = np.unique(raster.read())
    zones = {f"{value:g}": f"k{value:g}" for value in classes[~np.isnan(classes)]}
    got = grade_polygons(raster, zones, "EPSG:4538")
    assert shapely.coverage_is_valid(got.polygons)
    assert set(got.zone) == set(zones.values())
    assert not got.findings
    # All cells have a class: together they are the raster's own outline in the case's CRS.
    from control_units.delineation.sources.rasters.grids import carry

    outline = carry(np.array([shapely.box(*raster.bounds)], dtype=object), raster.crs, "EPSG:4538", "", 600)[0]
    assert shapely.area(got.polygons).sum() == pytest.approx(outline.area, rel=1e-4)


def test_unknown_datum_is_a_finding(data):
    raster = open_raster(data / "CN-urumqi" / "landcover_mcd12c1_2019_005deg.tif")
    got = grade_polygons(raster, {"16": "barren"}, "EPSG:4538")
    assert [finding.id for finding in got.findings] == ["S60"]
    assert len(got.polygons)

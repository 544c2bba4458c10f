"""Evidence: exact values by hand, and against brute force."""

from __future__ import annotations

import time
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest
import shapely
from control_units.delineation.basis import evidence, zonal_statistics
from control_units.delineation.basis.evidence import COLUMNS, collect, findings_of, measure, usable
from control_units.delineation.core.errors import BadInput, Cancelled
from control_units.delineation.sources.rasters.grids import RasterGrid, row_areas
from control_units.delineation.sources.rasters.raster import open_raster
from hypothesis import given, settings
from hypothesis import strategies as st
from raster_files import BOTH, write

pytestmark = pytest.mark.touches("rasterio", "exactextract")

# Without exactextract every one of them has to end in MissingLibrary, none in a number.
needs_cells = pytest.mark.needs("exactextract")
CRS = "EPSG:4549"
WEST, NORTH, CELL = 500_000.0, 4_000_000.0, 10.0
N = np.nan


def face(left, bottom, right, top):
    """A box, in cells from the upper left corner, rows counted downwards as negative y."""
    return shapely.box(WEST + left * CELL, NORTH + bottom * CELL, WEST + right * CELL, NORTH + top * CELL)


def faces(*boxes):
    return np.array([face(*box) for box in boxes], dtype=object)


@pytest.fixture(params=BOTH)
def raster(request, tmp_path):
    def make(values, name="a", **profile):
        return open_raster(write(tmp_path / f"{name}.tif", np.asarray(values), **profile), backend=request.param)

    return make


def only(frame):
    assert tuple(frame.columns) == COLUMNS
    assert len(frame) == 1
    return SimpleNamespace(**frame.iloc[0].to_dict())


@needs_cells
def test_partial_cells_weigh_by_area(raster):
    # Half of the left cell, the whole right one: mean (0.5·2 + 1·8) / 1.5 = 6; variance (0.5·16 + 1·4) / 1.5 = 8.
    got = only(measure(faces((0.5, -1, 2, 0)), CRS, {"a": raster(np.array([[[2, 8]]], np.float32))}))
    assert got.mean == pytest.approx(6)
    assert got.stdev == pytest.approx(8**0.5)
    assert (got.majority, got.covered) == (8, 1.0)
    assert (got.face_id, got.raster) == (1, "a")


@needs_cells
def test_nodata_and_nan_cover_nothing(raster):
    values = np.array([[[-3000, N], [4, 6]]], np.float32)
    got = only(measure(faces((0, -2, 2, 0)), CRS, {"a": raster(values, nodata=-3000)}))
    assert (got.mean, got.stdev, got.majority) == (5, 1, 6)
    assert got.covered == pytest.approx(0.5)


@needs_cells
def test_a_face_of_no_value_has_none(raster):
    got = only(measure(faces((0, -1, 1, 0)), CRS, {"a": raster(np.array([[[255, 1]]], np.uint8), nodata=255)}))
    assert np.isnan([got.mean, got.stdev, got.majority]).all()
    assert got.covered == 0


@needs_cells
def test_class_0_is_a_value(raster):
    values = np.array([[[0, 0, 7], [0, 255, 7]]], np.uint8)
    got = only(measure(faces((0, -2, 3, 0)), CRS, {"a": raster(values, nodata=255)}))
    assert got.majority == 0
    assert got.mean == pytest.approx(14 / 5)
    assert got.covered == pytest.approx(5 / 6)


@needs_cells
def test_face_without_any_cell_centre(raster):
    a = raster(np.array([[[3, 9], [3, 9]]], np.int16))
    got = only(measure(faces((0.9, -1.1, 1.3, -0.9)), CRS, {"a": a}))
    assert got.mean == pytest.approx((0.1 * 3 + 0.3 * 9) / 0.4, rel=1e-6)
    assert (got.majority, got.covered) == (9, 1.0)
    tiny = only(measure(faces((0.2, -0.2001, 0.2001, -0.2)), CRS, {"a": a}))
    assert (tiny.mean, tiny.stdev, tiny.majority, tiny.covered) == (3, 0, 3, 1)


@needs_cells
def test_faces_partly_and_wholly_off_the_raster(raster):
    frame = measure(faces((-1, -1, 1, 0), (5, -1, 6, 0), (0, -1, 1, 1)), CRS, {"a": raster([[[4, 4]]])})
    assert frame["covered"].to_numpy() == pytest.approx([0.5, 0, 0.5])
    np.testing.assert_array_equal(frame["mean"], [4, N, 4])


@needs_cells
def test_a_hole_and_a_multipolygon(raster):
    ring = shapely.difference(face(0, -3, 3, 0), face(1, -2, 2, -1))
    two = shapely.union(face(0, -1, 1, 0), face(2, -3, 3, -2))
    values = np.arange(9, dtype=np.float64).reshape(1, 3, 3)
    frame = measure(np.array([ring, two], dtype=object), CRS, {"a": raster(values)})
    assert frame["mean"].to_numpy() == pytest.approx([4, 4])
    assert frame["stdev"].to_numpy() == pytest.approx([(60 / 8) ** 0.5, 4])
    assert frame["covered"].to_numpy() == pytest.approx([1, 1])


@needs_cells
def test_equal_values_have_no_spread_and_their_own_mean(raster):
    values = np.full((1, 20, 20), 0.1)
    rng = np.random.default_rng(3)
    boxes = [(x, -y - h, x + w, -y) for x, y, w, h in rng.uniform(0.1, 9, (50, 4))]
    frame = measure(faces(*boxes), CRS, {"a": raster(values)})
    assert (frame["mean"] == 0.1).all()
    assert (frame["stdev"] == 0).all()
    assert (frame["covered"] == 1).all()


@needs_cells
def test_majority_is_by_area_and_the_greatest_of_a_tie(raster):
    a = raster(np.array([[[1, 2, 3]]], np.uint8))
    frame = measure(faces((0.3, -1, 1.6, 0), (0.5, -1, 1.5, 0), (0, -1, 3, 0)), CRS, {"a": a})
    assert frame["majority"].tolist() == [1, 2, 3]


@needs_cells
def test_rows_are_raster_by_raster_and_ids_may_be_given(raster):
    both = {"b": raster([[[1, 2]]], "b"), "a": raster([[[3, 4]]], "a")}
    frame = measure(faces((0, -1, 1, 0), (1, -1, 2, 0)), CRS, both, face_id=np.array([7, 9]))
    assert frame["raster"].tolist() == ["b", "b", "a", "a"]
    assert frame["face_id"].tolist() == [7, 9, 7, 9]
    assert frame["mean"].tolist() == [1, 2, 3, 4]


@needs_cells
def test_rasters_of_one_lattice_share_a_pass_whatever_their_extents(raster, monkeypatch):
    passes = []
    whole = zonal_statistics.cell_shares
    monkeypatch.setattr(zonal_statistics, "cell_shares", lambda *given: passes.append(1) or whole(*given))
    shifted = (10.0, 0.0, WEST + 20, 0.0, -10.0, NORTH - 10)
    half = (10.0, 0.0, WEST + 5, 0.0, -10.0, NORTH)
    two = {"a": raster(np.arange(12.0).reshape(1, 3, 4)), "b": raster([[[70.0, 80.0]]], "b", transform=shifted)}
    frame = measure(faces((1, -2, 4, 0)), CRS, two)
    assert len(passes) == 1
    assert frame["mean"].tolist() == [4, 75]
    assert frame["covered"].tolist() == pytest.approx([1, 2 / 6])
    frame = measure(faces((1, -2, 4, 0)), CRS, {**two, "c": raster([[[1.0]]], "c", transform=half)})
    assert len(passes) == 3
    assert frame["covered"].tolist() == pytest.approx([1, 2 / 6, 0.5 / 6])


def test_raster_off_the_faces_is_an_error(raster):
    with pytest.raises(BadInput, match="outside the study area"):
        measure(faces((100, -101, 101, -100)), CRS, {"a": raster([[[1, 2]]])})
    with pytest.raises(BadInput, match="outside the study area"):
        measure(faces((0, -1, 1, 0)), CRS, {"a": raster([[[1, 2]]], crs="EPSG:32632")})


def test_no_faces_and_no_rasters(raster):
    assert len(measure(faces(), CRS, {"a": raster([[[1, 2]]])})) == 0
    assert tuple(measure(faces((0, -1, 1, 0)), CRS, {}).columns) == COLUMNS


# Brute force: the area every cell shares with a face, one by one.


def brute(shape, values):
    rows, columns = values.shape
    shares = np.array(
        [[shape.intersection(face(c, -r - 1, c + 1, -r)).area for c in range(columns)] for r in range(rows)]
    )
    weight = np.where(np.isnan(values), 0, shares)
    if weight.sum() == 0:
        return N, N, {}, 0.0
    mean = (weight * np.nan_to_num(values)).sum() / weight.sum()
    spread = ((weight * (np.nan_to_num(values) - mean) ** 2).sum() / weight.sum()) ** 0.5
    sizes = {value: weight[values == value].sum() for value in np.unique(values[weight > 0])}
    return mean, spread, sizes, weight.sum() / shape.area


@st.composite
def stars(draw):
    """A polygon around a point, that may reach beyond the raster of 7 by 5 cells."""
    count = draw(st.integers(3, 9))
    radius = np.array(draw(st.lists(st.floats(0.05, 4), min_size=count, max_size=count)))
    x, y = draw(st.floats(0, 7)), draw(st.floats(-5, 0))
    angle = np.arange(count) * 2 * np.pi / count
    ring = np.column_stack([x + radius * np.cos(angle), y + radius * np.sin(angle)])
    return shapely.polygons(np.array([WEST, NORTH]) + CELL * ring)


KINDS = st.sampled_from(["class", "single", "double"])


@needs_cells
@settings(max_examples=60)
@given(
    shapes=st.lists(stars(), min_size=1, max_size=5), seed=st.integers(0, 9), kind=KINDS, max_cells=st.integers(1, 60)
)
def test_equals_brute_force_in_any_chunks(tmp_path_factory, shapes, seed, kind, max_cells):
    rng = np.random.default_rng(seed)
    values = {
        "class": rng.integers(0, 4, (5, 7)).astype(np.float64),
        "single": np.round(rng.normal(size=(5, 7)), 1).astype(np.float32).astype(np.float64),
        "double": np.round(rng.normal(size=(5, 7)) * 1e3, 1),
    }[kind]
    values[rng.random((5, 7)) < 0.2] = N
    a = open_raster(write(tmp_path_factory.mktemp("r") / "a.tif", values[None]))
    polygons = np.array(shapes, dtype=object)
    frame = measure(polygons, CRS, {"a": a}, max_cells=max_cells)
    assert frame.equals(measure(polygons, CRS, {"a": a}, max_cells=max_cells, workers=3))
    for shape, row in zip(shapes, frame.itertuples(), strict=True):
        mean, spread, sizes, covered = brute(shape, values)
        assert row.covered == pytest.approx(covered, abs=2e-6)
        if covered < 1e-6:
            continue
        scale = max(np.nanmax(np.abs(values)), 1)
        assert row.mean == pytest.approx(mean, abs=2e-6 * scale / min(covered, 1))
        assert row.stdev == pytest.approx(spread, abs=2e-3 * scale)
        assert sizes[row.majority] >= max(sizes.values()) * (1 - 1e-4)


@needs_cells
def test_workers_and_chunks_do_not_change_a_result(raster, monkeypatch):
    monkeypatch.setattr(zonal_statistics, "_MAX_FACES", 7)
    rng = np.random.default_rng(5)
    points = shapely.multipoints(np.array([WEST, NORTH]) + rng.uniform(0, 1, (200, 2)) * [600, -400])
    cells = shapely.get_parts(shapely.voronoi_polygons(points))
    cells = shapely.intersection(cells, face(0, -40, 60, 0))
    two = {
        "a": raster(rng.normal(size=(1, 40, 60)), "a"),
        "b": raster(rng.integers(0, 5, (1, 40, 60)).astype(np.uint8), "b"),
    }
    one = measure(cells, CRS, two)
    for workers in (2, 5):
        assert measure(cells, CRS, two, workers=workers).equals(one)
    small = measure(cells, CRS, two, max_cells=50)
    np.testing.assert_allclose(small[list(COLUMNS[2:])], one[list(COLUMNS[2:])], rtol=1e-9, atol=1e-9)
    assert (one["covered"] == 1).all()


@needs_cells
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("large", [False, True])
def test_cancel(raster, workers, large, monkeypatch):
    """Progress may raise between two batches of faces, and between two bands of a large face."""
    monkeypatch.setattr(zonal_statistics, "_MAX_FACES", 1)
    looked, heard = [], []
    whole = zonal_statistics.cell_shares
    monkeypatch.setattr(
        zonal_statistics, "cell_shares", lambda *given: looked.append(1) or time.sleep(0.05) or whole(*given)
    )

    def progress(fraction, _):
        heard.append(fraction)
        raise Cancelled

    many = faces((0, -400, 1, 0)) if large else faces(*[(0, -y - 1, 1, -y) for y in range(400)])
    a = raster(np.ones((1, 400, 1)))
    with pytest.raises(Cancelled):
        measure(many, CRS, {"a": a}, max_cells=1, workers=workers, progress=progress)
    assert len(heard) == 1
    assert heard[0] < 1
    assert len(looked) < 20


@needs_cells
def test_progress_ends_at_1_and_never_goes_back(raster, monkeypatch):
    monkeypatch.setattr(zonal_statistics, "_MAX_FACES", 1)
    a = raster(np.ones((1, 9, 1)))
    for workers in (1, 3):
        heard = []
        measure(
            faces(*[(0, -y - 1, 1, -y) for y in range(9)]),
            CRS,
            {"a": a},
            workers=workers,
            progress=lambda fraction, _, heard=heard: heard.append(fraction),
        )
        assert heard == sorted(heard)
        assert heard[-1] == 1


# What is said about it.


@dataclass(frozen=True)
class Setting:
    name: str
    path: str
    band: int = 1
    crs: str = ""


def test_collect_reports_faces_that_rest_on_too_little(tmp_path, absent):
    path = write(tmp_path / "a.tif", np.array([[[1, 255, 255, 5]]], np.uint8), nodata=255)
    polygons = faces((0, -1, 1, 0), (0, -1, 2, 0), (0, -1, 3, 0), (1, -1, 2, 0))
    area = shapely.area(polygons)
    frame, findings = collect(polygons, area, CRS, [Setting("cc", path.name)], locate=lambda name: tmp_path / name)
    if "exactextract" in absent:
        assert (len(frame), [finding.id for finding in findings]) == (0, ["S62"])
        return
    assert usable(frame, 0.5).tolist() == [True, True, False, False]
    assert usable(frame, 0.0).tolist() == [True, True, True, False]
    assert [finding.id for finding in findings] == ["S61"]
    assert findings[0].facts == {"raster": "cc", "faces": 2, "area_m2": 400.0, "covered_min": 0.5}
    assert findings[0].value == 400.0


def test_collect_goes_on_without_exactextract(tmp_path, monkeypatch):
    monkeypatch.setattr(evidence, "exactextract_version", lambda: "")
    path = write(tmp_path / "a.tif", np.ones((1, 1, 1)))
    frame, findings = collect(faces((0, -1, 1, 0)), np.array([100.0]), CRS, [Setting("cc", str(path))])
    assert len(frame) == 0
    assert tuple(frame.columns) == COLUMNS
    assert [(finding.id, finding.facts) for finding in findings] == [
        ("S62", {"rasters": ("cc",), "library": "exactextract"})
    ]


@needs_cells
def test_undeclared_nodata_is_reported(raster):
    a = raster(np.array([[[-9999, 3]]], np.int16))
    polygons = faces((0, -1, 1, 0), (1, -1, 2, 0))
    found = findings_of(measure(polygons, CRS, {"a": a}), shapely.area(polygons), {"a": a}, covered_min=0.5)
    assert [(finding.id, finding.facts["number"], finding.facts["faces"]) for finding in found] == [("S64", -9999.0, 1)]


HUGE = [-3.4028234663852886e38, 1e30, 1e308, -1e308, 1.7976931348623157e308]


@needs_cells
@pytest.mark.parametrize("value", [*HUGE, 2.0**53, -(2.0**53), 2.0**60, 1e17])
def test_cells_that_are_all_one_huge_value_are_measured(raster, value):
    a = raster(np.full((1, 2, 2), value))
    polygons = faces((0, -1, 1, 0), (0, -2, 2, 0))
    frame = measure(polygons, CRS, {"a": a}, max_cells=2)
    for column, wanted in (("mean", value), ("stdev", 0.0), ("majority", value), ("covered", 1.0)):
        assert frame[column].tolist() == [wanted] * 2
    found = findings_of(frame, shapely.area(polygons), {"a": a}, covered_min=0.5)
    assert [(one.id, one.facts["number"], one.facts["faces"]) for one in found] == (
        [("S64", value, 2)] if value in HUGE else []
    )


@needs_cells
def test_values_whose_sums_no_number_holds_have_none(raster):
    frame = measure(faces((0, -1, 2, 0)), CRS, {"a": raster(np.array([[[1.7e308, -1.7e308]]]))})
    assert np.isnan(frame["stdev"]).all()
    assert not np.isinf(frame["mean"]).any()
    assert frame["majority"].tolist() == [1.7e308]


@needs_cells
@pytest.mark.parametrize(("value", "wanted"), [(np.inf, [("S65", 1)]), (-np.inf, [("S65", 1)]), (N, []), (7, [])])
def test_one_infinite_cell_is_told_once(raster, value, wanted):
    values = np.arange(16.0).reshape(1, 4, 4)
    values[0, 1, 2] = value
    a = raster(values)
    polygons = faces((0, -4, 4, 0), (2, -2, 3, -1), (0, -1, 1, 0))
    frame = measure(polygons, CRS, {"a": a}, max_cells=4)
    found = findings_of(frame, shapely.area(polygons), {"a": a}, covered_min=0.5)
    assert [(one.id, one.facts["cells"]) for one in found if one.id != "S61"] == wanted
    assert a.infinite == ({6} if wanted else set())


def test_texts_of_the_findings_take_their_facts():
    import tomllib

    from control_units.delineation.case.profile import PROFILES
    from control_units.delineation.checks import message
    from control_units.delineation.core.findings import Finding

    texts = tomllib.loads((PROFILES / "national" / "findings_evidence.toml").read_text(encoding="utf-8"))
    facts = {"raster": "cc", "faces": 2, "area_m2": 400.0, "covered_min": 0.5, "datum": "D", "path": "p"}
    facts |= {"rasters": "a, b", "library": "exactextract", "grade": "5", "zone": "z", "number": -9999.0, "cells": 1}
    assert set(texts) == {"S60", "S61", "S62", "S63", "S64", "S65"}
    for number, text in texts.items():
        assert text["severity"] == "warning"
        assert message(Finding(number, facts), texts, "zh")
        assert message(Finding(number, facts), texts, "en")


def test_weights_of_rows_are_areas_on_the_ellipsoid():
    from pyproj import Geod

    rows = row_areas(RasterGrid("EPSG:4490", 87.0, 45.0, 0.5, 0.5), 0, 4)
    geod = Geod(ellps="GRS80")
    # A parallel is no geodesic: a thin strip keeps the difference small.
    width = 0.001
    true = [
        abs(geod.polygon_area_perimeter([87, 87 + width, 87 + width, 87], [top, top, top - 0.5, top - 0.5])[0])
        for top in (45.0, 44.5, 44.0, 43.5)
    ]
    np.testing.assert_allclose(rows / rows[0], np.array(true) / true[0], rtol=1e-7)
    assert (row_areas(RasterGrid(CRS, WEST, NORTH, 10, 10), 0, 3) == 1).all()

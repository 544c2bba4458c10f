"""Raster files: what is accepted, what is read, on both libraries that read them."""

from __future__ import annotations

import importlib

import numpy as np
import pytest
import shapely
from control_units.delineation.core.errors import BadInput, MissingLibrary
from control_units.delineation.sources.rasters.raster import burn, open_raster, polygonize
from pyproj import CRS
from raster_files import BOTH, NORTH_UP, write

pytestmark = pytest.mark.touches("rasterio")


@pytest.fixture(params=BOTH)
def backend(request):
    return request.param


def test_facts(tmp_path, backend):
    path = write(tmp_path / "a.tif", np.arange(6, dtype=np.uint8).reshape(1, 2, 3), nodata=255)
    raster = open_raster(path, backend=backend)
    assert raster.crs == "EPSG:4549"
    assert raster.shape == (2, 3)
    assert (raster.dtype, raster.nodata) == ("uint8", 255)
    assert raster.transform == NORTH_UP
    assert raster.bounds == (500_000, 3_999_980, 500_030, 4_000_000)
    assert raster.backend == backend


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "int32", "uint32", "float32", "float64"])
def test_values_of_every_type_come_unchanged(tmp_path, backend, dtype):
    values = np.array([[[0, 1, 2], [3, 4, 120]]], dtype=dtype)
    raster = open_raster(write(tmp_path / "a.tif", values), backend=backend)
    assert raster.dtype == dtype
    np.testing.assert_array_equal(raster.read(), values[0])


def test_nodata_nan_and_infinity_are_no_value_and_zero_is_one(tmp_path, backend):
    values = np.array([[[-3000, np.nan, np.inf], [0, -0.2, 1]]], dtype=np.float32)
    read = open_raster(write(tmp_path / "a.tif", values, nodata=-3000), backend=backend).read()
    np.testing.assert_array_equal(np.isnan(read), [[True, True, True], [False, False, False]])
    assert read[1, 0] == 0


def test_class_0_is_a_value_where_nodata_is_255(tmp_path, backend):
    read = open_raster(write(tmp_path / "a.tif", np.array([[[0, 255]]], np.uint8), nodata=255), backend=backend).read()
    assert read[0, 0] == 0
    assert np.isnan(read[0, 1])


def test_window_may_stick_out(tmp_path, backend):
    values = np.arange(1, 7, dtype=np.int16).reshape(1, 2, 3)
    raster = open_raster(write(tmp_path / "a.tif", values), backend=backend)
    read = raster.read((-1, 2, 2, 5))
    np.testing.assert_array_equal(read, [[np.nan] * 3, [3, np.nan, np.nan], [6, np.nan, np.nan]])
    assert np.isnan(raster.read((5, 7, 0, 3))).all()


def test_scale_and_offset_are_applied(tmp_path, backend):
    path = write(tmp_path / "a.tif", np.array([[[10, 255]]], np.uint8), nodata=255, scale=0.5, offset=-1.0)
    np.testing.assert_array_equal(open_raster(path, backend=backend).read(), [[4.0, np.nan]])


def test_south_up_is_turned_round(tmp_path, backend):
    values = np.array([[[1, 2], [3, 4], [5, 6]]], dtype=np.uint8)
    path = write(tmp_path / "a.tif", values, transform=(10.0, 0.0, 0.0, 0.0, 10.0, 100.0))
    raster = open_raster(path, backend=backend)
    assert raster.bounds == (0, 100, 20, 130)
    assert raster.transform == (10.0, 0.0, 0.0, 0.0, -10.0, 130.0)
    np.testing.assert_array_equal(raster.read(), [[5, 6], [3, 4], [1, 2]])
    np.testing.assert_array_equal(raster.read((0, 1, 1, 2)), [[6]])


def test_band(tmp_path, backend):
    path = write(tmp_path / "a.tif", np.array([[[1]], [[2]]], dtype=np.uint8))
    assert open_raster(path, 2, backend=backend).read() == 2
    for band in (0, 3):
        with pytest.raises(BadInput, match=f"band {band} of a raster of 2"):
            open_raster(path, band, backend=backend)


ROTATED = (8.0, 6.0, 0.0, 6.0, -8.0, 0.0)
SHEARED = (10.0, 0.5, 0.0, 0.0, -10.0, 0.0)
MIRRORED = (-10.0, 0.0, 0.0, 0.0, -10.0, 0.0)


@pytest.mark.parametrize("transform", [ROTATED, SHEARED, MIRRORED])
def test_grid_must_be_along_the_axes(tmp_path, backend, transform):
    path = write(tmp_path / "a.tif", np.ones((1, 2, 2), np.uint8), transform=transform)
    with pytest.raises(BadInput, match="rotated, sheared or mirrored"):
        open_raster(path, backend=backend)


@pytest.mark.filterwarnings("ignore:Dataset has no geotransform")
def test_georeference_and_crs_must_be_there(tmp_path, backend):
    with pytest.raises(BadInput, match="no georeference"):
        open_raster(write(tmp_path / "a.tif", np.ones((1, 2, 2), np.uint8), transform=None), backend=backend)
    bare = write(tmp_path / "b.tif", np.ones((1, 2, 2), np.uint8), crs=None)
    with pytest.raises(BadInput, match="no CRS"):
        open_raster(bare, backend=backend)
    assert open_raster(bare, crs="EPSG:4549", backend=backend).crs == "EPSG:4549"
    local = write(tmp_path / "c.tif", np.ones((1, 2, 2), np.uint8), crs='LOCAL_CS["site",UNIT["metre",1]]')
    with pytest.raises(BadInput, match="Engineering"):
        open_raster(local, backend=backend)


def test_missing_unreadable_and_cut_off_files(tmp_path, backend):
    with pytest.raises(BadInput, match="file not found"):
        open_raster(tmp_path / "none.tif", backend=backend)
    (tmp_path / "text.tif").write_text("no raster")
    with pytest.raises(BadInput, match="cannot be read"):
        open_raster(tmp_path / "text.tif", backend=backend)
    noise = np.random.default_rng(1).integers(0, 255, (1, 400, 400), dtype=np.uint8)
    path = write(tmp_path / "cut.tif", noise, compress="deflate")
    path.write_bytes(path.read_bytes()[:60_000])
    with pytest.raises(BadInput, match="cannot be read"):
        open_raster(path, backend=backend).read()


def test_falls_back_to_gdal_and_says_what_is_missing(tmp_path, monkeypatch):
    path = write(tmp_path / "a.tif", np.ones((1, 1, 1), np.uint8))
    whole = importlib.import_module
    absent = {"rasterio"}

    def without(name, *rest):
        if name in absent:
            raise ImportError(name)
        return whole(name, *rest)

    monkeypatch.setattr(importlib, "import_module", without)
    raster = open_raster(path)
    assert raster.backend == "gdal"
    assert raster.read() == 1
    absent.add("osgeo.gdal")
    with pytest.raises(MissingLibrary, match="rasterio, or GDAL's Python bindings"):
        open_raster(path)


def test_gdal_leaves_the_exception_flag_of_the_process_alone(tmp_path):
    from osgeo import gdal

    path = write(tmp_path / "a.tif", np.ones((1, 1, 1), np.uint8))
    before = gdal.GetUseExceptions()
    open_raster(path, backend="gdal").read()
    assert gdal.GetUseExceptions() == before


def test_polygonize(backend):
    codes = np.array([[1, 1, 0], [2, 1, 2], [2, 0, 2]], dtype=np.int32)
    polygons, code = polygonize(codes, backend=backend)
    assert sorted(zip(code.tolist(), shapely.area(polygons).tolist(), strict=True)) == [(1, 3.0), (2, 2.0), (2, 2.0)]
    assert shapely.union_all(polygons).equals(
        shapely.union_all([shapely.box(x, y, x + 1, y + 1) for y, x in np.argwhere(codes > 0)])
    )


def test_burn_is_by_the_centre_of_the_cell(backend):
    halves = np.array(
        [shapely.box(0, 0, 1.6, 3), shapely.box(1.6, 0, 4, 1.4), shapely.box(3.6, 2.6, 4, 3)], dtype=object
    )
    np.testing.assert_array_equal(burn(halves, (3, 4), backend=backend), [[1, 1, 2, 2], [1, 1, 0, 0], [1, 1, 0, 0]])


@pytest.mark.needs("rasterio")
def test_both_libraries_agree_on_real_files(data):
    files = sorted(data.glob("*/*.tif"))
    assert files
    for path in files:
        one, other = (open_raster(path, backend=name) for name in ("rasterio", "gdal"))
        assert one.bounds == other.bounds, path
        assert CRS(one.crs) == CRS(other.crs), path
        assert one.dtype == other.dtype, path
        assert one.nodata == other.nodata or (np.isnan(one.nodata) and np.isnan(other.nodata)), path
        np.testing.assert_array_equal(one.read((10, 40, 5, 30)), other.read((10, 40, 5, 30)))

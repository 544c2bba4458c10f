"""Rasters as files, and the two libraries that read them, each with its mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hand import CASE, SIZE, SOUTH, WEST

if TYPE_CHECKING:
    from pathlib import Path

NORTH_UP = (10.0, 0.0, 500_000.0, 0.0, -10.0, 4_000_000.0)


BOTH = [pytest.param("rasterio", marks=pytest.mark.needs("rasterio")), "gdal"]


def write(path, values, *, transform=NORTH_UP, crs="EPSG:4549", nodata=None, scale=None, offset=None, compress=None):
    """Write a GeoTIFF with GDAL itself, which is there on whichever library the engine reads."""
    from osgeo import gdal, gdal_array, osr

    bands = np.atleast_3d(np.asarray(values).T).T
    count, height, width = bands.shape
    kind = gdal_array.NumericTypeCodeToGDALTypeCode(bands.dtype)
    options = [f"COMPRESS={compress}"] if compress else []
    with gdal.ExceptionMgr(), osr.ExceptionMgr():
        file = gdal.GetDriverByName("GTiff").Create(str(path), width, height, count, kind, options)
        if crs:
            system = osr.SpatialReference()
            system.SetFromUserInput(crs)
            file.SetSpatialRef(system)
        if transform:
            dx, row_x, west, column_y, dy, north = transform
            file.SetGeoTransform((west, dx, row_x, north, column_y, dy))
        for number, band in enumerate(bands, 1):
            layer = file.GetRasterBand(number)
            if nodata is not None:
                layer.SetNoDataValue(nodata)
            if scale is not None:
                layer.SetScale(scale)
                layer.SetOffset(offset)
            layer.WriteArray(band)
        file.FlushCache()
        del layer, file
    return path


def case_with_raster(path: Path, west: float = WEST, values: np.ndarray | None = None, **options: object) -> str:
    data = np.arange(10_000, dtype="float32").reshape(1, 100, 100) if values is None else values
    grid = (100.0, 0.0, west, 0.0, -100.0, SOUTH + SIZE)
    write(path, data, transform=grid, **{"crs": "EPSG:4547", **options})
    return f'{CASE}\n[[raster]]\nname = "slope"\npath = "{path.as_posix()}"\n'

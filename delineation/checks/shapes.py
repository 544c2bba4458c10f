"""Areas of polygons against each other: repair, overlay and what of it is more than numerical noise."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..partition import is_coverage, unite

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from ..core.arrays import Bools, Floats, Ints, Objects

__all__ = [
    "Pieces",
    "coverage_is_valid",
    "merged",
    "once",
    "overlay",
    "parts_of",
    "polygonal",
    "solid",
    "spot",
    "union",
]

_SAME_AREA = 1e-11  # relative
_POLYGON = 3
_LARGE, _WORK = 100_000, 200_000_000  # vertices of one polygon; times the number of polygons


@dataclass(frozen=True)
class Pieces:
    """Common area of two arrays of polygons, one row a pair.

    Attributes
    ----------
    left, right : (k,) int64
        Rows of the two arrays.
    shape : (k,) object
        Polygons of the common area.
    area : (k,) float64
        Its area, m².
    """

    left: Ints
    right: Ints
    shape: Objects
    area: Floats


def once(shapes: Objects) -> Objects:
    """Polygons that cover the same places as shapes of any kind do, none of them twice."""
    flat = polygonal(shapes)
    return flat if coverage_is_valid(flat) else parts_of(shapely.union_all(flat))


def solid(shapes: Objects, tolerance: float = 0.0) -> Objects:
    """Keep the polygon parts whose mean width (2·area/perimeter) exceeds ``tolerance`` metres, of each shape.

    What keeps none becomes empty. Overlays of lines that should coincide leave lines, points and threads of rounding
    error, however long: width, not area, tells them from a fault.
    """
    parts, owner = shapely.get_parts(shapes, return_index=True)
    area = shapely.area(parts)
    keep = (shapely.get_type_id(parts) == _POLYGON) & (area > 0) & (2 * area > tolerance * shapely.length(parts))
    out = np.full(len(shapes), shapely.Polygon(), dtype=object)
    if keep.any():
        rows, number = np.unique(owner[keep], return_inverse=True)
        whole = shapely.multipolygons(parts[keep], indices=number)
        out[rows] = np.where(shapely.get_num_geometries(whole) == 1, shapely.get_geometry(whole, 0), whole)
    return out


def polygonal(shapes: Objects, valid: Bools | None = None) -> Objects:
    """Make valid polygons of shapes of any kind: the invalid repaired; nulls, points and lines as empty polygons.

    ``valid`` (n,) spares the test, seconds for a sea of a million vertices, where its result is known.
    """
    flat: Objects = np.array(shapely.force_2d(shapes), dtype=object)
    missing = shapely.is_missing(flat)
    flat[missing] = shapely.Polygon()
    broken = ~(shapely.is_valid(flat) if valid is None else valid | missing)
    if broken.any():
        flat[broken] = shapely.make_valid(flat[broken])
    mixed = ~np.isin(shapely.get_type_id(flat), (_POLYGON, 6))
    if mixed.any():
        # What make_valid adds beside polygons are lines; it never nests collections.
        flat[mixed] = solid(flat[mixed])
    return flat


def coverage_is_valid(shapes: Objects) -> bool:
    """Whether no two polygons overlap and common edges are identical: one linear pass (GEOS ≥ 3.12).

    GEOS looks at the whole of each neighbour of each polygon: ten minutes for thousands of islands in a sea of a
    million vertices. From some size on the partition is asked.
    """
    return is_coverage(shapes) if _large(shapes) else bool(shapely.coverage_is_valid(shapes))


def _large(shapes: Objects) -> bool:
    largest = int(shapely.get_num_coordinates(shapes).max(initial=0))
    return largest > _LARGE or largest * len(shapes) > _WORK


def parts_of(shape: BaseGeometry | None) -> Objects:
    """Polygon parts of one geometry, none for an empty or missing one."""
    parts = shapely.get_parts(np.array([shape], dtype=object))
    return np.asarray(parts[(shapely.get_type_id(parts) == _POLYGON) & ~shapely.is_empty(parts)], dtype=object)


def union(shapes: Objects, grid: float | None = None, *, tiled: bool = False) -> BaseGeometry:
    """Union of polygons, by the fast coverage union where they are a coverage.

    Parameters
    ----------
    shapes : (n,) object
        Valid polygons.
    grid : float, optional
        Grid (m) that the union of a faulty coverage is rounded to: it closes the thousands of threads that rounding
        errors leave between neighbours and that would slow down all that follows.
    tiled : bool
        They are known to be a coverage.
    """
    shapes = shapes[~shapely.is_empty(shapes)]
    if len(shapes) and not tiled:
        # What is valid and as large as its parts together is their union; to be asked whether they are a coverage
        # would take ten times as long.
        with contextlib.suppress(shapely.errors.GEOSException):
            whole, parts = shapely.coverage_union_all(shapes), float(shapely.area(shapes).sum())
            if whole.is_valid and abs(whole.area - parts) <= _SAME_AREA * parts:
                return whole
    if grid is None and not tiled and _large(shapes):
        return unite(shapes)
    if not len(shapes) or not (tiled or coverage_is_valid(shapes)):
        return shapely.union_all(shapes, grid_size=grid)
    whole = shapely.coverage_union_all(shapes)
    # Where parts meet at a single node, coverage union leaves a ring that touches itself: same area, yet invalid.
    return whole if whole.is_valid else shapely.make_valid(whole)


def overlay(left: Objects, right: Objects, tolerance: float) -> Pieces:
    """Find the common areas of two arrays of valid polygons.

    Parameters
    ----------
    left, right : (n,), (m,) object
        Valid polygons. An intersection is computed only where a left polygon is not wholly inside a right one.
    tolerance : float
        Mean width, m, that a part has to exceed.

    Returns
    -------
    Pieces
        Sorted by ``left``, then ``right``.
    """
    i, j = shapely.STRtree(right).query(left, predicate="intersects")
    order = np.lexsort((j, i))
    i, j = i[order], j[order]
    shapely.prepare(right)
    inside = shapely.covers(right[j], left[i])
    shape = left[i].copy()
    shape[~inside] = shapely.intersection(left[i][~inside], right[j][~inside])
    shape = solid(shape, tolerance)
    keep = ~shapely.is_empty(shape)
    return Pieces(i[keep], j[keep], shape[keep], shapely.area(shape[keep]))


def merged(shapes: Objects) -> BaseGeometry:
    """One geometry for the place of a finding: the union of its pieces."""
    return shapes[0] if len(shapes) == 1 else union(shapes)


def spots(shapes: Objects) -> Objects:
    """Place a point inside each shape, for findings about attributes; ``None`` for an empty shape."""
    points: Objects = np.array(shapely.point_on_surface(shapes), dtype=object)
    points[shapely.is_empty(points)] = None
    return points


def spot(shapes: Objects) -> BaseGeometry | None:
    """Place one point, or one multipoint, inside shapes."""
    points = [point for point in spots(shapes) if point is not None]
    return None if not points else points[0] if len(points) == 1 else shapely.MultiPoint(points)

"""Areas on the ellipsoid, also of rings round the globe and its poles: geodesic, or as drawn in degrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import Geod

from ...core.messages import Message
from .crs import angles, to_crs

if TYPE_CHECKING:
    from pyproj import CRS

    from ...core.arrays import Floats, Objects

# Degrees of longitude from which an edge can be no geodesic: the shorter way runs round the other side.
STRAIGHT = 180.0


def whole_area(a: float, es: float) -> float:
    """Area in m² of an ellipsoid of semi-major axis ``a`` (m) and squared eccentricity ``es``."""
    return 4 * np.pi * float(_equal_area(np.array([90.0]), a, es)[0])


def ring_areas(rings: Objects, a: float, es: float) -> tuple[Floats, Floats]:
    """Area of rings whose edges are straight in longitude and latitude, and their widest edge.

    The strip between an edge and the equator is the integral of the equal-area latitude along it (Snyder 1987,
    Map Projections: A Working Manual, equation 3-12), by Simpson's rule.

    Parameters
    ----------
    rings : (r,) object
        Linear rings in degrees.
    a, es : float
        Semi-major axis (m), squared eccentricity.

    Returns
    -------
    area : (r,) float64
        m², positive where the ring runs counter-clockwise.
    widest : (r,) float64
        Degrees of longitude.
    """
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    edge = np.flatnonzero(ring[1:] == ring[:-1])
    across = xy[edge + 1, 0] - xy[edge, 0]
    height = _equal_area(xy[:, 1], a, es)
    middle = _equal_area((xy[edge, 1] + xy[edge + 1, 1]) / 2, a, es)
    strip = -np.radians(across) * (height[edge] + 4 * middle + height[edge + 1]) / 6
    widest = np.zeros(len(rings))
    np.maximum.at(widest, ring[edge], np.abs(across))
    area: Floats = np.bincount(ring[edge], strip, minlength=len(rings)).astype(np.float64)
    return area, widest


def drawn_area(polygons: Objects, a: float, es: float) -> float:
    """Area in m² of polygons in degrees, shells less holes, all added up; edges are straight in degrees."""
    rings, owner = shapely.get_rings(polygons, return_index=True)
    if not len(rings):
        return 0.0
    size = np.abs(ring_areas(rings, a, es)[0])
    return float(np.where(np.r_[True, owner[1:] != owner[:-1]], size, -size).sum())


def _equal_area(latitude: Floats, a: float, es: float) -> Floats:
    """Area in m² between the equator and a latitude (degrees), for each radian of longitude."""
    sine = np.sin(np.radians(latitude))
    e = np.sqrt(es)
    half = np.arctanh(e * sine) / e if es > 0 else sine
    return np.asarray(a * a * (1 - es) * (sine / (1 - es * sine**2) + half) / 2, dtype=np.float64)


def ellipsoidal_area(geometry: Objects, crs: CRS) -> Floats:
    """Area on the CRS's ellipsoid in m²: shells less holes, parts added up.

    Rings are geodesic polygons (Karney 2013, as PROJ computes them), which are known up to the whole ellipsoid only:
    of a ring round a pole, or longer than a hemisphere, the algorithm has the other side. Which side is meant says
    the ring as it is drawn in longitude and latitude (`ring_areas`); that is also its area where an edge spans half the
    globe or more, so that no geodesic can be meant.
    """
    geod: Geod = crs.get_geod() or Geod(ellps="GRS80")
    degrees = geometry
    if not crs.is_geographic and crs.geodetic_crs is not None:
        degrees, _ = to_crs(geometry, crs, crs.geodetic_crs, Message("area"))
    unit, _ = angles(crs.geodetic_crs or crs)
    if unit != 1:
        degrees = shapely.transform(degrees, lambda xy: xy * unit)
    parts, owner = shapely.get_parts(degrees, return_index=True)
    rings, part_of = shapely.get_rings(parts, return_index=True)
    shell = np.r_[True, part_of[1:] != part_of[:-1]] if len(rings) else np.zeros(0, dtype=bool)
    drawn, widest = ring_areas(rings, geod.a, geod.es)
    size, whole = drawn.copy(), whole_area(geod.a, geod.es)
    for row in np.flatnonzero(widest < STRAIGHT):
        x, y = shapely.get_coordinates(rings[row]).T
        area = geod.polygon_area_perimeter(x, y)[0]
        size[row] = area + round((drawn[row] - area) / whole) * whole
    return np.bincount(owner[part_of], np.where(shell, np.abs(size), -np.abs(size)), minlength=len(degrees)).astype(
        np.float64
    )

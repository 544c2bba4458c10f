"""Rings as they are drawn in longitude and latitude: their area on the ellipsoid, round the globe and its poles too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["STRAIGHT", "drawn_area", "ring_areas", "whole_area"]

# Degrees of longitude from which an edge can be no geodesic: the shorter way runs round the other side.
STRAIGHT = 180.0


def whole_area(a: float, es: float) -> float:
    """Area in m² of an ellipsoid of semi-major axis ``a`` (m) and squared eccentricity ``es``."""
    return 4 * np.pi * float(_equal_area(np.array([90.0]), a, es)[0])


def ring_areas(rings: NDArray[np.object_], a: float, es: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
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
    area: NDArray[np.float64] = np.bincount(ring[edge], strip, minlength=len(rings)).astype(np.float64)
    return area, widest


def drawn_area(polygons: NDArray[np.object_], a: float, es: float) -> float:
    """Area in m² of polygons in degrees, shells less holes, all added up; edges are straight in degrees."""
    rings, owner = shapely.get_rings(polygons, return_index=True)
    if not len(rings):
        return 0.0
    size = np.abs(ring_areas(rings, a, es)[0])
    return float(np.where(np.r_[True, owner[1:] != owner[:-1]], size, -size).sum())


def _equal_area(latitude: NDArray[np.float64], a: float, es: float) -> NDArray[np.float64]:
    """Area in m² between the equator and a latitude (degrees), for each radian of longitude."""
    sine = np.sin(np.radians(latitude))
    e = np.sqrt(es)
    half = np.arctanh(e * sine) / e if es > 0 else sine
    return np.asarray(a * a * (1 - es) * (sine / (1 - es * sine**2) + half) / 2, dtype=np.float64)

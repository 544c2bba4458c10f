"""Areas in square metres and lengths in metres, whatever unit a CRS counts in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from .coordinates.ellipsoid import ellipsoidal_area

if TYPE_CHECKING:
    from pyproj import CRS

    from ..core.arrays import Floats, Objects


def areas(geometry: Objects, crs: CRS | None) -> Floats:
    """Area of polygons in m².

    Planar in a projected CRS, and in plain units squared where there is no CRS; on the ellipsoid in a geographic one.
    """
    if crs is not None and crs.is_geographic:
        return ellipsoidal_area(geometry, crs)
    unit = crs.axis_info[0].unit_conversion_factor if crs is not None and crs.axis_info else 1.0
    planar: Floats = np.asarray(shapely.area(geometry), dtype=np.float64)
    return planar * unit**2


def lengths(start: Floats, end: Floats, crs: CRS | None) -> Floats:
    """Lengths of straight edges in m, from ``start`` (e, 2) to ``end`` (e, 2).

    Planar in a projected CRS, and in plain units where there is no CRS; geodesics in a geographic one.
    """
    if crs is not None and crs.is_geographic:
        geod: Any = crs.get_geod()
        _, _, metres = geod.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
        return np.asarray(metres, dtype=np.float64)
    unit = crs.axis_info[0].unit_conversion_factor if crs is not None and crs.axis_info else 1.0
    planar: Floats = np.hypot(*(end - start).T)
    return planar * unit


def measured(geometry: Objects, crs: CRS, *, ellipsoidal: bool) -> float:
    """Area in m² of polygons added up: planar where the CRS is a plane, unless ``ellipsoidal``."""
    if ellipsoidal or crs.is_geographic:
        return float(ellipsoidal_area(geometry, crs).sum())
    unit = crs.axis_info[0].unit_conversion_factor if crs.axis_info else 1.0
    return float(shapely.area(geometry).sum()) * unit**2

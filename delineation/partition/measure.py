"""Areas in square metres, whatever unit a CRS counts in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

__all__ = ["areas"]


def areas(geometry: NDArray[np.object_], crs: CRS | None) -> NDArray[np.float64]:
    """Area of polygons in m².

    Planar in a projected CRS, and in plain units squared where there is no CRS; on the ellipsoid in a geographic one.
    """
    if crs is not None and crs.is_geographic:
        from ..sources.coordinates.crs import ellipsoidal_area

        return ellipsoidal_area(geometry, crs)
    unit = crs.axis_info[0].unit_conversion_factor if crs is not None and crs.axis_info else 1.0
    planar: NDArray[np.float64] = np.asarray(shapely.area(geometry), dtype=np.float64)
    return planar * unit**2

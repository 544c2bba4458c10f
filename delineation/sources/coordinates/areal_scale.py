"""How much larger areas are on a map than on the ellipsoid: told where a projection does not fit the place."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pyproj import CRS, Proj, Transformer
from pyproj.exceptions import ProjError

from ...core.findings import Facts, Finding
from .crs import short_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .crs import Box


def areal_scale(crs: CRS, x: float, y: float) -> float:
    """Give the m² that one square metre of the ellipsoid takes on a map, at a place of the map.

    PROJ's factors: the Jacobian of the projection (Snyder 1987, Map Projections: A Working Manual, section 4).

    Returns
    -------
    float
        NaN where the CRS is not projected or cannot say.
    """
    if not crs.is_projected or crs.geodetic_crs is None:
        return math.nan
    try:
        longitude, latitude = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True).transform(x, y)
        scale = float(Proj(crs).get_factors(longitude, latitude).areal_scale)
    except ProjError:
        return math.nan
    return scale if 0 < scale < math.inf else math.nan


def stretched_areas(crs: CRS, bounds: Box, least: float) -> list[Finding]:
    """Tell that planar areas are far from those on the ellipsoid (S53): another zone, or a map made for looking.

    Parameters
    ----------
    crs : CRS
        Of the plan, whose areas are planar.
    bounds : tuple of float
        Of the study area.
    least : float
        Share by which they differ at least, in its middle or at a corner.
    """
    west, south, east, north = bounds
    places: Iterable[tuple[float, float]] = [
        ((west + east) / 2, (south + north) / 2),
        *((x, y) for x in (west, east) for y in (south, north)),
    ]
    scales = [scale for place in places if not math.isnan(scale := areal_scale(crs, *place))]
    if not scales or max(abs(scale - 1) for scale in scales) < least:
        return []
    excess = max(scales, key=lambda scale: abs(scale - 1)) - 1
    facts: Facts = {"crs": short_name(crs, named=True), "excess": excess}
    return [Finding("S53", facts, value=excess)]

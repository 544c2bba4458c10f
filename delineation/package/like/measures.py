"""What a layer's own shapes measure: areas and outlines on the plane and on the ellipsoid, and where they lie."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import CRS, Geod
from pyproj.crs.coordinate_operation import TransverseMercatorConversion
from pyproj.crs.crs import ProjectedCRS
from pyproj.exceptions import CRSError

from ...core.errors import BadInput
from ...core.messages import Message
from ...sources.coordinates.crs import to_crs
from ...sources.coordinates.ellipsoid import ellipsoidal_area

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .found import FoundTable

_DEGREES = "EPSG:4490"  # what coordinates are taken for that look like degrees and state nothing
_EARTH = (-180.0, -90.0, 180.0, 90.0)


def crs_of(table: FoundTable) -> CRS | None:
    """Give the CRS that a layer states; where it states none, degrees by the look of its coordinates, else None."""
    try:
        return CRS.from_user_input(table.crs) if table.crs else _by_look(table)
    except CRSError:
        return _by_look(table)


def _by_look(table: FoundTable) -> CRS | None:
    box = shapely.total_bounds(table.geometry)
    inside = not np.isnan(box).any() and (box[:2] >= _EARTH[:2]).all() and (box[2:] <= _EARTH[2:]).all()
    return CRS.from_user_input(_DEGREES) if inside else None


def areas_of(table: FoundTable) -> list[NDArray[np.float64]]:
    """Measure areas (m²) on the plane and on the ellipsoid, in this order; nothing of points and lines.

    Planar areas go by the projection that the layer is in, as the ministry's update asks (Kaihua notice, 2024); of a
    layer in degrees by the zone of three degrees that it lies in.
    """
    shapes, found = table.geometry, []
    if shapes is None or not (shapely.get_dimensions(shapes) == 2).any():
        return []
    crs = crs_of(table)
    if crs is None or not crs.is_geographic:
        found.append(shapely.area(shapes) * _metres(crs) ** 2)
    elif (plane := _on_plane(shapes, crs)) is not None:
        found.append(shapely.area(plane))
    if crs is not None:
        # What lies outside the projection's reach has no place on the ellipsoid.
        with contextlib.suppress(BadInput):
            found.append(ellipsoidal_area(_without_nothing(shapes), crs))
    return [np.nan_to_num(one) for one in found]


def outlines_of(table: FoundTable) -> list[NDArray[np.float64]]:
    """Measure outlines (m), as `areas_of` does areas."""
    shapes = table.geometry
    if shapes is None or not (shapely.get_dimensions(shapes) == 2).any():
        return []
    crs = crs_of(table)
    if crs is None or not crs.is_geographic:
        return [np.nan_to_num(shapely.length(shapes)) * _metres(crs)]
    geod = crs.get_geod() or Geod(ellps="GRS80")
    plane = _on_plane(shapes, crs)
    found = [] if plane is None else [np.nan_to_num(shapely.length(plane))]
    return [*found, np.array([geod.geometry_length(shape.boundary) if shape is not None else 0.0 for shape in shapes])]


def _on_plane(shapes: NDArray[np.object_], crs: CRS) -> NDArray[np.object_] | None:
    """Project shapes in degrees onto the zone of three degrees that they lie in; None where there is no such plane."""
    box = shapely.total_bounds(shapes)
    if crs.geodetic_crs is None or np.isnan(box).any() or (box[:2] < _EARTH[:2]).any() or (box[2:] > _EARTH[2:]).any():
        return None
    middle = 3 * round((box[0] + box[2]) / 6)
    zone = ProjectedCRS(TransverseMercatorConversion(longitude_natural_origin=middle), geodetic_crs=crs.geodetic_crs)
    try:
        return to_crs(_without_nothing(shapes), crs, zone, Message("area"))[0]
    except BadInput:
        return None


def bounds_in_degrees(table: FoundTable) -> NDArray[np.float64] | None:
    """Give the box of each shape in degrees of the layer's own datum, (n, 4); None where nobody knows them."""
    shapes, crs = table.geometry, crs_of(table) if table.geometry is not None else None
    if shapes is None or crs is None or not len(shapes):
        return None
    if not crs.is_geographic and crs.geodetic_crs is not None:
        try:
            shapes, _ = to_crs(_without_nothing(shapes), crs, crs.geodetic_crs, Message("area"))
        except BadInput:
            return None
    return np.asarray(shapely.bounds(shapes), dtype=np.float64)


def _without_nothing(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    return np.where(shapely.is_missing(shapes), shapely.Polygon(), shapes)


def _metres(crs: CRS | None) -> float:
    """Metres of a unit of the plane."""
    return float(crs.axis_info[0].unit_conversion_factor) if crs is not None and crs.axis_info else 1.0

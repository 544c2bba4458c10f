"""Coordinate systems: the case's own, and the one transformation into it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.exceptions import CRSError, ProjError
from pyproj.network import set_network_enabled  # type: ignore[attr-defined]
from pyproj.transformer import TransformerGroup

from ...core.errors import BadInput
from ...core.messages import NOTHING, Message, at, foreign
from .gcj import named_shift

if TYPE_CHECKING:
    from ...core.arrays import Objects
    from ...core.messages import Fact

Box = tuple[float, float, float, float]

# Of pyproj alone: grids and tables that a CRS asks for are not fetched. QGIS has a PROJ of its own for its layers.
set_network_enabled(active=False)

# CGCS2000 / 3-degree Gauss-Kruger without zone prefix: EPSG 4534 (CM 75E) to 4554 (CM 135E), domain facts 1.6.
_FIRST_EPSG, _FIRST_MERIDIAN, _LAST_MERIDIAN = 4534, 75, 135


def parse_crs(text: str, where: Message = NOTHING) -> CRS:
    """Read a CRS; what PROJ does not know is a BadInput."""
    return _parsed(text, where)


@lru_cache(maxsize=64)
def _parsed(text: str, where: Message) -> CRS:
    shift, _ = named_shift(text)
    if shift:
        raise BadInput(
            Message("{shift} is no CRS: its coordinates are shifted on purpose", shift=shift),
            where=where,
            wanted=Message(
                'a true CRS here; crs = "{shift}" belongs in the [[source]] that is to be converted', shift=shift
            ),
        )
    try:
        crs = CRS.from_user_input(text)
    except CRSError as error:
        raise BadInput(
            Message("unknown CRS '{text}'", text=text[:60]), where=where, wanted=Message('one like "EPSG:4549"')
        ) from error
    try:
        # A projection may be known and its numbers be none, such as a scale of zero.
        if crs.is_projected and crs.geodetic_crs is not None:
            Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    except ProjError as error:
        said = foreign(str(error)[:120])
        raise BadInput(
            Message("CRS '{name}' cannot be used for transformations ({error})", name=crs.name[:60], error=said),
            where=where,
            wanted=Message('one like "EPSG:4549"'),
        ) from error
    return crs


def short_name(crs: CRS, *, named: bool = False) -> str:
    """``EPSG:n`` where PROJ recognises it, else WKT; ``named``: for readers, with its name or by its name alone."""
    authority = crs.to_authority(min_confidence=70)
    if named:
        return f"{crs.name} ({':'.join(authority)})" if authority else crs.name
    return ":".join(authority) if authority else crs.to_wkt()


# EPSG numbers of CGCS2000's zones: the first and the last, degrees of width, the first meridian, whether eastings begin
# with the zone's number.
_ZONES = ((4491, 4501, 6, 75, True), (4502, 4512, 6, 75, False), (4513, 4533, 3, 75, True), (4534, 4554, 3, 75, False))


def zone_of(crs: CRS) -> tuple[int, int, bool] | None:
    """Tell degrees of width, the meridian and whether eastings begin with the zone's number; None of no such zone."""
    authority, number = crs.to_authority(min_confidence=70) or ("", "")
    for first, last, width, meridian, numbered in _ZONES:
        if authority == "EPSG" and first <= int(number) <= last:
            return width, meridian + width * (int(number) - first), numbered
    return None


def cgcs2000(crs: CRS) -> str:
    """``EPSG:n`` of CGCS2000 in degrees, or in one of its zones; "" of any other CRS."""
    name = short_name(crs)
    return name if name == "EPSG:4490" or zone_of(crs) else ""


def crs_words(crs: CRS) -> Message:
    """Name a CRS for readers, with its number where it has one: the zones of CGCS2000 by width and meridian."""
    if (zone := zone_of(crs)) is None:
        return at(short_name(crs, named=True))
    width, meridian, numbered = zone
    facts: dict[str, Fact] = {"width": width, "meridian": meridian, "number": short_name(crs).removeprefix("EPSG:")}
    if numbered:
        return Message(
            "CGCS2000, {width}-degree zone, meridian {meridian}°, zone number in eastings (EPSG:{number})", **facts
        )
    return Message("CGCS2000, {width}-degree zone, meridian {meridian}° (EPSG:{number})", **facts)


@dataclass(frozen=True)
class DatumChange:
    """A change of datum: the operation's name, its accuracy in metres where stated, and whether it is no shift at all.

    PROJ calls *ballpark* what takes longitude and latitude over as they are, for want of parameters.
    """

    name: str
    accuracy: float | None
    ballpark: bool


def operation(source: CRS, target: CRS, bounds: Box) -> DatumChange:
    """Name the operation that ``to_crs`` uses for coordinates within ``bounds`` (in ``source``)."""
    transformer = _transformer(source, target, bounds)
    steps = [step for step in transformer.description.split(" + ") if " to " in step]
    ballpark = any("allpark" in step for step in steps)
    known = transformer.accuracy >= 0 and not ballpark
    return DatumChange(", ".join(steps), transformer.accuracy if known else None, ballpark)


def degrees_box(bounds: Box, crs: CRS) -> Box:
    """Bounds in degrees east of Greenwich, of the CRS's own datum; infinite where the CRS cannot give any."""
    if crs.is_geographic or crs.geodetic_crs is None:
        return _from_greenwich(bounds, crs)
    west, south, east, north = bounds
    along = np.linspace(0, 1, 5)
    x, y = np.meshgrid(west + (east - west) * along, south + (north - south) * along)
    degrees = _into_degrees(crs).transform(x.ravel(), y.ravel())
    longitude, latitude = (np.asarray(values) for values in degrees)
    found = (float(longitude.min()), float(latitude.min()), float(longitude.max()), float(latitude.max()))
    return _from_greenwich(found, crs.geodetic_crs)


@lru_cache(maxsize=256)
def _into_degrees(crs: CRS) -> Transformer:
    return Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)


def _from_greenwich(bounds: Box, crs: CRS) -> Box:
    """Turn bounds of a geographic CRS in its own unit, from its own meridian, into degrees from Greenwich."""
    unit, zero = angles(crs)
    west, south, east, north = (float(value * unit) for value in bounds)
    return west + zero, south, east + zero, north


def angles(crs: CRS) -> tuple[float, float]:
    """Degrees in the unit of a geographic CRS, and of its own meridian east of Greenwich."""
    meridian = crs.prime_meridian
    if not crs.axis_info or meridian is None:
        return 1.0, 0.0
    unit = float(np.degrees(crs.axis_info[0].unit_conversion_factor))
    zero = float(np.degrees(meridian.longitude * float(meridian.unit_conversion_factor)))
    # Degrees keep every bit.
    return 1.0 if abs(unit - 1) < 1e-12 else unit, zero


@lru_cache(maxsize=256)
def _transformer(source: CRS, target: CRS, bounds: Box) -> Transformer:
    """Choose one operation for all coordinates of a layer.

    Left to itself PROJ chooses point by point, where the areas of use of its operations end: neighbours would move
    apart by the whole shift.
    """
    one, other = source.geodetic_crs, target.geodetic_crs
    area = degrees_box(bounds, source)
    within = bool(np.isfinite(area).all()) and abs(area[1]) <= 90 >= abs(area[3]) and max(map(abs, area[::2])) <= 180
    if one is None or other is None or one.datum == other.datum or not within:
        return Transformer.from_crs(source, target, always_xy=True)
    # The library's type hints know another class of this name.
    interest: Any = AreaOfInterest(*area)
    group = TransformerGroup(source, target, always_xy=True, area_of_interest=interest)
    return group.transformers[0] if group.transformers else Transformer.from_crs(source, target, always_xy=True)


def projected_crs(given: str) -> CRS:
    """Read the CRS that a case names for its result.

    Raises
    ------
    BadInput
        Unknown, or not projected in metres.
    """
    crs = parse_crs(given, Message("[case] crs"))
    if not crs.is_projected or any(axis.unit_conversion_factor != 1.0 for axis in crs.axis_info):
        raise BadInput(
            Message("'{given}' is not projected in metres", given=given),
            where=Message("[case] crs"),
            wanted=Message("a projected CRS in metres"),
        )
    return crs


def case_crs(given: str, study_bounds: tuple[float, float, float, float], study_crs: CRS) -> CRS:
    """Choose the CRS of the case: the one given, else the CGCS2000 3-degree zone of the study area.

    Parameters
    ----------
    given : str
        ``[case] crs`` or the profile's, "" where there is none.
    study_bounds : tuple of float
        Bounds of the study area in ``study_crs``.
    study_crs : CRS

    Raises
    ------
    BadInput
        A CRS that is not projected in metres, or a study area outside China's zones.
    """
    if given:
        return projected_crs(given)
    to_degrees = Transformer.from_crs(study_crs, study_crs.geodetic_crs or "EPSG:4490", always_xy=True)
    west, _south, east, _north = to_degrees.transform_bounds(*study_bounds)
    longitude = (west + east) / 2
    meridian = int(round(longitude / 3) * 3)
    if not _FIRST_MERIDIAN <= meridian <= _LAST_MERIDIAN:
        raise BadInput(
            Message(
                "study area lies at longitude {longitude:.2f}°, outside the 3-degree zones of CGCS2000",
                longitude=longitude,
            ),
            where=Message("[case]"),
            wanted=Message('crs = "EPSG:…", a projected CRS in metres'),
        )
    return CRS.from_epsg(_FIRST_EPSG + (meridian - _FIRST_MERIDIAN) // 3)


def to_crs(geometry: Objects, source: CRS, target: CRS, where: Message) -> tuple[Objects, float | None]:
    """Transform geometries once.

    Returns
    -------
    geometry : (n,) object
    accuracy : float or None
        Stated accuracy of the transformation in metres, None where PROJ states none.

    Raises
    ------
    BadInput
        Coordinates that the transformation does not reach.
    """
    coordinates = shapely.get_coordinates(geometry)
    bounds = (*coordinates.min(axis=0).tolist(), *coordinates.max(axis=0).tolist()) if len(coordinates) else (0.0,) * 4
    transformer = _transformer(source, target, bounds)
    try:
        x, y = transformer.transform(coordinates[:, 0], coordinates[:, 1])
    except ProjError as error:
        raise BadInput(
            Message("coordinates cannot be transformed ({error})", error=foreign(error)),
            where=where,
            wanted=Message("coordinates within its CRS"),
        ) from error
    moved = np.column_stack([x, y])
    if not np.isfinite(moved).all():
        bad = coordinates[~np.isfinite(moved).all(axis=1)][0]
        raise BadInput(
            Message(
                "point ({x:g}, {y:g}) in {source} cannot be transformed to {target}",
                x=bad[0],
                y=bad[1],
                source=short_name(source)[:60],
                target=short_name(target)[:60],
            ),
            where=where,
            wanted=Message("a layer cut to the study area, or another CRS to transform to"),
        )
    accuracy = transformer.accuracy if transformer.accuracy >= 0 else None
    return shapely.set_coordinates(geometry.copy(), moved), accuracy


def crs_text(crs: CRS) -> str:
    """``EPSG:n`` where the CRS is exactly that one, else WKT."""
    authority = crs.to_authority(min_confidence=100)
    return ":".join(authority) if authority else str(crs.to_wkt())

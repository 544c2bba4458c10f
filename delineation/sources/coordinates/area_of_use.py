"""Which coordinates a CRS can have, and how else they may be read where it cannot have them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyproj import CRS

from .crs import degrees_box, parse_crs
from .crs_candidates import CHINA, intersects, swap, within
from .datums import datum_name

if TYPE_CHECKING:
    from .crs import Box

WORLD: Box = (-180.0, -90.0, 180.0, 90.0)
# Degrees beyond a CRS's area of use that are no contradiction: a zone is often used a zone further.
_BEYOND = 3.0
_CHINESE = ("CGCS2000", "Beijing 1954", "New Beijing", "Xian 1980")


@dataclass(frozen=True)
class CoordinateReading:
    """One way to read the coordinates."""

    crs: CRS
    swapped: bool
    zone: str = ""


def other_readings(crs: CRS, bounds: Box) -> list[CoordinateReading]:
    """List how else coordinates may be read: axes swapped, a zone number more or less, both."""
    found = [CoordinateReading(crs, swapped=True)]
    for swapped in (False, True):
        box = swap(bounds) if swapped else bounds
        for zone, other in _other_zone(crs, box):
            found.append(CoordinateReading(other, swapped, zone))
    return found


def _other_zone(crs: CRS, bounds: Box) -> list[tuple[str, CRS]]:
    """Give the same projection with the zone number before its easting, or without, as the coordinates have it."""
    told = _transverse_mercator(crs)
    if told is None:
        return []
    meridian, easting = told
    own, zone = int(easting // 1e6), int(bounds[0] // 1e6)
    if easting % 1e6 != 500_000 or zone != int(bounds[2] // 1e6) or bool(own) == bool(zone):
        return []
    # A number that is not that of the CRS's own meridian contradicts it: nobody can tell which of both is wrong.
    if zone and meridian not in (3 * zone, 6 * zone - 3):
        return []
    return [("added" if zone else "dropped", _with_easting(crs, zone * 1e6 + 500_000))]


def _transverse_mercator(crs: CRS) -> tuple[float, float] | None:
    """Central meridian in degrees and false easting in metres."""
    operation = crs.coordinate_operation
    if not crs.is_projected or operation is None or "Transverse Mercator" not in operation.method_name:
        return None
    values = {one.name: one.value for one in operation.params}
    meridian, easting = values.get("Longitude of natural origin"), values.get("False easting")
    return None if meridian is None or easting is None else (float(meridian), float(easting))


def _with_easting(crs: CRS, easting: float) -> CRS:
    told = crs.to_json_dict()
    for key in ("id", "bbox", "area", "usages"):
        told.pop(key, None)
    told["name"], told["conversion"]["name"] = f"{crs.name}, false easting {easting:.0f}", "changed"
    told["conversion"].pop("id", None)
    for parameter in told["conversion"]["parameters"]:
        if parameter["name"] == "False easting":
            parameter["value"] = easting
    changed = CRS.from_json_dict(told)
    authority = changed.to_authority(min_confidence=70)
    return parse_crs(":".join(authority)) if authority else changed


def reach(crs: CRS) -> Box:
    """Area of use of a CRS in degrees, grown by what is no contradiction; the world where none is known."""
    area = crs.area_of_use.bounds if crs.area_of_use is not None else None
    if area is None:
        authority = crs.to_authority(min_confidence=70)
        known = parse_crs(":".join(authority)).area_of_use if authority else None
        area = known.bounds if known is not None else None
    chinese = datum_name(crs) in _CHINESE
    if chinese and crs.is_geographic:
        area = CHINA
    told = _transverse_mercator(crs)
    if area is None and told is not None:
        area = (told[0] - _BEYOND, CHINA[1] if chinese else -84.0, told[0] + _BEYOND, CHINA[3] if chinese else 84.0)
    if area is None or area[0] >= area[2]:
        return WORLD
    # North and south a zone ends where China does, not the projection.
    south, north = (CHINA[1], CHINA[3]) if chinese else (area[1], area[3])
    return area[0] - _BEYOND, max(south - _BEYOND, -90.0), area[2] + _BEYOND, min(north + _BEYOND, 90.0)


def fits(crs: CRS, bounds: Box) -> bool:
    """Whether coordinates within ``bounds`` lie where the CRS is made for, or not far from it."""
    return meets(crs, bounds, reach(crs), wholly=True)


def meets(crs: CRS, bounds: Box, area: Box, *, wholly: bool = False) -> bool:
    """Whether coordinates within ``bounds`` lie in an area in degrees, ``wholly`` or in part."""
    if crs.is_geographic and not within(bounds, (-360.0, -90.0, 360.0, 90.0)):
        return False
    box = degrees_box(bounds, crs)
    return within(box, area) if wholly else intersects(box, area)

"""Which CRS coordinates may be in that state none: read off their size, and off where other sources lie.

Zones and codes are those of the EPSG registry: CGCS2000, Beijing 1954 and Xian 1980, 3-degree and 6-degree
Gauss-Kruger, with the zone number before the easting (39 500 000) or without it (500 000).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .crs import degrees_box, parse_crs, short_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyproj import CRS

    from .crs import Box

__all__ = ["CHINA", "Candidate", "candidates", "intersects", "looks_like_degrees", "no_crs"]

# West, south, east, north of China with its seas, degrees.
CHINA: Box = (73.0, 3.0, 136.0, 54.0)
_FIRST_3, _LAST_3, _FIRST_6, _LAST_6 = 25, 45, 13, 23
# First zone's EPSG code: with zone number 3-degree, with zone number 6-degree.
_PREFIXED = (("CGCS2000", 4513, 4491), ("Xian 1980", 2349, 2327), ("Beijing 1954", 2401, 21413))
_FIRST_BARE = 4534  # CGCS2000, 3-degree, without zone number, central meridian 75 E
# Equator to 54 N along the meridian, and from the false origin to four degrees either side: metres.
_NORTHING = (300_000.0, 6_000_000.0)
_EASTING = (50_000.0, 950_000.0)
# How sure a size makes: CGCS2000 is what new data have to be in, and nobody can tell the datum from coordinates.
_SURE, _OLD_DATUM = 0.8, 0.1


@dataclass(frozen=True)
class Candidate:
    """A CRS that coordinates may be in.

    Attributes
    ----------
    crs : str
        ``EPSG:n``, as ``crs = "…"`` takes it.
    confidence : float
        0–1; the best one comes first.
    reason : str
        What speaks for it.
    """

    crs: str
    confidence: float
    reason: str


def looks_like_degrees(bounds: Box) -> bool:
    """Whether bounds, either way round, are degrees within China."""
    west, south, east, north = bounds
    return within(bounds, CHINA) or within((south, west, north, east), CHINA)


def within(box: Box, outer: Box) -> bool:
    """Whether a box lies inside another; never where a number is infinite or missing."""
    return (
        all(map(math.isfinite, box))
        and box[0] >= outer[0]
        and box[1] >= outer[1]
        and box[2] <= outer[2]
        and box[3] <= outer[3]
    )


def intersects(one: Box, other: Box) -> bool:
    """Whether two boxes meet; never where a number is infinite or missing."""
    finite = all(map(math.isfinite, (*one, *other)))
    return finite and one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def candidates(bounds: Box, near: Sequence[tuple[CRS, Box]] = ()) -> tuple[Candidate, ...]:
    """Propose CRSs for coordinates that state none.

    Parameters
    ----------
    bounds : tuple of float
        West, south, east, north of the coordinates.
    near : sequence of (CRS, bounds)
        Other layers of the same area, each in its own CRS: where they lie decides which zone it is.

    Returns
    -------
    tuple of Candidate
        Best first; empty where the numbers fit nothing known.
    """
    found = _by_size(bounds)
    if not near:
        return tuple(found)
    known = [(crs, box, degrees_box(box, crs)) for crs, box in near]
    tried = dict.fromkeys([one.crs for one in found] + [short_name(crs) for crs, _, _ in known])
    at: list[Candidate] = []
    for text in tried:
        crs = parse_crs(text)
        place = degrees_box(bounds, crs)
        if not any(intersects(place, degrees) for _, _, degrees in known):
            continue
        by_size = next((one for one in found if one.crs == text), None)
        sure = by_size.confidence if by_size is not None and len(found) <= len(_PREFIXED) else 0.7
        shared = any(crs == other for other, _, _ in known)
        reason = "the coordinates fall where the other layers are" + (", and it is their CRS" if shared else "")
        reason = f"{by_size.reason}; {reason}" if by_size is not None else reason
        at.append(Candidate(text, min(0.95, sure + 0.15 * shared + 0.1), reason))
    return tuple(sorted(at, key=lambda one: -one.confidence)) or tuple(found)


def _by_size(bounds: Box) -> list[Candidate]:
    west, south, east, north = bounds
    if within(bounds, CHINA):
        reason = f"x {west:.4g} … {east:.4g}, y {south:.4g} … {north:.4g} are degrees within China"
        return [Candidate("EPSG:4490", _SURE, reason), Candidate("EPSG:4326", _OLD_DATUM, reason)]
    if within((south, west, north, east), CHINA):
        reason = f"x {west:.4g} … {east:.4g}, y {south:.4g} … {north:.4g} are degrees within China, latitude first"
        return [Candidate("EPSG:4490", _SURE, reason)]
    for first, last, low, high, order in (
        (west, east, south, north, ""), (south, north, west, east, ", northing before easting")
    ):  # fmt: skip
        zone = math.floor(first / 1e6) if math.isfinite(first) else 0
        if not (_NORTHING[0] <= low and high <= _NORTHING[1]):
            continue
        if zone and _EASTING[0] <= first - zone * 1e6 and last - zone * 1e6 <= _EASTING[1]:
            found = _prefixed(zone, order)
            if found:
                return found
        if _EASTING[0] <= first and last <= _EASTING[1]:
            reason = f"x {first:.0f} … {last:.0f} are metres of a Gauss-Kruger zone that is not named{order}"
            count = _LAST_3 - _FIRST_3 + 1
            return [Candidate(f"EPSG:{_FIRST_BARE + number}", round(1 / count, 3), reason) for number in range(count)]
    if within(bounds, (-180.0, -90.0, 180.0, 90.0)):
        return [Candidate("EPSG:4326", 0.5, "the numbers can be degrees of longitude and latitude")]
    return []


def _prefixed(zone: int, order: str) -> list[Candidate]:
    if _FIRST_3 <= zone <= _LAST_3:
        width, meridian, column = 3, 3 * zone, 1
    elif _FIRST_6 <= zone <= _LAST_6:
        width, meridian, column = 6, 6 * zone - 3, 2
    else:
        return []
    first = _FIRST_3 if width == 3 else _FIRST_6
    reason = f"x begins with {zone}, the {width}-degree Gauss-Kruger zone of central meridian {meridian}°E{order}"
    found = []
    for row in _PREFIXED:
        confidence = _SURE if row[0] == "CGCS2000" else _OLD_DATUM
        found.append(Candidate(f"EPSG:{int(row[column]) + zone - first}", confidence, f"{reason}, on {row[0]}"))
    return found


def no_crs(bounds: Box, near: Sequence[tuple[CRS, Box]], key: str = "[[source]]") -> tuple[str, str]:
    """Say in an error what a layer without a CRS may be in, and the line to add.

    Returns
    -------
    what, wanted : str
    """
    west, south, east, north = bounds
    what = f"no CRS; coordinates are x {west:.10g} … {east:.10g}, y {south:.10g} … {north:.10g}"
    found = candidates(bounds, near)
    line = f'a .prj, or crs = "EPSG:…" in its {key}'
    if not found:
        return what, line
    if found[0].confidence < 0.5:
        codes = f"{found[0].crs} … {found[-1].crs}" if len(found) > 3 else ", ".join(one.crs for one in found)
        return f"{what}: {found[0].reason}", f"{line}, one of {codes} by its central meridian"
    others = [f"{one.crs} ({parse_crs(one.crs).name})" for one in found[1:3]]
    rest = f"; or, if its datum is older, {', '.join(others)}" if len(found) > 2 else ""
    best = parse_crs(found[0].crs).name
    return f"{what}: {found[0].reason}", f'crs = "{found[0].crs}" in its {key}, which is {best}{rest}'

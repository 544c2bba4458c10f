"""Which CRS coordinates may be in that state none: read off their size, and off where other sources lie.

Zones and codes are those of the EPSG registry: CGCS2000, Beijing 1954 and Xian 1980, 3-degree and 6-degree
Gauss-Kruger, with the zone number before the easting (39 500 000) or without it (500 000); and Web Mercator, whose
eastings in China begin with 8 to 15 and so with the numbers of the westernmost 6-degree zones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import shapely

from ...core.errors import BadInput
from ...core.messages import NOTHING, Message
from .crs import degrees_box, parse_crs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyproj import CRS

    from ...core.arrays import Objects
    from ...core.errors import Place
    from .crs import Box

# West, south, east, north of China with its seas, degrees.
CHINA: Box = (73.0, 3.0, 136.0, 54.0)
_FIRST_3, _LAST_3, _FIRST_6, _LAST_6 = 25, 45, 13, 23
# First zone's EPSG code: with zone number 3-degree, with zone number 6-degree.
_PREFIXED = (("CGCS2000", 4513, 4491), ("Xian 1980", 2349, 2327), ("Beijing 1954", 2401, 21413))
# CGCS2000, 3-degree, without zone number, central meridians 75 to 135 E.
_BARE = tuple(f"EPSG:{code}" for code in range(4534, 4534 + _LAST_3 - _FIRST_3 + 1))
# Equator to 54 N along the meridian, and from the false origin to four degrees either side: metres.
_NORTHING = (300_000.0, 6_000_000.0)
_EASTING = (50_000.0, 950_000.0)
# Degrees beyond the middle half of a zone, by its width, in which its coordinates are still used.
_BEYOND = {3: 1.5, 6: 1.0}
# No land of China in these 6-degree zones lies further south: degrees.
_SOUTH = {13: 34.0, 14: 28.0, 15: 26.5}
_MERCATOR = "EPSG:3857"
# West, south, east, north of China with its seas in it, metres.
_MERCATOR_BOX: Box = (8_100_000.0, 330_000.0, 15_200_000.0, 7_200_000.0)
# How sure a size makes: CGCS2000 is what new data have to be in, and nobody can tell the datum from coordinates.
_SURE, _OLD_DATUM, _WEB = 0.8, 0.1, 0.7


@dataclass(frozen=True)
class CrsCandidate:
    """A CRS that coordinates may be in.

    Attributes
    ----------
    crs : str
        ``EPSG:n``, as ``crs = "…"`` takes it.
    confidence : float
        0–1; the best one comes first.
    reason : Message
        What speaks for it.
    swapped : bool
        The coordinates would be in it with axes swapped.
    """

    crs: str
    confidence: float
    reason: Message
    swapped: bool = False


def looks_like_degrees(bounds: Box) -> bool:
    """Whether bounds, either way round, are degrees within China."""
    return within(bounds, CHINA) or within(swap(bounds), CHINA)


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


def candidates(bounds: Box, near: Sequence[tuple[CRS, Box]] = ()) -> tuple[CrsCandidate, ...]:
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
        Best first; empty where the numbers fit nothing known, or nothing that lies where the other layers are.
    """
    found = _by_size(bounds)
    if not near:
        return _shared(found)
    known = [(crs, box, degrees_box(box, crs)) for crs, box in near]
    codes = [":".join(code) for crs, _, _ in known if (code := crs.to_authority(min_confidence=70))]
    by_code = {one.crs: one for one in found}
    at: list[CrsCandidate] = []
    for text in dict.fromkeys([*by_code, *codes]):
        crs, by_size = parse_crs(text), by_code.get(text)
        place = degrees_box(swap(bounds) if by_size is not None and by_size.swapped else bounds, crs)
        if not any(intersects(place, degrees) for _, _, degrees in known):
            continue
        sure = by_size.confidence if by_size is not None and len(found) < len(_BARE) else 0.7
        shared = any(crs == other for other, _, _ in known)
        reason = _among(by_size.reason if by_size is not None else NOTHING, shared)
        swapped = by_size is not None and by_size.swapped
        at.append(CrsCandidate(text, min(0.95, sure + 0.15 * shared + 0.1), reason, swapped))
    return _shared(sorted(at, key=lambda one: -one.confidence))


def _among(by_size: Message, shared: bool) -> Message:
    """Say what speaks for a CRS that brings coordinates to where other layers are."""
    if not by_size:
        if shared:
            return Message("the coordinates fall where the other layers are, and it is their CRS")
        return Message("the coordinates fall where the other layers are")
    if shared:
        return Message("{reason}; the coordinates fall where the other layers are, and it is their CRS", reason=by_size)
    return Message("{reason}; the coordinates fall where the other layers are", reason=by_size)


def swap(bounds: Box) -> Box:
    """Turn bounds to those of swapped axes."""
    west, south, east, north = bounds
    return south, west, north, east


def _shared(found: list[CrsCandidate]) -> tuple[CrsCandidate, ...]:
    """Divide confidence where both a zone and Web Mercator may be meant: neither is likely by itself."""
    if {one.crs == _MERCATOR for one in found} != {True, False}:
        return tuple(found)
    return tuple(replace(one, confidence=round(one.confidence / 2, 3)) for one in found)


def _by_size(bounds: Box) -> list[CrsCandidate]:
    west, south, east, north = bounds
    if within(bounds, CHINA):
        reason = Message(
            "x {west:.4g} … {east:.4g}, y {south:.4g} … {north:.4g} are degrees within China",
            west=west,
            south=south,
            east=east,
            north=north,
        )
        return [CrsCandidate("EPSG:4490", _SURE, reason), CrsCandidate("EPSG:4326", _OLD_DATUM, reason)]
    if within(swap(bounds), CHINA):
        reason = Message(
            "x {west:.4g} … {east:.4g}, y {south:.4g} … {north:.4g} are degrees within China, latitude first",
            west=west,
            south=south,
            east=east,
            north=north,
        )
        return [CrsCandidate("EPSG:4490", _SURE, reason, swapped=True)]
    for swapped in (False, True):
        box = swap(bounds) if swapped else bounds
        first, low, last, high = box
        found = _prefixed(box, swapped)
        if within(box, _MERCATOR_BOX):
            reason = Message(
                "x {first:.0f} … {last:.0f} are metres of Web Mercator (EPSG:3857)", first=first, last=last
            )
            found.append(CrsCandidate(_MERCATOR, _WEB, _ordered(reason, swapped), swapped))
        if found:
            return found
        if _NORTHING[0] <= low and high <= _NORTHING[1] and _EASTING[0] <= first and last <= _EASTING[1]:
            reason = Message(
                "x {first:.0f} … {last:.0f} are metres of a Gauss-Kruger zone that is not named", first=first, last=last
            )
            return [CrsCandidate(code, round(1 / len(_BARE), 3), _ordered(reason, swapped), swapped) for code in _BARE]
    if within(bounds, (-180.0, -90.0, 180.0, 90.0)):
        return [CrsCandidate("EPSG:4326", 0.5, Message("the numbers can be degrees of longitude and latitude"))]
    return []


def _ordered(reason: Message, swapped: bool) -> Message:
    return Message("{reason}, northing before easting", reason=reason) if swapped else reason


def _prefixed(box: Box, swapped: bool) -> list[CrsCandidate]:
    """Propose the zone that the easting begins with, where its coordinates are its own and in China."""
    first, low, last, high = box
    zone = math.floor(first / 1e6) if math.isfinite(first) else 0
    inside = _NORTHING[0] <= low and high <= _NORTHING[1]
    if not (inside and _EASTING[0] <= first - zone * 1e6 and last - zone * 1e6 <= _EASTING[1]):
        return []
    if _FIRST_3 <= zone <= _LAST_3:
        width, meridian, number = 3, 3 * zone, zone - _FIRST_3
    elif _FIRST_6 <= zone <= _LAST_6:
        width, meridian, number = 6, 6 * zone - 3, zone - _FIRST_6
    else:
        return []
    codes = [(datum, f"EPSG:{(three if width == 3 else six) + number}") for datum, three, six in _PREFIXED]
    reach = width / 2 + _BEYOND[width]
    south = _SOUTH.get(zone, CHINA[1]) if width == 6 else CHINA[1]
    home = max(CHINA[0], meridian - reach), south, min(CHINA[2], meridian + reach), CHINA[3]
    if not intersects(degrees_box(box, parse_crs(codes[0][1])), home):
        return []
    return [
        CrsCandidate(
            code,
            _SURE if datum == "CGCS2000" else _OLD_DATUM,
            _ordered(
                Message(
                    "x begins with {zone}, the {width}-degree Gauss-Kruger zone of central meridian {meridian}°E,"
                    " on {datum}",
                    zone=zone,
                    width=width,
                    meridian=meridian,
                    datum=datum,
                ),
                swapped,
            ),
            swapped,
        )
        for datum, code in codes
    ]


def no_crs(
    bounds: Box, near: Sequence[tuple[CRS, Box]], key: str = "[[source]]", *, unread: str = ""
) -> tuple[Message, Message]:
    """Say in an error what a layer without a CRS may be in, and the line to add.

    Parameters
    ----------
    bounds : tuple of float
        Of the coordinates.
    near : sequence of (CRS, bounds)
        As of `candidates`.
    key : str
        Table of the case that takes its ``crs``.
    unread : str
        What the .prj beside it says, where that cannot be read; "" where there is none.

    Returns
    -------
    what, wanted : Message
    """
    west, south, east, north = bounds
    what = Message(
        "{lacks}; coordinates are x {west:.8g} … {east:.8g}, y {south:.8g} … {north:.8g}",
        lacks=Message("its .prj cannot be read as a CRS ({unread})", unread=unread) if unread else Message("no CRS"),
        west=west,
        south=south,
        east=east,
        north=north,
    )
    line = Message('a .prj, or crs = "EPSG:…" in its {table}', table=key)
    if unread:
        line = Message('a .prj that holds one, or crs = "EPSG:…" in its {table}', table=key)
    found = candidates(bounds, near)
    if not found:
        return what, line
    what = Message("{what}: {reason}", what=what, reason=found[0].reason)
    if found[0].confidence >= 0.5:
        return what, _line(found, key)
    if found[0].crs in _BARE:
        return what, Message(
            "{line}, one of {first} … {last} by its central meridian", line=line, first=_BARE[0], last=_BARE[-1]
        )
    return what, Message("{line}, one of {choices} by where it lies", line=line, choices=_named(found))


def refuse_degrees(geometry: Objects, where: Place, wanted: Message, *, unread: str = "") -> None:
    """Refuse coordinates without a CRS that are degrees, by their size: nobody measures in square degrees."""
    bounds: Box = tuple(shapely.total_bounds(geometry).tolist())
    if looks_like_degrees(bounds):
        raise BadInput(no_crs(bounds, (), unread=unread)[0], where=where, wanted=wanted)


def _line(found: Sequence[CrsCandidate], key: str) -> Message:
    """Give the line to add, and those to add where the datum is an older one."""
    best = found[0].crs
    name = parse_crs(best).name
    if len(found) < 3:
        return Message('crs = "{crs}" in its {table}, which is {name}', crs=best, table=key, name=name)
    return Message(
        'crs = "{crs}" in its {table}, which is {name}; or, if its datum is older, {others}',
        crs=best,
        table=key,
        name=name,
        others=_named(found[1:3]),
    )


def _named(found: Sequence[CrsCandidate]) -> tuple[str, ...]:
    return tuple(f"{one.crs} ({parse_crs(one.crs).name})" for one in found)

"""Where a layer's coordinates are: the CRS it states or lacks, and what contradicts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ...core.errors import BadInput
from ...core.findings import Facts, Finding
from ...core.messages import Message, at, first_few
from .area_of_use import WORLD, CoordinateReading, fits, meets, other_readings, reach
from .crs import crs_words, degrees_box, parse_crs, short_name, to_crs
from .crs_candidates import CHINA, CrsCandidate, candidates, intersects, looks_like_degrees, swap, within
from .datums import datum_name, degrees_code
from .ellipsoid import ellipsoidal_area
from .gcj import ACCURACY, from_bd, from_gcj, named_shift

if TYPE_CHECKING:
    from pyproj import CRS

    from ...core.arrays import Ints, Objects
    from .crs import Box

__all__ = ["CrsCandidate", "Placed", "bounds_of", "candidates", "contradiction", "place_among", "place_shapes", "reach"]


@dataclass(frozen=True)
class Placed:
    """Geometry whose coordinates mean what its CRS says.

    Attributes
    ----------
    crs : CRS or None
        None where the file states none and nobody else does.
    geometry : (m,) object
    findings : tuple of Finding
    shift : str
        ``GCJ-02`` or ``BD-09`` where that was taken back.
    read_area : float or None
        m² before it was.
    """

    crs: CRS | None
    geometry: Objects
    findings: tuple[Finding, ...]
    shift: str = ""
    read_area: float | None = None


def place_shapes(
    geometry: Objects,
    stated: str | None,
    given: str,
    place: str,
    key: str = "[[source]]",
    *,
    ids: Ints | None = None,
) -> Placed:
    """Read a layer's CRS, and hold its coordinates against it.

    Coordinates that the CRS cannot have, but has with axes swapped or with the zone number added to or taken from
    the easting, are read so where there is one such way; S31 and S32 say it. GCJ-02 and BD-09, named in ``given``,
    are converted (S34).

    Parameters
    ----------
    geometry : (m,) object
    stated : str or None
        CRS of the file.
    given : str
        CRS that overrides it, "" where there is none; also ``GCJ-02``, or ``GCJ-02 / EPSG:n`` for such degrees that
        were projected.
    place : str
        What messages call the layer.
    key : str
        Table of the case that takes its ``crs``.
    ids : (m,) int64, optional
        Feature ids; by default they are counted from 1.

    Raises
    ------
    BadInput
        A CRS that PROJ does not know, or coordinates that contradict it in a way nobody can tell the remedy of.
    """
    shift, projection = named_shift(given)
    if shift:
        return _converted(geometry, shift, projection, place)
    text = given or stated
    if not text:
        return Placed(None, geometry, ())
    crs = parse_crs(text, at(place))
    if not (crs.is_geographic or crs.is_projected):
        if given:
            raise BadInput(
                Message("CRS '{name}' is {kind:system}", name=crs.name, kind=crs.type_name),
                where=place,
                wanted=Message("a geographic or projected CRS"),
            )
        return Placed(None, geometry, (Finding("S37", {"source": place, "crs": crs.name, "kind": crs.type_name}),))
    return _checked(geometry, crs, place, key, np.arange(1, len(geometry) + 1) if ids is None else ids)


def place_among(placed: Placed, area: Box, place: str) -> Placed:
    """Hold a layer against the area of the case, where its CRS alone contradicts nothing.

    Parameters
    ----------
    placed : Placed
        With a CRS.
    area : tuple of float
        Of the study area, or of the case's CRS: degrees.

    Returns
    -------
    Placed
        As it was where it meets the area; with axes swapped back (S31) where only that brings it there.

    Raises
    ------
    BadInput
        It lies elsewhere, and another zone or CRS brings it to the area: the error names that.
    """
    bounds = bounds_of(placed.geometry)
    if placed.crs is None or bounds is None or intersects(degrees_box(bounds, placed.crs), area):
        return placed
    if meets(placed.crs, swap(bounds), area):
        facts: Facts = {"source": place, "crs": short_name(placed.crs, named=True)}
        said = Finding("S31", {**facts, "problem": "study"})
        return Placed(placed.crs, _swapped(placed.geometry), (*placed.findings, said), placed.shift, placed.read_area)
    tried = [one for one in candidates(bounds) if meets(parse_crs(one.crs), bounds, area)]
    if tried:
        right = parse_crs(tried[0].crs)
        raise BadInput(
            Message(
                "lies outside the study area when read in its own CRS ({found}), but within it when read in {name}",
                found=crs_words(placed.crs),
                name=crs_words(right),
            ),
            where=place,
            wanted=Message(
                'that CRS chosen under Sources (in a case: crs = "{crs}" in its [[source]]), if its own is wrong',
                crs=tried[0].crs,
            ),
        )
    return placed


def contradiction(bounds: Box, crs: CRS, key: str) -> tuple[Message, Message] | None:
    """Tell degrees that are said to be metres, and metres that are said to be degrees.

    Parameters
    ----------
    bounds : tuple of float
        Of the coordinates.
    crs : CRS
        What they are said to be in.
    key : str
        Table of the case that takes the true one, such as ``[[source]]``.

    Returns
    -------
    what, wanted : Message
        For an error; None where there is no contradiction.
    """
    numbers = _numbers(bounds)
    if crs.is_projected and looks_like_degrees(bounds):
        what = Message("coordinates are degrees ({numbers}), CRS '{crs}' is in metres", numbers=numbers, crs=crs.name)
        code = degrees_code(crs)
        if code:
            return what, _line(code, key)
        return what, Message('crs = "EPSG:…" in its {table}, that of {datum}', table=key, datum=datum_name(crs))
    if crs.is_geographic and max(map(abs, bounds)) > 400:
        found = candidates(bounds)
        what = Message("coordinates are metres ({numbers}), CRS '{crs}' is in degrees", numbers=numbers, crs=crs.name)
        if found:
            what = Message("{what}; {reason}", what=what, reason=found[0].reason)
        return what, _line(found[0].crs if found and found[0].confidence >= 0.5 else "EPSG:…", key)
    return None


def _numbers(bounds: Box) -> Message:
    west, south, east, north = bounds
    return Message(
        "x {west:.10g} … {east:.10g}, y {south:.10g} … {north:.10g}", west=west, south=south, east=east, north=north
    )


def _line(code: str, key: str) -> Message:
    return Message('crs = "{crs}" in its {table}', crs=code, table=key)


def bounds_of(geometry: Objects) -> Box | None:
    """Bounds of the middle half of the features, so that a stray one does not speak for all; None without any."""
    boxes = shapely.bounds(geometry)
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    if not len(boxes):
        return None
    low, high = np.quantile(boxes[:, :2], 0.25, axis=0), np.quantile(boxes[:, 2:], 0.75, axis=0)
    west, south = np.minimum(low, high).tolist()
    east, north = np.maximum(low, high).tolist()
    return west, south, east, north


def _checked(geometry: Objects, crs: CRS, place: str, key: str, ids: Ints) -> Placed:
    bounds = bounds_of(geometry)
    if bounds is None:
        return Placed(crs, geometry, ())
    if wrong := contradiction(bounds, crs, key):
        raise BadInput(wrong[0], where=place, wanted=wrong[1])
    if fits(crs, bounds):
        return Placed(crs, geometry, _beyond(geometry, crs, place, ids))
    ways = [one for one in other_readings(crs, bounds) if fits(one.crs, swap(bounds) if one.swapped else bounds)]
    if len(ways) != 1:
        if wrong := _unfit(crs, bounds, ways, key):
            raise BadInput(wrong[0], where=place, wanted=wrong[1])
        return Placed(crs, geometry, _beyond(geometry, crs, place, ids))
    way = ways[0]
    facts: Facts = {"source": place, "crs": short_name(crs, named=True)}
    findings = [Finding("S31", {**facts, "x": bounds[0], "y": bounds[1]})] if way.swapped else []
    if way.zone:
        taken = {"true": short_name(way.crs, named=True), "problem": way.zone}
        findings.append(Finding("S32", {**facts, **taken, "x": bounds[1] if way.swapped else bounds[0]}))
    moved = _swapped(geometry) if way.swapped else geometry
    return Placed(way.crs, moved, (*findings, *_beyond(moved, way.crs, place, ids)))


def _unfit(crs: CRS, bounds: Box, ways: list[CoordinateReading], key: str) -> tuple[Message, Message] | None:
    """Word what does not fit, None where it is merely far away."""
    what = Message("coordinates ({numbers}) do not fit CRS '{crs}'", numbers=_numbers(bounds), crs=crs.name)
    if ways:
        names = tuple(
            Message("{crs} with axes swapped", crs=way.crs.name) if way.swapped else way.crs.name for way in ways
        )
        return Message("{what}; they fit {systems}", what=what, systems=names), _line("EPSG:…", key)
    found = candidates(bounds)
    if found and found[0].confidence >= 0.5 and found[0].crs not in ("EPSG:4326", short_name(crs)):
        return Message("{what}: {reason}", what=what, reason=found[0].reason), _line(found[0].crs, key)
    if meets(crs, bounds, WORLD):
        return None
    return what, Message('coordinates that fit the stated CRS, or crs = "EPSG:…" in its {table}', table=key)


def _beyond(geometry: Objects, crs: CRS, place: str, ids: Ints) -> tuple[Finding, ...]:
    """Tell the features that lie far outside the CRS's area of use."""
    total = tuple(shapely.total_bounds(geometry).tolist())
    area = reach(crs)
    if area == WORLD or meets(crs, total, area, wholly=True):
        return ()
    boxes = [degrees_box(tuple(box), crs) for box in shapely.bounds(geometry).tolist()]
    far = np.array([not intersects(box, area) for box in boxes])
    if not far.any():
        return ()
    west, south, east, north = area
    facts: Facts = {
        "source": place,
        "crs": short_name(crs, named=True),
        "count": int(far.sum()),
        "of": len(far),
        "features": first_few(ids[far]),
        "west": west,
        "south": south,
        "east": east,
        "north": north,
    }
    return (Finding("S33", facts, value=float(far.sum())),)


def _converted(geometry: Objects, shift: str, projection: str, place: str) -> Placed:
    """Turn GCJ-02 or BD-09 into CGCS2000."""
    degrees, base = geometry, parse_crs("EPSG:4490")
    if projection:
        crs = parse_crs(projection, at(place))
        if crs.geodetic_crs is None or not crs.is_projected:
            raise BadInput(
                Message("'{projection}' is not projected", projection=projection),
                where=place,
                wanted=Message('crs = "{shift} / EPSG:4547"', shift=shift),
            )
        degrees, base = to_crs(geometry, crs, crs.geodetic_crs, at(place))[0], crs.geodetic_crs
    bounds = bounds_of(degrees)
    if bounds is not None and not within(bounds, CHINA):
        raise BadInput(
            Message(
                "coordinates ({numbers}) are no degrees within China, so they are not {shift}",
                numbers=_numbers(bounds),
                shift=shift,
            ),
            where=place,
            wanted=Message('degrees, or crs = "{shift} / EPSG:…" with the CRS they were projected to', shift=shift),
        )
    points = shapely.get_coordinates(degrees)
    back = np.column_stack((from_gcj if shift == "GCJ-02" else from_bd)(points[:, 0], points[:, 1]))
    moved = shapely.set_coordinates(degrees.copy(), back)
    said = Finding("S34", {"source": place, "shift": shift, "accuracy": ACCURACY}, value=ACCURACY)
    return Placed(base, moved, (said,), shift, float(ellipsoidal_area(degrees, base).sum()))


def _swapped(geometry: Objects) -> Objects:
    turned: Objects = shapely.set_coordinates(geometry.copy(), shapely.get_coordinates(geometry)[:, ::-1].copy())
    return turned

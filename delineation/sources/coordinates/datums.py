"""Geodetic datums: which one a CRS stands on, what a change of datum costs, and the one wording of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...core.findings import Facts, Finding
from .crs import Box, operation, short_name

if TYPE_CHECKING:
    from pyproj import CRS

_UNKNOWN = re.compile(r"(d_|gcs_)?(unknown|unnamed|undefined|not.specified|unspecified)", re.IGNORECASE)
# Names under which files state a datum, PROJ's own, ESRI's and those of Chinese software.
_FAMILIES = (
    ("CGCS2000", re.compile(r"cgcs.?2000|china.?(geodetic|2000)|国家2000|2000国家", re.IGNORECASE)),
    ("WGS 84", re.compile(r"world.geodetic.system.1984|wgs.?(19)?84", re.IGNORECASE)),
    ("New Beijing", re.compile(r"new.?beijing|新北京", re.IGNORECASE)),
    ("Beijing 1954", re.compile(r"beijing.?(19)?54|北京.?54|1954.?年?北京", re.IGNORECASE)),
    ("Xian 1980", re.compile(r"xi.?an.?(19)?80|西安.?80|1980.?年?西安", re.IGNORECASE)),
)
# EPSG codes of longitude and latitude on them.
_DEGREES = {
    "CGCS2000": "EPSG:4490",
    "WGS 84": "EPSG:4326",
    "New Beijing": "EPSG:4555",
    "Beijing 1954": "EPSG:4214",
    "Xian 1980": "EPSG:4610",
}
_OLD = ("Beijing 1954", "New Beijing", "Xian 1980")
# They agree at the epoch of CGCS2000 to centimetres; plate motion since then adds a few centimetres a year.
_ALIKE, _ALIKE_ACCURACY = {"CGCS2000", "WGS 84"}, 1.0


def datum_name(crs: CRS) -> str:
    """Name the datum of a CRS: one of China's and WGS 84 under one name each, others as the CRS says."""
    base = crs.geodetic_crs
    if base is None:
        return ""
    own = base.datum.name if base.datum is not None else ""
    for name, pattern in _FAMILIES:
        if pattern.search(own):
            return name
    return own or base.name


def degrees_code(crs: CRS) -> str:
    """Give the EPSG code of longitude and latitude on a CRS's datum, "" where none is known.

    By the datum first: PROJ knows no code for the names that ESRI's software gives Chinese systems.
    """
    base = crs.geodetic_crs
    authority = base.to_authority(min_confidence=70) if base is not None else None
    return _DEGREES.get(datum_name(crs), ":".join(authority) if authority and authority[0] == "EPSG" else "")


def same_datum(one: CRS, other: CRS) -> bool:
    """Whether both stand on the same geodetic datum."""
    first, second = one.geodetic_crs, other.geodetic_crs
    if first is None or second is None:
        return False
    return first.datum == second.datum or datum_name(one) == datum_name(other)


def unknown_datum_name(crs: CRS) -> str:
    """Name of the datum where it is none that is known (MODIS: "Unknown based on Clarke 1866 ellipsoid"), else "".

    A CRS that carries its own transformation to WGS 84 (TOWGS84) counts as known.
    """
    base = crs.geodetic_crs
    name = base.datum.name if base is not None and base.datum is not None else "unknown"
    return name if _UNKNOWN.match(name) and not crs.is_bound else ""


def datum_finding(place: str, source: CRS, target: CRS, bounds: Box) -> Finding | None:
    """Say what a transformation to another datum does, None where the datum stays.

    Parameters
    ----------
    place : str
        What the finding calls the layer or raster.
    source, target : CRS
    bounds : tuple of float
        Of the coordinates, in ``source``.

    Returns
    -------
    Finding
        S03 with the accuracy that is stated for the operation; S30 where no parameters are public, so that longitude
        and latitude are taken over as they are.
    """
    if same_datum(source, target):
        return None
    facts: Facts = {
        "source": place,
        "from": short_name(source, named=True),
        "to": short_name(target, named=True),
        "datum": datum_name(source),
        "other": datum_name(target),
    }
    if {datum_name(source), datum_name(target)} == _ALIKE:
        return Finding("S03", {**facts, "problem": "null", "accuracy": _ALIKE_ACCURACY}, value=_ALIKE_ACCURACY)
    if unknown_datum_name(source):
        return Finding("S30", {**facts, "problem": "unknown"})
    done = operation(source, target, bounds)
    if done.ballpark:
        old = datum_name(source) in _OLD or datum_name(target) in _OLD
        return Finding("S30", {**facts, "problem": "old" if old else "none"})
    stated = "?" if done.accuracy is None else f"±{done.accuracy:g} m"
    return Finding("S03", {**facts, "accuracy": stated, "operation": done.name}, value=done.accuracy)

"""GCJ-02 and BD-09: degrees that Chinese web maps shift on purpose, and the way back to CGCS2000.

The formulas are those published in coordtransform (github.com/wandergis/coordtransform, MIT) and eviltransform
(github.com/googollee/eviltransform, MIT); nothing official is public. They are stated to hold to about a metre.
Between WGS 84 and CGCS2000 nothing is distinguished here: they differ by less.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...core.arrays import Floats

ACCURACY = 1.0
_NAMES = (
    ("GCJ-02", re.compile(r"(gcj.?0?2|火星(坐标系?)?|国测局(坐标系?)?)", re.IGNORECASE)),
    ("BD-09", re.compile(r"(bd.?0?9(ll)?|百度(坐标系?)?)", re.IGNORECASE)),
)
# West, south, east, north of where the shift is applied.
_CHINA = (72.004, 0.8293, 137.8347, 55.8271)
# Krasovsky 1940: semi-major axis in metres, eccentricity squared.
_AXIS, _ECCENTRICITY = 6378245.0, 0.00669342162296594323
# Of the last step of the inverse, in degrees: a hundredth of a millimetre.
_CLOSE, _STEPS = 1e-10, 30
_BD_TURN = np.pi * 3000 / 180

Degrees: TypeAlias = "tuple[Floats, Floats]"


def named_shift(text: str) -> tuple[str, str]:
    """Read ``GCJ-02``, ``BD-09``, their other names, and ``GCJ-02 / EPSG:n`` where such degrees were projected.

    Returns
    -------
    name : str
        ``GCJ-02``, ``BD-09``, or "" where the text names neither.
    projection : str
        CRS after the slash, "" for plain degrees.
    """
    head, _, projection = text.partition("/")
    for name, pattern in _NAMES:
        if pattern.fullmatch(head.strip()):
            return name, projection.strip()
    return "", ""


def to_gcj(longitude: Floats, latitude: Floats) -> Degrees:
    """Shift degrees of WGS 84 or CGCS2000 to GCJ-02; outside China nothing changes.

    Parameters
    ----------
    longitude, latitude : (n,) float64
        Degrees.
    """
    x, y = longitude - 105.0, latitude - 35.0
    root = np.sqrt(np.abs(x))
    common = 20 * np.sin(6 * x * np.pi) + 20 * np.sin(2 * x * np.pi)
    east = common + 20 * np.sin(x * np.pi) + 40 * np.sin(x * np.pi / 3)
    east += 150 * np.sin(x * np.pi / 12) + 300 * np.sin(x * np.pi / 30)
    north = common + 20 * np.sin(y * np.pi) + 40 * np.sin(y * np.pi / 3)
    north += 160 * np.sin(y * np.pi / 12) + 320 * np.sin(y * np.pi / 30)
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + east * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + north * 2 / 3
    radians = np.radians(latitude)
    curve = 1 - _ECCENTRICITY * np.sin(radians) ** 2
    east /= _AXIS / np.sqrt(curve) * np.cos(radians)
    north /= _AXIS * (1 - _ECCENTRICITY) / (curve * np.sqrt(curve))
    west, south, far_east, far_north = _CHINA
    inside = (longitude >= west) & (longitude <= far_east) & (latitude >= south) & (latitude <= far_north)
    return (
        longitude + np.where(inside, np.degrees(east), 0.0),
        latitude + np.where(inside, np.degrees(north), 0.0),
    )


def from_gcj(longitude: Floats, latitude: Floats) -> Degrees:
    """Take the shift back: the degrees that ``to_gcj`` turns into the given ones, to less than 0.1 mm.

    The shift changes by less than a hundredth of a step, so that subtracting it over and over converges.
    """
    return _undone(to_gcj, (longitude, latitude), longitude, latitude)


def _undone(shift: Callable[[Floats, Floats], Degrees], shifted: Degrees, x: Floats, y: Floats) -> Degrees:
    """Find what a shift turns into the given degrees, beginning at x and y."""
    for _ in range(_STEPS):
        step = [to - now for to, now in zip(shifted, shift(x, y), strict=True)]
        x, y = x + step[0], y + step[1]
        if not len(x) or max(np.abs(step[0]).max(), np.abs(step[1]).max()) < _CLOSE:
            break
    return x, y


def to_bd(longitude: Floats, latitude: Floats) -> Degrees:
    """Shift degrees of WGS 84 or CGCS2000 to BD-09: GCJ-02 first, then the second shift on top."""
    return _more(*to_gcj(longitude, latitude))


def from_bd(longitude: Floats, latitude: Floats) -> Degrees:
    """Take both shifts of BD-09 back."""
    return from_gcj(*_undone(_more, (longitude, latitude), longitude - 0.0065, latitude - 0.006))


def _more(x: Floats, y: Floats) -> Degrees:
    length = np.hypot(x, y) + 2e-5 * np.sin(y * _BD_TURN)
    angle = np.arctan2(y, x) + 3e-6 * np.cos(x * _BD_TURN)
    return length * np.cos(angle) + 0.0065, length * np.sin(angle) + 0.006

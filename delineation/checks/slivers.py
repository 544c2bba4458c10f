"""Slivers, spikes and tiny parts of units (Q14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..partition import ROUNDING
from ..partition.arcs import groups, lengths
from .registry import finding, rule

if TYPE_CHECKING:
    from ..core.arrays import Floats, Ints, Objects
    from ..core.findings import Finding
    from .subject import CheckSubject


@rule("Q14")
def q14(subject: CheckSubject) -> list[Finding]:
    """Look for parts of units that are small and thin, parts that are tiny, corners that are spikes.

    Returns
    -------
    list of Finding
        ``sliver`` and ``tiny`` (one per unit; place: the parts, value: their area in m²), ``spike`` (one per unit;
        place: the tips, value: their number). A sliver that is also tiny is reported once, as a sliver.

    Notes
    -----
    Thinness is 4·π·A/P² (Polsby and Popper 1991): 1 for a disc, near 0 for a thread. Area alone never makes a sliver.
    """
    parts, owner = shapely.get_parts(subject.shapes, return_index=True)
    area = shapely.area(parts)
    length = shapely.length(parts)
    with np.errstate(divide="ignore", invalid="ignore"):
        thin = 4 * np.pi * area / length**2 < float(subject.settings.of("Q14", "sliver_thinness"))
    real = area > 0
    sliver = real & thin & (area < float(subject.settings.of("Q14", "sliver_area")))
    tiny = real & ~sliver & (area < float(subject.settings.of("Q14", "tiny_area")))
    findings = []
    for problem, rows in (("sliver", sliver), ("tiny", tiny)):
        for unit in np.unique(owner[rows]):
            mine = rows & (owner == unit)
            place = parts[mine][0] if mine.sum() == 1 else shapely.multipolygons(parts[mine])
            n, whole, units = int(mine.sum()), float(area[mine].sum()), (subject.codes[unit],)
            findings.append(finding("Q14", problem, value=whole, where=place, units=units, n=n, area_m2=whole))
    angle, arm = (float(subject.settings.of("Q14", key)) for key in ("spike_angle", "spike_length"))
    tip, part = spikes(parts, angle, arm)
    # The ends of a sliver are sharp by nature: it is reported as a whole.
    spiky = ~sliver[part]
    for unit in np.unique(owner[part[spiky]]):
        mine = spiky & (owner[part] == unit)
        place = shapely.points(tip[mine])
        where = place[0] if len(place) == 1 else shapely.multipoints(place)
        n, units = int(mine.sum()), (subject.codes[unit],)
        findings.append(finding("Q14", "spike", value=float(n), where=where, units=units, n=n))
    return findings


def spikes(parts: Objects, angle: float, arm: float) -> tuple[Floats, Ints]:
    """Tips of outward corners.

    Parameters
    ----------
    parts : (n,) object
        Polygons.
    angle : float
        Interior angle in degrees that a spike is sharper than.
    arm : float
        Length (m) that both edges at the tip have at least; where the shorter ends they are `ROUNDING` apart or more.

    Returns
    -------
    tips : (k, 2) float64
    part : (k,) int64
        Row of the polygon.

    Notes
    -----
    Rings are oriented (shell counter-clockwise, holes clockwise), so that the polygon lies to the left of each edge: a
    left turn of nearly 180° is a tip of the polygon, a right turn a notch in it, which is its neighbour's tip.
    """
    oriented = shapely.orient_polygons(parts)
    rings, part = shapely.get_rings(oriented, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    last = np.append(ring[1:] != ring[:-1], True) if len(ring) else np.empty(0, dtype=bool)
    # The closing vertex repeats the first one; repeated vertices inside a ring would have no direction.
    same = np.append((xy[1:] == xy[:-1]).all(axis=1), False) if len(ring) else last
    xy, ring = xy[~last & ~same], ring[~last & ~same]
    if not len(ring):
        return np.empty((0, 2)), np.empty(0, dtype=np.int64)
    start = groups(ring)
    count = lengths(start, len(ring))
    before, after = np.arange(len(ring)) - 1, np.arange(len(ring)) + 1
    before[start] = start + count - 1
    after[start + count - 1] = start
    arriving, leaving = xy - xy[before], xy[after] - xy
    cross = arriving[:, 0] * leaving[:, 1] - arriving[:, 1] * leaving[:, 0]
    dot = (arriving * leaving).sum(axis=1)
    interior = 180.0 - np.degrees(np.arctan2(cross, dot))
    shorter = np.minimum(np.hypot(*arriving.T), np.hypot(*leaving.T))
    open_by = shorter * np.sin(np.radians(interior))
    found = (shorter >= arm) & (interior < angle) & (open_by >= ROUNDING)
    return xy[found], part[ring[found]]

"""Geometry of units and how they tile the study area: validity and parts, overlaps, gaps, excess (Q06–Q09)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..core.messages import foreign
from .registry import finding, rule
from .shapes import Pieces, merged, overlay, parts_of, solid, spot

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from ..core.arrays import Bools, Ints, Objects
    from ..core.findings import Finding
    from .subject import CheckSubject

__all__ = ["gaps", "overlaps", "q06", "q07", "q08", "q09"]

_PLACE = re.compile(r"^(?P<reason>[^\[]*)\[(?P<x>\S+) (?P<y>[^\s\]]+)")


@rule("Q06", needs=("grouping",), partly=True)
def q06(subject: CheckSubject) -> list[Finding]:
    """Check that geometry is there and valid; several parts are a finding only where the grouping says ``part``.

    Returns
    -------
    list of Finding
        ``null``, ``empty``, ``invalid`` (place: the point of the first fault), ``parts`` and ``parts_general`` (a
        warning: a general unit with many parts is normal practice; value: number of parts).
    """
    raw = subject.units["geometry"].to_numpy(dtype=object)
    findings = []
    for problem, rows in (("null", shapely.is_missing(raw)), ("empty", shapely.is_empty(raw))):
        findings += [finding("Q06", problem, units=(subject.codes[row],)) for row in np.flatnonzero(rows)]
    for row in np.flatnonzero(~subject.valid & ~shapely.is_missing(raw)):
        reason = shapely.is_valid_reason(raw[row])
        place = _PLACE.match(reason)
        where = shapely.Point(float(place["x"]), float(place["y"])) if place else spot(subject.shapes[row : row + 1])
        said = foreign(place["reason"] if place else reason)
        findings.append(finding("Q06", "invalid", where=where, units=(subject.codes[row],), reason=said))
    parts = shapely.get_num_geometries(subject.shapes)
    for row in np.flatnonzero(parts > 1):
        category = int(subject.category[row])
        if subject.grouping.get(category) == "part":
            problem = "parts_general" if category == 3 else "parts"
            n, units = int(parts[row]), (subject.codes[row],)
            findings.append(finding("Q06", problem, value=float(n), where=subject.shapes[row], units=units, n=n))
    return findings


def overlaps(subject: CheckSubject) -> Pieces:
    """Pairs of units that overlap, ``left < right``.

    Notes
    -----
    A valid coverage has no overlap, which one linear pass proves. Otherwise only pairs with an edge that breaks the
    coverage are overlaid (a unit wholly inside another breaks it with its own edges), so the cost follows the faults,
    not the units. Each pair of a threefold overlap is reported.
    """
    if subject.is_coverage:
        none = np.empty(0, dtype=np.int64)
        return Pieces(none, none, np.empty(0, dtype=object), np.empty(0))
    shapes = subject.shapes
    full = np.flatnonzero(~shapely.is_empty(shapes))
    edges = shapely.coverage_invalid_edges(shapes[full])
    suspect = full[~shapely.is_empty(edges)]
    i, j = subject.tree.query(shapes[suspect])
    pairs = np.unique(np.sort(np.column_stack([suspect[i], j]), axis=1), axis=0)
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    shape = solid(shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]]), subject.settings.tolerance)
    keep = ~shapely.is_empty(shape)
    return Pieces(pairs[keep, 0], pairs[keep, 1], shape[keep], shapely.area(shape[keep]))


@rule("Q07")
def q07(subject: CheckSubject) -> list[Finding]:
    """Check that no two units overlap, and in a plan that each unit is exactly its faces.

    Returns
    -------
    list of Finding
        ``overlap``: one per pair, value m² (land with sea is Q24's); ``faces``: another unit's geometry holds faces
        that name this one, value m².
    """
    found = overlaps(subject)
    mixed = subject.is_sea[found.left] != subject.is_sea[found.right]
    return overlap_findings("Q07", subject, ~mixed) + _astray(subject)


def overlap_findings(rule: str, subject: CheckSubject, told: Bools) -> list[Finding]:
    """Tell of some of the overlaps of a subject, each by its two units."""
    found, findings = overlaps(subject), []
    for k in np.flatnonzero(told):
        pair, area = subject.codes[[found.left[k], found.right[k]]], float(found.area[k])
        findings.append(finding(rule, "overlap", value=area, where=found.shape[k], units=pair, area_m2=area))
    return findings


def _astray(subject: CheckSubject) -> list[Finding]:
    """Find faces that lie not in the unit they name but in another: label and geometry disagree."""
    faces = subject.faces
    if faces is None:
        return []
    shapes = faces["geometry"].to_numpy(dtype=object)
    unit = faces["unit"].to_numpy(dtype=np.int64)
    points, named = shapely.point_on_surface(shapes), np.flatnonzero(unit >= 0)
    # Most lie where they say, so only the others are looked for in every unit.
    shapely.prepare(subject.shapes)
    place = shapely.get_coordinates(points[named])
    rest = named[~shapely.contains_xy(subject.shapes[unit[named]], place[:, 0], place[:, 1])]
    # An index over the points, asked by the few units: the other way round costs six times as much.
    _, found = shapely.STRtree(points[rest]).query(subject.shapes, predicate="contains")
    shapely.destroy_prepared(subject.shapes)
    astray = np.zeros(len(faces), dtype=bool)
    astray[rest[found]] = True
    findings = []
    for row in np.unique(unit[astray]):
        mine = astray & (unit == row)
        area, where, n = float(shapely.area(shapes[mine]).sum()), merged(shapes[mine]), int(mine.sum())
        findings.append(
            finding("Q07", "faces", value=area, where=where, units=(subject.codes[row],), area_m2=area, n=n)
        )
    return findings


def gaps(subject: CheckSubject) -> tuple[Objects, list[Ints]]:
    """Find gaps between units, and the units (rows) at each.

    With a boundary: the parts of it that no unit covers. Without: the holes of the units' union, and narrow gaps
    between two units that are open to the outside; a wide one at the rim is then not seen.
    """
    covered = subject.covered
    if subject.counties is not None:
        bare = shapely.difference(subject.boundary, covered, grid_size=subject.settings.grid)
    else:
        parts = parts_of(covered)
        filled = shapely.polygons(shapely.get_exterior_ring(parts)) if len(parts) else parts
        closed = shapely.union_all([*filled, *_narrow(subject)])
        bare = shapely.difference(closed, covered, grid_size=subject.settings.grid)
    open_area = solid(parts_of(bare), subject.settings.tolerance)
    open_area = open_area[~shapely.is_empty(open_area)]
    gap, unit = subject.tree.query(open_area, predicate="dwithin", distance=subject.settings.tolerance)
    beside = [np.sort(unit[gap == k]) for k in range(len(open_area))]
    if subject.counties is None:
        # One unit alone beside it: a hole of the unit is a hole, a bay in its rim is its shape.
        rim = shapely.union_all(shapely.boundary(filled))
        several = np.array([len(units) > 1 for units in beside], dtype=bool)
        keep = np.flatnonzero(several | ~shapely.intersects(open_area, rim))
        open_area, beside = open_area[keep], [beside[k] for k in keep]
    return open_area, beside


def _narrow(subject: CheckSubject) -> Objects:
    """Close the strips between units no wider than the setting: near the edges that the coverage test finds facing."""
    width = float(subject.settings.of("Q08", "narrow_gap"))
    shapes = subject.shapes[~shapely.is_empty(subject.shapes)]
    edges = shapely.coverage_invalid_edges(shapes, gap_width=width)
    if not subject.is_coverage:
        edges = shapely.difference(edges, shapely.coverage_invalid_edges(shapes))
    edges = edges[~shapely.is_empty(edges)]
    if not len(edges):
        return np.empty(0, dtype=object)
    near = shapely.intersection(subject.covered, shapely.union_all(shapely.buffer(edges, 2 * width, quad_segs=2)))
    reach = width / 2 * 1.01
    closed = shapely.buffer(shapely.buffer(near, reach, join_style="mitre"), -reach, join_style="mitre")
    return parts_of(closed)


def coast_gap(subject: CheckSubject, gap: BaseGeometry, units: Ints) -> bool:
    """Tell a gap between land and sea units, narrow enough to be a fault of the coastline (Q24), from others (Q08)."""
    at_sea = subject.is_sea[units]
    narrow = 2 * gap.area / gap.length <= float(subject.settings.of("Q24", "gap_width"))
    return bool(narrow and at_sea.any() and not at_sea.all())


@rule("Q08", needs=("counties", "sea"), partly=True)
def q08(subject: CheckSubject) -> list[Finding]:
    """Check that there is no gap inside the boundary.

    Returns
    -------
    list of Finding
        ``gap`` (``hole`` where no boundary was given), value m², units: the neighbours; ``no_unit``: faces of a plan
        without a unit.
    """
    found, beside = gaps(subject)
    problem = "gap" if subject.counties is not None else "hole"
    findings = []
    for gap, units in zip(found, beside, strict=True):
        if not coast_gap(subject, gap, units):
            area = float(gap.area)
            findings.append(finding("Q08", problem, value=area, where=gap, units=subject.codes[units], area_m2=area))
    if subject.faces is not None:
        bare = subject.faces[subject.faces["unit"] < 0]
        if len(bare):
            area = float(bare["area_m2"].sum())
            where = merged(bare["geometry"].to_numpy(dtype=object))
            findings.append(finding("Q08", "no_unit", value=area, where=where, area_m2=area, n=len(bare)))
    return findings


@rule("Q09", needs=("counties", "sea"))
def q09(subject: CheckSubject) -> list[Finding]:
    """Check that nothing of a unit lies outside the boundary.

    Returns
    -------
    list of Finding
        One per unit, value m².
    """
    outside = parts_of(shapely.difference(subject.covered, subject.boundary, grid_size=subject.settings.grid))
    outside = solid(outside, subject.settings.tolerance)
    outside = outside[~shapely.is_empty(outside)]
    if not len(outside):
        return []
    found = overlay(outside, subject.shapes, subject.settings.tolerance)
    findings = []
    for row in np.unique(found.right[subject.compared[found.right]]):
        mine = found.right == row
        area, where = float(found.area[mine].sum()), merged(found.shape[mine])
        findings.append(finding("Q09", "", value=area, where=where, units=(subject.codes[row],), area_m2=area))
    return findings

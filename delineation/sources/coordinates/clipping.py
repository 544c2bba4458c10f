"""Sources that reach round the globe: what lies far beyond the study area is cut off before the transformation.

No projection takes all of the globe, and the sea of the globe is of no use to a city. A polygon may be as invalid as
it likes: it is cut ring by ring, each half-plane in turn (Sutherland & Hodgman 1974, Reentrant polygon clipping),
which replaces what a ring does outside by a way along the frame. How often a ring runs round a point inside stays the
same, and so do all its vertices there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import Geod

from ...core.messages import Message
from .area_of_use import reach
from .crs import angles, degrees_box, to_crs
from .ellipsoid import drawn_area

if TYPE_CHECKING:
    from pyproj import CRS

    from ...core.arrays import Floats, Ints, Objects
    from ...core.progress import Progress
    from .crs import Box

# Degrees beyond the study area and the CRS's area of use that a source may reach uncut; from a pole all CRSs part.
_BEARABLE, _POLE = 45.0, 89.9
# Degrees round the study area that are left: the territorial sea is a fifth of it. Metres of a buffer that a degree
# holds in China at least.
_MARGIN, _DEGREE = 1.0, 5e4
_STEPS = 1024  # vertices along the longest side of the frame, so that it bends with the map
_POLYGON = 2
_KEPT = 1e-9  # share of an area below which a difference is the rounding of sums
_BLOCK = 1 << 14  # polygons measured together


@dataclass(frozen=True)
class ClippedLayer:
    """What is left of a layer.

    Attributes
    ----------
    geometry : (k,) object
        Untouched where it did not reach the frame.
    row : (k,) int64
        Rows of the layer it belongs to; of the others nothing is left.
    area : float
        m² that were cut off, of parts added up.
    """

    geometry: Objects
    row: Ints
    area: float


def frame_round(geometry: Objects, crs: CRS, study: Box, target: CRS, *, buffer: float = 0.0) -> Box | None:
    """Where to cut a layer that reaches farther than the case's CRS can take.

    Parameters
    ----------
    geometry : (m,) object
        In ``crs``.
    crs : CRS
    study : tuple of float
        Study area, degrees.
    target : CRS
        Of the case.
    buffer : float
        m that the layer will be buffered by.

    Returns
    -------
    tuple of float or None
        Degrees; None where it need not be cut.
    """
    if not len(geometry) or not np.isfinite(study).all():
        return None
    area = reach(target)
    low, high = np.minimum(study[:2], area[:2]) - _BEARABLE, np.maximum(study[2:], area[2:]) + _BEARABLE
    own = np.array(degrees_box(tuple(shapely.total_bounds(geometry).tolist()), crs))
    pole = np.abs(own[1::2]).max() > _POLE
    if bool((own[:2] >= low).all() and (own[2:] <= high).all() and not pole):
        return None
    margin = _MARGIN + buffer / _DEGREE
    west, south, east, north = study
    return west - margin, max(south - margin, -90.0), east + margin, min(north + margin, 90.0)


def _frame_in(crs: CRS, frame: Box) -> Box:
    """Bounds in a CRS of a frame in degrees from Greenwich."""
    unit, zero = angles(crs.geodetic_crs or crs)
    west, south, east, north = (frame[0] - zero) / unit, frame[1] / unit, (frame[2] - zero) / unit, frame[3] / unit
    if crs.is_geographic or crs.geodetic_crs is None:
        return west, south, east, north
    across, up = np.meshgrid(np.linspace(west, east, 33), np.linspace(south, north, 33))
    points = np.asarray(shapely.points(across.ravel(), up.ravel()), dtype=object)
    xy = shapely.get_coordinates(to_crs(points, crs.geodetic_crs, crs, Message("study area"))[0])
    (west, south), (east, north) = xy.min(axis=0), xy.max(axis=0)
    return float(west), float(south), float(east), float(north)


def cut_at(geometry: Objects, crs: CRS, frame: Box, progress: Progress) -> ClippedLayer:
    """Cut a layer at a frame.

    Parameters
    ----------
    geometry : (m,) object
        In ``crs``.
    crs : CRS
    frame : tuple of float
        Degrees. In a projected CRS the layer is cut at the bounds that the frame has there.
    progress : callable
    """
    box = _frame_in(crs, frame)
    parts, owner = shapely.get_parts(geometry, return_index=True)
    bounds = shapely.bounds(parts)
    west, south, east, north = box
    away = (bounds[:, 0] > east) | (bounds[:, 2] < west) | (bounds[:, 1] > north) | (bounds[:, 3] < south)
    inside = (bounds[:, :2] >= (west, south)).all(axis=1) & (bounds[:, 2:] <= (east, north)).all(axis=1)
    rim = np.flatnonzero(~away & ~inside)
    pieces, of = [parts[inside]], [np.flatnonzero(inside)]
    for number, row in enumerate(rim):
        progress(number / len(rim), Message("cutting at the study area"))
        if shapely.get_dimensions(parts[row]) == _POLYGON:
            left = _polygons(parts[row], box)
        else:
            left = shapely.get_parts(shapely.intersection(parts[row], shapely.box(*box)))
        left = left[~shapely.is_empty(left)]
        pieces.append(left)
        of.append(np.full(len(left), row))
    progress(1.0, Message("cutting at the study area"))
    kept, source = np.concatenate(pieces), np.concatenate(of)
    order = np.argsort(source, kind="stable")
    kept, source = kept[order], source[order]
    cut_off = _area(parts[~inside], crs) - _area(kept[~inside[source]], crs)
    touched = np.zeros(len(geometry), dtype=bool)
    touched[owner[~inside]] = True
    out = geometry.copy()
    mine = touched[owner[source]]
    rows, number = np.unique(owner[source[mine]], return_inverse=True)
    if len(rows):
        flat = (shapely.get_dimensions(kept[mine]) == _POLYGON).all()
        collect = shapely.multipolygons if flat else shapely.geometrycollections
        whole = collect(kept[mine], indices=number.ravel())
        out[rows] = np.where(shapely.get_num_geometries(whole) == 1, shapely.get_geometry(whole, 0), whole)
    there = ~touched
    there[rows] = True
    return ClippedLayer(out[there], np.flatnonzero(there), max(cut_off, 0.0))


def _area(parts: Objects, crs: CRS) -> float:
    """Area on the ellipsoid, m²."""
    geod = crs.get_geod() or Geod(ellps="GRS80")
    polygons = parts[shapely.get_dimensions(parts) == _POLYGON]
    if not crs.is_geographic and crs.geodetic_crs is not None and len(polygons):
        polygons, _ = to_crs(polygons, crs, crs.geodetic_crs, Message("area"))
    unit, _ = angles(crs.geodetic_crs or crs)
    if unit != 1:
        polygons = shapely.transform(polygons, lambda xy: xy * unit)
    blocks = (polygons[start : start + _BLOCK] for start in range(0, len(polygons), _BLOCK))
    return sum(drawn_area(block, geod.a, geod.es) for block in blocks)


def _polygons(polygon: shapely.Polygon, box: Box) -> Objects:
    """Cut one polygon."""
    rings = np.asarray(shapely.get_rings(polygon))
    bounds = shapely.bounds(rings)
    west, south, east, north = box
    meets = (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    whole = meets & (bounds[:, :2] > (west, south)).all(axis=1) & (bounds[:, 2:] < (east, north)).all(axis=1)
    lines = [
        shapely.get_coordinates(ring) if keep else _ring(shapely.get_coordinates(ring), box)
        for ring, keep in zip(rings[meets], whole[meets], strict=True)
    ]
    lines = [line for line in lines if len(line) > 3]
    if not meets[0] or not lines or len(_ring(shapely.get_coordinates(rings[0]), box)) <= 3:
        return np.zeros(0, dtype=object)
    lines = _with_common_vertices(lines, box)
    cut = shapely.Polygon(lines[0], lines[1:])
    if shapely.is_valid(cut):
        return np.array([cut], dtype=object)
    sound = bool(shapely.is_valid(shapely.Polygon(rings[0], list(rings[1:][meets[1:]]))))
    return _apart(cut, lines, box, sound=sound)


def _ring(xy: Floats, box: Box) -> Floats:
    """Cut a closed ring at the four sides in turn; fewer than four vertices where nothing is left."""
    for axis, side, sign in ((0, box[0], 1.0), (1, box[1], 1.0), (0, box[2], -1.0), (1, box[3], -1.0)):
        inside = sign * (xy[:, axis] - side) >= 0
        if inside.all():
            continue
        crossing = inside[1:] != inside[:-1]
        # Each edge gives the point where it crosses the side, then its end where that lies inside.
        count = crossing.astype(np.int64) + inside[1:]
        place = np.cumsum(count) - count
        out = np.empty((int(count.sum()), 2))
        # From the end inside: a neighbour that runs the other way gets the same point.
        ends = np.stack((xy[:-1][crossing], xy[1:][crossing]))
        start, end = np.where(inside[:-1][crossing, None], ends, ends[::-1])
        share = (side - start[:, axis]) / (end[:, axis] - start[:, axis])
        point = start + share[:, None] * (end - start)
        point[:, axis] = side
        out[place[crossing]] = point
        out[place[inside[1:]] + crossing[inside[1:]]] = xy[1:][inside[1:]]
        xy = np.concatenate((out, out[:1]))
    return xy


def _with_common_vertices(lines: list[Floats], box: Box) -> list[Floats]:
    """Give all edges along the frame the same vertices: they still lie on each other when the map bends them."""
    step = max(box[2] - box[0], box[3] - box[1]) / _STEPS
    for axis, side in ((0, box[0]), (1, box[1]), (0, box[2]), (1, box[3])):
        other = 1 - axis
        along = [line[line[:, axis] == side, other] for line in lines]
        grid = np.arange(box[other], box[other + 2], step)
        marks = np.unique(np.concatenate((*along, grid, [box[other + 2]])))
        lines = [_marked(line, axis, side, marks) for line in lines]
    return lines


def _marked(xy: Floats, axis: int, side: float, marks: Floats) -> Floats:
    """Put the marks along a side on the edges that run along it."""
    other = 1 - axis
    begin, end = xy[:-1, other], xy[1:, other]
    edge = np.flatnonzero((xy[:-1, axis] == side) & (xy[1:, axis] == side) & (begin != end))
    if not len(edge):
        return xy
    low, high = np.minimum(begin, end)[edge], np.maximum(begin, end)[edge]
    first, last = np.searchsorted(marks, low, side="right"), np.searchsorted(marks, high, side="left")
    new = [
        marks[a:b] if up else marks[a:b][::-1] for a, b, up in zip(first, last, end[edge] > begin[edge], strict=True)
    ]
    added = np.empty((sum(map(len, new)), 2))
    added[:, axis], added[:, other] = side, np.concatenate(new)
    return np.insert(xy, np.repeat(edge + 1, [len(part) for part in new]), added, axis=0)


def _apart(cut: shapely.Polygon, lines: list[Floats], box: Box, *, sound: bool) -> Objects:
    """Take the ways along the frame away that are gone there and back.

    Only where nothing else is wrong: what is invalid within the frame stays as it is, for the partition to take and
    to tell.
    """
    as_it_is = np.array([cut], dtype=object)
    if not sound and not _simple(lines, box):
        return as_it_is
    # Shells united, holes united and taken away: here all edges that meet lie on each other, so no vertex is new.
    parts = shapely.get_parts(shapely.make_valid(cut, method="structure", keep_collapsed=False))
    drawn = np.concatenate(lines), shapely.get_coordinates(parts)
    before, after = (np.unique(xy.view(np.complex128)) for xy in drawn)
    gone = before[~np.isin(before, after)]
    on_frame = np.isin(gone.real, box[::2]) | np.isin(gone.imag, box[1::2])
    alike = abs(shapely.area(parts).sum() - cut.area) <= _KEPT * cut.area
    return parts if alike and on_frame.all() and np.isin(after, before).all() else as_it_is


def _simple(lines: list[Floats], box: Box) -> bool:
    """Whether no two edges meet off the frame but where one follows on the other."""
    pieces = []
    for xy in lines:
        along = np.zeros(len(xy) - 1, dtype=bool)
        for axis, side in ((0, box[0]), (1, box[1]), (0, box[2]), (1, box[3])):
            along |= (xy[:-1, axis] == side) & (xy[1:, axis] == side)
        if not along.any():
            pieces.append(xy)
            continue
        turn = int(np.flatnonzero(along)[0])
        # From an edge along the frame on, so that no way begins in the middle.
        round_trip = np.concatenate((xy[turn + 1 :], xy[1 : turn + 2]))
        off = ~np.roll(along, -(turn + 1))
        start = np.flatnonzero(off & ~np.r_[False, off[:-1]])
        stop = np.flatnonzero(off & ~np.r_[off[1:], False]) + 2
        pieces += [round_trip[a:b] for a, b in zip(start, stop, strict=True)]
    return bool(shapely.is_simple(shapely.MultiLineString(pieces))) if pieces else True

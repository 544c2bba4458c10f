"""Contiguity of a polygon layer: who shares how much border with whom, whether or not their vertices match."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..core.errors import BadInput
from ..core.messages import Message, one_of
from ..core.progress import Progress, patiently, silent, within
from ..core.sums import sum_by
from ..partition.arcs import groups
from ..partition.build import build
from ..partition.dissolve import dissolve
from ..regions.problem import Graph
from ..sources.measure import areas, lengths
from .outline import LONG, METRES_A_DEGREE, Shared, near_lines

if TYPE_CHECKING:
    from pyproj import CRS

    from ..core.arrays import Floats, Ints, Objects
    from ..partition import Partition

CONTIGUITIES = ("rook", "queen")
_LARGEST_SNAP = 0.01  # m
_SNAP_SHARE = 1e-7  # of the larger side of the layer
_WIDE = 2000.0  # tolerances, as of `snap_of`, within which a gap is told that was not bridged: 20 m at most
_ROUNDING = 1e-9  # share of a polygon below which an overlap is the rounding of sums


@dataclass(frozen=True)
class Neighbours:
    """The contiguity of n polygons.

    Attributes
    ----------
    graph : Graph
        Pairs that are neighbours; ``border`` is the length they share, m.
    area, perimeter : (n,) float64
        m², m, of the ground that is a polygon's own: what two of them cover is counted once.
    partition : Partition
    owner : (f,) int64
        Polygon that each face belongs to: of those that cover it the one with the smallest area (a park inside its
        township keeps its ground), of equal ones the first.
    arc_length : (a,) float64
        m of each arc of the partition.
    shared : Shared
        The lines behind ``graph.border``.
    overlap : (o, 2) int64, overlap_area : (o,) float64
        Pairs of polygons that cover the same ground, and how much, m²; the largest first.
    bridged : int
        Pairs that have a gap between them which is no wider than the tolerance, and are neighbours all the same.
    apart : (a, 2) int64
        Pairs that run beside each other, farther apart than the tolerance, and are no neighbours.
    """

    graph: Graph
    area: Floats
    perimeter: Floats
    partition: Partition
    owner: Ints
    arc_length: Floats
    shared: Shared
    overlap: Ints
    overlap_area: Floats
    bridged: int
    apart: Ints

    def outlines(self, label: Ints, count: int) -> tuple[Objects, Floats]:
        """Dissolve polygons by label: the unions, and the length of their outlines in m.

        Parameters
        ----------
        label : (n,) int64
            0 … count − 1.
        count : int

        Returns
        -------
        geometry : (count,) object
            Multipolygons.
        perimeter : (count,) float64
        """
        of_face = label[self.owner]
        return dissolve(self.partition, of_face, count), _perimeters(self.partition, of_face, self.arc_length, count)


def snap_of(geometry: Objects, crs: CRS | None) -> float:
    """Tolerance where none is given, m: a ten-millionth of the layer's larger side, at most a centimetre."""
    west, south, east, north = shapely.total_bounds(geometry).tolist()
    side = max(east - west, north - south) * metres_a_unit(crs)
    return min(_LARGEST_SNAP, _SNAP_SHARE * side) if side > 0 else _LARGEST_SNAP


def neighbours(
    geometry: Objects,
    crs: CRS | None,
    *,
    contiguity: str = "queen",
    snap: float | None = None,
    least: float | None = None,
    progress: Progress = silent,
) -> Neighbours:
    """Find which polygons are neighbours, and the length of border each pair shares.

    The layer is noded into a partition without moving a vertex; borders are its arcs between faces of two polygons, so
    that a T-junction is one. Where the layer has gaps, outlines of two polygons no farther apart than ``snap`` count as
    border too. Overlaps make neighbours as well. Lengths are geodesic in a geographic CRS.

    Parameters
    ----------
    geometry : (n,) object
        Polygons and multipolygons; they need not be valid.
    crs : CRS or None
    contiguity : {"queen", "rook"}
        Rook: pairs that share a border of ``least`` or more, or ground. Queen: those that come as near as ``snap``.
    snap : float, optional
        m; see `snap_of`.
    least : float, optional
        m; twenty times ``snap``, because two outlines that part at a corner run within ``snap`` for a stretch.
    progress : callable

    Raises
    ------
    BadInput
        Another contiguity, a negative tolerance, coordinates that are not finite.
    """
    if contiguity not in CONTIGUITIES:
        raise BadInput(
            Message("contiguity = '{contiguity}'", contiguity=contiguity),
            where=Message("contiguity"),
            wanted=one_of(CONTIGUITIES),
        )
    snap = snap_of(geometry, crs) if snap is None else snap
    least = LONG * snap if least is None else least
    for key, value in ((Message("snap"), snap), (Message("least border"), least)):
        if not 0 <= value < np.inf:
            raise BadInput(
                Message("{key} = {value:g}", key=key, value=value),
                where=Message("contiguity"),
                wanted=Message("metres, 0 or more"),
            )
    whole = build(geometry, snap=0.0, progress=within(progress, 0.0, 0.6))
    return patiently(
        lambda go_on: _measured(whole, geometry, crs, contiguity, (snap, least), go_on),
        within(progress, 0.6, 1.0),
        Message("neighbours"),
    )


def _measured(
    whole: Partition,
    geometry: Objects,
    crs: CRS | None,
    contiguity: str,
    tolerance: tuple[float, float],
    progress: Progress,
) -> Neighbours:
    snap, least = tolerance
    count, unit = len(geometry), metres_a_unit(crs)
    face_area = areas(whole.faces, crs)
    owner = _owner(whole, face_area, count)
    side = np.append(owner, -1)[whole.lines.side].reshape(-1, 2)
    length = _arc_lengths(whole, crs)
    progress(0.2, Message("neighbours"))
    wide = max(_WIDE * snap_of(geometry, crs), 10 * snap)
    near = near_lines(whole, owner, snap / unit, wide / unit)
    progress(0.5, Message("neighbours"))
    inner = np.flatnonzero((side[:, 0] != side[:, 1]) & (side >= 0).all(axis=1))
    exact = np.sort(side[inner], axis=1)
    metres = near.length * near.scale(length)
    shared = Shared.of(whole, inner, exact, length[inner], near, metres)
    overlap, overlap_area = _overlaps(whole, face_area, count)
    ground = overlap[overlap_area > least**2]
    pairs, border = shared.pairs(count)
    rook = border >= max(least, np.finfo(float).tiny)
    progress(0.6, Message("neighbours"))
    found = [pairs[rook], ground]
    across = 0
    if contiguity == "queen":
        touch, close = _touching(whole, owner, geometry, snap / unit, count)
        across = int((~np.isin(_key(close, count), _key(np.concatenate((pairs[rook], overlap)), count))).sum())
        found += [pairs, overlap, touch, close]
    linked = _unique(np.concatenate(found), count)
    known = _key(pairs, count)
    at = np.minimum(np.searchsorted(known, _key(linked, count)), max(len(known) - 1, 0))
    meet = known[at] == _key(linked, count) if len(known) else np.zeros(len(linked), dtype=bool)
    border_of = np.zeros(len(linked))
    border_of[meet] = border[at[meet]]
    apart = near.apart[~np.isin(_key(near.apart, count), _key(linked, count))]
    progress(1.0, Message("neighbours"))
    return Neighbours(
        graph=Graph(count, linked[:, 0], linked[:, 1], border_of),
        area=sum_by(owner, face_area, count),
        perimeter=_perimeters(whole, owner, length, count),
        partition=whole,
        owner=owner,
        arc_length=length,
        shared=shared,
        overlap=overlap,
        overlap_area=overlap_area,
        bridged=near.bridged(least / unit, count) + across,
        apart=apart,
    )


def metres_a_unit(crs: CRS | None) -> float:
    """Metres a unit of the CRS has; along a meridian, where it counts in degrees."""
    if crs is None or not crs.axis_info:
        return 1.0
    return METRES_A_DEGREE if crs.is_geographic else float(crs.axis_info[0].unit_conversion_factor)


def _owner(whole: Partition, face_area: Floats, count: int) -> Ints:
    face, feature = whole.coverage.face, whole.coverage.feature
    size = sum_by(feature, face_area[face], count)
    order = np.lexsort((feature, size[feature], face))
    first = order[groups(face[order])]
    owner = np.full(len(whole), -1, dtype=np.int64)
    owner[face[first]] = feature[first]
    return owner


def _perimeters(whole: Partition, label: Ints, length: Floats, count: int) -> Floats:
    """Length of the arcs with a label on one side only."""
    side = np.append(label, -1)[whole.lines.side].reshape(-1, 2)
    outer = side[:, 0] != side[:, 1]
    both, twice = side[outer].ravel(), np.repeat(length[outer], 2)
    return sum_by(both[both >= 0], twice[both >= 0], count)


def _arc_lengths(whole: Partition, crs: CRS | None) -> Floats:
    arcs, place = whole.lines.arcs, whole.lines.place
    points = place[arcs.vertex]
    # The step from the end of one arc to the start of the next is none.
    step = np.append(lengths(points[:-1], points[1:], crs), 0.0)
    step[arcs.start[1:] - 1] = 0.0
    return np.add.reduceat(step, arcs.start[:-1]) if len(arcs) else np.zeros(0)


def _overlaps(whole: Partition, face_area: Floats, count: int) -> tuple[Ints, Floats]:
    """Pairs of polygons on one face, with the area of all such faces; what rounding makes is none."""
    from ..basis.overlaps_and_gaps import overlaps

    everything = np.ones(count, dtype=np.bool_)
    found = overlaps(everything, np.zeros(count, dtype=np.int64), whole.coverage, face_area, 0.0)
    size = sum_by(whole.coverage.feature, face_area[whole.coverage.face], count)
    real = found.area > _ROUNDING * np.minimum(size[found.first], size[found.second])
    found = found.take(real)
    return np.column_stack((found.first, found.second)), found.area


def _touching(whole: Partition, owner: Ints, geometry: Objects, snap: float, count: int) -> tuple[Ints, Ints]:
    """Pairs that share a node of the partition, and those as near as ``snap`` that do not."""
    touch = owner[whole.touches]
    touch = _unique(np.sort(touch[touch[:, 0] != touch[:, 1]], axis=1), count)
    box = shapely.bounds(geometry)
    grown = shapely.box(box[:, 0] - snap, box[:, 1] - snap, box[:, 2] + snap, box[:, 3] + snap)
    one, other = shapely.STRtree(shapely.box(*box.T)).query(grown)
    ahead = one < other
    key = one[ahead] * count + other[ahead]
    key = key[~np.isin(key, _key(touch, count))]
    one, other = key // count, key % count
    order = np.argsort(one, kind="stable")
    one, other = one[order], other[order]
    shapely.prepare(geometry[np.unique(one)])
    near = shapely.dwithin(geometry[one], geometry[other], snap)
    return touch, np.column_stack((one[near], other[near]))


def _key(pairs: Ints, count: int) -> Ints:
    return pairs[:, 0] * count + pairs[:, 1]


def _unique(pairs: Ints, count: int) -> Ints:
    key = np.unique(_key(pairs, count))
    return np.column_stack((key // count, key % count)).astype(np.int64).reshape(-1, 2)

"""Lines between polygons: arcs that two of them share, and outlines that run beside each other across a gap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..partition.arcs import group_of, groups, runs

if TYPE_CHECKING:
    from ..core.arrays import Bools, Floats, Ints, Objects
    from ..partition import Partition

METRES_A_DEGREE = 111_320.0  # along a meridian, about
LONG = 20.0  # tolerances that a stretch has to be long: the outlines part at less than 3 degrees
_APART = 4.0  # wider distances that outlines run beside each other, where they do not only part at a corner
_PIECE = 16  # edges of an outline looked at together
_WHOLE = 1 - 1e-9  # share of an arc that is all of it


@dataclass(frozen=True)
class NearbyOutlines:
    """Stretches of outline that run beside another polygon's, and pairs that only come near.

    Attributes
    ----------
    pair : (s, 2) int64
        Polygons, the lower row first; each stretch of border is there from both sides.
    line : (s,) object
    length : (s,) float64
        In units of the CRS.
    arc : (s,) int64
        Arc of the partition that the stretch is a part of.
    planar : (a,) float64
        Length of each arc in the same units.
    apart : (p, 2) int64
        Pairs that run beside each other within the wider distance, those within the tolerance included.
    """

    pair: Ints
    line: Objects
    length: Floats
    arc: Ints
    planar: Floats
    apart: Ints

    def scale(self, metres: Floats) -> Floats:
        """Metres a unit has along each stretch, from the lengths of all arcs in metres."""
        planar = self.planar[self.arc]
        return np.divide(metres[self.arc], planar, out=np.ones(len(self.arc)), where=planar > 0)

    def bridged(self, least: float, count: int) -> int:
        """Count the pairs whose outlines run beside each other for ``least`` (in units of the CRS) or more."""
        _, which = np.unique(self.pair[:, 0] * count + self.pair[:, 1], return_inverse=True)
        total = np.bincount(which.ravel(), self.length) / 2
        return int((total >= max(least, np.finfo(float).tiny)).sum())


@dataclass(frozen=True)
class Shared:
    """Lines that two polygons share.

    Attributes
    ----------
    pair : (s, 2) int64
        Polygons, the lower row first.
    length : (s,) float64
        m; a stretch across a gap counts half, for it is there from both sides.
    line : (s,) object
    """

    pair: Ints
    length: Floats
    line: Objects

    @classmethod
    def of(
        cls,
        whole: Partition,
        arc: Ints,
        pair: Ints,
        length: Floats,
        near: NearbyOutlines,
        metres: Floats,
    ) -> Shared:
        """Put together the arcs between two polygons and what runs beside each other."""
        strings = whole.lines.arcs.take(arc)
        row = np.repeat(np.arange(len(arc)), np.diff(strings.start))
        lines = shapely.linestrings(whole.lines.place[strings.vertex], indices=row) if len(arc) else near.line[:0]
        return cls(
            np.concatenate((pair, near.pair)), np.concatenate((length, metres / 2)), np.concatenate((lines, near.line))
        )

    def pairs(self, count: int) -> tuple[Ints, Floats]:
        """Pairs, sorted, and the length that each shares; ``count`` is the number of polygons."""
        key, which = np.unique(self.pair[:, 0] * count + self.pair[:, 1], return_inverse=True)
        total = np.bincount(which.ravel(), self.length, minlength=len(key)).astype(np.float64)
        return np.column_stack((key // count, key % count)).astype(np.int64).reshape(-1, 2), total


def near_lines(whole: Partition, owner: Ints, snap: float, wide: float) -> NearbyOutlines:
    """Find outlines of different polygons with a gap of at most ``snap`` between them.

    Parameters
    ----------
    whole : Partition
    owner : (f,) int64
        Polygon of each face.
    snap, wide : float
        Tolerance, and the distance within which pairs are told; in units of the CRS.
    """
    arcs, place = whole.lines.arcs, whole.lines.place
    face = np.max(whole.lines.side.reshape(-1, 2), axis=1, initial=-1)
    outer = np.flatnonzero(np.min(whole.lines.side.reshape(-1, 2), axis=1, initial=0) < 0)
    planar = _planar(whole)
    size = np.diff(arcs.start)[outer] - 1
    count = -(-size // _PIECE)
    arc = np.repeat(outer, count)
    step = runs(np.zeros(len(outer), np.int64), count)
    edges = np.minimum(np.repeat(size, count) - step * _PIECE, _PIECE)
    points = place[arcs.vertex[runs(arcs.start[arc] + step * _PIECE, edges + 1)]]
    nothing = np.zeros(0, dtype=object)
    lines = shapely.linestrings(points, indices=np.repeat(np.arange(len(arc)), edges + 1)) if len(arc) else nothing
    whose = owner[face[arc]]
    one, other = shapely.STRtree(lines).query(lines, predicate="dwithin", distance=wide)
    use = whose[one] != whose[other]
    one, other = one[use], other[use]
    pair, _, _, length = _along(lines, whose, one, other, wide)
    apart, which = np.unique(pair, axis=0, return_inverse=True)
    apart = apart[np.bincount(which.ravel(), length / 2, minlength=len(apart)) >= _APART * wide]
    close = shapely.dwithin(lines[one], lines[other], snap) if snap > 0 else np.zeros(len(one), dtype=bool)
    pair, along, piece, length = _along(lines, whose, one[close], other[close], snap)
    kept = _beside(pair, arc[piece], length, planar, snap)
    return NearbyOutlines(pair[kept], along[kept], length[kept], arc[piece][kept], planar, apart)


def _along(
    lines: Objects,
    whose: Ints,
    one: Ints,
    other: Ints,
    distance: float,
) -> tuple[Ints, Objects, Ints, Floats]:
    """Cut out of pieces of outline what lies within a distance of another polygon's outline.

    Parameters
    ----------
    lines, whose : (l,) object, int64
        Pieces, and the polygon of each.
    one, other : (q,) int64
        Pieces that are near each other.
    distance : float

    Returns
    -------
    pair : (s, 2) int64
        Polygons, the lower first.
    along : (s,) object
        Parts of ``lines[piece]``.
    piece : (s,) int64
    length : (s,) float64
    """
    # The other polygon's pieces beside one piece, widened together: where they meet they count once.
    order = np.lexsort((other, whose[other], one))
    one, other = one[order], other[order]
    first = groups(one, whose[other])
    which = group_of(first, len(one))
    beside = shapely.multilinestrings(lines[other], indices=which) if len(first) else lines[:0]
    piece = one[first]
    along = shapely.intersection(lines[piece], shapely.buffer(beside, distance))
    pair = np.sort(np.column_stack((whose[piece], whose[other[first]])), axis=1).reshape(-1, 2)
    return pair, along, piece, np.asarray(shapely.length(along), dtype=np.float64)


def _beside(
    pair: Ints,
    arc: Ints,
    length: Floats,
    planar: Floats,
    snap: float,
) -> Bools:
    """Tell what runs beside another outline from what only begins at a point that both have.

    Outlines that part at an angle are within ``snap`` for ``snap / sin(angle)``: an arc has to be so for longer, or
    from end to end.
    """
    _, which = np.unique(np.column_stack((pair, arc)), axis=0, return_inverse=True)
    which = which.ravel()
    total = np.bincount(which, length)[which]
    return (length > 0) & ((total >= LONG * snap) | (total >= _WHOLE * planar[arc]))


def _planar(whole: Partition) -> Floats:
    """Length of each arc in units of the CRS."""
    arcs = whole.lines.arcs
    if not len(arcs):
        return np.zeros(0)
    points = whole.lines.place[arcs.vertex]
    step = np.append(np.hypot(*np.diff(points, axis=0).T), 0.0)
    step[arcs.start[1:] - 1] = 0.0
    return np.add.reduceat(step, arcs.start[:-1])

"""The arcs of a mesh after some of its faces were replaced, as building all anew would give them, bit for bit.

Arcs that the old and the new rings do not touch stay as they are. The others are cut anew: where other than two
segments meet, and where a ring begins, which is how the partition cuts its rings into arcs. The numbers of vertices
and the order of arcs follow from where the vertices lie, so each new one has its place among those that are there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from ..partition import Lines
from ..partition.arcs import Strings, along_curve, curve_bits, groups, runs
from ..partition.coverage import rings_of
from ..partition.grid import Grid

__all__ = ["Frame", "lines_with"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Objects = NDArray[np.object_]


@dataclass(frozen=True)
class Frame:
    """What the numbers of vertices hang on, beside where they lie.

    Attributes
    ----------
    corners : tuple of float
        Lowest and highest x and y of all.
    bits : int
        Digits of a cell's row and column along the curve that the numbers follow.
    """

    corners: tuple[tuple[float, float], tuple[float, float]]
    bits: int

    @classmethod
    def of(cls, shapes: Objects, bounds: Floats) -> Frame:
        """Frame of polygons, with their bounds (n, 4)."""
        low, high = bounds[:, :2].min(axis=0, initial=np.inf), bounds[:, 2:].max(axis=0, initial=-np.inf)
        bits = curve_bits(int(shapely.get_num_coordinates(shapes).sum()))
        return cls(((float(low[0]), float(low[1])), (float(high[0]), float(high[1]))), bits)

    def units(self, xy: Floats) -> Floats:
        """Metres → whole units of the finest grid, by which the partition decides how lines lie."""
        return Grid.of(np.array(self.corners), 0.0).units(xy)

    def curve(self, units: Floats) -> Ints:
        """Position of points along the curve through the frame."""
        return along_curve(np.concatenate((units, self.units(np.array(self.corners)))), self.bits)[:-2]


@dataclass(frozen=True)
class _Vertices:
    """New vertices in their order: coordinates (k, 2), position along the curve, the old vertex each stands before."""

    place: Floats
    curve: Ints
    before: Ints


def lines_with(
    lines: Lines, curve: Ints, frame: Frame, row: Ints, old: Objects, at: Ints, shapes: Objects
) -> tuple[Lines, Ints, Ints] | None:
    """Replace faces.

    Parameters
    ----------
    lines : Lines
        The lower row is on the left of each arc.
    curve : (v,) int64
        Position of each vertex along the curve, ascending.
    frame : Frame
        Of the faces before, and of those after.
    row : (n,) int64
        Row that each face has afterwards; −1 for those that go.
    old : (n,) object
        Shapes of the faces before.
    at : (m,) int64
        Rows of the faces that come.
    shapes : (m,) object
        Their shapes, shells counter-clockwise, holes clockwise.

    Returns
    -------
    tuple or None
        Lines afterwards, ``curve`` of their vertices, rows beside arcs that were cut anew. None where the shapes do
        not fit in with what stays.
    """
    arcs, count = lines.arcs, len(curve)
    now = np.append(row, -1)[lines.side]
    goes = ((lines.side >= 0) & (now < 0)).reshape(-1, 2).any(axis=1)
    idle = np.zeros(count, bool)
    idle[arcs.take(np.flatnonzero(goes)).vertex] = True
    rings = rings_of(shapes)
    numbered = _numbered(rings.xy, lines, curve, frame)
    if numbered is None:
        return None
    ring, new = numbered
    touched = np.append(idle, np.zeros(len(new.curve), bool))
    touched[ring] = True
    anew = np.logical_or.reduceat(touched[arcs.vertex], arcs.start[:-1])
    # What has a face on its left: sides that stay of the arcs to be cut anew, and new rings.
    half = np.repeat(2 * np.flatnonzero(anew), 2)
    half[1::2] += 1
    half = half[now[half] >= 0]
    sides = _along(arcs, half)
    junction = np.zeros(len(touched), bool)
    junction[sides.vertex[np.append(sides.start[:-1], sides.start[1:] - 1)]] = True
    junction &= ~touched
    kept_rings = shapely.get_rings(old[np.unique(lines.side[half])])
    begins = _found(shapely.get_coordinates(shapely.get_point(kept_rings, 0)), lines, curve, frame)[0]
    junction[begins[begins >= 0]] = True
    junction[ring[rings.start[:-1]]] = True
    pieces = _joined(sides, Strings(arcs.xy, ring, rings.start))
    junction |= _crossing(pieces, len(touched))
    cut = _cut(pieces, np.concatenate((now[half], at[rings.feature[rings.part]])), junction)
    if cut is None:
        return None
    pieces, face = cut
    # Numbers by place, none for what nothing runs through any more.
    idle[pieces.vertex[pieces.vertex < count]] = False
    stay = np.flatnonzero(~idle)
    order = np.insert(stay, np.searchsorted(stay, new.before), count + np.arange(len(new.curve)))
    number = np.full(len(touched), -1, np.int64)
    number[order] = np.arange(len(order))
    place = np.concatenate((lines.place, new.place))[order]
    xy = frame.units(place)
    paired = _paired(Strings(xy, number[pieces.vertex], pieces.start), face)
    if paired is None:
        return None
    fresh, side = paired
    before = Strings(xy, number[arcs.vertex], arcs.start)
    whole, taken = _merged(before, np.flatnonzero(~anew), fresh)
    sided = np.concatenate((now.reshape(-1, 2), side))[taken].ravel()
    return Lines(whole, place, sided), np.concatenate((curve, new.curve))[order], np.unique(side[side >= 0])


# ── Vertices ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _found(xy: Floats, lines: Lines, curve: Ints, frame: Frame) -> tuple[Ints, Ints, Ints, Floats]:
    """Vertex at each point, −1 for none; the first vertex behind it; its position along the curve; its units."""
    units = frame.units(xy)
    key = frame.curve(units)
    low, high = np.searchsorted(curve, key), np.searchsorted(curve, key, side="right")
    # those in the same cell of the curve, which stand by x, then y
    vertex, point = runs(low, high - low), np.repeat(np.arange(len(key)), high - low)
    (x, y), (px, py) = lines.arcs.xy[vertex].T, units[point].T
    same = (x == px) & (y == py)
    found = np.full(len(key), -1, np.int64)
    found[point[same]] = vertex[same]
    behind = low + np.bincount(point[(x < px) | ((x == px) & (y < py))], minlength=len(key))
    return found, behind, key, units


def _numbered(xy: Floats, lines: Lines, curve: Ints, frame: Frame) -> tuple[Ints, _Vertices] | None:
    """Vertex of each point, new ones counting on behind the old; None where points are one but for the last bits."""
    vertex, behind, key, units = _found(xy, lines, curve, frame)
    fresh = np.flatnonzero(vertex < 0)
    fresh = fresh[np.lexsort((units[fresh, 1], units[fresh, 0], key[fresh]))]
    first = groups(key[fresh], units[fresh, 0], units[fresh, 1])
    vertex[fresh] = len(curve) + np.repeat(np.arange(len(first)), np.diff(np.append(first, len(fresh))))
    first = fresh[first]
    new = _Vertices(xy[first], key[first], behind[first])
    old = vertex < len(curve)
    exact = (lines.place[vertex[old]] == xy[old]).all() and (new.place[vertex[~old] - len(curve)] == xy[~old]).all()
    return (vertex, new) if exact else None


def _crossing(strings: Strings, count: int) -> Bools:
    """Which of all vertices other than two segments meet in, of those on the strings."""
    inner = np.ones(len(strings.vertex), bool)
    inner[strings.start[1:] - 1] = False
    tail = np.flatnonzero(inner)
    a, b = strings.vertex[tail], strings.vertex[tail + 1]
    key = np.sort(np.minimum(a, b) * count + np.maximum(a, b))
    key = key[groups(key)]
    degree = np.bincount(key // count, minlength=count) + np.bincount(key % count, minlength=count)
    crossing: Bools = (degree != 2) & (degree > 0)
    return crossing


# ── Arcs ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _along(arcs: Strings, half: Ints) -> Strings:
    """Half-edges as strings in their direction."""
    strings = arcs.take(half >> 1)
    size = np.diff(strings.start)
    step = np.where(half & 1, -1, 1)
    row = np.where(half & 1, strings.start[1:] - 1, strings.start[:-1])
    along = np.repeat(row, size) + runs(np.zeros(len(half), np.int64), size) * np.repeat(step, size)
    return Strings(arcs.xy, strings.vertex[along], strings.start)


def _joined(one: Strings, other: Strings) -> Strings:
    start = np.concatenate((one.start, len(one.vertex) + other.start[1:]))
    return Strings(one.xy, np.concatenate((one.vertex, other.vertex)), start)


def _cut(strings: Strings, face: Ints, junction: Bools) -> tuple[Strings, Ints] | None:
    """Cut strings at junctions, and join them where one ends that is none: (strings, face of each)."""
    last = np.zeros(len(strings.vertex), bool)
    last[strings.start[1:] - 1] = True
    stop = junction[strings.vertex] | last
    stop[strings.start[:-1]] = True
    at = np.flatnonzero(stop)
    inner = np.flatnonzero(~last[at])
    begin, end = at[inner], at[inner + 1]
    face = face[np.searchsorted(strings.start, begin, side="right") - 1]
    tail, head = strings.vertex[begin], strings.vertex[end]
    complete = junction[tail]
    pending = np.flatnonzero(~complete)
    onward = {(int(tail[piece]), int(face[piece])): int(piece) for piece in pending}
    if len(onward) < len(pending):
        return None
    lead = np.flatnonzero(complete)
    follow: dict[int, list[int]] = {}
    for piece in lead[~junction[head[lead]]]:
        here, rest = int(piece), follow.setdefault(int(piece), [])
        while not junction[head[here]]:
            here = onward.pop((int(head[here]), int(face[here])), -1)
            if here < 0:
                return None
            rest.append(here)
    if onward:
        return None
    sequence = np.array([each for piece in map(int, lead) for each in (piece, *follow.get(piece, ()))], np.int64)
    first = np.flatnonzero(complete[sequence])
    size = end[sequence] - begin[sequence]
    final = np.append(first[1:], len(sequence)) - 1 if len(first) else first
    size[final] += 1
    vertex = strings.vertex[runs(begin[sequence], size)]
    start = np.append(0, np.cumsum(size)[final])
    return Strings(strings.xy, vertex, start), face[sequence[first]]


def _paired(strings: Strings, face: Ints) -> tuple[Strings, Ints] | None:
    """Take strings that run along each other as one arc in the direction of the lower face: (arcs, sides (a, 2))."""
    lowest, second = _lowest(strings)
    order = np.lexsort((face, second, lowest))
    first = groups(lowest[order], second[order])
    uses = np.diff(np.append(first, len(order)))
    both = uses == 2
    one, other = order[first], order[first[both] + 1]
    tail, head = strings.vertex[strings.start[:-1]], strings.vertex[strings.start[1:] - 1]
    size = np.diff(strings.start)
    fits = (tail[one[both]] == head[other]) & (size[one[both]] == size[other]) & (face[one[both]] != face[other])
    if (uses > 2).any() or not fits.all():
        return None
    side = np.stack((face[one], np.full(len(one), -1)), axis=1)
    side[both, 1] = face[other]
    return strings.take(one), side


def _lowest(strings: Strings) -> tuple[Ints, Ints]:
    """Lowest vertex of each string, and the lowest beside it: by these arcs are in order."""
    first, last = strings.start[:-1], strings.start[1:] - 1
    vertex = strings.vertex
    if not len(first):
        return first, first
    most = np.iinfo(np.int64).max
    before, behind = np.append(most, vertex[:-1]), np.append(vertex[1:], most)
    before[first], behind[last] = most, most
    lowest = np.minimum.reduceat(vertex, first)
    at_lowest = vertex == np.repeat(lowest, np.diff(strings.start))
    return lowest, np.minimum.reduceat(np.where(at_lowest, np.minimum(before, behind), most), first)


def _merged(arcs: Strings, rest: Ints, fresh: Strings) -> tuple[Strings, Ints]:
    """Merge fresh arcs into the others in order: all, and which each is, fresh ones counting on behind the old."""
    low = np.minimum.reduceat(arcs.vertex, arcs.start[:-1])
    # where old and new ones begin at the same vertex, the next one decides
    meets = np.zeros(len(arcs.xy) + 1, bool)
    meets[_lowest(fresh)[0]] = True
    tied = rest[meets[low[rest]]]
    rest = rest[~meets[low[rest]]]
    named = np.concatenate((len(arcs) + np.arange(len(fresh)), tied))
    lowest, second = _lowest(_joined(fresh, arcs.take(tied)))
    by = np.lexsort((second, lowest))
    taken = np.insert(rest, np.searchsorted(low[rest], lowest[by]), named[by])
    return _joined(arcs, fresh).take(taken), taken

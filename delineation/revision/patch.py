"""The arcs of a mesh after some of its faces were replaced, as building all anew would give them, bit for bit.

Arcs that the old and the new rings do not touch stay as they are. The others are cut anew: where other than two
segments meet, and where a ring begins, which is how the partition cuts its rings into arcs. The numbers of vertices
and the order of arcs follow from where the vertices lie, so each new one has its place among those that are there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ..partition import Lines
from ..partition.arcs import Strings, along_curve, curve_bits, groups, runs
from ..partition.coverage import rings_of
from ..partition.grid import Grid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..core.arrays import Bools, Floats, Ints, Objects


class Splice:
    """Rows that leave a table and rows that come in, so that most of it is copied in long pieces.

    Parameters
    ----------
    count : int
        Rows before.
    gone : (g,) int64
        Rows that leave, ascending.
    before : (m,) int64
        Old row that each new one comes before, ascending.

    Attributes
    ----------
    number : (count,) int64
        Row afterwards of each old row; −1 for those that left.
    at : (m,) int64
        Row of each new one.
    """

    def __init__(self, count: int, gone: Ints, before: Ints) -> None:
        at = np.unique(np.concatenate((before, gone, gone + 1, [0, count])))
        self.at: Ints = before - np.searchsorted(gone, before) + np.arange(len(before))
        self.number: Ints = np.full(count, -1, np.int64)
        first, last = np.searchsorted(before, at), np.searchsorted(before, at, side="right")
        until = np.where(np.isin(at, gone), at, np.append(at[1:], count))
        filled = (until > at) | (last > first)
        # new rows from, to, and the old ones from, to that come after them
        self._pieces = [tuple(map(int, piece)) for piece in np.stack((first, last, at, until), axis=1)[filled]]
        row = 0
        for come, came, begin, end in self._pieces:
            row += came - come
            self.number[begin:end] = np.arange(row, row + end - begin)
            row += end - begin

    def __call__(self, old: NDArray[Any], new: NDArray[Any]) -> NDArray[Any]:
        """Make the table afterwards of the one before and the rows that come in."""
        parts = []
        for first, last, begin, end in self._pieces:
            if last > first:
                parts.append(new[first:last])
            if end > begin:
                parts.append(old[begin:end])
        return np.concatenate(parts) if parts else old[:0]

    def strings(self, old: Strings, number: Ints, new: Strings) -> Strings:
        """Do the same with strings; ``number`` is what the vertices of the old ones are in the new table."""
        parts = []
        for first, last, begin, end in self._pieces:
            if last > first:
                parts.append(new.vertex[new.start[first] : new.start[last]])
            if end > begin:
                parts.append(number[old.vertex[old.start[begin] : old.start[end]]])
        size = self(np.diff(old.start), np.diff(new.start))
        vertex = np.concatenate(parts) if parts else old.vertex[:0]
        return Strings(new.xy, vertex, np.concatenate((np.zeros(1, np.int64), np.cumsum(size))))


@dataclass(frozen=True, eq=False)
class Order:
    """What the numbers of vertices and the order of arcs hang on.

    Attributes
    ----------
    corners : (2, 2) float64
        Lowest and highest x and y of all faces.
    total : int
        Vertices of all rings, as often as they are in one.
    curve : (v,) int64
        Position of each vertex on the curve that numbers them; those in one cell of it go by x, then y.
    lowest : (a,) int64
        Lowest vertex of each arc; arcs go by it, then by the lowest vertex beside it.
    """

    corners: Floats
    total: int
    curve: Ints
    lowest: Ints

    @classmethod
    def of(cls, lines: Lines, corners: Floats, total: int) -> Order:
        """Find the order of a mesh built anew."""
        empty = cls(corners, total, np.zeros(0, np.int64), np.zeros(0, np.int64))
        if not len(lines.arcs):
            return empty
        return cls(corners, total, empty.along(lines.arcs.xy), _lowest(lines.arcs)[0])

    def units(self, xy: Floats) -> Floats:
        """Metres → whole units of the finest grid, by which the partition decides how lines lie."""
        return Grid.of(self.corners, 0.0).units(xy)

    def along(self, units: Floats) -> Ints:
        """Position of points along the curve."""
        return along_curve(np.concatenate((units, self.units(self.corners))), curve_bits(self.total))[:-2]


@dataclass(frozen=True)
class _Vertices:
    """New vertices in their order: metres and units (k, 2), position on the curve, the old vertex each comes before."""

    place: Floats
    units: Floats
    curve: Ints
    before: Ints


def lines_with(
    lines: Lines, order: Order, rows: Splice, old: Objects, shapes: Objects
) -> tuple[Lines, Order, Ints] | None:
    """Replace faces.

    Parameters
    ----------
    lines : Lines
        The lower row is on the left of each arc.
    order : Order
    rows : Splice
        Which faces go, and where others come in. All together have the corners they had.
    old : (n,) object
        Shapes of the faces before.
    shapes : (m,) object
        Shapes that come, shells counter-clockwise, holes clockwise.

    Returns
    -------
    tuple or None
        Lines and order afterwards, rows beside arcs that were cut anew. None where the shapes do not cover what the
        old ones did, or where everything has to be numbered anew.
    """
    arcs, count = lines.arcs, len(order.curve)
    rings = rings_of(shapes)
    total = order.total + len(rings.xy) - int(shapely.get_num_coordinates(old[rows.number < 0]).sum())
    numbered = _numbered(rings.xy, lines, order)
    if numbered is None or curve_bits(total) != curve_bits(order.total):
        return None
    ring, new = numbered
    now = np.append(rows.number, -1)[lines.side]
    idle = np.zeros(count + len(new.curve), bool)
    idle[arcs.take(np.flatnonzero((lines.side >= 0) & (now < 0)) >> 1).vertex] = True
    touched = idle.copy()
    touched[ring] = True
    anew = np.unique(np.searchsorted(arcs.start, np.flatnonzero(touched[arcs.vertex]), side="right") - 1)
    # What has a face on its left: sides that stay of the arcs to be cut anew, and new rings.
    half: Ints = np.stack((2 * anew, 2 * anew + 1), axis=1).ravel()
    half = half[now[half] >= 0]
    sides = _along(arcs, half)
    junction = _begun(lines, order, old, half, sides, touched, Strings(arcs.xy, ring, rings.start))
    pieces = _joined(sides, Strings(arcs.xy, ring, rings.start))
    cut = _cut(pieces, np.concatenate((now[half], rows.at[rings.feature[rings.part]])), junction)
    if cut is None:
        return None
    pieces, face = cut
    # Numbers by place, none for what nothing runs through any more.
    idle[pieces.vertex] = False
    points = Splice(count, np.flatnonzero(idle), new.before)
    number = np.concatenate((points.number, points.at))
    place, xy = points(lines.place, new.place), points(arcs.xy, new.units)
    paired = _paired(Strings(xy, number[pieces.vertex], pieces.start), face)
    if paired is None:
        return None
    fresh, side = paired
    outer = arcs.take(anew[lines.side[2 * anew + 1] < 0])
    there = number[outer.vertex]
    edge = Strings(xy, np.where(there < 0, -1 - outer.vertex, there), outer.start)
    if not _same_edge(edge, fresh.take(np.flatnonzero(side[:, 1] < 0))):
        return None
    beside = np.unique(side[side >= 0])
    lowest = number[order.lowest]
    tied = _tied(lowest, anew, fresh)
    again = arcs.take(tied)
    fresh = _joined(fresh, Strings(xy, number[again.vertex], again.start))
    side = np.concatenate((side, now.reshape(-1, 2)[tied]))
    first, second = _lowest(fresh)
    by = np.lexsort((second, first))
    leave = np.union1d(anew, tied)
    stay = np.delete(np.arange(len(arcs)), leave)
    arc = Splice(len(arcs), leave, np.append(stay, len(arcs))[np.searchsorted(lowest[stay], first[by])])
    whole = Lines(arc.strings(arcs, number, fresh.take(by)), place, arc(now.reshape(-1, 2), side[by]).ravel())
    return whole, Order(order.corners, total, points(order.curve, new.curve), arc(lowest, first[by])), beside


def _begun(
    lines: Lines, order: Order, old: Objects, half: Ints, sides: Strings, touched: Bools, rings: Strings
) -> Bools:
    """Which vertices of half-edges that stay and of new rings an arc begins or ends at."""
    junction = np.zeros(len(touched), bool)
    junction[_crossing(_joined(sides, rings), len(touched))] = True
    junction[rings.vertex[rings.start[:-1]]] = True
    ends = np.stack((sides.vertex[sides.start[:-1]], sides.vertex[sides.start[1:] - 1]), axis=1)
    junction[ends[~touched[ends]]] = True
    # where arcs ended and only two segments meet now, the ring of a face that stays may begin
    doubtful = lines.side[half[~junction[ends].all(axis=1)]]
    begins = shapely.get_point(shapely.get_rings(old[np.unique(doubtful)]), 0)
    vertex = _found(shapely.get_coordinates(begins), lines, order)[0]
    junction[vertex[vertex >= 0]] = True
    return junction


def _tied(lowest: Ints, anew: Ints, fresh: Strings) -> Ints:
    """Arcs that stay, but are lowest in a vertex in which a fresh one is: the vertex beside it decides between them."""
    meets = np.zeros(int(lowest.max(initial=-1)) + 2, bool)
    first = _lowest(fresh)[0]
    meets[first[first < len(meets)]] = True
    met = meets[lowest]
    met[anew] = False
    return np.flatnonzero(met)


# ── Vertices ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _found(xy: Floats, lines: Lines, order: Order) -> tuple[Ints, Ints, Ints, Floats]:
    """Vertex at each point, −1 for none; the first vertex behind it; its position along the curve; its units."""
    units = order.units(xy)
    key = order.along(units)
    low, high = np.searchsorted(order.curve, key), np.searchsorted(order.curve, key, side="right")
    # those in the same cell of the curve, which stand by x, then y
    vertex, point = runs(low, high - low), np.repeat(np.arange(len(key)), high - low)
    (x, y), (px, py) = lines.arcs.xy[vertex].T, units[point].T
    same = (x == px) & (y == py)
    found = np.full(len(key), -1, np.int64)
    found[point[same]] = vertex[same]
    behind = low + np.bincount(point[(x < px) | ((x == px) & (y < py))], minlength=len(key))
    return found, behind, key, units


def _numbered(xy: Floats, lines: Lines, order: Order) -> tuple[Ints, _Vertices] | None:
    """Vertex of each point, new ones counting on behind the old; None where points are one but for the last bits."""
    vertex, behind, key, units = _found(xy, lines, order)
    count = len(order.curve)
    fresh = np.flatnonzero(vertex < 0)
    fresh = fresh[np.lexsort((units[fresh, 1], units[fresh, 0], key[fresh]))]
    first = groups(key[fresh], units[fresh, 0], units[fresh, 1])
    vertex[fresh] = count + np.repeat(np.arange(len(first)), np.diff(np.append(first, len(fresh))))
    first = fresh[first]
    new = _Vertices(xy[first], units[first], key[first], behind[first])
    old = vertex < count
    exact = (lines.place[vertex[old]] == xy[old]).all() and (new.place[vertex[~old] - count] == xy[~old]).all()
    return (vertex, new) if exact else None


def _crossing(strings: Strings, count: int) -> Ints:
    """Vertices, of ``count``, in which other than two segments of strings meet."""
    a, b = _segments(strings).T
    segment = np.sort(np.minimum(a, b) * count + np.maximum(a, b))
    segment = segment[groups(segment)]
    vertex = np.sort(np.concatenate((segment // count, segment % count)))
    first = groups(vertex)
    crossing: Ints = vertex[first[np.diff(np.append(first, len(vertex))) != 2]]
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


def _same_edge(before: Strings, after: Strings) -> bool:
    """Whether lines without a face on their right run as before, but for vertices put on them or taken off.

    If they do, the new faces cover what the old ones did, once: whatever overlaps, gapes or lacks a vertex of its
    neighbour has another edge.
    """
    were, are = ({(int(tail), int(head)) for tail, head in _segments(strings)} for strings in (before, after))
    lost, found = were - are, are - were
    paths = dict(lost), dict(found)
    if (len(paths[0]), len(paths[1])) != (len(lost), len(found)):
        return False
    fixed = paths[0].keys() & paths[1].keys()
    for start in fixed:
        stops = []
        for path in paths:
            here = path.pop(start)
            while here not in fixed and here in path:
                here = path.pop(here)
            stops.append(here)
        if stops[0] != stops[1]:
            return False
    return not paths[0] and not paths[1]


def _segments(strings: Strings) -> Ints:
    """Tail and head of each segment, as (s, 2)."""
    inner = np.ones(len(strings.vertex), bool)
    inner[strings.start[1:] - 1] = False
    tail = np.flatnonzero(inner)
    return np.stack((strings.vertex[tail], strings.vertex[tail + 1]), axis=1)


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

"""Arcs: unique polylines between junctions, the strings every later step works on instead of single segments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..core.arrays import Bools, Floats, Ints

__all__ = [
    "Arcs",
    "Strings",
    "along_curve",
    "chain",
    "curve_bits",
    "group_of",
    "groups",
    "lengths",
    "number",
    "runs",
    "sorting",
    "sorting_pairs",
]


# steps that put a zero between every two bits of a 31-bit number
SPREAD = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)


@dataclass(frozen=True)
class Strings:
    """Polylines over a table of vertices, stored end to end.

    Attributes
    ----------
    xy : (v, 2) float64
        Coordinates of the vertices, each once.
    vertex : (k,) int64
        Vertices of the strings, string after string, both ends included.
    start : (s + 1,) int64
        Where each string begins in ``vertex``.
    """

    xy: Floats
    vertex: Ints
    start: Ints

    def __len__(self) -> int:
        """Count the strings."""
        return len(self.start) - 1

    def take(self, rows: Ints) -> Strings:
        """Pick strings, in the order asked for."""
        size = np.diff(self.start)[rows]
        return Strings(self.xy, self.vertex[runs(self.start[rows], size)], _ends(size))


@dataclass(frozen=True)
class Arcs:
    """Strings without a common segment, and which of the strings they were made from ran along each.

    Attributes
    ----------
    strings : Strings
        The arcs.
    source, arc : (p,) int64
        One row for each time that a source string runs along an arc.
    forward : (p,) bool
        Whether it runs along in the arc's direction.
    """

    strings: Strings
    source: Ints
    arc: Ints
    forward: Bools

    def __len__(self) -> int:
        """Count the arcs."""
        return len(self.strings)


def runs(start: Ints, count: Ints) -> Ints:
    """Concatenate ``start[i], start[i] + 1, …`` (``count[i]`` numbers each) for all i."""
    total = int(count.sum())
    if not total:
        return np.zeros(0, np.int64)
    offset = np.cumsum(count) - count
    numbers: Ints = np.arange(total, dtype=np.int64) + np.repeat(start - offset, count)
    return numbers


def groups(*keys: NDArray[np.generic]) -> Ints:
    """Where each group of equal neighbouring rows begins; the keys are columns of those rows."""
    fresh = np.zeros(len(keys[0]), bool)
    fresh[:1] = True
    for key in keys:
        fresh[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(fresh)


def lengths(begin: Ints, count: int) -> Ints:
    """How many of ``count`` rows are in each of the groups that begin there."""
    return np.diff(np.append(begin, count))


def group_of(begin: Ints, count: int) -> Ints:
    """In which of the groups that begin there each of ``count`` rows is."""
    return np.repeat(np.arange(len(begin)), lengths(begin, count))


def sorting(key: NDArray[np.integer]) -> Ints:
    """Stable order of whole numbers ≥ 0 (``argsort``, two to three times as fast where the numbers leave room)."""
    bits = len(key).bit_length()
    if int(key.max(initial=0)) >> (63 - bits):
        return np.argsort(key, kind="stable")
    packed = key.astype(np.int64) << bits
    packed |= np.arange(len(key))
    packed.sort()
    packed &= (1 << bits) - 1
    return packed


def sorting_pairs(major: Ints, minor: Ints) -> Ints:
    """Order of pairs of whole numbers ≥ 0 by the first, then the second, then as they come."""
    bits = int(minor.max(initial=0)).bit_length()
    # so many values of the first number at a time leave room for the second one and the row
    shift = 63 - bits - len(major).bit_length()
    top = int(major.max(initial=0)) >> max(shift, 0)
    if top == 0:
        return sorting((major << bits) | minor)
    if shift < 0 or top > 1000:
        whole: Ints = np.lexsort((minor, major))
        return whole
    order = []
    for part in range(top + 1):
        rows = np.flatnonzero(major >> shift == part)
        order.append(rows[sorting(((major[rows] - (part << shift)) << bits) | minor[rows])])
    return np.concatenate(order)


def number(xy: Floats) -> tuple[Ints, Ints]:
    """Give points numbers so that equal coordinates share a number, whatever order they come in.

    Parameters
    ----------
    xy : (n, 2) float64

    Returns
    -------
    ids : (n,) int64
        0…m−1, neighbours near each other; the numbering depends on the set of coordinates only.
    first : (m,) int64
        The first row of ``xy`` for each number.
    """
    n = len(xy)
    key = along_curve(xy, curve_bits(n))
    order = sorting(key)
    key, x, y = key[order], xy[order, 0], xy[order, 1]
    differ = np.flatnonzero((key[1:] == key[:-1]) & ((x[1:] != x[:-1]) | (y[1:] != y[:-1])))
    if len(differ):
        # different points share a cell: only there the coordinates decide
        rows = np.flatnonzero(np.isin(key, key[differ]))
        order[rows] = order[rows][np.lexsort((order[rows], y[rows], x[rows], key[rows]))]
        x, y = xy[order, 0], xy[order, 1]
    begin = groups(key, x, y)
    ids = np.empty(n, np.int64)
    ids[order] = group_of(begin, n)
    return ids, order[begin]


def curve_bits(count: int) -> int:
    """Binary digits of a cell's row and column that leave room for the number of a point in the same word."""
    return (62 - count.bit_length()) // 2


def along_curve(xy: Floats, bits: int) -> Ints:
    """Position of points along a Z-order curve over their extent, on a raster of ``2**bits`` cells a side.

    What is near in the plane is then mostly near in memory, on which the time of everything later depends.
    """
    bits = min(bits, 31)
    low = xy.min(axis=0, initial=np.inf)
    span = float((xy - low).max(initial=0.0))
    scale = (2**bits - 1) / span if span > 0 else 0.0
    key = np.zeros(len(xy), np.int64)
    for axis in (0, 1):
        word = ((xy[:, axis] - low[axis]) * scale).astype(np.int64)
        for shift, mask in SPREAD:
            word = (word | (word << shift)) & mask
        key |= word << axis
    return key


def chain(strings: Strings) -> Arcs:
    """Reduce strings to the unique polylines between junctions.

    Strings may share vertices and whole segments; a segment that several strings share is kept once. A vertex where
    other than two different segments meet is a junction, and so is one where a string begins or turns back.
    """
    start, vertex, count = strings.start, strings.vertex, len(strings.xy)
    ends = np.zeros(len(vertex), bool)
    ends[start[1:] - 1] = True
    tail = np.flatnonzero(~ends[:-1] & (vertex[1:] != vertex[:-1])) if len(vertex) else np.zeros(0, np.int64)
    if not len(tail):
        nothing = np.zeros(0, np.int64)
        return Arcs(Strings(strings.xy, nothing, np.zeros(1, np.int64)), nothing, nothing, np.zeros(0, bool))
    a, b = vertex[tail], vertex[tail + 1]
    low, high = np.minimum(a, b), np.maximum(a, b)
    order = sorting_pairs(low, high)
    first = groups(low[order], high[order])
    segment = np.empty(len(tail), np.int64)
    segment[order] = group_of(first, len(tail))
    first = order[first]
    junction = np.bincount(a[first], minlength=count) + np.bincount(b[first], minlength=count) != 2
    string = np.searchsorted(start, tail, side="right") - 1
    head = groups(string)
    junction[a[head]] = True
    junction[b[np.append(head[1:], len(tail)) - 1]] = True
    # a string that turns back in the middle of an arc of others cuts it there
    junction[a[1:][(segment[1:] == segment[:-1]) & (string[1:] == string[:-1])]] = True
    begin = junction[a]
    begin[head] = True
    at = np.flatnonzero(begin)
    size = np.diff(np.append(at, len(tail)))
    _, once, arc = np.unique(np.minimum.reduceat(segment, at), return_index=True, return_inverse=True)
    kept = size[once]
    # repeated points in a row were dropped, so a piece is the tails of its segments and one last head
    rows = runs(at[once], kept + 1)
    last = np.cumsum(kept + 1) - 1
    rows[last] -= 1
    points = a[rows]
    points[last] = b[rows[last]]
    # an arc has more than two vertices where its ends are one, so its first segment tells its direction
    forward = (a[at] == a[at[once]][arc]) & (b[at] == b[at[once]][arc])
    return Arcs(Strings(strings.xy, points, _ends(kept + 1)), string[at], arc, forward)


def _ends(size: Ints) -> Ints:
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(size)))

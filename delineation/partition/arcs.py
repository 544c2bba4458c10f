"""Arcs: unique polylines between junctions, the strings every later step works on instead of single segments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Arcs", "Strings", "chain", "groups", "number", "runs", "sorting"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


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
    return np.arange(total, dtype=np.int64) + np.repeat(start - offset, count)


def groups(*keys: NDArray[np.generic]) -> Ints:
    """Where each group of equal neighbouring rows begins; the keys are columns of those rows."""
    fresh = np.zeros(len(keys[0]), bool)
    fresh[:1] = True
    for key in keys:
        fresh[1:] |= key[1:] != key[:-1]
    begin: Ints = np.flatnonzero(fresh)
    return begin


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


def number(xy: Floats) -> tuple[Ints, Ints]:
    """Give points numbers so that equal coordinates share a number, whatever order they come in.

    Parameters
    ----------
    xy : (n, 2) float64

    Returns
    -------
    ids : (n,) int64
        0…m−1; the numbering depends on the set of coordinates only.
    first : (m,) int64
        The first row of ``xy`` for each number.
    """
    n = len(xy)
    words = np.ascontiguousarray(xy + 0.0).view(np.uint64)  # + 0.0 turns −0 into 0: equal numbers, equal bits
    hashed = words[:, 0] * np.uint64(0x9E3779B97F4A7C15)
    hashed ^= (words[:, 1] ^ (words[:, 1] >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    hashed ^= hashed >> np.uint64(32)
    hashed *= np.uint64(0x94D049BB133111EB)
    hashed >>= np.uint64(n.bit_length() + 1)
    order = sorting(hashed.view(np.int64))
    key, x, y = hashed[order], xy[order, 0], xy[order, 1]
    differ = np.flatnonzero((key[1:] == key[:-1]) & ((x[1:] != x[:-1]) | (y[1:] != y[:-1])))
    if len(differ):
        # different points share a hash: only there the coordinates decide
        rows = np.flatnonzero(np.isin(key, key[differ]))
        order[rows] = order[rows][np.lexsort((order[rows], y[rows], x[rows], key[rows]))]
        x, y = xy[order, 0], xy[order, 1]
    begin = groups(key, x, y)
    ids = np.empty(n, np.int64)
    ids[order] = np.repeat(np.arange(len(begin)), np.diff(np.append(begin, n)))
    return ids, order[begin]


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
    order = sorting(low * count + high)
    first = groups(low[order], high[order])
    segment = np.empty(len(tail), np.int64)
    segment[order] = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(tail))))
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

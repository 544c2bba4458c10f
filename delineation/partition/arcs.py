"""Arcs: unique polylines between nodes, the strings every later step works on instead of single segments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Arcs", "chain", "runs", "vertex_ids"]


@dataclass(frozen=True)
class Arcs:
    """Polylines stored end to end.

    Attributes
    ----------
    xy : (v, 2) float64
        Vertices, arc after arc, both ends included.
    start : (a + 1,) int64
        Where each arc begins in ``xy``.
    """

    xy: NDArray[np.float64]
    start: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.start) - 1


def runs(start: NDArray[np.int64], count: NDArray[np.int64]) -> NDArray[np.int64]:
    """Concatenate ``start[i], start[i] + 1, …`` (``count[i]`` numbers each) for all i."""
    total = int(count.sum())
    if not total:
        return np.zeros(0, np.int64)
    offset = np.cumsum(count) - count
    return np.arange(total, dtype=np.int64) + np.repeat(start - offset, count)


def vertex_ids(xy: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    xy = xy + 0.0  # turns −0 into 0, so that equal numbers have equal bits
    bits = np.ascontiguousarray(xy).view(np.uint64)
    key = (bits[:, 0] * np.uint64(0x9E3779B97F4A7C15)) ^ (
        (bits[:, 1] ^ (bits[:, 1] >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    )
    key ^= key >> np.uint64(32)
    order = np.argsort(key)
    sorted_key = key[order]
    fresh = np.empty(len(key), bool)
    fresh[:1] = True
    np.not_equal(sorted_key[1:], sorted_key[:-1], out=fresh[1:])
    sorted_xy = xy[order]
    if (~fresh[1:] & (sorted_xy[1:] != sorted_xy[:-1]).any(axis=1)).any():
        order = np.lexsort((xy[:, 1], xy[:, 0]))
        sorted_xy = xy[order]
        fresh[1:] = (sorted_xy[1:] != sorted_xy[:-1]).any(axis=1)
    ids = np.empty(len(key), np.int64)
    ids[order] = np.cumsum(fresh) - 1
    return ids, order[fresh]


def chain(xy: NDArray[np.float64], start: NDArray[np.int64]) -> Arcs:
    string = np.repeat(np.arange(len(start) - 1), np.diff(start))
    if len(xy) > 1:
        keep = np.ones(len(xy), bool)
        keep[1:] = (string[1:] != string[:-1]) | (xy[1:] != xy[:-1]).any(axis=1)
        if not keep.all():
            xy, string = xy[keep], string[keep]
    if len(xy) < 2:
        return Arcs(np.zeros((0, 2)), np.zeros(1, np.int64))
    ids, first = vertex_ids(xy)
    count = len(first)
    tail = np.flatnonzero(string[1:] == string[:-1])  # row of the first vertex of each segment
    if not len(tail):
        return Arcs(np.zeros((0, 2)), np.zeros(1, np.int64))
    a, b = ids[tail], ids[tail + 1]
    key = np.minimum(a, b) * count + np.maximum(a, b)
    unique, segment = np.unique(key, return_inverse=True)
    degree = np.bincount(np.concatenate((unique // count, unique % count)), minlength=count)
    junction = degree != 2
    begin = np.ones(len(tail), bool)
    begin[1:] = (tail[1:] != tail[:-1] + 1) | junction[a[1:]]
    at = np.flatnonzero(begin)
    size = np.diff(np.append(at, len(tail)))
    seam = np.concatenate((a[at], b[at + size - 1]))
    if not junction[seam].all():
        junction[seam] = True
        begin[1:] |= junction[a[1:]]
        at = np.flatnonzero(begin)
        size = np.diff(np.append(at, len(tail)))
    lowest = np.minimum.reduceat(segment, at)
    _, once = np.unique(lowest, return_index=True)
    at, size = at[once], size[once]
    rows = runs(tail[at], size + 1)
    return Arcs(xy[rows], np.concatenate(([0], np.cumsum(size + 1))))

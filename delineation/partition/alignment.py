"""How much of a border runs along lines that borders are wanted on: roads, ridges, rivers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from ..core.arrays import Floats, Ints, Objects


_BLOCK = 1 << 15  # edges of borders looked at together
_LEAST = 1e-6  # what floats may miss a line by, in units of the CRS, where borders have to lie on it


def share_along(borders: Objects, lines: Objects, within: float) -> Floats:
    """Share 0–1 of each border that lies no farther than a distance from a line: exact, edge by edge.

    Where an edge of a border is that near to an edge of a line is one stretch of it, for what is near to a segment is
    convex: it is the hull of where the edge runs through the two round ends and through the rectangle between them.
    The stretches of an edge are then joined. A border that only crosses a line counts for the little that is near.

    Parameters
    ----------
    borders : (b,) object
        Linestrings or multilinestrings.
    lines : (l,) object
        Linestrings, or whatever is made of them.
    within : float
        In units of the CRS, from 0.

    Returns
    -------
    (b,) float64
        0 for a border without length.
    """
    start, stop, owner = _edges(borders)
    length = np.hypot(*(stop - start).T)
    near = np.zeros(len(length))
    first, last, _ = _edges(lines)
    if len(start) and len(first):
        radius = max(float(within), _LEAST)
        tree = shapely.STRtree(_segments(first, last))
        for at in range(0, len(length), _BLOCK):
            one, other = start[at : at + _BLOCK], stop[at : at + _BLOCK]
            edge, line = tree.query(_segments(one, other), predicate="dwithin", distance=radius)
            low, high = _stretches(one[edge], other[edge], first[line], last[line], radius)
            near[at : at + _BLOCK] = _joined(edge, low, high, len(one)) * length[at : at + _BLOCK]
    whole = np.bincount(owner, length, minlength=len(borders))
    covered = np.bincount(owner, near, minlength=len(borders))
    share = np.divide(covered, whole, out=np.zeros(len(borders)), where=whole > 0)
    return np.clip(share, 0.0, 1.0)


def _edges(shapes: Objects) -> tuple[Floats, Floats, Ints]:
    """Give both ends of all edges of lines, and the row of the shape they belong to; none without length."""
    parts, row = shapely.get_parts(shapes, return_index=True)
    while (shapely.get_type_id(parts) > 2).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        row = row[inner]
    xy, part = shapely.get_coordinates(parts, return_index=True)
    step = np.flatnonzero((part[1:] == part[:-1]) & (xy[1:] != xy[:-1]).any(axis=1))
    return xy[step], xy[step + 1], row[part[step]].astype(np.int64)


def _segments(start: Floats, stop: Floats) -> Objects:
    out: Objects = shapely.linestrings(np.stack((start, stop), axis=1))
    return out


def _stretches(start: Floats, stop: Floats, first: Floats, last: Floats, radius: float) -> tuple[Floats, Floats]:
    """Where each edge comes as near as ``radius`` to a segment: from and to, as shares 0–1 of the edge."""
    way, line = stop - start, last - first
    size, long = np.hypot(*way.T), np.hypot(*line.T)
    out = [_in_circle(start - end, way, size, radius) for end in (first, last)]
    # Along the segment and across it.
    along = line / long[:, None]
    across = np.column_stack([-along[:, 1], along[:, 0]])
    off = start - first
    beside = [
        _between((off * axis).sum(axis=1), (way * axis).sum(axis=1), least, most)
        for axis, least, most in ((along, 0.0, long), (across, -radius, radius))
    ]
    low, high = np.maximum(beside[0][0], beside[1][0]), np.minimum(beside[0][1], beside[1][1])
    none = low > high
    out.append((np.where(none, np.inf, low), np.where(none, -np.inf, high)))
    lows, highs = (np.array(each) for each in zip(*out, strict=True))
    return np.clip(lows.min(axis=0), 0.0, 1.0), np.clip(highs.max(axis=0), 0.0, 1.0)


def _in_circle(off: Floats, way: Floats, size: Floats, radius: float) -> tuple[Floats, Floats]:
    """Where lines run through circles: ``|off + t · way| ≤ radius``."""
    middle = -(off * way).sum(axis=1) / size**2
    apart = (off[:, 0] * way[:, 1] - off[:, 1] * way[:, 0]) / size
    half = np.sqrt(np.maximum(radius**2 - apart**2, 0.0)) / size
    none = np.abs(apart) > radius
    return np.where(none, np.inf, middle - half), np.where(none, -np.inf, middle + half)


def _between(off: Floats, way: Floats, least: Floats | float, most: Floats | float) -> tuple[Floats, Floats]:
    """Where ``least ≤ off + t · way ≤ most``."""
    still = way == 0
    step = np.where(still, 1.0, way)
    one, other = (least - off) / step, (most - off) / step
    inside = (off >= least) & (off <= most)
    low = np.where(still, np.where(inside, -np.inf, np.inf), np.minimum(one, other))
    high = np.where(still, np.where(inside, np.inf, -np.inf), np.maximum(one, other))
    return low, high


def _joined(edge: Ints, low: Floats, high: Floats, count: int) -> Floats:
    """Share of each of ``count`` edges that its stretches cover together."""
    order = np.lexsort((low, edge))
    edge, low, high = edge[order], low[order], high[order]
    # Each edge has a place of its own on one axis, so that the farthest end so far is never that of another edge.
    begin, end = low + 2.0 * edge, high + 2.0 * edge
    before = np.maximum.accumulate(np.concatenate([[-np.inf], end]))[:-1]
    new = np.maximum(end - np.maximum(begin, before), 0.0)
    return np.asarray(np.bincount(edge, new, minlength=count), dtype=np.float64)

"""Where segments meet: crossings, and vertices that lie on segments they do not belong to.

All vertices lie on whole numbers below 2⁵⁰, so a distance to a line is known to a fraction of a unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..core.arrays import Bools, Floats, Ints

__all__ = ["Meetings", "Segments", "meet"]


ROUNDING = 1e-15  # generous for a few sums and products, relative to their terms
HALF = 0.5  # units; from the middle of a pixel to its edge
TIGHT = 2.0  # units; more than vertices and lines move when vertices leave the grid by half a unit, plus rounding


@dataclass(frozen=True)
class Segments:
    """Straight segments between numbered vertices.

    Attributes
    ----------
    a, b : (s,) int64
        Vertices, the lower number first: what is computed shall not depend on the way a source runs.
    x, y, dx, dy : (s,) float64
        First vertex, and the way to the second.
    """

    a: Ints
    b: Ints
    x: Floats
    y: Floats
    dx: Floats
    dy: Floats

    @classmethod
    def between(cls, xy: Floats, a: Ints, b: Ints) -> Segments:
        """Make segments between vertices of a table, given in any order."""
        a, b = np.minimum(a, b), np.maximum(a, b)
        x, y = xy[a, 0], xy[a, 1]
        return cls(a, b, x, y, xy[b, 0] - x, xy[b, 1] - y)

    def __len__(self) -> int:
        """Count the segments."""
        return len(self.a)


@dataclass(frozen=True)
class Meetings:
    """What a search found.

    Attributes
    ----------
    on, vertex : (m,) int64
        Segments, and vertices in whose pixel they run without ending there.
    first, second : (c,) int64
        Segments that cross.
    at : (c, 2) float64
        The grid point nearest to where they cross.
    tight : (t,) int64
        Vertices that lie, or whose segments lie, within ``TIGHT`` of what they do not touch.
    """

    on: Ints
    vertex: Ints
    first: Ints
    second: Ints
    at: Floats
    tight: Ints


def meet(segments: Segments, xy: Floats, i: Ints, j: Ints) -> Meetings:
    """Test pairs of segments.

    A vertex lies on a segment when the segment runs through the inside of its pixel, the square of one unit around
    it. A pair that meets in this way is not tested for a crossing: once the segment is bent through the vertex there
    is none, or a later search finds it.

    Parameters
    ----------
    segments : Segments
    xy : (v, 2) float64
        Vertices.
    i, j : (p,) int64
        Pairs of segments.
    """
    i, j = _near(segments, i, j)
    ends = segments.a[i], segments.b[i], segments.a[j], segments.b[j]
    on, vertex, tight, sides = [], [], [], []
    touching = np.zeros(len(i), bool)
    for segment, (a, b), points in ((i, ends[:2], ends[2:]), (j, ends[2:], ends[:2])):
        ax, ay, dx, dy = segments.x[segment], segments.y[segment], segments.dx[segment], segments.dy[segment]
        west, east = np.minimum(ax, ax + dx), np.maximum(ax, ax + dx)
        south, north = np.minimum(ay, ay + dy), np.maximum(ay, ay + dy)
        width = np.abs(dx) + np.abs(dy)
        for point in points:
            px, py = xy[point, 0], xy[point, 1]
            cross = dx * (py - ay) - dy * (px - ax)
            other = (point != a) & (point != b)
            close = other & (np.abs(cross) < TIGHT * width)
            close &= (west - TIGHT < px) & (px < east + TIGHT) & (south - TIGHT < py) & (py < north + TIGHT)
            # a segment meets a square unless one of three axes parts them: x, y, or the one across the segment
            hit = close & (np.abs(cross) < width / 2) & (west - HALF < px) & (px < east + HALF)
            hit &= (south - HALF < py) & (py < north + HALF)
            touching |= hit
            on.append(segment[hit])
            vertex.append(point[hit])
            tight += [point[close], a[close], b[close]]
        against = j if segment is i else i
        wx, wy = segments.x[against] - ax, segments.y[against] - ay
        for vx, vy in ((wx, wy), (wx + segments.dx[against], wy + segments.dy[against])):
            sides.append(np.sign(dx * vy - dy * vx))
    shared = (ends[0] == ends[2]) | (ends[0] == ends[3]) | (ends[1] == ends[2]) | (ends[1] == ends[3])
    crossing = ~touching & ~shared & (sides[0] * sides[1] < 0) & (sides[2] * sides[3] < 0)
    i, j = i[crossing], j[crossing]
    return Meetings(np.concatenate(on), np.concatenate(vertex), i, j, _crossing(segments, i, j), np.concatenate(tight))


def _near(segments: Segments, i: Ints, j: Ints) -> tuple[Ints, Ints]:
    """Drop, by coarse tests, nearly all pairs that cannot meet."""
    keep, turn = _straddles(segments, i, j)
    shared = (segments.a[i] == segments.a[j]) | (segments.a[i] == segments.b[j])
    shared |= (segments.b[i] == segments.a[j]) | (segments.b[i] == segments.b[j])
    # segments with a common end can only meet again where they run nearly one way
    longest = np.maximum(_span(segments, i), _span(segments, j))
    keep &= ~shared | (np.abs(turn) <= longest * (TIGHT + ROUNDING * longest))
    chosen = np.flatnonzero(keep)
    i, j = i[chosen], j[chosen]
    chosen = np.flatnonzero(_straddles(segments, j, i)[0])
    return i[chosen], j[chosen]


def _span(segments: Segments, rows: Ints) -> Floats:
    span: Floats = np.abs(segments.dx[rows]) + np.abs(segments.dy[rows])
    return span


def _straddles(segments: Segments, i: Ints, j: Ints) -> tuple[Bools, Floats]:
    """Whether j may come near the line through i, and the cross product of their directions."""
    dx, dy = segments.dx[i], segments.dy[i]
    ex, ey = segments.dx[j], segments.dy[j]
    wx, wy = segments.x[j] - segments.x[i], segments.y[j] - segments.y[i]
    start, turn = dx * wy - dy * wx, dx * ey - dy * ex
    end = start + turn
    slack = np.abs(wx) + np.abs(wy) + np.abs(ex) + np.abs(ey)
    slack = (np.abs(dx) + np.abs(dy)) * (TIGHT + ROUNDING * slack)
    return (np.minimum(start, end) <= slack) & (np.maximum(start, end) >= -slack), turn


def _crossing(segments: Segments, i: Ints, j: Ints) -> Floats:
    """Where crossing segments cross, to the grid, inside the box both share."""
    # nor on which of the two comes first
    swap = (segments.a[i] > segments.a[j]) | ((segments.a[i] == segments.a[j]) & (segments.b[i] > segments.b[j]))
    i, j = np.where(swap, j, i), np.where(swap, i, j)
    ax, ay, dx, dy = segments.x[i], segments.y[i], segments.dx[i], segments.dy[i]
    cx, cy, ex, ey = segments.x[j], segments.y[j], segments.dx[j], segments.dy[j]
    with np.errstate(divide="ignore", invalid="ignore"):
        along = ((cx - ax) * ey - (cy - ay) * ex) / (dx * ey - dy * ex)
    # nearly parallel lines may cancel altogether; any point of the overlap is then as good as another
    along = np.where(np.isfinite(along), along, 0.5)
    result = np.empty((len(i), 2))
    for column, a, d, c, e in ((0, ax, dx, cx, ex), (1, ay, dy, cy, ey)):
        low = np.maximum(np.minimum(a, a + d), np.minimum(c, c + e))
        high = np.minimum(np.maximum(a, a + d), np.maximum(c, c + e))
        result[:, column] = np.rint(np.minimum(np.maximum(a + along * d, low), high))
    return result

"""Which segments are near each other: an adaptive grid of cells, searched in pieces that fit the processor's cache."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ..core.messages import Message
from ..core.progress import Progress, silent
from .arcs import groups, lengths, runs, sorting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..core.arrays import Bools, Floats, Ints
    from .crossings import Segments

__all__ = ["Nearby", "bands", "nearby"]


CROWD = 64  # entries above which a cell is sorted, or divided into 4 × 4
LEVELS = 12
CHUNK = 1 << 17  # pairs of entries looked at together
BAND = 1 << 19  # segments looked at together
FEW = 1 << 15  # segments that are sooner looked at all than sorted out


@dataclass(frozen=True)
class _Pieces:
    """Stretches ``from_``…``to`` (0–1) of segments, no longer than a cell, with the box around each."""

    segment: Ints
    begin: Floats
    end: Floats
    box: tuple[Floats, Floats, Floats, Floats]


@dataclass(frozen=True)
class Nearby:
    """Entries of segments in cells, cell after cell.

    Attributes
    ----------
    segment : (e,) int64
    box : four (e,) float64
        West, south, east, north.
    ahead : (e,) int64
        Entries that follow and may be near.
    """

    segment: Ints
    box: tuple[Floats, Floats, Floats, Floats]
    ahead: Ints

    def chunks(self) -> Iterator[tuple[int, int]]:
        """Ranges of entries with about as many pairs each."""
        total = np.cumsum(self.ahead)
        if not len(total) or not total[-1]:
            return
        cuts = np.searchsorted(total, np.arange(CHUNK, total[-1], CHUNK), side="left") + 1
        bounds = np.unique(np.concatenate(([0], cuts, [len(total)])))
        yield from zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)

    def pairs(self, begin: int, end: int, fresh: Bools | None) -> tuple[Ints, Ints]:
        """Pairs of segments whose boxes overlap, from a range of entries; the lower number first."""
        ahead = self.ahead[begin:end]
        i = np.repeat(np.arange(begin, end), ahead)
        j = runs(np.arange(begin + 1, end + 1), ahead)
        west, south, east, north = self.box
        for low, high in ((west, east), (south, north)):
            keep = np.flatnonzero((low[j] <= high[i]) & (low[i] <= high[j]))
            i, j = i[keep], j[keep]
        i, j = self.segment[i], self.segment[j]
        keep = np.flatnonzero((i != j) & (True if fresh is None else fresh[i] | fresh[j]))
        i, j = i[keep], j[keep]
        return np.minimum(i, j), np.maximum(i, j)


def bands(segments: Segments, fresh: Bools | None, reach: float) -> Iterator[tuple[Ints, float]]:
    """Divide segments into upright bands of a bounded number, so that memory does not grow with all of them.

    Each comes with its share of the work.

    Segments on the line between two bands are in both; of many, those far from any fresh segment are in none.
    """
    rows = np.arange(len(segments)) if fresh is None or len(segments) < FEW else _around(segments, fresh, reach * 4)
    count = len(rows) // BAND + 1
    if count == 1:
        yield rows, 1.0
        return
    west = np.minimum(segments.x, segments.x + segments.dx)[rows]
    east = west + np.abs(segments.dx[rows])
    cuts = np.quantile(west[:: len(rows) // 10_000 + 1], np.arange(1, count) / count)
    for low, high in pairwise([-np.inf, *cuts.tolist(), np.inf]):
        yield rows[np.flatnonzero((east >= low - reach * 4) & (west <= high + reach * 4))], 1 / count


def nearby(
    segments: Segments, chosen: Ints, fresh: Bools | None, reach: float, *, progress: Progress = silent
) -> list[Nearby]:
    """Put segments into cells.

    A crowded cell is sorted along an axis, and where that does not thin it out divided, again and again, so that dense
    detail beside long straight lines costs little more than even data.

    Parameters
    ----------
    segments : Segments
    chosen : (c,) int64
        Those to look at.
    fresh : (s,) bool or None
        Cells without a fresh segment are left out.
    reach : float
        Distance within which segments count as near.
    """
    if not len(chosen):
        return []
    extent = np.maximum(np.abs(segments.dx[chosen]), np.abs(segments.dy[chosen]))
    # a power of two: dividing by it is exact, so a cell and its four by four parts never disagree
    size = 2.0 ** np.round(np.log2(max(float(extent.mean()) * 6, reach * 4, 1e-300)))
    west, south = float(segments.x[chosen].min()), float(segments.y[chosen].min())
    pieces = _Pieces(chosen, np.zeros(len(chosen)), np.ones(len(chosen)), (extent,) * 4)
    within: tuple[Ints, Ints] | None = None
    levels = []
    for level in range(LEVELS):
        progress(level / LEVELS, Message("noding"))
        margin = reach * (1 + (LEVELS - level) / LEVELS)
        pieces, within = _cut(segments, pieces, within, size, margin)
        column, row, which = _cells(pieces.box, (west, south), size)
        if within is not None:
            inside = (column >> 2 == within[0][which]) & (row >> 2 == within[1][which])
            column, row, which = column[inside], row[inside], which[inside]
        key = (column - column.min()) * (int(row.max() - row.min()) + 1) + row - row.min()
        order = sorting(key)
        key, which = key[order], which[order]
        first = groups(key)
        count = lengths(first, len(key))
        wanted = count > 1
        if fresh is not None:
            wanted &= np.logical_or.reduceat(fresh[pieces.segment[which]], first)
        crowded = wanted & (count > CROWD)
        plain = wanted & ~crowded
        levels.append(_entries(pieces, which[runs(first[plain], count[plain])], _rest(count[plain])))
        rows = runs(first[crowded], count[crowded])
        for axis in (1, 0):
            # long lines side by side: sorted across, each meets few
            entries, rows = _sweep(pieces, which, key, rows, axis, CROWD // 2)
            levels.append(entries)
        # a cell that is small against the margin would only repeat its entries
        if level == LEVELS - 1 or size <= 8 * margin:
            levels.append(_sweep(pieces, which, key, rows, 0, len(segments))[0])
            break
        if not len(rows):
            break
        within = column[order[rows]], row[order[rows]]
        which = which[rows]
        pieces = _Pieces(pieces.segment[which], pieces.begin[which], pieces.end[which], (pieces.box[0][which],) * 4)
        size /= 4
    return levels


def _sweep(pieces: _Pieces, which: Ints, key: Ints, rows: Ints, axis: int, limit: float) -> tuple[Nearby, Ints]:
    """Sort the entries of cells along an axis, where only those that overlap are near.

    Returns
    -------
    Nearby
        Cells with at most ``limit`` near entries an entry.
    rows : (r,) int64
        Rows of the other cells.
    """
    low, high = pieces.box[axis][which[rows]], pieces.box[axis + 2][which[rows]]
    order = np.lexsort((low, key[rows]))
    rows, low, high = rows[order], low[order], high[order]
    first = groups(key[rows])
    count = lengths(first, len(rows))
    # one rising number for cell and place in it; rounding keeps order, so no overlap is lost
    cell = np.repeat(np.arange(len(first), dtype=np.float64), count)
    base, span = float(low.min(initial=0.0)), float(high.max(initial=0.0) - low.min(initial=0.0)) or 1.0
    ahead = np.searchsorted(cell + (low - base) / span / 2, cell + (high - base) / span / 2, side="right")
    ahead = ahead - 1 - np.arange(len(rows))
    sparse = np.add.reduceat(ahead, first) <= limit * count if len(first) else np.zeros(0, bool)
    mine = np.repeat(sparse, count)
    return _entries(pieces, which[rows[mine]], ahead[mine]), rows[~mine]


def _rest(count: Ints) -> Ints:
    """Entries that follow each entry of cells of these sizes."""
    return np.repeat(count, count) - 1 - runs(np.zeros(len(count), np.int64), count)


def _around(segments: Segments, fresh: Bools, reach: float) -> Ints:
    """Segments whose boxes come near the box of a fresh one, found on a coarse raster."""
    bounds = []
    for start, way in ((segments.x, segments.dx), (segments.y, segments.dy)):
        low, high = np.minimum(start, start + way) - reach, np.maximum(start, start + way) + reach
        origin, scale = float(low.min()), 511 / float(high.max() - low.min())
        bounds += [((low - origin) * scale).astype(np.int64), ((high - origin) * scale).astype(np.int64) + 1]
    west, east, south, north = bounds
    # corners of boxes, summed twice along both axes: first they fill the boxes, then they count what lies in a window
    marks = np.zeros((514, 514), np.int64)
    for column, row, sign in ((west, south, 1), (east, south, -1), (west, north, -1), (east, north, 1)):
        np.add.at(marks, (column[fresh] + 1, row[fresh] + 1), sign)
    total = (marks.cumsum(0).cumsum(1) > 0).cumsum(0).cumsum(1)
    return np.flatnonzero(total[east, north] - total[west, north] - total[east, south] + total[west, south])


def _cut(
    segments: Segments, pieces: _Pieces, within: tuple[Ints, Ints] | None, size: float, margin: float
) -> tuple[_Pieces, tuple[Ints, Ints] | None]:
    """Cut pieces longer than a cell, and put boxes around all."""
    segment = pieces.segment
    extent = np.maximum(np.abs(segments.dx[segment]), np.abs(segments.dy[segment])) * (pieces.end - pieces.begin)
    count = np.maximum(np.ceil(extent / size), 1).astype(np.int64)
    begin, end = pieces.begin, pieces.end
    if (count > 1).any():
        rows = np.repeat(np.arange(len(segment)), count)
        step = runs(np.zeros(len(segment), np.int64), count)
        width = ((end - begin) / count)[rows]
        segment, begin, end = segment[rows], begin[rows] + step * width, begin[rows] + (step + 1) * width
        within = (within[0][rows], within[1][rows]) if within is not None else None
    x, y, dx, dy = segments.x[segment], segments.y[segment], segments.dx[segment], segments.dy[segment]
    x0, x1, y0, y1 = x + begin * dx, x + end * dx, y + begin * dy, y + end * dy
    box = (
        np.minimum(x0, x1) - margin,
        np.minimum(y0, y1) - margin,
        np.maximum(x0, x1) + margin,
        np.maximum(y0, y1) + margin,
    )
    return _Pieces(segment, begin, end, box), within


def _cells(
    box: tuple[Floats, Floats, Floats, Floats], origin: tuple[float, float], size: float
) -> tuple[Ints, Ints, Ints]:
    """Column, row and piece of each cell that a box meets."""
    west, east = (np.floor((edge - origin[0]) / size).astype(np.int64) for edge in box[0::2])
    south, north = (np.floor((edge - origin[1]) / size).astype(np.int64) for edge in box[1::2])
    high = north - south + 1
    count = (east - west + 1) * high
    which = np.repeat(np.arange(len(west)), count)
    step = runs(np.zeros(len(west), np.int64), count)
    across = step // high[which]
    return west[which] + across, south[which] + step - across * high[which], which


def _entries(pieces: _Pieces, which: Ints, ahead: Ints) -> Nearby:
    west, south, east, north = pieces.box
    return Nearby(pieces.segment[which], (west[which], south[which], east[which], north[which]), ahead)

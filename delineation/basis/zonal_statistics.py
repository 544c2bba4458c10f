"""Zonal statistics: cell values per face, weighted by the share of each cell; in batches of so many cells at once."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..core.errors import BadInput
from ..core.messages import Message
from ..sources.rasters.cells import cell_shares
from ..sources.rasters.grids import RasterGrid, grid_of, row_areas, same_grid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from ..core.arrays import Bools, Floats, Ints, Objects
    from ..core.progress import Progress
    from ..sources.rasters.raster import Raster, Window

# Faces between two calls of progress; a thousand take about 40 ms.
_MAX_FACES = 4096


def by_grid(rasters: Mapping[str, Raster]) -> list[tuple[RasterGrid, list[tuple[str, tuple[int, int]]]]]:
    """Group rasters that share a lattice; with each, the row and column of its first cell in it."""
    groups: list[tuple[RasterGrid, list[tuple[str, tuple[int, int]]]]] = []
    for name, raster in rasters.items():
        for grid, members in groups:
            first = same_grid(grid, raster)
            if first is not None:
                members.append((name, first))
                break
        else:
            groups.append((grid_of(raster), [(name, (0, 0))]))
    return groups


def jobs_of(
    polygons: Objects,
    grid: RasterGrid,
    members: list[tuple[Raster, tuple[int, int], Floats]],
    max_cells: int,
) -> list[Callable[[], Iterator[None]]]:
    """Make a job of each batch of faces whose common window has no more than ``max_cells`` cells.

    Parameters
    ----------
    polygons : (n,) object
        In cells of the grid.
    grid : RasterGrid
    members : list of (Raster, (row, column), (4, n) float64)
        Rasters of the grid, where each begins in it, and where its results go: mean, stdev, majority, covered.
    max_cells : int

    Raises
    ------
    BadInput
        A raster that no face touches.
    """
    west, south, east, north = shapely.bounds(polygons).T
    boxes = np.column_stack([np.floor(-north), np.ceil(-south), np.floor(west), np.ceil(east)])
    extents = np.array([(row, row + raster.shape[0], col, col + raster.shape[1]) for raster, (row, col), _ in members])
    for (raster, _, _), (top, bottom, left, right) in zip(members, extents, strict=True):
        if not ((boxes[:, 0] < bottom) & (boxes[:, 1] > top) & (boxes[:, 2] < right) & (boxes[:, 3] > left)).any():
            raise BadInput(
                Message(
                    "raster lies outside the study area: it covers {extent} in {crs}",
                    extent=_extent(raster.bounds),
                    crs=raster.crs[:60],
                ),
                where=raster.path,
                wanted=Message("a raster over the study area, with its true CRS"),
            )
    low, high = extents[:, ::2].min(axis=0), extents[:, 1::2].max(axis=0)
    clipped = boxes.copy()
    clipped[:, ::2] = np.maximum(boxes[:, ::2], low)
    clipped[:, 1::2] = np.minimum(boxes[:, 1::2], high)
    whole = (clipped == boxes).all(axis=1)
    rows = np.flatnonzero((clipped[:, 0] < clipped[:, 1]) & (clipped[:, 2] < clipped[:, 3]))
    windows = np.where(np.isfinite(clipped), clipped, 0).astype(np.int64)
    return [
        partial(_measure_batch, polygons[batch], whole[batch], batch, _bands(windows[batch], max_cells), grid, members)
        for batch in _batches(windows, rows, max_cells)
    ]


def _extent(bounds: tuple[float, ...]) -> Message:
    west, south, east, north = bounds
    return Message(
        "x {west:.6g} … {east:.6g}, y {south:.6g} … {north:.6g}", west=west, south=south, east=east, north=north
    )


def _batches(windows: Ints, rows: Ints, max_cells: int) -> list[Ints]:
    """Halve the faces along the longer side of their window until it is small enough; large faces stand alone."""
    cells = (windows[:, 1] - windows[:, 0]) * (windows[:, 3] - windows[:, 2])
    large = cells[rows] > max_cells // 4
    done = [np.array([row]) for row in rows[large]]
    waiting = [rows[~large]] if (~large).any() else []
    centre = np.column_stack([windows[:, 0] + windows[:, 1], windows[:, 2] + windows[:, 3]])
    while waiting:
        batch = waiting.pop()
        top, left = windows[batch][:, ::2].min(axis=0)
        bottom, right = windows[batch][:, 1::2].max(axis=0)
        if len(batch) == 1 or ((bottom - top) * (right - left) <= max_cells and len(batch) <= _MAX_FACES):
            done.append(np.sort(batch))
            continue
        order = np.argsort(centre[batch, int(right - left > bottom - top)], kind="stable")
        waiting += np.array_split(batch[order], 2)
    return done


def _bands(windows: Ints, max_cells: int) -> list[Window]:
    top, left = (int(edge) for edge in windows[:, ::2].min(axis=0))
    bottom, right = (int(edge) for edge in windows[:, 1::2].max(axis=0))
    step = max(1, max_cells // (right - left))
    return [(first, min(first + step, bottom), left, right) for first in range(top, bottom, step)]


def run_all(jobs: list[Callable[[], Iterator[None]]], workers: int, progress: Progress) -> None:
    """Run all jobs; progress is called by this thread alone, at every step of a job or five times a second."""
    if workers <= 1:
        for done, job in enumerate(jobs):
            for _ in job():
                progress(done / len(jobs), Message("evidence"))
    else:
        stop = Event()

        def run(job: Callable[[], Iterator[None]]) -> None:
            for _ in job():
                if stop.is_set():
                    return

        pool = ThreadPoolExecutor(workers)
        try:
            waiting = {pool.submit(run, job) for job in jobs}
            while waiting:
                finished, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
                for future in finished:
                    future.result()
                progress(1 - len(waiting) / len(jobs), Message("evidence"))
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)
    progress(1.0, Message("evidence"))


def _measure_batch(
    polygons: Objects,
    whole: Bools,
    rows: Ints,
    bands: list[Window],
    grid: RasterGrid,
    members: list[tuple[Raster, tuple[int, int], Floats]],
) -> Iterator[None]:
    """Fill in the results of a few faces, band by band; each job writes rows of its own."""
    count = len(polygons)
    sums: list[CellSums | None] = [None] * len(members)
    inside = np.zeros(count)
    for window in bands:
        polygon, cell, share = cell_shares(polygons, window)
        inside += np.bincount(polygon, share, count)
        top, bottom, left, right = window
        weight = share * row_areas(grid, top, bottom)[cell // (right - left)]
        for place, (raster, (row, column), _) in enumerate(members):
            values = raster.read((top - row, bottom - row, left - column, right - column)).ravel()
            piece = tally(polygon, cell, weight, values, count)
            before = sums[place]
            sums[place] = piece if before is None else merge(before, piece)
        yield
    within = np.where(whole, 1.0, np.minimum(inside / shapely.area(polygons), 1.0))
    for (_, _, out), result in zip(members, sums, strict=True):
        if result is None:
            continue
        some = result.weight > 0
        out[0, rows[some]] = result.mean[some]
        out[1, rows[some]] = np.sqrt(result.squares[some] / result.weight[some])
        out[:2, rows] = np.where(np.isfinite(out[:2, rows]), out[:2, rows], np.nan)  # sums beyond what a number holds
        out[2, rows] = majority(result)
        out[3, rows[some]] = np.minimum(result.weight[some] / result.total[some], 1.0) * within[some]


# ── Statistics of cell values per polygon, weighted, in pieces that can be put together ─────────────────────────────

# Shares of cells are of single precision: two values whose weights differ by less, relatively, tie.
_TIE = 1e-6
# Whole numbers within such a range are counted without sorting them, where each has a neighbour: below 2⁵³.
_RANGE, _WHOLE = 65_536, 2.0**53


@dataclass(frozen=True)
class CellSums:
    """What the cells of one window sum up to.

    Attributes
    ----------
    total, weight : (n,) float64
        Weight of all cells of each polygon, and of those that have a value.
    mean, squares : (n,) float64
        Mean, and weighted sum of squared deviations from it.
    owner : (k,) int64
    value, size : (k,) float64
        How much weight each value has in each polygon, by polygon, then by value.
    """

    total: Floats
    weight: Floats
    mean: Floats
    squares: Floats
    owner: Ints
    value: Floats
    size: Floats


def tally(
    polygon: Ints,
    cell: Ints,
    weight: Floats,
    values: Floats,
    count: int,
) -> CellSums:
    """Sum up the cells of a window.

    Parameters
    ----------
    polygon : (k,) int64
        0 … count - 1, one entry for every cell of every polygon.
    cell : (k,) int64
        Index into ``values``.
    weight : (k,) float64
    values : (cells,) float64
        NaN is no value.
    count : int
        Number of polygons.
    """
    total = _per(polygon, weight, count)
    codes = _codes(values)
    value = values[cell]
    valid = ~np.isnan(value)
    if not valid.all():
        polygon, cell, weight, value = polygon[valid], cell[valid], weight[valid], value[valid]
    covered = _per(polygon, weight, count)
    divisor = np.where(covered > 0, covered, 1.0)
    # Deviations from one of a polygon's own values: where all are equal, the mean is that value and the spread 0,
    # to the last bit.
    origin = np.zeros(count)
    origin[polygon[::-1]] = value[::-1]
    with np.errstate(over="ignore", invalid="ignore"):
        apart = value - origin[polygon]
        drift = _per(polygon, weight * apart, count) / divisor
        squares = _per(polygon, weight * (apart - drift[polygon]) ** 2, count)
    key, size = _summed(polygon * codes.count + codes.code[cell], weight, count * codes.count)
    return CellSums(total, covered, origin + drift, squares, key // codes.count, codes.value(key % codes.count), size)


def merge(one: CellSums, other: CellSums) -> CellSums:
    """Put two windows together (Chan, Golub and LeVeque 1983, Algorithms for computing the sample variance)."""
    weight = one.weight + other.weight
    share = other.weight / np.where(weight > 0, weight, 1.0)
    with np.errstate(over="ignore", invalid="ignore"):
        apart = other.mean - one.mean
        mean, squares = one.mean + apart * share, one.squares + other.squares + apart**2 * one.weight * share
    codes = _codes(np.concatenate([one.value, other.value]))
    owner = np.concatenate([one.owner, other.owner])
    sizes = np.concatenate([one.size, other.size])
    key, size = _summed(owner * codes.count + codes.code, sizes, len(weight) * codes.count)
    return CellSums(
        one.total + other.total,
        weight,
        mean,
        squares,
        key // codes.count,
        codes.value(key % codes.count),
        size,
    )


def majority(sums: CellSums) -> Floats:
    """Value of the largest weight per polygon, the greatest of those that tie; NaN where there is none."""
    answer = np.full(len(sums.total), np.nan)
    if len(sums.owner):
        start = np.flatnonzero(np.r_[True, sums.owner[1:] != sums.owner[:-1]])
        largest = np.maximum.reduceat(sums.size, start)
        most = sums.size >= np.repeat(largest, np.diff(np.r_[start, len(sums.owner)])) * (1 - _TIE)
        # Values ascend within a polygon, and the last assignment stays.
        answer[sums.owner[most]] = sums.value[most]
    return answer


def _per(group: Ints, weight: Floats, groups: int) -> Floats:
    return np.asarray(np.bincount(group, weight, groups), dtype=np.float64)


@dataclass(frozen=True)
class _Codes:
    """Values as whole numbers 0 … count - 1 in the same order; the code of NaN means nothing."""

    code: Ints
    count: int
    level: Floats | None = None

    def value(self, code: Ints) -> Floats:
        return _float_of(code) if self.level is None else self.level[code]


def _codes(values: Floats) -> _Codes:
    valid = ~np.isnan(values)
    some = values[valid]
    if not len(some):
        return _Codes(np.zeros(len(values), dtype=np.int64), 1, np.zeros(1))
    low, high = some.min(), some.max()
    if max(-low, high) < _WHOLE and high - low < _RANGE and (np.rint(some) == some).all():
        level = np.arange(low, high + 1)
        return _Codes(np.where(valid, values - low, 0).astype(np.int64), len(level), level)
    with np.errstate(over="ignore"):
        single = values.astype(np.float32)
    if (single[valid] == some).all():
        return _Codes(_code_of(single), 2**32)
    level, code = np.unique(values, return_inverse=True)
    return _Codes(code, len(level), level)


def _code_of(single: NDArray[np.float32]) -> Ints:
    """Order of a single among all singles: its bits, those of negative ones turned round; -0 is 0."""
    bits = (single + np.float32(0)).view(np.int32)
    return (bits ^ ((bits >> 31) & np.int32(0x7FFFFFFF))).astype(np.int64) + 2**31


def _float_of(code: Ints) -> Floats:
    """Undo ``_code_of``."""
    bits = (code - 2**31).astype(np.int32)
    return (bits ^ ((bits >> 31) & np.int32(0x7FFFFFFF))).view(np.float32).astype(np.float64)


def _summed(key: Ints, weight: Floats, keys: int) -> tuple[Ints, Floats]:
    """Keys that occur, ascending, and the weight of each."""
    if keys <= 4 * len(key):
        dense = _per(key, weight, keys)
        occurring: Ints = np.flatnonzero(dense).astype(np.int64, copy=False)
        return occurring, dense[occurring]
    unique, inverse = np.unique(key, return_inverse=True)
    return unique, _per(inverse, weight, len(unique))

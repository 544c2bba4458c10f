"""Rasters as they would be with coarser cells, or laid some cells aside: for asking how much results hang on that."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from .raster import Raster, Window

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CoarseRaster", "coarse", "moved"]


@dataclass(frozen=True, kw_only=True)
class CoarseRaster(Raster):
    """A raster whose cells are blocks of another's; they are worked out as they are read.

    Attributes
    ----------
    fine : Raster
    factor : int
        Fine cells along each side of a block.
    majority : bool
        A block has its most frequent value, the greatest of those that tie; its mean otherwise.
    """

    fine: Raster
    factor: int
    majority: bool

    def read(self, window: Window | None = None) -> NDArray[np.float64]:
        """Read a block of cells, as `Raster.read`; a cell of which more than half has no value has none."""
        rows, columns = self.shape
        top, bottom, left, right = window or (0, rows, 0, columns)
        n = self.factor
        values = self.fine.read((top * n, bottom * n, left * n, right * n))
        blocks = values.reshape(bottom - top, n, right - left, n).transpose(0, 2, 1, 3).reshape(-1, n * n)
        known = np.isfinite(blocks).sum(axis=1)
        found = _modes(blocks) if self.majority else np.nansum(blocks, axis=1) / np.maximum(known, 1)
        found = np.where(2 * known >= n * n, found, np.nan)
        out: NDArray[np.float64] = found.reshape(bottom - top, right - left)
        return out


def _modes(blocks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Most frequent value of each row, the greatest of those that tie."""
    # Ascending, NaN last: a value's run is as long as it is frequent.
    ordered = np.sort(blocks, axis=1)
    best = ordered[:, 0]
    longest: NDArray[np.int64] = np.ones(len(blocks), dtype=np.int64)
    run = longest
    for column in range(1, blocks.shape[1]):
        value = ordered[:, column]
        run = np.where(value == ordered[:, column - 1], run + 1, 1)
        better = (run >= longest) & np.isfinite(value)
        best, longest = np.where(better, value, best), np.where(better, run, longest)
    return best


def coarse(raster: Raster, factor: int, *, majority: bool) -> Raster:
    """Aggregate a raster in blocks of ``factor`` × ``factor`` cells, counted from its upper left corner.

    Parameters
    ----------
    raster : Raster
    factor : int
        1 leaves it as it is.
    majority : bool
        Classes and grades are not averaged.
    """
    if factor == 1:
        return raster
    dx, _, west, _, dy, north = raster.transform
    rows, columns = (-(-size // factor) for size in raster.shape)
    bounds = (west, north + dy * factor * rows, west + dx * factor * columns, north)
    own = {name: getattr(raster, name) for name in Raster.__dataclass_fields__}
    own |= {"transform": (dx * factor, 0.0, west, 0.0, dy * factor, north), "shape": (rows, columns), "bounds": bounds}
    return CoarseRaster(**own, fine=raster, factor=factor, majority=majority)


def moved(raster: Raster, columns: int, rows: int) -> Raster:
    """Lay a raster so many of its cells to the east and to the south."""
    dx, _, west, _, dy, north = raster.transform
    east, south = dx * columns, dy * rows
    left, bottom, right, top = raster.bounds
    return replace(
        raster,
        transform=(dx, 0.0, west + east, 0.0, dy, north + south),
        bounds=(left + east, bottom + south, right + east, top + south),
    )

"""Base units where there are no polygons to divide: squares or hexagons over an outline, made on the spot."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..errors import BadInput
from ..partition.build import build
from ..partition.dissolve import dissolve
from ..profile import nearest
from ..progress import Progress, silent, within
from ..sums import sum_by

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["BaseUnits", "cells", "lay_base", "parse_base"]

KINDS = ("grid", "hexagons")
MOST_CELLS = 1_000_000


@dataclass(frozen=True)
class BaseUnits:
    """Cells, cut at the outline.

    Attributes
    ----------
    geometry : (n,) object
        Multipolygons: what the outline leaves of a cell stays one unit.
    share : (n,) float64
        Area of each as a share 0–1 of a whole cell.
    weight : tuple of three (w,) arrays
        Unit, polygon of the layer, and the area that they have in common, in units of the CRS squared.
    polygons : int
        Number of polygons of the layer.
    """

    geometry: NDArray[np.object_]
    share: NDArray[np.float64]
    weight: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]
    polygons: int

    def mean(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Area-weighted mean of a field that is the same all over a polygon (a density, a score); NaN where none."""
        unit, polygon, area = self.weight
        known = ~np.isnan(values[polygon])
        total = sum_by(unit[known], area[known], len(self.geometry))
        value = sum_by(unit[known], area[known] * values[polygon[known]], len(self.geometry))
        out = np.full(len(total), np.nan)
        np.divide(value, total, out=out, where=total > 0)
        return out

    def sum(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Shares of a field that adds up (a population), handed out by area; empty values count nothing."""
        unit, polygon, area = self.weight
        whole = sum_by(polygon, area, self.polygons)
        return sum_by(unit, area / whole[polygon] * np.nan_to_num(values)[polygon], len(self.geometry))

    def majority(self, values: NDArray[np.object_]) -> NDArray[np.object_]:
        """Text that covers most of each unit; of equal ones the first in order."""
        unit, polygon, area = self.weight
        words, which = np.unique(values.astype(str), return_inverse=True)
        by_word = sum_by(unit * len(words) + which.ravel()[polygon], area, len(self.geometry) * len(words))
        out: NDArray[np.object_] = words.astype(object)[by_word.reshape(-1, len(words)).argmax(axis=1)]
        return out


def parse_base(text: str) -> tuple[str, float]:
    """Read ``grid:size=500`` or ``hexagons:size=500``.

    Returns
    -------
    kind : str
    size : float
        m; side of the squares, distance between parallel sides of the hexagons.

    Raises
    ------
    BadInput
    """
    kind, _, rest = text.partition(":")
    key, _, value = rest.partition("=")
    kind = {"hexagon": "hexagons"}.get(kind.strip(), kind.strip())
    wanted = "grid:size=500 or hexagons:size=500, in metres"
    if kind not in KINDS:
        raise BadInput(f"no base units '{kind}'", where="--base", wanted=nearest(kind, KINDS))
    try:
        size = float(value)
    except ValueError:
        size = math.nan
    if key.strip() != "size" or not 0 < size < math.inf:
        raise BadInput(f"'{text}' states no size", where="--base", wanted=wanted)
    return kind, size


def cells(kind: str, size: float, bounds: tuple[float, float, float, float]) -> NDArray[np.object_]:
    """Lay cells over a rectangle, row by row from the lower left.

    Their corners are at multiples of the size, so that two runs with one size give cells that match. Hexagons stand on
    a corner, with flat sides left and right.

    Parameters
    ----------
    kind : {"grid", "hexagons"}
    size : float
        In units of the bounds.
    bounds : west, south, east, north

    Raises
    ------
    BadInput
        More than a million cells.
    """
    west, south, east, north = bounds
    rise = size if kind == "grid" else size * math.sqrt(3) / 2
    first, last = math.floor(west / size) - 1, math.ceil(east / size) + 1
    bottom, top = math.floor(south / rise) - 1, math.ceil(north / rise) + 1
    count = (last - first + 1) * (top - bottom + 1)
    if count > MOST_CELLS:
        what = f"{count} cells of size {size:g} over the layer"
        raise BadInput(what, where="--base", wanted=f"a size that makes no more than {MOST_CELLS} cells")
    row, column = (part.ravel() for part in np.mgrid[bottom : top + 1, first : last + 1])
    if kind == "grid":
        return np.asarray(shapely.box(column * size, row * size, (column + 1) * size, (row + 1) * size), dtype=object)
    # Corners in half widths and sixths of the height between three rows: whole numbers, so that neighbours agree.
    across = 2 * column + (row % 2)
    corner_x = np.stack([across + step for step in (0, 1, 1, 0, -1, -1)], axis=1)
    corner_y = np.stack([3 * row + step for step in (-2, -1, 1, 2, 1, -1)], axis=1)
    corners = np.stack((corner_x * (size / 2), corner_y * (rise / 3)), axis=2)
    return np.asarray(shapely.polygons(corners), dtype=object)


def lay_base(geometry: NDArray[np.object_], kind: str, size: float, *, progress: Progress = silent) -> BaseUnits:
    """Cut cells at the outline of a layer, and find what each has in common with the layer's polygons.

    Parameters
    ----------
    geometry : (m,) object
        The layer's polygons; their union is the outline.
    kind, size
        As of `cells`, in units of the CRS.
    progress : callable

    Raises
    ------
    BadInput
        Too many cells, or none that meets the layer.
    """
    laid = cells(kind, size, tuple(shapely.total_bounds(geometry).tolist()))
    near = np.unique(shapely.STRtree(geometry).query(laid)[0])
    laid = laid[near]
    whole = build(np.concatenate((geometry, laid)), snap=0.0, progress=within(progress, 0.0, 0.8))
    face, feature = whole.coverage.face, whole.coverage.feature
    own = feature < len(geometry)
    inside = np.zeros(len(whole), dtype=bool)
    inside[face[own]] = True
    label = np.full(len(whole), -1, dtype=np.int64)
    label[face[~own]] = feature[~own] - len(geometry)
    label[~inside] = -1
    used = np.unique(label[label >= 0])
    if not len(used):
        raise BadInput("no cell meets the layer", where="--base", wanted="polygons with an area")
    unit = np.where(label >= 0, np.searchsorted(used, label), -1)
    shapes = dissolve(whole, unit, len(used))
    progress(0.9, "base units")
    use = own & (unit[face] >= 0)
    pair, which = np.unique(unit[face[use]] * len(geometry) + feature[use], return_inverse=True)
    area = sum_by(which.ravel(), whole.area[face[use]], len(pair))
    full = size**2 if kind == "grid" else size**2 * math.sqrt(3) / 2
    progress(1.0, "base units")
    weight = (pair // len(geometry), pair % len(geometry), area)
    return BaseUnits(shapes, np.minimum(shapely.area(shapes) / full, 1.0), weight, len(geometry))

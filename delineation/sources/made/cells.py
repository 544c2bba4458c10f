"""Squares and hexagons over a rectangle."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ...core.errors import BadInput
from ...core.messages import Message

if TYPE_CHECKING:
    from ...core.arrays import Objects

_BASE = Message("--base")

MOST_CELLS = 1_000_000


def cell_area(kind: str, size: float) -> float:
    """Area of a whole cell in units of its size squared."""
    return size**2 if kind == "grid" else size**2 * math.sqrt(3) / 2


def cells(kind: str, size: float, bounds: tuple[float, float, float, float], *, where: Message = _BASE) -> Objects:
    """Lay cells over a rectangle, row by row from the lower left.

    Their corners are at multiples of the size, so that two runs with one size give cells that match. Hexagons stand on
    a corner, with flat sides left and right.

    Parameters
    ----------
    kind : {"grid", "hexagons"}
    size : float
        In units of the bounds; side of the squares, distance between parallel sides of the hexagons.
    bounds : west, south, east, north
    where : str
        Option or key of the case, for messages.

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
        raise BadInput(
            Message("{count} cells of size {size:g} over the layer", count=count, size=size),
            where=where,
            wanted=Message("a size that makes no more than {most} cells", most=MOST_CELLS),
        )
    row, column = (part.ravel() for part in np.mgrid[bottom : top + 1, first : last + 1])
    if kind == "grid":
        return np.asarray(shapely.box(column * size, row * size, (column + 1) * size, (row + 1) * size), dtype=object)
    # Corners in half widths and sixths of the height between three rows: whole numbers, so that neighbours agree.
    across = 2 * column + (row % 2)
    corner_x = np.stack([across + step for step in (0, 1, 1, 0, -1, -1)], axis=1)
    corner_y = np.stack([3 * row + step for step in (-2, -1, 1, 2, 1, -1)], axis=1)
    corners = np.stack((corner_x * (size / 2), corner_y * (rise / 3)), axis=2)
    return np.asarray(shapely.polygons(corners), dtype=object)

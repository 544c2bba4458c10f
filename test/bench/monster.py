"""A monster: one sea polygon of 1.8 million vertices and 60,000 holes that cross themselves, each other and the shore.

``python test/bench/monster.py`` prints, for a partition and a whole run over it, time, peak memory and the longest
time between two calls of the progress callback, beside ``make_valid`` on the same polygon.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent.parent
CRS = "EPSG:4548"
WEST, SOUTH, SIZE = 400_000.0, 2_600_000.0, 200_000.0  # metres


def monster(holes: int = 60_000, corners: int = 29, shore: int = 60_000) -> shapely.Polygon:
    """Make the polygon; the same one for the same numbers.

    A fifth of its holes cross themselves (stars whose corners are visited in leaps), a fifth overlap a neighbour, some
    are there twice, some poke out through the shore, some touch a neighbour in a point; the shore itself has loops.

    Parameters
    ----------
    holes : int
        How many holes; each has ``corners`` corners.
    corners : int
    shore : int
        Vertices of the shore.
    """
    side = int(np.ceil(np.sqrt(holes)))
    cell = SIZE / side
    row, column = np.divmod(np.arange(holes), side)
    # Mixed whole numbers in place of chance: every platform makes the same monster.
    kind = (row * 7 + column * 3) % 10
    phase = ((row * 389 + column * 769) % 1000) / 1000
    centre = np.stack((WEST + (column + 0.5) * cell, SOUTH + (row + 0.5) * cell), axis=1)
    centre[kind == 5] = centre[np.maximum(np.flatnonzero(kind == 5) - 1, 0)]  # there twice, turned
    corner = np.arange(corners)
    leap = np.where(kind < 2, 2, 1)
    angle = 2 * np.pi * (phase[:, None] + corner * leap[:, None] / corners)
    ripple = 1 + 0.3 * np.sin(corner * 2.4 + 40 * phase[:, None])
    radius = cell * np.select([kind == 2, kind == 3], [0.62, 0.5], 0.34)[:, None] * ripple
    ring = np.stack((np.cos(angle), np.sin(angle)), axis=2) * radius[:, :, None] + centre[:, None, :]
    ring = np.round(ring, 3)
    touching = np.flatnonzero((kind[1:] == 4) & (row[1:] == row[:-1]))
    ring[touching + 1, 0] = ring[touching, 0]
    rings = shapely.linearrings(np.concatenate((ring, ring[:, :1]), axis=1))
    return shapely.polygons(_shore(shore), holes=rings)


def _shore(count: int) -> shapely.LinearRing:
    """Draw a rough square with a small loop at every hundredth vertex."""
    along = np.arange(count) / count * 4
    side, part = along.astype(int), along % 1
    corner = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
    way = np.array([[1, 0], [0, 1], [-1, 0], [0, -1]])
    xy = corner[side] + way[side] * part[:, None]
    step = 4 * SIZE / count
    rough = np.sin(np.arange(count) * 12.9898) * 40 * step
    xy = xy * SIZE + (WEST, SOUTH) + way[(side + 1) % 4] * rough[:, None]
    loop = np.arange(100, count - 100, 100)
    xy[loop] = xy[loop - 3]
    return shapely.linearrings(np.round(xy, 3))


def write(geometry: NDArray[np.object_], path: Path) -> Path:
    """Write polygons into a GeoPackage, layer ``sea``."""
    import pyogrio

    pyogrio.raw.write(
        path, shapely.to_wkb(geometry), [np.arange(len(geometry))], ["number"], layer="sea",
        geometry_type="Polygon", crs=CRS, driver="GPKG",
    )  # fmt: skip
    return path


if __name__ == "__main__":
    pass

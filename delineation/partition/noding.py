"""Noding: boundary lines → arcs that meet at their ends only."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from .arcs import Arcs, chain

__all__ = ["node", "rings_of"]


def rings_of(geometry: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    parts = shapely.get_parts(geometry)
    rings = shapely.get_rings(parts)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    return xy, np.searchsorted(ring, np.arange(len(rings) + 1)).astype(np.int64)


def node(xy: NDArray[np.float64], start: NDArray[np.int64], snap: float) -> Arcs:
    """Node strings completely.

    Parameters
    ----------
    xy : (v, 2) float64
        Vertices of all strings.
    start : (s + 1,) int64
        Where each string begins.
    snap : float
        Grid size in metres; 0 nodes in floating point.
    """
    strings = chain(xy, start)
    if not len(strings):
        return strings
    lines = shapely.multilinestrings(
        shapely.linestrings(strings.xy, indices=np.repeat(np.arange(len(strings)), np.diff(strings.start)))
    )
    noded = shapely.union_all([lines], grid_size=snap) if snap else shapely.node(lines)
    parts = shapely.get_parts(noded)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    return chain(xy, np.searchsorted(part, np.arange(len(parts) + 1)).astype(np.int64))

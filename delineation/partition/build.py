"""Build and narrow partitions."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from ..progress import Progress, silent
from .coverage import cover
from .faces import trace
from .model import Borders, Coverage, Partition
from .noding import node, rings_of

__all__ = ["build", "select"]


def build(geometry: NDArray[np.object_], *, snap: float = 0.001, progress: Progress = silent) -> Partition:
    """Node the boundaries of polygons once into the faces they cover.

    Parameters
    ----------
    geometry : (m,) object
        Polygons and multipolygons, valid or not; ``None`` and empty ones cover nothing.
    snap : float
        Grid of the snap rounding in metres; 0 nodes in floating point.
    """
    progress(0.0, "noding")
    arcs = node(*rings_of(geometry), snap)
    progress(0.5, "faces")
    faces = trace(arcs)
    polygons = faces.polygons
    point = shapely.get_coordinates(shapely.point_on_surface(polygons)).reshape(-1, 2)
    progress(0.8, "coverage")
    coverage = cover(geometry, point)
    bounds = shapely.bounds(polygons).reshape(-1, 4)
    order = np.lexsort((point[:, 1], point[:, 0], bounds[:, 1], bounds[:, 0]))
    n = len(polygons)
    covered = np.zeros(n, bool)
    covered[coverage.face] = True
    order = order[covered[order]]
    row = np.full(n + 1, -1, np.int64)
    row[order] = np.arange(len(order))
    side = row[faces.side]
    face, feature = row[coverage.face], coverage.feature
    by = np.lexsort((feature, face))
    kept = polygons[order]
    partition = Partition(
        faces=kept,
        area=shapely.area(kept),
        point=point[order],
        borders=_borders(side, faces.length),
        touches=_touches(side, faces.node),
        coverage=Coverage(face[by], feature[by]),
    )
    progress(1.0, "partition")
    return partition


def select(partition: Partition, keep: NDArray[np.bool_]) -> Partition:
    """The partition without the faces that ``keep`` (n,) marks False; rows are renumbered in order."""
    row = np.where(keep, np.cumsum(keep) - 1, -1)
    borders, touches, coverage = partition.borders, partition.touches, partition.coverage
    both = keep[borders.left] & keep[borders.right]
    touching = keep[touches].all(axis=1)
    covering = keep[coverage.face]
    return Partition(
        faces=partition.faces[keep],
        area=partition.area[keep],
        point=partition.point[keep],
        borders=Borders(row[borders.left[both]], row[borders.right[both]], borders.length[both]),
        touches=row[touches[touching]],
        coverage=Coverage(row[coverage.face[covering]], coverage.feature[covering]),
    )


def _borders(side: NDArray[np.int64], length: NDArray[np.float64]) -> Borders:
    low, high = np.minimum(side[0::2], side[1::2]), np.maximum(side[0::2], side[1::2])
    inner = (low >= 0) & (low != high)
    base = int(high.max(initial=0)) + 1
    pair, which = np.unique(low[inner] * base + high[inner], return_inverse=True)
    return Borders(pair // base, pair % base, np.bincount(which, length[inner], minlength=len(pair)))


def _touches(side: NDArray[np.int64], node: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pairs of faces that meet at a node; at a node, each face is on the left of one of the half-edges leaving it."""
    base = int(side.max(initial=0)) + 1
    inner = side >= 0
    at = np.unique(node[inner] * base + side[inner])
    node, face = at // base, at % base
    first = np.flatnonzero(np.concatenate(([True], node[1:] != node[:-1]))) if len(node) else np.zeros(0, np.int64)
    size = np.diff(np.append(first, len(node)))
    left, right = [], []
    for ahead in range(1, int(size.max(initial=1))):
        rows = np.flatnonzero(np.repeat(first + size, size) - np.arange(len(node)) > ahead)
        left.append(face[rows])
        right.append(face[rows + ahead])
    if not left:
        return np.zeros((0, 2), np.int64)
    pair = np.unique(np.concatenate(left) * base + np.concatenate(right))
    return np.stack((pair // base, pair % base), axis=1)

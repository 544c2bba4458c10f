"""Coverage: which input feature covers which face."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from .model import Coverage

__all__ = ["cover"]


def cover(geometry: NDArray[np.object_], points: NDArray[np.float64]) -> Coverage:
    """Ask every part of every feature which points it contains."""
    parts, feature = shapely.get_parts(geometry, return_index=True)
    shapely.prepare(parts)
    part, face = shapely.STRtree(shapely.points(points)).query(parts, predicate="contains")
    pairs = np.unique(face.astype(np.int64) * (len(geometry) + 1) + feature[part])
    return Coverage(pairs // (len(geometry) + 1), pairs % (len(geometry) + 1))

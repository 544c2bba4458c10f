"""What the sources measure after noding, by their own rings alone: the faces have to add up to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .arcs import Arcs, Strings, sorting

if TYPE_CHECKING:
    from .coverage import Rings

__all__ = ["feature_areas"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def feature_areas(rings: Rings, count: int, boundary: Arcs, noded: Strings, place: Floats, first: Ints) -> Floats:
    """Area of each feature after noding: shells less holes, parts added up; no face is looked at.

    Where rings cross themselves, or parts of a feature overlap, this is not the area that the feature covers.

    Parameters
    ----------
    rings : Rings
    count : int
        Number of features.
    boundary : Arcs
        Strings that the rings were reduced to.
    noded : Strings
        The same strings, noded.
    place : (v, 2) float64
        Coordinates of the vertices.
    first : (r,) int64
        First vertex of each ring.
    """
    size = np.diff(noded.start)
    head, last = noded.vertex[noded.start[:-1]], noded.vertex[noded.start[1:] - 1]
    # all products are of short distances, from the string's own begin and from the ring's own first vertex
    x, y = (place[noded.vertex] - np.repeat(place[head], size, axis=0)).T
    bulge = np.append(x[:-1] * y[1:] - x[1:] * y[:-1], 0.0)
    bulge[noded.start[1:] - 1] = 0.0
    swept = np.add.reduceat(bulge, noded.start[:-1]) if len(size) else np.zeros(0)
    order = sorting(boundary.source)
    ring, string = boundary.source[order], boundary.arc[order]
    (ax, ay), (bx, by) = (place[head[string]] - place[first[ring]]).T, (place[last[string]] - place[first[ring]]).T
    term = np.where(boundary.forward[order], 1.0, -1.0) * (swept[string] + ax * by - bx * ay)
    area = np.abs(np.bincount(ring, term, minlength=len(first))) / 2
    feature = rings.feature[rings.part]
    total: Floats = np.bincount(feature, np.where(rings.shell, area, -area), minlength=count).astype(np.float64)
    return total

"""Where random units may grow: faces and their neighbours within a county's land or sea, each field in one piece."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from ...core.connected import connected

if TYPE_CHECKING:
    from ...core.arrays import Floats, Ints
    from ..scene.scene import Scene

_SMALL = 100  # faces of a part for which a tree of all others is not worth its making


@dataclass(frozen=True)
class GrowthGround:
    """Where random units may grow: faces of one county, land and sea apart, and who is whose neighbour.

    Attributes
    ----------
    area : (n,) float64
        m².
    field : (n,) int64
        Number of the ground a unit never leaves: a county's land, a county's sea.
    left, right : (e,) int64
        Neighbours within a field. What lies apart in a field, as islands do, is joined to the nearest face of another
        part, so that a field is one piece: units of several parts have their like among the random ones.
    """

    area: Floats
    field: Ints
    left: Ints
    right: Ints

    @cached_property
    def around(self) -> tuple[list[int], list[int]]:
        """Neighbours of each face as one list, and where each face's begin; lists, because growth is a Python loop."""
        one, two = self.both_ways
        order = np.lexsort((two, one))
        start = np.searchsorted(one[order], np.arange(len(self.area) + 1))
        around: list[int] = list(map(int, two[order]))
        return around, list(map(int, start))

    @cached_property
    def sizes(self) -> list[float]:
        """``area`` as a list."""
        return list(map(float, self.area))

    @cached_property
    def both_ways(self) -> tuple[Ints, Ints]:
        """Each pair of neighbours twice: face, neighbour."""
        return np.concatenate([self.left, self.right]), np.concatenate([self.right, self.left])

    @classmethod
    def of(cls, scene: Scene, point: Floats) -> GrowthGround:
        """Lay out the ground of a scene; ``point`` (n, 2) lies in each face."""
        field = np.unique(np.column_stack([scene.county, scene.sea]), axis=0, return_inverse=True)[1].ravel()
        field = field.astype(np.int64)
        b = scene.borders
        same = field[b.left] == field[b.right]
        left, right = b.left[same], b.right[same]
        more = _bridges(field, left, right, point)
        return cls(scene.area, field, np.append(left, more[:, 0]), np.append(right, more[:, 1]))


def _bridges(field: Ints, left: Ints, right: Ints, point: Floats) -> Ints:
    """Pairs that join the parts of each field: every part but the largest to its nearest face outside it, by turns."""
    out: list[Ints] = [np.zeros((0, 2), dtype=np.int64)]
    while True:
        pairs = np.concatenate([np.column_stack([left, right]), *out])
        part = connected(pairs[:, 0], pairs[:, 1], len(field))
        found = [pair for number in np.unique(field) for pair in _nearest(np.flatnonzero(field == number), part, point)]
        if not found:
            return np.concatenate(out)
        out.append(np.array(found, dtype=np.int64))


def _nearest(mine: Ints, part: Ints, point: Floats) -> list[tuple[int, int]]:
    """Of one field's parts, but for the largest: the face nearest to another part, and that part's.

    Two parts may choose each other; the next turn joins what they made.
    """
    parts, which, size = np.unique(part[mine], return_inverse=True, return_counts=True)
    tree, found = cKDTree(point[mine]), []
    for number in map(int, np.argsort(size, kind="stable")[:-1]):
        inside = np.flatnonzero(which == number)
        if len(inside) < _SMALL:
            # Of so many nearest, one at least lies outside.
            distance, other = tree.query(point[mine[inside]], k=len(inside) + 1)
            distance = np.where(which[other] == number, np.inf, distance)
            row, column = np.unravel_index(int(np.argmin(distance)), distance.shape)
            found.append((int(mine[inside[row]]), int(mine[other[row, column]])))
        else:
            outside = np.flatnonzero(which != number)
            distance, other = cKDTree(point[mine[outside]]).query(point[mine[inside]])
            row = np.argmin(distance)
            found.append((int(mine[inside[row]]), int(mine[outside[other[row]]])))
    return found if len(parts) > 1 else []

"""Coverage: which input feature covers which face, by crossing boundaries only.

No point is located. The faces are walked over a spanning tree of their neighbourhood; stepping over an arc enters or
leaves every source ring that runs along it an odd number of times. What a feature covers is thus exact however thin a
face is, and sources that tile the plane cover each face exactly once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order

from ..core.arrays import number_of
from ..core.messages import Message
from ..core.progress import Progress, silent, steps
from .arcs import groups, lengths, runs, sorting, sorting_pairs
from .cycles import path_order
from .model import Coverage

if TYPE_CHECKING:
    from ..core.arrays import Bools, Floats, Ints, Objects


@dataclass(frozen=True)
class Rings:
    """Rings of polygons, and what they belong to.

    Attributes
    ----------
    xy : (v, 2) float64
        Vertices, ring after ring.
    start : (r + 1,) int64
    part : (r,) int64
        Polygon each ring belongs to, counted over all parts of all features.
    shell : (r,) bool
        Whether the ring is its polygon's shell (the others are holes).
    feature : (p,) int64
        Feature of each part.
    """

    xy: Floats
    start: Ints
    part: Ints
    shell: Bools
    feature: Ints

    def without_vertices(self) -> Rings:
        """Keep what the rings belong to, and let go of the rest."""
        return replace(self, xy=np.zeros((0, 2)), start=np.zeros(len(self.start), np.int64))


def rings_of(geometry: Objects) -> Rings:
    """All rings of polygons and multipolygons; other geometry has none."""
    parts, feature = shapely.get_parts(geometry, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    filled = shapely.get_num_coordinates(rings) > 0
    if not filled.all():
        rings, part = rings[filled], part[filled]
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    shell = np.zeros(len(rings), bool)
    shell[groups(part)] = True
    start = np.searchsorted(ring, np.arange(len(rings) + 1))
    return Rings(xy, start.astype(np.int64), part.astype(np.int64), shell, feature.astype(np.int64))


def cover(rings: Rings, side: Ints, ring: Ints, arc: Ints, *, progress: Progress = silent) -> Coverage:
    """Which features cover which faces.

    Inside one ring the even-odd rule holds, a part is its shell without its holes, a feature the union of its parts.

    Parameters
    ----------
    rings : Rings
    side : (2a,) int64
        Face on each side of each arc, −1 outside.
    ring, arc : (p,) int64
        One row for each time a ring runs along an arc.
    """
    count = number_of(side)
    if not count:
        return Coverage(np.zeros(0, np.int64), np.zeros(0, np.int64))
    step = steps(progress, Message("coverage"), 5)
    parent_arc, order, stop = _tour(side, count)
    step()
    crossed = np.full(len(side) // 2, -1, np.int64)
    crossed[parent_arc[:-1]] = np.arange(count)
    face = crossed[arc]
    on_tree = np.flatnonzero(face >= 0)
    ring, face = _odd(ring[on_tree], face[on_tree], count)
    step()
    # along the tour, the faces beyond an arc are one interval: entering at its begin, leaving at its end
    rank = np.empty(count + 1, np.int64)
    rank[order] = np.arange(count + 1)
    ring, at = _odd(np.concatenate((ring, ring)), np.concatenate((rank[face], stop[face])), count + 2)
    ring, begin, end = ring[0::2], at[0::2], at[1::2]
    face = order[runs(begin, end - begin)]
    ring = np.repeat(ring, end - begin)
    step()
    part, shell = rings.part[ring], rings.shell[ring]
    covered = part[shell] * count + face[shell]
    if not shell.all():
        covered = covered[~np.isin(covered, part[~shell] * count + face[~shell])]
    step()
    feature, face = rings.feature[covered // count], covered % count
    by = sorting_pairs(face, feature)
    by = by[groups(face[by], feature[by])]
    step()
    return Coverage(face[by], feature[by])


def _tour(side: Ints, count: int) -> tuple[Ints, Ints, Ints]:
    """Walk over all faces from the outside, which is number ``count`` here.

    Returns
    -------
    arc : (n + 1,) int64
        Arc stepped over to enter each face.
    order : (n + 1,) int64
        Faces, each followed by all that is reached through it.
    stop : (n + 1,) int64
        Position in ``order`` after the last face reached through each.
    """
    here: Ints = np.where(side < 0, count, side)
    there: Ints = here.reshape(-1, 2)[:, ::-1].reshape(-1)
    by = sorting_pairs(here, there)
    by = by[groups(here[by], there[by])]
    here, there = here[by], there[by]
    pointer = np.searchsorted(here, np.arange(count + 2))
    graph = csr_array((np.ones(len(by), np.int8), there.astype(np.int32), pointer.astype(np.int32)))
    parent = breadth_first_order(graph, count, return_predecessors=True)[1].astype(np.int64)
    faces = np.arange(count)
    # (face, parent) pairs are sorted by face, then parent
    arc = by[np.searchsorted(here * (count + 1) + there, faces * (count + 1) + parent[:-1])] >> 1
    # the tour goes down into each face (its number) and up out of it (n + 1 further)
    up = count + 1
    child = sorting(parent[:-1])
    family = parent[child]
    first = groups(family)
    last = np.append(first[1:], count) - 1
    follow = np.empty(2 * up, np.int64)
    follow[: count + 1] = np.arange(up, 2 * up)
    follow[family[first]] = child[first]
    follow[up + child[:-1]] = child[1:]
    follow[up + child[last]] = up + family[last]
    follow[up + count] = -1
    steps = path_order(follow, count)
    down = steps < up
    stop = np.empty(count + 1, np.int64)
    stop[steps[~down] - up] = np.cumsum(down)[~down]
    return np.append(arc, -1), steps[down], stop


def _odd(major: Ints, minor: Ints, base: int) -> tuple[Ints, Ints]:
    """Sorted pairs that occur an odd number of times."""
    key = np.sort(major * base + minor)
    first = groups(key)
    key = key[first[lengths(first, len(key)) % 2 == 1]]
    return key // base, key % base

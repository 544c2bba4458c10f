"""The finest pieces of two states of a plan: faces that both have, and what cuts have put in place of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ..core.sums import sum_by

if TYPE_CHECKING:
    from ..core.arrays import Floats, Ints, Objects
    from .mesh import Mesh
    from .state import State


@dataclass(frozen=True)
class SharedPieces:
    """The finest pieces of two states.

    Nodes of a cut are rounded, so that faces have other areas by some dm² in a version that is cut. All areas and
    shapes are those of one version: the later one, or the former where that has all pieces as faces.

    Attributes
    ----------
    old, new : (n,) int64
        Row of the face that each is, or lies in, before and after.
    area : (n,) float64
        m².
    mesh : Mesh
        Of the version that areas and shapes are of.
    face : (n,) int64
        Row there of those that are a face of it, −1 for the others.
    shape : (n,) object
        Of the others.
    """

    old: Ints
    new: Ints
    area: Floats
    mesh: Mesh
    face: Ints
    shape: Objects

    def drawn(self, row: Ints, count: int) -> Objects:
        """Draw the unions of pieces by their rows: faces by the arcs of the mesh."""
        label = np.full(len(self.mesh.face_id), -1, dtype=np.int64)
        label[self.face[self.face >= 0]] = row[self.face >= 0]
        out = self.mesh.outlines(label, np.arange(count))
        for number in np.unique(row[self.face < 0]):
            parts = np.flatnonzero((self.face < 0) & (row == number))
            out[number] = _multipolygon(shapely.union_all([out[number], *self.shape[parts]]))
        return out


def _multipolygon(shape: Any) -> shapely.MultiPolygon:
    parts = shapely.get_parts(shape)
    return shapely.MultiPolygon(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON].tolist())


def shared_pieces(before: State, after: State) -> SharedPieces:
    """Match faces by id, and what cuts have put in place of others by what they share."""
    count = len(after.label)
    if before.mesh is after.mesh:
        every = np.arange(count)
        return SharedPieces(every, every, after.faces.area, after.mesh, every, np.full(count, None, dtype=object))
    _, old, new = np.intersect1d(before.mesh.face_id, after.mesh.face_id, assume_unique=True, return_indices=True)
    cut_old, cut_new = np.setdiff1d(np.arange(len(before.label)), old), np.setdiff1d(np.arange(count), new)
    first, second, shape = _shared(before.mesh.shape[cut_old], after.mesh.shape[cut_new], before.mesh.snap)
    old, new = np.append(old, cut_old[first]), np.append(new, cut_new[second])
    none = np.full(len(old), None, dtype=object)
    if len(np.unique(new)) < len(new) and len(np.unique(old)) == len(old):
        return SharedPieces(old, new, before.faces.area[old], before.mesh, old, none)
    alone = np.bincount(new, minlength=count)[new] == 1
    none[len(none) - len(shape) :] = shape
    for face in np.unique(new[~alone]):
        # What rounding leaves between the pieces and the border of their face is put to the largest of them.
        rows = np.flatnonzero(new == face)
        largest = rows[shapely.area(none[rows]).argmax()]
        others = shapely.union_all(none[rows[rows != largest]])
        none[largest] = _multipolygon(shapely.difference(after.mesh.shape[face], others))
    part = np.where(alone, 1.0, shapely.area(none))
    share = part / sum_by(new, part, count)[new]
    return SharedPieces(old, new, share * after.faces.area[new], after.mesh, np.where(alone, new, -1), none)


def _shared(old: Objects, new: Objects, snap: float) -> tuple[Ints, Ints, Objects]:
    """Find what faces of two cuts of the same land share: rows of both, and the shapes."""
    first, second = shapely.STRtree(new).query(old, predicate="intersects")
    shape = shapely.intersection(old[first], new[second])
    # A face may reach over the border of the one that it lies in by the width of the grid.
    hair = snap * np.minimum(shapely.length(old)[first], shapely.length(new)[second])
    some = shapely.area(shape) > hair
    return first[some], second[some], shape[some]

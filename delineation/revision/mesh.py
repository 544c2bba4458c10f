"""The faces of a plan with the arcs between them: outlines of any labels, and faces replaced by pieces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapely import MultiPolygon, STRtree

    from ..partition import Lines

__all__ = ["Cut", "Mesh"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Objects = NDArray[np.object_]


@dataclass(frozen=True)
class Cut:
    """What cutting faces along a line makes of them.

    Attributes
    ----------
    gone : (g,) int64
        Rows of the faces that are cut.
    pieces : (p,) object
        Polygons in their place.
    parent : (p,) int64
        Row of the face each piece is of; one of ``gone``.
    side : (p,) int8
        +1 left of the line, −1 right, 0 undecided.
    noded : (m,) int64
        Rows of faces that keep their number, but have new vertices where the line ends on their boundary.
    shapes : (m,) object
        Polygons of those faces now.
    """

    gone: Ints
    pieces: Objects
    parent: Ints
    side: NDArray[np.int8]
    noded: Ints
    shapes: Objects


@dataclass(frozen=True)
class Mesh:
    """Faces that lie side by side, by ascending ``face_id``, and the lines between them. Nothing is changed in place.

    Attributes
    ----------
    face_id : (n,) int64
    shape : (n,) object
        Polygons, to the bit as the plan file has them.
    area : (n,) float64
        m².
    point : (n, 2) float64
        A point inside each face.
    left, right : (b,) int64
        Rows of neighbours, ``left < right``, sorted.
    length : (b,) float64
        Of the line neighbours share, m.
    lines : Lines
        Arcs; their sides are rows.
    snap : float
        Grid of the vertices, m; 0 for none.
    """

    face_id: Ints
    shape: Objects
    area: Floats
    point: Floats
    left: Ints
    right: Ints
    length: Floats
    lines: Lines
    snap: float

    @classmethod
    def of(cls, face_id: Ints, shape: Objects, snap: float) -> Mesh:
        """Find the arcs of faces; rows as they come (ascending ``face_id``)."""
        raise NotImplementedError

    @property
    def tree(self) -> STRtree:
        """Spatial index of the shapes, made when first asked for."""
        raise NotImplementedError

    def at(self, x: float, y: float) -> int:
        """Row of the face that a point lies in; −1 for none."""
        raise NotImplementedError

    def outlines(
        self, label: Ints, wanted: Ints, before: tuple[Ints, Mapping[int, MultiPolygon]] | None = None
    ) -> Objects:
        """Union of the faces of each wanted label, as (k,) multipolygons; an empty one for a label without faces.

        ``before`` is (label of each row before, outlines of labels before): parts that did not change are taken from
        it. A row whose shape is new (a piece, a noded face) has −2 there, which is no label.
        """
        raise NotImplementedError

    def parts(self, label: Ints, wanted: Ints) -> Ints:
        """Part of its label that each face belongs to, 0… by the lowest row; −1 for faces of other labels."""
        raise NotImplementedError

    def border_shapes(self, rows: Ints) -> Objects:
        """Line that neighbours share, as (k,) multilinestrings, for rows of ``left`` and ``right``."""
        raise NotImplementedError

    def with_cut(self, cut: Cut, first_id: int) -> Mesh:
        """Put the pieces of a cut in place of its faces, numbered from ``first_id``, and shapes on noded faces."""
        raise NotImplementedError

    def replaced(self, drop_ids: Ints, ids: Ints, shapes: Objects) -> Mesh:
        """Drop faces by number and put in others; a number may be dropped and come back with another shape."""
        raise NotImplementedError

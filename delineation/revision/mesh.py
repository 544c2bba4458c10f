"""The faces of a plan with the arcs between them: outlines of any labels, and faces replaced by pieces."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from ..core.errors import BadInput
from ..core.messages import Message
from ..core.progress import Progress, silent
from ..partition import Lines, build
from ..partition.arcs import groups, sorting
from ..partition.build import borders_along, inside
from ..partition.dissolve import bounded, collected, shared_lines
from .patch import Order, Splice, lines_with

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shapely import MultiPolygon

    from ..core.arrays import Bools, Floats, Ints, Objects, Sides

_MOST_SINCE = 2_000  # shapes beside the first index before all are put in one


@dataclass(frozen=True)
class FaceCut:
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
    side: Sides
    noded: Ints
    shapes: Objects


@dataclass(frozen=True, eq=False)
class ShapeTree:
    """Spatial index of faces: that of an earlier mesh, and one of what came since.

    Attributes
    ----------
    first : STRtree
    row : (k,) int64
        Row of each shape of the first index; −1 for those that are gone.
    since : (m,) int64
        Rows of shapes that are not in the first index.
    later : STRtree
        Of these.
    """

    first: shapely.STRtree
    row: Ints
    since: Ints
    later: shapely.STRtree

    @classmethod
    def of(cls, shape: Objects) -> ShapeTree:
        """Make it anew."""
        return cls(shapely.STRtree(shape), np.arange(len(shape)), np.zeros(0, np.int64), shapely.STRtree([]))

    def spliced(self, rows: Splice, shape: Objects) -> ShapeTree:
        """Give that of a mesh in which some rows are others.

        Parameters
        ----------
        rows : Splice
        shape : (n,) object
            All shapes afterwards.
        """
        stay = rows.number[self.since]
        since = np.concatenate((stay[stay >= 0], rows.at))
        if len(since) > _MOST_SINCE:
            return ShapeTree.of(shape)
        return ShapeTree(self.first, np.append(rows.number, -1)[self.row], since, shapely.STRtree(shape[since]))

    def query(self, geometry: Any, predicate: str) -> Ints:
        """Find rows, in order; of an array of geometries pairs of place and row, as ``STRtree.query`` gives them."""
        one, other = self.first.query(geometry, predicate=predicate), self.later.query(geometry, predicate=predicate)
        if one.ndim == 1:
            found: Ints = np.sort(np.concatenate((self.row[one][self.row[one] >= 0], self.since[other])))
            return found
        pairs = np.concatenate(
            (np.stack((one[0], self.row[one[1]])), np.stack((other[0], self.since[other[1]]))), axis=1
        )
        pairs = pairs[:, pairs[1] >= 0]
        ordered: Ints = pairs[:, np.lexsort((pairs[1], pairs[0]))]
        return ordered


@dataclass(frozen=True, eq=False)
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
    bounds : (n, 4) float64
        Lowest x and y, highest x and y of each face.
    left, right : (b,) int64
        Rows of neighbours, ``left < right``, sorted.
    length : (b,) float64
        Of the line that neighbours share, m.
    lines : Lines
        Arcs; their sides are rows.
    order : Order
        What the vertices and arcs of the lines are in order by.
    snap : float
        Grid of the vertices, m; 0 for none.
    """

    face_id: Ints
    shape: Objects
    area: Floats
    point: Floats
    bounds: Floats
    left: Ints
    right: Ints
    length: Floats
    lines: Lines
    order: Order
    snap: float

    @classmethod
    def of(cls, face_id: Ints, shape: Objects, snap: float, progress: Progress = silent) -> Mesh:
        """Find the lines between faces.

        Parameters
        ----------
        face_id : (n,) int64
            Ascending.
        shape : (n,) object
            Polygons that meet only along shared, identically noded edges.
        snap : float
        progress : callable

        Raises
        ------
        BadInput
            Faces that overlap, or whose edges are not the same vertex by vertex.
        """
        partition = build(shape, snap=0.0, progress=progress)
        row, count = partition.coverage.feature, len(shape)
        single = len(partition) == len(row) == count and bool((np.bincount(row, minlength=count) == 1).all())
        vertices = int(shapely.get_num_coordinates(shape).sum())
        if not single or vertices != int(shapely.get_num_coordinates(partition.faces).sum()):
            raise BadInput(
                Message("the faces do not lie side by side"),
                wanted=Message("faces as a run has written them"),
            )
        side = np.append(row, -1)[partition.lines.side]
        borders = partition.borders
        left, right = np.sort(np.stack((row[borders.left], row[borders.right])), axis=0)
        order = np.lexsort((right, left))
        point = np.empty((count, 2))
        point[row] = partition.point
        bounds = shapely.bounds(shape).reshape(-1, 4)
        lines = Lines(partition.lines.arcs, partition.lines.place, side)
        return cls(
            face_id=face_id,
            shape=shape,
            area=shapely.area(shape),
            point=point,
            bounds=bounds,
            left=left[order],
            right=right[order],
            length=borders.length[order],
            lines=lines,
            order=Order.of(lines, _corners(bounds), vertices),
            snap=snap,
        )

    @cached_property
    def tree(self) -> ShapeTree:
        """Spatial index of the shapes, made when first asked for, and kept over cuts."""
        return ShapeTree.of(self.shape)

    def rows(self, ids: Ints | Sequence[int]) -> Ints:
        """Find the rows of faces by their ids; each is there."""
        return np.searchsorted(self.face_id, ids)

    def looked_up(self, ids: Ints) -> tuple[Ints, Bools]:
        """Find the rows of faces by their ids, and tell which of them are there."""
        row = np.minimum(self.rows(ids), max(len(self.face_id) - 1, 0))
        return row, self.face_id[row] == ids

    def at(self, x: float, y: float) -> int:
        """Row of the face that a point lies in, the lowest of several on whose border it lies; −1 for none."""
        return int(min(self.tree.query(shapely.Point(x, y), predicate="intersects"), default=-1))

    def outlines(
        self, label: Ints, wanted: Ints, before: tuple[Ints, Mapping[int, MultiPolygon]] | None = None
    ) -> Objects:
        """Union of the faces of labels, as `partition.dissolve` gives it.

        Parameters
        ----------
        label : (n,) int64
            Label of each face; negative for none.
        wanted : (k,) int64
            Labels, each once.
        before : tuple
            Label of each face before, and outlines of labels before: what did not change is taken from there. A face
            whose shape is new (a piece, one with new vertices) has −2 there, which is no label.

        Returns
        -------
        (k,) object
            Multipolygons, their parts sorted by their lowest corner; an empty one for a label without faces.
        """
        asked = _asked(label, wanted)
        if before is None:
            return collected(*bounded(self.lines, np.append(asked, -1)[self.lines.side]), len(wanted))
        kept, of_kept, asked = self._unchanged(label != before[0], asked, wanted, before[1])
        polygons, of = bounded(self.lines, np.append(asked, -1)[self.lines.side])
        return collected(np.concatenate((kept, polygons)), np.concatenate((of_kept, of)), len(wanted))

    def parts(self, label: Ints, wanted: Ints) -> Ints:
        """Part of its label that each face is in: faces that share lines are in one.

        Returns
        -------
        (n,) int64
            From 0 for each label, in the order of the parts' lowest rows; −1 for faces of other labels.
        """
        asked = _asked(label, wanted)
        part, first = self._components(asked)
        of = asked[first]
        order = np.lexsort((first, of))
        begin = groups(of[order])
        within = np.empty(len(first) + 1, np.int64)
        within[order] = np.arange(len(first)) - np.repeat(begin, np.diff(np.append(begin, len(first))))
        within[-1] = -1
        return within[part]

    def border_shapes(self, rows: Ints) -> Objects:
        """Line that neighbours share, as `partition.border_lines` gives it.

        Parameters
        ----------
        rows : (k,) int64
            Rows of ``left``, ``right`` and ``length``.

        Returns
        -------
        (k,) object
            Multilinestrings.
        """
        count = len(self.face_id)
        asked = self.left[rows] * count + self.right[rows]
        marked = np.zeros(count + 1, bool)
        marked[self.left[rows]] = marked[self.right[rows]] = True
        side = self.lines.side.reshape(-1, 2)
        near = np.flatnonzero(marked[side[:, 0]] & marked[side[:, 1]])
        key = side[near].min(axis=1) * count + side[near].max(axis=1)
        wanted = np.isin(key, asked)
        near, key = near[wanted], np.unique(key[wanted])
        shapes = shared_lines(Lines(self.lines.arcs.take(near), self.lines.place, side[near].ravel()))
        return shapes[np.searchsorted(key, asked)]

    def with_cut(self, cut: FaceCut, first_id: int) -> Mesh:
        """Put the pieces of a cut in place of its faces, numbered from ``first_id``, and new shapes on noded faces."""
        noded = self.face_id[cut.noded]
        return self.replaced(
            np.concatenate((self.face_id[cut.gone], noded)),
            np.concatenate((first_id + np.arange(len(cut.pieces)), noded)),
            np.concatenate((cut.pieces, cut.shapes)),
        )

    def replaced(self, drop_ids: Ints, ids: Ints, shapes: Objects) -> Mesh:
        """Drop faces by number and put in others; a number may be dropped and come back with another shape.

        Only the lines that the old and the new faces touch are found anew.

        Parameters
        ----------
        drop_ids : (g,) int64
        ids : (m,) int64
            Numbers of the new faces, in any order.
        shapes : (m,) object
            Polygons with the vertices of what they lie beside.

        Returns
        -------
        Mesh
            As `of` gives it for all the faces.

        Raises
        ------
        BadInput
            Faces that then overlap, or do not meet vertex by vertex.
        """
        gone = np.flatnonzero(np.isin(self.face_id, drop_ids))
        by = np.argsort(ids)
        ids, shapes = ids[by], shapes[by]
        rows = Splice(len(self.face_id), gone, np.searchsorted(self.face_id, ids))
        face_id, shape = rows(self.face_id, ids), rows(self.shape, shapes)
        bounds = rows(self.bounds, shapely.bounds(shapes).reshape(-1, 4))
        patched = None
        if np.array_equal(_corners(bounds), self.order.corners) and self._runs_as_built(shapes):
            patched = lines_with(self.lines, self.order, rows, self.shape, shapes)
        if patched is None:
            return Mesh.of(face_id, shape, self.snap)
        lines, order, beside = patched
        left, right, length = self._borders(lines, rows.number, beside, len(face_id))
        mesh = Mesh(
            face_id=face_id,
            shape=shape,
            area=rows(self.area, shapely.area(shapes)),
            point=rows(self.point, inside(shapes)),
            bounds=bounds,
            left=left,
            right=right,
            length=length,
            lines=lines,
            order=order,
            snap=self.snap,
        )
        if "tree" in self.__dict__:
            mesh.__dict__["tree"] = self.tree.spliced(rows, shape)
        return mesh

    def _runs_as_built(self, shapes: Objects) -> bool:
        """Whether all rings have their face on the left, so that each arc has its lower face there."""
        left, right = self.lines.side.reshape(-1, 2).T
        rings, of = shapely.get_rings(shapes, return_index=True)
        shell = np.zeros(len(rings), bool)
        shell[groups(of)] = True
        ordered = bool(((left >= 0) & ((right < 0) | (left < right))).all())
        return ordered and bool((shapely.is_ccw(rings) == shell).all())

    def _borders(self, lines: Lines, row: Ints, beside: Ints, count: int) -> tuple[Ints, Ints, Floats]:
        """Borders of the faces on new lines: those between faces beside new arcs are measured, others stay."""
        marked = np.zeros(count + 1, bool)
        marked[beside] = True
        beside_both = marked[lines.side]
        near = np.flatnonzero(beside_both[0::2] & beside_both[1::2])
        fresh = borders_along(lines.side.reshape(-1, 2)[near].ravel(), lines.arcs.take(near), lines.place)
        left, right = row[self.left], row[self.right]
        stay = np.flatnonzero((left >= 0) & (right >= 0) & ~(marked[left] & marked[right]))
        left, right = left[stay], right[stay]
        to = np.searchsorted(left * count + right, fresh.left * count + fresh.right)
        return (
            np.insert(left, to, fresh.left),
            np.insert(right, to, fresh.right),
            np.insert(self.length[stay], to, fresh.length),
        )

    def _components(self, asked: Ints) -> tuple[Ints, Ints]:
        """Find connected faces of one number: part of each face (−1 where there is no number), first face of each."""
        rows = np.flatnonzero(asked >= 0)
        within = np.full(len(asked), -1, np.int32)
        within[rows] = np.arange(len(rows), dtype=np.int32)
        one = asked[self.left]
        linked = np.flatnonzero((one == asked[self.right]) & (one >= 0))
        # borders go by their left face, as the rows of a sparse matrix do
        left, right = within[self.left[linked]], within[self.right[linked]]
        pointer = np.searchsorted(left, np.arange(len(rows) + 1)).astype(np.int32)
        graph = csr_array((np.ones(len(linked), np.int8), right, pointer), shape=(len(rows), len(rows)))
        count, found = connected_components(graph, directed=False)
        part = np.full(len(asked), -1, np.int64)
        part[rows] = found
        first = np.empty(count, np.int64)
        first[found[::-1]] = rows[::-1]
        return part, first

    def _unchanged(
        self, changed: Bools, asked: Ints, wanted: Ints, known: Mapping[int, MultiPolygon]
    ) -> tuple[Objects, Ints, Ints]:
        """Polygons before of the parts without a face that changed or is beside one that did.

        Returns
        -------
        tuple
            Those polygons, which of ``wanted`` each is of, and ``asked`` without the faces in them.
        """
        near = changed.copy()
        near[self.left[changed[self.right]]] = True
        near[self.right[changed[self.left]]] = True
        part, first = self._components(asked)
        rows = np.flatnonzero(part >= 0)
        rows = rows[sorting(part[rows])]
        begin = groups(part[rows])
        of, edges = asked[first], self.bounds[rows]
        box = (
            np.concatenate(
                (np.minimum.reduceat(edges[:, :2], begin, axis=0), np.maximum.reduceat(edges[:, 2:], begin, axis=0)),
                axis=1,
            )
            if len(begin)
            else np.zeros((0, 4))
        )
        touched = np.zeros(len(first), bool)
        touched[part[rows][near[rows]]] = True
        # what has its lowest corner in common with another part goes by the order of the arcs: traced anew
        order = np.lexsort((box[:, 1], box[:, 0], of))
        same = groups(of[order], box[order, 0], box[order, 1])
        several = np.diff(np.append(same, len(order))) > 1
        touched[order] |= np.repeat(several, np.diff(np.append(same, len(order))))
        polygons, of_polygon = shapely.get_parts(
            np.array([known.get(int(one), shapely.MultiPolygon()) for one in wanted], dtype=object), return_index=True
        )
        # parts are known by the box around them
        number = np.concatenate((of, of_polygon))
        boxes = np.concatenate((box, shapely.bounds(polygons).reshape(-1, 4)))
        order = np.lexsort((*boxes.T, number))
        same = groups(number[order], *boxes[order].T)
        size = np.diff(np.append(same, len(order)))
        pair = same[size == 2]
        one, other = order[pair], order[pair + 1] - len(first)
        fits = (one < len(first)) & (other >= 0)
        one, other = one[fits], other[fits]
        untouched = ~touched[one]
        one, other = one[untouched], other[untouched]
        from_before = np.zeros(len(first) + 1, bool)
        from_before[one] = True
        return polygons[other], of_polygon[other], np.where(from_before[part], -1, asked)


def _corners(bounds: Floats) -> Floats:
    return np.stack((bounds[:, :2].min(axis=0, initial=np.inf), bounds[:, 2:].max(axis=0, initial=-np.inf)))


def _asked(label: Ints, wanted: Ints) -> Ints:
    """Place of each face's label in ``wanted``; −1 for others."""
    place = np.full(int(max(label.max(initial=-1), wanted.max(initial=-1))) + 2, -1, np.int64)
    place[wanted] = np.arange(len(wanted))
    place[-1] = -1
    asked: Ints = place[np.maximum(label, -1)]
    return asked

"""The pieces that a line makes of faces, and the faces beside them that get its nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..partition.arcs import Strings, chain
from ..partition.faces import trace
from .line_noding import too_close
from .mesh import FaceCut

if TYPE_CHECKING:
    from ..core.arrays import Floats, Ints, Sides
    from ..partition.faces import Faces
    from .line_noding import LineNoding
    from .mesh import Mesh


HAIR = 0.01  # m: a piece of no more than this mean width is left with its neighbour, however long it is


@dataclass(frozen=True)
class Divided:
    """A cut, and the value of each row that is whole and of each piece."""

    cut: FaceCut
    row: Sides
    piece: Sides
    area: Floats  # of the pieces
    joined: int


def nothing_cut() -> FaceCut:
    """Give the cut that changes no shape."""
    no_rows, no_shapes = np.zeros(0, np.int64), np.zeros(0, object)
    return FaceCut(no_rows, no_shapes, no_rows, np.zeros(0, np.int8), no_rows, no_shapes)


def divide(mesh: Mesh, noding: LineNoding, value: Sides, least_piece: float, *, unite: bool) -> Divided:
    """Make the cut that divides faces only where the values differ.

    Parameters
    ----------
    mesh : Mesh
    noding : LineNoding
    value : (n + p,) int8
        Of each row and each piece.
    least_piece : float
        m²; what is smaller takes the value of a neighbour out of the same face.
    unite : bool
        Whether pieces of a face that lie side by side and have one value are one piece.
    """
    rows = len(mesh.shape)
    row_value = value[:rows].copy()
    row_value[noding.parent] = 0
    if not len(noding.pieces):
        return Divided(nothing_cut(), row_value, np.zeros(0, np.int8), np.zeros(0), 0)
    group, group_value, joined = _grouped(noding, value[rows:], least_piece, unite=unite)
    pair = noding.piece.reshape(-1, 2)
    cuts = ~noding.border & (pair >= 0).all(axis=1)
    cuts[cuts] = group[pair[cuts, 0]] != group[pair[cuts, 1]]
    gone = np.unique(noding.row[2 * np.flatnonzero(cuts)])
    whole = np.flatnonzero(~np.isin(noding.parent, gone))
    row_value[noding.parent[whole]] = group_value[whole]
    if not len(gone):
        return Divided(nothing_cut(), row_value, np.zeros(0, np.int8), np.zeros(0), joined)
    made, of_group = _traced(mesh, noding, np.flatnonzero(cuts), gone, group)
    return Divided(made, row_value, group_value[of_group], shapely.area(made.pieces), joined)


def _grouped(noding: LineNoding, value: Sides, least_piece: float, *, unite: bool) -> tuple[Ints, Sides, int]:
    """Join pieces: those that no border is wanted between, and those too small with a neighbour.

    Returns
    -------
    group : (p,) int64
        One of the pieces, the same for all that are joined.
    value : (p,) int8
        Value of each piece's group.
    joined : int
        How many were too small.
    """
    group, value = np.arange(len(value)), value.copy()
    area, around = shapely.area(noding.pieces), shapely.length(noding.pieces)
    least = np.maximum(least_piece, HAIR / 2 * around)
    pair = noding.piece.reshape(-1, 2)
    stretch = np.flatnonzero(~noding.border & (pair >= 0).all(axis=1) & (pair[:, 0] != pair[:, 1]))
    alike = value[pair[stretch, 0]] == value[pair[stretch, 1]] if unite else np.zeros(len(stretch), bool)
    busy = np.union1d(noding.parent[area < least], noding.row[2 * stretch[alike]])
    joined = 0
    for parent in busy.tolist():
        of_parent = stretch[noding.row[2 * stretch] == parent]
        links = list(zip(*pair[of_parent].T.tolist(), noding.length[of_parent].tolist(), strict=True))
        pieces = _Siblings(value, area, around, least_piece)
        root, small = pieces.joined(
            [int(piece) for piece in np.flatnonzero(noding.parent == parent)], links, unite=unite
        )
        joined += small
        group[list(root)] = list(root.values())
        value[list(root)] = value[list(root.values())]
    return group, value, joined


@dataclass(frozen=True)
class _Siblings:
    """Value, area (m²) and perimeter (m) of pieces, to be joined; what they are joined to is kept at one of them."""

    value: Sides
    area: Floats
    around: Floats
    least: float

    def joined(
        self, members: list[int], links: list[tuple[int, int, float]], *, unite: bool
    ) -> tuple[dict[int, int], int]:
        """Join pieces of one face: (which one each is joined to, how many were too small).

        Parameters
        ----------
        members : list of int
        links : list of (int, int, float)
            Pieces on both sides of each stretch of the line, and its length, m.
        unite : bool
            Whether those of one value are joined first.
        """
        root = {piece: piece for piece in members}
        small = 0
        while links:
            joint = self._next(links, unite=unite)
            if joint is None:
                break
            one, other, too_small = joint
            small += too_small
            keep, drop = (one, other) if self.area[one] >= self.area[other] else (other, one)
            shared = sum(length for left, right, length in links if {left, right} == {one, other})
            self.area[keep] += self.area[drop]
            self.around[keep] += self.around[drop] - 2 * shared
            root = {piece: keep if at == drop else at for piece, at in root.items()}
            moved = [(keep if a == drop else a, keep if b == drop else b, length) for a, b, length in links]
            links = [link for link in moved if link[0] != link[1]]
        return root, small

    def _next(self, links: list[tuple[int, int, float]], *, unite: bool) -> tuple[int, int, bool] | None:
        if unite:
            for one, other, _ in links:
                if self.value[one] == self.value[other]:
                    return one, other, False
        linked = {piece for link in links for piece in link[:2]}
        small = [piece for piece in linked if self.area[piece] < max(self.least, HAIR / 2 * self.around[piece])]
        if not small:
            return None
        least = min(small, key=lambda piece: (self.area[piece], piece))
        shared: dict[int, float] = {}
        for one, other, length in links:
            if least in (one, other):
                beside = other if least == one else one
                shared[beside] = shared.get(beside, 0.0) + length
        return least, max(shared, key=lambda piece: (shared[piece], self.area[piece], -piece)), True


def _traced(mesh: Mesh, noding: LineNoding, stretch: Ints, gone: Ints, group: Ints) -> tuple[FaceCut, Ints]:
    """Trace the pieces between stretches of the line, and the faces that get nodes: (cut, group of each piece).

    Nodes that only other stretches of the line needed are taken out again.
    """
    strings, near = noding.strings, noding.near
    border_strings = strings.take(np.arange(len(near)))
    vertex, start = border_strings.vertex, border_strings.start
    new_node = np.zeros(len(noding.place), bool)
    kept = noding.arcs.take(stretch)
    new_node[kept.vertex] = True
    inserted = noding.inserted[: len(vertex)]
    wanted = inserted & new_node[vertex]
    string = np.repeat(np.arange(len(near)), np.diff(start))
    changed = np.zeros(len(near), bool)
    changed[string[wanted]] = True
    # a border that bends to a new node may have to bend round a vertex that was there
    wanted |= inserted & noding.old[vertex] & changed[string]
    stays = ~inserted | wanted
    side = mesh.lines.side.reshape(-1, 2)
    of_shape = np.zeros(len(mesh.shape) + 1, bool)
    of_shape[gone] = True
    of_shape[side[near[changed]]] = True
    of_shape[-1] = False
    used = of_shape[side[:, 0]] | of_shape[side[:, 1]]
    if int(used.sum()) != int(used[near].sum()):
        raise too_close(noding.place[kept.vertex[0]])
    rows = np.flatnonzero(used[near])
    size = np.bincount(string[stays], minlength=len(near))[rows]
    kept_vertex = vertex[stays & used[near][string]]
    chained = chain(
        Strings(
            strings.xy,
            np.concatenate((kept_vertex, kept.vertex)),
            np.concatenate((np.zeros(1, np.int64), np.cumsum(np.concatenate((size, np.diff(kept.start)))))),
        )
    )
    traced = trace(chained.strings, noding.place)
    # what each half-edge has on its left: a row, and for those along the line the group of a piece
    row, of_group = np.full(2 * len(chained), -1, np.int64), np.full(2 * len(chained), -1, np.int64)
    lead = np.zeros(2 * len(chained))
    of_border = chained.source < len(rows)
    arc, ahead = chained.arc[of_border], chained.forward[of_border]
    beside = side[near[rows[chained.source[of_border]]]]
    row[2 * arc], row[2 * arc + 1] = np.where(ahead, beside.T, beside.T[::-1])
    arc, ahead = chained.arc[~of_border], chained.forward[~of_border]
    cutting = stretch[chained.source[~of_border] - len(rows)]
    row[2 * arc] = row[2 * arc + 1] = noding.row[2 * cutting]
    beside = group[noding.piece.reshape(-1, 2)[cutting]]
    of_group[2 * arc], of_group[2 * arc + 1] = np.where(ahead, beside.T, beside.T[::-1])
    way = noding.length[cutting] * np.where(ahead, 1, -1)
    lead[2 * arc] = way * (noding.forward[cutting] * 1.0 - noding.backward[cutting])
    lead[2 * arc + 1] = -lead[2 * arc]
    half = np.repeat(2 * traced.kept, 2)
    half[1::2] += 1
    return _checked(mesh, noding, traced, row[half], of_group[half], lead[half], gone, np.flatnonzero(of_shape[:-1]))


def _checked(
    mesh: Mesh, noding: LineNoding, traced: Faces, row: Ints, of_group: Ints, lead: Floats, gone: Ints, rows: Ints
) -> tuple[FaceCut, Ints]:
    """Sort what was traced into pieces and noded faces, and make sure that they are valid and cover what was there.

    Parameters
    ----------
    row, of_group : (2a,) int64
        Face on the left of each half-edge that was traced, and the group of pieces; −1 for none.
    lead : (2a,) float64
        How much longer the line runs along it than against it, m.
    gone, rows : (g,), (r,) int64
        Rows of faces that are cut; of these and those that get nodes.
    """
    count, known = len(traced.polygons), traced.side >= 0
    polygon = traced.side[known]
    parent, group = np.full(count, -1, np.int64), np.full(count, -1, np.int64)
    parent[polygon] = row[known]
    group[traced.side[known & (of_group >= 0)]] = of_group[known & (of_group >= 0)]
    side = np.sign(np.bincount(polygon, lead[known], minlength=count)).astype(np.int8)
    real, of_gone = np.isin(parent, rows), np.isin(parent, gone)
    piece, noded = np.flatnonzero(of_gone), np.flatnonzero(real & ~of_gone)
    corner = shapely.bounds(traced.polygons[piece]).reshape(-1, 4)
    piece = piece[np.lexsort((group[piece], *corner.T[::-1], parent[piece]))]
    noded = noded[np.argsort(parent[noded], kind="stable")]
    shapes = traced.polygons[real]
    valid = shapely.is_valid(shapes)
    if not valid.all():
        raise too_close(shapely.get_coordinates(shapes[~valid][:1])[0])
    missing = abs(float(shapely.area(shapes).sum() - mesh.area[rows].sum()))
    slack = mesh.snap * float(shapely.length(shapes).sum()) + 1e-9 * float(mesh.area[rows].sum())
    whole = np.array_equal(parent[noded], np.setdiff1d(rows, gone)) and len(np.unique(group[piece])) == len(piece)
    if not whole or missing > slack or (group[piece] < 0).any():
        raise too_close(noding.place[noding.arcs.vertex[noding.arcs.start[noding.trail[0] >> 1]]])
    made = FaceCut(gone, traced.polygons[piece], parent[piece], side[piece], parent[noded], traced.polygons[noded])
    return made, group[piece]

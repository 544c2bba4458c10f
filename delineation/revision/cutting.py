"""Cut faces along a drawn line: a unit in two, or a new border between two units.

Only faces of the units named are cut. Every vertex that was there stays where it is; the faces beside get the new nodes
in the same `FaceCut`. A face is divided only where the line divides its unit: ends of a line inside a unit, and what
of it lies outside, leave nothing behind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import BadInput
from ..core.messages import Message
from .line_noding import LINE, node_line
from .pieces import divide, nothing_cut
from .sides import COMMON, TWICE, A, B, between_contacts, kinds, left_and_right, lobes, place_of, regions_of

if TYPE_CHECKING:
    from shapely import LineString

    from ..core.arrays import Bools, Ints, Sides
    from .line_noding import LineNoding
    from .mesh import FaceCut, Mesh


_LEFT, _RIGHT = 1, -1


@dataclass(frozen=True)
class Split:
    """A unit cut in two.

    Attributes
    ----------
    cut : FaceCut
        Without pieces where the line follows borders.
    side : (n,) int8
        Faces of the unit that are whole: +1 left of the line, −1 right; 0 where their part of the unit is not cut
        through, and for all other rows.
    leaves : (n,) bool
        Faces that are whole and leave the unit: those of the side with the smaller area.
    piece_leaves : (p,) bool
        Pieces that leave the unit.
    area_m2 : float
        What leaves, m².
    joined : int
        Pieces that were too small to stand alone, and were left with a neighbour out of the same face.
    """

    cut: FaceCut
    side: Sides
    leaves: Bools
    piece_leaves: Bools
    area_m2: float
    joined: int


@dataclass(frozen=True)
class Reshape:
    """A new border between two units.

    Attributes
    ----------
    cut : FaceCut
    to_a, to_b : (n,) bool
        Faces that are whole and go to the first unit, out of the second, and the reverse.
    piece_to_a, piece_to_b : (p,) bool
        The same of the pieces; the others stay where their face was.
    area_to_a_m2, area_to_b_m2 : float
        m².
    joined : int
        Pieces that were too small to stand alone, and were left with a neighbour out of the same face.
    """

    cut: FaceCut
    to_a: Bools
    to_b: Bools
    piece_to_a: Bools
    piece_to_b: Bools
    area_to_a_m2: float
    area_to_b_m2: float
    joined: int


def cut(mesh: Mesh, rows: Ints, line: LineString, *, least_piece: float, tolerance: float) -> FaceCut:
    """Divide faces along a line wherever it runs through them from border to border.

    Parameters
    ----------
    mesh : Mesh
    rows : (r,) int64
        Faces that may be cut; all others get nodes at most.
    line : LineString
    least_piece : float
        m²; a smaller piece is left with the neighbour out of the same face with which it shares most of the line.
    tolerance : float
        m; vertices of the line that are no farther from a node, else from a border, are moved there.

    Returns
    -------
    FaceCut
        ``side`` is left or right of most of the line around each piece.

    Raises
    ------
    BadInput
        The line is none, or runs too close to a border.
    """
    may_cut = np.zeros(len(mesh.shape), bool)
    may_cut[rows] = True
    noding = node_line(mesh, may_cut, line, tolerance)
    if noding is None:
        return nothing_cut()
    value = np.zeros(len(mesh.shape) + len(noding.pieces), np.int8)
    return divide(mesh, noding, value, least_piece, unite=False).cut


def split(mesh: Mesh, of_unit: Bools, line: LineString, *, least_piece: float, tolerance: float) -> Split:
    """Cut a unit in two along a line.

    Wherever the line divides connected land of the unit, the land on its left and that on its right are told apart.
    What of the unit it does not cut through stays with the larger side.

    Parameters
    ----------
    mesh : Mesh
    of_unit : (n,) bool
        Faces of the unit.
    line : LineString
    least_piece : float
        m²; a smaller piece is left with a neighbour out of the same face, and nothing smaller is cut off.
    tolerance : float
        m; vertices of the line that are no farther from a node, else from a border, are moved there.

    Raises
    ------
    BadInput
        The line does not cut through the unit, cuts off too little, leaves no two sides, or runs too close to a border.
    """
    noding = node_line(mesh, of_unit, line, tolerance)
    if noding is None:
        raise BadInput(Message("the line does not meet the unit"), where=LINE, wanted=_THROUGH)
    owner = of_unit.astype(np.int8)
    regions = regions_of(mesh, noding, owner, noding.along)
    if not len(regions.stretch):
        raise _not_through(noding, owner)
    value = left_and_right(noding, regions)
    done = divide(mesh, noding, value, least_piece, unite=True)
    left, right = (
        float(mesh.area[done.row == side].sum() + done.area[done.piece == side].sum()) for side in (_LEFT, _RIGHT)
    )
    leaving, area = (_RIGHT, right) if left >= right else (_LEFT, left)
    if not area or area < least_piece:
        before = [float(regions.area[value == side].sum()) for side in (_LEFT, _RIGHT)]
        raise _too_little(area or min(before), least_piece)
    made = replace(done.cut, side=done.piece)
    return Split(made, done.row, done.row == leaving, done.piece == leaving, area, done.joined)


def reshape(mesh: Mesh, of_a: Bools, of_b: Bools, line: LineString, *, least_piece: float, tolerance: float) -> Reshape:
    """Move the border between two units to a line.

    Between each two places at which the line touches the common border, it makes the new border: what lies between it
    and the old one goes to the other unit. What the line does before the first of these places and after the last one,
    and where it runs across land of other units, counts for nothing.

    Parameters
    ----------
    mesh : Mesh
    of_a, of_b : (n,) bool
        Faces of the units.
    line : LineString
    least_piece : float
        m²; a smaller piece is left with a neighbour out of the same face, and no less goes over altogether.
    tolerance : float
        m; vertices of the line that are no farther from a node, else from a border, are moved there.

    Raises
    ------
    BadInput
        The units have no common border, the line touches it less than twice, goes round its end, encloses nothing or
        too little with it, or takes in one unit whole; it leaves no two sides, or runs too close to a border.
    """
    owner = (A * of_a + B * of_b).astype(np.int8)
    if not (owner[mesh.left] + owner[mesh.right] == COMMON)[(owner[mesh.left] > 0) & (owner[mesh.right] > 0)].any():
        raise BadInput(Message("the two units have no common border"), wanted=Message("two units that are neighbours"))
    noding = node_line(mesh, owner > 0, line, tolerance)
    if noding is None:
        raise BadInput(Message("the line meets neither of the two units"), where=LINE, wanted=TWICE)
    kind = kinds(noding, owner)
    between = between_contacts(noding, kind)
    regions = regions_of(mesh, noding, owner, between & (kind != COMMON))
    goes = lobes(mesh, noding, owner, regions, between, kind)
    if not goes.any():
        raise _nothing_enclosed(noding, owner, kind, between)
    done = divide(mesh, noding, goes.astype(np.int8), least_piece, unite=True)
    moved = [
        ((owner == unit) & (done.row == 1), (owner[done.cut.parent] == unit) & (done.piece == 1)) for unit in (A, B)
    ]
    areas = [float(mesh.area[rows].sum() + done.area[pieces].sum()) for rows, pieces in moved]
    if not sum(areas) or sum(areas) < least_piece:
        raise _too_little(sum(areas) or float(regions.area[goes].sum()), least_piece)
    for unit, (rows, pieces) in zip((A, B), moved, strict=True):
        of_unit = owner[done.cut.parent] == unit
        whole = owner == unit
        whole[done.cut.gone] = False
        if (rows == whole).all() and (pieces == of_unit).all():
            raise _swallowed()
    (to_b, piece_to_b), (to_a, piece_to_a) = moved
    return Reshape(done.cut, to_a, to_b, piece_to_a, piece_to_b, areas[1], areas[0], done.joined)


# ── What is said where a line will not do ───────────────────────────────────────────────────────────────────────────

_THROUGH = Message("a line that begins and ends on the border of the unit or outside it")


def _not_through(noding: LineNoding, owner: Sides) -> BadInput:
    """Say why a line divides nothing, and where it ends too early."""
    owners = np.append(owner, 0)[noding.row].reshape(-1, 2) > 0
    if not (noding.along & owners.all(axis=1)).any():
        return BadInput(
            Message("the line only touches the border of the unit, and cuts nothing"), where=LINE, wanted=_THROUGH
        )
    first, last = noding.trail[0], noding.trail[-1]
    for half in (first, last ^ 1):
        if owners[half >> 1].all():
            arc, backward = half >> 1, half & 1
            vertex = noding.arcs.vertex[noding.arcs.start[arc + 1] - 1 if backward else noding.arcs.start[arc]]
            where = place_of(*noding.place[vertex])
            return BadInput(
                Message("the line ends inside the unit, whose land is connected round its end"),
                where=where,
                wanted=_THROUGH,
            )
    return BadInput(
        Message("the line does not cut through the unit: the land on its two sides is connected elsewhere"),
        where=LINE,
        wanted=_THROUGH,
    )


def _too_little(area: float, least: float) -> BadInput:
    return BadInput(
        Message("what the line cuts off measures {area:area}, less than {least:area}", area=area, least=least),
        where=LINE,
        wanted=Message("a line farther from the border"),
    )


def _swallowed() -> BadInput:
    return BadInput(
        Message("the line takes in one of the two units whole"),
        where=LINE,
        wanted=Message("a merge of the two units, or a line that leaves land to both"),
    )


def _nothing_enclosed(noding: LineNoding, owner: Sides, kind: Sides, between: Bools) -> BadInput:
    owners = np.append(owner, 0)[noding.row].reshape(-1, 2)
    outer = noding.border & (owners.min(axis=1) == 0) & (kind > 0)
    if (between & outer).any() and not (between & ~outer & (kind != COMMON)).any():
        return _swallowed()
    return BadInput(
        Message("the line encloses no land with the common border of the two units"), where=LINE, wanted=TWICE
    )

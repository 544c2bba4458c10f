"""Cut faces along a drawn line: a unit in two, or a new border between two units.

Only faces of the units named are cut. Every vertex that was there stays where it is; the faces beside get the new nodes
in the same `Cut`. A face is divided only where the line divides its unit: ends of a line inside a unit, and what of it
lies outside, leave nothing behind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from ..core.arrays import listed
from ..core.errors import BadInput
from ..core.messages import Message, at
from ..partition.arcs import Strings, chain
from ..partition.faces import trace
from .line_noding import node_line, too_close
from .mesh import Cut

if TYPE_CHECKING:
    from shapely import LineString

    from ..partition.faces import Faces
    from .line_noding import LineNoding
    from .mesh import Mesh

__all__ = ["Reshape", "Split", "cut", "reshape", "split"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Objects = NDArray[np.object_]
Sides = NDArray[np.int8]

HAIR = 0.01  # m: a piece of no more than this mean width is left with its neighbour, however long it is
_LEFT, _RIGHT = 1, -1
_A, _B, _COMMON = 1, 2, 3  # units of a reshape, and their common border
_OTHER, _HERE, _AWAY = 0, 1, 2  # borders: none that is common, one beside the line, one that leads away from it


@dataclass(frozen=True)
class Split:
    """A unit cut in two.

    Attributes
    ----------
    cut : Cut
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

    cut: Cut
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
    cut : Cut
    to_a, to_b : (n,) bool
        Faces that are whole and go to the first unit, out of the second, and the reverse.
    piece_to_a, piece_to_b : (p,) bool
        The same of the pieces; the others stay where their face was.
    area_to_a_m2, area_to_b_m2 : float
        m².
    joined : int
        Pieces that were too small to stand alone, and were left with a neighbour out of the same face.
    """

    cut: Cut
    to_a: Bools
    to_b: Bools
    piece_to_a: Bools
    piece_to_b: Bools
    area_to_a_m2: float
    area_to_b_m2: float
    joined: int


@dataclass(frozen=True)
class _Regions:
    """Connected land. Nodes are the rows of the mesh, then the pieces.

    ``whole`` numbers what is connected without the line, ``region`` what is connected with it; ``area`` (m²) is that of
    the nodes, 0 for those that are in no unit. ``left`` and ``right`` are the regions along the stretches of the line
    that divide.
    """

    whole: Ints
    region: Ints
    area: Floats
    stretch: Ints
    left: Ints
    right: Ints


@dataclass(frozen=True)
class _Done:
    """A cut, and the value of each row that is whole and of each piece."""

    cut: Cut
    row: Sides
    piece: Sides
    area: Floats  # of the pieces
    joined: int


def cut(mesh: Mesh, rows: Ints, line: LineString, *, least_piece: float, tolerance: float) -> Cut:
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
    Cut
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
        return _nothing_cut()
    value = np.zeros(len(mesh.shape) + len(noding.pieces), np.int8)
    return _done(mesh, noding, value, least_piece, unite=False).cut


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
        raise BadInput(Message("the line does not meet the unit"), where=at("line"), wanted=_THROUGH)
    owner = of_unit.astype(np.int8)
    regions = _regions(mesh, noding, owner, noding.along)
    if not len(regions.stretch):
        raise _not_through(noding, owner)
    value = _left_and_right(noding, regions, _colours(noding, regions))
    done = _done(mesh, noding, value, least_piece, unite=True)
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
    and the old one goes to the other unit. What the line does before the first of these places and after the last one
    counts for nothing.

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
        The units have no common border, the line touches it less than twice, leaves both units in between, encloses
        nothing or too little with it, or takes in one unit whole; it leaves no two sides, or runs too close to a
        border.
    """
    owner = (_A * of_a + _B * of_b).astype(np.int8)
    if not (owner[mesh.left] + owner[mesh.right] == _COMMON)[(owner[mesh.left] > 0) & (owner[mesh.right] > 0)].any():
        raise BadInput(Message("the two units have no common border"), wanted=Message("two units that are neighbours"))
    noding = node_line(mesh, owner > 0, line, tolerance)
    if noding is None:
        raise BadInput(Message("the line meets neither of the two units"), where=at("line"), wanted=_TWICE)
    kind = _kinds(noding, owner)
    between = _between_contacts(noding, kind)
    regions = _regions(mesh, noding, owner, between & (kind != _COMMON))
    goes = _lobes(mesh, noding, owner, regions, between, kind)
    if not goes.any():
        raise _nothing_enclosed(noding, owner, kind, between)
    done = _done(mesh, noding, goes.astype(np.int8), least_piece, unite=True)
    moved = [
        ((owner == unit) & (done.row == 1), (owner[done.cut.parent] == unit) & (done.piece == 1)) for unit in (_A, _B)
    ]
    areas = [float(mesh.area[rows].sum() + done.area[pieces].sum()) for rows, pieces in moved]
    if not sum(areas) or sum(areas) < least_piece:
        raise _too_little(sum(areas) or float(regions.area[goes].sum()), least_piece)
    for unit, (rows, pieces) in zip((_A, _B), moved, strict=True):
        of_unit = owner[done.cut.parent] == unit
        whole = owner == unit
        whole[done.cut.gone] = False
        if (rows == whole).all() and (pieces == of_unit).all():
            raise _swallowed()
    (to_b, piece_to_b), (to_a, piece_to_a) = moved
    return Reshape(done.cut, to_a, to_b, piece_to_a, piece_to_b, areas[1], areas[0], done.joined)


# ── What is said where a line will not do ───────────────────────────────────────────────────────────────────────────

_THROUGH = Message("a line that begins and ends on the border of the unit or outside it")
_TWICE = Message("a line that begins and ends on the common border, or crosses it at least twice")


def _place(x: float, y: float) -> Message:
    return Message("at {x:.3f}, {y:.3f}", x=float(x), y=float(y))


def _not_through(noding: LineNoding, owner: Sides) -> BadInput:
    """Say why a line divides nothing, and where it ends too early."""
    owners = np.append(owner, 0)[noding.row].reshape(-1, 2) > 0
    if not (noding.along & owners.all(axis=1)).any():
        return BadInput(
            Message("the line only touches the border of the unit, and cuts nothing"), where=at("line"), wanted=_THROUGH
        )
    first, last = noding.trail[0], noding.trail[-1]
    for half in (first, last ^ 1):
        if owners[half >> 1].all():
            arc, backward = half >> 1, half & 1
            vertex = noding.arcs.vertex[noding.arcs.start[arc + 1] - 1 if backward else noding.arcs.start[arc]]
            where = _place(*noding.place[vertex])
            return BadInput(
                Message("the line ends inside the unit, whose land is connected round its end"),
                where=where,
                wanted=_THROUGH,
            )
    return BadInput(
        Message("the line does not cut through the unit: the land on its two sides is connected elsewhere"),
        where=at("line"),
        wanted=_THROUGH,
    )


def _too_little(area: float, least: float) -> BadInput:
    return BadInput(
        Message("what the line cuts off measures {area:area}, less than {least:area}", area=area, least=least),
        where=at("line"),
        wanted=Message("a line farther from the border"),
    )


def _no_two_sides(noding: LineNoding, stretch: int) -> BadInput:
    where = _place(*noding.place[noding.arcs.vertex[noding.arcs.start[stretch]]])
    return BadInput(
        Message("the line divides the land into parts that are no two sides of it"),
        where=where,
        wanted=Message("a line that ends neither in a hole of the land nor on itself"),
    )


def _swallowed() -> BadInput:
    return BadInput(
        Message("the line takes in one of the two units whole"),
        where=at("line"),
        wanted=Message("a merge of the two units, or a line that leaves land to both"),
    )


def _nothing_enclosed(noding: LineNoding, owner: Sides, kind: Sides, between: Bools) -> BadInput:
    owners = np.append(owner, 0)[noding.row].reshape(-1, 2)
    outer = noding.border & (owners.min(axis=1) == 0) & (kind > 0)
    if (between & outer).any() and not (between & ~outer & (kind != _COMMON)).any():
        return _swallowed()
    return BadInput(
        Message("the line encloses no land with the common border of the two units"), where=at("line"), wanted=_TWICE
    )


# ── Sides ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _regions(mesh: Mesh, noding: LineNoding, owner: Sides, barrier: Bools) -> _Regions:
    """Find what is connected inside each unit, with the stretches marked as barrier and without them.

    Parameters
    ----------
    mesh : Mesh
    noding : LineNoding
    owner : (n,) int8
        Unit of each face, 0 for none.
    barrier : (a,) bool
        Stretches of the line that count.
    """
    rows = len(mesh.shape)
    of_node = np.concatenate((owner, owner[noding.parent], np.zeros(1, np.int8)))
    inside = of_node[:-1] > 0
    inside[noding.parent] = False
    node, count = np.flatnonzero(inside), int(inside.sum())
    place = np.full(len(of_node), count)  # among these; one more: all others
    place[node] = np.arange(count)
    low, high = np.where(noding.piece >= 0, rows + noding.piece, noding.row).reshape(-1, 2).T
    inner = (of_node[low] > 0) & (of_node[low] == of_node[high]) & (low != high)
    side = mesh.lines.side.reshape(-1, 2)
    units = np.append(owner, 0)[mesh.lines.side].reshape(-1, 2)
    linked = (units[:, 0] > 0) & (units[:, 0] == units[:, 1])
    linked[noding.near] = False
    # what the line cuts is in no stretch that is far from it
    one, other = place[side[linked]].T
    off = inner & ~barrier
    of_place = _connected(count + 1, np.concatenate((one, place[low[off]])), np.concatenate((other, place[high[off]])))
    stretch = np.flatnonzero(inner & barrier)
    left, right = of_place[place[low[stretch]]], of_place[place[high[stretch]]]
    whole = _connected(int(of_place.max()) + 1, left, right)
    region = of_place[place[:-1]]
    area = np.where(inside, np.concatenate((mesh.area, shapely.area(noding.pieces))), 0.0)
    dividing = left != right
    return _Regions(whole[region], region, area, stretch[dividing], left[dividing], right[dividing])


def _connected(count: int, one: Ints, other: Ints) -> Ints:
    graph = csr_array((np.ones(len(one), np.int8), (one, other)), shape=(count, count))
    label: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return label


def _colours(noding: LineNoding, regions: _Regions) -> dict[int, int]:
    """Give 0 and 1 to the regions by turns, so that every stretch that divides has both beside it.

    Raises
    ------
    BadInput
        There are no such two sides.
    """
    beside: dict[int, list[tuple[int, int]]] = {}
    for one, other, stretch in zip(listed(regions.left), listed(regions.right), listed(regions.stretch), strict=True):
        beside.setdefault(one, []).append((other, stretch))
        beside.setdefault(other, []).append((one, stretch))
    colour: dict[int, int] = {}
    for start in beside:
        if start in colour:
            continue
        colour[start] = 0
        waiting = [start]
        while waiting:
            here = waiting.pop()
            for there, stretch in beside[here]:
                if there not in colour:
                    colour[there] = 1 - colour[here]
                    waiting.append(there)
                elif colour[there] == colour[here]:
                    raise _no_two_sides(noding, stretch)
    return colour


def _left_and_right(noding: LineNoding, regions: _Regions, colour: dict[int, int]) -> Sides:
    """Side of each node: of the two colours in connected land, the one on the left of more of the line is left."""
    way = noding.forward[regions.stretch].astype(np.float64) - noding.backward[regions.stretch]
    way *= noding.length[regions.stretch]
    count = int(regions.region.max()) + 1
    sign = np.zeros(count)
    sign[list(colour)] = 1.0 - 2.0 * np.array(list(colour.values()))
    whole_of = np.zeros(count, np.int64)
    whole_of[regions.region] = regions.whole
    lead = np.bincount(whole_of[regions.left], way * sign[regions.left], minlength=count)
    side = np.where(lead[whole_of] < 0.0, -sign, sign)
    return side[regions.region].astype(np.int8)


def _kinds(noding: LineNoding, owner: Sides) -> Sides:
    """Where each stretch runs: in or around unit a (1) or b (2), on their common border (3), outside both (0)."""
    low, high = np.append(owner, 0)[noding.row].reshape(-1, 2).T
    return np.where(low == 0, high, np.where((high == 0) | (high == low), low, _COMMON)).astype(np.int8)


def _between_contacts(noding: LineNoding, kind: Sides) -> Bools:
    """Mark the stretches between the first and the last place at which the line touches the common border.

    Raises
    ------
    BadInput
        It touches it less than twice, or leaves both units in between.
    """
    arcs, trail = noding.arcs, noding.trail
    first, last = arcs.vertex[arcs.start[:-1]], arcs.vertex[arcs.start[1:] - 1]
    on_common = np.zeros(len(noding.place), bool)
    common = noding.border & (kind == _COMMON)
    on_common[first[common]] = on_common[last[common]] = True
    arc, backward = trail >> 1, (trail & 1).astype(bool)
    begin, end = np.where(backward, last[arc], first[arc]), np.where(backward, first[arc], last[arc])
    if len(arc) and begin[0] == end[-1] and on_common[begin].any():
        # a closed line may begin anywhere
        turn = int(np.flatnonzero(on_common[begin])[0])
        arc, begin, end = np.roll(arc, -turn), np.roll(begin, -turn), np.roll(end, -turn)
    contact = np.flatnonzero(on_common[np.append(begin, end[-1:])])
    if len(contact) < 2:
        once = Message("the line touches the common border of the two units only once")
        never = Message("the line does not touch the common border of the two units")
        raise BadInput(once if len(contact) else never, where=at("line"), wanted=_TWICE)
    between = np.zeros(len(arcs), bool)
    for one, other in zip(listed(contact[:-1]), listed(contact[1:]), strict=True):
        run = arc[one:other]
        within = set(kind[run].tolist())
        if len(within) > 1 or 0 in within:
            outside = run[np.flatnonzero(kind[run] != kind[run[0]])[:1]] if kind[run[0]] else run[:1]
            raise BadInput(
                Message("the line leaves both units between two places on their common border"),
                where=_place(*noding.place[first[outside[0]]]),
                wanted=Message("a line inside the two units"),
            )
        between[run] = True
    return between


def _lobes(mesh: Mesh, noding: LineNoding, owner: Sides, regions: _Regions, between: Bools, kind: Sides) -> Bools:
    """Mark the nodes that lie between the line and the common border.

    In each part of a unit that the line divides, every second region goes over: those that begin at the common border
    all of them, and not at a stretch of it that leads away from the line; where both choices or none do, the one with
    the smaller area.
    """
    goes = np.zeros(len(regions.region), bool)
    if not len(regions.stretch):
        return goes
    colour = _colours(noding, regions)
    node, stretch = _common_border(mesh, noding, owner, between & (kind != _COMMON))
    count = int(regions.region.max()) + 1
    beside, away = np.zeros(count, bool), np.zeros(count, bool)
    on_line = np.zeros(len(node), bool)
    on_line[: len(between)] = between
    beside[regions.region[node[(stretch != _OTHER) & ~on_line]]] = True
    away[regions.region[node[stretch == _AWAY]]] = True
    area = np.bincount(regions.region, regions.area, minlength=count)
    whole_of = np.zeros(count, np.int64)
    whole_of[regions.region] = regions.whole
    choices: dict[int, tuple[list[int], list[int]]] = {}
    for region, turn in colour.items():
        choices.setdefault(int(whole_of[region]), ([], []))[turn].append(region)
    chosen = np.zeros(count, bool)
    for choice in choices.values():
        fitting = [one for one in choice if beside[one].all()]
        if fitting:
            chosen[min(fitting, key=lambda one: (bool(away[one].any()), float(area[one].sum()), one))] = True
    return chosen[regions.region]


def _common_border(mesh: Mesh, noding: LineNoding, owner: Sides, lobing: Bools) -> tuple[Ints, Sides]:
    """Follow the common border of the units between the places where the line leaves it.

    Parameters
    ----------
    lobing : (a,) bool
        Stretches of the line between such places.

    Returns
    -------
    node : (a + b, 2) int64
        Nodes on both sides of the arcs: the noded ones, then all of the mesh.
    stretch : (a + b,) int8
        For arcs of the common border whether they lead away from the line, to its end; for all others `_OTHER`.
    """
    node = np.where(noding.piece >= 0, len(mesh.shape) + noding.piece, noding.row).reshape(-1, 2)
    side = mesh.lines.side.reshape(-1, 2)
    of_row = np.append(owner, 0)
    far = _unlike(of_row[side])
    far[noding.near] = False
    common = noding.border & _unlike(of_row[noding.row.reshape(-1, 2)])
    ends = []
    for arcs, place, rows in (
        (noding.arcs, noding.place, np.flatnonzero(common)),
        (mesh.lines.arcs, mesh.lines.place, np.flatnonzero(far)),
    ):
        first, last = arcs.vertex[arcs.start[rows]], arcs.vertex[arcs.start[rows + 1] - 1]
        ends.append(place[np.stack((first, last), axis=1)])
    xy = np.concatenate(ends).reshape(-1, 2)
    tips = noding.arcs.take(np.flatnonzero(lobing))
    contact = noding.place[np.concatenate((tips.vertex[tips.start[:-1]], tips.vertex[tips.start[1:] - 1]))]
    number = np.unique(xy[:, 0] + 1j * xy[:, 1], return_inverse=True)[1].astype(np.int64)
    at_contact = np.isin(xy[:, 0] + 1j * xy[:, 1], contact[:, 0] + 1j * contact[:, 1])
    # the border falls apart where the line leaves it
    loose = number.copy()
    loose[at_contact] = len(xy) + np.flatnonzero(at_contact)
    chain_of = _connected(2 * len(xy), loose[0::2], loose[1::2])[loose]
    odd = np.bincount(number)[number] % 2 == 1
    meets, ends_free = np.zeros(2 * len(xy), bool), np.zeros(2 * len(xy), bool)
    meets[chain_of[at_contact]] = True
    ends_free[chain_of[odd & ~at_contact]] = True
    away = (meets & ends_free)[chain_of[0::2]]
    stretch = np.full(len(node) + len(side), _OTHER, np.int8)
    stretch[np.concatenate((np.flatnonzero(common), len(node) + np.flatnonzero(far)))] = np.where(away, _AWAY, _HERE)
    return np.concatenate((node, side)), stretch


def _unlike(owners: Sides) -> Bools:
    """Tell which pairs are of the two units."""
    unlike: Bools = (owners[:, 0] > 0) & (owners[:, 1] > 0) & (owners[:, 0] != owners[:, 1])
    return unlike


# ── Pieces ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _nothing_cut() -> Cut:
    no_rows, no_shapes = np.zeros(0, np.int64), np.zeros(0, object)
    return Cut(no_rows, no_shapes, no_rows, np.zeros(0, np.int8), no_rows, no_shapes)


def _done(mesh: Mesh, noding: LineNoding, value: Sides, least_piece: float, *, unite: bool) -> _Done:
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
        return _Done(_nothing_cut(), row_value, np.zeros(0, np.int8), np.zeros(0), 0)
    group, group_value, joined = _grouped(noding, value[rows:], least_piece, unite=unite)
    pair = noding.piece.reshape(-1, 2)
    cuts = ~noding.border & (pair >= 0).all(axis=1)
    cuts[cuts] = group[pair[cuts, 0]] != group[pair[cuts, 1]]
    gone = np.unique(noding.row[2 * np.flatnonzero(cuts)])
    whole = np.flatnonzero(~np.isin(noding.parent, gone))
    row_value[noding.parent[whole]] = group_value[whole]
    if not len(gone):
        return _Done(_nothing_cut(), row_value, np.zeros(0, np.int8), np.zeros(0), joined)
    made, of_group = _traced(mesh, noding, np.flatnonzero(cuts), gone, group)
    return _Done(made, row_value, group_value[of_group], shapely.area(made.pieces), joined)


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
        pieces = _Pieces(value, area, around, least_piece)
        root, small = pieces.joined(listed(np.flatnonzero(noding.parent == parent)), links, unite=unite)
        joined += small
        group[list(root)] = list(root.values())
        value[list(root)] = value[list(root.values())]
    return group, value, joined


@dataclass(frozen=True)
class _Pieces:
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


def _traced(mesh: Mesh, noding: LineNoding, stretch: Ints, gone: Ints, group: Ints) -> tuple[Cut, Ints]:
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
) -> tuple[Cut, Ints]:
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
    made = Cut(gone, traced.polygons[piece], parent[piece], side[piece], parent[noded], traced.polygons[noded])
    return made, group[piece]

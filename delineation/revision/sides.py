"""On which side of a line the land of a unit lies, and what lies between a line and the border of two units."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..core.connected import connected
from ..core.errors import BadInput
from ..core.messages import Message
from .line_noding import LINE

if TYPE_CHECKING:
    from ..core.arrays import Bools, Floats, Ints, Sides
    from .line_noding import LineNoding
    from .mesh import Mesh


A, B, COMMON = 1, 2, 3  # units of a reshape, and their common border
_OTHER, _HERE, _AWAY = 0, 1, 2  # borders: none that is common, one beside the line, one that leads away from it
TWICE = Message("a line that begins and ends on the common border, or crosses it at least twice")


@dataclass(frozen=True)
class ConnectedLand:
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


def regions_of(mesh: Mesh, noding: LineNoding, owner: Sides, barrier: Bools) -> ConnectedLand:
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
    of_place = connected(np.concatenate((one, place[low[off]])), np.concatenate((other, place[high[off]])), count + 1)
    stretch = np.flatnonzero(inner & barrier)
    left, right = of_place[place[low[stretch]]], of_place[place[high[stretch]]]
    whole = connected(left, right, int(of_place.max()) + 1)
    region = of_place[place[:-1]]
    area = np.where(inside, np.concatenate((mesh.area, shapely.area(noding.pieces))), 0.0)
    dividing = left != right
    return ConnectedLand(whole[region], region, area, stretch[dividing], left[dividing], right[dividing])


def _colours(noding: LineNoding, regions: ConnectedLand) -> dict[int, int]:
    """Give 0 and 1 to the regions by turns, so that every stretch that divides has both beside it.

    Raises
    ------
    BadInput
        There are no such two sides.
    """
    beside: dict[int, list[tuple[int, int]]] = {}
    for edge in np.stack((regions.left, regions.right, regions.stretch), axis=1):
        one, other, stretch = map(int, edge)
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


def left_and_right(noding: LineNoding, regions: ConnectedLand) -> Sides:
    """Side of each node: of the two colours in connected land, the one on the left of more of the line is left."""
    colour = _colours(noding, regions)
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


def kinds(noding: LineNoding, owner: Sides) -> Sides:
    """Where each stretch runs: in or around unit a (1) or b (2), on their common border (3), outside both (0)."""
    low, high = np.append(owner, 0)[noding.row].reshape(-1, 2).T
    return np.where(low == 0, high, np.where((high == 0) | (high == low), low, COMMON)).astype(np.int8)


def between_contacts(noding: LineNoding, kind: Sides) -> Bools:
    """Mark the stretches in the units between the first and the last place at which the line touches their border.

    Raises
    ------
    BadInput
        It touches it less than twice, or goes from one unit to the other without touching it.
    """
    arcs, trail = noding.arcs, noding.trail
    first, last = arcs.vertex[arcs.start[:-1]], arcs.vertex[arcs.start[1:] - 1]
    on_common = np.zeros(len(noding.place), bool)
    common = noding.border & (kind == COMMON)
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
        raise BadInput(once if len(contact) else never, where=LINE, wanted=TWICE)
    between = np.zeros(len(arcs), bool)
    for one, other in pairwise(map(int, contact)):
        run = arc[one:other]
        inside = run[kind[run] > 0]
        changes = inside[kind[inside] != kind[inside[:1]]]
        if len(changes):
            raise BadInput(
                Message("the line goes from one unit to the other, but not across their common border"),
                where=place_of(*noding.place[first[changes[0]]]),
                wanted=TWICE,
            )
        between[inside] = True
    return between


def lobes(mesh: Mesh, noding: LineNoding, owner: Sides, regions: ConnectedLand, between: Bools, kind: Sides) -> Bools:
    """Mark the nodes that lie between the line and the common border.

    In each part of a unit that the line divides, every second region goes over: those that begin at the common border
    all of them, and not at a stretch of it that leads away from the line; where both choices or none do, the one with
    the smaller area.
    """
    goes = np.zeros(len(regions.region), bool)
    if not len(regions.stretch):
        return goes
    colour = _colours(noding, regions)
    node, stretch = _common_border(mesh, noding, owner, between & (kind != COMMON))
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
    chain_of = connected(loose[0::2], loose[1::2], 2 * len(xy))[loose]
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


def _no_two_sides(noding: LineNoding, stretch: int) -> BadInput:
    where = place_of(*noding.place[noding.arcs.vertex[noding.arcs.start[stretch]]])
    return BadInput(
        Message("the line divides the land into parts that are no two sides of it"),
        where=where,
        wanted=Message("a line that ends neither in a hole of the land nor on itself"),
    )


def place_of(x: float, y: float) -> Message:
    """Say where something is."""
    return Message("at {x:.3f}, {y:.3f}", x=float(x), y=float(y))

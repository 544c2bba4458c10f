"""A drawn line among the faces it meets: snapped to them, noded with their arcs, every stretch known by its sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..core.connected import connected
from ..core.errors import BadInput
from ..core.messages import Message
from ..partition.arcs import Strings, chain, groups, number, runs
from ..partition.cycles import follow_on, labels
from ..partition.faces import trace
from ..partition.grid import Grid
from ..partition.noding import node

if TYPE_CHECKING:
    from shapely import LineString

    from ..core.arrays import Bools, Floats, Ints, Objects
    from ..partition.arcs import Arcs
    from .mesh import Mesh


LINE = Message("drawn line")

_LEAST_REACH = 1e-6  # m; a line that is given as it was read off the borders is no farther from them
_ROUGH = 0.5  # m
_UNKNOWN = -2
_TRIES = 4
_SHARE = 0.25  # of the tolerance: nearer than this to where a line is moved to, a vertex of the border is taken


@dataclass(frozen=True)
class LineNoding:
    """Arcs of the faces around a line, noded with it. Half-edge 2a runs along arc a forward, 2a + 1 backward.

    Attributes
    ----------
    near : (k,) int64
        Arcs of the mesh that were noded: those of the faces met, and of their neighbours.
    strings : Strings
        These arcs after noding, in their order, and the line behind them; in units of the grid.
    place : (v, 2) float64
        Coordinates of the vertices; what was there before has its own to the bit.
    old : (v,) bool
        Vertices that were there before.
    inserted : (s,) bool
        Rows of ``strings.vertex`` that noding put there.
    arcs : Strings
        Stretches between junctions of all these, each once.
    length : (a,) float64
        m.
    border : (a,) bool
        Stretches of borders that were there before.
    row : (2a,) int64
        Row of the face that each half-edge has on its left; −1 for none. Off the borders, where both sides are one
        face, −1 also stands for faces that the line may not cut.
    forward, backward : (a,) bool
        Whether the line runs along, and which way.
    trail : (t,) int64
        Half-edges along the line, in its order.
    piece : (2a,) int64
        Piece that each half-edge has on its left; −1 where that face is whole.
    pieces : (p,) object
        Polygons.
    parent : (p,) int64
        Row of the face each piece is of.
    """

    near: Ints
    strings: Strings
    place: Floats
    old: Bools
    inserted: Bools
    arcs: Strings
    length: Floats
    border: Bools
    row: Ints
    forward: Bools
    backward: Bools
    trail: Ints
    piece: Ints
    pieces: Objects
    parent: Ints

    @property
    def along(self) -> Bools:
        """Stretches that the line runs along."""
        return self.forward | self.backward


def too_close(place: Floats) -> BadInput:
    """Say that what the line would make is no valid shape."""
    x, y = (float(value) for value in place)
    return BadInput(
        Message("the line runs too close to a border at {x:.3f}, {y:.3f}", x=x, y=y),
        where=LINE,
        wanted=Message("a line along that border, or farther from it"),
    )


def node_line(mesh: Mesh, may_cut: Bools, line: LineString, tolerance: float) -> LineNoding | None:
    """Node a line with the faces that it may cut; None where it meets none of them.

    Its vertices within the tolerance of a node of these faces are moved there, else those within the tolerance of a
    border to the nearest point of it. Then everything is rounded to the mesh's grid and noded by snap rounding; where
    the line does not lie in a face that it may cut, and where it ends inside a face, it divides nothing.

    Parameters
    ----------
    mesh : Mesh
    may_cut : (n,) bool
    line : LineString
    tolerance : float
        m; 0 moves no vertex.

    Raises
    ------
    BadInput
        The line is none, or runs so close to a border that faces would be lost.
    """
    xy, moves = _vertices_of(line), tolerance > 0
    reach = max(tolerance, 4 * mesh.snap, _LEAST_REACH)
    for _ in range(_TRIES):
        # a tangled line is straightened first, which spares the buffer seconds
        rough = shapely.simplify(shapely.linestrings(xy), _ROUGH, preserve_topology=False)
        hit = mesh.tree.query(shapely.buffer(rough, _ROUGH + 1.1 * reach, quad_segs=2), predicate="intersects")
        met = hit[may_cut[hit]]
        if not len(met):
            return None
        own, near = _arcs_around(mesh, met)
        if moves:
            xy, moves = _snapped(xy, mesh.lines.arcs.take(own), mesh.lines.place, tolerance), False
        noded = _noded(mesh, near, xy) if len(xy) > 1 else None
        if noded is None:
            return None
        chained = chain(noded.strings)
        times = np.bincount(chained.arc[chained.source < len(near)], minlength=len(chained))
        if times.max() < 2:
            return _sided(mesh, met, near, noded, chained)
        # Two borders would become one, and what lies between them nothing: near the tip of a sliver that is no wider
        # than the grid. The line has to go through the tip.
        lost = noded.place[chained.strings.vertex[chained.strings.start[int(times.argmax())]]]
        xy = _through_tips(noded, chained.strings.take(np.flatnonzero(times > 1)))
        if len(xy) < 2:
            return None
    raise too_close(lost)


@dataclass(frozen=True)
class _Noded:
    """Arcs, and behind them a line, after noding: see `LineNoding`."""

    strings: Strings
    place: Floats
    old: Bools
    inserted: Bools


def _noded(mesh: Mesh, near: Ints, xy: Floats) -> _Noded | None:
    """Node a line with arcs of the mesh; None where rounding leaves nothing of it."""
    strings = mesh.lines.arcs.take(near)
    grid, strings, own_place, old = _numbered(mesh.lines.place[strings.vertex], strings.start, xy, mesh.snap)
    if len(strings.vertex) - strings.start[-2] < 2:
        return None
    key = _keys(strings)
    strings, _ = node(strings, grid.scaled(own_place))
    place = grid.metres(strings.xy)
    place[: len(old)][old] = own_place[old]
    old = np.append(old, np.zeros(len(place) - len(old), bool))
    inserted = ~np.isin(_keys(strings), key)
    inserted[strings.start[-2] :] = False
    return _Noded(strings, place, old, inserted)


def _through_tips(noded: _Noded, doubled: Strings) -> Floats:
    """Vertices of the noded line, those on doubled stretches moved to the vertex there that was there before."""
    begin, end = doubled.vertex[doubled.start[:-1]], doubled.vertex[doubled.start[1:] - 1]
    to = np.arange(len(noded.place))
    for one, other in ((begin, end), (end, begin)):
        new = ~noded.old[one] & noded.old[other]
        to[one[new]] = other[new]
    return _without_repeats(noded.place[to[noded.strings.vertex[noded.strings.start[-2] :]]])


def _vertices_of(line: LineString) -> Floats:
    """Vertices of the line, without those that repeat the one before."""
    fits = shapely.get_type_id(line) == shapely.GeometryType.LINESTRING and not shapely.is_empty(line)
    xy = shapely.get_coordinates(line)
    if not fits or not np.isfinite(xy).all() or (xy == xy[:1]).all():
        raise BadInput(
            Message("the line has no length, or is no line"),
            where=LINE,
            wanted=Message("a line of at least two different points, LINESTRING(x y, x y, …)"),
        )
    return _without_repeats(xy)


def _without_repeats(xy: Floats) -> Floats:
    kept: Floats = xy[np.append(True, (xy[1:] != xy[:-1]).any(axis=1))]
    return kept


def _arcs_around(mesh: Mesh, met: Ints) -> tuple[Ints, Ints]:
    """Arcs of the faces met, and those with the arcs of their neighbours, which bent borders may come near."""
    side = mesh.lines.side
    of_row = np.zeros(len(mesh.shape) + 1, bool)  # one more: −1 is no face
    of_row[met] = True
    own = np.flatnonzero(of_row[side[0::2]] | of_row[side[1::2]])
    of_row[side.reshape(-1, 2)[own]] = True
    of_row[-1] = False
    return own, np.flatnonzero(of_row[side[0::2]] | of_row[side[1::2]])


def _snapped(xy: Floats, arcs: Strings, place: Floats, tolerance: float) -> Floats:
    """Move vertices of a line to nodes, else to borders."""
    size = np.diff(arcs.start)
    shapes = shapely.linestrings(place[arcs.vertex], indices=np.repeat(np.arange(len(size)), size))
    point, arc = shapely.STRtree(shapes).query(shapely.points(xy), predicate="dwithin", distance=tolerance)
    if not len(point):
        return xy
    moved = xy.copy()
    count = size[arc] - 1
    tail = runs(arcs.start[arc], count)
    which = np.repeat(point, count)
    a, b = place[arcs.vertex[tail]], place[arcs.vertex[tail + 1]]
    way, off = b - a, xy[which] - a
    share = np.clip((off * way).sum(axis=1) / np.maximum((way**2).sum(axis=1), 1e-300), 0.0, 1.0)
    foot = a + share[:, None] * way
    for end in (a, b):
        close = np.hypot(*(foot - end).T) <= tolerance * _SHARE
        foot[close] = end[close]
    row = _nearest(which, np.hypot(*(off - share[:, None] * way).T))
    moved[which[row]] = foot[row]
    ends = np.concatenate((place[arcs.vertex[arcs.start[arc]]], place[arcs.vertex[arcs.start[arc + 1] - 1]]))
    which = np.concatenate((point, point))
    distance = np.hypot(*(xy[which] - ends).T)
    row = _nearest(which, distance)
    row = row[distance[row] <= tolerance]
    moved[which[row]] = ends[row]
    return _without_repeats(moved)


def _nearest(which: Ints, distance: Floats) -> Ints:
    """Row of the least distance of each number."""
    order = np.lexsort((distance, which))
    first: Ints = order[groups(which[order])]
    return first


def _grid(place: Floats, snap: float) -> Grid:
    """Grid of the mesh, if its vertices are on it; else none of them may be rounded, and the finest is taken."""
    if snap > 0:
        grid = Grid.of(place, snap)
        if (grid.metres(grid.units(place)) == place).all():
            return grid
    return Grid.of(place, 0.0)


def _numbered(xy: Floats, start: Ints, line: Floats, snap: float) -> tuple[Grid, Strings, Floats, Bools]:
    """Strings of arcs and, behind them, of the line, on one table of vertices.

    Returns
    -------
    grid : Grid
    strings : Strings
        In units of the grid.
    place : (v, 2) float64
        Coordinates before rounding.
    old : (v,) bool
        Vertices of arcs.
    """
    grid = _grid(xy, snap)
    everything = np.concatenate((xy, line))
    units = grid.units(everything)
    ids, first = number(units)
    old = np.zeros(len(first), bool)
    old[ids[: len(xy)]] = True
    # where a vertex of the line falls on one that was there, that one counts
    first[ids[: len(xy)]] = np.arange(len(xy))
    place = everything[first]
    if (place[ids[: len(xy)]] != xy).any():
        lost = np.flatnonzero((place[ids[: len(xy)]] != xy).any(axis=1))[0]
        raise too_close(xy[lost])
    trail = ids[len(xy) :]
    trail = trail[np.append(True, trail[1:] != trail[:-1])]
    vertex = np.concatenate((ids[: len(xy)], trail))
    strings = Strings(units[first], vertex, np.append(start, len(vertex)))
    return grid, strings, place, old


def _keys(strings: Strings) -> Ints:
    """Give a number to each pair of string and vertex; vertices that come later do not change it."""
    size = np.diff(strings.start)
    return np.repeat(np.arange(len(size)), size) << 32 | strings.vertex


def _sided(mesh: Mesh, met: Ints, near: Ints, noded: _Noded, chained: Arcs) -> LineNoding:
    """Find the faces on both sides of every stretch, and the pieces of those that are cut."""
    arcs, place = chained.strings, noded.place
    count = len(arcs)
    of_border = chained.source < len(near)
    row = np.full(2 * count, -1, np.int64)
    arc, ahead = chained.arc[of_border], chained.forward[of_border]
    side = mesh.lines.side.reshape(-1, 2)[near[chained.source[of_border]]]
    row[2 * arc], row[2 * arc + 1] = np.where(ahead, side.T, side.T[::-1])
    border = np.zeros(count, bool)
    border[arc] = True
    arc, ahead = chained.arc[~of_border], chained.forward[~of_border]
    forward, backward = np.zeros(count, bool), np.zeros(count, bool)
    forward[arc[ahead]] = True
    backward[arc[~ahead]] = True
    cuts = _parents(mesh, met, arcs, place, row, border)
    piece, pieces, parent = _pieces(arcs, place, row, border, cuts)
    step = np.hypot(*np.diff(place[arcs.vertex], axis=0, append=place[arcs.vertex[-1:]]).T)
    step[arcs.start[1:] - 1] = 0.0
    return LineNoding(
        near=near,
        strings=noded.strings,
        place=place,
        old=noded.old,
        inserted=noded.inserted,
        arcs=arcs,
        length=np.add.reduceat(step, arcs.start[:-1]),
        border=border,
        row=row,
        forward=forward,
        backward=backward,
        trail=2 * arc + ~ahead,
        piece=piece,
        pieces=pieces,
        parent=parent,
    )


def _parents(mesh: Mesh, met: Ints, arcs: Strings, place: Floats, row: Ints, border: Bools) -> Bools:
    """Put the face that holds it on both sides of each stretch off the borders (in place); which of these divide it."""
    in_met = np.zeros(len(mesh.shape) + 1, bool)  # one more: −1 is no face
    in_met[met] = True
    cycle = labels(follow_on(arcs)[0])
    # All stretches around a face met are here, so a walk along one of them is a walk around that face; a stretch off
    # the borders has the same face on both sides.
    off = np.flatnonzero(~border)
    one, other = cycle[2 * off], cycle[2 * off + 1]
    count = int(cycle.max()) + 1
    region = connected(one, other, count)[cycle]
    holder = np.full(count, _UNKNOWN, np.int64)
    of_border = np.repeat(border, 2)
    holder[region[of_border]] = np.where(in_met[row[of_border]], row[of_border], -1)
    free = off[holder[region[2 * off]] == _UNKNOWN]
    if len(free):
        # no border is reached from here: one vertex tells the face
        holder[region[2 * free]] = -1
        point = shapely.points(place[arcs.vertex[arcs.start[free]]])
        which, found = mesh.tree.query(point, predicate="intersects")
        holder[region[2 * free[which]]] = np.where(in_met[found], found, -1)
    row[2 * off] = row[2 * off + 1] = holder[region[2 * off]]
    cuts = np.zeros(len(arcs), bool)
    cuts[off] = (one != other) & (row[2 * off] >= 0)
    return cuts


def _pieces(arcs: Strings, place: Floats, row: Ints, border: Bools, cuts: Bools) -> tuple[Ints, Objects, Ints]:
    """Trace the pieces of the faces that are cut: (piece on the left of each half-edge, pieces, parents)."""
    piece = np.full(len(row), -1, np.int64)
    cut = np.unique(row[2 * np.flatnonzero(cuts)])
    if not len(cut):
        return piece, np.zeros(0, object), cut
    of_cut = np.isin(row, cut)
    used = np.flatnonzero(cuts | (border & (of_cut[0::2] | of_cut[1::2])))
    traced = trace(arcs.take(used), place)
    half = np.repeat(2 * used[traced.kept], 2)
    half[1::2] += 1
    inner = (traced.side >= 0) & of_cut[half]
    parent = np.full(len(traced.polygons), -1, np.int64)
    parent[traced.side[inner]] = row[half[inner]]
    real = np.flatnonzero(parent >= 0)
    renumbered = np.full(len(parent), -1, np.int64)
    renumbered[real] = np.arange(len(real))
    piece[half[inner]] = renumbered[traced.side[inner]]
    return piece, traced.polygons[real], parent[real]

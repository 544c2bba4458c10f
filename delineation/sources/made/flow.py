"""Where water runs on a grid of heights: depressions filled, D8 directions, contributing areas, links of streams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import breadth_first_order, connected_components, minimum_spanning_tree

from ...core.arrays import places
from ...core.messages import Message
from ...core.progress import Progress, silent, within

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...core.arrays import Bools, Floats, Ints

OUT = -1  # receiver of a cell that drains off the grid
_Value = TypeVar("_Value", bound=np.generic)


def _around(padded: NDArray[_Value], step: tuple[int, int]) -> NDArray[_Value]:
    """View the neighbours in one direction of all cells of an array that has a rim of one cell."""
    rows, columns = padded.shape
    return padded[1 + step[0] : rows - 1 + step[0], 1 + step[1] : columns - 1 + step[1]]


def _runs(shape: tuple[int, ...], width: Floats, height: Floats) -> list[Floats]:
    """Distance to the neighbour in each direction, (rows, 1)."""
    across, along = (np.broadcast_to(np.asarray(one, dtype=np.float64), shape[:1]) for one in (width, height))
    return [np.hypot(step[1] * across, step[0] * along)[:, None] for step in NEIGHBOURS]


def _steepest(padded: Floats, runs: list[Floats]) -> NDArray[np.int8]:
    """Direction of the steepest way down from each cell, −1 where none is lower."""
    here = padded[1:-1, 1:-1]
    best = np.zeros(here.shape)
    way = np.full(here.shape, -1, dtype=np.int8)
    with np.errstate(invalid="ignore"):
        for number, step in enumerate(NEIGHBOURS):
            slope = (here - _around(padded, step)) / runs[number]
            better = slope > best
            best[better] = slope[better]
            way[better] = number
    return way


def _receivers(way: NDArray[np.int8]) -> Ints:
    """Flat index of the cell that each direction leads to; a cell without one leads to itself."""
    offset = np.array([step[0] * way.shape[1] + step[1] for step in NEIGHBOURS] + [0], dtype=np.int64)
    return np.arange(way.size, dtype=np.int64) + offset[way.ravel()]


def _ends(leads: Ints) -> Ints:
    """Follow every pointer to its end, doubling the length of the jumps."""
    while True:
        farther = leads[leads]
        if np.array_equal(farther, leads):
            return leads
        leads = farther


def fill(height: Floats, *, width: Floats | float = 1.0, length: Floats | float = 1.0) -> Floats:
    """Raise every depression to the level at which it runs over.

    The level of a cell is the lowest that the highest point of a way to the edge can have, over eight neighbours: what
    a priority flood gives (Barnes, Lehman and Mulla 2014, Computers & Geosciences 62, 117–127), here by way of basins.
    Every cell runs down to a pit without climbing, so that its level is that of its pit, or its own height. Pits and
    the passes between their basins are a graph with one node more for the outside, and the way with the lowest highest
    pass lies in its minimum spanning tree.

    Parameters
    ----------
    height : (rows, columns) float64
        NaN is outside: water that gets there, or off the grid, has left.
    width, length : float or (rows,) float64
        Size of the cells of a row; any unit.

    Returns
    -------
    (rows, columns) float64
        NaN outside.
    """
    inside = ~np.isnan(height)
    if not inside.any():
        return height.copy()
    padded = np.pad(height, 1, constant_values=np.nan)
    way = _steepest(padded, _runs(height.shape, np.asarray(width), np.asarray(length)))
    pit = _ends(_receivers(way))
    pits = np.flatnonzero(inside.ravel() & (way.ravel() < 0))
    number = places(pits, height.size)
    basin = np.where(inside, number[pit].reshape(height.shape), -1)
    one, other, pass_ = _passes(padded, np.pad(basin, 1, constant_values=-1), len(pits))
    level = _levels(one, other, pass_, len(pits))
    filled = np.full(height.shape, np.nan)
    filled[inside] = np.maximum(height[inside], level[basin[inside]])
    return filled


def _passes(padded: Floats, basins: Ints, count: int) -> tuple[Ints, Ints, Floats]:
    """Find the lowest pass between each two basins, and from basins to the outside (node ``count``)."""
    here, mine = padded[1:-1, 1:-1], basins[1:-1, 1:-1]
    ones, others, heights = [], [], []
    for step in NEIGHBOURS:
        theirs = _around(basins, step)
        out = (mine >= 0) & (theirs < 0)
        ones.append(mine[out])
        others.append(np.full(int(out.sum()), count, dtype=np.int64))
        heights.append(here[out])
        if step[0] > 0 or (step[0] == 0 and step[1] > 0):
            meet = (mine >= 0) & (theirs >= 0) & (mine != theirs)
            ones.append(np.minimum(mine[meet], theirs[meet]))
            others.append(np.maximum(mine[meet], theirs[meet]))
            heights.append(np.maximum(here[meet], _around(padded, step)[meet]))
    one, other, height = np.concatenate(ones), np.concatenate(others), np.concatenate(heights)
    order = np.lexsort((height, other, one))
    one, other, height = one[order], other[order], height[order]
    first = np.r_[True, (one[1:] != one[:-1]) | (other[1:] != other[:-1])]
    return one[first], other[first], height[first]


def _levels(one: Ints, other: Ints, height: Floats, count: int) -> Floats:
    """Level at which each of ``count`` basins runs over on the way to the outside."""
    heights, rank = np.unique(height, return_inverse=True)
    # A weight of zero is no edge to a sparse matrix: ranks count from one.
    graph = csr_matrix((rank.ravel() + 1.0, (one, other)), shape=(count + 1, count + 1))
    tree = minimum_spanning_tree(graph)
    _, before = breadth_first_order(tree, count, directed=False)
    edge = coo_matrix(tree)
    ahead = before[edge.row] == edge.col
    level = np.zeros(count + 1, dtype=np.int64)
    level[np.where(ahead, edge.row, edge.col)] = edge.data.astype(np.int64)
    before[count] = count
    leads = before.astype(np.int64)
    while (leads != count).any():
        level = np.maximum(level, level[leads])
        leads = leads[leads]
    return heights[level[:count] - 1]


def directions(
    filled: Floats, *, width: Floats | float = 1.0, length: Floats | float = 1.0, progress: Progress = silent
) -> Ints:
    """Give each cell the one neighbour that its water runs to (D8: O'Callaghan and Mark 1984).

    That is the steepest way down. A flat, where none is lower, slopes towards its ways out and, half as much, away from
    higher ground, so that water gathers in its middle (Barnes, Lehman and Mulla 2014, Computers & Geosciences 62,
    128–135).

    Parameters
    ----------
    filled : (rows, columns) float64
        As `fill` gives it.
    width, length
        As of `fill`.
    progress : callable

    Returns
    -------
    (rows × columns,) int64
        Flat index of the receiver; ``OUT`` where water leaves the grid, and outside.
    """
    padded = np.pad(filled, 1, constant_values=np.nan)
    way = _steepest(padded, _runs(filled.shape, np.asarray(width), np.asarray(length)))
    inside = ~np.isnan(filled)
    edge = np.zeros(filled.shape, dtype=bool)
    for step in NEIGHBOURS:
        edge |= np.isnan(_around(padded, step))
    off = inside & (way < 0) & edge
    cross_flats(padded, way, inside & (way < 0) & ~edge, progress=progress)
    receiver = _receivers(way)
    receiver[(off | ~inside).ravel()] = OUT
    return receiver


def accumulate(receiver: Ints, weight: Floats, *, progress: Progress = silent) -> Floats:
    """Sum what runs through each cell: its own weight and all that comes from above.

    Cells are taken in topological order, all those at once into which nothing runs any more.

    Parameters
    ----------
    receiver : (n,) int64
        As `directions` gives them.
    weight : (n,) float64
        m² of each cell; 0 outside.
    progress : callable

    Returns
    -------
    (n,) float64
    """
    total = weight.astype(np.float64, copy=True)
    runs = receiver >= 0
    waits = np.bincount(receiver[runs], minlength=len(receiver))
    front = np.flatnonzero(runs & (waits == 0))
    done, turn = 0, 0
    while len(front):
        to = receiver[front]
        np.add.at(total, to, total[front])
        np.subtract.at(waits, to, 1)
        done += len(front)
        front = np.unique(to[(waits[to] == 0) & runs[to]])
        turn += 1
        if turn % OFTEN == 0:
            progress(done / len(receiver), Message("contributing areas"))
    return total


@dataclass(frozen=True)
class Links:
    """Links of streams, and what drains to each.

    Attributes
    ----------
    label : (n,) int64
        Link that a cell's water reaches first; −1 where it leaves the grid without meeting a stream.
    next : (k,) int64
        Link into which each runs, −1 where it leaves the grid.
    order : (k,) int64
        Links, every one before that into which it runs.
    """

    label: Ints
    next: Ints
    order: Ints


def links(receiver: Ints, contributing: Floats, least: float) -> Links:
    """Cut streams into links, and give every cell the first that its water reaches.

    A stream is where at least ``least`` contributes; a link runs from a source or a confluence to the next confluence
    or off the grid. The cell of a confluence belongs to the link below it.

    Parameters
    ----------
    receiver : (n,) int64
    contributing : (n,) float64
        As `accumulate` gives it.
    least : float
        In its unit.
    """
    cells = np.arange(len(receiver))
    stream = contributing >= least
    runs = stream & (receiver >= 0)
    into = np.bincount(receiver[runs], minlength=len(receiver))
    head = stream & (into != 1)
    up = cells.copy()
    alone = runs.copy()
    alone[runs] = into[receiver[runs]] == 1
    up[receiver[alone]] = cells[alone]
    heads = np.flatnonzero(head)
    number = places(heads, len(receiver))
    link = np.where(stream, number[_ends(up)], -1)
    label = link[_ends(np.where(stream | (receiver < 0), cells, receiver))]
    follows = np.full(len(heads), -1, dtype=np.int64)
    last = np.zeros(len(receiver), dtype=bool)
    last[runs] = head[receiver[runs]]
    follows[link[last]] = link[receiver[last]]
    return Links(label, follows, np.argsort(contributing[heads], kind="stable"))


# ── Where water runs on flats, which say nothing of it themselves: to their ways out, along their middle ────────────

# Row and column steps; those along an axis first, so that of equally steep ways the straight one is taken.
NEIGHBOURS = ((-1, 0), (0, -1), (0, 1), (1, 0), (-1, -1), (-1, 1), (1, -1), (1, 1))
OFTEN = 64  # rounds between two words of progress


def cross_flats(padded: Floats, way: NDArray[np.int8], open_: Bools, *, progress: Progress = silent) -> None:
    """Set the direction of water on flats of a filled surface.

    A flat slopes towards its ways out and, half as much, away from higher ground, so that water gathers in its middle
    (Barnes, Lehman and Mulla 2014, Computers & Geosciences 62, 128–135).

    Parameters
    ----------
    padded : (rows + 2, columns + 2) float64
        The surface with a rim of NaN; NaN outside.
    way : (rows, columns) int8
        Number of a step of ``NEIGHBOURS``; set where ``open_``.
    open_ : (rows, columns) bool
        Cells that have no lower neighbour and touch nothing outside.
    progress : callable
    """
    columns = padded.shape[1]
    level, flat = padded.ravel(), np.pad(open_, 1).ravel()
    cells = np.flatnonzero(flat)
    if not len(cells):
        return
    steps = [step[0] * columns + step[1] for step in NEIGHBOURS]
    place = np.full(flat.size, -1, dtype=np.int32)
    place[cells] = np.arange(len(cells), dtype=np.int32)
    here = level[cells]
    drains, foot = np.zeros(len(cells), dtype=bool), np.zeros(len(cells), dtype=bool)
    pairs = []
    # One direction after the other: all eight at once are the largest arrays of all.
    for step in steps:
        near = cells + step
        same, within_flat = level[near] == here, flat[near]
        drains |= same & ~within_flat
        foot |= level[near] > here
        if step > 0:
            meet = np.flatnonzero(same & within_flat)
            pairs.append((meet.astype(np.int32), place[near[meet]]))
    low = _distance(drains, cells, place, level, steps, within(progress, 0.0, 0.5))
    high = _distance(foot, cells, place, level, steps, within(progress, 0.5, 1.0))
    one, other = (np.concatenate(side) for side in zip(*pairs, strict=True))
    graph = coo_matrix((np.ones(len(one), dtype=np.int8), (one, other)), shape=(len(cells),) * 2)
    count, part = connected_components(graph, directed=False)
    highest = np.zeros(count, dtype=np.int64)
    np.maximum.at(highest, part, high)
    # The way out counts double, so that nothing is kept back; a flat that no higher ground meets has ``high`` 0.
    slope = np.zeros(flat.size)
    slope[cells] = 2 * low + highest[part] - high
    best, chosen = np.full(len(cells), -np.inf), np.zeros(len(cells), dtype=np.int8)
    for number, step in enumerate(steps):
        near = cells + step
        down = (slope[cells] - slope[near]) / np.hypot(*NEIGHBOURS[number])
        better = (level[near] == here) & (down > best)
        best[better], chosen[better] = down[better], number
    way[open_] = chosen


def _distance(
    first: Bools, cells: Ints, place: NDArray[np.int32], level: Floats, steps: list[int], progress: Progress
) -> Ints:
    """Count steps within flats, from 1 at the cells ``first``; 0 where none of them can be reached."""
    out = np.zeros(len(cells), dtype=np.int64)
    out[first] = 1
    front, turn, done = np.flatnonzero(first), 1, int(first.sum())
    while len(front):
        turn += 1
        reached = []
        for step in steps:
            near = cells[front] + step
            to = place[near]
            reached.append(to[(to >= 0) & (level[near] == level[cells[front]])])
        near = np.concatenate(reached)
        front = np.unique(near[out[near] == 0])
        out[front] = turn
        done += len(front)
        if turn % OFTEN == 0:
            progress(done / len(cells), Message("flow directions"))
    return out

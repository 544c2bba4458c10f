"""Where water runs on flats, which say nothing of it themselves: to their ways out, along their middle."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from ...progress import Progress, silent, within

__all__ = ["NEIGHBOURS", "OFTEN", "cross_flats"]

# Row and column steps; those along an axis first, so that of equally steep ways the straight one is taken.
NEIGHBOURS = ((-1, 0), (0, -1), (0, 1), (1, 0), (-1, -1), (-1, 1), (1, -1), (1, 1))
OFTEN = 64  # rounds between two words of progress

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def cross_flats(
    padded: Floats, way: NDArray[np.int8], open_: NDArray[np.bool_], *, progress: Progress = silent
) -> None:
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
    first: NDArray[np.bool_], cells: Ints, place: NDArray[np.int32], level: Floats, steps: list[int], progress: Progress
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
            progress(done / len(cells), "flow directions")
    return out

"""Points laid on lines: how far from them they are, and the constant shift that brings them nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import shapely

if TYPE_CHECKING:
    from ...core.arrays import Floats, Objects

_MOST_CELLS = 2000  # along one side of the grid that finds edges near points
# Metres: lengths of the shifts tried first.
_STARTS, _ROUNDS = (60.0, 150.0, 300.0), 12

Points: TypeAlias = "Floats"


def edges(geometry: Objects) -> tuple[Points, Points]:
    """Start and end of every edge."""
    rings = shapely.get_rings(shapely.get_parts(geometry))
    points, owner = shapely.get_coordinates(rings, return_index=True)
    edge = np.flatnonzero(owner[1:] == owner[:-1])
    return points[edge], points[edge + 1]


def along(start: Points, stop: Points, count: int) -> Points:
    """Points at equal steps along all edges."""
    end = np.cumsum(np.hypot(*(stop - start).T))
    at = (np.arange(count) + 0.5) * end[-1] / count
    edge = np.minimum(np.searchsorted(end, at), len(end) - 1)
    length = np.hypot(*(stop[edge] - start[edge]).T)
    share = np.where(length > 0, (end[edge] - at) / np.where(length > 0, length, 1), 0.0)
    out: Floats = stop[edge] - share[:, None] * (stop[edge] - start[edge])
    return out


def near(start: Points, stop: Points, points: Points, reach: float) -> tuple[Points, Points]:
    """Edges that may lie within reach of a point: those with an end in a cell beside one, and the longest."""
    length = np.hypot(*(stop - start).T)
    size = max(2 * reach, float(np.quantile(length, 0.99))) if len(length) else reach
    # A country in small cells would fill the memory.
    size = max(size, float(np.ptp(points, axis=0).max()) / _MOST_CELLS)
    low = points.min(axis=0) - 2 * size
    cells = ((points - low) // size).astype(np.int64)
    rows, columns = cells.max(axis=0) + 3
    marked = np.zeros((rows, columns), dtype=bool)
    for right in (-1, 0, 1):
        for up in (-1, 0, 1):
            marked[cells[:, 0] + right, cells[:, 1] + up] = True
    keep = length > size
    for ends in (start, stop):
        cell = ((ends - low) / size).astype(np.int64)
        inside = (cell >= 0).all(axis=1) & (cell < (rows, columns)).all(axis=1)
        cell[~inside] = 0
        keep |= inside & marked[cell[:, 0], cell[:, 1]]
    return start[keep], stop[keep]


class Nearest:
    """Edges, asked for the one nearest to a point."""

    def __init__(self, start: Points, stop: Points) -> None:
        self.start, self.stop = start, stop
        self.tree = shapely.STRtree(shapely.linestrings(np.stack([start, stop], axis=1)))

    def ways(self, points: Points) -> Points:
        """Vectors from points to the nearest place on an edge."""
        edge = self.tree.nearest(shapely.points(points))
        start, way = self.start[edge], self.stop[edge] - self.start[edge]
        square = (way**2).sum(axis=1)
        share = ((points - start) * way).sum(axis=1) / np.where(square > 0, square, 1)
        out: Floats = start + np.clip(share, 0, 1)[:, None] * way - points
        return out

    def distance(self, points: Points) -> Points:
        """Metres from points to the nearest edge, infinite where there is none."""
        if not len(self.start):
            return np.full(len(points), np.inf)
        out: Floats = np.hypot(*self.ways(points).T)
        return out


def constant(line: Nearest, points: Points) -> tuple[Points, Points]:
    """Find the constant shift that brings points nearest to the lines, and the distances it leaves.

    Point to line, iteratively: each round solves for the shift that covers the distances along their own directions,
    far ones weighing less. It starts from shifts in eight directions: from afar the nearest line may be the wrong one.
    """
    few = points[:: max(1, len(points) // 200)]
    turns = np.arange(8) * np.pi / 4
    starts = [np.zeros(2)] + [length * np.array([np.cos(turn), np.sin(turn)]) for length in _STARTS for turn in turns]
    tried = [_settle(line, few, move, 3) for move in starts]
    best = min(tried, key=lambda move: float(np.median(line.distance(few + move))))
    move = _settle(line, points, best, _ROUNDS)
    return move, line.distance(points + move)


def _settle(line: Nearest, points: Points, move: Points, rounds: int) -> Points:
    for _ in range(rounds):
        way = line.ways(points + move)
        length = np.hypot(*way.T)
        some = length > 1e-6
        if not some.any():
            break
        normal = way[some] / length[some, None]
        scale = max(float(np.median(length)), 1e-3)
        weight = 1 / (1 + (length[some] / scale) ** 2)
        step, *_ = np.linalg.lstsq(normal * weight[:, None], length[some] * weight, rcond=1e-6)
        move = move + step
        if float(np.hypot(*step)) < 1e-3:
            break
    return move

"""Grids of labels become polygons, as if each layer had been digitised by another hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy import ndimage
from skimage.measure import label as components

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Arcs", "Hand", "arcs", "points_at", "polygons"]


@dataclass(frozen=True)
class Arcs:
    """Smoothed border lines of a label grid between their junctions; x = column, y = row, in cells.

    Attributes
    ----------
    xy : (p, 2) float64
        Points of all arcs, one after the other.
    start : (a + 1,) int64
        First point of each arc.
    length : (a,) float64
        Cells.
    sides : (a,) int64
        Polygons the arc bounds: 2, or 1 where the other side is empty.
    closed : (a,) bool
    """

    xy: NDArray[np.float64]
    start: NDArray[np.int64]
    length: NDArray[np.float64]
    sides: NDArray[np.int64]
    closed: NDArray[np.bool_]


@dataclass(frozen=True)
class Hand:
    """How a layer is digitised.

    Attributes
    ----------
    spacing : float
        Mean distance of vertices, cells.
    shift : float
        Root mean square displacement per axis, cells.
    reach : float
        Correlation length of the displacement, cells.
    """

    spacing: float
    shift: float
    reach: float


def arcs(labels: NDArray[np.int32]) -> Arcs:
    """Border lines of a label grid, corners cut so that the steps of the grid disappear."""
    down = np.argwhere(labels[:, :-1] != labels[:, 1:])
    across = np.argwhere(labels[:-1] != labels[1:])
    row = np.concatenate([down[:, 0], across[:, 0] + 1])
    column = np.concatenate([down[:, 1] + 1, across[:, 1]])
    upright = np.arange(len(row)) < len(down)
    ends = np.empty((len(row), 2, 2))
    ends[:, 0] = np.stack([column, row], 1)
    ends[:, 1] = np.stack([column + ~upright, row + upright], 1)
    lines = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(shapely.linestrings(ends))))
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    start = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(lines)))])
    middle = (xy[start[:-1]] + xy[start[:-1] + 1]) / 2
    nudge = np.where(middle % 1 == 0, 0.5, 0.0)
    there, back = np.floor(middle + nudge).astype(int), np.floor(middle - nudge).astype(int)
    sides = (labels[there[:, 1], there[:, 0]] > 0).astype(np.int64) + (labels[back[:, 1], back[:, 0]] > 0)
    for cuts in ((0.5,), (0.25, 0.75)):
        xy, start = _cut_corners(xy, start, cuts)
    owner = np.repeat(np.arange(len(lines)), np.diff(start))
    step = np.hypot(*np.diff(xy, axis=0).T) * (owner[1:] == owner[:-1])
    length = np.bincount(owner[1:], weights=step, minlength=len(lines))
    return Arcs(xy, start, length, sides, shapely.is_closed(lines))


def points_at(arcs: Arcs, spacing: float) -> NDArray[np.int64]:
    """Number of intervals each arc is divided into at a spacing (cells); rings keep enough to stay rings."""
    least = np.where(arcs.closed, 5, np.where(arcs.length > 1.5, 2, 1))
    return np.maximum(least, np.rint(arcs.length / spacing)).astype(np.int64)


def polygons(
    rng: np.random.Generator, labels: NDArray[np.int32], arcs: Arcs, hand: Hand
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Digitise the arcs and build one polygon for each connected piece of a label above 0.

    Returns
    -------
    polygons : (m,) object
        In cells, x = column, y = row.
    label : (m,) int64
    """
    piece = components(labels, background=-1, connectivity=1)
    row, column = np.divmod(_deep_cells(piece), labels.shape[1])
    wanted = labels[row, column] > 0
    row, column = row[wanted], column[wanted]
    cells = shapely.points(column + 0.5, row + 0.5)
    spacing = hand.spacing
    for _ in range(6):
        lines = _draw(rng, labels.shape, arcs, points_at(arcs, spacing), hand)
        faces = shapely.get_parts(shapely.polygonize(lines))
        hit, face = shapely.STRtree(faces).query(cells, predicate="within")
        if len(hit) == len(cells) == len(np.unique(face)):
            return faces[face], labels[row[hit], column[hit]].astype(np.int64)
        spacing *= 0.8  # a chord cut through a narrow place: draw the layer anew with more points
    raise RuntimeError(f"digitised lines cross at shift {hand.shift} and spacing {hand.spacing} cells")


def _draw(
    rng: np.random.Generator, shape: tuple[int, ...], arcs: Arcs, count: NDArray[np.int64], hand: Hand
) -> NDArray[np.object_]:
    drawn = _resample(rng, arcs, count)
    moved = drawn.copy()
    for axis in (0, 1):
        field = ndimage.gaussian_filter(rng.standard_normal(np.add(shape, 1), dtype=np.float32), hand.reach)
        field *= hand.shift / field.std()
        moved[:, axis] += ndimage.map_coordinates(field, drawn[:, ::-1].T, order=1, mode="nearest")
    return shapely.linestrings(moved, indices=np.repeat(np.arange(len(count)), count + 1))


def _deep_cells(piece: NDArray[np.int64]) -> NDArray[np.int64]:
    """A cell (flat index) of each piece 1…m, off its border where it has such cells."""
    inner = np.zeros(piece.shape, bool)
    middle = piece[1:-1, 1:-1]
    inner[1:-1, 1:-1] = (middle == piece[:-2, 1:-1]) & (middle == piece[2:, 1:-1])
    inner[1:-1, 1:-1] &= (middle == piece[1:-1, :-2]) & (middle == piece[1:-1, 2:])
    cell = np.empty(int(piece.max()), np.int64)
    for among in (np.arange(piece.size), np.flatnonzero(inner)):
        cell[piece.ravel()[among] - 1] = among  # of several cells the last stays
    return cell


def _cut_corners(
    xy: NDArray[np.float64], start: NDArray[np.int64], cuts: tuple[float, ...]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Replace each inner point by points at the given fractions of the segments (Chaikin's scheme); ends stay."""
    owner = np.repeat(np.arange(len(start) - 1), np.diff(start))
    begin = np.flatnonzero(owner[1:] == owner[:-1])
    ends = np.concatenate([start[:-1], start[1:] - 1])
    place = np.concatenate([ends.astype(float), *(begin + cut for cut in cuts)])
    points = np.concatenate([xy[ends], *(xy[begin] + cut * (xy[begin + 1] - xy[begin]) for cut in cuts)])
    sizes = np.diff(start)
    new = np.concatenate([[0], np.cumsum((sizes - 1) * len(cuts) + 2)])
    return points[np.argsort(place, kind="stable")], new


def _resample(rng: np.random.Generator, arcs: Arcs, count: NDArray[np.int64]) -> NDArray[np.float64]:
    """Points at uneven distances along each arc, ends kept exactly: neighbouring arcs meet in equal numbers."""
    step = np.hypot(*np.diff(arcs.xy, axis=0, prepend=arcs.xy[:1]).T)
    step[arcs.start[1:-1]] = 0.0
    along = np.cumsum(step)
    base, top = along[arcs.start[:-1]], along[arcs.start[1:] - 1]
    owner = np.repeat(np.arange(len(count)), count + 1)
    first = np.cumsum(count + 1) - (count + 1)
    rank = (np.arange(len(owner)) - first[owner]).astype(float)
    inner = (rank > 0) & (rank < count[owner])
    rank[inner] += rng.uniform(-0.3, 0.3, int(inner.sum()))
    where = base[owner] + (top - base)[owner] * rank / count[owner]
    xy = np.stack([np.interp(where, along, arcs.xy[:, axis]) for axis in (0, 1)], 1)
    xy[first] = arcs.xy[arcs.start[:-1]]
    xy[first + count] = arcs.xy[arcs.start[1:] - 1]
    return xy

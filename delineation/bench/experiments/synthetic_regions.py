"""Counties with planted regions: cells, regions of them, and values that tell the regions apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from ...core.arrays import number_of
from ...regions.problem import Graph, Problem, numbered
from .growth_areas import GrowthGround
from .random_units import TURNS, grow, level

if TYPE_CHECKING:
    from ...core.arrays import Floats, Ints

CELL = 500.0  # m, the side of a cell before it is shaken


@dataclass(frozen=True)
class Cells:
    """A square county of cells with four sides each, none like another.

    Attributes
    ----------
    graph : Graph
        Cells with a common border; its length in m.
    middle : (e, 2) float64
        Middle of each border, m.
    area, perimeter : (n,) float64
        m², m.
    point : (n, 2) float64
        Mean of the corners of each.
    """

    graph: Graph
    middle: Floats
    area: Floats
    perimeter: Floats
    point: Floats

    def __len__(self) -> int:
        """Count the cells."""
        return len(self.area)


@dataclass(frozen=True)
class Planted:
    """A county with planted regions.

    Attributes
    ----------
    cells : Cells
    truth : (n,) int64
        Region of each cell, 0 … k − 1, each one piece.
    signal : (n, p) float64
        Values without noise: the same all over a region, with mean 0 and standard deviation 1 over the county.
    """

    cells: Cells
    truth: Ints
    signal: Floats

    @property
    def k(self) -> int:
        """Number of planted regions."""
        return number_of(self.truth)

    @property
    def floor(self) -> float:
        """Area that k regions reach and k + 1 cannot, m²: what a method is told that takes a floor in place of k."""
        smallest = float(np.bincount(self.truth, self.cells.area).min())
        return min(1.02 * float(self.cells.area.sum()) / (self.k + 1), smallest)

    def problem(self, noise: float, seed: int) -> Problem:
        """State the problem of finding the regions again.

        Parameters
        ----------
        noise : float
            Standard deviation of the independent noise on every value, in standard deviations of the signal.
        seed : int
        """
        rng = np.random.default_rng([seed, 1])
        values = self.signal + noise * rng.normal(size=self.signal.shape)
        count, cells = len(values), self.cells
        spread = values.std(axis=0)
        values = (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
        return Problem(
            values=values,
            mass=np.ones(count),
            graph=cells.graph,
            price=np.zeros(len(cells.graph.left)),
            bounds=(),
            core=np.full(count, -1, dtype=np.int64),
            area=cells.area,
            perimeter=cells.perimeter,
            names=np.strings.add("cell ", np.arange(1, count + 1).astype(str)).astype(object),
        )


def lay_cells(side: int, rng: np.random.Generator) -> Cells:
    """Lay out ``side`` × ``side`` cells of about 0.25 km²: a square lattice whose inner corners are shaken."""
    corner = np.stack(np.meshgrid(np.arange(side + 1.0), np.arange(side + 1.0)), axis=-1)
    inner = np.zeros((side + 1, side + 1, 1))
    inner[1:-1, 1:-1] = 1.0
    corner = CELL * (corner + inner * rng.uniform(-0.3, 0.3, corner.shape))
    ring = np.stack([corner[:-1, :-1], corner[:-1, 1:], corner[1:, 1:], corner[1:, :-1]], axis=2).reshape(-1, 4, 2)
    after = np.roll(ring, -1, axis=1)
    area = 0.5 * np.abs((ring[..., 0] * after[..., 1] - after[..., 0] * ring[..., 1]).sum(axis=1))
    perimeter = np.hypot(*np.moveaxis(after - ring, -1, 0)).sum(axis=1)
    cell = np.arange(side * side).reshape(side, side)
    pairs, ends = [], []
    for one, two, start, end in (
        (cell[:, :-1], cell[:, 1:], corner[:-1, 1:-1], corner[1:, 1:-1]),
        (cell[:-1], cell[1:], corner[1:-1, :-1], corner[1:-1, 1:]),
    ):
        pairs.append(np.column_stack([one.ravel(), two.ravel()]))
        ends.append(np.stack([start.reshape(-1, 2), end.reshape(-1, 2)], axis=1))
    pair, edge = np.concatenate(pairs), np.concatenate(ends)
    order = np.lexsort((pair[:, 1], pair[:, 0]))
    pair, edge = pair[order], edge[order]
    length = np.hypot(*(edge[:, 1] - edge[:, 0]).T)
    return Cells(
        Graph(side * side, pair[:, 0], pair[:, 1], length), edge.mean(axis=1), area, perimeter, ring.mean(axis=1)
    )


def plant_regions(cells: Cells, k: int, rng: np.random.Generator) -> Ints:
    """Plant k regions with ragged outlines and of about equal size, each one piece, as the null model grows them."""
    ground = GrowthGround(cells.area, np.zeros(len(cells), dtype=np.int64), cells.graph.left, cells.graph.right)
    size, home = np.full(k, cells.area.sum() / k), np.zeros(k, dtype=np.int64)
    return numbered(level(ground, size, home, grow(ground, size, home, rng), rng, turns=5 * TURNS))


def plant(side: int, k: int, variables: int, seed: int) -> Planted:
    """Plant regions in a county of ``side`` × ``side`` cells; a region's values are normal, drawn one a variable.

    Parameters
    ----------
    side, k, variables, seed : int
    """
    rng = np.random.default_rng([seed, 0])
    cells = lay_cells(side, rng)
    truth = plant_regions(cells, k, rng)
    signal = rng.normal(size=(k, variables))[truth]
    spread = signal.std(axis=0)
    return Planted(cells, truth, (signal - signal.mean(axis=0)) / np.where(spread > 0, spread, 1.0))


def displacement(cells: Cells, truth: Ints, labels: Ints) -> float:
    """Mean distance in m between the borders found and those planted, the larger of both ways.

    From the middle of each border between regions of the one to the nearest of the other, averaged by border length:
    the modified Hausdorff distance (Dubuisson & Jain 1994). NaN where there is no border.
    """
    graph = cells.graph

    def cut(of: Ints) -> Ints:
        return np.flatnonzero(of[graph.left] != of[graph.right])

    one, two = cut(truth), cut(labels)
    if not len(one) or not len(two):
        return float("nan")
    ways = []
    for here, there in ((one, two), (two, one)):
        distance = cKDTree(cells.middle[there]).query(cells.middle[here])[0]
        ways.append(float(np.average(distance, weights=graph.border[here])))
    return max(ways)

"""Known truth: counties with planted regions, noise upon them, and how much of the regions each method finds again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from ..methods.regional import solve, solver_parameters
from ..progress import Progress, silent, within
from ..regions.problem import Graph, Problem, numbered
from .agreement import adjusted_rand

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["NOISES", "Found", "Planted", "displacement", "find_again", "plant"]

NOISES = (0.25, 0.5, 1.0, 2.0)
_CELL = 500.0  # m, the side of a cell before it is shaken


@dataclass(frozen=True)
class Planted:
    """A county of cells with planted regions.

    Attributes
    ----------
    graph : Graph
        Cells with a common border; its length in m.
    middle : (e, 2) float64
        Middle of each border, m.
    area, perimeter : (n,) float64
        m², m.
    truth : (n,) int64
        Region of each cell, 0 … k − 1, each one piece.
    signal : (n, p) float64
        Values without noise: the same all over a region, with mean 0 and standard deviation 1 over the county.
    """

    graph: Graph
    middle: NDArray[np.float64]
    area: NDArray[np.float64]
    perimeter: NDArray[np.float64]
    truth: NDArray[np.int64]
    signal: NDArray[np.float64]

    @property
    def k(self) -> int:
        """Number of planted regions."""
        return int(self.truth.max()) + 1

    def problem(self, noise: float, seed: int) -> Problem:
        """State the problem of finding the regions again.

        Parameters
        ----------
        noise : float
            Standard deviation of the independent noise on every value, in standard deviations of the signal.
        seed : int
        """
        random = np.random.default_rng([seed, 1])
        values = self.signal + noise * random.normal(size=self.signal.shape)
        count = len(values)
        values = (values - values.mean(axis=0)) / values.std(axis=0)
        return Problem(
            values=values, mass=np.ones(count), graph=self.graph, price=np.zeros(len(self.graph.left)), bounds=(),
            core=np.full(count, -1, dtype=np.int64), area=self.area, perimeter=self.perimeter,
            names=np.strings.add("cell ", np.arange(1, count + 1).astype(str)).astype(object),
        )  # fmt: skip


def plant(side: int, k: int, variables: int, seed: int) -> Planted:
    """Plant regions in a county of ``side`` × ``side`` cells.

    The cells are those of a square lattice with shaken corners, four-sided and none like another. A region is what lies
    nearest to one of k random cells on the way over the borders, each step of random length (so that outlines are
    ragged): one piece by construction. Its values are drawn from a normal distribution, one a variable.

    Parameters
    ----------
    side, k, variables, seed : int
    """
    random = np.random.default_rng([seed, 0])
    corner = np.stack(np.meshgrid(np.arange(side + 1.0), np.arange(side + 1.0)), axis=-1)
    inner = np.zeros((side + 1, side + 1, 1))
    inner[1:-1, 1:-1] = 1.0
    corner = _CELL * (corner + inner * random.uniform(-0.3, 0.3, corner.shape))
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
    graph = Graph(side * side, pair[:, 0], pair[:, 1], length)
    truth = _regions(graph, k, random)
    means = random.normal(size=(k, variables))
    signal = means[truth]
    spread = signal.std(axis=0)
    signal = (signal - signal.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return Planted(graph, edge.mean(axis=1), area, perimeter, truth, signal)


def _regions(graph: Graph, k: int, random: np.random.Generator) -> NDArray[np.int64]:
    step = random.uniform(0.5, 1.5, len(graph.left))
    matrix = csr_array((step, (graph.left, graph.right)), shape=(graph.count, graph.count))
    seeds = np.sort(random.choice(graph.count, k, replace=False))
    _, _, source = dijkstra(matrix, directed=False, indices=seeds, min_only=True, return_predecessors=True)
    return numbered(np.searchsorted(seeds, source).astype(np.int64))


def displacement(planted: Planted, labels: NDArray[np.int64]) -> float:
    """Mean distance in m between the borders found and those planted, the larger of both ways.

    From the middle of each border between regions of the one to the nearest of the other, averaged by border length:
    the modified Hausdorff distance (Dubuisson & Jain 1994). NaN where there is no border.
    """
    graph = planted.graph

    def cut(of: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.flatnonzero(of[graph.left] != of[graph.right])

    one, two = cut(planted.truth), cut(labels)
    if not len(one) or not len(two):
        return float("nan")
    ways = []
    for here, there in ((one, two), (two, one)):
        distance = cKDTree(planted.middle[there]).query(planted.middle[here])[0]
        ways.append(float(np.average(distance, weights=graph.border[here])))
    return max(ways)


@dataclass(frozen=True)
class Found:
    """What one method found of one planted county.

    Attributes
    ----------
    method : str
        Method string.
    noise : float
        In standard deviations of the signal.
    seed : int
        Of the county and its noise.
    ari : float
        Adjusted Rand index with the truth (Hubert & Arabie 1985).
    displacement : float
        m; see `displacement`.
    k : int
        Regions found.
    """

    method: str
    noise: float
    seed: int
    ari: float
    displacement: float
    k: int


def find_again(
    methods: Sequence[tuple[str, str, Mapping[str, Any]]],
    *,
    side: int = 30,
    k: int = 8,
    variables: int = 3,
    noises: Sequence[float] = NOISES,
    seeds: int = 3,
    progress: Progress = silent,
) -> Iterator[Found]:
    """Let regionalising methods find planted regions, each told how many there are.

    Parameters
    ----------
    methods : sequence of (text, name, parameters)
        The solvers' own parameters; a k among them is replaced by the planted one, and so is max-p's floor, by nine
        tenths of the smallest region's area.
    side, k, variables : int
        See `plant`.
    noises : sequence of float
    seeds : int
        Counties for each noise.
    progress : callable
    """
    total, done = len(methods) * len(noises) * seeds, 0
    for seed in range(1, seeds + 1):
        planted = plant(side, k, variables, seed)
        smallest = float(np.bincount(planted.truth, planted.area).min())
        for noise in noises:
            problem = planted.problem(noise, seed)
            for text, name, parameters in methods:
                takes = {parameter.name for parameter in solver_parameters(name)}
                own = {key: value for key, value in parameters.items() if key in takes}
                own |= {"k": planted.k} if "k" in takes else {}
                own |= {"floor": 0.9 * smallest} if "floor" in takes else {}
                go_on = within(progress, done / total, (done + 1) / total)
                labels = solve(name, problem, own, seed=seed, progress=go_on).labels
                done += 1
                yield Found(
                    text, noise, seed, adjusted_rand(planted.truth, labels), displacement(planted, labels),
                    int(labels.max()) + 1,
                )  # fmt: skip

"""Random first divisions: regions grow from seeds drawn by lot, until every node has one."""

from __future__ import annotations

from heapq import heapify, heapreplace
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from ..core.arrays import places
from ..core.sums import sum_by
from ..regions.feasibility import fewest, most_by_bounds

if TYPE_CHECKING:
    from numpy.random import Generator

    from ..core.arrays import Floats, Ints
    from ..regions.problem import Graph, Problem
    from .local_search import Watch


_PART = 8  # of the pairs that may join, one in so many does at a time


def shares(problem: Problem, k: int) -> Ints:
    """Share k regions out to the components of a problem.

    Each has as many as its cores and upper bounds ask for (one at least). The next region goes to the component with
    the largest ``SS / (c·(c + 1))``, where SS is its sum of squares about its mean and c the number of regions it has:
    what one region more would save if the sum of squares within fell as 1/c. No component has more regions than its
    nodes and lower bounds leave room for, so that it may be less than k in all.

    Parameters
    ----------
    problem : Problem
    k : int
        At least what `feasibility.fewest` says.

    Returns
    -------
    (components,) int64
    """
    component = problem.graph.component()
    out = fewest(problem, component)
    room = np.maximum(most_by_bounds(problem, component), out)
    weight, spread = sum_by(component, problem.mass, len(out)), np.zeros(len(out))
    for column in problem.values.T:
        mean = sum_by(component, problem.mass * column, len(out)) / weight
        spread += sum_by(component, problem.mass * (column - mean[component]) ** 2, len(out))

    def worth(row: int) -> float:
        return float(spread[row] / (out[row] * (out[row] + 1))) if out[row] < room[row] else -np.inf

    # Of equal ones the first component.
    heap: list[tuple[float, int]] = [(-worth(row), row) for row in range(len(out))]
    heapify(heap)
    for _ in range(min(k, int(room.sum())) - int(out.sum())):
        row = heap[0][1]
        out[row] += 1
        heapreplace(heap, (-worth(row), row))
    return out


def grow(problem: Problem, count: Ints, rng: Generator, watch: Watch) -> Ints:
    """Draw seeds and let regions grow from them, the most similar nodes first.

    Seeded region growing (Adams, R. & Bischof, L. (1994): IEEE Transactions on Pattern Analysis and Machine
    Intelligence 16 (6), 641–647), by rounds: of all pairs of a free node and a region beside it those 12 % join for
    which ``m·W/(W + m)·|x − μ|²`` is least, with W and μ the region's mass and mean. With bounds the emptier half of
    the regions comes first, and none takes what is too much for it while others have room; bounds may be broken all
    the same.

    Seeds of a component are its cores, else a node drawn at random; then, as many again each time, nodes drawn with
    probability ∝ mass × squared distance from the nearest seed so far (k-means++ of Arthur, D. & Vassilvitskii, S.
    (2007), SODA '07, 1027–1035, several at a time as in k-means|| of Bahmani, B. et al. (2012), PVLDB 5 (7), 622–633).

    Parameters
    ----------
    problem : Problem
    count : (components,) int64
        Regions of each component: at least one, and at least its cores.
    rng : numpy.random.Generator
        Draws the seeds.
    watch : Watch
        Told how far it is; growing ends when all nodes have a region, not before.

    Returns
    -------
    (n,) int64
        Contiguous regions 0 … k − 1, with one core at most each.
    """
    graph, n = problem.graph, len(problem)
    seeds = _seeds(problem, count, rng)
    labels = places(seeds, n)
    start, others = _neighbours(graph)
    values = problem.values
    total, weight = problem.mass[seeds, None] * values[seeds], problem.mass[seeds].copy()
    bounded = np.array([one.value for one in problem.bounds]).reshape(-1, n)
    sums = bounded[:, seeds]
    node, region, new = seeds[:0], seeds[:0], seeds
    done = len(seeds)
    while len(new):
        watch.fraction = done / n
        watch.over()
        links = start[new + 1] - start[new]
        at = np.repeat(start[new] - np.cumsum(links) + links, links) + np.arange(int(links.sum()))
        node, region = np.append(node, others[at]), np.append(region, np.repeat(labels[new], links))
        free = labels[node] < 0
        node, region = node[free], region[free]
        away = values[node] - total[region] / weight[region, None]
        mass, there = problem.mass[node], weight[region]
        keys = [region, node, mass * there / (there + mass) * np.einsum("ij,ij->i", away, away)]
        if problem.bounds:
            keys.append(_crowded(problem, sums, bounded[:, node], region))
        first = np.lexsort(keys)[: len(node) // _PART + 1]
        new, which = np.unique(node[first], return_index=True)
        joined = region[first][which]
        labels[new] = joined
        np.add.at(total, joined, problem.mass[new, None] * values[new])
        np.add.at(weight, joined, problem.mass[new])
        np.add.at(sums.T, joined, bounded[:, new].T)
        done += len(new)
    return labels


def _seeds(problem: Problem, count: Ints, rng: Generator) -> Ints:
    """Draw the first node of each region, component by component."""
    component = problem.graph.component()
    order = np.argsort(component, kind="stable")
    out = []
    for nodes, number in zip(np.split(order, np.cumsum(np.bincount(component))[:-1]), count, strict=True):
        core = np.flatnonzero(problem.core[nodes] >= 0)
        first = core if len(core) else rng.integers(len(nodes), size=1)
        out.append(nodes[_spread(problem.values[nodes], problem.mass[nodes], first, int(number), rng)])
    return np.concatenate(out)


def _spread(values: Floats, mass: Floats, rows: Ints, count: int, rng: Generator) -> Ints:
    """Draw more rows, far from those there are, until there are so many."""
    while len(rows) < count:
        apart = cKDTree(values[rows]).query(values)[0] if values.shape[1] else np.zeros(len(values))
        # The least of exponentials with these rates are draws without replacement (Efraimidis & Spirakis 2006).
        lot = rng.exponential(size=len(values))
        lot[rows] = np.inf
        turn = np.divide(lot, mass * apart**2, out=np.full(len(lot), np.inf), where=apart > 0)
        # Where no more nodes differ from the seeds, any will do.
        more = np.lexsort((lot, turn))[: min(len(rows), count - len(rows))]
        rows = np.append(rows, more)
    return rows


def _neighbours(graph: Graph) -> tuple[Ints, Ints]:
    """Neighbours of node v: ``others[start[v]:start[v + 1]]``."""
    ends, others = np.append(graph.left, graph.right), np.append(graph.right, graph.left)
    order = np.lexsort((others, ends))
    start: Ints = np.searchsorted(ends[order], np.arange(graph.count + 1))
    return start, others[order]


def _crowded(problem: Problem, sums: Floats, more: Floats, region: Ints) -> Ints:
    """0 for joining one of the emptier half of regions, 1 for one of the fuller, 2 where it would be too much."""
    full = (sums / np.maximum(sums.mean(axis=1, keepdims=True), np.finfo(np.float64).tiny)).max(axis=0)
    out: Ints = (full[region] > np.median(full)).astype(np.int64)
    for row, bound in enumerate(problem.bounds):
        out[sums[row, region] + more[row] > bound.most] = 2
    return out

"""Agglomeration by brute force: what `merges` is held against; all distances anew at every step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from control_units.delineation.regions.problem import numbered
from region_samples import problem_of
from slow_trees import random_problem

if TYPE_CHECKING:
    from control_units.delineation.regions.problem import Problem

LINKAGES = ("ward", "average", "complete", "single")


def height(problem: Problem, linkage: str, one: list[int], other: list[int], price: float) -> float:
    x, mass = problem.values, problem.mass
    m, n = mass[one].sum(), mass[other].sum()
    apart = ((x[one][:, None] - x[other][None]) ** 2).sum(axis=2)
    weight = mass[one][:, None] * mass[other][None]
    if linkage == "ward":
        means = [np.average(x[nodes], axis=0, weights=mass[nodes]) for nodes in (one, other)]
        return m * n / (m + n) * ((means[0] - means[1]) ** 2).sum() - price
    far = {"average": (apart * weight).sum() / weight.sum(), "complete": apart.max(), "single": apart.min()}[linkage]
    return far - price * (1 / m + 1 / n)


def slow_divisions(problem: Problem, linkage: str) -> dict[int, np.ndarray]:
    """Labels for each number of regions, from n down to where nothing may merge."""
    regions = [[node] for node in range(len(problem))]
    edges = list(zip(problem.graph.left.tolist(), problem.graph.right.tolist(), problem.price.tolist(), strict=True))
    out = {}
    while True:
        label = np.empty(len(problem), dtype=np.int64)
        for number, nodes in enumerate(regions):
            label[nodes] = number
        out[len(regions)] = numbered(label)
        price: dict[tuple[int, int], float] = {}
        for a, b, cost in edges:
            pair = (int(min(label[a], label[b])), int(max(label[a], label[b])))
            if pair[0] != pair[1]:
                price[pair] = price.get(pair, 0.0) + cost
        best = None
        for (one, other), cost in price.items():
            both = regions[one] + regions[other]
            if (problem.core[both] >= 0).sum() > 1 or any(b.value[both].sum() > b.most + 1e-9 for b in problem.bounds):
                continue
            here = height(problem, linkage, regions[one], regions[other], cost), one, other
            best = here if best is None or here < best else best
        if best is None:
            return out
        _, one, other = best
        both = regions[one] + regions[other]
        regions = [nodes for row, nodes in enumerate(regions) if row not in (one, other)] + [both]


def two_parts(seed: int, **more) -> Problem:
    """A random problem of two components, 11 and 9 nodes, and a node by itself."""
    one, other = random_problem(seed, n=11), random_problem(seed + 100, n=9)
    ends = [np.column_stack([part.graph.left, part.graph.right]) for part in (one, other)]
    values = np.vstack([one.values, 2 * other.values, [[0.0, 0.0]]])
    return problem_of(values, np.vstack([ends[0], ends[1] + 11]), **more)

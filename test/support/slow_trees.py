"""Spanning trees and their cuts, by brute force: what SKATER and REDCAP are held against, and pygeoda's figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from control_units.delineation.regions.objective import border_cost, cost, within_ss
from control_units.delineation.regions.problem import numbered
from region_samples import problem_of

if TYPE_CHECKING:
    from control_units.delineation.regions.problem import Problem

FLOOR = 3236.67  # of Pop1831
# pygeoda 0.1.3, Guerry, six z-scored variables, k = 2 … 10: between ÷ total without a floor, and with it; with the
# floor, further k give what the last one gives.
RATIOS = {
    "skater": (
        (0.1387017274, 0.2336985044, 0.3156446659, 0.3763086809, 0.4195416538, 0.4607731351, 0.4984472926,
         0.5336770509, 0.5646630073),
        (0.1387017274, 0.2336985044, 0.3156446659, 0.3508744242, 0.3759074297, 0.3900829444),
    ),
    "complete": (
        (0.1943271840, 0.3000896541, 0.3510990109, 0.3942088501, 0.4354403314, 0.4739622247, 0.5090401385,
         0.5433821116, 0.5714634964),
        (0.1943271840, 0.3000896541, 0.3383868282, 0.3727288012, 0.3977618068, 0.4119373215),
    ),
    "average": (
        (0.1387017274, 0.2336985044, 0.3057824903, 0.3854425827, 0.4286755556, 0.4699070369, 0.5092834111,
         0.5433145761, 0.5716309845),
        (0.1387017274, 0.2336985044, 0.3057824903, 0.3732694172, 0.3984247728, 0.4234577784, 0.4376332931),
    ),
    "single": (
        (0.1478642496, 0.2268551553, 0.2900254300, 0.3393192131, 0.3883431133, 0.4330173942, 0.4761243302,
         0.5122132224, 0.5447869598),
        (0.1478642496, 0.2174119008, 0.2736886209, 0.3096174943, 0.3360488072, 0.3508172431),
    ),
    "ward": (
        (0.1873853325, 0.2995504683, 0.3790255570, 0.4226856732, 0.4603250504, 0.4924114182, 0.5215492563,
         0.5500577251, 0.5771532486),
        (0.1873853325, 0.2995504683, 0.3316368360, 0.3582950491, 0.3802745233, 0.3907159448),
    ),
}  # fmt: skip


def random_problem(seed: int, n: int = 18, variables: int = 2, **more) -> Problem:
    """A connected graph of few rings, nothing equal to anything else; ``masses``, ``prices`` to have them."""
    random = np.random.default_rng(seed)
    tree = [(int(random.integers(max(0, node - 4), node)), node) for node in range(1, n)]
    extra = [tuple(sorted(random.choice(n, 2, replace=False).tolist())) for _ in range(n)]
    pairs = np.array(sorted(set(tree) | set(extra)))
    if more.pop("masses", False):
        more["mass"] = random.uniform(0.5, 3, n)
    if more.pop("prices", False):
        more["price"] = random.uniform(0, 0.6, len(pairs))
    return problem_of(random.normal(size=(n, variables)), pairs, **more)


def edges_of(problem: Problem) -> list[tuple[int, int]]:
    """Edges as pairs."""
    return list(zip(problem.graph.left.tolist(), problem.graph.right.tolist(), strict=True))


def slow_tree(problem: Problem, order: str, linkage: str) -> list[tuple[int, int]]:
    """Edges in the order of joining: all pairs of regions are measured anew before each merger."""
    x, m, edges = problem.values, problem.mass, edges_of(problem)
    squared = ((x[:, None] - x[None]) ** 2).sum(axis=2)
    price = dict(zip(edges, problem.price.tolist(), strict=True))
    length = {(a, b): squared[a, b] - price[a, b] * (1 / m[a] + 1 / m[b]) for a, b in edges}
    label = np.arange(len(x))
    out = []
    while True:
        found = []
        for one in np.unique(label):
            for other in np.unique(label[label > one]):
                between = [e for e in edges if {label[e[0]], label[e[1]]} == {one, other}]
                if not between:
                    continue
                first, second = np.flatnonzero(label == one), np.flatnonzero(label == other)
                a, b = m[first].sum(), m[second].sum()
                if order == "full":
                    pairs = squared[np.ix_(first, second)]
                    weights = np.outer(m[first], m[second])
                else:
                    pairs = np.array([squared[e] for e in between])
                    weights = np.ones(len(pairs))
                height = {
                    "single": pairs.min(),
                    "complete": pairs.max(),
                    "average": np.average(pairs, weights=weights),
                    "ward": np.average(pairs, weights=weights) * a * b / (a + b),
                }[linkage]
                if order == "full" and linkage == "ward":
                    both = np.concatenate([first, second])
                    height = sum(
                        sign * within_ss(x[rows], m[rows], np.zeros(len(rows), dtype=np.int64))
                        for sign, rows in ((1, both), (-1, first), (-1, second))
                    )
                saved = sum(price[e] for e in between)
                height -= saved if linkage == "ward" else saved * (1 / a + 1 / b)
                found.append((height, one, other, min(between, key=length.__getitem__)))
        if not found:
            return out
        _, one, other, edge = min(found)
        label[label == other] = one
        out.append(edge)


def slow_cuts(problem: Problem, tree: list[tuple[int, int]], k: int, *, manhattan: bool = False) -> np.ndarray:
    """Cut a tree: every cut of every edge is measured by the cost of the whole division; lower bounds are kept."""
    gone: set[tuple[int, int]] = set()
    label = _pieces(len(problem), tree)
    while label.max() + 1 < k:
        found = []
        for edge in tree:
            if edge in gone:
                continue
            here = _pieces(len(problem), [one for one in tree if one != edge and one not in gone])
            sums = [np.bincount(here, bound.value) for bound in problem.bounds]
            if all((s >= bound.least).all() for s, bound in zip(sums, problem.bounds, strict=True)):
                found.append((_amount(problem, here) if manhattan else cost(problem, here), edge, here))
        if not found:
            break
        _, edge, label = min(found, key=lambda one: one[0])
        gone.add(edge)
    return label


def _amount(problem: Problem, label: np.ndarray) -> float:
    out = border_cost(problem, label)
    for region in range(label.max() + 1):
        x, m = problem.values[label == region], problem.mass[label == region]
        out += float((m[:, None] * np.abs(x - np.average(x, axis=0, weights=m))).sum())
    return out


def _pieces(n: int, edges: list[tuple[int, int]]) -> np.ndarray:
    label = np.arange(n)
    for a, b in edges:
        label[label == label[b]] = label[a]
    return numbered(label)

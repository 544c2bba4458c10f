"""Max-p-regions: published problems, exact answers of small ones, bounds, components, time, repeatability."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from control_units.delineation.core.errors import BadInput
from control_units.delineation.methods.maxp import maxp
from control_units.delineation.regions.objective import cost, squares
from control_units.delineation.regions.problem import Bound, Problem
from region_samples import by_fours, guerry, guerry_table, holds, problem_of, ratio, room
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array

if TYPE_CHECKING:
    from pathlib import Path

FLOOR = 3236.67


def guerry_by_population(data: Path) -> Problem:
    people = guerry_table(data)["Pop1831"].to_numpy(dtype=float)
    return guerry(data, bounds=(Bound("Pop1831", people, FLOOR),))


# ---- published problems


@pytest.mark.slow
@pytest.mark.thirds
def test_guerry_has_nine_regions_and_no_more(data, rounds):
    """p = 9, where peers stop at 8; it is the most, for ten floors are more people than there are."""
    problem = guerry_by_population(data)
    assert 10 * FLOOR > problem.bounds[0].value.sum() > 9 * FLOOR
    found = [maxp(problem, seed=seed, sweeps=2).labels for seed in range(1, 1 + rounds(20))]
    assert {int(labels.max()) + 1 for labels in found} == {9}
    assert all(holds(problem, labels) for labels in found)
    assert max(ratio(problem, labels) for labels in found) >= 0.5337


def test_guerry_with_eight_regions(data):
    problem = guerry_by_population(data)
    found = [maxp(problem, seed=seed, at_most=8, sweeps=60).labels for seed in (1, 2)]
    assert {int(labels.max()) + 1 for labels in found} == {8}
    assert all(holds(problem, labels) for labels in found)
    assert max(ratio(problem, labels) for labels in found) >= 0.526


@pytest.mark.slow
@pytest.mark.thirds
def test_guerry_as_it_is_called(data, rounds):
    problem = guerry_by_population(data)
    found = [maxp(problem, seed=seed).labels for seed in range(1, 1 + rounds(20))]
    assert {int(labels.max()) + 1 for labels in found} == {9}
    assert min(ratio(problem, labels) for labels in found) >= 0.53


def quads(problem: Problem) -> list[list[int]]:
    """All connected sets of four nodes."""
    near: list[set[int]] = [set() for _ in range(len(problem))]
    for a, b in zip(problem.graph.left.tolist(), problem.graph.right.tolist(), strict=True):
        near[a].add(b)
        near[b].add(a)
    sets = {frozenset([node]) for node in range(len(problem))}
    for _ in range(3):
        sets = {one | {other} for one in sets for node in one for other in near[node] - one}
    return sorted(map(sorted, sets))


@pytest.mark.slow
@pytest.mark.thirds
def test_mexico_by_fours_is_solved_exactly(rounds):
    """32 states, at least 4 each: 8 regions of exactly 4, so that the best division is a set partition by integers."""
    problem = by_fours()
    sets = quads(problem)
    total = squares(problem.values, problem.mass, np.zeros(32, dtype=np.int64)).total
    price = [((problem.values[one] - problem.values[one].mean(axis=0)) ** 2).sum() / total for one in sets]
    cover = csc_array((np.ones(4 * len(sets)), (np.ravel(sets), np.repeat(np.arange(len(sets)), 4))))
    exact = milp(price, constraints=LinearConstraint(cover, 1, 1), integrality=1, bounds=Bounds(0, 1))
    assert exact.status == 0
    assert 1 - exact.fun == pytest.approx(0.4907765373, abs=1e-9)
    found = [maxp(problem, seed=seed, sweeps=20).labels for seed in range(1, 1 + rounds(20))]
    assert {int(labels.max()) + 1 for labels in found} == {8}
    assert all(holds(problem, labels) for labels in found)
    assert min(ratio(problem, labels) for labels in found) >= 0.41
    assert max(ratio(problem, labels) for labels in found) == pytest.approx(1 - exact.fun, abs=1e-9)


# ---- small problems, against all divisions there are


def exact(problem: Problem) -> tuple[int, float] | None:
    """Most regions and the least cost with as many, by trying all divisions into admissible connected sets."""
    n = len(problem)
    near = [0] * n
    for a, b in zip(problem.graph.left.tolist(), problem.graph.right.tolist(), strict=True):
        near[a] |= 1 << b
        near[b] |= 1 << a
    admissible: dict[int, list[int]] = {node: [] for node in range(n)}
    for bits in range(1, 1 << n):
        rows = [node for node in range(n) if bits >> node & 1]
        reached, before = 1 << rows[0], 0
        while reached != before:
            before = reached
            for node in rows:
                if reached >> node & 1:
                    reached |= near[node] & bits
        within = all(b.least - 1e-9 <= b.value[rows].sum() <= b.most + 1e-9 for b in problem.bounds)
        if reached == bits and within and (problem.core[rows] >= 0).sum() <= 1:
            admissible[rows[0]].append(bits)
    best: tuple[int, float] | None = None
    stack: list[tuple[int, tuple[int, ...]]] = [((1 << n) - 1, ())]
    while stack:
        left, chosen = stack.pop()
        if left:
            low = (left & -left).bit_length() - 1
            stack += [(left & ~bits, (*chosen, bits)) for bits in admissible[low] if bits & ~left == 0]
            continue
        labels = np.array([next(i for i, bits in enumerate(chosen) if bits >> node & 1) for node in range(n)])
        if best is None or len(chosen) >= best[0]:
            value = cost(problem, labels)
            if best is None or len(chosen) > best[0] or value < best[1]:
                best = len(chosen), value
    return best


def small(seed: int) -> Problem:
    """Nine or ten nodes in one or two components, with all that a problem may have."""
    random = np.random.default_rng(seed)
    n = int(random.integers(9, 11))
    pairs = {(a, a + 1) for a in range(n - 1)} | {
        (min(a, b), max(a, b)) for a, b in random.integers(n, size=(8, 2)).tolist() if a != b
    }
    if seed % 3 == 0:
        pairs = {(a, b) for a, b in pairs if not (a < 4 <= b)}
    size = random.integers(1, 6, n).astype(float)
    bounds = [Bound("people", size, float(random.integers(4, 7)))]
    core = np.full(n, -1)
    if seed % 2:
        bounds.append(Bound("area", random.integers(1, 4, n).astype(float), most=float(random.integers(6, 10))))
    if seed % 4 >= 2:
        core[[0, n - 1]] = [0, 1]
    return problem_of(
        random.normal(size=(n, 2)),
        np.array(sorted(pairs)),
        mass=random.uniform(0.5, 3.0, n),
        price=random.uniform(0.0, 0.5, len(pairs)) if seed % 5 else np.zeros(len(pairs)),
        bounds=tuple(bounds),
        core=core,
    )


@pytest.mark.thirds("seed")
@pytest.mark.parametrize("seed", range(24))
def test_small_problems_are_solved_exactly(seed):
    problem = small(seed)
    best = exact(problem)
    if best is None:
        with pytest.raises(BadInput, match=r"people|area|fixed"):
            maxp(problem, sweeps=20)
        return
    labels = maxp(problem, sweeps=40).labels
    assert holds(problem, labels)
    assert labels.max() + 1 == best[0]
    assert cost(problem, labels) == pytest.approx(best[1], rel=1e-9)
    assert room(problem) >= best[0]


def test_small_problems_are_of_all_kinds():
    """What the test above is worth: some cannot be met, some have two components, some are held back by bounds."""
    answers = [exact(small(seed)) for seed in range(24)]
    components = [small(seed).graph.component().max() + 1 for seed in range(24)]
    assert 2 <= answers.count(None) <= 12
    assert {1, 2} <= {c for c, answer in zip(components, answers, strict=True) if answer}
    assert len({answer[0] for answer in answers if answer}) >= 3


def test_masses_and_prices_decide():
    """Of four nodes in a row, two regions of two or more: the borders are where masses and prices say."""
    values = np.array([[0.0], [1.0], [2.0], [3.0], [4.0]])
    pairs = np.array(list(pairwise(range(5))))
    bounds = (Bound("count", np.ones(5), 2.0),)
    plain = {"bounds": bounds, "mass": np.array([1.0, 1.0, 5.0, 1.0, 1.0])}
    light = maxp(problem_of(values, pairs, **plain | {"mass": np.array([1.0, 1.0, 0.1, 1.0, 5.0])}))
    heavy = maxp(problem_of(values, pairs, **plain | {"mass": np.array([5.0, 1.0, 0.1, 1.0, 1.0])}))
    assert [light.labels.tolist(), heavy.labels.tolist()] == [[0, 0, 0, 1, 1], [0, 0, 1, 1, 1]]
    for dear, wanted in ((1, [0, 0, 0, 1, 1]), (2, [0, 0, 1, 1, 1])):
        price = np.zeros(4)
        price[dear] = 100.0
        assert maxp(problem_of(values, pairs, **plain, price=price)).labels.tolist() == wanted

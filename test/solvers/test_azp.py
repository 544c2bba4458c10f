"""AZP: quality bars over seeds, small problems against all divisions there are, and all that a request may ask for."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from clock import Clock
from control_units.delineation.core.errors import BadInput, Cancelled
from control_units.delineation.core.progress import silent
from control_units.delineation.methods.azp import azp
from control_units.delineation.methods.regional import solve, solvers
from control_units.delineation.regions.objective import cost
from control_units.delineation.regions.problem import Bound, numbered
from control_units.delineation.solvers.local_search import Watch
from control_units.delineation.solvers.region_growing import grow, shares
from region_samples import contiguous, guerry, lattice, mexico, problem_of, ratio

if TYPE_CHECKING:
    from control_units.delineation.regions.problem import Problem

SEARCHES = {"greedy": {}, "annealing": {"cooling": 0.85}, "tabu": {"patience": 300}}


def lattices() -> Problem:
    """Two components, of 36 and 25 nodes, and a node by itself."""
    one, other = lattice(6, seed=3), lattice(5, seed=4)
    pairs = [np.column_stack([graph.left, graph.right]) for graph in (one.graph, other.graph)]
    return problem_of(np.vstack([one.values, 3 * other.values, [[0.0, 0.0]]]), np.vstack([pairs[0], pairs[1] + 36]))


# The best known to peers is 0.4243; 0.44529813 is the best that any search of ours has found, however long.
@pytest.mark.parametrize(
    ("search", "best", "median"),
    [
        ("greedy", 0.4300, 0.4150),
        ("annealing", 0.4452981, 0.4200),
        ("tabu", 0.4452981, 0.4200),
    ],
)
def test_guerry_over_twenty_seeds(search, best, median, data):
    problem = guerry(data)
    found = [azp(problem, k=5, search=search, seed=seed, **SEARCHES[search]).labels for seed in range(1, 21)]
    assert all(labels.max() == 4 and contiguous(problem, labels) for labels in found)
    ratios = [ratio(problem, labels) for labels in found]
    assert max(ratios) >= best
    assert np.median(ratios) >= median
    # Another seed is another division, and equal seeds are equal ones.
    assert len({labels.tobytes() for labels in found}) > 3
    assert np.array_equal(azp(problem, k=5, search=search, seed=7, **SEARCHES[search]).labels, found[6])


def test_mexico_beats_ward():
    problem = mexico()
    found = azp(problem, k=5)
    assert contiguous(problem, found.labels)
    assert ratio(problem, found.labels) > 0.698801


@cache
def divisions(nodes: int, k: int) -> np.ndarray:
    """All ways to label nodes 0 … k − 1, numbered by first node."""
    rows = (row for row in product(range(k), repeat=nodes - 1))
    out = np.array([(0, *row) for row in rows if len(set(row) | {0}) == k])
    first = np.array([[(row == one).argmax() for one in range(k)] for row in out])
    return out[(np.diff(first, axis=1) > 0).all(axis=1)]


def least_cost(problem: Problem, k: int) -> float:
    """The least cost of all divisions that are allowed."""
    least = np.inf
    for labels in divisions(len(problem), k):
        here = cost(problem, labels)
        if here < least and np.bincount(labels[problem.core >= 0], minlength=1).max() <= 1:
            sums = [(np.bincount(labels, one.value), one) for one in problem.bounds]
            kept = all(((one.least <= part) & (part <= one.most)).all() for part, one in sums)
            if kept and contiguous(problem, labels):
                least = here
    return least


@pytest.mark.parametrize("search", ["annealing", "tabu"])
@pytest.mark.parametrize("kind", ["plain", "dear", "bounded", "cored"])
def test_small_problems_are_solved(kind, search):
    rng = np.random.default_rng(len(kind))
    problem = replace(lattice(3, seed=len(kind)), mass=rng.uniform(0.5, 2, 9))
    if kind == "dear":
        problem = replace(problem, price=rng.uniform(-0.5, 2, 12))
    elif kind == "bounded":
        problem = replace(problem, bounds=(Bound("polygons", np.ones(9), 2, 4), Bound("sum", problem.mass, 2, 6)))
    elif kind == "cored":
        problem = replace(problem, core=np.array([0, 1, -1, -1, 2, -1, -1, -1, -1]))
    found = azp(problem, k=3, search=search, **SEARCHES[search])
    assert found.k == 3
    assert cost(problem, found.labels) == pytest.approx(least_cost(problem, 3), abs=1e-9)


@pytest.mark.parametrize("search", SEARCHES)
def test_no_worse_than_the_initial_divisions(search):
    problem = replace(lattice(9), mass=np.random.default_rng(1).uniform(0.5, 2, 81))
    for seed in (1, 2):
        # What `azp` starts from, grown anew.
        grown = [
            grow(problem, shares(problem, 6), np.random.default_rng([seed, turn]), Watch(silent, "")) for turn in (0, 1)
        ]
        found = azp(problem, k=6, search=search, starts=2, seed=seed, **SEARCHES[search])
        assert cost(problem, found.labels) < min(cost(problem, labels) for labels in grown)
    ward = solve("ward", problem, {"k": 6}).labels
    found = azp(problem, k=6, search=search, initial="ward", starts=1, **SEARCHES[search])
    assert cost(problem, found.labels) <= cost(problem, ward) + 1e-9
    # From the best division known no search gets away for the worse.
    again = azp(problem, k=6, search=search, initial="ward", starts=3, seed=9, **SEARCHES[search])
    assert cost(problem, again.labels) <= cost(problem, ward) + 1e-9


def test_components_are_divided_one_by_one():
    problem = lattices()
    component = problem.graph.component()
    for search, given in SEARCHES.items():
        labels = azp(problem, k=9, search=search, **given).labels
        assert np.array_equal(labels, numbered(labels))
        assert contiguous(problem, labels)
        got = [len(set(labels[component == one].tolist())) for one in range(3)]
        assert got == shares(problem, 9).tolist()
        assert sum(got) == 9
    assert azp(problem, k=3).labels.tolist() == component.tolist()
    with pytest.raises(BadInput, match="below the 3 parts that do not touch one another"):
        azp(problem, k=2)


def test_cores_are_never_joined():
    problem = lattices()
    core = np.full(62, -1)
    core[[0, 1, 2, 7, 40]] = np.arange(5)
    problem = replace(problem, core=core)
    for search, given in SEARCHES.items():
        labels = azp(problem, k=8, search=search, starts=2, **given).labels
        assert labels.max() == 7
        assert len(set(labels[core >= 0].tolist())) == 5
        assert contiguous(problem, labels)
    with pytest.raises(BadInput, match="too few"):
        azp(problem, k=4)


@pytest.mark.parametrize("search", SEARCHES)
def test_bounds_are_kept(search):
    area = np.random.default_rng(3).uniform(0.5, 2, 81)
    bounds = (Bound("area", area, 9, 20), Bound("polygons", np.ones(81), 8, 16))
    problem = replace(lattice(9), bounds=bounds)
    found = azp(problem, k=7, search=search, starts=3, **SEARCHES[search])
    assert found.k == 7
    assert not found.findings
    assert contiguous(problem, found.labels)
    for bound in bounds:
        sums = np.bincount(found.labels, bound.value)
        assert bound.least - 1e-9 <= sums.min()
        assert sums.max() <= bound.most + 1e-9


def test_bounds_that_stop_it_short_are_said():
    problem = replace(lattice(5), bounds=(Bound("polygons", np.ones(25), least=4),))
    found = azp(problem, k=9, search="greedy")
    assert 1 < found.k <= 6
    assert np.bincount(found.labels).min() >= 4
    facts = {"method": "azp", "k": 9, "got": found.k, "bound": ("polygons",)}
    assert [(one.id, dict(one.facts)) for one in found.findings] == [("S71", facts)]
    found = azp(problem, k=9, search="greedy", initial="ward")
    assert [one.facts["method"] for one in found.findings] == ["azp"]
    with pytest.raises(BadInput, match="polygons"):
        azp(replace(problem, bounds=(Bound("polygons", np.ones(25), least=26),)), k=1)


def test_dearer_borders_are_shorter():
    plain = lattice(8)
    dear = replace(plain, price=np.full(len(plain.graph.left), 3.0))
    graph = plain.graph

    def crossed(labels):
        return int((labels[graph.left] != labels[graph.right]).sum())

    free, bought = (azp(one, k=4, search="tabu", patience=200).labels for one in (plain, dear))
    assert crossed(bought) < crossed(free)
    assert cost(dear, bought) < cost(dear, free)


def test_without_attributes_borders_decide():
    plain = lattice(4)
    problem = replace(plain, values=np.zeros((16, 0)), price=np.ones(len(plain.graph.left)))
    # Two halves of a square: no division has a shorter border than a corner cut off.
    assert cost(problem, azp(problem, k=2).labels) == 2


def test_every_node_a_region_and_one_for_all():
    problem = lattice(3)
    assert azp(problem, k=9).labels.tolist() == list(range(9))
    assert azp(problem, k=1).labels.tolist() == [0] * 9


@pytest.mark.uses("sklearn")
def test_other_methods_may_begin():
    problem = lattice(6)
    for initial in ("ward", "skater", "kmeans_repaired"):
        assert initial in solvers()
        first = solve(initial, problem, {"k": 4}, seed=2).labels
        found = azp(problem, k=4, initial=initial, starts=1, search="greedy", seed=2)
        assert cost(problem, found.labels) <= cost(problem, first) + 1e-9


@pytest.mark.parametrize(
    "wrong",
    [
        {"search": "genetic"},
        {"initial": "azp"},
        {"initial": "maxp"},
        {"initial": "nothing"},
        {"starts": 0},
        {"starts": 1.5},
        {"cooling": 1.0},
        {"cooling": 0.0},
        {"sweeps": 0},
        {"length": -1},
        {"patience": 0},
        {"limit_s": 0.0},
        {"sweeps": float("inf")},
        {"starts": True},
        {"cooling": float("nan")},
    ],
)
def test_parameters_out_of_range_are_refused(wrong):
    with pytest.raises(BadInput, match=next(iter(wrong))):
        azp(lattice(3), k=2, **wrong)


def test_the_global_random_state_is_left_alone():
    problem = lattice(6)
    np.random.seed(1)
    before = np.random.get_state()[1].copy()
    first = azp(problem, k=4, starts=2, search="greedy").labels
    assert np.array_equal(np.random.get_state()[1], before)
    np.random.seed(2)
    assert np.array_equal(azp(problem, k=4, starts=2, search="greedy").labels, first)


def test_a_time_limit_gives_the_best_so_far(monkeypatch):
    problem = lattice(40)
    clock = Clock(0.001)
    monkeypatch.setattr("control_units.delineation.solvers.local_search.monotonic", clock)
    found = azp(problem, k=12, limit_s=0.3)
    assert 300 <= clock.looks < 350  # once the time is over, each loop looks once more and ends
    assert [(one.id, dict(one.facts)) for one in found.findings] == [("S72", {"method": "azp", "limit": 0.3})]
    assert found.k == 12
    assert contiguous(problem, found.labels)


def test_a_hundred_thousand_nodes_are_divided_and_can_be_cancelled(monkeypatch):
    problem = lattice(316)
    # Each look says a word.
    monkeypatch.setattr("control_units.delineation.solvers.local_search.monotonic", Clock(1.0))
    said: list[float] = []

    def word(fraction, message):  # noqa: ARG001
        said.append(fraction)
        if fraction > 0.305:
            raise Cancelled

    # Growing, greedy search and the first of annealing.
    with pytest.raises(Cancelled):
        azp(problem, k=20, starts=1, progress=word)
    assert said == sorted(said)
    assert len(said) > 1_000

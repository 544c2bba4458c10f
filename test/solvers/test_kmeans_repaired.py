"""kmeans_repaired: k-means against scikit-learn and by hand, its pieces, and all that a request may ask for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from control_units.delineation.core.errors import BadInput, Cancelled
from control_units.delineation.methods import kmeans_repaired as module
from control_units.delineation.methods.kmeans_repaired import k_means, kmeans_repaired
from control_units.delineation.methods.regional import solve, solver_parameters
from control_units.delineation.methods.ward import ward
from control_units.delineation.regions.objective import cost, within_ss
from control_units.delineation.regions.problem import Bound, numbered
from region_samples import contiguous, guerry, lattice, mexico, problem_of, ratio
from slow_merges import two_parts
from slow_trees import random_problem


def best_of(values: np.ndarray, k: int, runs: int = 20, mass: np.ndarray | None = None) -> tuple[np.ndarray, float]:
    weight = np.ones(len(values)) if mass is None else mass
    found = [k_means(values, weight, k, np.random.default_rng(run)) for run in range(runs)]
    return min(found, key=lambda one: one[1])


# ---- k-means


def test_k_means_as_scikit_learn_has_it(data):
    cluster = pytest.importorskip("sklearn.cluster", reason="scikit-learn is absent: nothing to compare with")
    for values in (guerry(data).values, mexico().values, np.random.default_rng(1).normal(size=(150, 3))):
        for k in (2, 7):
            theirs = [cluster.KMeans(k, n_init=1, random_state=seed).fit(values).inertia_ for seed in range(40)]
            ours = [k_means(values, np.ones(len(values)), k, np.random.default_rng(seed))[1] for seed in range(40)]
            assert np.mean(ours) < 1.03 * np.mean(theirs)
            assert min(ours) < 1.02 * min(theirs)


def test_the_spread_is_what_is_left_within():
    values = mexico().values
    labels, spread = best_of(values, 4)
    assert within_ss(values, np.ones(32), labels) == pytest.approx(spread, rel=1e-5)


def test_k_means_finds_heaps():
    random = np.random.default_rng(2)
    heap = np.repeat(np.arange(6), 30)
    values = 20 * np.column_stack([heap % 3, heap // 3]) + random.normal(size=(180, 2))
    labels, _ = best_of(values, 6, runs=5)
    assert (numbered(labels) == heap).all()


def test_k_means_weighs_by_mass():
    """Two heavy nodes far apart from many light ones get a centre each."""
    values = np.array([[0.0], [1.0], [2.0], [3.0], [10.0], [10.5]])
    light = best_of(values, 2)[0]
    assert numbered(light).tolist() == [0, 0, 0, 0, 1, 1]
    mass = np.array([1e-6, 1e-6, 1e-6, 1e-6, 50.0, 50.0])
    assert numbered(best_of(values, 2, mass=mass)[0]).tolist() == [0, 0, 0, 0, 0, 1]


def test_a_centre_without_nodes_goes_to_the_node_farthest_off(monkeypatch):
    values = np.array([[0.0], [1], [2], [20], [21], [50]])
    monkeypatch.setattr(module, "_first_centres", lambda *_: np.zeros((3, 1)))
    labels, spread = k_means(values, np.ones(6), 3, np.random.default_rng(1))
    assert numbered(labels).tolist() == [0, 0, 0, 1, 1, 2]
    assert spread == pytest.approx(2.5)


def test_pieces_heed_prices_where_bounds_limit_them():
    row = problem_of(np.zeros((4, 1)), [(0, 1), (1, 2), (2, 3)], price=np.array([0.0, 5.0, 0.0]))
    row = replace(row, bounds=(Bound("size", np.ones(4), most=2.0),))
    one = np.zeros(4, dtype=np.int64)
    assert module._pieces(row, one, 2, lambda *_: None).tolist() == [0, 1, 1, 2]
    free = replace(row, price=np.zeros(3))
    assert module._pieces(free, one, 2, lambda *_: None).tolist() == [0, 0, 1, 1]


def test_k_means_in_blocks_is_the_same(monkeypatch):
    values = np.random.default_rng(3).normal(size=(200, 2))
    whole = k_means(values, np.ones(200), 5, np.random.default_rng(1))
    monkeypatch.setattr(module, "_BLOCK", 35)
    parts = k_means(values, np.ones(200), 5, np.random.default_rng(1))
    assert (whole[0] == parts[0]).all()


# ---- regions


def test_clusters_that_are_contiguous_stay_what_they_are():
    block = np.array([0, 0, 0, 1, 1, 1] * 3 + [2, 2, 2, 3, 3, 3] * 3)
    grid = lattice(6)
    values = 10 * np.column_stack([block % 2, block // 2]) + 0.1 * grid.values
    assert (kmeans_repaired(replace(grid, values=values), k=4).labels == block).all()


def test_pieces_go_to_the_neighbour_that_costs_least():
    """A row 0 0 9 9 0 5 5: the lonely 0 is a piece of its own, and nearer to 5 than to 9."""
    row = problem_of(np.array([[0.0], [0], [9], [9], [0], [5], [5]]), [(a, a + 1) for a in range(6)])
    assert kmeans_repaired(row, k=3).labels.tolist() == [0, 0, 1, 1, 2, 2, 2]


@pytest.mark.uses("sklearn")
def test_guerry_is_a_baseline_not_a_winner(data):
    problem = guerry(data)
    for k in (3, 5, 8):
        found = [kmeans_repaired(problem, k=k, seed=seed) for seed in range(1, 6)]
        assert all(one.k == k and contiguous(problem, one.labels) and not one.findings for one in found)
        best = max(ratio(problem, one.labels) for one in found)
        assert 0.9 < best / ratio(problem, ward(problem, k=k).labels) < 1.05


def test_fewer_different_values_than_regions():
    flat = replace(lattice(5), values=np.zeros((25, 2)))
    found = kmeans_repaired(flat, k=4)
    assert found.k == 4
    assert contiguous(flat, found.labels)


def test_masses_and_prices_enter():
    found, free, equal, merged = [], [], [], []
    for seed in range(8):
        problem = random_problem(seed, n=60, masses=True, prices=True)
        found.append(kmeans_repaired(problem, k=6).labels)
        assert contiguous(problem, found[-1])
        free.append(kmeans_repaired(replace(problem, price=np.zeros(len(problem.price))), k=6).labels)
        equal.append(kmeans_repaired(replace(problem, mass=np.ones(60)), k=6).labels)
        merged.append(ward(problem, k=6).labels)

    def all_of(divisions):
        problems = [random_problem(seed, n=60, masses=True, prices=True) for seed in range(8)]
        return sum(cost(problem, labels) for problem, labels in zip(problems, divisions, strict=True))

    assert all_of(found) < all_of(free)
    assert all_of(found) < all_of(equal)
    assert all_of(found) < 1.15 * all_of(merged)


def test_components_and_cores():
    core = np.full(21, -1)
    core[[0, 1, 12]] = [0, 1, 2]
    problem = two_parts(3, core=core)
    for k in (4, 6, 12):
        labels = kmeans_repaired(problem, k=k).labels
        assert labels.max() + 1 == k
        assert contiguous(problem, labels)
        assert labels[0] != labels[1]
    with pytest.raises(BadInput, match="k = 2 is too few for 3 fixed units and 1 separate part without one"):
        kmeans_repaired(problem, k=2)
    with pytest.raises(BadInput, match="k = 3 is too few for 3 fixed units and 1 separate part without one"):
        kmeans_repaired(problem, k=3)


def test_a_floor_that_stops_early_is_said():
    row = problem_of(np.arange(6.0)[:, None], [(a, a + 1) for a in range(5)])
    row = replace(row, bounds=(Bound("size", np.ones(6), least=2.0),))
    assert np.bincount(kmeans_repaired(row, k=3).labels).tolist() == [2, 2, 2]
    found = kmeans_repaired(row, k=5)
    assert found.k == 3
    assert found.findings[0].facts == {"method": "kmeans_repaired", "k": 5, "got": 3, "bound": ("size",)}


# ---- seeds, time, patience


def test_seeds():
    problem = lattice(12)
    once = kmeans_repaired(problem, k=9, runs=1)
    again = kmeans_repaired(problem, k=9, runs=1)
    assert (once.labels == again.labels).all()
    others = {tuple(kmeans_repaired(problem, k=9, runs=1, seed=seed).labels.tolist()) for seed in range(6)}
    assert len(others) > 1
    # The state of numpy's own generator is neither read nor changed.
    np.random.seed(3)
    before = np.random.get_state()[1].copy()
    assert (kmeans_repaired(problem, k=9, runs=1).labels == once.labels).all()
    assert (np.random.get_state()[1] == before).all()


def test_more_runs_are_no_worse_before_the_repair():
    values = lattice(15).values
    spread = [k_means(values, np.ones(225), 8, np.random.default_rng([1, run]))[1] for run in range(10)]
    cluster, late = module._best(lattice(15), 8, 10, np.inf, 1, lambda *_: None)
    assert not late
    assert within_ss(values, np.ones(225), cluster) == pytest.approx(min(spread), rel=1e-3)
    assert min(spread) < spread[0]


def test_the_best_so_far_when_time_is_over():
    problem = lattice(12)
    found = kmeans_repaired(problem, k=5, limit_s=0.0)
    assert [one.id for one in found.findings] == ["S72"]
    assert found.findings[0].facts == {"method": "kmeans_repaired", "limit": 0.0}
    assert (found.labels == kmeans_repaired(problem, k=5, runs=1).labels).all()
    assert not kmeans_repaired(problem, k=5, runs=2, limit_s=60).findings


def test_parameters():
    assert [(one.name, one.default) for one in solver_parameters("kmeans_repaired")][1:] == [
        ("runs", 10),
        ("limit_s", np.inf),
    ]
    with pytest.raises(BadInput, match="runs = 0; wanted: 1 or more"):
        solve("kmeans_repaired", lattice(3), {"k": 2, "runs": 0})
    assert kmeans_repaired(lattice(3), k=9).labels.tolist() == list(range(9))
    assert kmeans_repaired(problem_of(np.zeros((1, 2)), []), k=1).labels.tolist() == [0]


def test_progress_is_often_enough_and_stops():
    said: list[float] = []

    def progress(fraction, message):  # noqa: ARG001
        said.append(fraction)

    kmeans_repaired(lattice(60), k=12, runs=3, progress=progress)
    assert said == sorted(said)
    assert 0 <= said[0] <= said[-1] <= 1
    assert len(said) > 30

    def stop(fraction, message):  # noqa: ARG001
        if fraction > 0.1:
            raise Cancelled

    with pytest.raises(Cancelled):
        kmeans_repaired(lattice(60), k=12, progress=stop)

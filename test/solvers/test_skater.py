"""SKATER: published figures, a slow reference, and all that a request may ask for beside k."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from control_units.delineation.core.errors import BadInput, Cancelled
from control_units.delineation.core.progress import silent
from control_units.delineation.methods.regional import solve
from control_units.delineation.methods.skater import skater, skater_several
from control_units.delineation.regions.objective import cost
from control_units.delineation.regions.problem import Bound, numbered
from control_units.delineation.solvers.spanning_trees import shortest_forest
from control_units.delineation.solvers.tree_cuts import Cutting, Stuck
from region_samples import contiguous, guerry, guerry_table, lattice, mexico, problem_of, ratio
from slow_trees import FLOOR, RATIOS, edges_of, random_problem, slow_cuts, slow_tree

if TYPE_CHECKING:
    from control_units.delineation.regions.problem import Problem


def count_bound(problem: Problem, least: float = 0, most: float = np.inf) -> Problem:
    return replace(problem, bounds=(Bound("polygons", np.ones(len(problem)), least, most),))


def two_lattices() -> Problem:
    """Two components, of 25 and 16 nodes, and a node by itself."""
    one, other = lattice(5, seed=3), lattice(4, seed=4)
    pairs = np.vstack([np.array(edges_of(one)), np.array(edges_of(other)) + 25])
    return problem_of(np.vstack([one.values, 5 * other.values, [[0.0, 0.0]]]), pairs)


def test_guerry(data):
    problem = guerry(data)
    for k, expected in enumerate(RATIOS["skater"][0], start=2):
        labels = skater(problem, k=k).labels
        assert labels.max() + 1 == k
        assert contiguous(problem, labels)
        assert ratio(problem, labels) == pytest.approx(expected, abs=1e-9)


def test_guerry_with_a_floor(data):
    population = guerry_table(data)["Pop1831"].to_numpy(dtype=float)
    problem = guerry(data, bounds=(Bound("Pop1831", population, least=FLOOR),))
    expected = RATIOS["skater"][1]
    for k in range(2, 11):
        found = skater(problem, k=k)
        assert found.k == min(k, len(expected) + 1)
        assert ratio(problem, found.labels) == pytest.approx(expected[min(k, len(expected) + 1) - 2], abs=1e-9)
        assert np.bincount(found.labels, population).min() >= FLOOR
        assert [finding.id for finding in found.findings] == (["S71"] if found.k < k else [])
    facts = found.findings[0].facts
    assert facts == {"method": "skater", "k": 10, "got": 7, "bound": ("Pop1831",)}


def test_mexico():
    problem = mexico()
    found = skater(problem, k=5, distance="manhattan").labels
    assert sorted(np.bincount(found)) == [1, 1, 3, 6, 21]
    assert ratio(problem, found) == pytest.approx(0.6240275653, abs=1e-9)
    # What pygeoda gives.
    found = skater(problem, k=5).labels
    assert sorted(np.bincount(found)) == [1, 1, 2, 6, 22]
    assert ratio(problem, found) == pytest.approx(0.7023444774, abs=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_slow_reference(seed):
    problem = random_problem(seed, n=24)
    tree = slow_tree(problem, "first", "single")
    for k in (2, 5, 11):
        np.testing.assert_array_equal(skater(problem, k=k).labels, slow_cuts(problem, tree, k))


@pytest.mark.parametrize("seed", range(6))
def test_slow_reference_with_masses_prices_and_floor(seed):
    problem = random_problem(seed + 50, n=24, masses=True, prices=True)
    tree = grown(problem)
    for k in (2, 4, 7):
        np.testing.assert_array_equal(skater(problem, k=k).labels, slow_cuts(problem, tree, k))
        bounded = replace(problem, bounds=(Bound("mass", problem.mass, least=float(problem.mass.sum() / 9)),))
        np.testing.assert_array_equal(skater(bounded, k=k).labels, slow_cuts(bounded, tree, k))


def grown(problem: Problem) -> list[tuple[int, int]]:
    """The shortest spanning tree by prices and masses, by hand."""
    squared = {(a, b): ((problem.values[a] - problem.values[b]) ** 2).sum() for a, b in edges_of(problem)}
    price = dict(zip(edges_of(problem), problem.price, strict=True))
    mass = problem.mass
    label, out = list(range(len(problem))), []
    for a, b in sorted(squared, key=lambda e: squared[e] - price[e] * (1 / mass[e[0]] + 1 / mass[e[1]])):
        if label[a] != label[b]:
            label = [label[a] if one == label[b] else one for one in label]
            out.append((a, b))
    return out


@pytest.mark.parametrize("seed", range(4))
def test_slow_reference_in_manhattan_distances(seed):
    problem = random_problem(seed + 80, n=24, variables=3, masses=seed > 1)
    far = {(a, b): np.abs(problem.values[a] - problem.values[b]).sum() for a, b in edges_of(problem)}
    label, tree = list(range(len(problem))), []
    for a, b in sorted(far, key=far.__getitem__):
        if label[a] != label[b]:
            label = [label[a] if one == label[b] else one for one in label]
            tree.append((a, b))
    for k in (2, 6):
        found = skater(problem, k=k, distance="manhattan").labels
        np.testing.assert_array_equal(found, slow_cuts(problem, tree, k, manhattan=True))


def test_components_compete_for_regions():
    problem = two_lattices()
    component = problem.graph.component()
    for k in (3, 4, 8, 42):
        labels = skater(problem, k=k).labels
        assert labels.max() + 1 == k
        assert contiguous(problem, labels)
        assert all(len(np.unique(component[labels == region])) == 1 for region in range(k))
    # The second one varies 25 times as much.
    eight = skater(problem, k=8).labels
    assert len(np.unique(eight[25:41])) > len(np.unique(eight[:25]))
    with pytest.raises(BadInput, match="k = 2 is below the 3 parts that do not touch one another"):
        skater(problem, k=2)


def test_every_core_has_a_region_of_its_own():
    problem = lattice(12, seed=2)
    core = np.full(len(problem), -1)
    core[[5, 6, 18, 77, 78, 140]] = np.arange(6)
    problem = replace(problem, core=core)
    for k in (6, 7, 15):
        labels = skater(problem, k=k).labels
        assert labels.max() + 1 == k
        assert contiguous(problem, labels)
        assert len(np.unique(labels[core >= 0])) == 6
    with pytest.raises(BadInput, match="fixed"):
        skater(problem, k=5)


@pytest.mark.parametrize("k", [8, 9, 14])
def test_upper_bound(k):
    problem = count_bound(lattice(12, seed=5), least=6, most=20)
    labels = skater(problem, k=k).labels
    assert labels.max() + 1 == k
    assert contiguous(problem, labels)
    assert np.bincount(labels).max() <= 20
    assert np.bincount(labels).min() >= 6


def test_upper_bound_beside_cores():
    core = np.full(144, -1)
    core[[0, 1, 100]] = np.arange(3)
    problem = replace(count_bound(lattice(12, seed=6), least=5, most=30), core=core)
    labels = skater(problem, k=8).labels
    sizes = np.bincount(labels)
    assert (len(sizes), len(np.unique(labels[core >= 0]))) == (8, 3)
    assert sizes.min() >= 5
    assert sizes.max() <= 30
    assert contiguous(problem, labels)


def test_a_floor_that_binds_is_reported():
    problem = count_bound(lattice(6), least=10)
    found = skater(problem, k=9)
    assert found.k <= 3
    assert np.bincount(found.labels).min() >= 10
    assert found.findings[0].facts["got"] == found.k
    with pytest.raises(BadInput, match="polygons"):
        skater(count_bound(lattice(6), least=37), k=1)


def test_a_price_moves_cuts_to_where_borders_are_cheap():
    problem = lattice(10, seed=7)
    dear = replace(problem, price=np.full(len(problem.price), 1.5))
    free, priced = skater(problem, k=6).labels, skater(dear, k=6).labels
    assert cost(dear, priced) < cost(dear, free)
    assert contiguous(dear, priced)


def test_constant_values_are_divided_all_the_same():
    problem = problem_of(np.ones((9, 2)), np.column_stack([np.arange(8), np.arange(1, 9)]))
    assert skater(problem, k=4).k == 4
    assert skater(replace(problem, values=np.ones((9, 0))), k=9).k == 9


def test_several_numbers_at_one_go():
    problem = lattice(9)
    for given in (problem, count_bound(problem, least=2), count_bound(problem, most=40)):
        for k, found in zip((4, 6, 11), skater_several(given, ks=[4, 6, 11]), strict=True):
            np.testing.assert_array_equal(found.labels, skater(given, k=k).labels)


def test_same_labels_every_time_and_for_any_seed():
    problem = lattice(15)
    first = skater(problem, k=9, seed=1)
    np.testing.assert_array_equal(first.labels, skater(problem, k=9, seed=2).labels)
    tight = count_bound(problem, least=20, most=30)
    np.testing.assert_array_equal(skater(tight, k=9, seed=4).labels, skater(tight, k=9, seed=4).labels)
    np.testing.assert_array_equal(first.labels, numbered(first.labels))


def test_same_labels_for_any_number_of_threads():
    threads = pytest.importorskip("threadpoolctl")
    problem = lattice(25, variables=5)
    with threads.threadpool_limits(1):
        alone = skater(problem, k=12).labels
    with threads.threadpool_limits(4):
        np.testing.assert_array_equal(skater(problem, k=12).labels, alone)


def test_cancel():
    problem = lattice(20)
    said: list[float] = []

    def progress(fraction, message):
        said.append(fraction)
        assert message
        if len(said) == 5:
            raise Cancelled

    with pytest.raises(Cancelled):
        skater(problem, k=30, progress=progress)
    assert said == sorted(said)


def test_unknown_parameters():
    with pytest.raises(BadInput, match="distance"):
        skater(lattice(4), k=2, distance="manhatten")
    with pytest.raises(BadInput, match="kk"):
        solve("skater", lattice(4), {"kk": 2})
    assert solve("skater", lattice(4), {"k": 2}).k == 2


def test_ties():
    path = [(0, 1), (1, 2)]
    # Both cuts gain as much: the edge that joined first is cut.
    assert skater(problem_of([[0.0], [1.0], [2.0]], path), k=2).labels.tolist() == [0, 1, 1]
    # Both regions gain as much: that which came about first, with the lower end of the edge cut before.
    assert skater(problem_of([[0.0], [1.0], [100.0], [101.0]], [*path, (2, 3)]), k=3).labels.tolist() == [0, 1, 2, 2]


def test_bounds_that_cannot_be_kept_are_said():
    size = Bound("size", np.full(5, 3.0), most=7)
    ring = np.array([(0, 1), (1, 2), (2, 3), (3, 4), (0, 4)])
    # Five times 3 is 15: three regions are needed, and three there are.
    problem = problem_of(np.arange(5.0)[:, None], ring, bounds=(size,), price=np.ones(5))
    assert sorted(np.bincount(skater(problem, k=3).labels)) == [1, 2, 2]
    # Two hubs and six others around both: no region holds two nodes without a hub, so that there are six or more.
    spokes = [(0, 1)] + [(hub, rim) for hub in (0, 1) for rim in range(2, 8)]
    bound = Bound("size", np.full(8, 3.0), most=7)
    wheel = problem_of(np.arange(8.0)[:, None] ** 2, spokes, bounds=(bound,), price=np.ones(13))
    with pytest.raises(BadInput, match="skater found no division into 4 regions that keeps the bounds on size"):
        skater(wheel, k=4)
    cutting = Cutting(wheel, shortest_forest(wheel), 1, "skater", "euclidean", silent)
    before = cutting.ancestor.copy()
    with pytest.raises(Stuck):
        cutting.run([4])
    # Trees that were drawn in vain have left nothing behind.
    np.testing.assert_array_equal(cutting.ancestor, before)
    assert sorted(np.bincount(skater(wheel, k=6).labels)) == [1, 1, 1, 1, 2, 2]

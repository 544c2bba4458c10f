"""Sums of regions within bounds: what merging alone does not keep is found another way, or said."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from control_units.delineation.core.errors import BadInput, Cancelled
from control_units.delineation.core.messages import Message
from control_units.delineation.methods.kmeans_repaired import kmeans_repaired
from control_units.delineation.methods.ward import ward, ward_several
from control_units.delineation.regions.objective import cost, squares
from control_units.delineation.regions.problem import Bound, numbered
from control_units.delineation.solvers.agglomeration import cut, merges
from control_units.delineation.solvers.bounded_agglomeration import keeps_bounds, mended
from region_samples import contiguous, guerry, guerry_table, lattice, problem_of
from slow_merges import LINKAGES, two_parts

if TYPE_CHECKING:
    from control_units.delineation.regions.problem import Problem

FLOOR = 3236.67  # of Pop1831, a tenth of all


def sized(side: int, k: int, least: float = 0.0, most: float = np.inf, seed: int = 1, **more) -> Problem:
    """A lattice with sizes, and bounds as multiples of the mean size of k regions."""
    problem = lattice(side, seed=seed, **more)
    size = np.random.default_rng(seed).gamma(2.0, 0.5, len(problem))
    mean = size.sum() / k
    return replace(problem, bounds=(Bound("size", size, least * mean, most * mean),))


def fine(problem: Problem, labels: np.ndarray) -> bool:
    """Contiguous, one core at most, bounds kept: by sums of its own."""
    for nodes in (np.flatnonzero(labels == region) for region in set(labels.tolist())):
        if (problem.core[nodes] >= 0).sum() > 1:
            return False
        if any(not b.least * (1 - 1e-9) <= b.value[nodes].sum() <= b.most * (1 + 1e-9) for b in problem.bounds):
            return False
    return contiguous(problem, labels) and (labels == numbered(labels)).all()


# ---- bounds that do not bind


@pytest.mark.touches("sklearn")
def test_bounds_that_do_not_bind_change_nothing(data):
    population = guerry_table(data)["Pop1831"].to_numpy(dtype=float)
    plain = guerry(data)
    for k in (2, 3, 4, 5):
        free = ward(plain, k=k)
        sums = np.bincount(free.labels, population)
        near = guerry(data, bounds=(Bound("Pop1831", population, least=sums.min(), most=sums.max()),))
        assert (ward(near, k=k).labels == free.labels).all()
        over = guerry(data, bounds=(Bound("Pop1831", population, least=sums.min() * 1.01),))
        assert (ward(over, k=k).labels != free.labels).any()


# ---- floors


@pytest.mark.parametrize("linkage", LINKAGES)
def test_guerry_with_a_floor(data, linkage):
    """Up to k = 9, the most there can be, every k is reached; ten are one more than the population allows."""
    population = guerry_table(data)["Pop1831"].to_numpy(dtype=float)
    problem = guerry(data, bounds=(Bound("Pop1831", population, least=FLOOR),))
    total = squares(problem.values, problem.mass, np.zeros(85, dtype=np.int64)).total
    for k in (2, 5, 8, 9):
        found = ward(problem, k=k, linkage=linkage)
        assert (found.k, found.findings) == (k, ())
        assert fine(problem, found.labels)
        assert 1 - cost(problem, found.labels) / total > 0.1
    found = ward(problem, k=10, linkage=linkage)
    assert found.k == 9
    assert [one.id for one in found.findings] == ["S71"]
    assert found.findings[0].facts == {"method": "ward", "k": 10, "got": 9, "bound": ("Pop1831",)}
    assert found.findings[0].value == 9


def test_what_is_found_with_a_floor_is_good(data):
    """Between ÷ total; with this floor pygeoda's skater has 0.3509 for k = 5 and 0.3901 for k = 7, and no further k."""
    population = guerry_table(data)["Pop1831"].to_numpy(dtype=float)
    problem = guerry(data, bounds=(Bound("Pop1831", population, least=FLOOR),))
    for k, least in ((4, 0.37), (5, 0.40), (6, 0.39), (7, 0.40), (8, 0.41), (9, 0.42)):
        assert squares(problem.values, problem.mass, ward(problem, k=k).labels).ratio > least


def test_where_k_cannot_be_had_the_nearest_number_is_looked_for(data):
    """Floors of 4600: seven are 32,200 of the 32,367 people there are, which no division found comes up to."""
    population = guerry_table(data)["Pop1831"].to_numpy(dtype=float)
    problem = guerry(data, bounds=(Bound("Pop1831", population, least=4600.0),))
    for linkage in ("ward", "average", "single"):
        found = ward(problem, k=10, linkage=linkage)
        assert found.k in (6, 7)
        assert found.findings[0].facts["got"] == found.k
        assert fine(problem, found.labels)


def test_only_what_lacks_something_merges_where_that_is_asked_for():
    """A row of sizes 3 3 1 1 3 3: the two that lack something merge, then with a neighbour, and that is all."""
    row = problem_of(np.array([[0.0], [0], [5], [5], [9], [9]]), [(a, a + 1) for a in range(5)])
    row = replace(row, bounds=(Bound("size", np.array([3.0, 3, 1, 1, 3, 3]), least=3.0),))
    assert cut(np.arange(6), merges(row, short=True)).tolist() == [0, 1, 2, 2, 2, 3]


def test_a_floor_that_parts_what_would_merge_first():
    """A row of sizes 5 1 1 1 1 1 1 5, its halves alike: three regions of 4 or more have to take from one half."""
    values = np.repeat([[0.0], [9.0]], 4, axis=0)
    size = np.array([5.0, 1, 1, 1, 1, 1, 1, 5])
    row = problem_of(values, [(a, a + 1) for a in range(7)], bounds=(Bound("size", size, least=4.0),))
    found = ward(row, k=3)
    assert (found.k, found.findings) == (3, ())
    assert fine(row, found.labels)
    assert cost(row, found.labels) == pytest.approx(60.75)  # 0 9 9 9, or 0 0 0 9, in the middle: the least there is
    six = replace(row, bounds=(Bound("size", size, least=6.0),))
    found = ward(six, k=3)  # 16 in all
    assert (found.labels.tolist(), found.findings[0].facts["got"]) == ([0, 0, 0, 0, 1, 1, 1, 1], 2)


# ---- all divisions of a small lattice


@cache
def divisions() -> tuple[np.ndarray, ...]:
    """Every contiguous division of a lattice of 3 × 3."""
    grid, found = lattice(3), []

    def go_on(labels: list[int]) -> None:
        if len(labels) == 9:
            if contiguous(grid, np.array(labels)):
                found.append(np.array(labels))
            return
        for label in range(max(labels, default=-1) + 2):
            go_on([*labels, label])

    go_on([])
    return tuple(found)


@pytest.mark.parametrize("method", [ward, kmeans_repaired])
def test_what_can_be_had_is_found(method):
    """Against all 1,434 divisions: the number of regions is right, and the cost near the least."""
    assert len(divisions()) == 1434
    there = reached = 0
    excess = []
    for seed in range(40):
        random = np.random.default_rng(seed)
        k = int(random.integers(2, 5))
        least, most = ((0.6, np.inf), (0.0, 1.4), (0.5, 1.6))[seed % 3]
        core = np.full(9, -1)
        if seed % 2:
            core[random.choice(9, 2, replace=False)] = [0, 1]
        problem = sized(3, k, least, most, seed=seed, core=core)
        good = [labels for labels in divisions() if labels.max() + 1 == k and fine(problem, labels)]
        try:
            found = method(problem, k=k)
        except BadInput:
            assert not good
            continue
        assert fine(problem, found.labels)
        assert bool(found.findings) == (found.k != k)
        there += bool(good)
        if good and found.k == k:
            reached += 1
            excess.append(cost(problem, found.labels) / min(cost(problem, labels) for labels in good) - 1)
    assert there >= 30
    assert reached == there
    assert np.mean(excess) < 0.25


# ---- lattices


@pytest.mark.parametrize(("least", "most"), [(0.8, np.inf), (0.0, 1.2), (0.7, 1.3), (0.9, 1.1)])
@pytest.mark.parametrize("cored", [False, True])
@pytest.mark.touches("sklearn")
def test_lattice_within_bounds(least, most, cored):
    k = 12
    core = np.full(400, -1)
    if cored:
        core[np.random.default_rng(3).choice(400, 8, replace=False)] = np.arange(8)
    problem = sized(20, k, least, most, core=core)
    free = replace(problem, bounds=())
    for found, unbound in ((ward(problem, k=k), ward(free, k=k)), (kmeans_repaired(problem, k=k), None)):
        assert (found.k, found.findings) == (k, ())
        assert fine(problem, found.labels)
        if unbound is not None:
            assert not keeps_bounds(problem, unbound.labels)
            assert cost(problem, found.labels) < 1.35 * cost(problem, unbound.labels)


def test_every_component_keeps_its_bounds():
    size = Bound("size", np.ones(21), least=1.0, most=4.0)
    problem = two_parts(2, bounds=(size,))
    # 11 + 9 + 1 nodes, four at most: 3 + 3 + 1 regions.
    found = ward(problem, k=7)
    assert found.k == 7
    assert fine(problem, found.labels)
    with pytest.raises(BadInput, match="k = 6 is too few"):
        ward(problem, k=6)


def test_two_bounds_at_once():
    problem = sized(12, 6, 0.7, 1.4)
    count = Bound("count", np.ones(144), least=15, most=40)
    problem = replace(problem, bounds=(*problem.bounds, count))
    for method in (ward, kmeans_repaired):
        found = method(problem, k=6)
        assert (found.k, found.findings) == (6, ())
        assert fine(problem, found.labels)


def test_an_upper_bound_that_leaves_more_regions_is_said():
    """A star of four arms: the middle takes one arm, and the three others stay apart, whatever the sum says."""
    star = problem_of(np.arange(5.0)[:, None], [(0, 1), (0, 2), (0, 3), (0, 4)])
    star = replace(star, bounds=(Bound("size", np.ones(5), most=2.0),))
    found = ward(star, k=3)  # ⌈5 ÷ 2⌉ = 3 passes
    assert found.labels.tolist() == [0, 0, 1, 2, 3]
    assert found.findings[0].facts == {"method": "ward", "k": 3, "got": 4, "bound": ("size",)}


def test_bounds_that_no_division_was_found_for():
    """Each arm has 2 of the 3 that a region is to have at least, and the middle can help one only."""
    sizes = Bound("size", np.array([2.0, 2, 2, 2]), least=3.0, most=6.0)
    star = problem_of(np.zeros((4, 1)), [(0, 1), (0, 2), (0, 3)], bounds=(sizes,))
    with pytest.raises(BadInput, match="no division into about 2 regions was found that keeps the bounds on size"):
        ward(star, k=2)


# ---- mending


def test_mending_keeps_the_number_and_the_cores():
    core = np.full(100, -1)
    core[[0, 55]] = [0, 1]
    problem = sized(10, 5, 0.8, 1.2, core=core)
    start = cut(np.arange(100), merges(replace(problem, bounds=()))[:95])
    assert not keeps_bounds(problem, start)
    before = start.copy()
    for thorough in (False, True):
        found = mended(problem, start, thorough=thorough)
        assert found is not None
        assert found.max() + 1 == 5
        assert fine(problem, found)
    assert (start == before).all()


def test_of_two_cores_one_at_most_is_moved_into_a_region():
    """Node 0 lacks four of five; nearest to it are the cores of both of its neighbours, which are rows of ten."""
    rows = [(a, a + 1) for a in (*range(1, 10), *range(11, 20))]
    values = np.full((21, 1), 10.0)
    values[[0, 1, 11]] = 0.0
    core = np.full(21, -1)
    core[[1, 11]] = [0, 1]
    fan = problem_of(values, [(0, a) for a in range(1, 21)] + rows, core=core)
    fan = replace(fan, bounds=(Bound("size", np.ones(21), least=5.0),))
    found = mended(fan, np.repeat([0, 1, 2], [1, 10, 10]), thorough=False)
    assert found is not None
    assert fine(fan, found)
    assert (found[1] == 0) != (found[11] == 0)


def test_moves_alone_give_up_where_recombination_goes_on():
    """A chain of 12 in regions of 1, 5 and 6: what the end lacks is two regions away from where too much is."""
    chain = problem_of(np.zeros((12, 1)), [(a, a + 1) for a in range(11)])
    chain = replace(chain, bounds=(Bound("size", np.ones(12), least=4.0, most=5.0),))
    start = np.repeat([0, 1, 2], [3, 4, 5])
    assert mended(chain, start, thorough=False) is None
    found = mended(chain, start, thorough=True)
    assert found is not None
    assert sorted(np.bincount(found)) == [4, 4, 4]


def test_the_same_every_time_and_for_several_numbers():
    problem = sized(12, 8, 0.7, 1.3)
    once = ward_several(problem, ks=[7, 8])
    assert [one.labels.tolist() for one in once] == [ward(problem, k=k, seed=9).labels.tolist() for k in (7, 8)]


def test_cancelled_while_mending():
    said = []

    def progress(fraction, message):
        said.append(fraction)
        if message == Message("mending bounds"):
            raise Cancelled

    with pytest.raises(Cancelled):
        ward(sized(20, 12, 0.9, 1.1), k=12, progress=progress)
    assert said == sorted(said)

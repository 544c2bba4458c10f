"""ward (SCHC): published figures, a slow reference, scikit-learn, pygeoda, and all that a request may ask for."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from cases import lacking
from control_units.delineation.core.errors import BadInput, Cancelled
from control_units.delineation.methods import ward as module
from control_units.delineation.methods.regional import solve, solver_parameters
from control_units.delineation.methods.ward import by_library, ward, ward_several
from control_units.delineation.regions.objective import cost
from control_units.delineation.regions.problem import Bound, numbered
from control_units.delineation.solvers.agglomeration import cut, merges
from peer_regions import PYTHON, interpreter, peer_regions
from region_samples import contiguous, guerry, lattice, mexico, problem_of, ratio, vertex_neighbours, zscore
from slow_merges import LINKAGES, slow_divisions, two_parts
from slow_trees import random_problem

if TYPE_CHECKING:
    from pathlib import Path

    from control_units.delineation.regions.problem import Problem

pytestmark = pytest.mark.touches("sklearn")

COLUMBUS = ("hoval", "inc", "crime")
# pygeoda 0.1.3, schc, z-scored variables, k = 2 … 10: between ÷ total.
RATIOS = {
    "Guerry": {
        "ward": (0.1873853325, 0.2955495177, 0.3805127682, 0.4241728844, 0.4618122616, 0.4833873870, 0.5180439523,
                 0.5471817904, 0.5752411313),
        "average": (0.0625745142, 0.1189729027, 0.1710611923, 0.2147711255, 0.2464665763, 0.2753625818, 0.3001028343,
                    0.3230869147, 0.3909237355),
        "complete": (0.0625745142, 0.1146064986, 0.1710611923, 0.2431682185, 0.3061187514, 0.4000146051, 0.4532617224,
                     0.4930517211, 0.5183781923),
        "single": (0.0625745142, 0.1146064986, 0.1582808504, 0.2147711255, 0.2360705690, 0.2681325936, 0.3050734169,
                   0.3276015810, 0.3571220439),
    },
    "columbus": {
        "ward": (0.1898538631, 0.3162189109, 0.3981983962, 0.4860243672, 0.5641359105, 0.6183815564, 0.6696257681,
                 0.7134603412, 0.7569414226),
        "average": (0.0700122230, 0.1383983344, 0.1945526907, 0.3848343411, 0.4639958412, 0.6089774422, 0.6362812941,
                    0.6746497484, 0.6982663220),
        "complete": (0.1991925533, 0.2682385858, 0.3277276446, 0.4097501953, 0.5547317963, 0.5811180208, 0.6353636668,
                     0.7234209164, 0.7547007811),
        "single": (0.0664067007, 0.1383983344, 0.1945526907, 0.2422129455, 0.3827783506, 0.3879592838, 0.4622590050,
                   0.5533551604, 0.5706285183),
    },
}  # fmt: skip


def sample(name: str, data: Path) -> Problem:
    if name == "Guerry":
        return guerry(data)
    import geopandas

    file = data / "REGION" / f"{name}.shp"
    if not file.is_file():
        lacking(f"{file} is not there")
    table = geopandas.read_file(file).rename(columns=str.lower)
    return problem_of(zscore(table[list(COLUMBUS)].to_numpy(dtype=float)), vertex_neighbours(table.geometry))


# ---- published results


@pytest.mark.parametrize("linkage", LINKAGES)
@pytest.mark.parametrize("name", RATIOS)
def test_published_ratios(name, linkage, data):
    problem = sample(name, data)
    for k, expected in enumerate(RATIOS[name][linkage], start=2):
        labels = ward(problem, k=k, linkage=linkage).labels
        assert labels.max() + 1 == k
        assert contiguous(problem, labels)
        assert ratio(problem, labels) == pytest.approx(expected, abs=1e-9)


def test_mexico():
    problem = mexico()
    labels = ward(problem, k=5).labels
    assert sorted(np.bincount(labels)) == [1, 1, 2, 7, 21]
    assert ratio(problem, labels) == pytest.approx(0.698801, abs=1e-6)


@pytest.mark.skipif(interpreter() is None, reason=f"no pygeoda here; set {PYTHON} to a Python that has it")
def test_partitions_equal_to_pygeoda(data):
    """Also on values drawn by lot; and a least sum, which SCHC in pygeoda takes, changes nothing there."""
    random = np.random.default_rng(5)
    jobs, ours = [], []
    for name in RATIOS:
        published = sample(name, data)
        for values in (published.values, *random.normal(size=(3, len(published), 2))):
            problem = replace(published, values=values)
            for linkage in LINKAGES:
                for k in (*range(2, 11), 20, 35):
                    job = {"file": str(data / "REGION" / f"{name}.shp"), "values": values.T.tolist(), "k": k}
                    jobs.append(job | {"method": f"schc-{linkage}"})
                    ours.append(ward(problem, k=k, linkage=linkage).labels)
    floor = {"bound": [1.0] * 85, "least": 8}
    jobs += [jobs[k - 2] | floor for k in range(2, 11)]
    assert jobs[0]["file"].endswith("Guerry.shp")
    ours += ours[:9]
    for job, mine, theirs in zip(jobs, ours, peer_regions(jobs), strict=True):
        where = f"{job['file']} {job['method']} {job['k']}"
        np.testing.assert_array_equal(mine, numbered(np.array(theirs)), err_msg=where)


# ---- by brute force


@pytest.mark.parametrize("linkage", LINKAGES)
@pytest.mark.parametrize("seed", range(4))
def test_slow_reference(linkage, seed):
    for more in ({}, {"masses": True}, {"prices": True}, {"masses": True, "prices": True}):
        problem = random_problem(seed, **more)
        pairs = merges(problem, linkage=linkage)
        for k, expected in slow_divisions(problem, linkage).items():
            assert (cut(np.arange(len(problem)), pairs[: len(problem) - k]) == expected).all(), (more, k)


@pytest.mark.parametrize("linkage", LINKAGES)
def test_slow_reference_with_parts_cores_and_upper_bounds(linkage):
    for seed in range(4):
        random = np.random.default_rng(seed)
        core = np.full(21, -1)
        core[random.choice(21, 4, replace=False)] = np.arange(4)
        most = Bound("size", random.uniform(1, 3, 21), most=11.0)
        for problem in (two_parts(seed), two_parts(seed, core=core), two_parts(seed, core=core, bounds=(most,))):
            pairs = merges(problem, linkage=linkage)
            expected = slow_divisions(problem, linkage)
            assert len(pairs) == 21 - min(expected)
            for k, labels in expected.items():
                assert (cut(np.arange(21), pairs[: 21 - k]) == labels).all(), (seed, k)


@pytest.mark.parametrize("linkage", LINKAGES)
def test_going_on_from_a_division_is_as_good_as_never_having_stopped(linkage):
    problem = random_problem(3, n=40, masses=True, prices=True)
    pairs = merges(problem, linkage=linkage)
    for k in (30, 12):
        start = cut(np.arange(40), pairs[: 40 - k])
        assert (cut(start, merges(problem, start, linkage=linkage, stop=4)) == cut(np.arange(40), pairs[:36])).all()


def test_large_regions_are_measured_in_blocks(monkeypatch):
    from control_units.delineation.solvers import linkage as room

    problem = lattice(12)
    for linkage in ("complete", "single"):
        whole = merges(problem, linkage=linkage)
        with monkeypatch.context() as patch:
            patch.setattr(room, "_BLOCK", 40)
            assert (merges(problem, linkage=linkage) == whole).all()


# ---- scikit-learn and ours


def ties(seed: int) -> Problem:
    """Few different values, so that many distances are equal; more than eight variables at times."""
    random = np.random.default_rng(seed)
    side = int(random.integers(2, 8))
    grid = lattice(side)
    values = random.integers(0, 4, size=(side * side, int(random.integers(1, 11))))
    return problem_of(values, np.column_stack([grid.graph.left, grid.graph.right]))


def test_equal_to_scikit_learn_also_where_distances_are_equal():
    pytest.importorskip("sklearn", reason="scikit-learn is absent, and ours is all there is")
    row = np.column_stack([np.arange(39), np.arange(1, 40)])
    few = [problem_of(np.random.default_rng(seed).integers(0, 3, size=(40, 11)) / 10, row) for seed in range(40)]
    for problem in [ties(seed) for seed in range(100)] + few + [lattice(20), lattice(20, variables=9)]:
        n = len(problem)
        theirs, ours = by_library(problem, 1), merges(problem)
        assert theirs.shape == ours.shape == (n - 1, 2)
        for k in range(1, n, 1 if n < 50 else 7):
            assert (cut(np.arange(n), theirs[: n - k]) == cut(np.arange(n), ours[: n - k])).all()


def test_the_same_without_scikit_learn(monkeypatch, data):
    problem = guerry(data)
    before = ward(problem, k=6).labels
    for name in ("sklearn", "sklearn.cluster"):
        monkeypatch.setitem(sys.modules, name, None)
    assert by_library(problem, 6) is None
    assert (ward(problem, k=6).labels == before).all()


def test_scikit_learn_is_left_alone_where_it_would_do_something_else():
    assert by_library(two_parts(1), 4) is None
    assert by_library(problem_of(np.zeros((3, 0)), [(0, 1), (1, 2)]), 2) is None
    assert ward(problem_of(np.zeros((3, 0)), [(0, 1), (1, 2)]), k=2).labels.tolist() == [0, 0, 1]


# ---- ties, seeds, several numbers at once


def test_equal_distances_are_decided_by_the_numbers_of_nodes():
    chain = problem_of(np.zeros((5, 1)), [(0, 1), (1, 2), (2, 3), (3, 4)])
    assert [ward(chain, k=k).labels.tolist() for k in (4, 3, 2)] == [[0, 0, 1, 2, 3], [0, 0, 1, 1, 2], [0, 0, 1, 1, 1]]


def test_neither_seeds_nor_the_order_of_nodes_matter():
    problem = random_problem(8, n=30, masses=True)
    before = ward(problem, k=5).labels
    assert (ward(problem, k=5, seed=77).labels == before).all()
    order = np.random.default_rng(1).permutation(30)
    place = np.argsort(order)
    pairs = np.sort(place[np.column_stack([problem.graph.left, problem.graph.right])], axis=1)
    turned = problem_of(problem.values[order], pairs, mass=problem.mass[order])
    for linkage in LINKAGES:
        expected = ward(problem, k=5, linkage=linkage).labels
        assert (ward(turned, k=5, linkage=linkage).labels == numbered(expected[order])).all()


def test_several_numbers_are_what_each_gives():
    for problem in (lattice(7), random_problem(2, n=40, masses=True), two_parts(4)):
        found = ward_several(problem, ks=[4, 5, 9])
        assert [one.labels.tolist() for one in found] == [ward(problem, k=k).labels.tolist() for k in (4, 5, 9)]


# ---- components, cores, masses, prices


def test_components_compete():
    """The part that varies ten times as much gets nearly all; a region never lies in two parts."""
    calm, wild = lattice(6, seed=1), lattice(6, seed=2)
    edges = np.column_stack([calm.graph.left, calm.graph.right])
    problem = problem_of(np.vstack([calm.values, 10 * wild.values]), np.vstack([edges, edges + 36]))
    labels = ward(problem, k=9).labels
    assert (len(set(labels[:36])), len(set(labels[36:]))) == (1, 8)
    assert contiguous(problem, labels)
    assert ward(problem, k=2).labels.tolist() == [0] * 36 + [1] * 36
    with pytest.raises(BadInput, match="k = 1 is below the 2 parts that do not touch one another"):
        ward(problem, k=1)


def test_cores_stay_apart_and_every_one_grows():
    core = np.full(64, -1)
    core[[0, 1, 8, 63]] = np.arange(4)  # three of them side by side
    problem = lattice(8, core=core)
    for linkage in LINKAGES:
        labels = ward(problem, k=4, linkage=linkage).labels
        assert len(set(labels[[0, 1, 8, 63]])) == 4
        assert contiguous(problem, labels)
    with pytest.raises(BadInput, match="k = 3 is too few for 4 fixed units"):
        ward(problem, k=3)


def test_masses_are_weights():
    """A node of mass 2 is as good as two nodes of mass 1 in one place."""
    problem = lattice(5)
    mass = np.ones(25)
    mass[12] = 2
    edges = np.column_stack([problem.graph.left, problem.graph.right])
    double = problem_of(np.vstack([problem.values, problem.values[12]]), np.vstack([edges, [12, 25]]))
    for linkage in LINKAGES:
        heavy = ward(replace(problem, mass=mass), k=6, linkage=linkage).labels
        assert (ward(double, k=6, linkage=linkage).labels[:25] == heavy).all()


def test_equal_masses_say_nothing():
    for seed in range(40):
        problem = ties(seed)
        heavy = replace(problem, mass=np.full(len(problem), 0.3))
        assert (merges(heavy) == merges(problem)).all()


def test_a_price_is_an_edge_rather_not_cut():
    problem = lattice(10)
    labels = ward(problem, k=4).labels
    held = labels[problem.graph.left] != labels[problem.graph.right]
    priced = replace(problem, price=np.where(held, 5.0, 0.0))
    found = ward(priced, k=4).labels
    assert cost(priced, found) < cost(priced, labels)
    assert (found[problem.graph.left] == found[problem.graph.right])[held].mean() > 0.8


# ---- requests and patience


def test_unknown_linkage_and_k():
    with pytest.raises(BadInput, match=r"linkage = 'wart'; wanted: ward"):
        ward(lattice(3), k=2, linkage="wart")
    with pytest.raises(BadInput, match="1 to 9"):
        ward(lattice(3), k=10)
    assert [one.name for one in solver_parameters("ward")] == ["k", "linkage"]
    assert (solve("ward", lattice(4), {"k": 3}).labels == ward(lattice(4), k=3).labels).all()
    assert ward(lattice(3), k=9).labels.tolist() == list(range(9))
    assert ward(problem_of(np.zeros((1, 2)), []), k=1).labels.tolist() == [0]


@pytest.mark.parametrize("linkage", LINKAGES)
def test_progress_is_often_enough_and_stops(linkage, monkeypatch):
    monkeypatch.setattr(module, "_LIBRARY_MOST", 0)
    problem = lattice(50)
    said: list[float] = []

    def progress(fraction, message):  # noqa: ARG001
        said.append(fraction)

    ward(problem, k=3, linkage=linkage, progress=progress)
    assert said == sorted(said)
    assert 0 <= said[0] <= said[-1] <= 1
    assert len(said) > 20

    def stop(fraction, message):  # noqa: ARG001
        if fraction > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        ward(problem, k=3, linkage=linkage, progress=stop)

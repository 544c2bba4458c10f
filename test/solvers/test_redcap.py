"""REDCAP: published figures, a slow reference, pygeoda itself where it is installed, cores, bounds, prices."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from control_units.delineation.core.errors import BadInput, Cancelled
from control_units.delineation.methods.redcap import redcap, redcap_several
from control_units.delineation.methods.skater import skater
from control_units.delineation.regions.objective import cost, squares
from control_units.delineation.regions.problem import Bound, numbered
from peer_regions import PYTHON, interpreter, peer_regions
from region_samples import GUERRY, contiguous, guerry, guerry_table, lattice, problem_of, vertex_neighbours, zscore
from slow_trees import FLOOR, RATIOS, random_problem, slow_cuts, slow_tree

LINKAGES = ("single", "complete", "average", "ward")
ORDERS = ("full", "first")


@pytest.mark.parametrize("linkage", LINKAGES)
def test_guerry(data, linkage):
    problem = guerry(data)
    for k, expected in enumerate(RATIOS[linkage][0], start=2):
        labels = redcap(problem, k=k, linkage=linkage).labels
        assert labels.max() + 1 == k
        assert squares(problem.values, problem.mass, labels).ratio == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("linkage", LINKAGES)
def test_guerry_with_a_floor(data, linkage):
    population = guerry_table(data)["Pop1831"].to_numpy(dtype=float)
    problem = guerry(data, bounds=(Bound("Pop1831", population, least=FLOOR),))
    expected = RATIOS[linkage][1]
    for k in range(2, 11):
        found = redcap(problem, k=k, linkage=linkage)
        assert found.k == min(k, len(expected) + 1)
        got = squares(problem.values, problem.mass, found.labels).ratio
        assert got == pytest.approx(expected[found.k - 2], abs=1e-9)
        assert np.bincount(found.labels, population).min() >= FLOOR
        assert bool(found.findings) == (found.k < k)


@pytest.mark.skipif(interpreter() is None, reason=f"no pygeoda here; set {PYTHON} to a Python that has it")
def test_partitions_equal_to_pygeoda(data):
    methods = {f"fullorder-{linkage}linkage": ("full", linkage) for linkage in LINKAGES}
    methods |= {"firstorder-singlelinkage": ("first", "single"), "skater": ("", "")}
    random = np.random.default_rng(11)
    import geopandas

    jobs, problems = [], []
    for name, columns, sizes in (("Guerry", GUERRY, "Pop1831"), ("columbus", ("hoval", "inc", "crime"), "area")):
        file = data / "REGION" / f"{name}.shp"
        table = geopandas.read_file(file)
        pairs = vertex_neighbours(table.geometry)
        sizes_of = table[sizes].to_numpy(dtype=float)
        for values in (zscore(table[list(columns)].to_numpy(dtype=float)), random.normal(size=(len(table), 2))):
            for method in methods:
                for least in (0.0, sizes_of.sum() / 25, sizes_of.sum() / 9):
                    for k in (2, 4, 9, 20):
                        job = {"file": str(file), "values": values.T.tolist(), "method": method, "k": k}
                        bound = (Bound("size", sizes_of, least=least),) if least else ()
                        jobs.append(job | ({"bound": sizes_of.tolist(), "least": least} if least else {}))
                        problems.append((method, problem_of(values, pairs, bounds=bound)))
    for (method, problem), job, theirs in zip(problems, jobs, peer_regions(jobs), strict=True):
        order, linkage = methods[method]
        k = job["k"]
        ours = skater(problem, k=k) if method == "skater" else redcap(problem, k=k, order=order, linkage=linkage)
        np.testing.assert_array_equal(ours.labels, numbered(np.array(theirs)), err_msg=f"{job['file']} {method} {k}")


@pytest.mark.parametrize("linkage", LINKAGES)
@pytest.mark.parametrize("order", ORDERS)
def test_slow_reference(order, linkage):
    for seed, more in enumerate(({}, {"masses": True}, {"prices": True}, {"masses": True, "prices": True})):
        if more and (order, linkage) == ("first", "single"):
            continue  # that is SKATER's tree, see there
        problem = random_problem(seed, **more)
        tree = slow_tree(problem, order, linkage)
        for k in (3, 8):
            found = redcap(problem, k=k, order=order, linkage=linkage).labels
            np.testing.assert_array_equal(found, slow_cuts(problem, tree, k), err_msg=f"{more} {k}")


def test_first_order_single_is_skater():
    problem = replace(lattice(11), price=np.random.default_rng(1).uniform(0, 0.1, 220))
    for k in (2, 9):
        np.testing.assert_array_equal(
            redcap(problem, k=k, order="first", linkage="single").labels, skater(problem, k=k).labels
        )


def test_defaults_are_full_order_average():
    problem = lattice(9)
    given = redcap(problem, k=6, order="full", linkage="average").labels
    np.testing.assert_array_equal(redcap(problem, k=6).labels, given)
    others = [redcap(problem, k=6, order=order, linkage=linkage).labels for order in ORDERS for linkage in LINKAGES]
    assert len({tuple(labels.tolist()) for labels in others}) > 4


@pytest.mark.parametrize("linkage", LINKAGES)
@pytest.mark.parametrize("order", ORDERS)
def test_cores_and_bounds(order, linkage):
    core = np.full(144, -1)
    core[[3, 4, 16, 90, 143]] = np.arange(5)
    bound = Bound("polygons", np.ones(144), least=4, most=24)
    problem = replace(lattice(12, seed=8), core=core, bounds=(bound,))
    for k in (9, 12):
        found = redcap(problem, k=k, order=order, linkage=linkage)
        sizes = np.bincount(found.labels)
        assert found.k == k
        assert contiguous(problem, found.labels)
        assert len(np.unique(found.labels[core >= 0])) == 5
        assert sizes.min() >= 4
        assert sizes.max() <= 24


@pytest.mark.parametrize("linkage", LINKAGES)
def test_cores_alone(linkage):
    core = np.full(100, -1)
    core[[0, 1, 2, 55]] = np.arange(4)
    problem = replace(lattice(10, seed=9), core=core)
    labels = redcap(problem, k=4, linkage=linkage).labels
    assert len(np.unique(labels[core >= 0])) == labels.max() + 1 == 4
    assert contiguous(problem, labels)


def test_components_and_nodes_by_themselves():
    for linkage in LINKAGES:
        # A path of four, one of three, and two nodes without neighbours.
        problem = problem_of(np.arange(9.0)[:, None] ** 2, [(0, 1), (1, 2), (2, 3), (4, 5), (5, 6)])
        for k in (4, 6, 9):
            labels = redcap(problem, k=k, linkage=linkage).labels
            assert labels.max() + 1 == k
            assert contiguous(problem, labels)
        alone = problem_of(np.zeros((3, 1)), np.zeros((0, 2)))
        assert redcap(alone, k=3, linkage=linkage).k == 3
        assert redcap(problem_of(np.zeros((1, 1)), np.zeros((0, 2))), k=1, linkage=linkage).k == 1
        with pytest.raises(BadInput, match="k = 3 is below the 4 parts that do not touch one another"):
            redcap(problem, k=3, linkage=linkage)


def test_a_price_counts():
    problem = lattice(10, seed=7)
    dear = replace(problem, price=np.full(len(problem.price), 1.5))
    for linkage in LINKAGES:
        free, priced = redcap(problem, k=6, linkage=linkage).labels, redcap(dear, k=6, linkage=linkage).labels
        assert cost(dear, priced) < cost(dear, free)


def test_several_numbers_at_one_go():
    problem = lattice(9)
    several = redcap_several(problem, ks=[3, 7], order="first", linkage="complete")
    for k, found in zip((3, 7), several, strict=True):
        np.testing.assert_array_equal(found.labels, redcap(problem, k=k, order="first", linkage="complete").labels)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("linkage", LINKAGES)
def test_equal_values_give_equal_labels_again(order, linkage):
    problem = replace(lattice(9), values=np.random.default_rng(2).integers(0, 3, (81, 2)).astype(float))
    first = redcap(problem, k=10, order=order, linkage=linkage, seed=1).labels
    assert first.max() + 1 == 10
    assert contiguous(problem, first)
    np.testing.assert_array_equal(redcap(problem, k=10, order=order, linkage=linkage, seed=5).labels, first)


@pytest.mark.parametrize("linkage", ["single", "average"])
def test_cancel(linkage):
    said: list[float] = []

    def progress(fraction, message):
        said.append(fraction)
        assert message
        if len(said) == 8:
            raise Cancelled

    with pytest.raises(Cancelled):
        redcap(lattice(30), k=20, linkage=linkage, progress=progress)
    assert said == sorted(said)


def test_unknown_words():
    with pytest.raises(BadInput, match="order"):
        redcap(lattice(4), k=2, order="third")
    with pytest.raises(BadInput, match="linkage"):
        redcap(lattice(4), k=2, linkage="wards")

"""Nodes made one: sums, means, prices and cores; what a division costs differs by a constant."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from control_units.delineation.core.errors import BadInput
from control_units.delineation.regions.contraction import contract, one_by_one
from control_units.delineation.regions.objective import cost, within_ss
from control_units.delineation.regions.problem import Bound
from region_samples import lattice, problem_of


def random_problem(seed: int):
    random = np.random.default_rng(seed)
    problem = lattice(6, 3, seed)
    n, e = len(problem), len(problem.price)
    return replace(
        problem,
        mass=random.uniform(0.2, 3, n),
        price=random.uniform(0, 2, e),
        area=random.uniform(1, 9, n),
        bounds=(Bound("population", random.uniform(0, 100, n), 10.0, 5000.0),),
    )


@pytest.mark.parametrize("seed", range(5))
def test_the_cost_of_a_division_differs_by_what_is_inside_the_nodes(seed):
    random = np.random.default_rng(seed)
    problem = random_problem(seed)
    node = one_by_one(np.where(random.random(36) < 0.5, random.integers(0, 5, 36), -1))
    small = contract(problem, node)
    inside = within_ss(problem.values, problem.mass, node)
    for _ in range(3):
        labels = random.integers(0, 4, len(small))
        assert cost(problem, labels[node]) == pytest.approx(cost(small, labels) + inside, rel=1e-12)
    assert small.mass.sum() == pytest.approx(problem.mass.sum())
    assert small.area.sum() == pytest.approx(problem.area.sum())
    assert small.bounds[0].value.sum() == pytest.approx(problem.bounds[0].value.sum())
    assert (small.bounds[0].least, small.bounds[0].most, small.bounds[0].name) == (10.0, 5000.0, "population")


def test_borders_add_up_and_edges_are_sorted_once():
    # A square of four: 0 and 3, which do not touch, become one.
    problem = problem_of([[1.0], [2.0], [3.0], [5.0]], [[0, 1], [0, 2], [1, 3], [2, 3]], border=np.arange(1.0, 5.0))
    small = contract(replace(problem, mass=np.array([1.0, 1, 1, 3]), price=np.arange(4.0)), np.array([0, 1, 2, 0]))
    assert (small.graph.left.tolist(), small.graph.right.tolist()) == ([0, 0], [1, 2])
    assert small.graph.border.tolist() == [4.0, 6.0]
    assert small.price.tolist() == [2.0, 4.0]
    assert small.values.ravel().tolist() == [4.0, 2.0, 3.0]
    assert small.perimeter.tolist() == [8.0, 4.0, 4.0]
    assert [str(name) for name in small.names] == ["polygon 1 (+1)", "polygon 2", "polygon 3"]


def test_a_border_inside_a_node_is_no_outline():
    problem = problem_of([[1.0], [2.0], [3.0]], [[0, 1], [1, 2]], border=np.array([1.5, 1.0]))
    assert contract(problem, np.array([0, 0, 1])).perimeter.tolist() == [5.0, 4.0]


def test_nothing_to_contract_keeps_every_bit():
    problem = random_problem(1)
    same = contract(problem, one_by_one(np.full(36, -1)))
    assert (same.values == problem.values).all()
    assert (same.graph.border == problem.graph.border).all()
    assert (same.price == problem.price).all()


def test_nodes_are_numbered_by_first_member():
    assert one_by_one(np.array([-1, 7, 2, 7, -1, 2])).tolist() == [0, 1, 2, 1, 3, 2]
    assert one_by_one(np.array([-1, -1])).tolist() == [0, 1]
    assert one_by_one(np.zeros(0, dtype=np.int64)).tolist() == []


def test_a_node_has_the_core_of_its_members():
    problem = replace(lattice(3), core=np.array([-1, 0, 0, -1, 1, -1, -1, -1, -1]))
    small = contract(problem, one_by_one(np.array([-1, 5, 5, -1, -1, 5, -1, -1, -1])))
    assert small.core.tolist() == [-1, 0, -1, 1, -1, -1, -1]


def test_cores_neither_merge_nor_split():
    problem = replace(lattice(3), core=np.array([-1, 0, 0, -1, 1, -1, -1, -1, -1]))
    with pytest.raises(BadInput, match="would be joined to another fixed unit"):
        contract(problem, one_by_one(np.array([-1, 5, 5, -1, 5, -1, -1, -1, -1])))
    with pytest.raises(BadInput, match="would be split"):
        contract(problem, one_by_one(np.full(9, -1)))

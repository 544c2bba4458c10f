"""Spanning forests: what joins last, preorder, cuts, where nodes meet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from control_units.delineation.solvers.common_ancestors import shared_ancestors
from control_units.delineation.solvers.spanning_trees import by_length, grow, rooted, split
from region_samples import lattice
from slow_trees import random_problem

if TYPE_CHECKING:
    from control_units.delineation.regions.problem import Problem


def test_cores_and_upper_bounds_are_joined_last():
    problem = lattice(12, seed=3)
    order, cored = by_length(problem), np.zeros(144, dtype=bool)
    cored[[0, 1, 13, 90]] = True
    left, right = problem.graph.left[order], problem.graph.right[order]
    taken = order[grow(left, right, cored, np.zeros((0, 144)), np.zeros(0))]
    assert len(taken) == 143
    assert len(np.unique(pieces(problem, taken[:-3])[cored])) == 4
    assert len(np.unique(pieces(problem, taken[:-2])[cored])) == 3
    taken = order[grow(left, right, np.zeros(144, dtype=bool), np.ones((1, 144)), np.array([9.0]))]
    steps = [pieces(problem, taken[:count]) for count in range(144)]
    largest = [np.bincount(labels).max() for labels in steps]
    within = max(count for count in range(144) if largest[count] <= 9)
    # As long as anything can merge within the bound, it does.
    sizes, last = np.bincount(steps[within]), steps[within]
    across = last[problem.graph.left] != last[problem.graph.right]
    assert (sizes[last[problem.graph.left]] + sizes[last[problem.graph.right]])[across].min() > 9
    assert within < 143
    assert steps[143].max() == 0


def pieces(problem: Problem, edges: np.ndarray) -> np.ndarray:
    graph = problem.graph
    return replace(graph, left=graph.left[edges], right=graph.right[edges], border=graph.border[edges]).component()


def test_preorder_and_split():
    problem = random_problem(3, n=40)
    order = by_length(problem)
    left, right = problem.graph.left[order], problem.graph.right[order]
    taken = order[grow(left, right, np.zeros(40, dtype=bool), np.zeros((0, 40)), np.zeros(0))]
    (tree,) = rooted(problem.graph, taken)
    below, rest = split(tree, 13)
    for part in (tree, below, rest):
        # Each node's slice hangs together, and is joined to the rest of its tree by the edge to its parent only.
        for at, size in enumerate(part.size.tolist()):
            inside = set(part.node[at : at + size].tolist())
            within = [e for e in taken.tolist() if {int(problem.graph.left[e]), int(problem.graph.right[e])} <= inside]
            assert len(within) == size - 1
        assert sorted(part.rank.tolist())[0] == part.rank[0] == -1
    assert sorted(np.concatenate([below.node, rest.node]).tolist()) == list(range(40))


def test_shared_ancestors_by_hand():
    problem = random_problem(4, n=60)
    order = by_length(problem)
    left, right = problem.graph.left[order], problem.graph.right[order]
    taken = order[grow(left, right, np.zeros(60, dtype=bool), np.zeros((0, 60)), np.zeros(0))]
    trees = rooted(problem.graph, taken)
    found = shared_ancestors(trees, problem.graph.left, problem.graph.right)
    (tree,) = trees
    slices = [set(tree.node[at : at + size].tolist()) for at, size in enumerate(tree.size.tolist())]
    for a, b, ancestor in zip(problem.graph.left.tolist(), problem.graph.right.tolist(), found.tolist(), strict=True):
        holding = [at for at, nodes in enumerate(slices) if {a, b} <= nodes]
        assert tree.node[min(holding, key=lambda at: len(slices[at]))] == ancestor

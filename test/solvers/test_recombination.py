"""Spanning forests, copies side by side and recombination: against slow references, and what must never break."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from control_units.delineation.core.progress import silent
from control_units.delineation.regions.objective import cost, within_ss
from control_units.delineation.regions.problem import Bound, Graph, Problem, numbered
from control_units.delineation.solvers.construction import apportioned, dissolve, pack, split
from control_units.delineation.solvers.grouped_spanning_trees import Forest, spanning_forest
from control_units.delineation.solvers.local_search import Watch
from control_units.delineation.solvers.most_regions import most_regions
from control_units.delineation.solvers.recombination import cool, mend, recombine
from control_units.delineation.solvers.replicas import Worlds, worlds_of
from region_samples import contiguous, lattice


def halves(side: int = 7, **more) -> Problem:
    """A lattice cut in two components by a missing column of links, with all that a problem may have."""
    random = np.random.default_rng(3)
    problem = lattice(side)
    graph, n = problem.graph, side * side
    joined = ~((graph.left % side == 2) & (graph.right == graph.left + 1))
    graph = Graph(n, graph.left[joined], graph.right[joined], graph.border[joined])
    core = np.full(n, -1)
    core[[0, n - 1]] = [0, 1]
    given = {
        "mass": random.uniform(0.5, 2, n),
        "price": random.uniform(0, 1, len(graph.left)),
        "core": core,
        "bounds": (Bound("people", random.uniform(0.2, 1.8, n), 3.0), Bound("count", np.ones(n), 2.0, 20.0)),
    }
    return replace(problem, graph=graph, **given | more)


def laid(problem: Problem, copies: int) -> Worlds:
    return worlds_of(problem, problem.graph.component(), copies)


def copies_of(worlds: Worlds, labels: np.ndarray) -> list[np.ndarray]:
    return [numbered(part) for part in labels.reshape(worlds.copies, worlds.size)]


def below(forest: Forest, place: int) -> list[int]:
    """Places of a subtree, by walking down."""
    out = [place]
    for one in range(place + 1, len(forest.node)):
        if int(forest.parent[one]) in out:
            out.append(one)
    return out


def test_a_forest_is_one_tree_a_group_and_knows_what_hangs_below():
    problem = lattice(6)
    graph, random = problem.graph, np.random.default_rng(0)
    group = np.arange(36) % 6 // 2
    group[group == 2] = -1
    forest = spanning_forest(group, graph.left, graph.right, random.uniform(0.1, 1, len(graph.left)))
    assert sorted(forest.node.tolist()) == np.flatnonzero(group >= 0).tolist()
    assert forest.node[: forest.roots].tolist() == [0, 2]
    child, parent = forest.node[forest.roots :], forest.node[forest.parent[forest.roots :]]
    links = set(zip(graph.left.tolist(), graph.right.tolist(), strict=True))
    assert all((min(e), max(e)) in links for e in zip(child.tolist(), parent.tolist(), strict=True))
    assert (group[child] == group[parent]).all()
    assert (forest.group == group[forest.node]).all()
    values, price = random.normal(size=(24, 2)), random.uniform(size=len(graph.left))
    inside = (group[graph.left] == group[graph.right]) & (group[graph.left] >= 0)
    left, right = graph.left[inside], graph.right[inside]
    sums, severed = forest.gathered(values), forest.severed(left, right, price[inside], 36)
    heads = random.random(24) < 0.3
    heads[: forest.roots] = True
    down = forest.handed_down(np.arange(24), heads)
    for place in range(24):
        rows = below(forest, place)
        members = np.isin(np.arange(36), forest.node[rows])
        assert sums[place] == pytest.approx(values[rows].sum(axis=0))
        assert severed[place] == pytest.approx(price[inside][members[left] != members[right]].sum())
        up = place
        while not heads[up]:
            up = int(forest.parent[up])
        assert down[place] == up


def test_the_tree_is_the_lightest():
    """By Kruskal's way, edge by edge."""
    problem = lattice(8)
    graph = problem.graph
    weight = np.random.default_rng(1).random(len(graph.left)) + 0.1
    forest = spanning_forest(np.zeros(64, dtype=np.int64), graph.left, graph.right, weight)
    ends = {
        (min(a, b), max(a, b))
        for a, b in zip(forest.node[1:].tolist(), forest.node[forest.parent[1:]].tolist(), strict=True)
    }
    label, taken = list(range(64)), set()
    for edge in np.argsort(weight).tolist():
        a, b = int(graph.left[edge]), int(graph.right[edge])
        if label[a] != label[b]:
            taken.add((a, b))
            label = [label[a] if one == label[b] else one for one in label]
    assert ends == taken


def test_worlds_measure_what_the_cost_measures():
    problem = halves()
    worlds = laid(problem, 3)
    random = np.random.default_rng(2)
    labels = pack(worlds, random)
    found = worlds.cost(labels, worlds.tally(labels)).reshape(3, 2).sum(axis=1)
    mean = (problem.mass[:, None] * problem.values).sum(axis=0) / problem.mass.sum()
    nothing = float((problem.mass[:, None] * (problem.values - mean) ** 2).sum())
    wanted = [cost(problem, part) for part in copies_of(worlds, labels)]
    assert found + nothing == pytest.approx(wanted)
    assert len(set(np.round(wanted, 6).tolist())) == 3


def test_packing_keeps_floors_and_splitting_gives_what_is_asked_for():
    problem = halves(core=np.full(49, -1))
    worlds = laid(problem, 4)
    random = np.random.default_rng(1)
    packed = pack(worlds, random)
    tally = worlds.tally(packed)
    assert (tally.sums >= worlds.least - 1e-12).all()
    assert (worlds.regions(tally) > 1).all()
    more = np.arange(8)
    parted = split(worlds, packed, more, random)
    assert (worlds.regions(worlds.tally(parted)) - worlds.regions(tally)).tolist() == more.tolist()
    assert all(contiguous(problem, part) for part in copies_of(worlds, parted))
    fewer = dissolve(worlds, parted, worlds.tally(parted), np.arange(5))
    assert fewer.max() < parted.max()
    assert all(contiguous(problem, part) for part in copies_of(worlds, fewer))
    alone = numbered(worlds.world)
    assert (dissolve(worlds, alone, worlds.tally(alone), np.arange(8)) == alone).all()


@pytest.mark.parametrize("seed", range(3))
def test_recombination_never_breaks_anything(seed):
    problem = halves()
    worlds, random = laid(problem, 3), np.random.default_rng(seed)
    labels, count = most_regions(worlds, np.array([6, 8]), np.array([1, 1]), random, Watch(silent, ""))
    assert count.min() > 1
    before = worlds.cost(labels, worlds.tally(labels))
    moved = 0
    for heat in (5.0, 1.0, 0.0, 0.0):
        tally = worlds.tally(labels)
        assert (worlds.regions(tally) == np.tile(count, 3)).all()
        assert tally.missing.max() == 0
        new = recombine(worlds, labels, tally, np.full(6, heat), random)
        if not heat:
            assert (worlds.cost(new, worlds.tally(new)) <= worlds.cost(labels, tally) + 1e-9).all()
        moved += int((new != labels).sum())
        labels = new
        assert all(contiguous(problem, part) for part in copies_of(worlds, labels))
    assert moved > 0
    cooled = cool(worlds, labels, 30, random, Watch(silent, ""))
    after = worlds.cost(cooled, worlds.tally(cooled))
    assert (after <= worlds.cost(labels, worlds.tally(labels)) + 1e-9).all()
    assert after.sum() < before.sum()
    component = np.tile(problem.graph.component(), 3)
    assert all(len(set(component[cooled == one].tolist())) == 1 for one in range(cooled.max() + 1))


def test_the_price_of_borders_counts_in_each_move():
    """Nothing but prices: at no heat every move lowers what the borders cost."""
    problem = halves(bounds=(Bound("count", np.ones(49), 4.0),), core=np.full(49, -1), values=np.zeros((49, 1)))
    worlds, random = laid(problem, 2), np.random.default_rng(5)
    labels = pack(worlds, random)
    start = worlds.cost(labels, worlds.tally(labels))
    for _ in range(20):
        tally = worlds.tally(labels)
        new = recombine(worlds, labels, tally, np.zeros(4), random)
        assert (worlds.cost(new, worlds.tally(new)) <= worlds.cost(labels, tally) + 1e-9).all()
        labels = new
    assert (worlds.cost(labels, worlds.tally(labels)) < start - 1e-6).all()


def test_mending_at_no_heat_never_lacks_more_and_leaves_the_rest_alone():
    problem = halves(core=np.full(49, -1))
    worlds, random = laid(problem, 2), np.random.default_rng(6)
    labels = split(worlds, pack(worlds, random), np.full(4, 2), random)
    active = np.array([True, False, True, True])
    lacking = [worlds.by_world(worlds.tally(labels), worlds.tally(labels).missing)]
    first = labels
    for _ in range(25):
        labels = mend(worlds, labels, worlds.tally(labels), 0.0, active, random)
        tally = worlds.tally(labels)
        lacking.append(worlds.by_world(tally, tally.missing))
    assert (np.diff(lacking, axis=0) <= 1e-12).all()
    assert lacking[-1][active].sum() < lacking[0][active].sum()
    still = worlds.world == 1
    assert (labels[still] == first[still]).all()
    assert (labels[~still] != first[~still]).any()


def test_what_bounds_miss_is_told_in_shares():
    problem = halves(bounds=(Bound("sum", np.ones(49), 4.0, 8.0),))
    worlds = laid(problem, 1)
    assert worlds.least.tolist() == [4, 0]
    assert worlds.most.tolist() == [8, 1]
    sums = np.array([[4.0, 0], [3.0, 1], [8.0, 1], [10.0, 0], [5.0, 3]])
    assert worlds.missing(sums).tolist() == pytest.approx([0, 0.25, 0, 0.25, 2])


def test_regions_are_shared_out_to_the_least_alike():
    problem = halves(values=np.arange(49.0)[:, None], price=np.zeros(77), mass=np.ones(49))
    worlds = laid(problem, 2)
    component = problem.graph.component()
    squares = [
        within_ss(
            problem.values[component == one],
            np.ones((component == one).sum()),
            np.zeros((component == one).sum(), dtype=np.int64),
        )
        for one in (0, 1)
    ]
    for total in range(2, 12):
        wanted = [1, 1]
        for _ in range(total - 2):
            share = [squares[0] / wanted[0] if wanted[0] < 4 else -1, squares[1] / wanted[1]]
            wanted[int(np.argmax(share))] += 1
        assert apportioned(worlds, np.array([4, 9]), np.array([1, 1]), total).tolist() == wanted
    assert apportioned(worlds, np.array([4, 9]), np.array([1, 1]), 99).tolist() == [4, 9]

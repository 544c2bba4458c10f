"""Local moves and the searches over them, held against an enumeration of their own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from control_units.delineation.core.errors import Cancelled
from control_units.delineation.core.progress import silent
from control_units.delineation.regions.objective import cost
from control_units.delineation.regions.problem import Bound, Problem
from control_units.delineation.solvers import local_moves
from control_units.delineation.solvers.local_moves import MovableDivision
from control_units.delineation.solvers.local_search import Watch, anneal, descend, tabu
from control_units.delineation.solvers.region_growing import grow, shares
from region_samples import contiguous, lattice, problem_of

SIDE, K = 7, 5


def quiet(limit_s: float = np.inf) -> Watch:
    return Watch(silent, "", limit_s)


def rich(seed: int) -> Problem:
    """Masses; by turns prices, cores and bounds (which the first divisions may break)."""
    rng = np.random.default_rng(seed)
    problem = lattice(SIDE, seed=seed)
    n = len(problem)
    core = np.full(n, -1)
    if seed % 3 == 1:
        core[rng.choice(n, 3, replace=False)] = [0, 1, 2]
    bounds = (Bound("sum", rng.uniform(0.5, 2, n), 3, 25), Bound("polygons", np.ones(n), 2)) if seed % 3 == 2 else ()
    price = rng.uniform(-0.2, 1, len(problem.graph.left)) if seed % 2 else problem.price
    return replace(problem, mass=rng.uniform(0.5, 2, n), price=price, core=core, bounds=bounds)


def grown(problem: Problem, k: int, seed: int) -> np.ndarray:
    return grow(problem, shares(problem, k), np.random.default_rng(seed), quiet())


def missing(problem: Problem, labels: np.ndarray) -> float:
    """What regions are out of their bounds, in the unit of the bounds' mean sums."""
    out = 0.0
    for bound in problem.bounds:
        sums = np.bincount(labels, bound.value)
        out += float((np.maximum(bound.least - sums, 0) + np.maximum(sums - bound.most, 0)).sum()) / sums.mean()
    return out


def all_moves(problem: Problem, labels: np.ndarray) -> dict[tuple[int, int], float]:
    """Every move that keeps all that a division has to keep, with what it changes the cost by: try them one by one."""
    pairs = zip(problem.graph.left.tolist(), problem.graph.right.tolist(), strict=True)
    out = {}
    for a, b in pairs:
        for node, other in ((a, b), (b, a)):
            moved = labels.copy()
            moved[node] = labels[other]
            if moved[node] == labels[node] or not (moved == labels[node]).any() or not contiguous(problem, moved):
                continue
            if np.bincount(moved[problem.core >= 0], minlength=1).max() > 1:
                continue
            if missing(problem, moved) <= missing(problem, labels) + 1e-9:
                out[node, int(moved[node])] = cost(problem, moved) - cost(problem, labels)
    return out


def admissible(division):
    """All moves that may be made now: node, target, change of cost; sorted by node, then target."""
    change = division.changes()
    nodes = np.unique(division.node[np.isfinite(change)])
    keep = np.zeros(len(division.labels), dtype=bool)
    keep[nodes] = [division.keeps(node) for node in nodes.tolist()]
    rows = np.flatnonzero(np.isfinite(change) & keep[division.node])
    rows = rows[np.lexsort((division.target[rows], division.node[rows]))]
    return division.node[rows].copy(), division.target[rows].copy(), change[rows]


@pytest.mark.parametrize("largest", [500, 2])
@pytest.mark.parametrize("seed", range(6))
def test_moves_are_those_of_an_enumeration(seed, largest, monkeypatch):
    monkeypatch.setattr(local_moves, "_LARGEST", largest)
    problem, rng = rich(seed), np.random.default_rng(seed)
    division = MovableDivision(problem, grown(problem, K, seed))
    for turn in range(150):
        node, target, change = admissible(division)
        if turn % 15 == 0:
            expected = all_moves(problem, division.labels)
            assert list(zip(node.tolist(), target.tolist(), strict=True)) == sorted(expected)
            assert change == pytest.approx([expected[move] for move in sorted(expected)], abs=1e-9)
        if not len(node):
            break
        row = int(rng.integers(len(node)))
        assert division.change(int(node[row]), int(target[row])) == pytest.approx(change[row], abs=1e-9)
        division.apply(int(node[row]), int(target[row]))
    assert division.cost == pytest.approx(cost(problem, division.labels), abs=1e-9)
    assert division.broken() == pytest.approx(missing(problem, division.labels), abs=1e-9)
    assert contiguous(problem, division.labels)


def test_single_rows_are_rows_of_all():
    problem = rich(5)
    division = MovableDivision(problem, grown(problem, K, 5))
    for node, target, _ in zip(*admissible(division), strict=True):
        if division.has(int(node), int(target)) and division.keeps(int(node)):
            division.apply(int(node), int(target))
        rows = np.arange(division.count)[::-1]
        assert np.array_equal(division.changes()[::-1], division.changes(rows))
        keys = [division.key(int(a), int(b)) for a, b in zip(division.node, division.target, strict=True)]
        assert division.rows([*keys, -1]).tolist() == list(range(division.count))


def test_going_back_to_the_mark():
    problem, rng = rich(1), np.random.default_rng(1)
    division = MovableDivision(problem, grown(problem, K, 1))
    for turn in range(30):
        node, target, _ = admissible(division)
        row = int(rng.integers(len(node)))
        division.apply(int(node[row]), int(target[row]))
        if turn == 9:
            division.mark()
            marked = division.labels.copy()
    assert not np.array_equal(division.labels, marked)
    division.rewind()
    assert np.array_equal(division.labels, marked)
    assert division.cost == pytest.approx(division.best, abs=1e-9)
    expected = all_moves(problem, division.labels)
    assert len(admissible(division)[0]) == len(expected)


def test_a_penalty_lets_bounds_be_broken_and_pays_for_mending():
    problem = replace(lattice(SIDE), bounds=(Bound("polygons", np.ones(SIDE * SIDE), 8, 13),))
    rows = np.arange(SIDE * SIDE) // SIDE
    labels = np.where(rows == 0, 0, np.where(rows == 1, 1, 2 + (rows > 3)))
    division = MovableDivision(problem, labels, penalty=1e6)
    assert division.cost == pytest.approx(cost(problem, labels) + 1e6 * missing(problem, labels))
    tabu(division, quiet(), length=10, patience=200)
    assert division.broken() == 0
    assert division.cost == pytest.approx(cost(problem, division.labels))


@pytest.mark.parametrize("seed", range(6))
def test_descent_ends_where_no_move_lowers_the_cost(seed):
    problem = rich(seed)
    first = grown(problem, K, seed)
    division = MovableDivision(problem, first)
    descend(division, np.random.default_rng(seed), quiet())
    assert cost(problem, division.labels) < cost(problem, first)
    assert min(all_moves(problem, division.labels).values()) >= -1e-9
    assert np.bincount(division.labels, minlength=K).min() > 0


@pytest.mark.parametrize("seed", range(3))
def test_searches_end_no_worse_than_descent(seed):
    problem = rich(seed)
    division = MovableDivision(problem, grown(problem, K, seed))
    descend(division, np.random.default_rng(seed), quiet())
    local, start = division.labels.copy(), cost(problem, division.labels)
    better = 0
    for search in (
        lambda one: anneal(one, np.random.default_rng(seed), quiet(), cooling=0.9),
        lambda one: tabu(one, quiet(), length=10, patience=100),
    ):
        division = MovableDivision(problem, local)
        search(division)
        found = cost(problem, division.labels)
        assert found <= start + 1e-9
        assert missing(problem, division.labels) <= missing(problem, local) + 1e-9
        assert contiguous(problem, division.labels)
        better += found < start - 1e-9
    assert better


def test_tabu_takes_the_lowest_of_equal_moves_and_does_not_turn_back():
    # A path of equal values: every move is for nothing, so that ties and the list decide.
    problem = problem_of(np.zeros((6, 1)), [(row, row + 1) for row in range(5)])
    division = MovableDivision(problem, np.array([0, 0, 0, 1, 1, 1]))
    made = []
    apply = division.apply
    division.apply = lambda node, target, change: (made.append((node, target)), apply(node, target, change))
    tabu(division, quiet(), length=10, patience=10)
    # 2 goes over first; it may not come back, so 1 follows; then nothing is left that may move.
    assert made == [(2, 1), (1, 1)]
    assert division.labels.tolist() == [0, 0, 0, 1, 1, 1]


def test_a_late_watch_ends_a_search_and_a_caller_may_cancel():
    problem = lattice(12)
    labels = grown(problem, 6, 1)
    watch = quiet(0.0)
    division = MovableDivision(problem, labels)
    for search in (descend, anneal):
        search(division, np.random.default_rng(1), watch)
    tabu(division, watch)
    assert watch.late
    assert np.array_equal(division.labels, labels)

    def stop(*_):
        raise Cancelled

    with pytest.raises(Cancelled):
        descend(division, np.random.default_rng(1), Watch(stop, ""))


def test_regions_grow_from_cores_within_components():
    one, other = lattice(6, seed=1), lattice(5, seed=2)
    pairs = [np.column_stack([graph.left, graph.right]) for graph in (one.graph, other.graph)]
    values = np.vstack([one.values, 3 * other.values, [[0.0, 0.0]]])
    core = np.full(62, -1)
    core[[3, 20, 40]] = [0, 1, 2]
    problem = problem_of(values, np.vstack([pairs[0], pairs[1] + 36]), core=core)
    count = shares(problem, 9)
    # By hand: the single node has one; the rest by SS / (c·(c + 1)), from 2 (two cores) and 1.
    spread = [((part - part.mean(axis=0)) ** 2).sum() for part in (values[:36], values[36:61])]
    expected = [2, 1]
    for _ in range(5):
        expected[int(np.argmax([ss / (c * (c + 1)) for ss, c in zip(spread, expected, strict=True)]))] += 1
    assert count.tolist() == [*expected, 1]
    for seed in range(5):
        labels = grown(problem, 9, seed)
        assert sorted(set(labels.tolist())) == list(range(9))
        assert contiguous(problem, labels)
        assert len(set(labels[[3, 20, 40]].tolist())) == 3
    assert not np.array_equal(grown(problem, 9, 1), grown(problem, 9, 2))


def test_shares_stay_within_what_bounds_leave_room_for():
    problem = replace(lattice(4), bounds=(Bound("polygons", np.ones(16), least=3),))
    assert shares(problem, 5).tolist() == [5]
    assert shares(problem, 9).tolist() == [5]
    most = replace(problem, bounds=(Bound("polygons", np.ones(16), most=4),))
    assert shares(most, 4).tolist() == [4]


def test_masses_lost_in_rounding_cost_nothing():
    """Beside a node of 10²⁰ the others have no mass that sums could tell: its leaving them changes nothing there."""
    mass, values = np.array([1e20, 1.0, 1.0, 1.0]), np.array([[0.0], [1.0], [2.0], [3.0]])
    problem = problem_of(values, [(0, 1), (0, 2), (1, 2), (2, 3)], mass=mass)
    with np.errstate(all="raise"):
        division = MovableDivision(problem, np.array([0, 0, 1, 1]))
        change = division.changes()
        moves = zip(division.node.tolist(), division.target.tolist(), strict=True)
        assert change == pytest.approx([division.change(node, target) for node, target in moves])
        # Node 0 joins 2 and 3: their mass of 2, at 2.5, moves to it.
        (row,) = np.flatnonzero(division.node == 0)
        assert change[row] == pytest.approx(2 * 2.5**2)
        # Left alone it cannot leave, and nobody divides by what is left.
        division.apply(1, 1)
        assert np.isinf(division.changes()[division.node == 0]).all()

"""Max-p-regions: floors, requests that cannot be met, time limits, repeatability."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from clock import Clock
from control_units.delineation.core.errors import BadInput, Cancelled
from control_units.delineation.methods.maxp import maxp
from control_units.delineation.methods.regional import solve, solver_parameters
from control_units.delineation.regions.problem import Bound
from region_samples import by_fours, holds, lattice, problem_of, room

ROOT = Path(__file__).resolve().parents[1]


def test_the_floor_is_an_area_or_any_bound():
    problem = lattice(6, area=np.full(36, 2.5e5))
    named = {one.name: one.default for one in solver_parameters("maxp")}
    assert named["floor"] == 0
    by_area = solve("maxp", problem, {"floor": 1e6, "sweeps": 10})
    assert by_area.k == 9
    assert (np.bincount(by_area.labels) == 4).all()
    by_count = maxp(replace(problem, bounds=(Bound("count", np.ones(36), 4.0),)), sweeps=10)
    assert (by_count.labels == by_area.labels).all()
    both = maxp(replace(problem, bounds=(Bound("count", np.ones(36), 4.0),)), floor=1.5e6, sweeps=10)
    assert both.k == 6


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "no floor"),
        ({"floor": -1.0}, "floor = -1"),
        ({"floor": "big"}, "floor = 'big'"),
        ({"floor": True}, "floor = True"),
        ({"floor": 2.0, "at_most": -1}, "at_most = -1"),
        ({"floor": 2.0, "at_most": 1}, "below the 2 parts"),
        ({"floor": 2.0, "sweeps": 1.5}, "sweeps = 1.5"),
        ({"floor": 2.0, "limit_s": 0}, "limit_s = 0"),
        ({"floor": 5.0}, "part with polygon 7 .4 polygons. has area 4"),
    ],
)
def test_what_is_refused(given, words):
    pairs = np.array([*pairwise(range(6)), *pairwise(range(6, 10))])
    with pytest.raises(BadInput, match=words):
        maxp(problem_of(np.arange(10.0)[:, None], pairs), **given)


def test_an_island_below_the_floor_is_named():
    problem = problem_of(np.arange(5.0)[:, None], np.array([[0, 1], [1, 2], [2, 3]]))
    with pytest.raises(BadInput, match=r"polygon 5 has area 1.00 m² in all"):
        maxp(problem, floor=2.0)


def test_more_fixed_units_than_the_floor_has_room_for():
    core = np.array([0, 1, 2, -1, -1])
    problem = problem_of(np.arange(5.0)[:, None], np.array(list(pairwise(range(5)))), core=core)
    with pytest.raises(BadInput, match=r"at least 3 regions .3 fixed units., but has enough for only 2"):
        maxp(problem, floor=2.0)


def test_sums_that_would_do_and_a_shape_that_does_not():
    """A star: whoever has the middle leaves the others alone, so there is one region, and it is above the most."""
    star = np.array([[0, leaf] for leaf in range(1, 6)])
    problem = problem_of(np.arange(6.0)[:, None], star, bounds=(Bound("count", np.ones(6), 2.0, 4.0),))
    with pytest.raises(
        BadInput, match=r"no division of the separate part with polygon 1 .* found in which each region has"
    ):
        maxp(problem)
    assert maxp(replace(problem, bounds=(Bound("count", np.ones(6), 2.0),))).k == 1


def test_what_is_left_over_in_a_large_node_makes_no_region():
    value = np.array([50.0, 1.0, 1.0, 1.0, 1.0])
    problem = problem_of(
        np.arange(5.0)[:, None], np.array(list(pairwise(range(5)))), bounds=(Bound("sum", value, 2.0),)
    )
    assert room(problem) == 3
    assert maxp(problem).labels.tolist() == [0, 1, 1, 2, 2]


def test_cores_and_several_bounds_on_a_lattice():
    random = np.random.default_rng(4)
    core = np.full(400, -1)
    core[random.choice(400, 12, replace=False)] = np.arange(12)
    bounds = (
        Bound("people", random.lognormal(0, 1, 400), 20.0),
        Bound("count", np.ones(400), 8.0, 40.0),
    )
    problem = lattice(20, bounds=bounds, core=core)
    found = maxp(problem, sweeps=20)
    assert holds(problem, found.labels)
    assert found.k >= 0.85 * room(problem)


def test_components_share_what_is_asked_for_by_their_sums_of_squares():
    pairs = np.array([*pairwise(range(12)), *pairwise(range(12, 24))])
    values = np.where(np.arange(24) < 12, 0.01, 10.0)[:, None] * np.random.default_rng(1).normal(size=(24, 2))
    problem = problem_of(values, pairs, bounds=(Bound("count", np.ones(24), 2.0),))
    assert maxp(problem, sweeps=10).k == 12
    found = maxp(problem, at_most=7, sweeps=10)
    assert holds(problem, found.labels)
    assert [len(set(found.labels[:12].tolist())), len(set(found.labels[12:].tolist()))] == [1, 6]
    assert [maxp(problem, at_most=most, sweeps=10).k for most in (9, 99)] == [9, 12]


# ---- repeatable, in time


def test_a_seed_says_it_all():
    problem = by_fours()
    np.random.seed(1)  # what must not matter
    first = maxp(problem, seed=3, sweeps=5).labels
    np.random.seed(2)
    state = np.random.get_state()[1].copy()
    assert (maxp(problem, seed=3, sweeps=5).labels == first).all()
    assert (np.random.get_state()[1] == state).all()
    assert any((maxp(problem, seed=seed, sweeps=5).labels != first).any() for seed in (4, 5, 6))


def test_the_number_of_threads_does_not_matter():
    paths = [str(ROOT), str(ROOT / "support"), str(ROOT.parent)]
    code = (
        f"import sys; sys.path[:0] = {paths!r}; import conftest, numpy, region_samples as t\n"
        "from control_units.delineation.methods.maxp import maxp\n"
        "from control_units.delineation.regions.problem import Bound\n"
        "p = t.lattice(24, bounds=(Bound('count', numpy.ones(576), 7.0),))\n"
        "print(maxp(p, sweeps=20).labels.tolist())"
    )
    out = []
    for threads in ("1", "3"):
        env = os.environ | dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), threads)
        out.append(subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True))
    assert out[0].stdout == out[1].stdout
    assert out[0].stdout.startswith("[0, ")


def test_the_best_so_far_when_time_is_over(monkeypatch):
    problem = lattice(100, bounds=(Bound("count", np.ones(10_000), 20.0),))
    clock = Clock(0.001)
    monkeypatch.setattr("control_units.delineation.solvers.local_search.monotonic", clock)
    found = maxp(problem, limit_s=0.5)
    assert 500 <= clock.looks < 550  # once the time is over, each loop looks once more and ends
    assert holds(problem, found.labels)
    assert found.k >= 350
    (finding,) = found.findings
    assert (finding.id, finding.facts) == ("S72", {"method": "maxp", "limit": 0.5})
    assert not maxp(by_fours(), sweeps=5, limit_s=60.0).findings


@pytest.mark.parametrize("after", [0, 3, 12])
def test_it_stops_when_asked_to(after):
    calls = []

    def progress(fraction, message):
        calls.append((fraction, message))
        if len(calls) > after:
            raise Cancelled

    with pytest.raises(Cancelled):
        maxp(lattice(80, bounds=(Bound("count", np.ones(6400), 20.0),)), progress=progress)
    assert len(calls) == after + 1
    assert all(0 <= fraction <= 1 for fraction, _ in calls)

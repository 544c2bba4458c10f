"""The Pareto front against one drawn by hand and against a loop over all pairs."""

from __future__ import annotations

import numpy as np
import pytest
from bench_samples import grid
from control_units.delineation.bench.measures.metrics import METRICS, metrics_of
from control_units.delineation.bench.measures.pareto import dominates, front, front_of_rows
from control_units.delineation.core.errors import BadInput

# Omission (low is better) against compactness (high is better).
VALUES = np.array([[0.1, 0.2], [0.3, 0.6], [0.3, 0.5], [0.6, 0.9], [0.7, 0.9], [0.05, 0.1], [0.5, 0.3]])
WAYS = ("low", "high")


def test_a_front_drawn_by_hand():
    assert front(VALUES, WAYS).tolist() == [True, True, False, True, False, True, False]
    beats = dominates(VALUES, WAYS)
    assert beats[1, 2]
    assert beats[3, 4]
    assert beats[1, 6]
    assert beats[2, 6]
    assert beats.sum() == 4


@pytest.mark.parametrize("seed", range(5))
def test_every_pair_is_compared(seed):
    random = np.random.default_rng(seed)
    value = random.integers(0, 4, (25, 3)).astype(float)
    ways = ("low", "high", "high")
    sign = np.array([-1, 1, 1])
    on = front(value, ways)
    for i in range(25):
        better = [j for j in range(25) if (sign * value[j] >= sign * value[i]).all() and (value[j] != value[i]).any()]
        assert on[i] == (not better)
    assert 0 < on.sum() < 25
    assert not (dominates(value, ways) & dominates(value, ways).T).any()


def test_one_way_round_and_the_other():
    assert front(VALUES[:, :1], ["low"]).tolist() == [False] * 5 + [True, False]
    assert (front(VALUES, WAYS) == front(-VALUES, ("high", "low"))).all()
    assert (front(VALUES, WAYS) == front(VALUES * [1e-9, 1e6], WAYS)).all()


def test_equal_rows_stand_together():
    same = np.array([[0.3, 0.6], [0.3 * (1 + 1e-14), 0.6], [0.3, 0.6 * (1 - 1e-14)], [0.4, 0.6]])
    assert front(same, WAYS).tolist() == [True, True, True, False]


def test_what_is_unknown_is_not_on_the_front_and_beats_none():
    value = np.array([[0.0, np.nan], [0.5, 0.5], [0.6, 0.4]])
    assert front(value, WAYS).tolist() == [False, True, False]
    assert not dominates(value, WAYS)[0].any()


def test_infinite_values_compare():
    assert front(np.array([[np.inf], [3.0], [np.inf]]), ["high"]).tolist() == [True, False, True]
    assert front(np.array([[np.inf], [3.0]]), ["low"]).tolist() == [False, True]
    assert front(np.zeros((0, 2)), WAYS).tolist() == []


def test_rows_of_the_table():
    rows = [{"omission": low, "polsby_popper": high, "units": 9.0} for low, high in VALUES]
    found = front_of_rows(rows, ["omission", "polsby_popper"], METRICS)
    assert (found == front(VALUES, WAYS)).all()
    known = metrics_of(grid(1, 2, [0, 1]))
    rows, chosen = [{"geodetector_q[v0]": q} for q in (0.1, 0.4)], ["geodetector_q[v0]"]
    assert front_of_rows(rows, chosen, known).tolist() == [False, True]


def test_what_has_no_better_end_is_refused():
    for chosen, word in ((["units"], "neither high nor low is better"), (["omision"], "omission"), ([], "no metric")):
        with pytest.raises(BadInput, match=word):
            front_of_rows([{}], chosen, METRICS)
    with pytest.raises(BadInput, match="direction 'none'"):
        front(VALUES, ("low", "none"))
    with pytest.raises(BadInput, match="1 directions for 2"):
        front(VALUES, ("low",))

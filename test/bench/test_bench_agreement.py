"""Agreement of divisions against hand-solved tables, plain loops over pairs, and scikit-learn."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from control_units.delineation.bench.measures.agreement import (
    adjusted_rand,
    contingency,
    homogeneity_completeness,
    kappa,
    mean_pairwise,
    pairwise,
    v_measure,
)
from control_units.delineation.core.errors import BadInput

ONE = np.array([0, 0, 0, 1, 1, 1, 2, 2])
TWO = np.array([1, 1, 0, 0, 0, 0, 2, 0])


def random_pair(seed, n=60, one=5, two=7):
    random = np.random.default_rng(seed)
    first = random.integers(0, one, n)
    return first, np.where(random.random(n) < 0.6, first, random.integers(0, two, n)), random.uniform(0.1, 3, n)


def test_the_table_of_two_divisions():
    assert contingency(ONE, TWO).toarray().tolist() == [[1, 2, 0], [3, 0, 0], [1, 0, 1]]
    area = np.array([1.0, 2, 4, 8, 16, 32, 64, 128])
    assert contingency(ONE, TWO, area).toarray().tolist() == [[4, 3, 0], [56, 0, 0], [128, 0, 64]]


def test_adjusted_rand_counts_pairs_of_faces():
    # Pairs together in both: 1 + 3; in the one 3 + 3 + 1, in the other 10 + 1; of 28.
    chance = 7 * 11 / 28
    assert adjusted_rand(ONE, TWO) == pytest.approx((4 - chance) / (9 - chance))


def test_adjusted_rand_by_area_is_that_of_many_points():
    """An area is as many points of land as it has square metres."""
    one, two, area = random_pair(1, n=12)
    many = np.round(area * 2_000).astype(int)
    points = adjusted_rand(np.repeat(one, many), np.repeat(two, many))
    assert adjusted_rand(one, two, area) == pytest.approx(points, abs=2e-4)
    # To the bit, by a loop over all pairs of faces.
    share = area / area.sum()
    both = sum(share[i] * share[j] for i in range(12) for j in range(12) if one[i] == one[j] and two[i] == two[j])
    first = sum(share[i] * share[j] for i in range(12) for j in range(12) if one[i] == one[j])
    second = sum(share[i] * share[j] for i in range(12) for j in range(12) if two[i] == two[j])
    wanted = (both - first * second) / ((first + second) / 2 - first * second)
    assert adjusted_rand(one, two, area) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_scikit_learn_says_the_same(seed):
    reference = pytest.importorskip("sklearn.metrics", reason="scikit-learn is absent")
    one, two, area = random_pair(seed)
    assert adjusted_rand(one, two) == pytest.approx(reference.adjusted_rand_score(one, two), rel=1e-12)
    assert v_measure(one, two) == pytest.approx(reference.v_measure_score(one, two), rel=1e-12)
    wanted = reference.homogeneity_score(one, two), reference.completeness_score(one, two)
    assert homogeneity_completeness(one, two) == pytest.approx(wanted, rel=1e-12)
    assert kappa(one, two) == pytest.approx(reference.cohen_kappa_score(one, two), rel=1e-12)
    assert kappa(one, two, area) == pytest.approx(reference.cohen_kappa_score(one, two, sample_weight=area), rel=1e-12)


def test_v_measure_by_hand_and_by_area():
    one, two = np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1])
    area = np.array([1.0, 1, 1, 1])
    first, second = math.log(2), -(0.75 * math.log(0.75) + 0.25 * math.log(0.25))
    both = -(0.5 * math.log(0.5) + 2 * 0.25 * math.log(0.25))
    shared = first + second - both
    h, c = shared / first, shared / second
    assert homogeneity_completeness(one, two) == pytest.approx((h, c))
    assert v_measure(one, two, area) == pytest.approx(2 * h * c / (h + c))
    # A face twice as large is as two faces: entropies know areas only.
    twice = np.array([1.0, 1, 1, 2])
    assert v_measure(one, two, twice) == pytest.approx(v_measure(np.append(one, 1), np.append(two, 1)))
    assert homogeneity_completeness(one, np.array([0, 1, 2, 3])) == pytest.approx((1, 0.5))


def test_kappa_by_hand():
    one, two = np.repeat([1, 1, 2, 2], [20, 5, 10, 15]), np.repeat([1, 2, 1, 2], [20, 5, 10, 15])
    assert kappa(one, two) == pytest.approx((0.7 - 0.5) / 0.5)
    area = np.array([20.0, 5, 10, 15])
    assert kappa(np.array([1, 1, 2, 2]), np.array([1, 2, 1, 2]), area) == pytest.approx(0.4)
    # Categories have names: the same lines under other names are no agreement.
    assert kappa(np.array([1, 1, 3, 3]), np.array([3, 3, 1, 1])) == pytest.approx(-1)
    assert math.isnan(kappa(np.array([3, 3]), np.array([3, 3])))
    assert kappa(np.array([1, 3]), np.array([3, 3])) == 0


@pytest.mark.parametrize("agreement", [adjusted_rand, v_measure])
@pytest.mark.parametrize("weight", [None, np.arange(1.0, 9.0)])
def test_numbers_order_and_scale_mean_nothing(agreement, weight):
    found = agreement(ONE, TWO, weight)
    assert found == pytest.approx(agreement(TWO, ONE, weight))
    assert found == pytest.approx(agreement(np.array([4, 9, 0])[ONE], np.array([2, 0, 1])[TWO], weight))
    order = np.random.default_rng(0).permutation(8)
    assert found == pytest.approx(agreement(ONE[order], TWO[order], None if weight is None else weight[order] * 1e6))
    assert agreement(ONE, np.array([7, 2, 5])[ONE], weight) == pytest.approx(1)
    assert 0 < found < 1


@pytest.mark.parametrize("weight", [None, np.ones(6)])
def test_ends(weight):
    whole, each, half = np.zeros(6, dtype=np.int64), np.arange(6), np.array([0, 0, 0, 1, 1, 1])
    assert adjusted_rand(whole, whole, weight) == 1
    assert adjusted_rand(each, each, weight) == pytest.approx(1)
    assert adjusted_rand(whole, half, weight) == pytest.approx(0)
    assert v_measure(whole, whole, weight) == 1
    assert v_measure(whole, half, weight) == pytest.approx(0)
    assert homogeneity_completeness(half, each, weight)[0] == pytest.approx(1)
    assert adjusted_rand(whole[:1], whole[:1], None if weight is None else weight[:1]) == 1


def test_chance_is_zero_on_average():
    random = np.random.default_rng(11)
    found = [adjusted_rand(random.integers(0, 4, 200), random.integers(0, 5, 200)) for _ in range(200)]
    assert abs(np.mean(found)) < 3 * np.std(found) / math.sqrt(200)


def test_many_runs():
    runs = [random_pair(seed)[0] for seed in range(4)]
    table = pairwise(runs, adjusted_rand)
    assert np.diag(table).tolist() == [1] * 4
    assert (table == table.T).all()
    assert table[0, 3] == adjusted_rand(runs[0], runs[3])
    wanted = np.mean([adjusted_rand(one, two) for one, two in combinations(runs, 2)])
    assert mean_pairwise(runs, adjusted_rand) == pytest.approx(wanted)
    assert mean_pairwise([runs[0]] * 3, v_measure, np.ones(60)) == pytest.approx(1)
    assert math.isnan(mean_pairwise(runs[:1], v_measure))


def test_what_does_not_fit_is_refused():
    with pytest.raises(BadInput, match="8, 7"):
        adjusted_rand(ONE, TWO[1:])
    with pytest.raises(BadInput, match="8, 8, 2"):
        v_measure(ONE, TWO, np.ones(2))
    with pytest.raises(BadInput, match="below 0"):
        kappa(ONE - 1, TWO)
    nothing = np.zeros(0, dtype=np.int64)
    assert all(math.isnan(each(nothing, nothing)) for each in (adjusted_rand, v_measure, kappa))

"""Stability over seeds and over weights that are shifted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from bench_runs import finished, register_dice
from bench_samples import grid
from control_units.delineation.bench.runs.entries import read_entries
from control_units.delineation.bench.runs.labels import SHIFT, Labelled, weight_shifts
from control_units.delineation.bench.runs.stability import STABILITY, stability_of
from control_units.delineation.case.model import RasterSpec
from synthetic import case_of

SQUARES = grid(1, 4)
HALVES, THIRDS, WHOLE = [0, 0, 1, 1], [0, 0, 1, 2], [0, 0, 0, 0]


def of(text: str, *seeds: list[int], shifted: tuple[list[int], ...] = ()) -> Labelled:
    entry = read_entries([text])[0]
    return Labelled(entry, tuple(map(finished, seeds)), tuple(map(finished, shifted)))


# Stability by hand


def test_stability_over_seeds_is_the_mean_of_all_pairs():
    """ARI by area: halves with halves 1; halves with thirds (I − E)/(M − E) of shares 1/2, 1/4."""
    found = stability_of(of("azp:k=2", HALVES, HALVES, THIRDS), SQUARES)
    # I = 1/4 + 1/16 + 1/16 = 3/8; Σa² = 1/2, Σb² = 3/8, E = 3/16, M = 7/16.
    apart = (3 / 8 - 3 / 16) / (7 / 16 - 3 / 16)
    assert found["ari_seeds"] == pytest.approx((1 + apart + apart) / 3)
    # H(halves) = ln 2, H(thirds) = 3/2 ln 2: h and c are 1 and 2/3, V = 0.8.
    assert found["v_seeds"] == pytest.approx((1 + 0.8 + 0.8) / 3)
    assert np.isnan(found["ari_weights"]) and np.isnan(found["v_weights"])


def test_it_counts_areas_not_faces():
    """Where two divisions differ in one small face only, they are all but the same."""
    small = replace(SQUARES, area=np.array([1e6, 1e6, 1e6, 1.0]))
    assert stability_of(of("azp:k=2", HALVES, THIRDS), small)["ari_seeds"] == pytest.approx(1, abs=1e-5)


def test_a_method_that_draws_nothing_is_stable_and_one_seed_says_nothing():
    found = stability_of(of("overlay", HALVES), SQUARES)
    assert (found["ari_seeds"], found["v_seeds"]) == (1, 1)
    found = stability_of(of("azp:k=2", HALVES), SQUARES)
    assert np.isnan(found["ari_seeds"]) and np.isnan(found["v_seeds"])


def test_weights_are_compared_with_each_other_and_with_the_weights_as_they_are():
    found = stability_of(of("ward:k=2", HALVES, shifted=(HALVES, THIRDS)), SQUARES)
    assert found["ari_weights"] == pytest.approx((1 + 0.75 + 0.75) / 3)
    assert found["v_weights"] == pytest.approx((1 + 0.8 + 0.8) / 3)
    assert found["ari_seeds"] == 1


def test_numbers_of_units_mean_nothing():
    assert stability_of(of("azp:k=2", HALVES, [1, 1, 0, 0]), SQUARES)["ari_seeds"] == 1
    assert stability_of(of("azp:k=2", HALVES, WHOLE), SQUARES)["ari_seeds"] == 0


def test_stability_is_named_as_metrics_are():
    assert set(stability_of(of("overlay", HALVES), SQUARES)) == set(STABILITY)
    for name, one in STABILITY.items():
        assert (one.name, one.unit, one.better) == (name, "index", "high")
        assert one.zh and one.en
        assert np.isnan(one.function(SQUARES, of("overlay", HALVES).division))


# Weights


def shifts(text: str, rasters=()) -> list[tuple[str, object]]:
    case = case_of(rasters=tuple(rasters))
    return [(one.text, one.parameters["variables"]) for one in weight_shifts(read_entries([text])[0], case)]


def test_each_weight_goes_a_tenth_up_and_down():
    assert SHIFT == 0.1
    assert shifts("ward:k=3,variables=x:2+y") == [
        ("ward:k=3,variables=x:2+y [x × 1.1]", "x:2.2+y:1"),
        ("ward:k=3,variables=x:2+y [x × 0.9]", "x:1.8+y:1"),
        ("ward:k=3,variables=x:2+y [y × 1.1]", "x:2+y:1.1"),
        ("ward:k=3,variables=x:2+y [y × 0.9]", "x:2+y:0.9"),
    ]


def test_variables_that_nobody_names_are_shifted_as_well():
    rasters = [RasterSpec("dem", "a.tif"), RasterSpec("class", "b.tif", kind="class"), RasterSpec("slope", "c.tif")]
    assert [weights for _, weights in shifts("skater:k=3", rasters)] == [
        "dem:1.1+slope:1",
        "dem:0.9+slope:1",
        "dem:1+slope:1.1",
        "dem:1+slope:0.9",
    ]


@pytest.mark.parametrize(
    "text", ["overlay", "fitting:threshold=0.3", "ward:k=3,variables=x", "dice", "dice:variables=a:b"]
)
def test_without_weights_or_with_one_there_is_nothing_to_shift(text):
    register_dice()
    assert shifts(text) == []

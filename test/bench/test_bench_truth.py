"""Known truth: what is planted is what is said, errors are as large as said, and methods find what they should."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from control_units.delineation.bench.experiments.ground_truth import NOISES, TRUTHS, Recovery, find_again, truth_table
from control_units.delineation.bench.experiments.random_fields import smooth_field
from control_units.delineation.bench.experiments.synthetic_regions import (
    CELL,
    displacement,
    lay_cells,
    plant,
    plant_regions,
)
from control_units.delineation.bench.experiments.synthetic_zones import categories_found, plant_zones
from control_units.delineation.bench.experiments.validation import kept
from control_units.delineation.bench.runs.entries import BenchEntry, read_entries
from control_units.delineation.core.errors import BadInput, Cancelled
from control_units.delineation.core.messages import NOTHING, Message
from control_units.delineation.methods import registry
from control_units.delineation.methods.regional import solvers
from control_units.delineation.methods.registry import method
from control_units.delineation.methods.situation import Labels
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


class Still:
    """A generator whose corners are not shaken."""

    def uniform(self, _low: float, _high: float, shape: tuple[int, ...]) -> np.ndarray:
        return np.zeros(shape)


def pieces(graph, labels: np.ndarray) -> int:
    same = labels[graph.left] == labels[graph.right]
    ends = (graph.left[same], graph.right[same])
    return connected_components(coo_array((np.ones(len(ends[0])), ends), shape=(graph.count,) * 2), directed=False)[0]


@cache
def zoned(on_townships: bool):
    return plant_zones(30, 1, on_townships=on_townships)


# Cells and regions


def test_cells_tile_a_square():
    cells = lay_cells(12, np.random.default_rng(1))
    side = 12 * CELL
    assert len(cells) == 144 and len(cells.graph.left) == 2 * 12 * 11
    assert cells.area.sum() == pytest.approx(side**2)
    # Every border belongs to two cells, the outline to one.
    assert cells.perimeter.sum() == pytest.approx(2 * cells.graph.border.sum() + 4 * side)
    assert len(np.unique(cells.area)) == 144
    assert ((cells.point > 0) & (cells.point < side)).all()
    graph = cells.graph
    assert (graph.left < graph.right).all()
    apart = np.hypot(*(cells.point[graph.left] - cells.point[graph.right]).T)
    to_middle = np.hypot(*(cells.point[graph.left] - cells.middle).T)
    assert (to_middle < apart).all()


def test_regions_are_pieces_of_equal_size_and_differ_by_their_values():
    for seed in (1, 2, 3):
        planted = plant(30, 8, 3, seed)
        assert planted.k == 8
        assert pieces(planted.cells.graph, planted.truth) == 8
        area = np.bincount(planted.truth, planted.cells.area)
        assert area.max() / area.min() <= 1.1
        assert len(np.unique(planted.signal, axis=0)) == 8
        for region in range(8):
            assert np.ptp(planted.signal[planted.truth == region], axis=0).tolist() == [0, 0, 0]
        assert np.allclose([planted.signal.mean(axis=0), planted.signal.std(axis=0)], [[0] * 3, [1] * 3])


def test_as_many_regions_reach_the_floor_and_no_more():
    planted = plant(30, 8, 3, 1)
    area = np.bincount(planted.truth, planted.cells.area)
    assert planted.floor <= area.min()
    assert planted.floor * 9 > area.sum()


def test_a_seed_repeats_a_county_and_its_noise():
    one, two, other = plant(12, 4, 2, 1), plant(12, 4, 2, 1), plant(12, 4, 2, 2)
    assert (one.truth == two.truth).all() and (one.signal == two.signal).all()
    assert not (one.truth == other.truth).all()
    assert (one.problem(1.0, 5).values == two.problem(1.0, 5).values).all()
    assert not (one.problem(1.0, 5).values == one.problem(1.0, 6).values).all()


@pytest.mark.parametrize("noise", [0.0, 0.5, 2.0])
def test_noise_is_as_large_as_said(noise):
    planted = plant(30, 8, 3, 4)
    values = planted.problem(noise, 4).values
    assert np.allclose(values.std(axis=0), 1)
    # Correlation with the signal, within three standard errors: signal and noise are independent.
    r, wanted = (values * planted.signal).mean(axis=0), 1 / math.sqrt(1 + noise**2)
    assert r == pytest.approx([wanted] * 3, abs=1e-9 + 3 * (1 - wanted**2) / 30)


# Displacement of borders


def test_displacement_by_hand():
    cells = lay_cells(10, Still())
    column, row = np.tile(np.arange(10), 10), np.repeat(np.arange(10), 10)
    third, fifth = (column >= 3).astype(np.int64), (column >= 5).astype(np.int64)
    assert displacement(cells, third, third) == 0
    assert displacement(cells, third, fifth) == displacement(cells, fifth, third) == pytest.approx(2 * CELL)
    # Labels' numbers mean nothing; a border that one of them lacks counts from where it is.
    assert displacement(cells, third, 1 - third) == 0
    both = third + (column >= 7)
    assert displacement(cells, third, both) == displacement(cells, both, third) == pytest.approx(4 * CELL / 2)
    # Middles of horizontal borders lie off the vertical line's.
    crossed = (row >= 5).astype(np.int64)
    assert displacement(cells, third, crossed) > CELL


def test_no_border_is_displaced_nowhere():
    cells = lay_cells(4, Still())
    one, two = np.zeros(16, dtype=np.int64), np.arange(16) % 2
    assert math.isnan(displacement(cells, one, two)) and math.isnan(displacement(cells, two, one))


# Smooth fields


def test_a_smooth_field_is_normal_and_alike_nearby():
    random = np.random.default_rng(1)
    place = np.array([[0.0, 0.0], [500.0, 0.0], [0.0, 1000.0], [10_000.0, 0.0]])
    drawn = np.array([smooth_field(30.0, 1000.0, random).at(place) for _ in range(4000)])
    x, y = drawn[..., 0], drawn[..., 1]
    assert np.allclose([x.mean(axis=0), y.mean(axis=0)], 0, atol=2)
    assert np.allclose([x.std(axis=0), y.std(axis=0)], 30, rtol=0.05)
    r = np.corrcoef(x.T)[0]
    assert r == pytest.approx([1, math.exp(-1 / 8), math.exp(-1 / 2), 0], abs=0.05)
    assert abs(np.corrcoef(x[:, 0], y[:, 0])[0, 1]) < 0.05
    # Shares within one and two standard deviations.
    assert [(np.abs(x[:, 0]) < 30 * n).mean() for n in (1, 2)] == pytest.approx([0.683, 0.954], abs=0.03)


def test_a_place_is_displaced_the_same_whoever_asks():
    field = smooth_field(30.0, 1000.0, np.random.default_rng(1))
    point = np.random.default_rng(2).uniform(0, 1e5, (70_000, 2))
    some = np.array([0, 7, 40_000, 69_999])
    assert (field.at(point)[some] == field.at(point[some])).all()
    assert field.at(point[:0]).shape == (0, 2)


# Zone maps


@pytest.mark.parametrize("on_townships", [True, False])
def test_categories_are_planted_in_townships_or_across_them(on_townships):
    planted = zoned(on_townships)
    assert sorted(set(planted.truth.tolist())) == [1, 2, 3]
    assert (np.bincount(planted.truth)[1:] > 200).all()
    assert pieces(planted.cells.graph, planted.township) == 25
    mixed = [len(np.unique(planted.truth[planted.township == town])) > 1 for town in range(25)]
    assert any(mixed) is not on_townships


def test_a_map_without_noise_is_the_truth():
    planted = zoned(False)
    assert (planted.mapped(0.0, 1) == planted.truth).all()
    assert not (planted.mapped(0.5, 1) == planted.mapped(0.5, 2)).all()
    assert (planted.mapped(0.5, 1) == planted.mapped(0.5, 1)).all()


def test_as_many_cells_are_wrong_as_said():
    """Far from borders nothing but a wrong zone changes a cell."""
    cells = lay_cells(30, np.random.default_rng(1))
    planted = zoned(False)
    alone = type(planted)(cells, planted.township, np.full(900, 2))
    wrong = np.array([(alone.mapped(1.0, seed) != 2).mean() for seed in range(20)])
    assert wrong.mean() == pytest.approx(0.05, abs=3 * math.sqrt(0.05 * 0.95 / 18_000))
    others = np.concatenate([alone.mapped(1.0, seed) for seed in range(20)])
    assert np.bincount(others)[1] == pytest.approx(np.bincount(others)[3], rel=0.2)


def test_borders_lie_off_by_about_as_much_as_said():
    """Of a straight border displaced by a normal σ at right angles to it, the mean distance is σ·√(2/π)."""
    cells = lay_cells(30, Still())
    west = np.where(np.tile(np.arange(30), 30) < 15, 1, 3)
    planted = type(zoned(False))(cells, np.zeros(900, dtype=np.int64), west)
    off = []
    for seed in range(40):
        found = planted.mapped(2.0, seed).reshape(30, 30)
        # How many cells of a row are on the wrong side, but for the 10 % that are wrong by themselves.
        off.append(np.abs((found == 1).sum(axis=1) - (found == 3).sum(axis=1)).mean() / 2)
    # 15 cells a side, of which 5 % less 5 % of the others' cancel each other.
    assert np.mean(off) == pytest.approx(2 * math.sqrt(2 / math.pi), rel=0.25)


# Methods


def rows_of(*texts: str, **more):
    return truth_table(read_entries(texts), **more)


@pytest.mark.parametrize("name", ["ward", "skater", "redcap", "kmeans_repaired"])
@pytest.mark.uses("sklearn")
def test_a_solver_finds_regions_the_better_the_less_noise(name):
    little, much = rows_of(f"{name}:k=3", noises=(0.25, 2.0), counties=1)
    assert (little.method, little.truth, little.counties, little.k) == (f"{name}:k=3", "values", 1, 8)
    assert little.ari > 0.8 > much.ari > 0.1
    assert little.displacement < 300 < much.displacement < 15_000


@pytest.mark.parametrize("text", ["azp:k=4", "maxp:floor=1e9"])
def test_a_solver_that_draws_finds_as_many_regions_as_were_planted(text):
    (row,) = rows_of(text, noises=(0.25,), counties=1)
    assert not row.why and row.k == 8
    assert row.ari > 0.6


def test_every_solver_can_be_held_against_planted_values():
    takes = {name: {one.name for one in registry.parameters(name)} & {"k", "floor"} for name in solvers()}
    assert all(takes.values()), takes


def test_overlay_finds_what_its_map_says_and_fitting_what_townships_are():
    found = {
        (row.method, row.truth, row.noise): row.ari
        for row in rows_of("overlay", "fitting:threshold=0.5", noises=(0.0, 1.0))
    }
    overlay, fitting = "overlay", "fitting:threshold=0.5"
    assert found[overlay, "zones", 0] == found[overlay, "townships", 0] == 1
    assert found[fitting, "townships", 0] == 1
    # Where zones cross townships, fitting errs without any noise.
    assert found[fitting, "zones", 0] < 0.7
    # Where they do not, it makes up for errors of the map.
    assert found[fitting, "townships", 1] > found[overlay, "townships", 1] + 0.1
    assert found[overlay, "zones", 1] > found[fitting, "zones", 1] + 0.1


def test_overlay_is_cleaned_as_a_case_is():
    planted = zoned(False)
    mapped = planted.mapped(2.0, 1)
    found = categories_found(planted, "overlay", {}, 2.0, 1)
    graph = planted.cells.graph
    assert pieces(graph, found) < pieces(graph, mapped)


def test_what_a_method_lacks_is_said():
    rows = rows_of("fitting:threshold.mountain=0.4", "overlay", noises=(1.0,), counties=2)
    assert [(row.truth, row.counties) for row in rows] == [
        ("townships", 0),
        ("zones", 0),
        ("townships", 2),
        ("zones", 2),
    ]
    assert "terrain raster" in str(rows[0].why) and math.isnan(rows[0].ari) and math.isnan(rows[0].k)
    assert not rows[2].why


def test_a_method_of_ones_own_is_held_against_planted_categories():

    @method("all_general")
    def all_general(situation, *, seed=1):  # noqa: ARG001
        none = np.full(len(situation.area), -1)
        return Labels(np.full(len(situation.area), 3), np.full(len(situation.area), 2), none)

    for row in rows_of("all_general", noises=(0.5,), counties=1):
        assert (row.ari, row.k) == (0, 1)
        assert math.isnan(row.displacement) and not row.why


def test_a_row_is_the_mean_of_its_counties():
    entries = read_entries(["skater:k=8"])
    single = list(find_again([("skater:k=8", "skater", {"k": 8})], noises=(0.5, 1.0), seeds=3))
    assert [(one.noise, one.seed) for one in single] == [(noise, seed) for seed in (1, 2, 3) for noise in (0.5, 1.0)]
    for row in truth_table(entries, noises=(0.5, 1.0), counties=3):
        mine = [one for one in single if one.noise == row.noise]
        assert row.ari == pytest.approx(np.mean([one.ari for one in mine]))
        assert row.ari_spread == pytest.approx(np.std([one.ari for one in mine], ddof=1))
        assert row.displacement == pytest.approx(np.mean([one.displacement for one in mine]))
    (alone,) = truth_table(entries, noises=(0.5,), counties=1)
    assert math.isnan(alone.ari_spread)


def test_the_table_repeats_and_what_k_was_asked_for_does_not_matter():
    one, two = (rows_of(text, noises=(1.0,), counties=1)[0] for text in ("skater:k=3", "skater:k=20,scope=category"))
    assert (one.ari, one.displacement) == (two.ari, two.displacement)


def test_what_is_kept_has_its_messages_again(tmp_path):
    why = Message("{what} (wanted: {wanted})", what=Message("k = {k}", k=99), wanted=Message("no k"))
    rows = tuple(Recovery("ward:k=99", 0.5, 1, np.nan, np.nan, 0, why=one) for one in (why, NOTHING))
    place = tmp_path / "rows.json"
    kept(place, Recovery, lambda: rows)
    again = kept(place, Recovery, lambda: ())
    assert [one.why for one in again] == [why, NOTHING]
    assert str(again[0].why) == "k = 99 (wanted: no k)" and not again[1].why and math.isnan(again[0].ari)


def test_order_progress_and_defaults():
    told = []
    rows = truth_table(
        read_entries(["overlay", "skater:k=3"]), counties=1, progress=lambda done, text: told.append((done, text))
    )
    assert [(row.method, row.truth, row.noise) for row in rows] == [
        *(("overlay", truth, noise) for truth in TRUTHS[1:] for noise in NOISES),
        *(("skater:k=3", "values", noise) for noise in NOISES),
    ]
    done = [fraction for fraction, _ in told]
    assert done == sorted(done) and done[0] >= 0 and done[-1] <= 1
    assert any("skater:k=3" in str(text) for _, text in told)


def test_it_can_be_cancelled():
    def stop(_done, _text):
        raise Cancelled

    with pytest.raises(Cancelled):
        rows_of("overlay", progress=stop)


@pytest.mark.parametrize("more", [{"counties": 0}, {"noises": (-1.0,)}, {"noises": (math.nan,)}])
def test_a_request_that_makes_no_sense_is_refused(more):
    with pytest.raises(BadInput, match="counties"):
        truth_table([BenchEntry("overlay", "overlay", {})], **more)


def test_regions_can_be_planted_one_a_cell():
    cells = lay_cells(3, np.random.default_rng(1))
    assert sorted(plant_regions(cells, 9, np.random.default_rng(1))) == list(range(9))

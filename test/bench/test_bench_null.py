"""The null model: what random divisions keep of the one they are like, how near their sizes come, and what p means."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from bench_samples import KM2, grid, units
from control_units.delineation.basis.build import lay_basis
from control_units.delineation.bench.experiments.growth_areas import GrowthGround
from control_units.delineation.bench.experiments.null_model import random_divisions, size_gap, stand
from control_units.delineation.bench.experiments.random_units import grow, level
from control_units.delineation.bench.measures.metrics import metrics_of
from control_units.delineation.bench.runs.entries import read_entries
from control_units.delineation.bench.scene.division import Division, divide, division_of
from control_units.delineation.bench.scene.scene import scene_of
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.errors import Cancelled
from control_units.delineation.core.sums import sum_by
from control_units.delineation.labelling.label import label
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

DEMO = Path(__file__).resolve().parents[2] / "resources" / "demo" / "case.toml"


def lattice(side: int, **more) -> GrowthGround:
    """Squares of 1 km², or of given areas, in one field unless given."""
    cell = np.arange(side * side).reshape(side, side)
    left = np.concatenate([cell[:, :-1].ravel(), cell[:-1].ravel()])
    right = np.concatenate([cell[:, 1:].ravel(), cell[1:].ravel()])
    field = more.get("field", np.zeros(side * side, dtype=np.int64))
    same = field[left] == field[right]
    return GrowthGround(more.get("area", np.full(side * side, KM2)), field, left[same], right[same])


def middles(scene, columns: int = 12) -> np.ndarray:
    """Middle of each square of `grid(rows, 12)`."""
    number = np.arange(len(scene))
    return 1000.0 * np.column_stack([number % columns + 0.5, number // columns + 0.5])


def pieces(ground: GrowthGround, unit: np.ndarray) -> int:
    """How many pieces the units have."""
    same = unit[ground.left] == unit[ground.right]
    ends = (ground.left[same], ground.right[same])
    return connected_components(coo_array((np.ones(len(ends[0])), ends), shape=(len(unit),) * 2), directed=False)[0]


def split(ground: GrowthGround, *shares: float, category: tuple[int, ...] = ()) -> Division:
    """A division of a ground's faces by the order of their numbers, in these shares of the faces."""
    edges = np.round(np.cumsum(shares) / sum(shares) * len(ground.area))
    unit = np.searchsorted(edges, np.arange(len(ground.area)), side="right").clip(max=len(shares) - 1)
    kinds = np.array(category or (3,) * len(shares), dtype=np.int64)
    return Division("given", kinds[unit], unit.astype(np.int64))


@cache
def shore():
    """12 × 12 squares: two counties, the southern one with sea in the east and an island of its own in it."""
    row, column = np.divmod(np.arange(144), 12)
    sea = (row < 6) & (column >= 7) & ~((row >= 2) & (row <= 3) & (column >= 9) & (column <= 10))
    scene = grid(12, 12, sea=sea, county=np.where(sea, 2, (row >= 6).astype(np.int64)))
    unit = np.select([sea & (row >= 3), sea, row >= 9, row >= 6, column < 3, column < 7], [0, 1, 2, 3, 4, 5], 6)
    category = np.array([1, 3, 2, 3, 3, 2, 1])[unit]
    return scene, divide("given", category, unit.astype(np.int64))


# What random divisions keep


@pytest.mark.parametrize("seed", range(4))
def test_units_are_pieces_of_one_ground_each_and_as_many(seed):
    scene, division = shore()
    ground = GrowthGround.of(scene, middles(scene))
    for drawn in random_divisions(ground, division, 5, seed=seed):
        assert sorted(set(drawn.unit.tolist())) == list(range(7))
        assert pieces(ground, drawn.unit) == 7
        for mask in (scene.sea, ~scene.sea & (scene.county == 0), ~scene.sea & (scene.county == 1)):
            assert set(drawn.unit[mask]) == set(division.unit[mask])


def test_units_keep_their_sizes_and_with_them_their_categories():
    ground = lattice(24)
    division = split(ground, 1, 2, 4, 8, 16, 32, 64, category=(1, 2, 3, 1, 2, 3, 1))
    size = sum_by(division.unit, ground.area, 7)
    gaps = []
    for drawn in random_divisions(ground, division, 40, seed=3):
        assert drawn.unit_category.tolist() == [1, 2, 3, 1, 2, 3, 1]
        assert (drawn.category == drawn.unit_category[drawn.unit]).all()
        gaps.append(size_gap(ground, size, drawn.unit))
    assert np.mean(gaps) <= 0.01
    assert max(gaps) <= 0.05


def test_size_gap_by_hand():
    ground = lattice(2)
    wanted = np.array([KM2, 3 * KM2])
    assert size_gap(ground, wanted, np.array([0, 1, 1, 1])) == 0
    assert size_gap(ground, wanted, np.array([0, 0, 1, 1])) == pytest.approx(0.25)
    assert size_gap(ground, wanted, np.array([0, 0, 0, 1])) == pytest.approx(0.5)


def test_levelling_comes_nearer_to_the_sizes_and_tears_nothing():
    area = np.random.default_rng(5).lognormal(0, 1.5, 900) * KM2
    ground = lattice(30, area=area)
    size = area.sum() * np.array([0.01, 0.02, 0.05, 0.1, 0.12, 0.3, 0.4])
    home = np.zeros(7, dtype=np.int64)
    random = np.random.default_rng(1)
    for _ in range(10):
        grown = grow(ground, size, home, random)
        before = grown.copy()
        levelled = level(ground, size, home, grown, random)
        assert (grown == before).all()
        assert pieces(ground, grown) == pieces(ground, levelled) == 7
        assert len(np.unique(levelled)) == 7
        assert size_gap(ground, size, levelled) <= min(size_gap(ground, size, grown), 0.05)


def test_a_small_unit_begins_where_faces_are_small():
    """A face of 1 km² is no unit of a thousandth of that, even if nine faces of ten are so large."""
    area = np.where(np.random.default_rng(4).random(400) < 0.1, 0.001, 1.0) * KM2
    ground = lattice(20, area=area)
    size = np.array([0.001, 0.001, 0.002, 20, 60, area.sum() / KM2 - 80.004]) * KM2
    home, rng = np.zeros(6, dtype=np.int64), np.random.default_rng(1)
    for _ in range(10):
        drawn = level(ground, size, home, grow(ground, size, home, rng), rng)
        found = sum_by(drawn, area, 6)
        assert (found[:3] <= 0.002 * KM2 * 1.001).all()
        assert size_gap(ground, size, drawn) <= 0.02


def test_what_is_too_large_for_all_is_taken_in_the_end():
    ground = lattice(3, area=np.array([1, 1, 1, 1, 50, 1, 1, 1, 1]) * KM2)
    size, home, rng = np.array([3.0, 3.0]) * KM2, np.zeros(2, dtype=np.int64), np.random.default_rng(1)
    for _ in range(5):
        grown = grow(ground, size, home, rng)
        assert set(grown) == {0, 1} and pieces(ground, grown) == 2


def test_every_face_a_unit_and_all_one_unit():
    ground = lattice(5)
    for division in (split(ground, *[1] * 25), split(ground, 1)):
        for drawn in random_divisions(ground, division, 3, seed=1):
            assert np.bincount(drawn.unit).tolist() == np.bincount(division.unit).tolist()


def test_faces_without_area_are_no_trouble():
    area = np.where(np.arange(64) % 3 == 0, 0.0, KM2)
    ground = lattice(8, area=area)
    division = split(ground, *[1] * 64)
    assert sorted(next(random_divisions(ground, division, 1, seed=1)).unit) == list(range(64))


def test_a_seed_repeats_and_another_does_not():
    scene, division = shore()
    ground = GrowthGround.of(scene, middles(scene))
    one, two, other = (list(random_divisions(ground, division, 3, seed=seed)) for seed in (1, 1, 2))
    assert all((a.unit == b.unit).all() for a, b in zip(one, two, strict=True))
    assert not any((a.unit == b.unit).all() for a, b in zip(one, other, strict=True))
    assert not (one[0].unit == one[1].unit).all()
    # The first of many are the few.
    many = random_divisions(ground, division, 8, seed=1)
    assert (next(many).unit == one[0].unit).all()


def test_drawing_tells_how_far_it_is_and_stops():
    ground, told = lattice(5), []
    list(random_divisions(ground, split(ground, 1, 1), 4, seed=1, progress=lambda done, _: told.append(done)))
    assert told == [0, 0.25, 0.5, 0.75]

    def stop(done, _):
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        list(random_divisions(ground, split(ground, 1, 1), 4, seed=1, progress=stop))


# The ground


def test_an_island_is_joined_to_the_nearest_shore():
    scene, _ = shore()
    ground = GrowthGround.of(scene, middles(scene))
    assert (
        connected_components(
            coo_array((np.ones(len(ground.left)), (ground.left, ground.right)), shape=(144, 144)), directed=False
        )[0]
        == len(np.unique(ground.field))
        == 3
    )
    inner = scene.borders
    same = ground.field[inner.left] == ground.field[inner.right]
    bridges = sorted(zip(ground.left[same.sum() :].tolist(), ground.right[same.sum() :].tolist(), strict=True))
    # From the island's western column to the mainland's eastern one, in one of its two rows.
    assert bridges in ([(2 * 12 + 9, 2 * 12 + 6)], [(3 * 12 + 9, 3 * 12 + 6)])


def test_no_bridge_leads_out_of_a_field():
    scene, _ = shore()
    ground = GrowthGround.of(scene, middles(scene))
    assert (ground.field[ground.left] == ground.field[ground.right]).all()


@pytest.mark.parametrize("side", [3, 11])
def test_two_large_parts_and_small_ones_are_one_piece(side):
    """Parts small and large enough for either way of looking for the nearest face."""
    part = grid(side, side).borders
    offset, parts = side * side, 4
    point = np.concatenate([np.add(middles(range(offset), side), (0, 1e5 * number)) for number in range(parts)])
    left = np.concatenate([part.left + offset * number for number in range(parts)])
    right = np.concatenate([part.right + offset * number for number in range(parts)])
    whole = {name: np.zeros(offset * parts, dtype=np.int64) for name in ("county", "sea")}
    borders = type(part)(left, right, np.ones(len(left)))
    islands = type("Islands", (), {**whole, "borders": borders, "area": np.ones(offset * parts)})
    ground = GrowthGround.of(islands, point)
    assert pieces(ground, np.zeros(offset * parts, dtype=np.int64)) == 1
    bridges = {frozenset((int(a) // offset, int(b) // offset)) for a, b in zip(ground.left, ground.right, strict=True)}
    assert {tuple(sorted(pair)) for pair in bridges if len(pair) == 2} == {(0, 1), (1, 2), (2, 3)}


# Percentile and p

# Four squares in a row; each border is 1 km.
STRIP = grid(1, 4)
LONG, MIDDLE, SHORT = units(0, 1, 2, 3), units(0, 0, 1, 2), units(0, 0, 1, 1)


def standing(division, others, name="boundary_length"):
    return stand(STRIP, division, others, [name])[0]


@pytest.mark.parametrize(
    ("division", "percentile", "p"),
    [(SHORT, 1 / 8, 2 / 5), (MIDDLE, 1 / 2, 4 / 5), (LONG, 7 / 8, 1.0)],
)
def test_percentile_and_p_where_low_is_better(division, percentile, p):
    # 1, 2, 2, 3 km. The division itself counts in p, a tie half in the percentile.
    found = standing(division, [SHORT, MIDDLE, MIDDLE, LONG])
    assert (found.percentile, found.p, found.count) == (pytest.approx(percentile), pytest.approx(p), 4)
    assert (found.mean, found.spread) == (pytest.approx(2000), pytest.approx(math.sqrt(0.5) * 1000))


def test_p_where_high_is_better():
    # A square is more compact than a strip of two: the more squares, the better.
    found = standing(LONG, [SHORT, MIDDLE, MIDDLE, LONG], "polsby_popper")
    assert (found.percentile, found.p) == (pytest.approx(7 / 8), pytest.approx(2 / 5))
    found = standing(SHORT, [SHORT, MIDDLE, MIDDLE, LONG], "polsby_popper")
    assert (found.percentile, found.p) == (pytest.approx(1 / 8), pytest.approx(1.0))


def test_p_is_two_sided_where_neither_end_is_better():
    # 2, 3, 3, 4 units.
    assert standing(SHORT, [SHORT, MIDDLE, MIDDLE, LONG], "units").p == pytest.approx(4 / 5)
    assert standing(LONG, [SHORT, MIDDLE, MIDDLE, LONG], "units").p == pytest.approx(4 / 5)
    assert standing(MIDDLE, [SHORT, MIDDLE, MIDDLE, LONG], "units").p == 1


def test_what_cannot_be_told_has_no_standing():
    found = standing(LONG, [SHORT, LONG], "red_line_capture")
    assert math.isnan(found.value) and math.isnan(found.p) and math.isnan(found.percentile)
    assert found.count == 0
    assert math.isnan(standing(LONG, []).p)


def test_random_ones_without_a_value_do_not_count():
    scene = grid(1, 4, values=[0, 0.1, 1, 1.2])
    # Of one unit there is no between, and of as many as faces no within.
    found = stand(scene, SHORT, [units(0, 0, 0, 0), units(0, 0, 0, 1), LONG], ["calinski_harabasz"])[0]
    assert (found.count, found.p) == (1, 1 / 2)


def test_infinite_values_are_more_than_any_other():
    scene = grid(1, 5, values=[0, 0, 1, 1, 1.5])
    even, odd, pure = units(0, 0, 1, 1, 1), units(0, 0, 0, 1, 1), units(0, 0, 1, 1, 2)
    # Nothing varies within the units of the one: it is better than this, and counts.
    found = stand(scene, even, [pure, odd], ["calinski_harabasz"])[0]
    assert (found.count, found.percentile, found.p) == (2, 1 / 2, 2 / 3)
    assert math.isnan(found.mean) and math.isnan(found.spread)
    # It stands above all others, beside its like.
    found = stand(scene, pure, [even, odd, pure], ["calinski_harabasz"])[0]
    assert (found.value, found.count, found.p) == (math.inf, 3, 2 / 4)
    assert found.percentile == pytest.approx((2 + 1 / 2) / 3)


def test_what_no_division_changes_is_not_rare():
    scene, division = shore()
    ground = GrowthGround.of(scene, middles(scene))
    found = {one.metric: one for one in stand(scene, division, random_divisions(ground, division, 19, seed=1))}
    assert set(found) == set(metrics_of(scene))
    for name in ("units", "mean_unit_area", "units_priority", "sea_units_key", "outline_length", "dominance"):
        assert (found[name].p, found[name].percentile) == (1, 0.5), name


# What p means


@pytest.mark.parametrize("spread", [0.0, 1.5])
def test_a_division_out_of_the_null_model_itself_is_as_likely_high_as_low(spread):
    """p of a draw is uniform on 1/20 … 1, whatever the metric: mean 0.525, standard deviation 0.288."""
    random = np.random.default_rng(8)
    zone = {"zone": random.integers(0, 3, 120), "zones": ((1, "a"), (2, "b"), (3, "general"))}
    zone["township"] = np.arange(120) % 12 // 2
    scene = grid(10, 12, random.normal(size=(120, 2)), **zone)
    # Faces as large as one another, or not at all: what is measured need not be a map.
    scene = replace(scene, area=scene.area * random.lognormal(0, spread, 120))
    ground = GrowthGround.of(scene, middles(scene))
    given = split(ground, 5, 10, 15, 30, 60)
    # High is better, or low: one-sided p. The last is a count, whose better end nobody knows: two-sided, with ties.
    names = [
        "boundary_length",
        "polsby_popper",
        "variance_ratio",
        "dominance",
        "boundary_silhouette",
        "entropy",
        "townships_per_unit",
    ]
    draws, found = 60, []
    for number, drawn in enumerate(random_divisions(ground, given, draws, seed=11)):
        others = random_divisions(ground, drawn, 19, seed=1000 + number)
        found.append([one.p for one in stand(scene, drawn, others, names)])
    p = np.array(found)
    assert np.abs(p[:, :-1].mean(axis=0) - 0.525).max() <= 3 * 0.288 / math.sqrt(draws)
    # Kolmogorov–Smirnov at 1 %: 1.63/√n.
    share = np.array([(p <= limit / 20 + 1e-9).mean(axis=0) - limit / 20 for limit in range(1, 21)])
    assert np.abs(share[:, :-1]).max() <= 1.63 / math.sqrt(draws)
    # Ties make p larger, never smaller: it is right, and careful.
    assert share[:, -1].max() <= 1.63 / math.sqrt(draws)
    assert p[:, -1].mean() >= 0.525


def test_a_division_that_follows_the_values_is_rare():
    row, column = np.divmod(np.arange(120), 12)
    block = (row >= 5) * 2 + (column >= 6)
    scene = grid(10, 12, block + np.random.default_rng(2).normal(0, 0.2, 120))
    ground = GrowthGround.of(scene, middles(scene))
    division = divide("planted", np.full(120, 3), block)
    found = stand(scene, division, random_divisions(ground, division, 39, seed=1), ["variance_ratio", "polsby_popper"])
    assert [one.p for one in found] == [1 / 40, 1 / 40]
    assert [one.percentile for one in found] == [1, 1]


# The demo


@pytest.mark.uses("rasterio", "exactextract")
def test_the_sizes_of_the_demo_are_met():
    case = read_case(DEMO)
    basis = lay_basis(case)
    first = label(case, basis)
    scene = scene_of(case, basis, first)
    ground = GrowthGround.of(scene, basis.partition.point)
    ward = label(read_entries(["ward:k=90,variables=x+y,scope=whole"])[0].case(case, 1), basis)
    for name, labelling in (("overlay", first), ("ward", ward)):
        division = division_of(name, labelling)
        size = sum_by(division.unit, scene.area, division.count)
        drawn = list(random_divisions(ground, division, 10, seed=1))
        assert np.mean([size_gap(ground, size, one.unit) for one in drawn]) <= 0.05
        assert {pieces(ground, one.unit) for one in drawn} == {division.count}

"""Uncertainty: sources displaced, rasters altered, and what is left of categories, by hand and on the demo."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
import shapely
from bench_runs import finished, method
from control_units.delineation.basis.build import lay_basis
from control_units.delineation.bench.experiments import uncertainty as module
from control_units.delineation.bench.experiments.positional_errors import (
    STAY,
    Disturbance,
    altering,
    coarse,
    densified,
    displaced,
    moved,
)
from control_units.delineation.bench.experiments.uncertainty import confidence, probe_points, uncertainty
from control_units.delineation.bench.runs.entries import read_entries
from control_units.delineation.bench.runs.labels import label_entry
from control_units.delineation.bench.runs.store import Store
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.errors import BadInput, Cancelled
from control_units.delineation.methods import registry
from control_units.delineation.methods.situation import Labels
from control_units.delineation.sources.rasters.raster import open_raster
from hand import CASE, LAYERS, SOUTH, WEST, box, hand
from raster_files import BOTH, NORTH_UP, write
from scipy.stats import norm

pytestmark = pytest.mark.uses("rasterio", "exactextract")

DEMO = Path(__file__).resolve().parents[2] / "resources" / "demo" / "case.toml"
NOTHING = Disturbance(0.0, factors=(1,), cells=0)
LINES_ONLY = {"factors": (1,), "cells": 0}
_FOLDER = TemporaryDirectory(prefix="bench_uncertainty.")
N = np.nan


def laid(case_path: Path):
    case = read_case(case_path)
    return case, lay_basis(case)


def labelled_by(case, basis, *texts: str):
    with TemporaryDirectory() as folder:
        store = Store(Path(folder), "")
        return [label_entry(entry, case, basis, [case.seed], store) for entry in read_entries(texts)]


def towns(edges: list[float]) -> tuple[list, dict]:
    """Townships from west to east between these edges: lines that stay, and so faces whose chances can be told."""
    boxes = [box(one, 0, two - one, 10_000) for one, two in pairwise(edges)]
    names = [f"999901{number:03}" for number in range(1, len(boxes) + 1)]
    return boxes, {"code": names, "name": names}


STRIPS = [0, *(x for x in range(4_600, 5_401, 80) if x != 5_000), 10_000]  # the red line's own would stay with it
CORNER = ([box(9_000, 60, 10, 10)], LAYERS["water"][1])  # a zone that is in nobody's way
PLAIN = CASE.replace("sliver_area = 10_000", "sliver_area = 0")


@cache
def strip():
    """A red line over the western half, and beyond the county where it has other edges; narrow townships round it."""
    folder = Path(_FOLDER.name) / "strip"
    west = ([box(-5_000, -5_000, 10_000, 20_000)], {"id": ["R1"]})
    return laid(hand(folder, PLAIN, township=towns(STRIPS), red_line=west, water=CORNER))


@cache
def strip_sampled():
    case, basis = strip()
    disturbance = Disturbance(100.0, 500.0, **LINES_ONLY)
    return uncertainty(labelled_by(case, basis, "overlay"), case, basis, disturbance, samples=30, seed=7)[0]


# Rasters


@pytest.fixture(params=BOTH)
def raster(request, tmp_path):
    def make(values):
        return open_raster(write(tmp_path / "a.tif", np.asarray(values, dtype=np.float32)[None]), backend=request.param)

    return make


def test_blocks_have_the_mean_of_what_is_known(raster):
    got = coarse(raster([[1, 3, 5, N], [5, 7, N, N], [2, 4, 9, 9]]), 2, majority=False)
    # Of four cells two are enough; the last row is cut off by the raster's edge and has two of four.
    assert got.shape == (2, 2)
    assert np.array_equal(got.read(), [[4, N], [3, 9]], equal_nan=True)
    dx, _, west, _, dy, north = NORTH_UP
    assert got.transform == (2 * dx, 0, west, 0, 2 * dy, north)
    assert got.bounds == (west, north - 40, west + 40, north)


def test_blocks_have_the_most_frequent_value_the_greatest_of_equal_ones(raster):
    got = coarse(raster([[1, 1, 2, 2], [1, 9, 3, 3], [N, 4, N, N], [4, 5, N, 7]]), 2, majority=True)
    assert np.array_equal(got.read(), [[1, 3], [4, N]], equal_nan=True)


@pytest.mark.parametrize("majority", [True, False])
def test_a_window_of_blocks_is_a_part_of_all(raster, majority):
    values = np.random.default_rng(1).integers(0, 4, (21, 26))
    got = coarse(raster(values), 4, majority=majority)
    whole = got.read()
    assert whole.shape == got.shape == (6, 7)
    assert np.array_equal(got.read((1, 4, 2, 5)), whole[1:4, 2:5])
    beyond = got.read((-1, 7, -2, 8))
    assert np.array_equal(beyond[1:7, 2:9], whole, equal_nan=True)
    assert np.isnan(beyond[0]).all() and np.isnan(beyond[:, :2]).all()


def test_modes_against_counting():
    values = np.random.default_rng(2).integers(0, 5, (40, 40)).astype(float)
    values[np.random.default_rng(3).random((40, 40)) < 0.2] = N

    class Held:
        path, band, crs, transform, shape, nodata = "a", 1, "EPSG:4549", NORTH_UP, (40, 40), None
        dtype, bounds, backend, south_up, infinite = "float64", (0, 0, 400, 400), "gdal", False, set()

        @staticmethod
        def read(_window):
            return values

    got = coarse(Held, 4, majority=True).read()
    for row in range(10):
        for column in range(10):
            block = values[4 * row : 4 * row + 4, 4 * column : 4 * column + 4]
            found, count = np.unique(block[np.isfinite(block)], return_counts=True)
            wanted = found[count == count.max()].max() if count.sum() >= 8 else N
            assert got[row, column] == wanted or math.isnan(wanted)


def test_a_factor_of_one_changes_nothing_and_a_move_no_value(raster):
    one = raster([[1, 2], [3, 4]])
    assert coarse(one, 1, majority=True) is one
    assert moved(one, 0, 0) == one
    aside = moved(one, 2, -1)
    assert aside.transform == (10, 0, 500_020, 0, -10, 4_000_010)
    assert aside.bounds == (500_020, 3_999_990, 500_040, 4_000_010)
    assert np.array_equal(aside.read(), one.read())


def test_what_is_drawn_for_a_raster_is_what_was_said():
    case, _ = laid_raster()
    drawn = []
    one = open_raster(case.file("score.tif"))
    for number in range(300):
        alter = altering(case, Disturbance(0.0, factors=(1, 2, 4), cells=1), (5, number))
        got = alter("score", one)
        assert alter("score", one) == got
        factor = round(got.transform[0] / 100)
        drawn.append(
            (
                factor,
                round((got.transform[2] - one.transform[2]) / 100),
                round((got.transform[5] - one.transform[5]) / -100),
            )
        )
    table = np.array(drawn)
    for column, values in enumerate(((1, 2, 4), (-1, 0, 1), (-1, 0, 1))):
        share = [(table[:, column] == value).mean() for value in values]
        assert sum(share) == pytest.approx(1)
        assert share == pytest.approx([1 / 3] * 3, abs=3 * math.sqrt(2 / 9 / 300))


@cache
def laid_raster():
    """A grade over the western half that cuts the partition and is priority; cells of 100 m."""
    folder = Path(_FOLDER.name) / "raster"
    text = PLAIN.replace('profile = "national"', 'profile = "national"\nextra = "extra.csv"')
    text += '\n[[raster]]\nname = "score"\npath = "score.tif"\nkind = "grade"\nzones = { "5" = "eco_important" }\n'
    layers = {"red_line": ([box(0, 0, 10, 10)], {"id": ["R"]}), "water": CORNER}
    path = hand(folder, text, township=towns([0, 4_900, 5_000, 5_100, 10_000]), **layers)
    rule = "id,precedence,role,zone,effect\nX1,55,score,eco_important,1\n"
    (folder / "extra.csv").write_text(rule, encoding="utf-8")
    # 2 km beyond the county on every side.
    values = np.where(np.arange(140) < 70, 5, 1) * np.ones((140, 1))
    grid = (100.0, 0.0, WEST - 2_000, 0.0, -100.0, SOUTH + 12_000)
    write(folder / "score.tif", values.astype(np.uint8)[None], transform=grid, crs="EPSG:4547")
    return laid(path)


def test_a_raster_laid_a_cell_aside_moves_the_line_that_it_cuts():
    case, basis = laid_raster()
    disturbance = Disturbance(0.0, factors=(1,), cells=1)
    (found,) = uncertainty(labelled_by(case, basis, "overlay"), case, basis, disturbance, samples=30, seed=3)
    probability = found.probability[:, 0]
    town = basis.ground.township
    small = shapely.area(basis.partition.faces) < 1e4
    for number, wanted in enumerate((1, 2 / 3, 1 / 3, 0)):
        mine = probability[(town == number) & ~small & (basis.partition.point[:, 1] < SOUTH + 9_000)]
        assert mine == pytest.approx(wanted, abs=3 * math.sqrt(2 / 9 / 30) if 0 < wanted < 1 else 1e-9)
    # A cell aside is a square kilometre more or less.
    priority = found.areas[0]
    assert priority.high - priority.low == pytest.approx(2e6, rel=1e-6)
    assert priority.spread == pytest.approx(math.sqrt(2 / 3) * 1e6, rel=0.25)


def test_coarser_cells_reach_the_evidence():
    case, basis = laid_raster()
    alter = altering(case, Disturbance(0.0, factors=(4,), cells=0), (1, 1))
    again = lay_basis(case, sources=basis.sources, altered=alter)
    # Columns 68 … 71 are half of one grade, half of the other: the greater counts, and the line lies 200 m further on.
    cut = again.features.geometry[again.features.role == "score"]
    assert shapely.bounds(cut)[:, 2].max() == pytest.approx(WEST + 5_200)


# Lines


def tiles(count: int, seed: int) -> np.ndarray:
    """Polygons that tile a square, some of several parts or with holes."""
    points = np.random.default_rng(seed).uniform(0, 10_000, (count, 2))
    square = shapely.box(0, 0, 10_000, 10_000)
    found = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=square))
    found = list(shapely.intersection(found, square))
    hole = shapely.box(4_000, 4_000, 4_100, 4_050)
    holed = [shapely.difference(one, hole) for one in found]
    return np.array([*holed[2:], shapely.union_all(holed[:2]), hole], dtype=object)


def test_vertices_are_set_alike_from_both_sides():
    shapes = tiles(40, 1)
    for step in (130.0, 1_000.0):
        dense = densified(shapes, step)
        assert shapely.area(dense) == pytest.approx(shapely.area(shapes), rel=1e-9)
        assert shapely.coverage_is_valid(dense)
        rings = shapely.get_rings(shapely.get_parts(dense))
        place, ring = shapely.get_coordinates(rings, return_index=True)
        edge = np.hypot(*np.diff(place, axis=0).T)[ring[1:] == ring[:-1]]
        assert edge.max() <= step * (1 + 1e-9)
    # Every edge within is there twice, once each way, to the last bit.
    one, two = place[:-1][ring[1:] == ring[:-1]], place[1:][ring[1:] == ring[:-1]]
    there = {(*a, *b) for a, b in zip(one.tolist(), two.tolist(), strict=True)}
    inner = ~(
        (one == two) | np.isclose(one, 0) | np.isclose(one, 10_000) | np.isclose(two, 0) | np.isclose(two, 10_000)
    ).any(axis=1)
    assert inner.sum() > 50
    assert all((*b, *a) in there for a, b in zip(one[inner].tolist(), two[inner].tolist(), strict=True))


def test_a_long_step_sets_no_vertex():
    shapes = tiles(10, 2)
    dense = densified(shapes, 1e9)
    assert shapely.get_num_coordinates(dense).tolist() == shapely.get_num_coordinates(shapes).tolist()
    assert shapely.equals(dense, shapes).all()


def test_an_empty_polygon_stays_one():
    shapes = np.array([shapely.Polygon(), shapely.box(0, 0, 3, 1), shapely.Polygon()], dtype=object)
    dense = densified(shapes, 1.0)
    assert shapely.is_empty(dense).tolist() == [True, False, True]
    assert shapely.get_num_coordinates(dense[1]) == 9
    assert shapely.is_empty(densified(shapes[:1], 1.0)).tolist() == [True]


def test_shared_lines_of_one_source_move_together_and_sources_apart():
    text = CASE.replace("[rules]", '[[source]]\nrole = "farmland"\npath = "hand.gpkg"\nlayer = "farmland"\n\n[rules]')
    shapes = [shapely.transform(one, lambda place: np.add(place, (WEST, SOUTH))) for one in tiles(30, 3)]
    layers = {
        name: (shapes, {"id": [str(number) for number in range(len(shapes))]}) for name in ("red_line", "farmland")
    }
    case = read_case(hand(Path(_FOLDER.name) / "apart", text, **layers))
    sources = lay_basis(case).sources
    features = sources.features
    got = displaced(sources, Disturbance(30.0), (1, 0)).features
    for role in ("red_line", "farmland"):
        mine = features.of(role)
        assert shapely.coverage_is_valid(got.geometry[mine])
        assert shapely.is_valid(got.geometry[mine]).all()
        assert shapely.hausdorff_distance(got.geometry[mine], features.geometry[mine]).min() > 1
    for role in ("county", "township"):
        mine = features.of(role)
        assert (got.geometry[mine] == features.geometry[mine]).all()
    one, two = (got.geometry[features.of(role)] for role in ("red_line", "farmland"))
    assert shapely.hausdorff_distance(one, two).min() > 1
    # The sources themselves are as they were, and a seed repeats.
    assert (sources.features.geometry == features.geometry).all()
    again = displaced(sources, Disturbance(30.0), (1, 0)).features
    assert shapely.equals_identical(got.geometry, again.geometry).all()
    other = displaced(sources, Disturbance(30.0), (1, 1)).features
    assert not shapely.equals_identical(
        got.geometry[features.of("red_line")], other.geometry[features.of("red_line")]
    ).any()


def test_a_vertex_is_displaced_by_sigma():
    _, basis = strip()
    corner = np.array([WEST - 5_000, SOUTH - 5_000])
    away = []
    for number in range(150):
        got = displaced(basis.sources, Disturbance(40.0, 2_000.0), (2, number)).features
        place = shapely.get_coordinates(got.geometry[got.of("red_line")])
        away.append(place[np.argmin(np.hypot(*(place - corner).T))] - corner)
    assert np.std(away, axis=0) == pytest.approx([40, 40], rel=0.18)
    assert np.abs(np.mean(away, axis=0)).max() < 3 * 40 / math.sqrt(150)


def test_a_source_displaced_out_of_the_study_area_is_not_there():
    """Not an error, as it is where a file lies elsewhere: of a small thing at the edge that is what errors mean."""
    case, basis = strip()
    gone = 0
    for number in range(12):
        got = displaced(basis.sources, Disturbance(100.0, 500.0), (7, number))
        count = int(got.features.of("water_zone").sum())
        again = lay_basis(case, sources=got)
        assert (again.features.role == "water_zone").sum() == count
        gone += count == 0
    assert 0 < gone < 12


def test_reach_and_what_is_refused():
    assert [Disturbance(sigma).reach for sigma in (0, 10, 200)] == [1000, 1000, 2000]
    assert Disturbance(10, 77).reach == 77
    for wrong in ((-1.0,), (math.nan,), (1.0, -1.0), (1.0, 0.0, ()), (1.0, 0.0, (0,)), (1.0, 0.0, (1,), -1)):
        with pytest.raises(BadInput, match="uncertainty"):
            Disturbance(*wrong)


# Probability


def test_without_errors_everything_is_certain():
    case, basis = strip()
    labelled = labelled_by(case, basis, "overlay", "fitting:threshold=0.3")
    for found, one in zip(uncertainty(labelled, case, basis, NOTHING, samples=2, seed=1), labelled, strict=True):
        assert (found.probability[np.arange(len(basis.area)), one.division.category - 1] == 1).all()
        assert (found.entropy == 0).all() and (found.kept == 1).all()
        for area in found.areas:
            assert (area.area, area.low, area.high) == (area.mean, area.mean, area.mean)
            assert area.spread == 0
        assert found.samples == 2


def test_a_border_that_errs_is_normal_about_where_it_was():
    """P(a place x metres east of the line is still priority) = 1 − Φ(x / σ)."""
    _, basis = strip()
    found = strip_sampled()
    owner, place = probe_points(basis.partition)
    chance = 1 - norm.cdf((place[:, 0] - WEST - 5_000) / 100)
    wanted = np.bincount(owner, chance) / np.bincount(owner)
    strips = np.flatnonzero((basis.area > 3e5) & (basis.area < 9e5))
    assert len(strips) == 10 and np.bincount(owner)[strips].min() > 100
    # Along 10 km a line of correlation length L = 500 m errs 10 km / L√(2π) = 8 times by itself, in each of 30 samples.
    error = np.sqrt(wanted * (1 - wanted) / 240)
    assert (np.abs(found.probability[strips, 0] - wanted[strips]) <= 3 * error[strips] + 1e-3).all()
    assert (found.probability[strips, 1] == 0).all()
    assert found.probability.sum(axis=1) == pytest.approx(1)


def test_entropy_and_what_is_kept_follow_from_probability():
    _, basis = strip()
    found = strip_sampled()
    with np.errstate(divide="ignore", invalid="ignore"):
        wanted = -np.nansum(found.probability * np.log(found.probability), axis=1)
    assert found.entropy == pytest.approx(wanted, abs=1e-12)
    assert 0.6 < found.entropy.max() <= math.log(3)
    east = basis.partition.point[:, 0] > WEST + 5_000
    assert (found.kept == np.where(east, found.probability[:, 2], found.probability[:, 0])).mean() > 0.8


def test_the_area_spreads_as_the_integral_of_the_line():
    """Var ∫ f dy over a length H is σ²·L·√(2π)·H where H ≫ L."""
    priority, key, general = strip_sampled().areas
    wanted = 100 * math.sqrt(500 * math.sqrt(2 * math.pi) * 10_000)
    assert priority.area == pytest.approx(5e7, rel=1e-6)
    assert priority.spread == pytest.approx(wanted, rel=0.4)
    assert abs(priority.mean - priority.area) <= 3 * wanted / math.sqrt(30)
    assert priority.mean + key.mean + general.mean == pytest.approx(1e8)
    assert priority.low < priority.mean < priority.high
    assert (priority.category, priority.sea, priority.samples, priority.method) == (1, False, 30, "overlay")


def test_a_seed_repeats():
    case, basis = strip()
    labelled = labelled_by(case, basis, "overlay")
    one, two, other = (
        uncertainty(labelled, case, basis, Disturbance(100.0, 500.0, **LINES_ONLY), samples=2, seed=seed)[0]
        for seed in (7, 7, 8)
    )
    assert (one.probability == two.probability).all() and one.areas == two.areas
    assert not (one.probability == other.probability).all()


def test_confidence_by_hand():
    areas = np.zeros((5, 2, 3))
    areas[:, 0, 0], areas[:, 1, 2] = [1, 2, 3, 4, 10], 7
    own = np.array([[3.0, 0, 0], [0, 0, 7]])
    land = list(confidence("m", own, areas, sea=False))
    assert [(one.category, one.sea) for one in land] == [(1, False), (2, False), (3, False)]
    first = land[0]
    assert (first.area, first.mean, first.samples) == (3, 4, 5)
    assert first.spread == pytest.approx(math.sqrt(12.5))
    # Between the first and the second, a fifth of the way: 1.2; between the last two, four fifths.
    assert (first.low, first.high) == (pytest.approx(1.2), pytest.approx(8.8))
    both = list(confidence("m", own, areas, sea=True))
    assert [(one.category, one.sea, one.mean) for one in both][3:] == [(1, True, 0), (2, True, 0), (3, True, 7)]
    assert math.isnan(next(iter(confidence("m", own, areas[:1], sea=False))).spread)


def test_points_lie_in_their_faces_and_large_faces_have_more():
    _, basis = strip()
    owner, place = probe_points(basis.partition, 2_000)
    assert shapely.contains_xy(basis.partition.faces[owner], place[:, 0], place[:, 1]).all()
    count = np.bincount(owner)
    assert (count >= 1).all()
    large = basis.area > 1e6
    assert count[large] == pytest.approx(basis.area[large] / basis.area.sum() * 2_000, rel=0.1)


# The store, progress, refusals


def test_a_sample_is_not_made_twice(tmp_path, monkeypatch):
    case, basis = strip()
    labelled = labelled_by(case, basis, "overlay", "fitting")
    store, made = Store(tmp_path, ""), []
    real = module.lay_basis

    def counted(*given, **more):
        made.append(1)
        return real(*given, **more)

    monkeypatch.setattr(module, "lay_basis", counted)

    def ask(samples, *, seed=1, sigma=50.0, these=labelled):
        made.clear()
        disturbance = Disturbance(sigma, **LINES_ONLY)
        found = uncertainty(these, case, basis, disturbance, samples=samples, seed=seed, store=store)
        return len(made), found

    first, one = ask(2)
    again, two = ask(2)
    assert (first, again) == (2, 0)
    assert all((a.probability == b.probability).all() and a.areas == b.areas for a, b in zip(one, two, strict=True))
    assert ask(3)[0] == 1
    assert (ask(2, seed=2)[0], ask(2, sigma=60.0)[0], ask(3, these=labelled[:1])[0]) == (2, 2, 0)
    for file in sorted(tmp_path.glob("*.npz"))[:1]:
        file.write_bytes(file.read_bytes()[:60])
        total = sum(ask(2, seed=seed, sigma=sigma)[0] for seed, sigma in ((1, 50.0), (2, 50.0), (1, 60.0)))
        assert total + ask(3)[0] == 1


def test_samples_of_other_faces_are_made_anew(tmp_path):
    case, basis = strip()
    labelled, store = labelled_by(case, basis, "overlay"), Store(tmp_path, "")
    disturbance = Disturbance(50.0, **LINES_ONLY)
    (one,) = uncertainty(labelled, case, basis, disturbance, samples=1, seed=1, store=store)
    (file,) = tmp_path.glob("*.npz")
    with np.load(file) as held:
        np.savez_compressed(file, category=held["category"][:-1], area=held["area"])
    (two,) = uncertainty(labelled, case, basis, disturbance, samples=1, seed=1, store=store)
    assert (one.probability == two.probability).all()


def test_progress_goes_up_and_it_can_be_cancelled_within_a_sample():
    case, basis = strip()
    labelled, told = labelled_by(case, basis, "overlay"), []
    uncertainty(
        labelled, case, basis, NOTHING, samples=2, seed=1, progress=lambda done, text: told.append((done, text))
    )
    done = [fraction for fraction, _ in told]
    assert done == sorted(done) and done[0] == 0 and done[-1] <= 1
    assert "uncertainty: sample 2 of 2" in [str(text) for _, text in told]

    def stop(done, _text):
        if done > 0.1:
            raise Cancelled

    with pytest.raises(Cancelled):
        uncertainty(labelled, case, basis, NOTHING, samples=2, seed=1, progress=stop)


def test_a_sample_in_which_a_method_fails_is_left_out_and_told(tmp_path):
    case, basis = strip()
    with pytest.raises(BadInput, match="0 samples"):
        uncertainty([], case, basis, NOTHING, samples=0, seed=1)
    asked = []

    @registry.method("moody")
    def moody(situation, *, seed=1):  # noqa: ARG001
        asked.append(1)
        if len(asked) in (2, 3):
            raise BadInput("not today", where="moody", wanted="another day")
        return Labels(situation.category, situation.kind, np.full(len(situation.area), -1))

    one = method(finished(np.zeros(len(basis.area), dtype=np.int64)), text="moody")
    one = type(one)(read_entries(["moody"])[0], one.seeds, ())
    for _ in range(2):
        # The second time all of it is read.
        (found,) = uncertainty([one], case, basis, NOTHING, samples=3, seed=1, store=Store(tmp_path, ""))
        assert (found.samples, found.failed, str(found.why)) == (1, 2, "moody: not today; wanted: another day")
        assert np.isin(found.probability, (0, 1)).all()
        assert {row.samples for row in found.areas} == {1}
        assert len(asked) == 3
    asked[:] = [1]
    (none,) = uncertainty([one], case, basis, NOTHING, samples=2, seed=1)
    assert (none.samples, none.failed) == (0, 2)
    assert np.isnan(none.probability).all() and np.isnan(none.kept).all() and np.isnan(none.areas[0].mean)


def test_sources_that_nothing_can_be_made_of_name_the_sample(monkeypatch):
    case, basis = strip()

    def refuse(*_, **__):
        raise BadInput("nothing left", where="red_line", wanted="a source")

    monkeypatch.setattr(module, "lay_basis", refuse)
    one = method(finished(np.zeros(len(basis.area), dtype=np.int64)))
    with pytest.raises(BadInput) as refused:
        uncertainty([one], case, basis, NOTHING, samples=3, seed=1)
    assert str(refused.value.where) == "sample 1, red_line"


def test_what_is_told_can_be_written_as_rows():
    rows = [vars(area) for area in strip_sampled().areas]
    assert json.loads(json.dumps(rows)) == rows


# The demo


@pytest.mark.slow
def test_three_samples_of_the_demo():
    # One of its rasters: what overlay makes of the others is the same, and they are measured for each sample.
    case = read_case(DEMO)
    case = replace(case, rasters=case.rasters[:1])
    basis = lay_basis(case)
    labelled = labelled_by(case, basis, "overlay")
    (found,) = uncertainty(labelled, case, basis, Disturbance(100.0), samples=3, seed=1)
    sure = np.average(found.kept, weights=basis.area)
    assert 0.9 < sure < 1
    # Of 13,782 km² each category keeps its own but for a few parts in a hundred.
    for area in found.areas:
        assert area.mean == pytest.approx(area.area, rel=0.03)
        assert 0 < area.spread < 0.03 * area.area
    # Uncertain is what lies at lines that err: small faces more than large ones, but for those at lines that stay.
    stays = shapely.STRtree(shapely.boundary(basis.sources.features.geometry[basis.sources.features.of(*STAY)]))
    away = np.ones(len(basis.area), dtype=bool)
    away[stays.query(basis.partition.faces, "dwithin", 400)[0]] = False
    small = basis.area < np.median(basis.area)
    assert found.kept[small & away].mean() < found.kept[~small & away].mean()

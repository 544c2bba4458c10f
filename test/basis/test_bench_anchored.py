"""Sources drawn along a line that stays: they stay with it, so that errors make areas neither smaller nor larger."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
import shapely
from control_units.delineation.basis.build import lay_basis
from control_units.delineation.bench.experiments.fixed_lines import FADE, NEAR, StayingLines
from control_units.delineation.bench.experiments.positional_errors import Displacing, Disturbance, densified
from control_units.delineation.bench.experiments.random_fields import smooth_field
from control_units.delineation.case.reading import read_case
from hand import CASE, LAYERS, SIZE, SOUTH, WEST, box, hand

SIGMA, SAMPLES = 50.0, 200
FARMLAND = '[[source]]\nrole = "farmland"\npath = "hand.gpkg"\nlayer = "farmland"\n\n[rules]'
_FOLDER = TemporaryDirectory(prefix="bench_anchored.")


@cache
def sources():
    """A red line in the county's corner, half of its outline the county's; farmland in the middle of it."""
    layers = {
        "red_line": ([box(0, 0, 4_000, 4_000)], {"id": ["R1"]}),
        "farmland": ([box(1_500, 1_500, 2_000, 2_000)], {"id": ["F1"]}),
        "water": ([box(7_000, 4_000, 2_000, 2_000)], LAYERS["water"][1]),
    }
    case = hand(Path(_FOLDER.name) / "corner", CASE.replace("[rules]", FARMLAND), **layers)
    return lay_basis(read_case(case)).sources


@cache
def samples():
    """Of the red line, as it was displaced."""
    displacing = Displacing(sources(), Disturbance(SIGMA))
    drawn = [displacing.drawn((3, number)).features for number in range(SAMPLES)]
    return np.array([one.geometry[one.of("red_line")][0] for one in drawn])


def test_errors_leave_the_area_of_a_source_at_the_outline_as_it_is_on_average():
    area = shapely.area(shapely.intersection(samples(), box(0, 0, SIZE, SIZE)))
    error = area.std(ddof=1) / math.sqrt(SAMPLES)
    # Lost were 8 km of outline × sigma / √(2π): ten times what chance does.
    assert 8_000 * SIGMA / math.sqrt(2 * math.pi) > 8 * error
    assert area.mean() == pytest.approx(1.6e7, abs=3 * error)
    low, high = np.quantile(area, [0.05, 0.95])
    assert low < 1.6e7 < high
    # Its other half errs: Var ∫ f dy over a length H is σ²·L·√(2π)·H, of two sides, but where they begin.
    wanted = SIGMA * math.sqrt(2 * 1_000 * math.sqrt(2 * math.pi) * 4_000)
    assert area.std(ddof=1) == pytest.approx(wanted, rel=0.25)


def test_what_lies_on_the_outline_stays_and_polygons_stay_valid():
    assert shapely.is_valid(samples()).all()
    shared = shapely.linestrings([(WEST, SOUTH + 4_000), (WEST, SOUTH), (WEST + 4_000, SOUTH)])
    assert shapely.covers(shapely.boundary(samples()), shared).all()
    far = shapely.distance(samples(), shapely.points(WEST + 4_000, SOUTH + 4_000))
    assert np.median(far) > 5


def test_a_source_inside_is_displaced_in_full():
    features, disturbance = sources().features, Disturbance(SIGMA)
    got = Displacing(sources(), disturbance).drawn((3, 0)).features
    mine = features.of("farmland")
    field = smooth_field(SIGMA, 1_000.0, np.random.default_rng([3, 0, 0, int(features.source[mine][0])]))
    wanted = shapely.transform(densified(features.geometry[mine], 500.0), lambda place: place + field.at(place))
    assert shapely.equals_identical(got.geometry[got.of("farmland")], wanted).all()


def test_lines_stay_that_go_along_one_near_enough_and_none_that_crosses():
    stays = StayingLines.of(np.array([shapely.box(0, 0, 1_000, 1_000)]))

    def free(line, sigma=100.0):
        place = shapely.get_coordinates(line)
        return stays.anchors(np.array([line]), sigma).freedom(place)

    beside = shapely.segmentize(shapely.box(200, 20, 800, 500), 10)
    assert ((free(beside) == 0) == (shapely.get_coordinates(beside)[:, 1] == 20)).all()
    # Farther away it is a line of its own, and so it is where errors are smaller than what lies between.
    assert (free(shapely.segmentize(shapely.box(200, NEAR + 5, 800, 500), 10)) == 1).all()
    assert (free(beside, 15.0) == 1).all()
    # Across, with vertices on the outline and close by it.
    assert (free(shapely.segmentize(shapely.box(200, -500, 800, 500), 5)) == 1).all()
    # One end on the outline, or both with a bay between, is not along.
    assert (free(shapely.Polygon([(300, 0), (600, 500), (300, 500)])) == 1).all()
    assert (free(shapely.Polygon([(500, 0), (0, 500), (400, 500)])) == 1).all()
    assert (free(shapely.Polygon()) == 1).all()


def test_displacement_comes_back_evenly_and_edges_are_fine_enough_to_follow():
    stays = StayingLines.of(np.array([shapely.box(0, 0, 1_000, 1_000)]))
    line = np.array([shapely.box(200, 0, 800, 900)])
    anchors = stays.anchors(line, 50.0)
    away = np.array([0.0, 20, 100, 200, 300])
    freedom = anchors.freedom(np.stack([np.full(5, 500.0), away], axis=1))
    assert freedom == pytest.approx(np.minimum(away / (FADE * 50), 1))
    got = shapely.get_coordinates(densified(line, anchors.step))[:-1]
    # On what stays there are no more vertices than before; on the two sides that touch it one every half sigma.
    assert (got[:, 1] == 0).sum() == 2
    assert len(got) == 4 + 2 * (900 // 25 - 1)
    assert shapely.equals(densified(line, anchors.step)[0], line[0])

"""A sea of 450,000 invalid vertices with 15,000 holes: nothing hangs, and the areas are right.

One four times as large is laid out by ``make monster``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import shapely
from control_units.delineation.core.errors import Cancelled
from control_units.delineation.partition import build, is_coverage, unite
from control_units.delineation.verbs.overlaying import partition

sys.path.append(str(Path(__file__).parents[1] / "speed"))
from monster import monster, write


def even_odd(ring: shapely.LinearRing) -> shapely.Geometry:
    """Area inside a ring by the even-odd rule, by another way: noded lines, polygons, and a ray for each."""
    faces = shapely.get_parts(shapely.polygonize([shapely.node(ring)]))
    points = shapely.get_coordinates(shapely.point_on_surface(faces))
    xy = shapely.get_coordinates(ring)
    (ax, ay), (bx, by) = xy[:-1].T, xy[1:].T
    x, y = points[:, :1], points[:, 1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        crosses = ((ay > y) != (by > y)) & (x < (bx - ax) * (y - ay) / (by - ay) + ax)
    return shapely.union_all(faces[crosses.sum(axis=1) % 2 == 1])


def test_a_small_one_has_the_area_of_its_shell_less_its_holes():
    small = monster(holes=900, corners=29, shore=3_000)
    assert not shapely.is_valid(small)
    holes = shapely.union_all([even_odd(ring) for ring in small.interiors])
    wanted = even_odd(small.exterior).difference(holes).area
    assert build(np.array([small], dtype=object), snap=0.0).area.sum() == pytest.approx(wanted, rel=1e-9)


@pytest.fixture(scope="module")
def sea(tmp_path_factory):
    large = monster(holes=15_000, shore=15_000)
    return write(np.array([large], dtype=object), tmp_path_factory.mktemp("sea") / "sea.gpkg")


@pytest.mark.slow
def test_the_large_one_is_laid_out_and_told_once(sea):
    calls: list[str] = []
    found = partition([sea], progress=lambda _, message: calls.append(str(message)))
    (said,) = found["findings"]
    assert said.id == "S07"
    assert said.facts["before"] == pytest.approx(found["inputs"]["sea"]["area_m2"], rel=1e-9)
    assert said.facts["after"] == pytest.approx(found["inputs"]["sea"]["covered_m2"], rel=1e-9)
    assert said.geometry.geom_type == "Point"
    assert found["imbalance"] < 1e-9
    # It speaks in every phase, and more often in the long ones.
    assert len(calls) > 120
    assert calls.count("noding") > 50


def test_the_large_one_stops_when_it_is_told(sea, tmp_path):
    heard = 0

    def progress(_fraction, message):
        nonlocal heard
        heard += str(message) == "noding"
        if heard > 20:
            raise Cancelled

    with pytest.raises(Cancelled):
        partition([sea], tmp_path / "out.gpkg", progress=progress)
    assert heard == 21
    assert not list(tmp_path.iterdir())


def test_what_the_partition_says_of_a_coverage_is_what_geos_says():
    one, two = shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)
    stepped = shapely.Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (10, 5)])
    holed = shapely.Polygon(one.exterior, [shapely.box(2, 2, 4, 4).exterior])
    for shapes in (
        [one, two],
        [one, stepped],
        [one, shapely.box(5, 5, 15, 15)],
        [one, one],
        [holed, shapely.box(2, 2, 4, 4)],
        [one, shapely.box(2, 2, 4, 4)],
        [one, shapely.box(30, 30, 31, 31)],
        [one],
    ):
        array = np.array(shapes, dtype=object)
        assert is_coverage(array) == bool(shapely.coverage_is_valid(array)), shapes
        united = unite(array)
        assert shapely.is_valid(united)
        assert united.equals(shapely.union_all(array))

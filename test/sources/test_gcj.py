"""GCJ-02 and BD-09 there and back, against published values."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from control_units.delineation.core.errors import BadInput
from control_units.delineation.sources.coordinates.crs import parse_crs, to_crs
from control_units.delineation.sources.coordinates.gcj import from_bd, from_gcj, named_shift, to_bd, to_gcj
from control_units.delineation.sources.coordinates.stated_crs import place_shapes

METRE = 1 / 111_000

BEIJING = np.array([[116.404, 39.915]])
# Longitude, latitude in WGS 84 and GCJ-02 of the tests of github.com/googollee/eviltransform.
PUBLISHED = np.array(
    [
        [121.5272106, 31.1774276, 121.531541859215, 31.17530398364597],
        [113.912316, 22.543847, 113.9171764808363, 22.540796131694766],
        [116.377817, 39.911954, 116.38404722455657, 39.91334545536069],
    ]
)


def grid(count=300):
    longitude, latitude = np.meshgrid(np.linspace(73.5, 135, count), np.linspace(18, 53.5, count))
    return longitude.ravel(), latitude.ravel()


def metres(one, other):
    east = (one[0] - other[0]) / METRE * np.cos(np.radians(one[1]))
    return np.hypot(east, (one[1] - other[1]) / METRE)


def test_published_values():
    x, y = to_gcj(PUBLISHED[:, 0], PUBLISHED[:, 1])
    # They were computed with another ellipsoid's axis: 9 mm in 500 m.
    assert metres((x, y), (PUBLISHED[:, 2], PUBLISHED[:, 3])).max() < 0.2
    # README of github.com/wandergis/coordtransform.
    np.testing.assert_allclose(np.array(to_gcj(*BEIJING.T)).T, [[116.41024449916938, 39.91640428150164]], atol=1e-10)


def test_the_shift_is_what_maps_show():
    x, y = grid()
    moved = metres(to_gcj(x, y), (x, y))
    assert 300 < np.median(moved) < 700
    assert moved.max() < 1_500
    town = metres(to_gcj(*np.array([[118.1, 24.6]]).T), np.array([[118.1, 24.6]]).T)
    assert 230 < town[0] < 670


def test_the_inverse_is_exact_all_over_china():
    x, y = grid()
    assert metres(from_gcj(*to_gcj(x, y)), (x, y)).max() < 1e-4
    assert metres(to_gcj(*from_gcj(x, y)), (x, y)).max() < 1e-4


def test_the_inverse_is_better_than_one_step():
    """The usual shortcut, taking the shift at the shifted place, is metres off."""
    x, y = grid()
    shifted = to_gcj(x, y)
    again = to_gcj(*shifted)
    shortcut = 2 * shifted[0] - again[0], 2 * shifted[1] - again[1]
    assert metres(shortcut, (x, y)).max() > 1


def test_outside_china_nothing_moves():
    x, y = np.array([2.35, -74.0, 139.7]), np.array([48.85, 40.7, 35.7])
    for function in (to_gcj, from_gcj):
        np.testing.assert_array_equal(function(x, y), (x, y))
    assert [len(values) for values in from_gcj(np.zeros(0), np.zeros(0))] == [0, 0]


def test_baidu_there_and_back():
    x, y = grid(100)
    assert metres(from_bd(*to_bd(x, y)), (x, y)).max() < 1e-4
    # README of github.com/wandergis/coordtransform: GCJ-02 (116.404, 39.915) in BD-09.
    base = from_gcj(*BEIJING.T)
    np.testing.assert_allclose(np.array(to_bd(*base)).T, [[116.41036949371029, 39.92133699351021]], atol=1e-9)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("GCJ-02", ("GCJ-02", "")),
        ("gcj02", ("GCJ-02", "")),
        ("火星坐标系", ("GCJ-02", "")),
        ("GCJ02 / EPSG:4547", ("GCJ-02", "EPSG:4547")),
        ("bd09", ("BD-09", "")),
        ("百度坐标系", ("BD-09", "")),
        ("EPSG:4490", ("", "")),
        ("", ("", "")),
    ],
)
def test_names(text, wanted):
    assert named_shift(text) == wanted


def test_a_layer_is_converted_and_said():
    degrees = np.array([shapely.box(118.0, 24.4, 118.1, 24.5)], dtype=object)
    moved = shapely.transform(degrees, lambda points: np.column_stack(to_gcj(points[:, 0], points[:, 1])))
    placed = place_shapes(moved, "EPSG:4326", "火星坐标系", "towns")
    assert placed.crs == parse_crs("EPSG:4490")
    assert np.abs(shapely.get_coordinates(placed.geometry) - shapely.get_coordinates(degrees)).max() < 1e-9
    assert [finding.id for finding in placed.findings] == ["S34"]
    assert placed.shift == "GCJ-02"
    assert placed.read_area == pytest.approx(1.12e8, rel=0.01)


def test_projected_degrees_are_converted():
    degrees = np.array([shapely.box(118.0, 24.4, 118.1, 24.5)], dtype=object)
    moved = shapely.transform(degrees, lambda points: np.column_stack(to_gcj(points[:, 0], points[:, 1])))
    plane = to_crs(moved, parse_crs("EPSG:4490"), parse_crs("EPSG:4548"), "")[0]
    placed = place_shapes(plane, "EPSG:4548", "GCJ-02 / EPSG:4548", "towns")
    assert np.abs(shapely.get_coordinates(placed.geometry) - shapely.get_coordinates(degrees)).max() < 1e-9
    with pytest.raises(BadInput, match=r"no degrees within China") as caught:
        place_shapes(plane, "EPSG:4548", "GCJ-02", "towns")
    assert "GCJ-02 / EPSG:" in str(caught.value)


def test_it_is_no_crs():
    with pytest.raises(BadInput, match="is no CRS"):
        parse_crs("GCJ-02")

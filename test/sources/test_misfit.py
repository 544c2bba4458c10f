"""Shifts told by misfit: found where there is one, and no alarm where there is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from cases import city_case
from control_units.delineation.case.reading import read_case
from control_units.delineation.checks import load_texts, message
from control_units.delineation.sources import read_sources
from control_units.delineation.sources.coordinates.crs import parse_crs, to_crs
from control_units.delineation.sources.coordinates.gcj import from_bd, from_gcj, to_bd, to_gcj
from control_units.delineation.sources.coordinates.systematic_offset import OffsetSource, systematic_offsets
from control_units.delineation.sources.layer import read_layer

CITY = {"xiamen": "EPSG:4548", "urumqi": "EPSG:4538"}
DEGREES = parse_crs("EPSG:4490")


def metres(geometry, crs, target):
    return geometry if crs == target else to_crs(geometry, crs, target, "")[0]


def shifted(geometry, crs, target, move):
    """Geometry in the target CRS, shifted in degrees by a function or in metres by two numbers."""
    if callable(move):
        degrees = metres(geometry, crs, DEGREES)
        moved = shapely.transform(degrees, lambda points: np.column_stack(move(points[:, 0], points[:, 1])))
        return metres(moved, DEGREES, target)
    return shapely.transform(metres(geometry, crs, target), lambda points: points + np.array(move))


@pytest.fixture
def city(data):
    """Lines of a city's layers by role, some of them shifted."""

    def read(name, moves=None, layers=(), shift=None):
        target = parse_crs(CITY[name])
        folder = data / f"CN-{name}"
        chosen = layers or [
            ("county", f"CN-{name}.gpkg", "county"),
            ("township", f"CN-{name}.gpkg", "town_voronoi"),
            ("water_zone", f"CN-{name}.gpkg", "water_osm"),
            ("red_line", "redline_semireal.gpkg", "redline_semireal"),
        ]
        lines = []
        for role, file, layer in chosen:
            found = read_layer(folder / file, layer=layer)
            geometry, crs = found.geometry, found.crs
            move = (moves or {}).get(role, (0, 0))
            given = (shift or {}).get(role, "")
            lines.append(OffsetSource(layer, role, shifted(geometry, crs, target, move), crs, given))
        return systematic_offsets(lines, target)

    return read


@pytest.mark.parametrize("name", CITY)
def test_no_alarm_where_layers_fit(city, name):
    assert city(name) == []


@pytest.mark.parametrize("name", [*CITY, "hand", "demo"])
def test_no_alarm_on_whole_cases(request, tmp_path, name):
    if name == "demo":
        path = Path(__file__).resolve().parents[2] / "resources" / "demo" / "case.toml"
    else:
        data = request.getfixturevalue("data")
        path = data / "HAND" / "case.toml" if name == "hand" else city_case(data, name, tmp_path / "case.toml")
    found = read_sources(read_case(path))
    assert not {"S31", "S32", "S33", "S35", "S36", "S37"} & {one.id for one in found.findings}


@pytest.mark.parametrize("name", CITY)
@pytest.mark.parametrize("role", ["township", "county"])
def test_natural_misfits_are_no_shift(city, name, role):
    """Two digitisings of the same counties, a hundred metres apart in places."""
    file = f"CN-{name}.gpkg"
    layers = [("county", file, "county_osm_mapchina"), ("township", file, "town_voronoi")]
    assert city(name, layers=layers) == []
    layers = [("county", file, "county"), (role, file, "county_osm_mapchina")]
    assert city(name, layers=layers) == []


@pytest.mark.parametrize("name", CITY)
def test_gcj_towns_are_found(city, name):
    (found,) = city(name, {"township": to_gcj})
    assert found.id == "S35"
    assert (found.facts["source"], found.facts["other"]) == ("town_voronoi", "county")
    assert found.facts["line"] == 'crs = "GCJ-02"'
    assert 150 < found.facts["before"] < 670
    assert found.facts["after"] < 0.1
    assert found.facts["points"] > 1000
    assert found.facts["confidence"] > 0.95


@pytest.mark.parametrize("name", CITY)
def test_gcj_counties_are_found(city, name):
    """All other sources speak against the counties; the finding names them once."""
    found = city(name, {"county": to_gcj})
    assert [(one.id, one.facts["source"]) for one in found] == [("S35", "county")]
    assert found[0].facts["after"] < 0.1


def test_all_layers_shifted_alike_fit_each_other(city):
    moves = dict.fromkeys(("county", "township", "water_zone", "red_line"), to_gcj)
    assert city("xiamen", moves) == []


@pytest.mark.parametrize("name", CITY)
def test_a_source_that_needs_not_share_borders_is_found_by_those_it_shares(city, name):
    """The red line is cut at the counties' borders here and there, the water is not."""
    (found,) = city(name, {"red_line": to_gcj})
    assert (found.id, found.facts["source"]) == ("S35", "redline_semireal")
    # It is in metres: the offered line says which.
    assert found.facts["line"] == f'crs = "GCJ-02 / {CITY[name]}"'
    assert city(name, {"water_zone": to_gcj}) == []


def test_gcj_is_found_between_two_digitisings(city):
    """Natural differences of fifty metres do not hide it."""
    layers = [("county", "CN-urumqi.gpkg", "county"), ("township", "CN-urumqi.gpkg", "county_osm_mapchina")]
    (found,) = city("urumqi", {"township": to_gcj}, layers)
    assert found.id == "S35"
    assert 10 < found.facts["after"] < 80


def test_a_needless_conversion_is_found(city):
    (found,) = city("xiamen", {"township": from_gcj}, shift={"township": "GCJ-02"})
    assert (found.id, found.facts["problem"], found.facts["source"]) == ("S35", "needless", "town_voronoi")


@pytest.mark.parametrize("name", CITY)
@pytest.mark.parametrize("role", ["township", "county"])
def test_bd_09_is_found_and_not_taken_for_an_old_datum(city, name, role):
    found = city(name, {role: to_bd})
    assert [(one.id, one.facts["shift"]) for one in found] == [("S35", "BD-09")]
    assert found[0].facts["line"] == 'crs = "BD-09"'
    assert found[0].facts["before"] > 150
    assert found[0].facts["after"] < 0.1


@pytest.mark.parametrize(
    ("move", "declared", "problem", "true"),
    [
        (from_bd, "BD-09", "needless", ""),
        (lambda x, y: from_gcj(*to_bd(x, y)), "GCJ-02", "another", "BD-09"),
        (lambda x, y: from_bd(*to_gcj(x, y)), "BD-09", "another", "GCJ-02"),
    ],
)
def test_one_shift_taken_for_the_other_is_found(city, move, declared, problem, true):
    (found,) = city("xiamen", {"township": move}, shift={"township": declared})
    facts = found.facts
    assert (found.id, facts["problem"], facts["declared"], facts["shift"]) == ("S35", problem, declared, true)
    assert facts["source"] == "town_voronoi"


@pytest.mark.parametrize("name", CITY)
def test_a_shift_beyond_what_datums_differ_by_blames_no_datum(city, name):
    """Laid out so, no shift of web maps explains it."""
    (near,) = city(name, {"township": (0.0, 130.0)})
    (far,) = city(name, {"township": (-450.0, 300.0)})
    assert (near.id, far.id) == ("S36", "S36")
    texts = load_texts()
    for language, old in (("en", "Beijing 1954"), ("zh", "北京 54")):
        assert old in message(near, texts, language)
        assert old not in message(far, texts, language)


@pytest.mark.parametrize("name", CITY)
@pytest.mark.parametrize("move", [(60.0, -53.0), (-20.0, 30.0), (0.0, 130.0)])
def test_a_constant_shift_is_measured(city, name, move):
    (found,) = city(name, {"township": move})
    assert found.id == "S36"
    # What would bring it back.
    assert (-found.facts["east"], -found.facts["north"]) == pytest.approx(move, abs=0.5)
    assert found.facts["length"] == pytest.approx(np.hypot(*move), abs=0.5)
    assert found.facts["after"] < 0.5


def test_a_few_metres_are_no_alarm(city):
    assert city("xiamen", {"township": (5.0, 5.0)}) == []


def test_nothing_to_compare():
    square = np.array([shapely.box(0, 3_000_000, 1000, 3_001_000)], dtype=object)
    crs = parse_crs("EPSG:4548")
    assert systematic_offsets([], crs) == []
    assert systematic_offsets([OffsetSource("a", "red_line", square, crs)], crs) == []
    assert systematic_offsets([OffsetSource("a", "county", square, crs)], crs) == []
    empty = np.array([shapely.Polygon()], dtype=object)
    assert (
        systematic_offsets([OffsetSource("a", "county", empty, crs), OffsetSource("b", "township", square, crs)], crs)
        == []
    )
    far = shapely.transform(square, lambda points: points + 50_000)
    assert (
        systematic_offsets([OffsetSource("a", "county", square, crs), OffsetSource("b", "township", far, crs)], crs)
        == []
    )

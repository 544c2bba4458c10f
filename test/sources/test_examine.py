"""A look at one source tells what a run would make of it, and never raises."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from control_units.delineation.case.model import RasterSpec, SourceSpec
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.progress import silent
from control_units.delineation.sources import read_sources
from control_units.delineation.sources.examine import ZoneValue, examine, examine_raster
from hand import box, hand, write_layer


@pytest.fixture
def case(tmp_path):
    return read_case(hand(tmp_path))


def spec_of(case, role):
    return next(spec for spec in case.sources if spec.role == role)


def test_it_reads_what_a_run_reads(case):
    features = read_sources(case).features
    for number, spec in enumerate(case.sources):
        seen = examine(case, spec)
        mine = features.source == number
        assert seen.problem is None
        assert seen.count == mine.sum()
        assert seen.geometry == "polygon"
        told = (features.code, features.name, features.zone, features.grade)
        wanted = list(zip(*(one[mine] for one in told), strict=True))
        assert [tuple(row) for row in seen.rows] == [tuple(map(str, row)) for row in wanted][: len(seen.rows)]


def test_fields_come_with_their_values(case):
    seen = examine(case, spec_of(case, "county"))
    assert set(seen.fields) >= {"code", "name"}
    assert seen.used["code"] == "code"
    assert all(values for values in (seen.fields["code"], seen.fields["name"]))


def test_zone_values_are_counted_and_what_is_unknown_has_no_zone(tmp_path):
    zones = [box(100 * column, 0, 100, 100) for column in range(3)]
    case = read_case(hand(tmp_path, water=(zones, {"zone": ["一般管控区", "怪区", "怪区"]})))
    seen = examine(case, spec_of(case, "water_zone"))
    assert "怪区" in str(seen.problem.what)
    assert seen.zone_values == (ZoneValue("一般管控区", 1, "general"), ZoneValue("怪区", 2, ""))
    mapped = examine(case, replace(spec_of(case, "water_zone"), zones={"怪区": "industrial"}))
    assert mapped.problem is None
    assert mapped.zone_values[1] == ZoneValue("怪区", 2, "industrial")
    whole = examine(case, replace(spec_of(case, "water_zone"), zone="priority"))
    assert (whole.problem, whole.zone_values) == (None, ())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"path": "gone.gpkg"}, "not found"),
        ({"layer": "gone"}, "gone"),
        ({"fields": {"code": "gone"}}, "no field 'gone'"),
        ({"where": "nonsense ="}, "cannot be read"),
        ({"crs": "EPSG:1"}, "EPSG:1"),
    ],
)
def test_what_is_wrong_is_told_not_raised(case, change, said):
    seen = examine(case, replace(spec_of(case, "county"), **change))
    assert said in str(seen.problem.what)
    assert seen.problem.where
    assert seen.problem.wanted


def test_a_layer_of_which_nobody_knows_what_it_is_shows_its_fields(case, tmp_path):
    write_layer(tmp_path / "x.gpkg", "x", [box(0, 0, 10, 10)], {"甲": ["1"]})
    seen = examine(case, SourceSpec("", "x.gpkg"))
    assert (seen.problem, seen.count, seen.rows, dict(seen.fields)) == (None, 1, (), {"甲": ("1",)})


def test_a_layer_without_a_crs_names_those_it_may_be_in(data):
    case = read_case(data / "HAND" / "case.toml")
    folder = data / "MESSY" / "town_zone39_noprj"
    seen = examine(case, SourceSpec("township", str(next(folder.glob("*.shp")))))
    assert "no CRS" in str(seen.problem.what)
    assert seen.crs == ""
    assert [one.crs for one in seen.crs_candidates][:1] == ["EPSG:4527"]


def test_what_keeps_a_layer_from_being_used_is_told_one_after_the_other(case, tmp_path):
    """Its CRS first: what is offered for that must not stand beside what its fields want."""
    write_layer(tmp_path / "x.shp", "x", [box(0, 0, 10, 10)], {"name": ["甲"]}, crs=None)
    spec = SourceSpec("water_zone", str(tmp_path / "x.shp"))
    assert "no CRS" in str(examine(case, spec).problem.what)
    seen = examine(case, replace(spec, crs="EPSG:4547"))
    assert "zone" in str(seen.problem.wanted)
    assert seen.crs_candidates == ()


@pytest.mark.touches("rasterio")
def test_a_raster_is_looked_at_too(case):
    demo = Path(__file__).resolve().parents[2] / "resources" / "demo" / "case.toml"
    seen = examine_raster(read_case(demo), RasterSpec("dem", "dem.tif"))
    assert (seen.problem, seen.geometry, bool(seen.crs)) == (None, "raster", True)
    assert examine_raster(case, RasterSpec("a", "gone.tif")).problem is not None


def test_it_can_be_stopped(case):
    calls = []

    def stop(fraction, message):
        silent(fraction, message)
        calls.append(fraction)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        examine(case, case.sources[0], progress=stop)
    assert calls == [0.0]

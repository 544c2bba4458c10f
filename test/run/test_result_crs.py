"""The CRS and the area method of a result: what they cost in area is told, and a projection that does not suit."""

from __future__ import annotations

import math

import pytest
from command import ask, refusal
from control_units.delineation.case.reading import read_case
from control_units.delineation.sources.coordinates.areal_scale import areal_scale
from control_units.delineation.sources.coordinates.crs import parse_crs, projected_crs
from control_units.delineation.verbs.running import delineate
from hand import CASE, hand
from pyproj import Transformer


def case_with(folder, **settings):
    """The hand county with other lines under [case]."""
    lines = "".join(f'{key} = "{value}"\n' for key, value in settings.items())
    text = CASE.replace('crs = "EPSG:4547"\n', lines)
    return hand(folder, text)


def findings(path):
    found = delineate(read_case(path)).findings
    return found.loc[found["id"] == "S53", "message"].tolist()


def test_degrees_have_none():
    assert math.isnan(areal_scale(parse_crs("EPSG:4490"), 114.0, 30.0))


def test_the_zone_of_the_place_is_told_to_nobody(tmp_path):
    assert findings(case_with(tmp_path)) == []
    assert findings(case_with(tmp_path / "named", crs="EPSG:4547")) == []


def test_a_projection_that_does_not_suit_is_told_with_what_it_costs(tmp_path):
    (said,) = findings(case_with(tmp_path, crs="EPSG:3857"))
    to_map = Transformer.from_crs("EPSG:4547", "EPSG:3857", always_xy=True)
    scale = areal_scale(parse_crs("EPSG:3857"), *to_map.transform(505_000.0, 3_405_000.0))
    assert f"{scale - 1:+.1%}"[:-2] in said
    assert "3 度带" in said and "ellipsoidal" in said


def test_measured_on_the_ellipsoid_it_costs_nothing(tmp_path):
    path = case_with(tmp_path, crs="EPSG:3857", area="ellipsoidal")
    assert findings(path) == []
    area = float(delineate(read_case(path)).units["area_m2"].sum())
    assert area == pytest.approx(1e8, rel=1e-4)


@pytest.mark.parametrize(("area", "wanted"), [("planar", 1e-4), ("ellipsoidal", 0.0)])
def test_info_says_how_far_areas_are_from_the_ellipsoid(tmp_path, area, wanted):
    path = case_with(tmp_path, crs="EPSG:4547", area=area)
    ask("run", path, "-o", tmp_path / "plan.gpkg")
    told = ask("info", tmp_path / "plan.gpkg").document
    assert (told["crs"], told["area_method"]) == ("EPSG:4547", area)
    assert abs(told["area_excess"]) <= wanted


def test_a_crs_in_degrees_is_refused(tmp_path):
    case = case_with(tmp_path, crs="EPSG:4490")
    assert "not projected in metres" in refusal("run", case, "-o", tmp_path / "plan.gpkg")["what"]
    assert projected_crs("EPSG:4547").to_epsg() == 4547

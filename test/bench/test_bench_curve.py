"""The fitting-threshold curve: crossing and knee by hand, the hand-solved county, the demo, mountain against plain."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from cases import ROOT
from control_units.delineation.bench.experiments import threshold_curve as curves_of
from control_units.delineation.bench.experiments.threshold_curve import (
    THRESHOLDS,
    crossing_of,
    fitting_curve,
    knee_of,
    terrain_of,
)
from control_units.delineation.bench.runs.run import compare_methods
from control_units.delineation.case.model import RasterSpec
from osgeo import gdal
from scipy import ndimage
from synthetic import Row, basis_of, box, case_of, county

sys.path.insert(0, str(Path(__file__).parents[1] / "speed"))
from generate import generate
from terrain import add_terrain

pytestmark = pytest.mark.uses("rasterio", "exactextract")

KM2 = 1e6
STEPS = np.array(THRESHOLDS)


def falling(curve) -> bool:
    return bool((np.diff(curve.priority_area) <= 1e-6).all() and (np.diff(curve.omission) >= -1e-12).all())


def at(curve, threshold: float) -> int:
    return int(np.abs(curve.threshold - threshold).argmin())


# Crossing and knee


def test_the_crossing_lies_between_the_thresholds_next_to_it():
    area = np.array([90.0, 70.0, 40.0, 40.0, 0.0])
    step = np.array([0.1, 0.2, 0.3, 0.4, 0.5])
    found = crossing_of(step, area, 50.0)
    assert (found.low, found.high) == (0.2, 0.3)
    assert found.threshold == pytest.approx(0.2 + 0.1 * (70 - 50) / (70 - 40))
    # The first of several thresholds at which the areas are equal.
    found = crossing_of(step, area, 40.0)
    assert (found.threshold, found.low, found.high) == (0.3, 0.3, 0.3)
    assert crossing_of(step, area, 90.0).threshold == 0.1


@pytest.mark.parametrize("target", [90.1, -0.1])
def test_curves_that_do_not_meet_have_no_crossing(target):
    assert crossing_of(np.array([0.1, 0.2, 0.3]), np.array([90.0, 40.0, 0.0]), target) is None


@pytest.mark.parametrize("target", [0.0, 40.0])
def test_a_curve_that_is_the_target_throughout_crosses_it_nowhere(target):
    assert crossing_of(np.array([0.1, 0.2, 0.3]), np.full(3, target), target) is None


def test_the_knee_is_the_point_farthest_below_the_chord():
    step = np.array([0.1, 0.2, 0.3, 0.4, 0.5])
    assert knee_of(step, np.array([100.0, 80.0, 10.0, 5.0, 0.0])) == 0.3
    # Flat, or always above its chord: no threshold is worth more than another.
    assert knee_of(step, np.full(5, 7.0)) is None
    assert knee_of(step, np.array([100.0, 99.0, 95.0, 80.0, 0.0])) is None


def test_thresholds_are_5_to_95_per_cent():
    assert list(THRESHOLDS) == [n / 100 for n in range(5, 100, 5)]


# The hand-solved county


@pytest.fixture(scope="module")
def hand(data, tmp_path_factory):
    case = data / "HAND" / "case.toml"
    folder = tmp_path_factory.mktemp("hand")
    return {
        name: fitting_curve(compare_methods(case, methods, folder / name))
        for name, methods in {"carved": ["overlay"], "whole": ["fitting:threshold=0.9,carve=false"]}.items()
    }


def test_the_county_solved_by_hand(hand):
    """Red lines, and what a park has of the eco space, are carved out: 4 + 1 + 0.5 km² stay whatever the threshold.

    甲镇: E1 less R1 and less the park, 11.5 of the 94 km² that are not carved (12.2 %). 丙镇: E2 with its sliver, 8 of
    100 km². 乙镇 and 丁镇 have nothing else. Overlay: 25 km².
    """
    (curve,) = hand["carved"]
    kept = 5.5
    wanted = np.where(STEPS <= 0.08, 94 + 100 + kept, np.where(STEPS <= 11.5 / 94, 94 + kept, kept)) * KM2
    assert curve.priority_area == pytest.approx(wanted)
    zones = 24_992_000
    lost = np.where(STEPS <= 0.08, 0, np.where(STEPS <= 11.5 / 94, 7_992_000, 7_992_000 + 11_500_000)) / zones
    assert curve.omission == pytest.approx(lost, abs=1e-9)
    assert (curve.overlay_area, curve.overlay_units, curve.land) == (pytest.approx(25 * KM2), 7, pytest.approx(4e8))
    assert (curve.crossing.low, curve.crossing.high) == (0.1, 0.15)
    assert curve.crossing.threshold == pytest.approx(0.1 + 0.05 * (99.5 - 25) / (99.5 - 5.5))
    assert curve.knee == 0.15
    # Red line (both of one county), the park's part of the eco space, two parks, four townships.
    assert set(curve.units.tolist()) == {8}
    assert curve.fall == pytest.approx((199.5 - 5.5) / 25)


def test_the_curve_is_that_of_the_fitting_asked_for(hand):
    """Nothing carved: 甲镇 16 of 100 km², 丙镇 8, 丁镇 1; above 16 % all is lost, red lines too."""
    (curve,) = hand["whole"]
    wanted = np.where(STEPS <= 0.08, 200, np.where(STEPS <= 0.16, 100, 0)) * KM2
    assert curve.priority_area == pytest.approx(wanted)
    assert curve.omission[-1] == pytest.approx(1)
    assert set(curve.units.tolist()) == {4}


# The demo


@pytest.mark.slow
def test_the_demo_loses_what_it_does_not_carve(tmp_path, monkeypatch):
    case = ROOT / "resources" / "demo" / "case.toml"
    comparison = compare_methods(case, ["fitting:threshold=0.3"], tmp_path)
    curves = fitting_curve(comparison)
    # No raster of it is called so.
    assert terrain_of(comparison.case, comparison.basis) is None
    assert [one.terrain for one in curves] == [""]
    (curve,) = curves
    assert falling(curve)
    row = comparison.rows[0]
    here = at(curve, 0.3)
    assert curve.priority_area[here] == row["area_priority"]
    assert (curve.units[here], curve.omission[here]) == (row["units"], row["omission"])
    assert curve.priority_area[-1] < curve.overlay_area < curve.priority_area[0]
    assert 0.25 <= curve.crossing.threshold <= 0.3
    # What is in the store is not labelled again.
    monkeypatch.setattr(curves_of, "label", None)
    again = fitting_curve(comparison)[0]
    assert (again.priority_area == curve.priority_area).all()


# Mountain against plain


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    folder = tmp_path_factory.mktemp("terrain")
    case = generate(folder / "county", vertices=60_000, seed=1)
    add_terrain(case)
    comparison = compare_methods(case, ["fitting:carve=false"], folder / "bench")
    return fitting_curve(comparison)


@pytest.mark.touches("exactextract")
def test_fitting_is_flat_in_mountains_and_loses_all_in_plains(ground, absent):
    """What Wang Zishu et al. 2022 say of terrain, as domain facts 3.3 make it testable."""
    curves = ground
    assert falling(curves[0])
    if "exactextract" in absent:
        # Nothing measures the raster of terrain.
        assert len(curves) == 1
        return
    by_name = {one.terrain: one for one in curves[1:]}
    assert list(by_name) == ["plain", "hill", "mountain"]
    assert all(map(falling, curves))
    plain, mountain = by_name["plain"], by_name["mountain"]
    usual = plain.threshold >= 0.5
    assert mountain.fall < 0.02
    assert mountain.omission.max() < 0.01
    assert np.abs(mountain.priority_area / mountain.overlay_area - 1).max() < 0.01
    assert plain.fall > 1
    assert plain.omission[usual].min() > 0.99
    assert plain.priority_area[usual].max() < 0.01 * plain.overlay_area
    # Parts of the whole.
    whole = curves[0]
    assert sum(one.priority_area for one in curves[1:]) == pytest.approx(whole.priority_area, rel=1e-9)
    assert sum(one.land for one in curves[1:]) == pytest.approx(whole.land)
    assert plain.crossing.threshold < by_name["hill"].crossing.threshold


@pytest.fixture(scope="module")
def relief(tmp_path_factory):
    """The demo with landforms by relief over five cells, some 4 km: mountain from 500 m on, hill from 200 m on."""
    folder = tmp_path_factory.mktemp("relief")
    for path in (ROOT / "resources" / "demo").iterdir():
        if path.suffix in (".tif", ".gpkg", ".toml"):
            shutil.copy(path, folder)
    with gdal.ExceptionMgr():
        dem = gdal.Open(str(folder / "dem.tif"))
        height = dem.ReadAsArray().astype(np.float64)
        rough = ndimage.maximum_filter(height, 5) - ndimage.minimum_filter(height, 5)
        form = gdal.GetDriverByName("GTiff").CreateCopy(str(folder / "landform.tif"), dem)
        form.WriteArray((np.digitize(rough, [200.0, 500.0]) + 1).astype(np.int16))
        del form, dem
    raster = '[[raster]]\nname = "landform"\npath = "landform.tif"\nkind = "class"\n'
    grades = 'grades = { "1" = "平原", "2" = "丘陵", "3" = "山地" }\n\n'
    case = folder / "case.toml"
    case.write_text(case.read_text("utf-8").replace("[rules]", f"{raster}{grades}[rules]"), "utf-8")
    return fitting_curve(compare_methods(case, ["fitting:carve=false"], folder / "bench"))


@pytest.mark.touches("exactextract")
def test_thresholds_must_be_lower_in_the_demos_plains(relief, absent):
    """Domain facts 3.3 on the demo: at the usual threshold plains lose all, where mountains keep all.

    Its townships are few and large, and their priority shares middling even in mountains: there the curve is flat up to
    a half only, and fitting protects more than overlay does. That shares near 1 make it flat throughout needs the
    generated county above.
    """
    whole, *parts = relief
    if "exactextract" in absent:
        assert not parts  # nothing measures the raster of landforms
        return
    by_name = {one.terrain: one for one in parts}
    assert list(by_name) == ["平原", "丘陵", "山地"]
    assert all(map(falling, relief))
    assert sum(one.priority_area for one in parts) == pytest.approx(whole.priority_area, rel=1e-9)
    plain, mountain = by_name["平原"], by_name["山地"]
    usual = at(plain, 0.5)
    assert plain.omission[usual:].min() > 0.999
    assert plain.priority_area[usual:].max() < 0.001 * plain.overlay_area
    assert mountain.omission[: usual + 1].max() < 0.01
    assert np.ptp(mountain.priority_area[: usual + 1]) < 0.01 * mountain.overlay_area
    assert plain.crossing.threshold < 0.5 < mountain.crossing.threshold
    assert by_name["丘陵"].crossing.threshold < mountain.crossing.threshold


# Terrain of townships


def strip(values, **more):
    """A county of two townships of 1 × 2 faces each, with the majority of a raster on each face."""
    rows = [
        county(0, 0, 4_000, 1_000),
        Row("township", box(0, 0, 2_000, 1_000), code="999901001", name="甲镇", source=1),
        Row("township", box(2_000, 0, 2_000, 1_000), code="999901002", name="乙镇", source=1),
        Row("farmland", box(0, 0, 500, 1_000), source=2),
        Row("farmland", box(2_000, 0, 500, 1_000), source=2),
    ]
    basis = basis_of(rows)
    x = basis.partition.point[:, 0]
    place = (x > 500).astype(int) + (x > 2_000) + (x > 2_500)
    table = pd.DataFrame(
        {
            "face_id": np.arange(1, 5),
            "raster": "landform",
            "mean": np.nan,
            "stdev": np.nan,
            "majority": np.array(values, dtype=float)[place],
            "covered": 1.0,
        }
    )
    grades = more.pop("grades", {"1": "平原", "2": "丘陵", "3": "山地"})
    raster = RasterSpec(name="landform", path="", kind=more.pop("kind", "class"), grades=grades)
    found = terrain_of(case_of(rasters=(raster,)), basis_of(rows, evidence=table))
    return found if found is None else (found.names, found.face[np.argsort(place)].tolist())


def test_a_township_is_of_the_class_with_most_area_in_it():
    assert strip([3, 1, 2, 3]) == (("平原", "山地"), [0, 0, 1, 1])
    assert strip([3, 3, 3, 3]) == (("山地",), [0, 0, 0, 0])
    # Nothing measured on the western township.
    assert strip([np.nan, np.nan, 2, 2]) == (("丘陵",), [-1, -1, 0, 0])


def test_two_values_may_be_one_class():
    assert strip([3, 4, 1, 1], grades={"1": "plain", "3": "Mountain", "4": "Mountain"})[0] == ("plain", "Mountain")


@pytest.mark.parametrize(
    "more", [{"grades": {"1": "林地", "2": "草地"}}, {"grades": {"1": "平原", "2": "水面"}}, {"kind": "score"}]
)
def test_other_rasters_are_no_terrain(more):
    assert strip([1, 1, 2, 2], **more) is None


def test_a_broken_point_in_the_store_is_made_again(data, tmp_path):
    case = data / "HAND" / "case.toml"
    comparison = compare_methods(case, ["overlay"], tmp_path)
    before = fitting_curve(comparison)[0]
    kept = list((tmp_path / "labels").glob("*.npz"))
    assert kept
    for path in kept:
        path.write_bytes(path.read_bytes()[:50])
    assert (fitting_curve(comparison)[0].priority_area == before.priority_area).all()

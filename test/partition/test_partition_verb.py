"""The ``partition`` verb: files in, one GeoPackage out, and what it says about both."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from control_units.delineation.core.errors import BadInput, Cancelled, InTheWay
from control_units.delineation.partition import select
from control_units.delineation.verbs import overlaying
from control_units.delineation.verbs.overlaying import partition
from shapely import MultiPolygon, Point, Polygon, box

ROOT = Path(__file__).resolve().parents[2]
CRS = "EPSG:4547"


def _write(path: Path, geometry: list[Any], *, layer: str | None = None, crs: str | None = CRS, first: int = 1) -> str:
    """A GeoPackage layer whose feature ids begin at ``first``; a null geometry stays null."""
    frame = gpd.GeoDataFrame({"fid": range(first, first + len(geometry))}, geometry=geometry, crs=crs)
    pyogrio.write_dataframe(frame, path, layer=layer or path.stem, driver="GPKG", layer_options={"FID": "fid"})
    return f"{path}|layername={layer}" if layer else str(path)


@pytest.fixture
def two(tmp_path):
    """Two crossing boxes of 100 m², and an island apart in the second layer."""
    a = _write(tmp_path / "a.gpkg", [box(0, 0, 10, 10)], first=7)
    b = _write(tmp_path / "b.gpkg", [box(5, 5, 15, 15), box(20, 0, 21, 1)], first=3)
    return [a, b]


def _faces(path: Path) -> gpd.GeoDataFrame:
    return pyogrio.read_dataframe(path, layer="faces")


def test_faces_columns_and_coverage_say_who_covers_what(two, tmp_path):
    output = tmp_path / "faces.gpkg"
    found = partition(two, output)
    assert found["faces"] == 4
    assert found["inputs"]["a"] == {"area_m2": 100.0, "covered_m2": 100.0}
    assert found["inputs"]["b"] == {"area_m2": 101.0, "covered_m2": 101.0}
    assert found["imbalance"] == 0.0
    assert found["findings"] == []
    faces = _faces(output)
    assert list(faces.columns) == ["face_id", "a_id", "b_id", "geometry"]
    assert faces.crs == CRS
    assert faces.geometry.area.tolist() == [75.0, 25.0, 75.0, 1.0]
    assert faces["face_id"].tolist() == [1, 2, 3, 4]
    assert [None if np.isnan(v) else int(v) for v in faces["a_id"]] == [7, 7, None, None]
    assert [None if np.isnan(v) else int(v) for v in faces["b_id"]] == [None, 3, 3, 4]
    with closing(sqlite3.connect(output)) as connection, connection:
        rows = connection.execute("SELECT face_id, input, feature_id FROM coverage ORDER BY fid").fetchall()
        kinds = dict(connection.execute("SELECT table_name, data_type FROM gpkg_contents").fetchall())
        check = connection.execute("PRAGMA integrity_check").fetchone()[0]
    assert rows == [(1, "a", 7), (2, "a", 7), (2, "b", 3), (3, "b", 3), (4, "b", 4)]
    assert kinds == {"faces": "features", "coverage": "attributes"}
    assert check == "ok"
    assert dict(pyogrio.list_layers(output)) == {"faces": "Polygon", "coverage": None}


def test_the_lowest_feature_stands_in_the_column_and_covered_area_counts_once(tmp_path):
    layer = _write(tmp_path / "zones.gpkg", [box(0, 0, 4, 4), box(2, 0, 6, 4)], first=5)
    found = partition([layer], tmp_path / "out.gpkg")
    assert found["inputs"]["zones"] == {"area_m2": 32.0, "covered_m2": 24.0}
    assert found["imbalance"] == 0.0
    assert _faces(tmp_path / "out.gpkg")["zones_id"].tolist() == [5, 5, 6]


def test_names_of_inputs(tmp_path):
    folder = tmp_path / "other"
    folder.mkdir()
    specs = [
        _write(tmp_path / "zone.gpkg", [box(0, 0, 1, 1)]),
        _write(folder / "zone.gpkg", [box(0, 0, 1, 1)]),
        _write(tmp_path / "many.gpkg", [box(0, 0, 1, 1)], layer="Zone"),
        _write(tmp_path / "many.gpkg", [box(0, 0, 1, 1)], layer="红线"),
        _write(tmp_path / "many.gpkg", [box(0, 0, 1, 1)], layer="face"),
    ]
    found = partition(specs, tmp_path / "out.gpkg")
    assert list(found["inputs"]) == ["zone", "zone_2", "Zone_3", "红线", "face_2"]
    columns = ["face_id", "zone_id", "zone_2_id", "Zone_3_id", "红线_id", "face_2_id", "geometry"]
    assert list(_faces(tmp_path / "out.gpkg").columns) == columns


def test_what_is_no_polygon_is_skipped_and_named(tmp_path):
    mixed = [None, Polygon(), Point(1, 1), box(0, 0, 2, 2), MultiPolygon([box(5, 5, 6, 6)])]
    found = partition([_write(tmp_path / "mixed.gpkg", mixed)], tmp_path / "out.gpkg")
    assert found["faces"] == 2
    facts = {finding.id: dict(finding.facts) for finding in found["findings"]}
    for one in facts.values():
        one["features"] = str(one["features"])
    assert facts == {
        "S04": {"source": f"{tmp_path}/mixed.gpkg|mixed", "count": 2, "features": "1, 2"},
        "S06": {"source": f"{tmp_path}/mixed.gpkg|mixed", "count": 1, "features": "3"},
    }
    assert _faces(tmp_path / "out.gpkg")["mixed_id"].tolist() == [4, 5]


def test_an_invalid_feature_is_named_whose_area_stays_the_same(tmp_path):
    """A ring that touches itself, and a crossing of which the whole hides the area."""
    banana = Polygon([(0, 0), (4, 0), (4, 4), (2, 0), (0, 4)])
    loop = Polygon([(0, 10), (1e5, 10), (1e5, 1e5), (5e-6, 10.000001), (0, 10.000001), (5e-6, 10.000002), (0, 1e5)])
    assert not banana.is_valid
    assert not loop.is_valid
    path = _write(tmp_path / "a.gpkg", [box(10, 0, 14, 4), banana, loop])
    found = partition([path])
    assert {(one.id, one.facts["feature"]) for one in found["findings"]} == {("S07", 2), ("S07", 3)}
    for one in found["findings"]:
        assert one.facts["after"] == pytest.approx(one.facts["before"], rel=1e-9)
    assert found["imbalance"] == 0.0


def test_a_ring_that_crosses_itself_is_named_with_both_areas(tmp_path):
    lopsided = Polygon([(0, 0), (20, 10), (20, 0), (0, 20)])
    found = partition([_write(tmp_path / "tie.gpkg", [lopsided, box(30, 0, 31, 1)])])
    (finding,) = found["findings"]
    assert finding.id == "S07"
    assert finding.facts["feature"] == 1
    assert "Self-intersection" in finding.facts["why"]
    assert finding.facts["after"] == pytest.approx(found["inputs"]["tie"]["covered_m2"] - 1.0)
    assert finding.facts["before"] == pytest.approx(lopsided.area)
    assert abs(finding.facts["after"] - finding.facts["before"]) > 1.0
    assert found["imbalance"] < 1e-12


def test_imbalance_shows_what_faces_do_not_account_for(two, monkeypatch):
    def leaky(geometry, **options):
        whole = real(geometry, **options)
        return select(whole, np.arange(len(whole)) != 1)  # the overlap of 25 m² goes missing

    real = overlaying.build
    monkeypatch.setattr(overlaying, "build", leaky)
    assert partition(two)["imbalance"] == pytest.approx(0.25, rel=0.02)


def test_snapping_closes_a_gap(tmp_path):
    layer = _write(tmp_path / "gap.gpkg", [box(0, 0, 10, 10), box(10.0004, 0, 20, 10)])
    partition([layer], tmp_path / "exact.gpkg")
    partition([layer], tmp_path / "snapped.gpkg", snap=0.001)
    assert _faces(tmp_path / "exact.gpkg").geometry.union_all().area == pytest.approx(199.996)
    assert _faces(tmp_path / "snapped.gpkg").geometry.union_all().area == 200.0


def test_another_crs_is_transformed_into_the_first_or_the_one_asked_for(tmp_path):
    plane = gpd.GeoSeries([box(500_000, 3_400_000, 501_000, 3_401_000)], crs=CRS)
    a = _write(tmp_path / "a.gpkg", list(plane))
    b = _write(tmp_path / "b.gpkg", list(plane.to_crs("EPSG:4490")), crs="EPSG:4490")
    found = partition([a, b], tmp_path / "ab.gpkg", snap=0.01)
    assert _faces(tmp_path / "ab.gpkg").crs == CRS
    assert found["faces"] == 1  # the same square, to the centimetre
    turned = partition([b, a], tmp_path / "ba.gpkg")
    assert _faces(tmp_path / "ba.gpkg").crs == "EPSG:4490"
    # square metres also where the CRS counts in degrees
    assert turned["inputs"]["b"]["area_m2"] == pytest.approx(1e6, rel=1e-3)
    partition([a, b], tmp_path / "asked.gpkg", crs="EPSG:4548")
    assert _faces(tmp_path / "asked.gpkg").crs == "EPSG:4548"
    feet = partition([_write(tmp_path / "feet.gpkg", [box(0, 0, 100, 100)], crs="EPSG:2263")])
    assert feet["inputs"]["feet"]["area_m2"] == pytest.approx(1e4 * (1200 / 3937) ** 2)


def test_no_crs_is_taken_for_the_common_one_and_said(tmp_path):
    known = _write(tmp_path / "known.gpkg", [box(0, 0, 2, 2)])
    pyogrio.write_dataframe(gpd.GeoDataFrame(geometry=[box(1, 1, 3, 3)]), tmp_path / "bare.shp")
    found = partition([known, tmp_path / "bare.shp"], tmp_path / "out.gpkg")
    assert [(finding.id, finding.facts["source"]) for finding in found["findings"]] == [("S19", "bare")]
    assert _faces(tmp_path / "out.gpkg").crs == CRS
    alone = partition([tmp_path / "bare.shp"], tmp_path / "alone.gpkg")
    assert alone["inputs"]["bare"]["area_m2"] == 4.0
    assert alone["findings"] == []


def test_the_same_inputs_give_the_same_bytes(two, tmp_path, monkeypatch):
    one, other, later = (tmp_path / name for name in ("one.gpkg", "other.gpkg", "later.gpkg"))
    partition(two, one)
    partition(two, other)
    assert one.read_bytes() == other.read_bytes()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "315619200")
    partition(two, later)
    with closing(sqlite3.connect(later)) as connection, connection:
        dates = {row[0] for row in connection.execute("SELECT last_change FROM gpkg_contents")}
    assert dates == {"1980-01-02T00:00:00.000Z"}


def test_an_existing_output_is_replaced_whole_and_kept_when_all_fails(two, tmp_path, monkeypatch):
    output = tmp_path / "out.gpkg"
    _write(output, [box(0, 0, 1, 1)], layer="old")
    with pytest.raises(InTheWay):
        partition(two, output)
    partition(two, output, force=True)
    assert {name for name, _ in pyogrio.list_layers(output)} == {"faces", "coverage"}
    before = output.read_bytes()

    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("control_units.delineation.verbs.overlay_file._write_coverage", full)
    with pytest.raises(BadInput, match="full"):
        partition(two[:1], output)
    assert output.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.gpkg", "b.gpkg", "out.gpkg"]


def test_degrees_without_a_crs_are_not_measured(tmp_path):
    """Areas would be in square degrees; the CRS may be given for all, and metres are taken as they are."""
    bare = _write(tmp_path / "bare.gpkg", [box(87.4, 43.6, 87.5, 43.7)], crs=None)
    with pytest.raises(BadInput, match=r"bare.gpkg: no CRS; coordinates are x 87.4 … 87.5.*--crs"):
        partition([bare])
    (made,) = partition([bare], crs="EPSG:4490")["inputs"].values()
    assert made["area_m2"] == pytest.approx(89.6e6, rel=0.01)
    metres = _write(tmp_path / "metres.gpkg", [box(500_000, 0, 500_010, 10)], crs=None)
    assert partition([metres])["inputs"]["metres"]["area_m2"] == 100


def test_cancelling_leaves_nothing_behind(two, tmp_path):
    def stop(fraction, message):
        if fraction > 0.5:
            raise Cancelled(message)

    with pytest.raises(Cancelled):
        partition(two, tmp_path / "out.gpkg", progress=stop)
    assert not list(tmp_path.glob("*out*"))


def test_bad_input_says_what_where_and_what_is_wanted(two, tmp_path):
    points = _write(tmp_path / "points.gpkg", [Point(0, 0)])
    broken = tmp_path / "broken.gpkg"
    broken.write_bytes(b"nothing of the kind")
    _write(tmp_path / "several.gpkg", [box(0, 0, 1, 1)], layer="x")
    _write(tmp_path / "several.gpkg", [box(0, 0, 1, 1)], layer="y")
    output = tmp_path / "out.gpkg"
    for specs, options, what in (
        ([], {}, "no layer"),
        ([tmp_path / "absent.gpkg"], {}, "file not found"),
        ([broken], {}, "cannot be read"),
        ([f"{two[0]}|layername=zzz"], {}, "no layer 'zzz'"),
        ([f"{two[0]}|subset=1"], {}, "subset"),
        ([tmp_path / "several.gpkg"], {}, "2 layers and none named"),
        ([points], {}, "none of 1 features is a polygon"),
        (two, {"crs": "EPSG:0"}, "unknown CRS"),
        (two, {"snap": -1.0}, "snap = -1.0"),
    ):
        with pytest.raises(BadInput) as caught:
            partition(specs, output, **options)
        assert what in str(caught.value.what)
        assert caught.value.where
        assert caught.value.wanted
    assert not output.exists()
    for target in (tmp_path / "no" / "folder.gpkg", tmp_path):
        with pytest.raises(BadInput, match="folder"):
            partition(two, target)


def test_the_command_line_prints_one_document(two, tmp_path):
    command = [sys.executable, "-m", "delineation", "partition", *two, "-o", str(tmp_path / "out.gpkg"), "--json"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout).items() >= {"faces": 4, "imbalance": 0.0}.items()
    assert shapely.coverage_is_valid(_faces(tmp_path / "out.gpkg").geometry.to_numpy())
    command[5] = str(tmp_path / "absent.gpkg")
    failed = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)
    assert failed.returncode == 2
    assert json.loads(failed.stdout)["error"]["what"] == "file not found"
    assert "Traceback" not in failed.stderr

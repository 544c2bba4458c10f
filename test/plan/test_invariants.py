"""The invariants of the design on whole plans: the demo, a generated county, the real cities where they are at hand."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from cases import ROOT, city_case
from control_units.delineation.case.reading import read_case
from control_units.delineation.partition import build
from control_units.delineation.plan.file import read_plan
from control_units.delineation.sources import read_sources
from control_units.delineation.verbs.running import delineate, run

sys.path.insert(0, str(Path(__file__).parents[1] / "speed"))
from generate import generate

pytestmark = pytest.mark.uses("rasterio", "exactextract")

CASES = ("demo", "generated", "hand", "urumqi", "xiamen")


@pytest.fixture(scope="module", params=CASES)
def planned(request, tmp_path_factory):
    """Case, its sources, its plan as read back from the file."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "demo":
        path = ROOT / "resources" / "demo" / "case.toml"
    elif request.param == "generated":
        path = generate(folder, vertices=20_000, seed=3, rasters=False)
    else:
        data = request.getfixturevalue("data")
        path = (
            data / "HAND" / "case.toml"
            if request.param == "hand"
            else city_case(data, request.param, folder / "case.toml")
        )
    case = read_case(path)
    summary = run(path, folder / "plan.gpkg")
    return case, read_sources(case), read_plan(folder / "plan.gpkg"), summary


def roles_over(plan, *roles):
    """Which faces a feature of these roles covers."""
    ids = plan.coverage.loc[plan.coverage["role"].isin(roles), "face_id"]
    return plan.faces["face_id"].isin(ids).to_numpy()


def test_faces_tile_the_study_area(planned):
    """Invariant 1: a valid coverage, whose area is that of the snapped study area."""
    case, sources, plan, _ = planned
    faces = plan.faces["geometry"].to_numpy(dtype=object)
    assert shapely.coverage_is_valid(faces)
    assert shapely.is_valid(faces).all()
    total = float(plan.faces["area_m2"].sum())
    # Exactly: what the rings of the snapped counties and seas enclose, less what two of them share.
    partition = build(sources.features.geometry, snap=case.cleaning.snap)
    study = np.flatnonzero(sources.features.of("county", "sea"))
    mine = np.isin(partition.coverage.feature, study)
    times = np.bincount(partition.coverage.face[mine], minlength=len(partition))
    shared = float((partition.area * np.maximum(times - 1, 0)).sum())
    assert abs(total - (float(partition.snapped[study].sum()) - shared)) <= 1e-9 * total
    # Independently, by another library's snap rounding of the study area alone: no farther off than the grid allows.
    whole = shapely.union_all(sources.features.geometry[study], grid_size=case.cleaning.snap)
    assert abs(total - whole.area) <= 0.5 * case.cleaning.snap * shapely.length(whole)
    units = plan.units["geometry"].to_numpy(dtype=object)
    assert shapely.is_valid(units).all()
    assert shapely.coverage_is_valid(units)
    assert abs(shapely.area(units).sum() - total) <= 1e-9 * total


def test_ledger_balances(planned):
    """Invariant 2: every stage from one state to the next, in the file as in the summary."""
    _, _, plan, summary = planned
    assert summary["ledger"]["imbalance"] <= 1e-9
    rows = plan.ledger[plan.ledger["category"].notna()]
    for stage in rows["stage"].unique():
        mine = rows[rows["stage"] == stage]
        assert abs((mine["to_m2"] - mine["from_m2"]).sum()) <= 1e-9 * plan.faces["area_m2"].sum()
    last = {}
    for row in rows.itertuples():
        assert last.get(row.category, row.from_m2) == pytest.approx(row.from_m2, rel=1e-9)
        last[row.category] = row.to_m2
    area = plan.units.groupby("category")["area_m2"].sum()
    for category, size in last.items():
        assert area.get(category, 0.0) == pytest.approx(size, rel=1e-9, abs=1e-6)


def test_what_is_protected_stays(planned):
    """Invariant 3: protected vertices stand where snapping put them; nothing puts a red line under a lower category."""
    case, sources, plan, _ = planned
    red = roles_over(plan, "red_line")
    assert (plan.faces.loc[red, "category"] == 1).all()
    assert (plan.faces.loc[red, "rule_category"] == 1).all()
    frozen = sources.features.geometry[
        sources.features.of("red_line", "drinking_water", "protected_area", "industrial_park")
    ]
    own = shapely.get_coordinates(frozen)
    study = shapely.union_all(plan.faces["geometry"].to_numpy(dtype=object))
    shapely.prepare(study)
    inside = own[shapely.contains_xy(study, own)]
    vertices = shapely.points(shapely.get_coordinates(plan.faces["geometry"].to_numpy(dtype=object)))
    _, far = shapely.STRtree(vertices).query_nearest(shapely.points(inside), return_distance=True, all_matches=False)
    assert len(inside) > 0
    # Half a grid unit each way is the one snap rounding; a vertex that any later step had moved would be farther off.
    assert far.max() <= np.hypot(0.5, 0.5) * case.cleaning.snap + 1e-8


def test_units_keep_to_their_county_and_shore(planned):
    """Invariant 4: a unit has one county, and is land or sea."""
    _, _, plan, _ = planned
    sea = roles_over(plan, "sea")
    faces = plan.faces.assign(sea=sea)
    assert (faces.groupby("unit_id")["county"].nunique() == 1).all()
    assert (faces.groupby("unit_id")["sea"].nunique() == 1).all()
    code = plan.units.set_index("unit_id")["code"]
    assert (code[faces["unit_id"]].str.startswith("HY").to_numpy() == sea).all()
    assert (plan.units["code"].str[2:8] == plan.units["county"]).all()
    assert plan.units["code"].is_unique


def test_plan_says_what_it_rests_on(planned):
    """Invariant 7: whatever was left out, transformed or repaired has its row or finding; each unit has its reasons."""
    case, sources, plan, _ = planned
    assert list(plan.sources["sha256"].str.len().unique()) == [64]
    for info in sources.info:
        if info.crs != plan.meta["crs"]:
            assert ((plan.ledger["stage"] == "transformation") & (plan.ledger["role"] == info.role)).any()
    outside = plan.ledger[plan.ledger["stage"] == "study area"]
    lost = (outside["from_m2"] - outside["to_m2"]).sum()
    told = plan.findings.loc[plan.findings["id"] == "S01", "value"].sum()
    # What borders lose by rounding, a centimetre along them at most, has its row, and no finding.
    settings = case.profile["transfer"]
    silent = sum(max(settings["outside_min"], settings["outside_share"] * area) for area in outside["from_m2"])
    silent += 0.01 * shapely.length(shapely.union_all(plan.units["geometry"].to_numpy()))
    assert told == pytest.approx(lost, abs=silent)
    assert (plan.units["reasons"].str.len() > 0).all()


def test_outputs_carry_the_highest_classification(tmp_path):
    """Invariant 9: the plan is as secret as its most secret source."""
    text = (ROOT / "resources" / "demo" / "case.toml").read_text(encoding="utf-8")
    demo = (ROOT / "resources" / "demo").as_posix()
    text = text.replace('path = "', f'path = "{demo}/').replace('classification = "公开"', 'classification = "内部"', 1)
    (tmp_path / "case.toml").write_text(text, encoding="utf-8")
    for path, highest in ((tmp_path / "case.toml", "内部"), (ROOT / "resources" / "demo" / "case.toml", "公开")):
        case = replace(read_case(path), rasters=())  # they take long, and are not what differs
        assert delineate(case).meta["classification"] == highest


def test_nothing_leaves_the_machine(tmp_path, monkeypatch):
    """Invariant 9: a run opens no connection."""

    def refuse(*_, **__):
        raise AssertionError("the engine opened a socket")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    summary = run(ROOT / "resources" / "demo" / "case.toml", tmp_path / "plan.gpkg")
    assert summary["units"] > 0


def test_plan_file_is_a_valid_geopackage(planned, tmp_path):
    """GDAL's own validator has nothing to say, and the layers, tables and columns are those of the contract."""
    pytest.importorskip("osgeo_utils", reason="GDAL's Python utilities are not installed")
    from control_units.delineation.plan.file import write_plan
    from control_units.delineation.plan.tables import LAYERS, TABLES

    path = tmp_path / "plan.gpkg"
    write_plan(planned[2], path)
    done = subprocess.run(
        [sys.executable, "-m", "osgeo_utils.samples.validate_gpkg", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "error" not in (done.stdout + done.stderr).lower()
    import pyogrio

    layers = {str(name) for name, _ in pyogrio.list_layers(path)}
    assert layers == {*LAYERS, *TABLES, "layer_styles"}
    fields = pyogrio.read_info(path, layer="faces")["fields"].tolist()
    assert fields == ["face_id", "county", "township", "category", "rule_category", "unit_id", "area_m2", "host"]


def test_meta_reads_back(planned):
    """What was asked for stands in the file."""
    case, _, plan, summary = planned
    assert plan.meta["name"] == case.name
    assert json.loads(plan.meta["cleaning"])["snap"] == case.cleaning.snap
    assert summary["units"] == len(plan.units)
    assert summary["faces"] == len(plan.faces)

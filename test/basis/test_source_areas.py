"""What a source measures: each place once, by the case's measure, from reading to the units, and against its figure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import shapely
from cases import city_case
from control_units.delineation.case.reading import read_case
from control_units.delineation.verbs.running import delineate
from hand import CASE, SOUTH, WEST, box, hand

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from control_units.delineation.plan.file import Plan

TWO = [box(1_000, 1_000, 4_000, 4_000), box(3_000, 1_000, 4_000, 4_000)]  # 32 km², of which 8 km² twice
ELLIPSOIDAL = CASE.replace("seed = 1", 'seed = 1\narea = "ellipsoidal"').replace("EPSG:4547", "EPSG:4548")


def official(area: float, text: str = CASE) -> str:
    return text.replace('layer = "red_line"', f'layer = "red_line"\nofficial_area = {area}')


def laid(folder: Path, shapes: list[shapely.Geometry], text: str) -> Plan:
    ids = {"id": [f"R{number}" for number in range(len(shapes))]}
    return delineate(read_case(hand(folder, text, red_line=(shapes, ids))))


def said(plan: Plan, number: str) -> list[dict[str, object]]:
    return [json.loads(facts) for facts in plan.findings.loc[plan.findings["id"] == number, "facts"]]


def area_of(plan: Plan, role: str) -> float:
    return float(plan.sources.loc[plan.sources["role"] == role, "area_m2"].item())


def held(plan: Plan, role: str) -> float:
    """m² of the faces that a role covers."""
    covered = plan.coverage.loc[plan.coverage["role"] == role, "face_id"].unique()
    return float(plan.faces.loc[plan.faces["face_id"].isin(covered), "area_m2"].sum())


def rows(plan: Plan, role: str) -> pd.DataFrame:
    return plan.ledger[plan.ledger["role"] == role]


def assert_chained(plan: Plan, role: str) -> None:
    """Each row of a role begins with what the one before ended with, the last one with what the plan holds."""
    mine = rows(plan, role)
    assert mine["from_m2"].iloc[1:].tolist() == pytest.approx(mine["to_m2"].iloc[:-1].tolist(), rel=1e-12)
    assert mine["to_m2"].iloc[-1] == pytest.approx(held(plan, role), rel=1e-12)


def test_what_two_features_cover_is_compared_once(tmp_path):
    plan = laid(tmp_path / "a", TWO, official(24e6))
    assert said(plan, "S16") == []
    assert said(plan, "Q26") == []
    assert area_of(plan, "red_line") == pytest.approx(24e6, rel=1e-12)
    assert plan.units.loc[plan.units["kind"] == "red_line", "area_m2"].sum() == pytest.approx(24e6, rel=1e-12)
    (overlap,) = rows(plan, "red_line").to_dict("records")
    assert (overlap["stage"], overlap["from_m2"], overlap["to_m2"]) == ("overlap", 32e6, 24e6)
    (wrong,) = said(laid(tmp_path / "b", TWO, official(32e6)), "S16")
    assert (wrong["area"], wrong["share"]) == (pytest.approx(24e6), pytest.approx(-0.25))


def test_invalid_shapes_are_compared_as_they_are_taken(tmp_path):
    bow = [(1_000, 1_000), (3_000, 3_000), (3_000, 1_000), (1_000, 4_000)]
    bow = shapely.Polygon([(WEST + x, SOUTH + y) for x, y in bow])
    parts = shapely.MultiPolygon([box(5_000, 1_000, 3_000, 3_000), box(6_000, 2_000, 3_000, 3_000)])
    plan = laid(tmp_path, [bow, parts], official(50e6))
    assert said(plan, "S07")
    (compared,), (checked,) = said(plan, "S16"), said(plan, "Q26")
    assert compared["area"] == pytest.approx(checked["plan_m2"], rel=1e-12)
    assert compared["area"] == pytest.approx(area_of(plan, "red_line"), rel=1e-12)
    # Two triangles by the even-odd rule, and both parts with their common square once.
    crossing = shapely.area(shapely.make_valid(bow))
    assert compared["area"] == pytest.approx(crossing + 9e6 + 9e6 - 4e6, rel=1e-6)


def test_the_whole_source_is_compared_whatever_the_study_area_clips(tmp_path):
    beyond = [box(-2_000, 1_000, 4_000, 4_000), box(-2_000, 1_000, 4_000, 4_000)]
    plan = laid(tmp_path, beyond, official(16e6))
    assert said(plan, "S16") == []
    (lost,) = said(plan, "S01")
    assert lost["area"] == pytest.approx(8e6)
    (clipped,) = said(plan, "Q12")
    assert (clipped["problem"], clipped["area_m2"]) == ("clipped", pytest.approx(8e6))
    assert clipped["read_m2"] == pytest.approx(16e6)
    assert_chained(plan, "red_line")


def test_areas_of_sources_are_ellipsoidal_where_the_case_is(tmp_path):
    # Three degrees from its central meridian the plane is off by a fifth of a percent.
    plan = laid(tmp_path / "a", TWO, ELLIPSOIDAL)
    true = area_of(plan, "red_line")
    assert true == pytest.approx(24e6, rel=1e-4)
    assert true == pytest.approx(held(plan, "red_line"), rel=1e-12)
    assert area_of(plan, "county") == pytest.approx(plan.faces["area_m2"].sum(), rel=1e-12)
    assert said(plan, "Q12") == []
    assert rows(plan, "county")["stage"].tolist()[0] == "transformation"
    for role in ("county", "township", "red_line", "water_zone"):
        assert_chained(plan, role)
        first = rows(plan, role).iloc[0]
        # The transformation changes the plane, and hardly what lies on the ellipsoid.
        assert first["to_m2"] == pytest.approx(first["from_m2"], rel=1e-5)
    assert float(plan.meta["imbalance"]) <= 1e-9
    assert said(laid(tmp_path / "b", TWO, official(round(true), ELLIPSOIDAL)), "S16") == []
    planar = laid(tmp_path / "c", TWO, official(round(true), ELLIPSOIDAL.replace("ellipsoidal", "planar")))
    assert said(planar, "S16")[0]["share"] == pytest.approx(2e-3, rel=0.1)


@pytest.mark.parametrize("crs", ["EPSG:4548", "EPSG:4549"])
def test_xiamen_on_the_ellipsoid_is_one_figure_throughout(data, tmp_path, crs):
    path = city_case(data, "xiamen", tmp_path / "case.toml")
    text = path.read_text(encoding="utf-8").split("[[raster]]")[0]
    text = text.replace('crs = "EPSG:4548"\nseed = 1', f'crs = "{crs}"\nseed = 1\narea = "ellipsoidal"')
    text = text.replace('layer = "county"\n', 'layer = "county"\nofficial_area = 1_766_234_805\n', 1)
    path.write_text(text, encoding="utf-8")
    plan = delineate(read_case(path))
    assert said(plan, "S16") == []
    assert said(plan, "Q12") == []
    assert area_of(plan, "county") == pytest.approx(held(plan, "county"), rel=1e-12)
    assert area_of(plan, "county") == pytest.approx(1_766_234_805, rel=1e-7)
    assert_chained(plan, "county")
    assert float(plan.meta["imbalance"]) <= 1e-9

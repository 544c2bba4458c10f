"""An update of a generated county, whose sources are mistaken by metres: what is untouched is so to the last byte."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs.running import run
from shapely import affinity

sys.path.insert(0, str(Path(__file__).parent / "bench"))
from generate import generate


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The county, and last year's plan of it."""
    folder = tmp_path_factory.mktemp("generated")
    case = generate(folder, vertices=15_000, rasters=False)
    run(case, folder / "last.gpkg")
    return folder


def updated(folder, name, *, role="", move=None, last="last.gpkg"):
    """Update it, with one layer changed by a function of its frame."""
    text = (folder / "case.toml").read_text(encoding="utf-8").replace('"overlay"', '"update"')
    if move is not None:
        frame = gpd.read_file(folder / "county.gpkg", layer=role, engine="pyogrio")
        frame.loc[0, "geometry"] = move(frame.geometry[0])
        frame.to_file(folder / f"{name}.gpkg", layer=role, engine="pyogrio")
        text = text.replace(f'path = "county.gpkg"\nlayer = "{role}"', f'path = "{name}.gpkg"\nlayer = "{role}"')
    (folder / f"{name}.toml").write_text(f'{text}\n[previous]\npath = "{last}"\n', encoding="utf-8")
    run(folder / f"{name}.toml", folder / f"{name}_now.gpkg")
    return read_plan(folder / f"{name}_now.gpkg")


def outlines(plan):
    return dict(zip(plan.units["code"], shapely.to_wkb(plan.units["geometry"].to_numpy(object)), strict=True))


def texts(plan):
    return {code: rows["text"].tolist() for code, rows in plan.clauses.groupby("code")}


def test_with_the_same_sources_all_faces_and_units_are_the_same(folder):
    before, after = read_plan(folder / "last.gpkg"), updated(folder, "same")
    assert shapely.to_wkb(after.faces["geometry"]).tolist() == shapely.to_wkb(before.faces["geometry"]).tolist()
    assert outlines(after) == outlines(before)
    assert (texts(after), after.units["name"].tolist()) == (texts(before), before.units["name"].tolist())
    assert not any(json.loads(after.meta["update"])["faces"].values())


def test_a_moved_park_leaves_all_units_alone_but_its_own_and_its_neighbours(folder):
    before = read_plan(folder / "last.gpkg")
    after = updated(folder, "park", role="industrial_park", move=lambda shape: affinity.translate(shape, 60, 0))
    parks = gpd.read_file(folder / "county.gpkg", layer="industrial_park", engine="pyogrio").geometry[0]
    place = shapely.union(parks, affinity.translate(parks, 60, 0)).buffer(0.01)
    then, now = outlines(before), outlines(after)
    far = [row.code for row in before.units.itertuples() if not shapely.intersects(row.geometry, place)]
    assert far
    assert all(now[code] == then[code] for code in far)
    assert set(then) <= set(now)
    # Lists follow the land: that of a unit the park moved in or out of may have changed, and no other.
    said, had = texts(after), texts(before)
    assert {code: said[code] for code in far} == {code: had[code] for code in far}
    assert after.faces["area_m2"].sum() == pytest.approx(before.faces["area_m2"].sum(), rel=1e-12)
    assert float(after.meta["imbalance"]) < 1e-9


def test_of_the_same_units_as_a_foreign_layer_no_vertex_moves_and_none_comes_of_noise(folder):
    frame = gpd.read_file(folder / "last.gpkg", layer="units", engine="pyogrio")[["code", "name", "geometry"]]
    frame.set_axis(["HJGKDYBM", "HJGKDYMC", "geometry"], axis=1).to_file(
        folder / "foreign.shp", encoding="GBK", engine="pyogrio"
    )
    before, after = read_plan(folder / "last.gpkg"), updated(folder, "foreign", last="foreign.shp")
    assert set(outlines(after)) == set(outlines(before))
    assert dict(zip(after.units["code"], after.units["name"], strict=True)) == dict(
        zip(before.units["code"], before.units["name"], strict=True)
    )
    new = shapely.STRtree(shapely.points(np.unique(shapely.get_coordinates(after.units["geometry"]), axis=0)))
    old = shapely.points(np.unique(shapely.get_coordinates(before.units["geometry"]), axis=0))
    _, gaps = new.query_nearest(old, return_distance=True, all_matches=False)
    assert gaps.max() <= 0.001

"""A coastal city of real shapes, updated: as it is, and on county lines of another maker."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from cases import city_case
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs.running import run

OTHER = 'layer = "county_osm_mapchina"\nfields = { code = "Code_County", name = "Name_County" }'


@pytest.fixture(scope="module")
def city(data, tmp_path_factory):
    """Last year's plan of Xiamen, land and sea, without rasters, and the text of its case."""
    folder = tmp_path_factory.mktemp("city")
    case = city_case(data, "xiamen", folder / "last.toml")
    text = case.read_text(encoding="utf-8").partition("[[raster]]")[0]
    case.write_text(text, encoding="utf-8")
    run(case, folder / "last.gpkg")
    return folder, text


def updated(city, name, old="", new=""):
    folder, text = city
    assert old in text
    more = '[method]\nname = "update"\n\n[previous]\npath = "last.gpkg"\n'
    (folder / f"{name}.toml").write_text(text.replace(old, new) + more, encoding="utf-8")
    run(folder / f"{name}.toml", folder / f"{name}.gpkg")
    return read_plan(folder / "last.gpkg"), read_plan(folder / f"{name}.gpkg")


def test_a_city_with_a_coast_is_itself_again(city):
    before, after = updated(city, "same")
    for plan in (before, after):
        assert {code[:2] for code in plan.units["code"]} == {"ZH", "HY"}
    assert shapely.to_wkb(after.units["geometry"]).tolist() == shapely.to_wkb(before.units["geometry"]).tolist()
    assert after.units["code"].tolist() == before.units["code"].tolist()
    assert not any(json.loads(after.meta["update"])["faces"].values())


def test_county_lines_of_another_maker_make_no_unit(city):
    """They lie up to hundreds of metres beside: land changes hands, and joins what is there."""
    before, after = updated(city, "other", 'layer = "county"\nfields = { code = "code", name = "county" }', OTHER)
    assert after.units["code"].tolist() == before.units["code"].tolist()
    assert after.units["name"].tolist() == before.units["name"].tolist()
    moved = json.loads(after.meta["update"])["faces"]["transferred"]
    assert after.faces["area_m2"].to_numpy()[np.array(moved) - 1].sum() > 1e6
    county = dict(zip(after.units["unit_id"], after.units["county"], strict=True))
    assert (after.faces["county"] == after.faces["unit_id"].map(county)).all()

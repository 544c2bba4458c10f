"""Another program rounds coordinates differently: what nobody can see changes nothing that anyone sees."""

from __future__ import annotations

import json
import re
from collections import Counter

import numpy as np
import pytest
import shapely
from cases import city_case
from control_units.delineation.case.reading import read_case
from control_units.delineation.explain.update_report import update_report
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs import edit, run
from hand import CASE, box, hand, write_layer
from pyogrio.raw import read

OFF = 0.0003  # m, of every vertex
TURN = np.array([[np.cos(0.12), np.sin(0.12)], [-np.sin(0.12), np.cos(0.12)]])


@pytest.fixture(scope="module")
def drawn(data, tmp_path_factory):
    """Cases over real layers, last year's plan of each as drawn, and this year's on it by each method."""
    cases = {"HAND": data / "HAND" / "case.toml"}
    plans = {}
    for name in ("urumqi", "HAND"):
        folder = tmp_path_factory.mktemp(name)
        if name == "urumqi":  # eight counties, 67 townships, red line and water, in degrees and in metres
            cases[name] = city_case(data, name, folder / "city.toml")
            text = cases[name].read_text(encoding="utf-8").partition("[[raster]]")[0]
            cases[name].write_text(f'{text}\n[method]\nname = "overlay"\n', encoding="utf-8")
        last = folder / "then" / "plan.gpkg"
        planned(cases[name], last.parent)
        years = {how: planned(cases[name], folder / how, how, last) for how in ("overlay", "update")}
        plans[name] = cases[name], last, years
    return plans


def planned(case, folder, method="overlay", last=None, seed=0, off=0.0):
    """The plan of a case whose layers another program wrote, each with its vertices that much off."""
    folder.mkdir()
    text = case.read_text(encoding="utf-8").replace('"overlay"', f'"{method}"')
    for number, source in enumerate(read_case(case).sources):
        about, _, shapes, fields = read(case.parent / source.path, layer=source.layer)
        shapes, scale = shapely.from_wkb(shapes), 111_000 if about["crs"] == "EPSG:4490" else 1
        xy = shapely.get_coordinates(shapes)
        if "HAND" in case.parts:  # it lies on whole metres, where 0.3 mm are nothing
            xy = (xy - [505_000, 3_405_000]) @ TURN + [505_000, 3_405_000]
        key, back = np.unique(np.round(xy * scale, 4), axis=0, return_inverse=True)  # what is shared stays shared
        shift = np.random.default_rng([seed, number]).uniform(-off, off, key.shape) / scale
        shapes = list(shapely.set_coordinates(shapes, xy + shift[back.ravel()]))
        columns = dict(zip(about["fields"], map(list, fields), strict=True))
        write_layer(folder / "layers.gpkg", source.layer, shapes, columns, crs=about["crs"], kind="Unknown")
        text = text.replace(f'path = "{source.path}"', 'path = "layers.gpkg"')
    before = f'\n[previous]\npath = "{last.as_posix()}"\n' if last else ""
    (folder / "case.toml").write_text(text + before, encoding="utf-8")
    run(folder / "case.toml", folder / "plan.gpkg")
    return read_plan(folder / "plan.gpkg")


def plain(text):
    """A message without what it measures."""
    return re.sub(r"\S*[/\\]|[\d,]*\.\d+", "#", text)


def seen(plan):
    """All that people see of a plan, but for areas."""
    # The m² of merged land are an area too.
    units = plan.units.assign(reasons=plan.units["reasons"].str.replace(r"并入 [\d.,]+ \S+?（", "并入（", regex=True))
    out = {
        "units": units.drop(columns=["unit_id", "area_m2", "facts", "geometry"]).to_dict("records"),
        "clauses": plan.clauses.drop(columns="unit_id").astype(str).to_dict("records"),
        "findings": Counter((row.id, plain(row.message)) for row in plan.findings.itertuples()),
        "lineage": sorted(zip(plan.lineage["old"], plan.lineage["new"], plan.lineage["relation"], strict=True)),
        "zones": plan.element_zones[["code", "element", "zone", "county"]].to_dict("records"),
    }
    if "update" in plan.meta:
        out["report"] = [(row.kind, row.unit, plain(row.what)) for row in update_report(plan, "zh").rows]
        out["outcomes"] = json.loads(plan.meta["update"])["faces"]
    return out


def assert_red_line_stands(plan):
    red = plan.coverage.loc[plan.coverage["role"] == "red_line", "face_id"]
    assert (plan.faces.set_index("face_id").loc[red, "category"] == 1).all()


@pytest.mark.parametrize(("name", "seed"), [("urumqi", 1), ("HAND", 1), ("HAND", 2), ("HAND", 3)])
def test_rounding_changes_nothing_that_anyone_sees(drawn, tmp_path, name, seed):
    case, last, same = drawn[name]
    assert seen(planned(case, tmp_path / "then", seed=seed, off=OFF)) == seen(read_plan(last))
    for how, plan in same.items():
        on_drawn = planned(case, tmp_path / f"{how} on drawn", how, last, seed, OFF)
        on_moved = planned(case, tmp_path / f"{how} on moved", how, tmp_path / "then" / "plan.gpkg")
        for found in (on_drawn, on_moved):
            assert seen(found) == seen(plan), how
            assert_red_line_stands(found)
            most = 4 * OFF * shapely.length(plan.units["geometry"])
            assert (abs(found.units["area_m2"].to_numpy() - plan.units["area_m2"]) <= most).all()
        assert how == "overlay" or len(on_drawn.faces) > len(plan.faces) < len(on_moved.faces)


def test_edits_of_a_rounded_year_draft_as_edits_of_the_other(drawn, tmp_path):
    case, last, _ = drawn["HAND"]
    lists = []
    for off in (0.0, OFF):
        plan = planned(case, tmp_path / str(off), "update", last, 1, off)
        asked = [{"op": "categorize", "unit": plan.units.set_index("kind").loc["general", "code"], "category": 2}]
        path = tmp_path / str(off) / "plan.gpkg"
        assert not edit(path, asked, author="a", reason="r", basis="b")["refused"]
        lists.append(seen(read_plan(path)))
    assert lists[0] == lists[1]


# ────────────────────────────────────────────────────── both sides of what is rounding: a centimetre, and 0.01 m²

SOURCE = '\n[[source]]\nrole = "general_eco_space"\npath = "hand.gpkg"\nlayer = "general_eco_space"\n'
ECO = CASE.replace("\n[rules]", f"{SOURCE}\n[rules]")


def updated(folder, text, **layers):
    """The plan of an update of ``then.gpkg`` in a folder."""
    text = text.replace('"overlay"', '"update"') + f'\n[previous]\npath = "{(folder / "then.gpkg").as_posix()}"\n'
    run(hand(folder / "now", text, **layers), folder / "now.gpkg")
    return read_plan(folder / "now.gpkg")


SIZES = [(0.009, 400, False), (0.011, 400, True), (0.1, 0.09, False), (0.1, 0.11, True)]


@pytest.mark.parametrize(("width", "height", "told"), SIZES)
def test_a_touch_that_is_real_stays(tmp_path, width, height, told):
    """A zone beside the red line that reaches into it proposes its clauses there, from a centimetre and 0.01 m² on."""
    zone = box(3_000, 1_500, 1_000, 400) | box(3_000 - width, 1_500, width, height)
    run(hand(tmp_path, ECO, general_eco_space=([zone], {})), tmp_path / "plan.gpkg")
    plan = read_plan(tmp_path / "plan.gpkg")
    red = plan.units.loc[plan.units["kind"] == "red_line", "unit_id"].item()
    mine = plan.clauses[(plan.clauses["unit_id"] == red) & (plan.clauses["status"] == "建议")]
    assert set(mine["origin"]) == ({"general_eco_space"} if told else set())
    assert ("L14" in set(plan.findings["id"])) == told


@pytest.mark.parametrize(("width", "height", "told"), SIZES)
def test_priority_land_that_an_update_leaves_out_is_told_from_what_anyone_can_see(tmp_path, width, height, told):
    eco, text = [box(6_000, 7_000, 1_000, 400)], ECO.replace("sliver_area = 10_000", "sliver_area = 0")
    run(hand(tmp_path / "then", text, general_eco_space=(eco, {})), tmp_path / "then.gpkg")
    eco.append(box(7_000, 7_000, width, height))
    found = updated(tmp_path, text, general_eco_space=(eco, {})).findings
    assert found.loc[found["id"] == "S54", "value"].tolist() == pytest.approx([width * height] if told else [])


def test_a_cancelled_zone_lives_on_in_no_strip_that_rounding_left(tmp_path):
    """What its neighbour's line cuts off of it goes to what is beside it."""
    then = hand(tmp_path / "then", ECO, general_eco_space=([box(7_000, 4_000, 1_000, 2_000)], {}))
    run(then, tmp_path / "then.gpkg")
    text = f'{ECO}\n[update]\nlower = "follow"\ndocument = "某文件"\n'
    eco = ([box(6_999.991, 4_000, 1_000.009, 2_000)], {})
    other = ([box(8_000, 500, 500, 500)], {"zone": ["工业污染重点管控区"]})
    units = updated(tmp_path, text, general_eco_space=eco, water=other).units
    assert sorted(units["kind"]) == ["general", "general_eco_space", "red_line", "water_zone"]
    assert units.set_index("kind").loc["water_zone", "area_m2"] == pytest.approx(500 * 500)


def test_a_red_line_stands_however_thin_it_is(tmp_path):
    """A strip of a few millimetres across the county line is red-line land of the other county, in each method."""
    halves = (
        [box(0, 0, 5_000, 10_000), box(5_000, 0, 5_000, 10_000)],
        {"code": ["999901", "999902"], "name": ["甲", "乙"]},
    )
    run(hand(tmp_path / "then", county=halves), tmp_path / "then.gpkg")
    red = ([box(1_000, 1_000, 4_000.004, 2_000)], {"id": ["R1"]})
    run(hand(tmp_path / "plain", county=halves, red_line=red), tmp_path / "plain.gpkg")
    for plan in (read_plan(tmp_path / "plain.gpkg"), updated(tmp_path, CASE, county=halves, red_line=red)):
        assert_red_line_stands(plan)
        there = plan.units[(plan.units["kind"] == "red_line") & (plan.units["county"] == "999902")]
        assert there["area_m2"].tolist() == pytest.approx([0.004 * 2_000])
        assert (there["reasons"] != "").all()

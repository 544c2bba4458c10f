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
SOURCE = '\n[[source]]\nrole = "{0}"\npath = "hand.gpkg"\nlayer = "{0}"\n'
MORE = {
    "general_eco_space": "",
    "industrial_park": 'fields = { name = "name" }\n',
    "air_zone": 'fields = { zone = "zone" }\n',
}
TEXT = CASE.replace("\n[rules]", "".join(SOURCE.format(one) + more for one, more in MORE.items()) + "\n[rules]")
# Whatever can lie along something else does: at county lines, at township lines, along each other.
LAYERS = {
    "county": (
        [box(0, 0, 5_000, 10_000), box(5_000, 0, 5_000, 10_000)],
        {"code": ["999901", "999902"], "name": "甲乙"},
    ),
    "township": (
        [box(0, 0, 5_000, 4_000), box(0, 4_000, 5_000, 6_000), box(5_000, 0, 5_000, 10_000)],
        {"code": ["999901001", "999901002", "999902001"], "name": "子丑寅"},
    ),
    "red_line": ([box(1_000, 1_000, 2_000, 3_000), box(7_000, 0, 2_000, 2_000)], {"id": ["R1", "R2"]}),
    "water": ([box(2_000, 4_000, 3_000, 2_000), box(5_000, 2_000, 4_000, 2_000)], {"zone": ["工业污染重点管控区"] * 2}),
    "industrial_park": ([box(3_000, 6_000, 2_000, 1_500)], {"name": ["东园"]}),
    "general_eco_space": ([box(5_000, 8_000, 2_000, 2_000), box(0, 1_000, 1_000, 2_000)], {"id": ["E1", "E2"]}),
    "air_zone": ([box(3_000, 7_500, 2_000, 2_500)], {"zone": ["受体敏感重点管控区"]}),
}
TURN = np.array([[np.cos(0.12), np.sin(0.12)], [-np.sin(0.12), np.cos(0.12)]])  # off the grid of whole millimetres


def moved(shapes, seed, number, off=OFF):
    """The shapes of one layer with each vertex, the same for all that share it, rounded by another program."""
    xy = shapely.get_coordinates(shapes)
    key, back = np.unique(np.round(xy, 9 if off < 1e-6 else 5), axis=0, return_inverse=True)
    shift = np.random.default_rng([seed, number]).uniform(-off, off, key.shape)
    return shapely.set_coordinates(np.array(shapes, dtype=object), xy + shift[back.ravel()])


def county(folder, seed=None, more="", method="overlay", **other):
    """The case with turned layers, as drawn or as another program rounded them."""
    layers = {}
    for number, (name, (shapes, fields)) in enumerate({**LAYERS, **other}.items()):
        turned = shapely.transform(shapes, lambda xy: (xy - [505_000, 3_405_000]) @ TURN + [505_000, 3_405_000])
        fields = {key: list(values) for key, values in fields.items()}
        layers[name] = (list(turned if seed is None else moved(turned, seed, number)), fields)
    return hand(folder, TEXT.replace('"overlay"', f'"{method}"') + more, **layers)


def next_year(folder, seed, last, method):
    """The plan of the case of another year, with what was before."""
    run(county(folder, seed, f'\n[previous]\npath = "{last.as_posix()}"\n', method), folder / "now.gpkg")
    return read_plan(folder / "now.gpkg")


def plain(text):
    """A message without what it measures."""
    return re.sub(r"\S*[/\\]|[\d,]*\.\d+", "#", text)


def seen(plan):
    """All that people see of a plan, but for areas."""
    units = plan.units.drop(columns=["unit_id", "area_m2", "facts", "geometry"])
    zones = plan.element_zones[["code", "element", "zone", "county"]]
    out = {
        "units": units.to_dict("records"),
        "clauses": plan.clauses.drop(columns="unit_id").astype(str).to_dict("records"),
        "findings": Counter((row.id, plain(row.message)) for row in plan.findings.itertuples()),
        "lineage": sorted(zip(plan.lineage["old"], plan.lineage["new"], plan.lineage["relation"], strict=True)),
        "zones": zones.to_dict("records"),
    }
    if "update" in plan.meta:
        out["report"] = [(row.kind, row.unit, plain(row.what)) for row in update_report(plan, "zh").rows]
        out["outcomes"] = json.loads(plan.meta["update"])["faces"]
    return out


def assert_red_line_stands(plan):
    red = plan.coverage.loc[plan.coverage["role"] == "red_line", "face_id"]
    assert (plan.faces.set_index("face_id").loc[red, "category"] == 1).all()


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """Last year's plan as drawn, and plans of this year on it from the same layers by each method."""
    folder = tmp_path_factory.mktemp("drawn")
    run(county(folder / "then"), folder / "then.gpkg")
    return folder / "then.gpkg", {
        how: next_year(folder / how, None, folder / "then.gpkg", how) for how in ("overlay", "update")
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_rounding_changes_nothing_that_anyone_sees(drawn, tmp_path, seed):
    last, same = drawn
    run(county(tmp_path / "then", seed), tmp_path / "then.gpkg")
    there = read_plan(tmp_path / "then.gpkg")
    assert seen(there) == seen(read_plan(last))
    for how, plan in same.items():
        on_drawn = next_year(tmp_path / f"{how} on drawn", seed, last, how)
        on_moved = next_year(tmp_path / f"{how} on moved", None, tmp_path / "then.gpkg", how)
        for found in (on_drawn, on_moved):
            assert seen(found) == seen(plan), how
            assert_red_line_stands(found)
            around = shapely.length(plan.units["geometry"])
            assert (abs(found.units["area_m2"].to_numpy() - plan.units["area_m2"]) <= 4 * OFF * around).all()
        if how == "update":
            assert len(on_drawn.faces) > len(plan.faces) < len(on_moved.faces)


def test_edits_of_a_rounded_year_draft_as_edits_of_the_other(drawn, tmp_path):
    """What an edit drafts anew, and that undone, is what it drafts where no line was rounded."""
    last, _ = drawn
    lists = []
    for seed in (None, 1):
        next_year(tmp_path / str(seed), seed, last, "update")
        plan = tmp_path / str(seed) / "now.gpkg"
        codes = read_plan(plan).units.set_index("kind").loc["general", "code"].tolist()
        asked = [{"op": "categorize", "unit": one, "category": 2} for one in codes]
        assert not edit(plan, asked, author="a", reason="r", basis="b")["refused"]
        lists.append(seen(read_plan(plan)))
    assert lists[0] == lists[1]


def city(data, folder, seed):
    """Urumqi: eight counties, 67 townships, red line and water, in degrees and in metres."""
    folder.mkdir()
    case = city_case(data, "urumqi", folder / "case.toml")
    text = case.read_text(encoding="utf-8").partition("[[raster]]")[0]
    for number, source in enumerate(read_case(case).sources):
        about, _, shapes, fields = read(source.path, layer=source.layer)
        off = 0 if seed is None else OFF if "4538" in about["crs"] else OFF / 111_000
        shapes = list(moved(shapely.from_wkb(shapes), seed or 0, number, off))
        columns = dict(zip(about["fields"], map(list, fields), strict=True))
        write_layer(folder / "layers.gpkg", source.layer, shapes, columns, crs=about["crs"], kind="Unknown")
        text = text.replace(f'path = "{source.path}"', 'path = "layers.gpkg"')
    case.write_text(text, encoding="utf-8")
    return case, text


@pytest.mark.parametrize("how", ["overlay", "update"])
def test_a_real_city_is_itself_when_its_layers_are_rounded(data, tmp_path, how):
    plans = []
    for seed in (None, 1):
        case, text = city(data, tmp_path / str(seed), seed)
        if seed is None:
            run(case, tmp_path / "last.gpkg")
        case.write_text(f'{text}\n[method]\nname = "{how}"\n\n[previous]\npath = "../last.gpkg"\n', encoding="utf-8")
        run(case, tmp_path / f"{seed}.gpkg")
        plans.append(read_plan(tmp_path / f"{seed}.gpkg"))
    assert len(plans[1].faces) > 1_000 > len(plans[0].faces)
    assert seen(plans[1]) == seen(plans[0])
    assert_red_line_stands(plans[1])


# ────────────────────────────────────────────────────── both sides of what is rounding: a centimetre, and 0.01 m²

ECO = CASE.replace("\n[rules]", SOURCE.format("general_eco_space") + "\n[rules]")


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
    run(county(tmp_path / "then"), tmp_path / "then.gpkg")
    for how in ("overlay", "update"):
        more = f'\n[previous]\npath = "{(tmp_path / "then.gpkg").as_posix()}"\n'
        wide = ([box(1_000, 1_000, 4_000.004, 3_000)], {"id": ["R1"]})
        run(county(tmp_path / how, None, more, how, red_line=wide), tmp_path / how / "now.gpkg")
        plan = read_plan(tmp_path / how / "now.gpkg")
        assert_red_line_stands(plan)
        there = plan.units[(plan.units["kind"] == "red_line") & (plan.units["county"] == "999902")]
        strip = there.loc[there["area_m2"].idxmin()]
        assert strip["area_m2"] == pytest.approx(0.004 * 3_000, rel=0.2)
        assert strip["reasons"]

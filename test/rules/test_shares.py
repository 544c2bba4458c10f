"""Shares that are filed of units: recomputed from the sources by areas of shapes, and the same wherever they stand.

The oracle reads the source layers and the outlines of the units; of the engine it has nothing.
"""

from __future__ import annotations

import json
import re
import shutil

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
import shapely
from command import ask
from control_units.delineation.cli import main
from control_units.delineation.core.messages import percent, rounded, share_text
from hand import CASE, box, hand

PRINTED = 5e-5 + 1e-9  # of a share: half of the last digit
NEAR = 1e-7  # of a share: what snapping to a millimetre moves
SOURCE = """
[[source]]
role = "{}"
path = "hand.gpkg"
layer = "{}"
fields = {{ {} }}
"""
ROLES = {"air": "air_zone", "drink": "drinking_water", "eco": "general_eco_space"}
ROLES |= {"park": "industrial_park", "reserve": "protected_area"}
# Rules that decide in these cases, the strictest first: category, layer, what its zones are called, any being "".
RULES = {
    "R01": (1, "red_line", ""),
    "R02": (1, "drink", "一级保护区 二级保护区"),
    "R04": (1, "reserve", ""),
    "R06": (1, "eco", ""),
    "R09": (1, "water", "水环境优先保护区"),
    "R14": (2, "park", ""),
    "R19": (2, "water", "工业污染重点管控区 农业污染重点管控区"),
    "R20": (2, "air", "受体敏感重点管控区"),
}
WEAK = "sliver_area = 10_000\nfragment_area = 0"


def county_of(folder, cleaning, **layers):
    """A case of the hand county with more layers, under that cleaning."""
    more = ""
    for layer, (_, fields) in layers.items():
        if layer in ROLES:
            more += SOURCE.format(ROLES[layer], layer, ", ".join(f'{one} = "{one}"' for one in fields))
    return hand(folder, CASE.replace(WEAK, cleaning).replace("[rules]", more + "[rules]"), **layers)


def scattered(seed, count, least, most, *zones, across=10_000):
    """Rectangles anywhere in the county: what they leave between each other is small and thin."""
    rng = np.random.default_rng(seed)
    corners, sizes = rng.integers(0, across, (count, 2)), rng.integers(least, most, (count, 2))
    fields = {"zone": [zones[number % len(zones)] for number in range(count)]} if zones else {}
    return [box(*one) for one in np.hstack([corners, sizes]).tolist()], fields


def with_parks(folder):
    """Parks, drinking water of three grades, a reserve and scattered zones."""
    well = [box(6_000, 6_000, 800, 800), box(5_500, 5_500, 1_800, 1_800), box(5_000, 5_000, 2_800, 2_800)]
    return county_of(
        folder,
        "sliver_area = 300_000\nsliver_thinness = 0.4\nfragment_area = 3_000_000",
        water=scattered(1, 40, 150, 1_900, "工业污染重点管控区", "水环境优先保护区", "农业污染重点管控区"),
        air=scattered(2, 25, 60, 1_500, "受体敏感重点管控区"),
        drink=([well[0], well[1] - well[0], well[2] - well[1]], {"zone": ["一级保护区", "二级保护区", "准保护区"]}),
        park=([box(300, 7_000, 1_300, 1_100), box(8_000, 300, 900, 1_700)], {"name": ["北园区", "南园区"]}),
        reserve=([box(3_200, 900, 1_100, 2_300)], {"name": ["保护地"]}),
        eco=scattered(3, 7, 300, 2_600),
    )


def with_islands(folder):
    """A county of a mainland and islands down to 0.05 km², two townships, and zones that reach over the water."""
    islands = [box(11_000 + 900 * number, 400 * number, 120 * number, 400) for number in range(1, 6)]
    county, west = shapely.MultiPolygon([box(0, 0, 10_000, 10_000), *islands]), box(0, 0, 5_000, 10_000)
    return county_of(
        folder,
        "sliver_area = 500_000\nsliver_thinness = 0.5\nfragment_area = 2_000_000",
        county=([county], {"code": ["999901"], "name": ["试验县"]}),
        township=([west, county - west], {"code": ["999901001", "999901002"], "name": ["甲镇", "乙镇"]}),
        water=scattered(4, 45, 100, 1_700, "工业污染重点管控区", "水环境优先保护区", across=16_000),
        air=scattered(5, 30, 50, 1_200, "受体敏感重点管控区", across=16_000),
        eco=scattered(6, 9, 300, 2_200, across=15_000),
    )


@pytest.fixture(scope="module", params=[with_parks, with_islands])
def ran(request, tmp_path_factory):
    """Folder of a case that was run by the command line."""
    folder = tmp_path_factory.mktemp("shares")
    answer = ask("run", request.param(folder), "-o", folder / "plan.gpkg")
    assert answer.code in (0, 1), answer
    return folder


# ── What the sources say ─────────────────────────────────────────────────────────────────────────────────────────────


def decided(folder):
    """Ground that each rule decides by itself: what its zones cover, without what a stricter one has; "" the rest."""
    present = set(gpd.list_layers(folder / "hand.gpkg")["name"])
    ground, left = {}, box(-10_000, -10_000, 100_000, 100_000)
    for rule, (_, layer, zones) in RULES.items():
        if layer in present:
            rows = gpd.read_file(folder / "hand.gpkg", layer=layer)
            whole = rows[rows["zone"].isin(zones.split())].union_all() if zones else rows.union_all()
            ground[rule], left = whole & left, left - whole
    return ground, left


def expected(folder, plan):
    """By the code of each unit: its area and what is to be filed, by rule, ``rest`` and ``merged``, all from shapes.

    A rule is the unit's where a face that rides with none lies on its ground; else what it has there was merged.
    """
    ground, left = decided(folder)
    faces = gpd.read_file(plan, layer="faces").query("host.isna()")
    own = {
        rule: set(faces["unit_id"][faces.representative_point().intersects(shape)]) for rule, shape in ground.items()
    }
    out = {}
    for unit in gpd.read_file(plan, layer="units").itertuples():
        lands = {
            rule: shape
            for rule, shape in ground.items()
            if RULES[rule][0] == unit.category and unit.unit_id in own[rule]
        }
        lands |= {"rest": left} if unit.category == 3 else {}
        shares = {name: (shape & unit.geometry).area / unit.geometry.area for name, shape in lands.items()}
        shares["merged"] = 1 - sum(shares.values())
        out[unit.code] = unit.geometry.area, {name: share for name, share in shares.items() if share > NEAR}
    return out


# ── What is printed ──────────────────────────────────────────────────────────────────────────────────────────────────

PART = re.compile(
    r"(?:(?P<rule>R\w+) .*?|(?P<rest>其余区域) |(?P<merged>并入) (?P<size>[\d.,]+) (?P<unit>\S+?)（"
    r"|(?P<put>人工修订划入（非规则判定）))(?P<share><?[\d.]+)%）?"
)
UNITS = {"km²": 1e6, "公顷": 1e4, "m²": 1.0}


def printed(text):
    """Shares of a filed text by rule, ``rest``, ``merged`` and ``put``, and the m² that it calls merged."""
    shares, merged = {}, 0.0
    for part in text.split("；"):
        found = PART.fullmatch(part)
        assert found, part
        name = found["rule"] or next(one for one in ("rest", "merged", "put") if found[one])
        assert name not in shares, text
        shares[name] = 0.0 if "<" in found["share"] else float(found["share"]) / 100
        if found["merged"]:
            merged = float(found["size"].replace(",", "")) * UNITS[found["unit"]]
    assert abs(sum(shares.values()) - 1) <= PRINTED * (len(shares) + 1), text
    return shares, merged


def agrees(text, area, shares):
    """Hold a text against what the sources say: every share to its last digit, and nothing else."""
    said, merged = printed(text)
    wanted = {name: share for name, share in shares.items() if share >= 5e-5}
    assert said == pytest.approx(wanted, abs=PRINTED), text
    digit = 5_000.0 if merged >= 1e6 else 50.0 if merged >= 1e4 else 0.005
    assert abs(merged - area * shares.get("merged", 0.0) * ("merged" in said)) <= digit + NEAR * area, text


# ── Filed and explained ──────────────────────────────────────────────────────────────────────────────────────────────


def filed_of(plan):
    return gpd.read_file(plan, layer="units").set_index("code")["reasons"].to_dict()


def test_what_is_filed_and_why_says_is_what_the_sources_say(ran, capsys):
    wanted, filed = expected(ran, ran / "plan.gpkg"), filed_of(ran / "plan.gpkg")
    assert set(filed) == set(wanted)
    assert max(shares.get("merged", 0.0) for _, shares in wanted.values()) > 0.05
    for code, (area, shares) in wanted.items():
        agrees(filed[code], area, shares)
        answer = ask("why", ran / "plan.gpkg", code, "--lang", "zh").document
        assert answer["filed"] == filed[code]
        said = dict.fromkeys(shares, 0.0) | {"merged": answer["merged_m2"] / area, "put": answer["put_m2"] / area}
        for row in answer["reasons"]:
            assert row["decides_m2"] <= row["area_m2"] * (1 + 1e-9)
            said[row["rule"]] = said.get(row["rule"], 0.0) + row["decides_m2"] / area
        for name in said.keys() - {"rest"}:
            assert said[name] == pytest.approx(shares.get(name, 0.0), abs=NEAR), (code, name)
    assert main(["why", str(ran / "plan.gpkg"), code, "--lang", "zh"]) == 0
    assert f"报送的划定依据：{filed[code]}" in capsys.readouterr().out.splitlines()


# ── Edits ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("op", ["assign", "merge"])
def test_land_that_people_put_into_a_unit_is_called_theirs(ran, tmp_path, capsys, op):
    plan = shutil.copy(ran / "plan.gpkg", tmp_path / "plan.gpkg")
    before = filed_of(plan)
    units = gpd.read_file(plan, layer="units").sort_values("area_m2", ascending=False)
    first, second = (units.loc[units["category"] == number].iloc[0] for number in (1, 2))
    general = gpd.read_file(plan, layer="faces").query("category == 3 and rule_category == 3 and host.isna()")
    face = general.loc[general["area_m2"].idxmax()]
    ops = {
        "assign": {"faces": [int(face["face_id"])], "unit": first["code"]},
        "merge": {"units": [first["code"], second["code"]], "category": 1},
    }
    told = {"op": op, "author": "甲", "reason": "连片", "basis": "甲政〔2026〕1 号"}
    (tmp_path / "edits.jsonl").write_text(json.dumps(ops[op] | told), encoding="utf-8")
    answer = ask("edit", plan, tmp_path / "edits.jsonl")
    assert (answer.code, answer.document["refused"]) == (0, []), answer
    ids, after = gpd.read_file(plan, layer="units").set_index("unit_id")["code"], filed_of(plan)
    code = ids[first["unit_id"]]
    assert after[code] != before.get(code)
    said, _ = printed(after[code])
    area, shares = expected(ran, plan)[code]
    ruled = {rule: share for rule, share in shares.items() if rule != "merged" and share >= 5e-5}
    assert {rule: said[rule] for rule in said.keys() - {"merged", "put"}} == pytest.approx(ruled, abs=PRINTED)
    answer = ask("why", plan, code, "--lang", "zh").document
    assert answer["filed"] == after[code]
    assert answer["put_m2"] / area == pytest.approx(said["put"], abs=PRINTED)
    if op == "assign":
        place = face["geometry"].representative_point()
        assert main(["why", str(plan), f"{place.x},{place.y}", "--lang", "zh"]) == 0
        assert "由人工修订或上级成果确定为优先保护，非规则判定" in capsys.readouterr().out
    assert ask("undo", plan).code == 0
    assert filed_of(plan) == before


# ── How it is written ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("length", "more"), [(2_450, ""), (2_550, "；并入 5,100.00 m²（0.01%）")])
def test_merged_land_is_told_from_half_a_hundredth_of_a_percent(tmp_path, length, more):
    """Eco space over a county but for a strip of general land: 0.00495 % of it, or 0.0051 %."""
    whole = box(0, 0, 10_000, 10_000)
    red = [box(0, 0, 1_000, 1_000)]
    case = county_of(tmp_path, WEAK, red_line=(red, {"id": ["R1"]}), eco=([whole - box(1_500, 9_000, length, 2)], {}))
    assert ask("run", case, "-o", tmp_path / "plan.gpkg").code in (0, 1)
    unit = gpd.read_file(tmp_path / "plan.gpkg", layer="units").query("kind == 'general_eco_space'").iloc[0]
    assert unit["reasons"] == f"R06 一般生态空间 {99.99 if more else 100:.2f}%{more}"
    merged = ask("why", tmp_path / "plan.gpkg", unit["code"]).document["merged_m2"]
    assert merged == pytest.approx(2 * length, abs=0.01)


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.251157, "25.12%"),
        (0.25115, "25.12%"),
        (0.2511499, "25.11%"),
        (0.99995, "100.00%"),
        (0.999949, "99.99%"),
        (1.005, "100.50%"),
        (0.0, "0.00%"),
        (0.00005, "0.01%"),
        (0.0000499, "<0.01%"),
    ],
)
def test_a_share_is_rounded_half_up_as_it_is_written(share, said):
    assert share_text(share) == said
    assert percent(share) == (0 if said.startswith("<") else float(said.rstrip("%")))


@pytest.mark.parametrize(("height", "said"), [(5_023.14, "25.12"), (5_023.0, "25.12"), (5_022.99, "25.11")])
def test_a_share_reads_the_same_at_every_door(tmp_path, capsys, height, said):
    """Red line on 25.1157, 25.115 and 25.11495 % of a county: summary and workbook agree."""
    plan = tmp_path / "plan.gpkg"
    case = hand(tmp_path, red_line=([box(1_000, 1_000, 5_000, height)], {"id": ["R1"]}))
    assert ask("run", case, "-o", plan).code in (0, 1)
    capsys.readouterr()
    assert main(["info", str(plan), "--lang", "zh"]) == 0
    assert f" {said}%" in capsys.readouterr().out
    assert ask("export", plan, "--format", "areas-xlsx", "-o", tmp_path / "areas.xlsx").code == 0
    (row,) = openpyxl.load_workbook(tmp_path / "areas.xlsx")["分县"].iter_rows(min_row=2, max_row=2, values_only=True)
    assert row[3:5] == (rounded(5_000 * height / 1e6, 4), float(said))


def test_no_number_has_a_tail_of_what_floats_add(ran):
    plan = ran / "plan.gpkg"
    code = gpd.read_file(plan, layer="units")["code"].iloc[0]
    asked = ("info", plan), ("why", plan, code), ("check", plan), ("assess", plan, "505000,3405000,500")
    text = "".join(json.dumps(ask(*words).document) for words in asked)
    seen = [float(one) for one in re.findall(r"\d+\.\d+(?:e-?\d+)?", text)]
    assert len(seen) > 50
    assert [one for one in seen if one != float(f"{one:.12g}")] == []

"""Shares that are filed of units: recomputed from the sources by areas of shapes, and the same wherever they stand.

The oracle reads the source layers, the table of rules and the outlines of the units; of the engine it has nothing.
"""

from __future__ import annotations

import csv
import json
import re
import shutil

import geopandas as gpd
import numpy as np
import openpyxl
import pyogrio
import pytest
import shapely
from command import ROOT, ask
from control_units.delineation.cli import main
from control_units.delineation.core.messages import percent, rounded, share_text
from hand import CASE, box, hand

PRINTED = 5e-5 + 1e-9  # of a share: half of the last digit
NEAR = 1e-7  # of a share: what snapping to a millimetre moves
SOURCE = """
[[source]]
role = "{role}"
path = "hand.gpkg"
layer = "{layer}"
fields = {{ {fields} }}
"""
ZONES = {"water": "water_zone", "air": "air_zone", "drink": "drinking_water", "eco": "general_eco_space"}
ZONES |= {"park": "industrial_park", "reserve": "protected_area"}
# The words of the sources and what the rules call them.
WORDS = {
    "水环境优先保护区": "priority",
    "工业污染重点管控区": "industrial",
    "农业污染重点管控区": "agricultural",
    "受体敏感重点管控区": "receptor_sensitive",
    "一级保护区": "1",
    "二级保护区": "2",
    "准保护区": "3",
}
WEAK = "sliver_area = 10_000\nfragment_area = 0"


def case_of(*layers, cleaning):
    """The hand county's case with more sources, under strong cleaning."""
    more = ""
    for layer in layers:
        fields = 'name = "name"' if layer in ("park", "reserve", "eco") else 'zone = "zone"'
        more += SOURCE.format(role=ZONES[layer], layer=layer, fields=fields)
    return CASE.replace(WEAK, cleaning).replace("[rules]", more + "[rules]")


def scattered(seed, count, least, most, zones, across=10_000):
    """Rectangles anywhere in the county: what they leave between each other is small and thin."""
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, across, (2, count)).tolist()
    width, height = rng.integers(least, most, (2, count)).tolist()
    shapes = [box(*one) for one in zip(x, y, width, height, strict=True)]
    return shapes, {"zone": [zones[number % len(zones)] for number in range(count)]}


def with_parks(folder):
    """Parks, drinking water of three grades, a reserve and scattered zones; a hole of 0.0049 % in one eco space."""
    well = [box(6_000, 6_000, 800, 800), box(5_500, 5_500, 1_800, 1_800), box(5_000, 5_000, 2_800, 2_800)]
    drink = shapely.difference(well, [shapely.Point(), *well[:-1]]).tolist()
    return hand(
        folder,
        case_of("air", "drink", "park", "reserve", "eco", cleaning="sliver_area = 300_000\nsliver_thinness = 0.4\n"
                "fragment_area = 3_000_000"),
        water=scattered(1, 40, 150, 1_900, ["工业污染重点管控区", "水环境优先保护区", "农业污染重点管控区"]),
        air=scattered(2, 25, 60, 1_500, ["受体敏感重点管控区"]),
        drink=(drink, {"zone": ["一级保护区", "二级保护区", "准保护区"]}),
        park=([box(300, 7_000, 1_300, 1_100), box(8_000, 300, 900, 1_700)], {"name": ["北园区", "南园区"]}),
        reserve=([box(3_200, 900, 1_100, 2_300)], {"name": ["保护地"]}),
        eco=(scattered(3, 7, 300, 2_600, [""])[0], {"name": list("abcdefg")}),
    )  # fmt: skip


def with_islands(folder):
    """A county of a mainland and islands down to 0.05 km², two townships, and zones that reach over the water."""
    islands = [box(11_000 + 900 * number, 400 * number, 120 * number, 400) for number in range(1, 6)]
    county = shapely.MultiPolygon([box(0, 0, 10_000, 10_000), *islands])
    west = box(0, 0, 5_000, 10_000)
    return hand(
        folder,
        case_of("air", "eco", cleaning="sliver_area = 500_000\nsliver_thinness = 0.5\nfragment_area = 2_000_000"),
        county=([county], {"code": ["999901"], "name": ["试验县"]}),
        township=([west, county.difference(west)], {"code": ["999901001", "999901002"], "name": ["甲镇", "乙镇"]}),
        water=scattered(4, 45, 100, 1_700, ["工业污染重点管控区", "水环境优先保护区"], across=16_000),
        air=scattered(5, 30, 50, 1_200, ["受体敏感重点管控区"], across=16_000),
        eco=(scattered(6, 9, 300, 2_200, [""], across=15_000)[0], {"name": list("abcdefghi")}),
    )


CASES = {"parks": with_parks, "islands": with_islands}


@pytest.fixture(scope="module", params=CASES)
def ran(request, tmp_path_factory):
    """Folder of a case that was run by the command line."""
    folder = tmp_path_factory.mktemp(request.param)
    answer = ask("run", CASES[request.param](folder), "-o", folder / "plan.gpkg")
    assert answer.code in (0, 1), answer
    return folder


# ── What the sources say ─────────────────────────────────────────────────────────────────────────────────────────────


def rules():
    """Rows that decide in these cases, the strictest first: id, role, zones, category."""
    with (ROOT / "resources/profiles/national/rules.csv").open(encoding="utf-8-sig") as file:
        rows = [
            row for row in csv.DictReader(file) if row["effect"] in "12" and not row["switch"] and not row["inside"]
        ]
    rows.sort(key=lambda row: (-float(row["precedence"]), int(row["effect"])))
    return [(row["id"], row["role"], row["zone"].split("|"), int(row["effect"])) for row in rows]


def decided(folder):
    """Ground that each rule decides by itself: what its zones cover, without what a stricter one has."""
    ground = {"red_line": gpd.read_file(folder / "hand.gpkg", layer="red_line").assign(zone="")}
    for layer, role in ZONES.items():
        if layer not in pyogrio.list_layers(folder / "hand.gpkg")[:, 0]:
            continue
        read = gpd.read_file(folder / "hand.gpkg", layer=layer)
        words = read["zone"].map(WORDS) if "zone" in read else ""
        ground[role] = read.assign(zone=words)
    out, taken = {}, shapely.Polygon()
    for rule, role, zones, category in rules():
        if role not in ground:
            continue
        rows = ground[role]
        mine = rows.geometry[np.ones(len(rows), dtype=bool) if "*" in zones else rows["zone"].isin(zones)]
        whole = shapely.union_all(mine.to_numpy())
        out[rule] = category, whole.difference(taken)
        taken = taken.union(whole)
    return out, taken


def expected(plan, folder):
    """By the code of each unit: its area and what is to be filed, by rule, ``rest`` and ``merged``, all from shapes.

    A rule is the unit's where a face that rides with none lies on its ground; else what it has there was merged.
    """
    by_rule, taken = decided(folder)
    units = gpd.read_file(plan, layer="units")
    faces = gpd.read_file(plan, layer="faces")
    stand = faces[faces["host"].isna()]
    points = shapely.point_on_surface(stand.geometry.to_numpy())
    own = {rule: set(stand["unit_id"][shapely.intersects(shape, points)]) for rule, (_, shape) in by_rule.items()}
    out = {}
    for unit in units.itertuples():
        area = shapely.area(unit.geometry)
        shares = {
            rule: shapely.area(shape.intersection(unit.geometry)) / area
            for rule, (category, shape) in by_rule.items()
            if category == unit.category and unit.unit_id in own[rule]
        }
        if unit.category == 3:
            shares["rest"] = shapely.area(unit.geometry.difference(taken)) / area
        shares["merged"] = 1 - sum(shares.values())
        out[unit.code] = area, {name: share for name, share in shares.items() if share > NEAR}
    return out


# ── What is printed ──────────────────────────────────────────────────────────────────────────────────────────────────

PART = re.compile(
    r"(?:(?P<rule>R\w+) .*?|(?P<rest>其余区域) |(?P<merged>并入) (?P<size>[\d.,]+) (?P<unit>\S+?)（"
    r"|(?P<put>人工修订划入（非规则判定）))(?P<less><?)(?P<share>[\d.]+)%）?"
)
UNITS = {"km²": 1e6, "公顷": 1e4, "m²": 1.0}


def printed(text):
    """Shares of a filed text by rule, ``rest`` and ``merged``, and the m² that it calls merged."""
    shares, merged = {}, 0.0
    for part in filter(None, text.split("；")):
        found = PART.fullmatch(part)
        assert found, part
        name = found["rule"] or next(one for one in ("rest", "merged", "put") if found[one])
        assert name not in shares, text
        shares[name] = 0.0 if found["less"] else float(found["share"]) / 100
        if found["merged"]:
            merged = float(found["size"].replace(",", "")) * UNITS[found["unit"]]
    return shares, merged


def agrees(text, area, shares):
    """Hold a text against what the sources say: every share to its last digit, nothing else, and the sum."""
    said, merged = printed(text)
    wanted = {name: share for name, share in shares.items() if share >= 5e-5}
    assert set(said) == set(wanted), (text, shares)
    for name, share in wanted.items():
        assert abs(said[name] - share) <= PRINTED, (name, text, shares)
    assert abs(sum(said.values()) - 1) <= PRINTED * (len(said) + 1), text
    digit = 5_000.0 if merged >= 1e6 else 50.0 if merged >= 1e4 else 0.005
    assert abs(merged - area * wanted.get("merged", 0.0)) <= digit + NEAR * area, text


# ── Filed, exported, explained ───────────────────────────────────────────────────────────────────────────────────────


def test_what_is_filed_is_what_the_sources_say(ran):
    units = gpd.read_file(ran / "plan.gpkg", layer="units").set_index("code")
    wanted = expected(ran / "plan.gpkg", ran)
    assert max(shares.get("merged", 0.0) for _, shares in wanted.values()) > 0.05
    for code, (area, shares) in wanted.items():
        assert units["area_m2"][code] == pytest.approx(area, rel=1e-9)
        agrees(units["reasons"][code], area, shares)


@pytest.mark.parametrize("kind", ["gpkg", "shp"])
def test_the_layer_that_is_filed_says_it(ran, tmp_path, kind):
    out = tmp_path / f"units.{kind}"
    assert ask("export", ran / "plan.gpkg", "--format", f"units-{kind}", "-o", out).code == 0
    filed = gpd.read_file(out, layer=pyogrio.list_layers(out)[0, 0]).set_index("HJGKDYBM")
    wanted = expected(ran / "plan.gpkg", ran)
    assert set(filed.index) == set(wanted)
    for code, (area, shares) in wanted.items():
        assert filed["MJ"][code] == round(area / 1e6, 4)
        agrees(filed["HDYJ"][code], area, shares)


def test_why_says_it_in_numbers_and_the_card_in_words(ran, capsys):
    for code, (area, shares) in expected(ran / "plan.gpkg", ran).items():
        answer = ask("why", ran / "plan.gpkg", code, "--lang", "zh").document
        agrees(answer["filed"], area, shares)
        decides: dict[str, float] = {}
        for row in answer["reasons"]:
            assert row["decides_m2"] <= row["area_m2"] * (1 + 1e-9)
            decides[row["rule"]] = decides.get(row["rule"], 0.0) + row["decides_m2"]
        for rule, m2 in decides.items():
            assert m2 == pytest.approx(area * shares.get(rule, 0.0), abs=NEAR * area), (code, rule)
        assert answer["merged_m2"] == pytest.approx(area * shares.get("merged", 0.0), abs=NEAR * area)
        assert answer["put_m2"] == 0
        rest = area * shares.get("rest", 0.0)
        assert sum(decides.values()) + answer["merged_m2"] + rest == pytest.approx(area, abs=NEAR * area)
        assert main(["why", str(ran / "plan.gpkg"), code, "--lang", "zh"]) == 0
        assert f"报送的划定依据：{answer['filed']}" in capsys.readouterr().out.splitlines()


# ── Edits ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def filed_of(plan):
    return gpd.read_file(plan, layer="units").set_index("code")["reasons"].to_dict()


def edited(plan, *ops):
    lines = [{**one, "author": "甲", "reason": "连片", "basis": "甲政〔2026〕1 号"} for one in ops]
    file = plan.with_suffix(".jsonl")
    file.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in lines), encoding="utf-8")
    answer = ask("edit", plan, file)
    assert (answer.code, answer.document["refused"]) == (0, []), answer
    return filed_of(plan)


@pytest.mark.parametrize("op", ["assign", "merge", "categorize"])
def test_land_that_people_put_into_a_unit_is_called_theirs(ran, tmp_path, op):
    plan = tmp_path / "plan.gpkg"
    shutil.copy(ran / "plan.gpkg", plan)
    before = filed_of(plan)
    faces = gpd.read_file(plan, layer="faces")
    units = gpd.read_file(plan, layer="units").sort_values("area_m2", ascending=False)
    first, second = (units.loc[units["category"] == number].iloc[0] for number in (1, 2))
    general = faces[(faces["category"] == 3) & (faces["rule_category"] == 3) & faces["host"].isna()]
    face = int(general.loc[general["area_m2"].idxmax(), "face_id"])
    ops = {
        "assign": {"op": "assign", "faces": [face], "unit": first["code"]},
        "merge": {"op": "merge", "units": [first["code"], second["code"]], "category": 1},
        "categorize": {"op": "categorize", "unit": second["code"], "category": 1},
    }
    after = edited(plan, ops[op])
    ids = gpd.read_file(plan, layer="units").set_index("unit_id")["code"]
    code = ids[second["unit_id"] if op == "categorize" else first["unit_id"]]
    assert after[code] != before.get(code)
    said, _ = printed(after[code])
    area, shares = expected(plan, ran)[code]
    assert set(said) - {"merged", "put"} == {rule for rule in shares if rule != "merged" and shares[rule] >= 5e-5}
    assert all(abs(said[rule] - shares[rule]) <= PRINTED for rule in set(said) - {"merged", "put"})
    assert abs(sum(said.values()) - 1) <= PRINTED * (len(said) + 1)
    answer = ask("why", plan, code, "--lang", "zh").document
    assert answer["filed"] == after[code]
    assert answer["put_m2"] / area == pytest.approx(said["put"], abs=PRINTED)
    assert ask("undo", plan).code == 0
    assert filed_of(plan) == before


# ── How it is written ────────────────────────────────────────────────────────────────────────────────────────────────


def test_merged_land_is_told_from_half_a_hundredth_of_a_percent(tmp_path):
    """Eco space over two counties, in each a strip of general land: 0.00495 % of one unit, 0.0051 % of the other."""
    strips = box(1_500, 9_000, 2_450, 2), box(11_500, 9_000, 2_550, 2)
    west, east = box(0, 0, 10_000, 10_000), box(10_000, 0, 10_000, 10_000)
    eco = [whole.difference(strip) for whole, strip in zip((west, east), strips, strict=True)]
    case = hand(
        tmp_path,
        case_of("eco", cleaning=WEAK),
        county=([west, east], {"code": ["999901", "999902"], "name": ["西县", "东县"]}),
        township=([west, east], {"code": ["999901001", "999902001"], "name": ["甲镇", "乙镇"]}),
        red_line=([box(0, 0, 1_000, 1_000)], {"id": ["R1"]}),
        eco=(eco, {"name": ["甲", "乙"]}),
    )
    assert ask("run", case, "-o", tmp_path / "plan.gpkg").code in (0, 1)
    units = gpd.read_file(tmp_path / "plan.gpkg", layer="units").set_index("county")
    said = units.loc[units["kind"] == "general_eco_space", "reasons"]
    assert said.to_dict() == {
        "999901": "R06 一般生态空间 100.00%",
        "999902": "R06 一般生态空间 99.99%；并入 5,100.00 m²（0.01%）",
    }
    for code, merged in zip(units.loc[units["kind"] == "general_eco_space", "code"], (4_900, 5_100), strict=True):
        assert ask("why", tmp_path / "plan.gpkg", code).document["merged_m2"] == pytest.approx(merged, abs=0.01)


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


def numbers(document):
    if isinstance(document, dict | list):
        for one in document.values() if isinstance(document, dict) else document:
            yield from numbers(one)
    elif isinstance(document, float):
        yield document


def test_no_number_has_a_tail_of_what_floats_add(ran):
    plan = ran / "plan.gpkg"
    code = gpd.read_file(plan, layer="units")["code"].iloc[0]
    asked = ("info", plan), ("why", plan, code), ("check", plan), ("assess", plan, "505000,3405000,500")
    seen = [one for words in asked for one in numbers(ask(*words).document)]
    assert len(seen) > 50
    assert [one for one in seen if one != float(f"{one:.12g}")] == []
    assert (rounded(0.1 + 0.2), rounded(123.45600000000002)) == (0.3, 123.456)

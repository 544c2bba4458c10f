"""Last year's plan of others, in any layout: read, held against its own areas and codes, its lists taken over."""

from __future__ import annotations

import json

import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from command import refusal
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs.running import run
from hand import CASE, CRS, SOUTH, WEST, box, hand, write_layer

COUNTY = box(0, 0, 10_000, 10_000)
RED, WATER = box(1_000, 1_000, 2_000, 2_000), box(4_000, 4_000, 3_000, 2_000)
REST = COUNTY.difference(RED).difference(WATER)
CODES = ["ZH99990110007", "ZH99990120003", "ZH99990130001"]
NAMES = ["试验县生态保护红线", "试验县工业污染重点管控区", "试验县一般管控区"]
AREAS = [4.0, 6.0, 90.0]
FIELDS = {
    "HJGKDYBM": CODES,
    "HJGKDYMC": NAMES,
    "ZHGKDYFL": ["优先保护单元", "重点管控单元", "一般管控单元"],
    "AREA": ["试验县"] * 3,
    "MJ": AREAS,
}
SPACE, DISCHARGE, RISK, RESOURCE = "空间布局约束", "污染物排放管控", "环境风险防控", "资源开发效率要求"


def updated(folder, units, more="", layer=""):
    """Run the case of today as an update of units of others; give the plan."""
    previous = f'\n[previous]\npath = "{units.as_posix()}"\n' + (f'layer = "{layer}"\n' if layer else "") + more
    case = hand(folder / "now", CASE.replace('name = "overlay"', 'name = "update"') + previous)
    run(case, folder / "plan.gpkg")
    return read_plan(folder / "plan.gpkg")


def shapefile(folder, fields=None, shapes=(RED, WATER, REST)):
    return write_layer(folder / "单元.shp", "单元", list(shapes), fields or FIELDS, encoding="GBK")


def told(plan, rule):
    """Facts of the findings of a rule."""
    return [json.loads(one) for one in plan.findings.loc[plan.findings["id"] == rule, "facts"]]


def kept(plan):
    units = plan.units.sort_values("code")
    return dict(zip(units["code"], units["name"], strict=True))


EXPECTED = dict(zip(CODES, NAMES, strict=True))


@pytest.mark.parametrize("form", ["shp", "gdb", "gpkg", "kml"])
def test_units_of_any_format_go_on_under_their_codes_and_names(tmp_path, form):
    if form == "shp":
        units, layer = shapefile(tmp_path), ""
    elif form == "kml":
        degrees = shapely.transform(
            shapely.multipolygons([[one] for one in (RED, WATER, REST)]), to_degrees(), interleaved=False
        )
        fields = {key: values for key, values in FIELDS.items() if key != "MJ"}
        units = write_layer(tmp_path / "u.kml", "units", list(degrees), fields, crs="EPSG:4326", driver="LIBKML")
        layer = ""
    else:
        units, layer = tmp_path / f"last.{form}", "成果单元"
        driver = {"driver": "OpenFileGDB"} if form == "gdb" else {}
        write_layer(
            units,
            layer,
            [shapely.MultiPolygon([one]) for one in (RED, WATER, REST)],
            FIELDS,
            kind="MultiPolygon",
            **driver,
        )
    plan = updated(tmp_path, units, layer=layer)
    assert kept(plan) == EXPECTED
    assert {row["unit"] for row in told(plan, "S67")} <= {"km²"}
    if form != "kml":  # degrees with a few decimals are no proof of a shape
        assert plan.units.set_index("code")["area_m2"].round().to_dict() == {
            code: size * 1e6 for code, size in zip(CODES, AREAS, strict=True)
        }


def to_degrees():
    from pyproj import Transformer

    return Transformer.from_crs(CRS, "EPSG:4326", always_xy=True).transform


# ── areas ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("unit", "factor"), [("km²", 1e6), ("hm²", 1e4), ("亩", 1e4 / 15), ("m²", 1.0)])
def test_stated_areas_are_read_in_the_unit_of_measure_that_fits(tmp_path, unit, factor):
    stated = [round(size * 1e6 / factor, 2) for size in AREAS]
    found = told(updated(tmp_path, shapefile(tmp_path, {**FIELDS, "MJ": stated})), "S67")
    assert [(one["unit"], one["count"]) for one in found] == ([] if unit == "m²" else [(unit, 3)])


def test_an_area_that_is_another_one_is_told_with_both(tmp_path):
    found = told(updated(tmp_path, shapefile(tmp_path, {**FIELDS, "MJ": [4.0, 6.0, 92.0]})), "S67")
    (one,) = [one for one in found if one.get("problem") == "differ"]
    assert (one["listed"], one["stated"], one["area"]) == ([CODES[2]], 92e6, 90e6)


def test_areas_in_no_unit_of_measure_are_told_and_not_used(tmp_path):
    found = told(updated(tmp_path, shapefile(tmp_path, {**FIELDS, "MJ": [1.0, 7.0, 0.5]})), "S67")
    assert [one["problem"] for one in found] == ["none"]


# ── codes ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_category_that_contradicts_the_code_is_told(tmp_path):
    plan = updated(tmp_path, shapefile(tmp_path, {**FIELDS, "ZHGKDYFL": ["优先", "一般", "一般"]}))
    (one,) = [one for one in told(plan, "S68") if "problem" not in one]
    assert (one["field"], one["listed"]) == ("ZHGKDYFL", [CODES[1]])
    assert plan.units.set_index("code").loc[CODES[1], "category"] == 2


def test_a_code_of_another_county_is_told_with_where_the_unit_lies(tmp_path):
    codes = [CODES[0], "ZH99990220003", CODES[2]]
    plan = updated(tmp_path, shapefile(tmp_path, {**FIELDS, "HJGKDYBM": codes}))
    (one,) = [one for one in told(plan, "S68") if one.get("problem") == "county"]
    assert one["listed"] == ["ZH99990220003 (999901)"]


def test_features_of_one_code_are_parts_of_one_unit(tmp_path):
    west, east = box(1_000, 1_000, 1_000, 2_000), box(2_000, 1_000, 1_000, 2_000)
    fields = {key: [values[0], *values] for key, values in FIELDS.items()}
    plan = updated(tmp_path, shapefile(tmp_path, fields, (west, east, WATER, REST)))
    assert kept(plan) == EXPECTED
    assert plan.units.set_index("code").loc[CODES[0], "area_m2"] == pytest.approx(4e6)
    (one,) = told(plan, "S70")
    assert (one["code"], one["count"], one["names"]) == (CODES[0], 2, [NAMES[0]])


def test_one_code_under_two_names_is_told_as_given_twice(tmp_path):
    fields = {**FIELDS, "HJGKDYBM": [CODES[0], CODES[2], CODES[2]]}
    (one,) = told(updated(tmp_path, shapefile(tmp_path, fields)), "S70")
    assert (one["problem"], one["names"]) == ("names", [NAMES[1], NAMES[2]])


def test_a_feature_without_a_code_is_left_out_and_told(tmp_path):
    plan = updated(tmp_path, shapefile(tmp_path, {**FIELDS, "HJGKDYBM": [CODES[0], "", CODES[2]]}))
    (one,) = told(plan, "S70")
    assert (one["problem"], one["area"]) == ("blank", pytest.approx(6e6))
    assert [one["problem"] for one in told(plan, "S82")] == ["gap"]
    nothing = shapefile(tmp_path, {**FIELDS, "HJGKDYBM": ["", "", ""]})
    assert refusal("run", tmp_path / "now" / "case.toml", "-o", tmp_path / "x.gpkg")["what"] == "no unit has a code"
    assert nothing


# ── ground ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("cuts", [False, True])
def test_overlaps_gaps_and_what_lies_beyond_are_told(tmp_path, cuts):
    wide = shapely.box(WEST - 1_000, SOUTH, WEST + 10_000, SOUTH + 9_000).difference(RED)
    units = shapefile(tmp_path, None, (RED, WATER, wide))
    if cuts:
        text = CASE.replace('name = "overlay"', 'name = "update"')
        text += f'\n[[source]]\nrole = "unit"\npath = "{units.as_posix()}"\n'
        run(hand(tmp_path / "now", text), tmp_path / "plan.gpkg")
        plan = read_plan(tmp_path / "plan.gpkg")
    else:
        plan = updated(tmp_path, units)
    areas = {one["problem"]: one["area"] for one in told(plan, "S82")}
    assert areas == {
        "overlap": pytest.approx(6e6),
        "gap": pytest.approx(10e6),
        "outside": pytest.approx(9e6),
    }


def test_texts_at_the_limit_of_a_shapefile_are_told(tmp_path):
    fields = {**FIELDS, "KJBJYS": ["禁" * 127, "限制高耗水项目", ""]}
    (one,) = told(updated(tmp_path, shapefile(tmp_path, fields)), "S69")
    assert (one["field"], one["count"]) == ("KJBJYS", 1)


def test_lists_and_locks_of_units_in_two_layers_go_on(tmp_path):
    """As of land and sea units; the second layer calls its lists otherwise."""
    parts = []
    for number, rows in enumerate((slice(0, 1), slice(1, 3))):
        fields = {key: values[rows] for key, values in FIELDS.items()}
        fields |= {
            SPACE if number else "KJBJYS": [f"禁止{number}"] * len(fields["MJ"]),
            "locked": [1] * len(fields["MJ"]),
        }
        parts.append(write_layer(tmp_path / f"u{number}.gpkg", "u", [RED, WATER, REST][rows], fields))
    text = CASE.replace('name = "overlay"', 'name = "update"')
    for part in parts:
        text += f'\n[[source]]\nrole = "unit"\npath = "{part.as_posix()}"\n'
    run(hand(tmp_path / "now", text), tmp_path / "plan.gpkg")
    plan = read_plan(tmp_path / "plan.gpkg")
    assert [plan.clauses.loc[plan.clauses["code"] == code, "text"].tolist() for code in CODES] == [
        ["禁止0"],
        ["禁止1"],
        ["禁止1"],
    ]
    assert plan.units["locked"].tolist() == [1, 1, 1]


# ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def workbook(folder, rows, merged=(), title="准入清单"):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for area in merged:
        book.active.merge_cells(area)
    book.save(folder / "清单.xlsx")
    return folder / "清单.xlsx"


def lists(folder, path, units=None):
    return updated(folder, units or shapefile(folder), f'lists = "{path.as_posix()}"\n')


def clauses(plan, code):
    """Dimension, effect, text and status of a unit's clauses."""
    own = plan.clauses[plan.clauses["code"] == code]
    return list(zip(own["dimension"], own["effect"], own["text"], own["status"], strict=True))


HEAD = ["序号", "环境管控单元编码", "环境管控单元名称", SPACE, DISCHARGE, RISK, RESOURCE]


def test_a_row_a_unit_with_a_column_a_dimension(tmp_path):
    rows = [
        ["试验县环境管控单元准入清单"],
        HEAD,
        [1, CODES[0], NAMES[0], "1.禁止开发性建设活动。\n2.限制旅游项目（待核）", "/", "开展巡护", "无"],
        [
            2,
            CODES[1],
            NAMES[1],
            "退出落后产能；",
            "1、执行特别排放限值。2、新增排放倍量替代。",
            "",
            "万元产值水耗下降10%",
        ],
        [3, CODES[2], NAMES[2], "允许发展生态农业", "", "", ""],
    ]
    plan = lists(tmp_path, workbook(tmp_path, rows, ["A1:G1"]))
    assert clauses(plan, CODES[0]) == [
        ("space", "prohibit", "禁止开发性建设活动。", ""),
        ("space", "restrict", "限制旅游项目", "待核"),
        ("risk", "condition", "开展巡护", ""),
    ]
    assert [text for _, _, text, _ in clauses(plan, CODES[1])] == [
        "退出落后产能；",
        "执行特别排放限值。",
        "新增排放倍量替代。",
        "万元产值水耗下降10%",
    ]
    assert set(plan.clauses["origin"]) == {"previous"}
    assert plan.clauses["clause_id"].tolist()[:3] == ["P001", "P002", "P003"]
    assert not plan.clauses.duplicated(["unit_id", "clause_id"]).any()
    (effects,) = [one for one in told(plan, "S83") if one["problem"] == "effects"]
    assert effects["count"] == len(plan.clauses)


def test_what_a_clause_rests_on_is_read_from_behind_it_as_our_own_lists_write_it(tmp_path):
    """The year of a document's number is none; a mark that is no effect is a part of the text."""
    said = (
        "1.【禁止】禁止采矿。〔矿产资源法、国发〔2018〕22号〕【待审】\n2.【要求】按公告执行。〔2024〕"
        "\n3.【近期】限制采砂。"
    )
    plan = lists(tmp_path, workbook(tmp_path, [HEAD, [1, CODES[0], NAMES[0], said, "", "", ""]]))
    own = plan.clauses[plan.clauses["code"] == CODES[0]]
    assert own[["text", "basis", "status"]].to_numpy().tolist() == [
        ["禁止采矿。", "矿产资源法、国发〔2018〕22号", "待审"],
        ["按公告执行。〔2024〕", "", ""],
        ["【近期】限制采砂。", "", ""],
    ]


def test_a_row_a_clause_with_merged_cells_of_the_unit(tmp_path):
    rows = [
        ["单元编码", "单元名称", "维度", "管控要求", "依据", "状态"],
        [CODES[0], NAMES[0], SPACE, "[禁止] 禁止采矿", "矿产资源法", "已审"],
        [None, None, RISK, "[要求] 制定预案", "突发事件应对法", "待核"],
        [None, None, RISK, "[守法提示] 禁止倾倒固体废物", "固废法", "已审"],
        [CODES[1], NAMES[1], DISCHARGE, "[限制] 限制新增总量", "", ""],
    ]
    plan = lists(tmp_path, workbook(tmp_path, rows, ["A2:A4", "B2:B4"]))
    assert clauses(plan, CODES[0]) == [
        ("space", "prohibit", "禁止采矿", "已审"),
        ("risk", "condition", "制定预案", "待核"),
        # What our own lists print before a notice that forbids is a notice again.
        ("risk", "inform", "禁止倾倒固体废物", "已审"),
    ]
    own = plan.clauses[plan.clauses["code"] == CODES[0]]
    assert own["basis"].tolist() == ["矿产资源法", "突发事件应对法", "固废法"]
    # A unit that the workbook does not know gets the draft of today.
    assert "previous" not in set(plan.clauses.loc[plan.clauses["code"] == CODES[2], "origin"])
    (silent,) = [one for one in told(plan, "S83") if one["problem"] == "silent"]
    assert silent["listed"] == [CODES[2]]


def test_text_that_is_merged_over_rows_of_a_unit_is_one_clause(tmp_path):
    rows = [
        HEAD,
        [1, CODES[0], NAMES[0], "禁止甲", "要求乙", "要求丙", "要求丁"],
        [None, None, None, "禁止戊", None, None, None],
        [2, CODES[1], NAMES[1], "禁止己", "要求庚", "要求辛", "要求壬"],
    ]
    plan = lists(tmp_path, workbook(tmp_path, rows, ["A2:A3", "B2:B3", "C2:C3", "E2:E3"]))
    assert [text for _, _, text, _ in clauses(plan, CODES[0])] == ["禁止甲", "禁止戊", "要求乙", "要求丙", "要求丁"]


def test_rows_are_matched_by_code_then_by_name_and_the_rest_is_told(tmp_path):
    rows = [
        HEAD,
        [1, "99990110007", NAMES[0], "禁止甲", "", "", ""],  # a number that lost its prefix
        [2, "旧编码", "试验县 工业污染重点管控区", "禁止乙", "", "", ""],
        [3, "ZH99990130010", "试验县一般管控单元", "禁止丙", "", "", ""],
        [4, "ZH12345630001", "另一县", "禁止丁", "", "", ""],
    ]
    plan = lists(tmp_path, workbook(tmp_path, rows))
    assert [text for _, _, text, _ in clauses(plan, CODES[0])] == ["禁止甲"]
    assert [text for _, _, text, _ in clauses(plan, CODES[1])] == ["禁止乙"]
    found = told(plan, "S83")
    assert [one["listed"] for one in found if one.get("problem") == "named"] == [[CODES[1]]]
    assert {one["code"]: one["proposed"] for one in found if "proposed" in one} == {
        "ZH99990130010": CODES[2],
        "ZH12345630001": "",
    }


def test_without_a_workbook_the_fields_of_the_layer_are_the_list(tmp_path):
    fields = {**FIELDS, "KJBJYS": ["1.禁止甲。2.禁止乙。", "", ""], "HJFXFK": ["", "要求丙", ""]}
    plan = updated(tmp_path, shapefile(tmp_path, fields))
    assert [(one[0], one[2]) for one in clauses(plan, CODES[0])] == [("space", "禁止甲。"), ("space", "禁止乙。")]
    assert [(one[0], one[2]) for one in clauses(plan, CODES[1])] == [("risk", "要求丙")]


def test_a_workbook_without_a_list_is_refused(tmp_path):
    path = workbook(tmp_path, [["年份", "面积"], [2020, 1.5]])
    units = shapefile(tmp_path)
    text = CASE.replace('name = "overlay"', 'name = "update"')
    text += f'\n[previous]\npath = "{units.as_posix()}"\nlists = "{path.as_posix()}"\n'
    error = refusal("run", hand(tmp_path / "now", text), "-o", tmp_path / "plan.gpkg")
    assert error["what"] == "no entry list in it"


def test_a_real_layer_keeps_the_order_of_its_fields(tmp_path):
    """What is read is what GDAL reads: the sample is a Shapefile in GBK, and not a figment of the test."""
    frame = pyogrio.read_dataframe(shapefile(tmp_path), encoding="GBK")
    assert isinstance(frame, pd.DataFrame)
    assert frame["HJGKDYMC"].tolist() == NAMES

"""The clause library of a plan as a workbook: what a bureau sees of it, and that it is read back as it was."""

from __future__ import annotations

import csv
import dataclasses
import json

import openpyxl
import pandas as pd
import pytest
from control_units.delineation.case.profile import read_profile
from control_units.delineation.core.errors import BadInput
from control_units.delineation.export.clauses_xlsx import write_library
from control_units.delineation.export.registry import export
from control_units.delineation.lists.library import read_libraries, read_library
from control_units.delineation.lists.wording import COLUMNS, read_wording
from list_plan import list_plan

PROFILE = read_profile("national")
TITLES = read_wording(PROFILE.folder / "lists.toml").columns
BLANK = dict.fromkeys(COLUMNS, "")
OWN = [
    {
        "id": "P1",
        "level": "省",
        "issuer": "某省人民政府",
        "admin": "33;3408",
        "industries": "C26;two_high",
        "applies_to": "new;expand",
        "unless": "activity = listed_limited_activity for A,E,two_high review; activity = other",
        "dimension": "space",
        "sub": "space_restrict",
        "effect": "restrict",
        "basis": "《某条例》第三条",
        "law": "EEC-2026;GB3095-2026",
        "from": "2021-01-01",
        "to": "2026-12-31",
        "page": "12",
    },
    {
        "id": "P2",
        "level": "市",
        "category": "2",
        "kind": "drinking_water",
        "zone": "priority",
        "when": "capacity < 2000.5 t/d; fuel = coal|coke; in_park != yes",
        "dimension": "discharge",
        "sub": "discharge_offset",
        "effect": "offset",
        "pollutant": "VOCs",
        "ratio": "1.5",
        "basis": "《某条例》，待核",
    },
    {
        "id": "P3",
        "level": "县",
        "category": "1",
        "kind": "spatial_plan",
        "zone": "自定分区",
        "industries": "coal_power",
        "dimension": "resource",
        "effect": "condition",
        "limit": "energy <= 117 kgce/t",
        "basis": "《某条例》第四条",
        "verified": "yes",
        "checked_source": "某省人大公报2026年第3号",
        "checked_on": "2026-11-30",
        "page": "=A1",
    },
    {
        "id": "P4",
        "level": "园区",
        "place": "东园区（一期）;西园区",
        "dimension": "risk",
        "effect": "inform",
        "basis": "《某法》",
    },
    {
        "id": "P5",
        "level": "单元",
        "kind": "sea",
        "place": "ZH33082420001",
        "dimension": "risk",
        "effect": "exit",
        "basis": "《某法》",
    },
]


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    path = tmp_path_factory.mktemp("own") / "own.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(BLANK | {"text": f"条目{row['id']}。"} | row for row in OWN)
    return read_library(path, PROFILE)


def test_what_is_written_is_read_back_the_same(tmp_path, own):
    whole = pd.concat([read_libraries(PROFILE), own], ignore_index=True)
    write_library(whole, tmp_path / "out.xlsx", PROFILE)
    pd.testing.assert_frame_equal(read_library(tmp_path / "out.xlsx", PROFILE), whole)


def test_no_id_is_shown_where_there_is_a_word(tmp_path, own):
    write_library(own, tmp_path / "out.xlsx", PROFILE)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0]
    rows = [dict(zip(TITLES, row, strict=True)) for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert (rows[0]["dimension"], rows[0]["effect"]) == ("空间布局约束", "限制")
    assert rows[0]["industries"] == "C26;两高"
    assert rows[0]["applies_to"] == "新建;扩建"
    assert rows[0]["unless"] == "项目活动类型 = 允许的有限人为活动 限 A,E,两高 须论证; 项目活动类型 = 其他"
    assert rows[0]["law"].startswith("中华人民共和国生态环境法典;")
    assert (rows[1]["category"], rows[1]["verified"]) == ("重点管控", "否")
    read = [rows[2][one] for one in ("verified", "checked_source", "checked_on")]
    assert read == ["是", "某省人大公报2026年第3号", "2026-11-30"]
    assert rows[1]["when"].startswith("生产规模 < 2000.5 t/d; 燃料 = 煤|焦炭; ")
    assert rows[1]["zone"] == "优先"
    assert rows[4]["kind"] == "海域"


def test_a_spreadsheet_offers_words_keeps_codes_texts_and_the_head_in_sight(tmp_path, own):
    write_library(own, tmp_path / "out.xlsx", PROFILE)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0]
    assert sheet.freeze_panes == "B2"
    offered = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation}
    letters = {column: openpyxl.utils.get_column_letter(COLUMNS.index(column) + 1) for column in COLUMNS}
    for column in ("level", "dimension", "effect", "category", "verified"):
        assert f"{letters[column]}2:{letters[column]}1006" in offered
    assert offered[f"{letters['effect']}2:{letters['effect']}1006"] == '"禁止,限制,要求,替代,退出,提示,允许"'
    text = sheet.cell(2, COLUMNS.index("text") + 1)
    assert text.alignment.wrap_text
    assert sheet.cell(2, COLUMNS.index("admin") + 1).number_format == "@"
    assert sheet.column_dimensions[letters["industries"]].number_format == "@"
    formula = sheet.cell(4, COLUMNS.index("page") + 1)
    assert (formula.value, formula.data_type) == ("=A1", "s")


def test_the_sheets_behind_it_say_what_cells_may_name(tmp_path, own):
    write_library(own, tmp_path / "out.xlsx", PROFILE)
    facts, groups, laws = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[1:]
    rows = {
        sheet.title: {row[0]: row[1:] for row in sheet.iter_rows(values_only=True)} for sheet in (facts, groups, laws)
    }
    said = list(rows.values())
    assert said[0]["燃料"][1].startswith("不用燃料、电、")
    assert said[1]["煤电"][0] == "D4411;D4412"
    assert said[1]["煤电"][3] == "燃料 = 煤"
    assert said[2]["环境空气质量标准（2012年）"][3:5] == ("环境空气质量标准（2026年）", "待核")
    assert said[2]["中华人民共和国生态环境法典"][4] == "2026-12-01"


def test_a_plan_s_own_library_is_exported_or_else_its_profile_s(tmp_path, own):
    plan = dataclasses.replace(list_plan(profile="national"), library=pd.DataFrame())
    export("clauses-xlsx", plan, tmp_path / "profile.xlsx")
    pd.testing.assert_frame_equal(read_library(tmp_path / "profile.xlsx", PROFILE), read_libraries(PROFILE))
    table = own.rename(columns={"id": "clause_id", "sub": "subdimension"})
    table["terms"] = [json.dumps(terms, ensure_ascii=False) for terms in own["terms"]]
    names = ["clause_id", "level", "issuer", "dimension", "subdimension", "effect", "text", "basis"]
    kept = table[[*names, "verified", "checked_source", "checked_on", "page", "terms"]].astype({"verified": "int64"})
    export("clauses-xlsx", dataclasses.replace(plan, library=kept), tmp_path / "own.xlsx")
    pd.testing.assert_frame_equal(read_library(tmp_path / "own.xlsx", PROFILE), own)


def test_the_same_library_gives_the_same_bytes(tmp_path, own):
    for name in ("a.xlsx", "b.xlsx"):
        write_library(own, tmp_path / name, PROFILE)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_terms_that_no_cell_says_are_refused(tmp_path, own):
    odd = own.assign(terms=[{"scope": ["role:red_line|farmland"]}] * len(own))
    with pytest.raises(BadInput, match="role:red_line"):
        write_library(odd, tmp_path / "out.xlsx", PROFILE)

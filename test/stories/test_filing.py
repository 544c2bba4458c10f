"""A planner's package for filing, in a real QGIS: refused, reasoned, verified, and in last year's form."""

from __future__ import annotations

import os
import re
from pathlib import Path

import foreign_packages
import openpyxl
import pyogrio
import pytest
from control_units.delineation.package.verify import verify
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs import run
from pictures import SCREENS, take_filing

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def last_year(tmp_path_factory):
    """A package that others made of last year's units."""
    folder = tmp_path_factory.mktemp("last")
    run(ROOT / "resources" / "demo" / "case.toml", folder / "plan.gpkg")
    (folder / "去年").mkdir()
    return foreign_packages.make_a(folder / "去年", read_plan(folder / "plan.gpkg"))


@pytest.fixture(scope="module")
def told(fresh_qgis, archive, last_year):
    qgis = fresh_qgis("zh-Hans")
    story = qgis.story("filing.filing", archive, "filing", CONTROL_UNITS_LAST_YEAR=str(last_year.folder))
    if os.environ.get("CONTROL_UNITS_PICTURES"):
        take_filing(SCREENS, story.report["panel"])
    return story


def test_errors_stand_in_the_way_until_each_has_a_reason(told):
    report = told.report
    assert report["stated"] == ["2026-11-30", "2026", "新疆维吾尔自治区", "乌鲁木齐市"]  # by the case
    assert "乌鲁木齐市" in report["folder"]
    words, rows, enabled = report["refused"]
    assert "3 处错误" in words
    assert len(rows) == 3
    assert not enabled
    assert report["state_refused"][0] == "problem"
    assert report["accepted"] == 3
    assert len(set(report["reasons"])) == 3


def test_the_package_is_whole_and_says_so(told):
    report = told.report
    folder = Path(report["package"])
    assert "密级：公开" in report["made"]
    assert report["verified"].startswith("通过：")
    report_of_checks = next((folder / "5质检").glob("*.xlsx"))
    texts = {str(cell.value) for sheet in openpyxl.load_workbook(report_of_checks) for row in sheet for cell in row}
    assert set(report["reasons"]) <= texts
    assert report["warnings"][0].startswith("P")


def test_last_year_is_told_line_by_line(told, last_year):
    report = told.report
    columns = {name for found in last_year.truth.values() for name in found}
    assert sum(any(line.startswith(f"{name} ") for line in report["lines"]) for name in columns) == len(columns)
    assert re.match(r"共 \d+ 列：\d+ 列按数值认定，\d+ 列仅按列名认定，\d+ 列留空。", report["learned"])
    assert report["first"].endswith("→ 留空")
    assert "去年的值" in report["why"]
    before, after = (int(re.search(r"(\d+) 列留空", text)[1]) for text in (report["learned"], report["corrected"][0]))
    assert after == before - 1
    assert "去年样式.toml" in report["used"][0]
    assert report["used"][1].startswith("照“")


def test_the_new_package_has_last_year_s_form(told, last_year):
    said, files, folder = told.report["again"]
    assert "已生成并回读核对" in said
    assert told.report["remembered"] == told.report["reasons"]
    (new,) = (Path(folder) / "01矢量数据").glob("*管控单元*.shp")
    (old,) = (last_year.folder / "01矢量数据").glob("*管控单元*.shp")
    assert list(pyogrio.read_info(new)["fields"]) == list(pyogrio.read_info(old)["fields"])
    assert any("环境管控单元分布图" in file for file in files)
    assert verify(folder).ok
    assert [one.startswith("备案成果包 ") for one in told.report["history"]] == [True, True]


def test_the_card_is_chinese(told):
    said = [*told.report["said"], *told.report["worded"]]
    own = [one for one in said if re.search("[A-Za-z]{4,} [a-z]{2,}", one)]
    assert own == []
    assert told.code == 0

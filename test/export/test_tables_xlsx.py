"""Area and findings tables: what they hold is the plan's."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from control_units.delineation.core.errors import BadInput
from control_units.delineation.export.registry import export
from control_units.delineation.plan.file import read_plan
from sample_plan import write_sample_plan


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return read_plan(write_sample_plan(tmp_path_factory.mktemp("plan") / "plan.gpkg"))


def sheets(path):
    return {
        page.title: [[cell.value for cell in row] for row in page.iter_rows()] for page in openpyxl.load_workbook(path)
    }


def test_the_area_table_is_the_plans(plan, tmp_path):
    export("areas-xlsx", plan, tmp_path / "areas.xlsx")
    pages = sheets(tmp_path / "areas.xlsx")
    units, sea = plan.units, plan.units["code"].str.startswith("HY")
    assert list(pages) == ["分县", "海域", "分细类"] if sea.any() else ["分县", "分细类"]
    head, *rows = pages["分县"]
    assert head[:5] == ["代码", "县", "优先保护，单元数", "优先保护，km²", "优先保护，%"]
    counties = [row for row in rows if row[0] in set(units["county"])]
    assert len(counties) == units.loc[~sea, "county"].nunique()
    for row in counties:
        own = units.loc[~sea & (units["county"] == row[0])]
        for category in (1, 2, 3):
            mine = own.loc[own["category"] == category]
            count, area, share = row[3 * category - 1 : 3 * category + 2]
            assert count == len(mine)
            assert area == pytest.approx(mine["area_m2"].sum() / 1e6, abs=5e-5)
            assert share == pytest.approx(100 * mine["area_m2"].sum() / own["area_m2"].sum(), abs=0.005 + 1e-9)
        assert row[11] == len(own)
        # Each share is rounded by itself, as it is everywhere.
        assert row[13] == 100
        assert row[4] + row[7] + row[10] == pytest.approx(100, abs=0.015 + 1e-9)
    kinds = [row for row in pages["分细类"][1:] if isinstance(row[4], int)]
    assert sum(row[4] for row in kinds) == len(units)
    assert sum(row[5] for row in kinds) == pytest.approx(units["area_m2"].sum() / 1e6)
    assert not {cell for page in pages.values() for row in page for cell in row} & {*units["kind"]}


def test_the_findings_table_is_the_plans(plan, tmp_path):
    export("findings-xlsx", plan, tmp_path / "findings.xlsx")
    (rows,) = sheets(tmp_path / "findings.xlsx").values()
    assert rows[0][:3] == ["规则", "程度", "问题"]
    found = rows[1 : 1 + len(plan.findings)]
    assert [row[0] for row in found] == plan.findings["id"].tolist()
    assert [row[2] for row in found] == plan.findings["message"].tolist()
    assert {row[1] for row in found} <= {"错误", "提醒"}
    for row, shape in zip(found, plan.findings["geometry"], strict=True):
        assert (row[5] in (None, "")) == (shape is None or shape.is_empty)


def test_what_would_be_a_formula_stays_a_text(plan, tmp_path):
    odd = replace(plan, findings=plan.findings.assign(message="=1+1"))
    export("findings-xlsx", odd, tmp_path / "findings.xlsx")
    page = openpyxl.load_workbook(tmp_path / "findings.xlsx").active
    assert page.cell(2, 3).data_type == "s"


ACCEPTED = {"id": "Q07", "units": "u1、u3", "facts": "{}", "place": "POINT (507500 3207500)"}


@pytest.mark.parametrize(
    ("options", "states"),
    [
        ({}, ["已说明理由", "未处理"]),
        ({"state": "open"}, ["未处理"]),
        ({"state": "accepted"}, ["已说明理由"]),
        ({"rules": "S45"}, ["未处理"]),
        ({"rules": "S45,Q07", "state": "accepted"}, ["已说明理由"]),
    ],
)
def test_findings_are_chosen_by_rule_and_state_and_say_who_accepted_them(plan, tmp_path, options, states):
    more = plan.findings.assign(id="S45", severity="warning", units="")
    answer = {"reason": "已核对批准文件", "author": "张三", "time": "2025-01-31T00:00:00Z"}
    accepted = pd.DataFrame([ACCEPTED | answer])
    two = replace(plan, findings=pd.concat([plan.findings.iloc[:1], more.iloc[:1]]), accepted=accepted)
    export("findings-xlsx", two, tmp_path / "findings.xlsx", options)
    head, *rows = openpyxl.load_workbook(tmp_path / "findings.xlsx").active.iter_rows(values_only=True)
    rows = [dict(zip(head, row, strict=True)) for row in rows[: len(states)]]
    assert [row["状态"] for row in rows] == states
    reasons = {"已说明理由": "已核对批准文件", "未处理": None}
    assert [row["接受理由"] for row in rows] == [reasons[state] for state in states]


def test_a_rule_that_found_nothing_is_refused(plan, tmp_path):
    with pytest.raises(BadInput, match="no finding of rule Q14"):
        export("findings-xlsx", plan, tmp_path / "findings.xlsx", {"rules": "Q14"})


def test_a_plan_without_findings_gives_a_table_of_none(plan, tmp_path):
    none = replace(plan, findings=plan.findings.iloc[:0])
    assert export("findings-xlsx", none, tmp_path / "findings.xlsx").layers == {"findings": 0}


@pytest.mark.parametrize("name", ["areas-xlsx", "findings-xlsx"])
def test_the_same_plan_gives_the_same_bytes(plan, tmp_path, name):
    export(name, plan, tmp_path / "a.xlsx")
    shuffled = replace(plan, units=plan.units.sample(frac=1, random_state=1)) if name == "areas-xlsx" else plan
    export(name, shuffled, tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize("name", ["areas-xlsx", "findings-xlsx"])
def test_where_it_cannot_be_written_the_old_one_stays(plan, tmp_path, monkeypatch, name):
    (tmp_path / "a.xlsx").write_bytes(b"old")

    def held(_, target):
        raise PermissionError(13, "Permission denied", str(target))

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(BadInput, match="cannot be written"):
        export(name, plan, tmp_path / "a.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["a.xlsx"]


def test_libreoffice_opens_it_and_the_numbers_are_there(plan, tmp_path):
    export("areas-xlsx", plan, tmp_path / "areas.xlsx")
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    given = ["soffice", home, "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76", "areas.xlsx"]
    subprocess.run(given, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    text = (tmp_path / "areas.csv").read_text(encoding="utf-8")
    land = plan.units.loc[~plan.units["code"].str.startswith("HY")]
    assert all(code in text for code in land["county"])
    assert f"{np.round(land['area_m2'].sum() / 1e6, 4):,.4f}" in text.replace('"', "")


@pytest.mark.parametrize("name", ["lists-xlsx", "areas-xlsx", "findings-xlsx"])
def test_a_plans_name_is_a_text_whatever_it_is(plan, tmp_path, name):
    odd = replace(plan, meta={**plan.meta, "name": '=HYPERLINK("http://x")\x01'})
    export(name, odd, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert not [cell.coordinate for page in book for row in page for cell in row if cell.data_type == "f"]
    assert not book.properties.creator

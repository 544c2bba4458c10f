"""Edits from the toolbox: done as the command line does, all or none; runs and edits keep out of each other's way."""

from __future__ import annotations

import json

import openpyxl
import pytest
from control_units.delineation.export.registry import export
from control_units.delineation.plan.file import read_plan
from control_units.delineation.revision.store import claim
from control_units.delineation.verbs import rerunning
from control_units.ui.map.layers import plan_layer, show_plan
from fakes import processed
from qgis.core import QgsProcessing, QgsProject, QgsVectorLayer


@pytest.fixture
def run(toolbox, plan, tmp_path):
    """Run the algorithm with edits; whether it went through, its results, its log."""

    def run(*edits, name="edit_plan", **given):
        file = tmp_path / "edits.jsonl"
        file.write_text("\n".join(map(json.dumps, edits)), encoding="utf-8")
        if name == "edit_plan":
            given = {"PLAN": str(plan), "EDITS": str(file), "REFUSED": QgsProcessing.TEMPORARY_OUTPUT} | given
        results, ok, log, context = processed(toolbox(name), given)
        table = context.takeResultLayer(results["REFUSED"]) if "REFUSED" in results else None
        return ok, results, log, [one.attributes() for one in table.getFeatures()] if table else []

    return run


def units(plan):
    return read_plan(plan).units


def test_edits_are_done_and_noted_and_the_map_shows_them(run, plan):
    show_plan(plan, "plan")
    first, second = units(plan)["unit_id"][:2]
    ok, results, log, refused = run(
        {"op": "rename", "unit": first, "name": "东山单元"},
        {"op": "lock", "unit": second, "reason": "own"},
        REASON="修编",
        BASIS="文〔2025〕1号",
    )
    assert ok, log
    assert (results["APPLIED"], results["REFUSED_COUNT"], results["HEAD"]) == (2, 0, 2)
    assert results["OUTPUT"] == str(plan)
    assert refused == []
    journal = read_plan(plan).journal
    assert journal["reason"].tolist() == ["修编", "own"]
    assert journal["basis"].tolist() == ["文〔2025〕1号"] * 2
    layer = plan_layer(plan, "units")
    assert "东山单元" in {feature["name"] for feature in layer.getFeatures()}
    assert layer.readOnly()


def test_where_one_may_not_be_done_none_is_and_the_table_says_which_and_why(run, plan):
    before = plan.read_bytes()
    ok, results, log, refused = run(
        {"op": "rename", "unit": units(plan)["unit_id"].iloc[0], "name": "x"},
        {"op": "rename", "unit": "U9", "name": "y"},
    )
    assert ok
    assert (results["APPLIED"], results["REFUSED_COUNT"]) == (0, 1)
    ((line, reason),) = refused
    assert line == 2
    assert "U9" in reason
    assert f"Line 2: {reason}" in log
    assert plan.read_bytes() == before


def test_a_line_that_is_no_edit_ends_it(run, plan):
    before = plan.read_bytes()
    ok, _, log, _ = run({"op": "paint"})
    assert not ok
    assert "paint" in log
    assert plan.read_bytes() == before


def test_a_plan_that_somebody_edits_is_refused_by_name(run, plan):
    before = plan.read_bytes()
    with claim(plan, author="李四"):
        ok, _, log, _ = run({"op": "lock", "unit": units(plan)["unit_id"].iloc[0]})
    assert not ok
    assert "李四 is editing it" in log
    assert plan.read_bytes() == before


def test_so_is_one_with_a_layer_in_edit_mode(run, plan):
    layer = QgsVectorLayer(f"{plan}|layername=units", "my units", "ogr")
    QgsProject.instance().addMapLayer(layer)
    layer.startEditing()
    ok, _, log, _ = run({"op": "lock", "unit": units(plan)["unit_id"].iloc[0]})
    layer.rollBack()
    assert not ok
    assert "my units" in log


def test_a_run_over_a_plan_that_somebody_edits_is_refused_before_it_costs_anything(run, made, plan, monkeypatch):
    monkeypatch.setattr(rerunning, "run_again", lambda *_, **__: pytest.fail("it ran"))
    before = plan.read_bytes()
    with claim(plan, author="李四"):
        given = {"CASE": str(next(made.parent.glob("*.toml"))), "OUTPUT": str(plan), "LOAD": False}
        ok, _, log, _ = run(name="delineate", **given)
    assert not ok
    assert "李四 is editing it" in log
    assert plan.read_bytes() == before


def test_a_workbook_of_lists_is_looked_at_first_and_taken_as_one_edit(toolbox, plan, tmp_path):
    before = read_plan(plan)
    export("lists-xlsx", before, tmp_path / "清单.xlsx")
    book = openpyxl.load_workbook(tmp_path / "清单.xlsx")
    sheet = book["按条款"]
    column = {cell.value: cell.column for cell in sheet[1]}
    place = next(row for row in range(2, 99) if sheet.cell(row, column["状态"]).value == "待审")
    clause_id = sheet.cell(place, column["条款编号"]).value
    sheet.cell(place, column["状态"]).value = "已审"
    book["说明"]["B3"].value = "改过"
    book.save(tmp_path / "清单.xlsx")
    given = {"PLAN": str(plan), "WORKBOOK": str(tmp_path / "清单.xlsx"), "ROWS": QgsProcessing.TEMPORARY_OUTPUT}
    count = int((before.clauses["clause_id"] == clause_id).sum())
    told = []
    for only in (True, False):
        results, ok, log, context = processed(toolbox("import_lists"), {**given, "DRY_RUN": only})
        assert ok, log
        rows = [one.attributes() for one in context.takeResultLayer(results["ROWS"]).getFeatures()]
        assert [row[:3] for row in rows] == [["not taken", "说明", 3]] + [["approved", "按条款", place]] * count
        assert [row[-2] for row in rows[1:]] == ["Review: 待审 → 已审"] * count
        told.append((results["APPROVED"], results["NOT_TAKEN"], len(read_plan(plan).journal)))
    assert told == [(count, 1, len(before.journal)), (count, 1, len(before.journal) + 1)]
    after = read_plan(plan).clauses
    assert set(after.loc[after["clause_id"] == clause_id, "status"]) == {"已审"}

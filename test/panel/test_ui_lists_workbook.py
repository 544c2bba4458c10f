"""The desk of entry lists and workbooks: exported, edited by others, looked through, and taken as one edit."""

from __future__ import annotations

import openpyxl
import pytest
from control_units.delineation.plan.file import read_plan
from control_units.delineation.revision.store import claim
from control_units.delineation.verbs.editing import edit
from control_units.ui.work.settings import PanelSetting
from lists_page import click, settle, shown_page
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QSignalSpy, QTest
from qgis.PyQt.QtWidgets import QFileDialog
from telling import done, until, waited

CLAUSES, NUMBER, STATUS, TEXT, UNITS = "按条款", 2, 12, 8, 15  # a sheet, and its columns from 1
OWN = "禁止新建砖瓦窑。"


@pytest.fixture
def page(plan_place):
    """The desk; its plan has a clause of its own, written by hand."""
    PanelSetting.LISTS.set("")
    page = shown_page(plan_place)
    unit = page.view.book.units[0].unit_id
    add = {"id": "H1", "dimension": "space", "effect": "prohibit", "text": OWN, "level": "单元"}
    done(page.revision, lambda: page.revision.do({"op": "clause", "unit": unit, "add": add}))
    yield page
    page.close()
    page.deleteLater()
    PanelSetting.LISTS.set("")


@pytest.fixture
def dialogs(monkeypatch, tmp_path):
    """Answers file dialogs with a workbook; tells at which folder or file each began."""
    began = []
    path = tmp_path / "handed on" / "清单.xlsx"
    path.parent.mkdir()

    def answer(_parent, _title, start, kinds):
        began.append(start)
        return str(path), kinds

    for name in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, answer)
    return path, began


def export(page):
    click(page.workbook.buttons[1])
    settle(page)


def ask(page):
    click(page.workbook.buttons[0])
    looked(page)


def looked(page):
    until(lambda: not page.workbook.importing.busy, page.place)


def write(path, change):
    """Change the sheet by clause: ``change`` gets it, and the row of each clause."""
    book = openpyxl.load_workbook(path)
    sheet = book[CLAUSES]
    change(sheet, {sheet.cell(row, NUMBER).value: row for row in range(1, sheet.max_row + 1)})
    book.save(path)


def shown(page):
    """What the preview lists: heads with their counts, and of each row below all that is painted."""
    model = page.workbook.view.model()
    return [model.shown(place).whole() for place in range(model.rowCount())]


def reviewed(sheet, rows):
    """A clause is approved, another one worded anew, a third said of a unit that is not there."""
    sheet.cell(rows["N-ALL-S1"], STATUS).value = "已审"
    sheet.cell(rows["H1"], TEXT).value = "禁止新建、扩建砖瓦窑。"
    units = sheet.cell(rows["N-C1-S1"], UNITS)
    units.value = f"{units.value}；ZH99990199999 第9条 无此单元"


def test_an_export_is_that_of_the_page_output_and_its_folder_is_offered_for_the_import(page, dialogs):
    path, began = dialogs
    export(page)
    assert CLAUSES in openpyxl.load_workbook(path).sheetnames
    assert path.name in page.editing.line.text.text()
    ask(page)
    assert began[1] == str(path.parent)
    export(page)
    assert began[2] == str(path)


def test_what_a_workbook_would_change_is_seen_before_it_is_taken_as_one_edit(page, dialogs):
    path, _ = dialogs
    export(page)
    write(path, reviewed)
    before = read_plan(page.session.plan_path).clauses
    ask(page)
    told = shown(page)
    units = int((before["clause_id"] == "N-ALL-S1").sum())
    assert told[0] == "not taken 1"
    assert "ZH99990199999" in told[1]
    assert "按条款 row" in told[1]
    view = page.workbook.view
    assert view.viewport().rect().contains(view.visualRect(view.model().index(1, 0)))
    assert view.model().shown(1).lines == 0  # wrapped, not cut
    changed = told[told.index("changed 1") + 1]
    assert changed.endswith(f"禁止新建、扩建砖瓦窑。\nWorded before: {OWN}")
    approved = told[told.index(f"approved {units}") + 1]
    assert "to review → approved" in approved
    assert f"units: {units}" in approved
    assert read_plan(page.session.plan_path).clauses.equals(before)
    entry = done(page.revision, lambda: click(page.workbook.take)).entries
    assert len(entry) == 1
    after = read_plan(page.session.plan_path).clauses
    assert set(after.loc[after["clause_id"] == "N-ALL-S1", "status"]) == {"已审"}
    assert after.loc[after["clause_id"] == "H1", "text"].tolist() == ["禁止新建、扩建砖瓦窑。"]
    assert page.editing.line.text.text() == f"Imported: changed 1, approved {units}; not taken 1"
    assert page.view.isVisible()
    done(page.revision, page.editing.undo.trigger)
    again = read_plan(page.session.plan_path).clauses
    assert again[["clause_id", "text", "status"]].equals(before[["clause_id", "text", "status"]])


def test_clauses_whose_rows_were_deleted_go_only_where_a_box_is_ticked_and_none_of_a_level_above(page, dialogs):
    path, _ = dialogs
    export(page)
    write(path, lambda sheet, rows: [sheet.delete_rows(rows[one]) for one in ("H1", "N-ALL-S1")])
    before = read_plan(page.session.plan_path).clauses
    units = int((before["clause_id"] == "N-ALL-S1").sum())
    ask(page)
    told = shown(page)
    assert told[0] == f"kept {units}"
    assert "above that of these lists" in told[1]
    assert told[2] == "row deleted, stays in the plan 1"
    assert OWN in told[3]
    assert not page.workbook.take.isEnabled()
    click(page.workbook.remove)
    looked(page)
    assert shown(page)[2] == "removed 1"
    done(page.revision, lambda: click(page.workbook.take))
    assert page.editing.line.text.text() == f"Imported: removed 1; kept {units}"
    after = read_plan(page.session.plan_path).clauses
    assert "H1" not in after["clause_id"].tolist()
    assert int((after["clause_id"] == "N-ALL-S1").sum()) == units
    done(page.revision, page.editing.undo.trigger)
    assert "H1" in read_plan(page.session.plan_path).clauses["clause_id"].tolist()


def test_where_the_plan_was_edited_since_it_is_looked_at_again_and_nothing_is_taken(page, dialogs):
    path, _ = dialogs
    export(page)
    write(path, reviewed)
    ask(page)
    unit = page.view.book.units[0].unit_id
    change = {"op": "clause", "unit": unit, "change": {"id": "H1", "text": "禁止新建、扩建砖瓦窑。"}}
    done(page.revision, lambda: page.revision.do(change))
    looked(page)
    assert "edited since" in page.editing.line.text.text()
    assert "changed 1" not in shown(page)
    assert page.workbook.isVisible()


def test_an_edit_by_another_program_since_the_look_stops_the_import(page, dialogs):
    path, _ = dialogs
    export(page)
    write(path, reviewed)
    page.revision.end()
    until(lambda: page.revision.phase == "closed", page.place)
    ask(page)
    refused = QSignalSpy(page.revision.refused)
    with claim(page.session.plan_path, author="李四"):
        click(page.workbook.take)
        waited(refused)
    assert "李四" in page.editing.line.text.text()
    assert page.workbook.isVisible()
    unit = page.view.book.units[1].unit_id
    edit(page.session.plan_path, [{"op": "rename", "unit": unit, "name": "新名"}])
    count = len(read_plan(page.session.plan_path).journal)
    click(page.workbook.take)
    until(lambda: "edited since" in page.editing.line.text.text(), page.place)
    looked(page)
    assert len(read_plan(page.session.plan_path).journal) == count
    done(page.revision, lambda: click(page.workbook.take))
    assert "已审" in read_plan(page.session.plan_path).clauses["status"].tolist()


def test_a_file_that_is_no_workbook_says_so_and_esc_leaves_all_as_it_was(page, dialogs):
    path, _ = dialogs
    path.write_bytes(b"nothing")
    ask(page)
    assert path.name in page.editing.line.text.text()
    assert page.view.isVisible()
    export(page)
    ask(page)
    assert not page.workbook.take.isEnabled()
    QTest.keyClick(page.workbook.view, Qt.Key.Key_Escape)
    assert page.view.isVisible()
    assert page.workbook.importing.path is None

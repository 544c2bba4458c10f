"""Story: the demo's entry lists are read, written in, reviewed, mended, undone and held against last year's."""

from __future__ import annotations

import shutil
import sqlite3
from typing import TYPE_CHECKING, Any

import openpyxl
import shapely
from driver import report
from edited_plan import rows
from hands import keys, pick, press, press_button, press_item, press_map, press_tab, save_as, until, write
from planner import demo_plan, pictured
from qgis.core import QgsPointXY
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QInputMethodEvent
from qgis.PyQt.QtWidgets import QApplication, QDialogButtonBox
from qgis.utils import iface
from revising import changed_by, revision
from sight import dock, map_drawn, page, shot, to_page

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

CTRL = Qt.KeyboardModifier.ControlModifier
BY_UNIT, BY_CLAUSE, LINT, LAST_YEAR = range(4)


def desk() -> Any:
    """The desk of entry lists."""
    return page("lists")


def view() -> Any:
    """What it shows."""
    return desk().view


def clauses() -> list[Any]:
    """Unit, clause, text, status and remark of every clause, as the file has them."""
    return rows(
        dock().session.plan_path,
        "SELECT unit_id, clause_id, text, status, remark FROM clauses ORDER BY unit_id, clause_id",
    )


def unit_of_kind(kind: str) -> Any:
    """The largest unit of a kind."""
    units = dock().session.plan.units
    return units[units["kind"] == kind].sort_values("area_m2").iloc[-1]


def press_clause(of: Any) -> Generator[float]:
    """Click the first clause of the list that is so."""
    shown = view().unit.list
    model = shown.model()
    places = range(model.rowCount())
    place = next(one for one in places if model.row(one) >= 0 and of(view().book.row(model.row(one))))
    shown.scrollTo(model.index(place, 0), shown.ScrollHint.PositionAtTop)
    yield 0.2
    press_item(shown, model.index(place, 0))
    yield 0.2


@pictured
def listing() -> Generator[float | None]:
    """From the demo's plan to lists that were read, written in, approved, mended and compared."""
    yield from demo_plan()
    report["at_first"] = clauses()
    last_year = lists_of_last_year()
    yield from to_page("lists")
    yield from until(lambda: view().book is not None and view().facts._touches, "the lists and what brought them", 60)
    yield 0.5
    iface.messageBar().clearWidgets()
    report["sentence"] = desk().state().sentence
    shot("desk")
    yield from read()
    yield from write_one()
    yield from change_it()
    yield from approve()
    yield from by_clause()
    yield from mend()
    yield from compare(last_year)
    yield from hand_on()
    yield from finish()


def lists_of_last_year() -> Path:
    """A plan as it may have been last year: without some clauses, with others worded otherwise."""
    path = dock().session.plan_path
    other = path.with_name("last_year.gpkg")
    shutil.copy(path, other)
    with sqlite3.connect(other) as connection:
        connection.execute("DELETE FROM clauses WHERE fid % 9 = 0")
        connection.execute("UPDATE clauses SET text = text || '具体按县级方案执行。' WHERE fid % 13 = 0")
    return other


def read() -> Generator[float]:
    """A unit is clicked on the map; what a red line brought says how much of the unit that covers."""
    unit = unit_of_kind("red_line")
    canvas = iface.mapCanvas()
    press(view().unit.unit.on_map)
    yield 0.2
    point = shapely.maximum_inscribed_circle(max(shapely.get_parts(unit["geometry"]), key=shapely.area))
    press_map(canvas, QgsPointXY(*shapely.get_coordinates(point)[0].tolist()))
    yield from until(lambda: view().unit.unit.unit_id() == unit["unit_id"], "the unit's list")
    press(view().unit.unit.on_map)
    yield from press_clause(lambda row: row.origin.startswith("red_line"))
    report["why"] = view().unit.card.told.toPlainText()
    report["lines"] = list(view().unit.list.model().shown(view().unit.list.chosen()[0]).quiet)
    shot("why")
    press(view().unit.unit.look)
    yield from map_drawn()
    extent, box = canvas.extent(), unit["geometry"].bounds
    report["jumped"] = [
        extent.xMinimum() <= box[0],
        box[2] <= extent.xMaximum(),
        extent.width() < 3 * (box[2] - box[0]),
    ]
    report["unit"] = str(unit["unit_id"])
    shot("jumped")


def write_one() -> Generator[float]:
    """A clause is written by hand, with a reason for the journal."""
    press(desk().editing.reasons.switch)
    yield 0.2
    write(desk().editing.reasons.reason, "县级会审意见")
    press(desk().editing.reasons.switch)
    press_button("control_units_clause_add_button")
    yield 0.3
    form = view().unit.form
    write_text(form.text, "禁止在水源涵养林内新建宿营地。")
    write(form.industries, "H61")
    yield 0.2
    shot("writing")
    report["industry"] = form.named.text()
    changed = yield from changed_by(lambda: press(form.keep))
    report["written"] = [entry.op for entry in changed.entries]
    report["reason"] = changed.entries[0].reason
    yield 0.3
    report["chosen"] = [row.text for row in view().unit.chosen_rows()]
    shot("written")


def change_it() -> Generator[float]:
    """What was written is worded otherwise; Ctrl+Z brings the first wording back."""
    keys(view().unit.list, Qt.Key.Key_Return)
    yield 0.3
    form = view().unit.form
    write_text(form.text, "禁止在水源涵养林内新建、扩建宿营地。")
    yield from changed_by(lambda: keys(form.text, Qt.Key.Key_Return, CTRL))
    yield 0.2
    report["changed"] = [row.text for row in view().unit.chosen_rows()]
    view().unit.list.setFocus()
    yield from changed_by(lambda: keys(QApplication.focusWidget(), Qt.Key.Key_Z, CTRL))
    yield 0.2
    report["undone"] = [row.text for row in view().unit.chosen_rows()]
    shot("undone")
    yield from changed_by(lambda: keys(QApplication.focusWidget(), Qt.Key.Key_Y, CTRL))
    keys(QApplication.focusWidget(), Qt.Key.Key_Y, CTRL)
    yield 0.2
    report["nothing"] = desk().place.iface.messageBar().currentItem().text()


def write_text(field: Any, text: str) -> None:
    """Write into a field of several lines in place of what stands there, as an input method gives it."""
    press(field.viewport())
    keys(field, Qt.Key.Key_A, CTRL)
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(field, event)


def approve() -> Generator[float]:
    """One clause is approved by the space bar, then the whole unit at once; a proposed one is taken in."""
    yield from press_clause(lambda row: row.status == "待审")
    yield from changed_by(lambda: keys(view().unit.list, Qt.Key.Key_Space))
    yield 0.2
    yield from changed_by(lambda: press_button("control_units_lists_approve_all"))
    yield 0.3
    report["approved"] = clauses()
    shot("approved")
    book = view().book
    proposed = next(
        row.unit_id for row in map(book.row, range(len(book))) if row.status == "建议" and row.unit_id != report["unit"]
    )
    view().choose_unit(proposed)
    yield 0.2
    yield from press_clause(lambda row: row.status == "建议")
    report["proposed"] = view().unit.card.told.toPlainText()
    shot("proposed")
    yield from changed_by(lambda: press_button("control_units_clause_take_button"))


def by_clause() -> Generator[float]:
    """Each clause once; those of one status are listed alone."""
    press_tab(view().tabs, BY_CLAUSE)
    yield 0.3
    press(view().head.switch)
    yield 0.2
    status = view().head.fields["status"]
    yield from pick(status, status.findData("已审"))
    yield 0.3
    report["narrowed"] = view().head.count.text()
    press_item(view().groups.view, view().groups.model.index(0, 0))
    yield 0.2
    shot("by-clause")
    press(view().head.clear)
    press(view().head.switch)
    yield 0.2
    press(view().head.all)
    yield 0.3
    report["asked"] = desk().editing.line.text.text()
    shot("asked")
    press(desk().editing.line.buttons[1])
    yield 0.2


def mend() -> Generator[float]:
    """A finding of the lint is mended by a click."""
    yield from until(lambda: not revision().behind and not revision().busy, "the findings after the edits", 60)
    press_tab(view().tabs, LINT)
    yield 0.3
    model = view().lint.list.model
    report["lint"] = [str(one) for one in model.findings["id"]]
    press_item(view().lint.list.view, model.index(report["lint"].index("L14"), 0))
    yield from until(lambda: view().lint.buttons[0].isVisible(), "what mends it")
    yield 0.3
    report["mends"] = [one.text() for one in view().lint.buttons if one.isVisible()]
    shot("lint")
    changed = yield from changed_by(lambda: press(view().lint.buttons[0]))
    report["mended"] = [len(changed.entries), changed.entries[0].op["op"]]
    yield from until(lambda: not revision().behind and not revision().busy, "the findings after the mend", 60)
    yield 0.3
    report["lint_after"] = [str(one) for one in view().lint.list.model.findings["id"]]


def compare(last_year: Path) -> Generator[float]:
    """The lists are held against those of last year's plan."""
    press_tab(view().tabs, LAST_YEAR)
    yield 0.3
    shot("before-comparing")
    box = view().last_year
    box.compare_with(last_year)
    yield from until(lambda: box.found, "the comparison", 60)
    yield 0.3
    report["kinds"] = {box.kind.itemData(row): box.kind.itemText(row) for row in range(box.kind.count())}
    yield from pick(box.kind, box.kind.findData("changed"))
    press_item(box.view, box.model.index(0, 0))
    yield 0.3
    report["both"] = box.detail.toPlainText()
    shot("compared")


def hand_on() -> Generator[float]:
    """The lists are handed on as a workbook, which comes back edited; what it changes is seen, and taken."""
    press_tab(view().tabs, BY_UNIT)
    book = desk().workbook
    path = dock().session.plan_path.with_name("会审清单.xlsx")
    save_as(str(path), lambda: shot("exporting"))
    press_button("control_units_lists_export")
    yield from until(lambda: path.exists() and path.name in desk().editing.line.text.text(), "the workbook", 60)
    report["written_told"] = desk().editing.line.text.text()
    reviewed(path)
    save_as(str(path), lambda: shot("asking"), QDialogButtonBox.StandardButton.Open)
    press_button("control_units_lists_import")
    yield from until(lambda: book.importing.found is not None, "what the workbook would change", 60)
    yield 0.5
    model = book.view.model()
    report["preview"] = [model.shown(place).whole() for place in range(model.rowCount())]
    report["reason_seen"] = book.view.viewport().rect().contains(book.view.visualRect(model.index(1, 0)))
    shot("preview")
    changed = yield from changed_by(lambda: press(book.take))
    yield 0.3
    report["imported"] = [len(changed.entries), desk().editing.line.text.text()]
    report["after_import"] = clauses()
    shot("imported")


def reviewed(path: Path) -> None:
    """In the sheet by clause: one worded anew, one approved, one new without a number, one of a unit that is not."""
    book = openpyxl.load_workbook(path)
    sheet = book["按条款"]
    head = {cell.value: cell.column for cell in sheet[1]}
    row_of = {sheet.cell(row, head["条款编号"]).value: row for row in range(2, sheet.max_row + 1)}
    sheet.cell(row_of["H1"], head["管控要求"]).value = "禁止在水源涵养林内新建、改建、扩建宿营地。"
    sheet.cell(row_of["N-C3-S1"], head["状态"]).value = "已审"
    units = sheet.cell(row_of["N-ALL-S1"], head["所在单元"])
    units.value = f"{units.value}；ZH65010099999 第1条 已撤销的单元"
    new = {"管控维度": "环境风险防控", "管控效力": "要求", "管控要求": "宿营地配备污水收集设施。", "层级": "市"}
    for title, text in {**new, "所在单元": sheet.cell(row_of["H1"], head["所在单元"]).value}.items():
        sheet.cell(max(row_of.values()) + 1, head[title]).value = text
    book.save(path)


def finish() -> Generator[float]:
    """The revision is finished: the plan is free, and the lists are as they were left."""
    press_tab(view().tabs, BY_UNIT)
    yield 0.2
    press_button("control_units_next")
    yield from until(lambda: revision().phase == "closed", "the end of the revision", 60)
    yield 0.5
    report["free"] = list(dock().session.plan_path.parent.glob("*.lock")) == []
    report["at_last"] = clauses()
    report["last_sentence"] = desk().state().sentence
    shot("finished")

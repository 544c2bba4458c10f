"""The desk of entry lists: by unit, by clause, why each stands there; edits of them are entries of the journal."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from dataclasses import replace

import pandas as pd
import pytest
from control_units.delineation.export.formats.lists import lists_xlsx
from control_units.delineation.plan.file import read_plan
from control_units.ui.frame.dock import Dock
from control_units.ui.pages.lists.page import ListsPage
from control_units.ui.pages.lists.view import BEFORE, CLAUSE, LINT, UNIT
from control_units.ui.work.clause_book import Wanted
from control_units.ui.work.settings import PanelSetting
from lists_page import click, settle, shown_page
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QSignalSpy, QTest
from qgis.PyQt.QtWidgets import QApplication, QWidget
from telling import done, until, waited

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def place(plan_place):
    PanelSetting.LISTS.set("")
    yield plan_place
    PanelSetting.LISTS.set("")


@pytest.fixture
def make(place):
    """Pages over the plan; each is shown and has its facts."""
    made = []

    def page():
        made.append(shown_page(place))
        return made[-1]

    yield page
    for one in made:
        one.close()
        one.deleteLater()


@pytest.fixture
def page(make):
    return make()


@pytest.fixture
def view(page):
    return page.view


def turn(page, tab):
    QTest.mouseClick(page.view.tabs, LEFT, pos=page.view.tabs.tabRect(tab).center())
    settle(page)


def write(field, text):
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_A, CTRL)
    QTest.keyClicks(field, text)


def rows(page):
    """The clauses that are listed of the unit."""
    return [page.view.book.row(row) for row in page.view.unit.shown_rows()]


def choose(page, **values):
    """Choose the first clause of any unit with such values; what it is."""
    for number in range(len(page.view.book)):
        row = page.view.book.row(number)
        if all(getattr(row, name) == value for name, value in values.items()):
            page.view.open_unit(row.unit_id, row.clause_id)
            QApplication.processEvents()
            return row
    raise AssertionError(values)


def on_disk(page, row):
    """A clause of a unit as the plan's file has it; None where it has none."""
    table = read_plan(page.session.plan_path).clauses
    found = table[(table["unit_id"] == row.unit_id) & (table["clause_id"] == row.clause_id)]
    return found.iloc[0] if len(found) else None


def entries(page):
    return len(page.revision.timeline.entries)


# ── by unit ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_of_a_unit_stands_by_dimension_with_each_wording_whole(page, view):
    row = choose(page, dimension="risk")
    model = view.unit.list.model()
    heads = [item for item in model.items if isinstance(item, str)]
    assert heads == [one for one in ("space", "discharge", "risk", "resource") if one in heads]
    assert "risk" in heads
    place = model.place_of(view.book.find(row.unit_id, row.clause_id))
    shown = model.shown(place)
    assert shown.text == row.text
    assert any("《" in line for line in shown.quiet)
    index = model.index(place, 0)
    lines = view.unit.list.itemDelegate().sizeHint(view.unit.list.viewOptions(), index).height()
    assert lines > 3 * page.fontMetrics().lineSpacing()
    assert row.text in index.data(Qt.ItemDataRole.ToolTipRole)


def test_a_basis_that_nobody_has_read_is_marked_as_the_library_of_the_plan_says(page, view):
    with sqlite3.connect(page.session.plan_path) as plan:
        read = {name for (name,) in plan.execute("SELECT clause_id FROM library WHERE verified = 1")}
    rows = [view.book.row(number) for number in range(len(view.book))]
    marked = {row.clause_id for row in rows if view.words.basis(row).endswith("(unchecked)")}
    assert marked == {row.clause_id for row in rows} - read
    known = next(row for row in rows if row.clause_id in read)
    # What somebody put in its place nobody has read.
    assert view.words.basis(known._replace(basis="Rule 7")).endswith("(unchecked)")


def test_a_clause_of_a_zone_says_how_much_of_the_unit_that_covers(page, view):
    row = choose(page, origin="red_line", status="待审")
    shown = view.unit.list.model().shown(view.unit.list.chosen()[0])
    assert "%" in shown.quiet[0]
    told = view.unit.card.told.toPlainText()
    assert "km²" in told
    touch = view.facts.touch(row)
    assert f"{touch.share_of_unit:.2%}" in told


def test_whom_a_clause_binds_is_said_with_names_of_industries(view):
    terms = {
        "industries": ["C26"],
        "applies_to": ["new"],
        "when": [{"fact": "capacity", "op": "lt", "value": 2000, "unit": "t/d"}],
        "limit": {"fact": "energy", "op": "le", "value": 117, "unit": "kgce/t"},
    }
    told = view.words.binds(view.book.row(0)._replace(terms=json.dumps(terms)))
    assert told[0].startswith("Industries: C26 ")
    assert len(told[0]) > len("Industries: C26 .")
    assert "newly built" in told[1]
    assert told[2] == "Holds where: capacity < 2000 t/d."
    assert told[3] == "Limit: energy <= 117 kgce/t."


def test_a_unit_is_found_by_a_part_of_its_code_and_by_the_next_one(page, view):
    wanted = view.book.units[4]
    field = view.unit.unit.box.lineEdit()
    write(field, wanted.code[-7:])
    popup = view.unit.unit.box.completer().popup()
    QTest.qWait(50)
    assert popup.isVisible()
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert view.unit.title() == wanted
    assert {row.unit_id for row in rows(page)} == {wanted.unit_id}
    click(view.unit.unit.after)
    assert view.unit.title() == view.book.units[5]


def test_a_click_on_the_map_chooses_the_unit_there(page, view):
    plan = page.session.plan
    wanted = plan.units.iloc[6]
    point = wanted.geometry.representative_point()
    click(view.unit.unit.on_map)
    assert page.on_map.canvas.mapTool() is page.on_map.tool
    page.on_map.tool.asked.emit(point.x, point.y)
    assert view.unit.title().unit_id == wanted["unit_id"]
    page.on_map.tool.asked.emit(point.x + 1e7, point.y)
    assert "does not reach" in page.editing.line.text.text()
    QTest.keyClick(page.on_map.canvas, Qt.Key.Key_Escape)
    assert not view.unit.unit.on_map.isChecked()


# ── edits ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_clause_is_written_by_hand_and_undone(page, view):
    unit = view.unit.title()
    click(view.unit.card.buttons["add"])
    form = view.unit.form
    QTest.keyClicks(form.text, "No new kilns.")
    write(form.basis, "Rule 7")
    write(form.industries, "C26")
    assert "C26 " in form.named.text()
    page.revision.reason = "hearing"
    changed = done(page.revision, lambda: QTest.keyClick(form.text, Qt.Key.Key_Return, CTRL))
    assert len(changed.entries) == 1
    (row,) = view.unit.chosen_rows()
    assert (row.unit_id, row.text, row.level, row.origin) == (unit.unit_id, "No new kilns.", "单元", "hand")
    there = on_disk(page, row)
    assert there["basis"] == "Rule 7"
    assert view.facts.terms(row)["industries"] == ["C26"]
    assert "张三" in view.unit.card.told.toPlainText()
    assert not view.unit.writing
    done(page.revision, page.editing.undo.trigger)
    assert on_disk(page, row) is None
    assert row not in rows(page)
    done(page.revision, page.editing.redo.trigger)
    assert row in rows(page)


def test_what_is_wrong_in_the_form_is_said_there_and_nothing_is_done(page, view):
    click(view.unit.card.buttons["add"])
    form = view.unit.form
    click(form.keep)
    assert form.said.isVisible()
    QTest.keyClicks(form.text, "No new kilns.")
    write(form.industries, "X99")
    click(form.keep)
    assert "X99" in form.said.text()
    QTest.keyClick(form.text, Qt.Key.Key_Escape)
    assert not view.unit.writing
    assert page.revision.phase == "closed"


def test_the_buttons_of_the_form_are_in_sight_however_low_the_panel_is(page, view):
    for height in (900, page.minimumSizeHint().height()):
        page.resize(346, height)
        click(view.unit.card.buttons["add"])
        form = view.unit.form
        write(form.industries, "X99")
        click(form.keep)
        for widget in (form.keep, form.leave, form.said):
            top, bottom = (
                widget.mapTo(page, where).y() for where in (widget.rect().topLeft(), widget.rect().bottomLeft())
            )
            assert 0 < top < bottom <= page.height()
            assert widget.visibleRegion().boundingRect().height() == widget.height()
        assert view.unit.list.height() >= 3 * page.fontMetrics().lineSpacing()
        click(form.leave)


def test_what_is_written_stays_while_somebody_looks_at_other_units_on_the_map(page, view):
    unit = view.unit.title()
    click(view.unit.card.buttons["add"])
    QTest.keyClicks(view.unit.form.text, "No new kilns.")
    page.on_map.selection.changed.emit([view.book.units[3].unit_id])
    assert view.unit.title() == unit
    assert view.unit.form.text.toPlainText() == "No new kilns."
    assert not view.unit.unit.after.isEnabled()
    click(view.unit.form.leave)
    assert view.unit.unit.after.isEnabled()


def test_a_clause_of_a_level_above_keeps_its_wording_and_gets_a_remark(page, view):
    row = choose(page, level="国家")
    QTest.keyClick(view.unit.list, Qt.Key.Key_Return)
    form = view.unit.form
    assert form.text.isReadOnly()
    assert not form.basis.isEnabled()
    write(form.remark, "see annex")
    done(page.revision, lambda: click(form.keep))
    assert on_disk(page, row)["remark"] == "see annex"
    (now,) = view.unit.chosen_rows()
    assert now == row._replace(remark="see annex")


def test_a_clause_of_a_level_above_goes_only_by_a_document(page):
    row = choose(page, level="国家", status="待审")
    refused = QSignalSpy(page.revision.refused)
    QTest.keyClick(page.view.unit.list, Qt.Key.Key_Delete)
    waited(refused)
    QApplication.processEvents()
    assert page.editing.line.isVisible()
    click(page.editing.line.buttons[0])
    assert page.editing.reasons.basis.hasFocus()
    QTest.keyClicks(page.editing.reasons.basis, "Letter 12")
    done(page.revision, lambda: QTest.keyClick(page.editing.reasons.basis, Qt.Key.Key_Return))
    assert on_disk(page, row) is None
    assert page.revision.timeline.entries[1].basis == "Letter 12"
    assert page.editing.reasons.basis.text() == ""


def test_a_national_red_line_clause_does_not_go_with_a_key_by_a_document_that_stands_there(page, view):
    row = choose(page, level="国家", status="待审", clause_id="N-RL-S1")
    click(page.editing.reasons.switch)
    QTest.keyClicks(page.editing.reasons.basis, "Letter 12")
    refused = QSignalSpy(page.revision.refused)
    QTest.keyClick(view.unit.list, Qt.Key.Key_Delete)
    waited(refused)
    QApplication.processEvents()
    assert on_disk(page, row) is not None and page.revision.undocumented
    done(page.revision, lambda: click(page.editing.line.buttons[0]))
    assert on_disk(page, row) is None
    assert page.revision.timeline.entries[1].basis == "Letter 12"
    other = choose(page, level="国家", status="待审", clause_id="N-RL-S1")
    QTest.keyClick(view.unit.list, Qt.Key.Key_Delete)
    waited(refused, 2)
    assert on_disk(page, other) is not None


def test_one_is_approved_by_a_key_and_the_next_one_is_chosen(page, view):
    view.head.show_wanted(Wanted(status="待审"), tell=True)
    view.unit.list.choose([1])
    before = rows(page)
    view.unit.list.setFocus()
    done(page.revision, lambda: QTest.keyClick(view.unit.list, Qt.Key.Key_Space))
    assert on_disk(page, before[0])["status"] == "已审"
    assert rows(page) == before[1:]
    assert view.unit.chosen_rows() == [before[1]]


def test_a_whole_unit_is_one_entry_and_many_units_are_asked_for_once_more(page, view):
    unit = view.unit.title().unit_id
    done(page.revision, lambda: click(view.head.all))
    assert {row.status for row in rows(page)} <= {"已审", "建议"}
    assert entries(page) == 1
    turn(page, CLAUSE)
    click(view.head.all)
    assert entries(page) == 1
    assert "1," in page.editing.line.text.text() or any(char.isdecimal() for char in page.editing.line.text.text())
    done(page.revision, lambda: click(page.editing.line.buttons[0]))
    assert entries(page) == 2
    assert "待审" not in read_plan(page.session.plan_path).clauses["status"].tolist()
    assert page.state().mark in ("done", "next")
    done(page.revision, page.editing.undo.trigger)
    assert view.counts()["待审"] > 0
    assert {view.book.row(int(row)).status for row in view.book.rows_of(unit)} <= {"已审", "建议"}


def test_a_proposed_clause_is_taken_in_or_declined_without_a_document(page, view):
    first = choose(page, status="建议", origin="water_zone")
    assert "proposed" in view.unit.card.told.toPlainText()
    done(page.revision, lambda: click(view.unit.card.buttons["take"]))
    assert on_disk(page, first)["status"] == "待审"
    second = choose(page, status="建议")
    done(page.revision, lambda: click(view.unit.card.buttons["decline"]))
    assert on_disk(page, second) is None


def test_edits_of_the_other_desk_show_here(page, view):
    row = choose(page, origin="red_line")
    unit = view.unit.title()
    done(page.revision, lambda: page.revision.do({"op": "rename", "unit": unit.unit_id, "name": "新名"}))
    assert view.unit.title().name == "新名"
    assert view.unit.chosen_rows() == [row]
    assert view.unit.unit.box.currentText().startswith("新名")


def test_in_the_panel_ctrl_enter_keeps_what_is_written_and_is_no_next_step(place):
    dock = Dock(place, lambda: (ListsPage,))
    dock.resize(420, 680)
    dock.show()
    dock.activateWindow()
    assert QTest.qWaitForWindowActive(dock)
    page = dock.turn_to("lists")
    settle(page)
    click(page.view.unit.card.buttons["add"])
    QTest.keyClicks(page.view.unit.form.text, "No new kilns.")
    changed = done(page.revision, lambda: QTest.keyClick(page.view.unit.form.text, Qt.Key.Key_Return, CTRL))
    assert changed.entries[0].op["add"]["text"] == "No new kilns."
    assert page.revision.is_open
    dock.close()
    dock.deleteLater()


# ── finding, counting, remembering ──────────────────────────────────────────────────────────────────────────────────


def test_lists_are_narrowed_counted_and_found_so_again(page, view, make):
    turn(page, CLAUSE)
    click(view.head.switch)
    field = view.head.fields["dimension"]
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Down)
    QApplication.processEvents()
    wanted = field.currentData()
    assert wanted
    listed = view.listed()
    assert {view.book.row(int(row)).dimension for row in listed} == {wanted}
    assert f"({len(listed):,})" in field.currentText()
    view.head.find.insert("法典")
    assert 0 < len(view.listed()) <= len(listed)
    again = make()
    assert again.view.tabs.currentIndex() == CLAUSE
    assert again.view.head.wanted == Wanted(dimension=wanted)
    click(again.view.head.switch)
    click(again.view.head.clear)
    assert again.view.head.wanted == Wanted()


def test_who_left_the_clauses_finds_a_unit_when_he_turns_to_the_units(page, make):
    turn(page, CLAUSE)
    again = make()
    assert again.view.tabs.currentIndex() == CLAUSE
    turn(again, UNIT)
    assert again.view.unit.title() is not None
    assert rows(again)


def test_each_clause_stands_once_with_the_units_that_carry_it(page, view):
    turn(page, CLAUSE)
    groups = view.groups
    texts = [groups.model.shown(place).text for place in range(groups.model.rowCount())]
    table = page.session.plan.clauses
    assert len(texts) == len(table.drop_duplicates(["dimension", "clause_id", "text"]))
    groups.view.choose([0])
    QApplication.processEvents()
    carried = (table["text"] == texts[0]).sum()
    assert groups.units.rows.rowCount() == carried
    zoomed = QSignalSpy(groups.zoom)
    QTest.keyClick(groups.units, Qt.Key.Key_Down)
    click(groups.to_unit.look)
    assert zoomed[0][0] == view.book.row(int(groups.units.rows.items[1])).unit_id
    click(groups.to_unit.go)
    assert view.tabs.currentIndex() == UNIT
    assert view.unit.chosen_rows()[0].text == texts[0]


def test_next_goes_to_what_is_to_be_reviewed(page, view):
    first = view.book.units[0].unit_id
    done(page.revision, lambda: click(view.head.all))
    click(view.head.next)
    (row,) = view.unit.chosen_rows()
    assert row.status == "待审"
    assert row.unit_id != first


# ── lint ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_finding_of_the_lists_is_mended_by_a_click(page, view, place):
    turn(page, LINT)
    model = view.lint.list.model
    assert {str(one)[0] for one in model.findings["id"]} <= {"L", "Q"}
    view.lint.list.choose([str(one) for one in model.findings["id"]].index("L14"))
    settle(page)
    finding = view.lint._finding()
    buttons = [one for one in view.lint.buttons if one.isVisible()]
    assert buttons
    done(page.revision, lambda: click(buttons[0]))
    assert entries(page) == 1
    table = read_plan(page.session.plan_path).clauses
    told = table[table["clause_id"].isin(finding.facts["clauses"]) & table["code"].isin(finding.units)]
    assert "建议" not in told[told["origin"] == finding.facts["origin"]]["status"].tolist()
    until(
        lambda: view.lint.list.model.rowCount() and view.lint._finding() != finding and not page.revision.behind,
        place,
    )


def test_a_finding_is_accepted_with_a_reason(page, view):
    turn(page, LINT)
    count = view.lint.list.model.open_count()
    view.lint.list.choose(0)
    QTest.keyClicks(view.lint.list.reason, "known")
    click(view.lint.list.accept_button)
    assert view.lint.list.model.open_count() == count - 1
    assert read_plan(page.session.plan_path).accepted["reason"].tolist() == ["known"]
    assert f"{count - 1}" in view.tabs.tabText(LINT)


# ── the lists before ────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_lists_of_another_plan_are_compared_and_nothing_is_changed(page, view, tmp_path):
    path = page.session.plan_path
    other = tmp_path / "last_year.gpkg"
    other.write_bytes(path.read_bytes())
    with sqlite3.connect(other) as connection:
        connection.execute("DELETE FROM clauses WHERE fid = (SELECT min(fid) FROM clauses)")
        connection.execute(
            "UPDATE clauses SET text = text || '另有规定的除外。' WHERE fid = (SELECT max(fid) FROM clauses)"
        )
    before = path.read_bytes()
    turn(page, BEFORE)
    view.last_year.compare_with(other)
    settle(page)
    kinds = {view.last_year.kind.itemData(row): view.last_year.kind.itemText(row) for row in range(6)}
    assert "(2)" in kinds["changes"]
    assert "(1)" in kinds["new"] and "(1)" in kinds["changed"] and "(0)" in kinds["gone"]
    view.last_year.view.choose([0])
    QApplication.processEvents()
    assert "not in the list" in view.last_year.detail.toPlainText()
    unit = view.last_year._unit()
    click(view.last_year.to_unit.go)
    assert view.unit.title().unit_id == unit
    assert path.read_bytes() == before


def test_a_workbook_of_the_same_lists_differs_in_what_was_written_since(page, view, tmp_path):
    path = tmp_path / "清单.xlsx"
    lists_xlsx(page.session.plan_path, path)
    turn(page, BEFORE)
    view.last_year.compare_with(path)
    settle(page)
    kinds = {one.kind for one in view.last_year.found}
    assert kinds <= {"same", "new"}
    assert {one.now["status"] for one in view.last_year.found if one.kind == "new"} <= {"建议"}
    assert view.last_year.note.text().startswith("Before")


def test_a_file_that_holds_no_lists_says_so_there(page, view, tmp_path):
    path = tmp_path / "empty.gpkg"
    path.write_bytes(b"no plan")
    turn(page, BEFORE)
    view.last_year.compare_with(path)
    settle(page)
    assert "empty.gpkg" in view.last_year.note.text()
    assert not view.last_year.view.isVisible()


# ── what it needs ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_filed_plan_is_read_only_and_says_so(place, make):
    session = place.session
    session.plan = replace(session.plan, meta={**session.plan.meta, "status": "备案"})
    page = make()
    assert "备案" in page.editing.line.text.toolTip()  # the sentence has two lines at most
    page.view.unit.list.choose([1])
    QApplication.processEvents()
    for name in ("approve", "change", "remove", "add"):
        assert not page.view.unit.card.buttons[name].isEnabled()
    assert not page.view.head.all.isEnabled()
    assert page.state().action == ""


def test_without_a_plan_the_desk_says_what_it_needs(page, view):
    page.session.close()
    QApplication.processEvents()
    assert page.state().mark == "todo"
    assert page.editing.line.text.text() == page.state().sentence
    assert not view.isEnabled()
    assert not view.book


def test_who_else_is_at_work_is_said_by_name(page):
    from control_units.delineation.revision.store import claim

    choose(page, status="待审")
    refused = QSignalSpy(page.revision.refused)
    with claim(page.session.plan_path, author="李四"):
        QTest.keyClick(page.view.unit.list, Qt.Key.Key_Space)
        waited(refused)
    assert "李四" in page.editing.line.text.text()
    assert page.state().mark == "problem"


def test_a_line_that_speaks_moves_nothing_below_it(page):
    page.resize(400, 600)
    QTest.qWait(50)
    below, line, shown = page.stack.y(), page.fontMetrics().lineSpacing(), page.editing.line.text
    assert shown.text()
    long = f"{'zhangsan, on planning-07, ' * 12}ended."
    for text in ("A sentence.", long, ""):
        page.editing.voice.say(text, "check" if text else "")
        QTest.qWait(50)
        assert abs(page.stack.y() - below) < line / 2
        assert shown.toolTip() == (long if text == long else "")
        assert text != long or re.fullmatch(r"zhangsan, on .*….*ended\.", shown.text())
    page.editing.voice.say(long, "problem")  # whoever has to do something reads all of it
    assert shown.text() == long
    page.resize(2400, 600)
    page.editing.voice.say(long)
    QTest.qWait(50)
    assert (shown.text(), shown.toolTip()) == (long, "")


# ── how long it takes ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def long_lists(place):
    """A hundred thousand clauses, of the plan's units."""
    plan = place.session.plan
    times = 100_000 // len(plan.clauses) + 1
    clauses = pd.concat([plan.clauses] * times, ignore_index=True)
    clauses["clause_id"] = [f"N-{number % 10_000}" for number in range(len(clauses))]
    place.session.plan = replace(plan, clauses=clauses)
    return place


def test_long_lists_are_looked_through_beside_the_window_and_narrowed_while_one_types(long_lists):
    since = time.process_time()
    page = ListsPage(long_lists)
    page.resize(360, 680)
    page.show()
    took = time.process_time() - since
    assert not page.view.book
    assert page.view.head.count.text()
    settle(page)
    assert len(page.view.book) > 100_000
    assert took < 0.3
    made = len(page.findChildren(QWidget))
    page.view.tabs.setCurrentIndex(CLAUSE)
    since = time.process_time()
    page.view.head.find.setText("规划许可")
    took = time.process_time() - since
    assert page.view.groups.model.rowCount() > 0
    assert took < 0.1
    assert len(page.findChildren(QWidget)) < made + 50
    page.close()
    page.deleteLater()

"""The desk of revision: tools, the chosen unit, the line that speaks, and a table that follows each edit."""

from __future__ import annotations

import json
import shutil
import socket
from dataclasses import replace

import pytest
from control_units.delineation import verbs
from control_units.delineation.core.errors import BeingEdited, ChangedElsewhere
from control_units.delineation.core.lock_file import lock_file
from control_units.delineation.core.messages import Message
from control_units.delineation.plan.file import read_plan
from control_units.delineation.revision.consequences import Consequences
from control_units.delineation.revision.store import claim
from control_units.ui.frame.dock import Dock
from control_units.ui.map.layers import plan_layer, show_plan
from control_units.ui.map.plan_redraw import PlanRedraw
from control_units.ui.pages import pages
from control_units.ui.pages.page import Workplace
from control_units.ui.pages.revision.bar import gestures
from control_units.ui.pages.revision.line import claim_words
from control_units.ui.pages.revision.page import RevisionPage
from control_units.ui.pages.units_table import LIVE
from control_units.ui.text import sentence
from control_units.ui.widgets.messages import Messages
from control_units.ui.work.revision import Changed
from control_units.ui.work.session import Session
from control_units.ui.work.settings import PanelSetting
from fakes import Iface, SlowRunner
from qgis.core import QgsProject
from qgis.gui import QgsMapToolPan
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QPoint, Qt
from qgis.PyQt.QtTest import QSignalSpy, QTest
from qgis.PyQt.QtWidgets import QAbstractButton, QApplication, QComboBox, QDialog, QLineEdit

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def place(plan_file, tmp_path):
    PanelSetting.AUTHOR.set("张三")
    shutil.copy(plan_file, tmp_path / "plan.gpkg")
    iface = Iface()
    place = Workplace(Session(SlowRunner()), Messages(iface), iface)
    assert place.session.open_case(tmp_path / "plan.gpkg")
    yield place
    place.session.revision.shut()
    PanelSetting.AUTHOR.set("")
    QgsProject.instance().clear()


@pytest.fixture
def page(place):
    page = RevisionPage(place)
    page.resize(360, 640)
    page.show()
    page.activateWindow()
    assert QTest.qWaitForWindowActive(page)
    yield page
    page.close()
    page.deleteLater()


@pytest.fixture
def begun(page):
    told = QSignalSpy(page.revision.begun)
    page.revision.begin()
    wait(told)
    return page


def wait(told, count=1):
    """Until a signal has come so often; what came with it."""
    for _ in range(400):
        if len(told) >= count:
            return told[count - 1]
        QTest.qWait(25)
    raise AssertionError("not told of")


def done(page, act):
    """What an edit came to."""
    told = QSignalSpy(page.revision.changed)
    act()
    (changed,) = wait(told)
    QApplication.processEvents()
    return changed


def refused(page, act):
    told = QSignalSpy(page.revision.refused)
    act()
    (refusal,) = wait(told)
    QApplication.processEvents()
    return refusal


def click(widget):
    assert widget.isVisible()
    assert widget.isEnabled()
    QTest.mouseClick(widget, LEFT)


def some(page, **values):
    """A unit of the revision with such values."""
    units = page.revision.state.units.values()
    return next(one for one in units if all(getattr(one, name) == value for name, value in values.items()))


def two_neighbours(state):
    """A face, and a unit of the same county and category beside the one that has it."""
    mesh, ids = state.mesh, state.counters.ids
    for left, right in zip(mesh.left.tolist(), mesh.right.tolist(), strict=True):
        one, other = (state.units[ids[state.label[row]]] for row in (left, right))
        alike = (one.county, one.category, one.code[:2]) == (other.county, other.category, other.code[:2])
        if one is not other and alike:
            return int(mesh.face_id[left]), one.unit_id, other.unit_id
    raise AssertionError("no such pair")


def column(name):
    return LIVE.index(name)


def shown(page, unit_id, name):
    model = page.units.view.rows
    return model.index(model.row_of(unit_id), column(name)).data()


# ── beginning and ending ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_button_below_begins_the_revision_and_finishes_it(page):
    assert page.state().action == "Begin revision"
    told = QSignalSpy(page.revision.begun)
    page.act()
    assert page.state().sentence.startswith("The plan is being read")
    wait(told)
    assert page.state().action == "Finish revision"
    face, _, other = two_neighbours(page.revision.state)
    done(page, lambda: page.revision.do({"op": "assign", "faces": [face], "unit": other}))
    assert "edits 1; findings are of before" in page.state().sentence
    ended = QSignalSpy(page.revision.ended)
    page.act()
    assert page.state().action == ""
    assert not page.actions_by_key["Ctrl+Z"].isEnabled()
    while not len(ended):  # what follows from the edits is a task of QGIS
        QTest.qWait(20)
        page.session.runner.finish()
    assert page.state().sentence == "Not under revision; edits so far: 1."
    assert page.actions_by_key["Ctrl+Z"].isEnabled(), "it begins the revision"
    assert len(page.units.lines) == len(page.session.plan.units)


def test_without_a_plan_the_desk_says_that_it_needs_one():
    place = Workplace(Session(SlowRunner()), Messages(Iface()), Iface())
    page = RevisionPage(place)
    assert page.state().mark == "todo"
    assert "needs a plan" in page.state().sentence
    assert page.state().sentence == page.line.text.text()
    assert not any(action.isEnabled() for key, action in page.actions_by_key.items() if key != "?")


def test_a_filed_plan_is_not_revised_and_a_new_version_is_named(page):
    plan = page.session.plan
    page.session.take_edited(replace(plan, meta={**plan.meta, "status": "备案"}))
    assert "备案" in page.state().sentence
    assert "new version" in page.line.text.text()
    assert page.state().action == ""
    assert not any(page.actions_by_key[key].isEnabled() for key in "PMSRCL")
    assert page.actions_by_key["W"].isEnabled()


def test_whatever_would_edit_a_filed_plan_is_refused_and_no_claim_lies_beside_it(page):
    plan = page.session.plan
    page.session.take_edited(replace(plan, meta={**plan.meta, "status": "备案"}))
    refusal = refused(page, lambda: page.revision.branch("another"))
    assert "备案" in sentence(refusal.error)
    assert page.revision.phase == "closed"
    assert not lock_file(page.session.plan_path).exists()


def test_at_the_map_somebody_else_at_work_is_named_as_in_the_panel(page, monkeypatch):
    said = []
    monkeypatch.setattr(page.place.messages, "say_at_map", said.append)
    with claim(page.session.plan_path, author="李四"):
        refusal = refused(page, page.act)
    assert said == [claim_words(refusal.error)]


def test_somebody_else_at_work_is_named_and_the_plan_is_had_when_he_has_ended(page):
    with claim(page.session.plan_path, author="李四"):
        refused(page, page.act)
        assert "李四" in page.line.text.text()
        assert socket.gethostname() in page.line.text.text()
        assert [one.text() for one in page.line.buttons if one.isVisible()] == ["Try again"]
        assert page.state().mark == "problem"
    told = QSignalSpy(page.revision.begun)
    click(page.line.buttons[0])
    wait(told)
    assert "李四" not in page.line.text.text()


def test_what_was_asked_for_while_somebody_else_was_at_work_is_not_done_when_he_has_ended(page):
    unit = next(one for one in page.units_now().values() if int(one.category) == 3)
    page.revision.set_target(unit.unit_id)
    with claim(page.session.plan_path, author="李四"):
        refused(page, page.card.kind.menu().actions()[1].trigger)
        assert not page.card.draft.op
    told, changed = QSignalSpy(page.revision.begun), QSignalSpy(page.revision.changed)
    page.act()
    wait(told)
    QTest.qWait(500)
    assert not len(changed) and page.revision.state.units[unit.unit_id].category == 3


def test_what_was_asked_for_while_a_run_is_on_its_way_is_not_done_afterwards(page, monkeypatch):
    unit = next(one for one in page.units_now().values() if int(one.category) == 3)
    page.revision.set_target(unit.unit_id)
    with monkeypatch.context() as running:
        running.setattr(type(page.session), "busy", True)
        refused(page, page.card.kind.menu().actions()[1].trigger)
    assert not page.card.draft.op


def test_a_claim_that_may_be_broken_is_taken_over_after_a_warning(page, monkeypatch):
    asked = []
    monkeypatch.setattr(page.revision, "begin", lambda *_, break_lock=False: asked.append(break_lock))
    page.revision.claimed_by = BeingEdited(
        Message("the plan is being edited"), owner="李四", host="far", since="2026-01-02T03:04:05+00:00", breakable=True
    )
    page.revision.state_changed.emit()
    assert "far" in page.line.text.text()
    assert "2026-01-0" in page.line.text.text()
    click(page.line.buttons[1])
    assert "Ask 李四 first" in page.line.text.text()
    click(page.line.buttons[1])  # leave it
    assert "Ask 李四 first" not in page.line.text.text()
    click(page.line.buttons[1])
    assert asked == []
    click(page.line.buttons[0])
    assert asked == [True]


# ── the table ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_rows_change_where_they_are_after_an_edit_and_what_is_chosen_stays(begun):
    face, one, other = two_neighbours(begun.revision.state)
    begun.revision.set_target(other)
    table = begun.units
    table.view.sortByColumn(column("area_m2"), Qt.SortOrder.DescendingOrder)
    table.view.setFixedHeight(120)
    begun.grab()
    bar = table.view.verticalScrollBar()
    bar.setValue(bar.maximum())
    before, place = {unit: shown(begun, unit, "area_m2") for unit in (one, other)}, bar.value()
    told = QSignalSpy(table.chosen)
    changed = done(begun, lambda: begun.revision.do({"op": "assign", "faces": [face], "unit": other}))
    area = changed.after.units[other].area_m2 / 1e6
    assert shown(begun, other, "area_m2") == f"{area:,.2f}" != before[other]
    assert table.selected() == [other] and not len(told) and bar.value() == place > 0
    areas = [one.area_m2 for one in table.view.rows.items]
    assert areas == sorted(areas, reverse=True)
    assert f"{area:,.2f}" in begun.card.facts.whole


def test_units_that_an_edit_makes_and_takes_away_come_and_go(begun):
    _, one, other = two_neighbours(begun.revision.state)
    begun.revision.set_target(one)
    count = begun.units.view.rows.rowCount()
    made = done(begun, lambda: begun.revision.do({"op": "merge", "units": [one, other]}))
    (gone,) = {one, other} - set(made.after.units)
    assert begun.units.view.rows.rowCount() == count - 1
    assert begun.units.view.rows.row_of(gone) == -1
    done(begun, begun.revision.undo)
    assert begun.units.view.rows.rowCount() == count
    assert shown(begun, gone, "name") == begun.revision.state.units[gone].name


def test_shares_of_a_county_add_up_and_each_column_sorts(begun):
    table, units = begun.units, begun.revision.state.units
    shares = {}
    for unit_id, unit in units.items():
        shares[unit.county] = shares.get(unit.county, 0.0) + table.share(table.lines[unit_id])
    assert list(shares.values()) == pytest.approx([1.0] * len(shares))
    locked = some(begun, category=3).unit_id
    done(begun, lambda: begun.revision.do({"op": "lock", "unit": locked}))
    for name, value in (
        ("area_m2", lambda unit: unit.area_m2),
        ("share", table.share),
        ("parts", lambda unit: unit.parts),
        ("category", lambda unit: unit.category),
        ("name", lambda unit: unit.code),
        ("locked", lambda unit: unit.locked != 1),
    ):
        table.view.sortByColumn(column(name), Qt.SortOrder.AscendingOrder)
        values = [value(begun.revision.state.units[one.unit_id]) for one in table.view.rows.items]
        assert len(values) == len(table.lines) and values == sorted(values), name


def test_a_category_is_kept_and_a_text_found(begun):
    table = begun.units
    table.kinds.setCurrentIndex(table.kinds.findData(2))
    key = [one for one in begun.revision.state.units.values() if one.category == 2]
    assert table.view.rows.rowCount() == len(key) < len(table.lines)
    table.find.setText(key[0].code)
    assert table.view.rows.rowCount() == 1
    table.kinds.setCurrentIndex(0)
    table.find.clear()
    assert table.view.rows.rowCount() == len(table.lines)


def test_a_click_in_the_table_chooses_the_unit_on_the_map_too_and_back(page):
    show_plan(page.session.plan_path, "plan")
    page.refresh()
    layer = plan_layer(page.session.plan_path, "units")
    index = page.units.view.rows.index(2, column("name"))
    QTest.mouseClick(page.units.view.viewport(), LEFT, pos=page.units.view.visualRect(index).center())
    unit = page.units.view.at(index).unit_id
    assert page.revision.target == unit
    assert [one["unit_id"] for one in layer.selectedFeatures()] == [unit]
    other = next(one for one in layer.getFeatures() if one["unit_id"] != unit)
    layer.selectByIds([other.id()])
    assert page.revision.target == other["unit_id"]
    assert page.units.selected() == [other["unit_id"]]
    assert page.card.name.text == other["name"]


def test_another_plan_has_no_unit_chosen(page):
    page.revision.set_target(page.units.view.rows.items[0].unit_id)
    page.session.plan_changed.emit()
    assert page.revision.target == ""
    assert page.card.empty.isVisible()
    assert len(page.units.lines) == len(page.session.plan.units)


# ── the card ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_unit_is_renamed_in_place_by_enter_and_left_by_esc(begun):
    unit = some(begun, category=2)
    begun.revision.set_target(unit.unit_id)
    name = begun.card.name
    QTest.mouseDClick(name.label, LEFT)
    assert name.editing
    QTest.keyClicks(name.field, "x")
    QTest.keyClick(name.field, Qt.Key.Key_Escape)
    assert not name.editing
    click(begun.card.rename)
    assert name.field.text() == unit.name
    name.field.selectAll()
    QTest.keyClicks(name.field, "New name")
    changed = done(begun, lambda: QTest.keyClick(name.field, Qt.Key.Key_Return))
    assert changed.after.units[unit.unit_id].name == "New name"
    assert name.text == "New name" == shown(begun, unit.unit_id, "name")
    assert not name.editing


def test_a_unit_gets_another_number_in_place(begun):
    unit = some(begun, category=2)
    begun.revision.set_target(unit.unit_id)
    field = begun.card.code.field
    click(begun.card.renumber)
    assert field.text() == str(int(unit.code[-4:]))
    field.selectAll()
    QTest.keyClicks(field, "0")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert begun.card.code.editing, "there is no such number"
    field.selectAll()
    QTest.keyClicks(field, "77")
    changed = done(begun, lambda: QTest.keyClick(field, Qt.Key.Key_Return))
    assert changed.after.units[unit.unit_id].code == f"{unit.code[:-4]}0077"


def test_what_is_locked_is_changed_by_nothing_but_its_lock(begun):
    unit = some(begun, category=2)
    begun.revision.set_target(unit.unit_id)
    done(begun, lambda: click(begun.card.lock))
    assert begun.card.lock.isChecked()
    assert not any(one.isEnabled() for one in (begun.card.rename, begun.card.renumber, begun.card.kind))
    model = begun.units.view.rows
    assert not model.index(model.row_of(unit.unit_id), column("locked")).data(Qt.DecorationRole).isNull()
    done(begun, lambda: click(begun.card.lock))
    assert not begun.card.lock.isChecked()
    assert begun.card.rename.isEnabled()


def test_what_needs_a_document_is_done_after_all_when_it_is_named(begun):
    unit = some(begun, category=2)
    refusal = refused(begun, lambda: lower(begun, unit))
    assert refusal.needs_basis
    name = refusal.op["name"]
    assert begun.line.text.text().endswith("would get a lower category: only with a document that allows it.")
    assert "lower category" in begun.place.iface.bar.items()[-1].text()
    click(begun.line.buttons[0])
    assert QApplication.focusWidget() is begun.reasons.basis
    QTest.keyClicks(begun.reasons.basis, "Doc 7")
    changed = done(begun, lambda: QTest.keyClick(begun.reasons.basis, Qt.Key.Key_Return))
    now = changed.after.units[unit.unit_id]
    assert (now.category, now.name) == (3, name) and name != unit.name
    (rule,) = changed.consequences.names
    assert (rule.unit, rule.name) == (unit.unit_id, name)
    assert changed.entries[0].basis == "Doc 7"
    assert (begun.reasons.basis.text(), begun.revision.basis) == ("", "")
    entry = read_plan(begun.session.plan_path).journal.iloc[-1]
    assert entry["basis"] == "Doc 7"


def lower(page, unit):
    """Put a unit into the lowest category, by the menu of its card."""
    page.revision.set_target(unit.unit_id)
    page.card.kind.menu().actions()[2].trigger()
    draft = page.card.draft
    for _ in range(400):
        if draft.ready or not draft.op:
            break
        QTest.qWait(15)
    if draft.ready:  # the rule has another name for it
        QTest.keyClick(page.card.form.name, Qt.Key.Key_Return)


def name_both(page, reason="As asked", document="Doc 7"):
    """Write a reason and a document."""
    if not page.reasons.basis.isVisible():
        click(page.reasons.switch)
    QTest.keyClicks(page.reasons.reason, reason)
    QTest.keyClicks(page.reasons.basis, document)


def both(page):
    fields = page.reasons.reason.text(), page.reasons.basis.text()
    assert fields == (page.revision.reason, page.revision.basis)
    return fields


def test_a_reason_goes_with_each_edit_and_a_document_with_the_next_one_alone(begun):
    name_both(begun)
    unit = some(begun, category=3)
    for op, document in (("lock", "Doc 7"), ("unlock", "")):
        (entry,) = done(begun, lambda op=op: begun.revision.do({"op": op, "unit": unit.unit_id})).entries
        assert (entry.reason, entry.basis) == ("As asked", document)
        assert both(begun) == ("As asked", "")
    click(begun.reasons.switch)
    assert not begun.reasons.reason.isVisible()
    assert "As asked" in begun.reasons.switch.text()


def test_a_document_that_stands_there_lowers_nothing_by_itself_and_each_edit_asks_anew(begun):
    one, other = [row for row in begun.revision.state.units.values() if row.category == 2][:2]
    name_both(begun)
    click(begun.reasons.switch)
    assert refused(begun, lambda: lower(begun, one)).needs_basis
    assert begun.revision.state.units[one.unit_id].category == 2
    assert begun.reasons.basis.isVisible() and begun.reasons.basis.text() == "Doc 7"
    changed = done(begun, lambda: click(begun.line.buttons[0]))
    assert (changed.after.units[one.unit_id].category, changed.entries[0].basis) == (3, "Doc 7")
    assert refused(begun, lambda: lower(begun, other)).needs_basis
    assert both(begun) == ("As asked", "")
    assert [button.isVisible() for button in begun.line.buttons] == [True, False, False]
    QTest.keyClick(begun.reasons.basis, Qt.Key.Key_Return)
    QTest.qWait(200)
    assert begun.revision.state.units[other.unit_id].category == 2


def test_what_would_be_done_is_told_as_it_is_done_whatever_document_stands_there(begun):
    unit = some(begun, category=2)
    name_both(begun)
    for own, allowed in (({}, False), ({"basis": "Doc 8"}, True)):
        op = {"op": "categorize", "unit": unit.unit_id, "category": 3, **own}
        told = QSignalSpy(begun.revision.foreseen)
        begun.revision.foresee(op)
        (found,) = wait(told)
        assert (found.refused is None) == allowed
        assert [one.unit for one in found.consequences.names] == [unit.unit_id]
        if allowed:
            assert done(begun, lambda op=op: begun.revision.do(op)).after.units[unit.unit_id].category == 3
        else:
            refusal = refused(begun, lambda op=op: begun.revision.do(op))
            assert refusal.error.sentence("en") == found.refused.sentence("en")


def test_several_that_are_one_batch_are_done_by_one_document(begun):
    lowered = [row.unit_id for row in begun.revision.state.units.values() if row.category == 2][:2]
    ops = [{"op": "categorize", "unit": unit, "category": 3} for unit in lowered]
    refused(begun, lambda: begun.revision.do_all(ops))
    click(begun.line.buttons[0])
    QTest.keyClicks(begun.reasons.basis, "Doc 7")
    changed = done(begun, lambda: QTest.keyClick(begun.reasons.basis, Qt.Key.Key_Return))
    assert [changed.after.units[unit].category for unit in lowered] == [3, 3]
    assert [entry.basis for entry in changed.entries] == ["Doc 7", "Doc 7"]


def test_what_is_refused_for_another_reason_asks_for_no_document_and_its_own_goes_with_no_other_edit(begun):
    red = some(begun, kind="red_line")
    refusal = refused(begun, lambda: lower(begun, red))
    assert not refusal.needs_basis and "red line" in begun.line.text.text()
    assert not begun.reasons.basis.isVisible()
    assert not begun.line.buttons[0].isVisible()
    name_both(begun)
    assert not refused(begun, lambda: lower(begun, red)).needs_basis
    assert both(begun) == ("As asked", "Doc 7"), "what was not done has not used it"
    QTest.keyClick(begun.reasons.basis, Qt.Key.Key_Return)
    assert not begun.revision.busy
    (entry,) = done(begun, lambda: click(begun.card.lock)).entries
    assert (entry.reason, entry.basis) == ("As asked", "")
    assert both(begun) == ("As asked", "")


def test_what_is_asked_for_meanwhile_does_not_take_the_document_of_another_edit(begun):
    unit, changed = some(begun, category=3).unit_id, QSignalSpy(begun.revision.changed)
    name_both(begun)
    for op in ("lock", "unlock"):
        begun.revision.do({"op": op, "unit": unit, "basis": ""})
    wait(changed, 2)
    assert [one[0].entries[0].basis for one in changed] == ["Doc 7", ""]


def test_a_failed_edit_neither_eats_its_document_nor_leaves_it_to_another(begun):
    plan, away = begun.session.plan_path, begun.session.plan_path.with_name("away.gpkg")
    begun.revision.set_target(some(begun, category=3).unit_id)
    name_both(begun)
    for documented in ("Doc 7", ""):
        plan.rename(away)
        refused(begun, lambda: click(begun.card.lock))
        assert both(begun) == ("As asked", "Doc 7")
        away.rename(plan)
        if not documented:
            begun.revision.set_target(some(begun, category=2).unit_id)
        (entry,) = done(begun, lambda: click(begun.card.lock)).entries
        assert entry.basis == documented
        assert both(begun) == ("As asked", "")
        QTest.keyClicks(begun.reasons.basis, "Doc 7")
    begun.reasons.basis.clear()


def test_reason_and_document_end_with_the_revision(begun):
    name_both(begun)
    ended = QSignalSpy(begun.revision.ended)
    begun.act()
    wait(ended)
    assert both(begun) == ("", "")
    assert begun.reasons.switch.text() == "No reason, no document"


@pytest.mark.parametrize("revised", [True, False], ids=["under revision", "before it"])
def test_reason_and_document_of_one_plan_stand_in_no_edit_of_another(page, tmp_path, revised):
    begins = QSignalSpy(page.revision.begun)
    if revised:
        page.revision.begin()
        wait(begins)
        refused(page, lambda: lower(page, some(page, category=2)))
    name_both(page)
    shutil.copy(page.session.plan_path, tmp_path / "other.gpkg")
    assert page.session.open_case(tmp_path / "other.gpkg")
    assert (both(page), page.revision.undocumented) == (("", ""), ())
    page.revision.begin()
    wait(begins, 2 if revised else 1)
    QTest.keyClicks(page.reasons.basis, "Doc 8")
    QTest.keyClick(page.reasons.basis, Qt.Key.Key_Return)
    assert not page.revision.busy, "nothing of the other plan waits for it"
    page.reasons.basis.clear()
    page.revision.set_target(some(page, category=3).unit_id)
    (entry,) = done(page, lambda: click(page.card.lock)).entries
    assert (entry.reason, entry.basis) == ("", "")


def gone(plan):
    plan.unlink()


def moved(plan):
    plan.rename(plan.with_name("moved.gpkg"))


def no_plan(plan):
    plan.write_bytes(b"notes")


@pytest.mark.parametrize(
    ("how", "found"),
    [(gone, "file not found"), (moved, "file not found"), (no_plan, "another file was put in its place, and it is no")],
)
def test_a_plan_file_that_went_away_says_so_and_what_to_do_and_nothing_is_lost(begun, how, found):
    plan, unit = begun.session.plan_path, some(begun, category=3).unit_id
    begun.revision.set_target(unit)
    done(begun, lambda: click(begun.card.lock))
    shutil.copy(plan, plan.with_name("kept.gpkg"))
    how(plan)
    refused(begun, lambda: click(begun.card.lock))
    for text in (begun.line.text.text(), begun.place.iface.bar.items()[-1].text()):
        assert all(part in text for part in (plan.name, found, "put back in its place, or opened where it is now"))
    QTest.qWait(1_800)  # what follows from the edits cannot be worked out either, and says the same
    assert found in begun.line.text.text()
    plan.with_name("kept.gpkg").replace(plan)
    if not begun.revision.is_open:
        told = QSignalSpy(begun.revision.begun)
        begun.act()
        wait(told)
    assert begun.revision.state.units[unit].locked
    changed = done(begun, lambda: begun.revision.do({"op": "unlock", "unit": unit}))
    assert not changed.after.units[unit].locked


def test_a_plan_file_that_is_gone_before_its_revision_or_at_its_end_is_told(page):
    plan = page.session.plan_path
    moved(plan)
    refused(page, page.act)
    assert "file not found" in page.line.text.text()
    plan.with_name("moved.gpkg").rename(plan)
    told = QSignalSpy(page.revision.begun)
    page.act()
    wait(told)
    page.revision.set_target(some(page, category=3).unit_id)
    done(page, lambda: click(page.card.lock))
    moved(plan)
    page.act()
    for _ in range(200):
        page.session.runner.finish()
        QTest.qWait(25)
        if page.revision.phase == "closed":
            break
    assert page.revision.phase == "closed"
    assert "file not found" in page.line.text.text()
    assert read_plan(plan.with_name("moved.gpkg")).units["locked"].any()


def test_a_plan_that_another_program_replaced_is_begun_again_without_reason_and_document(begun):
    plan = begun.session.plan_path
    copy = plan.with_name("copy.gpkg")
    shutil.copy(plan, copy)
    verbs.edit(copy, [{"op": "lock", "unit": next(iter(begun.revision.state.units))}])
    name_both(begun)
    copy.replace(plan)
    begins = QSignalSpy(begun.revision.begun)
    begun.revision.set_target(some(begun, category=3).unit_id)
    assert isinstance(refused(begun, lambda: click(begun.card.lock)).error, ChangedElsewhere)
    assert begun.revision.phase == "closed"
    begun.revision.begin()
    wait(begins)
    assert both(begun) == ("", "")


def test_whose_claim_was_taken_over_is_told_of_its_plan_alone(page, tmp_path):
    theirs = {"user": "李四", "host": "gh-04", "time": "2026-03-01T08:00:00Z", "machine": "x", "pid": 1, "started": ""}
    lock_file(page.session.plan_path).write_text(json.dumps(theirs), encoding="utf-8")
    begins, ended = QSignalSpy(page.revision.begun), QSignalSpy(page.revision.ended)
    page.revision.begin(break_lock=True)
    wait(begins)
    assert page.revision.taken_over.facts["owner"] == "李四"
    shutil.copy(page.session.plan_path, tmp_path / "other.gpkg")
    assert page.session.open_case(tmp_path / "other.gpkg")
    assert (page.revision.taken_over, len(ended)) == (None, 1)
    page.revision.begin()
    wait(begins, 2)
    assert page.revision.taken_over is None


# ── the line that speaks, undo and redo ─────────────────────────────────────────────────────────────────────────────


def test_what_fell_apart_is_said_and_mended_by_a_button(begun, monkeypatch):
    state, asked = begun.revision.state, []
    unit = some(begun, category=2)
    broken = {
        "unit": unit.unit_id,
        "change": "changed",
        "name": (unit.name, unit.name),
        "category": (2, 2),
        "area_m2": (9e6, 6e6),
        "parts": (1, 3),
        "contiguity": "broken",
    }
    repair = ({"op": "assign", "faces": [1], "unit": unit.unit_id},)
    monkeypatch.setattr(begun.revision, "do_all", asked.append)
    begun.revision.changed.emit(Changed("do", state, state, (), Consequences(units=(broken,)), repair=repair))
    begun.revision.state_changed.emit()
    told = begun.line.text.text()
    assert f"{unit.name} gives: 1 → 3 parts, −3.00 km², 6.00 km² left." in told
    assert told.endswith(f"“{unit.name}” is of 3 parts now, and is to be of one.")
    assert [one.text() for one in begun.line.buttons if one.isVisible()] == ["Repair", "Undo"]
    click(begun.line.buttons[0])
    assert asked == [list(repair)]


def test_undo_and_redo_say_what_they_would_do(begun):
    undo, redo = begun.actions_by_key["Ctrl+Z"], begun.actions_by_key["Ctrl+Y"]
    assert begun.actions_by_key["Ctrl+Shift+Z"] is redo
    assert not undo.isEnabled()
    unit = some(begun, category=3)
    done(begun, lambda: begun.revision.do({"op": "rename", "unit": unit.unit_id, "name": "Other"}))
    assert begun.revision.undo_title() in undo.toolTip()
    done(begun, undo.trigger)
    assert begun.line.text.text().startswith("Undone: ")
    assert begun.revision.redo_title() in redo.toolTip()
    assert not undo.isEnabled()
    done(begun, redo.trigger)
    assert begun.revision.state.units[unit.unit_id].name == "Other"


# ── tools ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_edit_on_its_way_can_be_undone_at_once(begun):
    told = QSignalSpy(begun.revision.changed)
    assert not begun.bar.undo.isEnabled()
    begun.revision.do({"op": "lock", "unit": some(begun, category=3).unit_id})
    assert begun.bar.undo.isEnabled()
    begun.bar.undo.trigger()
    wait(told, 2)
    assert [one[0].kind for one in told] == ["do", "undo"]
    assert not begun.bar.undo.isEnabled()


def test_why_is_asked_of_a_place_whose_edits_the_plan_did_not_hold_yet(begun):
    face, one, other = two_neighbours(begun.revision.state)
    done(begun, lambda: begun.revision.do({"op": "assign", "faces": [face], "unit": other}))
    point = begun.revision.state.mesh.point[begun.revision.state.rows([face])[0]]
    begun.explain_place(*point)
    for _ in range(100):
        QTest.qWait(20)
        begun.session.runner.finish()
        if begun.why.card is not None:
            break
    assert begun.tabs.currentWidget() is begun.why
    assert begun.why.card.code == begun.revision.state.units[other].code
    assert begun.revision.target == "" or begun.units.selected() == [other]
    assert begun.session.plan.faces.set_index("face_id").loc[face, "unit_id"] == other != one


def test_a_tool_takes_the_map_and_gives_it_back(page):
    pan = QgsMapToolPan(page.canvas)
    page.canvas.setMapTool(pan)
    why = page.actions_by_key["W"]
    why.trigger()
    assert page.bar.key == "W"
    assert why.isChecked()
    assert "why it is what it is" in page.line.text.text()
    why.trigger()
    assert page.canvas.mapTool() is pan
    assert not why.isChecked()
    why.trigger()
    page.canvas.setMapTool(pan)  # another tool of QGIS
    assert not why.isChecked()


def test_a_tool_begins_the_revision_says_what_it_waits_for_and_is_put_down_at_its_end(page):
    pan = QgsMapToolPan(page.canvas)
    page.canvas.setMapTool(pan)
    told = QSignalSpy(page.revision.begun)
    page.actions_by_key["P"].trigger()
    wait(told)
    assert page.bar.key == "P"
    assert page.line.text.text() == page.bar.tools["P"].hint()
    page.revision.close()
    assert page.canvas.mapTool() is pan
    assert not page.actions_by_key["P"].isChecked()


def test_from_one_tool_to_another_the_map_is_given_back_to_what_had_it_before(begun):
    pan = QgsMapToolPan(begun.canvas)
    begun.canvas.setMapTool(pan)
    for key in "WPWSM":
        begun.actions_by_key[key].trigger()
        assert [one for one, action in begun.actions_by_key.items() if action.isChecked()] == [key]
    begun.bar.tools["M"].stop()  # as Esc does
    assert begun.canvas.mapTool() is pan


def test_a_tool_is_put_down_where_somebody_else_is_at_work(page):
    with claim(page.session.plan_path, author="李四"):
        refused(page, page.actions_by_key["S"].trigger)
        assert page.bar.key == ""
        assert "李四" in page.line.text.text()


def test_what_is_chosen_on_the_map_stays_when_the_file_is_read_again(page):
    show_plan(page.session.plan_path, "plan")
    page.refresh()
    redraw = PlanRedraw(page.revision, page.canvas)
    told = QSignalSpy(page.revision.begun)
    page.revision.begin()
    wait(told)
    unit = some(page, category=2).unit_id
    page.revision.set_target(unit)
    done(page, lambda: page.revision.do({"op": "rename", "unit": unit, "name": "Other"}))
    layer = plan_layer(page.session.plan_path, "units")
    read = QSignalSpy(layer.dataProvider().dataChanged)
    wait(read)
    assert [one["name"] for one in layer.selectedFeatures()] == ["Other"]
    assert page.units.selected() == [unit]
    redraw.close()


def test_an_edit_of_the_history_is_compared_in_the_tab_of_changes(begun):
    unit = some(begun, category=3).unit_id
    changed = done(begun, lambda: begun.revision.do({"op": "rename", "unit": unit, "name": "Other"}))
    begun.history.compare.emit(changed.entries[0].seq)
    assert begun.tabs.currentWidget() is begun.changes


def test_a_tool_is_live_at_its_desk_alone_and_taken_up_again_there(dock):
    desk = dock.turn_to("revision")
    pan = QgsMapToolPan(desk.canvas)
    desk.canvas.setMapTool(pan)
    told = QSignalSpy(desk.revision.begun)
    desk.actions_by_key["P"].trigger()
    wait(told)
    for other in ("lists", "assess", "result"):
        dock.turn_to(other)
        assert desk.canvas.mapTool() is pan, other
        dock.turn_to("revision")
        assert desk.bar.key == "P", other
        assert desk.actions_by_key["P"].isChecked()
    dock.turn_to("lists")
    desk.revision.close()
    dock.turn_to("revision")
    assert desk.canvas.mapTool() is pan, "nothing is revised any more"


def test_a_line_names_what_is_chosen_by_the_table_and_after_esc_says_what_is_true(begun):
    begun.actions_by_key["P"].trigger()
    one, other = list(begun.revision.state.units.values())[:2]
    for unit in (one, other):
        begun.units.chosen.emit([unit.unit_id])
        assert unit.name in begun.line.text.text()
    begun.bar.tools["P"].stop()
    assert begun.line.text.text().startswith("Under revision, no tool in hand")
    begun.revision.close()
    assert "begins the revision" in begun.line.text.text()


def test_rename_and_renumber_have_keys_and_stand_in_the_list_of_gestures(begun):
    keys = begun.actions_by_key
    assert not keys["E"].isEnabled()
    begun.revision.set_target(some(begun, category=2).unit_id)
    keys["E"].trigger()
    assert begun.card.name.editing
    QTest.keyClick(begun.card.name.field, Qt.Key.Key_Escape)
    keys["D"].trigger()
    assert begun.card.code.editing
    listed = dict(gestures())
    assert {"E", "D", "Ctrl+Z", "Ctrl+Y, Ctrl+Shift+Z", "O", "?"} <= listed.keys()
    assert {key for key in keys if key not in ("Ctrl+Y", "Ctrl+Shift+Z")} <= listed.keys()


@pytest.mark.parametrize("key", ["E", "D"])
def test_the_key_of_a_name_or_number_says_of_a_locked_unit_why_it_stays_and_what_to_do(begun, monkeypatch, key):
    said_at_map = []
    monkeypatch.setattr(begun.place.messages, "say_at_map", said_at_map.append)
    unit = some(begun, category=2)
    begun.revision.set_target(unit.unit_id)
    done(begun, lambda: click(begun.card.lock))
    begun.actions_by_key[key].trigger()
    assert not begun.card.name.editing and not begun.card.code.editing
    assert said_at_map == [begun.line.text.text()]
    assert (
        said_at_map[0]
        == f"{unit.name} is locked and stays as it is: unlock it first, with L on the map or in its card."
    )
    done(begun, lambda: click(begun.card.lock))
    begun.actions_by_key[key].trigger()
    assert (begun.card.name if key == "E" else begun.card.code).editing
    assert len(said_at_map) == 1


def test_without_a_unit_the_card_names_the_mouse_the_key_and_the_table(begun):
    assert "Alt+click or T on the map" in begun.card.empty.text()
    assert "table" in begun.card.empty.text()


def test_whose_claim_went_on_is_said_on_the_line_and_gone_with_the_end(page, monkeypatch):
    from control_units.delineation.core.findings import Finding

    found = Finding("S55", {"owner": "李四", "host": "far", "since": "2026-01-02T03:04:05+00:00"})

    def high():
        # At once: how many events it takes until Qt has laid out both is a matter of what else runs.
        page.line.layout().activate()
        page.layout().activate()
        return page.line.height()

    height = high()
    monkeypatch.setattr(type(page.revision), "taken_over", property(lambda _: found if page.revision.is_open else None))
    told = QSignalSpy(page.revision.begun)
    page.revision.begin()
    wait(told)
    QApplication.processEvents()
    assert "李四" in page.line.text.text()
    page.revision.close()
    assert "李四" not in page.line.text.text()
    assert high() == height


def test_gestures_open_beside_and_close(page):
    action = page.actions_by_key["?"]
    action.trigger()
    (sheet,) = [one for one in QApplication.topLevelWidgets() if one.objectName() == "control_units_gestures"]
    assert isinstance(sheet, QDialog)
    assert not sheet.isModal()
    assert sheet.isVisible()
    action.trigger()
    assert not sheet.isVisible()


def test_no_key_is_a_shortcut_of_its_action(page):
    assert set(page.actions_by_key) == {*"PMSRCUGLWOED?", "Ctrl+Z", "Ctrl+Y", "Ctrl+Shift+Z"}
    assert all(action.shortcut().isEmpty() for action in page.actions_by_key.values())


def test_a_desk_that_goes_leaves_nothing_on_the_map(place):
    canvas = place.iface.mapCanvas()

    def left():
        signals = (canvas.extentsChanged, canvas.scaleChanged, canvas.keyPressed)
        return [canvas.receivers(one) for one in signals], len(canvas.children()), len(canvas.scene().items())

    before = left()
    page = RevisionPage(place)
    page.actions_by_key["W"].trigger()
    assert left() != before
    page.deleteLater()
    del page
    for _ in range(3):  # what goes takes others along
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert left() == before
    assert canvas.mapTool() is None


# ── at the keyboard, and in the panel ───────────────────────────────────────────────────────────────────────────────


def test_a_desk_goes_after_the_map_and_its_window_without_a_fault(place):
    page = RevisionPage(place)
    sip.delete(place.iface.window)
    sip.delete(page)
    assert sip.isdeleted(place.iface.canvas) and sip.isdeleted(page.bar)


def test_every_control_is_reached_by_tab_and_has_a_tip_that_adds_something(begun):
    begun.revision.set_target(some(begun, category=2).unit_id)
    begun.reasons.switch.setChecked(True)
    begun.card.name.begin()
    QApplication.processEvents()
    controls = [one for kind in (QAbstractButton, QLineEdit, QComboBox) for one in begun.findChildren(kind)]
    own = [one for one in controls if one.isVisible() and one.objectName() != "qt_spinbox_lineedit"]
    own = [one for one in own if not one.objectName().startswith(("qt_", "ScrollLeft", "ScrollRight"))]
    own = [one for one in own if type(one).__name__ != "QToolButton" or not isinstance(one.parent(), QLineEdit)]
    own = [one for one in own if type(one).__name__ != "QAbstractButton"]  # corners of tables
    assert len(own) > 15
    for one in own:
        tip = one.toolTip()
        assert tip, one.objectName()
        assert not isinstance(one, QAbstractButton) or tip != one.text(), one.objectName()
        assert one.focusPolicy() & Qt.FocusPolicy.TabFocus, one.objectName()


@pytest.fixture
def dock(place):
    dock = Dock(place, pages)
    dock.resize(420, 640)
    dock.show()
    QApplication.processEvents()
    yield dock
    dock.close()
    dock.deleteLater()


def test_a_desk_stands_below_the_steps_without_a_number_and_is_no_next_step(dock):
    assert [one.NAME for one in dock.pages if one.DESK] == [one.NAME for one in dock.pages[6:]]
    item = dock.steps.item(6)
    assert item.data(Qt.ItemDataRole.AccessibleTextRole) == "Revision ✔"
    dock.turn_to("sources")
    dock.session.plan = None
    dock.session.plan_changed.emit()
    QApplication.processEvents()
    assert dock.pages[6].state().mark == "todo"


def test_at_a_desk_the_line_below_is_of_the_desk_alone(dock):
    page = dock.turn_to("revision")
    QApplication.processEvents()
    assert (dock.sentence.text(), dock.next.text()) == (page.state().sentence, "Begin revision")
    told = QSignalSpy(page.revision.begun)
    QTest.mouseClick(dock.next, LEFT)
    wait(told)
    QApplication.processEvents()
    assert dock.next.text() == "Finish revision"
    assert dock.header.status.text() == "[draft, under revision]"
    dock.turn_to("result")
    QApplication.processEvents()
    assert "Revision" not in dock.next.text()
    steps = dock.steps
    between = steps.visualItemRect(steps.item(6)).height() - steps.visualItemRect(steps.item(5)).height()
    assert between > 0, "there is room for the line"
    assert steps.itemAt(QPoint(10, steps.visualItemRect(steps.item(6)).center().y())) is steps.item(6)


def test_what_is_chosen_while_revising_is_explained_in_the_result_when_somebody_looks(dock):
    desk, result = (dock.turn_to(name) for name in ("revision", "result"))
    show_plan(dock.session.plan_path, "plan")
    result.refresh()
    dock.turn_to("revision")
    told = QSignalSpy(desk.revision.begun)
    desk.act()
    wait(told)
    dock.session.runner.finish()
    unit = some(desk, category=2)
    desk.revision.set_target(unit.unit_id)
    assert result.card.card is None
    dock.turn_to("result")
    assert result.card.card.code == unit.code
    assert result.units.selected() == [unit.unit_id]

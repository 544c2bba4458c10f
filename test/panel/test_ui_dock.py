"""The dock: it says what comes next, opens and drops, tells what went wrong, and goes without a trace."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.libraries import Status, check
from control_units.delineation.core.messages import Message, at
from control_units.delineation.verbs import rerunning
from control_units.delineation.verbs.running import run
from control_units.ui.frame import header as header_module
from control_units.ui.frame import installation as installation_module
from control_units.ui.frame import opener as opener_module
from control_units.ui.frame.dock import Dock
from control_units.ui.frame.header import Header
from control_units.ui.frame.installation import InstallationDialog
from control_units.ui.frame.opener import Opener, unpack_demo
from control_units.ui.frame.options import OptionsPage
from control_units.ui.frame.tab_order import in_order
from control_units.ui.pages import pages
from control_units.ui.pages.page import Page, StepState, Workplace
from control_units.ui.pages.sources import page as sources_module
from control_units.ui.shipped import DEMO, HELP, plugin_version
from control_units.ui.widgets import messages as messages_module
from control_units.ui.widgets.messages import Messages, words_of
from control_units.ui.work import engine_loading as engine_module
from control_units.ui.work.engine_loading import Engine
from control_units.ui.work.open_reading import plan_beside
from control_units.ui.work.session import Session
from control_units.ui.work.settings import PanelSetting
from control_units.ui.work.trial import PATIENCE
from fakes import Iface, SlowRunner
from hand import hand
from qgis.core import Qgis, QgsApplication, QgsSettings
from qgis.PyQt.QtCore import QCoreApplication, QMimeData, QPoint, Qt, QUrl
from qgis.PyQt.QtGui import QDropEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QApplication,
    QDialog,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QToolBar,
    QToolButton,
)
from rich import rich
from telling import texts_of


class Step(Page):
    """A page that is in the state it is told."""

    def __init__(self, place, parent=None):
        super().__init__(place, parent)
        self.now = StepState("todo")
        self.acted = 0

    def title(self) -> str:
        return self.NAME.capitalize()

    def state(self) -> StepState:
        return self.now

    def tell(self, *state: str) -> None:
        self.now = StepState(*state)
        self.state_changed.emit()
        QCoreApplication.processEvents()

    def act(self) -> None:
        self.acted += 1


class One(Step):
    NAME = "sources"
    FOR = "files"


class Two(Step):
    NAME = "run"


class Three(Step):
    NAME = "result"
    FOR = "plan"


@pytest.fixture
def place():
    return Workplace(Session(SlowRunner()), Messages(Iface()), Iface())


@pytest.fixture(autouse=True)
def forget_settings():
    QgsSettings().remove("control_units")
    yield
    QgsSettings().remove("control_units")


def made(place, kinds=(One, Two, Three)):
    dock = Dock(place, lambda: kinds)
    dock.resize(420, 640)
    dock.show()
    QCoreApplication.processEvents()
    return dock


def open_file(dock, file: str) -> None:
    dock.opener.open_file(file)
    dock.session.runner.finish()


@pytest.fixture
def dock(place):
    dock = made(place)
    yield dock
    dock.deleteLater()


@pytest.fixture
def open_dock(dock, tmp_path):
    open_file(dock, str(hand(tmp_path)))
    QCoreApplication.processEvents()
    return dock


def test_empty_it_offers_three_ways_to_begin(dock):
    assert dock.stack.currentWidget() is dock.welcome
    assert [one.objectName() for one in dock.welcome.buttons] == [
        "control_units_demo",
        "control_units_new",
        "control_units_open",
    ]
    assert dock.pages == []  # the engine is not loaded for an empty panel


def test_empty_it_offers_what_was_opened_last_to_mouse_and_keyboard(dock, tmp_path):
    assert not dock.welcome.recent.isVisible()
    cases = [hand(tmp_path / name) for name in ("甲县", "乙县", "丙县", "丁县")]
    for case in (*cases, tmp_path / "gone.toml"):
        PanelSetting.remember(str(case))
    dock.hide()
    dock.show()
    QCoreApplication.processEvents()
    label = dock.welcome.recent
    assert label.isVisible()
    assert re.findall(r">([^<>]+)</a>", label.text()) == [f"{one.parent.name} / case.toml" for one in cases[:0:-1]]
    label.setFocus()
    QTest.keyClick(label, Qt.Key.Key_Tab)
    QTest.keyClick(label, Qt.Key.Key_Return)
    dock.session.runner.finish()
    assert dock.session.case_path == cases[-1]


def test_a_click_before_the_engine_is_there_says_so_at_once_and_waits_for_it(dock, monkeypatch, tmp_path):
    monkeypatch.setattr(opener_module, "documents", lambda: str(tmp_path))
    monkeypatch.setattr(Engine, "loaded", property(lambda _: False))
    QTest.mouseClick(dock.welcome.buttons[0], Qt.MouseButton.LeftButton)
    assert dock.welcome.waiting.isVisible()
    assert not any(one.isEnabled() for one in dock.welcome.buttons)
    assert dock.pages == []
    assert [entry[0] for entry in dock.session.runner.waiting] == ["Loading the libraries"]
    dock.session.runner.finish()
    QCoreApplication.processEvents()
    assert not dock.welcome.waiting.isVisible()
    assert dock.session.case_path == tmp_path / "control_units_demo" / "case.toml"


def test_what_keeps_the_engine_from_loading_is_said_after_a_click_and_not_before(dock, monkeypatch):
    def lacking(_):
        raise ModuleNotFoundError("No module named 'shapely'", name="shapely")

    monkeypatch.setattr(Engine, "loaded", property(lambda _: False))
    monkeypatch.setattr(engine_module, "_load", lacking)
    dock.hide()
    dock.show()
    QCoreApplication.processEvents()
    dock.session.runner.finish()
    assert not dock.notice.isVisible()
    QTest.mouseClick(dock.welcome.buttons[1], Qt.MouseButton.LeftButton)
    dock.session.runner.finish()
    assert "Check installation" in dock.notice.text.text()
    assert all(one.isEnabled() for one in dock.welcome.buttons)


def test_a_panel_that_is_put_away_at_once_loads_nothing(place, monkeypatch):
    """As QGIS does when it starts: a dock shows for a moment when it is taken in."""
    monkeypatch.setattr(Engine, "loaded", property(lambda _: False))
    dock = Dock(place, lambda: (One, Two, Three))
    dock.show()
    dock.hide()
    QCoreApplication.processEvents()
    assert place.session.runner.waiting == []
    dock.show()
    QCoreApplication.processEvents()
    assert [entry[0] for entry in place.session.runner.waiting] == ["Loading the libraries"]
    dock.deleteLater()


def test_new_opens_the_first_step(dock):
    QTest.mouseClick(dock.welcome.buttons[1], Qt.MouseButton.LeftButton)
    QCoreApplication.processEvents()
    assert dock.stack.currentWidget() is dock.work
    assert dock.session.case is not None
    assert dock.header.name.text() == "New plan"


def test_the_button_is_the_next_step(open_dock):
    one, two, three = open_dock.pages
    one.tell("next", "Drop layers.", "Add files…")
    assert (open_dock.sentence.text(), open_dock.next.text()) == ("Drop layers.", "Add files…")
    QTest.mouseClick(open_dock.next, Qt.MouseButton.LeftButton)
    assert one.acted == 1
    one.tell("done", "All there.")
    two.tell("next", "Ready.", "Run")
    assert open_dock.next.text() == "Next: Run"
    QTest.mouseClick(open_dock.next, Qt.MouseButton.LeftButton)
    QCoreApplication.processEvents()
    assert open_dock.book.currentWidget() is two
    assert open_dock.next.text() == "Run"
    three.tell("problem", "A finding.", "Look")
    assert open_dock.next.text() == "Run"  # what an earlier step has ready goes first
    two.tell("done", "Made.")
    assert (open_dock.sentence.text(), open_dock.next.text()) == ("A finding.", "Next: Result")
    three.tell("done", "Fine.")
    assert not open_dock.next.isVisible()
    assert open_dock.sentence.text() == "Made."


def test_with_an_error_in_the_result_ctrl_enter_keeps_and_runs_what_is_tried(place, tmp_path):
    """The story of a planner: the check found an error, a switch mends it, and the key goes on to the run."""
    case = rich(tmp_path)
    run(case, plan_beside(case))
    dock = made(place, pages())
    open_file(dock, str(case))
    session = dock.session
    findings = session.plan.findings.copy()
    findings.loc[len(findings)] = dict.fromkeys(findings.columns) | {
        "id": "Q02",
        "severity": "error",
        "facts": "{}",
        "units": "",
    }
    session.plan = replace(session.plan, findings=findings)
    session.plan_changed.emit()
    session.runner.finish()
    dock.activateWindow()
    assert QTest.qWaitForWindowActive(dock)
    dock.steps.setFocus()
    QCoreApplication.processEvents()
    result = next(one for one in dock.pages if one.NAME == "result")
    assert result.state().mark == "problem"
    assert dock.next.text() == "Look at it"
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert result.findings.chosen()["id"].iloc[0] == "Q02"
    rules = dock.turn_to("rules")
    rules.trial.change(switches={"soil_priority": True})
    QCoreApplication.processEvents()
    assert not dock.next.isVisible(), "there is nothing to keep before it is shown"
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not session.busy
    QTest.qWait(2 * PATIENCE)
    session.runner.finish()
    QCoreApplication.processEvents()
    assert dock.next.text() == "&Keep and run"
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert session.busy
    session.runner.finish()
    assert read_case(case).rules.switches["soil_priority"] is True
    dock.deleteLater()


def way(dock, key=Qt.Key.Key_Tab, modifier=Qt.KeyboardModifier.NoModifier) -> list:
    """Where the key leads, until it leaves the panel or comes round."""
    found = []
    while len(found) < 100:
        here = QApplication.focusWidget()
        if here is None or not dock.isAncestorOf(here) or here in found:
            return found
        found.append(here)
        QTest.keyClick(here, key, modifier)
    raise AssertionError("no end")


@pytest.fixture
def window(place, tmp_path):
    """QGIS's window in small: a field before the panel and one behind it."""
    window = QMainWindow()
    window.setCentralWidget(QLineEdit(window))
    dock = Dock(place, pages, window)
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    window.statusBar().addWidget(QLineEdit(window))
    window.resize(1000, 700)
    window.show()
    open_file(dock, str(hand(tmp_path)))
    place.session.start_run()
    place.session.runner.finish()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    QCoreApplication.processEvents()
    yield window, dock
    window.deleteLater()


def test_tab_goes_through_header_steps_page_and_next(window):
    _, dock = window
    for name in [one.NAME for one in dock.pages]:
        page = dock.turn_to(name)
        dock.session.runner.finish()
        QCoreApplication.processEvents()
        dock.header.menu_button.setFocus()
        found = way(dock)
        first, second, *rest = found
        assert (first, second) == (dock.header.menu_button, dock.steps)
        inside = [one for one in rest if page.isAncestorOf(one)]
        if name == "assess":  # without a plan it says what it needs, and has nothing to press
            assert inside == []
            continue
        assert inside, name
        wanted = [*inside, dock.next] if dock.next.isVisible() else inside
        assert rest == wanted, name
        scrolled = getattr(page, "inside", page)
        tops = [one.mapTo(scrolled, QPoint(0, 0)).y() for one in inside if scrolled.isAncestorOf(one)]
        assert all(later - one > -40 for one, later in pairwise(tops)), "from the top down"
        # And back the same way.
        dock.steps.setFocus()
        QTest.keyClick(dock.steps, Qt.Key.Key_Tab)
        assert page.isAncestorOf(QApplication.focusWidget())
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
        assert QApplication.focusWidget() is dock.steps


def test_tab_leaves_the_panel_at_its_end_and_shift_tab_at_its_beginning(window):
    _, dock = window
    last = list(in_order(dock.widget()))[-1]
    for start, key, modifier in (
        (last, Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier),
        (next(iter(in_order(dock.widget()))), Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier),
    ):
        start.setFocus()
        QTest.keyClick(start, key, modifier)
        there = QApplication.focusWidget()
        assert there is not None
        assert not dock.isAncestorOf(there)


def test_the_buttons_of_the_toolbars_have_keys(window, monkeypatch):
    _, dock = window
    asked = []
    sources = dock.turn_to("sources")
    monkeypatch.setattr(sources_module, "ask_folder", lambda *_: asked.append("folder") or "")
    monkeypatch.setattr(sources_module, "ask_files", lambda *_: asked.append("files") or [])
    bar = sources.findChild(QToolBar, "control_units_source_tools")
    buttons = [bar.widgetForAction(action) for action in bar.actions()]
    assert [bool(one.focusPolicy() & Qt.FocusPolicy.TabFocus) for one in buttons] == [True] * 5
    assert [action.shortcut().toString() for action in bar.actions()] == [
        "Ins",
        "Ctrl+Ins",
        "Alt+Ins",
        "Shift+Ins",
        "Ctrl+Alt+S",
    ]
    assert all(action.shortcut().toString() in action.toolTip() for action in bar.actions())
    dock.steps.setFocus()
    dock.turn_to("sources")
    sources.list.setFocus()
    QTest.keyClick(sources.list, Qt.Key.Key_Insert)
    QTest.keyClick(sources.list, Qt.Key.Key_Insert, Qt.KeyboardModifier.ControlModifier)
    buttons[1].setFocus()
    QTest.keyClick(buttons[1], Qt.Key.Key_Space)
    assert asked == ["files", "folder", "folder"]
    result = dock.turn_to("result")
    button = next(one for one in result.findChildren(QToolButton) if one.defaultAction() is result.ask)
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert result.ask.shortcut().toString() == "Ctrl+Alt+W"


def test_badges_follow_the_states(open_dock):
    marks = ("done", "next", "problem")
    for page, mark in zip(open_dock.pages, marks, strict=True):
        page.tell(mark, "why")
    items = [open_dock.steps.item(row) for row in range(3)]
    assert [item.data(Qt.ItemDataRole.UserRole) for item in items] == list(marks)
    spoken = [item.data(Qt.ItemDataRole.AccessibleTextRole) for item in items]
    assert spoken == ["1 Sources ✔", "2 Run ●", "3 Result !"]
    assert all("why" in item.toolTip() for item in items)


def test_arrow_keys_turn_the_pages(open_dock):
    open_dock.steps.setCurrentRow(0)
    QTest.keyClick(open_dock.steps, Qt.Key.Key_Down)
    assert open_dock.book.currentIndex() == 1


def drop(dock, *files) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    dock.dropEvent(
        QDropEvent(
            QPoint(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
    )
    QCoreApplication.processEvents()


def test_a_dropped_case_opens_and_dropped_layers_are_guessed(place, tmp_path):
    dock = made(place, pages()[:1])
    case = hand(tmp_path)
    drop(dock, case)
    place.session.runner.finish()
    assert place.session.case_path == case
    place.session.close()
    drop(dock, tmp_path / "hand.gpkg")
    place.session.runner.finish()
    assert {spec.role for spec in place.session.case.sources} >= {"county", "red_line"}
    dock.deleteLater()


def test_an_error_stands_on_top_of_the_page_and_in_the_log(dock, tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text("[case]\nnme = 1\n", encoding="utf-8")
    open_file(dock, str(bad))
    assert dock.notice.isVisible()
    assert "nme" in dock.notice.text.text()
    assert dock.notice.more.isVisible()
    assert dock.stack.currentWidget() is dock.welcome


def test_an_error_of_the_engine_has_enough_for_a_report_behind_a_button_and_in_the_log(dock, place):
    logged = []
    QgsApplication.messageLog().messageReceived[str, str, Qgis.MessageLevel].connect(lambda *line: logged.append(line))

    def broken():
        raise BadInput(Message("no field '{field}'", field="DM"), where=at("a.shp"), wanted=at("XZQDM"))

    try:
        broken()
    except BadInput as error:
        place.session.report("run", error, "reading a.shp")
    assert dock.notice.more.isVisible()
    details = dock.notice._said.details
    for fact in (
        "doing: run",
        "stage: reading a.shp",
        "found: no field 'DM'",
        "where: a.shp",
        "wanted: XZQDM",
        f"Control Units {plugin_version()}",
        f"QGIS {Qgis.QGIS_VERSION}",
        "shapely ",
        "GDAL ",
        "in broken",
    ):
        assert fact in details
    (line,) = [line for line in logged if line[1] == "Control Units"]
    assert details in line[0]
    assert plugin_version().count(".") == 2
    QTest.mouseClick(dock.notice.more, Qt.MouseButton.LeftButton)
    (box,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()]
    assert box.findChild(QPlainTextEdit).toPlainText() == details
    box.close()


def test_a_run_that_fails_says_at_what(open_dock, monkeypatch):
    def broken(*_, progress, **__):
        progress(0.3, Message("noding"))
        raise BadInput(Message("disk full"), where=at("x"))

    monkeypatch.setattr(rerunning, "run_again", broken)
    open_dock.session.start_run()
    open_dock.session.runner.finish()
    assert "stage: noding" in open_dock.notice._said.details


def test_a_fault_of_ours_has_its_details_behind_a_button(dock, place):
    try:
        raise ZeroDivisionError("boom")
    except ZeroDivisionError as error:
        place.messages.fail(error)
    assert dock.notice.more.isVisible()
    assert "ZeroDivisionError" in dock.notice.text.text()
    assert "boom" in dock.notice._said.details


def test_with_the_panel_closed_messages_go_to_the_bar_of_qgis(dock):
    dock.hide()
    iface = dock.place.messages._iface
    dock.place.messages.fail(BadInput(Message("no field"), where=at("a.shp")))
    assert len(iface.bar.items()) == 1


def test_what_is_not_saved_is_not_lost_without_a_question(open_dock, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(opener_module, "sure", lambda *_: asked.append(1) or False)
    open_dock.session.change(name="other")
    open_dock.opener.new()
    assert asked == [1]
    assert open_dock.session.case.name == "other"
    QCoreApplication.processEvents()
    assert "*" in open_dock.header.status.text()
    open_dock.session.save_case(tmp_path / "case.toml")
    open_dock.opener.new()
    assert open_dock.session.case.name == ""


def test_the_demo_is_copied_and_opened_in_one_click(dock, monkeypatch, tmp_path):
    monkeypatch.setattr(opener_module, "documents", lambda: str(tmp_path))
    QTest.mouseClick(dock.welcome.buttons[0], Qt.MouseButton.LeftButton)
    assert dock.header.name.text() == "Opening the demo…"
    assert not dock.stack.currentWidget().isEnabled()
    dock.session.runner.finish()
    QCoreApplication.processEvents()
    assert dock.stack.currentWidget().isEnabled()
    case = tmp_path / "control_units_demo" / "case.toml"
    assert dock.session.case_path == case
    assert PanelSetting.RECENT.get() == (str(case),)
    assert sorted(one.suffix for one in case.parent.iterdir() if one.suffix == ".py") == []


def test_what_is_read_when_its_project_is_gone_is_not_opened(dock, tmp_path):
    case = hand(tmp_path)
    dock.opener.open_file(str(case))
    dock.opener.open_file(str(case))  # once is enough
    assert len([entry for entry in dock.session.runner.waiting if "case.toml" in entry[0]]) == 1
    dock.session.new()
    dock.session.runner.finish()
    assert dock.session.case_path is None
    assert dock.stack.currentWidget().isEnabled()


def test_a_changed_demo_stays_and_a_fresh_one_comes_beside_it(tmp_path):
    first = unpack_demo(tmp_path)
    assert unpack_demo(tmp_path) == first
    first.write_text("changed", encoding="utf-8")
    second = unpack_demo(tmp_path)
    assert second.parent.name == "control_units_demo_2"
    assert second.read_bytes() == (DEMO / "case.toml").read_bytes()
    assert first.read_text(encoding="utf-8") == "changed"


def test_a_run_brings_its_result_to_the_front(open_dock):
    open_dock.session.start_run()
    open_dock.session.runner.finish()
    assert open_dock.book.currentWidget() is open_dock.pages[2]


def test_without_the_engines_libraries_it_says_what_is_missing(place):
    def lacking():
        raise ModuleNotFoundError("No module named 'shapely'", name="shapely")

    dock = Dock(place, lacking)
    dock.show()
    dock.opener.new()
    said = dock.notice.text.text()
    assert "shapely" in said
    assert "Check installation" in said
    assert dock.stack.currentWidget() is dock.welcome
    dock.deleteLater()


def test_all_that_is_missing_is_named(monkeypatch):
    lacking = [Status(one.library, "missing") if one.library.name in ("shapely", "pyogrio") else one for one in check()]
    monkeypatch.setattr(messages_module, "check", lambda: lacking)
    said = words_of(ModuleNotFoundError("No module named 'shapely'", name="shapely"))
    assert "shapely, pyogrio" in said
    # A library that is there and cannot be loaded is no fault of ours either.
    assert "Check installation" in words_of(ImportError("DLL load failed while importing lib", name="shapely.lib"))
    assert "fault of the plugin" in words_of(ImportError("cannot import", name="control_units.ui.x"))


def test_settings_keep_their_type():
    assert PanelSetting.WORKERS.get() == 1
    PanelSetting.WORKERS.set(4)
    PanelSetting.HATCH_KEY.set(False)
    assert (PanelSetting.WORKERS.get(), PanelSetting.HATCH_KEY.get()) == (4, False)
    QgsSettings().setValue(PanelSetting.WORKERS.key, "many")
    assert PanelSetting.WORKERS.get() == 1
    for number in range(12):
        PanelSetting.remember(f"f{number}")
    PanelSetting.remember("f11")
    assert PanelSetting.RECENT.get()[:2] == ("f11", "f10")
    assert len(PanelSetting.RECENT.get()) == 8


def test_the_options_page_writes_what_it_shows():
    page = OptionsPage()
    page.author.setText(" 张三 ")
    page.hatch.setChecked(False)
    page.apply()
    assert (PanelSetting.AUTHOR.get(), PanelSetting.HATCH_KEY.get()) == ("张三", False)
    assert OptionsPage().author.text() == "张三"


def test_check_installation_lists_every_library():
    dialog = InstallationDialog(SlowRunner())
    assert {"numpy", "shapely", "pyogrio", "exactextract"} <= {row[0] for row in texts_of(dialog.table)}
    dialog.deleteLater()


def test_check_installation_opens_at_once_and_loads_the_libraries_beside_it(monkeypatch):
    runner, loaded = SlowRunner(), []
    lacking = [Status(one.library, "broken") if one.library.name == "shapely" else one for one in check()]
    monkeypatch.setattr(installation_module, "check", lambda *, load=False: (loaded.append(load), lacking)[1])
    dialog = InstallationDialog(runner)
    dialog.show()
    assert loaded == [False]
    assert "being loaded" in dialog.heading.text()
    runner.finish()
    assert loaded == [False, True]
    assert dialog.heading.text() == "Nothing works without shapely."
    (of_qgis, command), (of_kit, _) = dialog.hints
    assert of_qgis.isVisible()
    assert "QGIS 3.40" in of_qgis.text()
    assert command.text().endswith("-P python3-shapely")
    assert "pip" not in command.text()
    assert not of_kit.isVisible()
    closed = InstallationDialog(runner)
    closed.show()
    closed.close()
    assert runner.stopped == ["Check installation"]
    dialog.deleteLater()


def test_the_header_lists_recent_files_that_are_there(place, tmp_path):
    case = hand(tmp_path)
    PanelSetting.remember(str(tmp_path / "gone.toml"))
    PanelSetting.remember(str(case))
    header = Header(place, Opener(SimpleNamespace(session=place.session, place=place)))
    header._fill_recent()
    assert [action.toolTip() for action in header._recent.actions()] == [str(case)]


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_each_step_has_a_help_page_whose_pictures_and_links_are_there(tongue):
    for name in ("index", *(kind.NAME for kind in pages())):
        text = (HELP / f"{name}.{tongue}.html").read_text(encoding="utf-8")
        for target in re.findall(r'(?:src|href)="([^"]+)"', text):
            assert (HELP / target).is_file(), (name, target)


def test_help_opens_the_page_of_the_step(open_dock, monkeypatch):
    opened = []
    monkeypatch.setattr(header_module.QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    open_dock.turn_to("run")
    QTest.mouseClick(open_dock.header.findChild(QToolButton, "control_units_help"), Qt.MouseButton.LeftButton)
    open_dock.header.help("nothing of that name")
    assert [Path(file).name for file in opened] == ["run.en.html", "index.en.html"]


def test_the_panel_says_that_a_hand_written_case_was_left_alone(dock, tmp_path, monkeypatch):
    case = hand(tmp_path)
    text = "# Wang asks to be told.\n" + case.read_text(encoding="utf-8")
    case.write_text(text, encoding="utf-8")
    open_file(dock, str(case))
    QCoreApplication.processEvents()
    monkeypatch.setitem(sys.modules, "tomlkit", None)
    dock.session.change(name="乙县")
    dock.session.save_case(case)
    assert dock.notice.isVisible()
    assert all(name in dock.notice.text.text() for name in ("case.toml", "case.saved.toml", "tomlkit"))
    assert case.read_text(encoding="utf-8") == text

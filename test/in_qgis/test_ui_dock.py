"""The dock: it says what comes next, opens and drops, tells what went wrong, and goes without a trace."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from control_units.delineation.errors import BadInput
from control_units.ui.frame import dock as dock_module
from control_units.ui.frame import header as header_module
from control_units.ui.frame.dock import Dock
from control_units.ui.frame.header import Header
from control_units.ui.frame.installation import InstallationDialog
from control_units.ui.frame.messages import Messages
from control_units.ui.frame.options import OptionsPage
from control_units.ui.pages import pages
from control_units.ui.pages.page import Page, StepState, Workplace
from control_units.ui.shipped import DEMO, HELP
from control_units.ui.work.beside import plan_beside
from control_units.ui.work.demo import unpack_demo
from control_units.ui.work.session import Session
from control_units.ui.work.settings import Settings
from fakes import Iface, SlowRunner
from hand import hand
from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QCoreApplication, QMimeData, QPoint, Qt, QUrl
from qgis.PyQt.QtGui import QDropEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QToolButton, QTreeWidget


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


class Two(Step):
    NAME = "run"


class Three(Step):
    NAME = "result"


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


@pytest.fixture
def dock(place):
    dock = made(place)
    yield dock
    dock.deleteLater()


@pytest.fixture
def open_dock(dock, tmp_path):
    dock.open_file(str(hand(tmp_path)))
    QCoreApplication.processEvents()
    return dock


def test_empty_it_offers_three_ways_to_begin(dock):
    assert dock.stack.currentWidget() is dock.welcome
    assert [one.objectName() for one in dock.welcome.buttons] == [
        "control_units_demo", "control_units_new", "control_units_open",
    ]  # fmt: skip
    assert dock.pages == []  # the engine is not loaded for an empty panel


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
    dock.dropEvent(QDropEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    ))  # fmt: skip
    QCoreApplication.processEvents()


def test_a_dropped_case_opens_and_dropped_layers_are_guessed(place, tmp_path):
    dock = made(place, pages()[:1])
    case = hand(tmp_path)
    drop(dock, case)
    assert place.session.case_path == case
    place.session.close()
    drop(dock, tmp_path / "hand.gpkg")
    place.session.runner.finish()
    assert {spec.role for spec in place.session.case.sources} >= {"county", "red_line"}
    dock.deleteLater()


def test_an_error_stands_on_top_of_the_page_and_in_the_log(dock, tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text("[case]\nnme = 1\n", encoding="utf-8")
    dock.open_file(str(bad))
    assert dock.notice.isVisible()
    assert "nme" in dock.notice.text.text()
    assert dock.notice.more.isVisible()
    assert dock.stack.currentWidget() is dock.welcome


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
    dock.place.messages.fail(BadInput("no field", where="a.shp"))
    assert len(iface.bar.items()) == 1


def test_what_is_not_saved_is_not_lost_without_a_question(open_dock, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(dock_module, "sure", lambda *_: asked.append(1) or False)
    open_dock.session.change(name="other")
    open_dock.new()
    assert asked == [1]
    assert open_dock.session.case.name == "other"
    QCoreApplication.processEvents()
    assert "*" in open_dock.header.status.text()
    open_dock.session.save_case(tmp_path / "case.toml")
    open_dock.new()
    assert open_dock.session.case.name == ""


def test_the_demo_is_copied_and_opened_in_one_click(dock, monkeypatch, tmp_path):
    monkeypatch.setattr(dock_module, "documents", lambda: str(tmp_path))
    QTest.mouseClick(dock.welcome.buttons[0], Qt.MouseButton.LeftButton)
    QCoreApplication.processEvents()
    case = tmp_path / "control_units_demo" / "case.toml"
    assert dock.session.case_path == case
    assert Settings.RECENT.get() == (str(case),)
    assert sorted(one.suffix for one in case.parent.iterdir() if one.suffix == ".py") == []


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


def test_a_plan_opens_with_the_case_beside_it(dock, tmp_path):
    case = hand(tmp_path)
    dock.open_file(str(case))
    dock.session.start_run()
    dock.session.runner.finish()
    dock.session.close()
    dock.open_file(str(plan_beside(case)))
    assert dock.session.case_path == case
    shutil.move(case, case.with_suffix(".away"))
    dock.open_file(str(plan_beside(case)))
    assert dock.session.case is None
    assert dock.session.plan is not None


def test_without_the_engines_libraries_it_says_what_is_missing(place):
    def lacking():
        raise ModuleNotFoundError("No module named 'shapely'", name="shapely")

    dock = Dock(place, lacking)
    dock.show()
    dock.new()
    assert "shapely" in dock.notice.text.text()
    assert dock.stack.currentWidget() is dock.welcome
    dock.deleteLater()


def test_settings_keep_their_type():
    assert Settings.WORKERS.get() == 1
    Settings.WORKERS.set(4)
    Settings.HATCH_KEY.set(False)
    assert (Settings.WORKERS.get(), Settings.HATCH_KEY.get()) == (4, False)
    QgsSettings().setValue(Settings.WORKERS.key, "many")
    assert Settings.WORKERS.get() == 1
    for number in range(12):
        Settings.remember(f"f{number}")
    Settings.remember("f11")
    assert Settings.RECENT.get()[:2] == ("f11", "f10")
    assert len(Settings.RECENT.get()) == 8


def test_the_options_page_writes_what_it_shows():
    page = OptionsPage()
    page.author.setText(" 张三 ")
    page.hatch.setChecked(False)
    page.apply()
    assert (Settings.AUTHOR.get(), Settings.HATCH_KEY.get()) == ("张三", False)
    assert OptionsPage().author.text() == "张三"


def test_check_installation_lists_every_library():
    dialog = InstallationDialog()
    table = dialog.findChild(QTreeWidget)
    names = {table.topLevelItem(row).text(0) for row in range(table.topLevelItemCount())}
    assert {"numpy", "shapely", "pyogrio", "exactextract"} <= names
    dialog.deleteLater()


def test_the_header_lists_recent_files_that_are_there(place, tmp_path):
    case = hand(tmp_path)
    Settings.remember(str(tmp_path / "gone.toml"))
    Settings.remember(str(case))
    header = Header(place)
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

"""A plan is opened in small steps, between which the window takes whatever the user does."""

from __future__ import annotations

import shutil
import time

import pytest
from control_units.ui.frame import panel
from control_units.ui.frame.dock import Dock
from control_units.ui.pages import pages
from control_units.ui.pages.page import Workplace
from control_units.ui.widgets.messages import Messages
from control_units.ui.work.session import Session
from control_units.ui.work.settings import PanelSetting
from control_units.ui.work.task import TaskRunner
from fakes import Iface
from other_program import bit_lost
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QApplication


class Desk(Iface):
    def setActiveLayer(self, layer) -> None:  # noqa: N802 - QGIS calls it so
        self.active = layer.name()

    def zoomToActiveLayer(self) -> None:  # noqa: N802
        self.zoomed = self.active


@pytest.fixture
def opening(folder, tmp_path):
    """A panel that opens a case with its plan, and how often the event loop went round before each thing was there."""
    for path in folder.iterdir():
        shutil.copy(path, tmp_path)
    runner = TaskRunner()
    dock = Dock(Workplace(Session(runner), Messages(Iface()), Desk()), pages)
    dock.opener.showing = lambda plan, name: panel._showing(plan, name, dock.place.iface)
    dock.show()
    dock.opener.engine.load(lambda: None, lambda _: None)
    wait(lambda: dock.opener.engine.loaded)
    rounds = [0]
    timer = QTimer()
    timer.timeout.connect(lambda: rounds.__setitem__(0, rounds[0] + 1))
    timer.start(0)
    layers = []
    project = QgsProject.instance()
    project.layerWasAdded.connect(note := lambda layer: layers.append((rounds[0], layer.name())))
    yield dock, tmp_path / "case.toml", layers, rounds
    project.layerWasAdded.disconnect(note)
    timer.stop()
    runner.close()
    dock.deleteLater()
    project.clear()


def wait(condition) -> None:
    ends = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < ends
        QApplication.processEvents()


def test_each_layer_of_a_plan_is_added_by_itself(opening):
    dock, case, layers, _ = opening
    dock.opener.open_file(str(case))
    wait(lambda: dock.session.plan is not None and not dock.header.opening)
    assert len(layers) >= 5
    assert len({turn for turn, _ in layers}) == len(layers)
    assert dock.place.iface.zoomed == "Control units"


def test_a_plan_that_is_not_as_it_was_written_is_told_when_it_is_opened(opening):
    dock, case, *_ = opening
    told = []
    dock.place.messages.panel = lambda said: not told.append(said)
    bit_lost(case.with_name("case.plan.gpkg"))
    dock.opener.open_file(str(case))
    wait(lambda: dock.session.plan is not None and not dock.header.opening)
    assert list(dock.session.plan.changes) == ["faces"], "the panel sums up all of it"
    assert [one.level for one in told if "faces (values in its" in one.text] == ["warning"]


def test_the_pages_are_made_one_after_the_other_and_before_the_plan_is_worked_on(opening):
    dock, case, _, rounds = opening
    made = []
    dock.opener.open_file(str(case))
    wait(lambda: made.append((rounds[0], dock.session.plan is None)) or bool(dock.pages))
    assert made[-1][1]
    assert rounds[0] > len(pages())
    wait(lambda: dock.session.plan is not None and not dock.header.opening)
    assert dock.book.currentWidget().NAME == "result"


def test_a_project_that_is_left_while_a_plan_opens_stays_left(opening):
    dock, case, layers, _ = opening
    dock.opener.open_file(str(case))
    wait(lambda: len(layers) == 2)
    dock.session.new()
    wait(lambda: not dock.header.opening)
    assert dock.session.plan is None
    assert len(layers) == 2


def test_the_window_can_be_used_again_after_a_file_that_cannot_be_read(opening):
    dock, case, _, _ = opening
    case.write_text("[case", encoding="utf-8")
    dock.opener.open_file(str(case))
    wait(lambda: not dock.header.opening)
    assert dock.stack.currentWidget().isEnabled()
    assert dock.session.empty


def test_a_case_is_opened_again_at_the_step_where_it_was_left(opening):
    dock, case, _, _ = opening
    dock.opener.open_file(str(case))
    wait(lambda: dock.session.plan is not None and not dock.header.opening)
    dock.turn_to("method")
    dock.session.close()
    wait(lambda: dock.stack.currentWidget() is dock.welcome)
    dock.opener.open_file(str(case))
    wait(lambda: dock.session.plan is not None and not dock.header.opening)
    assert dock.book.currentWidget().NAME == "method"


def test_a_project_that_is_opened_again_shows_the_step_where_its_case_was_left(opening):
    dock, case, _, _ = opening
    PanelSetting.leave_at(case, "rules")
    dock.session.restore(case, "", case.with_name("case.plan.gpkg"), None)
    wait(lambda: bool(dock.pages) and dock.stack.currentWidget() is dock.work)
    assert dock.book.currentWidget().NAME == "rules"

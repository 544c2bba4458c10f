"""A database server is connected to where the user said so: asked once, kept, taken back in QGIS's options."""

from __future__ import annotations

import json
import time
from functools import partial

import pytest
from control_units.ui.frame.options import OptionsPage
from control_units.ui.frame.panel import _may_connect
from control_units.ui.pages.sources.page import SourcesPage
from control_units.ui.work.hosts import asking_by
from control_units.ui.work.settings import PanelSetting
from control_units.ui.work.task import TaskRunner
from fakes import workplace
from hand import CASE, hand
from listener import Listener
from qgis.core import QgsProcessingContext, QgsProcessingFeedback
from qgis.PyQt.QtCore import QPoint, Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QMessageBox

HERE = "127.0.0.1"


@pytest.fixture
def listener(tmp_path):
    PanelSetting.HOSTS.set({})
    there = Listener(tmp_path / "calls")
    yield there
    there.close()
    PanelSetting.HOSTS.set({})


@pytest.fixture
def case(tmp_path, listener):
    """A stranger's case: two of its sources lie on a server of his."""
    folder = tmp_path / "bureau"
    folder.mkdir()
    where = json.dumps(f"postgres://eve:g3heim@{HERE}:{listener.port}/traps")
    text = CASE
    for layer in ("red_line", "water"):
        text = text.replace(f'path = "hand.gpkg"\nlayer = "{layer}"', f'path = {where}\nlayer = "{layer}"')
    return hand(folder, text)


class Person:
    """Answers each question that comes up with one button, by the mouse; keeps what was asked."""

    def __init__(self, button: str, keys: tuple[Qt.Key, ...] = ()) -> None:
        self.asked: list[str] = []
        self.button, self.keys = button, keys
        self.timer = QTimer()
        self.timer.timeout.connect(self._look)
        self.timer.start(20)

    def _look(self) -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox) and box.isVisible():
            self.asked.append(box.text())
            for key in self.keys:
                QTest.keyClick(box, key)
            if not self.keys:
                (button,) = (one for one in box.buttons() if one.text().replace("&", "") == self.button)
                QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def looked(page: SourcesPage, case) -> dict[str, str]:
    """Open the case, wait until all its sources were looked at; the problem of each."""
    assert page.session.open_case(case)
    ends = time.monotonic() + 60
    while any(entry.seen is None for entry in page.book.entries) or page.book.looks.busy:
        QApplication.processEvents()
        assert time.monotonic() < ends
    return {entry.role: str(entry.seen.problem or "") for entry in page.book.entries}


@pytest.fixture
def page():
    runner = TaskRunner()
    page = SourcesPage(workplace(runner))
    page.show()
    yield page
    runner.close()
    page.deleteLater()


def test_a_server_is_asked_about_once_and_the_answer_is_kept_and_taken_back(page, case, listener):
    with asking_by(partial(_may_connect, parent=page)):
        person = Person("Do not connect")
        problems = looked(page, case)
        (question,) = person.asked
        for fact in (f"“{HERE}”", str(listener.port), "“traps”", "“eve”"):
            assert fact in question
        assert "g3heim" not in question
        assert "nobody allowed" in problems["red_line"]
        assert "nobody allowed" in problems["water_zone"]
        assert not problems["county"]
        looked(page, case)
        assert person.asked == [question], "no is an answer, too"
        assert listener.calls() == []
        # Taken out in QGIS's options, it is asked about once more.
        options = OptionsPage()
        options.show()
        place = options.hosts.visualItemRect(options.hosts.item(0)).center() + QPoint(8, 0)
        QTest.mouseClick(options.hosts.viewport(), Qt.MouseButton.LeftButton, pos=place)
        QTest.mouseClick(options.forget, Qt.MouseButton.LeftButton)
        options.apply()
        assert PanelSetting.HOSTS.get() == {}
        person.button = "Connect"
        assert "cannot be opened" in looked(page, case)["red_line"]
        assert person.asked == [question, question]
        calls = len(listener.calls())
        assert calls
        looked(page, case)
        assert len(person.asked) == 2
        assert len(listener.calls()) > calls
        # Without its tick it is not connected to any more.
        options = OptionsPage()
        assert options.hosts.item(0).checkState() == Qt.CheckState.Checked
        options.hosts.item(0).setCheckState(Qt.CheckState.Unchecked)
        options.apply()
        calls = len(listener.calls())
        assert "nobody allowed" in looked(page, case)["red_line"]
        assert (len(listener.calls()), len(person.asked)) == (calls, 2)


def test_who_leaves_the_question_has_not_agreed(page, case, listener):
    with asking_by(partial(_may_connect, parent=page)):
        for keys in ((Qt.Key.Key_Escape,), (Qt.Key.Key_Return,)):
            PanelSetting.HOSTS.set({})
            person = Person("", keys)
            looked(page, case)
            person.timer.stop()
            assert len(person.asked) == 1
    assert listener.calls() == []


def test_where_nobody_can_be_asked_nothing_is_connected_to(page, case, listener):
    assert "nobody allowed" in looked(page, case)["red_line"]
    assert PanelSetting.HOSTS.get() == {}
    assert listener.calls() == []


def test_the_toolbox_wants_the_host_each_time_and_keeps_nothing(toolbox, case, listener, tmp_path):
    PanelSetting.HOSTS.set({HERE: True})  # what the panel was told is the panel's

    def run(name, hosts, **given):
        feedback = QgsProcessingFeedback()
        context = QgsProcessingContext()
        given |= {"CASE": str(case)} | ({} if hosts is None else {"ALLOW_HOST": hosts})
        _, ok = toolbox(name).run(given, context, feedback)
        assert not ok
        return feedback.textLog()

    outputs = {
        "delineate": {"OUTPUT": str(tmp_path / "plan.gpkg")},
        "suggest_units": {"UNITS": "memory:", "BORDERS": "memory:", "METRICS": "memory:"},
        "compare_methods": {"OUTPUT": str(tmp_path / "bench")},
    }
    for name, given in outputs.items():
        calls = len(listener.calls())
        for hosts in (None, "", "db.example"):
            assert "nobody allowed" in run(name, hosts, **given)
        assert len(listener.calls()) == calls
        assert "cannot be opened" in run(name, f"db.example, {HERE}", **given)
        assert len(listener.calls()) > calls
        calls = len(listener.calls())
        run(name, None, **given)
        assert len(listener.calls()) == calls

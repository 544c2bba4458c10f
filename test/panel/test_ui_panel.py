"""The panel with its pages: what is short scrolls, what failed is forgotten in time, and no text is taken for HTML."""

from __future__ import annotations

import shutil

import pytest
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import Message, at
from control_units.delineation.verbs import rerunning
from control_units.ui.frame.dock import Dock
from control_units.ui.pages import pages
from control_units.ui.pages.page import Workplace
from control_units.ui.widgets.details import show_details
from control_units.ui.widgets.messages import Messages
from control_units.ui.work.session import Session
from fakes import Iface, SlowRunner
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QPoint, QRect, Qt
from qgis.PyQt.QtWidgets import QApplication, QLabel

LONG = "the area of face 1 alone is 1999209009, more than the 900000000 ) that a region may have at most, at 483339"


@pytest.fixture
def dock(folder, tmp_path):
    for path in folder.iterdir():
        shutil.copy(path, tmp_path)
    dock = Dock(Workplace(Session(SlowRunner()), Messages(Iface()), Iface()), pages)
    dock.resize(420, 700)
    dock.show()
    dock.opener.open_file(str(tmp_path / "case.toml"))
    dock.session.runner.finish()
    QApplication.processEvents()
    yield dock
    dock.deleteLater()
    QgsProject.instance().clear()


def fails(dock, monkeypatch, text: str = LONG) -> None:
    """Run; it comes to nothing."""

    def broken(*_, **__):
        raise BadInput(
            at(text), where=Message("[method]"), wanted=Message("a limit of the area that is not below 1999209009")
        )

    with monkeypatch.context() as patched:
        patched.setattr(rerunning, "run_again", broken)
        dock.session.start_run()
        dock.session.runner.finish()
    QApplication.processEvents()


def place_of(widget, page) -> QRect:
    return QRect(widget.mapTo(page, QPoint(0, 0)), widget.size())


@pytest.mark.parametrize("size", [(360, 300), (420, 360), (420, 700)])
def test_on_the_run_page_nothing_lies_over_anything_however_short_the_panel(dock, monkeypatch, size):
    dock.turn_to("run")
    page = dock.book.currentWidget()
    fails(dock, monkeypatch)
    dock.resize(*size)
    QApplication.processEvents()
    assert (dock.width(), dock.height()) == size
    every = (page.target, page.stages, page.now, page.run, page.summary, page.discard)
    shown = [one for one in every if one.isVisible()]
    assert page.run in shown
    assert LONG[:20] in page.now.text()
    places = [place_of(one, page) for one in shown]
    for number, one in enumerate(places):
        assert not [shown[n] for n, other in enumerate(places[:number]) if one.intersects(other)], shown[number]
    assert page.now.height() >= page.now.heightForWidth(page.now.width()), "all lines of the sentence are there"
    assert max(place.right() for place in places) < page.width()


def test_a_notice_that_a_run_failed_goes_when_one_goes_well(dock, monkeypatch):
    fails(dock, monkeypatch)
    assert dock.notice.isVisible()
    dock.session.start_run()
    dock.session.runner.finish()
    assert not dock.notice.isVisible()


def test_a_notice_that_a_run_failed_goes_when_the_case_is_another(dock, monkeypatch):
    fails(dock, monkeypatch)
    dock.session.case_changed.emit()
    assert dock.notice.isVisible()
    dock.session.change(seed=4)
    assert not dock.notice.isVisible()


def test_a_notice_of_something_else_stays(dock, monkeypatch):
    fails(dock, monkeypatch)
    dock.place.messages.say("Look here", "warning")
    dock.session.change(seed=4)
    dock.session.start_run()
    dock.session.runner.finish()
    assert dock.notice.isVisible()


def test_labels_show_what_others_wrote_as_it_is(dock, monkeypatch):
    """Whatever a file, a person or an error says may look like HTML."""
    for page in dock.pages:
        dock.turn_to(page.NAME)
        QApplication.processEvents()
    dock.turn_to("method")
    method = dock.book.currentWidget()
    method.clustering.click()
    method.cluster.form.more.click()
    fails(dock, monkeypatch, "<b>bold</b>")
    details = show_details("<b>bold</b>", "", dock)
    labels = [one for one in (*dock.findChildren(QLabel), *details.findChildren(QLabel)) if "<" in one.text()]
    assert len(labels) >= 3
    assert {one.textFormat() for one in labels if "bold" in one.text()} == {Qt.TextFormat.PlainText}
    shows_texts = [
        dock.sentence,
        dock.notice.text,
        dock.header.name,
        dock.header.status,
        method.bar.sentence,
        method.cluster.form.variables.wrong,
        method.cluster.box.words,
        method.cluster.box.findings,
        *(dock.turn_to("run").findChildren(QLabel)),
    ]
    for row in method.cluster.form.rows.values():
        row.show_wrong("x")
        shows_texts.append(row.wrong)
    assert not [one for one in shows_texts if one.textFormat() != Qt.TextFormat.PlainText]
    details.close()

"""Method: while a candidate is adopted the page says so and can stop it; what came to nothing is told, and kept."""

from __future__ import annotations

import os
import time
from dataclasses import replace

import pytest
from candidate_page import box, form, opened, settle, shown, suggest
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import Message, at
from control_units.delineation.verbs import adopting
from control_units.ui.pages.run import RunPage
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication


@pytest.fixture
def page(place, laid):
    page = opened(place, laid)
    suggest(page, k=8)
    return page


def press(button):
    QApplication.processEvents()  # buttons that take turns have to be laid out
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def begin(page, reason="agreed"):
    """Press Adopt; nothing is done before the runner is told to."""
    box(page).reason.setText(reason)
    press(box(page).adopt)


def broken(monkeypatch):
    def fail(*_, **__):
        raise BadInput(Message("the disk is full"), where=at("x"), wanted=Message("room"))

    monkeypatch.setattr(adopting, "adopt_beside", fail)


def test_while_adopting_the_page_shows_how_far_it_is_and_can_stop_it(page):
    line = box(page).answers.adopting
    assert not line.isVisible()
    begin(page)
    assert line.progress.isVisible()
    assert line.cancel.isVisible()
    assert not box(page).adopt.isVisible()
    assert box(page).reason.isReadOnly()
    assert page.state().sentence == "Adopting a candidate…"
    assert page.state().action == "", "what cancels it is on the card, and nowhere twice"
    *_, progress = page.session.runner.waiting[-1]
    progress(0.25, Message("coverage"))
    assert line.progress.value() == 250
    assert "coverage" in line.words.text()
    before = page.session.plan_path.read_bytes()
    press(line.cancel)
    assert not page.session.busy
    assert page.session.plan_path.read_bytes() == before
    assert line.words.isVisible()
    assert line.words.text() == "Adopting was stopped; the plan is as it was."
    assert not line.cancel.isVisible()
    assert not line.progress.isVisible()
    assert box(page).adopt.isVisible()
    assert box(page).adopt.isEnabled()
    assert "Adopt one" in page.state().sentence


def test_a_reason_stays_until_the_candidate_is_adopted(page, monkeypatch):
    begin(page, "agreed in May")
    page.session.cancel()
    assert box(page).reason.text() == "agreed in May"
    with monkeypatch.context() as patched:
        broken(patched)
        begin(page, "agreed in June")
        page.session.runner.finish()
    assert box(page).reason.text() == "agreed in June"
    assert "the disk is full" in box(page).answers.adopting.words.text()
    assert len(page.candidates.kept) == 1
    press(box(page).adopt)
    page.session.runner.finish()
    assert page.session.replays
    assert box(page).reason.text() == ""
    assert box(page).answers.adopting.words.text() == ""


def test_what_is_said_of_a_try_goes_when_the_case_is_another(page, monkeypatch):
    broken(monkeypatch)
    begin(page)
    page.session.runner.finish()
    assert box(page).answers.adopting.isVisible()
    page.session.change(seed=4)
    assert not box(page).answers.adopting.isVisible()


def test_a_run_is_not_taken_for_adopting(page):
    page.session.start_run()
    assert not box(page).answers.adopting.isVisible()
    assert page.state().action == ""
    page.session.cancel()
    assert not box(page).answers.adopting.isVisible()


def marks(runs) -> list[int]:
    stages = runs.stages.rows
    icons = (stages.index(row, 0).data(Qt.ItemDataRole.DecorationRole) for row in range(stages.rowCount()))
    return [icon.cacheKey() for icon in icons]


def test_the_run_page_ticks_no_stage_after_a_stop(page):
    runs = shown(RunPage(page.place))
    page.session.start_run()
    page.session.runner.finish()
    ticked = marks(runs)
    begin(page)
    page.session.cancel()
    assert runs.now.text() == "Adopting was stopped; the plan is as it was."
    assert all(now != before for now, before in zip(marks(runs), ticked, strict=True))


def test_the_day_of_adopting_is_the_one_of_the_clock_here(page, monkeypatch):
    begin(page)
    page.session.runner.finish()
    journal = page.session.plan.journal.copy()
    journal.loc[journal.index[-1], "time"] = "2024-05-31T20:30:00+00:00"
    page.session.plan = replace(page.session.plan, journal=journal)
    before = os.environ.get("TZ")
    try:
        monkeypatch.setenv("TZ", "Asia/Shanghai")
        time.tzset()
        box(page).refresh()
        assert "2024-06-01" in box(page).words.text()
    finally:
        monkeypatch.undo()
        assert os.environ.get("TZ") == before
        time.tzset()


def test_a_reason_is_shown_as_it_was_written(page):
    begin(page, "<b>bold</b>")
    page.session.runner.finish()
    words = box(page).words
    assert "<b>bold</b>" in words.text()
    assert words.textFormat() == Qt.TextFormat.PlainText


# ── errors are about something ────────────────────────────────────────────────────────────────────────────────────────


def test_an_error_goes_when_the_setting_is_another(page):
    form(page).variables.show_text("nothing")
    box(page).suggest.click()
    page.session.runner.finish()
    assert "nothing" in box(page).words.text()
    box(page).refresh()
    assert "nothing" in box(page).words.text()
    form(page).variables.more.setText("x+y")
    form(page).variables.more.editingFinished.emit()
    settle(page)
    assert "nothing" not in box(page).words.text()


def test_an_error_of_the_curve_goes_with_its_range(page):
    box(page).low.setValue(5)
    box(page).high.setValue(2)
    box(page).ask_curve.click()
    settle(page)
    assert page.candidates.error is not None
    assert box(page).words.text()
    box(page).high.setValue(30)
    assert box(page).words.text() == ""

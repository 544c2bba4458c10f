"""The Run page: runs, is stopped, runs again only what changed, and says so; the clock is honest."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from itertools import pairwise
from threading import Event

import pandas as pd
import pytest
from control_units.delineation.core.errors import BadInput, Cancelled
from control_units.delineation.core.messages import NOTHING, Message, at
from control_units.delineation.run.run import ENDS
from control_units.delineation.sources import files, inputs
from control_units.delineation.verbs import rerunning
from control_units.delineation.verbs.editing import edit
from control_units.ui.pages import run as run_page
from control_units.ui.pages.run import RunPage
from control_units.ui.pages.sources.page import SourcesPage
from control_units.ui.work.open_reading import plan_beside
from control_units.ui.work.pace import FIRST, Pace, learned, remembered
from control_units.ui.work.task import EngineTask, TaskRunner
from fakes import workplace
from hand import box, hand, write_layer
from qgis.core import QgsApplication, QgsTask
from qgis.PyQt.QtCore import QCoreApplication, Qt
from qgis.PyQt.QtTest import QTest
from rich import rich


@pytest.fixture
def place(tmp_path):
    place = workplace()
    assert place.session.open_case(hand(tmp_path))
    return place


@pytest.fixture
def page(place):
    page = RunPage(place)
    page.resize(360, 560)
    page.show()
    yield page
    page.deleteLater()


def press(button) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def times(page) -> dict[str, str]:
    return {name: page.stages.rows.index(row, 1).data() for row, name in enumerate(page.stages.rows.items)}


def run(page) -> None:
    press(page.run)
    page.session.runner.finish()


def test_a_run_writes_the_plan_beside_the_case(page):
    session = page.session
    assert page.state().mark == "next"
    press(page.run)
    assert session.busy
    assert page.cancel.isVisible()
    assert not page.run.isVisible()
    session.runner.finish()
    assert not session.busy
    assert session.plan_path == plan_beside(session.case_path)
    assert session.plan_path.is_file()
    assert page.state().mark == "done"
    assert all(times(page).values())
    assert "units from" in page.summary.text()
    assert [one.name for one in session.case_path.parent.glob(".*")] == []


def test_a_case_with_unsaved_changes_shows_progress_too(page):
    """The run saves the case first, which must not be taken for another case."""
    page.session.change(name="改了名")
    assert not page.session.case_saved
    press(page.run)
    *_, progress = page.session.runner.waiting[0]
    progress(0.5, Message("coverage"))
    assert page.bar.value() > 0
    assert "left" in page.now.text()
    page.session.runner.finish()


def test_a_run_that_another_page_starts_shows_progress_too(page):
    page.session.start_run()
    *_, progress = page.session.runner.waiting[0]
    progress(0.5, Message("coverage"))
    assert page.bar.value() > 0
    page.session.runner.finish()
    assert all(times(page).values())


def test_stopped_it_leaves_nothing_and_can_be_run_again(page):
    press(page.run)
    press(page.cancel)
    assert not page.session.busy
    assert not plan_beside(page.session.case_path).exists()
    assert page.state().mark == "next"
    assert "stopped" in page.now.text()
    assert not any(times(page).values())
    run(page)
    assert page.state().mark == "done"


def test_only_what_changed_is_run_again_and_named(page):
    session = page.session
    run(page)
    case = session.case
    session.change(cleaning=replace(case.cleaning, sliver_area=5.0))
    assert page.state().mark == "next"
    assert "cleaning" in page.state().sentence
    run(page)
    assert session.outcome.kept
    assert times(page)["partition"] == "unchanged"
    assert "cleaning" in page.summary.text()
    assert page.state().mark == "done"


def test_it_refuses_in_one_sentence(page):
    page.session.block("sources", "Counties are missing.")
    assert page.state().sentence == "Counties are missing."
    assert not page.run.isEnabled()
    page.act()
    assert not page.session.busy
    page.session.block("sources", "")
    assert page.run.isEnabled()


def test_a_failure_is_told_and_the_old_plan_stays(page, monkeypatch):
    run(page)
    before = page.session.plan_path.read_bytes()
    seen = []
    page.session.failed.connect(lambda failure: seen.append(failure.error))

    def broken(*_, **__):
        raise BadInput(Message("the disk is full"), where=at("x"), wanted=Message("room"))

    monkeypatch.setattr(rerunning, "run_again", broken)
    run(page)
    assert [str(error.what) for error in seen] == ["the disk is full"]
    assert page.session.plan_path.read_bytes() == before
    assert not page.session.busy
    state = page.state()
    assert (state.mark, state.action) == ("problem", "Run again")
    assert state.sentence == "The last run failed; the plan is as it was."  # why is told once on the page
    assert page.now.text().startswith(f"{state.sentence}\nx: the disk is full")
    page.session.change(seed=4)
    assert page.state().mark == "next"  # it was a run of something else


def test_after_a_failed_run_the_sources_are_looked_at_again(page, place):
    sources = SourcesPage(place)
    place.session.runner.finish()
    run(page)
    place.session.case.file("hand.gpkg").unlink()
    assert sources.state().mark == "done"
    run(page)
    assert page.state().mark in ("problem", "todo")
    assert sources.state().mark == "problem"
    assert {entry.mark for entry in sources.book.entries} == {"problem"}
    sources.deleteLater()


def test_a_file_that_was_replaced_is_found_without_reading_it_on_the_main_thread(page, monkeypatch):
    run(page)
    file = page.session.case.file("hand.gpkg")
    copy = file.with_name("copy.gpkg")
    shutil.copyfile(file, copy)
    read = []
    real = files.checksum
    monkeypatch.setattr(inputs, "checksum", lambda *place: read.append(place) or real(*place))
    copy.replace(file)  # the same content, another time
    page.session.files.look()
    assert page.state().mark == "done"
    assert len([place for place in read if place[0] == file]) == 0
    page.session.runner.finish()
    assert page.state().mark == "done"
    assert len([place for place in read if place[0] == file]) == 1
    page.session.files.look()
    assert page.session.runner.finish() == 0  # it is known now
    write_layer(file, "more", [box(0, 0, 10, 10)], {"a": ["1"]})
    page.hide()
    page.show()  # whoever opens the page sees it
    page.session.runner.finish()
    assert page.state().mark == "next"
    assert "content of hand.gpkg" in page.state().sentence
    run(page)
    assert page.state().mark == "done"


def test_what_a_missing_library_left_out_is_marked(page):
    run(page)
    plan = page.session.plan
    facts = '{"rasters": "dem", "library": "exactextract"}'
    page.session.plan = replace(
        plan,
        findings=pd.concat(
            [plan.findings, pd.DataFrame([{"id": "S62", "severity": "warning", "facts": facts}])], ignore_index=True
        ),
    )
    page.session.plan_changed.emit()
    assert times(page)["evidence"] == "left out"
    rows = page.stages.rows
    told = rows.index(rows.items.index("evidence"), 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "exactextract is missing" in told
    assert "exactextract is missing" in page.summary.text()
    assert times(page)["partition"] != "left out"


def test_the_summary_says_what_the_method_takes_out_of_priority(page, tmp_path):
    (tmp_path / "rich").mkdir()
    assert page.session.open_case(rich(tmp_path / "rich"))
    given = {"k": 6, "variables": "x+y", "scope": "whole"}
    page.session.change(method="ward", method_parameters=given)
    run(page)
    lowered = page.session.plan.findings.query("id == 'S54'")
    lines = [line for line in page.summary.text().splitlines() if "out of priority" in line]
    assert len(lines) == len(lowered) > 0
    page.session.change(method_parameters=given | {"k": 12, "scope": "category"})
    run(page)
    assert "out of priority" not in page.summary.text()


def test_of_a_plan_that_was_only_opened_its_history_tells_and_without_one_nothing_is_claimed(page):
    run(page)
    assert page.session.open_case(page.session.case_path)
    assert "made from the case as it is" in page.state().sentence
    page.session.plan_path.with_name("case.plan.history.jsonl").unlink()
    assert page.session.open_case(page.session.case_path)
    assert "a run will tell" in page.state().sentence


def test_a_case_without_a_file_asks_for_one(page, monkeypatch, tmp_path):
    session = page.session
    session.change(
        path=type(session.case.path)(),
        sources=tuple(replace(spec, path=str(session.case.file(spec.path))) for spec in session.case.sources),
    )
    monkeypatch.setattr(run_page, "ask_save_case", lambda *_: None)
    press(page.run)
    assert not session.busy
    monkeypatch.setattr(run_page, "ask_save_case", lambda *_: tmp_path / "甲.toml")
    run(page)
    assert session.plan_path == tmp_path / "甲.plan.gpkg"


def test_a_plan_with_edits_is_only_replaced_when_a_person_says_so(page):
    run(page)
    plan = page.session.plan
    journal = plan.journal.reindex([0])
    page.session.plan = replace(plan, journal=journal)
    page.session.plan_changed.emit()
    assert page.discard.isVisible()
    assert not page.run.isEnabled()
    assert "1 edits" in page.state().sentence
    QTest.keyClick(page.discard, Qt.Key.Key_Space)
    assert page.run.isEnabled()


def edited(page) -> None:
    """A run, and then an edit of its plan by another door."""
    session = page.session
    run(page)
    edit(session.plan_path, [{"op": "rename", "unit": "U000001", "name": "东山"}], reason="旧名")
    assert session.open_case(session.case_path)


def test_a_run_does_the_edits_of_the_plan_again(page):
    edited(page)
    session = page.session
    assert page.run.isEnabled()
    assert not page.discard.isChecked()
    session.change(seed=7)
    run(page)
    assert session.plan.units.set_index("unit_id")["name"]["U000001"] == "东山"
    assert session.plan.journal["reason"].tolist() == ["旧名"]
    assert session.plan.meta["seed"] == "7"
    assert page.state().sentence == "The plan is made from the case as it is; a run does its 1 edits again."


def test_a_plan_that_was_edited_by_hand_has_no_adopted_division(page):
    edited(page)
    assert page.session.replays
    assert page.session.adopted == ""


def test_a_run_that_discards_the_edits_says_so_and_does(page):
    edited(page)
    QTest.keyClick(page.discard, Qt.Key.Key_Space)
    assert page.state().sentence == "A run makes the plan anew by the method of the case, without its 1 edits."
    run(page)
    assert page.session.edits == 0


def test_another_case_does_not_show_the_times_of_the_one_before(page, tmp_path):
    run(page)
    assert page.session.open_case(hand(tmp_path / "other"))
    assert not any(times(page).values())
    assert page.summary.text() == ""


# ── in a real task ────────────────────────────────────────────────────────────────────────────────────────────────────


def wait(ready, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not ready() and time.monotonic() < end:
        QCoreApplication.processEvents()
        time.sleep(0.005)
    assert ready()


def test_in_a_task_it_reports_and_answers_on_the_main_thread(tmp_path):
    place = workplace(TaskRunner())
    assert place.session.open_case(hand(tmp_path))
    said = []
    place.session.progressed.connect(lambda fraction, message: said.append((fraction, message)))
    place.session.start_run()
    wait(lambda: not place.session.busy)
    assert place.session.plan is not None
    fractions = [fraction for fraction, _ in said]
    assert fractions == sorted(fractions)
    assert len(said) > 3


@pytest.mark.parametrize("again", range(3))
def test_a_task_stops_when_it_is_told_to(tmp_path, again):  # noqa: ARG001 - where it stops depends on the moment
    runner = TaskRunner()
    ends = []

    def work(progress):
        while True:
            progress(0.5, Message("at work"))
            time.sleep(0.01)

    stop = runner.start("endless", work, done=ends.append, failed=ends.append)
    time.sleep(0.2)
    stop()
    wait(lambda: ends)
    assert isinstance(ends[0], Cancelled)


def test_of_a_task_that_is_stopped_qgis_does_not_say_that_it_failed():
    task = EngineTask("any", lambda _: None, lambda _: None, lambda _: None)
    assert task.flags() & QgsTask.Flag.Silent


def test_an_error_in_a_task_comes_back_as_it_was(tmp_path):  # noqa: ARG001 - keeps QGIS's folder apart
    runner = TaskRunner()
    ends = []

    def work(_):
        raise BadInput(Message("no field"), where=at("a.shp"))

    runner.start("broken", work, done=ends.append, failed=ends.append)
    wait(lambda: ends)
    assert (type(ends[0]), str(ends[0].where)) == (BadInput, "a.shp")


def over() -> list[str]:
    """The tasks that QGIS holds although their work has ended."""
    tasks = [one for one in QgsApplication.taskManager().tasks() if isinstance(one, EngineTask)]
    return [one.description() for one in tasks if one.over]


@pytest.fixture
def held_over():
    """Of each task that QGIS is given, those that are over then."""
    manager, found = QgsApplication.taskManager(), []

    def note(_: int) -> None:
        found.append(over())

    manager.taskAdded.connect(note)
    yield found
    manager.taskAdded.disconnect(note)


def wait_until_over(*titles: str) -> None:
    """Wait until the work of tasks has ended, while the main thread hears nothing of it."""
    end = time.monotonic() + 60
    while not set(titles) <= set(over()):
        assert time.monotonic() < end
        time.sleep(0.005)


def test_qgis_gets_no_task_while_it_holds_one_that_is_over(held_over):
    """It would take the new one for the old one where both lie at the same address, and never start it."""
    runner, ends, both = TaskRunner(), [], Event()

    def ask_again(_):
        runner.start("next", lambda _: "answer", done=ends.append, failed=ends.append)

    for title in ("one", "other"):
        runner.start(title, lambda _: both.wait(60), done=ask_again, failed=ends.append)
    both.set()  # the first one does not end before QGIS has the other
    wait_until_over("one", "other")
    ask_again(None)
    wait(lambda: len(ends) == 3)
    assert (ends, held_over) == (["answer"] * 3, [[]] * 5)


def test_a_task_that_is_stopped_before_qgis_has_it_says_so(held_over):
    runner, ends = TaskRunner(), []
    runner.start("one", lambda _: "answer", done=ends.append, failed=ends.append)
    wait_until_over("one")
    stop = runner.start("other", lambda _: "nothing", done=ends.append, failed=ends.append)
    stop()
    wait(lambda: len(ends) == 2)
    assert ends[0] == "answer"
    assert isinstance(ends[1], Cancelled)
    assert held_over == [[]]
    stop()  # too late, and no harm


def test_a_closed_runner_tells_nobody():
    runner = TaskRunner()
    ends, steps = [], []

    def work(progress):
        for step in range(500):
            steps.append(step)
            progress(0.1, NOTHING)
            time.sleep(0.01)

    runner.start("long", work, done=ends.append, failed=ends.append)
    time.sleep(0.1)
    runner.close()
    assert 0 < len(steps) < 500, "what was told to stop has ended by itself"
    QCoreApplication.processEvents()
    assert ends == []


# ── the clock ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def played(expected, real, look):
    """Live through a run whose stages take ``real`` seconds; call ``look(pace, now, left)`` every tenth."""
    pace = Pace(ENDS, expected)
    pace.begin(0.0)
    now, start, whole = 0.0, 0.0, sum(real.values())
    for name, end in ENDS.items():
        for step in range(10):
            pace.advance(start + (end - start) * step / 10, now)
            look(pace, now, whole - now)
            now += real[name] / 10
        start = end
    pace.end(now)
    return pace


def test_the_clock_knows_every_stage_of_a_run():
    assert list(FIRST) == list(ENDS)


def test_the_time_left_is_right_when_all_goes_as_before():
    real = {name: 10 * seconds for name, seconds in FIRST.items()}
    worst = []
    played(real, real, lambda pace, now, left: worst.append(abs(pace.left(now) - left)))
    assert max(worst) < 0.15 * sum(real.values())


def test_the_time_left_learns_within_a_run_that_is_slower():
    """On data ten times as large; from the second stage on it is of the right size."""
    real = {name: 10 * seconds for name, seconds in FIRST.items()}
    ratios = []

    def look(pace, now, left):
        if pace.stage not in ("sources",) and left > 1:
            ratios.append(pace.left(now) / left)

    played(FIRST, real, look)
    assert min(ratios) > 0.5
    assert max(ratios) < 2


def test_the_bar_never_runs_backwards_by_much():
    shares = []
    played(FIRST, FIRST, lambda pace, now, _: shares.append(pace.done(now)))
    assert all(later >= earlier - 0.05 for earlier, later in pairwise(shares))
    assert shares[-1] > 0.8


def test_what_is_kept_takes_no_time():
    pace = Pace(ENDS, FIRST)
    pace.begin(0.0)
    pace.skip("sources", "partition", "evidence")
    pace.advance(ENDS["evidence"], 0.0)
    assert pace.stage == "units"
    assert pace.left(0.0) == pytest.approx(sum(FIRST[name] for name in ("units", "lists", "checks", "writing")))


def test_what_a_run_took_is_remembered():
    text = remembered({"partition": 7.0}, FIRST)
    assert learned(text) == {**FIRST, "partition": 7.0}
    assert learned("nonsense") == FIRST

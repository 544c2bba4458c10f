"""A plan that another program changes while it is open: read again once and told, never for what the panel wrote."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from command import ROOT
from control_units.delineation.verbs.running import run
from control_units.ui.frame.dock import Dock
from control_units.ui.pages import pages
from fakes import workplace
from hand import box, hand
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QEvent
from qgis.PyQt.QtTest import QSignalSpy, QTest
from qgis.PyQt.QtWidgets import QApplication
from telling import done, until

RED_LINE = ([box(1_000, 1_000, 2_000, 2_000)], {"id": ["R1"]})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("watched")
    run(hand(folder, red_line=RED_LINE), folder / "case.plan.gpkg")
    return folder


@pytest.fixture
def session(folder, tmp_path):
    for name in ("case.toml", "hand.gpkg", "case.plan.gpkg"):
        shutil.copy(folder / name, tmp_path / name)
    place = workplace()
    assert place.session.open_case(tmp_path / "case.toml")
    place.session.place = place
    yield place.session
    place.session.revision.shut()
    QgsProject.instance().clear()


def outside(*arguments):
    """The command line in a process of its own."""
    command = [sys.executable, "-m", "delineation", *map(str, arguments)]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert found.returncode == 0, found.stderr


def rename_outside(session, name="外面改的名", row=0):
    unit = session.plan.units["unit_id"].iloc[row]
    ops = session.plan_path.with_name("ops.jsonl")
    ops.write_text(json.dumps({"op": "rename", "unit": unit, "name": name}) + "\n", encoding="utf-8")
    outside("edit", session.plan_path, ops)
    return unit


def look(session):
    """Look once; what was told."""
    told = QSignalSpy(session.watch.taken)
    session.watch.look()
    session.runner.finish()
    return [one for (one,) in told]


def name_of(plan, unit):
    return plan.units.set_index("unit_id").loc[unit, "name"]


def test_an_edit_by_the_command_line_is_read_and_told_once(session):
    assert look(session) == []
    unit = rename_outside(session)
    session.revision.say(reason="A reason")
    assert look(session) == ["edited"]
    assert name_of(session.plan, unit) == "外面改的名"
    assert session.revision.reason == "A reason"
    assert look(session) == []


def test_rows_written_past_the_product_are_read_too(session):
    assert look(session) == []
    with closing(sqlite3.connect(session.plan_path)) as connection, connection:
        connection.execute("DELETE FROM clauses WHERE rowid IN (SELECT rowid FROM clauses LIMIT 1)")
    count = len(session.plan.clauses)
    assert look(session) == ["edited"]
    assert len(session.plan.clauses) == count - 1
    assert "clauses" in session.plan.changes
    assert look(session) == []


def test_a_file_that_was_only_touched_is_not_told_of(session):
    assert look(session) == []
    os.utime(session.plan_path, ns=(1, 1))
    assert look(session) == []


def test_what_was_written_between_reading_and_opening_is_seen(session, tmp_path):
    from control_units.ui.work.open_reading import read_with_what_is_beside

    found = read_with_what_is_beside(tmp_path / "case.toml")
    unit = rename_outside(session)
    assert session.take(found)
    assert name_of(session.plan, unit) != "外面改的名"
    assert look(session) == ["edited"]
    assert name_of(session.plan, unit) == "外面改的名"


def test_another_plan_in_its_place_is_opened_and_takes_reason_and_document_along(session, tmp_path):
    other = tmp_path / "other"
    run(hand(other, red_line=([box(1_000, 1_000, 4_000, 3_000)], {"id": ["R1"]})), other / "case.plan.gpkg")
    session.revision.say(reason="Of the one before", basis="Doc 1")
    shutil.copy(other / "case.plan.gpkg", session.plan_path)
    assert look(session) == ["replaced"]
    assert (session.revision.reason, session.revision.basis) == ("", "")
    assert session.case_path == tmp_path / "case.toml"
    assert look(session) == []


def _run(session):
    session.start_run(discard_edits=True)
    session.runner.finish()


def _adopt(session):
    session.start_adopt("ward", {"k": 5, "variables": "x+y"}, seed=1, author="张三", reason="更紧凑")
    session.runner.finish()


def _take_back(session):
    _run(session)
    session.start_take_back()
    session.runner.finish()


def _state(session):
    session.state(date="2026-01-02")


def _accept(session):
    from control_units.ui.work.accepting import Accepting

    accepting = Accepting(session, session)
    accepting.accept(session.plan.findings.iloc[:1], "so it is")


def _edit_and_end(session):
    _edit(session)
    ended = QSignalSpy(session.revision.ended)
    session.revision.end()
    until(lambda: len(ended), session.place)


def _edit_and_close(session):
    _edit(session)
    session.revision.close()


def _edit(session):
    unit = session.plan.units["unit_id"].iloc[1]
    done(session.revision, lambda: session.revision.do({"op": "rename", "unit": unit, "name": "Mine"}))


@pytest.mark.parametrize("write", [_run, _adopt, _take_back, _state, _accept, _edit_and_end, _edit_and_close, _edit])
def test_what_the_panel_writes_itself_is_never_told_of(session, write):
    told = QSignalSpy(session.watch.taken)
    for _ in range(2):
        look(session)
    write(session)
    for _ in range(3):
        look(session)
        QTest.qWait(60)  # a revision answers from its thread
        session.runner.finish()
    assert [one for (one,) in told] == []
    # And what another one does afterwards is.
    session.revision.close()
    rename_outside(session, "Later")
    assert look(session) == ["edited"]


def test_a_file_that_goes_away_during_a_revision_is_told_of_once(session):
    _edit(session)
    look(session)
    QTest.qWait(200)
    failed = QSignalSpy(session.failed)
    session.plan_path.rename(session.plan_path.with_name("away.gpkg"))
    for _ in range(3):
        session.watch.look()
        QTest.qWait(200)
    assert session.revision.is_open and len(failed) == 1
    assert "file not found" in str(failed[0])


def test_while_a_gesture_is_on_its_way_it_waits(session):
    look(session)
    rename_outside(session)
    session.revision.drawing = True
    assert look(session) == []
    session.revision.drawing = False
    assert look(session) == ["edited"]


def test_a_plan_under_revision_that_others_wrote_into_is_read_again_with_all_edits(session):
    _edit(session)
    mine = session.plan.units["unit_id"].iloc[1]
    with closing(sqlite3.connect(session.plan_path)) as connection, connection:
        connection.execute("DELETE FROM clauses WHERE rowid IN (SELECT rowid FROM clauses LIMIT 1)")
    told = QSignalSpy(session.watch.taken)
    session.watch.look()
    until(lambda: len(told), session.place)
    assert told[0] == ["revised"]
    assert session.revision.phase == "closed"
    assert name_of(session.plan, mine) == "Mine"
    assert "clauses" in session.plan.changes


def test_a_plan_that_went_away_is_told_of_once(session):
    look(session)
    failures = QSignalSpy(session.failed)
    session.plan_path.unlink()
    assert look(session) == look(session) == []
    assert len(failures) == 1


def test_every_desk_shows_it_keeps_what_is_chosen_and_typed_and_one_line_says_so(session):
    place = session.place
    dock = Dock(place, pages)
    dock.resize(420, 640)
    dock.show()
    assert dock.ready()
    result, desk = dock.turn_to("result"), dock.turn_to("revision")
    until(lambda: True, place)
    chosen = session.plan.units["unit_id"].iloc[2]
    desk.revision.set_target(chosen)
    desk.reasons.reason.setText("half typed")
    unit = rename_outside(session)
    place.messages.texts.clear()
    QApplication.sendEvent(dock, QEvent(QEvent.Type.WindowActivate))
    until(lambda: place.messages.texts, place)
    (text,) = place.messages.texts
    assert "changed outside the panel and has been read again" in text
    assert desk.units.lines[unit].name == "外面改的名"
    assert (desk.revision.target, desk.units.selected()) == (chosen, [chosen])
    assert desk.reasons.reason.text() == "half typed"
    dock.turn_to("result")
    until(lambda: True, place)
    assert "外面改的名" in {one.name for one in result.units.lines.values()}
    lists = dock.turn_to("lists")
    until(lambda: True, place)
    assert "外面改的名" in {one.name for one in lists.view.book.units}
    # What is half written in a clause stays through another change.
    unit = session.plan.units["unit_id"].iloc[0]
    lists.view.open_unit(unit)
    lists.view.unit.act("add")
    QTest.keyClicks(lists.view.unit.form.text, "half written")
    rename_outside(session, "Once more", row=1)
    place.messages.texts.clear()
    session.watch.look()
    until(lambda: place.messages.texts, place)
    assert lists.view.unit.writing
    assert lists.view.unit.form.text.toPlainText() == "half written"
    assert "Once more" in {one.name for one in lists.view.book.units}
    lists.hide()
    dock.close()
    dock.deleteLater()


def test_the_panel_looks_by_itself_while_it_is_seen(session, monkeypatch):
    looks = []
    monkeypatch.setattr(session.watch, "look", lambda: looks.append(1))
    dock = Dock(session.place, pages)
    dock._glance.setInterval(20)
    dock.show()
    waited_for = len(looks)
    for _ in range(100):
        QTest.qWait(20)
        if len(looks) > waited_for + 1:
            break
    assert len(looks) > waited_for + 1
    dock.hide()
    QTest.qWait(30)
    count = len(looks)
    QTest.qWait(100)
    assert len(looks) == count
    dock.deleteLater()

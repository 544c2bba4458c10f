"""The list of edits under revision: what it says, what it offers, and that it keeps its place."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from control_units.delineation.revision.timeline import JournalEntry, Timeline
from control_units.ui.pages.revision import history as revision_history
from control_units.ui.pages.revision.history import HistoryModel, RevisionHistory
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QSignalSpy, QTest
from qgis.PyQt.QtWidgets import QListView
from telling import done


@pytest.fixture
def place(plan_place):
    return plan_place


@pytest.fixture
def history(place):
    history = RevisionHistory(place.session.revision)
    history.resize(380, 500)
    history.show()
    yield history
    history.close()
    history.deleteLater()


@pytest.fixture
def edited(history, place):
    """Three edits, and the list that shows them."""
    revision = place.session.revision
    unit = next(iter(place.session.plan.units["unit_id"]))
    revision.reason, revision.basis = "界线核实", "开政发〔2024〕8号"
    for op in ({"op": "rename", "unit": unit, "name": "新名称"}, {"op": "lock", "unit": unit}):
        done(revision, lambda op=op: revision.do(op))
    revision.reason = revision.basis = ""
    done(revision, lambda: revision.do({"op": "unlock", "unit": unit}))
    return history


def choose(history, seq) -> None:
    history.view.setCurrentIndex(history.model.index(history.model.row_of(seq), 0))


def listed(history) -> list[str]:
    return [history.model.index(row, 0).data() for row in range(history.model.rowCount())]


def test_edits_are_listed_the_newest_first_with_author_reason_and_document(edited):
    texts = listed(edited)
    assert [len(texts), texts[-1]] == [4, "As the run left it"]
    assert texts[0].startswith("unlocked") and "新名称" in texts[2]
    told = edited.model.index(2, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert all(one in told for one in ("张三", "界线核实", "开政发〔2024〕8号"))


def test_going_back_redoing_and_taking_back_move_the_head_and_leave_the_list_as_it_is(edited, place):
    revision = place.session.revision
    texts = listed(edited)
    choose(edited, 1)
    done(revision, edited.go_there.click)
    assert (revision.timeline.head, edited.seq()) == (1, 1)
    assert [edited.model.stands(seq) for seq in (3, 2, 1)] == [False, False, True]
    assert not edited.go_there.isEnabled() and "stands here" in edited.go_there.toolTip()
    choose(edited, 3)
    assert edited.go_there.text().replace("&", "") == "Redo to here"
    assert not edited.take_back.isEnabled()
    done(revision, edited.go_there.click)
    assert revision.timeline.head == 3
    choose(edited, 2)
    done(revision, edited.take_back.click)
    assert (revision.timeline.head, edited.seq(), listed(edited)) == (1, 2, texts)
    choose(edited, 0)
    done(revision, edited.go_there.click)
    assert revision.timeline.head == 0


def test_the_place_of_an_edit_is_outlined_when_it_is_chosen_and_shown_by_enter_and_by_the_button(edited, place):
    chosen, zoomed = QSignalSpy(edited.chosen), QSignalSpy(edited.zoom)
    choose(edited, 1)
    west, south, east, north = chosen[-1][0]
    assert west < east and south < north
    QTest.keyClick(edited.view, Qt.Key.Key_Return)
    edited.look_there.click()
    assert [one[0] for one in zoomed] == [chosen[-1][0]] * 2
    QTest.keyClick(edited.view, Qt.Key.Key_Down)
    assert edited.seq() == 0 and chosen[-1][0] is None
    assert not edited.look_there.isEnabled()
    place.session.revision.close()
    choose(edited, 1)
    assert edited.place() is not None


def test_the_journal_of_a_plan_that_nobody_revises_looks_the_same(edited, place):
    texts = listed(edited)
    place.session.revision.close()
    assert place.session.open_case(place.session.plan_path)
    place.session.runner.finish()
    assert listed(edited) == texts
    choose(edited, 2)
    done(place.session.revision, edited.go_there.click)
    assert place.session.revision.timeline.head == 2


def test_edits_of_another_scenario_are_told_apart_from_those_undone(edited, place):
    revision = place.session.revision
    unit = next(iter(revision.state.units))
    done(revision, lambda: revision.branch("方案乙"))
    done(revision, lambda: revision.do({"op": "lock", "unit": unit}))
    done(revision, lambda: revision.switch("main"))
    assert edited.model.elsewhere(4) == "方案乙"
    assert "方案乙" in edited.model.lines(4)[0]
    done(revision, revision.undo)
    assert "undone" in edited.model.lines(3)[0]


def test_what_cannot_be_reached_says_why(edited, place):
    line = place.session.revision.timeline
    entries = {**line.entries, 2: replace(line.entries[2], bound=True)}
    edited.model.show(replace(line, entries=entries))
    choose(edited, 1)
    assert not edited.go_there.isEnabled()
    assert "made anew" in edited.go_there.toolTip()


def test_only_edits_with_the_text_are_listed(edited):
    edited.find.setText("界线核实")
    assert len(listed(edited)) == 2
    edited.find.setText("")
    assert len(listed(edited)) == 4


def many(count: int) -> Timeline:
    entries = {
        seq: JournalEntry(
            seq, seq - 1, "main", {"op": "rename", "unit": "U1", "name": f"名称{seq}"}, {}, "张三", "", "", ""
        )
        for seq in range(1, count + 1)
    }
    return Timeline(entries, count, "main", {"main": count}, count)


def test_of_ten_thousand_edits_only_those_that_show_are_worded_and_others_come_without_a_jump(qgis_app, monkeypatch):  # noqa: ARG001
    worded = []
    say = revision_history.entry_title
    monkeypatch.setattr(revision_history, "entry_title", lambda entry: worded.append(entry.seq) or say(entry))
    line = many(10_000)
    view, model = QListView(), HistoryModel()
    view.setModel(model)
    view.setUniformItemSizes(True)
    view.resize(380, 500)
    view.show()
    QTest.qWait(20)
    begun = time.perf_counter()
    model.show(line)
    QTest.qWait(20)
    assert time.perf_counter() - begun < 0.3
    assert len(worded) < 100
    model.look_for("名称77")
    for _ in range(400):
        if model.rowCount() == 111:
            break
        QTest.qWait(10)
    assert model.rowCount() == 111
    assert model.index(0, 0).data().endswith("名称7799")


def test_what_is_read_stays_where_it_is_when_an_edit_comes(history, place):
    history.model.show(many(200))
    QTest.qWait(20)
    bar = history.view.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    top = history.view.indexAt(history.view.viewport().rect().topLeft()).data(revision_history.SEQ)
    history._show(many(203))
    assert history.view.indexAt(history.view.viewport().rect().topLeft()).data(revision_history.SEQ) == top
    assert place.session.plan is not None

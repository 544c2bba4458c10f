"""The revision of a session's plan: one thread edits, the main thread is told when it is on disk."""

from __future__ import annotations

import pytest
from control_units.delineation.core.lock_file import lock_file
from control_units.delineation.plan.file import read_plan
from control_units.delineation.revision.store import claim
from qgis.PyQt.QtTest import QSignalSpy, QTest
from telling import waited


@pytest.fixture
def place(plan_place):
    return plan_place


def two_neighbours(state):
    """A face of general land, and a unit of the same county and category beside it."""
    mesh, ids = state.mesh, state.counters.ids
    for left, right in zip(mesh.left.tolist(), mesh.right.tolist(), strict=True):
        one, other = (state.units[ids[state.label[row]]] for row in (left, right))
        alike = (one.county, one.category, one.code[:2]) == (other.county, other.category, other.code[:2])
        if one is not other and alike:
            return int(mesh.face_id[left]), other.unit_id
    raise AssertionError("no such pair")


def test_an_edit_is_on_disk_when_it_is_told_of_and_the_plan_of_the_session_follows(place):
    revision = place.session.revision
    begun = QSignalSpy(revision.begun)
    revision.begin()
    waited(begun)
    assert lock_file(place.session.plan_path).is_file()
    face, unit = two_neighbours(revision.state)
    changed = QSignalSpy(revision.changed)
    revision.do({"op": "assign", "faces": [face], "unit": unit})
    (told,) = waited(changed)[0]
    assert (told.kind, told.consequences.faces > 0) == ("do", True)
    on_disk = read_plan(place.session.plan_path)
    assert on_disk.faces.set_index("face_id").loc[face, "unit_id"] == unit
    assert revision.undo_title()
    waited(QSignalSpy(revision.followed))
    assert place.session.plan.faces.set_index("face_id").loc[face, "unit_id"] == unit
    revision.undo()
    waited(changed, 2)
    assert revision.redo_title() and not revision.undo_title()
    revision.close()
    with claim(place.session.plan_path, author="李四"):  # anybody may have it now
        assert revision.phase == "closed"


def test_what_an_edit_would_do_is_foreseen_and_only_the_last_question_is_answered(place):
    revision = place.session.revision
    revision.begin()
    waited(QSignalSpy(revision.begun))
    face, unit = two_neighbours(revision.state)
    foreseen = QSignalSpy(revision.foreseen)
    for _ in range(5):
        revision.foresee({"op": "assign", "faces": [face], "unit": unit})
    last = {"op": "assign", "faces": [face], "unit": unit, "reason": "the last one"}
    revision.foresee(last)
    (found,) = waited(foreseen)[0]
    QTest.qWait(100)
    assert [one[0].op for one in foreseen] == [last]
    assert unit in found.outlines and unit in found.units
    assert len(found.moved) >= 1
    assert len(revision.timeline.entries) == 0


def test_an_edit_that_may_not_be_done_says_why_and_whether_a_document_would_allow_it(place):
    revision = place.session.revision
    refused = QSignalSpy(revision.refused)
    revision.begin()
    waited(QSignalSpy(revision.begun))
    state = revision.state
    key = next(one for one in state.units.values() if one.category == 2)
    revision.do({"op": "categorize", "unit": key.unit_id, "category": 3})
    (refusal,) = waited(refused)[0]
    assert refusal.needs_basis
    red = next(one for one in state.units.values() if one.kind == "red_line")
    revision.do({"op": "categorize", "unit": red.unit_id, "category": 3})
    (refusal,) = waited(refused, 2)[1]
    assert not refusal.needs_basis
    assert revision.state is state


def test_somebody_else_at_work_is_told_of_by_name(place):
    revision = place.session.revision
    refused = QSignalSpy(revision.refused)
    with claim(place.session.plan_path, author="李四"):
        revision.begin()
        waited(refused)
    assert revision.phase == "closed"
    assert revision.claimed_by.owner == "李四"
    begun = QSignalSpy(revision.begun)
    revision.begin()
    waited(begun)


def test_scenarios_and_history_are_listed(place):
    revision = place.session.revision
    changed = QSignalSpy(revision.changed)
    revision.begin()
    waited(QSignalSpy(revision.begun))
    face, unit = two_neighbours(revision.state)
    revision.do({"op": "assign", "faces": [face], "unit": unit})
    revision.branch("另一种")
    revision.do({"op": "lock", "unit": unit})
    waited(changed, 3)
    assert [(one["name"], one["edits"], one["current"]) for one in revision.scenarios()] == [
        ("main", 1, False),
        ("另一种", 2, True),
    ]
    line = revision.timeline
    assert line.path(line.head) == [1, 2] and line.entries[1].author == "张三" and revision.bounds_of(1)
    revision.switch("main")
    waited(changed, 4)
    assert revision.timeline.path(revision.timeline.head) == [1]
    revision.go(0)
    waited(changed, 5)
    assert not revision.timeline.path(revision.timeline.head)

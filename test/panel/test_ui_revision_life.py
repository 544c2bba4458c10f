"""A revision among runs, colleagues, other plans and files that go: what was asked for is on disk, no lock stays."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from command import ROOT, ask
from control_units.delineation import verbs
from control_units.delineation.core.errors import BeingEdited, ChangedElsewhere, HeldOpen
from control_units.delineation.core.lock_file import lock_file
from control_units.delineation.core.messages import Message
from control_units.delineation.plan import acceptance
from control_units.delineation.plan.file import read_plan
from control_units.delineation.plan.journal import edits_of
from control_units.delineation.revision.store import claim
from control_units.delineation.verbs import adopting, rerunning, taking_back
from control_units.ui.pages.result.page import ResultPage
from control_units.ui.text import sentence
from fakes import workplace
from qgis.PyQt.QtTest import QSignalSpy, QTest
from revision_plan import revision_case

if TYPE_CHECKING:
    from collections.abc import Callable

    from control_units.ui.work.revision import Revision
    from control_units.ui.work.session import Session

METHOD = ("ward", {"k": 12, "variables": "x+y"})


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("revision")
    case = revision_case(folder)
    assert ask("run", case, "-o", folder / f"{case.stem}.plan.gpkg").code in (0, 1)
    return folder


@pytest.fixture
def place(made, tmp_path):
    shutil.copytree(made, tmp_path / "case")
    place = workplace()
    (case,) = (tmp_path / "case").glob("*.toml")
    assert place.session.open_case(case)
    yield place
    place.session.revision.shut()


@pytest.fixture
def session(place):
    return place.session


@pytest.fixture
def revision(session):
    """The revision of the plan, begun."""
    begun = QSignalSpy(session.revision.begun)
    session.revision.begin()
    wait(begun)
    return session.revision


def wait(spy: QSignalSpy, count: int = 1) -> QSignalSpy:
    for _ in range(400):
        if len(spy) >= count:
            return spy
        QTest.qWait(25)
    raise AssertionError("not told of")


def work_on(session: Session, enough: Callable[[], Any], *, finish: bool = True) -> None:
    """Let time pass, and work beside the main thread be done, until it is enough."""
    for _ in range(400):
        if enough():
            return
        if finish:
            session.runner.finish()
        QTest.qWait(25)
    raise AssertionError("not so in time")


def stroke(revision: Revision, number: int = 0) -> dict:
    """An edit that gives a face to the unit beside it."""
    state = revision.state
    mesh, ids = state.mesh, state.counters.ids
    found = []
    for left, right in zip(mesh.left.tolist(), mesh.right.tolist(), strict=True):
        one, other = (state.units[ids[state.label[row]]] for row in (left, right))
        alike = (one.county, one.category, one.code[:2]) == (other.county, other.category, other.code[:2])
        if one is not other and alike:
            found.append({"op": "assign", "faces": [int(mesh.face_id[left])], "unit": other.unit_id})
    return found[number]


def locks(revision: Revision, count: int) -> list[dict]:
    """Edits of which each can be done whatever was done before: units locked and unlocked."""
    unit = next(iter(revision.state.units))
    return [{"op": ("lock", "unlock")[number % 2], "unit": unit} for number in range(count)]


def finding() -> pd.DataFrame:
    return pd.DataFrame({"id": ["Q09"], "units": [""], "facts": ["{}"], "geometry": [None], "value": [1.0]})


def edits(plan: Path) -> int:
    return len(edits_of(read_plan(plan).journal))


def free(plan: Path) -> bool:
    return not lock_file(plan).exists()


# ── Runs ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_run_takes_in_what_was_asked_for_a_moment_before_and_the_revision_goes_on_with_its_plan(session, revision):
    changed, ended = QSignalSpy(revision.changed), QSignalSpy(revision.ended)
    op = stroke(revision)
    revision.do(op)
    session.start_run()
    assert (len(changed), len(ended), revision.phase) == (1, 1, "closed")
    assert session.replays
    failed = QSignalSpy(session.failed)
    session.runner.finish()
    assert list(failed) == []
    assert edits(session.plan_path) == 1
    assert session.outcome is not None
    begun = QSignalSpy(revision.begun)
    revision.begin()
    wait(begun)
    assert revision.undo_title()
    face = session.plan.faces.set_index("face_id").loc[op["faces"][0]]
    assert face["unit_id"] in revision.state.units


def test_while_a_run_is_on_its_way_an_edit_is_refused_in_a_sentence(session, revision):
    op = stroke(revision)
    session.start_run()
    refused = QSignalSpy(revision.refused)
    revision.do(op)
    assert sentence(refused[0][0].error) == "a run is on its way; wanted: an edit when it has ended"
    session.runner.finish()
    assert edits(session.plan_path) == 0


STARTS = {
    "run": (rerunning, "run_again", lambda session: session.start_run()),
    "adopt": (
        adopting,
        "adopt_beside",
        lambda session: session.start_adopt(*METHOD, seed=1, author="", reason="x", basis="y"),
    ),
    "take back": (taking_back, "plan_before", lambda session: session.start_take_back()),
}
EACH = pytest.mark.parametrize("what", STARTS)


def prepared(session: Session, what: str) -> Callable[[Session], None]:
    """Give what starts it; there has to be something to take back."""
    if what == "take back":
        verbs.adopt(session.plan_path, "ward:k=13,variables=x+y", reason="x", basis="y")
        session.open_case(session.case_path)
    return STARTS[what][2]


@EACH
def test_a_plan_that_a_colleague_edits_is_refused_before_anything_is_worked_out(session, monkeypatch, what):
    start = prepared(session, what)
    before = session.plan_path.read_bytes()
    module, name, _ = STARTS[what]
    worked = []
    monkeypatch.setattr(module, name, lambda *given, **_: worked.append(given))
    failed = QSignalSpy(session.failed)
    with claim(session.plan_path, author="李四"):
        start(session)
        session.runner.finish()
    (failure,) = [one[0] for one in failed]
    assert isinstance(failure.error, BeingEdited)
    assert "李四" in sentence(failure.error)
    assert worked == []
    assert session.plan_path.read_bytes() == before


@EACH
def test_one_whom_he_begins_to_edit_meanwhile_is_not_replaced(session, what):
    start = prepared(session, what)
    before = session.plan_path.read_bytes()
    start(session)
    ((_, work, done, _, progress),) = session.runner.waiting
    session.runner.waiting.clear()
    found = work(progress)
    failed, plan = QSignalSpy(session.failed), session.plan
    with claim(session.plan_path, author="李四"):
        done(found)
    assert isinstance(failed[0][0].error, BeingEdited)
    assert session.plan is plan
    assert session.plan_path.read_bytes() == before
    assert not list(session.plan_path.parent.glob("*waiting*"))
    assert not session.busy
    assert not session.taking_back


# ── Acceptances ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_finding_is_accepted_between_two_edits_and_all_of_it_stays(place, revision):
    session, changed, followed = place.session, QSignalSpy(revision.changed), QSignalSpy(revision.followed)
    page = ResultPage(place)
    page.refresh()
    one, other = locks(revision, 2)
    revision.do(one)
    page.findings.accept.emit(finding(), "已核对")
    revision.do(other)
    wait(changed, 2)
    assert session.plan.accepted["reason"].tolist() == ["已核对"]
    wait(followed)
    on_disk = read_plan(session.plan_path)
    for plan in (session.plan, on_disk):
        assert plan.accepted["reason"].tolist() == ["已核对"]
        assert plan.journal["seq"].tolist() == [1, 2, 3]
        assert len(edits_of(plan.journal)) == 2
    revision.undo()
    wait(changed, 3)
    assert read_plan(session.plan_path).accepted["reason"].tolist() == ["已核对"]


def test_one_that_cannot_be_accepted_is_told_and_edits_go_on(place, revision, monkeypatch):
    page = ResultPage(place)
    page.refresh()

    def refuse(*_, **__):
        raise HeldOpen(Message("another program is writing it"))

    monkeypatch.setattr(acceptance, "accept", refuse)
    failed = []
    page.accepting.failed.connect(failed.append)
    page.findings.accept.emit(finding(), "x")
    changed = QSignalSpy(revision.changed)
    revision.do(locks(revision, 1)[0])
    wait(changed)
    assert [type(one) for one in failed] == [HeldOpen]
    assert len(place.session.plan.accepted) == 0


# ── Other plans, and the end ────────────────────────────────────────────────────────────────────────────────────────

ENDS = {
    "project closed": lambda session: session.close(),
    "another case": lambda session: session.new(),
    "the same again": lambda session: session.open_case(session.case_path),
    "plugin unloaded": lambda session: session.revision.shut(),
}


@pytest.mark.parametrize("end", ENDS)
def test_what_is_on_its_way_is_on_disk_and_told_of_before_the_end(session, revision, end):
    path = revision.path
    changed, ended = QSignalSpy(revision.changed), QSignalSpy(revision.ended)
    for op in locks(revision, 5):
        revision.do(op)
    ENDS[end](session)
    assert free(path)
    assert edits(path) == 5
    assert (len(changed), len(ended)) == (5, 1)
    assert (revision.phase, revision.state, revision.busy, revision.drawing) == ("closed", None, False, False)
    assert session.plan is None or len(edits_of(session.plan.journal)) == 5
    QTest.qWait(50)
    assert (len(changed), len(ended)) == (5, 1)


def test_what_is_closed_while_it_opens_leaves_no_lock_and_can_be_begun_again(session):
    revision, path = session.revision, session.plan_path
    begun = QSignalSpy(revision.begun)
    revision.begin()
    session.close()
    assert free(path)
    QTest.qWait(50)
    assert (len(begun), revision.phase) == (0, "closed")
    assert session.open_case(path)
    revision.begin()
    wait(begun)
    revision.do(locks(revision, 1)[0])
    wait(QSignalSpy(revision.changed))


def test_an_edit_asked_for_while_the_end_is_worked_out_is_done_and_the_end_comes(session, revision):
    changed, ended, told = QSignalSpy(revision.changed), QSignalSpy(revision.ended), []
    one, other = locks(revision, 2)
    revision.do(one)
    wait(changed)
    path = revision.path
    revision.ended.connect(lambda: told.append("end"))
    revision.end()
    work_on(session, lambda: session.runner.waiting, finish=False)
    revision.do(other)
    work_on(session, lambda: len(ended))
    assert (len(changed), told) == (2, ["end"])
    assert (free(path), edits(path), read_plan(path).meta.get("findings_at", "")) == (True, 2, "")


def test_a_refused_edit_does_not_keep_what_follows_from_those_before_from_being_worked_out(session, revision):
    changed, refused = QSignalSpy(revision.changed), QSignalSpy(revision.refused)
    one, _ = locks(revision, 2)
    revision.do(one)
    wait(changed)
    revision.do(one)
    wait(refused)
    assert revision.behind
    work_on(session, lambda: not revision.behind)


# ── Files that go ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_plan_that_is_deleted_is_one_sentence(revision):
    refused = QSignalSpy(revision.refused)
    revision.path.unlink()
    revision.do(locks(revision, 1)[0])
    wait(refused)
    assert "case.plan.gpkg" in sentence(refused[0][0].error)
    revision.close()
    assert not list(revision.path.parent.glob("case.plan.gpkg*"))
    revision.begin()
    wait(refused, 2)
    assert "file not found" in sentence(refused[1][0].error)
    assert revision.phase == "closed"


def test_a_folder_that_goes_away_and_comes_back_loses_nothing(session, revision):
    refused, changed = QSignalSpy(revision.refused), QSignalSpy(revision.changed)
    one, other = locks(revision, 2)
    revision.do(one)
    wait(changed)
    folder = revision.path.parent
    folder.rename(folder.with_name("gone"))
    revision.do(other)
    wait(refused)
    assert revision.is_open
    folder.with_name("gone").rename(folder)
    revision.do(other)
    wait(changed, 2)
    assert edits(session.plan_path) == 2
    folder.rename(folder.with_name("gone"))
    revision.close()
    folder.with_name("gone").rename(folder)
    with claim(session.plan_path, author="李四"):  # the lock that stayed is of one who edits no more
        assert edits(session.plan_path) == 2


def test_another_plan_in_its_place_is_one_sentence_and_is_read_anew_when_it_goes_on(session, revision, made):
    refused, ended = QSignalSpy(revision.refused), QSignalSpy(revision.ended)
    other = made / "other.gpkg"
    shutil.copy(next(made.glob("*.plan.gpkg")), other)
    unit = next(iter(revision.state.units))
    verbs.edit(other, [{"op": "rename", "unit": unit, "name": "另一个"}])
    other.rename(revision.path)
    revision.do(locks(revision, 1)[0])
    wait(refused)
    assert isinstance(refused[0][0].error, ChangedElsewhere)
    assert len(ended) == 1
    assert edits(session.plan_path) == 1
    begun, followed = QSignalSpy(revision.begun), QSignalSpy(revision.followed)
    revision.begin()
    wait(begun)
    assert revision.state.units[unit].name == "另一个"
    wait(followed)
    assert "另一个" in set(session.plan.units["name"])


# ── Killed ──────────────────────────────────────────────────────────────────────────────────────────────────────────

CHILD = """
import sys
sys.path[:0] = [{test!r}, {test!r} + "/support", {here!r}]
import conftest
from qgis.testing import start_app
start_app()
from fakes import workplace
from pathlib import Path
from qgis.PyQt.QtTest import QTest
session = workplace().session
session.open_case(Path(sys.argv[1]))
revision = session.revision
def go():
    unit = next(iter(revision.state.units))
    for number in range(400):
        revision.do({{"op": ("lock", "unlock")[number % 2], "unit": unit}})
told = []
revision.changed.connect(lambda _: (told.append(1), print(len(told), flush=True)))
revision.begin(go)
QTest.qWait(60000)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_qgis_that_is_killed_leaves_a_whole_plan_and_whose_claim_is_taken_over_is_told(session):
    path = session.plan_path
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD.format(test=str(ROOT / "test"), here=str(Path(__file__).parent)), path],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    told = 0
    for line in child.stdout:
        told = int(line) if line.strip().isdigit() else told
        if told >= 7:
            break
    time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    told = max([told, *(int(line) for line in child.communicate()[0].split() if line.isdigit())])
    assert told >= 7
    assert not free(path)
    assert edits(path) >= told
    assert session.open_case(path)
    begun = QSignalSpy(session.revision.begun)
    session.revision.begin()
    wait(begun)
    assert session.revision.taken_over.facts["owner"]
    session.revision.close()
    assert free(path)

"""A job of the panel: what was asked last is answered, once, and to nobody who is gone."""

from __future__ import annotations

import pytest
from control_units.delineation.core.errors import BadInput, Cancelled
from control_units.delineation.core.messages import Message, at
from control_units.ui.work.job import Job
from fakes import SlowRunner
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject


class Kept:
    """A result that lies in a file until somebody takes it."""

    discarded = False

    def discard(self) -> None:
        self.discarded = True


@pytest.fixture
def runner():
    return SlowRunner()


@pytest.fixture
def heard():
    return []


@pytest.fixture
def ask(job, heard):
    """Start work that gives its name, or what else it is to give."""

    def start(name, result=None, **more):
        def work(progress):
            progress(0.5, at(name))
            if isinstance(result, Exception):
                raise result
            return result or name

        job.start(name, work, done=heard.append, failed=heard.append, **more)

    return start


@pytest.fixture
def job(runner, owner):
    return Job(runner, owner)


@pytest.fixture
def owner():
    return QObject()


def test_it_is_busy_until_it_answers(job, ask, runner, heard):
    assert not job.busy
    ask("one")
    assert job.busy
    runner.finish()
    assert heard == ["one"]
    assert not job.busy


def test_of_two_questions_the_last_one_is_answered(job, ask, runner, heard):
    ask("one")
    ask("two")
    assert runner.stopped == ["one"]
    runner.finish()
    assert heard == ["two"]
    assert not job.busy


def test_an_answer_that_comes_late_is_dropped_with_what_it_holds(job, ask, runner, heard):
    late = Kept()
    ask("one", late)
    (entry,) = runner.waiting
    runner.waiting.clear()  # it cannot be stopped any more
    ask("two")
    entry[2](late)
    assert late.discarded
    assert heard == []
    assert job.busy


def test_whoever_waits_hears_that_it_was_stopped(job, ask, heard):
    ask("one")
    job.stop()
    ask("two", stopped=lambda: heard.append("stopped"))
    job.stop()
    assert isinstance(heard[0], Cancelled)
    assert heard[1:] == ["stopped"]
    assert not job.busy


def test_of_what_is_dropped_nobody_hears(job, ask, runner, heard):
    ask("one")
    job.drop()
    assert runner.finish() == 0
    assert (heard, job.busy) == ([], False)


def test_it_answers_once(ask, runner, heard):
    ask("one")
    (entry,) = runner.waiting
    entry[2]("one")
    entry[2]("one")
    assert heard == ["one"]


def test_what_goes_wrong_is_told(job, ask, runner, heard):
    error = BadInput(Message("no"), where=at("here"))
    ask("one", error, stopped=lambda: heard.append("stopped"))
    runner.finish()
    assert heard == [error]
    assert not job.busy


def test_the_next_question_may_be_asked_in_an_answer(job, runner, heard):
    def again(found):
        heard.append(found)
        job.start("two", lambda _: "two", done=heard.append, failed=heard.append)

    job.start("one", lambda _: "one", done=again, failed=heard.append)
    runner.finish()
    assert heard == ["one", "two"]


def test_how_far_it_is_goes_out_as_a_signal(job, ask, runner):
    said = []
    job.progressed.connect(lambda share, text: said.append((share, text)))
    ask("one")
    runner.finish()
    assert said == [(0.5, at("one"))]


def test_an_owner_that_is_gone_is_told_nothing(job, ask, owner, runner, heard):
    ask("one")
    sip.delete(owner)
    assert sip.isdeleted(job)
    entry = runner.waiting.pop()
    entry[2]("late")
    entry[3](Cancelled())
    assert heard == []

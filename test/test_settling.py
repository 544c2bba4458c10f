"""A plan that another program is writing: readers wait a little, then say so; nobody takes it for no plan."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing, contextmanager

import pytest
from command import refusal
from control_units.delineation.adopting import adopt
from control_units.delineation.pipeline import run
from control_units.delineation.plan import read_meta, read_plan, read_table
from control_units.delineation.settling import settle
from hand import hand


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return hand(tmp_path_factory.mktemp("held"))


@pytest.fixture
def plan(case, tmp_path):
    path = tmp_path / "plan.gpkg"
    run(case, path)
    return path


@contextmanager
def held(path):
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        yield holder


@pytest.mark.parametrize("read", [read_plan, read_meta, lambda path: read_table(path, "accepted")])
def test_what_is_being_written_is_refused_in_one_sentence(plan, read):
    with held(plan), pytest.raises(Exception, match="another program is writing it; wanted: the file closed there"):
        read(plan)
    read(plan)


def test_a_run_does_not_replace_the_edits_of_a_plan_that_is_held(case, plan):
    adopt(plan, "fitting:threshold=0.4", case=case)
    before = plan.read_bytes()
    with held(plan):
        assert refusal("run", case, "-o", plan)["what"] == "another program is writing it"
    assert refusal("run", case, "-o", plan)["what"] == "the plan holds 1 edits"
    assert plan.read_bytes() == before


def test_a_file_that_is_held_for_a_moment_is_waited_for(plan):
    with held(plan) as holder:
        release = threading.Timer(0.2, holder.rollback)
        release.start()
        assert read_meta(plan)["edits"] == "0"
        release.join()


def test_what_is_no_database_is_for_the_reader_to_say(tmp_path):
    file = tmp_path / "plan.gpkg"
    settle(file)
    file.write_bytes(b"no database")
    settle(file)
    assert read_meta(file) == {}
    assert file.read_bytes() == b"no database"

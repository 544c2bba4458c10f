"""What killed writers left beside a plan is settled by whatever opens it next; what somebody holds is left alone."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import other_program
import pytest
from control_units.delineation.core import database_file
from control_units.delineation.export.map_png import tables_of
from control_units.delineation.plan.file import read_meta, read_plan, read_table
from control_units.delineation.plan.history import state_of
from control_units.delineation.revision.store import commit, settle
from other_program import stranger
from sample_plan import write_sample_plan

posix = pytest.mark.skipif(os.name != "posix", reason="signals and rights of POSIX")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return write_sample_plan(tmp_path_factory.mktemp("settling") / "plan.gpkg")


def all_names(path):
    """What may be half written: names of units, and a table that grows."""
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute("SELECT name FROM units ORDER BY fid").fetchall()
        return names, connection.execute("SELECT count(*) FROM lineage").fetchone()


# Half of a transaction is in the file, and its writer is killed.
HALF = """
import os, signal, sqlite3, sys
from other_program import geometric
c = geometric(sqlite3.connect(sys.argv[1], isolation_level=None))
c.execute("PRAGMA cache_size=1")
c.execute("BEGIN")
c.execute("UPDATE units SET name = '颛half'")
c.executemany("INSERT INTO lineage (old) VALUES (?)", [("x" * 900,)] * 500)
os.kill(os.getpid(), signal.SIGKILL)
"""


def half_written(path):
    subprocess.run([sys.executable, "-c", HALF, path], cwd=Path(other_program.__file__).parent, check=False)
    assert any(path.with_name(path.name + "-journal").read_bytes()[:8])


VERBS = {
    "settle": settle,
    "read_plan": read_plan,
    "read_meta": read_meta,
    "read_table": lambda path: read_table(path, "units"),
    "state_of": state_of,
    "tables_of": tables_of,
    "commit": lambda path: commit(path, {}, seen=0, head=1),
}


@posix
@pytest.mark.parametrize("verb", VERBS)
def test_after_any_opening_the_journal_of_a_killed_writer_is_played_back(plan, verb):
    before = all_names(plan)
    half_written(plan)
    VERBS[verb](plan)
    assert not plan.with_name(plan.name + "-journal").exists()
    with closing(sqlite3.connect(f"{plan.as_uri()}?nolock=1", uri=True)) as connection:  # as QGIS opens it
        assert connection.execute("SELECT max(name) FROM units").fetchone()[0] < "颛"
    assert all_names(plan) == before


@posix
@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "commit"])
def test_after_any_opening_the_log_of_a_killed_writer_is_in_the_file(plan, tmp_path, verb):
    saved = ("PRAGMA journal_mode=WAL", "PRAGMA wal_autocheckpoint=0", "UPDATE units SET name = '颛saved'")
    with stranger(plan, *saved) as say:
        os.kill(say.pid, signal.SIGKILL)
    assert plan.with_name(plan.name + "-wal").stat().st_size
    VERBS[verb](plan)
    assert [one.name for one in plan.parent.iterdir()] == [plan.name]
    (tmp_path / "copies").mkdir()
    copy = Path(shutil.copy(plan, tmp_path / "copies" / "copy.gpkg"))
    assert set(read_plan(copy).units["name"]) == {"颛saved"}


def state(path):
    """Bytes and times of a file and what lies beside it, but for what readers of a log note there."""
    return {
        one.name: (one.read_bytes(), one.stat().st_mtime_ns) for one in path.parent.iterdir() if "-shm" not in one.name
    }


def test_a_plan_at_rest_is_not_touched(plan, monkeypatch):
    before = state(plan)
    with stranger(plan, "BEGIN EXCLUSIVE"):
        monkeypatch.setattr(sqlite3, "connect", lambda *_, **__: pytest.fail("it was opened"))
        settle(plan)
        settle(plan.with_name("none.gpkg"))
        monkeypatch.undo()
    assert state(plan) == before


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux says which files others have open")
@pytest.mark.parametrize("lost", [(), ("lose locks",)], ids=["", "that lost its locks"])
def test_the_log_of_a_program_that_lives_is_left_alone(plan, lost):
    saved = ("PRAGMA journal_mode=WAL", "PRAGMA wal_autocheckpoint=0", "UPDATE units SET name = '颛saved'")
    with stranger(plan, *saved, *lost) as say:
        before = state(plan)
        settle(plan)
        assert state(plan) == before
        assert set(read_plan(plan).units["name"]) == {"颛saved"}
        assert say("UPDATE units SET name = '颛later'") == "done"
    assert set(read_plan(plan).units["name"]) == {"颛later"}


def test_where_the_system_does_not_say_who_has_a_log_its_lock_is_asked(plan, monkeypatch):
    monkeypatch.setattr(database_file, "holders", lambda *_, **__: [])
    saved = ("PRAGMA journal_mode=WAL", "PRAGMA wal_autocheckpoint=0", "UPDATE units SET name = '颛saved'")
    with stranger(plan, *saved):
        before = state(plan)
        settle(plan)
        assert state(plan) == before


@posix
@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_what_cannot_be_settled_is_no_error(made, mode):
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(shutil.copy(made, Path(folder) / "plan.gpkg"))
        if mode == "DELETE":
            half_written(plan)
        else:
            with stranger(plan, "PRAGMA journal_mode=WAL", "UPDATE units SET name = '颛saved'") as say:
                os.kill(say.pid, signal.SIGKILL)
        for one in (*Path(folder).iterdir(), Path(folder)):
            one.chmod(0o555)
        before, me = state(plan), os.geteuid()
        if me == 0:
            os.seteuid(65534)
        try:
            settle(plan)
        finally:
            os.seteuid(me)
            Path(folder).chmod(0o755)
        assert state(plan) == before

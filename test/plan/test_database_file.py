"""A plan that others hold open: readers see one moment, and replacing it loses nothing that was saved."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace

import other_program
import pyogrio
import pytest
from command import ROOT, refusal
from control_units.delineation.case.reading import read_case
from control_units.delineation.core import database_file
from control_units.delineation.core.atomic_files import beside
from control_units.delineation.core.database_file import (
    change_counter,
    copy_of,
    holders,
    keep_copy,
    reading,
    transaction,
)
from control_units.delineation.core.errors import HeldOpen
from control_units.delineation.export.map_png import tables_of
from control_units.delineation.plan.file import draft_plan, read_meta, read_plan, read_table
from control_units.delineation.verbs.adopting import adopt
from control_units.delineation.verbs.rerunning import run_again
from control_units.delineation.verbs.running import run
from hand import hand
from other_program import geometric, stranger


def replace(draft, path, *, check=lambda _: None):
    """Put a draft in its place with what is asked under the lock, by default nothing."""
    database_file.replace(draft, path, guard=SimpleNamespace(check=check))


linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux says which files others have open")


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return hand(tmp_path_factory.mktemp("held"))


@pytest.fixture(scope="module")
def made(case):
    """Two plans of one county, told apart by the name of each unit."""
    plans = []
    for name in ("old", "new"):
        run(case, case.with_name(f"{name}.gpkg"))
        plans.append(case.with_name(f"{name}.gpkg"))
    return plans


@pytest.fixture
def plan(made, tmp_path):
    return Path(shutil.copy(made[0], tmp_path / "plan.gpkg"))


@pytest.fixture
def draft(made, plan):
    return Path(shutil.copy(made[1], beside(plan, ".draft.gpkg")))


@contextmanager
def held(path):
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        yield holder


def ask_file(path, statement):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def whole(path):
    assert ask_file(path, "PRAGMA integrity_check") == [("ok",)]
    assert not [one.name for one in path.parent.iterdir() if one.name.startswith(path.name + "-")]
    return read_plan(path)


NAME = "UPDATE units SET name = 'by others' WHERE fid = 1"


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("read", [read_plan, read_meta, tables_of, lambda path: read_table(path, "accepted")])
def test_what_is_being_written_is_refused_in_one_sentence(plan, read, monkeypatch):
    monkeypatch.setattr(database_file, "_PATIENCE", 0.2)
    with held(plan), pytest.raises(HeldOpen, match="another program is writing it; wanted: the file closed there"):
        read(plan)
    read(plan)


def test_a_run_does_not_replace_the_edits_of_a_plan_that_is_held(case, plan):
    adopt(plan, "fitting:threshold=0.4", case=case)
    before = plan.read_bytes()
    with held(plan):
        assert refusal("run", case, "-o", plan)["what"] == "another program is writing it"
    assert refusal("run", case, "-o", plan)["what"] == "the plan holds 1 edit"
    assert plan.read_bytes() == before


def test_a_file_that_is_held_for_a_moment_is_waited_for(plan):
    with held(plan) as holder:
        release = threading.Timer(0.2, holder.rollback)
        release.start()
        assert read_meta(plan)["edits"] == "0"
        release.join()


def test_what_is_no_database_is_no_plan(tmp_path):
    file = tmp_path / "plan.gpkg"
    assert read_meta(file) == {}
    file.write_bytes(b"no database")
    assert read_meta(file) == {}
    assert file.read_bytes() == b"no database"


@pytest.mark.parametrize("writable", [True, False])
@pytest.mark.parametrize("log", ["saved", "none"])
def test_reading_a_plan_in_write_ahead_mode_changes_nothing(plan, log, writable):
    """With another program's log beside it, and where one was left in that mode."""
    begun = ["PRAGMA journal_mode=WAL", "PRAGMA wal_autocheckpoint=0", NAME]
    with stranger(plan, *begun) as say:
        if log == "none":
            say("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            before = {one.name: one.read_bytes() for one in plan.parent.iterdir() if not one.name.endswith("-shm")}
            assert "by others" in set(read_plan(plan).units["name"])
            after = {one.name: one.read_bytes() for one in plan.parent.iterdir() if not one.name.endswith("-shm")}
            assert after == before
            assert say("UPDATE units SET name = 'later' WHERE fid = 1") == "done"
            assert "later" in set(read_plan(plan).units["name"])
    if log == "none":
        assert plan.read_bytes()[18:20] == b"\2\2", "the mode stays with the file"
        plan.parent.chmod(0o755 if writable else 0o555)
        assert "by others" in set(read_plan(plan).units["name"])
        plan.parent.chmod(0o755)
        assert [one.name for one in plan.parent.iterdir()] == ["plan.gpkg"]


FLIPS = """
import sqlite3, sys, time
from other_program import geometric
c = geometric(sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30))
c.execute("PRAGMA journal_mode=" + sys.argv[2]).fetchall()
for turn in range(10 ** 6):
    turn == 1 and print("ready", flush=True)
    c.execute("BEGIN IMMEDIATE")
    for column in ("units SET name", "clauses SET text", "coverage SET zone"):
        c.execute("UPDATE " + column + " = ?", ("turn " + str(turn),))
    c.execute("COMMIT")
    time.sleep(0.01)  # or no reader ever had its turn
"""


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_readers_see_one_plan_whatever_is_saved_meanwhile(plan, mode):
    command, here = [sys.executable, "-c", FLIPS, plan, mode], Path(other_program.__file__).parent
    with subprocess.Popen(command, cwd=here, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout.readline() == "ready\n"
        try:
            turns = set()
            for _ in range(40):
                read = read_plan(plan)
                seen = {*read.units["name"], *read.clauses["text"], *read.coverage["zone"]}
                assert len(seen) == 1, seen
                turns |= seen
        finally:
            writer.kill()
    assert len(turns) > 3, "nothing was written between the readings: this has tested nothing"


def test_readers_see_one_plan_while_plans_replace_each_other(plan, made):
    stop = threading.Event()

    def swap():
        for turn in itertools.count():
            if stop.is_set():
                return
            copy = Path(shutil.copy(made[turn % 2], beside(plan, ".draft.gpkg")))
            with closing(geometric(sqlite3.connect(copy))) as connection, connection:
                for column in ("units SET name", "clauses SET text", "coverage SET zone"):
                    connection.execute(f"UPDATE {column} = 'turn {turn}'")
            replace(copy, plan)

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        turns = set()
        while len(turns) < 12:
            read = read_plan(plan)
            seen = {*read.units["name"], *read.clauses["text"], *read.coverage["zone"]}
            turns |= {frozenset(seen)}
    finally:
        stop.set()
        thread.join()
    mixed = [seen for seen in turns if len(seen) > 1 and any(text.startswith("turn") for text in seen if text)]
    assert mixed == []


def test_a_copy_holds_what_the_log_holds(plan, tmp_path):
    with stranger(plan, "PRAGMA journal_mode=WAL", "PRAGMA wal_autocheckpoint=0", NAME):
        copy = copy_of(plan, tmp_path / "copy.gpkg")
    assert "by others" in set(whole(copy).units["name"])


# ── replacing ─────────────────────────────────────────────────────────────────────────────────────────────────────────

WAL = "PRAGMA journal_mode=WAL"
# What another program did before and still holds → (may the plan be replaced, what has to be in it where not)
HOLDERS = {
    "an idle reader": ((), True),
    "one that has read": (("SELECT * FROM units",), True),
    "one that reads": (("BEGIN", "SELECT * FROM units"), False),
    "one that has saved": ((NAME,), True),
    "one that writes": (("BEGIN IMMEDIATE", NAME), False),
    "one that has reserved": (("BEGIN IMMEDIATE",), False),
    "one that keeps all out": (("BEGIN EXCLUSIVE",), False),
    "persistent journal": (("PRAGMA journal_mode=PERSIST", NAME), True),
    "truncated journal": (("PRAGMA journal_mode=TRUNCATE", NAME), True),
    "journal in memory": (("PRAGMA journal_mode=MEMORY", NAME), True),
    "exclusive mode": (("PRAGMA locking_mode=EXCLUSIVE", NAME), False),
    "wal, idle": ((WAL,), False),
    "wal, saved": ((WAL, NAME), False),
    "wal, saved and taken in": ((WAL, NAME, "PRAGMA wal_checkpoint(TRUNCATE)"), False),
    "wal, reads": ((WAL, NAME, "BEGIN", "SELECT * FROM units"), False),
    "wal, writes": ((WAL, "BEGIN IMMEDIATE", NAME), False),
}


@pytest.fixture
def quick(monkeypatch):
    """Nobody lets go in these tests: what is waited for three seconds is refused as well after a moment."""
    monkeypatch.setattr(database_file, "_REPLACING", 0.2)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("holder", HOLDERS)
def test_whoever_holds_it_open_the_plan_is_replaced_rightly_or_not_at_all(plan, draft, holder):
    statements, possible = HOLDERS[holder]
    wanted = read_plan(draft).units["name"].tolist()
    with stranger(plan, *statements) as say:
        if possible:
            replace(draft, plan)
            # The other program has the old file still; into what is no plan any more it cannot write.
            assert say("SELECT count(*) FROM units") == "done"
            assert say("UPDATE units SET name = 'too late'") != "done" or "MEMORY" in str(statements)
            assert whole(plan).units["name"].tolist() == wanted
        else:
            with pytest.raises(HeldOpen) as caught:
                replace(draft, plan)
            assert "has it open" in str(caught.value.what)
            if sys.platform.startswith("linux"):
                assert f"(process {say.pid})" in str(caught.value.what)
            assert say("COMMIT") in ("done", "cannot commit - no transaction is active")
            assert say("UPDATE units SET name = 'goes on' WHERE fid = 2") == "done"
    after = whole(plan).units["name"].tolist()
    if not possible:
        assert "goes on" in after
        assert NAME not in statements or "by others" in after
        replace(draft, plan)
        after = whole(plan).units["name"].tolist()
    assert after == wanted


@linux
def test_who_holds_a_plan_is_named(plan):
    assert holders(plan) == []
    with stranger(plan, "SELECT * FROM units") as say:
        (name,) = holders(plan)
        assert name.endswith(f"(process {say.pid})")
        assert name.startswith("python")


@linux
def test_a_program_that_lost_its_locks_is_still_seen(plan, draft, monkeypatch):
    """On POSIX a program that opens and closes a file once more has no locks left: what it saves next would be gone."""
    monkeypatch.setattr(database_file, "_REPLACING", 0.2)
    with stranger(plan, WAL, "SELECT * FROM units", "lose locks") as say:
        with pytest.raises(HeldOpen):
            replace(draft, plan)
        assert say(NAME) == "done"
    assert "by others" in set(whole(plan).units["name"])


@pytest.fixture
def crashed(plan):
    """A plan that another program was writing when it was killed: half of it is in the file, and a journal beside."""
    killed = (
        "import os, signal, sqlite3, sys\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('PRAGMA cache_size=1')\n"
        "c.execute('BEGIN')\n"
        "c.executemany('INSERT INTO lineage (old) VALUES (?)', [('x' * 900,)] * 500)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    size = plan.stat().st_size
    subprocess.run([sys.executable, "-c", killed, plan], check=False)
    assert plan.with_name("plan.gpkg-journal").is_file()
    assert plan.stat().st_size > size
    return plan


def test_what_a_killed_program_left_is_played_back_first(crashed, draft, made):
    seen = []

    def look(connection):
        seen.append(connection.execute("SELECT count(*) FROM lineage").fetchone())

    replace(draft, crashed, check=look)
    assert seen == [(0,)]
    whole(crashed)
    assert crashed.read_bytes() == made[1].read_bytes()


def test_after_a_crash_the_first_adopt_does_what_the_second_does(case, crashed):
    assert adopt(crashed, "fitting:threshold=0.4", case=case)["adopted"]["seq"] == 1
    assert len(whole(crashed).lineage) == 0


@pytest.mark.parametrize("ending", ["-wal", "-journal"])
def test_the_log_of_a_file_that_is_gone_is_not_played_into_the_new_one(plan, draft, ending):
    orphan = plan.with_name(plan.name + ending)
    orphan.write_bytes(b"what somebody saved")
    plan.unlink()
    with pytest.raises(Exception, match="a database file that is no longer here") as caught:
        replace(draft, plan)
    assert str(caught.value.where) == str(orphan)
    assert orphan.read_bytes() == b"what somebody saved"
    orphan.write_bytes(b"")
    replace(draft, plan)
    whole(plan)


@pytest.mark.parametrize("fails", [0, 3, 10**6])
def test_where_a_file_that_is_open_cannot_be_replaced_it_is_tried_again(plan, draft, monkeypatch, fails):
    """As on Windows, where another program, a virus scanner for one, has the file open for a moment or for good."""
    before, new = plan.read_bytes(), draft.read_bytes()
    left, replaces = [fails], os.replace

    def as_on_windows(source, target):
        if left[0]:
            left[0] -= 1
            raise PermissionError(13, "The process cannot access the file because it is being used by another process")
        replaces(source, target)

    monkeypatch.setattr(os, "replace", as_on_windows)
    monkeypatch.setattr(database_file, "_WINDOWS", True)
    monkeypatch.setattr(database_file, "_REPLACING", 0.5)
    if fails > 100:
        with pytest.raises(HeldOpen, match="has it open"):
            replace(draft, plan)
        assert plan.read_bytes() == before
    else:
        replace(draft, plan)
        assert plan.read_bytes() == new
    with closing(sqlite3.connect(plan, timeout=0.1)) as connection:
        connection.execute("BEGIN EXCLUSIVE")  # no lock is left


def test_on_windows_the_lock_is_let_go_of_before_the_file_is_replaced(plan, draft, monkeypatch):
    """Windows replaces no file that this process itself has open."""
    seen, replaces = [], os.replace

    def look(source, target):
        with closing(sqlite3.connect(plan, timeout=0.1)) as connection:
            try:
                connection.execute("BEGIN EXCLUSIVE")
                seen.append("free")
            except sqlite3.OperationalError:
                seen.append("locked")
        replaces(source, target)

    monkeypatch.setattr(os, "replace", look)
    other = Path(shutil.copy(draft, draft.with_suffix(".other")))
    replace(draft, plan)
    monkeypatch.setattr(database_file, "_WINDOWS", True)
    replace(other, plan)
    assert seen == ["locked", "free"]


@pytest.mark.parametrize("links", [True, False])
def test_what_is_replaced_can_be_kept(plan, draft, made, monkeypatch, links):
    kept = plan.with_name("kept.gpkg")
    kept.write_bytes(b"an earlier one")
    if not links:
        monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(OSError("no links on this disk")))
    replace(draft, plan, check=lambda connection: keep_copy(connection, plan, kept))
    assert plan.read_bytes() == made[1].read_bytes()
    assert whole(kept).meta == whole(made[0]).meta
    assert sorted(one.name for one in plan.parent.iterdir()) == ["kept.gpkg", "plan.gpkg"]


def test_what_is_no_database_is_replaced(plan, draft):
    plan.write_bytes(b"no database")
    replace(draft, plan)
    whole(plan)


KILLED = """
import os, shutil, sys
from pathlib import Path
from delineation.core.database_file import OWN, replace
from delineation.core.atomic_files import beside
plan, drafts = Path(sys.argv[1]), [Path(one) for one in sys.argv[2:]]
print("ready", flush=True)
while True:
    for one in drafts:
        draft = Path(shutil.copy(one, beside(plan, ".draft.gpkg")))
        try:
            replace(draft, plan, guard=OWN)
        except Exception as error:
            print(error, flush=True)
            draft.unlink()
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_killed_at_any_moment_of_replacing_the_plan_is_one_of_the_two(plan, made):
    """Sixty kills; between them another program saves into the plan in write-ahead mode, and is killed too."""
    other = made[0].with_name("other.gpkg")
    shutil.copy(made[0], other)
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("UPDATE meta SET value = 'the other' WHERE key = 'name'")
    names = set()

    def drafts():
        return len(list(plan.parent.glob(".*.draft.gpkg")))

    for turn in itertools.count():
        # On a slow machine it takes more kills until some have struck at each stage.
        if turn >= 60 and (turn == 400 or (len(names) == 2 and drafts() > 5)):
            break
        command = [sys.executable, "-c", KILLED, plan, made[0], other]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout.readline() == "ready\n"
            time.sleep(0.002 * (turn % 20))
            process.send_signal(signal.SIGKILL)
        if turn % 3 == 0:
            saved = f"UPDATE units SET name = 'turn {turn}' WHERE fid = 1"  # noqa: S608 - a number
            with stranger(plan, WAL, "PRAGMA wal_autocheckpoint=0", saved) as say:
                os.kill(say.pid, signal.SIGKILL)
            assert f"turn {turn}" in set(read_plan(plan).units["name"])
        assert ask_file(plan, "PRAGMA integrity_check") == [("ok",)]
        names.add(read_plan(plan).meta["name"])
    assert names == {"hand", "the other"}
    assert drafts() > 5, "no kill struck while a draft lay there"


def test_many_readers_in_threads_do_not_see_half_a_plan(plan):
    errors = []

    def read():
        try:
            for _ in range(5):
                with reading(plan) as connection:
                    connection.execute("SELECT count(*) FROM faces").fetchone()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_gdals_settings_are_of_the_thread_that_writes(tmp_path, made):
    """While a plan is written, journals of layers that QGIS saves in other threads stay on."""
    seen, going, gone = [], threading.Event(), threading.Event()

    def other():
        going.wait(30)
        seen.append(pyogrio.get_gdal_config_option("OGR_SQLITE_JOURNAL"))
        gone.set()

    def progress(_fraction, message):
        if str(message).startswith("writing"):
            seen.append(pyogrio.get_gdal_config_option("OGR_SQLITE_JOURNAL"))
            going.set()
            gone.wait(30)

    thread = threading.Thread(target=other)
    thread.start()
    draft_plan(read_plan(made[0]), tmp_path / "plan.gpkg", progress=progress)
    thread.join()
    assert len(seen) > 2
    assert seen.pop(1) is None
    assert set(seen) == {False}
    assert pyogrio.get_gdal_config_option("OGR_SQLITE_JOURNAL") is None


@pytest.fixture
def common():
    """A folder that every user may look into, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
        Path(folder).chmod(0o755)


@contextmanager
def somebody():
    """Be a user without rights."""
    me = os.geteuid()
    if me == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(me)


@pytest.mark.skipif(os.name != "posix", reason="rights of a POSIX file system")
def test_a_plan_in_write_ahead_mode_is_read_in_a_folder_one_may_not_write_to(common, made):
    plan = Path(shutil.copy(made[0], common / "plan.gpkg"))
    with closing(sqlite3.connect(plan)) as connection:
        connection.execute(WAL)
    plan.chmod(0o666)
    common.chmod(0o555)
    with somebody():
        assert len(read_plan(plan).units) == 3
    assert [one.name for one in common.iterdir()] == ["plan.gpkg"]


@pytest.mark.skipif(os.name != "posix", reason="rights of a POSIX file system")
def test_a_right_that_is_missing_is_not_taken_for_a_program(common, made, monkeypatch):
    """As in a shared folder in which only owners may replace their files."""
    plan = Path(shutil.copy(made[0], common / "plan.gpkg"))
    draft = Path(shutil.copy(made[1], beside(plan, ".draft.gpkg")))
    tries = []

    def refused(*places):
        tries.append(places)
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "replace", refused)
    with pytest.raises(PermissionError):
        replace(draft, plan)
    assert len(tries) == 1


def test_what_was_kept_is_taken_back_where_the_plan_is_not_replaced_after_all(plan, draft, made, monkeypatch):
    kept = plan.with_name("plan.before.gpkg")
    monkeypatch.setattr(database_file, "_WINDOWS", True)
    monkeypatch.setattr(database_file, "_REPLACING", 0.1)
    replaces = os.replace

    def as_on_windows(source, target):
        if Path(target) == plan:
            raise PermissionError(13, "in use")
        replaces(source, target)

    def keep(connection):
        return keep_copy(connection, plan, kept)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", as_on_windows)
        with pytest.raises(HeldOpen):
            replace(draft, plan, check=keep)
    assert not kept.exists()
    # A link that a kill left in that moment, and a draft of one before, are in nobody's way.
    os.link(plan, kept)
    leftover = beside(kept, ".kept.gpkg")
    leftover = leftover.with_name(leftover.name.replace(f".{os.getpid()}.", f".{2**22 + 1}."))
    leftover.write_bytes(b"half")
    monkeypatch.undo()
    replace(draft, plan, check=keep)
    assert whole(plan).meta == whole(made[1]).meta
    assert whole(kept).meta == whole(made[0]).meta
    shutil.copy(made[0], draft)
    replace(draft, plan, check=keep)
    assert not leftover.exists()


def test_a_plan_that_is_held_is_told_before_any_work_is_done(case, plan, monkeypatch):
    from control_units.delineation.run import run as running

    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux says which files others have open")
    monkeypatch.setattr(running, "lay_basis", lambda *_, **__: pytest.fail("the work was begun"))
    with stranger(plan, WAL, "SELECT * FROM units") as say:
        for verb in (lambda: run(case, plan), lambda: run_again(read_case(case), plan)):
            with pytest.raises(HeldOpen, match=f"process {say.pid}"):
                verb()


class WithoutPages(sqlite3.Connection):
    """A connection of a build of SQLite in which the pages of a file are no table."""

    def execute(self, statement, *values):
        if "sqlite_dbpage" in statement:
            raise sqlite3.OperationalError("no such table: sqlite_dbpage")
        return super().execute(statement, *values)


@pytest.mark.parametrize("windows", [False, True])
@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_what_was_written_is_counted_in_every_build_of_sqlite(plan, monkeypatch, windows, mode):
    with closing(geometric(sqlite3.connect(plan, isolation_level=None))) as connection:
        connection.execute(NAME)
        connection.execute(f"PRAGMA journal_mode={mode}")
    with closing(sqlite3.connect(plan)) as connection:
        wanted = change_counter(connection)
    assert (wanted is None) == (mode == "WAL")
    monkeypatch.setattr(database_file, "_WINDOWS", windows)
    with closing(sqlite3.connect(plan, factory=WithoutPages)) as connection:
        assert change_counter(connection) == wanted


def test_until_it_ends_nothing_of_a_large_transaction_is_in_the_file(plan):
    """Programs that read without locks see half of it for as long as it takes to write it, and no longer."""
    before = plan.stat()
    with transaction(plan) as connection:
        connection.executemany("INSERT INTO lineage (old) VALUES (?)", [("x" * 4_000,)] * 2_000)
        meanwhile = plan.stat()
        assert (meanwhile.st_size, meanwhile.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert plan.stat().st_size > before.st_size + 8_000_000

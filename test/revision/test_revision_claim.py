"""One editor at a time: who comes second is told who the first is, and the lock of a dead one is nobody's."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from command import ROOT
from control_units.delineation.case.finding_texts import load_texts, message, severity
from control_units.delineation.core import lock_file as lock_files
from control_units.delineation.core.errors import BadInput, BeingEdited
from control_units.delineation.core.lock_file import lock_file
from control_units.delineation.revision.store import claim

posix = pytest.mark.skipif(os.name != "posix", reason="signals, rights and locks of POSIX")


@pytest.fixture
def plan(tmp_path):
    path = tmp_path / "计划.gpkg"
    path.write_bytes(b"a plan, which is not looked at")
    return path


def note(plan):
    return json.loads(lock_file(plan).read_text(encoding="utf-8"))


def beside(plan):
    return sorted(one.name for one in plan.parent.iterdir() if one != plan)


CLAIMS = """
import sys
from pathlib import Path
from delineation.core import lock_file
from delineation.revision.store import claim
if sys.argv[3:]:
    lock_file._lock = lambda _: None
with claim(Path(sys.argv[1]), author=sys.argv[2]):
    print("ready", flush=True)
    input()
"""


@contextmanager
def other_editor(plan, *options, author="张三"):
    command = [sys.executable, "-c", CLAIMS, str(plan), author, *options]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            if process.poll() is None:
                process.communicate("\n")


def killed_editor(plan, *options):
    with other_editor(plan, *options) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
    return note(plan)


def test_the_lock_is_there_as_long_as_the_block_runs(plan):
    with claim(plan, author="李四") as mine:
        assert (mine.path, mine.taken_over) == (plan, None)
        found = note(plan)
        assert (found["user"], found["pid"]) == ("李四", os.getpid())
        assert set(found) == {"user", "host", "time", "machine", "pid", "started"}
    assert beside(plan) == []
    with claim(plan), pytest.raises(ZeroDivisionError), claim(plan.with_name("other.gpkg")):
        raise ZeroDivisionError
    assert beside(plan) == []


def test_another_editor_is_named(plan):
    with other_editor(plan) as process:
        found = note(plan)
        with pytest.raises(BeingEdited, match=r"张三 is editing it on .* since .*; wanted: .*it can be read") as caught:
            claim(plan, author="李四").__enter__()
        error = caught.value
        assert (error.owner, error.host, error.since) == ("张三", found["host"], found["time"])
        assert not error.breakable
        assert found["pid"] == process.pid
        # Whoever lives on this machine can be asked, or ended: breaking his lock is not offered.
        with pytest.raises(BeingEdited):
            claim(plan, break_lock=True).__enter__()
        assert note(plan) == found
    with claim(plan) as mine:
        assert mine.taken_over is None


def test_this_process_is_refused_like_another(plan):
    link = plan.with_name("link.gpkg")
    link.symlink_to(plan)
    with claim(plan, author="李四"):
        for path in (plan, link):
            with pytest.raises(BeingEdited, match="李四 is editing it"):
                claim(path, author="王五").__enter__()
        refused = []

        def in_a_thread():
            try:
                claim(plan).__enter__()
            except BeingEdited as error:
                refused.append(error)

        thread = threading.Thread(target=in_a_thread)
        thread.start()
        thread.join()
        assert len(refused) == 1
        assert note(plan)["user"] == "李四"
    with claim(link):
        assert lock_file(link).name == "计划.gpkg.lock"


@posix
@pytest.mark.parametrize("break_lock", [False, True])
@pytest.mark.parametrize("options", [(), ("no locks",)])
def test_the_lock_of_a_dead_process_is_taken_over_with_a_finding(plan, monkeypatch, options, break_lock):
    left = killed_editor(plan, *options)
    if options:
        monkeypatch.setattr(lock_files, "_lock", lambda _: None)
    with claim(plan, author="李四", break_lock=break_lock) as mine:
        finding = mine.taken_over
        assert finding.facts == {"owner": "张三", "host": left["host"], "since": left["time"]}
        texts = load_texts()
        assert severity(finding, texts) == "warning"
        assert message(finding, texts).startswith(f"张三 自 {left['time']} 起在 {left['host']} 上的编辑没有正常结束")
        assert message(finding, texts, "en").startswith("张三, editing it on")
        assert note(plan)["user"] == "李四"
    assert beside(plan) == []


@posix
def test_where_a_disk_knows_no_locks_the_process_is_looked_for(plan, monkeypatch):
    monkeypatch.setattr(lock_files, "_lock", lambda _: None)
    with other_editor(plan, "no locks") as process:
        with pytest.raises(BeingEdited, match="张三 is editing it"):
            claim(plan).__enter__()
        # Its number may have gone to a younger process.
        left = note(plan)
        lock_file(plan).write_text(json.dumps({**left, "started": "another boot 17"}), encoding="utf-8")
        if sys.platform.startswith("linux"):
            with claim(plan) as mine:
                assert mine.taken_over.facts["owner"] == "张三"
        process.kill()


def test_the_lock_of_another_host_may_be_broken(plan):
    theirs = {"user": "张三", "host": "gh-04", "time": "2026-03-01T08:00:00Z", "machine": "x", "pid": 1, "started": ""}
    lock_file(plan).write_text(json.dumps(theirs, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(BeingEdited, match=r"张三 is editing it on gh-04 since 2026-.*--break-lock") as caught:
        claim(plan).__enter__()
    assert caught.value.breakable
    with claim(plan, author="李四", break_lock=True) as mine:
        assert mine.taken_over.facts["problem"] == "broken"
        assert "张三" in message(mine.taken_over, load_texts())
        assert note(plan)["user"] == "李四"
    assert beside(plan) == []


@pytest.mark.parametrize("text", [b"{", b"[]", b"\xff\x00", b'{"pid": "x"}', b'{"user": "x"}', b"[" * 4000])
def test_what_is_no_note_is_an_unknown_owners(plan, text, monkeypatch):
    monkeypatch.setattr(lock_files, "_TRIES", 2)
    lock_file(plan).write_bytes(text)
    with pytest.raises(BeingEdited, match=r"does not say who is editing it; wanted: .*--break-lock") as caught:
        claim(plan).__enter__()
    assert (caught.value.owner, caught.value.breakable) == ("", True)
    assert lock_file(plan).read_bytes() == text
    with claim(plan, break_lock=True) as mine:
        assert message(mine.taken_over, load_texts(), "en").startswith("a lock that does not say whose it is")
    assert beside(plan) == []


def test_an_empty_file_is_of_a_process_that_was_killed_before_it_said_anything(plan, monkeypatch):
    monkeypatch.setattr(lock_files, "_TRIES", 2)
    lock_file(plan).touch()
    with claim(plan) as mine:
        assert mine.taken_over is None


@posix
def test_whose_lock_was_broken_leaves_that_of_the_other_alone(plan, monkeypatch):
    with claim(plan, author="李四"):
        # As on another computer, to which the disk does not tell of locks.
        monkeypatch.setattr(lock_files, "machine", lambda: "another computer")
        monkeypatch.setattr(lock_files, "_MINE", {})
        monkeypatch.setattr(lock_files, "_lock", lambda _: None)
        other = claim(plan, author="王五", break_lock=True)
        assert other.__enter__().taken_over.facts["owner"] == "李四"
    assert note(plan)["user"] == "王五"
    other.__exit__(None, None, None)
    assert beside(plan) == []


@posix
def test_a_lock_whose_folder_was_away_when_it_was_let_go_of_keeps_nobody_out(plan):
    away = plan.parent.with_name("away")
    with claim(plan):
        plan.parent.rename(away)
    away.rename(plan.parent)
    assert lock_file(plan).is_file()
    with claim(plan) as claimed:
        assert claimed.taken_over is None


def test_nor_does_one_that_this_process_could_not_empty(plan, monkeypatch):
    away = plan.parent.with_name("away")
    monkeypatch.setattr(os, "ftruncate", lambda *_: (_ for _ in ()).throw(OSError("the network is gone")))
    with claim(plan):
        plan.parent.rename(away)
    away.rename(plan.parent)
    with claim(plan):
        pass


def test_in_a_folder_that_cannot_be_written_to_nobody_edits():
    me = os.geteuid()
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder) / "plan.gpkg"
        plan.touch()
        Path(folder).chmod(0o555)
        if me == 0:
            os.seteuid(65534)
        try:
            with pytest.raises(BadInput, match=r"cannot be written .*wanted: a folder that can be written to"):
                claim(plan).__enter__()
        finally:
            os.seteuid(me)
            Path(folder).chmod(0o755)


RACES = """
import sys, time
from pathlib import Path
from delineation.core.errors import BeingEdited
from delineation.revision.store import claim
plan, inside = Path(sys.argv[1]), Path(sys.argv[1] + ".inside")
got = 0
print("ready", flush=True)
input()
for _ in range(30):
    try:
        with claim(plan):
            inside.touch(exist_ok=False)
            inside.unlink()
            got += 1
    except BeingEdited:
        time.sleep(0.001)
print(got, flush=True)
"""


def test_of_many_at_once_one_has_it(plan):
    command = [sys.executable, "-c", RACES, str(plan)]
    editors = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    for one in editors:
        assert one.stdout.readline() == "ready\n"
    for one in editors:
        one.stdin.write("\n")
        one.stdin.flush()
    got = [int(one.communicate(timeout=60)[0]) for one in editors]
    assert [one.returncode for one in editors] == [0, 0, 0]
    assert sum(got) > 0
    assert beside(plan) == []

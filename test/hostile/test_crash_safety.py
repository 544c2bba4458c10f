"""Whatever stops a run, at any moment: the old plan is whole, or the new one is; and nothing else is left."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from command import ROOT, ask, child, refusal
from control_units.delineation.core.atomic_files import beside, temporary_folder
from hand import CASE, hand, squares
from raster_files import case_with_raster

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX"),
    pytest.mark.uses("rasterio", "exactextract"),
]

# One interpreter that has the engine loaded, and forks a child for each run: a run is short, loading is not.
FORKS = """
import json, os, resource, signal, sys, time
from pathlib import Path
from delineation.verbs import running  # loaded before the fork
from delineation.cli import main
from delineation.export import lists_xlsx

def fork(arguments, out, limit=None):
    child = os.fork()
    if child:
        return child
    os.setsid()
    for number in (1, 2):
        os.dup2(out, number)
    if limit is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    os._exit(main(arguments))
"""
KILLS = """
case, plan, old = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]).read_bytes()
delays, writing = map(json.loads, sys.argv[4:6])
ends, silence = set(), os.open(os.devnull, os.O_WRONLY)
for in_write, delay in [(False, delay) for delay in delays] + [(True, delay) for delay in writing]:
    plan.write_bytes(old)
    child = fork(["run", case, "-o", str(plan)], silence)
    drafts = plan.parent.glob
    while in_write and not list(drafts(".*.draft.gpkg")) and os.waitpid(child, os.WNOHANG) == (0, 0):
        time.sleep(0.0002)
    time.sleep(delay)
    try:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    except (ProcessLookupError, ChildProcessError):
        pass
    now = plan.read_bytes()
    left = bool(list(plan.parent.glob(".*")))
    print("old" if now == old else "other", left)
    if now != old:
        Path(sys.argv[6]).write_bytes(now)
        ends.add(now)
assert len(ends) <= 1, "a run that was killed left more than one kind of plan"
"""
LIMITS = """
for limit in map(int, sys.argv[1].split(",")):
    # Through a pipe, which the limit does not bind.
    read, write = os.pipe()
    child = fork(sys.argv[2:], write, limit)
    os.close(write)
    with open(read, encoding="utf-8") as said:
        text = said.read().replace("\\n", " ")
    print(limit, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), text)
"""


def forked(script: str, *arguments: object) -> list[str]:
    """Lines that a script of forks prints."""
    found = subprocess.run(
        [sys.executable, "-c", FORKS + script, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    assert found.returncode == 0, found.stderr
    return found.stdout.splitlines()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A county, and a plan of it that any run would change."""
    place = tmp_path_factory.mktemp("crash")
    hand(place)
    older = place / "older.toml"
    older.write_text(CASE.replace('"hand"', '"an older plan"'), encoding="utf-8")
    assert ask("run", older, "-o", place / "old.gpkg").code == 0
    assert ask("run", place / "case.toml", "-o", place / "new.gpkg").code == 0
    assert (place / "old.gpkg").read_bytes() != (place / "new.gpkg").read_bytes()
    return place


def visible(plan: Path) -> list[str]:
    """What lies in the plan's folder, leftovers of killed runs included."""
    return sorted(path.name for path in plan.parent.iterdir())


@pytest.fixture
def plan(place, tmp_path):
    (tmp_path / "out").mkdir()
    return Path(shutil.copy(place / "old.gpkg", tmp_path / "out" / "plan.gpkg"))


@pytest.mark.slow
@pytest.mark.thirds
def test_killed_at_any_moment_the_plan_is_the_old_or_the_new_one(place, plan, tmp_path, rounds):
    old, new = (place / "old.gpkg").read_bytes(), (place / "new.gpkg").read_bytes()
    started = time.perf_counter()
    assert ask("run", place / "case.toml", "-o", tmp_path / "out" / "other.gpkg").code == 0
    took = time.perf_counter() - started
    (tmp_path / "out" / "other.gpkg").unlink()
    delays = [took * part / rounds(12) for part in range(rounds(13))]
    writing = [took * part / 3 / rounds(20) for part in range(rounds(20))]
    lines = forked(KILLS, place / "case.toml", plan, place / "old.gpkg", delays, writing, tmp_path / "killed.gpkg")
    assert len(lines) == len(delays) + len(writing)
    ended = [line.split()[0] for line in lines]
    # If no kill struck before the plan was put in its place, or none in the write, this has tested nothing.
    assert ended[: len(delays)].count("old") >= rounds(3)
    assert any(line == "old True" for line in lines[len(delays) :])
    if "other" in ended:
        assert (tmp_path / "killed.gpkg").read_bytes() == new
    plan.write_bytes(old)
    assert ask("run", place / "case.toml", "-o", plan).code == 0
    assert plan.read_bytes() == new
    assert visible(plan) == ["plan.gpkg", "plan.history.jsonl", "plan.undo.gpkg"]


@pytest.mark.slow
@pytest.mark.thirds
def test_a_full_disk_leaves_the_old_plan(place, plan, rounds):
    old, size = plan.read_bytes(), (place / "new.gpkg").stat().st_size
    limits = [0, 512, 4096, *(size * part // 10 for part in range(1, 10, 10 // rounds(10))), size - 1]
    lines = forked(LIMITS, ",".join(map(str, limits)), "run", place / "case.toml", "-o", plan)
    assert len(lines) == len(limits)
    for line in lines:
        _, code, said = line.split(" ", 2)
        assert code == "2", line
        assert said.startswith("error: "), line
        assert "disk full" in said, line
        assert "the old file is unchanged" in said
    assert plan.read_bytes() == old
    assert [path.name for path in plan.parent.iterdir()] == ["plan.gpkg"]
    (line,) = forked(LIMITS, 10 * size, "run", place / "case.toml", "-o", plan)
    assert line.split()[1] == "0"
    assert plan.read_bytes() == (place / "new.gpkg").read_bytes()


def test_a_full_disk_leaves_the_old_lists(place, tmp_path):
    (tmp_path / "out").mkdir()
    lists = tmp_path / "out" / "lists.xlsx"
    assert ask("lists", place / "old.gpkg", "-o", lists).code == 0
    old = lists.read_bytes()
    lines = forked(LIMITS, "0,100,1024,4096,8192", "lists", place / "new.gpkg", "-o", lists)
    assert lists.read_bytes() == old
    assert [path.name for path in lists.parent.iterdir()] == ["lists.xlsx"]
    for line in lines:
        assert line.split()[1] != "0", line
    for line in lines:
        assert line.split()[1] == "2", line
        assert "cannot be written" in line


def test_a_full_disk_is_one_sentence_and_no_more(place, tmp_path):
    """Libraries fail once more where what they hold is collected, when the process ends."""
    script = "import resource, signal, sys; from delineation.cli import main; "
    script += "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    script += "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)); sys.exit(main())"
    verb = [sys.executable, "-c", script, "lists", str(place / "new.gpkg"), "-o", str(tmp_path / "lists.xlsx")]
    found = subprocess.run(verb, cwd=ROOT, capture_output=True, encoding="utf-8", check=False, timeout=300)
    assert (found.returncode, found.stderr.count("\n")) == (2, 1), found.stderr
    assert found.stderr.startswith("error: ")


def test_the_draft_of_a_run_that_lives_is_left_alone(place, plan):
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as neighbour:
        name = beside(plan, ".draft.gpkg").name
        alive, dead = (
            plan.with_name(name.replace(f".{os.getpid()}.", f".{number}.")) for number in (neighbour.pid, 2**22 + 1)
        )
        # Of a process of that number on another machine, in a shared folder.
        machine = name.split(".")[2]
        elsewhere = dead.with_name(dead.name.replace(machine, "0" * len(machine)))
        for draft in (alive, dead, elsewhere):
            draft.write_bytes(b"half")
        assert ask("run", place / "case.toml", "-o", plan).code == 0
        assert alive.read_bytes() == b"half"
        assert not dead.exists()
        assert elsewhere.read_bytes() == b"half"
        elsewhere.unlink()
        neighbour.communicate(b"\n")
    assert ask("run", place / "case.toml", "-o", plan).code == 0
    assert visible(plan) == ["plan.gpkg", "plan.history.jsonl", "plan.undo.gpkg"]


def test_temporary_folders_of_killed_runs_go_and_those_of_others_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    now = Path.glob

    def before_python_3_13(self, pattern):
        if any("**" in part and part != "**" for part in pattern.split("/")):
            raise ValueError("Invalid pattern: '**' can only be an entire path component")
        return now(self, pattern)

    monkeypatch.setattr(Path, "glob", before_python_3_13)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as neighbour:
        with temporary_folder("layer") as mine:
            name = mine.name
        assert not mine.exists()
        machine = name.split(".")[1]
        alive, dead = (name.replace(f".{os.getpid()}.", f".{number}.") for number in (neighbour.pid, 2**22 + 1))
        elsewhere = dead.replace(machine, "0" * len(machine))
        for left in (alive, dead, elsewhere, "layer-of-somebody"):
            (tmp_path / left / "archive").mkdir(parents=True)
            (tmp_path / left / "archive" / "half.shp").write_bytes(b"half")
        with temporary_folder("layer"):
            pass
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted([alive, elsewhere, "layer-of-somebody"])
        neighbour.communicate(b"\n")


def processor_seconds(pid: int) -> float:
    """What a running process has computed so far (proc(5): utime and stime behind the name in brackets)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.fixture(scope="module")
def big(tmp_path_factory):
    """A county under ten thousand overlapping squares."""
    place = tmp_path_factory.mktemp("big")
    layer = squares(100)
    return hand(place, red_line=(layer, {"id": ["x"] * len(layer)}))


@pytest.mark.parametrize(
    ("stage", "more", "number"),
    [("noding", (), signal.SIGINT), ("faces", ("--json",), signal.SIGINT), ("reading", (), signal.SIGTERM)],
)
def test_ctrl_c_ends_in_a_sentence_and_leaves_nothing(big, plan, stage, more, number):
    old = plan.read_bytes()
    run = child("run", big, "-o", plan, "-v", *more)
    seen = []
    for line in run.stderr:
        seen.append(line)
        if stage in line:
            break
    time.sleep(0.05)
    before, spent = resource.getrusage(resource.RUSAGE_CHILDREN), processor_seconds(run.pid)
    run.send_signal(number)
    out, err = run.communicate(timeout=300)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # What it still computed after the signal: the clock on the wall tells what else the machine does.
    took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime - spent
    assert run.returncode == 130, (seen, err)
    assert took < 2, f"{took:.1f} s"
    if more:
        said = "interrupted; nothing was written"
        assert json.loads(out) == {"error": {"id": said, "facts": {}, "what": said, "where": "", "wanted": ""}}
    else:
        assert out == ""
        assert err.splitlines()[-1] == "interrupted; nothing was written"
    assert "Traceback" not in err
    assert plan.read_bytes() == old
    assert [path.name for path in plan.parent.iterdir()] == ["plan.gpkg"]


def test_ctrl_c_while_writing_leaves_the_old_plan(place, plan):
    old = plan.read_bytes()
    run = child("run", place / "case.toml", "-o", plan)
    while run.poll() is None and not list(plan.parent.glob(".*.draft.gpkg")):
        time.sleep(0.0005)
    run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=300)
    assert run.returncode == 130, err
    assert err == "interrupted; nothing was written\n"
    assert plan.read_bytes() == old
    assert [path.name for path in plan.parent.iterdir()] == ["plan.gpkg"]


@pytest.mark.slow
def test_a_caller_that_cancels_leaves_the_old_plan(place, plan):
    from control_units.delineation.core.errors import Cancelled
    from control_units.delineation.verbs.running import run

    old, said = plan.read_bytes(), []
    run(place / "case.toml", plan, progress=lambda _, message: said.append(message.template))
    plan.write_bytes(old)

    def stop_at(step, often):
        """Stop where a step is told of as often as said; the longer some take, the more often they are told of."""
        told = []

        def progress(_fraction, message):
            told.append(message.template)
            if message.template == step and told.count(step) == often:
                raise Cancelled

        return progress

    # Where it is written at every step, before at the first of each kind: nothing is touched until then.
    first = {said.index(one) for one in said}
    written = next(number for number, one in enumerate(said) if "writ" in one)
    ended = 0
    for last in sorted(first | set(range(written, len(said)))):
        often = said[: last + 1].count(said[last])
        # What is told only of a step that takes long may not be told again.
        with contextlib.suppress(Cancelled):
            ended += 1
            run(place / "case.toml", plan, progress=stop_at(said[last], often))
            ended -= 1
        assert plan.read_bytes() in {old, (place / "new.gpkg").read_bytes()}
        plan.write_bytes(old)
    assert ended > 10
    run(place / "case.toml", plan)
    assert visible(plan) == ["plan.gpkg", "plan.history.jsonl", "plan.undo.gpkg"]


# --- the same bytes -------------------------------------------------------------------------------------------------


@pytest.mark.touches("exactextract")
def test_the_same_case_gives_the_same_bytes_wherever_it_lies(tmp_path, absent):
    places = [tmp_path / "one", tmp_path / "another 地方"]
    hand(places[0])
    text = case_with_raster(places[0] / "slope.tif").replace(str(places[0]) + "/", "")
    (places[0] / "case.toml").write_text(text, encoding="utf-8")
    shutil.copytree(places[0], places[1], copy_function=shutil.copyfile)
    plans = []
    for number, (place, workers) in enumerate(itertools.product(places, (1, 2))):
        out = place / f"plan{number}.gpkg"
        assert ask("run", place / "case.toml", "-o", out, "--workers", workers).code == 0
        plans.append(out.read_bytes())
    out = places[1] / "elsewhere.gpkg"
    run = subprocess.run(
        [sys.executable, "-m", "delineation", "run", str(places[1] / "case.toml"), "-o", str(out)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Shanghai", "LC_ALL": "C.UTF-8"},
    )
    assert run.returncode == 0
    plans.append(out.read_bytes())
    assert len(set(plans)) == 1
    assert str(tmp_path).encode() not in plans[0]
    with contextlib.closing(sqlite3.connect(out)) as connection:
        paths = {path for (path,) in connection.execute("SELECT path FROM sources")}
        (rasters,) = connection.execute("SELECT count(DISTINCT raster) FROM evidence").fetchone()
    assert paths == {"hand.gpkg", "slope.tif"}
    assert rasters == (0 if "exactextract" in absent else 1)


def test_another_seed_another_method_another_plan(place, tmp_path):
    seen = {(place / "new.gpkg").read_bytes()}
    for more in (("--seed", 2), ("--method", "fitting")):
        assert ask("run", place / "case.toml", "-o", tmp_path / "plan.gpkg", *more).code == 0
        seen.add((tmp_path / "plan.gpkg").read_bytes())
    assert len(seen) == 3
    last = (tmp_path / "plan.gpkg").read_bytes()
    error = refusal("run", place / "case.toml", "-o", tmp_path / "plan.gpkg", "--method", "x")
    assert "unknown method" in error["what"]
    assert (tmp_path / "plan.gpkg").read_bytes() == last

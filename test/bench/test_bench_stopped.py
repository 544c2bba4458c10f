"""A bench that is stopped: what is kept is said, and the next run ends with the bytes of one that nobody stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from bench_runs import county
from command import ROOT, ask
from control_units.delineation.bench.runs.folder import drafted
from control_units.delineation.core.atomic_files import beside, replacing
from control_units.delineation.core.database_file import OWN

# Slow enough to be met at work, and different with each seed.
SLOW = """\
import time
import numpy as np
from delineation.methods import Labels, method

@method("slow")
def slow(situation, *, seed=1):
    time.sleep(0.15)
    unit = np.random.default_rng(seed).integers(0, 3, len(situation.area))
    return Labels(np.full(len(unit), 3), np.full(len(unit), len(situation.kinds) - 1), unit)
"""
SEEDS = 10


@pytest.fixture
def place(tmp_path):
    """A folder with a case and the file of a method."""
    county(tmp_path / "case")
    (tmp_path / "slow.py").write_text(SLOW, encoding="utf-8")
    return tmp_path


def arguments(place, output):
    return [
        "bench",
        str(place / "case" / "case.toml"),
        "--methods",
        "overlay,slow",
        "--plugin",
        str(place / "slow.py"),
        "--seeds",
        str(SEEDS),
        "--nulls",
        "3",
        "--no-curve",
        "-o",
        str(place / output),
    ]


def finished(labels):
    """Names of the labellings that are whole."""
    return {path.name for path in labels.glob("*.npz") if not path.name.endswith(".part.npz")}


def stopped(place, output, number, least):
    """Start a bench, send a signal once so many labellings are finished; exit code and what it said."""
    labels = place / output / "labels"
    command = [sys.executable, "-m", "delineation", *arguments(place, output)]
    process = subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 300
    while len(finished(labels)) < least and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(number)
    said = process.communicate(timeout=300)[1]
    return process.returncode, said


def contents(folder):
    """All that a bench wrote, but what does not repeat."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {
        name: path.read_bytes() for name, path in files.items() if name != "costs.csv" and not name.startswith("labels")
    }


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
@pytest.mark.slow
def test_what_is_finished_stays_and_the_next_run_goes_on_from_there(place):
    code, said = stopped(place, "one", signal.SIGINT, 3)
    kept = len(finished(place / "one" / "labels"))
    assert code == 130
    assert 3 <= kept < SEEDS
    told = f"interrupted; {kept} finished results are kept in {place / 'one' / 'labels'}, and the same command goes on"
    assert said.splitlines()[-1].startswith(told)
    assert contents(place / "one") == {}, "nothing but labels"
    # Nobody can say anything when it is killed, in the middle of a file or not.
    code, _ = stopped(place, "one", signal.SIGKILL, kept + 2)
    assert code == -signal.SIGKILL
    before = finished(place / "one" / "labels")
    assert kept + 2 <= len(before) <= SEEDS
    assert ask(*arguments(place, "one")).code == 0
    assert ask(*arguments(place, "two")).code == 0
    one, two = contents(place / "one"), contents(place / "two")
    assert "methods.csv" in one and "plots/metrics.png" in one
    assert one == two
    # What a killed process left is gone, and what was finished was taken.
    assert not [path for path in (place / "one").rglob("*") if ".part" in path.name or ".draft" in path.name]
    assert before <= {path.name for path in (place / "one" / "labels").iterdir()}


@pytest.mark.skipif(sys.platform == "win32", reason="on Windows nobody is asked whether a process lives")
def test_two_at_once_leave_each_other_alone(tmp_path):
    """What another process that runs has begun is not touched; what one left that was killed goes away."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    other = os.getppid()

    def of(path, number):
        return path.with_name(path.name.replace(f".{os.getpid()}.", f".{number}."))

    folder, file = beside(tmp_path / "bench", ".draft"), beside(tmp_path / "one.npz", ".part.npz")
    for number in (other, gone.pid):
        of(folder, number).mkdir()
        (of(folder, number) / "methods.csv").write_text("half")
        of(file, number).write_text("half")
    with drafted(tmp_path, OWN) as draft, replacing(tmp_path / "one.npz") as part:
        (draft / "methods.csv").write_text("whole")
        part.write_text("whole")
    left = sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("."))
    assert left == [of(folder, other).name, of(file, other).name]
    assert (of(folder, other) / "methods.csv").read_text() == "half"
    assert (tmp_path / "methods.csv").read_text() == (tmp_path / "one.npz").read_text() == "whole"

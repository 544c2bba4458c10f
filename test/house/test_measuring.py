"""The benchmark's own measuring: a child's cost, its failure, its limit, and when a table says no."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "speed"))
from child import Cost, run
from rows import Row

COST = Cost(1.0, 1.0, 100.0)


def python(code: str, tmp_path: Path, limit_s: float = 30) -> Cost:
    return run([sys.executable, "-S", "-c", code], folder=tmp_path, limit_s=limit_s)


def test_a_child_is_measured_and_its_last_line_read(tmp_path):
    small = python("print('noise'); print('{\"faces\": 3}')", tmp_path)
    large = python("x = bytearray(300_000_000); x[::4096] = x[::4096]; print('done')", tmp_path)
    assert small.failed == "" and small.said == {"faces": 3}
    assert large.said == {}
    assert python("print('{\\n \"units\": 1}')", tmp_path).said == {"units": 1}
    assert large.peak_mb >= 300
    assert large.cpu_s > 0 and large.wall_s > 0


def test_a_failure_says_why(tmp_path):
    cost = python("raise ValueError('no such layer')", tmp_path)
    assert cost.failed == "exit 1: ValueError: no such layer"


def test_a_limit_ends_the_child(tmp_path):
    cost = python("import time; time.sleep(60)", tmp_path, limit_s=0.5)
    assert cost.failed == "stopped after 0 s"
    assert cost.wall_s < 10


def test_an_accepted_exit_code_still_needs_a_result(tmp_path):
    code = "import sys; print('{\"units\": 2}'); sys.exit(1)"
    command = [sys.executable, "-S", "-c", code]
    assert run(command, folder=tmp_path, limit_s=30).failed
    assert run(command, folder=tmp_path, limit_s=30, accept=(0, 1)).failed == ""
    assert run([*command[:3], "raise SystemExit(1)"], folder=tmp_path, limit_s=30, accept=(0, 1)).failed


@pytest.mark.parametrize(
    ("row", "sound"),
    [
        (Row("job", "tool", COST, met=True), True),
        (Row("job", "tool", COST), True),
        (Row("job", "tool", COST, met=False), False),
        (Row("job", "tool", Cost(1, 1, 1, failed="exit 1")), False),
        (Row("job", "tool", COST, note="AREAS DIFFER: 3 m²"), False),
    ],
)
def test_a_row_is_sound_only_without_any_fault(row, sound):
    assert row.sound is sound

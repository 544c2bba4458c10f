"""The command line as tests call it: in this process, or in one of its own."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from control_units.delineation.cli import main

ROOT = Path(__file__).resolve().parents[2]


class Answer(NamedTuple):
    """Exit code, the JSON document on standard output, and standard error."""

    code: int
    document: Any
    err: str


def ask(*arguments: object) -> Answer:
    """Run a verb with ``--json`` in this process; standard output has to be exactly one JSON document."""
    out, err = io.StringIO(), io.StringIO()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(["--json" if item is JSON else str(item) for item in (*arguments, JSON)])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return Answer(code, json.loads(out.getvalue()), err.getvalue())


JSON = object()


def refusal(*arguments: object) -> dict[str, str]:
    """Facts of a refusal: exit code 2, one sentence of what was found, where, and what was wanted; silence besides."""
    answer = ask(*arguments)
    assert answer.code == 2, answer
    assert list(answer.document) == ["error"]
    error = answer.document["error"]
    assert set(error) == {"id", "facts", "what", "where", "wanted"}
    for key in ("what", "where", "wanted"):
        text = error[key]
        assert text, f"{key} is empty in {error}"
        assert text.isprintable(), f"{key} is no single line in {error}"
        assert len(text) < 400, f"{key} is no sentence but a list in {error}"
    # That a case lacks what is expected of it is said before it is run.
    assert [line for line in answer.err.splitlines() if not line.startswith("no ecological red line: ")] == []
    return error


def child(*arguments: object, **options: Any) -> subprocess.Popen[str]:
    """Start a verb in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "delineation", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        **options,
    )

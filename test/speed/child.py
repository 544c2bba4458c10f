"""Run a job in a child process and measure what it costs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["Cost", "run"]


@dataclass(frozen=True)
class Cost:
    """What a child process took, start-up included.

    Attributes
    ----------
    wall_s, cpu_s : float
        Seconds; CPU of all its threads and of the processes it waited for.
    peak_mb : float
        Largest resident set, 10⁶ bytes.
    failed : str
        Why there is no result; empty when there is one.
    said : dict
        The JSON object its standard output is, or ends with as a last line.
    """

    wall_s: float
    cpu_s: float
    peak_mb: float
    failed: str = ""
    said: dict[str, Any] = field(default_factory=dict)


def run(
    command: list[str | Path],
    *,
    folder: Path,
    limit_s: float,
    extra: Mapping[str, str] | None = None,
    accept: tuple[int, ...] = (0,),
) -> Cost:
    """Run a command to its end, or stop it and its children at a limit of wall time.

    Parameters
    ----------
    command : list
    folder : Path
        Working directory.
    limit_s : float
        Seconds.
    extra : mapping, optional
        Environment variables to set besides the caller's.
    accept : tuple of int
        Exit codes that count as done (our verbs leave with 1 where they have findings of severity error).

    Notes
    -----
    The peak comes from ``wait4`` and starts at the caller's own size (Linux keeps it over fork and exec),
    so the caller must be small: it imports nothing but the standard library.
    """
    start = time.perf_counter()
    with (
        tempfile.TemporaryFile("w+", errors="replace") as complaints,
        subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env={**os.environ, **(extra or {})},
            text=True,
            stdout=subprocess.PIPE,
            stderr=complaints,
            start_new_session=True,
        ) as process,
    ):
        late = threading.Event()

        def stop() -> None:
            late.set()
            os.killpg(process.pid, signal.SIGKILL)

        timer = threading.Timer(limit_s, stop)
        timer.start()
        text = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        complaints.seek(0)
        lines = [line for line in complaints.read().splitlines() if line.strip()]
    said = _said(text)
    failed = f"stopped after {limit_s:.0f} s" if late.is_set() else ""
    if not failed and (process.returncode not in accept or (process.returncode and not said)):
        failed = f"exit {process.returncode}: {lines[-1] if lines else text[-200:].strip()}"
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6, failed, said)


def _said(text: str) -> dict[str, Any]:
    for part in (text, text.rstrip().rpartition("\n")[2]):
        try:
            document = json.loads(part)
        except json.JSONDecodeError:
            continue
        if isinstance(document, dict):
            return document
    return {}

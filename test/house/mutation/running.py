"""Copies of the checkout, and tests run in them by processes that are forked from a warm one.

A change stands in a copy as source, for every process that a test starts as well; the checkout is never written to.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import shutil
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

PANEL = "test/panel"
# What a change may take before the system stops it: memory of a process, and the size of a file.
_MEMORY, _FILE = 8 << 30, 4 << 30
_PLUGINS = ("-p", "no:cacheprovider", "-p", "no:xdist")


class Ran(NamedTuple):
    """How tests ended: pytest's exit code, or None where their time was over; the test that failed; seconds."""

    code: int | None
    failed: str
    seconds: float


class Tree:
    """A copy of all files of a checkout that git does not ignore, as they are now."""

    def __init__(self, root: Path, place: Path) -> None:
        self.root, self.scratch = place / "tree", place / "scratch"
        self.failed, self.log = place / "failed", place / "log"
        # Words are compiled, and git has no copy of them.
        compiled = [path.relative_to(root).as_posix() for path in sorted((root / "i18n").glob("*.[mq][om]"))]
        for name in [*tracked(root), *compiled]:
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, self.root / name, follow_symlinks=False)
        self._stamp = 1_500_000_000

    def put(self, path: str, source: bytes) -> None:
        """Write a file as one of a time of its own: Python keeps what it compiled by the time of the source."""
        self._stamp += 10
        (self.root / path).write_bytes(source)
        os.utime(self.root / path, (self._stamp, self._stamp))

    def run(self, arguments: Sequence[str], plugins: Sequence[object], limit: float) -> Ran:
        """Run pytest in a forked process, and end with it whatever it has started."""
        for place in (self.scratch, self.failed):
            shutil.rmtree(place, ignore_errors=True) if place.is_dir() else place.unlink(missing_ok=True)
        self.scratch.mkdir()
        began = time.monotonic()
        pid = os.fork()
        if not pid:
            self._become(arguments, plugins)
        try:
            code = _wait(pid, began + limit)
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        failed = self.failed.read_text(encoding="utf-8") if self.failed.exists() else ""
        return Ran(code, failed, time.monotonic() - began)

    def _become(self, arguments: Sequence[str], plugins: Sequence[object]) -> None:
        """Be the process that runs the tests; never comes back."""
        code = 70
        try:
            os.setsid()
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL if number == signal.SIGTERM else signal.default_int_handler)
            log = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            for number in (1, 2):
                os.dup2(log, number)
            resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
            resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE, _FILE))
            os.chdir(self.root)
            os.environ["TMPDIR"] = str(self.scratch)
            here = str(Path(__file__).resolve().parent.parent)
            sys.path[:] = [str(self.root), *(one for one in sys.path if one not in (here, ""))]
            qgis = [] if any(one.startswith(PANEL) for one in arguments) else ["-p", "no:pytest_qgis"]
            os.environ |= {"QT_QPA_PLATFORM": "offscreen", "CONTROL_UNITS_LATER": "1"}
            options = ["-q", *_PLUGINS, *qgis, "--rootdir", str(self.root), "--basetemp", str(self.scratch / "pytest")]
            code = int(pytest.main([*options, *arguments], plugins=[First(self.failed), *plugins]))
        except BaseException:  # whatever it was, this process ends here
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)


class First:
    """A plugin that writes down which test failed first."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.place.exists():
            self.place.write_text(report.nodeid, encoding="utf-8")


class Chosen:
    """A plugin that runs some tests of the files, in an order."""

    def __init__(self, names: Sequence[str]) -> None:
        self.order = {name: at for at, name in enumerate(names)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((one for one in items if one.nodeid in self.order), key=lambda one: self.order[one.nodeid])


def _wait(pid: int, until: float) -> int | None:
    """Exit code of a child, which is left to be reaped; None where it is not done by then."""
    handle = os.pidfd_open(pid)
    try:
        if not select.select([handle], [], [], max(0.0, until - time.monotonic()))[0]:
            return None
    finally:
        os.close(handle)
    ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    return -1 if ended is None else ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status


def tracked(root: Path) -> list[str]:
    """Files of a checkout that git does not ignore, committed or not."""
    asked = ["git", "-c", "core.quotePath=false", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(asked, cwd=root, capture_output=True, check=True)
    names = filter(None, done.stdout.decode().split("\0"))
    return sorted(name for name in names if (root / name).is_file() or (root / name).is_symlink())


def share(count: int, trees: Sequence[Tree], act: Callable[[Tree, int], dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Do numbered pieces of work, a process for each tree; gives what comes of each as soon as it is there.

    The processes are forked plainly, so that tests find multiprocessing as if they had been started by hand.
    """
    tasks, results = os.pipe(), os.pipe()
    sys.stdout.flush()
    pids = []
    for tree in trees:
        pid = os.fork()
        if not pid:
            code = 1
            try:
                os.close(tasks[1])
                os.close(results[0])
                while piece := os.read(tasks[0], 8):
                    answer = {"number": int(piece), **act(tree, int(piece))}
                    os.write(results[1], json.dumps(answer).encode() + b"\n")
                code = 0
            except BaseException:  # told, and missed by the one who waits
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(code)
        pids.append(pid)
    os.close(tasks[0])
    os.close(results[1])
    try:
        for number in range(count):
            os.write(tasks[1], b"%8d" % number)
        os.close(tasks[1])
        told = 0
        with os.fdopen(results[0], "rb") as stream:
            for line in stream:
                told += 1
                yield json.loads(line)
        if told < count:
            raise RuntimeError(f"a worker ended early: {told} of {count} done")
    finally:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
            os.waitpid(pid, 0)

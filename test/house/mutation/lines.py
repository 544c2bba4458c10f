"""Which lines of engine and panel each test executes, in its own process and in those it starts.

Python's own monitoring tells of a line once and then lets it run at full speed; before each test it is asked to tell
again. Whoever hears of a line adds it to one file, so it does not matter which process that was nor how it ended.
"""

from __future__ import annotations

import functools
import gc
import json
import os
import re
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path
    from types import CodeType

# Lines of a file as bits of one whole number.
Lines = dict[str, int]

# Stands at the end of the engine's `__init__.py` in the copy whose lines are recorded. Line 0: the file was opened.
HOOK = """
import sys as _sys
if _sys.monitoring.get_tool(1) is None:
    import os as _os
    def _listen(folder, hits):
        file = _os.open(hits, _os.O_WRONLY | _os.O_APPEND | _os.O_CREAT, 0o666)
        def tell(path, number):
            try:
                _os.write(file, f"{{path[len(folder):]}}:{{number}}\\n".encode())
            except OSError:  # some tests fill the disk, or close every file
                pass
        def line(code, number):
            if code.co_filename.startswith({watched!r}):
                tell(code.co_filename, number)
            return _sys.monitoring.DISABLE
        def opened(event, given):
            if event == "open" and isinstance(given[0], str) and given[0].startswith(folder):
                tell(given[0], 0)
        _sys.monitoring.use_tool_id(1, "lines")
        _sys.monitoring.register_callback(1, _sys.monitoring.events.LINE, line)
        _sys.monitoring.set_events(1, _sys.monitoring.events.LINE)
        _sys.addaudithook(opened)
    _listen({folder!r}, {hits!r})
"""


def add(more: Lines, to: Lines) -> None:
    """Add lines to others."""
    for path, bits in more.items():
        to[path] = to.get(path, 0) | bits


def mask(first: int, last: int) -> int:
    """Lines ``first`` to ``last`` as bits."""
    return (1 << (last + 1)) - (1 << first)


class Recorder:
    """A plugin of pytest that gives each test of a file its lines and its seconds.

    What a fixture of the whole file runs counts for every test that has it, and what runs outside of tests for all of
    them. What the engine keeps between calls is forgotten before each test, so that a test has the lines that it
    would run by itself.
    """

    def __init__(self, engine: Path, hits: Path, place: Path) -> None:
        self.tree, self.hits, self.place = str(engine.parent), hits, place
        hits.touch()
        self.opened: set[str] = set()
        self.tests: dict[str, Lines] = {}
        self.seconds: Counter[str] = Counter()
        self.fixtures: dict[str, Lines] = {}
        self.fixture_seconds = 0.0
        self.outside: Lines = {}
        self.outcomes: dict[str, set[str]] = {}
        self._own: Lines = {}
        self._known = 0
        self._nested_until = 0.0
        self._caches: list[Any] = []

    def pytest_sessionfinish(self) -> None:
        """Write down what was recorded."""
        add(self._take(), self.outside)
        held = {name for name, outcomes in self.outcomes.items() if outcomes == {"passed"}}
        tests = {}
        for name in held & self.tests.keys():
            lines = dict(self.tests[name])
            add(self.outside, lines)
            tests[name] = {"seconds": round(self.seconds[name], 3), "lines": {at: f"{n:x}" for at, n in lines.items()}}
        found = {
            "fixture_seconds": round(self.fixture_seconds, 3),
            "opened": sorted(self.opened),
            "failed": sorted(name for name, outcomes in self.outcomes.items() if "failed" in outcomes),
            "tests": tests,
        }
        self.place.write_text(json.dumps(found), encoding="utf-8")

    def _take(self) -> Lines:
        """Lines heard of since the last time."""
        found: dict[str, set[int]] = {}
        for one in set(self.hits.read_text(encoding="utf-8").split("\n")):
            path, _, number = one.rpartition(":")
            if number == "0":
                self.opened.add(re.sub(r"__pycache__/(\w+)\.[^/]*\.pyc$", r"\1.py", path))
            elif path and number.isdigit():
                found.setdefault(path, set()).add(int(number))
        os.truncate(self.hits, 0)
        return {path: sum(1 << number for number in numbers) for path, numbers in found.items()}

    def _afresh(self) -> None:
        """Let every line be told of again, also those behind what is kept."""
        if len(sys.modules) != self._known:
            self._known = len(sys.modules)
            kind = type(functools.cache(id))
            self._caches = [one for one in gc.get_objects() if type(one) is kind and self._ours(one.__wrapped__)]
        for one in self._caches:
            one.cache_clear()
        if sys.monitoring.get_tool(sys.monitoring.COVERAGE_ID):
            sys.monitoring.restart_events()

    def _ours(self, function: object) -> bool:
        code: CodeType | None = getattr(function, "__code__", None)
        return code is not None and code.co_filename.startswith(self.tree)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        add(self._take(), self.outside)
        self._own = {}
        self._afresh()
        try:
            return (yield)
        finally:
            add(self._take(), self._own)
            for name in getattr(item, "fixturenames", ()):
                add(self.fixtures.get(name, {}), self._own)
            self.tests[item.nodeid] = self._own

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
        if fixturedef.scope == "function":
            return (yield)
        add(self._take(), self._own)
        outer, self._own, began = self._own, {}, time.monotonic()
        self._afresh()
        try:
            return (yield)
        finally:
            # One fixture may set up another: the time of both is that of the outer one.
            self._nested_until, before = time.monotonic(), self._nested_until
            self.fixture_seconds += self._nested_until - max(began, before)
            add(self._take(), self._own)
            add(self._own, self.fixtures.setdefault(fixturedef.argname, {}))
            add(outer, self._own)
            self._afresh()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> Generator[None, object, object]:
        self.seconds[report.nodeid] += report.duration
        # A test that is expected to fail counts where it does; one that is skipped says nothing.
        self.outcomes.setdefault(report.nodeid, set()).add("passed" if hasattr(report, "wasxfail") else report.outcome)
        return (yield)

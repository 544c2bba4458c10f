"""Editors of a plan in processes of their own, killed at any moment; and what has to hold of the plan afterwards."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Self

from control_units.delineation.plan.file import read_plan
from control_units.delineation.revision.editor import editing
from control_units.delineation.revision.store import settle
from revision_moves import Walk

if TYPE_CHECKING:
    from collections.abc import Iterator

CHILD = Path(__file__).with_name("revision_child.py")
_TOGETHER = 5  # kills before a plan is taken anew: a replay of hundreds of edits takes seconds


class Editors:
    """A process that has everything loaded and forks editors, one at a time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(CHILD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        assert self._process.stdout.readline() == "ready\n"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()

    def begin(self, how: str, path: Path, seed: int, count: int) -> None:
        """Let an editor begin."""
        self._process.stdin.write(f"{how}\t{path}\t{seed}\t{count}\n")
        self._process.stdin.flush()

    def lines(self) -> Iterator[list[str]]:
        """Words of each line until the editor is dead, that one included."""
        for line in self._process.stdout:
            yield line.split()
            if line.startswith("dead"):
                return


class Kills:
    """A plan that is edited by processes which are killed.

    Attributes
    ----------
    kills, edits, in_flight : int
        How many there were: edits acknowledged, and kills between the try and its acknowledgement.
    """

    def __init__(self, plan: Path, folder: Path, editors: Editors, seed: int, mode: str = "DELETE") -> None:
        self.plan, self.path = plan, folder / "killed.gpkg"
        self.editors, self.mode = editors, mode
        self.dice = random.Random(seed)  # noqa: S311 - no secret
        self.first = read_plan(plan)
        self.kills = self.edits = self.in_flight = self.found_undone = 0

    def kill(self) -> list[str]:
        """Let an editor work, kill it, and say what does not hold."""
        if self.kills % _TOGETHER == 0:
            shutil.copy(self.plan, self.path)
            with closing(sqlite3.connect(self.path)) as connection:
                connection.execute(f"PRAGMA journal_mode={self.mode}")
            self.walk: Walk | None = None
            self.head = 0
        self.kills += 1
        self.editors.begin("edit", self.path, self.dice.randrange(2**32), 1_000)
        least, after = self.dice.randrange(12), self.dice.uniform(0, 0.03)
        head, trying, pid, opened = self.head, None, 0, False
        for word, *rest in self.editors.lines():
            if word == "child":
                pid = int(rest[0])
            elif word == "open":
                opened = True
                if int(rest[0]) != self.head:
                    os.kill(pid, signal.SIGKILL)
                    return [f"opened at {rest[0]}, and the head was {self.head}"]
            elif word == "try":
                trying = int(rest[0])
                if least == 0 and pid:
                    # Somewhere in what it does now, or in the next edit.
                    threading.Timer(after, os.kill, (pid, signal.SIGKILL)).start()
                least -= 1
            elif word == "did":
                head, trying = int(rest[0]), None
                self.edits += 1
            elif word == "dead" and rest != [str(-signal.SIGKILL)]:
                return [f"an editor ended by itself: {rest}"]
        self.in_flight += trying is not None
        return [*self._whole(), *self._stands(head, trying, opened=opened)]

    def _whole(self) -> Iterator[str]:
        settle(self.path)
        # A journal that was only begun says so with its first byte; nobody plays that back.
        logs = self.path.parent.glob(f"{self.path.name}-*")
        if left := [
            one.name for one in logs if one.suffix != ".gpkg-journal" or one.read_bytes()[:1] not in (b"", b"\0")
        ]:
            yield f"{left} are left beside the plan"
        with closing(sqlite3.connect(self.path)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchall()
            (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        if found != [("ok",)]:
            yield f"integrity: {found[:3]}"
        if mode != self.mode.lower():
            yield f"the journal mode is {mode}"

    def _stands(self, head: int, trying: int | None, *, opened: bool) -> Iterator[str]:
        """The last edit that was acknowledged stands, or the one in flight; and its rows are those of the replay."""
        with editing(self.path) as editor:
            now = editor.timeline.head
            if now not in {head, head if trying is None else trying}:
                yield f"the head is {now}; {head} was acknowledged, and {trying} in flight"
            self.found_undone += trying is not None and now == head
            if opened and (editor.taken_over is None or editor.taken_over.id != "S55"):
                yield f"the lock of the dead was not taken over: {editor.taken_over}"
            if self.walk is None:
                base = Path(shutil.copy(self.plan, self.path.with_name("base.gpkg")))
                with editing(base) as first:
                    self.walk = Walk(first, self.first)
            walk = self.walk
            walk.editor = editor
            yield from walk.complaints()
            # Undone to the first row, and done again: each time the rows are those that the walk has seen there.
            editor.go(0)
            yield from walk.complaints()
            editor.go(now)
            yield from walk.complaints()
            self.head = now

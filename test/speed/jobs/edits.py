"""A session of editing, as JSON: what each edit and its parts take, or what it holds in memory.

    python test/speed/jobs/edits.py plan.gpkg time|memory

``time`` gives ``took`` (name → [ms of CPU, ms of wall] of each time that it was done) and ``back``, whether the rows
are the first ones after all was undone; ``memory`` gives ``resident`` (MB after opening and after each 50 edits) and
``peak_mb``. The plan is edited.
"""

from __future__ import annotations

import contextlib
import json
import random
import resource
import sqlite3
import sys
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from delineation.plan.content import table_sum
from delineation.revision import editor as writing
from delineation.revision.apply import Refused
from delineation.revision.consequences import consequences
from delineation.revision.editor import Editor, editing, open_state
from delineation.revision.operations import cuts
from delineation.revision.ops import Edit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from delineation.revision.state import State

STROKES, CUTS, PEERS, SEED = 100, 40, 20, 7
MOST = 500  # faces of a stroke
TRIES = 500
# Functions of the engine that are timed where an edit calls them.
PARTS: dict[str, list[tuple[Any, str]]] = {
    "apply": [(writing, "apply")],
    "outlines": [(Editor, "outlined")],
    "write": [(writing, "commit")],
    "cut": [(cuts, "split"), (cuts, "reshape")],
}
NUMBERED = ("faces", "units", "clauses", "element_zones", "findings", "evidence")  # rows that keep their numbers


class Clock:
    """Takes down how long things take."""

    def __init__(self) -> None:
        self.took: dict[str, list[tuple[float, float]]] = {}

    @contextlib.contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Time a block; one that raises does not count."""
        cpu, wall = time.process_time(), time.perf_counter()
        yield
        took = 1000 * (time.process_time() - cpu), 1000 * (time.perf_counter() - wall)
        self.took.setdefault(name, []).append(took)

    def do(self, editor: Editor, draw: Callable[[State], Edit], what: str) -> None:
        """Draw edits until one may be done, do it, and time it and its parts."""
        for _ in range(TRIES):
            edit, parts = draw(editor.state), Clock()
            try:
                with parts.watching(what), parts.of(what):
                    editor.do(edit)
            except Refused:
                continue
            for name, took in parts.took.items():
                self.took.setdefault(name, []).extend(took)
            return
        raise RuntimeError(f"no {what} that may be done")

    @contextlib.contextmanager
    def watching(self, what: str) -> Iterator[None]:
        """Time the parts of what a block does."""
        kept = [(name, home, own, getattr(home, own)) for name, homes in PARTS.items() for home, own in homes]
        for name, home, own, function in kept:
            setattr(home, own, self._timed(f"{what}: {name}", function))
        try:
            yield
        finally:
            for _, home, own, function in kept:
                setattr(home, own, function)

    def _timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:
            with self.of(name):
                return function(*given, **named)

        return timed


def stroke(state: State, dice: random.Random, least: int = 1) -> Edit:
    """Draw faces on one side of a border between units, to be given to the unit on the other side."""
    mesh, label = state.mesh, state.label
    border = dice.choice(np.flatnonzero(label[mesh.left] != label[mesh.right]).tolist())
    ends = int(mesh.left[border]), int(mesh.right[border])
    face, beside = ends if dice.random() < 0.5 else ends[::-1]
    inside = (label[mesh.left] == label[face]) & (label[mesh.right] == label[face])
    near: dict[int, list[int]] = {}
    for one, other in zip(mesh.left[inside].tolist(), mesh.right[inside].tolist(), strict=True):
        near.setdefault(one, []).append(other)
        near.setdefault(other, []).append(one)
    wanted, found, front = max(least, round(MOST ** dice.random())), {face}, deque([face])
    while front and len(found) < wanted:
        for one in near.get(front.popleft(), ()):
            if one not in found and len(found) < wanted:
                found.add(one)
                front.append(one)
    faces = mesh.face_id[sorted(found)].tolist()
    return Edit("assign", {"faces": faces, "unit": state.counters.ids[label[beside]]}, basis="示意文件")


def line(state: State, dice: random.Random, op: str) -> Edit:
    """Draw a line from one end of a unit to the other, to split it; or over a border between two, to bend that."""
    mesh, label = state.mesh, state.label
    border = dice.choice(np.flatnonzero(label[mesh.left] != label[mesh.right]).tolist())
    one, other = (state.counters.ids[label[side[border]]] for side in (mesh.left, mesh.right))
    if op == "split":
        west, south, east, north = shapely.total_bounds(mesh.shape[label == label[mesh.left[border]]])
        across = [(west - 10, dice.uniform(south, north)), (east + 10, dice.uniform(south, north))]
        return Edit(op, {"unit": one, "line": shapely.LineString(across).wkt})
    x, y = mesh.point[mesh.left[border]].tolist()
    reach = dice.uniform(200, 2_000)
    bend = [(x + dice.uniform(-reach, reach), y + dice.uniform(-reach, reach)) for _ in range(3)]
    return Edit(op, {"units": [one, other], "line": shapely.LineString(bend).wkt}, basis="示意文件")


def rows(path: Path) -> dict[str, tuple[int, int]]:
    """Count and sum up the rows of the tables whose rows keep their numbers."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return {name: table_sum(connection, name) for name in NUMBERED}


def timed(path: Path) -> dict[str, Any]:
    """Open, paint, cut and undo; between strokes draw the same two units by other ways."""
    clock, dice, first = Clock(), random.Random(SEED), rows(path)  # noqa: S311 - edits
    for _ in range(2):
        with clock.of("opening"):
            open_state(path)
    with editing(path) as editor:
        clock.do(editor, lambda state: stroke(state, dice), "first edit")
        for number in range(STROKES):
            clock.do(editor, lambda state: stroke(state, dice), "stroke")
            if number % (STROKES // PEERS) == 0:
                mesh, label = editor.state.mesh, editor.state.label
                last = editor.timeline.entries[editor.timeline.head]
                two = [editor.state.counters.place[unit] for unit in (last.op["unit"], *last.inverse["faces"])]
                with clock.of("outlines of all units anew"):
                    mesh.outlines(label, np.arange(len(editor.state.counters.ids)))
                with clock.of("coverage_union_all of its units"):
                    for unit in two:
                        shapely.coverage_union_all(mesh.shape[label == unit])
        for _ in range(PEERS):
            while len((edit := stroke(editor.state, dice, MOST)).values["faces"]) < MOST:
                pass
            with clock.of(f"consequences of {MOST} faces"):
                consequences(editor.state, edit)
        for number in range(CUTS):
            op = ("split", "reshape")[number % 2]
            clock.do(editor, lambda state, op=op: line(state, dice, op), op)
        with clock.of(f"undo of {1 + STROKES + CUTS} edits"):
            editor.undo(1 + STROKES + CUTS)
        faces = len(editor.state.label)
    return {"took": clock.took, "back": rows(path) == first, "faces": faces}


def remembered(path: Path) -> dict[str, Any]:
    """Edit, and see what stays in memory."""
    clock, dice, held = Clock(), random.Random(SEED), []  # noqa: S311 - edits
    with editing(path) as editor:
        for number in range(1 + 4 * 50):
            if number % 50 == 0:
                held.append(resident())
            if number % 10 == 9:
                clock.do(editor, lambda state: line(state, dice, "split"), "split")
            else:
                clock.do(editor, lambda state: stroke(state, dice), "stroke")
    return {"resident": held, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6}


def resident() -> float:
    """Memory that this process has now, MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


if __name__ == "__main__":
    print(json.dumps({"time": timed, "memory": remembered}[sys.argv[2]](Path(sys.argv[1]))))

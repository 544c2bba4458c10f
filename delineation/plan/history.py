"""What happened to a plan beside its own journal: ``NAME.history.jsonl``, and the plan before, ``NAME.undo.gpkg``.

Runs, adoptions, exports and the like stand here and not in the plan, so that the same case gives the same bytes. The
file is one JSON object a line, in the order of what happened; lines are only ever added, each by one call of the
system, which two programs may do at the same time. Every line has

    event    what happened: "run", "adopt", "undo", "keep", "drop", "export"
    time     ISO 8601, UTC
    author   who, as far as anybody knows ("" else)

and what the event brings. Readers pass over what is no such object (half a line of a computer that went off), and over
keys that they do not know; an event of a newer version they show by its name.
"""

from __future__ import annotations

import contextlib
import datetime
import getpass
import json
import os
import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..core.atomic_files import set_date
from ..core.database_file import OWN, keep_copy
from ..core.database_file import replace as replace_file
from ..core.errors import BadInput, DelineationError
from ..core.messages import at
from .content import content_now, stated_content
from .file import meta_in, opened_plan

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from .content import Content

_ENDING = ".history.jsonl"
_UNDO, _SWAP = ".undo.gpkg", ".undo.swap.gpkg"
_WHOLE = 1 << 64
_MOST = 1 << 26  # bytes at the end of a history that are read: a file of decades, whatever wrote it
_CANNOT = (OSError, sqlite3.Error, DelineationError)


# ── Which plan a file holds ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class PlanState:
    """Which plan something was made from.

    Attributes
    ----------
    name, status : str
    content : str
        A sum over all that the plan held, "" where nobody knows: another one means that it has changed.
    made : str
        The same without its journal and what was accepted: what a run or an adoption has made.
    changed : mapping of str to (int, int)
        Tables that other programs had changed: see `content.changed_tables`.
    """

    name: str = ""
    status: str = ""
    content: str = ""
    made: str = field(default="", compare=False)
    changed: Mapping[str, tuple[int, int]] = field(default_factory=dict, compare=False, kw_only=True)


def state_of(plan: Path) -> PlanState:
    """Tell which plan a file holds now; a glance, unless another program has written into it.

    Raises
    ------
    BadInput
        A damaged file, or one that another program is writing.
    """
    with opened_plan(plan) as connection:
        meta = {} if connection is None else meta_in(connection, at(plan))
        if connection is None or not meta:
            return PlanState()
        content, stated = content_now(connection), stated_content(connection)
    changed = {} if stated is None else content.changed_since(stated)
    said = meta.get("name", ""), meta.get("status", "")
    return PlanState(*said, total_of(content), total_of(content, made=True), changed=changed)


def known_state(plan: Path) -> PlanState:
    """Do as `state_of`; nothing is known of a file that cannot be read."""
    try:
        return state_of(plan)
    except (DelineationError, OSError):
        return PlanState()


def total_of(content: Content, *, made: bool = False) -> str:
    """Write the sum of what a plan holds as a history does; ``made`` without what people add to it."""
    left_out = ("journal", "accepted") if made else ()
    total = content.total - sum(content.tables.get(name, (0, 0))[1] for name in left_out)
    return f"{total % _WHOLE:016x}"


# ── The file beside it ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Event:
    """A line of a plan's history.

    Attributes
    ----------
    event, time, author : str
    facts : mapping
        All that the line holds.
    """

    event: str
    time: str
    author: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def history_file(plan: Path) -> Path:
    """Name the file beside a plan in which its history stands; of a link it lies where that leads to."""
    plan = plan.resolve() if plan.is_symlink() else plan
    return plan.with_name(plan.stem + _ENDING)


def now_text() -> str:
    """Say when it is, as entries have it; ``SOURCE_DATE_EPOCH`` where that is set.

    Raises
    ------
    BadInput
        A date that is set and is none.
    """
    return (set_date() or datetime.datetime.now(tz=datetime.UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")


def login_name() -> str:
    """Give the name under which somebody works on this machine; "" where it has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


def note(plan: Path, event: str, facts: Mapping[str, Any], *, author: str = "") -> bool:
    """Append a line to a plan's history; False where that cannot be done: what happened stands all the same.

    Parameters
    ----------
    plan : Path
    event : str
    facts : mapping
        What the event brings.
    author : str
        Who; the login name by default.
    """
    with contextlib.suppress(BadInput):  # a date that is set and is none
        line = {"event": event, "time": now_text(), "author": author or login_name(), **facts}
        return _append(take_along(plan), json.dumps(line, ensure_ascii=False, default=str))
    return False


def _append(path: Path, line: str) -> bool:
    data = line.encode(errors="replace") + b"\n"
    try:
        with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
            if file.seek(0, os.SEEK_END):
                file.seek(-1, os.SEEK_END)
                # After half a line of somebody who was stopped.
                data = data if file.read(1) == b"\n" else b"\n" + data
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        handle = os.open(path, flags, 0o644)
        try:
            return os.write(handle, data) == len(data)
        finally:
            os.close(handle)
    except OSError:
        return False


def read_events(plan: Path) -> tuple[Event, ...]:
    """Read a plan's history in its order; what cannot be read is not there."""
    path = _to_read(plan)
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _MOST))
            text = file.read().decode(errors="replace")
    except OSError:
        return ()
    return tuple(one for one in map(_event, text.split("\n")) if one is not None)


def _event(line: str) -> Event | None:
    try:
        row = json.loads(line)
        if not isinstance(row, dict) or not isinstance(row["event"], str):
            return None
        return Event(row["event"], str(row.get("time", "")), str(row.get("author", "") or ""), row)
    except (ValueError, KeyError, RecursionError):
        return None


# A plan that is called otherwise by now, renamed in a file manager, is found again by what it holds.


def _there(path: Path) -> bool:
    """Tell whether a file is there; one whose name is too long for the file system is not."""
    try:
        return path.exists()
    except OSError:
        return False


def _to_read(plan: Path) -> Path:
    own = history_file(plan)
    return own if _there(own) else _of_former_name(plan) or own


def take_along(plan: Path) -> Path:
    """Let the history and the plan before of a plan that is called otherwise by now go by its new name.

    Returns
    -------
    Path
        The history's file, whether or not it is there.
    """
    own = history_file(plan)
    if not _there(own) and (other := _of_former_name(plan)) is not None:
        former = _undo_beside(other)
        with contextlib.suppress(OSError):
            other.rename(own)
        if _there(former) and not _there(undo_file(plan.resolve())):
            with contextlib.suppress(OSError):
                former.rename(undo_file(plan.resolve()))
    return own


def _undo_beside(history: Path) -> Path:
    return history.with_name(history.name.removesuffix(_ENDING) + _UNDO)


def has_undo(plan: Path) -> bool:
    """Tell whether there is a plan before; that of a plan which was renamed lies by its former name."""
    if _there(undo_file(plan.resolve())):
        return True
    history = _to_read(plan)
    return history != history_file(plan) and _there(_undo_beside(history))


def _of_former_name(plan: Path) -> Path | None:
    """Find a history that lies here without its plan and ends with what this plan holds."""
    try:
        left = [
            one
            for one in sorted(plan.absolute().parent.glob(f"*{_ENDING}"))
            if not one.with_name(one.name.removesuffix(_ENDING) + plan.suffix).exists()
        ]
    except OSError:
        return None
    content = known_state(plan).content if left else ""
    return next((one for one in left if content and _last_content(one) == content), None)


def _last_content(history: Path) -> str:
    """Read what the plan held when the last line was written."""
    try:
        with history.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - (1 << 20)))
            lines = file.read().decode(errors="replace").split("\n")
    except OSError:
        return ""
    for event in map(_event, reversed(lines)):
        state = event.facts.get("plan") if event is not None else None
        if isinstance(state, dict) and state.get("content"):
            return str(state["content"])
    return ""


# ── The plan before: kept once beside the plan when a run or an adoption replaces it ────────────────────────────────
#
# Whatever kills the process, the plan is whole and one of the two. What waits under the name of the swap is the plan
# that is being replaced; `settle_undo` finds out afterwards, or when somebody comes by the next time, whether it was.


def undo_file(plan: Path) -> Path:
    """Name the file that keeps the plan before."""
    return plan.with_name(plan.stem + _UNDO)


def _swap_file(plan: Path) -> Path:
    return plan.with_name(f".{plan.stem}{_SWAP}")


def keep_for_undo(connection: sqlite3.Connection, plan: Path) -> None:
    """Let the plan that is about to be replaced wait beside its place; where it cannot, nothing is kept.

    Parameters
    ----------
    connection : sqlite3.Connection
        To the plan, under its lock, as ``database_file.replace`` hands it to its check.
    plan : Path
        No link.
    """
    with contextlib.suppress(*_CANNOT):
        keep_copy(connection, plan, _swap_file(plan))


def settle_undo(plan: Path) -> None:
    """Put the plan that was replaced in the place of the one before; one that was not replaced after all goes."""
    plan = plan.resolve()
    swap = _swap_file(plan)
    with contextlib.suppress(*_CANNOT):
        if not _there(swap):
            return
        if swap.samefile(plan) or state_of(swap).content == state_of(plan).content:
            swap.unlink()
        else:
            replace_file(swap, undo_file(plan), guard=OWN)


def swap_with_undo(plan: Path) -> None:
    """Let the plan and the one before change places.

    Raises
    ------
    HeldOpen
        Another program has one of them open.
    OSError, sqlite3.Error
        They cannot be replaced.
    """
    plan = plan.resolve()

    replace_file(undo_file(plan), plan, guard=_Kept(plan))
    settle_undo(plan)


@dataclass(frozen=True)
class _Kept:
    """Keeps the plan that goes, or lets it stand."""

    plan: Path

    def check(self, connection: sqlite3.Connection | None) -> None:
        if connection is not None:
            keep_copy(connection, self.plan, _swap_file(self.plan))

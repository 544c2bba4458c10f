"""What a plan was exported to, when, and from which state of it: ``NAME.history.jsonl`` beside the plan.

One JSON document a line, so that a plan file stays as it is. A line is appended by one call of the system, which two
programs may do at the same time; what is no line of an export (other events, half a line of a computer that went off)
is passed over.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..core.atomic_files import set_date
from ..core.errors import BadInput, DelineationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["Exported", "PlanState", "history_file", "known_state", "note_export", "read_history", "state_of"]

_ENDING = ".history.jsonl"
_EVENT = "export"
_STYLES = "layer_styles"  # looks, which people save into a plan, are no part of what is exported
_WHOLE = 1 << 64


@dataclass(frozen=True)
class PlanState:
    """Which plan something was made from.

    Attributes
    ----------
    name, status : str
    content : str
        A sum over all that the plan held, "" where nobody knows: another one means that it has changed.
    """

    name: str = ""
    status: str = ""
    content: str = ""


@dataclass(frozen=True)
class Exported:
    """One export.

    Attributes
    ----------
    format : str
    time : str
        ISO, UTC.
    files : tuple of Path
        The one that was asked for comes first.
    plan : PlanState
    options : mapping
    """

    format: str
    time: str
    files: tuple[Path, ...]
    plan: PlanState = field(default_factory=PlanState)
    options: Mapping[str, Any] = field(default_factory=dict)


def history_file(plan: Path) -> Path:
    """Name the file beside a plan in which its history stands."""
    return plan.with_name(plan.stem + _ENDING)


def state_of(plan: Path) -> PlanState:
    """Tell which plan a file holds now; a glance, unless another program has written into it.

    Raises
    ------
    BadInput
        A damaged file, or one that another program is writing.
    """
    from ..core.messages import at
    from ..plan.content import content_of, stated_content, unchanged
    from ..plan.file import meta_in, opened_plan

    if not plan.is_file():
        return PlanState()
    with opened_plan(plan) as connection:
        meta = {} if connection is None else meta_in(connection, at(plan))
        if connection is None or not meta:
            return PlanState()
        content = stated_content(connection) if unchanged(connection) else None
        if content is None:
            content = content_of(connection)
    total = (content.total - content.tables.get(_STYLES, (0, 0))[1]) % _WHOLE
    return PlanState(meta.get("name", ""), meta.get("status", ""), f"{total:016x}")


def note_export(
    plan: Path, name: str, files: Sequence[Path], state: PlanState, options: Mapping[str, Any] | None = None
) -> bool:
    """Append a line to a plan's history; False where that cannot be written: what was exported stands all the same.

    Parameters
    ----------
    plan : Path
    name : str
        Of the format.
    files : sequence of Path
    state : PlanState
        Of the plan when it was read.
    options : mapping, optional
    """
    with contextlib.suppress(BadInput):  # a date that is set and is none
        now = set_date() or datetime.datetime.now(datetime.UTC)
        line = json.dumps(
            {
                "event": _EVENT,
                "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "format": name,
                "files": [_relative(path, plan) for path in files],
                "options": dict(options or {}),
                "plan": {"name": state.name, "status": state.status, "content": state.content},
            },
            ensure_ascii=False,
            default=str,
        )
        return _append(history_file(plan), line)
    return False


def _append(path: Path, line: str) -> bool:
    data = line.encode() + b"\n"
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


def _relative(path: Path, plan: Path) -> str:
    """Write a file as it lies from the plan, so that a folder may be moved; else where it is."""
    path, folder = path.absolute(), plan.absolute().parent
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.as_posix()


def read_history(plan: Path) -> tuple[Exported, ...]:
    """Read what a plan was exported to, in the order in which it was; what cannot be read is not there."""
    try:
        lines = history_file(plan).read_bytes().decode(errors="replace").split("\n")
    except OSError:
        return ()
    return tuple(one for one in (_exported(line, plan) for line in lines) if one is not None)


def _exported(line: str, plan: Path) -> Exported | None:
    try:
        row = json.loads(line)
        if row["event"] != _EVENT or not row["files"]:
            return None
        state, options = row.get("plan") or {}, row.get("options") or {}
        return Exported(
            format=str(row["format"]),
            time=str(row["time"]),
            files=tuple(plan.absolute().parent / str(file) for file in row["files"]),
            plan=PlanState(*(str(state.get(key, "")) for key in ("name", "status", "content"))),
            options=dict(options),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def known_state(plan: Path) -> PlanState:
    """Do as `state_of`; nothing is known of a file that cannot be read."""
    try:
        return state_of(plan)
    except (DelineationError, OSError):
        return PlanState()

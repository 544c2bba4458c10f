"""What a plan was exported to, when, by whom, and from which state of it: lines ``export`` of its history."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from ..plan.history import PlanState, history_file, known_state, note, read_events, state_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ..plan.history import Event

__all__ = [
    "Exported",
    "PlanState",
    "exported",
    "history_file",
    "known_state",
    "note_export",
    "read_history",
    "state_of",
]

_EVENT = "export"


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


def note_export(
    plan: Path,
    name: str,
    files: Sequence[Path],
    state: PlanState,
    options: Mapping[str, Any] | None = None,
    *,
    author: str = "",
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
    author : str
        Who; the login name by default.
    """
    said = {
        "format": name,
        "files": [_relative(path, plan) for path in files],
        "options": dict(options or {}),
        "plan": asdict(state),
    }
    return note(plan, _EVENT, said, author=author)


def _relative(path: Path, plan: Path) -> str:
    """Write a file as it lies from the plan, so that a folder may be moved; else where it is."""
    path, folder = path.absolute(), plan.absolute().parent
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.as_posix()


def read_history(plan: Path) -> tuple[Exported, ...]:
    """Read what a plan was exported to, in the order in which it was; what cannot be read is not there."""
    return tuple(one for one in (exported(event, plan) for event in read_events(plan)) if one is not None)


def exported(event: Event, plan: Path) -> Exported | None:
    """Read a line of a plan's history as an export; None where it is none."""
    row = event.facts
    try:
        if event.event != _EVENT or not row["files"]:
            return None
        state, options = row.get("plan") or {}, row.get("options") or {}
        return Exported(
            format=str(row["format"]),
            time=str(row["time"]),
            files=tuple(plan.absolute().parent / str(file) for file in row["files"]),
            plan=PlanState(*(str(state.get(key, "")) for key in ("name", "status", "content", "made"))),
            options=dict(options),
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None

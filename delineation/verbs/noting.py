"""What a run, an adoption or a change of settings leaves in a plan's history (``plan/history.py``)."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ..case.reading import method_text
from ..plan.entries import edits_of, read_op
from ..plan.history import known_state, note, read_events, total_of
from ..sources.inputs import Inputs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ..case.model import Case
    from ..plan.file import Plan
    from ..plan.replaced import ReplacedPlan


def settings_said(case: Case) -> dict[str, Any]:
    """Give the settings of a case that a planner changes, each under one name: ``cleaning.sliver_area``."""
    said: dict[str, Any] = {f"cleaning.{key}": value for key, value in asdict(case.cleaning).items()}
    said |= {f"grouping.{key}": value for key, value in asdict(case.grouping).items()}
    said |= {f"switch.{key}": value for key, value in {**case.profile["switches"], **case.rules.switches}.items()}
    return said | {"method": method_text(case.method, case.method_parameters), "seed": case.seed}


def differing(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[list[Any]]:
    """List what differs between settings, as name, value before and value now."""
    keys = [key for key in now if key in before and before[key] != now[key]]
    return [[key, before[key], now[key]] for key in keys]


def note_run(
    path: Path, case: Case, inputs: Inputs, plan: Plan, replaced: ReplacedPlan, *, author: str = "", new: bool = True
) -> bool:
    """Note a run that has put a plan in its place; False where the history cannot be written.

    Parameters
    ----------
    path : Path
        Where the plan lies now.
    case : Case
    inputs : Inputs
        What it was made from.
    plan : Plan
    replaced : ReplacedPlan
        What it was made beside.
    author : str
    new : bool
        It has taken the place of ``replaced``, which can be brought back.
    """
    runs = [one.facts for one in read_events(path) if one.event == "run"]
    last = runs[-1] if runs else {}
    settings = settings_said(case)
    differs = differing(_mapping(last.get("settings")), settings)
    known = {str(key): str(value) for key, value in _mapping(last.get("inputs")).items()}
    edits = len(edits_of(plan.journal))
    facts = {
        "case": case.path.name,
        "method": method_text(plan.meta["method"], json.loads(plan.meta["method_parameters"])),
        "seed": plan.meta.get("seed", ""),
        "units": len(plan.units),
        "faces": len(plan.faces),
        "changed": list(inputs.changed_since(Inputs(known))) if known else None,
        "differs": differs,
        "replayed": edits,
        "discarded": max(replaced.edits - edits, 0),
        "before": _before(replaced) if new else "",
        "plan": _state(path),
        "settings": settings,
        "inputs": dict(inputs.parts),
    }
    return note(path, "run", facts, author=author)


def note_adoption(path: Path, plan: Plan, replaced: ReplacedPlan, *, author: str = "") -> bool:
    """Note that a division was adopted; its entry in the plan's journal says the rest."""
    entry = edits_of(plan.journal).iloc[-1]
    op = read_op(entry["op"]) or {}
    facts = {
        "seq": int(entry["seq"]),
        "entered": str(entry["time"]),
        "reason": str(entry["reason"]),
        "basis": str(entry["basis"]),
        "op": op,
        "units": len(plan.units),
        "before": _before(replaced),
        "plan": _state(path),
    }
    return note(path, "adopt", facts, author=author or str(entry["author"]))


def note_keep(plan: Path, before: Case, now: Case, *, kept: bool, author: str = "") -> bool:
    """Note that settings which were tried were kept, or dropped again; True where nothing differs."""
    differs = differing(settings_said(before), settings_said(now))
    return not differs or note(plan, "keep" if kept else "drop", {"differs": differs}, author=author)


def inputs_of_plan(path: Path) -> Inputs | None:
    """Find what a plan was made from in its history; None where nobody knows."""
    made, known = known_state(path).made, False
    for event in reversed(read_events(path)):
        if event.event in ("run", "adopt") and made and _mapping(event.facts.get("plan")).get("made") == made:
            known = True
        # A division is adopted on what the run before it was made from.
        if known and event.event == "run":
            parts = _mapping(event.facts.get("inputs"))
            return Inputs({str(key): str(value) for key, value in parts.items()}) if parts else None
    return None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _before(replaced: ReplacedPlan) -> str:
    return total_of(replaced.content) if replaced.content is not None and not replaced.strange else ""


def _state(path: Path) -> dict[str, str]:
    return asdict(known_state(path))

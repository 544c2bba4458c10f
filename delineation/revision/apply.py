"""Applying an operation to a state: it relabels faces, cuts them, or changes what is said; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .label_rules import NeedsDocument, Refused, require_unfiled
from .operation import units_of
from .operations import OPS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .operation import Edit
    from .state import State

__all__ = ["Applied", "NeedsDocument", "Refused", "apply", "require_unfiled"]


@dataclass(frozen=True)
class Applied:
    """What an edit makes of a state.

    Attributes
    ----------
    before, after : State
    edit : Edit
    op : dict
        As the journal keeps it: ids and points in place of what was asked, and what it gave (``made``).
    """

    before: State
    after: State
    edit: Edit
    op: Mapping[str, Any]


def apply(state: State, edit: Edit) -> Applied:
    """Do one edit.

    Parameters
    ----------
    state : State
        Stays as it is.
    edit : Edit

    Returns
    -------
    Applied

    Raises
    ------
    Refused
        It may not be done: another county, a locked unit, land under a red line lowered, a line that does not cut …
    NeedsDocument
        It may where a document is named for it.
    BadInput
        It names what is not there.
    """
    operation = OPS[edit.op]
    if operation.apply is None:
        raise KeyError(edit.op)
    if not operation.of_filed:
        require_unfiled(state)
    again = edit.made.get("clauses")
    last = state.counters.clause_fid
    start = last if again is None else int(again[0]) - 1
    after, op = operation.apply(_counting(state, start), edit)
    if (now := after.counters.clause_fid) > start:
        op = {**op, "made": {**op.get("made", {}), "clauses": [start + 1, now]}}
    return Applied(state, _counting(after, max(now, last)), edit, {"op": edit.op, **op, **_called(state, after, op)})


def _counting(state: State, clause_fid: int) -> State:
    """Let clauses be numbered from there: done again, an edit puts the same rows in the same places."""
    if state.counters.clause_fid == clause_fid:
        return state
    return replace(state, counters=replace(state.counters, clause_fid=clause_fid))


def _called(before: State, after: State, op: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what the units of an operation were called, for whoever reads the journal when they are no more."""
    listed = {row["unit"] for row in op.get("rows") or ()}
    named = [*units_of(op), *(listed if len(listed) == 1 else ())]  # of many, the journal tells how many
    rows = {one: before.units.get(one) or after.units.get(one) for one in named}
    called = {one: f"{row.code} {row.name}" for one, row in rows.items() if row is not None}
    return {"called": called} if called else {}

"""The journal (修订日志) of a plan: the relabels in it, and what of it a new run replays."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..case.reading import method_of, method_text
from ..core.database_file import refuse_held
from ..core.errors import BadInput
from ..core.messages import Message, at, counted
from ..methods import methods
from ..methods.of_case import stated
from ..methods.plugins import load_entry_points
from .entries import RELABEL, appended, edits_of, op_text, read_op, with_acceptances_of
from .file import empty_table, read_meta, read_plan
from .history import settle_undo
from .replaced import replaced_plan
from .status import CARRIED, refuse_filed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ..case.model import Case
    from .file import Plan
    from .replaced import ReplacedPlan

__all__ = [
    "RELABEL",
    "adopted_entry",
    "appended",
    "can_be_replayed",
    "case_to_replay",
    "edits_of",
    "keep_edits",
    "plan_to_replay",
    "relabel_of",
    "require_readable",
]


def relabel_of(method: str, parameters: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """Write a labelling as an edit: ``{"op": "relabel", "method": "skater:k=60", "seed": 1}``.

    Parameters that no method string can say (a text with a comma) stand by themselves, as ``parameters``.
    """
    text = method_text(method, parameters)
    with contextlib.suppress(BadInput):
        if method_of({}, text, "journal") == (method, dict(parameters)):
            return {"op": RELABEL, "method": text, "seed": seed}
    return {"op": RELABEL, "method": method, "parameters": dict(parameters), "seed": seed}


def can_be_replayed(journal: pd.DataFrame) -> bool:
    """Tell whether every edit can be read, so that a new run does it again."""
    with contextlib.suppress(BadInput):
        return all(_read(row, "op") for _, row in edits_of(journal).iterrows())
    return False


def adopted_entry(journal: pd.DataFrame) -> pd.Series | None:
    """Find the relabel that gives the labels a plan stands on; None where these are a run's own.

    Raises
    ------
    BadInput
        An entry cannot be read.
    """
    standing = _relabels(journal)
    return standing.iloc[-1] if len(standing) else None


def require_readable(journal: pd.DataFrame) -> None:
    """Refuse a journal with an edit that nobody can read.

    Raises
    ------
    BadInput
        It names the entry.
    """
    for _, row in edits_of(journal).iterrows():
        _read(row, "op")


def plan_to_replay(
    target: Path, *, replay: bool, discard_edits: bool, wanted: Message, discarding: Message
) -> tuple[ReplacedPlan, Plan | None]:
    """Hold what people have put into an existing plan against what the caller of a run says of it.

    Parameters
    ----------
    target : Path
        Where the new plan goes.
    replay, discard_edits : bool
        Replaying goes before discarding. What other programs have changed in the file can only be discarded.
    wanted, discarding : Message
        What else would do about edits, and about such changes, in the words of the caller's door.

    Returns
    -------
    replaced : ReplacedPlan
        For ``write_plan``.
    replayed : Plan or None
        The plan whose journal is replayed on the new one; None where there are no edits, or they are dropped.

    Raises
    ------
    BadInput
        Edits or changes, and nothing said of them; a plan that is filed; a relabel by a method that is not there.
    """
    settle_undo(target)
    refuse_filed(read_meta(target), target)
    replaced = replaced_plan(target)
    replay = replay and replaced.edits > 0
    # A plan that is replayed gives the new one its codes and names: changed ones would go on as if a run had made them.
    if replay or not discard_edits:
        replaced.refuse_changes(discarding)
    if read_meta(target).get(CARRIED) and not discard_edits:
        raise BadInput(
            Message("the plan is a new version of one that people had edited, and its units hold what they did"),
            where=at(target),
            wanted=Message("another output, with this plan as [previous], or --discard-edits"),
        )
    if replaced.edits and not replay and not discard_edits:
        raise BadInput(
            counted(replaced.edits, "the plan holds {n} edit", "the plan holds {n} edits"),
            where=at(target),
            wanted=wanted,
        )
    refuse_held(target)
    lost = replaced.changes or replaced.edits or replaced.strange
    replaced = replace(replaced, kept=bool(lost) and discard_edits and not replay)
    if not replay:
        return replaced, None
    plan = read_plan(target)
    require_readable(plan.journal)
    _require_method(plan.journal, target)
    return replaced, plan


def case_to_replay(case: Case, replaced: Plan | None) -> Case:
    """Give the case with method and seed of the last relabel that stands; as it is, where none does."""
    standing = _relabels(replaced.journal) if replaced is not None else empty_table("journal")
    if not len(standing):
        return case
    op = _read(standing.iloc[-1], "op")
    name, parameters = method_of({}, str(op["method"]), "journal")
    return replace(case, method=name, method_parameters=op.get("parameters", parameters), seed=int(op["seed"]))


def keep_edits(plan: Plan, base: Case, replaced: Plan | None) -> Plan:
    """Give a new plan the edits that were replayed on it, beside the acceptances in its own journal.

    The first relabel that stands now lies on the base of the new run: that is what undoing it brings back.

    Parameters
    ----------
    plan : Plan
    base : Case
        With method and seed of its own.
    replaced : Plan or None
        Whose journal it is; None where nothing was replayed.
    """
    if replaced is None:
        return plan
    journal, standing = replaced.journal.copy(), _relabels(replaced.journal)
    if len(standing):
        base = stated(base)
        inverse = op_text(relabel_of(base.method, base.method_parameters, base.seed))
        journal.loc[standing.index[0], "inverse"] = inverse
    return replace(plan, journal=with_acceptances_of(journal, plan.journal))


def _require_method(journal: pd.DataFrame, target: Path) -> None:
    """Refuse to replay a relabel whose method is not there: one from outside the package that nobody has loaded."""
    standing = _relabels(journal)
    if not len(standing):
        return
    row = standing.iloc[-1]
    name = method_of({}, str(_read(row, "op")["method"]), "journal")[0]
    if name not in methods():
        load_entry_points()
    if name not in methods():
        raise BadInput(
            Message(
                "journal entry {seq} is a relabel by method '{name}', which is not there", seq=row["seq"], name=name
            ),
            where=at(target),
            wanted=Message("the file it comes from (--plugin FILE), the package that offers it, or --discard-edits"),
        )


def _standing(journal: pd.DataFrame) -> pd.DataFrame:
    """Edits that nobody has undone, in their order."""
    edits = edits_of(journal)
    undone = pd.to_numeric(edits["undone"]).fillna(0).astype(bool)
    return edits[~undone].sort_values("seq")


def _relabels(journal: pd.DataFrame) -> pd.DataFrame:
    """Relabels that nobody has undone, in their order; the last one gives the labels that other edits rest on."""
    standing = _standing(journal)
    return standing[[_read(row, "op")["op"] == RELABEL for _, row in standing.iterrows()]]


def _read(row: pd.Series, column: str) -> dict[str, Any]:
    """Read an edit.

    Raises
    ------
    BadInput
        It is none.
    """
    found = read_op(row[column])
    whole = found is not None and (found["op"] != RELABEL or {"method", "seed"} <= set(found))
    if found is None or not whole:
        raise BadInput(
            Message("cannot be read as an edit"),
            where=Message("journal, entry {seq}", seq=row["seq"]),
            wanted=Message('{"op": "…", …}'),
        )
    return found

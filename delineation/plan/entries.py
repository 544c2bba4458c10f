"""Entries of a plan's journal (修订日志): one row each, and which of them change the plan.

An acceptance stands in the journal too, for who looked at a finding, when and why. It changes neither labels nor
clauses: it is no edit, and no run is refused for it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..core.messages import Message
from ..core.text import json_table, refuse_unfit
from .tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

RELABEL, ACCEPT, WITHDRAW = "relabel", "accept", "withdraw"


def read_op(text: Any) -> dict[str, Any] | None:
    """Read column ``op`` of an entry; None where it is none."""
    found = json_table(text)
    return found if isinstance(found.get("op"), str) else None


def op_text(op: Mapping[str, Any]) -> str:
    """Write column ``op`` or ``inverse`` of an entry."""
    return json.dumps(op, ensure_ascii=False)


def is_edit(text: Any) -> bool:
    """Tell whether an entry changes labels or clauses; what cannot be read may."""
    op = read_op(text)
    return op is None or op["op"] not in (ACCEPT, WITHDRAW)


def is_undone(value: Any) -> bool:
    """Read column ``undone`` of an entry."""
    return str(value) not in ("", "0", "0.0", "None", "nan")


def _edits(journal: pd.DataFrame) -> NDArray[np.bool_]:
    return np.array([is_edit(text) for text in journal["op"]], dtype=bool)


def edits_of(journal: pd.DataFrame) -> pd.DataFrame:
    """Give the entries that change labels or clauses."""
    return journal[_edits(journal)]


def entry_rows(journal: pd.DataFrame) -> list[dict[str, Any]]:
    """Give entries in the order of their numbers as mappings, "" where nothing stands."""
    ordered = journal.sort_values("seq")
    rows: list[dict[str, Any]] = ordered.astype(object).where(ordered.notna(), "").to_dict("records")
    return rows


def with_acceptances_of(journal: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Join the edits of one journal and the acceptances of another, by their numbers.

    Where both gave the same number to different entries, the acceptance is put behind all others.
    """
    edits, accepted = edits_of(journal), other[~_edits(other)].copy()
    taken = set(edits["seq"].astype(int))
    last = max([0, *taken, *accepted["seq"].astype(int)])
    numbers = []
    for number in accepted["seq"].astype(int):
        last += number in taken
        numbers.append(last if number in taken else number)
    accepted["seq"] = numbers
    rows = sorted([*edits.to_dict("records"), *accepted.to_dict("records")], key=lambda row: int(row["seq"]))
    return _table(rows)


def check_said(author: str = "", reason: str = "", basis: str = "") -> None:
    """Refuse who does something, why, or by what document, where no format can hold it: see `text.unfit`.

    Raises
    ------
    BadInput
    """
    refuse_unfit(author, Message("author"))
    refuse_unfit(reason, Message("reason"), lines=True)
    refuse_unfit(basis, Message("basis"), lines=True)


def appended(
    journal: pd.DataFrame,
    op: Mapping[str, Any],
    inverse: Mapping[str, Any],
    *,
    author: str,
    time: str,
    reason: str,
    basis: str,
    parent: int | None = None,
    scenario: str = "",
) -> pd.DataFrame:
    """Add an entry to a plan's table ``journal``; an edit names the one it was made on, and in which scenario.

    Raises
    ------
    BadInput
        As of `check_said`.
    """
    check_said(author, reason, basis)
    row = {
        "seq": int(journal["seq"].max()) + 1 if len(journal) else 1,
        "time": time,
        "author": author,
        "reason": reason,
        "basis": basis,
        "op": op_text(op),
        "inverse": op_text(inverse),
        "undone": 0,
        "parent": parent,
        "scenario": scenario,
    }
    return _table([*journal.to_dict("records"), row])


def _table(rows: list[dict[Any, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(TABLES["journal"].names))
    # Some entries have no entry before them: pandas would take the numbers of the others for fractions.
    return frame.assign(parent=pd.array(frame["parent"].tolist(), dtype="Int64") if len(frame) else [])

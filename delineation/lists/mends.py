"""Mends of what lint finds in lists: operations that a panel offers, each a click."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.messages import Message
from .draft import APPROVED, BY_PEOPLE, PROPOSED, TO_REVIEW
from .entries import rank
from .lint_lists import dropped_rows, repeated_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..core.findings import Finding
    from .entries import EntryLists

_SAID = ("text", "dimension", "effect", "basis", "level", "subdimension", "issuer")


@dataclass(frozen=True)
class Mend:
    """A way to mend a finding.

    Attributes
    ----------
    title : Message
        What it does, as a button says it.
    op : mapping
        The operation, as ``edit`` takes it: ``clause``, ``clauses`` or ``rename``.
    """

    title: Message
    op: Mapping[str, Any]


def mends_of(lists: EntryLists, finding: Finding) -> list[Mend]:
    """Give the ways to mend a finding of the lint; none where a person has to write, or the library is at fault.

    Parameters
    ----------
    lists : EntryLists
    finding : Finding
        As the lint told it.
    """
    if finding.id == "L12":
        rows = _taken_back(lists, finding)
        return _mends((Message("Take the higher level's"), rows))
    if finding.id == "L13":
        return _mends((Message("Put it back"), _put_back(lists, finding)))
    if finding.id == "L16":
        return _mends((Message("Remove the duplicate"), _once(lists, finding)))
    if finding.id == "L14":
        clauses, units = set(_each(finding, "clauses")), set(finding.units)
        here = (
            (lists.texts("status") == PROPOSED)
            & lists.texts("clause_id").isin(clauses)
            & (lists.texts("origin") == str(finding.facts.get("origin", "")))
        )
        pairs = [(unit, clause) for unit, clause in _pairs(lists, here.to_numpy()) if unit in units]
        return _mends(
            (Message("Approve"), [{"unit": unit, "change": {"id": one, "status": APPROVED}} for unit, one in pairs]),
            (Message("Take for review"), [{"unit": u, "change": {"id": one, "status": TO_REVIEW}} for u, one in pairs]),
            (Message("Decline"), [{"unit": unit, "remove": {"id": one}} for unit, one in pairs]),
        )
    if finding.id == "Q29" and finding.facts.get("proposed"):
        op = {"op": "rename", "unit": finding.units[0], "name": str(finding.facts["proposed"])}
        return [Mend(Message("Take the proposed name"), op)]
    if finding.id == "L15":
        gone = ~lists.texts("origin").isin(BY_PEOPLE) & (lists.library_row < 0)
        gone &= lists.texts("clause_id") == str(finding.facts.get("clause", ""))
        # One of a level above goes only on the basis of a document, which a person has to name.
        gone &= lists.texts("level").map(rank) >= rank(lists.level)
        rows = [{"unit": unit, "remove": {"id": one}} for unit, one in _pairs(lists, gone.to_numpy())]
        return _mends((Message("Remove it"), rows))
    return []


def _mends(*ways: tuple[Message, Sequence[Mapping[str, Any]]]) -> list[Mend]:
    return [
        Mend(title, {"op": "clause", **rows[0]} if len(rows) == 1 else {"op": "clauses", "rows": list(rows)})
        for title, rows in ways
        if rows
    ]


def _each(finding: Finding, fact: str) -> tuple[str, ...]:
    said = finding.facts.get(fact, ())
    return tuple(map(str, said)) if isinstance(said, (list, tuple)) else ()


def _pairs(lists: EntryLists, mask: Any) -> list[tuple[str, str]]:
    """Give unit and clause of the rows of a mask, as far as there is such a unit."""
    rows = np.flatnonzero(mask & (lists.unit_row >= 0))
    clause = lists.texts("clause_id").to_numpy(dtype=object)
    return [(str(lists.codes[lists.unit_row[row]]), str(clause[row])) for row in map(int, rows)]


def _of_library(lists: EntryLists, row: int) -> dict[str, str]:
    there = lists.library.iloc[row]
    return {"id": str(there["clause_id"]), **{name: str(there[name] or "") for name in _SAID if name in there}}


def _taken_back(lists: EntryLists, finding: Finding) -> list[dict[str, Any]]:
    row = int(lists.known_ids.get_indexer([str(finding.facts.get("clause", ""))])[0])
    if row < 0:
        return []
    said, pairs = _of_library(lists, row), _pairs(lists, lists.library_row == row)
    return [{"unit": unit, "change": said} for unit, _ in pairs if unit in finding.units]


def _put_back(lists: EntryLists, finding: Finding) -> list[dict[str, Any]]:
    row = int(lists.known_ids.get_indexer([str(finding.facts.get("clause", ""))])[0])
    lacking = [int(unit) for at, unit in dropped_rows(lists) if at == row]
    return [{"unit": str(lists.codes[unit]), "add": _of_library(lists, row)} for unit in lacking]


def _once(lists: EntryLists, finding: Finding) -> list[dict[str, Any]]:
    """Remove all but the first of equal texts, which is that of the highest level; above the lists' own none goes."""
    table = repeated_rows(lists)
    ids = set(_each(finding, "clauses"))
    again = table[table.duplicated(["unit", "said"]) & table["clause_id"].isin(ids)]
    again = again[again["rank"] >= rank(lists.level)]
    pairs = zip(again["unit"], again["clause_id"], strict=True)
    rows = [{"unit": str(lists.codes[unit]), "remove": {"id": str(one)}} for unit, one in pairs]
    return [one for one in rows if one["unit"] in finding.units]

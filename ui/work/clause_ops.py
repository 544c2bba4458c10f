"""Operations on clauses as lines of JSON have them: one clause is changed by itself, several as one entry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .clause_book import ClauseRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .clause_book import ClauseBook

_OWN = re.compile(r"H(\d+)$")


def _op(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    if len(rows) == 1:
        return {"op": "clause", **rows[0]}
    return {"op": "clauses", "rows": list(rows)}


def status_op(rows: Iterable[ClauseRow], status: str) -> dict[str, Any]:
    """Give clauses a status."""
    return _op([{"unit": row.unit_id, "change": {"id": row.clause_id, "status": status}} for row in rows])


def remove_op(rows: Iterable[ClauseRow]) -> dict[str, Any]:
    """Take clauses out of the lists of their units."""
    return _op([{"unit": row.unit_id, "remove": {"id": row.clause_id}} for row in rows])


def add_op(unit_id: str, said: dict[str, str]) -> dict[str, Any]:
    """Write a clause into the list of a unit."""
    return {"op": "clause", "unit": unit_id, "add": said}


def change_op(unit_id: str, said: dict[str, str]) -> dict[str, Any]:
    """Change a clause of a unit."""
    return {"op": "clause", "unit": unit_id, "change": said}


def new_clause(book: ClauseBook, unit_id: str) -> ClauseRow:
    """Give a clause of a unit that is still to be written, with an id that no other has: H1, H2 and so on."""
    column = book.columns["clause_id"]
    there = (_OWN.match(column.values[column.codes[row]]) for row in book.rows_of(unit_id).tolist())
    number = max((int(one[1]) for one in there if one), default=0) + 1
    return ClauseRow(
        unit_id, f"H{number}", dimension="", effect="", text="", basis="", level="单元", origin="", status=""
    )

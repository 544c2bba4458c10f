"""Last year's entry lists of others, matched to last year's units: of a workbook, or of fields of their layer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..core.errors import BadInput
from ..core.filled_tables import place_in, read_cells
from ..core.findings import Facts, Finding
from ..lists.clause import CLAUSE_COLUMNS, PREVIOUS, Clause
from ..lists.draft import PROPOSED
from ..lists.foreign_lists import ListEntry, UnitFinder, list_entries, split_clauses
from ..lists.wording import DIMENSIONS, Wording
from ..lists.workbook import clause_sheet, read_clause_rows
from ..sources.previous_units import TEXT_MEANINGS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ..case.profile import Profile
    from ..sources.previous_units import PreviousUnits

_LISTED = 8


@dataclass(frozen=True)
class PreviousLists:
    """Last year's clauses.

    Attributes
    ----------
    clauses : pandas.DataFrame
        As the plan's table, with ``row``: that of the unit among last year's; ``unit_id`` and ``code`` are last year's.
    lost : tuple of (str, str, str, int)
        Rows that match no unit: code and name as written, the unit that is proposed ("" for none), clauses.
    findings : tuple of Finding
    library : pandas.DataFrame or None
        Of a plan of ours: its table ``library``. Such lists also say of which units there are no clauses.
    """

    clauses: pd.DataFrame
    lost: tuple[tuple[str, str, str, int], ...] = ()
    findings: tuple[Finding, ...] = ()
    library: pd.DataFrame | None = None


def previous_lists(units: PreviousUnits, path: Path | None, profile: Profile, wording: Wording) -> PreviousLists:
    """Read last year's lists of units of others: of a workbook, else of the fields of their layer.

    Parameters
    ----------
    units : PreviousUnits
    path : Path or None
    profile : Profile
    wording : Wording
        What dimensions and effects are called.

    Raises
    ------
    BadInput
        The workbook cannot be read, or holds no list.
    """
    if path is None:
        return _of_fields(units, wording)
    grids = read_cells(path)
    own = clause_sheet(grids)
    told: tuple[Finding, ...] = ()
    if own is None:
        entries, told = list_entries(grids, path, profile, wording)
    else:
        rows = read_clause_rows(own, wording)
        for row in rows:
            if row.wrong is not None:
                raise BadInput(row.wrong, where=place_in(path, own[0], row.line))
        entries = [
            ListEntry(code, name, row.dimension, row.text, row.basis, state or row.status, row.effect, whole=True)
            for row in rows
            for code, name, _, state in row.units
            if (state or row.status) != PROPOSED
        ]
    found = _matched(units, entries, path.name, profile, wording)
    return replace(found, findings=(*told, *found.findings))


def _of_fields(units: PreviousUnits, wording: Wording) -> PreviousLists:
    entries = []
    dimension_of = dict(zip(TEXT_MEANINGS, DIMENSIONS, strict=True))
    for meaning, dimension in dimension_of.items():
        column = units.columns.get(units.fields.get(meaning, ""))
        for row, value in enumerate([] if column is None else column.tolist()):
            text = "" if value is None else str(value).strip()
            if text and text != "nan":
                entries.append((row, ListEntry(units.code[row], units.name[row], dimension, text)))
    return PreviousLists(_table(units, entries, wording)[0])


def _matched(
    units: PreviousUnits, entries: Sequence[ListEntry], file: str, profile: Profile, wording: Wording
) -> PreviousLists:
    """Match what a workbook says to units."""
    finder = UnitFinder(units.code, units.name, profile)
    found: list[tuple[int, ListEntry]] = []
    named: dict[str, str] = {}
    lost: dict[tuple[str, str], list[ListEntry]] = {}
    for code, one in zip(finder.whole_codes(one.code for one in entries), entries, strict=True):
        row = finder.by_code(code)
        if row < 0:
            row = finder.by_name(one.name)
            if row >= 0:
                named[units.code[row]] = code
        if row < 0:
            lost.setdefault((code, one.name), []).append(one)
        else:
            found.append((row, one))
    clauses, guessed = _table(units, found, wording)
    findings = _findings(file, named, guessed)
    proposals = []
    for (code, name), rows in lost.items():
        near = finder.nearest(code, name)
        count = sum(len(split_clauses(one, wording)) for one in rows)
        proposals.append((code, name, near, count))
        facts: Facts = {"file": file, "code": code or name, "name": name, "count": count, "proposed": near}
        facts = facts if near else {**facts, "problem": "unknown"}
        findings.append(Finding("S83", facts, value=float(count)))
    silent = sorted(set(units.code) - {units.code[row] for row, _ in found})
    if silent:
        facts = {"file": file, "count": len(silent), "listed": tuple(silent[:_LISTED]), "problem": "silent"}
        findings.append(Finding("S83", facts, value=float(len(silent)), units=tuple(silent)))
    return PreviousLists(clauses, tuple(proposals), tuple(findings))


def _findings(file: str, named: Mapping[str, str], guessed: int) -> list[Finding]:
    findings = []
    if named:
        listed = tuple(list(named)[:_LISTED])
        facts: Facts = {"file": file, "count": len(named), "listed": listed, "problem": "named"}
        findings.append(Finding("S83", facts, value=float(len(named)), units=tuple(named)))
    if guessed:
        findings.append(Finding("S83", {"file": file, "count": guessed, "problem": "effects"}, value=float(guessed)))
    return findings


def _table(units: PreviousUnits, found: Sequence[tuple[int, ListEntry]], wording: Wording) -> tuple[pd.DataFrame, int]:
    """Make clauses of entries, numbered within their unit; and how many of their effects were read off their words."""
    order = {dimension: number for number, dimension in enumerate(wording.dimensions)}
    numbers: Counter[int] = Counter()
    guessed = 0
    rows: list[dict[str, Any]] = []
    for row, one in sorted(found, key=lambda pair: (pair[0], order[pair[1].dimension])):
        for clause in split_clauses(one, wording):
            guessed += clause.guessed
            numbers[row] += 1
            made = Clause(
                unit_id=units.unit_id[row],
                code=units.code[row],
                clause_id=f"P{numbers[row]:03d}",
                dimension=one.dimension,
                effect=clause.effect,
                text=clause.text,
                basis=clause.basis,
                origin=PREVIOUS,
                status=clause.status,
            )
            rows.append({"row": row, **made.record()})
    return pd.DataFrame(rows, columns=["row", *CLAUSE_COLUMNS]), guessed

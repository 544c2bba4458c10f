"""The rows that a table of a template is filled with: which of the plan's records, in which order, and what they say.

Workbooks and documents write them, and hold what they wrote against them.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.findings import Facts, Finding
from ..core.messages import Message, at, first_few, joined, percent, rounded
from ..core.text import fitted
from ..export.records import MEASURES
from ..lists.draft import is_sea

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..export.records import Records
    from .filling import Filling
    from .profile import Filled, FilledColumn, PackageItem

_SHARES = ("share_1", "share_2", "share_3")

_COUNTS = frozenset({"parts", "count", "n", "n_1", "n_2", "n_3"})
SUMMED = _COUNTS | {"share_of_all"} | {of for of, one in MEASURES.items() if one.what != "perimeter"}
"""Columns of ``export.records.COLUMNS`` that a row of totals sums up."""

NUMBERS = SUMMED | MEASURES.keys() | {"share", *_SHARES, "number", "category", "lon", "lat", "value"}
NUMBERS |= {"x", "y"}
"""Columns of ``export.records.COLUMNS`` that hold numbers."""

_KINDS = {
    "units": Message("control units"),
    "zones": Message("element zones"),
    "clauses": Message("requirements"),
    "counties": Message("counties"),
    "findings": Message("findings"),
    "sources": Message("sources"),
}
_CODES = {"zones": "code", "counties": "county"}
_RECORDS = Message("records")
_NAMED = 5  # words that a finding lists
# Times: no year changes a measure so far, and units that are a hundred times apart do, whatever changed besides.
_APART = 30.0
_UNIT = re.compile(r"(?<![A-Za-z0-9])(?:ZH|HY)\d{11}(?!\d)")


@dataclass(frozen=True)
class TableRows:
    """What stands in a table's rows.

    Attributes
    ----------
    rows : list of list
        Texts and numbers, None for nothing; one a column of `Filled.columns`.
    totals : list
        Of each column: what the row of totals says, None where nothing is summed.
    findings : tuple of Finding
        ``P02``: a column that stays empty; ``P13``: values that have no word of their own there; ``P29``: nobody knows
        which rows it holds.
    more : frozenset of int
        Places of rows in which the row above goes on.
    """

    rows: list[list[Any]]
    totals: list[float | int | str | None]
    findings: tuple[Finding, ...]
    more: frozenset[int] = frozenset()


def table_rows(filling: Filling, filled: Filled, file: str, table: Message) -> TableRows:
    """Take a plan's records for a table: land units before those at sea, by code.

    Parameters
    ----------
    filling : Filling
    filled : Filled
    file : str
    table : Message
        Which of the file's, for errors and findings.

    Raises
    ------
    BadInput
        The table asks for what the plan's records do not have.
    """
    where = Message("{file}, {table}", file=file, table=table)
    records = _chosen(filling, filled, where)
    columns: list[list[Any]] = []
    totals: list[Any] = []
    findings = [Finding("P29", {"file": file, "table": table})] if filled.undecided else []
    facts: Facts
    shares = _shares(records, where) if filled.total and filled.of == "counties" else {}
    # What lies at sea has its share in another whole.
    on_land = [one == "land" for one in records.column("ground", where)] if filled.of == "units" else []
    for column in filled.columns:
        if not column.of:
            if not column.blank:
                facts = {"file": file, "sheet": table, "column": column.title or f"{column.column}"}
                findings.append(Finding("P02", facts))
            columns.append([None] * len(records))
            totals.append(None)
            continue
        raw = [_plain(value) for value in records.column(column.of, where)]
        columns.append([_said(value, column) for value in raw])
        findings += unlike_last_year(raw, column.was, column.title or f"{column.column}", file, table)
        if column.of in SUMMED:
            # Exact sums, rounded once: what rounded numbers sum up to drifts from the area that was divided.
            use = on_land if column.of == "share_of_all" and any(on_land) else [True] * len(raw)
            whole = math.fsum(value for value, own in zip(raw, use, strict=True) if own and value is not None)
            totals.append(_said(round(whole, 6) if column.of not in _COUNTS else int(whole), column))
        else:
            totals.append(_said(shares[column.of], column) if column.of in shares else None)
        if column.words and (strange := sorted({str(one) for one in raw if one is not None} - set(column.words))):
            facts = {"file": file, "sheet": table, "column": column.title or f"{column.column}"}
            facts |= {"count": len(strange), "listed": first_few(strange, _NAMED)}
            findings.append(Finding("P13", facts, value=float(len(strange))))
    rows = [list(row) for row in zip(*columns, strict=True)] if columns else [[] for _ in range(len(records))]
    return TableRows(rows, totals, tuple(findings))


def unlike_last_year(values: Iterable[Any], was: float, column: str, file: str, table: Message | str) -> list[Finding]:
    """Find a measure in another unit than last year's, by what stands in its middle: ``P30``.

    Parameters
    ----------
    values : iterable of float or None
    was : float
        Last year's; 0 where nobody knows it.
    column, file : str
    table : Message or str
        Where the column is.
    """
    there = [float(value) for value in values if value] if was else []
    now = float(np.median(there)) if there else was
    if was / _APART < now < was * _APART or not was:
        return []
    facts: Facts = {"file": file, "sheet": table, "column": column, "was": was, "now": float(f"{now:.6g}")}
    return [Finding("P30", facts, value=now / was)]


def left_over(filling: Filling) -> list[Finding]:
    """Find records that the parts of a layout leave out, by county and category: ``P16``.

    Sheets, tables or layers of a file part its records between themselves: what none of them has is lacking. What lies
    beyond all that files of one format are of, the layout never had: that is told once, and whether the package has it
    anywhere.
    """
    formats: dict[tuple[str, str], dict[str, list[Mapping[str, str]]]] = defaultdict(lambda: defaultdict(list))
    held: dict[str, set[int]] = defaultdict(set)
    for content in filling.profile.contents:
        path = filling.filled(content.path, _RECORDS, name=True)
        own: list[PackageItem | Filled] = [*([content] if content.kind == "layer" else []), *content.tables]
        for one in own:
            if one.of in _KINDS and not one.undecided:
                formats[one.of, PurePosixPath(path).suffix.lower()][path].append(one.only)
                held[one.of] |= {*filling.records(one.of).rows(one.only, _RECORDS)}
    findings: list[Finding] = []
    for (what, _), files in formats.items():
        records = filling.records(what)
        beyond, layout = set(range(len(records))), dict[str, None]()
        lacking: list[tuple[tuple[str, ...], set[int], str]] = []
        for path, parts in files.items():
            common = dict(set.intersection(*({*only.items()} for only in parts)))
            inside = records.rows(common, _RECORDS)
            layout[_called(records, inside[0], common) if inside else " ".join(common.values())] = None
            beyond -= {*inside}
            there = (row for only in parts for row in records.rows(only, _RECORDS))
            lacking.append(((path,), {*inside}.difference(there), ""))
        lacking.append((tuple(files), beyond - held[what] or beyond, "nowhere" if beyond - held[what] else "layout"))
        for paths, rows, problem in lacking:
            counts = Counter(_called(records, row, ("county", "category")) for row in rows)
            listed = [Message("{where} {n}", where=at(where), n=n) for where, n in sorted(counts.items())]
            facts: Facts = {"file": first_few(paths, 3), "count": len(rows), "what": _KINDS[what]}
            facts |= {"listed": joined(listed), "layout": joined(layout), "problem": problem}
            findings += [Finding("P16", facts, value=float(len(rows)))] if rows else []
    return findings


def _called(records: Records, row: int, keys: Iterable[str]) -> str:
    """Say of which county, category … a record is, as far as it has these."""
    names = (f"{key}_name" if f"{key}_name" in records.makers else key for key in keys if key in records.makers)
    return " ".join(filter(None, (str(records.column(name, _RECORDS)[row] or "") for name in names)))


def foreign_codes(filling: Filling, texts: Iterable[str], rows: Iterable[TableRows], file: str) -> list[Finding]:
    """Find codes of control units that are none of the plan's in what was written: ``P18``.

    Parameters
    ----------
    filling : Filling
    texts : iterable of str
        All that the file says.
    rows : iterable of TableRows
        What its tables were filled with: a code that the plan's own records name may stand.
    file : str
    """
    found = {code for text in texts if "ZH" in text or "HY" in text for code in _UNIT.findall(text)}
    found -= set(filling.plan.units["code"].dropna().astype(str))
    if found:
        own = (str(value) for one in rows for row in one.rows for value in row if isinstance(value, str))
        found -= {code for text in own for code in _UNIT.findall(text)}
    if not found:
        return []
    return [Finding("P18", {"file": file, "codes": first_few(sorted(found), _NAMED)}, value=float(len(found)))]


def _chosen(filling: Filling, filled: Filled, where: Message) -> Records:
    """Choose the records of a table, in its order."""
    records = filling.records(filled.of)
    rows = [] if filled.undecided else records.rows(filled.only, where)
    if filled.of in ("units", "clauses"):
        units = filling.plan.units
        keys = zip(is_sea(units), units["code"].fillna("").astype(str), units["unit_id"].astype(str), strict=True)
        place = {unit: (bool(sea), not code, code, unit) for sea, code, unit in keys}
        order = [place[str(unit)] for unit in records.frame["unit_id"]]
        rows.sort(key=lambda row: order[row])
    elif filled.of in _CODES:
        code = [str(one) for one in records.column(_CODES[filled.of], where)]
        rows.sort(key=lambda row: code[row])
    return records.chosen(rows)


def _shares(records: Records, where: Message) -> dict[str, float]:
    """Give the categories' shares in the area of all counties, which no sum of the counties' shares is."""
    sums = [float(np.sum(records.column(f"km2_{number}", where))) for number in (1, 2, 3)]
    whole = sum(sums)
    names = (*_SHARES, "share")
    return {name: percent(one / whole, 12) if whole else 0.0 for name, one in zip(names, (*sums, whole), strict=True)}


def _plain(value: Any) -> Any:
    """Give a value as Python has it; None for what is no value."""
    if hasattr(value, "item"):
        value = value.item()
    if value is None or value != value or value == "":
        return None
    return clean(value) or None if isinstance(value, str) else value


def _said(value: Any, column: FilledColumn) -> Any:
    """Bring a value to what the column wants of it."""
    if value is None:
        return None
    if str(value) in column.words:
        value = column.words[str(value)] or None
    elif isinstance(value, float) and not math.isfinite(value):
        return None
    elif isinstance(value, (int, float)):
        value = _rounded(value, column.decimals)
        return text_of(value, column) if column.text else value
    # Codes that the file holds as numbers: what would read otherwise stays a text.
    if column.number and isinstance(value, str) and value.isdecimal() and str(int(value)) == value:
        return int(value)
    return value


def _rounded(value: float, decimals: int) -> float | int:
    if not isinstance(value, float):
        return value
    if decimals < 0:
        return rounded(value)
    return rounded(value, decimals) if decimals else int(rounded(value, 0))


def text_of(value: Any, column: FilledColumn) -> str:
    """Write a value of `table_rows` as a text, a number with as many digits as its column has."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.{column.decimals}f}" if column.decimals >= 0 else repr(value).removesuffix(".0")
    return str(value)


def clean(text: str) -> str:
    """Take out what a file of Office cannot hold; a line break is a line feed."""
    return fitted(text.replace("\r\n", "\n").replace("\r", "\n"))


def in_runs(runs: Sequence[str], new: str) -> list[str]:
    """Put another text in the place of one that stands in several pieces, each with its own looks.

    Parameters
    ----------
    runs : sequence of str
        The pieces of the old text.
    new : str

    Returns
    -------
    list of str
        As many pieces: what both texts have stays in its piece, what is new stands where the old began.

    Examples
    --------
    >>> in_runs(["{ar", "ea}", "方案"], "甲市方案")
    ['甲市', '', '方案']
    """
    old = "".join(runs)
    if old == new:
        return list(runs)
    place = [number for number, run in enumerate(runs) for _ in run] or [0]
    out = [""] * max(len(runs), 1)
    for _, start, end, begin, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if old[start:end] == new[begin:stop]:
            for offset in range(end - start):
                out[place[start + offset]] += old[start + offset]
        else:
            # Where nothing is taken out, the new text goes on with the piece before it.
            here = place[start] if end > start else place[max(0, min(start, len(place)) - 1)]
            out[here] += new[begin:stop]
    return out

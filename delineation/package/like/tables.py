"""A table of a sheet or document: as it is matched, as it is filled again, and what of last year may not stay in it."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ...core.column_names import folded, stated_unit
from ...core.measures import AREA_UNITS, UNIT_CALLED, decimals_in
from ...core.messages import Message, first_few
from ...core.table_outline import is_number_text, is_sum, titles_of
from ..profile import Filled, FilledColumn
from ..table_rows import NUMBERS
from .found import FoundColumn, FoundTable, Match, TableMatch
from .known import known_of
from .matching import match_table
from .parts import parts_of
from .values import UNIT, ZONE, filled, middle
from .words import read_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ...core.table_outline import CellGrid, TableOutline
    from .known import Known

__all__ = [
    "Needles",
    "OutlinedTable",
    "filled_table",
    "looks_of",
    "matched_tables",
    "sum_label",
    "template_name",
    "without_count",
]

_MOST_DECIMALS = 6  # digits that a number is rounded to; one with more stands as it was computed
_DIGITS = re.compile(r"0\.(0+)")
_SPECIFIC = 5  # letters from which the name of a unit is taken for one where it stands within a text
_COUNT_BEHIND = re.compile(r"\s*[（(][^)）]*\d[^)）]*[)）]\s*$")
_STATED = re.compile(r"单位\s*[:：]?\s*([^，,；;)）\s]+)")
_PERIODS = range(2, 5)  # rows whose looks take turns
_ALIKE = 0.9  # share of rows that have to look as the template's row does


@dataclass(frozen=True)
class OutlinedTable:
    """A table that was found.

    Attributes
    ----------
    name : str
        Of its sheet; of a document its number.
    grid : CellGrid
    outline : TableOutline
    match : TableMatch
    only : mapping or None
        Which of the rows it holds; None where it is not taken.
    lost : tuple of Message
        What it has and its filled one will not; told in its match as well.
    """

    name: str
    grid: CellGrid
    outline: TableOutline
    match: TableMatch
    only: Mapping[str, str] | None = None
    lost: tuple[Message, ...] = ()


def matched_tables(
    file: str, grids: Iterable[tuple[str, CellGrid, Sequence[TableOutline]]], known: Known
) -> list[OutlinedTable]:
    """Match the tables of a file; those that cannot be filled again say why, and are taken for nothing.

    Parameters
    ----------
    file : str
        Path in the package.
    grids : iterable of (str, CellGrid, sequence of TableOutline)
        Name of a sheet or number of a table, its cells, the tables in them from the largest.
    known : Known
    """
    tables: list[OutlinedTable] = []
    for name, grid, outlines in grids:
        taken: list[range] = []
        for outline in outlines:
            match = match_table(found_table(file, name, grid, outline), known)
            rows = range(outline.head, max(outline.last, outline.total, outline.first) + 1)
            if match.of and any(rows.start < one.stop and one.start < rows.stop for one in taken):
                match = _not_taken(
                    match, Message("stands beside a larger table, and only one of the two can be filled")
                )
            elif match.of:
                taken.append(rows)
            tables.append(OutlinedTable(name, grid, outline, match))
    if not known.counties:
        tables = _by_other_tables(tables, known)
    known_ones = [one.match for one in tables if one.match.of]
    parts = dict(zip(map(id, known_ones), _parts(known_ones, known), strict=True))
    out = []
    for one in tables:
        if not one.match.of:
            out.append(one)
            continue
        only, match = parts[id(one.match)], one.match
        lost: list[Message] = []
        others = [other for other in known_ones if other is not match and other.of == match.of]
        if only == {} and others and match.of not in ("units", "zones"):
            only = None
        if only is None:
            match = _not_taken(match, Message("holds some of the rows, and nothing says which"))
        else:
            lost = _lost(one, only, known)
            match = replace(match, told=(*match.told, *lost))
        out.append(replace(one, match=match, only=only, lost=tuple(lost)))
    return out


def _by_other_tables(tables: list[OutlinedTable], known: Known) -> list[OutlinedTable]:
    """Match tables of counties anew by what the lists of units beside them sum up to, where no layer says it."""
    counties = known_of((one.match for one in tables), read_words()).counties
    if not counties or not all(one["county_name"] for one in counties.values()):
        return tables
    known = replace(known, counties=counties, of_tables=True)
    return [
        replace(one, match=match_table(one.match.table, known)) if one.match.of == "counties" else one for one in tables
    ]


def _parts(matches: Sequence[TableMatch], known: Known) -> list[Mapping[str, str] | None]:
    """Say which rows each table holds: of those that the package's layers have, else of those that the file has."""
    all_ = [
        TableMatch(FoundTable("", "", ()), of, matches=(Match(FoundColumn(1, "", values=list(records)), "code"),))
        for of, records in (("units", known.units), ("zones", known.zones))
        if records
    ]
    of_package = parts_of([*matches, *all_], read_words())[: len(matches)]
    of_file = parts_of(matches, read_words())
    return [second if first is None else first for first, second in zip(of_package, of_file, strict=True)]


def _not_taken(match: TableMatch, why: Message) -> TableMatch:
    return replace(match, of="", category=0, told=(*match.told, why))


def _lost(table: OutlinedTable, only: Mapping[str, str], known: Known) -> list[Message]:
    """Tell of what a table has and its filled one will not."""
    outline, told = table.outline, []
    if outline.parts:
        labels = dict.fromkeys(
            " ".join(text for text in table.grid.texts(row)[:3] if not any(map(str.isdigit, text)))
            for row in outline.parts
        )
        count = len(outline.parts)
        said = Message("{count} rows of subtotals are left out: {rows}", count=count, rows=first_few(list(labels)))
        told.append(said)
    if rows := len(outline.left_out) - len(outline.parts):
        told.append(Message("{count} rows within the data sum up or name groups, and are left out", count=rows))
    if outline.total and outline.total_above:
        told.append(Message("the row of totals above the data stays empty (row {row})", row=outline.total_above))
    if not outline.records:
        told.append(Message("has no rows: columns are matched by their names alone"))
    if table.match.of == "units" and known.units:
        own = next((one.column.values for one in table.match.matches if one.of == "code"), ())
        asked = [code for code in known.units if not only or _is_part(code, only)]
        if own and len(own) < 0.95 * len(asked):
            counts = {"count": len(own), "all": len(asked)}
            told.append(Message("held {count} of {all} units, by a rule that is not known: it will hold all", **counts))
    return told


def _is_part(code: str, only: Mapping[str, str]) -> bool:
    facts = {"ground": "sea" if code.startswith("HY") else "land", "category": code[8:9], "county": code[2:8]}
    return all(facts.get(key, value) == value for key, value in only.items())


# ── as it is matched ──────────────────────────────────────────────────────────────────────────────────────────────


def found_table(file: str, name: str, grid: CellGrid, outline: TableOutline) -> FoundTable:
    """Read a table's columns; what is merged over several rows stands in each of them."""
    columns = []
    unit = _unit_above(grid, outline)
    for place, title in titles_of(grid, outline).items():
        values = [_value(grid.value(row, place)) for row in outline.records]
        there = [value for value in values if value is not None]
        numbers = all(isinstance(value, (int, float)) for value in there)
        whole = numbers and all(float(value).is_integer() for value in there)
        kind = "integer" if there and whole else "real" if there and numbers else "text"
        # "单位：平方公里" above the table speaks of its areas.
        bare = "面积" in title and not stated_unit(title) and not any(one in title for one in ("比", "%", "％"))
        alias = f"{title}（{unit}）" if unit and bare else ""
        formulas = any(grid.unsaved(row, place) for row in outline.records)
        columns.append(FoundColumn(place, title, alias, values, kind, formulas=formulas))
    return FoundTable(file, name, tuple(columns))


def _unit_above(grid: CellGrid, outline: TableOutline) -> str:
    """Find the unit of area that a line above the head states for the whole table, "" for none or several."""
    texts = [str(value) for (row, _), value in grid.values.items() if row < outline.head]
    said = [one for text in texts for stated in _STATED.findall(text) for one in stated.split("、")]
    found = [one for one in dict.fromkeys(said) if UNIT_CALLED.get(folded(one)) in AREA_UNITS]
    return found[0] if len(found) == 1 else ""


def _value(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (bool, int, float)):
        return int(value) if isinstance(value, bool) else value
    text = "" if value is None else str(value).strip()
    return None if not text or text.startswith("#") else text


# ── as it is filled ───────────────────────────────────────────────────────────────────────────────────────────────


def filled_table(
    table: OutlinedTable, first: int, rows: int, formats: Mapping[int, str], *, sheet: str = "", number: int = 0
) -> Filled:
    """Say how a matched table is filled.

    Parameters
    ----------
    table : OutlinedTable
        With its match.
    first, rows : int
        First row of data in the template, and how many of its rows give the looks.
    formats : mapping
        Column → the number format that it has in a sheet.
    sheet : str
        Its name with tokens.
    number : int
        Of a table in a document.
    """
    outline, columns = table.outline, []
    for match in table.match.matches:
        column = match.column
        is_number = match.of in NUMBERS
        texts = [value for value in column.values if isinstance(value, str)]
        made = FilledColumn(column.place, column.title, match.of, words=dict(match.words))
        made = replace(made, blank=match.blank and not column.formulas, was=middle(match))
        if is_number and not match.words:
            as_text = bool(texts) and all(map(is_number_text, texts)) and len(texts) > len(column.values) / 2
            decimals = _decimals(column, formats.get(column.place, ""))
            made = replace(made, decimals=decimals, text=as_text and bool(formats))
        elif match.of and column.type == "integer" and not match.words:
            made = replace(made, number=bool(formats))
        columns.append(made)
    total = 0
    if row := outline.total or outline.total_above:
        cells = table.grid.rows[row]
        total = next(column for column in sorted(cells) if outline.left <= column)  # a row of totals begins with it
    return Filled(
        table.match.of,
        sheet=sheet,
        table=number,
        first=first,
        rows=rows,
        only=dict(table.only or {}),
        total=total,
        above=not outline.total and bool(total),
        columns=tuple(columns),
    )


def _decimals(column: FoundColumn, form: str) -> int:
    """Say to how many digits numbers were given, as texts or as the sheet showed them; -1 for as many as they have."""
    texts = [value for value in column.values if isinstance(value, str)]
    if texts:
        ends = [value.rstrip("%％ ").partition(".")[2] for value in texts if is_number_text(value)]
        return max(map(len, ends), default=-1)
    shown = _DIGITS.search(form)
    digits = decimals_in(filled(column)) if len(column.values) else _MOST_DECIMALS + 1
    if digits > _MOST_DECIMALS:
        return -1
    return max(digits, len(shown[1]) if shown else 0)


def looks_of(looks: Sequence[Any]) -> list[int]:
    """Choose the rows that a template keeps for their looks, by what is the same in rows that look alike.

    Parameters
    ----------
    looks : sequence
        Of each row of data, comparable and hashable.

    Returns
    -------
    list of int
        Places in ``looks``: one, or as many as take turns.
    """
    count = len(looks)

    def common(every: int) -> tuple[list[int], float]:
        chosen, same = [], 0
        for start in range(every):
            own = looks[start::every]
            best, times = Counter(own).most_common(1)[0]
            chosen.append(start + every * own.index(best))
            same += times
        return chosen, same / count

    rows, share = common(1)
    if share >= _ALIKE:
        return rows
    for every in _PERIODS:
        if count > every:
            turns, share = common(every)
            if share >= _ALIKE:
                return turns
    return rows


# ── what may not stay ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Needles:
    """Codes and names of last year, which no template may hold.

    Attributes
    ----------
    codes, names : frozenset of str
    """

    codes: frozenset[str]
    names: frozenset[str]

    @classmethod
    def of(cls, tables: Iterable[OutlinedTable], known: Known) -> Needles:
        """Collect them from the tables that were matched, and from what the package's layers say."""
        codes, names = {*known.units, *known.zones}, set[str]()
        for record in (*known.units.values(), *known.zones.values()):
            names.add(str(record.get("name", "")))
        for table in tables:
            for match in table.match.matches:
                texts = {str(value).strip() for value in match.column.values if isinstance(value, str)}
                if match.of == "code":
                    codes |= texts
                elif match.of == "name":
                    names |= texts
        return cls(frozenset(one for one in codes if len(one) > _SPECIFIC), frozenset(one for one in names if one))

    def code_in(self, text: str) -> str:
        """Find a code in a text, "" for none."""
        return next((one for one in re.findall(r"[A-Za-z]{0,2}\d{6,}", text) if one in self.codes), "")

    def is_one(self, text: str) -> bool:
        """Whether a text is a code or name and nothing else; codes are known by their form as well."""
        text = text.strip()
        return text in self.codes or text in self.names or bool(UNIT.fullmatch(text) or ZONE.fullmatch(text))

    def name_in(self, text: str) -> str:
        """Find the name of a unit or zone in a text, "" for none; short names stand for many things."""
        return next((one for one in self.names if len(one) > _SPECIFIC and one in text), "")

    def left_in(self, members: Mapping[str, bytes]) -> list[str]:
        """Name the entries of an archive that hold a code still."""
        out = []
        for name, content in members.items():
            text = content.decode("utf-8", "replace")
            if self.code_in(text):
                out.append(name)
        return out


def sum_label(texts: Sequence[str]) -> int:
    """Say which of the texts of a row of totals is its label; -1 for none."""
    words = [place for place, text in enumerate(texts) if is_sum(text)]
    others = (place for place, text in enumerate(texts) if not is_number_text(text) and any(map(str.isalpha, text)))
    return words[0] if words else next(others, -1)


def without_count(label: str) -> str:
    """Take last year's count off the label of a row of totals: 合计（60个）."""
    return _COUNT_BEHIND.sub("", label)


def template_name(relative: str) -> str:
    """Name a template after its file: folders are parted by a dash, braces of tokens go."""
    return re.sub(r"[{}]", "", relative.replace("/", "-"))

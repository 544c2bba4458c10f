"""A file of tables, sheets or a document's: as they are matched, filled again, and what of last year may not stay."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ...core.column_names import BY_NAME, folded, stated_unit
from ...core.measures import AREA_UNITS, UNIT_CALLED, decimals_in
from ...core.messages import Message, first_few, joined
from ...core.table_outline import is_number_text, is_sum, titles_of
from ..profile import Filled, FilledColumn, PackageItem
from ..table_rows import NUMBERS, SUMMED
from .found import FoundColumn, FoundTable, TableMatch
from .kept_texts import KeptTexts
from .known import known_of
from .matching import match_table
from .names import tokens_in
from .parts import parted
from .values import UNIT, ZONE, filled, middle
from .words import read_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from ...core.table_outline import CellGrid, TableOutline
    from .known import KnownFacts

__all__ = [
    "Needles",
    "OutlinedTable",
    "TableFile",
    "ValueCell",
    "filled_table",
    "looks_of",
    "matched",
    "part_files",
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
_SHARES = ("share", "share_1", "share_2", "share_3")


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
    lost : tuple of Message
        What it has and its filled one will not; told in its match as well.
    """

    name: str
    grid: CellGrid
    outline: TableOutline
    match: TableMatch
    lost: tuple[Message, ...] = ()


def matched(
    file: str, grids: Iterable[tuple[str, CellGrid, Sequence[TableOutline], Sequence[str]]], known: KnownFacts
) -> list[OutlinedTable]:
    """Match the tables of a file; those that cannot be filled again say why, and are taken for nothing.

    Parameters
    ----------
    file : str
        Path in the package.
    grids : iterable of (str, CellGrid, sequence of TableOutline, sequence of str)
        Name of a sheet or number of a table, its cells, the tables in them from the largest, what stands above them.
    known : KnownFacts
    """
    tables: list[OutlinedTable] = []
    for name, grid, outlines, above in grids:
        taken: list[range] = []
        for outline in outlines:
            before = max((_end(one) for one in outlines if _end(one) < outline.head), default=0)
            lines = [" ".join(grid.texts(row)) for row in range(outline.head - 1, before, -1)]
            match = match_table(found_table(file, name, grid, outline, [*filter(None, lines), *above]), known)
            rows = range(outline.head, _end(outline) + 1)
            if match.of and any(rows.start < one.stop and one.start < rows.stop for one in taken):
                why = Message("stands beside a larger table, and only one of the two can be filled")
                match = replace(match, of="", told=(*match.told, why))
            elif match.of:
                taken.append(rows)
            tables.append(OutlinedTable(name, grid, outline, match))
    tables = [_by_namesakes(one, tables, known) for one in tables]
    tables = tables if known.counties else _by_other_tables(tables, known)
    return [one if one.outline.records else _like_its_sister(one, tables) for one in tables]


def _by_namesakes(table: OutlinedTable, tables: Sequence[OutlinedTable], known: KnownFacts) -> OutlinedTable:
    """Match a table anew where columns are called as some of others are whose values said what they hold."""
    alike = [one.match.matches for one in tables if one.match.of == table.match.of and one is not table]
    called = {match.column.title: match.of for matches in alike for match in matches if match.of and match.sure}
    if not any(match.column.title in called for match in table.match.matches if not match.of and not match.blank):
        return table
    return replace(table, match=match_table(table.match.table, known, called=called))


def _like_its_sister(table: OutlinedTable, tables: Sequence[OutlinedTable]) -> OutlinedTable:
    """Let a table without rows hold what one of its file holds that has rows below the same head."""
    head = titles_of(table.grid, table.outline)
    for one in tables:
        if one.match.of and one.outline.records and titles_of(one.grid, one.outline) == head:
            matches = tuple(
                replace(other, by=(BY_NAME,), sure=False) if other.of or other.blank else own
                for own, other in zip(table.match.matches, one.match.matches, strict=True)
            )
            return replace(table, match=replace(table.match, of=one.match.of, matches=matches))
    return table


def _end(outline: TableOutline) -> int:
    return max(outline.last, outline.total, outline.first)


def _by_other_tables(tables: list[OutlinedTable], known: KnownFacts) -> list[OutlinedTable]:
    """Match tables of counties anew by what the lists of units beside them sum up to, where no layer says it."""
    counties = known_of((one.match for one in tables), read_words()).counties
    if not counties or not all(one["county_name"] for one in counties.values()):
        return tables
    known = replace(known, counties=counties, of_tables=True)
    return [
        replace(one, match=match_table(one.match.table, known)) if one.match.of == "counties" else one for one in tables
    ]


def part_files(files: Sequence[TableFile], known: KnownFacts, layers: Sequence[TableMatch] = ()) -> None:
    """Say of the tables of all files which rows each holds, beside each other and the layers."""
    taken = [one.match for file in files for one in file.taken]
    parts = {id(one.table): one for one in parted(taken, known, read_words(), layers)}
    for file in files:
        beside = file.taken
        file.tables = [_parted(one, parts[id(one.match.table)], beside) if one.match.of else one for one in file.tables]


def _parted(table: OutlinedTable, match: TableMatch, beside: Sequence[OutlinedTable]) -> OutlinedTable:
    rows = bool(table.outline.records)
    alike = [
        one for one in beside if one is not table and one.match.of == match.of and (one.outline.records or not rows)
    ]
    if match.only == {} and alike and match.of not in ("units", "zones"):
        match = replace(match, only=None)
    if match.only is None and rows:
        why = Message("holds some of the rows, and nothing says which")
        return replace(table, match=replace(match, of="", told=(*match.told, why)))
    lost = (*match.told[len(table.match.told) :], *_lost(table))
    return replace(table, match=replace(match, told=(*table.match.told, *lost)), lost=lost)


def _lost(table: OutlinedTable) -> list[Message]:
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
    return told


# ── as it is matched ──────────────────────────────────────────────────────────────────────────────────────────────


def found_table(file: str, name: str, grid: CellGrid, outline: TableOutline, above: Sequence[str] = ()) -> FoundTable:
    """Read a table's columns; what is merged over several rows stands in each of them."""
    columns = []
    unit = _unit_above(grid, outline, above)
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
    return FoundTable(file, name, tuple(columns), above=tuple(above))


def _unit_above(grid: CellGrid, outline: TableOutline, above: Sequence[str]) -> str:
    """Find the unit of area that a line above the head states for the whole table, "" for none or several."""
    texts = [*above, *(str(value) for (row, _), value in grid.values.items() if row < outline.head)]
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
        only=dict(table.match.only or {}),
        undecided=table.match.only is None,
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
    def of(cls, tables: Iterable[OutlinedTable], known: KnownFacts) -> Needles:
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

    def within(self, text: str) -> str:
        """Find a code or name in a text, "" for none."""
        return self.code_in(text) or self.name_in(text)

    def left_in(self, members: Mapping[str, bytes]) -> list[str]:
        """Name the entries of an archive that hold a code still."""
        return [name for name, content in members.items() if self.code_in(content.decode("utf-8", "replace"))]


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


# ── a file on its way to be a template ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class ValueCell:
    """A cell that holds something, of a sheet or of a document's table.

    Attributes
    ----------
    column : int
    place : str or Message
        What it is called where it is told of.
    text : str
        "" of a number or formula of a sheet.
    is_number : bool
    put : callable
        Takes what is to stand there: a text, 0, None for nothing.
    formula : str
        One that holds nothing of last year's data, else "".
    """

    column: int
    place: str | Message
    text: str
    is_number: bool
    put: Callable[[str | int | None], None]
    formula: str = ""


@dataclass
class TableFile:
    """A workbook or document of last year: its tables, and how it becomes a template.

    Attributes
    ----------
    known : KnownFacts
    relative : str
        Its path in the package.
    tables : list of OutlinedTable
    told : list of Message
        Of the file.
    kept : KeptTexts
    """

    KIND = ""

    known: KnownFacts
    relative: str
    tables: list[OutlinedTable]
    told: list[Message] = field(default_factory=list, kw_only=True)
    kept: KeptTexts = field(default_factory=KeptTexts, kw_only=True)

    def lose(self, said: Message) -> None:
        """Tell of something that is lost, or stays as it was or empty, now and in each package."""
        self.told.append(said)
        self.kept.lost(said)

    @property
    def taken(self) -> list[OutlinedTable]:
        """Those that are filled."""
        return [one for one in self.tables if one.match.of]

    @cached_property
    def needles(self) -> Needles:
        """What of last year may not stay."""
        return Needles.of(self.taken, self.known)

    def learned(self, templates: Path) -> tuple[list[PackageItem], list[TableMatch]]:
        """Take last year's data out, and write what is left as the template.

        Parameters
        ----------
        templates : Path
            The folder that templates are written into.

        Returns
        -------
        contents : list of PackageItem
            One; none where no table is recognised.
        tables : list of TableMatch
            Those that are filled in the order of `Content.tables`, among others with ``of = ""``: what was found
            besides, and, with neither name nor columns, what is told of the file.
        """
        if not self.taken:
            return [], [one.match for one in self.tables]
        path = tokens_in(self.relative, self.known)
        name = template_name(path)
        templates.mkdir(parents=True, exist_ok=True)
        filled, matches = self.emptied(templates / name)
        template, check = f"{templates.name}/{name}", self.kept.check()
        content = PackageItem(path, self.KIND, template=template, check=check, tables=tuple(filled))
        told = TableMatch(FoundTable(self.relative, "", ()), "", told=tuple(self.told))
        return [content], [*matches, *([told] if self.told else [])]

    def emptied(self, template: Path) -> tuple[list[Filled], list[TableMatch]]:
        """Write the template; say how its tables are filled, and what is told of all."""
        raise NotImplementedError

    def cells(self, table: OutlinedTable, rows: Iterable[int]) -> list[ValueCell]:
        """Give what stands in rows of a table's sheet or of a document's table, from the left."""
        raise NotImplementedError

    def left(self, table: OutlinedTable, place: Message, *, listed: bool = True) -> TableMatch:
        """Tell of a table that nobody fills: it stays word for word, or is emptied where it has last year's units."""
        cells = self.cells(table, range(table.outline.first, table.outline.last + 1))
        if any(self.needles.is_one(cell.text) for cell in cells):
            for cell in cells:
                cell.put(None)
            said = Message("emptied, as it holds last year's units: {place}", place=place)
            self.kept.lost(said)
        else:
            said = Message("kept word for word: a table that is none of the plan's, {place}", place=place)
            if listed:
                self.kept.whole(said)
        return TableMatch(table.match.table, "", told=(*table.match.told, said))

    def filled_so(self, table: OutlinedTable, told: Sequence[Message], place: Message) -> TableMatch:
        """Tell of a table that is filled what it has lost."""
        for said in (*table.lost, *told):
            self.kept.lost(said, place)
        return replace(table.match, told=(*table.match.told, *told))

    def without_sums(self, table: OutlinedTable, row: int) -> list[Message]:
        """Leave 0 in the row of totals where it will be summed up; empty what else stands beside its label.

        Where there are sums behind the data as well, those above it stay empty.
        """
        of = {one.column.place: one.of for one in table.match.matches}
        lost = []
        for cell in self.beside_label(table, row):
            name = of.get(cell.column, "")
            if cell.is_number and (name in SUMMED or (name in _SHARES and table.match.of == "counties")):
                cell.put(0)
            # What is computed of columns that are filled stays; with subtotals it would count rows twice.
            elif not (cell.formula and name and not table.outline.parts):
                cell.put(None)
                lost.append(cell.place)
        if table.outline.total and table.outline.total_above:
            for cell in self.beside_label(table, table.outline.total_above):
                cell.put(None)
        return [Message("the row of totals stays empty in {cells}", cells=joined(lost))] if lost else []

    def beside_label(self, table: OutlinedTable, row: int) -> list[ValueCell]:
        """Give what stands in a row of totals beside the word for it, which loses last year's count; dashes stay."""
        cells = self.cells(table, [row])
        label = sum_label([cell.text for cell in cells])
        if label >= 0 and without_count(cells[label].text) != cells[label].text:
            cells[label].put(without_count(cells[label].text))
        others = (cell for place, cell in enumerate(cells) if place != label)
        return [cell for cell in others if not cell.text or any(map(str.isalnum, cell.text))]

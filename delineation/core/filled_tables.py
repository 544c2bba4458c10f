"""Tables that people fill in, in CSV or as a workbook: rows of known columns, and where in the file each stands."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from .column_names import folded
from .errors import BadInput
from .given_files import read_given
from .messages import NOTHING, Message, at, counted, foreign, joined
from .table_outline import CellGrid
from .text import nearest, refuse_unfit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from .messages import Fact

_WORKBOOKS = (".xlsx", ".xlsm", ".xls")
_PACKED = (
    b"PK\3\4",
    bytes.fromhex("d0cf11e0"),
)  # how workbooks begin, those of Office 97 too, whatever they are called
_HEAD_WITHIN = 20  # rows of a sheet, among which its head is: titles may stand above
_SHOWN = 20  # errors in one message


@dataclass(frozen=True)
class FilledRow:
    """A row.

    Attributes
    ----------
    number : int
        Line of the file it starts on, or row of the sheet; from 1.
    cells : mapping of str to str
        Column id → text without white space around it, "" where the file has none.
    """

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class FilledTable:
    """A table as it stands in a file.

    Attributes
    ----------
    path : Path
    sheet : str
        Of a workbook; "" of a CSV file.
    head : mapping of str to str
        Column id → what the head of the file calls it, or would.
    rows : sequence of FilledRow
    """

    path: Path
    sheet: str
    head: Mapping[str, str]
    rows: Sequence[FilledRow]


@dataclass
class TableErrors:
    """Errors of a table, gathered: whoever mends the file does so once."""

    table: FilledTable
    _found: list[tuple[int, str, Message, Message]] = field(default_factory=list)

    def add(self, row: int, column: str, what: Message, wanted: Message) -> None:
        """Note an error; ``column`` "" where it is of the row."""
        self._found.append((row, self.table.head.get(column, column), what, wanted))

    def check(self) -> None:
        """Raise what was noted, if anything was: the first with its place, then those behind it.

        Raises
        ------
        BadInput
        """
        if not self._found:
            return
        found = sorted(self._found, key=lambda one: one[0])
        row, column, what, wanted = found[0]
        if rest := found[1:]:
            wanted = counted(
                len(rest),
                "{wanted}; and {n} error more: {errors:apart}",
                "{wanted}; and {n} errors more: {errors:apart}",
                wanted=wanted,
                errors=tuple(self._said(*one) for one in rest[: _SHOWN - 1]),
            )
        raise BadInput(what, where=self._place(row, column), wanted=wanted)

    def _said(self, row: int, column: str, what: Message, wanted: Message) -> Message:
        facts: dict[str, Fact] = {"row": row, "column": column, "what": what, "wanted": wanted}
        if column and self.table.sheet:
            return Message("row {row}, column {column}: {what}; wanted: {wanted}", **facts)
        if column:
            return Message("line {row}, column {column}: {what}; wanted: {wanted}", **facts)
        if self.table.sheet:
            return Message("row {row}: {what}; wanted: {wanted}", **facts)
        return Message("line {row}: {what}; wanted: {wanted}", **facts)

    def _place(self, row: int, column: str) -> Message:
        return place_in(self.table.path, self.table.sheet, row, column)


def place_in(path: Path, sheet: str, row: int, column: str = "") -> Message:
    """Say where in a file something stands: sheet and row, or the line of a CSV file, whose sheet is ""."""
    if sheet:
        line = Message("{path}, sheet {sheet}, row {row}", path=path, sheet=sheet, row=row)
    else:
        line = Message("{path} line {line}", path=path, line=row)
    return Message("{line}, column {column}", line=line, column=column) if column else line


def read_filled(
    path: Path, titles: Mapping[str, str], required: Sequence[str] = (), *, empty: Message = NOTHING
) -> FilledTable:
    """Read a table of known columns: of a workbook the first sheet that has its head.

    Of merged cells each holds what the first does. Rows without anything are left out. A title above the head is
    passed over.

    Parameters
    ----------
    path : Path
        A CSV file in UTF-8, GBK or GB18030, or a workbook.
    titles : mapping of str to str
        Id of each column the table may have → its title, by which the head may call it as well.
    required : sequence of str
        Columns it has to have; another that the file lacks is "" in each row.
    empty : Message
        What is said of one without rows; such a one is no error where nothing is said.

    Raises
    ------
    BadInput
        Unreadable, in no encoding of these, without its head, with an unknown, missing or repeated column, a row with
        more cells than the head, no rows; a text that no format can hold.
    """
    table = _read(path, titles, required)
    if empty and not table.rows:
        raise BadInput(empty, where=at(path), wanted=Message("one entry per row below the head"))
    # Of what it lacks the head would say the title, where it says titles.
    titled = any(name != key for key, name in table.head.items())
    head = {key: title if titled else key for key, title in titles.items()} | dict(table.head)
    for row in table.rows:
        for key, text in row.cells.items():
            if not text.isprintable():
                refuse_unfit(text, place_in(path, table.sheet, row.number, head[key]), lines=True)
    return replace(table, head=head)


def read_rows(path: Path, columns: Collection[str]) -> Sequence[FilledRow]:
    """Read the rows of a table whose columns have no titles, and of which it may lack any: see `read_filled`."""
    return read_filled(path, {column: column for column in columns}).rows


def read_table(path: Path) -> FilledTable:
    """Read a table whose columns are as its first row calls them, whatever they are; else as `read_filled` does.

    Of columns of one name the first counts, and what a row lacks is "".
    """
    return _read(path)


def read_cells(path: Path) -> dict[str, CellGrid]:
    """Read the cells of tables in any layout: those of a workbook by its sheets, that of a CSV file by its name."""
    sheets = _cells(path)
    return {sheet or path.name: one if isinstance(one, CellGrid) else one.cells for sheet, one in sheets.items()}


def _head(
    found: Sequence[str], titles: Mapping[str, str], names: Mapping[str, str], required: Sequence[str], where: Message
) -> dict[str, int]:
    """Give the place of each column, from 0; a cell of the head without text is none."""
    places: dict[str, int] = {}
    if not titles:
        for number, name in enumerate(found):
            if name:
                places.setdefault(name, number)
        return places
    chinese = sum(folded(name) in map(folded, titles.values()) for name in found) * 2 > len(found)
    known = list(titles.values()) if chinese else list(titles)
    for number, name in enumerate(found):
        if not name:
            continue
        key = names.get(folded(name))
        if key is None:
            raise BadInput(Message("unknown column '{name}'", name=name), where=where, wanted=nearest(name, known))
        if key in places:
            raise BadInput(Message("a column occurs twice: '{name}'", name=name), where=where, wanted=joined(known))
        places[key] = number
    for key in required:
        if key not in places:
            lacking = titles[key] if chinese else key
            raise BadInput(Message("column '{lacking}' is missing", lacking=lacking), where=where, wanted=joined(known))
    return places


# ── cells ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Lines:
    """What stands in the lines of a CSV file that are not empty: number of a line → its texts."""

    texts: dict[int, list[str]]

    @property
    def cells(self) -> CellGrid:
        """The same as cells."""
        return CellGrid(
            {(line, column): text for line, texts in self.texts.items() for column, text in enumerate(texts, 1) if text}
        )

    @property
    def width(self) -> int:
        """Fields of the widest line."""
        return max(map(len, self.texts.values()), default=0)

    def row(self, line: int, places: Iterable[int]) -> list[str]:
        """Give the texts at some places of a line, from 0."""
        texts = self.texts.get(line, [])
        return [texts[place] if place < len(texts) else "" for place in places]

    def filled(self, places: Collection[int] = ()) -> list[int]:
        """Lines that hold something, at one of some places."""
        return [line for line in self.texts if not places or any(self.row(line, places))]


@dataclass(frozen=True)
class _Sheet:
    """A sheet of a workbook as `_Lines` has a CSV file."""

    grid: CellGrid

    @property
    def width(self) -> int:
        return max((column for _, column in self.grid.values), default=0)

    def row(self, line: int, places: Iterable[int]) -> list[str]:
        return [show_cell(self.grid.value(line, place + 1)) for place in places]

    def filled(self, places: Collection[int] = ()) -> list[int]:
        # What only a merged cell from above reaches into is no row of its own.
        return sorted({line for line, column in self.grid.values if not places or column - 1 in places})


def _cells(path: Path, *, strict: bool = False) -> dict[str, CellGrid] | dict[str, _Lines]:
    """Read all cells by sheet, "" of a CSV file."""
    wanted = Message("a CSV file or a workbook (.xlsx)")
    if path.suffix.lower() in _WORKBOOKS or (raw := read_given(path, wanted)).startswith(_PACKED):
        from .sheets import read_grids

        return read_grids(path)
    lines: dict[int, list[str]] = {}
    reader = csv.reader(io.StringIO(_decoded(path, raw), newline=""), strict=strict)
    line = 1
    try:
        for texts in reader:
            stripped = [text.strip() for text in texts]
            if any(stripped):
                lines[line] = stripped
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadInput(
            Message("not a CSV table ({error})", error=foreign(error)),
            where=place_in(path, "", reader.line_num),
            wanted=Message("comma-separated values"),
        ) from error
    return {"": _Lines(lines)}


def _decoded(path: Path, raw: bytes) -> str:
    """Read a text in UTF-8, or else in GB18030, which holds GBK: Excel writes CSV so on a Chinese system."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as first:
        try:
            return raw.decode("gb18030")
        except UnicodeDecodeError as second:
            # The encoding that fits longer is the one that was meant.
            line = raw[: max(first.start, second.start)].count(b"\n") + 1
            raise BadInput(
                Message("neither UTF-8 nor GBK"),
                where=place_in(path, "", line),
                wanted=Message("CSV saved as UTF-8 or GBK, or a workbook (.xlsx)"),
            ) from second


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _read(path: Path, titles: Mapping[str, str] | None = None, required: Sequence[str] = ()) -> FilledTable:
    """Find the head in the first sheet that has one, and read what stands below it."""
    titles = titles or {}
    names = {folded(name): key for key, title in titles.items() for name in (key, title)}
    for sheet, found in _cells(path, strict=bool(titles)).items():
        grid = _Sheet(found) if isinstance(found, CellGrid) else found
        row, head = _head_row(grid, names, required, alone=not sheet)
        if not row:
            continue
        places = _head(head, titles, names, required, place_in(path, sheet, row))
        if titles and isinstance(grid, _Lines):
            _require_fields(path, grid, row, len(head))
        shown = {key: "".join(head[place].split()) for key, place in places.items()}
        return FilledTable(path, sheet, shown, _rows(path, sheet, grid, row, places, titles))
    raise BadInput(
        Message("no sheet has a row with the names of the columns"), where=at(path), wanted=joined(titles.values())
    )


def _head_row(
    grid: _Lines | _Sheet, names: Mapping[str, str], required: Sequence[str], *, alone: bool
) -> tuple[int, list[str]]:
    """Find the row with half of the columns that have to be there, and its texts; what it lacks is told then.

    Of a sheet that is ``alone`` the first row is held to be the head where none is one, so that it is told what it has
    instead; of others row 0 says that there is none.
    """
    first: tuple[int, list[str]] = (0, [])
    for row in grid.filled()[:_HEAD_WITHIN]:
        head = grid.row(row, range(grid.width))
        while head and not head[-1]:
            head.pop()
        if 2 * len({names.get(folded(name)) for name in head} & set(required)) >= len(required):
            return row, head
        first = first if first[0] else (row, head)
    return (first if first[0] else (1, [])) if alone else (0, [])


def _require_fields(path: Path, lines: _Lines, head: int, width: int) -> None:
    """Refuse lines of a CSV file with fewer fields than its head, or more that are filled.

    A spreadsheet writes as many fields as its widest row has.
    """
    for line, texts in lines.texts.items():
        count = len(texts)
        if line > head and (count < width or any(texts[width:])):
            raise BadInput(
                counted(count, "{n} field", "{n} fields"),
                where=place_in(path, "", line),
                wanted=Message("{count}, as in the header", count=counted(width, "{n} field", "{n} fields")),
            )


def _rows(
    path: Path, sheet: str, grid: _Lines | _Sheet, head: int, places: Mapping[str, int], titles: Mapping[str, str]
) -> list[FilledRow]:
    blank = dict.fromkeys(titles, "")
    rows = []
    for row in (row for row in grid.filled([*places.values()]) if row > head):
        for key, place in places.items():
            if isinstance(grid, _Sheet) and grid.grid.unsaved(row, place + 1):
                raise BadInput(
                    Message("a formula without a saved result"),
                    where=place_in(path, sheet, row, titles.get(key, key)),
                    wanted=Message("the value in place of the formula"),
                )
        rows.append(FilledRow(row, blank | dict(zip(places, grid.row(row, places.values()), strict=True))))
    return rows


def show_cell(value: Any) -> str:
    """Write what stands in a cell as a person reads it there: 26 for 26.0, a date as 2026-03-01."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else str(value).strip()

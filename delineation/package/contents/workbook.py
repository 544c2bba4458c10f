"""A workbook whose template has its sheets, heads and looks: filled with the plan's rows."""

from __future__ import annotations

import datetime
import math
import re
from copy import copy
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from openpyxl.cell.cell import Cell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.formula.translate import Translator
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange

from ...core.errors import BadInput
from ...core.findings import Facts, Finding
from ...core.messages import Message, at, counted, first_few, joined
from ...core.office_files import document_date
from ...core.office_reading import examined
from ...core.sheet_rows import RowChange, rename_sheet, resize_rows
from ...core.xlsx import load, not_kept, save
from ...export.lists_xlsx import FONT_SIZE, LONGEST, height
from ..registry import Put, content_kind
from ..table_rows import clean, foreign_codes, in_runs, table_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from ...core.progress import Progress
    from ..filling import Filling
    from ..profile import Filled, PackageItem
    from ..table_rows import TableRows

_TALLEST = 409.0  # points, of a row
_SAID = 10  # differences that are named
_NAMED = 5  # rows that a finding lists
_LONGEST_NAME = 31  # characters of a sheet's name
_DEFAULT_WIDTH = 8.43  # characters of a column that has no width
_CLOSE = 1e-9  # of numbers that were written as decimals and read again
_CODE = "\ue000"  # stands for the ampersand of a code while names are filled in, which may have one too
_WORKBOOK = Message("workbook")
_GOES_ON = Message("cont.")
_PIECES = re.compile(r"(?<=[\n。；])")  # where a text may go on in a row below
_PAGES = ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")


@dataclass(frozen=True)
class _Look:
    """How a data row of the template looks."""

    styles: Mapping[int, Any]
    formulas: Mapping[int, str]
    merged: tuple[tuple[int, int], ...]
    dimension: Any


@dataclass
class _Tall:
    """What does not fit where it stands."""

    cut: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)


def compare(filling: Filling, contents: Sequence[PackageItem], path: Path, put: Put) -> list[Message]:  # noqa: ARG001
    """Read a workbook again and hold each of its cells against the plan's records and the filled template.

    Returns
    -------
    list of Message
        What differs, the first few; empty where nothing does.
    """
    (content,) = contents
    template = _prepared(filling, content)
    book = load(path)
    if book.sheetnames != template.sheetnames:
        said = Message("sheets {found} in place of {wanted}", found=book.sheetnames, wanted=template.sheetnames)
        return [said]
    return list(islice(_differences(filling, content, book, template, path), _SAID))


@content_kind("workbook", compare)
def write(filling: Filling, contents: Sequence[PackageItem], path: Path, progress: Progress) -> Put:
    """Fill the template of a workbook; the same plan gives the same bytes.

    Rows of the template that are data give the looks of all rows that are written; what lies below moves down, what
    covers them grows.

    Parameters
    ----------
    filling : Filling
    contents : sequence of PackageItem
        One.
    path : Path
        An existing file is replaced whole.
    progress : callable

    Returns
    -------
    Put
        Findings ``P02``, ``P12`` to ``P15``, ``P18``, ``P30``: columns that stay empty, texts that were cut at what a
        cell holds, values without a word, rows higher than can be printed, things of the template that are lost, codes
        of units that are none of the plan's, measures far from last year's.

    Raises
    ------
    BadInput
        A template that cannot be read, lacks a sheet or has an unknown token; a table that asks for what the plan does
        not have; a file that cannot be written.
    """
    (content,) = contents
    progress(0.0, _WORKBOOK)
    book = _prepared(filling, content)
    findings = []
    if lost := not_kept(examined(filling.profile.template(content))):
        findings.append(Finding("P15", {"file": path.name, "things": joined(lost)}, value=float(len(lost))))
    told, written = [], []
    for number, (sheet, filled) in enumerate(_tables(filling, content, book)):
        progress(0.1 + 0.6 * number / len(content.tables), _WORKBOOK)
        rows, tall = _rows_of(filling, filled, path, sheet), _Tall()
        _fill_table(sheet, filled, rows, tall)
        written.append(rows)
        findings += rows.findings
        if tall.cut:
            findings.append(Finding("P12", {"file": path.name, "count": len(tall.cut)}, value=float(len(tall.cut))))
        if tall.hidden:
            facts: Facts = {"file": path.name, "sheet": sheet.title, "count": len(tall.hidden)}
            facts |= {"rows": first_few(tall.hidden, _NAMED)}
            findings.append(Finding("P14", facts, value=float(len(tall.hidden))))
        said = counted(len(rows.rows) - len(rows.more), "{n} row", "{n} rows")
        told.append(Message("{sheet}: {rows}", sheet=sheet.title, rows=said))
    progress(0.8, _WORKBOOK)
    findings += foreign_codes(filling, _all_texts(book), written, path.name)
    save(book, path, document_date(filling.plan.meta.get("date", "")))
    progress(1.0, _WORKBOOK)
    # Of a sheet the last table is filled first.
    about = filling.say(Message("{parts:apart}", parts=tuple(reversed(told))))
    return Put((path,), about, tuple(reversed(findings)))


def _all_texts(book: Workbook) -> Iterator[str]:
    """Give all that a workbook says: cells, comments, headers and footers, names of sheets."""
    for sheet in book.worksheets:
        yield sheet.title
        for cell in sheet._cells.values():
            if isinstance(cell.value, str):
                yield cell.value
            if isinstance(cell, Cell) and cell.comment is not None:
                yield cell.comment.text
        yield from (part.text or "" for _, part in margins_of(sheet))


def _place(file: str, sheet: str) -> Message:
    return Message("{file}, sheet '{sheet}'", file=file, sheet=sheet)


# ── the template ──────────────────────────────────────────────────────────────────────────────────────────────────


def _prepared(filling: Filling, content: PackageItem) -> Workbook:
    """Open the template with its tokens filled in; its data rows are as they were."""
    template = filling.profile.template(content)
    book = load(template)
    data: dict[str, list[range]] = {}
    for filled in content.tables:
        sheet = _sheet(filling, filled, book, template)
        data.setdefault(sheet.title, []).append(range(filled.first, filled.first + filled.rows))
    for sheet in book.worksheets:
        own = data.get(sheet.title, [])
        for cell in list(sheet._cells.values()):
            if isinstance(cell, Cell) and cell.data_type == "s" and not any(cell.row in rows for rows in own):
                where = Message("{place} {cell}", place=_place(template.name, sheet.title), cell=cell.coordinate)
                if "{" in str(cell._value):
                    cell._value = changed(cell._value, partial(_filled, filling, where))
        _fill_margins(filling, sheet, template)
        for table in sheet.tables.values():
            _name_columns(sheet, table)
    _fill_names(filling, book, template)
    if title := book.properties.title:
        book.properties.title = clean(filling.filled(title, at(template)))
    return book


def _sheet(filling: Filling, filled: Filled, book: Workbook, template: Path) -> Worksheet:
    """Find a table's sheet, called as in the template or as it will be."""
    for name in (filled.sheet, filling.filled(filled.sheet, at(template), name=True)):
        if name in book.sheetnames:
            return book[name]
    raise BadInput(
        Message("no sheet '{sheet}'", sheet=filled.sheet),
        where=template,
        wanted=first_few(book.sheetnames),
    )


def _filled(filling: Filling, where: Message, text: str) -> str:
    return clean(filling.filled(text, where))


def changed(value: Any, change: Callable[[str], str]) -> Any:
    """Change the text of a cell, each run of it in its own looks."""
    if not isinstance(value, CellRichText):
        return change(str(value))
    runs = [str(one) for one in value]
    texts = in_runs(runs, change("".join(runs)))
    both = zip(value, texts, strict=True)
    return CellRichText(
        [TextBlock(one.font, text) if isinstance(one, TextBlock) else text for one, text in both if text]
    )


def margins_of(sheet: Worksheet) -> Iterator[tuple[str, Any]]:
    """Give the parts of a sheet's headers and footers, each with what its page is called."""
    for page in _PAGES:
        yield from ((page, getattr(getattr(sheet, page), side)) for side in ("left", "center", "right"))


def _fill_margins(filling: Filling, sheet: Worksheet, template: Path) -> None:
    """Fill in headers and footers; an ampersand is a code of theirs."""
    where = Message("{place}, header or footer", place=_place(template.name, sheet.title))
    for _, part in margins_of(sheet):
        if part.text and "{" in part.text:
            filled = filling.filled(part.text.replace("&", _CODE), where)
            part.text = clean(filled).replace("&", "&&").replace(_CODE, "&")


def _name_columns(sheet: Worksheet, table: Any) -> None:
    """Call the columns of a table as their heads do, or the file is taken for damaged."""
    if table.headerRowCount == 0:
        return
    row = sheet[table.ref][0]
    for cell, column in zip(row, table.tableColumns, strict=False):
        if cell.value is not None:
            column.name = str(cell.value)


def _fill_names(filling: Filling, book: Workbook, template: Path) -> None:
    """Give sheets their names."""
    for sheet in book.worksheets:
        name = filling.filled(sheet.title, at(template), name=True)
        if name == sheet.title:
            continue
        if (
            len(name) > _LONGEST_NAME
            or name.lower() in (one.lower() for one in book.sheetnames)
            or set(name) & set("[]")
        ):
            raise BadInput(
                Message("a sheet would be called '{name}'", name=name),
                where=template,
                wanted=Message("a name of its own, of at most {most} characters, without [ and ]", most=_LONGEST_NAME),
            )
        rename_sheet(sheet, name)


def _tables(filling: Filling, content: PackageItem, book: Workbook) -> list[tuple[Worksheet, Filled]]:
    """Pair tables with their sheets: of a sheet the last first, so that those above keep their place."""
    template = filling.profile.template(content)
    renamed = {}
    for filled in content.tables:
        name = filling.filled(filled.sheet, at(template), name=True)
        renamed[id(filled)] = book[name] if name in book.sheetnames else book[filled.sheet]
    both = [(renamed[id(filled)], filled) for filled in content.tables]
    order = {sheet.title: number for number, sheet in enumerate(book.worksheets)}
    both.sort(key=lambda one: (order[one[0].title], one[1].first), reverse=True)
    return both


# ── rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _rows_of(filling: Filling, filled: Filled, path: Path, sheet: Worksheet) -> TableRows:
    """Take the rows of a table; one that is higher than can be printed goes on below, with code and name, marked 续.

    ``sheet`` is the template's. Texts part behind lines and clauses; one that is too high by itself stays whole.
    """
    rows = table_rows(filling, filled, path.name, at(sheet.title))
    holds = [column.of for column in filled.columns]
    mark = next((holds.index(of) for of in ("number", "name") if of in holds), 0)
    out: list[list[Any]] = []
    more = set()
    for row in rows.rows:
        place = filled.first + len(out) % filled.rows
        fixed = place in sheet.row_dimensions and sheet.row_dimensions[place].height is not None
        columns = [
            [value] if fixed else _parts(sheet, place, column.column, value)
            for value, column in zip(row, filled.columns, strict=True)
        ]
        for part in range(max(map(len, columns), default=1)):
            own = [parts[part] if part < len(parts) else None for parts in columns]
            if part:
                more.add(len(out))
                again = [row[place] if of in ("code", "name") else None for place, of in enumerate(holds)]
                again[mark] = f"{row[mark] if 'number' in holds else ''}{filling.say(_GOES_ON)}"
                own = [one or other for one, other in zip(own, again, strict=True)]
            out.append(own)
    return replace(rows, rows=out, more=frozenset(more))


def _parts(sheet: Worksheet, row: int, column: int, value: Any) -> list[Any]:
    cell, width = sheet._cells.get((row, column)), _width(sheet, column)
    if not isinstance(value, str) or not isinstance(cell, Cell) or not width:
        return [value]
    parts = [""]
    for piece in _PIECES.split(value):
        if parts[-1] and _height(cell, (parts[-1] + piece).rstrip("\n"), width) > _TALLEST:
            parts.append("")
        parts[-1] += piece
    return [one.rstrip("\n") for one in parts] if len(parts) > 1 else [value]


def _fill_table(sheet: Worksheet, filled: Filled, rows: TableRows, tall: _Tall) -> None:
    last = filled.first + filled.rows - 1
    looks = [_look(sheet, row, filled) for row in range(filled.first, last + 1)]
    # Where there is no record an empty row stays: a table of a head alone reads as if something were missing.
    count = max(len(rows.rows), 1)
    resize_rows(sheet, filled.first, last, filled.first + count - 1)
    places = [column.column for column in filled.columns]
    columns = sorted({*places, *(column for look in looks for column in look.styles)})
    index = {place: number for number, place in enumerate(places)}
    widths = {column: _width(sheet, column) for column in places}
    empty: list[Any] = [None] * len(places)
    for number in range(count):
        look, row = looks[number % len(looks)], filled.first + number
        values = rows.rows[number] if number < len(rows.rows) else empty
        for column in columns:
            cell = Cell(sheet, row, column)
            if column in look.styles:
                cell._style = look.styles[column]
            sheet._cells[row, column] = cell
            if column in index:
                _put(cell, values[index[column]], tall)
            elif column in look.formulas and number < len(rows.rows) and number not in rows.more:
                letter = get_column_letter(column)
                origin = f"{letter}{filled.first + number % len(looks)}"
                cell.value = Translator(look.formulas[column], origin).translate_formula(f"{letter}{row}")
        for left, right in look.merged:
            sheet.merged_cells.add(CellRange(None, left, row, right, row))
        _dress_row(sheet, row, look, dict(zip(places, values, strict=True)), widths, tall)
    if filled.total:
        _fill_totals(sheet, filled, rows, filled.first - 1 if filled.above else filled.first + count)


def _look(sheet: Worksheet, row: int, filled: Filled) -> _Look:
    """Take the looks of a row of the template, and its formulas in columns that nothing else fills."""
    cells = {column: cell for (own, column), cell in sheet._cells.items() if own == row}
    places = {column.column for column in filled.columns}
    formulas = {
        column: str(cell.value)
        for column, cell in cells.items()
        if cell.data_type == "f" and _is_formula(cell.value) and column not in places
    }
    styles = {column: copy(cell._style) for column, cell in cells.items()}
    return _Look(styles, formulas, side_by_side(sheet, row), sheet.row_dimensions.get(row))


def side_by_side(sheet: Worksheet, row: int) -> tuple[tuple[int, int], ...]:
    """Find columns that are merged within a row; what is merged over several rows depends on what stands in them."""
    ranges = [one for one in sheet.merged_cells.sorted() if one.min_row == one.max_row == row]
    return tuple((one.min_col, one.max_col) for one in ranges)


def _put(cell: Cell, value: Any, tall: _Tall) -> None:
    """Put a value into a cell; what begins with = is a text as any other."""
    if value is None:
        return
    if not isinstance(value, str):
        cell._value, cell.data_type = value, "n"
        return
    if date := _date(cell, value):
        cell._value, cell.data_type = date, "d"
        return
    if len(value) * 2 > LONGEST and (short := _cut(value)) != value:
        value = short
        tall.cut.append(cell.coordinate)
    cell._value, cell.data_type = value, "s"


def _date(cell: Cell, text: str) -> datetime.datetime | None:
    """Read a date where the template's cell shows dates."""
    if len(text) != 10 or not cell.has_style or not is_date_format(cell.number_format):
        return None
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        return None


def _cut(text: str) -> str:
    """Cut a text to what a cell holds, which counts rare characters twice, at the end of a line where there is one."""
    short = text.encode("utf-16-le")[: 2 * LONGEST].decode("utf-16-le", "ignore")
    if short == text:
        return text
    return short[: short.rfind("\n")] if "\n" in short else short


def _dress_row(
    sheet: Worksheet, row: int, look: _Look, values: Mapping[int, Any], widths: Mapping[int, float], tall: _Tall
) -> None:
    """Give a row the height of the template's, or what its texts need."""
    fixed = look.dimension is not None and look.dimension.height is not None
    needed = 0.0
    if not fixed:
        for column, value in values.items():
            if isinstance(value, str) and widths[column]:
                needed = max(needed, _height(sheet._cells[row, column], value, widths[column]))
    if needed > _TALLEST:
        tall.hidden.append(f"{row}")
    if look.dimension is None and not needed:
        return
    if look.dimension is not None:
        own = copy(look.dimension)
        own.index = row
        sheet.row_dimensions[row] = own
    if needed:
        sheet.row_dimensions[row].height = min(needed, _TALLEST)


def _height(cell: Cell, text: str, width: float) -> float:
    """Points that a text needs which breaks into lines; 0 where one line does."""
    if not cell.alignment.wrap_text:
        return 0.0
    size = float(cell.font.size or 11.0)
    # Widths count digits of the workbook's own font; the measure is that of lists, which are set in 9 points.
    per_line = width * FONT_SIZE / size
    if "\n" not in text and 2 * len(text) <= per_line:
        return 0.0
    needed = height([text], [per_line])
    return 0.0 if needed <= height(["1"], [per_line]) else needed * size / FONT_SIZE


def _width(sheet: Worksheet, column: int) -> float:
    """Characters that a column is wide; 0 of one that is hidden."""
    for one in sheet.column_dimensions.values():
        if one.min <= column <= one.max:
            return 0.0 if one.hidden else float(one.width or _DEFAULT_WIDTH)
    return float(sheet.sheet_format.defaultColWidth or _DEFAULT_WIDTH)


def _fill_totals(sheet: Worksheet, filled: Filled, rows: TableRows, row: int) -> None:
    """Write sums in the row of totals: where the template has a number or a formula, an empty cell stays empty."""
    for column, total in zip(filled.columns, rows.totals, strict=True):
        cell = sheet._cells.get((row, column.column))
        if total is not None and isinstance(cell, Cell) and cell.data_type in "nf" and cell.value is not None:
            cell._value, cell.data_type = total, "s" if isinstance(total, str) else "n"


# ── reading again ─────────────────────────────────────────────────────────────────────────────────────────────────


def _differences(
    filling: Filling, content: PackageItem, book: Workbook, template: Workbook, path: Path
) -> Iterator[Message]:
    tables: dict[str, list[_Placed]] = {}
    for sheet, filled in reversed(_tables(filling, content, template)):
        rows = _rows_of(filling, filled, path, sheet)
        own = tables.setdefault(sheet.title, [])
        first = filled.first + sum(one.change.new_last - one.change.last for one in own)
        change = RowChange(first, first + filled.rows - 1, first + max(len(rows.rows), 1) - 1)
        own.append(_Placed(filled, rows, change))
    for sheet in template.worksheets:
        yield from _of_sheet(sheet, book[sheet.title], tables.get(sheet.title, []))


@dataclass(frozen=True)
class _Placed:
    """A table with its rows, and where they went."""

    filled: Filled
    rows: TableRows
    change: RowChange

    def has(self, top: int, bottom: int) -> bool:
        """Tell whether rows of the template have a part in its data rows."""
        return top < self.filled.first + self.filled.rows and bottom >= self.filled.first


def _of_sheet(template: Worksheet, sheet: Worksheet, tables: Sequence[_Placed]) -> Iterator[Message]:
    """Name what differs in a sheet: in the rows of its tables, in all other cells, in what is merged."""
    wanted: dict[tuple[int, int], Any] = {}
    for (row, column), cell in template._cells.items():
        if cell.value is not None and not any(one.has(row, row) for one in tables):
            place = row
            for one in tables:
                place = one.change.row(place)
            wanted[place, column] = cell.value
    computed: set[tuple[int, int]] = set()
    for one in tables:
        first, after, filled = one.change.first, one.change.new_last + 1, one.filled
        total_row = first - 1 if filled.above else after
        places = [column.column for column in filled.columns]
        for number, values in enumerate(one.rows.rows):
            wanted |= {(first + number, column): value for column, value in zip(places, values, strict=True)}
        for column, total in zip(filled.columns, one.rows.totals, strict=True):
            if filled.total and total is not None and _is_number(wanted.get((total_row, column.column))):
                wanted[total_row, column.column] = total
        formulas = {c for row in range(filled.rows) for c in _look(template, filled.first + row, filled).formulas}
        computed |= {(row, column) for row in range(first, after) for column in formulas}
    found = {place: cell.value for place, cell in sheet._cells.items() if cell.value is not None}
    for place in sorted({*wanted, *found}):
        own, asked = found.get(place), wanted.get(place)
        if not (place in computed and _is_formula(own)) and not _same(own, asked):
            yield _differs(sheet, place, own, asked)
    yield from _merged(template, sheet, tables)


def _is_formula(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("=")


def _is_number(value: Any) -> bool:
    return _is_formula(value) or isinstance(value, (int, float))


def _same(found: Any, wanted: Any) -> bool:
    if found is None or wanted is None:
        return found is None and wanted is None
    if isinstance(found, datetime.datetime) and isinstance(wanted, str):
        return found.date().isoformat() == wanted
    if isinstance(wanted, (int, float)) and isinstance(found, (int, float)):
        return math.isclose(found, wanted, rel_tol=_CLOSE, abs_tol=_CLOSE)
    if isinstance(wanted, str) and isinstance(found, str) and len(wanted) * 2 > LONGEST:
        return found == _cut(wanted)
    if _is_formula(wanted) and _is_formula(found):
        return True  # its rows have moved
    return str(found) == str(wanted) and isinstance(found, str) == isinstance(wanted, str)


def _differs(sheet: Worksheet, place: tuple[int, int], found: Any, wanted: Any) -> Message:
    cell = f"{sheet.title}!{get_column_letter(place[1])}{place[0]}"
    shown = [str(value)[:40] if value is not None else "" for value in (found, wanted)]
    return Message("{place}: '{found}' in place of '{wanted}'", place=cell, found=shown[0], wanted=shown[1])


def _merged(template: Worksheet, sheet: Worksheet, tables: Sequence[_Placed]) -> Iterator[Message]:
    wanted = set()
    for one in template.merged_cells.ranges:
        if not any(table.has(one.min_row, one.max_row) for table in tables):
            ref = one.coord
            for table in tables:
                ref = table.change.reference(ref)
            wanted.add(ref)
    for table in tables:
        looks = [side_by_side(template, table.filled.first + row) for row in range(table.filled.rows)]
        for number, row in enumerate(range(table.change.first, table.change.new_last + 1)):
            wanted |= {CellRange(None, left, row, right, row).coord for left, right in looks[number % len(looks)]}
    found = {one.coord for one in sheet.merged_cells.ranges}
    for ref in sorted(wanted ^ found):
        yield Message("{sheet}!{ref}: merged otherwise than in the template", sheet=sheet.title, ref=ref)

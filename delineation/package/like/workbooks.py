"""A workbook of a package of others as a template that is filled: its sheets, heads and looks, without its data."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.chartsheet import Chartsheet
from openpyxl.formula.tokenizer import Token, Tokenizer
from openpyxl.packaging.core import DocumentProperties
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange

from ...core.errors import BadInput
from ...core.messages import Message, at, counted, first_few, joined
from ...core.office_reading import archive_of, examined
from ...core.sheet_rows import rename_sheet, resize_rows
from ...core.sheets import grid_of
from ...core.table_outline import TableOutline, find_tables, is_number_text
from ...core.xlsx import load, not_kept, save
from ..contents.workbook import changed, margins_of, side_by_side
from .kept_texts import says_numbers
from .names import tokens_in
from .others import own_file
from .tables import OutlinedTable, TableFile, ValueCell, filled_table, looks_of, matched

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from openpyxl import Workbook
    from openpyxl.workbook.defined_name import DefinedName
    from openpyxl.worksheet.worksheet import Worksheet

    from ..profile import Filled
    from .found import TableMatch
    from .known import KnownFacts

_MACROS = "xl/vbaProject.bin"
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_ROW_NUMBER = re.compile(rb"\br=\"(\d+)\"")
_ROW_FIXED = re.compile(rb"\bcustomHeight=\"(?:1|true)\"")
_LONGEST_NAME = 31  # characters of a sheet's name
_ALIKE = 0.9  # share of rows that have one height, for it to be meant
_PAGE_CODES = re.compile(r"&(\"[^\"]*\"|K[\dA-F]{6}|K\d\d[+-]\d{3}|\d+|[A-Z])", re.IGNORECASE)
_SMALL = 100.0  # numbers in formulas up to here are factors and places, no data


def open_workbook(file: Path, relative: str, known: KnownFacts) -> TableFile:
    """Open a workbook whose tables are matched; a copy without last year's data can become a template.

    Parameters
    ----------
    file : Path
    relative : str
        Its path in the package.
    known : KnownFacts

    Raises
    ------
    BadInput
        It cannot be read (see `xlsx.load`), or has macros.
    """
    members = examined(file)
    if _MACROS in members:
        raise BadInput(
            Message("has macros"), where=at(relative), wanted=Message("a copy saved as .xlsx without macros")
        )
    shown, book = load(file, values=True, members=members), load(file, members=members)
    both = zip(shown.worksheets, book.worksheets, strict=True)
    grids = [(sheet.title, grid := grid_of(sheet, other), find_tables(grid), ()) for sheet, other in both]
    heads = (str(value) for _, grid, *_ in grids for (row, _), value in grid.values.items() if row == 1)
    own = own_file({*shown.sheetnames, *heads}, relative, known)
    return own or _Workbook(known, relative, matched(relative, grids, known), book, members)


def _fixed_heights(members: Mapping[str, bytes]) -> dict[str, set[int]]:
    """Find rows whose height somebody has set, by sheet; openpyxl takes those that fit their texts for the same."""
    reader = ExcelReader(archive_of(members))
    reader.read_manifest()
    reader.read_workbook()
    out = {}
    for sheet, rel in reader.parser.find_sheets():
        found = (row[1] for row in _ROW.finditer(members.get(rel.target, b"")) if _ROW_FIXED.search(row[1]))
        out[sheet.name] = {int(number[1]) for row in found if (number := _ROW_NUMBER.search(row))}
    return out


@dataclass
class _Workbook(TableFile):
    """A workbook on its way to be a template."""

    KIND = "workbook"

    book: Workbook
    members: Mapping[str, bytes]

    def emptied(self, template: Path) -> tuple[list[Filled], list[TableMatch]]:
        """Take last year's rows out of the tables, and last year's texts out of all other cells."""
        filled: list[Filled] = []
        matches: list[TableMatch] = []
        for sheet in list(self.book.worksheets):
            own = [one for one in self.tables if one.name == sheet.title]
            taken = sorted((one for one in own if one.match.of), key=lambda one: one.outline.head)
            others = (one for one in own if not one.match.of)
            matches += [self.left(one, _place(sheet, one), listed=bool(taken)) for one in others]
            if not taken and sheet.sheet_state != "visible" and self._holds_needles(sheet):
                self.lose(Message("hidden sheet '{sheet}' is left out: it holds last year's units", sheet=sheet.title))
                self._remove(sheet)
                continue
            self._rest(sheet, own)
            made = [self._table(sheet, one) for one in reversed(taken)]
            moved = 0
            title = self._title(sheet)
            for one, (first, rows, change, formats, told) in zip(taken, reversed(made), strict=True):
                filled.append(filled_table(one, first + moved, rows, formats, sheet=title))
                matches.append(self.filled_so(one, told, Message("sheet '{sheet}'", sheet=title)))
                moved += change
        self._strip()
        save(self.book, template, None)
        if left := self.needles.left_in(examined(template)):
            self.lose(Message("last year's codes are left in {entries}", entries=joined(left)))
        # Columns stand beside each other in the order of the sheets.
        return filled, sorted(matches, key=lambda one: not one.of)

    # ── tables ────────────────────────────────────────────────────────────────────────────────────────────────────

    def cells(self, table: OutlinedTable, rows: Iterable[int]) -> list[ValueCell]:
        """Give what stands in rows of a table's sheet."""
        sheet, wanted = self.book[table.name], set(rows)
        found = sorted(place for place in sheet._cells if place[0] in wanted)
        cells = [cell for place in found if isinstance(cell := sheet._cells[place], Cell) and cell.value is not None]
        return [
            ValueCell(
                cell.column,
                cell.coordinate,
                str(cell.value) if cell.data_type == "s" else "",
                _is_number(cell),
                partial(setattr, cell, "value"),
                str(cell.value) if cell.data_type == "f" and _is_pure(cell.value) else "",
            )
            for cell in cells
        ]

    def _table(self, sheet: Worksheet, table: OutlinedTable) -> tuple[int, int, int, dict[int, str], list[Message]]:
        """Make a table's data the rows that give the looks; tell where they are, how many, and how much moved."""
        outline, told = table.outline, []
        columns = range(outline.left, outline.right + 1)
        records = outline.records
        empty = not records and outline.first not in table.grid.rows
        if empty or records:
            looks = self._looks(sheet, outline.first if empty else 0, records, columns)
        else:
            looks = [_RowLook({}, None, ())]
        formats = {
            column: sheet._cells[shown, column].number_format
            for shown in (records or [outline.first])[:1]
            for column in columns
            if (shown, column) in sheet._cells
        }
        # Without a row of data an empty one is taken for it, or put in before what follows.
        last = outline.first if empty else outline.last
        rows = len(looks)
        resize_rows(sheet, outline.first, last, outline.first + rows - 1)
        for number, look in enumerate(looks):
            self._dress(sheet, outline.first + number, look, columns)
        after = outline.first + rows
        if outline.total or outline.total_above:
            told += self.without_sums(table, after if outline.total else outline.total_above)
        unsaved = [one.column.title for one in table.match.matches if one.column.formulas and not one.of]
        if unsaved:
            told.append(Message("formulas in {columns} have no saved results", columns=joined(unsaved)))
        return outline.first, rows, after - 1 - last, formats, told

    def _looks(self, sheet: Worksheet, blank: int, records: list[int], columns: range) -> list[_RowLook]:
        rows = records or [blank]
        merged: dict[tuple[int, int], tuple[int, int]] = {}
        for one in sheet.merged_cells.ranges:
            if one.min_row in rows and one.max_row > one.min_row:
                merged |= dict.fromkeys(one.cells, (one.min_row, one.min_col))

        apart = [column for column in columns if not any((row, column) in merged for row in rows)]

        def own(row: int, column: int) -> Any:
            cell = sheet._cells.get((row, column))
            return None if cell is None else cell._style

        def style(row: int, column: int) -> Any:
            first = merged.get((row, column))
            look = own(*first) if first else own(row, column)
            if first and look is not None and apart:
                # openpyxl keeps the colour of merged cells for the first alone: the row has it beside them.
                beside = min(apart, key=lambda other: abs(other - column))
                begun, here = own(first[0], beside), own(row, beside)
                if begun is not None and here is not None and look.fillId == begun.fillId:
                    look = copy(look)
                    look.fillId = here.fillId
            return look

        keys = [tuple(() if (look := style(row, one)) is None else tuple(look) for one in columns) for row in rows]
        always = set.intersection(*(set(side_by_side(sheet, row)) for row in rows))
        fixed = self._fixed_height(sheet, rows)
        out = []
        for place in looks_of(keys):
            row = rows[place]
            styles = {column: copy(look) for column in columns if (look := style(row, column)) is not None}
            dimension = copy(sheet.row_dimensions[row]) if row in sheet.row_dimensions else None
            if dimension is not None:
                dimension.height, dimension.hidden, dimension.collapsed = fixed, False, False
                dimension.outlineLevel = 0
            out.append(_RowLook(styles, dimension, tuple(sorted(always))))
        return out

    @cached_property
    def _fixed(self) -> dict[str, set[int]]:
        return _fixed_heights(self.members)

    def _fixed_height(self, sheet: Worksheet, rows: list[int]) -> float | None:
        """Give the height that somebody has set for the rows; None where they fit their texts."""
        fixed = self._fixed.get(sheet.title, set())
        heights = [sheet.row_dimensions[row].height for row in rows if row in fixed and row in sheet.row_dimensions]
        if not heights:
            return None
        usual = max(set(heights), key=heights.count)
        return usual if heights.count(usual) >= _ALIKE * len(rows) else None

    def _dress(self, sheet: Worksheet, row: int, look: _RowLook, columns: range) -> None:
        for column in {*columns, *(column for own, column in sheet._cells if own == row)}:
            cell = Cell(sheet, row, column)
            if column in look.styles:
                cell._style = look.styles[column]
            elif (old := sheet._cells.get((row, column))) is not None:
                cell._style = old._style
            sheet._cells[row, column] = cell
        for left, right in look.merged:
            sheet.merged_cells.add(CellRange(None, left, row, right, row))
        sheet.row_dimensions.pop(row, None)
        if look.dimension is not None:
            own = copy(look.dimension)
            own.index = row
            sheet.row_dimensions[row] = own

    # ── all other cells ───────────────────────────────────────────────────────────────────────────────────────────

    def _rest(self, sheet: Worksheet, tables: list[OutlinedTable]) -> None:
        """Put tokens into texts outside of the data, and empty what is last year's."""
        taken = [one.outline for one in tables if one.match.of]
        data = {row for one in taken for row in (*range(one.first, one.last + 1), one.total, one.total_above)}
        name, emptied, sentences, comments = sheet.title, [], [], 0
        where = Message("sheet '{sheet}'", sheet=name)
        for place, cell in sheet._cells.items():
            if isinstance(cell, MergedCell):
                continue
            if cell.comment is not None:
                comments += not self._keep_comment(sheet, cell, cell.row in data)
            if cell.hyperlink is not None and (cell.row in data or not _is_public(cell.hyperlink)):
                cell._hyperlink = None
            if cell.row in data:
                continue
            head = _in_head(place, taken)
            text = str(cell.value) if cell.data_type == "s" and cell.value is not None else ""
            if text:
                if self.needles.code_in(text) or self.needles.is_one(text):
                    cell.value = None
                    emptied.append(cell.coordinate)
                    continue
                cell._value = changed(cell._value, self._tokens)
                if says_numbers(text) and not head:
                    sentences.append(text)
                if not head:
                    self._keep_text(where, text, str(cell._value), tables, place)
            elif cell.data_type == "f":
                if not _is_pure(cell.value):
                    cell.value = None
                    emptied.append(cell.coordinate)
            elif cell.value is not None and taken and not head and not _within(place, tables):
                cell.value = None
                emptied.append(cell.coordinate)
        if emptied:
            self.lose(Message("emptied in sheet '{sheet}': {cells}", sheet=name, cells=first_few(emptied)))
        for one in sentences:
            self.told.append(Message("check this sentence in sheet '{sheet}': {text}", sheet=name, text=one))
        if comments:
            said = counted(comments, "{n} comment is left out", "{n} comments are left out")
            self.lose(Message("sheet '{sheet}': {what}", sheet=name, what=said))
        if not taken and any(cell.value is not None for cell in sheet._cells.values()):
            hidden = sheet.sheet_state != "visible"
            said = (
                Message("hidden sheet '{sheet}' is kept word for word", sheet=name)
                if hidden
                else Message("sheet '{sheet}' is kept word for word", sheet=name)
            )
            self.told.append(said)
            self.kept.whole(said)
        self._rules(sheet)

    def _keep_text(
        self, where: Message, text: str, filled: str, tables: list[OutlinedTable], place: tuple[int, int]
    ) -> None:
        """Take down a text that is kept: of sheets and tables that are told as a whole the facts, or marks, alone."""
        if _within(place, tables):
            self.kept.mark(where, filled)
        elif self.needles.name_in(text):
            self.kept.unit(where, text)
        else:
            self.kept.text(where, text, filled, listed=any(one.match.of for one in tables))

    def _keep_comment(self, sheet: Worksheet, cell: Cell, data: bool) -> bool:
        text = cell.comment.text
        if data or self.needles.within(text):
            cell.comment = None
            return False
        comment = copy(cell.comment)
        comment.text, comment.author = self._tokens(text), ""
        self.kept.text(Message("sheet '{sheet}', comment", sheet=sheet.title), text, comment.text)
        cell.comment = None
        cell.comment = comment
        return True

    def _rules(self, sheet: Worksheet) -> None:
        """Clear filters' choices, where the sheet was scrolled to, and validations that list last year's units."""
        if sheet.auto_filter is not None:
            sheet.auto_filter.filterColumn, sheet.auto_filter.sortState = [], None
        for table in sheet.tables.values():
            table.sortState = None
            if table.autoFilter is not None:
                table.autoFilter.filterColumn, table.autoFilter.sortState = [], None
        for dimension in sheet.row_dimensions.values():
            dimension.hidden = dimension.hidden and bool(sheet.auto_filter is None or not sheet.auto_filter.ref)
        for view in sheet.views.sheetView:
            view.topLeftCell = None
            for selection in view.selection:
                selection.activeCell = selection.sqref = "A1"
        checks = sheet.data_validations
        checks.dataValidation = [
            one
            for one in checks.dataValidation
            if not self.needles.within(" ".join(filter(None, (one.formula1, one.prompt, one.error))))
        ]
        for one in checks.dataValidation:
            for text in filter(None, (one.promptTitle, one.prompt, one.errorTitle, one.error)):
                self.kept.text(Message("data validation in sheet '{sheet}'", sheet=sheet.title), text, text)
        for page, part in margins_of(sheet):
            if part.text:
                old, part.text = part.text, self._tokens(part.text)
                place = (
                    Message("header of sheet '{sheet}'", sheet=sheet.title)
                    if "Header" in page
                    else Message("footer of sheet '{sheet}'", sheet=sheet.title)
                )
                self.kept.text(place, _PAGE_CODES.sub("", old), _PAGE_CODES.sub("", part.text))

    def _holds_needles(self, sheet: Worksheet) -> bool:
        texts = (str(cell.value) for cell in sheet._cells.values() if cell.value is not None)
        return any(self.needles.code_in(text) or self.needles.is_one(text) for text in texts)

    def _tokens(self, text: str) -> str:
        return tokens_in(text, self.known)

    def _title(self, sheet: Worksheet) -> str:
        title = self._tokens(sheet.title)
        if title != sheet.title and len(title) <= _LONGEST_NAME and title not in self.book.sheetnames:
            rename_sheet(sheet, title)
        return str(sheet.title)

    # ── the workbook ──────────────────────────────────────────────────────────────────────────────────────────────

    def _remove(self, sheet: Worksheet) -> None:
        self.book.remove(sheet)
        for other in self.book.worksheets:
            checks = other.data_validations
            checks.dataValidation = [one for one in checks.dataValidation if sheet.title not in (one.formula1 or "")]
        for name in [key for key, one in self.book.defined_names.items() if sheet.title in one.attr_text]:
            del self.book.defined_names[name]

    def _strip(self) -> None:
        """Take out what may hold last year's data and is no cell: pictures, charts, pivots, properties, names."""
        book = self.book
        pictures = charts = pivots = 0
        for sheet in book.worksheets:
            pictures, charts = pictures + len(sheet._images), charts + len(sheet._charts)
            pivots += len(sheet._pivots)
            sheet._images, sheet._charts, sheet._pivots = [], [], []
        for sheet in [one for one in book._sheets if isinstance(one, Chartsheet)]:
            charts += 1
            book._sheets.remove(sheet)
        counts = (
            counted(pictures, "{n} picture", "{n} pictures"),
            counted(charts, "{n} chart", "{n} charts"),
            counted(pivots, "{n} pivot table", "{n} pivot tables"),
        )
        gone = [*(one for one in counts if one.facts["n"]), *not_kept(self.members)]
        if gone:
            self.lose(Message("left out, as it may show last year's data: {things}", things=joined(gone)))
        for names in (book.defined_names, *(sheet.defined_names for sheet in book.worksheets)):
            for key, one in list(names.items()):
                cells = one.attr_text or ""
                if "#REF!" in cells or "[" in cells or self.needles.within(cells) or not self._is_needed(key, one):
                    del names[key]
                else:
                    self.kept.whole(Message("name '{name}' for {cells}", name=key, cells=at(cells)))
        title = book.properties.title
        book.properties = DocumentProperties(creator="", title=self._tokens(title) if title else None)
        if title:
            self.kept.text(Message("title of the workbook"), title, self._tokens(title))
        book.custom_doc_props.props = []
        book.calculation.fullCalcOnLoad = True

    def _is_needed(self, key: str, name: DefinedName) -> bool:
        """Whether a name stands for cells of the template, or a formula that is kept has it."""
        try:
            sheets = [sheet for sheet, _ in name.destinations]
        except (ValueError, TypeError, AttributeError):
            sheets = []
        if sheets and all(sheet in self.book.sheetnames for sheet in sheets):
            return True
        formulas = [str(cell.value) for sheet in self.book for cell in sheet._cells.values() if cell.data_type == "f"]
        formulas += [rule.formula1 or "" for sheet in self.book for rule in sheet.data_validations.dataValidation]
        return any(key in formula for formula in formulas)


@dataclass(frozen=True)
class _RowLook:
    """How a row of data looks."""

    styles: Mapping[int, Any]
    dimension: Any
    merged: tuple[tuple[int, int], ...]


def _place(sheet: Worksheet, table: OutlinedTable) -> Message:
    left, right = get_column_letter(table.outline.left), get_column_letter(table.outline.right)
    return at(f"{sheet.title}!{left}{table.outline.head}:{right}{max(table.outline.last, table.outline.first)}")


def _within(place: tuple[int, int], tables: list[OutlinedTable]) -> bool:
    """Whether a cell is one of a table that stays as it is."""
    row, column = place
    return any(
        one.outline.head <= row <= max(one.outline.last, one.outline.total)
        and one.outline.left <= column <= one.outline.right
        for one in tables
        if not one.match.of
    )


def _in_head(place: tuple[int, int], outlines: list[TableOutline]) -> bool:
    """Whether a cell is one of the head of a table that is filled."""
    row, column = place
    return any(one.head <= row < one.first and one.left <= column <= one.right for one in outlines)


def _is_public(link: Any) -> bool:
    """Whether a link leads to the web or within the workbook, and to no disk or mailbox."""
    target = link.target or ""
    return not target or target.startswith(("http://", "https://"))


def _is_number(cell: Cell) -> bool:
    if cell.value is None:
        return False
    return cell.data_type in "nfd" or is_number_text(str(cell.value))


def _is_pure(formula: Any) -> bool:
    """Whether a formula holds references and small numbers alone, none of last year's data and no other workbook."""
    if not isinstance(formula, str) or "[" in formula:
        return False
    for token in Tokenizer(formula).items:
        if token.subtype == Token.NUMBER:
            number = float(token.value)
            if (number > _SMALL and number not in (1e3, 1e4, 1e6)) or not number.is_integer():
                return False
        if token.subtype == Token.TEXT and any(map(str.isdigit, token.value)):
            return False
    return True

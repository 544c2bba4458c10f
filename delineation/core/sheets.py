"""Plain tables as a workbook, a sheet a table with a head that stays in sight; and the cells of workbooks of others."""

from __future__ import annotations

import datetime as dates
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from .messages import rounded
from .office_reading import examined
from .table_outline import UNSAVED, CellGrid
from .text import fitted
from .xlsx import load, save

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

_FONT = "宋体"
_HEAD = Font(name=_FONT, size=10, bold=True)
_PLAIN = Font(name=_FONT, size=10)
_FILL = PatternFill("solid", fgColor="DDE7D9")
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_TOP = Alignment(vertical="top", wrap_text=True)
_A4 = 9  # as spreadsheets number papers
TEXT = "@"
"""Format of cells in which a spreadsheet makes no number of what looks like one."""
_ROWS_TO_COME = 1000
_LISTED = 255  # characters of a list of choices


@dataclass(frozen=True)
class Sheet:
    """A table.

    Attributes
    ----------
    title : str
        31 characters at most, as spreadsheets have it.
    head : sequence of str
    rows : sequence of sequence
        Texts and numbers; None leaves a cell empty.
    formats : sequence of str
        Number format of each column, "" for the usual one; "@" keeps what is typed there a text.
    notes : sequence of str
        Lines below the table.
    choices : mapping of int to sequence of str
        Column, from 0 → what may stand in it: a spreadsheet offers these, and refuses others.
    widest : float
        Characters of a column; longer texts go over several lines.
    """

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Any]]
    formats: Sequence[str] = field(default_factory=tuple)
    notes: Sequence[str] = field(default_factory=tuple)
    choices: Mapping[int, Sequence[str]] = field(default_factory=dict)
    widest: float = 60.0


def write_sheets(path: Path, sheets: Sequence[Sheet], date: datetime | None, *, mark: str = "") -> None:
    """Write a workbook; the same tables and date give the same bytes.

    Parameters
    ----------
    path : Path
        An existing file is replaced whole.
    sheets : sequence of Sheet
    date : datetime or None
        Of the document.
    mark : str
        What stands at the head of each printed page.

    Raises
    ------
    BadInput
        The folder is missing or the file cannot be replaced.
    """
    book = Workbook()
    book.properties.creator = ""
    book.remove(book.active)
    for sheet in sheets:
        page = book.create_sheet(sheet.title)
        page.append([_safe(text) for text in sheet.head])
        for row in sheet.rows:
            page.append([_safe(value) for value in row])
        _dress(page, sheet)
        _offer(page, sheet)
        page.freeze_panes = "B2"
        _fit(page, mark)
        for number, text in enumerate(sheet.notes, len(sheet.rows) + 3):
            cell = page.cell(number, 1, _safe(text))
            cell.font, cell.data_type = _PLAIN, "s"
        for column, text in enumerate(sheet.head, 1):
            longest = max([_width(row[column - 1]) for row in sheet.rows], default=0.0)
            # A head may break into two lines.
            width = min(max(longest, _width(text) / 2, 8.0) + 2, sheet.widest)
            page.column_dimensions[get_column_letter(column)].width = width
    save(book, path, date)


def _dress(page: Worksheet, sheet: Sheet) -> None:
    """Give head and cells their looks; a text is a text, whatever it begins with."""
    for cell in page[1]:
        cell.font, cell.fill, cell.alignment = _HEAD, _FILL, _MIDDLE
    formats = [*sheet.formats, *[""] * (len(sheet.head) - len(sheet.formats))]
    for cells in page.iter_rows(min_row=2, max_row=len(sheet.rows) + 1, max_col=len(sheet.head)):
        for cell, form in zip(cells, formats, strict=True):
            cell.font = _PLAIN
            if isinstance(cell.value, str):
                # A spreadsheet would take what begins with = for a formula.
                cell.data_type = "s"
                cell.alignment = Alignment(horizontal="right") if form and form != TEXT else _TOP
                if form == TEXT:
                    cell.number_format = form
            elif cell.value is not None:
                cell.alignment = _TOP
                if form:
                    cell.number_format = form


def _offer(page: Worksheet, sheet: Sheet) -> None:
    """Let a spreadsheet offer what may stand in a column, for rows to come as well."""
    last = len(sheet.rows) + 1 + _ROWS_TO_COME
    for number, choices in sheet.choices.items():
        said = ",".join(choices)
        if len(said) > _LISTED or any("," in choice for choice in choices):
            continue  # a list in a cell has no more, and no other sign between
        letter = get_column_letter(number + 1)
        offered = DataValidation("list", formula1=f'"{said}"', allow_blank=True, showErrorMessage=True)
        offered.add(f"{letter}2:{letter}{last}")
        page.add_data_validation(offered)
    for number, form in enumerate(sheet.formats):
        if form == TEXT:
            page.column_dimensions[get_column_letter(number + 1)].number_format = form


def _fit(page: Worksheet, mark: str) -> None:
    """Print it on pages as wide as the table, each with its head."""
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", _A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = "1:1"
    page.oddHeader.left.text = page.title.replace("&", "&&")  # which begins a code of the header's own
    if mark:
        page.oddHeader.right.text = mark.replace("&", "&&")
    page.oddFooter.right.text = "&P / &N"


def _safe(value: Any) -> Any:
    """Take out what XML cannot hold, and what sums of floats leave behind."""
    if isinstance(value, float):
        return rounded(value)
    return fitted(value) if isinstance(value, str) else value


def _width(value: Any) -> float:
    """Count characters, a Chinese one for two; a number is as long as its format makes it, some ten."""
    return sum(2.0 if ord(letter) > 0x2E7F else 1.0 for letter in value) if isinstance(value, str) else 10.0


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def read_grids(path: Path) -> dict[str, CellGrid]:
    """Read the cells of a workbook, of others as well: title of the sheet → its cells; of formulas the saved results.

    Raises
    ------
    BadInput
        It cannot be read (see `xlsx.load`).
    """
    members = examined(path)
    shown, book = load(path, values=True, members=members), load(path, members=members)
    both = zip(shown.worksheets, book.worksheets, strict=True)
    return {sheet.title: grid_of(sheet, other) for sheet, other in both}


def grid_of(sheet: Worksheet, formulas: Worksheet) -> CellGrid:
    """Read the cells of a sheet; of formulas their saved results, and that there is one where nothing was saved."""
    values: dict[tuple[int, int], Any] = {}
    values |= {place: UNSAVED for place, cell in formulas._cells.items() if cell.data_type == "f"}
    for place, cell in sheet._cells.items():
        value = cell.value
        if isinstance(value, dates.timedelta | dates.time):
            value = str(value)
        if value is not None and (not isinstance(value, str) or value.strip()):
            values[place] = value
    spans = {(one.min_row, one.min_col): (one.max_row, one.max_col) for one in sheet.merged_cells.ranges}
    return CellGrid(values, spans)

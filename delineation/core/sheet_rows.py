"""Rows put into a sheet, or taken out, as a spreadsheet program does it: what lies below moves, what covers them grows.

openpyxl's own ``insert_rows`` moves cells alone: not what is merged, nor heights, print areas, filters, formats by
condition, validations, tables, names and formulas.
"""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.formatting.formatting import ConditionalFormatting, ConditionalFormattingList
from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError
from openpyxl.utils import quote_sheetname, range_boundaries
from openpyxl.utils.cell import get_column_letter
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange
from openpyxl.worksheet.formula import ArrayFormula

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_REFERENCE = re.compile(
    r"(?P<sheet>(?:'(?:[^']|'')+'|[^'!:\[\]]+)!)?"
    r"(?:(?P<left>\$?[A-Z]{1,3}\$?)(?P<top>\d+)(?::(?P<right>\$?[A-Z]{1,3}\$?)(?P<bottom>\d+))?"
    r"|(?P<first>\$?)(?P<start>\d+):(?P<second>\$?)(?P<end>\d+))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class RowChange:
    """Rows ``first`` to ``last`` that become ``first`` to ``new_last``, and what lies below moves.

    Attributes
    ----------
    first, last, new_last : int
        From 1.
    """

    first: int
    last: int
    new_last: int

    def row(self, row: int) -> int:
        """Say where a row is then; one that is gone, where the last is."""
        return row + self.new_last - self.last if row > self.last else min(row, self.new_last)

    def span(self, top: int, bottom: int) -> tuple[int, int]:
        """Say where rows are then; those that have a part in the changed ones cover all of them."""
        if top > self.last or bottom < self.first:
            return self.row(top), self.row(bottom)
        return min(top, self.first), self.new_last if bottom <= self.last else self.row(bottom)

    def reference(self, ref: str) -> str:
        """Move a reference like ``A1:C3``, or several with spaces between."""
        return " ".join(map(self._one, ref.split()))

    def _one(self, ref: str) -> str:
        left, top, right, bottom = range_boundaries(ref.replace("$", ""))
        if top is None or left is None:  # whole columns or rows
            return ref
        top, bottom = self.span(top, bottom)
        start = f"{get_column_letter(left)}{top}"
        return start if (left, top) == (right, bottom) else f"{start}:{get_column_letter(right)}{bottom}"


def resize_rows(sheet: Worksheet, first: int, last: int, new_last: int) -> RowChange:
    """Make rows ``first`` to ``last`` of a sheet into ``first`` to ``new_last``.

    Rows that come are empty and without looks. Merged cells, page breaks and heights within the rows go; formulas
    within them stay as they are.

    Parameters
    ----------
    sheet : openpyxl worksheet
    first, last, new_last : int
        From 1.

    Returns
    -------
    RowChange
    """
    change = RowChange(first, last, new_last)
    _unmerge(sheet, change)
    _move_cells(sheet, change)
    heights = {number: copy(row) for number, row in sheet.row_dimensions.items() if not new_last < number <= last}
    sheet.row_dimensions.clear()
    for number, row in sorted(heights.items()):
        row.index = change.row(number)
        sheet.row_dimensions[row.index] = row
    breaks = [one for one in sheet.row_breaks.brk if not first <= one.id <= last]
    for one in breaks:
        one.id = change.row(one.id)
    sheet.row_breaks.brk = breaks
    _stretch(sheet, change)
    _move_pictures(sheet, change)

    def moved(own: bool) -> Callable[[str, str], str]:
        return lambda prefix, ref: _moved(ref, change) if _is(prefix, sheet.title, own) else ref

    _formulas(sheet.parent, moved, skipped=(sheet, first, new_last))
    return change


def rename_sheet(sheet: Worksheet, title: str) -> None:
    """Give a sheet another name, in the formulas and names of the workbook too."""
    old, sheet.title = sheet.title, title
    if title == old:
        return
    new = f"{quote_sheetname(title)}!"

    def renamed(own: bool) -> Callable[[str, str], str]:  # noqa: ARG001 - a name stands for the sheet everywhere
        return lambda prefix, ref: new + ref.removeprefix(prefix) if prefix and _is(prefix, old, False) else ref

    _formulas(sheet.parent, renamed)


def _unmerge(sheet: Worksheet, change: RowChange) -> None:
    """Move what is merged; what is merged with one of the rows comes apart."""
    kept = []
    for one in sheet.merged_cells.sorted():
        if one.min_row <= change.last and one.max_row >= change.first:
            for row, column in one.cells:
                if isinstance(merged := sheet._cells.get((row, column)), MergedCell):
                    sheet._cells[row, column] = cell = Cell(sheet, row=row, column=column)
                    cell._style = copy(merged._style)
            continue
        # A new one: in a set it is found by where it was.
        kept.append(CellRange(change.reference(one.coord)))
    sheet.merged_cells = MultiCellRange(kept)


def _move_cells(sheet: Worksheet, change: RowChange) -> None:
    cells = {}
    for (row, column), cell in sheet._cells.items():
        if change.new_last < row <= change.last:
            continue
        cell.row = change.row(row)
        cells[cell.row, column] = cell
        if cell.hyperlink and cell.row != row:
            cell.hyperlink.ref = cell.coordinate
    sheet._cells = cells


def _stretch(sheet: Worksheet, change: RowChange) -> None:
    """Let what is said of ranges hold of the rows as they are then."""
    formats = ConditionalFormattingList()
    for one in sheet.conditional_formatting:
        moved = ConditionalFormatting(change.reference(str(one.sqref)), pivot=one.pivot)
        for rule in one.rules:
            formats.add(moved, rule)
    sheet.conditional_formatting = formats
    for one in sheet.data_validations.dataValidation:
        one.sqref = MultiCellRange(change.reference(str(one.sqref)))
    for one in (sheet.auto_filter, *sheet.tables.values(), *(table.autoFilter for table in sheet.tables.values())):
        if one is not None and one.ref:
            one.ref = change.reference(str(one.ref))
    area = sheet._print_area
    if area is not None and area.ranges:
        sheet.print_area = [change.reference(str(one)) for one in area.sorted()]
    if rows := sheet._print_rows:
        rows.min_row, rows.max_row = change.span(rows.min_row, rows.max_row)


def _move_pictures(sheet: Worksheet, change: RowChange) -> None:
    for one in (*sheet._images, *sheet._charts):
        for corner in (getattr(one.anchor, "_from", None), getattr(one.anchor, "to", None)):
            if corner is not None:
                corner.row = change.row(corner.row + 1) - 1


# ── formulas ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _formulas(
    book: Workbook,
    put: Callable[[bool], Callable[[str, str], str]],
    skipped: tuple[Worksheet, int, int] | None = None,
) -> None:
    """Put each reference of a workbook's formulas anew: ``put(own)(sheet's name with "!" or "", reference)``.

    ``own`` is whether a reference without a sheet's name is one to the sheet that the first of ``skipped`` is.
    """
    for sheet in book.worksheets:
        own = put(skipped is not None and sheet is skipped[0])
        for cell in _with_formulas(sheet):
            if skipped and sheet is skipped[0] and skipped[1] <= cell.row <= skipped[2]:
                continue
            if isinstance(cell.value, ArrayFormula):
                cell.value.ref, cell.value.text = own("", cell.value.ref), _rewritten(cell.value.text, own)
            else:
                cell._value = _rewritten(cell.value, own)
        for one in sheet.conditional_formatting:
            for rule in one.rules:
                rule.formula = [_rewritten(f"={text}", own)[1:] for text in rule.formula]
        for one in sheet.data_validations.dataValidation:
            for name in ("formula1", "formula2"):
                if text := getattr(one, name):
                    setattr(one, name, _rewritten(f"={text}", own)[1:])
        for name in sheet.defined_names.values():
            name.attr_text = _rewritten(f"={name.attr_text}", put(False))[1:]
    for name in book.defined_names.values():
        name.attr_text = _rewritten(f"={name.attr_text}", put(False))[1:]


def _with_formulas(sheet: Worksheet) -> Iterator[Cell]:
    for cell in list(sheet._cells.values()):
        if cell.data_type == "f" and isinstance(cell.value, (str, ArrayFormula)):
            yield cell


def _rewritten(formula: str, put: Callable[[str, str], str]) -> str:
    """Put each reference of a formula anew; one that is no formula of ours to understand stays."""
    try:
        tokens = Tokenizer(formula).items
    except (TokenizerError, IndexError):
        return formula
    if not tokens or tokens[0].type == Token.LITERAL:
        return formula
    out = ["="]
    for token in tokens:
        if (
            token.type == Token.OPERAND
            and token.subtype == Token.RANGE
            and (found := _REFERENCE.fullmatch(token.value))
        ):
            out.append(put(found["sheet"] or "", token.value))
        else:
            out.append(token.value)
    return "".join(out)


def _is(prefix: str, title: str, own: bool) -> bool:
    """Tell whether a sheet's name before a reference, or none, stands for a sheet."""
    if not prefix:
        return own
    name = prefix[:-1]
    if name.startswith("'"):
        name = name[1:-1].replace("''", "'")
    return name.lower() == title.lower()


def _moved(ref: str, change: RowChange) -> str:
    found = _REFERENCE.fullmatch(ref)
    if found is None:
        return ref
    sheet = found["sheet"] or ""
    if found["start"]:
        start, end = change.span(int(found["start"]), int(found["end"]))
        return f"{sheet}{found['first']}{start}:{found['second']}{end}"
    if not found["bottom"]:
        return f"{sheet}{found['left']}{change.row(int(found['top']))}"
    top, bottom = change.span(int(found["top"]), int(found["bottom"]))
    return f"{sheet}{found['left']}{top}:{found['right']}{bottom}"

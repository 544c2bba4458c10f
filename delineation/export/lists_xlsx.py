"""Entry lists as a workbook: a sheet a category with a row a unit, and one with a row a clause and the units it is in.

The sheet by clause is what is read again (``lists/workbook.py``): it holds all that a plan says of its clauses. A
hidden one keeps what was printed, by which it is known what people edited on any of them.
"""

from __future__ import annotations

import math
import unicodedata
from bisect import bisect_right
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from ..core.errors import BadInput
from ..core.messages import Message, counted, joined, rounded
from ..core.office_files import document_date
from ..core.progress import Progress, silent
from ..core.text import fitted
from ..core.xlsx import save
from ..lists.kept_library import unchecked_in_words
from ..lists.rows import SEA, clause_lines, features_of, full_rows, sections, why_applies
from ..lists.wording import DIMENSIONS, Wording
from ..lists.workbook import AS_PRINTED, BY_CLAUSE, CLAUSE_SHEET, CODE, NUMBER, clause_groups, states_of, unit_line
from ..plan.statement import province_of
from .list_cover import ListWords

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from ..case.profile import Profile
    from ..lists.rows import ListRow
    from ..plan.file import Plan

__all__ = ["FONT_SIZE", "HIGHEST", "height", "pack", "write_lists"]

# What stands in a cell of a printed list, and how high its row has to be.

FONT_SIZE = 9.0  # points
# A row of a spreadsheet is at most 409.5 points high: what needs more would be cut off in print.
HIGHEST = 400.0
_LINE_HEIGHT = 12.5  # points a line of 9-point Chinese text takes in the taller of the common fonts
_PADDING = 8.0
_PIXELS_A_POINT = 96 / 72


def _room_of_row(width: float) -> int:
    """Letters that a row of a column of that width takes (in characters, as spreadsheets count), a Chinese one for two.

    Column width counts digits of the default font, 7 pixels each; a Chinese character is as wide as its font is high.
    Line breaking keeps punctuation off the start of a row, which costs up to one character in each.
    """
    return max(1, math.floor((7 * width - 4) / (FONT_SIZE * _PIXELS_A_POINT) * 2) - 2)


def _wide(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


# Most lines of a workbook stand in it many times.
@lru_cache(maxsize=65_536)
def _rows_of_line(line: str, width: float) -> int:
    """Rows that a line takes when wrapped in a column of that width."""
    return max(1, math.ceil(_wide(line) / _room_of_row(width)))


def _rows_of_text(text: str, width: float) -> int:
    return sum(_rows_of_line(line, width) for line in text.split("\n"))


def height(texts: Sequence[str], widths: Sequence[float]) -> float:
    """Points a row needs that holds these texts in columns of these widths."""
    rows = max((_rows_of_text(text, width) for text, width in zip(texts, widths, strict=True)), default=1)
    return rows * _LINE_HEIGHT + _PADDING


def pieces(text: str, width: float) -> list[str]:
    """Cut a text into pieces that a row can hold each, in a column of that width; together they are the text."""
    room, out = _room(), []
    while _rows_of_text(text, width) > room:
        most = bisect_right(range(1, len(text)), room, key=lambda end: _rows_of_text(text[:end], width))
        end = max(most, 1)
        # A cell of blanks alone would be no cell when it is read again.
        while end > 1 and (text[end - 1].isspace() or text[end].isspace()):
            end -= 1
        out.append(text[:end])
        text = text[end:]
    return [*out, text] if text else out


def _room() -> int:
    return math.floor((HIGHEST - _PADDING) / _LINE_HEIGHT)


def pack(lines: Sequence[str], width: float) -> list[str]:
    """Fill lines into as few cells as hold them without growing higher than a row may be.

    Parameters
    ----------
    lines : sequence of str
        Numbered clauses; one that is higher by itself goes on in the cell below.
    width : float
        Of the column, in characters.

    Returns
    -------
    list of str
        Texts of cells, one below the other; empty where there is no line.
    """
    each = (piece for line in lines for piece in pieces(line, width))
    return ["\n".join(cell) for cell in _fitted(((one, _rows_of_text(one, width)) for one in each), _room())]


def _fitted(things: Iterable[tuple[str, int]], room: int) -> list[list[str]]:
    """Part texts, each with what it takes, among as few cells as have room for them in their order."""
    cells: list[list[str]] = []
    used = room
    for text, takes in things:
        if used + takes > room:
            cells.append([])
            used = 0
        cells[-1].append(text)
        used += takes
    return cells


NOTES = Message("Notes")
_AS_PRINTED_SAID = Message(
    "A hidden sheet keeps all that was exported, by which an import tells what was edited; whoever takes a sheet out "
    "before sending the workbook on takes that one out too"
)
SEA_SHEET = Message("Units at sea")
PROPOSED_SHEET = Message("Proposed clauses")
# Columns and their widths in characters; reported practice of the provinces' unit lists.
BEFORE = (
    (NUMBER, 5.5),
    (CODE, 15.5),
    (Message("Name of the control unit"), 14.0),
    (Message("Province"), 6.5),
    (Message("City"), 7.5),
    (Message("County or district"), 7.5),
    (Message("Category of the unit"), 8.5),
    (Message("Kind of the unit"), 10.5),
    (Message("Townships and streets"), 11.5),
    (Message("Area (km²)"), 9.0),
    (Message("Codes of the element zones"), 17.5),
    (Message("Features of the unit"), 20.0),
)
_AREA, _TOWNSHIPS, _ZONES, _FEATURES = 9, 8, 10, 11  # places in it
REMARKS, REMARKS_WIDTH = Message("Remarks"), 15.0
DIMENSION_WIDTH = 38.0
_PROPOSED = (
    (NUMBER, 5.5),
    (CODE, 15.5),
    (Message("Name of the control unit"), 24.0),
    (Message("Dimension"), 14.0),
    (Message("Level"), 7.0),
    (Message("Sub-dimension"), 14.0),
    (Message("Requirement"), 70.0),
    (Message("Legal basis"), 44.0),
    (Message("Why it applies"), 34.0),
)
# A cell of a spreadsheet holds no more characters; the writer would cut the rest without a word.
LONGEST = 32_767
_FEATURES_SAID = Message("Features of the unit")
_HOW_FEATURES = Message(
    "made of its kind, the parks and the zones that cover 5 % of it or more with their shares of its area, the number "
    "of its townships, and the zones that are closed to projects"
)
_CLASSIFICATION = Message("Classification")
# Paper sizes as spreadsheets number them.
A3, A4 = 8, 9

_LINE = Side(style="thin", color="808080")
_GRID = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_FILL = PatternFill("solid", fgColor="DDE7D9")
_PLAIN = Font(name="宋体", size=FONT_SIZE)
_BOLD = Font(name="宋体", size=FONT_SIZE, bold=True)
_TITLE = Font(name="宋体", size=16, bold=True)
_MARK = Font(name="宋体", size=FONT_SIZE, color="C00000")
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
_TOP = Alignment(horizontal="left", vertical="top", wrap_text=True)


def write_lists(
    plan: Plan,
    path: str | Path,
    *,
    profile: Profile | None = None,
    wording: Wording | None = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Write a plan's entry lists as XLSX; the same plan gives the same bytes.

    A unit whose requirements are higher than a row can be goes on in rows below, numbered ``3续``.

    Parameters
    ----------
    plan : Plan
        ``units``, ``clauses`` and ``meta``; of ``meta`` are read ``name``, ``status``, ``date``, ``area``,
        ``classification``, ``province``, ``city``, ``profile`` and ``counties`` or ``county_names`` (JSON: code, name).
    path : str or Path
        An existing file is replaced whole.
    profile, wording : optional
        Else the plan's profile (``national`` where it names none) and its ``lists.toml``.
    progress : callable
        See `progress.Progress`.

    Returns
    -------
    dict
        ``units`` and ``clauses``: numbers written, of clauses those too that are only proposed.

    Raises
    ------
    BadInput
        A text longer than a cell holds, a date or county table that cannot be read, or a file that cannot be written.
    """
    progress(0.0, Message("workbook"))
    path = Path(path)
    date = document_date(plan.meta.get("date", ""))
    words = ListWords(plan, profile, wording)
    rows = full_rows(plan)
    sheets = {words.say(SEA_SHEET) if key == SEA else words.category(key): own for key, own in sections(rows).items()}

    book = Workbook()
    book.properties.creator = ""
    book.properties.title = fitted(plan.meta.get("name", ""))
    _notes_sheet(book.worksheets[0], words, sheets)
    for number, (title, units) in enumerate(sheets.items(), start=1):
        _unit_sheet(book.create_sheet(title), units, words)
        progress(0.6 * number / len(sheets), Message("workbook"))
    if any(row.proposed for row in rows):
        _table_sheet(book.create_sheet(words.say(PROPOSED_SHEET)), words, _PROPOSED, _proposed_rows(rows, words))
    _table_sheet(book.create_sheet(words.say(CLAUSE_SHEET)), words, BY_CLAUSE, _clause_rows(rows, words))
    _record(book, words)
    progress(0.8, Message("workbook"))
    save(book, path, date)
    progress(1.0, Message("workbook"))
    clauses = sum(len(row.all_clauses) + len(row.proposed) for row in rows)
    return {"units": len(rows), "clauses": clauses}


def _record(book: Workbook, words: ListWords) -> None:
    """Keep all sheets as they are printed on a hidden one: whoever reads the workbook again knows what was edited."""
    lines = [(one.title, cells[0].row, *(cell.value for cell in cells)) for one in book for cells in one.iter_rows()]
    sheet = book.create_sheet(words.say(AS_PRINTED))
    sheet.sheet_state = "hidden"
    for line, values in enumerate([("", "", words.meta.get("name", "")), *lines], start=1):
        for column, value in enumerate(values, start=1):
            if value not in (None, ""):
                _put(sheet.cell(line, column), value)
    _page(sheet, words)


def _unit_sheet(sheet: Worksheet, units: Sequence[ListRow], words: ListWords) -> None:
    dimensions = words.wording.dimensions
    columns = [
        *((words.say(heading), width) for heading, width in BEFORE),
        *((heading, DIMENSION_WIDTH) for heading in dimensions.values()),
        (words.say(REMARKS), REMARKS_WIDTH),
    ]
    _head(sheet, columns)
    line = 1
    for number, unit in enumerate(units, start=1):
        rows, lacking = _rows(number, unit, words)
        for part, row in enumerate(rows):
            line += 1
            marked = lacking and part == 0
            _line(sheet, line, row, columns, top=range(_ZONES, len(columns)), marked=len(columns) - 1 if marked else -1)
    _finish(sheet, words, len(columns), line, frozen=4)


def _head(sheet: Worksheet, columns: Sequence[tuple[str, float]]) -> None:
    for column, (heading, width) in enumerate(columns, start=1):
        cell = _put(sheet.cell(1, column), heading)
        cell.font, cell.fill, cell.border, cell.alignment = _BOLD, _FILL, _GRID, _MIDDLE
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.row_dimensions[1].height = 30.0


def _line(
    sheet: Worksheet,
    line: int,
    row: Sequence[str | int | float],
    columns: Sequence[tuple[str, float]],
    *,
    top: Sequence[int],
    marked: int = -1,
) -> None:
    """Write a row as high as its texts need; places in ``top`` begin at the upper edge, others stand in the middle."""
    for place, value in enumerate(row):
        _fill(sheet.cell(line, place + 1), value, wide=place in top, marked=place == marked)
    shown = [(value, width) for value, (_, width) in zip(row, columns, strict=True) if isinstance(value, str) and width]
    high = height([value for value, _ in shown], [width for _, width in shown])
    sheet.row_dimensions[line].height = min(max(high, 28.0), HIGHEST)


def _finish(sheet: Worksheet, words: ListWords, columns: int, line: int, *, frozen: int) -> None:
    """Freeze and repeat the head, and print what is in the columns on A3."""
    last = f"{get_column_letter(columns)}{line}"
    sheet.freeze_panes = sheet.cell(2, frozen)
    sheet.auto_filter.ref = f"A1:{last}"
    sheet.print_title_rows = "1:1"
    sheet.print_area = f"A1:{last}"
    _page(sheet, words)


def _rows(number: int, unit: ListRow, words: ListWords) -> tuple[list[list[str | int | float]], bool]:
    """Lay out a unit: its row and those it goes on in, and whether clauses of a dimension are lacking."""
    lists: list[list[str]] = []
    for dimension, heading in words.wording.dimensions.items():
        lines = clause_lines(unit.clauses[dimension], words.wording, words.language, words.provenance)
        for text in lines:
            if len(text) > LONGEST:
                raise BadInput(
                    Message(
                        "{count} characters in {heading} of unit {code}",
                        count=len(text),
                        heading=heading,
                        code=unit.code,
                    ),
                    where=Message("plan, clauses"),
                    wanted=Message("at most {longest}, what a spreadsheet cell holds", longest=LONGEST),
                )
        lists.append(pack(lines, DIMENSION_WIDTH))
    remarks = _remarks(unit, words)
    lists.append(pack([words.say(one) for one in remarks], REMARKS_WIDTH))
    before = [words.say(one) if isinstance(one, Message) else one for one in _facts(unit, words)]
    long = {place: pack(before[place].split("\n"), BEFORE[place][1]) for place in (_TOWNSHIPS, _ZONES, _FEATURES)}
    rows: list[list[str | int | float]] = []
    for part in range(max(1, *map(len, lists), *map(len, long.values()))):
        row: list[str | int | float] = [number, *before[1:]]
        for place, cells in long.items():
            row[place] = cells[part] if part < len(cells) else ""
        # The area stands once, so that the column can be summed.
        row[_AREA] = rounded(unit.area / 1e6, 4) if part == 0 else ""
        texts: list[str | int | float] = [cells[part] if part < len(cells) else "" for cells in lists]
        if part:
            row[0] = words.say(Message("{number} cont.", number=number))
            texts[-1] = texts[-1] or words.say(Message("continues the row above"))
        rows.append([*row, *texts])
    return rows, not all(unit.clauses[dimension] for dimension in words.wording.dimensions)


def _facts(unit: ListRow, words: ListWords) -> list[str | Message]:
    return [
        "",
        unit.code,
        unit.name,
        province_of(words.meta),
        words.meta.get("city", ""),
        words.county(unit.county),
        words.category(unit.category),
        words.kind(unit),
        unit.townships,
        "",
        "\n".join(unit.zones),
        features_of(unit),
    ]


def _remarks(unit: ListRow, words: ListWords) -> list[Message]:
    remarks = [
        Message("no clauses on {dimension}", dimension=heading)
        for dimension, heading in words.wording.dimensions.items()
        if not unit.clauses[dimension]
    ]
    if unit.approved:
        remarks.append(counted(unit.approved, "{n} clause approved", "{n} clauses approved"))
    if unit.to_review:
        remarks.append(counted(unit.to_review, "{n} clause to be reviewed", "{n} clauses to be reviewed"))
    if unit.unchecked:
        remarks.append(unchecked_in_words(unit.unchecked))
    if unit.proposed:
        remarks.append(
            counted(
                len(unit.proposed),
                "{n} proposed clause on a sheet of its own",
                "{n} proposed clauses on a sheet of their own",
            )
        )
    for dimension, heading in words.wording.dimensions.items():
        remarks += [
            Message("{dimension} {number}: {remark}", dimension=heading, number=clause.number, remark=clause.remark)
            for clause in unit.clauses[dimension]
            if clause.remark
        ]
    return remarks


def _proposed_rows(rows: Sequence[ListRow], words: ListWords) -> Iterator[list[str]]:
    for row in rows:
        for clause in row.proposed:
            yield [
                row.code,
                row.name,
                words.wording.dimensions[clause.dimension],
                clause.level,
                words.wording.subdimensions.get(clause.subdimension, ""),
                words.say(Message("[{effect}] {text}", effect=words.effect(clause), text=clause.text)),
                clause.basis,
                words.say(why_applies(clause)),
            ]


def _clause_rows(rows: Sequence[ListRow], words: ListWords) -> Iterator[list[str | list[str]]]:
    wording = words.wording
    for clause, units in clause_groups(rows, wording):
        states = states_of(units)
        lines = [words.say(unit_line(unit, own, state=len(states) > 1)) for unit, own in units]
        yield [
            clause.clause_id,
            clause.level,
            clause.issuer,
            wording.dimensions[clause.dimension],
            wording.subdimensions.get(clause.subdimension, clause.subdimension),
            wording.effects.get(clause.effect, clause.effect),
            clause.text,
            clause.basis,
            words.say(Message("no") if clause.unchecked else Message("yes")),
            words.say(why_applies(replace(clause, own=False, touched=None))),
            "；".join(states),
            clause.remark,
            str(len(units)),
            lines,
            clause.subdimension,
            clause.origin,
            clause.terms,
        ]


def _table_sheet(
    sheet: Worksheet,
    words: ListWords,
    columns: Sequence[tuple[Message, float]],
    rows: Iterator[Sequence[str | list[str]]],
) -> None:
    """Write numbered rows; what is higher than a row may be goes on below, numbered ``3续``.

    Columns of no width are for machines: they are hidden, and not printed.
    """
    headed = [(words.say(heading), width) for heading, width in columns]
    shown = [place for place, (_, width) in enumerate(headed) if width]
    _head(sheet, headed)
    line = 1
    for number, row in enumerate(rows, start=1):
        cells = [_below(text, width) for text, (_, width) in zip(row, headed[1:], strict=True)]
        for part in range(max(1, *map(len, cells))):
            line += 1
            first: str | int = number if part == 0 else words.say(Message("{number} cont.", number=number))
            _line(
                sheet,
                line,
                [first, *(own[part] if part < len(own) else "" for own in cells)],
                headed,
                top=range(1, len(headed)),
            )
    for place, (_, width) in enumerate(headed):
        if not width:
            sheet.column_dimensions[get_column_letter(place + 1)].width = 12.0
            sheet.column_dimensions[get_column_letter(place + 1)].hidden = True
    _finish(sheet, words, len(shown), line, frozen=3)


def _below(text: str | list[str], width: float) -> list[str]:
    """Give the cells that hold a text, or things one after the other, one below the other.

    Of what nobody reads there is as much in each as a cell takes.
    """
    if isinstance(text, list):
        return _filled(text, width)
    return pieces(text, width) if width else [text[at : at + LONGEST] for at in range(0, len(text), LONGEST)]


def _filled(things: Sequence[str], width: float) -> list[str]:
    """Fill as few cells as can be with things, of which none is cut."""
    room = _room() * _room_of_row(width)
    return ["；".join(cell) for cell in _fitted(((one, _wide(one) + 2) for one in things), room)]


def _notes_sheet(sheet: Worksheet, words: ListWords, sheets: Mapping[str, Sequence[ListRow]]) -> None:
    wording, say = words.wording, words.say
    lines = [*words.cover(sheets), (say(_FEATURES_SAID), say(_HOW_FEATURES))]
    named = joined(wording.dimensions[key] for key in wording.dimensions if key in DIMENSIONS)
    lines.append((say(Message("The four dimensions")), say(named)))
    lines += [
        (say(Message("Note {number}", number=number)), note) for number, note in enumerate(wording.notes, start=1)
    ]
    lines.append((say(AS_PRINTED), say(_AS_PRINTED_SAID)))
    sheet.title = say(NOTES)
    widths = (16.0, 84.0)
    for column, width in zip("AB", widths, strict=True):
        sheet.column_dimensions[column].width = width
    title = _put(sheet.cell(1, 1), say(Message("Entry lists of the ecological environment")))
    title.font, title.alignment = _TITLE, _MIDDLE
    sheet.merge_cells("A1:B1")
    sheet.row_dimensions[1].height = 36.0
    for line, (name, text) in enumerate(lines, start=2):
        _fill(sheet.cell(line, 1), name, wide=False)
        _fill(sheet.cell(line, 2), text, wide=True)
        sheet.cell(line, 2).alignment = _LEFT
        sheet.cell(line, 1).font = _BOLD
        sheet.row_dimensions[line].height = max(height((name, text), widths), 20.0)
    sheet.print_area = f"A1:B{len(lines) + 1}"
    _page(sheet, words, paper=A4, orientation="portrait")


def _page(sheet: Worksheet, words: ListWords, *, paper: int = A3, orientation: str = "landscape") -> None:
    sheet.page_setup.orientation = orientation
    sheet.page_setup.paperSize = paper
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top = margins.bottom = 0.8
    margins.header = margins.footer = 0.35
    # An ampersand in a name is a code of the header's own language.
    name = words.meta.get("name", "").replace("&", "&&")
    sheet.oddHeader.left.text = f"{name} {sheet.title}".strip()
    mark = words.mark.replace("&", "&&")
    sheet.oddHeader.right.text = words.say(Message("{title}: {text}", title=_CLASSIFICATION, text=mark))
    sheet.oddFooter.left.text = words.status
    sheet.oddFooter.right.text = words.say(Message("page &P of &N"))


def _put(cell: Cell, value: str | int | float) -> Cell:
    cell.value = fitted(value) if isinstance(value, str) else value
    if isinstance(value, str) and value:
        # A text that starts with "=" is a text: names come from other people's layers.
        cell.data_type = "s"
    return cell


def _fill(cell: Cell, value: str | int | float, *, wide: bool, marked: bool = False) -> None:
    _put(cell, value)
    cell.font = _MARK if marked else _PLAIN
    cell.border, cell.alignment = _GRID, _TOP if wide else _MIDDLE
    if isinstance(value, float):
        cell.number_format = "0.00"

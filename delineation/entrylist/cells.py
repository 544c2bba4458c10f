"""What stands in a cell of a printed list, and how high its row has to be."""

from __future__ import annotations

import math
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["FONT_SIZE", "HIGHEST", "clause_lines", "height", "pack"]

FONT_SIZE = 9.0  # points
# A row of a spreadsheet is at most 409.5 points high: what needs more would be cut off in print.
HIGHEST = 400.0
_LINE = 12.5  # points a line of 9-point Chinese text takes in the taller of the common fonts
_PADDING = 8.0
_PIXELS_A_POINT = 96 / 72


def clause_lines(clauses: Iterable[Mapping[str, str]], effects: Mapping[str, str]) -> list[str]:
    """Clauses of one unit and dimension as numbered lines, each with its effect before and its basis behind.

    Parameters
    ----------
    clauses : iterable of mappings
        With ``effect``, ``text`` and ``basis``.
    effects : mapping
        Effect id → word.
    """
    lines = []
    for number, clause in enumerate(clauses, start=1):
        basis = f"〔{clause['basis']}〕" if clause["basis"] else ""
        lines.append(f"{number}.【{effects.get(clause['effect'], clause['effect'])}】{clause['text']}{basis}")
    return lines


# Most lines of a workbook stand in it many times.
@lru_cache(maxsize=65_536)
def _rows_of_line(line: str, width: float) -> int:
    """Rows that a line takes when wrapped in a column of that width (in characters, as spreadsheets count)."""
    # Column width counts digits of the default font, 7 pixels each; a Chinese character is as wide as its font is high.
    per_row = max(1, math.floor((7 * width - 4) / (FONT_SIZE * _PIXELS_A_POINT) * 2))
    wide = sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in line)
    # Line breaking keeps punctuation off the start of a row, which costs up to one character in each.
    return max(1, math.ceil(wide / max(1, per_row - 2)))


def _rows_of_text(text: str, width: float) -> int:
    return sum(_rows_of_line(line, width) for line in text.split("\n"))


def height(texts: Sequence[str], widths: Sequence[float]) -> float:
    """Points a row needs that holds these texts in columns of these widths."""
    rows = max((_rows_of_text(text, width) for text, width in zip(texts, widths, strict=True)), default=1)
    return rows * _LINE + _PADDING


def pack(lines: Sequence[str], width: float) -> list[str]:
    """Fill lines into as few cells as hold them without growing higher than a row may be.

    Parameters
    ----------
    lines : sequence of str
        Numbered clauses.
    width : float
        Of the column, in characters.

    Returns
    -------
    list of str
        Texts of cells, one below the other; empty where there is no line.
    """
    room = math.floor((HIGHEST - _PADDING) / _LINE)
    cells: list[list[str]] = []
    used = room
    for line in lines:
        rows = _rows_of_line(line, width)
        if used + rows > room:
            cells.append([])
            used = 0
        cells[-1].append(line)
        used += rows
    return ["\n".join(cell) for cell in cells]

"""Documents as PDF, laid out on upright A4 by its own; their texts can be searched for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from matplotlib.artist import Artist
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.path import Path as Outline
from matplotlib.transforms import Affine2D

from ..core.figure import drawing, save
from ..core.messages import Message
from ..core.progress import Progress, silent
from .document import MARK, SMALL, STRONG, Facts, Line, Notes, Picture, TableBlock
from .map_sheet import broken

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from .document import Banner, Block, Document, Row

# All in points.
_WIDE, _HIGH = 595.28, 841.89
_EDGE = 56.7
_TOP, _BOTTOM = _HIGH - 62.0, 52.0
_ROOM = _WIDE - 2 * _EDGE
_LONG_ROW = 0.4 * (_TOP - _BOTTOM)  # a higher one may break across pages
_PAD = 3.5  # of a cell, left and right
_MM = 72 / 25.4
_FACT = 0.28  # of the width, the names of facts
_FILL, _LIGHT, _GREY, _RULE = "#DDE7D9", "#F3F6F1", "#5F6368", "#808080"
# Size of a line by its tone, and how high it stands.
_SIZES = {"": (8.5, 11.6), STRONG: (8.5, 11.6), SMALL: (6.8, 9.6), MARK: (8.0, 11.0)}
_COLOURS = {SMALL: _GREY, MARK: "#C00000"}


def write_pdf(document: Document, output: Path, *, progress: Progress = silent) -> None:
    """Write a document as PDF; of one that has chapters these follow each other, without contents.

    Parameters
    ----------
    document : Document
    output : Path
        An existing file is replaced whole.
    progress : callable

    Raises
    ------
    BadInput
        The file cannot be written.

    Warns
    -----
    UserWarning
        No font with Chinese characters is installed.
    """
    told = Message("PDF document")
    progress(0.0, told)
    # Fonts of type 3 have no Chinese text that a reader finds.
    with drawing(**{"pdf.fonttype": 42, "hatch.linewidth": 0.35}):
        sheets = _Sheets(document)
        sheets.fill()
        progress(0.5, told)
        first, *more = sheets.finished()
        save(first, output, kind="pdf", title=document.title, more=more)
    progress(1.0, told)


@dataclass(frozen=True)
class _Ink:
    """A text, or a rectangle where ``high`` is set, in points from the lower left corner."""

    x: float
    y: float
    text: str = ""
    size: float = 0.0
    bold: bool = False
    colour: str = "black"
    wide: float = 0.0
    high: float = 0.0
    edge: str = ""


class _Inked(Artist):
    """Draws what stands on a page without laying it out again, which is what takes the time."""

    def __init__(self, inks: list[_Ink]) -> None:
        super().__init__()
        self._inks = inks

    def draw(self, renderer: Any) -> None:
        """Draw it; the unit of a PDF's canvas is the point."""
        for ink in self._inks:
            gc = renderer.new_gc()
            if ink.high:
                gc.set_linewidth(0.5 if ink.edge else 0.0)
                gc.set_foreground(ink.edge or "white")
                face = to_rgb(ink.colour) if ink.colour else None
                place = Affine2D().scale(ink.wide, ink.high).translate(ink.x, ink.y)
                renderer.draw_path(gc, Outline.unit_rectangle(), place, face)
            else:
                gc.set_foreground(ink.colour)
                renderer.draw_text(gc, ink.x, ink.y, ink.text, _font(ink.size, bold=ink.bold), 0.0)
            gc.restore()


@cache
def _font(size: float, *, bold: bool) -> FontProperties:
    return FontProperties(size=size, weight="bold" if bold else "normal")


@cache
def _advance(letter: str, *, bold: bool) -> float:
    """How wide a character is, in parts of its size."""
    face = get_font(findfont(_font(10.0, bold=bold)))
    face.set_size(100.0, 72.0)
    return float(face.load_char(ord(letter)).linearHoriAdvance) / 65536 / 100


def _width(text: str, size: float, *, bold: bool = False) -> float:
    return size * sum(_advance(letter, bold=bold) for letter in text)


def _broken(text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
    plain = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)
    return broken(plain, width, lambda part: _width(part, size, bold=bold))


class _Sheets:
    """Fills pages from the top down."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._pages: list[tuple[Figure, list[_Ink]]] = []
        self._y = 0.0
        self._turn()

    def _turn(self) -> None:
        figure = Figure(figsize=(_WIDE / 72, _HIGH / 72), facecolor="white")
        self._pages.append((figure, []))
        self._y = _TOP

    def _put(self, x: float, y: float, text: str, size: float, *, bold: bool = False, colour: str = "black") -> None:
        if text:
            self._pages[-1][1].append(_Ink(x, y, text, size, bold, colour))

    def _box(self, x: float, y: float, wide: float, high: float, colour: str = "") -> None:
        self._pages[-1][1].append(_Ink(x, y, colour=colour, wide=wide, high=high, edge=_RULE))

    def _need(self, high: float) -> None:
        if self._y - high < _BOTTOM and self._y < _TOP:
            self._turn()

    def fill(self) -> None:
        """Lay out the whole document."""
        document = self._document
        self._y -= 14
        self._middle(document.above, 11, bold=False)
        self._middle(document.title, 18, bold=True)
        for line in document.below:
            strong = line.tone == STRONG
            self._middle(line.text, 11 if strong else 8.5, bold=strong, colour=_COLOURS.get(line.tone, "black"))
        self._y -= 6
        if document.banner:
            self._banner(document.banner)
        for block in document.first:
            self._block(block)
        for part in document.sections:
            first = part.blocks[0]
            self._heading(part.heading, 13, 16 + (first.size[1] * _MM if isinstance(first, Picture) else 60))
            for block in part.blocks:
                self._block(block)

    def finished(self) -> list[Figure]:
        """Give the pages, each with its head and foot."""
        document, out = self._document, []
        for number, (figure, inks) in enumerate(self._pages, 1):
            foot = document.numbers.replace("\ue000", str(number)).replace("\ue001", str(len(self._pages)))
            top, low = _HIGH - 40, 30.0
            inks += [
                _Ink(_EDGE, top, document.above, 8.0, colour=_GREY),
                _Ink(_WIDE - _EDGE - _width(document.mark, 8.0), top, document.mark, 8.0, colour=_GREY),
                _Ink(_EDGE, top - 5, wide=_ROOM, high=0.4, colour=_RULE),
                *(
                    _Ink(_EDGE, low - 9.5 * line, text, 7.5, colour=_GREY)
                    for line, text in enumerate(_broken(document.foot, 7.5, _ROOM - 80))
                ),
                _Ink(_WIDE - _EDGE - _width(foot, 7.5), low, foot, 7.5, colour=_GREY),
            ]
            figure.add_artist(_Inked(inks))
            out.append(figure)
        return out

    def _middle(self, text: str, size: float, *, bold: bool, colour: str = "black") -> None:
        for line in _broken(text, size, _ROOM, bold=bold):
            self._y -= 1.35 * size
            self._put((_WIDE - _width(line, size, bold=bold)) / 2, self._y, line, size, bold=bold, colour=colour)
        self._y -= 5

    def _heading(self, text: str, size: float, below: float) -> None:
        self._need(1.6 * size + below)
        self._y -= 0.5 * size if self._y < _TOP else 0
        for line in _broken(text, size, _ROOM, bold=True):
            self._y -= 1.3 * size
            self._put(_EDGE, self._y, line, size, bold=True)
        self._y -= 0.45 * size

    def _banner(self, banner: Banner) -> None:
        left = 0.24 * _ROOM
        named = _broken(banner.word, 18, left - 2 * _PAD, bold=True)
        why = _broken(banner.why, 10, _ROOM - left - 4 * _PAD)
        high = max(27.0 * len(named), 14.5 * len(why)) + 16
        self._y -= high
        self._box(_EDGE, self._y, left, high, f"#{banner.colour}")
        self._box(_EDGE + left, self._y, _ROOM - left, high, _LIGHT)
        for number, line in enumerate(named):
            x = _EDGE + (left - _width(line, 18, bold=True)) / 2
            y = self._y + high / 2 + 13.5 * len(named) - 27 * number - 20
            self._put(x, y, line, 18, bold=True, colour="white")
        for number, line in enumerate(why):
            self._put(_EDGE + left + 2 * _PAD, self._y + high - 19 - 14.5 * number, line, 10)
        self._y -= 10

    def _block(self, block: Block) -> None:
        if isinstance(block, Facts):
            rows = tuple(((Line(name, STRONG),), lines) for name, lines in block.rows)
            self._table(TableBlock((), (_FACT, 1 - _FACT), rows), shaded=True)
        elif isinstance(block, TableBlock):
            self._table(block)
        elif isinstance(block, Notes):
            self._notes(block.lines)
        else:
            high = block.size[1] * _MM
            self._need(high)
            self._y -= high
            block.draw(self._pages[-1][0], ((_WIDE / _MM - block.size[0]) / 2, self._y / _MM))
            self._y -= 10

    def _notes(self, lines: Sequence[Line]) -> None:
        for line in lines:
            size, high = _SIZES[line.tone]
            for text in _broken(line.lead + line.text, size + 0.5, _ROOM, bold=line.tone == STRONG):
                self._need(high + 2)
                self._y -= high + 2
                colour = _COLOURS.get(line.tone, "black")
                self._put(_EDGE, self._y, text, size + 0.5, bold=line.tone == STRONG, colour=colour)
        self._y -= 8

    def _table(self, table: TableBlock, *, shaded: bool = False) -> None:
        widths = [width * _ROOM for width in table.widths]
        top = _laid([(Line(head, STRONG),) for head in table.heads], widths) if table.heads else []
        least = _height(top) if top else 0.0
        rows = _named_once(table.rows) if table.groups else table.rows
        laid = [_laid(cells, _spread(widths, len(cells))) for cells in rows]
        # A heading or a head does not stay behind without its first row.
        least += min((_height(laid[0]), _LONG_ROW)) if laid else 0.0
        if table.title:
            self._heading(table.title, 10, least)
        if table.over:
            self._notes(table.over)
        self._need(least)
        everything = frozenset(range(len(widths)))
        if top:
            self._row(widths, top, middle=everything, fill=_FILL)
        for cells in laid:
            rest = cells
            while rest:
                room = self._y - _BOTTOM
                if _height(rest) <= room:
                    self._row(_spread(widths, len(rest)), rest, table.right, table.middle, shaded=shaded)
                    break
                if _height(rest) > _LONG_ROW:
                    fits, rest = _cut(rest, room)
                    if fits:
                        self._row(_spread(widths, len(fits)), fits, table.right, table.middle, shaded=shaded)
                self._turn()
                if top:
                    self._row(widths, top, middle=everything, fill=_FILL)
        self._y -= 10

    def _row(
        self,
        widths: Sequence[float],
        cells: Sequence[Sequence[tuple[str, str]]],
        right: frozenset[int] = frozenset(),
        middle: frozenset[int] = frozenset(),
        *,
        fill: str = "",
        shaded: bool = False,
    ) -> None:
        high = _height(cells)
        self._y -= high
        x = _EDGE
        for number, (width, lines) in enumerate(zip(widths, cells, strict=True)):
            self._box(x, self._y, width, high, fill or (_LIGHT if shaded and not number else ""))
            y = self._y + high - 2.5
            for text, tone in lines:
                size, step = _SIZES[tone]
                y -= step
                bold = tone == STRONG
                wide = _width(text, size, bold=bold)
                free = width - 2 * _PAD - wide
                place = x + _PAD + (free / 2 if number in middle else free if number in right else 0.0)
                self._put(place, y + 0.22 * step, text, size, bold=bold, colour=_COLOURS.get(tone, "black"))
            x += width


def _laid(cells: Sequence[Sequence[Line]], widths: Sequence[float]) -> list[list[tuple[str, str]]]:
    """Break the lines of cells to the widths of their columns."""
    return [
        [
            (text, line.tone)
            for line in lines
            for text in _broken(line.lead + line.text, _SIZES[line.tone][0], width - 2 * _PAD, bold=line.tone == STRONG)
        ]
        for lines, width in zip(cells, widths, strict=True)
    ]


def _spread(widths: Sequence[float], cells: int) -> Sequence[float]:
    """Widths of the cells of a row; the last one takes what is left."""
    return [*widths[: cells - 1], sum(widths[cells - 1 :])]


def _named_once(rows: Sequence[Row]) -> list[Row]:
    """Rows whose first cell is empty where it says the same as the row above."""
    above = [((),), *rows]
    return [((), *row[1:]) if row[0] == before[0] else row for before, row in zip(above, rows, strict=False)]


def _height(cells: Sequence[Sequence[tuple[str, str]]]) -> float:
    return max((sum(_SIZES[tone][1] for _, tone in lines) for lines in cells), default=0.0) + 6.0


def _cut(
    cells: Sequence[Sequence[tuple[str, str]]], room: float
) -> tuple[list[list[tuple[str, str]]], list[list[tuple[str, str]]]]:
    """Part a row into what has room on a page and what goes on to the next."""
    fits, rest = list[list[tuple[str, str]]](), list[list[tuple[str, str]]]()
    for lines in cells:
        used, count = 6.0, 0
        for _, tone in lines:
            used += _SIZES[tone][1]
            if used > room:
                break
            count += 1
        fits.append(list(lines[:count]))
        rest.append(list(lines[count:]))
    return (fits if any(fits) else []), rest

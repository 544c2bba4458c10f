"""The report of an assessment as PDF, laid out on upright A4 by its own; its texts can be searched for."""

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
from ..export.map_sheet import broken
from .report_blocks import MARK, SMALL, STRONG, VERDICT_COLOURS, Facts, Line, Notes, Picture, TableBlock
from .report_content import ReportWords, report_of
from .report_map import MAP_SIZE, draw_map
from .report_plan import ReportPlan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from .report_blocks import Block, Report

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


def write_pdf(
    answer: Mapping[str, Any], plan: Path, output: Path, *, language: str, progress: Progress = silent
) -> None:
    """Write the report of an answer as PDF.

    Parameters
    ----------
    answer : mapping
        As ``assess --json`` prints it.
    plan : Path
        Its plan's file.
    output : Path
        An existing file is replaced whole.
    language : str
        That of the answer.
    progress : callable

    Raises
    ------
    BadInput
        No plan, or the file cannot be written.

    Warns
    -----
    UserWarning
        No font with Chinese characters is installed.
    """
    told = Message("PDF document")
    progress(0.0, told)
    words = ReportWords(ReportPlan(plan), language)
    report = report_of(answer, words)
    # Fonts of type 3 have no Chinese text that a reader finds.
    with drawing(**{"pdf.fonttype": 42, "hatch.linewidth": 0.35}):
        sheets = _Sheets(report, answer, words)
        sheets.fill()
        progress(0.5, told)
        first, *more = sheets.finished()
        save(first, output, kind="pdf", title=report.title, more=more)
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

    def __init__(self, report: Report, answer: Mapping[str, Any], words: ReportWords) -> None:
        self._report, self._answer, self._words = report, answer, words
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
        """Lay out the whole report."""
        report = self._report
        self._y -= 14
        self._middle(report.plan, 11, bold=False)
        self._middle(report.title, 18, bold=True)
        self._middle(report.project, 11, bold=True)
        self._middle(report.when, 8.5, bold=False, colour=_GREY)
        if report.illustration:
            self._middle(report.illustration, 8.5, bold=False, colour="#C00000")
        self._y -= 6
        self._verdict()
        for block in report.first:
            self._block(block)
        for part in report.sections:
            pictured = isinstance(part.blocks[0], Picture)
            self._heading(part.heading, 13, 16 + (MAP_SIZE[1] * _MM if pictured else 60))
            for block in part.blocks:
                self._block(block)

    def finished(self) -> list[Figure]:
        """Give the pages, each with its head and foot."""
        report, out = self._report, []
        for number, (figure, inks) in enumerate(self._pages, 1):
            page = Message("page {page} of {pages}", page=number, pages=len(self._pages))
            foot = self._words.say(page)
            top, low = _HIGH - 40, 30.0
            inks += [
                _Ink(_EDGE, top, report.plan, 8.0, colour=_GREY),
                _Ink(_WIDE - _EDGE - _width(report.mark, 8.0), top, report.mark, 8.0, colour=_GREY),
                _Ink(_EDGE, top - 5, wide=_ROOM, high=0.4, colour=_RULE),
                *(
                    _Ink(_EDGE, low - 9.5 * line, text, 7.5, colour=_GREY)
                    for line, text in enumerate(_broken(report.disclaimer, 7.5, _ROOM - 80))
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

    def _verdict(self) -> None:
        report, left = self._report, 0.24 * _ROOM
        named = _broken(report.word, 18, left - 2 * _PAD, bold=True)
        why = _broken(report.because, 10, _ROOM - left - 4 * _PAD)
        high = max(27.0 * len(named), 14.5 * len(why)) + 16
        self._y -= high
        self._box(_EDGE, self._y, left, high, f"#{VERDICT_COLOURS[report.verdict]}")
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
            rows = [((Line(name, STRONG),), lines) for name, lines in block.rows]
            self._table([_FACT * _ROOM, (1 - _FACT) * _ROOM], (), rows, frozenset(), shaded=True)
        elif isinstance(block, TableBlock):
            self._table([width * _ROOM for width in block.widths], block.heads, block.rows, block.right, block.title)
        elif isinstance(block, Notes):
            for line in block.lines:
                size, high = _SIZES[line.tone]
                for text in _broken(line.text, size + 0.5, _ROOM, bold=line.tone == STRONG):
                    self._need(high + 2)
                    self._y -= high + 2
                    colour = _COLOURS.get(line.tone, "black")
                    self._put(_EDGE, self._y, text, size + 0.5, bold=line.tone == STRONG, colour=colour)
            self._y -= 8
        else:
            high = MAP_SIZE[1] * _MM
            self._need(high)
            self._y -= high
            corner = (_WIDE / _MM - MAP_SIZE[0]) / 2, self._y / _MM
            draw_map(self._pages[-1][0], self._answer, self._words, block.name, corner)
            self._y -= 10

    def _table(
        self,
        widths: Sequence[float],
        heads: Sequence[str],
        rows: Sequence[Sequence[Sequence[Line]]],
        right: frozenset[int],
        title: str = "",
        *,
        shaded: bool = False,
    ) -> None:
        top = [[(text, STRONG) for text in _broken(head, 8.5, width - 2 * _PAD, bold=True)]
               for head, width in zip(heads, widths, strict=True)] if heads else []  # fmt: skip
        least = _height(top) if top else 0.0
        laid = [_laid(cells, widths) for cells in rows]
        # A heading or a head does not stay behind without its first row.
        least += min((_height(laid[0]), _LONG_ROW)) if laid else 0.0
        if title:
            self._heading(title, 10, least)
        self._need(least)
        if top:
            self._row(widths, top, frozenset(), fill=_FILL, middle=True)
        for cells in laid:
            rest = cells
            while rest:
                room = self._y - _BOTTOM
                if _height(rest) <= room:
                    self._row(widths, rest, right, shaded=shaded)
                    break
                if _height(rest) > _LONG_ROW:
                    fits, rest = _cut(rest, room)
                    if fits:
                        self._row(widths, fits, right, shaded=shaded)
                self._turn()
                if top:
                    self._row(widths, top, frozenset(), fill=_FILL, middle=True)
        self._y -= 10

    def _row(
        self,
        widths: Sequence[float],
        cells: Sequence[Sequence[tuple[str, str]]],
        right: frozenset[int],
        *,
        fill: str = "",
        middle: bool = False,
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
                place = x + (width - wide) / 2 if middle else x + width - _PAD - wide if number in right else x + _PAD
                self._put(place, y + 0.22 * step, text, size, bold=bold, colour=_COLOURS.get(tone, "black"))
            x += width


def _laid(cells: Sequence[Sequence[Line]], widths: Sequence[float]) -> list[list[tuple[str, str]]]:
    """Break the lines of cells to the widths of their columns."""
    return [
        [
            (text, line.tone)
            for line in lines
            for text in _broken(line.text, _SIZES[line.tone][0], width - 2 * _PAD, bold=line.tone == STRONG)
        ]
        for lines, width in zip(cells, widths, strict=True)
    ]


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

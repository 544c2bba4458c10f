"""The report of an assessment as a Word document; the same answer gives the same bytes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm

from ..core.figure import drawing
from ..core.messages import Message
from ..core.office_files import stamp_of, write_archive
from ..core.progress import Progress, silent
from ..export.word_pieces import (
    GAP,
    HEI,
    TAB,
    WIDTH,
    describe,
    dress,
    page_numbers,
    paragraph,
    run,
    section,
    spacing,
    table_cell,
    table_row,
    whole_table,
)
from .report_blocks import MARK, SMALL, STRONG, VERDICT_COLOURS, Facts, Notes, Picture, TableBlock
from .report_content import ReportWords, report_of
from .report_map import MAP_SIZE, map_picture
from .report_plan import ReportPlan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from docx.document import Document as Doc

    from .report_blocks import Block, Line, Report

_FILL, _LIGHT = "DDE7D9", "F3F6F1"
_FACTS = (2720, WIDTH - 2720)
_LONG = 1200  # characters of a row that may break across pages
_TONES = {"": "", STRONG: "Strong", SMALL: "Small", MARK: "Mark"}


def write_docx(
    answer: Mapping[str, Any], plan: Path, output: Path, *, language: str, progress: Progress = silent
) -> None:
    """Write the report of an answer as DOCX.

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
    """
    told = Message("Word document")
    progress(0.0, told)
    words = ReportWords(ReportPlan(plan), language)
    report = report_of(answer, words)
    document = Document()
    dress(document, _STYLES, _RUNS)
    describe(document, report.title, language, stamp_of(report.stamp))
    body = "".join(_body(document, report, answer, words))
    head = {"default": run(report.plan) + TAB + run(report.mark)}
    numbers = words.say(Message("page {page} of {pages}", page="\ue000", pages="\ue001"))
    body += section(document, head, {"default": run(report.disclaimer) + TAB + page_numbers(numbers)})
    progress(0.7, told)
    place = document.element.body
    for element in list(place):
        place.remove(element)
    for element in list(parse_xml(f"<w:body {nsdecls('w', 'r', 'wp', 'a', 'pic')}>{body}</w:body>")):
        place.append(element)
    raw = io.BytesIO()
    document.save(raw)
    write_archive(raw, output, stamp_of(report.stamp))
    progress(1.0, told)


def _body(document: Doc, report: Report, answer: Mapping[str, Any], words: ReportWords) -> Iterator[str]:
    yield paragraph("Subtitle", run(report.plan))
    yield paragraph("Title", run(report.title))
    yield paragraph("Subtitle", run(report.project))
    yield paragraph("Sample", run(report.when, "Small"))
    if report.illustration:
        yield paragraph("Sample", run(report.illustration, "Mark"))
    colour = VERDICT_COLOURS[report.verdict]
    named = paragraph("Verdict", run(report.word))
    why = paragraph("Because", run(report.because))
    yield (
        whole_table(
            (2300, WIDTH - 2300),
            [table_row(table_cell(2300, named, fill=colour), table_cell(WIDTH - 2300, why, fill=_LIGHT))],
        )
        + GAP
    )
    for block in report.first:
        yield from _block(document, block, answer, words)
    for part in report.sections:
        pictured = isinstance(part.blocks[0], Picture)
        yield paragraph("HeadingOfMap" if pictured else "Heading1", run(part.heading))
        for block in part.blocks:
            yield from _block(document, block, answer, words)


def _block(document: Doc, block: Block, answer: Mapping[str, Any], words: ReportWords) -> Iterator[str]:
    if isinstance(block, Facts):
        rows = [
            table_row(
                table_cell(_FACTS[0], paragraph("FactName", run(name)), fill=_LIGHT),
                table_cell(_FACTS[1], _lines("Cell", lines)),
                whole=sum(len(line.text) for line in lines) < _LONG,
            )
            for name, lines in block.rows
        ]
        yield whole_table(_FACTS, rows) + GAP
    elif isinstance(block, TableBlock):
        if block.title:
            yield paragraph("Heading2", run(block.title))
        yield _grid(block) + GAP
    elif isinstance(block, Notes):
        yield _lines("Note", block.lines) + GAP
    elif isinstance(block, Picture):
        with drawing(**{"hatch.linewidth": 0.35}):
            picture = io.BytesIO(map_picture(answer, words, block.name))
        inline = document.part.new_pic_inline(picture, Mm(MAP_SIZE[0]), Mm(MAP_SIZE[1]))
        for side in "TBLR":
            inline.set(f"dist{side}", "0")  # where nothing is said LibreOffice leaves room
        yield paragraph("Picture", f"<w:r><w:drawing>{inline.xml}</w:drawing></w:r>")


def _grid(grid: TableBlock) -> str:
    widths = [round(width * WIDTH) for width in grid.widths]
    widths[-1] += WIDTH - sum(widths)
    heads = (
        table_cell(width, paragraph("CellHead", run(text)), fill=_FILL)
        for width, text in zip(widths, grid.heads, strict=True)
    )
    rows = [table_row(*heads, head=True)]
    for cells in grid.rows:
        told = (
            table_cell(width, _lines("CellRight" if number in grid.right else "Cell", lines))
            for number, (width, lines) in enumerate(zip(widths, cells, strict=True))
        )
        rows.append(table_row(*told, whole=sum(len(line.text) for lines in cells for line in lines) < _LONG))
    return whole_table(widths, rows)


def _lines(style: str, lines: tuple[Line, ...]) -> str:
    return "".join(paragraph(style, run(line.text, _TONES[line.tone])) for line in lines) or paragraph(style, "")


_KEEP, _MIDDLE = "<w:keepNext/>", '<w:jc w:val="center"/>'
_TIGHT, _LEVEL = spacing(20, 20), '<w:outlineLvl w:val="0"/>'
_STYLES = (
    ("Title", "Title", spacing(0, 80) + _MIDDLE, 40, HEI),
    ("Subtitle", "Subtitle", spacing(0, 80) + _MIDDLE, 24, HEI),
    ("Sample", "Sample", spacing(0, 80) + _MIDDLE, 18, ""),
    ("Verdict", "Verdict", spacing(120, 120) + _MIDDLE, 40, HEI + "<w:b/>" + '<w:color w:val="FFFFFF"/>'),
    ("Because", "Because", spacing(120, 120), 22, ""),
    ("Heading1", "heading 1", _KEEP + spacing(240, 100) + _LEVEL, 26, HEI),
    ("HeadingOfMap", "Heading of a Map", _KEEP + "<w:pageBreakBefore/>" + spacing(0, 100) + _LEVEL, 26, HEI),
    ("Heading2", "heading 2", _KEEP + spacing(80, 60) + '<w:outlineLvl w:val="1"/>', 21, HEI),
    ("Note", "List Note", spacing(0, 60), 20, ""),
    ("FactName", "Fact Name", _TIGHT, 19, HEI),
    ("Cell", "List Cell", _TIGHT, 18, ""),
    ("CellRight", "List Cell Right", _TIGHT + '<w:jc w:val="right"/>', 18, ""),
    ("CellHead", "List Cell Head", _KEEP + _TIGHT + _MIDDLE, 18, HEI),
    ("Picture", "Picture", spacing(0, 120) + _MIDDLE, 18, ""),
)
_RUNS = (
    ("Mark", "List Mark", '<w:color w:val="C00000"/>'),
    ("Strong", "Strong", HEI + "<w:b/>"),
    ("Small", "Small", '<w:color w:val="5F6368"/><w:sz w:val="15"/><w:szCs w:val="15"/>'),
)

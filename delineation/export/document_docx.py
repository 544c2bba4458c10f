"""Documents in Word's format; the same document gives the same bytes.

The text is written as XML, since python-docx takes many times as long to add it row by row; all around it is its own.
"""

from __future__ import annotations

import io
from itertools import count, groupby, pairwise
from typing import TYPE_CHECKING

import docx
from docx.shared import Mm
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ..core.figure import drawing
from ..core.messages import Message
from ..core.office_files import stamp_of, write_archive
from ..core.progress import Progress, silent
from .document import MARK, SMALL, STRONG, Facts, Line, Notes, Picture, TableBlock
from .word_pieces import (
    GAP,
    HEI,
    TAB,
    WIDTH,
    describe,
    dress,
    field,
    page_numbers,
    paragraph,
    run,
    section,
    spacing,
    table_cell,
    table_row,
    whole_table,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from .document import Block, Document, Row

_FILL, _LIGHT = "DDE7D9", "F3F6F1"
_FACTS = (2720, WIDTH - 2720)
_BANNER = (2300, WIDTH - 2300)
# Characters: a longer row may break across pages, a longer head is not repeated on each.
_LONG_ROW, _LONG_HEAD = 1200, 240
_TONES = {"": "", STRONG: "Strong", SMALL: "Small", MARK: "Mark"}
_BODY = "word/document.xml"
_STEP = 50  # blocks between two reports of progress
_DPI = 200


def write_docx(document: Document, output: Path, *, progress: Progress = silent) -> None:
    """Write a document as DOCX.

    Contents have their entries written, and page numbers as fields: LibreOffice fills these in as it opens the
    document, Word when fields are updated (Ctrl+A, F9) or it prints.

    Parameters
    ----------
    document : Document
    output : Path
        An existing file is replaced whole.
    progress : callable
        See `progress.Progress`.

    Raises
    ------
    BadInput
        The file cannot be written.
    """
    progress(0.0, _TOLD)
    stamp = stamp_of(document.stamp)
    writer = _Writer(document)
    describe(writer.word, document.above if document.contents else document.title, document.language, stamp)
    chunks = list(writer.chunks(progress))
    raw = io.BytesIO()
    writer.word.save(raw)
    # As a tree of python-docx's own the text would take ten times the memory, and be parsed to be written again.
    start, _, _ = writer.word.part.blob.partition(b"<w:body>")
    body = "".join([*chunks, "</w:body></w:document>"]).encode()
    progress(0.9, _TOLD)
    write_archive(raw, output, stamp, {_BODY: start + b"<w:body>" + body})
    progress(1.0, _TOLD)


_TOLD = Message("Word document")


class _Writer:
    """Writes a document piece by piece, each as XML."""

    def __init__(self, document: Document) -> None:
        self.document, self.word = document, docx.Document()
        styles = {style[0]: style for style in (*_STYLES, *(_OF_CHAPTERS if document.contents else ()))}
        dress(self.word, tuple(styles.values()), _RUNS)
        self._marks = count(1)
        # Most rows of entry lists stand in many tables.
        self._rows: dict[tuple[tuple[float, ...], Row, bool], str] = {}

    def chunks(self, progress: Progress) -> Iterator[str]:
        """Give the body: of a document with contents each chapter ends with its section, of others the whole does."""
        document = self.document
        yield from self._head()
        for block in document.first:
            yield from self._block(block)
        chapters = document.sections if document.contents else ()
        if chapters:
            yield from self._contents()
            yield self._end("", first=True)
        done, total = 0, sum(len(part.blocks) for part in document.sections)
        for number, part in enumerate(document.sections, 1):
            pictured = isinstance(part.blocks[0], Picture)
            heading = run(part.heading)
            if document.contents:
                heading = self._bookmarked(heading, f"c{number}")
            yield paragraph("HeadingOfMap" if pictured else "Heading1", heading)
            for place, block in enumerate(part.blocks):
                if done % _STEP == 0:
                    progress(0.8 * done / total, _TOLD)
                yield from self._block(block, f"c{number}_{place}")
                done += 1
            if chapters:
                yield self._end(part.heading, last=part is document.sections[-1])
        if not chapters:
            yield self._end("", first=bool(document.contents), last=True)

    def _head(self) -> Iterator[str]:
        document = self.document
        yield paragraph("Subtitle", run(document.above))
        yield paragraph("Title", run(document.title))
        for line in document.below:
            strong = line.tone == STRONG
            yield paragraph("Subtitle" if strong else "Sample", run(line.text, "" if strong else _TONES[line.tone]))
        if banner := document.banner:
            word = table_cell(_BANNER[0], paragraph("Verdict", run(banner.word)), fill=banner.colour)
            why = table_cell(_BANNER[1], paragraph("Because", run(banner.why)), fill=_LIGHT)
            yield whole_table(_BANNER, [table_row(word, why)]) + GAP

    def _contents(self) -> Iterator[str]:
        """Write the contents, each entry a link with the page it leads to as a field.

        They are no field by themselves: that stays empty, or without pages, until somebody updates it.
        """
        yield paragraph("ContentsHeading", run(self.document.contents))
        for number, part in enumerate(self.document.sections, 1):
            yield _entry("TOC1", part.heading, f"c{number}")
            for place, block in enumerate(part.blocks):
                if isinstance(block, TableBlock) and block.over:
                    yield _entry("TOC2", block.title, f"c{number}_{place}")

    def _bookmarked(self, runs: str, mark: str) -> str:
        identity = next(self._marks)
        return f'<w:bookmarkStart w:id="{identity}" w:name="{mark}"/>{runs}<w:bookmarkEnd w:id="{identity}"/>'

    def _end(self, chapter: str, *, first: bool = False, last: bool = False) -> str:
        """End a section: at the head of its pages what it is of and who may read it, at the foot their numbers."""
        document = self.document
        mark = TAB + run(document.mark)
        headers = {"default": run(" ".join(filter(None, (document.above, chapter)))) + mark}
        footers = {"default": run(document.foot) + TAB + page_numbers(document.numbers)}
        return section(
            self.word,
            headers | ({"first": mark} if first else {}),
            footers | ({"first": ""} if first else {}),
            last=last,
        )

    def _block(self, block: Block, mark: str = "") -> Iterator[str]:
        if isinstance(block, Facts):
            rows = [
                table_row(
                    table_cell(_FACTS[0], paragraph("FactName", run(name)), fill=_LIGHT),
                    table_cell(_FACTS[1], _paragraphs("Fact", lines)),
                    whole=_length(lines) < _LONG_ROW,
                )
                for name, lines in block.rows
            ]
            yield whole_table(_FACTS, rows) + GAP
        elif isinstance(block, TableBlock):
            if block.title and not block.over:
                yield paragraph("Heading2", run(block.title))
            yield self._table(block, mark) + GAP
        elif isinstance(block, Notes):
            yield _paragraphs("Note", block.lines) + ("" if self.document.contents else GAP)
        elif isinstance(block, Picture):
            inline = self.word.part.new_pic_inline(_png(block), *map(Mm, block.size))
            for side in "TBLR":
                inline.set(f"dist{side}", "0")  # where nothing is said LibreOffice leaves room
            yield paragraph("Picture", f"<w:r><w:drawing>{inline.xml}</w:drawing></w:r>")

    def _table(self, table: TableBlock, mark: str) -> str:
        widths = [round(width * WIDTH) for width in table.widths]
        widths[-1] += WIDTH - sum(widths)
        out = []
        short = _length(table.over) < _LONG_HEAD
        if table.over:
            title = paragraph("Heading2", self._bookmarked(run(table.title), mark))
            head = table_cell(WIDTH, title, span=len(widths), fill=_FILL)
            out.append(table_row(head, head=len(table.title) < _LONG_HEAD))
            over = table_cell(WIDTH, _paragraphs("CellKeep", table.over), span=len(widths))
            out.append(table_row(over, head=short, whole=short))
        fill = _LIGHT if table.over else _FILL
        heads = zip(widths, table.heads, strict=True)
        named = (table_cell(width, paragraph("CellHead", run(text)), fill=fill) for width, text in heads)
        out.append(table_row(*named, head=short))
        if not table.groups:
            following = [*(row for _, row in pairwise(table.rows)), ()]
            for row, below in zip(table.rows, following, strict=True):
                cells = self._cells(table, widths, row, keep=0 < len(below) < len(row))
                out.append(table_row(cells, whole=_length_of(row) < _LONG_ROW))
            return whole_table(widths, out)
        for name, group in groupby(table.rows, key=lambda row: row[0]):
            rows, text = [*group], name[0].text
            merge = "restart" if rows[1:] else ""
            for row in rows:
                first = table_cell(widths[0], paragraph("CellSide", run(text)), merge=merge)
                cells = first + self._cells(table, widths, row, start=1)
                out.append(table_row(cells, whole=_length_of(row) < _LONG_ROW))
                merge, text = "continue", ""
        return whole_table(widths, out)

    def _cells(self, table: TableBlock, widths: Sequence[int], row: Row, *, start: int = 0, keep: bool = False) -> str:
        """Write the cells of a row; with ``keep`` they stay with the row below."""
        key = table.widths, row[start:], keep
        if key not in self._rows:
            out = ""
            for place, lines in enumerate(row[start:], start):
                taken = widths[place:] if place == len(row) - 1 else widths[place : place + 1]
                style = "CellRight" if place in table.right else "CellKeep" if keep else "Cell"
                if place in table.middle:
                    style = "CellMiddle"
                out += table_cell(sum(taken), _paragraphs(style, lines), span=len(taken))
            self._rows[key] = out
        return self._rows[key]


def _png(picture: Picture) -> io.BytesIO:
    width, height = picture.size
    with drawing(**{"hatch.linewidth": 0.35}):
        figure = Figure(figsize=(width / 25.4, height / 25.4), dpi=_DPI, facecolor="white")
        FigureCanvasAgg(figure)
        picture.draw(figure, (0.0, 0.0))
        out = io.BytesIO()
        figure.savefig(out, format="png", metadata={"Software": None})
    out.seek(0)
    return out


def _entry(style: str, text: str, mark: str) -> str:
    number = field(f"PAGEREF {mark} \\h", "")
    link = f'<w:hyperlink w:anchor="{mark}" w:history="1">{run(text)}{TAB}{number}</w:hyperlink>'
    return paragraph(style, link)


def _paragraphs(style: str, lines: Sequence[Line]) -> str:
    return "".join(
        paragraph(style, (run(line.lead, "Effect") if line.lead else "") + run(line.text, _TONES[line.tone]))
        for line in lines
    ) or paragraph(style, "")


def _length(lines: Sequence[Line]) -> int:
    return sum(len(line.text) for line in lines)


def _length_of(row: Row) -> int:
    return sum(map(_length, row))


_RIGHT = f'<w:tabs><w:tab w:val="right" w:pos="{WIDTH}"/></w:tabs>'
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
    ("Fact", "Fact", _TIGHT, 18, ""),
    ("Cell", "List Cell", _TIGHT, 18, ""),
    ("CellKeep", "List Cell Facts", _KEEP + _TIGHT, 18, ""),
    ("CellRight", "List Cell Right", _TIGHT + '<w:jc w:val="right"/>', 18, ""),
    ("CellMiddle", "List Cell Middle", _TIGHT + _MIDDLE, 18, ""),
    ("CellHead", "List Cell Head", _KEEP + _TIGHT + _MIDDLE, 18, HEI),
    ("CellSide", "List Cell Side", _TIGHT + _MIDDLE, 18, HEI),
    ("Picture", "Picture", spacing(0, 120) + _MIDDLE, 18, ""),
)
# Where a document has chapters and a first page of its own.
_OF_CHAPTERS = (
    ("Title", "Title", spacing(0, 480) + _MIDDLE, 52, HEI),
    ("Subtitle", "Subtitle", spacing(1200, 240) + _MIDDLE, 32, HEI),
    ("Heading1", "heading 1", _KEEP + spacing(0, 60) + _LEVEL, 32, HEI),
    ("Heading2", "heading 2", _KEEP + spacing(40, 40) + '<w:outlineLvl w:val="1"/>', 21, HEI),
    ("ContentsHeading", "Contents Heading", _KEEP + "<w:pageBreakBefore/>" + spacing(0, 160), 32, HEI),
    ("TOC1", "toc 1", _KEEP + _RIGHT + spacing(120, 40), 21, HEI),
    ("TOC2", "toc 2", _RIGHT + spacing(0, 20) + '<w:ind w:left="284" w:right="567"/>', 19, ""),
    ("Note", "List Note", spacing(0, 80), 19, ""),
    ("FactName", "Fact Name", spacing(50, 50), 21, HEI),
    ("Fact", "Fact", spacing(50, 50), 21, ""),
)
_RUNS = (
    ("Mark", "List Mark", '<w:color w:val="C00000"/>'),
    ("Strong", "Strong", HEI + "<w:b/>"),
    ("Effect", "List Effect", HEI),
    ("Small", "Small", '<w:color w:val="5F6368"/><w:sz w:val="15"/><w:szCs w:val="15"/>'),
)

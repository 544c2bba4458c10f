"""Entry lists as a Word document: what they rest on, contents, a chapter a category and a table a unit, one by clause.

The text is written as XML, since python-docx takes many times as long to add it row by row; all around it is its own.
"""

from __future__ import annotations

import io
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docx import Document

from ..core.messages import Message, counted
from ..core.office_files import document_date, stamp_of, write_archive
from ..core.progress import Progress, silent
from ..lists.rows import (
    SEA,
    ListRow,
    PrintedClause,
    features_of,
    full_rows,
    sections,
)
from ..lists.workbook import CLAUSE_SHEET, clause_groups, states_of, unit_line
from .list_cover import ListWords, size
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
    from collections.abc import Iterator, Mapping, Sequence

    from docx.document import Document as Doc

    from ..case.profile import Profile
    from ..lists.wording import Wording
    from ..plan.file import Plan

# Twips, of which a point has 20.
# Columns: dimension, number, requirement, basis, mark; Chinese words are short.
_WIDTHS = {"zh": (907, 540, 4301, 3090, 800)}
_WIDTHS_ELSE = (1190, 500, 4113, 2635, 1200)
_FACTS = (2720, WIDTH - 2720)
# By clause: its number, requirement, basis, state; below it the units.
_BY_CLAUSE = {"zh": (1000, 4800, 3038, 800)}
_BY_CLAUSE_ELSE = (1000, 4600, 2838, 1200)
_CLAUSES = 9  # stands for that chapter where others are named by category
# What is longer may break across pages, and is not repeated on each.
_LONG_ROW, _LONG_HEAD = 1200, 240  # characters
_FILL, _LIGHT = "DDE7D9", "F3F6F1"
_BODY = "word/document.xml"
_STEP = 50  # units between two reports of progress

_GREY = '<w:color w:val="595959"/>'


def write_lists(
    plan: Plan,
    path: str | Path,
    *,
    profile: Profile | None = None,
    wording: Wording | None = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Write a plan's entry lists as DOCX, in the profile's language; the same plan gives the same bytes.

    Contents have their entries written, and page numbers as fields: LibreOffice fills these in as it opens the
    document, Word when fields are updated (Ctrl+A, F9) or it prints.

    Parameters
    ----------
    plan : Plan
        ``units``, ``clauses`` and ``meta``, of which is read what ``lists_xlsx.write_lists`` reads.
    path : str or Path
        An existing file is replaced whole.
    profile, wording : optional
        Else the plan's profile (``national`` where it names none) and its ``lists.toml``.
    progress : callable
        See `progress.Progress`.

    Returns
    -------
    dict
        ``units`` and ``clauses``: numbers written.

    Raises
    ------
    BadInput
        A date or county table that cannot be read, a clause of an unknown dimension, or a file that cannot be written.
    """
    progress(0.0, Message("Word document"))
    rows = full_rows(plan)
    date = document_date(plan.meta.get("date", ""))
    printer = _ListPrinter(plan, profile, wording)
    chapters = {key: own for key, own in sections(rows).items() if own}

    document = Document()
    dress(document, _STYLES, _RUNS)
    describe(document, printer.name, printer.language, stamp_of(date))
    chunks = list(_chunks(document, printer, chapters, progress))
    raw = io.BytesIO()
    document.save(raw)
    # As a tree of python-docx's own the text would take ten times the memory, and be parsed to be written again.
    start, _, _ = document.part.blob.partition(b"<w:body>")
    body = "".join([*chunks, "</w:body></w:document>"]).encode()
    progress(0.9, Message("Word document"))
    write_archive(raw, Path(path), stamp_of(date), {_BODY: start + b"<w:body>" + body})
    progress(1.0, Message("Word document"))
    return {"units": len(rows), "clauses": sum(len(row.all_clauses) + len(row.proposed) for row in rows)}


class _ListPrinter(ListWords):
    """What the document prints, from the plan and its profile, as XML."""

    def __init__(self, plan: Plan, profile: Profile | None, wording: Wording | None) -> None:
        super().__init__(plan, profile, wording)
        self.widths = _WIDTHS.get(self.language, _WIDTHS_ELSE)
        # Most clauses stand in many units.
        self._clauses: dict[PrintedClause, str] = {}

    @property
    def name(self) -> str:
        return self.meta.get("name") or self.say(Message("not stated"))

    def chapter(self, key: int) -> str:
        if key == _CLAUSES:
            return self.say(CLAUSE_SHEET)
        title = self.say(Message("sea units")) if key == SEA else self.category(key)
        return title[:1].upper() + title[1:]

    def unit(self, number: int, row: ListRow, mark: str) -> str:
        """Lay out a unit: a table whose head is repeated on each page that it goes on to."""
        facts = self.say(
            Message(
                "County: {county}; category: {category}; kind: {kind}; area: {km2:,.4f} km²",
                county=self.county(row.county),
                category=self.category(row.category),
                kind=self.kind(row),
                km2=row.area / 1e6,
            )
        )
        more = [Message("Townships: {townships}", townships=row.townships)] if row.townships else []
        if row.zones:
            more.append(Message("Element zones: {codes}", codes=row.zones))
        more.append(Message("Features: {features}", features=features_of(row)))
        said = [facts, *map(self.say, more)]
        short = sum(map(len, said)) < _LONG_HEAD
        title = paragraph("Heading2", _bookmarked(run(_title(number, row)), mark))
        told = "".join(paragraph("CellKeep", run(text)) for text in said)
        heads = (
            Message("Dimension"),
            Message("No."),
            Message("Requirement"),
            Message("Legal basis"),
            Message("Review"),
        )
        lines = [
            table_row(table_cell(WIDTH, title, span=5, fill=_FILL), head=len(row.name) < _LONG_HEAD),
            table_row(table_cell(WIDTH, told, span=5), head=short, whole=short),
            table_row(
                *(
                    table_cell(width, paragraph("CellHead", run(self.say(said))), fill=_LIGHT)
                    for width, said in zip(self.widths, heads, strict=True)
                ),
                head=short,
            ),
        ]
        parts = [(heading, row.clauses[dimension]) for dimension, heading in self.wording.dimensions.items()]
        if row.proposed:
            parts.append((self.say(Message("Proposed, no part of the list")), row.proposed))
        for heading, clauses in parts:
            first = table_cell(
                self.widths[0], paragraph("CellSide", run(heading)), merge="restart" if clauses[1:] else ""
            )
            if not clauses:
                nothing = paragraph("Cell", run(self.say(Message("no clause in this dimension")), "Mark"))
                lines.append(table_row(first, table_cell(sum(self.widths[1:]), nothing, span=4)))
            for clause in clauses:
                whole = len(clause.text) + len(clause.basis) < _LONG_ROW
                lines.append(table_row(first, self._clause(clause), whole=whole))
                first = table_cell(self.widths[0], paragraph("CellSide", ""), merge="continue")
        return whole_table(self.widths, lines) + GAP

    def by_clause(self, rows: Sequence[ListRow]) -> str:
        """Lay out the table that has each clause once, with the units it stands in."""
        widths = _BY_CLAUSE.get(self.language, _BY_CLAUSE_ELSE)
        heads = (
            Message("Number of the clause"),
            Message("Requirement"),
            Message("Legal basis"),
            Message("Review"),
        )
        cells = (
            table_cell(width, paragraph("CellHead", run(self.say(one))), fill=_LIGHT)
            for width, one in zip(widths, heads, strict=True)
        )
        lines = [table_row(*cells, head=True)]
        for clause, units in clause_groups(rows, self.wording):
            states = states_of(units)
            marks = [*states, *([self.say(Message("basis to check"))] if clause.unchecked else [])]
            named = "；".join(self.say(unit_line(unit, own, state=len(states) > 1)) for unit, own in units)
            alike = replace(clause, own=False, touched=None)
            texts = (
                paragraph("CellKeep", run(clause.clause_id)),
                self._requirement(alike, self.wording.dimensions[clause.dimension]),
                paragraph("CellKeep", run(clause.basis)),
                paragraph("CellMiddle", run("\n".join(marks))),
            )
            lines.append(table_row(*map(table_cell, widths, texts), whole=len(clause.text) < _LONG_ROW))
            standing = self.say(counted(len(units), "In {n} unit: {units}", "In {n} units: {units}", units=named))
            below = table_cell(sum(widths), paragraph("CellSmall", run(standing)), span=len(widths))
            lines.append(table_row(below, whole=len(named) < _LONG_ROW))
        return whole_table(widths, lines) + GAP

    def _requirement(self, clause: PrintedClause, dimension: str = "") -> str:
        """Write what a clause asks for, and below it its level, its sub-dimension, why it applies, what is remarked."""
        below = self.provenance(clause, f"{clause.level} {clause.issuer}".strip(), dimension, clause.remark)
        text = paragraph("Cell", run(f"【{self.effect(clause)}】", "Effect") + run(clause.text))
        return text + paragraph("CellSmall", run(below))

    def _clause(self, clause: PrintedClause) -> str:
        if clause not in self._clauses:
            cells = (
                paragraph("CellMiddle", run(str(clause.number))),
                self._requirement(clause),
                paragraph("Cell", run(clause.basis)),
                "".join(paragraph("CellMiddle", run(self.say(mark), "Mark")) for mark in clause.marks)
                or paragraph("CellMiddle", ""),
            )
            self._clauses[clause] = "".join(map(table_cell, self.widths[1:], cells))
        return self._clauses[clause]


def _chunks(
    document: Doc, printer: _ListPrinter, chapters: Mapping[int, Sequence[ListRow]], progress: Progress
) -> Iterator[str]:
    """Give the document piece by piece: a chapter ends with a paragraph that holds its section, the last with that."""
    section = partial(_section, document, printer)
    yield _title_page(printer, chapters)
    if not chapters:
        yield section("", first=True, last=True)
        return
    yield _contents(printer, chapters)
    yield section("", first=True)
    done, count, last = 0, sum(map(len, chapters.values())), [*chapters][-1]
    listed = _with_clauses(chapters)
    for key, rows in chapters.items():
        title = printer.chapter(key)
        yield paragraph("Heading1", _bookmarked(run(title), f"c{key}"))
        yield paragraph("Note", run(printer.say(size(rows))))
        for number, row in enumerate(rows, start=1):
            if done % _STEP == 0:
                progress(0.8 * done / count, Message("Word document"))
            yield printer.unit(number, row, f"c{key}_{number}")
            done += 1
        yield section(title, last=not listed and key == last)
    if not listed:
        return
    title = printer.chapter(_CLAUSES)
    yield paragraph("Heading1", _bookmarked(run(title), f"c{_CLAUSES}"))
    yield printer.by_clause(listed)
    yield section(title, last=True)


def _title_page(printer: _ListPrinter, chapters: Mapping[int, Sequence[ListRow]]) -> str:
    rows = [
        table_row(
            table_cell(_FACTS[0], paragraph("FactName", run(name)), fill=_LIGHT),
            table_cell(_FACTS[1], paragraph("Fact", run(text))),
            whole=len(text) < _LONG_ROW,
        )
        for name, text in printer.cover({printer.chapter(key): own for key, own in chapters.items()})
    ]
    notes = [paragraph("Note", run(f"{number}. {note}")) for number, note in enumerate(printer.wording.notes, start=1)]
    if notes:
        notes.insert(0, paragraph("Heading", run(printer.say(Message("Notes")))))
    title = printer.say(Message("Ecological entry lists"))
    return "".join(
        [
            paragraph("Subtitle", run(printer.name)),
            paragraph("Title", run(title)),
            whole_table(_FACTS, rows),
            GAP,
            *notes,
        ]
    )


def _contents(printer: _ListPrinter, chapters: Mapping[int, Sequence[ListRow]]) -> str:
    """Write the contents, each entry a link with the page it leads to as a field.

    They are no field by themselves: that stays empty, or without pages, until somebody updates it.
    """
    out = [paragraph("ContentsHeading", run(printer.say(Message("Contents"))))]
    for key, rows in chapters.items():
        out.append(_entry("TOC1", printer.chapter(key), f"c{key}"))
        out += [_entry("TOC2", _title(number, row), f"c{key}_{number}") for number, row in enumerate(rows, start=1)]
    if _with_clauses(chapters):
        out.append(_entry("TOC1", printer.chapter(_CLAUSES), f"c{_CLAUSES}"))
    return "".join(out)


def _entry(style: str, text: str, mark: str) -> str:
    number = field(f"PAGEREF {mark} \\h", "")
    link = f'<w:hyperlink w:anchor="{mark}" w:history="1">{run(text)}{TAB}{number}</w:hyperlink>'
    return paragraph(style, link)


def _with_clauses(chapters: Mapping[int, Sequence[ListRow]]) -> list[ListRow]:
    return [row for rows in chapters.values() for row in rows if row.all_clauses or row.proposed]


def _title(number: int, row: ListRow) -> str:
    return f"{number}. {row.code} {row.name}"


def _bookmarked(runs: str, mark: str) -> str:
    # The number of a bookmark is that of its name, so that no two are the same.
    key, _, number = mark.removeprefix("c").partition("_")
    identity = int(number or 0) * 10 + int(key)
    return f'<w:bookmarkStart w:id="{identity}" w:name="{mark}"/>{runs}<w:bookmarkEnd w:id="{identity}"/>'


def _section(document: Doc, printer: _ListPrinter, chapter: str, *, first: bool = False, last: bool = False) -> str:
    """End a section; its header names the plan, the chapter and who may read it, its footer numbers the pages."""
    mark = printer.say(Message("classification: {mark}", mark=printer.mark))
    name = " ".join(filter(None, (printer.name, chapter)))
    numbers = printer.say(Message("page {page} of {pages}", page="\ue000", pages="\ue001"))
    headers = {"default": run(name) + TAB + run(mark)} | ({"first": TAB + run(mark)} if first else {})
    footers = {"default": run(printer.status) + TAB + page_numbers(numbers)} | ({"first": ""} if first else {})
    return section(document, headers, footers, last=last)


_RIGHT = f'<w:tabs><w:tab w:val="right" w:pos="{WIDTH}"/></w:tabs>'
_KEEP, _MIDDLE = "<w:keepNext/>", '<w:jc w:val="center"/>'
_CELL = spacing(20, 20)
_STYLES = (
    ("Title", "Title", spacing(0, 480) + _MIDDLE, 52, HEI),
    ("Subtitle", "Subtitle", spacing(1200, 240) + _MIDDLE, 32, HEI),
    ("Heading1", "heading 1", _KEEP + spacing(0, 60) + '<w:outlineLvl w:val="0"/>', 32, HEI),
    ("Heading2", "heading 2", _KEEP + spacing(40, 40) + '<w:outlineLvl w:val="1"/>', 21, HEI),
    ("Heading", "Notes Heading", _KEEP + spacing(360, 80), 24, HEI),
    ("ContentsHeading", "Contents Heading", _KEEP + "<w:pageBreakBefore/>" + spacing(0, 160), 32, HEI),
    ("TOC1", "toc 1", _KEEP + _RIGHT + spacing(120, 40), 21, HEI),
    ("TOC2", "toc 2", _RIGHT + spacing(0, 20) + '<w:ind w:left="284" w:right="567"/>', 19, ""),
    ("Note", "List Note", spacing(0, 80), 19, ""),
    ("FactName", "Fact Name", spacing(50, 50), 21, HEI),
    ("Fact", "Fact", spacing(50, 50), 21, ""),
    ("Cell", "List Cell", _CELL, 18, ""),
    ("CellSmall", "List Cell Small", spacing(0, 20), 15, _GREY),
    ("CellKeep", "List Cell Facts", _KEEP + _CELL, 18, ""),
    ("CellMiddle", "List Cell Middle", _CELL + _MIDDLE, 18, ""),
    ("CellHead", "List Cell Head", _KEEP + _CELL + _MIDDLE, 18, HEI),
    ("CellSide", "List Cell Side", _CELL + _MIDDLE, 18, HEI),
)
_RUNS = (
    ("Mark", "List Mark", '<w:color w:val="C00000"/>'),
    ("Effect", "List Effect", HEI),
)

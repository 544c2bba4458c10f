"""Entry lists as a Word document: what they rest on, contents, a chapter a category and a table a unit, one by clause.

The text is written as XML, since python-docx takes many times as long to add it row by row; all around it is its own.
"""

from __future__ import annotations

import html
import io
import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from ..case.names import glossary
from ..case.profile import Profile, plan_profile
from ..core.messages import Message, counted, first_few, word
from ..core.office_files import document_date, stamp_of, write_archive
from ..core.progress import Progress, silent
from ..lists.rows import (
    SEA,
    ListRow,
    PrintedClause,
    counties_of,
    features_of,
    full_rows,
    is_illustration,
    sections,
    why_applies,
)
from ..lists.wording import Wording, read_wording
from ..lists.workbook import CLAUSE_SHEET, clause_groups, states_of, unit_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from docx.document import Document as Doc

    from ..plan.file import Plan

__all__ = ["write_lists"]

# Twips, of which a point has 20: A4 upright with margins of 2 cm.
_PAGE = (11906, 16838)
_MARGIN = 1134
_WIDTH = _PAGE[0] - 2 * _MARGIN
# Columns: dimension, number, requirement, basis, mark; Chinese words are short.
_WIDTHS = {"zh": (907, 540, 4301, 3090, 800)}
_WIDTHS_ELSE = (1190, 500, 4113, 2635, 1200)
_PADDING = 70  # of a cell, left and right
_FACTS = (2720, _WIDTH - 2720)
# By clause: its number, requirement, basis, state; below it the units.
_BY_CLAUSE = {"zh": (1000, 4800, 3038, 800)}
_BY_CLAUSE_ELSE = (1000, 4600, 2838, 1200)
_CLAUSES = 9  # stands for that chapter where others are named by category
# What is longer may break across pages, and is not repeated on each.
_LONG_ROW, _LONG_HEAD = 1200, 240  # characters
_FILL, _LIGHT = "DDE7D9", "F3F6F1"
# Characters that XML cannot hold, control characters, and those that turn the direction of a text.
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_FIELDS = {"\ue000": "PAGE", "\ue001": "NUMPAGES"}
_BODY = "word/document.xml"
_STEP = 50  # units between two reports of progress

_SONG = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman" w:eastAsia="宋体"/>'
_GREY = '<w:color w:val="595959"/>'
_HEI = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial" w:eastAsia="黑体"/>'


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
    profile = profile or plan_profile(plan)
    wording = wording or read_wording(profile.folder / "lists.toml")
    rows = full_rows(plan)
    date = document_date(plan.meta.get("date", ""))
    printer = _ListPrinter(plan, profile, wording, date)
    chapters = {key: own for key, own in sections(rows).items() if own}

    document = Document()
    _clear(document)
    _describe(document, printer, stamp_of(date))
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


class _ListPrinter:
    """What the document prints, from the plan and its profile, as XML."""

    def __init__(self, plan: Plan, profile: Profile, wording: Wording, date: datetime | None) -> None:
        self.meta, self.crs, self.profile, self.wording, self.date = plan.meta, plan.crs, profile, wording, date
        self.language = str(profile.settings.get("language", "zh"))
        self.names = glossary(profile)
        self.counties = counties_of(plan.meta)
        self.widths = _WIDTHS.get(self.language, _WIDTHS_ELSE)
        # Most clauses stand in many units.
        self._clauses: dict[PrintedClause, str] = {}

    def say(self, message: Message) -> str:
        return word(message, self.language, self.names)

    @property
    def name(self) -> str:
        return self.meta.get("name") or self.say(Message("not stated"))

    @property
    def status(self) -> str:
        return self.meta.get("status") or self.say(Message("draft"))

    @property
    def mark(self) -> str:
        return self.meta.get("classification") or self.say(Message("not stated"))

    def chapter(self, key: int) -> str:
        if key == _CLAUSES:
            return self.say(CLAUSE_SHEET)
        title = self.say(Message("sea units") if key == SEA else Message("{category:category} units", category=key))
        return title[:1].upper() + title[1:]

    def facts(self, chapters: Mapping[int, Sequence[ListRow]]) -> list[tuple[str, str]]:
        """Say what stands on the title page: what it is called, and what it says."""
        meta, unstated = self.meta, Message("not stated")
        method = meta.get("area_method") or meta.get("area") or str(self.profile["area"].get("method", ""))
        measured = {
            "planar": Message("Areas in the plane of the Gauss-Krüger projection"),
            "ellipsoidal": Message("Areas on the ellipsoid"),
        }.get(method, unstated)
        place = f"{meta.get('province', '')}{meta.get('city', '')}"
        date = self.date.date().isoformat() if self.date else self.say(unstated)
        clauses = [clause for rows in chapters.values() for row in rows for clause in row.all_clauses]
        out = [
            (Message("Name of the plan"), self.name),
            (Message("Status of the plan"), self.status),
            (Message("Date of the plan"), date),
            (
                Message("Administrative area"),
                place or self.say(first_few(self.counties.values()) if self.counties else unstated),
            ),
            (Message("Coordinate system"), self.crs),
            (Message("Measure of areas"), self.say(measured)),
            (Message("Classification"), self.mark),
        ]
        said = [(self.say(what), text) for what, text in out]
        if is_illustration(meta):
            note = Message("Borders and data serve demonstration and are no basis for decisions")
            said.append((self.say(Message("Illustration")), self.say(note)))
        said += [(self.chapter(key), self.say(_size(rows))) for key, rows in chapters.items()]
        count = counted(
            len(clauses),
            "{n:,} clause, {to_review:,} of them to be reviewed; {unchecked:,} in the library have an unchecked basis",
            "{n:,} clauses, {to_review:,} of them to be reviewed; {unchecked:,} in the library have an unchecked basis",
            to_review=sum(clause.to_review for clause in clauses),
            unchecked=len({clause.clause_id for clause in clauses if clause.unchecked}),
        )
        said.append((self.say(Message("Clauses in all")), self.say(count)))
        if proposed := sum(len(row.proposed) for rows in chapters.values() for row in rows):
            told = counted(
                proposed,
                "{n} clause, brought by a zone that touches its unit by a sliver; no part of the lists until approved",
                "{n} clauses, brought by zones that touch their units by a sliver; no part of the lists until approved",
            )
            said.append((self.say(Message("Proposed clauses")), self.say(told)))
        return said

    def unit(self, number: int, row: ListRow, mark: str) -> str:
        """Lay out a unit: a table whose head is repeated on each page that it goes on to."""
        kind = self.names.kind(row.kind, self.language)
        if row.subtype:
            kind = self.say(Message("{kind} ({subtype})", kind=kind, subtype=row.subtype))
        facts = self.say(
            Message(
                "County: {county}; category: {category}; kind: {kind}; area: {km2:,.4f} km²",
                county=self.counties.get(row.county, row.county),
                category=self.say(Message("{category:category} units", category=row.category)),
                kind=kind,
                km2=row.area / 1e6,
            )
        )
        more = [Message("Townships: {townships}", townships=row.townships)] if row.townships else []
        if row.zones:
            more.append(Message("Element zones: {codes}", codes=row.zones))
        more.append(Message("Features: {features}", features=features_of(row)))
        said = [facts, *map(self.say, more)]
        short = sum(map(len, said)) < _LONG_HEAD
        title = _paragraph("Heading2", _bookmarked(_run(_title(number, row)), mark))
        told = "".join(_paragraph("CellKeep", _run(text)) for text in said)
        heads = (
            Message("Dimension"),
            Message("No."),
            Message("Requirement"),
            Message("Legal basis"),
            Message("Review"),
        )
        lines = [
            _row(_cell(_WIDTH, title, span=5, fill=_FILL), head=len(row.name) < _LONG_HEAD),
            _row(_cell(_WIDTH, told, span=5), head=short, whole=short),
            _row(
                *(
                    _cell(width, _paragraph("CellHead", _run(self.say(said))), fill=_LIGHT)
                    for width, said in zip(self.widths, heads, strict=True)
                ),
                head=short,
            ),
        ]
        parts = [(heading, row.clauses[dimension]) for dimension, heading in self.wording.dimensions.items()]
        if row.proposed:
            parts.append((self.say(Message("Proposed, no part of the list")), row.proposed))
        for heading, clauses in parts:
            first = _cell(self.widths[0], _paragraph("CellSide", _run(heading)), merge="restart" if clauses[1:] else "")
            if not clauses:
                nothing = _paragraph("Cell", _run(self.say(Message("no clause in this dimension")), "Mark"))
                lines.append(_row(first, _cell(sum(self.widths[1:]), nothing, span=4)))
            for clause in clauses:
                whole = len(clause.text) + len(clause.basis) < _LONG_ROW
                lines.append(_row(first, self._clause(clause), whole=whole))
                first = _cell(self.widths[0], _paragraph("CellSide", ""), merge="continue")
        return _table(self.widths, lines) + _GAP

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
            _cell(width, _paragraph("CellHead", _run(self.say(one))), fill=_LIGHT)
            for width, one in zip(widths, heads, strict=True)
        )
        lines = [_row(*cells, head=True)]
        for clause, units in clause_groups(rows, self.wording):
            states = states_of(units)
            named = "；".join(self.say(unit_line(unit, own, state=len(states) > 1)) for unit, own in units)
            alike = replace(clause, own=False, touched=None)
            texts = (
                _paragraph("CellKeep", _run(clause.clause_id)),
                self._requirement(alike, self.wording.dimensions[clause.dimension]),
                _paragraph("CellKeep", _run(clause.basis)),
                _paragraph("CellMiddle", _run("\n".join(states))),
            )
            lines.append(_row(*map(_cell, widths, texts), whole=len(clause.text) < _LONG_ROW))
            standing = self.say(counted(len(units), "In {n} unit: {units}", "In {n} units: {units}", units=named))
            below = _cell(sum(widths), _paragraph("CellSmall", _run(standing)), span=len(widths))
            lines.append(_row(below, whole=len(named) < _LONG_ROW))
        return _table(widths, lines) + _GAP

    def _requirement(self, clause: PrintedClause, dimension: str = "") -> str:
        """Write what a clause asks for, and below it its level, its sub-dimension, why it applies, what is remarked."""
        effect = self.wording.effects.get(clause.effect, clause.effect)
        sub = self.wording.subdimensions.get(clause.subdimension, "")
        level = " ".join(filter(None, (clause.level, clause.issuer)))
        said = (dimension, level, sub, self.say(why_applies(clause)), clause.remark)
        below = self.say(Message("{parts:apart}", parts=tuple(filter(None, said))))
        text = _paragraph("Cell", _run(f"【{effect}】", "Effect") + _run(clause.text))
        return text + _paragraph("CellSmall", _run(below))

    def _clause(self, clause: PrintedClause) -> str:
        if clause not in self._clauses:
            marks = [Message("to review")] if clause.to_review else []
            marks += [Message("proposed")] if clause.proposed else []
            marks += [Message("basis to check")] if clause.unchecked else []
            cells = (
                _paragraph("CellMiddle", _run(str(clause.number))),
                self._requirement(clause),
                _paragraph("Cell", _run(clause.basis)),
                "".join(_paragraph("CellMiddle", _run(self.say(mark), "Mark")) for mark in marks)
                or _paragraph("CellMiddle", ""),
            )
            self._clauses[clause] = "".join(map(_cell, self.widths[1:], cells))
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
        yield _paragraph("Heading1", _bookmarked(_run(title), f"c{key}"))
        yield _paragraph("Note", _run(printer.say(_size(rows))))
        for number, row in enumerate(rows, start=1):
            if done % _STEP == 0:
                progress(0.8 * done / count, Message("Word document"))
            yield printer.unit(number, row, f"c{key}_{number}")
            done += 1
        yield section(title, last=not listed and key == last)
    if not listed:
        return
    title = printer.chapter(_CLAUSES)
    yield _paragraph("Heading1", _bookmarked(_run(title), f"c{_CLAUSES}"))
    yield printer.by_clause(listed)
    yield section(title, last=True)


def _title_page(printer: _ListPrinter, chapters: Mapping[int, Sequence[ListRow]]) -> str:
    rows = [
        _row(
            _cell(_FACTS[0], _paragraph("FactName", _run(name)), fill=_LIGHT),
            _cell(_FACTS[1], _paragraph("Fact", _run(text))),
            whole=len(text) < _LONG_ROW,
        )
        for name, text in printer.facts(chapters)
    ]
    notes = [
        _paragraph("Note", _run(f"{number}. {note}")) for number, note in enumerate(printer.wording.notes, start=1)
    ]
    if notes:
        notes.insert(0, _paragraph("Heading", _run(printer.say(Message("Notes")))))
    title = printer.say(Message("Ecological entry lists"))
    return "".join(
        [
            _paragraph("Subtitle", _run(printer.name)),
            _paragraph("Title", _run(title)),
            _table(_FACTS, rows),
            _GAP,
            *notes,
        ]
    )


def _contents(printer: _ListPrinter, chapters: Mapping[int, Sequence[ListRow]]) -> str:
    """Write the contents, each entry a link with the page it leads to as a field.

    They are no field by themselves: that stays empty, or without pages, until somebody updates it.
    """
    out = [_paragraph("ContentsHeading", _run(printer.say(Message("Contents"))))]
    for key, rows in chapters.items():
        out.append(_entry("TOC1", printer.chapter(key), f"c{key}"))
        out += [_entry("TOC2", _title(number, row), f"c{key}_{number}") for number, row in enumerate(rows, start=1)]
    if _with_clauses(chapters):
        out.append(_entry("TOC1", printer.chapter(_CLAUSES), f"c{_CLAUSES}"))
    return "".join(out)


def _entry(style: str, text: str, mark: str) -> str:
    number = _field(f"PAGEREF {mark} \\h", "")
    link = f'<w:hyperlink w:anchor="{mark}" w:history="1">{_run(text)}{_TAB}{number}</w:hyperlink>'
    return _paragraph(style, link)


def _with_clauses(chapters: Mapping[int, Sequence[ListRow]]) -> list[ListRow]:
    return [row for rows in chapters.values() for row in rows if row.all_clauses or row.proposed]


def _size(rows: Sequence[ListRow]) -> Message:
    km2 = sum(row.area for row in rows) / 1e6
    return counted(len(rows), "{n:,} unit, {km2:,.2f} km²", "{n:,} units, {km2:,.2f} km²", km2=km2)


def _title(number: int, row: ListRow) -> str:
    return f"{number}. {row.code} {row.name}"


# Pieces of WordprocessingML

_TAB = "<w:r><w:tab/></w:r>"


def _field(instruction: str, shown: str) -> str:
    """Write a field, with what it shows until it is updated."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{_run(shown) if shown else ""}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def _run(text: str, style: str = "") -> str:
    """Write a text as it is: what nobody can see is taken out, a line break stays one."""
    safe = html.escape(_UNPRINTABLE.sub("", text), quote=False)
    lines = re.split("\r\n|\r|\n", safe.replace("\t", " "))
    props = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    inner = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    return f"<w:r>{props}{inner}</w:r>"


def _bookmarked(runs: str, mark: str) -> str:
    # The number of a bookmark is that of its name, so that no two are the same.
    key, _, number = mark.removeprefix("c").partition("_")
    identity = int(number or 0) * 10 + int(key)
    return f'<w:bookmarkStart w:id="{identity}" w:name="{mark}"/>{runs}<w:bookmarkEnd w:id="{identity}"/>'


def _paragraph(style: str, runs: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'


# Tables that follow each other would be one, and none may end a document.
_GAP = _paragraph("Gap", "")


def _cell(width: int, paragraphs: str, *, span: int = 1, merge: str = "", fill: str = "") -> str:
    props = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    props += f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    props += f'<w:vMerge w:val="{merge}"/>' if merge else ""
    props += f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    return f"<w:tc><w:tcPr>{props}</w:tcPr>{paragraphs}</w:tc>"


def _row(*cells: str, head: bool = False, whole: bool = True) -> str:
    props = ("<w:cantSplit/>" if whole else "") + ("<w:tblHeader/>" if head else "")
    return f"<w:tr>{f'<w:trPr>{props}</w:trPr>' if props else ''}{''.join(cells)}</w:tr>"


def _table(widths: Sequence[int], rows: Sequence[str]) -> str:
    # LibreOffice goes by the grid, Word by the cells.
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblInd w:w="{_PADDING}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _section(document: Doc, printer: _ListPrinter, chapter: str, *, first: bool = False, last: bool = False) -> str:
    """End a section; its header names the plan, the chapter and who may read it, its footer numbers the pages."""
    mark = printer.say(Message("classification: {mark}", mark=printer.mark))
    name = " ".join(filter(None, (printer.name, chapter)))
    numbers = printer.say(Message("page {page} of {pages}", page="\ue000", pages="\ue001"))
    parts = re.split("([\ue000\ue001])", numbers)
    fields = "".join(_field(_FIELDS[part], "1") if part in _FIELDS else _run(part) for part in parts if part)
    kinds = [("header", "default", "Header", _run(name) + _TAB + _run(mark))]
    if first:
        kinds.append(("header", "first", "Header", _TAB + _run(mark)))
    kinds.append(("footer", "default", "Footer", _run(printer.status) + _TAB + fields))
    if first:
        kinds.append(("footer", "first", "Footer", ""))
    references = ""
    for what, kind, style, runs in kinds:
        part, key = document.part.add_header_part() if what == "header" else document.part.add_footer_part()
        for element in list(part.element):
            part.element.remove(element)
        part.element.append(parse_xml(_paragraph(style, runs).replace("<w:p>", f"<w:p {nsdecls('w')}>", 1)))
        references += f'<w:{what}Reference w:type="{kind}" r:id="{key}"/>'
    wide, high = _PAGE
    properties = (
        f'<w:sectPr>{references}<w:type w:val="nextPage"/>'
        f'<w:pgSz w:w="{wide}" w:h="{high}"/><w:pgMar w:top="1361" w:right="{_MARGIN}" w:bottom="1134"'
        f' w:left="{_MARGIN}" w:header="680" w:footer="567" w:gutter="0"/><w:cols w:space="720"/>'
        f"{'<w:titlePg/>' if first else ''}</w:sectPr>"
    )
    return properties if last else f'<w:p><w:pPr><w:pStyle w:val="Gap"/>{properties}</w:pPr></w:p>'


# What python-docx's template brings, and what stands in its place

# Relationships by the end of their type.
_DROPPED = ("/thumbnail", "/stylesWithEffects", "/customXml", "/numbering", "/extended-properties")


def _clear(document: Doc) -> None:
    """Take out the template's picture, its styles and what refers to them."""
    for rels in (document.part.package.rels, document.part.rels):
        for key in [key for key, rel in rels.items() if rel.reltype.endswith(_DROPPED)]:
            del rels[key]
    styles = document.styles.element
    for element in list(styles):
        if element.tag in (qn("w:docDefaults"), qn("w:style")):
            styles.remove(element)
    own = list(parse_xml(f"<w:styles {nsdecls('w')}>{_defaults()}{''.join(_styles())}</w:styles>"))
    styles.insert(0, own[0])
    styles.extend(own[1:])
    settings = document.settings.element
    for name in ("w:savePreviewPicture", "w:themeFontLang", "w:proofState", "w:rsids"):
        for element in settings.findall(qn(name)):
            settings.remove(element)


def _describe(document: Doc, printer: _ListPrinter, stamp: datetime) -> None:
    known = document.core_properties
    known.author = known.comments = known.last_modified_by = known.keywords = ""
    known.title = _UNPRINTABLE.sub("", printer.name)[:255]
    known.language = printer.language
    known.created = known.modified = stamp
    known.revision = 1


def _defaults() -> str:
    return (
        f'<w:docDefaults><w:rPrDefault><w:rPr>{_SONG}<w:sz w:val="21"/><w:szCs w:val="21"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        '<w:pPrDefault><w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr></w:pPrDefault>'
        "</w:docDefaults>"
    )


def _styles() -> Iterator[str]:
    yield '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    yield (
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/></w:style>'
    )
    yield (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr>'
        f'<w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:left w:w="{_PADDING}" w:type="dxa"/>'
        f'<w:right w:w="{_PADDING}" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr></w:style>"
    )
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    lines = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="808080"/>' for side in sides)
    yield (
        '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:basedOn w:val="TableNormal"/>'
        f"<w:tblPr><w:tblBorders>{lines}</w:tblBorders></w:tblPr></w:style>"
    )
    right = f'<w:tabs><w:tab w:val="right" w:pos="{_WIDTH}"/></w:tabs>'
    under = '<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="808080"/></w:pBdr>'
    keep, middle = "<w:keepNext/>", '<w:jc w:val="center"/>'
    cell = _spacing(20, 20)
    for key, name, shape, size, face in (
        ("Title", "Title", _spacing(0, 480) + middle, 52, _HEI),
        ("Subtitle", "Subtitle", _spacing(1200, 240) + middle, 32, _HEI),
        ("Heading1", "heading 1", keep + _spacing(0, 60) + '<w:outlineLvl w:val="0"/>', 32, _HEI),
        ("Heading2", "heading 2", keep + _spacing(40, 40) + '<w:outlineLvl w:val="1"/>', 21, _HEI),
        ("Heading", "Notes Heading", keep + _spacing(360, 80), 24, _HEI),
        ("ContentsHeading", "Contents Heading", keep + "<w:pageBreakBefore/>" + _spacing(0, 160), 32, _HEI),
        ("TOC1", "toc 1", keep + right + _spacing(120, 40), 21, _HEI),
        ("TOC2", "toc 2", right + _spacing(0, 20) + '<w:ind w:left="284" w:right="567"/>', 19, ""),
        ("Note", "List Note", _spacing(0, 80), 19, ""),
        ("FactName", "Fact Name", _spacing(50, 50), 21, _HEI),
        ("Fact", "Fact", _spacing(50, 50), 21, ""),
        ("Cell", "List Cell", cell, 18, ""),
        ("CellSmall", "List Cell Small", _spacing(0, 20), 15, _GREY),
        ("CellKeep", "List Cell Facts", keep + cell, 18, ""),
        ("CellMiddle", "List Cell Middle", cell + middle, 18, ""),
        ("CellHead", "List Cell Head", keep + cell + middle, 18, _HEI),
        ("CellSide", "List Cell Side", cell + middle, 18, _HEI),
        ("Gap", "Gap", '<w:spacing w:after="0" w:line="200" w:lineRule="exact"/>', 12, ""),
        ("Header", "header", under + right, 18, ""),
        ("Footer", "footer", right, 18, ""),
    ):
        yield (
            f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/><w:basedOn w:val="Normal"/>'
            f'<w:pPr>{shape}</w:pPr><w:rPr>{face}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>'
        )
    yield (
        '<w:style w:type="character" w:styleId="Mark"><w:name w:val="List Mark"/>'
        '<w:rPr><w:color w:val="C00000"/></w:rPr></w:style>'
    )
    yield (
        f'<w:style w:type="character" w:styleId="Effect"><w:name w:val="List Effect"/><w:rPr>{_HEI}</w:rPr></w:style>'
    )


def _spacing(before: int, after: int) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}"/>'

"""A Word document whose template has its headings, styles and tables' heads: filled with the plan's rows and words."""

from __future__ import annotations

import html
import re
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, Any

from ...core.errors import BadInput, needed
from ...core.messages import Message, at, counted
from ...core.office_files import document_date, stamp_of, write_archive
from ...core.office_reading import archive_of
from ..registry import Put, content_kind
from ..table_rows import clean, foreign_codes, table_rows, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path
    from types import ModuleType

    from ...core.findings import Finding
    from ...core.progress import Progress
    from ..filling import Filling
    from ..profile import Filled, PackageItem
    from ..table_rows import TableRows
    from ..word_xml import WordFile

_SAID = 10  # differences that are named
_DOCUMENT = Message("Word document")
_PROPERTIES = "docProps/core.xml"
_DATES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</)")
_TITLE = re.compile(rb"(<dc:title>)([^<]*)(</dc:title>)")
_NUMBER = re.compile(r"\s*-?[\d,，]*\.?\d+\s*")


def compare(filling: Filling, contents: Sequence[PackageItem], path: Path, put: Put) -> list[Message]:  # noqa: ARG001
    """Read a document again and hold each row of its tables against the plan's records, and each other text too.

    Returns
    -------
    list of Message
        What differs, the first few; empty where nothing does.

    Raises
    ------
    MissingLibrary
        No python-docx.
    """
    word, (content,) = _word(), contents
    wanted, tables = _prepared(word, filling, content, path.name)
    return list(islice(_differences(word, wanted, tables, path), _SAID))


@content_kind("document", compare)
def write(filling: Filling, contents: Sequence[PackageItem], path: Path, progress: Progress) -> Put:
    """Fill the template of a document; the same plan gives the same bytes.

    Tokens are filled in wherever they stand, also where Word has split them; rows of the template that are data give
    the looks of all rows that are written. Nothing else is touched.

    Parameters
    ----------
    filling : Filling
    contents : sequence of PackageItem
        One.
    path : Path
        An existing file is replaced whole.
    progress : callable

    Returns
    -------
    Put
        Findings ``P02``, ``P13``, ``P18`` and ``P30``: columns that stay empty, values without a word, codes of units
        that are none of the plan's, measures far from last year's.

    Raises
    ------
    BadInput
        A template that cannot be read, lacks a table or has an unknown token; a table that asks for what the plan does
        not have; a file that cannot be written.
    MissingLibrary
        No python-docx: QGIS for Windows does not carry it.
    """
    word, (content,) = _word(), contents
    progress(0.0, _DOCUMENT)
    document, tables = _prepared(word, filling, content, path.name)
    findings: list[Finding] = []
    told = []
    texts = []
    for number, (filled, rows, table) in enumerate(tables):
        progress(0.1 + 0.6 * number / len(tables), _DOCUMENT)
        said = [[text_of(value, one) for value, one in zip(row, filled.columns, strict=True)] for row in rows.rows]
        totals = [text_of(value, one) for value, one in zip(rows.totals, filled.columns, strict=True)]
        texts.append(_put_rows(word, table, filled, said, totals, number))
        findings += rows.findings
        lines = counted(len(rows.rows), "{n} row", "{n} rows")
        told.append(Message("table {number}: {rows}", number=filled.table, rows=lines))
    # The rows are the plan's own, and are put in as text.
    said_besides = (word.text_of_paragraph(one) for root in document.parts.values() for one in word.paragraphs_of(root))
    findings += foreign_codes(filling, said_besides, [rows for _, rows, _ in tables], path.name)
    written = document.written()
    for number, rows_as_text in enumerate(texts):
        written[document.main] = written[document.main].replace(_mark(number), rows_as_text.encode(), 1)
    stamp = stamp_of(document_date(filling.plan.meta.get("date", "")))
    if _PROPERTIES in document.members:
        written[_PROPERTIES] = _properties(filling, document.members[_PROPERTIES], stamp)
    progress(0.8, _DOCUMENT)
    write_archive(archive_of(document.members), path, stamp, written)
    progress(1.0, _DOCUMENT)
    return Put((path,), filling.say(Message("{parts:apart}", parts=tuple(told))), tuple(findings))


def _word() -> ModuleType:
    """Load what reads Word documents, or say that it is lacking."""
    wanted = Message("python-docx 1.0 or newer, which the offline kit carries; or a profile without documents")
    with needed("python-docx", wanted, exactly=True):
        from .. import word_xml
    return word_xml


def _prepared(
    word: ModuleType, filling: Filling, content: PackageItem, name: str
) -> tuple[WordFile, list[tuple[Filled, TableRows, Any]]]:
    """Open the template with its tokens filled in, and pair its tables with their rows."""
    template = filling.profile.template(content)
    document: WordFile = word.read_word(template)
    found = word.tables_of(document.body)
    tables, data = [], set()
    for filled in content.tables:
        if not 1 <= filled.table <= len(found):
            what = Message("no table {number}, there are {count}", number=filled.table, count=len(found))
            raise BadInput(what, where=template, wanted=Message("table = …, from 1"))
        table = found[filled.table - 1]
        own = word.rows_of(table)
        if filled.first - 1 + filled.rows > len(own):
            what = Message("table {number} has {count} rows", number=filled.table, count=len(own))
            raise BadInput(what, where=template, wanted=Message("first + rows of the profile within the table"))
        data |= set(own[filled.first - 1 : filled.first - 1 + filled.rows])
        tables.append(
            (filled, table_rows(filling, filled, name, Message("table {number}", number=filled.table)), table)
        )
    where = at(template)
    for root in document.parts.values():
        for paragraph in word.paragraphs_of(root):
            if data.isdisjoint(paragraph.iterancestors()):
                word.replace_texts(paragraph, lambda text: clean(filling.filled(text, where)) if "{" in text else text)
    return document, tables


def _mark(number: int) -> bytes:
    return f"<?rows {number}?>".encode()


def _put_rows(
    word: ModuleType, table: Any, filled: Filled, rows: Sequence[Sequence[str]], totals: Sequence[str], number: int
) -> str:
    """Put a mark in the place of a table's data rows, sums into its row of totals; give the rows as text."""
    own = word.rows_of(table)
    data = own[filled.first - 1 : filled.first - 1 + filled.rows]
    places = [column.column for column in filled.columns]
    looks = [word.RowTemplate(row, places) for row in data]
    if filled.total and (summing := own[_total_row(filled) :][:1]):
        cells = {cell.column: cell.element for cell in word.cells_of(summing[0])}
        for place, total in zip(places, totals, strict=False):
            if total and place in cells and _NUMBER.fullmatch(word.text_of_cell(cells[place])):
                word.set_cell(cells[place], total)
    word.mark_rows(data, number)
    # Where there is no record an empty row stays: a table of a head alone reads as if something were missing.
    lines = [dict(zip(places, row, strict=True)) for row in rows] or [{}]
    return "".join(looks[place % len(looks)].filled(line) for place, line in enumerate(lines))


def _total_row(filled: Filled) -> int:
    """Say how many rows of the template stand above its row of totals."""
    return filled.first - 2 if filled.above else filled.first - 1 + filled.rows


def _properties(filling: Filling, content: bytes, stamp: datetime) -> bytes:
    """Give the document's properties its date, and its title the words for its tokens."""

    def title(found: re.Match[bytes]) -> bytes:
        text = clean(filling.filled(html.unescape(found[2].decode()), Message("title")))
        return found[1] + html.escape(text, quote=False).encode() + found[3]

    return _DATES.sub(rb"\g<1>" + f"{stamp.isoformat()}Z".encode() + rb"\g<2>", _TITLE.sub(title, content))


# ── reading again ─────────────────────────────────────────────────────────────────────────────────────────────────


def _differences(
    word: ModuleType, wanted: WordFile, tables: Sequence[tuple[Filled, TableRows, Any]], path: Path
) -> Iterator[Message]:
    found = _parts(word, path)
    if lacking := [name for name in wanted.parts if name not in found]:
        yield Message("{name} is not there", name=lacking[0])
        return
    body = found[wanted.main]
    own = word.tables_of(body)
    done: set[Any] = set()
    for filled, rows, table in tables:
        asked = _texts(word, filled, rows, table)
        yield from _of_rows(filled.table, asked, [_cells(word, row) for row in word.rows_of(own[filled.table - 1])])
        done |= {*word.paragraphs_of(table), *word.paragraphs_of(own[filled.table - 1])}
    for name, root in wanted.parts.items():
        text = found[name]
        paragraphs = [[one for one in word.paragraphs_of(root_of) if one not in done] for root_of in (text, root)]
        for line, other in zip_longest(*(map(word.text_of_paragraph, own_texts) for own_texts in paragraphs)):
            if line != other:
                yield _differs(at(name), line, other)


def _parts(word: ModuleType, path: Path) -> dict[str, Any]:
    """Read the parts of a document by python-docx; what it does not open, though Word does, as the template was."""
    from docx import Document

    try:
        parts = Document(str(path)).part.package.iter_parts()
        return {str(one.partname).lstrip("/"): word.parsed(one.blob) for one in parts if one.blob.startswith(b"<?xml")}
    except (KeyError, ValueError):
        # A relation to nothing, say: found in documents that other programs have written.
        own: dict[str, Any] = word.read_word(path).parts
        return own


def _texts(word: ModuleType, filled: Filled, rows: TableRows, table: Any) -> list[Mapping[int, str]]:
    """Say what the rows of a table are to hold, by column of its grid; what is empty is left out."""
    template = [_cells(word, row) for row in word.rows_of(table)]
    head, after = template[: filled.first - 1], template[filled.first - 1 + filled.rows :]
    lines = []
    for row in rows.rows or [[None] * len(filled.columns)]:
        both = zip(filled.columns, row, strict=True)
        lines.append({one.column: text.strip("\n") for one, value in both if (text := text_of(value, one))})
    if filled.total and (summing := template[_total_row(filled) :][:1]):
        for one, total in zip(filled.columns, rows.totals, strict=True):
            if total is not None and _NUMBER.fullmatch(summing[0].get(one.column, "")):
                summing[0][one.column] = text_of(total, one)
    return [*head, *lines, *after]


def _cells(word: ModuleType, row: Any) -> dict[int, str]:
    both = [(cell.column, word.text_of_cell(cell.element)) for cell in word.cells_of(row)]
    return {column: text for column, text in both if text}


def _of_rows(number: int, wanted: Sequence[Mapping[int, str]], found: Sequence[Mapping[int, str]]) -> Iterator[Message]:
    if len(wanted) != len(found):
        yield Message(
            "table {number}: {found} rows in place of {wanted}", number=number, found=len(found), wanted=len(wanted)
        )
    for row, (own, asked) in enumerate(zip(found, wanted, strict=False), 1):
        for column in sorted({*own, *asked}):
            if own.get(column) != asked.get(column):
                place = Message("table {number}, row {row}, column {column}", number=number, row=row, column=column)
                yield _differs(place, own.get(column), asked.get(column))


def _differs(place: Message, found: str | None, wanted: str | None) -> Message:
    return Message(
        "{place}: '{found}' in place of '{wanted}'", place=place, found=(found or "")[:40], wanted=(wanted or "")[:40]
    )

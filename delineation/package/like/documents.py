"""A Word document of a package of others as a template that is filled: its text, styles and tables' heads."""

from __future__ import annotations

import html
import posixpath
import re
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from ...core.errors import needed
from ...core.messages import Message, at, counted, joined
from ...core.office_files import stamp_of, text_of, write_archive
from ...core.office_reading import archive_of
from ...core.table_outline import CellGrid, find_tables, is_number_text
from .kept_texts import says_numbers
from .names import tokens_in
from .others import own_file
from .tables import OutlinedTable, TableFile, ValueCell, filled_table, looks_of, matched

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import ModuleType

    from ..profile import Filled
    from ..word_xml import WordFile
    from .found import TableMatch
    from .known import KnownFacts

# What may hold last year's text and is none of the document's own.
_DROPPED = re.compile(
    r"word/(comments\w*|people)\.xml|customXml/.*|docProps/(custom\.xml|thumbnail\..*)|word/(embeddings|charts)/.*"
)
_RELATIONS = re.compile(rb"<Relationship\b[^>]*?/>")
_TARGET = re.compile(rb'Target="([^"]*)"')
_OVERRIDES = re.compile(rb'<Override\b[^>]*?PartName="/([^"]*)"[^>]*?/>')
_PERSONS = re.compile(
    rb"(<(dc:creator|cp:lastModifiedBy|dc:subject|dc:description|cp:keywords|cp:category|Company|Manager|HyperlinkBase)"
    rb"(?:\s[^>]*)?>)[^<]*(</)"
)
_TITLE = re.compile(rb"(<dc:title>)([^<]*)(</dc:title>)")
# Where the author's own template lies, and values that macros have kept.
_TEMPLATE = b"/attachedTemplate"
_SETTINGS = re.compile(
    rb"<w:attachedTemplate\b[^>]*/>|<w:docVars>.*?</w:docVars>|<w:trackRevisions\b[^>]*/>", re.DOTALL
)
_PROPERTIES = ("docProps/core.xml", "docProps/app.xml")
_GOES_ON = re.compile(r"(.{0,30}(续表|[（(]续|续\s*[\d一二三四五六]).{0,30})?\s*")


def open_document(file: Path, relative: str, known: KnownFacts) -> TableFile:
    """Open a document whose tables are matched; a copy without their rows can become a template.

    Prose stays word for word, with tokens for place and date; sentences that state numbers are told, as nobody makes
    them anew.

    Parameters
    ----------
    file : Path
    relative : str
        Its path in the package.
    known : KnownFacts

    Raises
    ------
    BadInput
        It cannot be read (see `word_xml.read_word`), or has macros.
    MissingLibrary
        No python-docx.
    """
    word = _word()
    document: WordFile = word.read_word(file)
    if (own := own_file(text_of(file).splitlines(), relative, known)) is not None:
        return own
    # What was struck out is last year's before it is this year's.
    changes = sum(word.accept_changes(root) for root in document.parts.values())
    continued = _join(word, document.body)
    elements = word.tables_of(document.body)
    grids = []
    for number, element in enumerate(elements, 1):
        grid, heads = _grid(word, element)
        # A document has a table in each.
        grids.append((f"{number}", grid, find_tables(grid, heads)[:1], word.texts_above(element)))
    tables = _without_inner(word, matched(relative, grids, known), elements)
    opened = _Document(known, relative, tables, word, document, elements)
    if changes:
        said = counted(changes, "{n} tracked change is taken as accepted", "{n} tracked changes are taken as accepted")
        opened.told.append(said)
    if continued:
        said = counted(continued, "{n} table goes on from the one before", "{n} tables go on from the ones before")
        opened.told.append(said)
    return opened


def _join(word: ModuleType, body: Any) -> int:
    """Put the rows of tables that go on from the one before below those of that; count them.

    They are as wide, have the same head again or none, and nothing but 续表 stands between.
    """
    count = 0
    for table in word.tables_of(body):
        before, between = table.getprevious(), []
        while before is not None and before.tag != table.tag and _GOES_ON.fullmatch(word.text_of_paragraph(before)):
            between.append(before)
            before = before.getprevious()
        if before is None or before.tag != table.tag:
            continue
        (above, _), (grid, _) = _grid(word, before), _grid(word, table)
        outline = next(iter(find_tables(above)), None)
        if outline is None or outline.total or not grid.rows:
            continue
        head = [row for row in range(1, outline.first) if grid.texts(row) == above.texts(row)]
        alone = not find_tables(grid) and grid.rows.get(1, {}).keys() == above.rows[outline.last].keys()
        if len(head) == outline.first - 1 or alone:
            for row in word.rows_of(table)[len(head) :]:
                word.rows_of(before)[-1].addnext(row)
            for one in [table, *(one for one in between if word.text_of_paragraph(one))]:
                one.getparent().remove(one)
            count += 1
    return count


def _put(word: ModuleType, cell: Any, value: str | int | None) -> None:
    word.set_cell(cell, "" if value is None else f"{value}")


def _word() -> ModuleType:
    wanted = Message("python-docx 1.0 or newer, which the offline kit carries; or a folder without Word documents")
    with needed("python-docx", wanted, exactly=True):
        from .. import word_xml
    return word_xml


def _grid(word: ModuleType, table: Any) -> tuple[CellGrid, int]:
    """Read a table's cells, and how many rows of head the document itself says that it has."""
    values: dict[tuple[int, int], Any] = {}
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    above: dict[int, tuple[int, int]] = {}
    heads, counting = 0, True
    for row, element in enumerate(word.rows_of(table), 1):
        counting = counting and word.is_head(element)
        heads += counting
        begun = {}
        for cell in word.cells_of(element):
            first = above.get(cell.column) if cell.merged == "continue" else None
            first = first or (row, cell.column)
            right = cell.column + cell.span - 1
            if first[0] < row or cell.span > 1:
                spans[first] = (row, right)
            if cell.merged:
                begun[cell.column] = first
            text = word.text_of_cell(cell.element).strip()
            if text and first == (row, cell.column):
                values[first] = text
        above = begun
    return CellGrid(values, spans), heads


def _without_inner(word: ModuleType, tables: list[OutlinedTable], elements: list[Any]) -> list[OutlinedTable]:
    """Leave out tables that stand in the data rows of others that are filled: they go with these."""
    emptied = set()
    for one in tables:
        if one.match.of:
            emptied |= set(word.rows_of(elements[int(one.name) - 1])[one.outline.first - 1 : one.outline.last])
    return [one for one in tables if emptied.isdisjoint(elements[int(one.name) - 1].iterancestors())]


_PARTS = {"hdr": Message("page header"), "ftr": Message("page footer"), "document": Message("body text")}
_NOTE = Message("foot- or endnote")


@dataclass
class _Document(TableFile):
    """A document on its way to be a template."""

    KIND = "document"

    word: ModuleType
    document: WordFile
    elements: list[Any]

    def emptied(self, template: Path) -> tuple[list[Filled], list[TableMatch]]:
        """Take last year's rows out of the tables, and put tokens into all texts."""
        made, matches, others = [], [], []
        for one in self.tables:
            element, place = self._element(one), Message("table {number}", number=one.name)
            if not one.match.of:
                head = "、".join(text for text in one.grid.texts(one.outline.head) if text)
                others.append(self.left(one, Message("{what} ({head})", what=place, head=at(head))))
                continue
            rows, told = self._table(element, one)
            made.append((one, element, rows))
            matches.append(self.filled_so(one, told, place))
        # Tables within rows that were emptied are gone, and are counted no more.
        left = self.word.tables_of(self.document.body)
        filled = [
            filled_table(one, one.outline.first, rows, {}, number=left.index(element) + 1)
            for one, element, rows in made
        ]
        self._rest()
        write_archive(archive_of(self._stripped()), template, stamp_of(None), self.document.written())
        return filled, [*matches, *others]

    # ── tables ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _element(self, table: OutlinedTable) -> Any:
        return self.elements[int(table.name) - 1]

    def cells(self, table: OutlinedTable, rows: Iterable[int]) -> list[ValueCell]:
        """Give what stands in rows of a table."""
        word, own = self.word, self.word.rows_of(self._element(table))
        return [
            ValueCell(
                cell.column,
                Message("column {number}", number=cell.column),
                text,
                is_number_text(text),
                partial(_put, word, cell.element),
            )
            for row in rows
            for cell in word.cells_of(own[row - 1])
            if (text := word.text_of_cell(cell.element))
        ]

    def _table(self, table: Any, found: OutlinedTable) -> tuple[int, list[Message]]:
        """Leave of a table's data the rows that give the looks, empty; tell how many."""
        word, outline = self.word, found.outline
        rows = word.rows_of(table)
        total = outline.total or outline.total_above
        told = self.without_sums(found, total) if total else []
        records = [rows[row - 1] for row in outline.records]
        if not records:
            # The row behind the head is one of data, or one is put in that looks as the head's last.
            if outline.first > len(rows) or self.cells(found, [outline.first]):
                made = deepcopy(rows[outline.first - 2])
                word.empty_row(made)
                rows[outline.first - 2].addnext(made)
            return 1, told
        # What is merged over rows looks otherwise in its first.
        merged = {cell.column for row in records for cell in word.cells_of(row) if cell.merged}
        looks = [deepcopy(records[place]) for place in looks_of([word.look_of(row, merged) for row in records])]
        old = rows[outline.first - 1 : outline.last]
        for look in looks:
            word.empty_row(look)
            old[0].addprevious(look)
        for row in old:
            row.getparent().remove(row)
        return len(looks), told

    # ── texts ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _rest(self) -> None:
        """Put tokens into all texts; tell of those that are last year's, and empty cells that hold a unit alone."""
        word = self.word
        # Of tables that stay as they are that is told as a whole; of those that are filled heads and labels are left.
        others = [self._element(one) for one in self.tables if not one.match.of]
        whole = {paragraph for table in others for paragraph in word.paragraphs_of(table)}
        heads = {
            paragraph
            for table in self.taken
            for row in word.rows_of(self._element(table))
            for cell in word.cells_of(row)
            for paragraph in word.own_paragraphs(cell.element)
        }
        emptied = 0
        for root in self.document.parts.values():
            word.unbind(root)
            place = _PARTS.get(word.kind_of(root), _NOTE)
            for paragraph in word.paragraphs_of(root):
                text = word.text_of_paragraph(paragraph)
                if self.needles.is_one(text) and word.is_in_cell(paragraph):
                    word.replace_texts(paragraph, lambda _: "")
                    emptied += 1
                    continue
                changed = word.replace_texts(paragraph, lambda old: tokens_in(old, self.known))
                now = word.text_of_paragraph(paragraph)
                if unit := self.needles.within(text):
                    self.told.append(
                        Message("kept word for word, with last year's {unit}: {text}", unit=unit, text=text)
                    )
                    self.kept.unit(place, text)
                elif paragraph in whole:
                    self.kept.mark(place, now)
                elif paragraph not in heads:
                    if says_numbers(text) or (changed and "。" in text):
                        self.told.append(Message("check this sentence: {text}", text=text))
                    self.kept.text(place, text, now, heading=word.heading_level(paragraph) > 0)
        if emptied:
            said = counted(
                emptied, "{n} cell with a unit of last year is emptied", "{n} cells with units of last year are emptied"
            )
            self.lose(said)

    # ── the document ──────────────────────────────────────────────────────────────────────────────────────────────

    def _stripped(self) -> dict[str, bytes]:
        """Leave out comments, embedded workbooks, charts, and who wrote the document; pictures stay and are told."""
        word, members = self.word, self.document.members
        dropped = [name for name in members if _DROPPED.fullmatch(name)]
        objects = sum(word.drop_objects(root) for root in self.document.parts.values())
        comments = sum(word.drop_comments(root) for root in self.document.parts.values())
        pictures = sum(name.startswith("word/media/") for name in members)
        for one in (
            counted(comments, "{n} comment is left out", "{n} comments are left out"),
            counted(objects, "{n} chart or embedded object is left out", "{n} charts or embedded objects are left out"),
            counted(pictures, "{n} picture stays as it is: look at it", "{n} pictures stay as they are: look at them"),
        ):
            if one.facts["n"]:
                self.lose(one)
        out = {}
        for name, content in members.items():
            if name in dropped:
                continue
            out[name] = self._cleaned(name, content, dropped)
        # Of the parts that hold text each sentence has been told.
        rest = {name: content for name, content in out.items() if name not in self.document.parts}
        if left := self.needles.left_in(rest):
            self.lose(Message("last year's codes are left in {entries}", entries=joined(left)))
        return out

    def _cleaned(self, name: str, content: bytes, dropped: list[str]) -> bytes:
        if name.endswith(".rels"):
            base = name.partition("_rels/")[0]
            gone = (one for one in _RELATIONS.findall(content) if _leads_to(one, base, dropped) or _TEMPLATE in one)
            for one in gone:
                content = content.replace(one, b"")
            return content
        if name == "[Content_Types].xml":
            return _OVERRIDES.sub(lambda one: b"" if one[1].decode() in dropped else one[0], content)
        if name == "word/settings.xml":
            return _SETTINGS.sub(b"", content)
        if name in _PROPERTIES:
            content = _PERSONS.sub(rb"\1\3", content)
            if found := _TITLE.search(content):
                old = html.unescape(found[2].decode())
                self.kept.text(Message("title of the document"), old, tokens_in(old, self.known))
                new = html.escape(tokens_in(old, self.known), quote=False).encode()
                content = _TITLE.sub(lambda one: one[1] + new + one[3], content)
        return content


def _leads_to(relation: bytes, base: str, dropped: Iterable[str]) -> bool:
    """Whether a relation leads to an entry that is left out."""
    target = _TARGET.search(relation)
    if target is None or b'TargetMode="External"' in relation:
        return False
    return posixpath.normpath(posixpath.join("/", base, target[1].decode()))[1:] in dropped

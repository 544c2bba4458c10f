"""A Word document of a package of others as a template that is filled: its text, styles and tables' heads."""

from __future__ import annotations

import html
import re
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ...core.errors import MissingLibrary
from ...core.messages import Message, at, counted, foreign, joined
from ...core.office_files import stamp_of, write_archive
from ...core.office_reading import archive_of
from ...core.table_outline import CellGrid, TableOutline, find_tables, is_number_text
from ..table_rows import SUMMED
from .found import TableMatch
from .kept_texts import Learning, says_numbers
from .names import tokens_in
from .tables import (
    Needles,
    OutlinedTable,
    filled_table,
    looks_of,
    matched_tables,
    sum_label,
    template_name,
    without_count,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from types import ModuleType

    from ..profile import Content, Filled
    from ..word_xml import TableCell, WordFile
    from .known import Known

__all__ = ["learn_document"]

_SHARES = ("share", "share_1", "share_2", "share_3")
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


def learn_document(file: Path, relative: str, known: Known, templates: Path) -> tuple[list[Content], list[TableMatch]]:
    """Learn a document: its tables are matched, and a copy without their rows becomes the template.

    Prose stays word for word, with tokens for place and date; sentences that state numbers are told, as nobody makes
    them anew.

    Parameters
    ----------
    file : Path
    relative : str
        Its path in the package.
    known : Known
    templates : Path
        The folder that templates are written into.

    Returns
    -------
    contents : list of Content
        One; none where no table is recognised: all its text would be last year's.
    tables : list of TableMatch
        Those that are filled in the order of `Content.tables`, among others with ``of = ""``: what was found besides,
        and, with neither name nor columns, what is told of the file.

    Raises
    ------
    BadInput
        It cannot be read (see `word_xml.read_word`), or has macros.
    MissingLibrary
        No python-docx.
    """
    word = _word()
    document: WordFile = word.read_word(file)
    learning = _Learning(known, word, document)
    changes = learning.accept_changes()
    elements = word.tables_of(document.body)
    grids = [_grid(word, element) for element in elements]
    found = [(f"{n}", grid, _first_alone(grid, heads)) for n, (grid, heads) in enumerate(grids, 1)]
    tables = _without_inner(word, matched_tables(relative, found, known), elements)
    taken = [one for one in tables if one.match.of]
    if not taken:
        return [], [one.match for one in tables]
    learning.needles = Needles.of(taken, known)
    filled, matches = learning.empty(tables, elements)
    learning.rest(
        [elements[int(one.name) - 1] for one in tables if not one.match.of],
        [elements[int(one.name) - 1] for one in taken],
    )
    if changes:
        said = counted(changes, "{n} tracked change is taken as accepted", "{n} tracked changes are taken as accepted")
        learning.told.append(said)
    members = learning.stripped()
    name = template_name(tokens_in(relative, known))
    templates.mkdir(parents=True, exist_ok=True)
    write_archive(archive_of(members), templates / name, stamp_of(None), document.written())
    return learning.learned(relative, "document", f"{templates.name}/{name}", filled, matches)


def _word() -> ModuleType:
    try:
        from .. import word_xml
    except ImportError as error:
        what = Message("{name} cannot be loaded ({error})", name="python-docx", error=foreign(error))
        wanted = Message("python-docx 1.0 or newer, which the offline kit carries; or a folder without Word documents")
        raise MissingLibrary(what, wanted=wanted) from error
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


def _part(kind: str) -> Message:
    """Call a part of a document."""
    if kind == "hdr":
        return Message("page header")
    if kind == "ftr":
        return Message("page footer")
    return Message("body text") if kind == "document" else Message("foot- or endnote")


def _first_alone(grid: CellGrid, heads: int) -> Sequence[Any]:
    """Find the table in a table's cells: a document has one in each."""
    return find_tables(grid, heads)[:1]


@dataclass
class _Learning(Learning):
    """A document on its way to be a template."""

    word: ModuleType
    document: WordFile
    needles: Needles = field(default_factory=lambda: Needles(frozenset(), frozenset()))

    def accept_changes(self) -> int:
        """Take tracked changes as accepted: what was struck out is last year's before it is this year's."""
        return sum(self.word.accept_changes(root) for root in self.document.parts.values())

    # ── tables ────────────────────────────────────────────────────────────────────────────────────────────────────

    def empty(self, tables: list[OutlinedTable], elements: list[Any]) -> tuple[list[Filled], list[TableMatch]]:
        """Take last year's rows out of the tables."""
        made, matches, others = [], [], []
        for one in tables:
            element = elements[int(one.name) - 1]
            if not one.match.of:
                head = "、".join(text for text in one.grid.texts(one.outline.head) if text)
                if self._drop_units(element, one.outline):
                    said = Message("emptied, as it holds last year's units: table {number}", number=one.name)
                    self.kept.lost(Message("{what} ({head})", what=said, head=at(head)))
                else:
                    said = Message("kept word for word: table {number} is none of the plan's", number=one.name)
                    self.kept.whole(Message("{what} ({head})", what=said, head=at(head)))
                others.append(TableMatch(one.match.table, "", told=(*one.match.told, said)))
                continue
            rows, told = self._table(element, one)
            made.append((one, element, rows))
            matches.append(replace(one.match, told=(*one.match.told, *told)))
            for said in (*one.lost, *told):
                self.kept.lost(said, Message("table {number}", number=one.name))
        # Tables within rows that were emptied are gone, and are counted no more.
        left = self.word.tables_of(self.document.body)
        filled = [
            filled_table(one, one.outline.first, rows, {}, number=left.index(element) + 1)
            for one, element, rows in made
        ]
        return filled, [*matches, *others]

    def _drop_units(self, table: Any, outline: TableOutline) -> bool:
        """Empty the data of a table that nobody fills, where units of last year stand in it; tell whether they did."""
        cells = [
            cell
            for row in self.word.rows_of(table)[outline.first - 1 : outline.last]
            for cell in self.word.cells_of(row)
        ]
        if not any(self.needles.is_one(self.word.text_of_cell(cell.element)) for cell in cells):
            return False
        for cell in cells:
            self.word.set_cell(cell.element, "")
        return True

    def _table(self, table: Any, found: OutlinedTable) -> tuple[int, list[Message]]:
        """Leave of a table's data the rows that give the looks, empty; tell how many."""
        word, outline = self.word, found.outline
        told: list[Message] = []
        rows = word.rows_of(table)
        records = [rows[row - 1] for row in outline.records]
        if not records:
            return self._blank_row(rows, outline.first), told
        # What is merged over rows looks otherwise in its first.
        merged = {cell.column for row in records for cell in word.cells_of(row) if cell.merged}
        looks = [deepcopy(records[place]) for place in looks_of([word.look_of(row, merged) for row in records])]
        for look in looks:
            word.empty_row(look)
        old = rows[outline.first - 1 : outline.last]
        for look in looks:
            old[0].addprevious(look)
        for row in old:
            row.getparent().remove(row)
        if total := outline.total or outline.total_above:
            told += self._totals(rows[total - 1], found)
        if outline.total and outline.total_above:
            for cell in self._beside_label(rows[outline.total_above - 1]):
                word.set_cell(cell.element, "")
        return len(looks), told

    def _blank_row(self, rows: list[Any], first: int) -> int:
        """Take the row behind the head for a row of data, or put one in that looks as the head's last."""
        if first > len(rows) or any(
            map(self.word.text_of_cell, (one.element for one in self.word.cells_of(rows[first - 1])))
        ):
            made = deepcopy(rows[first - 2])
            self.word.empty_row(made)
            rows[first - 2].addnext(made)
        return 1

    def _totals(self, row: Any, table: OutlinedTable) -> list[Message]:
        """Leave 0 in the row of totals where it will be summed up; empty what else stands beside its label."""
        of = {one.column.place: one.of for one in table.match.matches}
        lost = []
        for cell in self._beside_label(row):
            summed = of.get(cell.column) in SUMMED
            summed = summed or (of.get(cell.column) in _SHARES and table.match.of == "counties")
            summed = summed and is_number_text(self.word.text_of_cell(cell.element))
            self.word.set_cell(cell.element, "0" if summed else "")
            lost += [] if summed else [f"{cell.column}"]
        return [Message("the row of totals stays empty in columns {columns}", columns=joined(lost))] if lost else []

    def _beside_label(self, row: Any) -> list[TableCell]:
        """Give what stands in a row of totals beside the word for it, which loses last year's count; dashes stay."""
        cells = self.word.cells_of(row)
        texts = [self.word.text_of_cell(cell.element) for cell in cells]
        label = sum_label(texts)
        if label >= 0 and without_count(texts[label]) != texts[label]:
            self.word.set_cell(cells[label].element, without_count(texts[label]))
        return [cell for place, cell in enumerate(cells) if place != label and any(map(str.isalnum, texts[place]))]

    # ── texts ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def rest(self, tables: Iterable[Any], filled: Iterable[Any]) -> None:
        """Put tokens into all texts; tell of those that are last year's, and empty cells that hold a unit alone.

        Parameters
        ----------
        tables : iterable of lxml element
            Those that stay as they are, which is told of them as a whole.
        filled : iterable of lxml element
            Those that are filled: of their texts nothing but heads and labels is left.
        """
        word = self.word
        whole = {paragraph for table in tables for paragraph in word.paragraphs_of(table)}
        heads = {
            paragraph
            for table in filled
            for row in word.rows_of(table)
            for cell in word.cells_of(row)
            for paragraph in word.own_paragraphs(cell.element)
        }
        emptied = 0
        for root in self.document.parts.values():
            word.unbind(root)
            place = _part(word.kind_of(root))
            for paragraph in word.paragraphs_of(root):
                text = word.text_of_paragraph(paragraph)
                if self.needles.is_one(text) and word.is_in_cell(paragraph):
                    word.replace_texts(paragraph, lambda _: "")
                    emptied += 1
                    continue
                changed = word.replace_texts(paragraph, lambda old: tokens_in(old, self.known))
                now = word.text_of_paragraph(paragraph)
                if unit := self.needles.code_in(text) or self.needles.name_in(text):
                    self.told.append(
                        Message("kept word for word, with last year's {unit}: {text}", unit=unit, text=text)
                    )
                    self.kept.unit(place, text)
                elif paragraph in whole:
                    self.kept.mark(place, now)
                elif paragraph not in heads:
                    if says_numbers(text) or (changed and "。" in text):
                        self.told.append(Message("check this sentence: {text}", text=text))
                    self.kept.text(place, text, now, heading=word.is_heading(paragraph))
        if emptied:
            said = counted(
                emptied, "{n} cell with a unit of last year is emptied", "{n} cells with units of last year are emptied"
            )
            self.lose(said)

    # ── the document ──────────────────────────────────────────────────────────────────────────────────────────────

    def stripped(self) -> dict[str, bytes]:
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
    path = target[1].decode()
    if path.startswith("/"):
        return path[1:] in dropped
    parts: list[str] = base.rstrip("/").split("/") if base else []
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part != ".":
            parts.append(part)
    return "/".join(parts) in dropped

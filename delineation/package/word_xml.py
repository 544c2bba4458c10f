"""A Word document as XML: its parts, the texts of its paragraphs, the cells of its tables, whatever stands around them.

python-docx gives paragraphs and cells that nothing else is wrapped around; documents of others have content controls,
text boxes and tables in tables. What is not asked for stays as it was, to the byte.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docx.oxml.ns import qn
from lxml import etree

from ..core.errors import BadInput
from ..core.messages import Message, foreign
from ..core.office_reading import examined
from .table_rows import in_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence, Set
    from pathlib import Path

_TYPES = "[Content_Types].xml"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_TEXTS = tuple(f"{_WORD}{kind}+xml" for kind in ("document.main", "header", "footer", "footnotes", "endnotes"))
_MACROS = "macroEnabled"
_WANTED = Message("a document that Word opens and saves as .docx")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_BREAKS = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): "\t", qn("w:noBreakHyphen"): "-"}
_TEXT, _PARAGRAPH, _TABLE, _ROW, _CELL, _RUN = (qn(f"w:{name}") for name in ("t", "p", "tbl", "tr", "tc", "r"))
_GRAPHIC = "{http://schemas.openxmlformats.org/drawingml/2006/main}graphicData"


@dataclass
class WordFile:
    """A document that was read.

    Attributes
    ----------
    path : Path
    members : dict
        Entry of the archive → its bytes as they were.
    parts : dict
        Entry → root element, of all that hold text: document, headers, footers, foot- and endnotes.
    main : str
        Entry of the document itself.
    """

    path: Path
    members: dict[str, bytes]
    parts: dict[str, Any]
    main: str

    @property
    def body(self) -> Any:
        """The element that holds the document's text."""
        return self.parts[self.main].find(qn("w:body"))

    def written(self) -> dict[str, bytes]:
        """Write the parts that hold text as XML."""
        return {
            name: etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            for name, root in self.parts.items()
        }


@dataclass(frozen=True)
class TableCell:
    """A cell of a row.

    Attributes
    ----------
    column : int
        Of the table's grid, from 1.
    span : int
        Columns that it covers.
    merged : {"", "restart", "continue"}
        Whether it begins or goes on with a cell of several rows.
    element : lxml element
        ``w:tc``.
    """

    column: int
    span: int
    merged: str
    element: Any


def parsed(content: bytes) -> Any:
    """Parse XML, which reads nothing else and has no entities of its own."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(content, parser)


def read_word(path: Path) -> WordFile:
    """Read a document.

    Raises
    ------
    BadInput
        It cannot be read (see `office_reading.examined`), is no Word document, or one with macros.
    """
    members = examined(path)
    try:
        types = {
            one.get("PartName", "").lstrip("/"): one.get("ContentType", "")
            for one in parsed(members.get(_TYPES, b"<none/>"))
            if isinstance(one.tag, str)
        }
        if any(_MACROS in kind for kind in types.values()):
            raise BadInput(Message("has macros"), where=path, wanted=_WANTED)
        names = [name for name in members if types.get(name) in _TEXTS]
        parts = {name: parsed(members[name]) for name in names}
    except etree.XMLSyntaxError as error:
        what = Message("cannot be read as a document ({error})", error=foreign(str(error)[:200]))
        raise BadInput(what, where=path, wanted=_WANTED) from error
    main = [name for name in names if types[name] == _TEXTS[0]]
    if len(main) != 1 or parts[main[0]].find(qn("w:body")) is None:
        raise BadInput(Message("is no Word document"), where=path, wanted=_WANTED)
    return WordFile(path, members, parts, main[0])


# ── texts ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def pieces(paragraph: Any) -> list[list[Any]]:
    """Give the text elements of a paragraph, in groups between which a break or tab stands.

    Those of a text box that hangs on the paragraph are its own paragraphs'.
    """
    groups: list[list[Any]] = [[]]
    for element in _inside(paragraph, {_PARAGRAPH}):
        if element.tag == _TEXT:
            groups[-1].append(element)
        elif element.tag in _BREAKS and groups[-1] and element.getparent().tag == _RUN:
            groups.append([])
    return [group for group in groups if group]


def text_of_paragraph(paragraph: Any) -> str:
    """Give the text of a paragraph, with its line breaks and tabs."""
    out = []
    for element in _inside(paragraph, {_PARAGRAPH}):
        if element.tag == _TEXT:
            out.append(element.text or "")
        elif element.tag in _BREAKS and element.getparent().tag == _RUN:
            out.append(_BREAKS[element.tag])
    return "".join(out)


def text_of_cell(cell: Any) -> str:
    """Give the text of a cell, a line a paragraph; what stands in tables within it is not the cell's."""
    return "\n".join(map(text_of_paragraph, own_paragraphs(cell))).strip("\n")


def own_paragraphs(cell: Any) -> list[Any]:
    """Give the paragraphs of a cell, but not those of tables within it."""
    return [one for one in _inside(cell, {_TABLE, _PARAGRAPH}) if one.tag == _PARAGRAPH]


def replace_texts(paragraph: Any, change: Callable[[str], str]) -> bool:
    """Change the text of a paragraph where it stands, in the looks that it has there; tell whether anything changed."""
    changed = False
    for group in pieces(paragraph):
        old = [one.text or "" for one in group]
        new = change("".join(old))
        if new == "".join(old):
            continue
        changed = True
        for element, text in zip(group, in_runs(old, new), strict=True):
            put_text(element, text)
    return changed


def paragraphs_of(element: Any) -> list[Any]:
    """Give all paragraphs in an element, those of its tables and text boxes too."""
    return list(element.iter(_PARAGRAPH))


def kind_of(root: Any) -> str:
    """Say what a part is by its root element: ``document``, ``hdr``, ``ftr``, ``footnotes``, ``endnotes``."""
    return str(etree.QName(root).localname)


def is_in_cell(paragraph: Any) -> bool:
    """Whether a paragraph stands in a table."""
    return next(paragraph.iterancestors(_CELL), None) is not None


def heading_level(paragraph: Any) -> int:
    """Give the level of a heading or title from 1, by the style ids that Word and WPS give these; 0 of what is none."""
    style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    name = "" if style is None else style.get(qn("w:val"), "")
    outline = paragraph.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
    if outline is not None:
        return 1 + _whole(outline, 0)
    found = re.fullmatch(r"(?:Heading|Title|TOC)\D*(\d?)\w*|([1-9])", name, re.IGNORECASE)
    return int(found[1] or found[2] or 1) if found else 0


def put_text(element: Any, text: str) -> None:
    """Put a text into a text element; blanks at its ends stay."""
    element.text = text
    if text != text.strip():
        element.set(_SPACE, "preserve")


def _inside(element: Any, closed: set[str]) -> Iterator[Any]:
    """Give what is in an element, in order, but not what is in elements of a closed kind."""
    for child in element:
        if not isinstance(child.tag, str):
            continue
        yield child
        if child.tag not in closed:
            yield from _inside(child, closed)


# ── tables ────────────────────────────────────────────────────────────────────────────────────────────────────────


def tables_of(body: Any) -> list[Any]:
    """Give the tables of a document in their order; behind them those within tables and in text boxes."""
    outermost = [one for one in _inside(body, {_TABLE, _PARAGRAPH}) if one.tag == _TABLE]
    known = set(outermost)
    return [*outermost, *(one for one in body.iter(_TABLE) if one not in known)]


def texts_above(table: Any) -> tuple[str, ...]:
    """Give what stands above a table, the nearest first: lines that lead to it, and the headings that it is under."""
    out, level, leading = [], 10, True
    for element in table.itersiblings(preceding=True):
        if element.tag != _PARAGRAPH:
            leading = leading and element.tag != _TABLE
            continue
        text, own = text_of_paragraph(element).strip(), heading_level(element)
        leading = leading and "。" not in text
        if text and (own < level if own else leading):
            out.append(text)
            level = own or level
    return tuple(out)


def rows_of(table: Any) -> list[Any]:
    """Give the rows of a table."""
    return [one for one in _inside(table, {_ROW}) if one.tag == _ROW]


def cells_of(row: Any) -> list[TableCell]:
    """Give the cells of a row with their places in the table's grid."""
    out = []
    before = row.find(f"{qn('w:trPr')}/{qn('w:gridBefore')}")
    column = 1 + _whole(before, 0)
    for element in _inside(row, {_CELL}):
        if element.tag != _CELL:
            continue
        props = element.find(qn("w:tcPr"))
        span, merge = (None, None) if props is None else (props.find(qn("w:gridSpan")), props.find(qn("w:vMerge")))
        width = max(1, _whole(span, 1))
        merged = "" if merge is None else merge.get(qn("w:val"), "continue")
        out.append(TableCell(column, width, merged, element))
        column += width
    return out


def set_cell(cell: Any, text: str) -> None:
    """Put a text without line breaks into a cell, in the looks of the text that it has."""
    elements = list(cell.iter(_TEXT))
    if not elements:
        paragraph = next(cell.iter(_PARAGRAPH))
        elements = [etree.SubElement(etree.SubElement(paragraph, _RUN), _TEXT)]
    for element in elements:
        put_text(element, text)
        text = ""


def mark_rows(rows: Sequence[Any], number: int) -> None:
    """Put ``<?rows NUMBER?>`` in the place of rows that follow each other."""
    rows[0].addprevious(etree.ProcessingInstruction("rows", str(number)))
    for row in rows:
        row.getparent().remove(row)


def _whole(element: Any, default: int) -> int:
    text = "" if element is None else element.get(qn("w:val"), "")
    return int(text) if text.isdecimal() and len(text) < 5 else default


# ── what a template may not keep ──────────────────────────────────────────────────────────────────────────────────


def accept_changes(root: Any) -> int:
    """Take tracked changes as accepted; count them."""
    struck = [one for kind in ("del", "moveFrom") for one in root.iter(qn(f"w:{kind}"))]
    added = [one for kind in ("ins", "moveTo") for one in root.iter(qn(f"w:{kind}"))]
    former = [one for one in root.iter() if isinstance(one.tag, str) and one.tag.endswith("Change")]
    for row in [one.getparent().getparent() for one in struck if one.getparent().tag == qn("w:trPr")]:
        row.getparent().remove(row)
    for one in [*struck, *former]:
        if (parent := one.getparent()) is not None:
            parent.remove(one)
    for one in added:
        _unwrap(one)
    return len(struck) + len(added)


def drop_comments(root: Any) -> int:
    """Take the marks of comments out; count them."""
    count = 0
    for kind in ("commentRangeStart", "commentRangeEnd", "commentReference"):
        for one in list(root.iter(qn(f"w:{kind}"))):
            count += kind == "commentReference"
            one.getparent().remove(one)
    return count


def drop_objects(root: Any) -> int:
    """Take charts and embedded objects out, which carry workbooks of their own; count them."""
    found = list(root.iter(qn("w:object")))
    for drawing in root.iter(qn("w:drawing")):
        if any("chart" in one.get("uri", "") for one in drawing.iter(_GRAPHIC)):
            found.append(drawing)
    for one in found:
        one.getparent().remove(one)
    return len(found)


def unbind(root: Any) -> None:
    """Unbind content controls from properties of the document, whose text Word would put in their place."""
    for props in root.iter(qn("w:sdtPr")):
        for binding in [child for child in props if str(child.tag).endswith("}dataBinding")]:
            props.remove(binding)


def is_head(row: Any) -> bool:
    """Whether a row is repeated on each page, as heads are."""
    mark = row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}")
    return mark is not None and mark.get(qn("w:val"), "true") not in ("0", "false", "off")


def look_of(row: Any, without: Set[int]) -> bytes:
    """Describe how a row looks, to compare it with others: all but its texts, and some of its columns."""
    made = _copied(row)
    for element in list(made.iter()):
        if element.tag in (qn("w:vMerge"), qn("w:cnfStyle"), qn("w:tcW"), qn("w:bookmarkStart"), qn("w:bookmarkEnd")):
            element.getparent().remove(element)
        elif element.tag == _TEXT:
            element.text = ""
            element.attrib.pop(_SPACE, None)
    cells = [(one.span, _looks(one.element)) for one in cells_of(made) if one.column not in without]
    props = made.find(qn("w:trPr"))
    return repr((cells, None if props is None else etree.tostring(props))).encode()


def _looks(cell: Any) -> list[bytes | None]:
    """Describe a cell: its properties, its first paragraph's and its first run's."""
    paragraph = cell.find(_PARAGRAPH)
    run = None if paragraph is None else paragraph.find(_RUN)
    found = (
        cell.find(qn("w:tcPr")),
        None if paragraph is None else paragraph.find(qn("w:pPr")),
        None if run is None else run.find(qn("w:rPr")),
    )
    return [None if one is None else etree.tostring(one) for one in found]


def empty_row(row: Any) -> None:
    """Take the texts out of a row, and what is merged over rows apart; the looks of its texts stay."""
    for cell in cells_of(row):
        props = cell.element.find(qn("w:tcPr"))
        for merge in [] if props is None else props.findall(qn("w:vMerge")):
            props.remove(merge)
        first, run = _first_run(cell.element)
        for child in list(cell.element):
            if child is not first and child.tag != qn("w:tcPr"):
                cell.element.remove(child)
        if first is None:
            first = etree.SubElement(cell.element, _PARAGRAPH)
        shape = first.find(qn("w:pPr"))
        looks = None if run is None else run.find(qn("w:rPr"))
        for child in list(first):
            if child is not shape:
                first.remove(child)
        if run is not None:
            made = etree.SubElement(first, _RUN)
            if looks is not None:
                made.append(looks)
            etree.SubElement(made, _TEXT)
    for mark in [one for one in row.iter() if one.tag in (qn("w:tblHeader"), qn("w:hidden"))]:
        mark.getparent().remove(mark)


def _first_run(cell: Any) -> tuple[Any, Any]:
    """Find a cell's first paragraph, and the first run in it."""
    first = next((one for one in _inside(cell, {_PARAGRAPH, _TABLE}) if one.tag == _PARAGRAPH), None)
    if first is None:
        return None, None
    return first, next((one for one in _inside(first, {_RUN, _PARAGRAPH}) if one.tag == _RUN), None)


def _unwrap(element: Any) -> None:
    """Put what is in an element in its place."""
    parent = element.getparent()
    if parent is None:
        return
    for child in list(element):
        element.addprevious(child)
    parent.remove(element)


# ── rows as text ──────────────────────────────────────────────────────────────────────────────────────────────────

_HERE = re.compile("\ue000(\\d+)\ue001")
_UNIQUE = ("rsidR", "rsidTr", "rsidRPr", "rsidRDefault", "rsidP")  # of no use, and counted by Word alone
_W14 = "http://schemas.microsoft.com/office/word/2010/wordml"


class RowTemplate:
    """A row as text, into whose cells other texts are put: as elements it would take many times as long.

    Parameters
    ----------
    row : lxml element
        ``w:tr``. Of each cell its properties, its first paragraph and that paragraph's first run give the looks; cells
        that are merged over rows come apart.
    columns : sequence of int
        That are filled, of the grid; all other cells are empty.
    """

    def __init__(self, row: Any, columns: Sequence[int]) -> None:
        self.columns = list(columns)
        root = etree.Element(_ROW, nsmap=row.nsmap)
        props = row.find(qn("w:trPr"))
        if (exceptions := row.find(qn("w:tblPrEx"))) is not None:
            root.append(_copied(exceptions))
        if props is not None:
            root.append(_copied(props))
        self.runs: dict[int, str] = {}
        self.declared = row.getroottree().getroot().nsmap
        for cell in cells_of(row):
            root.append(self._cell(cell))
        self.parts = _HERE.split(self._bare(root))

    def filled(self, texts: Mapping[int, str]) -> str:
        """Write the row with texts by column; a line feed is a line break."""
        out = list(self.parts)
        for place in range(1, len(out), 2):
            column = int(out[place])
            text = texts.get(column, "")
            out[place] = self._run(column, text) if text else ""
        return "".join(out)

    def _bare(self, element: Any) -> str:
        """Write an element without the names of namespaces that the document has declared."""
        text = etree.tostring(element, encoding="unicode", with_tail=False)
        for prefix, space in self.declared.items():
            text = text.replace(f' xmlns:{prefix}="{space}"' if prefix else f' xmlns="{space}"', "")
        return str(text)

    def _run(self, column: int, text: str) -> str:
        lines = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").split("\n")
        inner = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' if line else "" for line in lines)
        inner = inner.replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">')
        return f"<w:r>{self.runs[column]}{inner}</w:r>"

    def _cell(self, cell: TableCell) -> Any:
        made = etree.Element(_CELL, nsmap=cell.element.nsmap)
        if (props := cell.element.find(qn("w:tcPr"))) is not None:
            own = _copied(props)
            for merge in own.findall(qn("w:vMerge")):
                own.remove(merge)
            made.append(own)
        first, run = _first_run(cell.element)
        paragraph = etree.SubElement(made, _PARAGRAPH)
        looks = None
        if first is not None:
            shape = first.find(qn("w:pPr"))
            looks = None if run is None else run.find(qn("w:rPr"))
            if shape is not None:
                paragraph.append(_copied(shape))
                # Without a run the mark at the paragraph's end tells how its text looks.
                looks = shape.find(qn("w:rPr")) if looks is None and run is None else looks
        if cell.column in self.columns:
            self.runs[cell.column] = "" if looks is None else self._bare(_copied(looks))
            last = paragraph[-1] if len(paragraph) else None
            mark = f"\ue000{cell.column}\ue001"
            if last is None:
                paragraph.text = mark
            else:
                last.tail = mark
        return made


def _copied(element: Any) -> Any:
    made = etree.fromstring(etree.tostring(element, with_tail=False))
    for one in made.iter():
        if isinstance(one.tag, str):
            for name in [*(qn(f"w:{key}") for key in _UNIQUE), f"{{{_W14}}}paraId", f"{{{_W14}}}textId"]:
                one.attrib.pop(name, None)
    return made

"""Pieces of a Word document as XML: runs, paragraphs, tables, pages with their heads and feet, styles of its own.

Written as XML since python-docx takes many times as long to add a table cell by cell; all around it is its own.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from ..core.text import fitted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from docx.document import Document as Doc

# Twips, of which a point has 20: A4 upright with margins of 2 cm.
_PAGE = (11906, 16838)
_MARGIN = 1134
WIDTH = _PAGE[0] - 2 * _MARGIN
"""Of what is printed, twips."""
_PADDING = 70  # of a cell, left and right
_FIELDS = {"\ue000": "PAGE", "\ue001": "NUMPAGES"}
_SONG = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman" w:eastAsia="宋体"/>'
HEI = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial" w:eastAsia="黑体"/>'
"""The font of what stands out."""
TAB = "<w:r><w:tab/></w:r>"
ParagraphStyle = tuple[str, str, str, int, str]
"""Id, name, properties as XML, size in half points, font as XML or ""."""


def run(text: str, style: str = "") -> str:
    """Write a text as it is; a line break stays one."""
    lines = re.split("\r\n|\r|\n", html.escape(fitted(text), quote=False).replace("\t", " "))
    props = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    inner = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    return f"<w:r>{props}{inner}</w:r>"


def paragraph(style: str, runs: str) -> str:
    """Put runs into a paragraph of a style."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'


GAP = paragraph("Gap", "")
"""Stands behind each table: two that follow each other would be one, and none may end a document."""


def field(instruction: str, shown: str) -> str:
    """Write a field, with what it shows until it is updated."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(shown) if shown else ""}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def page_numbers(text: str) -> str:
    """Write a text in which U+E000 stands for the number of the page and U+E001 for how many there are."""
    parts = re.split("([\ue000\ue001])", text)
    return "".join(field(_FIELDS[part], "1") if part in _FIELDS else run(part) for part in parts if part)


def table_cell(width: int, paragraphs: str, *, span: int = 1, merge: str = "", fill: str = "") -> str:
    """Write a cell of a table."""
    props = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    props += f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    props += f'<w:vMerge w:val="{merge}"/>' if merge else ""
    props += f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    return f"<w:tc><w:tcPr>{props}</w:tcPr>{paragraphs}</w:tc>"


def table_row(*cells: str, head: bool = False, whole: bool = True) -> str:
    """Write a row; a head is repeated on each page, one that is whole does not break across two."""
    props = ("<w:cantSplit/>" if whole else "") + ("<w:tblHeader/>" if head else "")
    return f"<w:tr>{f'<w:trPr>{props}</w:trPr>' if props else ''}{''.join(cells)}</w:tr>"


def whole_table(widths: Sequence[int], rows: Sequence[str]) -> str:
    """Write a table; LibreOffice goes by the grid, Word by the cells."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblInd w:w="{_PADDING}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def section(document: Doc, headers: Mapping[str, str], footers: Mapping[str, str], *, last: bool = True) -> str:
    """End a section: upright A4, the next one on a page of its own.

    Parameters
    ----------
    document : Document
    headers, footers : mapping of str to str
        ``default`` and, of a first page that is another, ``first`` → runs.
    last : bool
        It ends the document; else it is a paragraph.
    """
    references = ""
    for what, style, kinds in (("header", "Header", headers), ("footer", "Footer", footers)):
        for kind, runs in kinds.items():
            part, key = document.part.add_header_part() if what == "header" else document.part.add_footer_part()
            for element in list(part.element):
                part.element.remove(element)
            part.element.append(parse_xml(paragraph(style, runs).replace("<w:p>", f"<w:p {nsdecls('w')}>", 1)))
            references += f'<w:{what}Reference w:type="{kind}" r:id="{key}"/>'
    wide, high = _PAGE
    properties = (
        f'<w:sectPr>{references}<w:type w:val="nextPage"/>'
        f'<w:pgSz w:w="{wide}" w:h="{high}"/><w:pgMar w:top="1361" w:right="{_MARGIN}" w:bottom="1134"'
        f' w:left="{_MARGIN}" w:header="680" w:footer="567" w:gutter="0"/><w:cols w:space="720"/>'
        f"{'<w:titlePg/>' if 'first' in headers else ''}</w:sectPr>"
    )
    return properties if last else f'<w:p><w:pPr><w:pStyle w:val="Gap"/>{properties}</w:pPr></w:p>'


# ── What python-docx's template brings, and what stands in its place ────────────────────────────────────────────────

# Relationships by the end of their type.
_DROPPED = ("/thumbnail", "/stylesWithEffects", "/customXml", "/numbering", "/extended-properties")


def dress(document: Doc, styles: Sequence[ParagraphStyle], runs: Sequence[tuple[str, str, str]] = ()) -> None:
    """Take out the template's picture, its styles and what refers to them; give it others.

    Parameters
    ----------
    document : Document
    styles : sequence of ParagraphStyle
    runs : sequence of (str, str, str)
        Id, name and properties as XML of styles of characters.
    """
    for rels in (document.part.package.rels, document.part.rels):
        for key in [key for key, rel in rels.items() if rel.reltype.endswith(_DROPPED)]:
            del rels[key]
    known = document.styles.element
    for element in list(known):
        if element.tag in (qn("w:docDefaults"), qn("w:style")):
            known.remove(element)
    text = "".join([_DEFAULTS, *_always(), *map(_style, styles), *(_of_runs(*one) for one in runs)])
    own = list(parse_xml(f"<w:styles {nsdecls('w')}>{text}</w:styles>"))
    known.insert(0, own[0])
    known.extend(own[1:])
    settings = document.settings.element
    for name in ("w:savePreviewPicture", "w:themeFontLang", "w:proofState", "w:rsids"):
        for element in settings.findall(qn(name)):
            settings.remove(element)


def describe(document: Doc, title: str, language: str, stamp: datetime) -> None:
    """Say in a document's properties what it is and nothing of who made it."""
    known = document.core_properties
    known.author = known.comments = known.last_modified_by = known.keywords = ""
    known.title = fitted(title)[:255]
    known.language = language
    known.created = known.modified = stamp
    known.revision = 1


_DEFAULTS = (
    f'<w:docDefaults><w:rPrDefault><w:rPr>{_SONG}<w:sz w:val="21"/><w:szCs w:val="21"/>'
    '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
    '<w:pPrDefault><w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr></w:pPrDefault>'
    "</w:docDefaults>"
)


def _always() -> Iterator[str]:
    yield '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    yield (
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/></w:style>'
    )
    yield (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr>'
        f'<w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:left w:w="{_PADDING}" w:type="dxa"/>'
        f'<w:right w:w="{_PADDING}" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
    )
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    lines = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="808080"/>' for side in sides)
    yield (
        '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:basedOn w:val="TableNormal"/>'
        f"<w:tblPr><w:tblBorders>{lines}</w:tblBorders></w:tblPr></w:style>"
    )
    right = f'<w:tabs><w:tab w:val="right" w:pos="{WIDTH}"/></w:tabs>'
    under = '<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="808080"/></w:pBdr>'
    yield _style(("Gap", "Gap", '<w:spacing w:after="0" w:line="200" w:lineRule="exact"/>', 12, ""))
    yield _style(("Header", "header", under + right, 18, ""))
    yield _style(("Footer", "footer", right, 18, ""))


def _style(style: ParagraphStyle) -> str:
    key, name, shape, size, face = style
    return (
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/><w:basedOn w:val="Normal"/>'
        f'<w:pPr>{shape}</w:pPr><w:rPr>{face}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>'
    )


def _of_runs(key: str, name: str, props: str) -> str:
    return f'<w:style w:type="character" w:styleId="{key}"><w:name w:val="{name}"/><w:rPr>{props}</w:rPr></w:style>'


def spacing(before: int, after: int) -> str:
    """Give room above and below a paragraph, twips."""
    return f'<w:spacing w:before="{before}" w:after="{after}"/>'

"""A Word document as XML: texts with their breaks, cells on their grid, rows that are emptied, what may not stay."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest
from control_units.delineation.core.errors import BadInput
from control_units.delineation.package import word_xml
from docx import Document
from docx.oxml.ns import qn
from lxml import etree

if TYPE_CHECKING:
    from pathlib import Path

SPACES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
DRAWING = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'


def xml(text: str):
    """An element; its root declares the namespaces."""
    return word_xml.parsed(f"<w:root {SPACES} {DRAWING}>{text}</w:root>".encode())


def one(text: str):
    return xml(text)[0]


def p(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def tc(text: str, props: str = "") -> str:
    return f"<w:tc>{f'<w:tcPr>{props}</w:tcPr>' if props else ''}{p(text)}</w:tc>"


def plain(element) -> str:
    """An element without the namespaces that the root has declared."""
    text = etree.tostring(element, encoding="unicode", with_tail=False)
    for space in (SPACES, DRAWING):
        text = text.replace(f" {space}", "")
    return text


# ── Texts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

BROKEN = (
    "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>一</w:t><w:br/><w:t>二</w:t><w:tab/></w:r>"
    "<w:hyperlink><w:r><w:t>三</w:t><w:noBreakHyphen/><w:t>四</w:t><w:cr/></w:r></w:hyperlink><w:r><w:t/></w:r></w:p>"
)


def test_breaks_tabs_and_hyphens_are_parts_of_a_text():
    paragraph = one(BROKEN)
    assert word_xml.text_of_paragraph(paragraph) == "一\n二\t三-四\n"
    assert [[text.text for text in group] for group in word_xml.pieces(paragraph)] == [
        ["一"],
        ["二"],
        ["三"],
        ["四"],
        [None],
    ]


def test_what_hangs_on_a_paragraph_has_paragraphs_of_its_own():
    paragraph = one(f"<w:p><w:r><w:t>外</w:t><w:pict>{p('内')}</w:pict></w:r></w:p>")
    assert word_xml.text_of_paragraph(paragraph) == "外"
    assert len(word_xml.paragraphs_of(paragraph)) == 2
    assert word_xml.replace_texts(paragraph, lambda text: text + "。")
    assert [word_xml.text_of_paragraph(each) for each in word_xml.paragraphs_of(paragraph)] == ["外。", "内"]


def test_a_text_is_changed_in_its_pieces_and_blanks_stay():
    paragraph = one("<w:p><w:r><w:t>{ar</w:t></w:r><w:r><w:t>ea} </w:t></w:r></w:p>")
    assert word_xml.replace_texts(paragraph, lambda text: text.replace("{area}", "市"))
    assert [text.text for text in paragraph.iter(qn("w:t"))] == ["市", " "]
    assert [text.get(word_xml._SPACE) for text in paragraph.iter(qn("w:t"))] == [None, "preserve"]
    assert word_xml.replace_texts(paragraph, lambda text: text) is False


@pytest.mark.parametrize(
    ("props", "heading"),
    [
        *(
            ('<w:pStyle w:val="Heading1"/>', True),
            ('<w:pStyle w:val="title"/>', True),
            ('<w:pStyle w:val="TOC2"/>', True),
        ),
        *(('<w:pStyle w:val="3"/>', True), ('<w:pStyle w:val="0"/>', False), ('<w:pStyle w:val="12"/>', False)),
        *(
            ('<w:outlineLvl w:val="0"/>', True),
            ('<w:pStyle w:val="Normal"/>', False),
            ("", False),
            ("<w:pStyle/>", False),
        ),
    ],
)
def test_headings_are_known_by_their_style(props, heading):
    assert (word_xml.heading_level(one(f"<w:p><w:pPr>{props}</w:pPr></w:p>")) > 0) is heading


def test_the_text_of_a_cell_is_its_own_paragraphs():
    cell = one(
        f"<w:tc>{p('一')}<w:tbl><w:tr>{tc('内')}</w:tr></w:tbl><w:sdt><w:sdtContent>{p('二')}</w:sdtContent></w:sdt><w:p/></w:tc>"
    )
    assert word_xml.text_of_cell(cell) == "一\n二"
    assert len(word_xml.own_paragraphs(cell)) == 3
    assert word_xml.is_in_cell(word_xml.own_paragraphs(cell)[0])
    assert not word_xml.is_in_cell(one(p("外")))


# ── Tables ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_tables_within_others_come_behind_them():
    inner = f"<w:tbl><w:tr>{tc('内')}</w:tr></w:tbl>"
    body = xml(
        f"<w:tbl><w:tr><w:tc>{inner}<w:p/></w:tc></w:tr></w:tbl><w:p><w:r><w:pict>{inner}</w:pict></w:r></w:p><w:tbl><w:tr>{tc('后')}</w:tr></w:tbl>"
    )
    outer, after, *others = word_xml.tables_of(body)
    assert outer is body[0]
    assert after is body[2]
    assert len(others) == 2
    assert len(word_xml.rows_of(outer)) == 1


def prop(name: str, value: object) -> str:
    return f'<w:{name} w:val="{value}"/>'


def test_cells_stand_on_the_grid():
    wrapped = f"<w:sdt><w:sdtContent>{tc('丁', prop('gridSpan', 0))}</w:sdtContent></w:sdt>"
    cells = tc("甲", prop("gridSpan", 3)), tc("乙", prop("vMerge", "restart")), tc("丙", "<w:vMerge/>"), wrapped
    row = one(f"<w:tr><w:trPr>{prop('gridBefore', 2)}</w:trPr>{''.join(cells)}{tc('戊', prop('gridSpan', 'x'))}</w:tr>")
    assert [(cell.column, cell.span, cell.merged) for cell in word_xml.cells_of(row)] == [
        (3, 3, ""),
        (6, 1, "restart"),
        (7, 1, "continue"),
        (8, 1, ""),
        (9, 1, ""),
    ]
    assert word_xml.cells_of(one(f"<w:tr>{tc('甲')}</w:tr>"))[0].column == 1


def test_a_number_without_end_is_none():
    row = one(f"<w:tr>{tc('甲', prop('gridSpan', 9999))}{tc('乙', prop('gridSpan', 99_999))}{tc('丙')}</w:tr>")
    assert [cell.column for cell in word_xml.cells_of(row)] == [1, 10_000, 10_001]


def test_a_cell_gets_a_text_where_one_was_or_where_none_was():
    cell = one(f"<w:tc>{p('一')}{p('二')}</w:tc>")
    word_xml.set_cell(cell, "新")
    assert [text.text for text in cell.iter(qn("w:t"))] == ["新", ""]
    empty = one("<w:tc><w:p/></w:tc>")
    word_xml.set_cell(empty, "新")
    assert word_xml.text_of_cell(empty) == "新"


def test_a_mark_stands_in_place_of_rows():
    table = one(
        f"<w:tbl><w:tr>{tc('头')}</w:tr><w:tr>{tc('一')}</w:tr><w:tr>{tc('二')}</w:tr><w:tr>{tc('尾')}</w:tr></w:tbl>"
    )
    word_xml.mark_rows(word_xml.rows_of(table)[1:3], 7)
    assert [word_xml.text_of_cell(row[0]) for row in word_xml.rows_of(table)] == ["头", "尾"]
    assert table[1].target == "rows"
    assert table[1].text == "7"


@pytest.mark.parametrize(
    ("props", "head"),
    [
        *(
            ("<w:trPr><w:tblHeader/></w:trPr>", True),
            ('<w:trPr><w:tblHeader w:val="true"/></w:trPr>', True),
            ("", False),
        ),
        *((f'<w:trPr><w:tblHeader w:val="{no}"/></w:trPr>', False) for no in ("0", "false", "off")),
    ],
)
def test_a_head_is_repeated_on_each_page(props, head):
    assert word_xml.is_head(one(f"<w:tr>{props}</w:tr>")) is head


BOLD = "<w:rPr><w:b/></w:rPr>"
CURSIVE = "<w:rPr><w:i/></w:rPr>"
CENTRED = '<w:pPr><w:jc w:val="center"/></w:pPr>'
FULL = (
    '<w:tr><w:trPr><w:trHeight w:val="9"/><w:tblHeader/></w:trPr>'
    f'<w:tc><w:tcPr>{prop("vMerge", "restart")}<w:shd w:fill="F"/></w:tcPr>'
    f"<w:p>{CENTRED}<w:bookmarkStart/><w:r>{BOLD}<w:t>一</w:t></w:r><w:r><w:t>二</w:t></w:r></w:p>{p('三')}</w:tc>"
    "<w:tc><w:tbl/></w:tc></w:tr>"
)


def test_an_emptied_row_keeps_its_looks():
    row = one(FULL)
    word_xml.empty_row(row)
    assert plain(row) == (
        '<w:tr><w:trPr><w:trHeight w:val="9"/></w:trPr><w:tc><w:tcPr><w:shd w:fill="F"/></w:tcPr>'
        f"<w:p>{CENTRED}<w:r>{BOLD}<w:t/></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr>"
    )


def test_rows_that_differ_by_texts_alone_look_alike():
    def look(text, props="", run="", without=()):
        cell = f"<w:tc><w:tcPr><w:tcW w:w='1'/></w:tcPr><w:p><w:r>{run}<w:t>{text}</w:t></w:r></w:p></w:tc>"
        return word_xml.look_of(one(f"<w:tr>{props}{cell}</w:tr>"), set(without))

    assert look("一") == look(" 二 ")
    assert look("一") != look("一", "<w:trPr><w:cantSplit/></w:trPr>")
    assert look("一") != look("一", run=BOLD)
    assert look("一", without=[1]) == look("一", run=BOLD, without=[1])
    merged = "<w:tr><w:tc><w:tcPr><w:vMerge/><w:cnfStyle/></w:tcPr></w:tc></w:tr>"
    assert word_xml.look_of(one(merged), set()) == word_xml.look_of(one("<w:tr><w:tc><w:tcPr/></w:tc></w:tr>"), set())
    wide = '<w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr></w:tc></w:tr>'
    assert word_xml.look_of(one(wide), set()) != word_xml.look_of(one("<w:tr><w:tc><w:tcPr/></w:tc></w:tr>"), set())


def test_a_row_is_written_with_its_texts():
    made = word_xml.RowTemplate(xml(FULL)[0], [1, 2])
    assert made.filled({1: "<甲>&\n\t乙", 9: "无"}) == (
        '<w:tr><w:trPr><w:trHeight w:val="9"/><w:tblHeader/></w:trPr><w:tc><w:tcPr><w:shd w:fill="F"/></w:tcPr>'
        f'<w:p>{CENTRED}<w:r>{BOLD}<w:t xml:space="preserve">&lt;甲&gt;&amp;</w:t><w:br/>'
        '<w:t xml:space="preserve"></w:t><w:tab/><w:t xml:space="preserve">乙</w:t></w:r></w:p></w:tc>'
        "<w:tc><w:p></w:p></w:tc></w:tr>"
    )
    assert "<w:r>" not in made.filled({})
    exceptions = one(f"<w:tr><w:tblPrEx><w:jc/></w:tblPrEx>{tc('一')}{tc('二')}</w:tr>")
    only = word_xml.RowTemplate(exceptions, [2]).filled({1: "无", 2: "有"})
    assert only.startswith("<w:tr><w:tblPrEx><w:jc/></w:tblPrEx>")
    assert "无" not in only
    assert '<w:r><w:t xml:space="preserve">有</w:t></w:r>' in only


def test_a_run_without_looks_of_its_own_has_none_of_the_paragraphs_mark():
    mark = "<w:pPr><w:rPr><w:b/></w:rPr></w:pPr>"
    for run, looks in (("<w:r><w:t>一</w:t></w:r>", ""), ("", BOLD), (f"<w:r>{CURSIVE}<w:t>一</w:t></w:r>", CURSIVE)):
        row = xml(f"<w:tr><w:tc><w:p>{mark}{run}</w:p></w:tc></w:tr>")[0]
        written = word_xml.RowTemplate(row, [1]).filled({1: "甲"})
        assert f'<w:r>{looks}<w:t xml:space="preserve">甲</w:t></w:r>' in written


# ── What may not stay ─────────────────────────────────────────────────────────────────────────────────────────────


def test_changes_are_taken_as_accepted_and_counted():
    root = xml(
        "<w:p><w:del><w:r><w:delText>去</w:delText></w:r></w:del><w:ins><w:r><w:t>来</w:t></w:r></w:ins>"
        "<w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>新</w:t></w:r></w:moveTo>"
        "<w:r><w:rPr><w:rPrChange><w:b/></w:rPrChange></w:rPr><w:t>留</w:t></w:r></w:p>"
        f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr>{tc('行')}</w:tr><w:tr><w:trPr><w:ins/></w:trPr>{tc('列')}</w:tr></w:tbl>"
    )
    assert word_xml.accept_changes(root) == 6
    assert word_xml.text_of_paragraph(root[0]) == "来新留"
    assert [word_xml.text_of_cell(cell) for cell in root.iter(qn("w:tc"))] == ["列"]
    assert not [each for each in root.iter() if each.tag.endswith("Change")]
    assert word_xml.accept_changes(root) == 0


def test_marks_of_comments_go_and_are_counted_once():
    root = xml("<w:p><w:commentRangeStart/><w:r><w:t>一</w:t><w:commentReference/></w:r><w:commentRangeEnd/></w:p>")
    assert word_xml.drop_comments(root) == 1
    assert plain(root[0]) == "<w:p><w:r><w:t>一</w:t></w:r></w:p>"


def test_charts_and_objects_go_and_pictures_stay():
    graphic = '<w:drawing><a:graphic><a:graphicData uri="http://x/{}"/></a:graphic></w:drawing>'
    root = xml(f"<w:p><w:r><w:object/></w:r><w:r>{graphic.format('chart')}{graphic.format('picture')}</w:r></w:p>")
    assert word_xml.drop_objects(root) == 2
    assert [each.get("uri") for each in root.iter(word_xml._GRAPHIC)] == ["http://x/picture"]


def test_content_controls_are_bound_to_nothing():
    root = xml("<w:sdt><w:sdtPr><w:dataBinding/><w:alias/></w:sdtPr></w:sdt>")
    word_xml.unbind(root)
    assert plain(root[0]) == "<w:sdt><w:sdtPr><w:alias/></w:sdtPr></w:sdt>"


# ── Files ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def changed(path: Path, name: str, old: str, new: str) -> Path:
    Document().save(str(path.with_name("plain.docx")))
    with zipfile.ZipFile(path.with_name("plain.docx")) as source, zipfile.ZipFile(path, "w") as target:
        for entry in source.namelist():
            content = source.read(entry)
            target.writestr(entry, content.replace(old.encode(), new.encode()) if entry == name else content)
    return path


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("[Content_Types].xml", "wordprocessingml.document.main", "macroEnabled.document.main", "has macros"),
        ("[Content_Types].xml", "document.main+xml", "other+xml", "is no Word document"),
        (
            "[Content_Types].xml",
            "wordprocessingml.styles+xml",
            "wordprocessingml.document.main+xml",
            "is no Word document",
        ),
        ("word/document.xml", "w:body", "w:other", "is no Word document"),
        ("word/document.xml", "</w:body>", "", "cannot be read as a document"),
    ],
)
def test_what_is_no_document_is_told(name, old, new, said, tmp_path):
    path = changed(tmp_path / "a.docx", name, old, new)
    with pytest.raises(BadInput) as caught:
        word_xml.read_word(path)
    assert str(caught.value.what).startswith(said)
    assert str(caught.value.where) == str(path)


def test_parts_that_hold_text_are_read_and_written(tmp_path):
    made = Document()
    made.sections[0].header.paragraphs[0].text = "页眉"
    made.add_paragraph("正文")
    made.save(str(tmp_path / "a.docx"))
    read = word_xml.read_word(tmp_path / "a.docx")
    kinds = {word_xml.kind_of(root) for root in read.parts.values()}
    assert kinds == {"document", "hdr"}
    assert read.main == "word/document.xml"
    assert read.body is not None
    written = read.written()
    assert set(written) == set(read.parts)
    assert written[read.main].startswith(b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>")
    assert "正文".encode() in written[read.main]

"""Tables in files of others: where they are found in all kinds of sheets, and files that nobody should open blindly."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.office_reading import examined
from control_units.delineation.core.table_outline import CellGrid, find_tables, titles_of
from control_units.delineation.core.xlsx import load
from control_units.delineation.package.like.found import FoundTable
from control_units.delineation.package.like.kept_texts import says_numbers
from control_units.delineation.package.like.known import KnownFacts
from control_units.delineation.package.like.tables import looks_of
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from foreign_documents import OLD, county_summary, scheme, unit_list
from package_filling import learn_document, learn_workbook

CODE = "ZH33082410001"
HEAD = ["编码", "名称", "面积"]


def grid(*rows, merged=(), left=1, top=1) -> CellGrid:
    """Cells of a sheet that begins somewhere; ``merged`` as (row, column, last row, last column) from 1."""
    values = {
        (top + row, left + column): value
        for row, texts in enumerate(rows)
        for column, value in enumerate(texts)
        if value not in ("", None)
    }
    shift = (top - 1, left - 1)
    spans = {(a + shift[0], b + shift[1]): (c + shift[0], d + shift[1]) for a, b, c, d in merged}
    return CellGrid(values, spans)


def rows(count: int, start: int = 1) -> list[list[object]]:
    return [[f"ZH3308241{number:04d}", f"单元{number}", 1.5 * number] for number in range(start, start + count)]


def place(found) -> tuple[int, ...]:
    return (found.head, found.first, found.last, found.left, found.right, found.total)


# ── where the table is ────────────────────────────────────────────────────────────────────────────────────────────


def test_title_head_data_total_and_notes():
    cells = grid(
        ["某市清单", "", ""], ["填报单位：某局", "", "单位：km²"], HEAD, *rows(3), ["合计", "", 9], ["注：略", "", ""]
    )
    (found,) = find_tables(cells)
    assert place(found) == (3, 4, 6, 1, 3, 7)


def test_a_table_that_begins_in_another_corner():
    (found,) = find_tables(grid(HEAD, *rows(2), left=4, top=6))
    assert place(found) == (6, 7, 8, 4, 6, 0)


def test_a_head_of_three_merged_rows_names_each_column_by_all_its_cells():
    top = ["编码", "管控", "", ""], ["", "面积", "要求", ""], ["", "", "空间", "风险"]
    merged = [(1, 1, 3, 1), (1, 2, 1, 4), (2, 2, 3, 2), (2, 3, 2, 4)]
    cells = grid(*top, [CODE, 1.5, "甲", "乙"], merged=merged)
    (found,) = find_tables(cells)
    assert place(found)[:3] == (1, 4, 4)
    assert titles_of(cells, found) == {1: "编码", 2: "管控/面积", 3: "管控/要求/空间", 4: "管控/要求/风险"}


def test_a_head_of_two_rows_without_merged_cells():
    cells = grid(["编码", "名称", "要求", ""], ["", "", "空间", "风险"], [CODE, "甲", "子", "丑"])
    (found,) = find_tables(cells)
    assert place(found)[:3] == (1, 3, 3)
    assert titles_of(cells, found)[3] == "要求/空间"


def test_a_row_that_numbers_the_columns_is_head():
    cells = grid(HEAD, ["甲", "乙", "1"], ["", "", ""])
    assert not [one for one in find_tables(cells) if one.records]
    cells = grid(HEAD, ["(1)", "(2)", "(3)"], *rows(2))
    (found,) = find_tables(cells)
    assert place(found)[:3] == (1, 3, 4)
    assert titles_of(cells, found)[3] == "面积"


def test_a_head_of_which_the_document_repeats_the_first_row_alone():
    cells = grid(["编码", "要求", ""], ["", "空间", "风险"], *rows(2), merged=[(1, 1, 2, 1), (1, 2, 1, 3)])
    (found,) = find_tables(cells, heads=1)
    assert place(found)[:3] == (1, 3, 4)


def test_years_in_a_head_are_no_data():
    cells = grid(["县", 2022, 2023], ["甲县", 3.5, 4.5], ["乙县", 1.5, 2.5])
    (found,) = find_tables(cells)
    assert place(found)[:3] == (1, 2, 3)


def test_totals_above_the_data():
    cells = grid(HEAD, ["全市合计", "", 9], *rows(2))
    (found,) = find_tables(cells)
    assert (found.first, found.last, found.total_above, found.total) == (3, 4, 2, 0)


@pytest.mark.parametrize("word", ["合计", "总 计", "合　计", "全市合计", "合计（2个）", "共计"])
def test_words_for_a_sum(word):
    (found,) = find_tables(grid(HEAD, *rows(2), [word, "", 9]))
    assert (found.last, found.total) == (3, 4)


def test_a_county_is_no_sum():
    (found,) = find_tables(grid(["县", "个数", "面积"], ["全椒县", 3, 4.5], ["城区", 1, 2.5]))
    assert (found.last, found.total) == (3, 0)


def test_sums_of_parts_and_heads_of_groups_are_no_records():
    cells = grid(
        HEAD,
        ["一、优先", "", ""],
        *rows(2),
        ["小计", "", 3],
        ["二、重点", "", ""],
        *rows(2, 5),
        ["小计", "", 9],
        ["合计", "", 12],
    )
    (found,) = find_tables(cells)
    assert found.records == [3, 4, 7, 8]
    assert (found.total, cells.value(found.total, 1)) == (10, "合计")


def test_a_head_that_is_repeated_is_no_record():
    (found,) = find_tables(grid(HEAD, *rows(2), HEAD, *rows(2, 3)))
    assert found.records == [2, 3, 5, 6]


def test_an_empty_row_within_data_does_not_end_it():
    (found,) = find_tables(grid(HEAD, *rows(2), ["", "", ""], *rows(2, 3)))
    assert (found.first, found.last, found.records) == (2, 6, [2, 3, 5, 6])


def test_signatures_below_are_no_data():
    (found, *others) = find_tables(grid(HEAD, *rows(2), ["填表人：甲", "", "审核人：乙"]))
    assert (found.last, others) == (3, [])


def test_tables_below_and_beside_each_other():
    below = grid(HEAD, *rows(3), ["", "", ""], ["", "", ""], ["县", "个数", ""], ["甲县", 2, ""])
    assert [place(one)[:3] for one in find_tables(below)] == [(1, 2, 4), (7, 8, 8)]
    beside = grid(*([*one, "", "县", "个数"] for one in [HEAD]), *([*one, "", "甲县", 2] for one in rows(3)))
    assert sorted((one.left, one.right) for one in find_tables(beside)) == [(1, 3), (5, 6)]


def test_a_sample_without_rows_is_a_table_of_a_head():
    (found,) = find_tables(grid(["某省样表", "", ""], HEAD))
    assert (found.head, found.first, found.last, found.records) == (2, 3, 2, [])


def test_a_table_of_texts_alone():
    (found,) = find_tables(grid(["类别", "说明"], ["一类", "轻"], ["二类", "重"]))
    assert place(found)[:3] == (1, 2, 3)


def test_merged_cells_count_for_all_their_rows():
    cells = grid(["县", "编码"], ["甲县", CODE], ["", "ZH33082410002"], merged=[(2, 1, 3, 1)])
    (found,) = find_tables(cells)
    assert [cells.value(row, 1) for row in found.records] == ["甲县", "甲县"]


def test_nothing_in_nothing():
    assert find_tables(grid()) == []
    assert find_tables(grid(["一句话"])) == []


def test_looks_that_take_turns():
    assert looks_of(["a"] * 9) == [0]
    assert looks_of(["a", "b"] * 5) == [0, 1]
    assert looks_of(["a", "b", "c"] * 4) == [0, 1, 2]
    assert looks_of(["x", *["a"] * 30, "y"]) == [1]
    assert looks_of(["a", "b", "b", "c", "a", "b", "c"]) == [1]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("共划定58个单元", True),
        ("面积1,679.31平方公里", True),
        ("占75.23%", True),
        ("坚持生态优先", False),
        ("环环评〔2024〕41号", False),
        ("第3条", True),
    ],
)
def test_sentences_that_state_numbers(text, says):
    assert says_numbers(text) is says


# ── files of strangers ────────────────────────────────────────────────────────────────────────────────────────────


def packed(path: Path, **members: bytes) -> Path:
    """Take a plain workbook and put other entries into it."""
    whole = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"] = "x"
    book.save(whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, members.pop(name, None) or source.read(name))
        for name, content in members.items():
            target.writestr(name, content)
    return path


SHEET = "xl/worksheets/sheet1.xml"
MAIN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def sheet_of(inside: bytes) -> bytes:
    return b"<?xml version='1.0'?>" + MAIN + inside + b"</worksheet>"


def refused(path: Path, said: str) -> None:
    for learn in (learn_workbook, learn_document):
        with pytest.raises(BadInput, match=said):
            learn(path, path.name, KnownFacts(), path.parent / "templates")
    assert not (path.parent / "templates").exists()


def test_a_password_and_old_files_are_told_apart(tmp_path):
    compound = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
    (tmp_path / "a.xlsx").write_bytes(compound + "EncryptedPackage".encode("utf-16-le"))
    refused(tmp_path / "a.xlsx", "protected by a password")
    (tmp_path / "b.xlsx").write_bytes(compound)
    refused(tmp_path / "b.xlsx", "Office 97 to 2003")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04" + bytes(40), b"<html>", bytes(1000)])
def test_what_is_no_archive(content, tmp_path):
    (tmp_path / "a.xlsx").write_bytes(content)
    refused(tmp_path / "a.xlsx", "damaged, or no workbook or document")


def test_a_workbook_cut_off(tmp_path):
    whole = unit_list(tmp_path / "a.xlsx").read_bytes()
    (tmp_path / "b.xlsx").write_bytes(whole[: len(whole) // 2])
    refused(tmp_path / "b.xlsx", "damaged")


def test_an_archive_that_grows_without_end(tmp_path):
    packed(tmp_path / "a.xlsx", **{"xl/big.bin": bytes(210 * 2**20)})
    began = time.process_time()
    refused(tmp_path / "a.xlsx", "unpacks to more than 200 MB")
    assert time.process_time() - began < 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(encoding, tmp_path):
    text = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aa">]><x>&a;</x>'
    packed(tmp_path / "a.xlsx", **{"xl/theme/theme1.xml": text.encode(encoding)})
    refused(tmp_path / "a.xlsx", "declares entities")


def test_a_sheet_that_says_it_is_as_large_as_can_be(tmp_path):
    """One cell, in the last corner: neither its claim nor its place makes seventeen thousand million cells."""
    inside = (
        b'<dimension ref="A1:XFD1048576"/><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    packed(tmp_path / "a.xlsx", **{SHEET: sheet_of(inside)})
    began = time.process_time()
    assert learn_workbook(tmp_path / "a.xlsx", "a.xlsx", KnownFacts(), tmp_path) == ([], [])
    assert time.process_time() - began < 2


def test_more_cells_than_memory_has(tmp_path):
    packed(
        tmp_path / "a.xlsx", **{SHEET: sheet_of(b"<sheetData>" + b'<row r="1" ht="1"/>' * 1_100_000 + b"</sheetData>")}
    )
    with pytest.raises(BadInput, match="holds 1,100,000 cells and rows"):
        load(tmp_path / "a.xlsx")


MERGED, BROKEN = "merges or links", "cannot be read as a workbook"


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        (b'<sheetData/><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>', MERGED),
        (b'<sheetData/><mergeCells count="1"><mergeCell ref="A:XFD"/></mergeCells>', MERGED),
        (b'<sheetData/><hyperlinks><hyperlink ref="A1:Z100000" location="x"/></hyperlinks>', MERGED),
        (b"<sheetData><row r='x'/></sheetData>", BROKEN),
        (b"<sheetData>", BROKEN),
        (b"<sheetData><row r='1'><c r='A1' t='s'><v>99</v></c></row></sheetData>", BROKEN),
    ],
)
def test_a_sheet_that_breaks_its_format_or_has_cells_without_end(inside, said, tmp_path):
    packed(tmp_path / "a.xlsx", **{SHEET: sheet_of(inside)})
    with pytest.raises(BadInput, match=said):
        load(tmp_path / "a.xlsx")


def test_macros_are_refused(tmp_path):
    packed(tmp_path / "a.xlsx", **{"xl/vbaProject.bin": b"x"})
    with pytest.raises(BadInput, match="has macros"):
        learn_workbook(tmp_path / "a.xlsx", "a.xlsx", KnownFacts(), tmp_path)


def test_a_workbook_is_no_document_and_a_document_no_workbook(tmp_path):
    with pytest.raises(BadInput, match="is no Word document"):
        learn_document(county_summary(tmp_path / "a.xlsx"), "a", KnownFacts(), tmp_path)
    Document().save(tmp_path / "a.docx")
    with pytest.raises(BadInput, match="cannot be read as a workbook"):
        learn_workbook(tmp_path / "a.docx", "a", KnownFacts(), tmp_path)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(BadInput, match="file not found"):
        examined(tmp_path / "a.xlsx")


def test_documents_and_workbooks_without_a_known_table_become_nothing(tmp_path):
    opened = Document()
    opened.add_paragraph("某市2023年共划定58个单元。")
    opened.save(tmp_path / "a.docx")
    assert learn_document(tmp_path / "a.docx", "a.docx", KnownFacts(), tmp_path / "t") == ([], [])
    book = openpyxl.Workbook()
    for row in (["品种", "产量"], ["小麦", 12.5], ["玉米", 3.5]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    contents, tables = learn_workbook(tmp_path / "a.xlsx", "a.xlsx", KnownFacts(), tmp_path / "t")
    assert (contents, [one.of for one in tables]) == ([], [""])
    assert not (tmp_path / "t").exists()


def needles_in(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        whole = "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return [text for one in OLD for text in (one.code, one.name) if text in whole]


def test_whatever_a_workbook_hides_is_left_out(tmp_path):
    book = openpyxl.load_workbook(unit_list(tmp_path / "a.xlsx"))
    sheet, code, name = book["优先保护单元"], OLD[0].code, OLD[0].name
    sheet["M2"] = f"见{code}"
    sheet["N2"] = name
    sheet["M3"].comment = openpyxl.comments.Comment(f"{code}", "x")
    sheet.oddFooter.left.text = "2023"
    check = openpyxl.worksheet.datavalidation.DataValidation(type="list", formula1=f'"{code},x"', prompt=name)
    check.add("B5")
    sheet.add_data_validation(check)
    book.defined_names["first"] = openpyxl.workbook.defined_name.DefinedName("first", attr_text=f'"{code}"')
    chart = openpyxl.chart.BarChart()
    chart.add_data(openpyxl.chart.Reference(sheet, min_col=6, min_row=4, max_row=8))
    sheet.add_chart(chart, "N20")
    sheet["B5"].hyperlink = f"file:///C:/Users/zhangsan/{code}.doc"
    book.properties.keywords = book.properties.description = code
    book.custom_doc_props.append(openpyxl.packaging.custom.StringProperty(name="x", value=code))
    book.save(tmp_path / "a.xlsx")
    contents, tables = learn_workbook(tmp_path / "a.xlsx", "a.xlsx", KnownFacts(year="2023"), tmp_path / "t")
    assert needles_in(tmp_path / contents[0].template.replace("templates", "t")) == []
    told = " ".join(str(one) for table in tables for one in table.told)
    assert "emptied in sheet '优先保护单元': M2, N2" in told
    assert "1 chart" in told


def test_numbers_and_formulas_beside_the_tables_are_emptied(tmp_path):
    book = openpyxl.load_workbook(unit_list(tmp_path / "a.xlsx"))
    sheet = book["重点管控单元"]
    sheet["M1"], sheet["M2"], sheet["N1"] = 1679.31, "=279.91+17.25", "=COUNTA(D5:D11)"
    book.save(tmp_path / "a.xlsx")
    contents, _ = learn_workbook(tmp_path / "a.xlsx", "a.xlsx", KnownFacts(), tmp_path / "t")
    sheet = openpyxl.load_workbook(tmp_path / "t" / Path(contents[0].template).name)["重点管控单元"]
    assert [sheet[one].value for one in ("M1", "M2", "N1")] == [None, None, "=COUNTA(D5:D6)"]


def test_whatever_a_document_hides_is_left_out(tmp_path):
    opened = Document(scheme(tmp_path / "a.docx"))
    opened.paragraphs[-1]._p.getparent().remove(opened.paragraphs[-1]._p)
    code = OLD[0].code
    struck = f'<w:del {nsdecls("w")} w:id="1" w:author="张三"><w:r><w:delText>{code}</w:delText></w:r></w:del>'
    added = f'<w:ins {nsdecls("w")} w:id="2" w:author="张三"><w:r><w:t>新增</w:t></w:r></w:ins>'
    opened.paragraphs[4]._p.append(parse_xml(struck))
    opened.paragraphs[4]._p.append(parse_xml(added))
    opened.core_properties.keywords = opened.core_properties.last_modified_by = code
    opened.save(tmp_path / "b.docx")
    with zipfile.ZipFile(tmp_path / "b.docx", "a") as archive:
        archive.writestr("customXml/item9.xml", f"<a>{code}</a>")
        archive.writestr("word/embeddings/book.xlsx", code)
        archive.writestr(
            "word/comments.xml", f"<w:comments {nsdecls('w')}><w:p><w:r><w:t>{code}</w:t></w:r></w:p></w:comments>"
        )
    contents, tables = learn_document(tmp_path / "b.docx", "b.docx", KnownFacts(), tmp_path / "t")
    template = tmp_path / "t" / Path(contents[0].template).name
    assert needles_in(template) == []
    assert "2 tracked changes are taken as accepted" in [str(one) for table in tables for one in table.told]
    assert "坚持生态优先、绿色发展。新增" in [one.text for one in Document(template).paragraphs]
    assert "张三" not in "".join(
        str(zipfile.ZipFile(template).read(name)) for name in zipfile.ZipFile(template).namelist()
    )


def test_two_lists_that_part_the_units_by_nothing_known_are_not_filled(tmp_path):
    book = openpyxl.Workbook()
    for number, own in enumerate((OLD[::2], OLD[1::2])):
        sheet = book.active if not number else book.create_sheet("二")
        sheet.append(["环境管控单元编码", "环境管控单元名称", "面积（平方公里）"])
        for unit in own:
            sheet.append([unit.code, unit.name, unit.km2])
    book.save(tmp_path / "a.xlsx")
    contents, tables = learn_workbook(tmp_path / "a.xlsx", "a.xlsx", KnownFacts(), tmp_path / "t")
    assert contents == []
    assert all("nothing says which" in str(table.told[0]) for table in tables)


def test_a_sample_without_rows_becomes_a_template(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["某省样表"])
    sheet.append(["环境管控单元编码", "环境管控单元名称", "面积（平方公里）", "空间布局约束"])
    sheet.append(["注：不得空缺"])
    book.save(tmp_path / "a.xlsx")
    contents, tables = learn_workbook(tmp_path / "a.xlsx", "a.xlsx", KnownFacts(), tmp_path / "t")
    (filled,) = contents[0].tables
    assert [column.of for column in filled.columns] == ["code", "name", "area_km2", "space"]
    new = openpyxl.load_workbook(tmp_path / "t" / Path(contents[0].template).name).active
    assert (filled.first, new["A3"].value, new["A4"].value) == (3, None, "注：不得空缺")
    assert "has no rows: columns are matched by their names alone" in [str(one) for one in tables[0].told]


def test_templates_are_the_same_whatever_the_seed_of_hashes(tmp_path):
    """Sets have no order: what openpyxl keeps in them is written in one all the same."""
    unit_list(tmp_path / "a.xlsx")
    scheme(tmp_path / "a.docx")
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from delineation.package.like.workbooks import open_workbook\n"
        "from delineation.package.like.documents import open_document\n"
        "from delineation.package.like.known import KnownFacts\n"
        "folder = Path(sys.argv[2])\n"
        "open_workbook(folder / 'a.xlsx', 'a.xlsx', KnownFacts(year='2023')).learned(folder / sys.argv[3])\n"
        "open_document(folder / 'a.docx', 'a.docx', KnownFacts(year='2023')).learned(folder / sys.argv[3])\n"
    )
    root = Path(__file__).resolve().parents[2]
    for seed in ("1", "2"):
        call = [sys.executable, "-c", code, str(root), str(tmp_path), seed]
        subprocess.run(call, env={**os.environ, "PYTHONHASHSEED": seed}, check=True)
    for name in ("a.xlsx", "a.docx"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_what_is_found_keeps_the_place_of_columns(tmp_path):
    _, tables = learn_workbook(county_summary(tmp_path / "a.xlsx"), "a.xlsx", KnownFacts(), tmp_path / "t")
    table = tables[0].table
    assert isinstance(table, FoundTable)
    assert [column.place for column in table.columns] == list(range(2, 9))

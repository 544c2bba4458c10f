"""Workbooks and documents as last year: learned from foreign ones, filled with this year's plan, read again."""

from __future__ import annotations

import dataclasses
import re
import shutil
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pytest
from control_units.delineation import package as room
from control_units.delineation.case.finding_texts import load_texts, message
from control_units.delineation.case.profile import read_profile
from control_units.delineation.core.errors import MissingLibrary
from control_units.delineation.core.progress import silent
from control_units.delineation.lists.draft import draft
from control_units.delineation.lists.library import read_library
from control_units.delineation.package import word_xml
from control_units.delineation.package.contents import document, workbook
from control_units.delineation.package.filling import Filling, tokens_of
from control_units.delineation.package.like.known import KnownFacts
from control_units.delineation.package.profile import Filled, FilledColumn, PackageItem, PackagePlace, PackageProfile
from docx import Document
from foreign_documents import CITY, COUNTIES, LONG, NEEDLES, OLD, WIDTHS, YEAR, county_summary, scheme, unit_list
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill
from package_filling import learn_document, learn_workbook, with_table
from sample_plan import UNITS, sample_plan

if TYPE_CHECKING:
    from pathlib import Path

PROFILE = read_profile("national")
CODES = [unit[0] for unit in UNITS.values()]


@pytest.fixture(autouse=True)
def no_epoch(monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


@pytest.fixture(scope="module")
def plan():
    made = sample_plan()
    met = pd.DataFrame({"unit_id": made.units["unit_id"], "role": "water_zone", "zone": "priority", "area_m2": 1e6})
    return dataclasses.replace(
        made, clauses=draft(made.units, read_library(PROFILE.folder / "clauses.csv", PROFILE), met)
    )


@pytest.fixture(scope="module")
def known():
    """What the layers of last year's package say."""
    units = {
        unit.code: {
            "name": unit.name,
            "county_name": COUNTIES[unit.county],
            "area_m2": (unit.km2 * 1e6,),
            "category": unit.category,
        }
        for unit in OLD
    }
    counties = {}
    for code, name in COUNTIES.items():
        own = [unit for unit in OLD if unit.county == code]
        whole = sum(unit.km2 for unit in own)
        one = {"county_name": name, "n": len(own), "km2": (whole,), "share": (100.0,)}
        for digit in LONG:
            mine = [unit.km2 for unit in own if unit.category == digit]
            one |= {f"n_{digit}": len(mine), f"km2_{digit}": (sum(mine),), f"share_{digit}": (100 * sum(mine) / whole,)}
        counties[code] = one
    return KnownFacts(units, {}, counties, PackagePlace("浙江省", CITY, "330800"), year=YEAR)


def filling_of(plan, folder: Path, contents=()) -> Filling:
    profile = PackageProfile(folder / "p.toml", "", "", PackagePlace("浙江省", CITY), tuple(contents))
    return Filling(
        plan,
        folder / "plan.gpkg",
        PROFILE,
        profile,
        tokens_of(plan.meta, PROFILE, profile, "内部", "zh"),
        plan.findings,
    )


@dataclasses.dataclass
class Made:
    """A foreign file, what was learned of it, and what this year's plan made in its place."""

    old: Path
    template: Path
    new: Path
    content: PackageItem
    tables: list
    filling: Filling
    put: object

    @property
    def told(self) -> list[str]:
        return [str(one) for table in self.tables for one in table.told]


def made_of(build, learn, kind, folder: Path, plan, known, name: str) -> Made:
    old = build(folder / name)
    contents, tables = learn(old, f"附表/{name}", known, folder / "templates")
    filling = filling_of(plan, folder, contents)
    new = folder / f"new{old.suffix}"
    put = kind.write(filling, contents, new, silent)
    return Made(old, filling.profile.template(contents[0]), new, contents[0], tables, filling, put)


@pytest.fixture(scope="module")
def units(plan, known, tmp_path_factory):
    return made_of(
        unit_list, learn_workbook, workbook, tmp_path_factory.mktemp("units"), plan, known, f"{CITY}{YEAR}年清单.xlsx"
    )


@pytest.fixture(scope="module")
def counties(plan, known, tmp_path_factory):
    return made_of(
        county_summary, learn_workbook, workbook, tmp_path_factory.mktemp("counties"), plan, known, "汇总.xlsx"
    )


@pytest.fixture(scope="module")
def text(plan, known, tmp_path_factory):
    return made_of(scheme, learn_document, document, tmp_path_factory.mktemp("scheme"), plan, known, f"{CITY}方案.docx")


def without_data(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def looks(cell) -> tuple:
    return (*(repr(one) for one in (cell.font, cell.fill, cell.border, cell.alignment)), cell.number_format)


# ── workbooks as last year ────────────────────────────────────────────────────────────────────────────────────────


def test_heads_titles_and_notes_of_the_list_are_as_they_were(units):
    old, new = openpyxl.load_workbook(units.old), openpyxl.load_workbook(units.new)
    for title in LONG.values():
        before, after = old[title], new[title]
        for row in (3, 4):
            assert [cell.value for cell in after[row]] == [cell.value for cell in before[row]]
            assert [looks(cell) for cell in after[row]] == [looks(cell) for cell in before[row]]
        assert after["A1"].value == before["A1"].value.replace(YEAR, "2024")
        assert after["A2"].value == before["A2"].value
        texts = {cell.value for row in after.iter_rows() for cell in row}
        assert {"注：面积以国土调查数据为基础，按高斯-克吕格投影计算。", "填表人：李四", "审核人：王五"} <= texts
    assert new.sheetnames == [*LONG.values(), "填表说明"]


def test_widths_panes_titles_and_page_are_as_they_were(units):
    old, new = openpyxl.load_workbook(units.old), openpyxl.load_workbook(units.new)
    for title in LONG.values():
        before, after = old[title], new[title]
        assert {letter: after.column_dimensions[letter].width for letter in WIDTHS} == WIDTHS
        assert (after.freeze_panes, after.print_title_rows) == (before.freeze_panes, before.print_title_rows)
        assert (after.page_setup.orientation, after.page_setup.paperSize) == ("landscape", 8)
        assert after.oddFooter.center.text == before.oddFooter.center.text
        assert after.oddHeader.left.text == f"{CITY}2024年成果"
        assert [after.row_dimensions[row].height for row in (1, 3)] == [32.0, 24.0]


def test_what_covers_the_rows_covers_the_new_ones(units):
    sheet = openpyxl.load_workbook(units.new)["优先保护单元"]
    assert sheet.auto_filter.ref == "A4:K10"
    assert sheet.print_area == "'优先保护单元'!$A$1:$K$14"
    assert [str(one.sqref) for one in sheet.data_validations.dataValidation] == ["E5:E10"]


def test_rows_look_as_the_rows_of_last_year_that_took_turns(units):
    old, new = openpyxl.load_workbook(units.old)["优先保护单元"], openpyxl.load_workbook(units.new)["优先保护单元"]
    assert [table.rows for table in units.content.tables] == [2, 2, 1]
    for row in (5, 6):
        for column in (1, 2, 4, 6, 7, 11):
            assert looks(new.cell(row, column)) == looks(old.cell(row, column)), (row, column)
    assert new["A5"].fill.fgColor.rgb != new["A6"].fill.fgColor.rgb


@pytest.mark.parametrize("which", ["units", "counties", "text"])
def test_nothing_of_last_years_units_is_left_but_what_was_told(which, request):
    made = request.getfixturevalue(which)
    told = "\n".join(made.told)
    for path in (made.template, made.new):
        for name, content in without_data(path).items():
            found = [needle for needle in (*NEEDLES, "去年", "张三") if needle in content and needle not in told]
            assert not found, (path.name, name, found[:3])


@pytest.mark.parametrize(("which", "kind"), [("units", workbook), ("counties", workbook), ("text", document)])
def test_what_was_written_compares_well_and_repeats_to_the_byte(which, kind, request, tmp_path):
    made = request.getfixturevalue(which)
    assert kind.compare(made.filling, [made.content], made.new, made.put) == []
    again = tmp_path / made.new.name
    kind.write(made.filling, [made.content], again, silent)
    assert again.read_bytes() == made.new.read_bytes()


def test_a_template_learned_twice_is_the_same_file(units, known, tmp_path):
    learn_workbook(units.old, f"附表/{units.old.name}", known, tmp_path / "templates")
    assert (tmp_path / "templates" / units.template.name).read_bytes() == units.template.read_bytes()


# ── documents as last year ────────────────────────────────────────────────────────────────────────────────────────


def test_headings_styles_and_words_of_the_document_stay(text):
    old, new = Document(text.old), Document(text.new)
    assert [(one.style.name, one.text.replace("2024", YEAR)) for one in new.paragraphs] == [
        (one.style.name, one.text) for one in old.paragraphs
    ]
    assert new.styles.element.xml == old.styles.element.xml
    assert [[cell.text for cell in row.cells] for row in new.tables[2].rows] == [
        [cell.text for cell in row.cells] for row in old.tables[2].rows
    ]


def test_tokens_that_were_split_over_runs_keep_the_looks_of_each(text):
    opened = Document(text.new)
    header = opened.sections[0].header.paragraphs[0]
    assert header.text == f"{CITY}生态环境分区管控（2024年）"
    assert next(run.bold for run in header.runs if run.text) is True
    assert "{area}" in "".join(without_data(text.template).values())


def test_rows_of_the_document_look_as_last_years(text):
    table = Document(text.new).tables[0]
    fills = [row.cells[0]._tc.xpath("string(./w:tcPr/w:shd/@w:fill)") for row in table.rows[2:7]]
    assert fills == ["EEF3F8", "", "EEF3F8", "", "EEF3F8"]
    run = table.rows[3].cells[2].paragraphs[0].runs[0]
    assert (run.italic, run.font.size.pt) == (True, 9)
    assert not table._tbl.xpath(".//w:tr[position()>2]//w:vMerge")


@pytest.mark.slow
def test_libreoffice_prints_every_code(units, text, tmp_path):
    office = shutil.which("soffice")
    assert office, "LibreOffice is needed"
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    for made in (units, text):
        subprocess.run(
            [office, home, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, made.new],
            check=True,
            capture_output=True,
        )
        pdf = tmp_path / f"{made.new.stem}.pdf"
        printed = re.sub(
            r"\s", "", subprocess.run(["pdftotext", pdf, "-"], check=True, capture_output=True, text=True).stdout
        )
        assert [code for code in CODES if code not in printed] == []
        pdf.unlink()


# ── templates of all kinds ────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def sheet():
    """A sheet with a head in row 1, a row of data, a total and a note."""
    made = openpyxl.Workbook().active
    for column, text in enumerate(("编码", "面积", "要求"), 1):
        made.cell(1, column, text)
        made.cell(2, column).font = Font(italic=True)
        made.cell(2, column).alignment = Alignment(wrap_text=True)
    made["A3"], made["B3"] = "合计", 0
    made["A4"] = "注：{area}"
    made.column_dimensions["C"].width = 200
    return made


COLUMNS = (FilledColumn(1, "编码", "code"), FilledColumn(2, "面积", "area_km2", 1), FilledColumn(3, "要求", "space"))


def fill(plan, sheet, folder, *tables, columns=COLUMNS):
    """Fill a workbook; gives it as it reads then, with what was found."""
    sheet.parent.save(folder / "t.xlsx")
    tables = tables or (Filled("units", sheet.title, first=2, total=1, columns=columns),)
    content = PackageItem("a.xlsx", "workbook", template="t.xlsx", tables=tuple(tables))
    filling = filling_of(plan, folder)
    put = workbook.write(filling, [content], folder / "a.xlsx", silent)
    assert workbook.compare(filling, [content], folder / "a.xlsx", put) == []
    texts = load_texts()
    assert all(message(one, texts, language) for one in put.findings for language in ("zh", "en"))
    return openpyxl.load_workbook(folder / "a.xlsx", rich_text=True), put


def test_a_text_that_begins_with_an_equals_sign_is_a_text(plan, sheet, tmp_path):
    units = plan.units.assign(code=["=1+1", "+2", "-3", "@x", "=A1"])
    book, _ = fill(dataclasses.replace(plan, units=units), sheet, tmp_path)
    cells = [book.active.cell(row, 1) for row in range(2, 7)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert "=1+1" in {cell.value for cell in cells}


def test_fewer_records_than_rows_of_the_template(plan, sheet, tmp_path):
    sheet.insert_rows(2, 2)
    for row, colour in zip((2, 3, 4), ("FFFF0000", "FF00FF00", "FF0000FF"), strict=True):
        for column in (1, 2, 3):
            sheet.cell(row, column).fill = PatternFill("solid", fgColor=colour)
    table = Filled("units", "Sheet", rows=3, only={"category": "3"}, total=1, columns=COLUMNS)
    book, _ = fill(plan, sheet, tmp_path, table)
    assert [book.active.cell(row, 1).fill.fgColor.rgb for row in (2, 3)] == ["FFFF0000", "FF00FF00"]
    assert book.active["A4"].value == "合计"


def test_formulas_follow_the_rows(plan, sheet, tmp_path):
    sheet["D1"], sheet["D2"] = "公顷", "=B2*100"
    sheet["D3"] = "=SUM(D2:D2)"
    sheet["B5"], sheet["B6"] = "=COUNTA(A2:A2)", "=B3/Sheet!B4"
    other = sheet.parent.create_sheet("Other")
    other["A1"], other["A2"] = "=SUM(Sheet!B2:B2)+Sheet!$B$3+A9", '="B3"&A1'
    sheet.parent.defined_names["whole"] = openpyxl.workbook.defined_name.DefinedName(
        "whole", attr_text="Sheet!$A$2:$C$2"
    )
    book, _ = fill(plan, sheet, tmp_path)
    own = book["Sheet"]
    assert [own[f"D{row}"].value for row in (2, 4, 6, 8, 10, 12)] == [
        *(f"=B{row}*100" for row in (2, 4, 6, 8, 10)),
        "=SUM(D2:D11)",
    ]
    assert (own["B14"].value, own["B15"].value) == ("=COUNTA(A2:A11)", "=B12/Sheet!B13")
    assert [book["Other"][one].value for one in ("A1", "A2")] == ["=SUM(Sheet!B2:B11)+Sheet!$B$12+A9", '="B3"&A1']
    assert book.defined_names["whole"].attr_text == "Sheet!$A$2:$C$11"


def test_formats_by_condition_breaks_and_tables_follow_the_rows(plan, sheet, tmp_path):
    rule = FormulaRule(formula=["$B2>$B$3"], fill=PatternFill("solid", bgColor="FFFFC000"))
    sheet.conditional_formatting.add("A2:C2", rule)
    sheet.row_breaks.append(openpyxl.worksheet.pagebreak.Break(id=4))
    table = openpyxl.worksheet.table.Table(displayName="T", ref="A1:C2")
    sheet.add_table(table)
    sheet["A8"].hyperlink = "https://example.org/"
    book, _ = fill(plan, sheet, tmp_path)
    own = book.active
    (found,) = own.conditional_formatting
    assert str(found.sqref) == "A2:C11"
    assert found.rules[0].formula == ["$B2>$B$12"]
    assert [one.id for one in own.row_breaks.brk] == [13]
    assert own.tables["T"].ref == "A1:C11"
    assert own["A17"].hyperlink.ref == "A17"


def test_tokens_stand_in_names_heads_margins_and_rich_texts(plan, sheet, tmp_path):
    sheet.title = "{area}{year}"
    bold = InlineFont(b=True)
    sheet["B1"] = CellRichText(
        ["{ar", TextBlock(bold, "ea}面积 km"), TextBlock(InlineFont(vertAlign="superscript"), "2")]
    )
    sheet.oddHeader.right.text = '&"黑体"{classification}&P'
    sheet.parent.create_sheet("B")["A1"] = "='{area}{year}'!B3"
    book, _ = fill(plan, sheet, tmp_path, Filled("units", "{area}{year}", total=1, columns=COLUMNS))
    own = book[f"{CITY}2024"]
    assert str(own["B1"].value) == f"{CITY}面积 km2"
    assert own["B1"].value[-1].font.vertAlign == "superscript"
    assert (own.oddHeader.right.text, own.oddHeader.right.font) == ("内部&P", "黑体")
    assert book["B"]["A1"].value == f"='{CITY}2024'!B12"


def test_an_ampersand_of_a_name_is_no_code_of_a_header(plan, sheet, tmp_path):
    sheet.oddHeader.left.text = "&B{plan}&P"
    named = dataclasses.replace(plan, meta=plan.meta | {"name": "A&B"})
    book, _ = fill(named, sheet, tmp_path)
    assert book.active.oddHeader.left.text == "&BA&&B&P"


# ── templates of documents ────────────────────────────────────────────────────────────────────────────────────────


def test_without_python_docx_it_says_what_is_missing(plan, tmp_path, monkeypatch):
    for name in [word_xml.__name__, *(name for name in sys.modules if name.split(".")[0] == "docx")]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delattr(room, "word_xml", raising=False)
    with pytest.raises(MissingLibrary, match="python-docx"):
        document.write(
            filling_of(plan, tmp_path),
            [PackageItem("a.docx", "document", template="t.docx")],
            tmp_path / "a.docx",
            silent,
        )
    with pytest.raises(MissingLibrary, match="python-docx"):
        learn_document(tmp_path / "t.docx", "t.docx", KnownFacts(), tmp_path)


def test_many_rows_take_little_time(plan, tmp_path):
    """1,400 rows of twelve columns with long texts in each, measured in the process's own seconds."""
    import time

    many = pd.concat([plan.units] * 280, ignore_index=True)
    many = many.assign(unit_id=[f"u{n}" for n in range(1400)], name="很长的文字" * 40)
    many["code"] = [f"{code[:9]}{n:04d}" for n, code in enumerate(many["code"])]
    large = dataclasses.replace(plan, units=many, clauses=plan.clauses.iloc[:0])
    opened = Document()
    with_table(opened, ["名称"] * 12, [""] * 12)
    columns = tuple(FilledColumn(place, "", "name") for place in range(1, 13))
    opened.save(tmp_path / "t.docx")
    content = PackageItem("a.docx", "document", template="t.docx", tables=(Filled("units", table=1, columns=columns),))
    filling, began = filling_of(large, tmp_path), time.process_time()
    put = document.write(filling, [content], tmp_path / "a.docx", silent)
    assert document.compare(filling, [content], tmp_path / "a.docx", put) == []
    assert len(Document(tmp_path / "a.docx").tables[0]._tbl.tr_lst) == 1401
    assert time.process_time() - began < 6

"""What of last year may not pass in silence: sums of parts, texts, nested tables, codes of units that are gone."""

from __future__ import annotations

import re
import zipfile
from gettext import NullTranslations
from typing import TYPE_CHECKING

import openpyxl
import pytest
from control_units.delineation.case.profile import read_profile
from control_units.delineation.core import messages
from control_units.delineation.core.messages import Message
from control_units.delineation.core.progress import silent
from control_units.delineation.package.contents import document, workbook
from control_units.delineation.package.filling import Filling, tokens_of
from control_units.delineation.package.like.known import KnownFacts
from control_units.delineation.package.profile import PackagePlace, PackageProfile
from docx import Document
from foreign_documents import CITY, COUNTIES, LONG, OLD, YEAR
from package_filling import learn_document, learn_workbook
from sample_plan import UNITS, sample_plan

if TYPE_CHECKING:
    from pathlib import Path

PROFILE = read_profile("national")
PLACE = Message("sheet '{sheet}'", sheet="表")
UNITS_OF = {
    unit.code: {
        "name": unit.name,
        "county_name": COUNTIES[unit.county],
        "area_m2": (unit.km2 * 1e6,),
        "category": unit.category,
    }
    for unit in OLD
}
KNOWN = KnownFacts(UNITS_OF, {}, {}, PackagePlace("浙江省", CITY, "330800"), year=YEAR)
HEAD = ["县", "单元编码", "单元名称", "面积（km²）"]


@pytest.fixture(scope="module", autouse=True)
def english():
    """What a template keeps is worded as profiles are; here as the templates of messages stand in the code."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(messages, "_catalogue", lambda _: NullTranslations())
        yield


@pytest.fixture(scope="module")
def plan():
    return sample_plan()


def counties() -> list[tuple[str, list]]:
    return [(COUNTIES[county], [unit for unit in OLD if unit.county == county]) for county in COUNTIES]


def listed(*, formulas: bool) -> list[list[object]]:
    """Rows of a list with a sum behind each county."""
    out: list[list[object]] = []
    for name, own in counties():
        first = len(out) + 2
        out += [[name, unit.code, unit.name, unit.km2] for unit in own]
        area = f"=SUM(D{first}:D{len(out) + 1})" if formulas else sum(unit.km2 for unit in own)
        out.append(["小计", None, f"{len(own)}个", area])
    return out


def book_of(path: Path, rows: list[list[object]], head: list[str] = HEAD) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.active.title = "清单"
    for row in [head, *rows]:
        book.active.append(row)
    book.save(path)
    return book


def lines_of(learn, path: Path) -> tuple[list, list[str]]:
    """Learn a file: contents, and the lines of ``check``."""
    contents, _ = learn(path, path.name, KNOWN, path.with_suffix(""))
    return contents, contents[0].check.splitlines()


def filled(learn, kind, path: Path, plan):
    """Learn a file and fill it with this year's plan."""
    contents, lines = lines_of(learn, path)
    profile = PackageProfile(path.with_name("p.toml"), "", "", KNOWN.place, tuple(contents))
    tokens = tokens_of(plan.meta, PROFILE, profile, "内部", "zh")
    filling = Filling(plan, path.with_name("plan.gpkg"), PROFILE, profile, tokens, plan.findings)
    new = path.with_stem("new")
    put = kind.write(filling, contents, new, silent)
    assert kind.compare(filling, contents, new, put) == []
    return new, put, lines


# ── sums of parts ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("formulas", [False, True])
def test_the_sum_of_all_is_no_countys_subtotal(formulas, plan, tmp_path):
    book_of(tmp_path / "a.xlsx", listed(formulas=formulas))
    new, _, lines = filled(learn_workbook, workbook, tmp_path / "a.xlsx", plan)
    rows = list(openpyxl.load_workbook(new).active.iter_rows(min_row=2, values_only=True))
    assert sorted(row[1] for row in rows) == sorted(code for code, *_ in UNITS.values())
    assert any(f"{len(COUNTIES)} rows of subtotals are left out" in line for line in lines)


# ── texts ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_marks_of_secrecy_in_sheets_and_margins_come_first_and_titles_are_no_texts(tmp_path):
    book = book_of(tmp_path / "a.xlsx", [[COUNTIES[unit.county], unit.code, unit.name, unit.km2] for unit in OLD])
    sheet, table = book.active, book.create_sheet("去年汇总")
    sheet.insert_rows(1)
    sheet["A1"], sheet["D1"] = f"{CITY}{YEAR}年管控单元清单", "单位：平方公里"
    sheet.oddHeader.center.text, sheet.oddFooter.center.text = "内部资料　二〇二三年版", "第 &P 页，共 &N 页"
    table["A1"], table["B1"], table["C1"] = "优先单元数", 21, "机密"
    book.save(tmp_path / "a.xlsx")
    assert lines_of(learn_workbook, tmp_path / "a.xlsx")[1] == [
        "header of sheet '清单': '内部资料' may contradict the package's classification",
        "sheet '去年汇总': '机密' may contradict the package's classification",
        "sheet '去年汇总' is kept word for word",
        "header of sheet '清单': 内部资料 {year_han}年版",
    ]


# ── documents ─────────────────────────────────────────────────────────────────────────────────────────────────────

DOC_HEAD = ("单元编码", "单元名称", "类别", "面积（km²）")


def put_rows(table, units, head=DOC_HEAD):
    for cell, text in zip(table.rows[0].cells, head, strict=True):
        cell.text = text
    for unit in units:
        values = (unit.code, unit.name, LONG[unit.category], f"{unit.km2:.2f}")
        for cell, text in zip(table.add_row().cells, values, strict=True):
            cell.text = text


def document_with(path: Path, *, nested: list, outer: bool = True) -> Path:
    opened = Document()
    opened.add_heading(f"{CITY}分区管控方案", 0)
    opened.add_paragraph("联系人：郑十一，电话0991-7654321。")
    opened.add_paragraph(f"其中{OLD[0].code}另行管理。")
    opened.sections[0].header.paragraphs[0].text = "内部资料 二〇二三年版"
    opened.sections[0].footer.paragraphs[0].text = "编制：去年某研究院"
    frame = opened.add_table(rows=1, cols=2)
    frame.cell(0, 0).text = "单元清单"
    put_rows(frame.cell(0, 1).add_table(rows=1, cols=4), nested)
    if outer:
        put_rows(opened.add_table(rows=1, cols=4), OLD)
    duties = opened.add_table(rows=2, cols=2)
    for cell, text in zip(
        [*duties.rows[0].cells, *duties.rows[1].cells], ("单位", "职责", "某局", "牵头"), strict=True
    ):
        cell.text = text
    opened.save(path)
    return path


def test_a_table_within_a_table_is_filled_like_others(plan, tmp_path):
    new, *_ = filled(learn_document, document, document_with(tmp_path / "a.docx", nested=OLD, outer=False), plan)
    inner = Document(new).tables[0].cell(0, 1).tables[0]
    assert sorted(row.cells[0].text for row in inner.rows[1:]) == sorted(code for code, *_ in UNITS.values())


def test_units_in_a_nested_table_that_cannot_be_filled_are_emptied(plan, tmp_path):
    new, _, lines = filled(learn_document, document, document_with(tmp_path / "a.docx", nested=OLD[:3]), plan)
    inner = Document(new).tables[0].cell(0, 1).tables[0]
    assert {cell.text for row in inner.rows[1:] for cell in row.cells} == {""}
    assert any(line.startswith("emptied, as it holds last year's units: table 4 (单元编码、") for line in lines)


# ── rows that a table does not hold ───────────────────────────────────────────────────────────────────────────────


def sheets_of(path: Path, *parts: list) -> list[str]:
    """Lists in sheets of one workbook, learned; what is told of each."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, units in enumerate(parts):
        sheet = book.create_sheet(f"表{number}")
        sheet.append(HEAD)
        for unit in units:
            sheet.append([COUNTIES[unit.county], unit.code, unit.name, unit.km2])
    book.save(path)
    _, tables = learn_workbook(path, path.name, KNOWN, path.with_suffix(""))
    return [" | ".join(map(str, one.told)) for one in tables if one.table.columns]


def chosen(category: int, county: str = "") -> list:
    return [unit for unit in OLD if unit.category == category and (not county or unit.county == county)]


def test_a_list_of_a_few_units_holds_all_from_now_on_and_says_so(tmp_path):
    told = "held {} of {} units, by a rule that is not known: it will hold all"
    assert sheets_of(tmp_path / "a.xlsx", [*chosen(1)[:3], *chosen(2)[:2]]) == [told.format(5, len(OLD))]
    assert sheets_of(tmp_path / "b.xlsx", OLD) == [""]
    own = len(chosen(2, "330824"))
    parts = chosen(1), chosen(2, "330824")[:3], chosen(2, "330881"), chosen(3)
    assert sheets_of(tmp_path / "c.xlsx", *parts) == ["", told.format(3, own), "", ""]


# ── parts of a document that are gone ─────────────────────────────────────────────────────────────────────────────

PART = '<Override PartName="/{}" ContentType="application/xml"/>'
RELATION = '<Relationship Id="x{}" Type="http://x/{}" Target="{}"{}/>'


def crowded(path: Path) -> Path:
    """A list in a document with comments, a part of its author's, kept values and the author's template."""
    opened = Document()
    put_rows(opened.add_table(rows=1, cols=4), OLD)
    opened.save(path.with_stem("plain"))
    added = {
        "word/comments.xml": b"<x/>",
        "word/people.xml": b"<x/>",
        "customXml/item1.xml": b"<x/>",
        "docProps/custom.xml": b"<x/>",
    }
    inside = {
        "[Content_Types].xml": "".join(PART.format(name) for name in added),
        "_rels/.rels": RELATION.format(1, "custom", "/docProps/custom.xml", "")
        + RELATION.format(2, "b", "./docProps/custom.xml", ""),
        "word/_rels/document.xml.rels": "".join(
            RELATION.format(*each)
            for each in (
                (1, "comments", "comments.xml", ""),
                (2, "people", "../word/people.xml", ""),
                (3, "custom", "../customXml/item1.xml", ""),
                (4, "link", "comments.xml", ' TargetMode="External"'),
            )
        ),
    }
    settings = '<w:docVars><w:docVar w:name="a" w:val="去年"/></w:docVars><w:trackRevisions/></w:settings>'
    with zipfile.ZipFile(path.with_stem("plain")) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode("utf-8", "surrogateescape")
            for end in ("</Types>", "</Relationships>"):
                content = content.replace(end, inside.get(name, "") + end)
            if name == "word/settings.xml":
                content = content.replace("</w:settings>", settings)
            target.writestr(name, content.encode("utf-8", "surrogateescape"))
        for name, content in added.items():
            target.writestr(name, content)
    return path


def test_a_template_names_no_part_that_is_gone(tmp_path):
    contents, _ = learn_document(crowded(tmp_path / "a.docx"), "a.docx", KNOWN, tmp_path / "t")
    with zipfile.ZipFile(tmp_path / contents[0].template) as archive:
        names = set(archive.namelist())
        text = {name: archive.read(name).decode("utf-8", "replace") for name in names}
    gone = {"word/comments.xml", "word/people.xml", "customXml/item1.xml", "docProps/custom.xml"}
    assert not gone & names
    assert set(re.findall('PartName="/([^"]*)"', text["[Content_Types].xml"])) <= names
    assert "/xl" not in text["[Content_Types].xml"]
    assert "docProps/custom" not in text["_rels/.rels"]
    assert 'Target="docProps/core.xml"' in text["_rels/.rels"]
    relations = text["word/_rels/document.xml.rels"]
    assert re.findall('Id="(x\\d)"', relations) == ["x4"]
    assert "styles.xml" in relations
    assert not re.search("docVar|trackRevisions", text["word/settings.xml"])

"""Entry lists as a Word document: what stands in it, that it repeats to the byte, that LibreOffice prints all of it."""

from __future__ import annotations

import dataclasses
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter

import pandas as pd
import pytest
from control_units.delineation.core.errors import MissingLibrary
from control_units.delineation.export.lists_docx import write_lists
from control_units.delineation.export.registry import export
from control_units.delineation.lists.wording import read_wording
from docx import Document
from docx.oxml.ns import qn
from list_plan import META, PROFILE, UNREAD, list_plan
from openpyxl import load_workbook

WORDING = read_wording(PROFILE.folder / "lists.toml")
LONG = "犇" * 4_000 + "尾声"
RARE = "𠮷水县㐀村"


@pytest.fixture(autouse=True)
def no_epoch(monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


@pytest.fixture(scope="module")
def plan():
    return list_plan()


@pytest.fixture(scope="module")
def document(plan, tmp_path_factory):
    path = tmp_path_factory.mktemp("lists") / "lists.docx"
    write_lists(plan, path)
    return path


def text_of(element) -> str:
    """The text of a cell or paragraph, line breaks included."""
    return "".join({qn("w:t"): one.text, qn("w:br"): "\n"}.get(one.tag) or "" for one in element.iter())


def cells_of(row) -> list[str]:
    return ["\n".join(text_of(one) for one in cell.p_lst) for cell in row.tc_lst]


@dataclasses.dataclass
class Read:
    """A unit's table as a reader sees it."""

    title: str
    facts: str
    clauses: list[tuple[str, ...]]  # dimension, number, requirement, basis, mark
    reasons: list[str]  # of each clause: level, sub-dimension, why it applies
    empty: list[str]  # dimensions without a clause


def read_units(path) -> list[Read]:
    units = []
    for table in Document(path).tables:
        if len(table._tbl.tblGrid.gridCol_lst) != 5:
            continue
        title, facts, _, *rows = table._tbl.tr_lst
        read = Read(cells_of(title)[0], cells_of(facts)[0], [], [], [])
        dimension = ""
        for row in rows:
            first, *rest = cells_of(row)
            dimension = first or dimension
            if len(rest) == 4:
                number, requirement, *others = rest
                text, _, reason = requirement.rpartition("\n")
                read.clauses.append((dimension, number, text, *others))
                read.reasons.append(reason)
            else:
                read.empty.append(dimension)
        units.append(read)
    return units


def printed(clause) -> tuple[str, str, str, str]:
    """A clause of the plan as it is to be printed: dimension, requirement, basis, marks."""
    marks = ["待审"] * (clause.status == "待审") + ["待核"] * (clause.clause_id in UNREAD)
    text = f"【{WORDING.effect(clause.effect, clause.text)}】{clause.text}"
    return WORDING.dimensions[clause.dimension], text, clause.basis, "\n".join(marks)


def archive(path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


# What stands in it


def test_every_unit_stands_in_it_once_with_its_facts(plan, document):
    found = {read.title.split(" ", 2)[1]: read for read in read_units(document)}
    assert sorted(found) == sorted(plan.units["code"])
    for unit in plan.units.itertuples():
        read = found[unit.code]
        assert read.title.endswith(f" {unit.code} {unit.name}")
        for fact in (f"{unit.area_m2 / 1e6:.4f} km²", PROFILE.label(unit.kind), unit.subtype, unit.townships):
            assert fact in read.facts
        county = {"330824": "甲县", "330881": "乙市"}.get(unit.county, "")
        assert f"县（市、区）：{county}　" in read.facts
        assert f"{PROFILE['categories'][str(unit.category)]}单元" in read.facts


def test_every_clause_stands_once_in_its_unit_and_dimension_with_basis_and_marks(plan, document):
    for read in read_units(document):
        own = plan.clauses.loc[plan.clauses["code"] == read.title.split(" ", 2)[1]]
        own = own.drop_duplicates(["dimension", "effect", "text"])  # for two zones in the same words: one line
        assert Counter((place, *rest) for place, _, *rest in read.clauses) == Counter(map(printed, own.itertuples()))
        for dimension in WORDING.dimensions.values():
            numbers = [int(line[1]) for line in read.clauses if line[0] == dimension]
            assert numbers == list(range(1, len(numbers) + 1))
    lines = plan.clauses[["unit_id", "dimension", "effect", "text"]].drop_duplicates()
    assert sum(len(read.clauses) for read in read_units(document)) == len(lines)


def test_below_each_clause_stand_its_level_its_sub_dimension_and_why_it_applies(plan, tmp_path):
    told = plan.clauses.assign(subdimension="", remark="", issuer="")
    told.loc[told["dimension"] == "space", ["subdimension", "remark"]] = ["space_prohibit", "已会商"]
    write_lists(dataclasses.replace(plan, clauses=told), tmp_path / "lists.docx")
    reasons = [reason for read in read_units(tmp_path / "lists.docx") for reason in read.reasons]
    assert "国家；禁止开发建设活动的要求；饮用水水源一级保护区范围内；已会商" in reasons
    assert "国家；适用于全部单元" in reasons


def test_what_is_only_proposed_stands_apart_from_the_dimensions(plan, tmp_path):
    status = ["建议" if one == "drinking_water:2" else "待审" for one in plan.clauses["origin"]]
    write_lists(dataclasses.replace(plan, clauses=plan.clauses.assign(status=status)), tmp_path / "lists.docx")
    found = [line for read in read_units(tmp_path / "lists.docx") for line in read.clauses]
    marks = {(line[0] == "建议条目（未计入清单）", line[4].split("\n")[0]) for line in found}
    assert marks == {(True, "建议"), (False, "待审")}


def test_the_chapter_by_clause_has_each_clause_once_with_its_units(plan, document):
    table = Document(document).tables[-1]
    rows = [cells_of(row) for row in table._tbl.tr_lst][1:]
    heads, units = rows[::2], [row[0] for row in rows[1::2]]
    assert sorted(row[0] for row in heads) == sorted(plan.clauses["clause_id"].unique())
    for row, named in zip(heads, units, strict=True):
        own = plan.clauses.loc[plan.clauses["clause_id"] == row[0], "code"]
        assert sorted(re.findall(r"(?:ZH|HY)\d{11}", named)) == sorted(own)


def test_what_has_been_reviewed_has_no_mark(plan, tmp_path):
    reviewed = dataclasses.replace(plan, clauses=plan.clauses.assign(status="已审"))
    write_lists(reviewed, tmp_path / "lists.docx")
    marks = Counter(line[4] for read in read_units(tmp_path / "lists.docx") for line in read.clauses)
    assert set(marks) == {"", "待核"}
    assert marks["待核"] == plan.clauses["clause_id"].isin(UNREAD).sum()


def test_the_first_page_and_sheet_say_what_the_lists_rest_on(plan, document, tmp_path):
    said = dict(cells_of(row) for row in Document(document).tables[0]._tbl.tr_lst)
    export("lists-xlsx", plan, tmp_path / "a.xlsx")
    rows = load_workbook(tmp_path / "a.xlsx")["说明"].iter_rows(min_row=2, values_only=True)
    sheet = {row[0]: row[1] for row in rows}
    names = ("成果名称", "编制状态", "编制日期", "备案年度", "省", "市", "坐标系", "面积口径", "密级")
    values = (
        META["name"],
        "草稿",
        "2026-11-20",
        "（未填）",
        "浙江省",
        "示例市",
        "EPSG:4549",
        "高斯-克吕格投影平面面积",
        "内部",
    )
    assert tuple(said[name] for name in names) == tuple(sheet[name] for name in names) == values
    assert "仅供演示" in said["示意"] == sheet["示意"]
    assert said["优先保护单元"] == sheet["优先保护单元"] == "2 个单元，297.16 km²"
    assert any("待核" in str(text) for name, text in sheet.items() if name.startswith("说明"))
    unread = len(UNREAD.intersection(list_plan().clauses["clause_id"]))
    assert re.fullmatch(rf"待审条款 [1-9]\d* 条（共 [1-9]\d* 条）；涉及依据待核的条款 {unread} 项", said["清单条目"])
    paragraphs = [paragraph.text for paragraph in Document(document).paragraphs]
    assert all(any(note in text for text in paragraphs) for note in WORDING.notes)


def test_the_counties_are_named_and_the_plans_own_measure_of_areas(plan, tmp_path):
    meta = META | {"province": "", "city": "", "area_method": "ellipsoidal", "classification": ""}
    write_lists(dataclasses.replace(plan, meta=meta), tmp_path / "lists.docx")
    said = dict(cells_of(row) for row in Document(tmp_path / "lists.docx").tables[0]._tbl.tr_lst)
    assert (said["区县"], said["面积口径"], said["密级"]) == ("甲县、乙市", "椭球面面积", "未说明")


def test_contents_have_their_entries_and_each_leads_to_its_place(plan, document):
    body = Document(document).element.body
    links = {one.get(qn("w:anchor")): text_of(one) for one in body.iter(qn("w:hyperlink"))}
    marks = {one.get(qn("w:name")): text_of(one.getparent()) for one in body.iter(qn("w:bookmarkStart"))}
    assert links == marks
    assert len(links) == len(plan.units) + 5
    fields = [one.text.split()[1] for one in body.iter(qn("w:instrText")) if "PAGEREF" in one.text]
    assert fields == list(links)
    numbers = [one.get(qn("w:id")) for one in body.iter(qn("w:bookmarkStart"))]
    assert len(set(numbers)) == len(numbers)


def test_a_chapter_a_category_and_one_for_the_sea(document):
    opened = Document(document)
    titles = [one.text for one in opened.paragraphs if one.style.name == "Heading 1"]
    assert titles == ["优先保护单元", "重点管控单元", "一般管控单元", "海域管控单元", "按条款"]
    assert len(opened.sections) == 1 + len(titles)
    for section, title in zip(opened.sections, ["", *titles], strict=True):
        assert section.header.paragraphs[0].text == f"{META['name']} {title}".strip() + "\t密级：内部"
        assert text_of(section.footer._element) == "草稿第 1 页 共 1 页"
        fields = [one.text.strip() for one in section.footer._element.iter(qn("w:instrText"))]
        assert fields == ["PAGE", "NUMPAGES"]
        assert (section.page_width.mm, section.page_height.mm) == (pytest.approx(210, abs=0.1), pytest.approx(297, 0.1))
    assert opened.sections[0].first_page_header.paragraphs[0].text == "\t密级：内部"


def test_heads_are_repeated_rows_stay_whole_and_widths_stand_in_the_grid(document):
    for table in Document(document).element.body.iter(qn("w:tbl")):
        grid = [int(one.get(qn("w:w"))) for one in table.tblGrid.gridCol_lst]
        heads = [row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in table.tr_lst]
        if len(grid) == 5:
            assert heads == [True] * 3 + [False] * (len(heads) - 3)
        for row in table.tr_lst:
            assert row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None
            assert sum(int(one.get(qn("w:w"))) for one in row.iter(qn("w:tcW"))) == sum(grid)


def test_nothing_is_left_of_the_template(document):
    parts = archive(document)
    assert not [name for name in parts if "thumbnail" in name or "customXml" in name or "WithEffects" in name]
    assert b"Theme=" not in parts["word/styles.xml"]
    assert 'w:eastAsia="宋体"' in parts["word/styles.xml"].decode()
    assert 'w:eastAsia="黑体"' in parts["word/styles.xml"].decode()
    known = Document(document).core_properties
    assert (known.author, known.comments, known.last_modified_by) == ("", "", "")
    assert known.title == META["name"]
    assert not any(b"python-docx" in content for content in parts.values())


def test_in_an_english_profile_all_but_the_profiles_own_words_is_english(plan, tmp_path):
    english = dataclasses.replace(PROFILE, settings={**PROFILE.settings, "language": "en"})
    write_lists(plan, tmp_path / "lists.docx", profile=english)
    opened = Document(tmp_path / "lists.docx")
    said = dict(cells_of(row) for row in opened.tables[0]._tbl.tr_lst)
    assert said["Coordinate system"] == "EPSG:4549"
    assert said["Measure of areas"] == "Areas in the plane of the Gauss-Krüger projection"
    assert {line[4].split("\n")[0] for read in read_units(tmp_path / "lists.docx") for line in read.clauses} == {
        "to review"
    }
    assert text_of(opened.sections[1].footer._element) == "草稿page 1 of 1"


# Odd plans


def test_a_plan_of_one_unit(plan, tmp_path):
    one = dataclasses.replace(plan, units=plan.units.iloc[:1])
    told = write_lists(one, tmp_path / "lists.docx")
    assert told == {"units": 1, "clauses": (plan.clauses["unit_id"] == "u1").sum()}
    assert len(read_units(tmp_path / "lists.docx")) == 1
    assert [p.text for p in Document(tmp_path / "lists.docx").paragraphs if p.style.name == "Heading 1"] == [
        "优先保护单元",
        "按条款",
    ]


def test_a_plan_without_clauses_says_so_in_every_dimension(plan, tmp_path):
    bare = dataclasses.replace(plan, clauses=plan.clauses.iloc[:0])
    assert write_lists(bare, tmp_path / "lists.docx") == {"units": 6, "clauses": 0}
    for read in read_units(tmp_path / "lists.docx"):
        assert (read.clauses, read.empty) == ([], list(WORDING.dimensions.values()))


def test_a_plan_without_units_is_its_first_page(plan, tmp_path):
    none = dataclasses.replace(plan, units=plan.units.iloc[:0])
    assert write_lists(none, tmp_path / "lists.docx") == {"units": 0, "clauses": 0}
    assert len(Document(tmp_path / "lists.docx").sections) == 1


def test_control_characters_go_and_all_others_stay(plan, tmp_path):
    text = f"a\x0bb\x00c\u202ed\x85e <&> \"'{RARE}\ud800"
    clauses = plan.clauses.assign(text=text, basis="第一行\n第二行").drop_duplicates("unit_id")
    units = plan.units.assign(name=f"=1+1\x1b{RARE}", townships="甲\t乙")
    odd = dataclasses.replace(plan, units=units, clauses=clauses, meta=META | {"name": "\x07" + RARE})
    write_lists(odd, tmp_path / "lists.docx")
    for read in read_units(tmp_path / "lists.docx"):
        ((_, _, found, basis, _),) = read.clauses
        assert found.partition("】")[2] == f"abcde <&> \"'{RARE}"
        assert basis == "第一行\n第二行"
        assert read.title.endswith(f" =1+1{RARE}")
        assert "甲 乙" in read.facts
    assert Document(tmp_path / "lists.docx").core_properties.title == RARE


def test_a_head_too_long_for_a_page_is_not_repeated_and_a_row_too_long_may_break(plan, tmp_path):
    clauses = plan.clauses.loc[plan.clauses["unit_id"] == "u1"].iloc[:1].assign(text=LONG)
    units = plan.units.iloc[:1].assign(townships="甲乡、" * 1_000)
    write_lists(dataclasses.replace(plan, units=units, clauses=clauses), tmp_path / "lists.docx")
    rows = Document(tmp_path / "lists.docx").tables[1]._tbl.tr_lst
    heads = [row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in rows]
    assert heads == [True] + [False] * (len(rows) - 1)
    whole = [row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows]
    assert whole == [True, False, True, False, True, True, True]


# The file


def test_without_python_docx_it_is_refused_in_one_sentence_that_names_a_way_out(plan, tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "docx" or name.endswith("_docx")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(MissingLibrary, match=r"python-docx cannot be loaded.*wanted: python-docx 1\.0 or newer"):
        export("lists-docx", plan, tmp_path / "a.docx")
    assert not list(tmp_path.iterdir())


# LibreOffice, which reads what Word reads


@pytest.fixture(scope="module")
def converted(plan, tmp_path_factory):
    """The document and two workbooks as LibreOffice prints them; a clause is pages long, a name has rare letters."""
    folder = tmp_path_factory.mktemp("office")
    clauses = pd.concat([plan.clauses, plan.clauses.tail(1).assign(clause_id="long", text=LONG)], ignore_index=True)
    units = plan.units.assign(name=plan.units["name"].where(plan.units["unit_id"] != "u4", f"{RARE}重点管控单元"))
    odd = dataclasses.replace(plan, units=units, clauses=clauses)
    files = [folder / f"{name.replace('-', '.')}" for name in ("lists-docx", "areas-xlsx")]
    files.append(folder / "book.xlsx")
    for name, file in zip(("lists-docx", "areas-xlsx", "lists-xlsx"), files, strict=True):
        export(name, odd, file)
    office = shutil.which("soffice")
    assert office, "LibreOffice (soffice) is not installed"
    home = f"-env:UserInstallation={(folder / 'home').as_uri()}"
    command = [office, home, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    texts = {}
    for file in files:
        done = subprocess.run(
            ["pdftotext", "-raw", str(file.with_suffix(".pdf")), "-"], check=True, capture_output=True, timeout=60
        )
        # Lines and pages break anywhere in Chinese.
        texts[file.stem] = re.sub(r"\s", "", done.stdout.decode())
    return odd, folder, texts


def test_libreoffice_prints_every_unit_and_every_clause_of_the_document(converted):
    plan, _, texts = converted
    for unit in plan.units.itertuples():
        # In the contents and in the list itself.
        assert texts["lists"].count(f"{unit.code}{unit.name}") >= 2
    for text in plan.clauses["text"].drop_duplicates():
        assert (text if text != LONG else "尾声") in texts["lists"]
    assert not re.search("[\u2e80-\u2fdf]", texts["lists"])


def test_libreoffice_fills_in_the_pages_of_the_contents(converted):
    plan, folder, _ = converted
    command = ["pdftotext", "-layout", str(folder / "lists.pdf"), "-"]
    printed = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout.decode().split("\f")
    number, contents = next((number, page) for number, page in enumerate(printed, 1) if "\n目录\n" in page)
    entries = (re.search(r"(?:ZH|HY)\d+ \S+ +(\d+)$", line) for line in contents.splitlines())
    pages = [int(entry[1]) for entry in entries if entry]
    assert len(pages) == len(plan.units)
    assert pages == sorted(pages)
    assert pages[0] == number + 1
    assert all(code in printed[page - 1] for page, code in zip(pages, plan.units["code"], strict=True))


def test_libreoffice_prints_a_long_clause_whole_and_the_mark_on_every_page(converted):
    _, folder, _ = converted
    done = subprocess.run(["pdftotext", str(folder / "lists.pdf"), "-"], check=True, capture_output=True, timeout=60)
    pages = done.stdout.decode().split("\f")[:-1]
    assert sum(page.count("犇") for page in pages) == 2 * LONG.count("犇"), "once in its unit, once by clause"
    assert all("密级：内部" in page for page in pages)


def test_libreoffice_prints_the_workbooks(converted):
    plan, _, texts = converted
    assert all(code in texts["book"] for code in plan.units["code"])
    assert all(code in texts["areas"] for code in filter(None, plan.units["county"]))

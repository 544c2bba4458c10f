"""Word documents of a package, filled from templates of all kinds: each cell and word, and what is seen read again."""

from __future__ import annotations

import dataclasses
import datetime
import zipfile
from typing import TYPE_CHECKING

import pytest
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.progress import silent
from control_units.delineation.package.contents import document
from control_units.delineation.package.profile import Filled, FilledColumn, PackageItem
from docx import Document
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from package_filling import filling_of, with_table

if TYPE_CHECKING:
    from pathlib import Path

    from control_units.delineation.package.registry import Put

CODES = ["ZH33082410001", "ZH33082420001", "ZH33082430001", "ZH33088130001", "HY33080010001"]
COLUMNS = (FilledColumn(1, "编码", "code"), FilledColumn(2, "面积", "area_km2", 1), FilledColumn(3, "名称", "name"))
UNITS = Filled("units", table=1, total=1, columns=COLUMNS)


@pytest.fixture
def opened():
    """A sentence, a table with a head, a row of data, a total and a note, and another sentence."""
    made = Document()
    made.add_paragraph("{area}{year}年")
    with_table(made, ("编码", "面积", "名称"), ("去年", "1", "去年"), ("合计", "1.0", "以上"), ("注：{area}", "", ""))
    made.add_paragraph("完")
    return made


@dataclasses.dataclass
class Filling:
    """A template that was filled, and what came of it."""

    filling: object
    content: PackageItem
    path: Path
    put: Put

    @property
    def document(self):
        return Document(str(self.path))

    def rows(self, table: int = 0) -> list[list[str]]:
        return [[cell.text for cell in row.cells] for row in self.document.tables[table].rows]

    def said(self, change=None) -> list[str]:
        if change is not None:
            made = self.document
            change(made)
            made.save(str(self.path))
        return [str(one) for one in document.compare(self.filling, [self.content], self.path, self.put)]


def fill(opened, folder: Path, *tables: Filled, names=None, meta=None) -> Filling:
    opened.save(str(folder / "t.docx"))
    content = PackageItem("a.docx", "document", template="t.docx", tables=tables)
    filling = filling_of(folder, meta=meta)
    if names is not None:
        filling.plan.units["name"] = names
    put = document.write(filling, [content], folder / "a.docx", silent)
    made = Filling(filling, content, folder / "a.docx", put)
    assert made.said() == []
    return made


# ── Rows and sums ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_rows_stand_between_head_and_total(opened, tmp_path):
    made = fill(opened, tmp_path, UNITS)
    assert made.rows() == [
        ["编码", "面积", "名称"],
        [CODES[0], "100.0", "甲县生态保护红线优先保护单元"],
        [CODES[1], "25.0", "甲县东园区产业集聚重点管控单元"],
        [CODES[2], "275.0", "甲县一般管控单元"],
        [CODES[3], "100.0", "乙市一般管控单元"],
        [CODES[4], "100.0", "近岸海域优先保护单元"],
        ["合计", "600.0", "以上"],
        ["注：衢州市", "", ""],
    ]
    assert [one.text for one in made.document.paragraphs] == ["衢州市2024年", "完"]
    assert (made.put.files, made.put.about, made.put.findings) == ((made.path,), "表 1：5 行", ())


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("1.0", "600.0"), (" 1,234.5 ", "600.0"), ("-3", "600.0"), (".5", "600.0"), ("12", "600.0"), ("1，234", "600.0")]
    + [(text, text) for text in ("", "1个", "/", "—", "约 3", "1.")],
)
def test_a_sum_stands_only_where_a_number_stood(text, wanted, opened, tmp_path):
    opened.tables[0].cell(2, 1).text = text
    assert fill(opened, tmp_path, UNITS).rows()[6] == ["合计", wanted, "以上"]


def test_without_a_row_of_totals_what_stands_below_stays(opened, tmp_path):
    assert fill(opened, tmp_path, dataclasses.replace(UNITS, total=0)).rows()[6] == ["合计", "1.0", "以上"]


def test_a_table_that_ends_with_its_data_has_no_total(opened, tmp_path):
    table = opened.tables[0]._tbl
    for row in table.tr_lst[2:]:
        table.remove(row)
    assert [row[0] for row in fill(opened, tmp_path, UNITS).rows()] == ["编码", *CODES]


def test_looks_of_several_rows_take_turns(opened, tmp_path):
    table = opened.tables[0]
    for row, size in ((1, 9), (2, 12)):
        for cell in table.rows[row].cells:
            cell.text = "x"
            cell.paragraphs[0].runs[0].font.size = Pt(size)
    made = fill(opened, tmp_path, dataclasses.replace(UNITS, rows=2, total=0))
    sizes = [row.cells[2].paragraphs[0].runs[0].font.size.pt for row in made.document.tables[0].rows[1:6]]
    assert sizes == [9, 12, 9, 12, 9]
    assert [row[0] for row in made.rows()[6:]] == ["注：衢州市"]


def test_where_there_is_no_record_an_empty_row_stays(opened, tmp_path):
    made = fill(opened, tmp_path, dataclasses.replace(UNITS, only={"category": "9"}))
    assert made.rows()[1:3] == [["", "", ""], ["合计", "0.0", "以上"]]
    assert made.put.about == "表 1：0 行"


def test_tables_are_told_with_their_number_and_what_is_lacking_in_them(opened, tmp_path):
    with_table(opened, ("县", "x"), ("", ""))
    counties = Filled("counties", table=2, columns=(FilledColumn(1, "", "county_name"), FilledColumn(2, "去年")))
    made = fill(opened, tmp_path, counties, UNITS)
    assert made.put.about == "表 2：2 行；表 1：5 行"
    assert made.rows(1) == [["县", "x"], ["甲县", ""], ["乙市", ""]]
    (found,) = made.put.findings
    assert (found.id, found.facts["file"], str(found.facts["sheet"]), found.facts["column"]) == (
        "P02",
        "a.docx",
        "table 2",
        "去年",
    )


@pytest.mark.parametrize(
    ("table", "what", "wanted"),
    [
        (Filled("units", table=0), "no table 0, there are 1", "table = …, from 1"),
        (Filled("units", table=2), "no table 2, there are 1", "table = …, from 1"),
        (Filled("units", table=1, first=5), "table 1 has 4 rows", "first + rows of the profile within the table"),
        (
            Filled("units", table=1, first=4, rows=2),
            "table 1 has 4 rows",
            "first + rows of the profile within the table",
        ),
    ],
)
def test_a_template_that_lacks_the_table_is_named(table, what, wanted, opened, tmp_path):
    with pytest.raises(BadInput) as caught:
        fill(opened, tmp_path, table)
    error = caught.value
    assert (str(error.what), str(error.where), str(error.wanted)) == (what, str(tmp_path / "t.docx"), wanted)


def test_the_last_row_of_a_table_may_be_its_data(opened, tmp_path):
    made = fill(opened, tmp_path, dataclasses.replace(UNITS, first=4, total=0))
    assert [row[0] for row in made.rows()] == ["编码", "去年", "合计", *CODES]


# ── Words ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_tokens_are_filled_everywhere_but_in_data_rows(opened, tmp_path):
    opened.sections[0].header.paragraphs[0].text = "{classification}"
    opened.sections[0].footer.paragraphs[0].text = "{date}"
    table = opened.tables[0]
    table.cell(0, 0).text, table.cell(1, 0).text = "编码{year}", "{nobody}"
    made = fill(opened, tmp_path, UNITS)
    section = made.document.sections[0]
    assert (section.header.paragraphs[0].text, section.footer.paragraphs[0].text) == ("内部", "20240501")
    assert made.rows()[0][0] == "编码2024"


def test_a_token_that_nobody_knows_is_told_with_the_template(opened, tmp_path):
    opened.add_paragraph("{nobody}")
    with pytest.raises(BadInput) as caught:
        fill(opened, tmp_path)
    assert str(caught.value.what) == "unknown token {nobody} in '{nobody}'"
    assert str(caught.value.where) == str(tmp_path / "t.docx")


def test_words_around_a_break_or_tab_stay_apart(opened, tmp_path):
    paragraph = opened.add_paragraph("{area}")
    paragraph.add_run().add_break(WD_BREAK.LINE)
    paragraph.add_run("{year}\t{month}月")
    paragraph.add_run("{da").bold = True
    paragraph.add_run("y}日")
    last = fill(opened, tmp_path).document.paragraphs[-1]
    assert last.text == "衢州市\n2024\t05月01日"
    assert [(run.text, bool(run.bold)) for run in last.runs[-2:]] == [("01", True), ("日", False)]


def test_title_and_dates_of_the_document_are_this_years(opened, tmp_path):
    opened.core_properties.title = "{plan}<{year}>"
    opened.core_properties.created = datetime.datetime(2001, 1, 1)
    made = fill(opened, tmp_path, meta={"name": "甲&乙"}).document.core_properties
    assert made.title == "甲&乙<2024>"
    assert made.created.isoformat()[:19] == made.modified.isoformat()[:19] == "2024-05-01T00:00:00"


def test_entries_of_the_archive_have_one_date(opened, tmp_path):
    with zipfile.ZipFile(fill(opened, tmp_path, UNITS).path) as archive:
        assert {one.date_time for one in archive.infolist()} == {(2024, 5, 1, 0, 0, 0)}


def test_a_document_without_properties_gets_none(opened, tmp_path):
    opened.save(str(tmp_path / "whole.docx"))
    with zipfile.ZipFile(tmp_path / "whole.docx") as source, zipfile.ZipFile(tmp_path / "t.docx", "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "_rels/.rels":
                content = b"".join(
                    part for part in content.replace(b"<Rel", b"\0<Rel").split(b"\0") if b"core" not in part
                )
                content += b"" if content.endswith(b"</Relationships>") else b"</Relationships>"
            if name != "docProps/core.xml":
                target.writestr(name, content)
    content = PackageItem("a.docx", "document", template="t.docx")
    put = document.write(filling_of(tmp_path), [content], tmp_path / "a.docx", silent)
    assert document.compare(filling_of(tmp_path), [content], tmp_path / "a.docx", put) == []
    with zipfile.ZipFile(tmp_path / "a.docx") as archive:
        assert "docProps/core.xml" not in archive.namelist()


def test_odd_letters_of_names_are_written_as_they_are(opened, tmp_path):
    names = ["<甲>&\"'", "乙\t丙", " 丁 ", "戊\n\n己", "{area}"]
    # What XML cannot hold is taken out.
    made = fill(opened, tmp_path, UNITS, names=[names[0], f"{names[1]}\ud800", f"{names[2]}\x00", *names[3:]])
    assert [row[2] for row in made.rows()[1:6]] == names


def test_codes_of_no_unit_of_the_plan_are_found_in_text_head_and_margin(opened, tmp_path):
    for change in (
        lambda made: made.add_paragraph("见ZH33082499999"),
        lambda made: setattr(made.sections[0].footer.paragraphs[0], "text", "见ZH33082499999"),
        lambda made: setattr(made.tables[0].cell(0, 0), "text", "ZH33082499999"),
    ):
        made = Document()
        with_table(made, ("编码", "面积", "名称"), ("", "", ""))
        change(made)
        (found,) = fill(made, tmp_path, dataclasses.replace(UNITS, total=0)).put.findings
        assert (found.id, str(found.facts["codes"])) == ("P18", "ZH33082499999")
    opened.add_paragraph(f"见{CODES[0]}")
    assert fill(opened, tmp_path, UNITS).put.findings == ()


# ── Shapes of tables ──────────────────────────────────────────────────────────────────────────────────────────────


def marked(row, name: str, value: str) -> None:
    """Put a property into a row."""
    props = row._tr.get_or_add_trPr()
    mark = OxmlElement(name)
    mark.set(qn("w:val"), value)
    props.append(mark)


def test_columns_are_counted_on_the_tables_grid(tmp_path):
    opened = Document()
    table = with_table(opened, ("a", "b", "c", "d"), ("", "", "", ""), ("合计", "", "1", "1"))
    table.cell(1, 0).merge(table.cell(1, 1))
    table.cell(2, 0).merge(table.cell(2, 1))
    columns = (FilledColumn(1, "", "county_name"), FilledColumn(3, "", "n"), FilledColumn(4, "", "n_1"))
    made = fill(opened, tmp_path, Filled("counties", table=1, total=1, columns=columns))
    assert made.rows()[1:3] == [["甲县", "甲县", "3", "1"], ["乙市", "乙市", "1", "0"]]
    assert [text.strip() for text in made.rows()[3]] == ["合计", "合计", "4", "1"]


def test_a_row_that_begins_later_is_counted_from_there(tmp_path):
    opened = Document()
    table = with_table(opened, ("a", "b", "c"), ("", "", ""))
    marked(table.rows[1], "w:gridBefore", "1")
    table.rows[1]._tr.remove(table.rows[1]._tr.tc_lst[0])
    columns = (FilledColumn(1, "", "county"), FilledColumn(2, "", "county_name"), FilledColumn(3, "", "n"))
    opened.save(str(tmp_path / "t.docx"))
    content = PackageItem(
        "a.docx", "document", template="t.docx", tables=(Filled("counties", table=1, columns=columns),)
    )
    document.write(filling_of(tmp_path), [content], tmp_path / "a.docx", silent)
    rows = Document(str(tmp_path / "a.docx")).tables[0]._tbl.tr_lst[1:]
    assert [[cell.xpath("string(.)") for cell in row.tc_lst] for row in rows] == [["甲县", "3"], ["乙市", "1"]]


def test_rows_keep_what_makes_their_looks(tmp_path):
    opened = Document()
    table = with_table(opened, ("a", "b"), ("x", ""))
    marked(table.rows[1], "w:trHeight", "500")
    shade = OxmlElement("w:shd")
    shade.set(qn("w:fill"), "EEEEEE")
    table.cell(1, 0)._tc.get_or_add_tcPr().append(shade)
    paragraph = table.cell(1, 1).paragraphs[0]
    paragraph._p.remove(paragraph.runs[0]._r)
    paragraph.alignment = 1
    mark = OxmlElement("w:rPr")
    mark.append(OxmlElement("w:b"))
    paragraph._p.get_or_add_pPr().append(mark)
    table.cell(1, 0).paragraphs[0].runs[0].italic = True
    columns = (FilledColumn(1, "", "county_name"), FilledColumn(2, "", "n"))
    made = fill(opened, tmp_path, Filled("counties", table=1, columns=columns)).document.tables[0]
    for row in made.rows[1:]:
        assert row._tr.xpath("string(./w:trPr/w:trHeight/@w:val)") == "500"
        assert row.cells[0]._tc.xpath("string(./w:tcPr/w:shd/@w:fill)") == "EEEEEE"
        assert row.cells[0].paragraphs[0].runs[0].italic
        assert row.cells[1].paragraphs[0].alignment == 1
        # Without a run the mark at the paragraph's end tells how its text looks.
        assert row.cells[1].paragraphs[0].runs[0].bold


def test_a_table_within_a_table_comes_behind_the_others(tmp_path):
    opened = Document()
    outer = with_table(opened, ("框", ""))
    inner = outer.cell(0, 1).add_table(2, 1)
    inner.cell(0, 0).text = "县"
    with_table(opened, ("编码",), ("",))
    tables = (
        Filled("counties", table=3, columns=(FilledColumn(1, "", "county_name"),)),
        Filled("units", table=2, columns=(FilledColumn(1, "", "code"),)),
    )
    made = fill(opened, tmp_path, *tables)
    assert [row[0] for row in made.rows(1)] == ["编码", *CODES]
    inner = made.document.tables[0].cell(0, 1).tables[0]
    assert [row.cells[0].text for row in inner.rows] == ["县", "甲县", "乙市"]


# ── Read again ────────────────────────────────────────────────────────────────────────────────────────────────────


def text_of(row: int, column: int, text: str):
    return lambda made: setattr(made.tables[0].cell(row, column), "text", text)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (text_of(1, 0, "别的"), [f"table 1, row 2, column 1: '别的' in place of '{CODES[0]}'"]),
        (text_of(2, 1, ""), ["table 1, row 3, column 2: '' in place of '25.0'"]),
        (text_of(6, 1, "601.0"), ["table 1, row 7, column 2: '601.0' in place of '600.0'"]),
        (text_of(6, 2, "以下"), ["table 1, row 7, column 3: '以下' in place of '以上'"]),
        (text_of(0, 2, "名"), ["table 1, row 1, column 3: '名' in place of '名称'"]),
        (text_of(7, 1, "多"), ["table 1, row 8, column 2: '多' in place of ''"]),
        (text_of(1, 0, "长" * 50), [f"table 1, row 2, column 1: '{'长' * 40}' in place of '{CODES[0]}'"]),
        (
            lambda made: setattr(made.paragraphs[0], "text", "别的"),
            ["word/document.xml: '别的' in place of '衢州市2024年'"],
        ),
        (lambda made: made.add_paragraph("多"), ["word/document.xml: '多' in place of ''"]),
        (
            lambda made: made.paragraphs[1]._p.getparent().remove(made.paragraphs[1]._p),
            ["word/document.xml: '' in place of '完'"],
        ),
        (
            lambda made: made.tables[0]._tbl.remove(made.tables[0]._tbl.tr_lst[7]),
            ["table 1: 7 rows in place of 8"],
        ),
    ],
)
def test_what_reads_otherwise_is_named(change, said, opened, tmp_path):
    assert fill(opened, tmp_path, UNITS).said(change) == said


def test_of_much_that_reads_otherwise_ten_are_named(opened, tmp_path):
    def change(made):
        for row in made.tables[0].rows:
            for cell in row.cells:
                cell.text = "x"

    assert len(fill(opened, tmp_path, UNITS).said(change)) == 10


def test_a_part_that_is_gone_is_named(opened, tmp_path):
    opened.sections[0].header.paragraphs[0].text = "内部"
    made = fill(opened, tmp_path, UNITS)
    plain = Document()
    plain.save(str(made.path))
    (said,) = made.said()
    assert said.endswith("is not there")
    assert "header" in said


def test_progress_goes_forward(opened, tmp_path):
    opened.save(str(tmp_path / "t.docx"))
    content = PackageItem("a.docx", "document", template="t.docx", tables=(UNITS,))
    told = []
    document.write(filling_of(tmp_path), [content], tmp_path / "a.docx", lambda share, _: told.append(share))
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)

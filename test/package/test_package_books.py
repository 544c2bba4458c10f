"""Workbooks of a package, filled from templates of all kinds: each cell, height and sum, and what is seen again."""

from __future__ import annotations

import dataclasses
import datetime
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.progress import silent
from control_units.delineation.package.contents import workbook
from control_units.delineation.package.profile import Filled, FilledColumn, PackageItem
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.table import Table
from package_filling import filling_of

if TYPE_CHECKING:
    from pathlib import Path

    from control_units.delineation.package.registry import Put

CODES = ["ZH33082410001", "ZH33082420001", "ZH33082430001", "ZH33088130001", "HY33080010001"]
COLUMNS = (FilledColumn(1, "编码", "code"), FilledColumn(2, "面积", "area_km2", 1), FilledColumn(3, "名称", "name"))
UNITS = Filled("units", "表", total=1, columns=COLUMNS)


@pytest.fixture
def sheet():
    """A head, a row of data, a total and a note."""
    made = openpyxl.Workbook().active
    made.title = "表"
    for row in (("编码", "面积", "名称"), (None, None, None), ("合计", 0, "以上"), ("注：{area}",)):
        made.append(row)
    for column in (1, 2, 3):
        made.cell(2, column).alignment = Alignment(wrap_text=True)
        made.cell(2, column).font = Font(name="宋体", size=9)
    return made


@dataclasses.dataclass
class Filling:
    """A template that was filled, and what came of it."""

    filling: object
    content: PackageItem
    path: Path
    put: Put

    @property
    def book(self):
        return openpyxl.load_workbook(self.path)

    def said(self, change=None) -> list[str]:
        """What is said of it, once a change is made."""
        if change is not None:
            book = self.book
            change(book.worksheets[0])
            book.save(self.path)
        return [str(one) for one in workbook.compare(self.filling, [self.content], self.path, self.put)]

    @property
    def rows(self) -> list[list]:
        return [[cell.value for cell in row] for row in self.book.worksheets[0].iter_rows()]


def fill(sheet, folder: Path, *tables: Filled, names=None, areas=None, meta=None) -> Filling:
    sheet.parent.save(folder / "t.xlsx")
    content = PackageItem("a.xlsx", "workbook", template="t.xlsx", tables=tables or (UNITS,))
    filling = filling_of(folder, meta=meta)
    if names is not None:
        filling.plan.units["name"] = names
    if areas is not None:
        filling.plan.units["area_m2"] = areas
    put = workbook.write(filling, [content], folder / "a.xlsx", silent)
    made = Filling(filling, content, folder / "a.xlsx", put)
    assert made.said() == []
    return made


# ── Rows and sums ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_rows_of_land_before_those_at_sea_and_the_sum_below(sheet, tmp_path):
    made = fill(sheet, tmp_path)
    assert made.rows == [
        ["编码", "面积", "名称"],
        [CODES[0], 100, "甲县生态保护红线优先保护单元"],
        [CODES[1], 25, "甲县东园区产业集聚重点管控单元"],
        [CODES[2], 275, "甲县一般管控单元"],
        [CODES[3], 100, "乙市一般管控单元"],
        [CODES[4], 100, "近岸海域优先保护单元"],
        ["合计", 600, "以上"],
        ["注：衢州市", None, None],
    ]
    assert (made.put.files, made.put.about, made.put.findings) == ((made.path,), "表：5 行", ())
    assert made.book.properties.created == datetime.datetime(2024, 5, 1)


def test_what_stands_in_the_row_of_totals_is_a_number_only_where_one_stood(sheet, tmp_path):
    sheet["B3"], sheet["C3"] = None, 7
    columns = (*COLUMNS[:2], FilledColumn(3, "个数", "parts"), FilledColumn(4, "千米", "area_km2", 2, text=True))
    sheet["D3"] = "=SUM(D2:D2)"
    made = fill(sheet, tmp_path, Filled("units", "表", total=1, columns=columns))
    assert made.rows[6] == ["合计", None, 5, "600.00"]
    assert made.rows[1][3] == "100.00"


def test_without_a_row_of_totals_what_stands_below_stays(sheet, tmp_path):
    made = fill(sheet, tmp_path, dataclasses.replace(UNITS, total=0))
    assert made.rows[6] == ["合计", 0, "以上"]


def test_shares_of_all_counties_are_no_sum_of_shares(sheet, tmp_path):
    columns = (FilledColumn(1, "", "county_name"), FilledColumn(2, "", "share_1", 2), FilledColumn(3, "", "share"))
    sheet["C3"] = 0
    made = fill(sheet, tmp_path, Filled("counties", "表", total=1, columns=columns))
    assert [row[0] for row in made.rows[1:3]] == ["甲县", "乙市"]
    assert made.rows[3][:3] == ["合计", 20, 100]


def test_a_formula_goes_on_in_each_row_and_not_where_there_is_none(sheet, tmp_path):
    sheet["D2"] = "=B2*100"
    made = fill(sheet, tmp_path)
    assert [row[3] for row in made.rows[1:6]] == [f"=B{row}*100" for row in range(2, 7)]
    none = fill(sheet, tmp_path, dataclasses.replace(UNITS, only={"category": "9"}))
    assert none.rows[1] == [None] * 3
    assert none.book.worksheets[0]["C2"].font.size == 9
    assert none.put.about == "表：0 行"
    assert none.rows[2][:2] == ["合计", 0]


def test_formulas_that_take_turns_refer_to_their_own_rows(sheet, tmp_path):
    sheet.insert_rows(3)
    sheet["D2"], sheet["D3"] = "=B2*100", "=B3*10"
    made = fill(sheet, tmp_path, dataclasses.replace(UNITS, rows=2))
    assert [row[3] for row in made.rows[1:6]] == ["=B2*100", "=B3*10", "=B4*100", "=B5*10", "=B6*100"]


def test_what_stood_in_the_data_rows_is_gone(sheet, tmp_path):
    sheet["A2"], sheet["C2"], sheet["E2"] = "{code}", "去年", "去年"
    made = fill(sheet, tmp_path)
    assert {len(row) for row in made.rows} == {3}
    assert made.rows[1] == [CODES[0], 100, "甲县生态保护红线优先保护单元"]


def test_two_tables_side_by_side_in_one_book_are_told_in_their_order(sheet, tmp_path):
    other = sheet.parent.create_sheet("县")
    other.append(["县"])
    other.append([None])
    other.append(["个数", None])
    other.append([None])
    tables = (
        Filled("counties", "县", first=4, columns=(FilledColumn(1, "", "n"), FilledColumn(2, "甲"))),
        UNITS,
        Filled("counties", "县", first=2, columns=(FilledColumn(1, "", "county_name"), FilledColumn(2, "乙"))),
    )
    made = fill(sheet, tmp_path, *tables)
    assert made.put.about == "表：5 行；县：2 行；县：2 行"
    assert [one.facts["column"] for one in made.put.findings] == ["乙", "甲"]
    assert [cell.value for cell in made.book["县"]["A"]] == ["县", "甲县", "乙市", "个数", 3, 1]


# ── Heights ───────────────────────────────────────────────────────────────────────────────────────────────────────


def heights(made: Filling) -> list[float | None]:
    sheet = made.book.worksheets[0]
    return [sheet.row_dimensions[row].height for row in range(2, 7)]


NAMES = ["短", "一" * 10, "一" * 11, "甲\n乙", "一" * 25]


def test_a_row_is_as_high_as_its_longest_text_needs(sheet, tmp_path):
    sheet.column_dimensions["A"].width = sheet.column_dimensions["B"].width = 40
    sheet.column_dimensions["C"].width = 20
    # At 9 points ten letters fill a line of twenty digits.
    assert heights(fill(sheet, tmp_path, names=NAMES)) == [None, None, 33.0, 33.0, 45.5]


def test_larger_letters_need_more_room(sheet, tmp_path):
    sheet.column_dimensions["A"].width = sheet.column_dimensions["B"].width = 90
    sheet.column_dimensions["C"].width = 40
    sheet["C2"].font = Font(name="宋体", size=18)
    assert heights(fill(sheet, tmp_path, names=NAMES)) == [None, None, 66.0, 66.0, 91.0]


def test_texts_that_are_not_broken_need_one_line(sheet, tmp_path):
    for column in "ABC":
        sheet[f"{column}2"].alignment = Alignment(wrap_text=False)
    assert heights(fill(sheet, tmp_path, names=NAMES)) == [None] * 5


def test_the_height_of_the_template_stays(sheet, tmp_path):
    sheet.row_dimensions[2].height = 17.5
    made = fill(sheet, tmp_path, names=NAMES)
    assert heights(made) == [17.5] * 5
    assert made.book.worksheets[0].row_dimensions[7].height is None


def test_hidden_columns_need_no_room_and_those_without_a_width_have_the_sheets(sheet, tmp_path):
    sheet.column_dimensions["A"].width = sheet.column_dimensions["B"].width = 40
    sheet.column_dimensions["C"].width = 5
    sheet.column_dimensions["C"].hidden = True
    assert heights(fill(sheet, tmp_path, names=NAMES)) == [None] * 5
    del sheet.column_dimensions["C"]
    sheet.sheet_format.defaultColWidth = 20
    assert heights(fill(sheet, tmp_path, names=NAMES)) == [None, None, 33.0, 33.0, 45.5]
    sheet.sheet_format.defaultColWidth = None
    assert heights(fill(sheet, tmp_path, names=["一" * 4, "一" * 5, "a", "b", "c"])) == [None, 33.0, None, None, None]


def test_columns_that_share_a_width_have_it_each(sheet, tmp_path):
    sheet.column_dimensions.group("A", "C", outline_level=0, hidden=False)
    sheet.column_dimensions["A"].width = 20
    made = fill(sheet, tmp_path, names=NAMES)
    assert heights(made) == [None, None, 33.0, 33.0, 45.5]


def test_rows_higher_than_can_be_printed_go_on_below_and_a_single_line_that_is_too_high_is_told(sheet, tmp_path):
    sheet.column_dimensions["A"].width = sheet.column_dimensions["B"].width = 40
    sheet.column_dimensions["C"].width = 20
    sheet["D1"], sheet["D2"] = "公顷", "=B2*100"
    sheet.merge_cells("E2:F2")
    fits, over = "一\n" * 31 + "一", "一\n" * 32 + "二"
    clauses, line = "甲" * 250 + "；" + "乙" * 90 + "。", "丙" * 700
    columns = (*COLUMNS[:2], FilledColumn(3, "名称", "name"))
    made = fill(
        sheet, tmp_path, Filled("units", "表", total=1, columns=columns), names=[fits, over, clauses, line, "短"]
    )
    texts = [row[2] for row in made.rows[1:8]]
    assert texts == [fits, "\n".join(["一"] * 32), "二", "甲" * 250 + "；", "乙" * 90 + "。", line, "短"]
    assert [row[1] for row in made.rows[1:9]] == [100.0, 25.0, None, 275.0, None, 100.0, 100.0, 600.0]
    assert [row[3] for row in made.rows[1:8]] == [f"=B{row}*100" if row not in (4, 6) else None for row in range(2, 9)]
    assert {one.coord for one in made.book.worksheets[0].merged_cells.ranges} == {
        f"E{row}:F{row}" for row in range(2, 9)
    }
    assert made.put.about.startswith("表：5 行")
    (found,) = made.put.findings
    assert (found.id, found.value, str(found.facts["rows"])) == ("P14", 1.0, "7")
    (said,) = made.said(lambda own: own.cell(4, 3, "三"))
    assert said == "表!C4: '三' in place of '二'"


@pytest.mark.parametrize(
    ("first", "wanted"), [("number", [2, "2续"]), ("name", ["名", "续"]), ("code", [CODES[1], "续"])]
)
def test_a_row_that_goes_on_is_marked_in_its_number_its_name_or_its_first_column(sheet, tmp_path, first, wanted):
    sheet.column_dimensions["C"].width = 20
    columns = (FilledColumn(2, "", first), FilledColumn(3, "", "townships"), FilledColumn(4, "", "code"))
    filled = Filled("units", "表", columns=columns)
    sheet.parent.save(tmp_path / "t.xlsx")
    content = PackageItem("a.xlsx", "workbook", template="t.xlsx", tables=(filled,))
    filling = filling_of(tmp_path)
    filling.plan.units["townships"] = ["", "一、" + "镇\n" * 40, "", "", ""]
    filling.plan.units["name"] = "名"
    put = workbook.write(filling, [content], tmp_path / "a.xlsx", silent)
    made = Filling(filling, content, tmp_path / "a.xlsx", put)
    assert made.said() == []
    assert [row[1] for row in made.rows[2:4]] == wanted
    assert [row[3] for row in made.rows[2:4]] == [CODES[1]] * 2


def test_a_text_of_what_a_cell_holds_is_whole_and_a_longer_one_goes_on_behind_a_line(sheet, tmp_path):
    whole, long = "a" * 32_767, "b" * 30_000 + "\n" + "c" * 10_000
    made = fill(sheet, tmp_path, names=[whole, long, "短", "𠮷" * 16_384, "d" * 32_768])
    cells = [row[2] for row in made.rows[1:7]]
    assert cells == [whole, "b" * 30_000, "c" * 10_000, "短", "𠮷" * 16_383, "d" * 32_767]
    (found,) = [one for one in made.put.findings if one.id == "P12"]
    assert (found.value, found.facts["count"]) == (2.0, 2)


# ── Values ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_date_is_one_only_where_the_template_shows_dates(sheet, tmp_path):
    columns = (FilledColumn(1, "", "date"), FilledColumn(2, "", "date"), FilledColumn(3, "", "name"))
    sheet["A2"].number_format = sheet["C2"].number_format = "yyyy/m/d"
    names = ["2024-02-30", "2024-02-03", "2024-2-3", "x", "2024-02-03T00:00"]
    made = fill(sheet, tmp_path, Filled("units", "表", columns=columns), names=names)
    day = datetime.datetime(2024, 2, 3)
    assert {row[0] for row in made.rows[1:6]} == {datetime.datetime(2024, 5, 1)}
    assert {row[1] for row in made.rows[1:6]} == {"2024-05-01"}
    assert [row[2] for row in made.rows[1:6]] == ["2024-02-30", day, "2024-2-3", "x", "2024-02-03T00:00"]


def test_looks_of_empty_cells_go_on_too(sheet, tmp_path):
    sheet["E2"].font = Font(bold=True)
    made = fill(sheet, tmp_path).book.worksheets[0]
    assert [made.cell(row, 5).font.bold for row in range(1, 8)] == [False] + [True] * 5 + [False]
    assert {made.cell(row, 3).font.size for row in range(2, 7)} == {9}


# ── Names, heads and margins ──────────────────────────────────────────────────────────────────────────────────────


def test_tokens_stand_in_every_margin(sheet, tmp_path):
    pages = ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")
    for page in pages:
        for side in ("left", "center", "right"):
            getattr(getattr(sheet, page), side).text = f"{page}{side}{{year}}&P"
    made = fill(sheet, tmp_path).book.worksheets[0]
    for page in pages:
        for side in ("left", "center", "right"):
            assert getattr(getattr(made, page), side).text == f"{page}{side}2024&P"


def test_what_is_no_token_in_a_margin_is_left_alone(sheet, tmp_path):
    sheet.oddFooter.center.text = "第 &P 页 A&&B"
    assert fill(sheet, tmp_path).book.worksheets[0].oddFooter.center.text == "第 &P 页 A&&B"


def test_the_title_of_the_document_is_filled(sheet, tmp_path):
    sheet.parent.properties.title = "{area}{year}年清单"
    assert fill(sheet, tmp_path).book.properties.title == "衢州市2024年清单"


def test_columns_of_a_table_are_called_as_their_heads(sheet, tmp_path):
    sheet["A1"] = "编码{year}"
    sheet.add_table(Table(displayName="T", ref="A1:C2"))
    made = fill(sheet, tmp_path).book.worksheets[0]
    assert [one.name for one in made.tables["T"].tableColumns] == ["编码2024", "面积", "名称"]


def test_the_sheet_of_a_table_may_be_named_as_in_the_template_or_as_it_will_be(sheet, tmp_path):
    for title in ("清单{year}", "清单2024"):
        sheet.title = title
        made = fill(sheet, tmp_path, dataclasses.replace(UNITS, sheet="清单{year}"))
        assert made.book.sheetnames == ["清单2024"]
        assert len(made.rows) == 8


def test_a_sheet_that_is_not_there_is_told_with_those_that_are(sheet, tmp_path):
    sheet.parent.create_sheet("说明")
    with pytest.raises(BadInput) as caught:
        fill(sheet, tmp_path, dataclasses.replace(UNITS, sheet="清单{year}"))
    assert str(caught.value) == f"{tmp_path / 't.xlsx'}: no sheet '清单{{year}}'; wanted: 表, 说明"


@pytest.mark.parametrize(
    ("plan", "other", "wrong"),
    [
        ("很" * 31, "x", False),
        ("很" * 32, "x", True),
        ("别表", "别表", True),
        ("ab", "AB", True),
        ("a[b", "x", True),
        ("a]b", "x", True),
    ],
)
def test_a_sheets_name_is_one_that_a_workbook_can_have(plan, other, wrong, sheet, tmp_path):
    sheet.parent.create_sheet("{plan}")
    sheet.parent.create_sheet(other)
    if not wrong:
        assert fill(sheet, tmp_path, meta={"name": plan}).book.sheetnames == ["表", plan, other]
        return
    with pytest.raises(BadInput) as caught:
        fill(sheet, tmp_path, meta={"name": plan})
    assert str(caught.value.what) == f"a sheet would be called '{plan}'"
    assert str(caught.value.where) == str(tmp_path / "t.xlsx")
    assert "at most 31 characters" in str(caught.value.wanted)


@pytest.mark.parametrize(
    ("change", "what", "where"),
    [
        (lambda sheet: sheet.cell(4, 1, "{nobody}"), "unknown token {nobody} in '{nobody}'", "t.xlsx, sheet '表' A4"),
        (
            lambda sheet: setattr(sheet.oddHeader.left, "text", "{nobody}"),
            "unknown token {nobody} in '{nobody}'",
            "t.xlsx, sheet '表', header or footer",
        ),
    ],
)
def test_a_token_that_nobody_knows_is_told_with_its_place(change, what, where, sheet, tmp_path):
    change(sheet)
    with pytest.raises(BadInput) as caught:
        fill(sheet, tmp_path)
    assert (str(caught.value.what), str(caught.value.where)) == (what, where)


# ── Codes of others ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "place",
    [
        lambda sheet, text: sheet.cell(9, 1, text),
        lambda sheet, text: setattr(sheet["A1"], "comment", Comment(text, "x")),
        lambda sheet, text: setattr(sheet.firstFooter.right, "text", text),
        lambda sheet, text: setattr(sheet.evenHeader.left, "text", text),
        lambda sheet, text: sheet.parent.create_sheet(text),
    ],
    ids=["a cell", "a comment", "a footer", "a header", "a sheet"],
)
def test_codes_of_no_unit_of_the_plan_are_found_wherever_they_stand(place, sheet, tmp_path):
    place(sheet, "见ZH33082499999、HY33080099999")
    (found,) = fill(sheet, tmp_path).put.findings
    assert (found.id, found.value, str(found.facts["codes"])) == ("P18", 2.0, "HY33080099999, ZH33082499999")


@pytest.mark.parametrize("text", [CODES[0], "AZH33082499999", "ZH330824999999", "ZH3308249999", "YS33082499999"])
def test_what_is_a_code_of_the_plan_or_none_at_all_is_no_others(text, sheet, tmp_path):
    sheet["A9"] = text
    assert fill(sheet, tmp_path).put.findings == ()


def test_codes_that_the_plans_own_names_mention_may_stand(sheet, tmp_path):
    made = fill(sheet, tmp_path, names=["原ZH33082499999", "乙", "丙", "丁", "戊"])
    assert made.put.findings == ()


def test_of_many_codes_five_are_named(sheet, tmp_path):
    sheet["A9"] = " ".join(f"ZH3308249999{number}" for number in range(7))
    (found,) = fill(sheet, tmp_path).put.findings
    assert found.value == 7.0
    assert str(found.facts["codes"]).count("ZH") == 5


# ── Read again ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda sheet: sheet.cell(2, 1, "别的"), [f"表!A2: '别的' in place of '{CODES[0]}'"]),
        (lambda sheet: setattr(sheet["C3"], "value", None), ["表!C3: '' in place of '甲县东园区产业集聚重点管控单元'"]),
        (lambda sheet: sheet.cell(3, 2, 25.1), ["表!B3: '25.1' in place of '25.0'"]),
        (lambda sheet: sheet.cell(3, 2, 25.0 * (1 + 1e-8)), ["表!B3: '25.00000025' in place of '25.0'"]),
        (lambda sheet: sheet.cell(3, 2, 25.0 * (1 + 1e-10)), []),
        (lambda sheet: sheet.cell(3, 2, "25.0"), ["表!B3: '25.0' in place of '25.0'"]),
        (lambda sheet: sheet.cell(7, 2, 601), ["表!B7: '601' in place of '600.0'"]),
        (lambda sheet: sheet.cell(7, 3, "以下"), ["表!C7: '以下' in place of '以上'"]),
        (lambda sheet: sheet.cell(8, 1, "注"), ["表!A8: '注' in place of '注：衢州市'"]),
        (lambda sheet: sheet.cell(9, 9, "多"), ["表!I9: '多' in place of ''"]),
        (lambda sheet: sheet.cell(5, 4, "多"), ["表!D5: '多' in place of ''"]),
        (lambda sheet: sheet.cell(2, 1, "长" * 50), [f"表!A2: '{'长' * 40}' in place of '{CODES[0]}'"]),
        (lambda sheet: sheet.merge_cells("E1:F1"), ["表!E1:F1: merged otherwise than in the template"]),
        (lambda sheet: setattr(sheet, "title", "别"), ["sheets 别 in place of 表"]),
    ],
)
def test_a_cell_that_reads_otherwise_is_named(change, said, sheet, tmp_path):
    assert fill(sheet, tmp_path).said(change) == said


def test_of_much_that_reads_otherwise_ten_are_named(sheet, tmp_path):
    def change(sheet):
        for row in range(2, 7):
            for column in (1, 2, 3):
                sheet.cell(row, column, "x")

    said = fill(sheet, tmp_path).said(change)
    assert len(said) == 10
    assert said[0] == f"表!A2: 'x' in place of '{CODES[0]}'"


def test_formulas_and_dates_are_held_against_the_template(sheet, tmp_path):
    sheet["D2"], sheet["E1"], sheet["F6"] = "=B2*100", "=SUM(B2:B2)", datetime.datetime(2024, 1, 2)
    columns = (*COLUMNS, FilledColumn(5, "日期", "date"))
    sheet["E2"].number_format = "yyyy-mm-dd"
    table = Filled("units", "表", total=1, columns=columns)
    for change, said in (
        (lambda sheet: sheet.cell(4, 4, 3), ["表!D4: '3' in place of ''"]),
        (lambda sheet: sheet.cell(1, 5, 3), ["表!E1: '3' in place of '=SUM(B2:B2)'"]),
        (lambda sheet: sheet.cell(1, 5, "=SUM(B2:B6)"), []),
        (
            lambda sheet: sheet.cell(2, 5, datetime.datetime(2024, 5, 2)),
            ["表!E2: '2024-05-02 00:00:00' in place of '2024-05-01'"],
        ),
    ):
        assert fill(sheet, tmp_path, table).said(change) == said


def test_what_is_merged_in_rows_and_below_is_held_against_the_template(sheet, tmp_path):
    sheet.merge_cells("C2:D2")
    sheet.merge_cells("A4:C4")
    made = fill(sheet, tmp_path)
    wanted = {*(f"C{row}:D{row}" for row in range(2, 7)), "A8:C8"}
    assert {one.coord for one in made.book.worksheets[0].merged_cells.ranges} == wanted
    assert made.said(lambda sheet: sheet.unmerge_cells("C6:D6")) == ["表!C6:D6: merged otherwise than in the template"]
    assert fill(sheet, tmp_path).said(lambda sheet: sheet.unmerge_cells("A8:C8")) == [
        "表!A8:C8: merged otherwise than in the template"
    ]


def test_what_is_merged_over_data_rows_comes_apart(sheet, tmp_path):
    sheet.insert_rows(3)
    sheet.merge_cells("A2:A3")
    made = fill(sheet, tmp_path, dataclasses.replace(UNITS, rows=2))
    assert not made.book.worksheets[0].merged_cells.ranges


def test_two_tables_of_a_sheet_are_held_each(sheet, tmp_path):
    sheet["A6"], sheet["B6"], sheet["A8"], sheet["B8"] = "县", "个数", "合计", 0
    sheet["A9"] = "完"
    second = Filled(
        "counties", "表", first=7, total=1, columns=(FilledColumn(1, "", "county_name"), FilledColumn(2, "", "n"))
    )
    made = fill(sheet, tmp_path, UNITS, second)
    assert [row[:2] for row in made.rows[9:]] == [["县", "个数"], ["甲县", 3], ["乙市", 1], ["合计", 4], ["完", None]]
    for cell, wanted in (("B11", 3), ("B13", 4), ("A14", "完"), ("A10", "县"), ("B7", 600.0)):
        again = fill(sheet, tmp_path, UNITS, second)
        assert again.said(lambda sheet, cell=cell: setattr(sheet[cell], "value", "x")) == [
            f"表!{cell}: 'x' in place of '{wanted}'"
        ]


def test_long_texts_are_held_as_they_were_cut(sheet, tmp_path):
    made = fill(sheet, tmp_path, names=["a" * 40_000, "乙", "丙", "丁", "戊"])
    assert made.said(lambda sheet: sheet.cell(2, 3, "a" * 32_766)) == [f"表!C2: '{'a' * 40}' in place of '{'a' * 40}'"]


def test_what_the_template_has_and_is_lost_is_counted(sheet, tmp_path):
    sheet.parent.save(tmp_path / "t.xlsx")
    with zipfile.ZipFile(tmp_path / "t.xlsx", "a") as archive:
        archive.writestr("xl/drawings/drawing1.xml", '<xdr:wsDr xmlns:xdr="x"><xdr:sp macro=""/></xdr:wsDr>')
    content = PackageItem("a.xlsx", "workbook", template="t.xlsx", tables=(UNITS,))
    put = workbook.write(filling_of(tmp_path), [content], tmp_path / "a.xlsx", silent)
    assert [(one.id, one.value, one.facts["file"]) for one in put.findings] == [("P15", 1.0, "a.xlsx")]


def test_a_workbook_without_tables_has_its_tokens_filled(sheet, tmp_path):
    sheet.parent.save(tmp_path / "t.xlsx")
    content = PackageItem("a.xlsx", "workbook", template="t.xlsx")
    put = workbook.write(filling_of(tmp_path), [content], tmp_path / "a.xlsx", silent)
    assert openpyxl.load_workbook(tmp_path / "a.xlsx")["表"]["A4"].value == "注：衢州市"
    assert put.about == ""


def test_progress_goes_forward(sheet, tmp_path):
    sheet.parent.save(tmp_path / "t.xlsx")
    content = PackageItem("a.xlsx", "workbook", template="t.xlsx", tables=(UNITS,))
    told = []
    workbook.write(filling_of(tmp_path), [content], tmp_path / "a.xlsx", lambda share, _: told.append(share))
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)

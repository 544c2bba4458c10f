"""Workbooks and documents of last year as others make them: by openpyxl and python-docx alone, none of our exporters.

Their units are none of this year's plan, so that whatever of them is found later is a leftover.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation

if TYPE_CHECKING:
    from pathlib import Path

CITY, YEAR = "示例市", "2023"
COUNTIES = {"330824": "甲县", "330881": "乙市"}
SHORT = {1: "优先", 2: "重点", 3: "一般"}
LONG = {1: "优先保护单元", 2: "重点管控单元", 3: "一般管控单元"}
DIMENSIONS = ("空间布局约束", "污染物排放管控", "环境风险防控", "资源开发效率要求")


@dataclass(frozen=True)
class OldUnit:
    """A unit of last year."""

    code: str
    name: str
    category: int
    county: str
    km2: float

    @property
    def texts(self) -> list[str]:
        return [f"去年{self.code[-5:]}号要求之{place}：{kind}。" for place, kind in enumerate(DIMENSIONS, 1)]


def _units() -> list[OldUnit]:
    counts = {"330824": (4, 5, 1), "330881": (3, 2, 1)}
    places = ("白石岭", "红旗水库", "东湖", "老工业园", "西坪", "南山", "古城", "新港", "柳河", "双塔", "石门", "青峰")
    out: list[OldUnit] = []
    for county, own in counts.items():
        for category, count in enumerate(own, 1):
            for serial in range(1, count + 1):
                number = len(out)
                name = f"{places[number % 12]}{'一' if number < 12 else '二'}片{LONG[category]}"
                code = f"ZH{county}{category}{serial + 70:04d}"
                out.append(OldUnit(code, name, category, county, round(17.31 + 23.457 * number, 2)))
    return out


OLD = _units()
NEEDLES = [text for unit in OLD for text in (unit.code, unit.name)]


_SIDE = Side(style="thin", color="FF336699")
_GRID = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_COLOURS = (PatternFill("solid", fgColor="FFF2F7FC"), PatternFill("solid", fgColor="FFFFFFFF"))
_HEAD = PatternFill("solid", fgColor="FFBFD7EA")
WIDTHS = {
    "A": 5.0,
    "B": 24.0,
    "C": 9.0,
    "D": 17.5,
    "E": 8.0,
    "F": 10.0,
    "G": 80.0,
    "H": 80.0,
    "I": 80.0,
    "J": 80.0,
    "K": 9.0,
}
FLAT = ("序号", "管控单元名称", "所在区县", "环境管控单元编码", "单元分类", "面积")


def unit_list(path: Path) -> Path:
    """Make a list of units: a sheet a category, a head of two rows, counties merged, colours that take turns."""
    book = Workbook()
    book.remove(book.active)
    book.properties.creator = book.properties.lastModifiedBy = "张三"
    book.properties.title = f"{CITY}{YEAR}年准入清单"
    for category, title in LONG.items():
        _unit_sheet(book.create_sheet(title), category)
    notes = book.create_sheet("填表说明")
    notes["A1"] = "一、编码按国家规范填写。"
    notes["A2"] = f"二、本表由{CITY}生态环境局{YEAR}年填报，共划定{len(OLD)}个单元。"
    raw = book.create_sheet("原始数据")
    raw.sheet_state = "hidden"
    for row, unit in enumerate(OLD, 1):
        raw.cell(row, 1, unit.code)
        raw.cell(row, 2, unit.name)
    book.save(path)
    return path


def _unit_sheet(sheet: object, category: int) -> None:
    units = [unit for unit in OLD if unit.category == category]
    sheet["A1"] = f"{CITY}{YEAR}年生态环境准入清单（{LONG[category]}）"
    sheet["A1"].font = Font(name="黑体", size=16, bold=True)
    sheet["A1"].alignment = _MIDDLE
    sheet.merge_cells("A1:K1")
    sheet["A2"], sheet["J2"] = f"填报单位：{CITY}生态环境局", "单位：平方公里"
    for column, text in enumerate(FLAT, 1):
        sheet.cell(3, column, text)
        sheet.merge_cells(start_row=3, end_row=4, start_column=column, end_column=column)
    sheet["G3"] = "管控要求"
    sheet.merge_cells("G3:J3")
    for column, text in enumerate(DIMENSIONS, 7):
        sheet.cell(4, column, text)
    sheet["K3"] = "备注"
    sheet.merge_cells("K3:K4")
    for row in (3, 4):
        for column in range(1, 12):
            cell = sheet.cell(row, column)
            cell.font, cell.fill, cell.border, cell.alignment = Font(name="黑体", size=11), _HEAD, _GRID, _MIDDLE
    for number, unit in enumerate(units, 1):
        row = number + 4
        values = [
            number,
            unit.name,
            COUNTIES[unit.county],
            unit.code,
            SHORT[category],
            unit.km2,
            *unit.texts,
            None,
        ]
        for column, value in enumerate(values, 1):
            cell = sheet.cell(row, column, value)
            cell.font, cell.border = Font(name="仿宋", size=10), _GRID
            cell.fill = _COLOURS[(number - 1) % 2]
            cell.alignment = Alignment(horizontal="left" if column > 6 else "center", vertical="center", wrap_text=True)
        sheet.cell(row, 6).number_format = "#,##0.00"
    last = len(units) + 4
    start = 5
    for row in range(5, last + 1):
        if row == last or sheet.cell(row + 1, 3).value != sheet.cell(row, 3).value:
            if row > start:
                sheet.merge_cells(start_row=start, end_row=row, start_column=3, end_column=3)
            start = row + 1
    total = last + 1
    sheet.cell(total, 1, "合计")
    sheet.merge_cells(start_row=total, end_row=total, start_column=1, end_column=5)
    sheet.cell(total, 6, f"=SUM(F5:F{last})").number_format = "#,##0.00"
    for column in range(1, 12):
        sheet.cell(total, column).border = _GRID
        sheet.cell(total, column).font = Font(name="黑体", size=10)
    sheet.cell(total + 1, 1, "注：面积以国土调查数据为基础，按高斯-克吕格投影计算。")
    sheet.merge_cells(start_row=total + 1, end_row=total + 1, start_column=1, end_column=11)
    sheet.cell(total + 3, 2, "填表人：李四")
    sheet.cell(total + 3, 7, "审核人：王五")
    for letter, width in WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    sheet.row_dimensions[1].height, sheet.row_dimensions[3].height = 32.0, 24.0
    sheet.freeze_panes = "C5"
    sheet.auto_filter.ref = f"A4:K{last}"
    sheet.print_title_rows = "3:4"
    sheet.print_area = f"A1:K{total + 3}"
    sheet.oddHeader.left.text, sheet.oddFooter.center.text = f"{CITY}{YEAR}年成果", "第 &P 页 共 &N 页"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 8
    words = DataValidation(type="list", formula1='"优先,重点,一般"', allow_blank=True)
    words.add(f"E5:E{last}")
    sheet.add_data_validation(words)
    sheet["B5"].comment = Comment(f"{units[0].code} 待核", "张三")
    sheet["D3"].comment = Comment("13 位", "张三")


def county_summary(path: Path) -> Path:
    """Make the table of counties and categories: numbers of units and shares in area, a head of three rows."""
    book = Workbook()
    sheet = book.active
    sheet.title = f"{YEAR}年汇总"
    sheet["B2"] = f"{CITY}环境管控单元汇总表（{YEAR}年）"
    sheet.merge_cells("B2:H2")
    sheet["B4"] = "县（市、区）"
    sheet.merge_cells("B4:B6")
    sheet["C4"] = "环境管控单元"
    sheet.merge_cells("C4:H4")
    for category, title in LONG.items():
        left = 1 + 2 * category
        sheet.cell(5, left, title)
        sheet.merge_cells(start_row=5, end_row=5, start_column=left, end_column=left + 1)
        sheet.cell(6, left, "个数")
        sheet.cell(6, left + 1, "面积占比（%）")
    for row, (code, name) in enumerate(COUNTIES.items(), 7):
        own = [unit for unit in OLD if unit.county == code]
        whole = sum(unit.km2 for unit in own)
        sheet.cell(row, 2, name)
        for category in LONG:
            mine = [unit.km2 for unit in own if unit.category == category]
            sheet.cell(row, 1 + 2 * category, len(mine))
            sheet.cell(row, 2 + 2 * category, round(100 * sum(mine) / whole, 2)).number_format = "0.00"
    whole = sum(unit.km2 for unit in OLD)
    last = 7 + len(COUNTIES)
    sheet.cell(last, 2, "合　计")
    for category in LONG:
        mine = [unit.km2 for unit in OLD if unit.category == category]
        sheet.cell(last, 1 + 2 * category, len(mine))
        sheet.cell(last, 2 + 2 * category, round(100 * sum(mine) / whole, 2)).number_format = "0.00"
    for row in range(4, last + 1):
        for column in range(2, 9):
            cell = sheet.cell(row, column)
            cell.border, cell.alignment = _GRID, _MIDDLE
            cell.font = Font(name="宋体", size=11, bold=row in (4, 5, 6, last))
    for row in range(7, last + 1):
        sheet.row_dimensions[row].height = 26.0
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 2.0, 18.0
    book.save(path)
    return path


# ── a document ────────────────────────────────────────────────────────────────────────────────────────────────────


def scheme(path: Path) -> Path:
    """Make a scheme: a cover, headings, prose, an annex of units, one of counties, a table that is none of a plan's."""
    document = Document()
    document.core_properties.author, document.core_properties.title = "张三", f"{CITY}方案"
    heading = document.styles["Heading 1"]
    heading.font.name, heading.font.size, heading.font.color.rgb = "黑体", Pt(16), RGBColor(0x1F, 0x3A, 0x5F)
    _split(
        document.sections[0].header.paragraphs[0],
        CITY[:2],
        f"{CITY[2:]}生态环境",
        f"分区管控（{YEAR[:2]}",
        f"{YEAR[2:]}年）",
    )
    cover = document.add_paragraph(style="Title")
    _split(cover, CITY, "生态环境分区", "管控方案")
    date = document.add_paragraph(f"{YEAR}年")
    date.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_heading("一、总体情况", 1)
    document.add_paragraph(f"{CITY}共划定{len(OLD)}个环境管控单元，其中优先保护单元面积占比为41.27%。")
    document.add_paragraph("坚持生态优先、绿色发展。")
    document.add_heading("附表1 环境管控单元清单", 1)
    _unit_table(document)
    document.add_heading("附表2 分县统计", 1)
    _county_table(document)
    document.add_heading("附表3 工业项目分类", 1)
    table = document.add_table(4, 2, style="Table Grid")
    rows = (("类别", "说明"), ("一类", "基本无污染"), ("二类", "污染较轻"), ("三类", "污染较重"))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.add_paragraph(f"{OLD[0].name}的要求另行规定。")
    document.save(path)
    return path


def _split(paragraph: object, *runs: str) -> None:
    for number, text in enumerate(runs):
        run = paragraph.add_run(text)
        run.bold = number == 0


def _unit_table(document: object) -> None:
    table = document.add_table(2 + len(OLD) + 1, 7, style="Table Grid")
    for column, text in enumerate(("序号", "编码", "名称", "县区")):
        top = table.cell(0, column).merge(table.cell(1, column))
        top.text = text
    table.cell(0, 4).merge(table.cell(0, 5)).text = "类别与面积"
    table.cell(1, 4).text, table.cell(1, 5).text = "类别", "面积（平方公里）"
    table.cell(0, 6).merge(table.cell(1, 6)).text = "空间布局约束"
    for row in table.rows[:2]:
        mark = OxmlElement("w:tblHeader")
        row._tr.get_or_add_trPr().append(mark)
    for number, unit in enumerate(OLD, 1):
        cells = table.rows[number + 1].cells
        texts = (f"{number}", unit.code, unit.name, COUNTIES[unit.county], LONG[unit.category], f"{unit.km2:.2f}")
        for column, (cell, text) in enumerate(zip(cells, (*texts, unit.texts[0]), strict=True)):
            run = cell.paragraphs[0].add_run(text)
            run.font.size, run.italic = Pt(9), column == 2
            if number % 2:
                shade = OxmlElement("w:shd")
                shade.set(qn("w:val"), "clear")
                shade.set(qn("w:fill"), "EEF3F8")
                cell._tc.get_or_add_tcPr().append(shade)
    first = 2
    for row in range(2, 2 + len(OLD)):
        if row + 1 == 2 + len(OLD) or OLD[row - 1].county != OLD[row - 2].county:
            if row > first:
                column = [table.rows[other].cells[3] for other in range(first, row + 1)]
                text = column[0].text
                for cell in column:
                    cell.text = ""
                column[0].merge(column[-1]).text = text
            first = row + 1
    last = table.rows[-1].cells
    last[0].text, last[5].text = "合计", f"{sum(unit.km2 for unit in OLD):.2f}"


def _county_table(document: object) -> None:
    table = document.add_table(1 + len(COUNTIES), 5, style="Table Grid")
    for cell, text in zip(
        table.rows[0].cells,
        ("县（市、区）", "优先保护单元个数", "重点管控单元个数", "一般管控单元个数", "合计个数"),
        strict=True,
    ):
        cell.text = text
    for row, (code, name) in zip(table.rows[1:], COUNTIES.items(), strict=True):
        own = [unit.category for unit in OLD if unit.county == code]
        texts = (name, *(f"{own.count(category)}" for category in LONG), f"{len(own)}")
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text

"""A whole package of others, small: the profile that is learned of it and all that is told, word for word.

``test/data/learned`` has both as they were last looked at. Where a change means them to differ, delete the file there:
the test writes it anew, fails, and shows by ``git diff`` what a planner will read.
"""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from control_units.delineation.case.names import glossary
from control_units.delineation.core.messages import word
from control_units.delineation.package.like.learn import learn
from control_units.delineation.package.like.writing import why
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from foreign_documents import COUNTIES, LONG, OLD, SHORT, county_summary, scheme, unit_list
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

KEPT = Path(__file__).parents[1] / "data" / "learned"
CRS = "EPSG:4549"


def squares():
    """The units of last year, each as large as it is said to be."""
    sides = [(unit.km2 * 1e6) ** 0.5 for unit in OLD]
    return [shapely.box(5e5 + 3e4 * n, 3.2e6, 5e5 + 3e4 * n + side, 3.2e6 + side) for n, side in enumerate(sides)]


def layers(folder: Path) -> None:
    shapes = squares()
    columns = {
        "HJGKDYBM": [unit.code for unit in OLD],
        "HJGKDYMC": [unit.name for unit in OLD],
        "GKLX": [SHORT[unit.category] for unit in OLD],
        "QX": [COUNTIES[unit.county] for unit in OLD],
        "QXDM": [int(unit.county) for unit in OLD],
        "MJ": [unit.km2 for unit in OLD],
        "MJ_2019": [round(unit.km2 * 1.01, 2) for unit in OLD],
        "SQMJ": [unit.km2 for unit in OLD],
        "KJBJYS": [unit.texts[0] for unit in OLD],
        "FXDJ": [n % 4 for n in range(len(OLD))],
        "LXR": [f"张{n}" for n in range(len(OLD))],
        "JB": ["甲"] * len(OLD),
        "BZ": [None] * len(OLD),
        "SJND": [2023] * len(OLD),
        "RQ": ["2023-06-30"] * len(OLD),
    }
    made = gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)
    made.to_file(folder / "330800示例市环境管控单元_2023.shp", encoding="GBK", engine="pyogrio")
    codes = [f"YS{unit.county}{digits}{n:04d}" for n, unit in enumerate(OLD) for digits in ("121", "221", "321")]
    zones = {
        "FQBM": codes,
        "YS": ["水"] * len(codes),
        "LX": [{"1": "优先", "2": "工业", "3": "一般"}[code[8]] + "管控区" for code in codes],
        "MJ": [round(16 + n / 7, 3) for n in range(len(codes))],
    }
    boxes = [shapely.box(6e5 + 5000 * n, 3.3e6, 6e5 + 5000 * n + 4000, 3.3e6 + 4000) for n in range(len(codes))]
    path = folder / "要素分区.gpkg"
    gpd.GeoDataFrame(zones, geometry=boxes, crs=CRS).to_file(path, layer="水环境管控分区", engine="pyogrio")
    roads = gpd.GeoDataFrame({"名": ["路"] * 4}, geometry=[shapely.Point(5e5 + n, 3.2e6) for n in range(4)], crs=CRS)
    roads.to_file(path, layer="道路", engine="pyogrio")


def other_list(path: Path) -> Path:
    """Units below their counties' sums, a code without its letters, numbers as texts, a second table beside a note."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "一览"
    sheet.append(["附表3 管控单元一览表（单位：公顷）"])
    sheet.append(["行政区划", None, "管控单元", None, "面积", "占全市比例%", "文号", "上报面积"])
    sheet.append(["代码", "名称", "代码", "名称", None, None, None, None])
    sheet.merge_cells("A2:B2")
    sheet.merge_cells("C2:D2")
    whole = sum(unit.km2 for unit in OLD)
    for county, name in COUNTIES.items():
        own = [unit for unit in OLD if unit.county == county]
        for unit in own:
            share = round(100 * unit.km2 / whole, 2)
            sheet.append([county, name, unit.code, unit.name, f"{unit.km2 * 100:,.1f}", share, "〔2023〕81号", 1.5])
        sheet.append([None, f"{name}小计", None, f"{len(own)}个", sum(unit.km2 * 100 for unit in own)])
    sheet.append(["合计", None, None, f"{len(OLD)}个", whole * 100, 100.0])
    sheet.append([])
    sheet.append(["注：面积以国土调查为准。联系人：赵六"])
    duties = book.create_sheet("分工")
    for row in (("单位", "人数", "职责"), ("甲局", 3, "牵头"), ("乙局", 4, "配合"), ("丙局", 5, "配合")):
        duties.append(row)
    few = book.create_sheet("重点名单")
    few.append(["编码", "名称"])
    for unit in [unit for unit in OLD if unit.category == 2][:3]:
        few.append([unit.code, unit.name])
    book.save(path)
    return path


def odd_list(path: Path) -> Path:
    """All that a sheet may hold beside a list: links, comments, choices, names, charts, rules, pages, hidden sheets."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "示例市2023年台账"
    sheet["A1"] = CellRichText(["示例市", TextBlock(InlineFont(b=True), "2023年"), "管控单元台账"])
    sheet["B2"] = "附"
    sheet["A2"], sheet["D2"], sheet["E2"] = "填报单位：示例市生态环境局", "单位：亩", datetime.date(2023, 6, 30)
    sheet["F2"], sheet["G2"], sheet["H2"] = "=SUM(D5:D20)", "=D5*1.5", '=HYPERLINK("x9")'
    sheet.append(["序号", "编码", "名称", "面积", "类别", "日期", "占用", "经办", "是否"])
    sheet.append([f"（{n}）" for n in range(1, 10)])
    for n, unit in enumerate(OLD, 1):
        area = round(unit.km2 * 1500, 1)
        row = [
            n,
            unit.code[2:],
            unit.name,
            area,
            unit.category,
            datetime.date(2023, 6, 30),
            f"=D{n + 4}/2",
            "张三",
            True,
        ]
        sheet.append(row)
        sheet.row_dimensions[n + 4].height = 21.5
        sheet.cell(n + 4, 3).font = Font(bold=n % 3 == 0)
        sheet.cell(n + 4, 4).number_format = "#,##0.00"
        sheet.cell(n + 4, 6).number_format = "yyyy-mm-dd"
    sheet.append(["合计（16个）", None, "—", f"=SUM(D5:D{len(OLD) + 4})", 16, None, 12.5, "某局"])
    sheet.append(["注：以国土调查为准。"])
    sheet.append([f"其中{OLD[2].name}另行管理，共3个。", None, 7.5])
    sheet.append([OLD[3].code])
    sheet.append(["=D1+0", "=B2*10000", "=B2*250", '=A1&"第3号"'])
    sheet["C2"].comment = Comment("请李四复核", "王五")
    sheet["C6"].comment = Comment("数据行", "王五")
    sheet["A21"].comment = Comment(f"见{OLD[0].code}", "王五")
    sheet["A2"].hyperlink, sheet["B2"].hyperlink = "https://example.org/", "file:///C:/a.doc"
    sheet["B5"].hyperlink = "https://example.org/"
    sheet.auto_filter.ref = f"A4:I{len(OLD) + 4}"
    sheet.auto_filter.add_filter_column(4, ["1"])
    sheet.row_dimensions[7].hidden = True
    for formula, title, prompt in (
        ('"优先,重点"', "类别", "请选"),
        (f'"{OLD[0].code}"', "", ""),
        ("原始!$A$1:$A$3", "", ""),
    ):
        check = DataValidation(type="list", formula1=formula, promptTitle=title, prompt=prompt, error="李四说不行")
        check.add("E5:E9")
        sheet.add_data_validation(check)
    sheet.oddHeader.left.text, sheet.oddFooter.center.text = "&B示例市2023年", "第 &P 页"
    sheet.evenFooter.right.text = "审核：赵六"
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=4, min_row=4, max_row=8))
    sheet.add_chart(chart, "N20")
    raw = book.create_sheet("原始")
    raw.sheet_state = "hidden"
    raw["A1"], raw["A2"] = OLD[0].code, OLD[1].name
    codes = book.create_sheet("代码")
    codes.sheet_state = "hidden"
    codes["A1"], codes["B1"], codes["A2"] = "优先", 1, "重点"
    for name, cells in (
        ("类别", "代码!$A$1:$A$2"),
        ("原始区", "原始!$A$1:$A$2"),
        ("坏", "#REF!$A$1"),
        ("数", "16"),
        ("码", f'"{OLD[0].code}"'),
    ):
        book.defined_names[name] = DefinedName(name, attr_text=cells)
    book.properties.title, book.properties.creator = "示例市2023年台账", "张三"
    book.custom_doc_props.append(StringProperty(name="x", value=OLD[0].code))
    book.calculation.fullCalcOnLoad = False
    book.save(path)
    return path


def odd_document(path: Path) -> Path:
    """All that a document may hold beside a list: margins, boxes, changes, comments, controls, tables of others."""
    opened = Document()
    opened.core_properties.title, opened.core_properties.author = "示例市<2023>年&方案", "张三"
    opened.core_properties.keywords = opened.core_properties.comments = OLD[0].code
    section = opened.sections[0]
    section.header.paragraphs[0].text, section.footer.paragraphs[0].text = "机密 示例市2023年", "编制：某研究院"
    opened.add_heading("示例市2023年方案", 0)
    opened.add_paragraph("示例市坚持生态优先。")
    opened.add_paragraph(f"其中{OLD[1].name}另行管理。")
    opened.add_paragraph("共划定16个单元，2023年批准。")
    table = opened.add_table(1, 5)
    rows = [("编码", "单元", "面积（平方公里）", "类别", "经办")]
    for n, unit in enumerate(OLD):
        rows.append((unit.code, unit.name, f"{unit.km2:,.1f}", SHORT[unit.category], f"张{n}"))
    rows += [("合计（16个）", "/", f"{sum(unit.km2 for unit in OLD):,.1f}", "16类", "某局"), ("注：略", "", "", "", "")]
    for texts in rows:
        cells = table.rows[0].cells if texts is rows[0] else table.add_row().cells
        for cell, text in zip(cells, texts, strict=True):
            cell.text = text
    for number, row in enumerate(table.rows):
        if number % 2:
            row.cells[0].paragraphs[0].runs[0].bold = True
    head = table.rows[0]._tr.get_or_add_trPr()
    head.append(OxmlElement("w:tblHeader"))
    frame = opened.add_table(1, 2)
    frame.cell(0, 0).text = OLD[4].code
    frame.cell(0, 1).text = "局名"
    few = opened.add_table(3, 2)
    for row, texts in zip(few.rows, (("编码", "说明"), (OLD[5].code, "去年"), (OLD[6].code, "去年")), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    opened.save(path)
    return path


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole") / "330800示例市生态环境分区管控成果（内部）2023"
    for name in ("1矢量", "2清单", "3图件", "4附件"):
        (folder / name).mkdir(parents=True)
    layers(folder / "1矢量")
    unit_list(folder / "2清单" / "示例市2023年清单.xlsx")
    county_summary(folder / "2清单" / "汇总.xlsx")
    other_list(folder / "2清单" / "附表3 一览表.xlsx")
    scheme(folder / "2清单" / "示例市方案.docx")
    odd_list(folder / "2清单" / "台账.xlsx")
    odd_document(folder / "2清单" / "2023年方案（送审）.docx")
    files = {
        "3图件/示例市环境管控单元分布图.jpg": b"\xff\xd8\xff",
        "3图件/示例市环境管控单元分布图_2023.pdf": b"%PDF-",
        "3图件/生态保护红线图.png": b"\x89PNG",
        "4附件/附件1 专家评审意见_20231105.pdf": b"%PDF-",
        "4附件/附件1 专家评审意见（2）.jpg": b"\xff\xd8\xff",
        "4附件/（二）市政府批复.docx": b"no document",
        "4附件/坏.xlsx": b"no workbook",
        "1矢量/坏.shp": b"no layer",
        "1矢量/坏.gpkg": b"no layer",
        "说明.txt": b"words",
        "日志.txt": b"words",
        "旧.zip": b"PK",
        "工具.exe": b"MZ",
        "Thumbs.db": b"",
        "~$清单.xlsx": b"",
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return learn(folder, folder.parent / "as_last_year.toml")


@pytest.fixture(scope="module")
def volume(tmp_path_factory):
    """A volume of one county: a layer a category, one at sea, one of some rows; requirements and findings in sheets."""
    folder = tmp_path_factory.mktemp("volume") / "330824甲县分区管控（甲县分册）202312"
    folder.mkdir()
    units = [unit for unit in OLD if unit.county == "330824"]
    shapes = [one for one, unit in zip(squares(), OLD, strict=True) if unit.county == "330824"]

    def layer(name: str, rows: list[int], sea: bool = False, **more) -> None:
        own = [units[row] for row in rows]
        codes = [f"HY330800{unit.code[8:]}" if sea else unit.code for unit in own]
        columns = {
            "单元编码": codes,
            "单元名称": [unit.name for unit in own],
            "面积(公顷)": [round(unit.km2 * 100, 2) for unit in own],
            "更新": pd.to_datetime(["2023-12-31"] * len(own)),
            "在用": [True] * len(own),
            **{key: [values[row] for row in rows] for key, values in more.items()},
        }
        made = gpd.GeoDataFrame(columns, geometry=[shapes[row] for row in rows], crs=CRS)
        path, _, name = name.partition("|")
        made.to_file(folder / path, layer=name or None, engine="pyogrio")

    for digit in (1, 2, 3):
        layer(f"单元.gpkg|{LONG[digit]}", [n for n, unit in enumerate(units) if unit.category == digit])
    layer("海域单元.gpkg|海域", [0, 1, 2], sea=True)
    layer("部分.gpkg|部分", [0, 5, 6])
    numbers = [float(unit.code[2:]) for unit in units]
    layer("数字编码.shp", list(range(len(units))), BM=numbers, MJ_M=[unit.km2 * 1500 for unit in units])
    book = openpyxl.Workbook()
    rules = book.active
    rules.title = "清单"
    rules.append(["单元编码", "维度", "管控方式", "管控要求", "依据"])
    for unit in units:
        for n, word_ in enumerate(("空间布局约束", "污染物排放管控", "环境风险防控")):
            rules.append(
                [unit.code if not n else None, word_, "禁止" if n else "限制", f"第{n}条要求。", f"《第{n}法》"]
            )
    found = book.create_sheet("问题")
    found.append(["规则编号", "等级", "问题描述", "状态", "说明理由"])
    for n in range(6):
        found.append([f"Q{n:02d}", ("错误", "提示")[n % 2], f"第{n}处", "未处理", None])
    book.save(folder / "2023年12月清单.xlsx")
    duplicate = Document()
    for head in (("单元编码", "单元名称"), ("编码", "名称")):
        table = duplicate.add_table(1, 2)
        for texts in (head, *((unit.code, unit.name) for unit in units)):
            cells = table.rows[0].cells if texts is head else table.add_row().cells
            cells[0].text, cells[1].text = texts
    duplicate.save(folder / "附录.docx")
    return learn(folder, folder.parent / "county.toml")


def told_of(learned) -> str:
    """All that is told of each file and column, in the planner's language."""
    names = glossary()

    def say(message) -> str:
        return word(message, "zh", names)

    lines = [
        f"{learned.title} | {learned.name} | {learned.place.province} {learned.place.city} {learned.place.city_code}",
        f"{learned.known.year}-{learned.known.month}-{learned.known.day} {learned.known.county}",
        f"{learned.matched} + {learned.unmatched} = {learned.columns}",
    ]
    for file in learned.files:
        lines += ["", f"{file.path} → {file.kind or '—'}", *(f"  ! {say(one)}" for one in file.said)]
        for table in file.tables:
            only = "?" if table.only is None else " ".join(f"{key}={value}" for key, value in table.only.items())
            lines.append(f"  [{table.table.name}] {table.of or '—'} {only if table.of else ''}".rstrip())
            lines += [f"    ! {say(one)}" for one in table.told]
            for match in table.matches:
                words = "".join(f" {key}={text}" for key, text in match.words.items()) if len(match.words) < 9 else " …"
                column = match.column
                shape = f"{column.type} {column.width}.{column.decimals}"
                lines.append(f"    {column.title} ({shape}) → {match.of or '—'}{words}: {say(why(match))}")
    lines += ["", *(say(one) for one in learned.missing)]
    return "\n".join(lines) + "\n"


def plain(text: str) -> str:
    """Without the words of the library that opens layers, which differ from version to version."""
    return re.sub(r"(无法作为矢量文件读取)（.*?\.）", r"\1", text)


def shown_book(path: Path) -> list[str]:
    """A workbook as a planner sees it: cells, what is merged, heights, widths, margins, names, choices."""
    book, lines = openpyxl.load_workbook(path, rich_text=True), []
    for sheet in book.worksheets:
        lines += ["", f"[{sheet.title}] {sheet.sheet_state} {sheet.dimensions} {sheet.auto_filter.ref or ''}".rstrip()]
        for row in sheet.iter_rows():
            for cell in row:
                looks = [*(["bold"] if cell.font.b else []), *([cell.fill.fgColor.rgb] if cell.fill.fill_type else [])]
                looks += [cell.number_format] if cell.number_format != "General" else []
                note = f" ({cell.comment.text} {cell.comment.author})" if getattr(cell, "comment", None) else ""
                link = f" <{cell.hyperlink.target}>" if getattr(cell, "hyperlink", None) else ""
                if cell.value is not None or looks or note or link:
                    lines.append(f"{cell.coordinate} {cell.value!s} {' '.join(looks)}{note}{link}".rstrip())
        lines.append(f"merged {' '.join(sorted(one.coord for one in sheet.merged_cells.ranges))}".rstrip())
        rows = {row: (one.height, one.hidden) for row, one in sorted(sheet.row_dimensions.items())}
        lines.append(f"rows {rows}")
        for page in ("oddHeader", "oddFooter", "evenFooter"):
            texts = [getattr(getattr(sheet, page), side).text for side in ("left", "center", "right")]
            lines += [f"{page} {texts}"] if any(texts) else []
        lines += [f"choice {one.sqref} {one.formula1} {one.prompt}" for one in sheet.data_validations.dataValidation]
        lines.append(f"charts {len(sheet._charts)} filters {len(sheet.auto_filter.filterColumn)}")
    lines += ["", f"computed anew {book.calculation.fullCalcOnLoad}"]
    names = {name: one.attr_text for name, one in book.defined_names.items()}
    own = book.properties
    lines += [
        "",
        f"names {names}",
        f"title {own.title} creator {own.creator} others {len(book.custom_doc_props.props)}",
    ]
    return lines


def shown_document(path: Path) -> list[str]:
    """A document as a planner sees it: paragraphs and tables in their order, margins, what is known of its author."""
    opened, lines = Document(str(path)), []
    for element in opened.element.body.iterchildren():
        if element.tag == qn("w:p"):
            lines.append(Paragraph(element, opened).text)
        elif element.tag == qn("w:tbl"):
            for row in Table(element, opened).rows:
                cells = [
                    f"{cell.text}{'*' if any(run.bold for one in cell.paragraphs for run in one.runs) else ''}"
                    for cell in row.cells
                ]
                lines.append(f"| {' | '.join(cells)} |".replace("\n", "/"))
    for section in opened.sections:
        lines += [f"{one.text}" for part in (section.header, section.footer) for one in part.paragraphs]
    own = opened.core_properties
    return [*lines, f"title {own.title} author {own.author} keywords {own.keywords} {own.comments}"]


def kept(name: str, text: str) -> str:
    """What was last looked at; where it was deleted, the text of now is written in its place."""
    path = KEPT / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return ""
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("which", "name"), [("learned", "profile"), ("volume", "volume")])
def test_the_profile_reads_so(which, name, request):
    text = plain(request.getfixturevalue(which).profile.read_text(encoding="utf-8"))
    assert text == kept(f"{name}.toml", text)


@pytest.mark.parametrize(("which", "name"), [("learned", "told"), ("volume", "volume")])
def test_what_is_told_reads_so(which, name, request):
    text = plain(told_of(request.getfixturevalue(which)))
    assert text == kept(f"{name}.txt", text)


def test_nothing_of_this_computer_is_in_the_profile(learned):
    assert str(learned.folder.parent) not in learned.profile.read_text(encoding="utf-8")
    assert str(learned.folder.parent) not in told_of(learned)


def test_templates_look_so(learned):
    text = ""
    for path in sorted(learned.profile.with_suffix("").iterdir()):
        shown = shown_book(path) if path.suffix == ".xlsx" else shown_document(path)
        text += "\n".join([f"══ {path.name}", *shown, "", ""])
    assert text == kept("templates.txt", text)

"""Three invented last years of `strange_prefecture`: what each delivery held, and their files as others made them.

    python test/last_years.py PACKAGE DELIVERY THIS_YEARS_PLAN LAST_YEARS_PLAN

reads a package of this year back: prints as JSON what was compared, what differs, what of last year is left.
One is a workbook beside a Shapefile, one a volume a county, one of three levels with a geodatabase and Word tables. What
they hold is last year's: another red line and ecological space, so other shapes and areas, other names, and one county
without general units. Nothing here comes from the engine; plans are made by its command line.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import docx
import geopandas as gpd
import openpyxl
import pyogrio
import shapely
import strange_prefecture as prefecture
from last_year_reading import (
    CATEGORIES,
    DIMENSIONS,
    GENERAL,
    KEY,
    LONG,
    MEASURES,
    PRIORITY,
    SHORT,
    Column,
    Delivery,
    Held,
    Reader,
    State,
)
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

LAST, NOW = "2025", "2026"
CITY, PROVINCE, CITY_CODE = "澜河市", "广西壮族自治区", "459900"
EXCLAVE = "飞云镇（飞地）"
# This year's name → last year's, of what stands in names of units.
RENAMED = {"青岩工业园": "青岩工业集中区", "水寨镇": "水寨乡", "东关镇": "东关街道"}
EMPTY = "459903"  # the county that had no general units
FIELDS = {
    "county": {"code": "区县代码", "name": "区县名称"},
    "township": {"code": "乡镇代码", "name": "乡镇名称"},
    "red_line": {"code": "红线编码"},
    "general_eco_space": {"name": "名称"},
    "protected_area": {"name": "名称", "grade": "管控分区", "zone": "类型"},
    "drinking_water": {"name": "水源地名称", "grade": "级别"},
    "water_zone": {"name": "控制单元", "zone": "管控类型"},
    "air_zone": {"zone": "分区类型"},
    "soil_zone": {"name": "地块", "zone": "类型"},
    "industrial_park": {"name": "园区名称", "grade": "园区级别"},
    "urban_boundary": {"zone": "类型"},
}
# Year → what the red line and the ecological space were then.
SOURCES = {
    LAST: {"red_line": prefecture.WRONG[0], "general_eco_space": prefecture.SPACES[0]},
    NOW: {"red_line": prefecture.RED_LINE, "general_eco_space": prefecture.SPACES[1]},
}
LONGEST = 380  # letters of a cell from which last year's lists went on in a row of their own


# ── what is delivered ─────────────────────────────────────────────────────────────────────────────────────────────

NUMBER, NOTE = Column("序号", "number"), Column("备注")
WORDS = ("空间布局约束", "污染物排放管控", "环境风险防控", "资源开发效率要求")


def _entries(category: int) -> Held:
    return Held(
        "{city}{year}年生态环境分区管控成果汇总.xlsx",
        LONG[category],
        "units",
        (
            NUMBER,
            Column("环境管控单元编码", "code"),
            Column("环境管控单元名称", "name"),
            Column("行政区划/县（市、区）", "county_name"),
            Column("行政区划/涉及乡镇", "townships"),
            Column("管控单元分类", "category", words=LONG),
            Column("面积（平方公里）", "area_km2", 2),
            *(Column(f"管控要求/{word}", of) for word, of in zip(WORDS, DIMENSIONS, strict=True)),
            NOTE,
        ),
        only={"category": category},
        above=("{city}{year}年生态环境准入清单" + f"（{LONG[category]}）", "填报单位：{city}生态环境局"),
    )


def _county_sums(measure: str, word: str) -> tuple[Column, ...]:
    columns = [
        Column("县（市、区）", "county_name"),
        Column("合计/单元个数", "n"),
        Column(f"合计/面积（{word}）", measure, 4),
    ]
    for digit in CATEGORIES:
        columns += [
            Column(f"{LONG[digit]}/单元个数", f"n_{digit}"),
            Column(f"{LONG[digit]}/面积（{word}）", f"{measure}_{digit}", 4),
            Column(f"{LONG[digit]}/占比（%）", f"share_{digit}", 2),
        ]
    return tuple(columns)


WORKBOOK = Delivery(
    "{city}{year}年生态环境分区管控成果",
    (
        Held(
            "矢量数据/{city}环境管控单元_{year}.shp",
            "",
            "units",
            (
                Column("DYBM", "code"),
                Column("DYMC", "name"),
                Column("XZQDM", "county"),
                Column("XZQMC", "county_name"),
                Column("SJXZ", "townships"),
                Column("GKLX", "category", words=LONG),
                Column("MJ_KM2", "area_km2", 2),
                Column("NF", "year"),
                Column("BZ"),
            ),
            crs="EPSG:4524",
            encoding="GBK",
        ),
        *map(_entries, CATEGORIES),
        Held(
            "{city}{year}年生态环境分区管控成果汇总.xlsx",
            "面积统计",
            "counties",
            _county_sums("area_wan_mu", "万亩"),
            above=("{city}{year}年环境管控单元面积统计表",),
            total=True,
        ),
        Held(
            "{city}{year}年生态环境分区管控成果汇总.xlsx",
            "要素分区_{year}",
            "zones",
            (
                NUMBER,
                Column("环境要素", "element_name"),
                Column("分区编码", "code"),
                Column("分区类型", "zone_name"),
                Column("所属区县", "county_name"),
                Column("分区分类", "category", words=SHORT),
                Column("面积（km2）", "area_km2", 2),
            ),
            above=("{city}要素管控分区清单（{year}年）",),
            total=True,
        ),
    ),
    texts={
        "{city}{year}年生态环境分区管控成果汇总.xlsx|代码表": (
            "类别代码",
            "1",
            "优先保护单元",
            "2",
            "3",
            "一般管控单元",
        ),
        "{city}{year}年生态环境分区管控成果汇总.xlsx|填表说明": (
            "一、本表由{city}生态环境局于{year}年编制。",
            "二、面积由图形量算，坐标系为CGCS2000。",
        ),
    },
)


def _unit_columns(*more: Column) -> tuple[Column, ...]:
    return (
        NUMBER,
        Column("管控单元/编码", "code"),
        Column("管控单元/名称", "name"),
        Column("TYPE", "category"),
        Column("面积/公顷", "area_ha", 2),
        Column("面积/亩", "area_mu", 1),
        *more,
    )


def _volume(code: str) -> tuple[Held, ...]:
    """A county's folder: all its units, then a sheet a category."""
    county = prefecture.COUNTIES[code]
    file = f"{code}{county}/{county}" + "环境管控单元名录（{year}年）.xlsx"
    place = Column("所在乡镇（街道）", "townships")
    sheets = [
        Held(
            file,
            SHORT[digit],
            "units",
            _unit_columns(place, NOTE),
            only={"county": code, "category": digit},
            above=(f"{county}{LONG[digit]}名录", "填报单位：" + county + "人民政府"),
            total=True,
            was_empty=code == EMPTY and digit == GENERAL,
        )
        for digit in CATEGORIES
    ]
    whole = Held(
        file,
        "总表",
        "units",
        _unit_columns(),
        only={"county": code},
        above=(county + "{year}年环境管控单元总表",),
        total=True,
    )
    return (whole, *sheets)


COUNTY = Delivery(
    "{city}{year}年度环境管控单元名录（分县）",
    (
        Held(
            "{city}环境管控单元{year}.shp",
            "",
            "units",
            (
                Column("BM", "code"),
                Column("MC", "name"),
                Column("LX", "category"),
                Column("XZQ", "county"),
                Column("MJ", "area_ha", 4),
            ),
            crs="EPSG:4545",
            encoding="GBK",
        ),
        *(held for code in prefecture.COUNTIES for held in _volume(code)),
    ),
)

_GDB = "{city}/矢量数据/{city}生态环境分区管控（{year}年）.gdb"
_ZONE_LAYERS = {"ecology": "STKJFQ", "water": "SHJGKFQ", "air": "DQHJGKFQ", "soil": "TRWRFXFQ"}
_DOCUMENT = "{city}/文本/{city}生态环境准入清单（{year}年版）.docx"
_COUNTY_DOCUMENT = "{city}/各县（市、区）/白沙县/白沙县生态环境准入清单（{year}年）.docx"


def _word_units(file: str, number: int, above: str, only: dict[str, Any], *lists: Column, **more: Any) -> Held:
    return Held(
        file,
        f"{number}",
        "units",
        (
            NUMBER,
            Column("单元编码", "code"),
            Column("单元名称", "name"),
            Column("所属县区", "county_name"),
            Column("管控类别", "category", words=SHORT),
            Column("面积（km²）", "area_km2", 2),
            *lists,
        ),
        only=only,
        above=(above,),
        **more,
    )


_LISTS = tuple(Column(word, of) for word, of in zip(WORDS, DIMENSIONS, strict=True))
_CHAPTERS = {PRIORITY: "一、优先保护单元", KEY: "二、重点管控单元", GENERAL: "三、一般管控单元"}
LEVELS = Delivery(
    "{province}{year}年生态环境分区管控动态更新成果（{classification}）",
    (
        Held(
            _GDB,
            "HJGKDY_{year}",
            "units",
            (
                Column("HJGKDYBM", "code"),
                Column("HJGKDYMC", "name"),
                Column("SHENG", "province"),
                Column("SHI", "city"),
                Column("XIAN", "county_name"),
                Column("GKDYFL", "category"),
                Column("SJXZ", "townships"),
                Column("MJ", "area_m2", 2),
                Column("ND", "year"),
            ),
            crs="EPSG:4490",
        ),
        *(
            Held(
                _GDB,
                f"{layer}_" + "{year}",
                "zones",
                (
                    Column("YSFQBM", "code"),
                    Column("YS", "element_name"),
                    Column("FQLX", "zone_name"),
                    Column("XZQDM", "county"),
                    Column("FQFL", "category"),
                    Column("MJ", "area_km2", 4),
                ),
                only={"element": element},
                crs="EPSG:4490",
            )
            for element, layer in _ZONE_LAYERS.items()
        ),
        Held(_GDB, "STBHHX_{year}", "red_line", (Column("MJ", "area_ha", 4),), crs="EPSG:4490"),
        Held(_GDB, "CYYQ_{year}", "parks", (Column("MJ", "area_ha", 4),), crs="EPSG:4490"),
        *(_word_units(_DOCUMENT, digit, _CHAPTERS[digit], {"category": digit}, total=True) for digit in CATEGORIES),
        Held(
            _DOCUMENT,
            "4",
            "counties",
            _county_sums("area_km2", "平方公里"),
            above=("附表 {city}环境管控单元面积统计（{year}年）",),
            total=True,
        ),
        *(
            _word_units(
                _COUNTY_DOCUMENT,
                digit,
                _CHAPTERS[digit],
                {"category": digit, "county": EMPTY},
                *_LISTS,
                was_empty=digit == GENERAL,
            )
            for digit in CATEGORIES
        ),
    ),
    kept=(f"桂环发〔{LAST}〕12号",),
    texts={
        _DOCUMENT: (
            "{city}生态环境准入清单（{year}年版）",
            f"根据《关于印发分区管控方案的通知》（桂环发〔{LAST}〕12号）编制，规划期限为2021—2035年。",
            "密级：{classification}",
            "{city}生态环境局　{year}年11月",
        ),
        _COUNTY_DOCUMENT: ("白沙县生态环境准入清单（{year}年）", "密级：{classification}"),
    },
    slots=("附件/专家评审意见.pdf",),
)
DELIVERIES = {"workbook": WORKBOOK, "county": COUNTY, "levels": LEVELS}


# ── the territory in both years ───────────────────────────────────────────────────────────────────────────────────


def cases(folder: Path) -> dict[str, Path]:
    """Write the sources and a case a year; this year's red line is secret."""
    prefecture.make(folder)
    towns = folder / prefecture.TRUTH["township"][0]
    layer = gpd.read_file(towns, encoding="GBK")
    layer["乡镇名称"] = layer["乡镇名称"].replace(EXCLAVE.partition("（")[0], EXCLAVE)
    layer.to_file(towns, encoding="GBK")
    out = {}
    for year, others in SOURCES.items():
        lines = ["[case]", f'name = "{CITY}"', f'date = "{year}-11-30"', f"filing_year = {year}", "seed = 1"]
        lines += [f'province = "{PROVINCE}"', f'city = "{CITY}"']
        for role, fields in FIELDS.items():
            path = others.get(role, prefecture.TRUTH[role][0])
            told = ", ".join(f'{key} = "{name}"' for key, name in fields.items() if path != prefecture.WRONG[0])
            secret = year == NOW and role == "red_line"
            lines += ["[[source]]", f'role = "{role}"', f'path = "{path}"', f"fields = {{ {told} }}"]
            lines += [f'classification = "{"秘密" if secret else "内部"}"', f'date = "{year}"', 'provider = "某局"']
            lines += ['encoding = "GBK"'] * path.endswith(".shp")
        out[year] = folder / f"case{year}.toml"
        out[year].write_text("\n".join([*lines, "[grouping]", 'general = "township"']) + "\n", "utf-8")
    return out


def as_it_was(plan: Path) -> State:
    """Give last year's state: older names, and what is general now in one county was key."""
    state = State(plan)
    for unit in state.units:
        for now, before in RENAMED.items():
            unit["name"] = unit["name"].replace(now, before)
            unit["townships"] = unit["townships"].replace(now, before)
        if unit["county"] == EMPTY and unit["category"] == GENERAL:
            unit["code"], unit["category"] = f"ZH{EMPTY}2{int(unit['code'][-4:]) + 70:04d}", KEY
            unit["name"] = unit["name"].replace("一般管控", "农业农村重点管控")
    state.units.sort(key=lambda unit: unit["code"])
    return state


# ── last year's files ─────────────────────────────────────────────────────────────────────────────────────────────

_EDGE = Side(style="thin")
_GRID, _MIDDLE = Border(_EDGE, _EDGE, _EDGE, _EDGE), Alignment("center", "center", wrap_text=True)


def deliver(delivery: Delivery, state: State, folder: Path) -> Path:
    """Write a delivery of last year."""
    root = folder / state.said(delivery.folder)
    books: dict[Path, Any] = {}
    documents: dict[Path, Any] = {}
    for held in delivery.held:
        file = root / state.said(held.file)
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".xlsx":
            _sheet(books, file, held, state)
        elif file.suffix == ".docx":
            if file not in documents:
                documents[file] = _cover(docx.Document(), state, delivery.texts[held.file])
            _word_table(documents[file], held, state)
        else:
            _layer(file, held, state)
    for place, lines in delivery.texts.items():
        name, _, sheet = place.partition("|")
        if sheet:
            own = books[root / state.said(name)].create_sheet(sheet)
            for row in _rows_of_texts(sheet, [state.said(line) for line in lines]):
                own.append(row)
    for file, book in books.items():
        book.remove(book["Sheet"])
        book.save(file)
    for file, document in documents.items():
        document.save(file)
    for slot in delivery.slots:
        (root / slot).parent.mkdir(exist_ok=True)
        (root / slot).write_bytes(b"%PDF-1.4\n%%EOF\n")
    return root


def _rows_of_texts(sheet: str, lines: list[str]) -> list[list[Any]]:
    if sheet == "代码表":
        return [["类别代码", "类别名称"], *([digit, LONG[digit]] for digit in CATEGORIES)]
    return [[line] for line in lines]


def _records(held: Held, state: State) -> list[dict[str, Any]]:
    rows = [] if held.was_empty else state.rows(held)
    return [{**row, "number": number} for number, row in enumerate(rows, 1)]


def _cells(held: Held, record: dict[str, Any], state: State) -> list[Any]:
    out = []
    for column in held.columns:
        value = state.value(record, column.of) if column.of else None
        if isinstance(value, float):
            value = round(value, column.decimals)
        elif isinstance(value, list):
            value = "\n".join(f"{number}．{text}" for number, text in enumerate(value, 1))
        out.append(column.words.get(value, value) if column.words else value)
    return out


def _totals(held: Held, state: State) -> list[Any]:
    units = [unit for record in _records(held, state) for unit in record.get("own", [record])]
    out: list[Any] = []
    for column in held.columns:
        summed = column.of.rstrip("_123") in {*MEASURES, "n", "share"}
        value = state.value({"county": "", "own": units}, column.of) if summed and units else None
        out.append(round(value, column.decimals) if isinstance(value, float) else value)
    out[0] = "合计"
    return out


def _sheet(books: dict[Path, Any], file: Path, held: Held, state: State) -> None:
    book = books.setdefault(file, openpyxl.Workbook())
    sheet = book.create_sheet(state.said(held.name))
    width, depth = len(held.columns), held.depth
    for number, text in enumerate(held.above, 1):
        sheet.cell(number, 1, state.said(text)).font = Font(name="黑体", size=16 if number == 1 else 11)
        sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=width)
    top = len(held.above)
    for place, column in enumerate(held.columns, 1):
        parts = column.title.split("/")
        for level, part in enumerate(parts):
            if not level and place > 1 and len(parts) > 1 and held.columns[place - 2].title.split("/")[0] == part:
                continue
            sheet.cell(top + level + 1, place, part)
        if len(parts) < depth:
            sheet.merge_cells(start_row=top + 1, end_row=top + depth, start_column=place, end_column=place)
        sheet.column_dimensions[get_column_letter(place)].width = 42 if column.of in DIMENSIONS else 14
    for part, count in Counter(column.title.split("/")[0] for column in held.columns).items():
        first = next(n for n, column in enumerate(held.columns, 1) if column.title.split("/")[0] == part)
        if count > 1:
            sheet.merge_cells(start_row=top + 1, end_row=top + 1, start_column=first, end_column=first + count - 1)
    rows = [row for record in _records(held, state) for row in _in_rows(_cells(held, record, state))]
    for row in [*rows, *([_totals(held, state)] if held.total else [])]:
        sheet.append(row)
    for cells in sheet.iter_rows(top + 1, sheet.max_row, 1, width):
        for cell, column in zip(cells, held.columns, strict=True):
            cell.border, cell.alignment = _GRID, _MIDDLE
            if column.decimals:
                cell.number_format = f"0.{'0' * column.decimals}"


def _in_rows(cells: list[Any]) -> list[list[Any]]:
    """Let a record whose texts are too long for a page go on in 续 rows: its number with 续, its code, the rest."""
    left = [str(cell).split("\n") if isinstance(cell, str) and "\n" in cell else None for cell in cells]
    rows = []
    while any(left) or not rows:
        row = list(cells) if not rows else [f"{cells[0]}续", *cells[1:3], *([None] * (len(cells) - 3))]
        for place, lines in enumerate(left):
            if lines is None:
                continue
            taken: list[str] = []
            while lines and (not taken or sum(map(len, taken)) + len(lines[0]) < LONGEST):
                taken.append(lines.pop(0))
            row[place] = "\n".join(taken) or None
        rows.append(row)
    return rows


def _cover(document: Any, state: State, lines: tuple[str, ...]) -> Any:
    title, *others = map(state.said, lines)
    document.add_heading(title, 0)
    for line in others:
        if line.startswith("密级"):
            document.sections[0].header.paragraphs[0].text = line
        else:
            document.add_paragraph(line)
    return document


def _word_table(document: Any, held: Held, state: State) -> None:
    for text in held.above:
        document.add_heading(state.said(text), 1)
    records, depth, width = _records(held, state), held.depth, len(held.columns)
    table = document.add_table(depth + len(records) + held.total, width, style="Table Grid")
    for place, column in enumerate(held.columns):
        parts = column.title.split("/")
        for level, part in enumerate(parts):
            table.cell(level, place).text = part
        if len(parts) < depth:
            table.cell(0, place).merge(table.cell(depth - 1, place)).text = parts[0]
    groups = Counter(column.title.split("/")[0] for column in held.columns)
    for part, count in groups.items():
        first = next(n for n, column in enumerate(held.columns) if column.title.split("/")[0] == part)
        if count > 1:
            table.cell(0, first).merge(table.cell(0, first + count - 1)).text = part
    rows = [_cells(held, record, state) for record in records] + [_totals(held, state)] * held.total
    for own, values in zip(list(table.rows)[depth:], rows, strict=True):
        for cell, value, column in zip(own.cells, values, held.columns, strict=True):
            shown = f"{value:.{column.decimals}f}" if isinstance(value, float) else value
            cell.text = "" if shown is None else str(shown)


def _layer(file: Path, held: Held, state: State) -> None:
    records = _records(held, state)
    columns = {column.title: [] for column in held.columns}
    for record in records:
        for title, value in zip(columns, _cells(held, record, state), strict=True):
            columns[title].append(value)
    shapes = [shapely.multipolygons(list(shapely.get_parts(row["shape"]))) for row in records]
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=state.crs).to_crs(held.crs)
    whole = {column.title: "int32" for column in held.columns if column.of == "category" and not column.words}
    frame = frame.astype(whole)
    options: dict[str, Any] = {"layer": state.said(held.name)} if held.name else {"encoding": held.encoding}
    if file.suffix == ".gdb":
        options |= {"driver": "OpenFileGDB", "append": file.exists()}
    before = pyogrio.get_gdal_config_option("SHAPE_ENCODING")
    pyogrio.set_gdal_config_options({"SHAPE_ENCODING": None})
    pyogrio.write_dataframe(frame, file, geometry_type="MultiPolygon", **options)
    pyogrio.set_gdal_config_options({"SHAPE_ENCODING": before})


def read_back(package: Path, delivery: str, now: Path, before: Path) -> dict[str, Any]:
    """Compare a package with the plan it was made of, and look for what is last year's."""
    reader = Reader(package, State(now), DELIVERIES[delivery]).compare()
    left = reader.left(as_it_was(before))
    return {"compared": reader.compared, "wrong": reader.wrong, "left": left}


if __name__ == "__main__":
    document = read_back(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
    assert not [name for name in sys.modules if "delineation" in name or "control_units" in name]
    json.dump(document, sys.stdout, ensure_ascii=False)

"""A whole package of others, small: the profile that is learned of it and all that is told, word for word.

``test/data/learned`` has both as they were last looked at. Where a change means them to differ, delete the file there:
the test writes it anew, fails, and shows by ``git diff`` what a planner will read.
"""

from __future__ import annotations

import re
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
import shapely
from control_units.delineation.case.names import glossary
from control_units.delineation.core.messages import word
from control_units.delineation.package.like.learn import learn
from control_units.delineation.package.like.writing import why
from foreign_documents import COUNTIES, OLD, SHORT, county_summary, scheme, unit_list

KEPT = Path(__file__).parent / "data" / "learned"
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
            lines.append(f"  [{table.table.name}] {table.of or '—'} {table.category or ''}".rstrip())
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


def kept(name: str, text: str) -> str:
    """What was last looked at; where it was deleted, the text of now is written in its place."""
    path = KEPT / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return ""
    return path.read_text(encoding="utf-8")


def test_the_profile_reads_so(learned):
    text = plain(learned.profile.read_text(encoding="utf-8"))
    assert text == kept("profile.toml", text)


def test_what_is_told_reads_so(learned):
    text = plain(told_of(learned))
    assert text == kept("told.txt", text)


def test_nothing_of_this_computer_is_in_the_profile(learned):
    assert str(learned.folder.parent) not in learned.profile.read_text(encoding="utf-8")
    assert str(learned.folder.parent) not in told_of(learned)

"""Tables and layers of last year that had no rows: which rows they take this year is read from names, titles and paths.

Last year's package is made by openpyxl, python-docx and geopandas alone; what this year's files hold is counted in the
plan's own table of units.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import geopandas as gpd
import openpyxl
import pytest
import shapely
from control_units.delineation.cli.main import main
from control_units.delineation.core.progress import silent
from control_units.delineation.package.filling import Filling, tokens_of
from control_units.delineation.package.like.learn import learn
from control_units.delineation.package.profile import read_package_profile
from control_units.delineation.package.registry import content_kinds
from docx import Document
from docx.enum.section import WD_SECTION
from foreign_documents import LONG
from package_filling import PROFILE
from sample_plan import sample_plan

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.uses()

HEAD = ("环境管控单元编码", "环境管控单元名称", "所属区县", "面积（平方公里）")
COUNTIES = {"330824": "甲县", "330881": "乙市", "330802": "柯城区", "330803": "衢江区"}
ELEMENTS = {"水环境": "2", "大气环境": "3", "土壤环境": "4"}


def units(county: str, category: int, count: int = 3) -> list[tuple]:
    """Units of last year: none of their codes or names is one of this year's."""
    return [
        (
            f"ZH{county}{category}{70 + n:04d}",
            f"{COUNTIES[county]}旧{n}号{LONG[category]}",
            COUNTIES[county],
            10.25 * n + category,
        )
        for n in range(1, count + 1)
    ]


def book(path: Path, **sheets: tuple) -> Path:
    """Write a workbook: of each sheet the lines above the head, the rows, and whether they are summed up."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, (above, rows, *summed) in sheets.items():
        sheet = made.create_sheet(title)
        for line in (*((one,) for one in above), HEAD, *rows):
            sheet.append(line)
        if summed:
            sheet.append(("合计", None, None, sum(row[3] for row in rows)))
    path.parent.mkdir(parents=True, exist_ok=True)
    made.save(path)
    return path


def of_counties(folder: Path, name: str = "{code}{county}/管控单元清单.xlsx", *, empty: dict | None = None) -> Path:
    """Make a package of a workbook a county, a sheet a category: the first county has no general unit."""
    for code, county in COUNTIES.items():
        sheets = {title: ((), units(code, digit)) for digit, title in LONG.items()}
        if code == "330824":
            sheets["一般管控单元"] = ((), [])
            sheets = empty if empty is not None else sheets
        book(folder / name.format(code=code, county=county), **sheets)
    return folder


def tables_of(learned, file: str) -> dict[str, tuple]:
    """Give name → which rows, of the tables of a file that are filled."""
    (found,) = [one for one in learned.files if one.path == file]
    return {table.table.name: None if table.only is None else dict(table.only) for table in found.tables if table.of}


def told_of(learned, file: str) -> str:
    return "\n".join(str(said) for one in learned.files if one.path == file for said in one.said)


def made_of(learned, path: str, folder: Path):
    """Make this year's file in the place of one of last year's; it reads as it was meant."""
    plan, profile = sample_plan(), read_package_profile(learned.profile)
    (content,) = [one for one in profile.contents if one.path == path]
    tokens = tokens_of(plan.meta, PROFILE, profile, "内部", "zh")
    filling = Filling(plan, folder / "plan.gpkg", PROFILE, profile, tokens, plan.findings, root=folder)
    kind, new = content_kinds()[content.kind], folder / f"new.{path.rpartition('.')[2]}"
    put = kind.write(filling, [content], new, silent)
    assert kind.compare(filling, [content], new, put) == []
    return new, put


def codes_in(path: Path) -> dict[str, list[str]]:
    """Give sheet → the codes in it."""
    return {
        sheet.title: [
            cell for row in sheet.iter_rows(values_only=True) for cell in row if str(cell)[:2] in ("ZH", "HY")
        ]
        for sheet in openpyxl.load_workbook(path)
    }


def general_of(county: str) -> list[str]:
    """Read this year's general units of a county in the plan itself."""
    own = sample_plan().units
    return sorted(own.loc[(own["category"] == 3) & (own["county"] == county), "code"])


# ── what was seen ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_sheet_of_one_county_that_was_empty_takes_that_countys_units_of_its_category(tmp_path):
    learned = learn(of_counties(tmp_path / "last"), tmp_path / "p.toml")
    file = "330824甲县/管控单元清单.xlsx"
    assert tables_of(learned, file) == {
        title: {"category": f"{digit}", "county": "330824"} for digit, title in LONG.items()
    }
    assert "had no rows: it takes those of 一般管控, 甲县, by what it is called, its folder" in told_of(learned, file)
    new, put = made_of(learned, file, tmp_path)
    assert general_of("330824") != general_of("330881") != []
    assert codes_in(new)["一般管控单元"] == general_of("330824")
    assert not [one for one in put.findings if one.id == "P29"]


@pytest.mark.parametrize("sheet", ["一般管控单元", "一般", "general", "330824一般管控"])
@pytest.mark.parametrize(
    ("name", "above"),
    [
        ("{code}/清单.xlsx", ()),
        ("{county}/清单.xlsx", ()),
        ("{county}管控单元清单.xlsx", ()),
        ("清单{code}.xlsx", ()),
        ("清单/{county}.xlsx", ("甲县生态环境管控单元名录",)),
    ],
)
def test_the_county_stands_in_folder_file_or_title(sheet, name, above, tmp_path):
    sheets = {"优先": ((), units("330824", 1)), "重点": ((), units("330824", 2)), sheet: (above, [])}
    learned = learn(of_counties(tmp_path / "last", name, empty=sheets), tmp_path / "p.toml")
    file = name.format(code="330824", county="甲县")
    assert tables_of(learned, file)[sheet] == {"category": "3", "county": "330824"}


@pytest.mark.parametrize(
    ("above", "head"),
    [(("附表3", "一般管控单元清单", "单位：平方公里"), None), ((), "一般管控单元"), (("表三　一般管控",), "甲县")],
)
def test_the_category_stands_in_the_title_or_over_the_head(above, head, tmp_path):
    folder = of_counties(
        tmp_path / "last",
        empty={"优先": ((), units("330824", 1)), "重点": ((), units("330824", 2)), "表3": (above, [])},
    )
    if head:
        made = openpyxl.load_workbook(folder / "330824甲县/管控单元清单.xlsx")
        sheet = made["表3"]
        sheet.insert_rows(len(above) + 1)
        sheet.cell(len(above) + 1, 1, head)
        sheet.merge_cells(start_row=len(above) + 1, end_row=len(above) + 1, start_column=1, end_column=4)
        made.save(folder / "330824甲县/管控单元清单.xlsx")
    learned = learn(folder, tmp_path / "p.toml")
    assert tables_of(learned, "330824甲县/管控单元清单.xlsx")["表3"] == {"category": "3", "county": "330824"}


def test_a_county_that_no_path_names_is_that_of_the_other_sheets(tmp_path):
    """Nothing says what the folder is of, and its other sheets are of one county."""
    folder = of_counties(tmp_path / "last", "附件/{code}.xlsx")
    for number, file in enumerate(sorted((folder / "附件").iterdir())):
        file.rename(folder / "附件" / f"表{'甲乙丙丁'[number]}.xlsx")
    learned = learn(folder, tmp_path / "p.toml")
    (file,) = [one.path for one in learned.files if "一般管控, 甲县" in told_of(learned, one.path)]
    assert tables_of(learned, file)["一般管控单元"] == {"category": "3", "county": "330824"}


def test_a_workbook_whose_sheets_are_all_empty_goes_by_its_likes(tmp_path):
    sheets = {title: ((), []) for title in LONG.values()}
    folder = of_counties(tmp_path / "last", empty=sheets)
    learned = learn(folder, tmp_path / "p.toml")
    # No row names the first county any more, and its code is one of this city.
    file = "330824甲县/管控单元清单.xlsx"
    assert tables_of(learned, file) == {t: {"category": f"{d}", "county": "330824"} for d, t in LONG.items()}
    (folder / "330824甲县").rename(folder / "附表一")
    learned = learn(folder, tmp_path / "p.toml")
    assert tables_of(learned, "附表一/管控单元清单.xlsx") == dict.fromkeys(LONG.values())
    assert "nothing says of which county they would be" in told_of(learned, "附表一/管控单元清单.xlsx")


# ── what nothing decides ──────────────────────────────────────────────────────────────────────────────────────────

TWO = {"优先": ((), units("330824", 1)), "重点": ((), units("330824", 2))}


@pytest.mark.parametrize(
    ("title", "above", "why"),
    [
        ("表3", (), "nothing says of which category they would be"),
        ("优先重点一般", (), "nothing says of which category they would be"),
        (
            "一般管控",
            ("重点管控单元清单",),
            "what it is called ('一般管控') and what stands above it ('重点管控单元清单')",
        ),
        ("乙市一般管控", (), "its folder ('330824甲县') contradict each other"),
    ],
)
def test_where_nothing_or_too_much_is_said_the_head_stays_and_nothing_is_written(title, above, why, tmp_path, capsys):
    folder = of_counties(tmp_path / "last", empty={**TWO, title: (above, [], True)})
    file = "330824甲县/管控单元清单.xlsx"
    assert main(["profile", "--like", str(folder), "-o", str(tmp_path / "p.toml"), "--lang", "en", "--json"]) == 0
    (said,) = [one for one in json.loads(capsys.readouterr().out)["files"] if one["path"] == file]
    assert said["undecided"] == [title]
    assert why in "\n".join(said["said"])
    new, put = made_of(learn(folder, tmp_path / "p.toml"), file, tmp_path)
    sheet = openpyxl.load_workbook(new)[title]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[len(above)] == HEAD
    assert [row[0] for row in rows[len(above) + 1 :]] == [None, "合计"]
    (finding,) = [one for one in put.findings if one.id == "P29"]
    assert (finding.facts["file"], str(finding.facts["table"])) == ("new.xlsx", title)


def test_a_lone_empty_sheet_is_filled_whole_and_said_to_go_by_names_only(tmp_path):
    book(tmp_path / "last/管控单元名录.xlsx", 名录=((), [], True))
    learned = learn(tmp_path / "last", tmp_path / "p.toml")
    assert tables_of(learned, "管控单元名录.xlsx") == {"名录": {}}
    assert "has no rows: columns are matched by their names alone" in told_of(learned, "管控单元名录.xlsx")
    new, _ = made_of(learned, "管控单元名录.xlsx", tmp_path)
    assert sorted(codes_in(new)["名录"]) == sorted(sample_plan().units["code"])
    total = list(openpyxl.load_workbook(new)["名录"].iter_rows(values_only=True))[-1]
    assert total == ("合计", None, None, pytest.approx(sample_plan().units["area_m2"].sum() / 1e6))


def test_an_empty_sheet_beside_the_whole_list_is_something_else(tmp_path):
    """A list of changes, say, that had none."""
    rows = [row for county in COUNTIES for digit in LONG for row in units(county, digit)]
    book(tmp_path / "last/名录.xlsx", 名录=((), rows), 变更单元=((), []))
    learned = learn(tmp_path / "last", tmp_path / "p.toml")
    assert tables_of(learned, "名录.xlsx") == {"名录": {}, "变更单元": None}


def test_samples_without_any_row_are_parted_by_their_names(tmp_path):
    sheets = {title: ((f"{title}清单",), []) for title in LONG.values()}
    book(tmp_path / "last/样表.xlsx", **sheets, 附表=((), []))
    learned = learn(tmp_path / "last", tmp_path / "p.toml")
    wanted = {title: {"category": f"{digit}"} for digit, title in LONG.items()} | {"附表": None}
    assert tables_of(learned, "样表.xlsx") == wanted


def test_a_list_of_the_whole_city_says_so(tmp_path):
    folder = of_counties(tmp_path / "last", empty={"全市一般管控": ((), []), **TWO})
    learned = learn(folder, tmp_path / "p.toml")
    assert tables_of(learned, "330824甲县/管控单元清单.xlsx")["全市一般管控"] == {"category": "3"}


def test_a_countys_list_of_another_version_than_the_layers_stays_that_countys(tmp_path):
    """Where nothing else tells which of the rows it holds, its folder still says of which county."""
    folder = tmp_path / "last"
    rows = [row for county in COUNTIES for digit in LONG for row in units(county, digit)]
    layer(folder / "单元.shp", rows)
    book(folder / "330824甲县/清单.xlsx", 清单=((), [row for row in rows if row[2] == "甲县"][:6]))
    learned = learn(folder, tmp_path / "p.toml")
    assert tables_of(learned, "330824甲县/清单.xlsx") == {"清单": {"county": "330824"}}
    assert "held 6 of 9 units" in told_of(learned, "330824甲县/清单.xlsx")


# ── layers ────────────────────────────────────────────────────────────────────────────────────────────────────────


def layer(path: Path, rows: list[tuple], names: tuple[str, ...] = ("DYBM", "DYMC", "QXMC", "MJ")) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    shapes = [shapely.box(n * 1e3, 0, n * 1e3 + 900, 1e3) for n in range(len(rows))]
    columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    made = gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4549")
    if not rows:
        made = made.astype(dict.fromkeys(names[:3], "str"))
    made.to_file(path, engine="pyogrio", geometry_type="Polygon")


@pytest.mark.parametrize(("name", "only"), [("一般管控单元", {"category": "3"}), ("其他单元", None)])
def test_an_empty_layer_is_known_by_its_name_or_stays_empty(name, only, tmp_path):
    folder = tmp_path / "last"
    for digit in (1, 2):
        layer(folder / f"{LONG[digit]}.shp", [row for county in COUNTIES for row in units(county, digit)])
    layer(folder / f"{name}.shp", [])
    learned = learn(folder, tmp_path / "p.toml")
    assert tables_of(learned, f"{name}.shp") == {name: only}
    new, put = made_of(learned, f"{name}.shp", tmp_path)
    wanted = [*general_of("330824"), *general_of("330881")] if only else []
    assert sorted(gpd.read_file(new)["DYBM"]) == sorted(wanted)
    assert [str(one.facts["table"]) for one in put.findings if one.id == "P29"] == ([] if only else [name])


@pytest.mark.parametrize(
    ("name", "only"), [("土壤环境管控分区", {"element": "soil"}), ("生态环境分区管控/分区", None), ("分区", None)]
)
def test_zones_that_were_empty_are_known_by_their_element(name, only, tmp_path):
    folder = tmp_path / "last"
    for element in ("水环境", "大气环境"):
        codes = [f"YS330824{category}{ELEMENTS[element]}10{n:03d}" for category in (1, 2) for n in range(1, 4)]
        rows = [(code, f"{element}{code[-6:]}分区", "甲县", 3.5) for code in codes]
        layer(folder / f"{element}管控分区.shp", rows, ("FQBM", "FQMC", "QXMC", "MJ"))
    layer(folder / f"{name}.shp", [], ("FQBM", "FQMC", "QXMC", "MJ"))
    learned = learn(folder, tmp_path / "p.toml")
    assert [*tables_of(learned, f"{name}.shp").values()] == [only]


# ── Word tables ───────────────────────────────────────────────────────────────────────────────────────────────────


def add_table(document, rows: list[tuple], *, total: str = "", heads: tuple = (HEAD,)):
    table = document.add_table(0, 4)
    for texts in (*heads, *rows, *([(total, "", "", f"{sum(row[3] for row in rows):.2f}")] if total else [])):
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.text = f"{text:.2f}" if isinstance(text, float) else str(text)
    return table


def saved(document, path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    document.save(path)
    return path.name


def tables_in(path: Path) -> list[list[tuple[str, ...]]]:
    return [[tuple(cell.text for cell in row.cells) for row in table.rows] for table in Document(path).tables]


def test_a_table_that_was_empty_goes_by_the_paragraphs_above_it(tmp_path):
    """Two tables of two categories below a heading each, one of them empty, both with a row of totals."""
    document = Document()
    document.add_heading("甲县分册", 1)
    document.add_heading("一、重点管控单元", 2)
    document.add_paragraph("重点管控单元实行总量控制。")
    document.add_paragraph("表1　单元名录（单位：平方公里）")
    add_table(document, units("330824", 2), total="合计（3个）")
    document.add_heading("二、一般管控单元", 2)
    document.add_paragraph("表2　单元名录")
    add_table(document, [], total="合计（0个）")
    document.add_heading("乙市分册", 1)
    document.add_paragraph("一般管控单元名录")
    add_table(document, units("330881", 3))
    file = saved(document, tmp_path / "last/文本.docx")
    learned = learn(tmp_path / "last", tmp_path / "p.toml")
    of_county = {"category": "3", "county": "330824"}
    of_another = {"category": "3", "county": "330881"}
    assert tables_of(learned, file) == {"1": {"category": "2", "county": "330824"}, "2": of_county, "3": of_another}
    new, put = made_of(learned, file, tmp_path)
    first, second, third = tables_in(new)
    plan = sample_plan().units.set_index("code")["area_m2"] / 1e6
    area = {code: f"{km2:.2f}" for code, km2 in plan.items()}
    assert [row[0] for row in first] == [HEAD[0], "ZH33082420001", "合计"]
    assert [row[0] for row in second] == [HEAD[0], *general_of("330824"), "合计"]
    assert float(second[-1][3]) == pytest.approx(float(area["ZH33082430001"]))
    assert [row[0] for row in third] == [HEAD[0], *general_of("330881")]
    assert not [one for one in put.findings if one.id == "P29"]


def test_a_table_of_a_document_that_nothing_is_said_of_stays_empty(tmp_path):
    document = Document()
    document.add_paragraph("优先保护单元")
    add_table(document, units("330824", 1))
    document.add_paragraph("重点管控单元")
    add_table(document, units("330824", 2))
    document.add_paragraph("其余一般管控单元和重点管控单元见图。")
    add_table(document, [])
    file = saved(document, tmp_path / "last/文本.docx")
    learned = learn(tmp_path / "last", tmp_path / "p.toml")
    assert tables_of(learned, file)["3"] is None
    new, put = made_of(learned, file, tmp_path)
    assert tables_in(new)[2] == [HEAD, ("", "", "", "")]
    assert [one.id for one in put.findings if one.id in ("P16", "P29")] == ["P16", "P29"]


def test_a_table_a_county_holds_that_countys_units(tmp_path):
    document = Document()
    for code, county in COUNTIES.items():
        document.add_paragraph(f"{county}管控单元名录")
        add_table(document, [row for digit in LONG for row in units(code, digit)], total="小计")
    file = saved(document, tmp_path / "last/文本.docx")
    learned = learn(tmp_path / "last", tmp_path / "p.toml")
    assert [*tables_of(learned, file).values()] == [{"county": code} for code in COUNTIES]


@pytest.mark.parametrize("between", ["", "续表1", "表1（续）", "管控单元名录（二）"])
@pytest.mark.parametrize("again", [True, False])
def test_a_table_that_goes_on_in_others_is_one(between, again, tmp_path):
    rows = [row for digit in LONG for row in units("330824", digit)]
    document = Document()
    document.add_paragraph("表1 管控单元名录")
    add_table(document, rows[:4])
    document.add_paragraph(between)
    add_table(document, rows[4:7], heads=(HEAD,) if again else ())
    document.add_paragraph(between)
    add_table(document, rows[7:], heads=(HEAD,) if again else (), total="合计")
    file = saved(document, tmp_path / "last/文本.docx")
    if "（二）" in between:
        layer(tmp_path / "last/单元.shp", rows)
    learned = learn(tmp_path / "last", tmp_path / "p.toml")
    if "（二）" in between:
        # It has a title of its own, and which of the rows it holds is not known.
        assert "2 tables go on" not in told_of(learned, file)
        return
    assert tables_of(learned, file) == {"1": {}}
    assert "2 tables go on from the ones before" in told_of(learned, file)
    new, _ = made_of(learned, file, tmp_path)
    (table,) = tables_in(new)
    assert sorted(row[0] for row in table[1:-1]) == sorted(sample_plan().units["code"])
    assert float(table[-1][3]) == pytest.approx(sample_plan().units["area_m2"].sum() / 1e6, abs=0.05)


@pytest.mark.parametrize("what", ["total", "head", "section"])
def test_tables_that_only_follow_each_other_stay_apart(what, tmp_path):
    """One ends with its total; one has another head; of one that turns the page its section stays."""
    document = Document()
    first = units("330824", 1)
    add_table(document, first, total="合计" if what == "total" else "")
    if what == "section":
        document.add_section(WD_SECTION.NEW_PAGE)
    document.add_paragraph("")
    add_table(document, units("330824", 2), heads=(HEAD,) if what != "head" else (("编码", "名称", "县区", "面积"),))
    file = saved(document, tmp_path / "last/文本.docx")
    learned = learn(tmp_path / "last", tmp_path / "p.toml")
    if what == "section":
        assert tables_of(learned, file) == {"1": {}}
        (template,) = (tmp_path / "p").iterdir()
        assert len(Document(template).sections) == 2
    else:
        assert tables_of(learned, file) == {"1": {"category": "1"}, "2": {"category": "2"}}


def test_a_unit_of_area_above_a_word_table_is_that_of_its_areas(tmp_path):
    head = (*HEAD[:3], "面积")
    rows = [(*row[:3], row[3] * 100) for row in units("330824", 1)]
    layer(tmp_path / "last/单元.shp", [(*row[:3], 0.9) for row in units("330824", 1)])
    document = Document()
    document.add_paragraph("管控单元面积　　单位：公顷")
    rows = [(*row[:3], 90.0) for row in rows]
    add_table(document, rows, heads=(head,))
    file = saved(document, tmp_path / "last/文本.docx")
    learned = learn(tmp_path / "last", tmp_path / "p.toml")
    (found,) = [one for one in learned.files if one.path == file]
    assert [match.of for match in found.matches][-1] == "area_ha"


# ── what was matched by its name alone ────────────────────────────────────────────────────────────────────────────


def test_what_goes_by_its_name_alone_has_a_mark_of_its_own(tmp_path, capsys):
    folder = tmp_path / "last"
    rows = [row for digit in LONG for row in units("330824", digit)]
    made = openpyxl.Workbook()
    made.active.append((*HEAD, "划定依据", "备注"))
    for row in rows:
        made.active.append((*row, "依据某某规划划定", None))
    folder.mkdir()
    made.save(folder / "名录.xlsx")
    assert main(["profile", "--like", str(folder), "-o", str(tmp_path / "p.toml"), "--lang", "en"]) == 0
    lines = capsys.readouterr().out.splitlines()
    marks = {line.split()[1]: line.split()[0] for line in lines if line.startswith("  ") and len(line.split()) > 2}
    assert (marks["环境管控单元编码"], marks["划定依据"]) == ("+", "?")
    assert "6 columns: 3 by their values, 2 only by their names, 1 stay empty" in lines
    text = (tmp_path / "p.toml").read_text(encoding="utf-8")
    assert text.count("仅按列名，请核对") == 2
    assert main(["profile", "--like", str(folder), "-o", str(tmp_path / "p.toml"), "--lang", "zh"]) == 0
    assert "6 列：3 列按数值认定，2 列仅按名称认定，1 列留空" in capsys.readouterr().out

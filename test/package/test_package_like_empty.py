"""Tables and layers of last year that had no rows, and Word tables: which rows they take this year.

``test/data/learned/empty.txt`` has a package a paragraph, a table a line: ``file | sheet | what stands above the head |
units → which rows it takes``. Units are of counties A to D and categories 1 to 3, three of each; H is the sea.
"""

from __future__ import annotations

import json
from pathlib import Path

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
from foreign_documents import LONG
from package_filling import PROFILE
from sample_plan import sample_plan

HEAD = ("环境管控单元编码", "环境管控单元名称", "所属区县", "面积（平方公里）")
COUNTIES = {
    "A": ("330824", "甲县"),
    "B": ("330881", "乙市"),
    "C": ("330802", "柯城区"),
    "D": ("330803", "衢江区"),
    "H": ("330800", "海"),
}
CASES = (Path(__file__).parents[1] / "data/learned/empty.txt").read_text(encoding="utf-8").strip().split("\n\n")


def rows_of(text: str) -> list[tuple]:
    """Give units of last year: none of their codes or names is one of this year's."""
    out = []
    for county, category in text.split():
        code, name = COUNTIES[county]
        land = "HY" if county == "H" else "ZH"
        for n in range(71, 74):
            out.append((f"{land}{code}{category}{n:04d}", f"{name}旧{n}号{LONG[int(category)]}", name, 10.25 * n))
    return out


def put(root: Path, file: str, tables: list[list[str]]) -> None:
    """Write a file of last year: a workbook's sheets, a document's tables, a layer; 合计 behind units sums them up."""
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    book, document = openpyxl.Workbook(), Document()
    for name, above, text in tables:
        sheet, rows = book.create_sheet(name or "表"), rows_of(text.replace("合计", ""))
        sums = [("合计", "", "", sum(row[3] for row in rows))] if "合计" in text else []
        lines = [one for one in above.split("/") if one]
        for line in (*([one] for one in lines), HEAD, *rows, *sums):
            sheet.append(line)
        for line in lines:
            document.add_heading(line[1:], int(line[0])) if line[0].isdigit() else document.add_paragraph(line)
        made = document.add_table(0, 4)
        for texts in (*(() if name == "无表头" else (HEAD,)), *rows, *sums):
            for cell, value in zip(made.add_row().cells, texts, strict=True):
                cell.text = str(value)
    if file.endswith(".shp"):
        shapes = [shapely.box(n, 0, n + 0.9, 1) for n in range(len(rows))]
        columns = {key: [row[n] for row in rows] for n, key in enumerate(("DYBM", "DYMC", "QXMC"))}
        layer = gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4549").astype(dict.fromkeys(columns, "str"))
        layer.to_file(path, engine="pyogrio", geometry_type="Polygon", encoding="UTF-8")
    elif file.endswith(".docx"):
        document.save(path)
    else:
        del book["Sheet"]
        book.save(path)


def package(root: Path, lines: list[str]) -> dict[str, list[tuple[str, str]]]:
    """Write a package; give file → of each table its name and what it is to take."""
    files: dict[str, list[list[str]]] = {}
    for line in lines:
        file, *parts = (part.strip() for part in line.replace("→", "|").split("|"))
        files.setdefault(file, []).append(parts)
    for file, tables in files.items():
        put(root, file, [one[:3] for one in tables])
    return {file: [(one[0], one[3]) for one in tables] for file, tables in files.items()}


def taken_of(learned, file: str) -> list[tuple[str, str]]:
    """Give name and which rows, of the tables of a file that are filled."""
    tables = [one for found in learned.files if found.path == file for one in found.tables if one.of]
    only = [("nothing" if one.only is None else " ".join(sorted(one.only.values())) or "all") for one in tables]
    return [(one.table.name, rows) for one, rows in zip(tables, only, strict=True)]


@pytest.mark.parametrize("case", CASES, ids=[one.splitlines()[0].lstrip("# ") for one in CASES])
def test_which_rows_tables_take(case, tmp_path):
    wanted = package(tmp_path / "last", [line for line in case.splitlines() if line[0] != "#"])
    learned = learn(tmp_path / "last", tmp_path / "p.toml")
    for file, tables in wanted.items():
        found = taken_of(learned, file)
        names = [f"{n}" for n, _ in enumerate(found, 1)] if file.endswith(".docx") else [name for name, _ in found]
        assert [name for name, _ in found] == names
        assert [rows for _, rows in found] == [rows for _, rows in tables if rows != "gone"], file


def made_of(learned, file: str, folder: Path):
    """Make this year's file in the place of one of last year's; it reads as it was meant."""
    plan, profile = sample_plan(), read_package_profile(learned.profile)
    (content,) = [one for one in profile.contents if one.path == file]
    tokens = tokens_of(plan.meta, PROFILE, profile, "内部", "zh")
    filling = Filling(plan, folder / "plan.gpkg", PROFILE, profile, tokens, plan.findings, root=folder)
    kind, new = content_kinds()[content.kind], folder / f"new.{file.rpartition('.')[2]}"
    done = kind.write(filling, [content], new, silent)
    assert kind.compare(filling, [content], new, done) == []
    return new, [(one.id, str(one.facts.get("table"))) for one in done.findings if one.id in ("P16", "P29")]


def tables_in(path: Path) -> list[list[list]]:
    """Give the first and last cells of the rows of each table."""
    if path.suffix == ".docx":
        return [[[row.cells[0].text, row.cells[3].text] for row in one.rows] for one in Document(path).tables]
    sheets = openpyxl.load_workbook(path).worksheets
    return [[[row[0], row[3]] for row in sheet.iter_rows(values_only=True)] for sheet in sheets]


@pytest.mark.parametrize("suffix", ["xlsx", "docx"])
def test_what_was_empty_is_filled_with_its_own_rows_or_with_nothing_and_both_are_told(suffix, tmp_path, capsys):
    file, last = f"330824甲县/清单.{suffix}", tmp_path / "last"
    lines = [f"乙市/清单.{suffix} | {name} | {name} | B{n} → " for n, name in enumerate(("优先", "重点", "一般"), 1)]
    lines += [f"{file} | 优先 | 优先 | A1 → ", f"{file} | 重点 | 重点 | A2 → "]
    package(last, [*lines, f"{file} | 一般 | 一般 | 合计 → ", f"{file} | 附表 | 附注。 | 合计 → "])
    assert main(["profile", "--like", str(last), "-o", str(tmp_path / "p.toml"), "--json", "--lang", "en"]) == 0
    (told,) = [one for one in json.loads(capsys.readouterr().out)["files"] if one["path"] == file]
    name = "4" if suffix == "docx" else "附表"
    assert told["undecided"] == [name]
    assert any("which it holds is taken from 一般, 330824甲县" in one for one in told["said"])
    assert f"{name}: has no rows, and nothing says which it would hold (category): it stays empty" in told["said"]
    new, findings = made_of(learn(last, tmp_path / "p.toml"), file, tmp_path)
    found = tables_in(new)
    own = sample_plan().units.query("category == 3 and county == '330824'")
    (code,), km2 = own["code"], own["area_m2"].sum() / 1e6
    assert [row[0] for row in found[2] if row[0]][-2:] == [code, "合计"]
    assert float(found[2][-1][1]) == pytest.approx(km2)
    assert [row[0] for row in found[3] if row[0]][-2:] == [HEAD[0], "合计"]
    assert findings.count(("P29", "table 4" if suffix == "docx" else "附表")) == 1


@pytest.mark.parametrize(("name", "count"), [("一般管控单元", 2), ("其他", 0)])
def test_a_layer_that_was_empty_is_filled_by_its_name_or_stays_so(name, count, tmp_path):
    package(tmp_path / "last", ["优先.shp | | | A1 B1 → ", "重点.shp | | | A2 B2 → ", f"{name}.shp | | | → "])
    new, findings = made_of(learn(tmp_path / "last", tmp_path / "p.toml"), f"{name}.shp", tmp_path)
    assert len(gpd.read_file(new)) == count == (sample_plan().units["category"] == 3).sum() * bool(count)
    assert (("P29", name) in findings) == (not count)


def test_what_goes_by_its_name_alone_has_a_mark_of_its_own(tmp_path, capsys):
    (tmp_path / "last").mkdir()
    book = openpyxl.Workbook()
    for line in ((*HEAD, "划定依据", "备注"), *((*row, "依据某某规划划定", None) for row in rows_of("A1 A2 B3"))):
        book.active.append(line)
    book.save(tmp_path / "last/名录.xlsx")
    asked = ["profile", "--like", str(tmp_path / "last"), "-o", str(tmp_path / "p.toml"), "--lang"]
    assert main([*asked, "en"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [line[:2] for line in lines if HEAD[0] in line or "划定依据" in line] == [["+", HEAD[0]], ["?", "划定依据"]]
    (counts,) = [[one for one in line if one.isdigit()] for line in lines if line[1:2] == ["columns:"]]
    assert counts == ["6", "3", "2", "1"]
    assert (tmp_path / "p.toml").read_text(encoding="utf-8").count("仅按列名，请核对") == 2
    assert main([*asked, "zh"]) == 0
    assert "6 列：3 列按数值认定，2 列仅按名称认定，1 列留空" in capsys.readouterr().out

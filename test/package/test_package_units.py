"""Areas in hectares, mu and ten thousands: learned by their values, written in last year's unit, summed up, guarded."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from control_units.delineation.case.profile import plan_profile
from control_units.delineation.core.errors import BadInput
from control_units.delineation.package.build import package
from control_units.delineation.package.filling import Filling, tokens_of
from control_units.delineation.package.like.correcting import corrected
from control_units.delineation.package.like.learn import learn
from control_units.delineation.package.profile import Filled, FilledColumn, PackageItem, read_package_profile
from control_units.delineation.package.table_rows import left_over, table_rows
from control_units.delineation.plan.file import read_plan
from docx import Document
from foreign_packages import CATEGORY, demo_plan, last_year, polygons
from package_filling import KINDS, filling_of

pytestmark = [pytest.mark.slow, pytest.mark.uses("rasterio", "exactextract")]

M2 = {"m2": 1.0, "km2": 1e6, "ha": 1e4, "mu": 2000 / 3, "wan_mu": 2e7 / 3, "wan_ha": 1e8}


def test_each_area_is_to_be_had_in_each_unit(tmp_path):
    filling = filling_of(tmp_path)
    units = filling.plan.units
    first = units[(units["category"] == 1) & units["code"].str.startswith("ZH")]
    for key, size in M2.items():
        for what, rows in (("units", units), ("zones", filling.plan.element_zones)):
            np.testing.assert_allclose(filling.records(what).column(f"area_{key}", "test"), rows["area_m2"] / size)
        assert sum(filling.records("counties").column(f"{key}_1", "test")) == pytest.approx(
            first["area_m2"].sum() / size
        )


# ── learned and made anew ─────────────────────────────────────────────────────────────────────────────────────────

HEADS = ("区县", "单元数", "面积", "优先保护/面积", "重点管控/面积", "占全市比例（%）")


def rows_by_county(units, size):
    """County, units, area in a unit of measure, of two categories too, share; and their sums."""
    area = units.area / size
    parts = [area.where(units["category"] == digit, 0) for digit in (1, 2)]
    table = pd.DataFrame({"n": 1, "all": area, "first": parts[0], "second": parts[1], "share": 100 * area / area.sum()})
    sums = table.groupby(units["county_name"], sort=False).sum().round(2)
    return [list(row) for row in sums.itertuples()], ["合计", *table.sum().round(2)]


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    """A layer with bare codes of categories, a hectare table with its totals above, a Word table in ten thousand mu."""
    folder = tmp_path_factory.mktemp("units") / "去年"
    folder.mkdir()
    units = polygons(last_year(demo_plan())[0])
    layer = units[["code", "name", "county_name", "geometry"]].assign(
        TYPE=units["category"].astype(str), MJ=(units.area / 1e4).round(2)
    )
    layer.rename(columns={"code": "DYBM", "name": "DYMC", "county_name": "QX"}).to_file(
        folder / "单元.gpkg", layer="单元"
    )
    body, total = rows_by_county(units, 1e4)
    book = openpyxl.Workbook()
    book.active.title = "汇总"
    for row in (["各县面积"], ["单位：公顷"], HEADS, total, *body):
        book.active.append(row)
    book.save(folder / "汇总.xlsx")
    body, total = rows_by_county(units, 1e8 / 15)
    document = Document()
    table = document.add_table(0, 4)
    for row in (
        ("区县", "单元数", "面积（平方公里）", "占全市比例（%）"),
        *(row[:3] + row[5:] for row in (*body, total)),
    ):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = str(text)
    document.save(folder / "文本.docx")
    return learn(folder, folder.with_name("like.toml"))


@pytest.fixture(scope="module")
def made(learned, tmp_path_factory):
    """This year's files, and what is told of them."""
    plan = tmp_path_factory.mktemp("made")
    profile = read_package_profile(learned.profile)
    rules = plan_profile(demo_plan())
    tokens = tokens_of(demo_plan().meta, rules, profile, "内部", "zh")
    filling = Filling(demo_plan(), plan / "plan.gpkg", rules, profile, tokens, demo_plan().findings, root=plan)
    out = {}
    for content in profile.contents:
        path = plan / f"a.{content.path.rpartition('.')[2]}"
        put = KINDS[content.kind].write(filling, [content], path, lambda *_: None)
        assert KINDS[content.kind].compare(filling, [content], path, put) == []
        out[path.suffix] = path, put
    return out


def taken(learned, file):
    (found,) = (one for one in learned.files if one.path == file)
    return {match.column.title: match.of for match in found.matches}


def test_units_of_area_and_codes_of_categories_are_known_by_their_values(learned):
    assert taken(learned, "单元.gpkg|单元") == {
        "DYBM": "code",
        "DYMC": "name",
        "QX": "county_name",
        "TYPE": "category",
        "MJ": "area_ha",
    }
    wanted = ["county_name", "n", "ha", "ha_1", "ha_2", "share_of_all"]
    assert list(taken(learned, "汇总.xlsx").values()) == wanted
    assert list(taken(learned, "文本.docx").values()) == ["county_name", "n", "wan_mu", "share_of_all"]
    (word,) = (one for one in learned.files if one.path == "文本.docx")
    # The head says square kilometres.
    assert "column 面积（平方公里） is called in all, km², and its values are in all, 万亩" in " ".join(
        map(str, word.said)
    )


def test_areas_are_written_in_last_years_unit_and_summed_up_above_and_below(made):
    units = demo_plan().units
    names = json.loads(demo_plan().meta["county_names"])
    areas = units.groupby(units["county"].map(names))["area_m2"].sum()
    rows = list(openpyxl.load_workbook(made[".xlsx"][0]).active.iter_rows(min_row=4, values_only=True))
    first = units[units["category"] == 1]["area_m2"].sum()
    sums = ["合计", len(units), areas.sum() / 1e4, first / 1e4, None, 100]
    assert [*rows[0][:4], None, rows[0][5]] == [
        sums[0],
        *(pytest.approx(one, abs=0.006) for one in sums[1:4]),
        None,
        100,
    ]
    assert {row[0]: row[2] for row in rows[1:]} == pytest.approx(dict(areas / 1e4), abs=0.006)
    table = [[cell.text for cell in row.cells] for row in Document(made[".docx"][0]).tables[0].rows]
    found = {row[0]: float(row[2]) for row in table[1:-1]}
    assert found == pytest.approx(dict(areas / 1e8 * 15), abs=0.006)
    assert table[-1] == ["合计", str(len(units)), f"{areas.sum() / 1e8 * 15:.2f}", "100.00"]
    assert [one.id for _, put in made.values() for one in put.findings] == []


def test_what_last_years_rows_had_stays_with_a_column_that_a_person_corrects(learned, tmp_path):
    """Whoever takes hectares for square metres files numbers ten thousand times as large: that is refused."""
    (file,) = (one for one in learned.files if one.path == "单元.gpkg|单元")
    match = next(one for one in file.matches if one.of == "area_ha")
    copy = shutil.copytree(learned.profile.parent, tmp_path / "copy") / learned.profile.name
    again = corrected(replace(learned, profile=copy), file.tables[0], match, "area_m2")
    fields = {one.of: one for content in read_package_profile(again.profile).contents for one in content.fields}
    assert fields["area_m2"].was == pytest.approx(np.median(match.column.values), rel=1e-5)


def test_without_layers_a_table_of_counties_is_known_by_the_list_of_units_beside_it(tmp_path):
    (tmp_path / "去年").mkdir()
    units = last_year(demo_plan())[0]
    book = openpyxl.Workbook()
    book.active.title = "单元"
    book.active.append(["单元编码", "单元名称", "区县", "类别", "面积（公顷）"])
    for row in units.itertuples():
        book.active.append(
            [row.code, row.name, row.county_name, CATEGORY[row.category], round(row.geometry.area / 1e4, 2)]
        )
    sheet = book.create_sheet("汇总")
    for row in (HEADS, *rows_by_county(units, 1e6)[0]):
        sheet.append(row)
    book.save(tmp_path / "去年/成果.xlsx")
    (file,) = learn(tmp_path / "去年", tmp_path / "like.toml").files
    assert [[match.of for match in table.matches] for table in file.tables] == [
        ["code", "name", "county_name", "category", "area_ha"],
        ["county_name", "n", "km2", "km2_1", "km2_2", "share_of_all"],
    ]


# ── thirty times last year's ───────────────────────────────────────────────────────────────────────────────────────

LAYOUT = """title = "简"
folder = "成果"
[[file]]
path = "单元.gpkg"
kind = "layer"
of = "units"
[[file.field]]
name = "BM"
of = "code"
type = "text"
width = 20
[[file.field]]
name = "MJ"
of = "area_ha"
type = "real"
width = 20
decimals = 2
was = {was}
"""


@pytest.mark.parametrize(("times", "refused"), [(29.9, False), (30.1, True), (1 / 29.9, False), (1 / 30.1, True)])
def test_a_package_is_refused_from_thirty_times_on_either_way(of_hand, tmp_path, times, refused):
    plan = Path(shutil.copytree(of_hand, tmp_path / "甲县")) / "plan.gpkg"
    now = float(np.median(read_plan(plan).units["area_m2"])) / 1e4
    layout = tmp_path / "like.toml"
    layout.write_text(LAYOUT.format(was=now / times), encoding="utf-8")
    found = package(plan, tmp_path / "成果", profile=layout, language="en")
    assert found.refused is refused
    said = [one for one in found.findings if one["id"] == "P30"]
    assert len(said) == refused
    if refused:
        assert all(f"{number:,.10g}"[:3] in said[0]["message"] for number in (now / times, now))
        reasons = tmp_path / "reasons.csv"
        reasons.write_text("rule,x,y,reason\nP30,,,单位无误\n", encoding="utf-8")
        with pytest.raises(BadInput, match="no reason makes rule P30 good"):
            package(plan, tmp_path / "成果", profile=layout, accept=reasons)
        assert not (tmp_path / "成果").exists()


def test_so_are_the_rows_of_a_table(tmp_path):
    filling = filling_of(tmp_path)
    middle = float(np.median(filling.plan.units["area_m2"])) / 1e6
    columns = tuple(FilledColumn(1, "面积", "area_km2", was=middle * times) for times in (31, 29, 0))
    assert [one.id for one in table_rows(filling, Filled("units", columns=columns), "a.xlsx", "表").findings] == ["P30"]


# ── what is left out ──────────────────────────────────────────────────────────────────────────────────────────────


def sheets(path, *only, of="units"):
    return PackageItem(path, "workbook", tables=tuple(Filled(of, sheet=f"{n}", only=one) for n, one in enumerate(only)))


def told(tmp_path, *contents):
    names = ("file", "problem", "count", "layout", "listed")
    return [tuple(str(one.facts[name]) for name in names) for one in left_over(filling_of(tmp_path, contents=contents))]


def test_what_the_sheets_of_a_file_leave_out_is_told_by_county_and_category(tmp_path):
    book = sheets("a.xlsx", {"county": "330824", "category": "1"}, {"county": "330824", "category": "2"})
    (inside, beyond) = told(tmp_path, book)
    assert inside == ("a.xlsx", "", "1", "甲县", "甲县 一般管控 1")
    assert beyond[:4] == ("a.xlsx", "nowhere", "2", "甲县")
    assert "乙市 一般管控 1" in beyond[4]


def test_a_single_sheet_of_one_category_is_last_years_layout_and_says_so(tmp_path):
    book, layer = sheets("a.xlsx", {"category": "3"}), PackageItem("b.gpkg", "layer", of="units")
    ((file, problem, count, layout, listed),) = told(tmp_path, book, layer)
    assert (file, problem, count, layout) == ("a.xlsx", "layout", "3", "一般管控")
    assert "甲县 优先保护 1" in listed
    assert [one[1] for one in told(tmp_path, book)] == ["nowhere"]


def test_files_that_part_all_records_between_themselves_leave_nothing_out(tmp_path):
    parts = [sheets(f"{digit}.xlsx", {"category": f"{digit}"}) for digit in (1, 2, 3)]
    assert told(tmp_path, *parts) == []
    assert told(tmp_path, sheets("a.xlsx", *({"category": f"{digit}"} for digit in (1, 2, 3)))) == []
    assert [one[:3] for one in told(tmp_path, *parts[:2])] == [("1.xlsx, 2.xlsx", "nowhere", "2")]

"""As last year, whole: a folder of others with layers, workbooks and a document, learned, and made anew this year."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest
from control_units.delineation.case.profile import plan_profile
from control_units.delineation.core.progress import silent
from control_units.delineation.package.filling import Filling, tokens_of
from control_units.delineation.package.like.learn import learn
from control_units.delineation.package.profile import read_package_profile
from control_units.delineation.package.registry import content_kinds
from docx import Document
from foreign_documents import LONG, LastYear, OldUnit, county_summary, scheme, unit_list
from foreign_packages import demo_plan, last_year, make_a

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.uses("rasterio", "exactextract")]

LIST = "03清单/650100乌鲁木齐市环境管控单元清单_2023.xlsx"
SUMMARY = "03清单/650100乌鲁木齐市环境管控单元汇总表_2023.xlsx"
SCHEME = "05文本/乌鲁木齐市生态环境分区管控方案_2023.docx"
CITY = "乌鲁木齐市"


def world() -> LastYear:
    """The units of last year, as the layers of the package have them."""
    units, _ = last_year(demo_plan())
    order = units.sort_values("code")
    rows = zip(order["code"], order["name"], order["category"], order["county"], order.area / 1e6, strict=True)
    made = tuple(OldUnit(code, name, int(digit), county, round(km2, 2)) for code, name, digit, county, km2 in rows)
    counties = dict(sorted(zip(units["county"], units["county_name"], strict=True)))
    return LastYear(made, counties, CITY, "2023")


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    """The package with its tables, and what was learned of it."""
    folder = tmp_path_factory.mktemp("like")
    made = make_a(folder / "去年", demo_plan())
    for path, make in ((LIST, unit_list), (SUMMARY, county_summary), (SCHEME, scheme)):
        (made.folder / path).parent.mkdir(parents=True, exist_ok=True)
        make(made.folder / path, world())
    return made.folder, learn(made.folder, folder / "like.toml")


@pytest.fixture(scope="module")
def written(learned, tmp_path_factory):
    """This year's files in place of last year's."""
    _, found = learned
    profile, plan = read_package_profile(found.profile), demo_plan()
    rules = plan_profile(plan)
    tokens = tokens_of(plan.meta, rules, profile, "内部", "zh")
    filling = Filling(plan, found.profile.with_name("plan.gpkg"), rules, profile, tokens, plan.findings)
    out = {}
    for content in profile.contents:
        if content.kind in ("workbook", "document"):
            kind = content_kinds()[content.kind]
            path = tmp_path_factory.mktemp("new") / f"new.{content.path.rpartition('.')[2]}"
            put = kind.write(filling, [content], path, silent)
            out[content.path] = path, content, put, kind.compare(filling, [content], path, put)
    return out


def texts(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def test_workbooks_and_documents_are_recognised_column_by_column(learned):
    folder, found = learned
    assert folder.is_dir()
    files = {file.path: file for file in found.files}
    assert [files[path].kind for path in (LIST, SUMMARY, SCHEME)] == ["workbook", "workbook", "document"]
    columns = [match for path in (LIST, SUMMARY, SCHEME) for match in files[path].matches]
    assert [match.column.title for match in columns if not (match.of or match.blank)] == []
    assert len(columns) > 40


def test_the_profile_that_was_written_reads_back_with_templates(learned):
    _, found = learned
    profile = read_package_profile(found.profile)
    own = [content for content in profile.contents if content.kind in ("workbook", "document")]
    assert sorted(content.path for content in own) == [
        "03清单/{code}{area}环境管控单元汇总表_{year}.xlsx",
        "03清单/{code}{area}环境管控单元清单_{year}.xlsx",
        "05文本/{area}生态环境分区管控方案_{year}.docx",
    ]
    assert all(profile.template(content).is_file() for content in own)


def test_what_is_made_of_them_reads_as_the_plan_says(written):
    assert len(written) == 3
    assert [differences for *_, differences in written.values()] == [[], [], []]


def test_lists_hold_this_years_units_in_last_years_layout(written):
    path = next(own[0] for name, own in written.items() if name.endswith("清单_{year}.xlsx"))
    book, plan = openpyxl.load_workbook(path), demo_plan()
    assert book.sheetnames == [*LONG.values(), "填表说明"]
    rows = [row for title in LONG.values() for row in book[title].iter_rows(min_row=5, values_only=True)]
    assert sorted(row[3] for row in rows if row[3]) == sorted(plan.units["code"])
    total = sum(row[5] for row in rows if row[0] == "合计")
    assert total == pytest.approx(plan.units["area_m2"].sum() / 1e6, abs=0.02)


def test_shares_of_all_counties_sum_up_to_a_hundred(written):
    """But for what rounding each of them as it stands everywhere leaves."""
    path = next(own[0] for name, own in written.items() if "汇总" in name)
    rows = list(openpyxl.load_workbook(path).active.iter_rows(min_row=7, min_col=2, values_only=True))
    plan = demo_plan()
    assert len(rows) == plan.units["county"].nunique() + 1
    for row in rows:
        assert row[2] + row[4] + row[6] == pytest.approx(100, abs=0.0151)
    assert list(rows[-1][1::2]) == [int((plan.units["category"] == digit).sum()) for digit in LONG]


def test_the_annex_of_the_scheme_has_a_row_a_unit(written):
    path = next(own[0] for name, own in written.items() if name.endswith(".docx"))
    opened = Document(path)
    assert len(opened.tables[0]._tbl.tr_lst) == 2 + len(demo_plan().units) + 1
    assert opened.sections[0].header.paragraphs[0].text.startswith(f"{CITY}生态环境")


def test_no_name_of_last_year_is_left_but_where_it_was_told(learned, written):
    _, found = learned
    told = " ".join(str(one) for file in found.files for one in file.said)
    now, before = set(demo_plan().units["name"]), [one.name for one in world().units]
    for path, *_ in written.values():
        whole = texts(path)
        assert [name for name in before if name in whole and name not in now and name not in told] == []

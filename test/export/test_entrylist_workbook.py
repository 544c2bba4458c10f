"""Entry lists as a workbook: what stands in it, that it repeats to the byte, and that other programs read it."""

from __future__ import annotations

import dataclasses
import pathlib
import shutil
import subprocess
import zipfile

import openpyxl
import pandas as pd
import pytest
from control_units.delineation.case.names import glossary
from control_units.delineation.case.profile import read_profile
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import word
from control_units.delineation.export import lists_docx, lists_xlsx
from control_units.delineation.export.lists_xlsx import HIGHEST, write_lists
from control_units.delineation.lists.rows import list_rows, why_applies
from control_units.delineation.lists.wording import read_wording
from list_plan import META, PROFILE, UNREAD, list_plan

HEADINGS = [
    "序号",
    "环境管控单元编码",
    "环境管控单元名称",
    "省",
    "市",
    "县",
    "管控单元分类",
    "管控单元细类",
    "涉及乡镇（街道）",
    "面积（km²）",
    "要素管控分区编码",
    "单元特点",
    "空间布局约束",
    "污染物排放管控",
    "环境风险防控",
    "资源开发效率要求",
    "备注",
]


@pytest.fixture(autouse=True)
def no_epoch(monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


@pytest.fixture(scope="module")
def plan():
    return list_plan()


@pytest.fixture
def book(plan, tmp_path):
    write_lists(plan, tmp_path / "lists.xlsx")
    return openpyxl.load_workbook(tmp_path / "lists.xlsx")


def table(sheet):
    head, *rows = sheet.iter_rows(values_only=True)
    return list(head), [dict(zip(head, row, strict=True)) for row in rows]


def test_what_it_reports_and_which_sheets_it_has(plan, tmp_path):
    told = write_lists(plan, tmp_path / "lists.xlsx")
    assert told == {"units": 6, "clauses": len(plan.clauses)}
    book = openpyxl.load_workbook(tmp_path / "lists.xlsx")
    names = ["说明", "优先保护单元", "重点管控单元", "一般管控单元", "海域管控单元", "按条款"]
    assert book.sheetnames == [*names, "导出原样"]
    assert [one.title for one in book if one.sheet_state == "visible"] == names
    assert not list(tmp_path.glob(".*"))


def test_no_sea_units_no_sea_sheet(plan, tmp_path):
    land = dataclasses.replace(plan, units=plan.units.loc[plan.units["kind"] != "sea"])
    told = write_lists(land, tmp_path / "lists.xlsx")
    assert told["units"] == 5
    assert told["clauses"] == (plan.clauses["unit_id"] != "u6").sum()
    assert "海域管控单元" not in openpyxl.load_workbook(tmp_path / "lists.xlsx").sheetnames


def test_columns_and_facts(book):
    for name in book.sheetnames[1:-2]:
        assert table(book[name])[0] == HEADINGS
    row = table(book["重点管控单元"])[1][0]
    assert row["环境管控单元编码"] == "ZH33082420001"
    assert (row["省"], row["市"], row["县"]) == ("浙江省", "示例市", "甲县")
    assert (row["管控单元分类"], row["管控单元细类"]) == ("重点管控单元", "产业园区（产业集聚）")
    assert row["面积（km²）"] == 4.9
    assert row["涉及乡镇（街道）"] == "马金镇"
    assert row["单元特点"] == "产业园区（产业集聚）；涉及1个乡镇（街道）"


def test_every_clause_stands_in_the_book_once_for_its_unit(plan, book):
    found: dict[str, str] = {}
    for name in book.sheetnames[1:-2]:
        for row in table(book[name])[1]:
            text = "\n".join(str(row[heading] or "") for heading in HEADINGS[12:16])
            found[row["环境管控单元编码"]] = found.get(row["环境管控单元编码"], "") + "\n" + text
    for code, clauses in plan.clauses.groupby("code"):
        for clause in clauses.itertuples():
            assert found[code].count(f"】{clause.text}〔{clause.basis}〕") == 1
            line = next(one for one in found[code].split("\n") if f"】{clause.text}〔" in one)
            assert ("【待核】" in line) == (clause.clause_id in UNREAD), line
    # A notice of what the law forbids to everybody is told as that, one of what an authority does as a notice.
    assert "1.【守法提示】禁止" in found["ZH33082410002"]
    printed = "".join(found.values())
    assert "【提示】对红线内人为活动实施监督" in printed
    assert "【提示】禁止" not in printed


def test_numbers_go_on_in_the_rows_below_and_the_area_is_there_once(monkeypatch, plan, tmp_path):
    monkeypatch.setattr("control_units.delineation.export.lists_xlsx.HIGHEST", 240.0)
    write_lists(plan, tmp_path / "lists.xlsx")
    rows = table(openpyxl.load_workbook(tmp_path / "lists.xlsx")["优先保护单元"])[1]
    own = [row for row in rows if row["环境管控单元编码"] == "ZH33082410001"]
    assert [row["序号"] for row in own[:2]] == [1, "1续"]
    assert [row["面积（km²）"] for row in own] == [279.91] + [None] * (len(own) - 1)
    lines = [line for row in own for line in str(row["空间布局约束"] or "").split("\n") if line]
    assert [int(line.split(".")[0]) for line in lines] == list(range(1, len(lines) + 1))
    # So does a text that is higher than a row by itself.
    long = plan.clauses.loc[plan.clauses["unit_id"] == "u1"].iloc[:1].assign(text="长句，" * 700, dimension="space")
    write_lists(dataclasses.replace(plan, clauses=long), tmp_path / "long.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "long.xlsx")["优先保护单元"]
    own = [row for row in table(sheet)[1] if row["环境管控单元编码"] == "ZH33082410001"]
    assert len(own) > 1
    assert "长句，" * 700 in "".join(str(row["空间布局约束"] or "") for row in own)
    assert all(sheet.row_dimensions[line].height <= 240 for line in range(2, sheet.max_row + 1))


def test_a_dimension_without_a_clause_is_said(plan, tmp_path):
    bare = dataclasses.replace(plan, clauses=plan.clauses.loc[plan.clauses["dimension"] != "risk"])
    write_lists(bare, tmp_path / "lists.xlsx")
    for row in table(openpyxl.load_workbook(tmp_path / "lists.xlsx")["优先保护单元"])[1]:
        assert row["环境风险防控"] is None
        assert ("缺少环境风险防控条目" in row["备注"]) == isinstance(row["序号"], int)


def test_print_setup(book):
    sheet = book["优先保护单元"]
    assert sheet.freeze_panes == "D2"
    assert sheet.auto_filter.ref == f"A1:Q{sheet.max_row}"
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 8)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert "内部" in sheet.oddHeader.right.text
    assert all(sheet.row_dimensions[line].height <= HIGHEST for line in range(1, sheet.max_row + 1))
    assert sheet["M2"].alignment.wrap_text


# The workbook's and the document's writers keep the same promises of their files.
BOTH = pytest.mark.parametrize(("write", "suffix"), [(write_lists, "xlsx"), (lists_docx.write_lists, "docx")])


@BOTH
def test_the_same_plan_gives_the_same_bytes(write, suffix, plan, tmp_path, monkeypatch):
    one, two = (tmp_path / f"{name}.{suffix}" for name in "ab")
    write(plan, one)
    shuffled = dataclasses.replace(plan, units=plan.units.iloc[::-1])
    monkeypatch.setattr("time.time", lambda: 2e9)
    write(shuffled, two)
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 11, 20, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2026-11-20T00:00:00Z") == 2


def test_the_epoch_is_of_the_file_and_never_of_what_it_says(plan, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    write_lists(plan, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book["说明"]["B4"].value == "2026-11-20"
    assert book.properties.created.date().isoformat() == "2023-11-14"


@BOTH
@pytest.mark.parametrize(("key", "value"), [("date", "2026年11月"), ("counties", "{"), ("counties", "[]")])
def test_meta_that_cannot_be_read_is_refused_and_nothing_is_written(write, suffix, plan, tmp_path, key, value):
    with pytest.raises(BadInput, match="meta"):
        write(dataclasses.replace(plan, meta=META | {key: value}), tmp_path / f"a.{suffix}")
    assert not list(tmp_path.iterdir())


@BOTH
def test_a_failed_write_leaves_the_old_file(write, suffix, plan, tmp_path, monkeypatch):
    with pytest.raises(BadInput, match="cannot be written"):
        write(plan, tmp_path / "none" / f"a.{suffix}")
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(b"old")

    def busy(*_args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(pathlib.Path, "replace", busy)
    with pytest.raises(BadInput, match=r"Permission denied.*no other program has open"):
        write(plan, path)
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [(path.name, b"old")]


def test_a_text_longer_than_a_cell_is_refused(plan, tmp_path):
    clauses = plan.clauses.copy()
    clauses.loc[clauses.index[0], "text"] = "长" * (lists_xlsx.LONGEST + 1)
    with pytest.raises(BadInput, match="characters in 空间布局约束"):
        write_lists(dataclasses.replace(plan, clauses=clauses), tmp_path / "a.xlsx")


def test_a_name_from_a_layer_is_never_a_formula(plan, tmp_path):
    units = plan.units.assign(name="=1+1\x0b")
    write_lists(dataclasses.replace(plan, units=units), tmp_path / "a.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "a.xlsx")["一般管控单元"]["C2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_a_provinces_own_names_and_order_of_the_dimensions(plan, tmp_path):
    path = tmp_path / "lists.toml"
    path.write_text(
        '[dimensions]\nspace = "区域布局管控"\nresource = "能源资源利用"\n'
        'discharge = "污染物排放管控"\nrisk = "环境风险防控"\n'
        '[effects]\nprohibit = "禁止"\nrestrict = "限制"\ncondition = "要求"\noffset = "替代"\nexit = "退出"\n'
        'inform = "提示"\nallow = "允许"\n',
        encoding="utf-8",
    )
    write_lists(plan, tmp_path / "a.xlsx", wording=read_wording(path))
    head, rows = table(openpyxl.load_workbook(tmp_path / "a.xlsx")["重点管控单元"])
    assert head[12:16] == ["区域布局管控", "能源资源利用", "污染物排放管控", "环境风险防控"]
    assert "清洁生产审核" in rows[0]["能源资源利用"]


def test_libreoffice_reads_what_was_written(plan, tmp_path):
    office = shutil.which("soffice")
    assert office, "LibreOffice (soffice) is not installed"
    write_lists(plan, tmp_path / "lists.xlsx")
    filter_ = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    command = [
        office,
        home,
        "--headless",
        "--convert-to",
        filter_,
        "--outdir",
        str(tmp_path),
        str(tmp_path / "lists.xlsx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    got = pd.read_csv(tmp_path / "lists-优先保护单元.csv", dtype=str, keep_default_na=False)
    assert list(got.columns) == HEADINGS
    head, rows = table(openpyxl.load_workbook(tmp_path / "lists.xlsx")["优先保护单元"])
    for heading in ("环境管控单元编码", "环境管控单元名称", *head[12:16]):
        assert got[heading].tolist() == [str(row[heading] or "") for row in rows]


def test_a_workbook_is_in_the_language_of_its_profile(plan, tmp_path):
    national = read_profile("national")
    english = dataclasses.replace(national, settings={**national.settings, "language": "en"})
    write_lists(plan, tmp_path / "lists.xlsx", profile=english)
    book = openpyxl.load_workbook(tmp_path / "lists.xlsx")
    wanted = ["priority protection units", "key control units", "general control units", "Units at sea"]
    assert book.sheetnames == ["Notes", *wanted, "Lists by clause", "As printed"]
    row = table(book["key control units"])[1][0]
    assert (row["Category of the unit"], row["Kind of the unit"]) == ("key control units", "industrial park (产业集聚)")
    assert row["Features of the unit"] == "industrial park (产业集聚); 1 township"


def test_what_is_only_proposed_stands_on_a_sheet_of_its_own_and_in_no_units_list(plan, tmp_path):
    status = ["建议" if one == "drinking_water:2" else "待审" for one in plan.clauses["origin"]]
    write_lists(dataclasses.replace(plan, clauses=plan.clauses.assign(status=status)), tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    own = plan.clauses.loc[plan.clauses["origin"] == "drinking_water:2"]
    rows = table(book["建议条目"])[1]
    assert [row["管控要求"].partition("】")[2] for row in rows] == own["text"].tolist()
    assert {row["适用理由"] for row in rows} == {"涉及饮用水水源二级保护区"}
    texts = [str(cell) for row in book["优先保护单元"].iter_rows(values_only=True) for cell in row]
    # What a joined zone says in the same words stands in the list all the same.
    alone = own.loc[~own["text"].isin(plan.clauses.loc[plan.clauses["origin"] != "drinking_water:2", "text"]), "text"]
    assert len(alone) and not any(text in cell for text in alone for cell in texts)
    assert any(f"另有{len(own)}条建议条目" in cell for cell in texts)


def test_each_line_says_level_sub_dimension_why_it_applies_and_state(plan, tmp_path):
    told = plan.clauses.assign(subdimension="", status="待审")
    told.loc[told["dimension"] == "space", "subdimension"] = "space_prohibit"
    write_lists(dataclasses.replace(plan, clauses=told), tmp_path / "a.xlsx")
    rows = table(openpyxl.load_workbook(tmp_path / "a.xlsx")["优先保护单元"])[1]
    lines = "\n".join(str(row["空间布局约束"] or "") for row in rows).split("\n")
    assert all(line.endswith("】") and "［国家；禁止开发建设活动的要求；" in line for line in lines if line)
    assert any(line.endswith("；涉及饮用水水源一级保护区］【待审】") for line in lines)


def test_a_zone_that_covers_little_says_how_much_of_the_unit_and_of_itself(plan):
    touched = pd.DataFrame(
        [("u2", "drinking_water", "1", "", 1.0, 0.004, 0.3), ("u2", "drinking_water", "2", "", 1.0, 0.00001, 0.2)],
        columns=["unit_id", "role", "zone", "place", "area_m2", "share_of_unit", "share_of_zone"],
    )
    row = next(row for row in list_rows(plan, touched) if row.unit_id == "u2")
    said = {word(why_applies(clause), "zh", glossary(PROFILE)) for clause in row.all_clauses}
    assert "涉及饮用水水源一级保护区，占单元0.40%、占分区30.00%" in said
    assert "涉及饮用水水源二级保护区，占单元<0.01%、占分区20.00%" in said


def test_the_sheet_by_clause_has_each_clause_once_with_its_units(plan, book):
    _, rows = table(book["按条款"])
    assert sorted(row["条款编号"] for row in rows) == sorted(plan.clauses["clause_id"].unique())
    for row in rows:
        own = plan.clauses.loc[plan.clauses["clause_id"] == row["条款编号"], "code"]
        assert [line.split(" ")[0] for line in row["所在单元"].split("；")] == sorted(own)
        assert row["单元数"] == str(len(own))


def test_states_that_differ_by_unit_stand_behind_the_units(plan, tmp_path):
    status = ["已审" if unit == "u1" else "待审" for unit in plan.clauses["unit_id"]]
    write_lists(dataclasses.replace(plan, clauses=plan.clauses.assign(status=status)), tmp_path / "a.xlsx")
    _, rows = table(openpyxl.load_workbook(tmp_path / "a.xlsx")["按条款"])
    row = next(row for row in rows if row["适用理由"] == "适用于全部单元" and row["单元数"] == "6")
    assert row["状态"] == "已审；待审"
    assert [line[-4:] for line in row["所在单元"].split("；") if "ZH33082410001" in line] == ["【已审】"]


def test_guangdong_names_and_orders_the_dimensions_its_own_way(tmp_path):
    guangdong = list_plan(counties='{"440306": "甲区", "440606": "乙区"}')
    mixed = list_plan(counties='{"440306": "甲区", "330824": "甲县"}')
    for name, one in (("guangdong", guangdong), ("mixed", mixed)):
        write_lists(one, tmp_path / f"{name}.xlsx")
    own = ["区域布局管控", "能源资源利用", "污染物排放管控", "环境风险防控"]
    heads = [cell.value for cell in openpyxl.load_workbook(tmp_path / "guangdong.xlsx")["优先保护单元"][1]]
    assert [head for head in heads if head in own] == own
    assert not set(own[:2]) & {
        cell.value for cell in openpyxl.load_workbook(tmp_path / "mixed.xlsx")["优先保护单元"][1]
    }

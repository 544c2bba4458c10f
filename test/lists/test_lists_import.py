"""Entry lists read back into a plan: our own workbook to the letter, others by code and name, all or nothing."""

from __future__ import annotations

import dataclasses
import functools
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from command import ask, refusal
from control_units.delineation.cli import main
from control_units.delineation.core.errors import BadInput
from control_units.delineation.export.lists_xlsx import write_lists
from control_units.delineation.lists.draft import APPROVED, CLAUSE_COLUMNS, PROPOSED, TO_REVIEW
from control_units.delineation.lists.importing import read_import
from control_units.delineation.lists.library import LEVELS
from control_units.delineation.lists.wording import DIMENSIONS, EFFECTS, SUBDIMENSIONS, read_wording
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs.editing import edit
from hand import hand
from hypothesis import given, settings
from hypothesis import strategies as st
from list_plan import PROFILE, UNITS, list_plan
from own_profile import own_profile

WORDING = read_wording(PROFILE.folder / "lists.toml")
CODE = {unit: code for unit, code, *_ in UNITS}
PIECES = (
    "禁止新建化工项目",
    "限制开发",
    "\n",
    "1. ",
    "（2）",
    "3、",
    "〔2021〕81号",
    "“引号”",
    '"',
    "'",
    "=1+1",
    "【禁止】",
    "［国家］",
    "（待核）",
    "；",
    "，",
    " ",
    "\t",
    "<b>&amp;",
    "㐀𠮷",
    "第3条",
)
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join).filter(lambda text: text.strip())
LONG = st.integers(600, 1900).map(lambda size: ("长文" * 1000)[:size])
MAYBE = st.one_of(st.just(""), TEXTS.map(str.strip))


@functools.cache
def drafted():
    return list_plan()


@st.composite
def plans(draw):
    """Draw a plan with up to three clauses in each of its units, whose texts hold whatever texts hold."""
    rows = []
    for unit, code in CODE.items():
        said = set()
        for number in range(draw(st.integers(0, 3))):
            dimension, text = draw(st.sampled_from(DIMENSIONS)), draw(st.one_of(TEXTS, LONG)).strip()
            if (dimension, "".join(text.split())) in said:
                continue
            said.add((dimension, "".join(text.split())))
            rows.append(
                {
                    "unit_id": unit,
                    "code": code,
                    "clause_id": draw(st.sampled_from(("N-A", "001", "P0"))) + str(number),
                    "dimension": dimension,
                    "effect": draw(st.sampled_from(EFFECTS)),
                    "text": text,
                    "basis": draw(MAYBE),
                    "level": draw(st.sampled_from(("", *LEVELS))),
                    "origin": draw(st.sampled_from(("all", "category:1", "drinking_water:1", "hand", "admin:33"))),
                    "status": draw(st.sampled_from((TO_REVIEW, PROPOSED, APPROVED))),
                    "subdimension": draw(
                        st.sampled_from(("", *(one for one in SUBDIMENSIONS if one.startswith(f"{dimension}_"))))
                    ),
                    "issuer": draw(MAYBE),
                    "remark": draw(MAYBE),
                    "terms": draw(st.sampled_from(("", '{"industries": ["C26"]}'))),
                }
            )
    library = pd.DataFrame({"clause_id": sorted({row["clause_id"] for row in rows})}).assign(basis="", verified=0)
    return dataclasses.replace(with_clauses(drafted(), rows), library=library)


def with_clauses(plan, rows):
    return dataclasses.replace(plan, clauses=pd.DataFrame(rows, columns=list(CLAUSE_COLUMNS), dtype=object))


def imported(plan, path):
    return read_import(plan, path, PROFILE, WORDING)


def applied(plan, rows):
    """Do what the rows of the edit say, as far as it is to add."""
    new = []
    for row in rows:
        said = dict.fromkeys(CLAUSE_COLUMNS, "") | {"status": TO_REVIEW} | row["add"]
        said["clause_id"] = said.pop("id")
        new.append(said | {"unit_id": row["unit"], "code": CODE[row["unit"]]})
    return with_clauses(plan, new)


def workbook(path, rows, title="准入清单"):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


@given(plans())
@settings(max_examples=20)
def test_a_plans_own_workbook_says_nothing_that_it_does_not_have(plan):
    with tempfile.TemporaryDirectory() as folder:
        write_lists(plan, Path(folder) / "a.xlsx")
        found = imported(plan, Path(folder) / "a.xlsx")
    assert found.rows == []
    assert found.preview == []
    assert found.same == len(plan.clauses)


@given(plans())
@settings(max_examples=20)
def test_a_plan_without_lists_that_imports_a_workbook_writes_the_same_one(plan):
    with tempfile.TemporaryDirectory() as folder:
        first, second = Path(folder) / "a.xlsx", Path(folder) / "b.xlsx"
        write_lists(plan, first)
        empty = with_clauses(plan, [])
        again = applied(empty, imported(empty, first).rows)
        write_lists(again, second)
        assert first.read_bytes() == second.read_bytes()


def test_a_state_and_a_text_that_a_reviewer_changed_in_the_sheet_by_clause_are_one_row_of_the_edit_a_unit(tmp_path):
    plan = list_plan()
    write_lists(plan, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    sheet = book["按条款"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    line = next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, heads["单元数"]).value == "2")
    clause_id = sheet.cell(line, heads["条款编号"]).value
    sheet.cell(line, heads["状态"]).value = APPROVED
    sheet.cell(line, heads["备注"]).value = "已经专家会审定"
    book.save(tmp_path / "a.xlsx")
    found = imported(plan, tmp_path / "a.xlsx")
    own = plan.clauses.loc[plan.clauses["clause_id"] == clause_id, "unit_id"]
    told = {"id": clause_id, "status": APPROVED, "remark": "已经专家会审定"}
    assert found.rows == [{"unit": unit, "change": told} for unit in sorted(own)]
    assert [(row.kind, row.sheet, row.line, row.unit_id) for row in found.preview] == [
        ("changed", "按条款", line, unit) for unit in sorted(own)
    ]
    assert {row.before["status"] for row in found.preview} == {TO_REVIEW}
    assert found.own


def test_a_text_of_a_level_above_the_lists_own_is_not_altered(tmp_path):
    plan = list_plan()
    write_lists(plan, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    sheet = book["按条款"]
    sheet.cell(2, next(cell.column for cell in sheet[1] if cell.value == "管控要求")).value = "可以新建。"
    book.save(tmp_path / "a.xlsx")
    found = imported(plan, tmp_path / "a.xlsx")
    assert found.rows == []
    assert {(row.kind, row.sheet, row.line, row.level) for row in found.preview} == {("kept", "按条款", 2, "国家")}
    assert "is of level 国家, above that of these lists, 市" in str(found.preview[0].reason)
    assert imported(list_plan(list_level="国家"), tmp_path / "a.xlsx").count("changed") == len(found.preview)


def test_what_the_library_does_not_have_is_no_clause_that_follows_the_land(tmp_path):
    plan = list_plan()
    write_lists(plan, tmp_path / "a.xlsx")
    bare = dataclasses.replace(with_clauses(plan, []), library=pd.DataFrame())
    assert {row["add"]["origin"] for row in imported(bare, tmp_path / "a.xlsx").rows} == {"previous"}
    library = pd.DataFrame({"clause_id": plan.clauses["clause_id"].unique()}).assign(basis="", verified=0)
    known = dataclasses.replace(bare, library=library)
    found = {(row["unit"], row["add"]["id"]): row["add"]["origin"] for row in imported(known, tmp_path / "a.xlsx").rows}
    assert found == {(row.unit_id, row.clause_id): row.origin for row in plan.clauses.itertuples()}


def test_an_older_workbook_takes_no_approval_back(tmp_path):
    plan = list_plan()
    write_lists(plan, tmp_path / "a.xlsx")
    approved = dataclasses.replace(plan, clauses=plan.clauses.assign(status=APPROVED))
    assert imported(approved, tmp_path / "a.xlsx").rows == []


def test_a_list_of_others_with_a_row_a_clause_is_matched_by_code_then_by_name(tmp_path):
    rows = [
        ["环境管控单元编码", "环境管控单元名称", "管控维度", "管控要求", "依据", "层级", "状态"],
        ["ZH33082420001", "东园区", "空间布局约束", "禁止新建化工项目。", "《某规划》", "市", "已审"],
        ["", "甲县饮用水水源优先保护单元", "环境风险防控", "建立应急预案。", "", "", ""],
        ["ZH99999920001", "别处的单元", "空间布局约束", "禁止。", "", "", ""],
    ]
    found = imported(list_plan(), workbook(tmp_path / "a.xlsx", rows))
    assert [row["unit"] for row in found.rows] == ["u3", "u2"]
    first, second = (row["add"] for row in found.rows)
    assert first == {
        "id": first["id"],
        "dimension": "space",
        "effect": "prohibit",
        "text": "禁止新建化工项目。",
        "basis": "《某规划》",
        "level": "市",
        "status": APPROVED,
        "remark": "管控效力据文字推断",
        "origin": "previous",
    }
    assert "status" not in second
    assert "terms" not in second
    (lost,) = (row for row in found.preview if row.kind == "not_taken")
    assert (lost.sheet, lost.line, lost.code, lost.unit_id) == ("准入清单", 4, "ZH99999920001", "")
    assert (found.own, found.guessed) == (False, 2)


def test_ids_of_what_is_new_are_none_that_the_unit_has(tmp_path):
    plan = list_plan()
    rows = [["单元编码", "空间布局约束"], ["ZH33082420001", "1. 禁止甲。\n2. 禁止乙。"]]
    ids = [row["add"]["id"] for row in imported(plan, workbook(tmp_path / "a.xlsx", rows)).rows]
    assert len(set(ids)) == 2
    assert not set(ids) & set(plan.clauses.loc[plan.clauses["unit_id"] == "u3", "clause_id"])


def test_what_the_list_says_already_is_not_doubled_but_approved_where_the_file_says_so(tmp_path):
    plan = list_plan()
    one, other = (
        plan.clauses.loc[(plan.clauses["unit_id"] == "u3") & (plan.clauses["dimension"] == "space")]
        .iloc[:2]
        .itertuples()
    )
    rows = [
        ["单元编码", "管控维度", "管控要求", "状态"],
        ["ZH33082420001", "空间布局约束", f" {one.text}\n", "已审"],
        ["ZH33082420001", "空间布局约束", other.text, "待审"],
    ]
    found = imported(plan, workbook(tmp_path / "a.xlsx", rows))
    assert found.rows == [{"unit": "u3", "change": {"id": one.clause_id, "status": APPROVED}}]
    assert (found.count("approved"), found.same, found.count("added")) == (1, 1, 0)


@pytest.mark.parametrize(
    ("head", "value", "said"),
    [
        ("管控维度", "噪声", "'噪声' is not known"),
        ("管控效力", "劝导", "'劝导' is not known"),
        ("层级", "镇", "'镇' is not known"),
        ("状态", "好的", "'好的' is not known"),
        ("细分维度", "噪声要求", "'噪声要求' is not known"),
        ("管控要求", None, "Requirement is empty"),
        ("管控要求", "长" * 2001, "Requirement has more than 2000 characters"),
    ],
    ids=lambda value: str(value)[:8],
)
def test_a_row_that_cannot_be_read_is_told_with_sheet_and_row_and_the_others_are_taken(own, head, value, said):
    row, other = own.row_of("C00"), own.row_of("C01")
    own.cell(own.clauses, row, head).value = value
    swapped(own.cell(own.clauses, other, TEXT), "第01类", "第七类")
    own.clauses.delete_rows(own.row_of("C11"))
    told = own.told("--remove-missing")
    (left,) = rows_of(told, "not_taken")
    assert (left["sheet"], left["line"]) == ("按条款", row)
    assert said in left["reason"]
    assert [one["clause_id"] for one in rows_of(told, "changed")] == ["C01"]
    assert [one["clause_id"] for one in rows_of(told, "removed")] == ["C11"]
    after = read_plan(own.file).clauses.set_index("clause_id")
    before = own.plan.clauses.set_index("clause_id")
    assert after.loc["C00"].equals(before.loc["C00"])
    assert (after.loc["C01", "text"], "C11" in after.index) == ("禁止新建第七类项目。", False)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ({"管控维度": "噪声", "条款编号": None}, {"C00"}),  # its words are known still
        ({"管控维度": "噪声", "管控要求": "别的。"}, {"C00"}),  # and here its number
        ({"管控维度": "噪声", "管控要求": "别的。", "条款编号": "X"}, {"C00", "C01"}),  # any of its unit, then
    ],
    ids=["words", "number", "neither"],
)
def test_what_stands_in_a_row_that_cannot_be_read_is_not_taken_for_deleted(own, written, kept):
    row = own.row_of("C00")
    for head, value in written.items():
        own.cell(own.clauses, row, head).value = value
    for name in ("C01", "C11"):
        own.clauses.delete_rows(own.row_of(name))
    own.told("--remove-missing")
    left = set(read_plan(own.file).clauses["clause_id"])
    assert left & {"C00", "C01", "C11"} == kept


def test_of_two_clauses_of_one_number_in_a_unit_the_second_is_told_and_stays_as_it_was(own):
    row = own.row_of("C01")
    own.cell(own.clauses, row, ID).value = "C00"
    told = own.told("--remove-missing")
    (left,) = told["rows"]
    assert (left["kind"], left["line"]) == ("not_taken", row)
    assert left["reason"] == f"id 'C00' is already used on line {own.row_of('C00')}"
    assert read_plan(own.file).clauses.equals(own.plan.clauses)


def test_a_cell_that_says_as_above_says_what_stands_above_it(tmp_path):
    rows = [["单元编码", "空间布局约束", "环境风险防控"], ["ZH33082420001", "禁止甲。", "无"]]
    rows += [["ZH33082410001", "同上", "同上。"]]
    found = imported(list_plan(), workbook(tmp_path / "a.xlsx", rows))
    told = {(row["unit"], row["add"]["dimension"], row["add"]["text"]) for row in found.rows}
    assert told == {("u3", "space", "禁止甲。"), ("u1", "space", "禁止甲。")}


def test_a_workbook_without_a_list_is_refused(tmp_path):
    with pytest.raises(BadInput, match="no entry list in it"):
        imported(list_plan(), workbook(tmp_path / "a.xlsx", [["年份", "产量"], [2021, 3.5]]))


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A folder with a case and its plan, which nobody changes."""
    folder = tmp_path_factory.mktemp("ran")
    assert ask("run", hand(folder), "-o", folder / "plan.gpkg").code in (0, 1)
    return folder


@pytest.fixture
def file(ran, tmp_path):
    """Give a plan on disk."""
    return shutil.copytree(ran, tmp_path, dirs_exist_ok=True) / "plan.gpkg"


def test_an_import_is_one_entry_of_the_journal_that_names_the_file_by_its_sum(file, tmp_path):
    before = read_plan(file)
    code = str(before.units["code"].iloc[0])
    rows = [["单元编码", "空间布局约束"], [code, "1. 禁止甲。\n2. 限制乙。"], ["ZH99999910001", "禁止丙。"]]
    done = ask("lists", file, "--import", workbook(tmp_path / "清单.xlsx", rows), "--author", "张三")
    told = done.document["imported"]
    assert (done.code, told["added"], told["guessed"], told["head"], told["refused"]) == (0, 2, 2, 1, None)
    assert [(row["sheet"], row["line"], row["code"]) for row in told["rows"] if row["kind"] == "not_taken"] == [
        ("准入清单", 3, "ZH99999910001")
    ]
    after = read_plan(file)
    (entry,) = after.journal.to_dict("records")
    assert entry["author"] == "张三"
    assert entry["reason"] == f"导入准入清单：清单.xlsx，SHA-256 {told['sha256'][:12]}"
    assert entry["basis"] == ""
    new = after.clauses[after.clauses["origin"] == "previous"]
    assert new["text"].tolist() == ["禁止甲。", "限制乙。"]
    assert new[["effect", "status", "terms"]].values.tolist() == [
        ["prohibit", TO_REVIEW, ""],
        ["restrict", TO_REVIEW, ""],
    ]
    again = ask("lists", file, "--import", tmp_path / "清单.xlsx").document["imported"]
    assert (again["same"], again["head"]) == (2, None)


def test_a_plan_that_imports_its_own_workbook_stays_as_it_was_to_the_byte(file, tmp_path):
    ask("lists", file, "-o", tmp_path / "a.xlsx")
    before = file.read_bytes()
    told = ask("lists", file, "--import", tmp_path / "a.xlsx", "-o", tmp_path / "b.xlsx").document["imported"]
    assert (told["own"], told["same"], told["rows"]) == (True, len(read_plan(file).clauses), [])
    assert file.read_bytes() == before
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_lists_that_are_taken_out_come_back_from_the_workbook_as_they_were(file, tmp_path):
    ask("lists", file, "-o", tmp_path / "a.xlsx")
    gone = [{"unit": row.unit_id, "remove": row.clause_id} for row in read_plan(file).clauses.itertuples()]
    edit(file, [{"op": "clauses", "rows": gone, "basis": "文件"}])
    assert read_plan(file).clauses.empty
    assert ask("lists", file, "--import", tmp_path / "a.xlsx", "-o", tmp_path / "b.xlsx").code == 0
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_of_an_import_into_a_locked_unit_nothing_is_done(file, tmp_path):
    plan = read_plan(file)
    first, second = plan.units["code"].astype(str).iloc[:2]
    edit(file, [{"op": "lock", "unit": second}])
    rows = [["单元编码", "空间布局约束"], [first, "禁止甲。"], [second, "禁止乙。"]]
    done = ask("lists", file, "--import", workbook(tmp_path / "a.xlsx", rows))
    assert done.code == 1
    assert second in done.document["imported"]["refused"]
    assert "previous" not in set(read_plan(file).clauses["origin"])


def test_without_anything_to_do_the_verb_says_so(file):
    assert refusal("lists", file)["what"] == "nothing to do"


def test_a_unit_that_the_plan_does_not_have_is_named_once(file, tmp_path, capsys):
    rows = [["单元编码", "空间布局约束", "环境风险防控"], ["ZH11111110001", "1. 禁止甲。\n2. 禁止乙。", "禁止丙。"]]
    rows += [["ZH11111110001", "禁止丁。", ""]]
    main(["lists", str(file), "--import", str(workbook(tmp_path / "a.xlsx", rows)), "--lang", "en"])
    said = capsys.readouterr().out
    assert said.count("ZH11111110001") == 1
    assert "row 2 of sheet 准入清单" in said
    assert "(and 3 more)" in said


# ── What a person writes into our own workbook ──────────────────────────────────────────────────────────────────────

DIMENSION, STATE, TEXT, ID, UNITS_OF = "空间布局约束", "状态", "管控要求", "条款编号", "所在单元"
DONE = {"status": APPROVED}


class Book:
    """A workbook of a plan in the hands of somebody with a spreadsheet."""

    def __init__(self, file, path, plan, by_clause="按条款", code="环境管控单元编码"):
        assert path.is_file() or ask("lists", file, "-o", path).code == 0
        self.file, self.path, self.plan = file, path, plan
        self.book = openpyxl.load_workbook(path)
        self.clauses = self.book[by_clause]
        self.units = [
            (sheet, row)
            for sheet in self.book
            if sheet.sheet_state == "visible" and sheet["B1"].value == code
            for row in range(2, sheet.max_row + 1)
            if sheet.cell(row, 13).value
        ]

    def cell(self, sheet, row, heading):
        return sheet.cell(row, next(cell.column for cell in sheet[1] if cell.value == heading))

    def row_of(self, clause_id):
        rows = range(2, self.clauses.max_row + 1)
        return next(row for row in rows if self.cell(self.clauses, row, ID).value == clause_id)

    def told(self, *options, code=0):
        self.book.save(self.path)
        done = ask("lists", self.file, "--import", self.path, *options)
        assert done.code == code, done.document
        return done.document["imported"]


@pytest.fixture(scope="module")
def printed(ran, tmp_path_factory):
    """A plan and its workbook, with two clauses of the city's own in each of two units, and one of the state."""
    folder = shutil.copytree(ran, tmp_path_factory.mktemp("printed"), dirs_exist_ok=True)
    file, path = folder / "plan.gpkg", folder / "清单.xlsx"
    plan = read_plan(file)
    rows = []
    for number, unit in enumerate(plan.units["unit_id"].iloc[:2]):
        for place, level in enumerate(("市", "市", "国家")):
            clause = {"id": f"C{number}{place}", "dimension": "space", "effect": "prohibit", "level": level}
            clause |= {"text": f"禁止新建第{number}{place}类项目。", "basis": f"《办法》第{place + 1}条"}
            rows.append({"unit": unit, "add": clause})
    gone = [{"unit": row.unit_id, "remove": row.clause_id} for row in plan.clauses.itertuples()]
    assert edit(file, [{"op": "clauses", "rows": [*gone, *rows], "basis": "文件"}])["applied"] == 1
    assert ask("lists", file, "-o", path).code == 0
    return folder, read_plan(file)


@pytest.fixture
def own(printed, tmp_path):
    """Give a copy of them."""
    folder, plan = printed
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    return Book(tmp_path / "plan.gpkg", tmp_path / "清单.xlsx", plan)


def rows_of(told, kind):
    return [row for row in told["rows"] if row["kind"] == kind]


def swapped(cell, old, new):
    assert old in cell.value
    cell.value = cell.value.replace(old, new)


def test_edits_on_the_sheets_of_units_are_taken_by_the_clause_that_was_printed_there(own):
    (first, one), (second, other) = own.units[:2]
    swapped(own.cell(first, one, DIMENSION), "第00类", "第九类")
    swapped(own.cell(second, other, DIMENSION), "《办法》第2条", "《新办法》第5条")
    told = own.told()
    assert [(row["sheet"], row["line"], row["clause_id"], row["after"]) for row in rows_of(told, "changed")] == [
        (first.title, one, "C00", {"text": "禁止新建第九类项目。"}),
        (second.title, other, "C11", {"basis": "《新办法》第5条"}),
    ]
    assert told["not_taken"] == told["kept"] == 0
    after = read_plan(own.file)
    texts = after.clauses.set_index("clause_id")
    assert texts.loc["C00", "text"] == "禁止新建第九类项目。"
    assert texts.loc["C11", "basis"] == "《新办法》第5条"
    assert len(after.journal) == len(own.plan.journal) + 1
    assert ask("undo", own.file).code == 0
    assert read_plan(own.file).clauses.equals(own.plan.clauses)


@pytest.fixture
def english(tmp_path):
    """Give the workbook of a plan whose profile writes English, with a clause in each of two units."""
    profile = own_profile(tmp_path, "own.toml", 'language = "zh"', 'language = "en"')
    lists = profile.with_name("own") / "lists.toml"
    lists.write_text(lists.read_text("utf-8").replace('prohibit = "禁止"', 'prohibit = "Prohibited"'), "utf-8")
    case = hand(tmp_path)
    case.write_text(case.read_text("utf-8").replace('"national"', '"own.toml"'), "utf-8")
    file = tmp_path / "plan.gpkg"
    assert ask("run", case, "-o", file).code in (0, 1)
    plan = read_plan(file)
    rows = [{"unit": row.unit_id, "remove": row.clause_id} for row in plan.clauses.itertuples()]
    for number, unit in enumerate(plan.units["unit_id"].iloc[:2]):
        clause = {"id": f"C{number}", "dimension": "space", "effect": "prohibit", "level": "市"}
        clause |= {"text": f"No plant (of kind {number})", "basis": "" if number else "Rules (2020), Article 4"}
        rows.append({"unit": unit, "add": clause})
    assert edit(file, [{"op": "clauses", "rows": rows, "basis": "x"}])["applied"] == 1
    return Book(file, tmp_path / "lists.xlsx", read_plan(file), "Lists by clause", "Code of the control unit")


def test_edits_on_the_sheets_of_units_of_an_english_profile_are_taken_too(english):
    (first, one), (second, other) = english.units
    assert english.cell(first, one, DIMENSION).value.startswith(
        "1. [Prohibited] No plant (of kind 0) (Rules (2020), Article 4) <"
    )
    assert english.told()["rows"] == []
    swapped(english.cell(first, one, DIMENSION), "No plant", "No new plant")
    swapped(english.cell(first, one, DIMENSION), "Article 4", "Article 5")
    swapped(english.cell(first, one, DIMENSION), "[to be reviewed]", "[approved]")
    swapped(english.cell(second, other, DIMENSION), "(of kind 1)", "(of kind 1 or 2)")
    told = english.told()
    assert [(row["sheet"], row["line"], row["clause_id"], row["after"]) for row in rows_of(told, "changed")] == [
        (first.title, one, "C0", {"text": "No new plant (of kind 0)", "basis": "Rules (2020), Article 5"} | DONE),
        (second.title, other, "C1", {"text": "No plant (of kind 1 or 2)"}),
    ]
    assert told["not_taken"] == 0
    swapped(english.cell(second, other, DIMENSION), "[to be reviewed]", "[seen]")
    assert [row["clause_id"] for row in rows_of(english.told(), "not_taken")] == ["C1"]


def test_a_line_of_a_unit_that_is_new_gone_or_beyond_understanding_is_told_with_its_place(own):
    (first, one), (second, other) = own.units[:2]
    cell = own.cell(first, one, DIMENSION)
    cell.value = cell.value.replace("1.【禁止】禁止新建第00类项目。", "1.【劝导】少建第00类项目。")
    cell.value += "\n9.【禁止】禁止新建第七类项目。"
    lines = own.cell(second, other, DIMENSION).value.split("\n")
    own.cell(second, other, DIMENSION).value = "\n".join(line for line in lines if "第11类" not in line)
    before = own.file.read_bytes()
    told = own.told()
    rows = rows_of(told, "not_taken")
    assert [(row["sheet"], row["line"], row["clause_id"]) for row in rows] == [
        (first.title, one, "C00"),
        (first.title, one, ""),
        (second.title, other, "C11"),
    ]
    assert "第七类" in rows[1]["after"]["text"]
    assert all("Lists by clause" in row["reason"] for row in rows)
    assert (told["head"], own.file.read_bytes()) == (None, before)


def test_a_number_in_front_of_a_line_makes_it_no_part_of_the_clause_above(own):
    (sheet, row), _ = own.units[:2]
    own.cell(sheet, row, DIMENSION).value += "\n4. 禁止新建第七类项目。"
    (lost,) = own.told()["rows"]
    assert (lost["kind"], lost["clause_id"]) == ("not_taken", "C02")
    assert "第七类" in lost["after"]["text"]


def test_a_state_written_on_a_sheet_of_units_is_an_approval_and_one_taken_off_is_none(own):
    (first, one), (second, other) = own.units[:2]
    swapped(own.cell(first, one, DIMENSION), "【待审】\n2.", "【已审】\n2.")
    swapped(own.cell(second, other, DIMENSION), "【待审】\n2.", "\n2.")
    told = own.told()
    assert [(row["clause_id"], row["after"]) for row in rows_of(told, "approved")] == [("C00", {"status": "已审"})]
    assert [row["clause_id"] for row in rows_of(told, "not_taken")] == ["C10"]
    assert (told["approved"], told["changed"]) == (1, 0)


@pytest.mark.parametrize("place", [0, 1])
def test_the_row_of_a_unit_that_was_deleted_is_told_clause_by_clause(own, place):
    sheet, row = own.units[place]
    sheet.delete_rows(row)
    rows = own.told()["rows"]
    assert {(one["kind"], one["sheet"], one["line"]) for one in rows} == {("not_taken", sheet.title, row)}
    assert [one["clause_id"] for one in rows] == [f"C{place}0", f"C{place}1", f"C{place}2"]


def test_a_sheet_of_units_under_another_name_is_known_by_its_codes_and_a_deleted_one_is_told_once(own):
    sheets = list(dict.fromkeys(sheet.title for sheet in own.book if sheet["B1"].value == "环境管控单元编码"))
    renamed, gone = own.units[0][0], next(one for one in sheets if one != own.units[0][0].title)
    renamed.title = "改了名的"
    assert own.told()["rows"] == []
    del own.book[gone]
    swapped(own.cell(renamed, own.units[0][1], DIMENSION), "第00类", "第九类")
    assert [(one["kind"], one["sheet"], one["clause_id"]) for one in own.told()["rows"]] == [
        ("not_taken", gone, ""),
        ("changed", "改了名的", "C00"),
    ]


def test_what_is_no_clause_is_told_where_it_was_written(own):
    sheet, row = own.units[0]
    own.cell(sheet, row, "环境管控单元名称").value = "改过的名称"
    own.book["说明"]["B3"].value = "改过的说明"
    added = own.book.create_sheet("意见")
    added.append(["意见", "第一条太严"])
    told = own.told()
    assert [(one["kind"], one["sheet"], one["line"]) for one in told["rows"]] == [
        ("not_taken", "说明", 3),
        ("not_taken", sheet.title, row),
        ("not_taken", "意见", 0),
    ]
    assert told["rows"][1]["after"]["text"] == "改过的名称"
    assert told["head"] is None


def test_a_deleted_row_is_told_and_taken_out_only_where_that_is_asked_for_and_never_above_the_lists_level(own):
    own.clauses.delete_rows(own.row_of("C00"))
    own.clauses.delete_rows(own.row_of("C12"))
    told = own.told()
    assert {(row["kind"], row["clause_id"], row["level"]) for row in told["rows"]} == {
        ("removed", "C00", "市"),
        ("kept", "C12", "国家"),
    }
    assert (told["head"], told["removed"], told["kept"]) == (None, 1, 1)
    assert set(read_plan(own.file).clauses["clause_id"]) == set(own.plan.clauses["clause_id"])
    assert own.told("--remove-missing", "--dry-run")["head"] is None
    told = own.told("--remove-missing")
    assert told["head"] is not None
    assert set(own.plan.clauses["clause_id"]) - set(read_plan(own.file).clauses["clause_id"]) == {"C00"}
    assert "市" in rows_of(told, "kept")[0]["reason"]


def test_what_the_plan_got_after_the_workbook_was_printed_is_not_missing_and_not_taken_back(own):
    unit = own.plan.units["unit_id"].iloc[0]
    new = {"id": "C09", "dimension": "space", "effect": "prohibit", "text": "禁止新建第09类项目。"}
    change = {"id": "C01", "text": "后来的文字。"}
    rows = [{"unit": unit, "add": new}, {"unit": unit, "change": change}]
    assert edit(own.file, [{"op": "clauses", "rows": rows}])["applied"] == 1
    assert own.told("--remove-missing")["rows"] == []


@pytest.mark.parametrize(("written", "told"), [("C99", ["a clause keeps its number; it is C00"]), (None, [])])
def test_a_row_whose_number_was_changed_or_emptied_is_still_its_clause(own, written, told):
    own.cell(own.clauses, own.row_of("C00"), ID).value = written
    answer = own.told("--remove-missing")
    assert (answer["head"], [row["reason"] for row in answer["rows"]]) == (None, told)
    assert set(read_plan(own.file).clauses["clause_id"]) == set(own.plan.clauses["clause_id"])


def test_what_plan_and_workbook_both_changed_since_is_told_and_stays(own):
    unit = own.plan.units["unit_id"].iloc[0]
    rows = [{"unit": unit, "change": {"id": "C00", "text": "后来的文字。"}}]
    assert edit(own.file, [{"op": "clauses", "rows": rows}])["applied"] == 1
    for name in ("C00", "C01"):
        swapped(own.cell(own.clauses, own.row_of(name), TEXT), "禁止", "严禁")
    told = own.told()
    (left,) = rows_of(told, "not_taken")
    assert (left["clause_id"], left["before"]["text"], left["after"]["text"]) == (
        "C00",
        "后来的文字。",
        "严禁新建第00类项目。",
    )
    assert [row["clause_id"] for row in rows_of(told, "changed")] == ["C01"]
    texts = read_plan(own.file).clauses.set_index("clause_id")["text"]
    assert (texts["C00"], texts["C01"]) == ("后来的文字。", "严禁新建第01类项目。")


def changed_in_the_plan(own, *said):
    unit = own.plan.units["unit_id"].iloc[0]
    edited = edit(own.file, [{"op": "clauses", "rows": [{"unit": unit, **one} for one in said], "basis": "文件"}])
    assert edited["applied"] == 1


def state_of(own, clause_id):
    return read_plan(own.file).clauses.set_index("clause_id").loc[clause_id, "status"]


@pytest.mark.parametrize("option", [(), ("--remove-missing",)])
def test_what_was_taken_out_of_the_plan_since_stays_out_and_is_told_once(own, option):
    changed_in_the_plan(own, {"remove": "C00"}, {"remove": "C01"})
    swapped(own.cell(own.clauses, own.row_of("C01"), TEXT), "禁止", "严禁")
    told = own.told(*option)
    assert [(row["clause_id"], row["line"] > 0) for row in rows_of(told, "not_taken")] == [("", False), ("C01", True)]
    assert told["rows"][0]["reason"].startswith("1 clause was taken out of the plan since")
    assert (told["head"], told["same"]) == (None, len(own.plan.clauses) - 2)
    assert not {"C00", "C01"} & set(read_plan(own.file).clauses["clause_id"])


def test_an_approval_that_the_plan_took_back_stays_taken_back(own):
    changed_in_the_plan(own, {"change": {"id": "C00", "status": APPROVED}})
    again = Book(own.file, own.path.with_name("再.xlsx"), read_plan(own.file))
    changed_in_the_plan(own, {"change": {"id": "C00", "status": TO_REVIEW}})
    assert again.told()["rows"] == []
    swapped(again.cell(again.clauses, again.row_of("C00"), TEXT), "禁止", "严禁")
    assert [(row["kind"], [*row["after"]]) for row in again.told()["rows"]] == [("changed", ["text"])]
    assert state_of(own, "C00") == TO_REVIEW


def test_who_approves_or_deletes_a_clause_does_not_so_to_other_words_that_the_plan_has_since(own):
    changed_in_the_plan(own, *({"change": {"id": name, "text": f"后来的{name}。"}} for name in ("C00", "C01")))
    own.cell(own.clauses, own.row_of("C00"), STATE).value = APPROVED
    own.clauses.delete_rows(own.row_of("C01"))
    told = own.told("--remove-missing")
    assert [(row["kind"], row["clause_id"], row["before"]) for row in told["rows"]] == [
        ("not_taken", "C01", {"text": "后来的C01。"}),
        ("not_taken", "C00", {"status": TO_REVIEW}),
    ]
    assert all("changed it too since" in row["reason"] for row in told["rows"])
    assert (told["head"], state_of(own, "C00"), state_of(own, "C01")) == (None, TO_REVIEW, TO_REVIEW)


@pytest.mark.parametrize(("effect", "told"), [("限制", [{"effect": "restrict"}]), ("禁止", [])])
def test_a_row_that_says_a_clause_again_is_told_where_it_says_it_otherwise(own, effect, told):
    row = own.clauses.max_row + 1
    values = {"管控维度": DIMENSION, "管控效力": effect, TEXT: "禁止新建第00类项目。"}
    for heading, value in {**values, UNITS_OF: own.plan.units["code"].iloc[0]}.items():
        own.cell(own.clauses, row, heading).value = value
    rows = own.told()["rows"]
    assert [one["after"] for one in rows] == told
    assert all((one["kind"], one["line"], one["clause_id"]) == ("not_taken", row, "C00") for one in rows)
    assert all("in these words, C00" in one["reason"] for one in rows)


def test_places_counts_and_added_columns_of_the_sheet_by_clause_are_told_as_not_read(own):
    row, column = own.row_of("C00"), own.clauses.max_column + 1
    swapped(own.cell(own.clauses, row, UNITS_OF), "第1条", "第3条")
    own.cell(own.clauses, row, "单元数").value = 7
    own.clauses.cell(1, column).value = "局意见"
    own.clauses.cell(row, column).value = "同意"
    told = own.told()
    assert {(one["kind"], one["sheet"], one["line"]) for one in told["rows"]} == {("not_taken", "按条款", row)}
    assert [one["reason"] for one in told["rows"]] == [
        "its place there stays no. 1; places are not read",
        "column 单元数 is made of the plan, and not read",
        "column 局意见 is made of the plan, and not read",
    ]
    assert [(one["before"], one["after"]) for one in told["rows"][1:]] == [
        ({"text": "1"}, {"text": "7"}),
        ({}, {"text": "同意"}),
    ]


def test_a_row_without_an_id_gets_the_same_one_each_time(own):
    codes = own.plan.units["code"].iloc[:2].tolist()
    row = own.clauses.max_row + 1
    values = {"管控维度": DIMENSION, "管控效力": "禁止", TEXT: "禁止新建第八类项目。", UNITS_OF: "；".join(codes)}
    for heading, value in values.items():
        own.cell(own.clauses, row, heading).value = value
    own.cell(own.clauses, row + 1, TEXT).value = "禁止新建第七类项目。"
    own.cell(own.clauses, row + 1, "管控维度").value = DIMENSION
    own.cell(own.clauses, row + 1, "管控效力").value = "禁止"
    first = own.told("--dry-run")
    told = own.told()
    added = rows_of(told, "added")
    assert [(one["sheet"], one["line"], one["code"]) for one in added] == [("按条款", row, code) for code in codes]
    assert added == rows_of(first, "added")
    assert len({one["clause_id"] for one in added}) == 1
    assert added[0]["clause_id"] not in set(own.plan.clauses["clause_id"])
    assert [one["line"] for one in rows_of(told, "not_taken")] == [row + 1]
    assert own.told()["head"] is None


def test_a_workbook_without_its_sheet_by_clause_is_still_ours(own):
    sheet, row = own.units[1]
    swapped(own.cell(sheet, row, DIMENSION), "第10类", "第九类")
    del own.book["按条款"]
    told = own.told("--remove-missing")
    assert told["own"]
    assert [(one["kind"], one["clause_id"], one["sheet"]) for one in told["rows"]] == [
        ("not_taken", "", ""),
        ("changed", "C10", sheet.title),
    ]
    assert "is missing" in told["rows"][0]["reason"]


def test_two_sheets_that_say_different_things_of_a_clause_are_told_and_the_clause_stays(own):
    (sheet, row), _ = own.units[:2]
    swapped(own.cell(sheet, row, DIMENSION), "第00类", "第八类")
    swapped(own.cell(sheet, row, DIMENSION), "第01类", "第七类")
    by_clause = own.cell(own.clauses, own.row_of("C00"), TEXT)
    swapped(by_clause, "第00类", "第九类")
    swapped(own.cell(own.clauses, own.row_of("C01"), TEXT), "第01类", "第七类")
    told = own.told()
    assert [(one["sheet"], one["line"], one["clause_id"]) for one in rows_of(told, "not_taken")] == [
        (sheet.title, row, "C00"),
        ("按条款", by_clause.row, "C00"),
    ]
    after = read_plan(own.file).clauses.set_index("clause_id")["text"]
    assert after["C00"] == "禁止新建第00类项目。"
    assert after["C01"] == "禁止新建第七类项目。"


def test_a_clause_deleted_on_one_sheet_and_edited_on_another_is_told_so_and_stays(own):
    _, (sheet, row) = own.units[:2]
    swapped(own.cell(sheet, row, DIMENSION), "第10类", "第八类")
    own.clauses.delete_rows(own.row_of("C10"))
    told = own.told("--remove-missing")
    rows = rows_of(told, "not_taken")
    assert {(one["sheet"], one["clause_id"]) for one in rows} == {(sheet.title, "C10"), ("按条款", "C10")}
    assert {one["reason"].partition(" in sheet")[0] for one in rows} == {"it is deleted"}
    assert read_plan(own.file).clauses["clause_id"].tolist() == own.plan.clauses["clause_id"].tolist()


def test_a_state_that_somebody_set_back_is_set_back(own):
    rows = [
        {"unit": row.unit_id, "change": {"id": row.clause_id, "status": APPROVED}}
        for row in own.plan.clauses.itertuples()
    ]
    edit(own.file, [{"op": "clauses", "rows": rows}])
    again = Book(own.file, own.path.with_name("再.xlsx"), read_plan(own.file))
    again.cell(again.clauses, again.row_of("C00"), STATE).value = TO_REVIEW
    again.cell(again.clauses, again.row_of("C01"), STATE).value = None
    told = again.told()
    assert [(one["clause_id"], one["kind"]) for one in told["rows"]] == [("C00", "changed"), ("C01", "not_taken")]
    states = read_plan(own.file).clauses.set_index("clause_id")["status"]
    assert (states["C00"], states["C01"]) == (TO_REVIEW, APPROVED)


def test_a_preview_writes_nothing_and_says_what_would_be_refused(own):
    swapped(own.cell(own.clauses, own.row_of("C00"), TEXT), "第00类", "第九类")
    before = own.file.read_bytes()
    told = own.told("--dry-run")
    assert (told["changed"], told["dry_run"], told["head"], told["refused"]) == (1, True, None, None)
    assert own.file.read_bytes() == before
    edit(own.file, [{"op": "lock", "unit": own.plan.units["unit_id"].iloc[0]}])
    assert own.told("--dry-run", code=1)["refused"]


def test_the_journal_names_reason_file_and_document(own):
    swapped(own.cell(own.clauses, own.row_of("C00"), TEXT), "第00类", "第九类")
    told = own.told("--reason", "专家会", "--basis", "文〔2026〕3号")
    entry = read_plan(own.file).journal.iloc[-1]
    assert entry["reason"] == f"专家会：清单.xlsx，SHA-256 {told['sha256'][:12]}"
    assert entry["basis"] == "文〔2026〕3号"


def test_a_workbook_of_another_plan_or_open_elsewhere_says_so(own):
    own.book["导出原样"]["C1"].value = "别处的方案"
    own.path.with_name(".~lock.清单.xlsx#").touch()
    open_, other = own.told()["rows"]
    assert "open in another program" in open_["reason"]
    assert "'别处的方案'" in other["reason"]
    own.path.with_name(".~lock.清单.xlsx#").unlink()
    own.path.with_name("~$清单.xlsx").touch()
    assert "open in another program" in own.told()["rows"][0]["reason"]


def test_without_the_record_of_what_was_printed_the_sheet_by_clause_is_read_alone(own):
    sheet, row = own.units[0]
    swapped(own.cell(sheet, row, DIMENSION), "第00类", "第八类")
    swapped(own.cell(own.clauses, own.row_of("C01"), TEXT), "第01类", "第七类")
    del own.book["导出原样"]
    told = own.told()
    assert [(one["kind"], one["clause_id"]) for one in told["rows"]] == [("not_taken", ""), ("changed", "C01")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("空.xlsx", b""),
        ("图.xlsx", b"\x89PNG\r\n"),
        ("旧.xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"Workbook" * 90),
        ("密.xlsx", bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le") * 9),
    ],
)
def test_a_file_that_is_no_workbook_is_refused_by_name(own, tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    before = own.file.read_bytes()
    for options in ((), ("--remove-missing",), ("--dry-run",)):
        assert name in refusal("lists", own.file, "--import", tmp_path / name, *options)["where"]
    assert own.file.read_bytes() == before


def test_libreoffice_gives_back_what_was_printed_and_edits_alone_count(own, tmp_path):
    office = shutil.which("soffice")
    assert office, "LibreOffice (soffice) is not installed"

    def saved(path):
        folder, home = tmp_path / "saved", f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
        command = [office, home, "--headless", "--convert-to", "xlsx", "--outdir", str(folder), str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        return folder / path.name

    told = ask("lists", own.file, "--import", saved(own.path)).document["imported"]
    assert (told["own"], told["rows"], told["same"]) == (True, [], len(own.plan.clauses))
    sheet, row = own.units[0]
    swapped(own.cell(sheet, row, DIMENSION), "第00类", "第八类")
    own.clauses.delete_rows(own.row_of("C11"))
    own.book.save(own.path)
    told = ask("lists", own.file, "--import", saved(own.path), "--remove-missing").document["imported"]
    assert {(one["kind"], one["clause_id"]) for one in told["rows"]} == {("changed", "C00"), ("removed", "C11")}


def test_the_command_line_says_what_is_not_taken_and_where(own, capsys):
    own.clauses.delete_rows(own.row_of("C00"))
    sheet, row = own.units[1]
    swapped(own.cell(sheet, row, DIMENSION), "第10类", "第九类")
    own.cell(sheet, row, "备注").value = "改过的备注"
    own.book.save(own.path)
    capsys.readouterr()
    main(["lists", str(own.file), "--import", str(own.path), "--lang", "en", "--dry-run"])
    said = capsys.readouterr().out
    change = "changed: Requirement: 禁止新建第10类项目。 → 禁止新建第九类项目。"
    assert f"row {row} of sheet {sheet.title}: {own.plan.units['code'].iloc[1]} C10: {change}" in said
    assert "column 备注 is made of the plan, and not read" in said
    assert "C00: its row is deleted; the plan keeps the clause without --remove-missing" in said
    assert "preview: nothing was changed" in said


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "– → industries C26;D44, projects: new, where activity = factory, from 2026-01-01"),
        ("zh", "– → 行业：C26;D44、项目：新建、适用：项目活动类型 = 工业生产、自2026-01-01起"),
    ],
)
def test_the_command_line_says_whom_a_clause_is_to_bind_in_words(own, capsys, lang, words):
    terms = {"industries": ["C26", "D44"], "applies_to": ["new"], "from": "2026-01-01"}
    terms["when"] = [{"fact": "activity", "op": "eq", "value": "factory"}]
    own.cell(own.clauses, own.row_of("C00"), "适用条件").value = json.dumps(terms)
    own.book.save(own.path)
    capsys.readouterr()
    main(["lists", str(own.file), "--import", str(own.path), "--lang", lang, "--dry-run"])
    assert words in capsys.readouterr().out

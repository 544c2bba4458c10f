"""Clause libraries as bureaus keep them: CSV in UTF-8 and GBK, workbooks, and what is wrong with them."""

from __future__ import annotations

import datetime
import time

import pandas as pd
import pytest
from control_units.delineation.case.profile import read_profile
from control_units.delineation.core.errors import BadInput
from control_units.delineation.lists.laws import read_laws
from control_units.delineation.lists.library import LIBRARY_COLUMNS, library_paths, read_libraries, read_library
from control_units.delineation.lists.wording import COLUMNS, read_wording
from openpyxl import Workbook

PROFILE = read_profile("national")
TITLES = read_wording(PROFILE.folder / "lists.toml").columns
# As libraries were before clauses could say whom they mean.
GOOD = {
    "id": "X1",
    "level": "国家",
    "category": "1",
    "kind": "water_zone",
    "zone": "priority",
    "dimension": "space",
    "effect": "prohibit",
    "text": "禁止甲。",
    "basis": "《某法》第一条",
    "verified": "yes",
    "checked_source": "某省法规公报",
    "checked_on": "2026-11-30",
}
FULL = dict.fromkeys(COLUMNS, "") | {
    "id": "P-1",
    "level": "省",
    "issuer": "某省人民政府",
    "admin": "33;3408",
    "place": "东园区;西园区",
    "industries": "C26;cement",
    "applies_to": "new;expand",
    "when": "capacity < 2000 t/d; fuel = coal|coke",
    "unless": "activity = listed_limited_activity for A,E review; activity = national_major_project review",
    "dimension": "discharge",
    "sub": "discharge_total",
    "effect": "offset",
    "pollutant": "VOCs",
    "ratio": "2",
    "limit": "energy <= 117 kgce/t",
    "text": "新建、扩建项目挥发性有机物实行两倍削减替代。",
    "basis": "《某省条例》第三条，待核",
    "verified": "no",
    "law": "EEC-2026;GB3095-2026",
    "from": "2021-01-01",
    "to": "2026-12-31",
    "page": "12",
}
FULL_TERMS = {
    "scope": ["admin:33|3408", "place:东园区|西园区"],
    "applies_to": ["new", "expand"],
    "industries": ["C26", "cement"],
    "when": [
        {"fact": "capacity", "op": "lt", "value": 2000, "unit": "t/d"},
        {"fact": "fuel", "op": "in", "value": ["coal", "coke"]},
    ],
    "unless": [
        {
            "fact": "activity",
            "op": "eq",
            "value": "listed_limited_activity",
            "industries": ["A", "E"],
            "review": True,
        },
        {"fact": "activity", "op": "eq", "value": "national_major_project", "review": True},
    ],
    "limit": {"fact": "energy", "op": "le", "value": 117, "unit": "kgce/t"},
    "pollutant": "VOCs",
    "ratio": 2,
    "from": "2021-01-01",
    "to": "2026-12-31",
    "law": ["EEC-2026", "GB3095-2026"],
}


def csv_text(rows, header=None):
    header = header or list(rows[0])
    lines = [",".join(f'"{cell}"' for cell in row.values()) for row in rows]
    return "\n".join([",".join(header), *lines]) + "\n"


def write(path, rows, header=None, encoding="utf-8"):
    path.write_bytes(csv_text(rows, header).encode(encoding))
    return path


def workbook(path, *sheets):
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def told(path, profile=PROFILE):
    with pytest.raises(BadInput) as caught:
        read_library(path, profile)
    return caught.value


# ── what is read ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_library_of_twelve_columns_is_read(tmp_path):
    library = read_library(write(tmp_path / "own.csv", [GOOD, GOOD | {"id": "X2", "effect": "exit"}]), PROFILE)
    assert tuple(library.columns) == LIBRARY_COLUMNS
    assert library["category"].tolist() == [1, 1]
    assert library["verified"].tolist() == [True, True]
    assert library["effect"].tolist() == ["prohibit", "exit"]
    assert library["terms"].tolist() == [{"scope": ["category:1", "role:water_zone:priority"]}] * 2
    assert set(library[["issuer", "when", "law", "page"]].to_numpy().ravel()) == {""}


def test_every_column_is_read(tmp_path):
    library = read_library(write(tmp_path / "own.csv", [FULL]), PROFILE)
    row = library.iloc[0]
    assert row["terms"] == FULL_TERMS
    assert {column: row[column] for column in COLUMNS} == FULL | {"category": 0, "verified": False}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("header", [None, TITLES], ids=["ids", "titles"])
def test_encodings_and_titles_make_no_difference(tmp_path, encoding, header):
    names = None if header is None else [header[column] for column in FULL]
    library = read_library(write(tmp_path / "own.csv", [FULL], names, encoding), PROFILE)
    pd.testing.assert_frame_equal(library, read_library(write(tmp_path / "plain.csv", [FULL]), PROFILE))


@pytest.mark.parametrize(
    ("column", "written", "read"),
    [
        ("level", "province", "省"),
        ("level", "单元", "单元"),
        ("dimension", "空间布局约束", "space"),
        ("effect", "要求", "condition"),
        ("sub", "限制开发建设活动的要求", "space_restrict"),
        ("category", "优先保护", 1),
        ("category", "２", 2),
        ("kind", "一般", "general"),
        ("verified", "是", True),
        ("verified", "", False),
        ("checked_on", "2026年11月30日", "2026-11-30"),
        ("industries", "C26；c2511、两高", "C26;C2511;two_high"),
        ("industries", "化工", "chemical"),
        ("applies_to", "新建；扩建", "new;expand"),
        ("when", "生产规模＜２０００ｔ／ｄ；燃料＝煤", "capacity < 2000 t/d; fuel = coal"),
        ("when", "area≥1,000 m²", "area >= 1000 m2"),
        ("limit", "单位产品能耗 ≤ 117 kgce/t", "energy <= 117 kgce/t"),
        ("limit", "height>=15", "height >= 15 m"),
        ("unless", "项目活动类型=国家重大项目 须论证", "activity = national_major_project review"),
        ("from", "2026年3月1日", "2026-03-01"),
        ("from", "2026/3/1", "2026-03-01"),
        ("text", "第一行\n第二行", "第一行第二行"),
    ],
)
def test_what_people_write_is_understood(tmp_path, column, written, read):
    row = dict.fromkeys(COLUMNS, "") | {name: GOOD[name] for name in ("id", "level", "dimension", "effect", "text")}
    row |= {"basis": "《某法》", "checked_source": "某公报", "checked_on": "2026-11-30", column: written}
    assert read_library(write(tmp_path / "own.csv", [row]), PROFILE)[column].iloc[0] == read


def test_of_a_workbook_the_sheet_with_the_head_is_read(tmp_path):
    titles = [TITLES[column] for column in FULL]
    typed = dict(FULL) | {
        "category": 1.0,
        "ratio": 2.0,
        "page": 12.0,
        "from": datetime.datetime(2021, 1, 1),
        "to": datetime.date(2026, 12, 31),
        "verified": "否",
    }
    path = workbook(
        tmp_path / "own.xlsx",
        ("说明", [["填写说明"], ["每行一条"]]),
        ("条款库", [["某省准入清单条款库"], titles, list(typed.values()), [None] * 3, [" ", ""]]),
    )
    library = read_library(path, PROFILE)
    plain = read_library(write(tmp_path / "own.csv", [FULL | {"category": "1"}]), PROFILE)
    pd.testing.assert_frame_equal(library, plain)


def test_merged_cells_hold_what_the_first_does(tmp_path):
    book = Workbook()
    sheet = book.active
    for row in (list(GOOD), list(GOOD.values()), list((GOOD | {"id": "X2", "level": None}).values())):
        sheet.append(row)
    sheet.merge_cells("B2:B4")  # one row further than the table has
    book.save(tmp_path / "own.xlsx")
    assert read_library(tmp_path / "own.xlsx", PROFILE)["level"].tolist() == ["国家", "国家"]


# ── what is wrong ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("column", "value", "wanted"),
    [
        ("dimension", "spaec", "space"),
        ("effect", "prohibits", "prohibit"),
        ("category", "4", "blank"),
        ("level", "国", "国家"),
        ("verified", "maybe", "yes"),
        ("kind", "water_zones", "water_zone"),
        ("zone", "priorty", "priority"),
        ("text", "", "a value"),
        ("basis", "", "a value"),
        ("id", "", "a value"),
        ("kind", "", "role"),
        ("sub", "space_prohibits", "space_prohibit"),
        ("sub", "risk_park", "space_prohibit"),
        ("admin", "浙江", "33;330824"),
        ("place", "ZH33082420001;东园区", "codes, or names"),
        ("industries", "C98", "C"),
        ("industries", "xyz", "industry_groups.csv"),
        ("industries", "26", "C26"),
        ("industries", "111", "A0111 稻谷种植 | B111"),
        ("industries", "chemicals", "chemical"),
        ("industries", "C26;coal_power", "row of its own"),
        ("applies_to", "新键", "新建"),
        ("when", "capacity 2000", "capacity < 2000 t/d"),
        ("when", "capacty < 2000 t/d", "capacity"),
        ("when", "xyz = yes", "facts.toml"),
        ("law", "XYZ", "laws.csv"),
        ("when", "capacity < viel t/d", "capacity < 2000"),
        ("when", "capacity < 2000", "t/d"),
        ("when", "capacity < 2000 t/dd", "t/d"),
        ("when", "capacity < 1e999 t/d", "a number"),
        ("when", "fuel = coall", "coal"),
        ("when", "fuel < coal", "="),
        ("when", "fuel != coal|oil", "condition of its own"),
        ("unless", "activity = other for C98", "C"),
        ("unless", "activity = other for coal_power", "row of its own"),
        ("limit", "energy <= 117 kgce/t; height >= 15 m", "kgce/t"),
        ("ratio", "2", "VOCs"),
        ("law", "GB3095-2021", "GB3095-2026"),
        ("from", "2026-02-30", "2026-03-01"),
        ("to", "soon", "2026-03-01"),
        ("text", "禁止\x07甲", "the text without it"),
    ],
)
def test_a_wrong_value_is_named_with_its_place_and_the_nearest_known(tmp_path, column, value, wanted):
    rows = [dict.fromkeys(COLUMNS, "") | GOOD | more for more in ({}, {"id": "X2", column: value})]
    error = told(write(tmp_path / "own.csv", rows))
    place = "pollutant" if column == "ratio" else column
    assert str(error.where) == f"{tmp_path / 'own.csv'} line 3, column {place}"
    assert wanted in str(error.wanted)


def test_in_a_workbook_sheet_row_and_title_are_named(tmp_path):
    rows = [[TITLES[column] for column in GOOD], GOOD.values(), (GOOD | {"id": "X2", "effect": "禁止的"}).values()]
    path = workbook(tmp_path / "own.xlsx", ("条款库", [[], *rows]))
    error = told(path)
    assert str(error.where) == f"{path}, sheet 条款库, row 4, column {TITLES['effect']}"
    assert str(error.wanted) == "禁止"


def test_a_column_that_the_file_lacks_goes_by_its_title_among_titles(tmp_path):
    rows = [GOOD | {"ratio": "2"}]
    assert "column pollutant" in str(told(write(tmp_path / "a.csv", rows)).where)
    assert "column 污染物" in str(told(write(tmp_path / "b.csv", rows, [TITLES[key] for key in rows[0]])).where)


@pytest.mark.parametrize(
    ("digits", "wanted"),
    [("26", "C26 化学原料"), ("1", "A01 农业"), ("111", "A0111 稻谷种植 | B111 "), ("0111", "A0111 稻谷种植")],
)
def test_digits_alone_are_answered_with_the_codes_they_may_have_been(tmp_path, digits, wanted):
    rows = [GOOD | {"industries": float(digits)}]
    path = workbook(tmp_path / "own.xlsx", ("条款库", [list(rows[0]), *(list(row.values()) for row in rows)]))
    found = told(path) if digits[0] != "0" else told(write(tmp_path / "own.csv", [GOOD | {"industries": digits}]))
    assert str(found.wanted).startswith(wanted)


def test_a_workbook_goes_by_how_it_begins(tmp_path):
    path = workbook(tmp_path / "own.xlsx", ("条款库", [GOOD, GOOD.values()])).rename(tmp_path / "own.csv")
    assert read_library(path, PROFILE)["id"].tolist() == ["X1"]
    (tmp_path / "old.csv").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600)
    assert "is a file of Office 97 to 2003" in str(told(tmp_path / "old.csv"))


def test_a_formula_without_a_result_is_no_value(tmp_path):
    path = workbook(tmp_path / "own.xlsx", ("条款库", [GOOD, (GOOD | {"text": "=A1"}).values()]))
    assert "formula" in str(told(path))


def test_all_errors_are_told_at_once_and_no_more_than_twenty(tmp_path):
    rows = [GOOD | {"id": f"X{number}", "effect": "prohibits", "level": "国"} for number in range(15)]
    error = told(write(tmp_path / "own.csv", rows))
    assert str(error.where).endswith("line 2, column level")
    said = str(error)
    assert "and 29 errors more: line 2, column effect: unknown effect 'prohibits'; wanted: prohibit; line 3" in said
    assert said.count("unknown") == 20


@pytest.mark.parametrize(
    ("wrong", "column", "what", "wanted"),
    [
        ({"basis": "《某法》，待核"}, "verified", "", "'no' as long as the basis says 待核"),
        ({"checked_source": ""}, "verified", "verified 'yes' without the text that was read, and the day", "both in"),
        ({"checked_on": ""}, "verified", "verified 'yes' without the text that was read, and the day", "both in"),
        ({"checked_on": "去年"}, "checked_on", "", "a date like 2026-03-01"),
    ],
)
def test_who_says_yes_says_what_was_read_and_when(tmp_path, wrong, column, what, wanted):
    # A bureau's own workbook, its second clause said to be checked by nobody knows what.
    rows = [list(row.values()) for row in (GOOD, GOOD | {"id": "X2"} | wrong)]
    titles = [TITLES[name] for name in GOOD]
    error = told(workbook(tmp_path / "own.xlsx", ("条款库", [titles, *rows])))
    assert str(error.where).endswith(f"row 3, column {TITLES[column]}")
    assert what in str(error.what)
    assert str(error.wanted).startswith(wanted)


def test_no_needs_no_mark_in_the_basis(tmp_path):
    rows = [GOOD | {"verified": "no", "checked_source": "", "checked_on": ""}, GOOD | {"id": "X2", "verified": "no"}]
    assert read_library(write(tmp_path / "own.csv", rows), PROFILE)["verified"].tolist() == [False, False]


def test_a_clause_on_a_law_that_nobody_has_read_is_not_read(tmp_path):
    """Whatever its row says; one of two laws is enough."""
    laws = ["EEC-2026", "TCL-2019", "EEC-2026;TCL-2019", ""]
    rows = [GOOD | {"id": f"X{number}", "law": law} for number, law in enumerate(laws)]
    status = {one: law.status for one, law in read_laws(PROFILE).by_id.items()}
    assert (status["EEC-2026"], status["TCL-2019"]) == ("", "待核")
    library = read_library(write(tmp_path / "own.csv", rows), PROFILE)
    assert library["verified"].tolist() == [True, False, False, True]
    assert set(library["checked_on"]) == {"2026-11-30"}


def test_dates_in_the_wrong_order(tmp_path):
    rows = [GOOD | {"from": "2026-03-02", "to": "2026-03-01"}]
    assert "column to" in str(told(write(tmp_path / "own.csv", rows)).where)


def test_a_duplicate_id_is_refused_with_both_lines(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(csv_text([GOOD]) + "\n" + csv_text([GOOD]).splitlines()[1], encoding="utf-8")
    error = told(path)
    assert "id 'X1' is already used on line 2" in str(error.what)
    assert "line 4" in str(error.where)


def test_unknown_missing_and_repeated_columns(tmp_path):
    header = ["dimensions" if name == "dimension" else name for name in GOOD]
    error = told(write(tmp_path / "a.csv", [GOOD], header))
    assert (str(error.what), str(error.wanted)) == ("unknown column 'dimensions'", "dimension")
    few = {key: value for key, value in GOOD.items() if key != "basis"}
    assert "'basis' is missing" in str(told(write(tmp_path / "b.csv", [few])))
    assert f"'{TITLES['basis']}' is missing" in str(
        told(write(tmp_path / "c.csv", [few], [TITLES[key] for key in few]))
    )
    assert "twice: '层级'" in str(told(write(tmp_path / "d.csv", [GOOD | {"more": ""}], [*GOOD, "层级"])))
    assert "11 fields; wanted: 12 fields" in str(told(write(tmp_path / "e.csv", [few], list(GOOD))))
    assert "no sheet has a row" in str(told(workbook(tmp_path / "f.xlsx", ("一", [["甲", "乙"]]))))


def test_blank_cells_behind_the_table_are_nothing(tmp_path):
    path = tmp_path / "own.csv"
    lines = csv_text([GOOD]).splitlines()
    path.write_text("\n".join([lines[0] + ",,", lines[1] + ",,,", ",,,,", "  ", ""]), encoding="utf-8")
    assert len(read_library(path)) == 1


def test_bytes_of_neither_encoding_are_told_with_their_line(tmp_path):
    path = tmp_path / "own.csv"
    path.write_bytes(csv_text([GOOD]).encode("gbk") + b"\x81\x20\xff\n")
    error = told(path)
    assert "neither UTF-8 nor GBK" in str(error.what)
    assert str(error.where).endswith("line 3")


def test_an_absent_and_an_empty_library(tmp_path):
    assert "file not found" in str(told(tmp_path / "none.csv"))
    path = tmp_path / "empty.csv"
    path.write_text(",".join(GOOD) + "\n", encoding="utf-8")
    assert "no clause" in str(told(path))


# ── several files ────────────────────────────────────────────────────────────────────────────────────────────────────


def bureau(folder, *names):
    """Make a profile with libraries of those names, a clause of another level in each."""
    file = folder / "own.toml"
    file.write_bytes(PROFILE.path.read_bytes().replace(b'tables = "national"', b'tables = "own"'))
    (folder / "own").mkdir()
    for number, name in enumerate(names):
        write(folder / "own" / name, [GOOD | {"id": f"{number}", "level": ("市", "省", "县")[number]}])
    return read_profile(file)


def test_libraries_of_a_profile_and_a_case_are_one_the_highest_level_first(tmp_path):
    profile = bureau(tmp_path, "clauses.csv", "clauses_a.csv", "clauses_b.csv")
    more = write(tmp_path / "case.csv", [GOOD | {"id": "C1", "level": "省"}, GOOD | {"id": "C2"}])
    library = read_libraries(profile, [more])
    assert library["id"].tolist() == ["C2", "1", "C1", "0", "2"]
    assert library["level"].tolist() == ["国家", "省", "省", "市", "县"]
    assert [path.name for path in library_paths(profile)] == ["clauses.csv", "clauses_a.csv", "clauses_b.csv"]


def test_a_workbook_beside_the_table_that_it_was_made_from_is_not_edited_in_vain(tmp_path):
    profile = bureau(tmp_path, "clauses.csv")
    (profile.folder / "clauses.xlsx").touch()
    with pytest.raises(BadInput, match=r"clauses\.csv and clauses\.xlsx are both there"):
        read_libraries(profile)


def test_an_id_of_two_files_is_refused(tmp_path):
    profile = bureau(tmp_path, "clauses.csv")
    more = write(tmp_path / "case.csv", [GOOD | {"id": "C1"}, GOOD | {"id": "0"}])
    with pytest.raises(BadInput, match=r"already used in .*clauses\.csv") as caught:
        read_libraries(profile, [more])
    assert "case.csv line 3, column id" in str(caught.value.where)


def test_the_national_library_is_read_whole_and_with_a_profile_s_words():
    library = read_libraries(PROFILE)
    assert len(library) >= 141
    assert set(library["level"]) == {"国家"}


def test_ten_thousand_rows_are_read_at_once(tmp_path):
    rows = [
        FULL | {"id": f"P-{number}", "admin": str(330000 + number), "text": f"第{number}条。"}
        for number in range(10_000)
    ]
    path = write(tmp_path / "own.csv", rows)
    spent = []
    for _ in range(2):  # the faster of two: other work on the machine is not the reader's
        start = time.process_time()
        assert len(read_library(path, PROFILE)) == len(rows)
        spent.append(time.process_time() - start)
    assert min(spent) < 1.5

"""How names, texts and grids of others are read, line by line: ``test/data/learned/read.txt`` has what comes of each.

There a line is what is read, an arrow, and what it is taken for, under the name of what reads it. A new line may end
with its arrow: the test fails, and says what belongs behind it.
"""

from __future__ import annotations

import ast
import datetime
import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from control_units.delineation.core.column_names import bare, folded, stated_unit
from control_units.delineation.core.measures import decimals_in
from control_units.delineation.core.messages import Message
from control_units.delineation.core.table_outline import UNSAVED, CellGrid, find_tables, is_sum, titles_of
from control_units.delineation.export.layers import LayerField
from control_units.delineation.package.like.found import FoundColumn, FoundTable, Match, TableMatch
from control_units.delineation.package.like.kept_texts import KeptTexts, says_numbers
from control_units.delineation.package.like.known import KnownFacts
from control_units.delineation.package.like.layers import LayerFile, fields_of
from control_units.delineation.package.like.names import known_from_names, tokens_in, without_page, without_tokens
from control_units.delineation.package.like.others import is_left_out, is_part, other_file
from control_units.delineation.package.like.tables import (
    Needles,
    OutlinedTable,
    filled_table,
    found_table,
    looks_of,
    sum_label,
    template_name,
    without_count,
)
from control_units.delineation.package.like.values import codes_in, filled, raw_texts, texts_of
from control_units.delineation.package.like.words import read_words
from control_units.delineation.package.profile import FilledColumn, PackagePlace

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = Path(__file__).parents[1] / "data" / "learned" / "read.txt"
WORDS = read_words()
CITY = KnownFacts(place=PackagePlace("新疆维吾尔自治区", "乌鲁木齐市", "650100"), year="2023", month="12", day="31")
COUNTY = KnownFacts(place=PackagePlace("", "乌鲁木齐市", "650100"), county=("650107", "达坂城区"), year="2023")
MONTH = KnownFacts(year="2023", month="12")
DISTRICT = KnownFacts(place=PackagePlace("", "甲市", "650100"), county=("650107", "甲市乙区"))


def several(things) -> str:
    return " ".join(sorted(things)) or "—"


def claims(text: str) -> str:
    """What a column may be by its name (and what its file calls it besides): of units, zones, counties, clauses …"""
    column = FoundColumn(1, *text.split(" ; "))
    kinds = ("units", "zones", "counties", "clauses", "findings", "sources")
    return " | ".join(several(WORDS.claims(kind, column)) for kind in kinds)


def folding(text: str) -> str:
    """Folded, bare, the unit that is stated, the category that is said."""
    stated = stated_unit(text) or "—"
    return f"{folded(text)} | {bare(text)} | {stated} | {WORDS.category_said(text) or '—'}"


def heads(text: str) -> str:
    """What else a name says: that it is of before, of others, of a part, of a year …; which sum beside counties."""
    column = FoundColumn(1, text)
    said = {
        "former": WORDS.is_former(column),
        "others": WORDS.of_others("units", column),
        "part": WORDS.of_a_part("units", column),
        "part of a county": WORDS.of_a_part("counties", column),
        "year": WORDS.says_year(column),
        "something else": WORDS.of_a_part("units", column) or WORDS.says_year(column),
        "general": WORDS.has_general_head(column),
        "whole": WORDS.says_whole(column),
    }
    return f"{', '.join(key for key, one in said.items() if one) or '—'} | {several(WORDS.short_sums(column))}"


def tokens(text: str) -> str:
    """Tokens of a city's package with its day, of a county's with its year, with a month alone, of another county's."""
    return " | ".join(tokens_in(text, known) for known in (CITY, COUNTY, MONTH, DISTRICT))


def stems(text: str) -> str:
    """The words of a name, and the name without its page."""
    return f"{without_tokens(text)} | {without_page(text)}"


def places(text: str) -> str:
    """Place and date by names alone, and where a county's code and the year are known."""
    names = text.split(" ; ")
    told = []
    for known in (KnownFacts(), KnownFacts(county=("650107", ""), year="2022")):
        found = known_from_names(known, names, names)
        place = (found.place.province, found.place.city, found.place.city_code, *found.county)
        told.append(f"{','.join(place)} {found.year}-{found.month}-{found.day}")
    return " | ".join(told)


def files(text: str) -> str:
    """What a file becomes that holds no table."""
    other = other_file(text, CITY, WORDS)
    one = other.content
    put = f"{one.kind} {one.path} | {one.title} | {one.words} | {one.format}" if one else "nothing"
    return f"{put} ({str(other.said)[:30]})"


def parts(text: str) -> str:
    """Whether a file is a part of the Shapefiles a.shp and 深/A.shp, or left out."""
    part = "part" if is_part(text, frozenset({"a", "深/a"})) else "whole"
    return part + (", left out" if is_left_out(text, WORDS) else "")


def texts(text: str) -> str:
    """Whether a text is taken down and as what rank; where plain ones are not listed; of a heading; states numbers."""
    whole = re.sub(r"(.)×(\d+)", lambda found: found[1] * int(found[2]), text)
    told = []
    for options in ({}, {"listed": False}, {"heading": True}):
        kept = KeptTexts()
        taken = kept.text(Message("place"), whole, whole, **options)
        told.append(f"{'yes' if taken else 'no'} {','.join(str(rank) for rank, _, _ in kept.found)}".strip())
    return f"{' | '.join(told)}{' | numbers' if says_numbers(whole) else ''}"


def labels(text: str) -> str:
    """Whether a text is the word for a sum, and what is left without its count."""
    return f"{'sum' if is_sum(text) else 'no sum'} | {without_count(text)}"


def rows(text: str) -> str:
    """Which text of a row of totals is its label."""
    return str(sum_label(ast.literal_eval(text)))


def values(text: str) -> str:
    """A value as a text, for comparison, and as a number."""
    column = FoundColumn(1, "", values=[float("nan") if text == "nan" else ast.literal_eval(text)])
    return f"{raw_texts(column)[0]!r} | {texts_of(column)[0]!r} | {filled(column)[0]}"


def decimals(text: str) -> str:
    """Digits behind the point of numbers."""
    return str(decimals_in(np.array(ast.literal_eval(text), dtype=np.float64)))


def looks(text: str) -> str:
    """Rows that give the looks, of rows that look as these letters say."""
    return str(looks_of(list(text)))


def codes(text: str) -> str:
    """Values as codes of units and of zones: codes, values that there are, prefixes that were lost, shares."""
    column = FoundColumn(1, "", values=ast.literal_eval(text))
    read = [codes_in(column, kind, WORDS) for kind in ("units", "zones")]
    return " | ".join(f"{','.join(one.codes)} {one.count} {one.lost} {one.share:.2f} {one.unique:.2f}" for one in read)


def grid(text: str) -> CellGrid:
    """Cells of a line: rows between bars, · for nothing, #n for a code, ? for a formula without a result.

    < is one with the cell at its left, ^ with the one above.
    """

    def value(word: str):
        if word == "?":
            return UNSAVED
        if word.startswith("#"):
            return f"ZH3308241{word[1:]:0>4}"
        try:
            return float(word) if "." in word else int(word)
        except ValueError:
            return word

    cells = {
        (r, c): word
        for r, row in enumerate(text.split(" | "), 1)
        for c, word in enumerate(row.split(), 1)
        if word != "·"
    }
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    for r, c in cells:
        first = (r, c)
        while (word := cells[first]) in ("<", "^"):
            first = (first[0], first[1] - 1) if word == "<" else (first[0] - 1, first[1])
        if first != (r, c):
            bottom, right = spans.get(first, first)
            spans[first] = (max(bottom, r), max(right, c))
    return CellGrid({place: value(word) for place, word in cells.items() if word not in ("<", "^")}, spans)


def grids(text: str) -> str:
    """Tables in cells; a number before them says how many rows of head the file itself says that there are."""
    stated, _, rest = text.partition(": ") if re.match(r"\d: ", text) else ("0", "", text)
    cells, out = grid(rest), []
    for one in find_tables(cells, int(stated)):
        place = f"{one.head}/{one.first}-{one.last} columns {one.left}-{one.right} records {one.records}"
        more = {
            "total": one.total,
            "above": one.total_above,
            "out": one.left_out,
            "parts": one.parts,
            "numbering": one.numbering,
        }
        said = "".join(f" {key} {value}" for key, value in more.items() if value)
        out.append(f"{place}{said} size {one.size} {' '.join(titles_of(cells, one).values())}")
    return " + ".join(out) or "nothing"


READERS: dict[str, Callable[[str], str]] = {
    one.__name__: one
    for one in (
        claims,
        folding,
        heads,
        tokens,
        stems,
        places,
        files,
        parts,
        texts,
        labels,
        rows,
        values,
        decimals,
        looks,
    )
} | {"codes": codes, "grids": grids, "templates": template_name}


def sections() -> dict[str, list[str]]:
    """The lines below each name."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("§ ")] + [len(lines)]
    return {lines[a][2:]: [one for one in lines[a + 1 : b] if one] for a, b in pairwise(starts)}


@pytest.mark.parametrize("name", READERS)
def test_it_is_read_so(name):
    lines = sections()[name]
    assert lines
    assert lines == [f"{given} → {READERS[name](given)}" for given in (line.partition(" →")[0] for line in lines)]


def columns_of(*rows: list, spans=()) -> dict[str, FoundColumn]:
    """The columns that a grid's one table is read as."""
    values = {(r, c): value for r, row in enumerate(rows, 1) for c, value in enumerate(row, 1) if value is not None}
    cells = CellGrid(values, dict(spans))
    (outline,) = find_tables(cells)
    return {column.title: column for column in found_table("a.xlsx", "表", cells, outline).columns}


def test_cells_of_a_table_are_read_as_values():
    day = datetime.datetime(2023, 6, 30, 8, 0)
    found = columns_of(
        ["编码", "日期", "天", "是否", "错", "整", "实", "混", "空"],
        ["ZH33082410001", day, day.date(), True, "#REF!", 3, 1.5, 1, " "],
        ["ZH33082410002", day, day.date(), False, "#N/A", 4.0, 2, "x", None],
    )
    assert {title: (column.values, column.type) for title, column in found.items()} == {
        "编码": (["ZH33082410001", "ZH33082410002"], "text"),
        "日期": (["2023-06-30"] * 2, "text"),
        "天": (["2023-06-30"] * 2, "text"),
        "是否": ([1, 0], "integer"),
        "错": ([None, None], "text"),
        "整": ([3, 4.0], "integer"),
        "实": ([1.5, 2], "real"),
        "混": ([1, "x"], "text"),
        "空": ([None, None], "text"),
    }
    assert [column.place for column in found.values()] == list(range(1, 10))
    assert not any(column.formulas for column in found.values())
    assert columns_of(["编码", "a"], ["ZH33082410001", UNSAVED], ["ZH33082410002", 3])["a"].formulas


@pytest.mark.parametrize(
    ("above", "title", "alias"),
    [
        ("单位：公顷", "面积", "面积（公顷）"),
        ("（单位: km²）", "单元面积", "单元面积（km²）"),
        ("单位：公顷", "面积（亩）", ""),
        ("单位：公顷", "面积占比", ""),
        ("单位：公顷", "名称", ""),
        ("单位：公顷、个", "面积", "面积（公顷）"),
        ("填报单位：甲局", "面积", ""),
        ("面积以公顷计", "面积", ""),
    ],
)
def test_a_unit_above_a_table_is_that_of_its_areas(above, title, alias):
    found = columns_of([above, None], ["编码", title], ["ZH33082410001", 3])
    assert found[title].alias == alias


def test_two_units_above_a_table_say_nothing():
    rows = ["编码", "面积"], ["ZH33082410001", 3]
    assert columns_of(["单位：公顷", "单位：亩"], *rows)["面积"].alias == ""
    assert columns_of(["单位：公顷", "单位：公顷"], *rows)["面积"].alias == "面积（公顷）"
    assert columns_of(*rows, ["单位：公顷", None])["面积"].alias == ""


def test_codes_and_names_of_last_year_are_found_in_texts():
    needles = Needles(frozenset({"ZH33082410001", "330824"}), frozenset({"白石岭一片", "东湖片区单元"}))
    assert needles.code_in("见ZH33082410001。") == "ZH33082410001"
    assert needles.code_in("见ZH33082410002、330824") == "330824"
    assert needles.code_in("ZH3308241000") == needles.code_in("") == ""
    assert needles.is_one(" 白石岭一片 ")
    assert needles.is_one("ZH33082419999")  # by its form
    assert needles.is_one("YS3308241210001")
    assert not needles.is_one("白石岭")
    assert needles.name_in("其中东湖片区单元另行") == "东湖片区单元"
    assert needles.name_in("其中白石岭一片另行") == ""  # short names stand for many things
    assert needles.left_in({"a": "见330824".encode(), "b": b"x", "c": b"ZH33082410001"}) == ["a", "c"]


def test_what_a_template_keeps_is_told_gravest_first():
    kept = KeptTexts()
    assert kept.lines() == []
    kept.lost(Message("lost"), Message("a"))
    kept.lost(Message("lost"), Message("b"))
    kept.lost(Message("gone"))
    for number in range(23):
        text = f"说明文字{'甲乙丙丁戊己庚辛'[number % 8]}{'子丑寅'[number // 8]}。"
        kept.text(Message("e"), text, text)
    kept.text(Message("f"), "字" * 250 + "3个", "字" * 250 + "3个")
    kept.text(Message("g"), "字" * 198 + "3个", "字" * 198 + "3个")
    kept.whole(Message("whole"))
    kept.unit(Message("c"), "甲  乙")
    kept.mark(Message("d"), "（秘密）")
    lines = [str(one) for one in kept.lines()]
    assert lines[:8] == [
        "d: '秘密' may contradict the package's classification",
        "c: 甲 乙",
        "whole",
        f"f: {'字' * 200}…",
        f"g: {'字' * 198}3个",
        "a, b: lost",
        "gone",
        "e: 说明文字甲子。",
    ]
    assert len(lines) == 7 + 20 + 1
    assert lines[-1] == "3 other texts without figures are kept"
    assert KeptTexts().check() == ""
    assert kept.check().count("\n") == len(lines) - 1


# ── Fields of layers ──────────────────────────────────────────────────────────────────────────────────────────────


def field_of(column: FoundColumn, path: str = "a.shp", *, of: str = "", words=None, odd=None, blank: bool = False):
    """How a field is written, and what is told of it."""
    layer = LayerFile(path, odd=odd)
    (made,), said = fields_of(layer, [Match(column, of, words=words or {}, blank=blank)])
    return made, [str(one) for one in said]


def test_a_code_that_was_a_number_is_written_as_a_text():
    column = FoundColumn(1, "BM", values=[33082410001], type="real", width=18, decimals=2)
    made, said = field_of(column, of="code")
    assert made == LayerField("BM", "text", 20, "", "code", 0)
    assert said == ["field BM held codes as numbers, without their prefix: it is written as a text"]
    made, said = field_of(FoundColumn(1, "BM", values=["x"], width=30), of="code")
    assert (made.width, said) == (30, [])


@pytest.mark.parametrize(
    ("path", "width", "wanted"),
    [("a.SHP", 0, 254), ("a.shp", 300, 254), ("a.shp", 254, 254), ("a.gdb", 0, 0), ("a.gdb", 300, 300)],
)
def test_a_text_is_as_wide_as_its_format_lets_it(path, width, wanted):
    assert field_of(FoundColumn(1, "A", values=["x"], width=width), path)[0].width == wanted


@pytest.mark.parametrize(
    ("path", "values", "stated", "wanted"),
    [
        ("a.shp", [1.5, 20.25], (12, 3), (12, 3)),
        ("a.shp", [123456.5], (10, 3), (10, 1)),
        ("a.shp", [1234567.5], (10, 3), (10, 0)),
        ("a.shp", [99999999.5], (10, 3), (10, 0)),
        ("a.shp", [-123456.5], (10, 3), (10, 1)),
        ("a.shp", [], (6, 4), (6, 3)),
        ("a.shp", [1.5], (0, 0), (20, 1)),
        ("a.gdb", [1.25, 3.5], (0, 0), (20, 2)),
        ("a.gdb", [1.25], (16, 9), (16, 2)),
    ],
)
def test_a_number_has_room_for_one_digit_more(path, values, stated, wanted):
    width, before = stated
    made, said = field_of(FoundColumn(1, "A", values=values, type="real", width=width, decimals=before), path)
    assert (made.width, made.decimals) == wanted
    fewer = path == "a.shp" and wanted[1] != before
    assert said == (
        [f"field A has {wanted[1]} decimals in place of {before}, so that its numbers fit"] if fewer else []
    )


def test_what_is_neither_text_nor_number_is_written_as_a_text():
    made, said = field_of(FoundColumn(1, "T", values=["2023-06-30"], width=99), "a.gdb", odd={"T": "DateTime"})
    assert (made.type, made.width) == ("text", 10)
    assert said == ["field T is of type DateTime, and is written as a text"]


def test_a_code_table_is_the_plans_own_or_is_told():
    own = {"1": "优先", "2": "重点", "3": "一般"}
    column = FoundColumn(1, "FL", values=["1"], table=own)
    assert field_of(column, of="category") == (LayerField("FL", "text", 254, "", "category", table="category"), [])
    for other in ({**own, "4": "其他"}, {"A": ""}):
        made, said = field_of(FoundColumn(1, "FL", values=["1"], table=other), of="category")
        assert made.table == ""
        assert said[0].startswith("field FL had a code table that is not written: ")
    assert said == ["field FL had a code table that is not written: A"]
    assert field_of(column, of="category", words={"1": "x"})[0].table == ""
    assert field_of(column, of="county")[0].table == ""
    assert field_of(FoundColumn(1, "FL", values=["1"]), of="category")[0].table == ""


def test_words_and_blanks_go_with_a_field():
    made, _ = field_of(FoundColumn(1, "A", "别名", values=[None], width=9), words={"1": "x"}, blank=True)
    assert made == LayerField("A", "text", 9, "别名", words={"1": "x"}, blank=True)


@pytest.mark.parametrize(
    ("values", "form", "decimals"),
    [
        (["1.25", "3.5"], "", 2),
        (["1,234", "5"], "", 0),
        (["12.5%", "3%"], "", 1),
        (["12.50 ％"], "", 2),
        (["x"], "", -1),
        ([1.25, 3.5], "", 2),
        ([1.25], "0.0000", 4),
        ([1.25], "#,##0.0", 2),
        ([1 / 3], "0.00", -1),
        ([1.5, None], "General", 1),
        ([3, 4], "0", 0),
        ([], "0.00", -1),
    ],
)
def test_numbers_are_given_to_so_many_digits(values, form, decimals):
    column = FoundColumn(1, "面积", values=values, type="real")
    table = OutlinedTable(
        "表",
        grid("编码 面积 | #1 1.5"),
        find_tables(grid("编码 面积 | #1 1.5"))[0],
        TableMatch(FoundTable("a", "表", (column,)), "units", matches=(Match(column, "area_km2"),)),
    )
    (made,) = filled_table(table, 2, 1, {1: form}).columns
    assert made.decimals == decimals


def test_how_a_table_is_filled():
    cells = grid("编码 面积 个数 类别 | #1 1.5 3 1 | · 合计 3 ·")
    columns = (
        FoundColumn(1, "编码", values=[33082410001], type="integer"),
        FoundColumn(2, "面积", values=["1.5", "2", "1.75"]),
        FoundColumn(3, "个数", values=[3], type="integer"),
        FoundColumn(4, "类别", values=[1], type="integer"),
        FoundColumn(5, "备注", values=[None]),
        FoundColumn(6, "占用", values=[None], formulas=True),
    )
    matches = (
        Match(columns[0], "code"),
        Match(columns[1], "area_km2"),
        Match(columns[2], "parts"),
        Match(columns[3], "category", words={"1": "优"}),
        Match(columns[4], blank=True),
        Match(columns[5], blank=True),
    )
    match = TableMatch(FoundTable("a", "表", columns), "units", matches, only={"category": "1"})
    table = OutlinedTable("表", cells, find_tables(cells)[0], match)
    made = filled_table(table, 5, 2, {1: "0"}, sheet="表{year}")
    assert (made.of, made.sheet, made.table, made.first, made.rows, made.only) == (
        "units",
        "表{year}",
        0,
        5,
        2,
        {"category": "1"},
    )
    assert made.total == 2
    wanted = (
        FilledColumn(1, "编码", "code", number=True),
        FilledColumn(2, "面积", "area_km2", 2, text=True, was=1.75),
        FilledColumn(3, "个数", "parts", 0),
        FilledColumn(4, "类别", "category", words={"1": "优"}),
        FilledColumn(5, "备注", blank=True),
        FilledColumn(6, "占用"),
    )
    assert made.columns == wanted
    # A document holds texts alone.
    plain = filled_table(table, 5, 2, {}, number=3)
    assert (plain.table, plain.sheet) == (3, "")
    assert [column.text or column.number for column in plain.columns] == [False] * 6

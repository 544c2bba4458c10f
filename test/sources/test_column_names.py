"""Columns of strangers are found by their names alike at every door: previous units, lists, checks, guess, sources."""

from __future__ import annotations

import pytest
from command import ask
from control_units.delineation.case.profile import read_profile
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.column_names import KnownNames, column_again
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.filled_tables import read_cells
from control_units.delineation.guessing import guess_sources
from control_units.delineation.lists.foreign_lists import list_entries
from control_units.delineation.lists.wording import list_words
from control_units.delineation.package.like.found import FoundColumn
from control_units.delineation.package.like.words import read_words
from control_units.delineation.sources.coordinates.crs import parse_crs
from control_units.delineation.sources.formats.vectors import read_vector
from control_units.delineation.sources.previous_units import read_previous_units
from control_units.delineation.sources.roles import find_unit_fields
from hand import CASE, CRS, SIZE, SOUTH, WEST, box, hand, write_layer
from openpyxl import Workbook

PROFILE = read_profile()
SHAPES = [box(x * 1000, 0, 1000, 1000) for x in range(3)]
CODES = ["ZH99990110001", "ZH99990120001", "ZH99990130001"]
# How strangers write it → the column it is all the same.
STRANGE = ["单元编码*", "＊单元编码", "单元编码（必填）", "单 元 编 码", "ＨＪＧＫＤＹＢＭ", "hjgkdybm", "【单元编码】"]


def layer(folder, head, suffix="gpkg"):
    fields = {head: CODES, "category": ["优先", "重点", "一般"]}
    return write_layer(folder / f"单元.{suffix}", "单元", SHAPES, fields)


def previous(path, _):
    return find_unit_fields(read_vector(path), {}, PROFILE)["code"]


def checked(path, _):
    from control_units.delineation.checks import subject_from_layer

    subject = subject_from_layer(path)
    assert subject.units["code"].tolist() == CODES
    return subject.fields.meanings["code"]


def guessed(path, _):
    return guess_sources([path])[0].guess.fields["code"]


def listed(path, head):
    book = Workbook()
    book.active.append([head, "维度", "管控要求"])
    for code in CODES:
        book.active.append([code, "空间布局约束", "禁止甲。"])
    book.save(path.with_suffix(".xlsx"))
    entries, _ = list_entries(read_cells(path.with_suffix(".xlsx")), path, PROFILE, list_words(PROFILE))
    return head if [one.code for one in entries] == CODES else ""


def like(_, head):
    return head if read_words().claims("units", FoundColumn(1, head)) == {"code"} else ""


@pytest.mark.parametrize("head", STRANGE)
@pytest.mark.parametrize("door", [previous, checked, guessed, listed, like])
def test_a_strange_head_is_the_same_column_at_every_door(tmp_path, door, head):
    assert door(layer(tmp_path, head), head) == head


@pytest.mark.parametrize("door", [previous, checked, guessed])
def test_a_name_that_a_shapefile_cut_is_found(tmp_path, door):
    # Ten bytes of UTF-8 hold three characters of 单元编码.
    assert door(layer(tmp_path, "单元编", "shp"), "") == "单元编"


def told_by_check(path):
    from control_units.delineation.checks import subject_from_layer

    return subject_from_layer(path).reading


def told_by_a_run(path):
    case = hand(path.parent, f'{CASE}\n[previous]\npath = "{path.name}"\n')
    return read_previous_units(read_case(case), parse_crs(CRS), (WEST, SOUTH, WEST + SIZE, SOUTH + SIZE)).findings


@pytest.mark.parametrize("door", [told_by_check, told_by_a_run])
@pytest.mark.parametrize(("head", "problem"), [("单元编码*", "marks"), ("单元编码", None)])
def test_a_column_taken_by_less_than_its_name_is_told(tmp_path, door, head, problem):
    told = [one.facts["problem"] for one in door(layer(tmp_path, head)) if one.id == "S24"]
    assert told == ([problem] if problem else [])


@pytest.mark.parametrize(("stated", "found"), [("单元编码*", True), ("单元编码", False)])
def test_a_column_that_a_person_names_is_that_one_or_none(tmp_path, stated, found):
    raw = read_vector(layer(tmp_path, "单元编码*"))
    if found:
        assert find_unit_fields(raw, {"code": stated}, PROFILE)["code"] == "单元编码*"
    else:
        with pytest.raises(BadInput, match="no field '单元编码'"):
            find_unit_fields(raw, {"code": stated}, PROFILE)


def test_of_two_columns_of_one_name_the_first_is_taken_and_told(tmp_path):
    book = Workbook()
    book.active.append(["单元编码", "单元编码", "维度", "管控要求"])
    for code in CODES:
        book.active.append([code, "ZH99990190009", "空间布局约束", "禁止甲。"])
    book.save(tmp_path / "a.xlsx")
    grids = read_cells(tmp_path / "a.xlsx")
    entries, told = list_entries(grids, tmp_path / "a.xlsx", PROFILE, list_words(PROFILE))
    assert [one.code for one in entries] == CODES
    assert [(one.id, one.facts["problem"], one.facts["used"]) for one in told] == [("S24", "same", "单元编码")]


def test_what_stands_whole_goes_before_what_is_marked_and_a_unit_may_stand_behind():
    known = KnownNames({"area": ["面积"], "code": ["编码"]})
    found = known.columns(["面积（公顷）", "面积", "土地面积", "面积_亩", "编码（县）"])
    assert [one.name for one in found["area"]] == ["面积", "面积（公顷）", "面积_亩"]
    assert found["area"][0].score == 1.0 > found["area"][1].score
    assert str(found["area"][0].reason) != str(found["area"][1].reason)
    assert "code" not in found  # 县 is no unit of measure: it may be another code


def test_a_column_is_found_again_only_where_it_is_one():
    assert column_again("环境管控单元编码", ["环境管控单", "面积"]) == "环境管控单"
    assert column_again("code", ["Code", "CODE"]) == ""
    assert column_again("编码", ["编码*"]) == "编码*"


def test_guess_on_the_command_line_names_the_column(tmp_path):
    answer = ask("guess", layer(tmp_path, "单元编码（必填）"), "-o", tmp_path / "case.toml")
    assert answer.code == 0
    assert "单元编码（必填）" in (tmp_path / "case.toml").read_text(encoding="utf-8")

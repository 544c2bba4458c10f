"""Tables that people fill in are read alike, whatever they are saved as, by every door that takes one."""

from __future__ import annotations

import csv
import io
import json
import shutil

import pytest
from control_units.delineation.assess.site import read_site
from control_units.delineation.case.profile import PROFILES, read_profile
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.filled_tables import read_cells
from control_units.delineation.lists.foreign_lists import list_entries
from control_units.delineation.lists.laws import laws_of
from control_units.delineation.lists.library import read_library
from control_units.delineation.lists.wording import list_words
from control_units.delineation.package.accepting import read_reasons
from control_units.delineation.rules.table import read_rules
from control_units.delineation.succession.administrative import read_changes
from openpyxl import Workbook

PROFILE = read_profile()
RARE = "𠮷"  # GB18030 has it, GBK has not
FORMS = ("utf-8", "utf-8-sig", "gbk", "gb18030", "xlsx")


def rules(path):
    return [row.title for row in read_rules(PROFILE, {}, path).rows if row.id == "X1"]


def profile_table(path):
    """Read the rules of a profile of one's own, whose table this is."""
    folder = path.parent / path.stem
    shutil.copytree(PROFILES, folder)
    shutil.copy(path, folder / "national" / "published.csv")
    return [row["area"] for row in read_profile(folder / "national.toml").table("published.csv")]


def corners(path):
    return read_site(path.rename(path.with_suffix(".csv")), "EPSG:4547").shape.wkt


def lists(path):
    entries, _ = list_entries(read_cells(path), path, PROFILE, list_words(PROFILE))
    return [(one.code, one.dimension, one.text) for one in entries]


# Door → what reads the table, its rows with {} where a Chinese word goes, and what of that has to come out.
DOORS = {
    "rules": (
        rules,
        [["id", "role", "zone", "effect", "precedence", "title"], ["X1", "water_zone", "*", "2", "5", "{}"]],
    ),
    "changes": (
        lambda path: [one.new_name for one in read_changes(path)],
        [
            ["old_code", "new_code", "old_name", "new_name", "level", "kind"],
            ["330101", "330102", "甲县", "{}", "county", "rename"],
        ],
    ),
    "reasons": (
        lambda path: [one.reason for one in read_reasons(path)],
        [["rule", "x", "y", "reason"], ["Q1", "1", "2", "{}"]],
    ),
    "clauses": (
        lambda path: read_library(path, PROFILE)["text"].tolist(),
        [
            ["编号", "层级", "维度", "效力", "条款", "依据"],
            ["X1", "国家", "space", "prohibit", "{}", "《某法》第一条"],
        ],
    ),
    "laws": (lambda path: [law.title for law in laws_of(path).by_id.values()], [["id", "title"], ["L1", "{}"]]),
    "profile": (profile_table, [["area", "level"], ["{}", "city"]]),
    "site": (corners, [["点号", "横坐标", "纵坐标"], ["{}", "500000", "3000000"], ["乙", "500100", "3000000"]]),
    "lists": (
        lists,
        [
            ["单元编码", "维度", "管控要求"],
            ["ZH99990110001", "空间布局约束", "{}"],
            ["ZH99990110002", "空间布局约束", "乙"],
        ],
    ),
}


def write(path, rows, form):
    if form == "xlsx":
        book = Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path.with_suffix(".xlsx"))
        return path.with_suffix(".xlsx")
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    path = path.with_suffix(".csv")
    path.write_bytes(text.getvalue().encode(form))
    return path


def headed(door):
    """The rows of a door, a clause library's under the titles of the profile."""
    read, rows = DOORS[door]
    if door == "clauses":
        titles = list_words(PROFILE).columns
        rows = [[titles[one] for one in ("id", "level", "dimension", "effect", "text", "basis")], *rows[1:]]
    return read, rows


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("door", DOORS)
def test_every_door_reads_a_table_in_any_form(tmp_path, door, form):
    read, rows = headed(door)
    said = "甲" if form == "gbk" else RARE
    found = read(write(tmp_path / "table", [[cell.format(said) for cell in row] for row in rows], form))
    assert found, door
    if door == "site":
        assert found == "LINESTRING (500000 3000000, 500100 3000000)"
    else:
        assert said in json.dumps(found, ensure_ascii=False)


@pytest.mark.parametrize("door", [one for one in DOORS if one != "site"])
def test_bytes_of_no_such_encoding_are_refused_with_file_and_line(tmp_path, door):
    read, rows = headed(door)
    path = write(tmp_path / "table", rows[:1], "utf-8")
    path.write_bytes(path.read_bytes() + b"\x81\x20\xff\n")
    with pytest.raises(BadInput, match="neither UTF-8 nor GBK") as caught:
        read(path)
    assert str(caught.value.where).endswith("line 2")

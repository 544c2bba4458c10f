"""What shows that a file may have changed, without reading it; and what of a case is read to be sure."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from control_units.delineation.case.reading import parse_case, read_case
from control_units.delineation.case.writing import case_text
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.libraries import Status, check, in_words, osgeo4w_command
from control_units.delineation.sources.files import stamp
from control_units.delineation.sources.inputs import content_of, inputs_of, stamps_of
from dbf import Column, shapefile
from hand import hand


def test_a_stamp_is_of_all_parts_and_changes_with_any(tmp_path):
    path = shapefile(tmp_path / "a.shp", [Column(b"A", [b"1", b"2"])])
    before = stamp(path)
    assert stamp(path) == before
    path.with_suffix(".cpg").write_bytes(b"UTF-8")
    with_page = stamp(path)
    assert with_page != before
    os.utime(path.with_suffix(".dbf"), ns=(1, 10**18 + 1))
    assert stamp(path) != with_page


def test_a_stamp_of_nothing_and_of_a_database_say_so(tmp_path):
    assert stamp(tmp_path / "gone.gpkg") == "missing"
    assert stamp(Path("PG:host=nowhere dbname=x")) == ""


def test_content_and_stamps_go_by_the_keys_of_the_inputs(tmp_path):
    case = read_case(hand(tmp_path))
    parts = inputs_of(case).parts
    read = content_of(case)
    assert read
    assert read.items() <= parts.items()
    assert stamps_of(case).keys() == read.keys()
    (key,) = read
    assert content_of(case, [key]) == read
    assert content_of(case, ()) == {}
    (tmp_path / "hand.gpkg").unlink()
    assert stamps_of(case) == {key: "missing"}
    with pytest.raises(BadInput):
        content_of(case)


def test_a_draft_may_lack_what_a_run_needs(tmp_path):
    case = read_case(hand(tmp_path))
    text = case_text(case).split("[[source]]")[0]
    assert parse_case(text, case.path, draft=True).sources == ()
    with pytest.raises(BadInput, match="no \\[\\[source\\]\\]"):
        parse_case(text, case.path)


def test_what_qgis_carries_is_installed_by_its_own_installer():
    lacking = [Status(one.library, "missing") if one.library.name in ("shapely", "pyogrio") else one for one in check()]
    command = osgeo4w_command(lacking)
    assert command.endswith("-P python3-shapely -P python3-pyogrio")
    assert command in in_words(lacking)
    assert "QGIS 3.40" in in_words(lacking, language="zh")
    kit = [Status(one.library, "missing" if one.library.kit else "found", "99") for one in check()]
    assert osgeo4w_command(kit) == ""
    assert all(one.library.osgeo4w or not one.library.needed for one in check())

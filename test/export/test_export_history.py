"""What was exported is noted beside the plan, line by line, and what it will hold is said beforehand."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from typing import Literal

import pytest
from command import ROOT, ask
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import word
from control_units.delineation.export import registry
from control_units.delineation.export.history import (
    PlanState,
    history_file,
    note_export,
    read_history,
    state_of,
)
from control_units.delineation.export.registry import export, exporters, previewed
from control_units.delineation.plan.file import read_plan
from sample_plan import write_sample_plan


@pytest.fixture
def plan(tmp_path):
    return write_sample_plan(tmp_path / "a.plan.gpkg")


def test_an_export_is_a_line_beside_the_plan_which_stays_as_it_is(plan, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    before = plan.read_bytes()
    written = export("units-shp", plan, tmp_path / "单元.shp", {"encoding": "UTF-8"})
    assert written.noted
    assert plan.read_bytes() == before
    assert history_file(plan).name == "a.plan.history.jsonl"
    (line,) = history_file(plan).read_text(encoding="utf-8").splitlines()
    found = json.loads(line)
    assert found["files"][0] == "单元.shp"
    assert found["time"] == "2023-11-14T22:13:20Z"
    (one,) = read_history(plan)
    assert (one.format, dict(one.options)) == ("units-shp", {"encoding": "UTF-8"})
    assert one.files == written.files
    assert one.plan == state_of(plan)
    assert one.plan.content


def test_a_plan_in_memory_has_no_history_unless_its_file_is_told(plan, tmp_path):
    assert not export("areas-xlsx", read_plan(plan), tmp_path / "a.xlsx").noted
    assert read_history(plan) == ()
    assert export("areas-xlsx", read_plan(plan), tmp_path / "a.xlsx", file=plan).noted
    assert len(read_history(plan)) == 1


def test_the_command_line_writes_it_too(plan, tmp_path):
    assert ask("export", plan, "--format", "areas-xlsx", "-o", tmp_path / "a.xlsx").code == 0
    assert ask("lists", plan, "-o", tmp_path / "b.xlsx").code == 0
    assert [one.format for one in read_history(plan)] == ["areas-xlsx", "lists-xlsx"]


def test_what_failed_is_not_noted(plan, tmp_path):
    with pytest.raises(BadInput):
        export("units-shp", plan, tmp_path / "u.shp", {"encoding": "BIG5"})
    assert not history_file(plan).exists()


def test_files_elsewhere_are_found_where_they_are_and_those_beside_move_along(plan, tmp_path):
    (tmp_path / "other").mkdir()
    note_export(plan, "x", [tmp_path / "near.shp"], PlanState())
    note_export(tmp_path / "other" / "b.gpkg", "x", [tmp_path / "near.shp"], PlanState())
    assert read_history(plan)[0].files == (tmp_path / "near.shp",)
    assert read_history(tmp_path / "other" / "b.gpkg")[0].files == (tmp_path / "near.shp",)
    moved = tmp_path / "moved"
    moved.mkdir()
    history_file(plan).rename(moved / history_file(plan).name)
    assert read_history(moved / plan.name)[0].files == (moved / "near.shp",)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "nonsense",
        "{",
        "[]",
        "7",
        '"export"',
        '{"event": "run"}',
        '{"event": "export", "format": "x", "time": "t"}',
        '{"event": "export", "format": "x", "time": "t", "files": []}',
        '{"event": "export", "format": "x", "time": "t", "files": 7}',
        '{"event": "export", "format": "x", "time": "t", "files": ["a"], "plan": 7}',
        "[" * 100_000,
        "\udcff\udcfe",
    ],
)
def test_a_line_that_is_none_is_passed_over(plan, tmp_path, line):
    note_export(plan, "one", [tmp_path / "a"], PlanState())
    with history_file(plan).open("ab") as file:
        file.write(line.encode("utf-8", "surrogateescape"))
    note_export(plan, "two", [tmp_path / "b"], PlanState())
    assert [one.format for one in read_history(plan)] == ["one", "two"]


def test_where_it_cannot_be_written_the_export_stands(plan, tmp_path):
    history_file(plan).mkdir()
    written = export("areas-xlsx", plan, tmp_path / "a.xlsx")
    assert not written.noted
    assert (tmp_path / "a.xlsx").exists()
    assert read_history(plan) == ()


NOTES = """
import os, sys
from pathlib import Path
from typing import Literal
from delineation.export.history import PlanState, note_export
plan = Path(sys.argv[1])
for number in range(200):
    note_export(plan, f"{os.getpid()}-{number}", [plan.with_name("x" * 50)], PlanState("名" * 20))
"""


def test_two_programs_at_once_leave_whole_lines(plan):
    programs = [subprocess.Popen([sys.executable, "-c", NOTES, str(plan)], cwd=ROOT) for _ in range(2)]
    assert [program.wait(100) for program in programs] == [0, 0]
    assert len({one.format for one in read_history(plan)}) == 400


def test_a_plan_that_is_changed_is_another_one_and_looks_are_not_a_change(plan):
    first = state_of(plan)
    with sqlite3.connect(plan) as connection:
        connection.execute("UPDATE layer_styles SET styleName = styleName || 'x'")
    connection.close()
    assert state_of(plan) == first
    with sqlite3.connect(plan) as connection:
        connection.execute("INSERT INTO sources (source, role, path) VALUES ('a', 'b', 'c')")
    connection.close()
    assert state_of(plan).content != first.content


# ── what is said beforehand, and what can be set ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", exporters())
def test_every_format_says_beforehand_what_it_holds(plan, name):
    found = previewed(name, read_plan(plan))
    assert found
    assert len(word(found, "en")) < 120


def test_a_preview_fails_as_the_export_would(plan):
    held = read_plan(plan)
    held.units["name"] = "𠮷县"
    assert "UTF-8" in str(previewed("units-shp", held))
    with pytest.raises(BadInput, match="𠮷"):
        previewed("units-shp", held, {"encoding": "GBK"})


def test_what_may_be_set_is_read_off_the_function():
    def write(
        plan,
        output,
        *,
        progress=None,
        paper: Literal["A4", "A3"] = "A3",
        dpi: int = 300,
        width: float = 1.5,
        each: bool = False,
        office: str = "",
    ):
        raise NotImplementedError

    one = registry.Exporter("x-txt", "", "", "", "", ".txt", 1, write, ("paper", "dpi", "width", "each", "office"))
    assert [(option.name, option.kind, option.default) for option in one.settings] == [
        ("paper", "choice", "A3"),
        ("dpi", "whole", 300),
        ("width", "real", 1.5),
        ("each", "switch", False),
        ("office", "text", ""),
    ]
    assert one.settings[0].choices == ("A4", "A3")
    encoding, codes, _ = exporters()["units-shp"].settings
    assert (encoding.choices, codes.kind) == (("", "GBK", "UTF-8"), "text")

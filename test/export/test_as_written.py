"""Whether a plan is as it was written, at every door; and whether the plan that is edited is the one that was read."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from command import ask, refusal
from control_units.delineation.core.database_file import OWN
from control_units.delineation.core.database_file import replace as put_in_place
from control_units.delineation.core.errors import ChangedElsewhere
from control_units.delineation.core.messages import Message
from control_units.delineation.export.registry import export
from control_units.delineation.export.telling import said_of
from control_units.delineation.plan.file import read_plan, write_plan
from control_units.delineation.revision.editor import editing
from control_units.delineation.revision.ops import read_edit
from hand import SOUTH, WEST, hand
from other_program import bit_lost, written

HERE = f"{WEST + 2_000},{SOUTH + 2_000}"  # in the red line
METHOD = "fitting:threshold=0.3"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A plan with an edit, and what the doors want besides."""
    folder = tmp_path_factory.mktemp("written")
    case = hand(folder)
    plan = folder / "plan.gpkg"
    assert ask("run", case, "-o", plan).code == 0
    for op in ("lock", "unlock"):
        (folder / f"{op}.jsonl").write_text(json.dumps({"op": op, "unit": "U000001"}), encoding="utf-8")
    assert ask("edit", plan, folder / "lock.jsonl").code == 0
    assert ask("lists", plan, "-o", folder / "lists.xlsx").code == 0
    return plan


def counted_back(path, statement):
    """Write, and set the counters of the header to what they were: SQLite's own, and which version wrote when."""
    before = path.read_bytes()[:100]
    written(path, statement)
    data = bytearray(path.read_bytes())
    for first in (24, 92):
        data[first : first + 4] = before[first : first + 4]
    path.write_bytes(data)


# What was done to the plan, in which way → the table that is told.
CHANGES = {
    "rows gone": (written, "DELETE FROM clauses", "clauses"),
    "rows gone in write-ahead mode": (lambda *one: written(*one, mode="WAL"), "DELETE FROM clauses", "clauses"),
    "rows gone that nobody counted": (counted_back, "DELETE FROM clauses", "clauses"),
    "a value": (written, "UPDATE units SET category = 3", "units"),
    "the note of it": (written, "UPDATE meta SET value = '1' WHERE key = 'content'", "accepted"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_assessed_by_a_plan_that_somebody_changed_and_readers_say_so(plan, tmp_path, change):
    do, statement, table = CHANGES[change]
    assert ask("assess", plan, HERE, "--industry", "C2614").document["verdict"] == "prohibit", "of the red line"
    assert ask("assess", plan, HERE).document["plan"]["changed"] == {}
    do(plan, statement)
    before = plan.read_bytes()
    answer = ask("assess", plan, HERE, "--industry", "C2614", "--where-else", 2)
    found = answer.document
    assert (answer.code, found["verdict"], found["where_else"], found["facts_missing"]) == (0, "not_assessed", [], [])
    assert not any(clause["decides"] for clause in found["clauses"])
    assert found["not_checked"][0]["id"] == "plan"
    assert table in found["not_checked"][0]["what"]
    for answer in (ask("info", plan), ask("why", plan, HERE)):
        assert (answer.code, table in answer.document["changed"]) == (0, True)
    assert "the plan is not as it was written" in next(
        row["message"] for row in ask("--lang", "en", "check", plan).document if row["id"] == "Q01"
    )
    asked = ask("export", plan, "--format", "areas-xlsx", "-o", tmp_path / "a.xlsx")
    assert table in asked.document["changed"]
    for given in (plan, read_plan(plan)):
        said = said_of(export("areas-xlsx", given, tmp_path / "a.xlsx"))
        assert any("other programs have changed the plan" in one.template for one in said)
    assert plan.read_bytes() == before


def test_what_is_prohibited_is_not_said_either_by_a_plan_that_somebody_changed(plan, tmp_path):
    lacking = {one["id"] for one in ask("assess", plan, HERE).document["not_checked"]}
    none = [part for one in lacking for part in ("--none-here", one.removeprefix("layer:"))]
    projects = tmp_path / "projects.csv"
    projects.write_text(f"id,x,y\nA,{HERE}\nB,{HERE}\n", encoding="utf-8")
    assert ask("assess", plan, HERE, "--fact", "activity=factory", *none).document["verdict"] != "not_assessed"
    written(plan, "DELETE FROM clauses WHERE fid = 1")
    assert ask("assess", plan, HERE, "--fact", "activity=factory", *none).document["verdict"] == "not_assessed"
    written(plan, "DROP TABLE features")
    rows = ask("assess", plan, "--batch", projects, *none).document
    assert [row["verdict"] for row in rows] == ["not_assessed"] * 2
    assert all("features (gone)" in row["not_checked"][0]["what"] for row in rows)


# What writes into a plan, or draws on it as one.
DOORS = {
    "run": lambda plan, _: ("run", plan.with_name("case.toml"), "-o", plan),
    "run --replay": lambda plan, _: ("run", plan.with_name("case.toml"), "-o", plan, "--replay"),
    "adopt": lambda plan, _: ("adopt", plan, METHOD, "--case", plan.with_name("case.toml")),
    "edit": lambda plan, made: ("edit", plan, made.with_name("unlock.jsonl")),
    "edit --dry-run": lambda plan, made: ("edit", plan, made.with_name("unlock.jsonl"), "--dry-run"),
    "undo": lambda plan, _: ("undo", plan),
    "scenario": lambda plan, _: ("scenario", plan, "branch", "大分区"),
    "lists": lambda plan, made: ("lists", plan, "--import", made.with_name("lists.xlsx")),
    "package": lambda plan, _: ("package", plan, "-o", plan.with_name("package")),
    "version": lambda plan, _: ("version", plan, "-o", plan.with_name("new.gpkg"), "--reason", "更新"),
}


@pytest.mark.parametrize("door", DOORS)
def test_whatever_draws_on_a_plan_refuses_one_that_somebody_changed(made, plan, door):
    for name in ("case.toml", "hand.gpkg"):
        shutil.copy(made.with_name(name), plan.with_name(name))
    written(plan, "UPDATE clauses SET text = '' WHERE fid = 1")
    before, there = plan.read_bytes(), sorted(plan.parent.iterdir())
    error = refusal(*DOORS[door](plan, made))
    assert "clauses" in error["what"]
    assert (plan.read_bytes(), sorted(plan.parent.iterdir())) == (before, there)


@pytest.mark.parametrize(
    ("door", "told"), [("version", True), ("package", True), ("check", True), ("info", False), ("edit", False)]
)
def test_a_byte_inside_a_shape_is_seen_by_who_sums_up_all_of_it(made, plan, door, told):
    bit_lost(plan)
    if door in ("check", "info"):
        found = ask(door, plan).document
        assert ("Q01" in [row["id"] for row in found] if door == "check" else bool(found["changed"])) is told
    elif told:
        assert "faces" in refusal(*DOORS[door](plan, made))["what"]
    else:
        assert ask(*DOORS[door](plan, made)).code == 0


STYLE = "INSERT INTO layer_styles (f_table_name, f_geometry_column, styleName) VALUES ('units', 'geom', '打印')"


@pytest.mark.parametrize("statement", [STYLE, "CREATE TABLE notes AS SELECT fid FROM units", "VACUUM"])
def test_looks_and_tables_of_others_are_no_change(made, plan, statement):
    written(plan, statement)
    assert ask("info", plan).document["changed"] == {}
    assert [one["id"] for one in ask("assess", plan, HERE).document["not_checked"] if one["id"] == "plan"] == []
    assert ask(*DOORS["edit"](plan, made)).code == 0
    assert ask(*DOORS["version"](plan, made)).code == 0


# ── The plan that is edited ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def other(plan):
    """Another plan of the same faces, which stands at the same edit."""
    read = read_plan(plan)
    write_plan(replace(read, meta={**read.meta, "name": "another"}), plan.with_name("other.gpkg"))
    return plan.with_name("other.gpkg")


def rename(editor):
    said = {"op": "rename", "unit": "U000002", "name": "改名"}
    editor.do(read_edit(said, Message("here"), author="", reason="", basis=""))


@pytest.mark.parametrize("moment", range(4))
def test_a_plan_that_is_replaced_while_it_is_read_is_not_edited_for_it(plan, other, moment):
    calls = []

    def progress(*_):
        if len(calls) == moment:
            put_in_place(Path(shutil.copy(other, other.with_name("draft.gpkg"))), plan, guard=OWN)
        calls.append(moment)

    with editing(plan, progress=progress) as editor:
        read = editor.plan.meta["name"]
        assert len(calls) > moment, "it was replaced while it was read"
        if moment == 0:  # before the first row
            rename(editor)
        else:
            with pytest.raises(ChangedElsewhere, match="another plan was put in its place"):
                rename(editor)
    assert read == ("another" if moment == 0 else "hand")
    now = read_plan(plan)
    assert (now.meta["name"], "改名" in set(now.units["name"]), now.changes) == ("another", moment == 0, {})


def test_a_plan_that_is_replaced_while_its_lock_is_waited_for_is_not_edited_for_it(plan, other):
    before, refused = other.read_bytes(), []

    def edit():
        with pytest.raises(ChangedElsewhere) as error:
            rename(editor)
        refused.append(str(error.value))

    waiting = threading.Thread(target=edit)
    holder = sqlite3.connect(plan, isolation_level=None)
    with contextlib.closing(holder), editing(plan) as editor:
        holder.execute("BEGIN EXCLUSIVE")
        waiting.start()
        time.sleep(0.5)  # it has the file open, and waits
        other.replace(plan)
        holder.execute("ROLLBACK")
        waiting.join()
    assert "another plan was put in its place" in refused[0]
    assert plan.read_bytes() == before


@pytest.mark.parametrize("after", [0, 1])
def test_what_another_program_saves_between_edits_stops_them(plan, after):
    with editing(plan) as editor:
        for _ in range(after):
            editor.undo()
        written(plan, "UPDATE sources SET provider = 'somebody'")
        before = plan.read_bytes()
        with pytest.raises(ChangedElsewhere, match="sources"):
            rename(editor)
    assert plan.read_bytes() == before

"""An operation is declared once: what the table says is what is read, refused, helped with, worded, and published."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from command import ask, refusal
from control_units.delineation import verbs
from control_units.delineation.cli import main
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import Message, word
from control_units.delineation.plan.file import read_plan
from control_units.delineation.publish.schemas import write_schemas
from control_units.delineation.revision.ops import OPS, edit_schema, read_edit
from jsonschema import Draft202012Validator
from own_operation import marking
from revision_plan import PARK, at

ROOT = Path(__file__).resolve().parents[2]
MARK = {"op": "mark", "unit": PARK, "sign": "（试点）"}


@pytest.fixture(name="marking")
def _marking():
    with marking():
        yield


def name_of(plan: Path) -> str:
    return str(read_plan(plan).units.set_index("unit_id").loc[PARK, "name"])


def edits(plan: Path, *rows: dict[str, Any]) -> Path:
    path = plan.with_name("edits.jsonl")
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def help_of_edit(language: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit):
        main(["edit", "--help", "--lang", language])
    return capsys.readouterr().out


# ── One that comes is at every door ─────────────────────────────────────────────────────────────────────────────────


def test_an_operation_that_nobody_declared_is_at_no_door(plan, capsys):
    assert "unknown operation" in refusal("edit", plan, edits(plan, MARK))["what"]
    assert not Draft202012Validator(edit_schema()).is_valid(MARK)
    assert "  mark:" not in help_of_edit("en", capsys)


@pytest.mark.usefixtures("marking")
def test_an_operation_that_comes_is_done_undone_and_done_again(plan):
    before = name_of(plan)
    assert ask("edit", plan, edits(plan, MARK)).document["applied"] == 1
    assert name_of(plan) == f"{before}（试点）"
    verbs.undo(plan)
    assert name_of(plan) == before
    verbs.redo(plan)
    assert name_of(plan) == f"{before}（试点）"
    (entry,) = ask("log", plan).document
    assert (entry["op"], entry["what"].split(" bears ")[1]) == ("mark", "（试点）")
    assert before in entry["what"]


@pytest.mark.usefixtures("marking")
def test_an_operation_that_comes_is_done_again_on_a_new_run(made, plan):
    for name in ("hand.gpkg", "case.toml"):
        shutil.copy(made.with_name(name), plan.with_name(name))
    before = name_of(plan)
    verbs.edit(plan, [MARK])
    ask("run", plan.with_name("case.toml"), "-o", plan, "--replay")
    assert name_of(plan) == f"{before}（试点）"


@pytest.mark.usefixtures("marking")
@pytest.mark.parametrize(
    ("row", "what"),
    [
        ({"op": "mark", "unit": PARK}, "operation mark without 'sign'"),
        ({**MARK, "sign": ""}, 'sign = ""'),
        ({**MARK, "category": 4}, "category = 4"),
        ({**MARK, "sings": "x"}, "unknown key 'sings' in operation mark"),
    ],
)
def test_what_an_operation_that_comes_may_not_say_is_refused(plan, row, what):
    assert refusal("edit", plan, edits(plan, row))["what"] == what


@pytest.mark.usefixtures("marking")
def test_an_operation_that_comes_is_in_the_help_and_in_the_schema(tmp_path, capsys):
    told = help_of_edit("en", capsys)
    assert "  mark: a sign goes behind the name of a unit\n" in told
    assert "      sign: sign; a text of one line that is not empty\n" in told
    assert "      [category]: category; 1, 2 or 3\n" in told
    write_schemas(tmp_path)
    schema = json.loads((tmp_path / "edits.schema.json").read_text(encoding="utf-8"))
    check = Draft202012Validator(schema)
    assert check.is_valid(MARK)
    assert not check.is_valid({"op": "mark", "unit": PARK})


# ── Those that are there ────────────────────────────────────────────────────────────────────────────────────────────

CLAUSE = {"id": "A", "text": "禁止新建焦化", "dimension": "space"}
LINES = [
    {"op": "assign", "faces": [1, {"at": at(1, 2)}], "unit": "a", "reason": "r", "basis": "", "author": ""},
    {"op": "create", "faces": [1], "category": 2},
    {"op": "merge", "units": ["a", "b", "c"]},
    {"op": "split", "unit": "a", "line": "LineString (0 0, 1 1)", "name": "b"},
    {"op": "reshape", "units": ["a", "b"], "line": "LINESTRING (0 0, 1 1)"},
    {"op": "categorize", "unit": "a", "category": 3},
    {"op": "rename", "unit": "a", "name": "b"},
    {"op": "renumber", "unit": "a", "serial": 9999},
    {"op": "lock", "unit": "a"},
    {"op": "unlock", "unit": "a"},
    {"op": "move", "township": "1", "unit": "a"},
    {"op": "clause", "unit": "a", "add": {**CLAUSE, "terms": {}, "effect": "prohibit"}},
    {"op": "clause", "unit": "a", "remove": "A"},
    {"op": "clauses", "rows": [{"unit": "a", "change": CLAUSE}, {"unit": "b", "remove": "A"}]},
    {"op": "status", "to": "备案", "date": "2026-06-01", "document": "文"},
    {"op": "accept", "rule": "Q01", "at": [1.5, 2], "reason": "r", "facts": {}},
    {"op": "relabel", "method": "ward:k=3", "seed": 1, "parameters": {"k": 3}},
]
WRONG: list[Any] = ["", 0, 1.5, True, [], {}, None, ["a", "a"], [0], [{"at": [1]}], "x" * 3_000]


def test_a_line_of_each_operation_is_read():
    assert [name for name in OPS if name not in {one["op"] for one in LINES}] == []


def taken(line: dict[str, Any]) -> bool:
    try:
        read_edit(line, Message("here"))
    except BadInput:
        return False
    return True


@pytest.mark.parametrize("line", LINES, ids=lambda one: one["op"])
def test_the_schema_takes_what_is_read_and_no_other_shape(line):
    check = Draft202012Validator(edit_schema())
    assert taken(line)
    assert check.is_valid(line)
    for key in line:
        less = {one: value for one, value in line.items() if one != key}
        assert check.is_valid(less) == taken(less), key
        for value in WRONG:
            other = {**line, key: value}
            if taken(other):
                assert check.is_valid(other), other
    assert not check.is_valid({**line, "colour": "red"})
    assert not taken({**line, "colour": "red"})


@pytest.mark.parametrize("name", OPS)
def test_help_lists_each_operation_with_its_fields(name, capsys):
    for language in ("en", "zh"):
        told = help_of_edit(language, capsys)
        own = told.split(f"  {name}: ")[1].split("\n  ", 1)[0].splitlines()[0]
        assert own == word(OPS[name].about, language)
        for key, field in OPS[name].fields.items():
            assert f"      {key if field.needed else f'[{key}]'}: {word(field.title, language)}" in told

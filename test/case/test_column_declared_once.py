"""Columns of units, faces and clauses, each added to a copy of the engine by one line, are found everywhere.

What fills them at a run is a line more. Nothing else of the copy is changed: reading and writing, edits, undo, exports,
headings in both languages and what other programs are told follow from the row's class.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import tomllib
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from command import ROOT, refusal
from control_units.delineation.case.names import glossary
from control_units.delineation.core.messages import word
from control_units.delineation.export.records import COLUMNS
from control_units.delineation.plan.tables import SCHEMA, TABLES, declared
from revision_plan import (
    OTHER_PARK,
    OTHER_WATER,
    PARK,
    WATER,
    WEST_PARK,
    at,
    line,
    revision_case,
    revision_plan,
)

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow
LATER = SCHEMA + 1
# A file, a line of it, and the line that is put before it: where a column is declared, and what fills it at a run.
ADDED = (
    (
        "plan/tables.py",
        '    locked: Annotated[int, Column("已锁定"',
        f'    grade: Annotated[str, Column("保护等级", "Grade", since={LATER}, width=90)] = "none"\n',
    ),
    (
        "plan/assemble.py",
        '            "locked": list(locked),',
        '            "grade": [f"grade of {unit_id}" for unit_id in coded.unit_id],\n',
    ),
    (
        "plan/tables.py",
        "    host: Annotated[int | None",
        f'    surveyed: Annotated[str, Column("踏勘", "Surveyed", since={LATER})] = "none"\n',
    ),
    (
        "plan/assemble.py",
        '            "host": pd.arrays.IntegerArray',
        '            "surveyed": [f"survey of {number}" for number in range(count)],\n',
    ),
    (
        "lists/clause.py",
        "    remark: Annotated",
        f'    article: Annotated[str, Column("条款文号", "Article", since={LATER})] = "none"\n',
    ),
    (
        "lists/draft.py",
        '        return {**columns, "origin": found.origin, "status": status}',
        '        columns["article"] = np.array([f"article of {row}" for row in found.row], dtype=object)\n',
    ),
    # Nothing fills it.
    (
        "plan/tables.py",
        '    facts: Annotated[str, Column("依据的事实"',
        f'    score: Annotated[float, Column("评分", "Score", since={LATER})] = 0.5\n',
    ),
)
FIELD = {"at": at(4_500, 4_000)}  # of the water zone
OPS = {
    "create": {"op": "create", "faces": [FIELD], "category": 1, "name": "新水源"},
    "split": {"op": "split", "unit": OTHER_PARK, "line": line((8_000, 2_500), (9_990, 2_600)), "name": "北片"},
    "merge": {"op": "merge", "units": [PARK, WEST_PARK]},
    "categorize": {"op": "categorize", "unit": PARK, "category": 1},
    "rename": {"op": "rename", "unit": PARK, "name": "东片"},
    "assign": {"op": "assign", "faces": [FIELD], "unit": WATER},
    "clause": {"op": "clause", "unit": PARK, "add": {"id": "A-1", "text": "禁止新建焦化", "dimension": "space"}},
    "lock": {"op": "lock", "unit": OTHER_WATER},
}
DRIVER = """
import contextlib, io, json, shutil, sys
from pathlib import Path
from delineation.cli import main
from delineation.case.names import glossary
from delineation.core.messages import word
from delineation.export.records import COLUMNS, records_of
from delineation.core.messages import at
from delineation.plan.attribute_tables import field_settings
from delineation.plan.file import read_plan
from delineation.plan.tables import declared

folder, ops = Path(sys.argv[1]), json.loads(sys.argv[2])
plan = folder / "plan.gpkg"
told = {}

def ask(step, *arguments):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = main([*map(str, arguments), "--json"])
    told[step] = {"code": code, "document": json.loads(out.getvalue())}
    shutil.copy(plan, folder / f"{step}.gpkg")

ask("run", "run", folder / "case.toml", "-o", plan)
for name, op in ops.items():
    (folder / "ops.jsonl").write_text(json.dumps(op), "utf-8")
    ask(name, "edit", plan, folder / "ops.jsonl", "--author", "A", "--reason", "R", "--basis", "B")
    ask(f"{name}-undone", "undo", plan)
    ask(f"{name}-redone", "redo", plan)
ask("again", "run", folder / "case.toml", "-o", plan, "--replay")
ask("shp", "export", plan, "--format", "units-shp", "-o", folder / "units.shp")
ask("gpkg", "export", plan, "--format", "units-gpkg", "-o", folder / "units.gpkg")
ask("update", "run", folder / "next.toml", "-o", folder / "next.gpkg")
ask("old", "info", folder / "before.gpkg")
ask("old-edited", "edit", folder / "before.gpkg", folder / "ops.jsonl")
held = read_plan(plan)
for what, name in (("units", "grade"), ("clauses", "article")):
    records = records_of(held, what)
    told[name] = {
        "titles": [word(COLUMNS[what][name], language) for language in ("zh", "en")],
        "values": list(records.column(name, at(name))),
        "kind": dict(declared(what).plain)[name],
        "old": sorted(set(getattr(read_plan(folder / "before.gpkg"), what)[name])),
    }
told["qml"] = [field_settings("units", glossary(), language, {}) for language in ("zh", "en")]
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def grown(tmp_path_factory) -> tuple[Path, dict[str, Any]]:
    """A copy of the engine with the columns; where its plans lie after each step, and what it answered."""
    copy = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "delineation", copy / "delineation", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "resources" / "profiles", copy / "resources" / "profiles")
    for one in (*(ROOT / "resources").iterdir(), ROOT / "i18n", ROOT / "metadata.txt"):
        place = copy / one.relative_to(ROOT)
        place.exists() or place.symlink_to(one)
    for name, before, new in ADDED:
        put(copy / "delineation" / name, before, new + before)
    put(copy / "delineation" / "plan" / "tables.py", f"SCHEMA = {SCHEMA}", f"SCHEMA = {LATER}")
    fields = copy / "resources" / "profiles" / "national" / "layers.toml"
    field = '[[units.field]]\nname = "BHDJ"\nalias = "保护等级"\nof = "grade"\ntype = "text"\nwidth = 40\n'
    put(fields, "[[units.field]]\n", field + "[[units.field]]\n", first=True)
    folder = tmp_path_factory.mktemp("plans")
    case = revision_case(folder)
    previous = '\n[previous]\npath = "plan.gpkg"\nlayer = "units"\n'
    updated = case.read_text("utf-8").replace('name = "overlay"', 'name = "update"')
    (folder / "next.toml").write_text(updated + previous, "utf-8")
    revision_plan(folder / "old").replace(folder / "before.gpkg")
    command = [sys.executable, "-c", DRIVER, str(folder), json.dumps(OPS)]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout)


def put(file: Path, before: str, new: str, *, first: bool = False) -> None:
    text = file.read_text("utf-8")
    assert first or text.count(before) == 1, f"{file.name} has no such line any more: {before}"
    file.write_text(text.replace(before, new, 1), "utf-8")


def rows(plan: Path, table: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(plan)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(f'SELECT * FROM "{table}" ORDER BY rowid')]  # noqa: S608


def grades(plan: Path) -> dict[str, str]:
    return {row["unit_id"]: row["grade"] for row in rows(plan, "units")}


def articles(plan: Path) -> dict[tuple[str, str], str]:
    return {(row["unit_id"], row["clause_id"]): row["article"] for row in rows(plan, "clauses")}


def content(plan: Path) -> dict[str, list[dict[str, Any]]]:
    """Rows of the tables that edits touch, but of those that tell of edits; some are known by their keys alone."""
    out = {name: rows(plan, name) for name in ("faces", "units", "clauses", "element_zones")}
    for name in ("borders", "coverage", "evidence"):
        out[name] = sorted(({**row, "fid": 0} for row in rows(plan, name)), key=str)
    return out


def test_a_run_writes_what_fills_it(grown):
    folder, told = grown
    assert told["run"]["code"] == 0
    assert grades(folder / "run.gpkg") == {key: f"grade of {key}" for key in grades(folder / "run.gpkg")}
    assert all(text.startswith("article of ") for text in articles(folder / "run.gpkg").values())
    assert {row["score"] for row in rows(folder / "run.gpkg", "units")} == {0.5}


@pytest.mark.parametrize("name", OPS)
def test_every_edit_keeps_it_of_what_goes_on_and_gives_new_units_that_of_the_one_they_were_cut_from(grown, name):
    folder, told = grown
    steps = list(OPS)
    place = steps.index(name)
    before = folder / f"{'run' if not place else steps[place - 1]}.gpkg"
    assert told[name]["document"]["applied"] == 1, told[name]
    was, now = grades(before), grades(folder / f"{name}.gpkg")
    source = {"create": WATER, "split": OTHER_PARK}.get(name, "")
    assert {key: now[key] for key in now if key in was} == {key: was[key] for key in was if key in now}
    assert [now[key] for key in now.keys() - was.keys()] == ([was[source]] if source else [])
    was, now = articles(before), articles(folder / f"{name}.gpkg")
    kept = now.keys() & was.keys()
    assert kept
    assert {key: now[key] for key in kept} == {key: was[key] for key in kept}
    by_hand = {key for key, text in now.items() if not text.startswith("article of ")}
    assert by_hand == ({(PARK, "A-1")} if place >= steps.index("clause") else set()), "what is drafted is filled"
    assert all(row["score"] == 0.5 for row in rows(folder / f"{name}.gpkg", "units"))
    if name == "split":
        (new,) = {key for key, _ in now} - {key for key, _ in was}
        assert {text for (key, _), text in now.items() if key == new} <= {
            text for (key, _), text in was.items() if key == OTHER_PARK
        }


def test_pieces_of_a_face_have_what_the_face_had(grown):
    folder, _ = grown
    was, now = (
        {row["face_id"]: row["surveyed"] for row in rows(folder / f"{name}.gpkg", "faces")}
        for name in ("create", "split")
    )
    made, gone = now.keys() - was.keys(), was.keys() - now.keys()
    assert len(made) > len(gone) > 0
    assert {now[key] for key in made} == {was[key] for key in gone}
    assert {key: now[key] for key in now.keys() & was.keys()} == {key: was[key] for key in now.keys() & was.keys()}


@pytest.mark.parametrize("name", OPS)
def test_undo_gives_back_the_first_rows_and_redo_those_of_the_edit(grown, name):
    folder, _ = grown
    steps = list(OPS)
    place = steps.index(name)
    before = content(folder / f"{'run' if not place else steps[place - 1]}.gpkg")
    after = content(folder / f"{name}.gpkg")
    assert before != after
    assert content(folder / f"{name}-undone.gpkg") == before
    assert content(folder / f"{name}-redone.gpkg") == after


def test_edits_on_a_new_run_keep_it(grown):
    folder, told = grown
    assert told["again"]["code"] == 0, told["again"]
    assert grades(folder / "again.gpkg") == grades(folder / "lock.gpkg")


def test_it_is_in_exports_under_the_name_that_a_profile_gives_it(grown):
    folder, _ = grown
    values = sorted(grades(folder / "plan.gpkg").values())
    import pyogrio

    for name in ("units.gpkg", "units.shp"):
        assert sorted(pyogrio.read_dataframe(folder / name, layer=0, read_geometry=False)["BHDJ"]) == values


def test_records_and_headings_have_it_in_both_languages(grown):
    folder, told = grown
    assert told["grade"]["titles"] == ["保护等级", "grade"]
    assert told["article"]["titles"] == ["条款文号", "article"]
    assert told["grade"]["kind"] == told["article"]["kind"] == "TEXT"
    assert sorted(told["grade"]["values"]) == sorted(grades(folder / "plan.gpkg").values())
    assert sorted(told["article"]["values"]) == sorted(articles(folder / "plan.gpkg").values())
    for text, title in zip(told["qml"], ("保护等级", "Grade"), strict=True):
        assert f'<alias field="grade" name="{title}"></alias>' in text
        assert '<column type="field" name="grade" hidden="0" width="90"></column>' in text
    (style,) = [row["styleQML"] for row in rows(folder / "run.gpkg", "layer_styles") if row["f_table_name"] == "units"]
    assert '<alias field="grade" name="保护等级"></alias>' in style


def test_an_update_takes_the_lists_of_last_year_with_it(grown):
    folder, told = grown
    assert told["update"]["code"] == 0
    was, now = articles(folder / "plan.gpkg"), articles(folder / "next.gpkg")
    assert now[PARK, "A-1"] == was[PARK, "A-1"] == "none"
    assert all(now[key] == was[key] for key in now.keys() & was.keys())


def test_a_plan_of_the_schema_before_is_read_with_defaults_and_not_edited(grown):
    _, told = grown
    assert told["old"]["code"] == 0
    assert told["grade"]["old"] == told["article"]["old"] == ["none"]
    error = told["old-edited"]["document"]["error"]
    assert error["what"] == f"a plan of schema {SCHEMA}, and edits are written into one of {LATER}"


def test_a_plan_of_the_schema_after_is_refused_in_one_sentence_that_names_both(grown):
    folder, _ = grown
    found = refusal("info", folder / "plan.gpkg")
    assert found["what"] == f"a plan of schema {LATER}, and this version reads up to {SCHEMA}"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_two_columns_of_a_table_have_one_title(language):
    layers = tomllib.loads((ROOT / "resources/profiles/national/layers.toml").read_text("utf-8"))
    heads = {what: list(columns.values()) for what, columns in COLUMNS.items()}
    heads |= {table: [one.said for one in declared(table).columns if one.shown] for table in TABLES}
    titles = {what: [word(one, language, glossary()) for one in said] for what, said in heads.items()}
    titles |= {name: [one["alias"] for one in layer["field"]] for name, layer in layers.items() if "field" in layer}
    assert {what: said for what, said in titles.items() if len(said) > len(set(said))} == {}

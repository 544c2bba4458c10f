"""Scenarios: a folder each in ``scenarios/`` with sources, runs and edits, and what has to come of them by each door.

``scenario.toml``: ``sources``, a feature a line (role, a rectangle as x y width height or a ring as x,y x,y …, in
metres from a corner, then what its fields hold); ``[run.NAME]`` with settings of the case and what the plan is then;
each ``[[run.NAME.step]]`` edits it. Tables of the plan are compared in the columns of the first line, row by row.
Places are written @x,y. The README of the folder tells the rest.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import shapely
from command import ask
from control_units.delineation import verbs
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import word
from control_units.delineation.plan.file import read_plan
from hand import SOUTH, WEST, box, write_layer
from revision_moves import of_head, rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from control_units.delineation.plan.file import Plan

HERE = Path(__file__).parents[1] / "scenarios"
SCENARIOS = {path.parent.name: tomllib.loads(path.read_text("utf-8")) for path in sorted(HERE.glob("*/scenario.toml"))}
DOORS = ("command line", "verbs")
RUNS = [
    (name, run, door)
    for name, scenario in SCENARIOS.items()
    for run, told in scenario["run"].items()
    for door in DOORS[: 1 + ("step" in told)]  # the run itself is held against the other door's
]
TABLES = ("units", "element_zones", "clauses", "findings", "ledger", "journal")
FIELDS = ("code", "name", "zone", "grade")
PLACE = re.compile(r"@(-?[\d.]+),(-?[\d.]+)")


def coordinates(x: str, y: str) -> tuple[float, float]:
    return WEST + float(x), SOUTH + float(y)


def feature(text: str) -> tuple[str, shapely.Polygon, dict[str, str]]:
    """Read a line of sources: its role, its shape, its fields."""
    shape, _, said = text.partition("|")
    role, *numbers = shape.split()
    if "," in numbers[0]:
        ring = shapely.Polygon([coordinates(*one.split(",")) for one in numbers])
    else:
        ring = box(*map(float, numbers))
    return role, ring, dict(one.split("=", 1) for one in said.split())


def write_case(scenario: Mapping[str, Any], settings: str, folder: Path) -> Path:
    """Write a scenario's sources as layers, and the case."""
    layers: dict[str, list[Any]] = {}
    for text in filter(None, map(str.strip, scenario["sources"].splitlines())):
        role, shape, fields = feature(text)
        layers.setdefault(role, []).append((shape, fields))
    case = ['[case]\nname = "scenario"\ncrs = "EPSG:4547"\nseed = 1\ndate = "2025-01-31"\nfiling_year = 2025\n']
    for role, rows in layers.items():
        shapes, said = [shape for shape, _ in rows], [fields for _, fields in rows]
        names = {
            name: [one.get(name, "") for one in said] for name in dict.fromkeys(key for one in said for key in one)
        }
        write_layer(folder / "sources.gpkg", role, shapes, names or {"id": [""] * len(rows)})
        fields = ", ".join(f'{name} = "{name}"' for name in names if name in FIELDS)
        case.append(f'[[source]]\nrole = "{role}"\npath = "sources.gpkg"\nlayer = "{role}"\nfields = {{ {fields} }}\n')
    if "[rules]" not in settings:
        case.append('[rules]\nprofile = "national"\n')
    (folder / "case.toml").write_text("\n".join([*case, settings]), "utf-8")
    return folder / "case.toml"


def edits_of(text: str) -> list[dict[str, Any]]:
    """Read edits, one JSON object a line: a text of places is a line through them."""
    text = re.sub(r'"(@[^"]+)"', lambda found: json.dumps(shapely.LineString(places(found[1])).wkt), text)
    text = PLACE.sub(lambda found: json.dumps(coordinates(*found.groups())), text)
    return [json.loads(one) for one in text.splitlines() if one.strip()]


def places(text: str) -> list[tuple[float, float]]:
    return [coordinates(*one) for one in PLACE.findall(text)]


def edited(door: str, plan: Path, edits: list[dict[str, Any]], said: Mapping[str, str]) -> list[str]:
    """Do edits by a door, and give the sentences of what is refused."""
    if door == "verbs":
        return [word(row["reason"], "en") for row in verbs.edit(plan, edits, **said)["refused"]]
    path = plan.with_name("ops.jsonl")
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in edits), "utf-8")
    answer = ask("edit", plan, path, *(part for key, text in said.items() for part in (f"--{key}", text)))
    assert answer.code == bool(answer.document["refused"]), answer
    return [row["reason"] for row in answer.document["refused"]]


def said(value: Any) -> str:
    if value is None or value != value:
        return ""
    return f"{value:.0f}" if isinstance(value, float) else str(value)


def is_as_told(plan: Plan, told: Mapping[str, Any]) -> None:
    """Hold a plan against what is said of it: whole tables, some rows, places."""
    for name in TABLES:
        for text, whole in ((told.get(name), True), (told.get(f"{name}_with"), False)):
            if text:
                head, *rows = ([cell.strip() for cell in one.split("|")] for one in text.strip().splitlines())
                table = getattr(plan, name)
                if "only" in told:
                    table = table[table["id"].isin(told["only"])]
                found = [[said(value) for value in row] for row in table[head].itertuples(index=False)]
                assert (found if whole else [row for row in rows if row in found]) == rows
    for name in ("units", "clauses"):
        for text in told.get(f"{name}_without", "").strip().splitlines():
            column, _, value = text.partition("=")
            assert value not in set(getattr(plan, name)[column].astype(str)), text
    for key, value in told.get("meta", {}).items():
        assert plan.meta[key] == value
    for text in told.get("at", "").strip().splitlines():
        place, *facts = text.split()
        row = face_at(plan, place)
        for fact in facts:
            key, _, value = fact.partition("=")
            if key == "rides_with":
                assert row["host"] == face_at(plan, value)["face_id"], text
            elif key.startswith("unit."):
                unit = plan.units.set_index("unit_id").loc[row["unit_id"]]
                assert said(unit[key[5:]]) == value, (text, said(unit[key[5:]]))
            else:
                assert said(row[key]) == value, (text, said(row[key]))


def face_at(plan: Plan, place: str) -> dict[str, Any]:
    ((x, y),) = places(place)
    (row,) = plan.faces[shapely.contains_xy(plan.faces["geometry"].to_numpy(), x, y)].to_dict("records")
    return row


def holds(path: Path, told: Mapping[str, Any]) -> None:
    """Hold a file against what is said, and what is true of every plan.

    Faces tile, units are their faces, zones have the area that they say, no code is twice and no red line lowered.
    """
    plan = read_plan(path, summed=True)
    is_as_told(plan, told)
    assert plan.changes == {}
    assert shapely.coverage_is_valid(plan.faces["geometry"].to_numpy())
    sums = plan.faces.groupby("unit_id")["area_m2"].sum().to_dict()
    assert sums == pytest.approx(dict(zip(plan.units["unit_id"], plan.units["area_m2"], strict=True)), rel=1e-9)
    zones = shapely.area(plan.element_zones["geometry"].to_numpy(dtype=object))
    assert plan.element_zones["area_m2"].to_numpy() == pytest.approx(zones, abs=1e-6)
    assert plan.units["code"].is_unique and plan.units["name"].is_unique
    red = plan.coverage.loc[plan.coverage["role"] == "red_line", "face_id"]
    assert set(plan.faces.loc[plan.faces["face_id"].isin(red), "category"]) <= {1}
    host = plan.faces["host"].dropna()
    assert not set(host) & set(plan.faces.loc[host.index, "face_id"])


@pytest.fixture(scope="module")
def laid(tmp_path_factory):
    """Run a scenario's case once for both doors; both write the same bytes."""
    made: dict[tuple[str, str], Path] = {}

    def lay(name: str, run: str) -> Path:
        if (name, run) not in made:
            folder = tmp_path_factory.mktemp("scenario")
            for path in (HERE / name).glob("*.csv"):
                shutil.copy(path, folder)
            case = write_case(SCENARIOS[name], SCENARIOS[name]["run"][run].get("case", ""), folder)
            plan, again = folder / "plan.gpkg", folder / "again.gpkg"
            answer = ask("run", case, "-o", plan)
            assert answer.code in (0, 1), answer
            verbs.run(case, again)
            assert plan.read_bytes() == again.read_bytes()
            made[name, run] = plan
        return made[name, run]

    return lay


@pytest.mark.parametrize(("name", "run", "door"), RUNS)
def test_scenario(laid, name, run, door, tmp_path):
    told = SCENARIOS[name]["run"][run]
    first = laid(name, run)
    plan = Path(shutil.copy(first, tmp_path / "plan.gpkg"))
    holds(plan, told)
    for step in told.get("step", ()):
        if step.get("fresh"):
            shutil.copy(first, plan)
        if "do" in step:
            answer = ask(*(str(plan) if one == "plan.gpkg" else one for one in shlex.split(step["do"])))
            assert (answer.code, step.get("says", "") in json.dumps(answer.document, ensure_ascii=False)) == (
                step.get("code", 0),
                True,
            ), answer
        if "refuses" in step:  # one batch: each is refused by itself, and nothing is done
            wanted = [one.split(" <- ") for one in step["refuses"].strip().splitlines()]
            before = plan.read_bytes()
            reasons = edited(door, plan, edits_of("\n".join(edit for _, edit in wanted)), step.get("said", {}))
            for (words, edit), reason in zip(wanted, reasons, strict=True):
                assert words.strip() in reason and "; wanted: " in reason, (edit, reason)
            assert plan.read_bytes() == before
        if "edits" in step:
            edits, before = edits_of(step["edits"]), of_head(rows_of(plan))
            assert edited(door, plan, edits, step.get("said", {})) == []
            after = of_head(rows_of(plan))
            if not step.get("final"):
                verbs.undo(plan, len(edits))
                assert of_head(rows_of(plan)) == before
                verbs.redo(plan, len(edits))
                assert of_head(rows_of(plan)) == after
        holds(plan, step)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_that_says_another_thing_fails(laid, name):
    """The runner itself: a unit more, or a place of another category, is noticed."""
    run = next(iter(SCENARIOS[name]["run"]))
    plan = read_plan(laid(name, run))
    with pytest.raises((AssertionError, BadInput)):
        is_as_told(plan, {"units": "name\n没有这个单元"})

"""Plans of which a value, shape, column or table is not what it has to be: a sentence that says where, at each door."""

from __future__ import annotations

import shutil

import pytest
from command import ask, refusal
from fuzz_damages import SHAPES, blob, told
from fuzz_world import PROJECTS
from revision_plan import revision_plan

_HERE = "502000,3402000"
# Of a table, column and value what is found and wanted; the plan says of itself that it has always been so.
VALUES = (
    ("faces", "face_id", None, "no face_id in row 1", "a number from 1 "),
    ("faces", "face_id", 0, "face_id = '0' in row 1", "a number from 1 "),
    ("faces", "category", "x", "category = 'x' in row 1", "a number from 1 to 3"),
    ("faces", "category", 4, "category = '4' in row 1", "a number from 1 to 3"),
    ("faces", "rule_category", float("inf"), "rule_category = 'inf' in row 1", "a number from 1 to 3"),
    ("faces", "area_m2", float("inf"), "area_m2 = 'inf' in row 1", "a number from 0 to 1e+15"),
    ("faces", "area_m2", 1.1e15, "area_m2 = '11", "a number from 0 to 1e+15"),
    ("faces", "area_m2", -1.0, "area_m2 = '-1.0' in row 1", "a number from 0 to 1e+15"),
    ("faces", "unit_id", None, "no unit_id in row 1", "a text"),
    ("faces", "unit_id", "U9", "faces of unit 'U9', which does not exist", "a plan file made by `run`"),
    ("faces", "unit_id", b"\0", "unit_id = ", "a text"),
    ("units", "category", None, "no category in row 1", "a number from 1 to 3"),
    ("units", "parts", None, "no parts in row 1", "a number"),
    ("coverage", "role", None, "no role in row 1", "a text"),
    ("clauses", "clause_id", None, "no clause_id in row 1", "a text"),
    ("library", "clause_id", None, "no clause_id in row 1", "a text"),
    ("evidence", "mean", float("-inf"), "mean = '-inf' in row 1", "a number"),
)
_FACE = "face_id, county, township, category, rule_category, unit_id, area_m2, host"
ASSESSED = ("faces", "units", "coverage", "clauses", "library")
# All doors read faces and units; the rest is read by those that need it.
DOORS = {
    "info": ("info", "plan.gpkg"),
    "why": ("why", "plan.gpkg", _HERE),
    "lists": ("lists", "plan.gpkg", "-o", "out.xlsx"),
    "dry": ("edit", "plan.gpkg", "edits.jsonl", "--dry-run"),
    "edit": ("edit", "plan.gpkg", "edits.jsonl"),
    "scenarios": ("scenario", "plan.gpkg", "list"),
    "impact": ("impact", "plan.gpkg", "red_line=hand.gpkg", "--layer", "red_line=water"),
    "version": ("version", "plan.gpkg", "-o", "out.gpkg", "--reason", "试"),
    "assess": ("assess", "plan.gpkg", f"{_HERE},5000", "--where-else", "1"),
    "batch": ("assess", "plan.gpkg", "--batch", "projects.csv", "-o", "out.xlsx"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plan")
    plan = revision_plan(folder)
    told(plan, "INSERT INTO evidence (face_id, raster, mean) VALUES (1, 'slope', 1.0)")
    (folder / "edits.jsonl").write_text('{"op": "lock", "unit": "U000001"}', encoding="utf-8")
    (folder / "projects.csv").write_text(PROJECTS, encoding="utf-8")
    return folder


@pytest.fixture
def folder(made, tmp_path, monkeypatch):
    monkeypatch.chdir(shutil.copytree(made, tmp_path / "plan"))
    return tmp_path / "plan"


def refused_everywhere(folder, found, wanted, where, doors=tuple(DOORS)):
    names = sorted(path.name for path in folder.iterdir())
    for door in doors:
        said = refusal(*DOORS[door])
        assert found in said["what"], door
        assert wanted in said["wanted"], door
        assert said["where"].endswith(where), door
    assert sorted(path.name for path in folder.iterdir()) == names


def test_the_plan_itself_is_read_at_every_door(folder):
    assert {name: ask(*call).code for name, call in DOORS.items()} == dict.fromkeys(DOORS, 0)
    assert (folder / "out.gpkg").is_file()


@pytest.mark.parametrize(
    ("table", "column", "value", "found", "wanted"), VALUES, ids=[f"{a}-{b}-{c}" for a, b, c, *_ in VALUES]
)
def test_a_value_that_cannot_be_is_told_with_its_place(folder, table, column, value, found, wanted):
    told(
        folder / "plan.gpkg",
        f'UPDATE {table} SET "{column}" = ? WHERE rowid = (SELECT min(rowid) FROM {table})',  # noqa: S608 - its own
        value,
    )
    doors = [name for name in DOORS if table in ASSESSED or name not in ("assess", "batch")]
    # A table of projects is read near their places alone.
    doors = [name for name in doors if name != "batch" or table in ("units", "library")]
    refused_everywhere(
        folder, found, wanted, "plan.gpkg" if "which does not exist" in found else f"plan.gpkg|{table}", doors
    )


@pytest.mark.parametrize(
    ("column", "value"), [("area_m2", 1e15), ("area_m2", 0.0), ("category", 1), ("category", 3), ("host", None)]
)
def test_a_value_that_can_be_is_read(folder, column, value):
    told(folder / "plan.gpkg", f"UPDATE faces SET {column} = ? WHERE face_id = 1", value)  # noqa: S608
    assert ask(*DOORS["info"]).code == 0
    assert ask(*DOORS["assess"]).code == 0


@pytest.mark.parametrize("layer", ["faces", "units"])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_that_is_no_polygon_is_told_with_its_place(folder, layer, shape):
    told(folder / "plan.gpkg", f"UPDATE {layer} SET geom = ? WHERE fid = 2", blob(SHAPES[shape]))  # noqa: S608
    doors = ("info", "dry", "version") + (("assess",) if layer == "faces" else ())
    refused_everywhere(folder, " in row 2", "whole and of finite coordinates", f"plan.gpkg|{layer}", doors)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DELETE FROM faces", "without faces|no row in table 'faces'"),
        ("DELETE FROM rtree_faces_geom WHERE id = 1", "an index of 21 rows for 22 rows of layer 'faces'"),
        ("DROP TABLE library", "no table 'library'"),
        ("ALTER TABLE clauses DROP COLUMN terms", "no column 'terms'"),
        ("ALTER TABLE coverage DROP COLUMN role", "no column 'role'"),
        ("DROP TABLE gpkg_spatial_ref_sys", "cannot be read"),
        (f"INSERT INTO faces SELECT NULL, geom, {_FACE} FROM faces LIMIT 1", "face_id 1 twice in table 'faces'"),  # noqa: S608
    ],
)  # fmt: skip
def test_a_table_that_lacks_something_is_told(folder, statement, found):
    told(folder / "plan.gpkg", statement)
    doors = ("assess",) if "index" in found else ("info", "scenarios", "impact", "assess")
    for door in doors[: -1 if "twice" in found else None]:
        said = refusal(*DOORS[door])
        assert any(one in said["what"] for one in found.split("|")), (door, said)


def test_a_plan_without_the_register_of_its_layers_is_read_and_not_edited(folder):
    told(folder / "plan.gpkg", "DROP TABLE gpkg_geometry_columns")
    before = (folder / "plan.gpkg").read_bytes()
    for door in ("info", "assess", "dry", "scenarios"):
        assert ask(*DOORS[door]).code == 0, door
    assert "cannot be written" in refusal(*DOORS["edit"])["what"]
    assert (folder / "plan.gpkg").read_bytes() == before


def test_a_place_of_an_acceptance_that_is_none_is_no_place(folder):
    told(
        folder / "plan.gpkg",
        "INSERT INTO accepted (id, units, facts, place, reason) VALUES ('L03', '', '{}', 'x', 'r')",
    )
    assert ask("log", "plan.gpkg").code == 0
    assert ask("export", "plan.gpkg", "--format", "findings-xlsx", "-o", "out.xlsx").code == 0


@pytest.mark.parametrize("row", ["x", "[1, null]", "{}"])
def test_what_is_kept_of_a_cut_and_is_damaged_stops_its_undoing(folder, row):
    split = '{"op": "split", "unit": "U000011", "line": "LINESTRING (508000 3399000, 508300 3409000)"}'
    (folder / "edits.jsonl").write_text(split, encoding="utf-8")
    assert ask(*DOORS["edit"]).document["applied"] == 1
    told(folder / "plan.gpkg", "UPDATE retired SET row = ? WHERE layer = 'faces'", row)
    before = (folder / "plan.gpkg").read_bytes()
    assert "cannot be put back" in refusal("undo", "plan.gpkg")["what"]
    assert (folder / "plan.gpkg").read_bytes() == before

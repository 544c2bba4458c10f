"""What works by itself in a plan and neither GDAL nor we made: named, refused, left out of a copy, read by nobody."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

import geopandas as gpd
import pytest
import shapely
from command import ask, refusal
from control_units.delineation.plan.content import content_of

_SOFT = "UPDATE clauses SET effect = 'inform'"
_UPDATE = "rtree_faces_geom_update1"
# What a stranger puts into a plan, and the object that is named for it.
FOREIGN = {
    "a trigger that wipes the journal": (
        "CREATE TRIGGER tidy AFTER INSERT ON journal BEGIN DELETE FROM journal; END",
        ("trigger", "tidy"),
    ),
    "one that swallows an edit": (
        "CREATE TRIGGER quiet BEFORE INSERT ON journal BEGIN SELECT RAISE(IGNORE); END",
        ("trigger", "quiet"),
    ),
    "one that softens prohibitions": (
        f"CREATE TRIGGER trigger_insert_feature_count_journal AFTER INSERT ON journal BEGIN {_SOFT}; END",
        ("trigger", "trigger_insert_feature_count_journal"),
    ),
    "one under the name of GDAL's": (
        f"DROP TRIGGER {_UPDATE}; CREATE TRIGGER {_UPDATE} AFTER UPDATE OF geom ON faces BEGIN {_SOFT}; END",
        ("trigger", _UPDATE),
    ),
    "one that says no for a table of ours as GDAL does for its own": (
        "CREATE TRIGGER faces_area BEFORE UPDATE OF area_m2 ON faces FOR EACH ROW BEGIN "
        "SELECT RAISE(ABORT, 'no') WHERE (NEW.area_m2 > 0); END",
        ("trigger", "faces_area"),
    ),
    "a view": ("CREATE VIEW mine AS SELECT * FROM faces", ("view", "mine")),
    "a virtual table": ("CREATE VIRTUAL TABLE words USING fts5(a)", ("virtual table", "words")),
    "an index that refuses": ("CREATE UNIQUE INDEX once ON meta (key)", ("index", "once")),
    "an index of a part": ("CREATE INDEX part ON journal (seq) WHERE seq > 1", ("index", "part")),
    "a column that is computed": (
        "ALTER TABLE clauses ADD COLUMN of TEXT AS ('x')",
        ("table", "clauses"),
    ),
    "a table that forgets what conflicts": (
        "DROP TABLE scenarios; CREATE TABLE scenarios (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "
        "name TEXT UNIQUE ON CONFLICT IGNORE, head INTEGER)",
        ("table", "scenarios"),
    ),
}
IN_PLACE = {
    "clauses": "CREATE VIEW clauses AS SELECT * FROM other WHERE effect <> 'prohibit'",
    "library": "CREATE VIRTUAL TABLE library USING fts5(clause_id)",
    "Units": "CREATE VIEW Units AS SELECT * FROM other LIMIT 1",
    "rtree_faces_geom": "CREATE TABLE rtree_faces_geom (id, minx, maxx, miny, maxy)",
}
READERS = (("assess", "502000,3402000"), ("info",), ("why", "502000,3402000"), ("check",))


@pytest.fixture
def plan(made, tmp_path):
    (tmp_path / "edits.jsonl").write_text('{"op": "lock", "unit": "U000001"}', encoding="utf-8")
    return shutil.copy(made, tmp_path / "plan.gpkg")


def run(plan, script):
    with closing(sqlite3.connect(plan)) as connection:
        connection.executescript(script)


def rows(plan):
    with closing(sqlite3.connect(plan)) as connection:
        connection.execute("BEGIN")
        names = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql NOT NULL").fetchall()
        index = connection.execute("SELECT * FROM rtree_faces_geom ORDER BY id").fetchall()
        counted = sorted(connection.execute("SELECT * FROM sqlite_sequence").fetchall())
        return content_of(connection).tables, sorted(names), index, counted


@pytest.mark.parametrize("case", FOREIGN)
def test_what_others_made_is_named_and_refused_and_a_copy_is_without_it(plan, made, case):
    script, (kind, name) = FOREIGN[case]
    run(plan, script)
    before, edits, copy = plan.read_bytes(), plan.with_name("edits.jsonl"), plan.with_name("copy.gpkg")
    said = refusal("edit", plan, edits)
    assert kind in said["what"]
    assert f"'{name}'" in said["what"]
    assert "--without-foreign" in said["wanted"]
    assert ask("edit", plan, "--without-foreign", copy).document == {"removed": [{"kind": kind, "name": name}]}
    assert plan.read_bytes() == before
    content, objects, *kept = rows(copy)
    whole, known, *stated = rows(made)
    assert content == whole
    assert kept == stated
    assert [one for one in objects if one[0] != "table" and "sqlite" not in one[1]] == [
        one for one in known if one[0] != "table"
    ]
    assert ask("edit", copy, edits).document["applied"] == 1


def test_plain_tables_indices_and_layers_of_gdal_and_qgis_are_foreign_to_nobody(plan):
    run(
        plan,
        "CREATE TABLE notes (a, b CHECK (a > 0)); CREATE TABLE qgis_projects (name TEXT PRIMARY KEY, content BLOB)",
    )
    run(plan, "CREATE INDEX codes ON units (code); ALTER TABLE units ADD COLUMN spare TEXT(80)")
    layer = gpd.GeoDataFrame({"a": ["x"]}, geometry=[shapely.Point(1, 2)], crs="EPSG:4547")
    layer.to_file(plan, layer="my points", driver="GPKG", engine="pyogrio", mode="a")
    copy = plan.with_name("copy.gpkg")
    assert ask("edit", plan, "--without-foreign", copy).document == {"removed": []}
    assert rows(copy) == rows(plan)
    assert "neither" not in refusal("edit", plan, plan.with_name("edits.jsonl"))["what"]


@pytest.mark.parametrize("version", ["1.0", "1.2", "1.4"])
def test_what_gdal_writes_in_other_versions_is_known(plan, version):
    other = plan.with_name("other.gpkg")
    layer = gpd.GeoDataFrame({"face_id": [1]}, geometry=[shapely.Point(1, 2)], crs="EPSG:4547")
    layer.to_file(other, layer="faces", driver="GPKG", engine="pyogrio", dataset_options={"VERSION": version})
    with closing(sqlite3.connect(other)) as connection:
        triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'faces'"
        statements = connection.execute(triggers).fetchall()
    run(plan, "; ".join(f"DROP TRIGGER IF EXISTS {name}; {sql}" for name, sql in statements))
    assert len(statements) >= 8
    assert ask("edit", plan, plan.with_name("edits.jsonl")).document["applied"] == 1


@pytest.mark.parametrize("name", IN_PLACE)
def test_what_stands_in_the_place_of_a_table_is_not_read_as_one(plan, name):
    gone = f"DROP TABLE {name}" if name.startswith("rtree") else f"ALTER TABLE {name} RENAME TO other"
    run(plan, f"{gone}; {IN_PLACE[name]}")
    for verb, *more in READERS:
        said = refusal(verb, plan, *more)
        assert f"'{name}'" in said["what"], verb
    refusal("edit", plan, "--without-foreign", plan.with_name("copy.gpkg"))
    assert not plan.with_name("copy.gpkg").exists()


def test_a_copy_takes_the_place_of_nothing_and_is_no_edit(plan):
    edits = plan.with_name("edits.jsonl")
    before = plan.read_bytes()
    for taken in (plan, edits.with_suffix(".gpkg")):
        if taken != plan:
            shutil.copy(plan, taken)
        assert refusal("edit", plan, "--without-foreign", taken)["what"] == "is there already"
        assert taken.read_bytes() == before
    new = plan.with_name("new.gpkg")
    assert "OPS.jsonl" in refusal("edit", plan)["wanted"]
    assert "OPS.jsonl" in refusal("edit", plan, edits, "--without-foreign", new)["wanted"]
    refusal("edit", plan.with_name("none.gpkg"), "--without-foreign", new)
    assert not new.exists()

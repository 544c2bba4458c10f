"""An edit on disk: the rows that change, in one transaction, whoever reads, writes, copies or kills meanwhile."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from command import ROOT
from control_units.delineation.core import database_file
from control_units.delineation.core.errors import BadInput, ChangedElsewhere, HeldOpen
from control_units.delineation.plan import content
from control_units.delineation.plan.content import content_of, stated_content
from control_units.delineation.plan.file import read_plan, write_plan
from control_units.delineation.plan.tables import LAYERS, TABLES
from control_units.delineation.revision import store
from control_units.delineation.revision.store import TableChange, commit
from other_program import stranger, written
from sample_plan import write_sample_plan

posix = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return write_sample_plan(tmp_path_factory.mktemp("store") / "plan.gpkg")


def ask_file(path, statement, *values):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement, values).fetchall()


def entry(number, op="{}"):
    names = {"seq": number, "time": "2026-01-02T03:04:05Z", "author": "张三", "reason": "", "basis": "", "op": op}
    return {**names, "inverse": "{}", "undone": 0, "scenario": ""}


def noted(number):
    return {"journal": TableChange(("seq",), new=[entry(number)])}


def outline(frame, unit):
    return shapely.multipolygons(shapely.get_parts(shapely.union_all(frame.geometry[frame["unit_id"] == unit])))


def moved(plan, faces, unit):
    """Rows that change where faces change hands, and the rows of tables that hang on them."""
    frame = read_plan(plan).faces
    touched = {unit, *frame.loc[frame["face_id"].isin(faces), "unit_id"]}
    frame.loc[frame["face_id"].isin(faces), "unit_id"] = unit
    shapes = {one: outline(frame, one) for one in sorted(touched)}
    rows = [((one,), {"geometry": shape, "area_m2": shape.area}) for one, shape in shapes.items()]
    return {
        "faces": TableChange(("face_id",), changed=[((face,), {"unit_id": unit}) for face in faces]),
        "units": TableChange(("unit_id",), changed=rows),
    }


def all_rows(path, *left_out):
    """Every row of every table with its number, those of the spatial indices too; not how SQLite lays these out."""
    with closing(sqlite3.connect(path)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        laid_out = ("_geom_node", "_geom_parent", "_geom_rowid")
        names = [name for name in names if not name.startswith("sqlite_") and not name.endswith((*laid_out, *left_out))]
        return {name: connection.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in names}  # noqa: S608


def whole(path):
    """The plan, of which all that it says of itself is right."""
    assert ask_file(path, "PRAGMA integrity_check") == [("ok",)]
    for beside in path.parent.glob(f"{path.name}-*"):
        # A journal that was begun and never valid, as of a program killed before it changed anything.
        assert beside.name.endswith("-journal")
        assert not any(beside.read_bytes()[:8])
    found = read_plan(path, summed=True)
    assert found.changes == {}
    return found


def head(path):
    return int(dict(ask_file(path, "SELECT key, value FROM meta")).get("head", 0))


# ── rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_edit_is_in_the_plan_and_nothing_else_is_changed(plan):
    before = read_plan(plan)
    commit(plan, moved(plan, [2, 3], "u1") | noted(1), seen=0, head=1)
    after = whole(plan)
    assert after.faces.loc[after.faces["unit_id"] != before.faces["unit_id"], "face_id"].tolist() == [3]
    assert after.units["geometry"].iloc[0].equals(outline(after.faces, "u1"))
    assert after.units["area_m2"].iloc[0] == before.units["area_m2"].iloc[0] + 25e6
    assert after.journal["author"].tolist() == ["张三"]
    assert after.meta["head"] == "1"
    for name in (*LAYERS, *TABLES):
        if name not in ("faces", "units", "journal", "meta"):
            pd.testing.assert_frame_equal(getattr(after, name), getattr(before, name))


def test_what_is_changed_back_is_the_very_same(plan):
    first = all_rows(plan, "meta", "journal")
    faces = read_plan(plan).faces
    commit(plan, moved(plan, [3, 9], "u1") | noted(1), seen=0, head=1)
    assert all_rows(plan, "meta", "journal") != first
    commit(plan, moved(plan, [3, 9], faces["unit_id"].iloc[2]) | noted(2), seen=1, head=2)
    whole(plan)
    assert all_rows(plan, "meta", "journal") == first


def rows_of(plan, table, fids):
    frame = getattr(read_plan(plan), table)
    columns = [*LAYERS.get(table, TABLES.get(table)).names, *(["geometry"] if table in LAYERS else [])]
    return [{"fid": fid, **{column: frame[column].iloc[fid - 1] for column in columns}} for fid in fids]


def test_rows_that_went_come_back_with_their_numbers(plan):
    """As a cut takes faces away that its undoing brings back, and a merged unit its clauses."""
    first = all_rows(plan, "meta", "journal")
    kept = {name: rows_of(plan, name, [1, 2]) for name in ("faces", "units", "coverage")}
    piece = {
        **kept["faces"][0],
        "fid": 99,
        "face_id": 25,
        "geometry": shapely.box(500_000, 3_200_000, 500_001, 3_200_001),
    }
    cut = {
        "faces": TableChange(("face_id",), gone=[(1,), (2,)], new=[piece]),
        "units": TableChange(("unit_id",), gone=[("u1",), ("u2",)]),
        "coverage": TableChange(("face_id",), gone=[(1,), (2,)]),
    }
    commit(plan, cut, seen=0, head=1)
    with closing(sqlite3.connect(plan)) as connection:
        assert content_of(connection) == stated_content(connection)
    back = {name: TableChange((), new=rows) for name, rows in kept.items()}
    back["faces"] = TableChange(("fid",), gone=[(99,)], new=kept["faces"])
    commit(plan, back, seen=1, head=0)
    whole(plan)
    assert all_rows(plan, "meta", "journal") == first


def test_shapes_are_the_bytes_that_gdal_writes(plan, tmp_path):
    commit(plan, moved(plan, [3, 4, 9], "u1") | noted(1), seen=0, head=1)
    again = tmp_path / "again.gpkg"
    write_plan(read_plan(plan), again)
    select = "SELECT fid, geom FROM units"
    assert ask_file(plan, select) == ask_file(again, select)
    select = "SELECT table_name, min_x, min_y, max_x, max_y FROM gpkg_contents ORDER BY table_name"
    assert ask_file(plan, select) == ask_file(again, select)


SEEN_BY_GDAL = """
import json, sys, pyogrio
out = {}
for layer in ("faces", "units", "findings"):
    info = pyogrio.read_info(sys.argv[1], layer=layer, force_total_bounds=True)
    box = tuple(info["total_bounds"])
    inside = pyogrio.read_dataframe(sys.argv[1], layer=layer, bbox=(499_000, 3_199_000, 500_500, 3_200_500))
    out[layer] = [info["features"], [round(edge) for edge in box], len(inside)]
print(json.dumps(out))
"""


def seen_by_gdal(path):
    done = subprocess.run([sys.executable, "-c", SEEN_BY_GDAL, path], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_gdal_finds_count_extent_and_index_right(plan):
    assert seen_by_gdal(plan)["faces"] == [24, [500_000, 3_200_000, 530_000, 3_220_000], 1]
    west = [(face,) for face in (1, 7, 13, 19)]
    point = shapely.Point(499_500, 3_199_500)
    changes = {
        "faces": TableChange(("face_id",), gone=west),
        "findings": TableChange(("id",), new=[{"id": "Q07", "geometry": point}, {"id": "Q08", "geometry": None}]),
    }
    commit(plan, changes | noted(1), seen=0, head=1)
    found = seen_by_gdal(plan)
    assert found["faces"] == [20, [505_000, 3_200_000, 530_000, 3_220_000], 0]
    assert found["findings"] == [3, [499_500, 3_199_500, 507_500, 3_207_500], 1]


def test_numbers_of_arrays_and_missing_values_are_stored_as_they_are_read(plan):
    row = {"left": np.int64(3), "right": np.int32(4), "length_m": np.float64(2.5), "geometry": None}
    gap = {"face_id": pd.NA, "raster": "slope", "mean": float("nan"), "stdev": np.float32(0.5)}
    changes = {"borders": TableChange(("left", "right"), new=[row]), "evidence": TableChange((), new=[gap])}
    commit(plan, changes, seen=0, head=1)
    assert ask_file(plan, "SELECT left, right, length_m, geom FROM borders WHERE fid = 2") == [(3, 4, 2.5, None)]
    assert ask_file(plan, "SELECT face_id, raster, mean, stdev FROM evidence") == [(None, "slope", None, 0.5)]
    gone = TableChange(("left", "right"), gone=[(np.int64(3), 4)])
    commit(plan, {"borders": gone, "evidence": TableChange(("face_id",), gone=[(None,)])}, seen=1, head=2)
    assert len(whole(plan).borders) == 1


def test_rows_that_are_named_twice_count_once(plan):
    faces = TableChange(
        ("face_id",),
        gone=[(1,), (1,)],
        changed=[((1,), {"township": "x"}), ((2,), {"township": "y"}), ((2,), {"host": 3}), ((4,), {})],
    )
    commit(plan, {"faces": faces}, seen=0, head=1)
    assert whole(plan).faces[["township", "host"]].iloc[0].tolist() == ["y", 3]


@pytest.mark.parametrize("change", [{"changed": [((99,), {"unit_id": "u1"})]}, {"gone": [(1,), (99,)]}])
def test_a_row_that_is_not_there_refuses_the_edit_whole(plan, change):
    before = plan.read_bytes()
    with pytest.raises(
        ChangedElsewhere, match=r"faces: it was changed meanwhile: what the edit changes is no longer there"
    ):
        commit(plan, {**noted(1), "faces": TableChange(("face_id",), **change)}, seen=0, head=1)
    assert plan.read_bytes() == before


@pytest.mark.parametrize(
    "change",
    [
        TableChange(("no such column",), gone=[(1,)]),
        TableChange(("face_id",), changed=[((1,), {"no such column": 1})]),
        TableChange((), new=[{"face_id": 1, 'a" b': 2}]),
    ],
)
def test_a_column_that_is_none_is_a_mistake(plan, change):
    before = plan.read_bytes()
    with pytest.raises(ValueError, match="table faces has no column"):
        commit(plan, {"faces": change}, seen=0, head=1)
    assert plan.read_bytes() == before


def test_from_another_head_an_edit_is_refused(plan):
    commit(plan, noted(1), seen=0, head=1)
    before = plan.read_bytes()
    with pytest.raises(ChangedElsewhere, match="its last edit is 1, not 0; wanted: the plan read anew"):
        commit(plan, moved(plan, [3], "u1") | noted(1), seen=0, head=1)
    assert plan.read_bytes() == before
    commit(plan, noted(2), seen=1, head=2)
    assert head(plan) == 2


def test_rows_are_found_by_an_index(plan):
    commit(plan, moved(plan, [3], "u1"), seen=0, head=1)
    cut = {"borders": TableChange(("left", "right"), gone=[(1, 2)]), "coverage": TableChange(("face_id",), gone=[(1,)])}
    commit(plan, cut, seen=1, head=2)
    names = [name for (name,) in ask_file(plan, "SELECT name FROM sqlite_master WHERE type = 'index' AND sql NOT NULL")]
    assert sorted(names) == ["borders_left", "borders_right", "coverage_face_id", "faces_face_id", "units_unit_id"]
    with closing(sqlite3.connect(plan)) as connection:
        for table, column in (("faces", "face_id"), ("units", "unit_id")):
            asked = f"EXPLAIN QUERY PLAN SELECT rowid FROM {table} WHERE {column} IS ?"  # noqa: S608
            assert f"{table}_{column}" in connection.execute(asked, (1,)).fetchone()[3]
    whole(plan)


# ── what a plan says of its content ───────────────────────────────────────────────────────────────────────────────────


def test_what_others_changed_before_stays_as_visible_as_it_was(plan):
    written(plan, "UPDATE units SET name = 'by others' WHERE fid = 1", "DELETE FROM coverage WHERE fid = 4")
    seen = {"coverage": (4, 3), "units": (5, 5)}
    assert read_plan(plan, summed=True).changes == seen
    row = {"name": "我们改的"}
    changes = {"units": TableChange(("unit_id",), changed=[(("u1",), row), (("u2",), row)])}
    commit(plan, changes | noted(1), seen=0, head=1)
    assert read_plan(plan, summed=True).changes == seen


def test_only_rows_that_change_are_read(plan, monkeypatch):
    monkeypatch.setattr(content, "table_sum", lambda *_: pytest.fail("a whole table was read"))
    commit(plan, moved(plan, [3], "u1") | noted(1), seen=0, head=1)


def test_that_nobody_else_has_written_is_known_at_a_glance(plan):
    def untouched():
        with closing(sqlite3.connect(plan)) as connection:
            return content.unchanged(connection)

    commit(plan, noted(1), seen=0, head=1)
    assert untouched()
    written(plan, "UPDATE units SET name = 'by others' WHERE fid = 1")
    assert not untouched()
    commit(plan, noted(2), seen=1, head=2)
    assert not untouched()


# ── readers, copies, logs ─────────────────────────────────────────────────────────────────────────────────────────────

READS = ("BEGIN", "SELECT count(*) FROM units")


def test_a_reader_that_lets_go_is_waited_for(plan):
    with stranger(plan, *READS) as say:
        release = threading.Timer(0.3, lambda: say("ROLLBACK"))
        release.start()
        began = time.monotonic()
        commit(plan, noted(1), seen=0, head=1)
        release.join()
        assert time.monotonic() - began > 0.25
    assert whole(plan).meta["head"] == "1"


def test_a_reader_that_does_not_let_go_is_named_and_nothing_is_changed(plan, monkeypatch):
    monkeypatch.setattr(database_file, "_PATIENCE", 0.2)
    before = plan.read_bytes()
    with stranger(plan, *READS) as say:
        with pytest.raises(HeldOpen, match="is reading it; wanted: the file closed there") as caught:
            commit(plan, moved(plan, [3], "u1") | noted(1), seen=0, head=1)
        assert "nothing was changed" in str(caught.value)
        assert not sys.platform.startswith("linux") or f"(process {say.pid})" in str(caught.value)
        assert say("ROLLBACK") == "done"
        assert say("BEGIN IMMEDIATE") == "done"
        with pytest.raises(HeldOpen, match="is writing it"):
            commit(plan, noted(1), seen=0, head=1)
    assert plan.read_bytes() == before
    commit(plan, noted(1), seen=0, head=1)
    whole(plan)


NOLOCK = """
import sys, pyogrio
print("ready", flush=True)
for line in sys.stdin:
    frame = pyogrio.read_dataframe(sys.argv[1], layer="units", NOLOCK="YES")
    print(len(frame), sorted(set(frame["name"]))[-1], flush=True)
"""


@contextmanager
def like_qgis(path):
    """A process that reads without locks, as QGIS does."""
    command = [sys.executable, "-c", NOLOCK, path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def look() -> str:
            process.stdin.write("\n")
            process.stdin.flush()
            return process.stdout.readline().strip()

        assert process.stdout.readline() == "ready\n"
        yield look
        process.stdin.close()


def named(name):
    return {"units": TableChange(("unit_id",), changed=[(("u1",), {"name": name})])}


def test_a_reader_without_locks_sees_each_edit(plan):
    with like_qgis(plan) as look:
        for number in range(5):
            commit(plan, named(f"颛{number}") | noted(number + 1), seen=number, head=number + 1)
            assert look() == f"5 颛{number}"


def test_the_mode_found_is_kept_and_a_copy_lacks_nothing(plan, tmp_path):
    with closing(sqlite3.connect(plan)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    commit(plan, named("颛0") | noted(1), seen=0, head=1)
    assert plan.read_bytes()[18:20] == b"\2\2"
    assert whole(plan).meta["head"] == "1"
    with stranger(plan, "PRAGMA wal_autocheckpoint=0", "SELECT * FROM units") as say:
        commit(plan, moved(plan, [3], "u1") | noted(2), seen=1, head=2)
        copy = Path(shutil.copy(plan, tmp_path / "copy.gpkg"))
        assert say("SELECT * FROM units") == "done"
    assert whole(copy).meta["head"] == "2"
    assert plan.read_bytes()[18:20] == b"\2\2"
    with closing(sqlite3.connect(plan)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    commit(plan, noted(3), seen=2, head=3)
    assert plan.read_bytes()[18:20] == b"\1\1"


def test_a_reader_of_a_log_is_in_nobodys_way(plan):
    with stranger(plan, "PRAGMA journal_mode=WAL", *READS) as say:
        commit(plan, named("颛0") | noted(1), seen=0, head=1)
        assert head(plan) == 1
        assert say("ROLLBACK") == "done"
    assert whole(plan).units["name"].iloc[0] == "颛0"


def test_an_edit_that_does_not_reach_the_file_is_not_acknowledged(plan, monkeypatch):
    """As where the process lost its locks, and another deleted the log in which the edit was."""
    before = plan.read_bytes()
    opened = store.opened_plan

    def lost(path):
        path.write_bytes(before)
        return opened(path)

    monkeypatch.setattr(store, "opened_plan", lost)
    with pytest.raises(BadInput, match="the edit is not in the file"):
        commit(plan, noted(1), seen=0, head=1)


def test_an_editor_that_goes_on_at_once_hides_no_edit(plan, monkeypatch):
    opened = store.opened_plan

    def followed(path):
        with monkeypatch.context() as patch:
            patch.setattr(store, "opened_plan", opened)
            commit(path, noted(2), seen=1, head=2)
        return opened(path)

    with monkeypatch.context() as patch:
        patch.setattr(store, "opened_plan", followed)
        commit(plan, noted(1), seen=0, head=1)
    assert whole(plan).journal["seq"].tolist() == [1, 2]


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_layers_that_are_reloaded_and_strangers_that_close_lose_no_edit(plan, mode):
    """Whatever opens and closes the file between two edits, in this process or in another."""
    with closing(sqlite3.connect(plan)) as connection:
        connection.execute(f"PRAGMA journal_mode={mode}")
    for number in range(0, 12, 3):
        with stranger(plan, "SELECT * FROM units") as say:
            commit(plan, named(f"颛{number}") | noted(number + 1), seen=number, head=number + 1)
            assert len(pyogrio.read_dataframe(plan, layer="units")) == 5
            assert say("SELECT * FROM units") == "done"
            commit(plan, named(f"颛{number + 1}") | noted(number + 2), seen=number + 1, head=number + 2)
            plan.open("rb").close()
        commit(plan, named(f"颛{number + 2}") | noted(number + 3), seen=number + 2, head=number + 3)
        read = whole(plan)
        assert read.journal["seq"].tolist() == list(range(1, number + 4))
        assert read.units["name"].iloc[0] == f"颛{number + 2}"


# ── killed, full, together ────────────────────────────────────────────────────────────────────────────────────────────

EDITS = """
import json, sys
from pathlib import Path
import shapely
from delineation.revision.store import TableChange, commit

path, seen, most = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
print("ready", flush=True)
for head in range(seen + 1, seen + 1 + most):
    entry = {"seq": head, "op": json.dumps({"op": "relabel", "turn": head}), "undone": 0}
    angles = [(500_000 + head + (k % 97), 3_200_000 + k) for k in range(4_000)]
    shape = shapely.multipolygons([shapely.Polygon([*angles, (499_000, 3_210_000)])])
    commit(path, {
        "faces": TableChange(("face_id",), changed=[((1 + head % 24,), {"township": str(head)})]),
        "units": TableChange(("unit_id",), changed=[(("u1",), {"geometry": shape, "name": f"turn {head}"})]),
        "journal": TableChange(("seq",), new=[entry]),
    }, seen=head - 1, head=head)
    print(head, flush=True)
"""


# One interpreter that has the engine loaded, and forks an editor for each kill.
KILLS = """
import os, random, signal, sys, time
from delineation.revision import store
code, path, kills = sys.argv[1], sys.argv[2], int(sys.argv[3])
chance, seen = random.Random(1), 0
for turn in range(kills):
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.dup2(write, 1)
        sys.argv[1:] = [path, str(seen), "1000000"]
        exec(compile(code, "edits", "exec"), {"__name__": "edits"})
        os._exit(1)
    os.close(write)
    with open(read, encoding="ascii") as said:
        assert said.readline() == "ready\\n"
        acknowledged = [int(said.readline()) for _ in range(chance.randrange(1, 4))]
        time.sleep(chance.uniform(0.0, 0.02))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        acknowledged += map(int, said.read().split())
    seen = max([seen, *acknowledged])
    left = sorted(name.rpartition("-")[2] for name in os.listdir(os.path.dirname(path)) if "gpkg-" in name)
    print(seen, *left, flush=True)
    answer = input()
    if answer == "enough":
        break
    seen = int(answer)
"""


@posix
@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_killed_at_any_moment_the_plan_holds_every_acknowledged_edit(plan, mode):
    with closing(sqlite3.connect(plan)) as connection:
        connection.execute(f"PRAGMA journal_mode={mode}")
    # Ten kills, and on a busy machine as many more as it takes for one to strike in the middle of an edit.
    command = [sys.executable, "-c", KILLS, EDITS, str(plan), "200"]
    found, struck, kills = 0, 0, 0
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            acknowledged, *left = line.split()
            struck += bool(left)
            store.settle(plan)
            read = whole(plan)
            found = int(read.meta.get("head", 0))
            assert found in (int(acknowledged), int(acknowledged) + 1)
            assert read.journal["seq"].tolist() == list(range(1, found + 1))
            assert not found or read.units["name"].iloc[0] == f"turn {found}"
            kills += 1
            process.stdin.write("enough\n" if struck and kills >= 10 else f"{found}\n")
            process.stdin.flush()
    assert process.returncode == 0
    assert found > 3
    assert struck, "no kill struck in the middle of an edit"


LIMITED = """
import resource, signal, sys
from pathlib import Path
from delineation.core.errors import BadInput
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
size = Path(sys.argv[1]).stat().st_size
for more in map(int, sys.argv[2].split(",")):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + more, resource.RLIM_INFINITY))
    try:
        edit()
        print("done", flush=True)
        break
    except BadInput as error:
        print(error, flush=True)
"""
LARGE = """
from delineation.revision.store import TableChange, commit
def edit():
    row = {"seq": 1, "op": "x" * 200_000}
    changed = [((number,), {"township": "x" * 500}) for number in range(1, 25)]
    changes = {"faces": TableChange(("face_id",), changed=changed), "journal": TableChange(("seq",), new=[row])}
    commit(Path(sys.argv[1]), changes, seen=0, head=1)
"""


@posix
@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_on_a_full_disk_the_edit_is_refused_and_the_plan_is_whole(plan, mode):
    with closing(sqlite3.connect(plan)) as connection:
        connection.execute(f"PRAGMA journal_mode={mode}")
    before = all_rows(plan)
    size = plan.stat().st_size
    limits = [-size, 512 - size, 4_096 - size, 20_000 - size, -4_096, 0, 4_096, 100_000]
    command = [sys.executable, "-c", LARGE + LIMITED, plan, ",".join(map(str, limits))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    refused = [line for line in done.stdout.splitlines() if line != "done"]
    assert len(refused) >= 4
    assert [line for line in refused if "disk full; wanted: a place with free disk space" not in line] == []
    if "done" in done.stdout:
        # There was room for the log, which is taken in by whoever comes when there is room for that.
        assert mode == "WAL"
        assert whole(plan).meta["head"] == "1"
    else:
        assert all_rows(plan) == before
        whole(plan)


TOGETHER = """
import json, sys
from pathlib import Path
from delineation.core.errors import ChangedElsewhere, HeldOpen
from delineation.plan.file import read_meta
from delineation.revision.store import TableChange, commit

path, who, edits = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
print("ready", flush=True)
input()
seen, refused = 0, 0
for number in range(edits):
    while True:
        row = {"seq": seen + 1, "author": who, "op": json.dumps({"op": "relabel", "number": number}), "undone": 0}
        try:
            commit(path, {"journal": TableChange(("seq",), new=[row])}, seen=seen, head=seen + 1)
        except ChangedElsewhere:
            refused += 1
            seen = int(read_meta(path).get("head", 0))
            continue
        except HeldOpen:
            continue
        seen += 1
        print(seen, number, flush=True)
        break
print("refused", refused, flush=True)
"""


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_of_two_editors_no_edit_is_lost(plan, mode):
    with closing(sqlite3.connect(plan)) as connection:
        connection.execute(f"PRAGMA journal_mode={mode}")
    edits = 100 if mode == "DELETE" else 20
    commands = [[sys.executable, "-c", TOGETHER, plan, who, str(edits)] for who in ("甲", "乙")]
    editors = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for command in commands
    ]
    for one in editors:
        assert one.stdout.readline() == "ready\n"
    for one in editors:
        one.stdin.write("\n")
        one.stdin.flush()
    said = [one.communicate(timeout=100)[0].split("\n")[:-1] for one in editors]
    acknowledged = {}
    for who, lines in zip(("甲", "乙"), said, strict=True):
        for line in lines[:-1]:
            seq, number = map(int, line.split())
            acknowledged[seq] = (who, number)
    read = whole(plan)
    ops = [json.loads(text)["number"] for text in read.journal["op"]]
    assert dict(zip(read.journal["seq"], zip(read.journal["author"], ops, strict=True), strict=True)) == acknowledged
    assert sorted(acknowledged) == list(range(1, 2 * edits + 1))
    assert read.meta["head"] == str(2 * edits)
    assert any(int(lines[-1].split()[1]) for lines in said), "nobody was refused: they did not work at the same time"

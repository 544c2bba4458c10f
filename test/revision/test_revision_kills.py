"""Editors that are killed, take turns, or find no room: each acknowledged edit is in the plan, which is whole."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from command import ask, refusal
from control_units.delineation.plan.file import read_plan
from control_units.delineation.revision.editor import editing
from revision_kills import Editors, Kills
from revision_moves import Walk, of_head, rows_of

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")
MODES = pytest.mark.parametrize("mode", ["DELETE", "WAL"])


@pytest.fixture(scope="module")
def editors():
    with Editors() as found:
        yield found


@pytest.mark.slow
@pytest.mark.thirds
@MODES
def test_killed_at_any_moment_the_plan_is_the_replay_of_its_journal(made, tmp_path, editors, mode, rounds):
    kills = Kills(made, tmp_path, editors, seed=17, mode=mode)
    for _ in range(rounds(20)):
        assert kills.kill() == []
    # If no kill struck in an edit, this has tested nothing.
    assert kills.edits >= rounds(80)
    assert kills.in_flight >= rounds(5)


def editor_of(made: Path, path: Path, mode: str) -> Path:
    """A copy of the plan in a journal mode."""
    shutil.copy(made, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA journal_mode={mode}")
    return path


@pytest.mark.slow
@MODES
def test_two_editors_that_take_turns_lose_nothing(made, tmp_path, mode):
    path = editor_of(made, tmp_path / "plan.gpkg", mode)
    each = 8
    with Editors() as one, Editors() as other:
        for seed, editors in enumerate((one, other)):
            editors.begin("turn", path, seed, each)
        said = [list(editors.lines()) for editors in (one, other)]
    waited = 0
    for lines in said:
        assert lines[-1] == ["dead", "0"]
        tried = [int(words[1]) for words in lines if words[0] == "try"]
        # What is refused while the other holds the plan is not begun: each that was, is acknowledged.
        assert tried == [int(words[1]) for words in lines if words[0] == "did"]
        assert len(tried) == each
        waited += sum(int(words[1]) for words in lines if words[0] == "waited")
    assert waited, "nobody found the plan claimed: they did not work at the same time"
    journal = read_plan(path, summed=True)
    assert journal.changes == {}
    pids = [words[1] for lines in said for words in lines if words[0] == "child"]
    made_by = journal.journal["author"].tolist()
    assert set(made_by) == set(pids)
    assert journal.journal["seq"].tolist() == list(range(1, len(made_by) + 1))
    with editing(path) as editor:
        walk = Walk(editor, read_plan(made))
        assert list(walk.complaints()) == []
        editor.go(0)
        assert of_head(rows_of(path)) == of_head(rows_of(made))


READER = """
import sqlite3, sys
print("ready", flush=True)
path, reads = sys.argv[1], 0
while True:
    with open(path, "rb") as raw:
        raw.read(4096)
    connection = sqlite3.connect(path)
    (head,) = connection.execute("SELECT value FROM meta WHERE key = 'head'").fetchone() or ("0",)
    (units,) = connection.execute("SELECT count(DISTINCT unit_id) FROM faces").fetchone()
    (told,) = connection.execute("SELECT count(*) FROM units").fetchone()
    connection.close()
    reads += 1
    print(reads, head, flush=True)
"""


@pytest.mark.slow
@MODES
def test_a_reader_that_opens_and_closes_all_the_time_costs_no_edit(made, tmp_path, editors, mode):
    path = editor_of(made, tmp_path / "plan.gpkg", mode)
    reader = subprocess.Popen([sys.executable, "-c", READER, path], stdout=subprocess.PIPE, text=True)
    try:
        assert reader.stdout.readline() == "ready\n"
        editors.begin("edit", path, 5, 25)
        lines = list(editors.lines())
    finally:
        reader.kill()
        seen = reader.communicate()[0].splitlines()
    assert lines[-1] == ["dead", "0"]
    did = [int(words[1]) for words in lines if words[0] == "did"]
    assert len(did) == 25
    heads = {int(line.split()[1]) for line in seen if len(line.split()) == 2}
    assert len(heads) > 2, "the reader saw nothing happen"
    assert heads <= {0, *did}
    with editing(path) as editor:
        assert editor.timeline.head == did[-1]
        walk = Walk(editor, read_plan(made))
        assert list(walk.complaints()) == []


@pytest.mark.slow
@MODES
def test_on_a_full_disk_edits_are_refused_and_the_next_one_is_done_when_there_is_room(made, tmp_path, editors, mode):
    path = editor_of(made, tmp_path / "plan.gpkg", mode)
    editors.begin("full", path, 3, 30)
    lines = list(editors.lines())
    assert lines[-1] == ["dead", "0"]
    refused = [words for words in lines if words[0] == "refused"]
    assert len(refused) >= 5
    assert {words[1] for words in refused} == {"True"}
    assert [words for words in refused if "full;" not in words] == []
    heads = [int(words[1]) for words in lines if words[0] == "did"]
    with editing(path) as editor:
        assert editor.timeline.head == heads[-1]
        walk = Walk(editor, read_plan(made))
        assert list(walk.complaints()) == []
        editor.go(0)
        assert of_head(rows_of(path)) == of_head(rows_of(made))


def test_who_comes_second_is_told_who_is_first_and_may_read(made, tmp_path):
    path = editor_of(made, tmp_path / "plan.gpkg", "DELETE")
    (tmp_path / "ops.jsonl").write_text('{"op": "lock", "unit": "U000003"}\n', encoding="utf-8")
    before = path.read_bytes()
    script = "import sys; sys.path.insert(0, 'test'); import conftest; from pathlib import Path\n"
    script += "from control_units.delineation.revision.editor import editing\n"
    script += "with editing(Path(sys.argv[1]), author='张三'): print('held', flush=True); input()"
    command = [sys.executable, "-c", script, str(path)]
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout.readline() == "held\n"
        for verb in (("edit", path, tmp_path / "ops.jsonl"), ("undo", path), ("redo", path)):
            error = refusal(*verb)
            assert error["facts"]["owner"] == "张三"
            assert "张三" in error["what"]
        assert path.read_bytes() == before
        assert ask("info", path).code == 0
        assert ask("scenario", path, "list").code == 0
        first.communicate("\n")
    assert ask("edit", path, tmp_path / "ops.jsonl").code == 0

"""Findings, evidence and capture written after the edits they follow from; until then the file says whose they are."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from command import ask
from control_units.delineation import verbs
from control_units.delineation.cli import main
from control_units.delineation.core.errors import BadInput, Cancelled
from control_units.delineation.core.messages import Message
from control_units.delineation.plan.file import findings_at, read_meta, read_plan
from control_units.delineation.revision.editor import editing
from control_units.delineation.revision.ops import read_edit
from control_units.delineation.verbs.after_edits import following
from hand import SOUTH, WEST
from revision_moves import of_head, rows_of

if TYPE_CHECKING:
    from control_units.delineation.revision.ops import Edit

ROOT = Path(__file__).resolve().parents[2]
PARK, WEST_PARK, WATER, OTHER_PARK = "U000003", "U000004", "U000005", "U000009"
# A strip two metres wide that rode with its host: as a unit of its own it is a finding.
STRIP = [WEST + 4_348.5, SOUTH + 4_999]
CREATE = {"op": "create", "faces": [{"at": STRIP}], "category": 1, "name": "条"}
MERGE = {"op": "merge", "units": [PARK, WEST_PARK]}
SPLIT = {
    "op": "split",
    "unit": OTHER_PARK,
    "line": f"LINESTRING({WEST + 8_000} {SOUTH + 2_500}, {WEST + 9_990} {SOUTH + 2_600})",
}
TOGETHER = [CREATE, MERGE, SPLIT]
# Bases of the national clauses that nobody checked, and laws younger than the plan.
OF_THE_LISTS = ["L03", "L05"]


def read(edit: dict[str, Any]) -> Edit:
    return read_edit(edit, Message("here"))


def edited(path: Path, *edits: dict[str, Any]) -> None:
    """Edit without what follows."""
    with editing(path) as editor:
        for one in edits:
            editor.do(read(one))


def follow_up(path: Path) -> bool:
    with editing(path) as editor:
        return editor.follow_up(following(path))


def test_the_file_says_at_which_edit_its_findings_were_made_until_they_are_followed_up(plan):
    assert findings_at(read_meta(plan)) is None
    verbs.edit(plan, [SPLIT])
    assert findings_at(read_meta(plan)) is None
    before = rows_of(plan)["findings"]
    edited(plan, CREATE, MERGE)
    assert findings_at(read_meta(plan)) == 1
    assert rows_of(plan)["findings"] == before
    assert follow_up(plan)
    assert findings_at(read_meta(plan)) is None
    assert rows_of(plan)["findings"] != before
    assert not follow_up(plan)


def test_rows_are_those_of_edits_that_were_followed_at_once(plan):
    at_once = Path(shutil.copy(plan, plan.with_name("once.gpkg")))
    verbs.edit(at_once, TOGETHER)
    edited(plan, *TOGETHER)
    assert of_head(rows_of(plan)) != of_head(rows_of(at_once))
    follow_up(plan)
    assert of_head(rows_of(plan)) == of_head(rows_of(at_once))
    assert read_plan(plan, summed=True).changes == {}


def test_the_journal_and_its_head_stay_as_they_are(plan):
    edited(plan, *TOGETHER)
    before = rows_of(plan)
    follow_up(plan)
    after = rows_of(plan)
    for name in ("journal", "scenarios", "base", "faces", "units", "retired"):
        assert after[name] == before[name]
    assert after["meta"]["head"] == before["meta"]["head"] == "3"


def test_undo_and_redo_are_followed_up_too(plan):
    first = of_head(rows_of(plan))
    verbs.edit(plan, TOGETHER)
    then = of_head(rows_of(plan))
    with editing(plan) as editor:
        editor.undo(3)
        assert editor.behind == 3
        editor.follow_up(following(plan))
        assert of_head(rows_of(plan)) == first
        editor.redo(3)
        assert editor.behind == 0
        editor.follow_up(following(plan))
    assert of_head(rows_of(plan)) == then


def test_edits_done_meanwhile_are_not_overwritten(plan):
    follow = following(plan)
    with editing(plan) as editor:
        editor.do(read(CREATE))
        seen = editor.plan
        followed = follow(seen)
        editor.do(read(MERGE))
        before = plan.read_bytes()
        assert not editor.put_followed(followed, of=seen)
        assert plan.read_bytes() == before
        assert editor.behind == 0
        now = editor.plan
        assert editor.put_followed(follow(now), of=now)
        assert editor.behind is None
        # The editor goes on from it.
        editor.do(read(SPLIT))
        assert editor.behind == 2
        assert editor.follow_up(follow)
    assert read_plan(plan, summed=True).changes == {}


def test_an_edit_that_is_followed_mends_what_was_left(plan):
    edited(plan, CREATE, MERGE)
    verbs.edit(plan, [SPLIT])
    at_once = plan.with_name("once.gpkg")
    shutil.copy(plan, at_once)
    assert findings_at(read_meta(plan)) is None
    verbs.undo(at_once, 3)
    verbs.redo(at_once, 3)
    assert of_head(rows_of(plan)) == of_head(rows_of(at_once))


def test_a_scenario_begun_without_an_edit_leaves_findings_as_they_are(plan):
    with editing(plan) as editor:
        editor.branch("甲案")
    assert findings_at(read_meta(plan)) is None


def test_info_tells_whose_the_findings_are(plan, capsys):
    assert ask("info", plan).document["findings_at"] is None
    edited(plan, CREATE)
    assert ask("info", plan).document["findings_at"] == 0
    capsys.readouterr()
    main(["info", str(plan), "--lang", "en"])
    assert "are of entry 0 of the journal" in capsys.readouterr().out


def test_check_tells_of_the_plan_as_it_stands(plan):
    edited(plan, CREATE)
    assert [row["id"] for row in verbs.check(str(plan)).rows] == [*OF_THE_LISTS, "Q14"]
    # The strip was all of its host that met other zones, whose clauses were proposed.
    assert read_plan(plan).findings["id"].tolist() == [*OF_THE_LISTS, "L14", "L14", "L14", "S93"]
    follow_up(plan)
    assert read_plan(plan).findings["id"].tolist() == [*OF_THE_LISTS, "Q14", "S93"]


def test_a_new_version_takes_findings_of_the_plan_as_it_stands(plan):
    edited(plan, CREATE)
    verbs.version(plan, plan.with_name("draft.gpkg"), reason="五年更新")
    assert findings_at(read_meta(plan.with_name("draft.gpkg"))) is None
    follow_up(plan)
    then, now = (read_plan(one).findings["facts"].tolist() for one in (plan, plan.with_name("draft.gpkg")))
    assert then == now != []


def test_a_finding_is_accepted_of_the_plan_as_it_stands(plan):
    edited(plan, CREATE)
    done = verbs.edit(plan, [{"op": "accept", "rule": "Q14", "at": STRIP, "reason": "看过"}])
    assert (done["applied"], done["refused"]) == (1, [])
    assert findings_at(read_meta(plan)) is None


def test_whoever_follows_may_be_stopped_between_its_stages(plan):
    told: list[float] = []

    def stop(fraction, _):
        told.append(fraction)
        if fraction > 0.5:
            raise Cancelled(Message("stopped"))

    with editing(plan) as editor:
        editor.do(read(CREATE))
        before = plan.read_bytes()
        with pytest.raises(Cancelled):
            editor.follow_up(following(plan, progress=stop))
        assert plan.read_bytes() == before
        assert editor.behind == 0
        assert len(told) > 5
        assert editor.follow_up(following(plan))


def test_a_follow_up_is_refused_where_another_editor_was_at_work(plan):
    with editing(plan) as editor:
        editor.do(read(CREATE))
        other = Path(shutil.copy(plan, plan.with_name("other.gpkg")))
        edited(other, MERGE)
        other.replace(plan)
        with pytest.raises(BadInput, match="meanwhile"):
            editor.follow_up(following(plan))


KILLED = """
import os, signal, sys
sys.path.insert(0, "test")
import conftest
from pathlib import Path
from control_units.delineation.core.messages import Message
from control_units.delineation.revision.editor import editing
from control_units.delineation.revision.ops import read_edit
with editing(Path(sys.argv[1])) as editor:
    editor.do(read_edit({"op": "categorize", "unit": "U000004", "category": 1}, Message("here")))
    editor.follow_up(lambda plan: os.kill(os.getpid(), signal.SIGKILL))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_killed_before_it_is_followed_up_the_file_says_so_and_is_mended(plan):
    at_once = Path(shutil.copy(plan, plan.with_name("once.gpkg")))
    killed = subprocess.run([sys.executable, "-c", KILLED, plan], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert read_meta(plan)["head"] == "1"
    assert findings_at(read_meta(plan)) == 0
    verbs.edit(plan, [CREATE])
    verbs.edit(at_once, [{"op": "categorize", "unit": WEST_PARK, "category": 1}, CREATE])
    assert of_head(rows_of(plan)) == of_head(rows_of(at_once))

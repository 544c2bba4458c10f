"""What happened to a plan stands beside it, line by line, is told in order, and can be taken back."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace

import pytest
from command import ROOT, ask, refusal
from control_units.delineation.case.profile import read_profile
from control_units.delineation.case.reading import read_case
from control_units.delineation.cli import main
from control_units.delineation.core.errors import BadInput, ChangedElsewhere
from control_units.delineation.export.registry import export
from control_units.delineation.plan.acceptance import accept, withdraw
from control_units.delineation.plan.file import read_meta, read_plan
from control_units.delineation.plan.history import (
    history_file,
    known_state,
    note,
    read_events,
    settle_undo,
    undo_file,
)
from control_units.delineation.verbs import rerunning
from control_units.delineation.verbs.adopting import adopt
from control_units.delineation.verbs.editing import branch, edit, undo
from control_units.delineation.verbs.happening import happened, log
from control_units.delineation.verbs.noting import inputs_of_plan, note_keep
from control_units.delineation.verbs.running import run
from control_units.delineation.verbs.taking_back import plan_before, take_back
from hand import CASE, hand
from other_program import written

METHOD = "ward:k=4,variables=x+y"
FOUND = CASE.replace('layer = "red_line"', 'layer = "red_line"\nofficial_area = 5_000_000.0')


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A case with its plan: the first run, and a finding."""
    folder = tmp_path_factory.mktemp("made")
    run(hand(folder, FOUND), folder / "plan.gpkg", author="张三")
    return folder


@pytest.fixture
def plan(made, tmp_path):
    shutil.copytree(made, tmp_path / "at")
    return tmp_path / "at" / "plan.gpkg"


def case_of(plan):
    return plan.with_name("case.toml")


def changed(plan, before, after):
    """Change the case's file."""
    text = case_of(plan).read_text(encoding="utf-8")
    assert before in text
    case_of(plan).write_text(text.replace(before, after), encoding="utf-8")


def ops(plan):
    return [one["op"] for one in log(plan)]


def units(plan):
    return read_plan(plan).units["code"].tolist()


# ── lines ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_run_says_who_when_and_what_had_changed_since_the_run_before(plan):
    changed(plan, "sliver_area = 10_000", "sliver_area = 20_000")
    changed(plan, 'profile = "national"', 'profile = "national"\nswitches = { soil_priority = true }')
    run(case_of(plan), plan, author="李四")
    first, second = (event.facts for event in read_events(plan))
    assert (first["author"], second["author"]) == ("张三", "李四")
    assert first["changed"] is None
    assert second["changed"] == ["rules", "cleaning"]
    assert sorted(second["differs"]) == [
        ["cleaning.sliver_area", 10_000, 20_000],
        ["switch.soil_priority", False, True],
    ]
    assert second["before"] == first["plan"]["content"]
    assert second["plan"]["content"] == known_state(plan).content
    (told,) = log(plan, language="zh")[1]["details"]
    assert "农用地优先保护区按优先保护" in told
    assert "10,000 → 20,000" in told


def test_neither_a_run_nor_an_export_writes_into_the_journal(plan):
    run(case_of(plan), plan)
    export("areas-xlsx", plan, plan.with_name("a.xlsx"))
    assert len(read_plan(plan).journal) == 0
    assert ops(plan) == ["run", "run", "export"]


def test_the_file_is_one_object_a_line(plan):
    run(case_of(plan), plan)
    lines = history_file(plan).read_bytes().split(b"\n")
    assert lines.pop() == b""
    assert [json.loads(line)["event"] for line in lines] == ["run", "run"]
    assert all({"event", "time", "author"} <= set(json.loads(line)) for line in lines)


def test_half_a_line_is_passed_over_and_what_a_newer_version_wrote_is_shown_by_its_name(plan):
    newer = {"event": "pondered", "time": "2999-01-01T00:00:00Z", "author": "王五", "depth": {"of": "thought"}}
    with history_file(plan).open("ab") as file:
        file.write(json.dumps(newer).encode() + b'\n{"event": "run", "ti')
    assert ops(plan) == ["run", "pondered"]
    assert "pondered" in log(plan)[-1]["what"]
    assert note(plan, "keep", {"differs": []})
    assert [event.event for event in read_events(plan)] == ["run", "pondered", "keep"]
    # A line of an event that is known, but which lacks what it says.
    note(plan, "run", {})
    assert log(plan)[-1]["what"]


@pytest.mark.parametrize("number", ["1e400", "-1e400", "NaN", "1" + 400 * "0", "true", '"3"', "[]", "{}"])
@pytest.mark.parametrize("key", ["units", "replayed", "discarded", "differs", "changed", "seq", "method"])
def test_numbers_that_are_none_are_no_stumbling_block(plan, key, number):
    (line,) = history_file(plan).read_text(encoding="utf-8").splitlines()
    row = {**json.loads(line), key: "HERE"}
    history_file(plan).write_text(json.dumps(row).replace('"HERE"', number) + "\n", encoding="utf-8")
    assert ops(plan) == ["run"]


def test_a_setting_beyond_all_numbers_is_told(plan):
    with history_file(plan).open("a", encoding="utf-8") as file:
        file.write('{"event": "keep", "differs": [["seed", 1, 1e400], ["cleaning.sliver_area", -1e400, NaN]]}\n')
    assert len(log(plan)[-1]["details"]) == 2


def test_where_the_history_cannot_be_written_the_run_stands_and_it_is_said_once(plan):
    history_file(plan).unlink()
    history_file(plan).mkdir()
    answer = ask("run", case_of(plan), "-o", plan)
    assert answer.code in (0, 1)
    assert "noted" not in answer.document
    assert answer.err.count("could not be noted") == 1
    assert ops(plan) == []


NOTES = """
import sys
from pathlib import Path
from delineation.plan.history import note
for number in range(100):
    note(Path(sys.argv[1]), "keep", {"number": number, "text": "x" * 5000})
"""


def test_two_programs_at_once_leave_whole_lines(tmp_path):
    plan = tmp_path / "plan.gpkg"
    programs = [subprocess.Popen([sys.executable, "-c", NOTES, str(plan)], cwd=ROOT) for _ in range(2)]
    assert [program.wait(100) for program in programs] == [0, 0]
    assert len(read_events(plan)) == 200


def test_settings_that_were_tried_are_noted_with_what_they_change(plan):
    before = read_case(case_of(plan))
    now = replace(before, rules=replace(before.rules, switches={"soil_priority": True}))
    assert note_keep(plan, before, before, kept=True)
    assert note_keep(plan, before, now, kept=False, author="张三")
    assert ops(plan) == ["run", "drop"]
    (detail,) = log(plan, language="en")[-1]["details"]
    assert detail == "farmland priority zones are priority protection: off → on"


# ── the journal and the file together ───────────────────────────────────────────────────────────────────────────────


def test_runs_adoptions_acceptances_and_exports_are_told_in_order_each_once(plan, monkeypatch):
    def at(day):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(1_900_000_000 + 86_400 * day))

    at(1)
    run(case_of(plan), plan)
    finding = read_plan(plan).findings.iloc[[0]]
    accept(plan, finding, reason="看过", author="张三", time="2030-03-19T01:00:00Z")
    at(2)
    adopt(plan, METHOD, case=case_of(plan), author="张三", reason="更紧凑", basis="会议纪要")
    at(3)
    export("areas-xlsx", plan, plan.with_name("a.xlsx"))
    withdraw(plan, finding, author="李四", time="2030-03-21T18:00:00Z", reason="再看")
    rows = log(plan, language="zh")
    assert [row["op"] for row in rows] == ["run", "run", "accept", "relabel", "export", "withdraw"]
    assert [row["seq"] for row in rows] == [None, None, 1, 2, None, 3]
    assert [row["parent"] for row in rows] == [None, None, None, 0, None, None]
    assert [row["scenario"] for row in rows] == [None, None, None, "main", None, None]
    assert [row["undone"] for row in rows] == [False, False, True, False, False, False]
    assert [row["can_be_taken_back"] for row in rows] == ["", "", "", "plan", "", ""]
    assert (rows[3]["author"], rows[3]["reason"], rows[3]["basis"]) == ("张三", "更紧凑", "会议纪要")
    assert "红线" in rows[2]["what"]
    assert rows[5]["author"] == "李四"


def test_an_edit_names_the_one_it_was_made_on_and_the_scenario(plan):
    edit(plan, [{"op": "lock", "unit": "U000001"}, {"op": "lock", "unit": "U000002"}])
    undo(plan)
    branch(plan, "大分区")
    edit(plan, [{"op": "lock", "unit": "U000003"}])
    rows = [row for row in log(plan) if row["seq"]]
    assert [(row["seq"], row["parent"], row["scenario"]) for row in rows] == [
        (1, 0, "main"),
        (2, 1, "main"),
        (3, 1, "大分区"),
    ]
    assert [row["undone"] for row in rows] == [False, True, False]


def test_the_edit_that_undo_would_take_back_is_told(plan):
    edit(plan, [{"op": "lock", "unit": "U000001"}, {"op": "lock", "unit": "U000002"}])
    assert [row["can_be_taken_back"] for row in log(plan)] == ["", "", "edit"]
    undo(plan)
    assert [row["can_be_taken_back"] for row in log(plan)] == ["", "edit", ""]


def test_an_adopted_division_is_no_edit_that_undo_takes_back(plan):
    adopt(plan, METHOD, case=case_of(plan), reason="更紧凑")
    unit = read_plan(plan).units["unit_id"].iloc[0]
    edit(plan, [{"op": "lock", "unit": unit}])
    assert [row["can_be_taken_back"] for row in log(plan)] == ["", "plan", "edit"]
    undo(plan)
    assert [row["can_be_taken_back"] for row in log(plan)] == ["", "plan", ""]


def test_log_is_a_verb_of_the_command_line(plan):
    rows = ask("log", plan).document
    assert [row["op"] for row in rows] == ["run"]
    assert refusal("log", plan.with_name("none.gpkg"))["what"] == "file not found"


def test_the_command_line_says_it_in_the_readers_language(plan, capsys):
    assert main(["log", str(plan), "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "张三  ran the case: 3 units, by Overlay" in said
    assert "T" not in said.split("张三")[0], "a time as the clock has it"


# ── taking back ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_run_is_taken_back_and_brought_back(plan):
    first = plan.read_bytes()
    changed(plan, 'name = "overlay"', 'name = "ward"\nk = 3\nvariables = "x+y"')
    run(case_of(plan), plan)
    second = plan.read_bytes()
    assert second != first
    assert log(plan)[-1]["can_be_taken_back"] == "plan"
    told = take_back(plan, author="张三", reason="试错")
    assert (told["taken_back"], told["again"], told["noted"]) == ("run", False, True)
    assert plan.read_bytes() == first
    rows = log(plan)
    assert [row["op"] for row in rows] == ["run", "run", "undo"]
    assert [row["undone"] for row in rows] == [False, True, False]
    assert rows[1]["can_be_taken_back"] == "plan"
    assert rows[2]["reason"] == "试错"
    assert take_back(plan)["again"]
    assert plan.read_bytes() == second
    assert [row["undone"] for row in log(plan)] == [False, False, False, False]


def test_an_adoption_is_by_who_is_logged_in_where_nobody_is_named(plan, monkeypatch):
    monkeypatch.setenv("LOGNAME", "li")
    adopt(plan, METHOD, case=case_of(plan))
    assert read_plan(plan).journal["author"].tolist() == ["li"]
    run(case_of(plan), plan, replay=True)
    assert [row["author"] for row in log(plan)] == ["张三", "li", "li"]


def test_an_adoption_is_taken_back_and_the_history_remembers_it(plan):
    before = units(plan)
    adopt(plan, METHOD, case=case_of(plan), author="张三", reason="更紧凑")
    assert units(plan) != before
    assert take_back(plan)["taken_back"] == "adopt"
    assert units(plan) == before
    assert read_meta(plan)["edits"] == "0"
    rows = log(plan)
    assert [(row["op"], row["undone"]) for row in rows] == [("run", False), ("adopt", True), ("undo", False)]
    assert (rows[1]["author"], rows[1]["reason"]) == ("张三", "更紧凑")
    take_back(plan)
    assert [row["op"] for row in log(plan)] == ["run", "relabel", "undo", "undo"]


def test_what_was_accepted_since_stays_accepted_both_ways(plan):
    adopt(plan, METHOD, case=case_of(plan))
    finding = read_plan(plan).findings.iloc[[0]]
    accept(plan, finding, reason="看过", author="张三")
    take_back(plan)
    assert read_plan(plan).accepted["reason"].tolist() == ["看过"]
    withdraw(plan, read_plan(plan).findings.iloc[[0]], author="李四")
    accept(plan, read_plan(plan).findings.iloc[[0]], reason="又看过", author="李四")
    take_back(plan)
    found = read_plan(plan)
    assert found.accepted["reason"].tolist() == ["又看过"]
    assert [json.loads(op)["op"] for op in found.journal["op"]].count("relabel") == 1
    assert sorted(found.journal["seq"]) == sorted(set(found.journal["seq"]))
    assert read_plan(plan).changes == {}


def test_a_run_that_changes_nothing_does_not_take_the_plan_before_away(plan):
    changed(plan, "seed = 1", "seed = 2")
    run(case_of(plan), plan)
    kept = undo_file(plan).read_bytes()
    run(case_of(plan), plan)
    assert undo_file(plan).read_bytes() == kept
    assert take_back(plan)["taken_back"] == "run"


def test_the_plan_before_is_kept_once(plan):
    for seed in (2, 3):
        changed(plan, f"seed = {seed - 1}", f"seed = {seed}")
        before = plan.read_bytes()
        run(case_of(plan), plan)
        assert undo_file(plan).read_bytes() == before
    names = sorted(one.name for one in plan.parent.iterdir())
    assert names == ["case.toml", "hand.gpkg", "plan.gpkg", "plan.history.jsonl", "plan.undo.gpkg"]


def test_with_nothing_before_it_is_one_sentence(plan):
    with pytest.raises(BadInput, match="no plan before this one"):
        take_back(plan)
    assert "no plan before" in refusal("log", plan, "--take-back")["what"]


def test_the_command_line_takes_back(plan):
    adopt(plan, METHOD, case=case_of(plan))
    rows = ask("log", plan, "--take-back", "--author", "张三", "--reason", "试错").document
    assert [row["op"] for row in rows] == ["run", "adopt", "undo"]
    assert (rows[-1]["author"], rows[-1]["reason"]) == ("张三", "试错")


def rerun(plan):
    """Run the case once more, otherwise."""
    changed(plan, 'name = "overlay"', 'name = "ward"\nk = 3\nvariables = "x+y"')
    run(case_of(plan), plan)


def test_edits_made_since_the_run_are_named_and_go_only_with_a_word(plan):
    rerun(plan)
    ids = read_plan(plan).units["unit_id"].tolist()
    names = [f"改名{number}" for number in range(4)]
    edit(plan, [{"op": "rename", "unit": ids[0], "name": name} for name in names], author="李四")
    held = plan.read_bytes()
    error = refusal("log", plan, "--take-back", "--lang", "en")
    assert error["what"].startswith("4 edits were made since, and would go with it; 1. ")
    assert [name in error["what"] for name in names] == [True, True, True, False]
    assert error["what"].count("李四") == 3
    assert "--discard-edits" in error["wanted"]
    assert plan.read_bytes() == held
    answer = ask("log", plan, "--take-back", "--discard-edits")
    assert [row["op"] for row in answer.document] == ["run", "run", "undo"]
    assert take_back(plan)["again"]
    assert plan.read_bytes() == held


def test_edits_that_the_plan_before_has_as_well_are_no_reason_to_ask(plan):
    """The first edit was replayed by the run, an acceptance goes along: only what came afterwards is named."""
    edit(plan, [{"op": "rename", "unit": "U000001", "name": "先改"}], author="张三")
    changed(plan, "seed = 1", "seed = 2")
    run(case_of(plan), plan, replay=True)
    accept(plan, read_plan(plan).findings.iloc[[0]], reason="看过", author="张三")
    assert not plan_before(plan).later
    edit(plan, [{"op": "rename", "unit": "U000001", "name": "后改"}], author="张三")
    _, later = plan_before(plan).later
    assert "后改" in str(later)
    with pytest.raises(BadInput, match="1 edit was made since"):
        take_back(plan)
    undo(plan)
    assert plan_before(plan).later, "an edit that can be done again is somebody's too"


def test_an_adoption_is_no_edit_that_goes_with_it_and_edits_on_it_are(plan, monkeypatch):
    """All in one second: an edit is not taken for the adoption that had its number."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    adopt(plan, METHOD, case=case_of(plan), author="张三", reason="更紧凑")
    assert not plan_before(plan).later
    edit(plan, [{"op": "lock", "unit": read_plan(plan).units["unit_id"].iloc[0]}], author="张三")
    assert take_back(plan, discard_edits=True)["taken_back"] == "adopt"
    edit(plan, [{"op": "lock", "unit": "U000001"}], author="张三")
    with pytest.raises(BadInput, match="1 edit was made since"):
        take_back(plan)


def test_what_another_program_put_into_the_plan_is_not_taken_back_with_it(plan):
    changed(plan, "seed = 1", "seed = 2")
    run(case_of(plan), plan)
    kept = undo_file(plan).read_bytes()
    written(plan, "UPDATE units SET name = 'by hand' WHERE fid = 1", "CREATE TABLE notes AS SELECT fid FROM units")
    before = plan.read_bytes()
    error = refusal("log", plan, "--take-back")
    assert error["what"] == refusal("run", case_of(plan), "-o", plan)["what"]
    assert "units (values in its 3 rows)" in error["what"]
    assert (plan.read_bytes(), undo_file(plan).read_bytes()) == (before, kept)


def test_what_another_program_puts_in_while_the_plan_before_is_read_is_seen(plan):
    changed(plan, "seed = 1", "seed = 2")
    run(case_of(plan), plan)
    found = plan_before(plan)
    written(plan, "UPDATE units SET name = 'by hand' WHERE fid = 1")
    before = plan.read_bytes()
    with pytest.raises(ChangedElsewhere, match="units"):
        found.put_in_place()
    assert plan.read_bytes() == before


def test_what_was_discarded_is_kept_untouched_when_the_run_is_taken_back(plan):
    written(plan, "UPDATE units SET name = 'by hand' WHERE fid = 1")
    kept = plan.with_name("plan.before.gpkg")
    run(case_of(plan), plan, discard_edits=True)
    discarded = kept.read_bytes()
    accept(plan, read_plan(plan).findings.iloc[[0]], reason="看过", author="张三")
    take_back(plan)
    assert "by hand" in read_plan(plan).units["name"].tolist()
    written(plan, "UPDATE units SET name = 'another'")
    assert kept.read_bytes() == discarded


def test_a_run_that_discarded_changes_is_brought_back_unless_there_are_others(plan):
    written(plan, "UPDATE units SET name = 'by hand' WHERE fid = 1")
    run(case_of(plan), plan, discard_edits=True)
    made = plan.read_bytes()
    take_back(plan)
    assert take_back(plan)["again"]
    assert plan.read_bytes() == made
    take_back(plan)
    written(plan, "UPDATE units SET name = 'another' WHERE fid = 2")
    with pytest.raises(ChangedElsewhere, match="units"):
        take_back(plan)


KILLED = """
import os, signal, sys
from pathlib import Path
from delineation.plan import history
plan, step = Path(sys.argv[1]), int(sys.argv[2])
steps = 0
def replaced(draft, path, **options):
    global steps
    if steps == step:
        os.kill(os.getpid(), signal.SIGKILL)
    steps += 1
    before(draft, path, **options)
before, history.replace_file = history.replace_file, replaced
history.swap_with_undo(plan)
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.parametrize("step", [0, 1])
def test_killed_while_it_takes_back_both_plans_are_there(plan, step):
    changed(plan, 'name = "overlay"', 'name = "ward"\nk = 3\nvariables = "x+y"')
    first = plan.read_bytes()
    run(case_of(plan), plan)
    second = plan.read_bytes()
    done = subprocess.run([sys.executable, "-c", KILLED, plan, str(step)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert plan.read_bytes() == (second, first)[step]
    settle_undo(plan)
    assert undo_file(plan).read_bytes() == (first, second)[step]
    take_back(plan)
    assert plan.read_bytes() == (first, second)[step]


def test_killed_after_the_new_plan_is_in_its_place_the_one_before_is_not_lost(plan, monkeypatch):
    first = plan.read_bytes()
    changed(plan, "seed = 1", "seed = 2")
    with monkeypatch.context() as patch:
        patch.setattr(rerunning, "settle_undo", lambda _: None)
        run(case_of(plan), plan)
    assert not undo_file(plan).exists()
    assert log(plan)[-1]["can_be_taken_back"] == "plan"
    assert undo_file(plan).read_bytes() == first
    assert not [path for path in plan.parent.iterdir() if path.name.startswith(".")]


def test_killed_before_it_the_plan_before_stays_the_one_before(plan):
    first = plan.read_bytes()
    changed(plan, "seed = 1", "seed = 2")
    run(case_of(plan), plan)
    plan.with_name(".plan.undo.swap.gpkg").hardlink_to(plan)
    assert log(plan)[-1]["can_be_taken_back"] == "plan"
    assert undo_file(plan).read_bytes() == first
    assert not [path for path in plan.parent.iterdir() if path.name.startswith(".")]


def test_where_there_are_no_links_the_plan_before_is_a_copy(plan, monkeypatch):
    def refuse(*_):
        raise OSError("no links on this disk")

    monkeypatch.setattr(os, "link", refuse)
    first = read_plan(plan).units["code"].tolist()
    changed(plan, 'name = "overlay"', 'name = "ward"\nk = 4\nvariables = "x+y"')
    run(case_of(plan), plan)
    assert len(read_plan(plan).units) == 4
    take_back(plan)
    assert units(plan) == first
    take_back(plan)
    assert len(read_plan(plan).units) == 4


# ── renamed, deleted ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_plan_that_was_renamed_finds_its_history_and_takes_it_along(plan):
    changed(plan, "seed = 1", "seed = 2")
    run(case_of(plan), plan)
    renamed = plan.rename(plan.with_name("2025.gpkg"))
    assert ops(renamed) == ["run", "run"]
    assert not history_file(renamed).exists(), "reading changes nothing"
    export("areas-xlsx", renamed, plan.with_name("a.xlsx"))
    assert not history_file(plan).exists()
    assert ops(renamed) == ["run", "run", "export"]
    assert take_back(renamed)["taken_back"] == "run"


def test_a_plan_that_was_renamed_can_be_taken_back_at_once(plan):
    before = plan.read_bytes()
    changed(plan, "seed = 1", "seed = 2")
    run(case_of(plan), plan)
    renamed = plan.rename(plan.with_name("2025.gpkg"))
    assert log(renamed)[-1]["can_be_taken_back"] == "plan"
    assert take_back(renamed)["taken_back"] == "run"
    assert renamed.read_bytes() == before
    assert ops(renamed) == ["run", "run", "undo"]
    names = sorted(one.name for one in plan.parent.glob("*.*") if one.suffix != ".toml" and one.stem != "hand")
    assert names == ["2025.gpkg", "2025.history.jsonl", "2025.undo.gpkg"]


def test_the_history_of_another_plan_is_left_alone(plan):
    other = plan.with_name("other.gpkg")
    shutil.copy(plan, other)
    assert ops(other) == [], "a copy has a history of its own, from now on"
    plan.unlink()
    changed(plan, "seed = 1", "seed = 2")
    run(case_of(plan), other)
    assert ops(other) == ["run"]


def test_a_plan_made_anew_where_one_was_deleted_goes_on_with_the_history(plan):
    changed(plan, "seed = 1", "seed = 2")
    run(case_of(plan), plan)
    plan.unlink()
    run(case_of(plan), plan)
    assert ops(plan) == ["run", "run", "run"]
    # Nothing was replaced: there is nothing to take back.
    assert [row["can_be_taken_back"] for row in log(plan)] == ["", "", ""]


def test_what_a_plan_was_made_from_is_known_from_its_history(plan):
    first = inputs_of_plan(plan)
    changed(plan, "seed = 1", "seed = 2")
    run(case_of(plan), plan)
    assert inputs_of_plan(plan).changed_since(first) == ("seed",)
    take_back(plan)
    assert inputs_of_plan(plan) == first


def test_a_bureaus_profile_names_things_its_own_way(plan):
    found = read_plan(plan)
    assert happened(plan, found.journal, "zh", read_profile())[0].what

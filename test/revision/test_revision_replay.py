"""A new run of a case does a plan's edits again: all of them on unchanged sources, on others those that still fit."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from command import ask
from control_units.delineation import verbs
from control_units.delineation.plan.file import read_plan
from control_units.delineation.revision.editor import editing
from hand import box
from revision_moves import Walk, of_head, partition_complaints, rows_of, unit_complaints
from revision_plan import LAYERS, at, line, revision_case

RED, INTAKE, PARK, WEST_PARK, WATER, GENERAL = (f"U00000{number}" for number in range(1, 7))
OTHER_PARK = "U000009"
BASIS = "省政府〔2026〕3号"


FIELD = {"op": "assign", "faces": [{"at": at(4_500, 4_000)}], "unit": GENERAL, "basis": BASIS}
LOW_INTAKE = {"op": "assign", "faces": [{"at": at(5_000, 1_200)}], "unit": GENERAL, "basis": BASIS}
SPLIT = {"op": "split", "unit": OTHER_PARK, "line": line((8_000, 2_500), (9_990, 2_600)), "name": "北片"}
BEND = line((8_300, 1_200), (8_700, 1_300), (8_300, 1_900))
RESHAPE = {"op": "reshape", "units": [OTHER_PARK, "U000011"], "line": BEND, "basis": BASIS}
CREATE = {"op": "create", "faces": [{"at": at(3_500, 600)}], "category": 1, "name": "新单元"}
CLAUSE = {"op": "clause", "unit": PARK, "add": {"id": "A-1", "text": "禁止新建焦化", "dimension": "space"}}
EVERY = [
    {"op": "rename", "unit": PARK, "name": "东片"},
    FIELD,
    SPLIT,
    RESHAPE,
    CREATE,
    CLAUSE,
    {"op": "merge", "units": [WEST_PARK, PARK]},
    {"op": "categorize", "unit": OTHER_PARK, "category": 1},
    {"op": "renumber", "unit": GENERAL, "serial": 30},
    {"op": "lock", "unit": WEST_PARK},
    {"op": "status", "to": "征求意见", "date": "2026-05-01"},
]


@pytest.fixture
def plan(made, tmp_path):
    """The plan with its case, to be run again."""
    for name in ("hand.gpkg", "case.toml"):
        shutil.copy(made.with_name(name), tmp_path / name)
    return Path(shutil.copy(made, tmp_path / "plan.gpkg"))


def edited(plan: Path, *edits: dict[str, Any]) -> None:
    found = verbs.edit(plan, edits)
    assert found["refused"] == []


def replayed(plan: Path, **layers: tuple[list[Any], dict[str, list[Any]]]) -> list[Any]:
    """Run the case again, with other layers; give the findings of what did not fit."""
    if layers:
        plan.with_name("hand.gpkg").unlink()
        revision_case(plan.parent, **layers)
    answer = ask("run", plan.with_name("case.toml"), "-o", plan, "--replay")
    assert answer.code in (0, 1), answer
    found = read_plan(plan).findings
    return found[found["id"] == "S56"].to_dict("records")


def sound(plan: Path) -> None:
    """What holds of any plan, and that its edits can be undone and done again."""
    read = read_plan(plan, summed=True)
    assert read.changes == {}
    assert list(partition_complaints(read, read.faces["geometry"].to_numpy(dtype=object))) == []
    assert list(unit_complaints(read, read)) == []
    now, labels = of_head(rows_of(plan)), {row["face_id"]: row["unit_id"] for row in rows_of(plan)["base"]}
    with editing(plan) as editor:
        head = editor.timeline.head
        if editor.timeline.to_undo() is None:
            return
        while (entry := editor.timeline.to_undo()) is not None and not entry.bound:
            editor.undo()
        assert {row["face_id"]: row["unit_id"] for row in rows_of(plan)["faces"]} == labels
        editor.go(head)
    again = of_head(rows_of(plan))
    for name in now:
        assert again[name] == now[name], name


def same_again(plan: Path) -> None:
    """Done again on unchanged sources, the plan is what it was, and sound."""
    before = of_head(rows_of(plan))
    assert replayed(plan) == []
    after = of_head(rows_of(plan))
    for name in before:
        assert after[name] == before[name], name
    sound(plan)


@pytest.mark.thirds("number")
@pytest.mark.parametrize("number", range(len(EVERY)))
def test_on_unchanged_sources_an_edit_gives_the_same_plan(plan, number):
    edited(plan, EVERY[number])
    same_again(plan)


def test_on_unchanged_sources_all_edits_give_the_same_plan(plan):
    for edit in EVERY:
        edited(plan, edit)
    verbs.undo(plan)
    edited(plan, {"op": "rename", "unit": WATER, "name": "水片"})
    journal = rows_of(plan)["journal"]
    same_again(plan)
    # The undone one is in the journal still, and who did what when.
    said = [[row[key] for key in ("seq", "author", "time", "reason", "basis", "undone", "scenario")] for row in journal]
    now = rows_of(plan)["journal"]
    assert [
        [row[key] for key in ("seq", "author", "time", "reason", "basis", "undone", "scenario")] for row in now
    ] == said


def test_edits_made_in_one_transaction_are_done_again_as_well(plan):
    edited(plan, *EVERY)
    same_again(plan)


def test_what_was_undone_before_other_edits_leaves_their_numbers_as_they_are(plan):
    edited(plan, SPLIT, CREATE, CLAUSE)
    verbs.undo(plan, 3)
    edited(plan, {**CREATE, "name": "另一单元"}, {**SPLIT, "name": "南片"}, {**CLAUSE, "unit": INTAKE})
    same_again(plan)


def test_numbers_that_a_run_gives_to_others_are_not_given_twice(plan):
    edited(plan, SPLIT, CREATE, CLAUSE)
    shapes, fields = LAYERS["park"]
    park = [*shapes, box(200, 5_500, 800, 800)], {"name": [*fields["name"], "新园"]}
    assert replayed(plan, park=park) == []
    rows = rows_of(plan)
    assert len(rows["units"]) == 15
    for name, key in (("faces", "face_id"), ("units", "fid"), ("clauses", "fid")):
        numbers = [row[key] for row in rows[name]]
        assert len(set(numbers)) == len(numbers), name
    sound(plan)


def test_a_township_moved_leaves_a_sliver_of_another_one_where_it_is(plan):
    edited(plan, {"op": "move", "unit": PARK, "township": "999901002", "basis": BASIS})
    plain = read_plan(plan).faces.set_index("face_id")
    riding = plain[plain["host"].notna()]
    hosts = plain.loc[riding["host"].astype(int), "unit_id"]
    assert (riding["unit_id"].to_numpy() != hosts.to_numpy()).any()
    same_again(plan)
    assert [json.loads(row["op"])["op"] for row in rows_of(plan)["journal"]] == ["move"]


@pytest.mark.slow
@pytest.mark.thirds("seed")
@pytest.mark.parametrize("seed", [1, 9, 12, 18])
def test_on_unchanged_sources_any_edits_give_the_same_plan(plan, made, seed):
    dice = random.Random(seed)  # noqa: S311 - no secret
    with editing(plan) as editor:
        walk = Walk(editor, read_plan(made))
        for _ in range(25):
            walk.step(dice)
    before, entries = of_head(rows_of(plan)), len(rows_of(plan)["journal"])
    assert walk.done.total() > 5
    assert replayed(plan) == []
    after = of_head(rows_of(plan))
    # What is measured of a plan follows its edits where a verb makes them; here it was the room alone.
    for rows in (before, after):
        del rows["findings"], rows["meta"]["capture"]
    for name in before:
        assert after[name] == before[name], name
    assert len(rows_of(plan)["journal"]) == entries
    sound(plan)


def moved_park() -> dict[str, tuple[list[Any], dict[str, list[Any]]]]:
    shapes, fields = LAYERS["park"]
    return {"park": ([shapes[0], box(4_600, 5_600, 1_000, 900), shapes[2]], fields)}


def test_with_a_park_moved_what_fits_is_done_and_what_does_not_is_told(plan):
    edited(plan, {"op": "assign", "faces": [{"at": at(4_000, 5_800)}], "unit": PARK})  # of the park that moves
    edited(plan, FIELD)
    edited(plan, SPLIT)
    (told,) = replayed(plan, **moved_park())
    facts = json.loads(told["facts"])
    assert facts["seq"] == 1
    assert facts["why"]
    assert facts["proposal"]
    assert told["message"]
    journal = rows_of(plan)["journal"]
    assert [(row["seq"], row["undone"]) for row in journal] == [(1, 1), (2, 0), (3, 0)]
    units = read_plan(plan).units.set_index("unit_id")
    assert "北片" in set(units["name"])
    sound(plan)


def test_a_face_that_is_there_in_part_goes_where_most_of_it_lies_and_is_told(plan):
    edited(plan, FIELD)
    shapes, fields = LAYERS["water"]
    smaller = box(3_400, 3_000, 1_397, 2_000)
    told = replayed(plan, water=([shapes[0], smaller, shapes[2]], fields))
    faces = read_plan(plan).faces
    here = faces[faces["geometry"].apply(lambda shape: shape.contains(box(4_499, 3_999, 2, 2).centroid))]
    assert here["unit_id"].tolist() == [GENERAL]
    assert len(told) <= 1
    sound(plan)


def test_land_that_came_under_a_red_line_is_not_lowered_again(plan):
    edited(plan, FIELD)
    shapes, fields = LAYERS["red_line"]
    (told,) = replayed(plan, red_line=([*shapes, box(2_990, 2_990, 2_000, 2_050)], {"id": [*fields["id"], "R3"]}))
    assert json.loads(told["facts"])["seq"] == 1
    read = read_plan(plan)
    red = set(read.coverage.loc[read.coverage["role"] == "red_line", "face_id"])
    assert set(read.faces.loc[read.faces["face_id"].isin(red), "category"]) == {1}
    assert [(row["seq"], row["undone"]) for row in rows_of(plan)["journal"]] == [(1, 1)]
    sound(plan)


def test_an_edit_of_a_unit_that_is_no_more_is_told(plan):
    edited(plan, LOW_INTAKE)
    edited(plan, {"op": "rename", "unit": INTAKE.replace("2", "8"), "name": "乙水源"})
    shapes, fields = LAYERS["intake"]
    told = replayed(plan, intake=(shapes[:1], {key: values[:1] for key, values in fields.items()}))
    assert [json.loads(one["facts"])["seq"] for one in told] == [2]
    journal = rows_of(plan)["journal"]
    assert [(row["seq"], row["undone"]) for row in journal] == [(1, 0), (2, 1)]
    sound(plan)


def test_what_a_run_gives_and_what_edits_gave_is_not_the_same_twice(plan):
    """A new park is a new unit of the run: it gets no id, code or name that an edit has given."""
    edited(
        plan, {"op": "create", "faces": [{"at": at(3_500, 600)}], "category": 2, "name": "甲县新园产业集聚重点管控单元"}
    )
    edited(plan, {"op": "clause", "unit": "U000013", "add": {"id": "A-1", "text": "其一", "dimension": "risk"}})
    shapes, fields = LAYERS["park"]
    replayed(plan, park=([*shapes, box(200, 5_500, 800, 800)], {"name": [*fields["name"], "新园"]}))
    units = read_plan(plan).units
    assert len(units) == 14
    for name in ("unit_id", "code", "name"):
        assert not units[name].duplicated().any(), name
    clauses = read_plan(plan).clauses
    (owner,) = clauses.loc[clauses["text"] == "其一", "unit_id"]
    assert units.set_index("unit_id").loc[owner, "geometry"].contains(box(3_499, 599, 2, 2))
    sound(plan)


def test_what_did_not_fit_is_kept_by_the_next_run_too(plan):
    edited(plan, {"op": "assign", "faces": [{"at": at(4_000, 5_800)}], "unit": PARK})
    edited(plan, FIELD)
    (told,) = replayed(plan, **moved_park())
    (again,) = replayed(plan)
    assert again["message"] == told["message"]
    journal = rows_of(plan)["journal"]
    assert [(row["seq"], row["undone"]) for row in journal] == [(1, 1), (2, 0)]
    sound(plan)


def test_the_main_scenario_is_there_after_a_run_in_another_one(plan):
    edited(plan, FIELD)
    verbs.branch(plan, "甲")
    edited(plan, SPLIT)
    assert replayed(plan) == []
    assert {one["name"] for one in verbs.scenarios(plan)} == {"main", "甲"}
    units = len(read_plan(plan).units)
    verbs.switch(plan, "main")
    assert len(read_plan(plan).units) == units - 1
    sound(plan)


def test_a_run_gives_no_code_of_people_to_another_unit(plan):
    edited(plan, CREATE)
    before = read_plan(plan).units.set_index("name")["code"]
    replayed(plan, **moved_park())
    after = read_plan(plan).units.set_index("name")["code"]
    assert after["新单元"] == before["新单元"]
    assert after.is_unique


def test_an_adopted_division_with_edits_is_done_again(plan):
    case = plan.with_name("case.toml")
    answer = ask("adopt", plan, "overlay", "--case", case, "--reason", "试")
    assert answer.code in (0, 1), answer
    edited(plan, FIELD)
    edited(plan, SPLIT)
    same_again(plan)
    assert [row["undone"] for row in rows_of(plan)["journal"]] == [0, 0, 0]


def test_scenarios_that_are_left_behind_are_told(plan):
    edited(plan, FIELD)
    verbs.branch(plan, "甲案")
    edited(plan, SPLIT)
    verbs.switch(plan, "main")
    replayed(plan)
    found = read_plan(plan).findings
    (told,) = found[found["id"] == "S57"].to_dict("records")
    assert json.loads(told["facts"])["scenario"] == "甲案"
    assert "甲案" in told["message"]
    journal = rows_of(plan)["journal"]
    assert [(row["seq"], row["undone"]) for row in journal] == [(1, 0), (2, 1)]
    sound(plan)


def test_acceptances_are_kept_beside_edits(plan):
    edited(plan, FIELD)
    verbs.check(str(plan))
    findings = read_plan(plan).findings
    if len(findings):
        row = findings.iloc[0]
        edited(plan, {"op": "accept", "rule": row["id"], "reason": "如此"})
    before = len(rows_of(plan)["journal"])
    replayed(plan)
    assert len(rows_of(plan)["journal"]) == before


def test_without_a_word_about_the_edits_a_run_is_refused(plan):
    edited(plan, FIELD)
    before = plan.read_bytes()
    answer = ask("run", plan.with_name("case.toml"), "-o", plan)
    assert answer.code == 2
    assert plan.read_bytes() == before
    assert ask("run", plan.with_name("case.toml"), "-o", plan, "--discard-edits").code in (0, 1)
    assert rows_of(plan)["journal"] == []


def test_a_division_is_adopted_over_cut_faces_and_the_cuts_done_again(plan):
    edited(plan, SPLIT)
    edited(plan, CLAUSE)
    before = read_plan(plan)
    answer = ask("adopt", plan, "overlay", "--case", plan.with_name("case.toml"), "--reason", "试")
    assert answer.code in (0, 1), answer
    after = read_plan(plan)
    assert set(after.units["name"]) == set(before.units["name"])
    assert after.cut
    assert after.journal["undone"].tolist() == [0, 0, 0]
    sound(plan)

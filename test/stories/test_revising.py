"""A plan revised by hand in a real window: painted, split, reshaped, merged; undone and done again; found as it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pictures import SCREENS, take_revision
from plan_oracle import Oracle


@pytest.fixture(scope="module")
def home(qgis):
    for picture in SCREENS.glob(f"revising-{'zh' if qgis.locale.startswith('zh') else 'en'}-*.png"):
        picture.unlink()
    folder = qgis.folder / "home"
    (folder / "Documents").mkdir(parents=True)
    return folder


@pytest.fixture(scope="module", params=["zh-Hans"])
def qgis(request, fresh_qgis):
    return fresh_qgis(request.param)


@pytest.fixture(scope="module")
def day(qgis, archive, home):
    own = {"CONTROL_UNITS_SHOTS": "revising", "CONTROL_UNITS_ZIP": str(archive), "HOME": str(home)}
    told = qgis.tell("revising.revising", screen="1366x768", **own)
    print(f"\nrevision ({qgis.locale}): {told.report['took']} s in QGIS")
    if os.environ.get("CONTROL_UNITS_PICTURES"):
        take_revision(SCREENS)
    return told


@pytest.fixture(scope="module")
def morning(qgis, day, home):
    own = {"CONTROL_UNITS_SHOTS": "revising", "HOME": str(home), "CONTROL_UNITS_FIRST": str(day.report["pictures"])}
    return qgis.tell("revising.reopened", screen="1366x768", project=day.report["project"], **own)


def units(step):
    return {row[0]: row[1:] for row in step["units"]}


def faces(step):
    return dict(map(tuple, step["faces"]))


def test_the_card_says_why_a_place_is_what_it_is(day):
    assert "优先保护" in day.report["why"]


def test_a_stroke_over_three_faces_is_one_edit_that_gives_them_to_the_target(day):
    painted, (before, after) = day.report["painted"], day.report["steps"][:2]
    assert day.report["claimed"]
    assert painted["entries"] == 1
    assert after["head"] == before["head"] + 1
    moved = {face for face, unit in faces(after).items() if faces(before)[face] != unit}
    assert set(painted["wanted"]) <= moved
    assert {faces(after)[face] for face in moved} == {painted["target"]}
    assert "km²" in day.report["card"]
    assert painted["title"] in day.report["undo_tip"]


def test_a_line_divides_a_unit_and_another_moves_a_border(day):
    _, painted, split, reshaped, *_ = day.report["steps"]
    told = day.report["split"]
    assert units(split).keys() - units(painted).keys() == {told["new"]}
    area = units(split)[told["unit"]][4] + units(split)[told["new"]][4]
    assert area == pytest.approx(units(painted)[told["unit"]][4], abs=1)
    one, other = day.report["reshaped"]["units"]
    assert units(reshaped)[one][4] != units(split)[one][4]
    assert units(reshaped)[one][4] + units(reshaped)[other][4] == pytest.approx(
        units(split)[one][4] + units(split)[other][4], abs=1
    )


def test_land_under_a_red_line_is_not_lowered_and_the_sentence_says_why(day):
    assert "生态保护红线" in day.report["refused"]
    assert day.report["after_refusal"] == day.report["steps"][3]
    assert not day.report["document_of_red_line"]


def test_a_document_is_asked_for_at_each_unit_that_is_lowered_and_is_of_one_edit(morning):
    assert morning.report["asked"] == [[True, "", 2], [True, "", 2]]
    assert morning.report["lowered"] == [3, "KZF-2026-8"]


def test_of_two_units_that_are_merged_the_first_stays(day):
    before, after = day.report["steps"][3:5]
    told = day.report["merged"]
    assert units(before).keys() - units(after).keys() == {told["goes"]}
    assert told["stays"] in units(after)


def test_faces_that_were_chosen_are_a_unit_of_the_category_kind_and_name_that_were_said(day):
    before, after = day.report["steps"][4:6]
    told = day.report["founded"]
    assert units(after).keys() - units(before).keys() == {told["unit"]}
    code, name, category, locked, area, kind = units(after)[told["unit"]]
    assert (name, category, kind, locked) == ("东山重点管控单元", told["category"], told["kind"], 0)
    assert code not in {row[0] for row in units(before).values()}
    mine = {face for face, unit in faces(after).items() if unit == told["unit"]}
    assert set(told["wanted"]) <= mine
    given = units(before)[told["giver"]][4] - units(after)[told["giver"]][4]
    assert 0 < area == pytest.approx(given, abs=0.2)


def test_what_a_unit_has_of_a_township_goes_to_the_unit_that_was_chosen_and_nothing_else(day):
    before, after = day.report["steps"][5:7]
    told = day.report["moved"]
    moved = {face for face, unit in faces(after).items() if faces(before)[face] != unit}
    assert set(told["wanted"]) <= moved
    assert {faces(after)[face] for face in moved} == {told["target"]}
    assert {faces(before)[face] for face in moved} == {told["giver"]}


def test_in_the_file_nothing_overlaps_nothing_is_left_out_and_every_area_is_its_own(day):
    copies = {name: Path(one) for name, one in day.report["copies"].items()}
    oracle, found = Oracle(copies["first"]), {}
    for name, copy in copies.items():
        oracle.plan = copy
        found[name] = oracle.look()
        assert found[name]["wrong"] == [], name
    assert (found["founded"]["edits"], found["moved"]["edits"]) == (5, 6)
    for what in ("labels", "codes", "head"):
        assert found["undone"][what] == found["first"][what] != found["moved"][what]


def test_all_is_undone_and_done_again_by_keys_while_another_layer_is_edited(day):
    first, *_, last = day.report["steps"]
    assert day.report["undone"] == first
    assert day.report["redone"] == last
    assert day.report["strange_kept"] == 1
    assert len(day.report["history"]) == 6


def test_a_scenario_goes_its_own_way_and_is_laid_beside_the_main_plan(day):
    assert day.report["branched"] == "branch"
    assert len(units(day.report["in_scenario"])) == len(units(day.report["redone"])) - 1
    assert [one["edits"] for one in day.report["scenarios"]] == [6, 7]
    assert len(day.report["compared"]) > 3


def test_what_differs_from_the_run_is_told_by_kind(day):
    kinds = {kind.partition("：")[0] for kind in day.report["kinds"]}
    assert {"未变", "拆分", "合并", "划归其他单元"} <= kinds


def test_the_line_of_the_swipe_takes_the_drag_whatever_tool_is_in_hand(day):
    share, same, drawing = day.report["swiped"]
    assert share == pytest.approx(0.25, abs=0.02)
    assert same and not drawing


def test_qgis_own_pencil_says_why_not_and_names_what_edits_the_units(day):
    assert not day.report["pencil_edits"]
    for said in (day.report["pencil_tip"], day.report["pencil_said"]):
        assert "切分" in said


def test_the_plan_is_free_when_the_revision_is_finished_and_its_findings_are_of_now(day):
    assert day.report["free"]
    assert day.report["tools_in_hand"] == []
    assert day.report["findings_at"] in ([], [[""]])


def test_the_next_morning_all_is_as_it_was_and_can_be_undone(day, morning):
    assert morning.report["last"] == day.report["last"]
    assert morning.report["undone"] == day.report["redone"] | {"head": 6}
    assert [stands for _, stands in morning.report["history"]] == [False, *[True] * 6]


def test_nothing_is_complained_of(day, morning):
    for told in (day, morning):
        assert told.code == 0
        heard = [line for line in told.report["heard"] if "Traceback" in line or "warning:" in line]
        assert [line for line in heard if "shapely.geos" not in line] == []

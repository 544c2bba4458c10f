"""Keys beside a layer that is edited, and a QGIS that is killed in the middle of edits: nothing told of is lost."""

from __future__ import annotations

import shutil

import pytest
from command import ask
from control_units.delineation.core.lock_file import lock_file
from control_units.delineation.plan.file import read_plan
from revision_plan import revision_plan


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    made = revision_plan(tmp_path_factory.mktemp("made"))
    (folder := made.parent / "plan").mkdir()
    return shutil.copy(made, folder / "plan.gpkg")


@pytest.fixture(scope="module")
def qgis(fresh_qgis):
    return fresh_qgis("zh-Hans")


@pytest.fixture(scope="module")
def own(qgis, plan):
    (qgis.folder / "home").mkdir()
    return {"CONTROL_UNITS_PLAN": str(plan), "CONTROL_UNITS_SHOTS": "interrupted", "HOME": str(qgis.folder / "home")}


@pytest.fixture(scope="module")
def killed(qgis, archive, own, plan):
    told = qgis.tell("interrupted.killed", CONTROL_UNITS_ZIP=str(archive), **own)
    return told, lock_file(plan).is_file(), read_plan(plan)


@pytest.fixture(scope="module")
def reopened(qgis, killed, own):  # noqa: ARG001 - after it
    return qgis.tell("interrupted.reopened", **own)


def test_undo_and_redo_are_the_plans_from_map_and_panel_with_another_layer_edited(killed):
    told, _, _ = killed
    assert len(told.report["keys"]) == 12
    wrong = {
        name: found
        for name, found in told.report["keys"].items()
        if found != [["undo" if name.startswith("ctrl+z") else "redo"], True]
    }
    assert wrong == {}


def test_killed_in_the_middle_it_leaves_all_edits_that_were_told_of_and_its_lock(killed):
    told, locked, plan = killed
    assert told.code != 0
    assert locked
    assert int(plan.meta["head"]) >= told.report["head"] + told.report["told"]


def test_started_again_the_plan_goes_on_and_whose_claim_was_taken_over_is_told(killed, reopened, plan):
    _, _, before = killed
    assert reopened.report["head"] == int(before.meta["head"])
    assert any("没有正常结束" in text for text in reopened.report["notice"])
    assert reopened.code == 0
    assert not lock_file(plan).exists()
    assert ask("check", plan).code in (0, 1)

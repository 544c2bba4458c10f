"""A plan that somebody edits in QGIS itself: run again by every door, one sentence each time and nothing lost."""

from __future__ import annotations

import pytest

NEW_NAME = "由人改名的单元"


@pytest.fixture(scope="module")
def told(fresh_qgis, archive):
    qgis = fresh_qgis("zh-Hans")
    return qgis.story("edited_plan.edited_plan", archive, "edited")


def test_while_a_layer_is_edited_nothing_is_run(told):
    report = told.report
    assert "图层“我的单元”正在编辑" in report["editing"]["panel"]
    assert "图层“我的单元”正在编辑" in report["editing"]["algorithm"]
    assert report["editing"]["outside"].startswith("2 ")
    assert report["still_editing"]


def test_what_was_saved_is_seen_by_every_door_and_stays(told):
    report = told.report
    assert report["saved"]
    assert report["log_beside"], "QGIS no longer keeps the file in write-ahead mode: this story tests less than it says"
    assert report["after_saving"].count(NEW_NAME) == 1
    for door in ("panel", "algorithm"):
        assert "被其他程序改动过：units（共 58 行，有值被改动）" in report["changed"][door], report["changed"]
    for door in ("outside", "adopt"):
        code, _, sentence = report["changed"][door].partition(" ")
        assert code == "2"
        assert "other programs have changed the plan since it was made: units (values in its 58 rows)" in sentence
        assert len(sentence.splitlines()) == 1
    code, _, sentence = report["discarding_from_outside"].partition(" ")
    assert code == "2"
    assert "qgis" in sentence
    assert "has it open" in sentence
    assert report["after_trying"] == report["after_saving"]


def test_what_is_discarded_in_the_panel_is_kept_and_styles_go_on(told):
    report = told.report
    assert report["can_discard"]
    assert report["after_discarding"] == report["as_made"]
    assert report["kept"] == report["after_saving"]
    assert sorted(report["shown"]) == sorted(report["as_made"])
    assert "打印用" in report["styles"]
    names = ["case.plan.before.gpkg", "case.plan.gpkg", "case.plan.history.jsonl", "case.plan.undo.gpkg"]
    assert report["files"] == names


def test_afterwards_all_doors_are_open_again(told):
    assert told.report["algorithm_at_last"] == "58"
    assert told.report["outside_at_last"].startswith("0")
    assert told.report["valid"] == []
    assert told.code == 0

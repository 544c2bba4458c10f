"""A project assessed at its desk in a real window: typed, drawn, dragged, asked of facts, moved, reported."""

from __future__ import annotations

import re

import pytest
from pictures import SCREENS

KEPT = re.compile(
    r"Backspace|CGCS2000|WGS 84|GCJ-02|BD-09|[\w.]+\.(?:docx|csv|xlsx|pdf|gpkg)|Word|Excel|EPSG:\d+|(?:/[\w.-]+)+"
)


@pytest.fixture(scope="module", params=["zh-Hans"])
def qgis(request, fresh_qgis):
    return fresh_qgis(request.param)


@pytest.fixture(scope="module")
def told(qgis, archive):
    for picture in SCREENS.glob("assessing-zh-*.png"):
        picture.unlink()
    told = qgis.story("assessing.assessing", archive, "assessing", screen="1280x720")
    measured = {name: round(told.report[name], 3) for name in ("longest_answer", "longest_gap", "elsewhere_took")}
    print(f"\nassessment ({qgis.locale}): {told.report['took']} s in QGIS; {measured}")
    return told


def test_typed_degrees_are_a_site_whose_verdict_says_why(told):
    verdict, title, why, categories, _ = told.report["typed"]
    assert verdict in ("needs_review", "prohibit")
    assert title in ("需论证", "不符合")
    assert why
    assert categories == [1]
    assert "CGCS2000" in told.report["notice"]


def test_an_area_is_drawn_by_its_corners(told):
    assert told.report["kind"] == "polygon"


def test_first_letters_find_an_industry(told):
    assert told.report["popup"][0].startswith("C14")
    assert told.report["industry"] == ["C14", "C14 食品制造业"]


def test_the_verdict_follows_the_hand_and_the_window_stays_alive(told):
    assert told.report["while_dragged"] >= 8
    assert told.report["card"]
    assert told.report["longest_answer"] < 0.5
    assert told.report["longest_gap"] < 0.3
    assert told.report["put_back"]


def test_a_fact_that_is_answered_changes_the_verdict(told):
    assert told.report["fact"][2]
    assert told.report["before_fact"][:2] != told.report["after_fact"][:2]


def test_the_site_moves_to_a_place_where_the_project_may_go(told):
    good, tried = told.report["elsewhere"]
    assert 0 < good <= tried <= 500
    assert told.report["elsewhere_took"] < 10
    assert told.report["moved"][0] in ("no_conflict", "conditional")


def test_a_report_and_a_table_of_verdicts_are_written(told):
    assert told.report["written"]
    assert told.report["saved"]
    assert [row[0] for row in told.report["table"]] == ["化工园", "未定"]
    assert told.report["table"][1][1] == "无法读取"


def test_a_named_project_has_room_for_its_evidence_and_the_next_one_begins_afresh(told):
    name, file = told.report["named"]
    assert name == "红岗食品二期"
    assert name in file
    assert told.report["evidence"] >= 240
    assert told.report["afresh"] == ["", {}, None, None]


def test_no_word_of_the_desk_is_english(told):
    # Where a report goes is called as the plan's file is.
    own = [one for one in told.report["said"] if not one.startswith("→")]
    english = [one for one in own if re.search(r"[A-Za-z]{4,}", KEPT.sub("", one))]
    assert english == []

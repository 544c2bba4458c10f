"""A planner looks back: the tab History in a real window; a division is taken back and brought back by a click."""

from __future__ import annotations

import re

import pytest


@pytest.fixture(scope="module")
def told(qgis, archive):
    return qgis.story("remembering.remembering", archive, "remembering")


def answers(qgis) -> tuple[str, str]:
    return ("撤回", "恢复") if qgis.locale != "en" else ("Take it back", "Bring it back")


def test_the_unit_that_is_looked_at_stays_the_same_on_map_table_and_card(told, qgis):
    back, again = answers(qgis)
    chosen, adopted = told.report["chosen"], told.report["adopted"]
    for name in (chosen, adopted, told.report[back], told.report[again]):
        assert name["table"] == name["map"] == [name["card"]]
        assert name["text"] > 50
    assert told.report[back]["card"] == chosen["card"]
    assert told.report[again]["card"] == adopted["card"]


def test_what_happened_is_told_in_order_the_newest_first(told, qgis):
    zh = qgis.locale != "en"
    text = told.report["history"]
    order = (
        ["采用", "导出", "接受问题", "运行方案"]
        if zh
        else ["took the division", "exported", "accepted", "ran the case"]
    )
    places = [text.index(one) for one in order]
    assert places == sorted(places)
    assert told.report["adopted"]["edits"] == told.report["adopted"]["accepted"] == 1
    last = told.report["last"]
    assert last.index("恢复了" if zh else "brought") < last.index("撤回了" if zh else "took the adopted")


def test_a_chinese_history_has_no_english_sentence(told, qgis):
    if qgis.locale != "en":
        assert not re.search("[a-z]{3,} [a-z]{3,}", told.report["history"] + told.report["last"])

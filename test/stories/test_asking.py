"""A result looked into by right clicks, map tips and the attribute table, in a Chinese window."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def told(fresh_qgis, archive):
    qgis = fresh_qgis("zh-Hans")
    return qgis.story("asking.asking", archive, "asking", screen="1600x900")


def test_each_menu_is_in_the_planners_language(told):
    report = told.report
    for name in ("unit_menu", "finding_menu", "map_menu"):
        own = [text for text in report[name] if not text.isascii()]
        assert len(own) >= 4, report[name]
    assert report["unit_menu"][0] == "为什么划为此单元？"
    assert any(text.startswith("问题：Q14 碎片") for text in report["map_menu"])


def test_the_card_and_the_tip_name_what_decides(told):
    assert "子流域(示意)" in told.report["card"]
    assert "优先保护" in told.report["tip"]
    assert "依据：R0" in told.report["tip"]


def test_a_piece_of_a_few_metres_is_seen_and_not_a_whole_county(told):
    assert 50 < told.report["scale"] < 50_000
    assert told.code == 0

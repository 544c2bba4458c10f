"""A strange prefecture from an empty QGIS to a filed package: what strange_filing.py must have seen."""

from __future__ import annotations

from pathlib import Path

import pytest
import strange_prefecture
from prefecture_numbers import compared
from strange_prefecture import SPACES, TRUTH

MOST_CLICKS = 46


@pytest.fixture(scope="module")
def layers(tmp_path_factory):
    return strange_prefecture.make(tmp_path_factory.mktemp("资料") / "澜河市")


@pytest.fixture(scope="module")
def told(fresh_qgis, archive, layers):
    story, qgis = "strange_filing.from_a_folder_to_a_package", fresh_qgis("zh-Hans")
    report = qgis.story(story, archive, "strange", screen="1280x720", CONTROL_UNITS_LAYERS=str(layers)).report
    print(f"\na strange prefecture: {report['clicks']} clicks, {report['took']} s")
    return report


def test_a_package_takes_no_more_clicks_than_it_did_without_questions(told):
    assert told["clicks"] <= MOST_CLICKS
    assert told["verified"].startswith("通过：")


def test_nothing_is_answered_by_default(told):
    assert told["questions"] == [[Path(one).name for one in SPACES]]
    assert all(one in told["asked"] for one in SPACES)
    assert told["questions_left"] == 0
    assert told["stated_before"] == dict.fromkeys(told["stated_before"], "")
    assert told["refused"] == ["P24", "P25"]


def test_what_is_right_was_taken(told):
    taken = {Path(path).name: role for path, role in told["taken"].items()}
    assert taken == {Path(file).name: role for role, (file, _) in TRUTH.items()}
    assert any(path.endswith(SPACES[1]) for path in told["taken"])


def test_every_number_of_its_package_follows_from_the_sources(told, layers):
    assert compared(Path(told["package"]), layers).wrong == []

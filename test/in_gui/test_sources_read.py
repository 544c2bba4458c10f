"""Twelve files as bureaus send them, in a real QGIS: confirmed together, drawn as they are read, compared."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import Qgis


@pytest.fixture(scope="module")
def report(tmp_path_factory, archive):
    for program in ("xvfb-run", "qgis", "lrelease"):
        if shutil.which(program) is None:
            pytest.skip(f"no {program} on this system, and the story needs a real QGIS on a screen")
    qgis = Qgis(tmp_path_factory.mktemp("profile-sources"), "zh-Hans")
    home = qgis.folder / "home"
    home.mkdir()
    told = qgis.tell(
        "sources_read.sources_read",
        screen="1366x768",
        CONTROL_UNITS_ZIP=str(archive),
        CONTROL_UNITS_SHOTS="sources",
        CONTROL_UNITS_TESTS=str(Path(__file__).resolve().parents[1]),
        HOME=str(home),
    )
    assert told.code == 0
    return told.report


def test_every_source_is_among_the_layers_and_none_is_drawn_at_first(report):
    assert (report["group"], report["ticked"]) == (12, 0)


def test_nine_encodings_are_one_question_with_their_own_texts(report):
    assert "9 个图层" in report["alike"]
    assert "GB18030" in report["alike"]
    assert "峰山国家级森林公园" in report["alike"]
    assert report["after_encodings"] == ["present"]


def test_the_reasons_name_the_role(report):
    assert report["why"].startswith("识别为“生态保护红线”（")


def test_what_is_ticked_is_drawn(report):
    assert {"县级行政区", "水环境管控分区", "产业园区", "生态保护红线"} <= set(report["shown"])
    assert "大气环境管控分区" not in report["shown"]


def test_another_file_is_compared_in_chinese(report):
    assert "图形变动 1 个" in report["changes"]
    assert "消失 1 个" in report["changes"]
    assert "新增 1 个" in report["changes"]

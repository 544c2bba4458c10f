"""What a planner stumbles over, in a real QGIS: nothing is changed in passing, and there is always a way on."""

from __future__ import annotations

import shutil

import pytest
from conftest import Qgis


@pytest.fixture(scope="module")
def report(tmp_path_factory, archive):
    for program in ("xvfb-run", "qgis", "lrelease", "xdotool"):
        if shutil.which(program) is None:
            pytest.skip(f"no {program} on this system, and the story needs a real QGIS on a screen")
    qgis = Qgis(tmp_path_factory.mktemp("profile-first-aid"), "zh-Hans")
    home = qgis.folder / "home"
    (home / "Documents").mkdir(parents=True)
    told = qgis.tell("first_aid.first_aid", screen="1366x768", CONTROL_UNITS_ZIP=str(archive), HOME=str(home))
    assert told.code == 0
    return told.report


def test_a_wheel_that_passes_changes_nothing(report):
    assert not report["wheel"]["focus"]
    assert report["wheel"]["passed"] == report["wheel"]["before"]


def test_a_click_beside_the_plan_is_a_quiet_line(report):
    assert report["beside"] == {"card": "此处不在成果范围内。", "error": False}


def test_units_and_lists_go_beside_the_plan_by_the_names_that_were_said(report):
    assert {"units.shp", "units.shx", "units.dbf", "units.prj", "units.cpg"} <= set(report["saved"])
    for what in ("units", "lists"):
        assert "已导出" in report[what]["said"]
        assert report[what]["folder"]
    assert report["lists_there"]


def test_a_file_that_has_moved_is_chosen_once_and_a_run_is_possible_again(report):
    assert report["missing"]["blocked"]
    assert report["missing"]["buttons"] == ["另选文件…", "重新读取"]
    assert "12" in report["question"]
    assert not report["found"]["blocked"]
    assert "列与之前相同。" in report["found"]["compared"]
    assert "urumqi.gpkg" not in report["found"]["paths"]
    assert report["found"]["runs"]

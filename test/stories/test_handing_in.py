"""A planner's end of the work, in a real QGIS: from nothing to files that their own readers open."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pyogrio
import pytest
from control_units.delineation.export.registry import exporters
from PIL import Image

FEWEST_CLICKS = 20


@pytest.fixture(scope="module")
def told(qgis, archive):
    return qgis.story("handing_in.handing_in", archive, "handing-in")


def test_a_map_and_a_workbook_take_few_clicks(told):
    assert told.report["clicks"] <= FEWEST_CLICKS
    assert {"lists", "map"} <= set(told.report["ticked"])
    suffixes = {Path(one).suffix for one in told.report["files"]}
    assert {".xlsx", ".shp", ".jsonl"} <= suffixes
    assert suffixes & {".pdf", ".png"}
    assert told.report["state"][0] == "done"


def test_each_thing_is_described_beforehand(told, qgis):
    assert all(told.report["previews"].values())
    if qgis.locale != "en":
        assert not any(re.search("[a-z]{4,} [a-z]{3,}", one) for one in told.report["previews"].values())


def test_every_format_that_there_is_was_written_and_opens(told):
    assert set(told.report["formats"]) == set(exporters())
    for name, (target, there, said) in told.report["formats"].items():
        assert there, (name, said)
        path = Path(target)
        if path.suffix in (".shp", ".gdb", ".gpkg", ".kml"):
            assert pyogrio.read_info(path)["features"] > 10, name
        elif path.suffix == ".xlsx":
            assert openpyxl.load_workbook(path).sheetnames, name
        elif path.suffix == ".png":
            assert Image.open(path).width > 500, name
        else:
            assert path.stat().st_size > 1000, name
    assert told.report["history"] == len(exporters()) + len(told.report["ticked"])


def test_what_changed_and_what_failed_is_said_in_its_row(told, qgis):
    zh = qgis.locale != "en"
    assert told.report["out_of_date"]["areas"].startswith("已过期" if zh else "Out of date")
    assert told.report["state_then"][0] == "next"
    assert ("未导出" if zh else "Not exported") in told.report["failed"]
    assert "nowhere" in told.report["failed"]

"""Packages from the toolbox: made and verified as the command line does, refused with the errors named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from qgis.core import QgsProcessing, QgsProcessingContext, QgsProcessingFeedback
from sample_plan import write_sample_plan

LAYOUT = """title = "简"
folder = "{code}{area}"
[[file]]
path = "矢量/{area}单元.gpkg"
kind = "layer"
of = "units"
[[file]]
path = "质检/报告.xlsx"
kind = "report"
[[file]]
path = "附件/批准"
kind = "slot"
title = "批准文件"
words = "批准"
"""
REASON = "海域单元另行报送"


@pytest.fixture
def given(tmp_path):
    (tmp_path / "layout.toml").write_text(LAYOUT, encoding="utf-8")
    return {
        "PLAN": str(write_sample_plan(tmp_path / "plan.gpkg")),
        "PROFILE": str(tmp_path / "layout.toml"),
        "CITY": "某市",
        "OUTPUT": str(tmp_path / "out"),
    }


@pytest.fixture
def reasons(given, tmp_path):
    """A table with a reason for each error of the plan, which has some."""
    from control_units.delineation.package.accepting import write_reasons
    from control_units.delineation.package.build import package

    made = package(given["PLAN"], tmp_path / "refused", profile=given["PROFILE"])
    write_reasons(tmp_path / "accept.csv", [(row, REASON) for row in made.open_errors])
    return len(made.open_errors), str(tmp_path / "accept.csv")


def run(algorithm, given):
    feedback = QgsProcessingFeedback()
    results, ok = algorithm.run(given, QgsProcessingContext(), feedback)
    return results, ok, feedback.textLog()


def test_open_errors_refuse_the_package_and_are_named(toolbox, given):
    results, ok, log = run(toolbox("export_package"), given)
    assert not ok
    assert not results
    assert "Nothing was written: 5 errors are open (Q" in log
    assert "accept each with a reason" in log
    assert not Path(given["OUTPUT"]).exists()


def test_with_reasons_it_is_made_and_verified(toolbox, given, reasons, tmp_path):
    count, accept = reasons
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "关于批准的函.pdf").write_bytes(b"%PDF-1.4")
    given |= {"ACCEPT": accept, "DOCUMENTS": str(tmp_path / "scans")}
    results, ok, log = run(toolbox("export_package"), given)
    assert ok, log
    assert results["VERIFIED"] is True
    assert results["ERRORS"] == count == 5
    folder = Path(results["OUTPUT"])
    assert (folder / "矢量" / "某市单元.gpkg").is_file()
    assert (folder / "附件" / "批准.pdf").is_file()
    assert results["FILES"] == sum(path.is_file() for path in folder.rglob("*"))
    assert json.loads((folder / "manifest.json").read_bytes())["findings"]["accepted"] == count


def test_what_cannot_be_used_is_one_sentence(toolbox, given, reasons):
    given |= {"ACCEPT": reasons[1], "PROFILE": "nationel"}
    _, ok, log = run(toolbox("export_package"), given)
    assert not ok
    assert "no package profile 'nationel'" in log
    assert "national" in log


def test_a_package_that_nobody_touched_is_verified_and_a_changed_one_is_not(toolbox, given, reasons):
    given |= {"ACCEPT": reasons[1], "OUTPUT": QgsProcessing.TEMPORARY_OUTPUT}
    made, ok, log = run(toolbox("export_package"), given)
    assert ok, log
    assert "P22  the package is not signed" in log
    folder = Path(made["OUTPUT"])
    results, ok, log = run(toolbox("verify_package"), {"FOLDER": str(folder)})
    assert ok
    assert (results["OK"], results["FAULTS"]) == (True, 0)
    assert "unsigned: whoever changed it could have summed it anew" in log
    report = folder / "质检" / "报告.xlsx"
    report.write_bytes(report.read_bytes()[:-1] + b"x")
    (folder / "多余.txt").write_text("x", encoding="utf-8")
    results, ok, log = run(toolbox("verify_package"), {"FOLDER": str(folder)})
    assert ok
    assert (results["OK"], results["FAULTS"]) == (False, 2)
    assert "质检/报告.xlsx" in log
    assert "多余.txt" in log


def test_what_is_no_package_is_one_sentence(toolbox, tmp_path):
    _, ok, log = run(toolbox("verify_package"), {"FOLDER": str(tmp_path)})
    assert not ok
    assert "holds no manifest.json" in log

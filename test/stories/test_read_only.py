"""A plan's layers in a real QGIS: its own pencil says why not, in its window and in an attribute table."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def told(fresh_qgis, archive):
    qgis = fresh_qgis("en")
    return qgis.story("read_only.read_only", archive, "readonly")


def test_the_grey_pencil_says_why_and_what_does_it(told):
    assert "Split (S)" in told.report["tip"]
    (said,) = told.report["pressed"]
    assert "Split (S)" in said


def test_so_does_that_of_an_attribute_table(told):
    assert "Split (S)" in told.report["table_tip"]
    (said,) = told.report["table"]
    assert "Split (S)" in said


def test_a_script_gets_no_further_and_other_layers_have_qgis_own_words(told):
    assert told.report["script"] == [True, False]
    assert len(told.report["script_said"]) == 1
    assert told.report["own"]
    assert told.code == 0

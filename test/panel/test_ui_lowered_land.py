"""Method: a candidate that takes land out of priority says so before it is adopted, and asks for a document."""

from __future__ import annotations

import json

import pytest
from candidate_page import box, form, opened, settle, suggest
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs.candidates import MEASURED
from control_units.ui.map.candidate_layer import candidate_layers


@pytest.fixture
def page(place, laid):
    return opened(place, laid)


def suggest_over_all(page):
    """Ask for regions over all categories."""
    row = form(page).rows["", "scope"].field
    row.setCurrentIndex(row.findData("whole"))
    settle(page)
    suggest(page, k=6)


def test_the_form_begins_within_categories_and_says_nothing_of_it(page):
    assert form(page).rows["", "scope"].field.currentData() == "category"
    assert "scope" not in form(page).given()
    field = form(page).rows["", "scope"].field
    field.setCurrentIndex(field.findData("whole"))
    assert form(page).given()["scope"] == "whole"


def test_within_categories_there_is_nothing_to_ask_for(page):
    suggest(page, k=8)
    assert not box(page).lowered.isVisible()
    assert not box(page).basis.isVisible()
    assert box(page).table.rowCount() == len(MEASURED)
    assert len(candidate_layers()) == 1
    box(page).reason.setText("compact")
    assert box(page).adopt.isEnabled()


def test_source_and_area_stand_in_rows_of_the_table(page):
    suggest_over_all(page)
    (one,) = page.candidates.kept
    lands = one.candidate.lowered
    assert lands
    table = box(page).table
    assert table.rowCount() == len(lands) + len(MEASURED)
    for row, land in enumerate(lands):
        assert table.verticalHeaderItem(row).text().endswith("put lower (km²)")
        assert table.item(row, 1).text() == f"{land.area / 1e6:,.2f}"
        assert f"{land.share:.2%}" in table.item(row, 1).toolTip()
    suggest(page, k=8)
    assert [table.item(row, 2).text() for row in range(len(lands))] == [f"{land.area / 1e6:,.2f}" for land in lands]


def test_one_sentence_says_what_and_what_to_do(page):
    suggest_over_all(page)
    text = box(page).lowered.text()
    assert box(page).lowered.isVisible()
    assert "out of priority" in text and "ha (" in text and "document" in text


def test_the_land_is_outlined_on_the_map_and_goes_with_its_candidate(page):
    suggest_over_all(page)
    (one,) = page.candidates.kept
    units, lowered = sorted(candidate_layers(), key=lambda layer: layer.name())
    assert lowered.name().startswith("Put lower by Ward")
    assert sum(f["area_km2"] for f in lowered.getFeatures()) == pytest.approx(
        sum(land.area for land in one.candidate.lowered) / 1e6
    )
    assert sum(f.geometry().area() for f in lowered.getFeatures()) / 1e6 == pytest.approx(
        sum(f["area_km2"] for f in lowered.getFeatures())
    )
    assert lowered.readOnly() and units.featureCount() == len(one.features)
    box(page).discard.click()
    assert candidate_layers() == []


def test_adopting_it_asks_for_the_document_and_keeps_it_in_the_journal(page):
    suggest_over_all(page)
    box(page).reason.setText("compact")
    assert box(page).basis.isVisible() and not box(page).adopt.isEnabled()
    box(page).basis.setText("Notice 12 of 2026")
    assert box(page).adopt.isEnabled()
    box(page).adopt.click()
    page.session.runner.finish()
    entry = read_plan(page.session.plan_path).journal.iloc[-1]
    assert entry["basis"] == "Notice 12 of 2026"
    assert "scope=whole" in json.loads(entry["op"])["method"]
    assert box(page).basis.text() == ""


def test_a_document_named_for_one_candidate_is_of_no_other_and_of_no_other_plan(page):
    suggest_over_all(page)
    suggest(page, k=8)
    table, reason, basis = box(page).table, box(page).reason, box(page).basis
    assert table.columnCount() == 3
    basis.setText("Notice 12 of 2026")
    reason.setText("compact")
    table.selectColumn(1 if table.chosen else 2)
    assert (reason.text(), basis.text()) == ("compact", "")
    assert not box(page).adopt.isEnabled()
    basis.setText("Notice 12 of 2026")
    assert page.session.open_case(page.session.plan_path)
    assert (reason.text(), basis.text()) == ("", "")

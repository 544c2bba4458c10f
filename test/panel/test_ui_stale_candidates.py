"""Method: a candidate belongs to what it was made from; once that is another, it is grey and cannot be adopted."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace

import pytest
from candidate_page import box, form, opened, settle, suggest
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.messages import NOTHING, Message
from control_units.delineation.plan.file import read_plan
from control_units.ui.map.candidate_layer import candidate_layers
from control_units.ui.pages.candidates.table import FAINT
from control_units.ui.widgets.muted import muted_colour
from control_units.ui.work.runner import Failure
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEvent
from qgis.PyQt.QtWidgets import QApplication


@pytest.fixture
def page(place, laid):
    page = opened(place, laid)
    suggest(page, k=8)
    box(page).reason.setText("compared at the meeting")
    assert box(page).adopt.isEnabled()
    return page


def large_slivers(page):
    return replace(page.session.case.cleaning, sliver_area=200_000.0, sliver_thinness=1.0)


def is_grey(page, column: int = 1) -> bool:
    table = box(page).table
    items = [table.horizontalHeaderItem(column), *(table.item(row, column) for row in range(table.rowCount()))]
    grey = muted_colour(table.palette(), FAINT)
    return all(item.foreground().color() == grey and item.font().italic() for item in items)


def holds(page) -> bool:
    """What the page shows of the chosen candidate says one thing, everywhere."""
    said = {
        page.candidates.fits(box(page).chosen),
        box(page).adopt.isEnabled(),
        not is_grey(page),
        not box(page).stale_words.isVisible(),
        "cannot be adopted" not in box(page).adopt.toolTip(),
        candidate_layers()[0].opacity() == 1.0,
        not box(page).plots.strips.faded,
        "no longer" not in page.state().sentence,
    }
    assert len(said) == 1
    return said.pop()


def test_after_a_run_with_other_cleaning_it_cannot_be_adopted_until_it_is_made_anew(page):
    """Small faces would ride with other hosts: the same method gives another division."""
    shown = page.candidates.kept[0].candidate
    page.session.change(cleaning=large_slivers(page))
    page.session.start_run()
    settle(page)
    assert not holds(page)
    before = page.session.plan_path.read_bytes()
    box(page).reason.returnPressed.emit()
    page.candidates.adopt(page.candidates.kept[0], "by another way")
    settle(page)
    assert page.session.plan_path.read_bytes() == before
    suggest(page, k=8)
    (anew,) = page.candidates.kept
    assert anew.candidate.division != shown.division
    assert holds(page)
    box(page).adopt.click()
    settle(page)
    assert sorted(read_plan(page.session.plan_path).units["area_m2"]) == pytest.approx(sorted(anew.candidate.area))


def test_one_that_was_suggested_with_settings_that_were_taken_back_does_not_hold(page):
    cleaning = page.session.case.cleaning
    page.session.change(cleaning=large_slivers(page))
    assert not holds(page)
    suggest(page, k=7)
    assert page.candidates.fits(box(page).chosen)
    assert [page.candidates.fits(one) for one in page.candidates.kept] == [True, False]
    assert is_grey(page, 2)
    assert not is_grey(page, 1)
    page.session.change(cleaning=cleaning)
    assert [page.candidates.fits(one) for one in page.candidates.kept] == [False, True]
    assert not box(page).adopt.isEnabled()
    box(page).table.choose(1)
    assert box(page).adopt.isEnabled()


@pytest.mark.parametrize(
    ("part", "holds_still"),
    [
        ("grouping", False),
        ("rules", False),
        ("seed", False),
        ("sources", False),
        ("crs", False),
        ("path", False),
        ("name", True),
        ("admin", True),
        ("method", True),
    ],
)
def test_what_a_division_rests_on_counts_and_nothing_else(page, part, holds_still):
    case = page.session.case
    page.session.change(
        **{
            "grouping": {"grouping": replace(case.grouping, general="part")},
            "rules": {"rules": replace(case.rules, switches={"soil_priority": True})},
            "seed": {"seed": case.seed + 1},
            "sources": {"sources": case.sources[:-1]},
            "crs": {"crs": "EPSG:4546"},
            "path": {"path": case.path.parent / "other.toml"},
            "name": {"name": "another name"},
            "admin": {"admin": replace(case.admin, changes="changes.csv")},
            "method": {"method": "fitting", "method_parameters": {}},
        }[part]
    )
    assert holds(page) is holds_still
    page.session.change(**{name: getattr(case, name) for name in ("method_parameters", part)})
    assert holds(page)


def test_files_that_hold_something_else_by_now_count(page):
    laid = page.session.laid
    parts = dict(laid.inputs.parts)
    (file,) = [key for key in parts if key.startswith("file:")]
    page.session.laid = replace(laid, inputs=replace(laid.inputs, parts={**parts, file: "other"}))
    box(page).refresh()
    page.candidates.changed.emit()
    assert not holds(page)
    page.session.laid = None  # nobody knows
    page.candidates.changed.emit()
    assert holds(page)


def test_a_division_that_comes_out_otherwise_is_not_written(page):
    """Whatever was overlooked: the engine holds what it would write against what was shown."""
    (one,) = page.candidates.kept
    page.candidates.kept = [replace(one, candidate=replace(one.candidate, division="other"))]
    page.candidates.changed.emit()
    before, failures = page.session.plan_path.read_bytes(), []
    page.session.failed.connect(failures.append)
    box(page).adopt.click()
    settle(page)
    assert page.session.plan_path.read_bytes() == before
    assert "the division now differs from the one that was shown" in str(failures[0].error)
    assert len(page.candidates.kept) == 1


def test_a_copy_of_the_case_elsewhere_begins_without_candidates(page, tmp_path):
    shutil.copytree(tmp_path, tmp_path / "copy")
    assert page.session.open_case(tmp_path / "copy" / "case.toml")
    assert page.candidates.kept == []
    assert candidate_layers() == []
    assert read_case(tmp_path / "case.toml").method == "overlay"
    assert not page.clustering.isChecked()


# ── the fields ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_set_for_one_case_is_not_taken_over_by_the_next(page, tmp_path):
    usual = form(page).given()
    page.session.change(method="ward", method_parameters={"k": 4, "max_area": 9e8, "small": "keep"})
    form(page).variables.show_text("x+y:3")
    form(page).rows["", "scope"].show_value("whole")
    box(page).high.setValue(33)
    assert (form(page).more.text(), box(page)._ranged) == ("More (2 set)", True)
    shutil.copytree(tmp_path, tmp_path / "copy")
    assert page.session.open_case(tmp_path / "copy" / "case.toml")
    page.refresh()
    assert page.cards["overlay"].isChecked()
    assert not page.cluster.isVisible()
    page.clustering.click()
    settle(page)
    assert form(page).given() == {"k": max(len(page.session.plan.units), form(page).least), "variables": "x+y"}
    assert usual["k"] == 8
    assert form(page).more.text() == "More"
    assert not form(page).more.isChecked()
    assert not box(page)._ranged
    assert box(page).reason.text() == ""


def test_a_case_that_clusters_shows_its_own_settings_at_once(page, tmp_path):
    shutil.copytree(tmp_path, tmp_path / "copy")
    case = tmp_path / "copy" / "case.toml"
    page.session.change(method="skater", method_parameters={"k": 9, "variables": "x+y"})
    assert page.session.save_case(case)
    assert page.session.open_case(tmp_path / "case.toml")
    assert page.session.open_case(case)
    page.refresh()
    assert page.cluster.isVisible()
    assert (form(page).method, form(page).given()) == ("skater", {"k": 9, "variables": "x+y"})


def test_fields_that_are_gone_are_told_nothing(page, tmp_path):
    """What a connection calls after its widget is gone fails, and QGIS shows that to the user."""
    shutil.copytree(tmp_path, tmp_path / "copy")
    session, failed = page.session, []
    old = box(page)
    assert session.open_case(tmp_path / "copy" / "case.toml")
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert sip.isdeleted(old)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "excepthook", lambda *error: failed.append(error))
        session.start_run()
        session.runner.finish()
        session.progressed.emit(0.5, Message("evidence"))
        session.cancelled.emit()
        session.failed.emit(Failure("run", ValueError("nothing")))
        page.candidates.progressed.emit(0.5, NOTHING)
        page.candidates.changed.emit()
    assert failed == []

"""Method: the plots of candidates beside the plan, the curve of k that is out of date, and the way to the toolbox."""

from __future__ import annotations

import math
import sys
import types
from dataclasses import replace

import numpy as np
import pytest
from candidate_page import box, form, opened, settle, suggest
from control_units.delineation.bench.measures.metrics import METRICS
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import Message, at
from control_units.delineation.verbs import candidates as candidates_verb
from control_units.delineation.verbs.candidates import MEASURED
from control_units.ui.map.candidate_layer import candidate_layers
from control_units.ui.map.candidate_marks import COLOURS, colour_of
from control_units.ui.pages.candidates.plot import PLAN
from control_units.ui.pages.method.page import Comparisons, methods_to_compare
from qgis.PyQt.QtCore import QCoreApplication, QPoint, Qt
from qgis.PyQt.QtGui import QColor, QPalette
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDialog

JUDGING = [name for name in MEASURED if METRICS[name].better != "none"]


@pytest.fixture
def page(place, laid):
    return opened(place, laid)


@pytest.fixture
def two(page):
    """Two candidates: the newest first."""
    suggest(page, k=8)
    suggest(page, "skater", k=9)
    return page


def known(page) -> list[str]:
    plan, kept = page.candidates.plan_row, page.candidates.kept
    return [
        name
        for name in JUDGING
        if math.isfinite(plan[name]) and any(math.isfinite(one.candidate.row[name]) for one in kept)
    ]


def seen(widget) -> set[str]:
    picture = widget.grab().toImage()
    return {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}


# ── all metrics ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_a_candidate_there_is_no_plot(page):
    assert not box(page).plots.isVisible()
    suggest(page)
    assert box(page).plots.isVisible()
    box(page).discard.click()
    assert not box(page).plots.isVisible()


def test_a_mark_lies_right_of_the_plan_where_the_candidate_is_better(two):
    strips = box(two).plots.strips
    assert strips.isVisible()
    left, right = strips._line()
    middle = (left + right) / 2
    marks = strips.marks()
    assert {mark.metrics[0].name for mark in marks} == set(known(two))
    for mark in marks:
        (metric,) = mark.metrics
        value = two.candidates.kept[mark.candidate].candidate.row[metric.name]
        plan = two.candidates.plan_row[metric.name]
        better = (value - plan) * (1 if metric.better == "high" else -1)
        assert np.sign(round(mark.at.x() - middle, 6)) == np.sign(better), metric.name
        assert left - 1e-6 <= mark.at.x() <= right + 1e-6


def test_on_a_line_distances_are_as_the_differences(two):
    """The mark of the candidate that differs most is at the end of its line, the other one in proportion."""
    strips = box(two).plots.strips
    left, right = strips._line()
    for strip in strips._strips():
        name = strip.metric.name
        marks = [mark for mark in strips.marks() if mark.metrics[0].name == name]
        for mark in marks:
            value = two.candidates.kept[mark.candidate].candidate.row[name]
            gain = abs(value - two.candidates.plan_row[name])
            away = abs(mark.at.x() - (left + right) / 2) / ((right - left) / 2)
            assert away == pytest.approx(gain / strip.half)
        assert strip.half >= 0.02, "what differs by next to nothing does not look like much"


def test_marks_say_whose_they_are_with_values_and_units(two):
    strips = box(two).plots.strips
    for mark in strips.marks():
        words = strips.words_of(mark)
        one = two.candidates.kept[mark.candidate]
        assert words.startswith(one.label)
        if mark.metrics[0].unit == "share":
            assert f"{one.candidate.row[mark.metrics[0].name]:.2%}" in words
    for plot in (strips, box(two).plots.scatter):
        assert plot.accessibleDescription()
        assert plot.toolTip()
        assert plot.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_click_and_the_arrow_keys_choose_the_candidate_of_the_table(two):
    strips = box(two).plots.strips
    assert box(two).table.chosen == 0
    mark = next(one for one in strips.marks() if one.candidate == 1)
    QTest.mouseClick(strips, Qt.MouseButton.LeftButton, pos=QPoint(round(mark.at.x()), round(mark.at.y())))
    assert box(two).table.chosen == strips.current == 1
    assert box(two).chosen.text.startswith("ward")
    QTest.keyClick(strips, Qt.Key.Key_Left)
    assert box(two).table.chosen == strips.current == 0
    QTest.keyClick(strips, Qt.Key.Key_Left)
    assert box(two).table.chosen == 0
    box(two).table.setCurrentCell(0, 2)
    assert strips.current == 1


def test_a_candidate_has_one_colour_on_the_map_in_the_table_and_in_the_plots(two):
    numbers = [one.number for one in two.candidates.kept]
    assert sorted(numbers) == [0, 1]
    layers = {layer.name().partition(": ")[2]: layer for layer in candidate_layers()}
    for column, one in enumerate(two.candidates.kept, 1):
        symbol = layers[one.short_label].renderer().symbol()
        assert symbol.symbolLayer(1).color().name() == colour_of(one.number).name()
        assert not box(two).table.horizontalHeaderItem(column).icon().isNull()
    assert {colour_of(number, two.palette()).name() for number in numbers} <= seen(box(two).plots.strips)


def test_a_number_that_is_free_again_is_given_anew(two):
    box(two).table.setCurrentCell(0, 2)  # ward, the first one
    box(two).discard.click()
    suggest(two, k=7)
    assert [one.number for one in two.candidates.kept] == [0, 1]


def test_colours_stand_out_on_light_and_dark():
    """Contrast of at least 3:1 (WCAG 2.1, graphical objects), on QGIS's usual grounds."""

    def light(colour):
        parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.getRgbF()[:3]]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    for ground in ("#efefef", "#ffffff", "#323232", "#535353"):
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.Window, QColor(ground))
        for number in range(len(COLOURS)):
            one, other = sorted((light(colour_of(number, palette)), light(QColor(ground))))
            assert (other + 0.05) / (one + 0.05) >= 3, (ground, number)


# ── two metrics ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def scatter(two):
    plots = box(two).plots
    QTest.mouseClick(plots.two, Qt.MouseButton.LeftButton)
    QCoreApplication.processEvents()
    assert plots.scatter.isVisible()
    assert not plots.strips.isVisible()
    return plots.scatter


def axes(page, across: str, up: str) -> None:
    plots = box(page).plots
    plots.across.setCurrentIndex(plots.across.findData(across))
    plots.up.setCurrentIndex(plots.up.findData(up))


def test_two_metrics_can_be_chosen_and_better_is_right_and_up(two, scatter):
    names = known(two)
    assert [box(two).plots.across.itemData(n) for n in range(box(two).plots.across.count())] == names
    across = next(name for name in names if METRICS[name].better == "low")
    up = "polsby_popper_by_area"
    axes(two, across, up)
    rows = {PLAN: two.candidates.plan_row}
    rows |= {number: one.candidate.row for number, one in enumerate(two.candidates.kept)}
    marks = {mark.candidate: mark for mark in scatter.marks()}
    assert set(marks) == set(rows)
    by_x = sorted(marks, key=lambda number: (round(marks[number].at.x(), 6), number))
    by_y = sorted(marks, key=lambda number: (-round(marks[number].at.y(), 6), number))
    assert by_x == sorted(rows, key=lambda number: (-round(rows[number][across], 9), number))
    assert by_y == sorted(rows, key=lambda number: (round(rows[number][up], 9), number))


def test_what_is_beaten_in_both_is_hollow(two, scatter):
    one = two.candidates.kept[0]
    worse = {
        **one.candidate.row,
        "dominance": one.candidate.row["dominance"] - 0.1,
        "commission": one.candidate.row["commission"] + 0.1,
    }
    two.candidates.kept = [one, replace(two.candidates.kept[1], candidate=replace(one.candidate, text="b", row=worse))]
    two.candidates.changed.emit()
    axes(two, "commission", "dominance")
    marks = {mark.candidate: mark.filled for mark in scatter.marks()}
    assert not marks[1]
    assert marks[0] or marks[PLAN]


def test_the_chosen_axes_stay_when_a_candidate_comes(two, scatter):
    axes(two, "dominance", "commission")
    suggest(two, k=7)
    assert (scatter.across.name, scatter.up.name) == ("dominance", "commission")
    assert len({mark.candidate for mark in scatter.marks()}) == 4
    words = [scatter.words_of(mark) for mark in scatter.marks()]
    assert all(METRICS["dominance"].en.split(" ", 1)[1] in one for one in words)


# ── the curve ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def curve(page):
    box(page).low.setValue(2)
    box(page).high.setValue(30)
    box(page).ask_curve.click()
    settle(page)
    assert box(page).curve.isVisible()
    return box(page).curve


def test_a_curve_made_with_other_settings_is_grey_and_says_so(page, curve):
    assert not curve.stale
    form(page).take_k(form(page).k + 1)
    settle(page)
    assert not curve.stale, "k itself is what the curve is over"
    form(page).variables.show_text("x+y:2")
    form(page).variables.edited.emit()
    settle(page)
    assert curve.stale
    assert "other settings" in box(page).curve_words.text()
    assert not {"#3d8bd9", "#d9822b"} & seen(curve)
    k = form(page).k
    QTest.mouseClick(curve, Qt.MouseButton.LeftButton, pos=QPoint(round(curve.x_of(page.candidates.choice.best)), 40))
    QTest.keyClick(curve, Qt.Key.Key_Right)
    assert form(page).k == k
    form(page).variables.show_text("x+y")
    form(page).variables.edited.emit()
    settle(page)
    assert not curve.stale, "with the same settings again it holds again"


@pytest.mark.usefixtures("curve")
def test_a_changed_case_makes_the_curve_stale_and_a_name_does_not(page):
    page.session.change(name="another name")
    assert page.candidates.curve_fits("ward", form(page).given())
    page.session.change(seed=7)
    assert page.candidates.curve_fits("ward", form(page).given()) is False


def test_a_new_curve_clears_the_old_one_at_once(page, curve):
    box(page).ask_curve.click()
    assert page.candidates.choice is None
    assert not curve.isVisible()
    settle(page)
    assert curve.isVisible()


def test_where_pseudo_f_is_not_defined_the_curve_says_nothing_of_it(page, curve):
    choice = page.candidates.choice
    first = choice.pseudo_f.copy()
    first[0] = np.nan
    curve.show_choice(replace(choice, pseudo_f=first), 1)
    curve._at = 0
    assert "nan" not in curve._told()
    assert curve._told().endswith("–")


def test_the_least_number_is_forgotten_where_nobody_knows_it(page):
    assert form(page).least > 1
    form(page).variables.show_text("nothing")
    form(page).variables.edited.emit()
    settle(page)
    assert page.candidates.least == 0
    assert form(page).least == 1
    assert not form(page).least_words.isVisible()
    form(page).variables.show_text("x+y")
    form(page).variables.edited.emit()
    settle(page)
    assert form(page).least > 1


# ── the way to the toolbox ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_rules_the_plan_and_the_candidates_are_compared(two):
    assert methods_to_compare(two.session, two.candidates.kept) == [
        "overlay",
        "ward:k=8,variables=x+y",
        "skater:k=9,variables=x+y",
    ]


def test_a_method_in_two_spellings_is_compared_once(two):
    own = {"k": 8, "variables": "x+y", "alignment": 2.0, "linkage": "ward"}
    two.session.change(method="ward", method_parameters=own)
    (ward,) = [one for one in two.candidates.kept if one.text.startswith("ward")]
    spelt = replace(ward, candidate=replace(ward.candidate, text="ward:alignment=2,k=8,variables=x+y"))
    assert methods_to_compare(two.session, [*two.candidates.kept, spelt]) == [
        "overlay",
        "ward:k=8,variables=x+y,alignment=2.0,linkage=ward",
        "ward:k=8,variables=x+y",
        "skater:k=9,variables=x+y",
    ]
    two.session.change(method_parameters={**own, "variables": "a,b"})  # no method string can say that
    assert len(methods_to_compare(two.session, [spelt])) == 3


def test_the_button_asks_for_the_dialog_with_case_and_methods(two, monkeypatch):
    given = []

    def create(name, parameters):
        given.append((name, parameters))
        return QDialog()

    monkeypatch.setitem(sys.modules, "processing", types.SimpleNamespace(createAlgorithmDialog=create))
    two.session.change(name="saved first")
    assert not two.session.case_saved
    box(two).compare.click()
    assert two.session.case_saved
    ((name, parameters),) = given
    assert name == "control_units:compare_methods"
    assert parameters["CASE"] == str(two.session.case_path)
    assert parameters["METHODS"].split("\n") == methods_to_compare(two.session, two.candidates.kept)
    (dialog,) = two.comparisons._open
    assert dialog.isVisible()
    assert not dialog.isModal()
    two.comparisons.close()
    assert not dialog.isVisible()


def test_without_processing_one_sentence_says_so(two, monkeypatch):
    monkeypatch.setitem(sys.modules, "processing", None)
    assert Comparisons(two.place).open(two.candidates.kept) is None
    assert "Processing" in two.place.messages.texts[-1]


def test_a_question_that_fails_is_no_error_on_the_page(page, monkeypatch):
    def fail(*_):
        raise BadInput(Message("no"), where=at("here"))

    monkeypatch.setattr(candidates_verb, "fewest_regions", fail)
    page.candidates.least = 3
    assert page.candidates.ask_least({})
    page.session.runner.finish()
    assert page.candidates.error is None
    assert page.candidates.least == 0

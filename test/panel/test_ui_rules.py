"""Rules and Method: a change shows at once, on map and bars, and is written only when kept."""

from __future__ import annotations

import pytest
from control_units.delineation.case.reading import read_case
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs.editing import edit
from control_units.delineation.verbs.running import run
from control_units.delineation.verbs.trials import standing_of_plan
from control_units.ui.map.colours import CATEGORY_COLOURS
from control_units.ui.map.preview import OUTLINE
from control_units.ui.pages.method.page import MethodPage
from control_units.ui.pages.rules.page import RulesPage
from control_units.ui.work.trial import PATIENCE, Trying, trial_of
from qgis.core import QgsCoordinateReferenceSystem, QgsPointXY, QgsRectangle
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QComboBox, QDoubleSpinBox


@pytest.fixture
def page(place):
    return shown(RulesPage(place))


def shown(page):
    page.resize(380, 600)
    page.show()
    page.refresh()
    return page


def item_of(page, rule: str):
    tree = page.tree
    items = tree.items()
    return next(item for item in items if item.text(0).startswith(f"{rule} "))


def click(page, rule: str) -> None:
    item = item_of(page, rule)
    page.tree.scrollToItem(item)
    box = page.tree.visualItemRect(item)
    QTest.mouseClick(page.tree.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(box.left() + 10, box.center().y()))


def settle(page) -> None:
    QTest.qWait(2 * PATIENCE)
    page.session.runner.finish()


def test_the_rules_are_counted_before_anybody_looks_at_them(place):
    hidden = RulesPage(place)
    seen = hidden.state().sentence
    assert seen == shown(hidden).state().sentence
    assert not seen.startswith("0")


def test_rules_stand_in_the_order_they_decide(page):
    first = [page.tree.topLevelItem(number).text(0).split()[0] for number in range(4)]
    assert first == ["R01", "R03", "R02", "R04"]
    assert item_of(page, "R13").checkState(0) == Qt.CheckState.Unchecked
    assert item_of(page, "R01").data(0, Qt.ItemDataRole.CheckStateRole) is None
    assert page.state().mark == "done"
    assert page.bar.bars.before
    assert not page.bar.bars.after
    assert page.bar.keep.isHidden()


def test_a_click_shows_at_once_and_the_preview_follows(page):
    click(page, "R13")
    assert page.trial.doing is Trying.LAYING
    assert page.bar.sentence.isVisible()
    assert page.bar.progress.isVisible()
    assert item_of(page, "R13").checkState(0) == Qt.CheckState.Checked
    settle(page)
    assert page.trial.doing is Trying.SHOWN
    found = page.trial.result
    assert len(found.face)
    assert page.preview.item.isVisible()
    assert sum(page.preview.item.shown.values()) == len(found.face)
    assert page.bar.bars.after == tuple(found.area_after)
    assert page.bar.keep.isVisible()
    assert page.bar.keep.isEnabled()
    assert page.state().action


def test_the_map_shows_the_new_colour_where_faces_change(page):
    canvas, plan = page.place.iface.canvas, page.session.plan
    click(page, "R13")
    settle(page)
    canvas.resize(400, 400)
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4547"))
    canvas.setExtent(QgsRectangle(500_000, 3_400_000, 510_000, 3_410_000))
    page.place.iface.window.resize(400, 400)
    page.place.iface.window.show()
    QTest.qWait(50)
    found = page.trial.result
    largest = found.face[plan.faces["area_m2"].to_numpy()[found.face].argmax()]
    inside = plan.faces["geometry"].iloc[largest].representative_point()
    pixel = canvas.getCoordinateTransform().transform(QgsPointXY(inside.x, inside.y)).toQPointF().toPoint()
    new = int(found.new[found.face == largest][0])
    assert canvas.grab().toImage().pixelColor(pixel).name() == CATEGORY_COLOURS[new].lower()
    page.bar.discard.click()
    assert canvas.grab().toImage().pixelColor(pixel).name() != CATEGORY_COLOURS[new].lower()


def test_what_is_asked_during_a_run_is_answered_after_it_was_stopped(page):
    page.session.start_run()
    assert page.session.busy
    click(page, "R13")
    QTest.qWait(2 * PATIENCE)
    page.bar.keep.click()
    assert page.trial.settings
    assert len(page.session.runner.waiting) == 1
    page.session.cancel()
    settle(page)
    assert page.trial.doing is Trying.SHOWN


def test_the_second_change_needs_no_sources(page):
    click(page, "R13")
    settle(page)
    laid = page.session.laid
    click(page, "R24")
    assert page.trial.doing is Trying.LABELLING
    settle(page)
    assert page.session.laid is laid
    assert page.trial.settings["switches"] == {"soil_priority": True, "soil_risk_raises": True}


def test_rows_of_one_switch_move_together(page):
    click(page, "R11")  # applies while the switch is off
    settle(page)
    assert page.trial.settings["switches"] == {"water_catchment_priority": True}
    assert item_of(page, "R10").checkState(0) == Qt.CheckState.Checked
    assert item_of(page, "R11").checkState(0) == Qt.CheckState.Unchecked


def test_a_switch_with_words_takes_the_other_word(page):
    click(page, "R07")
    assert page.trial.settings["switches"] == {"built_up_in_water_priority": "key"}
    click(page, "R07")
    assert not page.trial.settings


def test_discarded_nothing_is_left(page):
    case, plan = page.session.case, page.session.plan_path.read_bytes()
    click(page, "R13")
    settle(page)
    page.bar.discard.click()
    assert page.session.preview is None
    assert not page.preview.item.isVisible()
    assert page.preview.item.shown == {}
    assert page.session.case is case
    assert page.session.plan_path.read_bytes() == plan
    assert item_of(page, "R13").checkState(0) == Qt.CheckState.Unchecked
    assert page.bar.keep.isHidden()


def test_kept_it_is_in_the_case_and_in_a_new_plan(page):
    click(page, "R13")
    settle(page)
    wanted = page.trial.result
    page.bar.keep.click()
    assert page.session.busy
    assert page.session.runner.finish()
    assert read_case(page.session.case_path).rules.switches["soil_priority"] is True
    stands = standing_of_plan(read_plan(page.session.plan_path))
    assert (stands.category[wanted.face] == wanted.new).all()
    assert stands.units.tolist() == wanted.units_after.tolist()
    assert page.session.preview is None
    assert not page.trial.settings


def test_a_switch_is_tried_beneath_the_edits_of_the_plan(page):
    """A run does them again: they are nothing that a switch would change."""
    session = page.session
    session.runner.finish()
    click(page, "R13")
    settle(page)
    wanted = page.trial.result
    general = session.plan.units.query("category == 3")["unit_id"].iloc[0]
    edit(session.plan_path, [{"op": "categorize", "unit": general, "category": 2}])
    assert session.open_case(session.case_path)
    session.runner.finish()
    click(page, "R13")
    settle(page)
    found = page.trial.result
    assert found is not wanted
    assert len(found.face)
    assert (found.face == wanted.face).all()
    assert (found.new == wanted.new).all()


def test_switching_back_asks_nothing(page):
    page.session.runner.finish()
    click(page, "R13")
    click(page, "R13")
    QTest.qWait(2 * PATIENCE)
    assert page.session.runner.finish() == 0
    assert page.trial.doing is Trying.NOTHING


def test_of_clicks_in_quick_succession_one_is_answered(page):
    page.session.runner.finish()
    for rule in ("R13", "R24", "R26"):
        click(page, rule)
    QTest.qWait(2 * PATIENCE)
    assert page.session.runner.finish() == 1
    assert len(page.trial.result.case.rules.switches) >= 3


def titles(page) -> list[str]:
    return [entry[0] for entry in page.session.runner.waiting]


def test_the_basis_is_laid_when_the_page_opens_and_the_page_says_so(page):
    assert titles(page) == ["Reading the sources for previews"]
    assert page.trial.doing is Trying.NOTHING
    assert "in the background" in page.bar.sentence.text()
    assert page.bar.progress.isVisible()
    page.session.runner.finish()
    assert not page.bar.progress.isVisible()
    assert page.session.laid is not None
    click(page, "R13")
    assert page.trial.doing is Trying.LABELLING


def test_a_page_that_nobody_looks_at_lays_nothing(place):
    RulesPage(place)
    MethodPage(place)
    assert place.session.runner.waiting == []


def test_the_method_page_lays_the_basis_too(place):
    method = shown(MethodPage(place))
    assert titles(method) == ["Reading the sources for previews"]
    assert "in the background" in method.bar.sentence.text()
    assert method.bar.sentence.isVisible()


def test_a_second_change_while_sources_are_read_does_not_begin_anew(page):
    (first,) = page.session.runner.waiting
    for rule in ("R13", "R24"):
        click(page, rule)
        QTest.qWait(2 * PATIENCE)
        assert page.trial.doing is Trying.LAYING
        assert page.session.runner.waiting == [first]
    assert page.session.runner.stopped == []
    settle(page)
    assert page.trial.doing is Trying.SHOWN
    assert page.trial.settings["switches"] == {"soil_priority": True, "soil_risk_raises": True}
    assert page.bar.bars.after == tuple(page.trial.result.area_after)


def test_other_sources_begin_anew_and_the_change_waits_for_them(page):
    click(page, "R13")
    QTest.qWait(2 * PATIENCE)
    case = page.session.case
    page.session.change(sources=case.sources[:-1])
    assert page.session.runner.stopped == ["Reading the sources for previews"]
    QTest.qWait(2 * PATIENCE)
    assert titles(page) == ["Reading the sources for previews"]


def test_a_run_lays_its_own_basis(page):
    page.session.start_run()
    assert page.session.runner.stopped == ["Reading the sources for previews"]
    assert len(page.session.runner.waiting) == 1
    page.session.runner.finish()
    assert page.trial.laying.fitting() is not None


def test_nothing_is_kept_before_it_was_shown(page):
    click(page, "R13")
    for _ in range(2):
        assert page.state().mark == "next"
        assert page.state().action == ""
        page.act()
        page.trial.keep()
        assert not page.session.busy
        assert page.session.case_saved
        QTest.qWait(2 * PATIENCE)  # asked, but not answered
    page.session.runner.finish()
    assert page.state().action
    page.act()
    assert page.session.busy


def test_an_answer_that_comes_late_is_dropped(page):
    page.session.runner.finish()
    click(page, "R13")
    QTest.qWait(2 * PATIENCE)
    (late,) = page.session.runner.waiting
    page.session.runner.waiting.clear()
    page.trial.drop()
    late[2](late[1](lambda *_: None))
    assert page.session.preview is None
    assert page.trial.result is None


def test_a_threshold_is_a_number_on_its_row(page):
    box = page.tree.findChild(QDoubleSpinBox, "threshold_udb_min_area")
    box.setValue(5_000_000)
    settle(page)
    assert page.trial.settings["switches"] == {"udb_min_area": 5_000_000.0}
    assert len(page.trial.result.face)


def test_the_park_levels_are_chosen_on_the_row_of_parks(page):
    """The setting of R14 is a list below it, in words; the profile's default comes back with the others."""
    box = page.tree.findChild(QComboBox, "threshold_park_grades")
    assert box.currentText().endswith("  provincial and above")
    box.setCurrentIndex(2)
    box.activated.emit(2)
    settle(page)
    assert page.trial.settings["switches"] == {"park_grades": "national+province+city"}
    (row,) = (row for row in page.book.rows if row.id == "R14")
    assert row.zones == "national level, provincial level, city level, not stated"
    page.restore.click()
    settle(page)
    assert box.currentData() == "national+province"


def test_sources_that_cannot_be_read_are_one_sentence(page, tmp_path):
    (tmp_path / "hand.gpkg").unlink()
    click(page, "R13")
    settle(page)
    assert page.trial.doing is Trying.FAILED
    assert "hand.gpkg" in page.bar.sentence.text()
    assert not page.bar.keep.isEnabled()
    assert page.state().mark == "problem"
    assert page.state().action == ""
    assert len(page.place.messages.noted) == 1


def test_without_a_plan_a_switch_goes_into_the_case(place):
    place.session.plan = None
    place.session.plan_changed.emit()
    page = shown(RulesPage(place))
    click(page, "R13")
    assert place.session.case.rules.switches["soil_priority"] is True
    assert not place.session.case_saved
    assert page.bar.bars.isHidden()
    assert item_of(page, "R13").checkState(0) == Qt.CheckState.Checked


def test_the_tester_speaks_below_the_row(place, tmp_path):
    (tmp_path / "rules.csv").write_text("id,precedence,role,zone,effect\nX1,1,red_line,*,2\n", encoding="utf-8")
    case = tmp_path / "case.toml"
    text = case.read_text(encoding="utf-8").replace('profile = "national"', 'profile = "national"\nextra = "rules.csv"')
    case.write_text(text, encoding="utf-8")
    assert place.session.open_case(case)
    page = shown(RulesPage(place))
    remarks = item_of(page, "X1")
    assert remarks.childCount() == 1
    assert "X1" in remarks.child(0).text(0)
    assert page.state().mark == "problem"


def test_finding_a_rule_hides_the_others(page):
    page.filter.setText("R13")
    hidden = [page.tree.topLevelItem(number).isHidden() for number in range(len(page.book.rows))]
    assert hidden.count(False) == 1
    page.filter.clear()
    page.switches_only.setChecked(True)
    assert item_of(page, "R01").isHidden()
    assert not item_of(page, "R13").isHidden()


def test_method_and_rules_are_tried_together(place):
    rules, method = shown(RulesPage(place)), shown(MethodPage(place))
    assert trial_of(place.session) is rules.trial is method.trial
    click(rules, "R13")
    method.cards["fitting"].click()
    rows = method.parameters["fitting"]
    assert rows["threshold"].isVisible()
    rows["threshold"].field.setValue(20)
    settle(method)
    tried = method.trial.result.case
    assert (tried.method, tried.method_parameters) == ("fitting", {"threshold": 0.2})
    assert tried.rules.switches["soil_priority"] is True
    method.bar.discard.click()
    assert method.cards["overlay"].isChecked()
    assert not rows["threshold"].isVisible()


def test_every_setting_has_its_picture_and_sentence(place):
    from control_units.ui.shipped import PICTURES

    method = shown(MethodPage(place))
    rows = {("grouping", name): row for name, row in method.grouping.items()}
    rows |= {("cleaning", name): row for name, row in method.cleaning.items()}
    mine = (method.parameters[name] for name in ("overlay", "fitting"))
    rows |= {("parameter", name): row for one in mine for name, row in one.items()}
    assert len(rows) == 12
    for (group, name), row in rows.items():
        assert (PICTURES / f"{group}_{name}.svg").is_file(), name
        assert row.field.toolTip() == row.told.sentence != ""


def test_defaults_of_the_profile_come_back(place):
    method = shown(MethodPage(place))
    assert method.restore.isEnabled()  # HAND joins no fragments
    method.grouping["general"].field.setCurrentIndex(1)
    method.grouping["general"].field.activated.emit(1)
    method.restore.click()
    settle(method)
    assert method.trial.result.case.cleaning.fragment_area == 1_000_000.0
    assert method.trial.result.case.grouping.general == "county"
    assert not method.restore.isEnabled()


def test_another_snap_needs_a_run_and_says_so(place):
    method = shown(MethodPage(place))
    method.cleaning["snap"].field.setValue(0.01)
    assert place.session.case.cleaning.snap == 0.01
    assert place.messages.texts
    assert not method.trial.settings


# ── the preview says what it shows ────────────────────────────────────────────────────────────────────────────────────


def group(method, **grouping):
    """Try another grouping on the Method page."""
    for name, value in grouping.items():
        field = method.grouping[name].field
        field.setCurrentIndex(field.findData(value))
        field.activated.emit(field.currentIndex())
    settle(method)


def test_another_grouping_draws_the_lines_between_its_units(place):
    rules, method = shown(RulesPage(place)), shown(MethodPage(place))
    group(method, general="township")
    found, item = method.trial.result, rules.preview.item
    assert not len(found.face) and len(found.drawn)
    assert item.isVisible()
    assert item.lines == (len(found.drawn), 0)
    assert "blue" in method.bar.sentence.text()
    method.bar.discard.click()
    assert item.lines == (0, 0)
    assert not item.isVisible()


def test_the_new_line_is_seen_on_the_map(place):
    rules, method = shown(RulesPage(place)), shown(MethodPage(place))
    canvas, plan = place.iface.canvas, place.session.plan
    canvas.resize(400, 400)
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4547"))
    canvas.setExtent(QgsRectangle(500_000, 3_400_000, 510_000, 3_410_000))
    place.iface.window.resize(400, 400)
    place.iface.window.show()
    QTest.qWait(50)
    group(method, general="township")
    assert rules.preview is not None
    lines = plan.borders["geometry"].to_numpy()[method.trial.result.drawn]
    middle = max(lines, key=lambda line: line.length).interpolate(0.5, normalized=True)
    pixel = canvas.getCoordinateTransform().transform(QgsPointXY(middle.x, middle.y)).toQPointF().toPoint()
    assert canvas.grab().toImage().pixelColor(pixel).name() == OUTLINE.name()


def test_a_switch_that_changes_nothing_says_so_and_why(page):
    page.trial.change(switches={"udb_min_area": 1.0})
    settle(page)
    assert page.trial.result.same
    text = page.bar.sentence.text()
    assert "changes nothing here" in text and "R15" in text
    assert page.state().sentence == "No face and no unit would change."


def test_it_says_where_there_is_no_source_for_it(place, tmp_path):
    text = (tmp_path / "case.toml").read_text(encoding="utf-8")
    first = text.index('[[source]]\nrole = "soil_zone"')
    after = text.find("[[source]]", first + 5)
    (tmp_path / "case.toml").write_text(text[:first] + text[after:], encoding="utf-8")
    run(tmp_path / "case.toml", tmp_path / "case.plan.gpkg")
    assert place.session.open_case(tmp_path / "case.toml")
    page = shown(RulesPage(place))
    click(page, "R13")
    settle(page)
    assert "the case has no source of" in page.bar.sentence.text()
    assert "oil" in page.bar.sentence.text()


def test_rows_of_one_switch_name_each_other(page):
    assert "in place of R27" in item_of(page, "R26").text(0)
    assert "in place of R26" in item_of(page, "R27").text(0)
    assert "on and off together with" in item_of(page, "R07").text(0)
    assert "R08" in item_of(page, "R07").text(0)
    assert item_of(page, "R05").text(0).partition("inside")[2].count("\n") == 1, "and that it is off"


def test_why_key_control_raises_priority_stands_below_the_numbers(place, tmp_path):
    text = (
        (tmp_path / "case.toml").read_text(encoding="utf-8").replace("fragment_area = 0", "fragment_area = 3_000_000")
    )
    (tmp_path / "case.toml").write_text(text, encoding="utf-8")
    run(tmp_path / "case.toml", tmp_path / "case.plan.gpkg")
    assert place.session.open_case(tmp_path / "case.toml")
    page = shown(RulesPage(place))
    click(page, "R26")
    settle(page)
    text = page.bar.why.text()
    assert page.bar.why.isVisible()
    assert "Priority +1.36 km²: by rules 0.00, by merging +1.36." in text
    assert "Key 0.00 km²: by rules +1.36, by merging -1.36." in text
    assert "joins a neighbour of the same or a higher category" in text
    page.bar.discard.click()
    assert not page.bar.why.isVisible()

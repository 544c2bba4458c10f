"""Method: a clustering method suggests a candidate beside the plan; it is held against it, adopted or discarded."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest
import shapely
from candidate_page import box, form, opened, place_in, settle, shown, suggest
from control_units.delineation.bench.measures.metrics import METRICS
from control_units.delineation.core.findings import Finding
from control_units.delineation.methods.regional import solvers
from control_units.delineation.methods.settings import SETTINGS
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs.candidates import MEASURED
from control_units.ui.map.candidate_layer import CANDIDATE, candidate_layers
from control_units.ui.map.layers import LAYER, group_of, show_plan
from control_units.ui.pages.candidates.metric_words import shown_value
from control_units.ui.pages.method.page import MethodPage
from control_units.ui.pages.rules.page import RulesPage
from control_units.ui.pages.run import RunPage
from control_units.ui.shipped import DEMO
from control_units.ui.work.trial import PATIENCE, Trying
from fakes import workplace
from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QEvent, QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QLabel, QLineEdit


@pytest.fixture
def page(place, laid):
    return opened(place, laid)


def titles(page) -> list[str]:
    return [entry[0] for entry in page.session.runner.waiting]


# ── the card ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_methods_that_cluster_are_one_card_with_the_rest_of_their_settings_folded(place):
    page = shown(MethodPage(place))
    # Methods that other tests registered have cards as well; solvers have none.
    assert {"overlay", "fitting"} <= set(page.cards)
    assert not set(page.cards) & {"ward", "skater", "redcap", "azp", "maxp", "kmeans_repaired"}
    assert page.cluster.form is None
    page.session.runner.finish()
    page.clustering.click()
    QApplication.processEvents()
    assert [form(page).combo.itemData(n) for n in range(form(page).combo.count())] == [
        "ward",
        "skater",
        "redcap",
        "azp",
        "maxp",
        "kmeans_repaired",
    ]
    assert set(solvers()) >= {form(page).combo.itemData(n) for n in range(form(page).combo.count())}
    assert form(page).sentence.text()
    visible = {name for (_, name), row in form(page).rows.items() if row.isVisible()}
    assert visible == {"k", "scope", "cores"}
    form(page).more.click()
    visible = {name for (_, name), row in form(page).rows.items() if row.isVisible()}
    assert visible >= {one.name for one in SETTINGS} - {"variables"} | {"linkage"}
    in_layout = [form(page)._below.itemAt(n).widget() for n in range(form(page)._below.count())]
    titles = [one.text() for one in in_layout if isinstance(one, QLabel)]
    assert titles == ["How large a region may be", "Where borders run", "How faces count"]
    assert page.trial.settings == {}
    assert page.session.case.method == "overlay"


def test_every_method_has_its_own_fields_and_none_of_another(page):
    form(page).more.click()
    for number in range(form(page).combo.count()):
        form(page).combo.setCurrentIndex(number)
        method = form(page).method
        owners = {owner for (owner, _), row in form(page).rows.items() if row.isVisible()}
        assert owners == {"", method}
        assert form(page).sentence.text() == page.make.told("method", method).sentence != ""
        assert box(page).ask_curve.isVisible() == (method != "maxp") or form(page)._soon.isActive()


def test_texts_and_whole_numbers_have_fields(page):
    form(page).combo.setCurrentIndex(form(page).combo.findData("azp"))
    form(page).more.click()
    rows = form(page).rows
    assert isinstance(rows["azp", "initial"].field, QLineEdit)
    rows["azp", "initial"].field.setText("ward")
    rows["azp", "starts"].field.setValue(3)
    rows["", "keep_apart"].field.setText(" township ")
    given = form(page).given()
    assert given["initial"] == "ward"
    assert given["starts"] == 3
    assert isinstance(given["starts"], int)
    assert given["keep_apart"] == "township"
    assert isinstance(given["k"], int)
    assert "limit_s" not in given
    assert "search" not in given


def test_back_to_the_overlay_the_card_folds(page):
    assert page.cluster.isVisible()
    page.cards["overlay"].click()
    assert not page.cluster.isVisible()
    assert page.cards["overlay"].isChecked()
    assert page.trial.settings == {}


def test_fewer_regions_than_parts_and_fixed_units_cannot_be_asked_for(page):
    assert form(page).least > 1
    assert str(form(page).least) in form(page).least_words.text()
    form(page).take_k(1)
    assert form(page).k == form(page).least
    before = form(page).least
    scope = form(page).rows["", "scope"].field
    scope.setCurrentIndex(scope.findData("whole"))
    scope.activated.emit(scope.currentIndex())
    settle(page)
    assert form(page).least < before
    assert form(page).k >= form(page).least


def test_the_least_number_is_asked_for_when_a_run_has_left_what_it_needs(place):
    page = shown(MethodPage(place))
    place.session.start_run()
    page.clustering.click()
    assert place.session.busy
    settle(page)
    assert form(page).least > 1


def test_the_least_number_is_asked_for_again_where_another_plan_came_meanwhile(place, laid):
    page = shown(MethodPage(place))
    place.session.laid = laid
    page.clustering.click()
    assert "Least number of regions" in titles(page)
    place.session.plan_path = place.session.plan_path.with_name("other.gpkg")
    place.session.plan_changed.emit()
    settle(page)
    assert form(page).least > 1


def test_the_least_number_is_asked_for_again_on_another_basis(page, laid):
    page.session.laid = replace(laid, inputs=replace(laid.inputs))
    page.trial.laying.changed.emit()
    assert titles(page) == ["Least number of regions"]
    page.trial.laying.changed.emit()
    assert titles(page) == ["Least number of regions"], "the same is asked once"


def test_it_begins_with_as_many_regions_as_the_plan_has_units(page):
    assert form(page).k == max(len(page.session.plan.units), form(page).least)


# ── variables ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_variables_are_ticked_and_weighed(page):
    field = form(page).variables
    field.show_rasters({"dem": "score", "grade": "grade", "cover": "class"})
    field.show_text("")
    assert field.text() == ""
    assert [name for name, (tick, _) in field.rows.items() if tick.isChecked()] == ["dem", "grade"]
    field.rows["grade"][0].click()
    field.rows["dem"][1].setValue(2)
    field.rows["x+y"][0].click()
    assert field.text() == "dem:2+x+y"
    field.more.setText("dem.stdev")
    assert field.text() == "dem:2+x+y+dem.stdev"
    field.show_text("cover:3+slope.stdev:2+x+y")
    assert field.text() == "cover:3+slope.stdev:2+x+y"  # as it was given, until somebody changes it
    assert field.more.text() == "slope.stdev:2"


# ── suggesting ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_click_shows_at_once_that_it_is_working_and_nothing_is_labelled_anew(page):
    box(page).suggest.click()
    QApplication.processEvents()
    assert box(page).progress.isVisible()
    assert box(page).words.text()
    assert box(page).cancel.isVisible()
    assert not box(page).suggest.isVisible()
    assert titles(page) == ["Suggesting units"]
    assert page.trial.doing is Trying.NOTHING
    assert page.session.case.method == "overlay"


def test_the_candidate_is_a_column_beside_the_plan_and_a_layer(page):
    show_plan(page.session.plan_path, "plan")
    suggest(page, k=8)
    (one,) = page.candidates.kept
    assert one.text == "ward:k=8,variables=x+y"
    table = box(page).table
    assert table.isVisible()
    assert table.columnCount() == 2
    assert table.rowCount() == len(MEASURED)
    plan = page.session.plan
    row = MEASURED.index("units")
    assert table.item(row, 0).text() == f"{len(plan.units):,}"
    assert table.item(row, 1).text() == f"{len(one.features):,}"
    area = MEASURED.index("area_priority")
    category = plan.units["category"] == 1
    assert table.item(area, 0).text() == f"{plan.units.loc[category, 'area_m2'].sum() / 1e6:,.2f}"
    (layer,) = candidate_layers()
    assert layer.name() == "Candidate: Ward, number of regions = 8, variables compared = easting + northing"
    assert layer.featureCount() == len(one.features)
    assert layer.readOnly()
    group = group_of(page.session.plan_path)
    assert group.findLayer(layer.id()) is not None
    names = [node.layer().customProperty(LAYER) for node in group.children()]
    assert names[:3] == ["findings", None, "borders"], "over the plan, under its findings"
    assert group.children()[1].layer() is layer
    assert sum(f["area_km2"] for f in layer.getFeatures()) == pytest.approx(plan.units["area_m2"].sum() / 1e6)
    extent = layer.extent()
    bounds = (extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum())
    assert bounds == pytest.approx(shapely.total_bounds(plan.units["geometry"].to_numpy()))
    assert layer.crs().authid() == "EPSG:4547"
    assert page.state().mark == "next"


def test_a_candidate_looks_unlike_the_plan(page):
    suggest(page, k=8)
    suggest(page, k=9)
    colours = []
    for layer in candidate_layers():
        symbol = layer.renderer().symbol()
        assert [symbol.symbolLayer(n).layerType() for n in range(symbol.symbolLayerCount())] == ["SimpleLine"] * 2
        colours.append(symbol.symbolLayer(1).color().name())
    assert len(set(colours)) == 2


def test_several_candidates_are_kept_and_one_is_discarded(page):
    suggest(page, k=8)
    suggest(page, "skater", k=7)
    suggest(page, k=8)  # a retry in a moment is one
    assert [one.text for one in page.candidates.kept] == ["ward:k=8,variables=x+y", "skater:k=7,variables=x+y"]
    table = box(page).table
    assert table.columnCount() == 3
    assert box(page).chosen.text.startswith("ward")
    table.setCurrentCell(0, 2)
    assert box(page).chosen.text.startswith("skater")
    box(page).discard.click()
    assert [one.text for one in page.candidates.kept] == ["ward:k=8,variables=x+y"]
    assert [layer.customProperty(CANDIDATE) for layer in candidate_layers()] == ["ward:k=8,variables=x+y"]
    box(page).discard.click()
    assert candidate_layers() == []
    assert not table.isVisible()


def test_the_table_says_which_way_is_better(page):
    suggest(page, k=8)
    table = box(page).table
    for row, name in enumerate(MEASURED):
        plan, value = page.candidates.plan_row[name], page.candidates.kept[0].candidate.row[name]
        better = METRICS[name].better
        bold = table.item(row, 1).font().bold()
        assert bold == (better != "none" and plan != value and (value > plan) == (better == "high")), name
        assert table.item(row, 1).text() == shown_value(METRICS[name], value)


def test_what_the_method_did_short_of_the_request_is_said_below_the_table(page):
    suggest(page, k=8)
    assert not box(page).findings.isVisible()
    (one,) = page.candidates.kept
    short = Finding("S11", {"count": 3, "area": 5_000.0}, value=5_000.0)
    page.candidates.kept = [replace(one, candidate=replace(one.candidate, findings=(short,)))]
    page.candidates.changed.emit()
    assert box(page).findings.isVisible()
    assert "3" in box(page).findings.text()


def test_cancelled_nothing_is_left(page):
    box(page).suggest.click()
    box(page).cancel.click()
    assert page.session.runner.stopped[-1] == "Suggesting units"
    assert "Suggesting units" not in titles(page)
    assert not page.candidates.busy
    assert page.candidates.kept == []
    assert page.candidates.error is None
    assert box(page).suggest.isVisible()


def test_before_the_sources_are_laid_the_question_waits_for_them(place):
    page = shown(MethodPage(place))
    page.clustering.click()
    form(page).variables.show_text("x+y")
    form(page).take_k(8)
    box(page).suggest.click()
    assert titles(page) == ["Reading the sources for previews"]
    assert page.candidates.doing == "laying"
    assert box(page).progress.isVisible()
    settle(page)
    page.session.runner.finish()
    assert [one.text for one in page.candidates.kept] == ["ward:k=8,variables=x+y"]


def test_a_number_that_nobody_chose_is_raised_to_what_can_be(folder, tmp_path):
    """Before the sources are laid nobody knows how many regions there are at least."""
    place = place_in(folder, tmp_path)
    page = shown(MethodPage(place))
    page.clustering.click()
    form(page).variables.show_text("x+y")
    form(page).variables.edited.emit()
    form(page)._plan = replace(form(page)._plan, units=form(page)._plan.units[:2])
    form(page).rows["ward", "k"].show_value(2)
    box(page).suggest.click()
    settle(page)
    page.session.runner.finish()
    (one,) = page.candidates.kept
    assert one.candidate.parameters["k"] == form(page).k == form(page).least == 7


def test_what_cannot_be_is_one_sentence(page):
    form(page).variables.show_text("nothing")
    box(page).suggest.click()
    page.session.runner.finish()
    assert page.candidates.kept == []
    assert "nothing" in box(page).words.text()
    assert box(page).suggest.isEnabled()


def test_without_a_plan_there_is_nothing_to_stand_beside(place):
    place.session.plan = None
    place.session.plan_changed.emit()
    page = shown(MethodPage(place))
    page.clustering.click()
    assert not box(page).suggest.isEnabled()
    assert "run the case once" in box(page).words.text()


def test_a_layer_that_a_project_brings_back_is_empty_and_goes(place):
    left = QgsVectorLayer("MultiPolygon?crs=EPSG:4547", "Candidate: old", "memory")
    left.setCustomProperty(CANDIDATE, "old")
    QgsProject.instance().addMapLayer(left)
    MethodPage(place)
    assert candidate_layers() == []


# ── the curve ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_curve_is_drawn_and_a_click_takes_its_k(page):
    box(page).low.setValue(2)
    box(page).high.setValue(30)
    box(page).ask_curve.click()
    QApplication.processEvents()
    assert len(titles(page)) == 1
    assert box(page).progress.isVisible()
    settle(page)
    curve, choice = box(page).curve, page.candidates.choice
    assert curve.isVisible()
    assert str(choice.best) in box(page).curve_words.text()
    assert str(choice.knee) in box(page).curve_words.text()
    assert int(choice.k[0]) >= form(page).least
    QTest.mouseClick(curve, Qt.MouseButton.LeftButton, pos=QPoint(round(curve.x_of(choice.knee)), curve.height() // 2))
    assert form(page).k == choice.knee == curve.k
    QTest.keyClick(curve, Qt.Key.Key_Right)
    assert form(page).k == int(choice.k[choice.k.tolist().index(choice.knee) + 1])
    picture = curve.grab().toImage()
    seen = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}
    assert {"#3d8bd9", "#d9822b"} <= seen


def test_a_curve_of_another_method_is_not_shown(page):
    box(page).low.setValue(2)
    box(page).high.setValue(30)
    box(page).ask_curve.click()
    settle(page)
    form(page).combo.setCurrentIndex(form(page).combo.findData("maxp"))
    settle(page)
    assert not box(page).curve.isVisible()
    assert not box(page).ask_curve.isVisible()


# ── adopting ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def adopt(page, reason: str = "compared at the meeting") -> None:
    box(page).reason.setText(reason)
    box(page).adopt.click()
    page.session.runner.finish()


def test_without_a_reason_nothing_is_adopted(page):
    suggest(page, k=8)
    assert not box(page).adopt.isEnabled()
    box(page).reason.setText("  ")
    assert not box(page).adopt.isEnabled()
    box(page).reason.setText("why")
    assert box(page).adopt.isEnabled()


def test_adopted_it_is_the_plan_and_stands_in_its_journal(page):
    suggest(page, k=8)
    suggest(page, k=9)
    wanted = page.candidates.kept[0].candidate
    adopt(page)
    plan = read_plan(page.session.plan_path)
    entry = json.loads(plan.journal.iloc[-1]["op"])
    assert (entry["op"], entry["method"]) == ("relabel", "ward:k=9,variables=x+y,scope=category")
    assert plan.journal.iloc[-1]["reason"] == "compared at the meeting"
    assert plan.journal.iloc[-1]["author"]
    assert sorted(plan.units["area_m2"]) == pytest.approx(sorted(wanted.area))
    assert page.session.case.method == "overlay"
    assert not page.session.busy
    # The other one stays, held against the new plan.
    assert [one.text for one in page.candidates.kept] == ["ward:k=8,variables=x+y"]
    assert [layer.customProperty(CANDIDATE) for layer in candidate_layers()] == ["ward:k=8,variables=x+y"]
    assert page.candidates.plan_row == pytest.approx(dict(wanted.row), nan_ok=True)
    assert box(page).reason.text() == ""
    said = box(page).words.text()
    assert "(Ward): number of regions = 9, within = inside each category (each county), variables" in said
    assert "compared at the meeting" in said


def test_run_again_replays_what_was_adopted(page):
    suggest(page, k=9)
    adopt(page)
    before = read_plan(page.session.plan_path)
    runs = shown(RunPage(page.place))
    assert page.session.replays
    assert runs.run.isEnabled()
    assert "(Ward): number of regions = 9" in runs.state().sentence
    runs.act()
    assert page.session.runner.finish()
    after = read_plan(page.session.plan_path)
    assert after.journal["op"].tolist() == before.journal["op"].tolist()
    assert after.faces["unit_id"].tolist() == before.faces["unit_id"].tolist()
    assert after.meta["method"] == before.meta["method"]


def test_a_run_that_discards_makes_the_plan_of_the_case(page):
    suggest(page, k=9)
    adopt(page)
    runs = shown(RunPage(page.place))
    runs.discard.setChecked(True)
    assert runs.state().action
    runs.act()
    page.session.runner.finish()
    plan = read_plan(page.session.plan_path)
    assert plan.meta["method"] == "overlay"
    assert not len(plan.journal)
    assert not page.session.replays


def test_a_plan_with_edits_that_nobody_can_read_is_not_run_over(page):
    suggest(page, k=9)
    adopt(page)
    journal = page.session.plan.journal.copy()
    journal.loc[journal.index[-1], "op"] = "?"
    page.session.plan = replace(page.session.plan, journal=journal)
    page.session.plan_changed.emit()
    assert not page.session.replays
    runs = shown(RunPage(page.place))
    assert not runs.run.isEnabled()


def test_on_an_adopted_plan_a_switch_is_tried_with_the_adopted_method(page):
    suggest(page, k=9)
    adopt(page)
    page.trial.change(switches={"soil_priority": True})
    QTest.qWait(2 * PATIENCE)
    page.session.runner.finish()
    assert page.trial.doing is Trying.SHOWN
    assert page.trial.result.case.method == "ward"
    page.trial.drop()


def test_on_an_adopted_plan_another_method_is_refused_in_one_sentence(page):
    suggest(page, k=9)
    adopt(page)
    page.cards["fitting"].click()
    assert page.trial.settings == {}
    assert "adopted from Agglomerative clustering (Ward)" in page.bar.words()
    assert not page.cards["fitting"].isChecked()


def test_another_plan_drops_the_candidates(page):
    suggest(page, k=8)
    page.session.plan = None
    page.session.plan_changed.emit()
    assert page.candidates.kept == []
    assert candidate_layers() == []


def test_what_cannot_be_adopted_leaves_all_as_it_was(page):
    page.session.change(grouping=replace(page.session.case.grouping, general="part"))  # and not run
    suggest(page, k=8)
    bytes_before = page.session.plan_path.read_bytes()
    failures = []
    page.session.failed.connect(failures.append)
    adopt(page)
    assert len(failures) == 1
    assert "grouping" in str(failures[0].error)
    assert page.session.plan_path.read_bytes() == bytes_before
    assert len(page.candidates.kept) == 1


def test_the_page_goes_with_its_layers(place):
    page = shown(MethodPage(place))
    page.session.runner.finish()
    page.clustering.click()
    form(page).variables.show_text("x+y")
    suggest(page, k=8)
    assert candidate_layers()
    page.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert candidate_layers() == []


def test_rules_and_method_share_the_candidates(place):
    page, rules = shown(MethodPage(place)), shown(RulesPage(place))
    assert rules.trial is page.trial
    assert page.candidates is page.cluster.candidates


# ── the demo ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_on_the_demo_rasters_make_the_candidate_and_it_is_adopted(tmp_path):
    """As a planner does it, on real data: the first settings, a suggestion, the curve, adopted."""
    shutil.copytree(DEMO, tmp_path / "demo")
    place = workplace()
    assert place.session.open_case(tmp_path / "demo" / "case.toml")
    place.session.start_run()
    place.session.runner.finish()
    page = shown(MethodPage(place))
    page.clustering.click()
    settle(page)
    ticked = [name for name, (tick, _) in form(page).variables.rows.items() if tick.isChecked()]
    assert ticked == ["carrying_capacity", "dem", "slope", "ndvi"]
    assert form(page).k == form(page).least > len(place.session.plan.units)
    box(page).ask_curve.click()
    settle(page)
    assert form(page).least == int(page.candidates.choice.k[0])
    form(page).take_k(page.candidates.choice.knee)
    box(page).suggest.click()
    settle(page)
    (one,) = page.candidates.kept
    assert one.candidate.row["red_line_capture"] == 1.0
    assert one.candidate.row["variance_ratio"] > one.candidate.plan["variance_ratio"]
    adopt(page)
    plan = read_plan(place.session.plan_path)
    assert plan.meta["method"] == "ward"
    assert len(plan.units) == len(one.features)
    QgsProject.instance().clear()

"""Method: settings of a case that are folded away are seen, kept, and held against what the case has."""

from __future__ import annotations

import math
import shutil
from dataclasses import replace

import pytest
from candidate_page import box, form, place_in, settle, shown
from control_units.delineation.case.explanations import explain, load_explanations
from control_units.delineation.case.model import RasterSpec
from control_units.delineation.case.profile import read_profile
from control_units.delineation.case.reading import read_case
from control_units.delineation.core import libraries
from control_units.delineation.core.errors import BadInput
from control_units.delineation.labelling.label import label
from control_units.delineation.methods.regional import solver_parameters
from control_units.delineation.methods.registry import offered
from control_units.delineation.methods.settings import SETTINGS, MethodSettings
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs.trials import with_settings
from control_units.ui.pages.method.page import MethodPage
from control_units.ui.pages.method.setting_fields import NamesEdit, SettingRow
from control_units.ui.text import sentence
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QLabel, QScrollArea

# None is what somebody would get without asking, and few can be shown by a field to the last digit.
EVERY = {
    "k": 7,
    "linkage": "average",
    "variables": "x:0.25+y:2+red_line:1.5",
    "scope": "county_category",
    "cores": "apart",
    "locked": "ZH65010220002",
    "min_area": 12_345.75,
    "max_area": 9e12,
    "least": "faces:1+red_line:0.5",
    "most": "area:8e12",
    "small": "keep",
    "keep_apart": "township",
    "compactness": 0.00025,
    "align": "township+water_zone",
    "alignment": 0.12345,
    "align_within": 7.5,
    "missing": "leave_out",
    "weigh": "count",
}


@pytest.fixture
def page(place, laid):
    place.session.laid = laid
    return shown(MethodPage(place))


def take(page, method="ward", given=EVERY):
    page.session.change(method=method, method_parameters=dict(given))
    settle(page)


def saved(page, path):
    assert page.session.save_case(path)
    case = read_case(path)
    return case.method, dict(case.method_parameters)


def test_the_registry_and_the_profile_say_what_is_offered_and_what_is_in_sight(page):
    """Another method is its file and its text."""
    regional = offered(regional=True)
    assert list(page.cards) == [name for name in offered(regional=False) if name not in regional]
    take(page)
    combo = form(page).combo
    names = [combo.itemData(row) for row in range(combo.count())]
    assert sorted(names) == sorted(regional)
    assert names[0] == "ward"
    form(page).more.setChecked(True)
    for method, own in {"ward": ["k"], "azp": ["k"], "maxp": ["floor"]}.items():
        combo.setCurrentIndex(names.index(method))
        settle(page)
        below = form(page).below.findChildren(SettingRow)
        shown_rows = [one.name for one in form(page).findChildren(SettingRow) if one.isVisible() and one not in below]
        assert sorted(shown_rows) == sorted([*own, "scope", "cores"])
    titled = [
        item.text() if isinstance(item, QLabel) else item.name
        for item in (form(page)._below.itemAt(place).widget() for place in range(form(page)._below.count()))
        if isinstance(item, QLabel) or item.name in {one.name for one in SETTINGS}
    ]
    assert titled == [
        *("How large a region may be", "min_area", "max_area", "least", "most", "small"),
        *("Where borders run", "locked", "keep_apart", "compactness", "align", "alignment", "align_within"),
        *("How faces count", "missing", "weigh"),
    ]


def test_every_setting_is_there():
    assert set(EVERY) == {one.name for one in (*solver_parameters("ward"), *SETTINGS)}
    defaults = {one.name: one.default for one in SETTINGS}
    assert not [name for name, value in EVERY.items() if name in defaults and value == defaults[name]]


def test_a_case_with_every_setting_set_keeps_them_when_k_changes_and_it_is_saved(page, tmp_path):
    take(page)
    assert saved(page, tmp_path / "before.toml") == ("ward", EVERY)
    # A fresh page, as when the case is opened.
    place = page.place
    assert place.session.open_case(tmp_path / "before.toml")
    page = shown(MethodPage(place))
    settle(page)
    assert form(page).given() == EVERY
    assert not box(page).keep.isEnabled()
    form(page).rows["ward", "k"].field.setValue(9)
    settle(page)
    assert box(page).keep.isEnabled()
    QTest.mouseClick(box(page).keep, Qt.MouseButton.LeftButton)
    assert saved(page, tmp_path / "after.toml") == ("ward", EVERY | {"k": 9})
    assert not box(page).keep.isEnabled()
    # The other way round: one setting, and all the rest stays.
    form(page).rows["", "min_area"].field.setValue(50_000)
    settle(page)
    QTest.mouseClick(box(page).keep, Qt.MouseButton.LeftButton)
    assert saved(page, tmp_path / "again.toml") == ("ward", EVERY | {"k": 9, "min_area": 50_000})


def another(name, default):
    """A value that is not the default, and that no field shows to the last digit."""
    if isinstance(default, bool):
        return not default
    if isinstance(default, int):
        return default + 3
    if isinstance(default, float):
        return 5.25 if math.isinf(default) else default / 2 + 0.12345
    choices = explain(load_explanations(read_profile()), "parameter", name).choices
    return next((one for one in choices if one != default), "ward")


@pytest.mark.parametrize("method", ["skater", "redcap", "azp", "maxp", "kmeans_repaired"])
def test_settings_of_a_methods_own_are_kept_too(page, method):
    own = {one.name: 9 if one.required else another(one.name, one.default) for one in solver_parameters(method)}
    given = own | {"variables": "x+y", "max_area": 9e12, "scope": "whole"}
    take(page, method, given)
    assert form(page).method == method
    assert form(page).given() == given
    assert not box(page).keep.isEnabled()
    form(page).rows["", "compactness"].field.setValue(0.5)
    settle(page)
    box(page).keep.click()
    assert dict(page.session.case.method_parameters) == given | {"compactness": 0.5}


def test_a_floor_in_words_stays_a_floor(page):
    take(page, "maxp", {"floor": "faces:3", "least": "red_line:1"})
    given = form(page).given()
    assert (given.get("floor", 0), given["least"]) == (0, "red_line:1+faces:3")


def test_the_first_plan_of_a_case_does_not_change_its_k(folder, tmp_path):
    (tmp_path / "bare").mkdir()
    for name in ("case.toml", "hand.gpkg"):
        shutil.copy(folder / name, tmp_path / "bare")
    place = place_in(tmp_path / "bare", tmp_path)
    place.session.change(method="ward", method_parameters={"k": 7, "variables": "x+y"})
    page = shown(MethodPage(place))
    settle(page)
    assert form(page).given() == {"k": 7, "variables": "x+y"}
    form(page).show_case(place.session.case, read_plan(folder / "case.plan.gpkg"))
    assert form(page).given() == {"k": 7, "variables": "x+y"}


def test_what_is_folded_and_set_unfolds_and_is_counted(page):
    page.clustering.click()
    assert form(page).more.text() == "More"
    assert not form(page).below.isVisible()
    take(page, given={"k": 7, "scope": "category"})
    assert form(page).more.text() == "More"
    assert not form(page).below.isVisible()
    take(page)
    assert form(page).below.isVisible()
    # All but what is in sight: k, variables, scope, cores.
    assert form(page).more.text() == f"More ({len(EVERY) - 4} set)"
    form(page).more.click()
    assert not form(page).below.isVisible()
    assert form(page).more.text() == f"More ({len(EVERY) - 4} set)"
    assert form(page).given() == EVERY
    # Another case says nothing of all that.
    take(page, given={"k": 9, "variables": "x+y"})
    assert form(page).given() == {"k": 9, "variables": "x+y"}
    assert form(page).more.text() == "More"


def test_what_somebody_sets_stays_until_the_case_says_something_else(page):
    take(page)
    form(page).rows["", "compactness"].field.setValue(0.5)
    page.session.change(name="another name")
    settle(page)
    assert form(page).given() == EVERY | {"compactness": 0.5}


def test_the_third_word_for_the_scope_shows_as_category(page):
    take(page, given={"k": 7, "scope": "county_category"})
    scope = form(page).rows["", "scope"].field
    assert [scope.itemData(n) for n in range(scope.count())] == ["whole", "category"]
    assert scope.currentData() == "category"
    assert form(page).given()["scope"] == "county_category"
    scope.setCurrentIndex(0)
    assert form(page).given()["scope"] == "whole"


def test_a_value_that_no_field_has_is_kept_and_named(page):
    given = {"k": 7, "variables": "x+y", "weigh": "people", "nonsense": 3}
    take(page, given=given)
    assert form(page).given() == given
    row = form(page).rows["", "weigh"]
    assert row.field.currentText() == "people"
    assert "area | count" in row.wrong.text()
    assert row.wrong.isVisible()


WRONG = {
    "keep_apart": "county+townsip",
    "align": "roads.shp",
    "least": "fases:3",
    "most": "area:many",
    "variables": "slope+x",
    "min_area": "much",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_entry_has_the_engines_sentence_beside_it(page, laid, name):
    given = {"k": 7, "variables": "x+y", name: WRONG[name]}
    take(page, given=given)
    # What a run says, without the place that the row is.
    settings = with_settings(page.session.case, method="ward", parameters=given)
    with pytest.raises(BadInput) as caught:
        label(settings, laid.basis)
    expected = sentence(BadInput(caught.value.what, wanted=caught.value.wanted))
    shown_at = form(page).variables if name == "variables" else form(page).rows["", name]
    assert shown_at.wrong.text() == expected
    assert shown_at.wrong.isVisible()
    if name not in ("variables", "min_area"):
        shown_at.field.setText("")
        shown_at.field.editingFinished.emit()
        settle(page)
        assert not shown_at.wrong.isVisible()


def test_two_wrong_entries_are_told_each_at_its_place(page):
    take(page, given={"k": 7, "keep_apart": "townsip", "least": "area", "alignment": 0.5})
    told = {name for (_, name), row in form(page).rows.items() if row.wrong is not None and row.wrong.isVisible()}
    assert told == {"keep_apart", "least", "alignment"}


def test_names_are_picked_from_those_of_the_case(page):
    take(page, given={"k": 7, "keep_apart": "township"})
    fields = {name: form(page).rows["", name].field for name in ("keep_apart", "align", "least", "most")}
    assert all(isinstance(field, NamesEdit) for field in fields.values())
    names = [action.data() for action in fields["keep_apart"].menu().actions()]
    assert "township" not in names
    assert {"red_line", "water_zone", "county"} <= set(names)
    titles = [action.text() for action in fields["least"].menu().actions()]
    assert titles[:2] == ["Area, m² (area)", "Number of faces (faces)"]
    next(one for one in fields["keep_apart"].menu().actions() if one.data() == "red_line").trigger()
    next(one for one in fields["least"].menu().actions() if one.data() == "faces").trigger()
    assert fields["least"].text() == "faces:"
    QTest.keyClicks(fields["least"], "3")
    settle(page)
    given = form(page).given()
    assert (given["keep_apart"], given["least"]) == ("township+red_line", "faces:3")
    assert not [one for one in form(page).rows.values() if one.wrong is not None and one.wrong.isVisible()]


def test_a_weight_that_a_field_cannot_show_stays_as_it_was(page):
    field = form_of(page).variables
    field.show_rasters({"dem": "score"})
    field.show_text("dem:0.25+x:3+y:3")
    assert field.text() == "dem:0.25+x:3+y:3"
    field.rows["x+y"][1].setValue(4)
    assert sorted(field.text().split("+")) == ["dem:0.25", "x:4", "y:4"]


def test_with_every_box_empty_nothing_can_be_asked_for(page):
    """No variable at all is not the engine's own choice of them, which is "" as well."""
    field = form_of(page).variables
    (page.session.case.folder / "dem.tif").touch()  # nothing is read of it
    page.session.change(rasters=(RasterSpec("dem", "dem.tif"),))
    settle(page)
    assert box(page).suggest.isEnabled()
    tick = field.rows["dem"][0]
    tick.click()
    assert field.text() == ""
    assert not box(page).suggest.isEnabled()
    assert not box(page).ask_curve.isEnabled()
    assert not box(page).keep.isEnabled()
    settle(page)
    assert field.wrong.isVisible()
    assert field.wrong.text().startswith("Choose at least one")
    field.more.setText("x")
    field.more.editingFinished.emit()
    settle(page)
    assert box(page).suggest.isEnabled()
    assert not field.wrong.isVisible()


def test_without_a_raster_the_place_is_ticked_and_one_click_suggests(page):
    field = form_of(page).variables
    settle(page)
    assert field.rows["x+y"][0].isChecked()
    assert not field.wrong.isVisible()
    assert form(page).least > 1
    box(page).suggest.click()
    page.session.runner.finish()
    assert len(page.cluster.candidates.kept) == 1


def test_with_nothing_ticked_the_button_says_why_it_is_off(page):
    field = form_of(page).variables
    told = box(page).suggest.toolTip()
    field.rows["x+y"][0].click()
    settle(page)
    assert not box(page).suggest.isEnabled()
    assert "raster of scores under Sources" in box(page).suggest.toolTip()
    assert field.wrong.text() == box(page).words.text() == field.empty_words()
    field.rows["x+y"][0].click()
    assert box(page).suggest.toolTip() == told


def test_a_place_that_nobody_asked_for_makes_way_for_a_raster(page):
    field = form_of(page).variables
    assert field.text() == "x+y"
    with_rasters(page, "dem")
    assert (field.text(), field.rows["dem"][0].isChecked(), field.rows["x+y"][0].isChecked()) == ("", True, False)


def test_a_choice_that_is_cut_says_so_in_its_middle_and_is_whole_in_its_tool_tip(page):
    combo = form_of(page).rows["", "cores"].field
    combo.setCurrentIndex(combo.findData("apart"))
    combo.resize(90, combo.height())
    assert "…" in combo.shown_text()[1:-1]
    assert combo.whole_tip().startswith(combo.currentText())
    combo.resize(900, combo.height())
    assert combo.shown_text() == combo.currentText()
    assert combo.whole_tip() == combo.toolTip()


def form_of(page):
    page.clustering.click()
    return form(page)


def test_without_a_plan_the_case_can_still_be_told(folder, tmp_path):
    (tmp_path / "bare").mkdir()
    for name in ("case.toml", "hand.gpkg"):
        shutil.copy(folder / name, tmp_path / "bare")
    place = place_in(tmp_path / "bare", tmp_path)
    page = shown(MethodPage(place))
    assert place.session.plan is None
    form_of(page).combo.setCurrentIndex(form(page).combo.findData("skater"))
    form(page).take_k(12)
    settle(page)
    assert not box(page).suggest.isEnabled()
    QTest.mouseClick(box(page).keep, Qt.MouseButton.LeftButton)
    assert place.session.case.method == "skater"
    assert place.session.case.method_parameters["k"] == 12
    assert MethodSettings(
        **{k: v for k, v in place.session.case.method_parameters.items() if k != "k"}
    ) == MethodSettings(variables="x+y")


# ── what cannot be measured here ──────────────────────────────────────────────────────────────────────────────────────


def with_rasters(page, *names):
    """Give the case rasters; nothing is read of them."""
    for name in names:
        (page.session.case.folder / f"{name}.tif").touch()
    page.session.change(rasters=tuple(RasterSpec(name, f"{name}.tif", kind="score") for name in names))


@pytest.fixture
def no_exactextract(monkeypatch):
    found = [replace(one, state="missing") if one.library.name == "exactextract" else one for one in libraries.check()]
    monkeypatch.setattr(libraries, "check", lambda **_: found)


@pytest.mark.usefixtures("no_exactextract")
def test_without_the_library_rasters_are_off_with_the_reason_and_what_to_install(page):
    field = form_of(page).variables
    with_rasters(page, "dem", "slope")
    settle(page)
    for name in ("dem", "slope"):
        box_of, weight = field.rows[name]
        assert not (box_of.isEnabled() or box_of.isChecked() or weight.isEnabled())
    assert field.rows["x+y"][0].isEnabled()
    assert field.off_words.isVisible()
    text = field.off_words.text()
    assert "exactextract" in text and "--find-links wheels" in text and "start QGIS again" in text
    # The place can always be compared, and nobody has said anything else.
    assert field.text() == "x+y"
    assert box(page).suggest.isEnabled()


@pytest.mark.usefixtures("no_exactextract")
def test_place_can_still_be_compared(page):
    field = form_of(page).variables
    with_rasters(page, "dem")
    place, _ = field.rows["x+y"]
    place.click()
    assert not box(page).suggest.isEnabled()
    assert "place (x and y)" in box(page).words.text()
    place.click()
    settle(page)
    assert field.text() == "x+y"
    assert box(page).suggest.isEnabled()


@pytest.mark.usefixtures("no_exactextract")
def test_what_a_case_asks_of_a_raster_that_cannot_be_measured_is_not_asked_for(page):
    with_rasters(page, "dem")
    take(page, given={"k": 8, "variables": "dem:2+x+y"})
    assert form(page).variables.text() == "x+y"


def test_a_raster_whose_file_is_gone_says_so_and_the_others_stay(page):
    field = form_of(page).variables
    with_rasters(page, "dem", "slope")
    (page.session.case.folder / "dem.tif").unlink()
    page.session.change(name="once more")
    settle(page)
    assert not field.rows["dem"][0].isEnabled()
    assert field.rows["slope"][0].isChecked()
    assert "dem.tif is not there" in field.off_words.text()
    assert field.text() == "slope"


def test_an_error_is_scrolled_to(page):
    """It stands beside the button, which may be below what is seen of the page."""
    form_of(page).variables.show_text("nothing")
    page.resize(380, 300)
    form(page).more.setChecked(True)
    QTest.qWait(50)
    box(page).suggest.click()
    page.findChild(QScrollArea).verticalScrollBar().setValue(0)
    page.session.runner.finish()
    QTest.qWait(50)
    words = box(page).words
    assert "nothing" in words.text()
    assert words.visibleRegion().boundingRect().height() == words.height()

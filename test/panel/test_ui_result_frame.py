"""In which CRS a result lies, how its areas are measured, and where its counties are: shown, explained and chosen."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
import shapely
from candidate_page import shown
from control_units.delineation.case.reading import read_case
from control_units.delineation.plan.file import read_plan
from control_units.ui.map.county_names import FROM_SCALE, OURS, county_places, name_counties
from control_units.ui.map.layers import plan_layer, show_plan
from control_units.ui.pages.coordinates_box import crs_words
from control_units.ui.pages.method.page import MethodPage
from control_units.ui.pages.result.page import ResultPage
from pyproj import CRS
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsRectangle,
    QgsRuleBasedLabeling,
)
from qgis.PyQt.QtCore import QSize


@pytest.fixture
def page(place):
    return shown(MethodPage(place))


def box(page):
    return page.coordinates


def test_a_case_that_names_none_says_which_is_usual_and_why(page):
    page.session.change(crs="")
    assert not box(page).crs.crs().isValid()
    words = box(page).crs_words.text()
    assert "nearest to the middle of the counties" in words
    assert "Of this plan: CGCS2000, 3-degree zone, meridian 114° (EPSG:4547)" in words
    assert "Gauss–Krüger plane" in box(page).area_words.text()
    assert "% against those on the ellipsoid" in box(page).area_words.text()


def test_a_choice_goes_into_the_case_and_its_file(page, tmp_path):
    assert "Set in this case" in box(page).crs_words.text()
    box(page).crs.setCrs(QgsCoordinateReferenceSystem("EPSG:4526"))
    box(page).area.setCurrentIndex(box(page).area.findData("ellipsoidal"))
    assert (page.session.case.crs, page.session.case.area) == ("EPSG:4526", "ellipsoidal")
    assert "next run" in page.place.messages.texts[-1]
    assert page.session.save_case(tmp_path / "again.toml")
    again = read_case(tmp_path / "again.toml")
    assert (again.crs, again.area) == ("EPSG:4526", "ellipsoidal")
    box(page).crs.setCrs(QgsCoordinateReferenceSystem())
    assert page.session.case.crs == ""


def test_one_in_degrees_is_refused_at_the_field(page):
    box(page).crs.setCrs(QgsCoordinateReferenceSystem("EPSG:4490"))
    assert page.session.case.crs == "EPSG:4547"
    assert box(page).wrong.isVisible()
    assert "not projected in metres" in box(page).wrong.text()
    box(page).crs.setCrs(QgsCoordinateReferenceSystem("EPSG:4526"))
    assert not box(page).wrong.isVisible()


def test_the_run_takes_what_was_chosen(page):
    box(page).area.setCurrentIndex(box(page).area.findData("ellipsoidal"))
    page.session.start_run()
    page.session.runner.finish()
    assert read_plan(page.session.plan_path).meta["area_method"] == "ellipsoidal"
    assert "against" not in box(page).area_words.text()


def test_the_summary_says_both_below_its_numbers(place):
    result = shown(ResultPage(place))
    tree = result.summary
    texts = [tree.topLevelItem(row).text(0) for row in range(tree.topLevelItemCount())]
    assert texts[-2:] == [
        "Coordinates: CGCS2000, 3-degree zone, meridian 114° (EPSG:4547)",
        "Areas on the map plane of this CRS",
    ]
    assert "against those on the ellipsoid" in tree.topLevelItem(len(texts) - 1).toolTip(0)


@pytest.mark.parametrize(
    ("number", "meridian", "width"),
    [(4491, 75, 6), (4501, 135, 6), (4502, 75, 6), (4513, 75, 3), (4533, 135, 3), (4534, 75, 3), (4554, 135, 3)],
)
def test_a_zone_goes_by_its_width_and_meridian(number, meridian, width):
    crs = CRS.from_epsg(number)
    said = crs_words(SimpleNamespace(crs=crs.to_wkt()))
    assert f"{width}-degree zone, meridian {meridian}°" in said
    assert f"{meridian}E" in crs.name or f"zone {crs.name.split()[-1]}" in crs.name
    east = next(one.value for one in crs.coordinate_operation.params if one.name == "False easting")
    assert ("zone number in eastings" in said) == (east > 1e6)


# ── names of counties on the overview ─────────────────────────────────────────────────────────────────────────────────


def labels_drawn(layer, scale):
    """Draw the layer at a scale and give the texts of its labels."""
    settings = QgsMapSettings()
    settings.setDestinationCrs(layer.crs())
    settings.setLayers([layer])
    settings.setOutputSize(QSize(600, 600))
    middle, half = layer.extent().center(), 600 * 0.0254 / 96 * scale / 2
    settings.setExtent(QgsRectangle(middle.x() - half, middle.y() - half, middle.x() + half, middle.y() + half))
    settings.setOutputDpi(96)
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    found = job.takeLabelingResults().allLabels()
    return [one.labelText for one in found]


def test_a_county_is_named_at_the_middle_of_its_area(place):
    plan = place.session.plan
    (unit, name, x, y) = county_places(plan)[0]
    assert name == json.loads(plan.meta["county_names"])["999901"] == "试验县"
    assert unit in set(plan.units["unit_id"])
    county = shapely.union_all(plan.units["geometry"].to_numpy())
    assert (x, y) == pytest.approx((county.centroid.x, county.centroid.y))


def test_the_overview_names_counties_and_the_map_from_near_by_units(place):
    show_plan(place.session.plan_path, "plan")
    layer = plan_layer(place.session.plan_path, "units")
    assert labels_drawn(layer, 400_000) == []
    name_counties(layer, place.session.plan)
    assert labels_drawn(layer, 400_000) == ["试验县"]
    near = labels_drawn(layer, FROM_SCALE / 4)
    assert near and "试验县" not in near


def test_after_another_run_the_names_are_those_of_the_new_units(place):
    show_plan(place.session.plan_path, "plan")
    layer = plan_layer(place.session.plan_path, "units")
    name_counties(layer, place.session.plan)
    name_counties(layer, place.session.plan)
    assert len(layer.labeling().rootRule().children()) == 1 + len(county_places(place.session.plan))


def test_labels_of_somebody_s_own_stay(place):
    show_plan(place.session.plan_path, "plan")
    layer = plan_layer(place.session.plan_path, "units")
    root = QgsRuleBasedLabeling.Rule(None)
    root.appendChild(QgsRuleBasedLabeling.Rule(layer.labeling().settings()))
    layer.setLabeling(QgsRuleBasedLabeling(root))
    name_counties(layer, place.session.plan)
    assert OURS not in [rule.description() for rule in layer.labeling().rootRule().children()]

"""What is chosen and explained goes on in the next plan: the same unit, whatever its number in the file is by then."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs.running import run
from control_units.ui.map.layers import let_go, plan_layer, refuse_edited, show_plan
from control_units.ui.pages.result.page import ResultPage
from control_units.ui.work.unit_tracking import places_of, units_at
from fakes import workplace
from hand import CASE, box, hand
from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsRectangle
from qgis.PyQt.QtGui import QColor

# Two red lines, one in each township: as units by township they come before all others, which then count on.
RED_LINE = ([box(1_000, 1_000, 2_000, 2_000), box(7_000, 7_500, 1_000, 1_000)], {"id": ["R1", "R2"]})
IN_PARK = (505_500.0, 3_405_000.0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("following")
    run(hand(folder, red_line=RED_LINE), folder / "case.plan.gpkg")
    return folder


@pytest.fixture
def place(folder, tmp_path):
    for name in ("case.toml", "hand.gpkg", "case.plan.gpkg"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    place = workplace()
    session = place.session
    session.refuse_edited, session.let_go = refuse_edited, let_go
    session.plan_changed.connect(lambda: session.plan_path and show_plan(session.plan_path, session.name))
    canvas = place.iface.canvas
    canvas.resize(400, 400)
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4547"))
    canvas.setExtent(QgsRectangle(500_000, 3_400_000, 510_000, 3_410_000))
    assert session.open_case(tmp_path / "case.toml")
    yield place
    QgsProject.instance().clear()


@pytest.fixture
def page(place):
    page = ResultPage(place)
    page.resize(380, 640)
    page.show()
    page.refresh()
    place.session.runner.finish()
    return page


def park(page):
    """The park's unit."""
    units = page.session.plan.units
    return units.loc[units["kind"] == "water_zone", "unit_id"].iloc[0]


def on_map(page):
    return [one["unit_id"] for one in plan_layer(page.session.plan_path, "units").selectedFeatures()]


def choose_park(page):
    page.units.select([park(page)])
    page.units.chosen.emit([park(page)])
    assert on_map(page) == [park(page)]
    assert page.card.card.category == 2


def all_is_the_parks(page):
    assert page.units.selected() == [park(page)]
    assert on_map(page) == [park(page)]
    units = page.session.plan.units
    assert page.card.card.code == units.loc[units["kind"] == "water_zone", "code"].iloc[0]


def run_by_township(page):
    session = page.session
    session.change(grouping=replace(session.case.grouping, priority="township"))
    session.start_run()
    session.runner.finish()
    assert (session.plan.units["kind"] == "red_line").sum() == 2


def test_after_a_run_the_same_unit_is_chosen_on_the_map_in_the_table_and_on_the_card(page):
    choose_park(page)
    (before,) = plan_layer(page.session.plan_path, "units").selectedFeatureIds()
    run_by_township(page)
    (after,) = plan_layer(page.session.plan_path, "units").selectedFeatureIds()
    assert before != after, "the park has another number in the file by now"
    all_is_the_parks(page)


def test_after_an_adoption_it_is_the_unit_that_lies_there(page):
    choose_park(page)
    page.session.start_adopt("ward", {"k": 5, "variables": "x+y"}, seed=1, author="张三", reason="更紧凑")
    page.session.runner.finish()
    assert page.session.edits == 1
    plan = page.session.plan
    inside = plan.units[shapely.contains_xy(plan.units["geometry"].to_numpy(dtype=object), *IN_PARK)]
    assert page.units.selected() == on_map(page) == inside["unit_id"].tolist()
    assert page.card.card.code == inside["code"].iloc[0]


def test_taking_an_adoption_back_shows_the_unit_that_was_chosen_before_it(page):
    choose_park(page)
    before = park(page)
    page.session.start_adopt("ward", {"k": 5, "variables": "x+y"}, seed=1, author="张三", reason="更紧凑")
    page.session.runner.finish()
    assert page.session.edits == 1
    page.session.start_take_back()
    page.session.runner.finish()
    assert page.session.edits == 0
    assert park(page) == before
    all_is_the_parks(page)


def test_another_plan_shows_the_unit_of_the_same_place(page, tmp_path):
    choose_park(page)
    other = tmp_path / "next"
    text = CASE.replace("[method]", '[grouping]\npriority = "township"\n\n[method]')
    run(hand(other, text, red_line=RED_LINE), other / "case.plan.gpkg")
    assert page.session.open_case(other / "case.toml")
    page.session.runner.finish()
    all_is_the_parks(page)


def test_while_nobody_looks_at_the_page_the_map_follows_too(page):
    choose_park(page)
    page.hide()
    run_by_township(page)
    assert on_map(page) == [park(page)]
    page.show()
    page.session.runner.finish()
    all_is_the_parks(page)


def test_a_card_of_a_place_stays_one_of_the_place(page):
    page.explain_place(*IN_PARK)
    assert "this face" in page.card.toPlainText()
    run_by_township(page)
    assert "this face" in page.card.toPlainText()
    assert page.card.card.category == 2
    assert page.units.selected() == [park(page)]


def test_the_card_is_never_blank_meanwhile_or_where_the_unit_is_gone(page, tmp_path):
    choose_park(page)
    page.session.change(grouping=replace(page.session.case.grouping, priority="township"))
    page.session.start_run()
    page.session.runner.waiting, kept = page.session.runner.waiting, page.session.runner
    (entry,) = kept.waiting
    kept.waiting.clear()
    _, work, done, _, progress = entry
    done(work(progress))
    assert page.card.toPlainText()
    kept.finish()
    all_is_the_parks(page)
    elsewhere = tmp_path / "elsewhere"
    moved = {"county": ([box(50_000, 0, 9_000, 9_000)], {"code": ["999902"], "name": ["远县"]})}
    moved["township"] = ([box(50_000, 0, 9_000, 9_000)], {"code": ["999902001"], "name": ["丙镇"]})
    moved["red_line"] = ([box(51_000, 1_000, 2_000, 2_000)], {"id": ["R1"]})
    moved["water"] = ([box(54_000, 4_000, 3_000, 2_000)], {"zone": ["工业污染重点管控区"]})
    run(hand(elsewhere, **moved), elsewhere / "case.plan.gpkg")
    assert page.session.open_case(elsewhere / "case.toml")
    kept.finish()
    assert page.units.selected() == on_map(page) == []
    assert page.card.toPlainText() == "The unit that was chosen lies outside this plan."


def test_looks_that_a_planner_has_set_stay_through_a_run(page):
    layer = plan_layer(page.session.plan_path, "units")
    symbol = next(iter(layer.renderer().symbols(_context())))
    symbol.setColor(QColor("#123456"))
    layer.setOpacity(0.4)
    run_by_township(page)
    assert plan_layer(page.session.plan_path, "units") is layer
    assert next(iter(layer.renderer().symbols(_context()))).color().name() == "#123456"
    assert layer.opacity() == pytest.approx(0.4)


def _context():
    from qgis.core import QgsRenderContext

    return QgsRenderContext()


def test_an_id_alone_is_not_trusted(folder):
    plan = read_plan(folder / "case.plan.gpkg")
    units = plan.units.copy()
    ids = units["unit_id"].tolist()
    turned = dict(zip(ids, [*ids[1:], ids[0]], strict=True))
    codes = dict(zip(ids, units["code"], strict=True))
    units["unit_id"] = [turned[one] for one in ids]
    units["code"] = [codes[one] for one in units["unit_id"]]
    faces = plan.faces.assign(unit_id=[turned[one] for one in plan.faces["unit_id"]])
    other = replace(plan, units=units, faces=faces)
    assert units_at(places_of(plan, ids), other) == [turned[one] for one in ids]
    assert units_at(places_of(plan, ids), plan) == ids
    assert units_at(places_of(plan, ["none"]), other) == []
    assert units_at(places_of(plan, []), other) == []

"""Right clicks on the result: units, findings and the map; findings at their size, chosen by rule, answered at once."""

from __future__ import annotations

import shutil
from dataclasses import replace

import openpyxl
import pytest
import shapely
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs.running import run
from control_units.ui.map.layers import show_plan
from control_units.ui.pages.result import page as result
from control_units.ui.pages.result.page import ResultPage
from fakes import workplace
from hand import CASE, box, hand
from qgis.core import QgsCoordinateReferenceSystem, QgsPointXY, QgsProject, QgsRectangle
from qgis.PyQt.QtWidgets import QApplication, QMenu

# Two red lines that share a piece of 7 m, and two that share one of 100 m.
SHAPES = [
    box(1_000, 1_000, 1_000, 1_000),
    box(1_993, 1_993, 500, 500),
    box(6_000, 1_000, 1_000, 1_000),
    box(6_900, 1_900, 500, 500),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("menus")
    text = CASE.replace('layer = "township"', 'layer = "township"\nofficial_area = 5_000_000.0')
    text = text.replace('layer = "red_line"', 'layer = "red_line"\nofficial_area = 5_000_000.0')
    case = hand(folder, text, red_line=(SHAPES, {"name": ["甲", "乙", "丙", "丁"]}))
    run(case, folder / "case.plan.gpkg")
    return folder


@pytest.fixture
def page(folder, tmp_path):
    """The page over a map that shows the plan."""
    for path in folder.iterdir():
        shutil.copy(path, tmp_path)
    place = workplace()
    assert place.session.open_case(tmp_path / "case.toml")
    show_plan(place.session.plan_path, "plan")
    canvas = place.iface.canvas
    canvas.resize(400, 400)
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4547"))
    canvas.setExtent(QgsRectangle(500_000, 3_400_000, 510_000, 3_410_000))
    page = ResultPage(place)
    page.resize(380, 640)
    page.show()
    page.refresh()
    page.tabs.setCurrentWidget(page.findings)
    yield page
    QgsProject.instance().clear()


def rows(page, rule: str) -> list[int]:
    ids = page.session.plan.findings["id"].tolist()
    return [place for place, one in enumerate(ids) if one == rule]


def choose(menu: QMenu, text: str) -> None:
    """Choose the action of a menu, or of a menu in it, whose text begins so."""
    found = [one for one in [menu, *menu.findChildren(QMenu)] for one in one.actions() if one.text().startswith(text)]
    assert found, [action.text() for action in menu.actions()]
    found[0].trigger()


def texts(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.text()]


def smallest_overlap(page) -> int:
    overlaps = rows(page, "S45")
    return min(overlaps, key=lambda row: page.findings.model.listed([row])["value"].iloc[0])


def test_a_finding_of_a_few_metres_fills_a_sensible_part_of_the_view(page):
    page.findings.choose(smallest_overlap(page))
    page.findings.zoom_button.click()
    extent = page.canvas.extent()
    assert extent.contains(QgsRectangle(501_993, 3_401_993, 502_000, 3_402_000))
    assert 7 / 0.6 < min(extent.width(), extent.height()) < 7 / 0.1


def test_a_finding_of_the_lists_shows_its_units_in_turn_and_another_its_place(page):
    plan = page.session.plan
    units = plan.units.iloc[:2]
    told = plan.findings.iloc[:2].assign(
        id=["L14", "S45"],
        shape="",
        units="、".join(units["code"]),
        geometry=units.geometry.iloc[0].representative_point(),
    )
    page.session.plan = replace(plan, findings=told)
    page.session.plan_changed.emit()

    def shown():
        page.findings.zoom_button.click()
        return [page.canvas.extent().contains(QgsRectangle(*one.bounds)) for one in units.geometry]

    page.findings.choose(rows(page, "L14")[0])
    assert [shown(), shown()] == [[True, False], [False, True]]
    page.findings.choose(rows(page, "S45")[0])
    assert shown() == [False, False]


def test_places_far_apart_are_shown_in_turn(page):
    plan = page.session.plan
    far = shapely.MultiPolygon(
        [shapely.box(501_000, 3_401_000, 501_005, 3_401_005), shapely.box(509_000, 3_409_000, 509_009, 3_409_009)]
    )
    page.session.plan = replace(
        plan, findings=plan.findings.iloc[:1].assign(shape=far.wkt, geometry=[far.representative_point()])
    )
    page.session.plan_changed.emit()
    page.findings.choose(0)
    seen = []
    for _ in range(3):
        page.findings.zoom_button.click()
        seen.append((page.canvas.extent().contains(QgsPointXY(509_004, 3_409_004)), page.canvas.extent().width() < 100))
    assert seen == [(True, True), (False, True), (True, True)]
    assert page.findings.zoom_button.text() == "&Zoom: 1 of 2"


def test_it_is_outlined_while_it_is_chosen_and_its_list_shows(page):
    page.findings.choose(smallest_overlap(page))
    shape = shapely.from_wkt(page.outline.band.asGeometry().asWkt(3))
    assert shape.equals(shapely.box(501_993, 3_401_993, 502_000, 3_402_000))
    page.tabs.setCurrentWidget(page.units)
    assert page.outline.band.asGeometry().isEmpty()
    page.tabs.setCurrentWidget(page.findings)
    assert not page.outline.band.asGeometry().isEmpty()
    page.hide()
    assert page.outline.band.asGeometry().isEmpty()


def test_what_is_too_small_to_be_seen_is_ringed(page):
    page.canvas.setExtent(QgsRectangle(500_000, 3_400_000, 510_000, 3_410_000))
    page.findings.choose(smallest_overlap(page))
    assert page.outline.rings.numberOfVertices() == 1
    page.canvas.setExtent(QgsRectangle(501_995, 3_401_995, 501_998, 3_401_998))
    assert page.outline.rings.numberOfVertices() == 0


def test_a_finding_of_units_names_them(page):
    plan = page.session.plan
    units = "、".join(plan.units["code"].iloc[:2])
    page.session.plan = replace(plan, findings=plan.findings.iloc[:1].assign(units=units))
    page.session.plan_changed.emit()
    page.findings.choose(0)
    assert page.findings.told.text() == ", ".join(plan.units["name"].iloc[:2])


def test_several_findings_are_accepted_at_once_with_one_reason(page):
    chosen = rows(page, "S45")
    page.findings.choose(*chosen)
    page.findings.reason.setText("来源已核对")
    page.findings.accept_button.click()
    accepted = read_plan(page.session.plan_path).accepted
    assert accepted[["id", "reason"]].to_numpy().tolist() == [["S45", "来源已核对"]] * 2
    assert page.findings.chosen_places() == chosen
    page.findings.withdraw_button.click()
    assert len(read_plan(page.session.plan_path).accepted) == 0


def test_findings_are_listed_by_rule_under_its_name(page):
    combo = page.findings.rule
    listed = [combo.itemText(number) for number in range(combo.count())]
    total = page.findings.model.rowCount()
    assert listed[0] == f"All issues ({total})"
    assert "S45 Overlaps within a layer (2)" in listed
    page.findings.only("S45")
    assert page.findings.model.rowCount() == 2
    assert combo.currentText() == "S45 Overlaps within a layer (2)"
    page.findings.only("")
    assert page.findings.model.rowCount() == total


def test_what_is_listed_is_exported(page, tmp_path, monkeypatch):
    monkeypatch.setattr(result, "ask_save_as", lambda *_: tmp_path / "listed.xlsx")
    page.findings.only("S45")
    page.findings.export_button.click()
    page.session.runner.finish()
    cells = openpyxl.load_workbook(tmp_path / "listed.xlsx").active.iter_rows(min_row=2, max_col=3, values_only=True)
    assert [row[0] for row in cells if row[1] and row[2]] == ["S45", "S45"]
    assert page.place.messages.texts == ["listed.xlsx is written."]


def test_the_menu_of_a_finding(page):
    page.findings.choose(smallest_overlap(page))
    menu = QMenu()
    page.findings.fill_menu(menu)
    assert texts(menu)[:5] == ["&Zoom", "Accept with &reason", "&Withdraw", "E&xport…", "Why here?"]
    choose(menu, "Why here?")
    assert page.card.card.category == 1
    choose(menu, "Copy the text")
    assert "“甲”" in QApplication.clipboard().text()
    choose(menu, "List only “S45 Overlaps")
    assert page.findings.model.rowCount() == 2
    choose(menu, "Accept with &reason")
    assert page.findings.reason.hasFocus() or not page.isActiveWindow()


def test_the_menu_of_units_in_the_table(page, tmp_path, monkeypatch):
    units = page.session.plan.units
    menu = QMenu()
    result.fill_unit_menu(menu, page, [units["unit_id"].iloc[0]])
    choose(menu, "Copy the code")
    assert QApplication.clipboard().text() == units["code"].iloc[0]
    choose(menu, "Why this unit?")
    assert page.card.card.code == units["code"].iloc[0]
    monkeypatch.setattr(result, "ask_save_as", lambda *_: tmp_path / "one.gpkg")
    choose(menu, "Units (GeoPackage)")
    page.session.runner.finish()
    assert (tmp_path / "one.gpkg").is_file()
    several = QMenu()
    result.fill_unit_menu(several, page, units["unit_id"].tolist())
    choose(several, "Copy 3 codes")
    assert QApplication.clipboard().text().splitlines() == units["code"].tolist()


def test_the_menu_of_the_map_over_a_unit_and_a_finding(page):
    x, y = 501_996.5, 3_401_996.5
    page.canvas.setExtent(QgsRectangle(x - 500, y - 500, x + 500, y + 500))
    menu = QMenu()
    page.map_menu.fill(menu, x, y)
    unit = page.session.plan.units.set_index("category").loc[1]
    assert texts(menu)[:2] == [unit["name"], "Why here?"]
    asked = []
    page.asked_for.connect(asked.append)
    choose(menu, "Why here?")
    assert (page.card.card.code, asked) == (unit["code"], ["result"])
    choose(menu, "Show in the table")
    assert page.tabs.currentWidget() is page.units
    choose(menu, "Accept with reason")
    assert page.tabs.currentWidget() is page.findings
    assert page.findings.chosen_places() == [smallest_overlap(page)]


def test_beside_the_plan_and_without_one_the_map_keeps_its_own_menu(page):
    menu = QMenu()
    menu.addAction("Copy coordinate")
    page.map_menu.fill(menu, 0.0, 0.0)
    assert texts(menu) == ["Copy coordinate"]
    page.session.plan = None
    page.map_menu.fill(menu, 502_000.0, 3_402_000.0)
    assert texts(menu) == ["Copy coordinate"]


def test_asking_ends_in_the_menu_of_the_map(page):
    page.ask.trigger()
    assert page.canvas.mapTool() is page.tool
    menu = QMenu()
    page.map_menu.fill(menu, 502_000.0, 3_402_500.0)
    choose(menu, "End “Why here?”")
    assert page.canvas.mapTool() is not page.tool

"""Result: summary with published bands, units in step with the map, findings answered, why cards."""

from __future__ import annotations

import shutil
import sqlite3
import time
from dataclasses import replace
from pathlib import Path

import pytest
from control_units.delineation.explain.why import OutsidePlan
from control_units.delineation.plan.file import read_plan
from control_units.delineation.plan.journal import appended
from control_units.delineation.verbs.running import run
from control_units.ui.map.layers import plan_layer, show_plan
from control_units.ui.pages.history_view import local_time
from control_units.ui.pages.result.page import ResultPage
from control_units.ui.pages.result.summary_tree import BAND, SHARE
from fakes import workplace
from hand import CASE, hand
from other_program import written
from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsPointXY, QgsProject, QgsRectangle
from qgis.gui import QgsMapToolPan
from qgis.PyQt.QtCore import QPoint, QRect, Qt, QUrl
from qgis.PyQt.QtGui import QImage, QPainter
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QStyleOptionViewItem

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """HAND with two findings, and its plan."""
    folder = tmp_path_factory.mktemp("result")
    text = CASE
    for layer in ("red_line", "township"):
        text = text.replace(f'layer = "{layer}"', f'layer = "{layer}"\nofficial_area = 5_000_000.0')
    run(hand(folder, text), folder / "case.plan.gpkg")
    return folder


@pytest.fixture
def place(folder, tmp_path):
    for path in folder.iterdir():
        shutil.copy(path, tmp_path)
    place = workplace()
    assert place.session.open_case(tmp_path / "case.toml")
    yield place
    QgsProject.instance().clear()


@pytest.fixture
def page(place):
    page = ResultPage(place)
    page.resize(380, 640)
    page.show()
    page.refresh()
    return page


@pytest.fixture
def mapped(place):
    """The page over a map that shows the plan."""
    show_plan(place.session.plan_path, "plan")
    canvas = place.iface.canvas
    canvas.resize(400, 400)
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4547"))
    canvas.setExtent(QgsRectangle(500_000, 3_400_000, 510_000, 3_410_000))
    page = ResultPage(place)
    page.resize(380, 640)
    page.show()
    page.refresh()
    return page


def unit_id(page, kind: str) -> str:
    units = page.session.plan.units
    return units.loc[units["kind"] == kind, "unit_id"].iloc[0]


def test_the_summary_counts_and_shows_the_published_range(page):
    tree = page.summary
    # The county, two elements that were filled up, its CRS, how areas are measured.
    assert tree.topLevelItemCount() == 5
    county = tree.topLevelItem(0)
    assert (county.text(0), county.text(1), county.text(2)) == ("试验县", "3", "100.00")
    rows = [[county.child(number).text(column) for column in (1, 2, 3)] for number in range(3)]
    assert rows == [["1", "4.00", "4.00%"], ["1", "6.00", "6.00%"], ["1", "90.00", "90.00%"]]
    first = county.child(0)
    assert first.data(3, SHARE) == pytest.approx(0.04)
    assert first.data(3, BAND).high == pytest.approx(0.7523)
    assert "75.23%" in first.toolTip(3)


@pytest.mark.parametrize("beside", [-20, 40, 150])
def test_no_mark_and_no_band_lies_over_the_digits_of_a_share(page, beside):
    tree = page.summary
    index = tree.indexFromItem(tree.topLevelItem(0).child(0), 3)
    delegate, option = tree.itemDelegateForColumn(3), QStyleOptionViewItem()
    option.initFrom(tree)
    digits = option.fontMetrics.horizontalAdvance("100.00%")
    width = digits + beside
    option.rect = QRect(0, 0, width, 20)

    def painted():
        image = QImage(width, 20, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        delegate.paint(painter, option, index)
        painter.end()
        return image

    tree.model().setData(index, 0.99, SHARE)
    marked = painted()
    tree.model().setData(index, None, SHARE)
    plain = painted()
    right = QRect(max(beside, 0), 0, width, 20)
    assert marked.copy(right) == plain.copy(right)
    assert (marked != plain) == (beside > 0), "where there is room the mark is there"


def test_units_are_a_model_not_widgets(page):
    model = page.units.view.rows
    assert model.rowCount() == 3
    assert page.tabs.tabText(1).endswith("(3)")
    page.units.find.setText("红线")
    assert model.rowCount() == 1
    page.units.find.setText("2000")
    assert model.rowCount() == 1
    page.units.find.clear()
    page.units.view.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert model.index(0, 1).data() == "90.00"


def test_a_chosen_unit_shows_its_card_at_once(page):
    page.session.runner.finish()
    row = page.units.view.rows.row_of(unit_id(page, "red_line"))
    page.units.view.setCurrentIndex(page.units.view.rows.index(row, 0))
    assert page.session.runner.waiting == []
    text = page.card.toPlainText()
    assert "4.00 km²" in text
    assert "R01" in text
    assert "100.00%" in text


def test_table_and_map_are_in_step(mapped):
    layer = plan_layer(mapped.session.plan_path, "units")
    park, rest = unit_id(mapped, "water_zone"), unit_id(mapped, "general")
    mapped.units.select([park])
    mapped.units.chosen.emit([park])
    (feature,) = layer.selectedFeatures()
    assert feature["unit_id"] == park
    layer.selectByExpression(f"unit_id = '{rest}'")
    assert mapped.units.selected() == [rest]
    assert mapped.card.card.category == 3
    layer.removeSelection()
    assert mapped.units.selected() == []


def test_a_removed_layer_is_let_go_of(mapped):
    general, red = unit_id(mapped, "general"), unit_id(mapped, "red_line")
    QgsProject.instance().clear()
    mapped.units.chosen.emit([general])
    mapped.refresh()
    assert mapped.units.view.rows.rowCount() == 3
    show_plan(mapped.session.plan_path, "plan")
    mapped.refresh()
    mapped.units.chosen.emit([red])
    (feature,) = plan_layer(mapped.session.plan_path, "units").selectedFeatures()
    assert feature["unit_id"] == red


def test_a_click_on_the_map_asks_why_and_escape_gives_the_tool_back(mapped):
    canvas = mapped.canvas
    before = QgsMapToolPan(canvas)
    canvas.setMapTool(before)
    mapped.ask.trigger()
    assert canvas.mapTool() is mapped.tool
    assert mapped.ask.isChecked()
    pixel = canvas.getCoordinateTransform().transform(QgsPointXY(502_000, 3_402_000)).toQPointF().toPoint()
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(pixel))
    assert mapped.card.card.category == 1
    assert "this face" in mapped.card.toPlainText()
    assert mapped.units.selected() == [unit_id(mapped, "red_line")]
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.mapTool() is before
    assert not mapped.ask.isChecked()


def test_a_click_beside_the_plan_is_a_quiet_line(mapped):
    mapped.explain_place(502_000.0, 3_402_000.0)
    mapped.explain_place(0.123456789012, 0.0)
    assert mapped.card.card is None
    assert mapped.card.toPlainText() == "The plan does not reach to this place."
    assert mapped.place.messages.texts == []


def test_a_click_beyond_the_map_s_projection_is_one_too(mapped):
    mapped.canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    mapped.explain_place(1e9, -1e9)
    assert mapped.card.toPlainText() == "The plan does not reach to this place."
    assert mapped.place.messages.texts == []


def test_coordinates_are_said_in_few_digits(mapped):
    with pytest.raises(OutsidePlan, match=r"point 0\.12345679,3400000\.1 lies outside"):
        mapped.card.whys.card(mapped.session.plan, "0.123456789012,3400000.123456789")


def test_a_point_in_another_crs_finds_its_unit(mapped):
    world = QgsCoordinateReferenceSystem("EPSG:4326")
    mapped.canvas.setDestinationCrs(world)
    to_world = QgsCoordinateTransform(QgsCoordinateReferenceSystem("EPSG:4547"), world, QgsProject.instance())
    point = to_world.transform(QgsPointXY(502_000, 3_402_000))
    mapped.explain_place(point.x(), point.y())
    assert mapped.card.card.category == 1


def test_links_of_the_card_zoom_select_and_list(mapped):
    mapped._explain(unit_id(mapped, "red_line"))
    extent = mapped.canvas.extent()
    mapped.card.anchorClicked.emit(QUrl("zoom"))
    assert mapped.canvas.extent() != extent
    assert mapped.canvas.extent().height() < 2_500  # of the red line's 2 km
    assert mapped.canvas.extent().contains(QgsPointXY(502_000, 3_402_000))
    mapped.card.anchorClicked.emit(QUrl("select"))
    assert mapped.units.selected() == [unit_id(mapped, "red_line")]
    assert mapped.tabs.currentWidget() is mapped.units
    before = len(mapped.card.toPlainText())
    mapped.card.anchorClicked.emit(QUrl("clauses"))
    assert len(mapped.card.toPlainText()) > before + 100
    with sqlite3.connect(mapped.session.plan_path) as plan:
        ((unread,),) = plan.execute(
            "SELECT count(DISTINCT clause_id) FROM clauses WHERE unit_id = ? AND status != '建议' "
            "AND clause_id NOT IN (SELECT clause_id FROM library WHERE verified = 1)",
            (unit_id(mapped, "red_line"),),
        )
    assert f"Entry list\n{unread} clauses with an unchecked basis" in mapped.card.toPlainText()
    assert unread > 3


def test_a_finding_is_accepted_with_a_reason_while_the_map_holds_the_file(mapped):
    findings = mapped.findings
    total = findings.model.rowCount()
    assert total >= 2
    findings.choose(1)
    findings.accept_button.click()  # without a reason it asks for one
    assert findings.model.open_count() == total
    findings.reason.setText("已核对批准文件")
    findings.accept_button.click()
    plan = read_plan(mapped.session.plan_path)
    assert plan.accepted["reason"].tolist() == ["已核对批准文件"]
    assert plan.accepted["time"].iloc[0].endswith("Z")
    assert findings.model.open_count() == total - 1
    assert mapped.tabs.tabText(2).endswith(f"({total - 1})")
    assert "已核对批准文件" in findings.told.text()
    assert f"{total - 1} of {total}" in mapped.state().sentence
    findings.all.setChecked(False)
    assert findings.model.rowCount() == total - 1
    findings.all.setChecked(True)
    findings.choose(1)
    findings.withdraw_button.click()
    assert len(read_plan(mapped.session.plan_path).accepted) == 0
    assert findings.model.open_count() == total
    assert plan_layer(mapped.session.plan_path, "units").featureCount() == 3


def test_a_plan_file_that_is_gone_is_one_sentence(page):
    page.findings.choose(0)
    page.findings.reason.setText("x")
    page.session.plan_path.unlink()
    page.findings.accept_button.click()
    assert len(page.place.messages.texts) == 1
    assert page.findings.model.open_count() == page.findings.model.rowCount()


def test_a_plan_that_another_program_changed_says_so_where_it_is_shown(place, page):
    assert "changed" not in page.state().sentence
    written(place.session.plan_path, "DELETE FROM clauses WHERE fid = 1")
    assert place.session.open_case(place.session.case_path)
    page.refresh()
    told = page.state().sentence
    assert page.state().mark == "problem"
    assert told.startswith("Other programs have changed the plan since it was made: clauses (")
    assert page.summary.topLevelItem(0).text(0) == told


def test_without_a_plan_the_page_says_what_comes_first(place):
    place.session.plan = place.session.plan_path = None
    page = ResultPage(place)
    page.show()
    assert page.state().mark == "todo"
    assert page.units.view.rows.rowCount() == 0
    assert not page.ask.isEnabled()


def test_a_new_plan_is_shown_when_it_comes(page, folder):
    page.session.plan = None
    page.session.plan_changed.emit()
    assert page.units.view.rows.rowCount() == 0
    page.session.plan = read_plan(folder / "case.plan.gpkg")
    page.session.plan_changed.emit()
    assert page.units.view.rows.rowCount() == 3


# ── the history ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_plan_of_which_nothing_is_known_has_an_empty_history(page):
    assert page.tabs.tabText(3) == "History"
    assert page.tabs.tabToolTip(3).endswith(": 0")
    page.session.plan_path.with_name("case.plan.history.jsonl").unlink()
    page.history.look()
    assert page.history.toPlainText() == ""
    assert page.history.placeholderText()
    assert page.history.isReadOnly()


def test_the_history_says_what_was_done_when_by_whom_and_why(page):
    plan = page.session.plan
    journal = plan.journal
    for number in (1, 2):
        op = {"op": "relabel", "method": f"ward:k={number}", "seed": 1}
        facts = {"author": f"<李 {number}>", "time": f"2996-03-0{number}T08:00:00Z", "reason": f"reason {number}"}
        journal = appended(journal, op, {}, basis="minutes" if number == 2 else "", **facts)
    journal["undone"] = [1, 0]
    page.session.plan = replace(plan, journal=journal)
    page.session.plan_changed.emit()
    assert page.tabs.tabToolTip(3).endswith(": 2")
    text = page.history.toPlainText().replace("\xa0", " ")
    newest, oldest = text.split(local_time("2996-03-01T08:00:00Z"))
    assert "<李 2>" in newest
    for part in (
        "took the division by Agglomerative clustering (Ward), 2 regions (seed 1)",
        "Reason: reason 2",
        "Basis: minutes",
    ):
        assert part in newest
    assert local_time("2996-03-02T08:00:00Z") in newest
    assert "(undone)" in oldest
    assert "(undone)" not in newest
    assert "ran the case: 3 units" in oldest, "the run comes first, and stands last"
    assert "line-through" in page.history.toHtml()
    code = page.session.plan.units["code"].iloc[0]
    page.units.chosen.emit([page.session.plan.units["unit_id"].iloc[0]])
    assert page.card.card.code == code
    assert (
        "adopted from Agglomerative clustering (Ward), 2 regions by <李 2> on 2996-03-02: reason 2"
        in page.card.toPlainText()
    )


def test_times_are_those_of_the_clock_here(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        assert local_time("2026-03-02T20:30:00Z") == "2026-03-03 04:30"
        assert local_time("some day") == "some day"
    finally:
        monkeypatch.undo()
        time.tzset()

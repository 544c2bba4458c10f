"""The desk of assessment: a site is drawn or typed, the verdict follows it, facts change it, other places are found."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from control_units.delineation.core.xlsx import read_cells
from control_units.delineation.plan.file import read_plan, write_plan
from control_units.ui.map.layers import show_plan
from control_units.ui.pages.assess import report
from control_units.ui.pages.assess.page import ANSWER, BATCH, ELSEWHERE, AssessPage
from control_units.ui.pages.assess.words import asked_of
from qgis.core import QgsCoordinateReferenceSystem, QgsFeature, QgsGeometry, QgsProject, QgsRectangle, QgsVectorLayer
from qgis.gui import QgsMapToolIdentify
from qgis.PyQt.QtCore import QPointF, Qt, QUrl
from qgis.PyQt.QtGui import QInputMethodEvent, QMouseEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAbstractButton, QApplication
from telling import texts_of, until

LEFT, RIGHT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.NoButton
NO_KEY = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
# Two clauses without anything that is open: chemical works may not come into the red line, other works keep to this.
CLAUSES = (
    ("P-1", "prohibit", "红线内禁止新建化工项目。", {"scope": ["role:red_line"], "industries": ["C26"]}),
    ("C-1", "condition", "须符合用途管制。", {}),
    (
        "R-1",
        "restrict",
        "限制日产二千吨以下的生产线。",
        {"when": [{"fact": "capacity", "op": "lt", "value": 2000, "unit": "t/d"}], "industries": ["C26"]},
    ),
)


class Desk:
    """The desk over a plan with a map, and hands for both."""

    def __init__(self, place) -> None:
        self.place = place
        self.canvas = place.iface.mapCanvas()
        window = place.iface.window
        window.setCentralWidget(self.canvas)
        window.resize(700, 600)
        crs = QgsCoordinateReferenceSystem(place.session.plan.crs)
        QgsProject.instance().setCrs(crs)
        self.canvas.setDestinationCrs(crs)
        window.show()
        bounds = shapely.total_bounds(place.session.plan.units["geometry"].to_numpy())
        self.canvas.setExtent(QgsRectangle(*map(float, bounds)))
        self.page = AssessPage(place)
        self.page.resize(380, 680)
        self.page.show()
        self.page.activateWindow()
        assert QTest.qWaitForWindowActive(self.page)
        self.until(lambda: self.page.assessment.is_open)

    @property
    def tool(self):
        return self.page.map.tool

    def until(self, there) -> None:
        until(there, self.place)

    def answered(self) -> dict:
        """The answer to what is asked now."""
        page = self.page
        self.until(lambda: page.answer is not None and page.answer.question == page.question())
        return page.answer.document

    def verdict(self) -> str:
        return self.answered()["verdict"]

    def button(self, name):
        return self.page.findChild(QAbstractButton, f"control_units_assess_{name}")

    def use(self, name) -> None:
        button = self.button(name)
        assert button.isEnabled(), button.toolTip()
        QTest.mouseClick(button, LEFT)
        QApplication.processEvents()

    def turn(self, tab) -> None:
        bar = self.page.tabs.tabBar()
        QTest.mouseClick(bar, LEFT, pos=bar.tabRect(tab).center())

    def write(self, field, text) -> None:
        field.setFocus()
        QTest.keyClick(field, Qt.Key.Key_A, CONTROL)
        QTest.keyClicks(field, text)

    def industry(self, text) -> None:
        self.write(self.page.project.industry, text)
        QTest.keyClick(self.page.project.industry, Qt.Key.Key_Return)
        self.page.project.industry.completer_popup().hide()

    def send(self, kind, place, button, held) -> None:
        pixel = self.tool.view.pixel(*map(float, place)).toPoint()
        at, view = QPointF(pixel), self.canvas.viewport()
        QApplication.sendEvent(view, QMouseEvent(kind, at, view.mapToGlobal(at.toPoint()), button, held, NO_KEY))

    def press(self, place, button=LEFT) -> None:
        self.send(QMouseEvent.Type.MouseButtonPress, place, button, button)

    def move(self, place, held=LEFT) -> None:
        self.send(QMouseEvent.Type.MouseMove, place, NONE, held)

    def release(self, place, button=LEFT) -> None:
        self.send(QMouseEvent.Type.MouseButtonRelease, place, button, NONE)

    def click(self, place, button=LEFT) -> None:
        self.move(place, NONE)
        self.press(place, button)
        self.release(place, button)

    def double_click(self, place) -> None:
        self.click(place)
        self.send(QMouseEvent.Type.MouseButtonDblClick, place, LEFT, LEFT)
        self.release(place)

    def key(self, key) -> None:
        QTest.keyClick(self.canvas, key)

    def inside(self, kind):
        """A point deep in a unit of a kind."""
        units = self.place.session.plan.units
        shape = units.loc[units["kind"] == kind, "geometry"].iloc[0]
        return np.array(shapely.maximum_inscribed_circle(shape).coords[0])

    def put(self, kind) -> None:
        if not self.button("point").isChecked():
            self.use("point")
        self.click(self.inside(kind))
        self.answered()

    def none_missing(self) -> None:
        """Say of every layer that the plan lacks that there is nothing of it here."""
        page = self.page
        self.put("general")
        roles = [one["id"].removeprefix("layer:") for one in self.answered()["not_checked"]]
        for role in roles:
            page.told.told.anchorClicked.emit(QUrl(f"none:{role}"))
        self.until(lambda: page.answer is not None and not page.answer.document["not_checked"])

    def told(self) -> str:
        return self.page.told.told.toPlainText()


@pytest.fixture(scope="module")
def plan_file(plan_file, tmp_path_factory):
    """The plan with three clauses alone, in the lists of every unit."""
    plan = read_plan(plan_file)
    rows = [
        (unit, code, clause, "space", effect, text, "依据甲", "市", "hand", "已审", "", "", "", json.dumps(terms))
        for clause, effect, text, terms in CLAUSES
        for unit, code in zip(plan.units["unit_id"], plan.units["code"], strict=True)
    ]
    path = tmp_path_factory.mktemp("few") / "plan.gpkg"
    clauses = pd.DataFrame(rows, columns=list(plan.clauses.columns))
    write_plan(replace(plan, clauses=clauses, library=plan.library.iloc[:0]), path)
    return path


@pytest.fixture
def desk(plan_place):
    show_plan(plan_place.session.plan_path, "甲")
    desk = Desk(plan_place)
    yield desk
    desk.page.close()
    desk.page.deleteLater()
    QApplication.processEvents()


def test_a_click_puts_a_site_on_the_map_and_the_verdict_says_which_clause(desk):
    desk.put("red_line")
    desk.industry("hxyl")
    found = desk.answered()
    assert found["project"]["industry"] == "C26"
    assert found["verdict"] == "prohibit"
    assert "红线内禁止新建化工项目" in desk.page.head.text.text()
    assert desk.page.head.title.text() == found["title"]
    assert "依据甲" in desk.told()
    assert desk.tool.sketch.verdict == "prohibit"
    assert desk.page.head.title.toolTip() == found["disclaimer"]
    assert found["disclaimer"] in desk.told()


def test_the_verdict_follows_a_site_while_it_is_dragged_and_escape_puts_it_back(desk):
    desk.put("red_line")
    desk.industry("C26")
    assert desk.verdict() == "prohibit"
    begin, end = desk.inside("red_line"), desk.inside("general")
    seen = []
    desk.page.assessment.answered.connect(lambda answer: seen.append(answer.document["verdict"]))
    desk.press(begin)
    for share in (0.2, 0.5, 1.0):
        desk.move(begin + share * (end - begin))
    desk.until(lambda: seen and seen[-1] != "prohibit")
    assert desk.tool.card.isVisible()
    assert desk.page.head.title.text() in desk.tool.card.text
    desk.key(Qt.Key.Key_Escape)
    desk.release(end)
    assert desk.verdict() == "prohibit"
    assert np.allclose(shapely.get_coordinates(desk.page.spot.base)[0], begin, atol=20)
    assert not desk.tool.card.isVisible()


def test_a_site_that_was_let_go_stays_there(desk):
    desk.put("red_line")
    begin, end = desk.inside("red_line"), desk.inside("general")
    desk.press(begin)
    desk.move(end)
    desk.release(end)
    assert [unit["category"] for unit in desk.answered()["units"]] == [3]


def test_only_the_last_of_many_questions_is_answered_at_the_end(desk):
    desk.put("red_line")
    begin = desk.inside("red_line")
    desk.press(begin)
    for number in range(60):
        desk.move(begin + np.array([number * 10.0, 0]))
    desk.release(begin + np.array([590.0, 0]))
    count = []
    desk.page.assessment.answered.connect(count.append)
    desk.answered()
    assert count[-1].question == desk.page.question()
    assert len(count) < 60


def test_an_area_is_drawn_corner_by_corner_and_ended_by_a_double_click(desk):
    desk.use("area")
    middle = desk.inside("general")
    for corner in ((-300, -300), (300, -300)):
        desk.click(middle + corner)
    desk.double_click(middle + 300)
    found = desk.answered()
    assert found["site"]["kind"] == "polygon"
    assert found["site"]["area_m2"] == pytest.approx(180_000, rel=0.1)
    assert not desk.tool.on_its_way


def test_backspace_takes_a_corner_back_and_the_right_button_cancels(desk):
    desk.use("area")
    middle = desk.inside("general")
    for corner in ((-300, -300), (300, -300), (300, 300)):
        desk.click(middle + corner)
    desk.key(Qt.Key.Key_Backspace)
    assert len(desk.tool.sketch.line) == 2
    desk.click(middle, RIGHT)
    assert not desk.tool.on_its_way
    assert desk.page.spot is None
    assert desk.tool.isActive()
    desk.key(Qt.Key.Key_Escape)
    assert not desk.tool.isActive()
    assert not desk.button("area").isChecked()


def test_a_corner_is_dragged_alone(desk):
    desk.use("area")
    middle = desk.inside("general")
    corners = [middle + corner for corner in ((-400, -400), (400, -400), (400, 400))]
    for corner in corners[:2]:
        desk.click(corner)
    desk.double_click(corners[2])
    before = desk.answered()["site"]["area_m2"]
    desk.press(corners[2])
    desk.move(corners[2] + (0, 400))
    desk.release(corners[2] + (0, 400))
    after = shapely.get_coordinates(desk.page.spot.base)
    assert desk.answered()["site"]["area_m2"] > 1.3 * before
    assert np.allclose(after[1], corners[1], atol=20)
    assert (after[0] == after[-1]).all()


def test_a_line_has_crossings_and_its_buffer_an_area(desk):
    desk.use("line")
    begin, end = desk.inside("red_line"), desk.inside("general")
    desk.click(begin)
    desk.double_click(end)
    found = desk.answered()
    assert found["site"]["area_m2"] > 0
    assert found["site"]["length_m"] == pytest.approx(np.hypot(*(end - begin)), rel=0.02)
    field = desk.page.place_bar.buffer
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "0")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert desk.answered()["site"]["kind"] == "line"


@pytest.mark.parametrize("crs", ["", "EPSG:4490"])
def test_typed_degrees_put_the_site_there_with_a_radius(desk, crs):
    from pyproj import Transformer

    x, y = desk.inside("red_line")
    way = Transformer.from_crs(desk.place.session.plan.crs, "EPSG:4490", always_xy=True)
    lon, lat = way.transform(x, y)
    desk.use("more")
    bar = desk.page.place_bar
    bar.crs.setCurrentIndex(bar.crs.findData(crs))
    # The two fields of a place, and what is done with it, take no more lines than they need: the verdict has the rest.
    assert bar.put.geometry().center().y() == pytest.approx(bar.crs.geometry().center().y(), abs=2)
    assert bar.put.geometry().right() <= bar.put.parentWidget().width()
    desk.write(bar.coordinates, f"{lon:.7f}, {lat:.7f}, 50")
    QTest.keyClick(bar.coordinates, Qt.Key.Key_Return)
    desk.until(lambda: desk.page.spot is not None)
    assert desk.answered()["site"]["area_m2"] == pytest.approx(np.pi * 50**2, rel=0.01)
    assert np.allclose(shapely.get_coordinates(desk.page.spot.base)[0], (x, y), atol=0.1)


def test_coordinates_of_web_maps_are_converted_with_a_warning(desk):
    from pyproj import Transformer

    x, y = desk.inside("red_line")
    lon, lat = Transformer.from_crs(desk.place.session.plan.crs, "EPSG:4490", always_xy=True).transform(x, y)
    desk.use("more")
    bar = desk.page.place_bar
    bar.crs.setCurrentIndex(bar.crs.findData("GCJ-02"))
    desk.write(bar.coordinates, f"{lon:.7f}, {lat:.7f}")
    QTest.keyClick(bar.coordinates, Qt.Key.Key_Return)
    desk.until(lambda: desk.page.spot is not None)
    assert any("GCJ-02" in notice for notice in desk.answered()["notices"])
    assert np.hypot(*(shapely.get_coordinates(desk.page.spot.base)[0] - (x, y))) > 50


def test_what_cannot_be_a_site_is_said_and_the_site_stays(desk):
    desk.put("red_line")
    before = desk.page.spot
    desk.use("more")
    desk.write(desk.page.place_bar.coordinates, "0, 0")
    QTest.keyClick(desk.page.place_bar.coordinates, Qt.Key.Key_Return)
    desk.until(lambda: "km" in desk.page.place_bar.said.text())
    assert desk.page.spot == before


def test_a_selected_feature_of_any_layer_is_taken(desk):
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326", "地块", "memory")
    from pyproj import Transformer

    x, y = desk.inside("general")
    way = Transformer.from_crs(desk.place.session.plan.crs, "EPSG:4326", always_xy=True)
    corners = [way.transform(x + dx, y + dy) for dx, dy in ((0, 0), (200, 0), (200, 200), (0, 200))]
    feature = QgsFeature(layer.fields())
    feature.setGeometry(QgsGeometry.fromWkt(shapely.Polygon(corners).wkt))
    layer.dataProvider().addFeature(feature)
    desk.place.iface.activeLayer = lambda: layer
    desk.use("more")
    desk.use("selected")
    assert "selected" in desk.page.place_bar.said.text()
    layer.selectAll()
    desk.use("selected")
    assert desk.answered()["site"]["area_m2"] == pytest.approx(40_000, rel=0.01)


def test_a_fact_is_asked_for_inline_and_its_answer_changes_the_verdict(desk):
    desk.none_missing()
    desk.put("general")
    desk.industry("C26")
    found = desk.answered()
    desk.until(lambda: "capacity" in desk.page.told.facts.rows)
    assert "capacity" in {asked_of(clause) for clause in found["clauses"]}
    row = desk.page.told.facts.rows["capacity"]
    row.units.setCurrentIndex(row.units.findText("t/d"))
    before = found["verdict"]
    desk.write(row.number, "1500")
    desk.until(lambda: desk.page.question().facts == {"capacity": "1500 t/d"})
    assert desk.verdict() == "restrict" != before
    assert desk.page.told.facts.rows["capacity"] is row
    desk.write(row.number, "2500")
    QTest.keyClick(row.number, Qt.Key.Key_Return)
    assert desk.verdict() != "restrict"


def test_of_a_layer_that_is_missing_somebody_says_that_there_is_nothing_of_it_here(desk):
    desk.put("general")
    assert desk.verdict() == "not_assessed"
    assert "There is none here" in desk.told()
    desk.none_missing()
    desk.industry("A01")
    assert desk.verdict() == "conditional"
    assert any(notice.startswith("As was said by hand") for notice in desk.answered()["notices"])
    role = desk.page.assessment.none_here[0]
    desk.page.told.told.anchorClicked.emit(QUrl(f"some:{role}"))
    desk.until(lambda: desk.page.answer.document["verdict"] == "not_assessed")


def test_a_link_leads_to_the_field_of_a_fact(desk):
    desk.put("general")
    desk.industry("C26")
    desk.answered()
    desk.until(lambda: "capacity" in desk.page.told.facts.rows)
    assert "fact:capacity" in desk.page.told.told.toHtml()
    desk.page.told.told.anchorClicked.emit(QUrl("fact:capacity"))
    assert desk.page.focusWidget() is desk.page.told.facts.rows["capacity"].number


def test_an_unknown_industry_is_said_and_assessed_as_none(desk):
    desk.put("red_line")
    desk.industry("C26")
    assert desk.verdict() == "prohibit"
    field = desk.page.project.industry
    # As an input method sends what it has composed: there is no key for 猪.
    composed = QInputMethodEvent()
    composed.setCommitString("养猪场扩建")
    field.clear()
    field.setFocus()
    QApplication.sendEvent(field, composed)
    QTest.keyClick(field, Qt.Key.Key_Return)
    field.completer_popup().hide()
    assert desk.page.project.industry.text() == "A0313 猪的饲养"
    assert not desk.page.project.warning.isVisible()
    desk.write(desk.page.project.industry, "qqqqqq")
    assert desk.page.project.warning.isVisible()
    assert desk.answered()["project"]["industry"] == ""


def test_another_day_is_another_question(desk):
    desk.put("red_line")
    field = desk.page.project.as_of
    # No clock fills it in.
    assert desk.answered()["as_of"] == field.text() == ""
    desk.write(field, "2026-02-30")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert (desk.page.project.day(), desk.answered()["as_of"]) == ("", "")
    desk.write(field, "2026-03-01")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert desk.answered()["as_of"] == desk.page.project.day() == "2026-03-01"


def test_elsewhere_lists_places_shows_them_and_a_click_moves_the_site(desk):
    desk.none_missing()
    desk.put("red_line")
    desk.industry("C26")
    desk.answered()
    desk.until(lambda: "capacity" in desk.page.told.facts.rows)
    row = desk.page.told.facts.rows["capacity"]
    row.units.setCurrentIndex(row.units.findText("t/d"))
    desk.write(row.number, "2500")
    QTest.keyClick(row.number, Qt.Key.Key_Return)
    assert desk.verdict() == "prohibit"
    desk.turn(ELSEWHERE)
    desk.use("look_elsewhere")
    desk.until(lambda: not desk.page.assessment.looking_elsewhere)
    view = desk.page.elsewhere.list
    assert view.topLevelItemCount() >= 2
    assert [one.number for one in desk.tool.sketch.others if one.number][:1] == [1]
    assert any("红线内禁止新建化工项目" in one for one in blocked(view))
    QTest.mouseClick(view.viewport(), LEFT, pos=view.visualItemRect(view.topLevelItem(0)).center())
    assert desk.verdict() == "conditional"
    assert not desk.button("look_elsewhere").isEnabled()


def blocked(view):
    last = view.topLevelItem(view.topLevelItemCount() - 1)
    return [last.child(number).text(0) for number in range(last.childCount())]


def test_a_report_is_written_beside_the_plan(desk):
    desk.put("red_line")
    desk.answered()
    desk.turn(ANSWER)
    row = desk.page.report
    row.kind.setCurrentIndex(row.kind.findData(".xlsx"))
    QTest.mouseClick(row.now, LEFT)
    desk.until(lambda: row.end.file.isVisible())
    assert row.path().is_file()
    assert row.path().parent == desk.place.session.plan_path.parent


def test_a_table_of_projects_is_assessed_and_a_row_shows_its_site(desk, tmp_path):
    x, y = desk.inside("red_line")
    table = tmp_path / "projects.csv"
    table.write_text(
        f"编号,项目名称,X,Y,半径,行业代码\n1,甲厂,{x:.1f},{y:.1f},50,C26\n2,乙厂,,,,C26\n", encoding="utf-8"
    )
    desk.turn(BATCH)
    desk.page.batch.assess(table)
    desk.until(lambda: desk.page.batch.table is not None)
    view = desk.page.batch.list
    texts = texts_of(view)
    assert texts[0][0] == "甲厂"
    assert texts[1][:2] == ["乙厂", "cannot be read"]
    QTest.mouseClick(view.viewport(), LEFT, pos=view.visualRect(view.rows.index(0, 0)).center())
    found = desk.answered()
    assert found["project"]["industry"] == "C26"
    assert found["verdict"] == "prohibit"
    QTest.mouseClick(desk.page.batch.report.now, LEFT)
    desk.until(lambda: desk.page.batch.report.end.file.isVisible())
    assert desk.page.batch.report.path().is_file()


def test_a_plan_under_revision_is_asked_by_its_file_and_anew_after_an_edit(desk):
    desk.put("red_line")
    desk.industry("C26")
    assert desk.verdict() == "prohibit"
    revision = desk.place.session.revision
    revision.begin()
    desk.until(lambda: revision.is_open)
    assert "under revision" in desk.page.state().sentence
    answer = desk.page.answer
    unit = desk.place.session.plan.units.loc[desk.place.session.plan.units["kind"] == "red_line", "unit_id"].iloc[0]
    revision.do({"op": "clause", "unit": unit, "change": {"id": "P-1", "remark": "已核"}})
    desk.until(lambda: desk.page.answer is not None and desk.page.answer is not answer and "已核" in desk.told())


def test_without_a_plan_it_says_what_it_needs(desk):
    desk.place.session.close()
    QApplication.processEvents()
    assert "needs a plan" in desk.page.head.text.text()
    assert not desk.page.place_bar.isEnabled()
    assert desk.page.state().mark == "todo"


def test_a_hidden_desk_gives_the_map_back_and_shows_nothing_on_it(desk):
    desk.put("red_line")
    desk.page.hide()
    assert not desk.tool.isActive()
    assert not desk.tool.sketch.isVisible()
    desk.page.show()
    assert desk.tool.sketch.isVisible()
    assert desk.page.spot is not None


# ── one project, then another ───────────────────────────────────────────────────────────────────────────────────────


def named(desk, text) -> None:
    field = desk.page.project.name
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_A, CONTROL)
    field.insert(text)  # as an input method does, which no test has
    QTest.keyClick(field, Qt.Key.Key_Return)


def grey(widget) -> bool:
    return widget.graphicsEffect() is not None


def answered_capacity(desk, text) -> None:
    desk.until(lambda: "capacity" in desk.page.told.facts.rows)
    row = desk.page.told.facts.rows["capacity"]
    row.units.setCurrentIndex(row.units.findText("t/d"))
    desk.write(row.number, text)
    QTest.keyClick(row.number, Qt.Key.Key_Return)
    desk.until(lambda: desk.page.question().facts.get("capacity") == f"{text} t/d")


def workbook(desk):
    row = desk.page.report
    row.kind.setCurrentIndex(row.kind.findData(".xlsx"))
    row.kind.activated.emit(row.kind.currentIndex())
    return row


def written(desk) -> str:
    row = desk.page.report
    QTest.mouseClick(row.now, LEFT)
    desk.until(lambda: not row._writing and row.end.file.isVisible())
    return row.path().name


def test_a_project_has_a_name_in_the_answer_the_report_and_the_name_of_its_file(desk):
    desk.put("red_line")
    named(desk, " 红岗化工 A/B ")
    assert desk.answered()["project"]["name"] == "红岗化工 A/B"
    row = workbook(desk)
    assert row.path().name == "plan_红岗化工_A_B_assessment.xlsx"
    written(desk)
    assert "红岗化工 A/B" in str(read_cells(row.path()))
    named(desk, "乙厂")
    desk.answered()
    assert row.path().name == "plan_乙厂_assessment.xlsx"


@pytest.mark.parametrize("way", ["button", "key"])
def test_a_new_project_begins_afresh(desk, way):
    desk.put("red_line")
    named(desk, "甲厂")
    desk.industry("C26")
    answered_capacity(desk, "1500")
    desk.answered()
    workbook(desk)
    written(desk)
    if way == "button":
        desk.use("new")
    else:
        desk.page.activateWindow()
        assert QTest.qWaitForWindowActive(desk.page)
        QTest.keyClick(desk.page.project.name, Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier)
    QApplication.processEvents()
    page = desk.page
    assert (page.project.called(), page.project.industry.code, page.told.facts.answers()) == ("", "", {})
    assert (page.spot, page.answer, desk.tool.spot, desk.tool.sketch.spot) == (None, None, None, None)
    assert page.report.path().name == "plan_assessment.xlsx"
    assert not page.report.became.isVisible()
    assert not page.report.end.file.isVisible()
    assert not page.report.now.isEnabled()
    assert page.focusWidget() is page.project.name
    desk.put("general")
    assert desk.answered()["project"]["industry"] == desk.answered()["project"]["name"] == ""


def test_a_report_of_another_project_is_replaced_only_when_somebody_says_so(desk, monkeypatch):
    asked, says = [], [False, True]
    monkeypatch.setattr(report, "sure", lambda _, question, *__: asked.append(question) or says[len(asked) - 1])
    desk.put("red_line")
    desk.answered()
    row = workbook(desk)
    row.path().write_bytes(b"of another project")
    QTest.mouseClick(row.now, LEFT)
    assert row.path().name in asked[0]
    assert row.path().read_bytes() == b"of another project"
    assert not row.end.file.isVisible()
    written(desk)
    assert row.path().read_bytes()[:2] == b"PK"
    assert len(asked) == 2


def test_answers_about_the_parcel_go_with_the_site_and_those_about_the_project_stay(desk):
    desk.put("red_line")
    desk.industry("C26")
    desk.answered()
    facts = desk.page.told.facts
    assert "in_park" in facts.about_site
    assert "capacity" not in facts.about_site
    facts.set_answers({"in_park": "yes", "capacity": "1500 t/d"})
    desk.page.ask()
    assert {one["fact"] for one in desk.answered()["project"]["facts"]} == {"in_park", "capacity"}
    field = desk.page.place_bar.buffer
    field.setValue(field.value() + 50)  # a larger site at the same place
    assert set(desk.page.question().facts) == {"in_park", "capacity"}
    begin, end = desk.inside("red_line"), desk.inside("general")
    desk.press(begin)
    desk.move(end)
    assert set(desk.page.question().facts) == {"capacity"}
    desk.key(Qt.Key.Key_Escape)
    desk.release(end)
    assert set(desk.page.question().facts) == {"in_park", "capacity"}
    assert desk.place.messages.texts == []
    desk.press(begin)
    desk.move(end)
    desk.release(end)
    assert {one["fact"] for one in desk.answered()["project"]["facts"]} == {"capacity"}
    (told,) = desk.place.messages.texts
    assert told.endswith(f"not taken along to this one: {facts.about_site['in_park']}.")
    desk.page.begin_afresh()
    assert len(desk.place.messages.texts) == 1  # who begins another project knows


def test_a_verdict_that_is_to_be_another_one_is_grey_and_says_what_it_was_for(desk, monkeypatch):
    desk.put("red_line")
    named(desk, "甲厂")
    desk.answered()
    page = desk.page
    assert not grey(page.head)
    ask = page.assessment.ask
    monkeypatch.setattr(page.assessment, "ask", lambda _: None)  # an edit of the plan takes its time
    named(desk, "乙厂")
    desk.until(lambda: grey(page.head))
    assert grey(page.told)
    assert "甲厂" in page.head.where.whole
    monkeypatch.setattr(page.assessment, "ask", ask)
    page.ask()
    desk.answered()
    assert not grey(page.head)
    assert "甲厂" not in page.head.where.whole


def test_places_and_a_report_of_another_project_are_grey_and_say_what_they_were_for(desk):
    desk.none_missing()
    desk.put("red_line")
    named(desk, "甲厂")
    desk.industry("C26")
    answered_capacity(desk, "2500")
    assert desk.verdict() == "prohibit"
    desk.turn(ELSEWHERE)
    desk.use("look_elsewhere")
    desk.until(lambda: not desk.page.assessment.looking_elsewhere)
    desk.turn(ANSWER)
    row = workbook(desk)
    written(desk)
    page = desk.page
    assert desk.tool.sketch.others
    assert (grey(page.elsewhere.list), grey(row.became)) == (False, False)
    named(desk, "乙厂")
    desk.answered()
    assert (grey(page.elsewhere.list), grey(row.became)) == (True, True)
    assert "甲厂" in page.elsewhere.said.text()
    assert "甲厂" in row.became.text()
    assert not desk.tool.sketch.others
    named(desk, "甲厂")
    desk.answered()
    assert (grey(page.elsewhere.list), grey(row.became)) == (False, False)
    assert "甲厂" not in page.elsewhere.said.text()
    assert desk.tool.sketch.others


def test_verdicts_of_a_table_are_grey_on_another_day(desk, tmp_path):
    x, y = desk.inside("red_line")
    table = tmp_path / "projects.csv"
    table.write_text(f"编号,项目名称,X,Y,半径,行业代码\n1,甲厂,{x:.1f},{y:.1f},50,C26\n", encoding="utf-8")
    desk.turn(BATCH)
    batch = desk.page.batch
    batch.assess(table)
    desk.until(lambda: batch.table is not None)
    assert not grey(batch.list)
    field = desk.page.project.as_of
    desk.write(field, "2026-03-01")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert grey(batch.list)
    assert "projects.csv" in batch.said.text()
    QTest.mouseClick(batch.list.viewport(), LEFT, pos=batch.list.visualRect(batch.list.rows.index(0, 0)).center())
    assert desk.answered()["project"]["name"] == "甲厂"
    desk.use("again")
    desk.until(lambda: not grey(batch.list))


def test_the_tool_stays_in_hand_when_it_is_chosen_again_and_leaves_the_map_to_be_panned(desk):
    edits = QgsMapToolIdentify(desk.canvas)
    desk.canvas.setMapTool(edits)
    desk.use("point")
    desk.use("point")
    assert desk.tool.isActive()
    assert desk.button("point").isChecked()
    desk.key(Qt.Key.Key_Escape)
    assert desk.canvas.mapTool() is desk.tool.pan
    assert not desk.button("point").isChecked()


def test_enter_with_too_few_corners_says_how_many_it_needs(desk):
    desk.use("area")
    middle = desk.inside("general")
    for corner in ((-300, -300), (300, -300)):
        desk.click(middle + corner)
    desk.key(Qt.Key.Key_Return)
    assert desk.tool.on_its_way
    assert "3" in desk.page.place_bar.said.text()
    assert "2" in desk.page.place_bar.said.text()
    desk.click(middle + 300)
    desk.key(Qt.Key.Key_Return)
    assert desk.answered()["site"]["kind"] == "polygon"


def test_the_evidence_stays_where_it_is_at_the_first_verdict(desk):
    page = desk.page
    desk.use("point")
    QApplication.processEvents()
    before = page.tabs.geometry()
    desk.put("red_line")
    QApplication.processEvents()
    assert page.tabs.geometry().height() == before.height()
    assert page.tabs.geometry().top() == before.top()

"""The desk of assessment: a site is drawn or typed, the verdict follows it, facts change it, other places are found."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from control_units.ui.map.layers import show_plan
from control_units.ui.pages.assess import AssessPage
from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsRectangle
from qgis.PyQt.QtCore import QPointF, Qt
from qgis.PyQt.QtGui import QMouseEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QToolButton
from telling import until

LEFT, RIGHT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.NoButton
NO_KEY = Qt.KeyboardModifier.NoModifier


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

    def until(self, there) -> None:
        until(there, self.place)

    def answered(self) -> dict:
        """The answer to what is asked now."""
        page = self.page
        self.until(lambda: page.answer is not None and page.answer.question == page.question())
        return page.answer.document

    def pixel(self, place):
        return self.page.tool.view.pixel(*map(float, place)).toPoint()

    def send(self, kind, place, button=LEFT, held=LEFT) -> None:
        at, view = QPointF(self.pixel(place)), self.canvas.viewport()
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

    def key(self, key) -> None:
        QTest.keyClick(self.canvas, key)

    def use(self, name) -> None:
        QTest.mouseClick(self.button(name), LEFT)

    def button(self, name):
        return self.page.findChild(QToolButton, f"control_units_assess_{name}")

    def inside(self, kind):
        """A point deep in a unit of a kind."""
        units = self.place.session.plan.units
        shape = units.loc[units["kind"] == kind, "geometry"].iloc[0]
        return np.array(shapely.maximum_inscribed_circle(shape).coords[0])


@pytest.fixture
def desk(plan_place):
    show_plan(plan_place.session.plan_path, "甲")
    desk = Desk(plan_place)
    yield desk
    desk.page.close()
    desk.page.deleteLater()


def test_a_click_puts_a_site_on_the_map_and_its_verdict_says_which_clause(desk):
    desk.use("point")
    place = desk.inside("red_line")
    desk.click(place)
    found = desk.answered()
    print(found["verdict"], desk.page.head.text.text(), desk.page.state().sentence)
    print(desk.page.told.told.toPlainText())
    print([(r, row.fact.title) for r, row in desk.page.told.facts.rows.items()])
    desk.page.grab().save("/tmp/adesk/page.png")
    assert found["units"][0]["category"] == 1

"""Story: a planner looks into a result by right clicks, map tips and the attribute table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driver import report
from edited_plan import run_it
from hands import press, press_tab, settle_window, until
from planner import clear_desk, open_panel, pictured, sources_read, unpack
from qgis.core import QgsExpression, QgsExpressionContext, QgsExpressionContextUtils, QgsPointXY, QgsProject
from qgis.gui import QgsMapTip
from qgis.PyQt.QtCore import QPoint, Qt, QTimer
from qgis.PyQt.QtGui import QContextMenuEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QMenu
from qgis.utils import iface
from sight import dock, map_drawn, page, shot, to_page, units_layer

if TYPE_CHECKING:
    from collections.abc import Generator

    from qgis.PyQt.QtWidgets import QAbstractItemView

# What rule of the demo found pieces of a few square metres.
RULE = "Q14"


@pictured
def asking() -> Generator[float | None]:
    """From the demo's plan to what a right click says of it."""
    settle_window()
    clear_desk()
    yield from unpack()
    yield from open_panel()
    yield from sources_read()
    yield from to_page("run")
    yield from run_it()
    yield from until(lambda: page("run").session.plan_path is not None, "a plan")
    yield from to_page("result")
    iface.messageBar().clearWidgets()
    yield from units_by_right_click()
    yield from findings_by_right_click()
    yield from map_by_right_click()
    yield from table_and_tip()
    QgsProject.instance().setDirty(False)


def units_by_right_click() -> Generator[float]:
    """The menu of a unit in the table, and its card."""
    result = page("result")
    press_tab(result.tabs.tabBar(), result.tabs.indexOf(result.units))
    yield 0.3
    menu = yield from right_click(result.units.view, 3)
    report["unit_menu"] = [one.text() for one in menu.actions() if one.text()]
    shot("unit-menu")
    trigger(menu, 0)
    yield 1
    report["card"] = result.card.toPlainText()
    shot("card")


def findings_by_right_click() -> Generator[float]:
    """One rule's findings, one of them zoomed to, its menu."""
    result = page("result")
    press_tab(result.tabs.tabBar(), result.tabs.indexOf(result.findings))
    yield 0.3
    result.findings.only(RULE)
    yield 0.2
    model = result.findings.model
    place = next(place for place in model.items if model.listed([place])["shape"].iloc[0])
    result.findings.choose(place)
    yield 0.2
    press(result.findings.zoom_button)
    yield from map_drawn()
    yield 3
    report["scale"] = iface.mapCanvas().scale()
    shot("finding")
    menu = yield from right_click(result.findings.view, model.row_of(place))
    report["finding_menu"] = [one.text() for one in menu.actions() if one.text()]
    shot("finding-menu")
    menu.close()
    result.findings.view.selectAll()
    yield 0.3
    shot("several-findings")
    result.findings.only("")


def map_by_right_click() -> Generator[float]:
    """The menu of the map over a finding."""
    result, canvas = page("result"), iface.mapCanvas()
    finding = result.session.plan.findings
    place = finding["id"].tolist().index("Q14")
    point = finding["geometry"].iloc[place]
    canvas.setCenter(QgsPointXY(point.x, point.y))
    canvas.zoomScale(20_000)
    yield from map_drawn()
    at = canvas.getCoordinateTransform().transform(QgsPointXY(point.x, point.y))

    def look() -> None:
        menu = QApplication.activePopupWidget()
        if isinstance(menu, QMenu):
            report["map_menu"] = [one.text() for one in menu.actions() if one.text()]
            shot("map-menu")
            menu.close()

    QTimer.singleShot(800, look)
    # The map's menu holds up whoever opens it.
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.RightButton, pos=QPoint(round(at.x()), round(at.y())))
    yield 1


def table_and_tip() -> Generator[float]:
    """The attribute table and the map tip of the units."""
    units, canvas = units_layer(), iface.mapCanvas()
    iface.setActiveLayer(units)
    canvas.zoomToFullExtent()
    yield 0.5
    yield from map_drawn()
    # Where the mouse rests is the test's own business: the tip is asked of the layer.
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(units))
    context.setFeature(next(units.getFeatures()))
    report["tip"] = QgsExpression.replaceExpressionText(units.mapTipTemplate(), context)
    tip = QgsMapTip()
    centre = units.getFeature(units.allFeatureIds()[2]).geometry().pointOnSurface().asPoint()
    at = canvas.getCoordinateTransform().transform(centre)
    tip.showMapTip(units, centre, QPoint(round(at.x()), round(at.y())), canvas)
    yield 2
    shot("map-tip")
    tip.clear(canvas)
    table = iface.showAttributeTable(units)
    yield 2
    report["table"] = table is not None
    table.window().resize(1500, 600)
    yield 1
    shot("attribute-table")
    table.close()


def right_click(view: QAbstractItemView, row: int) -> Generator[float, None, QMenu]:
    """Ask for the menu of a row, as the system does at a right click."""
    index = view.model().index(row, 0)
    view.scrollTo(index)
    at = view.visualRect(index).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.RightButton, pos=at)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.viewport().mapToGlobal(at))
    QApplication.sendEvent(view.viewport(), event)
    yield 0.5
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu), dock()
    return menu


def trigger(menu: QMenu, number: int) -> None:
    """Choose one of a menu's lines and shut it."""
    action = [one for one in menu.actions() if one.text()][number]
    menu.close()
    action.trigger()

"""Story: somebody tries QGIS's own digitizing on the layers of a plan, and is told why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driver import report
from hands import LEFT, NO_KEY, press_button, settle_window, until
from planner import clear_desk, open_panel, pictured, sources_read, unpack
from qgis.core import QgsProject
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QToolBar, QToolButton, QToolTip
from qgis.utils import iface
from sight import page, shot, to_page

if TYPE_CHECKING:
    from collections.abc import Generator

    from qgis.core import QgsVectorLayer
    from qgis.PyQt.QtWidgets import QWidget

MARK = "control_units/layer"
TABLE = "QgsAttributeTableDialog"


@pictured
def read_only() -> Generator[float | None]:
    """The pencil of the toolbar, that of an attribute table; then a script."""
    settle_window()
    clear_desk()
    own = iface.actionToggleEditing().toolTip()
    yield from unpack()
    yield from open_panel()
    yield from sources_read()
    yield from to_page("run")
    press_button("control_units_run")
    yield from until(lambda: page("run").session.plan_path is not None, "a plan")
    yield 1
    units = plan_layer("units")
    iface.setActiveLayer(units)
    yield 0.3
    button = pencil()
    report["tip"] = button.toolTip()
    QToolTip.showText(button.mapToGlobal(button.rect().center()), button.toolTip(), button)
    yield 0.5
    shot("tip")
    report["pressed"] = yield from pressed(button)
    shot("pressed")
    iface.showAttributeTable(units)
    yield from until(lambda: tables() != [], "a table", 20)
    yield 1
    (table,) = tables()
    table.window().activateWindow()
    button = next(one for one in table.findChildren(QToolButton) if is_pencil(one))
    # Without a window manager no window gets the focus by being opened.
    table.findChildren(QToolButton)[-1].setFocus()
    yield 0.3
    report["table_tip"] = button.toolTip()
    report["table"] = yield from pressed(button)
    shot("table")
    table.window().close()
    iface.messageBar().clearWidgets()
    yield 0.3
    units.setReadOnly(False)
    report["script"] = [units.readOnly(), units.startEditing()]
    report["script_said"] = said()
    iface.setActiveLayer(
        next(one for one in QgsProject.instance().mapLayers().values() if not one.customProperty(MARK))
    )
    yield 0.2
    report["own"] = iface.actionToggleEditing().toolTip() == own


def plan_layer(name: str) -> QgsVectorLayer:
    """A layer of the plan."""
    return next(one for one in QgsProject.instance().mapLayers().values() if one.customProperty(MARK) == name)


def is_pencil(button: QToolButton) -> bool:
    """Tell whether a button of an attribute table begins to edit."""
    action = button.defaultAction()
    return action is not None and action.objectName() == "mActionToggleEditing"


def pencil() -> QToolButton:
    """The pencil in QGIS's toolbar."""
    action = iface.actionToggleEditing()
    bars = [one for one in action.associatedWidgets() if isinstance(one, QToolBar) and one.isVisible()]
    return bars[0].widgetForAction(action)


def tables() -> list[QWidget]:
    """The attribute tables that are open."""
    return [one for one in QApplication.allWidgets() if one.metaObject().className() == TABLE]


def said() -> list[str]:
    """What stands on the message bar."""
    return [one.text() for one in iface.messageBar().items()]


def pressed(button: QWidget) -> Generator[float, None, list[str]]:
    """Click a button that is off, and give what is said to that."""
    iface.messageBar().clearWidgets()
    window = button.window()
    # By way of the window, as the system's own events come.
    QTest.mouseClick(window.windowHandle(), LEFT, NO_KEY, button.mapTo(window, button.rect().center()))
    yield 0.4
    return said()

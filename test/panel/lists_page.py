"""The desk of entry lists as tests drive it: what is pressed, turned to and waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from control_units.ui.pages.lists.page import ListsPage
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication

if TYPE_CHECKING:
    from control_units.ui.pages.page import Workplace
    from qgis.PyQt.QtWidgets import QWidget


def shown_page(place: Workplace, width: int = 360, height: int = 680) -> ListsPage:
    """The desk over a plan, with its facts."""
    page = ListsPage(place)
    page.resize(width, height)
    page.show()
    page.activateWindow()
    assert QTest.qWaitForWindowActive(page)
    settle(page)
    return page


def settle(page: Any) -> None:
    """Have all that is on its way done."""
    for _ in range(3):
        page.session.runner.finish()
        QApplication.processEvents()


def click(widget: QWidget) -> None:
    """Press what can be pressed."""
    assert widget.isVisible()
    assert widget.isEnabled(), widget.toolTip()
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
    QApplication.processEvents()

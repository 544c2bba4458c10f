"""The desk of entry lists: by unit, by clause, edits through the journal, lint, and the lists before."""

from __future__ import annotations

import pytest
from control_units.ui.pages.lists import BEFORE, CLAUSE, UNIT, ListsPage
from control_units.ui.work.settings import Settings
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication
from telling import done, until

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(plan_place):
    Settings.LISTS.set("")
    page = ListsPage(plan_place)
    page.resize(360, 680)
    page.show()
    page.activateWindow()
    assert QTest.qWaitForWindowActive(page)
    plan_place.session.runner.finish()
    QApplication.processEvents()
    yield page
    page.close()
    page.deleteLater()
    Settings.LISTS.set("")


def test_looks(page):
    page.grab().save("/tmp/lists1.png")
    page.unit.list.choose([1])
    QApplication.processEvents()
    page.grab().save("/tmp/lists2.png")
    page.tabs.setCurrentIndex(CLAUSE)
    page.groups.view.choose([0])
    QApplication.processEvents()
    page.grab().save("/tmp/lists3.png")
    page.tabs.setCurrentIndex(UNIT)
    page.unit.card.buttons["add"].click()
    QApplication.processEvents()
    page.grab().save("/tmp/lists4.png")

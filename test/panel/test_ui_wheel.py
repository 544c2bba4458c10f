"""The mouse wheel over a page: it scrolls, and changes no setting that it passes."""

from __future__ import annotations

import shutil

import pytest
from control_units.ui.frame.dock import Dock
from control_units.ui.frame.options import OptionsPage
from control_units.ui.pages import pages
from fakes import workplace
from qgis.PyQt.QtCore import QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QWheelEvent
from qgis.PyQt.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QSlider, QVBoxLayout, QWidget

SETTINGS = (QComboBox, QAbstractSpinBox, QSlider)


def turn(widget: QWidget, steps: int = -1) -> None:
    """Turn the wheel as a window does: focus by policy first, and what a widget ignores goes to what it is in."""
    if widget.focusPolicy() == Qt.FocusPolicy.WheelFocus:
        widget.setFocus(Qt.FocusReason.MouseFocusReason)
    one: QWidget | None = widget
    while one is not None:
        middle = QPointF(one.rect().center())
        event = QWheelEvent(
            middle,
            QPointF(one.mapToGlobal(middle.toPoint())),
            QPoint(),
            QPoint(0, 120 * steps),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(one, event)
        one = None if event.isAccepted() else one.parentWidget()


def settings(root: QWidget) -> list[QWidget]:
    return [one for kind in SETTINGS for one in root.findChildren(kind) if one.isVisible() and one.isEnabled()]


def value(widget: QWidget) -> object:
    if isinstance(widget, QComboBox):
        return widget.currentIndex()
    return widget.text() if isinstance(widget, QAbstractSpinBox) else widget.value()


def turned(root: QWidget) -> list[str]:
    """Turn the wheel over all settings that can be seen, and say which of them it changed."""
    changed = []
    for widget in settings(root):
        before = value(widget)
        for steps in (-1, 1):
            turn(widget, steps)
            if value(widget) != before:
                changed.append(f"{type(widget).__name__} {widget.objectName() or widget.toolTip()}")
                break
    return changed


@pytest.fixture
def dock(folder, tmp_path):
    place = workplace()
    dock = Dock(place, pages)
    dock.resize(420, 700)
    dock.show()
    assert dock.ready()
    assert place.session.open_case(shutil.copytree(folder, tmp_path / "case") / "case.toml")
    place.session.runner.finish()
    QApplication.processEvents()
    yield dock
    dock.close()
    dock.deleteLater()


@pytest.mark.parametrize("name", [page.NAME for page in pages()])
def test_no_page_is_changed_by_a_wheel_that_passes(dock, name):
    page = dock.turn_to(name)
    if name == "method":
        page.clustering.click()
    if name == "sources":
        page._show(page.book.entries[0])
        for part in (page.details.fields, page.details.reading, page.details.origin):
            part.setCollapsed(False)
    dock.session.runner.finish()
    QApplication.processEvents()
    if name in ("sources", "rules", "method"):
        assert settings(page)
    assert turned(page) == []


def test_a_window_of_a_page_is_not_changed_either(dock):
    dialog = dock.turn_to("sources")._make()
    assert settings(dialog)
    assert turned(dialog) == []
    dialog.close()


def test_what_comes_later_is_no_exception(dock):
    page = dock.turn_to("rules")
    late = QWidget(page)
    combo = QComboBox(late)
    combo.addItems(["a", "b", "c"])
    QVBoxLayout(late).addWidget(combo)
    late.show()
    QApplication.processEvents()
    assert turned(late) == []


def test_the_options_are_not_changed_either():
    page = OptionsPage()
    page.show()
    assert turned(page) == []


def test_where_the_focus_is_the_wheel_turns_and_elsewhere_it_scrolls(dock):
    page = dock.turn_to("method")
    page.clustering.click()
    dock.session.runner.finish()
    QApplication.processEvents()
    combo = page.cluster.form.combo
    bar = next(area.verticalScrollBar() for area in parents(combo) if hasattr(area, "verticalScrollBar"))
    bar.setValue(0)
    before = combo.currentIndex()
    turn(combo)
    assert (combo.currentIndex(), bar.value() > 0) == (before, True)
    dock.activateWindow()
    combo.setFocus()
    QApplication.processEvents()
    assert combo.hasFocus()
    turn(combo)
    assert combo.currentIndex() == before + 1


def parents(widget: QWidget) -> list[QWidget]:
    found = []
    while widget.parentWidget() is not None:
        widget = widget.parentWidget()
        found.append(widget)
    return found

"""Looks over a panel as a planner's eyes do: what is cut, what scrolls twice, which words are of another language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from control_units.ui.widgets.elided_combo import ElidedCombo
from qgis.gui import QgsProjectionSelectionWidget
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QModelIndex, QPoint, QRect, Qt
from qgis.PyQt.QtGui import QHelpEvent, QTextDocument
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QStyle,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QTabBar,
    QTableView,
    QToolButton,
    QToolTip,
    QTreeView,
    QWidget,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

LINES, LETTERS = 4, 6  # that a table, and a line of a text, have room for at least
SLACK = 2  # pixels that fonts are rounded by


def plain(text: str) -> str:
    """What is read of a text: no mark of a letter to press, no tags."""
    if Qt.mightBeRichText(text):
        document = QTextDocument()
        document.setHtml(text)
        return document.toPlainText()
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def seen(root: QWidget, kind: type) -> Iterator[QWidget]:
    """The widgets of a kind of which something is seen."""
    for one in root.findChildren(kind):
        if one.isVisible() and one.window() is root.window() and one.width() > 0 and not one.visibleRegion().isEmpty():
            yield one


def called(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.objectName()}".strip()


def cut(root: QWidget) -> list[str]:
    """Texts that are not whole, and whose tool tip does not have them."""
    return [*_labels(root), *_buttons(root), *_combos(root), *_tabs(root), *_views(root), *_edges(root)]


def _width(widget: QWidget, text: str) -> int:
    return max((widget.fontMetrics().horizontalAdvance(line) for line in plain(text).split("\n")), default=0)


def told(widget: QWidget, place: QPoint) -> str:
    """What the tool tip says where the mouse rests."""
    QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, place, widget.mapToGlobal(place)))
    said = plain(QToolTip.text())
    # Qt lets a tip stay a moment longer; the next question is about another one.
    for one in QApplication.topLevelWidgets():
        if one.objectName() == "qtooltip_label":
            one.close()
            one.deleteLater()
            QCoreApplication.sendPostedEvents(one, QEvent.Type.DeferredDelete)
    return said


def _kept(widget: QWidget, text: str, room: int, place: QPoint | None = None) -> Iterator[str]:
    """Complain of a text that has too little room and is not told."""
    if _width(widget, text) > room + SLACK and plain(text) not in told(widget, place or widget.rect().center()):
        yield f"{called(widget)}: {plain(text)!r} needs {_width(widget, text)} px and has {room} px"


def _labels(root: QWidget) -> Iterator[str]:
    for one in seen(root, QLabel):
        if not one.text() or ("…" in one.text() and one.toolTip()):
            continue
        if not one.wordWrap():
            yield from _kept(one, one.text(), one.contentsRect().width())
            continue
        need = one.heightForWidth(one.width())
        words = re.split(r"\s|(?<=[一-鿿。，；、/])", plain(one.text()))
        if need > one.height() + SLACK or max(_width(one, word) for word in words) > one.width() + SLACK:
            yield f"{called(one)}: {plain(one.text())!r} wraps to {need} px of {one.height()} px"


def _buttons(root: QWidget) -> Iterator[str]:
    for one in seen(root, QAbstractButton):
        if not one.text():
            continue
        if isinstance(one, QToolButton) and one.width() >= one.sizeHint().width():
            continue
        icon = one.iconSize().width() + 4 if not one.icon().isNull() else 0
        room = one.width() - icon - 4
        if isinstance(one, QCheckBox | QRadioButton):
            option = QStyleOptionButton()
            one.initStyleOption(option)
            part = QStyle.SubElement.SE_CheckBoxContents
            if isinstance(one, QRadioButton):
                part = QStyle.SubElement.SE_RadioButtonContents
            room = one.style().subElementRect(part, option, one).width()
        yield from _kept(one, one.text(), room)


def _combos(root: QWidget) -> Iterator[str]:
    for one in seen(root, QComboBox):
        if isinstance(one, ElidedCombo) or one.isEditable():
            continue
        option = QStyleOptionComboBox()
        one.initStyleOption(option)
        field = one.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, one
        )
        yield from _kept(one, one.currentText(), field.width())


def _tabs(root: QWidget) -> Iterator[str]:
    for bar in seen(root, QTabBar):
        air = bar.style().pixelMetric(QStyle.PixelMetric.PM_TabBarTabHSpace, None, bar)
        for number in range(bar.count()):
            place = bar.tabRect(number)
            if bar.rect().contains(place):
                yield from _kept(bar, bar.tabText(number), place.width() - air, place.center())
            elif not bar.usesScrollButtons():
                yield f"{called(bar)}: {bar.tabText(number)!r} ends at {place.right()} px of {bar.width()} px"


def cramped(root: QWidget) -> list[str]:
    """Tabs without their names, tables of a line, columns of a few letters, controls that nothing scrolls to."""
    return [*_nameless(root), *_low(root), *_thin(root), *_beyond(root)]


def _nameless(root: QWidget) -> Iterator[str]:
    for bar in seen(root, QTabBar):
        air = bar.style().pixelMetric(QStyle.PixelMetric.PM_TabBarTabHSpace, None, bar)
        for number in range(bar.count()):
            need, has = _width(bar, bar.tabText(number)), bar.tabRect(number).width() - air
            if need > has + SLACK:
                yield f"{called(bar)}: tab {bar.tabText(number)!r} needs {need} px and has {has} px"


def _low(root: QWidget) -> Iterator[str]:
    for view in seen(root, QAbstractItemView):
        model = view.model()
        if isinstance(view, QHeaderView) or model is None or not model.rowCount(view.rootIndex()):
            continue
        line, rows = view.fontMetrics().height(), model.rowCount(view.rootIndex())
        first = view.visualRect(model.index(0, 0, view.rootIndex())).height()
        least = min(first * min(rows, 2), LINES * line)
        if view.viewport().height() + SLACK < least:
            yield f"{called(view)}: {view.viewport().height()} px for lines of {first} px, {rows} of them"


def _thin(root: QWidget) -> Iterator[str]:
    for one in seen(root, QLabel):
        text = plain(one.text())
        if one.wordWrap() and _width(one, text) > one.width() < LETTERS * one.fontMetrics().horizontalAdvance("字"):
            yield f"{called(one)}: {text!r} in a column of {one.width()} px"


def _beyond(root: QWidget) -> Iterator[str]:
    for one in root.findChildren(QWidget):
        if one.isVisible() and one.window() is root.window() and one.focusPolicy() != Qt.FocusPolicy.NoFocus:
            place = QRect(one.mapTo(root, QPoint(0, 0)), one.size())
            if not root.rect().contains(place) and not any(_areas(one, root)):
                yield f"{called(one)}: lies at {place.bottom()} px of {root.height()} px, and nothing scrolls there"


def _areas(one: QWidget, root: QWidget) -> Iterator[QAbstractScrollArea]:
    while (one := one.parentWidget()) is not None and one is not root:
        if isinstance(one, QAbstractScrollArea):
            yield one


def _views(root: QWidget) -> Iterator[str]:
    for view in seen(root, QAbstractItemView):
        if isinstance(view, QHeaderView):
            yield from _heads(view)
            continue
        for index in _cells(view, QModelIndex()):
            yield from _cell(view, index)


def _heads(view: QHeaderView) -> Iterator[str]:
    for section in range(view.count()):
        text = str(view.model().headerData(section, view.orientation()) or "")
        if view.orientation() == Qt.Orientation.Horizontal and not view.isSectionHidden(section):
            place = QPoint(view.sectionViewportPosition(section) + view.sectionSize(section) // 2, view.height() // 2)
            if view.rect().contains(place):
                for complaint in _kept(view.viewport(), text, view.sectionSize(section) - 4, place):
                    yield f"{called(view.parent())}: head {complaint}"


def _cells(view: QAbstractItemView, parent: QModelIndex) -> Iterator[QModelIndex]:
    model = view.model()
    for row in range(min(model.rowCount(parent), 200)):
        for column in range(model.columnCount(parent) if isinstance(view, QTreeView | QTableView) else 1):
            index = model.index(row, column, parent)
            place = view.visualRect(index)
            if not place.isEmpty() and view.viewport().rect().contains(place.center()):
                yield index
        first = model.index(row, 0, parent)
        if isinstance(view, QTreeView) and view.isExpanded(first):
            yield from _cells(view, first)


def _cell(view: QAbstractItemView, index: QModelIndex) -> Iterator[str]:
    text, rect = index.data(Qt.ItemDataRole.DisplayRole), view.visualRect(index)
    several = rect.height() > 1.9 * view.fontMetrics().height()  # a delegate of its own, or lines that wrap
    if isinstance(text, str) and text and not several:
        picture = index.data(Qt.ItemDataRole.DecorationRole)
        room = rect.width() - (20 if picture is not None and not picture.isNull() else 0)
        for complaint in _kept(view.viewport(), text, room, rect.center()):
            yield f"{called(view)}: cell {complaint}"


def _edges(root: QWidget) -> Iterator[str]:
    """What reaches beyond what it lies in, where nothing scrolls to it."""
    for one in seen(root, QWidget):
        place = QRect(one.mapTo(root, QPoint(0, 0)), one.size())
        if place.right() > root.width() + 1 and not _scrolls(one, root):
            yield f"{called(one)}: reaches to {place.right()} px of {root.width()} px"


def _scrolls(widget: QWidget, root: QWidget) -> bool:
    one = widget.parentWidget()
    while one is not None and one is not root:
        if isinstance(one, QAbstractScrollArea) and one.horizontalScrollBar().isVisible():
            return True
        one = one.parentWidget()
    return False


def scrolled_twice(root: QWidget) -> list[str]:
    """Areas with a vertical bar in areas with a vertical bar."""
    found = []
    for one in seen(root, QAbstractScrollArea):
        if not one.verticalScrollBar().isVisible():
            continue
        outer = one.parentWidget()
        while outer is not None and outer is not root:
            if isinstance(outer, QAbstractScrollArea) and outer.verticalScrollBar().isVisible():
                found.append(f"{called(one)} in {called(outer)}")
            outer = outer.parentWidget()
    return found


def primary(root: QWidget) -> list[str]:
    """Buttons that look like the one to press next."""
    return [plain(one.text()) for one in seen(root, QPushButton) if one.isDefault()]


def doubled(root: QWidget) -> list[str]:
    """Captions that two buttons in sight have, but for a number behind one."""
    told = [re.sub(r"\s*[(（]\d+[)）]$", "", plain(one.text())) for one in seen(root, QPushButton) if one.text()]
    return sorted({one for one in told if told.count(one) > 1 and one != "…"})


def texts(root: QWidget) -> Iterator[str]:
    """All that is read in a panel, what has to be scrolled to and tool tips too; not in what QGIS makes and words."""
    made = root.findChildren(QgsProjectionSelectionWidget)
    theirs = {part for one in made for part in (one, *one.findChildren(QWidget))}
    for one in root.findChildren(QWidget):
        if not one.isVisible() or one.window() is not root.window() or one in theirs:
            continue
        if one.toolTip():
            yield one.toolTip()
        if isinstance(one, QLabel | QAbstractButton):
            yield one.text()
        if isinstance(one, QLineEdit):
            yield one.placeholderText()
        if isinstance(one, QComboBox):
            yield from (one.itemText(number) for number in range(one.count()))
        if isinstance(one, QTabBar):
            yield from (one.tabText(number) for number in range(one.count()))
        if isinstance(one, QTreeView | QTableView):
            model = one.model()
            yield from (
                str(model.headerData(column, Qt.Orientation.Horizontal) or "") for column in range(model.columnCount())
            )
            for index in _cells(one, QModelIndex()):
                yield str(index.data() or "")

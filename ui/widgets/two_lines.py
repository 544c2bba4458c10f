"""Rows of two lines: what a thing is called, and below it, quieter, what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QModelIndex, QRect, QSize, Qt
from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from .muted import muted_colour

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QPainter

__all__ = ["LINES", "TwoLinesDelegate"]

LINES = Qt.ItemDataRole.UserRole + 20
MARGIN = 3  # pixels around the texts


class TwoLinesDelegate(QStyledItemDelegate):
    """Paints both lines of ``LINES``: where there is no room, the first is cut in its middle, the second at its end."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        option = QStyleOptionViewItem(option)  # a tree hands the same one to the next column
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        text = option.palette.color(QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text)
        left = option.decorationSize.width() + 2 * MARGIN if not option.icon.isNull() else MARGIN
        spacing = option.fontMetrics.lineSpacing()
        painter.save()
        for number, line in enumerate(index.data(LINES) or ()):
            painter.setPen(muted_colour(option.palette) if number and not chosen else text)
            where = option.rect.adjusted(left, MARGIN + number * spacing, -MARGIN, 0)
            place = QRect(where.left(), where.top(), where.width(), spacing)
            mode = Qt.TextElideMode.ElideRight if number else Qt.TextElideMode.ElideMiddle
            shown = option.fontMetrics.elidedText(line, mode, where.width())
            painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), shown)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        hint = super().sizeHint(option, index)
        return QSize(hint.width(), 2 * option.fontMetrics.lineSpacing() + 2 * MARGIN)

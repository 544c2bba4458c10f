"""Rows of two lines: what a thing is called, and below it, quieter, what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from qgis.PyQt.QtCore import QModelIndex, QRect, QSize, Qt
from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from .muted import muted_colour

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.PyQt.QtGui import QPainter

# Chinese letters of another font than the one that is measured are taller than its lines.
AT_TOP = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextDontClip)
LINES = Qt.ItemDataRole.UserRole + 20
MARGIN = 3  # pixels around the texts
ICON = QSize(16, 16)  # where a view says nothing of it


class TwoLinesDelegate(QStyledItemDelegate):
    """Paints two lines, each cut where it has no room.

    Attributes
    ----------
    QUIET : int
        The line that is the quieter one.
    CUT : tuple
        Where each is cut: the first in its middle, the second at its end.
    FLAGS : int
        How a line stands in its place.
    """

    QUIET: ClassVar[int] = 1
    CUT: ClassVar[tuple[Qt.TextElideMode, ...]] = (Qt.TextElideMode.ElideMiddle, Qt.TextElideMode.ElideRight)
    FLAGS: ClassVar[int] = int(Qt.AlignmentFlag.AlignVCenter)

    def lines(self, option: QStyleOptionViewItem, index: QModelIndex) -> Sequence[str]:  # noqa: ARG002 - others ask it
        """Give the lines."""
        return index.data(LINES) or ()

    def room(self, option: QStyleOptionViewItem) -> QRect:
        """Give the place of the first line and what lies below it."""
        left = option.decorationSize.width() + 2 * MARGIN if not option.icon.isNull() else MARGIN
        return option.rect.adjusted(left, MARGIN, -MARGIN, 0)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        option = QStyleOptionViewItem(option)  # a tree hands the same one to the next column
        self.initStyleOption(option, index)
        lines, option.text = self.lines(option, index), ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        text = option.palette.color(QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text)
        room, spacing = self.room(option), option.fontMetrics.lineSpacing()
        painter.save()
        for number, line in enumerate(lines):
            painter.setPen(muted_colour(option.palette) if number == self.QUIET and not chosen else text)
            place = QRect(room.left(), room.top() + number * spacing, room.width(), spacing)
            shown = option.fontMetrics.elidedText(line, self.CUT[number], room.width())
            painter.drawText(place, self.FLAGS, shown)
        painter.restore()

    def whole(self, view: QAbstractItemView, index: QModelIndex) -> str:
        """Give the lines of a row of which one is cut, "" where none is."""
        option = QStyleOptionViewItem()
        option.initFrom(view)
        option.decorationSize = view.iconSize() if view.iconSize().isValid() else ICON
        self.initStyleOption(option, index)
        option.rect = view.visualRect(index).intersected(view.viewport().rect())
        lines, room = self.lines(option, index), self.room(option).width()
        cut = any(option.fontMetrics.horizontalAdvance(line) > room for line in lines)
        return "\n".join(filter(None, lines)) if cut else ""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        hint = super().sizeHint(option, index)
        return QSize(hint.width(), 2 * option.fontMetrics.lineSpacing() + 2 * MARGIN)

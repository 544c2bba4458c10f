"""The list of steps at the panel's left: an icon, a name and a badge each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QRectF, QSize, Qt
from qgis.PyQt.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ..widgets.marks import paint_mark
from ..widgets.plain_text import as_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.PyQt.QtCore import QModelIndex
    from qgis.PyQt.QtGui import QPainter

    from ..pages.page import Page, StepState

__all__ = ["StepList"]

MARK = Qt.ItemDataRole.UserRole
ICON = 24
WORDS = {"done": "✔", "next": "●", "problem": "!", "todo": "○"}


class _Step(QStyledItemDelegate):
    """Icon above its name, the badge at the icon's upper right."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        self.initStyleOption(option, index)
        style = option.widget.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
        box = option.rect
        left = box.left() + (box.width() - ICON) / 2
        icon = QRectF(left, box.top() + 8, ICON, ICON)
        index.data(Qt.ItemDataRole.DecorationRole).paint(painter, icon.toRect())
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        role = option.palette.ColorRole.HighlightedText if selected else option.palette.ColorRole.Text
        painter.setPen(option.palette.color(role))
        text = QRectF(box.left(), icon.bottom() + 2, box.width(), box.bottom() - icon.bottom() - 2)
        painter.drawText(text, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, index.data())
        badge = QRectF(icon.right() - 4, icon.top() - 5, 15, 15)
        paint_mark(painter, badge, index.data(MARK) or "todo")

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: ARG002 - Qt passes it
        return QSize(56, 8 + ICON + 4 + round(1.6 * option.fontMetrics.height()))


class StepList(QListWidget):
    """One line a page."""

    def __init__(self, pages: Sequence[Page], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("control_units_steps")
        self.setItemDelegate(_Step(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        widest = 0
        for number, page in enumerate(pages, start=1):
            item = QListWidgetItem(page.icon(), page.title(), self)
            item.setData(MARK, "todo")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{number} {page.title()}")
            widest = max(widest, self.fontMetrics().horizontalAdvance(page.title()))
        self.setFixedWidth(max(58, widest + 18))

    def show_state(self, row: int, state: StepState) -> None:
        """Show how far a step is."""
        item = self.item(row)
        if item.data(MARK) != state.mark:
            item.setData(MARK, state.mark)
        item.setToolTip(as_tip(f"{item.text()}: {state.sentence}" if state.sentence else item.text()))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{row + 1} {item.text()} {WORDS[state.mark]}")

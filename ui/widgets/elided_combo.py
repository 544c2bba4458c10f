"""A list to choose from that may be narrower than what it holds: cut with an ellipsis, and whole in its tool tip."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QEvent, Qt
from qgis.PyQt.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter, QToolTip, QWidget

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QPaintEvent

EDGE = 4  # pixels that styles leave between the field and its text, both sides together
FRAME = 12


def shown_text(combo: QComboBox) -> str:
    """Give the text of a list to choose from as there is room for it; whole of one that was not made in Python."""
    option = QStyleOptionComboBox()
    try:
        combo.initStyleOption(option)
    except RuntimeError:  # only Qt itself may ask it
        return str(combo.currentText())
    field = QStyle.SubControl.SC_ComboBoxEditField
    room = combo.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, combo).width() - EDGE
    if not option.currentIcon.isNull():
        room -= option.iconSize.width() + EDGE
    return str(option.fontMetrics.elidedText(option.currentText, Qt.TextElideMode.ElideMiddle, room))


def paint_elided(combo: QComboBox) -> None:
    """Paint a list to choose from with that text."""
    painter, option = QStylePainter(combo), QStyleOptionComboBox()
    combo.initStyleOption(option)
    option.currentText = shown_text(combo)
    painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
    painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)


class ElidedCombo(QComboBox):
    """Does not ask for more room than ``characters``; its list opens as wide as its longest line."""

    def __init__(self, characters: int, parent: QWidget, **properties: Any) -> None:
        super().__init__(parent, minimumContentsLength=characters, **properties)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def shown_text(self) -> str:
        """Give the text as it is painted."""
        return shown_text(self)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt passes it
        paint_elided(self)

    def whole_tip(self) -> str:
        """Give the tool tip: above what it says itself stands the text that is cut."""
        cut = self.shown_text() != self.currentText()
        return "\n".join(filter(None, [self.currentText() if cut else "", self.toolTip()]))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.whole_tip(), self)
            return True
        return bool(super().event(event))

    def showPopup(self) -> None:
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + FRAME)
        super().showPopup()

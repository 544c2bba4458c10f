"""A small card beside the cursor: the unit that a gesture goes to, what it has then, and what would go wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QPoint, QRect, Qt
from qgis.PyQt.QtGui import QColor, QPalette
from qgis.PyQt.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from ..widgets.plain_text import PlainLabel, embolden
from .colours import chip_icon

if TYPE_CHECKING:
    from collections.abc import Sequence

BESIDE = 22  # pixels between the pointer and the card
WIDTH = 340  # pixels of its lines, at most
EDGE = 6  # pixels between it and a menu
CHIP = 14
RED = {False: QColor("#b00020"), True: QColor("#ff8a80")}  # on a light ground, on a dark one
DARK = 128  # lightness below which a ground is dark


class CursorCard(QFrame):
    """Shown where it hides nothing of what is pointed at; takes no event of the mouse."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            parent,
            objectName="control_units_cursor_card",
            autoFillBackground=True,
            focusPolicy=Qt.FocusPolicy.NoFocus,
            frameShape=QFrame.Shape.StyledPanel,
        )
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setBackgroundRole(QPalette.ColorRole.ToolTipBase)
        self.setForegroundRole(QPalette.ColorRole.ToolTipText)
        self.chip = QLabel()
        self.title, self.body, self.warning = (PlainLabel(wrap=True) for _ in range(3))
        self.clear_of = QRect()  # what it hides nothing of beside the pointer: a menu that is open
        self._pointer = QPoint()
        embolden(self.title)
        layout = QGridLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setHorizontalSpacing(6)
        layout.setVerticalSpacing(2)
        layout.setColumnStretch(1, 1)
        layout.addWidget(self.chip, 0, 0)
        layout.addWidget(self.title, 0, 1)
        layout.addWidget(self.body, 1, 0, 1, 2)
        layout.addWidget(self.warning, 2, 0, 1, 2)
        for label in (self.title, self.body, self.warning):
            label.setForegroundRole(QPalette.ColorRole.ToolTipText)
        self.hide()

    @property
    def text(self) -> str:
        """All that it says."""
        labels = (self.title, self.body, self.warning)
        return "\n".join(label.text() for label in labels if not label.isHidden() and label.text())

    def say(self, title: str, category: int = 0, lines: Sequence[str] = (), warnings: Sequence[str] = ()) -> None:
        """Say something else; nothing at all hides it."""
        body, warning = "\n".join(filter(None, lines)), "\n".join(filter(None, warnings))
        if not (title or body or warning):
            self.hide()
            return
        self.chip.setPixmap(chip_icon(category, CHIP, hatched=True).pixmap(CHIP, CHIP))
        self.chip.setVisible(category > 0)
        for label, text in ((self.title, title), (self.body, body), (self.warning, warning)):
            label.say(text)
        if warning:
            palette = self.warning.palette()
            dark = self.palette().color(QPalette.ColorRole.ToolTipBase).lightness() < DARK
            palette.setColor(QPalette.ColorRole.ToolTipText, RED[dark])
            self.warning.setPalette(palette)
        room = min(WIDTH, self.parentWidget().width() - 24)
        said = [(label, line) for label in (self.title, self.body, self.warning) for line in label.text().split("\n")]
        chip = {self.title: CHIP + 6 if category > 0 else 0}
        needed = (label.fontMetrics().horizontalAdvance(line) + chip.get(label, 0) for label, line in said)
        wide = min(room, max(needed) + 4)
        for label in (self.title, self.body, self.warning):
            own = wide - chip.get(label, 0)
            label.setMinimumSize(0, 0)  # below which nothing is measured
            label.setFixedSize(own, max(0, label.heightForWidth(own)))  # −1 where it says nothing
        self.layout().activate()
        self.resize(self.sizeHint())
        self.show()
        self.move_beside(self._pointer)

    def move_beside(self, pointer: QPoint) -> None:
        """Stand to the right below the pointer, on its other sides where there is no room; beside a menu likewise."""
        self._pointer = pointer
        room, size, menu = self.parentWidget().size(), self.size(), self.clear_of
        x, y = pointer.x() + BESIDE, pointer.y() + BESIDE
        left = pointer.x() - BESIDE - size.width()
        if not menu.isEmpty():
            x, y, left = menu.right() + EDGE, menu.top(), menu.left() - EDGE - size.width()
        if x + size.width() > room.width():
            x = left
        if y + size.height() > room.height():
            y = (pointer.y() if menu.isEmpty() else room.height() + BESIDE) - BESIDE - size.height()
        # The pointer may be beside the map, with the button down.
        self.move(max(0, min(x, room.width() - size.width())), max(0, min(y, room.height() - size.height())))

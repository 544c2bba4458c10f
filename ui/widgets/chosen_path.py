"""A folder or file that somebody may choose: what is chosen, a button to choose another, one to take it back."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QToolButton, QWidget

from ..text import tr
from .elided_line import ElidedLine
from .layout import in_line


class ChosenPath(QWidget):
    """One line; whoever made it opens the dialog.

    Parameters
    ----------
    tip : str
        What the button to choose is for.
    parent : QWidget, optional
    """

    asked = pyqtSignal()  # somebody wants to choose
    cleared = pyqtSignal()  # somebody takes the choice back

    def __init__(self, tip: str, parent: QWidget, **properties: Any) -> None:
        super().__init__(parent, **properties)
        self.line = ElidedLine(self, objectName="chosen_path")
        self.clear, self.choose = QToolButton(self), QToolButton(self)
        back = tr("Take the choice back")
        for button, text, tool_tip, signal in (
            (self.clear, "×", back, self.cleared),
            (self.choose, "…", tip, self.asked),
        ):
            button.setText(text)
            button.setToolTip(tool_tip)
            button.setAccessibleName(tool_tip)
            button.clicked.connect(signal)
        in_line((self.line, 1), self.clear, self.choose, on=self, margins=0, spacing=4)

    def show_path(self, text: str, tip: str, *, chosen: bool) -> None:
        """Show what is chosen, or what stands there by itself."""
        self.line.show_text(text, tip)
        self.clear.setVisible(chosen)

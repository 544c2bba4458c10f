"""A line for a day that somebody states."""

from __future__ import annotations

import contextlib
import datetime
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QRegularExpression, pyqtSignal
from qgis.PyQt.QtGui import QRegularExpressionValidator
from qgis.PyQt.QtWidgets import QLineEdit

from ..text import tr

if TYPE_CHECKING:
    from qgis.PyQt.QtWidgets import QWidget


DAY = r"[\d-]{0,10}"


def take_only(line: QLineEdit, pattern: str) -> None:
    """Let nothing be typed into a line but what a pattern has."""
    line.setValidator(QRegularExpressionValidator(QRegularExpression(pattern), line))


class DayEdit(QLineEdit):
    """Takes a day, ISO, or nothing: no clock fills it in. What is no day is taken back when the hand leaves."""

    stated = pyqtSignal(str)  # another day, "" for none

    def __init__(self, parent: QWidget, **given: Any) -> None:
        super().__init__(parent, placeholderText=tr("YYYY-MM-DD"), **given)
        take_only(self, DAY)
        self.editingFinished.connect(self._take)
        self._day = ""

    def day(self) -> str:
        """Give the day, ISO; "" where nobody stated one."""
        return self._day

    def setText(self, text: str) -> None:
        """Show a day without telling of it."""
        self._day = text
        super().setText(text)

    def _take(self) -> None:
        before = day = self._day
        with contextlib.suppress(ValueError):
            day = self.text() and datetime.date.fromisoformat(self.text()).isoformat()
        self.setText(day)
        if day != before:
            self.stated.emit(day)

"""A sentence with a mark before it, and behind it, where it is of a file, how that is opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QBoxLayout, QLabel, QToolButton, QWidget

from ..text import tr
from .layout import in_line
from .marks import mark_icon
from .messages import open_folder
from .plain_text import PlainLabel

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QResizeEvent

SIGN = 14  # pixels of a mark beside a sentence


class SignedLine(QWidget):
    """A sentence with a mark before it; not there while there is nothing to say."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sign = QLabel(self)
        self.text = PlainLabel("", self, wrap=True, objectName=name, selectable=True)
        in_line((self.sign, 0, Qt.AlignmentFlag.AlignTop), (self.text, 1), on=self, margins=0, spacing=4)
        self.hide()

    def say(self, mark: str, text: str) -> None:
        """Show a sentence; "" shows nothing."""
        self.sign.setPixmap(mark_icon(mark, SIGN).pixmap(SIGN, SIGN)) if mark else self.sign.clear()
        self.text.setText(text)
        self.setVisible(bool(text))


class FileLine(QWidget):
    """What became of a file in a sentence; where it is there, it and its folder can be opened."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.path = Path()
        self.said = SignedLine(name, self)
        self.file = QToolButton(
            self,
            text=tr("Open file"),
            toolTip=tr("Opens it in the program that the system has for it."),
            clicked=lambda *_: open_folder(str(self.path)),
        )
        self.folder = QToolButton(
            self,
            text=tr("Open folder"),
            toolTip=tr("Shows the folder in which it lies."),
            clicked=lambda *_: open_folder(str(self.path.parent)),
        )
        self._buttons = in_line(self.file, self.folder, spacing=4)
        self._lines = in_line((self.said, 1), self._buttons, on=self, margins=0, spacing=4)

    def say(self, mark: str, text: str, there: Path | None = None) -> None:
        """Show a sentence; "" shows nothing. A file or folder that is ``there`` can be opened."""
        self.path = there if there is not None else self.path
        self.said.say(mark, text)
        self._stack()
        self.folder.setVisible(there is not None)
        self.file.setVisible(there is not None and there.is_file())
        self.setVisible(bool(text))

    def _stack(self) -> None:
        """Put the buttons behind the sentence where both have room in a line, else below it."""
        room = self.width() - self.file.sizeHint().width() - self.folder.sizeHint().width() - SIGN - 28
        text = self.said.text.text()
        short = "\n" not in text and self.fontMetrics().horizontalAdvance(text) <= room
        direction = QBoxLayout.Direction.LeftToRight if short else QBoxLayout.Direction.TopToBottom
        self._lines.setDirection(direction)
        self._lines.setAlignment(self._buttons, Qt.AlignmentFlag.AlignRight if not short else Qt.Alignment())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stack()

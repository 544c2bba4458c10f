"""The strip on top of the panel: what went wrong, or what was done, with details behind a button."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtWidgets import QFrame, QLabel, QToolButton, QWidget

from ..text import tr
from ..widgets.details import show_details
from ..widgets.layout import in_line
from ..widgets.marks import mark_icon
from ..widgets.messages import Said, open_folder
from ..widgets.plain_text import PlainLabel

MARKS = {"error": "problem", "warning": "check", "success": "done", "info": "next"}
PASSING = 8000  # milliseconds that good news stays


class Notice(QFrame):
    """Shows one message until it is closed, replaced or, where all is well, has been read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            parent, objectName="control_units_notice", autoFillBackground=True, frameShape=QFrame.Shape.StyledPanel
        )
        self._said = Said("info", "")
        self.sign = QLabel(self)
        self.text = PlainLabel("", self, wrap=True, selectable=True)
        self.more = QToolButton(self, text=tr("Details…"), clicked=self._details)
        self.folder = QToolButton(self, text=tr("Open folder"), clicked=lambda *_: open_folder(self._said.folder))
        close = QToolButton(
            self,
            text="×",
            autoRaise=True,
            toolTip=tr("Close this message; it stays in the log."),
            accessibleName=tr("Close this message"),
            clicked=self.hide,
        )
        in_line(
            (self.sign, 0, Qt.AlignmentFlag.AlignTop),
            (self.text, 1),
            (self.more, 0, Qt.AlignmentFlag.AlignTop),
            (self.folder, 0, Qt.AlignmentFlag.AlignTop),
            (close, 0, Qt.AlignmentFlag.AlignTop),
            on=self,
            margins=(6, 4, 4, 4),
        )
        self._timer = QTimer(self, singleShot=True, timeout=self.hide)
        self.hide()

    def tell(self, said: Said) -> None:
        """Show a message."""
        self._said = said
        self.sign.setPixmap(mark_icon(MARKS[said.level]).pixmap(16, 16))
        self.text.setText(said.text)
        self.more.setVisible(bool(said.details))
        self.folder.setVisible(bool(said.folder))
        self._timer.stop()
        if said.level in ("success", "info") and not said.folder:
            self._timer.start(PASSING)
        self.show()

    def _details(self) -> None:
        show_details(self._said.text, self._said.details, self.window())

"""The strip on top of the panel: what went wrong, or what was done, with details behind a button."""

from __future__ import annotations

from qgis.PyQt.QtCore import QCoreApplication, Qt, QTimer
from qgis.PyQt.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from ..widgets.details import show_details
from ..widgets.marks import mark_icon
from ..widgets.messages import Said, open_folder
from ..widgets.plain_text import PlainLabel

__all__ = ["Notice"]

translate = QCoreApplication.translate
MARKS = {"error": "problem", "warning": "check", "success": "done", "info": "next"}
PASSING = 8000  # milliseconds that good news stays


class Notice(QFrame):
    """Shows one message until it is closed, replaced or, where all is well, has been read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("control_units_notice")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 4, 4, 4)
        self.sign = QLabel(self)
        self.text = PlainLabel("", self)
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.more = QToolButton(self)
        self.more.setText(translate("ControlUnits", "Details…"))
        self.more.clicked.connect(self._details)
        self.folder = QToolButton(self)
        self.folder.setText(translate("ControlUnits", "Open folder"))
        self.folder.clicked.connect(lambda *_: open_folder(self._said.folder))
        close = QToolButton(self)
        close.setText("×")
        close.setAutoRaise(True)
        close.setToolTip(translate("ControlUnits", "Close this message; it stays in the log."))
        close.setAccessibleName(translate("ControlUnits", "Close this message"))
        close.clicked.connect(self.hide)
        layout.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.more, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.folder, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._said = Said("info", "")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
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

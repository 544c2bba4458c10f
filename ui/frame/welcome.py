"""What the panel shows while nothing is open: three ways to begin."""

from __future__ import annotations

from qgis.PyQt.QtCore import QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QCommandLinkButton, QLabel, QProgressBar, QVBoxLayout, QWidget

from ..shipped import ICONS
from ..text import tr
from ..widgets.layout import STRETCH, in_column


class Welcome(QWidget):
    """Three large buttons; layers and files may be dropped here as well."""

    demo = pyqtSignal()
    new = pyqtSignal()
    open = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, objectName="control_units_welcome")
        heading = QLabel(tr("From layers to control units"), self, wordWrap=True)
        font = heading.font()
        font.setPointSizeF(font.pointSizeF() * 1.4)
        heading.setFont(font)
        layout = in_column(STRETCH, heading, on=self)
        self.buttons = []
        for name, text, what, icon, signal in (
            (
                "demo",
                tr("Try the &demo"),
                tr("Urumqi, ready to run: copied to your documents, done in seconds."),
                "welcome_demo",
                self.demo,
            ),
            (
                "new",
                tr("&New plan"),
                tr("From your own layers: their roles and fields are guessed, you confirm."),
                "welcome_new",
                self.new,
            ),
            (
                "open",
                tr("&Open a plan"),
                tr("A plan file (.gpkg) or a case file (.toml) that is already there."),
                "welcome_open",
                self.open,
            ),
        ):
            button = QCommandLinkButton(text, what, self)
            button.setObjectName(f"control_units_{name}")
            button.setIcon(QIcon(str(ICONS / f"{icon}.svg")))
            button.setIconSize(QSize(32, 32))
            button.clicked.connect(signal)
            layout.addWidget(button)
            self.buttons.append(button)
        hint = QLabel(
            tr("Or drop layers, files or a folder anywhere on this panel."),
            self,
            wordWrap=True,
            enabled=False,
            alignment=Qt.AlignmentFlag.AlignHCenter,
        )
        layout.addWidget(hint)
        self.waiting = QWidget(self, visible=False)
        row = QVBoxLayout(self.waiting)
        row.addWidget(QLabel(tr("One moment: the libraries are being loaded…"), self.waiting))
        bar = QProgressBar(self.waiting, minimum=0, maximum=0, textVisible=False, maximumHeight=8)
        row.addWidget(bar)
        layout.addWidget(self.waiting)
        layout.addStretch(2)

    def wait(self, *, on: bool) -> None:
        """Say that what was clicked is on its way."""
        self.waiting.setVisible(on)
        for button in self.buttons:
            button.setEnabled(not on)

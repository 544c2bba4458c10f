"""What the panel shows while nothing is open: three ways to begin, and what was open last."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtWidgets import QCommandLinkButton, QLabel, QWidget

from ...delineation.core.errors import visible
from ..shipped import own_icon
from ..text import tr
from ..widgets.layout import STRETCH, in_column
from ..widgets.progress_line import ProgressLine
from ..work.settings import PanelSetting

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QShowEvent

    from .opener import Opener

LAST = 3  # plans that are offered again


class Welcome(QWidget):
    """Three large buttons and the last plans; layers and files may be dropped here as well."""

    def __init__(self, opener: Opener, parent: QWidget) -> None:
        super().__init__(parent, objectName="control_units_welcome")
        heading = QLabel(tr("From layers to control units"), self, wordWrap=True)
        font = heading.font()
        font.setPointSizeF(font.pointSizeF() * 1.4)
        heading.setFont(font)
        self.buttons = [
            QCommandLinkButton(
                text,
                what,
                self,
                objectName=f"control_units_{name}",
                icon=own_icon(f"welcome_{name}"),
                iconSize=QSize(32, 32),
                clicked=lambda *_, do=do: do(),
            )
            for name, text, what, do in (
                (
                    "demo",
                    tr("Try the &demo"),
                    tr("Urumqi, ready to run: copied to your documents, done in seconds."),
                    opener.try_demo,
                ),
                (
                    "new",
                    tr("&New plan"),
                    tr("From your own layers: their roles and fields are guessed, you confirm."),
                    opener.new,
                ),
                (
                    "open",
                    tr("&Open a plan"),
                    tr("A plan file (.gpkg) or a case file (.toml) that is already there."),
                    opener.open,
                ),
            )
        ]
        hint = QLabel(
            tr("Or drop layers, files or a folder anywhere on this panel."),
            self,
            wordWrap=True,
            enabled=False,
            alignment=Qt.AlignmentFlag.AlignHCenter,
        )
        self.recent = QLabel(
            self,
            wordWrap=True,
            textFormat=Qt.TextFormat.RichText,
            textInteractionFlags=Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByKeyboard,
            linkActivated=opener.open_file,
        )
        self.waiting = QWidget(self, visible=False)
        bar = ProgressLine(self.waiting)
        in_column(QLabel(tr("One moment: the libraries are being loaded…"), self.waiting), bar, on=self.waiting)
        in_column(STRETCH, heading, *self.buttons, self.recent, hint, self.waiting, 2 * STRETCH, on=self)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        links = [
            f'<a href="{escape(str(file))}">{escape(visible(name))}</a>' for name, file in PanelSetting.recent()[:LAST]
        ]
        self.recent.setText("<br>".join([tr("Last opened:"), *links]))
        self.recent.setVisible(bool(links))

    def wait(self, *, on: bool) -> None:
        """Say that what was clicked is on its way."""
        self.waiting.setVisible(on)
        for button in self.buttons:
            button.setEnabled(not on)

"""A thin line that says how far something is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtWidgets import QProgressBar, QWidget

from ..text import said
from .plain_text import as_tip

if TYPE_CHECKING:
    from ...delineation.core.messages import Message


class ProgressLine(QProgressBar):
    """Runs to and fro until somebody says how far it is; ``advance`` is what signals of progress call."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, maximum=0, textVisible=False, maximumHeight=8)

    def advance(self, share: float, message: Message) -> None:
        """Show how much is done, with what is being done in the tool tip."""
        self.setMaximum(1000)
        self.setValue(round(1000 * share))
        self.setToolTip(as_tip(said(message)))

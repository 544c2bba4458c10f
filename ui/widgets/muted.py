"""Labels in a quieter colour of the theme, for what explains and does not ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QEvent
from qgis.PyQt.QtGui import QColor, QPalette

from .plain_text import PlainLabel

if TYPE_CHECKING:
    from qgis.PyQt.QtWidgets import QWidget

# Enough contrast to read (4.5:1 on the usual grounds), less than the text beside it.
STRENGTH = 0.68


def muted_colour(palette: QPalette, strength: float = STRENGTH) -> QColor:
    """Mix the colours of text (``strength``, 0–1) and ground."""
    text, ground = palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.Base)
    pairs = zip(text.getRgb()[:3], ground.getRgb()[:3], strict=True)
    return QColor(*(round(strength * a + (1 - strength) * b) for a, b in pairs))


class MutedLabel(PlainLabel):
    """A sentence that wraps; its colour follows the theme."""

    def __init__(self, text: str, parent: QWidget, **properties: Any) -> None:
        super().__init__(text, parent, wrap=True, **properties)
        self.keep_height()
        self._mixing = False
        self._mix()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.ApplicationPaletteChange) and not self._mixing:
            self._mix()

    def _mix(self) -> None:
        self._mixing = True
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.WindowText, muted_colour(palette))
        self.setPalette(palette)
        self._mixing = False

"""One line that is cut in its middle where it has no room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QLabel, QSizePolicy, QWidget

from ...delineation.core.errors import visible
from .plain_text import as_tip

if TYPE_CHECKING:
    from pathlib import Path

    from qgis.PyQt.QtGui import QResizeEvent


class ElidedLine(QLabel):
    """One line that is cut in its middle where it has no room: the ends of a path say most."""

    def __init__(self, parent: QWidget, **properties: Any) -> None:
        super().__init__(parent, **properties)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.whole = ""

    def show_text(self, text: str, tip: str) -> None:
        """Show a text."""
        self.whole = visible(text)
        self.setToolTip(as_tip(visible(tip)))
        self._fit()

    def show_place(self, path: Path | None, plan: Path | None) -> None:
        """Show where a file goes; the tool tip has all of it."""
        self.show_text("" if path is None else where_it_goes(path, plan), str(path or ""))

    def _fit(self) -> None:
        self.setText(self.fontMetrics().elidedText(self.whole, Qt.TextElideMode.ElideMiddle, self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


def where_it_goes(path: Path, plan: Path | None) -> str:
    """Say where a file lies: by its name alone beside the plan, else with its folder."""
    if plan is not None and path.parent == plan.absolute().parent:
        return f"→ {path.name}"
    return f"→ {path.parent.name}/{path.name}"

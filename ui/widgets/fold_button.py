"""A button that unfolds what lies below it; its arrow says whether it has."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QToolButton, QWidget


class FoldButton(QToolButton):
    """Folded at first; ``toggled`` tells whoever shows and hides."""

    def __init__(self, parent: QWidget, **properties: Any) -> None:
        super().__init__(
            parent,
            checkable=True,
            autoRaise=True,
            toolButtonStyle=Qt.ToolButtonStyle.ToolButtonTextBesideIcon,
            arrowType=Qt.ArrowType.RightArrow,
            **properties,
        )
        self.toggled.connect(self._turn)

    def _turn(self, on: bool) -> None:
        self.setArrowType(Qt.ArrowType.DownArrow if on else Qt.ArrowType.RightArrow)

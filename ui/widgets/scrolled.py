"""What scrolls when the panel is shorter than a page."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

__all__ = ["scrolled"]


def scrolled(page: QWidget) -> tuple[QScrollArea, QWidget, QVBoxLayout]:
    """Make an area, what scrolls in it, and the layout of that; it is as wide as the page, however narrow."""
    area = QScrollArea(page)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab scrolls it to what it reaches
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    inside = QWidget(area)
    layout = QVBoxLayout(inside)
    layout.setContentsMargins(0, 0, 4, 0)
    area.setWidget(inside)
    # The page behind fills in the colour: in a dark style sheet, two fills leave remains of other pages.
    inside.setAutoFillBackground(False)
    area.viewport().setAutoFillBackground(False)
    return area, inside, layout

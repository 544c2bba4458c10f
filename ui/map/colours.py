"""Colours of the categories: distinct for the common deficiencies of colour vision, key control also hatched."""

from __future__ import annotations

from functools import cache

from qgis.PyQt.QtCore import QRectF, Qt
from qgis.PyQt.QtGui import QBrush, QColor, QIcon, QPainter, QPen

from ..widgets.marks import painted_icon

CATEGORY_COLOURS = {1: "#1B7F5C", 2: "#D95F02", 3: "#F2D16B"}
_HATCH = QColor(0, 0, 0, 110)


def fill_category(painter: QPainter, where: QRectF, category: int, *, hatched: bool = False) -> None:
    """Fill a rectangle as the map fills the category; 0 is an outline only."""
    painter.setPen(Qt.PenStyle.NoPen)
    if category in CATEGORY_COLOURS:
        painter.fillRect(where, QColor(CATEGORY_COLOURS[category]))
        if hatched and category == 2:
            painter.fillRect(where, QBrush(_HATCH, Qt.BrushStyle.BDiagPattern))
    else:
        painter.setPen(QPen(QColor("#8a8a8a"), 1, Qt.PenStyle.DotLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(where.adjusted(0, 0, -1, -1))


@cache
def chip_icon(category: int, size: int = 14, *, hatched: bool = False) -> QIcon:
    """Give a category as a small square."""
    where = QRectF(1, 1, size - 2, size - 2)
    return painted_icon(size, lambda painter: fill_category(painter, where, category, hatched=hatched))

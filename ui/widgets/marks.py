"""Small coloured marks, with a sign besides the colour so that nobody has to tell colours apart."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QFont, QGuiApplication, QIcon, QPainter, QPalette, QPen, QPixmap

if TYPE_CHECKING:
    from collections.abc import Callable

# Mark → (colour, sign); colours of equal weight on light and dark ground.
MARKS = {
    "done": ("#1b7f5c", "✓"),
    "present": ("#1b7f5c", "✓"),
    "next": ("#2f7fc1", "●"),
    "problem": ("#c8321e", "!"),
    "check": ("#d95f02", "?"),
    "choose": ("#c8321e", "?"),
    "todo": ("", ""),
    "missing": ("#c8321e", "!"),
    "optional": ("", ""),
    "none": ("", ""),
    "waiting": ("#7f8c8d", "…"),
    "unused": ("#7f8c8d", "–"),
}


def paint_mark(painter: QPainter, where: QRectF, mark: str) -> None:
    """Paint a mark into a square."""
    colour, sign = MARKS[mark]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    disc = where.adjusted(1, 1, -1, -1)
    if not colour:
        painter.setPen(QPen(QGuiApplication.palette().color(QPalette.ColorRole.Mid), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(disc)
        painter.restore()
        return
    # A rim keeps the disc apart from a selected line of about its own colour.
    painter.setPen(QPen(QColor("white"), 1))
    painter.setBrush(QColor(colour))
    painter.drawEllipse(disc)
    painter.setPen(Qt.PenStyle.NoPen)
    if sign == "●":
        painter.setBrush(QColor("white"))
        painter.drawEllipse(QPointF(disc.center()), disc.width() * 0.18, disc.width() * 0.18)
    elif sign == "✓":
        painter.setPen(QPen(QColor("white"), disc.width() * 0.13))
        left, top, size = disc.left(), disc.top(), disc.width()
        points = [QPointF(left + size * x, top + size * y) for x, y in ((0.27, 0.52), (0.44, 0.69), (0.74, 0.33))]
        painter.drawPolyline(*points)
    else:
        font = QFont(painter.font())
        font.setBold(True)
        font.setPixelSize(max(6, round(disc.height() * 0.72)))  # of the square that it is given, not of the screen
        painter.setFont(font)
        painter.setPen(QColor("white"))
        painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, sign)
    painter.restore()


@cache
def mark_icon(mark: str, size: int = 16) -> QIcon:
    """Give a mark as an icon, sharp on any screen."""
    return painted_icon(size, lambda painter: paint_mark(painter, QRectF(0, 0, size, size), mark))


def painted_icon(size: int, paint: Callable[[QPainter], None]) -> QIcon:
    """Paint an icon for screens of any density."""
    icon = QIcon()
    for ratio in (1, 2, 3):
        pixmap = QPixmap(size * ratio, size * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint(painter)
        painter.end()
        icon.addPixmap(pixmap)
    return icon

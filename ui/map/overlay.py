"""What is drawn over the map by hand: it covers all of it, in pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.gui import QgsMapCanvasItem
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QPointF, QRectF
from qgis.PyQt.QtGui import QColor, QPainter, QPen, QPolygonF

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qgis.gui import QgsMapCanvas

    from .plan_view import Place, PlanView

CASING, HALO = QColor(30, 30, 30, 230), QColor(255, 255, 255, 220)


class CanvasOverlay(QgsMapCanvasItem):
    """Lies over the map; subclasses paint."""

    def __init__(self, canvas: QgsMapCanvas, height: float) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.setZValue(height)

    def boundingRect(self) -> QRectF:
        """All of the map."""
        return QRectF(self._canvas.viewport().rect())

    def updatePosition(self) -> None:
        """Follow the map: another extent, scale or size."""
        self.prepareGeometryChange()
        self.update()

    def close(self) -> None:
        """Leave the map for good."""
        if not sip.isdeleted(self) and self.scene() is not None:
            self.scene().removeItem(self)


class PlanOverlay(CanvasOverlay):
    """Paints places of a plan."""

    def __init__(self, canvas: QgsMapCanvas, view: PlanView, height: float) -> None:
        super().__init__(canvas, height)
        self._view = view

    def pixels(self, places: Iterable[Sequence[Any]]) -> list[QPointF]:
        """Give the pixels over places; those that the map cannot show are left out."""
        found = (self._view.pixel(float(x), float(y)) for x, y in places)
        return [pixel for pixel in found if pixel is not None]

    def paint_drawn(self, painter: QPainter, line: Sequence[Place], pointer: Place | None) -> None:
        """Paint a line that is being drawn, up to the pointer, and its vertices."""
        if not line:
            return
        stroke(painter, self.pixels([*line, pointer] if pointer is not None else line), CASING)
        self.paint_vertices(painter, line, 3.0)

    def paint_vertices(self, painter: QPainter, places: Iterable[Sequence[Any]], half: float) -> None:
        """Paint vertices as squares."""
        painter.setPen(QPen(CASING, 1.5))
        painter.setBrush(QColor("#ffffff"))
        for pixel in self.pixels(places):
            painter.drawRect(QRectF(pixel.x() - half, pixel.y() - half, 2 * half, 2 * half))


def stroke(painter: QPainter, pixels: list[QPointF], colour: QColor) -> None:
    """Paint a line that is seen on any ground."""
    for pen in (QPen(HALO, 5.0), QPen(colour, 2.4)):
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(pixels))

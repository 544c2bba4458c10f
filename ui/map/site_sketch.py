"""The site of a project over the map, in the colour of its verdict; and other places where it could go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QFont, QPainter, QPen

from .overlay import HALO, PlanOverlay, stroke

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.gui import QgsMapCanvas

    from ..work.assessment import Spot
    from .plan_view import Place, PlanView

# Distinct for the common deficiencies of colour vision, dark enough for white letters.
VERDICT_COLOURS = {
    "prohibit": "#b3001b",
    "restrict": "#b84a00",
    "needs_review": "#8a6100",
    "conditional": "#1f6fb2",
    "no_conflict": "#1b7f5c",
    "not_assessed": "#5f6b73",
}
NOT_KNOWN = "#4a7bd0"  # not answered yet
OVER_TOOLS = 95
FILL = 90  # of 255
MOST_HANDLES = 60  # vertices of a site up to which each can be dragged
MARK, NUMBER = 9.0, 8.0  # pixels: of a place that was refused, round the number of one that was not


@dataclass(frozen=True)
class OtherPlace:
    """Another place for a site: its shape there, or where it was refused.

    Attributes
    ----------
    shape : shapely.Geometry
        In the plan's CRS; a point of one that was refused.
    verdict : str
    number : int
        In the list of the panel; 0 of one that was refused.
    """

    shape: Any
    verdict: str
    number: int = 0


class SiteSketch(PlanOverlay):
    """Drawn over the map.

    Attributes
    ----------
    spot : Spot or None
        The site.
    verdict : str
        What was answered of it last, "" for nothing yet.
    line : list of (float, float)
        What is being drawn, in the plan's CRS.
    others : sequence of OtherPlace
    """

    def __init__(self, canvas: QgsMapCanvas, view: PlanView) -> None:
        super().__init__(canvas, view, OVER_TOOLS)
        self.spot: Spot | None = None
        self.verdict = ""
        self.line: list[Place] = []
        self.pointer: Place | None = None
        self.others: Sequence[OtherPlace] = ()

    def show_spot(self, spot: Spot | None, verdict: str = "") -> None:
        """Show a site."""
        self.spot, self.verdict = spot, verdict
        self.update()

    def show_others(self, others: Sequence[OtherPlace]) -> None:
        """Show other places; none clears."""
        self.others = tuple(others)
        self.update()

    def draw_line(self, points: list[Place], pointer: Place | None) -> None:
        """Show what is being drawn, up to the pointer."""
        self.line, self.pointer = points, pointer
        self.update()

    # ── painting ──────────────────────────────────────────────────────────────────────────────────────────────────

    def paint(self, painter: QPainter, option: Any = None, widget: Any = None) -> None:  # noqa: ARG002 - as Qt has it
        """Draw a frame."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for other in self.others:
            self._paint_other(painter, other)
        if self.spot is not None:
            self._paint_spot(painter, self.spot)
        self.paint_drawn(painter, self.line, self.pointer)

    def _paint_spot(self, painter: QPainter, spot: Spot) -> None:
        import shapely

        colour = QColor(VERDICT_COLOURS.get(self.verdict, NOT_KNOWN))
        shape = spot.shape
        if shapely.get_dimensions(shape) == 2:
            self._area(painter, shape, colour)
        if spot.dimension == 1:
            for part in shapely.get_parts(spot.base):
                stroke(painter, self.pixels(shapely.get_coordinates(part)), colour)
        places = shapely.get_coordinates(spot.base)
        if spot.dimension == 0:
            for pixel in self.pixels(places):
                painter.setPen(QPen(QColor("#ffffff"), 2.0))
                painter.setBrush(colour)
                painter.drawEllipse(pixel, 6.0, 6.0)
        elif len(places) <= MOST_HANDLES:
            self.paint_vertices(painter, places, 3.5)

    def _area(self, painter: QPainter, shape: Any, colour: QColor) -> None:
        path = self._view.path([shape])
        fill = QColor(colour)
        fill.setAlpha(FILL)
        painter.fillPath(path, fill)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(HALO, 5.0), QPen(colour, 2.4)):
            painter.setPen(pen)
            painter.drawPath(path)

    def _paint_other(self, painter: QPainter, other: OtherPlace) -> None:
        import shapely

        colour = QColor(VERDICT_COLOURS.get(other.verdict, NOT_KNOWN))
        middle = self.pixels(shapely.get_coordinates(shapely.centroid(other.shape)))
        if not other.number:
            for pixel in middle:
                for pen in (QPen(HALO, 4.0), QPen(colour, 2.0)):
                    painter.setPen(pen)
                    half = MARK / 2
                    painter.drawLine(pixel + QPointF(-half, -half), pixel + QPointF(half, half))
                    painter.drawLine(pixel + QPointF(-half, half), pixel + QPointF(half, -half))
            return
        if shapely.get_dimensions(other.shape) == 2:
            self._area(painter, other.shape, colour)
        elif shapely.get_dimensions(other.shape) == 1:
            stroke(painter, self.pixels(shapely.get_coordinates(other.shape)), colour)
        font = QFont(painter.font())
        font.setBold(True)
        font.setPixelSize(11)
        painter.setFont(font)
        for pixel in middle:
            painter.setPen(QPen(QColor("#ffffff"), 1.5))
            painter.setBrush(colour)
            painter.drawEllipse(pixel, NUMBER, NUMBER)
            where = QRectF(pixel.x() - NUMBER, pixel.y() - NUMBER, 2 * NUMBER, 2 * NUMBER)
            painter.drawText(where, int(Qt.AlignmentFlag.AlignCenter), str(other.number))

"""How candidates are told apart, on the map, in the table and in the plots: a colour and a shape each."""

from __future__ import annotations

from functools import cache

from qgis.PyQt.QtCore import QPointF, QRectF
from qgis.PyQt.QtGui import QColor, QIcon, QPainter, QPalette, QPen, QPolygonF

from ..widgets.marks import painted_icon

# None is that of a category, a finding, a preview or an outline of the plan.
COLOURS = ("#6A3D9A", "#0B4F9E", "#A6194B", "#00777A")
# The same hues where the ground is dark.
LIGHT = ("#C9A8F0", "#8FC2FF", "#FF9DBB", "#5FD3CF")
# Corners of the shapes in a circle of radius 1; none is the circle itself. Five, so that colour and shape together
# come again only after twenty.
SHAPES: tuple[tuple[tuple[float, float], ...], ...] = (
    (),
    ((-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)),
    ((0.0, -1.15), (1.15, 0.0), (0.0, 1.15), (-1.15, 0.0)),
    ((0.0, -1.1), (1.05, 0.8), (-1.05, 0.8)),
    ((0.0, 1.1), (1.05, -0.8), (-1.05, -0.8)),
)
FAINT = 0.35  # opacity of a candidate that was made from something else
HALF = 128  # lightness of 255


def colour_of(number: int, palette: QPalette | None = None) -> QColor:
    """Give the colour of a candidate; a light one where the ground of the palette is dark."""
    dark = palette is not None and palette.color(QPalette.ColorRole.Window).lightness() < HALF
    return QColor((LIGHT if dark else COLOURS)[number % len(COLOURS)])


def paint_mark(
    painter: QPainter, at: QPointF, radius: float, number: int, palette: QPalette, *, filled: bool = True
) -> None:
    """Paint the mark of a candidate around a point."""
    colour, ground = colour_of(number, palette), palette.color(QPalette.ColorRole.Window)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # A rim of the ground keeps marks apart that touch.
    painter.setPen(QPen(ground if filled else colour, 1.0 if filled else 1.6))
    painter.setBrush(colour if filled else ground)
    corners = SHAPES[number % len(SHAPES)]
    if corners:
        painter.drawPolygon(QPolygonF([QPointF(at.x() + radius * x, at.y() + radius * y) for x, y in corners]))
    else:
        painter.drawEllipse(at, radius, radius)
    painter.restore()


def mark_icon(number: int, palette: QPalette, size: int = 14, *, faint: bool = False) -> QIcon:
    """Give the mark of a candidate as an icon, sharp on any screen; ``faint`` where it does not hold any more."""
    return _icon(number, palette.color(QPalette.ColorRole.Window).name(), size, FAINT if faint else 1.0)


@cache
def _icon(number: int, ground: str, size: int, opacity: float) -> QIcon:
    palette = QPalette(QColor(ground))
    palette.setColor(QPalette.ColorRole.Window, QColor(ground))

    def paint(painter: QPainter) -> None:
        painter.setOpacity(opacity)
        paint_mark(painter, QRectF(0, 0, size, size).center(), size * 0.36, number, palette)

    return painted_icon(size, paint)

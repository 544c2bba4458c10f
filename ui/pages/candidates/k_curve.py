"""How many regions: pseudo-F and variance within over a range of k, small enough for the page; a click takes a k."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QPainter, QPen, QPolygonF

from ...text import tr
from ...widgets.muted import muted_colour
from .plot import Plot

if TYPE_CHECKING:
    from qgis.PyQt.QtCore import QEvent
    from qgis.PyQt.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
    from qgis.PyQt.QtWidgets import QWidget

    from ....delineation.methods.number_of_regions import Choice

# Distinct in the common colour-vision deficiencies, and on light and dark grounds.
F_COLOUR, WITHIN_COLOUR = QColor("#3D8BD9"), QColor("#D9822B")
MARGIN = 6
FAINT = 0.4  # of a curve that does not hold any more


class KCurve(Plot):
    """Two lines, each on its own scale from 0, the two numbers they speak for, and the one that is chosen."""

    LINES = 8

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, accessibleName=tr("Curve of k", "of numbers of regions"))
        self.choice: Choice | None = None
        self.k = 0
        self.stale = False  # made with other settings than those in sight
        self._at = -1  # the point the mouse is over
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_choice(self, choice: Choice | None, k: int, *, stale: bool = False) -> None:
        """Show a curve; ``k`` is the number that is chosen now. One that is ``stale`` is grey and takes no click."""
        if choice is not self.choice or stale:
            self._at = -1
        self.choice, self.k, self.stale = choice, k, stale
        self.setAccessibleDescription(self.words())
        tip = tr("A click, or the arrow keys, take this number of regions.")
        self.setToolTip(self.words() if stale else tip)
        self.setCursor(Qt.CursorShape.ArrowCursor if stale else Qt.CursorShape.PointingHandCursor)
        self.update()

    def words(self) -> str:
        """Say what the curve speaks for."""
        if self.choice is None:
            return ""
        if self.stale:
            return tr(
                "This curve was made with other settings; “Curve of k” makes it anew.",
                "of numbers of regions",
            )
        return tr(
            "Pseudo-F is largest at k = {best}; after k = {knee} more regions gain little.",
            best=self.choice.best,
            knee=self.choice.knee,
        )

    # ── the picture ───────────────────────────────────────────────────────────────────────────────────────────────

    def _room(self) -> QRectF:
        line = self.fontMetrics().height()
        return QRectF(MARGIN, line + MARGIN, self.width() - 2 * MARGIN, self.height() - 2 * line - 2 * MARGIN - 2)

    def x_of(self, k: float) -> float:
        """Where a number of regions stands, in pixels."""
        first, last = self._ends()
        room = self._room()
        return room.left() + room.width() * (k - first) / max(last - first, 1)

    @property
    def _numbers(self) -> list[int]:
        """Numbers of regions that the curve is over."""
        return self.choice.k.tolist() if self.choice is not None else []

    def _ends(self) -> tuple[int, int]:
        numbers = self._numbers or [0, 1]
        return numbers[0], numbers[-1]

    def _line(self, values: list[float]) -> QPolygonF:
        known = [value for value in values if math.isfinite(value)]
        top, room = max(known, default=1.0) or 1.0, self._room()
        points = [
            QPointF(self.x_of(float(k)), room.bottom() - room.height() * value / top)
            for k, value in zip(self._numbers, values, strict=True)
            if math.isfinite(value)
        ]
        return QPolygonF(points)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt gives it
        """Paint legend, lines, marks."""
        if self.choice is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room, line = self._room(), self.fontMetrics().height()
        text, quiet = self.painted_frame(painter, room)
        faint = muted_colour(self.palette(), FAINT)
        f_colour, within_colour = (faint, faint) if self.stale else (F_COLOUR, WITHIN_COLOUR)
        self._mark(painter, self.choice.best, f_colour, Qt.PenStyle.DashLine)
        self._mark(painter, self.choice.knee, within_colour, Qt.PenStyle.DashLine)
        for values, colour in ((self.choice.pseudo_f, f_colour), (self.choice.within, within_colour)):
            points = self._line([float(value) for value in values])
            painter.setPen(QPen(colour, 1.6))
            painter.drawPolyline(points)
            painter.setBrush(colour)
            if points.count() <= 80:
                for number in range(points.count()):
                    painter.drawEllipse(points.at(number), 1.6, 1.6)
        first, last = self._ends()
        if first <= self.k <= last and not self.stale:
            self._mark(painter, self.k, text, Qt.PenStyle.SolidLine)
        left = float(MARGIN)
        for title, colour in (
            (tr("pseudo-F"), f_colour),
            (tr("variance within"), within_colour),
        ):
            painter.setPen(QPen(colour, 2))
            painter.drawLine(QPointF(left, line / 2 + 1), QPointF(left + 14, line / 2 + 1))
            painter.setPen(quiet if self.stale else text)
            width = self.fontMetrics().horizontalAdvance(title)
            painter.drawText(QRectF(left + 18, 1, width + 2, line), Qt.AlignmentFlag.AlignLeft, title)
            left += 18 + width + 14
        painter.setPen(quiet)
        below = QRectF(room.left(), room.bottom() + 2, room.width(), line + 2)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, f"k = {first}")
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, str(last))
        painter.setPen(text)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, self._told())
        self.paint_focus(painter)
        painter.end()

    def _mark(self, painter: QPainter, k: int, colour: QColor, style: Qt.PenStyle) -> None:
        room = self._room()
        painter.setPen(QPen(colour, 1, style))
        painter.drawLine(QPointF(self.x_of(k), room.top()), QPointF(self.x_of(k), room.bottom()))

    def _told(self) -> str:
        if self._at < 0 or self.choice is None:
            return ""
        value = float(self.choice.pseudo_f[self._at])
        return f"k = {self._numbers[self._at]}  F = {f'{value:,.1f}' if math.isfinite(value) else '–'}"

    # ── hands ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _nearest(self, x: float) -> int:
        away = [abs(self.x_of(k) - x) for k in self._numbers]
        return away.index(min(away))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.choice is not None and not self.stale and event.button() == Qt.MouseButton.LeftButton:
            self._take(self._nearest(event.pos().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.choice is not None and not self.stale:
            self._at = self._nearest(event.pos().x())
            self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: ARG002 - Qt gives it
        self._at = -1
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(event.key(), 0)
        if self.choice is None or self.stale or not step:
            super().keyPressEvent(event)
            return
        at = self._nearest(self.x_of(self.k)) + step
        self._take(min(max(at, 0), len(self._numbers) - 1))

    def _take(self, number: int) -> None:
        self._at, self.k = number, self._numbers[number]
        self.update()
        self.chosen.emit(self.k)

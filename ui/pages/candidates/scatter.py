"""Two metrics against each other: what is better lies right and up; filled is what no other beats in both."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QPainter, QPalette, QPen

from ...text import tr
from .metric_words import metric_name, shown_value
from .plot import CHOSEN, PLAN, CandidatePlot, Mark

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QColor, QPaintEvent
    from qgis.PyQt.QtWidgets import QWidget

    from ....delineation.bench.measures.metrics import Metric

MARGIN, PLAN_SIZE = 6, 5.0
SMALLEST = 0.02  # of an axis, where all values are about the same


class CandidateScatter(CandidatePlot):
    """Two axes that are chosen from outside: ``across`` and ``up``."""

    LINES = 12

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.across: Metric | None = None
        self.up: Metric | None = None
        self.setObjectName("candidate_scatter")
        self.setAccessibleName(tr("Candidates and the plan by two metrics"))
        self.setToolTip(
            tr(
                "Right and up is better; the lines are the plan's values. Filled: none of the others is better in both. A click, or the arrow keys, choose a candidate.",  # noqa: E501
            )
        )

    def show_axes(self, across: Metric | None, up: Metric | None) -> None:
        """Take two metrics."""
        self.across, self.up = across, up
        self.setAccessibleDescription(" ".join(self.lines()))
        self.update()

    # ── where things are ──────────────────────────────────────────────────────────────────────────────────────────

    def _room(self) -> QRectF:
        line = self.fontMetrics().height()
        height = max(self.height() - 3 * line - 2 * MARGIN, 1)
        return QRectF(MARGIN, line + MARGIN, self.width() - 2 * MARGIN, height)

    def _ends(self, metric: Metric) -> tuple[float, float]:
        """Give the values at the worse and the better end of an axis."""
        rows = [self.plan, *(one.candidate.row for one in self.kept)]
        values = [row[metric.name] for row in rows if math.isfinite(row.get(metric.name, math.nan))]
        low, high = min(values), max(values)
        spare = max(0.1 * (high - low), SMALLEST * (1.0 if metric.unit in ("share", "index") else abs(high)) / 2)
        return (high + spare, low - spare) if metric.better == "low" else (low - spare, high + spare)

    def _place(self, metric: Metric, value: float) -> float:
        """Where a value stands on an axis: 0 at its worse end, 1 at its better one."""
        worse, better = self._ends(metric)
        return (value - worse) / (better - worse) if better != worse else 0.5

    def marks(self) -> list[Mark]:
        if self.across is None or self.up is None or not self.kept:
            return []
        room, rows = self._room(), [self.plan, *(one.candidate.row for one in self.kept)]
        places = [
            (self._place(self.across, row[self.across.name]), self._place(self.up, row[self.up.name])) for row in rows
        ]
        whole = [place for place in places if all(map(math.isfinite, place))]
        out = []
        for number, place in enumerate(places, PLAN):
            if all(map(math.isfinite, place)):
                at = QPointF(room.left() + room.width() * place[0], room.bottom() - room.height() * place[1])
                beaten = any(_beats(other, place) for other in whole)
                out.append(Mark(at, number, (self.across, self.up), not beaten))
        return out

    # ── the picture ───────────────────────────────────────────────────────────────────────────────────────────────

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt gives it
        """Paint the frame, the plan's lines, marks, ends of the axes."""
        marks = self.marks()
        if not marks or self.across is None or self.up is None:
            return
        painter = QPainter(self)
        room, line = self._room(), self.fontMetrics().height()
        text, quiet = self.painted_frame(painter, room)
        plan = next((mark for mark in marks if mark.candidate == PLAN), None)
        if plan is not None:
            painter.setPen(QPen(text, 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(plan.at.x(), room.top()), QPointF(plan.at.x(), room.bottom()))
            painter.drawLine(QPointF(room.left(), plan.at.y()), QPointF(room.right(), plan.at.y()))
        self._say_ends(painter, room, line, quiet, self.across, self.up)
        if plan is not None:
            painter.setPen(QPen(text, 1.4))
            painter.setBrush(text if plan.filled else self.palette().color(QPalette.ColorRole.Window))
            painter.drawRect(QRectF(plan.at.x() - PLAN_SIZE, plan.at.y() - PLAN_SIZE, 2 * PLAN_SIZE, 2 * PLAN_SIZE))
            painter.setPen(text)
            word, metrics = tr("Plan"), self.fontMetrics()
            right = plan.at.x() + CHOSEN + 4 + metrics.horizontalAdvance(word) <= room.right()
            x = plan.at.x() + CHOSEN + 2 if right else plan.at.x() - CHOSEN - 2 - metrics.horizontalAdvance(word)
            y = plan.at.y() - 4 if plan.at.y() - line - 4 > room.top() else plan.at.y() + line
            painter.drawText(QPointF(x, y), word)
        self.paint_marks(painter, marks)
        self._say_axes(painter, room, line, text, self.across, self.up)
        self.paint_focus(painter)
        painter.end()

    def _say_ends(self, painter: QPainter, room: QRectF, line: int, colour: QColor, x: Metric, y: Metric) -> None:
        """Write the values at the ends of the axes: across below the frame, up inside it."""
        worse, better = (shown_value(x, value) for value in self._ends(x))
        low, high = (shown_value(y, value) for value in self._ends(y))
        painter.setPen(colour)
        below = QRectF(room.left(), room.bottom() + 2, room.width(), line)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, worse)
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, better)
        ground = self.palette().color(QPalette.ColorRole.Window)
        # In the corners where marks are seldom: who is better in one is seldom worst in the other.
        for value, right in ((high, False), (low, True)):
            width = self.fontMetrics().horizontalAdvance(value) + 2
            left, top = room.left() + 3, room.top() + 2
            if right:
                left, top = room.right() - width - 3, room.bottom() - line - 2
            where = QRectF(left, top, width, line)
            painter.fillRect(where, ground)  # the plan's lines may run through it
            painter.drawText(where, Qt.AlignmentFlag.AlignCenter, value)

    def _say_axes(self, painter: QPainter, room: QRectF, line: int, colour: QColor, x: Metric, y: Metric) -> None:
        """Name the metrics: the one across below its values, the one up above the frame."""
        painter.setPen(colour)
        names = self.fontMetrics()
        across = names.elidedText(f"{metric_name(x)} →", Qt.TextElideMode.ElideLeft, int(room.width()))
        up = names.elidedText(f"↑ {metric_name(y)}", Qt.TextElideMode.ElideRight, int(room.width()))
        below = QRectF(room.left(), room.bottom() + 2 + line, room.width(), line)
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, across)
        painter.drawText(QRectF(room.left(), MARGIN / 2, room.width(), line), Qt.AlignmentFlag.AlignLeft, up)


def _beats(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """As good in both and better in one."""
    return one[0] >= other[0] and one[1] >= other[1] and one != other

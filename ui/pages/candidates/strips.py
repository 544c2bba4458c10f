"""All that judges at a glance: a line a metric, the plan in the middle, what is better on the right."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QPointF, QRect, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QPainter, QPalette, QPen

from ...text import tr
from ...widgets.muted import muted_colour
from .metric_words import gain_of, judging, metric_name
from .plot import RADIUS, CandidatePlot, Mark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qgis.PyQt.QtGui import QPaintEvent
    from qgis.PyQt.QtWidgets import QWidget

    from ....delineation.bench.measures.metrics import Metric
    from ...work.drawn_division import Beside

NAMES, WIDEST = 0.38, 160  # of the width, and pixels: what names of metrics may take
STEPS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.5, 10.0)  # of a scale, times a power of ten
SMALLEST = 0.02  # of a share or an index: what differs by less stays near the middle
LANE = 7.0  # pixels between candidates on one line
GAP, MARGIN = 6, 4
WRAPPED = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap)


@dataclass(frozen=True)
class _Strip:
    metric: Metric
    half: float  # of its line, in the metric's unit
    top: float
    height: float


class CandidateStrips(CandidatePlot):
    """Each line has a scale of its own, so wide that the candidate that differs most from the plan is on it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("candidate_strips")
        self.setAccessibleName(tr("Candidates against the plan, a line a metric"))
        self.setToolTip(
            tr(
                "Right of the middle is better than the plan, left of it worse; each line has a scale of its own. A click, or the arrow keys, choose a candidate.",  # noqa: E501
            )
        )

    def show_candidates(self, plan: Mapping[str, float], kept: Sequence[Beside], current: int) -> None:
        super().show_candidates(plan, kept, current)
        self.setMinimumHeight(self.sizeHint().height())

    def sizeHint(self) -> QSize:
        strips = self._strips()
        return QSize(320, round(strips[-1].top + strips[-1].height) + MARGIN if strips else 0)

    # ── where things are ──────────────────────────────────────────────────────────────────────────────────────────

    def _names(self) -> float:
        return float(min(NAMES * self.width(), WIDEST))

    def _line(self) -> tuple[float, float]:
        """Where the lines begin and end."""
        wide = self.fontMetrics().horizontalAdvance("±88.8 %")
        return MARGIN + self._names() + GAP + RADIUS, self.width() - wide - MARGIN - GAP - RADIUS

    def _strips(self) -> list[_Strip]:
        metrics = self.fontMetrics()
        top, out = metrics.height() + 2.0 * MARGIN, []
        for metric in judging(self.plan, self.kept):
            room = QRect(0, 0, round(self._names()), 1000)
            words = metrics.boundingRect(room, WRAPPED, metric_name(metric)).height()
            height = max(words, LANE * len(self.kept) + RADIUS) + 4.0
            plan = self.plan[metric.name]
            gains = [abs(gain_of(metric, one.candidate.row[metric.name], plan)) for one in self.kept]
            least = SMALLEST if metric.unit in ("share", "index") else SMALLEST * abs(plan)
            half = _round_up(max([least, *(gain for gain in gains if math.isfinite(gain))]) or 1.0)
            out.append(_Strip(metric, half, top, height))
            top += height
        return out

    def marks(self) -> list[Mark]:
        return self._marks(self._strips())

    def _marks(self, strips: Sequence[_Strip]) -> list[Mark]:
        left, right = self._line()
        out = []
        for strip in strips:
            for number, one in enumerate(self.kept):
                gain = gain_of(strip.metric, one.candidate.row[strip.metric.name], self.plan[strip.metric.name])
                if math.isfinite(gain):
                    x = (left + right) / 2 + (right - left) / 2 * gain / strip.half
                    y = strip.top + strip.height / 2 + LANE * (number - (len(self.kept) - 1) / 2)
                    out.append(Mark(QPointF(x, y), number, (strip.metric,)))
        return out

    # ── the picture ───────────────────────────────────────────────────────────────────────────────────────────────

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt gives it
        """Paint names, lines, scales, marks."""
        strips = self._strips()
        if not strips:
            return
        painter = QPainter(self)
        left, right = self._line()
        middle, line = (left + right) / 2, self.fontMetrics().height()
        text, quiet = self.palette().color(QPalette.ColorRole.WindowText), muted_colour(self.palette())
        painter.setPen(text)
        word = tr("Plan")
        beside = self.fontMetrics().horizontalAdvance(word) / 2 + GAP
        painter.drawText(QRectF(middle - beside, MARGIN, 2 * beside, line), Qt.AlignmentFlag.AlignHCenter, word)
        painter.setPen(quiet)
        for words, where, side in (
            (
                tr("← worse"),
                QRectF(0, MARGIN, middle - beside, line),
                Qt.AlignmentFlag.AlignRight,
            ),
            (
                tr("better →"),
                QRectF(middle + beside, MARGIN, self.width() - middle - beside, line),
                Qt.AlignmentFlag.AlignLeft,
            ),
        ):
            painter.drawText(where, side, words)
        for strip in strips:
            centre = strip.top + strip.height / 2
            painter.setPen(text)
            painter.drawText(QRectF(MARGIN, strip.top, self._names(), strip.height), WRAPPED, metric_name(strip.metric))
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 1))
            painter.drawLine(QPointF(left, centre), QPointF(right, centre))
            painter.setPen(quiet)
            scale = QRectF(right + RADIUS, strip.top, self.width() - right - RADIUS - MARGIN, strip.height)
            painter.drawText(scale, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _scale(strip))
        painter.setPen(QPen(text, 1.4))
        painter.drawLine(QPointF(middle, line + 2 * MARGIN), QPointF(middle, strips[-1].top + strips[-1].height))
        self.paint_marks(painter, self._marks(strips))
        self.paint_focus(painter)
        painter.end()


def _round_up(value: float) -> float:
    """Give the next number that reads well on a scale."""
    unit = 10.0 ** math.floor(math.log10(value))
    return next(step * unit for step in STEPS if step * unit >= value * (1 - 1e-9))


def _scale(strip: _Strip) -> str:
    """Say how far a line reaches to either side."""
    return f"±{100 * strip.half:.3g} %" if strip.metric.unit == "share" else f"±{strip.half:.3g}"

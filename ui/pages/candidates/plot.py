"""What plots of candidates share: marks that say what they are, and are chosen by a click or the arrow keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from qgis.PyQt.QtCore import QEvent, QPointF, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QPainter, QPalette, QPen
from qgis.PyQt.QtWidgets import QToolTip, QWidget

from ...map.candidate_marks import FAINT, paint_mark
from ...text import tr
from ...widgets.layout import take_width
from ...widgets.muted import muted_colour
from .metric_words import gain_of, metric_name, shown_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qgis.PyQt.QtCore import QRectF
    from qgis.PyQt.QtGui import QColor, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent

    from ....delineation.bench.measures.metrics import Metric
    from ...work.drawn_division import Beside

PLAN = -1  # in the place of a candidate
RADIUS, CHOSEN, REACH = 4.2, 6.0, 11.0  # pixels: of a mark, of the chosen one, how near the mouse has to come
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


@dataclass(frozen=True)
class Mark:
    """Where a candidate (or the plan) stands, and by which metrics."""

    at: QPointF
    candidate: int
    metrics: tuple[Metric, ...]
    filled: bool = True


class Plot(QWidget):
    """A picture that hand and keys may choose in; subclasses paint it.

    Attributes
    ----------
    LINES : int
        How high it is, in lines of text.
    """

    LINES: ClassVar[int]
    chosen = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None, **properties: Any) -> None:
        super().__init__(parent, mouseTracking=True, focusPolicy=Qt.FocusPolicy.StrongFocus, **properties)
        take_width(self)

    def sizeHint(self) -> QSize:
        return QSize(320, self.LINES * self.fontMetrics().height() + 12)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, self.sizeHint().height())

    def painted_frame(self, painter: QPainter, room: QRectF) -> tuple[QColor, QColor]:
        """Paint the frame of a picture, and give the colours of texts in it: plain and quiet."""
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 1))
        painter.drawRect(room)
        return self.palette().color(QPalette.ColorRole.WindowText), muted_colour(self.palette())

    def paint_focus(self, painter: QPainter) -> None:
        """Show that the keyboard is here."""
        if self.hasFocus():
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()


class CandidatePlot(Plot):
    """Candidates against the plan; subclasses lay out marks and paint what is behind them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plan: Mapping[str, float] = {}
        self.kept: Sequence[Beside] = ()
        self.current = 0
        self.faded: frozenset[int] = frozenset()  # candidates that were made from something else

    def show_candidates(self, plan: Mapping[str, float], kept: Sequence[Beside], current: int) -> None:
        """Show the plan's row and the candidates; ``current`` is the one that is chosen."""
        self.plan, self.kept, self.current = dict(plan), tuple(kept), current
        self.setAccessibleDescription(" ".join(self.lines()))
        self.updateGeometry()
        self.update()

    def marks(self) -> list[Mark]:
        """Give the marks of what is shown, in pixels."""
        raise NotImplementedError

    def lines(self) -> list[str]:
        """Say in words what the marks of the chosen candidate say."""
        return [self.words_of(mark) for mark in self.marks() if mark.candidate == self.current]

    def words_of(self, mark: Mark) -> str:
        """Say what a mark is: whose, and each metric's value beside the plan's."""
        if mark.candidate == PLAN:
            title = tr("Plan")
            row: Mapping[str, float] = self.plan
        else:
            one = self.kept[mark.candidate]
            title, row = one.label, one.candidate.row
        lines = [title]
        for metric in mark.metrics:
            value, plan = row[metric.name], self.plan[metric.name]
            facts = {
                "metric": metric_name(metric),
                "value": shown_value(metric, value),
                "plan": shown_value(metric, plan),
            }
            if mark.candidate == PLAN:
                lines.append("{metric}: {value}".format(**facts))
                continue
            gain = gain_of(metric, value, plan)
            text = (
                tr("{metric}: {value}, the plan {plan}: better")
                if gain > 0
                else tr("{metric}: {value}, the plan {plan}: worse")
                if gain < 0
                else tr("{metric}: {value}, as the plan")
            )
            lines.append(text.format(**facts))
        return "\n".join(lines)

    def paint_marks(self, painter: QPainter, marks: Sequence[Mark]) -> None:
        """Paint the candidates' marks, the chosen one last and larger."""
        for mark in sorted(marks, key=lambda one: one.candidate == self.current):
            if mark.candidate == PLAN:
                continue
            radius = CHOSEN if mark.candidate == self.current else RADIUS
            number = self.kept[mark.candidate].number
            painter.setOpacity(FAINT if mark.candidate in self.faded else 1.0)
            paint_mark(painter, mark.at, radius, number, self.palette(), filled=mark.filled)
        painter.setOpacity(1.0)

    # ── hands ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def mark_at(self, x: float, y: float) -> Mark | None:
        """Give the mark that is nearest to a point, None where none is near."""

        def away(mark: Mark) -> float:
            return float(max(abs(mark.at.x() - x), abs(mark.at.y() - y)))

        near = min(self.marks(), key=away, default=None)
        return near if near is not None and away(near) <= REACH else None

    def _mark_below(self, event: QHelpEvent | QMouseEvent) -> Mark | None:
        return self.mark_at(event.pos().x(), event.pos().y())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            self._tell(event)
            return True
        return bool(super().event(event))

    def _tell(self, event: QHelpEvent) -> None:
        mark = self._mark_below(event)
        QToolTip.showText(event.globalPos(), self.words_of(mark) if mark is not None else self.toolTip(), self)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        mark = self._mark_below(event)
        hand = mark is not None and mark.candidate != PLAN
        self.setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        mark = self._mark_below(event)
        if mark is not None and mark.candidate != PLAN and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(mark.candidate)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        to = self.current + _STEPS.get(event.key(), 0)
        if to != self.current and 0 <= to < len(self.kept):
            self.chosen.emit(to)
        elif event.key() not in _STEPS:
            super().keyPressEvent(event)

"""Areas by category as two bars, before and after: what a change would move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QRectF, QSize, Qt
from qgis.PyQt.QtGui import QPainter, QPalette
from qgis.PyQt.QtWidgets import QWidget

from ...delineation.core.messages import share_text
from ..map.colours import fill_category
from ..text import categories, square_kilometres, tr
from ..widgets.layout import take_width
from ..widgets.muted import muted_colour
from ..work.settings import PanelSetting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.PyQt.QtGui import QPaintEvent

    from ...delineation.case.profile import Profile

CATEGORIES = (1, 2, 3)


def change_words(before: float, after: float) -> str:
    """Difference of two areas in km², with its sign; an en dash where there is none worth two digits."""
    change = round((after - before) / 1e6, 2)
    return f"{change:+,.2f}" if change else "–"


def short_names(profile: Profile | None = None) -> dict[int, str]:
    """Name the categories in one word, where columns are narrow."""
    return {category: name.split(" ")[0] for category, name in categories(profile=profile).items()}


GAP, NARROWEST = 8, 200  # pixels between columns, of all of it


class CategoryBar(QWidget):
    """Two stacked bars over a line a category; one bar while nothing is tried.

    ``after`` is what stands before the second one.
    """

    def __init__(self, parent: QWidget, *, after: str = "") -> None:
        super().__init__(parent, toolTip=tr("Area by category of the plan as it stands, and as it would be."))
        self._then = after or tr("Tried")
        self.before: tuple[float, ...] = ()
        self.after: tuple[float, ...] = ()
        self.units_before: tuple[int, ...] = ()
        self.units_after: tuple[int, ...] = ()
        take_width(self)

    def show_areas(
        self,
        before: Sequence[float],
        after: Sequence[float] = (),
        units_before: Sequence[int] = (),
        units_after: Sequence[int] = (),
    ) -> None:
        """Show areas (m²) and numbers of units by category; without ``after`` only as it stands."""
        self.before, self.after = tuple(map(float, before)), tuple(map(float, after))
        self.units_before, self.units_after = tuple(map(int, units_before)), tuple(map(int, units_after))
        self.setAccessibleDescription("; ".join(self.lines()))
        self.setToolTip("\n".join(self.lines()))
        self.updateGeometry()
        self.update()

    def lines(self) -> list[str]:
        """Give what the bars show as text, a line a category."""
        names = short_names()
        return [f"{names[c]} {'  '.join(self._numbers(number))}" for number, c in enumerate(CATEGORIES) if self.before]

    def _numbers(self, number: int) -> list[str]:
        total = sum(self.before) or 1.0
        shown = self.after or self.before
        out = [square_kilometres(shown[number]), share_text(shown[number] / total)]
        if self.after:
            out.append(change_words(self.before[number], self.after[number]))
        if self.units_before:
            before = self.units_before[number]
            after = self.units_after[number] if self.units_after else before
            out.append(str(before) if after == before else f"{before} → {after}")
        return out

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height() + 3
        bars = 2 if self.after else 1
        return QSize(320, bars * (line + 2) + (len(CATEGORIES) + 1) * line + 6)

    def minimumSizeHint(self) -> QSize:
        return QSize(NARROWEST, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt gives it
        """Paint bars, then the table."""
        if not self.before:
            return
        painter = QPainter(self)
        line = self.fontMetrics().height() + 3
        label = max(self.fontMetrics().horizontalAdvance(text) for text in self._titles()) + 8
        top = 2.0
        bars = [self.before, self.after] if self.after else [self.before]
        for title, areas in zip(self._titles(), bars, strict=False):
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            painter.drawText(QRectF(0, top, label, line), Qt.AlignmentFlag.AlignVCenter, title)
            self._bar(painter, QRectF(label, top + 2, self.width() - label - 1, line - 4), areas)
            top += line + 2
        self._table(painter, top + 2, line)
        painter.end()

    def _titles(self) -> list[str]:
        now = tr("Now")
        return [now, self._then] if self.after else [now]

    def _bar(self, painter: QPainter, where: QRectF, areas: Sequence[float]) -> None:
        total, left = sum(areas) or 1.0, where.left()
        hatched = PanelSetting.HATCH_KEY.get()
        for number, category in enumerate(CATEGORIES):
            width = where.width() * areas[number] / total
            fill_category(painter, QRectF(left, where.top(), width, where.height()), category, hatched=hatched)
            left += width
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.drawRect(where)

    def _table(self, painter: QPainter, top: float, line: float) -> None:
        names = short_names()
        heads = [tr("Area, km²"), tr("Share")]
        heads += [tr("Change")] if self.after else []
        heads += [tr("Count")] if self.units_before else []
        metrics = self.fontMetrics()
        first = line + max(metrics.horizontalAdvance(name) for name in names.values()) + 6
        texts = [heads, *(self._numbers(number) for number in range(len(CATEGORIES)))]
        widths = [max(metrics.horizontalAdvance(row[number]) for row in texts) for number in range(len(heads))]
        # What has no room is left out, shares first; the tool tip has all.
        while len(heads) > 1 and first + sum(widths) + GAP * len(heads) > self.width():
            number = 1 if len(heads) > 2 else len(heads) - 1
            for line_of in (*texts, widths):
                del line_of[number]
        spare = max(0.0, self.width() - 1.0 - first - sum(widths)) / len(heads)
        ends = [first + sum(widths[: number + 1]) + spare * (number + 1) for number in range(len(heads))]
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(muted_colour(self.palette()))
        for number, head in enumerate(heads):
            painter.drawText(QRectF(ends[number] - widths[number] - 8, top, widths[number] + 8, line), right, head)
        for row, category in enumerate(CATEGORIES, 1):
            y = top + row * line
            fill_category(painter, QRectF(1, y + 3, line - 6, line - 6), category, hatched=PanelSetting.HATCH_KEY.get())
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            painter.drawText(QRectF(line, y, first, line), Qt.AlignmentFlag.AlignVCenter, names[category])
            for number, text in enumerate(texts[row]):
                painter.drawText(QRectF(ends[number] - widths[number] - 8, y, widths[number] + 8, line), right, text)

"""The plots of the candidates: all metrics at once, or two that one chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QSignalBlocker, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QButtonGroup, QToolButton, QWidget

from ....delineation.bench.measures.metrics import METRICS
from ...text import tr
from ...widgets.elided_combo import ElidedCombo
from ...widgets.layout import STRETCH, in_column, in_line
from .metric_words import judging, metric_name, way_words
from .scatter import CandidateScatter
from .strips import CandidateStrips

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from ...work.drawn_division import Beside

USUAL = ("variance_ratio", "polsby_popper_by_area")  # across and up: how alike, how compact


class CandidatePlots(QWidget):
    """One of two pictures, with what it is to show."""

    chosen = pyqtSignal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        group = QButtonGroup(self)
        self.all = self._button(
            tr("All metrics"),
            tr("A line a metric, the plan in the middle."),
        )
        self.two = self._button(
            tr("Two metrics"),
            tr("Two metrics against each other, which you choose."),
        )
        for button in (self.all, self.two):
            group.addButton(button)
        row = in_line(self.all, self.two, STRETCH, spacing=2)
        self.strips, self.scatter = CandidateStrips(self), CandidateScatter(self)
        self.axes = QWidget(self)
        self.across, self.up = (
            ElidedCombo(6, self.axes, accessibleName=name, toolTip=name, currentIndexChanged=self._show_axes)
            for name in (tr("Metric to the right"), tr("Metric upwards"))
        )
        in_line((self.across, 1), (self.up, 1), on=self.axes, margins=0)
        in_column(row, self.strips, self.axes, self.scatter, on=self, margins=0, spacing=2)
        for plot in (self.strips, self.scatter):
            plot.chosen.connect(self.chosen)
        self.two.toggled.connect(self._turn)
        self.all.setChecked(True)
        self._turn(False)

    def _button(self, text: str, tip: str) -> QToolButton:
        return QToolButton(self, text=text, toolTip=tip, checkable=True, autoRaise=True)

    def show_candidates(
        self, plan: Mapping[str, float], kept: Sequence[Beside], current: int, faded: Collection[int] = ()
    ) -> None:
        """Show the plan's row and the candidates; ``current`` is the one that is chosen, ``faded`` do not hold."""
        names = [metric.name for metric in judging(plan, kept)]
        if names:
            self._fill(names)
        else:
            self.scatter.show_axes(None, None)  # the plan is being measured
        for plot in (self.strips, self.scatter):
            plot.faded = frozenset(faded)
            plot.show_candidates(plan, kept, current)
        if names:
            self._show_axes()
        self.setVisible(bool(names))

    def _fill(self, names: Sequence[str]) -> None:
        """Offer the metrics that there are; what was chosen stays."""
        for combo, usual in zip((self.across, self.up), USUAL, strict=True):
            if [combo.itemData(number) for number in range(combo.count())] == list(names):
                continue
            wanted = combo.currentData() or usual
            blocker = QSignalBlocker(combo)
            combo.clear()
            for name in names:
                combo.addItem(metric_name(METRICS[name]), name)
                combo.setItemData(combo.count() - 1, way_words(METRICS[name]), Qt.ItemDataRole.ToolTipRole)
            spare = 0 if combo is self.across else min(1, combo.count() - 1)
            combo.setCurrentIndex(combo.findData(wanted) if wanted in names else spare)
            del blocker

    def _show_axes(self) -> None:
        across, up = (METRICS.get(str(combo.currentData())) for combo in (self.across, self.up))
        self.scatter.show_axes(across, up)

    def _turn(self, two: bool) -> None:
        self.strips.setVisible(not two)
        self.axes.setVisible(two)
        self.scatter.setVisible(two)

"""Candidates against the plan: a row a metric, a column each."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QRect, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from ....delineation.bench.measures.metrics import METRICS
from ....delineation.core.messages import share_text
from ....delineation.verbs.candidates import MEASURED
from ...map.candidate_marks import mark_icon
from ...map.colours import chip_icon
from ...text import capital, language, names_of, said, square_kilometres, tr
from ...widgets.layout import take_width
from ...widgets.muted import muted_colour
from ...widgets.plain_text import as_tip
from ...widgets.tables import cell
from ...words import asked_value, method_name
from .metric_words import metric_name, shown_value, way_words

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from ....delineation.bench.measures.metrics import Metric
    from ....delineation.case.profile import Profile
    from ....delineation.core.messages import Message
    from ...work.drawn_division import Beside

_CATEGORIES = {"priority": 1, "key": 2, "general": 3}
WIDEST, NAMES = 100, 110  # pixels of a candidate's column, of the names of metrics
MARGIN, ICON = 10, 18
FAINT = 0.5  # of the text's colour: what does not hold any more


class CandidateTable(QTableWidget):
    """The first column is the plan. The candidate of the column one is in is the one that is chosen."""

    turned = pyqtSignal()  # to another candidate

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            parent,
            accessibleName=tr("Candidates against the plan"),
            tabKeyNavigation=False,
            wordWrap=False,
            editTriggers=QAbstractItemView.EditTrigger.NoEditTriggers,
            selectionBehavior=QAbstractItemView.SelectionBehavior.SelectColumns,
            selectionMode=QAbstractItemView.SelectionMode.SingleSelection,
            verticalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
        )
        take_width(self)
        names = self.verticalHeader()
        names.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        names.setHighlightSections(False)
        names.setTextElideMode(Qt.TextElideMode.ElideNone)
        names.setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap  # type: ignore[operator]
        )
        self.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideNone)
        self.currentCellChanged.connect(lambda _row, new, _old, before: new != before and self.turned.emit())
        self._kept: tuple[Beside, ...] = ()

    @property
    def chosen(self) -> int:
        """Which candidate is chosen; −1 where there is none."""
        return max(self.currentColumn(), 1) - 1 if self.columnCount() > 1 else -1

    def show_candidates(self, plan: Mapping[str, float], kept: Sequence[Beside]) -> None:
        """Show the plan's row and the candidates'; one that is new is the one that is chosen."""
        labels = tuple(one.label for one in kept)
        new = [number for number, one in enumerate(kept) if not any(one is before for before in self._kept)]
        chosen = new[0] if new else min(self.chosen, len(labels) - 1)
        self._kept = tuple(kept)
        names = [name for name in MEASURED if name in plan or any(name in one.candidate.row for one in kept)]
        # What would be priority no more, in front of all that is weighed; none of it is the usual case.
        lowered = list(dict.fromkeys(land.called for one in kept for land in one.candidate.lowered))
        self.setRowCount(len(lowered) + len(names))
        self.setColumnCount(1 + len(kept))
        tips = [tr("The plan as it stands."), *(f"{one.label}\n{one.text}" for one in kept)]
        for column, head in enumerate([tr("Plan"), *heads(kept)]):
            icon = mark_icon(kept[column - 1].number, self.palette()) if column else None
            self.setHorizontalHeaderItem(column, cell(head, tip=tips[column], icon=icon))
        for row, land in enumerate(lowered):
            self._show_lowered(row, land, kept)
        for row, name in enumerate(names, len(lowered)):
            metric = METRICS[name]
            self.setVerticalHeaderItem(row, self._title(metric))
            values = [plan.get(name, math.nan), *(one.candidate.row[name] for one in kept)]
            for column, value in enumerate(values):
                self.setItem(row, column, self._cell(metric, value, values[0] if column else math.nan))
        self.resizeColumnsToContents()
        for column in range(self.columnCount()):
            self.setColumnWidth(column, min(self.columnWidth(column), WIDEST))
        self._fit_names()
        height = self.horizontalHeader().height() + sum(self.rowHeight(row) for row in range(self.rowCount()))
        self.setFixedHeight(height + self.horizontalScrollBar().sizeHint().height() + 4)
        if kept and self.rowCount():
            self.setCurrentCell(max(self.currentRow(), 0), chosen + 1)

    def fade(self, numbers: Collection[int], why: str) -> None:
        """Show candidates in grey italics, with a sentence why: they were made from something else."""
        quiet = muted_colour(self.palette(), FAINT)
        for column in (number + 1 for number in numbers):
            head = self.horizontalHeaderItem(column)
            head.setIcon(mark_icon(self._kept[column - 1].number, self.palette(), faint=True))
            head.setToolTip(as_tip(f"{self._kept[column - 1].label}\n{why}"))
            for item in (head, *(self.item(row, column) for row in range(self.rowCount()))):
                item.setForeground(quiet)
                font = item.font()
                font.setBold(False)
                font.setItalic(True)  # the chosen column's colours are those of the theme
                item.setFont(font)

    def choose(self, number: int) -> None:
        """Go to a candidate's column."""
        if 0 <= number < self.columnCount() - 1:
            self.setCurrentCell(max(self.currentRow(), 0), number + 1)

    def _show_lowered(self, row: int, land: Message, kept: Sequence[Beside]) -> None:
        """Show how much of a kind of priority land each candidate puts lower."""
        called = capital(said(land, kept[0].profile))
        title = tr("{land} put lower (km²)", land=called)
        tip = tr(
            "Land of {land} that rules and sources make priority, and that this division makes key or general.",
            land=called,
        )
        icon = QgsApplication.getThemeIcon("/mIconWarning.svg")
        self.setVerticalHeaderItem(row, cell(title, tip=tip, icon=icon))
        self.setItem(row, 0, QTableWidgetItem(""))
        for column, one in enumerate(kept, 1):
            found = next((each for each in one.candidate.lowered if each.called == land), None)
            item = cell(square_kilometres(found.area) if found is not None else "0", right=True)
            if found is not None:
                item.setToolTip(
                    as_tip(tr("{share} of {land}. The map outlines it.", share=share_text(found.share), land=called))
                )
                font = item.font()
                font.setBold(True)
                item.setFont(font)
            self.setItem(row, column, item)

    def _fit_names(self) -> None:
        """Wrap names, so that there is room for numbers."""
        names = self.verticalHeader()
        width = min(names.sizeHint().width(), NAMES)
        names.setFixedWidth(width)
        metrics = self.fontMetrics()
        for row in range(self.rowCount()):
            item = self.verticalHeaderItem(row)
            text, beside = item.text(), MARGIN if item.icon().isNull() else MARGIN + ICON
            lines = QRect(0, 0, width - beside, 1000)
            height = metrics.boundingRect(lines, int(Qt.TextFlag.TextWordWrap), text).height()
            self.setRowHeight(row, height + 6)

    def _title(self, metric: Metric) -> QTableWidgetItem:
        title = metric_name(metric)
        tip = way_words(metric) if language() != "zh" else f"{way_words(metric)}\n{metric.en}"
        kind, _, category = metric.name.partition("_")
        ours = kind in ("units", "area") and category in _CATEGORIES
        icon = chip_icon(_CATEGORIES[category]) if ours else None
        return cell(f"{title} (km²)" if metric.unit == "m²" else title, tip=tip, icon=icon)

    def _cell(self, metric: Metric, value: float, plan: float) -> QTableWidgetItem:
        item = cell(shown_value(metric, value), right=True)
        if metric.better != "none" and math.isfinite(value) and math.isfinite(plan) and value != plan:
            better = (value > plan) == (metric.better == "high")
            font = item.font()
            font.setBold(better)
            item.setFont(font)
            item.setToolTip(tr("Better than the plan.") if better else tr("Worse than the plan."))
        return item


# ── How columns of candidates are headed: in two short lines, and no two alike ──────────────────────────────────────

DIGITS, LETTERS, NAME = 5, 10, 3  # more of a value, of a line and of a long name are too wide


def heads(kept: Sequence[Beside]) -> list[str]:
    """Head narrow columns: the method over what the others of that method have otherwise, else its first parameter.

    Two that would still read alike, such as long lists or two seeds, are numbered as their marks are; the tool tip has
    all parameters.
    """
    asked = [_parts(one.text) for one in kept]
    out = []
    for (method, given), one in zip(asked, kept, strict=True):
        others = [more for name, more in asked if name == method]
        telling = [part for part in given if not all(part in more for more in others)] or given
        what = _short(telling[0], one.profile) if telling else ""
        more = len(given) > 1 and _wide(what) + 3 <= LETTERS
        out.append((_named(method, one.profile), f"{what}, …" if more else what))
    often = Counter(out)
    return [
        "\n".join(filter(None, (f"{method} {one.number + 1}" if often[method, what] > 1 else method, what)))
        for one, (method, what) in zip(kept, out, strict=True)
    ]


def _named(method: str, profile: Profile | None) -> str:
    """Name a method: in Chinese by what it does, in English by what those who know it call it."""
    if language() != "zh":
        return method_name(method, profile, short=True)
    name = method_name(method, profile).partition("（")[0]
    return name if _wide(name) <= LETTERS + 2 else f"{name[: LETTERS // 2]}…"


def _wide(text: str) -> int:
    """Letters of a text, a Chinese one for two."""
    return sum(1 + (letter > "⺀") for letter in text)


def _parts(text: str) -> tuple[str, list[str]]:
    method, _, given = text.partition(":")
    return method, given.split(",") if given else []


def _short(parameter: str, profile: Profile | None) -> str:
    key, equals, value = parameter.partition("=")
    if key == "k":
        return tr("k={k}", k=value)
    # A column has no room for English names of settings; those that they have by themselves are English, too.
    names = names_of(profile)
    name = names("parameter", key, "zh", {}) if language() == "zh" else key.replace("_", " ")
    value = asked_value(key, value, profile)
    if key == "scope":  # its words say what they are about
        value = re.split("[（(]", value)[0].strip()
        return value if len(value) <= LETTERS else f"{value[: LETTERS - 1]}…"
    if len(value) > DIGITS and value.isdecimal():
        value = f"{float(value):g}".replace("e+0", "e")
    if len(name) + len(value) >= LETTERS and len(name) > NAME + 1:
        name = f"{name[:NAME]}…"
    text = f"{name}{equals}{value}"
    return text if len(text) <= LETTERS else f"{text[: LETTERS - 1]}…"

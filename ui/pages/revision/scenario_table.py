"""Two scenarios beside one another: what each comes to, and the units that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from ....delineation.core.errors import DelineationError
from ...map.colours import chip_icon
from ...text import capital, categories, language, names_of, sentence, square_kilometres, tr
from ...widgets.choices import choose, fill
from ...widgets.elided_combo import ElidedCombo
from ...widgets.layout import in_column, in_flow, in_line
from ...widgets.muted import MutedLabel
from ...widgets.tables import cell, head, tree_line
from ...words import scenario_label
from ...work.side_by_side import side_by_side
from ...work.versions import Comparing, Version
from ..category_bar import change_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qgis.PyQt.QtGui import QIcon

    from ....delineation.revision.state import State
    from ....delineation.revision.timeline import Timeline
    from ...work.revision import Revision
    from ...work.side_by_side import ScenarioSums, SideBySide

__all__ = ["ScenarioTable"]

BOUNDS = Qt.ItemDataRole.UserRole
LISTED = 12  # codes in a tool tip
_Line = tuple[str, "QIcon | None", str, str, str, str]  # label, picture, one, other, difference, tip


class ScenarioTable(QWidget):
    """Which two, a table with a row a sum and a column each, and below it the units that differ."""

    left = pyqtSignal()
    chosen = pyqtSignal(object)
    zoom = pyqtSignal(object)
    on_map = pyqtSignal(str, str)

    def __init__(self, revision: Revision, parent: QWidget) -> None:
        super().__init__(parent)
        self._revision = revision
        self._line: Timeline | None = None
        self._comparing = Comparing(revision, "compare", self)
        self._told: tuple[str, str, int, int] | None = None  # what is shown: names and heads
        self.found: SideBySide | None = None
        self.one, self.other = ElidedCombo(6, self), ElidedCombo(6, self)
        for combo, name in (
            (self.one, tr("First scenario")),
            (self.other, tr("Second scenario")),
        ):
            combo.setAccessibleName(name)
            combo.setToolTip(name)
            combo.activated.connect(self._start)
        back = QPushButton(
            tr("← Back"),
            self,
            toolTip=tr("To the list of scenarios."),
            autoDefault=False,
            clicked=self.left,
        )
        self.note = MutedLabel("", self)
        self.sums = self._sums_table()
        self.units = self._units_list()
        parts = QSplitter(Qt.Orientation.Vertical, self, childrenCollapsible=False)
        parts.addWidget(self.sums)
        parts.addWidget(self.units)
        parts.setStretchFactor(0, 3)
        parts.setStretchFactor(1, 2)
        self.draw = QPushButton(
            tr("Show on the &map"),
            self,
            toolTip=tr("Draws the units that differ over the map, by what became of them."),
            clicked=lambda *_: self.on_map.emit(self.one.currentData(), self.other.currentData()),
        )
        self.again = QPushButton(
            tr("Compare &again"),
            self,
            toolTip=tr("Edits were made since this was worked out."),
            clicked=self._start,
        )
        in_column(
            in_line(back, (self.one, 1), (self.other, 1)),
            self.note,
            (parts, 1),
            in_flow(self.draw, self.again),
            on=self,
            margins=0,
        )
        self._comparing.busy_changed.connect(self._say)
        self._say()

    def _sums_table(self) -> QTableWidget:
        table = QTableWidget(
            0,
            4,
            self,
            accessibleName=tr("Scenarios side by side"),
            tabKeyNavigation=False,
            wordWrap=False,
            editTriggers=QAbstractItemView.EditTrigger.NoEditTriggers,
            selectionBehavior=QAbstractItemView.SelectionBehavior.SelectRows,
            selectionMode=QAbstractItemView.SelectionMode.SingleSelection,
        )
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(self.fontMetrics().lineSpacing() + 6)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2, 3):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setMaximumSectionSize(160)
        return table

    def _units_list(self) -> QTreeWidget:
        units = QTreeWidget(
            self,
            rootIsDecorated=False,
            uniformRowHeights=True,
            accessibleName=tr("Units that differ"),
            itemActivated=lambda item: self._zoom(item),
            itemClicked=lambda item: self._zoom(item),
        )
        head(units, tr("Change", "what became of a unit"), tr("Unit"), "km²", wide=1)
        units.currentItemChanged.connect(lambda item, _: self.chosen.emit(item.data(0, BOUNDS) if item else None))
        return units

    def _zoom(self, item: QTreeWidgetItem) -> None:
        if item.data(0, BOUNDS) is not None:
            self.zoom.emit(item.data(0, BOUNDS))

    # ── which two ─────────────────────────────────────────────────────────────────────────────────────────────────

    def show_scenarios(self, line: Timeline | None, names: Sequence[str]) -> None:
        """Offer the scenarios there are now; those that are compared stay."""
        self._line = line
        for combo in (self.one, self.other):
            fill(combo, [(name, scenario_label(name)) for name in names], combo.currentData())
        if len(names) < 2:
            self._comparing.drop()
            self._told = None
            self.left.emit()
        self._say()

    def compare(self, one: str, other: str) -> None:
        """Compare two scenarios."""
        choose(self.one, one)
        choose(self.other, other)
        self._start()

    def _start(self) -> None:
        names, line = (self.one.currentData(), self.other.currentData()), self._line
        if line is None or None in names:
            return
        versions = [Version("edit", seq=line.bound_head()), *(Version("scenario", name=name) for name in names)]
        self._told = None
        told = (*names, *map(line.head_of, names))

        def work(states: list[State], now: Timeline) -> SideBySide:
            base, one, other = states
            edits = [len(now.path(now.head_of(name))) for name in names]
            return side_by_side(base, one, other, (edits[0], edits[1]))

        def done(found: SideBySide) -> None:
            self._told = told
            self._show(found)

        def failed(error: Exception) -> None:
            self._clear()
            if isinstance(error, DelineationError):
                self.note.setText(sentence(error))
            else:
                self._revision.parent().report("revision", error)

        self._comparing.start(tr("Compare scenarios"), versions, work, done=done, failed=failed)

    def _say(self) -> None:
        line, told = self._line, self._told
        self.again.setVisible(told is not None and line is not None and tuple(map(line.head_of, told[:2])) != told[2:])
        self.draw.setEnabled(told is not None)
        if self._comparing.busy:
            self.note.setText(tr("Comparing…"))
        elif told is not None:
            self.note.setText(tr("Lowered, raised, protected land and codes: against the plan before all edits."))

    # ── what is shown ─────────────────────────────────────────────────────────────────────────────────────────────

    def _clear(self) -> None:
        self.found, self._told = None, None
        self.sums.setRowCount(0)
        self.units.clear()
        self._say()

    def _show(self, found: SideBySide) -> None:
        self.found = found
        titles = [
            "",
            self.one.currentText(),
            self.other.currentText(),
            tr("Difference"),
        ]
        for column, title in enumerate(titles):
            self.sums.setHorizontalHeaderItem(column, cell(title, tip=title))
        lines = list(_lines(found.one, found.other))
        self.sums.setRowCount(len(lines))
        for row, (label, picture, *texts, tip) in enumerate(lines):
            for column, text in enumerate((label, *texts)):
                icon = None if column else picture
                self.sums.setItem(row, column, cell(text, tip=tip or text, icon=icon, right=bool(column)))
        self.units.clear()
        names = _changes()
        for unit in found.units:
            there = unit.after or unit.before
            areas = [square_kilometres(one.area_m2) if one else "–" for one in (unit.before, unit.after)]
            text = areas[0] if areas[0] == areas[1] else " → ".join(areas)
            called = dict.fromkeys(f"{one.code} {one.name}" for one in (unit.before, unit.after) if one)
            texts = [names[unit.change], there.name, text]
            item = tree_line(texts, {BOUNDS: unit.bounds}, tips=" → ".join(called), right=(2,))
            item.setIcon(1, chip_icon(there.category))
            self.units.addTopLevelItem(item)
        self._say()


def _changes() -> dict[str, str]:
    """Name what may have become of a unit."""
    return {
        "new": tr("new"),
        "gone": tr("gone"),
        "up": tr("stricter"),
        "down": tr("looser"),
        "land": tr("other land"),
        "code": tr("other code"),
        "name": tr("other name"),
        "other": tr("other details"),
    }


def _lines(one: ScenarioSums, other: ScenarioSums) -> Iterator[_Line]:
    """Word the sums, a line each."""
    yield _count(tr("Edits"), one.edits, other.edits)
    yield _count(tr("Units"), one.units, other.units)
    for category, name in categories().items():
        label = tr("{kind}, km²", kind=name)
        yield _area(label, one.area[category], other.area[category], chip_icon(category))
    yield _area(tr("Lowered, km²"), one.lowered, other.lowered)
    yield _area(tr("Raised, km²"), one.raised, other.raised)
    roles = list(dict.fromkeys([*one.protected, *other.protected]))
    for role in roles:
        name = capital(names_of()("role", role, language(), {}))
        label = tr("{kind} concerned, km²", kind=name)
        yield _area(label, one.protected.get(role, 0.0), other.protected.get(role, 0.0))
    if not roles:
        yield _area(tr("Protected land concerned, km²"), 0.0, 0.0)
    yield _count(tr("Parts of all units"), one.parts, other.parts)
    yield _count(tr("Units not in one piece"), one.broken, other.broken)
    for label, codes in (
        (tr("New codes"), (one.new_codes, other.new_codes)),
        (tr("Codes gone"), (one.gone_codes, other.gone_codes)),
    ):
        only = sorted({*codes[0]} ^ {*codes[1]})
        tip = "\n".join([label, *only[:LISTED], *(["…"] if len(only) > LISTED else [])])
        yield (*_count(label, len(codes[0]), len(codes[1]))[:-1], tip)


def _count(label: str, one: int, other: int) -> _Line:
    difference = f"{other - one:+,}" if other != one else "–"
    return label, None, f"{one:,}", f"{other:,}", difference, ""


def _area(label: str, one: float, other: float, picture: QIcon | None = None) -> _Line:
    return label, picture, square_kilometres(one), square_kilometres(other), change_words(one, other), ""

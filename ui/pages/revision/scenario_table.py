"""Two scenarios beside one another: what each comes to, and the units that differ."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QPushButton, QWidget

from ...map.colours import chip_icon
from ...text import capital, categories, language, names_of, square_kilometres, tr
from ...widgets.choices import choose, fill
from ...widgets.elided_combo import ElidedCombo
from ...widgets.layout import in_column, in_flow, in_line, in_splitter
from ...widgets.muted import MutedLabel
from ...widgets.tables import RowsView, ViewColumn, head
from ...words import scenario_label
from ...work.side_by_side import side_by_side
from ...work.versions import Comparing, PlanVersion
from ..category_bar import change_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qgis.PyQt.QtGui import QIcon

    from ....delineation.revision.state import State, UnitRow
    from ....delineation.revision.timeline import Timeline
    from ...work.revision import Revision
    from ...work.side_by_side import ScenarioSums, SideBySide, UnitDifference

LISTED = 12  # codes in a tool tip
_Line = tuple[str, "QIcon | None", str, str, str, str]  # label, picture, one, other, difference, tip


class ScenarioTable(QWidget):
    """Which two, a table with a row a sum and a column each, and below it the units that differ."""

    left = pyqtSignal()
    chosen = pyqtSignal(object)  # bounds, in the plan's CRS, of the unit that is chosen; None
    zoom = pyqtSignal(object)  # the same, to be shown
    on_map = pyqtSignal(str, str)  # names of two scenarios whose differences are to be drawn

    def __init__(self, revision: Revision, parent: QWidget) -> None:
        super().__init__(parent)
        self._revision = revision
        self._line: Timeline | None = None
        self._comparing = Comparing(revision.parent(), self, "compare")
        self._comparing.answered.connect(self._show)
        self._comparing.failed.connect(self._fail)
        self._told: tuple[str, str, int, int] | None = None  # what is shown: names and heads
        self.found: SideBySide | None = None
        self.one, self.other = (
            ElidedCombo(6, self, accessibleName=name, toolTip=name, activated=self._start)
            for name in (tr("First scenario"), tr("Second scenario"))
        )
        back = QPushButton(
            tr("← Back"),
            self,
            toolTip=tr("To the list of scenarios."),
            autoDefault=False,
            clicked=self.left,
        )
        self.note = MutedLabel("", self)
        self.sums = RowsView(
            self,
            ViewColumn("", lambda line: line[0], icon=lambda line: line[1]),
            *(ViewColumn("", itemgetter(place), right=True) for place in (2, 3, 4)),
            tip=itemgetter(5),
            accessibleName=tr("Scenarios side by side"),
        )
        self.sums.header().setMaximumSectionSize(160)
        changes = _changes()
        self.units = RowsView(
            self,
            ViewColumn(tr("Change", "what became of a unit"), lambda unit: changes[unit.change]),
            ViewColumn(tr("Unit"), lambda unit: _there(unit).name, icon=lambda unit: chip_icon(_there(unit).category)),
            ViewColumn("km²", _areas, right=True),
            tip=lambda unit: " → ".join(dict.fromkeys(f"{one.code} {one.name}" for one in _both(unit))),
            wide=1,
            on_click=True,
            alternatingRowColors=False,
            accessibleName=tr("Units that differ"),
        )
        self.units.picked.connect(lambda: self.chosen.emit(getattr(self.units.row(), "bounds", None)))
        self.units.opened.connect(lambda unit: unit.bounds is not None and self.zoom.emit(unit.bounds))
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
            (in_splitter(self, (self.sums, 3), (self.units, 2)), 1),
            in_flow(self.draw, self.again),
            on=self,
            margins=0,
        )

        self._say()

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
        versions = [PlanVersion("edit", seq=line.bound_head()), *(PlanVersion("scenario", name=name) for name in names)]
        self._told = None
        told = (*names, *map(line.head_of, names))

        def work(states: list[State], now: Timeline) -> Any:
            base, one, other = states
            edits = [len(now.path(now.head_of(name))) for name in names]
            return told, side_by_side(base, one, other, (edits[0], edits[1]))

        self._comparing.start(tr("Compare scenarios"), versions, work)
        self._say()

    def _say(self) -> None:
        line, told = self._line, self._told
        self.again.setVisible(told is not None and line is not None and tuple(map(line.head_of, told[:2])) != told[2:])
        self.draw.setEnabled(told is not None)
        if self._comparing.busy:
            self.note.setText(tr("Comparing…"))
        elif told is not None:
            self.note.setText(tr("Lowered, raised, protected land and codes: against the plan before all edits."))

    # ── what is shown ─────────────────────────────────────────────────────────────────────────────────────────────

    def _fail(self, why: str) -> None:
        self.found, self._told = None, None
        self.sums.rows.put(())
        self.units.rows.put(())
        self._say()
        self.note.setText(why)

    def _show(self, answer: Any) -> None:
        self._told, found = answer
        self.found = found
        names = [self.one.currentText(), self.other.currentText()]
        head(self.sums, "", *names, tr("Difference"), tips=("", *names))
        self.sums.rows.put(list(_lines(found.one, found.other)))
        self.units.rows.put(found.units)
        self._say()


def _both(unit: UnitDifference) -> list[UnitRow]:
    return [one for one in (unit.before, unit.after) if one]


def _there(unit: UnitDifference) -> UnitRow:
    return _both(unit)[-1]


def _areas(unit: UnitDifference) -> str:
    """Give the areas of a unit in both, once where they are the same."""
    areas = [square_kilometres(one.area_m2) if one else "–" for one in (unit.before, unit.after)]
    return " → ".join(dict.fromkeys(areas))


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

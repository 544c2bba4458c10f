"""Which clustering method, and what it is asked for: the few settings that matter in sight, the rest under More."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QSignalBlocker, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QLabel, QVBoxLayout, QWidget

from ....delineation.core.errors import BadInput
from ....delineation.methods.regional import solver_parameters, solvers
from ....delineation.methods.settings import SETTINGS
from ...text import sentence, tr
from ...widgets.choices import choose, fill
from ...widgets.elided_combo import ElidedCombo
from ...widgets.fold_button import FoldButton
from ...widgets.layout import in_column
from ...widgets.muted import MutedLabel
from ...words import raster_label
from ...work.offered_methods import load_offered
from .variables_field import VariablesField, why_unmeasured

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ....delineation.case.model import Case
    from ....delineation.methods.table import Parameter
    from ....delineation.plan.file import Plan
    from .setting_fields import RowMaker, SettingRow

PATIENCE = 300  # milliseconds after the last change before anything is asked of the engine
MOST_REGIONS = 1_000_000
VARIABLES = "variables"  # has a field of its own
_SETTINGS = tuple(one.name for one in SETTINGS)


class ClusterForm(QWidget):
    """The method and its settings; ``given`` is what differs from its defaults, and k.

    Parameters
    ----------
    make : RowMaker
        Of the profile: what methods and settings are called, in which order they are listed, and which are in sight.
    """

    edited = pyqtSignal()  # soon after a change
    k_changed = pyqtSignal(int)

    def __init__(self, make: RowMaker, parent: QWidget) -> None:
        super().__init__(parent)
        self._make = make
        self._case: Case | None = None
        self._plan: Plan | None = None
        self._kept: tuple[str, dict[str, Any]] = ("", {})  # of a method, what no field shows
        self.least = 1
        self._unfolded = False  # the settings below were made
        self.rows: dict[tuple[str, str], SettingRow] = {}  # method ("" for all) and parameter
        self._soon = QTimer(self, singleShot=True, interval=PATIENCE, timeout=self._hold_against_case)
        self._soon.timeout.connect(self.edited)
        self.combo = ElidedCombo(
            12,
            self,
            objectName="cluster_method",
            accessibleName=tr("Clustering method"),
            toolTip=tr("All of them keep regions connected; they differ in what they look for."),
        )
        load_offered()
        fill(self.combo, ((name, make.told("method", name).name) for name in make.in_order("method", solvers())))
        self.combo.currentIndexChanged.connect(self._turn)
        self.sentence = MutedLabel("", self)
        self.top, self._top = _box(self)
        self.least_words = MutedLabel("", self)
        self.variables = VariablesField(make.told("parameter", VARIABLES), self)
        self.variables.edited.connect(self._soon.start)
        layout = in_column(
            self.combo, self.sentence, self.top, self.least_words, self.variables, on=self, margins=0, spacing=3
        )
        self.more = FoldButton(
            self,
            text=tr("More"),
            toolTip=tr("Limits, prices of borders and how the method searches."),
            toggled=self._unfold,
        )
        self.below, self._below = _box(self)
        self.below.hide()
        for parameter in SETTINGS:
            if parameter.name != VARIABLES and self._in_sight(parameter.name):
                layout.addWidget(self._row("", parameter))
        layout.addWidget(self.more)
        layout.addWidget(self.below)
        self._turn()

    # ── what it says ──────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def method(self) -> str:
        """The method that is chosen."""
        return str(self.combo.currentData())

    @property
    def takes_k(self) -> bool:
        """The method is told a number of regions."""
        return (self.method, "k") in self.rows

    @property
    def k(self) -> int:
        """The number of regions asked for; 0 where the method finds its own."""
        return int(self.rows[self.method, "k"].value()) if self.takes_k else 0

    @property
    def k_is_usual(self) -> bool:
        """The number of regions is the plan's number of units, and nobody's choice."""
        return self.takes_k and self.k == self._usual("k", 0)

    def given(self) -> dict[str, Any]:
        """Give the parameters that are not at their defaults."""
        out: dict[str, Any] = {}
        for parameter in solver_parameters(self.method):
            value = _plain(self.rows[self.method, parameter.name].value())
            if parameter.required or value != parameter.default:
                out[parameter.name] = value
        if self.variables.text():
            out[VARIABLES] = self.variables.text()
        for parameter in SETTINGS:
            row = self.rows.get(("", parameter.name))
            if row is not None and row.value() != row.default:
                out[parameter.name] = _plain(row.value())
        method, kept = self._kept
        return {**kept, **out} if method == self.method else out

    # ── what it shows ─────────────────────────────────────────────────────────────────────────────────────────────

    def show_case(self, case: Case, plan: Plan | None) -> None:
        """Take rasters from the case; from the plan as many regions, and as large ones, as it has units."""
        kinds = {raster.name: raster.kind for raster in case.rasters}
        if case is not self._case:
            self.variables.show_rasters(kinds, lambda name: raster_label(case.profile, name), why_unmeasured(case))
        self._case = case
        if plan is not self._plan:
            first, self._plan = self._plan is None, plan
            if first:
                for (method, name), row in self.rows.items():
                    stated = method == case.method and name in case.method_parameters
                    if method and name in ("k", "floor") and not stated:
                        row.show_value(self._usual(name, row.default))
        self._hold_against_case()

    def show_method(self, method: str, given: Mapping[str, Any]) -> None:
        """Show a method as a case or a plan has it; settings that are folded away and not at their defaults unfold."""
        if self.combo.findData(method) < 0:
            self.combo.addItem(self._make.told("method", method).name, method)
        choose(self.combo, method)
        if isinstance(given.get("floor"), str):
            # A floor in words is one of the least sums.
            least = "+".join(filter(None, [str(given.get("least", "")), given["floor"]]))
            given = {**given, "floor": 0.0, "least": least}
        if any(("", name) not in self.rows for name in given if name in _SETTINGS):
            self._make_folded()
        for (owner, name), row in self.rows.items():
            if owner in ("", method) and name not in given:
                row.show_value(self._usual(name, row.default))
        self.variables.show_text(str(given.get(VARIABLES, "")))
        self._kept = (method, {})
        for name, value in given.items():
            found = self.rows.get((method, name)) or self.rows.get(("", name))
            if found is not None:
                found.show_value(value)
            elif name != VARIABLES:
                self._kept[1][name] = value
        if self._folded_and_set():
            self.more.setChecked(True)
        self._hold_against_case()
        self._soon.start()

    def show_least(self, least: int) -> None:
        """Say how many regions there are at least; a smaller number cannot be asked for."""
        self.least = max(1, least)
        for (_, name), row in self.rows.items():
            if name == "k":
                before = row.value()
                blocker = QSignalBlocker(row.field)
                row.field.setMinimum(self.least)
                del blocker
                if row.value() != before and row is self.rows.get((self.method, "k")):
                    self.k_changed.emit(self.k)
        self.least_words.setText(
            tr(
                "At least {count} with these settings: one for each part that touches no other and for each fixed unit.",  # noqa: E501
                count=self.least,
            )
        )
        self.least_words.setVisible(least > 1 and self.takes_k)

    def take_k(self, k: int) -> None:
        """Ask for a number of regions."""
        if self.takes_k:
            self.rows[self.method, "k"].field.setValue(k)

    # ── inside ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _turn(self) -> None:
        """Show the settings of the method that is chosen; made when it is first."""
        method = self.method
        self.sentence.setText(self._make.told("method", method).sentence)
        for parameter in solver_parameters(method):
            if (method, parameter.name) not in self.rows:
                row = self._row(method, parameter)
                if self._in_sight(parameter.name):
                    self._top.addWidget(row)
                else:
                    self._below.insertWidget(0, row)
        for (owner, name), row in self.rows.items():
            if owner:
                row.setVisible(owner == method)
            if name == "k" and owner == method:
                row.field.setMinimum(self.least)
        self.least_words.setVisible(self.least > 1 and self.takes_k)
        self._soon.start()

    def _unfold(self, on: bool) -> None:
        if on:
            self._make_folded()
        self.below.setVisible(on)

    def _make_folded(self) -> None:
        """Make the rows below More; the first time somebody, or a case, wants one of them."""
        if self._unfolded:
            return
        self._unfolded = True
        folded = [one for one in SETTINGS if not self._in_sight(one.name)]
        about = {one.name: self._make.told("parameter", one.name).about for one in folded}
        groups = self._make.in_order("about", set(about.values()) - {""})
        for group in groups:
            title = QLabel(self._make.told("about", group).name, self.below, styleSheet="font-weight: bold")
            self._below.addWidget(title)
            for parameter in folded:
                # What nobody has put into a group yet is shown all the same.
                if group == (about[parameter.name] or groups[-1]):
                    self._below.addWidget(self._row("", parameter))

    def _in_sight(self, name: str) -> bool:
        return self._make.told("parameter", name).in_sight

    def _folded_and_set(self) -> int:
        """Count the settings below More that are not at their defaults."""
        mine = {owner: row for owner, row in self.rows.items() if owner[0] in ("", self.method)}
        return sum(not self._in_sight(name) and row.value() != row.default for (_, name), row in mine.items())

    def _hold_against_case(self) -> None:
        """Count what is set below More, and say at each setting what the case cannot meet, as the engine would."""
        from ....delineation.methods.requirements import mistakes

        count, more = self._folded_and_set(), tr("More")
        text = tr("More ({count} set)", count=count) if count else more
        found = mistakes(self._case, self.method, self.given()) if self._case is not None else {}
        self.more.setText(text)
        for (owner, name), row in self.rows.items():
            if not owner:
                row.show_wrong(_without_place(found.get(name)))
        variables = self.variables
        variables.wrong.say(variables.empty_words() if variables.empty else _without_place(found.get(VARIABLES)))
        if any(name in found for name in _SETTINGS if not self._in_sight(name)):
            self.more.setChecked(True)

    def _row(self, method: str, parameter: Parameter) -> SettingRow:
        default = 2 if parameter.required else parameter.default if method else self._make.preset(parameter)
        row = self._make.row(self, "parameter", parameter.name, default, brief=True)
        if parameter.name == "k":
            row.field.setRange(1, MOST_REGIONS)
        row.show_value(self._usual(parameter.name, default))
        row.edited.connect(self._edited)
        self.rows[method, parameter.name] = row
        return row

    def _edited(self, name: str, value: Any) -> None:
        if name == "k":
            self.k_changed.emit(int(value))
        self._soon.start()

    def _usual(self, name: str, default: Any) -> Any:
        """Begin with a number of regions, and a floor, that can be held beside the plan."""
        if self._plan is None or not len(self._plan.units):
            return default
        if name == "k":
            return max(len(self._plan.units), self.least)
        if name == "floor":
            quarter = float(self._plan.units["area_m2"].sum()) / len(self._plan.units) / 4
            return round(quarter, -math.floor(math.log10(quarter))) if quarter > 0 else default
        return default


def _without_place(error: BadInput | None) -> str:
    """Word what is wrong with the setting that it stands at."""
    return sentence(BadInput(error.what, wanted=error.wanted)) if error is not None else ""


def _plain(value: Any) -> Any:
    """Write a whole number as one: ``floor=60000000``."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _box(parent: QWidget) -> tuple[QWidget, QVBoxLayout]:
    box = QWidget(parent)
    return box, in_column(on=box, margins=0, spacing=3)

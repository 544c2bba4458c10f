"""Step 5: is it plausible, and why is this unit what it is."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from qgis.core import QgsApplication, QgsCsException
from qgis.PyQt.QtCore import QCoreApplication, Qt
from qgis.PyQt.QtGui import QIcon, QKeySequence
from qgis.PyQt.QtWidgets import QAction, QSplitter, QTabWidget, QToolBar, QVBoxLayout, QWidget

from ...delineation.core.errors import DelineationError
from ...delineation.explain.why import OutsidePlan
from ..map.map_tools import WhyTool
from ..map.on_map import UnitSelection, in_plan, zoom_to
from ..shipped import ICONS
from ..work.settings import Settings
from ..work.why_cards import Whys
from .findings_list import FindingsList
from .journal_view import JournalView
from .page import Page, StepState, Workplace
from .summary_tree import SummaryTree
from .units_table import UnitsTable
from .why_card import LIST, SELECT, ZOOM, CardView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...delineation.explain.why_words import WhyCard

__all__ = ["ResultPage"]

translate = QCoreApplication.translate


class ResultPage(Page):
    """Summary, units, findings, journal; the why card below them."""

    NAME: ClassVar[str] = "result"
    FOR: ClassVar[str] = "plan"

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(place, parent)
        self.whys = Whys(self.session)
        self.selection = UnitSelection(self)
        self._shown: Any = None
        self._answers: tuple[Any, Any] | None = None  # a plan, and which of its findings are open
        self._build()
        self.canvas = place.iface.mapCanvas() if place.iface is not None else None
        self.tool = WhyTool(self.canvas) if self.canvas is not None else None
        self.ask.setEnabled(False)
        if self.tool is not None:
            self.tool.setAction(self.ask)
            self.tool.asked.connect(self.explain_place)
            self.destroyed.connect(self.tool.close)
        self.session.plan_changed.connect(self._follow)
        self.selection.changed.connect(self._from_map)
        self.refresh()

    def title(self) -> str:
        return translate("ControlUnits", "Result")

    # ── looks ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 0)
        bar = QToolBar(self)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        icon = QIcon(str(ICONS / "why.svg"))
        self.ask = QAction(icon, translate("ControlUnits", "&Why here?"), self)
        self.ask.setObjectName("control_units_why")
        self.ask.setCheckable(True)
        keys = QKeySequence("Ctrl+Alt+W")
        self.ask.setShortcut(keys)
        tip = translate("ControlUnits", "Click a place on the map to see why it is what it is; Esc ends.")
        self.ask.setToolTip(f"{tip} ({keys.toString(QKeySequence.SequenceFormat.NativeText)})")
        self.ask.triggered.connect(self._ask)
        # Its key works wherever in QGIS one is, as long as this page shows.
        self.addAction(self.ask)
        bar.addAction(self.ask)
        bar.widgetForAction(self.ask).setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.output = bar.addAction(
            QIcon(str(ICONS / "step_output.svg")), translate("ControlUnits", "To files and &maps…")
        )
        self.output.setToolTip(
            translate("ControlUnits", "Lists, layers, tables and maps of this plan: the page Output, the next step.")
        )
        self.output.triggered.connect(lambda *_: self.asked_for.emit("output"))
        bar.widgetForAction(self.output).setFocusPolicy(Qt.FocusPolicy.TabFocus)
        layout.addWidget(bar)
        self.splitter = QSplitter(Qt.Orientation.Vertical, self)
        self.tabs = QTabWidget(self.splitter)
        self.summary = SummaryTree(self.tabs)
        self.units = UnitsTable(self.tabs)
        self.findings = FindingsList(self.tabs)
        self.journal = JournalView(self.tabs)
        for widget in (self.summary, self.units, self.findings, self.journal):
            self.tabs.addTab(widget, "")
        # Four names fit the panel as it is at first; where it is narrower they are shortened, not scrolled away.
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self.card = CardView(self.splitter)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setChildrenCollapsible(False)
        self.tabs.setMinimumHeight(150)  # a long card may have most of the page
        layout.addWidget(self.splitter, 1)
        self.units.chosen.connect(self._from_table)
        self.units.opened.connect(self.zoom_unit)
        self.findings.zoom.connect(self._zoom_finding)
        self.findings.accept.connect(self._accept)
        self.findings.withdraw.connect(self._withdraw)
        self.card.followed.connect(self._follow_link)

    # ── what it shows ─────────────────────────────────────────────────────────────────────────────────────────────

    def state(self) -> StepState:
        plan = self.session.plan
        if plan is None:
            return StepState("todo", translate("ControlUnits", "The result shows once a plan is made or opened."))
        total = len(plan.findings)
        text = translate("ControlUnits", "{units} units, {open} of {total} findings open.")
        sentence = text.format(units=f"{len(plan.units):,}", open=self._open(), total=total)
        if self._open("error"):
            return StepState("problem", sentence, translate("ControlUnits", "Look at it"))
        return StepState("done", sentence)

    def act(self) -> None:
        """Show the first error that nobody accepted."""
        self.tabs.setCurrentWidget(self.findings)
        row = self.findings.model.first_error()
        if row >= 0:
            self.findings.choose(row)
            self.findings.view.setFocus()

    def _open(self, severity: str = "") -> int:
        """Count findings that nobody accepted, of one severity or of all."""
        from ...delineation.plan.acceptance import acceptance_of

        plan = self.session.plan
        # Asked after every change, of findings that seldom do.
        if self._answers is None or self._answers[0] is not plan:
            self._answers = (plan, acceptance_of(plan.findings, plan.accepted) < 0)
        is_open = self._answers[1]
        if severity:
            is_open = is_open & (plan.findings["severity"] == severity).to_numpy()
        return int(is_open.sum())

    def refresh(self) -> None:
        """Show the plan as it is."""
        plan = self.session.plan
        self.splitter.setEnabled(plan is not None)
        self.ask.setEnabled(plan is not None and self.tool is not None)
        self.output.setEnabled(plan is not None)
        self.selection.follow(self.session.plan_path)
        if plan is not None and plan is not self._shown:
            profile = self.whys.profile()
            self.summary.show_plan(plan, profile)
            self.units.show_units(plan.units, profile)
            self.findings.model.show_plan(plan, profile)
            self.journal.show_plan(plan, profile)
            self.card.profile = profile
            self.card.show_card(None)
            self.whys.warm()
        elif plan is None:
            self.summary.clear()
            self.units.show_units(_no_units())
            self.findings.model.show_plan(None, None)
            self.journal.show_plan(None)
            self.card.show_card(None)
        self._shown = plan
        self._name_tabs()
        self.state_changed.emit()

    def _name_tabs(self) -> None:
        plan = self.session.plan
        count = len(plan.units) if plan is not None else 0
        units = translate("ControlUnits", "Units ({count})", "tab").format(count=f"{count:,}")
        open_ = translate("ControlUnits", "Findings ({count})", "tab")
        open_ = open_.format(count=f"{self.findings.model.open_count():,}")
        journal = translate("ControlUnits", "Journal")
        for number, text in enumerate((translate("ControlUnits", "Summary"), units, open_, journal)):
            self.tabs.setTabText(number, text)
        edits = translate("ControlUnits", "Edits in the journal: {count}")
        self.tabs.setTabToolTip(self.tabs.indexOf(self.journal), edits.format(count=f"{len(self.journal.entries):,}"))

    def _follow(self) -> None:
        if self.isVisible():
            self.refresh()
        else:
            self.state_changed.emit()

    # ── why ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _ask(self, on: bool) -> None:
        if self.tool is not None:
            self.tool.start() if on else self.tool.stop()

    def explain_place(self, x: float, y: float) -> None:
        """Explain the place of a point of the map, and choose its unit."""
        plan = self.session.plan
        if plan is None or self.canvas is None:
            return
        try:
            x, y = in_plan(self.canvas, x, y, plan.crs)
            card = self._explain(f"{x!r},{y!r}", place=True)
        except (OutsidePlan, QgsCsException):
            # A click beside the plan is no fault of anybody's.
            self.card.show_line(translate("ControlUnits", "The plan does not reach to this place."))
            return
        if card is not None:
            chosen = plan.units.loc[plan.units["code"] == card.code, "unit_id"].tolist()
            self.units.select(chosen)
            self.selection.select(chosen)

    def _explain(self, what: str, *, place: bool = False) -> WhyCard | None:
        try:
            card = self.whys.card(what)
        except OutsidePlan:
            raise
        except DelineationError as error:
            self.place.messages.fail(error)
            return None
        self.card.show_card(card, place=place)
        return card

    def _from_table(self, unit_ids: Sequence[str]) -> None:
        self.selection.select(unit_ids)
        if len(unit_ids) == 1:
            self._explain(unit_ids[0])

    def _from_map(self, unit_ids: Sequence[str]) -> None:
        self.units.select(unit_ids)
        if len(unit_ids) == 1:
            self._explain(unit_ids[0])

    def zoom_unit(self, unit_id: str) -> None:
        """Show a unit on the map."""
        plan = self.session.plan
        shape = plan.units.loc[plan.units["unit_id"] == unit_id, "geometry"] if plan is not None else ()
        if len(shape) and self.canvas is not None:
            zoom_to(self.canvas, shape.iloc[0], plan.crs)

    def _follow_link(self, link: str) -> None:
        plan, card = self.session.plan, self.card.card
        if plan is None or card is None:
            return
        chosen = plan.units.loc[plan.units["code"] == card.code, "unit_id"].tolist()
        if link == ZOOM and chosen:
            self.zoom_unit(chosen[0])
        elif link == SELECT:
            self.tabs.setCurrentWidget(self.units)
            self.units.select(chosen)
            self.selection.select(chosen)
        elif link == LIST:
            self.card.show_clauses(plan.clauses[plan.clauses["unit_id"].isin(chosen)])

    # ── findings ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _zoom_finding(self, finding: Any) -> None:
        if self.canvas is not None:
            zoom_to(self.canvas, finding["geometry"].iloc[0], self.session.plan.crs)

    def _accept(self, finding: Any, reason: str) -> None:
        from ...delineation.plan.acceptance import accept

        author = Settings.AUTHOR.get() or QgsApplication.userFullName()
        now = datetime.datetime.now(tz=datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._write(lambda path: accept(path, finding, reason=reason, author=author, time=now))

    def _withdraw(self, finding: Any) -> None:
        from ...delineation.plan.acceptance import withdraw

        self._write(lambda path: withdraw(path, finding))

    def _write(self, verb: Any) -> None:
        """Write into the plan file, and show what it holds now."""
        row = self.findings.view.currentIndex().row()
        try:
            table = verb(self.session.plan_path)
        except DelineationError as error:
            self.place.messages.fail(error)
            return
        self.session.plan = self._shown = replace(self.session.plan, accepted=table)
        self.findings.model.show_accepted(table)
        self.findings.choose(min(row, self.findings.model.rowCount() - 1))
        self._name_tabs()
        self.state_changed.emit()


def _no_units() -> Any:
    import pandas as pd

    from ...delineation.plan.tables import LAYERS

    return pd.DataFrame({name: [] for name in LAYERS["units"].names})

"""The desk of revision: what may I change, and what follows from it."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QTabWidget, QToolButton, QWidget

from ...map.on_map import MapOutline, UnitSelection, zoom_to, zoom_to_unit
from ...map.plan_view import PlanView
from ...text import tr
from ...widgets.layout import in_column
from ..page import Page, StepState, Workplace
from ..units_table import LIVE, UnitsTable, lines_of
from ..update.box import UpdateBox
from .bar import RENAME, RENUMBER, WHY, RevisionBar
from .editing_voice import RevisionVoice, filed_words, is_filed_plan, why_not
from .history import RevisionHistory
from .line import ReasonFields, SpeakingLine, claim_words
from .scenario_list import ScenarioList
from .target_card import TargetCard
from .version_box import VersionBox
from .why import WhyTab

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.PyQt.QtGui import QHideEvent, QShowEvent
    from qgis.PyQt.QtWidgets import QAction

    from ....delineation.plan.file import Plan
    from ....delineation.revision.state import UnitRow
    from ...work.revision import Changed
    from ..units_table import UnitLine

LEAST = 120  # pixels of the tabs in a low panel


class RevisionPage(Page):
    """Tools, the chosen unit, one line that speaks; units, history, scenarios, changes and the why card below.

    Attributes
    ----------
    actions_by_key : dict of str to QAction
        As of `RevisionBar`.
    """

    NAME = "revision"
    DESK = True

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(place, parent)
        self.revision = self.session.revision
        self.canvas = place.canvas
        self.selection = UnitSelection(self)
        self._shown: Any = None  # the plan that the table was filled from
        self._counted: tuple[Any, int] = (None, 0)  # a plan, and how many edits stand in it

        self._build()
        self.outline = MapOutline(self.canvas)
        self.destroyed.connect(self.outline.close)
        revision = self.revision
        revision.begun.connect(self._begun)
        revision.ended.connect(self._ended)
        revision.changed.connect(self._changed)
        revision.refused.connect(self._refused)
        revision.target_changed.connect(self._target_changed)
        revision.state_changed.connect(self._show_state)
        self.session.plan_changed.connect(self._plan_changed)
        self.session.busy_changed.connect(lambda _: self._show_state())
        self.selection.changed.connect(self._from_map)
        self.refresh()

    def title(self) -> str:
        return tr("Revision")

    @property
    def actions_by_key(self) -> dict[str, QAction]:
        """What each key does."""
        return self.bar.actions_by_key

    # ── looks ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _build(self) -> None:
        self.bar = RevisionBar(self.revision, self.canvas, self)
        self.bar.pressed.connect(self._pressed)
        self.bar.why.connect(self.explain_place)
        self.card = TargetCard(self, self.bar.draft)
        self.card.asked.connect(self.revision.do)
        self.card.zoom.connect(self.zoom_unit)
        for key, button in ((RENAME, self.card.rename), (RENUMBER, self.card.renumber)):
            self.actions_by_key[key].triggered.connect(partial(self._write_in_card, button))
        self.line = SpeakingLine(self)
        self.reasons = ReasonFields(self.revision, self, before=self.bar.beside[:2], after=self.bar.beside[2:])
        self.tabs = QTabWidget(self, minimumHeight=LEAST)
        self.units = UnitsTable(self.tabs, LIVE)
        self.units.chosen.connect(self._from_table)
        self.units.opened.connect(self.zoom_unit)
        self.history = RevisionHistory(self.revision, self.tabs)
        self.scenarios = ScenarioList(self.revision, self.tabs)
        self.changes = VersionBox(self.revision, self.session, self.canvas, self.tabs)
        self.destroyed.connect(self.changes.shut)
        self.update_box = UpdateBox(self.place, self.tabs)
        self.destroyed.connect(self.update_box.shut)
        self.update_box.after.chosen.connect(self.zoom_unit)
        self.update_box.after.all.clicked.connect(self._compare_update)
        self.history.compare.connect(self._compare_edit)
        self.scenarios.table.on_map.connect(self._compare_scenarios)
        self.update_box.chosen.connect(self._outline)
        for widget in (self.history, self.scenarios.table, self.changes):
            widget.chosen.connect(self._outline)
            widget.zoom.connect(self.zoom_bounds)
        self.why = WhyTab(self.session, self.tabs)
        self.why.explained.connect(self._choose)
        self.voice = RevisionVoice(self.place, self.line, self.bar, self.reasons)
        self.why.zoom.connect(self.zoom_unit)
        self.why.chosen.connect(self._aim)
        for widget, name in (
            (self.units, tr("Table", "tab: all units")),
            (self.history, tr("History")),
            (self.scenarios, tr("Scenarios", "tab")),
            (self.changes, tr("Changes", "tab")),
            (self.update_box, tr("Update", "tab")),
            (self.why, tr("Why", "tab")),
        ):
            self.tabs.addTab(widget, name)
        self.tabs.currentChanged.connect(lambda _: self._turned())
        parts = (self.bar, self.reasons, self.card, self.line, (self.tabs, 1))
        in_column(*parts, on=self, margins=(4, 4, 4, 0), spacing=3)

    # ── how far it is ─────────────────────────────────────────────────────────────────────────────────────────────

    def state(self) -> StepState:
        plan, revision = self.session.plan, self.revision
        if plan is None:
            return StepState("todo", tr("A revision needs a plan: make one, or open one."))
        if is_filed_plan(plan):
            return StepState("todo", filed_words(plan))
        if revision.phase == "opening":
            return StepState("next", tr("The plan is being read for its revision…"))
        if not revision.is_open:
            if revision.claimed_by is not None:
                return StepState("problem", claim_words(revision.claimed_by), tr("Try again"))
            return StepState(
                "done",
                tr("Not under revision; edits so far: {count}.", count=f"{self._standing():,}"),
                tr("Begin revision"),
            )
        if revision.ending:
            return StepState("next", tr("What follows from the edits is being worked out…"))
        count = len(revision.timeline.path(revision.timeline.head)) if revision.timeline is not None else 0
        text = tr("Under revision: edits {count}; findings are up to date.")
        if revision.behind:
            text = tr("Under revision: edits {count}; findings are of before the last ones.")
        return StepState("next", text.format(count=f"{count:,}"), tr("Finish revision"))

    def _standing(self) -> int:
        """Count the edits of the session's plan that nobody undid."""
        from ....delineation.plan.entries import edits_of, is_undone

        plan = self.session.plan
        if plan is None or not len(plan.journal):
            return 0
        if self._counted[0] is not plan:
            self._counted = (plan, sum(not is_undone(one) for one in edits_of(plan.journal)["undone"]))
        return self._counted[1]

    def act(self) -> None:
        """Begin the revision, or finish it."""
        self.voice.forget()
        if self.revision.is_open:
            self.finish()
        else:
            self.revision.begin()

    def finish(self) -> None:
        """Give the plan free when what follows from the edits is worked out."""
        if self.revision.is_open and not self.revision.ending:
            self._put_down()
            self.revision.end()

    @property
    def why_not(self) -> str:
        """Why nothing may be edited now, "" where it may."""
        return why_not(self.session)

    # ── what it shows ─────────────────────────────────────────────────────────────────────────────────────────────

    def refresh(self) -> None:
        """Show the plan, or its revision, as it is."""
        self.selection.follow(self.session.plan_path)
        plan = self.session.plan
        if plan is not self._shown and self.isVisible():
            self._show_plan(plan)
        self._show_target()
        self._show_state()

    def _show_plan(self, plan: Plan | None) -> None:
        """Show the units of a plan that has come, or as its edits have left them."""
        before, self._shown = self._shown, plan
        profile = self.session.profile

        if plan is None:
            self.units.show_units(None, profile)
        elif before is None or not self.units.lines:
            self.units.show_units(plan.units, profile)
        if plan is not None:
            self.units.follow(self.units_now())
        self._name_tabs()

    def units_now(self) -> dict[str, UnitLine | UnitRow]:
        """Give the units by their ids: as the last edit left them, or as the plan has them."""
        state, plan = self.revision.state, self.session.plan
        if state is not None:
            return dict(state.units)
        return {} if plan is None else lines_of(plan.units)

    def _show_state(self) -> None:
        """Show whatever changes with the phase of the revision."""
        plan = self.session.plan
        self.bar.refresh(able=not self.why_not, asks=plan is not None, edits=self._standing())
        self._show_card()
        self.voice.speak()
        self.state_changed.emit()

    def _show_card(self) -> None:
        unit = self.units.lines.get(self.revision.target)
        if unit is None or self.session.plan is None:
            self.card.show_unit(None)
            return
        names = json.loads(self.session.plan.meta.get("county_names") or "{}")
        self.card.show_unit(
            unit,
            share=self.units.share(unit),
            county=str(names.get(unit.county) or unit.county),
            able=not self.why_not,
            profile=self.session.profile,
        )

    def _name_tabs(self) -> None:
        self.tabs.setTabToolTip(
            0, tr("Units, as the edits have left them: {count}", count=f"{len(self.units.lines):,}")
        )
        for number, tip in enumerate(
            (
                tr("What was edited when, by whom and why; taken back from here."),
                tr("Other ways to revise the same plan, side by side."),
                tr("What differs from a version before."),
                tr("Newer sources: what they would touch, and the plan made anew from them."),
                tr("Why the chosen unit, or a place that was clicked, is what it is."),
            ),
            start=1,
        ):
            self.tabs.setTabToolTip(number, tip)

    # ── what happens ──────────────────────────────────────────────────────────────────────────────────────────────

    def _pressed(self, key: str) -> None:
        if key != WHY:
            self.revision.begin()

    def _begun(self) -> None:
        if self.isVisible():
            self.units.follow(self.units_now())

    def _ended(self) -> None:
        self._put_down()
        if not self.why.lacks_edits:
            self.units.follow(self.units_now())

    def _changed(self, changed: Changed) -> None:
        self.units.follow(changed.after.units)
        self._name_tabs()

    def _refused(self, _: object) -> None:
        if self.revision.phase == "closed":
            self._put_down()

    def _put_down(self) -> None:
        """Let go of a tool that edits: nothing is edited now."""
        if self.bar.key != WHY:
            self.bar.put_down()

    def _plan_changed(self) -> None:
        if not self.session.edited:
            # Another plan: its units are others, whatever their ids.
            self._shown = None
            self.voice.forget()
            self.why.forget()
            self.units.show_units(None)
            self.revision.set_target("")
        elif self.why.isVisible():
            self.why.explain_again()
        if self.isVisible():
            self.refresh()
        else:
            self._show_state()

    def _write_in_card(self, button: QToolButton, *_: object) -> None:
        unit = self.card.unit
        if unit is not None and unit.locked:
            locked = tr("{unit} is locked and stays as it is: unlock it first, with L on the map or in its card.")
            self.bar.told.emit(locked.format(unit=unit.name))
        button.click()

    # ── choosing ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _from_table(self, unit_ids: Sequence[str]) -> None:
        self.selection.select(unit_ids)
        self._aim(unit_ids)

    def _from_map(self, unit_ids: Sequence[str]) -> None:
        self.units.select(unit_ids)
        self._aim(unit_ids)

    def _aim(self, unit_ids: Sequence[str]) -> None:
        if len(unit_ids) == 1:
            self.revision.set_target(unit_ids[0])

    def _choose(self, unit_ids: Sequence[str]) -> None:
        """Choose units in the table and on the map."""
        self.units.select(unit_ids)
        self.selection.select(unit_ids)

    def _show_target(self) -> None:
        target = self.revision.target
        if target and self.units.selected() != [target]:
            self._choose([target])
        self._show_card()

    def _target_changed(self) -> None:
        self._show_target()
        self._explain_target()

    def zoom_unit(self, unit_id: str) -> None:
        """Show a unit on the map, as it is now."""
        if self.session.plan is not None:
            zoom_to_unit(self.canvas, self.session.plan, self.revision.state, unit_id)

    def zoom_bounds(self, bounds: Any) -> None:
        """Show a part of the plan: west, south, east, north in its CRS."""
        import shapely

        if self.session.plan is not None and bounds is not None:
            zoom_to(self.canvas, shapely.box(*bounds), self.session.plan.crs)

    def _outline(self, bounds: Any) -> None:
        """Outline a part of the plan on the map; None clears."""
        import shapely

        plan = self.session.plan if self.isVisible() else None
        shape = None if bounds is None or plan is None else shapely.box(*bounds)
        self.outline.show(shape, plan.crs if plan is not None else "")

    def _compare_edit(self, seq: int) -> None:
        self.tabs.setCurrentWidget(self.changes)
        self.changes.compare_edit(seq)

    def _compare_scenarios(self, one: str, other: str) -> None:
        self.tabs.setCurrentWidget(self.changes)
        self.changes.compare_scenarios(one, other)

    def _compare_update(self) -> None:
        """Show what an update came to, held against the plan before."""
        self.tabs.setCurrentWidget(self.changes)
        self.changes.compare_before()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._outline(None)
        if not event.spontaneous():
            self.bar.rest()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self.bar.resume()

    # ── why ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def explain_place(self, x: float, y: float) -> None:
        """Explain the place of a point of the map, and choose its unit."""
        plan = self.session.plan
        if plan is None:
            return
        self.tabs.setCurrentWidget(self.why)
        place = PlanView(self.canvas, plan.crs).place(x, y)
        if place is None:
            self.why.show_outside()
        else:
            self.why.explain("{!r},{!r}".format(*map(float, place)), place=True)

    def _turned(self) -> None:
        # What is not about the unit in hand has its room.
        self.card.setVisible(self.tabs.currentWidget() not in (self.scenarios, self.changes, self.update_box))
        self._outline(None)
        self._explain_target()

    def _explain_target(self) -> None:
        if self.tabs.currentWidget() is self.why and self.revision.target and self.isVisible():
            self.why.explain(self.revision.target)

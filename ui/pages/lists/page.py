"""The desk of entry lists: what may be done in a unit, and why each clause stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QStackedWidget

from ....delineation.lists.draft import APPROVED, PROPOSED, TO_REVIEW
from ...map.map_tools import WhyTool
from ...map.on_map import UnitSelection, unit_at, zoom_to_unit
from ...map.plan_view import PlanView
from ...text import tr
from ...widgets.layout import in_column
from ..page import Page, StepState, Workplace
from ..revision.editing_voice import filed_words, is_filed_plan, why_not
from ..revision.line import claim_words
from .editing import ListsEditing
from .view import ListsView
from .workbook import ListsWorkbook

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QHideEvent
    from qgis.PyQt.QtWidgets import QAction, QWidget

    from ...work.revision import Changed, Refusal


class ListsPage(Page):
    """By unit, by clause, lint, and beside the lists before; every edit goes into the journal of the plan."""

    NAME = "lists"
    DESK = True

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(place, parent)
        self._made_of: Any = None  # the plan that was looked at last
        self.revision = self.session.revision
        self.view = ListsView(place, self)
        self.workbook = ListsWorkbook(self.session, self.view.words, self)
        self.editing = ListsEditing(self.session, self, after=self.workbook.buttons)
        self.on_map = ListsOnMap(place, self)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.view)
        self.stack.addWidget(self.workbook)
        in_column(self.editing, (self.stack, 1), on=self, margins=(4, 4, 4, 0), spacing=3)
        self.workbook.opened.connect(self.stack.setCurrentIndex)
        self.workbook.told.connect(self.editing.voice.say)
        self.view.asked.connect(self.editing.do)
        self.view.approve.connect(lambda rows: self.editing.approve(self.view.book, rows))
        self.view.counted.connect(self.state_changed)
        self.view.select.connect(self.on_map.select)
        self.view.zoom.connect(self.on_map.zoom)
        self.view.unit.unit.pick.connect(self.on_map.pick)
        self.on_map.selection.changed.connect(self.view.follow_map)
        self.on_map.clicked.connect(self._clicked)
        self.on_map.tool.deactivated.connect(lambda: self.view.unit.unit.on_map.setChecked(False))

        self.revision.changed.connect(self._changed)
        self.revision.refused.connect(self._refused)
        self.revision.state_changed.connect(self._show_state)
        self.session.plan_changed.connect(self._plan_changed)
        self.session.busy_changed.connect(self._show_state)
        self.refresh()

    def title(self) -> str:
        return tr("Lists", "name of a desk")

    @property
    def actions_by_key(self) -> dict[str, QAction]:
        """What each key does."""
        return self.editing.actions_by_key

    @property
    def why_not(self) -> str:
        """Why nothing may be edited now, "" where it may."""
        return why_not(self.session)

    # ── how far it is ─────────────────────────────────────────────────────────────────────────────────────────────

    def state(self) -> StepState:
        plan, revision = self.session.plan, self.revision
        if plan is None:
            return StepState("todo", tr("Entry lists need a plan: make one, or open one."))
        counts = self.view.counts()
        waiting, proposed, approved = (counts.get(one, 0) for one in (TO_REVIEW, PROPOSED, APPROVED))
        text = tr("Clauses: {waiting} to review, {approved} approved.")
        if proposed:
            text = tr("Clauses: {waiting} to review, {proposed} proposed, {approved} approved.")
        sentence = text.format(waiting=f"{waiting:,}", proposed=f"{proposed:,}", approved=f"{approved:,}")
        if is_filed_plan(plan):
            return StepState("done" if not waiting else "todo", f"{sentence} {filed_words(plan)}")
        if revision.claimed_by is not None and not revision.is_open:
            return StepState("problem", claim_words(revision.claimed_by), tr("Try again"))
        if revision.ending:
            return StepState("next", tr("What follows from the edits is being worked out…"))
        mark: Any = "next" if waiting or proposed else "done"
        if revision.is_open:
            return StepState(mark, sentence, tr("Finish revision"))
        return StepState(mark, sentence, tr("Next to review") if waiting else "")

    def act(self) -> None:
        """Finish the revision; where none is open go on to what is to be reviewed, or try again to get the plan."""
        revision = self.revision
        if revision.is_open:
            revision.end()
        elif revision.claimed_by is not None:
            self.editing.voice.forget()
            revision.begin()
        else:
            self.view.to_next()

    # ── what it shows ─────────────────────────────────────────────────────────────────────────────────────────────

    def refresh(self) -> None:
        """Show the plan, or its revision, as it is."""
        self.on_map.selection.follow(self.session.plan_path)
        if not self.isVisible():
            return
        self.editing.reasons.look()
        plan = self.session.plan
        if plan is not self._made_of:
            first, self._made_of = self._made_of is None, plan
            self.view.show_plan(plan, self.session.profile)
            if first:
                self.view.follow_map(self.on_map.selection.chosen)
        self._show_state()

    def _show_state(self) -> None:
        """Show whatever changes with the phase of the revision."""
        self.editing.refresh()
        why_not = self.why_not
        self.stack.setEnabled(self.session.plan is not None)
        self.workbook.set_able(why_not, is_open=self.session.plan is not None)
        if self.isVisible():
            self.view.set_able(why_not)
        self.state_changed.emit()

    # ── what happens ──────────────────────────────────────────────────────────────────────────────────────────────

    def _changed(self, changed: Changed) -> None:
        if self.isVisible():
            self.view.follow_edit(changed.kind)
            self.editing.voice.tell_changed(changed)
        self.workbook.importing.follow_edit(changed)

    def _refused(self, refusal: Refusal) -> None:
        self.workbook.importing.follow_refusal()
        if not self.isVisible():
            return
        unit, voice = self.view.unit, self.editing.voice
        if unit.writing and refusal.op is not None and refusal.op is unit.written and not refusal.needs_basis:
            unit.form.refuse(voice.refusal_words(refusal))
        else:
            voice.tell_refused(refusal)
        self._show_state()

    def _plan_changed(self) -> None:
        if not self.session.edited:
            self._made_of = None
            self.view.forget()
            self.workbook.close_preview()
            self.editing.voice.forget()
        self.follow()

    def _clicked(self, unit_id: str) -> None:
        if unit_id:
            self.view.open_unit(unit_id)
        else:
            self.editing.voice.say(tr("The plan does not reach to this place."), "check")

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.on_map.pick(on=False)


class ListsOnMap(QObject):
    """The units of the lists on the map: chosen there by a click or by the selection, and shown."""

    clicked = pyqtSignal(str)  # unit id, "" beside the plan

    def __init__(self, place: Workplace, page: QWidget) -> None:
        super().__init__(page)
        self._session = place.session
        self.canvas = place.canvas
        self.selection = UnitSelection(page)
        self.tool = WhyTool(self.canvas)
        self.tool.asked.connect(self._click)
        page.destroyed.connect(self.tool.close)

    def pick(self, on: bool) -> None:
        """Have the next click choose a unit, or give the map back."""
        self.tool.start() if on else self.tool.stop()

    def select(self, unit_id: str) -> None:
        """Choose a unit on the map."""
        self.selection.select([unit_id])

    def zoom(self, unit_id: str) -> None:
        """Show a unit as it is now, and flash it."""
        if self._session.plan is not None:
            self.select(unit_id)
            zoom_to_unit(self.canvas, self._session.plan, self._session.revision.state, unit_id)

    def _click(self, x: float, y: float) -> None:
        plan = self._session.plan
        if plan is None:
            return
        place = PlanView(self.canvas, plan.crs).place(x, y)
        self.clicked.emit(unit_at(plan, self._session.revision.state, *place) if place is not None else "")

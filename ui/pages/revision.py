"""The desk of revision: what may I change, and what follows from it."""

from __future__ import annotations

import importlib
import json
from typing import TYPE_CHECKING, Any, ClassVar

from qgis.core import QgsCsException
from qgis.PyQt.QtCore import QCoreApplication, Qt
from qgis.PyQt.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from ...delineation.core.errors import DelineationError
from ...delineation.core.messages import Message
from ...delineation.explain.why import OutsidePlan
from ...delineation.plan.status import is_filed
from ..map.on_map import UnitSelection, in_plan, zoom_to
from ..text import said, sentence
from ..widgets.muted import MutedLabel
from ..work.why_cards import Whys
from .history_view import local_time
from .page import Page, StepState, Workplace
from .revision_bar import WHY, RevisionBar
from .revision_line import Answer, ReasonFields, SpeakingLine
from .target_card import TargetCard
from .units_table import LIVE, UnitsTable, lines_of
from .why_card import LIST, SELECT, ZOOM, CardView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.PyQt.QtGui import QResizeEvent
    from qgis.PyQt.QtWidgets import QAction

    from ...delineation.plan.file import Plan
    from ...delineation.revision.state import UnitRow
    from ..work.revision import Changed, Refusal
    from .units_table import UnitLine

__all__ = ["RevisionPage"]

translate = QCoreApplication.translate
LEAST = 120  # pixels of the tabs in a low panel
NARROW = 290  # pixels of a page whose tabs have no room beside each other


class RevisionPage(Page):
    """Tools, the chosen unit, one line that speaks; units, history, scenarios, changes and the why card below.

    Attributes
    ----------
    actions_by_key : dict of str to QAction
        As of `RevisionBar`.
    """

    NAME: ClassVar[str] = "revision"
    DESK: ClassVar[bool] = True

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(place, parent)
        self.revision = self.session.revision
        self.canvas = place.iface.mapCanvas() if place.iface is not None else None
        self.whys = Whys(self.session)
        self.selection = UnitSelection(self)
        self._shown: Any = None  # the plan that the table was filled from
        self._unfollowed = False  # the session's plan lacks the last edits
        self._ending = self._warned = False
        self._hint = self._asked_why = ""
        self._told: tuple[str, str, tuple[Answer, ...]] | None = None  # text, mark, answers: of what happened last
        self._undocumented: dict[str, Any] | None = None  # what was refused for want of a document
        self._build()
        revision = self.revision
        revision.begun.connect(self._begun)
        revision.ended.connect(self._ended)
        revision.changed.connect(self._changed)
        revision.refused.connect(self._refused)
        revision.followed.connect(self._followed)
        revision.target_changed.connect(self._show_target)
        revision.state_changed.connect(self._show_state)
        self.session.plan_changed.connect(self._plan_changed)
        self.session.busy_changed.connect(lambda _: self._show_state())
        self.selection.changed.connect(self._from_map)
        self.refresh()

    def title(self) -> str:
        return translate("ControlUnits", "Revision")

    @property
    def actions_by_key(self) -> dict[str, QAction]:
        """What each key does."""
        return self.bar.actions_by_key

    # ── looks ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 0)
        layout.setSpacing(3)
        self.bar = RevisionBar(self.revision, self.canvas, self)
        self.bar.pressed.connect(self._pressed)
        self.bar.hint.connect(self._hear)
        self.bar.told.connect(self._tool_told)
        self.bar.why.connect(self.explain_place)
        self.card = TargetCard(self)
        self.card.asked.connect(self.revision.do)
        self.card.zoom.connect(self.zoom_unit)
        self.line = SpeakingLine(self)
        self.reasons = ReasonFields(self.revision, self, before=self.bar.beside[:2], after=self.bar.beside[2:])
        self.reasons.documented.connect(self._again_with_document)
        self.tabs = QTabWidget(self)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self.tabs.setMinimumHeight(LEAST)
        self.units = UnitsTable(self.tabs, LIVE)
        self.units.chosen.connect(self._from_table)
        self.units.opened.connect(self.zoom_unit)
        self.history = self._tab("revision_history", "RevisionHistory", self.revision)
        self.scenarios = self._tab("scenario_list", "ScenarioList", self.revision)
        self.changes = self._tab("version_box", "VersionBox", self.revision, self.session, self.canvas)
        if hasattr(self.history, "go"):
            self.history.go.connect(self.revision.go)
            self.history.zoom.connect(self.zoom_bounds)
        self.why = CardView(self.tabs)
        self.why.followed.connect(self._follow_link)
        for widget, name in (
            (self.units, translate("ControlUnits", "Units", "tab")),
            (self.history, translate("ControlUnits", "History")),
            (self.scenarios, translate("ControlUnits", "Scenarios", "tab")),
            (self.changes, translate("ControlUnits", "Changes", "tab")),
            (self.why, translate("ControlUnits", "Why", "tab")),
        ):
            self.tabs.addTab(widget, name)
        self.tabs.currentChanged.connect(lambda _: self._explain_target())
        for widget in (self.bar, self.reasons, self.card, self.line):
            layout.addWidget(widget)
        layout.addWidget(self.tabs, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.tabs.setUsesScrollButtons(self.width() < NARROW)

    def _tab(self, module: str, name: str, *given: Any) -> QWidget:
        try:
            made = importlib.import_module(f".{module}", __package__)
        except ModuleNotFoundError:
            return MutedLabel("", self.tabs)
        return getattr(made, name)(*given)

    # ── how far it is ─────────────────────────────────────────────────────────────────────────────────────────────

    def state(self) -> StepState:
        plan, revision = self.session.plan, self.revision
        if plan is None:
            return StepState("todo", translate("ControlUnits", "A revision needs a plan: make one, or open one."))
        if self.filed:
            return StepState("todo", self._filed_words())
        if revision.phase == "opening":
            return StepState("next", translate("ControlUnits", "The plan is being read for its revision…"))
        if not revision.is_open:
            if revision.claimed_by is not None:
                return StepState("problem", self._claim_words(), translate("ControlUnits", "Try again"))
            text = translate("ControlUnits", "Not under revision; edits so far: {count}.")
            sentence = text.format(count=f"{self.session.edits:,}")
            return StepState("done", sentence, translate("ControlUnits", "Begin revision"))
        if self._ending:
            return StepState("next", translate("ControlUnits", "What follows from the edits is being worked out…"))
        count = len(revision.timeline.path(revision.timeline.head)) if revision.timeline is not None else 0
        text = translate("ControlUnits", "Under revision: edits {count}; findings are up to date.")
        if revision.behind:
            text = translate("ControlUnits", "Under revision: edits {count}; findings are of before the last ones.")
        return StepState("next", text.format(count=f"{count:,}"), translate("ControlUnits", "Finish revision"))

    def act(self) -> None:
        """Begin the revision, or finish it."""
        self._told = None
        if self.revision.is_open:
            self.finish()
        else:
            self.revision.begin()

    def finish(self) -> None:
        """Give the plan free when what follows from the edits is worked out."""
        if self.revision.is_open and not self._ending:
            self.bar.put_down()
            self._ending = True
            self._show_state()
            self.revision.end()

    @property
    def filed(self) -> bool:
        """The plan is filed, published or void: nobody changes it."""
        plan = self.session.plan
        return plan is not None and is_filed(str(plan.meta.get("status") or ""))

    @property
    def able(self) -> bool:
        """Edits may be asked for."""
        session = self.session
        free = not (session.busy or session.taking_back or self._ending)
        return session.plan is not None and free and not self.filed

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
        profile = self.whys.profile()
        self.why.profile = profile
        if plan is None:
            self.units.show_units(None, profile)
        elif before is None or not self.units.model.rowCount():
            self.units.show_units(plan.units, profile)
        if plan is not None:
            self.units.follow(self.units_now())
        self._name_tabs()

    def units_now(self) -> dict[str, UnitLine | UnitRow]:
        """Give the units by their ids: as the last edit left them, or as the plan has them."""
        state, plan = self.revision.state, self.session.plan
        if state is not None:
            return dict(state.units)
        return {} if plan is None else {one.unit_id: one for one in lines_of(plan.units)}

    def _show_state(self) -> None:
        """Show whatever changes with the phase of the revision."""
        plan = self.session.plan
        self.bar.refresh(able=self.able, asks=plan is not None, edits=self.session.edits)
        self._show_card()
        self._speak()
        self.state_changed.emit()

    def _show_card(self) -> None:
        row = self.units.model.row_of(self.revision.target) if self.revision.target else -1
        if row < 0 or self.session.plan is None:
            self.card.show_unit(None)
            return
        unit = self.units.model.line(row)
        names = json.loads(self.session.plan.meta.get("county_names") or "{}")
        self.card.show_unit(
            unit,
            share=self.units.model.share(row),
            county=str(names.get(unit.county) or unit.county),
            able=self.able,
            profile=self.whys.profile(),
        )

    def _name_tabs(self) -> None:
        text = translate("ControlUnits", "Units, as the edits have left them: {count}")
        self.tabs.setTabToolTip(0, text.format(count=f"{self.units.model.rowCount():,}"))
        for number, tip in enumerate(
            (
                translate("ControlUnits", "What was edited when, by whom and why; taken back from here."),
                translate("ControlUnits", "Other ways to revise the same plan, side by side."),
                translate("ControlUnits", "What differs from a version before."),
                translate("ControlUnits", "Why the chosen unit, or a place that was clicked, is what it is."),
            ),
            start=1,
        ):
            self.tabs.setTabToolTip(number, tip)

    # ── the line that speaks ──────────────────────────────────────────────────────────────────────────────────────

    def _speak(self) -> None:
        revision, plan = self.revision, self.session.plan
        if plan is None:
            self.line.say(translate("ControlUnits", "A revision needs a plan: make one, or open one."))
        elif self.filed:
            self.line.say(self._filed_words(), "waiting")
        elif revision.claimed_by is not None and not revision.is_open:
            self._speak_of_claim()
        elif revision.phase == "opening":
            self.line.say(translate("ControlUnits", "The plan is being read for its revision…"), "waiting")
        elif self._told is not None:
            text, mark, answers = self._told
            self.line.say(text, mark, answers)
        elif self.bar.key:
            self.line.say(self._hint)
        else:
            self.line.say(
                translate("ControlUnits", "Take a tool: it begins the revision. “?” lists gestures and keys.")
            )

    def _filed_words(self) -> str:
        text = translate(
            "ControlUnits", "The plan is filed ({status}) and stays as it is; a new version of it begins a draft."
        )
        return text.format(status=self.session.plan.meta.get("status", ""))

    def _claim_words(self) -> str:
        claim = self.revision.claimed_by
        somebody = translate("ControlUnits", "Somebody")
        since = local_time(claim.since)
        if claim.host and since:
            text = translate("ControlUnits", "{owner} edits this plan on the computer {host} since {since}.")
        else:
            text = translate("ControlUnits", "{owner} edits this plan.")
        return text.format(owner=claim.owner or somebody, host=claim.host, since=since)

    def _speak_of_claim(self) -> None:
        revision = self.revision
        again = (
            translate("ControlUnits", "Try again"),
            translate("ControlUnits", "Look whether the plan is free by now."),
            revision.begin,
        )
        if not revision.claimed_by.breakable:
            text = translate("ControlUnits", "It can be looked at meanwhile.")
            self.line.say(f"{self._claim_words()} {text}", "problem", (again,))
            return
        if not self._warned:
            text = translate("ControlUnits", "Nobody here can tell whether that goes on still.")
            over = (
                translate("ControlUnits", "Take it over…"),
                translate("ControlUnits", "Edit the plan although somebody else may be at it; asks once more."),
                lambda: self._warn(on=True),
            )
            self.line.say(f"{self._claim_words()} {text}", "problem", (again, over))
            return
        text = translate(
            "ControlUnits",
            "Ask {owner} first: of two who edit one plan, one loses what he does. Take it over only where the other has stopped.",  # noqa: E501
        )
        text = text.format(owner=revision.claimed_by.owner or translate("ControlUnits", "Somebody"))
        take = (
            translate("ControlUnits", "Take it over now"),
            translate("ControlUnits", "The other one’s claim ends, and the revision begins here."),
            self._take_over,
        )
        leave = (
            translate("ControlUnits", "Leave it"),
            translate("ControlUnits", "The plan stays with whoever edits it."),
            lambda: self._warn(on=False),
        )
        self.line.say(text, "problem", (take, leave))

    def _warn(self, *, on: bool) -> None:
        self._warned = on
        self._speak()

    def _take_over(self) -> None:
        self._warned = False
        self.revision.begin(break_lock=True)

    def _hear(self, hint: str) -> None:
        self._hint = hint
        self._speak()

    def _tool_told(self, what: Any) -> None:
        text = said(what, self.whys.profile()) if isinstance(what, Message) else str(what)
        self._tell(text, "check")
        self.place.messages.say_at_map(text)

    def _tell(self, text: str, mark: str = "", answers: Sequence[Answer] = ()) -> None:
        self._told = (text, mark, tuple(answers)) if text else None
        self._speak()

    # ── what happens ──────────────────────────────────────────────────────────────────────────────────────────────

    def _pressed(self, key: str) -> None:
        self._told, self._undocumented = None, None
        self._hint = self.bar.hint_now()
        if key != WHY:
            self.revision.begin()
        self._speak()

    def _begun(self) -> None:
        self._warned = False
        if self.isVisible():
            self.units.follow(self.units_now())

    def _ended(self) -> None:
        self._ending = False
        self.bar.put_down()
        self._told = None
        if not self._unfollowed:
            self.units.follow(self.units_now())
        self._unfollowed = False

    def _changed(self, changed: Changed) -> None:
        self._unfollowed, self._undocumented = True, None
        self.units.follow(changed.after.units)
        self._name_tabs()
        self._told = None
        titles = "; ".join(changed.titles)
        if changed.kind == "do" and changed.consequences.breaks:
            self._told = (self._broken_words(changed), "check", self._mending(changed))
        elif changed.kind == "undo":
            self._told = (translate("ControlUnits", "Undone: {title}").format(title=titles), "done", ())
        elif changed.kind == "redo":
            self._told = (translate("ControlUnits", "Done again: {title}").format(title=titles), "done", ())
        if changed.kind != "do" and changed.bounds is not None:
            self._bring_into_sight(changed.bounds)

    def _broken_words(self, changed: Changed) -> str:
        broken = [one for one in changed.consequences.units if one["contiguity"] == "broken"]
        text = translate("ControlUnits", "“{name}” is of {parts} parts now, and is to be of one.")
        words = text.format(name=broken[0]["name"][1], parts=broken[0]["parts"][1])
        if len(broken) > 1:
            more = translate("ControlUnits", "The same holds for others: {count}.").format(count=len(broken) - 1)
            words = f"{words} {more}"
        return words

    def _mending(self, changed: Changed) -> list[Answer]:
        undo = (
            translate("ControlUnits", "Undo"),
            translate("ControlUnits", "Undo: {title}").format(title=self.revision.undo_title()),
            self.revision.undo,
        )
        if not changed.repair:
            return [undo]
        repair = (
            translate("ControlUnits", "Repair"),
            translate("ControlUnits", "What was cut off goes to the neighbour that it borders on most."),
            lambda: self.revision.do_all(list(changed.repair)),
        )
        return [repair, undo]

    def _refused(self, refusal: Refusal) -> None:
        text = sentence(refusal.error, self.whys.profile())
        answers = []
        self._undocumented = None
        if refusal.needs_basis and refusal.op is not None:
            self._undocumented = dict(refusal.op)
            answers = [
                (
                    translate("ControlUnits", "Name the document…"),
                    translate("ControlUnits", "Name the document that it rests on; Enter there does it after all."),
                    self.reasons.ask_for_document,
                )
            ]
        if self.revision.phase == "closed":
            self.bar.put_down()
        self._ending = False
        self._tell(text, "problem", answers)
        self.place.messages.say_at_map(text)

    def _again_with_document(self) -> None:
        op, self._undocumented = self._undocumented, None
        if op is not None:
            self._tell("")
            self.revision.do(op)

    def _followed(self) -> None:
        self._unfollowed = False

    def _plan_changed(self) -> None:
        if not self.session.edited:
            # Another plan: its units are others, whatever their ids.
            self._shown, self._told, self._undocumented = None, None, None
            self.why.show_card(None)
            self.units.show_units(None)
            self.revision.set_target("")
        if self.isVisible():
            self.refresh()
        else:
            self._show_state()

    # ── choosing ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _from_table(self, unit_ids: Sequence[str]) -> None:
        self.selection.select(unit_ids)
        if len(unit_ids) == 1:
            self.revision.set_target(unit_ids[0])

    def _from_map(self, unit_ids: Sequence[str]) -> None:
        self.units.select(unit_ids)
        if len(unit_ids) == 1:
            self.revision.set_target(unit_ids[0])

    def _show_target(self) -> None:
        target = self.revision.target
        if target and self.units.selected() != [target]:
            self.units.select([target])
            self.selection.select([target])
        self._show_card()
        self._explain_target()

    def zoom_unit(self, unit_id: str) -> None:
        """Show a unit on the map, as it is now."""
        import shapely

        state, plan = self.revision.state, self.session.plan
        if self.canvas is None or plan is None:
            return
        if state is not None and unit_id in state.units:
            self.zoom_bounds(tuple(shapely.total_bounds(state.mesh.shape[state.rows_of(unit_id)]).tolist()))
            return
        shape = plan.units.loc[plan.units["unit_id"] == unit_id, "geometry"]
        if len(shape):
            zoom_to(self.canvas, shape.iloc[0], plan.crs)

    def zoom_bounds(self, bounds: Any) -> None:
        """Show a part of the plan: west, south, east, north in its CRS."""
        import shapely

        if self.canvas is not None and self.session.plan is not None and bounds is not None:
            zoom_to(self.canvas, shapely.box(*bounds), self.session.plan.crs)

    def _bring_into_sight(self, bounds: Any) -> None:
        """Show what was undone where the map shows another place."""
        if self.canvas is None or self.session.plan is None:
            return
        crs, extent = self.session.plan.crs, self.canvas.extent()
        try:
            west, south = in_plan(self.canvas, extent.xMinimum(), extent.yMinimum(), crs)
            east, north = in_plan(self.canvas, extent.xMaximum(), extent.yMaximum(), crs)
        except QgsCsException:
            return
        if bounds[0] > east or bounds[2] < west or bounds[1] > north or bounds[3] < south:
            self.zoom_bounds(bounds)

    # ── why ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def explain_place(self, x: float, y: float) -> None:
        """Explain the place of a point of the map, and choose its unit."""
        plan = self.session.plan
        if plan is None or self.canvas is None:
            return
        self.tabs.setCurrentWidget(self.why)
        try:
            x, y = in_plan(self.canvas, x, y, plan.crs)
        except QgsCsException:
            self.why.show_line(translate("ControlUnits", "The plan does not reach to this place."))
            return
        self._explain(f"{x!r},{y!r}", place=True)

    def _explain_target(self) -> None:
        if self.tabs.currentWidget() is self.why and self.revision.target and self.isVisible():
            self._explain(self.revision.target)

    def _explain(self, what: str, *, place: bool = False) -> None:
        """Explain a unit, or a point of the plan; edits that the session's plan lacks are brought into it first."""
        self._asked_why = what
        self.why.show_line(translate("ControlUnits", "Looking up why…"))
        if self._unfollowed and self.revision.is_open:

            def took(plan: Plan) -> None:
                if plan is not self.session.plan:
                    self.session.take_edited(plan)
                self._unfollowed = False
                self.whys.warm(lambda: self._show_why(what, place=place))

            self.revision.ask(lambda editor: editor.plan, took)
            return
        self.whys.warm(lambda: self._show_why(what, place=place))

    def _show_why(self, what: str, *, place: bool) -> None:
        if self.session.plan is None or what != self._asked_why:
            return
        try:
            card = self.whys.card(what)
        except OutsidePlan:
            self.why.show_line(translate("ControlUnits", "The plan does not reach to this place."))
            return
        except DelineationError as error:
            self.why.show_line(sentence(error, self.whys.profile()))
            return
        self.why.show_card(card, place=place)
        if place:
            plan = self.session.plan
            chosen = plan.units.loc[plan.units["code"] == card.code, "unit_id"].tolist()
            self.units.select(chosen)
            self.selection.select(chosen)

    def _follow_link(self, link: str) -> None:
        plan, card = self.session.plan, self.why.card
        if plan is None or card is None:
            return
        chosen = plan.units.loc[plan.units["code"] == card.code, "unit_id"].tolist()
        if link == ZOOM and chosen:
            self.zoom_unit(chosen[0])
        elif link == SELECT and len(chosen) == 1:
            self.revision.set_target(chosen[0])
        elif link == LIST:
            self.why.show_clauses(plan.clauses[plan.clauses["unit_id"].isin(chosen)])

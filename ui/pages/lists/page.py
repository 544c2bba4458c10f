"""The desk of entry lists: what may be done in a unit, and why each clause stands there."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from qgis.core import QgsCsException
from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction, QStackedWidget, QTabBar, QToolButton

from ....delineation.lists.draft import APPROVED, PROPOSED, TO_REVIEW
from ...map.map_tools import WhyTool
from ...map.on_map import UnitSelection, in_plan, unit_at, zoom_to_unit
from ...shipped import ICONS
from ...text import tr
from ...widgets.layout import in_column
from ...widgets.plain_text import as_tip
from ...work.clause_book import ClauseBook, Wanted
from ...work.clause_keeper import ClauseKeeper
from ...work.clause_ops import status_op
from ...work.list_facts import ListFacts
from ...work.settings import Settings
from ...work.why_cards import Whys
from ..page import Page, StepState, Workplace
from ..revision.editing_voice import ListsVoice, filed_words, is_filed_plan
from ..revision.line import ReasonFields, SpeakingLine, claim_words
from .clause_filters import ListsHead
from .clause_groups import ClauseGroups
from .clause_words import ClauseWords
from .last_year import ListsLastYear
from .lint import ListsLint
from .unit import ListOfUnit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from qgis.PyQt.QtGui import QHideEvent, QResizeEvent
    from qgis.PyQt.QtWidgets import QWidget

    from ....delineation.plan.file import Plan
    from ...work.revision import Changed, Refusal

__all__ = ["ListsPage"]

UNIT, CLAUSE, LINT, BEFORE = range(4)
MANY = 2_000  # clauses of one edit, beyond which it is put together beside the window
CUT = 1.25  # how much more room the names of tabs may want than there is, to be shortened


class ListsPage(Page):
    """By unit, by clause, lint, and beside the lists before; every edit goes into the journal of the plan.

    Attributes
    ----------
    actions_by_key : dict of str to QAction
        Undo and redo; whoever sees keys first triggers them.
    keeper : ClauseKeeper
        Has the clauses as the last edit left them.
    """

    NAME: ClassVar[str] = "lists"
    DESK: ClassVar[bool] = True

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(place, parent)
        self.revision = self.session.revision
        self.canvas = place.iface.mapCanvas() if place.iface is not None else None
        self.selection = UnitSelection(self)
        self.whys = Whys(self.session)
        self.facts = ListFacts(self.session, self)
        self.facts.changed.connect(self._reword)
        self.keeper = ClauseKeeper(self.session, self)
        self.keeper.changed.connect(self._new_book)
        self._made_of: Any = None  # the plan that was looked at last
        self._unit = ""  # whose list shows, or will when somebody looks
        self._mask: NDArray[np.bool_] = np.zeros(0, dtype=bool)
        self._counted: tuple[Any, dict[str, int]] = (None, {})
        self._asked: Mapping[str, Any] | None = None  # what this desk asked for last
        self._ending = False
        self.actions_by_key: dict[str, QAction] = {}
        self._build()
        self.tool = WhyTool(self.canvas) if self.canvas is not None else None
        if self.tool is not None:
            self.tool.asked.connect(self.choose_place)
            self.tool.deactivated.connect(lambda: self.unit.unit.on_map.setChecked(False))
            self.destroyed.connect(self.tool.close)
        self._remember_on = False
        self._restore()
        revision = self.revision
        revision.begun.connect(self._show_state)
        revision.ended.connect(self._ended)
        revision.changed.connect(self._changed)
        revision.refused.connect(self._refused)
        revision.state_changed.connect(self._show_state)
        self.session.plan_changed.connect(self._plan_changed)
        self.session.busy_changed.connect(self._show_state)
        self.selection.changed.connect(self._from_map)
        self.refresh()

    def title(self) -> str:
        return tr("Lists", "name of a desk")

    @property
    def book(self) -> ClauseBook | None:
        """The clauses as the last edit left them."""
        return self.keeper.book

    # ── looks ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _build(self) -> None:
        self.undo = self._action("Ctrl+Z", "undo", tr("Undo"))
        self.undo.triggered.connect(lambda *_: self.revision.undo())
        self.redo = self._action("Ctrl+Y", "redo", tr("Redo"))
        self.redo.triggered.connect(lambda *_: self.revision.redo())
        self.actions_by_key["Ctrl+Shift+Z"] = self.redo
        before = [self._tool_button(one) for one in (self.undo, self.redo)]
        self.reasons = ReasonFields(self.revision, self, before=before)
        self.line = SpeakingLine(self)
        self.voice = ListsVoice(self.session, self.line, self.reasons, self.whys.profile)
        self.tabs = QTabBar(
            self, objectName="control_units_lists_tabs", expanding=False, drawBase=False, usesScrollButtons=False
        )
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self.head = ListsHead(self)
        self.filters, self.count = self.head.filters, self.head.count
        self.next, self.all = self.head.next, self.head.all
        self.head.next_one.connect(self.to_next)
        self.head.approve_all.connect(self.approve_all)
        self.stack = QStackedWidget(self)
        self.unit = ListOfUnit(self.stack)
        self.groups = ClauseGroups(self.stack)
        self.lint = ListsLint(self.place, self.stack)
        self.last_year = ListsLastYear(self.session, self.stack)
        for widget, name, tip in (
            (
                self.unit,
                tr("By unit", "tab"),
                tr("The list of one unit, and why each clause stands in it."),
            ),
            (
                self.groups,
                tr("By clause", "tab"),
                tr("Each clause once, with the units that carry it."),
            ),
            (
                self.lint,
                tr("Lint", "tab"),
                tr("What is wrong with the lists, and what mends it."),
            ),
            (
                self.last_year,
                tr("Last year", "tab"),
                tr("What became of each clause since a list before."),
            ),
        ):
            self.stack.addWidget(widget)
            self.tabs.setTabToolTip(self.tabs.addTab(name), tip)
        in_column(
            self.reasons, self.line, self.tabs, self.head, (self.stack, 1), on=self, margins=(4, 4, 4, 0), spacing=3
        )
        self._connect()

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._turned)
        self.filters.changed.connect(self._filter)
        self.unit.asked.connect(self.do)
        self.unit.chosen.connect(self.choose_unit)
        self.unit.pick.connect(self._pick)
        for widget in (self.unit, self.groups, self.lint, self.last_year):
            widget.zoom.connect(self.zoom_unit)
        for widget in (self.groups, self.last_year):
            widget.open_unit.connect(self.open_unit)
        self.groups.approve.connect(self._approve_rows)
        self.lint.asked.connect(self.do)
        self.lint.open_unit.connect(self.open_unit)
        self.lint.counted.connect(self._name_tabs)

    def _action(self, key: str, icon: str, name: str) -> QAction:
        action = QAction(QIcon(str(ICONS / f"{icon}.svg")), name, self, objectName=f"control_units_lists_{icon}")
        self.actions_by_key[key] = action
        return action

    def _tool_button(self, action: QAction) -> QToolButton:
        button = QToolButton(
            self,
            objectName=f"{action.objectName()}_button",
            autoRaise=True,
            iconSize=QSize(20, 20),
            focusPolicy=Qt.FocusPolicy.TabFocus,
        )
        button.setDefaultAction(action)
        button.setAccessibleName(action.text())
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.tabs.setUsesScrollButtons(self.tabs.sizeHint().width() > CUT * self.tabs.width())

    # ── how far it is ─────────────────────────────────────────────────────────────────────────────────────────────

    def counts(self) -> dict[str, int]:
        """Count the clauses by their status, as the last edit left them."""
        plan = self.session.plan
        source = self.book if self.book is not None else plan
        if source is None:
            return {}
        if self._counted[0] is not source:
            if isinstance(source, ClauseBook):
                found = source.counts("status")
            else:
                found = {str(key): int(value) for key, value in source.clauses["status"].value_counts().items()}
            self._counted = (source, found)
        return self._counted[1]

    def state(self) -> StepState:
        plan = self.session.plan
        if plan is None:
            return StepState("todo", tr("Entry lists need a plan: make one, or open one."))
        counts = self.counts()
        waiting, proposed, approved = (counts.get(one, 0) for one in (TO_REVIEW, PROPOSED, APPROVED))
        text = tr("Clauses: {waiting} to review, {approved} approved.")
        if proposed:
            text = tr("Clauses: {waiting} to review, {proposed} proposed, {approved} approved.")
        sentence = text.format(waiting=f"{waiting:,}", proposed=f"{proposed:,}", approved=f"{approved:,}")
        if is_filed_plan(plan):
            return StepState("done" if not waiting else "todo", f"{sentence} {filed_words(plan)}")
        revision = self.revision
        if revision.claimed_by is not None and not revision.is_open:
            return StepState("problem", claim_words(revision.claimed_by), tr("Try again"))
        if self._ending:
            return StepState("next", tr("What follows from the edits is being worked out…"))
        mark: Any = "next" if waiting or proposed else "done"
        if revision.is_open:
            return StepState(mark, sentence, tr("Finish revision"))
        return StepState(mark, sentence, tr("Next to review") if waiting else "")

    def act(self) -> None:
        """Finish the revision; where none is open go on to what is to be reviewed, or try again to get the plan."""
        revision = self.revision
        if revision.is_open:
            self._ending = True
            self._show_state()
            revision.end()
        elif revision.claimed_by is not None:
            self.voice.forget()
            revision.begin()
        else:
            self.to_next()

    @property
    def why_not(self) -> str:
        """Why nothing may be edited now, "" where it may."""
        session = self.session
        if session.plan is None:
            return tr("No plan is open.")
        if is_filed_plan(session.plan):
            return filed_words(session.plan)
        if session.busy or session.taking_back or self._ending:
            return tr("Wait until what is on its way is done.")
        return ""

    # ── what it shows ─────────────────────────────────────────────────────────────────────────────────────────────

    def refresh(self) -> None:
        """Show the plan, or its revision, as it is."""
        self.selection.follow(self.session.plan_path)
        if not self.isVisible():
            return
        self.reasons.look()
        plan = self.session.plan
        if plan is not self._made_of:
            self._take(plan)
        self._show_state()

    def _take(self, plan: Plan | None) -> None:
        """Show the clauses of a plan that has come, or as its edits have left them."""
        self._made_of = plan
        self.facts.profile = self.whys.profile() if plan is not None else None
        self.facts.look(plan)
        self.lint.show_plan(plan, self.words)
        self.last_year.refresh(self.words)
        before = self.book
        self.keeper.look(plan)
        if self.book is before:
            self._show_book()

    def _new_book(self) -> None:
        """Show the clauses as they are now."""
        if not self.isVisible():
            return
        book = self.book
        if book is not None and self._unit not in book.number:
            chosen = [one for one in self.selection.chosen if one in book.number]
            self._unit = chosen[0] if chosen else book.units[0].unit_id if book.units else ""
        self._show_book()
        self.state_changed.emit()

    @property
    def words(self) -> ClauseWords | None:
        """What clauses are called; None without a plan."""
        return ClauseWords(self.facts.profile, self.facts) if self.facts.profile is not None else None

    def _filter(self) -> None:
        """List what is wanted now."""
        self._show_book()
        self._keep_settings()

    def _show_book(self) -> None:
        book, words = self.book, self.words
        self._mask = book.mask(self.filters.wanted) if book is not None else np.zeros(0, dtype=bool)
        here = self.stack.currentIndex()
        if here == UNIT:
            # Of one unit there is one category.
            wanted = replace(self.filters.wanted, category=0)
            mask = self._mask if book is None or wanted == self.filters.wanted else book.mask(wanted)
            self._mask = mask
            self.unit.show_book(book, mask, words, why_not=self.why_not)
            if self._unit and self.unit.unit.unit_id() != self._unit:
                self.unit.show_unit(self._unit, mask)
        elif here == CLAUSE:
            self.groups.show_book(book, self._mask, words, why_not=self.why_not)
        self._offer_filters()
        self._show_count()

    def _scope(self) -> NDArray[Any]:
        """Give the rows among which is chosen: of the unit, or all."""
        if self.book is None:
            return np.arange(0)
        return self.book.rows_of(self.unit.unit.unit_id()) if self._at(UNIT) else np.arange(len(self.book))

    def _at(self, tab: int) -> bool:
        return self.stack.currentIndex() == tab

    def _offer_filters(self) -> None:
        words, book = self.words, self.book
        if words is not None and book is not None:
            self.head.offer_filters(book, self._scope(), words, categories=self._at(CLAUSE))

    def _listed(self) -> NDArray[Any]:
        """Give the rows that are listed now."""
        scope = self._scope()
        return scope[self._mask[scope]] if len(scope) else scope

    def _show_count(self) -> None:
        book, listed = self.book, self._listed()
        self.head.setVisible(self.stack.currentIndex() in (UNIT, CLAUSE))
        self.head.show_count(book, listed, self._scope(), making=self.keeper.busy)
        waiting = 0 if book is None else book.counts("status", listed).get(TO_REVIEW, 0)
        elsewhere = 0 if book is None else self.counts().get(TO_REVIEW, 0)
        self.head.offer(waiting=waiting, elsewhere=elsewhere, why_not=self.why_not)

    def _name_tabs(self, problems: int = 0) -> None:
        text = tr("Lint", "tab")
        if problems:
            text = tr("Lint {count}", "tab: findings", count=f"{problems:,}")
        self.tabs.setTabText(LINT, text)

    def _show_state(self) -> None:
        """Show whatever changes with the phase of the revision."""
        revision, why_not = self.revision, self.why_not
        undo, redo = revision.undo_title(), revision.redo_title()
        self.undo.setEnabled(not why_not and bool(undo))
        self.redo.setEnabled(not why_not and bool(redo))
        nothing = tr("Nothing to undo")
        text = tr("Undo: {title}", title=undo) if undo else nothing
        self.undo.setToolTip(as_tip(f"{text} (Ctrl+Z)"))
        nothing = tr("Nothing to redo")
        text = tr("Redo: {title}", title=redo) if redo else nothing
        self.redo.setToolTip(as_tip(f"{text} (Ctrl+Y)"))
        is_open = self.session.plan is not None
        self.reasons.setEnabled(is_open and not is_filed_plan(self.session.plan))
        for widget in (self.tabs, self.head, self.stack):
            widget.setEnabled(is_open)
        self.voice.speak()
        if self.isVisible():
            self.unit.set_able(why_not)
            self.groups.set_able(why_not)
            self.lint.set_able(why_not)
            self._show_count()
        self.state_changed.emit()

    def _reword(self) -> None:
        if self.isVisible():
            self.unit.reword()
            self.groups.reword()

    # ── what happens ──────────────────────────────────────────────────────────────────────────────────────────────

    def _ended(self) -> None:
        self._ending = False
        self._show_state()

    def _changed(self, changed: Changed) -> None:
        written, self._asked = self.unit.written, None
        if not self.isVisible():
            return
        if written is not None and changed.kind == "do":
            self.unit.leave_form()
        self.voice.tell_changed(changed)
        if written is not None and changed.kind == "do":
            self.unit.choose_clause(str((written.get("add") or written.get("change") or {}).get("id", "")))
        self.last_year.outdate()

    def _refused(self, refusal: Refusal) -> None:
        self._ending = False
        if not self.isVisible():
            return
        mine = refusal.op is not None and refusal.op is self._asked
        if mine and self.unit.writing and refusal.op is self.unit.written and not refusal.needs_basis:
            self.unit.form.refuse(self.voice.refusal_words(refusal))
        else:
            self.voice.tell_refused(refusal)
        self._show_state()

    def _plan_changed(self) -> None:
        if not self.session.edited:
            self._made_of, self._unit = None, ""
            self.keeper.forget()
            self._ending = False
            self.unit.leave_form()
            self.voice.forget()
        self.follow()

    def _turned(self, tab: int) -> None:
        self.stack.setCurrentIndex(tab)
        self._show_book()
        if tab == BEFORE:
            self.last_year.refresh(self.words)
        self._keep_settings()

    # ── choosing ──────────────────────────────────────────────────────────────────────────────────────────────────

    def choose_unit(self, unit_id: str) -> None:
        """Show the list of a unit, and choose it on the map."""
        self.selection.select([unit_id])
        self._show_unit(unit_id)

    def _show_unit(self, unit_id: str) -> None:
        self._unit = unit_id
        if self.book is None or not self.isVisible() or unit_id not in self.book.number:
            return
        self.unit.show_unit(unit_id, self._mask)
        if self._at(UNIT):
            self._offer_filters()
            self._show_count()

    def open_unit(self, unit_id: str, clause_id: str = "") -> None:
        """Turn to the list of a unit, at a clause where one is named."""
        self.tabs.setCurrentIndex(UNIT)
        if self.book is not None and clause_id:
            row = self.book.find(unit_id, clause_id)
            if row >= 0 and not self._mask[row]:
                self.filters.show_wanted(Wanted(), tell=True)
        self.choose_unit(unit_id)
        if clause_id:
            self.unit.choose_clause(clause_id)

    def _from_map(self, unit_ids: Sequence[str]) -> None:
        # Who looks something up on the map meanwhile goes on writing where he was.
        if len(unit_ids) == 1 and unit_ids[0] != self._unit and not self.unit.writing:
            self._show_unit(unit_ids[0])

    def _pick(self, on: bool) -> None:
        if self.tool is not None:
            self.tool.start() if on else self.tool.stop()

    def choose_place(self, x: float, y: float) -> None:
        """Show the list of the unit at a point of the map, in its CRS."""
        plan = self.session.plan
        if plan is None or self.canvas is None:
            return
        try:
            unit_id = unit_at(plan, self.revision.state, *in_plan(self.canvas, x, y, plan.crs))
        except QgsCsException:
            unit_id = ""
        if unit_id:
            self.tabs.setCurrentIndex(UNIT)
            self.choose_unit(unit_id)
        else:
            self.voice.say(tr("The plan does not reach to this place."), "check")

    def zoom_unit(self, unit_id: str) -> None:
        """Show a unit on the map, as it is now, and flash it."""
        if self.canvas is not None and self.session.plan is not None:
            self.selection.select([unit_id])
            zoom_to_unit(self.canvas, self.session.plan, self.revision.state, unit_id)

    def to_next(self) -> None:
        """Show the next clause that is to be reviewed: in this unit, then in the ones after it, then from the first."""
        if self.book is None or not len(self.book):
            return
        self.tabs.setCurrentIndex(UNIT)
        waiting = np.flatnonzero(self.book.columns["status"].chosen(TO_REVIEW))
        if not len(waiting):
            return
        chosen = self.unit.chosen_rows()
        if chosen:
            here = self.book.find(chosen[0].unit_id, chosen[0].clause_id)
        else:
            own = self.book.rows_of(self._unit)
            here = int(own[0]) - 1 if len(own) else -1
        after = waiting[waiting > here]
        row = self.book.row(int(after[0] if len(after) else waiting[0]))
        self.open_unit(row.unit_id, row.clause_id)
        self.unit.list.setFocus()

    # ── editing ───────────────────────────────────────────────────────────────────────────────────────────────────

    def do(self, op: Mapping[str, Any]) -> None:
        """Ask for an edit."""
        self._asked = op
        self.voice.forget()
        self.revision.do(op)

    def approve_all(self) -> None:
        """Approve all that is listed and to be reviewed; of many units it is asked once more."""
        self._approve_rows(self._listed())

    def _approve_rows(self, rows: NDArray[Any]) -> None:
        book = self.book
        if book is None or self.why_not:
            return
        rows = rows[book.columns["status"].chosen(TO_REVIEW)[rows]]
        if not len(rows):
            return
        units = int((book.unit_counts(rows) > 0).sum())

        def go() -> None:
            if len(rows) > MANY:
                self.voice.forget()
                self.revision.do_long(lambda: status_op(map(book.row, rows.tolist()), APPROVED))
            else:
                self.do(status_op(map(book.row, rows.tolist()), APPROVED))

        if units == 1:
            go()
            return
        tip = tr("Each of them is approved; one undo takes all of it back.")
        button = tr("Approve them")
        self.voice.ask(
            tr("Approve {count} clauses in {units} units, as one edit?", count=f"{len(rows):,}", units=f"{units:,}"),
            button,
            tip,
            go,
        )

    # ── remembering ───────────────────────────────────────────────────────────────────────────────────────────────

    def _restore(self) -> None:
        """Show what was looked at last: the tab, and what was narrowed; not a text that was looked for."""
        try:
            kept = Settings.LISTS.get()
            own = {one.name: type(getattr(Wanted(), one.name)) for one in fields(Wanted)}
            found = {name: kind(kept[name]) for name, kind in own.items() if name != "text" and name in kept}
            tab = int(kept.get("tab", UNIT))
        except (ValueError, TypeError, AttributeError):
            found, tab = {}, UNIT
        self.filters.show_wanted(Wanted(**found))
        self.tabs.setCurrentIndex(tab if tab in (UNIT, CLAUSE, LINT, BEFORE) else UNIT)
        self.stack.setCurrentIndex(self.tabs.currentIndex())
        self._remember_on = True

    def _keep_settings(self) -> None:
        if self._remember_on:
            kept = {**asdict(replace(self.filters.wanted, text="")), "tab": self.tabs.currentIndex()}
            Settings.LISTS.set(kept)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self.tool is not None:
            self.tool.close()

"""What of the entry lists is shown: tabs for units, clauses, lint and lists before; what is narrowed and chosen."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QStackedWidget, QTabBar, QWidget

from ....delineation.lists.draft import TO_REVIEW
from ...text import tr
from ...widgets.layout import in_column
from ...work.clause_book import Wanted
from ...work.clause_keeper import ClauseKeeper
from ...work.list_facts import ListFacts
from ...work.settings import PanelSetting
from .clause_filters import ListsHead
from .clause_groups import ClauseGroups
from .clause_words import ClauseWords
from .last_year import ListsLastYear
from .lint import ListsLint
from .unit import ListOfUnit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from qgis.PyQt.QtGui import QShowEvent

    from ....delineation.case.profile import Profile
    from ....delineation.plan.file import Plan
    from ...work.clause_book import ClauseBook
    from ..page import Workplace

UNIT, CLAUSE, LINT, BEFORE = range(4)


class ListsView(QWidget):
    """What is chosen stays so over edits; what was narrowed is remembered, a text that was looked for is not.

    Attributes
    ----------
    keeper : ClauseKeeper
        Has the clauses as the last edit left them.
    """

    asked = pyqtSignal(object)  # an operation
    approve = pyqtSignal(object)  # rows of the book
    select = pyqtSignal(str)  # unit id: choose it on the map
    zoom = pyqtSignal(str)
    counted = pyqtSignal()  # there are other clauses

    def __init__(self, place: Workplace, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = place.session
        self.facts = ListFacts(place.session, self)
        self.facts.changed.connect(self._reword)
        words = self.words = ClauseWords(self.facts)
        self.keeper = ClauseKeeper(place.session, self)
        self.keeper.changed.connect(self._new_book)
        self._unit = ""  # whose list shows, or will when somebody looks
        self._mask: NDArray[np.bool_] = np.zeros(0, dtype=bool)
        self._counted: tuple[Any, dict[str, int]] = (None, {})
        self._why_not = ""
        self.tabs = QTabBar(
            self, objectName="control_units_lists_tabs", expanding=False, drawBase=False, usesScrollButtons=False
        )
        self.head = ListsHead(self, words)
        self.stack = QStackedWidget(self)
        self.unit = ListOfUnit(words, self.stack)
        self.groups = ClauseGroups(words, self.stack)
        self.lint = ListsLint(place, words, self.stack)
        self.last_year = ListsLastYear(place.session, words, self.stack)
        for widget, name, tip in (
            (self.unit, tr("By unit", "tab"), tr("The list of one unit, and why each clause stands in it.")),
            (self.groups, tr("By clause", "tab"), tr("Each clause once, with the units that carry it.")),
            (self.lint, tr("Lint", "tab"), tr("What is wrong with the lists, and what mends it.")),
            (self.last_year, tr("Last year", "tab"), tr("What became of each clause since a list before.")),
        ):
            self.stack.addWidget(widget)
            self.tabs.setTabToolTip(self.tabs.addTab(name), tip)
            widget.zoom.connect(self.zoom)
            if widget is not self.unit:
                widget.open_unit.connect(self.open_unit)
        in_column(self.tabs, self.head, (self.stack, 1), on=self, margins=0, spacing=3)
        self.unit.asked.connect(self.asked)
        self.unit.unit.chosen.connect(self.choose_unit)
        self.groups.approve.connect(self.approve)
        self.lint.asked.connect(self.asked)
        self.lint.counted.connect(self._name_tabs)
        self.head.next.clicked.connect(self.to_next)
        self.head.all.clicked.connect(lambda: self.approve.emit(self.listed()))
        self._restore()
        self.tabs.currentChanged.connect(self._turned)
        self.head.changed.connect(self._filter)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._new_book()

    # ── of what ───────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def book(self) -> ClauseBook:
        """The clauses as the last edit left them."""
        return self.keeper.book

    def counts(self) -> dict[str, int]:
        """Count the clauses by their status, as the last edit left them."""
        plan = self._session.plan
        if len(self.book) or plan is None:
            return self.book.counts("status")
        if self._counted[0] is not plan:
            self._counted = (plan, plan.clauses["status"].value_counts().to_dict())
        return self._counted[1]

    def show_plan(self, plan: Plan | None, profile: Profile) -> None:
        """Show the clauses of a plan that has come, or as its edits have left them."""
        self.facts.profile = profile
        self.facts.look(plan)
        self.lint.show_plan(plan)
        self.last_year.refresh()
        before = self.book
        self.keeper.look(plan)
        if self.book is before:
            self._show_book()

    def forget(self) -> None:
        """Show nothing of the plan before: another one has come."""
        self._unit = ""
        self.keeper.forget()
        self.unit.leave_form()

    def follow_edit(self, kind: str) -> None:
        """Go on after an edit: what was written in the form is in its list now."""
        if self.unit.written is not None and kind == "do":
            self.unit.leave_form()
            self.unit.choose_clause(self.unit.form.row.clause_id)
        self.last_year.outdate()

    def set_able(self, why_not: str) -> None:
        """Offer edits, or say why there are none now."""
        self._why_not = why_not
        for widget in (self.unit, self.groups, self.lint):
            widget.set_able(why_not)
        self._show_count()

    # ── what is listed ────────────────────────────────────────────────────────────────────────────────────────────

    def _new_book(self) -> None:
        """Show the clauses as they are now."""
        if not self.isVisible():
            return
        book = self.book
        if self._unit not in book.number:
            self._unit = book.units[0].unit_id if book.units else ""
        self._show_book()
        self.counted.emit()

    def _filter(self) -> None:
        self._show_book()
        self._keep_settings()

    def _turned(self, tab: int) -> None:
        self.stack.setCurrentIndex(tab)
        self._filter()
        if tab == BEFORE:
            self.last_year.refresh()

    def _show_book(self) -> None:
        book, wanted = self.book, self.head.wanted
        if self._at(UNIT):
            wanted = replace(wanted, category="")  # of one unit there is one category
        self._mask = book.mask(wanted)
        if self._at(UNIT):
            self.unit.show_book(book, self._mask)
            if self._unit and self.unit.unit.unit_id() != self._unit:
                self.unit.show_unit(self._unit, self._mask)
        elif self._at(CLAUSE):
            self.groups.show_book(book, self._mask)
        self._show_head()

    def _show_head(self) -> None:
        self.head.offer(self.book, self._scope(), categories=self._at(CLAUSE))
        self._show_count()

    def _show_count(self) -> None:
        self.head.setVisible(self.stack.currentIndex() in (UNIT, CLAUSE))
        self.head.show_count(
            self.book,
            self.listed(),
            self._scope(),
            elsewhere=self.counts().get(TO_REVIEW, 0),
            making=self.keeper.busy,
            why_not=self._why_not,
        )

    def _scope(self) -> NDArray[Any]:
        """Give the rows among which is chosen: of the unit, or all."""
        return self.book.rows_of(self.unit.unit.unit_id()) if self._at(UNIT) else np.arange(len(self.book))

    def listed(self) -> NDArray[Any]:
        """Give the rows that are listed now."""
        scope = self._scope()
        return scope[self._mask[scope]]

    def _at(self, tab: int) -> bool:
        return self.stack.currentIndex() == tab

    def _name_tabs(self, problems: int) -> None:
        text = tr("Lint", "tab")
        if problems:
            text = tr("Lint {count}", "tab: findings", count=f"{problems:,}")
        self.tabs.setTabText(LINT, text)

    def _reword(self) -> None:
        if self.isVisible():
            self.unit.reword()
            self.groups.reword()

    # ── what is chosen ────────────────────────────────────────────────────────────────────────────────────────────

    def choose_unit(self, unit_id: str) -> None:
        """Show the list of a unit, and choose it on the map."""
        self.select.emit(unit_id)
        self._show_unit(unit_id)

    def follow_map(self, unit_ids: Sequence[str]) -> None:
        """Show the list of the unit that is chosen on the map; who is writing goes on where he is."""
        if len(unit_ids) == 1 and unit_ids[0] != self._unit and not self.unit.writing:
            self._show_unit(unit_ids[0])

    def _show_unit(self, unit_id: str) -> None:
        self._unit = unit_id
        if not self.isVisible() or unit_id not in self.book.number:
            return
        self.unit.show_unit(unit_id, self._mask)
        if self._at(UNIT):
            self._show_head()

    def open_unit(self, unit_id: str, clause_id: str = "") -> None:
        """Turn to the list of a unit, at a clause where one is named."""
        self.tabs.setCurrentIndex(UNIT)
        if clause_id:
            row = self.book.find(unit_id, clause_id)
            if row >= 0 and not self._mask[row]:
                self.head.show_wanted(Wanted(), tell=True)
        self.choose_unit(unit_id)
        if clause_id:
            self.unit.choose_clause(clause_id)

    def to_next(self) -> None:
        """Show the next clause that is to be reviewed: in this unit, then in the ones after it, then from the first."""
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

    # ── what is remembered ────────────────────────────────────────────────────────────────────────────────────────

    def _restore(self) -> None:
        kept = PanelSetting.LISTS.get()
        own = [one.name for one in fields(Wanted) if type(kept.get(one.name)) is type(one.default)]
        self.head.show_wanted(Wanted(**{name: kept[name] for name in own}))
        tab = kept.get("tab")
        self.tabs.setCurrentIndex(tab if tab in range(self.tabs.count()) else UNIT)
        self.stack.setCurrentIndex(self.tabs.currentIndex())

    def _keep_settings(self) -> None:
        PanelSetting.LISTS.set({**asdict(replace(self.head.wanted, text="")), "tab": self.tabs.currentIndex()})

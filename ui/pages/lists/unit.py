"""The list of one unit: which unit, its clauses by dimension, why the chosen one stands there, and its form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QStackedWidget, QWidget

from ....delineation.lists.draft import APPROVED, TO_REVIEW
from ...text import tr
from ...widgets.layout import in_column
from ...work.clause_book import NO_CLAUSES
from ...work.clause_ops import add_op, change_op, new_clause, remove_op, status_op
from .clause_card import ClauseCard
from .clause_form import ClauseForm
from .clause_list import ClauseList, ClauseListModel
from .unit_box import UnitBox

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ...work.clause_book import ClauseBook, ClauseRow, UnitTitle
    from .clause_words import ClauseWords


class ListOfUnit(QWidget):
    """What is chosen stays chosen over edits; where it is gone, what stands at its place is."""

    asked = pyqtSignal(object)  # an operation
    zoom = pyqtSignal(str)

    def __init__(self, words: ClauseWords, parent: QWidget) -> None:
        super().__init__(parent, objectName="control_units_list_of_unit")
        self.book = NO_CLAUSES
        self._why_not = ""
        self.written: Mapping[str, Any] | None = None  # what the form has asked for
        self.unit = UnitBox(self)
        self.unit.zoom.connect(self.zoom)
        self.list = ClauseList(
            self,
            ClauseListModel(words, self),
            selectionMode=ClauseList.SelectionMode.ExtendedSelection,
            accessibleName=tr("Clauses of the unit"),
            picked=self._picked,
            change=lambda: self.act("change"),
            remove=lambda: self.act("remove"),
            approve=self._toggle_approved,
            add=lambda: self.act("add"),
        )
        self.card = ClauseCard(words, self)
        self.card.asked.connect(self.act)
        self.form = ClauseForm(words, self)
        self.form.kept.connect(self._keep)
        self.form.left.connect(self.leave_form)
        self.below = QStackedWidget(self)
        self.below.addWidget(self.card)
        self.below.addWidget(self.form)
        in_column(self.unit, (self.list, 1), self.below, on=self, margins=0, spacing=3)
        self._fit()
        self._picked()

    @property
    def writing(self) -> bool:
        """The form is open."""
        return self.below.currentWidget() is self.form

    def _fit(self) -> None:
        line, high = self.fontMetrics().lineSpacing(), self.card.needed(self.width())
        self.list.setMinimumHeight((3 if self.writing else 4) * line)
        if self.writing:
            room = self.height() - self.unit.sizeHint().height() - self.list.minimumHeight() - line
            high = min(self.form.needed(), max(high, room))
        self.below.setFixedHeight(max(high, 60))

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._fit()

    # ── what is shown ─────────────────────────────────────────────────────────────────────────────────────────────

    def title(self) -> UnitTitle | None:
        """Give the unit whose list shows."""
        unit_id = self.unit.unit_id()
        return self.book.units[self.book.number[unit_id]] if unit_id in self.book.number else None

    def show_book(self, book: ClauseBook, mask: NDArray[np.bool_]) -> None:
        """Show the clauses of the chosen unit that a mask keeps."""
        kept, places = self.chosen_rows(), self.list.chosen()
        bar = self.list.verticalScrollBar().value()
        self.book = book
        waiting = np.flatnonzero(book.columns["status"].chosen(TO_REVIEW))
        self.unit.show_units(book.units, book.unit_counts(waiting).tolist())
        self._list(mask)
        self.list.verticalScrollBar().setValue(bar)
        self._choose_again(kept, places)
        self._picked()

    def _list(self, mask: NDArray[np.bool_]) -> None:
        rows = self.book.rows_of(self.unit.unit_id())
        self.list.model().show(self.book, rows[mask[rows]].tolist())

    def show_unit(self, unit_id: str, mask: NDArray[np.bool_]) -> None:
        """Show another unit's list, from its beginning."""
        self.unit.choose(unit_id)
        self.leave_form()
        self._list(mask)
        self.list.scrollToTop()
        self._picked()

    def _choose_again(self, kept: Sequence[ClauseRow], places: Sequence[int]) -> None:
        title, model = self.title(), self.list.model()
        if not kept or title is None or kept[0].unit_id != title.unit_id:
            return
        found = [model.place_of(self.book.find(title.unit_id, row.clause_id)) for row in kept]
        there = [place for place in found if place >= 0]
        if not there and places and model.rowCount():
            # What was chosen is listed no more: the next one is, so that a list can be gone through by one key.
            near = (*range(places[0], model.rowCount()), *range(min(places[0], model.rowCount()) - 1, -1, -1))
            there = [place for place in near if model.row(place) >= 0][:1]
        bar = self.list.verticalScrollBar().value()
        self.list.choose(there)
        if len(there) == len(kept):
            self.list.verticalScrollBar().setValue(bar)

    def choose_clause(self, clause_id: str) -> None:
        """Choose a clause of the unit by its id, and scroll to it."""
        place = self.list.model().place_of(self.book.find(self.unit.unit_id(), clause_id))
        if place >= 0:
            self.list.choose([place])

    def chosen_rows(self) -> list[ClauseRow]:
        """Give the chosen clauses."""
        rows = (self.list.model().row(place) for place in self.list.chosen())
        return [self.book.row(row) for row in rows if row >= 0]

    def shown_rows(self) -> list[int]:
        """Give the rows of the book that are listed."""
        return [item for item in self.list.model().items if isinstance(item, int)]

    def set_able(self, why_not: str) -> None:
        """Offer edits, or say why there are none now."""
        if why_not != self._why_not:
            self._why_not = why_not
            self.form.set_able(why_not)
            self._picked()

    def reword(self) -> None:
        """Word all anew: more is known of what brought the clauses."""
        self.list.model().reword()
        self._picked()

    def _picked(self) -> None:
        self.card.show_rows(self.chosen_rows(), self.title(), why_not=self._why_not)
        self._fit()

    # ── what is done ──────────────────────────────────────────────────────────────────────────────────────────────

    def _toggle_approved(self) -> None:
        rows = self.chosen_rows()
        self.act("again" if rows and all(row.status == APPROVED for row in rows) else "approve")

    def act(self, name: str) -> None:
        """Do what a button or a key asks for."""
        rows, title = self.chosen_rows(), self.title()
        button = self.card.buttons[name]
        if not button.isEnabled():
            return
        if name == "add" and title is not None:
            self._open_form(new_clause(self.book, title.unit_id), title.name)
        elif name == "change" and len(rows) == 1 and title is not None:
            self._open_form(rows[0], title.name)
        elif rows and name in ("approve", "again", "take"):
            status = APPROVED if name == "approve" else TO_REVIEW
            rows = [row for row in rows if row.status != status]
            if rows:
                self.asked.emit(status_op(rows, status))
        elif rows and name in ("remove", "decline"):
            self.asked.emit(remove_op(rows))

    def _open_form(self, row: ClauseRow, unit: str) -> None:
        self.below.setCurrentWidget(self.form)
        self.unit.setEnabled(False)  # another unit's list would take what is written away
        self.form.begin(row, unit)
        self._fit()

    def leave_form(self) -> None:
        """Show the card again."""
        self.written = None
        self.unit.setEnabled(True)
        if self.writing:
            self.below.setCurrentWidget(self.card)
            self._fit()
            self.list.setFocus()

    def _keep(self, said: dict[str, str]) -> None:
        unit = self.form.row.unit_id
        self.written = change_op(unit, said) if self.form.row.status else add_op(unit, said)
        self.asked.emit(self.written)

"""Each clause once, with how many units carry it; and the units of the one that is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QPushButton, QWidget

from ....delineation.lists.draft import APPROVED, PROPOSED, TO_REVIEW
from ...map.colours import chip_icon
from ...text import tr
from ...widgets.layout import in_column, in_flow, in_splitter
from ...widgets.muted import MutedLabel
from ...widgets.offered import offer
from ...widgets.tables import RowsView, ViewColumn
from ...work.clause_book import NO_CLAUSES
from .clause_list import ClauseList, ShownRow, ShownRowsModel
from .clause_words import status_word
from .unit_box import UnitButtons

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from qgis.PyQt.QtGui import QIcon, QResizeEvent

    from ...work.clause_book import ClauseBook, UnitTitle
    from .clause_words import ClauseWords

TEXT_LINES = 2
STATUSES = (PROPOSED, TO_REVIEW, APPROVED)  # the first that some unit has is that of the clause


class _GroupsModel(ShownRowsModel):
    """A row a clause, by its group in the book; counts are made at once, words of what is seen."""

    book = NO_CLAUSES

    def show(self, book: ClauseBook, mask: NDArray[np.bool_]) -> None:
        """Show the clauses of the rows that a mask keeps, by dimensions, within one those of most units first."""
        self.book, rows = book, np.flatnonzero(mask)
        total, group = len(book.first_row), book.group_of[rows]
        self._count = np.bincount(group, minlength=total)
        column = book.columns["status"]
        rank = np.array([STATUSES.index(one) if one in STATUSES else 1 for one in column.values], dtype=np.int64)
        self._status = np.full(total, len(STATUSES) - 1, dtype=np.int64)
        np.minimum.at(self._status, group, rank[column.codes[rows]])
        there = np.flatnonzero(self._count)
        place = {one: number for number, one in enumerate(self.words.dimensions)}
        dimension = book.columns["dimension"]
        order = np.array([place.get(one, len(place)) for one in dimension.values], dtype=np.int64)
        of = order[dimension.codes[book.first_row[there]]]
        self.put(there[np.lexsort((book.first_row[there], -self._count[there], of))])

    def word(self, place: int) -> ShownRow:
        group = int(self.items[place])
        row = self.book.row(int(self.book.first_row[group]))
        status = STATUSES[int(self._status[group])]
        return ShownRow(
            row.text,
            effect=row.effect,
            effect_word=self.words.effect(row.effect),
            beside=self.words.beside(row),
            quiet=(" · ".join((self.words.dimension(row.dimension), self.words.basis(row))),),
            status=status,
            count=tr("units: {count}", "that carry a clause", count=f"{int(self._count[group]):,}"),
            lines=TEXT_LINES,
        )

    def whole(self, shown: ShownRow) -> str:
        return "\n".join((shown.whole(), status_word(shown.status)))


class ClauseGroups(QWidget):
    """The list of clauses over that of the units of one."""

    zoom = pyqtSignal(str)  # unit id
    open_unit = pyqtSignal(str, str)  # unit id, clause id: show it in the unit's list
    approve = pyqtSignal(object)  # rows of the book

    def __init__(self, words: ClauseWords, parent: QWidget) -> None:
        super().__init__(parent, objectName="control_units_clause_groups")
        self.model = _GroupsModel(words, self)
        self.view = ClauseList(
            self,
            self.model,
            uniformItemSizes=True,
            accessibleName=tr("Clauses, each once"),
            picked=self._picked,
            approve=self._approve,
        )
        self.units = RowsView(
            self,
            ViewColumn("", lambda row: "  ".join(self._lines(row)), icon=self._chip, lines=self._lines),
            tip=lambda row: "\n".join((self._unit_of(row).name, self._unit_of(row).code, self._lines(row)[1])),
            headerHidden=True,
            alternatingRowColors=False,
            accessibleName=tr("Units that carry the clause"),
            picked=self._offer,
        )
        self.units.opened.connect(self._zoom)
        self.view.change.connect(self.units.setFocus)
        self.units.setMinimumHeight(4 * self.fontMetrics().lineSpacing())
        self.head = MutedLabel("", self)
        self.to_unit = UnitButtons(self, self._zoom, self._go)
        self.all = QPushButton(
            tr("Approve in all", "units"),
            self,
            objectName="control_units_clause_approve_everywhere",
            clicked=self._approve,
        )
        buttons = in_flow(self.to_unit.look, self.to_unit.go, self.all)
        self._buttons = buttons
        self._below = QWidget(self)
        in_column(self.head, (self.units, 1), buttons, on=self._below, margins=0, spacing=3)
        in_column((in_splitter(self, (self.view, 3), (self._below, 2)), 1), on=self, margins=0)
        self._mask: NDArray[np.bool_] = np.zeros(0, dtype=bool)
        self._why_not = ""
        self._picked()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # A splitter does not ask how high a row of buttons is where it goes on in the next line.
        high = self._buttons.heightForWidth(self.width()) + self.head.sizeHint().height()
        self._below.setMinimumHeight(high + self.units.minimumHeight() + 8)

    def show_book(self, book: ClauseBook, mask: NDArray[np.bool_]) -> None:
        """Show the clauses of the rows that a mask keeps; the one that is chosen stays so where it is still listed."""
        rows = self.rows()
        kept = self.model.book.row(int(rows[0])) if len(rows) else None
        self._mask = mask
        self.model.show(book, mask)
        row = book.find(kept.unit_id, kept.clause_id) if kept is not None else -1
        if row >= 0:
            self.view.choose(np.flatnonzero(self.model.items == book.group_of[row])[:1].tolist())
        self._picked()

    def set_able(self, why_not: str) -> None:
        """Offer edits, or say why there are none now."""
        if why_not != self._why_not:
            self._why_not = why_not
            self._offer()

    def reword(self) -> None:
        """Word the units anew: more is known of what brought the clause to them."""
        self.units.viewport().update()

    def _unit_of(self, row: int) -> UnitTitle:
        """Give the unit of a row of the book."""
        book = self.model.book
        return book.units[book.number[book.row(int(row)).unit_id]]

    def _chip(self, row: int) -> QIcon:
        return chip_icon(self._unit_of(row).category)

    def _lines(self, row: int) -> tuple[str, str]:
        """Name the unit of a row, and what brought the clause there."""
        unit, clause = self._unit_of(row), self.model.book.row(int(row))
        return unit.name, f"{status_word(clause.status)} · {self.model.words.brought(clause, unit)}"

    def rows(self) -> NDArray[Any]:
        """Give the listed rows of the chosen clause."""
        places, book = self.view.chosen(), self.model.book
        if not places:
            return np.zeros(0, dtype=np.int64)
        return np.flatnonzero(self._mask & (book.group_of == self.model.items[places[0]]))

    def _picked(self) -> None:
        rows = self.rows()
        self.units.rows.put(rows)
        text = tr("Choose a clause to see which units carry it.")
        if len(rows):
            text = tr("Units that carry it: {count}", count=f"{len(rows):,}")
            self.units.setCurrentIndex(self.units.rows.index(0, 0))
        self.head.setText(text)
        self._offer()

    def _zoom(self) -> None:
        row = self.units.row()
        if row is not None:
            self.zoom.emit(self._unit_of(row).unit_id)

    def _go(self) -> None:
        row = self.units.row()
        if row is not None:
            clause = self.model.book.row(int(row))
            self.open_unit.emit(clause.unit_id, clause.clause_id)

    def _approve(self) -> None:
        if self.all.isEnabled():
            self.approve.emit(self.rows())

    def _offer(self) -> None:
        self.to_unit.offer("" if self.units.row() is not None else tr("Choose a unit first."))
        rows, book = self.rows(), self.model.book
        waiting = book.columns["status"].chosen(TO_REVIEW)[rows].any()
        why = self._why_not or ("" if len(rows) else tr("Choose a clause first."))
        why = why or ("" if waiting else tr("Nothing of it is to be reviewed."))
        offer(self.all, tr("The clause is approved in all units that are listed here (Space)."), why)

"""Each clause once, with how many units carry it; and the units of the one that is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from qgis.PyQt.QtCore import QModelIndex, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QAbstractItemView, QListView, QPushButton, QSplitter, QWidget

from ....delineation.lists.draft import APPROVED, PROPOSED, TO_REVIEW
from ...map.colours import chip_icon
from ...text import tr
from ...widgets.layout import in_column, in_flow
from ...widgets.list_model import ListModel
from ...widgets.muted import MutedLabel
from ...widgets.offered import offer
from ...widgets.plain_text import as_tip
from ...widgets.two_lines import LINES, TwoLinesDelegate
from .clause_list import ClauseList, ShownRow, ShownRowsModel
from .clause_words import status_word

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from qgis.PyQt.QtGui import QResizeEvent

    from ...work.clause_book import ClauseBook
    from .clause_words import ClauseWords

__all__ = ["ClauseGroups"]

TEXT_LINES = 2
STATUSES = (PROPOSED, TO_REVIEW, APPROVED)  # the first that some unit has is that of the clause


class _GroupsModel(ShownRowsModel):
    """A row a clause, by its group in the book; counts are made at once, words of what is seen."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.book: ClauseBook | None = None
        self.words: ClauseWords | None = None
        self._count: NDArray[Any] = np.zeros(0, dtype=np.int64)
        self._status: NDArray[Any] = np.zeros(0, dtype=np.int64)

    def show(self, book: ClauseBook | None, mask: NDArray[np.bool_], words: ClauseWords | None) -> None:
        """Show the clauses of the rows that a mask keeps."""
        self.beginResetModel()
        self.book, self.words, self._shown = book, words, {}
        if book is None or words is None or not len(book):
            self.items = ()
        else:
            rows = np.flatnonzero(mask)
            total = len(book.first_row)
            group = book.group_of[rows]
            self._count = np.bincount(group, minlength=total)
            column = book.columns["status"]
            rank = np.array([STATUSES.index(one) if one in STATUSES else 1 for one in column.values], dtype=np.int64)
            self._status = np.full(total, len(STATUSES) - 1, dtype=np.int64)
            np.minimum.at(self._status, group, rank[column.codes[rows]])
            there = np.flatnonzero(self._count)
            # In the order of dimensions, within one those of most units first.
            place = {one: number for number, one in enumerate(words.dimensions)}
            dimension = book.columns["dimension"]
            order = np.array([place.get(one, len(place)) for one in dimension.values], dtype=np.int64)
            of = order[dimension.codes[book.first_row[there]]]
            self.items = there[np.lexsort((book.first_row[there], -self._count[there], of))]
        self.endResetModel()

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
            status_word="",
            count=tr("units: {count}", "that carry a clause", count=f"{int(self._count[group]):,}"),
            lines=TEXT_LINES,
        )

    def whole(self, place: int) -> str:
        return "\n".join((super().whole(place), status_word(self.shown(place).status)))


class _UnitsModel(ListModel):
    """The units of one clause: name, and what brought it there."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.book: ClauseBook | None = None
        self.words: ClauseWords | None = None

    def show(self, book: ClauseBook | None, rows: NDArray[Any], words: ClauseWords | None) -> None:
        """Show rows of the book."""
        self.beginResetModel()
        self.book, self.items, self.words = book, rows, words
        self.endResetModel()

    def unit_id(self, place: int) -> str:
        """Give the id of a row's unit."""
        return self.book.row(int(self.items[place])).unit_id if self.book is not None else ""

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self.book is None or self.words is None or index.row() >= len(self.items):
            return None
        row = self.book.row(int(self.items[index.row()]))
        unit = self.book.units[self.book.number[row.unit_id]]
        if role == Qt.ItemDataRole.DecorationRole:
            return chip_icon(unit.category)
        lines = (unit.name, " · ".join((status_word(row.status), self.words.brought(row, unit))))
        if role == LINES:
            return lines
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return "  ".join(lines)
        return as_tip("\n".join((unit.name, unit.code, lines[1]))) if role == Qt.ItemDataRole.ToolTipRole else None


class ClauseGroups(QWidget):
    """The list of clauses over that of the units of one."""

    zoom = pyqtSignal(str)  # unit id
    open_unit = pyqtSignal(str, str)  # unit id, clause id: show it in the unit's list
    approve = pyqtSignal(object)  # rows of the book

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, objectName="control_units_clause_groups")
        self.model = _GroupsModel(self)
        self.view = ClauseList(self, self.model)
        self.view.setUniformItemSizes(True)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setAccessibleName(tr("Clauses, each once"))
        self.view.picked.connect(self._picked)
        self.view.approve.connect(self._approve)
        self.units_model = _UnitsModel(self)
        self.units = QListView(
            self,
            uniformItemSizes=True,
            accessibleName=tr("Units that carry the clause"),
            activated=self._zoom,
            horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
            editTriggers=QAbstractItemView.EditTrigger.NoEditTriggers,
        )
        self.units.setModel(self.units_model)
        self.view.change.connect(self.units.setFocus)
        self.units.setItemDelegate(TwoLinesDelegate(self.units))
        self.units.setMinimumHeight(4 * self.fontMetrics().lineSpacing())
        self.units.selectionModel().selectionChanged.connect(self._offer)
        self.head = MutedLabel("", self)
        self.look = QPushButton(tr("Zoom", "to a unit"), self, clicked=self._zoom)
        self.go = QPushButton(
            tr("In its list", "a clause in that of its unit"),
            self,
            clicked=self._go,
        )
        self.all = QPushButton(
            tr("Approve in all", "units"),
            self,
            objectName="control_units_clause_approve_everywhere",
            clicked=self._approve,
        )
        buttons = in_flow(self.look, self.go, self.all)
        self._buttons = buttons
        self._below = QWidget(self)
        in_column(self.head, (self.units, 1), buttons, on=self._below, margins=0, spacing=3)
        parts = QSplitter(Qt.Orientation.Vertical, self, childrenCollapsible=False)
        parts.addWidget(self.view)
        parts.addWidget(self._below)
        parts.setStretchFactor(0, 3)
        parts.setStretchFactor(1, 2)
        in_column((parts, 1), on=self, margins=0)
        self._mask: NDArray[np.bool_] = np.zeros(0, dtype=bool)
        self._why_not = ""
        self._picked()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # A splitter does not ask how high a row of buttons is where it goes on in the next line.
        high = self._buttons.heightForWidth(self.width()) + self.head.sizeHint().height()
        self._below.setMinimumHeight(high + self.units.minimumHeight() + 8)

    def show_book(
        self, book: ClauseBook | None, mask: NDArray[np.bool_], words: ClauseWords | None, *, why_not: str = ""
    ) -> None:
        """Show the clauses of the rows that a mask keeps; the one that is chosen stays so where it is still listed."""
        kept = self._group_key()
        self._mask, self._why_not = mask, why_not
        self.model.show(book, mask, words)
        if kept is not None:
            self._choose(kept)
        self._picked()

    def set_able(self, why_not: str) -> None:
        """Offer edits, or say why there are none now."""
        if why_not != self._why_not:
            self._why_not = why_not
            self._offer()

    def reword(self) -> None:
        """Word the units anew: more is known of what brought the clause to them."""
        if self.units_model.rowCount():
            last = self.units_model.rowCount() - 1
            self.units_model.dataChanged.emit(self.units_model.index(0), self.units_model.index(last))

    def _group_key(self) -> tuple[str, str, str] | None:
        places = self.view.chosen()
        book = self.model.book
        if not places or book is None:
            return None
        row = book.row(int(book.first_row[int(self.model.items[places[0]])]))
        return row.dimension, row.clause_id, row.text

    def _choose(self, key: tuple[str, str, str]) -> None:
        book = self.model.book
        if book is None:
            return
        keep = np.ones(len(book.first_row), dtype=bool)
        for name, value in zip(("dimension", "clause_id", "text"), key, strict=True):
            column = book.columns[name]
            number = column.values.index(value) if value in column.values else -1
            keep &= column.codes[book.first_row] == number
        there = np.flatnonzero(np.isin(self.model.items, np.flatnonzero(keep)))
        self.view.choose(there[:1].tolist())

    def rows(self) -> NDArray[Any]:
        """Give the listed rows of the chosen clause."""
        places, book = self.view.chosen(), self.model.book
        if not places or book is None:
            return np.zeros(0, dtype=np.int64)
        return np.flatnonzero(self._mask & (book.group_of == self.model.items[places[0]]))

    def _picked(self) -> None:
        rows = self.rows()
        self.units_model.show(self.model.book, rows, self.model.words)
        if len(rows):
            text = tr("Units that carry it: {count}", count=f"{len(rows):,}")
        else:
            text = tr("Choose a clause to see which units carry it.")
        self.head.setText(text)
        if len(rows):
            self.units.setCurrentIndex(self.units_model.index(0))
        self._offer()

    def _unit(self) -> int:
        found = self.units.selectionModel().selectedIndexes()
        return found[0].row() if found else -1

    def _zoom(self) -> None:
        if self._unit() >= 0:
            self.zoom.emit(self.units_model.unit_id(self._unit()))

    def _go(self) -> None:
        if self._unit() >= 0 and self.model.book is not None:
            row = self.model.book.row(int(self.units_model.items[self._unit()]))
            self.open_unit.emit(row.unit_id, row.clause_id)

    def _approve(self) -> None:
        if self.all.isEnabled():
            self.approve.emit(self.rows())

    def _offer(self) -> None:
        none = "" if self._unit() >= 0 else tr("Choose a unit first.")
        offer(self.look, tr("Zoom to the unit on the map."), none)
        offer(self.go, tr("Shows the clause among the others of that unit."), none)
        rows, book = self.rows(), self.model.book
        waiting = int(book.columns["status"].chosen(TO_REVIEW)[rows].sum()) if book is not None and len(rows) else 0
        why = self._why_not or ("" if len(rows) else tr("Choose a clause first."))
        why = why or ("" if waiting else tr("Nothing of it is to be reviewed."))
        offer(self.all, tr("The clause is approved in all units that are listed here (Space)."), why)

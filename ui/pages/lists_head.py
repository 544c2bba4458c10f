"""What stands above lists of clauses: what is listed, how many of how many, the next one to review, all approved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from qgis.PyQt.QtCore import QCoreApplication, pyqtSignal
from qgis.PyQt.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ...delineation.lists.draft import TO_REVIEW
from ..widgets.narrow import Row
from ..widgets.offered import offer
from ..widgets.plain_text import PlainLabel
from .clause_filters import ClauseFilters

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..work.clause_book import ClauseBook
    from .clause_words import ClauseWords

__all__ = ["ListsHead"]

translate = QCoreApplication.translate


class ListsHead(QWidget):
    """Filters, a count, and two buttons for what is to be reviewed."""

    next_one = pyqtSignal()
    approve_all = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filters = ClauseFilters(self)
        self.count = PlainLabel("", self)
        self.count.setObjectName("control_units_lists_count")
        self.next = QPushButton(translate("ControlUnits", "Next one", "clause to review"), self)
        self.next.setObjectName("control_units_lists_next")
        self.next.clicked.connect(lambda *_: self.next_one.emit())
        self.all = QPushButton(translate("ControlUnits", "Approve all", "that is listed"), self)
        self.all.setObjectName("control_units_lists_approve_all")
        self.all.clicked.connect(lambda *_: self.approve_all.emit())
        line = Row()
        line.addWidget(self.count)
        for button in (self.next, self.all):
            button.setAutoDefault(False)
            line.addWidget(button)
        self.count.setMinimumHeight(self.all.sizeHint().height())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.filters)
        layout.addLayout(line)

    def offer_filters(self, book: ClauseBook, scope: NDArray[Any], words: ClauseWords, *, categories: bool) -> None:
        """Offer what there is among some rows; ``categories`` where these are of more than one unit."""
        counts = {name: book.counts(name, scope) for name in ("dimension", "effect", "level", "status")}
        category = np.array([one.category for one in book.units], dtype=np.int64)
        by_category = np.bincount(category[book.unit_of[scope]], minlength=4) if len(scope) else np.zeros(4, dtype=int)
        counts["category"] = {str(number): int(by_category[number]) for number in (1, 2, 3)}
        self.filters.offer(words, counts)
        self.filters.fields["category"].setVisible(categories)

    def show_count(self, book: ClauseBook | None, listed: NDArray[Any], scope: NDArray[Any], *, making: bool) -> None:
        """Say how many rows are listed of how many, and how many of these are to be reviewed."""
        if book is None:
            self.count.setText(translate("ControlUnits", "The lists are being looked through…") if making else "")
            return
        text = translate("ControlUnits", "{shown} of {count}, to review: {waiting}")
        if len(listed) == len(scope):
            text = translate("ControlUnits", "{count} clauses, to review: {waiting}")
        waiting = book.counts("status", listed).get(TO_REVIEW, 0)
        self.count.setText(text.format(shown=f"{len(listed):,}", count=f"{len(scope):,}", waiting=f"{waiting:,}"))

    def offer(self, *, waiting: int, elsewhere: int, why_not: str) -> None:
        """Offer what can be done with so many that are listed and to be reviewed, and with those of all lists."""
        none = translate("ControlUnits", "Nothing that is listed is to be reviewed.")
        tip = translate("ControlUnits", "All that is listed and to be reviewed is approved, as one edit.")
        offer(self.all, tip, why_not or ("" if waiting else none))
        tip = translate("ControlUnits", "Shows the next clause that is to be reviewed, in this unit or a later one.")
        offer(self.next, tip, "" if elsewhere else translate("ControlUnits", "Nothing is to be reviewed."))

"""Why the chosen clause stands in its unit's list, and what may be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QPushButton, QTextBrowser, QWidget

from ....delineation.lists.draft import APPROVED, PROPOSED
from ...text import tr
from ...widgets.layout import in_column
from ...widgets.muted import muted_colour
from ...widgets.narrow import WrappingLayout
from ...widgets.offered import offer
from ...widgets.plain_text import as_html
from .clause_words import joined_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...work.clause_book import ClauseRow, UnitTitle
    from .clause_words import ClauseWords

LINES = 4  # of what it says, before it scrolls


class ClauseCard(QWidget):
    """Says why; its buttons ask for what may be done."""

    asked = pyqtSignal(str)  # approve, again, take, decline, change, remove, add

    def __init__(self, words: ClauseWords, parent: QWidget) -> None:
        super().__init__(parent, objectName="control_units_clause_card")
        self._words = words
        self.told = QTextBrowser(
            self,
            openLinks=False,
            objectName="control_units_clause_why",
            accessibleName=tr("Why the clause stands here"),
        )
        self.told.setFixedHeight(LINES * self.fontMetrics().lineSpacing() + 12)
        self.buttons: dict[str, QPushButton] = {}
        row = self._row = WrappingLayout()
        for name, text in (
            ("approve", tr("Approve", "a clause")),
            ("again", tr("Review again", "a clause")),
            ("take", tr("Take in", "a proposed clause")),
            ("decline", tr("Decline", "a proposed clause")),
            ("change", tr("Change…", "a clause")),
            ("remove", tr("Remove", "a clause")),
            ("add", tr("New…", "clause of a unit")),
        ):
            button = QPushButton(
                text,
                self,
                objectName=f"control_units_clause_{name}_button",
                autoDefault=False,
                clicked=lambda *_, name=name: self.asked.emit(name),
            )
            self.buttons[name] = button
            row.addWidget(button)
        in_column(self.told, row, on=self, margins=(0, 2, 0, 0), spacing=3)

    def needed(self, width: int) -> int:
        """Give the height that it needs in a width: the row of buttons may go on in a next line."""
        return self.told.height() + self._row.heightForWidth(width) + 2 * self.layout().spacing() + 2

    def show_rows(self, rows: Sequence[ClauseRow], unit: UnitTitle | None, *, why_not: str = "") -> None:
        """Show the chosen clauses of a unit; ``why_not`` says why nothing may be done now, "" where it may."""
        text, beside = tr("{count} clauses are chosen.", count=f"{len(rows):,}"), ""
        if unit is None or not rows:
            text, beside = "", tr("Choose a clause to see why it stands here.")
        elif len(rows) == 1:
            text, beside = (
                joined_sentences(said) for said in (self._words.why(rows[0], unit), self._words.binds(rows[0]))
            )
        quiet = muted_colour(self.palette()).name()
        self.told.setHtml(
            f'<p style="margin:0">{as_html(text)}</p>' * bool(text)
            + f'<p style="margin:2px 0 0 0;color:{quiet}">{as_html(beside)}</p>' * bool(beside)
        )
        none = why_not or ("" if rows else tr("Choose a clause first."))
        one = none or ("" if len(rows) == 1 else tr("Choose one clause alone."))
        no_unit = why_not or ("" if unit is not None else tr("Choose a unit first."))
        states = {row.status for row in rows}
        proposed = states == {PROPOSED}
        away = tr("Takes what is chosen out of the unit's list (Delete).")
        if any(self._words.facts.is_above(row.level) for row in rows):
            away = tr("A clause of a level above is taken out only by a document that allows it.")
        for name, shown, tip, why in (
            (
                "approve",
                states != {APPROVED},
                tr("What is chosen is reviewed and stands in the list as approved (Space)."),
                none,
            ),
            ("again", states == {APPROVED}, tr("What is chosen is to be reviewed once more (Space)."), none),
            ("take", proposed, tr("The clause is joined to the unit, and is to be reviewed."), none),
            (
                "decline",
                proposed,
                tr("The proposed clause is dropped: the unit only touches what it is for."),
                none,
            ),
            ("change", True, tr("Text, effect, basis, remark and more (Enter)."), one),
            ("remove", not proposed, away, none),
            ("add", True, tr("Writes another clause for this unit (Insert)."), no_unit),
        ):
            self.buttons[name].setVisible(shown)
            offer(self.buttons[name], tip, why)

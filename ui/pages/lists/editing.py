"""Edits of the entry lists: asked for, undone, with their reason and document, and what becomes of them told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QWidget

from ....delineation.lists.draft import APPROVED, TO_REVIEW
from ...text import tr
from ...widgets.layout import in_column
from ...work.clause_ops import status_op
from ..revision.editing_voice import ListsVoice, is_filed_plan, why_not
from ..revision.line import ReasonFields, SpeakingLine
from ..revision.undo import UNDO_KEYS, action_button, show_history, undo_actions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ...work.clause_book import ClauseBook
    from ...work.revision import Op
    from ...work.session import Session


class ListsEditing(QWidget):
    """Undo and redo, reason and document, and below them the line that speaks.

    Attributes
    ----------
    actions_by_key : dict of str to QAction
        Undo and redo; whoever sees keys first triggers them.
    """

    def __init__(self, session: Session, parent: QWidget, *, after: Sequence[QWidget] = ()) -> None:
        super().__init__(parent)
        self._session, self.revision = session, session.revision

        self.actions_by_key = undo_actions(self.revision, self, "lists")
        self.undo, self.redo = (self.actions_by_key[one] for one in UNDO_KEYS)
        before = [action_button(one, self) for one in (self.undo, self.redo)]
        self.reasons = ReasonFields(self.revision, self, before=before, after=after)
        self.line = SpeakingLine(self, lines=2)
        needs = tr("Entry lists need a plan: make one, or open one.")
        self.voice = ListsVoice(session, self.line, self.reasons, needs)
        in_column(self.reasons, self.line, on=self, margins=0, spacing=3)

    def refresh(self) -> None:
        """Show whatever changes with the phase of the revision."""
        plan = self._session.plan
        show_history(self.revision, self.undo, self.redo, able=not why_not(self._session))
        self.reasons.setEnabled(plan is not None and not is_filed_plan(plan))
        self.voice.speak()

    def do(self, op: Op) -> None:
        """Ask for an edit."""
        self.voice.forget()
        self.revision.do(op)

    def approve(self, book: ClauseBook, rows: NDArray[Any]) -> None:
        """Approve what of some rows is to be reviewed; of many units it is asked once more."""
        rows = rows[book.columns["status"].chosen(TO_REVIEW)[rows]]
        if why_not(self._session) or not len(rows):
            return
        units = int((book.unit_counts(rows) > 0).sum())

        def go() -> None:
            self.voice.forget()
            self.revision.do_long(lambda: status_op(map(book.row, rows.tolist()), APPROVED))

        if units == 1:
            go()
            return
        text = tr("Approve {count} clauses in {units} units, as one edit?", count=f"{len(rows):,}", units=f"{units:,}")
        self.voice.ask(text, tr("Approve them"), tr("Each of them is approved; one undo takes all of it back."), go)

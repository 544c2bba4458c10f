"""Keeps the book of a session's clauses: made of its plan, then brought along with each edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..text import tr
from .clause_book import NO_CLAUSES, ClauseBook, book_of_plan
from .job import Job

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...delineation.plan.file import Plan
    from ...delineation.revision.state import State
    from .revision import Changed
    from .session import Session

AT_ONCE = 20_000  # clauses that are looked through while somebody waits


class ClauseKeeper(QObject):
    """Has no book before somebody looks.

    Attributes
    ----------
    book : ClauseBook
        As the last edit left the clauses; `NO_CLAUSES` where there is no plan, or it is being made.
    """

    changed = pyqtSignal()  # there is another book

    def __init__(self, session: Session, owner: QObject) -> None:
        super().__init__(owner)
        self._session, self._revision = session, session.revision
        self.book = NO_CLAUSES
        self._state: State | None = None  # that the book is of; None: the plan, as it was read
        self._missed = False  # an edit was made while the book was
        self._job = Job(session.runner, self)
        self._revision.changed.connect(self._follow_edit)

    @property
    def busy(self) -> bool:
        """The book is being made."""
        return self._job.busy

    def forget(self) -> None:
        """Have no book: another plan has come."""
        self._job.drop()
        self.book, self._state, self._missed = NO_CLAUSES, None, False
        self.changed.emit()

    def look(self, plan: Plan | None) -> None:
        """Make the book of a plan, or of its revision; one that was brought along with each edit stays."""
        state = self._revision.state
        if plan is None:
            self.forget()
        elif self._state is not None:
            return
        elif state is not None:
            # What was edited last the session's plan may not hold yet.
            self._make(len(plan.clauses), lambda: _book_of_state(state), state)
        else:
            self._make(len(plan.clauses), lambda: book_of_plan(plan.units, plan.clauses), None)

    def _make(self, size: int, make: Callable[[], ClauseBook], state: State | None) -> None:
        self._missed = False
        if size <= AT_ONCE:
            self._put(make(), state)
            return

        def work(_: object) -> ClauseBook:
            book = make()
            book.group_of  # noqa: B018 - computed on first use
            return book

        def done(book: ClauseBook) -> None:
            self._put(book, state)
            now = self._revision.state
            if self._missed and now is not None:
                self._state = None
                self._make(len(book), lambda: _book_of_state(now), now)

        self._job.start(
            tr("Looking through the entry lists"),
            work,
            done=done,
            failed=lambda error: self._session.report("lists", error),
        )

    def _put(self, book: ClauseBook, state: State | None) -> None:
        self._job.drop()
        self.book, self._state = book, state
        self.changed.emit()

    def _follow_edit(self, changed: Changed) -> None:
        book, before, after = self.book, changed.before, changed.after
        if self.busy:
            self._missed = True
        elif book is NO_CLAUSES:
            return
        elif before.clauses is after.clauses and before.units is after.units:
            self._state = after
        else:
            moved = (key for key, own in after.clauses.items() if own is not before.clauses.get(key))
            size = sum(len(after.clauses[key]) for key in moved)
            self._make(size, lambda: book.followed(before.clauses, after.clauses, after.units.values()), after)


def _book_of_state(state: State) -> ClauseBook:
    return NO_CLAUSES.followed({}, state.clauses, state.units.values())

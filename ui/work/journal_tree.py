"""The edits of the session's plan as a tree: of its revision, or where none is open of the plan as it was read."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..text import tr
from .job import Job

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...delineation.plan.file import Plan
    from ...delineation.revision.timeline import Timeline
    from .revision import Revision

_read: list[tuple[weakref.ref[Plan], Timeline]] = []  # of a plan that is not under revision, the last one


class JournalTree(QObject):
    """Follows a revision for one who shows its edits, at once where that is seen.

    Parameters
    ----------
    revision : Revision
    owner : QObject
        It goes with it.
    seen : callable
        Whether somebody sees what is shown; else it is looked at when `show` is called.

    Attributes
    ----------
    line : Timeline or None
    """

    changed = pyqtSignal()

    def __init__(self, revision: Revision, owner: QObject, seen: Callable[[], bool]) -> None:
        super().__init__(owner)
        self.line: Timeline | None = None
        self._seen, self._stale = seen, True
        self._revision, self._session = revision, revision.parent()
        self._job = Job(self._session.runner, self)
        for signal in (revision.begun, revision.ended, revision.changed, self._session.plan_changed):
            signal.connect(self._tell)

    def _tell(self, *_: object) -> None:
        self._stale = True
        if self._seen():
            self.look()

    def show(self) -> None:
        """Look where something has changed while nobody saw it."""
        if self._stale:
            self.look()

    def look(self) -> None:
        """Look at the edits as they are now; ``changed`` tells when they are there."""
        self._stale = False
        plan, line = self._session.plan, self._revision.timeline
        if line is None and plan is not None:
            line = next((one for of, one in _read if of() is plan), None)
            if line is None:
                self._read_from(plan)
                return
        self._job.drop()
        self._take(line)

    def _take(self, line: Timeline | None) -> None:
        self.line = line
        self.changed.emit()

    def _read_from(self, plan: Plan) -> None:
        def read(_: object) -> Timeline:
            from ...delineation.revision.timeline import timeline_of

            return timeline_of(plan)

        def done(line: Timeline) -> None:
            _read[:] = [(weakref.ref(plan), line)]
            if self._revision.timeline is None and self._session.plan is plan:
                self._take(line)

        def failed(error: Exception) -> None:
            self._take(None)
            self._session.report("history", error)

        self._job.start(tr("Read the edits of the plan"), read, done=done, failed=failed)

"""Whether the plan's file is still what was read or written here: another program may change it while it is open."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...delineation.core.errors import BadInput, ChangedElsewhere, HeldOpen
from ..text import tr
from .job import Job

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ...delineation.core.progress import Progress
    from ...delineation.plan.content import Content
    from ...delineation.plan.file import Plan
    from .session import Session

# What a run writes into a plan and no edit changes: where it differs, another plan was put in its place.
_OF_RUN = ("sources", "rules", "ledger")
_SETTINGS = ("method", "method_parameters", "grouping", "cleaning", "seed", "profile")


class PlanWatch(QObject):
    """Looks at the file of the session's plan when asked, and has the session read it again where it must.

    A look costs a glance at the disk. What the product writes itself ends in one of two signals, of another plan or of
    the end of a revision, or in `note`: the file as it is then is known. While a run, a gesture or an edit is on its
    way nothing is looked at; who is asked during a revision is the one that has the file.
    """

    taken = pyqtSignal(str)  # "edited", "revised" (during a revision, which has ended) or "replaced": it was read again

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session, self._revision = session, session.revision
        self._stamp: tuple[Any, ...] = ()
        self._stated: Content | None = None
        self._interrupted = False
        self._job = Job(session.runner, self)
        session.plan_changed.connect(self.note)
        self._revision.ended.connect(self.note)

    def note(self, read: Plan | None = None) -> None:
        """Take what the plan's file says of itself for known: whoever has written it calls this, or has ``read`` it."""
        session = self._session
        self._job.drop()
        self._stamp, self._interrupted = (), False
        # A plan that was made, or edited, may carry what another file said.
        self._stated = None if read is None else read.stated
        if session.plan is None or session.plan_path is None or self._revision.phase == "open":
            return
        if self._stated is None:
            with contextlib.suppress(BadInput):
                self._stated = _stated_in(session.plan_path)

    def look(self) -> None:
        """Look at the file now."""
        session, revision = self._session, self._revision
        path, plan = session.plan_path, session.plan
        waiting = session.busy or session.taking_back or revision.busy or revision.drawing or self._job.busy
        if path is None or plan is None or waiting or revision.phase == "opening":
            return
        stamp = _stamp_of(path)
        if stamp == self._stamp:
            return

        def same(_: object = None) -> None:
            self._stamp = stamp

        def failed(error: Exception) -> None:
            if not isinstance(error, HeldOpen):  # else another try
                same()
                session.report("open_plan", error)

        if revision.is_open:
            revision.ask(
                lambda editor: (_is_same(editor.path, editor.stated), editor.stated),
                lambda answer: same() if answer[0] else self._interrupt(answer[1]),
                failed,
                question="watch",
            )
            return
        stated, known = self._stated, not self._interrupted

        def done(found: Plan | None) -> None:
            if found is None:
                same()
            elif session.plan is plan and revision.phase == "closed" and not session.busy:
                self._take(found, plan)

        self._job.start(
            tr("Looking whether the plan was changed elsewhere"),
            lambda progress: _read_if_changed(path, plan.changes, stated, progress, known=known),
            done=done,
            failed=failed,
        )

    def _interrupt(self, stated: Content | None) -> None:
        """End a revision whose plan is another by now: its next edit would be refused."""
        if self._revision.is_open:
            self._revision.close()
            self._stated, self._interrupted = stated, True
            self.look()

    def _take(self, found: Plan, before: Plan) -> None:
        kind = "revised" if self._interrupted else "edited"
        settings = all(found.meta.get(key) == before.meta.get(key) for key in _SETTINGS)
        sums = [{name: one.tables.get(name) for name in _OF_RUN} for one in (self._stated, found.stated) if one]
        if settings and sums[0] == sums[-1]:
            self._session.take_edited(found)
        else:
            kind = "replaced"
            self._session.take_replaced(found)
        self.taken.emit(kind)


def _stamp_of(path: Path) -> tuple[Any, ...]:
    stamp: list[Any] = [path]
    for one in (path, path.with_name(f"{path.name}-wal")):
        with contextlib.suppress(OSError):
            found = one.stat()
            stamp += [found.st_mtime_ns, found.st_size, found.st_ino]
    return tuple(stamp)


def _stated_in(path: Path) -> Content | None:
    from ...delineation.plan.content import stated_content
    from ...delineation.plan.file import opened_plan

    with opened_plan(path) as connection:
        return None if connection is None else stated_content(connection)


def _is_same(path: Path, stated: Content | None) -> bool:
    from ...delineation.plan.file import required_plan
    from ...delineation.plan.replaced import require_same

    with required_plan(path) as connection:
        try:
            require_same(connection, path, stated)
        except ChangedElsewhere:
            return False
    return True


def _read_if_changed(
    path: Path, changes: Mapping[str, Any], stated: Content | None, progress: Progress, *, known: bool
) -> Plan | None:
    """Read a plan where its file is not known, or not as it says of itself, or does not say what it said."""
    from ...delineation.core.messages import Message
    from ...delineation.plan.content import changed_tables, stated_content
    from ...delineation.plan.file import read_plan, required_plan

    with required_plan(path) as connection:
        known = known and (stated is None or stated == stated_content(connection))
        if known and changed_tables(connection) == dict(changes):
            return None
    progress(0.1, Message("reading the plan"))
    return read_plan(path, summed=True)

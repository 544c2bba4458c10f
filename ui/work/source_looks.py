"""Looks at sources, beside the main thread and one after the other: the disk has one head."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..text import tr
from ..words import PREVIOUS
from .job import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ...delineation.core.progress import Progress
    from ...delineation.sources.examine import Examined
    from .session import Session
    from .source_entry import SourceEntry


class Looks(QObject):
    """A queue of entries to look at; what a look found stands in ``Entry.seen``.

    Parameters
    ----------
    session : Session
    entries : callable
        Gives those that there are now: one that is gone is not looked at any more.
    """

    seen = pyqtSignal(object)  # Entry
    failed = pyqtSignal(object)  # the exception

    def __init__(self, session: Session, entries: Callable[[], Sequence[SourceEntry]], parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._entries = session, entries
        self._queue: list[SourceEntry] = []
        self._at: SourceEntry | None = None
        self._job = Job(session.runner, self)

    @property
    def busy(self) -> bool:
        """Something is being looked at."""
        return self._at is not None

    def look(self, entry: SourceEntry) -> None:
        """Look at an entry; one that stands in the queue stays where it is."""
        if any(one is entry for one in self._queue):
            return
        self._queue.append(entry)
        if self._at is None:
            self._next()

    def look_where_changed(self) -> None:
        """Look again at what lies on the disk otherwise than when it was looked at."""
        from ...delineation.sources.files import stamp

        case = self._session.case
        for entry in self._entries():
            if case is None or entry.seen is None or entry is self._at:
                continue
            if "".join(stamp(case.file(file)) for file in entry.spec.files) != entry.stamp:
                self.look(entry)

    def _next(self) -> None:
        case = self._session.case
        wanted = {id(entry) for entry in self._entries()}
        self._queue = [entry for entry in self._queue if id(entry) in wanted]
        if not self._queue or case is None:
            self._queue, self._at = [], None
            return
        entry = self._at = self._queue.pop(0)
        spec: Any = entry.spec

        def work(progress: Progress) -> tuple[str, Examined]:
            from ...delineation.sources.examine import examine, examine_raster
            from ...delineation.sources.files import stamp

            # Before it is read: what changes meanwhile is looked at again.
            looked = "".join(stamp(case.file(file)) for file in spec.files)
            if hasattr(spec, "band"):
                return looked, examine_raster(case, spec)
            known = replace(spec, role="") if spec.role == PREVIOUS else spec
            return looked, examine(case, known, progress=progress)

        def done(found: tuple[str, Examined]) -> None:
            # What was changed meanwhile stands in the queue again.
            if entry.spec == spec:
                entry.stamp, entry.seen = found
                entry.good = entry.good if entry.seen.problem else entry.seen
                self.seen.emit(entry)
            self._next()

        def failed(error: Exception) -> None:
            self.failed.emit(error)
            self._next()

        self._job.start(tr("Reading {name}", name=entry.title), work, done=done, failed=failed, stopped=self._next)

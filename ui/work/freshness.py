"""Whether the files a plan was made from are still the same: seen by size and time, made sure of by their content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...delineation.core.errors import BadInput
from ..text import tr
from .job import Job

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...delineation.core.progress import Progress
    from .session import Session


class Freshness(QObject):
    """Looks at the files of the session's case when asked.

    A look costs a few glances at the disk. Only what looks otherwise than when the plan was made is read, beside the
    main thread: a file that was copied or touched may hold the same.

    Attributes
    ----------
    stamps : dict of str to str
        How each file looked when it was known to be what the plan was made from (``inputs.stamps_of``).
    """

    found = pyqtSignal()  # ``changed`` is another one

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.stamps: dict[str, str] = {}
        self._other: dict[str, str] = {}  # key → how it looks, of files that hold something else
        self._job = Job(session.runner, self)
        self._again = False  # somebody looked while files were being read

    @property
    def changed(self) -> tuple[str, ...]:
        """Files that hold something else by now, by their keys among the inputs."""
        return tuple(self._other)

    def take(self, stamps: Mapping[str, str]) -> None:
        """Begin anew: a plan was made, or another one opened."""
        self.stamps, self._other = dict(stamps), {}
        self._job.drop()

    def look(self) -> None:
        """Look at the files now."""
        from ...delineation.sources.inputs import stamps_of

        case, inputs = self._session.case, self._session.last_inputs
        if case is None or inputs is None or self._session.busy:
            return
        now = {key: stamp for key, stamp in stamps_of(case).items() if key in inputs.parts}
        before = tuple(self._other)
        self._other = {
            key: stamp for key, stamp in self._other.items() if key in now and self.stamps.get(key) != now[key]
        }
        doubtful = {
            key: stamp for key, stamp in now.items() if stamp not in (self.stamps.get(key), self._other.get(key))
        }
        self._again = self._job.busy
        if doubtful and not self._job.busy:
            self._read(case, inputs, doubtful)
        if tuple(self._other) != before:
            self.found.emit()

    def _read(self, case: Any, inputs: Any, doubtful: dict[str, str]) -> None:
        def work(progress: Progress) -> dict[str, str]:
            from ...delineation.sources.inputs import content_of

            digests: dict[str, str] = {}
            for key in doubtful:
                try:
                    digests |= content_of(case, [key], progress=progress)
                except BadInput:
                    digests[key] = ""  # gone, or not to be read
            return digests

        def done(digests: dict[str, str]) -> None:
            for key, digest in digests.items():
                if digest == inputs.parts[key]:
                    self.stamps[key] = doubtful[key]
                    self._other.pop(key, None)
                else:
                    self._other[key] = doubtful[key]
            self.found.emit()
            if self._again:
                self.look()

        self._job.start(tr("Looking whether sources have changed"), work, done=done, failed=lambda _: None)

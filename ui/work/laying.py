"""The basis that previews are labelled on: laid beside the main thread where no run has left one in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..text import tr
from .job import Job

if TYPE_CHECKING:
    from ...delineation.case.model import Case
    from ...delineation.core.progress import Progress
    from ...delineation.run.run import BasisWithInputs
    from .session import Session

_OF_BASIS = ("frame", "profile", "order", "source", "raster")


class Laying(QObject):
    """Reads, cuts and measures the sources of the session's case once; what is tried meanwhile waits for it.

    Attributes
    ----------
    error : Exception or None
        Why the sources as they are now could not be laid; ``Cancelled`` where somebody stopped it.
    """

    changed = pyqtSignal()  # begun, ended, stopped
    progressed = pyqtSignal(float, object)  # share done, the engine's message

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.error: Exception | None = None
        self._job = Job(session.runner, self)
        self._job.progressed.connect(self.progressed)
        self._of = ""  # digest of what is being laid, or could not be
        self._asked: tuple[Case | None, BasisWithInputs | None, bool] = (None, None, False)
        session.case_changed.connect(self._follow)
        session.busy_changed.connect(lambda busy: busy and self.stop())

    @property
    def busy(self) -> bool:
        """It is on its way."""
        return self._job.busy

    def fitting(self) -> BasisWithInputs | None:
        """Give the basis in memory where it was laid from what the case says now."""
        from ...delineation.sources.inputs import settings_of

        laid, case = self._session.laid, self._session.case
        if laid is None or case is None:
            return None
        # Asked at every click.
        if self._asked[0] is not case or self._asked[1] is not laid:
            changed = settings_of(case).changed_since(laid.inputs, content=False)
            self._asked = (case, laid, not any(part.partition(":")[0] in _OF_BASIS for part in changed))
        return laid if self._asked[2] else None

    def start(self, *, again: bool = False) -> None:
        """Lay the basis where there is none; ``again`` also after it has failed."""
        case = self._session.case
        if self.busy or case is None or self._session.busy or self.fitting() is not None:
            return
        of = _digest(case)
        if self.error is not None and of == self._of and not again:
            return
        self._of, self.error = of, None

        self._job.start(
            tr("Reading the sources for previews"),
            lambda progress: _lay(case, progress),
            done=self._laid,
            failed=self._failed,
        )
        self.changed.emit()

    def stop(self) -> None:
        """Stop: a run lays its own, or the sources are others by now."""
        if self.busy:
            self._of = ""
            self._job.drop()
            self.changed.emit()

    def _follow(self) -> None:
        case = self._session.case
        if self._of and (case is None or _digest(case) != self._of):
            self.error = None
            self.stop()

    def _laid(self, laid: BasisWithInputs) -> None:
        self._session.laid = laid
        self.changed.emit()

    def _failed(self, error: Exception) -> None:
        self.error = error
        self.changed.emit()


def _digest(case: Case) -> str:
    from ...delineation.sources.inputs import settings_of

    return settings_of(case).basis


def _lay(case: Case, progress: Progress) -> BasisWithInputs:
    from ...delineation.run.run import Run

    return Run(case, watched=True, progress=progress).laid

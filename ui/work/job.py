"""Slow work of one kind: one thing at a time is on its way, and only what was asked last is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...delineation.core.errors import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...delineation.core.messages import Message
    from ...delineation.core.progress import Progress
    from .runner import Done, Runner, Then


class Job(QObject):
    """Starts work beside the main thread, and answers on it.

    Work that is started while other work of the job is on its way takes its place: that one is stopped, and whatever it
    still gives is dropped. So is the answer to a job whose owner is gone.

    Parameters
    ----------
    runner : Runner
    owner : QObject, optional
        The job goes with it.
    """

    progressed = pyqtSignal(float, object)  # share done, the engine's message

    def __init__(self, runner: Runner, owner: QObject | None = None) -> None:
        super().__init__(owner)
        self._runner = runner
        self._stop: Then | None = None
        self._turn = 0

    @property
    def busy(self) -> bool:
        """Work is on its way; it is not any more when its answer is given."""
        return self._stop is not None

    def start(
        self,
        title: str,
        work: Callable[[Progress], Any],
        *,
        done: Done,
        failed: Callable[[Exception], object],
        stopped: Then | None = None,
    ) -> None:
        """Start work, in place of what is on its way.

        Parameters
        ----------
        title : str
            What QGIS's list of tasks calls it.
        work : callable
            Touches no layer, no widget and no project.
        done, failed : callable
            One of them is called, later, with the result or with what went wrong.
        stopped : callable, optional
            Called in place of ``failed``, which else gets ``Cancelled``, where somebody stopped the work.
        """
        self.drop()
        turn = self._turn

        def mine() -> bool:
            if sip.isdeleted(self) or turn != self._turn:
                return False
            self._turn, self._stop = self._turn + 1, None
            return True

        def answer(result: Any) -> None:
            if mine():
                done(result)
            elif hasattr(result, "discard"):
                result.discard()  # a file that nobody wants any more

        def lose(error: Exception) -> None:
            if not mine():
                return
            if stopped is not None and isinstance(error, Cancelled):
                stopped()
            else:
                failed(error)

        self._stop = self._runner.start(title, work, done=answer, failed=lose, progress=self._tell)

    def stop(self) -> None:
        """Ask the work to stop; whoever waits for it is told when it has."""
        if self._stop is not None:
            self._stop()

    def drop(self) -> None:
        """Stop the work, and tell nobody."""
        self._turn += 1
        stop, self._stop = self._stop, None
        if stop is not None:
            stop()

    def _tell(self, share: float, message: Message) -> None:
        if self.busy:
            self.progressed.emit(share, message)

"""Slow work in QGIS's task manager: the engine computes beside the main thread, its answer comes back on it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from qgis.core import QgsApplication, QgsTask
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QTimer, pyqtSignal

from ...delineation.core.connections import allow_where
from ...delineation.core.errors import Cancelled, visible
from ...delineation.core.messages import NOTHING
from .engine_thread import apart
from .hosts import allowed
from .runner import Done, Failed, Then, nothing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ...delineation.core.messages import Message
    from ...delineation.core.progress import Progress

TICK = 0.05  # seconds between two looks of the panel at a running task
BREATH = 5  # milliseconds between two steps: what else waits comes first
PATIENCE = 3.0  # seconds that QGIS waits for what was stopped, when the plugin goes
_HANDING_OVER = threading.RLock()  # no task leaves its thread while another is given to QGIS


class EngineTask(QgsTask):
    """One call of the engine. ``run`` touches no layer, no widget, no project: what it needs was taken before."""

    advanced = pyqtSignal(float, object)  # share done, the engine's message

    def __init__(
        self,
        title: str,
        work: Callable[[Progress], Any],
        done: Done,
        failed: Failed,
    ) -> None:
        # Whoever leaves QGIS is not asked: a task that is stopped leaves nothing half done. And QGIS announces nothing:
        # of one that was stopped it would say that it failed, of each preview that it is complete.
        flags = QgsTask.Flag.CanCancel | QgsTask.Flag.CancelWithoutPrompt | QgsTask.Flag.Silent
        # A list of tasks shows it both as it is and, in a tool tip, as HTML: it holds nothing that could be a tag.
        super().__init__(visible(title).replace("<", "‹"), flags)
        self._work, self._done, self._failed = work, done, failed
        self._result: Any = None
        self._error: Exception | None = None
        self._said, self._when = NOTHING, 0.0
        self.working = False  # in its thread
        self.over = False  # the work has ended; QGIS may not have let go of the task yet
        self.muted = False  # nobody waits for the answer any more
        self.ended: Then = nothing

    def run(self) -> bool:
        """Do the work, in a thread of the task manager."""
        self.working = True
        try:
            with allow_where(allowed):
                self._result = apart(self._work, self._progress)
        except Exception as error:
            self._error = error
            return False
        finally:
            with _HANDING_OVER:
                self.over, self.working = True, False
        return True

    def finished(self, result: bool) -> None:
        """Take note that it has ended, and answer when QGIS has let go of it: an answer may start the next task."""
        done, failed = self._done, self._failed
        self._work = self._done = self._failed = nothing
        whole = result and not self.isCanceled()
        QTimer.singleShot(0, lambda: self._answer(whole, done, failed))

    def _answer(self, whole: bool, done: Done, failed: Failed) -> None:
        self.ended()
        if (self.muted or not whole) and hasattr(self._result, "discard"):
            self._result.discard()
        if self.muted:
            return
        if whole:
            done(self._result)
        else:
            failed(self._error or Cancelled())

    def stop(self) -> None:
        """Ask the work to stop; too late where QGIS has let go of the task."""
        if not sip.isdeleted(self):
            self.cancel()

    def _progress(self, fraction: float, message: Message) -> None:
        if self.isCanceled():
            raise Cancelled
        now = time.monotonic()
        if message != self._said or now - self._when > TICK:
            self._said, self._when = message, now
            self.setProgress(100 * fraction)
            self.advanced.emit(fraction, message)


class TaskRunner:
    """Starts engine tasks and keeps them alive: QGIS's task manager does not own what Python made."""

    def __init__(self) -> None:
        self._running: list[EngineTask] = []
        self._waiting: list[EngineTask] = []  # those of them that QGIS does not have yet
        self._closed = False

    def start(
        self,
        title: str,
        work: Callable[[Progress], Any],
        *,
        done: Done,
        failed: Failed,
        progress: Progress | None = None,
    ) -> Then:
        """Start work, as ``session.Runner`` says."""
        task = EngineTask(title, work, done, failed)
        if progress is not None:
            task.advanced.connect(progress)
        task.ended = lambda: self._forget(task)
        self._running.append(task)
        self._waiting.append(task)
        self._hand_over()
        return task.stop

    def _hand_over(self) -> None:
        """Give QGIS the tasks that wait, once it has let go of all that are over.

        Until then it knows one that is over by an address, at which a new one may come to lie. QGIS then takes the new
        one out of its queue in place of the old one, and never starts it (QGIS issue 53806; more likely the busier the
        computer is).
        """
        with _HANDING_OVER:
            while self._waiting and not any(task.over for task in self._running):
                task = self._waiting.pop(0)
                if task.isCanceled():
                    task.finished(False)
                else:
                    QgsApplication.taskManager().addTask(task)

    def in_steps(self, steps: Iterator[None], *, done: Then, failed: Failed) -> None:
        """Take the next step whenever QGIS has nothing else to do, as ``session.Runner`` says."""

        def step() -> None:
            if self._closed:
                return
            try:
                next(steps)
            except StopIteration:
                done()
            except Exception as error:
                failed(error)
            else:
                QTimer.singleShot(BREATH, step)

        QTimer.singleShot(0, step)

    def close(self) -> None:
        """Stop all that runs; nobody is told any more."""
        self._closed = True
        for task in list(self._running):
            task.muted = True
            task.stop()
        # Not QgsTask.waitForFinished: it holds Python, which the work needs in order to end.
        ends = time.monotonic() + PATIENCE
        while any(task.working for task in self._running) and time.monotonic() < ends:
            time.sleep(TICK / 5)
        self._running.clear()
        self._waiting.clear()

    def _forget(self, task: EngineTask) -> None:
        if task in self._running:
            self._running.remove(task)
        self._hand_over()

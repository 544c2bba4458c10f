"""One thread that does what it is asked, in order: the only one that writes a plan which is being revised.

A thread that Python made and that lives as long as it is needed (``engine_thread.py`` says why not one of QGIS's).
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, Qt, pyqtSignal

from ...delineation.core.connections import allow_where
from .hosts import allowed

if TYPE_CHECKING:
    from collections.abc import Callable

    from .runner import Done, Failed


@dataclass(frozen=True)
class _Asked:
    call: Callable[[], Any]
    done: Done
    failed: Failed
    question: str


class EditorThread(QObject):
    """Calls one after the other beside the main thread; answers come on the main thread, in the same order."""

    _answered = pyqtSignal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._answered.connect(self._answer, Qt.ConnectionType.QueuedConnection)
        self._waiting: deque[_Asked] = deque()
        self._answers: deque[tuple[Done, Any]] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._working = False
        self._closed = False

    @property
    def waiting(self) -> bool:
        """Something waits behind what is being done."""
        return bool(self._waiting)

    @property
    def busy(self) -> bool:
        """Something is being done, or waits."""
        return self._working or bool(self._waiting)

    def ask(
        self,
        call: Callable[[], Any],
        done: Done,
        failed: Failed,
        *,
        question: str = "",
    ) -> None:
        """Have something done; exactly one of ``done`` and ``failed`` is called later, on the main thread.

        Parameters
        ----------
        call : callable
            Touches no layer, no widget and no project.
        done, failed : callable
        question : str
            Of several that wait under one name only the last is done, and the others are answered by nobody.
        """
        with self._changed:
            if self._closed:
                return
            if question:
                self.forget(question)
            self._waiting.append(_Asked(call, done, failed, question))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="control units editor", daemon=True)
                self._thread.start()
            self._changed.notify()

    def forget(self, question: str) -> None:
        """Drop what waits under a name."""
        with self._changed:
            kept = [one for one in self._waiting if one.question != question]
            self._waiting.clear()
            self._waiting.extend(kept)

    def close(self, patience: float = 10.0) -> None:
        """Do what waits still, answer nothing any more, and end the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join(patience)

    def wait(self, patience: float) -> bool:
        """Stand still until nothing is left to do; False where that takes too long. Answers wait for their turn."""
        ends = time.monotonic() + patience
        while self.busy and time.monotonic() < ends:
            time.sleep(0.005)
        return not self.busy

    def _work(self) -> None:
        while True:
            with self._changed:
                self._working = False
                while not self._waiting:
                    if self._closed:
                        return
                    self._changed.wait()
                asked = self._waiting.popleft()
                self._working = True
            try:
                with allow_where(allowed):
                    answer, result = asked.done, asked.call()
            except Exception as error:
                answer, result = asked.failed, error
            # Nothing of the main thread's may be let go of last in this one.
            del asked
            self._answers.append((answer, result))
            del answer, result
            if not self._closed and not sip.isdeleted(self):
                self._answered.emit()

    def deliver(self) -> None:
        """Give at once the answers that wait for the main thread to come to them."""
        while self._answers:
            self._answer()

    def _answer(self) -> None:
        if self._answers:
            answer, result = self._answers.popleft()
            if not self._closed:
                answer(result)

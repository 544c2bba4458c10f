"""The engine off the main thread, in a thread that Python made.

pyproj (3.7.0 to 3.7.2 at least) keeps a PROJ context for each thread of the system and frees it with the thread's state
in Python. A thread that QGIS made has such a state only while it is in Python, so the second call of the engine in the
same pooled thread would use freed memory and end QGIS (pyproj issues 1509 and 1622). Here the thread, its state and the
context come and go together.
"""

from __future__ import annotations

import contextvars
import threading
import time
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, TypeVar

from qgis.PyQt.QtCore import QCoreApplication, QMetaObject, QObject, Qt, pyqtSlot

from ...delineation.core.errors import BadInput, Cancelled
from ...delineation.core.messages import NOTHING, Message
from ...delineation.core.progress import silent

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...delineation.core.progress import Progress
    from .runner import Then

T = TypeVar("T")
PATIENCE = 10.0  # seconds that a thread waits for the main one, which may itself be waiting for the thread
LOOK = 0.1  # seconds between two looks at the cancel button while the engine says nothing


def apart(call: Callable[[Progress], T], progress: Progress = silent) -> T:
    """Call the engine from any thread, and wait for it.

    Parameters
    ----------
    call : callable
        Takes the progress to hand to the engine; touches nothing of QGIS.
    progress : callable
        Is called in this thread, also while the engine says nothing; may raise ``Cancelled``.

    Returns
    -------
    What ``call`` returns; what it raises is raised here.
    """
    if threading.current_thread() is threading.main_thread():
        return call(progress)
    said: SimpleQueue[tuple[float, Message] | None] = SimpleQueue()
    results: list[T] = []
    errors: list[BaseException] = []
    stop = threading.Event()

    def relay(fraction: float, message: Message) -> None:
        if stop.is_set():
            raise Cancelled
        said.put((fraction, message))

    def run() -> None:
        try:
            results.append(call(relay))
        except BaseException as error:
            errors.append(error)
        finally:
            said.put(None)

    context = contextvars.copy_context()  # what the caller is allowed to connect to
    thread = threading.Thread(target=lambda: context.run(run), name="control units engine", daemon=True)
    thread.start()
    last: tuple[float, Message] | None = (0.0, NOTHING)
    while last is not None:
        before = last
        try:
            last = said.get(timeout=LOOK)
        except Empty:
            last = before
        if last is not None and not stop.is_set():
            try:
                progress(*last)
            except Cancelled:
                stop.set()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]


class _Errand(QObject):
    """A call that another thread wants made on the main one."""

    def __init__(self, call: Then) -> None:
        super().__init__()
        self._call = call
        self.done = threading.Event()
        self.errors: list[Exception] = []
        self.moveToThread(QCoreApplication.instance().thread())

    @pyqtSlot()
    def run(self) -> None:
        try:
            self._call()
        except Exception as error:
            self.errors.append(error)
        finally:
            self.done.set()
            self.deleteLater()


def on_main_thread(call: Then, *, until: Callable[[], bool] | None = None) -> None:
    """Call something that touches layers, from any thread, and wait for it; what it raises is raised here.

    Parameters
    ----------
    call : callable
    until : callable, optional
        Says that nobody is going to make the call any more: it asks a person, who takes his time.

    Raises
    ------
    BadInput
        The main thread does not answer for a long time: it may wait for this one. The call is left to it.
    """
    if threading.current_thread() is threading.main_thread():
        call()
        return
    errand = _Errand(call)
    QMetaObject.invokeMethod(errand, "run", Qt.ConnectionType.QueuedConnection)
    ends = time.monotonic() + PATIENCE
    vain = until or (lambda: time.monotonic() > ends)
    while not errand.done.wait(LOOK):
        if vain():
            what, wanted = Message("QGIS is busy and does not let go of its layers"), Message("a retry in a moment")
            raise BadInput(what, wanted=wanted)
    if errand.errors:
        raise errand.errors[0]

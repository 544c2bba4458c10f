"""Progress: every slow verb takes ``progress(fraction, message)`` last, and the callback may raise ``Cancelled``."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Collection, Iterator
from typing import TypeVar

from .errors import Cancelled
from .messages import Message

__all__ = ["Progress", "patiently", "shared", "silent", "steps", "within"]

Progress = Callable[[float, Message], None]
Result = TypeVar("Result")
Thing = TypeVar("Thing")

_PATIENCE = 0.25  # seconds between two calls of ``progress`` while a library is at work
_FAREWELL = 0.5  # seconds that a job is given to end by itself when its caller leaves


def silent(fraction: float, message: Message) -> None:
    """Do nothing: the progress of a caller who does not care."""


def within(progress: Progress, start: float, stop: float) -> Progress:
    """Map a step's own 0–1 onto the part ``start``–``stop`` of the whole job."""

    def part(fraction: float, message: Message) -> None:
        progress(start + (stop - start) * fraction, message)

    return part


def shared(progress: Progress, things: Collection[Thing]) -> Iterator[tuple[Thing, Progress]]:
    """Give each of some things with its equal part of the whole job."""
    for number, thing in enumerate(things):
        yield thing, within(progress, number / len(things), (number + 1) / len(things))


def steps(progress: Progress, message: Message, count: int) -> Callable[[], None]:
    """Give a call for the end of each of ``count`` steps; further ones ask to go on, and say that it is nearly done."""
    done = 0

    def step() -> None:
        nonlocal done
        done = min(done + 1, count)
        progress(done / count, message)

    return step


def patiently(call: Callable[[Progress], Result], progress: Progress, message: Message) -> Result:
    """Wait for a job that makes long calls into libraries without going silent over them.

    The job runs in a thread of its own; ``progress`` is called in the caller's thread only, also while the job says
    nothing. When it raises, the caller leaves at once or within a second; the job ends with its next word, and its
    result is dropped.

    Parameters
    ----------
    call : callable
        Takes a progress of its own. It lets go of the interpreter while it computes, as shapely and GDAL do, and
        leaves nothing behind that its own ``finally`` does not take away.
    progress : callable
    message : Message
        Said until the job says something itself.
    """
    said: list[tuple[float, Message]] = [(0.0, message)]
    results: list[Result] = []
    errors: list[BaseException] = []
    stopped = threading.Event()

    def relay(fraction: float, text: Message) -> None:
        if stopped.is_set():
            raise Cancelled
        said[0] = (fraction, text)

    def work() -> None:
        try:
            results.append(call(relay))
        except BaseException as error:
            # Handed on to the caller, whatever it is.
            errors.append(error)

    progress(*said[0])
    # A daemon does not keep the process from ending; what its caller was allowed, it may.
    context = contextvars.copy_context()
    worker = threading.Thread(target=lambda: context.run(work), name="patient", daemon=True)
    worker.start()
    try:
        worker.join(_PATIENCE)
        while worker.is_alive():
            progress(*said[0])
            worker.join(_PATIENCE)
    except BaseException:
        stopped.set()
        worker.join(_FAREWELL)
        raise
    if errors:
        raise errors[0]
    return results[0]

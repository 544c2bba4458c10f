"""Progress: every slow verb takes ``progress(fraction, message)`` last, and the callback may raise ``Cancelled``."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

__all__ = ["Progress", "patiently", "silent", "steps", "within"]

Progress = Callable[[float, str], None]
Result = TypeVar("Result")

_PATIENCE = 0.25  # seconds between two calls of ``progress`` while a library is at work


def silent(fraction: float, message: str) -> None:
    """Do nothing: the progress of a caller who does not care."""


def within(progress: Progress, start: float, stop: float) -> Progress:
    """Map a step's own 0–1 onto the part ``start``–``stop`` of the whole job."""

    def part(fraction: float, message: str) -> None:
        progress(start + (stop - start) * fraction, message)

    return part


def steps(progress: Progress, message: str, count: int) -> Callable[[], None]:
    """Give a call for the end of each of ``count`` steps; further ones ask to go on, and say that it is nearly done."""
    done = 0

    def step() -> None:
        nonlocal done
        done = min(done + 1, count)
        progress(done / count, message)

    return step


def patiently(call: Callable[[], Result], progress: Progress, fraction: float, message: str) -> Result:
    """Wait for one long call of a library without going silent.

    The call runs in a thread of its own, ``progress`` in the caller's. When it raises, the caller leaves at once; the
    call, which nobody can stop, ends by itself and its result is dropped. It must not write anything.

    Parameters
    ----------
    call : callable
        Lets go of the interpreter while it computes, as shapely does.
    progress : callable
    fraction : float
    message : str
    """
    results: list[Result] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            results.append(call())
        except BaseException as error:
            # Handed on to the caller, whatever it is.
            errors.append(error)

    # A daemon does not keep the process from ending.
    worker = threading.Thread(target=work, name="patient", daemon=True)
    worker.start()
    while worker.is_alive():
        progress(fraction, message)
        worker.join(_PATIENCE)
    if errors:
        raise errors[0]
    return results[0]

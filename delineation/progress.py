"""Progress: every slow verb takes ``progress(fraction, message)`` last, and the callback may raise ``Cancelled``."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["Progress", "silent", "within"]

Progress = Callable[[float, str], None]


def silent(fraction: float, message: str) -> None:
    """Do nothing: the progress of a caller who does not care."""


def within(progress: Progress, start: float, stop: float) -> Progress:
    """Map a step's own 0–1 onto the part ``start``–``stop`` of the whole job."""

    def part(fraction: float, message: str) -> None:
        progress(start + (stop - start) * fraction, message)

    return part

"""The engine's thread, for tasks: see ``apart``."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from .apart import apart

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["end_engine_thread", "in_engine_thread"]

T = TypeVar("T")


def in_engine_thread(call: Callable[[], T]) -> T:
    """Call the engine in a thread that Python made, and wait for it."""
    return apart(lambda _: call())


def end_engine_thread() -> None:
    """Do nothing: a call's thread ends with the call."""

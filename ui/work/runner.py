"""What the session asks of whoever does its slow work, and what it says when something does not work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...delineation.core.progress import Progress

T = TypeVar("T")
Then = Callable[[], None]  # what is done next
Done = Callable[[Any], None]  # takes a result
Failed = Callable[[Exception], None]  # takes what went wrong


class Runner(Protocol):
    """Does slow work beside the main thread and answers on it."""

    def start(
        self,
        title: str,
        work: Callable[[Progress], T],
        *,
        done: Callable[[T], None],
        failed: Failed,
        progress: Progress | None = None,
    ) -> Then:
        """Start ``work``; the answer is a function that asks it to stop.

        Exactly one of ``done`` and ``failed`` is called, later, on the main thread; ``failed`` gets ``Cancelled`` where
        the work was stopped. ``work`` touches no layer, no widget and no project.
        """

    def in_steps(self, steps: Iterator[None], *, done: Then, failed: Failed) -> None:
        """Do on the main thread what can be done nowhere else, a step at a time: the window lives between two.

        Exactly one of ``done`` and ``failed`` is called, later.
        """


def nothing(*_: object) -> None:
    """Stand in for what is called where nothing is to be done."""


@dataclass(frozen=True)
class Failure:
    """Something did not work: what was tried, the error with its facts, and what the engine was at."""

    doing: str
    error: Exception
    stage: str = ""

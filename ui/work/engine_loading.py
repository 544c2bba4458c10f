"""The engine's libraries, loaded beside the main thread before somebody has to wait for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...delineation.core.messages import NOTHING
from ..text import tr
from .job import Job

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from ...delineation.core.progress import Progress
    from .runner import Failed, Runner, Then

_loaded: list[ModuleType] = []


class Engine:
    """Loads the engine once; whoever comes meanwhile is served when it is there."""

    def __init__(self, runner: Runner) -> None:
        self._job = Job(runner)
        self._waiting: list[tuple[Then, Failed]] = []

    @property
    def loaded(self) -> bool:
        """It is there: whoever needs it need not wait."""
        return bool(_loaded)

    def load(self, done: Then, failed: Failed) -> None:
        """Load it, and call one of two on the main thread; at once where it is there."""
        if self.loaded and not self._job.busy:
            done()
            return
        self._waiting.append((done, failed))
        if self._job.busy:
            return
        self._job.start(tr("Loading the libraries"), _load, done=lambda _: self._ended(None), failed=self._ended)

    def _ended(self, error: Exception | None) -> None:
        waiting, self._waiting = self._waiting, []
        for done, failed in waiting:
            if error is None:
                done()
            else:
                failed(error)


def _load(progress: Progress) -> None:
    there = []
    for number, module in enumerate(_what_pages_use()):
        there.append(module)
        # Between two of them it can be stopped: the plugin is unloaded.
        progress(min(number / 10, 1.0), NOTHING)
    _loaded[:] = there


def _what_pages_use() -> Iterator[ModuleType]:
    """Import what the pages use of the engine, one after the other: with these all that takes time is there."""
    from ...delineation.case import reading

    yield reading
    from ...delineation.sources import examine

    yield examine
    from ...delineation import guessing

    yield guessing
    from ...delineation.plan import file

    yield file
    from ...delineation.verbs import rerunning, trials

    yield from (rerunning, trials)
    from ...delineation.explain import rule_book, why, why_words

    yield from (rule_book, why, why_words)

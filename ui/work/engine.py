"""The engine's libraries, loaded beside the main thread before somebody has to wait for them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QCoreApplication

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...delineation.progress import Progress
    from .runner import Runner

__all__ = ["Engine"]

translate = QCoreApplication.translate
_ENGINE = f"{__package__.rpartition('.')[0].rpartition('.')[0]}.delineation"
# What the pages use of it: with these all that takes time is there.
MODULES = ("casereading", "examine", "guessing", "plan", "relabel", "rerun", "rulebook", "why", "why_words")


class Engine:
    """Loads the engine once; whoever comes meanwhile is served when it is there."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._waiting: list[tuple[Callable[[], None], Callable[[Exception], None]]] = []
        self._loading = False

    @property
    def loaded(self) -> bool:
        """It is there: whoever needs it need not wait."""
        return all(f"{_ENGINE}.{name}" in sys.modules for name in MODULES)

    def load(self, done: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        """Load it, and call one of two on the main thread; at once where it is there."""
        if self.loaded and not self._loading:
            done()
            return
        self._waiting.append((done, failed))
        if self._loading:
            return
        self._loading = True
        title = translate("ControlUnits", "Loading the libraries")
        self._runner.start(title, _load, done=lambda _: self._ended(None), failed=self._ended)

    def _ended(self, error: Exception | None) -> None:
        self._loading = False
        waiting, self._waiting = self._waiting, []
        for done, failed in waiting:
            if error is None:
                done()
            else:
                failed(error)


def _load(progress: Progress) -> None:
    for number, name in enumerate(MODULES):
        # Between two of them it can be stopped: the plugin is unloaded.
        progress(number / len(MODULES), "")
        # By the builtin, which QGIS watches: what it does not see imported it does not forget.
        __import__(f"{_ENGINE}.{name}")

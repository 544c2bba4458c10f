"""How long a click takes until what it is for shows, and how long the window takes no event meanwhile."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

__all__ = ["Beat", "blocked", "measure"]


def measure(condition: Callable[[], bool], act: Callable[[], None]) -> Generator[float, None, float]:
    """Do something, and wait until it shows; the time until then in ms."""
    from qgis.PyQt.QtWidgets import QApplication

    start = time.perf_counter()
    act()
    while not condition():
        if time.perf_counter() - start > 20:
            raise TimeoutError
        QApplication.processEvents()
    # What has changed is painted before it counts.
    QApplication.processEvents()
    took = 1000 * (time.perf_counter() - start)
    yield 0.4
    return took


class Beat:
    """Notes how long the window takes no event: a timer that should come every few milliseconds comes late."""

    def __init__(self) -> None:
        from qgis.PyQt.QtCore import QTimer

        self._last, self._longest = time.perf_counter(), 0.0
        self._timer = QTimer()
        self._timer.timeout.connect(self._beat)
        self._timer.start(2)

    def _beat(self) -> None:
        now = time.perf_counter()
        self._longest, self._last = max(self._longest, now - self._last), now

    def stop(self) -> float:
        """Longest time without an event, ms."""
        self._beat()
        self._timer.stop()
        return 1000 * self._longest


def blocked(
    condition: Callable[[], bool], act: Callable[[], None], seconds: float = 60
) -> Generator[float, None, float]:
    """Do something and wait for it as the event loop does; the longest time in which it took no event, ms."""
    from hands import until

    beat = Beat()
    act()
    yield from until(condition, "what was waited for", seconds)
    yield 0.3
    return beat.stop()

"""A clock for what watches the time: a fixed step each look, the same on any machine."""

from __future__ import annotations


class Clock:
    """Stands in for ``time.monotonic``.

    Parameters
    ----------
    step : float
        Seconds from one look to the next.
    """

    def __init__(self, step: float) -> None:
        self.step, self.looks = step, 0

    def __call__(self) -> float:
        """Seconds that have gone by."""
        self.looks += 1
        return self.looks * self.step

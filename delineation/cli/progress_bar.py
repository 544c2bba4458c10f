"""Progress on a terminal: a bar there, silence or lines elsewhere. The only file that knows tqdm."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .tables import fitted

if TYPE_CHECKING:
    from types import TracebackType

    from ..core.messages import Message
    from .voice import Voice

_PLACES = 28  # of a terminal's line, for what is being done


class ProgressBar:
    """A progress callback that draws a bar where standard error is a terminal.

    Parameters
    ----------
    say : Voice
    quiet : bool
        Draw nothing.
    verbose : bool
        Where there is no terminal, write a line a step.
    """

    def __init__(self, say: Voice, *, quiet: bool, verbose: bool) -> None:
        self._say = say
        self._terminal = sys.stderr.isatty() and not quiet
        self._verbose = verbose
        self._lines = verbose and not self._terminal
        self._last: Message | None = None
        self._bar = None

    def __enter__(self) -> ProgressBar:
        """Open the bar where there is a terminal and tqdm."""
        if self._terminal:
            try:
                from tqdm import tqdm
            except ImportError:  # QGIS for Windows does not carry it
                self._lines = self._verbose
                return self
            self._bar = tqdm(
                total=100, file=sys.stderr, leave=False, bar_format="{desc}{percentage:3.0f}% |{bar}| {elapsed}"
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the bar."""
        if self._bar is not None:
            self._bar.close()

    def __call__(self, fraction: float, message: Message) -> None:
        """Show how far the job is."""
        if self._bar is not None:
            self._bar.set_description_str(fitted(self._say(message), _PLACES), refresh=False)
            self._bar.n = round(100 * fraction)
            self._bar.refresh()
        elif self._lines and message != self._last:
            print(f"{fraction:4.0%} {self._say(message)}", file=sys.stderr)
            self._last = message

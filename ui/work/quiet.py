"""Questions that nobody waits for: asked beside the main thread, answered when they are; the last of a kind counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...delineation.progress import Progress
    from .runner import Runner

__all__ = ["Quiet"]


class Quiet:
    """Asks, and drops an answer that another question of its kind has overtaken.

    Parameters
    ----------
    runner : Runner
    told : callable
        Called after every answer, and after every question that had none.
    """

    def __init__(self, runner: Runner, told: Callable[[], None]) -> None:
        self._runner, self._told = runner, told
        self._asked: dict[str, tuple[Callable[[], None], int]] = {}
        self._number = 0

    def ask(
        self,
        kind: str,
        title: str,
        work: Callable[[Progress], Any],
        done: Callable[[Any], None],
        lost: Callable[[], None] | None = None,
    ) -> None:
        """Ask; ``done`` gets the answer, ``lost`` is called where there is none."""
        self._number += 1
        number = self._number
        before = self._asked.pop(kind, None)
        if before is not None:
            before[0]()

        def over(found: Any = None) -> None:
            if self._asked.get(kind, (None, 0))[1] != number:
                return
            del self._asked[kind]
            if found is not None:
                done(found)
            elif lost is not None:
                lost()
            self._told()

        # What is asked here fails where the candidate itself would, which then says why.
        self._asked[kind] = (self._runner.start(title, work, done=over, failed=lambda _: over()), number)

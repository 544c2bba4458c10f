"""Whether a division would still be made from the same: the case and the files that its basis was laid from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...delineation.case import Case
    from ...delineation.inputs import Inputs
    from ...delineation.rerun import Laid
    from .session import Session

__all__ = ["MadeFrom"]


class MadeFrom:
    """What a division of the session's case would be made from now."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._answer: tuple[Case, Laid | None, Inputs] | None = None

    def still(self, inputs: Inputs) -> bool:
        """Tell whether that is what a division was made from (``inputs.divided_from``)."""
        from ...delineation.inputs import divided_from

        case, laid = self._session.case, self._session.laid
        if case is None:
            return False
        # Asked at every click.
        answer = self._answer
        if answer is None or answer[0] is not case or answer[1] is not laid:
            answer = (case, laid, divided_from(case, laid.inputs if laid is not None else None))
            self._answer = answer
        return inputs.agrees_with(answer[2])

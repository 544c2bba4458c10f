"""From the candidates to “Compare division methods” of the toolbox: the same methods on the same case, at length."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt import sip
from qgis.PyQt.QtCore import QCoreApplication

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.PyQt.QtWidgets import QDialog

    from ..work.drawn import Beside
    from ..work.session import Session
    from .page import Workplace

__all__ = ["Comparisons", "methods_to_compare"]

translate = QCoreApplication.translate
ALGORITHM = "control_units:compare_methods"


def methods_to_compare(session: Session, kept: Sequence[Beside]) -> list[str]:
    """Give the rules alone, what the plan was made by, and the candidates, the oldest first: method strings."""
    from ...delineation.casereading import method_text
    from ...delineation.choosing import understood

    case = session.case
    of_plan = session.adopted or (method_text(case.method, case.method_parameters) if case is not None else "overlay")
    texts = ["overlay", of_plan, *(one.text for one in reversed(kept))]
    asked = [understood(text) for text in texts]
    # The same may be spelt in several ways: alignment=2.0 is alignment=2.
    return [text for number, text in enumerate(texts) if asked.index(asked[number]) == number]


class Comparisons:
    """Opens the algorithm's dialog; QGIS goes on beside it.

    The dialogs are kept as long as they are open: half of each is Python's, and nobody else holds it.
    """

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._open: list[QDialog] = []

    def open(self, kept: Sequence[Beside]) -> QDialog | None:
        """Open one with the case and the methods filled in.

        A case that was not saved is saved first, as before a run: the algorithm reads its file.
        """
        session = self._place.session
        if session.case is None or session.case_path is None:
            return None
        if not session.case_saved and not session.save_case(session.case_path):
            return None
        given = {"CASE": str(session.case_path), "METHODS": "\n".join(methods_to_compare(session, kept))}
        try:
            from processing import createAlgorithmDialog

            dialog: QDialog | None = createAlgorithmDialog(ALGORITHM, given)
        except ImportError:
            dialog = None
        if dialog is None:
            text = translate(
                "ControlUnits",
                "The Processing toolbox is switched off: switch the plugin Processing on to compare methods.",
            )
            self._place.messages.say(text, "warning")
            return None
        self._open = [*(one for one in self._open if not sip.isdeleted(one)), dialog]
        dialog.show()
        return dialog

    def close(self) -> None:
        """Close what is open: the plugin goes, and the algorithm with it."""
        for dialog in self._open:
            if not sip.isdeleted(dialog):
                dialog.close()
        self._open = []

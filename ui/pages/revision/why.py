"""The why card of a plan under revision: of the chosen unit, or of a place, as the edits have made them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import pyqtSignal

from ...text import sentence, tr
from ..why_card import CardView

if TYPE_CHECKING:
    from qgis.PyQt.QtWidgets import QWidget

    from ....delineation.plan.file import Plan
    from ...work.session import Session


class WhyTab(CardView):
    """Explains beside the main thread; edits that the session's plan does not hold yet are brought into it first.

    Attributes
    ----------
    lacks_edits : bool
        The session's plan does not hold the last edits.
    """

    explained = pyqtSignal(list)  # ids of the units of a place

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(session, parent)
        self.setPlaceholderText(tr("Choose a unit, or take the tool “Why” and click a place on the map."))
        self.failed.connect(lambda error: self.show_line(sentence(error, session.profile)))
        self.lacks_edits = False
        self._revision = session.revision
        self._asked, self._of_place = "", False
        self._revision.changed.connect(lambda _: self._lack(edits=True))
        self._revision.followed.connect(lambda: self._lack(edits=False))

    def _lack(self, *, edits: bool) -> None:
        self.lacks_edits = edits

    def explain(self, what: str, *, place: bool = False) -> None:
        """Explain a unit (code or id), or a ``place`` (``x,y`` in the plan's CRS)."""
        self._asked, self._of_place = what, place
        self.show_line(tr("Looking up why…"))
        if self.lacks_edits and self._revision.is_open:
            self._revision.ask(lambda editor: editor.plan, self._take)
        else:
            self.whys.warm(lambda: self._show(what))

    def explain_again(self) -> None:
        """Explain what was asked last, of the plan as it is now."""
        if self._asked:
            self.explain(self._asked, place=self._of_place)

    def forget(self) -> None:
        """Show nothing: another plan has come."""
        self._asked = ""
        self.show_card(None)

    def _take(self, plan: Plan) -> None:
        self.lacks_edits = False
        if plan is not self._session.plan:
            self._session.take_edited(plan)
        what = self._asked
        self.whys.warm(lambda: self._show(what))

    def _show(self, what: str) -> None:
        units = self.look_up(what, place=self._of_place) if what == self._asked else []
        if units and self._of_place:
            self.explained.emit(units)

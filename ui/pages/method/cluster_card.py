"""What belongs to the card “Suggested by clustering”: the form and the candidates it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QWidget

from ....delineation.case.explanations import Explanation
from ....delineation.methods.regional import solvers
from ...text import tr
from ...widgets.layout import in_column
from ...work.candidates import candidates_of
from ..candidates.view import CandidatesBox
from .cluster_form import ClusterForm

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QShowEvent

    from ....delineation.case.model import Case
    from ...work.trial import Trial
    from .setting_fields import RowMaker


class ClusterCard(QWidget):
    """Made when somebody first wants it: two dozen fields that most plans do without.

    Attributes
    ----------
    form : ClusterForm or None
    box : CandidatesBox or None
        None before that.
    """

    compared = pyqtSignal()  # as of ``CandidatesBox``

    def __init__(self, trial: Trial, make: RowMaker, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._make = trial.session, make
        self.candidates = candidates_of(trial.session)
        self.form: ClusterForm | None = None
        self.box: CandidatesBox | None = None
        self._own: tuple[str, dict[str, Any]] | None = None  # method and settings of the case, as last shown
        self._asked: tuple[Any, ...] | None = None  # what the least number of regions is asked or known of
        in_column(on=self, margins=(8, 0, 0, 0))
        # A run or another plan drops what is asked meanwhile, and may leave a basis in memory.
        for signal in (trial.laying.changed, self._session.plan_changed, self._session.busy_changed):
            signal.connect(self._ask_least)
        self.candidates.changed.connect(self._show_least)
        self._session.opened.connect(self._begin_anew)
        self.hide()

    @staticmethod
    def told() -> Explanation:
        """Name and explain the card."""
        return Explanation(
            tr("Suggested by clustering"),
            tr(
                "Neighbouring faces that are alike in terrain, cover and the like form units: a candidate beside the plan, which you adopt or discard.",  # noqa: E501
            ),
        )

    def show_case(self, case: Case) -> None:
        """Show the fields with what the case and its plan know."""
        if self.form is None or self.box is None:
            self.form = ClusterForm(self._make, self)
            self.box = CandidatesBox(self.candidates, self.form, self)
            self.form.edited.connect(self._ask_least)
            self.box.compared.connect(self.compared)
            self.layout().addWidget(self.form)
            self.layout().addWidget(self.box)
        self.form.show_case(case, self._session.plan)
        own = (case.method, dict(case.method_parameters))
        # What somebody has set since stays, until the case itself says something else.
        if own != self._own and case.method in solvers():
            self.form.show_method(*own)
        self._own = own
        self.box.refresh()

    def _begin_anew(self) -> None:
        """Make all fields once more: nothing that was set or seen for one case is taken over by the next.

        They hear of the session by methods of their own, never by a lambda: it would outlive them.
        """
        for widget in (self.form, self.box):
            if widget is not None:
                self.layout().removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        self.form, self.box, self._own, self._asked = None, None, None, None

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask_least()

    def _ask_least(self) -> None:
        """Find out how many regions there are at least, once the sources are laid."""
        if self.form is None or self.box is None or not self.isVisible() or self._session.busy:
            return
        self.box.refresh()  # of another method, other buttons
        asked, before = (self._session.laid, self._session.case, self.form.given() | {"k": 0}), self._asked
        # A basis holds arrays, of which no two are simply equal.
        if before is None or asked[0] is not before[0] or asked[1:] != before[1:]:
            self._asked = asked if self.candidates.ask_least(self.form.given()) else None

    def _show_least(self) -> None:
        if self.form is None:
            return
        if not self.candidates.least:
            self._asked = None  # nobody knows any more: to be asked again
        if max(self.candidates.least, 1) != self.form.least:
            self.form.show_least(self.candidates.least)

"""Step 3: how faces are grouped into units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt import sip
from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtWidgets import (
    QButtonGroup,
    QGroupBox,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from ....delineation.case.model import Case, Cleaning, Grouping
from ....delineation.methods.regional import solvers
from ....delineation.methods.registry import methods, parameters
from ...map.candidate_layer import CandidateLayers
from ...text import tr
from ...widgets.layout import give_width, in_column, in_line
from ...widgets.muted import MutedLabel
from ...widgets.plain_text import as_tip
from ...widgets.scrolled import scrolled
from ...words import method_label
from ...work.candidates import candidates_of
from ...work.offered_methods import load_offered
from ..candidates.adopting import state_beside
from ..coordinates_box import CoordinatesBox
from ..page import StepState, Workplace
from ..trial_bar import TrialPage
from .cluster_card import ClusterCard
from .setting_fields import RowMaker, SettingRow, picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.PyQt.QtGui import QShowEvent
    from qgis.PyQt.QtWidgets import QDialog

    from ....delineation.case.explanations import Explanation
    from ...work.drawn_division import Beside
    from ...work.session import Session

PLAINEST = Case.method  # of a case that names none
CLUSTERING = "clustering"  # the card of all methods that regionalise


class MethodPage(TrialPage):
    """Cards of methods with their parameters, grouping, cleaning; each explained by a small picture."""

    NAME = "method"

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(place, parent)
        self.make = RowMaker(self.session, self.session.profile)
        self._offered = False  # other packages were asked for their methods
        self.cards: dict[str, QRadioButton] = {}
        self.parameters: dict[str, dict[str, SettingRow]] = {}
        self.grouping: dict[str, SettingRow] = {}
        self.cleaning: dict[str, SettingRow] = {}
        self._clusters = False  # the card is open, whatever the case says
        self.candidates = candidates_of(self.session)
        self.comparisons = Comparisons(place)
        self.destroyed.connect(self.comparisons.close)
        self._build()
        self.layers = CandidateLayers(self.candidates)
        self.destroyed.connect(self.layers.close)
        self.candidates.changed.connect(self.follow)
        self.trial.changed.connect(self.follow)
        self.session.opened.connect(self._fold)
        self.session.case_changed.connect(self.follow)
        self.refresh()

    def title(self) -> str:
        return tr("Method")

    # ── looks ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _build(self) -> None:
        area, self.inside, inner = scrolled(self)
        inner.addWidget(self._methods())
        for group, title, rows, defaults in (
            ("grouping", tr("Grouping into units"), self.grouping, Grouping()),
            ("cleaning", tr("Cleaning"), self.cleaning, Cleaning()),
        ):
            inner.addWidget(self._settings(group, title, rows, defaults))
        self.coordinates = CoordinatesBox(self.session, self)
        self.coordinates.changed.connect(self._say_new_run)
        inner.addWidget(self.coordinates)
        inner.addStretch(1)
        bar = self.make_bar(tr("Set method, grouping and cleaning back to what the profile says."), quiet=True)
        in_column((area, 1), bar, on=self, margins=(4, 4, 4, 0))

    def _methods(self) -> QGroupBox:
        box = QGroupBox(tr("Method"), self)
        self._group, self._plain = QButtonGroup(self), QVBoxLayout()
        layout = in_column(self._plain, on=box, margins=(6, 6, 6, 6))
        self._add_cards(box)
        self.clustering = self._card(CLUSTERING, ClusterCard.told(), box, layout)
        self.clustering.clicked.connect(self._choose_clustering)
        self._group.addButton(self.clustering)
        self.cluster = ClusterCard(self.trial, self.make, box)
        self.cluster.compared.connect(self._compare)
        layout.addWidget(self.cluster)
        return box

    def _add_cards(self, box: QWidget) -> None:
        """Make cards of the methods that have none yet."""
        mine = (name for name in methods() if name not in solvers() and name not in self.cards)
        for name in self.make.in_order("method", mine):
            told = self._told("method", name)
            card = self._card(name, told, box, self._plain)
            card.clicked.connect(lambda _, name=name: self._choose(name))
            self._group.addButton(card)
            self.cards[name] = card
            self.parameters[name] = {}
            for parameter in parameters(name):
                setting = self._row("parameter", parameter.name, parameter.default)
                setting.edited.connect(lambda key, value, name=name: self._set_parameter(name, key, value))
                self.parameters[name][parameter.name] = setting
                self._plain.addWidget(setting)

    def showEvent(self, event: QShowEvent) -> None:
        if not self._offered:
            self._offered = True
            load_offered()
            self._add_cards(self.clustering.parentWidget())
        super().showEvent(event)

    def _card(self, name: str, told: Explanation, box: QWidget, layout: QVBoxLayout) -> QRadioButton:
        card = QRadioButton(
            told.name, box, objectName=f"method_{name}", toolTip=as_tip(f"{told.name}\n{told.sentence}")
        )
        # A long name must not make the page wider than the panel.
        give_width(card)
        look = (picture(f"method_{name}", box, QSize(72, 48)), 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(in_line(look, (in_column(card, MutedLabel(told.sentence, box)), 1)))
        return card

    def _settings(self, group: str, title: str, rows: dict[str, SettingRow], defaults: Any) -> QGroupBox:
        box = QGroupBox(title, self)
        for name in type(defaults).__dataclass_fields__:
            rows[name] = self._row(group, name, getattr(defaults, name))
            rows[name].edited.connect(lambda key, value: self._set(group, key, value))
        in_column(*rows.values(), on=box)
        return box

    def _row(self, group: str, name: str, default: Any) -> SettingRow:
        return self.make.row(self, group, name, default)

    def _told(self, group: str, name: str) -> Explanation:
        return self.make.told(group, name)

    # ── what it shows ─────────────────────────────────────────────────────────────────────────────────────────────

    def state(self) -> StepState:
        case = self.case()
        if case is None:
            return StepState("todo", tr("The method can be chosen once a case is open."))
        if set(self.trial.settings) - {"switches"}:
            return self.tried_state()
        beside = state_beside(self.candidates)
        if beside is not None:
            return beside
        text, name = tr("Method: {name}."), self._told("method", case.method).name
        if self.session.adopted:
            text = tr("The plan's labels were adopted: {name}.")
            name = method_label(self.session.adopted, case.profile)
        return StepState("done", text.format(name=name))

    def refresh(self) -> None:
        """Show the settings as they are tried, else as the case has them."""
        case = self.case()
        self.inside.setEnabled(case is not None)
        self.restore.setEnabled(case is not None and not self._is_default(case))
        if case is not None:
            if case.method in self.cards:
                self.cards[case.method].setChecked(True)
            for method, rows in self.parameters.items():
                for name, row in rows.items():
                    row.setVisible(method == case.method and not self._clusters)
                    row.show_value(case.method_parameters.get(name, row.default))
            for rows, values in ((self.grouping, case.grouping), (self.cleaning, case.cleaning)):
                for name, row in rows.items():
                    row.show_value(getattr(values, name))
            self.coordinates.show_case(case)
            self._show_clustering(case)
        if self.isVisible():
            self.trial.warm()
        self.state_changed.emit()

    def _show_clustering(self, case: Case) -> None:
        on = self._clusters or case.method not in self.cards
        if on:
            self.clustering.setChecked(True)
            self.cluster.show_case(case)
        self.cluster.setVisible(on)

    def _is_default(self, case: Case) -> bool:
        plain = case.method == PLAINEST and not case.method_parameters
        return plain and case.grouping == Grouping() and case.cleaning == Cleaning()

    def _fold(self) -> None:
        self._clusters = False  # asked for on another case

    # ── what one can do ───────────────────────────────────────────────────────────────────────────────────────────

    def _choose(self, name: str) -> None:
        self._clusters = False
        self.trial.change(method=name)
        self.refresh()

    def _choose_clustering(self) -> None:
        """Open the card; nothing is labelled anew before somebody asks for a candidate."""
        self._clusters = True
        if "method" in self.trial.settings:
            self.trial.drop()
        self.refresh()

    def _compare(self) -> None:
        self.comparisons.open(self.candidates.kept)

    def _set(self, group: str, name: str, value: Any) -> None:
        if (group, name) == ("cleaning", "snap"):
            self._set_snap(value)
        else:
            self.trial.change(**{group: {name: value}})

    def _set_snap(self, value: float) -> None:
        """Take another snap into the case: it moves vertices, so there is nothing to preview."""
        from ....delineation.verbs.trials import with_settings

        case = self.session.case
        if case is not None and value != case.cleaning.snap:
            self.session.change(cleaning=with_settings(case, cleaning={"snap": value}).cleaning)
            if self.session.plan is not None:
                self.place.messages.say(tr("Another snap grid needs a new overlay: run the plan again to see it."))

    def _say_new_run(self) -> None:
        if self.session.plan is not None:
            self.place.messages.say(tr("CRS and areas of the result change with the next run."))

    def _set_parameter(self, method: str, name: str, value: Any) -> None:
        case = self.case()
        if case is None or case.method != method:
            return
        given = {**case.method_parameters, name: value}
        defaults = {one.name: one.default for one in parameters(method)}
        self.trial.change(parameters={key: item for key, item in given.items() if item != defaults.get(key)})

    def set_back(self) -> None:
        case = self.session.case
        if case is None:
            return
        cleaning = {name: getattr(Cleaning(), name) for name in Cleaning.__dataclass_fields__ if name != "snap"}
        grouping = {name: getattr(Grouping(), name) for name in Grouping.__dataclass_fields__}
        self.trial.change(method=PLAINEST, parameters={}, grouping=grouping, cleaning=cleaning)
        self._set_snap(Cleaning().snap)


# ── From the candidates to “Compare division methods” of the toolbox: the same methods on the same case, at length ──

ALGORITHM = "control_units:compare_methods"


def methods_to_compare(session: Session, kept: Sequence[Beside]) -> list[str]:
    """Give the rules alone, what the plan was made by, and the candidates, the oldest first: method strings."""
    from ....delineation.case.reading import method_text
    from ....delineation.methods.of_case import understood

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
            self._place.messages.say(
                tr("The Processing toolbox is switched off: switch the plugin Processing on to compare methods."),
                "warning",
            )
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

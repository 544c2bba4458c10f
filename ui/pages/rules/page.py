"""Step 2: what makes a place priority or key here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QCheckBox, QWidget

from ....delineation.case.explanations import explain, load_explanations
from ....delineation.core.errors import DelineationError
from ...map.preview import MapPreview
from ...text import capital, language, listed, names_of, sentence, tr
from ...widgets.choices import find_field
from ...widgets.layout import in_column, in_line
from ...widgets.muted import MutedLabel
from ..page import StepState, Workplace
from ..trial_bar import TrialPage
from .tree import RuleTree

if TYPE_CHECKING:
    from ....delineation.case.model import Case
    from ....delineation.explain.rule_book import Rulebook, RuleRow


class RulesPage(TrialPage):
    """The rule table; a switch shows at once what it would do to the open plan."""

    NAME = "rules"

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(place, parent)
        self.book: Rulebook | None = None
        self._error: DelineationError | None = None
        self._texts: tuple[Any, dict[str, dict[str, Any]]] = (None, {})
        self._build()
        self.preview = MapPreview(self.session, place.canvas)
        self.destroyed.connect(self.preview.close)
        self.trial.changed.connect(self._follow)
        self.trial.failed.connect(lambda error: place.messages.note(error, "preview"))
        self.session.case_changed.connect(self._follow)
        self.refresh()

    def title(self) -> str:
        return tr("Rules")

    def _build(self) -> None:
        self.filter = find_field(
            self,
            tr("Find a rule: role, zone or number"),
            tr("Only rules whose words hold this text are listed."),
            self._sift,
        )
        self.switches_only = QCheckBox(
            tr("Only with a s&witch"),
            self,
            toolTip=tr("Hide the rules that always apply."),
            toggled=self._sift,
        )
        self.tree = RuleTree(self)
        self.tree.switched.connect(self._switch)
        self.tree.chosen.connect(self._explain)
        self.explanation = MutedLabel("", self, visible=False, selectable=True)
        bar = self.make_bar(tr("Set every switch and threshold back to what the profile says."))
        bar.nothing = self._why_nothing
        in_column(
            in_line((self.filter, 1), self.switches_only),
            (self.tree, 1),
            self.explanation,
            bar,
            on=self,
            margins=(4, 4, 4, 0),
        )

    # ── what it shows ─────────────────────────────────────────────────────────────────────────────────────────────

    def state(self) -> StepState:
        if self.session.case is None:
            return StepState("todo", tr("Rules show once a case is open."))
        if self.book is None and self._error is None:
            self._read()
        if self._error is not None:
            return StepState("problem", sentence(self._error))
        remarks = self._remarks()
        if remarks:
            return StepState(
                "problem", tr("The tester has {count} remarks; they stand on the rules they concern.", count=remarks)
            )
        if "switches" in self.trial.settings:
            return self.tried_state()
        count = sum(row.active for row in self.book.rows) if self.book else 0
        return StepState("done", tr("{count} rules apply; the tester has no remark.", count=count))

    def _remarks(self) -> int:
        return sum(len(row.remarks) for row in self.book.rows) + len(self.book.remarks) if self.book else 0

    def refresh(self) -> None:
        """Show the rule table as it is tried, else as the case has it."""
        case = self._read()
        self.tree.setEnabled(case is not None)
        if case is None:
            self.tree.put([])
            self._explain(None)
        if case is None or self.book is None:
            self.state_changed.emit()
            return
        self.tree.show_book(self.book, case.profile["switch_values"], self._explanations(case))
        self.restore.setEnabled({**case.profile["switches"], **case.rules.switches} != dict(case.profile["switches"]))
        self._sift()
        if self.isVisible():
            self.trial.warm()
        self.state_changed.emit()

    def _read(self) -> Case | None:
        """Read and test the rule table; a table that cannot be used is what the state says."""
        from ....delineation.explain.rule_book import read_rulebook  # the engine's libraries load with the first case

        case, self.book, self._error = self.case(), None, None
        try:
            if case is not None:
                self.book = read_rulebook(case, language(), explanations=self._explanations(case))
        except DelineationError as error:
            self._error = error
        return case

    def _explanations(self, case: Case) -> dict[str, dict[str, Any]]:
        if self._texts[0] is not case.profile:
            self._texts = (case.profile, load_explanations(case.profile))
        return self._texts[1]

    def _follow(self) -> None:
        if not self.isVisible():
            self.book = self._error = None  # read again when somebody asks
        self.follow()

    # ── what one can do ───────────────────────────────────────────────────────────────────────────────────────────

    def _switch(self, name: str, value: object) -> None:
        self.trial.change(switches={name: value})

    def set_back(self) -> None:
        if self.session.case is not None:
            self.trial.change(switches=dict(self.session.case.profile["switches"]))

    def _why_nothing(self) -> str:
        """Say which switch moves nothing here, and why; "" where more than one thing is tried."""
        case, tried = self.session.case, self.trial.settings.get("switches", {})
        if case is None or self.book is None or len(tried) != 1 or len(self.trial.settings) != 1:
            return ""
        (name,) = tried
        rows = [row for row in self.book.rows if name in (row.switch, row.threshold)]
        there = {names_of(case.profile)("role", source.role, language(), {}) for source in case.sources}
        roles = list(dict.fromkeys(row.role for row in rows))
        if rows and not there & set(roles):
            text = tr("“{switch}” changes nothing here: the case has no source of {roles}.")
        else:
            text = tr("“{switch}” changes nothing here: where its rules ({rules}) apply, the category stays as it is.")
        facts = {"roles": listed(roles), "rules": listed(row.id for row in rows)}
        switch = capital(explain(self._explanations(case), "switch", name, language()).name)
        return text.format(switch=switch, **facts)

    def _sift(self, *_: object) -> None:
        wanted, switches = self.filter.text().strip().lower(), self.switches_only.isChecked()
        for number, row in enumerate(self.book.rows if self.book else ()):
            words = " ".join((row.id, row.title, row.role, row.zones, row.condition)).lower()
            hidden = wanted not in words or (switches and not row.switch and not row.threshold)
            self.tree.topLevelItem(number).setHidden(hidden)

    def _explain(self, row: RuleRow | None) -> None:
        case = self.session.case
        if row is None or case is None:
            self.explanation.hide()
            return
        told = explain(self._explanations(case), "switch", row.switch, language()) if row.switch else None
        parts = [row.zones, row.condition, told.sentence if told else ""]
        if row.source:
            parts.append(tr("Source: {source}", source=row.source))
        self.explanation.setText("\n".join(filter(None, parts)))
        self.explanation.setVisible(any(parts))

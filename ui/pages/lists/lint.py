"""What is wrong with the entry lists: findings of their rules, what mends each by a click, or a reason to accept it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QPushButton, QWidget

from ...text import said, tr
from ...widgets.layout import in_column, in_flow
from ...widgets.muted import MutedLabel
from ...widgets.offered import offer
from ...work.accepting import Accepting
from ...work.plan_question import PlanQuestion
from ..findings_list import FindingsList
from .unit_box import UnitButtons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ....delineation.core.findings import Finding
    from ....delineation.lists.mends import Mend
    from ....delineation.plan.file import Plan
    from ..page import Workplace
    from .clause_words import ClauseWords

OF_LISTS = r"L\d+|Q15|Q29|Q30"  # rules that look at entry lists
MENDS = 3  # buttons: no finding has more ways


class ListsLint(QWidget):
    """The findings of lists alone, as the page Result lists all; below them what mends the chosen one."""

    asked = pyqtSignal(object)  # an operation that mends
    open_unit = pyqtSignal(str, str)  # unit id, clause id: where to mend it by hand
    zoom = pyqtSignal(str)  # unit id
    counted = pyqtSignal(int)  # how many are open

    def __init__(self, place: Workplace, words: ClauseWords, parent: QWidget) -> None:
        super().__init__(parent, objectName="control_units_lists_lint")
        self._session = place.session
        self._words = words
        self._why_not = ""
        self._ways: Sequence[Mend] = ()
        self.mends = PlanQuestion(self._session, self)
        self.mends.answered.connect(self._offer_ways)
        self.list = FindingsList(self, alone=False)
        self.list.none.setText(tr("Nothing is wrong with the lists."))
        self.list.none.setWordWrap(True)
        self.list.picked.connect(self._picked)
        self.accepting = Accepting(self._session, self)
        self.accepting.written.connect(self._accepted)
        self.accepting.failed.connect(place.messages.fail)
        self.list.accept.connect(self.accepting.accept)
        self.list.withdraw.connect(self.accepting.withdraw)
        self.list.view.activated.connect(self._go)
        self.note = MutedLabel("", self, objectName="control_units_lists_mend_note")
        self.mends.failed.connect(self.note.setText)
        self.buttons = [QPushButton(self) for _ in range(MENDS)]
        for number, button in enumerate(self.buttons):
            button.setObjectName(f"control_units_lists_mend_{number}")
            button.clicked.connect(lambda *_, number=number: self._mend(number))
        self.to_unit = UnitButtons(self, lambda: self._unit() and self.zoom.emit(self._unit()), self._go)
        buttons = in_flow(*self.buttons, self.to_unit.go, self.to_unit.look)
        in_column((self.list, 1), self.note, buttons, on=self, margins=0, spacing=3)
        self._picked()

    def show_plan(self, plan: Plan | None) -> None:
        """Show the findings of a plan's lists; what was chosen stays so where it is still there."""
        kept = self._finding()
        if plan is not None:
            plan = replace(plan, findings=plan.findings[plan.findings["id"].astype(str).str.fullmatch(OF_LISTS)])
        model = self.list.model
        model.show_plan(plan, self._words.profile)
        self.counted.emit(model.open_count())
        if kept is not None:
            again = [place for place in model.items if model.as_finding(place) == kept]
            self.list.choose(*again[:1])

    def set_able(self, why_not: str) -> None:
        """Offer what mends, or say why nothing is edited now."""
        if why_not != self._why_not:
            self._why_not = why_not
            self._offer()

    # ── mending ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _finding(self) -> Finding | None:
        places = self.list.chosen_places()
        return self.list.model.as_finding(places[0]) if len(places) == 1 else None

    def _picked(self) -> None:
        self._ways = ()
        finding = self._finding()
        self.mends.drop()
        if finding is not None:
            self.mends.ask(tr("Looking for what mends a finding"), partial(_mends, finding))
        self.note.setText(tr("Looking for what mends it…") if finding is not None else "")
        self.note.setVisible(finding is not None)
        self._offer()

    def _offer_ways(self, ways: Sequence[Mend]) -> None:
        self._ways = ways[:MENDS]
        text = tr("A person has to write here: change the clause, or accept the finding.")
        if ways:
            text = tr("What mends it is one edit, which can be undone:")
        self.note.setText(text)
        self._offer()

    def _offer(self) -> None:
        for number, button in enumerate(self.buttons):
            button.setVisible(number < len(self._ways))
            if number < len(self._ways):
                way = self._ways[number]
                button.setText(said(way.title, self._words.profile).replace("&", "&&"))
                units = len({row["unit"] for row in way.op.get("rows", [way.op])})
                offer(button, tr("Done in so many units: {count}", count=f"{units:,}"), self._why_not)
        none = "" if self._unit() else tr("The finding speaks of no unit.")
        self.to_unit.offer(none, shown=self._finding() is not None)

    def _mend(self, number: int) -> None:
        if number < len(self._ways):
            self.asked.emit(dict(self._ways[number].op))

    def _unit(self) -> str:
        """Give the id of the first unit that the chosen finding speaks of, "" for none."""
        finding, plan = self._finding(), self._session.plan
        if finding is None or plan is None or not finding.units:
            return ""
        found = plan.unit_ids(finding.units[0])
        return found[0] if found else ""

    def _go(self) -> None:
        finding, unit = self._finding(), self._unit()
        if finding is None or not unit:
            return
        named = finding.facts.get("clause") or finding.facts.get("clauses") or ""
        named = named[0] if isinstance(named, (list, tuple)) and named else named
        self.open_unit.emit(unit, str(named) if isinstance(named, str) else "")

    def _accepted(self) -> None:
        """Show what is accepted now, where it is all that has changed."""
        if self._session.plan is not None:
            self.list.model.show_accepted(self._session.plan.accepted)
        self.counted.emit(self.list.model.open_count())


def _mends(finding: Finding, plan: Plan, _: object) -> list[Mend]:
    from ....delineation.lists.lint import mends

    return mends(plan, finding)

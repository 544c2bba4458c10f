"""What is wrong with the entry lists: findings of their rules, what mends each by a click, or a reason to accept it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QPushButton, QWidget

from ...text import said, tr
from ...widgets.layout import in_column, in_flow
from ...widgets.muted import MutedLabel
from ...widgets.offered import offer
from ...work.accepting import Accepting
from ...work.job import Job
from ..findings_list import FindingsList

if TYPE_CHECKING:
    from ....delineation.core.findings import Finding
    from ....delineation.lists.mends import Mend
    from ....delineation.plan.file import Plan
    from ...work.session import Session
    from ..page import Workplace
    from .clause_words import ClauseWords

__all__ = ["ListsLint", "is_of_lists"]

_OF_LISTS = re.compile(r"L\d+|Q15|Q29|Q30")
MENDS = 3  # buttons: no finding has more ways


def is_of_lists(rule: str) -> bool:
    """Tell whether a rule looks at entry lists."""
    return _OF_LISTS.fullmatch(rule) is not None


class ListMends(QObject):
    """What mends the finding that is chosen, worked out beside the main thread; answers only what was asked last."""

    found = pyqtSignal(object, object)  # finding, tuple of Mend

    def __init__(self, session: Session, owner: QObject) -> None:
        super().__init__(owner)
        self._session = session
        self._job = Job(session.runner, self)

    def ask(self, finding: Finding | None) -> None:
        """Work out what mends a finding; None drops what is on its way."""
        self._job.drop()
        plan = self._session.plan
        if finding is None or plan is None:
            return

        def work(_: object) -> list[Mend]:
            from ....delineation.lists.lint import mends

            return mends(plan, finding)

        title: Any = tr("Looking for what mends a finding")
        self._job.start(
            title,
            work,
            done=lambda found: self.found.emit(finding, tuple(found)),
            failed=lambda error: self._session.report("lists", error),
        )


class ListsLint(QWidget):
    """The findings of lists alone, as the page Result lists all; below them what mends the chosen one."""

    asked = pyqtSignal(object)  # an operation that mends
    open_unit = pyqtSignal(str, str)  # unit id, clause id: where to mend it by hand
    zoom = pyqtSignal(str)  # unit id
    counted = pyqtSignal(int)  # how many are open

    def __init__(self, place: Workplace, parent: QWidget) -> None:
        super().__init__(parent, objectName="control_units_lists_lint")
        self._session = place.session
        self._words: ClauseWords | None = None
        self._why_not = ""
        self._ways: tuple[Mend, ...] = ()
        self.mends = ListMends(self._session, self)
        self.mends.found.connect(self._offer_ways)
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
        self.buttons = [QPushButton(self) for _ in range(MENDS)]
        for number, button in enumerate(self.buttons):
            button.setObjectName(f"control_units_lists_mend_{number}")
            button.clicked.connect(lambda *_, number=number: self._mend(number))
        self.go = QPushButton(
            tr("In its list", "a clause in that of its unit"),
            self,
            clicked=self._go,
        )
        self.look = QPushButton(
            tr("Zoom", "to a unit"),
            self,
            clicked=lambda *_: self._unit() and self.zoom.emit(self._unit()),
        )
        in_column((self.list, 1), self.note, in_flow(*self.buttons, self.go, self.look), on=self, margins=0, spacing=3)
        self._picked()

    def show_plan(self, plan: Plan | None, words: ClauseWords | None) -> None:
        """Show the findings of a plan's lists; what was chosen stays so where it is still there."""
        self._words = words
        kept = self._finding()
        if plan is not None:
            own = plan.findings["id"].astype(str).map(is_of_lists).to_numpy(dtype=bool)
            plan = replace(plan, findings=plan.findings[own])
        model = self.list.model
        model.show_plan(plan, words.profile if words is not None else None)
        self.counted.emit(model.open_count())
        if kept is not None:
            again = [row for row in range(model.rowCount()) if model.as_finding(row) == kept]
            self.list.choose(*again[:1])

    def set_able(self, why_not: str) -> None:
        """Offer what mends, or say why nothing is edited now."""
        if why_not != self._why_not:
            self._why_not = why_not
            self._offer()

    # ── mending ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _finding(self) -> Finding | None:
        rows = self.list.chosen_rows()
        return self.list.model.as_finding(rows[0]) if len(rows) == 1 else None

    def _picked(self) -> None:
        self._ways = ()
        finding = self._finding()
        self.mends.ask(finding)
        self.note.setText(tr("Looking for what mends it…") if finding is not None else "")
        self.note.setVisible(finding is not None)
        self._offer()

    def _offer_ways(self, finding: Finding, ways: tuple[Mend, ...]) -> None:
        if finding != self._finding():
            return
        self._ways = ways[:MENDS]
        text = tr("A person has to write here: change the clause, or accept the finding.")
        if ways:
            text = tr("What mends it is one edit, which can be undone:")
        self.note.setText(text)
        self._offer()

    def _offer(self) -> None:
        profile = self._words.profile if self._words is not None else None
        for number, button in enumerate(self.buttons):
            button.setVisible(number < len(self._ways))
            if number < len(self._ways):
                way = self._ways[number]
                button.setText(said(way.title, profile).replace("&", "&&"))
                units = len({row["unit"] for row in way.op.get("rows", [way.op])})
                offer(button, tr("Done in so many units: {count}", count=f"{units:,}"), self._why_not)
        unit = self._unit()
        for button, tip in (
            (self.go, tr("Shows the clause that the finding is about, in its unit’s list.")),
            (self.look, tr("Zoom to the unit on the map.")),
        ):
            button.setVisible(self._finding() is not None)
            offer(button, tip, "" if unit else tr("The finding speaks of no unit."))

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
        places = self.list.chosen_places()
        self.list.model.show_accepted(self._session.plan.accepted)
        self.list.choose(*self.list.model.rows_of(places))
        self.counted.emit(self.list.model.open_count())

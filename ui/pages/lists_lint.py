"""What is wrong with the entry lists: findings of their rules, what mends each by a click, or a reason to accept it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QCoreApplication, pyqtSignal
from qgis.PyQt.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ...delineation.core.errors import DelineationError
from ..text import said
from ..widgets.muted import MutedLabel
from ..widgets.narrow import Row
from ..widgets.offered import offer
from ..work.list_mends import ListMends
from ..work.settings import who
from .findings_list import FindingsList

if TYPE_CHECKING:
    from pathlib import Path

    from ...delineation.core.findings import Finding
    from ...delineation.lists.mends import Mend
    from ...delineation.plan.file import Plan
    from .clause_words import ClauseWords
    from .page import Workplace

__all__ = ["ListsLint", "is_of_lists"]

translate = QCoreApplication.translate
_OF_LISTS = re.compile(r"L\d+|Q15|Q29|Q30")
MENDS = 3  # buttons: no finding has more ways


def is_of_lists(rule: str) -> bool:
    """Tell whether a rule looks at entry lists."""
    return _OF_LISTS.fullmatch(rule) is not None


class ListsLint(QWidget):
    """The findings of lists alone, as the page Result lists all; below them what mends the chosen one."""

    asked = pyqtSignal(object)  # an operation that mends
    open_unit = pyqtSignal(str, str)  # unit id, clause id: where to mend it by hand
    zoom = pyqtSignal(str)  # unit id
    counted = pyqtSignal(int)  # how many are open

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("control_units_lists_lint")
        self._place, self._session = place, place.session
        self._words: ClauseWords | None = None
        self._why_not = ""
        self._ways: tuple[Mend, ...] = ()
        self.mends = ListMends(self._session, self)
        self.mends.found.connect(self._offer_ways)
        self.list = FindingsList(self, alone=False)
        self.list.none.setText(translate("ControlUnits", "Nothing is wrong with the lists."))
        self.list.none.setWordWrap(True)
        self.list.picked.connect(lambda _: self._picked())
        self.list.accept.connect(self._accept)
        self.list.withdraw.connect(self._withdraw)
        self.list.view.activated.connect(lambda *_: self._go())
        self.note = MutedLabel("", self)
        self.note.setObjectName("control_units_lists_mend_note")
        self.buttons = [QPushButton(self) for _ in range(MENDS)]
        for number, button in enumerate(self.buttons):
            button.setObjectName(f"control_units_lists_mend_{number}")
            button.clicked.connect(lambda *_, number=number: self._mend(number))
        self.go = QPushButton(translate("ControlUnits", "In its list", "a clause in that of its unit"), self)
        self.go.clicked.connect(lambda *_: self._go())
        self.look = QPushButton(translate("ControlUnits", "Zoom", "to a unit"), self)
        self.look.clicked.connect(lambda *_: self._unit() and self.zoom.emit(self._unit()))
        row = Row()
        for button in (*self.buttons, self.go, self.look):
            button.setAutoDefault(False)
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.note)
        layout.addLayout(row)
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
        self.note.setText(translate("ControlUnits", "Looking for what mends it…") if finding is not None else "")
        self.note.setVisible(finding is not None)
        self._offer()

    def _offer_ways(self, finding: Finding, ways: tuple[Mend, ...]) -> None:
        if finding != self._finding():
            return
        self._ways = ways[:MENDS]
        text = translate("ControlUnits", "A person has to write here: change the clause, or accept the finding.")
        if ways:
            text = translate("ControlUnits", "What mends it is one edit, which can be undone:")
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
                tip = translate("ControlUnits", "Done in so many units: {count}").format(count=f"{units:,}")
                offer(button, tip, self._why_not)
        unit = self._unit()
        for button, tip in (
            (self.go, translate("ControlUnits", "Shows the clause that the finding is about, in its unit’s list.")),
            (self.look, translate("ControlUnits", "Zoom to the unit on the map.")),
        ):
            button.setVisible(self._finding() is not None)
            offer(button, tip, "" if unit else translate("ControlUnits", "The finding speaks of no unit."))

    def _mend(self, number: int) -> None:
        if number < len(self._ways):
            self.asked.emit(dict(self._ways[number].op))

    def _unit(self) -> str:
        """Give the id of the first unit that the chosen finding speaks of, "" for none."""
        finding, plan = self._finding(), self._session.plan
        if finding is None or plan is None or not finding.units:
            return ""
        found = plan.units.loc[plan.units["code"] == finding.units[0], "unit_id"].tolist()
        return str(found[0]) if found else ""

    def _go(self) -> None:
        finding, unit = self._finding(), self._unit()
        if finding is None or not unit:
            return
        named = finding.facts.get("clause") or finding.facts.get("clauses") or ""
        named = named[0] if isinstance(named, (list, tuple)) and named else named
        self.open_unit.emit(unit, str(named) if isinstance(named, str) else "")

    # ── accepting ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _accept(self, finding: Any, reason: str) -> None:
        from ...delineation.plan.acceptance import accept
        from ...delineation.plan.history import now_text

        now = now_text()
        self._write(lambda path: accept(path, finding, reason=reason, author=who(), time=now))

    def _withdraw(self, finding: Any) -> None:
        from ...delineation.plan.acceptance import withdraw
        from ...delineation.plan.history import now_text

        now = now_text()
        self._write(lambda path: withdraw(path, finding, author=who(), time=now))

    def _write(self, verb: Any) -> None:
        """Write into the plan file, and show what it holds now; while the plan is edited, in the editor's turn."""
        from ...delineation.plan.file import read_table

        revision, path = self._session.revision, self._session.plan_path
        if revision.phase != "closed":
            revision.ask(
                lambda editor: editor.accept(verb),
                lambda plan: self._written(path, plan.accepted, plan.journal),
                self._place.messages.fail,
            )
            return
        try:
            table = verb(path)
            journal = read_table(path, "journal")
        except DelineationError as error:
            self._place.messages.fail(error)
            return
        self._written(path, table, journal)

    def _written(self, path: Path | None, table: Any, journal: Any) -> None:
        if path != self._session.plan_path or self._session.plan is None:
            return
        places = self.list.chosen_places()
        self._session.plan = replace(self._session.plan, accepted=table, journal=journal)
        self.list.model.show_accepted(table)
        self.list.choose(*self.list.model.rows_of(places))
        self.counted.emit(self.list.model.open_count())

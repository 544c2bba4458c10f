"""Scenarios of a plan: begun where it stands, switched between, compared, and one of them made the plan's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QSignalBlocker, Qt
from qgis.PyQt.QtGui import QFont
from qgis.PyQt.QtWidgets import (
    QFrame,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QWidget,
)

from ...text import tr
from ...widgets.layout import in_column, in_flow
from ...widgets.muted import MutedLabel
from ...widgets.offered import offer
from ...widgets.plain_text import PlainLabel
from ...widgets.tables import RowsView, ViewColumn
from ...words import scenario_label
from ...work.journal_tree import JournalTree
from .scenario_table import ScenarioTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qgis.PyQt.QtGui import QShowEvent

    from ...work.revision import Revision


def proposed_name(taken: set[str]) -> str:
    """Propose a name that no scenario has."""
    letters = tr("BCDEFGHIJKLMNOPQRSTUVWXYZ", "letters of scenarios; the main plan is the first")
    text = tr("Scenario {letter}")
    names = [text.format(letter=letter) for letter in letters]
    more = (text.format(letter=number) for number in range(len(letters) + 2, len(taken) + len(letters) + 4))
    return next(name for name in (*names, *more) if name not in taken)


def _title(row: Mapping[str, Any]) -> str:
    label = scenario_label(row["name"])
    return tr("{scenario} (current)", scenario=label) if row["current"] else label


class ScenarioList(QWidget):
    """The list and what can be done with the scenario that is chosen; behind it the comparison of two."""

    def __init__(self, revision: Revision, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="control_units_scenarios")
        self._revision = revision
        self._tree = JournalTree(revision, self, self.isVisible)
        self._tree.changed.connect(self._show)
        self.pages = QStackedWidget(self)
        self.table = ScenarioTable(revision, self.pages)
        self.pages.addWidget(self._first_page())
        self.pages.addWidget(self.table)
        in_column(self.pages, on=self, margins=(0, 4, 0, 0))
        self.table.left.connect(lambda: self.pages.setCurrentIndex(0))
        self._offer()

    def _first_page(self) -> QWidget:
        page = QWidget(self.pages)
        self.list = RowsView(
            page,
            ViewColumn(tr("Scenario"), _title, more={Qt.ItemDataRole.FontRole: self._font}),
            ViewColumn(tr("Edits"), lambda row: f"{row['edits']:,}", right=True),
            key=lambda row: row["name"],
            tip=_title,
            alternatingRowColors=False,
            accessibleName=tr("Scenarios of the plan"),
            picked=self._offer,
        )
        self.switch = QPushButton(tr("&Switch to it"), page, clicked=self._switch)
        self.list.opened.connect(self.switch.click)
        self.compare = QPushButton(tr("&Compare…"), page, clicked=self._compare)
        self.adopt = QPushButton(tr("&Make it the main plan…"), page, clicked=self._ask)
        self.name = QLineEdit(
            page,
            maxLength=60,
            accessibleName=tr("Name of the new scenario"),
            toolTip=tr("Name of a scenario that begins where the plan stands now. Enter begins it."),
            textEdited=self._offer,
            returnPressed=self._begin,
        )
        self.begin = QPushButton(
            tr("&Begin a scenario here"),
            page,
            autoDefault=False,
            clicked=self._begin,
        )
        text = tr("A scenario is a course of edits of its own. The map shows the current one; none gets lost.")
        in_column(
            (self.list, 1),
            in_flow(self.switch, self.compare, self.adopt),
            self._question(page),
            in_flow(self.name, self.begin),
            MutedLabel(text, page),
            on=page,
            margins=0,
        )
        return page

    def _question(self, page: QWidget) -> QWidget:
        """Make the box that says what making a scenario the main plan means, and does it or leaves it."""
        self.question = QFrame(page, visible=False, frameShape=QFrame.Shape.StyledPanel)
        self.meaning = PlainLabel("", self.question, wrap=True)
        self.yes = QPushButton(tr("Make it the main plan"), self.question, clicked=self._adopt)
        no = QPushButton(tr("Leave it"), self.question, clicked=self._ask_nothing)
        in_column(self.meaning, in_flow(self.yes, no), on=self.question)
        return self.question

    # ── what is shown ─────────────────────────────────────────────────────────────────────────────────────────────

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tree.show()

    def names(self) -> list[str]:
        """Give the scenarios, the main one first."""
        return self._tree.line.names() if self._tree.line is not None else []

    def _show(self) -> None:
        line = self._tree.line
        rows = self.list.rows
        rows.follow(line.listed() if line is not None else ())
        if line is not None and not self.scenario():
            with QSignalBlocker(self.list):
                self.list.setCurrentIndex(rows.index(rows.row_of(line.scenario), 0))
        if not self.name.isModified() or self.name.text().strip() in self.names():
            self.name.setText(proposed_name({*self.names(), *map(scenario_label, self.names())}))
            self.name.setModified(False)
        self._ask_nothing()
        self.table.show_scenarios(line, self.names())
        self._offer()

    def scenario(self) -> str:
        """Give the name of the scenario that is chosen, "" for none."""
        row = self.list.row()
        return str(row["name"]) if row is not None else ""

    def _font(self, row: Mapping[str, Any]) -> QFont:
        font = QFont(self.list.font())
        font.setBold(row["current"])
        return font

    def _offer(self) -> None:
        from ....delineation.revision.timeline import MAIN

        line, name, names = self._tree.line, self.scenario(), self.names()
        none = tr("Choose a scenario first.") if not name else ""
        here = tr("It is the current one already.") if line and name == line.scenario else ""
        offer(self.switch, tr("The plan, its layers and lists become those of this scenario."), none or here)
        alone = tr("There is one scenario alone; begin another one first.")
        offer(
            self.compare,
            tr("Two scenarios beside one another: areas, protected land, codes, units."),
            none or (alone if len(names) < 2 else ""),
        )
        main = tr("It is the main plan already.") if name == MAIN else ""
        offer(self.adopt, tr("Says what that means before anything is done."), none or main)
        wanted = self.name.text().strip()
        why = tr("A scenario needs a name.") if not wanted else ""
        if wanted in names or wanted == scenario_label(MAIN):
            why = tr("There is a scenario of this name.")
        why = why if line is not None else tr("No plan is open.")
        offer(
            self.begin, tr("What is edited from now on belongs to the new scenario; the others stay as they are."), why
        )

    # ── what is done ──────────────────────────────────────────────────────────────────────────────────────────────

    def _begin(self) -> None:
        self._offer()
        if self.begin.isEnabled():
            self._revision.branch(self.name.text().strip())
            self.name.setModified(False)

    def _switch(self) -> None:
        self._revision.switch(self.scenario())

    def _compare(self) -> None:
        """Compare the chosen scenario with the current one, the current one with the main plan."""
        from ....delineation.revision.timeline import MAIN

        line, name = self._tree.line, self.scenario()
        if line is None:
            return
        other = line.scenario if name != line.scenario else MAIN
        if other == name:
            other = next(one for one in self.names() if one != name)
        names = self.names()
        pair = sorted((name, other), key=names.index)
        self.pages.setCurrentIndex(1)
        self.table.compare(*pair)

    def _ask(self) -> None:
        """Say what making the chosen scenario the main plan means."""
        from ....delineation.revision.timeline import MAIN

        line, name = self._tree.line, self.scenario()
        if line is None:
            return
        there, main = set(line.path(line.head_of(name))), line.path(line.head_of(MAIN))
        come, go = len(there - set(main)), len([seq for seq in main if seq not in there])
        self.meaning.setText(
            tr(
                "The main plan becomes what “{scenario}” is now: {come} edits come into it, {go} of its own are left out. Where it stands now stays as a scenario, which can be made the main plan again.",  # noqa: E501
                scenario=scenario_label(name),
                come=f"{come:,}",
                go=f"{go:,}",
            )
        )
        self.question.show()
        self.yes.setFocus()

    def _ask_nothing(self) -> None:
        self.question.hide()

    def _adopt(self) -> None:
        name = self.scenario()
        self._ask_nothing()
        self._revision.adopt_scenario(name)

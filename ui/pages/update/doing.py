"""Doing the update: how it is divided, from which units it goes on, and what will happen, in one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QSignalBlocker, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QGroupBox,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QWidget,
)

from ...text import listed, said, tr
from ...widgets.choices import choose, fill
from ...widgets.elided_combo import ElidedCombo
from ...widgets.layout import STRETCH, form_on, in_column, in_flow
from ...widgets.offered import offer
from ...widgets.plain_text import PlainLabel
from ...widgets.scrolled import scrolled
from ...words import method_label
from ...work.updating import KEEP, RECODE, RULES
from .sources import source_title

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ....delineation.core.messages import Message
    from ...work.updating import Updating


class UpdateQuestion(QGroupBox):
    """What a person has to say before the update: two answers, and what it is about, thing by thing."""

    answered = pyqtSignal(str)

    def __init__(self, title: str, below: str, answers: Mapping[str, tuple[str, str]], parent: QWidget) -> None:
        super().__init__(title, parent)
        self._below = below
        self.told = PlainLabel("", self, wrap=True, selectable=True)
        self.answers = {
            # Not exclusive: else the one that is pressed could not be let go.
            key: QRadioButton(
                text,
                self,
                toolTip=tip,
                autoExclusive=False,
                clicked=lambda *_, key=key: self.answered.emit(key),
            )
            for key, (text, tip) in answers.items()
        }
        in_column(*self.answers.values(), self.told, on=self)

    def ask(self, about: Sequence[Message], answer: str) -> None:
        """Ask about some things, with the answer that was given, "" where none was; nothing to ask hides it."""
        self.setVisible(bool(about))
        self.told.setText("\n".join([self._below, *(f"• {said(one)}" for one in about)]))
        for key, button in self.answers.items():
            button.setChecked(key == answer)


class UpdateDoing(QWidget):
    """Two ways to divide, last year's units, what has to be asked, one sentence, the button, how far the run is."""

    def __init__(self, updating: Updating, parent: QWidget) -> None:
        super().__init__(parent, objectName="control_units_update_doing")
        self.updating = updating
        self._message = ""
        self.area, inside, layout = scrolled(self)
        self.keep = QRadioButton(
            tr("&Keep last year's units"),
            inside,
            toolTip=tr(
                "Every place stays in its unit, with code, name and list, unless the rules say something else there now.",  # noqa: E501
            ),
        )
        self.anew = QRadioButton(
            "",
            inside,
            toolTip=tr("The case's own method; units that stay much the same keep code and name."),
        )
        self.keep.toggled.connect(lambda on: self.updating.decide(keeps=on))
        self.year: ElidedCombo = ElidedCombo(
            12,
            inside,
            toolTip=tr("The units that codes, names and lists go on from."),
            activated=lambda _: self.updating.decide(from_case=bool(self.year.currentData())),
        )
        self.lower = QCheckBox(
            tr("Where the rules say &less now, follow them"),
            inside,
            toolTip=tr("Else such land stays in its unit, and a finding tells where that is."),
            toggled=lambda on: self.updating.follow(follows=on),
        )
        self.document: QLineEdit = QLineEdit(
            inside,
            placeholderText=tr("document that allows it, with its number"),
            toolTip=tr("No land is put into a lower category without a document; it stands in the plan."),
            editingFinished=lambda: self.updating.follow(
                follows=self.updating.follows, document=self.document.text().strip()
            ),
        )
        self.locks = UpdateQuestion(
            tr("Locked units would change: which goes first?"),
            tr("Red lines and other protected land go up either way."),
            {
                RULES: (tr("The rules: they change as below"), tr("The units change as listed, and stay locked.")),
                KEEP: (
                    tr("The lock: they stay as they are"),
                    tr("They lose no land and get none; a finding tells where the rules say otherwise."),
                ),
            },
            inside,
        )
        self.locks.answered.connect(lambda key: updating.decide(locks=key))
        self.recodes = UpdateQuestion(
            tr("A county has another code: what becomes of unit codes?"),
            tr("Names and lists go on either way."),
            {
                KEEP: (tr("They stay as they are"), tr("The county part of before stays in the codes, and is valid.")),
                RECODE: (tr("They get the new county code"), tr("The serial stays where the new county has it free.")),
            },
            inside,
        )
        self.recodes.answered.connect(lambda key: updating.decide(recodes=key))
        self.bar = QProgressBar(inside, minimum=0, maximum=1000, format="%p%")
        self.now = PlainLabel("", inside, wrap=True)
        ways = (self.keep, self.anew, form_on(None, (tr("&Last year's units"), self.year)), self.lower, self.document)
        layout.addLayout(in_column(self.locks, self.recodes, *ways, self.bar, self.now, STRETCH))
        self.told = PlainLabel("", self, wrap=True, objectName="control_units_update_told")
        self.told.keep_height()
        self.do = QPushButton(
            tr("&Do the update"),
            self,
            objectName="control_units_update_do",
            clicked=lambda *_: self.updating.run.start(),
        )
        self.stop = QPushButton(tr("&Cancel"), self, clicked=lambda *_: self.updating.session.cancel())
        in_column((self.area, 1), self.told, in_flow(self.do, self.stop), on=self, margins=0)
        session = updating.session
        updating.changed.connect(self.refresh)
        session.progressed.connect(self._advance)
        session.busy_changed.connect(self.refresh)
        session.taken_back.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what would be done, or how far it is."""
        updating, session = self.updating, self.updating.session
        case = session.case
        running = updating.run.running and session.busy
        for field in (self.keep, self.anew, self.year, self.lower, self.document, self.locks, self.recodes):
            field.setEnabled(not updating.run.running)
        self.locks.ask(updating.locked if updating.keeps else (), updating.locks)
        self.recodes.ask(updating.recoded, updating.recodes)
        asked = {"locks": self.locks, "recodes": self.recodes}.get(updating.open_question)
        if asked is not None:
            self.area.ensureWidgetVisible(asked, 0, 0)
        profile = case.profile if case is not None else None
        method, _ = updating.method_anew()
        self.anew.setText(
            tr("Divide a&new: {method}", method=method_label(method, profile, short=True).replace("&", "&&"))
        )
        self.lower.setVisible(updating.keeps)
        self.document.setVisible(updating.keeps and updating.follows)
        if not self.document.hasFocus():
            self.document.setText(updating.document)
        for button, on in (
            (self.keep, updating.keeps),
            (self.anew, not updating.keeps),
            (self.lower, updating.follows),
        ):
            with QSignalBlocker(button):
                button.setChecked(on)
        self._show_years()
        self.told.setText(self.words())
        self.bar.setVisible(running)
        self.now.setVisible(running)
        self.now.setText(self._message if running else "")
        self.stop.setVisible(running)
        offer(self.do, tr("Works in the background; the plan before is kept and can be taken back."), self._why_not())
        offer(self.stop, tr("Stops at once; plan and case stay as they were."))

    def _show_years(self) -> None:
        updating = self.updating
        named = Path(updating.named_by_case).name
        offered = [] if updating.fixed_by_case else [(False, tr("The plan as it is now"))]
        if named:
            offered.append((True, tr("As the case says: {file}", file=named)))
        if [(self.year.itemData(row), self.year.itemText(row)) for row in range(self.year.count())] != offered:
            fill(self.year, offered)
        choose(self.year, updating.fixed_by_case or (updating.from_case and bool(named)))

    def words(self) -> str:
        """Say in one sentence what will happen."""
        updating, session = self.updating, self.updating.session
        if session.case is None or not updating.ready:
            return self._why_not()
        sources = updating.sources()
        names = [source_title(one.spec, sources, session.case.profile) for one in updating.newer]
        if updating.changes:
            names.append(tr("table of administrative changes"))
        kept = tr("every place keeps its unit unless the rules say something else there now")
        if not updating.keeps:
            kept = tr("the territory is divided anew, and codes and names go on where they can")
        edits = ""
        if session.edits and updating.edits_are_units:
            edits = tr("; the edits made so far are part of last year's units")
        elif session.edits:
            edits = tr("; the edits made so far are done again")
        copy = updating.run.copy_name()
        kept_as = tr(", the plan as it is now is kept as {file}", file=copy) if copy else ""
        own = updating.run.own_case()
        if own is not None:
            return tr(
                "The plan is filed and stays as it is: a case {file} beside it takes the newer {sources}, and a plan of its own is made: {kept}.",  # noqa: E501
                file=own.name,
                sources=listed(names),
                kept=kept,
            )
        return tr(
            "The case takes the newer {sources}{kept_as}, and the plan is made anew: {kept}{edits}; all of it can be taken back.",  # noqa: E501
            sources=listed(names),
            kept_as=kept_as,
            kept=kept,
            edits=edits,
        )

    def _why_not(self) -> str:
        """Say why the update cannot be done now; "" where it can."""
        updating, session = self.updating, self.updating.session
        if updating.run.running or session.busy or session.taking_back:
            return tr("A run is on its way.")
        if not updating.newer and not updating.changes:
            return tr("Choose a newer file for a source first.")
        if session.case is None:
            return tr("No case is open.")
        sources = updating.sources()
        texts = {
            "waiting": tr("{name} is still being compared."),
            "problem": tr("The newer file of {name} cannot be used: choose another, or none."),
            "check": tr("Look at what is to be confirmed of {name} first: double-click its line."),
        }
        for one in updating.newer:
            if one.state in texts:
                return texts[one.state].format(name=source_title(one.spec, sources, session.case.profile))
        if updating.keeps and updating.follows and not updating.document:
            return tr("Name the document by which land may be put into a lower category.")
        if updating.changes_error is not None:
            return tr("The table of administrative changes cannot be used: choose another.")
        questions = {
            "wait": tr("It is being worked out whether locked units would change."),
            "locks": tr("Say first which goes before the other: the rules, or the lock."),
            "recodes": tr("Say first what becomes of the codes that hold the county code of before."),
        }
        return questions.get(updating.open_question, "")

    def _advance(self, share: float, message: Message) -> None:
        if self.updating.run.running:
            self.bar.setValue(round(1000 * share))
            self._message = said(message)
            self.now.setText(self._message)

"""The facts of a project that clauses at its site ask for, a field each: those first on which the verdict hangs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QLocale, QSignalBlocker, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QDoubleValidator
from qgis.PyQt.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from ...text import capital, language, tr
from ...widgets.choices import choose, fill
from ...widgets.elided_combo import ElidedCombo
from ...widgets.fold_button import FoldButton
from ...widgets.layout import in_column, in_line
from ...widgets.muted import MutedLabel
from ...widgets.plain_text import PlainLabel, as_tip, embolden
from .words import asked_of, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ....delineation.lists.facts import ProjectFact
    from ....delineation.lists.terms import ClauseVocabulary
    from ...work.assessment import Document

__all__ = ["AskedFact", "FactFields", "facts_asked", "title_of"]

PAUSE = 350  # milliseconds after the last key, until a number counts
MOST = 3  # facts that are asked for at once
FIELD = 170  # pixels of a field at most, beside which its title stands
DESCRIBED = "described"


@dataclass(frozen=True)
class AskedFact:
    """A fact that clauses ask for.

    Attributes
    ----------
    name, title : str
    kind : str
        ``number``, ``choice`` or ``yes_no``.
    units : tuple of str
        Of a number.
    choices : mapping of str to str
        Id → word.
    deciding : bool
        The verdict may be another one by it.
    verdicts : tuple of str
        Which it may be then, in words.
    implied : str
        What the industry implies of it where nobody says anything, in words; blank for nothing.
    """

    name: str
    title: str
    kind: str
    units: tuple[str, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    deciding: bool = False
    verdicts: tuple[str, ...] = ()
    implied: str = ""


def facts_asked(
    document: Document, vocabulary: ClauseVocabulary, verdicts: Mapping[str, str], said: Iterable[str] = ()
) -> list[AskedFact]:
    """Give the facts that an answer asks for, those first that change its verdict; those implied, and those said.

    Industry and nature, which have fields of their own, are left out.
    """
    found: dict[str, AskedFact] = {}
    implied = {one["fact"]: str(one["value"]) for one in document["project"]["implied"]}

    def enter(name: str, title: str = "", changing: Sequence[str] | None = None) -> None:
        known = vocabulary.facts.by_id.get(name.partition(":")[0])
        if name in found or known is None or name in ("industry", "nature"):
            return
        words = {key: _choice(key, word) for key, word in known.choices.items()}
        own = title or title_of(known)
        may_be = tuple(dict.fromkeys(verdicts.get(one, one) for one in changing or ()))
        by_industry = words.get(implied.get(name, ""), implied.get(name, ""))
        units, deciding = tuple(known.units), changing is not None
        found[name] = AskedFact(name, own, known.kind, units, words, deciding, may_be, by_industry)

    for fact in document["facts_missing"]:
        enter(fact["fact"], fact["title"], fact["verdicts"])
    for clause in document["clauses"]:
        name = asked_of(clause)
        enter(name, _title_of(name, clause))
    texts = {str(clause["id"]): clause for clause in document["clauses"]}
    for name in (*implied, *said):
        clause_id = name.partition(":")[2]
        enter(name, _title_of(name, texts[clause_id]) if clause_id in texts else "")
    return list(found.values())


def title_of(known: ProjectFact) -> str:
    """Name a fact in the user's language."""
    return known.title if language() == "zh" else capital(known.title_en)


def _title_of(name: str, clause: Mapping[str, Any]) -> str:
    if name.partition(":")[0] != DESCRIBED:
        return ""
    return tr("Is the project what is described: {text}", text=clause["text"])


def _choice(key: str, word: str) -> str:
    if language() == "zh":
        return word
    return {"yes": tr("yes"), "no": tr("no")}.get(key, key.replace("_", " "))


class _FactRow:
    """The title and the field of one fact."""

    def __init__(self, fact: AskedFact, owner: FactFields) -> None:
        self.fact, self._owner = fact, owner
        self.title = PlainLabel(fact.title, owner, wrap=True)
        self.number: QLineEdit | None = None
        self.choice: ElidedCombo | None = None
        self.field = QWidget(owner, maximumWidth=FIELD)
        line = in_line(on=self.field, margins=0, spacing=3)
        if fact.kind == "number":
            self._make_number(line)
        else:
            self._make_choice(line)

    def _make_number(self, line: QHBoxLayout) -> None:
        number = self.number = QLineEdit(
            self.field,
            objectName=f"control_units_fact_{self.fact.name}",
            accessibleName=self.fact.title,
            placeholderText=tr("not known", "a fact of the project"),
            textChanged=lambda _: self._owner.soon(),
            editingFinished=self._owner.now,
        )
        validator = QDoubleValidator(number, bottom=0.0)
        validator.setLocale(QLocale.c())
        number.setValidator(validator)
        line.addWidget(number, 1)
        self.units: ElidedCombo | None = None
        if len(self.fact.units) > 1:
            self.units = ElidedCombo(
                4,
                self.field,
                accessibleName=tr("Unit", "of a number"),
                toolTip=tr("The unit of the number; units are not converted."),
                activated=lambda _: self._owner.now(),
            )
            self.units.addItems(list(self.fact.units))
            line.addWidget(self.units, 1)
        elif self.fact.units:
            line.addWidget(PlainLabel(self.fact.units[0], self.field))

    def _make_choice(self, line: QHBoxLayout) -> None:
        choice = self.choice = ElidedCombo(
            6,
            self.field,
            objectName=f"control_units_fact_{self.fact.name}",
            accessibleName=self.fact.title,
            activated=lambda _: self._owner.now(),
        )
        fill(choice, [("", ""), *self.fact.choices.items()])
        line.addWidget(choice, 1)

    def value(self) -> str:
        if self.number is None:
            return str(self.choice.currentData() or "") if self.choice is not None else ""
        text = self.number.text().strip()
        if not text or not self.number.hasAcceptableInput():
            return ""
        unit = self.units.currentText() if self.units is not None else (self.fact.units or ("",))[0]
        return f"{text} {unit}".strip()

    def set_value(self, said: str) -> None:
        if self.choice is not None:
            with QSignalBlocker(self.choice):
                choose(self.choice, said)
        if self.number is None:
            return
        number, _, unit = said.partition(" ")
        with QSignalBlocker(self.number):
            self.number.setText(number)
        if self.units is not None and unit:
            self.units.setCurrentIndex(max(0, self.units.findText(unit)))

    def ask(self, fact: AskedFact) -> None:
        """Be of the same fact in another answer."""
        self.fact = fact
        self.title.setText(fact.title)
        embolden(self.title, bold=fact.deciding)
        silent = tr("not known", "a fact of the project")
        if fact.implied:
            silent = tr("{value} (implied by the industry)", value=fact.implied)
        if self.choice is not None:
            self.choice.setItemText(0, silent)
        if self.number is not None:
            self.number.setPlaceholderText(silent)
        tip = ""
        if fact.deciding and fact.verdicts:
            tip = tr("By what it is the verdict may become: {verdicts}.", verdicts=joined(fact.verdicts))
        elif not fact.deciding:
            tip = tr("It tells whether a clause applies; the verdict stays.")
        for widget in (self.title, self.number, self.choice):
            if widget is not None:
                widget.setToolTip(as_tip(tip))

    def widgets(self) -> tuple[QWidget, QWidget]:
        return self.title, self.field


class FactFields(QWidget):
    """The fields; what they say as ``answers``."""

    changed = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, objectName="control_units_facts")
        self.rows: dict[str, _FactRow] = {}
        self._kept: dict[str, str] = {}  # what was said of facts that no clause asks for here
        self._said: dict[str, str] = {}
        self.about_site: dict[str, str] = {}  # facts that another parcel has another answer to, with their titles
        self._above: set[str] = set()  # facts that are asked for at once
        self._timer = QTimer(self, singleShot=True, interval=PAUSE, timeout=self.now)
        self.head = MutedLabel("", self)
        self.more = FoldButton(
            self,
            objectName="control_units_facts_more",
            toolTip=tr("Other facts that clauses ask for."),
        )
        self._grid, self._others = QWidget(self), QWidget(self)
        self.more.toggled.connect(self._others.setVisible)
        for box in (self._grid, self._others):
            grid = QGridLayout(box)
            grid.setContentsMargins(8, 0, 0, 0)
            grid.setVerticalSpacing(3)
            grid.setColumnStretch(0, 1)
            grid.setColumnStretch(1, 1)
        in_column(self.head, self._grid, self.more, self._others, on=self, margins=(0, 2, 0, 2), spacing=2)
        self._show_parts(0, 0)

    def answers(self, *, of_site: bool = True) -> dict[str, str]:
        """Fact → value, with its unit after a space; of the project alone where the site is on its way."""
        own = {name: value for name, row in self.rows.items() if (value := row.value())}
        said = {name: value for name, value in self._kept.items() if name not in self.rows} | own
        return said if of_site else self.without_site(said)

    def without_site(self, said: Mapping[str, str]) -> dict[str, str]:
        """Leave out what was said of the parcel."""
        return {name: value for name, value in said.items() if name not in self.about_site}

    def leave_site(self) -> list[str]:
        """Forget what was said of a parcel that the project has left; give the titles of that."""
        left = [title for name, title in self.about_site.items() if name in self.answers()]
        self.set_answers(self.answers(of_site=False))
        return left

    def offer(self, facts: Sequence[AskedFact], *, same: bool) -> None:
        """Ask for these; ``same``: of the same site and project, so that no field leaves the hand that writes in it."""
        said = self.answers()
        wanted = {fact.name: fact for fact in facts}
        for name in [one for one in self.rows if one not in wanted]:
            row = self.rows.pop(name)
            if value := row.value():
                self._kept[name] = value
            for widget in row.widgets():
                widget.deleteLater()
        before = list(self.rows)
        for name, fact in wanted.items():
            if name not in self.rows:
                self.rows[name] = _FactRow(fact, self)
                if name in said:
                    self.rows[name].set_value(said[name])
            self.rows[name].ask(fact)
        order = [one for one in before if one in wanted] if same else []
        order += [one for one in wanted if one not in order]
        self.rows = {name: self.rows[name] for name in order}
        # What was said stays where it was asked for.
        kept = [one for one in order if self.rows[one].value() or (same and one in self._above)]
        room = MOST - sum(not self.rows[one].value() for one in kept)
        asked = [one for one in order if self.rows[one].fact.deciding and one not in kept]
        self._above = {*kept, *asked[: max(0, room)]}
        self._lay_out()
        self._said = self.answers()

    def _lay_out(self) -> None:
        counts = []
        for box, deciding in ((self._grid, True), (self._others, False)):
            grid, place = box.layout(), 0
            for row in self.rows.values():
                if (row.fact.name in self._above) is not deciding:
                    continue
                for column, widget in enumerate(row.widgets()):
                    if widget.parentWidget() is not box or grid.getItemPosition(grid.indexOf(widget))[:2] != (
                        place,
                        column,
                    ):
                        grid.addWidget(widget, place, column)
                    widget.show()
                place += 1
            counts.append(place)
        hangs = tr("The verdict hangs on this:")
        if not any(self.rows[name].fact.deciding for name in self._above):
            hangs = tr("Facts of the project:", "that clauses asked for")
        self.head.setText(hangs)
        self._show_parts(*counts)

    def _show_parts(self, deciding: int, others: int) -> None:
        self.head.setVisible(deciding > 0)
        self._grid.setVisible(deciding > 0)
        self.more.setVisible(others > 0)
        self.more.setText(tr("More facts: {count}", count=others))
        self._others.setVisible(others > 0 and self.more.isChecked())
        self.setVisible(deciding + others > 0)

    def focus_on(self, name: str) -> QWidget | None:
        """Put the cursor into the field of a fact; the field, None where there is none."""
        row = self.rows.get(name)
        if row is None:
            return None
        if name not in self._above:
            self.more.setChecked(True)
        field = row.number if row.number is not None else row.choice
        if field is not None:
            field.setFocus(Qt.FocusReason.OtherFocusReason)
        return field

    def set_answers(self, said: Mapping[str, str]) -> None:
        """Say these facts, and no others."""
        self._timer.stop()
        self._kept = dict(said)
        for name, row in self.rows.items():
            row.set_value(said.get(name, ""))
        self._said = self.answers()

    def soon(self) -> None:
        """Tell of what is written when nothing more comes."""
        self._timer.start()

    def now(self) -> None:
        """Tell of what was said, where it is something else."""
        self._timer.stop()
        said = self.answers()
        if said != self._said:
            self._said = said
            for name, row in self.rows.items():
                if not row.value():
                    self._kept.pop(name, None)
            self.changed.emit()

"""Which clauses are listed: a text to look for and what narrows them; how many, and how many of these to review."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QSignalBlocker, Qt, pyqtSignal
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QPushButton, QToolButton, QWidget

from ....delineation.lists.draft import TO_REVIEW
from ....delineation.lists.library import LEVELS
from ....delineation.lists.wording import EFFECTS
from ...map.colours import chip_icon
from ...text import categories as category_words
from ...text import tr
from ...widgets.choices import fill, find_field
from ...widgets.elided_combo import ElidedCombo
from ...widgets.fold_button import FoldButton
from ...widgets.layout import in_column, in_flow, in_line
from ...widgets.offered import offer
from ...widgets.plain_text import PlainLabel
from ...work.clause_book import NARROWING, Wanted
from .clause_words import level_word, status_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...work.clause_book import ClauseBook
    from .clause_words import ClauseWords


class ListsHead(QWidget):
    """Fields, and what they say as a `Wanted`; a count, and two buttons for what is to be reviewed."""

    changed = pyqtSignal(object)  # Wanted

    def __init__(self, parent: QWidget, words: ClauseWords) -> None:
        super().__init__(parent, objectName="control_units_clause_filters")
        self._words = words
        self.wanted = Wanted()
        self.find = find_field(
            self,
            tr("Find in texts, bases, remarks"),
            tr("Only clauses are listed whose text, basis, issuer or remark holds this."),
            lambda text: self._want(text=text),
            objectName="control_units_clause_find",
        )
        self.switch = FoldButton(
            self,
            objectName="control_units_clause_narrow",
            focusPolicy=Qt.FocusPolicy.StrongFocus,
            toggled=self._open,
        )
        self.fields: dict[str, ElidedCombo] = {}
        self._all = QWidget(self)
        tips = {
            "category": tr("Only clauses of units of this category are listed."),
            "dimension": tr("Only clauses of this dimension are listed."),
            "effect": tr("Only clauses that do this are listed."),
            "level": tr("Only clauses of this level are listed."),
            "status": tr("Only clauses with this status are listed."),
        }
        for name in NARROWING:
            self.fields[name] = ElidedCombo(
                6,
                self._all,
                objectName=f"control_units_clause_{name}",
                toolTip=tips[name],
                accessibleName=tips[name],
                currentIndexChanged=lambda _, name=name: self._picked(name),
            )
        self.clear = QToolButton(
            self._all,
            text=tr("List all"),
            toolTip=tr("Takes all of these back, and what is looked for."),
            clicked=lambda *_: self.show_wanted(Wanted(), tell=True),
            focusPolicy=Qt.FocusPolicy.StrongFocus,
        )
        in_flow(*self.fields.values(), self.clear, on=self._all)
        self.count = PlainLabel("", self, objectName="control_units_lists_count")
        self.next = QPushButton(tr("Next one", "clause to review"), self, objectName="control_units_lists_next")
        self.all = QPushButton(
            tr("Approve all", "that is listed"),
            self,
            objectName="control_units_lists_approve_all",
        )
        self.count.setMinimumHeight(self.all.sizeHint().height())
        in_column(
            in_line((self.find, 1), self.switch),
            self._all,
            in_flow(self.count, self.next, self.all),
            on=self,
            margins=0,
            spacing=3,
        )
        self._open(on=False)

    # ── what there is to choose from ──────────────────────────────────────────────────────────────────────────────

    def offer(self, book: ClauseBook, scope: NDArray[Any], *, categories: bool) -> None:
        """Offer what there is among some rows; ``categories`` where these are of more than one unit."""
        self.fields["category"].setVisible(categories)
        words = self._words
        own = {
            "category": {str(number): word for number, word in category_words(profile=words.profile).items()},
            "dimension": {one: words.dimension(one) for one in words.dimensions},
            "effect": {one: words.effect(one) for one in EFFECTS},
            "level": {one: level_word(one) for one in LEVELS},
            "status": status_words(),
        }
        whole = {
            "category": tr("All categories"),
            "dimension": tr("All dimensions"),
            "effect": tr("All effects"),
            "level": tr("All levels"),
            "status": tr("Any status"),
        }
        counted = tr("{thing} ({count})", "a choice and how many there are")
        for name, combo in self.fields.items():
            there = book.counts(name, scope)
            names = {**own[name], **{one: one for one in there if one and one not in own[name]}}
            wanted = getattr(self.wanted, name)
            lines = [
                (value, counted.format(thing=word, count=f"{there.get(value, 0):,}"), _icon(name, value))
                for value, word in names.items()
                if there.get(value) or value == wanted
            ]
            with QSignalBlocker(combo):
                fill(combo, [("", whole[name]), *lines], wanted)
        self._say()

    def show_wanted(self, wanted: Wanted, *, tell: bool = False) -> None:
        """Show what is wanted; ``tell`` of it too."""
        self.wanted = wanted
        blockers = [QSignalBlocker(one) for one in (self.find, *self.fields.values())]
        self.find.setText(wanted.text)
        for name, combo in self.fields.items():
            value = getattr(wanted, name)
            if combo.findData(value) < 0:
                combo.addItem(value, value)
            combo.setCurrentIndex(combo.findData(value))
        del blockers
        self._say()
        if tell:
            self.changed.emit(wanted)

    # ── what is chosen ────────────────────────────────────────────────────────────────────────────────────────────

    def _picked(self, name: str) -> None:
        self._want(**{name: self.fields[name].currentData() or ""})

    def _want(self, **values: str) -> None:
        self.wanted = replace(self.wanted, **values)  # type: ignore[arg-type]
        self._say()
        self.changed.emit(self.wanted)

    def _open(self, on: bool) -> None:
        self._all.setVisible(on)
        self._say()

    def _say(self) -> None:
        count = sum(bool(getattr(self.wanted, name)) for name in NARROWING)
        text = tr("Narrow", "to list less")
        if count:
            text = tr("Narrowed: {count}", count=count)
        self.switch.setText(text)
        self.switch.setToolTip(tr("Lists one category, dimension, effect, level or status alone."))
        self.clear.setEnabled(self.wanted != Wanted())

    # ── how many are listed ─────────────────────────────────────────────────────────────────────────────────────────

    def show_count(
        self,
        book: ClauseBook,
        listed: NDArray[Any],
        scope: NDArray[Any],
        *,
        elsewhere: int,
        making: bool,
        why_not: str,
    ) -> None:
        """Say how many rows are listed of how many, and how many of these are to be reviewed; offer to review them.

        Parameters
        ----------
        book : ClauseBook
        listed, scope : array of int
            Rows that are listed, and among which was chosen.
        elsewhere : int
            Clauses of all lists that are to be reviewed.
        making : bool
            The book is on its way.
        why_not : str
            Why nothing may be done now, "" where it may.
        """
        waiting = book.counts("status", listed).get(TO_REVIEW, 0)
        text = tr("{shown} of {count}, to review: {waiting}")
        if len(listed) == len(scope):
            text = tr("{count} clauses, to review: {waiting}")
        if making:
            text = tr("The lists are being looked through…")
        self.count.setText(text.format(shown=f"{len(listed):,}", count=f"{len(scope):,}", waiting=f"{waiting:,}"))
        none = tr("Nothing that is listed is to be reviewed.")
        offer(
            self.all,
            tr("All that is listed and to be reviewed is approved, as one edit."),
            why_not or ("" if waiting else none),
        )
        offer(
            self.next,
            tr("Shows the next clause that is to be reviewed, in this unit or a later one."),
            "" if elsewhere else tr("Nothing is to be reviewed."),
        )


def _icon(name: str, value: str) -> QIcon:
    return chip_icon(int(value)) if name == "category" and value.isdecimal() else QIcon()

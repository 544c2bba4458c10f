"""The form in which a clause of a unit is written or changed; what may not be changed says why."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QEvent, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from ....delineation.core.errors import BadInput
from ....delineation.lists.wording import EFFECTS
from ...text import listed, sentence, tr
from ...widgets.choices import fill
from ...widgets.elided_combo import ElidedCombo
from ...widgets.layout import STRETCH, form_on, in_column, in_flow, in_line
from ...widgets.marks import mark_icon
from ...widgets.muted import MutedLabel
from ...widgets.offered import offer
from ...widgets.plain_text import PlainLabel
from ...widgets.scrolled import scrolled
from .clause_words import level_word

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QKeyEvent

    from ...work.clause_book import ClauseRow
    from .clause_words import ClauseWords

APART = re.compile(r"[;；,，、\s]+")
LINES, SIGN = 4, 16  # lines of the text; pixels of a mark


class ClauseForm(QWidget):
    """Dimension, effect, text, basis, industries, remark; Ctrl+Enter keeps them, Esc leaves them."""

    kept = pyqtSignal(object)  # what was written, as an operation has it under add or change
    left = pyqtSignal()

    row: ClauseRow  # as it was; without a status it is a new one

    def __init__(self, words: ClauseWords, parent: QWidget) -> None:
        super().__init__(parent, objectName="control_units_clause_form")
        self._words = words
        self.head = MutedLabel("", self)
        self.dimension = ElidedCombo(8, self, toolTip=tr("Under which of the four dimensions the clause stands."))
        self.effect = ElidedCombo(4, self, toolTip=tr("What the clause does: forbid, limit, ask for, inform …"))
        self.text = QPlainTextEdit(
            self,
            objectName="control_units_clause_text",
            tabChangesFocus=True,
            placeholderText=tr("What holds in this unit"),
            toolTip=tr("The wording as it is to stand in the list; line breaks are taken out."),
        )
        self.text.setFixedHeight(LINES * self.fontMetrics().lineSpacing() + 10)
        self.basis = QLineEdit(
            self,
            objectName="control_units_clause_basis",
            placeholderText=tr("Law or document with its article"),
            toolTip=tr("What the clause rests on; a basis that is not the clause library's own counts as unchecked."),
        )
        self.industries = QLineEdit(
            self,
            objectName="control_units_clause_industries",
            placeholderText=tr("All; or codes as C26, or names of groups"),
            toolTip=tr("Whom the clause binds: GB/T 4754 codes at any depth, or groups of industries."),
            textChanged=self._check,
        )
        self.remark = QLineEdit(
            self,
            objectName="control_units_clause_remark",
            toolTip=tr("Stands in the column of remarks of the list."),
        )
        self.named = PlainLabel("", self, wrap=True)
        self.named.keep_height()
        self.said, self.sign = PlainLabel("", self, wrap=True, objectName="control_units_clause_refused"), QLabel(self)
        self.said.keep_height()
        self.sign.setPixmap(mark_icon("problem").pixmap(SIGN, SIGN))
        self._lay_out()
        self.set_able("")
        self.refuse("")

    def _lay_out(self) -> None:
        self.area, self._inside, layout = scrolled(self)
        form = form_on(
            None,
            (tr("Kind", "dimension and effect of a clause"), in_line((self.dimension, 3), (self.effect, 2))),
            (tr("Text", "of a clause"), self.text),
            (tr("Basis", "of a clause"), self.basis),
            (tr("Industries"), self.industries),
            ("", self.named),
            (tr("Remark"), self.remark),
            spacing=3,
        )
        layout.addLayout(in_column(self.head, form, STRETCH))
        self.keep = QPushButton(
            tr("&Keep", "what was written"), self, objectName="control_units_clause_keep", clicked=self.commit
        )
        self.leave = QPushButton(
            tr("&Leave", "what was written"),
            self,
            objectName="control_units_clause_leave",
            toolTip=tr("Leaves all as it was (Esc)."),
            clicked=self.left,
        )
        # What scrolls are the fields alone: what was refused, and the buttons, are always in sight.
        in_column(
            (self.area, 1),
            in_line((self.sign, 0, Qt.AlignmentFlag.AlignTop), (self.said, 1)),
            in_flow(self.keep, self.leave),
            on=self,
            margins=(0, 2, 0, 0),
            spacing=3,
        )

    def needed(self) -> int:
        """Give the height in which nothing scrolls."""
        below = self.keep.sizeHint().height() + (self.said.sizeHint().height() if self.said.isVisibleTo(self) else 0)
        return self._inside.sizeHint().height() + below + 4 * self.layout().spacing()

    # ── what is written ───────────────────────────────────────────────────────────────────────────────────────────

    def begin(self, row: ClauseRow, unit: str) -> None:
        """Write a new clause of a unit, which has no status yet, or change one."""
        self.row, words = row, self._words
        above = words.facts.is_above(row.level)
        head = tr("Change the clause in “{unit}” alone.")
        if not row.status:
            head = tr("A new clause of “{unit}”, written by hand.")
        elif above:
            head = tr("This clause is of the level “{level}”: its wording is not altered here, its remark may be.")
        self.head.setText(head.format(unit=unit, level=level_word(row.level)))
        fill(self.dimension, ((one, words.dimension(one)) for one in words.dimensions), row.dimension)
        fill(self.effect, ((one, words.effect(one)) for one in EFFECTS), row.effect)
        self.text.setPlainText(row.text)
        self.basis.setText(row.basis)
        self.remark.setText(row.remark)
        codes = words.facts.terms(row).get("industries", ())
        self.industries.setText("、".join(map(words.facts.industry_title, codes)))
        for widget in (self.dimension, self.effect, self.basis, self.industries):
            widget.setEnabled(not above)
        self.text.setReadOnly(above)
        self.refuse("")
        self._check()
        (self.remark if above else self.text).setFocus()

    def set_able(self, why_not: str) -> None:
        """Offer to keep what was written, or say why not now: it stays in the fields."""
        offer(self.keep, tr("Puts it into the plan, as an edit of its journal (Ctrl+Enter)."), why_not)

    def refuse(self, text: str) -> None:
        """Say why it was not kept; "" says nothing."""
        self.said.say(text)
        self.sign.setVisible(bool(text))

    def _codes(self) -> tuple[list[str], str]:
        """Read the industries; and what is wrong with them."""
        found: list[str] = []
        for one in filter(None, APART.split(self.industries.text().strip())):
            try:
                found.append(self._words.facts.industries.read(one))
            except BadInput as error:
                return found, sentence(error, self._words.profile)
        return found, ""

    def _check(self) -> None:
        codes, wrong = self._codes()
        named = listed(map(self._words.facts.industry, codes))
        self.named.say(wrong or named)

    def commit(self) -> None:
        """Give what was written, or say what is missing."""
        row, (codes, wrong) = self.row, self._codes()
        text = re.sub(r"\s*\n\s*", "", self.text.toPlainText()).strip()
        if wrong or not text:
            self.refuse(wrong or tr("Write what holds in this unit first."))
            (self.industries if wrong else self.text).setFocus()
            return
        said: dict[str, Any] = {
            "dimension": self.dimension.currentData(),
            "effect": self.effect.currentData(),
            "text": text,
            "basis": self.basis.text().strip(),
            "remark": self.remark.text().strip(),
        }
        terms = dict(self._words.facts.terms(row))
        if codes != list(terms.get("industries", ())):
            terms["industries"] = codes
            said["terms"] = json.dumps({key: value for key, value in terms.items() if value}, ensure_ascii=False)
        changed = {key: value for key, value in said.items() if value != getattr(row, key)}
        if changed:
            new = {} if row.status else {"level": row.level}
            self.kept.emit({"id": row.clause_id, **changed, **new})
        else:
            self.left.emit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and (_keeps(event) or event.key() == Qt.Key.Key_Escape):
            event.accept()  # else the panel has the key, for what comes next
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            event.accept()
            self.left.emit()
        elif _keeps(event):
            event.accept()
            if self.keep.isEnabled():
                self.commit()
        else:
            super().keyPressEvent(event)


def _keeps(event: QKeyEvent) -> bool:
    enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    return enter and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)

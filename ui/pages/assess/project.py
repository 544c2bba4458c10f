"""What a project is: its industry, looked for by code, name or first letters; its nature; the day of the question."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import QAbstractItemView, QCompleter, QLineEdit, QPushButton, QWidget

from ....delineation.lists.terms import NATURES
from ...text import language, tr
from ...widgets.choices import choose, fill
from ...widgets.day_edit import DayEdit
from ...widgets.elided_combo import ElidedCombo
from ...widgets.layout import form_on, in_line
from ...widgets.muted import MutedLabel
from ...widgets.plain_text import as_tip
from ...widgets.tables import RowsModel, ViewColumn

if TYPE_CHECKING:
    from qgis.PyQt.QtCore import QModelIndex

    from ....delineation.lists.industries import Industries

__all__ = ["NEW_KEY", "IndustryField", "ProjectFields"]

CODE = Qt.ItemDataRole.UserRole
NAME = 120  # letters of a project's name
NEW_KEY = "Alt+N"
FOUND = 12  # industries that are listed at once


class IndustryField(QLineEdit):
    """A line in which an industry is looked for; below it what is found."""

    chosen = pyqtSignal(str)  # its code, "" for none

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            parent,
            objectName="control_units_assess_industry",
            clearButtonEnabled=True,
            placeholderText=tr("C26, a name, an everyday word, or first letters of its pinyin"),
        )
        self._tip = tr(
            "Code of GB/T 4754 at any depth, a part of the name, an everyday word, or the first letters of its pinyin. "
            "Empty: not known."
        )
        self.setToolTip(self._tip)
        self.industries: Industries | None = None
        self.code = ""
        self.none_found = False
        self._model = RowsModel(self, ViewColumn("", " ".join, more={CODE: itemgetter(0)}))
        completer = QCompleter(self._model, self, maxVisibleItems=FOUND)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.popup().setObjectName("control_units_assess_industries")
        completer.activated["QModelIndex"].connect(self._activated)
        # Not as the completer of the line, which would put its own text there while a hand writes.
        completer.setWidget(self)
        self._completer = completer
        self.textEdited.connect(self._look)
        self.returnPressed.connect(self._take_first)
        self.editingFinished.connect(self._settle)

    def completer_popup(self) -> QAbstractItemView:
        """Give the list of what is found."""
        return self._completer.popup()

    def _look(self, text: str) -> None:
        """List what is found."""
        found = self.industries.search(text) if self.industries is not None else []
        self._model.put(found)
        self.none_found = bool(text.strip()) and not found
        if not text.strip():
            self._completer.popup().hide()
            self._choose("")
        elif found:
            self._completer.complete()
            self._completer.popup().setCurrentIndex(self._model.index(0, 0))
        else:
            self._completer.popup().hide()

    def _activated(self, index: QModelIndex) -> None:
        self._choose(str(index.data(CODE)))

    def _take_first(self) -> None:
        if self._model.rowCount() and self.text() != self._words():
            self._choose(str(self._model.index(0, 0).data(CODE)))

    def _settle(self) -> None:
        """Show what counts when the hand leaves: what is written and was not chosen is nothing."""
        if not self._completer.popup().isVisible() and not self.none_found:
            self._show()

    def _choose(self, code: str) -> None:
        before, self.code = self.code, code
        self.none_found = False
        self._show()
        if code != before:
            self.chosen.emit(code)

    def show_code(self, code: str) -> None:
        """Show an industry without telling of it."""
        self.code = code
        self._show()

    def _words(self) -> str:
        if not self.code:
            return ""
        name = self.industries.name(self.code) if self.industries is not None else ""
        return f"{self.code} {name}".strip()

    def _show(self) -> None:
        if self.text() != self._words():
            self.setText(self._words())
            self.setCursorPosition(0)
        # A long name has no room in a narrow panel.
        self.setToolTip(as_tip("\n".join(filter(None, (self._words(), self._tip)))))


class ProjectFields(QWidget):
    """The fields."""

    changed = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, objectName="control_units_assess_project")
        self.name = QLineEdit(
            self,
            objectName="control_units_assess_name",
            clearButtonEnabled=True,
            maxLength=NAME,
            placeholderText=tr("as the application calls it"),
            toolTip=tr("Stands in the answer, at the head of the report and in the name of its file."),
            editingFinished=self._take_name,
        )
        self._called = ""
        self.new = QPushButton(
            tr("New project"),
            self,
            objectName="control_units_assess_new",
            autoDefault=False,
            toolTip=tr(
                "Begins afresh: name, industry, facts, place, answer and report. {key}",
                key=QKeySequence(NEW_KEY).toString(QKeySequence.SequenceFormat.NativeText),
            ),
        )
        self.industry = IndustryField(self)
        self.industry.chosen.connect(self._tell)
        self.industry.textEdited.connect(self._warn)
        self.warning = MutedLabel("", self, visible=False)
        self.nature = ElidedCombo(
            5,
            self,
            objectName="control_units_assess_nature",
            accessibleName=tr("Nature of the project"),
            toolTip=tr("Many clauses hold for what is new or extended alone."),
            activated=self._tell,
        )
        english = {
            "new": tr("new", "nature of a project"),
            "expand": tr("extension", "nature of a project"),
            "rebuild": tr("conversion", "nature of a project"),
            "existing": tr("existing", "nature of a project"),
        }
        fill(self.nature, ((key, word if language() == "zh" else english[key]) for key, word in NATURES.items()))
        self.as_of = DayEdit(
            self,
            objectName="control_units_assess_as_of",
            accessibleName=tr("As of the day"),
            toolTip=tr("Clauses and laws count as they are in force on this day; without one that is not judged."),
            stated=self._tell,
        )
        line = in_line((self.industry, 4), (self.nature, 1), (self.as_of, 2), spacing=3)
        form_on(
            self,
            (tr("Project"), in_line((self.name, 1), self.new, spacing=4)),
            (tr("Industry"), line),
            self.warning,
            spacing=3,
        )

    def day(self) -> str:
        """Give the day of the question, ISO; "" where nobody stated one."""
        return self.as_of.day()

    def _warn(self) -> None:
        none = self.industry.none_found
        text = tr("No industry of GB/T 4754 is called so; the project is assessed without one.")
        self.warning.say(text if none else "")
        if none and self.industry.code:
            self.industry.code = ""
            self._tell()

    def _tell(self) -> None:
        self.warning.hide()
        self.changed.emit()

    def called(self) -> str:
        """Give the name of the project, on one line."""
        return " ".join(self.name.text().split())

    def _take_name(self) -> None:
        if self.called() != self._called:
            self._called = self.called()
            self.changed.emit()

    def show_project(self, name: str = "", industry: str = "", nature: str = "new") -> None:
        """Show a project without telling of it; without a word one of which nothing is known."""
        self.name.setText(name)
        self._called = self.called()
        self.warning.hide()
        self.industry.show_code(industry)
        choose(self.nature, nature)

"""A row of the Output page: one thing that the plan can become, as which kind of file, with what, and where."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QSignalBlocker, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
    QWidget,
)

from ....delineation.core.errors import visible
from ....delineation.export.registry import PARTS
from ...text import language, said, tr
from ...widgets.choices import fill
from ...widgets.elided_combo import ElidedCombo
from ...widgets.elided_line import ElidedLine
from ...widgets.file_dialogs import ask_save_as
from ...widgets.layout import form_on, in_column, in_line, take_width
from ...widgets.messages import words_of
from ...widgets.muted import MutedLabel
from ...widgets.plain_text import embolden
from ...widgets.signed_line import FileLine
from ...work.export_options import choice_word, option_title, remarks

if TYPE_CHECKING:
    from ....delineation.core.options import Option
    from ...work.outputs import Outputs, Thing

LARGEST = 100_000  # of a number that is an option


def ask_target(outputs: Outputs, what: str, parent: QWidget) -> bool:
    """Ask where a thing is to be exported to; tell whether somebody has said it."""
    path, one = outputs.target(what), outputs.format_of(what)
    if path is None:
        return False
    title = tr("Where to export: {name}", name=one.zh if language() == "zh" else one.en)
    chosen = ask_save_as(parent, title, path, one.file_kind(language()), one.suffix)
    if chosen is not None:
        outputs.set_target(what, chosen)
    return chosen is not None


class OutputRow(QFrame):
    """Shows one thing of the outputs, and changes how it is wanted."""

    asked = pyqtSignal(str)  # export this one now

    def __init__(self, outputs: Outputs, thing: Thing, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName=f"output_{thing.what}", frameShape=QFrame.Shape.StyledPanel)
        self.outputs, self.thing = outputs, thing
        self.holds = MutedLabel("", self)
        self.options = QWidget(self, visible=False)
        self._form = form_on(self.options, margins=(18, 0, 0, 0), spacing=3)
        self._of = ""  # the format whose options the form shows
        self.end = FileLine("output_became", self)
        self.became, self.file, self.folder = self.end.said.text, self.end.file, self.end.folder
        parts = (self._head(), self.holds, self._place(), self.options, self.end)
        in_column(*parts, on=self, margins=(6, 4, 6, 5), spacing=3)

    def _head(self) -> QHBoxLayout:
        self.box = QCheckBox(
            self.thing.title,
            self,
            toolTip=tr("Ticked: exported together with all others that are ticked."),
            toggled=lambda on: self.outputs.tick(self.thing.what, on=on),
        )
        embolden(self.box)
        self.kind: ElidedCombo = ElidedCombo(
            6,
            self,
            accessibleName=tr("Kind of file"),
            toolTip=tr("As which kind of file it is written."),
            activated=lambda row: self.outputs.choose(self.thing.what, self.kind.itemData(row)),
        )
        take_width(self.kind)
        fill(self.kind, ((one.name, one.file_zh if language() == "zh" else one.file_en) for one in self.thing.formats))
        return in_line((self.box, 3), (self.kind, 2))

    def _place(self) -> QHBoxLayout:
        self.target = ElidedLine(self, objectName="output_target")
        self.other = QToolButton(
            self,
            text="…",
            toolTip=tr("Another folder or name; the project remembers it.", "of QGIS"),
            accessibleName=tr("Another folder or name"),
            clicked=self._ask_target,
        )
        self.more = QToolButton(
            self,
            text=tr("Options"),
            checkable=True,
            toolTip=tr("What else can be set of this kind of file."),
            toggled=self._show_options,
        )
        self.now = QPushButton(
            tr("Export"),
            self,
            toolTip=tr("Export this one alone, now."),
            clicked=lambda *_: self.asked.emit(self.thing.what),
        )
        return in_line((self.target, 1), self.other, self.more, self.now, spacing=4)

    # ── what it shows ─────────────────────────────────────────────────────────────────────────────────────────────

    def refresh(self) -> None:
        """Show the thing as it is wanted, and what became of it."""
        outputs, what = self.outputs, self.thing.what
        wish, plan = outputs.wishes[what], outputs.session.plan_path
        with QSignalBlocker(self.box):
            self.box.setChecked(wish.ticked)
        self.kind.setCurrentIndex(self.kind.findData(wish.format))
        self._fill_options()
        self.target.show_place(outputs.target(what), plan)
        for widget in (self.box, self.kind, self.other, self.options):
            widget.setEnabled(plan is not None and not outputs.busy)
        self.now.setEnabled(outputs.possible)
        found = outputs.preview(what)
        self.holds.say(words_of(found) if isinstance(found, Exception) else said(found))
        self._show_what_became()

    def _show_what_became(self) -> None:
        outputs, what = self.outputs, self.thing.what
        last, failure = outputs.last(what), outputs.failures.get(what)
        mark, text, there = "", "", None
        if last is not None:
            there = last.files[0] if last.files[0].exists() else None
            if there is None:
                mark = "waiting"
                text = tr("Exported {time}; {file} is no longer there.")
            elif outputs.is_present(last):
                mark, text = "done", tr("Exported {time}")
                if there != outputs.target(what):
                    text = tr("Exported {time}: {file}")
            else:
                mark = "check"
                text = tr("Out of date: exported {time}; the plan has changed since.")
            text = text.format(time=local_time(last.time), file=visible(last.files[0].name))
            notes = remarks(outputs.written[what]) if what in outputs.written and mark == "done" else []
            text = "\n".join([text, *notes])
        if failure is not None:
            mark, there = "problem", None
            text = tr("Not exported; what was there before is as it was. {why}")
            text = text.format(why=words_of(failure))
        if outputs.at_work == what:
            mark, text = "next", tr("Being exported…")
        elif what in outputs.waiting:
            mark, text = "waiting", tr("Comes after the others.")
        self.end.say(mark, text, there)

    # ── what it changes ───────────────────────────────────────────────────────────────────────────────────────────

    def _ask_target(self) -> None:
        ask_target(self.outputs, self.thing.what, self)

    def _show_options(self, on: bool) -> None:
        self.options.setVisible(on and self.more.isVisibleTo(self))

    def _fill_options(self) -> None:
        outputs, what = self.outputs, self.thing.what
        one = outputs.format_of(what)
        # This page is of the whole; a part is asked for where it stands.
        settings = [option for option in one.settings if option.name not in PARTS]
        self.more.setVisible(bool(settings))
        if self._of == one.name:
            return
        self._of = one.name
        while self._form.rowCount():
            self._form.removeRow(0)
        given = outputs.wishes[what].options
        for option in settings:
            field = self._field(option, given.get(option.name, option.default))
            field.setObjectName(f"option_{option.name}")
            field.setToolTip(said(option.about))
            if option.kind == "switch":
                self._form.addRow(field)
            else:
                self._form.addRow(option_title(option), field)
        self._show_options(self.more.isChecked())

    def _field(self, option: Option, value: Any) -> QWidget:
        """Make the field for an option; it sets what it says at once."""

        def set_(new: Any) -> None:
            self.outputs.set_option(self.thing.what, option.name, new)

        if option.kind == "choice":
            field: Any = ElidedCombo(12, self.options)
            fill(field, ((one, choice_word(option, one)) for one in option.choices), value)
            field.activated.connect(lambda row: set_(field.itemData(row)))
        elif option.kind == "switch":
            field = QCheckBox(option_title(option), self.options, checked=bool(value), toggled=set_)
        elif option.kind == "text":
            field = QLineEdit(str(value or ""), self.options, editingFinished=lambda: set_(field.text().strip()))
        else:
            kind = QSpinBox if option.kind == "whole" else QDoubleSpinBox
            field = kind(self.options, maximum=LARGEST, keyboardTracking=False, value=value, valueChanged=set_)
        return field


def local_time(text: str) -> str:
    """Give a time of the history as the clock on the wall shows it, the year where it is another one."""
    try:
        time = datetime.datetime.fromisoformat(text).astimezone()
    except ValueError:
        return text
    return time.strftime("%m-%d %H:%M" if time.year == datetime.datetime.now().astimezone().year else "%Y-%m-%d %H:%M")

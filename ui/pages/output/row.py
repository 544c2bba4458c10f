"""A row of the Output page: one thing that the plan can become, as which kind of file, with what, and where."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ....delineation.core.errors import visible
from ....delineation.export.registry import PARTS
from ...text import language, said, tr
from ...widgets.elided_combo import ElidedCombo
from ...widgets.elided_line import ElidedLine, where_it_goes
from ...widgets.file_dialogs import ask_save_as
from ...widgets.marks import mark_icon
from ...widgets.messages import open_folder, words_of
from ...widgets.muted import MutedLabel
from ...widgets.plain_text import PlainLabel
from ...work.export_options import choice_word, option_title, remarks

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QResizeEvent

    from ....delineation.core.options import Option
    from ...work.outputs import Outputs, Thing

__all__ = ["OutputRow", "ask_target", "local_time"]

SIGN = 14  # pixels of a mark beside a sentence
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
        super().__init__(parent)
        self.outputs, self.thing = outputs, thing
        self.setObjectName(f"output_{thing.what}")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 4, 6, 5)
        layout.setSpacing(3)
        layout.addLayout(self._head())
        self.holds = MutedLabel("", self)
        layout.addWidget(self.holds)
        layout.addLayout(self._place())
        self.options = QWidget(self)
        self._form = QFormLayout(self.options)
        self._form.setContentsMargins(18, 0, 0, 0)
        self._form.setVerticalSpacing(3)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._of = ""  # the format whose options the form shows
        self.options.hide()
        layout.addWidget(self.options)
        layout.addLayout(self._end())

    def _head(self) -> QHBoxLayout:
        self.box = QCheckBox(self.thing.title, self)
        font = self.box.font()
        font.setBold(True)
        self.box.setFont(font)
        self.box.setToolTip(tr("Ticked: exported together with all others that are ticked."))
        self.box.toggled.connect(lambda on: self.outputs.tick(self.thing.what, on=on))
        self.kind = ElidedCombo(6, self)
        self.kind.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for one in self.thing.formats:
            self.kind.addItem(one.file_zh if language() == "zh" else one.file_en, one.name)
        self.kind.setAccessibleName(tr("Kind of file"))
        self.kind.setToolTip(tr("As which kind of file it is written."))
        self.kind.activated.connect(lambda row: self.outputs.choose(self.thing.what, self.kind.itemData(row)))
        row = QHBoxLayout()
        row.addWidget(self.box, 3)
        row.addWidget(self.kind, 2)
        return row

    def _place(self) -> QHBoxLayout:
        self.target = ElidedLine(self)
        self.target.setObjectName("output_target")
        self.other = QToolButton(self)
        self.other.setText("…")
        self.other.setToolTip(tr("Another folder or name; the project remembers it.", "of QGIS"))
        self.other.setAccessibleName(tr("Another folder or name"))
        self.other.clicked.connect(self._ask_target)
        self.more = QToolButton(self)
        self.more.setText(tr("Options"))
        self.more.setCheckable(True)
        self.more.setToolTip(tr("What else can be set of this kind of file."))
        self.more.toggled.connect(self._show_options)
        self.now = QPushButton(tr("Export"), self)
        self.now.setToolTip(tr("Export this one alone, now."))
        self.now.clicked.connect(lambda *_: self.asked.emit(self.thing.what))
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.target, 1)
        row.addWidget(self.other)
        row.addWidget(self.more)
        row.addWidget(self.now)
        return row

    def _end(self) -> QBoxLayout:
        self._last = Path()
        self.sign = QLabel(self)
        self.became = PlainLabel("", self, wrap=True)
        self.became.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.file = QToolButton(self)
        self.file.setText(tr("Open file"))
        self.file.setToolTip(tr("Opens it in the program that the system has for it."))
        self.file.clicked.connect(lambda *_: open_folder(str(self._last)))
        self.folder = QToolButton(self)
        self.folder.setText(tr("Open folder"))
        self.folder.setToolTip(tr("Shows the folder in which it lies."))
        self.folder.clicked.connect(lambda *_: open_folder(str(self._last.parent)))
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.became, 1)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(4)
        self._buttons.addWidget(self.file)
        self._buttons.addWidget(self.folder)
        self._lines = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._lines.setSpacing(4)
        self._lines.addLayout(line, 1)
        self._lines.addLayout(self._buttons)
        return self._lines

    # ── what it shows ─────────────────────────────────────────────────────────────────────────────────────────────

    def refresh(self) -> None:
        """Show the thing as it is wanted, and what became of it."""
        outputs, what = self.outputs, self.thing.what
        wish, plan = outputs.wishes[what], outputs.session.plan_path
        self.box.blockSignals(True)
        self.box.setChecked(wish.ticked)
        self.box.blockSignals(False)
        self.kind.setCurrentIndex(self.kind.findData(wish.format))
        self._fill_options()
        target = outputs.target(what)
        self.target.show_text(
            "" if target is None else where_it_goes(target, plan), "" if target is None else str(target)
        )
        for widget in (self.box, self.kind, self.other, self.options):
            widget.setEnabled(plan is not None and not outputs.busy)
        self.now.setEnabled(outputs.possible)
        found = outputs.preview(what)
        self.holds.setText(words_of(found) if isinstance(found, Exception) else said(found))
        self.holds.setVisible(bool(self.holds.text()))
        self._show_what_became()

    def _show_what_became(self) -> None:
        outputs, what = self.outputs, self.thing.what
        last, failure = outputs.last(what), outputs.failures.get(what)
        mark, text, there = "", "", False
        if last is not None:
            self._last = last.files[0]
            there = self._last.exists()
            if not there:
                mark = "waiting"
                text = tr("Exported {time}; {file} is no longer there.")
            elif outputs.is_present(last):
                mark, text = "done", tr("Exported {time}")
                if self._last != outputs.target(what):
                    text = tr("Exported {time}: {file}")
            else:
                mark = "check"
                text = tr("Out of date: exported {time}; the plan has changed since.")
            text = text.format(time=local_time(last.time), file=visible(self._last.name))
            notes = remarks(outputs.written[what]) if what in outputs.written and mark == "done" else []
            text = "\n".join([text, *notes])
        if failure is not None:
            mark = "problem"
            text = tr("Not exported; what was there before is as it was. {why}")
            text = text.format(why=words_of(failure))
        if outputs.at_work == what:
            mark, text = "next", tr("Being exported…")
        elif what in outputs.waiting:
            mark, text = "waiting", tr("Comes after the others.")
        self.sign.setPixmap(mark_icon(mark, SIGN).pixmap(SIGN, SIGN)) if mark else self.sign.clear()
        self.became.setText(text)
        for widget in (self.sign, self.became):
            widget.setVisible(bool(text))
        self._stack_buttons()
        self.folder.setVisible(there and failure is None)
        self.file.setVisible(there and failure is None and self._last.is_file())

    def _stack_buttons(self) -> None:
        """Put the buttons behind the sentence where both have room in a line, else below it."""
        room = self.width() - self.file.sizeHint().width() - self.folder.sizeHint().width() - SIGN - 40
        text = self.became.text()
        short = "\n" not in text and self.fontMetrics().horizontalAdvance(text) <= room
        direction = QBoxLayout.Direction.LeftToRight if short else QBoxLayout.Direction.TopToBottom
        self._lines.setDirection(direction)
        self._lines.setAlignment(self._buttons, Qt.AlignmentFlag.AlignRight if not short else Qt.Alignment())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stack_buttons()

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
            for choice in option.choices:
                field.addItem(choice_word(option, choice), choice)
            field.setCurrentIndex(max(0, option.choices.index(value) if value in option.choices else 0))
            field.activated.connect(lambda row: set_(field.itemData(row)))
        elif option.kind == "switch":
            field = QCheckBox(option_title(option), self.options)
            field.setChecked(bool(value))
            field.toggled.connect(set_)
        elif option.kind == "text":
            field = QLineEdit(str(value or ""), self.options)
            field.editingFinished.connect(lambda: set_(field.text().strip()))
        else:
            field = QSpinBox(self.options) if option.kind == "whole" else QDoubleSpinBox(self.options)
            field.setRange(0, LARGEST)
            field.setKeyboardTracking(False)
            field.setValue(value)
            field.valueChanged.connect(set_)
        return field


def local_time(text: str) -> str:
    """Give a time of the history as the clock on the wall shows it, the year where it is another one."""
    try:
        time = datetime.datetime.fromisoformat(text).astimezone()
    except ValueError:
        return text
    return time.strftime("%m-%d %H:%M" if time.year == datetime.datetime.now().astimezone().year else "%Y-%m-%d %H:%M")

"""The sources in use, a line each, with the newer file that is to take its place, and what is asked of that once."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QRegularExpression, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QRegularExpressionValidator
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QFormLayout,
    QLineEdit,
    QPushButton,
    QToolButton,
    QWidget,
)

from ....delineation.core.errors import DelineationError, visible
from ...processing.dropping import dropped
from ...text import language, names_of, sentence, square_kilometres, tr
from ...widgets.choices import fill
from ...widgets.elided_combo import ElidedCombo
from ...widgets.file_dialogs import ask_file, ask_open
from ...widgets.layout import STRETCH, form_on, in_column, in_flow, in_line
from ...widgets.marks import mark_icon
from ...widgets.offered import offer
from ...widgets.plain_text import PlainLabel, as_tip
from ...widgets.scrolled import scrolled
from ...widgets.tables import KEY, LineTree, TreeLine
from ...widgets.two_lines import LINES, TwoLinesDelegate
from ...words import role_label
from ...work.updating import file_and_layer
from ..sources.changes import ChangesBox
from ..sources.origin import DATE

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
    from qgis.PyQt.QtWidgets import QTreeWidgetItem

    from ....delineation.case.model import Case, SourceSpec
    from ....delineation.case.profile import Profile
    from ...work.updating import NewerFile, Updating

ADMIN = "admin"  # in place of a source: the table of administrative changes
MARKS = {"waiting": "waiting", "problem": "problem", "check": "check", "ready": "done"}
SIGN, BUTTON = 16, 1  # pixels of a mark; the column with the button


def source_title(spec: SourceSpec, sources: list[SourceSpec], profile: Profile) -> str:
    """Name a source by its role; of several that have it, with the layer."""
    name = role_label(profile, spec.role)
    if sum(one.role == spec.role for one in sources) > 1:
        name += f" {visible(spec.layer or Path(spec.path).stem)}"
    return name


def place_of(path: str, layer: str) -> str:
    """Say where a layer lies: its file, and the layer in it."""
    name = Path(path).name
    return visible(f"{name} | {layer}" if layer and layer != Path(name).stem else name)


class UpdateSources(LineTree):
    """A line a source: role, file in use, its date; below, what was put beside it. A file is dropped on its line."""

    opened = pyqtSignal(object)  # the newer file whose details are wanted
    dropped_layers = pyqtSignal(object, object)  # source, layers of the project

    def __init__(self, updating: Updating, parent: QWidget) -> None:
        super().__init__(
            parent,
            tr("Source in use, and since when its data stand"),
            "",
            objectName="control_units_update_sources",
            accessibleName=tr("Sources in use, and newer files"),
            rootIsDecorated=False,
            uniformRowHeights=True,
            iconSize=QSize(SIGN, SIGN),
            alternatingRowColors=True,
            acceptDrops=True,
            dragDropMode=QAbstractItemView.DragDropMode.DropOnly,
            itemActivated=self._open,
            itemDoubleClicked=self._open,
        )
        self.updating = updating
        self.setItemDelegateForColumn(0, TwoLinesDelegate(self))
        updating.changed.connect(self.fill)

    # ── what it shows ─────────────────────────────────────────────────────────────────────────────────────────────

    def fill(self) -> None:
        """Show the sources of the case and what was chosen; the line that is chosen stays."""
        sources, session = self.updating.sources(), self.updating.session
        lines = [self._source(spec, source_title(spec, sources, session.profile)) for spec in sources]
        self.put([*lines, self._admin(session.case)] if session.case is not None else [])
        for item in self.items():
            self.itemWidget(item, BUTTON).setEnabled(not self.updating.run.running)

    def _button(self, spec: SourceSpec | str) -> QToolButton:
        button = QToolButton(self, text="…", autoRaise=True, clicked=lambda *_: self.ask(spec))
        tip = tr("Choose a newer file that is to take its place; nothing is changed yet.")
        if spec == ADMIN:
            tip = tr("Choose a table of towns merged, counties recoded and the like (CSV).")
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button

    def _source(self, spec: SourceSpec, name: str) -> TreeLine:
        newer = self.updating.of(spec)
        used = place_of(spec.path, spec.layer)
        since = spec.date or tr("no date")
        below = f"{since} · {used}"
        if newer is not None:
            below = f"→ {self.told(newer)} · {place_of(newer.path, newer.layer)}"
        tip = [name, f"{since} · {used}", spec.document, below if newer is not None else ""]
        return self._line(spec, name, below, MARKS[newer.state] if newer is not None else "optional", tip)

    def _admin(self, case: Case) -> TreeLine:
        updating = self.updating
        name = tr("Table of administrative changes")
        used = place_of(case.admin.changes, "") if case.admin.changes else tr("none")
        below, mark = used, "optional"
        if updating.changes:
            mark = "problem" if updating.changes_error is not None else "done"
            below = f"→ {place_of(updating.changes, '')}"
            if isinstance(updating.changes_error, DelineationError):
                below += f" · {sentence(updating.changes_error, updating.session.profile)}"
        what = tr("Says which old code and name is which new one: codes and names go on by it.")
        return self._line(ADMIN, name, below, mark, [name, below, what])

    def _line(self, spec: SourceSpec | str, name: str, below: str, mark: str, tip: list[str]) -> TreeLine:
        """Make a line of two lines, with its mark and its button."""
        return TreeLine(
            [name],
            spec,
            mark_icon(mark, SIGN),
            ["\n".join(filter(None, tip))],
            cells={0: {LINES: (name, below)}},
            widgets={BUTTON: partial(self._button, spec)},
        )

    def told(self, newer: NewerFile) -> str:
        """Say of a newer file how far it is, or what it would touch."""
        if newer.state == "problem":
            return _error_words(newer.error, self.updating.session.profile)
        if newer.state == "waiting":
            return tr("being compared…")
        found = self.touched(newer)
        words = tr("what it touches is being worked out…")
        if found is not None:
            words = tr(
                "{faces} faces, {units} units, {area} km² touched",
                faces=f"{found.faces:,}",
                units=f"{len(found.units):,}",
                area=square_kilometres(found.area_m2),
            )
        elif not self.updating.busy:
            words = tr("compared")
        if newer.state == "check":
            words = tr("to be confirmed; {words}", words=words)
        return words

    def touched(self, newer: NewerFile) -> Any:
        """Give what a newer file would touch, None where that is not known."""
        impact = self.updating.impact
        if impact is None:
            return None
        return next((one for one in impact.sources if one.change is newer.compared), None)

    # ── choosing ──────────────────────────────────────────────────────────────────────────────────────────────────

    def ask(self, spec: Any) -> None:
        """Ask for a newer file."""
        if spec == ADMIN:
            kinds = tr("Table (*.csv)")
            path = ask_open(self, tr("Table of administrative changes"), kinds)
            if path is not None:
                self.updating.choose_changes(str(path))
            return
        sources = self.updating.sources()
        file = ask_file(self, source_title(spec, sources, self.updating.session.profile))
        if file:
            self.take(spec, file)

    def take(self, spec: Any, file: str) -> None:
        """Put a file beside a source."""
        path, layer = file_and_layer(file)
        if spec == ADMIN:
            self.updating.choose_changes(path)
            return
        newer = self.updating.choose(spec, path, layer)
        if newer is not None:
            self.opened.emit(newer)

    def _open(self, item: QTreeWidgetItem) -> None:
        spec = item.data(0, KEY)
        newer = self.updating.of(spec) if spec != ADMIN else None
        if newer is not None:
            self.opened.emit(newer)
        else:
            self.ask(spec)

    # ── dropping ──────────────────────────────────────────────────────────────────────────────────────────────────

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(dropped(event.mimeData())):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        item = self.itemAt(event.pos())
        if item is None or self.updating.run.running:
            event.ignore()
            return
        self.setCurrentItem(item)
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        item = self.itemAt(event.pos())
        files, layers = dropped(event.mimeData())
        if item is None or self.updating.run.running:
            return
        if files:
            self.take(item.data(0, KEY), files[0])
        elif layers and item.data(0, KEY) != ADMIN:
            self.dropped_layers.emit(item.data(0, KEY), layers[:1])
        event.acceptProposedAction()


def _error_words(error: Exception | None, profile: Profile) -> str:
    return sentence(error, profile) if isinstance(error, DelineationError) else str(error)


class NewerDetails(QWidget):
    """One newer file: what made it newer, its document and date; what it changes, and what has to be confirmed."""

    back = pyqtSignal()
    other_wanted = pyqtSignal(object)  # the source for which another newer file is to be asked for

    def __init__(self, updating: Updating, parent: QWidget) -> None:
        super().__init__(parent, objectName="control_units_newer_details")
        self.updating = updating
        self.newer: NewerFile | None = None
        self.return_ = QToolButton(
            self,
            autoRaise=True,
            toolTip=tr("Back to the sources"),
            accessibleName=tr("Back to the sources"),
            clicked=self.back,
            arrowType=Qt.ArrowType.LeftArrow,
        )
        self.name = PlainLabel("", self, wrap=True)
        area, inside, parts = scrolled(self)
        self.told = PlainLabel("", inside, wrap=True, selectable=True)
        self.changes = ChangesBox(inside)
        parts.addLayout(in_column(self._form(inside), self.told, self.changes, STRETCH))
        self.right = QPushButton(tr("This is &right"), self, clicked=self._confirm)
        self.other = QPushButton(tr("&Another file…"), self, clicked=self._want_other)
        self.out = QPushButton(tr("Ta&ke out"), self, clicked=self._take_out)
        in_column(
            in_line(self.return_, (self.name, 1)),
            (area, 1),
            in_flow(self.right, self.other, self.out),
            on=self,
            margins=0,
        )
        updating.changed.connect(self.refresh)

    def _form(self, parent: QWidget) -> QFormLayout:
        self.trigger: ElidedCombo = ElidedCombo(
            6,
            parent,
            toolTip=tr("What made the layer newer; it stands in the reasons of the units that change."),
            activated=lambda _: self._say("trigger", str(self.trigger.currentData())),
        )
        self.document: QLineEdit = QLineEdit(
            parent,
            toolTip=tr("By what it was decided, with its number."),
            editingFinished=lambda: self._say("document", self.document.text().strip()),
        )
        self.date = QLineEdit(
            parent,
            toolTip=tr("Year, month or day that the newer data stand for."),
            editingFinished=self._dated,
        )
        self.date.setValidator(QRegularExpressionValidator(QRegularExpression(r"[\d-]{0,10}"), self))
        return form_on(None, (tr("&Trigger"), self.trigger), (tr("Doc&ument"), self.document), (tr("&Date"), self.date))

    def show_newer(self, newer: NewerFile) -> None:
        """Show a newer file."""
        self.newer = newer
        names = names_of(self.updating.session.profile)
        named = names.listed("trigger", language()) if hasattr(names, "listed") else {}
        fill(self.trigger, [("", tr("not stated")), *named.items()], newer.trigger)
        self.document.setText(newer.document)
        self.document.setPlaceholderText(tr("name and number"))
        self.date.setText(newer.date)
        self.date.setPlaceholderText(tr("in use: {date}", date=newer.spec.date) if newer.spec.date else "2026-05")
        self.refresh()

    def refresh(self) -> None:
        """Show how far it is."""
        newer, case = self.newer, self.updating.session.case
        if newer is None or case is None or newer not in self.updating.newer:
            return
        title = source_title(newer.spec, self.updating.sources(), case.profile)
        self.name.setText(f"{title}: {place_of(newer.path, newer.layer)}")
        self.name.setToolTip(as_tip(newer.path))
        words = ""
        if newer.state == "problem":
            words = _error_words(newer.error, case.profile)
        elif newer.state == "waiting":
            words = tr("It is compared with the one in use…")
        self.told.say(words)
        self.changes.show_entry(newer)
        self.right.setVisible(newer.state == "check")
        offer(self.right, tr("You have looked at what is to be checked, and it is as it should be."))
        offer(self.other, tr("Choose another newer file in place of this one."), self._fixed())
        offer(self.out, tr("The source stays as it is."), self._fixed())
        for field in (self.trigger, self.document, self.date):
            field.setEnabled(not self.updating.run.running)

    def _fixed(self) -> str:
        return tr("The update is being made.") if self.updating.run.running else ""

    def _say(self, name: str, text: str) -> None:
        if self.newer is not None and getattr(self.newer, name) != text:
            self.updating.say(self.newer, **{name: text})

    def _dated(self) -> None:
        text = self.date.text().strip()
        if not text or DATE.fullmatch(text):
            self._say("date", text)
        elif self.newer is not None:
            self.date.setText(self.newer.date)

    def _want_other(self) -> None:
        if self.newer is not None:
            self.other_wanted.emit(self.newer.spec)

    def _confirm(self) -> None:
        if self.newer is not None:
            self.updating.confirm(self.newer)

    def _take_out(self) -> None:
        newer, self.newer = self.newer, None
        if newer is not None:
            self.updating.take_out(newer)
        self.back.emit()

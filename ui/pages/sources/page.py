"""Step 1, the sources: have I got everything, and is it right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import (
    QAction,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QToolBar,
    QToolButton,
    QWidget,
)

from ....delineation.core.errors import DelineationError
from ...processing.dropping import copies_beside, preparing
from ...text import listed, said, tr
from ...widgets.file_dialogs import ask_files, ask_folder, ask_save_case, documents, project_home, project_layers_menu
from ...widgets.layout import in_column, in_line
from ...widgets.plain_text import PlainLabel
from ...widgets.progress_line import ProgressLine
from ...words import role_label
from ...work.sourcebook import SourceBook
from ..page import Page, StepState, Workplace
from .bar import SourceBar
from .details import SourceDetails
from .make_source import MakeDialog
from .on_map import SourcesOnMap
from .role_list import STUDY, SourceList

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qgis.core import QgsMapLayer
    from qgis.PyQt.QtGui import QIcon

    from ....delineation.core.messages import Message
    from ...work.source_entry import SourceEntry


class SourcesPage(Page):
    """A line a role, problems first; a click opens what the case says of it."""

    NAME = "sources"
    FOR = "files"

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(place, parent)
        self.book = SourceBook(self.session, self)
        self.book.changed.connect(self._book_changed)
        self.book.guessing.connect(self._guessing)
        self.book.guess_progress.connect(self._guess_progress)
        self.book.failed.connect(lambda error: place.messages.fail(error, "sources"))
        self.book.plan_found.connect(self._plan_found)
        self.map = SourcesOnMap(self.book, place, self)
        self._build()
        self.map.layers.ticked.connect(self.list.fill)
        self._book_changed()

    def title(self) -> str:
        return tr("Sources")

    # ── looks ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _build(self) -> None:
        above = (self._name_row(), self._tools())
        # One at a time: on a small screen half a list beside half a form would serve neither.
        self.stack = QStackedWidget(self)
        self.list = SourceList(self.book, self.stack, self.map.layers)
        self.list.chosen.connect(self._show)
        self.list.wanted.connect(self._ask_files)
        self.list.hidden.connect(self.map.hide)
        self.list.removed.connect(self._take_out)
        self.list.itemSelectionChanged.connect(self._show_bar)
        self.details = SourceDetails(self.book, self.stack, self.map.layers)
        self.details.closed.connect(lambda: self._show(None))
        changes = self.details.changes
        changes.on_map.connect(self.map.show_changes)
        changes.wanted.connect(lambda row: self.map.zoom_to_change(self.details.entry, row))
        self.bar = SourceBar(self.book, self.list, self)
        self.bar.encodings_confirmed.connect(self._confirm_encodings)
        self.bar.wanted.connect(self._ask_files)
        for one in (self.list, self.details):
            one.shown.connect(self.map.show)
            one.confirmed.connect(self.confirm)
        self.stack.addWidget(self.list)
        self.stack.addWidget(self.details)
        in_column(*above, self.bar, (self.stack, 1), self._guess_row(), on=self, margins=(4, 4, 4, 0))

    def _name_row(self) -> QHBoxLayout:
        label = QLabel(tr("&Name"), self)
        self.name: QLineEdit = QLineEdit(
            self,
            placeholderText=tr("Name of the plan, for example Kaihua 2024"),
            toolTip=tr("Stands in the plan, its lists and its maps."),
            editingFinished=lambda: self._rename(self.name.text().strip()),
        )
        label.setBuddy(self.name)
        return in_line(label, (self.name, 1))

    def _tools(self) -> QToolBar:
        bar = QToolBar(
            self,
            objectName="control_units_source_tools",
            iconSize=QSize(16, 16),
            toolButtonStyle=Qt.ToolButtonStyle.ToolButtonTextBesideIcon,
        )
        theme = QgsApplication.getThemeIcon
        self.add_files = self._action(
            bar,
            theme("/mActionAddOgrLayer.svg"),
            tr("&Files…"),
            self._ask_files,
            tr("Add files: their role, fields and zones are guessed, with the reason."),
            "Ins",
        )
        folder = self._action(
            bar,
            theme("/mIconFolder.svg"),
            tr("F&older…"),
            self._ask_folder,
            tr("Look through a folder and all in it."),
            "Ctrl+Ins",
        )
        layers = self._action(
            bar,
            theme("/mIconVector.svg"),
            tr("&Project", "of QGIS"),
            lambda: bar.widgetForAction(layers).showMenu(),
            tr("Take layers of this project, with their filter and unsaved edits.", "of QGIS"),
            "Alt+Ins",
        )
        layers.setMenu(project_layers_menu(self, self.add_layers))
        bar.widgetForAction(layers).setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.make = self._action(
            bar,
            theme("/algorithms/mAlgorithmCreateGrid.svg"),
            tr("&Make…"),
            self._make,
            tr(
                "Add squares, hexagons, catchments of an elevation model, or polygons united by a field, made at every run.",  # noqa: E501
            ),
            "Shift+Ins",
        )
        self.save = self._action(
            bar,
            theme("/mActionFileSave.svg"),
            tr("&Save"),
            self.save_case,
            tr("Save all of this as a case file, to run it again or hand it on."),
            "Ctrl+Alt+S",
        )
        # On a small screen all have room where icon or text alone tells enough.
        for action, style in (
            (folder, Qt.ToolButtonStyle.ToolButtonIconOnly),
            (self.save, Qt.ToolButtonStyle.ToolButtonIconOnly),
            (layers, Qt.ToolButtonStyle.ToolButtonTextOnly),
        ):
            bar.widgetForAction(action).setToolButtonStyle(style)
        return bar

    def _action(
        self, bar: QToolBar, icon: QIcon, text: str, slot: Callable[[], object], tip: str, shortcut: str
    ) -> QAction:
        action = QAction(icon, text, bar, triggered=lambda *_: slot())
        keys = QKeySequence(shortcut)
        action.setToolTip(f"{tip} ({keys.toString(QKeySequence.SequenceFormat.NativeText)})")
        action.setShortcut(keys)
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.addAction(action)
        bar.addAction(action)
        # A button of a toolbar is for the mouse alone unless one says otherwise.
        bar.widgetForAction(action).setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return action

    def _guess_row(self) -> QWidget:
        row = QWidget(self, visible=False)
        self.guess_text = PlainLabel("", row)
        self.guess_bar = ProgressLine(row)
        stop = QPushButton(tr("Stop"), row, clicked=self.book.stop)
        in_line((self.guess_text, 2), (self.guess_bar, 1), stop, on=row, margins=0)
        self.guess_row = row
        return row

    # ── adding ────────────────────────────────────────────────────────────────────────────────────────────────────

    def take_in(self, files: Sequence[str], layers: Sequence[QgsMapLayer]) -> None:
        if layers:
            self.add_layers(layers)
        else:
            self.add_files_of(files)

    def add_files_of(self, files: Sequence[str], role: str = "") -> None:
        """Take files and folders in."""
        self._add(files, (), role)

    def add_layers(self, layers: Sequence[QgsMapLayer], role: str = "") -> None:
        """Take layers of the project in."""
        self._add((), layers, role)

    def _add(self, files: Sequence[str], layers: Sequence[QgsMapLayer], role: str) -> None:
        if not files and not layers:
            return
        try:
            copies = copies_beside(self.session.case_path, project_home(), documents())
            prepare = preparing(files, layers, copies)
        except (DelineationError, ImportError) as error:
            self.place.messages.fail(error)
            return
        self.book.add(prepare, role)

    def _ask_files(self, role: str = "") -> None:
        self.add_files_of(ask_files(self), role)

    def _ask_folder(self) -> None:
        folder = ask_folder(self)
        self.add_files_of([folder] if folder else [])

    def _make(self) -> MakeDialog:
        if self.session.case is None:
            self.session.new()
        dialog = MakeDialog(self.book, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def save_case(self) -> bool:
        """Save the case, asking for a place where it has none."""
        path = self.session.case_path or ask_save_case(self, self.session.name)
        return path is not None and self.session.save_case(path)

    # ── confirmed ─────────────────────────────────────────────────────────────────────────────────────────────────

    def confirm(self, entries: Sequence[SourceEntry]) -> None:
        """Take a person's word for some sources; what protects is drawn first, and confirmed when it was seen."""
        asked = [entry for entry in entries if entry.mark == "check"]
        unseen = self.map.unseen(asked)
        if unseen:
            self.map.show(unseen)
            self.place.messages.say(
                tr(
                    "{name}: now on the map. Look whether it is what it should be, then confirm it once more.",
                    name=listed(map(self._title, unseen)),
                ),
                "warning",
            )
        self.book.confirm(*(entry for entry in asked if entry not in unseen))

    def _confirm_encodings(self, entries: Sequence[SourceEntry]) -> None:
        """Take a person's word that texts read right; what protects is drawn, and confirmed when it was seen."""
        unseen = self.map.unseen(entries)
        for entry in unseen:
            entry.unseen = True
        self.book.confirm_encodings(entries)
        if unseen:
            # The counties tell where that is.
            self.map.show(unseen, beside=[entry for entry in self.book.entries if entry.role == STUDY[0]])

    def _take_out(self, entries: Sequence[SourceEntry]) -> None:
        for entry in entries:
            self.book.remove(entry)

    def _show_bar(self) -> None:
        if self.session.case is not None and self.stack.currentWidget() is self.list:
            self.bar.refresh(self.list.chosen_entries())
        else:
            self.bar.hide()

    def _plan_found(self, path: str) -> None:
        self.place.messages.say(
            tr("{file} is a plan, no source: it was not taken in. Open it in the menu ☰.", file=path), "warning"
        )

    def _rename(self, name: str) -> None:
        if self.session.case is not None and name != self.session.case.name:
            self.session.change(name=name)

    def _guessing(self, on: bool) -> None:
        self.guess_row.setVisible(on)
        self.guess_text.setText(tr("Looking at the layers…"))
        self.guess_bar.setMaximum(0)
        self.state_changed.emit()

    def _guess_progress(self, fraction: float, message: Message) -> None:
        self.guess_bar.advance(fraction, message)
        self.guess_text.setText(self.fontMetrics().elidedText(said(message), Qt.TextElideMode.ElideMiddle, 200))

    # ── the list ──────────────────────────────────────────────────────────────────────────────────────────────────

    def refresh(self) -> None:
        case = self.session.case
        if not self.name.hasFocus():
            self.name.setText(case.name if case is not None else "")
        self.list.fill()
        self.details.refresh()
        self._show_bar()

    def look_again(self) -> None:
        self.book.looks.look_where_changed()

    def _book_changed(self) -> None:
        self.session.block(self.NAME, self._blocker())
        if self.isVisible():
            self.refresh()
        self.state_changed.emit()

    def _show(self, entry: SourceEntry | None) -> None:
        self.details.show_entry(entry)
        self.stack.setCurrentWidget(self.list if entry is None else self.details)
        (self.list if entry is None else self.details).setFocus()
        self._show_bar()
        if entry is not None and entry.mark == "check" and self.map.unseen([entry]):
            self.map.show([entry])
        # What the button does next goes by what is shown.
        self.state_changed.emit()

    # ── the state ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _has_study(self) -> bool:
        return any(entry.role in STUDY for entry in self.book.entries)

    def _marked(self, mark: str) -> list[SourceEntry]:
        return [entry for entry in self.book.entries if entry.mark == mark]

    def _title(self, entry: SourceEntry) -> str:
        case = self.session.case
        return entry.title_in(case.profile if case is not None else None)

    def _blocker(self) -> str:
        if self.session.case is None or not self.book.entries:
            return tr("There are no sources yet.")
        if self.book.questions():
            return self._question()
        if not self._has_study():
            return tr("Counties or townships are missing: they are the study area.")
        wrong = self._marked("problem")
        if wrong:
            return tr("{name} cannot be used as it is.", name=self._title(wrong[0]))
        return self._question()

    def _question(self) -> str:
        """Say what only a person can answer before a run; "" for nothing."""
        profile = self.session.profile
        for group in self.book.questions():
            role = role_label(profile, group[0].suggested)
            return tr("{role}: choose which of {count} layers is taken.", role=role, count=len(group))
        absent = self.book.absent()
        text = tr("There is no {role}: add it, or say that there is none.")
        return text.format(role=role_label(profile, absent[0])) if absent else ""

    def _asked(self) -> SourceEntry | None:
        """Give the entry that is shown and asks to be confirmed."""
        entry = self.details.entry if self.stack.currentWidget() is self.details else None
        return entry if entry is not None and entry.mark == "check" else None

    def state(self) -> StepState:
        if entry := self._asked():
            text = tr("Is {name} right as it is shown here?", name=self._title(entry))
            return StepState("problem", text, tr("Right, go on"))
        if self.book.busy:
            return StepState("next", tr("Looking at the layers…"))
        if not self.book.entries:
            text = tr("Drop layers, files or a folder here to begin.")
            return StepState("next", text, tr("Add files…"))
        if self.book.questions():
            return StepState("problem", self._question(), tr("Answer"))
        if not self._has_study():
            return StepState("problem", self._blocker(), tr("Add files…"))
        for mark, text, action in (
            ("problem", tr("{count} to mend: {name}"), tr("Mend it")),
            ("check", tr("{count} to confirm: {name}"), tr("Look at it")),
        ):
            found = self._marked(mark)
            if found:
                return StepState("problem", text.format(count=len(found), name=self._title(found[0])), action)
        if question := self._question():
            return StepState("problem", question, tr("Answer"))
        vectors = sum(bool(entry.role) and not entry.raster for entry in self.book.entries)
        rasters = sum(entry.raster for entry in self.book.entries)
        return StepState(
            "done", tr("{vectors} layers and {rasters} rasters are ready.", vectors=vectors, rasters=rasters)
        )

    def act(self) -> None:
        """Add what is missing, go to the first line that needs a person, or confirm the one that is shown."""
        if entry := self._asked():
            self.confirm([entry])
            if entry.mark != "check":
                self._show(self.book.first())
            return
        if self.book.questions() or (self._has_study() and self.book.first() is None and self._question()):
            self._show(None)
            self.bar.answer()
            return
        if not self.book.entries or not self._has_study():
            self._ask_files()
            return
        self._show(self.book.first())

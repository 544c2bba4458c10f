"""The list of roles: one line a source, problems first, what is missing last."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QBrush
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QMenu,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from ....delineation.core.errors import visible
from ...text import findings_rows, sentence, tr
from ...widgets.marks import mark_icon
from ...widgets.muted import muted_colour
from ...widgets.tables import head, tree_line
from ...words import raster_label, role_label, sure_word
from ...work.sourcebook import STUDY
from .details import reasons

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QContextMenuEvent

    from ...map.source_layers import SourceLayers
    from ...work.source_entry import SourceEntry
    from ...work.sourcebook import SourceBook

__all__ = ["STUDY", "SourceList"]

ENTRY, ROLE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
MAP = 3  # the column that shows a source on the map
FAINT = 0.5  # of the text's colour: what is not there
NAMED = 14  # letters of a layer's name that are shown whatever its role is called, edges of the cell among them


class SourceList(QTreeWidget):
    """Shows the entries of a book."""

    chosen = pyqtSignal(object)  # Entry
    wanted = pyqtSignal(str)  # a role whose file is to be chosen
    shown = pyqtSignal(list)  # entries to be shown on the map and zoomed to
    hidden = pyqtSignal(list)  # entries to be switched off there
    confirmed = pyqtSignal(list)  # entries that a person says are right
    removed = pyqtSignal(list)  # entries to be taken out

    def __init__(self, book: SourceBook, parent: QWidget, layers: SourceLayers) -> None:
        super().__init__(
            parent,
            objectName="control_units_roles",
            indentation=10,
            uniformRowHeights=True,
            accessibleName=tr("Sources of the plan"),
            selectionMode=QAbstractItemView.SelectionMode.ExtendedSelection,
        )
        self.book, self.layers = book, layers
        self._limits: tuple[float, float] | None = None
        head(self, tr("Role"), tr("Layer"), tr("State"), "", wide=1)
        self.header().setMinimumSectionSize(24)
        self.headerItem().setToolTip(MAP, tr("Shown on the map"))
        self.itemClicked.connect(self._clicked)
        self.itemActivated.connect(self._activated)

    def sizeHintForColumn(self, column: int) -> int:
        # A long name of a role gives way: names of layers have their room first.
        hint = super().sizeHintForColumn(column)
        if column > 0:
            return hint
        name = self.fontMetrics().horizontalAdvance("n" * NAMED)
        taken = [max(super().sizeHintForColumn(one), self.header().sectionSizeHint(one)) for one in (2, 3)]
        return min(hint, self.viewport().width() - name - sum(taken))

    def fill(self) -> None:
        """Show the book as it is now; the chosen line stays chosen."""
        current = self.currentItem()
        chosen = current.data(0, ENTRY) if current is not None else None
        selected = self.chosen_entries()
        case = self.book.session.case
        self.clear()
        if case is not None:
            roles = {role: number for number, role in enumerate(case.profile.roles)}
            entries = self.book.in_order()
            if not any(entry.role in STUDY for entry in entries):
                self._missing(STUDY[0], "missing", self.invisibleRootItem())
            for role in case.absent:
                if not any(entry.suggested == role for entry in entries if entry.rivals):
                    self._missing(role, "none" if role in self.book.none_of else "missing", self.invisibleRootItem())
            for entry in entries:
                self._line(entry)
            self._optional(roles)
        again = next((item for item in self._items() if chosen is not None and item.data(0, ENTRY) is chosen), None)
        if again is not None:
            self.setCurrentItem(again)
        if len(selected) > 1:
            for item in self._items():
                item.setSelected(any(item.data(0, ENTRY) is entry for entry in selected))

    def chosen_entries(self) -> list[SourceEntry]:
        """Give the entries of the lines that are selected."""
        entries = (item.data(0, ENTRY) for item in self.selectedItems())
        return [entry for entry in entries if entry is not None]

    def show_ticks(self) -> None:
        """Show which sources are on the map."""
        for item in self._items():
            entry = item.data(0, ENTRY)
            if entry is not None:
                self._tick(item, entry)

    def _tick(self, item: QTreeWidgetItem, entry: SourceEntry) -> None:
        if not self.layers.can_show(entry):
            return
        on = self.layers.is_shown(entry)
        icon = "/mActionShowAllLayers.svg" if on else "/mActionHideAllLayers.svg"
        tip = tr("Click to hide it on the map") if on else tr("Click to show it on the map and zoom to it")
        item.setIcon(MAP, QgsApplication.getThemeIcon(icon))
        item.setToolTip(MAP, tip)

    def _clicked(self, item: QTreeWidgetItem, column: int = 0) -> None:
        entry = item.data(0, ENTRY)
        several = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if entry is None or QApplication.keyboardModifiers() & several:
            return  # lines are being chosen
        if column == MAP and self.layers.can_show(entry):
            (self.hidden if self.layers.is_shown(entry) else self.shown).emit([entry])
        else:
            self.chosen.emit(entry)

    def menu(self) -> QMenu | None:
        """Make the menu of the chosen lines; None where there is nothing to be done with them."""
        entries = self.chosen_entries()
        if not entries:
            return None
        menu = QMenu(self)
        if len(entries) == 1:
            menu.addAction(tr("Open"), lambda: self.chosen.emit(entries[0]))
        layers = self.layers
        visible_ones = [one for one in entries if layers.can_show(one)]
        if visible_ones:
            menu.addAction(
                QgsApplication.getThemeIcon("/mActionZoomToLayer.svg"),
                tr("Show on the map and zoom to it"),
                lambda: self.shown.emit(visible_ones),
            )
        on = [one for one in visible_ones if layers.is_shown(one)]
        if on:
            menu.addAction(tr("Hide on the map"), lambda: self.hidden.emit(on))
        asked = [one for one in entries if one.mark == "check"]
        if asked:
            menu.addAction(tr("Confirm: this is right"), lambda: self.confirmed.emit(asked))
        menu.addSeparator()
        menu.addAction(tr("Take out of the case"), lambda: self.removed.emit(entries))
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        if menu is not None:
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(event.globalPos())

    def _activated(self, item: QTreeWidgetItem) -> None:
        if item.data(0, ROLE):
            self.wanted.emit(item.data(0, ROLE))
        else:
            self._clicked(item)

    def _items(self) -> list[QTreeWidgetItem]:
        return [self.topLevelItem(row) for row in range(self.topLevelItemCount())]

    def _line(self, entry: SourceEntry) -> QTreeWidgetItem:
        profile = self.book.session.profile
        name = raster_label(profile, entry.role) if entry.raster else entry.title_in(profile)
        if entry.rivals:  # which may all be called the same
            name = f"{visible(Path(entry.spec.path).parent.name)}/{name}"
        if entry.raster:
            role = tr("Evidence")
        else:
            role = role_label(profile, entry.role)
            if entry.suggested and not entry.role:
                role = tr("{role}?", role=role_label(profile, entry.suggested))
        tip = self._tip(entry)
        why = self._unmeasured(entry)
        tip, mark = (why, "unused") if why else (tip, entry.mark)
        astray = not entry.raster and mark in ("present", "check") and self.book.astray(entry)
        if astray:
            tip, mark = tr("It lies outside the study area: is its CRS right?"), "check"
        whole = "\n".join(filter(None, (role, tip)))
        item = tree_line(
            [role, name, tr("not measured") if why else tr("outside") if astray else self._state_word(entry)],
            {ENTRY: entry},
            icon=mark_icon(mark),
            tips=(whole, visible(entry.spec.path or entry.layer.made), tip),
        )
        if mark == "unused":
            self._grey(item)
        self._tick(item, entry)
        self.addTopLevelItem(item)
        return item

    def _missing(self, role: str, mark: str, parent: QTreeWidgetItem) -> None:
        profile = self.book.session.profile
        label = role_label(profile, role)
        if role == STUDY[0] and mark == "missing":
            label = tr("{county} or {township}", county=label, township=role_label(profile, STUDY[1]))
        words = {"missing": tr("missing"), "optional": tr("optional"), "none": tr("none here")}
        tip = tr("Double-click or press Enter to choose its file.")
        texts = [label, tr("none yet"), words[mark]]
        item = tree_line(texts, {ROLE: role}, icon=mark_icon(mark), tips=[tip], on=parent)
        if mark != "missing":
            self._grey(item)

    def _optional(self, roles: dict[str, int]) -> None:
        given, case = {entry.role for entry in self.book.entries}, self.book.session.case
        absent = case.absent if case is not None else ()
        hidden = ("unit", *absent, *(STUDY if not given & set(STUDY) else ()))
        left = [role for role in roles if role not in given and role not in hidden]
        if not left:
            return
        text = tr("Optional, not given ({count})", count=len(left))
        parent = QTreeWidgetItem(self, [text])
        parent.setFirstColumnSpanned(True)
        self._grey(parent)
        for role in left:
            self._missing(role, "optional", parent)
        parent.setExpanded(not self.book.entries)

    def _grey(self, item: QTreeWidgetItem) -> None:
        # Dark themes have no colour of their own for what is disabled in a list.
        brush = QBrush(muted_colour(self.palette(), FAINT))
        for column in range(3):
            item.setForeground(column, brush)

    def _bars(self) -> tuple[float, float]:
        if self._limits is None:
            from ....delineation.guessing.vocabulary import vocabulary

            words = vocabulary(self.book.session.profile)
            self._limits = float(words["used"]), float(words["sure"])
        return self._limits

    def _state_word(self, entry: SourceEntry) -> str:
        words = {
            "problem": tr("to mend"),
            "choose": tr("choose one"),
            "waiting": tr("reading…"),
            "unused": tr("not used"),
        }
        if entry.mark in words:
            return words[entry.mark]
        if entry.mark == "check":
            return tr("encoding?") if entry.misread else tr("confirm")
        if entry.guess is not None and not entry.confirmed:
            used, sure = self._bars()
            return sure_word(entry.guess.confidence, used=used, sure=sure)
        if entry.raster:
            return tr("raster")
        if entry.layer.made:
            return tr("made")
        return tr("{count} features", count=entry.seen.count if entry.seen is not None else "–")

    def _unmeasured(self, entry: SourceEntry) -> str:
        """Say why a raster will be measured nowhere; "" where it will be, or nobody knows yet."""
        if not entry.raster or entry.seen is None or entry.seen.problem:
            return ""
        for row in findings_rows(entry.seen.findings, self.book.session.profile):
            return str(row["message"])
        return tr("It lies outside the study area: no face gets a value of it.") if self.book.astray(entry) else ""

    def _tip(self, entry: SourceEntry) -> str:
        if entry.seen is not None and entry.seen.problem:
            return sentence(entry.seen.problem, self.book.session.profile)
        return "\n".join(reasons(entry, self.book.session.profile))

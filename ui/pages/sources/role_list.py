"""The list of roles: one line a source, problems first, what is missing last."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QBrush
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QMenu,
    QWidget,
)

from ....delineation.core.errors import visible
from ...text import findings_rows, sentence, tr
from ...widgets.marks import mark_icon
from ...widgets.muted import muted_colour
from ...widgets.tables import LineTree, TreeLine
from ...words import raster_label, role_label, sure_word
from ...work.sourcebook import STUDY
from .details import reasons

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QContextMenuEvent
    from qgis.PyQt.QtWidgets import QTreeWidgetItem

    from ....delineation.case.model import Case
    from ...map.source_layers import SourceLayers
    from ...work.source_entry import SourceEntry
    from ...work.sourcebook import SourceBook

__all__ = ["STUDY", "SourceList"]

ENTRY, ROLE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
MAP = 3  # the column that shows a source on the map
FAINT = 0.5  # of the text's colour: what is not there
NAMED = 14  # letters of a layer's name that are shown whatever its role is called, edges of the cell among them


class Deed(NamedTuple):
    """What can be done with sources: how menu and buttons call it, whom it tells, of which of them."""

    text: str
    signal: Any
    of: Any


class SourceList(LineTree):
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
            *(tr("Role"), tr("Layer"), tr("State"), ""),
            wide=1,
            tips=("", "", "", tr("Shown on the map")),
            objectName="control_units_roles",
            indentation=10,
            uniformRowHeights=True,
            accessibleName=tr("Sources of the plan"),
            selectionMode=QAbstractItemView.SelectionMode.ExtendedSelection,
            itemClicked=self._clicked,
            itemActivated=self._activated,
        )
        self.book, self.layers = book, layers
        self._limits: tuple[float, float] | None = None
        self.header().setMinimumSectionSize(24)

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
        case = self.book.session.case
        self.put(self._wanted(case) if case is not None else [])

    def _wanted(self, case: Case) -> list[TreeLine]:
        entries = self.book.in_order()
        absent = [one for one in case.absent if not any(entry.suggested == one for entry in entries if entry.rivals)]
        lines = [self._missing(role, "none" if role in self.book.none_of else "missing") for role in absent]
        if not any(entry.role in STUDY for entry in entries):
            lines.insert(0, self._missing(STUDY[0], "missing"))
        return [*lines, *map(self._source, entries), *self._optional(case)]

    def chosen_entries(self) -> list[SourceEntry]:
        """Give the entries of the lines that are selected."""
        entries = (item.data(0, ENTRY) for item in self.selectedItems())
        return [entry for entry in entries if entry is not None]

    def _tick(self, entry: SourceEntry) -> dict[int, Any]:
        if not self.layers.can_show(entry):
            return {}
        on = self.layers.is_shown(entry)
        icon = "/mActionShowAllLayers.svg" if on else "/mActionHideAllLayers.svg"
        tip = tr("Click to hide it on the map") if on else tr("Click to show it on the map and zoom to it")
        return {Qt.ItemDataRole.DecorationRole: QgsApplication.getThemeIcon(icon), Qt.ItemDataRole.ToolTipRole: tip}

    def _clicked(self, item: QTreeWidgetItem, column: int = 0) -> None:
        entry = item.data(0, ENTRY)
        several = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if entry is None or QApplication.keyboardModifiers() & several:
            return  # lines are being chosen
        if column == MAP and self.layers.can_show(entry):
            (self.hidden if self.layers.is_shown(entry) else self.shown).emit([entry])
        else:
            self.chosen.emit(entry)

    def deeds(self, entries: list[SourceEntry]) -> dict[str, Deed]:
        """Say what can be done with entries."""
        there = [entry for entry in entries if self.layers.can_show(entry)]
        shown = [entry for entry in there if self.layers.is_shown(entry)]
        asked = [entry for entry in entries if entry.mark == "check"]
        deeds = {
            "open": Deed(tr("Open"), self.chosen, entries[0] if len(entries) == 1 else None),
            "show": Deed(tr("Show on the &map"), self.shown, there),
            "hide": Deed(tr("&Hide on the map"), self.hidden, shown),
            "confirm": Deed(tr("&Confirm {count}", count=len(asked)), self.confirmed, asked),
            "remove": Deed(tr("&Take out of the case"), self.removed, entries),
        }
        return {name: deed for name, deed in deeds.items() if deed.of}

    def menu(self) -> QMenu:
        """Make the menu of the chosen lines."""
        menu = QMenu(self)
        for deed in self.deeds(self.chosen_entries()).values():
            menu.addAction(deed.text, lambda deed=deed: deed.signal.emit(deed.of))
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        if menu.actions():
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(event.globalPos())

    def _activated(self, item: QTreeWidgetItem) -> None:
        if item.data(0, ROLE):
            self.wanted.emit(item.data(0, ROLE))
        else:
            self._clicked(item)

    def _source(self, entry: SourceEntry) -> TreeLine:
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
        return TreeLine(
            [role, name, tr("not measured") if why else tr("outside") if astray else self._state_word(entry)],
            entry,
            mark_icon(mark),
            (whole, visible(entry.spec.path or entry.layer.made), tip),
            look=self._look(mark == "unused"),
            cells={0: {ENTRY: entry}, MAP: self._tick(entry)},
        )

    def _missing(self, role: str, mark: str) -> TreeLine:
        profile = self.book.session.profile
        label = role_label(profile, role)
        if role == STUDY[0] and mark == "missing":
            label = tr("{county} or {township}", county=label, township=role_label(profile, STUDY[1]))
        words = {"missing": tr("missing"), "optional": tr("optional"), "none": tr("none here")}
        tip = tr("Double-click or press Enter to choose its file.")
        return TreeLine(
            [label, tr("none yet"), words[mark]],
            role,
            mark_icon(mark),
            [tip],
            look=self._look(mark != "missing"),
            cells={0: {ROLE: role}},
        )

    def _optional(self, case: Case) -> list[TreeLine]:
        given = {entry.role for entry in self.book.entries}
        hidden = ("unit", *case.absent, *(STUDY if not given & set(STUDY) else ()))
        left = [role for role in case.profile.roles if role not in given and role not in hidden]
        text, below = (
            tr("Optional, not given ({count})", count=len(left)),
            [self._missing(one, "optional") for one in left],
        )
        spread = not self.book.entries
        return [TreeLine([text], "", below=below, look=self._look(True), across=True, spread=spread)] if left else []

    def _look(self, faint: bool) -> dict[int, QBrush]:
        # Dark themes have no colour of their own for what is disabled in a list.
        return {Qt.ItemDataRole.ForegroundRole: QBrush(muted_colour(self.palette(), FAINT))} if faint else {}

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

"""A box to choose a unit in: by a part of its name or code, by the next and the one before, or on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QModelIndex, QSignalBlocker, QSize, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QCompleter, QPushButton, QToolButton, QWidget

from ...map.colours import chip_icon
from ...shipped import own_icon
from ...text import tr
from ...widgets.layout import in_line
from ...widgets.offered import offer
from ...widgets.tables import RowsModel, ViewColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from qgis.PyQt.QtGui import QFocusEvent, QResizeEvent

    from ...work.clause_book import UnitTitle

UNIT = Qt.ItemDataRole.UserRole
SIGNS = QSize(16, 16)


class _Searched(QComboBox):
    """Its field is searched in; who leaves it without a choice finds it as it was."""

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.show_start()

    def show_start(self) -> None:
        """Show the chosen line from its beginning."""
        chosen = self.itemData(self.currentIndex(), Qt.ItemDataRole.ToolTipRole) or ""
        tip = tr("The unit whose list shows: write a part of its name or code, or choose it.")
        self.setToolTip("\n".join(filter(None, (chosen, tip))))
        if not self.lineEdit().hasFocus() or self.completer().popup().isHidden():
            self.setEditText(self.itemText(self.currentIndex()))
        self.lineEdit().setCursorPosition(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.lineEdit().setCursorPosition(0)


class UnitBox(QWidget):
    """The box and its buttons."""

    chosen = pyqtSignal(str)  # unit id
    zoom = pyqtSignal(str)
    pick = pyqtSignal(bool)  # the next click on the map chooses

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, objectName="control_units_unit_box")
        self._waiting: Mapping[str, int] = {}  # how many clauses of a unit are to be reviewed
        self.model = RowsModel(
            self,
            ViewColumn(
                "",
                _title,
                icon=lambda unit: chip_icon(unit.category),
                more={Qt.ItemDataRole.EditRole: _title, UNIT: lambda unit: unit.unit_id},
            ),
            tip=self._tip,
        )
        self.box = _Searched(
            self,
            editable=True,
            insertPolicy=QComboBox.InsertPolicy.NoInsert,
            sizeAdjustPolicy=QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon,
            minimumContentsLength=8,
            maxVisibleItems=20,
            accessibleName=tr("Unit"),
            activated=self._activated,
        )
        self.box.setModel(self.model)
        self.box.view().setUniformItemSizes(True)
        completer = QCompleter(
            self.model,
            self,
            maxVisibleItems=15,
            filterMode=Qt.MatchFlag.MatchContains,
            caseSensitivity=Qt.CaseSensitivity.CaseInsensitive,
            completionMode=QCompleter.CompletionMode.PopupCompletion,
        )
        self.box.setCompleter(completer)
        self.box.lineEdit().setPlaceholderText(tr("Find a unit by name or code"))
        completer.activated[QModelIndex].connect(self._completed)
        self.before = self._button(text="◀", clicked=lambda *_: self.step(-1))
        self.after = self._button(text="▶", clicked=lambda *_: self.step(1))
        self.on_map = self._button("pick_unit", checkable=True, toggled=self.pick)
        self.look = self._button("zoom_unit", clicked=lambda *_: self.unit_id() and self.zoom.emit(self.unit_id()))
        in_line(self.before, (self.box, 1), self.after, self.on_map, self.look, on=self, margins=0, spacing=2)
        self._offer()

    def _button(self, icon: str = "", **properties: Any) -> QToolButton:
        button = QToolButton(self, autoRaise=True, focusPolicy=Qt.FocusPolicy.TabFocus, iconSize=SIGNS, **properties)
        if icon:
            button.setObjectName(f"control_units_lists_{icon}")
            button.setIcon(own_icon(icon))
        return button

    def _tip(self, unit: UnitTitle) -> str:
        waiting = tr("To review: {count}", count=f"{self._waiting[unit.unit_id]:,}")
        return f"{unit.name}\n{unit.code}\n{waiting}"

    # ── what is chosen ────────────────────────────────────────────────────────────────────────────────────────────

    def show_units(self, units: Sequence[UnitTitle], waiting: Sequence[int]) -> None:
        """Offer units, each with how many of its clauses are to be reviewed; who was chosen stays so where it is."""
        kept = self.unit_id()
        self._waiting = {unit.unit_id: count for unit, count in zip(units, waiting, strict=True)}
        if tuple(units) != tuple(self.model.items):
            with QSignalBlocker(self.box):
                self.model.put(units)
                self.box.setCurrentIndex(self._place(kept))
            self.box.show_start()
        self._offer()

    def unit_id(self) -> str:
        """Give the id of the chosen unit, "" for none."""
        place = self.box.currentIndex()
        return self.model.items[place].unit_id if 0 <= place < len(self.model.items) else ""

    def choose(self, unit_id: str) -> None:
        """Choose a unit without telling of it."""
        self.box.setCurrentIndex(self._place(unit_id))
        self.box.show_start()
        self._offer()

    def _place(self, unit_id: str) -> int:
        return next((place for place, one in enumerate(self.model.items) if one.unit_id == unit_id), -1)

    def step(self, by: int) -> None:
        """Choose the next unit, or the one before."""
        place = self.box.currentIndex() + by
        if 0 <= place < len(self.model.items):
            self._activated(place)

    def _completed(self, index: QModelIndex) -> None:
        self._activated(self._place(index.data(UNIT)))

    def _activated(self, place: int) -> None:
        if 0 <= place < len(self.model.items):
            self.box.setCurrentIndex(place)
            self.box.show_start()
            self._offer()
            self.chosen.emit(self.model.items[place].unit_id)

    def _offer(self) -> None:
        place, count = self.box.currentIndex(), len(self.model.items)
        end, none = tr("There is no other unit there."), tr("Choose a unit first.")
        for button, tip, why_not in (
            (self.before, tr("The unit before, by code."), "" if place > 0 else end),
            (self.after, tr("The next unit, by code."), "" if place + 1 < count else end),
            (self.on_map, tr("Click a unit on the map to see its list; Esc ends."), ""),
            (self.look, tr("Zoom to the unit on the map."), "" if place >= 0 else none),
        ):
            offer(button, tip, why_not if count else tr("No plan is open."))
            button.setAccessibleName(tip)


def _title(unit: UnitTitle) -> str:
    return f"{unit.name}  {unit.code}"


class UnitButtons:
    """Two buttons below a list: to the unit of what is chosen on the map, and to the list of that unit."""

    def __init__(self, parent: QWidget, look: Callable[[], object], go: Callable[[], object]) -> None:
        self.look = QPushButton(tr("Zoom", "to a unit"), parent, clicked=lambda *_: look())
        self.go = QPushButton(tr("In its list", "a clause in that of its unit"), parent, clicked=lambda *_: go())

    def offer(self, why_not: str, *, shown: bool = True) -> None:
        """Let both be pressed, or say why not."""
        for button, tip in (
            (self.look, tr("Zoom to the unit on the map.")),
            (self.go, tr("Shows the clause in the list of its unit, as that is now.")),
        ):
            button.setVisible(shown)
            offer(button, tip, why_not)

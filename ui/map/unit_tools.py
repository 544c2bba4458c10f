"""Tools for clicks on whole units: merge, set the category, lock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsApplication
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QPoint, Qt, QTimer
from qgis.PyQt.QtWidgets import QMenu

from ..text import categories, tr
from .colours import chip_icon
from .cursor_card import BESIDE
from .revision_tool import RevisionTool

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qgis.gui import QgsMapMouseEvent

    from ...delineation.revision.state import State, UnitRow
    from ..work.revision import Changed, Foreseen
    from .revision_tool import DrawingBoard

__all__ = ["CategoryTool", "LockTool", "MergeTool"]


class UnitTool(RevisionTool):
    """A tool for clicks on units: the one under the pointer is marked."""

    CURSOR = QgsApplication.Cursor.Select

    def __init__(self, board: DrawingBoard) -> None:
        super().__init__(board)
        self._under = ""

    def move_to(self, event: QgsMapMouseEvent, state: State) -> None:
        unit = self.unit_at(event.pos(), state)
        under = unit.unit_id if unit is not None else ""
        if under != self._under:
            self._under = under
            self.hover(unit, state)

    def hover(self, unit: UnitRow | None, state: State) -> None:  # noqa: ARG002 - for those who want it
        """Mark the unit under the pointer."""
        self.board.choose([unit.unit_id] if unit is not None else [])

    def press(self, event: QgsMapMouseEvent, state: State) -> None:
        unit = self.unit_at(event.pos(), state)
        if unit is None:
            self.told.emit(tr("There is no unit of the plan here."))
        else:
            self.click(unit, event, state)

    def click(self, unit: UnitRow, event: QgsMapMouseEvent, state: State) -> None:
        """Take a click on a unit."""
        raise NotImplementedError

    def cancel(self) -> None:
        self._under = ""
        super().cancel()

    def follow(self, changed: Changed) -> None:  # noqa: ARG002
        self._under = ""


class MergeTool(UnitTool):
    """Click the unit that stays, then the one that goes into it; with Shift several."""

    KEY = "M"

    def __init__(self, board: DrawingBoard) -> None:
        super().__init__(board)
        self._units: list[str] = []

    def hint(self) -> str:
        state = self.revision.state
        first = state.units.get(self._units[0]) if self._units and state is not None else None
        if first is None:
            return tr("Click the unit that stays.")
        if len(self._units) > 1:
            text = tr("Click the last unit that goes into {unit}, or press Enter; Esc cancels.")
        else:
            text = tr("Click the unit that goes into {unit}; Shift+click takes several.")
        return text.format(unit=first.name)

    @property
    def on_its_way(self) -> bool:
        return bool(self._units)

    def hover(self, unit: UnitRow | None, state: State) -> None:
        under = [unit.unit_id] if unit is not None and unit.unit_id not in self._units else []
        self.board.choose([*self._units, *under])
        if not self._units:
            return
        if under or len(self._units) > 1:
            self.ask_soon()
        else:
            self.ask_nothing()
            first = state.units[self._units[0]]
            self.board.card.say(first.name, first.category)

    def click(self, unit: UnitRow, event: QgsMapMouseEvent, state: State) -> None:
        more = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if unit.unit_id in self._units:
            self.told.emit(tr("{unit} is taken back from the merge.", unit=unit.name))
            self._units.remove(unit.unit_id)
            if not self._units:
                self.cancel()
                return
        else:
            self._units.append(unit.unit_id)
            if len(self._units) > 1 and not more:
                self.finish()
                return
        self._subject = self._units[0]
        self.revision.drawing = True
        self.hover(unit, state)

    def _op(self, units: Sequence[str], state: State) -> dict[str, Any] | None:
        if len(units) < 2:
            return None
        ranks = {state.units[one].category for one in units}
        op: dict[str, Any] = {"op": "merge", "units": list(units)}
        return op if len(ranks) == 1 else {**op, "category": min(ranks)}

    def question(self) -> Mapping[str, Any] | None:
        state = self.revision.state
        if state is None:
            return None
        under = [self._under] if self._under and self._under not in self._units else []
        return self._op([*self._units, *under], state)

    def card_lines(self, found: Foreseen) -> Sequence[str]:
        category = found.op.get("category")
        if category is None:
            return ()
        return [tr("Of several categories, the strictest holds: {category}", category=categories()[category])]

    def finish(self) -> None:
        state = self.revision.state
        op = self._op(self._units, state) if state is not None else None
        if op is None:
            super().finish()
            return
        self._units, self._under = [], ""
        self.send(op)

    def cancel(self) -> None:
        self._units = []
        super().cancel()

    def follow(self, changed: Changed) -> None:
        super().follow(changed)
        left = [one for one in self._units if one in changed.after.units]
        if left != self._units:
            self.cancel()


class CategoryTool(UnitTool):
    """Click a unit, choose its category; what each would do is told before."""

    KEY = "C"

    def __init__(self, board: DrawingBoard) -> None:
        super().__init__(board)
        self.menu = QMenu(board.canvas, triggered=self._set)
        self.menu.hovered.connect(self._foresee)
        self.menu.aboutToHide.connect(self._hidden)
        self._unit = ""

    def hint(self) -> str:
        if self._unit:
            return tr("Choose a category, or press 1, 2 or 3; Esc leaves it as it is.")
        return tr("Click the unit whose category is another one.")

    @property
    def on_its_way(self) -> bool:
        return bool(self._unit)

    def click(self, unit: UnitRow, event: QgsMapMouseEvent, state: State) -> None:
        self._unit = self._subject = unit.unit_id
        self.revision.drawing = True
        self.menu.clear()
        for number, name in categories(profile=state.setting.profile).items():
            action = self.menu.addAction(chip_icon(number, hatched=True), f"&{number}  {name}")
            action.setData(number)
            action.setCheckable(True)
            action.setChecked(number == unit.category)
        self.board.choose([unit.unit_id])
        self.board.card.say(unit.name, unit.category)
        where = event.pos() + QPoint(8, 8)
        self._pixel = where + QPoint(self.menu.sizeHint().width(), -BESIDE)
        self.menu.popup(self.board.canvas.viewport().mapToGlobal(where))

    def _foresee(self, action: Any) -> None:
        state = self.revision.state
        if state is None or self._unit not in state.units:
            return
        if action.data() == state.units[self._unit].category:
            self.ask_nothing()
            unit = state.units[self._unit]
            self.board.card.say(unit.name, unit.category)
        else:
            self.revision.foresee({"op": "categorize", "unit": self._unit, "category": action.data()})

    def _set(self, action: Any) -> None:
        state, unit = self.revision.state, self._unit
        self._unit = self._under = ""
        if state is None or unit not in state.units or action.data() == state.units[unit].category:
            self.cancel()
            if state is not None and unit in state.units:
                self.told.emit(tr("{unit} has this category already.", unit=state.units[unit].name))
        else:
            self.send({"op": "categorize", "unit": unit, "category": action.data()})
            self.say_hint()

    def close(self) -> None:
        super().close()
        if not sip.isdeleted(self.menu):
            self.menu.deleteLater()

    def _hidden(self) -> None:
        # A choice is told of after the menu has gone.
        QTimer.singleShot(0, self._left)

    def _left(self) -> None:
        if self._unit:
            self.cancel()

    def move_to(self, event: QgsMapMouseEvent, state: State) -> None:
        if not self._unit:
            super().move_to(event, state)

    def cancel(self) -> None:
        self._unit = ""
        super().cancel()


class LockTool(UnitTool):
    """Click a unit to lock it, and again to unlock it."""

    KEY = "L"

    def hint(self) -> str:
        return tr("Click a unit to lock it against edits; a locked one, to unlock it.")

    def click(self, unit: UnitRow, event: QgsMapMouseEvent, state: State) -> None:  # noqa: ARG002
        self.send({"op": "unlock" if unit.locked else "lock", "unit": unit.unit_id})

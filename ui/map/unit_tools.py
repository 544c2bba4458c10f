"""Tools for clicks on whole units: merge, set the category, move a township, lock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsApplication
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QPoint, QRect, Qt, QTimer
from qgis.PyQt.QtWidgets import QMenu

from ..text import categories, tr
from .colours import chip_icon
from .consequence_words import NAMING
from .revision_tool import RevisionTool, unit_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.gui import QgsMapMouseEvent

    from ...delineation.case.profile import Profile
    from ...delineation.revision.state import State, UnitRow
    from ..work.revision import Changed, Foreseen, Op
    from .revision_tool import DrawingBoard


def fill_category_menu(menu: QMenu, category: int, profile: Profile | None) -> None:
    """List the categories in a menu, with their numbers as keys; the one that a unit has is marked."""
    menu.clear()
    for number, name in categories(profile=profile).items():
        action = menu.addAction(chip_icon(number, hatched=True), f"&{number}  {name}")
        action.setData(number)
        action.setCheckable(True)
        action.setChecked(number == category)


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

    def card_lines(self, found: Foreseen) -> Sequence[str]:
        """Name the keys that answer where a name is proposed: the eyes are at the pointer, not at the panel."""
        return [self.hint()] if self.board.draft.ready and found.op["op"] in NAMING else ()

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
        if self.board.draft.op:
            return tr("The rule proposes a name, in the panel: Enter takes it, Esc leaves all as it is.")
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
        if not self._units or self.board.draft.op:
            return
        if under or len(self._units) > 1:
            self.ask_soon()
        else:
            self.ask_nothing()
            first = state.units[self._units[0]]
            self.board.card.say(first.name, first.category)

    def click(self, unit: UnitRow, event: QgsMapMouseEvent, state: State) -> None:
        more = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if self.board.draft.op:
            self.cancel()
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

    def question(self) -> Op | None:
        state = self.revision.state
        if state is None:
            return None
        if self.board.draft.op:
            return self.board.draft.question()
        under = [self._under] if self._under and self._under not in self._units else []
        return self._op([*self._units, *under], state)

    def card_lines(self, found: Foreseen) -> Sequence[str]:
        category, lines = found.op.get("category"), [*super().card_lines(found)]
        if category is not None:
            lines.append(tr("Of several categories, the strictest holds: {category}", category=categories()[category]))
        return lines

    def finish(self) -> None:
        state = self.revision.state
        op = self._op(self._units, state) if state is not None else None
        if op is None:
            super().finish()
            return
        if self.board.draft.op:
            self.board.draft.agree()
        else:
            self.board.draft.begin(op, self._send, self.cancel)
            self.say_hint()

    def _send(self, op: Op) -> None:
        self._units, self._under = [], ""
        self.send(op)
        self.say_hint()

    def cancel(self) -> None:
        self._units = []
        self.board.draft.forget()
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
        self.menu = QMenu(board.canvas, triggered=self._set, hovered=self._foresee, aboutToHide=self._hidden)
        self._unit = ""

    def hint(self) -> str:
        if self._unit and self.board.draft.op:
            return tr("The rule proposes a name, in the panel: Enter takes it, Esc leaves all as it is.")
        if self._unit:
            return tr("Choose a category, or press 1, 2 or 3; Esc leaves it as it is.")
        return tr("Click the unit whose category is another one.")

    @property
    def on_its_way(self) -> bool:
        return bool(self._unit)

    def click(self, unit: UnitRow, event: QgsMapMouseEvent, state: State) -> None:
        self._unit = self._subject = unit.unit_id
        self.revision.drawing = True
        fill_category_menu(self.menu, unit.category, state.setting.profile)
        self.board.choose([unit.unit_id])
        self.board.card.say(unit.name, unit.category)
        self.menu.popup(self.board.canvas.viewport().mapToGlobal(event.pos() + QPoint(8, 8)))
        # Where the screen has put it.
        self.board.card.clear_of = QRect(self.board.canvas.mapFromGlobal(self.menu.pos()), self.menu.size())

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
        if state is None or unit not in state.units or action.data() == state.units[unit].category:
            self.cancel()
            if state is not None and unit in state.units:
                self.told.emit(tr("{unit} has this category already.", unit=state.units[unit].name))
        else:
            self.board.draft.begin(
                {"op": "categorize", "unit": unit, "category": action.data()}, self._send, self.cancel
            )
            self.say_hint()

    def _send(self, op: Op) -> None:
        self._unit = self._under = ""
        self.send(op)
        self.say_hint()

    def finish(self) -> None:
        if self.board.draft.op:
            self.board.draft.agree()
        else:
            super().finish()

    def close(self) -> None:
        super().close()
        if not sip.isdeleted(self.menu):
            self.menu.deleteLater()

    def _hidden(self) -> None:
        # A choice is told of after the menu has gone.
        QTimer.singleShot(0, self._left)

    def _left(self) -> None:
        self.board.card.clear_of = QRect()
        if self._unit and not self.board.draft.op:
            self.cancel()

    def move_to(self, event: QgsMapMouseEvent, state: State) -> None:
        if not self._unit:
            super().move_to(event, state)

    def cancel(self) -> None:
        self._unit = ""
        self.board.draft.forget()
        super().cancel()


class TownshipTool(UnitTool):
    """Click a township: what the unit there has of it goes to the chosen unit; from the list, of the whole county."""

    KEY = "G"
    AIMS = True

    def __init__(self, board: DrawingBoard) -> None:
        super().__init__(board)
        self._town = ""  # code of the one under the pointer

    def hint(self) -> str:
        state = self.revision.state
        unit = state.units.get(self.revision.target) if state is not None else None
        if unit is None:
            return tr("Alt+click, or T, the unit that a township goes to.")
        return tr("Click the township that goes to {unit}; Alt+click or T: another unit.", unit=unit.name)

    def activate(self) -> None:
        super().activate()
        self.revision.target_changed.connect(self._begin)
        self._begin()

    def deactivate(self) -> None:
        super().deactivate()
        if not sip.isdeleted(self.board.draft):  # QGIS closes
            self.revision.target_changed.disconnect(self._begin)
            self.board.draft.forget()

    def _begin(self) -> None:
        """Take the chosen unit for the one that gets a township."""
        self._subject = self.revision.target
        self.board.draft.begin({"op": "move", "township": "", "unit": self._subject}, self._send, self._left)
        self.say_hint()

    def _send(self, op: Op) -> None:
        self.send(op)
        self._begin()

    def _left(self) -> None:
        if self.isActive():
            self.stop()

    def waits_for(self, found: Foreseen) -> bool:
        return found.op["op"] == "move"

    def question(self) -> Op | None:
        return self.board.draft.question()

    def hover(self, unit: UnitRow | None, state: State) -> None:
        """Mark the unit under the pointer, and say what of the township there would go where."""
        super().hover(unit, state)
        if not self.board.draft.held:
            self._propose(unit, state)

    def move_to(self, event: QgsMapMouseEvent, state: State) -> None:
        row = self.row_at(event.pos(), state)
        town = str(state.faces.township[row]) if row >= 0 else ""
        unit = unit_of(state, row) if row >= 0 else None
        if (town, unit.unit_id if unit is not None else "") != (self._town, self._under):
            self._town, self._under = town, unit.unit_id if unit is not None else ""
            self.hover(unit, state)

    def _propose(self, unit: UnitRow | None, state: State) -> None:
        if self._subject not in state.units or unit is None or not self._town or unit.unit_id == self._subject:
            self.board.card.hide()
            self.board.draft.say(**{"township": "", "from": None})
            return
        self.board.draft.say(**{"township": self._town, "from": unit.unit_id})

    def click(self, unit: UnitRow, event: QgsMapMouseEvent, state: State) -> None:
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.aim(unit)
        elif self._subject not in state.units:
            self.told.emit(self.hint())
        elif unit.unit_id == self._subject:
            self.told.emit(tr("This land is of {unit} already.", unit=unit.name))
        elif not self._town:
            self.told.emit(tr("No township of the plan is here."))
        else:
            self._propose(unit, state)
            self.finish()

    def finish(self) -> None:
        if self.board.draft.complete:
            self.board.draft.agree()
        else:
            super().finish()

    def cancel(self) -> None:
        self._town = ""
        super().cancel()
        if self.isActive() and self.revision.is_open:
            self._begin()


class LockTool(UnitTool):
    """Click a unit to lock it, and again to unlock it."""

    KEY = "L"

    def hint(self) -> str:
        return tr("Click a unit to lock it against edits; a locked one, to unlock it.")

    def click(self, unit: UnitRow, event: QgsMapMouseEvent, state: State) -> None:  # noqa: ARG002
        self.send({"op": "unlock" if unit.locked else "lock", "unit": unit.unit_id})

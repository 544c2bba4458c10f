"""What all tools of a revision share: keys and buttons, the sketch, what is foreseen on a card at the cursor."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from qgis.core import QgsApplication
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QPoint, Qt, QTimer, pyqtSignal

from ..text import tr
from .consequence_words import CountyAreas, card_text
from .cursor_card import CursorCard
from .map_tools import GestureTool
from .plan_view import PlanView
from .sketch import Sketch
from .unit_draft import UnitDraft

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qgis.gui import QgsMapCanvas, QgsMapMouseEvent, QgsMapTool
    from qgis.PyQt.QtGui import QKeyEvent

    from ...delineation.revision.state import State, UnitRow
    from ..work.revision import Changed, Foreseen, Op, Refusal, Revision

PAUSE = 50  # milliseconds between two questions what would follow
_OUTLINES = "outlines of units"


class DrawingBoard(QObject):
    """What the tools of one map share: its view of the plan, the sketch over it, the card at the cursor."""

    def __init__(self, revision: Revision, canvas: QgsMapCanvas) -> None:
        super().__init__(revision)
        self.revision, self.canvas = revision, canvas
        self.view = PlanView(canvas)
        self.sketch = Sketch(canvas, self.view)
        self.card = CursorCard(canvas)
        self.counties = CountyAreas()
        self.draft = UnitDraft(revision)
        self.before: QgsMapTool | None = None  # what had the map before the first of the tools
        self._users = 0  # tools that are in use: 0 or 1
        # All of them end with this object: a signal that is kept would be undone of a canvas that Qt has taken down.
        canvas.mapToolSet.connect(self._tool_set)
        revision.begun.connect(self._begun)
        revision.ended.connect(self._ended)
        revision.changed.connect(self._changed)
        revision.refused.connect(self._refused)
        revision.state_changed.connect(self._state_changed)
        if revision.state is not None:
            self._begun()

    def take(self) -> None:
        """Note that a tool is in use."""
        self._users += 1
        self._mark_locks()

    def leave(self) -> None:
        """Note that it is not any more."""
        self._users = max(0, self._users - 1)
        self._mark_locks()

    def choose(self, unit_ids: Sequence[str]) -> None:
        """Mark units on the map."""
        state = self.revision.state
        known = [one for one in unit_ids if state is not None and one in state.units]
        if not known or not self.revision.is_open:
            self.sketch.choose(())
            return

        def show(outlines: Mapping[str, Any]) -> None:
            now = self.revision.state
            if now is not None and self._users and not sip.isdeleted(self.sketch):
                found = [(shape, now.units[one].category) for one, shape in outlines.items() if one in now.units]
                self.sketch.choose(found)

        self.revision.ask(lambda editor: editor.drawn(known), show, question=_OUTLINES)

    def _tool_set(self, new: QgsMapTool | None, old: QgsMapTool | None) -> None:
        if isinstance(new, RevisionTool) and not isinstance(old, RevisionTool):
            self.before = old

    def _begun(self) -> None:
        state = self.revision.state
        if state is not None:
            self.view.set_crs(state.setting.plan.crs)
        self._mark_locks()

    def _ended(self) -> None:
        self.card.hide()
        self.sketch.clear()

    def _changed(self, changed: Changed) -> None:
        self.sketch.follow_change(changed)
        self._mark_locks()

    def _refused(self, refusal: Refusal) -> None:
        self.sketch.follow_refusal(refusal)

    def _state_changed(self) -> None:
        if not self.revision.busy:
            self.sketch.drop_sent()

    def _mark_locks(self) -> None:
        state, places = self.revision.state, []
        if state is not None and self._users:
            for row in state.units.values():
                if row.locked:
                    faces = state.rows_of(row.unit_id)
                    places.append(tuple(state.mesh.point[faces[state.faces.area[faces].argmax()]].tolist()))
        if places != self.sketch.locks:
            self.sketch.locks = places
            self.sketch.update()

    def close(self) -> None:
        """Leave the map for good."""
        self.sketch.close()
        for own in (self.card, self):
            if not sip.isdeleted(own):
                own.deleteLater()


class RevisionTool(GestureTool):
    """A gesture on the map that becomes one edit of the plan.

    Esc or the right button cancels, Enter finishes what waits for more, the middle button pans.

    Attributes
    ----------
    KEY : str
        The key that chooses it.
    AIMS : bool
        What it draws goes to the chosen unit.
    """

    KEY = ""
    AIMS = False
    CURSOR = QgsApplication.Cursor.CrossHair
    told = pyqtSignal(object)  # str: a sentence for the line of messages

    def __init__(self, board: DrawingBoard) -> None:
        super().__init__(board.canvas, board)
        self.board, self.revision = board, board.revision
        self._hint = ""
        self._subject = ""  # unit that the card is about
        self._asking = QTimer(self, singleShot=True, interval=PAUSE, timeout=self._ask)
        self.setCursor(QgsApplication.getThemeCursor(self.CURSOR))
        self.revision.foreseen.connect(self._foreseen)
        self.revision.changed.connect(self._changed)
        self.revision.ended.connect(self._ended)
        board.canvas.extentsChanged.connect(self._view_moved)

    # ── what it says ──────────────────────────────────────────────────────────────────────────────────────────────

    def hint(self) -> str:
        """Say in one sentence what to do now."""
        raise NotImplementedError

    def say_hint(self) -> None:
        """Tell of the hint where it is another one by now."""
        hint = self.hint()
        if hint != self._hint:
            self._hint = hint
            self.hint_changed.emit(hint)

    # ── taking and leaving the map ────────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Take the map; what had it before all tools of the revision, the board notes."""
        self.board.canvas.setMapTool(self)

    def activate(self) -> None:
        """Begin with the map; the plan is claimed where it is not yet."""
        super().activate()
        self.board.take()
        if self.revision.phase == "closed":
            self.revision.begin()
        self._hint = ""
        self.say_hint()

    def deactivate(self) -> None:
        """Leave the map; what is half drawn is forgotten."""
        if sip.isdeleted(self.board) or sip.isdeleted(self.board.sketch):  # QGIS closes
            return
        self.cancel()
        self.board.sketch.brush = None
        self.board.leave()
        super().deactivate()

    def close(self) -> None:
        """Leave the map for good."""
        if sip.isdeleted(self):
            return
        with contextlib.suppress(RuntimeError, TypeError):
            self.board.canvas.extentsChanged.disconnect(self._view_moved)
        super().close()
        self.deleteLater()

    @property
    def state(self) -> State | None:
        """What the plan is now; None tells the planner to wait."""
        if self.revision.state is None:
            if self.revision.phase == "closed":
                self.revision.begin()
            if self.revision.phase == "opening":
                self.told.emit(tr("The plan is being read; a moment."))
            return None
        return self.revision.state

    # ── gestures ──────────────────────────────────────────────────────────────────────────────────────────────────

    def cancel(self) -> None:
        """Forget what is half drawn; the plan stays as it is."""
        self._asking.stop()
        self._subject = ""
        self.revision.foresee(None)
        self.revision.drawing = False
        self.board.sketch.drop()
        self.board.card.hide()
        self.say_hint()

    def finish(self) -> None:
        """Say what is wanted, where nothing has been drawn that could be done."""
        self.told.emit(self.hint())

    def step_back(self) -> None:
        """Say so too where there is nothing to take back."""
        self.told.emit(self.hint())

    def key(self, event: QKeyEvent) -> bool:
        """Choose the unit under the pointer with T, as Alt+click does where no window manager takes that."""
        state = self.state
        if not self.AIMS or event.key() != Qt.Key.Key_T or state is None:
            return False
        self.aim(self.unit_at(self.board.canvas.mouseLastXY(), state))
        return True

    def aim(self, unit: UnitRow | None) -> None:
        """Have what is drawn go to a unit."""
        if unit is None:
            self.told.emit(tr("There is no unit of the plan here."))
            return
        if unit.unit_id == self.revision.target:
            self.told.emit(tr("{unit} is the target already.", unit=unit.name))
        self.revision.set_target(unit.unit_id)
        self.say_hint()

    def send(self, op: Op) -> None:
        """Have an operation done; its sketch stays until the map shows it."""
        self._asking.stop()
        self.revision.foresee(None)
        self.revision.drawing = False
        self.board.sketch.send(op)
        self.board.card.hide()
        self._subject = ""
        self.revision.do(op)

    def question(self) -> Op | None:
        """Give the operation that what is drawn would be now."""
        return None

    def ask_nothing(self) -> None:
        """Ask no more what would follow, and show nothing of it."""
        self._asking.stop()
        self.revision.foresee(None)
        self.board.sketch.foresee((), (), ())

    def ask_soon(self) -> None:
        """Ask what would follow, not more often than it can be answered."""
        if not self._asking.isActive():
            self._asking.start()

    def _ask(self) -> None:
        self.revision.foresee(self.question())

    def canvasPressEvent(self, event: QgsMapMouseEvent) -> None:
        """Begin with the left button, cancel with the right one."""
        if event.button() == Qt.MouseButton.RightButton:
            self.cancel()
        elif event.button() == Qt.MouseButton.LeftButton and (state := self.state) is not None:
            self._down, self._pixel = True, event.pos()
            self.press(event, state)
            self.board.card.move_beside(self._pixel)
            self.say_hint()

    def canvasMoveEvent(self, event: QgsMapMouseEvent) -> None:
        """Go on."""
        if self.revision.state is not None:
            self._pixel = event.pos()
            self.move_to(event, self.revision.state)
            if self.board.card.isVisible():
                self.board.card.move_beside(self._pixel)

    def canvasReleaseEvent(self, event: QgsMapMouseEvent) -> None:
        """End with the left button."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._down = False
        if event.button() == Qt.MouseButton.LeftButton and self.revision.state is not None:
            self.release(event, self.revision.state)
            self.say_hint()

    def press(self, event: QgsMapMouseEvent, state: State) -> None:
        """Take the left button going down."""

    def move_to(self, event: QgsMapMouseEvent, state: State) -> None:
        """Take a move of the pointer."""

    def release(self, event: QgsMapMouseEvent, state: State) -> None:
        """Take the left button going up."""

    # ── what is under the pointer ─────────────────────────────────────────────────────────────────────────────────

    def row_at(self, pixel: QPoint, state: State) -> int:
        """Row of the face under the pointer; −1 for none."""
        place = self.board.view.at(pixel)
        return -1 if place is None else state.mesh.at(*place)

    def unit_at(self, pixel: QPoint, state: State) -> UnitRow | None:
        """Give the unit under the pointer."""
        row = self.row_at(pixel, state)
        return None if row < 0 else unit_of(state, row)

    # ── what is told ──────────────────────────────────────────────────────────────────────────────────────────────

    def _foreseen(self, found: Foreseen) -> None:
        if self.isActive() and self.revision.state is not None and self.waits_for(found):
            self.show_foreseen(found, self.revision.state)
            self.board.card.move_beside(self._pixel)

    def waits_for(self, found: Foreseen) -> bool:  # noqa: ARG002 - some tools ask for more than one thing
        """Tell whether an answer is to what is drawn now."""
        return self.on_its_way

    def _changed(self, changed: Changed) -> None:
        if self.isActive():
            self.follow(changed)
            self.say_hint()

    def _ended(self) -> None:
        if self.isActive():
            self.cancel()

    def follow(self, changed: Changed) -> None:
        """Go on with a gesture in a plan that has changed under it."""

    def _view_moved(self) -> None:
        if self.isActive():
            self.view_moved()

    def view_moved(self) -> None:
        """Go on where the map shows another place or scale."""

    def show_foreseen(self, found: Foreseen, state: State) -> None:
        """Show what a gesture would do: outlines on the map, totals and warnings on the card."""
        sketch, card = self.board.sketch, self.board.card
        title, category, lines, warnings = card_text(found, state, self.board.counties, self._subject)
        card.say(title, category, [*self.card_lines(found), *lines], warnings)
        if found.refused is not None or found.consequences is None:
            sketch.foresee((), (), [shape for shapes in sketch.now.faces for shape in shapes])
            return
        rows = {**state.units, **found.units}
        sketch.now.category = rows[self._subject].category if self._subject in rows else 0
        # Whoever gives land has the same new border: one outline of it is enough.
        drawn = {self._subject, *(found.units.keys() - state.units.keys())}
        outlines = [(shape, rows[one].category) for one, shape in found.outlines.items() if one in drawn]
        sketch.foresee(outlines, found.moved, broken_parts(found))

    def card_lines(self, found: Foreseen) -> Sequence[str]:  # noqa: ARG002 - some have more to say
        """Say first what only this tool knows."""
        return ()


def unit_of(state: State, row: int) -> UnitRow:
    """Give the unit of a face by its row."""
    return state.units[state.counters.ids[int(state.label[row])]]


def _places(coordinates: Any) -> Any:
    """Give coordinates (n, 2) as numbers that can be looked for."""
    return coordinates[:, 0] + 1j * coordinates[:, 1]


def broken_parts(found: Foreseen) -> list[Any]:
    """Give the parts of units that would be cut off, beside what changes hands."""
    import numpy as np
    import shapely

    from ...delineation.revision.consequences import BROKEN

    out: list[Any] = []
    if found.consequences is None or not len(found.moved):
        return out
    # By common vertices: to intersect shapes of 80,000 would take a second.
    moved = np.unique(_places(shapely.get_coordinates(np.asarray(found.moved, dtype=object))))
    for unit in found.consequences.units:
        outline = found.outlines.get(unit["unit"])
        if unit["contiguity"] != BROKEN or outline is None:
            continue
        parts = shapely.get_parts(outline)
        coordinates, of = shapely.get_coordinates(parts, return_index=True)
        near = np.unique(of[np.isin(_places(coordinates), moved)])
        area = shapely.area(parts)
        if len(near):
            # What is put far from all others stands alone; of what is torn apart, the largest stays the unit.
            main = near[np.argmax(area[near])]
            alone = len(near) == 1 and main != area.argmax()
            out += parts[near[(near != main) | alone]].tolist()
    return out

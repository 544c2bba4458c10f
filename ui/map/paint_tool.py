"""Tools that paint: faces under the pointer go over to a unit, or become a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt import sip
from qgis.PyQt.QtCore import QPoint, QPointF, QRectF, Qt

from ..text import tr
from .consequence_words import square_kilometres
from .revision_tool import RevisionTool, unit_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qgis.gui import QgsMapMouseEvent
    from qgis.PyQt.QtGui import QKeyEvent

    from ...delineation.revision.state import State, UnitRow
    from ..work.revision import Changed, Foreseen
    from .revision_tool import DrawingBoard

__all__ = ["NewUnitTool", "PaintTool"]

NEAR = 8  # pixels from a border that count as on it
BRUSHES = (0, 6, 12, 24, 48)  # pixels
_OTHER_PLACE, _LOCKED = "other place", "locked"


class PaintTool(RevisionTool):
    """Faces under the pointer go to the target unit: a drag, several with Shift, or a box with Ctrl.

    Attributes
    ----------
    brush : int
        Radius in pixels; 0 takes the faces that the line of the pointer itself meets.
    """

    KEY = "P"
    AIMS = True

    def __init__(self, board: DrawingBoard) -> None:
        super().__init__(board)
        self.brush = 0
        self._rows: set[int] = set()
        self._before: set[int] = set()  # those of the strokes before a box
        self._target = ""
        self._gesture = ""  # stroke, box
        self._last: tuple[float, float] | None = None
        self._pressed: tuple[QPoint, tuple[float, float]] | None = None
        self._beside: tuple[str, ...] = ()  # units at the border on which a stroke began
        self._allowed: Any = None  # of each label: whether the stroke may take its faces
        self._skipped: set[str] = set()
        self._answered = False  # what would follow from the stroke is on the card

    def hint(self) -> str:
        if _LOCKED in self._skipped:
            return tr("Faces of locked units are left out.")
        if _OTHER_PLACE in self._skipped:
            return tr("A stroke stays in its county, and on its side of the shore.")
        if self._rows and not self._gesture:
            return tr("Drag on with Shift to add; Enter does it, Esc cancels.")
        if self._gesture:
            return tr("Release to do it; with Shift to add more, Esc cancels.")
        state = self.revision.state
        unit = state.units.get(self.revision.target) if state is not None else None
        if unit is None:
            return tr("Drag out of the unit that is to grow; Alt+click or T chooses a target.")
        return tr("Drag over what goes to {unit}; Alt+click or T: another unit; [ and ]: brush.", unit=unit.name)

    @property
    def on_its_way(self) -> bool:
        return bool(self._gesture or self._rows)

    # ── gestures ──

    def press(self, event: QgsMapMouseEvent, state: State) -> None:
        place = self.board.view.at(event.pos())
        row = -1 if place is None else state.mesh.at(*place)
        box = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if place is None or (row < 0 and not (box and self.revision.target in state.units)):
            self.told.emit(tr("There is no face of the plan here."))
            return
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.aim(unit_of(state, row))
            return
        if not self._target:
            self._aim(place, row, state)
        target = state.units.get(self._target)
        if target is not None and target.locked:
            self.told.emit(tr("{unit} is locked; unlock it, or choose another target.", unit=target.name))
            self.cancel()
            return
        self.revision.drawing = True
        self._pressed, self._last = (event.pos(), place), place
        if box:
            self._gesture, self._before = "box", set(self._rows)
            if not self._target:
                self._set_target(unit_of(state, row).unit_id, state)
            return
        self._gesture = "stroke"
        if self._target:
            self._sweep(place, place, state)
        self._say_totals(state)

    def _aim(self, place: tuple[float, float], row: int, state: State) -> None:
        """Find the target of a stroke: the chosen unit; else, away from borders, the one that it begins in."""
        import shapely

        if self.revision.target in state.units:
            self._set_target(self.revision.target, state)
            return
        reach = NEAR * self.board.view.pixel_size
        near = state.mesh.tree.query(shapely.Point(place).buffer(reach, quad_segs=3), "intersects")
        here = unit_of(state, row).unit_id
        units = dict.fromkeys([here, *(unit_of(state, int(one)).unit_id for one in near)])
        if len(units) == 1:
            self._set_target(here, state)
        else:
            self._beside = tuple(units)

    def _set_target(self, unit_id: str, state: State) -> None:
        self._target = self._subject = unit_id
        self._beside = ()
        self._allow(state.units[unit_id], state, but=unit_id)
        self.board.sketch.now.category = state.units[unit_id].category

    def _allow(self, like: UnitRow, state: State, but: str = "") -> None:
        """Let a stroke take faces where a unit lies, and none of the unit itself that they go to."""
        import numpy as np

        sea = state.setting.is_sea(like.code)
        self._allowed = np.zeros(len(state.counters.ids), dtype=np.int8)  # 1: may be taken; 0: there; −1, −2: not
        for row in state.units.values():
            elsewhere = row.county != like.county or state.setting.is_sea(row.code) != sea
            kind = -1 if elsewhere else -2 if row.locked else int(row.unit_id != but)
            self._allowed[state.counters.place[row.unit_id]] = kind

    def move_to(self, event: QgsMapMouseEvent, state: State) -> None:
        if self.brush:
            self.board.sketch.brush = (QPointF(event.pos()), float(self.brush))
            self.board.sketch.update()
        if not self._gesture or self._pressed is None:
            return
        place = self.board.view.at(event.pos())
        if place is None:
            self._last = None
            return
        if self._gesture == "box":
            self._stretch(event.pos(), state)
            return
        if self._beside and not self._choose_side(event.pos(), place, state):
            return
        last, self._last = self._last or place, place
        self._sweep(last, place, state)
        self._say_totals(state)
        self.say_hint()

    def _choose_side(self, pixel: QPoint, place: tuple[float, float], state: State) -> bool:
        """Begun on a border, the unit grows that the pointer leaves."""
        begun = self._pressed[0] if self._pressed is not None else pixel
        if (pixel - begun).manhattanLength() < NEAR:
            return False
        row = state.mesh.at(*place)
        into = unit_of(state, row).unit_id if row >= 0 else ""
        left = [one for one in self._beside if one != into]
        behind = self.unit_at(begun - (pixel - begun), state)
        grows = behind.unit_id if behind is not None and behind.unit_id in left else left[0]
        self._set_target(grows, state)
        return True

    def _sweep(self, last: tuple[float, float], place: tuple[float, float], state: State) -> None:
        import shapely

        swept = shapely.Point(place) if last == place else shapely.LineString([last, place])
        if self.brush:
            swept = swept.buffer(self.brush * self.board.view.pixel_size, quad_segs=6)
        self._take(state.mesh.tree.query(swept, "intersects"), state)

    def _take(self, rows: Any, state: State) -> None:
        """Add faces that the stroke may have."""
        may = self._allowed[state.label[rows]]
        if (may < 0).any():
            self._skipped |= {_OTHER_PLACE} if (may == -1).any() else set()
            self._skipped |= {_LOCKED} if (may == -2).any() else set()
        fresh = [row for row in rows[may == 1].tolist() if row not in self._rows]
        if fresh:
            self._rows.update(fresh)
            self.board.sketch.add_faces(state.mesh.shape[fresh])
            self.ask_soon()

    def _stretch(self, pixel: QPoint, state: State) -> None:
        """Take the faces that the box touches."""
        import shapely

        begun = self._pressed[0] if self._pressed is not None else pixel
        box = QRectF(QPointF(begun), QPointF(pixel)).normalized()
        corners = [box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft()]
        places = [place for corner in corners if (place := self.board.view.at(corner)) is not None]
        self.board.sketch.box = box
        if len(places) == len(corners):
            # A box without a width or a height, too, touches what lies under it.
            touched = state.mesh.tree.query(shapely.MultiPoint(places).convex_hull, "intersects")
            self._rows = set(self._before)
            # Painted with the next frame, all of them once.
            self.board.sketch.set_faces(state.mesh.shape[sorted(self._rows)])
            self._take(touched, state)
            if self._rows:
                self.ask_soon()
            else:
                self.ask_nothing()
                self._answered = False
        self._say_totals(state)
        self.board.sketch.update()

    def release(self, event: QgsMapMouseEvent, state: State) -> None:
        if not self._gesture:
            return
        if self._gesture == "box":
            self._stretch(event.pos(), state)
        stroke, self._gesture = self._gesture == "stroke", ""
        self.board.sketch.box = None
        self.board.sketch.update()
        self._pressed = self._last = None
        if not self._rows:
            unit = self.unit_at(event.pos(), state)
            if stroke and not self.revision.target and unit and (self._beside or unit.unit_id == self._target):
                # Nothing was dragged: a click chooses the unit that strokes go to.
                self.revision.set_target(unit.unit_id)
            else:
                self.told.emit(self._why_nothing(state))
            self.cancel()
        elif not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.finish()

    def _why_nothing(self, state: State) -> str:
        """Say why a stroke or a box has taken no face."""
        if self._skipped:
            return self.hint()
        target = state.units.get(self._target)
        if target is None:
            return tr("There is no face of the plan here.")
        return tr("No face was touched that could go to {unit}: those of its own stay.", unit=target.name)

    def finish(self) -> None:
        state = self.revision.state
        if not self._rows or state is None:
            self.cancel()
            super().finish()
            return
        op = self.question()
        self._forget()
        self.send(op)

    def question(self) -> Mapping[str, Any] | None:
        state = self.revision.state
        if not self._rows or state is None:
            return None
        return {"op": "assign", "faces": state.mesh.face_id[sorted(self._rows)].tolist(), "unit": self._target}

    def cancel(self) -> None:
        self._forget()
        super().cancel()

    def _forget(self) -> None:
        self._rows, self._before, self._skipped = set(), set(), set()
        self._target = self._gesture = ""
        self._last = self._pressed = None
        self._beside = ()
        self._answered = False

    def _say_totals(self, state: State) -> None:
        """Say at once how much is taken, until it is known what follows from it."""
        unit = state.units.get(self._target)
        if unit is None or self._answered:
            return
        size = float(state.faces.area[list(self._rows)].sum())
        self.board.card.say(unit.name, unit.category, [square_kilometres(size, sign=True)] if self._rows else ())

    def show_foreseen(self, found: Foreseen, state: State) -> None:
        self._answered = True
        super().show_foreseen(found, state)

    def follow(self, changed: Changed) -> None:
        """Keep the faces that are there still, in a plan that changed under the stroke."""
        if not self.on_its_way:
            return
        if self._target and self._target not in changed.after.units:
            self.cancel()
            return
        ids = changed.before.mesh.face_id[sorted(self._rows)]
        mesh = changed.after.mesh
        row, there = mesh.looked_up(ids)
        self._rows = set(row[there].tolist())
        if self._target:
            self._set_target(self._target, changed.after)
            self._rows = {one for one in self._rows if self._allowed[changed.after.label[one]] == 1}
        self._before = set(self._rows)
        self.board.sketch.set_faces(mesh.shape[sorted(self._rows)])
        self.ask_soon()

    def view_moved(self) -> None:
        """After panning the stroke goes on where the pointer is then."""
        self._last = None

    def key(self, event: QKeyEvent) -> bool:
        text = event.text()
        if text not in ("[", "]", "【", "】"):
            return super().key(event)
        at = BRUSHES.index(self.brush) + (1 if text in "]】" else -1)
        self.brush = BRUSHES[min(max(at, 0), len(BRUSHES) - 1)]
        centre = QPointF(self.board.canvas.mouseLastXY())
        self.board.sketch.brush = (centre, float(self.brush)) if self.brush else None
        self.board.sketch.update()
        return True


class NewUnitTool(PaintTool):
    """Faces that are painted, boxed or clicked become a new unit, when what it is called is settled in the panel."""

    KEY = "U"
    AIMS = False

    def __init__(self, board: DrawingBoard) -> None:
        super().__init__(board)
        self._like = ""  # a unit of the place that faces are taken of
        self._given_back = -1  # a face that a click lets go again

    def hint(self) -> str:
        if _LOCKED in self._skipped or _OTHER_PLACE in self._skipped:
            return super().hint()
        if self._rows:
            return tr("Add faces, or click one to let it go; Enter founds the unit, Esc cancels.")
        return tr("Paint or click the faces of the new unit; Ctrl+drag: a box; [ and ]: brush.")

    def activate(self) -> None:
        super().activate()
        self._begin()

    def _begin(self) -> None:
        op = {"op": "create", "faces": [], "category": 2}
        self.board.draft.begin(op, self._send, self.cancel)

    def press(self, event: QgsMapMouseEvent, state: State) -> None:
        row = self.row_at(event.pos(), state)
        place = self.board.view.at(event.pos())
        if place is None or row < 0:
            self.told.emit(tr("There is no face of the plan here."))
            return
        unit = unit_of(state, row)
        if unit.locked:
            self.told.emit(tr("{unit} is locked; unlock it first.", unit=unit.name))
            return
        if not self._rows:
            self._like, self._skipped = unit.unit_id, set()
            self._allow(unit, state)
            if self.board.draft.op.get("op") != "create":
                self._begin()
            # Its category is the one that the land has, until another is said.
            self.board.draft.say(category=unit.category, kind=None)
        self.board.sketch.now.category = self._category
        self.revision.drawing = True
        self._pressed, self._last = (event.pos(), place), place
        box = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        self._gesture, self._before = "box" if box else "stroke", set(self._rows)
        self._given_back = row if row in self._rows else -1
        if not box:
            self._sweep(place, place, state)

    @property
    def _category(self) -> int:
        return int(self.board.draft.op.get("category", 0))

    def _choose_side(self, pixel: QPoint, place: tuple[float, float], state: State) -> bool:  # noqa: ARG002
        return True

    def release(self, event: QgsMapMouseEvent, state: State) -> None:
        if not self._gesture:
            return
        if self._gesture == "box":
            self._stretch(event.pos(), state)
        begun = self._pressed[0] if self._pressed is not None else event.pos()
        clicked = (event.pos() - begun).manhattanLength() < NEAR
        if self._gesture == "stroke" and clicked and self._given_back >= 0 and self._rows == self._before:
            self._rows.discard(self._given_back)
            self.board.sketch.set_faces(state.mesh.shape[sorted(self._rows)])
        if not self._rows and self._given_back < 0:
            self.told.emit(self._why_nothing(state))
        self._gesture, self._given_back = "", -1
        self._pressed = self._last = None
        self.board.sketch.box = None
        self.board.sketch.update()
        self._tell_draft(state)

    def _tell_draft(self, state: State) -> None:
        self.board.draft.say(faces=state.mesh.face_id[sorted(self._rows)].tolist())
        if not self._rows:
            self._answered = False
            self.board.card.hide()

    def question(self) -> Mapping[str, Any] | None:
        state, draft = self.revision.state, self.board.draft
        if not self._rows or state is None or draft.op.get("op") != "create":
            return None
        draft.op["faces"] = state.mesh.face_id[sorted(self._rows)].tolist()
        return draft.question()

    def show_foreseen(self, found: Foreseen, state: State) -> None:
        self._subject = next((key for key in found.units if key not in state.units), "")
        super().show_foreseen(found, state)
        self.board.sketch.now.category = self._category

    def finish(self) -> None:
        if self._rows:
            self.board.draft.agree()
        else:
            RevisionTool.finish(self)

    def _send(self, op: Mapping[str, Any]) -> None:
        self._forget()
        self.send(op)
        self._begin()
        self.say_hint()

    def cancel(self) -> None:
        super().cancel()
        if self.isActive() and self.revision.is_open:
            self._begin()

    def deactivate(self) -> None:
        super().deactivate()
        if not sip.isdeleted(self.board.draft):  # QGIS closes
            self.board.draft.forget()

    def _say_totals(self, state: State) -> None:
        if not self._answered and self._rows:
            size = float(state.faces.area[list(self._rows)].sum())
            self.board.card.say(tr("New unit"), self._category, [square_kilometres(size)])

    def follow(self, changed: Changed) -> None:
        if self.on_its_way and self._like not in changed.after.units:
            self.cancel()
            return
        if self.on_its_way:
            self._allow(changed.after.units[self._like], changed.after)
        super().follow(changed)
        if self.on_its_way:
            self._tell_draft(changed.after)

"""Tools that paint: faces under the pointer go over to a unit, or become a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt import sip
from qgis.PyQt.QtCore import QPoint, QPointF, QRectF, Qt

from ..text import tr
from .consequence_words import area_words
from .revision_tool import RevisionTool, unit_of

if TYPE_CHECKING:
    from qgis.gui import QgsMapMouseEvent
    from qgis.PyQt.QtGui import QKeyEvent

    from ...delineation.revision.state import State, UnitRow
    from ..work.revision import Changed, Foreseen, Op
    from .plan_view import Place
    from .revision_tool import DrawingBoard

NEAR = 8  # pixels from a border that count as on it
BRUSHES = (0, 6, 12, 24, 48)  # pixels
_OTHER_PLACE, _LOCKED = "other place", "locked"


class FacesTool(RevisionTool):
    """Takes the faces under the pointer: a drag, several with Shift, or a box with Ctrl.

    Attributes
    ----------
    brush : int
        Radius in pixels; 0 takes the faces that the line of the pointer itself meets.
    """

    def __init__(self, board: DrawingBoard) -> None:
        super().__init__(board)
        self.brush = 0
        self._rows: set[int] = set()
        self._before: set[int] = set()  # those of the strokes before this one
        self._unit = ""  # that faces go to, or in whose county and side of the shore they lie
        self._gesture = ""  # stroke, box
        self._last: Place | None = None
        self._pressed = QPoint()  # where the gesture began
        self._allowed: Any = None  # of each label: whether the stroke may take its faces
        self._skipped: set[str] = set()
        self._answered = False  # what would follow from the stroke is on the card

    def hint(self) -> str:
        if _LOCKED in self._skipped:
            return tr("Faces of locked units are left out.")
        if _OTHER_PLACE in self._skipped:
            return tr("A stroke stays in its county, and on its side of the shore.")
        return self.next_hint()

    def next_hint(self) -> str:
        """Say what to do now, where nothing was left out."""
        raise NotImplementedError

    @property
    def on_its_way(self) -> bool:
        return bool(self._gesture or self._rows)

    # ── gestures ──

    def press(self, event: QgsMapMouseEvent, state: State) -> None:
        place, row = self.board.view.at(event.pos()), self.row_at(event.pos(), state)
        box = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if place is None or (row < 0 and not (box and self.AIMS and self.revision.target in state.units)):
            self.told.emit(tr("There is no face of the plan here."))
        elif self.AIMS and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.aim(unit_of(state, row))
        elif self.begins(place, row, state, box=box):
            self.revision.drawing = True
            self._pressed, self._last = event.pos(), place
            self._gesture, self._before = "box" if box else "stroke", set(self._rows)
            if self._unit and not box:
                self._sweep(place, place, state)
            self._say_totals(state)

    def begins(self, place: Place, row: int, state: State, *, box: bool) -> bool:
        """Find the unit of a stroke that begins at a face; False where it may not."""
        raise NotImplementedError

    def _allow(self, like: UnitRow, state: State) -> None:
        """Let a stroke take faces where a unit lies, and none of the unit itself that they go to."""
        import numpy as np

        sea = state.setting.is_sea(like.code)
        self._allowed = np.zeros(len(state.counters.ids), dtype=np.int8)  # 1: may be taken; 0: there; −1, −2: not
        for row in state.units.values():
            elsewhere = row.county != like.county or state.setting.is_sea(row.code) != sea
            kind = -1 if elsewhere else -2 if row.locked else int(not self.AIMS or row is not like)
            self._allowed[state.counters.place[row.unit_id]] = kind

    def move_to(self, event: QgsMapMouseEvent, state: State) -> None:
        if self.brush:
            self.board.sketch.brush = (QPointF(event.pos()), float(self.brush))
            self.board.sketch.update()
        if not self._gesture:
            return
        place = self.board.view.at(event.pos())
        if place is None:
            self._last = None
        elif self._gesture == "box":
            self._stretch(event.pos(), state)
        elif self.knows_side(event.pos(), place, state):
            last, self._last = self._last or place, place
            self._sweep(last, place, state)
            self._say_totals(state)
            self.say_hint()

    def knows_side(self, pixel: QPoint, place: Place, state: State) -> bool:  # noqa: ARG002
        """Tell whether it is known by now which unit a stroke is for."""
        return True

    def _sweep(self, last: Place, place: Place, state: State) -> None:
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

        box = QRectF(QPointF(self._pressed), QPointF(pixel)).normalized()
        corners = [box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft()]
        places = [place for corner in corners if (place := self.board.view.at(corner)) is not None]
        self.board.sketch.box = box
        if len(places) == len(corners):
            # A box without a width or a height, too, touches what lies under it.
            touched = state.mesh.tree.query(shapely.MultiPoint(places).convex_hull, "intersects")
            self._rows = set(self._before)
            # Painted with the next frame, all of them once.
            self._sketch_rows(state)
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
        stroke, self._gesture, self._last = self._gesture == "stroke", "", None
        self.board.sketch.box = None
        self.board.sketch.update()
        self.ends(event, state, stroke=stroke)

    def ends(self, event: QgsMapMouseEvent, state: State, *, stroke: bool) -> None:
        """Do what is to be done when the button is let go."""
        raise NotImplementedError

    def why_nothing(self, state: State) -> str:  # noqa: ARG002 - some have more to say
        """Say why a stroke or a box has taken no face."""
        return self.hint() if self._skipped else tr("There is no face of the plan here.")

    def cancel(self) -> None:
        self._forget()
        super().cancel()

    def _forget(self) -> None:
        self._rows, self._before, self._skipped = set(), set(), set()
        self._unit = self._gesture = ""
        self._last = None
        self._answered = False

    def _faces(self, state: State) -> list[int]:
        """Give the ids of the faces that are taken."""
        ids: list[int] = state.mesh.face_id[sorted(self._rows)].tolist()
        return ids

    def _sketch_rows(self, state: State) -> None:
        """Draw what is taken anew."""
        self.board.sketch.set_faces(state.mesh.shape[sorted(self._rows)])

    def about(self, state: State) -> tuple[str, int] | None:
        """Give name and category for the card, None where nothing is to be said yet."""
        raise NotImplementedError

    def _say_totals(self, state: State) -> None:
        """Say at once how much is taken, until it is known what follows from it."""
        about = self.about(state)
        if about is not None and not self._answered:
            size = float(state.faces.area[list(self._rows)].sum())
            self.board.card.say(*about, [area_words(size, sign=self.AIMS)] if self._rows else ())

    def show_foreseen(self, found: Foreseen, state: State) -> None:
        self._answered = True
        super().show_foreseen(found, state)

    def follow(self, changed: Changed) -> None:
        """Keep the faces that are there still, in a plan that changed under the stroke."""
        if not self.on_its_way:
            return
        after = changed.after
        if self._unit and self._unit not in after.units:
            self.cancel()
            return
        row, there = after.mesh.looked_up(self._faces(changed.before))
        self._rows = set(row[there].tolist())
        if self._unit:
            self._allow(after.units[self._unit], after)
            self._rows = {one for one in self._rows if self._allowed[after.label[one]] == 1}
        self._before = set(self._rows)
        self._sketch_rows(after)
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


class PaintTool(FacesTool):
    """What is taken goes to the target unit."""

    KEY = "P"
    AIMS = True

    def __init__(self, board: DrawingBoard) -> None:
        super().__init__(board)
        self._beside: tuple[str, ...] = ()  # units at the border on which a stroke began

    def next_hint(self) -> str:
        if self._rows and not self._gesture:
            return tr("Drag on with Shift to add; Enter does it, Esc cancels.")
        if self._gesture:
            return tr("Release to do it; with Shift to add more, Esc cancels.")
        state = self.revision.state
        unit = state.units.get(self.revision.target) if state is not None else None
        if unit is None:
            return tr("Drag out of the unit that is to grow; Alt+click or T chooses a target.")
        return tr("Drag over what goes to {unit}; Alt+click or T: another unit; [ and ]: brush.", unit=unit.name)

    def begins(self, place: Place, row: int, state: State, *, box: bool) -> bool:
        if not self._unit:
            self._aim(place, row, state, box=box)
        target = state.units.get(self._unit)
        if target is not None and target.locked:
            self.told.emit(tr("{unit} is locked; unlock it, or choose another target.", unit=target.name))
            self.cancel()
            return False
        return True

    def _aim(self, place: Place, row: int, state: State, *, box: bool) -> None:
        """Find the target of a stroke: the chosen unit; else, away from borders, the one that it begins in."""
        import shapely

        if self.revision.target in state.units:
            self._set_target(self.revision.target, state)
            return
        here = unit_of(state, row).unit_id
        reach = NEAR * self.board.view.pixel_size
        near = state.mesh.tree.query(shapely.Point(place).buffer(reach, quad_segs=3), "intersects")
        units = dict.fromkeys([here, *(unit_of(state, int(one)).unit_id for one in near)])
        if box or len(units) == 1:
            self._set_target(here, state)
        else:
            self._beside = tuple(units)

    def _set_target(self, unit_id: str, state: State) -> None:
        self._unit = self._subject = unit_id
        self._beside = ()
        self._allow(state.units[unit_id], state)
        self.board.sketch.now.category = state.units[unit_id].category

    def knows_side(self, pixel: QPoint, place: Place, state: State) -> bool:
        """Begun on a border, the unit grows that the pointer leaves."""
        if not self._beside:
            return True
        if (pixel - self._pressed).manhattanLength() < NEAR:
            return False
        row = state.mesh.at(*place)
        into = unit_of(state, row).unit_id if row >= 0 else ""
        left = [one for one in self._beside if one != into]
        behind = self.unit_at(self._pressed - (pixel - self._pressed), state)
        grows = behind.unit_id if behind is not None and behind.unit_id in left else left[0]
        self._set_target(grows, state)
        return True

    def ends(self, event: QgsMapMouseEvent, state: State, *, stroke: bool) -> None:
        if self._rows:
            if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.finish()
            return
        unit = self.unit_at(event.pos(), state)
        if stroke and not self.revision.target and unit and (self._beside or unit.unit_id == self._unit):
            # Nothing was dragged: a click chooses the unit that strokes go to.
            self.revision.set_target(unit.unit_id)
        else:
            self.told.emit(self.why_nothing(state))
        self.cancel()

    def why_nothing(self, state: State) -> str:
        target = state.units.get(self._unit)
        if self._skipped or target is None:
            return super().why_nothing(state)
        return tr("No face was touched that could go to {unit}: those of its own stay.", unit=target.name)

    def finish(self) -> None:
        op = self.question()
        if op is None:
            self.cancel()
            super().finish()
        else:
            self._forget()
            self.send(op)

    def question(self) -> Op | None:
        state = self.revision.state
        if not self._rows or state is None:
            return None
        return {"op": "assign", "faces": self._faces(state), "unit": self._unit}

    def about(self, state: State) -> tuple[str, int] | None:
        unit = state.units.get(self._unit)
        return None if unit is None else (unit.name, unit.category)

    def _forget(self) -> None:
        super()._forget()
        self._beside = ()


class NewUnitTool(FacesTool):
    """What is painted, boxed or clicked becomes a new unit, when what it is called is settled in the panel."""

    KEY = "U"

    def __init__(self, board: DrawingBoard) -> None:
        super().__init__(board)
        self._given_back = -1  # a face that a click lets go again

    def next_hint(self) -> str:
        if self._rows:
            return tr("Add faces, or click one to let it go; Enter founds the unit, Esc cancels.")
        return tr("Paint or click the faces of the new unit; Ctrl+drag: a box; [ and ]: brush.")

    def activate(self) -> None:
        super().activate()
        self._begin()

    def _begin(self) -> None:
        op = {"op": "create", "faces": [], "category": 2}
        self.board.draft.begin(op, self._send, self.cancel)

    def begins(self, place: Place, row: int, state: State, *, box: bool) -> bool:  # noqa: ARG002
        unit = unit_of(state, row)
        if unit.locked:
            self.told.emit(tr("{unit} is locked; unlock it first.", unit=unit.name))
            return False
        if not self._rows:
            self._unit, self._skipped = unit.unit_id, set()
            self._allow(unit, state)
            if self.board.draft.op.get("op") != "create":
                self._begin()
            # Its category is the one that the land has, until another is said.
            self.board.draft.say(category=unit.category, kind=None)
        self.board.sketch.now.category = self._category
        self._given_back = row if row in self._rows else -1
        return True

    @property
    def _category(self) -> int:
        return int(self.board.draft.op.get("category", 0))

    def ends(self, event: QgsMapMouseEvent, state: State, *, stroke: bool) -> None:
        clicked = (event.pos() - self._pressed).manhattanLength() < NEAR
        if stroke and clicked and self._given_back >= 0 and self._rows == self._before:
            self._rows.discard(self._given_back)
            self._sketch_rows(state)
        if not self._rows and self._given_back < 0:
            self.told.emit(self.why_nothing(state))
        self._tell_draft(state)

    def _tell_draft(self, state: State) -> None:
        self.board.draft.say(faces=self._faces(state))
        if not self._rows:
            self._answered = False
            self.board.card.hide()

    def question(self) -> Op | None:
        state, draft = self.revision.state, self.board.draft
        if not self._rows or state is None or draft.op.get("op") != "create":
            return None
        draft.op["faces"] = self._faces(state)
        return draft.question()

    def show_foreseen(self, found: Foreseen, state: State) -> None:
        self._subject = next((key for key in found.units if key not in state.units), "")
        super().show_foreseen(found, state)
        self.board.sketch.now.category = self._category

    def finish(self) -> None:
        if self._rows:
            self.board.draft.agree()
        else:
            super().finish()

    def _send(self, op: Op) -> None:
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

    def about(self, state: State) -> tuple[str, int] | None:  # noqa: ARG002
        return (tr("New unit"), self._category) if self._rows else None

    def follow(self, changed: Changed) -> None:
        super().follow(changed)
        if self.on_its_way:
            self._tell_draft(changed.after)

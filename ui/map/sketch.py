"""What is being drawn over the map while a plan is revised: faces, outlines to come, a line with its vertices, marks.

Fills and outlines are painted once into pictures of the size of the map; a frame shows these and draws the line anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from qgis.core import QgsApplication
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QPointF, QRectF, Qt, QTimer
from qgis.PyQt.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPixmap

from .colours import CATEGORY_COLOURS
from .overlay import CASING, HALO, PlanOverlay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.gui import QgsMapCanvas

    from ..work.revision import Changed, Op, Refusal
    from .plan_view import Place, PlanView

NOT_CHOSEN = "#4a7bd0"  # what has no category
OVER_MAP = 90
BROKEN = QColor("#d0002a")
# Key is hatched; the others are dotted, or a face that goes to another unit of its category would look as before.
PATTERNS = {
    1: QBrush(QColor(255, 255, 255, 190), Qt.BrushStyle.Dense6Pattern),
    2: QBrush(QColor(0, 0, 0, 120), Qt.BrushStyle.BDiagPattern),
    3: QBrush(QColor(0, 0, 0, 70), Qt.BrushStyle.Dense6Pattern),
}
FILL, CHOSEN_FILL, MOVED_FILL = 185, 45, 150  # of 255
LOCK = 16  # pixels
SMOOTH = 1_200  # vertices up to which an outline is smoothed
PATIENCE = 4000  # milliseconds until a sketch goes whose plan no layer of the map shows


class GestureStage(IntEnum):
    """How far a gesture is."""

    DRAWN = 0
    SENT = 1  # asked for
    TOLD = 2  # on disk
    SHOWN = 3  # the map is being drawn with it


@dataclass(eq=False)
class Gesture:
    """What one gesture has drawn, and what it would do.

    Attributes
    ----------
    category : int
        Of the unit that faces go to; 0 where it is open.
    faces : list
        Arrays of polygons.
    outlines : tuple of (geometry, int)
        Outlines to come, with their category.
    moved, broken : sequence of polygons
        What would change hands; parts that would be cut off.
    line : list of (float, float)
        Vertices in the plan's CRS.
    op : mapping or None
        What was asked for.
    """

    category: int = 0
    faces: list[Any] = field(default_factory=list)
    outlines: tuple[tuple[Any, int], ...] = ()
    moved: Sequence[Any] = ()
    broken: Sequence[Any] = ()
    line: list[Place] = field(default_factory=list)
    op: Op | None = None
    stage: GestureStage = GestureStage.DRAWN


class Sketch(PlanOverlay):
    """Drawn over the map; a gesture that was asked for stays until the map shows what became of it.

    Attributes
    ----------
    now : Gesture
        The one that is being drawn.
    sent : list of Gesture
        Those that were asked for, in order.
    pointer, snapped : (float, float) or None
        Where the line goes on to, in the plan's CRS; and where it was caught by a vertex or a border.
    at_vertex : bool
        It was caught by a vertex.
    brush : (QPointF, float) or None
        Pixels: centre and radius.
    box : QRectF or None
        Pixels.
    locks : sequence of (float, float)
        Where locked units are marked.
    """

    def __init__(self, canvas: QgsMapCanvas, view: PlanView) -> None:
        super().__init__(canvas, view, OVER_MAP)
        self.now = Gesture()
        self.sent: list[Gesture] = []
        self.chosen: tuple[tuple[Any, int], ...] = ()
        self.pointer: Place | None = None
        self.snapped: Place | None = None
        self.at_vertex = False
        self.brush: tuple[QPointF, float] | None = None
        self.box: QRectF | None = None
        self.locks: Sequence[Place] = ()
        self._fills: QPixmap | None = None  # None: to be painted anew
        self._lines: QPixmap | None = None
        self._size = (0, 0)
        self._lock = QgsApplication.getThemeIcon("/locked.svg").pixmap(LOCK, LOCK)
        self._timer = QTimer(canvas, singleShot=True, timeout=self._give_up)
        canvas.renderStarting.connect(self._map_begins)
        canvas.mapCanvasRefreshed.connect(self._map_ends)

    # ── what is drawn ─────────────────────────────────────────────────────────────────────────────────────────────

    def add_faces(self, shapes: Any) -> None:
        """Add faces to the gesture, painting these alone."""
        self.now.faces.append(shapes)
        if self._fills is not None and self._fits():
            painter = QPainter(self._fills)
            self._paint_faces(painter, shapes, self.now.category)
            painter.end()
        self.update()

    def set_faces(self, shapes: Any) -> None:
        """Let these be the faces of the gesture."""
        self.now.faces = [shapes] if len(shapes) else []
        self.redraw()

    def foresee(self, outlines: Sequence[tuple[Any, int]], moved: Sequence[Any], broken: Sequence[Any]) -> None:
        """Show what the gesture would do."""
        if not (outlines or len(moved) or len(broken) or self.now.outlines or len(self.now.moved)):
            return
        self.now.outlines, self.now.moved, self.now.broken = tuple(outlines), moved, broken
        self._lines = None
        self.update()

    def choose(self, outlines: Sequence[tuple[Any, int]]) -> None:
        """Mark units, by outline and category."""
        if outlines or self.chosen:
            self.chosen = tuple(outlines)
            self._lines = None
            self.update()

    def send(self, op: Op) -> None:
        """Keep what was drawn until the map shows it, and begin with nothing."""
        self.now.op, self.now.stage = op, GestureStage.SENT
        self.sent.append(self.now)
        self.drop()

    def drop(self) -> None:
        """Forget what is being drawn."""
        self.now = Gesture()
        self.pointer = self.snapped = self.box = None
        self.chosen = ()
        self.redraw()

    def clear(self) -> None:
        """Forget everything."""
        self.sent.clear()
        self.locks, self.brush = (), None
        self._timer.stop()
        self.drop()

    @property
    def is_empty(self) -> bool:
        """Nothing is drawn, and nothing waits to be shown by the map."""
        return not (self.sent or self.now.faces or self.now.line or self.now.outlines)

    # ── what becomes of it ────────────────────────────────────────────────────────────────────────────────────────

    def follow_change(self, changed: Changed) -> None:
        """Let the sketch of an edit that is on disk go when the map has been drawn again."""
        for entry in changed.entries if changed.kind == "do" else ():
            for gesture in self.sent:
                if gesture.stage == GestureStage.SENT and gesture.op and gesture.op["op"] == entry.op.get("op"):
                    gesture.stage = GestureStage.TOLD
                    self._timer.start(PATIENCE)
                    break

    def follow_refusal(self, refusal: Refusal) -> Gesture | None:
        """Drop the sketch of an edit that was not done, and give it back."""
        found = next((one for one in self.sent if one.op is refusal.op and refusal.op is not None), None)
        if found is not None:
            self.sent.remove(found)
            self.redraw()
        return found

    def drop_sent(self) -> None:
        """Drop the sketches of edits that came to nothing: none is on its way any more."""
        self._drop_those(GestureStage.SENT)

    def _drop_those(self, stage: GestureStage) -> None:
        left = [one for one in self.sent if one.stage != stage]
        if len(left) < len(self.sent):
            self.sent = left
            self.redraw()

    def _map_begins(self) -> None:
        for gesture in self.sent:
            if gesture.stage == GestureStage.TOLD:
                gesture.stage = GestureStage.SHOWN

    def _map_ends(self) -> None:
        self._drop_those(GestureStage.SHOWN)

    def _give_up(self) -> None:
        self.sent = [one for one in self.sent if one.stage == GestureStage.SENT]
        self.redraw()

    def close(self) -> None:
        """Leave the map for good."""
        if sip.isdeleted(self) or self.scene() is None:
            return
        self._timer.stop()
        self._timer.deleteLater()
        self._canvas.renderStarting.disconnect(self._map_begins)
        self._canvas.mapCanvasRefreshed.disconnect(self._map_ends)
        super().close()

    # ── painting ──────────────────────────────────────────────────────────────────────────────────────────────────

    def redraw(self) -> None:
        """Paint all anew with the next frame."""
        self._fills = self._lines = None
        self.update()

    def updatePosition(self) -> None:
        """Follow the map: another extent, scale or size."""
        self.redraw()

    def _fits(self) -> bool:
        viewport = self._canvas.viewport()
        return self._size == (viewport.width(), viewport.height())

    def paint(self, painter: QPainter, option: Any = None, widget: Any = None) -> None:  # noqa: ARG002 - as Qt has it
        """Draw a frame."""
        if not self._fits():
            self._fills = self._lines = None
            viewport = self._canvas.viewport()
            self._size = (viewport.width(), viewport.height())
        gestures = [*self.sent, self.now]
        if any(one.faces or len(one.moved) for one in gestures):
            if self._fills is None:
                self._fills = self._picture()
                own = QPainter(self._fills)
                for gesture in gestures:
                    for shapes in gesture.faces:
                        self._paint_faces(own, shapes, gesture.category)
                own.end()
            painter.drawPixmap(0, 0, self._fills)
        if self.chosen or any(one.outlines or len(one.broken) or len(one.moved) for one in gestures):
            if self._lines is None:
                self._lines = self._picture()
                own = QPainter(self._lines)
                self._paint_outlines(own, gestures)
                own.end()
            painter.drawPixmap(0, 0, self._lines)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for gesture in gestures:
            self.paint_drawn(painter, gesture.line, self.pointer if gesture is self.now else None)
        self._paint_marks(painter)

    def _picture(self) -> QPixmap:
        ratio = self._canvas.devicePixelRatioF()
        picture = QPixmap(round(self._size[0] * ratio), round(self._size[1] * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        return picture

    def _paint_faces(self, painter: QPainter, shapes: Any, category: int) -> None:
        self._fill(painter, self._view.path(shapes), category, FILL)

    @staticmethod
    def _fill(painter: QPainter, path: QPainterPath, category: int, strength: int, *, borders: bool = True) -> None:
        colour = QColor(CATEGORY_COLOURS.get(category, NOT_CHOSEN))
        colour.setAlpha(strength)
        painter.setPen(QPen(QColor(255, 255, 255, 120), 1) if borders else Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPath(path)
        painter.fillPath(path, PATTERNS.get(category, QBrush()))

    def _paint_outlines(self, painter: QPainter, gestures: Sequence[Gesture]) -> None:
        for outline, category in self.chosen:
            path = self._view.path([outline])
            colour = QColor(CATEGORY_COLOURS.get(category, NOT_CHOSEN))
            colour.setAlpha(CHOSEN_FILL)
            painter.fillPath(path, colour)
            self._outline(painter, path, QColor("#ffffff"), 5.0, 2.0)
        for gesture in gestures:
            if len(gesture.moved) and not gesture.faces:
                self._fill(painter, self._view.path(gesture.moved), gesture.category, MOVED_FILL, borders=False)
            for outline, category in gesture.outlines:
                colour = QColor(CATEGORY_COLOURS.get(category, NOT_CHOSEN))
                self._outline(painter, self._view.path([outline]), colour, 4.5, 2.0)
            if len(gesture.broken):
                path = self._view.path(gesture.broken)
                ground = QColor(BROKEN)
                ground.setAlpha(110)
                painter.fillPath(path, ground)
                self._outline(painter, path, BROKEN, 4.5, 2.0)

    @staticmethod
    def _outline(painter: QPainter, path: QPainterPath, colour: QColor, casing: float, width: float) -> None:
        # Ring by ring, not smoothed where there is much: one wide stroke of 2,000 vertices takes Qt 20 ms.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, path.elementCount() <= SMOOTH)
        rings = path.toSubpathPolygons()
        for pen in (QPen(CASING, casing), QPen(colour, width)):
            pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
            painter.setPen(pen)
            for ring in rings:
                painter.drawPolyline(ring)

    def _paint_marks(self, painter: QPainter) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.snapped is not None and (pixel := self._view.pixel(*self.snapped)) is not None:
            for pen in (QPen(HALO, 4.0), QPen(QColor("#e6007e"), 2.0)):
                painter.setPen(pen)
                if self.at_vertex:
                    painter.drawRect(QRectF(pixel.x() - 6, pixel.y() - 6, 12, 12))
                else:
                    painter.drawEllipse(pixel, 6.0, 6.0)
        if self.box is not None:
            painter.setPen(QPen(CASING, 1.2, Qt.PenStyle.DashLine))
            painter.setBrush(QColor(74, 123, 208, 40))
            painter.drawRect(self.box)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.brush is not None and self.brush[1] > 0:
            for pen in (QPen(HALO, 3.0), QPen(CASING, 1.2)):
                painter.setPen(pen)
                painter.drawEllipse(self.brush[0], self.brush[1], self.brush[1])
        for place in self.locks:
            pixel = self._view.pixel(*place)
            if pixel is not None and self.boundingRect().contains(pixel):
                painter.setPen(QPen(CASING, 1.0))
                painter.setBrush(HALO)
                painter.drawEllipse(pixel, LOCK * 0.8, LOCK * 0.8)
                painter.drawPixmap(QPointF(pixel.x() - LOCK / 2, pixel.y() - LOCK / 2), self._lock)

"""The tool that puts a project on the map: a point, a line or an area is drawn, then dragged, whole or by a corner."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from qgis.core import QgsApplication
from qgis.gui import QgsMapToolPan
from qgis.PyQt import sip
from qgis.PyQt.QtCore import Qt, pyqtSignal

from ..text import tr
from ..work.assessment import Spot
from .cursor_card import CursorCard
from .map_tools import GestureTool
from .plan_view import PlanView
from .site_sketch import MOST_HANDLES, SiteSketch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.gui import QgsMapCanvas, QgsMapMouseEvent

    from .plan_view import Place

POINT, LINE, POLYGON = range(3)  # by dimension
_CATCH = 9.0  # pixels around a vertex, or a point without radius, that take hold of it


class SiteTool(GestureTool):
    """Draws a site, and drags it while its verdict follows.

    A click begins; a double click or Enter ends a line or a polygon; Backspace takes the last point back, Esc and the
    right button cancel, and Esc without anything half done gives the map back.

    Attributes
    ----------
    kind : int
        What a click begins: ``POINT``, ``LINE`` or ``POLYGON``.
    buffer : float
        m round points and lines that are drawn.
    spot : Spot or None
        The site as it is now.
    """

    changed = pyqtSignal(object, bool)  # Spot or None, whether nothing is on its way any more

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self.view = PlanView(canvas)
        self.sketch = SiteSketch(canvas, self.view)
        self.card = CursorCard(canvas)
        self.pan = QgsMapToolPan(canvas)
        self.kind, self.buffer = POINT, 0.0
        self._short = False  # Enter came before there were points enough
        self.spot: Spot | None = None
        self._points: list[Place] = []
        self._held: tuple[Place, Any, Spot] | None = None  # where it was taken, vertices held (None: all), before
        self._restore: Spot | None = None  # what a gesture that is cancelled leaves
        self.setCursor(QgsApplication.getThemeCursor(QgsApplication.Cursor.CrossHair))

    # ── what it says ──────────────────────────────────────────────────────────────────────────────────────────────

    def hint(self) -> str:
        """Say in one sentence what to do now."""
        if self._held is not None:
            return tr("Let go where the site is to be; Esc puts it back.")
        if self._points:
            least, count = self._least, len(set(self._points))
            if self._short:
                return tr(
                    "Not ended: it needs {least} different points and has {count}. Click the next one.",
                    least=least,
                    count=count,
                )
            if len(self._points) < least:
                return tr("Click the next point; Backspace takes one back, Esc cancels.")
            return tr("Click on, or end with a double click or Enter; Backspace takes one back.")
        if self.spot is not None:
            return tr("Drag it or a corner, or click another place.")
        return {
            POINT: tr("Click on the map where the project is to be."),
            LINE: tr("Click on the map where the line begins."),
            POLYGON: tr("Click on the map the first corner of the site."),
        }[self.kind]

    def tell(self, title: str, lines: Sequence[str] = (), warnings: Sequence[str] = ()) -> None:
        """Say something beside the pointer while something is on its way."""
        if not self.on_its_way:
            self.card.hide()
            return
        self.card.say(title, 0, lines, warnings)
        self.card.move_beside(self._pixel)

    # ── taking and leaving the map ────────────────────────────────────────────────────────────────────────────────

    def draw(self, kind: int) -> None:
        """Take the map, to draw this."""
        if self.kind != kind:
            self.cancel()
        self.kind = kind
        self.start()
        self.hint_changed.emit(self.hint())

    def stop(self) -> None:
        """Leave the map to be panned: the tool before may be one that edits, of which nobody thinks any more."""
        if self.canvas().mapTool() is self:
            self.canvas().setMapTool(self.pan)

    def deactivate(self) -> None:
        """Leave the map; what is half drawn is forgotten, the site stays."""
        if sip.isdeleted(self.sketch):  # QGIS closes
            return
        self.cancel()
        super().deactivate()

    def leave(self) -> None:
        """Give the map back, and show nothing on it for a while."""
        with contextlib.suppress(RuntimeError):
            self.stop()
            self.sketch.hide()

    def close(self) -> None:
        """Leave the map for good, as far as Qt has not taken it down already."""
        if sip.isdeleted(self):
            return
        super().close()
        self.sketch.close()
        if not sip.isdeleted(self.card):
            self.card.deleteLater()
        self.deleteLater()

    # ── the site ──────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def on_its_way(self) -> bool:
        """Something is half drawn, or being dragged."""
        return bool(self._points) or self._held is not None

    def show_spot(self, spot: Spot | None, verdict: str = "") -> None:
        """Show a site that came from elsewhere; a gesture that is on its way is forgotten."""
        self._forget()
        self.spot = spot
        self.sketch.show_spot(spot, verdict)
        self.hint_changed.emit(self.hint())

    def show_verdict(self, verdict: str) -> None:
        """Colour the site by what was answered."""
        self.sketch.show_spot(self.sketch.spot, verdict)

    def cancel(self) -> None:
        """Forget what is half drawn; the site is where it was."""
        if not self.on_its_way:
            return
        before = self._restore
        self._forget()
        self.spot = before
        self.sketch.show_spot(before)
        self.changed.emit(before, True)
        self.hint_changed.emit(self.hint())

    def _forget(self) -> None:
        self._points, self._held, self._restore, self._short = [], None, None, False
        self.sketch.draw_line([], None)
        self.card.hide()

    def finish(self) -> None:
        """End a line or polygon with the points that it has, or say that they are too few."""
        if not self._points:
            return
        drawn = self._drawn(self._points)
        if drawn is None:
            self._short = True
            self.hint_changed.emit(self.hint())
            return
        self._forget()
        self._settle(drawn)

    def _settle(self, spot: Spot) -> None:
        self.spot = spot
        self.sketch.show_spot(spot, self.sketch.verdict)
        self.changed.emit(spot, True)
        self.hint_changed.emit(self.hint())

    def step_back(self) -> None:
        """Take back the last point."""
        if len(self._points) == 1:
            self.cancel()
        elif self._points:
            self._points.pop()
            self._short = False
            self._follow_line(self.sketch.pointer)

    @property
    def _least(self) -> int:
        return 3 if self.kind == POLYGON else 2

    def _drawn(self, points: Sequence[Place]) -> Spot | None:
        """Make a site of points, None where they are too few."""
        import shapely

        kept = list(dict.fromkeys(points))
        if len(kept) < self._least:
            return None
        base = shapely.Polygon(kept) if self.kind == POLYGON else shapely.LineString(kept)
        return Spot(base, self.buffer)

    def _follow_line(self, pointer: Place | None) -> None:
        """Show what is drawn up to the pointer, and have it assessed as if it ended there."""
        self.sketch.draw_line(self._points, pointer)
        so_far = self._drawn([*self._points, *([pointer] if pointer is not None else [])])
        if so_far is not None:
            self.sketch.show_spot(so_far, self.sketch.verdict)
            self.changed.emit(so_far, False)
        self.hint_changed.emit(self.hint())

    # ── the mouse ─────────────────────────────────────────────────────────────────────────────────────────────────

    def canvasPressEvent(self, event: QgsMapMouseEvent) -> None:
        """Begin, go on or take hold with the left button, cancel with the right one."""
        self._pixel = event.pos()
        if event.button() == Qt.MouseButton.RightButton:
            self.cancel()
            return
        place = self.view.at(event.pos())
        if event.button() != Qt.MouseButton.LeftButton or place is None:
            return
        self._down, self._short = True, False
        if self._points:
            self._points.append(place)
            self._follow_line(place)
        elif not self._take_hold(place):
            self._begin(place)
        self.hint_changed.emit(self.hint())

    def _begin(self, place: Place) -> None:
        import shapely

        self._restore = self.spot
        if self.kind == POINT:
            spot = Spot(shapely.Point(place), self.buffer)
            self._held = (place, None, spot)
            self._show_dragged(spot)
        else:
            self._points = [place]
            self.sketch.draw_line(self._points, place)

    def _take_hold(self, place: Place) -> bool:
        """Take hold of a vertex of the site, or of all of it; False where the pointer is beside it."""
        spot = self.spot
        if spot is None:
            return False
        vertices = self._vertices_at(spot, place)
        if vertices is None and not self._inside(spot, place):
            return False
        self._restore = spot
        # Of a point there is no vertex to be dragged alone.
        self._held = (place, vertices if spot.dimension else None, spot)
        return True

    def _vertices_at(self, spot: Spot, place: Place) -> Any:
        """Give the vertices under the pointer, as flags; None for none."""
        import numpy as np
        import shapely

        places = shapely.get_coordinates(spot.base)
        if len(places) > MOST_HANDLES:
            return None
        away = np.hypot(*(places - place).T)
        nearest = int(away.argmin())
        if away[nearest] > _CATCH * self.view.pixel_size:
            return None
        # A ring ends where it begins: both ends are one corner.
        return (places == places[nearest]).all(axis=1)

    def _inside(self, spot: Spot, place: Place) -> bool:
        import shapely

        return bool(shapely.distance(spot.shape, shapely.Point(place)) <= _CATCH * self.view.pixel_size)

    def canvasMoveEvent(self, event: QgsMapMouseEvent) -> None:
        """Drag what is held, or draw on."""
        self._pixel = event.pos()
        place = self.view.at(event.pos())
        if place is None:
            return
        if self._held is not None:
            self._show_dragged(_dragged(self._held, place))
        elif self._points:
            self._follow_line(place)
        else:
            self._show_cursor(place)
        if self.card.isVisible():
            self.card.move_beside(self._pixel)

    def _show_cursor(self, place: Place) -> None:
        spot = self.spot
        over = spot is not None and (self._inside(spot, place) or self._vertices_at(spot, place) is not None)
        shape = Qt.CursorShape.SizeAllCursor if over else None
        self.setCursor(shape if over else QgsApplication.getThemeCursor(QgsApplication.Cursor.CrossHair))

    def _show_dragged(self, spot: Spot) -> None:
        self.spot = spot
        self.sketch.show_spot(spot, self.sketch.verdict)
        self.changed.emit(spot, False)

    def canvasReleaseEvent(self, event: QgsMapMouseEvent) -> None:
        """Let go of what is held."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._down = False
        if self._held is not None and self.spot is not None:
            spot = self.spot
            self._forget()
            self._settle(spot)

    def canvasDoubleClickEvent(self, event: QgsMapMouseEvent) -> None:
        """End a line or a polygon."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.finish()


def _dragged(held: tuple[Place, Any, Spot], place: Place) -> Spot:
    """Give what is held as it is with the pointer here."""
    import shapely

    began, vertices, before = held
    dx, dy = place[0] - began[0], place[1] - began[1]
    if vertices is None:
        return before.moved(dx, dy)
    places = shapely.get_coordinates(before.base)
    places[vertices] += (dx, dy)
    # Of a copy: coordinates are set in place.
    base = shapely.set_coordinates(shapely.from_wkb(shapely.to_wkb(before.base)), places)
    return Spot(base, before.buffer)

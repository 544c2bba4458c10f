"""Tools that draw a line: split a unit along it, or make it the border of two units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QPoint, Qt

from ..text import tr
from .revision_tool import RevisionTool, unit_of

if TYPE_CHECKING:
    from qgis.gui import QgsMapMouseEvent

    from ...delineation.revision.state import State
    from ..work.revision import Changed, Op, Refusal
    from .plan_view import Place
    from .revision_tool import DrawingBoard

NEAR = 8  # pixels within which the pointer is caught by a vertex, else by a border
REST = 120  # milliseconds that the pointer rests until it is asked what would follow
SAMPLES = 96  # places on a line at which it is asked what unit it runs through
MOST = 200  # faces around the pointer among which one can be aimed at; farther out nothing catches it
END = 4.0  # how many samples it is worth that a unit lies at an end of the line


class LineTool(RevisionTool):
    """Clicks set vertices, caught by those of faces and then by borders; double click or Enter ends the line."""

    CURSOR = QgsApplication.Cursor.CapturePoint

    def __init__(self, board: DrawingBoard) -> None:
        super().__init__(board)
        self._vertices: list[Place] = []
        self._pointer: Place | None = None
        self._units: tuple[str, ...] = ()
        self._sent: tuple[Op, list[Place]] | None = None
        self._asking.setInterval(REST)
        self.revision.refused.connect(self._refused)

    def hint(self) -> str:
        if len(self._vertices) > 1:
            return tr("Double click or Enter ends the line; Backspace takes a vertex back.")
        return self.next_hint()

    def next_hint(self) -> str:
        """Say where the line begins, or goes on from its first vertex."""
        raise NotImplementedError

    @property
    def on_its_way(self) -> bool:
        return bool(self._vertices)

    def units_along(self, line: Any, state: State) -> tuple[str, ...]:
        """Give the units that a line is for; () for none."""
        raise NotImplementedError

    def operation(self, units: tuple[str, ...], line: str) -> dict[str, Any]:
        """Give the operation of a line (WKT)."""
        raise NotImplementedError

    # ── gestures ──

    def press(self, event: QgsMapMouseEvent, state: State) -> None:
        caught = self._caught(event.pos(), state)
        if caught is None:
            return
        self._sent = None
        self.revision.drawing = True
        if not self._vertices or caught[0] != self._vertices[-1]:
            self._vertices.append(caught[0])
        self._pointer = caught[0]
        self.board.sketch.now.line = self._vertices
        self._show(*caught)
        self._find_units(state)
        self._asking.stop()
        self._ask()

    def canvasDoubleClickEvent(self, event: QgsMapMouseEvent) -> None:
        """End the line: the first click of the two has set its last vertex."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.finish()

    def move_to(self, event: QgsMapMouseEvent, state: State) -> None:
        caught = self._caught(event.pos(), state)
        if caught is None:
            return
        self._pointer = caught[0]
        self._show(*caught)
        if self._vertices:
            self._asking.start()  # anew: it is asked where the pointer rests

    def _show(self, place: Place, what: str) -> None:
        sketch = self.board.sketch
        sketch.pointer = place
        sketch.snapped = place if what else None
        sketch.at_vertex = what == "vertex"
        sketch.update()

    def _caught(self, pixel: QPoint, state: State) -> tuple[Place, str] | None:
        """Give the place under the pointer, or what catches it: the nearest vertex, else the nearest border."""
        place = self.board.view.at(pixel)
        if place is None:
            return None
        return caught_by(state, place, NEAR * self.board.view.pixel_size)

    def step_back(self) -> None:
        if not self._vertices:
            super().step_back()
            return
        if len(self._vertices) == 1:
            self.cancel()
            return
        self._vertices.pop()
        self.board.sketch.update()
        if self.revision.state is not None:
            self._find_units(self.revision.state)
        self._ask()
        self.say_hint()

    def finish(self) -> None:
        state = self.state
        if state is None:
            return
        if len(self._vertices) < 2:
            wanted = tr("A line needs at least two points and has {count}.", count=len(self._vertices))
            self.told.emit(f"{wanted} {self.hint()}")
            return
        self._pointer = None
        self._find_units(state)
        op = self.question()
        if op is None:
            self.told.emit(self.no_units())
            return
        vertices, self._vertices = self._vertices, []
        self.board.sketch.pointer = self.board.sketch.snapped = None
        self._units = ()
        self._sent = (op, vertices)
        self.send(op)
        self.say_hint()

    def no_units(self) -> str:
        """Say that a line is for no unit."""
        return tr("The line runs through no unit of the plan.")

    def cancel(self) -> None:
        self._vertices, self._pointer, self._units, self._sent = [], None, (), None
        super().cancel()

    def _refused(self, refusal: Refusal) -> None:
        """Give a line back that would not do, so that it may be mended; one that needs a document has no fault."""
        if self._sent is None or refusal.op is not self._sent[0]:
            return
        vertices, self._sent = self._sent[1], None
        if refusal.needs_basis or not self.isActive() or self._vertices or self.revision.state is None:
            return
        self._vertices = vertices
        self.revision.drawing = True
        self.board.sketch.now.line = vertices
        self._find_units(self.revision.state)
        self.board.sketch.redraw()
        self.say_hint()

    # ── what it would do ──

    def _line(self, *, to_pointer: bool) -> Any:
        import shapely

        places = list(self._vertices)
        if to_pointer and self._pointer is not None and places and self._pointer != places[-1]:
            places.append(self._pointer)
        return shapely.LineString(places) if len(places) > 1 else None

    def _find_units(self, state: State) -> None:
        line = self._line(to_pointer=True)
        units = self.units_along(line, state) if line is not None else ()
        if units != self._units:
            self._units = units
            self.board.choose(units)
        self._subject = units[0] if units else ""

    def question(self) -> Op | None:
        import shapely

        line = self._line(to_pointer=True)
        if line is None or not self._units:
            return None
        return self.operation(self._units, shapely.to_wkt(line, rounding_precision=4))

    def _ask(self) -> None:
        if self.revision.state is not None:
            self._find_units(self.revision.state)
        op = self.question()
        self.revision.foresee(op)
        if op is None:
            self.board.sketch.foresee((), (), ())
            self.board.card.hide()

    def follow(self, changed: Changed) -> None:  # noqa: ARG002
        """Find anew what a line is for, in a plan that has changed under it."""
        if self._vertices:
            self._units = ()
            self._ask()


class SplitTool(LineTool):
    """Draw a line through a unit: what lies on its smaller side becomes a unit of its own."""

    KEY = "S"

    def next_hint(self) -> str:
        if not self._vertices:
            return tr("Click where the line begins: on the border of a unit, or outside it.")
        return tr("Click on through the unit; Backspace takes a vertex back, Esc cancels.")

    def units_along(self, line: Any, state: State) -> tuple[str, ...]:
        met = _met(line, state)
        return (max(met, key=lambda one: met[one]),) if met else ()

    def operation(self, units: tuple[str, ...], line: str) -> dict[str, Any]:
        return {"op": "split", "unit": units[0], "line": line}


class ReshapeTool(LineTool):
    """Draw the new border of two units, from their common border to their common border."""

    KEY = "R"
    AIMS = True

    def next_hint(self) -> str:
        if not self._vertices:
            return tr("Click where the new line leaves the common border of two units.")
        return tr("Click on, and end on the border; Backspace takes a vertex back.")

    def no_units(self) -> str:
        return tr("The line begins at no border of two units of one county.")

    def units_along(self, line: Any, state: State) -> tuple[str, ...]:
        import shapely

        met = _met(line, state)
        ends = [shapely.Point(line.coords[0]), shapely.Point(line.coords[-1])]
        reach = NEAR * self.board.view.pixel_size / 2
        for end in ends:
            rows = state.mesh.tree.query(end.buffer(reach, quad_segs=2), "intersects")
            for one in {unit_of(state, int(row)).unit_id for row in rows}:
                met[one] = met.get(one, 0.0) + END
        if not met:
            return ()
        first = max(met, key=lambda one: met[one])
        place = _place(state, first)
        others = {one: weight for one, weight in met.items() if one != first and _place(state, one) == place}
        if not others:
            return ()
        pair = (first, max(others, key=lambda one: others[one]))
        return pair if pair[1] != self.revision.target else pair[::-1]

    def operation(self, units: tuple[str, ...], line: str) -> dict[str, Any]:
        return {"op": "reshape", "units": list(units), "line": line}


def _place(state: State, unit_id: str) -> tuple[str, bool]:
    row = state.units[unit_id]
    return row.county, state.setting.is_sea(row.code)


def _met(line: Any, state: State) -> dict[str, float]:
    """Tell how much of a line runs through each unit, in samples of it."""
    import numpy as np
    import shapely

    at = (np.arange(SAMPLES) + 0.5) / SAMPLES
    points = shapely.line_interpolate_point(line, at, normalized=True)
    rows = state.mesh.tree.query(points, "intersects")[1]
    labels, counts = np.unique(state.label[rows], return_counts=True)
    return {state.counters.ids[one]: float(size) for one, size in zip(labels.tolist(), counts.tolist(), strict=True)}


def caught_by(state: State, place: Place, reach: float) -> tuple[Place, str]:
    """Catch a place by the nearest vertex of a face, else by the nearest border, within reach.

    Returns
    -------
    place : (float, float)
    what : str
        ``vertex``, ``border``, or "" where nothing is near.
    """
    import numpy as np
    import shapely

    x, y = place
    box = shapely.box(x - reach, y - reach, x + reach, y + reach)
    west, south, east, north = state.mesh.bounds.T
    near = (west <= x + reach) & (east >= x - reach) & (south <= y + reach) & (north >= y - reach)
    if np.count_nonzero(near) > MOST:
        return place, ""
    rows = state.mesh.tree.query(box, "intersects")
    if not len(rows):
        return place, ""
    rings = shapely.get_rings(state.mesh.shape[rows])
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    away = coordinates - (x, y)
    distance = np.hypot(*away.T)
    nearest = int(distance.argmin())
    if distance[nearest] <= reach:
        return (float(coordinates[nearest, 0]), float(coordinates[nearest, 1])), "vertex"
    start, along = away[:-1], away[1:] - away[:-1]
    length = np.where(ring[:-1] == ring[1:], (along**2).sum(axis=1), 0.0)
    share = np.clip(-(start * along).sum(axis=1) / np.where(length > 0, length, 1.0), 0.0, 1.0)
    foot = start + share[:, None] * along
    distance = np.where(length > 0, np.hypot(*foot.T), np.inf)
    nearest = int(distance.argmin())
    if distance[nearest] <= reach:
        return (float(x + foot[nearest, 0]), float(y + foot[nearest, 1])), "border"
    return place, ""

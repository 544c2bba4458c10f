"""The preview on the map, over the layers as they are: faces that would change, lines between units that would.

Faces are in the colour they would have; lines that would part units and do not yet are solid, those that go dotted.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from qgis.core import QgsRectangle
from qgis.gui import QgsMapCanvas, QgsMapCanvasItem
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QRectF, Qt
from qgis.PyQt.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen

from ..work.settings import PanelSetting
from .colours import CATEGORY_COLOURS
from .overlay import HALO
from .plan_view import PlanView

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ...delineation.verbs.trials import Relabelled
    from ..work.session import Session

OUTLINE = QColor("#1f5fd0")
# Above so many faces an outline takes longer than it helps.
OUTLINED = 5_000
# Above so many borders their lines take longer to put together than anybody waits for.
LINES = 15_000
GONE = QColor("#5a5a5a")


class PreviewItem(QgsMapCanvasItem):
    """Faces over the map, by new category; painted from paths, so that no layer is drawn again."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._faces: dict[int, NDArray[np.object_]] = {}
        self._view = PlanView(canvas)
        self._any = False
        self._lines: tuple[NDArray[np.object_], ...] = ()  # units' new borders, and those that go
        self._paths: dict[int, QPainterPath] = {}
        self._outline, self._drawn, self._gone = QPainterPath(), QPainterPath(), QPainterPath()
        self.setZValue(50)
        canvas.destinationCrsChanged.connect(self._build)

    def remove(self) -> None:
        """Leave the map for good."""
        self._canvas.destinationCrsChanged.disconnect(self._build)
        scene = self.scene()
        if scene is not None:
            scene.removeItem(self)

    def show_faces(
        self, faces: dict[int, NDArray[np.object_]], crs: str, lines: tuple[NDArray[np.object_], ...] = ()
    ) -> None:
        """Show faces (shapely polygons by category, in ``crs``); none, and no lines, hides the item.

        ``lines`` are the borders that would part units and do not yet, and those that would not any more.
        """
        self._faces = {key: value for key, value in faces.items() if len(value)}
        self._view.set_crs(crs)
        self._lines = lines if 0 < sum(map(len, lines)) <= LINES else ()
        self._build()

    @property
    def shown(self) -> dict[int, int]:
        """How many faces it shows, by category."""
        return {category: len(faces) for category, faces in self._faces.items()}

    @property
    def lines(self) -> tuple[int, int]:
        """How many borders it shows that would part units, and that would go."""
        drawn, gone = self._lines or ((), ())
        return len(drawn), len(gone)

    def _build(self) -> None:
        import numpy as np
        import shapely

        self._paths, self._outline = {}, QPainterPath()
        self._drawn, self._gone = QPainterPath(), QPainterPath()
        extent = QgsRectangle()
        for category, faces in self._faces.items():
            geometry = self._view.placed(shapely.multipolygons(shapely.get_parts(faces)))
            if geometry is None:
                continue
            extent.combineExtentWith(geometry.boundingBox())
            self._paths[category] = geometry.constGet().asQPainterPath()
        if 0 < sum(self.shown.values()) <= OUTLINED:
            # Of all that changes together: lines between its faces would hide small ones.
            outline = self._view.placed(shapely.coverage_union_all(np.concatenate(list(self._faces.values()))))
            self._outline = outline.constGet().asQPainterPath() if outline is not None else QPainterPath()
        paths = []
        for lines in self._lines:
            placed = self._view.placed(shapely.multilinestrings(shapely.get_parts(lines))) if len(lines) else None
            paths.append(placed.constGet().asQPainterPath() if placed is not None else QPainterPath())
            if placed is not None:
                extent.combineExtentWith(placed.boundingBox())
        if paths:
            self._drawn, self._gone = paths
        self._any = bool(self._paths or self._lines)
        self.setVisible(self._any)
        if self._any:
            self.setRect(extent)
        self.update()

    def updatePosition(self) -> None:
        """Follow the map."""
        if self._any:
            self.setRect(self.rect())

    def paint(self, painter: QPainter, option: Any = None, widget: Any = None) -> None:  # noqa: ARG002 - Qt gives them
        """Paint, in pixels of the item."""
        to_pixels = self._canvas.getCoordinateTransform().transform()
        hatched = PanelSetting.HATCH_KEY.get()
        painter.save()
        painter.translate(-self.pos())
        painter.setClipRect(QRectF(self._canvas.rect()))
        for category, path in self._paths.items():
            drawn = to_pixels.map(path)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(CATEGORY_COLOURS[category]))
            painter.drawPath(drawn)
            if hatched and category == 2:
                painter.setBrush(QBrush(QColor(0, 0, 0, 110), Qt.BrushStyle.BDiagPattern))
                painter.drawPath(drawn)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for path, pens in (
            (self._gone, (QPen(HALO, 4.0), QPen(GONE, 1.8, Qt.PenStyle.DotLine))),
            (self._drawn, (QPen(HALO, 4.0), QPen(OUTLINE, 2.2))),
            (self._outline, (QPen(OUTLINE, 1.4),)),
        ):
            drawn = to_pixels.map(path)
            for pen in pens:
                painter.setPen(pen)
                painter.drawPath(drawn)
        painter.restore()


class MapPreview:
    """Keeps the item in step with the session's preview."""

    def __init__(self, session: Session, canvas: QgsMapCanvas) -> None:
        self._session = session
        self.item = PreviewItem(canvas)
        self.item.setVisible(False)
        session.preview_changed.connect(self.follow)
        self.follow()

    def follow(self) -> None:
        """Show what the session holds now."""
        if sip.isdeleted(self.item):  # QGIS closes: the map goes before the project
            return
        found: Relabelled | None = self._session.preview
        plan = self._session.plan
        if found is None or plan is None:
            self.item.show_faces({}, "")
            return
        faces = plan.faces["geometry"].to_numpy(dtype=object)[found.face]
        borders = plan.borders["geometry"].to_numpy(dtype=object)
        lines: tuple[Any, ...] = ()
        if not len(borders) or max(found.drawn.max(initial=0), found.gone.max(initial=0)) < len(borders):
            lines = (borders[found.drawn], borders[found.gone])
        self.item.show_faces({category: faces[found.new == category] for category in (1, 2, 3)}, plan.crs, lines)

    def close(self) -> None:
        """Leave session and map, as far as Qt has not taken them down already."""
        with contextlib.suppress(RuntimeError):
            self._session.preview_changed.disconnect(self.follow)
        with contextlib.suppress(RuntimeError):
            self.item.remove()

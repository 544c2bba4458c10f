"""The units of another version at the left of a line on the map, those of now at its right; the line can be dragged."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFields,
    QgsMapRendererParallelJob,
    QgsPointXY,
    QgsVectorLayer,
)
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QPen, QPolygonF

from ..shipped import STYLES
from ..work.features import feature_of, fields_of
from .layers import LAYER, layers_of_file, memory_layer, plan_layer
from .overlay import CanvasOverlay
from .version_layer import VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from qgis.core import QgsRectangle
    from qgis.gui import QgsMapCanvas
    from qgis.PyQt.QtGui import QImage, QPainter

    from ...delineation.plan.file import Plan
    from ...delineation.revision.state import State

NEAR, GRIP, GAP = 8, 18, 8  # pixels: from the line where it is taken, half the grip, around texts
OVER_MAP = -5  # under what tools draw
INK, PAPER = QColor("#202020"), QColor(255, 255, 255, 230)
VARIABLES = ("variableNames", "variableValues")  # custom properties in which QGIS keeps a layer's variables


def unit_fields(plan: Path) -> QgsFields:
    """Give the fields of a plan's units as they are shown; what their style asks for where they are not."""
    layer = plan_layer(plan, "units")
    if layer is not None:
        return QgsFields(layer.fields())
    return fields_of(("unit_id", "code", "name"), (), ["category"])


def former_features(version: State | Plan, fields: QgsFields) -> list[QgsFeature]:
    """Make features of the units of a state or of a plan; may be called beside the main thread."""
    import numpy as np

    from ...delineation.plan.file import Plan

    if isinstance(version, Plan):
        told = version.units.drop(columns="geometry").astype(object).to_dict("records")
        shapes = version.units["geometry"].to_numpy(dtype=object)
    else:
        rows = list(version.units.values())
        told = [row.record() for row in rows]
        place = np.array([version.counters.place[row.unit_id] for row in rows], dtype=np.int64)
        shapes = version.mesh.outlines(version.label, place)
    out = []
    for row, shape in zip(told, shapes, strict=True):
        out.append(feature_of(fields, shape, [row.get(field.name()) for field in fields]))
    return out


class _Curtain(CanvasOverlay):
    """Paints the picture of the other version up to the line, the line with its grip, and what is at which side."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas, OVER_MAP)
        self.share = 0.5
        self.image: QImage | None = None
        self.extent: QgsRectangle | None = None
        self.texts = ("", "")

    def x(self) -> float:
        """Give where the line is, in pixels."""
        return float(self.share * self._canvas.viewport().width())

    def paint(self, painter: QPainter, option: Any = None, widget: Any = None) -> None:  # noqa: ARG002 - as Qt has it
        where, x = self.boundingRect(), self.x()
        painter.save()
        if self.image is not None and self.extent is not None:
            painter.setClipRect(QRectF(0, 0, x, where.height()))
            painter.fillRect(where, self._canvas.canvasColor())
            corners = (
                QgsPointXY(self.extent.xMinimum(), self.extent.yMaximum()),
                QgsPointXY(self.extent.xMaximum(), self.extent.yMinimum()),
            )
            # While another picture is being made the last one lies where its land is by now.
            place = QRectF(*map(self.toCanvasCoordinates, corners))
            painter.drawImage(place, self.image, QRectF(self.image.rect()))
            painter.setClipping(False)
        for colour, wide in ((PAPER, 4), (INK, 1.5)):
            painter.setPen(QPen(colour, wide))
            painter.drawLine(QPointF(x, 0), QPointF(x, where.height()))
        self._grip(painter, QPointF(x, where.height() / 2))
        self._names(painter, x, where)
        painter.restore()

    def _grip(self, painter: QPainter, at: QPointF) -> None:
        painter.setRenderHint(painter.RenderHint.Antialiasing)
        painter.setPen(QPen(INK, 1.5))
        painter.setBrush(PAPER)
        painter.drawEllipse(at, GRIP, GRIP)
        painter.setBrush(INK)
        painter.setPen(Qt.PenStyle.NoPen)
        for way in (-1, 1):
            tip, foot = at + QPointF(way * 0.75 * GRIP, 0), at + QPointF(way * 0.25 * GRIP, 0)
            painter.drawPolygon(QPolygonF([tip, foot + QPointF(0, -4), foot + QPointF(0, 4)]))

    def _names(self, painter: QPainter, x: float, where: QRectF) -> None:
        metrics = painter.fontMetrics()
        high = metrics.height() + GAP
        rooms = (QRectF(0, 0, x, high), QRectF(x, 0, where.width() - x, high))
        for text, room, side in zip(self.texts, rooms, ("right", "left"), strict=True):
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, int(room.width()) - 4 * GAP)
            wide = metrics.horizontalAdvance(shown) + 2 * GAP
            if len(shown) < 2:
                continue
            left = room.right() - wide - GAP if side == "right" else room.left() + GAP
            box = QRectF(left, GAP, wide, high)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(PAPER)
            painter.drawRoundedRect(box, 3, 3)
            painter.setPen(INK)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), shown)


class VersionSwipe(QObject):
    """Shows one other version at a time; the map's own tools go on working beside the line.

    Attributes
    ----------
    on : bool
    """

    moved = pyqtSignal(float)  # where the line is, 0–1 of the map's width
    ended = pyqtSignal()

    def __init__(self, canvas: QgsMapCanvas, parent: QObject) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._item: _Curtain | None = None
        self._layer: QgsVectorLayer | None = None
        self._plan: Path | None = None
        self._job: QgsMapRendererParallelJob | None = None
        self._dragged = self._pointed = False

    @property
    def on(self) -> bool:
        """Another version is shown."""
        return self._item is not None

    def start(
        self, features: Sequence[QgsFeature], fields: QgsFields, crs: str, plan: Path, texts: tuple[str, str]
    ) -> None:
        """Show a version.

        Parameters
        ----------
        features : sequence of QgsFeature
            Its units, see `former_features`.
        fields : QgsFields
        crs : str
            Theirs.
        plan : Path
            The plan whose layers they take the place of.
        texts : tuple of str
            What is at the left and at the right.
        """
        self.end()
        of_plan = QgsCoordinateReferenceSystem()
        of_plan.createFromUserInput(crs)
        layer = memory_layer("", "MultiPolygon", of_plan, fields, features)
        _dress_as_now(layer, plan)
        self._layer, self._plan = layer, plan
        self._item = _Curtain(self._canvas)
        self._item.texts = texts
        self._canvas.viewport().installEventFilter(self)
        self._canvas.installEventFilter(self)
        self._canvas.mapCanvasRefreshed.connect(self._draw)
        self._canvas.extentsChanged.connect(self._moved)
        self._draw()
        self._item.show()

    def set_share(self, share: float) -> None:
        """Put the line somewhere, 0–1 of the map's width."""
        if self._item is not None and share != self._item.share:
            self._item.share = min(1.0, max(0.0, share))
            self._item.update()
            self.moved.emit(self._item.share)

    def end(self) -> None:
        """Show now alone."""
        item, self._item = self._item, None
        if item is None:
            return
        if self._job is not None:
            self._job.cancelWithoutBlocking()
            self._job = None
        self._layer = None
        if not sip.isdeleted(self._canvas):
            with contextlib.suppress(RuntimeError, TypeError):
                self._canvas.mapCanvasRefreshed.disconnect(self._draw)
                self._canvas.extentsChanged.disconnect(self._moved)
            self._canvas.viewport().removeEventFilter(self)
            self._canvas.removeEventFilter(self)
            self._canvas.viewport().unsetCursor()
            item.close()
        self._dragged = self._pointed = False
        self.ended.emit()

    # ── the picture ───────────────────────────────────────────────────────────────────────────────────────────────

    def _draw(self) -> None:
        """Draw the map anew with the other version in the place of the plan's units."""
        if self._item is None or self._layer is None or self._plan is None:
            return
        if self._job is not None:
            self._job.cancelWithoutBlocking()
        own = {layer.id() for layer in layers_of_file(self._plan)}
        units = plan_layer(self._plan, "units")
        layers = []
        for layer in self._canvas.layers():
            if units is not None and layer.id() == units.id():
                layers.append(self._layer)
            elif layer.id() not in own and not layer.customProperty(VERSION) and not layer.customProperty(LAYER):
                layers.append(layer)
        if self._layer not in layers:
            layers.insert(0, self._layer)
        settings = self._canvas.mapSettings()
        settings.setLayers(layers)
        settings.setBackgroundColor(self._canvas.canvasColor())
        job = self._job = QgsMapRendererParallelJob(settings)
        job.setParent(self)
        job.finished.connect(self._drawn)
        job.start()

    def _drawn(self) -> None:
        job = self.sender()
        if self._job is not None and job is self._job:  # and none that was called off
            self._job = None
            if self._item is not None:
                self._item.image, self._item.extent = job.renderedImage(), job.mapSettings().visibleExtent()
                self._item.update()
        job.deleteLater()

    def _moved(self) -> None:
        """Let the last picture lie where its land is by now."""
        if self._item is not None:
            self._item.update()

    # ── the line ──────────────────────────────────────────────────────────────────────────────────────────────────

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._item is None:
            return False
        kind = event.type()
        if kind == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self.end()
            return True
        if watched is not self._canvas.viewport():
            return False
        if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            self._dragged = self._near(event.pos())
            return self._dragged
        if kind == QEvent.Type.MouseMove:
            if self._dragged:
                self.set_share(event.pos().x() / max(1, self._canvas.viewport().width()))
                return True
            # The tool of the map neither draws there nor shows its own pointer.
            return self._point(near=self._near(event.pos()) and not event.buttons())
        if kind == QEvent.Type.MouseButtonRelease and self._dragged:
            self._dragged = False
            return True
        return False

    def _near(self, at: QPoint) -> bool:
        if self._item is None:
            return False
        beside = abs(at.x() - self._item.x())
        on_grip = abs(at.y() - self._canvas.viewport().height() / 2) <= GRIP and beside <= GRIP
        return on_grip or beside <= NEAR

    def _point(self, *, near: bool) -> bool:
        """Show by the pointer that the line can be dragged."""
        if near:
            self._canvas.viewport().setCursor(Qt.CursorShape.SplitHCursor)
        elif self._pointed:
            tool = self._canvas.mapTool()
            if tool is not None:
                self._canvas.viewport().setCursor(tool.cursor())
            else:
                self._canvas.viewport().unsetCursor()
        self._pointed = near
        return near


def _dress_as_now(layer: QgsVectorLayer, plan: Path) -> None:
    """Give a layer the looks of a plan's units as the map has them."""
    units = plan_layer(plan, "units")
    if units is None:
        layer.loadNamedStyle(str(STYLES / "units.qml"), True)
        return
    for name in VARIABLES:
        layer.setCustomProperty(name, units.customProperty(name))
    layer.setRenderer(units.renderer().clone())
    if units.labeling() is not None:
        layer.setLabeling(units.labeling().clone())
    layer.setLabelsEnabled(units.labelsEnabled())
    layer.setOpacity(units.opacity())

"""A small picture of one source over its counties, drawn beside the main thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
)
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QSize, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QPalette, QPixmap
from qgis.PyQt.QtWidgets import QLabel, QWidget

from ..widgets.layout import give_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.core import QgsMapLayer, QgsRectangle
    from qgis.PyQt.QtGui import QResizeEvent

HEIGHT = 130  # of the picture, in pixels of the screen's scale
MARGIN = 1.15


class SourcePreview(QLabel):
    """Shows one layer, zoomed to it; what lies under it says where that is."""

    painted = pyqtSignal()
    clicked = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            parent,
            objectName="control_units_source_preview",
            frameShape=QLabel.Shape.StyledPanel,
            alignment=Qt.AlignmentFlag.AlignCenter,
        )
        self.setFixedHeight(HEIGHT)
        give_width(self)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._job: QgsMapRendererParallelJob | None = None
        self._shown: tuple[str, ...] = ()  # ids of the layers, from the top down
        # Another size is drawn when it stays.
        self._soon = QTimer(self, singleShot=True, interval=150, timeout=self._again)
        self.destroyed.connect(self._drop)

    def show_layers(self, layer: QgsMapLayer, under: Sequence[QgsMapLayer]) -> None:
        """Draw a layer over others; ``painted`` tells when the picture is there."""
        self._drop()
        self._shown = tuple(one.id() for one in (layer, *under))
        project = QgsProject.instance()
        crs = project.crs() if project.crs().isValid() else layer.crs()
        settings, ratio = QgsMapSettings(), self.devicePixelRatioF()
        settings.setDestinationCrs(crs)
        settings.setTransformContext(project.transformContext())
        settings.setLayers([layer, *under])
        settings.setBackgroundColor(self.palette().color(QPalette.ColorRole.Base))
        settings.setOutputSize(QSize(max(120, round(self.width() * ratio)), round(HEIGHT * ratio)))
        settings.setOutputDpi(settings.outputDpi() * ratio)
        extent = extent_in(layer, crs)
        if extent is None:
            return
        extent.scale(MARGIN)
        settings.setExtent(extent)
        self._job = QgsMapRendererParallelJob(settings)
        self._job.finished.connect(self._finished)
        self._job.start()

    def forget(self) -> None:
        """Show nothing."""
        self._drop()
        self._shown = ()
        self.clear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._shown:
            self._soon.start()

    def _again(self) -> None:
        layers = [QgsProject.instance().mapLayer(name) for name in self._shown]
        if layers and layers[0] is not None:
            self.show_layers(layers[0], [one for one in layers[1:] if one is not None])

    def _finished(self) -> None:
        job, self._job = self._job, None
        if job is None:
            return
        picture = QPixmap.fromImage(job.renderedImage())
        picture.setDevicePixelRatio(self.devicePixelRatioF())
        self.setPixmap(picture)
        self.painted.emit()

    def _drop(self, *_: object) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.finished.disconnect(self._finished)
            # It goes by itself when its threads have heard of it.
            sip.transferto(job, None)
            job.finished.connect(job.deleteLater)
            job.cancelWithoutBlocking()

    def mouseReleaseEvent(self, event: object) -> None:
        super().mouseReleaseEvent(event)
        self.clicked.emit()


def extent_in(layer: QgsMapLayer, crs: object) -> QgsRectangle | None:
    """Give a layer's extent in a CRS; None where it has none, or lies where the CRS does not reach."""
    extent = layer.extent()
    if extent.isNull() or not extent.isFinite():
        return None
    if extent.isEmpty():
        extent = extent.buffered(max(abs(extent.xMinimum()) * 1e-6, 1e-6))
    if not layer.crs().isValid() or layer.crs() == crs:
        return extent
    try:
        return QgsCoordinateTransform(layer.crs(), crs, QgsProject.instance()).transformBoundingBox(extent)
    except QgsCsException:
        return None

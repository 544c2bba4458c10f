"""Places of a plan on the map: zoom there, flash, and the units layer's selection in step with a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsFeatureRequest,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QObject, pyqtSignal

from .layers import plan_layer
from .source_preview import extent_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from qgis.core import QgsMapLayer, QgsVectorLayer
    from qgis.gui import QgsMapCanvas

__all__ = ["UnitSelection", "in_plan", "zoom_to", "zoom_to_layers", "zoom_to_plan"]

# A finding is a point: so much of its surroundings is shown, in metres.
AROUND = 800.0
MARGIN = 1.15


def _crs(text: str) -> QgsCoordinateReferenceSystem:
    crs = QgsCoordinateReferenceSystem()
    crs.createFromUserInput(text)
    return crs


def in_plan(canvas: QgsMapCanvas, x: float, y: float, crs: str) -> tuple[float, float]:
    """Take a point of the map into the plan's CRS."""
    source, target = canvas.mapSettings().destinationCrs(), _crs(crs)
    if not (source.isValid() and target.isValid()) or source == target:
        return x, y
    point = QgsCoordinateTransform(source, target, QgsProject.instance()).transform(QgsPointXY(x, y))
    return point.x(), point.y()


def zoom_to(canvas: QgsMapCanvas, shape: Any, crs: str) -> bool:
    """Show a shape (shapely, in ``crs``) and flash it; False where the map cannot show it."""
    import shapely

    west, south, east, north = shapely.bounds(shape).tolist()
    if east - west < AROUND and north - south < AROUND:
        west, south, east, north = west - AROUND, south - AROUND, east + AROUND, north + AROUND
    source, target = _crs(crs), canvas.mapSettings().destinationCrs()
    extent = QgsRectangle(west, south, east, north)
    if source.isValid() and target.isValid() and source != target:
        try:
            extent = QgsCoordinateTransform(source, target, QgsProject.instance()).transformBoundingBox(extent)
        except QgsCsException:
            return False
    extent.scale(MARGIN)
    canvas.setExtent(extent)
    canvas.refresh()
    geometry = QgsGeometry()
    geometry.fromWkb(shapely.to_wkb(shape))
    canvas.flashGeometries([geometry], source)
    return True


def zoom_to_layers(canvas: QgsMapCanvas, layers: Iterable[QgsMapLayer]) -> bool:
    """Show all of some layers; False where the map cannot show any of it."""
    crs, whole = canvas.mapSettings().destinationCrs(), QgsRectangle()
    for layer in layers:
        extent = extent_in(layer, crs if crs.isValid() else layer.crs())
        if extent is not None:
            whole.combineExtentWith(extent)
    if whole.isNull():
        return False
    whole.scale(MARGIN)
    canvas.setExtent(whole)
    canvas.refresh()
    return True


def zoom_to_plan(iface: Any, plan: Path) -> None:
    """Show all of a plan, its units as the active layer."""
    layer = plan_layer(plan, "units")
    if layer is not None and iface.mapCanvas() is not None:
        iface.setActiveLayer(layer)
        iface.zoomToActiveLayer()


class UnitSelection(QObject):
    """The selection of a plan's units layer, both ways.

    Attributes
    ----------
    chosen : list of str
        Ids of the units that are selected.
    """

    changed = pyqtSignal(list)  # unit ids, by the user on the map

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.chosen: list[str] = []
        self._layer: QgsVectorLayer | None = None
        self._ids: dict[str, int] = {}
        self._telling = False

    def follow(self, plan: Path | None) -> None:
        """Follow the units layer of a plan; None follows nothing."""
        layer = plan_layer(plan, "units") if plan is not None else None
        if self._layer is not None and layer is not self._layer:
            for signal, slot in self._signals(self._layer):
                signal.disconnect(slot)
            self._layer = None
        if layer is not None and self._layer is None:
            for signal, slot in self._signals(layer):
                signal.connect(slot)
        self._layer = layer
        self._ids = {}

    def _signals(self, layer: QgsVectorLayer) -> tuple[tuple[Any, Any], ...]:
        return (
            (layer.selectionChanged, self._selected),
            (layer.willBeDeleted, self._gone),
            (layer.dataSourceChanged, self._forget),
            (layer.dataChanged, self._forget),
        )

    def _forget(self) -> None:
        """Read the numbers again: the file is another one."""
        self._ids = {}

    def select(self, unit_ids: Collection[str]) -> None:
        """Select units on the map, without telling of it."""
        self.chosen = list(unit_ids)
        if self._layer is None or not self._layer.isValid():
            return
        ids = self._numbers()
        self._telling = True
        self._layer.selectByIds([ids[unit] for unit in unit_ids if unit in ids])
        self._telling = False

    def _numbers(self) -> dict[str, int]:
        """Feature id of each unit, read once a file."""
        if not self._ids and self._layer is not None:
            request = QgsFeatureRequest()
            request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
            request.setSubsetOfAttributes(["unit_id"], self._layer.fields())
            self._ids = {str(feature["unit_id"]): feature.id() for feature in self._layer.getFeatures(request)}
        return self._ids

    def _selected(self) -> None:
        if self._telling or self._layer is None:
            return
        chosen = set(self._layer.selectedFeatureIds())
        self.chosen = [unit for unit, number in self._numbers().items() if number in chosen]
        self.changed.emit(self.chosen)

    def _gone(self) -> None:
        self._layer, self._ids = None, {}

"""Places of a plan on the map: zoom there, flash, outline, and the units layer's selection in step with a table."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsFeatureRequest,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsWkbTypes,
)
from qgis.gui import QgsRubberBand
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtGui import QColor

from ..work.features import as_geometry
from .layers import LAYER, plan_layer
from .plan_view import PlanView
from .source_layers import SOURCE_LAYER
from .source_preview import extent_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from qgis.core import QgsMapLayer, QgsVectorLayer
    from qgis.gui import QgsMapCanvas

    from ...delineation.plan.file import Plan
    from ...delineation.revision.state import State

# A point has no size: so much of its surroundings is shown, in metres.
AROUND = 150.0
LEAST = 12.0  # metres that are shown to each side at least
MARGIN = 1.15
FINDING, HALO, FILL = QColor("#e6007e"), QColor(255, 255, 255, 220), QColor(230, 0, 126, 40)
FLASHED = 300  # faces of a unit that are flashed one by one; of more, the box around them
RING, MOST_RINGS = 18, 500  # pixels; parts of a shape
DEGREE = 111_320.0  # metres


def zoom_to(canvas: QgsMapCanvas, shape: Any, crs: str, *, margin: float = MARGIN, flash: bool = True) -> bool:
    """Show a shape (shapely, in ``crs``) and flash it; False where the map cannot show it.

    ``margin`` is how much wider than the shape the view is.
    """
    import shapely

    view = PlanView(canvas, crs)
    unit = 1 / DEGREE if view.crs.isGeographic() else 1.0
    west, south, east, north = shapely.bounds(shape).tolist()
    x, y, least = (west + east) / 2, (south + north) / 2, AROUND if (west, south) == (east, north) else LEAST
    wide, high = (max(size * margin / 2, least * unit) for size in (east - west, north - south))
    extent = view.on_map((x - wide, y - high, x + wide, y + high))
    if extent is None:
        return False
    canvas.setExtent(extent)
    canvas.refresh()
    if flash:
        canvas.flashGeometries([as_geometry(part) for part in shapely.get_parts(shape)], view.crs)
    return True


def zoom_to_unit(canvas: QgsMapCanvas, plan: Plan, state: State | None, unit_id: str) -> None:
    """Show a unit of a plan and flash it: as its revision has left it, where a state of one is given."""
    import shapely

    if state is not None and unit_id in state.units:
        faces = state.mesh.shape[state.rows_of(unit_id)]
        shape = shapely.geometrycollections(faces)
        zoom_to(canvas, shape if len(faces) <= FLASHED else shapely.box(*shape.bounds), plan.crs)
    elif (plan.units["unit_id"] == unit_id).any():
        zoom_to(canvas, plan.units.loc[plan.units["unit_id"] == unit_id, "geometry"].iloc[0], plan.crs)


def unit_at(plan: Plan, state: State | None, x: float, y: float) -> str:
    """Find the unit at a point in the plan's CRS, as its revision has left it; "" beside the plan."""
    import numpy as np
    import shapely

    if state is not None:
        row = state.mesh.at(x, y)
        return state.counters.ids[int(state.label[row])] if row >= 0 else ""
    shapes = plan.units["geometry"].to_numpy()
    west, south, east, north = shapely.bounds(shapes).T
    near = np.flatnonzero((west <= x) & (x <= east) & (south <= y) & (y <= north))
    inside = near[shapely.intersects_xy(shapes[near], x, y)]
    return str(plan.units["unit_id"].iloc[int(inside[0])]) if len(inside) else ""


class MapOutline:
    """A line around a shape on the map, in the colour of findings, until another one is outlined or it is cleared.

    What the map shows too small for that is ringed.
    """

    def __init__(self, canvas: QgsMapCanvas) -> None:
        self._canvas = canvas
        self._places: list[tuple[QgsPointXY, float]] = []  # centre and size of each part, in the map's units
        self.band = QgsRubberBand(canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
        self.rings = QgsRubberBand(canvas, QgsWkbTypes.GeometryType.PointGeometry)
        for band in (self.band, self.rings):
            band.setStrokeColor(FINDING)
            band.setSecondaryStrokeColor(HALO)
            band.setFillColor(FILL)
            band.setWidth(3)
            band.setIcon(QgsRubberBand.IconType.ICON_CIRCLE)
            band.setIconSize(RING)
        canvas.scaleChanged.connect(self._ring)

    def show(self, shape: Any, crs: str) -> None:
        """Outline a shape (shapely, in ``crs``), the areas of it where it has some; None clears."""
        import shapely

        if sip.isdeleted(self.band):  # QGIS closes: the map goes before the panel
            return
        self.band.reset(QgsWkbTypes.GeometryType.PolygonGeometry)
        self._places = []
        if shape is not None:
            parts = shapely.get_parts(shapely.get_parts(shape))
            areas = parts[shapely.get_dimensions(parts) == 2]
            view = PlanView(self._canvas, crs)
            if len(areas):
                self.band.setToGeometry(as_geometry(shapely.multipolygons(areas)), view.crs)
            for part in (areas if len(areas) else parts)[:MOST_RINGS]:
                box = view.on_map(shapely.bounds(part).tolist())
                if box is not None:
                    self._places.append((box.center(), max(box.width(), box.height())))
        self._ring()

    def _ring(self, *_: object) -> None:
        """Ring what is too small at this scale."""
        if sip.isdeleted(self.rings):
            return
        self.rings.reset(QgsWkbTypes.GeometryType.PointGeometry)
        least = RING * self._canvas.mapUnitsPerPixel()
        for centre, size in self._places:
            if size < least:
                self.rings.addPoint(centre)

    def close(self) -> None:
        """Leave the map for good."""
        with contextlib.suppress(RuntimeError, TypeError):
            self._canvas.scaleChanged.disconnect(self._ring)
        for band in (self.band, self.rings):
            if not sip.isdeleted(band) and band.scene() is not None:
                band.scene().removeItem(band)


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
    layer, project = plan_layer(plan, "units"), QgsProject.instance()
    if layer is not None and iface.mapCanvas() is not None:
        own = (LAYER, SOURCE_LAYER)
        if all(any(map(one.customProperty, own)) for one in project.mapLayers().values()):
            # The first source that came gave the map its CRS; a plan is looked at in its own.
            project.setCrs(layer.crs())
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

    def __init__(self, parent: QObject) -> None:
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

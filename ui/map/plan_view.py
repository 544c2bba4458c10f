"""A plan as the map shows it now: from the map's CRS into the plan's and back, pixels in metres, shapes as paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
)
from qgis.PyQt.QtGui import QPainterPath

from ..work.features import as_geometry

if TYPE_CHECKING:
    from qgis.core import QgsGeometry
    from qgis.gui import QgsMapCanvas
    from qgis.PyQt.QtCore import QPoint, QPointF

    from ..work.revision import Bounds

Place = tuple[float, float]  # east and north, in the CRS of a plan
_WHOLE = 2_000  # vertices up to which a shape is drawn as it is
_BESIDE = 24  # pixels around the view that belong to it


class PlanView:
    """What the map shows of a plan; transformations are made once for each pair of CRS.

    Attributes
    ----------
    crs : QgsCoordinateReferenceSystem
        The plan's.
    """

    def __init__(self, canvas: QgsMapCanvas, crs: str = "") -> None:
        self.canvas = canvas
        self.crs = QgsCoordinateReferenceSystem()
        self._told = ""
        self._way: QgsCoordinateTransform | None = None  # from the map's CRS into the plan's; None where they are one
        self._made_for: QgsCoordinateReferenceSystem | None = None
        self.set_crs(crs)

    def set_crs(self, crs: str) -> None:
        """Say what CRS the plan is in, as its file says it."""
        if crs != self._told:
            self._told = crs
            self.crs = QgsCoordinateReferenceSystem()
            self.crs.createFromUserInput(crs)
            self._made_for = None

    def _into_plan(self) -> QgsCoordinateTransform | None:
        of_map = self.canvas.mapSettings().destinationCrs()
        if self._made_for is None or self._made_for != of_map:
            self._made_for = of_map
            same = not (of_map.isValid() and self.crs.isValid()) or of_map == self.crs
            self._way = None if same else QgsCoordinateTransform(of_map, self.crs, QgsProject.instance())
        return self._way

    def at(self, pixel: QPoint | QPointF) -> Place | None:
        """Give the place under a pixel in the plan's CRS; None where the plan's CRS does not reach."""
        point = self.canvas.getCoordinateTransform().toMapCoordinatesF(pixel.x(), pixel.y())
        return self.place(point.x(), point.y())

    def place(self, x: float, y: float) -> Place | None:
        """Give a point of the map in the plan's CRS; None where that does not reach."""
        point, way = QgsPointXY(x, y), self._into_plan()
        if way is not None:
            try:
                point = way.transform(point)
            except QgsCsException:
                return None
        return point.x(), point.y()

    def pixel(self, x: float, y: float) -> QPointF | None:
        """Give the pixel over a place of the plan."""
        point, way = QgsPointXY(x, y), self._into_plan()
        if way is not None:
            try:
                point = way.transform(point, QgsCoordinateTransform.ReverseTransform)
            except QgsCsException:
                return None
        return self.canvas.getCoordinateTransform().transform(point).toQPointF()

    @property
    def pixel_size(self) -> float:
        """How much of the plan a pixel in the middle of the map is, in units of the plan's CRS."""
        size, way = float(self.canvas.mapUnitsPerPixel()), self._into_plan()
        if way is None:
            return size
        centre = self.canvas.extent().center()
        try:
            one = way.transform(centre)
            other = way.transform(QgsPointXY(centre.x() + size, centre.y()))
        except QgsCsException:
            return size
        return float(one.distance(other))

    def window(self) -> Bounds | None:
        """Give west, south, east, north of what the map shows, in the plan's CRS."""
        extent = QgsRectangle(self.canvas.extent())
        extent.grow(_BESIDE * self.canvas.mapUnitsPerPixel())
        way = self._into_plan()
        if way is not None:
            try:
                extent = way.transformBoundingBox(extent)
            except QgsCsException:
                return None
        return extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()

    def on_map(self, bounds: Bounds) -> QgsRectangle | None:
        """Give bounds of the plan in the map's CRS; None where the map cannot show them."""
        extent, way = QgsRectangle(*bounds), self._into_plan()
        if way is None:
            return extent
        try:
            return way.transformBoundingBox(extent, QgsCoordinateTransform.ReverseTransform)
        except QgsCsException:
            return None

    def placed(self, shape: Any) -> QgsGeometry | None:
        """Give a shape of the plan (shapely) in the map's CRS; None where the map cannot show it."""
        geometry, way = as_geometry(shape), self._into_plan()
        if way is not None:
            try:
                geometry.transform(way, QgsCoordinateTransform.ReverseTransform)
            except QgsCsException:
                return None
        return geometry

    def path(self, polygons: Any) -> QPainterPath:
        """Give polygons (an array of shapely's) as they lie on the map, in pixels.

        What lies outside the view and what is finer than half a pixel is dropped, as far as that saves time.
        """
        import numpy as np
        import shapely

        parts = shapely.get_parts(np.asarray(polygons, dtype=object))
        window = self.window()
        if not len(parts) or window is None:
            return QPainterPath()
        if int(shapely.get_num_coordinates(parts).sum()) > _WHOLE:
            west, south, east, north = shapely.bounds(parts).T
            near = (west <= window[2]) & (east >= window[0]) & (south <= window[3]) & (north >= window[1])
            parts = parts[near]
            inside = (west >= window[0]) & (east <= window[2]) & (south >= window[1]) & (north <= window[3])
            through = ~inside[near]
            parts[through] = shapely.clip_by_rect(parts[through], *window)
            parts = shapely.simplify(parts, self.pixel_size / 2, preserve_topology=False)
            parts = shapely.get_parts(parts)
            parts = parts[(shapely.get_dimensions(parts) == 2) & ~shapely.is_empty(parts)]
            if not len(parts):
                return QPainterPath()
        geometry = self.placed(shapely.multipolygons(parts))
        if geometry is None:
            return QPainterPath()
        geometry.get().transform(self.canvas.getCoordinateTransform().transform())
        return geometry.constGet().asQPainterPath()

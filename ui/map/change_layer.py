"""What another file changes in a source, on the map: what is new, gone, and where what was moved lay before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsField,
    QgsFields,
    QgsFillSymbol,
    QgsGeometry,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsProject,
    QgsRendererCategory,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QMetaType, QObject, pyqtSignal
from qgis.PyQt.QtGui import QColor

from ..text import tr
from ..work.job import Job
from .look import tip_text
from .source_layers import Filler

if TYPE_CHECKING:
    from qgis.core import QgsFeatureRenderer

    from ...delineation.core.progress import Progress
    from ...delineation.verbs.replacing import SourceChange
    from ..work.runner import Runner

__all__ = ["CHANGES", "ChangeLayer", "kinds"]

CHANGES = "control_units/source_changes"  # custom property of the layer
# What became of a shape → colour, style of its inside, style of its line.
LOOKS = {
    "new": ("#1b7f5c", "solid", "solid"),
    "gone": ("#c8321e", "b_diagonal", "solid"),
    "after": ("#2f7fc1", "solid", "solid"),
    "before": ("#6b6b6b", "no", "dash"),
    "relabelled": ("#d95f02", "dense6", "solid"),
}
TYPES = {0: "MultiPoint", 1: "MultiLineString", 2: "MultiPolygon"}


def kinds() -> dict[str, str]:
    """Name what may have become of a shape."""
    return {
        "new": tr("new"),
        "gone": tr("gone"),
        "after": tr("moved: now"),
        "before": tr("moved: before"),
        "relabelled": tr("other texts"),
    }


class ChangeLayer(QObject):
    """Keeps at most one layer of changes; another comparison takes its place."""

    ready = pyqtSignal(object)  # the layer, with all its features
    failed = pyqtSignal(object)  # the exception

    def __init__(self, runner: Runner, parent: QObject) -> None:
        super().__init__(parent)
        self._job, self._filler, self._name = Job(runner, self), Filler(self), ""
        self._filler.filled.connect(self._filled)

    def show(self, change: SourceChange, title: str) -> None:
        """Draw a comparison."""
        self.clear()
        kind = _dimension(change)
        layer = QgsVectorLayer(TYPES[kind], tr("Changes: {name}", name=title), "memory")
        crs = QgsCoordinateReferenceSystem()
        if crs.createFromUserInput(change.crs.to_wkt()):
            layer.setCrs(crs)
        layer.setCustomProperty(CHANGES, 1)
        layer.setRenderer(_renderer(layer))
        layer.setMapTipTemplate(tip_text("name"))
        QgsProject.instance().addMapLayer(layer, False)
        QgsProject.instance().layerTreeRoot().insertLayer(0, layer)
        self._name, fields = layer.id(), _fields()

        def done(features: list[QgsFeature]) -> None:
            one = QgsProject.instance().mapLayer(self._name)
            if one is not None:
                self._filler.fill(one, fields, features)

        def failed(error: Exception) -> None:
            self.failed.emit(error)

        self._job.start(layer.name(), lambda progress: _features(change, progress), done=done, failed=failed)

    def clear(self) -> None:
        """Take it off the map."""
        self._job.drop()
        layers = QgsProject.instance().mapLayers().values()
        gone = [layer.id() for layer in layers if layer.customProperty(CHANGES)]
        if gone:
            QgsProject.instance().removeMapLayers(gone)

    def _filled(self, name: str) -> None:
        layer = QgsProject.instance().mapLayer(name)
        if layer is not None:
            layer.setReadOnly(True)
            layer.triggerRepaint()
            self.ready.emit(layer)


def _fields() -> QgsFields:
    fields = QgsFields()
    for name, kind in (
        ("change", QMetaType.Type.QString),
        ("name", QMetaType.Type.QString),
        ("before_m2", QMetaType.Type.Double),
        ("after_m2", QMetaType.Type.Double),
    ):
        fields.append(QgsField(name, kind))
    return fields


def _dimension(change: SourceChange) -> int:
    import shapely

    shapes = change.after.geometry if len(change.after) else change.before.geometry
    return int(shapely.get_dimensions(shapes[0]))


def _features(change: SourceChange, progress: Progress) -> list[QgsFeature]:
    """Make a feature of each shape that is new, gone or moved; of what was moved two, before and after."""
    import shapely

    from ...delineation.core.messages import Message

    places = [{int(number): row for row, number in enumerate(one.feature_id)} for one in (change.before, change.after)]
    wanted = []
    for row in change.rows():
        facts = (row["name"] or row["code"], row["area_before_m2"], row["area_after_m2"])
        if row["change"] in ("gone", "moved"):
            told = "before" if row["change"] == "moved" else "gone"
            wanted.append((told, change.before.geometry[places[0][row["before"]]], facts))
        if row["change"] != "gone":
            told = "after" if row["change"] == "moved" else row["change"]
            wanted.append((told, change.after.geometry[places[1][row["after"]]], facts))
    progress(0.3, Message("comparing shapes"))
    fields, features = _fields(), []
    for told, shape, facts in wanted:
        feature, geometry = QgsFeature(fields), QgsGeometry()
        geometry.fromWkb(shapely.to_wkb(shape, output_dimension=2))
        feature.setGeometry(geometry)
        feature.setAttributes([told, *facts])
        features.append(feature)
    return features


def _renderer(layer: QgsVectorLayer) -> QgsFeatureRenderer:
    categories = []
    for told, name in kinds().items():
        colour, inside, line = LOOKS[told]
        if layer.geometryType() == QgsWkbTypes.GeometryType.PolygonGeometry:
            shade = QColor(colour)
            fill = f"{shade.red()},{shade.green()},{shade.blue()},{90 if inside == 'solid' else 255}"
            symbol = QgsFillSymbol.createSimple(
                {"color": fill, "style": inside, "outline_color": colour, "outline_style": line, "outline_width": "0.6"}
            )
        elif layer.geometryType() == QgsWkbTypes.GeometryType.LineGeometry:
            symbol = QgsLineSymbol.createSimple({"color": colour, "line_style": line, "width": "0.7"})
        else:
            symbol = QgsMarkerSymbol.createSimple({"color": colour, "size": "3"})
        categories.append(QgsRendererCategory(told, symbol, name))
    return QgsCategorizedSymbolRenderer("change", categories)

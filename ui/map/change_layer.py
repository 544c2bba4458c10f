"""What another file changes in a source, on the map: what is new, gone, and where what was moved lay before."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFeature,
    QgsFields,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsRendererCategory,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..text import tr
from ..work.features import feature_of, fields_of
from ..work.job import Job
from .look import hatched, tip_text
from .source_layers import OneLayer

if TYPE_CHECKING:
    from qgis.core import QgsFeatureRenderer

    from ...delineation.core.progress import Progress
    from ...delineation.verbs.source_comparison import SourceChange
    from ..work.runner import Runner

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


class ChangeLayer(OneLayer):
    """Keeps at most one layer of changes; another comparison takes its place."""

    PROPERTY: ClassVar[str] = CHANGES
    failed = pyqtSignal(object)  # the exception

    def __init__(self, runner: Runner, parent: QObject) -> None:
        super().__init__(parent)
        self._job = Job(runner, self)

    def show(self, change: SourceChange, title: str) -> None:
        """Draw a comparison."""
        self.clear()
        layer = QgsVectorLayer(TYPES[_dimension(change)], tr("Changes: {name}", name=title), "memory")
        layer.setRenderer(_renderer(layer))
        self._put(layer, change.crs.to_wkt(), tip_text("name"))
        fields = _fields()

        def done(features: list[QgsFeature]) -> None:
            one = self.layer()
            if one is not None:
                self._filler.fill(one, fields, features)

        self._job.start(
            layer.name(),
            lambda progress: _features(change, progress),
            done=done,
            failed=lambda error: self.failed.emit(error),
        )

    def clear(self) -> None:
        self._job.drop()
        super().clear()


def _fields() -> QgsFields:
    return fields_of(("change", "name"), ("before_m2", "after_m2"))


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
        features.append(feature_of(fields, shapely.force_2d(shape), [told, *facts]))
    return features


def _renderer(layer: QgsVectorLayer) -> QgsFeatureRenderer:
    categories = []
    for told, name in kinds().items():
        colour, inside, line = LOOKS[told]
        if layer.geometryType() == QgsWkbTypes.GeometryType.PolygonGeometry:
            symbol = hatched(colour, inside, line, "0.6", 90)
        elif layer.geometryType() == QgsWkbTypes.GeometryType.LineGeometry:
            symbol = QgsLineSymbol.createSimple({"color": colour, "line_style": line, "width": "0.7"})
        else:
            symbol = QgsMarkerSymbol.createSimple({"color": colour, "size": "3"})
        categories.append(QgsRendererCategory(told, symbol, name))
    return QgsCategorizedSymbolRenderer("change", categories)

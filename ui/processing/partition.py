"""``control_units:partition``: the overlay of any number of polygon layers, each line noded once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterCrs,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingUtils,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QCoreApplication

from ...delineation.errors import BadInput, Cancelled
from ..apart import apart
from .algorithm import Algorithm, push_findings, reporting_to, worded
from .inputs import Reader, Taken, take
from .sinks import crs_of, fields, pour, wanted
from .styling import style_output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...delineation.partition.verb import Overlay
    from ...delineation.progress import Progress

translate = QCoreApplication.translate


class PartitionAlgorithm(Algorithm):
    """Overlay layers as QGIS shows them; the same verb as ``python -m delineation partition``."""

    NAME = "partition"
    TAGS = ("union", "overlay", "intersect", "planar", "noding", "叠加", "联合", "相交", "基础图斑", "打断")

    LAYERS = "LAYERS"
    SELECTED = "SELECTED"
    SNAP = "SNAP"
    CRS = "CRS"
    FACES = "FACES"
    BORDERS = "BORDERS"
    COVERAGE = "COVERAGE"
    FACES_COUNT = "FACES_COUNT"
    IMBALANCE = "IMBALANCE"

    def title(self) -> str:
        return translate("ControlUnits", "Partition of polygon layers")

    def group(self) -> str:
        return translate("ControlUnits", "Preparation")

    def groupId(self) -> str:
        return "preparation"

    def help(self) -> Sequence[str]:
        return (
            translate("ControlUnits", "Overlays any number of polygon layers at once: every line is noded once."),
            translate("ControlUnits", "Faces tile what the layers cover, without gap or overlap, each with the id of "
                                      "the feature of each layer that covers it (the lowest, where several do)."),
            translate("ControlUnits", "Borders are the lines that two faces share. The coverage table lists every "
                                      "feature over every face."),
            translate("ControlUnits", "Layers are taken as QGIS shows them: with their filter, unsaved edits and CRS. "
                                      "Invalid polygons are taken as they are and named in the log."),
            translate("ControlUnits", "The imbalance is the largest share of a layer's area that its faces do not "
                                      "account for: about 0 means that nothing was lost."),
        )  # fmt: skip

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: ARG002 - QGIS passes it
        self.add(
            QgsProcessingParameterMultipleLayers(
                self.LAYERS,
                translate("ControlUnits", "Polygon layers"),
                QgsProcessing.SourceType.TypeVectorPolygon,
            ),
            translate("ControlUnits", "One or more layers of the project, or files. Their order is that of the "
                                      "columns."),
        )
        self.add(
            QgsProcessingParameterBoolean(
                self.SELECTED, translate("ControlUnits", "Selected features only"), defaultValue=False
            ),
            translate("ControlUnits", "Of a layer with a selection only what is selected; other layers whole."),
        )
        self.add(
            QgsProcessingParameterNumber(
                self.SNAP,
                translate("ControlUnits", "Snapping grid, in units of the CRS"),
                QgsProcessingParameterNumber.Type.Double,
                defaultValue=0.0,
                minValue=0.0,
            ),
            translate("ControlUnits", "0 nodes exactly. 0.001 rounds to millimetres in a CRS in metres and joins "
                                      "lines that are closer."),
            advanced=True,
        )  # fmt: skip
        self.add(
            QgsProcessingParameterCrs(self.CRS, translate("ControlUnits", "CRS of the result"), optional=True),
            translate("ControlUnits", "That of the first layer, if empty."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterFeatureSink(
                self.FACES, translate("ControlUnits", "Faces"), QgsProcessing.SourceType.TypeVectorPolygon
            ),
            translate("ControlUnits", "Polygons with face_id, area_m2, inputs (number of layers over it) and an id "
                                      "per layer."),
        )
        self.add(
            QgsProcessingParameterFeatureSink(
                self.BORDERS,
                translate("ControlUnits", "Borders between faces"),
                QgsProcessing.SourceType.TypeVectorLine,
                optional=True,
                createByDefault=False,
            ),
            translate("ControlUnits", "One line a pair of faces, with left, right and length_m."),
        )
        self.add(
            QgsProcessingParameterFeatureSink(
                self.COVERAGE,
                translate("ControlUnits", "Coverage table"),
                QgsProcessing.SourceType.TypeVector,
                optional=True,
                createByDefault=False,
            ),
            translate("ControlUnits", "face_id, input (name of the layer) and feature_id: one row a feature over a "
                                      "face."),
        )
        self.addOutput(QgsProcessingOutputNumber(self.FACES_COUNT, translate("ControlUnits", "Number of faces")))
        self.addOutput(QgsProcessingOutputNumber(self.IMBALANCE, translate("ControlUnits", "Imbalance of areas")))

    def prepareAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,  # noqa: ARG002 - QGIS passes it
    ) -> bool:
        only = self.parameterAsBool(parameters, self.SELECTED, context)
        layers = self.parameterAsLayerList(parameters, self.LAYERS, context)
        with worded():
            if not layers:
                raise BadInput("no layer", where="partition", wanted="one or more polygon layers")
            self._taken: list[Taken] = [take(layer, selected_only=only, fields=False) for layer in layers]
        return True

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        reader = Reader(Path(QgsProcessingUtils.generateTempFilename("layers.gpkg", context)))
        crs = self.parameterAsCrs(parameters, self.CRS, context)
        with worded(reader.named_error):
            specs = reader.lay_down_all(self._taken, feedback)
            target = (crs.authid() or crs.toWkt()) if crs.isValid() else None
            snap = self.parameterAsDouble(parameters, self.SNAP, context)
            found, area, text = apart(
                lambda progress: _overlaid(specs, snap, target, progress), reporting_to(feedback, reader.named)
            )
        push_findings(found.findings, feedback, reader.named)
        # From here on outputs come about, so this is the last moment to stop.
        if feedback.isCanceled():
            raise Cancelled
        names = _distinct([taken.name for taken in self._taken])
        results = self._write(found, area, crs_of(text), names, parameters, context)
        return results | {self.FACES_COUNT: len(found.partition), self.IMBALANCE: found.imbalance}

    def _write(
        self,
        found: Overlay,
        area: Sequence[float],
        crs: QgsCoordinateReferenceSystem,
        names: Sequence[str],
        parameters: dict[str, Any],
        context: QgsProcessingContext,
    ) -> dict[str, Any]:
        import numpy as np

        from ...delineation.partition.dissolve import border_lines
        from ...delineation.partition.output import lowest_ids

        whole, owner, feature_id = found.partition, found.owner, found.feature_id
        lowest = [lowest_ids(whole, owner == row, feature_id) for row in range(len(names))]
        ids = [np.where(missing, None, value.astype(object)).tolist() for value, missing in lowest]
        depth = np.sum([~missing for _, missing in lowest], axis=0)
        own = [("face_id", "INTEGER"), ("area_m2", "REAL"), ("inputs", "INTEGER")]
        layout = fields([*own, *((f"{name}_id", "INTEGER") for name in names)])
        sink, faces = self.parameterAsSink(
            parameters, self.FACES, context, layout, QgsWkbTypes.Type.Polygon, crs
        )
        pour(sink, layout, [range(1, len(whole) + 1), area, depth.tolist(), *ids], whole.faces)
        del sink
        style_output(context, faces, "overlay_faces", 1)
        results = {self.FACES: faces}
        if wanted(parameters, self.BORDERS):
            layout = fields([("left", "INTEGER"), ("right", "INTEGER"), ("length_m", "REAL")])
            sink, borders = self.parameterAsSink(
                parameters, self.BORDERS, context, layout, QgsWkbTypes.Type.MultiLineString, crs
            )
            pairs = whole.borders
            columns = [(pairs.left + 1).tolist(), (pairs.right + 1).tolist(), pairs.length.tolist()]
            pour(sink, layout, columns, border_lines(whole))
            del sink
            style_output(context, borders, "overlay_borders", 2)
            results[self.BORDERS] = borders
        if wanted(parameters, self.COVERAGE):
            layout = fields([("face_id", "INTEGER"), ("input", "TEXT"), ("feature_id", "INTEGER")])
            sink, table = self.parameterAsSink(
                parameters, self.COVERAGE, context, layout, QgsWkbTypes.Type.NoGeometry, QgsCoordinateReferenceSystem()
            )
            which = owner[whole.coverage.feature]
            features = feature_id[whole.coverage.feature]
            order = np.lexsort((features, which, whole.coverage.face))
            columns = [
                (whole.coverage.face[order] + 1).tolist(),
                np.array(names, dtype=object)[which[order]].tolist(),
                features[order].tolist(),
            ]
            pour(sink, layout, columns)
            del sink
            results[self.COVERAGE] = table
        return results


def _overlaid(
    specs: Sequence[str], snap: float, crs: str | None, progress: Progress
) -> tuple[Overlay, list[float], str]:
    """Overlay, areas of the faces in m², and the CRS as a text."""
    from ...delineation.partition.measure import areas
    from ...delineation.partition.output import crs_text
    from ...delineation.partition.verb import overlay

    found = overlay(specs, snap=snap, crs=crs, progress=progress)
    text = "" if found.crs is None else crs_text(found.crs)
    return found, areas(found.partition.faces, found.crs).tolist(), text


def _distinct(names: Sequence[str]) -> list[str]:
    """Names of columns and inputs: a layer's own, with a number where it stands twice."""
    out: list[str] = []
    taken = {"face"}
    for name in names:
        free, number = name, 1
        while free.lower() in taken:
            number += 1
            free = f"{name}_{number}"
        taken.add(free.lower())
        out.append(free)
    return out

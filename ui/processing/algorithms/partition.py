"""``control_units:partition``: the overlay of any number of polygon layers, each line noded once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsCoordinateReferenceSystem, QgsWkbTypes

from ....delineation.core.errors import BadInput
from ....delineation.core.messages import Message
from ....delineation.core.text import free_column
from ...text import tr
from ..algorithm import LINES, POLYGONS, TABLE, OfLayers, worded
from ..inputs import reader_in
from ..log import last_stop, push_findings
from ..sinks import OutputPlace, crs_of, pour_output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ....delineation.core.progress import Progress
    from ....delineation.verbs.overlaying import Overlay
    from ..algorithm import Values


class PartitionAlgorithm(OfLayers):
    """Overlay layers as QGIS shows them; the same verb as ``python -m delineation partition``."""

    NAME = VERB = "partition"
    GROUP = "preparation"
    ORDER = 10
    TAGS = ("union", "overlay", "intersect", "planar", "noding", "叠加", "联合", "相交", "基础图斑", "打断")

    FIELDS = False

    def title(self) -> str:
        return tr("Partition of polygon layers")

    def help(self) -> Sequence[str]:
        return (
            tr("Overlays any number of polygon layers at once: every line is noded once."),
            tr(
                "Faces tile what the layers cover, without gap or overlap, each with the id of "
                "the feature of each layer that covers it (the lowest, where several do).",
            ),
            tr(
                "Borders are the lines that two faces share. The coverage table lists every feature over every face.",
            ),
            tr(
                "Layers are taken as QGIS shows them: with their filter, unsaved edits and CRS. "
                "Invalid polygons are taken as they are and named in the log.",
            ),
            tr(
                "The imbalance is the largest share of a layer's area that its faces do not "
                "account for: about 0 means that nothing was lost.",
            ),
        )

    def declare(self) -> None:
        self.add_layers(
            tr("Polygon layers"),
            POLYGONS,
            tr("One or more layers of the project, or files. Their order is that of the columns."),
        )
        self.add_options()
        self.add_sink(
            "FACES",
            tr("Faces"),
            POLYGONS,
            tr("Polygons with face_id, area_m2, inputs (number of layers over it) and an id per layer."),
        )
        self.add_sink(
            "BORDERS",
            tr("Borders between faces"),
            LINES,
            tr("One line a pair of faces, with left, right and length_m."),
            optional=True,
        )
        self.add_sink(
            "COVERAGE",
            tr("Coverage table"),
            TABLE,
            tr("face_id, input (name of the layer) and feature_id: one row a feature over a face."),
            optional=True,
        )
        self.add_numbers(
            ("FACES_COUNT", tr("Number of faces")),
            ("IMBALANCE", tr("Imbalance of areas")),
        )

    def take(self) -> None:
        super().take()
        if not self.taken:
            raise BadInput(Message("no layer"), wanted=Message("one or more polygon layers"))

    def work(self) -> Values:
        reader, given = reader_in(self.context), self.given()
        with worded(reader.named):
            specs = reader.lay_down_all(self.taken, self.feedback)
            found, area, text = self.engine(lambda progress: _overlaid(specs, progress, **given), reader.named)
        push_findings(found.findings, self.feedback, reader.named)
        last_stop(self.feedback)
        used = {"face"}
        names = [free_column(taken.name, used) for taken in self.taken]
        results = self._write(found, area, crs_of(text), names)
        return results | {"FACES_COUNT": len(found.partition), "IMBALANCE": found.imbalance}

    def _write(
        self,
        found: Overlay,
        area: Sequence[float],
        crs: QgsCoordinateReferenceSystem,
        names: Sequence[str],
    ) -> Values:
        import numpy as np

        from ....delineation.partition.dissolve import border_lines
        from ....delineation.verbs.overlay_file import lowest_ids

        whole, owner, feature_id = found.partition, found.owner, found.feature_id
        lowest = [lowest_ids(whole, owner == row, feature_id) for row in range(len(names))]
        ids = [np.where(missing, None, value.astype(object)).tolist() for value, missing in lowest]
        depth = np.sum([~missing for _, missing in lowest], axis=0)
        own = [("face_id", "INTEGER"), ("area_m2", "REAL"), ("inputs", "INTEGER")]
        columns = [*own, *((f"{name}_id", "INTEGER") for name in names)]
        values: list[Sequence[Any]] = [range(1, len(whole) + 1), area, depth.tolist(), *ids]
        place = OutputPlace(QgsWkbTypes.Type.Polygon, crs, whole.faces)
        results = {"FACES": pour_output(self, "FACES", columns, values, place, "overlay_faces", 1)}
        if self.wants("BORDERS"):
            pairs = whole.borders
            columns = [("left", "INTEGER"), ("right", "INTEGER"), ("length_m", "REAL")]
            values = [(pairs.left + 1).tolist(), (pairs.right + 1).tolist(), pairs.length.tolist()]
            place = OutputPlace(QgsWkbTypes.Type.MultiLineString, crs, border_lines(whole))
            results["BORDERS"] = pour_output(self, "BORDERS", columns, values, place, "overlay_borders", 2)
        if self.wants("COVERAGE"):
            which = owner[whole.coverage.feature]
            features = feature_id[whole.coverage.feature]
            order = np.lexsort((features, which, whole.coverage.face))
            columns = [("face_id", "INTEGER"), ("input", "TEXT"), ("feature_id", "INTEGER")]
            values = [
                (whole.coverage.face[order] + 1).tolist(),
                np.array(names, dtype=object)[which[order]].tolist(),
                features[order].tolist(),
            ]
            results["COVERAGE"] = pour_output(self, "COVERAGE", columns, values)
        return results


def _overlaid(specs: Sequence[str], progress: Progress, **given: Any) -> tuple[Overlay, list[float], str]:
    """Overlay, areas of the faces in m², and the CRS as a text."""
    from ....delineation.sources.coordinates.crs import crs_text
    from ....delineation.sources.measure import areas
    from ....delineation.verbs.overlaying import overlay

    found = overlay(specs, **given, progress=progress)
    text = "" if found.crs is None else crs_text(found.crs)
    return found, areas(found.partition.faces, found.crs).tolist(), text

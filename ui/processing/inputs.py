"""Layers of QGIS as the engine reads them: a file where the file says the same, else a copy of what QGIS shows.

A subset filter, a selection, unsaved edits, joins, virtual fields and a CRS set by hand exist only in QGIS. Such a
layer is written into a GeoPackage under its own name and with its own feature ids, so that results name what the user
sees.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    Qgis,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsFeatureRequest,
    QgsField,
    QgsFields,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingUtils,
    QgsProviderRegistry,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsVectorLayerFeatureSource,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QMetaType

from ...delineation.errors import BadInput, Cancelled, DelineationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.core import QgsCoordinateReferenceSystem, QgsMapLayer, QgsProcessingContext, QgsProcessingFeedback

__all__ = ["Reader", "Taken", "plain_file", "reader_in", "take", "take_source"]

OWN_FIELDS = (Qgis.FieldOrigin.Join, Qgis.FieldOrigin.Expression) if hasattr(Qgis, "FieldOrigin") else ()
BLOCK = 1000  # features between two looks at the cancel button


@dataclass(frozen=True)
class Taken:
    """What the main thread takes of a layer, so that it can be read in any other.

    Attributes
    ----------
    name : str
        As the user knows the layer.
    file : str
        ``FILE`` or ``FILE|layername=L`` where the engine can read the file itself, else "".
    source : QgsVectorLayerFeatureSource
        All features as QGIS shows them.
    selected : tuple of int or None
        Ids of the features that are meant, None for all.
    keys : frozenset of int
        Rows of fields that only repeat the feature id.
    filtered : (file, condition) or None
        Where a filter on its file is all that sets the layer apart from it.
    expression : str
        Condition on the features that are meant, "" for none.
    limit : int
        Largest number of features, −1 for all.
    """

    name: str
    file: str
    source: QgsVectorLayerFeatureSource
    fields: QgsFields
    crs: QgsCoordinateReferenceSystem
    wkb_type: Qgis.WkbType
    keys: frozenset[int]
    selected: tuple[int, ...] | None = None
    filtered: tuple[str, str] | None = None
    expression: str = ""
    limit: int = -1


def take(
    layer: QgsMapLayer | None,
    *,
    selected_only: bool = False,
    fields: bool = True,
    expression: str = "",
    limit: int = -1,
) -> Taken:
    """Take a layer on the main thread.

    Parameters
    ----------
    layer : QgsMapLayer
    selected_only : bool
        Only the selected features, where any are selected.
    fields : bool
        Fields matter; else a layer that only has joined or virtual ones besides its file is read as the file.
    expression, limit : str, int
        As a user may set them for one run beside the layer's own filter.

    Raises
    ------
    BadInput
        No vector layer, or one that QGIS cannot read.
    """
    if not isinstance(layer, QgsVectorLayer):
        name = "" if layer is None else layer.name()
        raise BadInput("no vector layer", where=name, wanted="a layer of polygons")
    if not layer.isValid():
        raise BadInput("the layer's source cannot be read", where=layer.name(), wanted="a layer that QGIS can show")
    selected = tuple(sorted(layer.selectedFeatureIds())) if selected_only else ()
    chosen = bool(selected or expression or limit >= 0)
    file = "" if chosen else plain_file(layer, fields=fields)
    return Taken(
        name=_shown(layer),
        file=file,
        source=QgsVectorLayerFeatureSource(layer),
        fields=layer.fields(),
        crs=layer.crs(),
        wkb_type=layer.wkbType(),
        keys=frozenset(layer.primaryKeyAttributes()) if layer.providerType() == "ogr" else frozenset(),
        selected=selected or None,
        filtered=None if chosen or file else _filtered_file(layer),
        expression=expression,
        limit=limit,
    )


def _shown(layer: QgsVectorLayer) -> str:
    """Name of a layer; one that was given as a file, and that QGIS calls by the file, is called by the layer in it."""
    decoded = QgsProviderRegistry.instance().decodeUri(layer.providerType(), layer.source())
    inside = str(decoded.get("layerName") or "")
    return inside if inside and layer.name() == Path(str(decoded.get("path") or "")).stem else layer.name()


def _filtered_file(layer: QgsVectorLayer) -> tuple[str, str] | None:
    condition = layer.subsetString()
    if not condition or condition.lstrip().upper().startswith("SELECT "):
        return None
    file = plain_file(layer, filtered=True)
    return (file, condition) if file else None


def plain_file(layer: QgsVectorLayer, *, fields: bool = True, filtered: bool = False) -> str:
    """Give the file as ``FILE`` or ``FILE|layername=L``, or "" where QGIS shows something else than is in it."""
    if layer.providerType() != "ogr" or (layer.isEditable() and layer.isModified()):
        return ""
    if layer.subsetString() and not filtered:
        return ""
    if layer.crs() != layer.dataProvider().crs():
        return ""
    if fields and any(layer.fields().fieldOrigin(row) in OWN_FIELDS for row in range(layer.fields().count())):
        return ""
    decoded = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
    parts = {key: value for key, value in decoded.items() if value}
    path, name = str(parts.pop("path", "")), str(parts.pop("layerName", "") or "")
    parts.pop("subset", None)
    # What is left (a sublayer by number, open options, an archive, a geometry type) the engine would not know of.
    if parts or not Path(path).exists():
        return ""
    alone = Path(path).suffix.lower() in (".shp", ".geojson", ".json", ".fgb", ".kml", ".csv", ".tab", ".mif")
    return f"{path}|layername={name}" if name else path if alone else ""


def take_source(given: Any, layer: QgsMapLayer | None, context: QgsProcessingContext) -> Taken:
    """Take what a parameter of features was given: a layer, or a layer with a selection, a filter and a limit."""
    if not isinstance(given, QgsProcessingFeatureSourceDefinition):
        return take(layer)
    name, _ = given.source.valueAsString(context.expressionContext())
    return take(
        QgsProcessingUtils.mapLayerFromString(name, context),
        selected_only=given.selectedFeaturesOnly,
        expression=given.filterExpression,
        limit=given.featureLimit,
    )


def reader_in(context: QgsProcessingContext, name: str = "layers.gpkg") -> Reader:
    """Make a reader whose copies last as long as the run."""
    return Reader(Path(QgsProcessingUtils.generateTempFilename(name, context)))


class Reader:
    """Lays taken layers down where the engine can read them, and knows whose they are.

    Parameters
    ----------
    copies : Path
        GeoPackage for those that are no plain files; made with the first of them.

    Attributes
    ----------
    owners : dict of str to Taken
        Layer of ``copies`` → what it is a copy of.
    ids : dict of str to list of int
        The same → the ids of its features.
    """

    def __init__(self, copies: Path) -> None:
        self.copies = copies
        self.owners: dict[str, Taken] = {}
        self.ids: dict[str, list[int]] = {}
        self._names: dict[str, str] = {}

    def lay_down(self, taken: Taken, feedback: QgsProcessingFeedback) -> str:
        """Give ``FILE`` or ``FILE|layername=L`` with the layer's features.

        Raises
        ------
        Cancelled
        BadInput
            The copy cannot be written.
        """
        if taken.file:
            return taken.file
        layer = self._free_name(taken.name)
        self.ids[layer] = self._write(taken, layer, feedback)
        self.owners[layer] = taken
        spec = f"{self.copies}|layername={layer}"
        places = (spec, f"{self.copies}|{layer}", f"{self.copies.name}|{layer}")
        self._names |= dict.fromkeys(places, taken.name)
        return spec

    def lay_down_all(self, layers: Sequence[Taken], feedback: QgsProcessingFeedback) -> list[str]:
        """Lay down several, in their order."""
        return [self.lay_down(taken, feedback) for taken in layers]

    def named(self, text: str) -> str:
        """Call copies by the names of their layers wherever a text speaks of them."""
        for place, name in sorted(self._names.items(), key=lambda item: -len(item[0])):
            text = text.replace(place, name)
        return text

    def named_error(self, error: DelineationError) -> DelineationError:
        """Give an error whose place is the user's layer."""
        return type(error)(self.named(error.what), where=self.named(error.where), wanted=self.named(error.wanted))

    def _free_name(self, name: str) -> str:
        name, number = name.strip() or "layer", 1
        free = name
        used = {layer.lower() for layer in self.owners}
        while free.lower() in used:
            number += 1
            free = f"{name}_{number}"
        return free

    def _write(self, taken: Taken, layer: str, feedback: QgsProcessingFeedback) -> list[int]:
        """Write the features, and give their ids."""
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.driverName = "GPKG"
        options.layerName = layer
        options.layerOptions = ["FID=fid", "GEOMETRY_NAME=geom"]
        if self.copies.exists():
            options.actionOnExistingFile = QgsVectorFileWriter.ActionOnExistingFile.CreateOrOverwriteLayer
        fields, rows = _fields_of(taken)
        writer = QgsVectorFileWriter.create(
            str(self.copies), fields, QgsWkbTypes.dropZ(QgsWkbTypes.dropM(taken.wkb_type)), taken.crs,
            QgsCoordinateTransformContext(), options,
        )  # fmt: skip
        request = QgsFeatureRequest()
        if taken.selected is not None:
            request.setFilterFids(list(taken.selected))
        if taken.expression:
            request.combineFilterExpression(taken.expression)
        request.setLimit(taken.limit)
        added, ids = True, []
        for number, feature in enumerate(taken.source.getFeatures(request)):
            if number % BLOCK == 0 and feedback.isCanceled():
                raise Cancelled
            values = feature.attributes()
            ids.append(feature.id())
            copy = QgsFeature(fields)
            copy.setAttributes([feature.id(), *(values[row] for row in rows)])
            copy.setGeometry(feature.geometry())
            added = added and writer.addFeature(copy, QgsVectorFileWriter.FastInsert)
        problem = "" if added and not writer.hasError() else writer.errorMessage() or "features were refused"
        del writer
        if problem:
            what = f"cannot be copied ({problem.splitlines()[0]})"
            raise BadInput(what, where=taken.name, wanted="a layer that can be saved as GeoPackage")
        return ids


def _fields_of(taken: Taken) -> tuple[QgsFields, list[int]]:
    """Fields of a copy, the feature id first, and the rows of the layer's fields that follow; no name stands twice."""
    out, rows = QgsFields(), []
    out.append(QgsField("fid", QMetaType.Type.LongLong))
    used = {"fid", "geom"}
    for row, field in enumerate(taken.fields.toList()):
        if row in taken.keys:
            continue
        name, number = field.name(), 1
        while name.lower() in used:
            number += 1
            name = f"{field.name()}_{number}"
        used.add(name.lower())
        copy = QgsField(field)
        copy.setName(name)
        out.append(copy)
        rows.append(row)
    return out, rows

"""What is taken of a layer of QGIS on the main thread: a file where the file says the same, else what QGIS shows.

A subset filter, a selection, unsaved edits, joins, virtual fields and a CRS set by hand exist only in QGIS.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    Qgis,
    QgsCoordinateTransform,
    QgsCsException,
    QgsFeatureRequest,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingUtils,
    QgsProject,
    QgsProviderRegistry,
    QgsVectorLayer,
    QgsVectorLayerFeatureSource,
)

from ...delineation.core.errors import BadInput
from ...delineation.core.messages import Message, at
from ...delineation.sources.formats.vectors import copy_description

if TYPE_CHECKING:
    from qgis.core import QgsCoordinateReferenceSystem, QgsFields, QgsGeometry, QgsMapLayer, QgsProcessingContext

OWN_FIELDS = (Qgis.FieldOrigin.Join, Qgis.FieldOrigin.Expression) if hasattr(Qgis, "FieldOrigin") else ()


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
    origin : str
        Name of the file, and layer in it, or kind of source, without places and passwords.
    subset : str
        Filter of the layer itself, "" for none.
    total : int
        Features that the layer shows, where not all of them are meant.
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
    origin: str = ""
    subset: str = ""
    total: int = 0

    def description(self, count: int) -> str:
        """Say what a copy of ``count`` of its features was taken from."""
        conditions = [text for text in (self.subset, self.expression) if text]
        chosen = self.selected is not None or 0 <= self.limit < self.total
        facts: dict[str, str | int] = {
            "layer": self.name,
            "count": count,
            "of": self.total,
            "origin": self.origin,
            "condition": " AND ".join(conditions),
            "problem": "selected" if chosen else "filtered" if conditions else "shown",
        }
        return copy_description(facts)


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
        raise BadInput(Message("no vector layer"), where=at(name), wanted=Message("a layer of polygons"))
    if not layer.isValid():
        what, wanted = Message("the layer's source cannot be read"), Message("a layer that QGIS can show")
        raise BadInput(what, where=at(layer.name()), wanted=wanted)
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
        origin=_origin(layer),
        subset=layer.subsetString(),
        total=_count(layer) if chosen else 0,
    )


def _count(layer: QgsVectorLayer) -> int:
    """Count the features a layer shows; those of some filtered layers QGIS does not know the number of."""
    known = layer.featureCount()
    bare = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry).setNoAttributes()
    return known if known >= 0 else sum(1 for _ in layer.getFeatures(bare))


def _origin(layer: QgsVectorLayer) -> str:
    """Name what a layer shows, without its place on this computer and without passwords."""
    kind = layer.providerType()
    if kind != "ogr":
        return kind
    decoded = QgsProviderRegistry.instance().decodeUri(kind, layer.source())
    file, inside = Path(str(decoded.get("path") or "")).name, str(decoded.get("layerName") or "")
    return f"{file}|{inside}" if inside and file else file or kind


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


def way_into(layer: QgsCoordinateReferenceSystem, crs: str, context: Any = None) -> QgsCoordinateTransform | None:
    """Find the way of a layer's shapes into a CRS as the engine writes it; None of a layer without one."""
    from .sinks import crs_of

    around = context or QgsProject.instance()
    return QgsCoordinateTransform(layer, crs_of(crs), around) if layer.isValid() else None


def site_wkb(geometry: QgsGeometry, way: QgsCoordinateTransform | None) -> bytes:
    """Give the shape of a site as the engine reads it: in its CRS, without curves, heights and measures.

    Raises
    ------
    BadInput
        It is empty, or cannot be brought there.
    """
    where = Message("the site")
    if geometry.isNull():
        raise BadInput(Message("an empty shape"), where=where, wanted=Message("a feature with a shape"))
    try:
        if way is not None:
            geometry.transform(way)
    except QgsCsException as error:
        what = Message("cannot be brought into the CRS of the plan")
        raise BadInput(what, where=where, wanted=Message("a feature near the plan")) from error
    flat = geometry.constGet().segmentize()
    flat.dropZValue()
    flat.dropMValue()
    return bytes(flat.asWkb())

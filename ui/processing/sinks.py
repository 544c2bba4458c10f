"""Rows of the engine's tables into QGIS's sinks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureSink,
    QgsField,
    QgsFields,
    QgsGeometry,
    QgsProcessingException,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QMetaType

from ...delineation.core.errors import Cancelled
from ..text import tr
from .styling import style_output

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from ...delineation.plan.file import Plan
    from .algorithm import Algorithm

TYPES = {"INTEGER": QMetaType.Type.LongLong, "REAL": QMetaType.Type.Double, "TEXT": QMetaType.Type.QString}
BLOCK = 5000


@dataclass(frozen=True)
class OutputPlace:
    """Where the rows of an output lie.

    Attributes
    ----------
    geometry : (n,) object or None
        Shapely geometries, None where there is no place.
    """

    kind: Qgis.WkbType
    crs: QgsCoordinateReferenceSystem
    geometry: np.ndarray[Any, Any] | None = None


NOWHERE = OutputPlace(QgsWkbTypes.Type.NoGeometry, QgsCoordinateReferenceSystem())


def fields(columns: Iterable[tuple[str, str]]) -> QgsFields:
    """Fields from (name, INTEGER | REAL | TEXT)."""
    out = QgsFields()
    for name, kind in columns:
        out.append(QgsField(name, TYPES[kind]))
    return out


def columns_of(frame: pd.DataFrame, names: Sequence[str]) -> list[list[Any]]:
    """Columns of a table as plain values, None where one is missing."""
    out = []
    for name in names:
        column = frame[name]
        out.append(column.astype(object).where(column.notna(), None).tolist())
    return out


def _add(sink: QgsFeatureSink, block: list[QgsFeature]) -> None:
    """Hand a block over, and begin the next."""
    if block and not sink.addFeatures(block, QgsFeatureSink.Flag.FastInsert):
        raise QgsProcessingException(tr("An output layer cannot be written: {reason}", reason=sink.lastError()))
    block.clear()


def crs_of(text: str) -> QgsCoordinateReferenceSystem:
    """Read a CRS as the engine writes it: ``EPSG:n`` or WKT, "" for none."""
    if "[" in text:
        return QgsCoordinateReferenceSystem.fromWkt(text)
    return QgsCoordinateReferenceSystem(text)


def kind_of(text: str) -> Qgis.WkbType:
    """Read a geometry type as the engine writes it: ``MultiPolygon``."""
    return QgsWkbTypes.parseType(text)


def pour_output(
    algorithm: Algorithm,
    key: str,
    columns: Sequence[tuple[str, str]],
    values: Sequence[Sequence[Any]],
    place: OutputPlace = NOWHERE,
    look: str = "",
    order: int = 0,
) -> str:
    """Write rows, given as columns, into the sink of a parameter; what a sink refuses is an error, no shorter table.

    Parameters
    ----------
    algorithm : Algorithm
    key : str
    columns : sequence of (str, str)
        As of ``fields``.
    values : sequence of sequences
        As many as there are columns; whole numbers, numbers, texts or None.
    place : OutputPlace
    look, order
        As of ``style_output``.

    Returns
    -------
    str
        The sink's id.

    Raises
    ------
    QgsProcessingException
    """
    layout = fields(columns)
    sink, destination = _sink(algorithm, key, layout, place.kind, place.crs)
    wkb: Sequence[bytes | None] = []
    if place.geometry is not None:
        import shapely

        wkb = shapely.to_wkb(place.geometry).tolist()
    block: list[QgsFeature] = []
    for row, line in enumerate(zip(*values, strict=True)):
        feature = QgsFeature(layout)
        feature.setAttributes([value.item() if isinstance(value, np.generic) else value for value in line])
        if wkb and wkb[row] is not None:
            shape = QgsGeometry()
            shape.fromWkb(wkb[row])
            feature.setGeometry(shape)
        block.append(feature)
        if len(block) == BLOCK:
            _add(sink, block)
    _add(sink, block)
    if look:
        style_output(algorithm.context, destination, look, order)
    return destination


def _sink(
    algorithm: Algorithm, key: str, layout: QgsFields, kind: Qgis.WkbType, crs: QgsCoordinateReferenceSystem
) -> tuple[QgsFeatureSink, str]:
    """Open the sink of a parameter, and give its id."""
    sink, destination = algorithm.parameterAsSink(algorithm.parameters, key, algorithm.context, layout, kind, crs)
    if sink is None:
        raise QgsProcessingException(tr("An output layer cannot be created."))
    return sink, str(destination)


def pour_rows(
    algorithm: Algorithm, key: str, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]]
) -> dict[str, str]:
    """Write a table, given row by row, where it is asked for; the result of it, else none."""
    if not algorithm.wants(key):
        return {}
    values: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [[] for _ in columns]
    return {key: pour_output(algorithm, key, columns, values)}


def pour_plan_layer(
    algorithm: Algorithm, key: str, plan: Plan, layer: str, texts: Sequence[str] | None = None, order: int = 0
) -> str:
    """Write a plan's layer into the sink of a parameter, with its look; ``texts`` replaces its messages.

    Returns
    -------
    str
        The sink's id.
    """
    from ...delineation.plan.tables import LAYERS

    kind, columns = LAYERS[layer].geometry, LAYERS[layer].plain
    frame, names = getattr(plan, layer), [name for name, _ in columns]
    values = columns_of(frame, names)
    if texts is not None:
        values[names.index("message")] = list(texts)
    place = OutputPlace(kind_of(kind), crs_of(plan.crs), frame["geometry"].to_numpy(dtype=object))
    return pour_output(algorithm, key, columns, values, place, layer, order)


def pour_file_layer(algorithm: Algorithm, key: str, file: str, name: str, order: int) -> str:
    """Copy a layer of a GeoPackage into the sink of a parameter, without its feature ids, with the look of its name.

    Returns
    -------
    str
        The sink's id.

    Raises
    ------
    QgsProcessingException
        The layer cannot be read, or the sink refuses a feature.
    Cancelled
    """
    layer = QgsVectorLayer(f"{file}|layername={name}", name, "ogr")
    if not layer.isValid():
        raise QgsProcessingException(tr("The layer {layer} of {file} cannot be read.", layer=name, file=file))
    layout, rows = QgsFields(), []
    keys = layer.primaryKeyAttributes()
    for row, field in enumerate(layer.fields().toList()):
        if row not in keys:
            layout.append(field)
            rows.append(row)
    sink, destination = _sink(algorithm, key, layout, layer.wkbType(), layer.crs())
    block: list[QgsFeature] = []
    for feature in layer.getFeatures():
        if len(block) == BLOCK:
            if algorithm.feedback.isCanceled():
                raise Cancelled
            _add(sink, block)
        copy, values = QgsFeature(layout), feature.attributes()
        copy.setAttributes([values[row] for row in rows])
        copy.setGeometry(feature.geometry())
        block.append(copy)
    _add(sink, block)
    style_output(algorithm.context, destination, name, order)
    return destination

"""Shapes and features as QGIS has them, made of shapely's; may be made beside the main thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsFeature, QgsField, QgsFields, QgsGeometry
from qgis.PyQt.QtCore import QMetaType

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def fields_of(texts: Iterable[str], numbers: Iterable[str] = (), integers: Iterable[str] = ()) -> QgsFields:
    """Make the fields of a layer in memory, by their names."""
    fields = QgsFields()
    kinds = (QMetaType.Type.QString, QMetaType.Type.Double, QMetaType.Type.Int)
    for names, kind in zip((texts, numbers, integers), kinds, strict=True):
        for name in names:
            fields.append(QgsField(name, kind))
    return fields


def feature_of(fields: QgsFields, shape: Any, values: Sequence[Any]) -> QgsFeature:
    """Make a feature of such a layer."""
    feature = QgsFeature(fields)
    feature.setGeometry(as_geometry(shape))
    feature.setAttributes(list(values))
    return feature


def as_geometry(shape: Any) -> QgsGeometry:
    """Give a shape of shapely as QGIS has it, of several parts as layers want it."""
    import shapely

    geometry = QgsGeometry()
    geometry.fromWkb(shapely.to_wkb(shape))
    geometry.convertToMultiType()
    return geometry

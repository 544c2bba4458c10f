"""Parameters that are a field of a layer or a number, as several algorithms take them."""

from __future__ import annotations

from qgis.core import QgsProcessingParameterField, QgsProcessingParameterNumber

__all__ = ["field_parameter", "real_parameter", "whole_parameter"]


def field_parameter(name: str, title: str, layer: str, *, several: bool = False) -> QgsProcessingParameterField:
    """Make a parameter that is a field, or several, of the layer that another parameter gives; it may be empty."""
    return QgsProcessingParameterField(
        name, title, parentLayerParameterName=layer, allowMultiple=several, optional=True
    )


def whole_parameter(
    name: str, title: str, *, default: int | None = None, least: int = 1, optional: bool = False
) -> QgsProcessingParameterNumber:
    """Make a parameter that is a whole number."""
    kind = QgsProcessingParameterNumber.Type.Integer
    return QgsProcessingParameterNumber(name, title, kind, default, optional=optional, minValue=least)


def real_parameter(name: str, title: str, default: float | None) -> QgsProcessingParameterNumber:
    """Make a parameter that is a number from 0; without a default it may be empty."""
    kind = QgsProcessingParameterNumber.Type.Double
    return QgsProcessingParameterNumber(name, title, kind, default, optional=default is None, minValue=0.0)

"""What newer sources would touch in a plan, on the map: a shape a unit, before anything is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from qgis.core import QgsFeature, QgsField, QgsFields
from qgis.PyQt.QtCore import QCoreApplication, QMetaType

from .look import tip_text
from .on_map import as_geometry
from .version_layer import VersionLayer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...delineation.verbs.impacts import Impact, UnitImpact

__all__ = ["TOUCHED", "TouchedLayer", "touched_features", "touched_kind"]

translate = QCoreApplication.translate
TOUCHED = "control_units/touched"  # custom property of the layer
_TIP = (
    '<b>{name}</b> {code}<br>{what}<br>[% format_number("touched_km2", 2) %] km²'
    '<br>− [% format_number("loses_km2", 2) %] km² + [% format_number("gains_km2", 2) %] km²'
)


class TouchedLayer(VersionLayer):
    """Keeps at most one layer of what would be touched, with the looks of what became of units."""

    PROPERTY: ClassVar[str] = TOUCHED

    def legend(self) -> dict[str, str]:
        return {
            "up": translate("ControlUnits", "to a stricter category"),
            "down": translate("ControlUnits", "to a looser category"),
            "moved": translate("ControlUnits", "to another unit of its category"),
            "renamed": translate("ControlUnits", "touched, and stays what it is"),
        }

    def tip(self) -> str:
        return _TIP.format(name=tip_text("name"), code=tip_text("code"), what=tip_text("what"))


def touched_kind(unit: UnitImpact) -> str:
    """Say what most of the land that a unit would lose becomes; a key of the legend."""
    to = {category: area for category, area in unit.to.items() if area > 0}
    if not to:
        return "renamed"
    most = max(to, key=lambda category: to[category])
    if most == unit.category or not most:
        return "moved"
    return "up" if most < unit.category else "down"


def _fields() -> QgsFields:
    fields = QgsFields()
    for name in ("kind", "what", "code", "name"):
        fields.append(QgsField(name, QMetaType.Type.QString))
    for name in ("touched_km2", "loses_km2", "gains_km2"):
        fields.append(QgsField(name, QMetaType.Type.Double))
    return fields


def touched_features(found: Impact, legend: Mapping[str, str]) -> list[QgsFeature]:
    """Make the features of the layer, one a unit; may be called beside the main thread."""
    fields, out = _fields(), list[QgsFeature]()
    for unit in found.units:
        shape = found.shapes.get(unit.unit_id)
        if shape is None:  # it is only given land
            continue
        kind = touched_kind(unit)
        feature = QgsFeature(fields)
        feature.setGeometry(as_geometry(shape))
        areas = (unit.touched_m2, unit.loses_m2, unit.gains_m2)
        feature.setAttributes([kind, legend[kind], unit.code, unit.name, *(area / 1e6 for area in areas)])
        out.append(feature)
    return out

"""Names of counties on the overview: labels of the units' layer at scales where units have none yet.

A county has one label, at the middle of its area. It hangs on the county's largest unit by a rule with that place in
it, so that nothing is looked up while the map is drawn, and a project that is opened again has it too.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from qgis.core import (
    Qgis,
    QgsExpression,
    QgsPalLayerSettings,
    QgsRuleBasedLabeling,
    QgsTextFormat,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtGui import QColor

if TYPE_CHECKING:
    from qgis.core import QgsVectorLayer

    from ...delineation.plan.file import Plan

FROM_SCALE = 200_000.0  # 1:n, where names of units begin (resources/styles/units.qml)
OURS = "control_units/counties"  # description of our rules
SIZE, HALO = 12.0, 1.2  # points; mm


def county_places(plan: Plan) -> list[tuple[str, str, float, float]]:
    """Give for each county on land the unit its label hangs on, its name, and the middle of its area.

    Returns
    -------
    list of tuple
        ``unit_id``, name, x, y in the plan's CRS.
    """
    import numpy as np
    import shapely

    names = json.loads(plan.meta.get("county_names", "{}"))
    units = plan.units
    shapes = units["geometry"].to_numpy(dtype=object)
    middle, area = shapely.get_coordinates(shapely.centroid(shapes)), units["area_m2"].to_numpy(dtype=np.float64)
    out = []
    for county in sorted(set(units["county"].astype(str)) & set(names)):
        mine = np.flatnonzero((units["county"] == county).to_numpy())
        if not names[county] or area[mine].sum() <= 0:
            continue
        x, y = (area[mine, None] * middle[mine]).sum(axis=0) / area[mine].sum()
        largest = str(units["unit_id"].iloc[mine[area[mine].argmax()]])
        out.append((largest, str(names[county]), float(x), float(y)))
    return out


def name_counties(layer: QgsVectorLayer, plan: Plan) -> None:
    """Label the counties of a plan's units below the scale of the units' own names; labels that are others' stay."""
    units = _labels_of_units(layer)
    if units is None:
        return
    root = QgsRuleBasedLabeling.Rule(None)
    own = QgsRuleBasedLabeling.Rule(units)
    own.setDescription(OURS)
    root.appendChild(own)
    for unit, name, x, y in county_places(plan):
        rule = QgsRuleBasedLabeling.Rule(_label(units.format().font().family(), name, x, y))
        rule.setFilterExpression(f'"unit_id" = {QgsExpression.quotedString(unit)}')
        # Denominators of scales: from 1:200 000 to any smaller one.
        rule.setMaximumScale(FROM_SCALE)
        rule.setMinimumScale(0.0)
        rule.setDescription(OURS)
        root.appendChild(rule)
    layer.setLabeling(QgsRuleBasedLabeling(root))
    layer.setLabelsEnabled(True)
    layer.triggerRepaint()


def _labels_of_units(layer: QgsVectorLayer) -> QgsPalLayerSettings | None:
    """Give the settings of the units' own names: as shipped, or as they stand among our rules."""
    labeling = layer.labeling()
    if isinstance(labeling, QgsVectorLayerSimpleLabeling):
        return labeling.settings()
    if isinstance(labeling, QgsRuleBasedLabeling):
        rules = labeling.rootRule().children()
        if rules and all(rule.description() == OURS for rule in rules):
            return QgsPalLayerSettings(rules[0].settings())
    return None


def _label(font: str, name: str, x: float, y: float) -> QgsPalLayerSettings:
    label = QgsPalLayerSettings()
    label.fieldName, label.isExpression = QgsExpression.quotedString(name), True
    label.geometryGeneratorEnabled = True
    label.geometryGenerator = f"make_point({x!r}, {y!r})"
    label.geometryGeneratorType = Qgis.GeometryType.Point
    label.placement = Qgis.LabelPlacement.OverPoint
    label.priority = 10
    text = QgsTextFormat()
    family = text.font()
    family.setFamily(font)
    family.setBold(True)
    text.setFont(family)
    text.setSize(SIZE)
    text.setColor(QColor("#1a1a1a"))
    halo = text.buffer()
    halo.setEnabled(True)
    halo.setColor(QColor("#ffffff"))
    halo.setSize(HALO)
    text.setBuffer(halo)
    label.setFormat(text)
    return label

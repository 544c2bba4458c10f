"""What a plan's layer looks like beyond its shipped style: scale ranges, hatching as wanted, the legend's words."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING

from qgis.core import (
    Qgis,
    QgsCategorizedSymbolRenderer,
    QgsExpressionContextUtils,
    QgsFeatureRequest,
    QgsFillSymbol,
    QgsMapLayer,
    QgsRuleBasedRenderer,
    QgsWkbTypes,
)
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtXml import QDomDocument

from ...delineation.case.names import glossary
from ...delineation.case.profile import profile_for_words
from ...delineation.plan.attribute_tables import field_settings
from ...delineation.plan.file import read_meta
from ..shipped import STYLES
from ..text import categories, language
from ..work.settings import PanelSetting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qgis.core import QgsSymbol, QgsVectorLayer

# Below these scales (1:n) a county's faces and borders are only noise.
FROM_SCALE = {"faces": 150_000.0, "borders": 50_000.0}
FIELDS = QgsMapLayer.StyleCategory.Fields | QgsMapLayer.StyleCategory.Forms | QgsMapLayer.StyleCategory.AttributeTable
HATCH = "LinePatternFill"
SELECTED = QColor(35, 110, 245, 190)
AT_SEA = "\"code\" LIKE 'HY%'"


def dress(layer: QgsVectorLayer, name: str, plan: Path | None = None) -> None:
    """Give a layer its looks; the file brings its style, this sets what depends on who looks."""
    layer.setReadOnly(True)
    if name == "county_borders":
        # From this file, and not what the plan brings for all borders.
        layer.loadNamedStyle(str(STYLES / f"{name}.qml"), True)
    own_tips(layer, name)
    if plan is not None:
        own_fields(layer, name, plan)
    if name in FROM_SCALE:
        layer.setMinimumScale(FROM_SCALE[name])
        layer.setMaximumScale(0)
        layer.setScaleBasedVisibility(True)
    if layer.geometryType() == QgsWkbTypes.GeometryType.PolygonGeometry:
        # QGIS's own yellow is next to nothing on general control units.
        layer.selectionProperties().setSelectionColor(SELECTED)
        layer.selectionProperties().setSelectionRenderingMode(Qgis.SelectionRenderingMode.CustomColor)
    fit_legend(layer, name)
    hatch(layer, on=PanelSetting.HATCH_KEY.get())
    if language() != "zh":
        _english_legend(layer)
    layer.triggerRepaint()


def fit_legend(layer: QgsVectorLayer, name: str) -> None:
    """Leave units at sea out of the legend of a plan that has none; bring them back where it has some by now."""
    renderer = layer.renderer()
    if not isinstance(renderer, QgsRuleBasedRenderer) or name != "units":
        return
    request = QgsFeatureRequest().setFilterExpression(AT_SEA).setLimit(1)
    request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    some = next(layer.getFeatures(request), None) is not None
    rules = [rule for rule in renderer.rootRule().children() if rule.filterExpression().endswith(AT_SEA)]
    if some and not rules:
        layer.loadNamedStyle(str(STYLES / f"{name}.qml"), True, QgsMapLayer.StyleCategory.Symbology)
        if language() != "zh":
            _english_legend(layer)
    for rule in rules if not some else ():
        renderer.rootRule().removeChild(rule)
    layer.emitStyleChanged()


def own_tips(layer: QgsVectorLayer, name: str) -> None:
    """Give a layer the shipped map tip: it is HTML with expressions, and a file may bring one of a stranger's."""
    layer.loadNamedStyle(str(STYLES / f"{name}.qml"), True, QgsMapLayer.StyleCategory.MapTips)
    if language() != "zh":
        layer.setMapTipTemplate(layer.mapTipTemplate().replace("依据：", "because: "))


def own_fields(layer: QgsVectorLayer, name: str, plan: Path) -> None:
    """Have a layer's attribute table speak the user's language, with the words of the plan's profile."""
    meta = read_meta(plan)
    profile = profile_for_words(SimpleNamespace(meta=meta, folder=plan.absolute().parent))
    counties = json.loads(meta.get("county_names") or "{}")
    style = QDomDocument()
    style.setContent(field_settings(name.removeprefix("county_"), glossary(profile), language(), counties))
    layer.importNamedStyle(style, FIELDS)


def tip_text(field: str) -> str:
    """Give what stands in a field to a map tip, which is HTML, as it is written (as ``.ci/styles.py`` has it)."""
    return f"[% replace(replace(replace(\"{field}\", '&', '&amp;'), '<', '&lt;'), '>', '&gt;') %]"


def hatched(colour: str, inside: str, line: str, width: str, pale: int) -> QgsFillSymbol:
    """Make the symbol of a change; what is filled without a hatch is as ``pale`` as so much of 255."""
    shade = QColor(colour)
    fill = f"{shade.red()},{shade.green()},{shade.blue()},{pale if inside == 'solid' else 255}"
    return QgsFillSymbol.createSimple(
        {"color": fill, "style": inside, "outline_color": colour, "outline_style": line, "outline_width": width}
    )


def hatch(layer: QgsVectorLayer, *, on: bool) -> None:
    """Hatch key control units, or do not: on the map, where the style asks the layer's variable, and in the legend."""
    for symbol in _symbols(layer):
        for row in range(symbol.symbolLayerCount()):
            one = symbol.symbolLayer(row)
            # What was not delivered is hatched whoever looks.
            if one.layerType() == HATCH and one.dataDefinedProperties().hasActiveProperties():
                one.setEnabled(on)
    QgsExpressionContextUtils.setLayerVariable(layer, "hatch_key", int(on))


def _symbols(layer: QgsVectorLayer) -> Iterator[QgsSymbol]:
    renderer = layer.renderer()
    if isinstance(renderer, QgsRuleBasedRenderer):
        for rule in renderer.rootRule().descendants():
            if rule.symbol() is not None:
                yield rule.symbol()
    elif isinstance(renderer, QgsCategorizedSymbolRenderer):
        # Categories come as copies: their symbols are changed in place through the renderer.
        for row, category in enumerate(renderer.categories()):
            symbol = category.symbol().clone()
            yield symbol
            renderer.updateCategorySymbol(row, symbol)


def _english_legend(layer: QgsVectorLayer) -> None:
    renderer = layer.renderer()
    if isinstance(renderer, QgsRuleBasedRenderer):
        for rule in renderer.rootRule().descendants():
            rule.setLabel(_english(rule.label()))
    elif isinstance(renderer, QgsCategorizedSymbolRenderer):
        for row, category in enumerate(renderer.categories()):
            renderer.updateCategoryLabel(row, _english(category.label()))


def _english(label: str) -> str:
    names = categories("en")
    for stem, number in (("优先", 1), ("重点", 2), ("一般", 3)):
        if label.startswith(stem):
            return names[number] + (" (sea)" if "海域" in label else " (not delivered)" if "未提供" in label else "")
    return {"错误": "Errors", "警告": "Warnings", "提示": "Notes"}.get(label, label)

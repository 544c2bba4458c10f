"""Outputs look like what they are as soon as they load."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFillSymbol,
    QgsGraduatedSymbolRenderer,
    QgsLinePatternFillSymbolLayer,
    QgsLineSymbol,
    QgsProcessingContext,
    QgsProcessingLayerPostProcessorInterface,
    QgsProviderRegistry,
    QgsRendererCategory,
    QgsRendererRange,
    QgsSimpleLineSymbolLayer,
    QgsSingleSymbolRenderer,
    QgsSymbol,
    QgsVectorLayer,
)
from qgis.PyQt import sip
from qgis.PyQt.QtGui import QColor

from ...delineation.case.profile import NATIONAL
from ...delineation.case.profile_files import read_settings
from ...delineation.core.shipped import RESOURCES
from ..map.look import own_tips, tip_text
from ..map.site_sketch import VERDICT_COLOURS
from ..text import categories, language, tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from qgis.core import QgsProcessingFeedback

# Layers of a plan that load by themselves, from the bottom up.
PLAN_LAYERS = ("faces", "units", "findings")
ASSESS = "assess.toml"
OUTLINE = "#3a3a3a"
# Of a candidate: hatched, since the plan below shows through, in darker hues of the plan's.
CANDIDATE = {1: "#0e5a40", 2: "#a84300", 3: "#a88a1e"}
GIVEN = "#8a8a8a"  # borders that no method draws or can leave out
# Number of inputs over a face: the more, the darker.
DEPTHS = ((0, "#ffffff"), (1, "#dfe9ef"), (2, "#a9c6d6"), (3, "#5f97b4"), (4, "#2b6a8c"))


class _Styler(QgsProcessingLayerPostProcessorInterface):
    """Gives a loaded layer its look."""

    def __init__(self, look: Callable[[QgsVectorLayer], None]) -> None:
        super().__init__()
        self._look = look

    def postProcessLayer(
        self,
        layer: QgsVectorLayer,
        context: QgsProcessingContext,  # noqa: ARG002 - QGIS passes it
        feedback: QgsProcessingFeedback,  # noqa: ARG002
    ) -> None:
        if isinstance(layer, QgsVectorLayer):
            self._look(layer)
            layer.triggerRepaint()
            layer.emitStyleChanged()


def _from_file(name: str) -> Callable[[QgsVectorLayer], None]:
    def look(layer: QgsVectorLayer) -> None:
        layer.loadNamedStyle(str(RESOURCES / "styles" / f"{name}.qml"))

    return look


def _of_plan(layer: QgsVectorLayer) -> None:
    """Show a plan's own layer anew where an older plan of that name was open, and keep QGIS's hands off the file."""
    layer.dataProvider().reloadData()
    layer.loadDefaultStyle()
    own_tips(layer, QgsProviderRegistry.instance().decodeUri("ogr", layer.source())["layerName"])
    layer.setReadOnly(True)


def _overlay_faces(layer: QgsVectorLayer) -> None:
    ranges = []
    for depth, colour in DEPTHS:
        symbol = QgsFillSymbol.createSimple({"color": colour, "outline_color": OUTLINE, "outline_width": "0.1"})
        last = depth == DEPTHS[-1][0]
        text = tr("{count} or more", count=depth) if last else str(depth)
        ranges.append(QgsRendererRange(depth - 0.5, 1e6 if last else depth + 0.5, symbol, text))
    layer.setRenderer(QgsGraduatedSymbolRenderer("inputs", ranges))


def _overlay_borders(layer: QgsVectorLayer) -> None:
    symbol = QgsLineSymbol.createSimple({"line_color": OUTLINE, "line_width": "0.2"})
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))


def _candidate_units(layer: QgsVectorLayer) -> None:
    """Hatch each category in its hue, and outline it with a dashed line."""
    classes = []
    for category, word in categories().items():
        colour = CANDIDATE[category]
        hatch = QgsLinePatternFillSymbolLayer()
        hatch.setLineAngle(135 if category == 2 else 45)
        hatch.setDistance(2.4)
        hatch.setSubSymbol(QgsLineSymbol.createSimple({"line_color": colour, "line_width": "0.35"}))
        outline = QgsSimpleLineSymbolLayer.create({"line_color": colour, "line_width": "0.5", "line_style": "dash"})
        classes.append(QgsRendererCategory(category, QgsFillSymbol([hatch, outline]), word))
    layer.setRenderer(QgsCategorizedSymbolRenderer("category", classes))
    layer.setMapTipTemplate(f'<b>{tip_text("unit")}</b> {tip_text("name")}<br>[% round("area_m2" / 1e6, 2) %] km²')


def _candidate_borders(layer: QgsVectorLayer) -> None:
    """Draw what the method chose dashed and dark; what a county or the shore draws anyway grey."""
    looks = (
        ("other", OUTLINE, "0.7", tr("of the method's own")),
        ("township", OUTLINE, "0.4", tr("on a township line")),
        ("county", GIVEN, "0.4", tr("on a county line")),
        ("shore", GIVEN, "0.4", tr("on the shore")),
    )
    classes = []
    for value, colour, width, words in looks:
        look = {"line_color": colour, "line_width": width, "line_style": "solid" if colour == GIVEN else "dash"}
        classes.append(QgsRendererCategory(value, QgsLineSymbol.createSimple(look), words))
    layer.setRenderer(QgsCategorizedSymbolRenderer("line", classes))


def _verdicts(layer: QgsVectorLayer) -> None:
    """Fill each site in the colour of its verdict."""
    words = read_settings(NATIONAL / ASSESS, NATIONAL / ASSESS)["verdicts" if language() == "zh" else "verdicts_en"]
    classes = []
    for verdict, colour in VERDICT_COLOURS.items():
        symbol = QgsSymbol.defaultSymbol(layer.geometryType())
        if symbol is None:  # sites of several kinds: QGIS shows none of them
            return
        symbol.setColor(QColor(colour))
        symbol.setOpacity(0.7)
        classes.append(QgsRendererCategory(verdict, symbol, str(words[verdict])))
    layer.setRenderer(QgsCategorizedSymbolRenderer("verdict", classes))
    layer.setMapTipTemplate(f"<b>{tip_text('name')} {tip_text('title')}</b><br>{tip_text('because')}")


OWN: dict[str, Callable[[QgsVectorLayer], None]] = {
    "plan": _of_plan,
    "overlay_faces": _overlay_faces,
    "overlay_borders": _overlay_borders,
    "candidate_units": _candidate_units,
    "candidate_borders": _candidate_borders,
    "verdicts": _verdicts,
}


_WAITING: list[_Styler] = []


def _styler(look: str) -> _Styler:
    styler = _Styler(OWN.get(look) or _from_file(look))
    # A context deletes the post-processors of its layers but holds no reference to their Python half.
    sip.transferto(styler, None)
    _WAITING[:] = [one for one in _WAITING if not sip.isdeleted(one)]
    _WAITING.append(styler)
    return styler


def style_output(context: QgsProcessingContext, destination: str, look: str, order: int = 0) -> None:
    """Style a sink's layer, if it is going to be loaded.

    Parameters
    ----------
    context : QgsProcessingContext
    destination : str
        The sink's id, as ``parameterAsSink`` gives it.
    look : str
        Name of a shipped style, or of one of this file's.
    order : int
        Layers with larger numbers lie on top.
    """
    if context.willLoadLayerOnCompletion(destination):
        details = context.layerToLoadOnCompletionDetails(destination)
        details.layerSortKey = order
        details.setPostProcessor(_styler(look))


def plan_layer(plan: str, name: str) -> str:
    """Give the source of a plan's layer."""
    return f"{plan}|layername={name}"


def load_plan_layers(context: QgsProcessingContext, plan: str, group: str, titles: dict[str, str]) -> None:
    """Have a plan's layers loaded in a group; their looks are in the file."""
    project: Any = context.project()
    if project is None:
        return
    for order, name in enumerate(PLAN_LAYERS, start=1):
        details = QgsProcessingContext.LayerDetails(titles[name], project, name)
        details.forceName = True
        details.groupName = group
        details.layerSortKey = order
        details.setPostProcessor(_styler("plan"))
        context.addLayerToLoadOnCompletion(plan_layer(plan, name), details)

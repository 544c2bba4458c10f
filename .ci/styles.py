"""Writes resources/styles, the styles of the layers of plans and comparisons, with QGIS: exactly what QGIS reads."""

from __future__ import annotations

import re
from pathlib import Path

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsCategorizedSymbolRenderer,
    QgsCoordinateTransformContext,
    QgsFillSymbol,
    QgsGraduatedSymbolRenderer,
    QgsLinePatternFillSymbolLayer,
    QgsLineSymbol,
    QgsMapLayer,
    QgsMarkerSymbol,
    QgsPalLayerSettings,
    QgsProperty,
    QgsPropertyCollection,
    QgsRendererCategory,
    QgsRendererRange,
    QgsRuleBasedRenderer,
    QgsSimpleFillSymbolLayer,
    QgsSingleSymbolRenderer,
    QgsSymbolLayer,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtGui import QColor, QFont

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
STYLES, EMPTY = RESOURCES / "styles", RESOURCES / "empty"
OUTLINE = "#3a3a3a"
FINDING = "#e6007e"
CATEGORIES = {1: "#1B7F5C", 2: "#D95F02", 3: "#F2D16B"}
SEA = {1: "#76B29D", 2: "#E89F67", 3: "#F7E3A6"}  # the land's hues, paler
UNITS = {1: "优先保护单元", 2: "重点管控单元", 3: "一般管控单元"}
ZONES = {1: "优先保护区", 2: "重点管控区", 3: "一般管控区"}
WHAT = (
    QgsMapLayer.StyleCategory.Symbology
    | QgsMapLayer.StyleCategory.Labeling
    | QgsMapLayer.StyleCategory.MapTips
    | QgsMapLayer.StyleCategory.Rendering
)

FIELDS = {
    "units": (
        "MultiPolygon",
        "unit_id:string, code:string, name:string, category:integer, kind:string, subtype:string, county:string,"
        " townships:string, parts:integer, area_m2:double, reasons:string",
    ),
    "faces": (
        "Polygon",
        "face_id:integer, county:string, township:string, category:integer, rule_category:integer, unit_id:string,"
        " area_m2:double, host:integer",
    ),
    "borders": ("MultiLineString", "left:integer, right:integer, length_m:double"),
    "county_borders": ("MultiLineString", "left:integer, right:integer, length_m:double"),
    "element_zones": (
        "MultiPolygon",
        "code:string, element:string, zone:string, county:string, area_m2:double, filled:string",
    ),
    "findings": ("Point", "id:string, severity:string, message:string, value:double"),
    "boundary_confidence": (
        "MultiLineString",
        "left:integer, right:integer, length_m:double, line:string, confidence:double",
    ),
    "disagreement": (
        "Polygon",
        "face_id:integer, category:integer, priority:double, key:double, general:double, differ:double,"
        " entropy:double, area_m2:double",
    ),
    "method_units": (
        "MultiPolygon",
        "unit:integer, category:integer, county:string, sea:integer, parts:integer, area_m2:double",
    ),
    "regions": ("MultiPolygon", "region:integer"),
    "region_outlines": (
        "MultiPolygon",
        "region:integer, polygons:integer, area_m2:double, perimeter_m:double, compactness:double",
    ),
}


def memory_layer(name: str) -> QgsVectorLayer:
    """Make an empty layer with the fields that the plan file gives this layer."""
    geometry, fields = FIELDS[name]
    columns = "&".join(f"field={field.strip()}" for field in fields.split(","))
    return QgsVectorLayer(f"{geometry}?crs=EPSG:4490&{columns}", name, "memory")


def hatch(angle: float = 45) -> QgsLinePatternFillSymbolLayer:
    """Hatching that shows where the layer's variable hatch_key is 1: for prints in grey."""
    lines = QgsLinePatternFillSymbolLayer()
    lines.setLineAngle(angle)
    lines.setDistance(2)
    lines.setSubSymbol(QgsLineSymbol.createSimple({"line_color": OUTLINE, "line_width": "0.2"}))
    lines.setDataDefinedProperty(
        QgsSymbolLayer.Property.LayerEnabled, QgsProperty.fromExpression("coalesce(@hatch_key, 0)")
    )
    return lines


def fill(category: int, colour: str, width: str) -> QgsFillSymbol:
    """Fill with a category's colour and outline in dark grey."""
    look = {"color": colour, "outline_color": OUTLINE, "outline_width": width}
    symbol = QgsFillSymbol([QgsSimpleFillSymbolLayer.create(look)])
    if category == 2:
        symbol.appendSymbolLayer(hatch())
    return symbol


def by_rules(rules: list[tuple[str, str, QgsFillSymbol]]) -> QgsRuleBasedRenderer:
    """Make a renderer from (condition, legend text, symbol); conditions are plain enough for SLD readers, too."""
    root = QgsRuleBasedRenderer.Rule(None)
    for condition, words, symbol in rules:
        root.appendChild(QgsRuleBasedRenderer.Rule(symbol, 0, 0, condition, words))
    return QgsRuleBasedRenderer(root)


def label(field: str, size: float, least_scale: int) -> QgsVectorLayerSimpleLabeling:
    """Chinese text with a white halo, shown when the map is at least this large."""
    text = QgsTextFormat()
    font = QFont("Noto Sans CJK SC")
    text.setFont(font)
    text.setFamilies(["Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei"])
    text.setSize(size)
    text.setColor(QColor("#1a1a1a"))
    halo = QgsTextBufferSettings()
    halo.setEnabled(True)
    halo.setSize(0.8)
    halo.setColor(QColor("white"))
    text.setBuffer(halo)
    settings = QgsPalLayerSettings()
    settings.fieldName = field
    settings.setFormat(text)
    settings.placement = Qgis.LabelPlacement.Horizontal
    settings.scaleVisibility = True
    settings.minimumScale = least_scale
    settings.maximumScale = 0
    return QgsVectorLayerSimpleLabeling(settings)


def escaped(expression: str) -> str:
    """Give what an expression says to a map tip, which is HTML: a name full of markup is shown as it is written."""
    return f"[% replace(replace(replace({expression}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;') %]"


def as_text(field: str) -> str:
    """Give what stands in a field to a map tip."""
    return escaped(f'"{field}"')


FILLED = escaped('represent_value("filled")')
CATEGORY, ZONE = escaped('represent_value("category")'), escaped('represent_value("zone")')
FIRST_REASON = escaped("regexp_substr(\"reasons\", '^[^；]+')")
SQUARE_KILOMETRES = '[% round("area_m2" / 1e6, 2) %] km²'


def units() -> QgsVectorLayer:
    layer = memory_layer("units")
    land = '("code" IS NULL OR "code" NOT LIKE \'HY%\')'
    sea = "\"code\" LIKE 'HY%'"
    rules = [
        (f'"category" = {category} AND {place}', UNITS[category] + words, fill(category, colour, "0.3"))
        for place, words, colours in ((land, "", CATEGORIES), (sea, "（海域）", SEA))
        for category, colour in colours.items()
    ]
    layer.setRenderer(by_rules(rules))
    layer.setLabeling(label("name", 9, 200_000))
    layer.setLabelsEnabled(True)
    layer.setMapTipTemplate(
        f"<b>{as_text('name')}</b><br>{as_text('code')}<br>{CATEGORY}　{SQUARE_KILOMETRES}<br>依据：{FIRST_REASON}"
    )
    return layer


def faces() -> QgsVectorLayer:
    layer = memory_layer("faces")
    classes = [QgsRendererCategory(key, fill(key, colour, "0.05"), UNITS[key]) for key, colour in CATEGORIES.items()]
    layer.setRenderer(QgsCategorizedSymbolRenderer("category", classes))
    layer.setScaleBasedVisibility(True)
    layer.setMinimumScale(250_000)
    layer.setMaximumScale(0)
    layer.setMapTipsEnabled(False)  # without a text of its own a tip shows some field, as HTML
    return layer


def borders() -> QgsVectorLayer:
    layer = memory_layer("borders")
    symbol = QgsLineSymbol.createSimple({"line_color": OUTLINE, "line_width": "0.1"})
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    layer.setScaleBasedVisibility(True)
    layer.setMinimumScale(100_000)
    layer.setMaximumScale(0)
    layer.setMapTipsEnabled(False)  # without a text of its own a tip shows some field, as HTML
    return layer


def county_borders() -> QgsVectorLayer:
    """Those of the plan's borders that part two counties; the panel shows them as a layer of their own."""
    layer = memory_layer("county_borders")
    symbol = QgsLineSymbol.createSimple({"line_color": OUTLINE, "line_width": "0.8", "capstyle": "round"})
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    layer.setMapTipsEnabled(False)  # without a text of its own a tip shows some field, as HTML
    return layer


def element_zones() -> QgsVectorLayer:
    layer = memory_layer("element_zones")
    # The ninth character of an element zone's code is its category: YS, six digits of the county, category, …
    rules = [
        (f"\"code\" LIKE 'YS______{category}%'", ZONES[category], fill(category, colour, "0.15"))
        for category, colour in CATEGORIES.items()
    ]
    # Filled in though nobody delivered it: hatched the other way than key control, always.
    bare, lines = fill(3, CATEGORIES[3], "0.15"), hatch(135)
    lines.setDataDefinedProperties(QgsPropertyCollection())
    bare.appendSymbolLayer(lines)
    rules[2:] = [(f'{rules[2][0]} AND ("filled" IS NULL OR "filled" <> \'undelivered\')', *rules[2][1:])]
    rules.append(("\"filled\" = 'undelivered'", f"{ZONES[3]}（按未提供补足）", bare))
    layer.setRenderer(by_rules(rules))
    layer.setOpacity(0.6)
    layer.setLabeling(label("code", 7, 50_000))
    layer.setLabelsEnabled(True)
    layer.setMapTipTemplate(f"<b>{ZONE}</b><br>{as_text('code')}<br>{FILLED}<br>{SQUARE_KILOMETRES}")
    return layer


def findings() -> QgsVectorLayer:
    layer = memory_layer("findings")
    full = {"name": "circle", "size": "3.2", "color": FINDING, "outline_color": "white"}
    hollow = {"name": "circle", "size": "2.6", "color": "white", "outline_color": FINDING, "outline_width": "0.5"}
    symbols = {"error": ("错误", full), "warning": ("提示", hollow)}
    layer.setRenderer(
        QgsCategorizedSymbolRenderer(
            "severity",
            [QgsRendererCategory(k, QgsMarkerSymbol.createSimple(look), text) for k, (text, look) in symbols.items()],
        )
    )
    layer.setMapTipTemplate(f"{as_text('id')}: {as_text('message')}")
    return layer


def boundary_confidence() -> QgsVectorLayer:
    """Lines as wide as they are sure, 0.1 to 1.3 mm; grey where a county's border or the shore draws them."""
    layer = memory_layer("boundary_confidence")
    classes = []
    for step in range(5):
        low, high = step / 5, (step + 1) / 5
        look = {"line_color": "#4b2e83", "line_width": f"{0.1 + 0.3 * step:g}", "capstyle": "round"}
        symbol = QgsLineSymbol.createSimple(look)
        # No method draws these, or can leave them out.
        given = QgsProperty.fromExpression("if(\"line\" IN ('county', 'shore'), '#a0a0a0', '#4b2e83')")
        symbol.symbolLayer(0).setDataDefinedProperty(QgsSymbolLayer.Property.StrokeColor, given)
        classes.append(QgsRendererRange(low, high, symbol, f"{100 * low:.0f}–{100 * high:.0f} %"))
    layer.setRenderer(QgsGraduatedSymbolRenderer("confidence", classes))
    layer.setMapTipTemplate('[% round(100 * "confidence") %] %')
    return layer


def disagreement() -> QgsVectorLayer:
    """One hue, darker where more pairs of runs differ; what all agree on stays nearly white."""
    layer = memory_layer("disagreement")
    colours = ("#f7f4f9", "#d4b9da", "#c994c7", "#dd1c77", "#67001f")
    classes = []
    for step, colour in enumerate(colours):
        # The first class is for what no pair differs in.
        low, high = (0.0, 0.0) if not step else ((step - 1) / 4, step / 4)
        symbol = QgsFillSymbol([QgsSimpleFillSymbolLayer.create({"color": colour, "outline_style": "no"})])
        words = "0" if not step else f"{100 * low:.0f}–{100 * high:.0f} %"
        classes.append(QgsRendererRange(low, high, symbol, words))
    layer.setRenderer(QgsGraduatedSymbolRenderer("differ", classes))
    layer.setMapTipTemplate(
        '优先 [% round(100 * "priority") %] %，重点 [% round(100 * "key") %] %，一般 [% round(100 * "general") %] %'
    )
    return layer


def method_units() -> QgsVectorLayer:
    """Units that a method made: a plan's colours, without codes and names."""
    layer = memory_layer("method_units")
    rules = [
        (f'"category" = {category} AND "sea" = {sea}', UNITS[category] + words, fill(category, colour, "0.3"))
        for sea, words, colours in ((0, "", CATEGORIES), (1, "（海域）", SEA))
        for category, colour in colours.items()
    ]
    layer.setRenderer(by_rules(rules))
    layer.setMapTipTemplate(f"{as_text('unit')}<br>{SQUARE_KILOMETRES}")
    return layer


def regions() -> QgsVectorLayer:
    """Polygons in the colour of their region; neighbours in number are far apart in hue. Grey without a region."""
    layer = memory_layer("regions")
    symbol = QgsFillSymbol.createSimple({"color": "#e4e4e4", "outline_color": "#ffffff", "outline_width": "0.1"})
    hue = 'color_hsv(("region" * 222.492) % 360, 35 + 20 * ("region" % 2), 90)'
    colour = QgsProperty.fromExpression(f"if(\"region\" IS NULL, '#e4e4e4', {hue})")
    symbol.symbolLayer(0).setDataDefinedProperty(QgsSymbolLayer.Property.FillColor, colour)
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    layer.setMapTipTemplate(f"<b>{as_text('region')}</b>")
    return layer


def region_outlines() -> QgsVectorLayer:
    """Regions as outlines with their numbers, over their polygons."""
    layer = memory_layer("region_outlines")
    symbol = QgsFillSymbol.createSimple({"style": "no", "outline_color": OUTLINE, "outline_width": "0.6"})
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    layer.setLabeling(label("region", 9, 100_000_000))
    layer.setLabelsEnabled(True)
    layer.setMapTipTemplate(f"<b>{as_text('region')}</b><br>{as_text('polygons')}<br>{SQUARE_KILOMETRES}")
    return layer


def empty(kind: str, path: Path) -> None:
    """Write a layer without features, so that only its kind is left."""
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "FlatGeobuf"
    layer = QgsVectorLayer(f"{kind}?crs=EPSG:4490", path.stem, "memory")
    error, message, *_ = QgsVectorFileWriter.writeAsVectorFormatV3(
        layer, str(path), QgsCoordinateTransformContext(), options
    )
    if error:
        raise SystemExit(f"{path.name}: {message}")


def same_every_time(path: Path) -> None:
    """Replace the random ids that QGIS gives symbol layers and classes by numbers, so that only real changes show."""
    numbers: dict[str, str] = {}
    text = path.read_text(encoding="utf-8")
    path.write_text(
        re.sub(
            r"\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}",
            lambda found: numbers.setdefault(found[0], f"{{00000000-0000-4000-8000-{len(numbers) + 1:012d}}}"),
            text,
        ),
        encoding="utf-8",
    )


def main() -> None:
    """Write a .qml and a .sld for each layer, and the empty ones."""
    application = QgsApplication([], False)
    application.initQgis()
    STYLES.mkdir(parents=True, exist_ok=True)
    makers = (
        units,
        faces,
        borders,
        county_borders,
        element_zones,
        findings,
        boundary_confidence,
        disagreement,
        method_units,
        regions,
        region_outlines,
    )
    for make in makers:
        layer = make()
        qml = STYLES / f"{layer.name()}.qml"
        for message, ok in (layer.saveNamedStyle(str(qml), WHAT), layer.saveSldStyle(str(qml.with_suffix(".sld")))):
            if not ok:
                raise SystemExit(f"{layer.name()}: {message}")
        same_every_time(qml)
        del layer
    EMPTY.mkdir(parents=True, exist_ok=True)
    for kind, name in (
        ("Point", "point"),
        ("LineString", "line"),
        ("Polygon", "polygon"),
        ("NoGeometry", "no_geometry"),
    ):
        empty(kind, EMPTY / f"{name}.fgb")
    application.exitQgis()


if __name__ == "__main__":
    main()

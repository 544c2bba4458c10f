"""Maps of a plan on paper: QGIS's print layouts, filled from the plan and exported as PDF or PNG.

Only on the main thread, and best in a process of its own: layouts crash in threads. What QGIS says of an export is not
relied on (it calls a PDF on a full disk a success): the file is looked at.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFields,
    QgsFillSymbol,
    QgsLayoutExporter,
    QgsLayoutItemLabel,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutItemPage,
    QgsLayoutItemScaleBar,
    QgsLayoutItemShape,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsLegendRenderer,
    QgsLegendStyle,
    QgsLinePatternFillSymbolLayer,
    QgsLineSymbol,
    QgsNullSymbolRenderer,
    QgsPalLayerSettings,
    QgsPrintLayout,
    QgsProject,
    QgsReadWriteContext,
    QgsRectangle,
    QgsRuleBasedRenderer,
    QgsSingleSymbolRenderer,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QSize, Qt
from qgis.PyQt.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QFontMetricsF
from qgis.PyQt.QtXml import QDomDocument

from ...delineation.core.errors import BadInput
from ...delineation.core.messages import NOTHING, Message, at, joined
from ...delineation.core.progress import silent, within
from ...delineation.export.map_png import tables_of
from ...delineation.export.map_sheet import (
    LARGER,
    LAYOUTS,
    PITCH,
    TABLE_PAGE,
    broken,
    file_of,
    label_lines,
    layout_names,
    nice_scale,
    own_layouts,
    sheets,
    unit_table,
)
from ...delineation.export.maps import all_in_place
from ...delineation.export.pdf import is_whole, mended, page_count
from ...delineation.export.png import size_of_whole
from ...delineation.sources.coordinates.crs import parse_crs
from ..shipped import STYLES
from ..work.features import feature_of, fields_of
from .layers import memory_layer
from .look import hatch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from ...delineation.core.progress import Progress
    from ...delineation.export.map_sheet import MapOptions, MapSheet, TablePage
    from ...delineation.plan.file import Plan
    from ..work.runner import Then

MAP, LEGEND, SCALE_BAR, SCALE = "地图", "图例", "比例尺", "数字比例尺"
FONTS = ("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "SimHei", "WenQuanYi Micro Hei")
DARK, RED, GREY, INK = "#3a3a3a", "#C8102E", "#b0b0b0", "#1a1a1a"
AROUND = "#f1f1ef"
LEAST = 0.55  # part of its size to which a text may shrink that has too little room
MARGIN = 1.03
COUNTY = 25.0  # mm on A3: counties of this size have borders and names as large as they get
MM = 25.4 / 72  # of a point
FEW = 0.6  # places per cm² that are tried for a label of a polygon


@dataclass
class Printed:
    """What was printed: files in their places, units of the plan, what else there is to say."""

    files: tuple[Path, ...]
    units: int
    facts: dict[str, Any] = field(default_factory=dict)


def print_maps(plan: Path, output: Path, options: MapOptions, *, progress: Progress = silent) -> Printed:
    """Print the map of the whole plan, and of each township where that is asked for.

    Parameters
    ----------
    plan : Path
    output : Path
        ``.pdf`` or ``.png``; existing files are replaced, all of them or none.
    options : MapOptions
    progress : callable
        Called between sheets; may raise ``Cancelled``, and then there is no file.

    Raises
    ------
    BadInput
        No plan, no sheet that can be used, no Chinese font, no room.
    """
    progress(0.0, Message("map, drawn by QGIS"))
    own_layouts(options)  # what is wrong with them is told before the plan is read
    tables = tables_of(plan, zones=bool(options.theme))
    files, stand_ins = [], dict[str, str]()
    facts: dict[str, Any] = {"drawn_by": "qgis", "paper": options.paper}
    lacking: set[str] = set()
    count = 1 + (tables.faces["township"].nunique() if options.by else 0)
    with all_in_place(output) as folder:
        for number, sheet in enumerate(sheets(tables, options)):
            said = Message("map of {township}", township=sheet.name) if sheet.name else Message("map, drawn by QGIS")
            part = within(progress, min(number / count, 1.0), min((number + 1) / count, 1.0))
            part(0.1, said)
            file = file_of(folder / output.name, sheet)
            file.parent.mkdir(exist_ok=True)
            sheet_of_paper = PrintedSheet(sheet, tables, options)
            sheet_of_paper.fill(table=file.suffix.lower() == ".pdf")
            part(0.4, said)
            sheet_of_paper.export(file)
            stand_ins |= sheet_of_paper.fonts.stand_ins
            lacking |= sheet_of_paper.fonts.lacking
            if number == 0:
                facts |= sheet_of_paper.facts
            files.append(output.parent / file.relative_to(folder))
            sheet_of_paper.clear()
            part(1.0, said)
    if stand_ins:
        facts["fonts"] = stand_ins
    if lacking:
        facts["lacking"] = sorted(lacking)
    return Printed(tuple(files), len(tables.units), facts)


# ── Fonts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class Fonts:
    """Fonts that have Chinese and are installed: QGIS takes another without a word where one is not.

    Attributes
    ----------
    usual : str
        The family of what no sheet says.
    stand_ins : dict
        Family that a sheet asks for → the one that stands in for it, where it names no other that is there.
    lacking : set of str
        Characters that no font has.
    """

    def __init__(self) -> None:
        known = QFontDatabase().families(QFontDatabase.WritingSystem.SimplifiedChinese)
        usual = next((name for name in FONTS if _installed(name)), "")
        self.usual = usual or next(iter(known), "")
        self.stand_ins: dict[str, str] = {}
        self.lacking: set[str] = set()
        self._asked = {self.usual}
        if not self.usual:
            fonts = joined(FONTS[:3])
            raise BadInput(
                Message("no font with Chinese characters is installed"),
                wanted=Message("a font such as {fonts}", fonts=fonts),
            )

    def asked(self, document: QDomDocument) -> None:
        """Look which fonts a sheet asks for; once QGIS has read it, those that are not there have other names."""
        styles = document.elementsByTagName("text-style")
        for row in range(styles.count()):
            style = styles.at(row).toElement()
            others = style.elementsByTagName("family")
            names = [style.attribute("fontFamily")]
            names += [others.at(number).toElement().attribute("name") for number in range(others.count())]
            self._asked.update(names)
            if names[0] and not any(_installed(name) for name in names):
                self.stand_ins[names[0]] = self.usual

    def cured(self, text: QgsTextFormat, *, scale: float = 1.0) -> QgsTextFormat:
        """Give a look of texts a font that is there, and whose texts can be searched for in a PDF."""
        out = QgsTextFormat(text)
        font = QFont(out.font())
        families = [name for name in (font.family(), *out.families()) if name in self._asked and _installed(name)]
        family = families[0] if families else self.usual
        font.setFamily(family)
        # Shaped text stands in a PDF by its shapes, whose characters nobody knows: digits were not found at all.
        font.setStyleStrategy(QFont.StyleStrategy.PreferNoShaping)
        out.setFont(font)
        out.setFamilies([family])
        out.setSize(text.size() * scale)
        return out

    def note(self, text: str, font: QFont) -> None:
        """Remember characters that would be boxes."""
        metrics = QFontMetricsF(font)
        self.lacking |= {one for one in set(text) if not one.isspace() and not metrics.inFontUcs4(ord(one))}


def _installed(family: str) -> bool:
    """Whether there is such a font; of those in a collection (.ttc) none is an exact match."""
    return QFontInfo(QFont(family)).exactMatch() or family in QFontDatabase().families()


def text_width(text: str, look: QgsTextFormat) -> float:
    """How wide a text is, in mm."""
    font = QFont(look.font())
    font.setPixelSize(100)
    return QFontMetricsF(font).horizontalAdvance(text) / 100 * look.size() * MM


# ── A sheet ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _stay() -> None:
    """Do nothing: nobody waits."""


class PrintedSheet:
    """A print layout with a project of its own, filled for one map."""

    def __init__(self, sheet: MapSheet, tables: Plan, options: MapOptions) -> None:
        self.sheet, self.tables, self.options = sheet, tables, options
        self.larger = LARGER[options.paper]
        self.fonts = Fonts()
        self.facts: dict[str, Any] = {}
        self.project = QgsProject()
        self.own_crs = QgsCoordinateReferenceSystem.fromWkt(parse_crs(tables.crs).to_wkt())
        self.project.setCrs(self.own_crs)
        self.crs = _flat(self.own_crs, sheet)
        self.layout: QgsPrintLayout = None
        self.units = ""  # the layer's id

    def fill(self, *, table: bool, turn: Then = _stay) -> None:
        """Load the sheet that fits best and put plan and texts on it.

        Parameters
        ----------
        table : bool
            The whole has a table of all units on further pages.
        turn : callable
            Called between things that take a while.
        """
        extent = self.extent_of(self.sheet.bounds, MARGIN)
        layouts = []
        for path in self._templates():
            turn()
            layouts.append(read_layout(path, self.project, self.fonts))
        # On which the map becomes larger: the one that lies or the one that stands.
        self.layout = min(layouts, key=lambda layout: _needed_scale(layout.itemById(MAP), extent))
        place = self.layout.itemById(MAP)
        place.setCrs(self.crs)
        place.zoomToExtent(extent)
        place.setScale(nice_scale(place.scale() * 1.0000001))
        self.facts["scale"] = round(place.scale())
        turn()
        layers = self._layers(place.scale())
        turn()
        self.project.addMapLayers([layer for layer, _ in layers], False)
        place.setKeepLayerSet(True)
        place.setLayers([layer for layer, _ in layers])
        for item in self.layout.items():
            if isinstance(item, QgsLayoutItemLabel):
                self.write(item, item.text(), item.textFormat(), self.sheet.texts)
            elif isinstance(item, QgsLayoutItemScaleBar):
                self.scale_bar(item, place)
            elif isinstance(item, QgsLayoutItemLegend):
                self.legend(item, place, [layer for layer, listed in layers if listed])
        self.facts["page"] = self.layout.name()
        if table and self.sheet.focus is None:
            for page in unit_table(self.sheet):
                self._table_page(page)
        self.layout.refresh()

    def few_labels(self) -> None:
        """Try fewer places for each label: on a sheet of many it is a third of the time that the map takes."""
        settings = self.project.labelingEngineSettings()
        settings.setMaximumPolygonCandidatesPerCmSquared(FEW)
        self.project.setLabelingEngineSettings(settings)

    def clear(self) -> None:
        """Let go of layers and layout, so that hundreds of sheets are not all in memory."""
        self.layout = None
        self.project.clear()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def _templates(self) -> list[Path]:
        if own := own_layouts(self.options):
            return own
        folders = [self.sheet.words.profile.folder / "layouts", LAYOUTS]
        found = []
        for name in layout_names(self.options.paper):
            found += [path for folder in folders if (path := folder / name).is_file()][:1]
        if not found:
            raise BadInput(
                Message("the sheet cannot be read"),
                where=at(LAYOUTS),
                wanted=Message("a print layout's template (.qpt) of QGIS"),
            )
        return found

    def extent_of(self, bounds: Sequence[float], around: float) -> QgsRectangle:
        """Bring bounds of the plan's coordinates into those of the map, and make them as much larger."""
        extent = QgsRectangle(*bounds)
        if self.crs != self.own_crs:
            extent = QgsCoordinateTransform(self.own_crs, self.crs, self.project).transformBoundingBox(extent)
        extent.scale(around)
        return extent

    def note_shortened(self, name: str) -> None:
        """Remember an item whose text found no room."""
        self.facts["shortened"] = sorted({*self.facts.get("shortened", ()), name})

    # Texts

    def write(
        self, item: QgsLayoutItemLabel, given: str, format_: QgsTextFormat, texts: Mapping[str, tuple[str, str]]
    ) -> str:
        """Fill in what a text of a sheet leaves open, as large as its place allows, and give it as it is then."""
        name = item.id()
        if name == SCALE:
            full = value = f"1:{self.facts['scale']:,}".replace(",", " ") if "scale" in self.facts else ""
        else:
            full, value = texts.get(name, ("", ""))
        # What a bureau wrote in its place stays.
        filled = given.replace("{}", full).replace("{value}", value)
        look = self.fonts.cured(format_)
        size = item.sizeWithUnits()
        width, height = size.width() - 2 * item.marginX(), size.height() - 2 * item.marginY()
        size_before = look.size()
        lines = broken(filled, width, lambda text: text_width(text, look))
        while text_height(lines, look) > height and look.size() > LEAST * size_before:
            look.setSize(look.size() * 0.94)
            lines = broken(filled, width, lambda text: text_width(text, look))
        while len(lines) > 1 and text_height(lines, look) > height:
            lines = [*lines[:-2], lines[-2][:-1] + "…"]
            self.note_shortened(name)
        item.setTextFormat(look)
        item.setText("\n".join(lines))
        self.fonts.note(filled, look.font())
        return filled

    def scale_bar(self, item: QgsLayoutItemScaleBar, place: QgsLayoutItemMap) -> None:
        """Make segments of a round length; the sheet says how many, and how long the bar may be."""
        item.setLinkedMap(place)
        item.setTextFormat(self.fonts.cured(item.textFormat()))
        segments = max(item.numberOfSegments(), 1)
        ground = place.scale() / 1000 * item.maximumBarWidth() / segments  # metres a segment may have
        power = 10.0 ** math.floor(math.log10(ground))
        length = max(step * power for step in (1, 2, 2.5, 5) if step * power <= ground * (1 + 1e-9))
        long = length * segments >= 2000
        item.setUnits(Qgis.DistanceUnit.Kilometers if long else Qgis.DistanceUnit.Meters)
        item.setUnitLabel("km" if long else "m")
        item.setMapUnitsPerScaleBarUnit(1)
        item.setSegmentSizeMode(Qgis.ScaleBarSegmentSizeMode.Fixed)
        item.setUnitsPerSegment(length / (1000 if long else 1))
        item.update()

    def legend(self, item: QgsLayoutItemLegend, place: QgsLayoutItemMap, layers: Sequence[QgsVectorLayer]) -> None:
        room = item.sizeWithUnits()
        item.setAutoUpdateModel(False)
        item.setLinkedMap(place)
        item.setLegendFilterByMapEnabled(False)
        root = item.model().rootGroup()
        root.clear()
        for layer in [*layers[-1:], *layers[:-1]]:  # the units first
            node = root.addLayer(layer)
            if len(layer.renderer().legendSymbolItems()) > 1:
                QgsLegendRenderer.setNodeLegendStyle(node, QgsLegendStyle.Style.Hidden)
        item.setTitle(self.sheet.words.say(Message("Legend")) if item.title() in ("", "图例") else item.title())
        scale = 1.0
        parts = (
            QgsLegendStyle.Style.Title,
            QgsLegendStyle.Style.Group,
            QgsLegendStyle.Style.Subgroup,
            QgsLegendStyle.Style.SymbolLabel,
        )
        styles = {part: item.style(part) for part in parts}  # held: a look does not outlive its style
        looks = {part: QgsTextFormat(style.textFormat()) for part, style in styles.items()}
        width, height = item.symbolWidth(), item.symbolHeight()
        while True:
            for part, look in looks.items():
                styles[part].setTextFormat(self.fonts.cured(look, scale=scale))
                item.setStyle(part, styles[part])
            item.setSymbolWidth(width * scale)
            item.setSymbolHeight(height * scale)
            item.updateLegend()
            item.adjustBoxSize()
            box = item.sizeWithUnits()
            if (box.width() <= room.width() and box.height() <= room.height()) or scale < LEAST:
                break
            scale *= 0.94
        if scale < LEAST:
            self.note_shortened(LEGEND)

    def _table_page(self, page: TablePage) -> None:
        """Add a page of the table of all units."""
        paper = QgsLayoutItemPage(self.layout)
        paper.setPageSize(QgsLayoutSize(*TABLE_PAGE))
        pages = self.layout.pageCollection()
        pages.addPage(paper)
        number = pages.pageCount() - 1
        # Lines of one column and size are one item: thousands of items take a layout minutes.
        columns: dict[tuple[float, float, float], list[tuple[float, str]]] = {}
        for text, x, y, size in page.texts:
            in_rows = y >= page.rules[0]
            columns.setdefault((x, size, 0.0 if in_rows else y), []).append((y, text))
        for (x, size, _), lines in columns.items():
            top = min(y for y, _ in lines)
            rows = [""] * (1 + round((max(y for y, _ in lines) - top) / PITCH))
            for y, text in lines:
                rows[round((y - top) / PITCH)] = text
            self._column(page, number, x, top, size, rows)
        for y in (page.rules[0], page.rules[-1]):
            line = QgsLayoutItemShape(self.layout)
            line.setShapeType(QgsLayoutItemShape.Shape.Rectangle)
            line.setSymbol(QgsFillSymbol.createSimple({"color": GREY, "outline_style": "no"}))
            self.layout.addLayoutItem(line)
            line.attemptResize(QgsLayoutSize(page.right - page.left, 0.15))
            line.attemptMove(QgsLayoutPoint(page.left, y), True, False, number)

    def _column(self, page: TablePage, number: int, x: float, top: float, size: float, rows: list[str]) -> None:
        """Add lines of a page, one below the other."""
        item = QgsLayoutItemLabel(self.layout)
        look = QgsTextFormat()
        look.setFont(QFont(self.fonts.usual))
        look.setSize(abs(size))
        look.setColor(QColor(INK))
        look.setLineHeight(PITCH)
        look.setLineHeightUnit(Qgis.RenderUnit.Millimeters)
        look = self.fonts.cured(look)
        item.setTextFormat(look)
        item.setMode(QgsLayoutItemLabel.Mode.ModeFont)
        item.setText("\n".join(rows).replace("[%", "[ %"))  # no expression of QGIS's
        item.setMarginX(0)
        item.setMarginY(0)
        # The size says on which side of x the text stands.
        width = x - page.left if size < 0 else page.right - x
        item.setHAlign(Qt.AlignmentFlag.AlignRight if size < 0 else Qt.AlignmentFlag.AlignLeft)
        self.layout.addLayoutItem(item)
        item.attemptResize(QgsLayoutSize(width, PITCH * len(rows) + 1.6 * abs(size) * MM))
        item.attemptMove(QgsLayoutPoint(page.left if size < 0 else x, top), True, False, number)
        self.fonts.note("".join(rows), look.font())

    # Layers

    def _layers(self, scale: float) -> list[tuple[QgsVectorLayer, bool]]:
        """Make the layers, the uppermost first, and say which the legend lists."""
        sheet, words = self.sheet, self.sheet.line_words()
        areas = shapely.area(np.array(list(sheet.counties), dtype=object))
        size = math.sqrt(float(np.median(areas))) * self.metres() * 1000 / scale if len(areas) else COUNTY
        # Of a province's counties borders and names are finer, or there would be nothing else to see.
        fine = min(max(size / (COUNTY * self.larger), 0.4), 1.0)
        out = []
        whole = sheet.focus is None
        if whole:
            out.append((self.names(sheet.counties, 11 * max(fine, 0.6), bold=True), False))
        else:
            out.append((self.names(sheet.townships, 8, colour="#707070"), False))
            out.append((self.outlines(sheet.name, [sheet.focus], DARK, 0.6), False))
        out.append((self.outlines(words["county"], sheet.counties, DARK, 0.8 * fine), True))
        if any(whole or shapely.intersects(one, sheet.focus) for one in sheet.red_line):
            out.append((self.outlines(words["red_line"], sheet.red_line, RED, 0.35), True))
        out.append((self.outlines(words["township"], sheet.townships, DARK, 0.12), True))
        if len(sheet.undelivered):
            out.append((self.hatched(words["undelivered"], sheet.undelivered), True))
        out.append((self._units(), True))
        if len(sheet.around):
            around = self.outlines("", sheet.around.geometry, GREY, 0.1, fill=AROUND)
            out.append((around, False))
        return out

    def _units(self) -> QgsVectorLayer:
        units = self.sheet.units
        fields = fields_of(("code", "name", "lines"), ["side"], ["category"])
        layer = memory_layer("units", "MultiPolygon", self.own_crs, fields)
        rows = []
        metres = self.metres()
        for unit in units.itertuples():
            parts = shapely.get_parts(unit.geometry)
            west, _, east, _ = shapely.bounds(parts[shapely.area(parts).argmax()])
            # About the width of the largest part, and no more than its area gives.
            side = min(math.sqrt(shapely.area(parts).max()) * 1.2, east - west) * metres
            name = str(unit.name or "")
            code = str(unit.code or "")
            rows.append((unit.geometry, [code, name, label_lines(name), side, int(unit.category)]))
        add_features(layer, rows)
        layer.loadNamedStyle(str(STYLES / "units.qml"))
        layer.setName("units")
        self.units = layer.id()
        hatch(layer, on=True)
        only_what_is_there(
            layer.renderer(), {key: "\n".join(words).replace("\n", "|") for key, words in self.sheet.legend().items()}
        )
        # A name where there is room for one, else the code; which fits depends on the scale.
        size, letters = (6.5, 7) if self.sheet.focus is None else (7.5, 5)
        needed = letters * size * self.larger * MM / 1000
        text = (
            f'if("side" > {needed:.6f} * @map_scale and "name" != \'\', '
            '"lines" || if(coalesce("code", \'\') = \'\', \'\', \'\n\' || "code"), coalesce("code", "lines"))'
        )
        layer.setLabeling(self.labels(text, size, expression=True, priority=5))
        layer.setLabelsEnabled(True)
        return layer

    def metres(self) -> float:
        """How many metres a unit of the plan's coordinates is, about."""
        if self.own_crs.isGeographic():
            return 111_320.0
        return QgsUnitTypes.fromUnitToUnitFactor(self.own_crs.mapUnits(), Qgis.DistanceUnit.Meters)

    def outlines(
        self,
        title: str,
        polygons: Iterable[Any],
        colour: str,
        width: float,
        *,
        fill: str = "",
    ) -> QgsVectorLayer:
        """Make lines of the polygons' rings, or polygons where they are filled."""
        layer = memory_layer(title, "MultiPolygon" if fill else "MultiLineString", self.own_crs, QgsFields())
        shapes = np.array(list(polygons), dtype=object)
        add_features(layer, [(shape, ()) for shape in (shapes if fill else shapely.boundary(shapes))])
        width *= 1 + (self.larger - 1) / 2
        if fill:
            look = {"color": fill, "outline_color": colour, "outline_width": f"{width:.3f}", "joinstyle": "round"}
            symbol = QgsFillSymbol.createSimple(look)
        else:
            look = {"line_color": colour, "line_width": f"{width:.3f}", "joinstyle": "round", "capstyle": "round"}
            symbol = QgsLineSymbol.createSimple(look)
        layer.setRenderer(QgsSingleSymbolRenderer(symbol))
        return layer

    def hatched(self, title: str, polygons: Iterable[Any]) -> QgsVectorLayer:
        """Make polygons of nothing but lines, the other way than key control units are hatched."""
        layer = self.outlines(title, polygons, DARK, 0.1, fill=DARK)
        lines = QgsLinePatternFillSymbolLayer()
        lines.setLineAngle(135)
        lines.setDistance(2)
        lines.setSubSymbol(QgsLineSymbol.createSimple({"line_color": DARK, "line_width": "0.2"}))
        layer.renderer().symbol().changeSymbolLayer(0, lines)
        return layer

    def names(
        self, polygons: pd.Series, size: float, *, bold: bool = False, colour: str = INK, priority: int | None = None
    ) -> QgsVectorLayer:
        """Make labels of polygons, and nothing else."""
        priority = (10 if bold else 1) if priority is None else priority
        layer = memory_layer("names", "MultiPolygon", self.own_crs, fields_of(["name"]))
        add_features(layer, [(polygon, [label_lines(str(name))]) for name, polygon in polygons.items()])
        layer.setRenderer(QgsNullSymbolRenderer())
        labels = self.labels("name", size, bold=bold, priority=priority, colour=colour)
        layer.setLabeling(labels)
        layer.setLabelsEnabled(True)
        return layer

    def labels(
        self,
        what: str,
        size: float,
        *,
        bold: bool = False,
        expression: bool = False,
        priority: int = 5,
        colour: str = INK,
        aside: bool = False,
    ) -> QgsVectorLayerSimpleLabeling:
        """Make Chinese labels with a white halo; one that would cover another is left out.

        Those ``aside`` have no halo, and stay within what they name.
        """
        text = QgsTextFormat()
        font = QFont(self.fonts.usual)
        font.setBold(bold)
        text.setFont(font)
        text.setFamilies([self.fonts.usual])
        text.setForcedBold(bold)
        text.setSize(size * self.larger)
        text.setColor(QColor(colour))
        text.setLineHeight(0.95)
        halo = QgsTextBufferSettings()
        halo.setEnabled(not aside)
        halo.setSize(0.6 * self.larger)
        halo.setColor(QColor("white"))
        text.setBuffer(halo)
        settings = QgsPalLayerSettings()
        settings.fieldName = what
        settings.isExpression = expression
        settings.setFormat(self.fonts.cured(text))
        settings.placement = Qgis.LabelPlacement.Horizontal
        settings.multilineAlign = Qgis.LabelMultiLineAlignment.Center
        settings.priority = priority
        settings.centroidInside = True
        settings.fitInPolygonOnly = aside
        return QgsVectorLayerSimpleLabeling(settings)

    # Files

    def export(self, file: Path) -> None:
        """Write the file, and see that it is whole.

        Raises
        ------
        BadInput
            It is not.
        OSError
            It cannot be written.
        """
        # What QGIS cannot open it does not always tell.
        file.touch()
        write = self._pdf if file.suffix.lower() == ".pdf" else self._png
        if not write(file):
            refuse_full_disk(file)
            raise BadInput(Message("QGIS could not draw the map"), where=at(file.name), wanted=NOTHING)

    def _pdf(self, file: Path) -> bool:
        result = QgsLayoutExporter(self.layout).exportToPdf(str(file), pdf_settings(self.options.dpi))
        if result != QgsLayoutExporter.ExportResult.Success:
            return False
        title = self.sheet.texts["标题"][0]
        self.facts["pages"] = finished_pages(file, title, self.tables.meta.get("date", ""))
        return bool(self.facts["pages"] == self.layout.pageCollection().pageCount())

    def _png(self, file: Path) -> bool:
        settings = QgsLayoutExporter.ImageExportSettings()
        settings.dpi = self.options.dpi
        settings.exportMetadata = False
        settings.generateWorldFile = False
        settings.cropToContents = False
        page = self.layout.pageCollection().page(0).sizeWithUnits()
        size = QSize(*(round(length / 25.4 * self.options.dpi) for length in (page.width(), page.height())))
        settings.imageSize = size
        settings.pages = [0]
        exporter = QgsLayoutExporter(self.layout)
        result = exporter.exportToImage(str(file), settings)
        self.facts["pixels"] = [size.width(), size.height()]
        if (
            self.sheet.focus is None
            and not self.sheet.theme
            and (unlabelled := len(self.sheet.units) - self._labelled(exporter))
        ):
            self.facts["unlabelled"] = unlabelled
        return result == QgsLayoutExporter.ExportResult.Success and size_of_whole(file) == (size.width(), size.height())

    def _labelled(self, exporter: QgsLayoutExporter) -> int:
        """Count the units that have a label on the map that was drawn last."""
        found = set()
        for results in exporter.labelingResults().values():
            labels = results.allLabels()
            found |= {one.featureId for one in labels if one.layerID == self.units and not one.isUnplaced}
        return len(found)


# ── Sheets ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def read_layout(path: Path, project: QgsProject, fonts: Fonts) -> QgsPrintLayout:
    """Read a sheet, and see which fonts it asks for.

    Raises
    ------
    BadInput
        It is none of QGIS's, or has no map.
    """
    layout, document = QgsPrintLayout(project), QDomDocument()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        text = ""
    wanted = Message("a print layout's template (.qpt) of QGIS")
    whole = document.setContent(text)
    if not (whole[0] if isinstance(whole, tuple) else whole):
        raise BadInput(Message("the sheet cannot be read"), where=at(path), wanted=wanted)
    _, read = layout.loadFromTemplate(document, QgsReadWriteContext())
    if not read or not layout.pageCollection().pageCount():
        raise BadInput(Message("the sheet cannot be read"), where=at(path), wanted=wanted)
    if not isinstance(layout.itemById(MAP), QgsLayoutItemMap):
        raise BadInput(
            Message("the sheet has no map '{item}'", item=MAP),
            where=at(path),
            wanted=Message("a map with this item id"),
        )
    fonts.asked(document)
    layout.setName(document.documentElement().attribute("name"))
    return layout


def refuse_full_disk(file: Path) -> None:
    """Raise the system's own error where what QGIS could not write found no room."""
    with file.open("ab") as there:
        there.write(bytes(1 << 20))


def pdf_settings(dpi: int) -> QgsLayoutExporter.PdfExportSettings:
    """Make the settings of a PDF whose lines and texts stay what they are, and that says nothing of who made it."""
    settings = QgsLayoutExporter.PdfExportSettings()
    settings.dpi = dpi
    settings.forceVectorOutput = True
    settings.rasterizeWholeImage = False
    settings.appendGeoreference = False
    settings.exportMetadata = False  # it holds who is logged in
    settings.simplifyGeometries = False
    settings.textRenderFormat = Qgis.TextRenderFormat.AlwaysText
    return settings


def finished_pages(file: Path, title: str, date: str) -> int:
    """Have the texts of a PDF found by what they say, and count its pages: 0 where it is not whole.

    Parameters
    ----------
    file : Path
        As QGIS wrote it; it is written anew.
    title : str
        Of the document.
    date : str
        Of the plan, as its ``meta`` has it.
    """
    from ...delineation.core.office_files import document_date

    if not is_whole(file):
        return 0
    try:
        data = mended(file.read_bytes(), title=title, date=document_date(date))
    except ValueError:
        return 0
    file.write_bytes(data)
    return page_count(data) if is_whole(file) else 0


# ── Parts of layers ─────────────────────────────────────────────────────────────────────────────────────────────────


def add_features(layer: QgsVectorLayer, rows: Iterable[tuple[Any, Sequence[Any]]]) -> None:
    """Put polygons (or lines) with their values into a layer in memory."""
    fields = layer.fields()
    layer.dataProvider().addFeatures([feature_of(fields, polygon, values) for polygon, values in rows])
    layer.updateExtents()


def only_what_is_there(renderer: QgsRuleBasedRenderer, words: Mapping[tuple[int, bool], str]) -> None:
    """Drop the rules of categories, on land or at sea, that there are no words for, and give the others theirs."""
    for rule in renderer.rootRule().children():
        number = re.search(r'"category" = (\d)', rule.filterExpression())
        sea = "NOT LIKE" not in rule.filterExpression()
        if number and (label := words.get((int(number[1]), sea))):
            rule.setLabel(label)
        elif number:
            renderer.rootRule().removeChild(rule)


def text_height(lines: Sequence[str], look: QgsTextFormat) -> float:
    """How high lines are, in mm."""
    font = QFont(look.font())
    font.setPixelSize(100)
    metrics = QFontMetricsF(font)
    return (metrics.height() + (len(lines) - 1) * metrics.lineSpacing()) / 100 * look.size() * MM


def _flat(crs: QgsCoordinateReferenceSystem, sheet: MapSheet) -> QgsCoordinateReferenceSystem:
    """Give the CRS of the map: the plan's own, but for degrees one in which the middle is as wide as it is high."""
    if not crs.isGeographic():
        return crs
    _, south, _, north = sheet.bounds
    return QgsCoordinateReferenceSystem.fromProj(
        f"+proj=eqc +lat_ts={(south + north) / 2:.4f} +ellps=GRS80 +units=m +no_defs"
    )


def _needed_scale(place: QgsLayoutItemMap, extent: QgsRectangle) -> float:
    size = place.sizeWithUnits()
    return max(extent.width() / size.width(), extent.height() / size.height())

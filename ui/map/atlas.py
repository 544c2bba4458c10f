"""An atlas of a plan on paper: QGIS's print layout of a sheet, filled anew for each and exported county by county.

Only on the main thread: layouts crash in others. Between two sheets the window has its turn, so an atlas is printed
once at a time. What QGIS says of an export is not relied on: the file is looked at.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd
import shapely
from qgis.core import (
    QgsAbstractLayoutIterator,
    QgsCoordinateTransform,
    QgsExpression,
    QgsFeedback,
    QgsFields,
    QgsFillSymbol,
    QgsLayoutExporter,
    QgsLayoutFrame,
    QgsLayoutItemLabel,
    QgsLayoutItemLegend,
    QgsLayoutItemManualTable,
    QgsLayoutItemMap,
    QgsLayoutItemScaleBar,
    QgsLayoutItemShape,
    QgsLayoutTableColumn,
    QgsNullSymbolRenderer,
    QgsSingleSymbolRenderer,
    QgsTableCell,
    QgsTextFormat,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtCore import QCoreApplication, QEvent, Qt
from qgis.PyQt.QtGui import QColor

from ...delineation.core.errors import BadInput
from ...delineation.core.messages import NOTHING, Message, at
from ...delineation.core.progress import within
from ...delineation.export.atlas import PART, read_part
from ...delineation.export.atlas_sheet import Atlas, atlas_layout
from ...delineation.export.map_sheet import PAPERS, broken, label_lines, nice_scale, plain_name
from ...delineation.export.pdf import is_whole
from ...delineation.plan.file import read_plan
from ..shipped import STYLES
from ..work.features import fields_of
from .colours import CATEGORY_COLOURS
from .layers import memory_layer
from .look import hatch
from .printing import (
    AROUND,
    DARK,
    INK,
    LEAST,
    MAP,
    RED,
    PrintedSheet,
    add_features,
    finished_pages,
    only_what_is_there,
    pdf_settings,
    read_layout,
    refuse_full_disk,
    text_width,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from qgis.core import QgsPrintLayout

    from ...delineation.core.progress import Progress
    from ...delineation.export.atlas_sheet import AtlasOptions, AtlasPart, AtlasSheet, ListColumn
    from ...delineation.export.map_sheet import MapSheet
    from ...delineation.plan.file import Plan
    from ..work.revision import Bounds
    from ..work.runner import Then

LOCATOR, CARD, LIST, LIST_TITLE, STRIPE, STAMP, PAGE = "位置图", "说明卡", "清单", "清单名", "类别色", "草稿", "页号"
AROUND_UNIT = 1.25  # how much more than the unit a map shows
AROUND_PART = 1.08
CLOSEST = 2_000.0  # 1:n, of the smallest units
HEAD_SHARE = 0.15  # of the card's width, for what a row is about
PAPER_LARGER = {"A4": 1.0, "A3": 1.35}
HERE = "#C8102E"
FINE = 0.1  # mm on the map of where it is: what lies closer together is one line there
AGAIN = "#8a8a8a"  # of a heading that stands in the row above as well
UNSEEN = 0.05  # mm on paper: what is finer than this is left out
LEVELS = (0.0, 5.0, 20.0, 80.0)  # m: how fine what is around is drawn, by the scale
NAMED = 'if("code" = \'\', "name", "code")'
LOOK = 0.03  # seconds between two turns of the window while a thread works
SPARE = 0.4  # mm of a cell's width that no text uses: QGIS rounds what it measures
DPI = 300

_START = 0.02  # of the progress: what is read
_DRAFT = ".draft.pdf"
T = TypeVar("T")

_printing: list[bool] = []  # an atlas is being printed in this process


def print_parts(plan: Plan | Path, folder: Path, options: AtlasOptions, *, progress: Progress) -> dict[str, Any]:
    """Print the parts of an atlas that a folder has not yet: an overview, and the sheets of each county.

    Parameters
    ----------
    plan : Plan or path of its file
    folder : Path
        Of drafts; see ``delineation/export/atlas.py`` for what is in it.
    options : AtlasOptions
    progress : callable
        Called between sheets; may raise ``Cancelled``, and then parts that are whole stay.

    Returns
    -------
    dict
        ``parts`` and ``units``, how many there are; ``title`` of the atlas; ``counties``, what a folder of theirs is
        called.

    Raises
    ------
    BadInput
        No unit, no sheet that can be used, no Chinese font, no room; another atlas is being printed.
    """
    if _printing:
        raise BadInput(Message("an atlas is being printed already"), where=Message("QGIS"), wanted=NOTHING)
    _printing.append(True)
    try:
        return _print_parts(plan, folder, options, progress)
    finally:
        _printing.clear()


def _print_parts(plan: Plan | Path, folder: Path, options: AtlasOptions, progress: Progress) -> dict[str, Any]:
    said: list[Any] = [0.0, Message("atlas: the plan is read")]

    def turn() -> None:
        progress(*said)
        QCoreApplication.processEvents()

    def step(fraction: float, message: Message) -> None:
        said[:] = [_START + (1 - _START) * fraction, message]
        turn()

    atlas = _beside(lambda: _read(plan, options), turn)
    jobs: list[tuple[str, Callable[[_Pages, Path, Progress], None], int]] = [
        ("", partial(_overview, atlas, turn), 3),
        ("", _index, 3),
        *((part.name, partial(_county, part), _sheets(atlas, part)) for part in atlas.parts),
    ]
    files = [folder / PART.format(number=number) for number in range(len(jobs))]
    todo = [(file, *job) for file, job in zip(files, jobs, strict=True) if read_part(file) is None]
    if todo:
        pages = _Pages(atlas, atlas_layout(options, atlas.words.profile.folder), turn)
        try:
            done, count = 0, sum(size for *_, size in todo)
            for file, _, job, size in todo:
                job(pages, file, within(step, done / count, (done + size) / count))
                done += size
        finally:
            pages.clear()
    counties = plain_name(atlas.words.say(Message("counties")))
    return {"parts": len(files), "units": len(atlas.plan.units), "title": atlas.title, "counties": counties}


def _read(plan: Plan | Path, options: AtlasOptions) -> Atlas:
    """Prepare all that needs no QGIS."""
    if isinstance(plan, Path):
        plan = read_plan(plan, shapeless=("borders", "element_zones", "findings"))
    atlas = Atlas(plan, options)
    atlas.prepare()
    return atlas


def _beside(work: Callable[[], T], turn: Then) -> T:
    """Work in a thread, while the window has its turn."""
    done: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, name="control units atlas", daemon=True)
    thread.start()
    while thread.is_alive():
        turn()
        thread.join(LOOK)
    if errors:
        raise errors[0]
    return done[0]


def _sheets(atlas: Atlas, part: AtlasPart) -> int:
    return len(part.units) if atlas.options.sheets == "unit" else 1


def _overview(atlas: Atlas, turn: Then, pages: _Pages, file: Path, progress: Progress) -> None:
    """Print the map of the whole."""
    progress(0.0, Message("atlas: overview"))
    coarser = _beside(lambda: _coarser(atlas.whole, atlas.options.paper), turn)
    sheet = PrintedSheet(coarser, atlas.tables, atlas.options.of_map)
    sheet.few_labels()
    sheet.fill(table=False, turn=turn)
    turn()
    draft = file.with_suffix(_DRAFT)
    sheet.export(draft)
    turn()
    said = pages.atlas.words.say(Message("Overview"))
    facts = _facts(sheet)
    sheet.clear()
    _finish(draft, file, {"title": said, "file": "", "sheets": [[said, 1]], "facts": facts})


def _facts(sheet: PrintedSheet) -> dict[str, Any]:
    """Give what is to be told of fonts, and of texts without room."""
    shortened = {name: sheet.facts[name] for name in ("shortened",) if name in sheet.facts}
    return {"fonts": sheet.fonts.stand_ins, "lacking": sorted(sheet.fonts.lacking)} | shortened


def _index(pages: _Pages, file: Path, progress: Progress) -> None:
    """Print the list that says which unit is on which sheet."""
    said = pages.atlas.words.say(Message("Index of the sheets"))
    count = max(1, len(pages.atlas.plan.units) // 160)
    iterator = _SheetIterator(pages, pages.atlas.index(), count, None, progress, Message("atlas: index"))
    _export(pages, iterator, file, said, "", one=True)


def _county(part: AtlasPart, pages: _Pages, file: Path, progress: Progress) -> None:
    """Print the sheets of a county."""
    atlas = pages.atlas
    iterator = _SheetIterator(
        pages, atlas.sheets_of(part), _sheets(atlas, part), part, progress, Message("atlas: {county}", county=part.name)
    )
    _export(pages, iterator, file, part.name, part.file)


def _coarser(sheet: MapSheet, paper: str) -> MapSheet:
    """Leave out of the map of the whole what no eye sees on this paper, and what makes hundreds of MB of its lines."""
    west, south, east, north = sheet.bounds
    fine = FINE * max(east - west, north - south) / PAPERS[paper][0]
    units = sheet.units["geometry"].to_numpy()
    together = getattr(shapely, "coverage_simplify", None)  # of shapely 2.1 on
    if together is None or not fine:
        return sheet
    counties, townships = (
        pd.Series(together(list(one), fine), index=one.index, dtype=object) for one in (sheet.counties, sheet.townships)
    )
    return replace(
        sheet,
        units=sheet.units.assign(geometry=together(units, fine)),
        counties=counties,
        townships=townships,
        red_line=shapely.simplify(sheet.red_line, fine),
    )


def _export(pages: _Pages, iterator: _SheetIterator, file: Path, title: str, name: str, *, one: bool = False) -> None:
    """Write a part, and let it be seen once it is whole."""
    draft = file.with_suffix(_DRAFT)
    draft.touch()  # what QGIS cannot open it does not always tell
    result, _ = QgsLayoutExporter.exportToPdf(iterator, str(draft), pdf_settings(DPI), iterator.feedback)
    if iterator.error is not None:
        raise iterator.error
    wanted, found = sum(count for _, count in iterator.printed), 0
    if result == QgsLayoutExporter.ExportResult.Success:
        date = pages.atlas.plan.meta.get("date", "")
        found = _beside(lambda: finished_pages(draft, f"{pages.atlas.title} {title}", date), pages.turn)
    if found != wanted or not found:
        refuse_full_disk(draft)
        raise BadInput(Message("QGIS could not draw the atlas"), where=at(file.name), wanted=NOTHING)
    sheets = [[title, found]] if one else iterator.printed
    _finish(draft, file, {"title": title, "file": name, "sheets": sheets, "facts": _facts(pages)})


def _finish(draft: Path, file: Path, told: Mapping[str, Any]) -> None:
    """Let a part be seen: first what is in it, then itself."""
    if not is_whole(draft):
        raise BadInput(Message("QGIS could not draw the atlas"), where=at(file.name), wanted=NOTHING)
    file.with_suffix(".json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    draft.replace(file)


class _SheetIterator(QgsAbstractLayoutIterator):
    """Goes through sheets; between them the window has its turn, and whoever waits may stop.

    Attributes
    ----------
    printed : list of [str, int]
        Bookmark and pages of each sheet.
    error : Exception or None
        Why it ended early: none may leave a function that QGIS calls.
    feedback : QgsFeedback
        Of the export that goes by it.
    """

    def __init__(
        self,
        pages: _Pages,
        sheets: Iterator[AtlasSheet],
        count: int,
        part: AtlasPart | None,
        progress: Progress,
        said: Message,
    ) -> None:
        super().__init__()
        self._pages, self._sheets, self._count, self._part = pages, sheets, count, part
        self._progress, self._said = progress, said
        self.printed: list[list[Any]] = []
        self.error: Exception | None = None
        self.feedback = QgsFeedback()

    def layout(self) -> QgsPrintLayout:
        return self._pages.layout

    def beginRender(self) -> bool:
        return True

    def endRender(self) -> bool:
        return True

    def count(self) -> int:
        return self._count

    def filePath(self, base: str, extension: str) -> str:
        return f"{base}{len(self.printed)}.{extension}"

    def next(self) -> bool:
        try:
            self._progress(min(len(self.printed) / self._count, 1.0), self._said)
            sheet = next(self._sheets, None)
            if sheet is None:
                return False
            self.printed.append([sheet.bookmark, self._pages.show(sheet, self._part)])
        except Exception as error:
            self.error = error
            self.feedback.cancel()
            return False
        return True


# ── The layout of a sheet ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class _Look:
    """An item of text as the sheet has it, before anything is filled in."""

    item: QgsLayoutItemLabel
    given: str
    format: QgsTextFormat
    page: int


class _Pages(PrintedSheet):
    """A sheet's layout with a project of its own, shown for one unit or county after the other."""

    def __init__(self, atlas: Atlas, path: Path, turn: Then) -> None:
        super().__init__(atlas.whole, atlas.tables, atlas.options.of_map)
        self.atlas, self.turn = atlas, turn
        turn()
        self.larger = PAPER_LARGER[atlas.options.paper]
        self.layout = read_layout(path, self.project, self.fonts)
        self.layout.undoStack().blockCommands(True)
        self._added: list[Any] = []  # by a long list, to go again
        self._located, self._fine = -1, 0.0
        self._looks = [
            _Look(item, item.text(), QgsTextFormat(item.textFormat()), item.page())
            for item in self._items(QgsLayoutItemLabel)
        ]
        self._scale_bars = self._items(QgsLayoutItemScaleBar)
        self._stripes = [one for one in self._items(QgsLayoutItemShape) if one.id() == STRIPE]
        self._tables = {name: _Table(self, frame) for name in (CARD, LIST) if (frame := self._frame(name))}
        self._geometry = dict(zip(atlas.whole.units["unit_id"], atlas.whole.units.geometry, strict=True))
        self._row = atlas.whole.units.set_index("unit_id")
        turn()
        self._make_layers()
        turn()

    def _items(self, kind: type) -> list[Any]:
        return [one for one in self.layout.items() if isinstance(one, kind)]

    def _frame(self, name: str) -> QgsLayoutFrame | None:
        found = self.layout.itemById(name)
        table = found.multiFrame() if isinstance(found, QgsLayoutFrame) else None
        return found if isinstance(table, QgsLayoutItemManualTable) else None

    # Layers: all that is around, and what the sheet is about

    def _make_layers(self) -> None:
        sheet = self.sheet
        self._about = self._unit_layer("units")
        self._here = memory_layer("", "MultiPolygon", self.own_crs, QgsFields())
        self._here.setRenderer(_outlined(HERE, 0.3, color=HERE))
        self._edge = memory_layer("", "MultiPolygon", self.own_crs, QgsFields())
        self._edge.setRenderer(_outlined(INK, 0.7 * self.larger, style="no"))
        self.few_labels()
        self.turn()
        # Where a name goes is found on a coarse outline as well, and many times sooner.
        counties, townships = (_for_labels(one) for one in (sheet.counties, sheet.townships))
        codes = self._codes = self._unit_layer("codes", list(self._geometry))
        codes.setRenderer(QgsNullSymbolRenderer())
        self._names = [
            self.names(townships, 7, colour="#707070"),
            self.names(counties, 9, bold=True, priority=7),
            codes,
        ]
        self._ground = self.outlines("", sheet.counties, "#8a8a8a", 0.2, fill=AROUND)
        locating = [self.names(counties, 6.5, colour=DARK), self._here, self._ground]
        self._add([*self._names, self._edge, self._about, *locating])
        self._levels: dict[float, tuple[list[QgsVectorLayer], QgsVectorLayer]] = {}
        lines, _ = self._level(0.0)
        for name, shown in ((MAP, []), (LOCATOR, locating)):
            place = self.layout.itemById(name)
            if isinstance(place, QgsLayoutItemMap):
                place.setCrs(self.crs)
                place.setKeepLayerSet(True)
                place.setLayers(shown)
        for legend in self._items(QgsLayoutItemLegend):
            # The base class puts the last one first.
            red = lines[1:-1]
            self.legend(legend, self.layout.itemById(MAP), [*red, lines[0], lines[-1], self._about])

    def _add(self, layers: Sequence[QgsVectorLayer]) -> None:
        for layer in layers:
            layer.dataProvider().createSpatialIndex()
        self.project.addMapLayers(list(layers), False)

    def _level(self, tolerance: float) -> tuple[list[QgsVectorLayer], QgsVectorLayer]:
        """Give what is around a sheet's units, without what is finer than a tolerance (m): lines, and units."""
        if tolerance not in self._levels:
            sheet, words, fine = self.sheet, self.sheet.line_words(), tolerance / self.metres()
            together = getattr(shapely, "coverage_simplify", None)  # of shapely 2.1 on
            shapes = list(self._geometry.values())
            if fine and together is not None:
                shapes = _beside(lambda: list(together(shapes, fine)), self.turn)
            around = self._unit_layer("around")
            around.setLabelsEnabled(False)
            add_features(around, zip(shapes, map(self._values, self._geometry), strict=True))
            _pale(around)
            self.turn()

            def lines(title: str, polygons: Sequence[Any], colour: str, width: float) -> QgsVectorLayer:
                layer = self.outlines(title, [], colour, width)
                edges = shapely.boundary(polygons)
                add_features(layer, ((one, ()) for one in (shapely.simplify(edges, fine) if fine else edges)))
                self.turn()
                return layer

            made = [lines(words["county"], list(sheet.counties), DARK, 0.55)]
            if len(sheet.red_line):
                made.append(lines(words["red_line"], list(sheet.red_line), RED, 0.35))
            if len(sheet.undelivered):
                made.append(self.hatched(words["undelivered"], sheet.undelivered))
            made.append(lines(words["township"], list(sheet.townships), DARK, 0.12))
            self._add([*made, around])
            self._levels[tolerance] = (made, around)
        return self._levels[tolerance]

    def _unit_layer(self, title: str, units: Sequence[str] = ()) -> QgsVectorLayer:
        fields = fields_of(("unit", "code", "name"), (), ["category"])
        layer = memory_layer(title, "MultiPolygon", self.own_crs, fields)
        shapes = _coarse([self._geometry[unit] for unit in units])
        add_features(layer, zip(shapes, map(self._values, units), strict=True))
        layer.loadNamedStyle(str(STYLES / "units.qml"))
        layer.setName(title)
        hatch(layer, on=True)
        there = self.sheet.legend()
        only_what_is_there(layer.renderer(), {key: words[0] for key, words in there.items()})
        around = bool(units)
        whole = self.atlas.options.sheets == "county" and not around
        text = "\"name\" || if(\"code\" = '', '', '\n' || \"code\")" if whole else NAMED
        size, colour = (6.0, "#4a4a4a") if around or whole else (7.0, INK)
        labels = self.labels(
            text,
            size,
            expression=True,
            bold=not (around or whole),
            priority=4 if around else 10,
            colour=INK if whole else colour,
            aside=around,
        )
        layer.setLabeling(labels)
        layer.setLabelsEnabled(True)
        return layer

    def _values(self, unit: str) -> list[Any]:
        row = self._row.loc[unit]
        name = label_lines(str(row["name"] or ""))
        return [unit, str(row["code"] or ""), name, int(row["category"])]

    # Showing a sheet

    def show(self, sheet: AtlasSheet, part: AtlasPart | None) -> int:
        """Fill in a sheet and count its pages; of no county, it has a list alone."""
        self._take_back()
        pages = self.layout.pageCollection()
        if part is not None:
            self._show_map(sheet, part)
        for stripe in self._stripes:
            stripe.symbol().setColor(QColor(CATEGORY_COLOURS.get(sheet.category, "#5a5a5a")))
        for look in self._looks:
            self._fill(look, sheet.texts)
        if CARD in self._tables:
            self._tables[CARD].show_card(sheet.card)
        if LIST in self._tables:
            self._tables[LIST].show_list(sheet.columns, sheet.rows)
            self._tables[LIST].page.setExcludeFromExports(not sheet.rows)
        for number in range(self._tables[LIST].page_number if LIST in self._tables else 0):
            pages.page(number).setExcludeFromExports(part is None)
        self._run_on(sheet)
        count = sum(not pages.page(number).excludeFromExports() for number in range(pages.pageCount()))
        self._number_pages(count)
        return count

    def _show_map(self, sheet: AtlasSheet, part: AtlasPart) -> None:
        shapes = [self._geometry[unit] for unit in sheet.units]
        self._name_others(sheet.units)
        place = self.layout.itemById(MAP)
        self._zoom(place, self.atlas.bounds(sheet.units), AROUND_UNIT)
        self.facts["scale"] = round(place.scale())
        unseen = UNSEEN / 1000 * place.scale()  # m
        lines, around = self._level(max(one for one in LEVELS if one <= unseen))
        place.setLayers([*self._names, self._edge, *lines, self._about, around])
        fine = shapely.simplify(shapes, unseen / 2 / self.metres())
        _replace(self._about, zip(fine, map(self._values, sheet.units), strict=True))
        # Round a county, not round each of its units.
        edges = fine if self.atlas.options.sheets == "unit" else [shapely.coverage_union_all(shapes)]
        _replace(self._edge, ((shape, ()) for shape in edges))
        self._locate(part, shapes)
        for bar in self._scale_bars:
            self.scale_bar(bar, place)

    def _name_others(self, units: Sequence[str]) -> None:
        """Leave it to the sheet's own units to say their codes."""
        listed = ", ".join(QgsExpression.quotedString(one) for one in units)
        settings = self._codes.labeling().settings()
        settings.fieldName = f"if(\"unit\" IN ({listed}), '', {NAMED})"
        self._codes.setLabeling(QgsVectorLayerSimpleLabeling(settings))

    def _locate(self, part: AtlasPart, shapes: Sequence[Any]) -> None:
        """Show where the sheet's units are: in their county, or a county in the whole."""
        locator = self.layout.itemById(LOCATOR)
        if not isinstance(locator, QgsLayoutItemMap):
            return
        alone = self.atlas.options.sheets == "unit"
        where = part.number if alone else 0
        if where != self._located:
            self._located = where
            self._zoom(locator, self.atlas.bounds(part.units) if alone else self.sheet.bounds, AROUND_PART, nice=False)
            extent = locator.extent()
            if self.crs != self.own_crs:
                extent = QgsCoordinateTransform(self.crs, self.own_crs, self.project).transformBoundingBox(extent)
            self._fine = FINE * extent.width() / locator.sizeWithUnits().width()
            _replace(self._ground, ((one, ()) for one in shapely.simplify(list(self.sheet.counties), self._fine)))
        # A unit that is a speck is seen by its edge.
        _replace(self._here, ((one, ()) for one in shapely.simplify(shapes, self._fine)))

    def _zoom(self, place: QgsLayoutItemMap, bounds: Bounds, around: float, *, nice: bool = True) -> None:
        place.zoomToExtent(self.extent_of(bounds, around))
        if nice:
            place.setScale(nice_scale(max(place.scale(), CLOSEST) * 1.0000001))

    def _fill(self, look: _Look, texts: Mapping[str, tuple[str, str]]) -> None:
        filled = self.write(look.item, look.given, look.format, texts)
        if look.item.id() == STAMP:
            look.item.setVisibility(bool(filled))  # no frame round nothing

    # Further pages

    def _run_on(self, sheet: AtlasSheet) -> None:
        """Give the pages that a long list added what its first page has: head, foot and marks."""
        if LIST not in self._tables:
            return
        first = self._tables[LIST].page_number
        pages = self.layout.pageCollection()
        for number in range(first + 1, pages.pageCount()):
            for look in [one for one in self._looks if one.page == first]:
                copy = QgsLayoutItemLabel(self.layout)
                copy.setId(look.item.id())
                copy.setHAlign(look.item.hAlign())
                copy.setVAlign(look.item.vAlign())
                copy.setMarginX(look.item.marginX())
                copy.setMarginY(look.item.marginY())
                copy.setFrameEnabled(look.item.frameEnabled())
                copy.setFrameStrokeColor(look.item.frameStrokeColor())
                copy.setFrameStrokeWidth(look.item.frameStrokeWidth())
                self._put_copy(copy, look.item, number)
                self._fill(_Look(copy, look.given, look.format, number), sheet.texts)
            for shape in self._items(QgsLayoutItemShape):
                if shape.page() == first:
                    copy = QgsLayoutItemShape(self.layout)
                    copy.setId(shape.id())
                    copy.setShapeType(shape.shapeType())
                    copy.setSymbol(shape.symbol().clone())
                    self._put_copy(copy, shape, number)

    def _put_copy(self, copy: Any, of: Any, page: int) -> None:
        self.layout.addLayoutItem(copy)
        copy.attemptResize(of.sizeWithUnits())
        copy.attemptMove(of.pagePositionWithUnits(), True, False, page)
        self._added.append(copy)

    def _number_pages(self, count: int) -> None:
        pages = self.layout.pageCollection()
        first = sum(pages.page(number).excludeFromExports() for number in range(pages.pageCount()))
        copies = [one for one in self._added if isinstance(one, QgsLayoutItemLabel)]
        every = [*self._looks, *(_Look(one, "{}", one.textFormat(), one.page()) for one in copies)]
        given = {look.page: look for look in self._looks if look.item.id() == PAGE}
        for look in every:
            if look.item.id() != PAGE:
                continue
            page = look.item.page() + 1 - first
            said = self.atlas.words.say(Message("page {number} of {count}", number=page, count=count))
            format_ = given.get(look.page, look).format
            self.write(look.item, look.given, format_, {PAGE: (said, f"{page}/{count}")})

    def _take_back(self) -> None:
        """Let what the last sheet added go: copies, frames, pages."""
        for item in self._added:
            self.layout.removeLayoutItem(item)
        self._added.clear()
        if LIST in self._tables:
            self._tables[LIST].shorten()
            pages = self.layout.pageCollection()
            while pages.pageCount() > self._tables[LIST].page_number + 1:
                pages.deletePage(pages.pageCount() - 1)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


class _Table:
    """A table of the sheet, with lines broken where its columns end: QGIS breaks Chinese nowhere, and cuts it."""

    def __init__(self, pages: _Pages, frame: QgsLayoutFrame) -> None:
        self._pages, self.frame = pages, frame
        self.table = frame.multiFrame()
        self.page_number = frame.page()
        self.page = pages.layout.pageCollection().page(self.page_number)
        self._content = QgsTextFormat(self.table.contentTextFormat())
        self._header = pages.fonts.cured(self.table.headerTextFormat())
        # Its columns are made anew, and as wide as these it becomes then.
        self._width, self._height = frame.rect().width(), frame.rect().height()

    def shorten(self) -> None:
        """Leave its first frame alone."""
        self.table.setTableContents([[QgsTableCell("")]])
        for number in reversed(range(1, self.table.frameCount())):
            frame = self.table.frame(number)
            self.table.removeFrame(number)
            self._pages.layout.removeLayoutItem(frame)

    def show_card(self, card: Sequence[tuple[str, str]]) -> None:
        """Show rows of a head and a text, as large as they have room; what has none even so is cut and told."""
        size = 1.0
        if not card:
            return
        while True:
            look = self._pages.fonts.cured(self._content, scale=size)
            head = QgsTextFormat(look)
            head.setForcedBold(True)
            heads, texts = self._widths([HEAD_SHARE, 1 - HEAD_SHARE])
            rows = []
            for title, text in card:
                cells = [
                    QgsTableCell("\n".join(_lines(title, heads, head))),
                    QgsTableCell("\n".join(_lines(text, texts, look))),
                ]
                cells[0].setTextFormat(head)
                cells[0].setBackgroundColor(QColor("#f1f1ef"))
                rows.append(cells)
                self._pages.fonts.note(title + text, look.font())
            self._set(look, [heads, texts], [QgsLayoutTableColumn(""), QgsLayoutTableColumn("")], rows)
            if self.table.totalSize().height() <= self._height:
                return
            if size * 0.94 < LEAST:
                break
            size *= 0.94
        self._pages.note_shortened(self.frame.id())
        while len(rows) > 1 and self.table.totalSize().height() > self._height:
            rows.pop()
            rows[-1][1].setContent(f"{rows[-1][1].content()} …")
            self.table.setTableContents(rows)

    def show_list(self, columns: Sequence[ListColumn], rows: Sequence[Sequence[str]]) -> None:
        """Show a list under its headings; a row higher than a page goes on in the next."""
        look = self._pages.fonts.cured(self._content)
        widths = self._widths([one.share for one in columns])
        heads = []
        for one, width in zip(columns, widths, strict=True):
            head = QgsLayoutTableColumn("\n".join(_lines(one.head, width, self._header)))
            head.setHAlignment(Qt.AlignmentFlag.AlignRight if one.right else Qt.AlignmentFlag.AlignLeft)
            heads.append(head)
        most = max(int((self._height - 12) / (look.size() * 0.3528 * 1.5)), 1)
        cells: list[list[QgsTableCell]] = []
        before = ""
        for row in rows:
            broken_row = [_lines(text, width, look) for text, width in zip(row, widths, strict=True)]
            for start in range(0, max(map(len, broken_row)), most):
                cells.append([])
                for one, lines in zip(columns, broken_row, strict=True):
                    cell = QgsTableCell("\n".join(lines[start : start + most]))
                    side = Qt.AlignmentFlag.AlignRight if one.right else Qt.AlignmentFlag.AlignLeft
                    cell.setHorizontalAlignment(side | Qt.AlignmentFlag.AlignTop)
                    cells[-1].append(cell)
                if row[0] == before:
                    cells[-1][0].setForegroundColor(QColor(AGAIN))
                before = row[0]
            self._pages.fonts.note("".join(row), look.font())
        self._set(look, widths, heads, cells or [[QgsTableCell("") for _ in columns]])

    def _set(
        self,
        look: QgsTextFormat,
        widths: Sequence[float],
        heads: Sequence[QgsLayoutTableColumn],
        rows: Sequence[Sequence[QgsTableCell]],
    ) -> None:
        self.table.setContentTextFormat(look)
        self.table.setHeaderTextFormat(self._header)
        self.table.setHeaders(list(heads))
        self.table.setColumnWidths(list(widths))
        self.table.setTableContents(rows)
        self.table.recalculateFrameSizes()

    def _widths(self, shares: Sequence[float]) -> list[float]:
        """Give the widths of columns without margins and lines, mm."""
        table, count = self.table, len(shares)
        grid = table.gridStrokeWidth() if table.showGrid() else 0.0
        room = self._width - (count + 1) * grid - 2 * count * table.cellMargin()
        return [room * share / sum(shares) for share in shares]


def _lines(text: str, width: float, look: QgsTextFormat) -> list[str]:
    """Break a text into lines of a width in mm."""
    key = (look.font().family(), look.font().toString(), look.size(), look.forcedBold())
    return list(_broken(text, round(width, 3), _Measure(look, key)))


class _Measure:
    """How wide texts are in a look; equal for equal looks, so that what was broken once is known."""

    def __init__(self, look: QgsTextFormat, key: tuple[Any, ...]) -> None:
        self._look, self._key = look, key

    def __call__(self, text: str) -> float:
        return text_width(text, self._look)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Measure) and other._key == self._key


@lru_cache(maxsize=20_000)
def _broken(text: str, width: float, measure: _Measure) -> tuple[str, ...]:
    return tuple(broken(text, width - SPARE, measure))


def _coarse(shapes: Sequence[Any]) -> Any:
    """Give polygons for labels to be placed in: a hundredth of their size is fine enough."""
    each = np.array(shapes, dtype=object)
    return shapely.simplify(each, np.sqrt(shapely.area(each)) / 100)


def _for_labels(polygons: pd.Series) -> pd.Series:
    return pd.Series(_coarse(list(polygons)), index=polygons.index, dtype=object)


def _replace(layer: QgsVectorLayer, rows: Any) -> None:
    layer.dataProvider().truncate()
    add_features(layer, rows)


def _outlined(edge: str, width: float, **inside: str) -> QgsSingleSymbolRenderer:
    look = {**inside, "outline_color": edge, "outline_width": f"{width:.3f}", "joinstyle": "round"}
    return QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(look))


def _pale(layer: QgsVectorLayer) -> None:
    """Let what is around stand back: a breath of its colours, and no hatching."""
    for rule in layer.renderer().rootRule().descendants():
        symbol = rule.symbol()
        if symbol is None:
            continue
        for row in reversed(range(symbol.symbolLayerCount())):
            one = symbol.symbolLayer(row)
            if one.layerType() != "SimpleFill":
                if symbol.symbolLayerCount() > 1:
                    symbol.deleteSymbolLayer(row)
                continue
            colour = one.fillColor()
            one.setFillColor(QColor(*(round(255 - (255 - part) / 4) for part in colour.getRgb()[:3])))
            one.setStrokeColor(QColor("#a8a8a8"))

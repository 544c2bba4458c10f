"""Story: a planner's day with the layers of a prefecture that nobody has seen before; see strange_prefecture.py.

By day (light) in one part, by night (dark) and on a narrow panel in the other; what a planner trips over is looked for
on the way.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hands
from driver import report
from handing_in import by_next, counted
from hands import (
    drag,
    drop,
    find,
    press,
    press_action,
    press_item,
    press_map,
    press_tab,
    save_as,
    settle_window,
    until,
    write,
)
from planner import clear_desk, pictured, sources_read, unpack
from qgis.core import QgsApplication, QgsCoordinateTransform, QgsProject, QgsSettings
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtWidgets import QAction, QDialogButtonBox, QPushButton, QScrollArea, QWidget
from qgis.utils import iface
from sight import ZH, dock, lines, map_drawn, page, sentence, shot, states, to_page, units_layer, words

if TYPE_CHECKING:
    from collections.abc import Generator

    from qgis.core import QgsFeature

NEWER = Path(os.environ.get("CONTROL_UNITS_NEWER", "."))
NAMES = ("sources", "rules", "method", "run", "result", "output")
WIDE = 700
LAYERS = Path(os.environ.get("CONTROL_UNITS_LAYERS", "."))
NAME = "澜河市 2026" if ZH else "Lanhe 2026"
REASON = "面积很小，与县局核对后保留" if ZH else "Tiny, checked with the county"


@pictured
def by_day() -> Generator[float | None]:
    """From a folder of strange files to a printed atlas, and through what happens to a plan in a day."""
    settle_window()
    clear_desk()
    yield from unpack()
    with counted() as clicks:
        yield from from_layers_to_an_atlas()
    report["clicks"] = clicks[0]
    yield from choose_a_unit()
    yield from accept_a_finding()
    yield from replace_the_red_line()
    yield from adopt_a_division()
    yield from look_back()
    yield from look_at_the_table()
    yield from save_the_project()


def from_layers_to_an_atlas() -> Generator[float]:
    """From an empty QGIS to a printed atlas and a workbook."""
    yield from hand_over_the_layers()
    yield from confirm_what_was_read()
    yield from run_to_a_plan("plan")
    yield from print_an_atlas()


@pictured
def by_night() -> Generator[float | None]:
    """The next evening: a dark theme, and a panel as narrow as it goes; every page is looked at."""
    settle_window()
    if not dock().isVisible():
        press_action(iface.mainWindow().findChild(QAction, "control_units_panel"))
    yield from until(lambda: dock().pages, "the pages")
    report["landed"] = next(one.NAME for one in dock().pages if one.isVisible())
    yield from sources_read()
    iface.messageBar().clearWidgets()
    yield from map_drawn()
    report["theme"] = QgsApplication.themeName()
    report["narrow"] = {}
    for width, pages in ((320, NAMES), (WIDE, ("sources", "method", "result"))):
        iface.mainWindow().resizeDocks([dock()], [width], Qt.Orientation.Horizontal)
        yield 0.3
        for name in pages:
            yield from to_page(name)
            yield from until(lambda: not page("rules").trial.laying.busy, "a basis for previews")
            yield 0.4
            report["narrow"][f"{name} {width}"] = [dock().width(), sideways(page(name))]
            shot(f"{'narrow' if width == 320 else 'wide'}-{name}")


def sideways(root: QWidget) -> int:
    """How far the areas of a page can be scrolled sideways, which none should be."""
    bars = [one.horizontalScrollBar() for one in root.findChildren(QScrollArea) if one.isVisible()]
    return max((bar.maximum() for bar in bars if bar.isVisible()), default=0)


def hand_over_the_layers() -> Generator[float]:
    """All files are dropped on the panel at once."""
    press_action(iface.mainWindow().findChild(QAction, "control_units_panel"))
    yield from until(dock().isVisible, "the panel")
    yield 0.3
    files = sorted(one for one in LAYERS.iterdir() if one.suffix in (".shp", ".gpkg", ".geojson"))
    drop(dock().welcome, *files)
    yield from until(lambda: dock().pages and page("sources").isVisible(), "the sources page")
    book = page("sources").book
    yield from until(lambda: len(book.entries) == len(files), "an entry for each file")
    yield from until(lambda: not any(one.mark == "waiting" for one in book.entries), "sources, read")
    yield 0.5
    report["lines"] = [words(item) for item in lines(page("sources").list)]
    report["marks"] = {one.title: one.mark for one in book.entries}
    nodes = QgsProject.instance().layerTreeRoot().findLayers()
    nodes = [one for one in nodes if one.layer().customProperty("control_units/source_layer")]
    report["sources_on_map"] = [len(nodes), sum(one.isVisible() for one in nodes)]
    shot("dropped")


def confirm_what_was_read() -> Generator[float]:
    """Encodings by one click, what protects by another when it was seen, the rest line by line."""
    sources = page("sources")
    report["asked"] = sources.bar.text.text()
    press(sources.bar.all_right)
    yield from map_drawn()
    yield 0.4
    shot("encodings")
    report["marks_then"] = {one.title: one.mark for one in sources.book.entries}
    protecting = sources.book.unseen()
    report["protecting"] = {one.title: one.drawn for one in protecting}
    report["asked_then"] = sources.bar.text.text()
    press(sources.bar.confirm)
    yield 0.4
    report["marks_seen"] = [one.mark for one in protecting]
    yield from confirm_what_is_left()
    sources.name.setFocus()
    write(sources.name, NAME)
    yield 0.2
    report["sentence"] = sentence()


def confirm_what_is_left() -> Generator[float]:
    """What is still asked, one by one, by the button that leads there."""
    sources = page("sources")
    for _ in sources.book.entries:
        if not any(one.mark == "check" for one in sources.book.entries):
            break
        press(find(QPushButton, "control_units_next"))
        yield from until(sources.details.isVisible, "the details")
        yield 0.4
        shot("doubt")
        press(sources.details.confirm)
        yield 0.4
        if sources.details.isVisible():
            hands.press_button("control_units_back")
            yield 0.2


def run_to_a_plan(name: str) -> Generator[float]:
    """Run, and wait for the result."""
    yield from to_page("run")
    yield 0.2
    session = dock().session
    if session.case_path is None:
        save_as("case.toml", lambda: None)
    hands.press_button("control_units_run")
    yield from until(lambda: session.busy, "a run on its way")
    yield from until(lambda: not session.busy, "the end of the run")
    yield from until(page("result").isVisible, "the result page")
    yield from map_drawn()
    shot(name)
    report.setdefault("areas", {})[name] = states()["result"]


def choose_a_unit() -> Generator[float]:
    """A unit is asked why on the map; after another run it is still chosen, and its card there."""
    yield from to_page("result")
    result, canvas = page("result"), iface.mapCanvas()
    unit = largest_key_unit()
    press_action(result.ask)
    yield 0.1
    press_map(canvas, middle_of(unit))
    yield from until(lambda: bool(result.card.toPlainText()), "the card")
    yield from map_drawn()
    report["asked_unit"] = {"code": unit["code"], "card": result.card.toPlainText()}
    shot("why")
    press_action(result.ask)
    yield from run_to_a_plan("again")
    yield 0.5
    report["asked_unit"]["again"] = [one["code"] for one in units_layer().getSelectedFeatures()]
    report["asked_unit"]["card_again"] = result.card.toPlainText()


def largest_key_unit() -> QgsFeature:
    """The largest unit of key control: easy to hit."""
    return max((one for one in units_layer().getFeatures() if one["category"] == 2), key=lambda one: one["area_m2"])


def middle_of(unit: QgsFeature) -> Any:
    """A place inside it, in the map's own CRS."""
    inside = unit.geometry().poleOfInaccessibility(100)[0].asPoint()
    crs = iface.mapCanvas().mapSettings().destinationCrs()
    return QgsCoordinateTransform(units_layer().crs(), crs, QgsProject.instance()).transform(inside)


def print_an_atlas() -> Generator[float]:
    """The lists and the atlas are ticked and written at once."""
    yield from by_next("output")
    output = page("output")
    yield 0.3
    report["ticked"] = output.outputs.ticked()
    for what in ("lists", "atlas"):
        row = output.rows[what]
        if what not in report["ticked"]:
            output.area.ensureWidgetVisible(row.box)
            yield 0.1
            press(row.box, QPoint(8, row.box.height() // 2))
    shot("output")
    since = time.monotonic()
    hands.press_button("output_export_ticked")
    yield from until(lambda: not output.outputs.busy, "the end of it", 300)
    yield 0.3
    report["printed"] = round(time.monotonic() - since, 1)
    output.area.ensureWidgetVisible(output.rows["atlas"])
    yield 0.2
    shot("exported")
    report["became"] = {what: output.rows[what].became.text() for what in ("lists", "atlas")}
    report["atlas"] = str(output.outputs.target("atlas"))
    report["lists"] = str(output.outputs.target("lists"))
    report["codes"] = dock().session.plan.units["code"].tolist()


def accept_a_finding() -> Generator[float]:
    """A finding is shown at its size, and accepted with a reason."""
    result = page("result")
    press_tab(result.tabs.tabBar(), 2)
    yield 0.2
    model = result.findings.model
    rows = range(model.rowCount())
    placed = [row for row in rows if model.finding(row)["geometry"].iloc[0] is not None]
    report["findings"] = [model.words(row) for row in rows]
    # One that another division leaves: those of entry lists go with their units.
    placed = [row for row in placed if model.finding(row)["id"].iloc[0].startswith("Q")]
    row = placed[0] if placed else 0
    report["finding"] = {"rule": model.finding(row)["id"].iloc[0], "words": model.words(row)}
    press_item(result.findings.view, model.index(row))
    yield 0.2
    if placed:
        press(result.findings.zoom_button)
        yield from map_drawn()
    shot("finding")
    write(result.findings.reason, REASON)
    press(result.findings.accept_button)
    yield 0.4
    report["accepted"] = accepted()


def accepted() -> dict[str, Any]:
    """What is accepted and what is open, in words, of the rule of the finding that was accepted."""
    model = page("result").findings.model
    found: dict[str, Any] = {"open": [], "accepted": []}
    for row in range(model.rowCount()):
        if model.finding(row)["id"].iloc[0] == report["finding"]["rule"]:
            found["open" if model.acceptance(row) is None else "accepted"].append(model.words(row))
    return found


def replace_the_red_line() -> Generator[float]:
    """Another year's red line in place of this one: what changed is said before anything is run."""
    yield from to_page("sources")
    sources = page("sources")
    (entry,) = [one for one in sources.book.entries if one.role == "red_line"]
    item = next(one for one in lines(sources.list) if one.data(0, Qt.ItemDataRole.UserRole) is entry)
    press_item(sources.list, sources.list.indexFromItem(item))
    yield from until(sources.details.isVisible, "the details")
    yield 0.2
    save_as(str(NEWER), lambda: None, QDialogButtonBox.StandardButton.Open)
    press(sources.details.other)
    (entry,) = [one for one in sources.book.entries if one.role == "red_line"]
    yield from until(lambda: entry.mark != "waiting" and not sources.book.looks.busy, "another look")
    yield from until(sources.details.changes.isVisible, "what changed")
    yield from until(lambda: bool(sources.details.changes.text.text()), "its words")
    yield 1
    shot("replaced")
    report["replaced"] = sources.details.changes.text.text()
    hands.press_button("control_units_back")
    yield 0.2
    yield from confirm_what_is_left()
    yield from run_to_a_plan("newer")
    report["accepted_then"] = accepted()


def adopt_a_division() -> Generator[float]:
    """A candidate is adopted; what was accepted and chosen stays."""
    from suggesting import box, bring, form, suggest

    yield from to_page("method")
    method = page("method")
    yield from bring(method.clustering)
    press(method.clustering, QPoint(10, method.clustering.height() // 2))
    yield from until(method.cluster.isVisible, "the card of the clustering methods")
    # Nobody handed in a raster: the place, which alone can be compared, is ticked already.
    yield from until(lambda: form().least > 1, "the least number of regions")
    yield from suggest()
    yield from map_drawn()
    yield from bring(box().answers)
    shot("candidate")
    yield from bring(box().reason)
    write(box().reason, REASON)
    session = dock().session
    press(box().adopt)
    yield from until(lambda: not session.busy and session.edits > 0, "an adopted plan")
    yield from until(page("result").isVisible, "the result")
    yield from map_drawn()
    yield 0.5
    report["accepted_adopted"] = accepted()
    report["chosen_adopted"] = [one["name"] for one in units_layer().getSelectedFeatures()]
    report["card_adopted"] = page("result").card.toPlainText()
    shot("adopted")


def look_back() -> Generator[float]:
    """The history has it all, and takes the adoption back."""
    result = page("result")
    press_tab(result.tabs.tabBar(), 3)
    yield 0.5
    # Room for all of it.
    sizes = result.splitter.sizes()
    drag(result.splitter.handle(1), sizes[1] - 120)
    yield 0.3
    shot("history")
    report["history"] = result.history.toPlainText()


def look_at_the_table() -> Generator[float]:
    """The attribute table of the units, and what the map says of one."""
    layer = units_layer()
    report["aliases"] = [field.alias() for field in layer.fields()]
    dialog = iface.showAttributeTable(layer)
    yield 1
    shot("table")
    dialog.close()
    yield 0.2


def save_the_project() -> Generator[float]:
    """The project is saved; the evening finds it."""
    path = Path.home() / "prefecture.qgz"
    save_as(path.name, lambda: None)
    press_action(iface.actionSaveProject())
    yield from until(path.is_file, "the project's file")
    yield 0.3
    report["project"] = str(path)
    QgsSettings().setValue("UI/UITheme", "Night Mapping")

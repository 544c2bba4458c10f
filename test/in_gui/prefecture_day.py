"""Story: a planner's day with the layers of a prefecture that nobody has seen before; see prefecture.py.

By day (light) in one part, by night (dark) and on a narrow panel in the other; what a planner trips over is looked for
on the way.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hands
from driver import report
from hands import (
    drop,
    find,
    press,
    press_action,
    press_map,
    save_as,
    settle_window,
    until,
    write,
)
from planner import clear_desk, pictured, unpack
from qgis.core import QgsCoordinateTransform, QgsProject
from qgis.PyQt.QtWidgets import QAction, QPushButton
from qgis.utils import iface
from sight import ZH, dock, lines, map_drawn, page, sentence, shot, states, to_page, units_layer, words

if TYPE_CHECKING:
    from collections.abc import Generator

    from qgis.core import QgsFeature

LAYERS = Path(os.environ.get("CONTROL_UNITS_LAYERS", "."))
NAME = "峰山市 2026" if ZH else "Fengshan 2026"
REASON = "面积很小，与县局核对后保留" if ZH else "Tiny, checked with the county"


@pictured
def by_day() -> Generator[float | None]:
    """From a folder of strange files to a plan, and through what happens to a plan in a day."""
    settle_window()
    clear_desk()
    yield from unpack()
    yield from hand_over_the_layers()
    yield from confirm_what_was_read()
    yield from run_to_a_plan("plan")
    yield from choose_a_unit()


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
    shot("dropped")


def confirm_what_was_read() -> Generator[float]:
    """Encodings by one click, the rest line by line; a red line is seen before."""
    sources = page("sources")
    report["asked"] = sources.bar.text.text()
    press(sources.bar.all_right)
    yield 0.4
    shot("encodings")
    report["marks_then"] = {one.title: one.mark for one in sources.book.entries}
    # What is still asked, one by one, by the button that leads there.
    for _ in report["lines"]:
        if not any(one.mark == "check" for one in sources.book.entries):
            break
        press(find(QPushButton, "control_units_next"))
        yield from until(sources.details.isVisible, "the details")
        yield 0.3
        shot("doubt")
        press(sources.details.confirm)
        yield 0.3
        if sources.details.isVisible():
            hands.press_button("control_units_back")
            yield 0.2
    sources.name.setFocus()
    write(sources.name, NAME)
    yield 0.2
    report["sentence"] = sentence()


def run_to_a_plan(name: str) -> Generator[float]:
    """Run, and wait for the result."""
    yield from to_page("run")
    yield 0.2
    session = dock().session
    if session.case_path is None:
        save_as("case.toml", lambda: shot("save"))
    hands.press_button("control_units_run")
    yield from until(lambda: session.busy, "a run on its way")
    yield from until(lambda: not session.busy, "the end of the run")
    yield from until(page("result").isVisible, "the result page")
    yield from map_drawn()
    shot(name)
    report.setdefault("areas", {})[name] = states()["result"]


def choose_a_unit() -> Generator[float]:
    """A unit is asked why on the map; after another run it is still chosen, and its card there."""
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

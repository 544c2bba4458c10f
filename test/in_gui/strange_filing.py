"""Story: from an empty QGIS to a filed package, with the folder of a strange prefecture; see strange_prefecture.py."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from driver import report
from filing import card, done, press, reach
from handing_in import by_next, counted
from hands import drop, press_action, settle_window, until, write
from planner import clear_desk, pictured, unpack
from prefecture_day import confirm_what_is_left, run_to_a_plan
from qgis.PyQt.QtWidgets import QAction, QPushButton
from qgis.utils import iface
from sight import dock, lines, map_drawn, page, sentence, shot, words

if TYPE_CHECKING:
    from collections.abc import Generator

LAYERS = Path(os.environ.get("CONTROL_UNITS_LAYERS", "."))


@pictured
def from_a_folder_to_a_package() -> Generator[float | None]:
    """The folder is dropped, what is asked is answered, and the package is filed."""
    settle_window()
    clear_desk()
    yield from unpack()
    with counted() as clicks:
        yield from hand_over_the_folder()
        yield from answer()
        yield from run_to_a_plan("plan")
        yield from file_it()
    report["clicks"] = clicks[0]


def hand_over_the_folder() -> Generator[float]:
    """The folder goes onto the panel."""
    press_action(iface.mainWindow().findChild(QAction, "control_units_panel"))
    yield from until(dock().isVisible, "the panel")
    yield 0.3
    drop(dock().welcome, LAYERS)
    yield from until(lambda: dock().pages and page("sources").isVisible(), "the sources page")
    book = page("sources").book
    yield from until(lambda: book.entries and not book.busy, "the folder, looked through")
    yield from until(lambda: not any(one.mark == "waiting" for one in book.entries), "sources, read")
    yield 0.5
    report["lines"] = [words(item) for item in lines(page("sources").list)]
    report["marks"] = [[one.title, one.role, one.mark] for one in book.entries]
    report["asked"] = page("sources").bar.text.text()
    shot("dropped")


def answer() -> Generator[float]:
    """Encodings by one click, what protects by another, the rest line by line."""
    sources = page("sources")
    yield from press_here(sources.bar.all_right)
    yield from map_drawn()
    shot("encodings")
    report["asked_then"] = sources.bar.text.text()
    yield from press_here(sources.bar.confirm)
    yield from confirm_what_is_left()
    report["marks_then"] = [[one.title, one.role, one.mark] for one in sources.book.entries]
    shot("confirmed")
    report["sentence"] = sentence()


def press_here(button: QPushButton) -> Generator[float]:
    if button.isVisible():
        press_visible(button)
    yield 0.4


def press_visible(button):
    import hands

    hands.press(button)


def file_it() -> Generator[float]:
    """The Output page, its questions and the package."""
    yield from by_next("output")
    yield 0.5
    shot("output")
    report["asked_for"] = [card().province.isVisible(), card().city.isVisible()]
    if card().city.isVisible():
        write((yield from reach(card().city)), "澜河市")
    yield from press(card().start)
    yield from done()
    shot("filed")
    made = page("output").packaging.made
    report["errors"] = [one.error["message"] for one in card().errors.rows]
    report["package"] = str(made.folder) if made else ""
    report["made"] = card().result.became.text.text()
    yield from press(card().result.verify)
    yield from done()
    report["verified"] = card().result.verified.text.text()
    shot("verified")

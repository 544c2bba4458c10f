"""Story: from an empty QGIS to a filed package, with the folder of a strange prefecture; see strange_prefecture.py."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import hands
from driver import report
from filing import card, done, press, reach
from handing_in import by_next, counted
from hands import drop, find, press_action, save_as, settle_window, until, write
from planner import clear_desk, pictured, unpack
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QPushButton
from qgis.utils import iface
from sight import dock, map_drawn, page, shot, to_page

if TYPE_CHECKING:
    from collections.abc import Generator

LAYERS = Path(os.environ.get("CONTROL_UNITS_LAYERS", "."))
CURRENT = "林草局"  # of two departments' layers that of this one counts, as a person knows
STATED = {"date": "2026-11-30", "filing_year": "2026", "province": "广西壮族自治区", "city": "澜河市"}


@pictured
def from_a_folder_to_a_package() -> Generator[float | None]:
    """The folder is dropped, what is asked is answered, and the package is filed."""
    settle_window()
    clear_desk()
    yield from unpack()
    with counted() as clicks:
        yield from to_a_package()
    report["clicks"] = clicks[0]


def to_a_package() -> Generator[float]:
    """From an empty QGIS to a package that was verified."""
    yield from hand_over_the_folder()
    yield from answer()
    yield from run_to_a_plan()
    yield from file_it()


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
    report["asked"] = page("sources").bar.text.text()
    shot("dropped")


def answer() -> Generator[float]:
    """Which of two layers is current; encodings by one click, what protects by another, the rest line by line."""
    sources = page("sources")
    report["questions"] = [[entry.title for entry in group] for group in sources.book.questions()]
    (current,) = [one for one in sources.bar.findChildren(QPushButton) if CURRENT in one.text()]
    hands.press(current)
    yield 0.4
    report["questions_left"] = len(sources.book.questions())
    hands.press(sources.bar.all_right)
    yield from map_drawn()
    shot("encodings")
    hands.press(sources.bar.confirm)
    yield 0.4
    yield from confirm_what_is_left()
    write(sources.name, "澜河市2026")
    report["taken"] = {entry.spec.path: entry.role for entry in sources.book.entries if entry.role}
    shot("confirmed")


def confirm_what_is_left() -> Generator[float]:
    """What is still asked, one by one, by the button that leads there."""
    sources = page("sources")
    for _ in sources.book.entries:
        if not any(one.mark == "check" for one in sources.book.entries):
            break
        hands.press(find(QPushButton, "control_units_next"))
        yield from until(sources.details.isVisible, "the details")
        yield 0.4
        shot("doubt")
        hands.press(sources.details.confirm)
        yield 0.4
        if sources.details.isVisible():
            hands.press_button("control_units_back")
            yield 0.2


def run_to_a_plan() -> Generator[float]:
    """Run, and wait for the result."""
    yield from to_page("run")
    yield 0.2
    save_as("case.toml", lambda: None)
    hands.press_button("control_units_run")
    yield from until(lambda: dock().session.busy, "a run on its way")
    yield from until(lambda: not dock().session.busy, "the end of the run")
    yield from until(page("result").isVisible, "the result page")
    yield from map_drawn()
    shot("plan")


def file_it() -> Generator[float]:
    """Without date and year nothing is filed; they are stated, and the package is made and verified."""
    yield from by_next("output")
    yield from press(card().start)
    yield from done()
    shot("asked")
    fields = page("output").stated.fields
    report["stated_before"] = {key: field.text() for key, field in fields.items()}
    report["refused"] = [one.error["id"] for one in card().errors.rows]
    for key, text in STATED.items():
        write((yield from reach(fields[key])), text)
        QTest.keyClick(fields[key], Qt.Key.Key_Return)
        yield 0.2
    shot("stated")
    yield from press(card().start)
    yield from done()
    report["package"] = str(page("output").packaging.made.folder)
    yield from press(card().result.verify)
    yield from done()
    yield from reach(card().result)
    report["verified"] = card().result.verified.text.text()
    shot("verified")

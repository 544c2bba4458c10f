"""Story: a prefecture's twelve files, nine of them in GBK without a word of it, until each source is right and seen."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from driver import report
from hands import drop, find, press, press_action, press_item, save_as, settle_window, until
from planner import clear_desk, pictured, unpack
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QDialogButtonBox, QPushButton
from qgis.utils import iface
from sight import dock, lines, map_drawn, page, sentence, shot, words

if TYPE_CHECKING:
    from collections.abc import Generator

    from qgis.PyQt.QtWidgets import QTreeWidgetItem

RED = "陆域生态保护红线"


@pictured
def sources_read() -> Generator[float | None]:
    """From a folder that is dropped to sources that are confirmed, drawn, and compared with another file."""
    settle_window()
    clear_desk()
    yield from unpack()
    press_action(iface.mainWindow().findChild(QAction, "control_units_panel"))
    yield from until(dock().isVisible, "the panel")
    yield from drop_the_folder()
    yield from confirm_encodings()
    yield from look_at_the_red_line()
    yield from show_some()
    yield from take_another_file()


def sources() -> object:
    """The page."""
    return page("sources")


def line(start: str) -> QTreeWidgetItem:
    """The line of a file."""
    return next(item for item in lines(sources().list) if item.text(1).startswith(start))


def press_eye(start: str) -> None:
    """Click the eye at the end of a line."""
    tree, item = sources().list, line(start)
    tree.scrollToItem(item)
    header = tree.header()
    x = header.sectionViewportPosition(3) + header.sectionSize(3) // 2
    press(tree.viewport(), QPoint(x, tree.visualItemRect(item).center().y()))


def drop_the_folder() -> Generator[float]:
    """The twelve files come as a folder."""
    sys.path.append(os.environ["CONTROL_UNITS_TESTS"])
    from prefecture import write_prefecture

    folder = write_prefecture(Path.home() / "收到的资料")
    dock().opener.new()
    yield from until(lambda: dock().pages and sources().list.isVisible(), "the sources page")
    drop(sources().list.viewport(), folder)
    book = sources().book
    yield from until(lambda: len(book.entries) == 12 and not book.busy, "twelve sources")
    yield from until(lambda: all(one.seen is not None for one in book.entries), "a look at each")
    yield 0.5
    shot("dropped")
    report["dropped"] = {"lines": [words(item) for item in lines(sources().list)], "sentence": sentence()}
    report["ticked"] = len([one for one in tree_nodes() if one.isVisible()])
    report["group"] = len(tree_nodes())


def tree_nodes() -> list:
    """The sources among the layers of the project."""
    return [
        one
        for one in QgsProject.instance().layerTreeRoot().findLayers()
        if one.layer() is not None and one.layer().customProperty("control_units/source_layer")
    ]


def confirm_encodings() -> Generator[float]:
    """One sentence with a text of each layer, and one click."""
    bar = sources().bar
    report["alike"] = bar.text.text()
    press(bar.all_right)
    yield 0.5
    shot("encodings-confirmed")
    report["after_encodings"] = sorted({one.mark for one in sources().book.entries})


def look_at_the_red_line() -> Generator[float]:
    """Its line opens what is known of it, with a picture."""
    press_item(sources().list, sources().list.indexFromItem(line(RED)))
    yield from until(lambda: sources().details.entry is not None and sources().details.entry.drawn, "a picture")
    yield 0.5
    shot("red-line-details")
    report["why"] = sources().details.problem.text()
    press(sources().details.map)
    yield from map_drawn()
    yield 0.5
    shot("red-line-on-map")


def show_some() -> Generator[float]:
    """The eyes of other lines draw them beside it."""
    press(find(QPushButton, "control_units_back"))
    yield 0.2
    for start in ("水环境控制单元", "产业园区"):
        press_eye(start)
        yield from map_drawn()
    press_eye("县级行政区")
    yield 0.2
    press_eye("县级行政区")
    yield from map_drawn()
    yield 0.5
    shot("sources-on-map")
    report["shown"] = sorted(one.name() for one in tree_nodes() if one.isVisible())
    tree = sources().list
    for start in ("产业园区", "自然保护地"):
        item = line(start)
        spot = tree.visualItemRect(item).center()
        QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, spot)
    yield 0.3
    shot("two-chosen")
    report["chosen"] = sources().bar.text.text()
    menu = tree.menu()
    menu.popup(tree.viewport().mapToGlobal(QPoint(80, 80)))
    yield 0.4
    shot("menu")
    menu.close()


def take_another_file() -> Generator[float]:
    """Next year's red line: moved, gone and new, under another name of its column."""
    from hand import box, write_layer

    shapes = [box(500, 500, 3_000, 1_500), box(12_000, 4_000, 2_500, 2_500), box(20_500, 5_000, 1_200, 900)]
    names = ["云岭水源涵养生态保护红线", "河口湿地生态保护红线", "城关新划生态保护红线"]
    folder = Path.home() / "更新"
    folder.mkdir()
    file = write_layer(
        folder / "生态保护红线2025.gpkg",
        "生态保护红线2025",
        shapes,
        {"BM": ["429901-1", "429902-1", "429903-2"], "名称2025": names},
    )
    press_item(sources().list, sources().list.indexFromItem(line(RED)))
    yield from until(sources().details.isVisible, "the details")
    save_as(str(file), lambda: None, QDialogButtonBox.StandardButton.Open)
    press(sources().details.other)
    yield from until(lambda: sources().details.entry.change is not None, "a comparison")
    yield 1.0
    shot("another-file")
    report["changes"] = sources().details.changes.text.text()
    sources().details.ensureWidgetVisible(sources().details.changes.draw)
    yield 0.1
    press(sources().details.changes.draw)
    yield from map_drawn()
    yield 0.7
    shot("changes-on-map")
    report["asked"] = sentence()

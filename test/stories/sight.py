"""What a story sees: the panel and its words, layers and files, pictures of the screen."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from driver import PLUGIN, report
from hands import (
    find,
    press_item,
    screen,
    until,
)
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QStandardPaths, Qt
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QDockWidget,
    QLabel,
    QTabBar,
    QTreeView,
    QTreeWidget,
)
from qgis.utils import iface

if TYPE_CHECKING:
    from collections.abc import Generator

    from qgis.core import QgsVectorLayer
    from qgis.PyQt.QtWidgets import QTreeWidgetItem

ZH = os.environ["CONTROL_UNITS_LANGUAGE"].startswith("zh")
TONGUE = "zh" if ZH else "en"
DEMO = "control_units_demo"
SHOTS = os.environ.get("CONTROL_UNITS_SHOTS", "planner")  # begins the names of pictures
TEXTS = {
    "demo": ("Try the demo", "试用示例"),
    "run": ("Run", "运行"),
    "next_run": ("Next: Run", "下一步：运行"),
    "discard": ("Discard", "放弃"),
    "accept": ("Accept with reason", "说明理由并接受"),
}
# Labels in which names of files and of profiles stand; of the first of them nothing else.
WITH_NAMES = (
    "output_target",
    "findings_told",
    "chosen_path",
    "package_slots",
    "package_became",
    "last_year_told",
    "last_year_why",
)
pictures_taken = [int(os.environ.get("CONTROL_UNITS_FIRST", "0"))]


def text(key: str) -> str:
    """Give what a control says in the language of this QGIS."""
    return TEXTS[key][ZH]


def shot(name: str) -> None:
    """Save the screen as the next picture."""
    pictures_taken[0] += 1
    screen(Path(os.environ["CONTROL_UNITS_SCREENS"]) / f"{SHOTS}-{TONGUE}-{pictures_taken[0]:02d}-{name}.png")
    # What the panel's own words are; what comes from the user's files is left out where it stands alone.
    if PLUGIN in sys.modules and dock() is not None and dock().isVisible():
        report.setdefault("said", [])
        report["said"] += [one for one in labels() if one not in report["said"]]
        report.setdefault("worded", [])
        report["worded"] += [one for one in worded() if one not in report["worded"]]


def labels() -> list[str]:
    """Every text on the panel that the plugin words itself."""
    header = dock().header
    if not dock().pages:
        return [one.text() for one in dock().findChildren((QAbstractButton, QLabel)) if one.isVisible() and one.text()]
    found = [one.text() for one in dock().findChildren(QAbstractButton) if one.isVisible()]
    found += [
        one.text()
        for one in dock().findChildren(QLabel)
        if one.isVisible()
        and one is not header.name
        and one.objectName() not in WITH_NAMES
        and one.textFormat() != Qt.TextFormat.RichText
        and "<b>" not in one.text()
    ]
    for view in dock().findChildren(QTreeView):
        if view.isVisible():
            heads = range(view.model().columnCount())
            found += [str(view.model().headerData(column, Qt.Orientation.Horizontal)) for column in heads]
    for tabs in dock().findChildren(QTabBar):
        if tabs.isVisible():
            found += [tabs.tabText(number) for number in range(tabs.count())]
    return [one for one in found if one]


def worded() -> list[str]:
    """Sentences on the panel in which names of the user's files stand."""
    if not dock().pages:
        return []
    found = [
        text
        for view in dock().findChildren(QTreeWidget)
        if view.isVisible()
        for item in lines(view)
        for text in words(item)
    ]
    found += [
        one.text() for one in dock().findChildren(QLabel) if one.isVisible() and one.objectName() in WITH_NAMES[1:]
    ]
    result = page("result")
    if result.findings.isVisible():
        found += map(result.findings.model.words, result.findings.model.items)
    if result.card.isVisible():
        found += result.card.toPlainText().splitlines()
    return [one for one in found if one]


def dock() -> Any:
    """The panel."""
    # Asked at every beat of every story: to look through all that is in QGIS's window would take a fifth of it.
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    return iface.mainWindow().findChild(QDockWidget, "control_units_dock", direct)


def page(name: str) -> Any:
    """One of its pages."""
    return next(one for one in dock().pages if name == one.NAME)


def sentence() -> str:
    """The line at its bottom."""
    return find(QLabel, "control_units_sentence").text()


def to_page(name: str) -> Generator[float]:
    """Click a step."""
    steps = dock().steps
    row = [one.NAME for one in dock().pages].index(name)
    press_item(steps, steps.model().index(row, 0))
    yield from until(lambda: page(name).isVisible(), f"page {name}")


def states() -> dict[str, list[str]]:
    """How far each step is: its mark and its sentence."""
    return {one.NAME: [one.state().mark, one.state().sentence] for one in dock().pages}


def line_of(role: str) -> QTreeWidgetItem:
    """The line of a role in the list of sources."""
    tree = page("sources").list
    for item in lines(tree):
        entry = item.data(0, Qt.ItemDataRole.UserRole)
        if entry is not None and entry.title == role:
            return item
    raise AssertionError(role)


def lines(tree: QTreeWidget) -> list[QTreeWidgetItem]:
    """The top lines of a tree."""
    return [tree.topLevelItem(row) for row in range(tree.topLevelItemCount())]


def words(item: QTreeWidgetItem) -> list[str]:
    """What a line says."""
    return [item.text(column) for column in range(item.columnCount())]


def project_layers() -> list[list[Any]]:
    """Group, layer, shown, valid, read-only, renderer, labels: from the top down, without the sources of the case."""
    found = []
    for node in QgsProject.instance().layerTreeRoot().findLayers():
        layer = node.layer()
        if layer.customProperty("control_units/source_layer"):
            continue
        found.append(
            [
                node.parent().name(),
                layer.name(),
                node.isVisible(),
                layer.isValid(),
                layer.readOnly(),
                layer.renderer().type(),
                layer.labelsEnabled(),
                Path(layer.source().partition("|")[0]).name,
            ]
        )
    return found


def units_layer() -> QgsVectorLayer:
    """The layer of units."""
    layers = QgsProject.instance().mapLayers().values()
    return next(one for one in layers if one.customProperty("control_units/layer") == "units")


def folder_of_demo() -> Path:
    """Where the demo was copied to."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents) / DEMO


def files() -> list[str]:
    """What lies in the demo's folder."""
    return sorted(one.name for one in folder_of_demo().iterdir())


def say_time(name: str, since: float) -> None:
    """Note what a part took."""
    report.setdefault("seconds", {})[name] = round(time.monotonic() - since, 2)


def map_drawn() -> Generator[float]:
    """Wait until the map shows what it should."""
    yield 0.3
    yield from until(lambda: not iface.mapCanvas().isDrawing(), "the map")
    yield 0.3

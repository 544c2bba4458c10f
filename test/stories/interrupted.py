"""Story: keys reach the plan whatever else is edited; then QGIS is killed in the middle of edits, and started again."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
from typing import TYPE_CHECKING

from driver import report, write_report
from hands import press_action, settle_window, until
from planner import clear_desk, pictured, unpack
from qgis.core import QgsFeature, QgsProject, QgsVectorLayer
from qgis.PyQt.QtWidgets import QAction, QLabel
from qgis.utils import iface
from revising import press_tool, revision
from sight import dock, page, shot, to_page

if TYPE_CHECKING:
    from collections.abc import Generator

KEYS = ("ctrl+z", "ctrl+y", "ctrl+shift+z")
ENOUGH = 7  # edits that are told of before the end


@pictured
def killed() -> Generator[float | None]:
    """Twelve keys, and no goodbye."""
    settle_window()
    clear_desk()
    yield from unpack()
    yield from opened()
    press_tool("P")
    yield from until(lambda: revision().is_open, "the revision")
    yield from twelve_keys()
    report["head"] = revision().timeline.head
    told = []
    revision().changed.connect(told.append)
    revision().changed.connect(lambda _: len(told) == ENOUGH and end())
    for op in edits(400):
        revision().do(op)
    yield from until(lambda: False, "the end")


def end() -> None:
    """Die as a process does that the system ends: between two edits, while the next is being written."""
    report["told"] = ENOUGH
    write_report()
    os.kill(os.getpid(), signal.SIGKILL)


def opened() -> Generator[float]:
    """Open the plan in the panel, and the desk."""
    if not dock().isVisible():
        press_action(iface.mainWindow().findChild(QAction, "control_units_panel"))
        yield from until(dock().isVisible, "the panel")
    dock().opener.open_file(os.environ["CONTROL_UNITS_PLAN"])
    yield from until(lambda: dock().session.plan is not None and not dock().header.opening, "the plan")
    yield 0.5
    yield from to_page("revision")


def edits(count: int) -> list[dict]:
    """Edits of which each can be done whatever was done before."""
    unit = next(iter(revision().state.units))
    return [{"op": ("lock", "unlock")[number % 2], "unit": unit} for number in range(count)]


def twelve_keys() -> Generator[float]:
    """Undo and redo by every key, from the map and from the panel, with nothing edited beside and with a layer."""
    done = []
    revision().changed.connect(done.append)
    for op in edits(2):
        revision().do(op)
    yield from until(lambda: len(done) == 2, "two edits")
    foreign = QgsVectorLayer("Point", "of somebody", "memory")
    QgsProject.instance().addMapLayer(foreign)
    report["keys"] = {}
    for edited, name, place in itertools.product((False, True), KEYS, ("map", "panel")):
        if edited and not foreign.isEditable():
            iface.setActiveLayer(foreign)
            foreign.startEditing()
            for _ in range(3):
                foreign.addFeature(QgsFeature(foreign.fields()))
        if name != "ctrl+z" and not revision().redo_title():
            revision().undo()
            yield from until(lambda: not revision().busy and revision().redo_title(), "something to redo")
        done.clear()
        (iface.mapCanvas() if place == "map" else dock().steps).setFocus()
        yield 0.1
        # As the keyboard gives it to the screen.
        subprocess.run(["xdotool", "key", name], check=True)
        yield from until(lambda: done, f"{name} from the {place}", 20)
        yield 0.1
        kinds = [one.kind for one in done]
        report["keys"][f"{name} {place} {edited}"] = [kinds, foreign.undoStack().index() == 3 * edited]
    shot("keys")
    foreign.rollBack()
    QgsProject.instance().removeMapLayer(foreign.id())


@pictured
def reopened() -> Generator[float | None]:
    """The plan is there, and the panel says whose unfinished editing goes on."""
    settle_window()
    clear_desk()
    yield from opened()
    press_tool("P")
    yield from until(lambda: revision().is_open, "the revision")
    yield 0.5
    report["head"] = revision().timeline.head
    report["notice"] = [one.text() for one in page("revision").line.findChildren(QLabel) if one.isVisible()]
    shot("taken-over")
    revision().do(edits(1)[0])
    yield from until(lambda: not revision().busy and revision().undo_title(), "an edit")

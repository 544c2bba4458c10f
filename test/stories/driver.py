"""Runs inside QGIS (``qgis --code``): a story of steps between which QGIS lives on, a report, and the door.

A story is a generator; each ``yield`` gives the event loop a tenth of a second, or as many seconds as it yields. What
it puts into ``report`` is written as JSON when it ends, then QGIS is left as a user leaves it.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsApplication, QgsProject, QgsSettings
from qgis.gui import QgsMessageViewer
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QTimer, qInstallMessageHandler
from qgis.PyQt.QtWidgets import QAction, QApplication, QDialog, QDockWidget, QMessageBox, QTextEdit
from qgis.utils import iface

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

PLUGIN = "control_units"
HELD_UP = 150  # seconds that one step of a story may take
heard: list[str] = []
report: dict[str, Any] = {}


def hear(*line: object) -> None:
    """Keep a line of QGIS's message log."""
    heard.append(" | ".join(str(part) for part in line))


def warned(message: object, category: type, file: str, line: int, *_: object) -> None:
    """Keep a warning of Python."""
    heard.append(f"warning: {category.__name__} {file}:{line}: {message}")


def logged() -> list[str]:
    """What stood in the message log before this code could listen."""
    dock = iface.mainWindow().findChild(QDockWidget, "MessageLog")
    return [text.toPlainText() for text in dock.findChildren(QTextEdit)] if dock else []


def picture(name: str, widget: Any = None) -> None:
    """Save what a window shows, for people to look at."""
    folder = Path(os.environ["CONTROL_UNITS_SCREENS"])
    folder.mkdir(parents=True, exist_ok=True)
    (widget or iface.mainWindow()).grab().save(str(folder / f"{name}.png"))


def dialogs() -> list[QDialog]:
    """The dialogs that are open."""
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()]


def listeners() -> dict[str, int]:
    """How many slots hang on each signal of the objects that outlive a plugin, as Qt itself lists them."""
    lasting = {
        "project": QgsProject.instance(),
        "iface": iface,
        "canvas": iface.mapCanvas(),
        "window": iface.mainWindow(),
        "registry": QgsApplication.processingRegistry(),
        "tasks": QgsApplication.taskManager(),
        "log": QgsApplication.messageLog(),
        "application": QgsApplication.instance(),
        "layers": iface.layerTreeView(),
        "tree": QgsProject.instance().layerTreeRoot(),
    }
    counted: dict[str, int] = {}
    for name, thing in lasting.items():
        lines: list[str] = []
        before = qInstallMessageHandler(lambda _kind, _context, text, lines=lines: lines.append(text))
        thing.dumpObjectInfo()
        qInstallMessageHandler(before)
        signal = ""
        for line in lines:
            if "SIGNALS IN" in line:
                break
            if "signal:" in line:
                signal = line.split("signal:")[1].strip()
            elif "-->" in line:
                key = f"{name}.{signal}"
                counted[key] = counted.get(key, 0) + 1
    return counted


def belongings() -> dict[str, Any]:
    """All that a plugin may leave behind in QGIS."""
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
    window = iface.mainWindow()
    classes = [one for one in gc.get_objects() if isinstance(one, type) and str(one.__module__).startswith(PLUGIN)]
    return {
        "providers": sorted(one.id() for one in QgsApplication.processingRegistry().providers()),
        "algorithms": sorted(
            one.id() for one in QgsApplication.processingRegistry().algorithms() if one.id().startswith(PLUGIN)
        ),
        "actions": dict(Counter(f"{one.parent().objectName()}/{one.text()}" for one in window.findChildren(QAction))),
        "own_actions": sorted(
            one.objectName() for one in window.findChildren(QAction) if one.objectName().startswith(PLUGIN)
        ),
        "menu": [one.text() for one in iface.pluginMenu().actions()],
        "toolbar": len(iface.pluginToolBar().actions()),
        "docks": len(window.findChildren(QDockWidget)),
        "children": len(QgsApplication.instance().children()),
        "modules": sum(name.split(".")[0] == PLUGIN for name in sys.modules),
        "classes": len(classes),
        "translation": QCoreApplication.translate("ControlUnits", "Delineate control units"),
        "listeners": listeners(),
    }


def shut_boxes() -> None:
    """Keep what a box says that nobody will click away, and shut it: it would hold up the story.

    A story that answers one itself says so by ``report["answering"]``.
    """
    for dialog in dialogs():
        if isinstance(dialog, (QMessageBox, QgsMessageViewer)) and not report.get("answering"):
            said = dialog.text() if isinstance(dialog, QMessageBox) else dialog.findChild(QTextEdit).toPlainText()
            heard.append(f"box: {dialog.windowTitle()}: {said}")
            dialog.reject()


def run(told: Callable[[], Generator[float | None]]) -> None:
    """Live through a story, report, leave."""
    QgsApplication.messageLog().messageReceived.connect(hear)
    warnings.showwarning = warned
    warnings.simplefilter("always")
    iface.mainWindow().resize(1500, 900)
    steps = told()
    begun = [time.monotonic()]

    def step() -> None:
        begun[0] = time.monotonic()
        try:
            pause = next(steps)
        except StopIteration:
            leave()
        except Exception:  # whatever it is, the test has to read it
            report["error"] = traceback.format_exc()
            leave()
        else:
            QTimer.singleShot(round(1000 * (pause or 0.1)), step)

    def watch() -> None:
        shut_boxes()
        if time.monotonic() - begun[0] > HELD_UP:
            # Something modal holds the story up, and nobody will end it: what it is has to be read.
            open_now = [
                (type(one).__name__, one.windowTitle(), *(text.toPlainText() for text in one.findChildren(QTextEdit)))
                for one in dialogs()
            ]
            report["error"] = f"held up for {HELD_UP} s by {open_now}\n{''.join(traceback.format_stack())}"
            write_report()
            os._exit(1)

    guard = QTimer(iface.mainWindow())
    guard.timeout.connect(watch)
    guard.start(500)
    QTimer.singleShot(500, step)


def write_report() -> None:
    """Write what the story has seen, and what QGIS said."""
    report["heard"] = heard
    report["log"] = logged()
    Path(os.environ["CONTROL_UNITS_REPORT"]).write_text(json.dumps(report, ensure_ascii=False), encoding="utf-8")


def leave() -> None:
    """Write the report and go out through the menu."""
    write_report()
    QgsProject.instance().setDirty(False)
    QgsSettings().sync()
    iface.actionExit().trigger()


def story(name: str) -> Callable[[], Generator[float | None]]:
    """Find a story by its name, ``module.story``; without a module in stories.py."""
    module, _, story = name.rpartition(".")
    return getattr(importlib.import_module(module or "stories"), story)

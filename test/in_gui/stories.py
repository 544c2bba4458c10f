"""Stories that run inside QGIS; see driver.py. Each one fills ``report``, which its test asserts on."""

from __future__ import annotations

import gc
import os
import sys
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

import qgis.utils
from driver import PLUGIN, belongings, dialogs, picture, report
from qgis.core import QgsApplication, QgsSettings
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QAction
from qgis.utils import iface

if TYPE_CHECKING:
    from collections.abc import Generator


def install() -> Generator[float | None]:
    """The zip goes in through QGIS's own installer, and is there at once."""
    import pyplugin_installer

    report["before"] = belongings()
    pyplugin_installer.instance().installFromZipFile(os.environ["CONTROL_UNITS_ZIP"])
    yield 1
    report["after"] = belongings()
    report["folder"] = str(Path(sys.modules[PLUGIN].__file__).parent)
    report["enabled"] = QgsSettings().value(f"PythonPlugins/{PLUGIN}", False, type=bool)
    picture(f"{os.environ['CONTROL_UNITS_LANGUAGE']}-installed")


def live() -> Generator[float | None]:
    """A QGIS that starts with the plugin on: all is there; ten reloads leave no trace; unloading leaves nothing."""
    language = os.environ["CONTROL_UNITS_LANGUAGE"]
    report["locale"] = QgsApplication.locale()
    report["started"] = belongings()
    report["provider"] = QgsApplication.processingRegistry().providerById(PLUGIN).name()
    for menu in iface.pluginMenu().actions():
        if menu.menu() and any(action.objectName().startswith(PLUGIN) for action in menu.menu().actions()):
            report["entries"] = [menu.text(), *(action.text() for action in menu.menu().actions())]
            menu.menu().popup(iface.mainWindow().mapToGlobal(iface.mainWindow().rect().center()))
            yield 0.5
            picture(f"{language}-menu", menu.menu())
            menu.menu().close()
    # The dialog is modal: what opens it returns when it closes.
    QTimer.singleShot(0, iface.mainWindow().findChild(QAction, "control_units_delineate").trigger)
    yield 1.5
    report["dialogs"] = [dialog.windowTitle() for dialog in dialogs()]
    for dialog in dialogs():
        picture(f"{language}-delineate", dialog)
        dialog.close()
    yield 0.5
    report["counts"] = [belongings()]
    gone = []
    for _ in range(10):
        gone.append(weakref.ref(qgis.utils.plugins[PLUGIN]))
        report.setdefault("reloaded", []).append(qgis.utils.reloadPlugin(PLUGIN))
        yield 0.2
        report["counts"].append(belongings())
    gc.collect()
    report["alive"] = sum(one() is not None for one in gone)
    picture(f"{language}-reloaded")
    last = weakref.ref(qgis.utils.plugins[PLUGIN])
    report["unloaded"] = qgis.utils.unloadPlugin(PLUGIN)
    yield 0.3
    report["empty"] = belongings()
    report["last_alive"] = last() is not None
    # In again, so that leaving QGIS with the plugin on is a part of the story.
    report["again"] = qgis.utils.loadPlugin(PLUGIN) and qgis.utils.startPlugin(PLUGIN)
    yield 0.3

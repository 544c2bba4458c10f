"""Stories that run inside QGIS; see driver.py. Each one fills ``report``, which its test asserts on."""

from __future__ import annotations

import os
import sys
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

import qgis.utils
from driver import PLUGIN, belongings, dialogs, picture, report
from qgis.core import QgsApplication, QgsProject, QgsSettings
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QAction, QDockWidget
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
    report["provider"] = QgsApplication.processingRegistry().providerById(PLUGIN).name()
    report["counts"] = [belongings()]
    gone = []
    for _ in range(10):
        gone.append(weakref.ref(qgis.utils.plugins[PLUGIN]))
        report.setdefault("reloaded", []).append(qgis.utils.reloadPlugin(PLUGIN))
        yield 0.2
        report["counts"].append(belongings())
    report["alive"] = sum(one() is not None for one in gone)
    last = weakref.ref(qgis.utils.plugins[PLUGIN])
    report["unloaded"] = qgis.utils.unloadPlugin(PLUGIN)
    yield 0.3
    report["empty"] = belongings()
    report["last_alive"] = last() is not None
    # In again and used, so that a plugin in use is reloaded too, and QGIS is left with it on.
    report["again"] = qgis.utils.loadPlugin(PLUGIN) and qgis.utils.startPlugin(PLUGIN)
    yield 0.3
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
    report["used"] = [belongings()]
    qgis.utils.reloadPlugin(PLUGIN)
    yield 0.3
    report["used"].append(belongings())
    picture(f"{language}-reloaded")


def first_run() -> Generator[float | None]:
    """The demo from the toolbox, as the README tells it; its pictures are the README's."""
    language = os.environ["CONTROL_UNITS_LANGUAGE"]
    window = iface.mainWindow()
    for name in ("Browser", "control_units_panel"):
        dock = window.findChild(QDockWidget, name)
        if dock:
            dock.hide()
    iface.messageBar().clearWidgets()
    toolbox = window.findChild(QDockWidget, "ProcessingToolbox")
    toolbox.show()
    # A dock may share its place with others; the one just shown is not always the one in front.
    toolbox.raise_()
    toolbox.algorithmTree.expandToDepth(0)
    name = QgsApplication.processingRegistry().providerById(PLUGIN).name()
    toolbox.searchBox.setText(name)
    yield 1
    report["toolbox"] = toolbox.isVisible()
    picture(f"{language}-toolbox", toolbox)
    import processing

    folder = Path(sys.modules[PLUGIN].__file__).parent / "resources" / "demo"
    plan = os.environ["CONTROL_UNITS_PLAN"]
    found = processing.runAndLoadResults(f"{PLUGIN}:delineate", {"CASE": str(folder / "case.toml"), "OUTPUT": plan})
    yield 2
    report["results"] = {key: value for key, value in found.items() if isinstance(value, (int, float, str))}
    layers = QgsProject.instance().mapLayers().values()
    report["layers"] = {layer.name(): layer.isValid() for layer in layers}
    units = next(layer for layer in layers if "layername=units" in layer.source())
    report["renderer"] = units.renderer().type()
    iface.mapCanvas().setExtent(units.extent())
    iface.mapCanvas().refreshAllLayers()
    for layer in layers:
        iface.layerTreeView().layerTreeModel().refreshLayerLegend(
            QgsProject.instance().layerTreeRoot().findLayer(layer.id())
        )
    yield 5
    toolbox.hide()
    iface.messageBar().clearWidgets()
    yield 3
    picture(f"{language}-plan")
    QgsProject.instance().removeAllMapLayers()
    yield 1

"""Wires the user interface to QGIS: what is registered here is undone here."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, QLocale, QTranslator
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction

from .ui.processing.provider import ControlUnitsProvider

ROOT = Path(__file__).resolve().parent


class ControlUnitsPlugin:
    """The plugin as QGIS holds it.

    Every registration pushes its undo onto one stack, and ``unload`` closes the stack.
    """

    def __init__(self, iface: Any) -> None:
        self._iface = iface
        self._undo = ExitStack()

    def initProcessing(self) -> None:
        """Register the language and the algorithms: all that ``qgis_process`` needs."""
        self._install_translator()
        self._add_provider()

    def initGui(self) -> None:
        """Register everything, in a QGIS that has a window."""
        self.initProcessing()
        self._add_delineate_action()

    def unload(self) -> None:
        """Undo every registration, the last one first."""
        self._undo.close()

    def _install_translator(self) -> None:
        translator = QTranslator()
        if translator.load(QLocale(QgsApplication.locale()), "control_units", "_", str(ROOT / "i18n")):
            QCoreApplication.installTranslator(translator)
            self._undo.callback(QCoreApplication.removeTranslator, translator)

    def _add_provider(self) -> None:
        provider = ControlUnitsProvider()
        registry = QgsApplication.processingRegistry()
        registry.addProvider(provider)
        provider.refreshAlgorithms()  # now that its algorithms can be found, the models made of them
        self._undo.callback(registry.removeProvider, provider)

    def _add_delineate_action(self) -> None:
        icon = QIcon(str(ROOT / "resources" / "icons" / "control_units.svg"))
        title = QCoreApplication.translate("ControlUnits", "Delineate control units…")
        menu = QCoreApplication.translate("ControlUnits", "Control units")
        action = QAction(icon, title, self._iface.mainWindow())
        action.setObjectName("control_units_delineate")
        action.triggered.connect(self._open_delineate)
        self._undo.callback(action.deleteLater)
        self._iface.addPluginToMenu(menu, action)
        self._undo.callback(self._iface.removePluginMenu, menu, action)
        self._iface.addToolBarIcon(action)
        self._undo.callback(self._iface.removeToolBarIcon, action)

    def _open_delineate(self) -> None:
        import processing

        processing.execAlgorithmDialog("control_units:delineate")

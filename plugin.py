"""Wires the user interface to QGIS: what is registered here is undone here."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, QLocale, QTranslator
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction, QMenu

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
        """Register everything, in a QGIS that has a window; or nothing, where something fails."""
        try:
            self.initProcessing()
            menu = self._add_menu()
            self._add_panel(menu)
            self._add_delineate_action(menu)
            self._add_options()
        except Exception:
            # QGIS drops a plugin that cannot start without unloading it.
            self.unload()
            raise

    def unload(self) -> None:
        """Undo every registration, the last one first."""
        self._undo.close()
        _forget_packages()

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

    def _add_menu(self) -> QMenu:
        # A menu of our own: the one that addPluginToMenu makes stays behind in QGIS with its separator, once a reload.
        menu = QMenu(QCoreApplication.translate("ControlUnits", "Control units"), self._iface.mainWindow())
        menu.setObjectName("control_units_menu")
        menu.setIcon(_icon())
        self._undo.callback(menu.deleteLater)
        self._iface.pluginMenu().addMenu(menu)
        self._undo.callback(self._iface.pluginMenu().removeAction, menu.menuAction())
        return menu

    def _add_panel(self, menu: QMenu) -> None:
        from .ui.frame.panel import open_panel

        action = self._action("control_units_panel", QCoreApplication.translate("ControlUnits", "Control units panel"))
        action.setCheckable(True)
        menu.addAction(action)
        self._iface.registerMainWindowAction(action, "Ctrl+Alt+U")
        self._undo.callback(self._iface.unregisterMainWindowAction, action)
        self._iface.addToolBarIcon(action)
        self._undo.callback(self._iface.removeToolBarIcon, action)
        open_panel(self._iface, self._undo).setToggleVisibilityAction(action)

    def _add_delineate_action(self, menu: QMenu) -> None:
        title = QCoreApplication.translate("ControlUnits", "Delineate control units…")
        action = self._action("control_units_delineate", title)
        action.triggered.connect(self._open_delineate)
        menu.addAction(action)

    def _add_options(self) -> None:
        from .ui.frame.options import OptionsFactory

        factory = OptionsFactory()
        self._iface.registerOptionsWidgetFactory(factory)
        self._undo.callback(self._iface.unregisterOptionsWidgetFactory, factory)

    def _action(self, name: str, title: str) -> QAction:
        action = QAction(_icon(), title, self._iface.mainWindow())
        action.setObjectName(name)
        self._undo.callback(action.deleteLater)
        return action

    def _open_delineate(self) -> None:
        import processing

        processing.execAlgorithmDialog("control_units:delineate")


def _icon() -> QIcon:
    return QIcon(str(ROOT / "resources" / "icons" / "control_units.svg"))


def _forget_packages() -> None:
    """Let go of the packages above our modules: QGIS itself forgets only what it saw named in an import."""
    for name, module in list(sys.modules.items()):
        if name.startswith(f"{__package__}.") and hasattr(module, "__path__"):
            del sys.modules[name]

"""The provider: the plugin's room in the Processing toolbox."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtGui import QIcon

from .delineate import DelineateAlgorithm

ICON = Path(__file__).resolve().parents[2] / "resources" / "icons" / "control_units.svg"


class ControlUnitsProvider(QgsProcessingProvider):
    """Algorithms with ids ``control_units:…``."""

    def id(self) -> str:
        return "control_units"

    def name(self) -> str:
        return QCoreApplication.translate("ControlUnits", "Control units")

    def icon(self) -> QIcon:
        return QIcon(str(ICON))

    def svgIconPath(self) -> str:
        return str(ICON)

    def loadAlgorithms(self) -> None:
        self.addAlgorithm(DelineateAlgorithm())

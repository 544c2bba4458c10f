"""The provider: the plugin's room in the Processing toolbox."""

from __future__ import annotations

from html import escape

from qgis.core import Qgis, QgsApplication, QgsMessageLog, QgsProcessingProvider
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtGui import QIcon

from .algorithm import RESOURCES
from .check_plan import CheckPlanAlgorithm
from .compare_methods import CompareMethodsAlgorithm
from .delineate import DelineateAlgorithm
from .describe_plan import DescribePlanAlgorithm
from .guess_roles import GuessRolesAlgorithm
from .models import MODELS, ShippedModel
from .partition import PartitionAlgorithm
from .regionalise import RegionaliseAlgorithm
from .suggest_units import SuggestUnitsAlgorithm

ICON = RESOURCES / "icons" / "control_units.svg"


class ControlUnitsProvider(QgsProcessingProvider):
    """Algorithms with ids ``control_units:…``; their models come with the first ``refreshAlgorithms``."""

    def id(self) -> str:
        return "control_units"

    def name(self) -> str:
        return QCoreApplication.translate("ControlUnits", "Control units")

    def longName(self) -> str:
        return QCoreApplication.translate("ControlUnits", "Control units of ecology and environment")

    def icon(self) -> QIcon:
        return QIcon(str(ICON))

    def svgIconPath(self) -> str:
        return str(ICON)

    def loadAlgorithms(self) -> None:
        for algorithm in (
            PartitionAlgorithm,
            GuessRolesAlgorithm,
            DelineateAlgorithm,
            SuggestUnitsAlgorithm,
            CompareMethodsAlgorithm,
            RegionaliseAlgorithm,
            CheckPlanAlgorithm,
            DescribePlanAlgorithm,
        ):
            self.addAlgorithm(algorithm())
        # A model finds its algorithms in the registry, so only a provider that stands there can load any.
        if QgsApplication.processingRegistry().providerById(self.id()) is None:
            return
        for path in sorted(MODELS.glob("*.model3")):
            model = ShippedModel(path)
            if model.readable:
                self.addAlgorithm(model)
            else:
                said = QCoreApplication.translate("ControlUnits", "The model {path} cannot be read.")
                text = escape(said.format(path=path), quote=False)
                QgsMessageLog.logMessage(text, self.name(), Qgis.MessageLevel.Warning)

"""The provider: the plugin's room in the Processing toolbox."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from qgis.core import Qgis, QgsApplication, QgsMessageLog, QgsProcessingModelAlgorithm, QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from ...delineation.core.shipped import RESOURCES
from ..text import tr
from .algorithms import ALGORITHMS

if TYPE_CHECKING:
    from pathlib import Path

ICON = RESOURCES / "icons" / "control_units.svg"


class ControlUnitsProvider(QgsProcessingProvider):
    """Algorithms with ids ``control_units:…``; their models come with the first ``refreshAlgorithms``."""

    def id(self) -> str:
        return "control_units"

    def name(self) -> str:
        return tr("Control units")

    def longName(self) -> str:
        return tr("Control units of ecology and environment")

    def icon(self) -> QIcon:
        return QIcon(str(ICON))

    def svgIconPath(self) -> str:
        return str(ICON)

    def loadAlgorithms(self) -> None:
        for algorithm in ALGORITHMS:
            self.addAlgorithm(algorithm())
        # A model finds its algorithms in the registry, so only a provider that stands there can load any.
        if QgsApplication.processingRegistry().providerById(self.id()) is None:
            return
        for path in sorted(MODELS.glob("*.model3")):
            model = ShippedModel(path)
            if model.readable:
                self.addAlgorithm(model)
            else:
                text = escape(tr("The model {path} cannot be read.", path=path), quote=False)
                QgsMessageLog.logMessage(text, self.name(), Qgis.MessageLevel.Warning)


# ── The models that come with the plugin: chains of its algorithms, to run as they are or to start one's own from ──

MODELS = RESOURCES / "models"


class ShippedModel(QgsProcessingModelAlgorithm):
    """A model read from its file, in the user's language; the file itself is English."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self.readable = self.fromFile(str(path))
        known = {
            "LAYERS": tr("Layers"),
            "FOLDER": tr("Folder of files"),
            "NAME": tr("Name of the case"),
            "case": tr("Case file"),
            "roles": tr("Table of roles"),
            "plan": tr("Plan file"),
            "findings": tr("Findings"),
            "units_table": tr("Units by county and category"),
            "report": tr("Report"),
        }
        # QGIS makes the names of outputs from the titles in the file, so only what is shown is translated.
        for definition in (*self.parameterDefinitions(), *self.outputDefinitions()):
            definition.setDescription(known.get(definition.name(), definition.description()))
        self.setHelpContent(
            {
                "ALG_DESC": tr(
                    "From layers to a checked plan: guesses what each layer is, "
                    "writes a case, delineates the units, checks the plan and describes it in numbers.",
                ),
                "LAYERS": tr("Layers of the project, as QGIS shows them, or files."),
                "FOLDER": tr("Every vector file and raster in it, subfolders included."),
                "NAME": tr("As it stands in the plan, for example the name of the county and the year."),
                "case": tr("Read it before you rely on the plan: what is uncertain is marked in it."),
                "roles": tr("One row a layer: role, confidence, fields, reason, what is uncertain."),
                "plan": tr("A GeoPackage; it appears whole or not at all."),
                "findings": tr("Points with id, severity (error or warning), units, value and message."),
                "report": tr("The numbers as a page to read and to print."),
            }
        )

    def createInstance(self) -> ShippedModel:
        return ShippedModel(self._path)

    def displayName(self) -> str:
        return tr("Example model: from layers to a checked plan")

    def group(self) -> str:
        return tr("Example models")

    def groupId(self) -> str:
        return "examples"

    def icon(self) -> QIcon:
        return QIcon(self.svgIconPath())

    def svgIconPath(self) -> str:
        return str(RESOURCES / "icons" / "control_units.svg")

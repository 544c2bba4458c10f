"""``control_units:delineate``: a case file in, a plan file out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtGui import QIcon

from ...delineation.errors import Cancelled, DelineationError

if TYPE_CHECKING:
    from ...delineation.progress import Progress

translate = QCoreApplication.translate
ICON = Path(__file__).resolve().parents[2] / "resources" / "icons" / "control_units.svg"


class DelineateAlgorithm(QgsProcessingAlgorithm):
    """Run a case in this process; the same verb as ``python -m delineation run``."""

    CASE = "CASE"
    METHOD = "METHOD"
    SEED = "SEED"
    OUTPUT = "OUTPUT"
    UNITS = "UNITS"
    FACES = "FACES"
    AREA = "AREA"

    def createInstance(self) -> DelineateAlgorithm:
        return DelineateAlgorithm()

    def name(self) -> str:
        return "delineate"

    def displayName(self) -> str:
        return translate("ControlUnits", "Delineate control units")

    def shortHelpString(self) -> str:
        # pylupdate5 reads a text only where it stands in one piece on the line of its context.
        sentences = (
            translate("ControlUnits", "Runs a case and writes the plan as one GeoPackage."),
            translate("ControlUnits", "All boundaries are noded once; rules give faces categories; faces form units."),
            translate("ControlUnits", "Without a method or a seed, those of the case are used."),
            translate("ControlUnits", "A plan that people have edited is not overwritten."),
        )
        return "\n".join(sentences)

    def tags(self) -> list[str]:
        return ["control unit", "zoning", "overlay", "管控单元", "三线一单"]

    def icon(self) -> QIcon:
        return QIcon(str(ICON))

    def svgIconPath(self) -> str:
        return str(ICON)

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: ARG002 - QGIS passes it
        self.addParameter(
            QgsProcessingParameterFile(self.CASE, translate("ControlUnits", "Case file"), extension="toml")
        )
        self.addParameter(
            QgsProcessingParameterString(
                self.METHOD, translate("ControlUnits", "Method (NAME or NAME:key=value,…)"), optional=True
            )
        )
        self.addParameter(
            QgsProcessingParameterNumber(
                self.SEED,
                translate("ControlUnits", "Seed of random choices"),
                QgsProcessingParameterNumber.Type.Integer,
                optional=True,
                minValue=0,
            )
        )
        self.addParameter(
            QgsProcessingParameterFileDestination(
                self.OUTPUT, translate("ControlUnits", "Plan file"), translate("ControlUnits", "Plan (*.gpkg)")
            )
        )
        self.addOutput(QgsProcessingOutputNumber(self.UNITS, translate("ControlUnits", "Units")))
        self.addOutput(QgsProcessingOutputNumber(self.FACES, translate("ControlUnits", "Faces")))
        self.addOutput(QgsProcessingOutputNumber(self.AREA, translate("ControlUnits", "Area in m²")))

    def processAlgorithm(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Run the case.

        Raises
        ------
        QgsProcessingException
            With the engine's sentence, where an input cannot be used.
        """
        from ...delineation import pipeline  # the engine's libraries load with the first run, not with QGIS

        case = self.parameterAsFile(parameters, self.CASE, context)
        output = self.parameterAsFileOutput(parameters, self.OUTPUT, context)
        method = self.parameterAsString(parameters, self.METHOD, context) or None
        seed = None if parameters.get(self.SEED) is None else self.parameterAsInt(parameters, self.SEED, context)
        try:
            summary = pipeline.run(
                Path(case), Path(output), method=method, seed=seed, progress=_reporting_to(feedback)
            )
        except Cancelled:
            return {}
        except DelineationError as error:
            raise QgsProcessingException(str(error)) from error
        return {
            self.OUTPUT: output,
            self.UNITS: summary["units"],
            self.FACES: summary["faces"],
            self.AREA: summary["area_m2"],
        }


def _reporting_to(feedback: QgsProcessingFeedback) -> Progress:
    """Progress that QGIS shows and whose user may stop."""

    def progress(fraction: float, message: str) -> None:
        if feedback.isCanceled():
            raise Cancelled
        feedback.setProgress(100 * fraction)
        feedback.setProgressText(message)

    return progress

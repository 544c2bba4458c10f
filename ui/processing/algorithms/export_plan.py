"""``control_units:export_plan``: a plan's entry lists, units or map as a file for others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
)
from qgis.PyQt.QtCore import QCoreApplication

from ....delineation.export.registry import exporters
from ...text import language
from ...work.engine_thread import apart
from ..algorithm import Algorithm
from ..choices import choice
from ..log import last_stop, reporting_to

if TYPE_CHECKING:
    from collections.abc import Sequence

translate = QCoreApplication.translate
AUTOMATIC = "automatic"
ENCODINGS = (AUTOMATIC, "GBK", "UTF-8")


class ExportPlanAlgorithm(Algorithm):
    """Export; the same formats as ``python -m delineation export``."""

    NAME = "export_plan"
    GROUP = "review"
    ORDER = 90
    TAGS = ("export", "shapefile", "xlsx", "png", "map", "导出", "清单", "出图", "交换")

    PLAN, FORMAT, ENCODING, OUTPUT, UNITS = "PLAN", "FORMAT", "ENCODING", "OUTPUT", "UNITS"

    def title(self) -> str:
        return translate("ControlUnits", "Export a plan")

    def help(self) -> Sequence[str]:
        return (
            translate("ControlUnits", "Writes the entry lists, the units or a map of a plan as a file for others."),
            translate(
                "ControlUnits", "The file appears whole or not at all. A plan is only read, and never written over."
            ),
            translate(
                "ControlUnits",
                "A Shapefile has short field names (code, name, cat_name …) and texts in GBK, or in UTF-8 where "
                "a text has a character that GBK lacks; its .cpg says which.",
            ),
        )

    def declare(self) -> None:
        formats = exporters()
        self.add(
            QgsProcessingParameterFile(self.PLAN, translate("ControlUnits", "Plan file"), extension="gpkg"),
            translate("ControlUnits", "A GeoPackage made by “Delineate control units”."),
        )
        words = {name: one.title(language()) for name, one in formats.items()}
        self.add(
            choice(self.FORMAT, translate("ControlUnits", "Format"), tuple(formats), words=words),
            translate("ControlUnits", "What is written, and as what."),
        )
        encoding = translate("ControlUnits", "Encoding of a Shapefile's texts")
        automatic = {AUTOMATIC: translate("ControlUnits", "GBK where it has all characters, else UTF-8")}
        self.add(
            choice(self.ENCODING, encoding, ENCODINGS, words=automatic),
            translate("ControlUnits", "Only for a Shapefile. A character that the encoding lacks is an error."),
            advanced=True,
        )
        kinds = ";;".join(dict.fromkeys(one.file_kind(language()) for one in formats.values()))
        self.add(
            QgsProcessingParameterFileDestination(self.OUTPUT, translate("ControlUnits", "Exported file"), kinds),
            translate("ControlUnits", "Its suffix has to be that of the format."),
        )
        self.addOutput(QgsProcessingOutputNumber(self.UNITS, translate("ControlUnits", "Number of units")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ....delineation.export.registry import export

        name = str(self.parameterAsEnumString(parameters, self.FORMAT, context))
        plan = Path(self.parameterAsFile(parameters, self.PLAN, context))
        encoding = str(self.parameterAsEnumString(parameters, self.ENCODING, context))
        options = {} if encoding == AUTOMATIC else {"encoding": encoding}
        output = Path(self.parameterAsFileOutput(parameters, self.OUTPUT, context))
        if _temporary(parameters.get(self.OUTPUT)):
            # QGIS names a temporary file by the first kind that there is.
            output = output.with_suffix(exporters()[name].suffix)
        written = apart(lambda progress: export(name, plan, output, options, progress=progress), reporting_to(feedback))
        last_stop(feedback)
        said = translate("ControlUnits", "Written: {files}")
        feedback.pushInfo(said.format(files=", ".join(str(path) for path in written.files)))
        return {self.OUTPUT: str(written.files[0]), self.UNITS: written.layers["units"]}


def _temporary(given: Any) -> bool:
    """Whether an output was left to QGIS."""
    given = getattr(getattr(given, "sink", None), "staticValue", lambda: given)()
    return given in (None, "", QgsProcessing.TEMPORARY_OUTPUT)

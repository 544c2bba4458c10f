"""``control_units:export_plan``: a plan's entry lists, units or map as a file for others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtCore import QCoreApplication

from ....delineation.core.errors import visible
from ....delineation.export.registry import exporters
from ...text import language, said
from ...work.engine_thread import apart
from ...work.export_options import choice_word, option_title
from ...work.settings import who
from ..algorithm import Algorithm
from ..choices import choice
from ..log import last_stop, reporting_to
from ..sinks import is_temporary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.core import QgsProcessingParameterDefinition

    from ....delineation.export.registry import Option

translate = QCoreApplication.translate
AUTOMATIC = "automatic"  # "" among an option's choices: the toolbox has no empty choice


class ExportPlanAlgorithm(Algorithm):
    """Export; the same formats as ``python -m delineation export``."""

    NAME = "export_plan"
    GROUP = "review"
    ORDER = 90
    TAGS = (
        "export",
        "shapefile",
        "geodatabase",
        "kml",
        "xlsx",
        "docx",
        "pdf",
        "png",
        "map",
        "导出",
        "清单",
        "出图",
        "交换",
    )

    FORMAT, OUTPUT, UNITS = "FORMAT", "OUTPUT", "UNITS"

    def title(self) -> str:
        return translate("ControlUnits", "Export a plan")

    def help(self) -> Sequence[str]:
        return (
            translate(
                "ControlUnits",
                "Writes entry lists, units, element zones, tables or a map of a plan as a file for others.",
            ),
            translate(
                "ControlUnits", "The file appears whole or not at all. A plan is only read, and never written over."
            ),
            translate(
                "ControlUnits",
                "Layers have the field names of the profile (layers.toml). A Shapefile's texts are in GBK, or in UTF-8 "
                "where a text has a character that GBK lacks; its .cpg says which. A file geodatabase is a folder that "
                "ends in .gdb.",
            ),
        )

    def declare(self) -> None:
        formats = exporters()
        self.add_plan()
        words = {name: one.title(language()) for name, one in formats.items()}
        self.add(
            choice(self.FORMAT, translate("ControlUnits", "Format"), tuple(formats), words=words),
            translate("ControlUnits", "What is written, and as what."),
        )
        for name, (option, of) in _options().items():
            parameter = self._parameter(name.upper(), option)
            helps = translate("ControlUnits", "Only for: {formats}. Another format refuses it.")
            self.add(parameter, helps.format(formats=", ".join(of)), advanced=True)
        kinds = ";;".join(dict.fromkeys(one.file_kind(language()) for one in formats.values()))
        self.add(
            QgsProcessingParameterFileDestination(self.OUTPUT, translate("ControlUnits", "Exported file"), kinds),
            translate("ControlUnits", "Its suffix has to be that of the format."),
        )
        self.addOutput(QgsProcessingOutputNumber(self.UNITS, translate("ControlUnits", "Number of units")))

    def _parameter(self, name: str, option: Option) -> QgsProcessingParameterDefinition:
        """Make the parameter for an option of formats."""
        title = option_title(option.name)
        if option.kind == "choice":
            ids = {str(one) or AUTOMATIC: one for one in option.choices}
            words = {key: choice_word(option, one) for key, one in ids.items()}
            return choice(name, title, tuple(ids), words=words, default=str(option.default) or AUTOMATIC)
        if option.kind == "switch":
            return QgsProcessingParameterBoolean(name, title, defaultValue=option.default)
        if option.kind == "text":
            return QgsProcessingParameterString(name, title, defaultValue=option.default, optional=True)
        whole = QgsProcessingParameterNumber.Type.Integer if option.kind == "whole" else None
        kind = whole if whole is not None else QgsProcessingParameterNumber.Type.Double
        return QgsProcessingParameterNumber(name, title, kind, option.default, minValue=0)

    def _given(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Any]:
        """Give the options that somebody set otherwise than by default."""
        given: dict[str, Any] = {}
        for name, (option, _) in _options().items():
            key = name.upper()
            if option.kind == "choice":
                text = str(self.parameterAsEnumString(parameters, key, context))
                value: Any = next(one for one in option.choices if (str(one) or AUTOMATIC) == text)
            elif option.kind == "switch":
                value = self.parameterAsBoolean(parameters, key, context)
            elif option.kind == "text":
                value = self.parameterAsString(parameters, key, context)
            elif option.kind == "whole":
                value = self.parameterAsInt(parameters, key, context)
            else:
                value = self.parameterAsDouble(parameters, key, context)
            if value != option.default:
                given[name] = value
        return given

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ....delineation.export.registry import export, opened
        from ....delineation.export.telling import made_of, remarks_of, remarks_on

        name = str(self.parameterAsEnumString(parameters, self.FORMAT, context))
        plan: Any = Path(self.parameterAsFile(parameters, self.PLAN, context))
        options = self._given(parameters, context)
        output = Path(self.parameterAsFileOutput(parameters, self.OUTPUT, context))
        if is_temporary(parameters.get(self.OUTPUT)):
            # QGIS names a temporary file by the first kind that there is.
            output = output.with_suffix(exporters()[name].suffix)
            plan = opened(plan)  # what is temporary is no part of the plan's history
        author = who()
        written = apart(
            lambda progress: export(name, plan, output, options, author=author, progress=progress),
            reporting_to(feedback),
        )
        last_stop(feedback)
        for one in made_of(written):
            feedback.pushInfo(visible(said(one)))
        # What QGIS keeps for a while is in no plan's history, and was not meant to be.
        remarks = remarks_of(written) if isinstance(plan, Path) else remarks_on(written.facts)
        for one in remarks:
            feedback.pushWarning(visible(said(one)))
        units = {self.UNITS: written.layers.get("units", written.facts.get("units", 0))}
        return {self.OUTPUT: str(written.files[0]), **units} if written.files else units


def _options() -> dict[str, tuple[Option, list[str]]]:
    """List the options of all formats by name, each with the formats that have it."""
    found: dict[str, tuple[Option, list[str]]] = {}
    for one in exporters().values():
        for option in one.settings:
            found.setdefault(option.name, (option, []))[1].append(one.title(language()))
    return found

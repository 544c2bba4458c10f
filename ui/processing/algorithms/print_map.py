"""``control_units:print_map``: a plan's map on paper, as PDF or PNG, on the sheets of QGIS's print layouts."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtCore import QCoreApplication

from ....delineation.core.errors import visible
from ....delineation.export.telling import remarks_of
from ...text import said
from ...work.settings import who
from ..algorithm import Algorithm, whole_parameter
from ..choices import choice
from ..printing import add_layouts_and_report, is_child, reported, waited_for
from ..sinks import is_temporary

if TYPE_CHECKING:
    from collections.abc import Sequence

translate = QCoreApplication.translate
WHOLE, TOWNSHIP = "whole", "township"


class PrintMapAlgorithm(Algorithm):
    """Print; what ``export`` draws where there is a QGIS."""

    NAME = "print_map"
    GROUP = "review"
    ORDER = 95
    TAGS = ("print", "map", "layout", "pdf", "png", "出图", "打印", "布局", "单元图", "分乡镇")

    PAPER, DPI, BY, UNIT, REVIEW = "PAPER", "DPI", "BY", "UNIT", "REVIEW"
    BASEMAP, LAYOUTS, OUTPUT, UNITS, MAPS = "BASEMAP", "LAYOUTS", "OUTPUT", "UNITS", "MAPS"

    def title(self) -> str:
        return translate("ControlUnits", "Print the map of a plan")

    def help(self) -> Sequence[str]:
        return (
            translate(
                "ControlUnits",
                "Prints the units of a plan with title, legend, scale bar and notes as a PDF or a picture, A4 to A0.",
            ),
            translate(
                "ControlUnits",
                "The sheets are print layouts that can be edited in QGIS (.qpt); what is filled in goes by the ids of "
                "their items.",
            ),
            translate(
                "ControlUnits", "By township there is a file for each besides, in a folder beside that of the whole."
            ),
            translate("ControlUnits", "All files appear whole or not at all. The plan is only read."),
        )

    def flags(self) -> QgsProcessingAlgorithm.Flags:
        # Print layouts crash in threads.
        return super().flags() | QgsProcessingAlgorithm.Flag.FlagNoThreading

    def declare(self) -> None:
        from ....delineation.export.map_sheet import PAPERS

        self.add_plan()
        self.add(
            choice(self.PAPER, translate("ControlUnits", "Paper"), tuple(PAPERS), default="A3"),
            translate("ControlUnits", "The sheet lies or stands as the map becomes larger."),
        )
        by = {
            WHOLE: translate("ControlUnits", "Only the whole"),
            TOWNSHIP: translate("ControlUnits", "Each township besides"),
        }
        self.add(
            choice(self.BY, translate("ControlUnits", "Maps"), (WHOLE, TOWNSHIP), words=by),
            translate("ControlUnits", "The whole with all counties at once, or an extract of each township besides."),
        )
        for name, title, about in (
            (
                self.UNIT,
                translate("ControlUnits", "Compiled by"),
                translate("ControlUnits", "Who compiled the map."),
            ),
            (
                self.REVIEW,
                translate("ControlUnits", "Map approval number"),
                translate("ControlUnits", "Without one the map says that it is not to be made public."),
            ),
            (
                self.BASEMAP,
                translate("ControlUnits", "Source of the base map"),
                translate("ControlUnits", "By default what the plan's sources say of counties and townships."),
            ),
        ):
            self.add(QgsProcessingParameterString(name, title, defaultValue="", optional=True), about)
        self.add(
            whole_parameter(self.DPI, translate("ControlUnits", "Dots per inch"), default=300),
            translate("ControlUnits", "Of a picture."),
            advanced=True,
        )
        add_layouts_and_report(self, self.LAYOUTS)
        kinds = translate("ControlUnits", "PDF (*.pdf)") + ";;" + translate("ControlUnits", "Picture (*.png)")
        self.add(
            QgsProcessingParameterFileDestination(self.OUTPUT, translate("ControlUnits", "Map"), kinds),
            translate("ControlUnits", "Its suffix says as what."),
        )
        self.addOutput(QgsProcessingOutputNumber(self.UNITS, translate("ControlUnits", "Number of units")))
        self.addOutput(QgsProcessingOutputNumber(self.MAPS, translate("ControlUnits", "Number of maps")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        report = self.parameterAsString(parameters, self.REPORT, context)
        with reported(report) as told:
            return self._printed(parameters, context, feedback, report, told)

    def _printed(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
        report: str,
        told: dict[str, Any],
    ) -> dict[str, Any]:
        from ....delineation.export.map_sheet import MapOptions
        from ....delineation.export.registry import Written, check_output, noted
        from ...map.printing import print_maps

        output = Path(self.parameterAsFileOutput(parameters, self.OUTPUT, context))
        by = str(self.parameterAsEnumString(parameters, self.BY, context))
        suffix = check_output(output, (".pdf", ".png"))
        options = MapOptions.read(
            picture=suffix == ".png",
            paper=str(self.parameterAsEnumString(parameters, self.PAPER, context)),
            dpi=self.parameterAsInt(parameters, self.DPI, context),
            by="" if by == WHOLE else by,
            unit=self.parameterAsString(parameters, self.UNIT, context),
            review=self.parameterAsString(parameters, self.REVIEW, context),
            basemap=self.parameterAsString(parameters, self.BASEMAP, context),
            layouts=self.parameterAsString(parameters, self.LAYOUTS, context),
        )
        plan = Path(self.parameterAsFile(parameters, self.PLAN, context))
        progress = waited_for(feedback, report)

        def write() -> Written:
            printed = print_maps(plan, output, options, progress=progress)
            return Written(printed.files, {"units": printed.units, "maps": len(printed.files)}, printed.facts)

        # As a child it prints drafts, and whoever started it notes what became of them; what is temporary nobody does.
        if is_child() or is_temporary(parameters.get(self.OUTPUT)):
            written = write()
        else:
            chosen = {one.name: getattr(options, one.name) for one in fields(options)}
            usual = MapOptions()
            chosen = {name: value for name, value in chosen.items() if value != getattr(usual, name)}
            written = noted(f"map-{suffix[1:]}", plan, output, chosen, write, author=who())
        for path in written.files:
            feedback.pushInfo(translate("ControlUnits", "Written: {files}").format(files=path))
        for one in remarks_of(written):
            feedback.pushWarning(visible(said(one)))
        units = written.layers["units"]
        results = {self.OUTPUT: str(output), self.UNITS: units, self.MAPS: len(written.files)}
        files = [path.relative_to(output.parent).as_posix() for path in written.files]
        told |= {"files": files, "units": units, "facts": dict(written.facts)}
        return results

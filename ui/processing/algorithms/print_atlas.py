"""``control_units:print_atlas``: a plan's atlas on paper, a sheet a unit or a county, on a print layout of QGIS's."""

from __future__ import annotations

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
from ..algorithm import Algorithm
from ..choices import choice
from ..printing import add_layouts_and_report, is_child, reported, waited_for
from ..sinks import is_temporary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ....delineation.core.progress import Progress
    from ....delineation.export.atlas_sheet import AtlasOptions
    from ....delineation.export.registry import Written
    from ....delineation.plan.file import Plan

translate = QCoreApplication.translate
ONE, COUNTY, UNIT_SHEET = "one", "county", "unit"


class PrintAtlasAlgorithm(Algorithm):
    """Print; what ``export`` has printed where there is a QGIS."""

    NAME = "print_atlas"
    GROUP = "review"
    ORDER = 96
    TAGS = ("print", "atlas", "layout", "pdf", "图集", "图册", "打印", "布局", "一单元一图", "出图")

    PAPER, SHEETS, SPLIT, UNIT = "PAPER", "SHEETS", "SPLIT", "UNIT"
    REVIEW, BASEMAP, LAYOUTS, OUTPUT = "REVIEW", "BASEMAP", "LAYOUTS", "OUTPUT"
    UNITS, SHEET_COUNT, PAGES = "UNITS", "SHEET_COUNT", "PAGES"

    def title(self) -> str:
        return translate("ControlUnits", "Print the atlas of a plan")

    def help(self) -> Sequence[str]:
        return (
            translate(
                "ControlUnits",
                "Prints a sheet for each unit, or for each county, as a PDF: its map, why it is what it is, and its "
                "entry list, which runs on to further pages; before them an overview that says which unit is on which "
                "sheet.",
            ),
            translate(
                "ControlUnits",
                "The sheet is a print layout that can be edited in QGIS (atlas_A4.qpt); what is filled in goes by the "
                "ids of its items.",
            ),
            translate(
                "ControlUnits",
                "The file appears whole or not at all. Where QGIS was ended meanwhile, the counties that were printed "
                "already are not printed again. The plan is only read.",
            ),
        )

    def flags(self) -> QgsProcessingAlgorithm.Flags:
        # Print layouts crash in threads.
        return super().flags() | QgsProcessingAlgorithm.Flag.FlagNoThreading

    def declare(self) -> None:
        from ....delineation.export.atlas_sheet import PAPERS

        self.add_plan()
        sheets = {
            UNIT_SHEET: translate("ControlUnits", "A sheet for each unit"),
            COUNTY: translate("ControlUnits", "A sheet for each county"),
        }
        self.add(
            choice(self.SHEETS, translate("ControlUnits", "Sheets"), (UNIT_SHEET, COUNTY), words=sheets),
            translate("ControlUnits", "Of a unit its entry list follows, of a county a table of its units."),
        )
        split = {
            ONE: translate("ControlUnits", "All in one file"),
            COUNTY: translate("ControlUnits", "A file for each county"),
        }
        self.add(
            choice(self.SPLIT, translate("ControlUnits", "Files"), (ONE, COUNTY), words=split),
            translate("ControlUnits", "Files of counties lie in a folder beside the overview."),
        )
        self.add(
            choice(self.PAPER, translate("ControlUnits", "Paper"), PAPERS),
            translate("ControlUnits", "All sheets stand upright."),
        )
        for name, title, about in (
            (
                self.UNIT,
                translate("ControlUnits", "Compiled by"),
                translate("ControlUnits", "Who compiled the atlas."),
            ),
            (
                self.REVIEW,
                translate("ControlUnits", "Map approval number"),
                translate("ControlUnits", "Without one the sheets say that they are not to be made public."),
            ),
            (
                self.BASEMAP,
                translate("ControlUnits", "Source of the base map"),
                translate("ControlUnits", "By default what the plan's sources say of counties and townships."),
            ),
        ):
            self.add(QgsProcessingParameterString(name, title, defaultValue="", optional=True), about)
        add_layouts_and_report(self, self.LAYOUTS)
        self.add(
            QgsProcessingParameterFileDestination(
                self.OUTPUT, translate("ControlUnits", "Atlas"), translate("ControlUnits", "PDF (*.pdf)")
            ),
            translate("ControlUnits", "All of it or, where each county has a file, the overview."),
        )
        self.addOutput(QgsProcessingOutputNumber(self.UNITS, translate("ControlUnits", "Number of units")))
        self.addOutput(QgsProcessingOutputNumber(self.SHEET_COUNT, translate("ControlUnits", "Number of sheets")))
        self.addOutput(QgsProcessingOutputNumber(self.PAGES, translate("ControlUnits", "Number of pages")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        report = self.parameterAsString(parameters, self.REPORT, context)
        with reported(report) as told:
            if not is_child():
                return self._here(parameters, context, feedback)
            # Drafts only: whoever started this process puts them together.
            plan = Path(self.parameterAsFile(parameters, self.PLAN, context))
            folder = Path(self.parameterAsFileOutput(parameters, self.OUTPUT, context)).parent
            told |= _print(plan, folder, self._options(parameters, context), waited_for(feedback, report))
            return {self.UNITS: told["units"]}

    def _options(self, parameters: dict[str, Any], context: QgsProcessingContext) -> AtlasOptions:
        from ....delineation.export.atlas_sheet import AtlasOptions

        split = str(self.parameterAsEnumString(parameters, self.SPLIT, context))
        return AtlasOptions.read(
            paper=str(self.parameterAsEnumString(parameters, self.PAPER, context)),
            sheets=str(self.parameterAsEnumString(parameters, self.SHEETS, context)),
            split="" if split == ONE else split,
            unit=self.parameterAsString(parameters, self.UNIT, context),
            review=self.parameterAsString(parameters, self.REVIEW, context),
            basemap=self.parameterAsString(parameters, self.BASEMAP, context),
            layouts=self.parameterAsString(parameters, self.LAYOUTS, context),
        )

    def _here(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ....delineation.export.atlas import draw_atlas
        from ....delineation.export.registry import check_output, noted

        output = Path(self.parameterAsFileOutput(parameters, self.OUTPUT, context))
        check_output(output, (".pdf",))
        options = self._options(parameters, context)
        plan = Path(self.parameterAsFile(parameters, self.PLAN, context))
        progress = waited_for(feedback, "")

        def write() -> Written:
            return draw_atlas(plan, output, options, progress, _print)

        # What is temporary is no part of the plan's history.
        temporary = is_temporary(parameters.get(self.OUTPUT))
        written = write() if temporary else noted("atlas-pdf", plan, output, options.changed(), write)
        for path in written.files:
            feedback.pushInfo(translate("ControlUnits", "Written: {files}").format(files=path))
        for one in remarks_of(written) if not temporary else ():
            feedback.pushWarning(visible(said(one)))
        counts = {self.UNITS: written.layers["units"], self.SHEET_COUNT: written.layers["sheets"]}
        return {self.OUTPUT: str(output), **counts, self.PAGES: written.facts["pages"]}


def _print(plan: Plan | Path, folder: Path, options: AtlasOptions, progress: Progress) -> Mapping[str, Any]:
    """Print in this process, on its main thread."""
    from ...map.atlas import print_parts

    return print_parts(plan, folder, options, progress=progress)

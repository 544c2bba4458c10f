"""``control_units:print_atlas``: a plan's atlas on paper, a sheet a unit or a county, on a print layout of QGIS's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsProcessingParameterFileDestination

from ...text import tr
from ..choices import choice
from ..print_algorithm import PrintAlgorithm, parent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ....delineation.core.progress import Progress
    from ....delineation.export.atlas_sheet import AtlasOptions
    from ....delineation.export.registry import Written
    from ....delineation.plan.file import Plan
    from ..algorithm import Values
    from ..log import Row

ONE, COUNTY, UNIT_SHEET = "one", "county", "unit"


class PrintAtlasAlgorithm(PrintAlgorithm):
    """Print; what ``export`` has printed where there is a QGIS."""

    NAME = "print_atlas"
    ORDER = 96
    TAGS = ("print", "atlas", "layout", "pdf", "图集", "图册", "打印", "布局", "一单元一图", "出图")

    def title(self) -> str:
        return tr("Print the atlas of a plan")

    def help(self) -> Sequence[str]:
        return (
            tr(
                "Prints a sheet for each unit, or for each county, as a PDF: its map, why it is what it is, and its "
                "entry list, which runs on to further pages; before them an overview that says which unit is on which "
                "sheet.",
            ),
            tr(
                "The sheet is a print layout that can be edited in QGIS (atlas_A4.qpt); what is filled in goes by the "
                "ids of its items.",
            ),
            tr(
                "The file appears whole or not at all. Where QGIS was ended meanwhile, the counties that were printed "
                "already are not printed again. The plan is only read.",
            ),
        )

    def declare(self) -> None:
        from ....delineation.export.atlas_sheet import PAPERS

        self.add_options("plan")
        self.add_options("sheets", kind="choice", choices=(UNIT_SHEET, COUNTY), default=UNIT_SHEET)
        split = {
            ONE: tr("All in one file"),
            COUNTY: tr("A file for each county"),
        }
        self.add(
            choice("SPLIT", tr("Files"), (ONE, COUNTY), words=split),
            tr("Files of counties lie in a folder beside the overview."),
        )
        self.add_options("paper", kind="choice", choices=PAPERS, default=PAPERS[0])
        self.add_texts()
        self.add_sheets()
        self.add(
            QgsProcessingParameterFileDestination("OUTPUT", tr("Atlas"), tr("PDF (*.pdf)")),
            tr("All of it or, where each county has a file, the overview."),
        )
        self.add_counts("UNITS")
        self.add_numbers(
            ("SHEET_COUNT", tr("Number of sheets")),
            ("PAGES", tr("Number of pages")),
        )

    def printed(self) -> tuple[Values, Row]:
        plan, output = Path(self.file("PLAN")), self.output("OUTPUT")
        options, progress = self._options(), self.progress()
        if parent():
            # Drafts only: whoever started this process puts them together.
            drafts = _print(plan, output.parent, options, progress)
            return {"UNITS": drafts["units"]}, drafts
        temporary = self.is_temporary("OUTPUT")
        written = _drawn(plan, output, options, progress, noted=not temporary)
        self.tell(written, noted=not temporary)
        counts = {"UNITS": written.layers["units"], "SHEET_COUNT": written.layers["sheets"]}
        return {"OUTPUT": str(output), **counts, "PAGES": written.facts["pages"]}, {}

    def _options(self) -> AtlasOptions:
        from ....delineation.export.atlas_sheet import AtlasOptions

        split = self.chosen("SPLIT")
        return AtlasOptions.read(
            paper=self.chosen("PAPER"),
            sheets=self.chosen("SHEETS"),
            split="" if split == ONE else split,
            **self.texts(),
        )


def _drawn(plan: Path, output: Path, options: AtlasOptions, progress: Progress, *, noted: bool) -> Written:
    """Draw the atlas; what is temporary is no part of the plan's history."""
    from ....delineation.export import registry
    from ....delineation.export.atlas import draw_atlas

    registry.check_output(output, (".pdf",))

    def write() -> Written:
        return draw_atlas(plan, output, options, progress, _print)

    return registry.noted("atlas-pdf", plan, output, options.changed(), lambda _: write()) if noted else write()


def _print(plan: Plan | Path, folder: Path, options: AtlasOptions, progress: Progress) -> Row:
    """Print in this process, on its main thread."""
    from ...map.atlas import print_parts

    return print_parts(plan, folder, options, progress=progress)

"""``control_units:print_map``: a plan's map on paper, as PDF or PNG, on the sheets of QGIS's print layouts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsProcessingParameterFileDestination

from ...text import tr
from ...work.settings import who
from ..choices import choice
from ..print_algorithm import PrintAlgorithm, parent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..algorithm import Values

WHOLE, TOWNSHIP = "whole", "township"


class PrintMapAlgorithm(PrintAlgorithm):
    """Print; what ``export`` draws where there is a QGIS."""

    NAME = "print_map"
    ORDER = 95
    TAGS = ("print", "map", "layout", "pdf", "png", "出图", "打印", "布局", "单元图", "分乡镇")

    def title(self) -> str:
        return tr("Print the map of a plan")

    def help(self) -> Sequence[str]:
        return (
            tr(
                "Prints the units of a plan with title, legend, scale bar and notes as a PDF or a picture, A4 to A0.",
            ),
            tr(
                "The sheets are print layouts that can be edited in QGIS (.qpt); what is filled in goes by the ids of "
                "their items.",
            ),
            tr("By township there is a file for each besides, in a folder beside that of the whole."),
            tr("All files appear whole or not at all. The plan is only read."),
        )

    def declare(self) -> None:
        from ....delineation.export.map_sheet import PAPERS

        self.add_options("plan")
        self.add_options("paper", kind="choice", choices=tuple(PAPERS), default="A3")
        self.add_options("theme")
        by = {
            WHOLE: tr("Only the whole"),
            TOWNSHIP: tr("Each township besides"),
        }
        self.add(
            choice("BY", tr("Maps"), (WHOLE, TOWNSHIP), words=by),
            tr("The whole with all counties at once, or an extract of each township besides."),
        )
        self.add_texts()
        self.add_options("dpi", kind="whole", default=300, least=1, advanced=True)
        self.add_sheets()
        kinds = tr("PDF (*.pdf)") + ";;" + tr("Picture (*.png)")
        self.add(
            QgsProcessingParameterFileDestination("OUTPUT", tr("Map"), kinds),
            tr("Its suffix says as what."),
        )
        self.add_counts("UNITS")
        self.add_numbers(
            ("MAPS", tr("Number of maps")),
        )

    def printed(self) -> tuple[Values, Values]:
        from ....delineation.export.map_sheet import MapOptions
        from ....delineation.export.registry import Written, check_output, noted
        from ...map.printing import print_maps

        output, by = self.output("OUTPUT"), self.chosen("BY")
        suffix = check_output(output, (".pdf", ".png"))
        options = MapOptions.read(
            picture=suffix == ".png",
            paper=self.chosen("PAPER"),
            dpi=self.parameterAsInt(self.parameters, "DPI", self.context),
            by="" if by == WHOLE else by,
            theme=self.text("THEME"),
            **self.texts(),
        )
        plan, progress = Path(self.file("PLAN")), self.progress()

        def write() -> Written:
            printed = print_maps(plan, output, options, progress=progress)
            return Written(printed.files, {"units": printed.units, "maps": len(printed.files)}, printed.facts)

        # As a child it prints drafts, and whoever started it notes what became of them; what is temporary nobody does.
        if parent() or self.is_temporary("OUTPUT"):
            written = write()
        else:
            written = noted(f"map-{suffix[1:]}", plan, output, options.changed(), lambda _: write(), author=who())
        self.tell(written)
        units = written.layers["units"]
        results = {"OUTPUT": str(output), "UNITS": units, "MAPS": len(written.files)}
        files = [path.relative_to(output.parent).as_posix() for path in written.files]
        return results, {"files": files, "units": units, "facts": dict(written.facts)}

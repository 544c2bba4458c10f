"""``control_units:export_plan``: a plan's entry lists, units or map as a file for others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingParameterFileDestination

from ....delineation.core.errors import visible
from ....delineation.core.messages import Message, at
from ....delineation.export.registry import exporters
from ...text import language, said, tr
from ...work.settings import who
from ..algorithm import Algorithm
from ..log import last_stop
from ..options import parameter_of, value_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ....delineation.core.options import Option
    from ..algorithm import Values


class ExportPlanAlgorithm(Algorithm):
    """Export; the same formats as ``python -m delineation export``."""

    NAME = "export_plan"
    VERB = "export"
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

    def title(self) -> str:
        return tr("Export a plan")

    def help(self) -> Sequence[str]:
        return (
            tr(
                "Writes entry lists, units, element zones, tables or a map of a plan as a file for others.",
            ),
            tr("The file appears whole or not at all. A plan is only read, and never written over."),
            tr(
                "Layers have the field names of the profile (layers.toml). A Shapefile's texts are in GBK, or in UTF-8 "
                "where a text has a character that GBK lacks; its .cpg says which. A file geodatabase is a folder that "
                "ends in .gdb.",
            ),
        )

    def declare(self) -> None:
        formats = exporters()
        self.add_options("plan")
        names = tuple(formats)
        titles = {name: at(one.title(language())) for name, one in formats.items()}
        about = Message("What is written, and as what.")
        self.add_options("format", about=about, kind="choice", choices=names, words=titles, default=names[0])
        for option, of in _options().values():
            parameter = parameter_of(option)
            if option.kind == "text":
                parameter.setDefaultValue(option.default)
            helps = tr("Only for: {formats}. Another format refuses it.")
            self.add(parameter, helps.format(formats=", ".join(of)), advanced=True)
        kinds = ";;".join(dict.fromkeys(one.file_kind(language()) for one in formats.values()))
        self.add(
            QgsProcessingParameterFileDestination("OUTPUT", tr("Exported file"), kinds),
            tr("Its suffix has to be that of the format."),
        )
        self.add_counts("UNITS")

    def work(self) -> Values:
        from ....delineation.export.registry import export, opened
        from ....delineation.export.telling import made_of, remarks_of, remarks_on

        name, output = self.chosen("FORMAT"), self.output("OUTPUT")
        plan: Any = Path(self.file("PLAN"))
        known = [option for option, _ in _options().values()]
        given = {one.name: value_of(one, self) for one in known}
        options = {one.name: given[one.name] for one in known if given[one.name] != one.default}
        if self.is_temporary("OUTPUT"):
            # QGIS names a temporary file by the first kind that there is.
            output = output.with_suffix(exporters()[name].suffix)
            plan = opened(plan)  # what is temporary is no part of the plan's history
        author = who()
        written = self.engine(lambda progress: export(name, plan, output, options, author=author, progress=progress))
        last_stop(self.feedback)
        for one in made_of(written):
            self.feedback.pushInfo(visible(said(one)))
        # What QGIS keeps for a while is in no plan's history, and was not meant to be.
        remarks = remarks_of(written) if isinstance(plan, Path) else remarks_on(written.facts)
        for one in remarks:
            self.feedback.pushWarning(visible(said(one)))
        units = {"UNITS": written.layers.get("units", written.facts.get("units", 0))}
        return {"OUTPUT": str(written.files[0]), **units} if written.files else units


def _options() -> dict[str, tuple[Option, list[str]]]:
    """List the options of all formats by name, each with the formats that have it."""
    found: dict[str, tuple[Option, list[str]]] = {}
    for one in exporters().values():
        for option in one.settings:
            found.setdefault(option.name, (option, []))[1].append(one.title(language()))
    return found

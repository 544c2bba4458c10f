"""What the algorithms share that print: the texts of their sheets, a report for programs, an end with their parent."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsProcessingAlgorithm, QgsProcessingParameterDefinition, QgsProcessingParameterString
from qgis.PyQt.QtCore import QCoreApplication

from ...delineation.core.atomic_files import alive
from ...delineation.core.errors import Cancelled, DelineationError, visible
from ...delineation.core.messages import Message
from ...delineation.export.telling import remarks_of
from ..text import said, tr
from .algorithm import Algorithm
from .log import reporting_to

if TYPE_CHECKING:
    from ...delineation.core.progress import Progress
    from ...delineation.export.registry import Written
    from .algorithm import Values
    from .log import Row

TEXTS = ("UNIT", "REVIEW", "BASEMAP", "LAYOUTS")  # the engine's options of these names


def parent() -> str:
    """Give the process that started this one to print drafts; "" where nobody did."""
    return os.environ.get("CONTROL_UNITS_PARENT", "")


class PrintAlgorithm(Algorithm):
    """An algorithm that prints a plan on layouts of QGIS's: subclasses declare their sheets, ``printed`` prints."""

    VERB = "export"
    GROUP = "review"

    def flags(self) -> QgsProcessingAlgorithm.Flags:
        # Print layouts crash in threads.
        return super().flags() | QgsProcessingAlgorithm.Flag.FlagNoThreading

    def add_texts(self) -> None:
        """Add what stands on every sheet."""
        self.add_options("unit")
        self.add_options("review", title=Message("Map approval number"))
        self.add_options("basemap")

    def add_sheets(self) -> None:
        """Add the folder of the user's own sheets and, hidden, the report that a program reads: what became of it."""
        self.add_options("layouts", kind="folder", title=Message("Folder with sheets of your own"), advanced=True)
        report = QgsProcessingParameterString("REPORT", tr("File for the report"), defaultValue="", optional=True)
        self.add(report, tr("For programs: files, facts and errors as JSON."))
        report.setFlags(report.flags() | QgsProcessingParameterDefinition.Flag.FlagHidden)

    def tell(self, written: Written, *, noted: bool = True) -> None:
        """Say which files came about and, of those that are noted in the plan's history, what a reader must know."""
        for path in written.files:
            self.feedback.pushInfo(tr("Written: {files}", files=path))
        for one in remarks_of(written) if noted else ():
            self.feedback.pushWarning(visible(said(one)))

    def printed(self) -> tuple[Values, Row]:
        """Print, and give the results and what the report says; nothing where there is nothing to say."""
        raise NotImplementedError

    def work(self) -> Values:
        from ...delineation.export.map_qgis import write_error

        report = self.text("REPORT")
        try:
            results, told = self.printed()
        except DelineationError as error:
            _write(report, {"error": write_error(error)})
            raise
        _write(report, told)
        return results

    def texts(self) -> dict[str, str]:
        """Give what was asked to stand on the sheets, as options of the engine."""
        return {name.lower(): self.text(name) for name in TEXTS}

    def progress(self) -> Progress:
        """Tell how far it is, in the window or to the process that waits; print for nobody who is gone."""
        from ...delineation.export.map_qgis import STEPS

        told, report, waiting = reporting_to(self.feedback), self.text("REPORT"), parent()

        def progress(fraction: float, message: Message) -> None:
            if waiting.isdigit() and not alive(int(waiting)):
                raise Cancelled
            told(fraction, message)
            if report:
                Path(report + STEPS).write_text(f"{fraction:.4f}", encoding="ascii")
            QCoreApplication.processEvents()

        return progress


def _write(report: str, told: Row) -> None:
    if report and told:
        Path(report).write_text(json.dumps(dict(told), ensure_ascii=False), encoding="utf-8")

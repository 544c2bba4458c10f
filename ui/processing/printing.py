"""What the algorithms that print share: sheets of one's own, and what the engine is told that runs them as a child."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingParameterDefinition, QgsProcessingParameterFile, QgsProcessingParameterString
from qgis.PyQt.QtCore import QCoreApplication

from ...delineation.core.atomic_files import alive
from ...delineation.core.errors import Cancelled, DelineationError
from .log import reporting_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qgis.core import QgsProcessingFeedback

    from ...delineation.core.messages import Message
    from ...delineation.core.progress import Progress
    from .algorithm import Algorithm

__all__ = ["add_layouts_and_report", "is_child", "reported", "waited_for"]

translate = QCoreApplication.translate
_PARENT = "CONTROL_UNITS_PARENT"


def is_child() -> bool:
    """Whether the engine started this process: it puts drafts in their places itself, and notes what became of them."""
    return bool(os.environ.get(_PARENT))


def add_layouts_and_report(algorithm: Algorithm, layouts: str) -> None:
    """Add the parameters for sheets of one's own, and for whoever runs it as a program: what became of it."""
    algorithm.add(
        QgsProcessingParameterFile(
            layouts,
            translate("ControlUnits", "Folder with sheets of your own"),
            behavior=QgsProcessingParameterFile.Behavior.Folder,
            optional=True,
        ),
        translate("ControlUnits", "Its .qpt files take the place of the shipped ones of the same name."),
        advanced=True,
    )
    report = QgsProcessingParameterString(
        algorithm.REPORT, translate("ControlUnits", "File for the report"), defaultValue="", optional=True
    )
    algorithm.add(report, translate("ControlUnits", "For programs: files, facts and errors as JSON."))
    report.setFlags(report.flags() | QgsProcessingParameterDefinition.Flag.FlagHidden)


@contextlib.contextmanager
def reported(report: str) -> Iterator[dict[str, Any]]:
    """Write what the block puts into the dictionary, or its error, into a file; "" writes nothing."""
    from ...delineation.export.map_qgis import write_error

    told: dict[str, Any] = {}
    try:
        yield told
    except DelineationError as error:
        told = {"error": write_error(error)}
        raise
    finally:
        if report and told:
            Path(report).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def waited_for(feedback: QgsProcessingFeedback, report: str) -> Progress:
    """Progress that QGIS and a file beside the report show, and that ends where nobody waits any more."""
    from ...delineation.export.map_qgis import STEPS

    told, parent = reporting_to(feedback), os.environ.get(_PARENT, "")

    def progress(fraction: float, message: Message) -> None:
        if parent.isdigit() and not alive(int(parent)):
            raise Cancelled
        told(fraction, message)
        if report:
            Path(report + STEPS).write_text(f"{fraction:.4f}", encoding="ascii")
        QCoreApplication.processEvents()

    return progress

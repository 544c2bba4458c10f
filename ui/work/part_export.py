"""Exports of a part of the plan that somebody asks for where it stands: some units, some findings."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...delineation.core.errors import visible
from ...delineation.export.registry import export, exporters
from ..text import language, tr
from .job import Job

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...delineation.export.registry import Exporter, Written
    from .session import Session

UNIT_FORMATS = ("units-shp", "units-gpkg", "units-kml", "lists-xlsx")
"""Formats that some units alone are exported in."""


class PartExport(QObject):
    """Writes a part of the session's plan beside the main thread, one at a time."""

    written = pyqtSignal(str, str)  # a sentence, the folder
    failed = pyqtSignal(object)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.session = session
        self._job = Job(session.runner, self)

    def proposed(self, plan: Path, format_: Exporter, part: str) -> Path:
        """Propose a file beside the plan, named for the plan and the part."""
        stem = plan.name.removesuffix(".gpkg").removesuffix(".plan")
        kind = format_.zh if language() == "zh" else format_.en
        name = visible("_".join(filter(None, (stem, kind, part)))).replace("/", "_").replace("\\", "_")
        return Path(plan.absolute().parent / f"{name}{format_.suffix}")

    def start(self, name: str, plan: Path, path: Path, options: Mapping[str, Any]) -> None:
        """Write the plan's part that the options say."""
        format_ = exporters()[name]
        self._job.start(
            tr("Exporting {name}", name=format_.title(language())),
            # Whoever chose the file was asked about what is there.
            lambda progress: export(name, plan, path, options, force=True, progress=progress),
            done=partial(self._done, path),
            failed=self._fail,
        )

    def _fail(self, error: Exception) -> None:
        self.failed.emit(error)

    def _done(self, path: Path, _: Written) -> None:
        self.written.emit(tr("{file} is written.", file=visible(path.name)), str(path.parent))

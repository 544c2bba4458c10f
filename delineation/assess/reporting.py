"""Reports of assessments as files: the registry of their writers, and the one function that has a report written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from ..core.atomic_files import check_place
from ..core.errors import BadInput
from ..core.folder_modules import modules_of
from ..core.messages import Message, one_of
from ..core.progress import Progress, silent
from ..plan.outputs import guarded, inputs_of_plan

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["ReportWriter", "check_report", "report_language", "report_writer", "report_writers", "write_report"]

Write = Callable[..., None]
"""``(documents, plan, output, *, language, progress)``: answers of one assessment or of a batch, the plan's file, and
where the report goes, which is written whole or not at all."""


@dataclass(frozen=True)
class ReportWriter:
    """A kind of report.

    Attributes
    ----------
    suffix : str
        ``.docx``
    batch : bool
        It takes the answers of a batch; else one answer alone.
    write : callable
    """

    suffix: str
    batch: bool
    write: Write


_WRITERS: dict[tuple[str, bool], ReportWriter] = {}


def report_writer(suffix: str, *, batch: bool = False) -> Callable[[Write], Write]:
    """Enter a writer of reports: a decorator of a function in ``assess/reports/``."""

    def enter(write: Write) -> Write:
        _WRITERS[suffix, batch] = ReportWriter(suffix, batch, write)
        return write

    return enter


@cache
def _found() -> bool:
    from . import reports

    modules_of(reports.__name__, reports.__path__)
    return True


def report_writers(*, batch: bool = False) -> dict[str, ReportWriter]:
    """List the writers: suffix → writer."""
    _found()
    return {suffix: writer for (suffix, many), writer in sorted(_WRITERS.items()) if many is batch}


def check_report(output: Path, inputs: Iterable[Path], *, batch: bool = False) -> None:
    """Refuse a place or a kind of file that no report can be, before anything is assessed.

    Raises
    ------
    BadInput
        No writer for the suffix, no such folder, no right to write there; a database or one of the inputs lies there.
    """
    known = report_writers(batch=batch)
    if output.suffix.lower() not in known:
        raise BadInput(Message("'{name}' is no report", name=output.name), where=output, wanted=one_of(known or ["–"]))
    check_place(output)
    guarded(output, inputs)


def report_language(plan: Path) -> str:
    """Give the language of a report on a plan: its profile's, as of all that is written into files.

    Raises
    ------
    BadInput
        No plan.
    """
    from .answer import Assessor

    return str(Assessor(plan).records.profile.settings["language"])


def write_report(
    documents: Iterable[Mapping[str, Any]],
    plan: Path,
    output: Path,
    *,
    batch: bool = False,
    language: str = "zh",
    progress: Progress = silent,
) -> None:
    """Write the report of one assessment, or of a batch.

    Parameters
    ----------
    documents : iterable of mapping
        As ``--json`` prints them.
    plan : Path
        The plan's file, for a map.
    output : Path
        An existing file is replaced whole.
    batch : bool
    language : str
        Of the report's own words.
    progress : callable

    Raises
    ------
    BadInput
        See `check_report`; what the writer cannot do.
    """
    check_report(output, inputs_of_plan(plan, output), batch=batch)
    found: Sequence[Mapping[str, Any]] = list(documents)
    writer = report_writers(batch=batch)[output.suffix.lower()]
    writer.write(found, plan, output, language=language, progress=progress)

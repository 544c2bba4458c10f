"""Reports of one assessment: as a Word document, as PDF, as a workbook. What writes them is loaded when it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...core.errors import needed
from ...core.messages import Message
from ..reporting import report_writer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ...core.progress import Progress
    from ...export.document import Document


@report_writer(".docx")
def document(
    documents: Sequence[Mapping[str, Any]], plan: Path, output: Path, *, language: str, progress: Progress
) -> None:
    """Write an answer as DOCX.

    Raises
    ------
    MissingLibrary
        python-docx or matplotlib is not there, or cannot be loaded: QGIS for Windows does not carry the first.
    """
    wanted = Message("python-docx 1.0 or newer, which the offline kit carries; or the report as PDF")
    with needed("python-docx", wanted):
        from ...export.document_docx import write_docx

    write_docx(_report(documents, plan, language), output, progress=progress)


@report_writer(".pdf")
def pdf(documents: Sequence[Mapping[str, Any]], plan: Path, output: Path, *, language: str, progress: Progress) -> None:
    """Write an answer as PDF.

    Raises
    ------
    MissingLibrary
        matplotlib is not there, or cannot be loaded.
    """
    with needed("matplotlib", Message("matplotlib 3.7 or newer")):
        from ...export.document_pdf import write_pdf

    write_pdf(_report(documents, plan, language), output, progress=progress)


def _report(documents: Sequence[Mapping[str, Any]], plan: Path, language: str) -> Document:
    from ..report_content import ReportWords, report_of
    from ..report_plan import ReportPlan

    return report_of(documents[0], ReportWords(ReportPlan(plan), language))


@report_writer(".xlsx")
def workbook_of_site(
    documents: Sequence[Mapping[str, Any]], plan: Path, output: Path, *, language: str, progress: Progress
) -> None:
    """Write an answer as a workbook."""
    from ..report_xlsx import write_xlsx

    write_xlsx(documents[0], plan, output, language=language, progress=progress)

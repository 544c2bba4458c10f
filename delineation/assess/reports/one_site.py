"""Reports of one assessment: as a Word document, as PDF, as a workbook. What writes them is loaded when it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...core.errors import MissingLibrary
from ...core.messages import Message, foreign
from ..reporting import report_writer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ...core.progress import Progress

__all__ = ["document", "pdf", "workbook_of_site"]


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
    try:
        from ..report_docx import write_docx
    except ImportError as error:
        what = Message("{name} cannot be loaded ({error})", name=error.name or "python-docx", error=foreign(error))
        wanted = Message("python-docx 1.0 or newer, which the offline kit carries; or the report as PDF")
        raise MissingLibrary(what, wanted=wanted) from error

    write_docx(documents[0], plan, output, language=language, progress=progress)


@report_writer(".pdf")
def pdf(documents: Sequence[Mapping[str, Any]], plan: Path, output: Path, *, language: str, progress: Progress) -> None:
    """Write an answer as PDF.

    Raises
    ------
    MissingLibrary
        matplotlib is not there, or cannot be loaded.
    """
    try:
        from ..report_pdf import write_pdf
    except ImportError as error:
        what = Message("{name} cannot be loaded ({error})", name=error.name or "matplotlib", error=foreign(error))
        raise MissingLibrary(what, wanted=Message("matplotlib 3.7 or newer")) from error

    write_pdf(documents[0], plan, output, language=language, progress=progress)


@report_writer(".xlsx")
def workbook_of_site(
    documents: Sequence[Mapping[str, Any]], plan: Path, output: Path, *, language: str, progress: Progress
) -> None:
    """Write an answer as a workbook."""
    from ..report_xlsx import write_xlsx

    write_xlsx(documents[0], plan, output, language=language, progress=progress)

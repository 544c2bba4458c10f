"""``lists-xlsx``, ``lists-docx``: the entry lists as a workbook and as a Word document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.errors import needed
from ...core.messages import Message
from ...core.progress import Progress, silent
from ..registry import Written, exporter, opened

if TYPE_CHECKING:
    from pathlib import Path

    from ...plan.file import Plan


@exporter(
    "lists-xlsx", zh="准入清单", en="Entry lists", file_zh="Excel 工作簿", file_en="Workbook", suffix=".xlsx", order=10
)
def lists_xlsx(plan: Plan | Path, output: Path, *, progress: Progress = silent, codes: str = "") -> Written:
    """Write the entry lists, of all units or of those of some codes."""
    from ..lists_xlsx import write_lists

    told = write_lists(opened(plan, codes), output, progress=progress)
    return Written((output,), {"units": told["units"], "clauses": told["clauses"]}, told)


@exporter(
    "lists-docx", zh="准入清单", en="Entry lists", file_zh="Word 文档", file_en="Document", suffix=".docx", order=16
)
def lists_docx(plan: Plan | Path, output: Path, *, progress: Progress = silent, codes: str = "") -> Written:
    """Write the entry lists, of all units or of those of some codes.

    Raises
    ------
    MissingLibrary
        python-docx is not there, or cannot be loaded: QGIS for Windows does not carry it.
    """
    wanted = Message("python-docx 1.0 or newer, which the offline kit carries; or the lists as a workbook")
    with needed("python-docx", wanted, exactly=True):
        from ..lists_docx import write_lists

    told = write_lists(opened(plan, codes), output, progress=progress)
    return Written((output,), {"units": told["units"], "clauses": told["clauses"]}, told)

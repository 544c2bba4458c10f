"""``lists-xlsx``: the entry lists as a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.progress import Progress, silent
from ..registry import Written, exporter, opened

if TYPE_CHECKING:
    from pathlib import Path

    from ...plan.file import Plan


@exporter(
    "lists-xlsx", zh="准入清单", en="Entry lists", file_zh="Excel 工作簿", file_en="Workbook", suffix=".xlsx", order=10
)
def lists_xlsx(plan: Plan | Path, output: Path, *, progress: Progress = silent) -> Written:
    """Write the entry lists."""
    from ..lists_xlsx import write_lists

    told = write_lists(opened(plan), output, progress=progress)
    return Written((output,), {"units": told["units"], "clauses": told["clauses"]}, told)

"""``clauses-xlsx``: the clause library of a plan as a workbook that a bureau edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.progress import Progress, silent
from ..registry import Written, exporter, opened

if TYPE_CHECKING:
    from pathlib import Path

    from ...plan.file import Plan


@exporter(
    "clauses-xlsx",
    zh="准入清单条款库",
    en="Clause library",
    file_zh="Excel 工作簿",
    file_en="Workbook",
    suffix=".xlsx",
    order=18,
)
def clauses_xlsx(plan: Plan | Path, output: Path, *, progress: Progress = silent) -> Written:  # noqa: ARG001 - at once
    """Write the clause library that the entry lists were made from."""
    from ..clauses_xlsx import write_clauses

    told = write_clauses(opened(plan), output)
    return Written((output,), {"clauses": told["clauses"]}, told)

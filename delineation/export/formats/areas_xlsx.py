"""``areas-xlsx``: areas by county and category as a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.progress import Progress, silent
from ..registry import Written, exporter, opened

if TYPE_CHECKING:
    from pathlib import Path

    from ...plan.file import Plan


@exporter(
    "areas-xlsx",
    zh="面积统计表",
    en="Area table",
    file_zh="Excel 工作簿",
    file_en="Workbook",
    suffix=".xlsx",
    order=70,
)
def areas_xlsx(plan: Plan | Path, output: Path, *, progress: Progress = silent) -> Written:  # noqa: ARG001 - at once
    """Write the table."""
    from ..tables_xlsx import write_areas

    told = write_areas(opened(plan), output)
    return Written((output,), {"counties": told["counties"]}, told)

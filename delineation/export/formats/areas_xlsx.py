"""``areas-xlsx``: areas by county and category as a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...core.messages import Message, counted
from ...core.progress import Progress, silent
from ..registry import Exporter, Written, exporter, opened, preview

if TYPE_CHECKING:
    from collections.abc import Mapping
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


@preview("areas")
def _preview(plan: Plan, format_: Exporter, options: Mapping[str, Any]) -> Message:  # noqa: ARG001 - as all previews
    counties = counted(plan.units["county"].nunique(), "{n} county", "{n} counties")
    return Message("{counties} × 3 categories: units, km², %; by kind of unit as well", counties=counties)

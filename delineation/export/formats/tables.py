"""``areas-xlsx``, ``findings-xlsx``: tables of a plan as workbooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

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
    """Write areas by county and category."""
    from ..tables_xlsx import write_areas

    told = write_areas(opened(plan), output)
    return Written((output,), {"counties": told["counties"]}, told)


@exporter(
    "findings-xlsx",
    zh="质检问题表",
    en="Findings",
    file_zh="Excel 工作簿",
    file_en="Workbook",
    suffix=".xlsx",
    order=80,
)
def findings_xlsx(
    plan: Plan | Path,
    output: Path,
    *,
    progress: Progress = silent,  # noqa: ARG001 - at once
    rules: str = "",
    state: Literal["", "open", "accepted"] = "",
) -> Written:
    """Write the findings: all of them, or those of some rules (``S45,Q14``), or those that are open or accepted."""
    from ..tables_xlsx import write_findings

    told = write_findings(opened(plan), output, rules=rules, state=state)
    return Written((output,), {"findings": told["findings"]}, told)

"""``lists-xlsx``: the entry lists as a workbook."""

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
    "lists-xlsx", zh="准入清单", en="Entry lists", file_zh="Excel 工作簿", file_en="Workbook", suffix=".xlsx", order=10
)
def lists_xlsx(plan: Plan | Path, output: Path, *, progress: Progress = silent) -> Written:
    """Write the entry lists."""
    from ..lists_xlsx import write_lists

    told = write_lists(opened(plan), output, progress=progress)
    return Written((output,), {"units": told["units"], "clauses": told["clauses"]}, told)


@preview("lists")
def _preview(plan: Plan, format_: Exporter, options: Mapping[str, Any]) -> Message:  # noqa: ARG001 - as all previews
    from ...lists.draft import TO_REVIEW

    units = counted(len(plan.units), "{n:,} unit", "{n:,} units")
    clauses = counted(len(plan.clauses), "{n:,} clause", "{n:,} clauses")
    waiting = int((plan.clauses["status"] == TO_REVIEW).sum())
    if not waiting:
        return Message("{units}, {clauses}", units=units, clauses=clauses)
    return Message(
        "{units}, {clauses}, {waiting:,} of them to be reviewed", units=units, clauses=clauses, waiting=waiting
    )

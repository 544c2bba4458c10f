"""The verdict table of a batch, as a workbook or as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...core.messages import Message, word
from ...core.office_files import document_date
from ...plan.statement import or_unfilled
from ..batch import table_of, write_csv
from ..report_plan import ReportPlan
from ..reporting import report_writer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ...core.progress import Progress


@report_writer(".csv", batch=True)
def csv_table(
    documents: Sequence[Mapping[str, Any]],
    plan: Path,
    output: Path,
    *,
    language: str,
    progress: Progress,  # noqa: ARG001
) -> None:
    """Write a batch as CSV."""
    write_csv(documents, output, language, ReportPlan(plan).mark)


@report_writer(".xlsx", batch=True)
def workbook(
    documents: Sequence[Mapping[str, Any]],
    plan: Path,
    output: Path,
    *,
    language: str,
    progress: Progress,  # noqa: ARG001
) -> None:
    """Write a batch as a workbook, with the plan and the disclaimer below the table."""
    from ...core.sheets import Sheet, write_sheets

    titles, rows = table_of(documents, language)
    answered = [one for one in documents if "plan" in one]
    notes = [plan.name]
    if answered:
        of_plan = answered[0]["plan"]
        told = Message(
            "plan {name}, status {status}; as of {as_of}",
            name=of_plan["name"],
            status=of_plan["status"],
            as_of=or_unfilled(answered[0]["as_of"]),
        )
        notes = [word(told, language), answered[0]["disclaimer"]]
    title = word(Message("Verdicts"), language)
    mark = word(Message("classification: {mark}", mark=ReportPlan(plan).mark or Message("not stated")), language)
    date = document_date(answered[0]["as_of"] if answered else "")
    write_sheets(output, [Sheet(title, titles, rows, notes=[*notes, mark])], date, mark=mark)

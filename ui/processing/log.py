"""What an algorithm says while it runs: progress that can be stopped, and findings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from ...delineation.core.errors import Cancelled
from ...delineation.core.messages import NOTHING
from ..text import findings_rows, said, tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from qgis.core import QgsProcessingFeedback

    from ...delineation.core.findings import Finding
    from ...delineation.core.messages import Message
    from ...delineation.core.progress import Progress

Row: TypeAlias = Mapping[str, Any]  # of a table or a report, by column

SHOWN = 12  # findings of one kind that the log lists before it counts


def reporting_to(feedback: QgsProcessingFeedback, named: Callable[[str], str] = str) -> Progress:
    """Progress that QGIS shows in the user's language, and whose user may stop.

    Parameters
    ----------
    feedback : QgsProcessingFeedback
    named : callable, optional
        Replaces files by the layers they stand for, in what is said.
    """
    last = [NOTHING]

    def progress(fraction: float, message: Message) -> None:
        if feedback.isCanceled():
            raise Cancelled
        feedback.setProgress(100 * fraction)
        # A stage is said once, not at each of its ticks: the log keeps every text.
        if message and message != last[0]:
            last[0] = message
            feedback.setProgressText(named(said(message)))

    return progress


def last_stop(feedback: QgsProcessingFeedback) -> None:
    """Stop here if the user wants to: from here on outputs come about.

    Raises
    ------
    Cancelled
    """
    if feedback.isCanceled():
        raise Cancelled


def push_rows(rows: Iterable[Row], feedback: QgsProcessingFeedback) -> None:
    """Write findings into the log: errors as errors, warnings as warnings, many of one kind counted."""
    by_id: dict[str, list[Row]] = {}
    for row in rows:
        by_id.setdefault(str(row["id"]), []).append(row)
    for number, group in by_id.items():
        for row in group[:SHOWN]:
            text = f"{number}  {row['message']}"
            if row["severity"] == "error":
                feedback.reportError(text, False)
            else:
                feedback.pushWarning(text)
        if len(group) > SHOWN:
            feedback.pushInfo(tr("{id}: and {count} more of this kind", id=number, count=len(group) - SHOWN))


def push_findings(
    findings: Iterable[Finding], feedback: QgsProcessingFeedback, named: Callable[[str], str] = str
) -> None:
    """Word findings and write them into the log."""
    push_rows([{**row, "message": named(row["message"])} for row in findings_rows(findings)], feedback)

"""``control_units:edit_plan``: edits of a plan from a file, all of them or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....delineation.core.messages import at
from ...text import said, tr
from ..algorithm import TABLE, OfPlan
from ..log import push_findings
from ..sinks import pour_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..algorithm import Values

COLUMNS = (("line", "INTEGER"), ("reason", "TEXT"))


class EditPlanAlgorithm(OfPlan):
    """Edit; the same verb as ``python -m delineation edit``."""

    NAME = "edit_plan"
    VERB = "edit"
    GROUP = "delineation"
    ORDER = 65
    TAGS = ("revise", "assign", "merge", "split", "journal", "修订", "编辑", "调整", "合并", "切分", "批量")

    def title(self) -> str:
        return tr("Edit a plan")

    def help(self) -> Sequence[str]:
        return (
            tr(
                "Does the edits of a file to a plan: gives faces to other units, merges and splits units, moves their borders, sets categories, names and locks.",  # noqa: E501
            ),
            tr(
                "All of them are done, or none: where one may not be done, the table of refused edits says which and why, and the plan stays as it is.",  # noqa: E501
            ),
            tr(
                "Each edit is an entry of the plan's journal with author, time and reason. The Revision desk of the panel shows them and takes them back.",  # noqa: E501
            ),
            tr(
                "While somebody edits the plan in the panel, here or elsewhere, it is refused.",
            ),
        )

    def declare(self) -> None:
        self.add_options("plan", "edits", "reason")
        self.add_options("basis", title=at(tr("Document")))
        self.add_options()
        self.add_sink(
            "REFUSED",
            tr("Refused edits"),
            TABLE,
            tr("Line of the file, and why that edit may not be done."),
            optional=True,
        )
        self.add_edited(
            ("APPLIED", tr("Number of edits that were done")),
            ("REFUSED_COUNT", tr("Number of refused edits")),
        )
        self.add_counts("ERRORS", "WARNINGS")

    def work(self) -> Values:
        from ....delineation.verbs.editing import edit

        done, results = self.edited(edit)
        if done["taken_over"] is not None:
            push_findings([done["taken_over"]], self.feedback)
        rows = [(row["line"], said(row["reason"])) for row in done["refused"]]
        for line, why in rows:
            self.feedback.reportError(tr("Line {line}: {reason}", line=line, reason=why), False)
        results |= {
            "APPLIED": done["applied"],
            "REFUSED_COUNT": len(rows),
            "ERRORS": done["findings"]["error"],
            "WARNINGS": done["findings"]["warning"],
        }
        return results | pour_rows(self, "REFUSED", COLUMNS, rows)

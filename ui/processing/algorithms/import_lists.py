"""``control_units:import_lists``: the clauses of a workbook of entry lists, taken into a plan as one edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....delineation.lists.importing import KINDS
from ...text import said, tr
from ..algorithm import TABLE, OfPlan
from ..sinks import pour_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..algorithm import Values

_TEXTS = ("sheet", "line", "code", "name", "clause_id", "text")
COLUMNS = tuple((name, "INTEGER" if name == "line" else "TEXT") for name in ("kind", *_TEXTS, "change", "reason"))


class ImportListsAlgorithm(OfPlan):
    """Import; the same verb as ``python -m delineation lists --import``."""

    NAME = "import_lists"
    VERB = "lists"
    GROUP = "delineation"
    ORDER = 66
    TAGS = ("entry list", "clauses", "workbook", "准入清单", "条款", "导入", "回收", "审定", "预览")

    def title(self) -> str:
        return tr("Import entry lists")

    def help(self) -> Sequence[str]:
        return (
            tr(
                "Takes what a workbook of entry lists says beyond a plan into it, as one edit that one undo takes back."
            ),
            tr(
                "Of a workbook that was exported from a plan, what was edited on any sheet since counts; of others, "
                "each row is matched to a unit by code, then by name.",
            ),
            tr("What cannot be taken stands in the table of differences with sheet, row and reason."),
        )

    def declare(self) -> None:
        self.add_options("plan")
        self.add_options("workbook", place="1")
        self.add_options()
        self.add_sink(
            "ROWS",
            tr("Differences between workbook and plan"),
            TABLE,
            tr("New, changed, approved and removed clauses, and what is not taken, each with its sheet and row."),
            optional=True,
        )
        self.add_edited(
            ("ADDED", tr("Number of new clauses")),
            ("CHANGED", tr("Number of changed clauses")),
            ("APPROVED", tr("Number of approved clauses")),
            ("REMOVED", tr("Number of clauses whose rows were deleted")),
            ("KEPT", tr("Number of edits of clauses of a level above, which stay")),
            ("NOT_TAKEN", tr("Number of rows that are not taken")),
        )

    def work(self) -> Values:
        from ....delineation.verbs.listing import import_lists

        done, results = self.edited(import_lists)
        if done["refused"] is not None:
            self.feedback.reportError(said(done["refused"]), False)
        rows = [
            (
                said(KINDS[row["kind"]]),
                *(row[name] for name in _TEXTS),
                said(row["change"]),
                said(row["reason"]) if row["reason"] else "",
            )
            for row in done["rows"]
        ]
        results |= {kind.upper(): done[kind] for kind in KINDS}
        return results | pour_rows(self, "ROWS", COLUMNS, rows)

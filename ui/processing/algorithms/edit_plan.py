"""``control_units:edit_plan``: edits of a plan from a file, all of them or none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputFile,
    QgsProcessingParameterFile,
)
from qgis.PyQt.QtCore import QCoreApplication

from ...map.layers import refuse_edited, take_up
from ...text import said
from ...work.engine_thread import apart, on_main_thread
from ...work.settings import who
from ..algorithm import Algorithm
from ..log import push_findings, reporting_to
from ..sinks import pour_output, wanted

if TYPE_CHECKING:
    from collections.abc import Sequence

translate = QCoreApplication.translate
COLUMNS = (("line", "INTEGER"), ("reason", "TEXT"))


class EditPlanAlgorithm(Algorithm):
    """Edit; the same verb as ``python -m delineation edit``."""

    NAME = "edit_plan"
    GROUP = "delineation"
    ORDER = 65
    TAGS = ("revise", "assign", "merge", "split", "journal", "修订", "编辑", "调整", "合并", "切分", "批量")

    EDITS = "EDITS"
    REASON = "REASON"
    BASIS = "BASIS"
    REFUSED = "REFUSED"
    OUTPUT = "OUTPUT"
    APPLIED = "APPLIED"
    REFUSED_COUNT = "REFUSED_COUNT"
    HEAD = "HEAD"
    ERRORS = "ERRORS"
    WARNINGS = "WARNINGS"

    def title(self) -> str:
        return translate("ControlUnits", "Edit a plan")

    def help(self) -> Sequence[str]:
        return (
            translate(
                "ControlUnits",
                "Does the edits of a file to a plan: gives faces to other units, merges and splits units, moves their borders, sets categories, names and locks.",  # noqa: E501
            ),
            translate(
                "ControlUnits",
                "All of them are done, or none: where one may not be done, the table of refused edits says which and why, and the plan stays as it is.",  # noqa: E501
            ),
            translate(
                "ControlUnits",
                "Each edit is an entry of the plan's journal with author, time and reason. The Revision desk of the panel shows them and takes them back.",  # noqa: E501
            ),
            translate(
                "ControlUnits",
                "While somebody edits the plan in the panel, here or elsewhere, it is refused.",
            ),
        )

    def declare(self) -> None:
        self.add_plan(translate("ControlUnits", "A GeoPackage made by “Delineate control units”. It is changed."))
        self.add(
            QgsProcessingParameterFile(
                self.EDITS,
                translate("ControlUnits", "File of edits"),
                fileFilter=translate("ControlUnits", "Edits, one a line (*.jsonl *.json)"),
            ),
            translate(
                "ControlUnits",
                "One edit a line, as the README describes them and the history of a plan holds them.",
            ),
        )
        self.add_text(
            self.REASON,
            translate("ControlUnits", "Reason"),
            translate("ControlUnits", "Why; of edits that do not say so themselves."),
        )
        self.add_text(
            self.BASIS,
            translate("ControlUnits", "Document"),
            translate("ControlUnits", "The document that edits rest on which do not say so themselves."),
        )
        self.add_sink(
            self.REFUSED,
            translate("ControlUnits", "Refused edits"),
            QgsProcessing.SourceType.TypeVector,
            translate("ControlUnits", "Line of the file, and why that edit may not be done."),
            optional=True,
        )
        self.addOutput(QgsProcessingOutputFile(self.OUTPUT, translate("ControlUnits", "The plan as edited")))
        self.add_numbers(
            (self.APPLIED, translate("ControlUnits", "Number of edits that were done")),
            (self.REFUSED_COUNT, translate("ControlUnits", "Number of refused edits")),
            (self.HEAD, translate("ControlUnits", "Entry of the journal at which the plan stands")),
            (self.ERRORS, translate("ControlUnits", "Number of errors")),
            (self.WARNINGS, translate("ControlUnits", "Number of warnings")),
        )

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ....delineation.verbs.editing import edit

        plan = Path(self.parameterAsFile(parameters, self.PLAN, context))
        edits = self.parameterAsFile(parameters, self.EDITS, context)
        reason, basis = (self.parameterAsString(parameters, key, context) for key in (self.REASON, self.BASIS))
        on_main_thread(lambda: refuse_edited(plan))
        done = apart(
            lambda progress: edit(plan, edits, author=who(), reason=reason, basis=basis, progress=progress),
            reporting_to(feedback),
        )
        if done["taken_over"] is not None:
            push_findings([done["taken_over"]], feedback)
        if done["applied"]:
            on_main_thread(lambda: take_up(plan))
        rows = [(row["line"], said(row["reason"])) for row in done["refused"]]
        for line, why in rows:
            text = translate("ControlUnits", "Line {line}: {reason}").format(line=line, reason=why)
            feedback.reportError(text, False)
        results: dict[str, Any] = {
            self.OUTPUT: str(plan),
            self.APPLIED: done["applied"],
            self.REFUSED_COUNT: len(rows),
            self.HEAD: done["head"],
            self.ERRORS: done["findings"]["error"],
            self.WARNINGS: done["findings"]["warning"],
        }
        if wanted(parameters, self.REFUSED):
            columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in COLUMNS]
            results[self.REFUSED] = pour_output(self, parameters, self.REFUSED, context, COLUMNS, columns)
        return results

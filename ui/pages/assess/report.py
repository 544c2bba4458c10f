"""A line that writes the report of an assessment, or of a table of them: as which kind of file, where, what became."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QPushButton, QToolButton, QWidget

from ....delineation.core.errors import Cancelled, visible
from ...text import tr
from ...widgets.choices import fill
from ...widgets.elided_combo import ElidedCombo
from ...widgets.elided_line import ElidedLine
from ...widgets.file_dialogs import ask_save_as, sure
from ...widgets.layout import in_column, in_line
from ...widgets.messages import words_of
from ...widgets.offered import offer
from ...widgets.signed_line import FileLine
from .words import dim

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ...work.assessment import Assessment, Document
    from ...work.session import Session


class ReportRow(QWidget):
    """Writes what ``show_documents`` was given last.

    Parameters
    ----------
    assessment : Assessment
    session : Session
    batch : bool
        A table of projects, else one site.
    """

    def __init__(self, assessment: Assessment, session: Session, parent: QWidget, *, batch: bool = False) -> None:
        super().__init__(
            parent, objectName="control_units_assess_table_report" if batch else "control_units_assess_report"
        )
        self._assessment, self._session, self._batch = assessment, session, batch
        self._documents: Sequence[Document] = ()
        self._stem = ""
        self._target: Path | None = None  # chosen by somebody; None: beside the plan
        self._agreed: Path | None = None  # may be replaced, as was answered when it was chosen
        self._of = self._wrote_of = ""
        self._wrote: Sequence[Document] = ()  # what the file that was written last is of
        self._writing = False
        kinds = {
            ".docx": tr("Word"),
            ".pdf": tr("PDF"),
            ".xlsx": tr("Workbook"),
            ".csv": tr("Table (CSV)"),
        }
        self.kind = ElidedCombo(
            6,
            self,
            objectName="control_units_assess_report_kind",
            accessibleName=tr("Kind of file"),
            toolTip=tr("As which kind of file it is written."),
            activated=self._show_target,
        )
        fill(self.kind, ((suffix, kinds.get(suffix, suffix)) for suffix in self._suffixes()))
        self.target = ElidedLine(self, objectName="control_units_assess_report_target")
        self.other = QToolButton(
            self,
            text="…",
            accessibleName=tr("Another folder or name"),
            toolTip=tr("Another folder or name"),
            clicked=self._ask_target,
        )
        name = tr("Save table") if batch else tr("Write report")
        self.now = QPushButton(
            name, self, objectName="control_units_assess_write", autoDefault=False, clicked=self.write
        )
        self.end = FileLine("control_units_assess_report_became", self)
        self.became = self.end.said.text
        in_column(
            in_line(self.kind, (self.target, 1), self.other, self.now, spacing=4),
            self.end,
            on=self,
            margins=0,
            spacing=2,
        )
        self.end.hide()
        self.show_documents((), "")

    def _suffixes(self) -> list[str]:
        from ....delineation.assess.reporting import report_writers

        known = report_writers(batch=self._batch)
        usual = [".xlsx", ".csv"] if self._batch else [".docx", ".pdf", ".xlsx"]
        return [one for one in usual if one in known] + [one for one in known if one not in usual]

    def show_documents(self, documents: Sequence[Document], stem: str, of: str = "") -> None:
        """Be of these answers; ``stem`` is what a file is called beside the plan's name, ``of`` says what they are."""
        self._documents, self._stem, self._of = documents, stem, of
        self._show_target()
        self.show_age(bool(self._wrote) and _undated(documents) != _undated(self._wrote))
        tip = tr("Writes it to the file on the left; before another one is replaced it is asked.")
        none = tr("There is no answer yet.")
        offer(self.now, tip, "" if documents and not self._writing else none)
        self.other.setEnabled(bool(documents))

    def show_age(self, old: bool) -> None:
        """Show in grey that what was written is of something else than what is shown now."""
        if self._wrote and not self._writing:
            told = tr("Written: {file}", file=visible(self.end.path.name))
            self.became.setText(f"{told} {self._wrote_of}".strip() if old else told)
            dim(self.became, old)

    def forget(self) -> None:
        """Say nothing of what was written: it was of something else."""
        self._target, self._agreed, self._wrote = None, None, ()
        self._say("", "")

    def path(self) -> Path | None:
        """Where the file goes."""
        plan, suffix = self._session.plan_path, str(self.kind.currentData() or "")
        if self._target is not None:
            return self._target.with_suffix(suffix)
        return None if plan is None else plan.absolute().with_name(f"{plan.stem}_{self._stem}{suffix}")

    def _show_target(self) -> None:
        self.target.show_place(self.path() if self._documents else None, self._session.plan_path)

    def _ask_target(self) -> None:
        path = self.path()
        if path is None:
            return
        kind, suffix = self.kind.currentText(), path.suffix
        chosen = ask_save_as(self, tr("Where the report goes"), path, f"{kind} (*{suffix})", suffix)
        if chosen is not None:
            self._target = self._agreed = chosen
            self._show_target()

    def write(self) -> None:
        """Write the file."""
        path = self.path()
        if path is None or not self._documents or self._writing:
            return
        question = tr("{file} is there already. Replace it?", file=visible(path.name))
        if path.exists() and path != self._agreed and not sure(self, question, tr("Replace it")):
            return
        self._writing, self._agreed = True, None
        self._wrote, self._wrote_of = self._documents, self._of
        self.now.setEnabled(False)
        self._say("waiting", tr("The report is being written…"))
        self._assessment.write_report(self._documents, path, self._written, self._failed, batch=self._batch)

    def _written(self, path: Path) -> None:
        self._say("done", tr("Written: {file}", file=visible(path.name)), path)
        self._ended()

    def _failed(self, error: Exception) -> None:
        self._wrote = ()
        self._ended()
        if isinstance(error, Cancelled):
            self._say("", "")
            return
        self._say("problem", tr("Not written. {why}", why=words_of(error)))

    def _ended(self) -> None:
        self._writing = False
        self.show_documents(self._documents, self._stem, self._of)

    def _say(self, mark: str, text: str, there: Path | None = None) -> None:
        dim(self.became, False)
        self.end.say(mark, text, there)


def _undated(documents: Sequence[Document]) -> list[dict[str, Any]]:
    """Give answers without when they were given: the same question of the same plan has the same."""
    return [{key: value for key, value in one.items() if key != "time"} for one in documents]

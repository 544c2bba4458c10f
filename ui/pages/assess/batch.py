"""Many projects at once: a table of them is assessed, each row leads to its site, and the verdicts are saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import (
    QHeaderView,
    QPushButton,
    QWidget,
)

from ....delineation.core.errors import Cancelled, visible
from ...text import tr
from ...widgets.file_dialogs import ask_open
from ...widgets.layout import in_column, in_flow
from ...widgets.messages import words_of
from ...widgets.muted import MutedLabel
from ...widgets.offered import offer
from ...widgets.tables import RowsView, ViewColumn
from .report import ReportRow
from .words import chip, dim, joined

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable
    from pathlib import Path

    from ...work.assessment import AssessedTable, Assessment, Document
    from ...work.session import Session

__all__ = ["BatchTab"]


class BatchTab(QWidget):
    """Asks for a table, shows its verdicts, saves them.

    Parameters
    ----------
    assessment : Assessment
    session : Session
    day : callable
        Gives the day of the question.
    """

    chosen = pyqtSignal(object)  # the answer of a row

    def __init__(self, assessment: Assessment, session: Session, day: Callable[[], str], parent: QWidget) -> None:
        super().__init__(parent, objectName="control_units_assess_batch")
        self._assessment, self._day = assessment, day
        self.table: AssessedTable | None = None
        self._path: Path | None = None
        self._busy = False
        self.ask = QPushButton(
            tr("Table of projects…"),
            self,
            objectName="control_units_assess_table",
            clicked=self._ask_file,
        )
        self.again = QPushButton(
            tr("Assess again"),
            self,
            objectName="control_units_assess_again",
            clicked=lambda *_: self._path is not None and self.assess(self._path),
        )
        self.said = MutedLabel("", self, objectName="control_units_assess_table_said")
        self.list = RowsView(
            self,
            ViewColumn(tr("Project"), _name),
            ViewColumn(
                tr("Verdict"),
                lambda one: tr("cannot be read") if "error" in one else str(one["title"]),
                icon=lambda one: chip(one.get("verdict", "")),
            ),
            ViewColumn(tr("Because"), _because),
            tip=lambda one: f"{_name(one)}\n{_because(one)}",
            wide=2,
            on_click=True,
            objectName="control_units_assess_projects",
            alternatingRowColors=False,
            accessibleName=tr("Projects with their verdicts"),
        )
        self.list.opened.connect(self._choose)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.report = ReportRow(assessment, session, self, batch=True)
        in_column(
            in_flow(self.ask, self.again),
            self.said,
            (self.list, 1),
            self.report,
            0,
            on=self,
            margins=(2, 4, 2, 0),
            spacing=3,
        )
        self.forget()

    def forget(self) -> None:
        """Show no table."""
        self.table, self._path, self._busy = None, None, False
        self.list.rows.put(())
        self.list.hide()
        self.report.hide()
        self.report.forget()
        self.said.setText(tr("CSV or workbook, a project a row; the tip of the button names its columns."))
        self.offer("")

    def offer(self, why_not: str) -> None:
        """Let a table be assessed, or say why not."""
        busy = tr("A table is being assessed.") if self._busy else ""
        columns = tr(
            "CSV or workbook, a project a row, with columns such as 编号, 项目名称, X, Y, 半径, 坐标系, 行业代码, "
            "建设性质, 项目信息; or 位置, which holds coordinates, WKT or the name of a file beside the table.",
        )
        offer(self.ask, columns, why_not or busy)
        tip = tr("Reads the same table again and assesses it by the plan as it is now.")
        none = tr("No table was assessed yet.")
        offer(self.again, tip, why_not or busy or ("" if self._path is not None else none))

    def _ask_file(self) -> None:
        kinds = tr("Tables of projects (*.csv *.xlsx)") + ";;" + tr("All files (*)")
        chosen = ask_open(self, tr("Table of projects"), kinds)
        if chosen is not None:
            self.assess(chosen)

    def assess(self, path: Path) -> None:
        """Assess the projects of a table."""
        self._path, self._busy = path, True
        self.said.setText(tr("{file} is being assessed…", file=visible(path.name)))
        self.offer("")
        self._assessment.assess_table(path, self._day(), self._show, self._fail)

    def _fail(self, error: Exception) -> None:
        self._busy = False
        if not isinstance(error, Cancelled):
            self.said.setText(words_of(error))
        self.offer("")

    def _show(self, table: AssessedTable) -> None:
        self.table, self._busy = table, False
        self.list.rows.put(table.documents)
        self.list.show()
        self.list.resizeColumnToContents(0)
        self.list.setColumnWidth(0, min(self.list.columnWidth(0), 160))
        self.said.setText(_summary(table))
        dim(self.list, False)
        self.report.show()
        self.report.show_documents(table.documents, tr("verdicts", "in the name of a file"))
        self.offer("")

    def show_age(self, head: str) -> None:
        """Show in grey what was assessed on another day or by the plan as it was before; ``head`` is its edit now."""
        if self.table is None:
            return
        answered = next((one for one in self.table.documents if "plan" in one), None)
        of = self.table.as_of, answered["plan"]["head"] if answered else head
        old = of != (self._day(), head)
        dim(self.list, old)
        self.report.show_age(old)
        told = tr("for: {file} · {plan} · {day}; assess again.")
        if old and answered:
            day = self.table.as_of or tr("no day stated")
            self.said.setText(told.format(file=visible(self.table.path.name), plan=answered["plan"]["name"], day=day))
        else:
            self.said.setText(_summary(self.table))

    def _choose(self, document: Document) -> None:
        if "error" not in document:
            self.chosen.emit(document)


def _summary(table: AssessedTable) -> str:
    from collections import Counter

    unread = sum("error" in one for one in table.documents)
    counts: Counter[str] = Counter(str(one["title"]) for one in table.documents if "error" not in one)
    each = [f"{title} {count:,}" for title, count in counts.most_common()]
    if unread:
        each.append(tr("cannot be read {count}", count=unread))
    return tr(
        "{file}: {count} projects: {each}. A click shows one on the map.",
        file=visible(table.path.name),
        count=f"{len(table.documents):,}",
        each=joined(each),
    )


def _name(document: Document) -> str:
    return str(document["name"] or document["id"])


def _because(document: Document) -> str:
    if "error" in document:
        return str(document["error"])
    deciding = (str(clause["text"]) for clause in document["clauses"] if clause["decides"])
    return next(deciding, "") or next((str(one["what"]) for one in document["not_checked"]), "")

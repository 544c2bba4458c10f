"""After an update: what did not fit, with a proposal each and a button to do it; codes and names kept and lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QSignalBlocker, pyqtSignal
from qgis.PyQt.QtWidgets import QPushButton, QStackedWidget, QWidget

from ...text import language, said, square_kilometres, tr
from ...widgets.choices import fill
from ...widgets.elided_combo import ElidedCombo
from ...widgets.layout import in_column, in_flow
from ...widgets.marks import mark_icon
from ...widgets.offered import offer
from ...widgets.plain_text import PlainLabel
from ...widgets.scrolled import scrolled
from ...widgets.tables import RowsView, ViewColumn
from ...work.job import Job

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QIcon

    from ....delineation.explain.update_report import CodeRow, UpdateReport, UpdateRow
    from ....delineation.plan.file import Plan
    from ...work.revision import Changed
    from ...work.updating import Updating

ADVICE = 4  # lines that are seen of it


def is_update(plan: Plan | None) -> bool:
    """Whether a plan goes on from units of last year."""
    return plan is not None and len(plan.lineage) > 0


def relations() -> dict[str, str]:
    """Name how a unit of last year and one of today are related."""
    return {
        "same": tr("kept", "of a unit's code"),
        "recode": tr("another code"),
        "category": tr("another category"),
        "split": tr("split"),
        "merge": tr("merged"),
        "rearranged": tr("split and merged"),
        "retired": tr("gone"),
        "new": tr("new"),
    }


class UpdateAfter(QWidget):
    """What did not fit, or codes and names; buttons to mend, to look, and to see all changes on the map."""

    chosen = pyqtSignal(str)  # id of the unit that a line is about

    def __init__(self, updating: Updating, parent: QWidget) -> None:
        super().__init__(parent, objectName="control_units_update_after")
        self.updating, self.revision = updating, updating.session.revision
        self.report: UpdateReport | None = None
        self._of: Plan | None = None
        self._asked: list[Any] = []  # operations that were asked for, until they are answered
        self._done: list[Any] = []  # proposals that were done
        self._job = Job(updating.session.runner, self)
        self.told = PlainLabel("", self, wrap=True)
        self.told.keep_height()
        self.what = ElidedCombo(
            12,
            self,
            toolTip=tr("Which of the two tables is shown."),
            currentIndexChanged=self._turned,
        )
        names = relations()
        self.misfits = self._table(
            ViewColumn("", lambda row: row.what, icon=self._mark, lines=_of_misfit),
            tip=lambda row: "\n".join(filter(None, (row.what, row.advice))),
            objectName="control_units_update_misfits",
            accessibleName=tr("What did not fit"),
            headerHidden=True,
        )
        self.codes = self._table(
            ViewColumn(
                tr("Unit of last year → today"),
                lambda code: " ".join(_of_code(code)),
                icon=lambda code: mark_icon("done" if code.code_kept and code.name_kept else "optional"),
                lines=_of_code,
            ),
            ViewColumn(tr("Became"), lambda code: names.get(code.relation, code.relation)),
            ViewColumn("km²", lambda code: square_kilometres(code.area_m2), right=True),
            tip=lambda code: "\n".join([*_of_code(code), names.get(code.relation, code.relation)]),
            objectName="control_units_update_codes",
            accessibleName=tr("Codes and names"),
        )
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.misfits)
        self.stack.addWidget(self.codes)
        # It may be long, and the table gives way to nothing: it scrolls by itself.
        self.below, inside, lines = scrolled(self)
        self.below.setMaximumHeight(ADVICE * self.fontMetrics().lineSpacing())
        self.advice = PlainLabel("", inside, wrap=True, selectable=True)
        lines.addWidget(self.advice)
        lines.addStretch(1)
        self.mend = QPushButton(
            tr("Do what is &proposed"),
            self,
            objectName="control_units_update_mend",
            clicked=self._mend,
        )
        self.every = QPushButton("", self, objectName="control_units_update_mend_all", clicked=self._mend_all)
        self.look = QPushButton(tr("&Look at it"), self, clicked=self._look)
        self.all = QPushButton(
            tr("&Changes on the map"),
            self,
            objectName="control_units_update_changes",
        )
        self.back = QPushButton(
            tr("Take the update &back"),
            self,
            objectName="control_units_update_back",
            clicked=lambda *_: self.updating.session.start_take_back(),
        )
        in_column(
            self.told,
            self.what,
            (self.stack, 1),
            self.below,
            in_flow(self.mend, self.every, self.look, self.all, self.back),
            on=self,
            margins=0,
            spacing=3,
        )
        self.revision.changed.connect(self._edited)
        self.revision.refused.connect(lambda _: self._answered(done=False))
        updating.session.plan_changed.connect(self._plan_changed)
        self._show()

    def _table(self, *columns: ViewColumn, **properties: Any) -> RowsView:
        tip = tr("Double-click a line to see its unit on the map.")
        table = RowsView(self, *columns, toolTip=tip, picked=self._offer, **properties)
        table.opened.connect(self._look)
        return table

    def _mark(self, row: UpdateRow) -> QIcon:
        return mark_icon("done" if row.proposal in self._done else "next" if row.proposal else "optional")

    # ── the report ────────────────────────────────────────────────────────────────────────────────────────────────

    def refresh(self) -> None:
        """Work the report out where the plan is another one."""
        plan = self.updating.session.plan
        if plan is self._of:
            return
        self._of = plan
        if plan is None or not is_update(plan):
            self.report = None
            self._job.drop()
            self._show()
            return
        tongue = language()

        def work(_: object) -> UpdateReport:
            from ....delineation.explain.update_report import update_report

            return update_report(plan, tongue)

        def done(report: UpdateReport) -> None:
            self.report = report
            self._show()

        def failed(error: Exception) -> None:
            self.report = None
            self.told.setText(str(error))

        self._job.start(tr("What became of last year's units"), work, done=done, failed=failed)
        self._show()

    def _plan_changed(self) -> None:
        if not self.updating.session.edited:
            self.report, self._done, self._asked = None, [], []
        if self.isVisible():
            self.refresh()

    def _show(self) -> None:
        report = self.report
        for widget in (self.what, self.stack, self.below, self.mend, self.every, self.look):
            widget.setVisible(report is not None)
        self.all.setVisible(is_update(self._of))
        self.back.setVisible(self.updating.run.was_made)
        if report is None:
            text = tr("After an update, what became of codes and names is told here.")
            if self._job.busy:
                text = tr("What became of last year's units is being worked out…")
            self.told.setText(text)
            return
        from ....delineation.plan.summary import former_county_codes

        kept = sum(row.code_kept for row in report.codes)
        lost = len({row.old for row in report.codes if row.old} - {row.old for row in report.codes if row.code_kept})
        text = tr("Codes kept: {kept}, lost: {lost}; names of kept codes that changed: {names}.")
        renamed = sum(row.code_kept and not row.name_kept and bool(row.old_name) for row in report.codes)
        parts = [text.format(kept=f"{kept:,}", lost=f"{lost:,}", names=f"{renamed:,}")]
        if self._of is not None and (held := former_county_codes(self._of)):
            parts.append(tr("Codes that keep their county of before: {count}.", count=f"{held:,}"))
        self.told.setText("\n".join(parts))
        self._fill(report)
        chosen = max(0, self.what.currentIndex())
        texts = (
            tr("What did not fit ({count})", count=f"{len(report.rows):,}"),
            tr("Codes and names ({count})", count=f"{len(report.codes):,}"),
        )
        with QSignalBlocker(self.what):
            fill(self.what, enumerate(texts), chosen)
        self._offer()

    def _fill(self, report: UpdateReport) -> None:
        self.misfits.rows.follow(report.rows)
        if self.misfits.row() is None:
            self.misfits.setCurrentIndex(self.misfits.rows.index(0, 0))
        order = sorted(report.codes, key=lambda one: (one.code_kept and one.name_kept, one.old, one.new))
        self.codes.rows.put(order)

    def _turned(self, row: int) -> None:
        self.stack.setCurrentIndex(max(0, row))
        self._offer()

    # ── what can be done about it ─────────────────────────────────────────────────────────────────────────────────

    def current(self) -> UpdateRow | CodeRow | None:
        """Give the row that is chosen."""
        return (self.misfits if self.what.currentIndex() < 1 else self.codes).row()

    def _unit_id(self) -> str:
        row, plan = self.current(), self._of
        if row is None or plan is None:
            return ""
        code = row.new if hasattr(row, "new") else row.unit
        found = plan.unit_ids(code) if code else []
        return found[0] if found else ""

    def _offer(self) -> None:
        row: Any = self.current()
        proposal = getattr(row, "proposal", None)
        misfit = row is not None and hasattr(row, "advice")
        self.advice.setText("\n".join(filter(None, (row.what, row.advice))) if misfit else "")
        for widget in (self.below, self.mend):
            widget.setVisible(misfit)
        self.look.setVisible(row is not None)
        why_not = ""
        if proposal is None:
            why_not = tr("Nothing can be done here by a button.")
        elif proposal in self._done:
            why_not = tr("It was done.")
        elif proposal in self._asked:
            why_not = tr("It is being done.")
        offer(self.mend, tr("An edit like any other: it stands in the history."), why_not)
        alike = self._alike()
        self.every.setVisible(len(alike) > 1)
        self.every.setText(tr("&All {count} of this kind", count=f"{len(alike):,}"))
        offer(self.every, tr("Does what is proposed for every line of this kind, an edit each."))
        tip = tr("Brings back the plan before the update, and the case with it.")
        busy = self.updating.session.busy or self.updating.session.taking_back
        offer(self.back, tip, tr("A run is on its way.") if busy else "")
        gone = "" if self._unit_id() else tr("There is no such unit any more.")
        offer(self.look, tr("Shows the unit on the map."), gone)
        offer(self.all, tr("What became of all units since the plan before, as a layer and a table."))

    def _mend(self) -> None:
        row = self.current()
        proposal = getattr(row, "proposal", None)
        if proposal is not None:
            self._do([proposal])

    def _alike(self) -> list[Any]:
        """Give the proposals of the kind of the chosen row that are neither done nor on their way."""
        report = self.report
        row: Any = self.current()
        if report is None or not getattr(row, "proposal", None):
            return []
        alike = [one.proposal for one in report.rows if one.kind == row.kind and one.proposal]
        return [one for one in alike if one not in self._done and one not in self._asked]

    def _mend_all(self) -> None:
        self._do(self._alike())

    def _do(self, proposals: list[Any]) -> None:
        asked = [one for one in proposals if one not in self._asked]
        self._asked += asked
        self._offer()
        for one in asked:
            self.revision.do(dict(one))

    def _edited(self, changed: Changed) -> None:
        if changed.kind == "do":
            self._answered(done=True)
        elif self._done:
            self._done = []  # what was undone may be one of them
            if self.report is not None:
                self._show()

    def _answered(self, *, done: bool) -> None:
        if not self._asked:
            return
        asked = self._asked.pop(0)
        if done:
            self._done.append(asked)
        if self.report is not None:
            self._show()

    def _look(self) -> None:
        unit_id = self._unit_id()
        if unit_id:
            self.chosen.emit(unit_id)


def _of_misfit(row: UpdateRow) -> tuple[str, str]:
    from ....delineation.explain.update_report import KINDS

    return row.what, " · ".join(filter(None, (said(KINDS[row.kind]), row.unit)))


def _of_code(code: CodeRow) -> tuple[str, str]:
    was = " ".join(filter(None, (code.old, code.old_name))) or "–"
    if code.code_kept and code.name_kept:
        return code.old_name or code.old, code.old
    return was, "→ " + (" ".join(filter(None, (code.new, code.new_name))) or "–")

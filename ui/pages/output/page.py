"""Step 6, the output: what can be handed in, where it goes, and what was handed in before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QWidget,
)

from ....delineation.core.errors import visible
from ....delineation.export.telling import made_of
from ....delineation.plan.statement import NEEDED
from ...map.on_map import zoom_to
from ...text import language, listed, said, tr
from ...widgets.file_dialogs import sure
from ...widgets.fold_button import FoldButton
from ...widgets.layout import STRETCH, in_column, in_line
from ...widgets.marks import mark_icon
from ...widgets.messages import open_folder
from ...widgets.plain_text import PlainLabel
from ...widgets.progress_line import ProgressLine
from ...widgets.scrolled import scrolled
from ...widgets.signed_line import SignedLine
from ...widgets.tables import RowsView, ViewColumn
from ...work.export_options import remarks
from ...work.last_year import LastYear
from ...work.outputs import Outputs
from ...work.packaging import FORMAT as PACKAGE
from ...work.packaging import Packaging
from ..page import Page, StepState, Workplace
from .package_card import PackageCard
from .row import OutputRow, local_time
from .stated_form import StatedForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ....delineation.core.messages import Message
    from ....delineation.export.history import Exported
    from ....delineation.export.registry import Written

SHOWN = 50  # exports of the history, the latest first
NAMED = 4  # files that a question names
LINES = 8  # of the history in sight


class OutputPage(Page):
    """A row for each thing a plan can become, all that is ticked at once, and the history of exports."""

    NAME = "output"

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(place, parent)
        self.outputs = Outputs.of(self.session)
        self.packaging = Packaging(self.outputs, self)
        self.last_year = LastYear(self.packaging, self)
        self._build()
        self.outputs.changed.connect(self.follow)
        self.outputs.advanced.connect(self._advance)
        self.outputs.exported.connect(self._exported)
        self.packaging.changed.connect(self.state_changed)
        self.packaging.refused.connect(self._ask, Qt.ConnectionType.QueuedConnection)  # the fields are free then
        for signal in (self.session.busy_changed, self.session.case_changed, self.session.files.found):
            signal.connect(self.follow)
        self.refresh()

    def title(self) -> str:
        return tr("Output")

    def _build(self) -> None:
        self.told = SignedLine("output_told", self)
        area, inside, layout = scrolled(self)
        self.stated = StatedForm(self.session, inside)
        self.card = PackageCard(self.packaging, self.last_year, inside)
        for one in (self.card.result, self.card.errors):
            one.zoom.connect(self._zoom)
        self.rows = {one.what: OutputRow(self.outputs, one, inside) for one in self.outputs.things}
        for row in self.rows.values():
            row.asked.connect(lambda what: self.export([what]))
        self.past = FoldButton(
            inside,
            toolTip=tr("What was exported when, from which plan, by whichever door."),
            toggled=self._show_history,
        )
        self.history = self._history(inside)
        parts = (self.stated, self.card, *self.rows.values(), self.past, self.history, STRETCH)
        layout.addLayout(in_column(*parts, spacing=5))
        self.area = area
        self.bar = ProgressLine(self)
        self.stage = PlainLabel("", self, wrap=True)
        in_column(self.told, (area, 1), self.bar, self.stage, self._buttons(), on=self, margins=(4, 4, 4, 0))

    def _history(self, parent: QWidget) -> RowsView:
        present = self.outputs.is_present
        table = RowsView(
            parent,
            ViewColumn(
                tr("When"),
                lambda one: local_time(one.time),
                icon=lambda one: mark_icon("done" if present(one) else "check"),
            ),
            ViewColumn(tr("What"), self._called),
            ViewColumn(tr("From"), lambda one: tr("this plan") if present(one) else tr("an earlier one")),
            tip=_told,
            wide=1,
            objectName="output_history",
            alternatingRowColors=False,
            accessibleName=tr("What was exported before"),
        )
        table.opened.connect(lambda one: open_folder(str(one.files[0])))
        return table

    def _buttons(self) -> QHBoxLayout:
        self.all = QPushButton(
            self,
            objectName="output_export_ticked",
            toolTip=tr("Exports all that is ticked, one after the other; QGIS stays free for other work."),
            clicked=self.act,
        )
        self.cancel = QPushButton(
            tr("&Cancel"),
            self,
            objectName="output_cancel",
            toolTip=tr("Stops; what is written whole stays, the file being written is as it was before."),
            clicked=self._cancel,
        )
        self.acting = (self.all, self.cancel)
        return in_line(*self.acting, STRETCH)

    # ── what it shows ─────────────────────────────────────────────────────────────────────────────────────────────

    def refresh(self) -> None:
        """Show the outputs of the plan as it is."""
        self.outputs.look()
        if self.isVisible():
            self.stated.refresh(idle=not self.outputs.busy)
            self.card.refresh()
            for row in self.rows.values():
                row.refresh()
            self._show_history()
        self.told.say(*self._warned())
        busy = self.outputs.busy
        for widget in (self.bar, self.stage, self.cancel):
            widget.setVisible(busy)
        if not busy:
            self.cancel.setEnabled(True)
            self.bar.setMaximum(0)
            self.stage.setText("")
        self.all.setText(tr("&Export what is ticked ({count})", count=len(self.outputs.ticked())))
        self.all.setEnabled(self.outputs.possible and bool(self.outputs.ticked()))
        self.state_changed.emit()

    def _warned(self) -> tuple[str, str]:
        """Say what is to be known before anything is exported: a mark and a sentence."""
        session = self.session
        if session.plan is None:
            text = tr(
                "There is no plan yet, so nothing to export: make one by the step Run, or open one by the menu ☰."
            )
            return "waiting", text
        if session.busy:
            return "waiting", tr("A run is on its way; its plan can be exported when it is done.")
        if session.case is None:
            text = tr("This plan has no case beside it: whether it is up to date with its sources nobody can say.")
            return "next", text
        if session.changed_since_run():
            text = tr(
                "The case or its sources have changed since this plan was made. "
                "What is exported is the plan as it was made; run again first for one that is up to date.",
            )
            return "check", text
        return "", ""

    def _show_history(self) -> None:
        found = list(reversed(self.outputs.history))[:SHOWN]
        text = tr("Exported before ({count})", count=len(self.outputs.history))
        self.past.setText(text)
        self.past.setVisible(bool(found))
        shown = bool(found) and self.past.isChecked()
        self.history.setVisible(shown)
        if not shown:
            return
        self.history.rows.put(found)
        self.history.fit(LINES)

    def _called(self, one: Exported) -> str:
        """Say what was exported as what kind of file; a package by its folder's name."""
        if one.format == PACKAGE:
            return f"{tr('Package for filing')} {visible(one.files[0].name)}"
        format_ = self.outputs.formats.get(one.format)
        title = one.format if format_ is None else format_.zh if language() == "zh" else format_.en
        return f"{title} {one.files[0].suffix}"

    def _zoom(self, where: str) -> None:
        plan = self.session.plan
        if plan is not None:
            import shapely

            zoom_to(self.place.canvas, shapely.from_wkt(where), plan.crs)

    def state(self) -> StepState:
        outputs = self.outputs
        if self.session.plan is None:
            return StepState("todo", tr("Files and maps come once a plan is made or opened."))
        if outputs.look() and self.isVisible():
            self.outputs.changed.emit()
        action = tr("Export what is ticked") if outputs.possible and outputs.ticked() else ""
        if outputs.busy:
            return StepState("next", tr("Exporting…"), tr("Cancel"))
        if self.packaging.refusing:
            return StepState(
                "problem",
                tr("The package waits: open errors, {count} of them.", count=len(self.packaging.refusing)),
                action,
            )
        if self.packaging.failure is not None:
            return StepState("problem", tr("The package is not done; its card says why."), action)
        if outputs.failures:
            names = self._titles(list(outputs.failures))
            return StepState("problem", tr("Not exported: {names}; the row says why.", names=names), action)
        present = [one for one in outputs.history if outputs.is_present(one)]
        if present:
            count = len({one.files[0] for one in present})
            return StepState("done", tr("Exported from this plan: {count} files or layers.", count=count), action)
        if outputs.history:
            text = tr("The plan has changed since it was exported; what was exported is out of date.")
            return StepState("next", text, action)
        text = tr("Nothing has been exported from this plan yet.")
        return StepState("next", text, action)

    def _ask(self) -> None:
        """Point to what has to be filled in before anything is filed."""
        if {row["id"] for row in self.packaging.refusing} & NEEDED.keys():
            self.area.ensureWidgetVisible(self.stated)
            self.stated.point()

    def _titles(self, whats: Sequence[str]) -> str:
        return listed(one.title for one in self.outputs.things if one.what in whats)

    def look_again(self) -> None:
        if self.isVisible():
            self.packaging.look_at_documents()
        if self.outputs.look():
            self.follow()

    # ── exporting ─────────────────────────────────────────────────────────────────────────────────────────────────

    def act(self) -> None:
        """Export what is ticked; while that goes on, cancel it."""
        if self.outputs.busy:
            self._cancel()
        else:
            self.export(self.outputs.ticked())

    def export(self, whats: Sequence[str]) -> None:
        """Export things, after one question where files of somebody else would be replaced."""
        if not self.outputs.possible:
            return
        strangers = self.outputs.strangers(whats)
        if strangers:
            names = listed(visible(one.name) for one in strangers[:NAMED])
            question = tr(
                "There already, and not exported from this plan: {files} ({count} in all). Replace what is there?",
                files=names,
                count=len(strangers),
            )
            if not sure(self, question, tr("Replace it")):
                return
        self.outputs.start(whats)

    def _cancel(self) -> None:
        self.cancel.setEnabled(False)
        self.stage.setText(tr("Stopping…"))
        self.outputs.stop()

    def _advance(self, fraction: float, message: Message) -> None:
        self.bar.advance(fraction, message)
        if self.cancel.isEnabled():
            self.stage.setText(said(message))

    def _exported(self, _: str, written: Written) -> None:
        # The row shows what the history knows; what is not in it is said here.
        if not written.noted:
            lines = [*(visible(said(one)) for one in made_of(written)), *remarks(written)]
            self.place.messages.say("\n".join(lines), "warning")


def _told(one: Exported) -> str:
    return tr(
        "{file}\nPlan: {plan}, {status}. A double click opens it.",
        file=visible(str(one.files[0])),
        plan=visible(one.plan.name),
        status=visible(one.plan.status) or "–",
    )

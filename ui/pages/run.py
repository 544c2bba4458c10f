"""Step 4, the run: how long, and what is happening."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QProgressBar,
    QPushButton,
    QWidget,
)

from ...delineation.core.errors import ChangedElsewhere, visible
from ..text import language, said, tr
from ..widgets.file_dialogs import ask_save_case
from ..widgets.layout import STRETCH, in_column, in_line
from ..widgets.marks import mark_icon
from ..widgets.messages import words_of
from ..widgets.plain_text import PlainLabel, as_tip
from ..widgets.scrolled import scrolled
from ..widgets.tables import RowsView, ViewColumn
from ..words import method_label, parts_label, seconds, stage_titles
from ..work.pace import Pace, learned, remembered
from ..work.settings import PanelSetting
from .page import Page, StepState, Workplace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qgis.PyQt.QtGui import QShowEvent

    from ...delineation.case.model import Case
    from ...delineation.core.messages import Message
    from ...delineation.plan.file import Plan
    from ...delineation.verbs.rerunning import Outcome
    from ..work.session import Session

TICK = 200  # milliseconds between two looks at the clock
FROM_BASIS = ("sources", "partition", "evidence")


class RunPage(Page):
    """The stages with what each takes; a run can be left at any moment, and leaves nothing behind."""

    NAME = "run"

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(place, parent)
        self._pace: Pace | None = None
        self._ended = ""  # how the last run ended: "", done, cancelled, failed
        self._of: Case | None = None  # the case it was a run of
        self._failure: Exception | None = None  # why it failed
        self._message = ""  # what the engine is at
        self._build()
        self._clock = QTimer(self, interval=TICK, timeout=self._tick)
        session = self.session
        session.busy_changed.connect(self._busy)
        session.progressed.connect(self._progressed)
        session.ran.connect(self._ran)
        session.cancelled.connect(lambda: self._over("cancelled"))
        session.failed.connect(lambda failure: failure.doing == "run" and self._over("failed", failure.error))
        for signal in (session.case_changed, session.plan_changed, session.blockers_changed, session.files.found):
            signal.connect(self._changed)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.session.files.look()

    def title(self) -> str:
        return tr("Run")

    def _build(self) -> None:
        # In a short panel it scrolls: the list of stages gives way to nothing.
        area, inside, layout = scrolled(self)
        in_column(area, on=self, margins=(4, 4, 4, 0))
        self.target = PlainLabel("", inside, wrap=True, selectable=True)
        self.stages = StageList(inside)
        self.bar = QProgressBar(inside, minimum=0, maximum=1000, format="%p%")
        self.now = PlainLabel("", inside, wrap=True)
        self.run = QPushButton(
            inside,
            objectName="control_units_run",
            toolTip=tr("Works in the background; QGIS stays free for other work."),
            clicked=self.act,
        )
        self.cancel = QPushButton(
            tr("&Cancel"),
            inside,
            objectName="control_units_cancel",
            toolTip=tr("Stops at once; the plan stays as it was."),
            clicked=self._cancel,
        )
        self.acting = (self.run, self.cancel)
        self.discard = QCheckBox(
            tr("&Discard the edits in the plan"),
            inside,
            toolTip=tr(
                "People have edited this plan; a run makes it anew without their edits. The plan as it is stays beside it (… .before.gpkg).",  # noqa: E501
            ),
            toggled=self._changed,
        )
        self.summary = PlainLabel("", inside, wrap=True, selectable=True)
        buttons = in_line(*self.acting, STRETCH)
        parts = (self.target, self.stages, self.bar, self.now, buttons, self.discard, self.summary, STRETCH)
        layout.addLayout(in_column(*parts))

    # ── the run ───────────────────────────────────────────────────────────────────────────────────────────────────

    def act(self) -> None:
        """Run, after asking for a file where the case has none; while it runs, cancel."""
        session = self.session
        if session.busy:
            self._cancel()
            return
        if session.case is None or session.blockers:
            return
        if session.case_path is None:
            path = ask_save_case(self, session.name)
            if path is None or not session.save_case(path):
                return
        session.start_run(workers=PanelSetting.WORKERS.get(), discard_edits=self.discard.isChecked())

    def _cancel(self) -> None:
        self.cancel.setEnabled(False)
        self.now.setText(tr("Stopping…"))
        self.session.cancel()

    def _busy(self, on: bool) -> None:
        if on:
            from ...delineation.run.run import ENDS

            # Whoever started it: this page, or a trial that is kept.
            self._pace = Pace(ENDS, learned(PanelSetting.PACE.get()))
            self._pace.begin(time.monotonic())
            self._ended, self._message = "", ""
            self.bar.setValue(0)
            self._clock.start()
        else:
            self._clock.stop()
        self.cancel.setEnabled(on)
        self._changed()

    def _progressed(self, fraction: float, message: Message) -> None:
        if self._pace is None:
            return
        if self.session.basis_kept:
            self._pace.skip(*FROM_BASIS)
        self._pace.advance(fraction, time.monotonic())
        self._message = said(message)
        self._tick()

    def _ran(self, outcome: Outcome) -> None:
        PanelSetting.PACE.set(remembered(outcome.seconds, learned(PanelSetting.PACE.get())))
        self.discard.setChecked(False)
        self._over("done")

    def _over(self, how: str, error: Exception | None = None) -> None:
        self._ended, self._failure, self._of = how, error, self.session.case
        if self._pace is not None:
            outcome = self.session.outcome
            if how == "done" and outcome is not None:
                self._pace.end(time.monotonic())
                # The engine's own clock is the better one: what it says reaches this thread late.
                self._pace.taken.update(outcome.seconds)
            else:
                self._pace = None
        self._changed()

    # ── what is shown ─────────────────────────────────────────────────────────────────────────────────────────────

    def _changed(self) -> None:
        session = self.session
        if not session.busy and session.case is not self._of and self._ended in ("failed", "cancelled"):
            self._ended, self._failure = "", None  # it was a run of something else
        if not session.busy and session.outcome is None and self._ended in ("", "done"):
            # Another case: what the stages took belongs to the one before.
            self._pace, self._ended = None, ""
        if self.isVisible():
            self.refresh()
        self.state_changed.emit()

    def refresh(self) -> None:
        session = self.session
        busy = session.busy
        text, tip = tr("The case has not been saved: “Run” asks where, and the plan is written beside it."), ""
        plan = session.target
        if session.case_path is not None and plan is not None:
            text = tr("Plan: {file}", file=visible(plan.name))
            tip = visible(str(plan))
        self.target.setText(text)
        self.target.setToolTip(as_tip(tip))
        self.run.setText(tr("&Run again") if session.plan is not None else tr("&Run"))
        self.run.setVisible(not busy)
        self.run.setEnabled(session.case is not None and not session.blockers and self._may_replace())
        self.cancel.setVisible(busy)
        # Seen by a run alone: that the panel reads the plan tells it nothing of it.
        changed = self._ended == "failed" and isinstance(self._failure, ChangedElsewhere)
        self.discard.setVisible((self.session.edits > 0 or changed) and not busy)
        self.bar.setVisible(busy)
        self._show_stages()
        self.stages.fit(len(self.stages.rows.items))
        if not busy:
            why = words_of(self._failure) if self._failure is not None else ""
            self.now.setText("\n".join(filter(None, (self.state().sentence, why))))
        self.summary.setText(summary(self.session))
        self.summary.setVisible(bool(self.summary.text()) and not busy)

    def _tick(self) -> None:
        if self._pace is None or not self.isVisible() or not self.session.busy:
            return
        now = time.monotonic()
        self._show_stages()
        self.bar.setValue(round(1000 * self._pace.done(now)))
        left = tr("about {time} left", time=seconds(self._pace.left(now)))
        if self.cancel.isEnabled():
            self.now.setText(f"{self._message} · {left}" if self._message else left)

    def _show_stages(self) -> None:
        # Made in another session: how long it took nobody knows any more.
        made = self._pace is None and self.session.plan is not None and self.session.changed_since_run() == ()
        # Nor does a plan that lies there say what a run went through that came to nothing.
        made = made and self._ended not in ("cancelled", "failed")
        why = not_measured(self.session)
        self.stages.show_pace(self._pace, made=made, left_out={"evidence": why} if why else {})

    # ── the state ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _may_replace(self) -> bool:
        return self.session.edits == 0 or self.session.replays or self.discard.isChecked()

    def state(self) -> StepState:
        session = self.session
        if session.busy:
            text = tr("Adopting a candidate…") if session.adopting else tr("Running…")
            return StepState("next", text, tr("Cancel"))
        if session.case is None:
            text = tr("This plan has no case file beside it, so it cannot be run again.")
            return StepState("done" if session.plan is not None else "todo", text if session.plan is not None else "")
        if session.blockers:
            return StepState("todo", next(iter(session.blockers.values())))
        if not self._may_replace():
            return StepState(
                "done",
                tr(
                    "The plan holds {count} edits that cannot be read; a run would make it anew without them.",
                    count=self.session.edits,
                ),
            )
        again = tr("Run again")
        if session.replays and self.discard.isChecked():
            return StepState(
                "done",
                tr(
                    "A run makes the plan anew by the method of the case, without its {count} edits.",
                    count=self.session.edits,
                ),
                again,
            )
        if self._ended == "failed" and self._failure is not None:
            return StepState("problem", failed_words(session), again)
        if session.plan is None:
            text = tr("All is ready to run.")
            text = stopped_words(session) if self._ended == "cancelled" else text
            return StepState("next", text, tr("Run"))
        changed = session.changed_since_run()
        if changed:
            return StepState(
                "next",
                tr("Changed since the last run: {parts}.", parts=parts_label(changed, session.case.profile)),
                again,
            )
        if self._ended == "cancelled":
            return StepState("done", stopped_words(session))
        if changed is None:
            return StepState(
                "done",
                tr("The plan lies beside its case; a run will tell whether it was made from the case as it is now."),
            )
        if session.adopted:
            return StepState(
                "done",
                tr(
                    "The plan is made from the case as it is, with the division that was adopted: {method}.",
                    method=method_label(session.adopted, session.case.profile),
                ),
            )
        if session.replays:
            return StepState(
                "done",
                tr(
                    "The plan is made from the case as it is; a run does its {count} edits again.",
                    count=self.session.edits,
                ),
            )
        return StepState("done", tr("The plan is made from the case as it is."))


# ── What the Run page says of a run that is over: what it gave, or why it gave nothing ──────────────────────────────

NOT_MEASURED = "S62"  # the finding that a library was missing for the rasters
LOWERED = "S54"  # of land that the method takes out of priority


def failed_words(session: Session) -> str:
    """Say that the last run, or taking over a candidate, failed; why stands on the page and in the notice."""
    if session.plan is None:
        return tr("The run failed; nothing was written.")
    if session.adopting:
        return tr("Adopting failed; the plan is as it was.")
    return tr("The last run failed; the plan is as it was.")


def stopped_words(session: Session) -> str:
    """Say that somebody stopped it."""
    if session.plan is None:
        return tr("The run was stopped; nothing was written.")
    if session.adopting:
        return tr("Adopting was stopped; the plan is as it was.")
    return tr("The run was stopped; the plan is as it was.")


def not_measured(session: Session) -> str:
    """Say why the plan has no evidence, where a library was missing that measures it."""
    plan = session.plan
    found = plan.findings.loc[plan.findings["id"] == NOT_MEASURED, "facts"].tolist() if plan is not None else []
    if not found or session.busy:
        return ""
    return tr(
        "Rasters were left out: {library} is missing. “Check installation” in the menu ☰ says how to get it.",
        library=json.loads(found[0] or "{}").get("library", ""),
    )


def summary(session: Session) -> str:
    """Say what the last run gave and what had changed before it."""
    outcome = session.outcome
    if outcome is None:
        return not_measured(session)
    text = tr(
        "{units} units from {faces} faces in {time}.",
        units=f"{len(outcome.plan.units):,}",
        faces=f"{len(outcome.plan.faces):,}",
        time=seconds(sum(outcome.seconds.values())),
    )
    lines = [text, not_measured(session)]
    if outcome.changed:
        parts = parts_label(outcome.changed, session.case.profile if session.case is not None else None)
        lines.append(tr("Changed since the run before: {parts}.", parts=parts))
    elif outcome.changed is not None:
        lines.append(tr("Nothing has changed since the run before: the plan is the same."))
    return "\n".join([*filter(None, lines), *_lowered(outcome.plan)])


def _lowered(plan: Plan) -> list[str]:
    """Say what the method takes out of priority: whoever runs has to know, though no page of findings is open."""
    from ...delineation.verbs.checking import findings_in_words

    found = replace(plan, findings=plan.findings[plan.findings["id"] == LOWERED])
    return [visible(row["message"]) for row in findings_in_words(found, language())]


class StageList(RowsView):
    """The stages of a run, a line each with a mark and a time; as high as its lines."""

    def __init__(self, parent: QWidget) -> None:
        titles = stage_titles()
        self._told: Mapping[str, tuple[str, str]] = dict.fromkeys(titles, ("todo", ""))
        self._left_out: Mapping[str, str] = {}
        super().__init__(
            parent,
            ViewColumn(tr("Stage"), titles.__getitem__, icon=lambda name: mark_icon(self._told[name][0])),
            ViewColumn(tr("Time"), lambda name: self._told[name][1], right=True),
            tip=lambda name: self._left_out.get(name, ""),
            objectName="control_units_stages",
            accessibleName=tr("Stages of the run"),
            alternatingRowColors=False,
            selectionMode=RowsView.SelectionMode.NoSelection,
            verticalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
        )
        self.rows.put(list(titles))

    def show_pace(self, pace: Pace | None, *, made: bool, left_out: Mapping[str, str]) -> None:
        """Show how far a run is.

        Parameters
        ----------
        pace : Pace or None
            None where no run of this session is to be shown.
        made : bool
            There is a plan; how long it took is not known.
        left_out : mapping of str to str
            Stage → why it did nothing.
        """
        now, told = time.monotonic(), dict[str, tuple[str, str]]()
        for name in self.rows.items:
            mark, text = "done" if made else "todo", ""
            if pace is not None:
                if name in pace.skipped:
                    mark, text = "done", tr("unchanged")
                elif name in pace.taken:
                    mark, text = "done", seconds(pace.taken[name])
                elif name == pace.stage:
                    mark, text = "next", seconds(pace.elapsed(now))
            told[name] = ("check", tr("left out")) if mark == "done" and name in left_out else (mark, text)
        self._told, self._left_out = told, left_out
        self.rows.follow(self.rows.items)

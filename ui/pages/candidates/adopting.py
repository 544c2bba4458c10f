"""Adopting under way: how far it is, a way to stop it, and afterwards why it came to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QPushButton, QWidget

from ...text import said, tr
from ...widgets.layout import STRETCH, in_column, in_line
from ...widgets.messages import words_of
from ...widgets.plain_text import PlainLabel
from ...widgets.progress_line import ProgressLine
from ...widgets.scrolled import bring_into_view
from ..page import StepState

if TYPE_CHECKING:
    from ....delineation.core.messages import Message
    from ...work.candidates import Candidates
    from ...work.runner import Failure
    from ...work.session import Session


def state_beside(candidates: Candidates) -> StepState | None:
    """Say what is to be done about candidates, or is being done; None where there are none."""
    session, kept = candidates.session, candidates.kept
    if session.busy and session.adopting:
        return StepState("next", tr("Adopting a candidate…"))
    if not kept:
        return None
    text = tr("Candidates beside the plan: {count}. Adopt one or discard them.")
    if not any(candidates.fits(one) for one in kept):
        text = tr("Candidates that no longer fit the case: {count}. Suggest anew or discard them.")
    return StepState("next", text.format(count=len(kept)))


class AdoptingLine(QWidget):
    """Hidden as long as there is nothing to say. ``on`` while a candidate is being adopted."""

    adopted = pyqtSignal()  # it is the plan's now

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self.progress = ProgressLine(self)
        self.words = PlainLabel("", self, wrap=True, objectName="candidates_adopting")
        self.cancel = QPushButton(
            tr("Ca&ncel"),
            self,
            objectName="candidates_stop_adopting",
            toolTip=tr("Stops at once; the plan stays as it was."),
            clicked=self._stop,
        )
        in_column(self.progress, self.words, in_line(self.cancel, STRETCH), on=self, margins=0, spacing=4)
        session.busy_changed.connect(self._busy)
        session.progressed.connect(self._advance)
        session.ran.connect(self._ran)
        session.cancelled.connect(self._cancelled)
        session.failed.connect(self._heard)
        # What is said of the last try is about the case as it was then.
        session.case_changed.connect(self.forget)
        self.on = self._ended = False
        self._busy(session.busy)

    def forget(self) -> None:
        """Say nothing of what was tried before."""
        if not self.on:
            self.words.setText("")
            self.hide()

    def _busy(self, busy: bool) -> None:
        on = busy and self._session.adopting
        if on:
            self.progress.setMaximum(0)
            self.words.setText(tr("Adopting a candidate…"))
            self.cancel.setEnabled(True)
        elif self.on and not self._ended:
            self.words.setText("")
        self.on, self._ended = on, False
        for widget in (self.progress, self.cancel):
            widget.setVisible(on)
        self.setVisible(bool(self.words.text()))

    def _advance(self, fraction: float, message: Message) -> None:
        if self.on and self.cancel.isEnabled():
            self.progress.advance(fraction, message)
            self.words.setText(
                tr("Adopting a candidate: {stage}", stage=said(message)) if message else self.words.text()
            )

    def _stop(self) -> None:
        self.cancel.setEnabled(False)
        self.words.setText(tr("Stopping…"))
        self._session.cancel()

    def _cancelled(self) -> None:
        self._end(tr("Adopting was stopped; the plan is as it was."))

    def _ran(self) -> None:
        if self.on:
            self.adopted.emit()

    def _heard(self, failure: Failure) -> None:
        if failure.doing == "run":
            self._failed(failure.error)

    def _failed(self, error: Exception) -> None:
        self._end(tr("Adopting failed; the plan is as it was. {why}", why=words_of(error)))

    def _end(self, text: str) -> None:
        if self.on:
            self._ended = True
            self.words.setText(text)
            bring_into_view(self.words)

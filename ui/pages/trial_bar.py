"""What a trial would change, and the two answers to it: keep, discard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ..text import said
from ..widgets.messages import words_of
from ..widgets.plain_text import PlainLabel, as_tip
from ..work.trial import Trying
from .category_bar import CategoryBar

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QShowEvent

    from ...delineation.core.messages import Message
    from ..work.trial import Trial

__all__ = ["TrialBar"]

translate = QCoreApplication.translate


class TrialBar(QWidget):
    """Bars of area, one sentence, progress while sources are laid out, and the buttons.

    ``quiet`` shows them only while something is tried: there is more room for the settings.
    """

    def __init__(self, trial: Trial, parent: QWidget | None = None, *, quiet: bool = False) -> None:
        super().__init__(parent)
        self.trial, self._quiet = trial, quiet
        self.bars = CategoryBar(self)
        self.sentence = PlainLabel("", self)
        self.sentence.setWordWrap(True)
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.progress.setMaximumHeight(8)
        self.keep = QPushButton(translate("ControlUnits", "&Keep and run"), self)
        self.keep.setToolTip(
            translate("ControlUnits", "Put the changes into the case and make the plan again: a few seconds.")
        )
        self.discard = QPushButton(translate("ControlUnits", "Dis&card"), self)
        self.discard.setToolTip(translate("ControlUnits", "Forget the changes; plan and case stay as they are."))
        self.keep.clicked.connect(trial.keep)
        self.discard.clicked.connect(trial.discard)
        self.buttons = QHBoxLayout()
        self.buttons.addWidget(self.keep)
        self.buttons.addWidget(self.discard)
        self.buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.bars, self.sentence, self.progress):
            layout.addWidget(widget)
        layout.addLayout(self.buttons)
        trial.changed.connect(self._follow)
        trial.laying.progressed.connect(self._advance)
        self.refresh()

    def add_button(self, button: QPushButton) -> None:
        """Put a button of the page at the end of the row."""
        self.buttons.addWidget(button)

    def showEvent(self, event: QShowEvent) -> None:
        self.refresh()
        super().showEvent(event)

    def _follow(self) -> None:
        if self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        """Show the trial as it is."""
        trial = self.trial
        self._show_areas()
        self.sentence.setText(self.words() if trial.live or trial.error is not None else "")
        laying = trial.laying.busy
        idle = self._quiet and not trial.settings and trial.error is None
        self.bars.setVisible(trial.session.plan is not None and not idle)
        self.sentence.setVisible(bool(self.sentence.text()) and (laying or not idle))
        self.progress.setVisible(laying or trial.doing in (Trying.LAYING, Trying.LABELLING))
        self.progress.setRange(0, 100 if laying else 0)
        tried = bool(trial.settings)
        for button in (self.keep, self.discard):
            button.setVisible(tried)
        self.keep.setEnabled(trial.doing is Trying.SHOWN and not trial.session.busy)

    def _show_areas(self) -> None:
        trial, plan = self.trial, self.trial.session.plan
        if trial.result is not None:
            found = trial.result
            self.bars.show_areas(found.area_before, found.area_after, found.units_before, found.units_after)
        elif plan is not None:
            area = plan.units.groupby("category")["area_m2"].agg(["sum", "size"])
            sums = [float(area["sum"].get(c, 0.0)) for c in (1, 2, 3)]
            self.bars.show_areas(sums, units_before=[int(area["size"].get(c, 0)) for c in (1, 2, 3)])

    def words(self) -> str:
        """Say what the trial is doing or found."""
        trial = self.trial
        if trial.error is not None:
            return words_of(trial.error)
        if trial.doing is Trying.LAYING:
            return translate(
                "ControlUnits", "The sources are read once for previews; the change shows as soon as they are."
            )
        if trial.laying.busy and not trial.settings:
            return translate(
                "ControlUnits",
                "The sources are being read for previews, in the background; then a change shows at once.",
            )
        if trial.doing is Trying.LABELLING:
            return translate("ControlUnits", "Labelling anew…")
        if trial.result is None:
            return translate(
                "ControlUnits",
                "Change a setting to see at once what it would do; nothing is written until you keep it.",
            )
        found = trial.result
        if found.same:
            return translate("ControlUnits", "No face and no unit would change.")
        area = float(found.flow.sum() - found.flow.trace())
        text = translate(
            "ControlUnits", "{faces} faces ({area} km²) would change their category; they are outlined on the map."
        )
        if not len(found.face):
            text = translate(
                "ControlUnits", "No category would change; {regrouped} faces would be grouped into other units."
            )
        return text.format(faces=f"{len(found.face):,}", area=f"{area / 1e6:,.2f}", regrouped=f"{found.regrouped:,}")

    def _advance(self, fraction: float, message: Message) -> None:
        self.progress.setValue(round(100 * fraction))
        self.progress.setToolTip(as_tip(said(message)))

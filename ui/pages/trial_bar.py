"""What a trial would change, and the two answers to it: keep, discard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtWidgets import QPushButton, QWidget

from ...delineation.core.errors import DelineationError
from ..text import tr
from ..widgets.layout import STRETCH, in_column, in_line
from ..widgets.messages import words_of
from ..widgets.plain_text import PlainLabel
from ..widgets.progress_line import ProgressLine
from ..work.trial import Trying, trial_of
from .category_bar import CategoryBar, short_names
from .page import Page, StepState, Workplace

if TYPE_CHECKING:
    from collections.abc import Callable

    from qgis.PyQt.QtGui import QShowEvent

    from ...delineation.case.model import Case
    from ...delineation.verbs.trials import Relabelled
    from ..work.trial import Trial

TELLING = 0.05  # share of what rules bring from which on merging is told


class TrialBar(QWidget):
    """Bars of area, one sentence, progress while sources are laid out, and the buttons.

    ``quiet`` shows them only while something is tried: there is more room for the settings.
    """

    def __init__(self, trial: Trial, parent: QWidget | None = None, *, quiet: bool = False) -> None:
        super().__init__(parent)
        self.trial, self._quiet = trial, quiet
        self.nothing: Callable[[], str] = str  # why nothing would change, where the page knows
        self.bars = CategoryBar(self)
        self.why = PlainLabel("", self, wrap=True, objectName="trial_why")
        self.sentence = PlainLabel("", self, wrap=True)
        self.progress = ProgressLine(self)
        self.keep = QPushButton(
            tr("&Keep and run"),
            self,
            toolTip=tr("Put the changes into the case and make the plan again: a few seconds."),
            clicked=trial.keep,
        )
        self.discard = QPushButton(
            tr("Dis&card"),
            self,
            toolTip=tr("Forget the changes; plan and case stay as they are."),
            clicked=trial.discard,
        )
        self.buttons = in_line(self.keep, self.discard, STRETCH)
        in_column(self.bars, self.why, self.sentence, self.progress, self.buttons, on=self, margins=0)
        trial.changed.connect(self._follow)
        trial.laying.progressed.connect(self.progress.advance)
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
        self.why.setText(merging_words(trial.result, trial.method) if trial.result is not None else "")
        self.why.setVisible(bool(self.why.text()) and not idle)
        self.sentence.setVisible(bool(self.sentence.text()) and (laying or not idle))
        self.progress.setVisible(laying or trial.doing in (Trying.LAYING, Trying.LABELLING))
        self.progress.setMaximum(1000 if laying else 0)
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
            return tr("The sources are read once for previews; the change shows as soon as they are.")
        if trial.laying.busy and not trial.settings:
            return tr("The sources are being read for previews, in the background; then a change shows at once.")
        if trial.doing is Trying.LABELLING:
            return tr("Labelling anew…")
        if trial.result is None:
            return tr("Change a setting to see at once what it would do; nothing is written until you keep it.")
        found = trial.result
        if found.same:
            return self.nothing() or tr("No face and no unit would change.")
        area = float(found.flow.sum() - found.flow.trace())
        text = tr("{faces} faces ({area} km²) would change their category; they are outlined on the map.")
        if not len(found.face):
            text = tr(
                "No category would change; {regrouped} faces would be grouped into other units. On the map new lines between units are blue, lines that go are dotted.",  # noqa: E501
            )
        return text.format(faces=f"{len(found.face):,}", area=f"{area / 1e6:,.2f}", regrouped=f"{found.regrouped:,}")


class TrialPage(Page):
    """A page of settings that are tried on the open plan before they are kept."""

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(place, parent)
        self.trial = trial_of(self.session)

    def make_bar(self, tip: str, *, quiet: bool = False) -> TrialBar:
        """Make the bar, with a button for the profile's defaults; ``tip`` says which."""
        self.bar = TrialBar(self.trial, self, quiet=quiet)
        self.restore = QPushButton(tr("&Defaults of the profile"), self, toolTip=tip, clicked=self.set_back)
        self.bar.add_button(self.restore)
        self.acting = (self.bar.keep,)
        return self.bar

    def set_back(self) -> None:
        """Try the profile's defaults."""
        raise NotImplementedError

    def case(self) -> Case | None:
        """Give the case as it is tried; where that cannot be, as it is."""
        try:
            return self.trial.case
        except DelineationError:
            return self.session.case

    def tried_state(self) -> StepState:
        """Say how far the trial is."""
        if self.trial.doing is not Trying.SHOWN:
            # There is nothing to keep before it was shown.
            return StepState("problem" if self.trial.error is not None else "next", self.bar.words())
        text = tr("Changes are shown on the map and not kept yet.")
        if self.trial.result is not None and self.trial.result.same:
            text = tr("No face and no unit would change.")
        return StepState("next", text, tr("&Keep and run"))

    def act(self) -> None:
        self.trial.keep()


def merging_words(found: Relabelled, method: str) -> str:
    """Say where a change of area comes from, where it is not the rules alone; "" where it is.

    What a switch makes key may leave so little of the priority land beside it, or be so small itself, that cleaning
    merges it into its neighbour: then priority gains by a switch that is about key control.
    """
    names, lines = short_names(), []
    text = tr("{category} {change} km²: by rules {ruled}, by merging {merged}.")
    for number, category in enumerate((1, 2, 3)):
        merged, ruled = float(found.merged[number]), float(found.ruled[number])
        # Little beside what the rules bring surprises nobody.
        if _signed(merged) != _signed(0.0) and abs(merged) >= TELLING * abs(ruled):
            lines.append(
                text.format(
                    category=names[category],
                    change=_signed(merged + ruled),
                    ruled=_signed(ruled),
                    merged=_signed(merged),
                )
            )
    if not lines:
        return ""
    reason = tr(
        "Merging (cleaning): a piece below the smallest area joins a neighbour of the same or a higher category, so that priority may gain where only key control is switched.",  # noqa: E501
    )
    if method != "overlay":
        reason = tr(
            "Merging (cleaning) lets small pieces join a neighbour of the same or a higher category; the division method puts more together.",  # noqa: E501
        )
    return "\n".join([*lines, reason])


def _signed(area: float) -> str:
    """Give a change in km² with its sign."""
    change = round(area / 1e6, 2)
    return f"{change:+,.2f}" if change else "0.00"

"""Suggesting: the buttons, what is being computed, the curve over k, candidates against the plan, adopt and discard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QSignalBlocker, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ....delineation.core.text import clock_time as local_time
from ....delineation.labelling.lowered_land import lowered_words
from ...text import findings_rows, said, tr
from ...widgets.layout import STRETCH, give_width, in_column, in_flow, in_line
from ...widgets.messages import words_of
from ...widgets.muted import MutedLabel
from ...widgets.plain_text import PlainLabel, as_tip
from ...widgets.progress_line import ProgressLine
from ...widgets.scrolled import bring_into_view
from ...words import method_label
from .adopting import AdoptingLine
from .k_curve import KCurve
from .plots import CandidatePlots
from .table import CandidateTable

if TYPE_CHECKING:
    from ...work.candidates import Candidates
    from ...work.drawn_division import Beside
    from ...work.session import Session
    from ..method.cluster_form import ClusterForm

SPAN = 60  # numbers of regions that a curve goes over at first


def _needs_plan() -> str:
    return tr("A candidate stands beside a plan: run the case once, then suggest.")


class CandidatesBox(QWidget):
    """What comes of the settings above it."""

    compared = pyqtSignal()  # the candidates are to be held against each other at length

    def __init__(self, candidates: Candidates, form: ClusterForm, parent: QWidget) -> None:
        super().__init__(parent)
        self.candidates, self.form = candidates, form
        self.stale: set[int] = set()  # candidates that were made from something else
        self._ranged = False  # the user said over which numbers the curve goes
        self._asked: tuple[Any, ...] = ()  # what was asked for last: an error is about that
        self._seen: Exception | None = None  # the last error, which was scrolled to
        asking = self._asking()
        self.progress = ProgressLine(self)
        self.words = PlainLabel("", self, wrap=True)
        self.curve = KCurve(self)
        self.curve.chosen.connect(form.take_k)
        self.curve_words = MutedLabel("", self)
        self.plots, self.table = CandidatePlots(self), CandidateTable(self)
        self.plots.chosen.connect(self.table.choose)
        self.table.turned.connect(self._show_chosen)
        self.stale_words = MutedLabel(
            tr(
                "A candidate in grey was made from other settings or sources than the case has now, and cannot be adopted; “Suggest” makes it anew.",  # noqa: E501
            ),
            self,
        )
        self.findings = MutedLabel("", self)
        self.lowered = PlainLabel(
            "", self, wrap=True, objectName="candidates_lowered", margin=3, frameShape=QLabel.Shape.StyledPanel
        )
        in_column(
            asking,
            self.progress,
            self.words,
            self.curve,
            self.curve_words,
            self.plots,
            self.table,
            self.stale_words,
            self.findings,
            self.lowered,
            self._answering(),
            on=self,
            margins=(0, 4, 0, 0),
            spacing=4,
        )
        candidates.changed.connect(self.refresh)
        candidates.progressed.connect(self.progress.advance)
        form.k_changed.connect(self._k_changed)
        form.variables.edited.connect(self._show_free)
        self.refresh()

    def _asking(self) -> QVBoxLayout:
        self.suggest = QPushButton(tr("&Suggest"), self, objectName="candidates_suggest", clicked=self._suggest)
        self.cancel = QPushButton(
            tr("Ca&ncel"),
            self,
            objectName="candidates_cancel",
            toolTip=tr("Stops what is being computed; plan and candidates stay as they are."),
            clicked=self.candidates.cancel,
        )
        self.keep = QPushButton(tr("Into the &case"), self, objectName="candidates_keep", clicked=self._keep)
        self.ask_curve = QPushButton(
            tr("C&urve of k", "of numbers of regions"),
            self,
            objectName="candidates_curve",
            toolTip=tr(
                "Tries the numbers of regions of this range: what each gains, and after which more gain little."
            ),
            clicked=self._ask_curve,
        )
        self.low, self.high = QSpinBox(self), QSpinBox(self)
        for box, name in (
            (self.low, tr("Fewest regions of the curve")),
            (self.high, tr("Most regions of the curve")),
        ):
            box.setRange(1, 1_000_000)
            box.setMinimumWidth(64)
            give_width(box)
            box.setAccessibleName(name)
            box.setToolTip(name)
            box.valueChanged.connect(self._range)
        self.dash = QLabel("–", self)
        return in_column(
            in_flow(self.suggest, self.cancel, self.keep), in_flow(self.ask_curve, self.low, self.dash, self.high)
        )

    def _answering(self) -> QWidget:
        answers = self.answers = Answers(self.candidates.session, self)
        self.reason, self.basis, self.adopt, self.discard, self.compare = (
            answers.reason,
            answers.basis,
            answers.adopt,
            answers.discard,
            answers.compare,
        )
        self.reason.textChanged.connect(self._show_chosen)
        self.basis.textChanged.connect(self._show_chosen)
        self.table.turned.connect(self.basis.clear)  # named for one candidate alone
        for line in (self.reason, self.basis):
            line.returnPressed.connect(lambda: self.adopt.isEnabled() and self._adopt())
        self.adopt.clicked.connect(self._adopt)
        self.discard.clicked.connect(self._discard)
        self.compare.clicked.connect(self.compared)
        return answers

    # ── what it shows ─────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def chosen(self) -> Beside | None:
        """The candidate of the marked column."""
        number = self.table.chosen
        return self.candidates.kept[number] if 0 <= number < len(self.candidates.kept) else None

    def refresh(self) -> None:
        """Show what there is."""
        candidates, idle = self.candidates, not self.candidates.busy
        self._show_free()
        self.suggest.setVisible(idle)
        self.cancel.setVisible(not idle)
        for widget in (self.ask_curve, self.low, self.dash, self.high):
            widget.setVisible(self.form.takes_k)
        self.progress.setVisible(not idle)
        if idle:
            self.progress.setMaximum(0)
        self._show_words()
        fits = candidates.curve_fits(self.form.method, self.form.given()) if self.form.takes_k else None
        choice = candidates.choice if fits is not None else None
        self.curve.show_choice(choice, self.form.k, stale=fits is False)
        self.curve_words.setText(self.curve.words())
        for widget in (self.curve, self.curve_words):
            widget.setVisible(choice is not None)
        self.stale = {number for number, one in enumerate(candidates.kept) if not candidates.fits(one)}
        self.table.show_candidates(candidates.plan_row, candidates.kept)
        self.table.fade(self.stale, self.stale_words.text())
        self.stale_words.setVisible(bool(self.stale))
        self.table.setVisible(bool(candidates.kept))
        self.answers.setVisible(bool(candidates.kept))
        self._show_chosen()
        if not self._ranged:
            self._show_range()

    def _show_free(self) -> None:
        """Offer what can be asked for; nothing can be divided by nothing."""
        candidates = self.candidates
        free = candidates.possible and not (candidates.busy or candidates.session.busy or self.form.variables.empty)
        self.suggest.setEnabled(free)
        self.suggest.setToolTip(as_tip(self._suggest_tip()))
        self.ask_curve.setEnabled(free)
        self._show_keep()
        self._show_words()

    def _suggest_tip(self) -> str:
        """Say what the button does, or why it does nothing."""
        if self.form.variables.empty:
            return self.form.variables.empty_words()
        if not self.candidates.possible:
            return _needs_plan()
        return tr("Divides in the background and shows a candidate beside the plan; nothing is written.")

    def _show_words(self) -> None:
        self.words.say(self._said())
        error = self.candidates.error
        if error is not None and error is not self._seen:
            bring_into_view(self.words)
        self._seen = error

    def _said(self) -> str:
        candidates = self.candidates
        if candidates.doing == "laying":
            return tr("The sources are read once; then the faces are divided.")
        if candidates.doing == "curve":
            return tr("Trying numbers of regions…")
        if candidates.doing:
            return tr("Dividing the faces…")
        if candidates.error is not None and self._asked == self._question(*self._asked[:1]):
            return words_of(candidates.error)
        if self.form.variables.empty:
            return self.form.variables.empty_words()
        if not candidates.possible:
            return _needs_plan()
        if candidates.session.adopted:
            from ....delineation.plan.journal import adopted_entry

            plan = candidates.session.plan
            entry = adopted_entry(plan.journal) if plan is not None else None
            method = method_label(candidates.session.adopted, candidates.session.profile)
            return (
                ""
                if entry is None
                else tr(
                    "In the plan's journal: {method}, adopted by {author} on {day}. {reason}",
                    author=entry["author"],
                    reason=entry["reason"],
                    method=method,
                    day=local_time(str(entry["time"]))[:10],
                )
            )
        return ""

    def _show_chosen(self) -> None:
        one, busy = self.chosen, self.candidates.session.busy
        stale = self.table.chosen in self.stale
        self.answers.refresh()
        self.plots.show_candidates(self.candidates.plan_row, self.candidates.kept, self.table.chosen, self.stale)
        lands = one.candidate.lowered if one is not None else ()
        answered = bool(self.reason.text().strip()) and (not lands or bool(self.basis.text().strip()))
        self.adopt.setEnabled(one is not None and not stale and answered and not busy)
        self.discard.setEnabled(one is not None and not busy)
        self.basis.setVisible(bool(lands))
        self.lowered.setVisible(bool(lands))
        if one is None:
            self.findings.hide()
            return
        if lands:
            self.lowered.setText(
                tr(
                    "This candidate takes land out of priority that the sources put there: {lands}. The map outlines it in red. To adopt it, name the document that allows it.",  # noqa: E501
                    lands=said(lowered_words(lands), one.profile),
                )
            )
        self.adopt.setToolTip(
            as_tip(
                self.stale_words.text()
                if stale
                else tr(
                    "Makes {candidate} the plan's labels: an entry in its journal, which later runs replay. A reason is asked for.",  # noqa: E501
                    candidate=one.text,
                )
            )
        )
        found = one.candidate.findings
        told = [str(row["message"]) for row in findings_rows(found, one.profile)] if found else []
        self.findings.say("\n".join(told))

    def _show_keep(self) -> None:
        """Offer to make these settings the case's own, where it has others."""
        session = self.candidates.session
        same = session.case is not None and self._own() == (session.case.method, dict(session.case.method_parameters))
        free = session.case is not None and not session.adopted and not session.busy
        self.keep.setEnabled(free and not same and not self.form.variables.empty)
        if session.adopted:
            tip = tr("The plan's labels were adopted, and runs replay them: adopt another candidate.")
        elif same:
            tip = tr("The case has this method with these settings.")
        else:
            tip = tr("Makes this method and its settings the case's own: the next run divides by them.")
        self.keep.setToolTip(tip)

    def _question(self, kind: str = "") -> tuple[Any, ...]:
        """Give what a question depends on here: settings, case and, of a curve, its range."""
        case = self.candidates.session.case
        return kind, *self._own(), id(case), *((self.low.value(), self.high.value()) if kind == "curve" else ())

    def _own(self) -> tuple[str, dict[str, Any]]:
        return self.form.method, self.form.given()

    def _show_range(self) -> None:
        low = max(self.form.least, 2)
        for box, value in ((self.low, low), (self.high, max(low + SPAN, self.form.k + SPAN // 2))):
            with QSignalBlocker(box):
                box.setValue(value)

    def _range(self, _: int) -> None:
        self._ranged = True
        self._show_words()

    def _k_changed(self, k: int) -> None:
        self.curve.show_choice(self.curve.choice, k, stale=self.curve.stale)
        if not self._ranged:
            self._show_range()

    # ── what one can do ───────────────────────────────────────────────────────────────────────────────────────────

    def _suggest(self) -> None:
        self._asked = self._question("suggest")
        self.candidates.suggest(self.form.method, self.form.given(), raise_k=self.form.k_is_usual)

    def _ask_curve(self) -> None:
        given = {name: value for name, value in self.form.given().items() if name != "k"}
        # The boxes go on showing the range of the curve that is drawn.
        self._ranged = True
        self._asked = self._question("curve")
        self.candidates.ask_curve(self.form.method, given, self.low.value(), self.high.value())

    def _keep(self) -> None:
        method, given = self._own()
        self.candidates.session.change(method=method, method_parameters=given)

    def _discard(self) -> None:
        if self.chosen is not None:
            self.candidates.discard(self.chosen)

    def _adopt(self) -> None:
        if self.chosen is not None:
            basis = self.basis.text().strip() if self.chosen.candidate.lowered else ""
            self.candidates.adopt(self.chosen, self.reason.text().strip(), basis)


# ── What one can answer to candidates: adopt one for a reason, drop one, hold them against each other at length ──


class Answers(QWidget):
    """The fields; while a candidate is adopted, how far that is stands in the place of the buttons."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.reason = QLineEdit(
            self,
            objectName="candidates_reason",
            placeholderText=tr("Reason for adopting, for the journal"),
            accessibleName=tr("Reason for adopting"),
            toolTip=tr("Stands in the plan's journal with your name and the time."),
            maxLength=400,
        )
        self.basis = QLineEdit(
            self,
            objectName="candidates_basis",
            placeholderText=tr("Basis document: title or number, for the journal"),
            accessibleName=tr("Basis document"),
            toolTip=tr("The document that allows priority land to be put lower; stands in the journal."),
            maxLength=400,
            visible=False,
        )
        self.adopting = AdoptingLine(session, self)
        for line in (self.reason, self.basis):
            self.adopting.adopted.connect(line.clear)  # a try that came to nothing keeps it
            session.opened.connect(line.clear)
        self.adopt = QPushButton(tr("&Adopt"), self, objectName="candidates_adopt")
        self.discard = QPushButton(
            tr("&Discard"),
            self,
            objectName="candidates_discard",
            toolTip=tr("Drops the candidate of the marked column, and its layer."),
        )
        self.compare = QPushButton(
            tr("Co&mpare methods…"),
            self,
            objectName="candidates_compare",
            toolTip=tr(
                "Opens “Compare division methods” with this case and these candidates: more metrics, random divisions, stability, and how sure each border is.",  # noqa: E501
            ),
        )
        in_column(
            self.reason,
            self.basis,
            self.adopting,
            in_line(self.adopt, self.discard, STRETCH),
            in_line(self.compare, STRETCH),
            on=self,
            margins=0,
        )
        session.busy_changed.connect(self.refresh)

    def refresh(self) -> None:
        """Show the buttons, or how far adopting is."""
        on = self.adopting.on
        for line in (self.reason, self.basis):
            line.setReadOnly(on)
        for button in (self.adopt, self.discard, self.compare):
            button.setVisible(not on)

"""Candidates: divisions by clustering beside the open plan, until one is adopted or all are discarded.

The page shows them, the map has a layer of each. Nothing is written before one is adopted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...delineation.core.errors import Cancelled
from ...delineation.core.messages import NOTHING
from ..text import tr
from .drawn_division import drawn, labels_of
from .job import Job
from .settings import who
from .trial import trial_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from ...delineation.case.model import Case
    from ...delineation.core.progress import Progress
    from ...delineation.methods.number_of_regions import Choice
    from ...delineation.run.run import BasisWithInputs
    from ...delineation.sources.inputs import Inputs
    from .drawn_division import Beside
    from .runner import Done
    from .session import Session


@dataclass(frozen=True)
class _Question:
    doing: str
    title: str
    work: Callable[[BasisWithInputs, Progress], Any]
    done: Done


class Candidates(QObject):
    """Candidates of the session's plan.

    Attributes
    ----------
    kept : list of Beside
        The newest first.
    plan_row : dict of str to float
        What the plan is measured by, beside them.
    choice : Choice or None
        The last curve over k.
    least : int
        Regions that there are at least with the settings last asked for; 0 where nobody knows.
    doing : str
        "", ``laying`` (sources are read first), ``suggest`` or ``curve``.
    error : Exception or None
        Why the last of these gave nothing.
    """

    changed = pyqtSignal()
    progressed = pyqtSignal(float, object)  # share done, the engine's message

    def __init__(self, session: Session) -> None:
        super().__init__(session, objectName="control_units_candidates")
        self.session = session
        self.laying = trial_of(session).laying
        self.kept: list[Beside] = []
        self.plan_row: dict[str, float] = {}
        self.choice: Choice | None = None
        self._choice_of: tuple[Inputs, str, dict[str, Any]] | None = None  # what it was made from
        self.least = 0
        self.doing = ""
        self.error: Exception | None = None
        self._question: _Question | None = None
        self._job = Job(session.runner, self)
        self._job.progressed.connect(self.progressed)
        # Questions that nobody waits for.
        self._of_least, self._of_plan = Job(session.runner, self), Job(session.runner, self)
        self._adopting: Beside | None = None
        self._labels: tuple[bytes, ...] = ()
        self._path: Path | None = None  # of the plan that they are beside
        self._made_from = MadeFrom(session)
        self.laying.changed.connect(self._laid)
        self.laying.progressed.connect(lambda share, text: self.doing == "laying" and self.progressed.emit(share, text))
        session.plan_changed.connect(self._follow)
        session.case_changed.connect(self._case_changed)
        session.busy_changed.connect(self._busy)
        self._follow()

    @property
    def busy(self) -> bool:
        """Something is being computed that somebody waits for."""
        return bool(self.doing)

    @property
    def possible(self) -> bool:
        """There is a plan to be beside, and the case it was made from."""
        return self.session.plan is not None and self.session.case is not None

    # ── what one can ask for ──────────────────────────────────────────────────────────────────────────────────────

    def suggest(self, method: str, given: Mapping[str, Any], *, raise_k: bool = False) -> None:
        """Make a candidate; one that is kept already is not made again.

        ``raise_k``: the number of regions is nobody's choice, and becomes what there are at least where it is too low.
        """
        case, plan = self.session.case, self.session.plan
        if case is None or plan is None:
            return

        def work(laid: BasisWithInputs, progress: Progress) -> Beside:
            from ...delineation.sources.inputs import divided_from
            from ...delineation.verbs.candidates import fewest_regions, make_candidate

            made_from, asked = divided_from(case, laid.inputs), dict(given)
            if raise_k:
                asked["k"] = max(asked["k"], fewest_regions(case, laid.basis, given))
            made = make_candidate(case, laid.basis, plan, method, asked, progress=progress)
            return drawn(made, made_from, case.profile)

        self._ask(_Question("suggest", tr("Suggesting units"), work, self._suggested))

    def ask_curve(self, method: str, given: Mapping[str, Any], low: int, high: int) -> None:
        """Divide into every number of a range, and weigh them."""
        case = self.session.case
        if case is None:
            return

        def work(laid: BasisWithInputs, progress: Progress) -> tuple[Choice, Inputs]:
            from ...delineation.sources.inputs import divided_from
            from ...delineation.verbs.candidates import curve_of_k

            made_from = divided_from(case, laid.inputs)
            return curve_of_k(case, laid.basis, method, given, low, high, progress=progress), made_from

        def done(found: tuple[Choice, Inputs]) -> None:
            self.choice, self._choice_of = found[0], (found[1], method, _without_k(given))

        self.choice, self._choice_of = None, None
        self._ask(_Question("curve", tr("Curve of the number of regions"), work, done))

    def curve_fits(self, method: str, given: Mapping[str, Any]) -> bool | None:
        """Tell whether the curve was made with these settings, k aside; None where there is none of the method."""
        if self._choice_of is None or self._choice_of[1] != method:
            return None
        made_from, _, asked = self._choice_of
        return asked == _without_k(given) and self._made_from.still(made_from)

    def fits(self, beside: Beside) -> bool:
        """Tell whether a candidate is still what its method gives: nothing that it was made from is another by now."""
        return self._made_from.still(beside.made_from)

    def ask_least(self, given: Mapping[str, Any]) -> bool:
        """Count the regions that there are at least; nobody waits for it. False where the sources are not laid yet."""
        case, laid = self.session.case, self.laying.fitting() if self.possible else None
        if case is None or laid is None:
            return False

        def work(progress: Progress) -> int:
            from ...delineation.verbs.candidates import fewest_regions

            progress(0.0, NOTHING)
            return fewest_regions(case, laid.basis, given)

        def done(least: int) -> None:
            self.least = least
            self.changed.emit()

        # What is asked here fails where the candidate itself would, which then says why; what was known is of other
        # settings.
        self._of_least.start(tr("Least number of regions"), work, done=done, failed=lambda _: done(0))
        return True

    def cancel(self) -> None:
        """Leave what is being computed; the candidates stay."""
        self._job.drop()
        self.doing, self._question = "", None
        self.changed.emit()

    def discard(self, beside: Beside) -> None:
        """Drop a candidate."""
        self.kept = [one for one in self.kept if one is not beside]
        self.changed.emit()

    def adopt(self, beside: Beside, reason: str, basis: str = "") -> None:
        """Take a candidate as the plan's labels: an entry ``relabel`` in its journal, with reason and document."""
        if self.session.busy or not self.fits(beside):
            return
        self._adopting = beside
        author = who()
        one = beside.candidate
        self.session.start_adopt(
            one.method,
            one.parameters,
            seed=one.seed,
            author=author,
            reason=reason,
            basis=basis,
            shown=one.division,
        )

    # ── inside ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _ask(self, question: _Question) -> None:
        self._job.drop()
        self._question, self.error = question, None
        self._go()

    def _go(self) -> None:
        """Compute, beside the main thread; first of all the sources are laid."""
        question = self._question
        if question is None:
            return
        laid = self.laying.fitting()
        if laid is None:
            self.doing = "laying"
            self.laying.start(again=True)
            self.changed.emit()
            return
        self.doing = question.doing

        def done(found: Any) -> None:
            self._question, self.doing = None, ""
            question.done(found)
            self.changed.emit()

        self._job.start(
            question.title,
            lambda progress: question.work(laid, progress),
            done=done,
            failed=self._failed,
            stopped=self.cancel,
        )
        self.changed.emit()

    def _failed(self, error: Exception) -> None:
        self._question, self.doing = None, ""
        self.error = None if isinstance(error, Cancelled) else error
        self.changed.emit()

    def _laid(self) -> None:
        """Go on where the sources were waited for."""
        if self.doing != "laying" or self.laying.busy or self.session.busy:
            return
        if self.laying.fitting() is None and self.laying.error is not None:
            self._failed(self.laying.error)
        else:
            self._go()

    def _busy(self, busy: bool) -> None:
        """Go on after a run, or take note that adopting came to nothing."""
        if not busy:
            self._adopting = None
            self._laid()
        self.changed.emit()

    def _suggested(self, beside: Beside) -> None:
        others = [one for one in self.kept if one.text != beside.text or one.candidate.seed != beside.candidate.seed]
        used = {one.number for one in others}
        number = next(number for number in range(len(used) + 1) if number not in used)
        self.kept = [replace(beside, number=number), *others]
        self.plan_row = dict(beside.candidate.plan)

    def _follow(self) -> None:
        """Keep candidates as long as the same plan is open; those that do not fit it any more say so."""
        labels, path = self._labels, self._path
        self._labels, self._path = labels_of(self.session.plan), self.session.plan_path
        if self._labels and self._path == path:
            self.kept = [one for one in self.kept if one is not self._adopting]
            if self.kept and self._labels != labels:
                self._measure_plan()
        else:
            for job in (self._job, self._of_least, self._of_plan):
                job.drop()
            self._question, self.doing, self.error = None, "", None
            self.kept, self.plan_row, self.choice, self._choice_of, self.least = [], {}, None, None, 0
        self.changed.emit()

    def _case_changed(self) -> None:
        if self.kept or self.choice is not None:
            self.changed.emit()

    def _measure_plan(self) -> None:
        """Measure a plan that has other labels by now."""
        case, plan, laid = self.session.case, self.session.plan, self.laying.fitting()
        self.plan_row = {}
        if case is None or plan is None or laid is None:
            return

        def work(progress: Progress) -> dict[str, float]:
            from ...delineation.verbs.candidates import measure_plan

            progress(0.0, NOTHING)
            return measure_plan(case, laid.basis, plan)

        def done(row: dict[str, float]) -> None:
            self.plan_row = row
            self.changed.emit()

        self._of_plan.start(tr("Measuring the plan"), work, done=done, failed=lambda _: None)


def _without_k(given: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a curve depends on: it is over k itself."""
    return {name: value for name, value in given.items() if name != "k"}


def candidates_of(session: Session) -> Candidates:
    """Give the session's candidates, made where there are none yet: page and map share them."""
    found = session.findChild(Candidates, "control_units_candidates")
    return found if found is not None else Candidates(session)


# ── Whether a division would still be made from the same: the case and the files that its basis was laid from ──


class MadeFrom:
    """What a division of the session's case would be made from now."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._answer: tuple[Case, BasisWithInputs | None, Inputs] | None = None

    def still(self, inputs: Inputs) -> bool:
        """Tell whether that is what a division was made from (``inputs.divided_from``)."""
        from ...delineation.sources.inputs import divided_from

        case, laid = self._session.case, self._session.laid
        if case is None:
            return False
        # Asked at every click.
        answer = self._answer
        if answer is None or answer[0] is not case or answer[1] is not laid:
            answer = (case, laid, divided_from(case, laid.inputs if laid is not None else None))
            self._answer = answer
        return inputs.agrees_with(answer[2])

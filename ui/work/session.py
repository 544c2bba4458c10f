"""The session: what is open, the run that makes a plan of it, and what the last run keeps for the next one.

Lives on the main thread and knows no widget: pages show it and change it, tests drive it with a runner of their own.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...delineation.core.errors import BadInput, DelineationError
from ...delineation.core.messages import NOTHING, Message
from ..text import tr
from .freshness import Freshness
from .job import Job
from .open_reading import plan_beside, read
from .opened import Opened
from .plan_watch import PlanWatch
from .revision import Revision
from .runner import Runner, nothing
from .settings import who

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from ...delineation.basis.build import Basis
    from ...delineation.case.model import Case
    from ...delineation.core.progress import Progress
    from ...delineation.plan.file import Plan
    from ...delineation.run.run import BasisWithInputs
    from ...delineation.sources.inputs import Inputs
    from ...delineation.verbs.rerunning import Outcome
    from ...delineation.verbs.taking_back import PlanBefore
    from .source_notes import SourceNote


class Session(Opened):
    """What the panel works on: what is open, and its runs.

    Attributes
    ----------
    laid : BasisWithInputs or None
        Basis of the last run with the digest of what it was laid from.
    preview : object or None
        What a changed rule would give, until it is kept or dropped; whoever makes it knows its type.
    last_inputs : Inputs or None
        What the plan was made from; None where nobody knows.
    files : Freshness
        Whether the files it was made from are still the same.
    revision : Revision
        Edits of the plan.
    watch : PlanWatch
        Whether another program has changed the plan.
    edited : bool
        While ``plan_changed`` is told: the plan is the same file with edits, which is shown already.
    adopting : bool
        The run that is on its way, or was last, takes a candidate into the plan.
    blockers : dict of str to str
        Page → the sentence why a run would fail; see ``block``.
    runner : Runner
    """

    preview_changed = pyqtSignal()
    busy_changed = pyqtSignal(bool)
    progressed = pyqtSignal(float, object)  # of a run: share done, the engine's message
    ran = pyqtSignal(object)  # Outcome of a run that went through
    cancelled = pyqtSignal()
    taken_back = pyqtSignal()  # taking back has begun, or has come to something or to nothing
    not_noted = pyqtSignal()  # what was done stands, but not in the history beside the plan
    blockers_changed = pyqtSignal()

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runner = runner
        self.laid: BasisWithInputs | None = None
        self.preview: Any = None
        self.outcome: Outcome | None = None
        self.files = Freshness(self)
        self.revision = Revision(self)
        self.adopting = self.edited = False
        self.watch = PlanWatch(self)
        self.basis_kept = False  # the run that is on its way takes the basis of the last one
        self.blockers: dict[str, str] = {}
        # Of whoever shows plans: refuse while somebody edits one (before a run), let go of its file (before the new
        # plan takes its place). Called rather than told by a signal: they raise.
        self.refuse_edited: Callable[[Path], None] = nothing
        self.let_go: Callable[[Path], None] = nothing
        self.may_go: Callable[[tuple[Message, ...]], bool] = lambda _: True  # edits made since what is taken back
        self._job = Job(runner, self)
        self._job.progressed.connect(self._advance)
        self._back = Job(runner, self)
        self._stage = NOTHING  # what the run is at
        self._changes: dict[str, Any] = {}  # of the case, which come with the plan that is on its way
        self._asked: tuple[Case | None, Inputs | None, tuple[str, ...]] = (None, None, ())
        # Of which plan, how many, whether a run can do them again, and the method of the division adopted last.
        self._edits: tuple[Plan | None, int, bool, str] = (None, 0, False, "")

    @property
    def target(self) -> Path | None:
        """Where a run puts the plan: in the place of the one that is open and of this case, else beside the case."""
        return self.plan_path if self.case_path is None else self._target_of(self.case_path)

    def _target_of(self, path: Path) -> Path:
        place, plan = self.plan_path, self.plan
        if place is not None and plan is not None:
            from ...delineation.plan.provenance import find_case

            if find_case(place, plan) == path.resolve():
                return place
        return plan_beside(path)

    @property
    def busy(self) -> bool:
        """A run is on its way."""
        return self._job.busy

    @property
    def taking_back(self) -> bool:
        """The plan before is being read, to be put back."""
        return self._back.busy

    @property
    def updating(self) -> bool:
        """The run that is on its way, or was last, changes the case too."""
        return bool(self._changes)

    @property
    def basis(self) -> Basis | None:
        """Basis of the last run, None where nothing ran yet or another case is open."""
        return self.laid.basis if self.laid else None

    @property
    def replays(self) -> bool:
        """The plan holds edits, and a new run does them again."""
        return self.edits > 0 and self._edits[2]

    @property
    def edits(self) -> int:
        """How many entries of the plan's journal change labels or clauses; acceptances do not."""
        plan = self.plan
        if plan is None or not len(plan.journal):
            return 0
        if self._edits[0] is not plan:
            from ...delineation.plan.journal import edits_of

            self._edits = (plan, len(edits_of(plan.journal)), *_replayed(plan))
        return self._edits[1]

    @property
    def adopted(self) -> str:
        """Method string of the adopted division that a run replays; "" where it replays none."""
        return self._edits[3] if self.replays else ""

    def restore(
        self,
        case_path: Path | None,
        draft: str,
        plan_path: Path | None,
        inputs: Inputs | None,
        *,
        stamps: Mapping[str, str] | None = None,
        known: tuple[SourceNote, ...] = (),
    ) -> None:
        """Take up what a project remembers.

        Parameters
        ----------
        case_path : Path or None
        draft : str
            What was not saved of the case, as the text of its file.
        plan_path : Path or None
        inputs : Inputs or None
            What the plan was made from.
        stamps : mapping of str to str, optional
            How its files looked then (``inputs.stamps_of``).
        known : tuple of SourceNote
            What is known of sources besides the case.
        """
        found = read(case_path, plan_path, draft=draft)
        for failure in found.failures:
            self.failed.emit(failure)
        saved = not draft or found.case is None
        self._take(found.case, found.plan, plan_path, saved=saved, inputs=inputs, stamps=stamps, known=known)

    def close(self) -> None:
        """Forget everything, a run that is on its way too: another project is open."""
        if self.busy:
            self._job.drop()
            self.busy_changed.emit(False)
        self._take(None, None, None)

    def set_preview(self, preview: Any) -> None:
        """Show what a change would give; None drops it."""
        if preview is not self.preview:
            self.preview = preview
            self.preview_changed.emit()

    def changed_since_run(self) -> tuple[str, ...] | None:
        """Give the parts of the case and of its files that differ from what the plan was made from.

        None where nobody knows; files as ``files`` has seen them last.
        """
        if self.case is None or self.last_inputs is None:
            return None
        from ...delineation.sources.inputs import settings_of

        # Asked after every change, by more than one: the answer is kept as long as the question is the same.
        case, inputs, answer = self._asked
        if case is not self.case or inputs is not self.last_inputs:
            answer = settings_of(self.case).changed_since(self.last_inputs, content=False)
            self._asked = (self.case, self.last_inputs, answer)
        from ...delineation.plan.statement import stated_by

        meta = None if self.plan is None else self.plan.meta
        told = meta is None or all(meta.get(key, "") == text for key, text in stated_by(self.case).items())
        return (*answer, *self.files.changed, *(() if told else ("stated",)))

    def block(self, page: str, sentence: str) -> None:
        """Say that a run would fail, and why; "" takes it back."""
        before = dict(self.blockers)
        if sentence:
            self.blockers[page] = sentence
        else:
            self.blockers.pop(page, None)
        if self.blockers != before:
            self.blockers_changed.emit()

    # ── the run ───────────────────────────────────────────────────────────────────────────────────────────────────

    def needed_file(self) -> Path | None:
        """Give the case's file, without which nothing can be run; None, and told, where it has none yet."""
        if self.case_path is None:
            what = Message("the case has no file yet")
            self.report("run", BadInput(what, wanted=Message("a file to save the case in")))
        return self.case_path

    def start_run(
        self, *, workers: int = 1, discard_edits: bool = False, changes: Mapping[str, Any] | None = None
    ) -> None:
        """Run the case into the plan beside it; only what changed since the last run is computed again.

        ``changes`` are fields of the case that are others in this run; they go into the case, and its file, when the
        plan is made.
        """
        if self.busy or self.taking_back or self.case is None:
            return
        self.revision.close()
        path = self.needed_file()
        if path is None or not (self.case_saved or self.save_case(path)):
            return
        # Saved, it may have come to lie beside its file of before.
        case, laid, target = self.case, self.laid, self._target_of(self.case.path)
        replay = self.replays and not discard_edits
        if changes:
            from ...delineation.case.writing import relocated

            case = relocated(replace(case, **changes), case.path)

        def work(progress: Progress) -> Ran:
            from ...delineation.sources.inputs import stamps_of
            from ...delineation.verbs.rerunning import run_again  # the engine's libraries load with the first run

            # Before anything is read: what changes meanwhile is found changed afterwards.
            stamps = stamps_of(case)
            return Ran(
                run_again(
                    case,
                    target,
                    laid=laid,
                    workers=workers,
                    replay=replay,
                    discard_edits=discard_edits,
                    kept=self._keeps,
                    progress=progress,
                ),
                stamps,
            )

        self._changes = {name: getattr(case, name) for name in changes or ()}
        self._begin(case.name or target.stem, target, work)

    def start_adopt(
        self,
        method: str,
        parameters: Mapping[str, Any],
        *,
        seed: int,
        author: str,
        reason: str,
        basis: str = "",
        shown: str = "",
    ) -> None:
        """Take a method's division as the plan's labels, as a run does: the plan is replaced when it is made.

        ``basis`` is the document that it rests on; ``shown`` as of ``adopt_beside``: no other division than the one
        that somebody looked at.
        """
        if self.busy or self.taking_back or self.case is None or self.plan_path is None:
            return
        self.revision.close()
        case, laid, target = self.case, self.laid, self.plan_path
        self._changes = {}

        def work(progress: Progress) -> Ran:
            from ...delineation.case.reading import method_text
            from ...delineation.sources.inputs import stamps_of
            from ...delineation.verbs.adopting import adopt_beside

            stamps = stamps_of(case)
            return Ran(
                adopt_beside(
                    target,
                    method_text(method, parameters),
                    seed=seed,
                    author=author,
                    reason=reason,
                    basis=basis,
                    case=case,
                    laid=laid,
                    shown=shown,
                    kept=self._keeps,
                    progress=progress,
                ),
                stamps,
            )

        self._begin(case.name or target.stem, target, work, adopting=True)

    def _begin(self, title: str, target: Path, work: Callable[[Progress], Ran], *, adopting: bool = False) -> None:
        try:
            self.refuse_edited(target)
        except BadInput as error:
            self.report("run", error)
            return

        def alone(progress: Progress) -> Ran:
            from ...delineation.revision.store import refuse_claimed

            refuse_claimed(target)
            return work(progress)

        self._stage, self.adopting, self.basis_kept = NOTHING, adopting, False
        self._job.start(title, alone, done=self._finished, failed=self._failed, stopped=self._stopped)
        self.busy_changed.emit(True)

    def cancel(self) -> None:
        """Ask the run to stop."""
        self._job.stop()

    def _keeps(self) -> None:
        # In the thread of the run, before its next word is heard here.
        self.basis_kept = True

    def _advance(self, fraction: float, message: Message) -> None:
        self._stage = message
        self.progressed.emit(fraction, message)

    def _finished(self, ran: Ran) -> None:
        outcome = ran.outcome
        from ...delineation.verbs.rerunning import take_place

        try:
            path, noted = take_place(outcome, let_go=self.let_go, elsewhere=True, author=who())
        except (DelineationError, OSError) as error:
            # What was laid stands: once more takes a moment.
            self.laid = outcome.laid
            self.report("run", error, "replacing the plan")
        else:
            self.outcome, self.laid, self.last_inputs = outcome, outcome.laid, outcome.laid.inputs
            self.files.take(ran.stamps)
            self.plan, self.plan_path = outcome.plan, path
            if self._changes and self.case is not None and self.case_path is not None:
                self.change(**self._changes)
                self.save_case(self.case_path)
            self.set_preview(None)
            self.plan_changed.emit()
            self.ran.emit(outcome)
            if not noted:
                self.not_noted.emit()
        self.busy_changed.emit(False)

    def _failed(self, error: Exception) -> None:
        self.report("run", error, str(self._stage))
        self.busy_changed.emit(False)

    def _stopped(self) -> None:
        self.cancelled.emit()
        self.busy_changed.emit(False)

    # ── taking back ───────────────────────────────────────────────────────────────────────────────────────────────

    def start_take_back(self) -> None:
        """Let the plan and the one before the last run or adoption change places; once more brings it back."""
        target = self.plan_path
        if self.busy or self.taking_back or target is None:
            return
        self.revision.close()
        try:
            self.refuse_edited(target)
        except BadInput as error:
            self.report("take_back", error)
            return

        def work(progress: Progress) -> PlanBefore:
            from ...delineation.revision.store import refuse_claimed
            from ...delineation.verbs.taking_back import plan_before

            refuse_claimed(target)
            return plan_before(target, progress=progress)

        def failed(error: Exception) -> None:
            self.report("take_back", error)
            self.taken_back.emit()

        self._back.start(tr("Taking back the last run or adoption"), work, done=self._put_back, failed=failed)
        self.taken_back.emit()  # begun

    def _put_back(self, before: PlanBefore) -> None:
        from ...delineation.verbs.noting import inputs_of_plan
        from ...delineation.verbs.rerunning import take_place

        if before.later and not self.may_go(before.later):
            self.taken_back.emit()
            return
        try:
            _, noted = take_place(before, let_go=self.let_go, author=who())
        except (DelineationError, OSError) as error:
            self.report("take_back", error)
        else:
            # Which files it was made from its history knows; how they looked then nobody does.
            self.outcome, self.last_inputs = None, inputs_of_plan(before.target)
            self.files.take({})
            self.plan = before.plan
            self.set_preview(None)
            self.plan_changed.emit()
            if not noted:
                self.not_noted.emit()
        self.taken_back.emit()

    # ── what people state ─────────────────────────────────────────────────────────────────────────────────────────

    def state(self, **said: Any) -> None:
        """State date, filing year, province or city: in the case, and in the plan, whose documents print it."""
        if self.case is not None:
            self.change(**said)
            if self.case_path is not None:
                self.save_case(self.case_path)
        if self.plan is None or self.plan_path is None:
            return
        from ...delineation.verbs.stating import state

        self.revision.close()
        texts = {key: str(value or "") for key, value in said.items()}
        try:
            content = state(self.plan_path, texts, stated=self.plan.stated)
        except (DelineationError, OSError) as error:
            self.report("state", error)
        else:
            self.take_edited(replace(self.plan, meta={**self.plan.meta, **texts}, stated=content))

    # ── edits ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def take_edited(self, plan: Plan) -> None:
        """Take the plan as its edits have made it: the file is the same, and so is its basis."""
        self.plan, self.edited = plan, True
        self.plan_changed.emit()
        self.edited = False

    def take_replaced(self, plan: Plan) -> None:
        """Take a plan that another program has put in the place of the one that was open, as if it were opened."""
        from ...delineation.verbs.noting import inputs_of_plan

        path, inputs = self.plan_path, None
        if path is not None:
            with contextlib.suppress(DelineationError, OSError):
                self.let_go(path)  # QGIS would go on showing the old one
            inputs = inputs_of_plan(path)
        self._take(self.case, plan, path, saved=self.case_saved, inputs=inputs, known=self.known)

    # ── inside ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _take(
        self,
        case: Case | None,
        plan: Plan | None,
        plan_path: Path | None,
        *,
        saved: bool = True,
        inputs: Inputs | None = None,
        stamps: Mapping[str, str] | None = None,
        known: tuple[SourceNote, ...] = (),
    ) -> None:
        self._back.drop()
        self.laid, self.outcome, self.preview = None, None, None
        self.blockers.clear()
        self.files.take(stamps or {})
        super()._take(case, plan, plan_path, saved=saved, inputs=inputs, known=known)
        self.watch.note(plan)
        self.preview_changed.emit()
        self.taken_back.emit()


def _replayed(plan: Plan) -> tuple[bool, str]:
    """Tell whether a run can do the edits of a plan again, and the method of the division that was adopted last."""
    from ...delineation.case.reading import method_text
    from ...delineation.plan.journal import adopted_entry, can_be_replayed

    if not can_be_replayed(plan.journal):
        return False, ""
    if adopted_entry(plan.journal) is None:
        return True, ""
    return True, method_text(plan.meta.get("method", ""), json.loads(plan.meta.get("method_parameters", "{}")))


@dataclass(frozen=True)
class Ran:
    """A run that went through, and how its files looked when it began."""

    outcome: Outcome
    stamps: Mapping[str, str]

    def discard(self) -> None:
        """Drop the file that nobody wants any more."""
        self.outcome.discard()

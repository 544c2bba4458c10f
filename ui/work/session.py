"""The session: the case being drafted, the plan it gave, and what the last run keeps in memory for the next one.

Lives on the main thread and knows no widget: pages show it and change it, tests drive it with a runner of their own.
The engine's libraries load with the first case, not with QGIS: imports of what needs them stand in the methods.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...delineation.errors import BadInput, Cancelled, DelineationError
from ...delineation.profile import read_profile
from .beside import case_beside, plan_beside
from .demo import unpack_demo
from .runner import Failure, Runner

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...delineation.basis import Basis
    from ...delineation.case import Case
    from ...delineation.inputs import Inputs
    from ...delineation.plan import Plan
    from ...delineation.progress import Progress
    from ...delineation.rerun import Laid, Outcome

__all__ = ["Failure", "Runner", "Session"]

class Session(QObject):
    """What the panel works on.

    Attributes
    ----------
    case : Case or None
        The draft; frozen, so every edit is ``change(…)``. Without a file its ``path`` is ``Path()`` and the paths of
        its sources are absolute.
    case_saved : bool
        The draft is what its file holds.
    plan : Plan or None
        The plan as its file holds it.
    plan_path : Path or None
    laid : Laid or None
        Basis of the last run with the digest of what it was laid from.
    preview : object or None
        What a changed rule would give, until it is kept or dropped; whoever makes it knows its type.
    last_inputs : Inputs or None
        What the plan was made from; None where nobody knows.
    blockers : dict of str to str
        Page → the sentence why a run would fail; see ``block``.
    runner : Runner
    """

    case_changed = pyqtSignal()
    plan_changed = pyqtSignal()
    preview_changed = pyqtSignal()
    busy_changed = pyqtSignal(bool)
    progressed = pyqtSignal(float, str)  # of a run: share done, the engine's message
    ran = pyqtSignal(object)  # Outcome of a run that went through
    failed = pyqtSignal(object)  # Failure
    cancelled = pyqtSignal()
    blockers_changed = pyqtSignal()
    releasing = pyqtSignal(str)  # a plan file is about to be replaced: let go of it now

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runner = runner
        self.case: Case | None = None
        self.case_saved = True
        self.plan: Plan | None = None
        self.plan_path: Path | None = None
        self.laid: Laid | None = None
        self.preview: Any = None
        self.outcome: Outcome | None = None
        self.last_inputs: Inputs | None = None
        self.blockers: dict[str, str] = {}
        self._cancel: Callable[[], None] | None = None
        self._asked: tuple[Case | None, Inputs | None, tuple[str, ...]] = (None, None, ())
        self._turn = 0  # a run of another turn is of something that is open no more

    @property
    def empty(self) -> bool:
        """Nothing is open."""
        return self.case is None and self.plan is None

    @property
    def busy(self) -> bool:
        """A run is on its way."""
        return self._cancel is not None

    @property
    def case_path(self) -> Path | None:
        """The case's file, None while it has none."""
        return self.case.path if self.case is not None and self.case.path.name else None

    @property
    def basis(self) -> Basis | None:
        """Basis of the last run, None where nothing ran yet or another case is open."""
        return self.laid.basis if self.laid else None

    @property
    def name(self) -> str:
        """What the header calls it."""
        if self.case is not None and self.case.name:
            return self.case.name
        return str(self.plan.meta.get("name", "")) if self.plan is not None else ""

    # ── the case ──────────────────────────────────────────────────────────────────────────────────────────────────

    def new(self) -> None:
        """Begin an empty case."""
        from ...delineation.case import Case

        self._take(Case(path=Path(), name="", profile=read_profile(), sources=()), None, None)

    def change(self, **fields: Any) -> None:
        """Change fields of the case: ``change(rules=replace(session.case.rules, switches={…}))``."""
        if self.case is None:
            self.new()
        changed = replace(self.case, **fields)
        if changed != self.case:
            self.case, self.case_saved = changed, False
            self.case_changed.emit()

    def open_case(self, path: Path) -> bool:
        """Open a case file, and the plan beside it where there is one; False and ``failed`` where it cannot be."""
        case = self._case_of(path)
        if case is None:
            return False
        plan = plan_beside(path)
        self._take(case, self._plan_of(plan) if plan.is_file() else None, plan)
        return True

    def save_case(self, path: Path) -> bool:
        """Write the case; its paths become relative to the file."""
        if self.case is None:
            return False
        try:
            from ...delineation.casefile import relocated, write_case_file

            case = relocated(self.case, path)
            write_case_file(case, path)
        except (DelineationError, OSError) as error:
            return self.report("save_case", error)
        self.case, self.case_saved = case, True
        self.case_changed.emit()
        return True

    def try_demo(self, documents: Path) -> bool:
        """Copy the demo into a folder of the user's and open it."""
        try:
            case = unpack_demo(documents)
        except OSError as error:
            return self.report("try_demo", error)
        return self.open_case(case)

    # ── the plan ──────────────────────────────────────────────────────────────────────────────────────────────────

    def open_plan(self, path: Path) -> bool:
        """Open a plan, and the case beside it where there is one."""
        plan = self._plan_of(path)
        if plan is None:
            return False
        case = case_beside(path)
        self._take(self._case_of(case) if case is not None else None, plan, path)
        return True

    def restore(self, case_path: Path | None, draft: str, plan_path: Path | None, inputs: Inputs | None) -> None:
        """Take up what a project remembers: a case (with what was not saved of it), its plan, what it was made from."""
        case = self._case_of(case_path or Path(), draft) if draft or case_path is not None else None
        plan = self._plan_of(plan_path) if plan_path is not None else None
        self._take(case, plan, plan_path, saved=not draft or case is None, inputs=inputs)

    def reload_plan(self) -> bool:
        """Read the plan again: somebody wrote to its file."""
        plan = self._plan_of(self.plan_path) if self.plan_path is not None else None
        if plan is not None:
            self.plan = plan
        self.plan_changed.emit()
        return plan is not None

    def close(self) -> None:
        """Forget everything, a run that is on its way too: another project is open."""
        self.cancel()
        self._turn += 1
        if self._cancel is not None:
            self._cancel = None
            self.busy_changed.emit(False)
        self._take(None, None, None)

    def set_preview(self, preview: Any) -> None:
        """Show what a change would give; None drops it."""
        if preview is not self.preview:
            self.preview = preview
            self.preview_changed.emit()

    def changed_since_run(self) -> tuple[str, ...] | None:
        """Give the parts of the case that differ from what the plan was made from; None where nobody knows."""
        if self.case is None or self.last_inputs is None:
            return None
        from ...delineation.inputs import settings_of

        # Asked after every change, by more than one: the answer is kept as long as the question is the same.
        case, inputs, answer = self._asked
        if case is not self.case or inputs is not self.last_inputs:
            answer = settings_of(self.case).changed_since(self.last_inputs, content=False)
            self._asked = (self.case, self.last_inputs, answer)
        return answer

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

    def start_run(self, *, workers: int = 1, discard_edits: bool = False) -> None:
        """Run the case into the plan beside it; only what changed since the last run is computed again."""
        if self.busy or self.case is None:
            return
        if self.case_path is None:
            self.report("run", BadInput("the case has no file yet", wanted="a file to save the case in"))
            return
        if not self.case_saved and not self.save_case(self.case_path):
            return
        case, laid, target = self.case, self.laid, plan_beside(self.case_path)

        def work(progress: Progress) -> Outcome:
            from ...delineation.rerun import run_again  # the engine's libraries load with the first run

            return run_again(
                case, target, laid=laid, workers=workers, discard_edits=discard_edits, progress=progress
            )

        turn = self._turn
        self._cancel = self.runner.start(
            case.name or target.stem, work, progress=self.progressed.emit,
            done=lambda outcome: self._finished(outcome) if turn == self._turn else outcome.discard(),
            failed=lambda error: self._stopped(error) if turn == self._turn else None,
        )  # fmt: skip
        self.busy_changed.emit(True)

    def cancel(self) -> None:
        """Ask the run to stop."""
        if self._cancel is not None:
            self._cancel()

    def _finished(self, outcome: Outcome) -> None:
        self._cancel = None
        try:
            self.releasing.emit(str(outcome.target))
            path = outcome.put_in_place()
        except (DelineationError, OSError) as error:
            self.report("run", error)
        else:
            self.outcome, self.laid, self.last_inputs = outcome, outcome.laid, outcome.laid.inputs
            self.plan, self.plan_path = outcome.plan, path
            self.set_preview(None)
            self.plan_changed.emit()
            self.ran.emit(outcome)
        self.busy_changed.emit(False)

    def _stopped(self, error: Exception) -> None:
        self._cancel = None
        if isinstance(error, Cancelled):
            self.cancelled.emit()
        else:
            self.report("run", error)
        self.busy_changed.emit(False)

    # ── inside ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _case_of(self, path: Path, draft: str = "") -> Case | None:
        """Read a case file, or the draft of one; what cannot be read is reported."""
        try:
            from ...delineation.casereading import parse_case, read_case

            return parse_case(draft, path) if draft else read_case(path)
        except (DelineationError, ImportError) as error:
            self.report("open_case", error)
        return None

    def _plan_of(self, path: Path) -> Plan | None:
        try:
            from ...delineation.plan import read_plan

            return read_plan(path)
        except (DelineationError, ImportError) as error:
            self.report("open_plan", error)
        return None

    def report(self, doing: str, error: Exception) -> bool:
        """Say that something did not work; the answer is False, for whoever passes it on."""
        self.failed.emit(Failure(doing, error))
        return False

    def _take(
        self, case: Case | None, plan: Plan | None, plan_path: Path | None, *, saved: bool = True,
        inputs: Inputs | None = None,
    ) -> None:  # fmt: skip
        """Work on something else; nothing of what was before stays."""
        self.case, self.case_saved = case, saved
        self.plan, self.plan_path = plan, plan_path if plan is not None else None
        self.laid, self.outcome, self.preview, self.last_inputs = None, None, None, inputs
        self.blockers.clear()
        self.case_changed.emit()
        self.plan_changed.emit()
        self.preview_changed.emit()

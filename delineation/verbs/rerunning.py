"""A case is run beside its plan's place, again with the basis of the last run; and how a plan takes its place."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ..core.database_file import replace as replace_file
from ..core.errors import HeldOpen
from ..core.geopackage import check_output, drop_draft, worded_errors
from ..core.messages import Message
from ..core.progress import Progress, silent
from ..methods.registry import parameters
from ..methods.table import known_parameters
from ..plan.file import Plan, draft_plan
from ..plan.history import settle_undo
from ..plan.journal import case_to_replay, keep_edits, plan_to_replay
from ..plan.outputs import refuse_inputs
from ..plan.replaced import ReplacedPlan, with_acceptances
from ..revision.store import unedited
from ..run.run import BasisWithInputs, Run, Stopwatch
from .noting import note_adoption, note_run
from .replaying import edited_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from ..case.model import Case
    from ..core.database_file import Guard

__all__ = ["Outcome", "plan_for", "plan_with_edits", "put_plan", "run_again", "take_place"]

_OTHERWISE = Message("another output, or the edits discarded")


@dataclass(frozen=True)
class Outcome:
    """A run that went through; its file still waits beside the plan's place.

    Attributes
    ----------
    case : Case
    plan : Plan
    laid : BasisWithInputs
        For the next run.
    replaced : ReplacedPlan
        What the new plan was made beside; it goes to its ``path``.
    waiting : Path
    kept : bool
        Sources, partition and evidence were those of the run before.
    changed : tuple of str or None
        Parts of the inputs that differ from the run before (``Inputs.changed_since``); None where nothing ran before.
    watch : Stopwatch
        What each step took.
    codes : mapping, optional
        Of an adopted division: how many codes are ``kept``, ``new`` and ``retired``.
    """

    case: Case
    plan: Plan
    laid: BasisWithInputs
    replaced: ReplacedPlan
    waiting: Path
    kept: bool
    changed: tuple[str, ...] | None
    watch: Stopwatch
    codes: Mapping[str, int] | None = None

    @property
    def seconds(self) -> dict[str, float]:
        """What each stage of ``STAGES`` took."""
        return self.watch.by_stage()

    @property
    def target(self) -> Path:
        """Where the plan goes."""
        return self.replaced.path

    def put_in_place(self, *, elsewhere: bool = True) -> Path:
        """Replace the old plan by the new one, and keep it as the plan before (``plan.history.undo_file``).

        Whoever holds the old file must have let go of it: see `take_place`.

        Parameters
        ----------
        elsewhere : bool
            Where another program still holds the old plan, put the new one beside it, so that it is not lost.

        Returns
        -------
        Path
            ``target``, or a name beside it where another program still holds the old plan.

        Raises
        ------
        ChangedElsewhere
            Another program has put something into the old plan meanwhile, which would be lost.
        HeldOpen
            Another program holds the old plan, and ``elsewhere`` is False.
        BadInput
            Nothing can be written.
        """
        try:
            return put_plan(self.waiting, self.target, self.replaced)
        except HeldOpen:
            if not elsewhere:
                raise
            # What was computed is not lost for it.
            beside = (self.target.with_name(f"{self.target.stem}_{number}.gpkg") for number in itertools.count(2))
            path = next(path for path in beside if not path.exists())
            return put_plan(self.waiting, path, ReplacedPlan(path))

    def note(self, path: Path, *, author: str = "") -> bool:
        """Note in the history of the plan that lies at ``path`` now what has become of it; False where it cannot be."""
        if self.codes is not None:
            return note_adoption(path, self.plan, self.replaced, author=author)
        new = path == self.target
        return note_run(path, self.case, self.laid.inputs, self.plan, self.replaced, author=author, new=new)

    def discard(self) -> None:
        """Drop the file that nobody wants any more."""
        drop_draft(self.waiting)


class Waiting(Protocol):
    """A plan that is made and waits to take its place: of a run, an adoption, a new version, or the plan before."""

    @property
    def target(self) -> Path:
        """Where it goes."""

    def put_in_place(self, *, elsewhere: bool) -> Path:
        """Put it there, and settle what stood there; give where it lies."""

    def note(self, path: Path, *, author: str) -> bool:
        """Note it in the history beside the plan; False where that cannot be written."""

    def discard(self) -> None:
        """Leave nothing behind."""


def take_place(
    found: Waiting,
    *,
    let_go: Callable[[Path], None] = lambda _: None,
    elsewhere: bool = False,
    noting: bool = True,
    author: str = "",
) -> tuple[Path, bool]:
    """Let a plan take its place: it is claimed, let go of, swapped, settled and noted.

    Parameters
    ----------
    found : Waiting
        Discarded where it cannot.
    let_go : callable
        Called with the target, once nobody edits it: whoever shows it lets go of the file.
    elsewhere : bool
        As of `Outcome.put_in_place`.
    noting : bool
        False of a plan that nobody keeps, which has no history.
    author : str

    Returns
    -------
    path : Path
        Where it lies.
    noted : bool
        It stands in its history, or need not.

    Raises
    ------
    BeingEdited
        Somebody edits the plan that stands there.
    BadInput
        As of `Outcome.put_in_place`.
    """
    try:
        with unedited(found.target):
            let_go(found.target)
            path = found.put_in_place(elsewhere=elsewhere)
    finally:
        found.discard()
    return path, not noting or found.note(path, author=author)


def put_plan(waiting: Path, target: Path, guard: Guard) -> Path:
    """Put a plan that waits in its place, and the one that stood there in that of the plan before.

    Raises
    ------
    HeldOpen, ChangedElsewhere, BadInput
        It waits on.
    """
    try:
        with worded_errors(target, waiting):
            replace_file(waiting, target, guard=guard)
    finally:
        settle_undo(target)
    return target


def run_again(
    case: Case,
    target: Path,
    *,
    laid: BasisWithInputs | None = None,
    workers: int = 1,
    replay: bool = False,
    discard_edits: bool = False,
    wanted: Message = _OTHERWISE,
    discarding: Message = _OTHERWISE,
    kept: Callable[[], None] = lambda: None,
    progress: Progress = silent,
) -> Outcome:
    """Delineate a case, beside the plan's place.

    Parameters
    ----------
    case : Case
    target : Path
        Where the plan will go; nothing is written there before ``Outcome.put_in_place``.
    laid : BasisWithInputs, optional
        Of the last run; its basis is taken where sources, rasters, snap and profile are what they were.
    workers : int
    replay, discard_edits : bool
        As of ``running.run``.
    wanted, discarding : Message
        As of `plan_for`.
    kept : callable, optional
        Called, in the thread of the run, where the basis of the last run is taken.
    progress : callable
        Its share ends each stage where ``STAGES`` says.

    Raises
    ------
    BadInput
        The case cannot be used, the target cannot be written or holds edits.
    Cancelled
        Nothing is left behind.
    """
    check_output(target)
    going = Run(case, before=laid, watched=True, workers=workers, kept=kept, progress=progress)
    plan, standing = plan_for(
        going, target, replay=replay, discard_edits=discard_edits, wanted=wanted, discarding=discarding
    )
    going.watch.start("write")
    waiting = draft_plan(plan, target, styles=standing.styles, progress=going.part("writing"))
    going.watch.start()
    changed = going.inputs.changed_since(laid.inputs) if laid is not None else None
    return Outcome(case, plan, going.laid, standing, waiting, going.kept, changed, going.watch)


def plan_for(
    going: Run, target: Path, *, replay: bool, discard_edits: bool, wanted: Message, discarding: Message
) -> tuple[Plan, ReplacedPlan]:
    """Make the plan that is to stand at a place, with what goes on there of the one that stands: edits, acceptances.

    Parameters
    ----------
    going : Run
        Of the case; nothing of it is done before the plan that stands has been looked at.
    target : Path
    replay, discard_edits : bool
        As of ``run``.
    wanted, discarding : Message
        What is wanted where the plan holds edits, and where other programs have changed it.

    Returns
    -------
    plan : Plan
    standing : ReplacedPlan
        What the plan takes the place of, to be held against it under its lock.

    Raises
    ------
    BadInput
        The case cannot be used or is the target, or the plan there holds edits.
    Cancelled
    """
    case = going.case
    refuse_inputs(target, case.inputs())
    standing, replaced = plan_to_replay(
        target, replay=replay, discard_edits=discard_edits, wanted=wanted, discarding=discarding
    )

    def accepted(plan: Plan) -> Plan:
        nonlocal standing
        plan, standing = with_acceptances(plan, standing)
        return plan

    return plan_with_edits(going, replaced, accepted), standing


def plan_with_edits(going: Run, replaced: Plan | None, accepted: Callable[[Plan], Plan] = lambda plan: plan) -> Plan:
    """Make the plan of a run, and do the edits of a replaced plan again on it.

    Parameters
    ----------
    going : Run
    replaced : Plan or None
        None where nothing is done again.
    accepted : callable
        Gives the new plan what was accepted, before its edits.

    Raises
    ------
    BadInput
        The case cannot be used.
    Cancelled
    """
    case = going.case
    chosen = case_to_replay(case, replaced)
    known_parameters(chosen.method, parameters(chosen.method), chosen.method_parameters)
    edited = None if replaced is None else edited_plan(replaced)
    plan = accepted(going.conclude(going.label(chosen), chosen, replaced=edited.before if edited else replaced))
    plan = keep_edits(plan, case, replaced)
    return plan if edited is None else edited.replayed_on(plan, case=case)

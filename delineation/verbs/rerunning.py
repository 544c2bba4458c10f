"""Run a case again: the basis of the last run is kept, and only what changed since is computed."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core.atomic_files import beside, sweep
from ..core.database_file import replace as replace_file
from ..core.errors import HeldOpen
from ..core.geopackage import check_output, worded_errors
from ..core.messages import Message
from ..core.progress import Progress, silent
from ..plan.file import Plan, write_plan
from ..plan.history import settle_undo
from ..run.run import Laid, Run
from .noting import note_adoption, note_run
from .running import plan_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from ..case.model import Case
    from ..plan.replaced import FormerPlan

__all__ = ["Outcome", "run_again", "wait_beside"]

_WAITING = ".waiting.gpkg"


@dataclass(frozen=True)
class Outcome:
    """A run that went through; its file still waits beside the plan's place.

    Attributes
    ----------
    case : Case
    plan : Plan
    laid : Laid
        For the next run.
    former : FormerPlan
        What the new plan was made beside; it goes to its ``path``.
    waiting : Path
    kept : bool
        Sources, partition and evidence were those of the run before.
    changed : tuple of str or None
        Parts of the inputs that differ from the run before (``Inputs.changed_since``); None where nothing ran before.
    seconds : mapping of str to float
        By stage of ``STAGES``.
    adopted : bool
        It takes a division into the plan.
    """

    case: Case
    plan: Plan
    laid: Laid
    former: FormerPlan
    waiting: Path
    kept: bool
    changed: tuple[str, ...] | None
    seconds: Mapping[str, float]
    adopted: bool = False

    @property
    def target(self) -> Path:
        """Where the plan goes."""
        return self.former.path

    def put_in_place(self, *, elsewhere: bool = True) -> Path:
        """Replace the old plan by the new one, and keep it as the plan before (``plan.history.undo_file``).

        Whoever holds the old file must have let go of it.

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
        with worded_errors(self.target, self.waiting):
            try:
                replace_file(self.waiting, self.target, check=self.former.check)
                return self.target
            except HeldOpen:
                if not elsewhere:
                    raise
                # What was computed is not lost for it.
                path = next(path for path in self._names_beside() if not path.exists())
                replace_file(self.waiting, path)
                return path
            finally:
                settle_undo(self.target)

    def note(self, path: Path, *, author: str = "") -> bool:
        """Note in the history of the plan that lies at ``path`` now what has become of it; False where it cannot be."""
        if self.adopted:
            return note_adoption(path, self.plan, self.former, author=author)
        new = path == self.target
        return note_run(path, self.case, self.laid.inputs, self.plan, self.former, author=author, new=new)

    def _names_beside(self) -> Iterator[Path]:
        return (self.target.with_name(f"{self.target.stem}_{number}.gpkg") for number in itertools.count(2))

    def discard(self) -> None:
        """Drop the file that nobody wants any more."""
        self.waiting.unlink(missing_ok=True)


def run_again(
    case: Case,
    target: Path,
    *,
    laid: Laid | None = None,
    workers: int = 1,
    replay: bool = False,
    discard_edits: bool = False,
    kept: Callable[[], None] = lambda: None,
    progress: Progress = silent,
) -> Outcome:
    """Delineate a case, beside the plan's place.

    Parameters
    ----------
    case : Case
    target : Path
        Where the plan will go; nothing is written there before ``Outcome.put_in_place``.
    laid : Laid, optional
        Of the last run; its basis is taken where sources, rasters, snap and profile are what they were.
    workers : int
    replay, discard_edits : bool
        As of ``running.run``.
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
    wanted = Message("another output, or the edits discarded")
    going = Run(case, before=laid, watched=True, workers=workers, kept=kept, progress=progress)
    plan, standing = plan_for(
        going, target, replay=replay, discard_edits=discard_edits, wanted=wanted, discarding=wanted
    )
    going.watch.start("write")
    waiting = wait_beside(plan, standing, progress=going.part("writing"))
    going.watch.start()
    changed = going.inputs.changed_since(laid.inputs) if laid is not None else None
    return Outcome(case, plan, going.laid, standing, waiting, going.kept, changed, going.watch.by_stage())


def wait_beside(plan: Plan, former: FormerPlan, *, progress: Progress = silent) -> Path:
    """Write a plan beside its place, where it waits for ``Outcome.put_in_place``.

    Raises
    ------
    BadInput
        It cannot be written.
    Cancelled
        Nothing is left behind.
    """
    sweep(former.path, _WAITING)
    waiting = beside(former.path, _WAITING)
    try:
        write_plan(plan, waiting, styles=former.styles, progress=progress)
        progress(1.0, Message("done"))
    except BaseException:
        waiting.unlink(missing_ok=True)
        raise
    return waiting

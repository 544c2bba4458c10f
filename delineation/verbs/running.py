"""``run``: from a case to a plan file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..case.reading import read_case
from ..core.geopackage import check_output
from ..core.messages import Message
from ..core.progress import Progress, silent
from ..methods.registry import parameters
from ..methods.table import known_parameters
from ..plan.file import Plan, write_plan
from ..plan.history import settle_undo
from ..plan.journal import case_to_replay, keep_edits, plan_to_replay
from ..plan.replaced import with_acceptances
from ..plan.summary import summarise
from ..revision.store import unedited
from ..run.run import Run
from .noting import note_run
from .replaying import edited_plan

if TYPE_CHECKING:
    from ..case.model import Case
    from ..plan.replaced import FormerPlan

__all__ = ["delineate", "plan_for", "run"]


def delineate(case: Case, *, workers: int = 1, progress: Progress = silent) -> Plan:
    """Divide a territory into control units.

    Sources → partition → evidence → rules → cleaning → method → units → entry lists → checks.

    Parameters
    ----------
    case : Case
    workers : int
        Threads; the plan does not depend on it.
    progress : callable

    Raises
    ------
    BadInput
        Whatever in the case cannot be used.
    Cancelled
        ``progress`` asked to stop.
    """
    going = Run(case, workers=workers, progress=progress)
    plan = going.conclude(going.label())
    progress(1.0, Message("done"))
    return plan


def plan_for(
    going: Run, target: Path, *, replay: bool, discard_edits: bool, wanted: Message, discarding: Message
) -> tuple[Plan, FormerPlan]:
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
    standing : FormerPlan
        What the plan takes the place of, to be held against it under its lock.

    Raises
    ------
    BadInput
        The case cannot be used or is the target, or the plan there holds edits.
    Cancelled
    """
    case = going.case
    case.refuse_as_output(target)
    standing, former = plan_to_replay(
        target, replay=replay, discard_edits=discard_edits, wanted=wanted, discarding=discarding
    )
    chosen = case_to_replay(case, former)
    known_parameters(chosen.method, parameters(chosen.method), chosen.method_parameters)
    edited = None if former is None else edited_plan(former)
    plan = going.conclude(going.label(chosen), chosen, former=edited.before if edited else former)
    plan, standing = with_acceptances(plan, standing)
    plan = keep_edits(plan, case, former)
    return plan if edited is None else edited.replayed_on(plan, case=case), standing


def run(
    case_path: str | Path,
    output: str | Path,
    *,
    method: str | None = None,
    seed: int | None = None,
    workers: int = 1,
    replay: bool = False,
    discard_edits: bool = False,
    author: str = "",
    progress: Progress = silent,
) -> dict[str, Any]:
    """Delineate a case file into a plan file.

    The run is noted in ``NAME.history.jsonl`` beside the plan, and the plan before is kept as ``NAME.undo.gpkg``, once.

    Parameters
    ----------
    case_path, output : path
    method : str, optional
        Method string in place of the case's.
    seed : int, optional
    workers : int
    replay, discard_edits : bool
        What to do with the edits in an existing plan; without either it is not overwritten. A plan that is replayed,
        on the sources as they are now, keeps its edits: the last ``relabel`` that stands gives method and seed, units
        that go on keep their codes, and all other edits are done again by place and by the unit that a face was taken
        from; one that no longer fits is a finding (``S56``) with a proposal. What other programs have changed in the
        file is only ever discarded; the plan that held what was discarded stays beside the new one as
        ``NAME.before.gpkg``, once.
    author : str
        Who, for the history; the login name by default.
    progress : callable

    Returns
    -------
    dict
        As ``summarise``, with ``timings_s`` by step, and ``noted``: whether the run stands in the history.

    Raises
    ------
    BadInput
        The case cannot be used, the output cannot be written or is held open, or it holds edits.

    Examples
    --------
    >>> from delineation import verbs
    >>> verbs.run("case.toml", "plan.gpkg", method="overlay")["units"]
    3
    """
    target = Path(output)
    check_output(target)
    case = read_case(case_path, method=method, seed=seed)
    going = Run(case, watched=True, workers=workers, progress=progress)
    plan, standing = plan_for(
        going,
        target,
        replay=replay,
        discard_edits=discard_edits,
        wanted=Message("--replay or --discard-edits"),
        discarding=Message(
            "another output, or --discard-edits, which keeps it as {name}", name=f"{target.stem}.before.gpkg"
        ),
    )
    going.watch.start("write")
    try:
        with unedited(target):
            write_plan(plan, target, check=standing.check, styles=standing.styles, progress=going.part("writing"))
    finally:
        settle_undo(target)
    going.watch.start()
    noted = note_run(target, case, going.inputs, plan, standing, author=author)
    progress(1.0, Message("done"))
    timings = {name: round(spent, 3) for name, spent in going.watch.seconds.items()}
    return {**summarise(plan), "timings_s": timings, "noted": noted}

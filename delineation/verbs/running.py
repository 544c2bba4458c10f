"""``run``: from a case to a plan file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..case.reading import read_case
from ..core.messages import Message
from ..core.progress import Progress, silent
from ..plan.summary import summarise
from ..run.run import Run
from .rerunning import run_again, take_place

if TYPE_CHECKING:
    from ..case.model import Case
    from ..plan.file import Plan


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
        As ``summarise``, with ``absent`` (roles that the case is expected to have and has not), ``timings_s`` by step,
        and ``noted``: whether the run stands in the history.

    Raises
    ------
    BadInput
        The case cannot be used, the output cannot be written or is held open, or it holds edits.

    Examples
    --------
    >>> from control_units.delineation import verbs
    >>> verbs.run("case.toml", "plan.gpkg", method="overlay")["units"]
    3
    """
    target, case = Path(output), read_case(case_path, method=method, seed=seed)
    outcome = run_again(
        case,
        target,
        workers=workers,
        replay=replay,
        discard_edits=discard_edits,
        wanted=Message("--replay or --discard-edits"),
        discarding=Message(
            "another output, or --discard-edits, which keeps it as {name}", name=f"{target.stem}.before.gpkg"
        ),
        progress=progress,
    )
    _, noted = take_place(outcome, author=author)
    timings = {name: round(spent, 3) for name, spent in outcome.watch.seconds.items()}
    return {**summarise(outcome.plan), "absent": list(case.absent), "timings_s": timings, "noted": noted}

"""Taking back the last run or adoption: the plan and the one before it change places, and so again brings it back."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.atomic_files import beside
from ..core.database_file import refuse_held
from ..core.errors import BadInput
from ..core.geopackage import worded_errors
from ..core.messages import Message, counted
from ..core.progress import Progress, patiently, silent
from ..core.text import clock_time
from ..plan.acceptance import carry_acceptances
from ..plan.entries import RELABEL, check_said, edits_of, entry_rows, read_op
from ..plan.file import Plan, read_plan, read_table, require_plan_file
from ..plan.history import known_state, note, read_events, settle_undo, swap_with_undo, take_along, undo_file
from ..plan.replaced import replaced_plan
from ..plan.summary import summarise
from ..revision.journal_words import edit_words
from .rerunning import take_place

if TYPE_CHECKING:
    import pandas as pd

    from ..plan.history import Event

BACK = "undo"
_NAMED = 3  # edits made since
_REPLACING = ("run", "adopt")


@dataclass(frozen=True)
class Last:
    """The last run or adoption that a plan's history knows.

    Attributes
    ----------
    number : int
        Of its line among the events; −1 where the history knows none.
    event : str
        ``run`` or ``adopt``.
    undone : bool
        It was taken back: once more brings it back.
    """

    number: int
    event: str
    undone: bool


def last_of(events: tuple[Event, ...]) -> Last:
    """Find what taking back would take back, and whether it has been taken back already."""
    last = Last(-1, "run", False)
    for number, one in enumerate(events):
        state = one.facts.get("plan")
        content = state.get("content", "") if isinstance(state, dict) else ""
        # A run that changed nothing left the plan before as it was.
        if one.event in _REPLACING and content != one.facts.get("before"):
            # Where there was no plan before, there is none to bring back.
            last = Last(number if one.facts.get("before") else -1, one.event, False)
        elif one.event == BACK and last.number >= 0:
            last = replace(last, undone=not last.undone)
    return last


@dataclass
class PlanBefore:
    """The plan before, read, and ready to change places with the one that stands.

    Attributes
    ----------
    target : Path
    plan : Plan
        Once it is in its place, with what was accepted since.
    reason : str
        Why, for the history.
    later : tuple of Message
        How many edits the plan that stands holds and this one lacks, and the first of them, one each; empty for none.
    """

    target: Path
    plan: Plan
    reason: str = ""
    later: tuple[Message, ...] = ()

    def put_in_place(self, *, elsewhere: bool = False) -> Path:  # noqa: ARG002 - as of every `Waiting`
        """Let both plans change places; what was accepted since goes along. Whoever holds the file must have let go.

        Raises
        ------
        ChangedElsewhere
            Another program has changed the plan.
        HeldOpen
            Another program has one of the two open.
        BadInput
            Nothing can be written.
        """
        _refuse_changes(self.target)
        accepted, journal = carry_acceptances(self.target, undo_file(self.target.resolve()))
        self.plan = replace(self.plan, accepted=accepted, journal=journal)
        room = beside(self.target, ".room")  # a file that may be written to, where the disk has to be asked
        try:
            with worded_errors(self.target, room):
                swap_with_undo(self.target)
        finally:
            room.unlink(missing_ok=True)
            settle_undo(self.target)
        return self.target

    def note(self, path: Path, *, author: str = "") -> bool:
        """Note it in the plan's history; False where that cannot be written."""
        last = last_of(read_events(path))
        facts = {
            "what": last.event,
            "again": last.undone,
            "reason": self.reason,
            "units": len(self.plan.units),
            "plan": asdict(known_state(path)),
        }
        return note(path, BACK, facts, author=author)

    def discard(self) -> None:
        """Nothing is left behind by what was only read."""


def plan_before(path: Path, *, reason: str = "", progress: Progress = silent) -> PlanBefore:
    """Read the plan before, which `PlanBefore.put_in_place` puts back.

    Raises
    ------
    BadInput
        No plan, nothing that could be taken back, one that another program has changed, or a file that cannot be read.
    """
    require_plan_file(path)
    settle_undo(path)
    take_along(path)
    undo = undo_file(path.resolve())
    if not undo.is_file():
        raise BadInput(
            Message("there is no plan before this one that could be brought back"),
            where=path,
            wanted=Message("a plan that a run or an adoption has replaced"),
        )
    refuse_held(path)
    patiently(lambda _: _refuse_changes(path), progress, Message("reading the plan"))
    before = patiently(lambda _: read_plan(undo), progress, Message("reading the plan"))
    return PlanBefore(path, before, reason, _lost(read_table(path, "journal"), before.journal))


def _lost(journal: pd.DataFrame, before: pd.DataFrame) -> tuple[Message, ...]:
    """Say which edits of a journal the one before lacks: how many, the first of them; the adoption itself is none."""
    # Two entries of one number may be of one second, too: what they did tells them apart.
    kept, found = set(zip(before["seq"], before["time"], before["op"], strict=True)), []
    for row in entry_rows(edits_of(journal)):
        op = read_op(row["op"]) or {"op": ""}
        if (row["seq"], row["time"], row["op"]) not in kept and op["op"] != RELABEL:
            found.append(
                Message(
                    "{seq}. {what} ({time} {author})",
                    what=edit_words(op),
                    seq=row["seq"],
                    time=clock_time(row["time"]),
                    author=row["author"],
                )
            )
    count = counted(
        len(found), "{n} edit was made since, and would go with it", "{n} edits were made since, and would go with it"
    )
    return (count, *found[:_NAMED]) if found else ()


def _refuse_changes(path: Path) -> None:
    """Refuse where the plan holds what another program has put into it: the next run would lose that unseen."""
    former = replaced_plan(path)
    if former.changes:
        now = known_state(path).content
        states = [one.facts.get("plan") for one in read_events(path) if one.event == BACK]
        # One that was discarded, which keeps it as NAME.before.gpkg, and taken back: it is as it came back.
        if any(isinstance(state, dict) and state.get("content") == now for state in states if now):
            return
    former.refuse_changes(Message("a run that discards them (--discard-edits), or the plan as it was"))


def take_back(
    plan_path: str | Path,
    *,
    discard_edits: bool = False,
    author: str = "",
    reason: str = "",
    progress: Progress = silent,
) -> dict[str, Any]:
    """Take back the last run or adoption; done twice, it brings it back.

    The plan before lies beside the plan as ``NAME.undo.gpkg``, and both change places: nothing is lost, and whatever
    kills the process, the plan is one of the two. What was accepted since stays accepted.

    Parameters
    ----------
    plan_path : path
    discard_edits : bool
        Take it back although the plan has been edited since. These edits go with it, and come again when it is brought
        back.
    author, reason : str
        Who (the login name by default) and why, for the history.
    progress : callable

    Returns
    -------
    dict
        As ``summarise``, with ``taken_back``: ``run`` or ``adopt``; ``again``: it was taken back before, and is brought
        back; ``noted``: whether it stands in the history.

    Raises
    ------
    BadInput
        No plan, nothing that could be taken back, one that people or another program have changed since, or a file that
        cannot be written or is held open.

    Examples
    --------
    >>> from control_units.delineation import verbs
    >>> done = verbs.run("case.toml", "plan.gpkg", method="ward:k=4,variables=x+y")
    >>> verbs.take_back("plan.gpkg")["taken_back"]
    'run'
    """
    path = Path(plan_path)
    check_said(author, reason)
    found = plan_before(path, reason=reason, progress=progress)
    if found.later and not discard_edits:
        raise BadInput(
            Message("{each:apart}", each=found.later),
            where=path,
            wanted=Message("--discard-edits, which takes them along until they are brought back, or the plan as it is"),
        )
    last = last_of(read_events(path))
    _, noted = take_place(found, author=author)
    progress(1.0, Message("done"))
    return {**summarise(found.plan), "taken_back": last.event, "again": last.undone, "noted": noted}

"""The verb ``undo``: take the last edits of a plan back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...core.errors import BadInput
from ...core.messages import Message, at, counted
from ...core.options import Option
from ..options import AUTHOR, BREAK_LOCK, PLAN, given
from ..verb import Result, Verb
from .edit import printed, taken_over_text

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress
    from ..voice import Voice

STEPS = (
    PLAN,
    Option(
        "count",
        Message("how many edits; 1 by default"),
        kind="whole",
        default=1,
        least=1,
        place="?",
    ),
    AUTHOR,
    BREAK_LOCK,
)
"""What ``undo`` and ``redo`` ask."""
_TO = Option(
    "to",
    Message("bring the plan to that entry of its journal (0: as its run left it), back or forth"),
    "SEQ",
    kind="whole",
    least=0,
)


def steps_told(done: dict[str, Any], said: Message, say: Voice) -> list[str | Message]:
    """Say what was undone or done again, and where the plan stands."""
    at_head = Message("the plan stands at entry {head} of its journal", head=done["head"])
    if not done["head"]:
        at_head = Message("the plan stands as its run left it")
    return [*taken_over_text(done, say), said, at_head]


def _run(options: argparse.Namespace, progress: Progress) -> Result:  # noqa: ARG001
    from ...verbs.editing import go, undo

    said = given(options, "author", "break_lock")
    if options.to is not None:
        if options.count != 1:
            raise BadInput(
                Message("a number of edits, and an entry to go to"),
                where=at("undo"),
                wanted=Message("one of N and --to SEQ"),
            )
        done = go(options.plan, options.to, **said)
        steps = counted(done["applied"], "{n} edit undone or done again", "{n} edits undone or done again")
        return Result(printed(done, options.say), steps_told(done, steps, options.say))
    done = undo(options.plan, options.count, **said)
    steps = counted(done["applied"], "{n} edit undone", "{n} edits undone")
    return Result(printed(done, options.say), steps_told(done, steps, options.say))


VERB = Verb("undo", Message("take the last edits of a plan back"), (*STEPS, _TO), _run, order=32)

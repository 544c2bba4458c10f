"""The verb ``undo``: take the last edits of a plan back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...core.errors import BadInput
from ...core.messages import Message, at, counted
from ..options import Options, add_editing, add_plan, count, positive
from ..verb import Result, Verb
from .edit import printed, taken_over_text

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress
    from ..voice import Voice

__all__ = ["VERB", "steps_arguments", "steps_text"]


def steps_arguments(add: Options) -> None:
    """Add the arguments of ``undo`` and ``redo``."""
    add_plan(add)
    add("count", nargs="?", type=positive, default=1, metavar="N", about=Message("how many edits; 1 by default"))
    add_editing(add)


def steps_text(done: dict[str, Any], said: Message, say: Voice) -> str:
    """Say what was undone or done again, and where the plan stands."""
    at_head = Message("the plan stands at entry {head} of its journal", head=done["head"])
    if not done["head"]:
        at_head = Message("the plan stands as its run left it")
    return "\n".join([*taken_over_text(done, say), say(said), say(at_head)])


def _arguments(add: Options) -> None:
    steps_arguments(add)
    add(
        "--to",
        type=count,
        metavar="SEQ",
        about=Message("bring the plan to that entry of its journal (0: as its run left it), back or forth"),
    )


def _run(options: argparse.Namespace, progress: Progress) -> Result:  # noqa: ARG001
    from ...verbs.editing import go, undo

    said = {"author": options.author, "break_lock": options.break_lock}
    if options.to is not None:
        if options.count != 1:
            raise BadInput(
                Message("a number of edits, and an entry to go to"),
                where=at("undo"),
                wanted=Message("one of N and --to SEQ"),
            )
        done = go(options.plan, options.to, **said)
        steps = counted(done["applied"], "{n} edit undone or done again", "{n} edits undone or done again")
        return Result(printed(done, options.say), steps_text(done, steps, options.say))
    done = undo(options.plan, options.count, **said)
    steps = counted(done["applied"], "{n} edit undone", "{n} edits undone")
    return Result(printed(done, options.say), steps_text(done, steps, options.say))


VERB = Verb("undo", Message("take the last edits of a plan back"), _arguments, _run, order=32)

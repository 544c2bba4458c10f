"""The verb ``scenario``: plans beside each other in one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.messages import Message, counted
from ..options import add_editing, add_plan
from ..verb import Result, Verb
from .edit import effects

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress
    from ..voice import Voice

__all__ = ["VERB"]


def _arguments(parser: argparse.ArgumentParser, say: Voice) -> None:
    add_plan(parser, say)
    steps = parser.add_subparsers(dest="step", required=True, metavar="list|branch|switch|compare")
    steps.add_parser("list", help=say(Message("the scenarios, and which is the current one")))
    begun = steps.add_parser("branch", help=say(Message("begin a scenario where the plan stands, and work on it")))
    begun.add_argument("name", metavar="NAME")
    other = steps.add_parser("switch", help=say(Message("bring the plan to another scenario, and work on that")))
    other.add_argument("name", metavar="NAME")
    both = steps.add_parser("compare", help=say(Message("what the second has otherwise than the first")))
    both.add_argument("one", metavar="A")
    both.add_argument("other", metavar="B")
    for step in (begun, other):
        add_editing(step, say)


def _run(options: argparse.Namespace, progress: Progress) -> Result:  # noqa: ARG001
    from ...verbs.editing import branch, compare_scenarios, scenarios, switch

    say: Voice = options.say
    if options.step == "list":
        rows = scenarios(options.plan)
        lines = []
        for row in rows:
            edits = counted(row["edits"], "{n} edit", "{n} edits")
            mark = Message("{name}: {edits} (current)", name=row["name"], edits=edits)
            lines.append(say(mark if row["current"] else Message("{name}: {edits}", name=row["name"], edits=edits)))
        return Result(rows, "\n".join(lines))
    if options.step == "compare":
        told = compare_scenarios(options.plan, options.one, options.other)
        return Result(told, "\n".join(effects(told, say)) or say(Message("no difference")))
    call = branch if options.step == "branch" else switch
    done = call(options.plan, options.name, author=options.author, break_lock=options.break_lock)
    return Result(
        done, say(Message("scenario {name}, at entry {head} of the journal", name=done["scenario"], head=done["head"]))
    )


VERB = Verb("scenario", Message("scenarios of a plan: list, branch, switch, compare"), _arguments, _run, order=34)

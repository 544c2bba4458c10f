"""The verb ``scenario``: plans beside each other in one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.errors import BadInput
from ...core.messages import Message, counted
from ...core.options import Option
from ..options import AUTHOR, BREAK_LOCK, PLAN, given
from ..verb import Result, Verb
from .edit import effects, printed, taken_over_text

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress
    from ..voice import Voice

_NAMES = {"list": 0, "branch": 1, "switch": 1, "adopt": 1, "compare": 2}  # how many names each step takes


_OPTIONS = (
    PLAN,
    Option(
        "step",
        Message(
            "list; branch NAME: begin one where the plan stands; switch NAME: go to another; adopt NAME: make it the "
            "main one; compare A B"
        ),
        choices=tuple(_NAMES),
        place="1",
    ),
    Option("names", Message("names of scenarios"), "NAME", place="*"),
    AUTHOR,
    BREAK_LOCK,
)


def _run(options: argparse.Namespace, progress: Progress) -> Result:  # noqa: ARG001
    from ...verbs.editing import adopt_scenario, branch, compare_scenarios, scenarios, switch

    say: Voice = options.say
    names: list[str] = options.names
    if len(names) != _NAMES[options.step]:
        raise BadInput(
            counted(len(names), "{n} name for {step}", "{n} names for {step}", step=options.step),
            where=Message("scenario"),
            wanted=Message("list, branch NAME, switch NAME, adopt NAME or compare A B"),
        )
    if options.step == "list":
        rows = scenarios(options.plan)
        lines = []
        for row in rows:
            edits = counted(row["edits"], "{n} edit", "{n} edits")
            mark = Message("{name}: {edits} (current)", name=row["name"], edits=edits)
            lines.append(mark if row["current"] else Message("{name}: {edits}", name=row["name"], edits=edits))
        return Result(rows, lines)
    if options.step == "compare":
        told = compare_scenarios(options.plan, *names)
        return Result(told, effects(told) or Message("no difference"))
    call = {"branch": branch, "switch": switch, "adopt": adopt_scenario}[options.step]
    done = call(options.plan, *names, **given(options, "author", "break_lock"))
    stands = Message("scenario {name}, at entry {head} of the journal", name=done["scenario"], head=done["head"])
    said = [*taken_over_text(done, say), stands]
    if done.get("former"):
        said.append(Message("what was the main one is scenario {name}", name=done["former"]))
    return Result(printed(done, say), said)


VERB = Verb("scenario", Message("scenarios of a plan: list, branch, switch, adopt, compare"), _OPTIONS, _run, order=34)

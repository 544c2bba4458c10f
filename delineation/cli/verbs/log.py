"""The verb ``log``: what happened to a plan, in order; and taking its last run or adoption back.

Taking back is an option here and no verb ``undo``: that name is for steps of the journal, which are marked and counted,
while a run is no entry of it, and the whole plan before comes back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...core.messages import Message
from ...core.options import Option
from ...core.text import clock_time
from ..options import PLAN, given
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress
    from ..voice import Voice


_OPTIONS = (
    PLAN,
    Option(
        "take_back",
        Message("first take the last run or adoption back; once more brings it back"),
        kind="switch",
    ),
    Option(
        "discard_edits",
        Message("take it back although the plan has been edited since; bringing it back brings these edits back"),
        kind="switch",
    ),
    Option("author", Message("who takes it back, for the history"), default=""),
    Option("reason", Message("why it is taken back, for the history"), default=""),
)


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    from ...verbs.happening import log
    from ...verbs.taking_back import take_back

    said = []
    if options.take_back:
        done = take_back(options.plan, **given(options, "author", "reason", "discard_edits"), progress=progress)
        if not done["noted"]:
            said.append(options.say(Message("it could not be noted beside the plan")))
    rows = log(options.plan, language=options.say.language)
    return Result(rows, "\n".join([*said, *(_text(row, options.say) for row in rows)]))


def _text(row: dict[str, Any], say: Voice) -> str:
    """Give what happened in a line, and what there is to say of it below."""
    what = say(Message("{what} (undone)", what=row["what"])) if row["undone"] else row["what"]
    lines = ["  ".join(filter(None, (clock_time(row["time"]), row["author"], what)))]
    lines += [f"    {detail}" for detail in row["details"]]
    if row["reason"]:
        lines.append(f"    {say(Message('reason: {reason}', reason=row['reason']))}")
    if row["basis"]:
        lines.append(f"    {say(Message('basis: {basis}', basis=row['basis']))}")
    return "\n".join(lines)


VERB = Verb("log", Message("what happened to a plan: runs, edits, acceptances, exports"), _OPTIONS, _run, order=35)

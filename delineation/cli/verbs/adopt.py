"""The verb ``adopt``: a method's division as the labels of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...core.messages import Message, counted
from ...core.options import Option
from .. import tables
from ..options import AUTHOR, PLAN, PLUGIN, SEED, WORKERS, given
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress


_OPTIONS = (
    PLAN,
    Option("method", Message("the method whose division becomes the plan's units"), "NAME:k=v,…", place="1"),
    Option("case", Message("what the plan was made from, if it is not beside it"), "CASE.toml"),
    SEED,
    PLUGIN,
    WORKERS,
    AUTHOR,
    Option("reason", Message("why, for the journal"), default=""),
    Option(
        "basis",
        Message("title or number of the document that it rests on; asked for where land is taken out of priority"),
        default="",
    ),
)


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    from ...methods.plugins import load_plugins
    from ...verbs.adopting import adopt

    load_plugins(options.plugin)
    found = adopt(
        options.plan,
        options.method,
        **given(options, "seed", "author", "reason", "basis", "case", "workers"),
        progress=progress,
    )
    tables.tell_noted(found.pop("noted"), options.say)
    return Result(found, _told(found, options.plan), errors=found["findings"]["error"] > 0)


def _told(found: dict[str, Any], plan: str) -> tuple[Message, ...]:
    """Say what was adopted, and what became of the codes."""
    one = found["adopted"]
    return (
        Message(
            "entry {number} of the journal: relabel by {method}, seed {seed}",
            number=one["seq"],
            method=one["method"],
            seed=one["seed"],
        ),
        Message(
            "{units}: {kept} keep their previous code, {new} new",
            units=counted(found["units"], "{n} unit", "{n} units"),
            kept=one["kept"],
            new=one["new"],
        ),
        counted(one["retired"], "{n} code retired, and not used again", "{n} codes retired, and not used again"),
        tables.findings_left(found["findings"]),
        Message("output: {path}", path=plan),
    )


VERB = Verb("adopt", Message("adopt a method's division as the units of a plan"), _OPTIONS, _run, order=20)

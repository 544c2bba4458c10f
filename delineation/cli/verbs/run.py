"""The verb ``run``: a case delineated into a plan file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...core.messages import Message
from ...core.options import Option
from .. import tables
from ..options import CASE, PLUGIN, SEED, WORKERS, given, output_option
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress


_OPTIONS = (
    CASE,
    output_option("PLAN.gpkg", Message("the plan to be written")),
    Option(
        "method",
        Message("In place of the case's method, for example fitting:threshold=0.4."),
        "NAME:k=v,…",
        title=Message("Method (NAME or NAME:key=value,…)"),
    ),
    SEED,
    PLUGIN,
    WORKERS,
    Option(
        "replay",
        Message(
            "Each edit is done again where it was, on the division that was adopted last, and units that go on keep "
            "their codes; an edit that no longer fits is a finding with a proposal."
        ),
        kind="switch",
        title=Message("Replay edits of an existing plan"),
        either="edits",
        advanced=True,
    ),
    Option(
        "discard_edits",
        Message("Without it, a plan file that holds people's edits is left as it is."),
        kind="switch",
        title=Message("Discard edits of an existing plan"),
        either="edits",
        advanced=True,
    ),
)


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    from ...case.reading import read_case
    from ...methods.plugins import load_plugins
    from ...plan.file import read_plan
    from ...verbs.running import run

    load_plugins(options.plugin)
    tables.tell_absent(read_case(options.case), options.say)
    summary = run(
        options.case,
        options.output,
        **given(options, "method", "seed", "workers", "replay", "discard_edits"),
        progress=progress,
    )
    tables.tell_noted(summary.pop("noted"), options.say)
    output = Path(options.output)
    # The document needs nothing of the file; the text names units and findings as the file has them.
    text = "" if options.json else tables.summary_text(summary, read_plan(output), output, options.say)
    return Result(summary, text, errors=summary["findings"]["error"] > 0)


VERB = Verb("run", Message("delineate a case into a plan file"), _OPTIONS, _run, order=10)

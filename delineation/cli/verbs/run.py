"""The verb ``run``: a case delineated into a plan file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...core.messages import Message
from .. import tables
from ..options import Options, add_running
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress

__all__ = ["VERB"]


def _arguments(add: Options) -> None:
    add("case", metavar="CASE.toml", about=Message("a case"))
    add("-o", "--output", metavar="PLAN.gpkg", required=True, about=Message("the plan to be written"))
    add("--method", metavar="NAME:k=v,…", about=Message("in place of the case's method"))
    add_running(add)
    edits = add.either()
    edits("--replay", action="store_true", about=Message("replay the edits of an existing plan on the new one"))
    edits("--discard-edits", action="store_true", about=Message("drop the edits of an existing plan"))


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    from ...methods.plugins import load_plugins
    from ...plan.file import read_plan
    from ...verbs.running import run

    load_plugins(options.plugin)
    summary = run(
        options.case,
        options.output,
        method=options.method,
        seed=options.seed,
        workers=options.workers,
        replay=options.replay,
        discard_edits=options.discard_edits,
        progress=progress,
    )
    tables.tell_noted(summary.pop("noted"), options.say)
    output = Path(options.output)
    # The document needs nothing of the file; the text names units and findings as the file has them.
    text = "" if options.json else tables.summary_text(summary, read_plan(output), output, options.say)
    return Result(summary, text, errors=summary["findings"]["error"] > 0)


VERB = Verb("run", Message("delineate a case into a plan file"), _arguments, _run, order=10)

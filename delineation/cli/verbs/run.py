"""The verb ``run``: a case delineated into a plan file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .. import tables
from ..options import add_plugin, positive
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress

__all__ = ["VERB"]


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", metavar="CASE.toml")
    parser.add_argument("-o", "--output", metavar="PLAN.gpkg", required=True)
    parser.add_argument("--method", metavar="NAME:k=v,…", help="in place of the case's method")
    parser.add_argument("--seed", type=int, metavar="N")
    add_plugin(parser)
    parser.add_argument("--workers", type=positive, default=1, metavar="N")
    edits = parser.add_mutually_exclusive_group()
    edits.add_argument("--replay", action="store_true", help="replay the edits of an existing plan on the new one")
    edits.add_argument("--discard-edits", action="store_true", help="drop the edits of an existing plan")


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
    output = Path(options.output)
    # The document needs nothing of the file; the text names units and findings as the file has them.
    text = "" if options.json else tables.summary_text(summary, read_plan(output), output)
    return Result(summary, text, errors=summary["findings"]["error"] > 0)


VERB = Verb("run", "delineate a case into a plan file", _arguments, _run, order=10)

"""The verb ``info``: what a plan holds, in numbers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...core.messages import Message
from .. import tables
from ..options import PLAN
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress


def _run(options: argparse.Namespace, _: Progress) -> Result:
    from ...plan.file import findings_at, read_plan
    from ...plan.summary import summarise

    plan = read_plan(Path(options.plan))
    summary = summarise(plan)
    summary["changed"] = plan.changes
    summary["findings_at"] = findings_at(plan.meta)
    summary["classification"] = plan.meta.get("classification", "")
    summary["provenance"] = plan.sources.astype(object).where(plan.sources.notna(), None).to_dict("records")
    if options.json:
        return Result(summary, "")
    tables.tell_changes(plan, options.plan, options.say)
    return Result(summary, tables.summary_text(summary, plan, Path(options.plan), options.say, provenance=True))


VERB = Verb("info", Message("units, areas, ledger and provenance of a plan"), (PLAN,), _run, order=30)

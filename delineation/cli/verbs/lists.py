"""The verb ``lists``: the draft entry lists of a plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...core.atomic_files import check_place
from ...core.errors import BadInput
from ...core.messages import Message
from .. import tables
from ..options import add_plan
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress

__all__ = ["VERB"]


def _arguments(parser: argparse.ArgumentParser) -> None:
    add_plan(parser)
    parser.add_argument("-o", "--output", metavar="LISTS.xlsx", required=True)


def _run(options: argparse.Namespace, _: Progress) -> Result:
    from ...export.registry import export
    from ...plan.file import read_plan

    output = Path(options.output)
    if output.suffix.lower() != ".xlsx":
        raise BadInput(
            Message("'{output}' is no .xlsx", output=options.output), where=Message("-o"), wanted=Message("LISTS.xlsx")
        )
    check_place(output)
    plan = read_plan(Path(options.plan), summed=True)
    found = export("lists-xlsx", plan, output, file=Path(options.plan)).facts
    tables.tell_changes(plan, options.plan)
    return Result(dict(found), f"{found['units']} units, {found['clauses']} clauses → {options.output}")


VERB = Verb("lists", "write the draft entry lists of a plan", _arguments, _run, order=100)

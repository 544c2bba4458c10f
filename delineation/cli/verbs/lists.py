"""The verb ``lists``: the draft entry lists of a plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...core.atomic_files import check_place
from ...core.errors import BadInput
from ...core.messages import Message, counted
from .. import tables
from ..options import add_plan
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress
    from ..voice import Voice

__all__ = ["VERB"]


def _arguments(parser: argparse.ArgumentParser, say: Voice) -> None:
    add_plan(parser, say)
    parser.add_argument("-o", "--output", metavar="LISTS.xlsx", required=True, help=say(Message("a workbook")))


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
    tables.tell_changes(plan, options.plan, options.say)
    said = Message(
        "{units}, {clauses} → {path}",
        units=counted(found["units"], "{n} unit", "{n} units"),
        clauses=counted(found["clauses"], "{n} clause", "{n} clauses"),
        path=options.output,
    )
    return Result(dict(found), options.say(said))


VERB = Verb("lists", Message("write the draft entry lists of a plan"), _arguments, _run, order=100)

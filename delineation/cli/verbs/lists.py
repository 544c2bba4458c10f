"""The verb ``lists``: the draft entry lists of a plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...core.errors import BadInput
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

    output = Path(options.output)
    if output.suffix.lower() != ".xlsx":
        raise BadInput(f"'{options.output}' is no .xlsx", where="-o", wanted="LISTS.xlsx")
    found = export("lists-xlsx", options.plan, output).facts
    return Result(dict(found), f"{found['units']} units, {found['clauses']} clauses → {options.output}")


VERB = Verb("lists", "write the draft entry lists of a plan", _arguments, _run, order=100)

"""The verb ``adopt``: a method's division as the labels of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...core.messages import counted
from ..options import add_plan, add_plugin, positive
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress

__all__ = ["VERB"]


def _arguments(parser: argparse.ArgumentParser) -> None:
    add_plan(parser)
    parser.add_argument("method", metavar="NAME:k=v,…", help="the method whose division becomes the plan's labels")
    parser.add_argument("--case", metavar="CASE.toml", help="what the plan was made from, if it is not beside it")
    parser.add_argument("--seed", type=int, metavar="N", help="the case's by default")
    add_plugin(parser)
    for name, text in (("author", "who"), ("reason", "why"), ("basis", "the document that it rests on")):
        parser.add_argument(f"--{name}", default="", help=f"{text}, for the journal")
    parser.add_argument("--workers", type=positive, default=1, metavar="N")


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    from ...methods.plugins import load_plugins
    from ...verbs.adopting import adopt

    load_plugins(options.plugin)
    found = adopt(
        options.plan,
        options.method,
        seed=options.seed,
        author=options.author,
        reason=options.reason,
        basis=options.basis,
        case=options.case,
        workers=options.workers,
        progress=progress,
    )
    return Result(found, _text(found, options.plan), errors=found["findings"]["error"] > 0)


def _text(found: dict[str, Any], plan: str) -> str:
    """Say what was adopted, and what became of the codes."""
    one, findings = found["adopted"], found["findings"]
    lines = [f"entry {one['seq']} of the journal: relabel by {one['method']}, seed {one['seed']}"]
    lines.append(
        f"{counted(found['units'], '{n} unit', '{n} units')}: {one['kept']} with the code of before, {one['new']} new"
    )
    lines.append(f"{counted(one['retired'], '{n} code', '{n} codes')} retired, and not used again")
    errors, warnings = (
        counted(findings["error"], "{n} error", "{n} errors"),
        counted(findings["warning"], "{n} warning", "{n} warnings"),
    )
    lines.append(f"findings: {errors}, {warnings} (see check)")
    return "\n".join([*lines, f"output: {plan}"])


VERB = Verb("adopt", "take a method's division as the labels of a plan", _arguments, _run, order=20)

"""The verb ``bench``: its arguments, and its result as text."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.errors import BadInput, Cancelled
from ...core.messages import Message, counted
from .. import tables
from ..options import Options, add_plugin, count, distance
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from ...core.progress import Progress
    from ..voice import Voice

__all__ = ["VERB"]

# Columns of the text; all the rest is in the files.
_SHOWN = (
    "units",
    "area_priority",
    "red_line_capture",
    "omission",
    "commission",
    "dominance",
    "variance_ratio",
    "polsby_popper_by_area",
    "boundary_length",
    "ari_seeds",
    "ari_weights",
)


def _arguments(add: Options) -> None:
    """Add what the verb takes."""
    add.parser.usage = f"{add.parser.prog} CASE.toml --methods NAME:k=v,…,NAME… [--seeds N] [--plugin FILE] -o DIR"
    add("case", metavar="CASE.toml", about=Message("a case"))
    add(
        "-o",
        "--output",
        metavar="DIR",
        required=True,
        about=Message("a folder used for nothing but the bench; the run in an existing one is continued"),
    )
    add("--methods", metavar="NAME:k=v,…,NAME…", required=True, about=Message("methods and parameters"))
    add(
        "--seeds",
        type=count,
        default=1,
        metavar="N",
        about=Message("number of seeds: the case's own and those that follow it"),
    )
    add_plugin(add)
    add("--pareto", metavar="A,B", about=Message("metrics of the Pareto front"))
    add(
        "--nulls",
        type=count,
        default=99,
        metavar="N",
        about=Message("random divisions to compare each method with; 0 = none"),
    )
    add(
        "--truth",
        type=count,
        default=0,
        metavar="N",
        about=Message("simulated counties per noise level, with known regions to recover; 0 = none"),
    )
    add(
        "--samples",
        type=count,
        default=0,
        metavar="N",
        about=Message("runs with simulated positional errors in the sources; 0 = none"),
    )
    add("--sigma", type=distance, metavar="M", about=Message("standard deviation of these errors, m (default: 10)"))
    add(
        "--no-curve",
        action="store_true",
        about=Message("leave out the curve of method fitting against its threshold"),
    )


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    """Compare; the document, the text, and whether there were findings of severity error."""
    from ...bench.runs.entries import split_methods
    from ...bench.runs.folder import LABELS
    from ...bench.runs.run import PARETO
    from ...verbs.comparing import SIGMA, bench

    if options.sigma is not None and not options.samples:
        raise BadInput(
            Message("--sigma without --samples"),
            where=Message("bench"),
            wanted=Message("--samples N, the number of runs with simulated positional errors"),
        )
    sigma = SIGMA if options.sigma is None else options.sigma
    pareto = PARETO if options.pareto is None else [one.strip() for one in options.pareto.split(",") if one.strip()]
    try:
        found = bench(
            options.case,
            split_methods(options.methods),
            Path(options.output),
            seeds=options.seeds,
            plugins=options.plugin,
            pareto=pareto,
            nulls=options.nulls,
            truth=options.truth,
            samples=options.samples,
            sigma=sigma,
            curve=not options.no_curve,
            spoken=options.say.language,
            progress=progress,
        )
    except (KeyboardInterrupt, Cancelled) as stopped:
        raise Cancelled(_interrupted(Path(options.output) / LABELS)) from stopped
    findings = found.pop("findings")
    if options.json:
        # The document is a contract; what is to be known beside it goes to standard error.
        for row in findings:
            severity = options.say.name("severity", row["severity"])
            sys.stderr.write(f"{row['id']} {severity} {_said(row, options.say)}\n")
    text = _text(found, findings, options.output, options.say)
    return Result(found, text, errors=any(row["severity"] == "error" for row in findings))


def _interrupted(labels: Path) -> Message:
    """Say what of a bench that was stopped is left: what is finished is not made again."""
    count = sum(not path.name.endswith(".part.npz") for path in labels.glob("*.npz"))
    if not count:
        return Message("interrupted; nothing was written")
    return counted(
        count,
        "interrupted; {n} finished result is kept in {folder}, and the same command goes on from there",
        "interrupted; {n} finished results are kept in {folder}, and the same command goes on from there",
        folder=labels,
    )


def _said(row: Mapping[str, Any], say: Voice) -> str:
    """Give a finding's words, with the method that it speaks of."""
    if not row["method"]:
        return str(row["message"])
    return say(Message("{method:asked}: {message}", method=row["method"], message=row["message"]))


def _text(found: dict[str, Any], findings: Sequence[dict[str, Any]], output: str, say: Voice) -> str:
    """Write the methods with the metrics that matter most, and what methods said of themselves."""
    from ...bench.measures.metrics import METRICS
    from ...bench.measures.themes import MISSING, headed, shown
    from ...bench.runs.stability import STABILITY

    rows = found["methods"]
    metrics = [
        one
        for name, one in {**METRICS, **STABILITY}.items()
        if name in _SHOWN and any(row[name] is not None for row in rows)
    ]
    # A metric a line: method strings are too long for heads, and metrics too many for columns.
    lines = ["\n".join(f"{number}  {say.name('asked', row['method'])}" for number, row in enumerate(rows, 1))]
    body = [["", *(str(number + 1) for number in range(len(rows)))]]
    body += [[headed(one, say.language), *(shown(one, row[one.name]) for row in rows)] for one in metrics]
    body.append([say(Message("Pareto front")), *("★" if row["pareto_front"] else "" for row in rows)])
    body.append(["s", *(MISSING if row["seconds"] is None else f"{row['seconds']:.2f}" for row in rows)])
    body.append(["MB", *(f"{row['peak_bytes'] / 1e6:.1f}" if row["peak_bytes"] else MISSING for row in rows)])
    lines.append(tables.table(body, [False, *[True] * len(rows)]))
    lines.append(say(Message("★ on the Pareto front; – none, see missing.csv")))
    own = [{**row, "message": _said(row, say)} for row in findings if row["method"]]
    lines.append(tables.findings_text(own, [], say))
    if len(findings) > len(own):
        rest = counted(
            len(findings) - len(own),
            "{n} finding about the case itself: findings.csv",
            "{n} findings about the case itself: findings.csv",
        )
        lines.append(say(rest))
    return "\n\n".join([*lines, say(Message("output: {path}", path=output))])


VERB = Verb("bench", Message("compare division methods on one case"), _arguments, _run, order=80)

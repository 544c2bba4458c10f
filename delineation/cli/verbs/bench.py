"""The verb ``bench``: its arguments, and its result as text."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.errors import BadInput, Cancelled
from ...core.messages import Message, counted
from ...core.options import Option
from .. import tables
from ..options import CASE, PLUGIN, given, output_option
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from ...core.progress import Progress
    from ..voice import Voice

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


_OPTIONS = (
    CASE,
    output_option("DIR", Message("a folder used for nothing but the bench; the run in an existing one is continued")),
    Option(
        "methods",
        Message("On one line or several, for example overlay, fitting:threshold=0.3, redcap:k=20,order=full."),
        "NAME:k=v,…,NAME…",
        kind="lines",
        title=Message("Methods (NAME:key=value,…), one a line"),
        required=True,
    ),
    Option(
        "seeds",
        Message("For methods that draw: the case's seed and those after it."),
        kind="whole",
        title=Message("Number of seeds"),
        default=1,
        least=0,
        most=1000,
    ),
    PLUGIN,
    Option(
        "pareto",
        Message(
            "Names of columns; empty: omission, commission, dominance, share of variance between units, compactness."
        ),
        "A,B",
        title=Message("Metrics of the Pareto front (A,B,…)"),
        advanced=True,
    ),
    Option(
        "nulls",
        Message("Each metric gets its percentile and p among them; 0 for none."),
        kind="whole",
        title=Message("Random divisions a method is held against"),
        default=99,
        least=0,
        most=100_000,
        advanced=True,
    ),
    Option(
        "truth",
        Message("Generated counties with planted regions: how well each method finds them again; 0 for none."),
        kind="whole",
        title=Message("Counties with a known truth, for each noise"),
        default=0,
        least=0,
        most=10_000,
        advanced=True,
    ),
    Option(
        "samples",
        Message("Boundaries and rasters are shifted at random: how sure areas and categories are; 0 for none."),
        kind="whole",
        title=Message("Runs on sources with errors"),
        default=0,
        least=0,
        most=10_000,
        advanced=True,
    ),
    Option(
        "sigma",
        Message("Of the position of boundaries; 10 by default."),
        "M",
        kind="real",
        title=Message("Standard deviation of these errors, m"),
        advanced=True,
    ),
    Option(
        "curve",
        Message("Units, priority area and omission from 5 to 95 %; needs townships."),
        kind="switch",
        title=Message("Curve of fitting over its threshold"),
        default=True,
        advanced=True,
    ),
    Option("language", Message("of tables and figures; by default that of the profile"), "zh|en", default=""),
)


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    """Compare; the document, the text, and whether there were findings of severity error."""
    from ...bench.runs.entries import split_methods
    from ...bench.runs.folder import LABELS
    from ...bench.runs.run import PARETO
    from ...verbs import bench
    from ...verbs.benchmarking import SIGMA

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
            **given(options, "seeds", "nulls", "truth", "samples", "curve", "language"),
            plugins=options.plugin,
            pareto=pareto,
            sigma=sigma,
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


VERB = Verb(
    "bench",
    Message("compare division methods on one case"),
    _OPTIONS,
    _run,
    order=80,
    usage="CASE.toml --methods NAME:k=v,…,NAME… [--seeds N] [--plugin FILE] -o DIR",
)

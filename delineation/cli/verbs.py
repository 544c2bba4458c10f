"""The verbs: which arguments each takes, which engine function it calls, and what it prints."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import BadInput, visible
from ..core.text import language
from . import bench, regions, tables
from .options import add_plugin, distance, positive

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from ..core.progress import Progress
    from ..plan.file import Plan

__all__ = ["VERBS", "Result", "Verb"]


@dataclass(frozen=True)
class Result:
    """What a verb gives: a document for ``--json``, text for people, and whether it found errors."""

    document: Any
    text: str
    errors: bool = False


@dataclass(frozen=True)
class Verb:
    """A verb of the command line."""

    name: str
    help: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, Progress], Result]


def _run_arguments(parser: argparse.ArgumentParser) -> None:
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
    from ..methods.plugins import load_plugins
    from ..plan.file import read_plan
    from ..verbs.pipeline import run

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


def _plan_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("plan", metavar="PLAN.gpkg")


def _info(options: argparse.Namespace, _: Progress) -> Result:
    from ..plan.file import read_plan
    from ..plan.summary import summarise

    plan = read_plan(Path(options.plan), summed=True)
    summary = summarise(plan)
    summary["changed"] = {name: list(rows) for name, rows in plan.changes.items()}
    summary["classification"] = plan.meta.get("classification", "")
    summary["provenance"] = plan.sources.astype(object).where(plan.sources.notna(), None).to_dict("records")
    if not options.json:
        _tell_changes(plan, options.plan)
    return Result(summary, tables.summary_text(summary, plan, Path(options.plan), provenance=True))


def _tell_changes(plan: Plan, path: str) -> None:
    """Say on standard error that a plan is not as it was written: what is read out of it may be another's."""
    from ..plan.former import in_words

    if plan.changes:
        sys.stderr.write(f"{visible(path)}: other programs have changed the plan since it was made: ")
        sys.stderr.write(f"{visible(in_words(plan.changes))}\n")


def _why_arguments(parser: argparse.ArgumentParser) -> None:
    _plan_argument(parser)
    parser.add_argument("what", metavar="UNIT|X,Y", help="a unit's code or id, or a point")
    parser.add_argument("--crs", metavar="EPSG:n", help="CRS of the point, if not the plan's")


def _why(options: argparse.Namespace, _: Progress) -> Result:
    from ..explain.why import why
    from ..plan.file import read_plan

    plan = read_plan(Path(options.plan), summed=True)
    card = why(plan, options.what, crs=options.crs)
    _tell_changes(plan, options.plan)
    return Result(card, tables.why_text(card))


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "layer",
        metavar="PLAN|LAYER|CASE.toml",
        help="a plan, any layer of units (FILE or FILE|layername=L), or a case",
    )


def _check(options: argparse.Namespace, progress: Progress) -> Result:
    from ..verbs.checking import check_case, check_file

    if options.layer.endswith(".toml"):
        rows, unchecked = check_case(options.layer, language=language()), list[str]()
    else:
        checked = check_file(options.layer, language=language(), progress=progress)
        rows, unchecked = checked.rows, checked.not_checked
    text = tables.findings_text(rows, unchecked)
    return Result(rows, text, errors=any(row["severity"] == "error" for row in rows))


def _partition_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("layers", metavar="LAYER", nargs="+", help="FILE or FILE|layername=L")
    parser.add_argument("-o", "--output", metavar="F.gpkg", required=True)
    parser.add_argument(
        "--snap", type=distance, default=0.0, metavar="M", help="grid of snap rounding in CRS units; 0 = exact"
    )
    parser.add_argument("--crs", metavar="EPSG:n", help="CRS of the output; the first layer's by default")


def _partition(options: argparse.Namespace, progress: Progress) -> Result:
    from ..core.geopackage import check_output
    from ..sources.files import split_layer
    from ..verbs.overlaying import partition

    output = Path(options.output)
    check_output(output)
    if output.resolve() in (split_layer(layer)[0].resolve() for layer in options.layers):
        raise BadInput("the output is an input", where=str(output), wanted="another file for the faces")
    found = partition(options.layers, output, snap=options.snap, crs=options.crs, progress=progress)
    findings = found.pop("findings", [])
    return Result(found, tables.partition_text(found, findings, options.output))


def _lists_arguments(parser: argparse.ArgumentParser) -> None:
    _plan_argument(parser)
    parser.add_argument("-o", "--output", metavar="LISTS.xlsx", required=True)


def _lists(options: argparse.Namespace, _: Progress) -> Result:
    from ..core.atomic_files import check_place
    from ..export.lists_xlsx import write_lists
    from ..plan.file import read_plan

    output = Path(options.output)
    if output.suffix.lower() != ".xlsx":
        raise BadInput(f"'{options.output}' is no .xlsx", where="-o", wanted="LISTS.xlsx")
    check_place(output)
    plan = read_plan(Path(options.plan), summed=True)
    found = write_lists(plan, output)
    _tell_changes(plan, options.plan)
    return Result(found, f"{found['units']} units, {found['clauses']} clauses → {options.output}")


def _adopt_arguments(parser: argparse.ArgumentParser) -> None:
    _plan_argument(parser)
    parser.add_argument("method", metavar="NAME:k=v,…", help="the method whose division becomes the plan's labels")
    parser.add_argument("--case", metavar="CASE.toml", help="what the plan was made from, if it is not beside it")
    parser.add_argument("--seed", type=int, metavar="N", help="the case's by default")
    add_plugin(parser)
    for name, text in (("author", "who"), ("reason", "why"), ("basis", "the document that it rests on")):
        parser.add_argument(f"--{name}", default="", help=f"{text}, for the journal")
    parser.add_argument("--workers", type=positive, default=1, metavar="N")


def _adopt(options: argparse.Namespace, progress: Progress) -> Result:
    from ..methods.plugins import load_plugins
    from ..verbs.adopting import adopt

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
    return Result(found, tables.adopted_text(found, options.plan), errors=found["findings"]["error"] > 0)


def _guess_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", metavar="FOLDER", nargs="+", help="a folder, walked through; or FILE|layername=L")
    parser.add_argument("-o", "--output", metavar="CASE.toml", required=True)
    parser.add_argument("--name", default="", help="name of the case; the folder's by default")
    parser.add_argument("--profile", default="national", metavar="NAME", help="profile whose words are used")
    parser.add_argument("--force", action="store_true", help="replace also a case that was changed or written by hand")


def _guess(options: argparse.Namespace, progress: Progress) -> Result:
    from ..guessing import guess_sources, write_case
    from ..guessing.case_file import check_case_output

    output = Path(options.output)
    check_case_output(output)
    guessed = guess_sources(options.paths, profile=options.profile, progress=progress)
    found = write_case(guessed, output, name=options.name, profile=options.profile, force=options.force)
    return Result(found, "" if options.json else tables.guess_text(found))


def _regions(options: argparse.Namespace, progress: Progress) -> Result:
    return Result(*regions.run(options, progress))


def _bench(options: argparse.Namespace, progress: Progress) -> Result:
    return Result(*bench.run(options, progress))


VERBS = (
    Verb("run", "delineate a case into a plan file", _run_arguments, _run),
    Verb("adopt", "take a method's division as the labels of a plan", _adopt_arguments, _adopt),
    Verb("info", "units, areas, ledger and provenance of a plan", _plan_argument, _info),
    Verb("why", "why a unit or a point is what it is", _why_arguments, _why),
    Verb("check", "check a plan, a layer of units, or a case's rule table", _check_arguments, _check),
    Verb("partition", "n-way overlay of polygon layers", _partition_arguments, _partition),
    Verb("regions", regions.HELP, regions.arguments, _regions),
    Verb("bench", bench.HELP, bench.arguments, _bench),
    Verb("guess", "write a case for a folder of files", _guess_arguments, _guess),
    Verb("lists", "write the draft entry lists of a plan", _lists_arguments, _lists),
)

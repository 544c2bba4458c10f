"""The verb ``partition``: the overlay of polygon layers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.messages import Message, counted
from .. import tables
from ..options import add_force, distance
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from ...core.progress import Progress
    from ..voice import Voice

__all__ = ["VERB"]


def _arguments(parser: argparse.ArgumentParser, say: Voice) -> None:
    parser.add_argument("layers", metavar="LAYER", nargs="+", help=say(Message("FILE or FILE|layername=L")))
    parser.add_argument("-o", "--output", metavar="F.gpkg", required=True, help=say(Message("the file of the faces")))
    told = say(Message("grid of snap rounding in CRS units; 0 = exact"))
    parser.add_argument("--snap", type=distance, default=0.0, metavar="M", help=told)
    parser.add_argument("--crs", metavar="EPSG:n", help=say(Message("CRS of the output; the first layer's by default")))
    add_force(parser, say)


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    from ...verbs.overlaying import partition

    given = {"snap": options.snap, "crs": options.crs, "force": options.force}
    found = partition(options.layers, Path(options.output), **given, progress=progress)
    findings = found.pop("findings", [])
    return Result(found, _text(found, findings, options.output, options.say))


def _text(found: dict[str, Any], findings: Sequence[Any], output: str, say: Voice) -> str:
    """Faces and inputs of a partition."""
    rows = [say.row(Message("Input"), Message("Area"), Message("Covered area"))]
    rows += [[name, say.area(one["area_m2"]), say.area(one["covered_m2"])] for name, one in found["inputs"].items()]
    faces = counted(found["faces"], "{n} face", "{n} faces")
    lines = [say(Message("{faces}, imbalance {imbalance:.1e}", faces=faces, imbalance=found["imbalance"]))]
    lines.append(tables.table(rows, [False, True, True]))
    if findings:
        from ...checks import load_texts, to_rows

        lines.append(tables.findings_text(to_rows(findings, load_texts(), say.language), [], say))
    return "\n".join([*lines, say(Message("output: {path}", path=output))])


VERB = Verb("partition", Message("n-way overlay of polygon layers"), _arguments, _run, order=60)

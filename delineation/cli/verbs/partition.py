"""The verb ``partition``: the overlay of polygon layers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.messages import Message, counted
from .. import tables
from ..options import Options, add_force, distance
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from ...core.progress import Progress
    from ..voice import Voice

__all__ = ["VERB"]


def _arguments(add: Options) -> None:
    add("layers", metavar="LAYER", nargs="+", about=Message("FILE or FILE|layername=L"))
    add("-o", "--output", metavar="F.gpkg", required=True, about=Message("the file of the faces"))
    add(
        "--snap",
        type=distance,
        default=0.0,
        metavar="M",
        about=Message("grid of snap rounding in CRS units; 0 = exact"),
    )
    add("--crs", metavar="EPSG:n", about=Message("CRS of the output; the first layer's by default"))
    add_force(add)


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

"""The verb ``partition``: the overlay of polygon layers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.messages import Message, counted
from ...core.options import Option
from .. import tables
from ..options import FORCE, given, output_option
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from ...core.progress import Progress
    from ..voice import Voice


_OPTIONS = (
    Option("layers", Message("FILE or FILE|layername=L"), "LAYER", place="+"),
    output_option("F.gpkg", Message("the file of the faces")),
    Option(
        "snap",
        Message("0 nodes exactly. 0.001 rounds to millimetres in a CRS in metres and joins lines that are closer."),
        "M",
        kind="real",
        title=Message("Snapping grid, in units of the CRS"),
        default=0.0,
        advanced=True,
    ),
    Option(
        "crs",
        Message("That of the first layer, if empty."),
        "EPSG:n",
        kind="crs",
        title=Message("CRS of the result"),
        advanced=True,
    ),
    FORCE,
)


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    from ...verbs.overlaying import partition

    said = given(options, "snap", "crs", "force")
    found = partition(options.layers, Path(options.output), **said, progress=progress)
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


VERB = Verb("partition", Message("n-way overlay of polygon layers"), _OPTIONS, _run, order=60)

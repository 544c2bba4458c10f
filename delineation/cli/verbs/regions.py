"""The verb ``regions``: its arguments, and its result as text."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.errors import BadInput
from ...core.messages import Message, counted, joined
from ...core.options import Option
from .. import tables
from ..options import FORCE, PLUGIN, given, output_option
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from ...core.progress import Progress
    from ..voice import Voice

_BASE = Message(
    "divide base units made over the layer instead of its polygons: grid:size=M or "
    "hexagons:size=M (m); catchments:dem=FILE,area=A (A = contributing area in m² from which a "
    "stream begins; also band, crs, sea = elevation up to which cells are sea, and least = "
    "share of A below which a catchment joins the next one downstream); townships:field=FIELD, "
    "the layer's polygons united by their value; townships:file=FILE[,layer=L][,field=FIELD], "
    "those of another layer"
)
_SHOWN = 30  # regions that the text lists


_OPTIONS = (
    Option("layer", Message("FILE or FILE|layername=L"), "LAYER", place="1"),
    output_option("OUT.gpkg", Message("the file of the regions")),
    Option("method", Message("a regionalising method and its parameters"), "NAME:k=v,…", required=True),
    Option("k", Message("number of regions; a range tries each and takes the largest pseudo-F"), "N|A..B"),
    Option("suggest_k", Message("the same as --k with a range"), "A..B"),
    Option("variables", Message("fields that regions are to be alike in, with weights"), "A,B:2", default=""),
    Option(
        "coordinates",
        Message("Centroids as variables; 0 leaves them out."),
        "W",
        kind="real",
        title=Message("Weight of the place"),
        default=0.0,
        advanced=True,
    ),
    Option(
        "scale",
        Message("zscore: mean 0, standard deviation 1; range: from 0 to 1; none: as they are."),
        kind="choice",
        title=Message("Scaling of variables"),
        default="zscore",
        choices=("zscore", "range", "none"),
        advanced=True,
    ),
    Option(
        "missing",
        Message("error: stop and name them; mean: take the mean; leave_out: no region."),
        kind="choice",
        title=Message("Polygons without a value"),
        default="error",
        choices=("error", "mean", "leave_out"),
        advanced=True,
    ),
    Option(
        "contiguity",
        Message("queen: a common point is enough; rook: a common border."),
        kind="choice",
        title=Message("Neighbours"),
        default="queen",
        choices=("queen", "rook"),
        advanced=True,
    ),
    Option(
        "snap",
        Message("Gaps up to this are part of the border; a centimetre at most if empty."),
        "M",
        kind="real",
        title=Message("Tolerance of gaps, m"),
        advanced=True,
    ),
    Option(
        "floor",
        Message("The sum of a field; area=5000000 is in m², count=4 in polygons."),
        "FIELD=V",
        title=Message("At least in every region (FIELD=V,…)"),
        repeat=True,
        advanced=True,
    ),
    Option(
        "most",
        Message("As floor; a bound that stops the number of regions early is named in the log."),
        "FIELD=V",
        title=Message("At most in every region (FIELD=V,…)"),
        repeat=True,
        advanced=True,
    ),
    Option(
        "small",
        Message(
            "Parts that touch no other and have less in all than every region is to have. "
            "error: stop and name them; keep: leave each as a region, with a finding."
        ),
        kind="choice",
        title=Message("Parts that are too small"),
        default="error",
        choices=("error", "keep"),
        advanced=True,
    ),
    Option(
        "compactness",
        Message("0.1 to 1 shortens borders at the price of likeness."),
        "W",
        kind="real",
        title=Message("Weight of compactness"),
        default=0.0,
        advanced=True,
    ),
    Option("keep_apart", Message("no region holds polygons with different values"), "FIELD", default=""),
    Option(
        "fixed",
        Message("polygons that share a value stay together as one unit, which may grow; empty = not fixed"),
        "FIELD",
        default="",
    ),
    Option("align", Message("borders between its values, or along its lines, cost less"), "FIELD|FILE", default=""),
    Option(
        "alignment",
        Message("What borders elsewhere cost; of weight only with a field or lines."),
        "W",
        kind="real",
        title=Message("Weight of alignment"),
        default=1.0,
        advanced=True,
    ),
    Option(
        "align_within",
        Message("How far from a line a border may lie."),
        "M",
        kind="real",
        title=Message("Along lines within, m"),
        default=10.0,
        advanced=True,
    ),
    Option(
        "mass",
        Message("how polygons are weighted (default: equal; with --base: area)"),
        kind="choice",
        default="",
        choices=("equal", "area"),
    ),
    Option("base", _BASE, "KIND:key=value,…", default=""),
    Option("raster", Message("a variable: the raster's mean"), "NAME=FILE", repeat=True),
    Option("name", Message("field with the names that messages use for the polygons"), "FIELD", default=""),
    Option(
        "seed",
        Message("The same layer, seed and versions give the same regions."),
        kind="whole",
        title=Message("Seed of random choices"),
        default=1,
        advanced=True,
    ),
    FORCE,
    PLUGIN,
)
_OF_DOOR = ("layer", "output", "k", "suggest_k", "raster", "force", "plugin")  # all others the engine takes as they are


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    """Divide; the document and the text."""
    from ...checks import load_texts, to_rows
    from ...methods.plugins import load_plugins
    from ...verbs.regions import regions

    k = options.k if options.suggest_k is None else options.suggest_k
    if options.k is not None and options.suggest_k is not None:
        raise BadInput(Message("both --k and --suggest-k"), where=Message("regions"), wanted=Message("one of the two"))
    if options.suggest_k is not None and ".." not in options.suggest_k:
        raise BadInput(
            Message("'{suggest_k}'", suggest_k=options.suggest_k),
            where=Message("--suggest-k"),
            wanted=Message("a range such as 2..20"),
        )
    load_plugins(options.plugin)
    found = regions(
        options.layer,
        Path(options.output),
        force=options.force,
        k=k,
        rasters=_rasters(options.raster),
        **given(options, *(one.name for one in _OPTIONS if one.name not in _OF_DOOR)),
        progress=progress,
    )
    say = options.say
    rows = to_rows(found.pop("findings"), load_texts(), say.language)
    if options.json:
        # The document is a contract; what is to be known beside it goes to standard error.
        for row in rows:
            sys.stderr.write(f"{row['id']} {say.name('severity', row['severity'])} {row['message']}\n")
    return Result(found, _text(found, rows, options.output, say))


def _rasters(given: Sequence[str]) -> dict[str, str]:
    out: dict[str, str] = {}
    for one in given:
        name, equals, path = one.partition("=")
        if not (name and equals and path) or name in out:
            raise BadInput(
                Message("'{one}'", one=one), where=Message("--raster"), wanted=Message("NAME=FILE, each name once")
            )
        out[name] = path
    return out


def _text(found: dict[str, Any], findings: Sequence[dict[str, Any]], output: str, say: Voice) -> str:
    """Write regions, how much they explain, and where there is one the curve of k."""
    squares = Message(
        "within {within:.6g}, between {between:.6g}, total {total:.6g}",
        within=found["within_ss"],
        between=found["between_ss"],
        total=found["total_ss"],
    )
    head = counted(
        found["k"],
        "{n} region explains {ratio:share} of the variance ({squares})",
        "{n} regions explain {ratio:share} of the variance ({squares})",
        ratio=found["ratio"],
        squares=Message("{squares}; polygons count by area", squares=squares) if found["mass"] == "area" else squares,
    )
    rows = [say.row(Message("Region"), Message("Polygons"))]
    rows += [[str(row), str(size)] for row, size in enumerate(found["sizes"][:_SHOWN])]
    lines = [say(head), tables.table(rows, [True, True])]
    if len(found["sizes"]) > _SHOWN:
        lines.append(say(counted(len(found["sizes"]) - _SHOWN, "… and {n} more region", "… and {n} more regions")))
    left = sum(label is None for label in found["labels"])
    if left:
        lines.append(say(counted(left, "{n} feature without a region", "{n} features without a region")))
    if "curve" in found:
        lines.append(_curve(found, say))
    lines.append(tables.findings_text(findings, [], say))
    return "\n".join([*lines, say(Message("output: {path}", path=output))])


def _curve(found: dict[str, Any], say: Voice) -> str:
    curve = [["k", *say.row(Message("Within"), Message("pseudo-F")), ""]]
    marks = ((say(Message("taken")), found["k"]), (say(Message("knee")), found["knee"]))
    for one in found["curve"]:
        told = say(joined([mark for mark, k in marks if k == one["k"]]))
        ratio = "" if one["pseudo_f"] is None else f"{one['pseudo_f']:.4g}"
        curve.append([str(one["k"]), f"{one['within_ss']:.6g}", ratio, told])
    return tables.table(curve, [True, True, True, False])


VERB = Verb(
    "regions",
    Message("divide a polygon layer into contiguous regions"),
    _OPTIONS,
    _run,
    order=70,
    usage="LAYER --method NAME:k=v,… --k N --variables A,B [option …] -o OUT.gpkg",
)

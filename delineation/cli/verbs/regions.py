"""The verb ``regions``: its arguments, and its result as text."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.errors import BadInput
from ...core.messages import Message, counted, joined
from .. import tables
from ..options import Options, add_force, add_plugin, distance
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from ...core.progress import Progress
    from ..voice import Voice

__all__ = ["VERB"]

_BASE = Message(
    "divide base units made over the layer instead of its polygons: grid:size=M or "
    "hexagons:size=M (m); catchments:dem=FILE,area=A (A = contributing area in m² from which a "
    "stream begins; also band, crs, sea = elevation up to which cells are sea, and least = "
    "share of A below which a catchment joins the next one downstream); townships:field=FIELD, "
    "the layer's polygons united by their value; townships:file=FILE[,layer=L][,field=FIELD], "
    "those of another layer"
)
_SHOWN = 30  # regions that the text lists


def _arguments(add: Options) -> None:
    """Add what the verb takes."""
    # The whole of it is a paragraph, and a refusal has one sentence.
    add.parser.usage = f"{add.parser.prog} LAYER --method NAME:k=v,… --k N --variables A,B [option …] -o OUT.gpkg"
    add("layer", metavar="LAYER", about=Message("FILE or FILE|layername=L"))
    add("-o", "--output", metavar="OUT.gpkg", required=True, about=Message("the file of the regions"))
    add("--method", metavar="NAME:k=v,…", required=True, about=Message("a regionalising method and its parameters"))
    add(
        "--k",
        metavar="N|A..B",
        about=Message("number of regions; a range tries each and takes the largest pseudo-F"),
    )
    add("--suggest-k", metavar="A..B", about=Message("the same as --k with a range"))
    add(
        "--variables",
        default="",
        metavar="A,B:2",
        about=Message("fields that regions are to be alike in, with weights"),
    )
    add(
        "--coordinates",
        type=distance,
        default=0.0,
        metavar="W",
        about=Message("weight of centroids as variables; 0 = none"),
    )
    add("--scale", default="zscore", metavar="zscore|range|none", about=Message("how variables are made comparable"))
    add(
        "--missing",
        default="error",
        metavar="error|mean|leave_out",
        about=Message("what to do with polygons that have an empty value"),
    )
    add(
        "--contiguity",
        default="queen",
        metavar="rook|queen",
        about=Message("whether a shared corner makes neighbours (queen) or only a shared border (rook)"),
    )
    add(
        "--snap",
        type=distance,
        metavar="M",
        about=Message("widest gap across which polygons still count as neighbours, m"),
    )
    add(
        "--floor",
        action="append",
        default=[],
        metavar="FIELD=V",
        about=Message("smallest sum a region may have; area=V (m²), count=V"),
    )
    add("--most", action="append", default=[], metavar="FIELD=V", about=Message("largest sum a region may have"))
    add(
        "--small",
        default="error",
        metavar="error|keep",
        about=Message("separate parts whose sum is below a floor: refuse (error) or leave as they are (keep)"),
    )
    add(
        "--compactness",
        type=distance,
        default=0.0,
        metavar="W",
        about=Message("cost of all borders together, as a multiple of the total sum of squares"),
    )
    add("--keep-apart", default="", metavar="FIELD", about=Message("no region holds polygons with different values"))
    add(
        "--fixed",
        default="",
        metavar="FIELD",
        about=Message("polygons that share a value stay together as one unit, which may grow; empty = not fixed"),
    )
    add(
        "--align",
        default="",
        metavar="FIELD|FILE",
        about=Message("borders between its values, or along its lines, cost less"),
    )
    add(
        "--alignment",
        type=distance,
        default=1.0,
        metavar="W",
        about=Message("cost of borders that are not aligned, as a multiple of the total sum of squares"),
    )
    add(
        "--align-within",
        type=distance,
        default=10.0,
        metavar="M",
        about=Message("how far from a line a border may lie, m"),
    )
    add(
        "--mass",
        default="",
        metavar="equal|area",
        about=Message("how polygons are weighted (default: equal; with --base: area)"),
    )
    add("--base", default="", metavar="KIND:key=value,…", about=_BASE)
    add("--raster", action="append", default=[], metavar="NAME=FILE", about=Message("a variable: the raster's mean"))
    add(
        "--name",
        default="",
        metavar="FIELD",
        about=Message("field with the names that messages use for the polygons"),
    )
    add("--seed", type=int, default=1, metavar="N", about=Message("seed of the random numbers"))
    add_force(add)
    add_plugin(add)


# Options that are handed on as they are written, under their own names.
_AS_TYPED = (
    "method",
    "variables",
    "scale",
    "missing",
    "coordinates",
    "contiguity",
    "snap",
    "floor",
    "most",
    "compactness",
    "keep_apart",
    "fixed",
    "align",
    "alignment",
    "align_within",
    "small",
    "mass",
    "base",
    "name",
    "seed",
)


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
        **{name: getattr(options, name) for name in _AS_TYPED},
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
        "{n} region explains {ratio:.2%} of the variance ({squares})",
        "{n} regions explain {ratio:.2%} of the variance ({squares})",
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


VERB = Verb("regions", Message("divide a polygon layer into contiguous regions"), _arguments, _run, order=70)
